"""Audio input of a sitting, with fail-over to the system's own microphone and a notice when only silence comes.

Sound that comes while nobody listens is held for a while, for those who speak too early.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterator

from voicecheck.checkin.plan import Rooms
from voicecheck.checkin.ports import Event
from voicecheck.errors import AudioError, VoicecheckError
from voicecheck.speech.microphone import STALLED_AFTER_S, RawSound, Source, SourceFailed
from voicecheck.utterance import BLOCK_S, AudioBlock

MISSED_S = 30.0  # of sound that is held while words are written down, for who goes on speaking meanwhile
MOST_REPLACED = 5
ENDED_AFTER_S = 10.0  # a turn of a file's last words ends sooner
SILENT_AFTER_S = 5.0  # a microphone that gave nothing but zeros for so long is muted or broken


class Ear:
    """Audio input of a session: one source at a time, None where answers are typed or no microphone is left."""

    def __init__(self, rooms: Rooms, arrivals: queue.SimpleQueue[Event], notice: Callable[[str], None]) -> None:
        self._rooms = rooms
        self._arrivals = arrivals
        self._notice = notice
        """shows one of the phrases by name"""
        self.source: Source | None = None
        self.missed: deque[AudioBlock] = deque(maxlen=round(MISSED_S / BLOCK_S))
        self._owed = False
        self._over_s = 0.0
        """of silence behind the end of a file"""
        self._zeros_s: float | None = 0.0
        self.muted = False
        """nothing but zeros has come so far, and that was said"""
        self._overflow_told = False
        self._replaced = 0
        """microphones that have gone"""

    @property
    def ended(self) -> bool:
        """True if a file in the microphone's place has ended, long enough ago that no word of it is still awaited."""
        return self._over_s > ENDED_AFTER_S

    @property
    def live(self) -> bool:
        return self.source is not None and self.source.live

    def next_event(self) -> Event:
        """Of whatever kind. A live microphone that gives none has gone, or the lid was closed: that is an event too."""
        try:
            return self._arrivals.get(timeout=STALLED_AFTER_S)
        except queue.Empty:
            if not self.live:
                return self._arrivals.get()
            return SourceFailed(AudioError("The microphone gives nothing any more.", "Connect it again."))

    def open(self, number: int) -> None:
        """Open the source of the answer with this number, before its question is over: a microphone can be slow."""
        source = self._rooms.open_source(number)
        if source is self.source:
            return
        self.stop()
        self.source = source
        self._owed, self._over_s = False, 0.0
        self.missed.clear()
        if source is not None and source.live:
            source.start(self._arrivals.put)

    def stop(self) -> None:
        if self.source is not None:
            self.source.stop()

    def blocks(self, raw: RawSound) -> Iterator[AudioBlock]:
        if self.source is None:
            return
        if raw.overflow and not self._overflow_told:
            self._overflow_told = True
            self._notice("overflow")
        for block in self.source.blocks(raw):
            self._over_s = self._over_s + BLOCK_S if self.source.over else 0.0
            yield block
        self._owed = True

    def begin_file(self) -> None:
        """Start a file, which gives sound only once it is listened to."""
        if self.source is not None and not self.source.live:
            self.source.start(self._arrivals.put)

    def ask_for_more(self) -> None:
        """Let a file give its next sound, once the last was worked through."""
        if self._owed and self.source is not None:
            self._owed = False
            self.source.consumed()

    def watch_for_zeros(self, block: AudioBlock) -> None:
        """Tell once that the source is muted, if it has given nothing but zeros since it was opened."""
        self.muted = self.muted and not block.samples.any()
        if self._zeros_s is None:
            return
        self._zeros_s = None if block.samples.any() else self._zeros_s + BLOCK_S
        if self._zeros_s is not None and self._zeros_s >= SILENT_AFTER_S:
            self._zeros_s, self.muted = None, True
            self._notice("microphone_silent")

    def pre_roll(self, seconds: float) -> list[AudioBlock]:
        """Return the last moment before listening, so that a quick "No." is whole."""
        return list(self.missed)[-max(1, round(seconds / BLOCK_S)) :]

    def replace(self, error: VoicecheckError) -> bool:
        """Replace a failed source: a file by silence, a microphone by the system's own. False where none is left."""
        if self.source is None or not self.source.live:
            self._rooms.screen.notice(error.message)
            return True
        self.source.stop()
        other = self._rooms.other_source() if self._replaced < MOST_REPLACED else None
        self.source = other
        if other is None:
            self._rooms.screen.notice(error.message)
            return False
        self._replaced += 1
        self._notice("microphone_other")
        other.start(self._arrivals.put)
        return True


class TypedLines:
    """Lines that were typed, and perhaps before their question; None ends an answer."""

    def __init__(self) -> None:
        self._lines: deque[str | None] = deque()
        self._over = False

    def put(self, text: str | None) -> None:
        self._lines.append(text)

    def end(self) -> None:
        """No more will come."""
        self._over = True

    @property
    def exhausted(self) -> bool:
        return not self._lines

    @property
    def waiting(self) -> bool:
        """True if there is a line, or the end of all of them, to be taken."""
        return bool(self._lines) or self._over

    def take(self) -> str | None:
        return self._lines.popleft() if self._lines else None
