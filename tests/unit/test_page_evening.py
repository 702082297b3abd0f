"""An evening on the page: the screen behind the port, the tabs that watch it, and its end when nobody does."""

from __future__ import annotations

import asyncio
import json
import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import voicecheck.web as web
from tests.fakes import InlineWhisper, hearing
from tests.sound_samples import quiet, voice
from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, anybody, plain
from tests.unit.test_checkin import END, PHRASES, Table
from tests.vault_samples import CANARY, make_vault
from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Decided, Given, Stop
from voicecheck.checkin.ports import Event, When
from voicecheck.cli.terminal.keyboard import CHOICE_KEYS, COMMANDS, REPLY_KEYS, event_of
from voicecheck.errors import AudioError
from voicecheck.web.app import make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.pages.tonight import BUTTONS, KEYS, MORE, PRESSED
from voicecheck.web.site import board as boards
from voicecheck.web.site.board import MOST_TABS, Board
from voicecheck.web.site.context import Desk
from voicecheck.web.site.evening import ALONE_S, LEFT_SEALED_AFTER_S, PageEvening
from voicecheck.web.site.page_screen import ACTS, ALWAYS, DECIDING, PageScreen

WAIT_S = 60


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Sitting:
    """In the place of a sitting: says what it is told to, and lasts until it is stopped."""

    def __init__(self, say: Callable[[PageScreen], None] = lambda _: None) -> None:
        self._say = say
        self.count = 0
        self.heard: list[Event] = []
        self.whole = False

    def __call__(self, screen: PageScreen, events: queue.SimpleQueue[Event]) -> bool:
        self.count += 1
        self._say(screen)
        while not isinstance(event := events.get(timeout=WAIT_S), Stop):
            self.heard.append(event)
        return self.whole


def read(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def watched(board: Board, happen: Callable[[], object], *, tabs: int = 1) -> list[list[dict[str, Any]]]:
    """What each tab gets of what happens, and then the page closes."""

    async def watch() -> list[list[str]]:
        streams = [board.stream() for _ in range(tabs)]
        first = [await anext(stream) for stream in streams]
        await asyncio.to_thread(happen)
        board.close()
        return [[line, *[more async for more in stream]] for line, stream in zip(first, streams, strict=True)]

    return [read(lines) for lines in asyncio.run(watch())]


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["kind"] for event in events]


# The screen and the tabs


def test_a_whole_evening_comes_to_every_tab_once_and_in_order() -> None:
    """The question, the level, the words, the sentence in return, the end: as the loop shows them to any screen."""
    table = Table(voice(1.2), quiet(5.0), *([quiet(5.0)] * 4))
    table.transcriber.replies.append(hearing("I was nervous before the meeting and then I felt relieved"))
    board = Board()
    table.screen = PageScreen(board, PHRASES)  # type: ignore[assignment]
    first, second = watched(board, table.hold, tabs=2)
    assert first[1:] == second[1:]
    numbers = [event["number"] for event in first[1:]]
    assert numbers == sorted(set(numbers))
    order = [kind for kind in kinds(first) if kind in ("question", "words", "sentence")]
    assert order.index("question") < order.index("words") < order.index("sentence")
    said = [event["text"] for event in first if event["kind"] == "words"]
    assert "I was nervous" in said[-1]
    states = [event["name"] for event in first if event["kind"] == "state"]
    assert states[:2] == ["speaking", "listening"] and "writing" in states
    table.close()


def test_a_tab_that_comes_later_gets_the_whole_picture() -> None:
    """What stands there now, in the order in which it came; nothing that has gone, and no level."""
    board = Board()
    screen = PageScreen(board, PHRASES)
    screen.question("How was today?", 1, 2)
    screen.sentence("Which of these?")
    screen.offer(("calm", "proud", "glad"))
    screen.notice("The microphone has gone.")
    screen.question("And the night before?", 2, 2)
    screen.state("listening")
    screen.level(-20.0, 3.0)
    screen.words("I slept")
    ((whole,),) = watched(board, lambda: None)
    assert kinds(whole["parts"]) == ["notice", "question", "state", "words"]
    assert whole["parts"][1]["text"] == "And the night before?"
    assert set(whole["parts"][2]["acts"]) >= {"done", "pause", "delete", "not_tonight", "help"}


