"""Count the feeling words said over time, by word and by family. It describes; it is no score.

A larger negative vocabulary goes with more distress (Vine et al. 2020), so nothing here says that more is better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from voicecheck.domain import Family

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    words: int
    """words of the texts together"""
    mentions: int
    concepts: tuple[str, ...] = field(default=(), repr=False)
    """lemmas, the most frequent first"""
    counts: dict[str, int] = field(default_factory=dict, repr=False)
    """lemma -> times named"""
    families: dict[Family, int] = field(default_factory=dict)
    vague: int = 0
    """mentions by a masking or all-purpose word"""

    @property
    def per_100_words(self) -> float:
        """Different concepts per 100 words, the CWR of Vine et al. 2020; 0 for no words."""
        return 100.0 * len(self.concepts) / self.words if self.words else 0.0

    @property
    def vague_share(self) -> float:
        return self.vague / self.mentions if self.mentions else 0.0


def count_words(text: str) -> int:
    return len(_WORD.findall(text))
