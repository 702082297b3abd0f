"""Sentences for a search that found nothing: what was looked for, and what else could be tried."""

from __future__ import annotations

from voicecheck.phrases import Phrases
from voicecheck.vault.search.grammar import Query


def none_found(phrases: Phrases, query: Query, alone: tuple[tuple[str, int], ...]) -> list[str]:
    """Return the sentences. `alone`: every wanted word, and the number of entries that hold it by itself."""
    lines = [phrases.tell("search_none")]
    for word, count in alone:
        name = {0: "search_alone_none", 1: "search_alone_one"}.get(count, "search_alone")
        lines.append(phrases.tell(name, word=word, count=count))
    if query.narrowed:
        lines.append(phrases.tell("search_narrowed"))
    if query.narrowed or len(alone) > 1:
        lines.append(phrases.tell("search_fewer"))
    return lines