def test_a_tab_that_reads_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its browser connects again, and gets the whole picture; nothing grows without end."""
    monkeypatch.setattr(boards, "MOST_WAITING", 10)
    board = Board()
    (events,) = watched(board, lambda: [board.post("words", text=f"{n}") for n in range(100)])
    assert len(events) <= 11


def test_more_tabs_than_a_browser_can_hold_are_told_so() -> None:
    """A stream holds a connection, and a browser has six: those that are left are for the buttons."""

    async def watch() -> list[bool]:
        board = Board()
        streams = [board.stream() for _ in range(MOST_TABS)]
        full = []
        for stream in streams:
            full.append(board.full)
            await anext(stream)
        full.append(board.full)
        await streams[0].aclose()  # type: ignore[attr-defined]
        return [*full, board.full]

    assert asyncio.run(watch()) == [False] * MOST_TABS + [True, False]


def test_the_level_comes_ten_times_a_second() -> None:
    """However often the loop measures it."""
    board, clock = Board(), Clock()
    screen = PageScreen(board, PHRASES, clock)

    def speak() -> None:
        for block in range(100):
            clock.now = 1000.0 + block * 0.032
            screen.level(-70.0 + block, block * 0.032)

    (events,) = watched(board, speak)
    shares = [event["share"] for event in events[1:]]
    assert 20 <= len(shares) <= 32
    assert min(shares) == 0.0 and max(shares) <= 1.0


def test_every_button_that_is_offered_is_there_and_does_something() -> None:
    """In every state, and with its words."""
    offered = {name for names in ACTS.values() for name in names} | {*ALWAYS, *DECIDING}
    assert offered == {*BUTTONS, *MORE}
    assert {*BUTTONS, *MORE, "undo", "mine", "0", "1", "2", "3"} == set(PRESSED)
    assert set(KEYS) == {*BUTTONS, *MORE, "undo", "mine"}
    for names in (*ACTS.values(), DECIDING):
        keys = [KEYS[name] for name in (*names, *ALWAYS)]
        assert len(keys) == len(set(keys)), "one key does one thing"
    assert all(PHRASES.tell(f"act_{name}") for name in KEYS)


def test_whatever_a_key_of_the_terminal_does_the_page_has_with_the_same_key() -> None:
    """Each of its commands and replies: by a button with that key, and the same event but for asking first itself."""
    keys = {"Plus": "+", "Space": "space", "Escape": "esc"}
    page = {keys.get(key, key.lower()): PRESSED[name] for name, key in KEYS.items()}
    places = {place: PRESSED[place] for place in CHOICE_KEYS}
    for key in (*COMMANDS, *REPLY_KEYS, *CHOICE_KEYS):
        meant, event = event_of(key, asking_keep=False), (page | places)[{"j": "y"}.get(key, key)]  # the German yes
        if key == "x":  # the page has its own question before it
            assert event == Given(Command.DELETE)
        elif key == "space":  # one key, two buttons
            assert {PRESSED["pause"], PRESSED["go_on"]} == {Given(Command.PAUSE), Given(Command.RESUME)}
        else:
            assert event == meant, key
    assert 'j: "y"' in (Path(web.__file__).parent / "static" / "tonight.js").read_text("utf-8")
    deciding = {key: event_of(key, asking_keep=True) for key in ("enter", "d")}
    assert deciding == {KEYS[name].lower(): PRESSED[name] for name in DECIDING}
    missing = set(Command) - {one.command for one in PRESSED.values() if isinstance(one, Given)}
    assert missing == {Command.THAT_WAS_ME, Command.DELETE_ONE_SENTENCE}  # an event of its own; no phrase of its own


def test_notices_say_what_can_be_pressed_and_name_no_key() -> None:
    """What was taken for no answer, what somebody else may have said, and keep or drop."""
    board = Board()
    screen = PageScreen(board, PHRASES)

    def tell() -> None:
        screen.set_aside()
        screen.set_aside("that's all")
        screen.beside("pass the salt", 3.0, 5.0)
        screen.notice("Later.", when=When.AFTER)
        screen.ask_keep()

    (events,) = watched(board, tell)
    assert [event.get("act") for event in events if event["kind"] == "notice"] == ["undo", "undo", "mine", None]
    assert events[-1]["acts"] == ["keep", "drop"] and screen.asking_keep
    screen.state("listening")
    assert not screen.asking_keep


def test_an_offer_that_nothing_can_come_of_goes() -> None:
    """From the tabs that watch, and from the picture of one that comes later."""
    board = Board()
    screen = PageScreen(board, PHRASES)

    def tell() -> None:
        screen.set_aside("delete that")
        screen.beside("pass the salt", 3.0, 5.0)
        screen.nothing_aside()

    (events,) = watched(board, tell)
    assert [(event["kind"], event.get("act")) for event in events][-1] == ("withdrawn", "undo")
    (later,) = watched(board, lambda: None)
    parts = [part for event in later for part in event.get("parts", ())]
    assert [part["act"] for part in parts if part["kind"] == "notice"] == ["mine"]


# Beginning and ending


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def running(sitting: Sitting, clock: Clock) -> Iterator[PageEvening]:
    evening = PageEvening(PHRASES, sitting, clock)
    assert evening.begin()
    try:
        yield evening
    finally:
        evening.end("locked")
        evening.join()


def test_there_is_never_a_second_evening(clock: Clock) -> None:
    """Who presses Begin in another tab watches the one that runs; once it is over another can begin."""
    sitting = Sitting()
    with running(sitting, clock) as evening:
        assert not evening.begin() and not evening.begin()
        evening.end("closed")
        evening.join()
        assert evening.begin()
    assert sitting.count == 2


def test_ten_seconds_without_a_tab_end_it(clock: Clock) -> None:
    """A reload is no end; a closed window is, and it is said why."""
    with running(Sitting(), clock) as evening:

        async def come_and_go() -> None:
            clock.now += ALONE_S - 1  # the first tab may take a while to come
            evening.look()
            stream = evening.board.stream()
            await anext(stream)
            for _ in range(100):
                clock.now += ALONE_S - 1  # somebody is there, and the page says so
                evening.board.sign(1)
                evening.look()
            await stream.aclose()  # type: ignore[attr-defined]
            clock.now += ALONE_S - 1
            evening.look()

        asyncio.run(come_and_go())
        assert evening.running and not evening.cut_short
        clock.now += 1.5
        evening.look()
        evening.join()
        assert (evening.running, evening.cut_short) == (False, "closed")


def test_an_evening_that_was_closing_anyway_was_not_cut_short(clock: Clock) -> None:
    """The good night was being said when the window went: nothing is told of it next time."""
    sitting = Sitting()
    sitting.whole = True
    with running(sitting, clock) as evening:
        evening.end("closed")
        evening.join()
        assert not evening.cut_short


def test_what_goes_wrong_is_told_on_the_page(clock: Clock) -> None:
    """One sentence and what can be done; a fault of the program by its place, never by its text."""

    def no_microphone(screen: PageScreen) -> None:
        raise AudioError("No microphone was found.", "Connect one.")

    def fault(screen: PageScreen) -> None:
        raise ValueError(CANARY)

    for say, shown in ((no_microphone, "No microphone was found. Connect one."), (fault, "VoiceCheck has a fault")):
        told: list[str] = []
        evening = PageEvening(PHRASES, Sitting(say))
        evening.report = told.append

        def begin(evening: PageEvening = evening) -> None:
            evening.begin()
            evening.join()

        (events,) = watched(evening.board, begin)
        assert kinds(events)[-3:] == ["fault", "mic", "over"] and shown in events[-3]["text"]
        assert CANARY not in f"{events}{told}"
    assert told and told[0].startswith("fault ValueError")


def test_at_the_end_of_the_window_the_microphone_closes_before_the_words_are_written() -> None:
    """However long Whisper needs for them; what was said is kept all the same."""
    table = Table(voice(1.5), END, held=True)
    source, whisper, get = table.source, table.whisper, table.world.get
    assert source is not None and isinstance(whisper, InlineWhisper)
    closed: list[bool] = []

    def answer_late(timeout: float | None = None) -> Event:
        """The words come once nothing else is left to be done."""
        if whisper.jobs and source.stopped:
            closed.append(True)
            whisper.answer()
        return get(timeout)

    table.world.get = answer_late  # type: ignore[method-assign]
    table.hold()
    assert closed and len(table.kept()) == 1
    table.close()


def test_the_microphone_closes_however_busy_the_evening_is(clock: Clock) -> None:
    """At the end of the window, before anything else that waits is worked through."""
    closed: list[bool] = []
    with running(Sitting(), clock) as evening:
        evening.close_microphone = lambda: closed.append(True)
        clock.now += ALONE_S + 0.1
        evening.look()
        assert closed == [True]


def test_a_window_that_hung_holds_nothing_open_when_it_is_closed(clock: Clock) -> None:
    """Its last sign counts, not the end of its connection."""
    with running(Sitting(), clock) as evening:

        async def hang_and_go() -> None:
            stream = evening.board.stream()
            await anext(stream)
            clock.now += ALONE_S - 1
            await stream.aclose()  # type: ignore[attr-defined]
            clock.now += 1.1
            evening.look()

        asyncio.run(hang_and_go())
        assert evening.cut_short == "closed"


def test_words_that_never_come_wedge_nothing(clock: Clock) -> None:
    """After a while at the end the evening is told again to stop, and leaves the answer sealed."""

    class Hung(Sitting):
        def __call__(self, screen: PageScreen, events: queue.SimpleQueue[Event]) -> bool:
            super().__call__(screen, events)
            return super().__call__(screen, events)

    with running(Hung(), clock) as evening:
        evening.end("closed")
        clock.now += LEFT_SEALED_AFTER_S - 1
        evening.look()
        assert evening.running
        clock.now += 1
        evening.look()
        evening.join()
        assert not evening.running


# The routes


@contextmanager
def browsing(sitting: Sitting) -> Iterator[tuple[Desk, Browsing]]:
    paths, key = make_vault()
    with Desk(paths, key, PHRASES, lambda desk: sitting) as desk:
        browser = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody))
        browser.post("/enter", {"code": CODE})
        yield desk, browser


def test_begin_on_the_page_of_today() -> None:
    """One button; then the page says that the microphone is open, on every page of it, in its title too."""
    sitting = Sitting(lambda screen: screen.question("How was today?", 1, 1))
    with browsing(sitting) as (desk, browser):
        assert browser.get("/tonight").headers["location"] == "/"
        assert "Begin" in plain(browser.get("/").text)
        assert browser.post("/tonight/begin").headers["location"] == "/tonight"
        assert browser.post("/tonight/begin").headers["location"] == "/tonight"
        page = browser.get("/tonight").text
        assert "<title>● The microphone is open" in page
        assert "The microphone is open" in plain(browser.get("/timeline").text)
        assert "<title>● The microphone is open" in browser.get("/timeline").text
        assert 'action="/tonight/begin"' not in browser.get("/").text
        stream = browser.get("/tonight/events")
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "How was today?" in stream.text
        assert desk.evening.running
    assert sitting.count == 1


def test_what_is_pressed_arrives_and_nothing_else_does() -> None:
    """Each button by its name; what is none is refused in a sentence."""
    sitting = Sitting()
    with browsing(sitting) as (desk, browser):
        browser.post("/tonight/begin")
        assert browser.post("/tonight/do", {"what": "not_tonight"}).status == 204
        assert browser.post("/tonight/do", {"what": "keep"}).status == 204
        assert browser.post("/tonight/do", {"what": "erase"}).status == 400
        assert browser.post("/tonight/do", {"what": "done"}, origin="http://evil.example").status == 403
        assert browser.get("/tonight/do").status == 303
        desk.evening.end("closed")
        desk.evening.join()
        assert browser.post("/tonight/do", {"what": "done"}).status == 204
        assert "page was closed" in plain(browser.get("/").text)
    assert sitting.heard == [Given(Command.NOT_TONIGHT), Decided(keep=True)]


def test_the_next_opening_says_that_it_was_cut_short() -> None:
    """Also another day, by another process; after an evening that came to its end it says nothing."""
    with browsing(Sitting()) as (desk, browser):
        for cut_short in (True, False):
            with desk.writing() as vault:
                vault.steps.note_cut_short(cut_short=cut_short)
            assert ("page was closed" in plain(browser.get("/").text)) is cut_short


@pytest.mark.parametrize(("method", "path"), [("GET", "/tonight"), ("GET", "/tonight/events"), ("POST", "/tonight/do")])
def test_nobody_else_sees_or_steers_an_evening(method: str, path: str) -> None:
    """Another host, another site and another browser get neither the stream nor a button, and no word."""
    sitting = Sitting(lambda screen: screen.words(CANARY))
    with browsing(sitting) as (_, browser):
        browser.post("/tonight/begin")
        ask = (
            browser.get if method == "GET" else lambda path, **headers: browser.post(path, {"what": "done"}, **headers)
        )
        answers = [
            ask(path, host="localhost:4321"),
            ask(path, sec_fetch_site="cross-site"),
            ask(path, sec_fetch_site="same-site"),
            ask(path, cookie=None),
            ask(path, cookie="voicecheck_4321=guessed"),
        ]
        assert [answer.status for answer in answers] == [421, 403, 403, 401, 401]
        assert not [answer for answer in answers if CANARY in answer.text]
        assert ask(path).headers["x-frame-options"] == "DENY"
    assert len(sitting.heard) == (1 if method == "POST" else 0)
