"""Audio input of a sitting, with fail-over to the system's own microphone and a notice when only silence comes.

Sound that comes while nobody listens is held for a while, for those who speak too early.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from voicecheck.checkin.answer import Answer
from voicecheck.checkin.by_ear import Notice
from voicecheck.checkin.notices import Notices
from voicecheck.checkin.plan import Rooms
from voicecheck.checkin.ports import Event, LinesOver, TypedLine
from voicecheck.domain import TurnKind
from voicecheck.errors import AudioError, VoicecheckError
from voicecheck.speech.echo import Overheard, Part, Sorted
from voicecheck.speech.microphone import STALLED_AFTER_S, RawSound, Source, SourceFailed
from voicecheck.speech.recognition.own_voice import OwnVoice
from voicecheck.speech.recognition.room_voice import RoomVoice
from voicecheck.utterance import BLOCK_S, AudioBlock, Played

MISSED_S = 30.0  # of sound that is held while words are written down, for who goes on speaking meanwhile
QUICK = (TurnKind.CONFIRM, TurnKind.COMMAND)
SHOWN = {TurnKind.COMMAND: "paused", TurnKind.CONFIRM: "awaiting"}
"""state that the screen shows during a turn; any other turn is listening"""
YES_OR_NO = (TurnKind.CONFIRM, TurnKind.CORRECTION)
"""turns that begin with a question: sound from before it is no reply"""
REPLY_FROM_S = 1.5  # a yes or no that begins earlier before the end of its question is none to it
MOST_REPLACED = 5
ENDED_AFTER_S = 10.0  # a turn of a file's last words ends sooner
SILENT_AFTER_S = 5.0  # a microphone that gave nothing but zeros for so long is muted or broken


class Ear:
    """Audio input of a session: one source at a time, None where answers are typed or no microphone is left."""

    def __init__(self, rooms: Rooms, arrivals: queue.SimpleQueue[Event], notices: Notices) -> None:
        self._rooms = rooms
        self._arrivals = arrivals
        self._notices = notices
        self.source: Source | None = None
        self.missed: deque[Overheard] = deque(maxlen=round(MISSED_S / BLOCK_S))
        self.talkover = rooms.talkover
        self.said = ""
        """the program's sentences whose sound may be in `missed`"""
        self._room = RoomVoice()
        """voice of others from before the turn that was opened last"""
        self.since_voice_s = 0.0
        """since the voice of the turn that ended last, counted in sound"""
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

    def close(self) -> None:
        """Stop for good: nothing more is heard in this sitting."""
        self.stop()
        self.source = None

    def blocks(self, raw: RawSound) -> Iterator[AudioBlock]:
        if self.source is None:
            return
        if raw.overflow and not self._overflow_told:
            self._overflow_told = True
            self._notices.show(Notice.OVERFLOW)
        for block in self.source.blocks(raw):
            self._over_s = self._over_s + BLOCK_S if self.source.over else 0.0
            self.since_voice_s += BLOCK_S
            if self._rooms.reader is not None and self._rooms.reader.reading:
                self.missed.clear()  # it is the reader that talks
                self.pass_by(block)
            else:
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
            self._notices.show(Notice.MICROPHONE_SILENT)

    def end_turn(self, answer: Answer | None) -> None:
        """Note that a turn ends: what was missed before is no part of what comes."""
        self.missed.clear()
        self.since_voice_s = 0.0 if answer is None else answer.endpoint_s

    def play(self, piece: Played) -> None:
        if self.talkover is not None:
            self.talkover.played(piece)

    def begin_sentence(self, aloud: str, asks: TurnKind | None) -> None:
        """Note what is said from here on, and the kind of turn that it asks for, if any.

        Sound from before a question is no answer to it, unless somebody was talking over the sentence before: an
        answer begins with that, a reply never does.
        """
        kept = self.talkover is None or not aloud or (self.talkover.began_over and asks is TurnKind.ANSWER)
        if asks in YES_OR_NO or (asks is not None and not kept):
            self.missed.clear()
        self.said = f"{self.said} {aloud}".strip() if self.missed else aloud
        if self.talkover is not None:
            self.talkover.begin()

    def overhear(self, block: AudioBlock, *, aloud: bool) -> bool:
        """Hold a block that nobody listens to. True once, if somebody surely talks over the program.

        What comes while something is said `aloud` is dropped where nothing can tell it from that.
        """
        if self.talkover is None:
            if not aloud:
                self.missed.append(Overheard(block))
            return False
        self.missed.append(self.talkover.hear(block))
        return self.talkover.interrupted()

    def pass_by(self, block: AudioBlock) -> None:
        """Note that a block is listened to: what was played meanwhile is done with."""
        if self.talkover is not None:
            self.talkover.pass_by(block)

    def early(self, pre_roll_s: float, *, reply: bool = False) -> list[TurnBlock]:
        """Return the sound to begin with: of whoever talked over the sentence from the first word on, else a moment.

        That moment makes a quick "No." whole. For a `reply` no word counts from long before the question was out.
        """
        held, found = self._sorted()
        parts, began = list(found.parts), found.began
        if reply and began is not None:
            sounding = [i for i, one in enumerate(held) if one.played is not None and one.played.any()]
            earliest = sounding[-1] - round(REPLY_FROM_S / BLOCK_S) if sounding else 0
            parts = [Part.OWN if began <= i < earliest else part for i, part in enumerate(parts)]
        moment = len(held) - max(1, round(pre_roll_s / BLOCK_S))
        own = next((i for i, part in enumerate(parts) if part is not Part.FREE), len(parts))
        first = max(0, min(moment, own, len(parts) if began is None else began))
        return [TurnBlock(one.block, part) for one, part in zip(held[first:], parts[first:], strict=True)]

    def introduce(self, own_voice: OwnVoice | None) -> None:
        """Tell the turn that is about to be opened whose voice was in the room before it."""
        if own_voice is not None:
            own_voice.begin(self._room)

    def all_missed(self) -> list[TurnBlock]:
        """Return all that was missed but for the program's own voice."""
        held, found = self._sorted()
        return [
            TurnBlock(one.block, part)
            for one, part in zip(held, found.parts, strict=True)
            if not self._own(one, part, found)
        ]

    def _own(self, one: Overheard, part: Part, found: Sorted) -> bool:
        return part is Part.OWN or (one.played is not None and found.began is None)

    def _sorted(self) -> tuple[list[Overheard], Sorted]:
        held = list(self.missed)
        if self.talkover is None:
            return held, Sorted((Part.FREE,) * len(held))
        found = self.talkover.sort(held)
        self._room = RoomVoice(heard for heard in found.heard[: found.began] if heard is not None)
        return held, found

    def replace(self, error: VoicecheckError) -> bool:
        """Replace a failed source: a file by silence, a microphone by the system's own. False where none is left."""
        if self.source is None or not self.source.live:
            self._notices.tell(error.message)
            return True
        self.source.stop()
        other = self._rooms.other_source() if self._replaced < MOST_REPLACED else None
        self.source = other
        if other is None:
            self._notices.tell(error.message)
            return False
        self._replaced += 1
        self._notices.show(Notice.MICROPHONE_OTHER)
        other.start(self._arrivals.put)
        return True


@dataclass(frozen=True, slots=True)
class TurnBlock:
    """A block for the open turn, and whose voice may be in it."""

    block: AudioBlock
    part: Part = Part.FREE


class TypedLines:
    """Lines that were typed, and perhaps before their question; None ends an answer."""

    def __init__(self) -> None:
        self._lines: deque[str | None] = deque()
        self._over = False

    def put(self, event: TypedLine | LinesOver) -> None:
        """Take a line, or the end of all of them."""
        if isinstance(event, TypedLine):
            self._lines.append(event.text)
        else:
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
