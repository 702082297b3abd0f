"""What the person sees, drawn into a terminal of a test."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from rich.console import Console

from voicecheck.checkin.ports import When
from voicecheck.cli.terminal.screen import BARS, FullScreen, PlainScreen, TypedScreen, bar, choose_screen
from voicecheck.phrases import load_phrases

ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h", "\x1b[?1049l"
SECRET = "quokkaflute"


class Terminal:
    """A terminal that remembers everything it was sent."""

    def __init__(self, width: int = 100, height: int = 30) -> None:
        self._sent = io.StringIO()
        self.console = Console(file=self._sent, force_terminal=True, width=width, height=height, color_system=None)
        self._seen = 0

    @property
    def sent(self) -> str:
        return self._sent.getvalue()

    def picture(self) -> str:
        """What the last drawing shows, without colours and cursor moves."""
        last = self.sent[self._seen :]
        self._seen = len(self.sent)
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", last)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def screen(terminal: Terminal) -> Iterator[FullScreen]:
    with FullScreen(load_phrases(), terminal.console) as screen:
        yield screen


def test_question_and_state(terminal: Terminal, screen: FullScreen) -> None:
    """The question, which of how many, and what it is doing."""
    screen.question("How was today?", 1, 2)
    screen.state("speaking")
    picture = terminal.picture()
    assert "How was today?" in picture
    assert "1 / 2" in picture
    assert "speaking" in picture


def test_one_question_has_no_number(terminal: Terminal, screen: FullScreen) -> None:
    """An evening of one question counts nothing."""
    screen.question("How was today?", 1, 1)
    assert "1 / 1" not in terminal.picture()


@pytest.mark.parametrize(
    ("state", "hint"),
    [("speaking", "answer now"), ("listening", "finished"), ("thinking", "finished"), ("paused", "Space")],
)
def test_keys_that_work_are_shown(terminal: Terminal, screen: FullScreen, state: str, hint: str) -> None:
    """Each state shows the keys that mean something in it."""
    screen.state(state)
    assert hint in terminal.picture()


def test_writing_shows_no_keys(terminal: Terminal, screen: FullScreen) -> None:
    """While it writes there is nothing to press."""
    screen.state("writing")
    assert "Enter" not in terminal.picture()


def test_level_and_time_while_listening(terminal: Terminal, screen: FullScreen) -> None:
    """Time and a moving bar of the last levels are shown while it listens, and only then."""
    screen.state("listening")
    for dbfs in (-60.0, -35.0, -10.0):
        screen.level(dbfs, 75.4)
    terminal.picture()
    screen.words("")
    picture = terminal.picture()
    assert "1:15" in picture
    assert bar(-60) + bar(-35) + bar(-10) in picture
    screen.state("writing")
    assert BARS[-1] not in terminal.picture()


def test_levels_do_not_redraw_at_every_block(terminal: Terminal, screen: FullScreen) -> None:
    """A hundred blocks in a moment are drawn at most twice."""
    screen.state("listening")
    before = len(terminal.sent)
    screen.words("")
    one = len(terminal.sent) - before
    for _ in range(100):
        screen.level(-30.0, 1.0)
    assert len(terminal.sent) - before < 4 * one


def test_bar_is_one_character_in_range() -> None:
    """The lowest for silence, the highest for a shout, rising in between."""
    heights = [BARS.index(bar(dbfs)) for dbfs in range(-130, 10, 5)]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (0, len(BARS) - 1)


def test_words_reflection_and_notice(terminal: Terminal, screen: FullScreen) -> None:
    """What was understood so far, what is answered, and what went wrong are all there."""
    screen.question("How was today?", 1, 1)
    screen.words("I was tired")
    screen.notice("A piece of sound is missing.")
    screen.sentence("You felt tired.")
    picture = terminal.picture()
    assert all(text in picture for text in ("I was tired", "You felt tired.", "A piece of sound is missing."))


def test_long_answer_shows_its_end(terminal: Terminal, screen: FullScreen) -> None:
    """Of more words than fit, the newest are seen, and the question stays."""
    screen.question("How was today?", 1, 1)
    screen.state("listening")
    terminal.picture()
    screen.words("beginning " + "and so on " * 400 + "ending")
    picture = terminal.picture()
    assert "ending" in picture
    assert "beginning" not in picture
    assert "How was today?" in picture
    assert "Enter: finished" in picture


def test_next_question_clears_the_words_before(terminal: Terminal, screen: FullScreen) -> None:
    """The answer to the first question does not stand under the second."""
    screen.question("One?", 1, 2)
    screen.words(SECRET)
    screen.sentence("Thank you.")
    terminal.picture()
    screen.question("Two?", 2, 2)
    picture = terminal.picture()
    assert SECRET not in picture
    assert "Thank you." not in picture


def test_keep_or_drop_is_asked_until_something_else_happens(terminal: Terminal, screen: FullScreen) -> None:
    """After Ctrl-C the choice and its keys are shown; the next state takes them away."""
    screen.state("paused")
    screen.ask_keep()
    assert screen.asking_keep
    assert "keep" in terminal.picture()
    screen.state("writing")
    assert not screen.asking_keep


def test_no_word_stays_in_the_scroll_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything was drawn on a screen of its own; behind the leaving of it there is nothing but the notices."""
    terminal = Terminal()
    with FullScreen(load_phrases(), terminal.console) as screen:
        screen.question("How was today?", 1, 1)
        screen.state("listening")
        screen.words(SECRET)
        screen.sentence(f"You felt {SECRET}.")
        screen.notice("It is sealed.")
    before, _, inside = terminal.sent.partition(ENTER_SCREEN)
    inside, left, after = inside.partition(LEAVE_SCREEN)
    assert left
    assert SECRET in inside
    assert SECRET not in before + after
    assert "today" not in before + after
    heard = capsys.readouterr()
    assert heard.err == "It is sealed.\n"
    assert heard.out == ""


