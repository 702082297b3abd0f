"""The course of an evening, proved without a clock, a device or a word."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from enum import Enum

from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.test_prompts import some_pack
from voicecheck.checkin.actions import (
    Action,
    Choose,
    DropEntry,
    Keep,
    Leave,
    Listen,
    Note,
    OfferWords,
    Say,
    Show,
)
from voicecheck.checkin.commands import ASKING
from voicecheck.checkin.course import About, Command, Course, DropReason, Line, Phase
from voicecheck.checkin.dialogue import step
from voicecheck.checkin.events import (
    Begin,
    Chosen,
    Decided,
    Elapsed,
    EntryKept,
    Event,
    Given,
    Listened,
    Replied,
    SourceLost,
    Spoken,
    StillWriting,
    Stop,
    TalkedOver,
    TurnEnded,
    TurnWritten,
    VoiceBegan,
)
from voicecheck.checkin.state import Question, State
from voicecheck.domain import Did, Follow, Quadrant, TurnKind
from voicecheck.errors import ExitCode
from voicecheck.prompts.questions import DrawnAhead, History, Questions, Shelf

ASKS = frozenset({
    Line.QUESTION, Line.REPEAT, Line.CONFIRM, Line.NEARER, Line.FOLLOW_UP, Line.OTHER_SPEAKER, Line.SAY_BACK,
    Line.OFFER_END, Line.OFFER_SENTENCE, Line.BODY, Line.MOOD, Line.WORDS, Line.WORD_NOW, Line.UNCLEAR, Line.SAY_AGAIN,
})  # fmt: skip
"""lines that want an answer"""
SAID = TurnWritten(words=True, sound=False)
UNCLEAR = TurnWritten(words=True, sound=False, unclear=True)
NOTHING = TurnWritten(words=False, sound=False)
ANSWERED = (Begin(), Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept())
"""an answer is durable, and its reflection is being shown"""


def heard(command: Command) -> TurnWritten:
    """The whole turn was a spoken command."""
    return TurnWritten(words=True, sound=False, command=command)


def play(*events: Event, course: Course = Course()) -> tuple[State, list[Action]]:
    """What was done, but for the notes of what became of a question; `notes` gives those."""
    state, performed = State(course), []
    for event in events:
        state, actions = step(state, event)
        performed += [action for action in actions if not isinstance(action, Note)]
    return state, performed


def notes(*events: Event, course: Course = Course()) -> list[Did]:
    state, found = State(course), []
    for event in events:
        state, actions = step(state, event)
        found += [action.did for action in actions if isinstance(action, Note)]
    return found


def says(actions: list[Action]) -> list[Line]:
    return [a.line for a in actions if isinstance(a, Say)]


def test_by_key_it_deletes_what_was_said_without_asking_again() -> None:
    """The button has asked already: this answer, whatever of it is kept or being said; else the one before."""
    speaking = (Begin(), Spoken(), VoiceBegan(), Given(Command.DELETE))
    behind = (*ANSWERED, Spoken(), Given(Command.DELETE))
    for events in (speaking, behind):
        state, actions = play(*events)
        assert DropEntry(DropReason.DELETED) in actions and says(actions)[-1] is Line.DELETED
        assert Keep.CLOSE_ENTRY not in actions and state.phase is Phase.REPLYING
    before = (*ANSWERED, Spoken(), Listened(4), Spoken(), Given(Command.DELETE))
    _, actions = play(*before, course=Course(count=2))
    assert Keep.DROP_LAST in actions and DropEntry(DropReason.DELETED) not in actions


def test_not_tonight_by_key_behind_a_reflection_ends_the_evening() -> None:
    """What was said is kept, and no further question comes."""
    state, actions = play(*ANSWERED, Spoken(), Given(Command.NOT_TONIGHT), course=Course(count=2))
    assert Keep.CLOSE_ENTRY in actions and says(actions)[-1] is Line.NOT_TONIGHT
    assert state.phase is Phase.CLOSING


def test_an_evening_of_one_question():
    """Question, answer, reflection, a moment of listening on, closing, and out."""
    state, actions = play(
        Begin(), Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(), Spoken(), Listened(4), Spoken()
    )
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.CLOSING]
    assert actions[-4:] == [Keep.CANCEL_TURN, Keep.CLOSE_ENTRY, Say(Line.CLOSING), Leave(ExitCode.DONE)]
    assert state.phase is Phase.ENDED


def test_two_questions_follow_each_other():
    """The second question comes after the first reflection."""
    one = (Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(), Spoken(), Listened(4))
    _, actions = play(Begin(), *one, *one, Spoken(), course=Course(count=2))
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.QUESTION, Line.REFLECTION, Line.CLOSING]
    assert [a.question for a in actions if isinstance(a, Listen)] == [0, 1]


def test_who_goes_on_speaking_reopens_the_answer():
    """A voice while the reflection stands there means that it came too early: the turn belongs to the answer."""
    state, actions = play(*ANSWERED, Spoken(), Listened(1), VoiceBegan())
    assert state.phase is Phase.LISTENING and actions[-1] == Keep.REOPEN
    assert Keep.CLOSE_ENTRY not in actions
    for event in (TurnEnded(), SAID, EntryKept(), Spoken(), Listened(4)):
        state, more = step(state, event)
        actions += more
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.REFLECTION, Line.CLOSING]
    assert actions.count(Keep.CLOSE_ENTRY) == 1


HEARD_AS_ONE = (Begin(), Spoken(), VoiceBegan(), TurnEnded(), UNCLEAR, EntryKept())
EAR = Course(by_ear=True)


def test_what_sounds_like_a_request_is_kept_and_asked_about_by_ear():
    """Durable first, and only then asked; where there is a screen, with two people, or behind something heavy, not."""
    _, actions = play(*HEARD_AS_ONE, course=EAR)
    assert actions.index(Keep.KEEP_ENTRY) < actions.index(Say(Line.UNCLEAR))
    for course in (Course(), replace(EAR, speakers=2), replace(EAR, follow_ups=False)):
        assert Line.UNCLEAR not in says(play(*HEARD_AS_ONE, course=course)[1])
    _, actions = play(*HEARD_AS_ONE[:-1], EntryKept(heavy=True), course=EAR)
    assert Line.UNCLEAR not in says(actions)


def test_it_stays_an_answer_unless_the_person_says_otherwise():
    """No, silence, "go on" and "that was my answer": it gets its reply like any other. More words are added to it."""
    asked = (*HEARD_AS_ONE, Spoken(), TurnEnded())
    no = TurnWritten(True, False, reply=False)
    for reply in (no, NOTHING, heard(Command.RESUME), heard(Command.UNDO), replace(SAID, short=True)):
        _, actions = play(*asked, reply, course=EAR)
        assert says(actions)[-1] is Line.REFLECTION
        assert Keep.SET_ASIDE not in actions
    went_on = TurnWritten(True, False, short=True, went_on=True)
    _, actions = play(*asked, went_on, EntryKept(), course=EAR)
    assert actions[-3:] == [Keep.TAKE_AS_ANSWER, Keep.KEEP_ENTRY, Say(Line.REFLECTION)]
    _, actions = play(*asked, heard(Command.DONE), course=EAR)
    assert Keep.CLOSE_ENTRY in actions and Keep.SET_ASIDE not in actions


def test_said_to_be_a_request_it_is_no_answer():
    """Yes, or a request that is understood now: it is set aside, and the question is open again."""
    asked = (*HEARD_AS_ONE, Spoken(), TurnEnded())
    for yes in (TurnWritten(True, False, reply=True), heard(Command.WEEK_AGO)):
        state, actions = play(*asked, yes, Spoken(), course=EAR)
        assert Keep.SET_ASIDE in actions and Keep.CLOSE_ENTRY not in actions
        assert state.phase is Phase.LISTENING and state.turn.kind is TurnKind.ANSWER and not state.question.kept
        assert says(actions)[-1] is (Line.SAY_AGAIN if yes.command is None else Line.READ)
    by_key = play(*HEARD_AS_ONE, Spoken(), Replied(yes=True), course=EAR)[1]
    assert Keep.SET_ASIDE in by_key


def test_a_request_that_was_added_leaves_the_answer_before_it():
    """Only its own turn goes."""
    added = (*ANSWERED, Spoken(), VoiceBegan(), TurnEnded(), UNCLEAR, EntryKept(), Spoken(), TurnEnded())
    for yes in (TurnWritten(True, False, reply=True), heard(Command.WEEK_AGO)):
        state, actions = play(*added, yes, course=EAR)
        assert Keep.PART_REQUEST in actions and Keep.SET_ASIDE not in actions and state.question.kept


def test_long_writing_is_told_and_changes_nothing():
    """Its sentence may still be said when the words come; and what follows waits for it."""
    writing = (Begin(), Spoken(), VoiceBegan(), TurnEnded(), StillWriting())
    state, actions = play(*writing, SAID, EntryKept(), Spoken(), course=EAR)
    assert says(actions)[-2:] == [Line.ONE_MOMENT, Line.REFLECTION]
    assert state.phase is Phase.REPLYING
    state, _ = play(*writing, SAID, EntryKept(), Spoken(), Spoken(), course=EAR)
    assert state.phase is Phase.LINGERING
    assert play(Begin(), Spoken(), StillWriting())[1] == play(Begin(), Spoken())[1]


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
    assert [a if isinstance(a, Enum) else type(a) for a in actions] == [
        Say, Listen, Show.NUDGE, Show.HOLD_TURN, Say, Show.RESUME_TURN, Show.END_TURN, DropEntry, Keep.SET_ASIDE, Say,
        Leave,
    ]  # fmt: skip
    assert says(actions) == [Line.QUESTION, Line.REPEAT, Line.NOTHING_SAID]


def test_whispered_words_found_at_the_end_of_the_silence_are_kept():
    """Giving up on a silent turn still keeps words that Whisper found in it, and answers them."""
    _, actions = play(Begin(), Spoken(), Listened(45), SAID, EntryKept())
    assert Keep.KEEP_ENTRY in actions
    assert says(actions)[-1] is Line.REFLECTION


def test_a_voice_ends_the_waiting():
    """Once something was heard, silence is the endpointer's matter."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), Listened(60))
    assert Show.NUDGE not in actions


