"""What an evening needs: its plan, its devices and places, and what may arrive on its one queue."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from voicecheck.checkin import state as conversation
from voicecheck.domain import Asked, Did, Entry, EntryKind, EntryTiming, Prompt
from voicecheck.errors import ExitCode, VoicecheckError
from voicecheck.feelings.danger import NOT_WATCHED, Watch
from voicecheck.phrases import Phrases
from voicecheck.speech.microphone import RawSound, Source, SourceFailed
from voicecheck.speech.recognition.endpoint import Patience
from voicecheck.speech.recognition.live import WhisperThread, Written
from voicecheck.vault.inbox.inbox import Inbox
from voicecheck.vault.store.recordings import KeepAudio
from voicecheck.vault.vault import Vault

if TYPE_CHECKING:
    from voicecheck.speech.recognition.vad import VoiceDetector


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
class WhisperFailed:
    error: VoicecheckError


@dataclass(frozen=True, slots=True)
class TypingFailed:
    """What came from a pipe is refused; what was understood before it stays sealed."""

    error: VoicecheckError


Event: TypeAlias = (
    conversation.Event
    | RawSound
    | SourceFailed
    | Written
    | TypedLine
    | LinesOver
    | Remark
    | WhisperFailed
    | TypingFailed
)


class Mouth(Protocol):
    """What speaks. After each `say` a `conversation.Spoken` arrives on the queue."""

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


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided before the evening begins."""

    kind: EntryKind = EntryKind.CHECKIN
    speakers: tuple[str, ...] = ()
    """the names of two who answer; empty for one person alone"""
    language: str = "en"
    timezone: str = ""
    keep_audio: KeepAudio = "until_reviewed"
    aloud: str = "questions"
    """questions, all or nothing"""
    patience: Patience = Patience()
    quick_patience: Patience = Patience(short_s=1.5, long_s=1.5)
    """for yes or no, and for "go on" while it is paused"""
    course: conversation.Course = conversation.Course()
    typed_by_hand: bool = False
    """somebody sits at a keyboard who can take the end of the evening back"""
    closing: str = "closing"
    """which sentence of the phrases ends it"""
    watch: Watch = NOT_WATCHED
    """for danger in an answer, at which it shows where help can be found"""
    help_lines: tuple[str, ...] = ()
    """what it then shows"""
    only_thanks: float = 0.15
    """how often it only thanks for a feeling that was named: nobody wants to be echoed every time"""
    followed_up: float = 0.7
    """how often a question follows an answer: not every time, or it is a form to fill in"""
    pre_roll_s: float = 0.4
    lockstep: bool = False
    """sound comes faster than it was spoken: let it wait for Whisper, as time would"""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The devices and places that an evening needs."""

    mouth: Mouth
    screen: Screen
    questions: Asking
    open_source: Callable[[int], Source | None]
    """the source for the answer n: one microphone for all of them, or a file each; None for typed answers"""
    detector: VoiceDetector | None
    whisper: WhisperThread | None
    inbox: Inbox
    vault: Vault | None
    """None while it is locked"""
    phrases: Phrases
    rng: random.Random
    now: Callable[[], datetime]
    other_source: Callable[[], Source | None] = lambda: None
    """the system's own microphone, when the chosen one has gone; None where there is none"""


@dataclass(frozen=True, slots=True)
class Evening:
    """What came of it."""

    entries: tuple[Entry, ...]
    timings: tuple[EntryTiming, ...]
    exit_code: ExitCode
    sealed: bool
    """entries wait in the inbox for the next unlock"""
    sentence: bool = False
    """the person would like to look for one to take along"""