def test_screen_is_left_when_the_evening_fails() -> None:
    """An error in the middle still gives the terminal back."""
    terminal = Terminal()
    with pytest.raises(RuntimeError), FullScreen(load_phrases(), terminal.console) as screen:
        screen.words(SECRET)
        raise RuntimeError
    assert SECRET not in terminal.sent.partition(LEAVE_SCREEN)[2]


def test_plain_screen_is_a_few_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal: question, sentences and notices; neither states, levels nor the person's words."""
    screen = PlainScreen(load_phrases())
    screen.question("How was today?", 1, 2)
    screen.state("listening")
    screen.level(-20.0, 1.0)
    screen.words(SECRET)
    screen.sentence(f"You felt {SECRET}.", private=True)
    screen.sentence("Thank you.")
    screen.notice("It is sealed.")
    screen.ask_line()
    heard = capsys.readouterr()
    assert heard.out == ""
    assert heard.err.splitlines() == ["1/2  How was today?", "Thank you.", "It is sealed.", "Your answer:"]


def test_plain_screen_answers_a_person(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the reflection is shown, and who types is told how to end."""
    monkeypatch.setattr("voicecheck.cli.terminal.screen._is_terminal", lambda: True)
    monkeypatch.setattr("voicecheck.cli.terminal.screen.typed_by_hand", lambda: True)
    screen = PlainScreen(load_phrases())
    screen.ask_line()
    screen.sentence(f"You felt {SECRET}.", private=True)
    shown = capsys.readouterr().err.splitlines()
    assert "an empty line: finished" in shown[0]
    assert shown[1:] == [f"You felt {SECRET}."]


def test_plain_screen_names_the_keys_that_can_be_pressed(capsys: pytest.CaptureFixture[str]) -> None:
    """With keys each new state is one line with its keys, whatever flickers in between; keep or drop can be asked."""
    screen = PlainScreen(load_phrases(), keys=True)
    for state in ("speaking", "listening", "thinking", "listening", "writing", "storing"):
        screen.state(state)
    screen.ask_keep()
    assert screen.asking_keep
    speaking, listening, writing, keep = capsys.readouterr().err.splitlines()
    assert "answer now" in speaking and "finished" in listening and "Enter" not in writing and "drop" in keep
    screen.state("listening")
    assert not screen.asking_keep


@pytest.mark.parametrize(
    ("state", "can", "cannot"),
    [("listening", "Space: pause", "go on"), ("paused", "Space: go on", "pause ·"), ("awaiting", "yes or no", "skip")],
)
def test_keys_are_told_while_they_act(
    terminal: Terminal, screen: FullScreen, state: str, can: str, cannot: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the whole terminal and on plain lines: what a key does now, and none that does nothing or something else."""
    screen.state(state)
    PlainScreen(load_phrases(), keys=True).state(state)
    for shown in (terminal.picture(), capsys.readouterr().err):
        assert can in shown and cannot not in shown


def test_what_is_over_stands_on_the_screen_no_more(terminal: Terminal, screen: FullScreen) -> None:
    """How to go on leaves with the pause, and words that are no answer with the answer."""
    screen.state("paused")
    screen.sentence("Say go on.")
    screen.words(SECRET)
    assert "Say go on." in terminal.picture()
    screen.state("listening")
    assert "Say go on." not in terminal.picture()
    screen.set_aside()
    assert SECRET not in terminal.picture()
    screen.notice("This stays.")
    assert "To keep it after all: u" in terminal.picture()
    screen.nothing_aside()
    screen.beside(SECRET, 1.0, 2.0)
    assert SECRET in terminal.picture()
    screen.nothing_beside()
    left = terminal.picture()
    assert SECRET not in left and "To keep it after all" not in left and "This stays." in left


@pytest.mark.parametrize(("keys", "by_hand", "how"), [(True, True, ": u"), (False, True, "type:"), (False, False, "")])
def test_set_aside_names_what_takes_it_back(
    keys: bool, by_hand: bool, how: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key where keys are read, words where lines are, and nothing where nobody could."""
    monkeypatch.setattr("voicecheck.cli.terminal.screen.typed_by_hand", lambda: by_hand)
    PlainScreen(load_phrases(), keys=keys).set_aside()
    shown = capsys.readouterr().err
    assert how in shown and ("keep it" in shown) is bool(how)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_request_behind_an_answer_is_named_where_somebody_looks(
    terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are the person's words: they do not go to a log."""
    monkeypatch.setattr("voicecheck.cli.terminal.screen._is_terminal", lambda: terminal)
    PlainScreen(load_phrases(), keys=True).set_aside("Help now.")
    assert ("“Help now.”" in capsys.readouterr().err) is terminal


def test_typed_lines_are_explained_by_what_is_awaited(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer, a yes or no, "go on", or the end: each names its own words."""
    monkeypatch.setattr("voicecheck.cli.terminal.screen.typed_by_hand", lambda: True)
    screen = PlainScreen(load_phrases())
    for state in ("listening", "awaiting", "paused", ""):
        screen.state(state)
        screen.ask_line()
    answer, reply, paused, parting = capsys.readouterr().err.splitlines()
    assert "Your answer" in answer and "Yes or no" in reply and "go on" in paused and "That was my answer" in parting


@pytest.mark.parametrize("private", [True, False])
def test_who_hears_nothing_can_read_the_last_sentence(private: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """The screen is gone with it, so it stands below; never the person's own words."""
    with FullScreen(load_phrases(), Terminal().console) as screen:
        screen.sentence("Take care.", private=private)
        screen.unheard = True
    assert capsys.readouterr().err == ("" if private else "Take care.\n")


@pytest.mark.parametrize("kind", [FullScreen, TypedScreen])
def test_below_the_evening_stands_once_what_is_still_true(
    kind: type[FullScreen | TypedScreen], capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that acts no more is gone with the screen; how to read what is sealed comes then, and once."""
    with kind(load_phrases(), Terminal().console) as screen:
        screen.set_aside()
        screen.notice("Quiet.", when=When.PASSING)
        for _ in range(2):
            screen.notice("Read it so.", when=When.AFTER)
            screen.notice("A piece is missing.")
        capsys.readouterr()
    assert capsys.readouterr().err == "Read it so.\nA piece is missing.\n"


@pytest.mark.parametrize(
    ("term", "interactive", "typed", "full"),
    [("xterm", True, False, True), ("dumb", True, False, False), ("xterm", False, False, False),
     ("xterm", True, True, False), ("dumb", True, True, False)],
)  # fmt: skip
def test_screen_fits_the_terminal(term: str, interactive: bool, typed: bool, full: bool) -> None:
    """A screen of its own only where somebody sits at a terminal that can leave it again."""
    console = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": term})
    chosen = choose_screen(load_phrases(), console, interactive=interactive, typed=typed)
    assert isinstance(chosen, FullScreen) is full
    assert isinstance(chosen, TypedScreen) is (typed and term != "dumb")


@pytest.mark.parametrize(("width", "height"), [(80, 4), (20, 6), (200, 2)])
def test_keys_stay_on_a_tiny_terminal(width: int, height: int) -> None:
    """Where not everything fits, the end of the keys' line is still there, and so is the choice to keep."""
    terminal = Terminal(width, height)
    with FullScreen(load_phrases(), terminal.console) as screen:
        screen.question("Which small moment today could have lasted a little longer? " * 3, 1, 1)
        screen.words("and so on " * 100)
        terminal.picture()
        screen.state("listening")
        assert "Ctrl-C: stop" in " ".join(terminal.picture().split())
        screen.ask_keep()
        assert "d: drop" in terminal.picture()


def test_putting_away_does_not_stay(terminal: Terminal, screen: FullScreen) -> None:
    """Once something is said after the storing, it is over."""
    screen.state("storing")
    terminal.picture()
    screen.sentence("Thank you.")
    assert "putting it away" not in terminal.picture()
