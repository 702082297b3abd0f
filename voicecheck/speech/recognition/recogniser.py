"""The result of a recogniser: segments with times, and how sure it was."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from voicecheck.domain import Segment

ANY_LANGUAGE = "auto"


@dataclass(frozen=True, slots=True)
class Hearing:
    """What Whisper made of one run of samples, and how sure it was."""

    segments: tuple[Segment, ...] = field(default=(), repr=False)
    """times in seconds from the first sample"""
    language: str = "en"
    mean_logprob: float = 0.0
    """of the tokens, 0 is certain"""
    no_speech: float = 0.0
    """probability that nobody spoke, 0 to 1"""
    compression: float = 1.0
    """gzip ratio of the text; above 2.4 Whisper repeats itself (Radford et al. 2022)"""
    unheard: tuple[tuple[float, float], ...] = ()
    """parts whose words cannot be trusted and are left out, seconds from the first sample"""

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.segments)

    @property
    def word_count(self) -> int:
        return len(self.text.split())


def shift(segment: Segment, by_s: float) -> Segment:
    """The segment so much later; nothing begins before the first sample, however Whisper rounds."""

    def moved(t: float) -> float:
        return max(0.0, round(t + by_s, 3))

    words = tuple(replace(w, start_s=moved(w.start_s), end_s=moved(w.end_s)) for w in segment.words)
    return replace(segment, start_s=moved(segment.start_s), end_s=moved(segment.end_s), words=words)
