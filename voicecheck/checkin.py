"""THE MAIN PATH of an evening. Read this first.

1.  Sound, keys, words, finished sentences and the end of devices arrive as events on one queue.
2.  A sound block goes through the open answer: Opus page and sealed file, voice detector, endpointer, and, a stretch
    at a time, Whisper on its own thread.
3.  What that means for the conversation (voice began, the turn ended, its words are there) goes to `dialogue.step`,
    which is pure: it gives the next state and the actions.
4.  The actions are performed here: say, listen, end the turn, keep, drop, leave.
5.  To keep an entry: words -> feeling words -> one sentence of reflection -> sealed and complete -> into the vault at
    once when it is open, at the next unlock when it is not.

Whatever goes wrong, the sealed file of the running answer stays, and is found again.
"""

from __future__ import annotations

import queue
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from voicecheck import dialogue
from voicecheck.answer import Answer
from voicecheck.dialogue import Line
from voicecheck.domain import (
    BLOCK_S,
    AudioBlock,
    Entry,
    EntryKind,
    EntryTiming,
    Prompt,
    PromptRef,
    Reflection,
    TurnKind,
    new_id,
)
from voicecheck.errors import ExitCode, VaultError, VoicecheckError
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.reflect import respond
from voicecheck.phrases import Phrases
from voicecheck.speech.endpoint import Ending, Finished, Patience, Resumed, Thinking, VoiceBegan
from voicecheck.speech.live import WhisperThread, Written
from voicecheck.speech.microphone import RawSound, Source, SourceFailed
from voicecheck.vault.inbox import AnswerHeader, Inbox
from voicecheck.vault.recordings import KeepAudio
from voicecheck.vault.vault import Vault

if TYPE_CHECKING:
    from voicecheck.speech.vad import VoiceDetector

