"""One sentence that gives back what was said, in the speaker's own words, and what may be asked behind it.

A simple reflection: the clause in which the speaker named a feeling as their own and as felt now, turned to "you" by
the language's own code ("You miss your mom a lot"). A feeling that stands alone gets a frame: "I felt so sad" allows
"You felt sad", "with some relief" allows "There was relief in that", "how it baffles me" allows "That baffles you"; a
word for which none is right is quoted. Of two feelings at odds both are said, and the unpleasant one never falls away
for the pleasant one. Where no feeling of now was named, an event or a feeling of long ago comes back; else it thanks,
and invents nothing. For a vague word three nearer ones are offered; where it is unsure, it asks whether it was right.
The frames stand in the phrases file.
"""

from __future__ import annotations

import random
from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from voicecheck.domain import Danger, DangerOf, EmotionMention, Experiencer, Family, Follow, Reflection
from voicecheck.feelings.choice import UNPLEASANT, can_mirror, choose
from voicecheck.feelings.danger import DangerRead
from voicecheck.feelings.language import Language, Mirrored, MirrorForm, Said
from voicecheck.feelings.languages import find_language
from voicecheck.feelings.masks import is_told_about
from voicecheck.feelings.nearer import find_sense, nearer_words
from voicecheck.phrases import Phrases
from voicecheck.text.folding import main_language

MOST_TRIED = 8  # places of one feeling, of which the first that can be said back is taken
LONGEST_QUOTED_WORDS = 2  # of a vague word, for which nearer ones are offered
MOST_OF_A_NAME = 4  # words that only name it: "it's a big relief"
LONGEST_SENTENCE = 14  # words, of two clauses together

_PAIRS = {
    MirrorForm.ADJECTIVE_PAST: "adjectives_past",
    MirrorForm.ADJECTIVE_NOW: "adjectives_now",
    MirrorForm.NOUN: "nouns",
    MirrorForm.QUOTED: "quoted_both",
}
_THINGS = (MirrorForm.THING_NOW, MirrorForm.THING_PAST, MirrorForm.THING_VERB)
_FRAMED = (MirrorForm.ADJECTIVE_PAST, MirrorForm.ADJECTIVE_NOW)


@dataclass(frozen=True, slots=True)
class Leave:
    """Limits of a reflection: questions that may still be asked this evening, and what was heard with doubt."""

    confirm: bool = False
    nearer: bool = False
    unsure: frozenset[int] = frozenset()
    """indices of mentions whose words Whisper was not sure of"""
    doubtful: tuple[tuple[int, int], ...] = ()
    """places in the text of every word that Whisper was not sure of"""
    only_thanks: float = 0.0
    """how often a named feeling is thanked for and not repeated: nobody wants to be echoed every time"""
    events: bool = True  # one may be said back, where no feeling was named
    language: str = "en"


class FirstForm(random.Random):
    """A chooser without chance: always the first form, and never what is done now and then."""

    def random(self) -> float:
        return 1.0

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def shuffle(self, x: MutableSequence[Any]) -> None:
        """Leave the order as it is."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One feeling as it can be said back: a whole clause, or else a word for a frame."""

    index: int
    word: Mirrored
    clause: Said | None = None
    around: Said | None = None
    """the clause with what stands beside it in its sentence, where that can be said back and is sure"""

    @property
    def whole(self) -> Said | None:
        return self.around or self.clause


def respond_to_danger(danger: Danger, phrases: Phrases, rng: random.Random) -> Reflection:
    """The sentence behind an answer that tells of danger: never a mirror, and nothing that says why."""
    spoken_of = danger.of is DangerOf.LIFE and not danger.weaker
    return Reflection(phrases.say("heavy" if spoken_of else "thanks", rng), heavy=True)


