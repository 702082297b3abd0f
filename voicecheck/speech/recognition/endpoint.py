"""Endpointer: decides from voice probabilities when a person pauses, thinks on, or has finished an answer.

A pure count of samples: the same blocks give the same decisions, on any clock.

Voice has hysteresis, as in Silero's own iterator: it begins at one probability and ends at a lower one. Everything
between two cuts is one stretch, so that no sample of an answer is left out: the detector chooses where to cut and
never what to throw away. A pause also gives a *tentative* stretch at once, so that its text is ready by the time the
silence is long enough to end the answer; if the person goes on, it is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import TypeAlias

from voicecheck.speech.recognition.own_voice import Change, OwnVoice
from voicecheck.speech.recognition.seams import OVERLAP_S
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.speech.recognition.waits import Patience, Pauses
from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Closing, Stretch

VOICE_BEGINS = 0.5
VOICE_ENDS = 0.35
ONSET_BLOCKS = 2  # a click fills one window, the shortest "No." at least three
SHORTEST_TRY_S = 0.3  # sound without voice, as in whispering, that is worth trying
TRY_PAUSE_S = 0.7  # quiet behind it before it is tried
LONG_TRY_S = 3.0  # so much of it is tried at the next gap between two words
GAP_S = 0.2
LONGEST_HOLD_S = 3.0  # the end waits for sound that may be whispering
LONGEST_HELD_S = 7.4  # and no longer than this in all: after 8 s of noise it is over
COMMAND_S = 1.5  # voice behind a pause that may be a command by itself
COMMAND_AHEAD_S = 0.4  # of quiet behind it: longer than most gaps inside a sentence
KEY_AHEAD_S = 0.3  # whoever ends by a key presses it so soon
UNWRITTEN_S = 3.0  # of voice that is new, or it is not worth a call
CUT_BLOCKS = 3  # on each side of a cut in mid-speech: a dip of 0.2 s lies between two words
BEHIND_A_CUT_BLOCKS = ceil(OVERLAP_S * SAMPLE_RATE_HZ / BLOCK_SAMPLES)  # both sides hear it, so it has to be there
OTHERS_SOUND_S = 1.0  # sound without voice so close behind others' voice is theirs
OTHERS_PAUSE_S = 4.0
LONGEST_TRY_S = 12.0  # and for the word on it, which a slow or busy computer takes long to give


class Ending(StrEnum):
    SILENCE = "silence"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    at: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch to write down. `final` ones stay; a tentative one is overtaken by `Resumed`."""

    stretch: Stretch
    final: bool


@dataclass(frozen=True, slots=True)
class Resumed:
    """The person went on: what was made ahead from sample `void_from` on is void."""

    at: int
    void_from: int


@dataclass(frozen=True, slots=True)
class Thinking:
    """Silence that has become long, and is still allowed."""

    at: int


@dataclass(frozen=True, slots=True)
class Finished:
    reason: Ending
    last_voice: int
    at: int


Signal: TypeAlias = VoiceBegan | Cut | Resumed | Thinking | Finished


