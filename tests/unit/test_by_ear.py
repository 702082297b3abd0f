"""An evening by ear: whatever the screen would show is said, at a time when nothing is listened to."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import voicecheck
from tests.fakes import InlineWhisper
from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import LONG, PHRASES, PLAN, SAY, TWO, Table
from tests.vault_samples import SPOKEN_AT, make_entry
from voicecheck.checkin.by_ear import Left, Notice, Waiting, manner_of, said_slowly, twice
from voicecheck.checkin.course import About, Command, Course, Line
from voicecheck.checkin.dialogue import step
from voicecheck.checkin.events import Begin, Event, Given, Listened, Replied, Spoken
from voicecheck.checkin.plan import Plan
from voicecheck.checkin.ports import Remark, Screen
from voicecheck.checkin.state import State
from voicecheck.checkin.telling import Telling
from voicecheck.checkin.wording import Saying
from voicecheck.domain import EmotionMention, Family, Prompt, Quadrant, Reflection, TurnKind
from voicecheck.feelings.danger_watch import Watch
from voicecheck.prompts.packs import load_packs
from voicecheck.prompts.questions import Fixed

PACKAGE = Path(voicecheck.__file__).parent
PACKS = load_packs(Path("/nowhere"))
BY_EAR = replace(
    PLAN,
    aloud="everything",
    course=replace(PLAN.course, by_ear=True),
    help_lines=("In danger, call this first: 999  (United Kingdom)", "Samaritans: 116 123", "Refuge: 0808 2000 247"),
    help_aloud=("In danger, call this first: 999  (United Kingdom)", "Samaritans: 116 123"),
)
TWO_BY_EAR = replace(BY_EAR, course=replace(TWO.course, by_ear=True))
EYES = re.compile(r"\b(screen|press|type|voicecheck|Enter|key)\b")
"""words that point to what cannot be seen"""
SCREEN = {
    "question": "spoken, with its place in front", "sentence": "spoken", "offer": "its words, one by one",
    "state": "tones, and the sentence that comes", "level": "left for the page: a picture of one's own voice",
    "words": "left for the page: one's own words, on request", "notice": "by `manner_of`",
    "set_aside": "by `manner_of`", "beside": "by `manner_of`", "guessed": "by `manner_of`",
    "nothing_aside": "nothing is there to take away",
    "nothing_beside": "nothing is there to take away", "side_by_side": "left for the page: both have just said it",
    "ask_keep": "by key alone, for who pressed Ctrl-C", "ask_line": "by key alone, for who types",
}  # fmt: skip
"""what of the screen's port reaches who only hears, and how"""


@pytest.fixture
def table(table: type[Table], monkeypatch: pytest.MonkeyPatch) -> type[Table]:
    """Evenings with the phrases for who sees no screen."""
    monkeypatch.setattr("tests.unit.test_checkin.PHRASES", PHRASES.by_ear())
    return table


def spoken(one: Table) -> str:
    return " ".join(one.mouth.said)


# Nothing is silent by accident


def test_every_part_of_the_screen_is_said_or_left() -> None:
    """A new method of the port has to say how it reaches who sees nothing."""
    assert {name for name in vars(Screen) if callable(getattr(Screen, name)) and name[0] != "_"} == set(SCREEN)


@pytest.mark.parametrize("notice", list(Notice))
def test_every_notice_is_said_or_left(notice: Notice) -> None:
    """In its own words, which point to no screen, or in those of another sentence; or it is left, for a reason."""
    manner = manner_of(notice)
    if isinstance(manner, Left):
        assert notice in (Notice.RESTORED, Notice.HELP_LINE, Notice.HELP_OFFER_QUIET, Notice.HELP_AFTERWARDS)
    elif manner.name:
        assert PHRASES.spoken[manner.name]
    elif notice is not Notice.FAULT:
        assert not EYES.search(PHRASES.screen[notice.value])


