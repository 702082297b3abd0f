"""An evening without a screen: what would be shown is said or left for the page, and tones mark the microphone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import LONG, PHRASES, PLAN, Table
from voicecheck.checkin import notices
from voicecheck.checkin.course import Course, Line
from voicecheck.checkin.plan import Rooms
from voicecheck.checkin.ports import Unseen
from voicecheck.checkin.unseen import NoScreen, digit_by_digit, marked
from voicecheck.checkin.wording import UNSEEN
from voicecheck.cli.inviting.evening import _run
from voicecheck.errors import AudioError, ModelError
from voicecheck.feelings.danger_watch import Watch
from voicecheck.speech.microphone import SourceFailed

PACKAGE = Path(__file__).parents[2] / "voicecheck"
DARK = replace(PLAN, course=Course(unseen=True), followed_up=0.0, only_thanks=0.0)
NUMBERS = ("In danger, call this first: 911  (United States)", "Lifeline: 988")
HEAVY = replace(DARK, watch=Watch(), help_lines=NUMBERS)
SAY = (voice(1.5), quiet(4.0))


@pytest.fixture
def table() -> Iterator[type[Table]]:
    made: list[Table] = []

    class Dark(Table):
        def __init__(self, *script: object, **options: object) -> None:
            super().__init__(*script, **{"plan": DARK, **options})  # type: ignore[arg-type]
            made.append(self)

        def rooms(self) -> Rooms:
            return marked(replace(super().rooms(), screen=NoScreen(PHRASES)))

    yield Dark
    for one in made:
        one.close()


def test_an_evening_by_ear(table: type[Table]) -> None:
    """The question, thanks, and good night are said; the person's own words are not, and stand with the entry."""
    one = table(voice(4.0))
    (entry,) = one.hold().entries
    question, thanks, closing = one.mouth.said
    assert (question, closing in PHRASES.spoken["closing"]) == ("How was today?", True)
    assert thanks in PHRASES.spoken["thanks"]
    assert entry.text == LONG
    assert "tired" in (entry.reflection or "")
    assert one.mouth.marks == [True, False]


@pytest.mark.parametrize("aloud", ["questions", "all"])
def test_own_words_are_said_only_where_that_was_wished(aloud: str, table: type[Table]) -> None:
    """`aloud = "all"` mirrors by voice, too."""
    one = table(voice(4.0), plan=replace(DARK, aloud=aloud))
    one.hold()
    assert any("tired" in said for said in one.mouth.said) == (aloud == "all")


def test_a_locked_evening(table: type[Table]) -> None:
    """It needs no key: what was said waits sealed, and nothing but that is different."""
    one = table(voice(4.0))
    one.lock()
    assert one.hold().sealed
    assert len(one.sealed) == 1
    assert one.mouth.said[-1] in PHRASES.spoken["closing"]


SLOWLY = "In danger, call this first: 9, 1, 1 (United States). Lifeline: 9, 8, 8."


@pytest.mark.parametrize("before", ["answer", "pause"])
def test_help_now_is_said_twice_and_slowly(before: str, table: type[Table]) -> None:
    """Digit by digit, at once, paused or not; then it listens on as before."""
    one = table(*(SAY if before == "pause" else ()), *SAY, voice(3.0), plan=HEAVY)
    one.transcriber.replies.extend([*["Pause."] * (before == "pause"), "Help now.", *["Go on."] * (before == "pause")])
    one.hold()
    said = next(said for said in one.mouth.said if "9, 1, 1" in said)
    assert " ".join(said.split()) == f"{SLOWLY} Once more. {SLOWLY} {PHRASES.say('help_shown_unseen')}"


@pytest.mark.parametrize(
    ("text", "heavy"),
    [("I want to die", True), ("He hits me and then he says that he is sorry", False)],
)
def test_danger_is_answered_and_no_number_is_said_unasked(text: str, heavy: bool, table: type[Table]) -> None:
    """To one's own life: how to hear who can be reached. Of violence not a word: somebody else may listen."""
    one = table(voice(4.0), plan=HEAVY)
    one.transcriber.last = text
    one.hold()
    assert (PHRASES.say("heavy_unseen") in one.mouth.said) == heavy
    assert not any("9, 1, 1" in said or "screen" in said for said in one.mouth.said)
    assert any(said in PHRASES.spoken["thanks"] for said in one.mouth.said) != heavy


