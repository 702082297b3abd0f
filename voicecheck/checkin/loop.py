"""THE MAIN PATH of an evening. Read this first.

1.  Sound, keys, words, finished sentences and the end of devices arrive as events on one queue.
2.  A sound block goes through the open answer: Opus page and sealed file, voice detector, endpointer, and, a stretch
    at a time, the recogniser on its own thread.
3.  What that means for the conversation (voice began, the turn ended, its words are there) goes to `dialogue.step`,
    which is pure: it gives the next state and the actions.
4.  The actions are performed here: say, listen, end the turn, keep, drop, leave.
5.  To keep an entry: words -> feeling words -> one sentence of reflection -> durable in its sealed file. It listens on
    for a moment; then the entry is complete, and goes into the vault at once or at the next unlock (`session`).

Whatever goes wrong, the sealed file of the running answer stays, and is found again.
"""

from __future__ import annotations

import queue
from typing import assert_never

from voicecheck.checkin import actions, course, dialogue, events
from voicecheck.checkin.actions import Keep
from voicecheck.checkin.answer import Answer
from voicecheck.checkin.beside import BesideAnswers
from voicecheck.checkin.by_ear import Notice
from voicecheck.checkin.course import Command, Phase
from voicecheck.checkin.early_command import EarlyCommand
from voicecheck.checkin.input import QUICK, SHOWN, YES_OR_NO, Ear, TurnBlock, TypedLines
from voicecheck.checkin.notices import Notices
from voicecheck.checkin.plan import Evening, Plan, Rooms
from voicecheck.checkin.ports import Event, LinesOver, RecogniserFailed, Remark, TypedDraft, TypedLine, TypingFailed
from voicecheck.checkin.session import SittingEntries
from voicecheck.checkin.state import State
from voicecheck.checkin.taking_back import goes_on
from voicecheck.checkin.telling import Telling
from voicecheck.checkin.timing import Timing
from voicecheck.domain import ANSWERS, Entry, TurnKind
from voicecheck.errors import ExitCode, VoicecheckError
from voicecheck.speech.echo import Overheard
from voicecheck.speech.microphone import RawSound, SourceFailed
from voicecheck.speech.recognition.endpoint import Cut, Ending, Finished, Resumed, Thinking, VoiceBegan
from voicecheck.speech.recognition.live import Written
from voicecheck.utterance import BLOCK_S, Played


