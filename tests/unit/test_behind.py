"""Commands behind an answer, fillers alone, and replies to a question, in whole evenings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import InlineWhisper, hearing
from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import PHRASES, PLAN, TWO, Table
from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Given
from voicecheck.checkin.ports import LinesOver, TypedLine
from voicecheck.domain import Prompt, TurnKind
from voicecheck.prompts.questions import Fixed
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE
from voicecheck.speech.whisper.confidence import Decoding
from voicecheck.utterance import Segment, Word
from voicecheck.vault.vault import Vault

ANSWER = "I was lonely at lunch today."
SPOKEN = (voice(2.4), quiet(0.9), voice(0.8), quiet(5.0))
"""six words, a pause, and a command of two words"""
NUMBER = "help: 123"
PLAN_HELP = replace(PLAN, help_lines=(NUMBER,))


def behind(command: str) -> Decoding:
    """As Whisper writes both, with times."""
    words = [Word(0.4 * i, 0.4 * i + 0.4, f" {word}", 0.9) for i, word in enumerate(ANSWER.split())]
    said = command.split()
    words += [
        Word(3.3 + 0.8 / len(said) * i, 3.3 + 0.8 / len(said) * (i + 1), f" {w}", 0.9) for i, w in enumerate(said)
    ]
    segment = Segment(0.0, words[-1].end_s, f"{ANSWER} {command}", tuple(words))
    return Decoding((segment,), "en", -0.2, 0.05)


def test_help_now_behind_an_answer(table: type[Table]) -> None:
    """The numbers are there, the answer is kept without the words, their sound too, and it goes on listening."""
    one = table(*SPOKEN, voice(3.0), plan=PLAN_HELP)
    one.transcriber.replies.extend([behind("Help now."), "And then I went home."])
    (entry,) = one.hold().entries
    assert NUMBER in one.screen.notices
    assert PHRASES.say("help_shown") in one.mouth.said
    assert entry.text == f"{ANSWER}\n\nAnd then I went home."
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER] * 2
    assert one.kept() == [entry]
    assert "set aside: Help now." in one.screen.notices


@pytest.mark.parametrize(
    ("said", "line"),
    [("That's all.", "closing"), ("Skip this.", "skipped"), ("Pause.", "paused"), ("Delete that.", "delete_confirm"),
     ("Something smaller.", "smaller"), ("Not tonight.", "not_tonight"), ("Help.", "help"), ("Scratch that.", "")],
)  # fmt: skip
def test_each_command_acts_behind_an_answer(table: type[Table], said: str, line: str) -> None:
    """As it would alone; the answer before it is kept, but where it is to be dropped."""
    one = table(*SPOKEN, Given(Command.DONE), plan=PLAN)
    one.transcriber.replies.extend([behind(said)])
    one.transcriber.last = ""
    entries = one.hold().entries
    assert not line or any(form in one.mouth.said for form in PHRASES.spoken[line])
    assert [entry.text for entry in entries] == ([] if said == "Scratch that." else [ANSWER])


def test_the_last_sentence_goes_by_a_command_behind_it(table: type[Table]) -> None:
    """It is asked for the sentence of the answer, not for the command."""
    one = table(*SPOKEN, voice(1.2), quiet(2.5))
    both = behind("Delete the last sentence.")
    segment = replace(both.segments[0], text="I slept. I was lonely today. Delete the last sentence.")
    words = [
        replace(w, text=t)
        for w, t in zip(segment.words, [" I", " slept.", " I", " was", " lonely", " today."], strict=False)
    ]
    segment = replace(segment, words=(*words, *segment.words[6:]))
    one.transcriber.replies.extend([replace(both, segments=(segment,)), "Yes."])
    (entry,) = one.hold().entries
    assert entry.text == "I slept."
    assert f"“I was lonely today.” {PHRASES.say('sentence_confirm')}" in one.screen.sentences


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize(("said", "reply", "offered"), [
    ("Delete that.", "Yes.", False), ("Delete that.", "No.", True), ("Help now.", "That was my answer.", False),
])  # fmt: skip
def test_the_offer_to_keep_a_request_goes_with_what_it_offers(
    table: type[Table], said: str, reply: str, offered: bool, locked: bool
) -> None:
    """Once the answer is deleted, or has the words again, "to keep it: u" stands on the screen no more."""
    one = table(*SPOKEN, voice(1.2), quiet(2.5), plan=PLAN_HELP)
    one.transcriber.replies.extend([behind(said), reply])
    one.transcriber.last = ""
    if locked:
        one.lock()
    one.hold()
    assert (f"set aside: {said}" in one.screen.notices) is offered


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("said", ["Help now.", "That's all.", "Skip this."])
def test_who_meant_it_as_an_answer_has_it_back(table: type[Table], said: str, locked: bool) -> None:
    """By "that was my answer", while the answer is open, after it is closed, and behind the good night."""
    one = table(*SPOKEN[:3], quiet(2.5), voice(1.2), quiet(5.0), plan=TWO if said == "Skip this." else PLAN)
    one.transcriber.replies.extend([behind(said), "That was my answer."])
    one.transcriber.last = ""
    if locked:
        one.lock()
    (entry,) = one.hold().entries
    assert entry.text == f"{ANSWER}\n\n{said}"
    if locked:
        one.vault = Vault.open(one.paths, one.key)
        one.vault.ingest("always")
    (kept,) = one.kept()
    assert kept.text == entry.text


def test_by_key_too(table: type[Table]) -> None:
    """The key u has the same effect."""
    one = table(voice(2.4), quiet(0.9), voice(0.8), quiet(4.7), Given(Command.UNDO))
    one.transcriber.replies.extend([behind("Help now.")])
    one.transcriber.last = ""
    (entry,) = one.hold().entries
    assert entry.text == f"{ANSWER}\n\nHelp now."


def test_a_typed_answer_with_help_now_as_its_last_line(table: type[Table]) -> None:
    one = table(
        TypedLine("I was lonely"), TypedLine("help now"), TypedLine(None), TypedLine(None), LinesOver(), plan=PLAN_HELP
    )
    one.type_instead()
    (entry,) = one.hold().entries
    assert entry.text == "I was lonely"
    assert NUMBER in one.screen.notices


@pytest.mark.parametrize(
    ("first", "then"), [("Delete that.", "No, I am sad. Help now."), ("Pause.", "It is too much. Help now.")]
)
def test_help_now_is_heard_in_a_yes_or_no_and_while_paused(table: type[Table], first: str, then: str) -> None:
    """Also behind other words, which are no answer there."""
    one = table(voice(2.0), quiet(5.0), voice(1.2), quiet(2.5), Given(Command.DONE), plan=PLAN_HELP)
    one.transcriber.replies.extend([first, then])
    one.transcriber.last = ""
    one.hold()
    assert NUMBER in one.screen.notices


# "Um" alone


def test_um_alone_is_no_answer(table: type[Table]) -> None:
    """It goes on listening, says nothing, and the answer that comes is kept without it."""
    one = table(voice(0.8), quiet(5.0), voice(3.0))
    one.transcriber.replies.extend(["Um...", "I was tired."])
    (entry,) = one.hold().entries
    assert entry.text == "I was tired."
    assert len(one.screen.questions) == 1


def test_um_and_silence_end_like_silence(table: type[Table]) -> None:
    """A soft sound, the question once more, a kind end; nothing is kept."""
    one = table(voice(0.8))
    one.transcriber.replies.extend(["Um."])
    assert one.hold().entries == ()
    assert one.mouth.nudges >= 1
    assert any(form in one.mouth.said for form in PHRASES.spoken["silence_end"])
    assert one.sealed == []


def test_um_behind_a_reflection_waits_and_changes_nothing(table: type[Table]) -> None:
    one = table(voice(3.0), quiet(5.0), voice(0.8))
    one.transcriber.replies.extend(["I was tired.", "Um."])
    (entry,) = one.hold().entries
    assert entry.text == "I was tired."


def test_um_and_enter_is_over(table: type[Table]) -> None:
    """Who presses the key does not want to be listened to any longer."""
    one = table(voice(0.8), quiet(0.2), Given(Command.DONE))
    one.transcriber.replies.extend(["Um."])
    one.hold()
    assert one.mouth.nudges == 0


def test_um_is_no_reply(table: type[Table]) -> None:
    """It waits for the yes or no."""
    one = table(
        voice(2.0), quiet(9.5), voice(1.2), quiet(5.0), voice(0.8), quiet(2.5), voice(0.8), quiet(2.5), plan=TWO
    )
    one.transcriber.replies.extend(["I was tired today.", "Delete that.", "Um.", "Yes."])
    one.transcriber.last = ""
    assert one.hold().entries == ()


# A yes or no


def test_a_yes_before_the_question_is_no_reply(table: type[Table]) -> None:
    """What is said while the command is still written down lies before "yes or no?", and deletes nothing."""

    def answer() -> None:
        assert isinstance(one.whisper, InlineWhisper)
        one.whisper.answer()

    said = (voice(2.4), quiet(4.6), voice(0.3), answer, quiet(3.0), answer)
    one = table(*said, plan=replace(PLAN, aloud="nothing"), held=True)
    one.transcriber.replies.extend(["Delete that.", "Yes."])
    one.hold()
    assert PHRASES.say("deleted") not in one.mouth.said


# The language of an answer


def test_another_language_is_told_once(table: type[Table]) -> None:
    """It is written down as it was said, and the person is told what is not known."""
    one = table(voice(3.2), quiet(9.0), voice(3.2), plan=replace(TWO, language=ANY_LANGUAGE))
    one.questions = Fixed(Prompt("a", "How was today?", "test"), Prompt("b", "And now?", "test"))
    one.transcriber.replies.extend([hearing("ik was vandaag moe en verdrietig", language="nl")])
    one.transcriber.replies.extend([hearing("en nu ben ik ook heel moe", language="nl")])
    entries = one.hold().entries
    assert [entry.language for entry in entries] == ["nl", "nl"]
    told = PHRASES.show("language_heard", language="Dutch", own="English")
    assert one.screen.notices.count(told) == 1
    assert told == "I hear Dutch. I write it down; the feelings I know are in English."