class Endpointer:
    """Endpointer of one answer. Feed each block's voice activity, in order; after `Finished` it gives nothing more."""

    def __init__(
        self, start: int, patience: Patience, own_voice: OwnVoice | None = None, pauses: Pauses | None = None
    ) -> None:
        """`own_voice` tells whose voice it is; without one, all voice is the speaker's. `pauses` are the answer's."""
        self._patience = patience
        self._pauses = pauses or Pauses()
        self._closing = Closing.UNKNOWN
        self._own_voice = own_voice
        self._origin = start
        self._piece = _Piece(start)
        """sound that is in no stretch yet"""
        self._tentative: list[_Piece] = []
        """handed out since the last final cut, void when the voice comes back"""
        self._voiced = 0
        self._burst = 0
        """voice since the last pause"""
        self._unwritten = 0
        """voice since text was last made ahead"""
        self._onset = 0
        self._speaking = False
        self._thinking = False
        self._done = False
        self._trying = False
        """sound without voice is with the recogniser, and may be whispering"""
        self._refused = False
        self._whispering = False
        self._last_any = start
        """end of the last block that had voice, the speaker's or not"""
        self.last_voice: int | None = None
        """end of the last block that had voice, or sound that gave words"""

    @property
    def awaits_words(self) -> bool:
        """True while the recogniser works on sound without voice, which may be whispering."""
        return self._trying and not self._refused

    def rest(self, end: int) -> Stretch:
        """Return the sound that is in no stretch yet, for an answer that is ended from outside."""
        return self._piece.stretch(end)

    def credit(self, stretch: Stretch) -> None:
        """Note that a stretch without voice gave words, as whispering does: from here on sound counts as voice."""
        self._trying, self._whispering = False, not stretch.voiced
        self._voiced += stretch.active
        self.last_voice = max(self.last_voice or 0, stretch.last_active)

    def refuse(self) -> None:
        """Note that a stretch without voice gave no words: until the voice comes back, its like holds nothing open."""
        self._trying, self._whispering, self._refused = False, False, True

    def judge(self, closing: Closing) -> None:
        """Note how the words end. Voice that came since makes it void, as does voice that comes."""
        if not self._piece.voiced:
            self._closing = closing

    def feed(self, heard: VoiceActivity) -> list[Signal]:
        if self._done:
            return []
        signals: list[Signal] = []
        self._listen(heard, signals)
        self._cut(heard, signals)
        self._end(heard, signals)
        return signals

    def _listen(self, heard: VoiceActivity, signals: list[Signal]) -> None:
        over = heard.probability >= (VOICE_ENDS if self._speaking else VOICE_BEGINS)
        self._onset = self._onset + 1 if over else 0
        began = not self._speaking and self._onset >= ONSET_BLOCKS
        self._speaking = over and (self._speaking or began)
        voiced = (heard.end - heard.start) * (ONSET_BLOCKS if began else int(self._speaking))
        change = self._own_voice.hear(heard) if voiced and self._own_voice is not None else None
        if began and not self._others:
            self._begin(heard.start, heard, signals)
        self._take(heard, voiced)
        if change is not None:
            self._change_hands(change, heard, signals)

    @property
    def _others(self) -> bool:
        """True while the newest voice is somebody else's."""
        return self._own_voice is not None and self._own_voice.others

    def _take(self, heard: VoiceActivity, voiced: int) -> None:
        """Count a block for the speaker, or for others: their voice, and the sound close behind it."""
        if voiced:
            self._last_any = heard.end
        others = self._others and heard.end - self._last_any < _samples(OTHERS_SOUND_S)
        if voiced and not others:
            paused = self.last_voice is None or heard.start - self.last_voice >= _samples(self._patience.pause_s)
            self._burst = voiced + (0 if paused else self._burst)
            self._unwritten += voiced
            self._voiced += voiced
            self.last_voice = heard.end
        elif self._own_voice is not None and heard.active and heard.level_dbfs < self._own_voice.faintest_dbfs:
            heard = replace(heard, active=False)
        elif self._whispering and heard.active and not others:
            self.last_voice = heard.end
        self._piece.add(heard, voiced, others)

    def _change_hands(self, change: Change, heard: VoiceActivity, signals: list[Signal]) -> None:
        """Count anew what was heard since the voice changed hands."""
        counted = self._piece.voiced + sum(piece.voiced for piece in self._tentative)
        if not change.others or any(piece.last_voiced > change.since for piece in self._tentative):
            self._begin(change.since, heard, signals, began=not change.others)
        self._piece = self._piece.given(change.since, change.others)
        self._voiced += self._piece.voiced + sum(piece.voiced for piece in self._tentative) - counted
        if not change.others:
            self.last_voice = heard.end
        elif change.before is not None and self.last_voice is not None:
            self.last_voice = min(self.last_voice, max(change.before, self._origin))

    def _begin(self, at: int, heard: VoiceActivity, signals: list[Signal], *, began: bool = True) -> None:
        if began:
            signals.append(VoiceBegan(at))
            self._pauses.note(self.last_voice, at)
        self._closing = Closing.UNKNOWN
        if self._tentative or self._thinking:
            # As far back as one stretch may reach; what lies before that stays as it was handed out.
            earliest = heard.end - _samples(self._patience.longest_stretch_s)
            while self._tentative and self._tentative[-1].start >= earliest:
                self._piece = self._tentative.pop().join(self._piece)
            signals.append(Resumed(heard.start, self._piece.start))
        self._tentative, self._thinking = [], False
        self._trying = self._refused = False

    def _cut(self, heard: VoiceActivity, signals: list[Signal]) -> None:
        piece = self._piece
        quiet = heard.end - piece.last_voiced
        self._settle(heard)
        if heard.end - piece.start >= _samples(self._patience.longest_stretch_s):
            self._hand_out(piece.quietest() if piece.voiced else heard.end, True, signals)
        elif self._may_cut(quiet):
            self._hand_out((piece.last_voiced + heard.end) // 2, True, signals)
        elif piece.voiced and self._may_be_over(quiet):
            self._hand_out(heard.end, False, signals)
            self._unwritten = 0
        elif not piece.voiced and self._worth_a_try(heard):
            self._hand_out(heard.end, False, signals)
            self._trying = True

    def _may_cut(self, quiet: int) -> bool:
        """True in a pause in which a stretch is cut for good: a short one behind much voice, a longer one sooner."""
        if self._piece.voiced >= _samples(self._patience.cut_after_s):
            return quiet >= _samples(self._pause_s)
        enough = self._piece.voiced >= _samples(self._patience.cut_early_after_s)
        return enough and quiet >= _samples(self._long_pause_s)

    @property
    def _pause_s(self) -> float:
        """A silence in which a stretch is cut for good; longer where others talk, who may yet be the speaker."""
        return OTHERS_PAUSE_S if self._others else self._patience.pause_s

    def _settle(self, heard: VoiceActivity) -> None:
        """Let text that was made ahead stand after a longer pause, where there is enough of it."""
        voiced = sum(piece.voiced for piece in self._tentative)
        paused = self.last_voice is not None and heard.end - self.last_voice >= _samples(self._long_pause_s)
        if paused and voiced >= _samples(self._patience.cut_early_after_s):
            self._tentative = []

    @property
    def _long_pause_s(self) -> float:
        return max(self._pause_s, self._patience.ahead_after_s)

    def _may_be_over(self, quiet: int) -> bool:
        """True where text is made ahead: after a pause, and sooner where a command or a key may come."""
        if quiet >= _samples(self._patience.quiet_before_ahead_s(self._voiced / SAMPLE_RATE_HZ)):
            return True
        if self._burst <= _samples(COMMAND_S):
            return quiet >= _samples(COMMAND_AHEAD_S)
        by_key = self._patience.ends_by_key and self._unwritten >= _samples(UNWRITTEN_S)
        return by_key and quiet >= _samples(KEY_AHEAD_S)

    def _worth_a_try(self, heard: VoiceActivity) -> bool:
        """True for sound without voice worth a try: after a quiet second, or sooner if it is long and still unknown."""
        piece, quiet = self._piece, heard.end - self._piece.last_active
        long_enough = piece.active >= _samples(LONG_TRY_S) and not self._whispering
        return piece.active >= _samples(SHORTEST_TRY_S) and quiet >= _samples(GAP_S if long_enough else TRY_PAUSE_S)

    def _hand_out(self, end: int, final: bool, signals: list[Signal]) -> None:
        piece, self._piece = self._piece.split(end)
        signals.append(Cut(piece.stretch(end), final))
        self._tentative = [] if final else [*self._tentative, piece]

    def _end(self, heard: VoiceActivity, signals: list[Signal]) -> None:
        if heard.end - self._origin >= _samples(self._patience.longest_answer_s):
            self._finish(Ending.LONGEST, heard, signals)
        elif self.last_voice is not None:
            silence = heard.end - self.last_voice
            voiced_s = self._voiced / SAMPLE_RATE_HZ
            allowed = _samples(self._patience.wait_s(self._closing, voiced_s, self._pauses.longest_s))
            patient = _samples(self._patience.silence_s(voiced_s))
            if silence >= allowed and not self._may_be_whispering(heard, silence, allowed):
                self._finish(Ending.SILENCE, heard, signals)
            elif silence >= self._thinking_after(patient) and not self._thinking:
                self._thinking = True
                signals.append(Thinking(heard.end))

    def _thinking_after(self, allowed: float) -> float:
        return max(_samples(self._patience.pause_s), allowed - _samples(self._patience.thinking_before_end_s))

    def _may_be_whispering(self, heard: VoiceActivity, silence: float, allowed: float) -> bool:
        """True if sound without voice came just now, or is with the recogniser: the end waits, though not for ever."""
        if self._refused:
            return False
        if self._trying:
            return silence - allowed < _samples(LONGEST_TRY_S)
        lately = self._piece.active > 0 and heard.end - self._piece.last_active < _samples(TRY_PAUSE_S)
        return lately and silence < min(allowed + _samples(LONGEST_HOLD_S), max(allowed, _samples(LONGEST_HELD_S)))

    def _finish(self, reason: Ending, heard: VoiceActivity, signals: list[Signal]) -> None:
        self._done = True
        signals.append(Finished(reason, self.last_voice or heard.end, heard.end))


class _Piece:
    """Sound since the last stretch was handed out, as counts, and as blocks for when it is cut elsewhere."""

    def __init__(self, start: int) -> None:
        self.start = start
        self._blocks: list[tuple[VoiceActivity, int, bool]] = []
        """with the samples of voice that each brought, and whether they are somebody else's"""
        self.voiced = self.active = 0
        self.first_active: int | None = None
        self.last_voiced = self.last_active = start

    def add(self, heard: VoiceActivity, voiced: int, others: bool) -> None:
        self._blocks.append((heard, voiced, others))
        if others:
            return
        self.voiced += voiced
        if voiced:
            self.last_voiced = heard.end
        if heard.active:
            self.active += heard.end - heard.start
        if voiced or heard.active:
            self.last_active = heard.end
            if self.first_active is None:
                self.first_active = max(self.start, heard.end - max(voiced, heard.end - heard.start))

    def quietest(self) -> int:
        """Return the sample to cut at in mid-speech: the least voice-like block of the later half, and around it."""
        odds = [heard.probability for heard, _, _ in self._blocks]
        half = len(odds) // 2
        places = range(half, max(half + 1, len(odds) - BEHIND_A_CUT_BLOCKS))
        around = {i: sum(odds[max(0, i - CUT_BLOCKS) : i + CUT_BLOCKS + 1]) for i in places}
        at = min(reversed(around), key=lambda i: (round(around[i], 3), odds[i]))
        return self._blocks[at][0].end

    def split(self, end: int) -> tuple[_Piece, _Piece]:
        """Return the sound up to `end`, and what came after it."""
        before, after = _Piece(self.start), _Piece(end)
        for block in self._blocks:
            (before if block[0].end <= end else after).add(*block)
        return before, after

    def join(self, later: _Piece) -> _Piece:
        joined = _Piece(self.start)
        for block in (*self._blocks, *later._blocks):
            joined.add(*block)
        return joined

    def given(self, since: int, others: bool) -> _Piece:
        """Return the same sound, of which all since a sample is others' or the speaker's."""
        given = _Piece(self.start)
        for heard, voiced, before in self._blocks:
            given.add(heard, voiced, others if heard.start >= since else before)
        return given

    def stretch(self, end: int) -> Stretch:
        end = max(end, self.start)
        first = end if self.first_active is None else self.first_active
        last = min(max(self.last_active, first), end)
        voice, others = tuple(self._voice(end, others=False)), tuple(self._voice(end, others=True))
        return Stretch(self.start, end, self.voiced, self.active, first, last, voice, others)

    def _voice(self, end: int, *, others: bool) -> Iterator[tuple[int, int]]:
        """Yield where there is voice of the speaker, or sound of others."""
        at: tuple[int, int] | None = None
        for heard, voiced, theirs in self._blocks:
            if theirs is not others or not (voiced or others):
                continue
            start = max(self.start, heard.end - max(voiced, heard.end - heard.start))
            if at is not None and start > at[1]:
                yield at
                at = None
            at = (start if at is None else at[0], min(heard.end, end))
        if at is not None:
            yield at


def _samples(seconds: float) -> float:
    return seconds * SAMPLE_RATE_HZ
