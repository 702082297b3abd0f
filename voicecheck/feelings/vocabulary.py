"""Count the feeling words said over time, by word and by family. It describes; it is no score.

A larger negative vocabulary goes with more distress (Vine et al. 2020), so nothing here says that more is better.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from voicecheck.domain import EmotionMention, Family

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
    return sum(1 for _ in _WORD.finditer(text))


def measure_vocabulary(texts: Iterable[tuple[str, Sequence[EmotionMention]]], *, own_only: bool = True) -> Vocabulary:
    """Measure the feeling words of texts with their mentions.

    `own_only` counts what the speaker feels or felt; what others feel, what is denied or imagined is left out.
    """
    words = 0
    kept: list[EmotionMention] = []
    for text, mentions in texts:
        words += count_words(text)
        kept += [m for m in mentions if not own_only or m.own]
    counts = Counter(m.lemma for m in kept)
    return Vocabulary(
        words=words,
        mentions=len(kept),
        concepts=tuple(lemma for lemma, _ in counts.most_common()),
        counts=dict(counts),
        families=dict(Counter(m.family for m in kept)),
        vague=sum(m.vague for m in kept),
    )


def new_words(before: Vocabulary, now: Vocabulary) -> tuple[str, ...]:
    """Return concepts named now and never before, in the order of `now`."""
    known = set(before.concepts)
    return tuple(lemma for lemma in now.concepts if lemma not in known)