class Checkin:
    """One sitting. `run` returns when it is over; events may be put on the queue from any thread."""

    def __init__(self, plan: Plan, rooms: Rooms, arrivals: queue.SimpleQueue[Event]) -> None:
        self._plan = plan
        self._rooms = rooms
        self._arrivals = arrivals
        self._state = State(plan.course)
        self._notices = Notices(rooms, plan)
        self._entries = SittingEntries(plan, rooms, self._notices.guessed)
        self._ear = Ear(rooms, arrivals, self._notices)
        self._beside = BesideAnswers(plan, rooms, self._entries, self._notices, arrivals)
        self._timing = Timing()
        self._telling = Telling(plan, rooms, self._entries, self._notices, self._ear, self._timing)
        self._early = EarlyCommand(rooms.phrases, live=not plan.lockstep)
        self._sentence = self._left_empty = False  # the last: a question was left without a word
        self._missed_s = 0.0
        """how much of the open turn was heard from before it"""
        self._lines = TypedLines()
        self._code: ExitCode | None = None

    def run(self) -> Evening:
        """Run the sitting. Raises ModelError without words, VaultError for a full disk; what was said stays."""
        try:
            self._ear.open(0)
            self._step(events.Begin())
            while self._code is None:
                self._take(self._ear.next_event())
            self._beside.finish(self._code)
        finally:
            self._ear.stop()
            self._entries.end()
        if unsealed := self._entries.seal_sitting(self._rooms.questions.asked):
            self._notices.tell(unsealed)
        entries = self._entries.entries
        if self._left_empty and not entries:
            self._notices.tell_nothing_came(muted=self._ear.muted)
        if self._code is not ExitCode.STOPPED:
            self._telling.say_rest(self._arrivals)
        return Evening(entries, self._timing.of(entries), self._code, self._entries.sealed, self._sentence)

    # Events

    def _take(self, event: Event) -> None:
        match event:
            case RawSound():
                self._take_sound(event)
            case Played():
                self._ear.play(event)
            case Written():
                self._take_words(event)
            case SourceFailed(error):
                if not self._ear.replace(error):
                    self._step(events.SourceLost())
            case events.Stop(may_ask=False):
                self._ear.close()  # nobody is there any more; what was said is still written down
                self._step(event)
            case TypedLine() | LinesOver():
                self._lines.put(event)
                self._take_lines()
            case TypedDraft(text):
                if self._telling.listening and self._entries.answer is not None:
                    self._entries.answer.type(text, anew=True)
            case Remark(text):
                self._notices.tell(text)
            case RecogniserFailed(error):
                self._fail(error, Notice.WAITS_FOR_WORDS)
            case TypingFailed(error):
                self._fail(error)
            case _:
                self._step(event)  # by its type: all that is not of this loop is the conversation's

    def _step(self, event: events.Event) -> None:
        self._state, todo = dialogue.step(self._state, event)
        for action in todo:
            self._perform(action)

    def _take_sound(self, raw: RawSound) -> None:
        for block in self._ear.blocks(raw):
            if self._telling.listening:
                self._ear.watch_for_zeros(block)
                self._ear.pass_by(block)
                self._hear(TurnBlock(block))
                continue
            if self._ear.overhear(block, aloud=self._telling.aloud and self._state.saying > 0):
                self._step(events.TalkedOver())
            if self._state.phase is Phase.WRITING and self._telling.has_waited():
                self._step(events.StillWriting())
        self._ask_for_more()

    def _ask_for_more(self) -> None:
        """Let a file wait while nobody listens and, where it runs ahead of time, while words are on their way."""
        answer = self._entries.answer
        ahead = self._plan.lockstep and answer is not None and answer.busy
        if self._telling.listening and not ahead:
            self._ear.ask_for_more()

    def _hear(self, heard: TurnBlock, ago_s: float = 0.0) -> None:
        answer = self._entries.answer
        if answer is None or not self._telling.listening:
            return
        signals = answer.hear(heard.block, heard.part, self._ear.said)
        lingering = self._state.phase is Phase.LINGERING
        if not lingering:
            self._rooms.screen.level(answer.level_dbfs, answer.duration_s)
        for signal in signals:
            match signal:
                case VoiceBegan():
                    self._step(events.VoiceBegan(self._ear.since_voice_s - ago_s))
                case Thinking() if not lingering and self._state.turn.kind not in QUICK:
                    self._rooms.screen.state("thinking")
                    self._rooms.mouth.nudge()
                case Resumed() if not lingering and self._state.turn.kind not in QUICK:
                    self._rooms.screen.state("listening")
                case Finished(reason=reason):
                    if reason is Ending.LONGEST and self._state.turn.kind is TurnKind.ANSWER:
                        self._notices.tell_too_long()
                    self._step(events.TurnEnded())
                case Cut() | Thinking() | Resumed():
                    pass  # a stretch is on its way; behind a reflection nothing shows
                case _:
                    assert_never(signal)
        if self._telling.listening and self._early.is_due(answer, self._state.turn.kind, self._rooms.model):
            self._step(events.TurnEnded())
        waits = lingering and answer.awaits_words  # who whispers on has not finished either
        if answer is self._entries.answer and not waits:  # and not the next one, begun anew
            self._step(events.Listened(answer.turn_s - self._missed_s, answer.silence_s))
        if self._ear.ended and self._state.phase is Phase.PAUSED and not answer.busy:
            self._step(events.Given(Command.DONE))  # nobody will go on

    def _take_words(self, written: Written) -> None:
        answer = self._entries.answer
        if not self._beside.take(written, self._state.phase) and answer is not None:
            if answer.take(written):
                self._step(events.VoiceBegan())
            if self._state.turn.kind is not TurnKind.COMMAND:
                self._rooms.screen.words(answer.text)
            self._prepare(answer)
            self._finish_turn_when_written()
        self._ask_for_more()

    def _finish_turn_when_written(self) -> None:
        answer = self._entries.answer
        if answer is None or self._state.phase is not Phase.WRITING or answer.busy:
            return
        if answer.error is not None:
            self._notices.show(Notice.WAITS_FOR_WORDS)
            raise answer.error
        replied = self._state.turn.kind is TurnKind.CONFIRM
        if replied and goes_on(answer.text, self._state.question.line, self._rooms.phrases):
            answer.commit_turn()
        transcript = answer.close_turn(self._rooms.model)
        self._notices.watch(transcript, self._state.turn.kind)
        self._step(events.Elapsed(self._timing.elapsed_s))
        self._step(self._entries.meaning(transcript, self._state.turn.kind, self._state.question.line))

    def _prepare(self, answer: Answer) -> None:
        """Make feelings and reflection while the end is still awaited; also its sound, where it would be spoken."""
        state, idle = self._state, not answer.busy
        if self._telling.listening and idle and state.phase is Phase.LISTENING and state.turn.kind in ANSWERS:
            self._telling.prepare(self._entries.prepare(state))

    def _take_lines(self) -> None:
        """Take typed lines. They may come before their question, from a pipe above all; they wait for it."""
        while self._telling.listening and self._entries.answer is not None and self._lines.waiting:
            over, text = self._lines.exhausted, self._lines.take()
            if text is not None:
                self._entries.answer.type(text)
            elif over and self._state.turn.kind is TurnKind.COMMAND:
                self._step(events.Given(Command.DONE))  # no "go on" will come
            else:
                self._step(events.TurnEnded())

    def _fail(self, error: VoicecheckError, told: Notice | None = None) -> None:
        answer = self._entries.answer
        if answer is not None and answer.heard_nothing:
            self._entries.drop()  # nothing was said yet, so nothing is to be found again
        elif answer is not None and told is not None:
            self._notices.show(told)
        raise error

    def _perform(self, action: actions.Action) -> None:
        match action:
            case actions.Say(line, question, speaker):
                self._telling.say(line, question, speaker, self._state)
            case actions.Show.HUSH | actions.Show.GIVE_WAY | actions.Show.NUDGE:
                self._telling.act(action)
            case actions.Listen(kind, question, speaker):
                self._listen(kind, question, speaker)
            case actions.Show.HOLD_TURN:
                self._telling.stop_listening()
                self._rooms.screen.state("paused")
            case actions.Show.RESUME_TURN:
                self._resume("listening", self._ear.early(self._plan.pre_roll_s))
            case actions.Show.END_TURN:
                self._end_turn()
            case actions.Show.LINGER:
                self._linger()
            case actions.Show.PART:
                self._part()
            case actions.Show.ASK_KEEP:
                self._rooms.screen.ask_keep()
            case actions.Show.SHOW_HELP:
                self._notices.show_numbers()
            case actions.Show.TAKE_SENTENCE:
                self._sentence = True
            case actions.LookUp(command):
                self._telling.look_up(command)
            case actions.Leave(code):
                self._telling.stop_listening()
                self._code = code
            case _:
                self._perform_on_entries(action, self._entries)
                self._beside.forget_offers()

    def _perform_on_entries(self, action: actions.KeepAction, entries: SittingEntries) -> None:
        match action:
            case Keep.CANCEL_TURN:
                self._cancel_turn()
            case Keep.REOPEN:
                self._reopen()
            case Keep.MARK_COMMAND | Keep.PART_REQUEST:
                if entries.mark_command(added=action is Keep.PART_REQUEST):
                    self._notices.set_aside()
            case Keep.PART_COMMAND:
                if said := entries.part_command():
                    self._notices.set_aside(said)
            case Keep.MARK_FILLER:
                entries.mark_filler()
            case actions.OfferWords() | actions.Choose() | Keep.TAKE_AS_ANSWER | Keep.CORRECT | Keep.GIVE_WORD:
                entries.take_reply(action)
            case actions.Note(did):
                self._rooms.questions.note(did, entries.entry_id)
            case Keep.KEEP_ENTRY:
                self._keep()
            case Keep.CLOSE_ENTRY:
                self._beside.begin(entries.answer)
                self._put_away(entries.close())
            case Keep.SET_ASIDE:
                self._set_aside()
            case Keep.RESTORE_ASIDE:
                self._put_away(entries.restore(), restored=True)
            case Keep.TAKE_IN:
                self._beside.take_in()
            case Keep.DROP_LAST:
                self._rooms.questions.forget(entries.closed.drop_last() or "")
            case Keep.TAKE_BACK:
                self._take_back()
            case actions.DropEntry(reason):
                self._telling.stop_listening()
                entries.drop()
                self._left_empty |= reason is course.DropReason.EMPTY
                self._notices.tell_dropped(reason)
            case _:
                assert_never(action)

    def _set_aside(self) -> None:
        self._telling.stop_listening()
        if self._entries.set_aside():
            self._notices.set_aside()

    def _listen(self, kind: TurnKind, question: int, speaker: int) -> None:
        plan, telling = self._plan, self._telling
        self._missed_s = 0.0
        answer = self._entries.answer or self._entries.begin(telling.prompt, telling.name(question, speaker))
        quick = kind in (*QUICK, TurnKind.CORRECTION)
        parting = self._state.phase is course.Phase.PARTING  # it is over, and only a word can take that back
        early = self._ear.early(plan.pre_roll_s, reply=kind in YES_OR_NO)
        self._ear.introduce(answer.own_voice)
        answer.open_turn(kind, plan.quick_patience if quick else None, passing=kind in QUICK and not parting)
        self._resume("" if parting else SHOWN.get(kind, "listening"), early)
        if self._ear.source is None:
            self._rooms.screen.ask_line()
            self._take_lines()
        else:
            self._ear.begin_file()

    def _linger(self) -> None:
        """Listen on after the reflection, first to the sound that came while the words were written down."""
        answer = self._entries.answer
        if answer is None or self._ear.source is None or answer.duration_s >= self._plan.patience.longest_answer_s:
            self._step(events.Listened(self._plan.course.linger_s))  # a typed answer has ended where it ends
            return
        self._missed_s = 0.0
        missed = self._ear.all_missed()
        self._ear.introduce(answer.own_voice)
        answer.open_turn(TurnKind.ANSWER, passing=True)
        self._resume("stored", missed)

    def _part(self) -> None:
        if self._ear.source is None and not self._plan.typed_by_hand:
            self._step(events.Listened(self._plan.course.linger_s))  # nobody is there who could
        else:
            question = self._state.question
            self._listen(TurnKind.COMMAND, question.number, question.speaker)

    def _resume(self, state: str, early: list[TurnBlock]) -> None:
        self._telling.listen()
        self._rooms.screen.state(state)
        self._ear.missed.clear()
        self._missed_s += len(early) * BLOCK_S
        for number, one in enumerate(early):
            if self._telling.listening:
                self._hear(one, (len(early) - number) * BLOCK_S)
            else:
                self._ear.missed.append(Overheard(one.block))
        self._ask_for_more()

    def _end_turn(self) -> None:
        self._telling.stop_listening()
        self._timing.turn_ended()
        self._rooms.screen.state("writing")
        self._entries.end_turn(by_key=self._state.turn.by_key)
        self._ear.end_turn(self._entries.answer)
        self._finish_turn_when_written()

    def _cancel_turn(self) -> None:
        if self._entries.answer is not None:
            self._telling.stop_listening()
            self._entries.answer.cancel_turn()

    def _reopen(self) -> None:
        if self._entries.answer is not None:
            self._entries.answer.commit_turn()
            self._rooms.screen.sentence("")
            self._rooms.screen.state("listening")

    def _keep(self) -> None:
        answer = self._entries.answer
        assert answer is not None, "a turn of it was just written"
        self._rooms.screen.state("storing")
        anew = answer.kept is None or self._state.turn.kind is TurnKind.ANSWER
        follow = self._entries.save_answer(self._state)
        self._timing.kept(answer, anew=anew)
        self._notices.offer_help(self._entries.danger)
        self._notices.tell_language(answer.kept)
        self._beside.begin(answer)
        heavy = self._entries.danger is not None
        self._step(
            events.EntryKept(
                follow, heavy=heavy, behind=self._entries.take_behind(), one_sentence=self._entries.is_one_sentence
            )
        )

    def _put_away(self, entry: Entry | None, *, restored: bool = False) -> None:
        if entry is not None:
            self._timing.close(entry, restored=restored)
            if restored:
                self._notices.show(Notice.RESTORED)
            self._notices.tell_if_unkept(self._entries)

    def _take_back(self) -> None:
        entry, open_answer = self._entries.take_back(), self._entries.entry_id
        if entry is not None and entry.id == open_answer:
            self._rooms.screen.words("")