def test_enter_ends_an_answer_at_once():
    """The key does what silence does."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), Given(Command.DONE))
    assert actions[-1] == Show.END_TURN


def test_ctrl_c_asks_and_keeps():
    """A person who is there chooses; keep means written down, put away, and out with 130."""
    state, actions = play(Begin(), Spoken(), VoiceBegan(), Stop(may_ask=True))
    assert actions[-2:] == [Show.HOLD_TURN, Show.ASK_KEEP]
    for event in (Decided(keep=True), SAID, EntryKept()):
        state, more = step(state, event)
        actions += [action for action in more if not isinstance(action, Note)]
    assert actions[-4:] == [Show.END_TURN, Keep.KEEP_ENTRY, Keep.CLOSE_ENTRY, Leave(ExitCode.STOPPED)]


def test_ctrl_c_asks_and_drops():
    """Drop means destroyed at once."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), Stop(may_ask=True), Decided(keep=False))
    assert actions[-2:] == [DropEntry(DropReason.PERSON), Leave(ExitCode.STOPPED)]


def test_the_end_of_the_terminal_keeps():
    """Where nobody can be asked, what was said is kept."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), Stop(may_ask=False), SAID, EntryKept())
    assert actions[-4:] == [Show.END_TURN, Keep.KEEP_ENTRY, Keep.CLOSE_ENTRY, Leave(ExitCode.STOPPED)]


def test_ctrl_c_while_the_reflection_stands_there_closes_the_entry():
    """Nothing is open any more, so nothing is asked."""
    _, actions = play(*ANSWERED, Spoken(), Stop(may_ask=True))
    assert actions[-3:] == [Keep.CANCEL_TURN, Keep.CLOSE_ENTRY, Leave(ExitCode.STOPPED)]


def test_ctrl_c_before_anything_was_said_just_leaves():
    """Nothing to ask about while the question is spoken."""
    _, actions = play(Begin(), Stop(may_ask=True))
    assert actions[-1] == Leave(ExitCode.STOPPED)


def test_a_vanished_microphone_keeps_what_was_heard():
    """The answer so far is written down and put away before it leaves with the audio code."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), SourceLost(), SAID, EntryKept())
    assert actions[-4:] == [Show.END_TURN, Keep.KEEP_ENTRY, Keep.CLOSE_ENTRY, Leave(ExitCode.AUDIO)]


