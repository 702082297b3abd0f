"""Table of waits: how long a silence ends an answer, by how its words end and by this person's own pauses. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voicecheck.utterance import SAMPLE_RATE_HZ, Closing


@dataclass(frozen=True, slots=True)
class Waits:
    """Table of waits: silence that ends an answer, by how its words end, in seconds."""

    unfinished_s: float = 8.0
    finished_s: float = 1.5
    one_word_s: float = 1.3
    asks_s: float = 1.2
    brief_s: float = 6.0
    """voice up to which an answer is brief: a longer one has longer thoughts, and is waited for as ever"""
    ahead_after_s: float = 0.4
    """a silence in a brief answer from which on text is made ahead, so that its end is known in time"""
    own_pause_s: float = 2.0
    """a pause inside the answer from which on this person's pauses count as long"""
    own_pause_more_s: float = 1.0
    """how much longer than the longest of them it waits then"""
    own_pause_most_s: float = 5.0

    def after(self, closing: Closing, voiced_s: float, longest_pause_s: float, patience_s: float) -> float:
        """Return the silence that ends an answer for which silence alone would ask `patience_s`."""
        if closing is Closing.UNFINISHED:
            return max(patience_s, self.unfinished_s)
        if longest_pause_s >= self.own_pause_s:  # who has paused so long may do so again
            return max(patience_s, min(longest_pause_s + self.own_pause_more_s, self.own_pause_most_s))
        soon = {Closing.FINISHED: self.finished_s, Closing.ONE_WORD: self.one_word_s, Closing.ASKS: self.asks_s}
        return min(patience_s, soon.get(closing, patience_s)) if voiced_s <= self.brief_s else patience_s


@dataclass(slots=True)
class Pauses:
    """Pauses inside one answer so far. They outlive its turns: an answer that is taken up again has had one."""

    longest_s: float = 0.0
    last_voice: int | None = None
    """end of the voice before the open turn, where that goes on from it"""

    def note(self, since: int | None, until: int) -> None:
        since = self.last_voice if since is None else since
        if since is not None:
            self.longest_s = max(self.longest_s, (until - since) / SAMPLE_RATE_HZ)
