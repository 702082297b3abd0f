"""The ports of one sitting: what may arrive on its one queue, and the protocols of voice, screen and questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from voicecheck.checkin import events
from voicecheck.domain import Asked, Did, Prompt
from voicecheck.errors import VoicecheckError
from voicecheck.speech.microphone import RawSound, SourceFailed
from voicecheck.speech.recognition.live import Written


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line of a typed answer; None for the end of it."""

    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinesOver:
    """No more lines will come: what is open ends here."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that a thread beside the evening has for the person; nothing of what was said."""

    text: str


@dataclass(frozen=True, slots=True)
class RecogniserFailed:
    error: VoicecheckError


@dataclass(frozen=True, slots=True)
class TypingFailed:
    """What came from a pipe is refused; what was understood before it stays sealed."""

    error: VoicecheckError


Event: TypeAlias = (
    events.Event | RawSound | SourceFailed | Written | TypedLine | LinesOver | Remark | RecogniserFailed | TypingFailed
)


class Mouth(Protocol):
    """What speaks. After each `say` an `events.Spoken` arrives on the queue."""

    def say(self, text: str, *, chime: bool = False) -> None: ...

    def prepare(self, text: str) -> None:
        """It may be said next: make its sound now, and drop it if something else is said."""

    def nudge(self) -> None: ...

    def hush(self) -> None: ...


class When(StrEnum):
    """While a notice is true, or of use."""

    STAYS = "stays"
    """at once, and below the screen once that is gone"""
    PASSING = "passing"
    """at once and only while the evening lasts"""
    AFTER = "after"
    """once the evening is over"""


class Screen(Protocol):
    """What the person sees. The lower layers never print."""

    asking_keep: bool

    def question(self, text: str, number: int, count: int) -> None: ...

    def sentence(self, text: str, private: bool = False) -> None:
        """Something it says; `private` where it holds the person's words."""

    def state(self, name: str) -> None: ...

    def level(self, dbfs: float, seconds: float) -> None: ...

    def words(self, text: str) -> None: ...

    def notice(self, text: str, private: bool = False, when: When = When.STAYS) -> None:
        """Something to know; `private` where it shows what was spoken of: then it passes."""

    def set_aside(self) -> None:
        """What was said was taken for no answer: how to take that back, where anybody can."""

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        """Two names, each with what was said; private."""

    def ask_keep(self) -> None: ...

    def ask_line(self) -> None: ...


class Asking(Protocol):
    """Tonight's questions: each knows what became of those before it."""

    @property
    def asked(self) -> tuple[Asked, ...]: ...

    def next(self) -> Prompt: ...

    def note(self, did: Did, entry_id: str = "") -> None: ...

    def forget(self, entry_id: str) -> None:
        """The entry was deleted."""