def test_pause_keeps_what_was_said_and_listens_for_go_on_alone():
    """The answer so far is durable; what is heard while paused is kept nowhere; "go on" opens a further turn."""
    state, actions = play(Begin(), Spoken(), VoiceBegan(), Given(Command.PAUSE), SAID, EntryKept(), Spoken())
    assert state.phase is Phase.PAUSED and actions[-1] == Listen(TurnKind.COMMAND, 0)
    state, actions = step(state, TurnEnded())
    state, actions = step(state, SAID)
    assert state.phase is Phase.PAUSED and Keep.KEEP_ENTRY not in actions
    state, _ = step(state, TurnEnded())
    state, actions = step(state, heard(Command.RESUME))
    assert actions == (Say(Line.RESUMED),)
    state, actions = step(state, Spoken())
    assert actions == (Listen(TurnKind.ANSWER, 0),)


def test_a_spoken_command_is_no_answer():
    """A "skip" as a whole turn is marked, set aside until the session ends, and never commented."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), TurnEnded(), heard(Command.SKIP), Spoken(), Spoken())
    assert Keep.KEEP_ENTRY not in actions
    assert actions[3:] == [
        Keep.MARK_COMMAND, Keep.SET_ASIDE, Say(Line.SKIPPED), Say(Line.CLOSING), Leave(ExitCode.DONE),
    ]  # fmt: skip


def test_done_after_an_answer_ends_the_evening():
    """A "that's all" behind an answer closes it, without a second reflection."""
    _, actions = play(
        *ANSWERED, Spoken(), VoiceBegan(), TurnEnded(), heard(Command.DONE), Spoken(), course=Course(count=2)
    )
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.CLOSING]
    assert Keep.CLOSE_ENTRY in actions and Keep.SET_ASIDE not in actions


def test_a_wrong_guess_is_undone():
    """What was set aside comes back, by voice and by key."""
    _, actions = play(Begin(), Spoken(), TurnEnded(), heard(Command.SKIP), Given(Command.UNDO))
    assert actions[-1] == Keep.RESTORE_ASIDE
    _, actions = play(
        Begin(), Spoken(), TurnEnded(), heard(Command.SKIP), Spoken(), Spoken(), TurnEnded(), heard(Command.UNDO),
        course=Course(count=2),
    )  # fmt: skip
    assert Keep.RESTORE_ASIDE in actions


def test_help_now_is_heard_while_it_is_paused():
    """The numbers are shown, and it still waits for "go on"."""
    paused = (Begin(), Spoken(), VoiceBegan(), TurnEnded(), heard(Command.PAUSE), Spoken())
    state, actions = play(*paused, VoiceBegan(), TurnEnded(), heard(Command.HELP_NOW))
    assert Show.SHOW_HELP in actions and state.phase is Phase.PAUSED


def test_delete_that_asks_once():
    """A clear yes destroys the answer; anything else keeps it."""
    asked = (*ANSWERED, Spoken(), VoiceBegan(), TurnEnded(), heard(Command.DELETE), Spoken(), TurnEnded())
    _, actions = play(*asked, TurnWritten(words=True, sound=False, reply=True))
    assert DropEntry(DropReason.DELETED) in actions and says(actions)[-2:] == [Line.DELETE_CONFIRM, Line.DELETED]
    for unclear in (None, False):
        _, actions = play(*asked, TurnWritten(words=True, sound=False, reply=unclear, short=True))
        assert Keep.CLOSE_ENTRY in actions and not any(isinstance(a, DropEntry) or a is Keep.DROP_LAST for a in actions)


def test_delete_that_before_an_answer_means_the_one_before():
    """Said at the next question, "that" is the entry that was closed last."""
    _, actions = play(
        *ANSWERED, Spoken(), Listened(4), Spoken(), TurnEnded(), heard(Command.DELETE), Spoken(), TurnEnded(),
        TurnWritten(words=True, sound=False, reply=True), course=Course(count=2),
    )  # fmt: skip
    assert Keep.DROP_LAST in actions


def test_the_last_sentence_is_taken_back_once_there_is_a_yes():
    """The answer stays open: the person may go on with it, or take one more back. Silence and a no keep it."""
    said = TurnWritten(words=True, sound=False, command=Command.DELETE_SENTENCE, there=True)
    asked = (*ANSWERED, Spoken(), VoiceBegan(), TurnEnded(), said, Spoken(), TurnEnded())
    state, actions = play(*asked, TurnWritten(words=True, sound=False, reply=True), Spoken())
    assert Keep.TAKE_BACK in actions and says(actions)[-2:] == [Line.SENTENCE_CONFIRM, Line.SENTENCE_DELETED]
    assert (state.phase, state.question.kept) == (Phase.LINGERING, True)
    for unclear in (None, False):
        state, actions = play(*asked, TurnWritten(words=True, sound=False, reply=unclear, short=True), Spoken())
        assert Keep.TAKE_BACK not in actions and says(actions)[-1] is Line.NOT_DELETED
        assert (state.phase, state.question.kept) == (Phase.LINGERING, True)


def test_who_goes_on_in_place_of_a_yes_or_no_is_kept():
    """Words behind "delete that?" that are no yes and no no are an answer, also where nothing was said before."""
    went_on = TurnWritten(words=True, sound=False, went_on=True)
    for before in ((*ANSWERED, Spoken(), VoiceBegan()), (Begin(), Spoken(), VoiceBegan())):
        for command in (Command.DELETE, Command.DELETE_SENTENCE, Command.DELETE_ONE_SENTENCE):
            said = TurnWritten(words=True, sound=False, command=command, there=True)
            state, actions = play(*before, TurnEnded(), said, Spoken(), TurnEnded(), went_on)
            assert actions[-2:] == [Keep.TAKE_AS_ANSWER, Keep.KEEP_ENTRY] and state.phase is Phase.KEEPING
            assert not any(isinstance(one, DropEntry) or one in (Keep.TAKE_BACK, Keep.DROP_LAST) for one in actions)


def test_the_last_sentence_of_the_answer_before():
    """Said at the next question it is of the entry that was closed last; then the question waits for its answer."""
    said = TurnWritten(words=True, sound=False, command=Command.DELETE_SENTENCE, there=True)
    state, actions = play(
        *ANSWERED, Spoken(), Listened(4), Spoken(), TurnEnded(), said, Spoken(), TurnEnded(),
        TurnWritten(words=True, sound=False, reply=True), Spoken(), course=Course(count=2),
    )  # fmt: skip
    assert Keep.TAKE_BACK in actions and actions[-1] == Listen(TurnKind.ANSWER, 1)
    assert state.phase is Phase.LISTENING
    nothing = replace(said, there=False)
    _, actions = play(Begin(), Spoken(), TurnEnded(), nothing, Spoken())
    assert says(actions)[-1] is Line.NO_SENTENCE and actions[-1] == Listen(TurnKind.ANSWER, 0)


def test_not_tonight_ends_without_a_comment():
    """One sentence, no question why; the hushed question's own end does not cut it off."""
    state, actions = play(Begin(), Given(Command.NOT_TONIGHT), Spoken())
    assert state.phase is Phase.CLOSING
    actions += step(state, Spoken())[1]
    assert says(actions) == [Line.QUESTION, Line.NOT_TONIGHT]
    assert actions[-1] == Leave(ExitCode.DONE)


