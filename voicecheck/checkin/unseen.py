"""The screen of an evening without one. What it would show is said, or left, as `by_ear` tells."""

from __future__ import annotations

from voicecheck.checkin.ports import When


class NoScreen:
    """A screen that shows nothing."""

    asking_keep = False

    def notice(self, text: str, private: bool = False, when: When = When.STAYS) -> None:
        """Show nothing."""

    def question(self, text: str, number: int, count: int) -> None:
        """Show nothing."""

    def sentence(self, text: str, private: bool = False) -> None:
        """Show nothing."""

    def offer(self, choices: tuple[str, ...]) -> None:
        """Show nothing."""

    def state(self, name: str) -> None:
        """Show nothing."""

    def level(self, dbfs: float, seconds: float) -> None:
        """Show nothing."""

    def words(self, text: str) -> None:
        """Show nothing."""

    def set_aside(self, said: str = "") -> None:
        """Show nothing."""

    def guessed(self, heard: str, guess: str) -> None:
        """Show nothing."""

    def nothing_aside(self) -> None:
        """Show nothing."""

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        """Show nothing."""

    def nothing_beside(self) -> None:
        """Show nothing."""

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        """Show nothing."""

    def ask_keep(self) -> None:
        """Show nothing."""

    def ask_line(self) -> None:
        """Show nothing."""