def run_to_the_end(one: Table) -> list[str]:
    """Hold it as an invitation does, and return what was said."""
    rooms = one.rooms()
    assert isinstance(rooms.screen, NoScreen)
    _run(one.plan, rooms, one.world, rooms.screen)  # type: ignore[arg-type]
    return one.mouth.said


def test_a_microphone_that_goes_is_told(table: type[Table]) -> None:
    """What is wrong is said before it ends, and that what was said is safe."""
    one = table(voice(2.0), SourceFailed(AudioError("The microphone is gone.", "Connect it.")))
    assert run_to_the_end(one)[-1] == f"The microphone is gone. {PHRASES.say('broke_off')}"
    assert one.mouth.marks == [True, False]


def test_a_recogniser_that_fails_is_told(table: type[Table]) -> None:
    """The error goes on to whoever started it, behind a sentence; the answer waits sealed."""
    one = table(voice(4.0))
    one.transcriber.replies.append(ModelError("It fails.", "See: voicecheck doctor"))
    with pytest.raises(ModelError):
        run_to_the_end(one)
    assert one.mouth.said[-1].endswith(PHRASES.say("broke_off"))
    assert len(one.sealed) == 1


def test_the_last_thing_is_the_closing_tone(table: type[Table]) -> None:
    """An evening that went well has nothing to say behind its good night."""
    said = run_to_the_end(table(voice(4.0)))
    assert (said[-2] in PHRASES.spoken["closing"], said[-1]) == (True, "")


# Every message


def shown_names() -> set[str]:
    """Names of the notices that the check-in shows by name, as they stand in its code."""
    found: set[str] = set()
    for path in (PACKAGE / "checkin").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                by_name = node.func.attr == "show" and ast.unparse(node.func.value) in ("self", "self._notices")
                if by_name or node.func.attr == "_notice":
                    found |= {n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)}
    return found


def test_every_notice_says_what_becomes_of_it() -> None:
    """Said or left for the page: each name that the code shows is in the table, and no other."""
    assert shown_names() | {"waits_for_words"} == set(notices.MESSAGES)
    assert all(name in PHRASES.screen for name in notices.MESSAGES)


NEVER_UNSEEN = {
    "confirm_aloud",  # what it is about is only shown, so that it is not asked
    "side_by_side", "side_by_side_you",  # two people
    "sentence_next",  # a sentence is chosen on a screen alone
}  # fmt: skip


def test_no_sentence_speaks_of_a_screen_that_is_not_there() -> None:
    """Each that does has another form, or never comes."""
    speaking = {name for name, forms in PHRASES.spoken.items() if any("screen" in form for form in forms)}
    assert speaking == set(UNSEEN) | NEVER_UNSEEN
    assert not any("screen" in form for name in UNSEEN.values() for form in PHRASES.spoken[name])


def test_nothing_is_said_of_the_rest() -> None:
    """A notice for the page is not said, one that is said comes once, before the next sentence."""
    screen = NoScreen(PHRASES)
    for way in Unseen:
        screen.notice(f"This is {way} 12.", unseen=way)
        screen.notice(f"This is {way} 12.", unseen=way)
    assert screen.unsaid() == "This is said 12. This is slowly 1, 2. Once more. This is slowly 1, 2."
    assert screen.unsaid() == ""
    for line in Line:
        screen.sentence(line.value)
    screen.set_aside("delete that")
    screen.beside("somebody else", 1.0, 2.0)
    assert screen.unsaid() == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Lifeline: 988", "Lifeline: 9, 8, 8"),
        ("Samaritans: 116 123", "Samaritans: 1, 1, 6, 1, 2, 3"),
        ("0800 111 0 111 or 112", "0, 8, 0, 0, 1, 1, 1, 0, 1, 1, 1 or 1, 1, 2"),
        ("text HOME to 741741", "text HOME to 7, 4, 1, 7, 4, 1"),
    ],
)
def test_numbers_are_said_as_one_writes_them_down(text: str, said: str) -> None:
    """Digit by digit, whatever stands between them."""
    assert digit_by_digit(text) == said
