"""An evening without a screen, begun by nobody who was looked at: own words and earlier days stay unspoken."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import LONG, PHRASES, PLAN, Table
from tests.vault_samples import SPOKEN_AT, make_entry
from voicecheck.checkin.course import Course, Line
from voicecheck.checkin.notices import Notices
from voicecheck.checkin.opening import Opening, Present
from voicecheck.checkin.plan import Rooms
from voicecheck.checkin.ports import Screen
from voicecheck.checkin.state import State
from voicecheck.checkin.unseen import NoScreen
from voicecheck.checkin.wishes import Wishes
from voicecheck.checkin.wording import Saying
from voicecheck.cli.inviting.evening import _run
from voicecheck.domain import Follow, Reflection
from voicecheck.errors import AudioError, ModelError
from voicecheck.feelings.danger_watch import Watch
from voicecheck.paths import find_paths
from voicecheck.settings.schema import Settings
from voicecheck.speech.microphone import SourceFailed

BY_EAR = PHRASES.by_ear()
DARK = replace(PLAN, course=Course(by_ear=True, confirms=False), followed_up=0.0, only_thanks=0.0, looks_back=False)
NUMBERS = ("In danger, call this first: 911  (United States)", "Lifeline: 988")
HEAVY = replace(DARK, watch=Watch(), help_lines=NUMBERS, help_aloud=NUMBERS)
SAY = (voice(1.5), quiet(4.0))


@pytest.fixture
def table() -> Iterator[type[Table]]:
    made: list[Table] = []

    class Dark(Table):
        def __init__(self, *script: object, **options: object) -> None:
            super().__init__(*script, **{"plan": DARK, **options})  # type: ignore[arg-type]
            made.append(self)

        def rooms(self) -> Rooms:
            return replace(super().rooms(), screen=NoScreen(), phrases=BY_EAR)

    yield Dark
    for one in made:
        one.close()


def test_an_evening_without_a_screen(table: type[Table]) -> None:
    """The question, thanks, and good night are said; the person's own words are not, and stand with the entry."""
    one = table(voice(4.0))
    (entry,) = one.hold().entries
    question, thanks, closing = one.mouth.said
    assert question.startswith("There is one question tonight.") and question.endswith("How was today?")
    assert closing.startswith("One answer is kept.") and closing.endswith(tuple(PHRASES.spoken["closing"]))
    assert thanks in PHRASES.spoken["thanks"]
    assert entry.text == LONG
    assert "tired" in (entry.reflection or "")
    assert (one.mouth.chimes, one.mouth.closes) == (1, 2)  # behind the answer, and behind the moment after thanks


@pytest.mark.parametrize("aloud", ["questions", "all", "everything"])
def test_own_words_are_said_only_where_that_was_wished(aloud: str, table: type[Table]) -> None:
    """With `aloud = "all"` it mirrors by voice, too, and a request behind an answer is told with its words."""
    one = table(voice(4.0), plan=replace(DARK, aloud=aloud))
    one.hold()
    notices = Notices(one.rooms(), one.plan)
    notices.set_aside("cancel the dentist")
    notices.guessed("sat", "sad")
    notices.beside("my sister", 1.0, 2.0)
    said = f"{one.mouth.said} {notices.waiting.take()}"
    for words in ("tired", "dentist", "sad", "my sister"):
        assert (words in said) == (aloud != "questions")
    assert "I took" in said and "a voice beside you" in said


def test_words_to_choose_from_are_said_without_ones_own(table: type[Table]) -> None:
    """Nor is the sentence read that is to be deleted."""
    saying = Saying(table().rooms(), DARK)
    question = "You said “fine”. Is it more worried, tired, or relieved, or is “fine” the right word? Or leave it."
    seen = Reflection("", question=question, offered=("worried", "tired", "relieved"))
    assert saying.utter(Line.NEARER, 0, 0, seen).aloud.startswith("Does one of these come near?")
    deleting = saying.utter(Line.SENTENCE_CONFIRM, 0, 0, seen, sentence="I was so tired.").aloud
    assert deleting in BY_EAR.spoken["sentence_confirm"]


def test_nothing_is_asked_about_words_that_nobody_hears() -> None:
    """ "Did I get that right?" needs the words."""
    assert not State(DARK.course).may(Follow.CONFIRM)
    assert State(replace(DARK.course, confirms=True)).may(Follow.CONFIRM)


def test_a_locked_evening(table: type[Table]) -> None:
    """It needs no key: what was said waits sealed, and that is told."""
    one = table(voice(4.0))
    one.lock()
    assert one.hold().sealed
    assert len(one.sealed) == 1
    assert PHRASES.say("heard_sealed") in one.mouth.said[-1]


