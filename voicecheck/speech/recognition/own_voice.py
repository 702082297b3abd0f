"""Tell the speaker of an answer from others in the room.

The speaker is known by their own voice of this answer and by nothing else: how loud it is, its timbre and its pitch.
All are forgotten with the answer. The first voice of an answer is the speaker's, and so is all later voice until there
is much against it: a soft phrase is one to four seconds long, and a lost answer is worse than a television's words in
one. Somebody else's is voice that goes on for four seconds, softer and of another timbre and pitch, or one that goes on
for long far below how loud the speaker was, however alike. `script/bench speech --only room` tells how often it errs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from voicecheck.speech.recognition.room_voice import SILENT_ROOM, RoomVoice
from voicecheck.speech.recognition.vad import SILENCE_DBFS, VoiceActivity
from voicecheck.speech.recognition.voice_sums import (
    EFFORT,
    SPREAD,
    TIMBRE_FROM,
    Sums,
    apart,
    mean_dbfs,
    no_voice,
    row_of,
    weaker_db,
)
from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, SAMPLE_RATE_HZ

WINDOW = round(6.0 / BLOCK_S)  # blocks of voice that are judged together, at most
SHORTEST = round(1.5 / BLOCK_S)  # and at least, before the speaker is back
GOES_ON_S = 4.0  # so much voice of another timbre and pitch is no soft phrase of the speaker's
KNOWN_S = 4.0  # less of the speaker than this tells too little of their timbre and pitch
SOFTER_DB = 3.0  # the least by which another's voice is softer
TIMBRE_STEP, PITCH_STEP = 0.45, 5.0
"""how far the speaker's own timbre, and pitch in semitones, wander over four seconds; of 144 answers of one person that
went on up to 15 dB softer, in rooms of -58 and -50 dBFS, both together passed `ANOTHER` in one"""
ANOTHER = 1.8
SOFTLY_S, SOFTLY_DB = (6.0, 8.0, 12.0, 16.0, 38.0, 42.0), (20.0, 18.0, 15.0, 13.0, 12.5, 9.5)
"""seconds of voice, and how much softer than the speaker at their loudest all of it must be to be somebody else's,
however alike: a television goes on, and who leans back speaks up again"""
LOUDEST = round(4.0 / BLOCK_S)  # blocks that tell how loud the speaker is
GOING_ON = round(44.0 / BLOCK_S)
PITCHED_FROM = 12  # blocks with a pitch, for a median to be trusted
HALF_SECOND = round(0.5 / BLOCK_S)
FELL_SILENT_S = 1.2
GIVEN_BACK = round(3.0 / BLOCK_S)  # less of the room's voice, before the speaker is heard again, was theirs after all
ABOVE_DB, NEAR_DB = 3.0, 6.0
"""half a second so much louder than the room was before is the speaker's, once one was louder by the second: what went
on in the room reached 5 dB over its mean, a speaker over others at -5 dB 8"""
GLANCE = round(0.6 / BLOCK_S)  # so few show that the speaker is back
EVERY = 4  # blocks of voice are judged anew
REMEMBERED = round(30.0 / BLOCK_S)
LATELY = round(60.0 / BLOCK_S)  # may be asked about once more
KNOWN_FROM = round(0.25 / BLOCK_S)  # less of the speaker than this tells nothing
STEP = round(0.25 / BLOCK_S)  # between two places at which the voice may have changed hands without a gap
GAP_S = 0.2
TO_THE_GAP_S = 1.0  # a weak end of a phrase, right behind the speaker's voice, is theirs up to the gap
FAINT_DB = 32.0
LOUDNESS_SPREAD_DB = 8.0
TIMBRE_DB = 20.0
"""decibels that one step of timbre is worth: the speaker's own lies at 0.35, others' at 0.67"""
STRANGE_DB, STRANGE_SHORT_DB, STRANGE_UNKNOWN_DB = 9.5, 9.0, 7.0
"""99 of 100 stretches of one's own voice stay under the first, with the second for a single second of it and the third
for a single second of the speaker before it, less the longer they are"""
FAR_DB, FAR_SHORT_DB, FAR_FROM_S = 18.5, 9.0, 1.2
"""so much weaker is others' whatever the timbre, with the second for a single second of it, less the longer it is"""
APART, APART_SHORT, APART_UNKNOWN = 0.35, 0.15, 0.08
"""nearer than that in timbre it is the speaker: people lower their voice, and move away from the microphone"""
DOUBT = 0.7  # what lies half-way between two voices is the speaker's
BACK_DB = 4.0  # so much under that, the voice is the speaker's again
BACK_AT_A_GLANCE_DB = 9.0
BACK_SOFTLY_DB = 8.0  # so near to their loudest, who was taken for others by that alone is back
SURE_DB, SURE_SHORT_DB = 4.0, 8.0
"""so much stranger than one's own voice may seem, and more for a single second of it, is surely nobody's own: none of
60 soft phrases was, 6 to 15 dB below the speaker, that had been taken for others'"""


