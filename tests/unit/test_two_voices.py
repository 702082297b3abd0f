"""Two people who answer in turns are told apart by this evening's own answers, and never wrongly where it is unsure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from voicecheck.checkin.speakers import by_speaker
from voicecheck.diary.tagging import Tagger
from voicecheck.diary.turn_notes import speaker_note
from voicecheck.domain import Entry, EntryKind, Experiencer, Turn, TurnKind
from voicecheck.speech.recognition.timbre import COEFFICIENTS
from voicecheck.speech.recognition.two_voices import Spoken, TwoVoices
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Segment, Word

LOW, HIGH = (0.0, 2.0), (3.0, 13.0)
"""timbre and pitch of two voices"""
BETWEEN = (1.5, 8.0)


def said(voice: tuple[float, float], seconds: float, start_s: float = 0.0) -> list[VoiceActivity]:
    rng = np.random.default_rng(round(100 * seconds + start_s))
    first = round(start_s * SAMPLE_RATE_HZ)
    return [
        VoiceActivity(
            at, at + BLOCK_SAMPLES, 0.9, -25.0, True,
            (voice[0] + rng.normal(0, 0.3, COEFFICIENTS)).astype(np.float32), voice[1] + float(rng.normal(0, 0.5)),
        )
        for at in range(first, first + round(seconds * SAMPLE_RATE_HZ), BLOCK_SAMPLES)
    ]  # fmt: skip


def turn(voices: TwoVoices, asked: str, *heard: VoiceActivity) -> list[tuple[str, bool]]:
    voices.begin(asked)
    for one in heard:
        voices.hear(one)
    return [(one.speaker, one.sure) for one in voices.end()]


@pytest.fixture
def known() -> TwoVoices:
    """Both were asked by name, and answered."""
    voices = TwoVoices(("Ann", "Ben"))
    assert turn(voices, "Ann", *said(HIGH, 5)) == [("Ann", True)]
    assert turn(voices, "Ben", *said(LOW, 5)) == [("Ben", True)]
    return voices


def test_each_turn_bears_its_speaker(known: TwoVoices) -> None:
    """Whoever was asked: the other one may answer first."""
    assert turn(known, "Ann", *said(HIGH, 3)) == [("Ann", True)]
    assert turn(known, "Ann", *said(LOW, 3)) == [("Ben", True)]
    assert turn(known, "Ben", *said(HIGH, 3)) == [("Ann", True)]


def test_a_stretch_of_the_other_inside_an_answer(known: TwoVoices) -> None:
    """Between two pauses; what follows is the first one's again."""
    heard = (*said(HIGH, 4), *said(LOW, 2.5, 5.0), *said(HIGH, 4, 8.5))
    assert turn(known, "Ann", *heard) == [("Ann", True), ("Ben", True), ("Ann", True)]


def test_what_is_not_sure_is_theirs_who_was_asked(known: TwoVoices) -> None:
    """A voice between both, a word or two, and a voice like the other's before their own was ever heard."""
    assert turn(known, "Ben", *said(BETWEEN, 4)) == [("Ben", False)]
    assert turn(known, "Ann", *said(LOW, 0.8)) == [("Ann", False)]
    voices = TwoVoices(("Ann", "Ben"))
    assert turn(voices, "Ann", *said(HIGH, 5)) == [("Ann", True)]
    assert turn(voices, "Ben", *said(HIGH, 5)) == [("Ben", False)]
    assert turn(voices, "Ben", *said(LOW, 5)) == [("Ben", True)]


def test_alike_voices_are_never_told_apart() -> None:
    """All of the second one's turns are unsure, and theirs."""
    voices = TwoVoices(("Ann", "Ben"))
    turn(voices, "Ann", *said(LOW, 5))
    assert [turn(voices, "Ben", *said(LOW, seconds)) for seconds in (5, 3, 4)] == [[("Ben", False)]] * 3


def test_a_turn_is_divided_where_another_goes_on() -> None:
    """No word is lost or doubled; times stay, and the note tells of the other."""
    words = tuple(Word(i, i + 0.8, f" w{i}") for i in range(9))
    rate, text = SAMPLE_RATE_HZ, "w0 w1 w2 w3 w4 w5 w6 w7 w8"
    whole = Turn(TurnKind.ANSWER, text, (Segment(0, 9, text, words),), "Ann", 0, 9 * rate)
    spoken = [
        Spoken(0, 3 * rate, "Ann", True),
        Spoken(4 * rate, 6 * rate, "Ben", True),
        Spoken(7 * rate, 9 * rate, "Ann", False),
    ]
    parts = list(by_speaker(whole, spoken))
    assert [(part.speaker, part.speaker_unsure, part.text) for part in parts] == [
        ("Ann", False, "w0 w1 w2 w3"), ("Ben", False, "w4 w5 w6"), ("Ann", True, "w7 w8"),
    ]  # fmt: skip
    assert [one.end for one, _ in pairwise(parts)] == [one.start for _, one in pairwise(parts)]
    assert [speaker_note(part, "Ann") for part in parts] == ["", "entry_other_speaker", "entry_speaker_unsure"]
    assert [part for one in parts for part in by_speaker(one, spoken)] == parts


def test_feeling_in_the_others_turn_is_not_the_speakers() -> None:
    """Nobody's feeling is pinned on whoever was asked; an edit in front of it changes nothing."""
    mine, theirs = heard_words("I am so sad today.", 0.0), heard_words("And I am happy and sad.", 5.0)
    turns = (
        Turn(TurnKind.ANSWER, "I am so sad today.", (mine,), "Ann"),
        Turn(TurnKind.ANSWER, "And I am happy and sad.", (theirs,), "Ben"),
    )
    entry = Entry("e", "s", EntryKind.CHECKIN, datetime(2026, 5, 1, 21, tzinfo=UTC), turns, speaker="Ann")
    for text in (entry, replace(entry, revision="Well, " + entry.text)):
        whose = [(one.lemma, one.experiencer) for one in Tagger().tag(text).mentions]
        assert whose == [("sad", Experiencer.SELF), ("happy", Experiencer.OTHER), ("sad", Experiencer.OTHER)]


def heard_words(text: str, start_s: float) -> Segment:
    words = tuple(Word(start_s + n, start_s + n + 1, f" {word}", 0.9) for n, word in enumerate(text.split()))
    return Segment(start_s, words[-1].end_s, text, words)