# What is asked behind an answer

REPLIED = (Begin(), Spoken(), VoiceBegan(), TurnEnded(), SAID)


def about(what: About | None) -> TurnWritten:
    return TurnWritten(words=True, sound=False, about=what)


def test_the_follow_up_comes_once_nobody_goes_on():
    """Reflection, a moment of listening on, then the prompt's own question, thanks, and the end: one of each."""
    _, actions = play(
        *REPLIED, EntryKept(Follow.QUESTION), Spoken(), Listened(4), Spoken(), VoiceBegan(), TurnEnded(), SAID,
        EntryKept(Follow.QUESTION), Spoken(), Listened(4), Spoken(),
    )  # fmt: skip
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.FOLLOW_UP, Line.FOLLOWED, Line.CLOSING]
    assert [a.kind for a in actions if isinstance(a, Listen)] == [TurnKind.ANSWER, TurnKind.FOLLOWUP]
    assert actions.count(Keep.CLOSE_ENTRY) == 1 and actions.count(Keep.KEEP_ENTRY) == 2


def test_silence_to_a_follow_up_goes_on():
    """Nobody is asked twice, nothing is repeated, and what was said before is kept."""
    state, actions = play(*REPLIED, EntryKept(Follow.QUESTION), Spoken(), Listened(4), Spoken(), Listened(11))
    assert state.phase is Phase.LISTENING and Show.NUDGE not in actions
    _, actions = play(
        *REPLIED, EntryKept(Follow.QUESTION), Spoken(), Listened(4), Spoken(), Listened(12), NOTHING, Spoken()
    )
    assert says(actions)[-2:] == [Line.FOLLOW_UP, Line.CLOSING]
    assert Keep.CLOSE_ENTRY in actions and Line.NOTHING_SAID not in says(actions)


def test_whether_it_was_right_is_asked_at_once_and_a_correction_is_taken():
    """ "No, more disappointed": the tags are corrected, the answer is made durable again, and one sentence thanks."""
    asked = (*REPLIED, EntryKept(Follow.CONFIRM), Spoken(), VoiceBegan(), TurnEnded())
    for what in About:
        _, actions = play(*asked, about(what), EntryKept(), Spoken(), Listened(4), Spoken())
        assert says(actions) == [Line.QUESTION, Line.CONFIRM, Line.CORRECTED, Line.CLOSING]
        assert actions.index(Keep.CORRECT) < [n for n, a in enumerate(actions) if a == Keep.KEEP_ENTRY][1]


def test_more_than_a_yes_belongs_to_the_answer():
    """Who goes on telling in the place of a yes or no loses nothing."""
    _, actions = play(*REPLIED, EntryKept(Follow.NEARER), Spoken(), VoiceBegan(), TurnEnded(), about(None), EntryKept())
    assert Keep.TAKE_AS_ANSWER in actions and Keep.CORRECT not in actions
    assert actions.count(Keep.KEEP_ENTRY) == 2 and says(actions)[-1] is Line.FOLLOWED


def test_the_way_to_a_missing_word_is_three_short_questions():
    """Through the body and the mood to three words of that corner; each step can be left, and silence goes on."""
    asked = (*REPLIED, EntryKept(Follow.BODY), Spoken(), VoiceBegan(), TurnEnded())
    more = (Spoken(), VoiceBegan(), TurnEnded())
    _, actions = play(
        *asked, about(About.HEAVY), *more, about(About.UNPLEASANT), *more, about(About.NAMED), EntryKept(), Spoken(),
        Listened(4), Spoken(),
    )  # fmt: skip
    assert says(actions) == [Line.QUESTION, Line.BODY, Line.MOOD, Line.WORDS, Line.CORRECTED, Line.CLOSING]
    assert actions.index(OfferWords((Quadrant.UNPLEASANT_LOW,))) < actions.index(Say(Line.WORDS))
    assert Keep.CORRECT in actions
    for left in (
        asked,
        (*asked, about(About.HEAVY), *more),
        (*asked, about(About.HEAVY), *more, about(About.PLEASANT), *more),
    ):
        _, actions = play(*left, about(About.LEFT), EntryKept(), Spoken(), Listened(4), Spoken())
        assert says(actions)[-2:] == [Line.CORRECTED, Line.CLOSING]
        _, actions = play(*left[:-2], Listened(12), NOTHING)
        assert says(actions)[-1] is Line.CLOSING and Keep.CLOSE_ENTRY in actions


def test_a_key_chooses_while_nothing_was_said():
    """A number stands for its place, and 0 leaves it; who speaks already is not cut off."""
    asked = (*REPLIED, EntryKept(Follow.BODY), Spoken())
    _, actions = play(*asked, Chosen(2), Spoken(), Chosen(1), Spoken(), Chosen(3), EntryKept(), Spoken())
    assert says(actions) == [Line.QUESTION, Line.BODY, Line.MOOD, Line.WORDS, Line.CORRECTED]
    assert OfferWords((Quadrant.PLEASANT_HIGH,)) in actions
    assert Choose(Line.WORDS, 3) in actions and Keep.CORRECT in actions
    _, actions = play(*asked, Chosen(0), EntryKept(), Spoken(), Listened(4), Spoken())
    assert says(actions) == [Line.QUESTION, Line.BODY, Line.CORRECTED, Line.CLOSING]
    state, _ = play(*asked, VoiceBegan())
    assert step(state, Chosen(1)) == (state, ())
    state, _ = play(Begin(), Spoken())
    assert step(state, Chosen(1)) == (state, ())