@pytest.mark.parametrize("what", ["Read me my last answer.", "What did I say a week ago?", "Which feelings this week?"])
def test_nothing_of_earlier_evenings_is_read(what: str, table: type[Table]) -> None:
    """Whoever says yes begins it, so the open vault is read to nobody; this evening's own answer is."""
    one = table(*SAY, voice(4.0), quiet(8.0))
    assert one.vault is not None
    for days in (1, 7):
        one.vault.entries.add(make_entry(at=SPOKEN_AT - timedelta(days=days), text="I was glad at the lake."))
    one.transcriber.replies.extend([what, LONG])
    one.hold()
    said = " ".join(one.mouth.said)
    assert PHRASES.say("read_elsewhere") in said
    assert "lake" not in said and "glad" not in said and "joy" not in said


SLOWLY = (
    "In danger, call this first: 9, 1, 1, United States. Once more. In danger, call this first: 9, 1, 1, United States."
)


@pytest.mark.parametrize("before", ["answer", "pause"])
def test_help_now_is_said_twice_and_slowly(before: str, table: type[Table]) -> None:
    """Digit by digit, at once, paused or not; then it listens on as before."""
    one = table(*(SAY if before == "pause" else ()), *SAY, voice(3.0), plan=HEAVY)
    one.transcriber.replies.extend([*["Pause."] * (before == "pause"), "Help now.", *["Go on."] * (before == "pause")])
    one.hold()
    said = next(said for said in one.mouth.said if "9, 1, 1" in said)
    assert SLOWLY in said and "Lifeline: 9, 8, 8. Once more. Lifeline: 9, 8, 8." in said


@pytest.mark.parametrize(
    ("text", "heavy"),
    [("I want to die", True), ("He hits me and then he says that he is sorry", False)],
)
def test_danger_is_answered_and_no_number_is_said_unasked(text: str, heavy: bool, table: type[Table]) -> None:
    """To one's own life: how to hear who can be reached. Of violence not a word: somebody else may listen."""
    one = table(voice(4.0), plan=HEAVY)
    one.transcriber.last = text
    one.hold()
    assert (BY_EAR.say("heavy") in one.mouth.said) == heavy
    assert not any("9, 1, 1" in said or "screen" in said for said in one.mouth.said)
    assert any(said in PHRASES.spoken["thanks"] for said in one.mouth.said) != heavy


def run_to_the_end(one: Table) -> list[str]:
    """Hold it as an invitation does, and return what was said."""
    _run(one.plan, one.rooms(), one.world)  # type: ignore[arg-type]
    return one.mouth.said


def test_a_microphone_that_goes_is_told(table: type[Table]) -> None:
    """What is wrong is said before it ends, and that what was said is safe."""
    one = table(voice(2.0), SourceFailed(AudioError("The microphone is gone.", "Connect it.")))
    said = run_to_the_end(one)
    assert any("The microphone is gone." in text for text in said)
    assert said[-1] == PHRASES.say("broke_off")
    assert one.mouth.chimes == one.mouth.closes == 1


def test_a_recogniser_that_fails_is_told(table: type[Table]) -> None:
    """The error goes on to whoever started it, behind a sentence; the answer waits sealed."""
    one = table(voice(4.0))
    one.transcriber.replies.append(ModelError("It fails.", "See: voicecheck doctor"))
    with pytest.raises(ModelError):
        run_to_the_end(one)
    assert one.mouth.said[-1] == f"It fails. {PHRASES.say('broke_off')}"
    assert len(one.sealed) == 1


def test_an_evening_that_went_well_ends_with_good_night(table: type[Table]) -> None:
    """Nothing is said behind it."""
    said = run_to_the_end(table(voice(4.0)))
    assert said[-2].endswith(tuple(PHRASES.spoken["closing"]))
    assert not said[-1]


def test_no_screen_holds_a_method_for_each_of_the_port() -> None:
    """Whatever is shown there is shown to nobody."""
    screen: Screen = NoScreen()
    names = {name for name in vars(Screen) if callable(getattr(Screen, name)) and name[0] != "_"}
    assert all(callable(getattr(screen, name)) for name in names)


@pytest.mark.parametrize("aloud", ["questions", "nothing", "all", "everything"])
def test_an_invitation_is_for_nobody_that_was_looked_at(
    aloud: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By ear whatever the settings say, questions at least; no earlier moment, and nothing to choose on a screen."""
    checkin = msgspec.structs.replace(Settings().checkin, aloud=aloud)
    settings = msgspec.structs.replace(Settings(), checkin=checkin)
    monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path))
    app = SimpleNamespace(paths=find_paths(), settings=settings, phrases=PHRASES)
    with ExitStack() as stack:
        opening = Opening(app, Wishes(unseen=True), queue.SimpleQueue(), stack)
        plan = opening.plan(settings, None, Present(), pytest.fail, can_be_said_back=False)
    assert (plan.by_ear, plan.looks_back, plan.moment) == (True, False, None)
    assert plan.aloud == (aloud if aloud != "nothing" else "questions")
    assert plan.course.confirms == plan.says_own_words == (aloud in ("all", "everything"))
    assert not plan.course.offer_sentence
