"""THE MAIN PATH of an evening. Read this first.

1.  Sound, keys, words, finished sentences and the end of devices arrive as events on one queue.
2.  A sound block goes through the open answer: Opus page and sealed file, voice detector, endpointer, and, a stretch
    at a time, Whisper on its own thread.
3.  What that means for the conversation (voice began, the turn ended, its words are there) goes to `dialogue.step`,
    which is pure: it gives the next state and the actions.
4.  The actions are performed here: say, listen, end the turn, keep, drop, leave.
5.  To keep an entry: words -> feeling words -> one sentence of reflection -> durable in its sealed file. It listens on
    for a moment; then the entry is complete, and goes into the vault at once or at the next unlock (`keeping`).

Whatever goes wrong, the sealed file of the running answer stays, and is found again.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from voicecheck import conversation, dialogue
from voicecheck.conversation import Command, Line, Phase
from voicecheck.domain import BLOCK_S, AudioBlock, Entry, EntryTiming, TurnKind
from voicecheck.errors import AudioError, ExitCode, VoicecheckError
from voicecheck.keeping import Keeping, Places
from voicecheck.rooms import Evening, Event, LinesOver, Plan, Rooms, TypedLine, WhisperFailed
from voicecheck.speech.endpoint import Ending, Finished, Resumed, Thinking, VoiceBegan
from voicecheck.speech.live import Written
from voicecheck.speech.microphone import RawSound, Source, SourceFailed

if TYPE_CHECKING:
    from voicecheck.answer import Answer

MISSED_S = 30.0  # of sound that is held while words are written down, for who goes on speaking meanwhile
STALLED_AFTER_S = 3.0  # a microphone gives sound thirty times a second
MOST_REPLACED = 5
SILENT_AFTER_S = 5.0  # a microphone that gave nothing but zeros for so long is muted or broken


class Checkin:
    """One sitting. `run` returns when it is over; events may be put on the queue from any thread."""

    def __init__(self, plan: Plan, rooms: Rooms, events: queue.SimpleQueue[Event]) -> None:
        self._plan = plan
        self._rooms = rooms
        self._events = events
        self._state = conversation.State(plan.course)
        places = Places(
            rooms.inbox, rooms.vault, plan.keep_audio, plan.kind, plan.speaker, plan.language, plan.timezone
        )
        self._keeping = Keeping(places, rooms.phrases, rooms.rng, rooms.now)
        self._kind = TurnKind.ANSWER
        self._listening = False
        self._source: Source | None = None
        self._missed: deque[AudioBlock] = deque(maxlen=round(MISSED_S / BLOCK_S))
        self._missed_s = 0.0
        """how much of the open turn was heard from before it"""
        self._aloud = False
        """what is being said would be heard again as an answer"""
        self._owed = False
        self._lines: deque[str | None] = deque()
        self._lines_over = False
        self._decided_at = 0.0
        self._timing: EntryTiming | None = None
        self._timings: dict[str, EntryTiming] = {}
        self._code: ExitCode | None = None
        self._zeros_s: float | None = 0.0
        self._overflow_told = False
        self._replaced = 0
        """microphones that have gone"""

    def run(self) -> Evening:
        """Raises ModelError when Whisper cannot run, VaultError when the disk takes no more; what was said stays."""
        try:
            self._open_source(0)
            self._step(conversation.Begin())
            while self._code is None:
                self._take(self._next())
        finally:
            if self._source is not None:
                self._source.stop()
            self._keeping.end()
        entries = self._keeping.entries
        return Evening(entries, tuple(self._timings[e.id] for e in entries), self._code, self._keeping.sealed)

    # Events

    def _next(self) -> Event:
        """The next event. A live microphone that gives none has gone, or the lid was closed: that is an event too."""
        try:
            return self._events.get(timeout=STALLED_AFTER_S)
        except queue.Empty:
            if self._source is None or not self._source.live:
                return self._events.get()
            return SourceFailed(AudioError("The microphone gives nothing any more.", "Connect it again."))

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

    def _step(self, event: conversation.Event) -> None:
        self._state, actions = dialogue.step(self._state, event)
        for action in actions:
            self._perform(action)

    def _take_sound(self, raw: RawSound) -> None:
        if self._source is None:
            return
        if raw.overflow and not self._overflow_told:
            self._overflow_told = True
            self._notice("overflow")
        for block in self._source.blocks(raw):
            if self._listening:
                self._watch_for_zeros(block)
                self._hear(block)
            elif not (self._aloud and self._state.saying):
                self._missed.append(block)
        self._owed = True
        self._ask_for_more()

    def _ask_for_more(self) -> None:
        """A file waits while nobody listens, and, where it runs ahead of time, while words are on their way."""
        answer = self._keeping.answer
        ahead = self._plan.lockstep and answer is not None and answer.busy
        if self._owed and self._listening and not ahead and self._source is not None:
            self._owed = False
            self._source.consumed()

    def _hear(self, block: AudioBlock) -> None:
        answer = self._keeping.answer
        if answer is None or not self._listening:
            return
        signals = answer.hear(block)
        lingering = self._state.phase is Phase.LINGERING
        if not lingering:
            self._rooms.screen.level(answer.level_dbfs, answer.duration_s)
        for signal in signals:
            match signal:
                case VoiceBegan():
                    self._step(conversation.VoiceBegan())
                case Thinking() if not lingering:
                    self._rooms.screen.state("thinking")
                    self._rooms.mouth.nudge()
                case Resumed() if not lingering:
                    self._rooms.screen.state("listening")
                case Finished(reason=reason):
                    self._tell_longest(reason)
                    self._step(conversation.TurnEnded())
        waits = lingering and answer.awaits_words  # who whispers on has not finished either
        if answer is self._keeping.answer and not waits:  # and not the next one, begun anew
            self._step(conversation.Listened(answer.turn_s - self._missed_s))

    def _tell_longest(self, reason: Ending) -> None:
        if reason is Ending.LONGEST and self._kind is TurnKind.ANSWER:
            self._notice("too_long", minutes=round(self._plan.patience.longest_answer_s / 60))

    def _watch_for_zeros(self, block: AudioBlock) -> None:
        """A source that has given nothing but zeros since it was opened is muted: say so, once."""
        if self._zeros_s is None:
            return
        self._zeros_s = None if block.samples.any() else self._zeros_s + BLOCK_S
        if self._zeros_s is not None and self._zeros_s >= SILENT_AFTER_S:
            self._zeros_s = None
            self._notice("microphone_silent")

    def _take_words(self, written: Written) -> None:
        answer = self._keeping.answer
        if answer is not None:
            if answer.take(written):
                self._step(conversation.VoiceBegan())
            if self._kind is not TurnKind.COMMAND:
                self._rooms.screen.words(answer.text)
            self._finish_turn_when_written()
        self._ask_for_more()

    def _finish_turn_when_written(self) -> None:
        answer = self._keeping.answer
        if answer is None or self._state.phase is not Phase.WRITING or answer.busy:
            return
        if answer.error is not None:
            self._notice("waits_for_words")
            raise answer.error
        transcript = answer.close_turn(self._rooms.whisper.use if self._rooms.whisper else None)
        phrases = self._rooms.phrases
        command = phrases.command_in(transcript.text)
        self._step(
            conversation.TurnWritten(
                words=bool(transcript.text),
                sound=bool(transcript.unheard),
                command=None if command is None else Command(command),
                reply=phrases.reply_in(transcript.text) if self._kind is TurnKind.CONFIRM else None,
            )
        )

    def _source_failed(self, error: VoicecheckError) -> None:
        """A damaged file goes on as silence. A microphone is replaced by the system's own, and the turn goes on."""
        if self._source is None or not self._source.live:
            self._rooms.screen.notice(error.message)
            return
        self._source.stop()
        other = self._rooms.other_source() if self._replaced < MOST_REPLACED else None
        if other is None:
            self._source = None
            self._rooms.screen.notice(error.message)
            self._step(conversation.SourceLost())
            return
        self._replaced += 1
        self._notice("microphone_other")
        self._source = other
        other.start(self._events.put)

    def _take_lines(self) -> None:
        """Lines may come before their question, from a pipe above all; they wait for it."""
        while self._listening and self._keeping.answer is not None and (self._lines or self._lines_over):
            over = not self._lines
            text = None if over else self._lines.popleft()
            if over and self._kind is TurnKind.COMMAND:
                self._step(conversation.Given(Command.DONE))  # no "go on" will come
            elif text is None:
                self._step(conversation.TurnEnded())
            else:
                self._keeping.answer.type(text)

    def _whisper_failed(self, error: VoicecheckError) -> None:
        answer = self._keeping.answer
        if answer is not None and answer.heard_nothing:
            self._keeping.drop()  # nothing was said yet, so nothing is to be found again
        elif answer is not None:
            self._notice("waits_for_words")
        raise error

    # Actions

    def _perform(self, action: conversation.Action) -> None:
        match action:
            case conversation.Say(line, question):
                self._say(line, question)
            case conversation.Hush():
                self._rooms.mouth.hush()
            case conversation.Nudge():
                self._rooms.mouth.nudge()
            case conversation.Listen(kind, question):
                self._listen(kind, question)
            case conversation.HoldTurn():
                self._listening = False
                self._rooms.screen.state("paused")
            case conversation.ResumeTurn():
                self._resume("listening", self._pre_roll())
            case conversation.EndTurn():
                self._end_turn()
            case conversation.Linger():
                self._linger()
            case conversation.Part():
                self._part(self._state.question)
            case conversation.AskKeep():
                self._rooms.screen.ask_keep()
            case conversation.Leave(code):
                self._listening = False
                self._code = code
            case _:
                self._perform_keeping(action)

    def _perform_keeping(self, action: conversation.Action) -> None:
        keeping, answer = self._keeping, self._keeping.answer
        match action:
            case conversation.CancelTurn() if answer is not None:
                self._listening = False
                answer.cancel_turn()
            case conversation.Reopen() if answer is not None:
                answer.commit_turn()
                self._rooms.screen.sentence("")
                self._rooms.screen.state("listening")
            case conversation.MarkCommand():
                if keeping.mark_command():
                    self._notice("set_aside")
            case conversation.KeepEntry() if answer is not None:
                self._keep(answer)
            case conversation.CloseEntry():
                self._told_if_unkept(keeping.close())
            case conversation.SetAside():
                self._listening = False
                if keeping.set_aside():
                    self._notice("set_aside")
            case conversation.RestoreAside():
                self._told_if_unkept(keeping.restore(), "restored")
            case conversation.DropLast():
                keeping.drop_last()
            case conversation.DropEntry(reason):
                self._listening = False
                keeping.drop()
                self._notice("empty_answer" if reason is conversation.DropReason.EMPTY else "dropped")

    def _say(self, line: Line, question: int) -> None:
        screen, plan = self._rooms.screen, self._plan
        if line in (Line.QUESTION, Line.REPEAT):
            text = plan.prompts[question].text
            screen.state("speaking")
            screen.question(text, question + 1, plan.course.count)
            self._speak(text, aloud=plan.aloud != "nothing", chime=True)
            self._open_source(question)
        elif line is Line.REFLECTION:
            text = self._keeping.reflection.text
            screen.sentence(text, private=self._keeping.reflection.holds_words)
            if self._timing is not None:
                self._timing = replace(self._timing, reflection_s=time.monotonic() - self._decided_at)
            if plan.aloud != "all":
                self._rooms.mouth.nudge()
            self._speak(text, aloud=plan.aloud == "all")
        else:
            name = plan.closing if line is Line.CLOSING else line.value
            text = self._rooms.phrases.say(name, self._rooms.rng)
            screen.sentence(text)
            self._speak(text, aloud=plan.aloud != "nothing")

    def _speak(self, text: str, *, aloud: bool, chime: bool = False) -> None:
        self._aloud = aloud and not chime  # the chime keeps the last word of a question out of the answer
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
        self._missed.clear()
        if source is not None and source.live:
            source.start(self._events.put)

    def _listen(self, kind: TurnKind, question: int) -> None:
        plan, whisper = self._plan, self._rooms.whisper
        self._kind, self._missed_s = kind, 0.0
        answer = self._keeping.answer or self._keeping.begin(
            plan.prompts[question],
            self._rooms.detector,
            whisper.dispatch if whisper is not None else None,
            plan.patience.for_depth(plan.prompts[question].depth),
        )
        quick = kind in (TurnKind.CONFIRM, TurnKind.COMMAND)
        answer.open_turn(kind, plan.quick_patience if quick else None, passing=quick)
        self._resume("paused" if kind is TurnKind.COMMAND else "listening", self._pre_roll())
        if self._source is None:
            self._rooms.screen.ask_line()
            self._take_lines()
        elif not self._source.live:
            self._source.start(self._events.put)

    def _linger(self) -> None:
        """What came while the words were written down is heard first: nobody is cut off by a slow machine."""
        answer = self._keeping.answer
        if answer is None or self._source is None or answer.duration_s >= self._plan.patience.longest_answer_s:
            self._step(conversation.Listened(self._plan.course.linger_s))  # a typed answer has ended where it ends
            return
        self._kind, self._missed_s = TurnKind.ANSWER, len(self._missed) * BLOCK_S
        answer.open_turn(TurnKind.ANSWER, passing=True)
        self._resume("stored", list(self._missed))

    def _part(self, question: int) -> None:
        if self._source is None:
            self._step(conversation.Listened(self._plan.course.linger_s))  # who typed has the key for it
        else:
            self._listen(TurnKind.COMMAND, question)

    def _pre_roll(self) -> list[AudioBlock]:
        """The last moment before listening, so that a quick "No." is whole."""
        return list(self._missed)[-max(1, round(self._plan.pre_roll_s / BLOCK_S)) :]

    def _resume(self, state: str, early: list[AudioBlock]) -> None:
        self._listening = True
        self._rooms.screen.state(state)
        self._missed.clear()
        for block in early:
            if self._listening:
                self._hear(block)
            else:
                self._missed.append(block)
        self._ask_for_more()

    def _end_turn(self) -> None:
        self._listening = False
        self._missed.clear()
        self._decided_at = time.monotonic()
        self._rooms.screen.state("writing")
        if self._keeping.answer is not None:
            self._keeping.answer.end_turn()
        self._finish_turn_when_written()

    def _keep(self, answer: Answer) -> None:
        self._rooms.screen.state("storing")
        self._keeping.keep()
        tail_s = time.monotonic() - self._decided_at
        self._timing = EntryTiming(answer.duration_s, answer.endpoint_s, tail_s, tail_s)
        self._step(conversation.EntryKept())

    def _told_if_unkept(self, entry: Entry | None, notice: str = "") -> None:
        if entry is None:
            return
        timing = None if notice else self._timing
        self._timings[entry.id] = timing or EntryTiming(entry.duration_s, 0.0, 0.0, 0.0)
        if notice:
            self._notice(notice)
        if self._keeping.unkept is not None:
            self._rooms.screen.notice(self._keeping.unkept.message)
        if self._keeping.sealed:
            self._notice("sealed")

    def _notice(self, name: str, **places: object) -> None:
        self._rooms.screen.notice(self._rooms.phrases.show(name, **places))