def test_a_word_is_asked_for_once_more_at_the_end():
    """A word goes to its moment and is an entry of tonight; left, nothing is kept; silence goes on."""
    course = Course(word_now=True)
    asked = (*REPLIED, EntryKept(), Spoken(), Listened(4), Spoken())
    for said, last in ((about(About.NAMED), Line.FOLLOWED), (about(About.LEFT), Line.CORRECTED)):
        _, actions = play(
            *asked, VoiceBegan(), TurnEnded(), said, EntryKept(), Spoken(), Listened(4), Spoken(), course=course
        )
        assert says(actions)[-3:] in ([Line.WORD_NOW, last, Line.CLOSING], [last, Line.CLOSING, Line.CLOSING])
        assert (Keep.GIVE_WORD in actions) is (said.about is About.NAMED)
        assert (DropEntry(DropReason.REPLY) in actions) is (said.about is About.LEFT)
    _, actions = play(*asked, Listened(12), NOTHING, Spoken(), course=course)
    assert says(actions)[-2:] == [Line.WORD_NOW, Line.CLOSING]
    _, actions = play(
        *REPLIED, EntryKept(heavy=True), Spoken(), Listened(4), Spoken(), Listened(45), NOTHING, course=course
    )
    assert Line.WORD_NOW not in says(actions)


def test_silence_to_did_i_get_that_right_changes_nothing():
    """After eight seconds the evening goes on."""
    _, actions = play(*REPLIED, EntryKept(Follow.CONFIRM), Spoken(), Listened(8), NOTHING)
    assert Keep.CORRECT not in actions and Keep.CLOSE_ENTRY in actions
    assert says(actions)[-1] is Line.CLOSING


def test_it_asks_once_an_evening_whether_it_was_right():
    """The second time the reflection stands alone; nearer words are offered once, too."""
    for follow, line in ((Follow.CONFIRM, Line.CONFIRM), (Follow.NEARER, Line.NEARER)):
        one = (Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(follow), Spoken(), Listened(8))
        _, actions = play(Begin(), *one, NOTHING, *one, Listened(4), Spoken(), course=Course(count=2))
        assert says(actions) == [Line.QUESTION, line, Line.QUESTION, Line.REFLECTION, Line.CLOSING]


def test_going_on_speaking_takes_the_place_of_the_follow_up():
    """What was to be asked is decided anew by the whole answer."""
    state, _ = play(*REPLIED, EntryKept(Follow.QUESTION), Spoken(), VoiceBegan())
    assert state.question.follow is None
    _, actions = play(*REPLIED, EntryKept(Follow.QUESTION), Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept())
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.REFLECTION]


def test_a_follow_up_is_repeated_as_it_was():
    """ "Say that again" means what was asked last."""
    _, actions = play(
        *REPLIED,
        EntryKept(Follow.QUESTION),
        Spoken(),
        Listened(4),
        Spoken(),
        TurnEnded(),
        heard(Command.REPEAT),
        Spoken(),
    )
    assert says(actions)[-2:] == [Line.FOLLOW_UP, Line.FOLLOW_UP]
    assert actions[-1] == Listen(TurnKind.FOLLOWUP, 0)


def test_no_follow_ups_where_none_are_wanted():
    """Free journaling, and two who answer."""
    for course in (Course(follow_ups=False), Course(speakers=2)):
        _, actions = play(*REPLIED, EntryKept(Follow.CONFIRM), course=course)
        assert says(actions) == [Line.QUESTION, Line.REFLECTION]


# What became of a question


def test_what_became_of_a_question_is_noted():
    """Finished, short, skipped, stepped back from; silence is a skip, "not tonight" says nothing of the question."""
    few = TurnWritten(words=True, sound=False, short=True)
    end = (EntryKept(), Spoken(), Listened(4))
    asked = (Begin(), Spoken(), TurnEnded())
    assert notes(*asked, SAID, *end) == [Did.FINISHED]
    assert notes(*asked, few, *end) == [Did.SHORT]
    assert notes(*asked, heard(Command.SKIP)) == [Did.SKIPPED]
    assert notes(*asked, heard(Command.STEP_BACK)) == [Did.STEPPED_BACK]
    assert notes(Begin(), Given(Command.STEP_BACK)) == [Did.STEPPED_BACK]
    assert notes(Begin(), Spoken(), Listened(45), NOTHING) == [Did.SKIPPED]
    assert notes(*asked, heard(Command.NOT_TONIGHT)) == notes(Begin(), Given(Command.NOT_TONIGHT)) == []


def test_stepping_back_brings_a_smaller_question_even_from_the_last_one():
    """Once an evening it is asked on top of what was meant, so that one word is enough."""
    back = (Spoken(), VoiceBegan(), TurnEnded(), heard(Command.STEP_BACK), Spoken())
    _, actions = play(Begin(), *back, *back, Spoken())
    assert says(actions) == [Line.QUESTION, Line.SMALLER, Line.QUESTION, Line.SMALLER, Line.CLOSING]


def test_starting_over_forgets_what_was_done_with_the_question():
    """Silence behind "start over" is a skip, also where an answer had been finished before."""
    again = (*ANSWERED, Spoken(), VoiceBegan(), TurnEnded(), heard(Command.START_OVER), Listened(45), NOTHING)
    assert notes(*again) == [Did.SKIPPED]


def test_a_key_at_an_offer_passes_over_no_later_question():
    """Who presses "skip" while saying no to the end is asked the next question, and its answer is reflected on."""
    one = (Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(), Spoken(), Listened(4))
    refused = (Spoken(), Given(Command.SKIP), TurnWritten(True, False, reply=False))
    _, actions = play(Begin(), Elapsed(600.0), *one, *refused, *one[:5], course=Course(count=2))
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.OFFER_END, Line.QUESTION, Line.REFLECTION]


# Offers of its own


def test_ten_minutes_in_it_offers_to_end():
    """Before a further question, once; yes and silence end it kindly, no goes on, and nothing of the reply is kept."""
    one = (Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(), Spoken(), Listened(4))
    late = (Begin(), *one[:3], Elapsed(600.0), *one[3:], Spoken(), TurnEnded())
    for reply, lines in ((True, [Line.CLOSING]), (None, [Line.CLOSING]), (False, [Line.QUESTION])):
        _, actions = play(*late, TurnWritten(True, False, reply=reply), course=Course(count=3))
        assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.OFFER_END, *lines]
        assert DropEntry(DropReason.REPLY) in actions
    state, _ = play(*late, TurnWritten(True, False, reply=False), course=Course(count=3))
    assert Line.OFFER_END in state.asked_once and state.question.number == 1