@pytest.mark.parametrize("line", [line for line in Line if line is not Line.SENTENCE_NEXT])
def test_every_line_is_spoken(line: Line, table: type[Table]) -> None:
    """Each line of the conversation has words aloud, and none of them points to a screen or a key."""
    one = table(plan=BY_EAR)
    saying = Saying(one.rooms(), BY_EAR)
    seen = Reflection("You felt tired.", question="Is that right?", offered=("sad", "tired", "lonely"))
    if line in (Line.REPEAT, Line.OTHER_SPEAKER, Line.SAY_BACK):
        saying.utter(Line.QUESTION, 0, 0, seen)
    if line in (Line.OTHER_SPEAKER, Line.SAY_BACK, Line.SIDE_BY_SIDE):
        saying = Saying(one.rooms(), replace(BY_EAR, speakers=("me", "Kim")))
        saying.utter(Line.QUESTION, 0, 0, seen)
    aloud = saying.utter(line, 0, 1 if "speaker" in line.value else 0, seen, About.YES, "I was tired.").aloud
    assert aloud
    assert not EYES.search(aloud)


def test_only_notices_are_shown_by_notices() -> None:
    """No other module of an evening puts a notice on the screen, past the one that has it said; but a dead voice."""
    for path in [one for one in (PACKAGE / "checkin").glob("*.py") if one.name != "notices.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("notice", "set_aside", "beside", "guessed"):
                on_screen = ast.unparse(node.value).endswith("screen")
                assert not on_screen or path.name == "voice.py", path


def test_words_are_offered_one_by_one(table: type[Table]) -> None:
    """Behind the word that they are nearer than."""
    saying = Saying(table(plan=BY_EAR).rooms(), BY_EAR)
    question = "You said “fine”. Is it more worried, tired, or relieved, or is “fine” the right word? Or leave it."
    seen = Reflection("", question=question, offered=("worried", "tired", "relieved"))
    words = "Does one of these come near? First, worried. Second, tired. Third, relieved. Or none of them."
    assert saying.utter(Line.NEARER, 0, 0, seen).aloud == f"You said “fine”. {words}"


TWO_ASKED = re.compile(r"\?.*\?|, or (?:is|are|was|did|does|do|would|shall|has) ")


def test_one_thing_is_asked_at_a_time() -> None:
    """No sentence asks twice: who only hears has forgotten the first question by the end of the second."""
    forms = {form for table in (PHRASES.spoken, PHRASES.reflections) for forms in table.values() for form in forms}
    assert len([form for form in forms if "?" in form]) > 20
    assert [form for form in sorted(forms) if TWO_ASKED.search(form)] == []


def test_a_prompt_by_ear_is_one_question(table: type[Table]) -> None:
    """Its other question is asked behind the answer; where there is a screen both stand on it."""
    one, nothing = table(plan=BY_EAR), Reflection("")
    for prompt in (prompt for pack in PACKS.packs for prompt in pack.prompts):
        one.questions = Fixed(prompt)
        saying = Saying(one.rooms(), BY_EAR)
        aloud = saying.utter(Line.QUESTION, 0, 0, nothing).aloud
        left = prompt.text.removeprefix(aloud.rstrip("?")).lstrip("?, ")
        assert aloud.count("?") <= 1
        assert left in ("", ".") or saying.prompt.follow_ups.other.casefold() == left.casefold(), prompt.id
        assert saying.prompt.id == prompt.id
        assert Saying(one.rooms(), PLAN).utter(Line.QUESTION, 0, 0, nothing).aloud == prompt.text


@pytest.mark.parametrize(
    ("said", "asked"),
    [("It was rain.", True), ("Yes.", True), ("No.", False), ("Nothing that I know of.", False),
     ("There was a storm in the morning and then it cleared up and I went out with the dog", False)],
)  # fmt: skip
def test_the_other_question_is_asked_behind_a_short_answer(said: str, asked: bool, table: type[Table]) -> None:
    """Not behind a "no", of which there is nothing to tell, nor behind a story, which has told it."""
    one = table(voice(4.0), quiet(9.0), voice(3.0), quiet(9.0), plan=replace(BY_EAR, followed_up=1.0))
    one.questions = Fixed(
        Prompt("weather", "If today were weather, what would it be? When could you feel it most?", "")
    )
    one.transcriber.replies.extend([said, "In the morning, on the way to work"])
    (entry,) = one.hold().entries
    assert "If today were weather, what would it be?" in one.mouth.said[0] and "feel it most" not in one.mouth.said[0]
    assert ("When could you feel it most?" in spoken(one)) == asked
    assert entry.prompt is not None and entry.prompt.text == "If today were weather, what would it be?"


def test_sentences_by_ear_point_to_no_screen() -> None:
    """Every sentence that points to the screen has another form."""
    by_ear = PHRASES.by_ear()
    worded = {"confirm_aloud", "sentence_next"}
    """one where the person's words are only shown; the other is never offered to who sees no screen"""
    pointing = {name for name, forms in by_ear.spoken.items() if any(map(EYES.search, forms))}
    assert pointing <= worded


# When it is said


def test_notices_wait_for_the_next_sentence() -> None:
    """Each once, in their order; those for the end at the end; what was talked over comes again."""
    waiting = Waiting(wanted=True)
    for text in ("One.", "Two.", "One."):
        waiting.put(text)
    waiting.put("Late.", late=True)
    assert waiting.take() == "One. Two."
    waiting.interrupted()
    waiting.put("Three.")
    assert waiting.take() == "One. Two. Three."
    assert (waiting.take(last=True), waiting.take(last=True)) == ("Late.", "")


def test_nothing_waits_where_there_is_a_screen(table: type[Table]) -> None:
    """The usual evening says none of it."""
    one = table(*SAY, *SAY, voice(4.0), plan=PLAN)
    one.transcriber.replies.extend(["Delete that.", "No.", LONG])
    one.hold()
    assert not any(name in spoken(one) for name in ("kept as an answer", "answer is kept", "question tonight"))


def test_an_evening_by_ear(table: type[Table]) -> None:
    """How many questions, which one, what was set aside and how to take that back, and how much is kept."""
    one = table(*SAY, voice(4.0), quiet(8.0), voice(3.2), plan=TWO_BY_EAR)
    one.transcriber.replies.extend(["Repeat that.", LONG, LONG])
    one.hold()
    said = one.mouth.said
    assert said[0].startswith("There are 2 questions tonight.") and said[0].endswith("How was today?")
    assert "How was today? I took that for a request. If it was your answer, say that was my answer." in said
    assert "Question 2 of 2. And the night before?" in said
    assert said[-1].startswith("Your 2 answers are kept.")
    assert one.screen.notices == ["set aside"]


def test_every_opening_and_closing_of_the_microphone_has_its_tones(table: type[Table]) -> None:
    """Behind help, too: nobody sees that it listens again."""
    one = table(*SAY, voice(4.0), plan=BY_EAR)
    one.transcriber.replies.extend(["Help.", LONG])
    one.hold()
    assert one.mouth.chimes == 2
    assert PHRASES.spoken["heard_tones"][0] in spoken(one), "help says what they mean"
    assert one.mouth.closes == 3, "behind the sentence in return, too"


class Tones(list[str]):
    """Tones, sentences, and what the microphone does, in their order."""

    def __init__(self, one: Table, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        mouth = one.mouth
        for name, tone in (("nudge", "soft"), ("close_tone", "falling"), ("give_way", "gives way")):
            monkeypatch.setattr(mouth, name, self._noting(tone, getattr(mouth, name)))
        say = mouth.say

        def said(text: str, *, chime: bool = False) -> None:
            self.extend([*["says"] * bool(text), *["rising"] * chime])
            say(text, chime=chime)

        monkeypatch.setattr(mouth, "say", said)
        listening = property(lambda _: self._open, lambda _, opens: self._listens(opens))
        self._open = False
        monkeypatch.setattr(Telling, "listening", listening, raising=False)

    def _noting(self, tone: str, then: Callable[[], None]) -> Callable[[], None]:
        def note() -> None:
            self.append(tone)
            then()

        return note

    def _listens(self, opens: bool) -> None:
        if opens is not self._open:
            self.append("opens" if opens else "closes")
        self._open = opens


@pytest.mark.parametrize(
    ("waits_s", "plan", "told"), [(2.0, BY_EAR, 0), (4.0, BY_EAR, 1), (9.0, BY_EAR, 1), (9.0, PLAN, 0)]
)
def test_who_waits_for_long_is_told_once(waits_s: float, plan: Plan, told: int, table: type[Table]) -> None:
    """Silence of some seconds is told apart from an evening that has ended; where there is a screen it stands there."""
    one = table(voice(4.0), Given(Command.DONE), quiet(waits_s), lambda: answer(one), quiet(6.0), plan=plan, held=True)
    (entry,) = one.hold().entries
    assert one.mouth.said.count("One moment.") == told
    assert entry.text == LONG


def answer(one: Table) -> None:
    """Let the recogniser write down what it was given."""
    assert isinstance(one.whisper, InlineWhisper)
    one.whisper.answer()


PAUSES = (voice(4.0), quiet(7.0))
MOMENTS = {
    "an answer, and the moment behind it": ((*PAUSES,), [LONG]),
    "nobody speaks": ((quiet(60.0),), []),
    "a filler": ((*SAY, *PAUSES), ["Um.", LONG]),
    "a request": ((*SAY, *PAUSES), ["Help.", LONG]),
    "begun anew": ((*SAY, *PAUSES), ["Start over.", LONG]),
    "a pause": ((*SAY, *SAY, *SAY, *PAUSES), ["Pause.", "Somebody else.", "Go on.", LONG]),
    "help in a pause": ((*SAY, *SAY, *SAY, *PAUSES), ["Pause.", "Help now.", "Go on.", LONG]),
    "help by key": ((voice(1.2), Given(Command.HELP_NOW), *PAUSES), [LONG]),
    "a pause by key": ((voice(1.2), Given(Command.PAUSE), quiet(2.0), Given(Command.RESUME), *PAUSES), [LONG, LONG]),
    "begun anew by key": ((voice(1.2), Given(Command.START_OVER), *PAUSES), [LONG]),
    "taken back": ((*SAY, *PAUSES, *SAY, *SAY, quiet(6.0)), [LONG, "Delete that.", "No."]),
    "the end, and a moment to take it back": ((*SAY, quiet(6.0)), ["That's all."]),
    "skipped by key": ((voice(1.2), Given(Command.SKIP), quiet(1.0)), [LONG]),
    "one more word behind the answer": ((*PAUSES[:1], quiet(4.0), voice(1.2), quiet(9.0)), [LONG, "And glad."]),
    "a misheard request": ((*SAY, *SAY, *PAUSES), ["What did I say a weak ago?", "Yes.", LONG]),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_tone_marks_each_time_that_the_microphone_opens_and_closes(
    moment: str, table: type[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening: rising tones or a soft one right before or behind it; closing: falling ones. Nothing is said between."""
    script, replies = MOMENTS[moment]
    one = table(*script, plan=BY_EAR)
    one.transcriber.replies.extend(replies)
    tones = Tones(one, monkeypatch)
    one.hold()
    opened = [place for place, what in enumerate(tones) if what == "opens"]
    closed = [place for place, what in enumerate(tones) if what == "closes"]
    assert len(opened) == len(closed) >= 1
    for place in opened:
        assert {"rising", "soft"} & set(tones[max(0, place - 1) : place + 2]), (place, tones)
    for place in closed:
        assert tones[place - 1] == "falling", (place, tones)


def test_what_waits_sealed_is_told_before_the_good_night(table: type[Table]) -> None:
    one = table(voice(4.0), plan=BY_EAR)
    one.lock()
    one.hold()
    assert PHRASES.spoken["heard_sealed"][0] in one.mouth.said[-1]


def test_a_fault_is_said(table: type[Table]) -> None:
    """A thread beside the evening tells of it while somebody speaks; it is said behind the answer."""
    one = table(voice(1.0), Remark("The graphics card is of no use here."), voice(3.0), plan=BY_EAR)
    one.hold()
    assert next(text for text in one.mouth.said if "graphics card" in text).startswith("The graphics card")


# Help


NUMBERS = "Samaritans: 1, 1, 6. 1, 2, 3. Once more. Samaritans: 1, 1, 6. 1, 2, 3."


def test_numbers_are_said_twice_and_slowly() -> None:
    """Digit by digit in their groups; an address with its dots; then all of it again."""
    assert NUMBERS in twice(BY_EAR.help_aloud, "dot", "Once more.")
    assert said_slowly("All countries: findahelpline.com", "dot") == "All countries: findahelpline dot com"


def test_help_is_said_only_when_asked_for(table: type[Table]) -> None:
    """An answer that tells of danger is answered with the way to the numbers; after "help now" they are said."""
    heavy = "I want to kill myself tonight and I have it all planned out"
    one = table(*SAY, voice(4.0), quiet(8.0), plan=replace(BY_EAR, watch=Watch()))
    one.transcriber.replies.extend(["Help now.", heavy])
    one.hold()
    asked = next(text for text in one.mouth.said if NUMBERS in text)
    assert spoken(one).count("Samaritans") == asked.count("Samaritans") == 2
    assert "0808" not in spoken(one) and "Refuge" not in spoken(one)
    assert any("Say help now to hear where help is." in text for text in one.mouth.said)


@pytest.mark.parametrize("kind", ["headphones", "a loudspeaker", "two people", "violence", "a screen"])
def test_unasked_numbers_are_said_into_headphones_alone(
    kind: str, table: type[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of danger to one's life, twice and slowly; nobody else hears them."""
    two = {"speakers": ("me", "Kim"), "course": replace(BY_EAR.course, speakers=2)} if kind == "two people" else {}
    plan = replace(BY_EAR, watch=Watch(), **two)  # type: ignore[arg-type]
    if kind == "a screen":
        plan = replace(plan, course=replace(PLAN.course, by_ear=False))
    one = table(voice(4.0), quiet(9.0), *(voice(4.0),) * bool(two), quiet(9.0), plan=plan)
    life = "I want to kill myself tonight and I have it all planned out"
    one.transcriber.replies.append("He hit me again and I am afraid of him" if kind == "violence" else life)
    rooms = replace(one.rooms(), on_headphones=lambda: kind != "a loudspeaker")
    monkeypatch.setattr(one, "rooms", lambda: rooms)
    one.hold()
    assert spoken(one).count(NUMBERS) == (kind == "headphones")
    assert ("Samaritans" in spoken(one)) == (kind == "headphones")


def test_help_by_key_is_said_at_once(table: type[Table]) -> None:
    """In the middle of an answer, which goes on behind it."""
    one = table(voice(1.2), Given(Command.HELP_NOW), voice(3.0), plan=BY_EAR)
    (entry,) = one.hold().entries
    assert NUMBERS in spoken(one)
    assert entry.text == LONG


def test_nothing_of_it_with_two_people(table: type[Table]) -> None:
    """Neither numbers nor the sentence that tells where help is: somebody else hears it."""
    heavy = "I want to kill myself tonight and I have it all planned out"
    plan = replace(BY_EAR, speakers=("me", "Kim"), course=replace(BY_EAR.course, speakers=2), watch=Watch())
    one = table(*SAY, voice(4.0), quiet(8.0), voice(4.0), plan=plan)
    one.transcriber.replies.extend(["Help now.", heavy, LONG])
    one.hold()
    assert "Samaritans" not in spoken(one) and "help" not in spoken(one).replace("say help to hear", "")
    assert any("116 123" in text for text in one.screen.notices), "it stands on the page"


def test_violence_is_never_spoken_of(table: type[Table]) -> None:
    """Whoever did it may be in the room: thanks, as for any other answer, and it is not read back either."""
    one = table(voice(4.0), quiet(8.0), *SAY, *SAY, voice(4.0), plan=replace(TWO_BY_EAR, watch=Watch()))
    one.transcriber.replies.extend(
        ["He hit me again and I am afraid of him when he drinks", "No.", "Read me my last answer."]
    )
    one.hold()
    assert "hit me" not in spoken(one) and "help now" not in spoken(one)
    assert PHRASES.spoken["read_quietly"][0] in spoken(one)


# Looking back by voice


def asked(table: type[Table], what: str, *, locked: bool = False, plan=BY_EAR) -> str:  # type: ignore[no-untyped-def]
    """What is said to a request right behind the question."""
    one = table(*SAY, voice(4.0), quiet(8.0), voice(4.0), plan=plan)
    assert one.vault is not None
    day = timedelta(days=1)
    one.vault.entries.add(make_entry(at=SPOKEN_AT - 7 * day, text="I was at the lake, and glad."))
    one.vault.entries.add(make_entry(at=SPOKEN_AT - day, text="Yesterday I was tired."))
    if locked:
        one.lock()
    one.transcriber.replies.extend([what, LONG, LONG])
    one.hold()
    return " / ".join(one.mouth.said[1:])


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("Read me my last answer, please.", "Yesterday I was tired."),
        ("What did I say a week ago?", "you said this. I was at the lake, and glad."),
        ("Spell that.", "T, I, R, E, D."),
        ("Spell Siobhan.", "S, I, O, B, H, A, N."),
        ("Read it to me slower.", "Slower now. "),
    ],
)
def test_what_is_asked_for_is_read(table: type[Table], what: str, answer: str) -> None:
    if what == "Spell that.":  # the last word that was given back
        one = table(voice(4.0), quiet(8.0), *SAY, plan=TWO_BY_EAR)
        one.transcriber.replies.extend([LONG, what])
        one.hold()
        assert answer in spoken(one)
    else:
        assert answer in asked(table, what)


AGO = {"Read me a month ago.": 31, "Read me a year ago.": 365}


@pytest.mark.parametrize("what", AGO)
@pytest.mark.parametrize("heavy", ["", "My grandmother died this morning."])
def test_a_month_and_a_year_ago(what: str, heavy: str, table: type[Table]) -> None:
    """An entry of that day is read when asked for; of a day on which something heavy was said nothing is."""
    one = table(*SAY, voice(4.0), plan=BY_EAR)
    assert one.vault is not None
    at = SPOKEN_AT - timedelta(days=AGO[what])
    text = "I was at the lake, and glad."
    mention = EmotionMention(23, 27, "glad", "glad", Family.JOY, Quadrant.PLEASANT_HIGH)
    one.vault.entries.add(replace(make_entry(at=at, text=text), mentions=(mention,)))
    if heavy:
        one.vault.entries.add(make_entry(at=at + timedelta(minutes=5), text=heavy))
    one.transcriber.replies.extend([what, LONG])
    one.hold()
    assert ("lake" in spoken(one)) is not heavy.startswith("My")
    assert (PHRASES.spoken["read_no_light"][0] in spoken(one)) is bool(heavy)
    assert "died" not in spoken(one)


@pytest.mark.parametrize(
    "heavy", ["My grandmother died this morning.", "I want to kill myself.", "Ma grand-mère est morte."]
)
@pytest.mark.parametrize("offered", [True, False])
def test_a_week_ago_tells_of_no_heavy_day(heavy: str, offered: bool, table: type[Table]) -> None:
    """Another entry of that day neither; it names the day alone, also where help is never offered."""
    one = table(*SAY, voice(4.0), plan=replace(BY_EAR, watch=Watch(on=offered)))
    assert one.vault is not None
    at = SPOKEN_AT - timedelta(days=7)
    one.vault.entries.add(make_entry(at=at, text="I was at the lake, and glad."))
    language = "fr" if heavy.startswith("Ma") else "en"
    one.vault.entries.add(replace(make_entry(at=at + timedelta(minutes=5), text=heavy), language=language))
    one.transcriber.replies.extend(["What did I say a week ago?", LONG])
    one.hold()
    assert "lake" not in spoken(one) and heavy.split()[-1] not in spoken(one)
    assert PHRASES.say("read_heavy", weekday="Sunday") in spoken(one)


def test_a_light_day_beside_a_heavy_one_is_read(table: type[Table]) -> None:
    """With its own name, so that nobody takes it for the other."""
    one = table(*SAY, voice(4.0), plan=BY_EAR)
    assert one.vault is not None
    for days, text in ((7, "My grandmother died this morning."), (8, "I was at the lake, and glad.")):
        one.vault.entries.add(make_entry(at=SPOKEN_AT - timedelta(days=days), text=text))
    one.transcriber.replies.extend(["What did I say a week ago?", LONG])
    one.hold()
    assert "On Saturday you said this. I was at the lake, and glad." in spoken(one)
    assert "died" not in spoken(one) and "heavy" not in spoken(one)


def test_not_this_one_again(table: type[Table]) -> None:
    """What was read last stays away for good, and stays in the journal; where nothing was read it says so."""
    one = table(*SAY * 4, voice(4.0), plan=BY_EAR)
    assert one.vault is not None
    kept = one.vault.entries.add(make_entry(at=SPOKEN_AT - timedelta(days=7), text="I was at the lake, and glad."))
    ask = "Read me a week ago."
    one.transcriber.replies.extend(["Not this one again.", ask, "Not this one again.", ask, LONG])
    one.hold()
    said = spoken(one)
    assert said.index(PHRASES.spoken["read_which"][0]) < said.index("lake")
    assert said.count("lake") == 1 and PHRASES.spoken["read_not_again"][0] in said
    assert one.vault.unasked.left_out(kept.id) and one.vault.entries.get(kept.id).text == kept.text


def test_feelings_of_the_week(table: type[Table]) -> None:
    """By family, the most often named first; without one it says so."""
    one = table(voice(4.0), quiet(8.0), *SAY, plan=TWO_BY_EAR)
    one.transcriber.replies.extend([LONG, "Which feelings this week?"])
    one.hold()
    assert "In the last seven days you named tiredness." in spoken(one)


def test_a_week_without_a_named_feeling(table: type[Table]) -> None:
    one = table(*SAY, voice(4.0), plan=BY_EAR)
    one.transcriber.replies.extend(["Which feelings this week?", "We had soup and then we went home again"])
    one.hold()
    assert PHRASES.spoken["feelings_none"][0] in spoken(one)


EARLIER = (
    "Read me my last answer.", "What did I say a week ago?", "Which feelings this week?", "Read me a month ago.",
    "Read me a year ago.", "Not this one again.",
)  # fmt: skip


@pytest.mark.parametrize("what", EARLIER)
def test_a_locked_vault_is_not_read(table: type[Table], what: str) -> None:
    said = asked(table, what, locked=True)
    assert PHRASES.spoken["read_locked"][0] in said
    assert "lake" not in said and "Yesterday" not in said


@pytest.mark.parametrize("what", EARLIER)
def test_nothing_is_read_to_two(table: type[Table], what: str) -> None:
    plan = replace(BY_EAR, speakers=("me", "Kim"), course=replace(BY_EAR.course, speakers=2))
    said = asked(table, what, plan=plan)
    assert PHRASES.spoken["read_together"][0] in said
    assert "lake" not in said and "Yesterday" not in said


def test_the_pace_is_changed_within_its_range(table: type[Table]) -> None:
    """Each time a step, until there is no more."""
    one = table(*SAY * 4, voice(4.0), plan=BY_EAR)
    one.transcriber.replies.extend(["Slower."] * 3 + ["Faster.", LONG])
    one.hold()
    assert one.mouth.pace == -2
    assert spoken(one).count("Slower now.") == 2
    assert PHRASES.spoken["pace_stays"][0] in spoken(one)


def test_it_was_me_is_an_answer_where_nothing_was_offered(table: type[Table]) -> None:
    """A confession is no request."""
    one = table(*SAY, voice(4.0), plan=PLAN)
    one.transcriber.replies.extend(["It was me.", LONG])
    (entry,) = one.hold().entries
    assert entry.text.startswith("It was me.")


# Keys


def played(*events: Event, course: Course = Course()) -> tuple[State, list[object]]:
    state, done = State(course), []
    for event in events:
        state, actions = step(state, event)
        done += actions
    return state, done


@pytest.mark.parametrize("yes", [True, False])
@pytest.mark.parametrize("command", [Command.DELETE, Command.DELETE_SENTENCE])
def test_a_key_that_destroys_asks_behind_what_was_said(command: Command, yes: bool, table: type[Table]) -> None:
    """What was said is written down, then it asks; no keeps it and yes by key deletes it."""
    one = table(voice(1.2), Given(command, asks=True), quiet(0.5), Replied(yes=yes), quiet(8.0), plan=PLAN)
    assert [entry.text for entry in one.hold().entries] == ([] if yes else [LONG])


@pytest.mark.parametrize("command", [Command.HELP, Command.READ_LAST, Command.SLOWER, Command.SPELL, Command.MEANING])
def test_a_key_says_it_between(command: Command) -> None:
    """The turn stays open, and it listens on behind the sentence."""
    state, _ = played(Begin(), Spoken(), Given(command))
    assert state.turn.is_open and state.saying == 1
    state, _ = step(state, Spoken())
    assert state.phase.value == "listening"


# Time


@pytest.mark.parametrize("kind", [TurnKind.ANSWER, TurnKind.CONFIRM, TurnKind.CORRECTION, TurnKind.FOLLOWUP])
def test_a_wait_of_nought_never_ends(kind: TurnKind) -> None:
    """Nobody is hurried: silence of an hour changes nothing."""
    course = Course(nudge_after_s=0, repeat_after_s=0, give_up_after_s=0, confirm_wait_s=0, follow_wait_s=0)
    state, _ = played(Begin(), Spoken(), course=course)
    state = replace(state, turn=replace(state.turn, kind=kind))
    assert step(state, Listened(3600.0)) == (state, ())


# A request that was misheard

MISHEARD = "What did I say a weak ago?"


def test_a_misheard_request_is_asked_about(table: type[Table]) -> None:
    """It is kept until the person says that it was one; asked once more it is done, and the question is still open."""
    one = table(*SAY, *SAY, *SAY, voice(4.0), plan=BY_EAR)
    assert one.vault is not None
    one.vault.entries.add(make_entry(at=SPOKEN_AT - timedelta(days=7), text="I was at the lake, and glad."))
    one.transcriber.replies.extend([MISHEARD, "Yes.", "What did I say a week ago?", LONG])
    (entry,) = one.hold().entries
    assert PHRASES.spoken["unclear"][0] in spoken(one) and "at the lake" in spoken(one)
    assert entry.text == LONG


@pytest.mark.parametrize("reply", ["No.", None, "I was only asking myself."])
def test_a_question_to_oneself_stays_an_answer(reply: str | None, table: type[Table]) -> None:
    """No and silence leave it; whoever goes on with it has all of it kept."""
    one = table(*SAY, *(SAY if reply else (quiet(9.0),)), quiet(6.0), plan=BY_EAR)
    one.transcriber.replies.extend([MISHEARD, *([reply] if reply else [])])
    (entry,) = one.hold().entries
    assert entry.text.split("\n\n") == [MISHEARD, *([reply] if reply and reply != "No." else [])]


def test_taken_for_a_request_it_can_be_had_back(table: type[Table]) -> None:
    """ "That was my answer", as behind any request."""
    one = table(*SAY, *SAY, *SAY, voice(4.0), plan=BY_EAR)
    one.transcriber.replies.extend([MISHEARD, "Yes.", "That was my answer.", LONG])
    assert [entry.text for entry in one.hold().entries] == [MISHEARD, LONG]


def test_a_misheard_request_behind_an_answer_leaves_it_alone(table: type[Table]) -> None:
    one = table(voice(4.0), quiet(7.0), *SAY, *SAY, quiet(20.0), plan=BY_EAR)
    one.transcriber.replies.extend([LONG, MISHEARD, "Yes."])
    (entry,) = one.hold().entries
    assert PHRASES.spoken["say_again"][0] in spoken(one)
    assert entry.text == LONG


def test_who_sees_a_screen_is_not_asked(table: type[Table]) -> None:
    """What was heard stands there."""
    one = table(*SAY, quiet(9.0), plan=PLAN)
    one.transcriber.replies.extend([MISHEARD])
    assert [entry.text for entry in one.hold().entries] == [MISHEARD]
    assert PHRASES.spoken["unclear"][0] not in spoken(one)
