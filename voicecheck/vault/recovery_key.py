"""The recovery key: 256 random bits as seventeen words that can be read aloud and written on paper.

Each word is a "proquint" (Wilkerson, arXiv:0901.4016): consonant, vowel, consonant, vowel, consonant for sixteen bits,
big-endian. No list of words has to be shipped, licensed or looked up, a word that is mistyped is mostly no word at
all, and no letter is mistaken for a digit. The seventeenth word is a BLAKE2b check over the other sixteen.
"""

from __future__ import annotations

import hashlib
import os
import re

from voicecheck.errors import UsageError

SECRET_BYTES = 32
WORDS = 17
CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
_FORM = re.compile(f"[{CONSONANTS}][{VOWELS}][{CONSONANTS}][{VOWELS}][{CONSONANTS}]")


def new_secret() -> bytes:
    return os.urandom(SECRET_BYTES)


def to_words(secret: bytes) -> tuple[str, ...]:
    """32 bytes as seventeen words."""
    content = secret + _check(secret)
    return tuple(_word(int.from_bytes(content[i : i + 2], "big")) for i in range(0, len(content), 2))


def from_words(typed: str) -> bytes:
    """The 32 bytes; capitals, numbering and punctuation between the words do not matter.

    Raises UsageError that names the word which cannot be right, never the words.
    """
    words = re.findall(r"[a-z]+", typed.lower())
    for place, word in enumerate(words, start=1):
        if not _FORM.fullmatch(word):
            raise UsageError(f"Word {place} is not a word of a recovery key.", "Look at it letter by letter.")
    if len(words) != WORDS:
        raise UsageError(f"A recovery key has {WORDS} words, and these are {len(words)}.", "Type all of them.")
    content = b"".join(_number(word).to_bytes(2, "big") for word in words)
    secret = content[:SECRET_BYTES]
    if _check(secret) != content[SECRET_BYTES:]:
        raise UsageError("These words do not belong together.", "One of them is mistyped, or two have changed places.")
    return secret


def _word(number: int) -> str:
    c, v = CONSONANTS, VOWELS
    return c[number >> 12] + v[number >> 10 & 3] + c[number >> 6 & 15] + v[number >> 4 & 3] + c[number & 15]


def _number(word: str) -> int:
    value = 0
    for place, letter in enumerate(word):
        value = value << 2 | VOWELS.index(letter) if place % 2 else value << 4 | CONSONANTS.index(letter)
    return value


def _check(secret: bytes) -> bytes:
    return hashlib.blake2b(secret, digest_size=2, person=b"vc recovery key").digest()
