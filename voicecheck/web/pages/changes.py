"""Word-by-word difference of two texts: removed and added words both stay visible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from voicecheck.text.alignment import MOST_COMPARED

Fate: TypeAlias = Literal["same", "out", "in"]


@dataclass(frozen=True, slots=True)
class Change:
    fate: Fate
    text: str = field(repr=False)


def changes_between(before: str, after: str) -> tuple[Change, ...]:
    """Return the changes. Joined, "same" and "out" are `before`, "same" and "in" are `after`."""
    old, new = _words(before), _words(after)
    return tuple(change for change in _compare(old, new) if change.text)


def _words(text: str) -> list[str]:
    """Split into words and what stands between them, nothing lost."""
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _compare(old: list[str], new: list[str]) -> Iterator[Change]:
    head, tail = _equal_ends(old, new)
    yield Change("same", "".join(old[:head]))
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(inner_old) + len(inner_new) > MOST_COMPARED:  # shown as changed, all of it
        yield Change("out", "".join(inner_old))
        yield Change("in", "".join(inner_new))
    else:
        for kind, i, j, k, n in SequenceMatcher(None, inner_old, inner_new, autojunk=True).get_opcodes():
            if kind == "equal":
                yield Change("same", "".join(inner_old[i:j]))
            else:
                yield Change("out", "".join(inner_old[i:j]))
                yield Change("in", "".join(inner_new[k:n]))
    yield Change("same", "".join(old[len(old) - tail :]))


def _equal_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    most = min(len(old), len(new))
    head = next((i for i in range(most) if old[i] != new[i]), most)
    tail = next((i for i in range(most - head) if old[-1 - i] != new[-1 - i]), most - head)
    return head, tail
