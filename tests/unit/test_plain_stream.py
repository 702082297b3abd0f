"""An evening in plain lines: the stream with its times, beside what the loop listens to, and a reader that talks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.fakes import FakeMouth, ScriptedSource, Step
from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import END, LONG, PHRASES, PLAN, TWO, Table, loud_s
from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Given, Spoken
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.plan import Evening, Plan, Rooms
from voicecheck.checkin.ports import When
from voicecheck.checkin.reader import BEFORE_IT_READS_S, Reader
from voicecheck.cli.terminal.keyboard import ENTER
from voicecheck.cli.terminal.stream import StreamScreen
from voicecheck.feelings.danger_watch import OwnPhrases, Watch
from voicecheck.speech.audio import decode_pages
from voicecheck.utterance import BLOCK_S, Samples

NUMBERS = ("Call first: 112", "A line: 123")
YOUR_TURN = PHRASES.show("plain_your_turn")


@dataclass(frozen=True)
class Printed:
    """A line, and what the loop did when it came."""

    at_s: float
    text: str
    listening: bool


class Room(ScriptedSource):
    """A microphone that hears the reader too, and whose blocks are the time of the evening."""

    def __init__(self, table: PlainTable) -> None:
        super().__init__(table.world)
        self._table = table

    def give(self, samples: Samples, *, overflow: bool = False) -> None:
        self._table.pass_time(len(samples))
        super().give(voice(BLOCK_S)[: len(samples)] if self._table.reader.reading else samples, overflow=overflow)


class PlainTable(Table):
    """An evening for a screen reader, whose voice the microphone hears."""

    def __init__(self, *script: Step, plan: Plan = PLAN, voiceless: bool = False, slow: bool = False) -> None:
        super().__init__(*script, plan=plan)
        self.printed: list[Printed] = []
        self.blocks = 0
        self._timers: list[tuple[float, Callable[[], None]]] = []
        self.reader = Reader(self._echo, 150.0, YOUR_TURN, lambda: self.now_s, self._later)
        self.mouth = FakeMouth(lambda event: self.reader.spoken(), slow=slow)
        self.reader.use(self.mouth, lambda: self.world.put(Spoken()), voiceless=voiceless)
        self.stream = StreamScreen(PHRASES, self.reader, typed=False)
        self.source = Room(self)
        self.checkin: Checkin | None = None

    @property
    def now_s(self) -> float:
        return self.blocks * BLOCK_S

    def pass_time(self, samples: int) -> None:
        self.blocks += 1
        due = [call for at_s, call in self._timers if at_s <= self.now_s]
        self._timers = [one for one in self._timers if one[0] > self.now_s]
        for call in due:
            call()

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        self._timers.append((self.now_s + seconds, call))

    def _echo(self, text: str) -> None:
        listening = self.checkin is not None and self.checkin._telling.listening
        self.printed.append(Printed(self.now_s, text, listening))

    def play(self, *script: Step) -> None:
        """Let this happen in place of what the table was made with."""
        self.world._script = self.world._happen(script)

    def press(self, key: str) -> Callable[[], None]:
        def pressed() -> None:
            for event in self.stream.press(key):
                self.world.put(event)

        return pressed

    def rooms(self) -> Rooms:
        return replace(super().rooms(), mouth=self.reader, screen=self.stream, reader=self.reader)

    def hold(self) -> Evening:
        with self.stream:
            self.checkin = Checkin(self.plan, self.rooms(), self.world)  # type: ignore[arg-type]
            evening = self.checkin.run()
            self.checkin = None
        return evening

    @property
    def lines(self) -> list[str]:
        return [one.text for one in self.printed]


@pytest.fixture
def table() -> Iterator[type[PlainTable]]:
    made: list[Table] = []

    class Made(PlainTable):
        def __init__(self, *script: object, **options: object) -> None:
            super().__init__(*script, **options)  # type: ignore[arg-type]
            made.append(self)

    yield Made
    for one in made:
        one.close()


def check_stream(one: PlainTable) -> None:
    """No line comes twice, none steers the terminal, and none comes while it listens."""
    lines = one.lines
    assert sorted(set(lines)) == sorted(lines), lines
    assert all(text.isprintable() for text in lines), lines
    assert not [heard for heard in one.printed if heard.listening]


@pytest.mark.parametrize("voiceless", [False, True])
def test_two_questions(table: type[PlainTable], voiceless: bool) -> None:
    """What the voice says is not printed, all else is, once; the reader's voice is in no text and in no sound."""
    one = table(quiet(12.0), voice(4.0), quiet(30.0), voice(3.0), plan=TWO, voiceless=voiceless)
    one.transcriber.replies.extend([LONG, "I slept well and I was calm."])
    first, second = one.hold().entries
    check_stream(one)
    assert (first.text, second.text) == (LONG, "I slept well and I was calm.")
    assert one.vault is not None
    kept_s = [loud_s(decode_pages(one.vault.recordings.pages(entry.id))) for entry in (first, second)]
    assert kept_s == pytest.approx([4.0, 3.0], abs=0.3)
    assert bool([text for text in one.lines if "How was today?" in text]) is voiceless
    assert (("How was today?" in one.mouth.said), not any(one.mouth.said)) == (not voiceless, voiceless)
    assert one.mouth.chimes >= 2 and one.mouth.closes == 2