SILENT_AFTER_S = 5.0  # a microphone that gave nothing but zeros for so long is muted or broken


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line of a typed answer; None for the end of it."""

    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinesOver:
    """No more lines will come: what is open ends here."""


@dataclass(frozen=True, slots=True)
class WhisperFailed:
    error: VoicecheckError


Event: TypeAlias = dialogue.Event | RawSound | SourceFailed | Written | TypedLine | LinesOver | WhisperFailed


class Mouth(Protocol):
    """What speaks. After each `say` a `dialogue.Spoken` arrives on the queue."""

    def say(self, text: str, *, chime: bool = False) -> None: ...

    def nudge(self) -> None: ...

    def hush(self) -> None: ...


class Screen(Protocol):
    """What the person sees. The lower layers never print."""

    asking_keep: bool

    def question(self, text: str, number: int, count: int) -> None: ...

    def sentence(self, text: str) -> None: ...

    def state(self, name: str) -> None: ...

    def level(self, dbfs: float, seconds: float) -> None: ...

    def words(self, text: str) -> None: ...

    def notice(self, text: str) -> None: ...

    def ask_keep(self) -> None: ...

    def ask_line(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided before the evening begins."""

    prompts: tuple[Prompt, ...]
    kind: EntryKind = EntryKind.CHECKIN
    speaker: str = ""
    language: str = "en"
    timezone: str = ""
    keep_audio: KeepAudio = "until_reviewed"
    aloud: str = "questions"
    """questions, all or nothing"""
    patience: Patience = Patience()
    course: dialogue.Course = dialogue.Course()
    pre_roll_s: float = 0.4
    lockstep: bool = False
    """sound comes faster than it was spoken: let it wait for Whisper, as time would"""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The devices and places that an evening needs."""

    mouth: Mouth
    screen: Screen
    open_source: Callable[[int], Source | None]
    """the source for question n: one microphone for all of them, or a file each; None for typed answers"""
    detector: VoiceDetector | None
    whisper: WhisperThread | None
    inbox: Inbox
    vault: Vault | None
    """None while it is locked"""
    phrases: Phrases
    rng: random.Random
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Evening:
    """What came of it."""

    entries: tuple[Entry, ...]
    timings: tuple[EntryTiming, ...]
    exit_code: ExitCode
    sealed: bool
    """entries wait in the inbox for the next unlock"""


class Checkin:
    """One sitting. `run` returns when it is over; `post` may be called from any thread."""

    def __init__(self, plan: Plan, rooms: Rooms, events: queue.SimpleQueue[Event]) -> None:
        self._plan = plan
        self._rooms = rooms
        self._events = events
        self._state = dialogue.State(plan.course)
        self._session = new_id(rooms.now())
        self._answer: Answer | None = None
        self._listening = False
        self._source: Source | None = None
        self._pre_roll: deque[AudioBlock] = deque(maxlen=max(1, round(plan.pre_roll_s / BLOCK_S)))
        self._owed = False
        self._lines: deque[str | None] = deque()
        self._lines_over = False
        self._reflection = Reflection("")
        self._decided_at = 0.0
        self._entries: list[Entry] = []
        self._timings: list[EntryTiming] = []
        self._code: ExitCode | None = None
        self._zeros_s: float | None = 0.0
        self._overflow_told = False
        self._sealed = False

    def run(self) -> Evening:
        """Raises ModelError when Whisper cannot run, VaultError when the disk takes no more; what was said stays."""
        try:
            self._open_source(0)
            self._step(dialogue.Begin())
            while self._code is None:
                self._take(self._events.get())
        finally:
            if self._source is not None:
                self._source.stop()
            if self._answer is not None:
                self._answer.leave()
        return Evening(tuple(self._entries), tuple(self._timings), self._code, self._sealed)

    # Events

    def _take(self, event: Event) -> None:
        match event:
            case RawSound():
                self._take_sound(event)
            case Written():
                self._take_words(event)
            case SourceFailed(error):
                self._source_failed(error)
            case TypedLine(text):
                self._lines.append(text)
                self._take_lines()
            case LinesOver():
                self._lines_over = True
                self._take_lines()
            case WhisperFailed(error):
                self._whisper_failed(error)
            case _:
                self._step(event)

    def _step(self, event: dialogue.Event) -> None:
        self._state, actions = dialogue.step(self._state, event)
        for action in actions:
            self._perform(action)

    def _take_sound(self, raw: RawSound) -> None:
        if self._source is None:
            return
        if raw.overflow and not self._overflow_told:
            self._overflow_told = True
            self._rooms.screen.notice(self._rooms.phrases.show("overflow"))
        for block in self._source.blocks(raw):
            self._watch_for_zeros(block)
            if self._listening:
                self._hear(block)
            else:
                self._pre_roll.append(block)
        self._owed = True
        self._ask_for_more()

    def _ask_for_more(self) -> None:
        """A file waits while nobody listens, and, where it runs ahead of time, while words are on their way."""
        ahead = self._plan.lockstep and self._answer is not None and self._answer.busy
        if self._owed and self._listening and not ahead and self._source is not None:
            self._owed = False
            self._source.consumed()

    def _hear(self, block: AudioBlock) -> None:
        answer = self._answer
        if answer is None or not self._listening:
            return
        signals = answer.hear(block)
        self._rooms.screen.level(answer.level_dbfs, answer.duration_s)
        for signal in signals:
            match signal:
                case VoiceBegan():
                    self._step(dialogue.VoiceBegan())
                case Thinking():
                    self._rooms.screen.state("thinking")
                case Resumed():
                    self._rooms.screen.state("listening")
                case Finished(reason=reason):
                    self._tell_longest(reason)
                    self._step(dialogue.TurnEnded())
        self._step(dialogue.Listened(answer.turn_s))

    def _tell_longest(self, reason: Ending) -> None:
        if reason is Ending.LONGEST:
            minutes = round(self._plan.patience.longest_answer_s / 60)
            self._rooms.screen.notice(self._rooms.phrases.show("too_long", minutes=minutes))

    def _watch_for_zeros(self, block: AudioBlock) -> None:
        """A source that has given nothing but zeros since it was opened is muted: say so, once."""
        if self._zeros_s is None:
            return
        self._zeros_s = None if block.samples.any() else self._zeros_s + BLOCK_S
        if self._zeros_s is not None and self._zeros_s >= SILENT_AFTER_S:
            self._zeros_s = None
            self._rooms.screen.notice(self._rooms.phrases.show("microphone_silent"))

    def _take_words(self, written: Written) -> None:
        answer = self._answer
        if answer is not None:
            if answer.take(written):
                self._step(dialogue.VoiceBegan())
            self._rooms.screen.words(answer.text)
            self._finish_turn_when_written()
        self._ask_for_more()

    def _finish_turn_when_written(self) -> None:
        answer = self._answer
        if answer is None or self._state.phase is not dialogue.Phase.WRITING or answer.busy:
            return
        if answer.error is not None:
            self._rooms.screen.notice(self._rooms.phrases.show("waits_for_words"))
            raise answer.error
        transcript = answer.close_turn(self._rooms.whisper.use if self._rooms.whisper else None)
        self._step(dialogue.TurnWritten(bool(transcript.text), bool(transcript.unheard)))

    def _source_failed(self, error: VoicecheckError) -> None:
        self._rooms.screen.notice(error.message)
        if self._source is not None and self._source.live:
            self._step(dialogue.SourceLost())

    def _take_lines(self) -> None:
        """Lines may come before their question, from a pipe above all; they wait for it."""
        while self._listening and self._answer is not None and (self._lines or self._lines_over):
            text = self._lines.popleft() if self._lines else None
            if text is None:
                self._step(dialogue.TurnEnded())
            else:
                self._answer.type(text)

    def _whisper_failed(self, error: VoicecheckError) -> None:
        if self._answer is not None and self._answer.last_voice is None:
            self._answer.discard()  # nothing was said yet, so nothing is to be found again
            self._answer = None
        elif self._answer is not None:
            self._rooms.screen.notice(self._rooms.phrases.show("waits_for_words"))
        raise error

    # Actions

    def _perform(self, action: dialogue.Action) -> None:
        match action:
            case dialogue.Say(line, question):
                self._say(line, question)
            case dialogue.Hush():
                self._rooms.mouth.hush()
            case dialogue.Nudge():
                self._rooms.mouth.nudge()
            case dialogue.Listen(kind, question):
                self._listen(kind, question)
            case dialogue.HoldTurn():
                self._listening = False
                self._rooms.screen.state("paused")
            case dialogue.ResumeTurn():
                self._resume()
            case dialogue.EndTurn():
                self._end_turn()
            case dialogue.KeepEntry():
                self._keep()
            case dialogue.DropEntry(reason):
                self._drop(reason)
            case dialogue.AskKeep():
                self._rooms.screen.ask_keep()
            case dialogue.Leave(code):
                self._code = code

    def _say(self, line: Line, question: int) -> None:
        screen, plan = self._rooms.screen, self._plan
        if line in (Line.QUESTION, Line.REPEAT):
            text = plan.prompts[question].text
            screen.state("speaking")
            screen.question(text, question + 1, plan.course.count)
            self._speak(text, aloud=plan.aloud != "nothing", chime=True)
            self._open_source(question)
            return
        if line is Line.REFLECTION:
            screen.sentence(self._reflection.text)
            self._timings[-1] = replace(self._timings[-1], reflection_s=time.monotonic() - self._decided_at)
            if plan.aloud != "all":
                self._rooms.mouth.nudge()
            self._speak(self._reflection.text, aloud=plan.aloud == "all")
            return
        text = self._rooms.phrases.say(line.value, self._rooms.rng)
        screen.sentence(text)
        self._speak(text, aloud=plan.aloud != "nothing")

    def _speak(self, text: str, *, aloud: bool, chime: bool = False) -> None:
        self._rooms.mouth.say(text if aloud else "", chime=chime)

    def _open_source(self, question: int) -> None:
        """Before the question is over: a microphone may take seconds until it gives sound."""
        source = self._rooms.open_source(question)
        if source is self._source:
            return
        if self._source is not None:
            self._source.stop()
        self._source = source
        self._owed = False
        self._pre_roll.clear()
        if source is not None and source.live:
            source.start(self._events.put)

    def _listen(self, kind: TurnKind, question: int) -> None:
        if self._answer is None:
            self._answer = self._begin_answer(question)
        self._answer.open_turn(kind)
        self._resume()
        if self._source is None:
            self._rooms.screen.ask_line()
            self._take_lines()
        elif not self._source.live:
            self._source.start(self._events.put)

    def _resume(self) -> None:
        self._listening = True
        self._rooms.screen.state("listening")
        early = list(self._pre_roll)
        self._pre_roll.clear()
        for block in early:
            self._hear(block)
        self._ask_for_more()

    def _begin_answer(self, question: int) -> Answer:
        plan, prompt, at = self._plan, self._plan.prompts[question], self._rooms.now()
        header = AnswerHeader(
            entry_id=new_id(at),
            session=self._session,
            kind=plan.kind,
            spoken_at=at,
            prompt=PromptRef(prompt.id, prompt.text) if prompt.text else None,
            speaker=plan.speaker,
            language=plan.language,
            timezone=plan.timezone,
        )
        whisper = self._rooms.whisper
        return Answer(
            header,
            self._rooms.inbox.begin(header),
            self._rooms.detector,
            whisper.dispatch if whisper is not None else None,
            plan.patience,
        )

    def _end_turn(self) -> None:
        self._listening = False
        self._decided_at = time.monotonic()
        self._rooms.screen.state("writing")
        if self._answer is not None:
            self._answer.end_turn()
        self._finish_turn_when_written()

    def _keep(self) -> None:
        answer = self._answer
        assert answer is not None, "only an open answer is kept"
        self._rooms.screen.state("storing")
        entry = self._with_feelings(answer.entry())
        answer.seal(entry)
        self._answer = None
        entry = self._take_into_vault(entry)
        self._entries.append(entry)
        tail_s = time.monotonic() - self._decided_at
        self._timings.append(EntryTiming(answer.duration_s, answer.endpoint_s, tail_s, tail_s))
        self._step(dialogue.EntryKept())

    def _with_feelings(self, entry: Entry) -> Entry:
        mentions = find_mentions(entry.text, entry.language)
        self._reflection = respond(mentions, entry.text, self._rooms.phrases, self._rooms.rng)
        return replace(entry, mentions=mentions, reflection=self._reflection.text)

    def _take_into_vault(self, entry: Entry) -> Entry:
        """From the inbox into the open vault. What does not go in stays sealed, and nothing is lost."""
        screen, phrases, vault = self._rooms.screen, self._rooms.phrases, self._rooms.vault
        if vault is not None:
            try:
                for taken in vault.ingest(self._plan.keep_audio).entries:
                    if taken.id == entry.id:
                        return taken
            except VaultError as error:
                screen.notice(error.message)
        self._sealed = True
        screen.notice(phrases.show("sealed"))
        return entry

    def _drop(self, reason: dialogue.DropReason) -> None:
        if self._answer is not None:
            self._answer.discard()
            self._answer = None
        name = "empty_answer" if reason is dialogue.DropReason.EMPTY else "dropped"
        self._rooms.screen.notice(self._rooms.phrases.show(name))
