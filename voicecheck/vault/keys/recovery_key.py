"""The recovery key: 256 random bits as twenty-four English words that can be read aloud and written on paper.

The words are those of BIP-39, with its check: 2,048 words of eleven bits, big-endian; behind the 256 bits stand the
first eight of their SHA-256. No two words begin with the same four letters, so four are enough.
https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki

Until version 0.1 there were seventeen made-up words: "proquints" (Wilkerson, arXiv:0901.4016), consonant, vowel,
consonant, vowel, consonant for sixteen bits, the last one a BLAKE2b check. They are read for ever.

With the vault at hand a wrong word is found: of all keys that differ in one word and pass the check, one opens it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import ClassVar

from voicecheck.errors import UsageError, VaultLockedError
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.kind import Key, Kind, Person, Unlock, Way
from voicecheck.vault.keys.slot import SECRET_BYTES, Slot, derive_wrapping, wrap_with

ENOUGH_LETTERS = 4
CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
_FORM = re.compile(f"[{CONSONANTS}][{VOWELS}][{CONSONANTS}][{VOWELS}][{CONSONANTS}]")


@dataclass(frozen=True, slots=True)
class Code:
    """A code of words: turns 256 bits and a check behind them into words."""

    words: int
    bits: int
    """of a word"""
    number: Callable[[str], int | None]
    """of a word; None where it is none of this code"""
    check: Callable[[bytes], int]

    @property
    def check_bits(self) -> int:
        return self.words * self.bits - 8 * SECRET_BYTES

    def secret(self, value: int) -> bytes | None:
        """Return the key in these bits; None where the check does not fit."""
        secret = (value >> self.check_bits).to_bytes(SECRET_BYTES, "big")
        return secret if self.check(secret) == value & (1 << self.check_bits) - 1 else None

    def value(self, numbers: Sequence[int]) -> int:
        value = 0
        for number in numbers:
            value = value << self.bits | number
        return value


@cache
def word_list() -> tuple[str, ...]:
    return tuple(Path(__file__).with_name("recovery_words.txt").read_text(encoding="ascii").split())


@cache
def _beginnings() -> dict[str, int]:
    return {word[:ENOUGH_LETTERS]: number for number, word in enumerate(word_list())}


def _listed(word: str) -> int | None:
    number = _beginnings().get(word[:ENOUGH_LETTERS])
    return None if number is None or not word_list()[number].startswith(word) else number


def _spelled(word: str) -> int | None:
    if not _FORM.fullmatch(word):
        return None
    value = 0
    for place, letter in enumerate(word):
        value = value << 2 | VOWELS.index(letter) if place % 2 else value << 4 | CONSONANTS.index(letter)
    return value


LISTED = Code(24, 11, _listed, lambda secret: hashlib.sha256(secret).digest()[0])
SPELLED = Code(
    17,
    16,
    _spelled,
    lambda secret: int.from_bytes(hashlib.blake2b(secret, digest_size=2, person=b"vc recovery key").digest(), "big"),
)
WORDS = LISTED.words


def new_secret() -> bytes:
    return os.urandom(SECRET_BYTES)


def to_words(secret: bytes) -> tuple[str, ...]:
    """Return 32 bytes as twenty-four words."""
    value = int.from_bytes(secret, "big") << LISTED.check_bits | LISTED.check(secret)
    places = range((WORDS - 1) * LISTED.bits, -1, -LISTED.bits)
    return tuple(word_list()[value >> place & (1 << LISTED.bits) - 1] for place in places)


def whole_word(typed: str) -> str:
    """Return the word of the list that is meant by four letters of it or more; else what was typed."""
    typed = typed.strip().lower()
    number = _listed(typed)
    return typed if number is None else word_list()[number]


def split(typed: str) -> list[str]:
    """Split into words: capitals, numbering and punctuation between them do not matter.

    Raises UsageError where there are too few or too many.
    """
    words = re.findall(r"[a-z]+", typed.lower())
    code = code_of(words)
    if len(words) != code.words:
        raise UsageError(f"A recovery key has {code.words} words, and these are {len(words)}.", "Type all of them.")
    return words


def code_of(words: Sequence[str]) -> Code:
    """Return today's code, or the older one where more of the words are of it."""
    of_list, of_form = (sum(code.number(word) is not None for word in words) for code in (LISTED, SPELLED))
    return SPELLED if of_form > of_list else LISTED


def unknown(words: Sequence[str]) -> list[int]:
    """Return the places, from 0, of those that are no words of a recovery key."""
    code = code_of(words)
    return [place for place, word in enumerate(words) if code.number(word) is None]


