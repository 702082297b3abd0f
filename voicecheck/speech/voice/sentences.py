"""Split a text into sentences for a voice, so that the first is heard while the next is made."""

from __future__ import annotations

import re

from voicecheck.text.abbreviations import ENDS_NOTHING

_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][\"”“’)])\s+")
SHORTEST_WORDS = 2
"""a lone word says itself badly: it goes with the sentence behind it"""


def split_sentences(text: str) -> list[str]:
    """Return the sentences of `text` in their order; "Yes. And then?" stays one, and so does "Ask Dr. Lee."."""
    sentences: list[str] = []
    for part in _END.split(" ".join(text.split())):
        if sentences and (len(sentences[-1].split()) < SHORTEST_WORDS or ENDS_NOTHING.search(sentences[-1])):
            sentences[-1] = f"{sentences[-1]} {part}"
        elif part:
            sentences.append(part)
    return sentences