@dataclass(frozen=True, slots=True)
class Change:
    """The voice changed hands, as is seen a while later."""

    others: bool
    since: int
    """sample index of the first block of the new voice"""
    before: int | None
    """end of the last block of the old one"""


class OwnVoice:
    """The speaker of one answer. Feed the blocks of voice in order, over all its turns."""

    def __init__(self) -> None:
        self._own: Sums = no_voice()
        """sums over the speaker's blocks: their number, power, level and timbre"""
        self._recent: list[VoiceActivity] = []
        self._rows: list[Sums] = []
        """of the recent blocks, as in `_own`"""
        self._stands_out: list[bool] = []
        """of the recent blocks, those that are louder than the room was"""
        self._pitches: deque[float] = deque(maxlen=REMEMBERED)
        """of the speaker's blocks that have one"""
        self._theirs: Sums = no_voice()
        """the same over the others' blocks since they took over"""
        self._since = 0
        """sample index at which they did"""
        self._before: int | None = None
        """end of the block before the recent ones"""
        self._heard = 0
        """blocks of voice"""
        self._loudest = 0.0
        """power of the speaker's loudest seconds"""
        self._going_on: deque[tuple[int, float]] = deque(maxlen=GOING_ON)
        """first sample and power of the newest blocks of voice, whose ever they are"""
        self._lately: deque[tuple[int, Sums]] = deque(maxlen=LATELY)
        """rows of the newest voice, whose ever it is, each with its first sample"""
        self._softly = False
        """others have taken over, as far as loudness alone tells"""
        self._room = SILENT_ROOM
        """voice from before the open turn, until it falls silent"""
        self._last_voice = 0
        """end of the newest block of voice, or the beginning of the turn"""
        self._above: Sums = no_voice()
        """the sums over the speaker's blocks that are louder than the room was"""
        self._over_room_db = 0.0
        """how much louder than the room the speaker was at most, over half a second"""
        self._by_room = False
        """others have taken over, and it is the room's voice that goes on"""
        self.others = False
        """the newest voice is somebody else's"""

    @property
    def faintest_dbfs(self) -> float:
        """Level under which sound without voice is not the speaker's whispering."""
        known = self._own[0] >= TIMBRE_FROM
        return mean_dbfs(self._own) - FAINT_DB if known else SILENCE_DBFS

    def begin(self, room: RoomVoice) -> None:
        """Note what was heard before a turn. Where that tells nothing, what is known of the room stays."""
        self._last_voice = 0
        if room.is_known:
            self._room = room
            self._over_room_db = room.over_db(float(self._above[1] / self._above[0])) if self._above[0] else 0.0

    def skip(self, at: int) -> None:
        """Note sound up to this sample in which no room can be heard, as under the program's voice."""
        self._last_voice = max(self._last_voice, at)

    def hear(self, heard: VoiceActivity) -> Change | None:
        """Take a block of voice; a change of hands is told once it is certain."""
        if self._recent and heard.start < self._recent[-1].end:
            # A turn was cancelled, and its samples are counted anew.
            self._recent, self._rows, self._stands_out = [], [], []
            self._lately.clear()
            self._going_on.clear()
        if heard.start - self._last_voice >= FELL_SILENT_S * SAMPLE_RATE_HZ:
            self._room = SILENT_ROOM  # nothing goes on in the room: who speaks now is somebody near
        self._last_voice = heard.end
        self._heard += 1
        self._recent.append(heard)
        self._rows.append(row_of(heard))
        self._lately.append((heard.start, self._rows[-1]))
        self._going_on.append((heard.start, float(self._rows[-1][1])))
        self._stands_out.append(self._is_above_room())
        if len(self._recent) > WINDOW:
            self._settle(1)
        if self._heard % EVERY:
            return None
        return self._returned() if self.others else self._left() or self._room_went_on() or self._went_on_softly()

    def voiced(self, start: int, end: int) -> int:
        """Return how many samples between two were voice, of the newest minute."""
        return BLOCK_SAMPLES * sum(start <= at < end for at, _ in self._lately)

    def is_surely_other(self, start: int, end: int) -> bool:
        """True if the voice between two samples, taken for somebody else's, is far from the speaker's in every way."""
        rows = [row for at, row in self._lately if start <= at < end]
        if not rows or self._own[0] < TIMBRE_FROM:
            return False
        return _over(self._own, np.sum(rows, axis=0)) >= SURE_DB + SURE_SHORT_DB / (len(rows) * BLOCK_S)

    def _settle(self, count: int) -> None:
        """Let go of the oldest blocks, which are whose the newest voice was until now."""
        if count:
            self._before = self._recent[count - 1].end
        if self.others:
            self._theirs = self._theirs + np.sum(self._rows[:count], axis=0)
        else:
            self._own = self._own + np.sum(self._rows[:count], axis=0)
            self._own *= min(1.0, REMEMBERED / max(1.0, self._own[0]))
            self._above = self._above + np.sum(np.array(self._rows[:count])[self._stands_out[:count]], axis=0)
            self._above *= min(1.0, REMEMBERED / max(1.0, self._above[0]))
            self._pitches.extend(_pitches(self._recent[:count]))
        del self._recent[:count], self._rows[:count], self._stands_out[:count]

    def _left(self) -> Change | None:
        """Tell whether others have taken over, and since when."""
        before = np.cumsum([self._own, *self._rows], axis=0)
        strange = {
            i: _strangeness(before[i], before[-1] - before[i])
            for i in self._places()
            if before[i][0] >= KNOWN_FROM and self._is_another(i, before[i], before[-1] - before[i])
        }
        if not strange:
            return None
        at = max(strange, key=lambda i: strange[i])
        return self._change(self._boundary(before[at], before[-1] - before[at]), others=True)

    def _is_above_room(self) -> bool:
        """True if the newest half second is louder than the room was before the answer."""
        newest = [power for _, power in list(self._going_on)[-HALF_SECOND:]]
        over_db = self._room.over_db(float(np.mean(newest))) if len(newest) == HALF_SECOND else 0.0
        self._over_room_db = max(self._over_room_db, over_db)
        return over_db >= ABOVE_DB

    def _room_went_on(self) -> Change | None:
        """Tell whether the newest voice is what was in the room before the answer, and since when."""
        if self._over_room_db < NEAR_DB or not self._room.is_known:
            return None
        above = np.array(self._rows) * np.array(self._stands_out)[:, None]
        before = np.cumsum([self._above, *above], axis=0)
        behind = np.cumsum(self._rows[::-1], axis=0)[::-1]
        nearer = {
            i: apart(before[i], behind[i]) - self._room.apart(behind[i])
            for i in self._places()
            if before[i][0] >= KNOWN_FROM and self._room.goes_on_in(behind[i], before[i])
        }
        if not nearer:
            return None
        at = max(nearer, key=lambda i: nearer[i])
        louder = [i for i, stands_out in enumerate(self._stands_out[: at + GLANCE]) if stands_out]
        boundary = max(self._boundary(before[at], behind[at]), 1 + max(louder, default=-1))
        change = self._change(boundary, others=True)
        self._by_room = True
        return change

    def _went_on_softly(self) -> Change | None:
        """Tell whether others have taken over, where the voice has gone on far below the speaker's for too long."""
        powers = np.array([power for _, power in self._going_on])
        if len(powers) >= LOUDEST:
            self._loudest = max(self._loudest, float(np.mean(powers[-LOUDEST:])))
        if not self._loudest:
            return None
        blocks = np.arange(len(powers), 0, -1)
        weaker_db = 10 * np.log10(self._loudest * blocks / np.cumsum(powers[::-1])[::-1])
        long_enough = blocks * BLOCK_S >= SOFTLY_S[0]
        softly = np.flatnonzero(long_enough & (weaker_db >= np.interp(blocks * BLOCK_S, SOFTLY_S, SOFTLY_DB)))
        if not len(softly):
            return None
        since = self._begins(int(softly[0]), float(weaker_db[softly[0]]) / 2)
        change = self._change(next((i for i, one in enumerate(self._recent) if one.start >= since), 0), others=True)
        self._since, self._softly = min(since, self._since), True
        return Change(True, self._since, change.before)

    def _begins(self, at: int, weaker_db: float) -> int:
        """Return the sample at which the softer voice begins, from this block on: at a gap, where one is near."""
        starts = [start for start, _ in self._going_on]
        while at + GLANCE < len(starts) and self._weaker_db(at, at + GLANCE) < weaker_db:
            at += 1
        near = range(max(1, at), min(len(starts), at + GLANCE))
        gap = BLOCK_SAMPLES + GAP_S * SAMPLE_RATE_HZ
        return starts[next((i for i in near if starts[i] - starts[i - 1] >= gap), at)]

    def _weaker_db(self, first: int, end: int) -> float:
        """Return how much softer than the speaker at their loudest some of the newest blocks are."""
        powers = [power for _, power in list(self._going_on)[first:end]]
        return 10 * float(np.log10(self._loudest / np.mean(powers)))

    def _is_another(self, at: int, speaker: Sums, voice: Sums) -> bool:
        """True if the voice from this place on is nobody's who spoke before it."""
        softer_db = weaker_db(speaker, voice)
        heard_s = float(voice[0]) * BLOCK_S
        if heard_s >= FAR_FROM_S and softer_db >= FAR_DB + FAR_SHORT_DB / heard_s:
            return True
        if softer_db < SOFTER_DB or heard_s < GOES_ON_S or speaker[0] * BLOCK_S < KNOWN_S:
            return False
        higher = _median_of([*self._pitches, *_pitches(self._recent[:at])]) - _median_of(_pitches(self._recent[at:]))
        pitch = 0.0 if np.isnan(higher) else higher / PITCH_STEP
        return (apart(speaker, voice) / TIMBRE_STEP) ** 2 + pitch**2 >= ANOTHER

    def _boundary(self, speaker: Sums, other: Sums) -> int:
        """Return the place before which the blocks are nearer to the speaker, and behind which to the newest voice."""
        ours, theirs = _mean(speaker), _mean(other)
        between = ours + DOUBT * (theirs - ours)
        places = [i for i in self._places() if len(self._recent) - i >= GLANCE]
        theirs_behind, best = 0.0, (float("-inf"), places[-1])
        for start, end in reversed(list(pairwise([*places, len(self._recent)]))):
            part = np.sum(self._rows[start:end], axis=0)
            theirs_behind += float(part[0] * np.dot(_mean(part) - between, theirs - ours))
            best = max(best, (theirs_behind, start))
        reach = self._recent[best[1]].start + TO_THE_GAP_S * SAMPLE_RATE_HZ
        return next((i for i in self._gaps() if i >= best[1] and self._recent[i - 1].end <= reach), best[1])

    def _returned(self) -> Change | None:
        """Tell whether the speaker is back, and since when."""
        if self._softly:  # a voice that was alike all the time tells nothing: they are as loud again
            count, glance = len(self._going_on), min(GLANCE, len(self._recent))
            if self._weaker_db(count - glance, count) >= BACK_SOFTLY_DB:
                return None
            loud = self._loudest * 10 ** (-BACK_SOFTLY_DB / 10)
            first = next((i for i in range(count - glance, count) if self._going_on[i][1] >= loud), count - 1)
            return self._change(len(self._recent) - (count - first), others=False)
        after = np.cumsum(self._rows[::-1], axis=0)[::-1]
        likeness = {i: _strangeness(self._own, after[i]) for i in self._places() if len(self._recent) - i >= GLANCE}
        if self._by_room and self._room.is_known:
            likeness = {i: strange for i, strange in likeness.items() if self._room.is_left(after[i], self._above)}
            return self._change(min(likeness, key=lambda i: likeness[i]), others=False) if likeness else None
        back = any(
            strange <= BACK_AT_A_GLANCE_DB
            or (len(self._recent) - i >= SHORTEST and _over(self._own, after[i]) <= -BACK_DB)
            for i, strange in likeness.items()
        )
        return self._change(min(likeness, key=lambda i: likeness[i]), others=False) if back else None

    def _gaps(self) -> list[int]:
        recent = self._recent
        return [i for i in range(1, len(recent)) if recent[i].start - recent[i - 1].end >= GAP_S * SAMPLE_RATE_HZ]

    def _places(self) -> list[int]:
        """Return where the voice may have changed hands: at gaps, and now and then without one."""
        count = len(self._recent)
        return sorted({0, max(0, count - GLANCE), *self._gaps(), *range(0, count, STEP)})

    def _change(self, at: int, *, others: bool) -> Change:
        self._settle(at)
        self.others = others
        since = self._recent[0].start
        if others:
            self._theirs, self._since = no_voice(), since
        elif self._by_room and self._theirs[0] < GIVEN_BACK:
            since = self._since
        elif not (self._softly or self._by_room) and (not self._theirs[0] or _over(self._own, self._theirs) < 0):
            since = self._since  # what lies between is too short, or not strange enough, to be somebody else's
        self._softly = self._by_room = False
        return Change(others, since, self._before)