def from_words(typed: str) -> bytes:
    """Return the 32 bytes. Raises UsageError that names the word which cannot be right, never the words."""
    words = split(typed)
    for place in unknown(words):
        raise UsageError(f"Word {place + 1} is not a word of a recovery key.", "Look at it letter by letter.")
    secret = secret_of(words)
    if secret is None:
        raise UsageError("These words do not belong together.", "One of them is mistyped, or two have changed places.")
    return secret


def secret_of(words: Sequence[str]) -> bytes | None:
    """Return the 32 bytes; None where a word is unknown, or they do not belong together."""
    code = code_of(words)
    numbers = [number for number in map(code.number, words) if number is not None]
    return code.secret(code.value(numbers)) if len(numbers) == len(words) == code.words else None


def nearly(words: Sequence[str]) -> Iterator[tuple[tuple[int, ...], bytes]]:
    """Yield places and key for each change of one word, or swap of two, that passes the check.

    None where more than one of the words is unknown. A second or two for all of them.
    """
    code, unsure = code_of(words), unknown(words)
    if len(words) != code.words or len(unsure) > 1:
        return
    numbers = [code.number(word) or 0 for word in words]
    if not unsure:
        for one, other in combinations(range(code.words), 2):
            changed = list(numbers)
            changed[one], changed[other] = changed[other], changed[one]
            secret = code.secret(code.value(changed))
            if secret is not None and changed != numbers:
                yield (one, other), secret
    for place in unsure or range(code.words):
        shift = (code.words - 1 - place) * code.bits
        rest = code.value(numbers) & ~((1 << code.bits) - 1 << shift)
        for number in range(1 << code.bits):
            secret = code.secret(rest | number << shift)
            if secret is not None and (unsure or number != numbers[place]):
                yield (place,), secret


class RecoveryKind(Kind):
    name = "recovery"
    title = "recovery key"
    way = Way.RECOVERY
    adding = "(words for paper)"
    single = True

    def make(self, person: Person, path: Path | None, *, may_skip: bool = False) -> Key | None:
        """A key counts only once its words are on paper."""
        secret = new_secret()
        return RecoveryKey(secret) if person.copied(to_words(secret), may_skip=may_skip) else None

    def open(self, person: Person, path: Path | None, unlock: Unlock) -> tuple[Key, DataKey]:
        """A wrong word is found and asked for alone, never all of them again."""
        words = split(person.shown("recovery_ask_all"))
        for place in unknown(words):
            words[place] = whole_word(person.shown("recovery_ask_unknown", number=place + 1))
        secret = secret_of(words)
        if secret is not None:
            with suppress(VaultLockedError):
                return RecoveryKey(secret), unlock(RecoveryKey(secret))
        places, key, data_key = _search(person, words, unlock)
        for place in places:
            words[place] = whole_word(person.shown("recovery_ask_unfit", number=place + 1))
        if secret_of(words) != key.secret:
            changed = "recovery_changed_one" if len(places) == 1 else "recovery_changed_two"
            person.tell(changed, first=places[0] + 1, last=places[-1] + 1)
        return key, data_key


RECOVERY = RecoveryKind()


@dataclass(frozen=True, slots=True)
class RecoveryKey(Key):
    kind: ClassVar[Kind] = RECOVERY
    secret: bytes = field(repr=False)
    """32 bytes"""

    def wrap(self, data_key: DataKey) -> Slot:
        return wrap_with(data_key, RECOVERY.name, self.secret)

    def wrapping_key(self, slot: Slot) -> bytes:
        return derive_wrapping(self.secret, slot.kind, slot.salt)

    def refused(self) -> VaultLockedError:
        return VaultLockedError(
            "That recovery key does not open this vault.", "It may belong to another vault, or to an older key."
        )

    def added(self, person: Person) -> None:
        person.tell("recovery_added")


def _search(person: Person, words: Sequence[str], unlock: Unlock) -> tuple[tuple[int, ...], RecoveryKey, DataKey]:
    """The place of the word that is another, or of the two that have changed places; the key meant, what it opens.

    Raises VaultLockedError where it is more than that.
    """
    with person.busy("recovery_searching"):
        for places, secret in nearly(words):
            with suppress(VaultLockedError):
                return places, RecoveryKey(secret), unlock(RecoveryKey(secret))
    raise VaultLockedError(
        "These words do not open the vault.",
        "More than one of them is not right, or they are those of another vault, or of an older key.",
    )
