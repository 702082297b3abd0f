"""Whisper's verdict on its own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import hearing
from voicecheck.speech.recognition.recogniser import SPOKEN_FROM_S, Verdict
from voicecheck.speech.whisper.confidence import (
    SHORT_WORD_S,
    WORDS_A_VOICED_SECOND,
    WORST_COMPRESSION,
    Decoding,
    judge,
)
from voicecheck.utterance import Segment, Word

ACCEPT, TRY_AGAIN, REFUSE = Verdict.ACCEPT, Verdict.TRY_AGAIN, Verdict.REFUSE
LOOP = replace(hearing("no " * 60), compression=WORST_COMPRESSION + 1)
BREATH = hearing("You", logprob=-0.9, no_speech=0.5)


@pytest.mark.parametrize(
    ("decoding", "voiced_s", "verdict"),
    [
        (hearing("I was tired and I went to bed"), 3.0, ACCEPT),
        (hearing("I was tired and I went to bed"), 8 / WORDS_A_VOICED_SECOND + 0.1, TRY_AGAIN),
        (hearing("No."), 1.0, ACCEPT),
        (LOOP, 3.0, REFUSE),
        (LOOP, 20.0, ACCEPT),
        (replace(hearing("I'm sorry " * 41), compression=12.9), 16.0, REFUSE),
        (replace(hearing("I'm sorry " * 6), compression=3.0), 2.8, ACCEPT),
        (hearing("I'm sorry, " * 5, logprob=-0.9, no_speech=0.65, probability=0.4), 3.0, REFUSE),
        (hearing("I'm sorry, " * 5, logprob=-0.9, no_speech=0.55, probability=0.4), 3.0, ACCEPT),
        (hearing("Word, another word, " * 4, logprob=-0.5, no_speech=0.65), 3.0, ACCEPT),
        (hearing("Thank you.", logprob=-1.1, no_speech=0.7), 2.0, REFUSE),
        (hearing("Thank you.", logprob=-1.1, no_speech=0.5), 1.0, ACCEPT),
        (BREATH, SPOKEN_FROM_S, ACCEPT),
        (BREATH, SPOKEN_FROM_S - 0.01, REFUSE),
        (hearing("Skip.", logprob=-0.9, no_speech=0.1), SHORT_WORD_S, ACCEPT),
        (hearing("Skip.", logprob=-0.9, no_speech=0.1), 0.0, REFUSE),
        (hearing("when a man looks for something beyond", logprob=-0.6, no_speech=0.42), 0.0, ACCEPT),
        (hearing("when a man looks for something beyond", logprob=-0.6, no_speech=0.5), 0.0, REFUSE),
        (hearing("when a man looks for something beyond", logprob=-0.8, no_speech=0.42), 0.0, REFUSE),
        (hearing("I'm sorry, I'm sorry, I'm sorry", logprob=-0.6, no_speech=0.42), 0.0, REFUSE),
        (hearing(""), 3.0, REFUSE),
    ],
)
def test_verdict(decoding: Decoding, voiced_s: float, verdict: Verdict) -> None:
    """By how much voice there is, how many words, and Whisper's own figures; the words come along unchanged."""
    found = judge(decoding, voiced_s)
    assert found.verdict is verdict
    assert (found.segments, found.language) == (decoding.segments, decoding.language)


@pytest.mark.parametrize(
    ("decoding", "voiced_s", "first", "again"),
    [
        (hearing("and then I went to see my mother"), 3.0, ACCEPT, ACCEPT),
        (replace(hearing("I'm sorry " * 41), compression=12.9, no_speech=0.66), 16.0, REFUSE, REFUSE),
        (replace(hearing("no " * 20), compression=4.0), 12.0, ACCEPT, REFUSE),
        (hearing("I went to see my mother", logprob=-0.9), 3.0, ACCEPT, REFUSE),
        (hearing("I went to see my mother", no_speech=0.7), 3.0, ACCEPT, REFUSE),
        (hearing("one two three four five six seven eight"), 1.1, ACCEPT, REFUSE),
    ],
)
def test_what_was_passed_over_needs_a_proof(
    decoding: Decoding, voiced_s: float, first: Verdict, again: Verdict
) -> None:
    """In sound that a first try found no words in, a loop, a doubt or a rush of words is refused."""
    assert judge(decoding, voiced_s).verdict is first
    assert judge(decoding, voiced_s, passed_over=True).verdict is again