def test_it_listens_once_all_is_read(table: type[PlainTable]) -> None:
    """Between a line and the chime there is time for its words, however long the line is."""
    one = table(quiet(20.0), voice(4.0), plan=replace(PLAN, aloud="nothing"), voiceless=True)
    chimed: list[float] = []
    say = one.mouth.say
    one.mouth.say = lambda text, *, chime=False: (chime and chimed.append(one.now_s), say(text, chime=chime))  # type: ignore[method-assign, assignment, func-returns-value]
    one.stream.notice("A line of ten words that has to be read first.")
    one.hold()
    words = sum(len(text.split()) for text in one.lines[:2])
    assert chimed[0] >= words * 60 / 150


def test_a_key_ends_the_waiting(table: type[PlainTable]) -> None:
    """Who has heard enough presses Enter, and it listens."""
    one = table(quiet(0.2), Given(Command.DONE), quiet(0.2), voice(4.0), voiceless=True)
    one.hold()
    assert one.vault is not None
    (entry,) = one.kept()
    assert loud_s(decode_pages(one.vault.recordings.pages(entry.id))) == pytest.approx(4.0, abs=0.4)
    check_stream(one)


@pytest.mark.parametrize("key", ["h", "w", "k"])
def test_asked_for_while_an_answer_is_open(table: type[PlainTable], key: str) -> None:
    """The answer is paused before anything is printed, and goes on with Space: none of it is lost."""
    one = table(plan=replace(PLAN, help_lines=NUMBERS))
    one.play(quiet(1.0), voice(3.0), quiet(1.0), one.press(key), quiet(40.0), Given(Command.RESUME), voice(2.0))
    one.transcriber.replies.extend(["I was so tired today.", "And I was glad."])
    (entry,) = one.hold().entries
    check_stream(one)
    assert entry.text == "I was so tired today.\n\nAnd I was glad."
    expected = {"h": NUMBERS[0], "w": "I was so tired today.", "k": PHRASES.show("plain_keys")}[key]
    assert any(expected in text for text in one.lines)


def test_numbers_in_a_pause_come_at_once(table: type[PlainTable]) -> None:
    """They were asked for; while they are read nobody is listened to, so no word of them is taken for "go on"."""
    one, seen = table(plan=replace(PLAN, help_lines=NUMBERS)), []
    one.play(
        *(quiet(1.0), voice(3.0), Given(Command.PAUSE), quiet(9.0), one.press("h"), quiet(0.5)),
        *(lambda: seen.extend(one.lines), quiet(9.0), END),
    )
    one.transcriber.last = "Go on."
    one.transcriber.replies.append(LONG)
    one.hold()
    assert set(NUMBERS) <= set(seen)
    assert [entry.text for entry in one.kept()] == [LONG]


@pytest.mark.parametrize("said", ["He hit me again.", "I want to die tonight.", "I was at the lake."])
def test_violence_is_never_read_aloud(table: type[PlainTable], said: str) -> None:
    """The line that points to help stays away, and danger to a life shows the numbers before it listens on.

    The last line of every evening names help, whatever was said.
    """
    own = OwnPhrases(life=("want to die",), harm=("hit me",), replaces=True)
    one = table(quiet(1.0), voice(4.0), plan=replace(PLAN, help_lines=NUMBERS, watch=Watch(own={"en": own})))
    one.transcriber.replies.append(said)
    one.hold()
    check_stream(one)
    assert (set(NUMBERS) <= set(one.lines)) is ("die" in said)
    assert PHRASES.show("help_offer_quiet") not in one.lines
    assert one.lines[-1] == PHRASES.show("help_afterwards")


