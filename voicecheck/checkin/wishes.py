"""Options of `checkin` and `journal`, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wishes:
    """Options of one sitting, from the command line."""

    answers: tuple[Path, ...] = ()
    pace: str = "fast"
    typed: bool = False
    no_speak: bool = False
    prompt: str | None = None
    pack: str | None = None
    as_json: bool = False
    key_file: Path | None = None
    count: int = 1
    speakers: tuple[str, ...] = ()
    """the names of two who answer; empty for one"""
    journal: bool = False
    """free speaking, without a question"""
    unseen: bool = False
    """no screen is there, and nobody looked at whose yes began it"""

    @property
    def realtime(self) -> bool:
        return self.pace == "realtime"
