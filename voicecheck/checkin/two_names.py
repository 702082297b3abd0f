"""Names of the two who answer one evening."""

from __future__ import annotations

from voicecheck.errors import UsageError
from voicecheck.text.folding import fold
from voicecheck.text.untrusted import can_be_shown

LONGEST_NAME = 40


def speakers_of(mine: str, other: str) -> tuple[str, str]:
    """Return both names as they are shown and kept. Raises UsageError for a name that cannot be used."""
    mine, other = mine.strip() or "me", other.strip(" ")
    if not all(map(can_be_shown, mine)):
        raise UsageError("The name in your settings cannot be shown.", "Change it: voicecheck settings edit")
    if not other or not all(map(can_be_shown, other)) or len(other) > LONGEST_NAME or fold(other) == fold(mine):
        raise UsageError(
            "That name cannot be used.",
            f"Give another one than {mine}, of at most {LONGEST_NAME} letters, on one line.",
        )
    return mine, " ".join(other.split())
