"""A person's words without what could steer a terminal or a page."""

from __future__ import annotations

JOINERS = frozenset("\u200c\u200d")
"""Persian, Indian scripts and emoji are written with them"""


def is_plain(letter: str) -> bool:
    return letter.isprintable() or letter in JOINERS


def printable(text: str) -> str:
    """The same text, offsets kept, with a blank for each letter that steers: a sealed file may come from a stranger."""
    return "".join(letter if is_plain(letter) or letter == "\n" else " " for letter in text)