def test_the_weekly_sentence_is_offered_before_the_closing():
    """Yes is remembered for after the evening; a closing comes in any case; "that's all" skips the offer."""
    course = Course(offer_sentence=True)
    for reply in (True, False, None):
        _, actions = play(
            *ANSWERED, Spoken(), Listened(4), Spoken(), TurnEnded(), TurnWritten(True, False, reply=reply), Spoken(),
            course=course,
        )  # fmt: skip
        assert says(actions)[-2:] == [Line.OFFER_SENTENCE, Line.SENTENCE_NEXT if reply else Line.CLOSING]
        assert (Show.TAKE_SENTENCE in actions) is (reply is True)
    _, actions = play(*ANSWERED, Spoken(), VoiceBegan(), TurnEnded(), heard(Command.DONE), course=course)
    assert says(actions)[-1] is Line.CLOSING and Line.OFFER_SENTENCE not in says(actions)


def test_help_is_in_reach_at_any_time():
    """By voice and by key; what is being said or heard goes on."""
    state, actions = play(Begin(), Given(Command.HELP_NOW))
    assert actions[-1] == Show.SHOW_HELP and state.phase is Phase.ASKING
    _, actions = play(Begin(), Spoken(), TurnEnded(), heard(Command.HELP_NOW))
    assert Show.SHOW_HELP in actions and says(actions)[-1] is Line.HELP_SHOWN


def test_after_something_heavy_it_asks_whether_that_is_enough():
    """Nobody is asked the next question as if nothing had been said; a clear no goes on, anything else ends kindly."""
    heavy = (Begin(), Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(heavy=True), Spoken(), Listened(4))
    _, actions = play(*heavy, course=Course(count=3))
    assert says(actions)[-1] is Line.OFFER_END
    for reply, last in ((None, Line.CLOSING), (True, Line.CLOSING), (False, Line.QUESTION)):
        answer = (Spoken(), TurnEnded(), TurnWritten(reply is not None, False, reply=reply))
        _, actions = play(*heavy, *answer, course=Course(count=3))
        assert says(actions)[-1] is last
    _, actions = play(*heavy, course=Course(count=1))
    assert says(actions)[-1] is Line.OFFER_END, "also behind the last question: there are numbers to be read"
    _, actions = play(*heavy, Spoken(), TurnEnded(), heard(Command.HELP_NOW), course=Course(count=1))
    assert Show.SHOW_HELP in actions and says(actions)[-2:] == [Line.OFFER_END, Line.OFFER_END]
    state, _ = play(*heavy, Spoken(), Listened(44), course=Course(count=1))
    assert state.phase is Phase.LISTENING, "nobody is hurried"
    _, actions = play(*heavy, course=Course(count=3, follow_ups=False))
    assert says(actions)[-1] is Line.QUESTION, "nobody is there who could say no"


# Two who answer


def test_two_answer_the_same_question():
    """One after the other, each with an entry of their own; either may pass."""
    one = (Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(), Spoken(), Listened(4))
    _, actions = play(Begin(), *one, *one, Spoken(), course=Course(speakers=2))
    assert says(actions) == [Line.QUESTION, Line.REFLECTION, Line.OTHER_SPEAKER, Line.REFLECTION, Line.CLOSING]
    assert [a.speaker for a in actions if isinstance(a, Listen)] == [0, 1]
    assert actions.count(Keep.CLOSE_ENTRY) == 2
    _, actions = play(
        Begin(), Spoken(), TurnEnded(), heard(Command.SKIP), Spoken(), *one, Spoken(), course=Course(speakers=2)
    )
    assert says(actions)[-3:] == [Line.OTHER_SPEAKER, Line.REFLECTION, Line.CLOSING]


def test_one_says_back_what_the_other_told():
    """Both texts then stand side by side until "go on"; who told nothing is not said back."""
    one = (Spoken(), VoiceBegan(), TurnEnded(), SAID, EntryKept(), Spoken(), Listened(4))
    course = Course(speakers=2, say_back=True)
    state, actions = play(Begin(), *one, *one, Spoken(), course=course)
    assert says(actions)[-3:] == [Line.SAY_BACK, Line.REFLECTION, Line.SIDE_BY_SIDE]
    assert state.phase is Phase.PAUSED
    for event in (Given(Command.RESUME), Listened(45)):
        after, more = step(state, event)
        assert after.phase is Phase.CLOSING and more[-1] == Say(Line.CLOSING, 0, 1)
    _, actions = play(Begin(), Spoken(), TurnEnded(), heard(Command.SKIP), Spoken(), course=course)
    assert Line.SAY_BACK not in says(actions) and says(actions)[-1] is Line.CLOSING


EVENTS = st.one_of(
    st.just(Begin()),
    st.just(Spoken()),
    st.builds(Listened, st.sampled_from([1.0, 4.0, 8.0, 12.0, 20.0, 45.0])),
    st.just(VoiceBegan()),
    st.just(TurnEnded()),
    st.just(StillWriting()),
    st.just(SourceLost()),
    st.builds(
        TurnWritten, st.booleans(), st.booleans(), st.none() | st.sampled_from(Command), st.none() | st.booleans(),
        st.none() | st.sampled_from(About), st.booleans(), st.booleans(), st.none() | st.sampled_from(Command),
        unclear=st.booleans(), went_on=st.booleans(),
    ),
    st.builds(TurnWritten, st.just(False), st.just(False), fills=st.just(True)),
    st.builds(
        EntryKept, st.none() | st.sampled_from(Follow), st.booleans(), st.none() | st.sampled_from(Command),
        st.booleans(),
    ),
    st.builds(Elapsed, st.sampled_from([1.0, 700.0])),
    st.builds(TalkedOver),
    st.builds(Given, st.sampled_from(Command), st.booleans()),
    st.builds(Replied, st.booleans()),
    st.builds(Chosen, st.integers(0, 9)),
    st.builds(Stop, st.booleans()),
    st.builds(Decided, st.booleans()),
)  # fmt: skip
COURSES = st.builds(
    Course, st.integers(1, 3), follow_ups=st.booleans(), speakers=st.integers(1, 2), say_back=st.booleans(),
    offer_sentence=st.booleans(), word_now=st.booleans(), by_ear=st.booleans(),
)  # fmt: skip

