"""Notices for who sees no screen: each message of an evening is said, said in other words, or left for the page.

What is to be said waits for the next sentence of the program and is said in front of it, so that nothing is spoken
while it listens; what is left when the evening is over is said then. An evening is by ear where the settings have
`aloud = "everything"`, and where an invitation aloud began it. The person's own words are spoken only where
the settings say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TypeAlias, assert_never

from voicecheck.checkin.ports import When

ALL_WORDS = ("all", "everything")
"""settings of `checkin.aloud` with which the person's own words are spoken, too"""


class Notice(StrEnum):
    """A message beside the lines of the conversation, by its name in the phrases."""

    SET_ASIDE = "set_aside"
    REQUEST_ASIDE = "request_aside"
    GUESSED = "guessed"
    BESIDE_HEARD = "beside_heard"
    BESIDE_TAKEN = "beside_taken"
    BESIDE_KEPT = "beside_kept"
    LANGUAGE_HEARD = "language_heard"
    RESTORED = "restored"
    EMPTY_ANSWER = "empty_answer"
    DROPPED = "dropped"
    TOO_LONG = "too_long"
    SEALED = "sealed"
    WAITS_FOR_WORDS = "waits_for_words"
    OVERFLOW = "overflow"
    MICROPHONE_SILENT = "microphone_silent"
    MICROPHONE_OTHER = "microphone_other"
    HELP_OFFER = "help_offer"
    HELP_OFFER_QUIET = "help_offer_quiet"
    HELP_AFTERWARDS = "help_afterwards"
    HELP_LINE = "help_line"
    """a number, as the table of the country has it"""
    FAULT = "fault"
    """an error's own sentence, or what a thread beside the evening has to tell"""


class Left(Enum):
    """Messages that are not spoken, by the reason."""

    SAID_BY_ITS_LINE = auto()
    """the sentence that comes with it says the same"""
    NEVER_ALOUD = auto()
    """it tells of violence, or could tell somebody in the room"""
    ON_REQUEST = auto()
    """it is spoken once it is asked for"""


@dataclass(frozen=True, slots=True)
class Said:
    """A message that is spoken in the words of this sentence of the phrases; empty for its own."""

    name: str = ""
    wordless: str | None = None
    """in its place where the person's own words are not spoken, empty for nothing; None if it holds none of them"""


Manner: TypeAlias = Said | Left


def manner_of(notice: Notice) -> Manner:
    """Return how a message reaches who only hears. One without a row is an error of the type checker."""
    match notice:
        case Notice.SET_ASIDE:
            return Said("heard_aside")
        case Notice.REQUEST_ASIDE:
            return Said("heard_request", wordless="heard_aside")
        case Notice.GUESSED:
            return Said("heard_guessed", wordless="")
        case Notice.BESIDE_HEARD:
            return Said("heard_beside", wordless="heard_beside_plain")
        case Notice.BESIDE_KEPT:
            return Said("heard_beside_kept")
        case Notice.SEALED:
            return Said("heard_sealed")
        case Notice.HELP_OFFER:
            return Said("heard_help_offer")
        case (
            Notice.BESIDE_TAKEN
            | Notice.LANGUAGE_HEARD
            | Notice.EMPTY_ANSWER
            | Notice.DROPPED
            | Notice.TOO_LONG
            | Notice.WAITS_FOR_WORDS
            | Notice.OVERFLOW
            | Notice.MICROPHONE_SILENT
            | Notice.MICROPHONE_OTHER
            | Notice.FAULT
        ):
            return Said()
        case Notice.RESTORED:
            return Left.SAID_BY_ITS_LINE
        case Notice.HELP_OFFER_QUIET | Notice.HELP_AFTERWARDS:
            return Left.NEVER_ALOUD
        case Notice.HELP_LINE:
            return Left.ON_REQUEST
        case _:
            assert_never(notice)


def when_of(notice: Notice) -> When:
    """Return how long a message stays on a screen."""
    match notice:
        case Notice.RESTORED | Notice.EMPTY_ANSWER | Notice.MICROPHONE_SILENT | Notice.BESIDE_TAKEN:
            return When.PASSING
        case Notice.SEALED | Notice.BESIDE_KEPT | Notice.HELP_AFTERWARDS:
            return When.AFTER
        case _:
            return When.STAYS


class Waiting:
    """Sentences that wait to be said, each once until it was said."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        """False where there is a screen to read them from"""
        self._sentences: list[str] = []
        self._behind: list[str] = []
        """those that say how the next sentence came about"""
        self._once: set[str] = set()
        self._late: list[str] = []
        """those for the end of the evening"""
        self._being_said: list[str] = []

    def put_behind(self, text: str) -> None:
        """Have this said behind the next sentence, once an evening."""
        if self._wanted and text not in self._once:
            self._once.add(text)
            self._behind.append(text)

    def take_behind(self) -> str:
        """Return the sentences that come behind the next one."""
        taken, self._behind = self._behind, []
        return " ".join(taken)

    def put(self, text: str, *, late: bool = False) -> None:
        waits = self._late if late else self._sentences
        if self._wanted and text not in waits:
            waits.append(text)

    def take(self, *, last: bool = False) -> str:
        """Return all that waits, with what was kept for the end where this is the `last` chance."""
        self._being_said, self._sentences = self._sentences, []
        if last:
            self._being_said, self._late = [*self._being_said, *self._late], []
        return " ".join(self._being_said)

    def interrupted(self) -> None:
        """The person talked over it: it is said again with the next sentence."""
        self._sentences, self._being_said = [*self._being_said, *self._sentences], []


def said_slowly(line: str, dot: str) -> str:
    """Return a help line for a voice: digits one by one, in their groups; an address with its dots in words."""
    line = re.sub(r"\s*\((.*?)\)", r", \1", line)
    line = re.sub(r"(?<=[a-z])\.(?=[a-z])", f" {dot} ", line)
    return re.sub(r"\d[\d ()/-]*\d|\d", _digits, line)


def _digits(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match[0])
    return ". ".join(", ".join(group) for group in groups)


def twice(lines: Iterable[str], dot: str, again: str) -> str:
    """Return help lines as they are said: slowly, and each once more."""
    said = [said_slowly(line, dot).rstrip(".") for line in lines]
    return " ".join(f"{one}. {again} {one}." for one in said)
