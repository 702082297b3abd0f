"""Evenings on the page to which something happens: a tab, a device, Whisper or the process goes, hangs or is hidden.

The clock, the sound and Whisper are a test's own; the loop, the board, the inbox and the vault are real. What is asked
of each: every acknowledged second is back, the microphone is closed eleven seconds after nobody could see that it is
open, there is never a second evening, and the next one works.
"""

from __future__ import annotations

import asyncio
import queue
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import FakeMouth, InlineWhisper, LoudnessDetector, ScriptedSource, ScriptedTranscriber
from tests.sound_samples import blocks_of, quiet, voice
from tests.unit.test_checkin import PHRASES, TWO, KilledError, Table, loud_s
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.ports import Event
from voicecheck.diary import recovery
from voicecheck.diary.recovery import recover
from voicecheck.errors import AudioError, ExitCode
from voicecheck.speech.audio import decode_pages
from voicecheck.speech.microphone import SourceFailed
from voicecheck.utterance import BLOCK_S, Samples
from voicecheck.vault.vault import Vault
from voicecheck.web.pages.tonight import PRESSED
from voicecheck.web.server import LOOK_EVERY_S
from voicecheck.web.site.evening import PageEvening
from voicecheck.web.site.page_screen import PageScreen

CLOSED_WITHIN_S = 11.0
SIGN_EVERY_S = 2.0
WEDGED_AFTER_S = 600.0
LOST_BY_A_KILL_S = 2.0
EDGES_S = 0.2
"""of a minute of voice: its first and last hundredths are softer behind the codec"""
UNHARMFUL = ("done", "pause", "go_on", "skip", "smaller", "help", "not_tonight", "next", "answer", "mine", "1", "0")
"""what can be pressed without taking anything back"""


class WatchingTab:
    """A tab of a browser: joins the stream, and gives its signs until it is closed or hangs."""

    def __init__(self, happening: Happening) -> None:
        self._happening = happening
        self._stream: AsyncIterator[str] | None = None
        self.hangs_until = 0.0
        self._sign_at = 0.0
        self.open()

    @property
    def watches(self) -> bool:
        return self._stream is not None and self._happening.now >= self.hangs_until

    def open(self) -> None:
        if self._stream is None:
            board = self._happening.evening.board
            self._stream, self.hangs_until = board.stream(), 0.0
            first = self._happening.loop.run_until_complete(anext(self._stream))
            self._number = int(first.rsplit('"tab": ', 1)[1].rstrip("}\n"))

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            self._happening.loop.run_until_complete(stream.aclose())  # type: ignore[attr-defined]

    def tick(self) -> None:
        if self.watches and self._happening.now - self._sign_at >= SIGN_EVERY_S:
            self._sign_at = self._happening.now
            self._happening.evening.board.sign(self._number)


class HeardScreen(PageScreen):
    """The page's screen, which counts the voice of an answer that it has acknowledged by its level."""

    acknowledged_s = 0.0
    listens = False

    def state(self, name: str) -> None:
        self.listens = name in ("listening", "thinking")
        super().state(name)

    def level(self, dbfs: float, seconds: float) -> None:
        if self.listens and dbfs > -20.0:
            self.acknowledged_s += BLOCK_S
        super().level(dbfs, seconds)