def thank(text: str, phrases: Phrases, rng: random.Random, language: str) -> Reflection:
    """Thanks and no mirror; the warmer ones where a loss was told."""
    loss = find_language(main_language(language)).tells_of_loss(text)
    return Reflection(phrases.say("thanks_for_loss" if loss else "thanks", rng))


def respond(
    mentions: Sequence[EmotionMention], text: str, phrases: Phrases, rng: random.Random, leave: Leave = Leave()
) -> Reflection:
    """Mirror one or two named feelings of `text` or what happened, or thank. `mentions` have their offsets into it."""
    spoken = find_language(main_language(leave.language))
    parts = [
        part for index in choose(mentions) if (part := _best_part(index, mentions, text, spoken, leave)) is not None
    ]
    if not any(can_mirror(mention) for mention in mentions):
        offered = _offer_nearer(mentions, text, phrases, rng, leave)
        if offered is not None:
            return offered
    if not parts:
        return _without_a_word(mentions, text, phrases, rng, leave)
    unsure = any(part.index in leave.unsure for part in parts)
    quoted = parts[0].clause is None and parts[0].word.form is MirrorForm.QUOTED
    if leave.confirm and len(parts) == 1 and (unsure or (quoted and rng.random() < 0.5)):
        return _ask_whether(parts[0], phrases, rng)
    if unsure or rng.random() < leave.only_thanks:
        return thank(text, phrases, rng, leave.language)
    if all(mentions[part.index].quadrant not in UNPLEASANT for part in parts):
        hard = _event(mentions, text, spoken, leave)
        if hard is not None and hard.heavy:
            bright = parts[0].clause
            beside = bright and spoken.may_stand_behind(hard, bright, mentions[parts[0].index], text)
            return _hard_and_bright(hard, parts[0].index, bright if beside else None, phrases, rng, spoken)
        chosen = [mentions[index] for index in choose(mentions)]
        dark = [one for one in chosen if one.quadrant in UNPLEASANT]
        alone = parts[0].whole if len(parts) == 1 else None
        said = [alone] if alone else [part.clause for part in parts if part.clause]
        unsaid = any(not any(_covers(clause, one) for clause in said) for one in dark)
        relieved = all(mentions[part.index].family is Family.CALM for part in parts)  # that names the heavy, too
        said_back = None if relieved else said
        if unsaid or _is_denied_behind(parts, mentions, text) or spoken.tells_of_loss(text, said_back):
            return thank(text, phrases, rng, leave.language)
    return _with_its_loss(parts, mentions, text, phrases, rng, leave) or _give_back(
        parts, mentions, phrases, rng, spoken
    )


def _with_its_loss(
    parts: Sequence[_Part],
    mentions: Sequence[EmotionMention],
    text: str,
    phrases: Phrases,
    rng: random.Random,
    leave: Leave,
) -> Reflection | None:
    """A hard feeling behind the loss that the answer tells: "Your dad is ill, and you feel scared"."""
    part, mention = parts[0], mentions[parts[0].index]
    framed = part.clause is None and part.word.form in _FRAMED and not part.word.occasion
    if len(parts) > 1 or not framed or mention.quadrant not in UNPLEASANT:
        return None
    spoken = find_language(main_language(leave.language))
    event = _event(mentions, text, spoken, leave)
    if event is None or not event.loss or _covers(event, mention):
        return None
    joined = _joined(event, _forms(part, mentions, phrases)[-1], spoken)
    if joined is None:
        return None
    return Reflection(phrases.reflect(_frame(event), rng, clause=joined), (part.index,), echoes=True)


def _best_part(
    index: int, mentions: Sequence[EmotionMention], text: str, spoken: Language, leave: Leave
) -> _Part | None:
    """The feeling; where it could only be quoted, the same feeling at another place of the answer."""
    found = _part(index, mentions, text, spoken, leave)
    if found is not None and (found.clause is not None or found.word.form is not MirrorForm.QUOTED):
        return found
    family = mentions[index].family
    others = (n for n, one in enumerate(mentions) if n != index and one.family is family and can_mirror(one))
    for other in islice(others, MOST_TRIED):
        instead = _part(other, mentions, text, spoken, leave)
        if instead is not None and (instead.clause is not None or instead.word.form is not MirrorForm.QUOTED):
            return instead
    return found


