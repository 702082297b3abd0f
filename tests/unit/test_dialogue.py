"""The course of an evening, proved without a clock, a device or a word."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from voicecheck.dialogue import (
    Action,
    AskKeep,
    Begin,
    Command,
    Course,
    Decided,
    DropEntry,
    DropReason,
    EndTurn,
    EntryKept,
    Event,
    Given,
    HoldTurn,
    Hush,
    KeepEntry,
    Leave,
    Line,
    Listen,
    Listened,
    Nudge,
    Phase,
    ResumeTurn,
    Say,
    SourceLost,
    Spoken,
    State,
    Stop,
    TurnEnded,
    TurnWritten,
    VoiceBegan,
    step,
)
from voicecheck.errors import ExitCode

SAID = TurnWritten(words=True, sound=False)
NOTHING = TurnWritten(words=False, sound=False)


def play(*events: Event, course: Course = Course()) -> tuple[State, list[Action]]:
    state, performed = State(course), []
    for event in events:
        state, actions = step(state, event)
        performed += actions
    return state, performed


def says(actions: list[Action]) -> list[Line]:
    return [a.line for a in actions if isinstance(a, Say)]


def test_an_evening_of_one_question():
    """Question, answer, reflection, closing, and out."""
    state, actions = play(Begin(), Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(), Spoken(), Spoken())
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.CLOSING]
    assert actions[-1] == Leave(ExitCode.DONE)
    assert state.phase is Phase.ENDED


def test_two_questions_follow_each_other():
    """The second question comes after the first reflection."""
    one = (Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(), Spoken())
    _, actions = play(Begin(), *one, *one, Spoken(), course=Course(count=2))
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.QUESTION, Line.REFLECTION, Line.CLOSING]
    assert [a.question for a in actions if isinstance(a, Listen)] == [0, 1]


def test_silence_after_the_question_is_nudged_repeated_and_ended_kindly():
    """8 s bring a soft sound, 20 s the question once more, 45 s a kind end, in which nothing is kept."""
    _, actions = play(
        Begin(),
        Spoken(),
        Listened(7.9),
        Listened(8),
        Listened(20),
        Spoken(),
        Listened(44),
        Listened(45),
        NOTHING,
        Spoken(),
    )
    assert [type(a) for a in actions] == [
        Say, Listen, Nudge, HoldTurn, Say, ResumeTurn, EndTurn, DropEntry, Say, Leave,
    ]  # fmt: skip
    assert says(actions) == [Line.QUESTION, Line.REPEAT, Line.NOTHING_SAID]


def test_whispered_words_found_at_the_end_of_the_silence_are_kept():
    """Giving up on a silent turn still keeps words that Whisper found in it, and answers them."""
    _, actions = play(Begin(), Spoken(), Listened(45), SAID, EntryKept())
    assert KeepEntry() in actions
    assert says(actions)[-1] is Line.REFLECTION


def test_a_voice_ends_the_waiting():
    """Once something was heard, silence is the endpointer's matter."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), Listened(60))
    assert Nudge() not in actions


def test_enter_ends_an_answer_at_once():
    """The key does what silence does."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), Given(Command.DONE))
    assert actions[-1] == EndTurn()


def test_ctrl_c_asks_and_keeps():
    """A person who is there chooses; keep means written down, put away, and out with 130."""
    state, actions = play(Begin(), Spoken(), VoiceBegan(), Stop(may_ask=True))
    assert actions[-2:] == [HoldTurn(), AskKeep()]
    for event in (Decided(keep=True), SAID, EntryKept()):
        state, more = step(state, event)
        actions += more
    assert actions[-3:] == [EndTurn(), KeepEntry(), Leave(ExitCode.STOPPED)]


def test_ctrl_c_asks_and_drops():
    """Drop means destroyed at once."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), Stop(may_ask=True), Decided(keep=False))
    assert actions[-2:] == [DropEntry(DropReason.PERSON), Leave(ExitCode.STOPPED)]


def test_the_end_of_the_terminal_keeps():
    """Where nobody can be asked, what was said is kept."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), Stop(may_ask=False), SAID, EntryKept())
    assert actions[-3:] == [EndTurn(), KeepEntry(), Leave(ExitCode.STOPPED)]


def test_ctrl_c_before_anything_was_said_just_leaves():
    """Nothing to ask about while the question is spoken."""
    _, actions = play(Begin(), Stop(may_ask=True))
    assert actions[-1] == Leave(ExitCode.STOPPED)


def test_a_vanished_microphone_keeps_what_was_heard():
    """The answer so far is written down and put away before it leaves with the audio code."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), SourceLost(), SAID, EntryKept())
    assert actions[-3:] == [EndTurn(), KeepEntry(), Leave(ExitCode.AUDIO)]


def test_pause_and_go_on():
    """The turn stays open over a pause."""
    _, actions = play(Begin(), Spoken(), Given(Command.PAUSE), Given(Command.RESUME), TurnEnded())
    assert actions[-3:] == [HoldTurn(), ResumeTurn(), EndTurn()]