class Happening:
    """One evening on the page: its sound, its tabs, its clock, and what happens to it, by a seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.now = self.began = 0.0
        self.loop = asyncio.new_event_loop()
        self.table = Table(plan=replace(TWO, keep_audio="always"))
        self.evening = PageEvening(PHRASES, self.sit, lambda: self.now)
        self.world = self.table.world
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.tabs: list[WatchingTab] = []
        self.sound: list[Samples] = []
        self.later: list[tuple[float, Callable[[], object]]] = []
        self.unseen_since = 0.0
        self.mute_until = 0.0
        self.looked_at = 0.0
        self.screen: HeardScreen | None = None
        self.log: list[str] = []
        self.failure: BaseException | None = None
        self.killed = False
        self.code: ExitCode | None = None

    # The evening's side

    def sit(self, screen: PageScreen, events: queue.SimpleQueue[Event]) -> bool:
        table = self.table
        self.events = events
        self.screen = HeardScreen(self.evening.board, PHRASES, lambda: self.now)
        table.screen = self.screen  # type: ignore[assignment]
        table.source = ScriptedSource(self.world)
        table.mouth = FakeMouth(self.world.put)
        table.whisper = InlineWhisper(table.transcriber, self.world.put, held=True)
        self.world.get = self.get  # type: ignore[method-assign]
        try:
            evening = Checkin(table.plan, table.rooms(), self.world).run()  # type: ignore[arg-type]
        except KilledError:
            self.killed = True
            return False
        except BaseException as failure:
            self.failure = failure
            raise
        self.code = evening.exit_code
        return evening.exit_code is not ExitCode.STOPPED

    def get(self, timeout: float | None = None) -> Event:
        """In the place of the evening's queue: where it is empty, time goes on."""
        waited = 0.0
        while True:
            if not self.events.empty():
                return self.events.get()
            if self.world._queue:
                return self.world._queue.popleft()
            if timeout is not None and waited > timeout:
                raise queue.Empty
            waited += BLOCK_S
            self.tick()

    def tick(self) -> None:
        self.now += BLOCK_S
        assert self.now - self.began < WEDGED_AFTER_S, "the evening does not end"
        for one in [one for one in self.later if one[0] <= self.now]:
            self.later.remove(one)
            one[1]()
        for tab in self.tabs:
            tab.tick()
        if self.now - self.looked_at >= LOOK_EVERY_S:
            self.looked_at = self.now
            self.evening.look()
        source = self.world.source
        hears = source is not None and source.started > source.stopped
        if any(tab.watches for tab in self.tabs) or not hears:
            self.unseen_since = self.now
        assert self.now - self.unseen_since < CLOSED_WITHIN_S, "the microphone is open, and nobody can see it"
        if hears and self.now >= self.mute_until:
            assert source is not None
            source.give(self.sound.pop(0) if self.sound else quiet(BLOCK_S))

    # What happens

    def at(self, when: float, what: Callable[[], object], name: str) -> None:
        def happen() -> None:
            self.log.append(f"{self.now:.1f} s: {name}")
            what()

        self.later.append((when, happen))

    def kill(self) -> None:
        raise KilledError

    def lose_microphone(self) -> None:
        self.world.put(SourceFailed(AudioError("The microphone is gone.", "Connect it again.")))

    def hang(self, tab: WatchingTab, seconds: float) -> None:
        tab.hangs_until = self.now + seconds

    def answer(self) -> None:
        """Whisper writes down what waits."""
        assert isinstance(self.table.whisper, InlineWhisper)
        self.table.whisper.answer()

    def second(self) -> None:
        assert not self.evening.begin(), "a second evening"

    def arrange(self) -> None:
        """Words for about a minute, Whisper's times, and two or three mishaps."""
        dice, until = self.dice, 0.0
        while until < 50:
            spoken, pause = dice.uniform(1.0, 7.0), dice.choice([0.4, 1.0, 2.5, 6.0, 9.0])
            joined = np.concatenate([voice(round(spoken / BLOCK_S) * BLOCK_S), quiet(round(pause / BLOCK_S) * BLOCK_S)])
            self.sound.extend(block.samples for block in blocks_of(joined))
            until += spoken + pause
        hangs = dice.random() < 0.1
        for number in range(0 if hangs else round(WEDGED_AFTER_S)):
            self.later.append((number + dice.random(), self.answer))
        self.tabs = [WatchingTab(self) for _ in range(dice.choice([1, 1, 2]))]
        if dice.random() < 0.5:
            self.table.other = lambda: ScriptedSource(self.world)
        for _ in range(dice.choice([1, 2, 3])):
            self._arrange_one(dice.uniform(0.0, 55.0))
        self.at(dice.uniform(0.0, 60.0), self.second, "Begin in another tab")
        for tab in self.tabs:  # at last everybody leaves
            self.at(120.0, tab.close, "closed at last")

    def _arrange_one(self, when: float) -> None:
        dice, tab = self.dice, self.dice.choice(self.tabs)
        match dice.choice(["close", "reload", "hang", "hang for good", "kill", "gone", "silent", "press"]):
            case "close":
                self.at(when, tab.close, "tab closed")
            case "reload":
                self.at(when, tab.close, "tab reloads")
                self.at(when + dice.uniform(0.05, 9.0), tab.open, "tab is back")
            case "hang":
                self.at(when, lambda: self.hang(tab, dice.uniform(1.0, 20.0)), "line hangs")
            case "hang for good":
                self.at(when, lambda: self.hang(tab, WEDGED_AFTER_S), "line hangs for good")
            case "kill":
                self.at(when, self.kill, "killed")
            case "gone":
                self.at(when, self.lose_microphone, "microphone gone")
            case "silent":
                self.at(when, lambda: setattr(self, "mute_until", self.now + 60.0), "microphone gives nothing")
            case _:
                what = dice.choice(UNHARMFUL)
                self.at(when, lambda: self.evening.put(PRESSED[what]), what)

    # What came of it

    def hold(self) -> None:
        assert self.evening.begin()
        self.evening.join()
        assert self.failure is None, self.failure
        assert not self.evening.running

    def check_kept(self) -> None:
        """Every acknowledged second is in the vault again, and nothing waits."""
        self.table.close()
        assert self.screen is not None
        with Vault.open(self.table.paths, self.table.key) as vault:
            for waiting in vault.ingest("always").waiting:
                recover(waiting, vault, ScriptedTranscriber(last="and so on"), "always", otherwise="en")
            assert self.table.sealed == []
            kept = vault.entries.list()
            back_s = sum(loud_s(decode_pages(vault.recordings.pages(one.id))) for one in kept if one.has_audio)
            assert all(entry.text for entry in kept)
        lost_s = LOST_BY_A_KILL_S if self.killed else EDGES_S
        assert back_s >= self.screen.acknowledged_s - lost_s, (back_s, self.screen.acknowledged_s)

    def check_next(self) -> None:
        """The next evening begins, hears, and comes to its own end."""
        self.table.vault = Vault.open(self.table.paths, self.table.key)
        self.table.inbox = self.table.vault.inbox
        self.mute_until, self.began = 0.0, self.now
        self.later = [(self.now + number, self.answer) for number in range(round(WEDGED_AFTER_S))]
        self.sound = [block.samples for block in blocks_of(np.concatenate([voice(1.6), quiet(1.6)]))]
        for tab in self.tabs:
            tab.close()
        self.table.plan = replace(self.table.plan, course=replace(self.table.plan.course, count=1, follow_ups=False))
        self.at(self.now + 1, lambda: self.tabs.append(WatchingTab(self)), "a tab")
        self.unseen_since = self.looked_at = self.now
        self.hold()
        assert self.code is ExitCode.DONE and not self.evening.cut_short
        self.table.close()


def hold_one(seed: int) -> Happening:
    happening = Happening(seed)
    try:
        happening.arrange()
        happening.hold()
        happening.check_kept()
        happening.check_next()
    except BaseException as error:
        raise AssertionError(f"evening {seed}: {error!r}; {'; '.join(happening.log)}") from error
    finally:
        happening.table.close()
        happening.loop.run_until_complete(happening.loop.shutdown_asyncgens())
        happening.loop.close()
    return happening


@pytest.fixture(autouse=True)
def tones_are_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """What broke off is written down by the same measure of voice as the evening's."""
    monkeypatch.setattr(recovery, "VoiceDetector", LoudnessDetector)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_nothing_is_lost_and_nothing_stays_open(seed: int) -> None:
    """A dozen evenings, each with one to three mishaps."""
    hold_one(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12, 212))
def test_two_hundred_evenings(seed: int) -> None:
    """The same, two hundred others."""
    hold_one(seed)