def _pitches(voice: Sequence[VoiceActivity]) -> list[float]:
    return [heard.pitch for heard in voice if heard.pitch is not None]


def _median_of(pitches: list[float]) -> float:
    """Return the median pitch; not a number where too few blocks have one."""
    return float(np.median(pitches)) if len(pitches) >= PITCHED_FROM else float("nan")


def _mean(sums: Sums) -> Sums:
    """Return the mean loudness and timbre, in steps by which they wander while one person speaks."""
    return np.asarray([sums[2] / sums[0] / LOUDNESS_SPREAD_DB, *(sums[3 + EFFORT :] / sums[0] / SPREAD)])


def _strangeness(speaker: Sums, voice: Sums) -> float:
    """Return how many decibels the voice is below the speaker's, and its distance in timbre as decibels."""
    return weaker_db(speaker, voice) + TIMBRE_DB * apart(speaker, voice)


def _over(speaker: Sums, voice: Sums) -> float:
    """Return by how much a voice is stranger than the speaker's own may seem; negative for the speaker's."""
    heard_s, known_s = float(voice[0]) * BLOCK_S, max(1.0, float(speaker[0]) * BLOCK_S)
    strange = _strangeness(speaker, voice) - STRANGE_DB - STRANGE_SHORT_DB / heard_s - STRANGE_UNKNOWN_DB / known_s
    far = weaker_db(speaker, voice) - FAR_DB
    if speaker[0] < TIMBRE_FROM:
        return min(strange, far)
    beyond = apart(speaker, voice) - APART - APART_SHORT / heard_s - APART_UNKNOWN / known_s
    return min(strange, max(TIMBRE_DB * beyond, far))