TALK = st.one_of(
    st.just(Spoken()),
    st.just(TurnEnded()),
    st.builds(Given, st.sampled_from(Command), st.booleans()),
    st.builds(Replied, st.booleans()),
    st.just(SAID),
    st.just(UNCLEAR),
    st.just(TurnWritten(words=True, sound=False, reply=True)),
    st.builds(TurnWritten, st.just(True), st.just(False), st.none() | st.sampled_from(Command)),
    st.builds(EntryKept, st.none() | st.sampled_from(Follow), st.just(False), st.none() | st.sampled_from(Command)),
    st.just(TurnWritten(words=False, sound=False, fills=True)),
    st.just(Listened(4)),
)  # what an evening is mostly made of: no early end


SAID_KINDS = (TurnKind.ANSWER, TurnKind.FOLLOWUP, TurnKind.CORRECTION)


@dataclass
class Watch:
    """Follows the actions as a strict performer would, and fails on what must never happen."""

    listening: bool = False
    turn: TurnKind | None = None
    """the open turn"""
    owed: bool = False
    """a turn with words or sound is written down, and nothing has been done with it yet"""
    kept: bool = False
    """an entry is durable and not yet closed"""
    left: bool = False
    good_night: bool = False
    """the person said "not tonight" """
    asked: bool = False
    """a question whose fate was not told yet"""
    event: Event = field(default_factory=Begin)
    line: Line | None = None
    """said last before the event"""
    asked_last: Line | None = None

    def see(self, event: Event, actions: tuple[Action, ...]) -> None:
        assert not (self.left and actions), "nothing happens after leaving"
        self.event, self.line = event, self.asked_last
        if isinstance(event, TurnWritten) and self.turn in SAID_KINDS and not self.listening and actions:
            self.owed = event.words or event.sound
        for action in actions:
            self._perform(action)
        if any(isinstance(a, Leave) for a in actions):
            # The last Ctrl-C does not wait: the entry is durable, stays sealed, and is found at the next start.
            assert not self.kept or isinstance(event, Stop), "left with an entry that is not closed"

    def _perform(self, action: Action) -> None:
        match action:
            case Say(line):
                assert not self.listening, "speaks while it listens"
                assert not (self.good_night and line in ASKS), "asks after not tonight"
                self.good_night |= line is Line.NOT_TONIGHT
                self.asked |= line is Line.QUESTION
                self.asked_last = line
            case Note():
                assert self.asked, "told twice what became of a question"
                self.asked = False
            case Listen() | Show.LINGER | Show.PART:
                assert not self.owed, "an answer is overwritten by the next"
                assert not self.listening
                kind = TurnKind.COMMAND if action is Show.PART else TurnKind.ANSWER
                self.turn = action.kind if isinstance(action, Listen) else kind
                self.listening = True
            case Show.RESUME_TURN:
                assert self.turn is not None
                self.listening = True
            case Show.HOLD_TURN | Show.END_TURN:
                self.listening = False
            case Keep.CANCEL_TURN:
                assert not (self.turn in SAID_KINDS and self.owed)
                self.listening, self.turn = False, None
            case Keep.KEEP_ENTRY:
                assert self.owed
                self.owed, self.kept = False, True
            case Keep.MARK_COMMAND:
                assert isinstance(self.event, TurnWritten) and self.event.command is not None
                self.owed = False
            case Keep.CLOSE_ENTRY:
                assert self.kept
                self.kept = False
            case Keep.SET_ASIDE:
                assert not self.owed and (not self.kept or self._person_said(Command.START_OVER) or self._said_request)
                self.listening = self.kept = False
            case DropEntry(reason):
                empty = isinstance(self.event, TurnWritten) and not self.event.words and not self.event.sound
                asked = self.event == Decided(keep=False) or (isinstance(self.event, TurnWritten) and self.event.reply)
                reply = not self.kept and not self.owed and self.turn in (TurnKind.CONFIRM, TurnKind.COMMAND)
                fair = {DropReason.PERSON: asked, DropReason.EMPTY: empty, DropReason.REPLY: reply or self.turn is None}
                fair[DropReason.DELETED] = self._agreed
                assert fair[reason]
                self.listening = self.kept = self.owed = False
            case Keep.DROP_LAST | Keep.TAKE_BACK:
                assert self._agreed
            case Leave():
                assert not self.listening
                self.left = True

    @property
    def _agreed(self) -> bool:
        """True if the person said or pressed yes, or used the page, which has asked before."""
        by_voice = isinstance(self.event, TurnWritten) and self.event.reply is True
        return by_voice or self.event in (Replied(yes=True), Given(Command.DELETE))

    @property
    def _said_request(self) -> bool:
        """True if the person, asked if it was a request, said yes or asked once more."""
        event, asked = self.event, self.line is Line.UNCLEAR
        return asked and (self._agreed or (isinstance(event, TurnWritten) and event.command in ASKING))

    def _person_said(self, command: Command) -> bool:
        by_voice = isinstance(self.event, TurnWritten) and self.event.command is command
        behind = isinstance(self.event, EntryKept) and self.event.behind is command
        by_key = isinstance(self.event, Given) and self.event.command is command
        return by_key or by_voice or behind


@given(st.lists(EVENTS | TALK, max_size=60), COURSES)
@example(
    [Elapsed(700.0), Given(Command.STEP_BACK), Spoken(), Spoken(), Given(Command.STEP_BACK)],
    Course(1, follow_ups=False, speakers=1, say_back=False, offer_sentence=False),
)
def test_no_order_of_events_loses_an_answer_or_speaks_while_it_listens(events: list[Event], course: Course):
    """For any events in any order: kept unless dropped by the person or empty, never both mouths open, nothing is
    asked after "not tonight", and what became of a question is told once.
    """
    state, watch = State(course), Watch()
    for event in [Begin(), *events]:
        state, actions = step(state, event)
        watch.see(event, actions)


@given(st.lists(EVENTS | TALK, max_size=60), COURSES)
def test_each_question_begins_as_a_new_one(events: list[Event], course: Course):
    """Whatever happened before: of the last question nothing is left but its number, and who has answered it."""
    state = State(course)
    for event in [Begin(), *events]:
        state, actions = step(state, event)
        asked = state.question
        if any(line in (Line.QUESTION, Line.OTHER_SPEAKER, Line.SAY_BACK) for line in says(list(actions))):
            assert asked == Question(asked.number, asked.speaker, asked.answered, asked.line)