def lasting(seconds: float, text: str, probability: float = 0.9) -> Segment:
    words = text.split()
    each = seconds / len(words)
    placed = (Word(each * i, each * (i + 1), f" {word}", probability) for i, word in enumerate(words))
    return Segment(0.0, seconds, text, tuple(placed))


@pytest.mark.parametrize(
    ("segment", "kept"),
    [
        (lasting(0.42, "I'll see you in the next video."), False),
        (lasting(4.0, "no way " * 15), False),
        (lasting(0.9, "Entschuldigungsschreiben unterschreiben wir morgen"), False),
        (lasting(1.2, "I was so tired today"), True),
        (lasting(0.3, "No, no, no."), True),
        (lasting(2.0, "I'll see you in the next video.", 0.6), False),
        (lasting(2.0, "I'll see you in the next video.", 0.95), True),
        (lasting(2.0, "Subtitles by the team of the channel", 0.6), False),
        (lasting(2.0, "Visit us at www.example.org now", 0.6), False),
        (lasting(2.0, "The subtitles were too fast for me", 0.6), True),
        (lasting(1.0, "Thank you.", 0.6), True),
        (lasting(2.0, "Thanks for watching the children.", 0.5), True),
    ],
)
def test_segments_that_nobody_said_are_left_out(segment: Segment, kept: bool) -> None:
    """Faster than anybody speaks, or the end of a video in which Whisper is unsure; the other segments stay."""
    said = lasting(2.0, "My day was long and I am tired now")
    found = judge(Decoding((said, segment)), 4.0)
    assert found.segments == ((said, segment) if kept else (said,))
    assert kept or judge(Decoding((segment,)), 2.0).verdict is REFUSE


@pytest.mark.parametrize(
    ("probability", "voice", "kept"),
    [
        (0.4, ((0.0, 3.0),), False),
        (0.4, ((0.0, 3.0), (6.2, 7.4)), True),
        (0.4, (), True),
        (0.7, ((0.0, 3.0),), True),
    ],
)
def test_words_where_nobody_was_heard_need_whispers_confidence(
    probability: float, voice: tuple[tuple[float, float], ...], kept: bool
) -> None:
    """By the segment: a sentence behind much voice is no more believed than one alone, unless Whisper is sure of it."""
    said = lasting(3.0, "My day was long and I am tired now")
    late = lasting(1.5, "and so I went out again", probability)
    late = replace(late, start_s=6.0, end_s=7.5)
    assert (late in judge(Decoding((said, late)), 4.0, voice=voice).segments) is kept


@pytest.mark.parametrize(
    ("text", "probability", "voice", "kept"),
    [
        ("Thank you.", 0.4, ((0.0, 3.0),), False),
        ("Thank you.", 0.4, ((0.0, 3.0), (3.2, 3.6)), True),
        ("Thank you very much.", 0.7, ((0.0, 3.0),), False),
        ("Thank you.", 0.7, ((0.0, 3.0), (3.2, 3.6)), True),
        ("Thank you.", 0.9, ((0.0, 3.0),), True),
        ("My dog.", 0.4, ((0.0, 3.0),), True),
    ],
)
def test_thank_you_where_nobody_spoke_is_left_out(
    text: str, probability: float, voice: tuple[tuple[float, float], ...], kept: bool
) -> None:
    """Whisper ends much with thanks: unsure ones behind the last voice are its own."""
    said = lasting(3.0, "My day was long and I am tired now")
    late = replace(lasting(0.7, text, probability), start_s=3.1, end_s=3.8)
    assert (late in judge(Decoding((said, late)), 4.0, voice=voice).segments) is kept


@pytest.mark.parametrize(
    ("text", "first", "logprob", "kept"),
    [
        ("Thank you very much.", 0.01, -1.2, False),
        ("You", 0.01, -1.2, False),
        ("Thank you very much.", 0.9, -1.2, True),
        ("Thank you very much.", 0.01, -0.8, True),
        ("My dog.", 0.01, -1.2, True),
    ],
)
def test_thanks_that_song_was_taken_for_are_left_out(text: str, first: float, logprob: float, kept: bool) -> None:
    """Whisper writes them at every pass over music; little speaks for them, and their first word is doubted."""
    song = lasting(1.0, text)
    song = replace(song, words=(replace(song.words[0], probability=first), *song.words[1:]))
    assert (judge(Decoding((song,), "en", logprob, 0.5), 2.0).verdict is not REFUSE) is kept
