"""A home with a locked vault, and a folder into which memos are dropped."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from tests.sound_samples import quiet, voice, write_wav
from tests.vault_samples import make_vault
from voicecheck.diary.watched import Looked, Watched, take_in_folder
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.inbox.inbox import Inbox, pending
from voicecheck.vault.inbox.sealed_file import Recovered, read_sealed
from voicecheck.vault.keys.data_key import Keyring

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SOUND = np.concatenate([voice(2.0), quiet(0.5)])


class Place:
    """A home with a locked vault, and a folder into which memos are dropped."""

    def __init__(self, folder: Path) -> None:
        self.paths, self.key = make_vault()
        self.folder = folder / "phone"
        self.folder.mkdir()
        self.inbox: Inbox = locked_inbox(self.paths)

    def memo(self, name: str = "Recording_20261012_213000.wav") -> Path:
        return write_wav(self.folder / name, SOUND)

    def look(self, move_to: Path | None = None, waiting: Callable[[float], None] = lambda _: None) -> Looked:
        return take_in_folder(Watched(self.folder, move_to), self.inbox, waiting, lambda: NOW)

    def sealed(self) -> list[Recovered]:
        return [read_sealed(path, Keyring(self.key)) for path in pending(self.paths.inbox_folder)]

    def whole(self) -> bool:
        """True if a sealed file holds the whole sound of the memo."""
        return any(one.complete and one.samples >= len(SOUND) for one in self.sealed())


CALLS = ("open", "write", "fsync", "ftruncate", "unlink", "link", "replace", "utime")


def killed_at(place: Place, moment: int, move_to: Path | None) -> bool:
    """Look in a process that dies right before its `moment`th call to the disk; False where it came to its end."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    calls = 0

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def then(*args: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == moment:
                os._exit(9)
            return real(*args, **named)

        return then

    for name in CALLS:
        setattr(os, name, dying(getattr(os, name)))
    try:
        place.look(move_to)
    finally:
        os._exit(0)