@given(st.lists(EVENTS | TALK, max_size=60), COURSES)
def test_never_more_than_one_of_each(events: list[Event], course: Course):
    """At most one thing is asked behind an answer; whether it was right, and nearer words, at most once an evening."""
    state, behind, evening = State(course), 0, dict.fromkeys((Line.CONFIRM, Line.NEARER), 0)
    again = False
    for event in [Begin(), *events]:
        state, actions = step(state, event)
        again = isinstance(event, TurnWritten) and event.command is Command.REPEAT
        for line in says(list(actions)):
            behind = 0 if line in (Line.QUESTION, Line.OTHER_SPEAKER, Line.SAY_BACK) else behind
            if line in (Line.CONFIRM, Line.NEARER, Line.FOLLOW_UP) and not again:
                behind += 1
                evening[line] = evening.get(line, 0) + 1
        if Keep.SET_ASIDE in actions:
            behind = 0  # begun anew
        assert behind <= 1
        assert evening[Line.CONFIRM] <= 1 and evening[Line.NEARER] <= 1


@given(st.lists(EVENTS | TALK, max_size=60), COURSES, st.booleans(), st.integers(0, 2**16))
def test_an_evening_never_climbs_two_steps_at_once(events: list[Event], course: Course, locked: bool, seed: int):
    """The questions of one evening, whatever the person does, vault open or locked: at most one step up, and after
    "step back" the lowest.
    """
    pack, rng = some_pack(1, 1, 1, 2, 2, 3, 3, 4, 5), random.Random(seed)
    questions = Questions(Shelf(pack), DrawnAhead((), rng) if locked else History((), rng))
    state, depth, back = State(course), 0, False
    for event in [Begin(), *events]:
        state, actions = step(state, event)
        for action in actions:
            if isinstance(action, Note):
                questions.note(action.did)
                back = action.did is Did.STEPPED_BACK
            if isinstance(action, Say) and action.line is Line.QUESTION:
                drawn = questions.next().depth
                assert drawn <= depth + 1 and (drawn == 1 or not back)
                depth, back = drawn, False


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
        assert not (saying and any(isinstance(a, Listen) or a is Show.RESUME_TURN for a in actions))
        saying += sum(isinstance(a, Say) for a in actions)


@given(st.lists(EVENTS, max_size=40), COURSES)
def test_it_always_comes_to_an_end(events: list[Event], course: Course):
    """From wherever the events have led, a silent person and a working machine reach the end with one Leave."""
    state, left = State(course), 0
    for event in [Begin(), *events]:
        state, actions = step(state, event)
        left += sum(isinstance(a, Leave) for a in actions)
    usual: dict[Phase, Event] = {
        Phase.ASKING: Spoken(),
        Phase.PAUSED: Given(Command.RESUME),
        Phase.DECIDING: Decided(keep=True),
        Phase.WRITING: SAID,
        Phase.KEEPING: EntryKept(),
        Phase.REPLYING: Spoken(),
        Phase.LINGERING: Listened(4),
        Phase.CLOSING: Spoken(),
        Phase.PARTING: Listened(4),
    }
    for _ in range(100):
        if state.phase is Phase.ENDED:
            break
        waiting = TurnEnded() if state.turn.heard else Listened(45)
        state, actions = step(state, usual.get(state.phase, waiting))
        left += sum(isinstance(a, Leave) for a in actions)
    assert state.phase is Phase.ENDED
    assert left == 1


def test_voice_ends_what_may_be_answered():
    """Who talks over a question, or the sentence behind their answer, is given way, and listened to once it ends."""
    state, actions = play(Begin(), TalkedOver())
    assert actions[-1] is Show.GIVE_WAY
    assert isinstance(step(state, Spoken())[1][-1], Listen)
    state, actions = play(*ANSWERED, TalkedOver())
    assert actions[-1] is Show.GIVE_WAY
    assert step(state, Spoken())[1] == (Show.LINGER,)


def test_voice_does_not_end_a_yes_or_no_to_what_is_deleted():
    """ "Delete what you said?" is said to its end: a yes counts only behind it. Nor is the good night broken off."""
    _, actions = play(Begin(), Spoken(), VoiceBegan(), TurnEnded(), heard(Command.DELETE), TalkedOver())
    assert Show.GIVE_WAY not in actions
    _, actions = play(Begin(), Given(Command.NOT_TONIGHT), TalkedOver())
    assert Show.GIVE_WAY not in actions


def test_hush_ends_a_sentence_so_that_the_person_can_answer_now():
    """Any key while the question is spoken."""
    _, actions = play(Begin(), Given(Command.DONE))
    assert actions[-1] == Show.HUSH


def test_what_ended_the_evening_can_be_taken_back_by_voice():
    """Behind the good night it listens once more; "that was my answer" brings the answer back, and then it ends."""
    ended = (Begin(), Spoken(), VoiceBegan(), TurnEnded(), heard(Command.NOT_TONIGHT), Spoken())
    state, actions = play(*ended)
    assert state.phase is Phase.PARTING and actions[-1] == Show.PART
    for event in (VoiceBegan(), TurnEnded(), heard(Command.UNDO), Spoken()):
        state, more = step(state, event)
        actions += more
    assert actions[-5:-3] == [Show.END_TURN, Keep.RESTORE_ASIDE]
    assert says(actions) == [Line.QUESTION, Line.NOT_TONIGHT, Line.RESTORED]
    assert state.phase is Phase.ENDED and state.exit_code is ExitCode.DONE


def test_anything_else_behind_the_good_night_is_nobodys_answer():
    """Silence ends it after the linger, another word at once; nothing of either is kept."""
    ended = (Begin(), Spoken(), VoiceBegan(), TurnEnded(), heard(Command.DONE), Spoken())
    for events in ((Listened(4),), (VoiceBegan(), TurnEnded(), SAID), (Given(Command.DONE),), (Stop(may_ask=True),)):
        state, actions = play(*ended, *events)
        assert state.phase is Phase.ENDED and state.exit_code is ExitCode.DONE
        assert Keep.SET_ASIDE in actions and Keep.KEEP_ENTRY not in actions


def test_nobody_waits_behind_an_evening_with_an_answer():
    """ "That's all" after an answer that is kept ends it with the closing sentence."""
    state, _ = play(*ANSWERED, Spoken(), VoiceBegan(), TurnEnded(), heard(Command.DONE), Spoken())
    assert state.phase is Phase.ENDED
