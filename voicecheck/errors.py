"""Errors that a person can be shown: one sentence, one hint, one exit code a branch.

Adapters translate foreign errors at the border into one of these; only the front door (cli) catches them.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the process. The numbers are part of the contract with other programs."""

    DONE = 0
    GENERAL = 1
    USAGE = 2
    AUDIO = 3
    MODEL = 4
    VAULT = 5
    STOPPED = 130


class VoicecheckError(Exception):
    """Something a person can be told: `message` says what, `hint` says what to do next.

    Neither may hold a word that the person said or wrote.
    """

    exit_code = ExitCode.GENERAL

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def told(self) -> str:
        """Message and hint on one line."""
        return f"{self.message} {self.hint}"


class NotFoundError(VoicecheckError):
    """Nothing has the name or id that was asked for."""


class UsageError(VoicecheckError):
    """Wrong arguments, settings or prompt pack."""

    exit_code = ExitCode.USAGE


class AudioError(VoicecheckError):
    """Microphone, loudspeaker, voice or sound file."""

    exit_code = ExitCode.AUDIO


class ModelError(VoicecheckError):
    """A Whisper model or voice file that is missing, damaged or does not run."""

    exit_code = ExitCode.MODEL


class VaultError(VoicecheckError):
    """The vault cannot be opened, read or written."""

    exit_code = ExitCode.VAULT


class VaultLockedError(VaultError):
    """The key does not fit, or none was given."""


class VaultBusyError(VaultError):
    """Another process writes to the vault."""


class VaultMovedError(VaultError):
    """The vault was moved to another computer, and is only read here."""


class VaultFullError(VaultError):
    """Nothing more can be written: the disk, a quota or a limit is used up. What is kept is well."""


class StoppedError(VoicecheckError):
    """The person stopped it."""

    exit_code = ExitCode.STOPPED


def place_of(error: BaseException) -> str:
    """Kind and line of a fault of ours. Its text may hold a diary, so that is left out."""
    import traceback  # these two are half of the time that this module takes to load
    from pathlib import Path

    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "voicecheck" in Path(frame.filename).parts] or frames
    return f"{type(error).__name__}, {Path(ours[-1].filename).name} line {ours[-1].lineno}" if ours else "unknown"
