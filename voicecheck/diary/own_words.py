"""Feeling words said over time, counted in the vault."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from voicecheck.feelings.vocabulary import Vocabulary, count_words
from voicecheck.vault.vault import Vault


def count_own_words(vault: Vault, since: date | None, until: date | None, name: str) -> Vocabulary:
    """Measure the words of the owner, who is called `name`, in days of which both ends are included."""
    others = vault.tallies.others(name)
    named = vault.tallies.own_words(since, until, others)
    counts, families = Counter[str](), Counter[str]()
    for one in named:
        counts[one.lemma] += one.count
        families[one.family] += one.count
    return Vocabulary(
        words=sum(map(count_words, vault.tallies.texts(since, until, others))),
        mentions=counts.total(),
        concepts=tuple(lemma for lemma, _ in counts.most_common()),
        counts=dict(counts),
        families={one.family: families[one.family] for one in named},
        vague=sum(one.count for one in named if one.vague),
    )


def find_new_words(vault: Vault, recent: date, until: date | None, name: str) -> tuple[tuple[str, ...], bool]:
    """Return words named since `recent` and never before, the most named first, and True if any was named before."""
    others = vault.tallies.others(name)
    before = {one.lemma for one in vault.tallies.own_words(None, recent - timedelta(days=1), others)}
    counts = Counter[str]()
    for one in vault.tallies.own_words(recent, until, others):
        counts[one.lemma] += one.count
    return tuple(lemma for lemma, _ in counts.most_common() if lemma not in before), bool(before)
