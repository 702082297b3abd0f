"""Voice that was in the room before an answer began: a television, people at the next table. Pure.

What goes on before somebody is listened to, and is softer than whoever answers then, is the room's. How loud it was,
its timbre and its pitch are learned from the seconds before, and forgotten with the answer.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.speech.recognition.voice_sums import Sums, apart, mean_dbfs, no_voice, row_of
from voicecheck.utterance import BLOCK_S

VOICED = 0.5
KNOWN_FROM = round(1.5 / BLOCK_S)
"""blocks of voice before the answer; less of it may be a cough, a word to somebody, or the end of the answer before"""
LOUDER_DB, SOFTER_DB = 2.5, 9.0
"""how far over and under its level before the room may be: measured means of two seconds lay 5.7 under to 2 over"""
LIKE, LIKE_SHORT = 0.26, 0.16
"""so near in timbre to what was before, and more for a single second of voice, it is that"""
NEARER = 0.08  # and nearer to it than to the speaker, by so much
WEAKER_DB = 4.0  # the least by which the room is softer than the speaker
GOES_ON_S = 2.0
BACK_LOUDER_DB, BACK_LOUDER = 6.0, 0.6
BACK_OVER_DB, BACK_OVER = 3.0, 0.35
"""so much over the room's level, and such a part of the way up to the speaker's, it is the speaker again; with the
second pair if it is nearer to them in timbre, too"""
BACK_S, BACK_NEARER = 1.5, 0.05
"""and a voice that goes on for so long, and is so much nearer to theirs, however soft"""


class RoomVoice:
    """Voice of others from before one answer. Feed it every block that was heard before."""

    def __init__(self, before: Iterable[VoiceActivity] = ()) -> None:
        self._sums: Sums = no_voice()
        for heard in before:
            if heard.probability >= VOICED:
                self._sums = self._sums + row_of(heard)

    @property
    def is_known(self) -> bool:
        return bool(self._sums[0] >= KNOWN_FROM)

    @property
    def level_dbfs(self) -> float:
        """Mean level of the voice; of no use while nothing is known."""
        return mean_dbfs(self._sums)

    def over_db(self, power: float) -> float:
        """Return by how much sound is louder than the room was; 0 while nothing is known."""
        return 10 * float(np.log10(max(power, 1e-12))) - self.level_dbfs if self.is_known else 0.0

    def goes_on_in(self, voice: Sums, speaker: Sums) -> bool:
        """True if a voice behind the speaker's is what was there before, and softer than the speaker."""
        heard_s = float(voice[0]) * BLOCK_S
        if not self.is_known or not speaker[0] or heard_s < GOES_ON_S:
            return False
        over_db = mean_dbfs(voice) - self.level_dbfs
        if not -SOFTER_DB <= over_db <= LOUDER_DB or mean_dbfs(speaker) - mean_dbfs(voice) < WEAKER_DB:
            return False
        like = apart(self._sums, voice)
        return like <= LIKE + LIKE_SHORT / heard_s and like <= apart(speaker, voice) - NEARER

    def apart(self, voice: Sums) -> float:
        """Return the distance of a voice in timbre."""
        return apart(self._sums, voice)

    def is_left(self, voice: Sums, speaker: Sums) -> bool:
        """True if a voice behind the room's is the speaker's again: clearly louder, or soon nearer to theirs."""
        over_db, heard_s = mean_dbfs(voice) - self.level_dbfs, float(voice[0]) * BLOCK_S
        near_db = mean_dbfs(speaker) - self.level_dbfs
        if over_db >= max(BACK_LOUDER_DB, BACK_LOUDER * near_db):
            return True
        nearer = self.apart(voice) - apart(speaker, voice)
        over = over_db >= max(BACK_OVER_DB, BACK_OVER * near_db)
        return (over and nearer > 0) or (heard_s >= BACK_S and nearer > BACK_NEARER)


SILENT_ROOM = RoomVoice()
