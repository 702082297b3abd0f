"""Wording of each line of the conversation: the words to show, the words to say aloud, and with which sound.

`aloud`: with "questions" (the default) questions and fixed sentences are spoken, and what holds the person's own words
appears on the screen with a soft sound; with "all" all lines are spoken, with "everything" each
notice, too (`by_ear`); with "nothing" all of it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import takewhile

from voicecheck.checkin.course import About, Line
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.state import FOLLOW_LINES
from voicecheck.domain import Prompt, Reflection
from voicecheck.settings.schema import Checkin
from voicecheck.speech.voice.sentences import split_sentences

WORDLESS = {Line.CONFIRM: "confirm_aloud", Line.NEARER: "nearer_aloud"}
"""sentences to say aloud where the person's own words are only shown"""
AND, LEAST_ASKED = ", and ", 3
"""between two questions in one sentence, and words of the second; fewer are the end of a list"""
DAYS_OF_WEEK = 7
WORD_NOW_ID = "moment-without-a-word"
"""id of the question for an earlier moment's word; of no pack"""
PLACES = ("first", "second", "third")
"""of the words that are offered, in the phrases"""
NAMELESS = Checkin().name
"""name of the person in the vault, as long as the settings hold none"""
TO_YOU = {"teller": "teller_you", "other_speaker": "other_speaker_you", "say_back": "say_back_you"}
KEYS = {Line.BODY: "keys_body", Line.MOOD: "keys_mood", Line.WORDS: "keys_words"}
"""keys that answer a question, shown below it"""
SIDES = {Line.BODY: ("choice_heavy", "choice_restless"), Line.MOOD: ("choice_pleasant", "choice_unpleasant")}
"""names of the choices of those keys"""
CORRECTED = {
    About.YES: "agreed",
    About.NO: "taken_out",
    About.OTHER: "corrected",
    About.LEFT: "left_there",
    About.NAMED: "word_kept",
}


@dataclass(frozen=True, slots=True)
class Utterance:
    shown: str = field(repr=False)
    aloud: str = field(default="", repr=False)
    """empty where nothing is spoken"""
    private: bool = False
    """it holds the person's own words"""
    chime: bool = False
    """the tones that mean: your turn"""
    soft: bool = False
    """a soft tone: something stands on the screen"""
    as_question: bool = False
    """it stands where the question stands"""
    choices: tuple[str, ...] = field(default=(), repr=False)
    """words that it offers, in the order of their places"""


