"""Evenings in which somebody talks while the program speaks, with a loudspeaker or without one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import LoudnessDetector, ScriptedTranscriber, Step
from tests.sound_samples import blocks_of, noise, quiet, voice
from tests.unit.test_checkin import LONG, PHRASES, PLAN, SAY, TWO, KilledError, Table, kill, loud_s
from voicecheck.checkin.course import Course
from voicecheck.diary.recovery import recover
from voicecheck.speech.audio import decode_pages
from voicecheck.speech.echo import Coupling, Talkover
from voicecheck.utterance import BLOCK_S, SAMPLE_RATE_HZ, Played, Samples

QUESTION = "How was today?"
GAIN = 0.4


def hears(coupling: Coupling, *, left: float = 0.0) -> Talkover:
    """A talkover for a room that is known, whose canceller leaves a part of the echo."""
    one = Talkover(LoudnessDetector(), lambda near, far: np.asarray(near - (1 - left) * GAIN * far, np.float32))
    one.coupling = coupling
    return one


def over(person: Samples, gain: float = 0.0) -> list[Step]:
    """The program speaks for as long as this lasts: what is played, and what the microphone hears."""
    played = np.asarray(np.clip(4.0 * noise(len(person) / SAMPLE_RATE_HZ), -1, 1), np.float32)
    steps: list[Step] = []
    for block in blocks_of(person):
        piece = np.pad(played[block.start : block.end], (0, max(0, block.end - len(played))))
        steps += [Played(piece, SAMPLE_RATE_HZ), np.asarray(block.samples + gain * piece, np.float32)]
    return steps


def quick(one: Table) -> None:
    """A step: from here on every sentence ends as soon as it is said, the one that is being said among them."""
    one.mouth.hurry()


def test_voice_over_the_question_breaks_it_off_and_is_whole(table: type[Table]) -> None:
    """With headphones: the question ends for whoever talks, without a chime to come, and their first word is kept."""
    talks = voice(0.512)
    one = table(*over(quiet(0.96)), *over(talks)[:14], lambda: quick(one), voice(2.976), quiet(8.0), slow=True)
    one.talkover = hears(Coupling.NONE)
    (entry,) = one.hold().entries
    assert one.mouth.gave_way == 1
    assert entry.text == LONG
    assert loud_s(one.transcriber.history[-1].samples) == pytest.approx(7 * BLOCK_S + 2.976, abs=0.02)


def test_own_voice_is_no_answer(table: type[Table]) -> None:
    """A loudspeaker and nobody who talks: nothing is tried, nothing kept, and the question is asked once more."""
    one = table(*over(quiet(1.6), GAIN), lambda: quick(one), slow=True)
    one.talkover = hears(Coupling.GOOD)
    evening = one.hold()
    assert evening.entries == ()
    assert one.transcriber.history == []
    assert one.mouth.said[:2] == [QUESTION, QUESTION]


def test_own_voice_that_the_canceller_leaves_is_no_answer(table: type[Table]) -> None:
    """A poor coupling: the sound is tried, its words are those of the question, and it waits on as in silence."""
    one = table(*over(quiet(1.6), GAIN), lambda: quick(one), slow=True)
    one.talkover = hears(Coupling.POOR, left=1.0)
    one.transcriber.last = QUESTION
    evening = one.hold()
    assert evening.entries == ()
    assert one.transcriber.history
    assert one.mouth.gave_way == 0
    assert one.mouth.said[:2] == [QUESTION, QUESTION]


def test_answer_over_a_sentence_that_cannot_be_told_apart_is_tried(table: type[Table]) -> None:
    """A poor coupling: the question ends as it would, and of what was heard meanwhile its own words are left out."""
    one = table(*over(voice(2.4), GAIN), lambda: quick(one), slow=True)
    one.talkover = hears(Coupling.POOR, left=1.0)
    one.transcriber.replies.append(f"{QUESTION} I was tired")
    (entry,) = one.hold().entries
    assert entry.text == "I was tired"


def test_sound_under_the_question_is_sealed_and_not_in_the_text(table: type[Table]) -> None:
    """With a loudspeaker all of it is in the sealed file from the first sample of the question on."""
    one = table(*over(quiet(1.6), GAIN), lambda: quick(one), voice(3.0), quiet(5.0), slow=True)
    one.talkover = hears(Coupling.GOOD)
    (entry,) = one.hold().entries
    assert entry.text == LONG
    assert one.vault is not None
    sound = decode_pages(one.vault.recordings.pages(entry.id))
    assert loud_s(sound) == pytest.approx(1.6 + 3.0, abs=0.1)
    assert loud_s(one.transcriber.history[-1].samples) == pytest.approx(3.0, abs=0.1)


def test_killed_answer_is_found_without_the_question(table: type[Table]) -> None:
    """The sealed file tells where the program's own voice was: at the next start its words are left out."""
    one = table(*over(quiet(1.6), GAIN), lambda: quick(one), voice(4.0), kill, slow=True)
    one.talkover = hears(Coupling.GOOD)
    with pytest.raises(KilledError):
        one.hold()
    assert one.vault is not None
    (waiting,) = one.vault.ingest("always").waiting
    (own,) = waiting.own
    assert (own.start, own.said) == (0, QUESTION)
    assert own.end == pytest.approx(1.6 * SAMPLE_RATE_HZ, abs=2 * 512)
    recover(waiting, one.vault, ScriptedTranscriber(last=f"{QUESTION} I was tired"), "always")
    (entry,) = one.kept()
    assert entry.text == "I was tired"