def fixed_reflection(
    mentions: Sequence[EmotionMention], text: str, phrases: Phrases, language: str, read: DangerRead
) -> str | None:
    """The sentence that an answer would get, every chance taken out; None where nothing is said at all."""
    if read.danger is not None:
        return None if read.danger.of is DangerOf.HARM else respond_to_danger(read.danger, phrases, FirstForm()).text
    if read.possible:
        return thank(text, phrases, FirstForm(), language).text
    return respond(mentions, text, phrases, FirstForm(), Leave(events=not read.faint, language=language)).text


def _part(index: int, mentions: Sequence[EmotionMention], text: str, spoken: Language, leave: Leave) -> _Part | None:
    """A feeling with the clause that says more than a frame would; None for one that cannot be said back at all."""
    mention = mentions[index]
    word = spoken.mirror(index, mentions, text)
    clause = spoken.clause_around(mention, mentions, text)
    if clause is not None and (_in_doubt(clause, leave) or _opens_with_a_mask(clause, index, mentions)):
        clause, word = None, replace(word, occasion="")
    around = None if clause is None else _widened(clause, mentions, text, spoken, leave)
    closes = len(mention.text.split()) > 1 or mention.quadrant not in UNPLEASANT
    bare = clause is not None and (clause.end <= mention.end or not spoken.speaks_to(clause.sentence))
    if bare and mention.vague and (around is None or closes):
        return None
    if clause is not None and not _is_bare(clause, word, mention, spoken):
        return _Part(index, word, clause, around)
    unquotable = word.form is MirrorForm.QUOTED and clause is None and not _can_quote(mention, spoken)
    if mention.vague or word.form is MirrorForm.UNSAID or unquotable:
        return None
    return _Part(index, word, clause if word.form in (*_THINGS, MirrorForm.QUOTED) else None, around)


def _opens_with_a_mask(clause: Said, index: int, mentions: Sequence[EmotionMention]) -> bool:
    """True for "I'm alright, bit down": the closing word is not said back with the feeling behind it."""
    return any(_covers(clause, one) for one in mentions[:index] if one.vague and one.quadrant not in UNPLEASANT)


def _widened(
    clause: Said, mentions: Sequence[EmotionMention], text: str, spoken: Language, leave: Leave
) -> Said | None:
    """The clause with more of its sentence; None where no more of it can be said back, or is sure."""
    whole = spoken.whole_sentence(clause, mentions, text)
    return None if whole == clause or _in_doubt(whole, leave) or not spoken.speaks_to(whole.sentence) else whole


def _is_denied_behind(parts: Sequence[_Part], mentions: Sequence[EmotionMention], text: str) -> bool:
    """True where the sentence goes on to deny a pleasant feeling: "I love my wife but I am not in love with her"."""
    said = [part.whole.end if part.whole else mentions[part.index].end for part in parts]
    for one in mentions:
        own = one.negated and one.experiencer is Experiencer.SELF and not one.hypothetical and not one.past
        if own and one.quadrant not in UNPLEASANT:
            behind = (text[end : one.start] for end in said if end <= one.start)
            if any(not set(between) & set(".!?\n") for between in behind):
                return True
    return False


