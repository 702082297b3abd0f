"""The offer of a recovery key to whom a forgotten passphrase would lock out for good; "later" is heeded for a while."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from voicecheck import clock
from voicecheck.errors import VaultError
from voicecheck.files import read_ordinary, write_atomically
from voicecheck.paths import Paths
from voicecheck.vault.keys.kind import Way
from voicecheck.vault.keys.slots import KeySlots

NAME = "recovery_later"
"""file beside the vault: when the offer was put off, and nothing else"""
AGAIN_AFTER = timedelta(days=14)


def is_due(paths: Paths) -> bool:
    """True if only what can be forgotten or can vanish opens the vault, and "later" was not said in the last weeks.

    Whoever opens it with a key file has that file to lose, and knows where it lies.
    """
    try:
        ways = {kind.way for kind in KeySlots.load(paths.slots_file).known_kinds}
    except VaultError:  # it is told by whatever opens the vault
        return False
    if Way.RECOVERY in ways or not ways & {Way.TYPED, Way.FOUND}:
        return False
    put_off_at = _read(paths)
    return put_off_at is None or not timedelta(0) <= clock.now() - put_off_at < AGAIN_AFTER


def put_off(paths: Paths) -> None:
    """Offer none for a while. Where that cannot be written, it is offered again, and nothing is lost."""
    with suppress(OSError):
        write_atomically(paths.vault_folder / NAME, clock.now().isoformat(timespec="seconds").encode())


def _read(paths: Paths) -> datetime | None:
    with suppress(OSError, ValueError):
        at = datetime.fromisoformat(read_ordinary(paths.vault_folder / NAME, 100).decode("ascii"))
        return at if at.tzinfo is not None else None
    return None