def test_answer_over_the_repeated_question(table: type[Table]) -> None:
    """Twenty seconds of silence, the question once more, and somebody who answers while it is asked."""
    script: list[Step] = [lambda: one.mouth.finish(), quiet(20.1), *over(quiet(0.96)), *over(voice(0.512))[:14]]
    one = table(
        *script,
        lambda: quick(one),
        voice(2.976),
        quiet(8.0),
        slow=True,
        plan=replace(PLAN, course=Course(nudge_after_s=99.0)),
    )
    one.talkover = hears(Coupling.NONE)
    (entry,) = one.hold().entries
    assert one.mouth.said[:2] == [QUESTION, QUESTION]
    assert entry.text == LONG
    assert loud_s(one.transcriber.history[-1].samples) == pytest.approx(7 * BLOCK_S + 2.976, abs=0.02)


@pytest.mark.parametrize(("begins_s", "deleted"), [(2.4, True), (0.2, False)])
def test_yes_counts_over_the_end_of_its_question_alone(table: type[Table], begins_s: float, deleted: bool) -> None:
    """ "Delete what you said?" is not broken off; a yes over its end deletes, and a word long before is none."""
    before = [lambda: one.mouth.finish(), voice(4.0), quiet(4.5), lambda: one.mouth.finish(), quiet(3.2)]
    asked: list[Step] = [lambda: one.mouth.finish(), *SAY]
    word = np.concatenate([quiet(begins_s), voice(0.64), quiet(2.96 - begins_s)])
    one = table(*before, *asked, *over(word[: round(2.8 * SAMPLE_RATE_HZ)]), lambda: quick(one),
                quiet(14.0), slow=True, plan=TWO)  # fmt: skip
    one.talkover = hears(Coupling.NONE)
    one.transcriber.replies.extend([LONG, "Delete that.", "Yes."])
    one.hold()
    assert one.mouth.said.count(PHRASES.say("delete_confirm")) == 1
    assert one.mouth.gave_way == 0
    assert (PHRASES.say("deleted") in one.mouth.said) is deleted


def test_turned_off_it_is_as_before(table: type[Table]) -> None:
    """Without it what is played is of no interest, and the sound before the last moment is dropped."""
    one = table(*over(voice(1.6)), lambda: quick(one), voice(2.0), quiet(8.0), slow=True)
    (entry,) = one.hold().entries
    assert one.mouth.gave_way == 0
    assert loud_s(one.transcriber.history[-1].samples) == pytest.approx(PLAN.pre_roll_s + 2.0, abs=0.05)
    assert entry.turns[0].start == 0
