"""Ports of one sitting: the items of its one queue, and the protocols of voice, screen and questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from voicecheck.checkin import events
from voicecheck.domain import Asked, Did, Prompt
from voicecheck.errors import VoicecheckError
from voicecheck.speech.microphone import RawSound, SourceFailed
from voicecheck.speech.recognition.live import Written
from voicecheck.utterance import Played


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line of a typed answer; None for the end of it."""

    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class TypedDraft:
    """All that was typed in the open turn so far, in the place of what came before; nothing while none is open."""

    text: str = field(repr=False)


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
    """Input from a pipe was refused; what was understood before it stays sealed."""

    error: VoicecheckError


Event: TypeAlias = (
    events.Event
    | RawSound
    | Played
    | SourceFailed
    | Written
    | TypedLine
    | TypedDraft
    | LinesOver
    | Remark
    | RecogniserFailed
    | TypingFailed
)


class Mouth(Protocol):
    """The voice of a sitting. After each `say` an `events.Spoken` arrives on the queue."""

    def say(self, text: str, *, chime: bool = False) -> None: ...

    def prepare(self, text: str) -> None:
        """Make the sound of a text that may be said next; it is dropped if something else is said."""

    def nudge(self) -> None: ...

    def hush(self) -> None: ...

    def give_way(self) -> None:
        """End what is being said, the chime with it: the person talks. Its `Spoken` still arrives."""

    def open_tone(self) -> None:
        """Play rising tones: the microphone opens. No `Spoken` tells when they are over, here and below."""

    def close_tone(self) -> None:
        """Play falling tones: it does not listen any more."""


class When(StrEnum):
    """Lifetime of a notice: while it is true, or of use."""

    STAYS = "stays"
    """at once, and below the screen once that is gone"""
    PASSING = "passing"
    """at once and only while the evening lasts"""
    AFTER = "after"
    """once the evening is over"""
    SEEN = "seen"
    """as `PASSING`, and only to the eye: nothing may read it aloud"""


class Unseen(StrEnum):
    """Way of a message in an evening without a screen."""

    SAID = "said"
    """before the program's next sentence"""
    SLOWLY = "slowly"
    """so, too, digit by digit and twice"""
    PAGE = "page"
    """not now: the page shows it, or the entry itself does"""
    MOOT = "moot"
    """it is about the screen, or the next sentence tells the same"""


class Screen(Protocol):
    """The screen of a sitting. The lower layers never print."""

    asking_keep: bool

    def question(self, text: str, number: int, count: int) -> None: ...

    def sentence(self, text: str, private: bool = False) -> None:
        """Show a sentence that the program says; `private` if it holds the person's words."""

    def offer(self, choices: tuple[str, ...]) -> None:
        """Show what can be chosen by its place, from 1, behind the sentence that was just shown; 0 leaves it."""

    def state(self, name: str) -> None: ...

    def level(self, dbfs: float, seconds: float) -> None: ...

    def words(self, text: str) -> None: ...

    def notice(self, text: str, private: bool = False, when: When = When.STAYS, unseen: Unseen = Unseen.PAGE) -> None:
        """Show a notice; `private` if it shows what was spoken of: then it passes."""

    def unsaid(self) -> str:
        """Return, once, what cannot be seen here and is to be said before the next sentence; empty on a screen."""

    def set_aside(self, said: str = "") -> None:
        """Tell that the turn was not taken for an answer, and how to take that back, where anybody can.

        `said` are the words of a command behind an answer; private.
        """

    def guessed(self, heard: str, guess: str) -> None:
        """Tell that `guess` was written for `heard`, and how to have that back; private."""

    def nothing_aside(self) -> None:
        """Show what `set_aside` told no longer: nothing of it can be taken back."""

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        """Show words that may be somebody else's or the person's, and how to take them into the answer; private."""

    def nothing_beside(self) -> None:
        """Show what `beside` told no longer: it was taken in, or its answer has gone."""

    def side_by_side(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        """Show two texts side by side, each under a name; private."""

    def ask_keep(self) -> None: ...

    def ask_line(self) -> None: ...


class Asking(Protocol):
    """Tonight's questions: each knows what became of those before it."""

    @property
    def asked(self) -> tuple[Asked, ...]: ...

    def next(self) -> Prompt: ...

    def note(self, did: Did, entry_id: str = "") -> None: ...

    def forget(self, entry_id: str) -> None:
        """Remove the words of an entry that was deleted."""