def _is_bare(clause: Said, word: Mirrored, mention: EmotionMention, spoken: Language) -> bool:
    """True if the clause says no more than the feeling itself, so that a frame can vary it; and for a bare noun."""
    if word.form is MirrorForm.NOUN:
        begins = clause.sentence.lower().startswith((word.word, f"the {word.word}"))
        if clause.sentence.startswith(("There's ", "There is ", "There was ")) and clause.end > mention.end:
            return False  # "there's a lot of sadness in this house"
        if clause.sentence.startswith(("It's a ", "It was a ")) and len(clause.sentence.split()) > MOST_OF_A_NAME:
            return False  # "it's a funny sort of sadness"
        return not spoken.speaks_to(clause.sentence) and not begins
    alone = word.form in _FRAMED and clause.end <= mention.end and len(mention.text.split()) == 1
    return alone and spoken.speaks_to(clause.sentence, first=True)


def _in_doubt(clause: Said, leave: Leave) -> bool:
    return any(start < clause.end and clause.start < end for start, end in leave.doubtful)


def _event(mentions: Sequence[EmotionMention], text: str, spoken: Language, leave: Leave) -> Said | None:
    event = spoken.event_in(mentions, text) if leave.events else None
    return None if event is None or _in_doubt(event, leave) else event


def _without_a_word(
    mentions: Sequence[EmotionMention], text: str, phrases: Phrases, rng: random.Random, leave: Leave
) -> Reflection:
    """Mirror an event; thank where there is none."""
    spoken = find_language(main_language(leave.language))
    event = _event(mentions, text, spoken, leave)
    if event is None or rng.random() < leave.only_thanks:
        return thank(text, phrases, rng, leave.language)
    event = _widened(event, mentions, text, spoken, leave) or event
    dark = any(_covers(event, one) and one.quadrant in UNPLEASANT for one in mentions)
    if not event.heavy and not dark and spoken.tells_of_loss(text, [event]):
        return thank(text, phrases, rng, leave.language)
    return Reflection(phrases.reflect(_frame(event), rng, clause=event.sentence), echoes=True)


def _frame(event: Said) -> str:
    """The frame of an event: a loss has one warm sentence behind it, and none before it."""
    return "clause_of_loss" if event.loss else "clause"


def _hard_and_bright(
    hard: Said, index: int, bright: Said | None, phrases: Phrases, rng: random.Random, spoken: Language
) -> Reflection:
    """Mirror a heavy event, with the pleasant feeling behind it where there is room."""
    anaphor = bright is not None and bright.start < hard.start and hard.sentence.startswith("It ")
    joined = _joined(bright, hard, spoken) if anaphor else _joined(hard, bright, spoken)
    sentence = phrases.reflect(_frame(hard), rng, clause=joined or hard.sentence)
    return Reflection(sentence, (index,) if joined else (), echoes=True)


def _give_back(
    parts: Sequence[_Part], mentions: Sequence[EmotionMention], phrases: Phrases, rng: random.Random, spoken: Language
) -> Reflection:
    if len(parts) == 1:
        return _one(parts[0], phrases, rng)
    first, second = sorted(parts, key=lambda part: part.clause.start if part.clause else mentions[part.index].start)
    for part, other in ((first, second), (second, first)):
        if part.clause is not None and _covers(part.clause, mentions[other.index]):
            sentence = phrases.reflect("clause", rng, clause=part.clause.sentence)
            return Reflection(sentence, (first.index, second.index))
    if first.clause is None and second.clause is None:
        form = first.word.form if first.word.form is second.word.form else MirrorForm.QUOTED
        if form is not MirrorForm.QUOTED or any(part.word.form is MirrorForm.QUOTED for part in parts):
            sentence = phrases.reflect(_PAIRS[form], rng, first=first.word.word, second=second.word.word)
            return Reflection(_capital(sentence), (first.index, second.index))
    forms = product(_forms(first, mentions, phrases), _forms(second, mentions, phrases))
    joined = next((both for one, other in forms if (both := _joined(one, other, spoken)) is not None), None)
    if joined is not None:
        sentence = phrases.reflect("clause", rng, clause=joined)
        return Reflection(sentence, (first.index, second.index))
    for part, other in ((first, second), (second, first)):
        if part.around is not None and _covers(part.around, mentions[other.index]):
            sentence = phrases.reflect("clause", rng, clause=part.around.sentence)
            return Reflection(sentence, (first.index, second.index))
    return _one(max(parts, key=lambda part: _weight(mentions[part.index])), phrases, rng)


