"""Argon2id: passphrase to key, with a cost that is calibrated for this machine."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from nacl import bindings
from nacl.exceptions import CryptoError

from voicecheck.errors import UsageError, VaultError
from voicecheck.vault.keys.data_key import KEY_BYTES

SHORTEST_PASSPHRASE = 8  # characters; NIST SP 800-63B, 5.1.1.1
MIB = 1 << 20

# A slots file that somebody or some disk has changed must neither hang nor eat the machine.
MOST_PASSES = 64
MOST_MEMORY_BYTES = 1024 * MIB
MOST_WORK_BYTES = 4096 * MIB
"""passes times memory; about 4 s on a slow machine"""

QUICKEST_S = 0.3
SLOWEST_S = 2.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one Argon2id computation, that is of one guess at a passphrase."""

    passes: int
    memory_bytes: int

    @property
    def within_bounds(self) -> bool:
        """True if the cost is small enough to be computed at all."""
        return (
            bindings.crypto_pwhash_argon2id_OPSLIMIT_MIN <= self.passes <= MOST_PASSES
            and bindings.crypto_pwhash_argon2id_MEMLIMIT_MIN <= self.memory_bytes <= MOST_MEMORY_BYTES
            and self.passes * self.memory_bytes <= MOST_WORK_BYTES
        )


def check_passphrase(passphrase: str) -> None:
    """Raise UsageError when the passphrase is too short to protect anything."""
    if len(unicodedata.normalize("NFKC", passphrase)) < SHORTEST_PASSPHRASE:
        raise UsageError(
            f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.",
            "A few words that belong together only for you work well.",
        )


def stretch(secret: bytes, salt: bytes, cost: Cost) -> bytes:
    """Return the key that Argon2id makes of a secret at this cost."""
    try:
        return bindings.crypto_pwhash_alg(
            KEY_BYTES, secret, salt, cost.passes, cost.memory_bytes, bindings.crypto_pwhash_ALG_ARGON2ID13
        )
    except CryptoError as error:
        raise VaultError(
            "There is not enough free memory to check the passphrase.", "Close other programs, then try again."
        ) from error


def normalise(passphrase: str) -> bytes:
    """Return the bytes of a passphrase in one form of Unicode (NFKC)."""
    # Two keyboards may compose the same letter differently.
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")


def calibrate(secret: bytes, salt: bytes, clock: Callable[[], float] = time.perf_counter) -> tuple[Cost, bytes]:
    """Return the highest cost that this machine computes within 0.3 to 2 s, and the wrapping key made at it."""
    cost = Cost(passes=3, memory_bytes=_first_memory_bytes())
    while True:
        began = clock()
        wrapping_key = stretch(secret, salt, cost)
        took_s = clock() - began
        if took_s > SLOWEST_S and cost.memory_bytes > 16 * MIB:
            cost = Cost(cost.passes, cost.memory_bytes // 2)
        elif (
            took_s < QUICKEST_S
            and 2 * cost.passes * cost.memory_bytes <= MOST_WORK_BYTES
            and cost.passes < MOST_PASSES // 2
        ):
            cost = Cost(cost.passes * 2, cost.memory_bytes)
        else:
            return cost, wrapping_key


def _first_memory_bytes() -> int:
    """Return 256 MiB, or an eighth of a small machine's memory."""
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return 256 * MIB
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(16 * MIB, min(256 * MIB, physical // 8 // MIB * MIB))