def test_not_tonight_ends_without_a_comment():
    """One sentence, no question why; the hushed question's own end does not cut it off."""
    state, actions = play(Begin(), Given(Command.NOT_TONIGHT), Spoken())
    assert state.phase is Phase.CLOSING
    actions += step(state, Spoken())[1]
    assert says(actions) == [Line.QUESTION, Line.NOT_TONIGHT]
    assert actions[-1] == Leave(ExitCode.DONE)


EVENTS = st.one_of(
    st.just(Begin()),
    st.just(Spoken()),
    st.builds(Listened, st.sampled_from([1.0, 8.0, 20.0, 45.0])),
    st.just(VoiceBegan()),
    st.just(TurnEnded()),
    st.just(SourceLost()),
    st.builds(TurnWritten, st.booleans(), st.booleans()),
    st.just(EntryKept()),
    st.builds(Given, st.sampled_from(Command)),
    st.builds(Stop, st.booleans()),
    st.builds(Decided, st.booleans()),
)

TALK = st.one_of(
    st.just(Spoken()), st.just(TurnEnded()), st.builds(Given, st.sampled_from(Command)), st.just(SAID)
)  # what an evening is mostly made of: no early end


@dataclass
class Watch:
    """Follows the actions as a strict performer would, and fails on what must never happen."""

    listening: bool = False
    open: bool = False
    spoken: bool = False
    """something was said since the entry was opened"""
    written: TurnWritten | None = None
    left: bool = False
    dropped_unasked: bool = False
    asked_to_drop: bool = field(default=False)

    def see(self, event: Event, actions: tuple[Action, ...]) -> None:
        assert not (self.left and actions), "nothing happens after leaving"
        self.asked_to_drop = event in (Decided(keep=False), Given(Command.START_OVER))
        if isinstance(event, TurnWritten):
            self.written = event
        for action in actions:
            self._perform(action)

    def _perform(self, action: Action) -> None:
        match action:
            case Say():
                assert not self.listening, "speaks while it listens"
            case Listen():
                assert not self.open, "an answer is overwritten by the next"
                self.open = self.listening = True
                self.written = None
            case ResumeTurn():
                assert self.open
                self.listening = True
            case HoldTurn() | EndTurn():
                self.listening = False
            case KeepEntry():
                assert self.open and self.written is not None
                self.open = False
            case DropEntry(reason):
                empty = self.written is not None and not self.written.words and not self.written.sound
                assert (reason is DropReason.PERSON and self.asked_to_drop) or (reason is DropReason.EMPTY and empty)
                self.open = self.listening = False
            case Leave():
                assert not self.listening
                self.left = True


@given(st.lists(EVENTS, max_size=60), st.integers(1, 3))
def test_no_order_of_events_loses_an_answer_or_speaks_while_it_listens(events: list[Event], count: int):
    """For any events in any order: kept unless dropped by the person or empty, and never both mouths open."""
    state, watch = State(Course(count=count)), Watch()
    for event in [Begin(), *events]:
        state, actions = step(state, event)
        watch.see(event, actions)


@given(st.lists(TALK, min_size=8, max_size=60), st.integers(2, 3))
def test_it_listens_only_once_every_sentence_is_over(events: list[Event], count: int):
    """For any order in which each sentence, hushed or not, ends once: nothing is still being said when it listens."""
    state, saying = State(Course(count=count)), 0
    for event in [Begin(), *events]:
        if isinstance(event, Spoken):
            if not saying:
                continue
            saying -= 1
        state, actions = step(state, event)
        assert not (saying and any(isinstance(a, Listen | ResumeTurn) for a in actions))
        saying += sum(isinstance(a, Say) for a in actions)


@given(st.lists(EVENTS, max_size=40), st.integers(1, 3))
def test_it_always_comes_to_an_end(events: list[Event], count: int):
    """From wherever the events have led, a silent person and a working machine reach the end with one Leave."""
    state, left = State(Course(count=count)), 0
    for event in [Begin(), *events]:
        state, actions = step(state, event)
        left += sum(isinstance(a, Leave) for a in actions)
    answer: dict[Phase, Event] = {
        Phase.ASKING: Spoken(),
        Phase.LISTENING: Listened(45) if not state.heard else TurnEnded(),
        Phase.PAUSED: Given(Command.RESUME),
        Phase.DECIDING: Decided(keep=True),
        Phase.WRITING: SAID,
        Phase.KEEPING: EntryKept(),
        Phase.REPLYING: Spoken(),
        Phase.CLOSING: Spoken(),
    }
    for _ in range(60):
        if state.phase is Phase.ENDED:
            break
        event = TurnEnded() if state.phase is Phase.LISTENING and state.heard else answer[state.phase]
        if state.phase is Phase.LISTENING and not state.heard:
            event = Listened(45)
        state, actions = step(state, event)
        left += sum(isinstance(a, Leave) for a in actions)
    assert state.phase is Phase.ENDED
    assert left == 1


def test_hush_ends_a_sentence_so_that_the_person_can_answer_now():
    """Any key while the question is spoken."""
    _, actions = play(Begin(), Given(Command.DONE))
    assert actions[-1] == Hush()