def _forms(part: _Part, mentions: Sequence[EmotionMention], phrases: Phrases) -> list[Said]:
    """The feeling as a clause, the fullest first; the last is the plainest frame around an adjective."""
    forms = [] if part.clause is None else [part.clause]
    if part.word.form in _FRAMED:
        mention = mentions[part.index]
        sentence = phrases.reflections[part.word.form.value][0].format(word=part.word.word)
        forms.append(Said(_capital(sentence), mention.start, mention.end))
    return forms


def _weight(mention: EmotionMention) -> tuple[bool, int, int]:
    """Order of two feelings of which one is said: the unpleasant, the stronger, the later."""
    return mention.quadrant in UNPLEASANT, mention.degree, mention.start


def _covers(clause: Said, mention: EmotionMention) -> bool:
    return clause.start <= mention.start and mention.end <= clause.end


def _joined(first: Said | None, second: Said | None, spoken: Language) -> str | None:
    """Two clauses in one sentence; None where they are too long together or one of them is missing."""
    if first is None or second is None or (first.start < second.end and second.start < first.end):
        return None
    behind = second.sentence
    if not second.name:
        behind = behind[0].lower() + behind[1:]
    joined = f"{first.sentence.rstrip('.')}, {spoken.conjunction} {behind}"
    return joined if len(joined.split()) <= LONGEST_SENTENCE else None


def _one(part: _Part, phrases: Phrases, rng: random.Random) -> Reflection:
    if part.whole is not None:
        return Reflection(phrases.reflect("clause", rng, clause=part.whole.sentence), (part.index,))
    sentence = phrases.reflect(part.word.form.value, rng, word=f"{part.word.word}{part.word.occasion}")
    return Reflection(_capital(sentence), (part.index,))


def _ask_whether(only: _Part, phrases: Phrases, rng: random.Random) -> Reflection:
    given = _one(only, phrases, rng)
    return replace(given, follow=Follow.CONFIRM, question=phrases.say("confirm", rng), about=only.index)


def _offer_nearer(
    mentions: Sequence[EmotionMention], text: str, phrases: Phrases, rng: random.Random, leave: Leave
) -> Reflection | None:
    """Offer nearer words for the last vague word of the speaker's own, where nothing nearer was named."""
    vague = [n for n, one in enumerate(mentions) if one.vague and one.felt_now]
    vague = [n for n in vague if not is_told_about(mentions[n], text, leave.language)]
    if not vague or not leave.nearer:
        return None
    offered = nearer_words(mentions[vague[-1]], mentions, leave.language, rng)
    if not offered:
        return None
    words = dict(zip(("first", "second", "third"), offered, strict=True))
    word = find_language(main_language(leave.language)).quotable(mentions[vague[-1]].text)
    # A whole phrase, such as "it is what it is", is nobody's right word.
    if word is None or len(word.split()) > LONGEST_QUOTED_WORDS:
        question = phrases.reflect("nearer_unquoted", rng, **words)
    else:
        question = phrases.reflect("nearer", rng, word=word, **words)
    return Reflection("", follow=Follow.NEARER, question=_capital(question), about=vague[-1], offered=offered)


def _capital(sentence: str) -> str:
    """Return the sentence with a capital where it begins with the person's word."""
    return sentence[:1].upper() + sentence[1:]


def _can_quote(mention: EmotionMention, spoken: Language) -> bool:
    """True if it is an adjective or a noun, as far as the lexicon knows; a person's own word is taken as one."""
    if spoken.quotable(mention.text) is None:
        return False
    sense = find_sense(mention.lemma, spoken.code)
    return sense is None or (sense.kind in ("adj", "noun") and len(mention.text.split()) == 1)
