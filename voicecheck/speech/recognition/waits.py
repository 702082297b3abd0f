"""Table of waits: how long a silence ends an answer, by how its words end and by this person's own pauses. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicecheck.utterance import SAMPLE_RATE_HZ, Closing

DEEP = 3  # questions from this depth on are for thinking


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


@dataclass(frozen=True, slots=True)
class Patience:
    """Length of silence that ends an answer, seconds. Grows with the answer: a longer one has longer thoughts."""

    short_s: float = 2.5
    """after a word or two"""
    long_s: float = 4.4
    """once the voice was heard for `grown_after_s`"""
    depth_s: float = 0.4
    """more after a word or two for each step of depth of the question, up to `long_s`"""
    grown_after_s: float = 1.5
    pause_s: float = 0.6
    """a silence in which a long stretch is cut"""
    ahead_after_s: float = 1.0
    """a silence that may become the end: text is made ahead from here on"""
    cut_after_s: float = 12.0
    """voice that makes a stretch long: Whisper hears more in one long stretch than in three short ones"""
    cut_early_after_s: float = 4.0
    """voice after which a stretch is cut at `ahead_after_s` already: what is written down then is never void"""
    ends_by_key: bool = False
    """this person ends answers by a key, so text is made ahead at shorter gaps"""
    longest_stretch_s: float = 28.0
    """Whisper's window is 30 s"""
    longest_answer_s: float = 1800.0
    thinking_before_end_s: float = 1.5
    """how long before the end the listener shows that there is time"""
    waits: Waits | None = None
    """None where silence alone decides"""

    def for_depth(self, depth: int) -> Patience:
        """Return the patience for a question of `depth` 1 to 5: deep ones need thought before the second word, too."""
        waits = replace(self.waits, brief_s=0.0) if self.waits is not None and depth >= DEEP else self.waits
        short_s = max(self.short_s, min(self.long_s, self.short_s + self.depth_s * (depth - 1)))
        return replace(self, short_s=short_s, waits=waits)

    def silence_s(self, voiced_s: float) -> float:
        grown = min(1.0, voiced_s / self.grown_after_s)
        return (1 - grown) * self.short_s + grown * self.long_s if grown < 1 else self.long_s

    def wait_s(self, closing: Closing, voiced_s: float, longest_pause_s: float) -> float:
        """Return the silence that ends an answer whose words end so, after so much voice and such a pause in it."""
        patience_s = self.silence_s(voiced_s)
        return patience_s if self.waits is None else self.waits.after(closing, voiced_s, longest_pause_s, patience_s)

    def quiet_before_ahead_s(self, voiced_s: float) -> float:
        """Return the silence from which on text is made ahead."""
        if self.waits is None or voiced_s > self.waits.brief_s:
            return self.ahead_after_s
        return min(self.ahead_after_s, self.waits.ahead_after_s)