def test_a_voice_that_fails_is_read_instead(table: type[PlainTable]) -> None:
    """The sentence that nobody heard is printed, gets its time, and so does every other from there on."""
    one = table(slow=True)
    fail = one.reader.fall_silent

    def silence() -> None:
        fail()
        one.mouth.hurry()

    one.play(quiet(0.2), silence, quiet(15.0), voice(4.0))
    one.hold()
    assert one.lines.count("How was today?") == 1
    assert len(one.kept()) == 1


def test_a_question_that_comes_again_says_so() -> None:
    """Where it is printed, too; and a notice is told once."""
    lines: list[str] = []
    reader = Reader(lines.append, 150.0, YOUR_TURN, lambda: 0.0, lambda seconds, call: None)
    reader.voiceless = True
    screen = StreamScreen(PHRASES, reader, typed=False)
    for number in (1, 1):
        screen.question("How was today?", number, 2)
        screen.notice("The microphone gives no sound.")
        screen.notice("Only for the eye.", True, When.SEEN)
        reader.say("How was today?")
    assert lines == [
        "The microphone gives no sound.",
        f"{PHRASES.show('plain_question', number=1, count=2)} How was today?",
        f"{PHRASES.show('plain_again')} How was today?",
    ]


def test_the_name_of_a_key_is_no_word(table: type[PlainTable]) -> None:
    """A reader says "return" behind the key that ends an answer: it does not go on with that."""
    one = table()
    one.play(quiet(1.0), voice(4.0), quiet(0.5), one.press(ENTER), voice(0.6), quiet(20.0))
    (entry,) = one.hold().entries
    assert entry.text == LONG
    assert one.vault is not None
    assert loud_s(decode_pages(one.vault.recordings.pages(entry.id))) == pytest.approx(4.0, abs=0.3)


def test_what_was_printed_before_gets_its_time() -> None:
    """An unlocked vault may have had much to say: the reader is still at it when the evening begins."""
    reader = Reader(
        lambda text: None, 150.0, YOUR_TURN, lambda: 0.0, lambda seconds, call: waits.append(seconds),
        words_elsewhere=lambda: 40,
    )  # fmt: skip
    waits: list[float] = []
    reader.use(FakeMouth(lambda event: None), lambda: None, voiceless=False)
    for _ in range(2):
        reader.say("How was today?", chime=True)
    assert waits == [pytest.approx(40 * 60 / 150 + BEFORE_IT_READS_S)] * 2


def test_the_reader_talks_over_nobody() -> None:
    """What is heard while it reads ends no sentence; whoever talks over the voice behind it still does."""
    now_s, timers = [0.0], []
    reader = Reader(lambda text: None, 150.0, YOUR_TURN, lambda: now_s[0], lambda seconds, call: timers.append(call))
    mouth = FakeMouth(lambda event: None, slow=True)
    reader.use(mouth, lambda: None, voiceless=False)
    reader.line("A line that is read first.")
    reader.say("How was today?", chime=True)
    reader.give_way()
    assert (mouth.said, mouth.gave_way) == ([], 0)
    now_s[0] = 60.0
    timers.pop()()
    reader.give_way()
    assert (mouth.said, mouth.gave_way) == (["How was today?"], 1)


def test_keys_that_a_voice_does_not_say_are_printed() -> None:
    """Of a sentence that is said, what is only shown; of one that is said otherwise, all of it."""
    lines: list[str] = []
    reader = Reader(lines.append, 150.0, YOUR_TURN, lambda: 0.0, lambda seconds, call: None)
    for shown, aloud in (
        ("Heavy or restless?\n1: heavy", "Heavy or restless?"),
        ("You felt low. Right?", "Is that right?"),
    ):
        reader.sentence(shown)
        reader.say(aloud)
    assert lines == ["1: heavy", "You felt low. Right?"]


def test_tones_are_explained_once(tmp_path: Path) -> None:
    """On the first evening alone, and not where answers are typed."""
    told: list[list[str]] = []
    for typed in (True, False, False):
        lines: list[str] = []
        reader = Reader(lines.append, 150.0, YOUR_TURN)
        with StreamScreen(PHRASES, reader, typed=typed, told_file=tmp_path / "home" / "told"):
            pass
        told.append(lines)
    assert [PHRASES.show("plain_evening") in lines for lines in told] == [False, True, False]
