"""The plan of one sitting, its dependencies, and its result."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from voicecheck.checkin.by_ear import ALL_WORDS
from voicecheck.checkin.course import Command, Course
from voicecheck.checkin.ports import Asking, Mouth, Screen
from voicecheck.contract import EntryTiming
from voicecheck.diary.own_names import expected_names
from voicecheck.diary.wordless import Moment
from voicecheck.domain import Entry, EntryKind
from voicecheck.errors import ExitCode
from voicecheck.feelings.danger import alarming_words
from voicecheck.feelings.danger_watch import NOT_WATCHED, Watch
from voicecheck.feelings.known_words import known_words
from voicecheck.feelings.lexicon import clear_feelings, feeling_words
from voicecheck.phrases import Phrases
from voicecheck.speech.microphone import Source
from voicecheck.speech.recognition.expected import ExpectedWords
from voicecheck.speech.recognition.live import RecogniserThread
from voicecheck.speech.recognition.waits import Patience
from voicecheck.utterance import ModelUse
from voicecheck.vault.inbox.inbox import Inbox
from voicecheck.vault.store.recordings import KeepAudio
from voicecheck.vault.vault import Vault

if TYPE_CHECKING:
    from voicecheck.checkin.reader import Reader
    from voicecheck.speech.echo import Talkover
    from voicecheck.speech.recognition.vad import VoiceDetector


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of one sitting, fixed before it begins."""

    kind: EntryKind = EntryKind.CHECKIN
    speakers: tuple[str, ...] = ()
    """the names of two who answer; empty for one person alone"""
    owner: str = "me"
    """name of the person whose vault it is"""
    language: str = "en"
    """that is spoken, or ANY_LANGUAGE"""
    timezone: str = ""
    keep_audio: KeepAudio = "until_reviewed"
    aloud: str = "questions"
    """questions, all, everything or nothing"""
    patience: Patience = Patience()
    quick_patience: Patience = Patience(short_s=1.5, long_s=1.5)
    """for yes or no, and for "go on" while it is paused"""
    course: Course = Course()
    typed_by_hand: bool = False
    """somebody sits at a keyboard who can take the end of the evening back"""
    closing: str = "closing"
    """which sentence of the phrases ends it"""
    watch: Watch = NOT_WATCHED
    """for danger in an answer, at which it shows where help can be found"""
    help_lines: tuple[str, ...] = ()
    """lines to show then"""
    help_aloud: tuple[str, ...] = ()
    """those of them that may be said in a room, once they were asked for"""
    only_thanks: float = 0.15
    """how often it only thanks for a feeling that was named: nobody wants to be echoed every time"""
    followed_up: float = 0.7
    """how often a question follows an answer: not every time, or it is a form to fill in"""
    moment: Moment | None = None
    """an earlier moment without a word, for which one is asked"""
    looks_back: bool = True
    """answers of earlier evenings are read to whoever asks; not where nobody looked at who that is"""
    pre_roll_s: float = 0.4
    lockstep: bool = False
    """sound comes faster than it was spoken: let it wait for the words, as time would"""

    @property
    def by_ear(self) -> bool:
        """True if the person sees no screen: whatever it would show is said."""
        return self.course.by_ear

    @property
    def says_own_words(self) -> bool:
        """True if the person's own words are spoken, too."""
        return self.aloud in ALL_WORDS


@dataclass(frozen=True, slots=True)
class Rooms:
    """Dependencies and devices of one sitting."""

    mouth: Mouth
    screen: Screen
    questions: Asking
    open_source: Callable[[int], Source | None]
    """the source for the answer n: one microphone for all of them, or a file each; None for typed answers"""
    detector: VoiceDetector | None
    recogniser: RecogniserThread | None
    inbox: Inbox
    vault: Vault | None
    """None while it is locked"""
    phrases: Phrases
    rng: random.Random
    now: Callable[[], datetime]
    other_source: Callable[[], Source | None] = lambda: None
    """the system's own microphone, when the chosen one has gone; None where there is none"""
    talkover: Talkover | None = None
    """hears what is said while the program speaks; without it that sound is dropped"""
    on_headphones: Callable[[], bool] = lambda: False
    """tells if the person alone hears what is said now"""
    reader: Reader | None = None
    """a screen reader that reads what is shown; what is heard while it does is nobody's"""

    @property
    def model(self) -> ModelUse | None:
        """Return the recogniser's model, once it is loaded."""
        return None if self.recogniser is None else self.recogniser.use

    @property
    def expected_words(self) -> ExpectedWords:
        """Return the commands, the words for feelings, and the names of the person's own while the vault is open."""
        phrases = self.phrases
        names = ExpectedWords() if self.vault is None else expected_names(self.vault, phrases.language)
        commands, urgent = phrases.sayable_commands(), tuple(phrases.commands[Command.HELP_NOW])
        return with_feelings(replace(names, commands=commands, urgent=urgent), phrases)


def with_feelings(expected: ExpectedWords, phrases: Phrases) -> ExpectedWords:
    """Return what is expected with the words for feelings, as an answer or a misheard one."""
    language = phrases.language
    never = phrases.single_words.union(phrases.plain_answers, alarming_words(language))
    return replace(
        expected,
        answers=feeling_words(language),
        guessed=clear_feelings(language) - never,
        never_guessed=never,
        common=known_words(language),
    )


@dataclass(frozen=True, slots=True)
class Evening:
    """Result of one sitting."""

    entries: tuple[Entry, ...]
    timings: tuple[EntryTiming, ...]
    exit_code: ExitCode
    sealed: bool
    """entries wait in the inbox for the next unlock"""
    sentence: bool = False
    """the person would like to look for one to take along"""