class Saying:
    """Finds the words; the forms vary from evening to evening."""

    def __init__(self, rooms: Rooms, plan: Plan) -> None:
        self._phrases = rooms.phrases
        self._rng = rooms.rng
        self._questions = rooms.questions
        self._plan = plan
        self._aloud = plan.aloud
        self._speakers = plan.speakers
        self.muted = False
        """the microphone has given nothing but zeros"""
        self.prompt = Prompt("", "", "")
        """the question that was asked last, as it was said"""

    def utter(
        self,
        line: Line,
        question: int,
        speaker: int,
        reflection: Reflection,
        replied: About | None = None,
        sentence: str = "",
    ) -> Utterance:
        """Return the words of a line; the next question is drawn when it is asked.

        `replied` is what `CORRECTED` answers, `sentence` what may be taken back or what was explained.
        """
        match line:
            case Line.QUESTION:
                return self._first(question)
            case Line.OTHER_SPEAKER | Line.SAY_BACK:
                return self._other(line, question)
            case Line.SIDE_BY_SIDE:
                return self._heard_right(question)
            case Line.REPEAT:
                return self._asked(self.prompt.text, self.prompt.text)
            case Line.REFLECTION:
                return self._reflection(reflection)
            case Line.CONFIRM | Line.NEARER | Line.FOLLOW_UP:
                return self._follow_up(line, reflection)
            case Line.BODY | Line.MOOD:
                return self._offered(self._say(line.value), line)
            case Line.WORDS:
                return self._words(sentence, reflection.offered)
            case Line.WORD_NOW:
                return self._word_now()
            case Line.MEANING | Line.READ:
                return Utterance(sentence, "" if self._aloud == "nothing" else sentence, private=True)
            case Line.SENTENCE_CONFIRM | Line.ONE_SENTENCE_CONFIRM:
                return self._delete_sentence(line, sentence)
            case _:
                return self._fixed(line, replied)  # a line is a sentence of the phrases unless it is made above

    def ahead(self, reflection: Reflection) -> str:
        """Return what will be said behind an answer if nothing changes any more; empty if that is only shown."""
        if not self._plan.says_own_words:
            return ""
        line = FOLLOW_LINES.get(reflection.follow, Line.REFLECTION) if reflection.follow else Line.REFLECTION
        asks = line in (Line.CONFIRM, Line.NEARER)
        return (self._follow_up(line, reflection) if asks else self._reflection(reflection)).aloud

    def name(self, question: int, speaker: int) -> str:
        """Return the name of the speaker whose turn it is; the one who begins changes from question to question."""
        return self._speakers[(question + speaker) % 2] if self._speakers else ""

    def _first(self, question: int) -> Utterance:
        """Return the next question, drawing it now."""
        prompt = self._questions.next()
        text = prompt.together if self._plan.course.say_back and prompt.together else prompt.text
        begins = f"{self._to('teller', self.name(question, 0))} " if self._speakers else ""
        self.prompt = replace(prompt, text=text)
        if self._plan.by_ear and self._plan.course.follow_ups and not self._speakers:
            self.prompt = _one_at_a_time(prompt)
            text = self.prompt.text
        return self._asked(f"{begins}{text}", f"{begins}{text}")

    def _other(self, line: Line, question: int) -> Utterance:
        """Return the line for the other speaker: the same question, or the request to say back what was told."""
        words = self._to(line.value, self.name(question, 1))
        if line is Line.SAY_BACK:
            self.prompt = replace(self.prompt, text=words)
            return self._asked(words, words)
        return self._asked(f"{words} {self.prompt.text}", words)

    def _heard_right(self, question: int) -> Utterance:
        """Return the question to the teller if they were heard right; a person without a name is "they"."""
        teller, listener = self.name(question, 0), self.name(question, 1)
        name = "side_by_side_you" if teller == NAMELESS else "side_by_side"
        other = self._phrases.show("other_unnamed") if listener == NAMELESS else listener
        text = self._say(name, person=teller, other=other)
        return Utterance(text, "" if self._aloud == "nothing" else text)

    def _reflection(self, reflection: Reflection) -> Utterance:
        fixed = reflection.text in self._phrases.spoken["heavy"]  # private, but with none of the person's words
        own = reflection.holds_words and not fixed and not self._plan.says_own_words
        spoken = reflection.text if self._plan.says_own_words or self._plan.by_ear else ""
        if spoken and (own or (reflection.heavy and self._speakers)):
            spoken = self._say("thanks")  # the other one hears it, too; or the page has what gives the words back
        return Utterance(reflection.text, spoken, reflection.holds_words, soft=not spoken)

    def _follow_up(self, line: Line, reflection: Reflection) -> Utterance:
        """Return the follow-up as shown and as spoken. The person's words are spoken only where everything is."""
        question = reflection.question
        shown = f"{reflection.text} {question}" if line is Line.CONFIRM else question
        if self._plan.by_ear and line is Line.NEARER:
            before = _before(question, reflection.offered) if self._plan.says_own_words else ""
            spoken = f"{before}{self._one_by_one(reflection.offered)}"
        elif self._plan.says_own_words:
            spoken = shown
        elif self._aloud == "nothing":
            spoken = ""
        else:
            spoken = self._wordless(line, reflection) if line in WORDLESS else question
        choices = reflection.offered if line is Line.NEARER else ()
        return Utterance(shown, spoken, line is not Line.FOLLOW_UP, chime=True, choices=choices)

    def _offered(self, text: str, line: Line | None = None) -> Utterance:
        """A question of the program's own, which holds none of the person's words; with the keys that answer it."""
        keys = "" if line is None else f"\n{self._phrases.show(KEYS[line])}"
        choices = () if line is None else tuple(self._phrases.show(name) for name in SIDES.get(line, ()))
        return Utterance(f"{text}{keys}", "" if self._aloud == "nothing" else text, chime=True, choices=choices)

    def _word_now(self) -> Utterance:
        """Ask for the word of an earlier moment; what is said to it is an entry with this question."""
        moment = self._plan.moment
        days = 0 if moment is None else moment.days_ago
        name = "word_now" if moment is not None and days < DAYS_OF_WEEK else "word_now_earlier"
        weekday = "" if moment is None else self._phrases.dates["weekdays"].split()[moment.day.weekday()]
        text = self._say(name, weekday=weekday)
        self.prompt = Prompt(WORD_NOW_ID, text, "")
        return self._offered(text)

    def _words(self, meanings: str, offered: tuple[str, ...]) -> Utterance:
        """Offer three words: with their meanings, or one by one to who only hears."""
        asked = self._offered(f"{self._say('words')} {meanings} {self._say('words_end')}", Line.WORDS)
        return replace(asked, aloud=self._one_by_one(offered) if self._plan.by_ear else asked.aloud, choices=offered)

    def _delete_sentence(self, line: Line, sentence: str) -> Utterance:
        """Ask if a sentence is to be deleted; it is shown where it is not all that stands there, and said by ear."""
        asked = self._fixed(line, None)
        quoted = self._phrases.tell("why_quoted", words=sentence)
        shown = f"{quoted} {asked.shown}" if line is Line.SENTENCE_CONFIRM else asked.shown
        aloud = f"{sentence} {asked.aloud}" if self._plan.by_ear and self._plan.says_own_words else asked.aloud
        return replace(asked, shown=shown, aloud=aloud, private=line is Line.SENTENCE_CONFIRM)

    def _one_by_one(self, offered: tuple[str, ...]) -> str:
        """Return the words that are offered, each by its place."""
        return self._say("heard_words", **dict(zip(PLACES, offered, strict=False)))

    def _wordless(self, line: Line, reflection: Reflection) -> str:
        """Return the question without the person's own words; words that the program offers are said."""
        spoken = self._say(WORDLESS[line], **dict(zip(PLACES, reflection.offered, strict=False)))
        return spoken[:1].upper() + spoken[1:]

    def _fixed(self, line: Line, replied: About | None) -> Utterance:
        """Return a sentence of the phrases."""
        name = line.value
        if line is Line.CLOSING:
            name = self._plan.closing
        elif line is Line.CORRECTED and replied is not None:
            name = CORRECTED[replied]
        elif line is Line.NOTHING_SAID and self.muted:
            name = "silence_end_muted"
        text = self._say(name)
        if line is Line.HELP and self._plan.by_ear:
            text = f"{text} {self._say('heard_tones')}"
        wants_reply = line in (Line.OFFER_END, Line.OFFER_SENTENCE)
        return Utterance(text, "" if self._aloud == "nothing" else text, chime=wants_reply)

    def _asked(self, shown: str, spoken: str) -> Utterance:
        return Utterance(shown, "" if self._aloud == "nothing" else spoken, chime=True, as_question=True)

    def _to(self, name: str, person: str) -> str:
        """Address somebody by name; a person without one is "you"."""
        return self._say(TO_YOU[name]) if person == NAMELESS else self._say(name, person=person)

    def _say(self, name: str, **places: object) -> str:
        return self._phrases.say(name, self._rng, **places)


def _one_at_a_time(prompt: Prompt) -> Prompt:
    """Return the prompt with its first question alone: nobody can look at two again. The other is asked behind it."""
    ups, (first, _, other) = prompt.follow_ups, prompt.text.partition("? ")
    if other.endswith("?"):
        return replace(prompt, text=f"{first}?", follow_ups=replace(ups, other=other))
    first, joint, other = prompt.text.rpartition(AND)
    if not joint or not other.endswith("?") or len(other.split()) < LEAST_ASKED:
        return prompt
    other = f"{joint.strip(', ').capitalize()} {other}"
    return replace(prompt, text=f"{first}?", follow_ups=replace(ups, other=other))


def _before(question: str, offered: tuple[str, ...]) -> str:
    """Return the sentences of a question before the one with the words that it offers, as "You said “fine”. "."""
    sentences = takewhile(lambda one: not any(word in one for word in offered), split_sentences(question))
    return "".join(f"{sentence} " for sentence in sentences)
