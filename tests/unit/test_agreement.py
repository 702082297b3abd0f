"""Words that nobody said: loops without a sound for each word, and words that a second pass does not hear."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import ScriptedTranscriber, hearing
from tests.sound_samples import quiet, tone, voice
from tests.vault_samples import make_entry
from voicecheck.diary.turn_notes import turn_notes
from voicecheck.phrases import load_phrases
from voicecheck.speech.recognition.agreement import count_sounds, loops_in, without_loops
from voicecheck.speech.recognition.laughter import without_laughter
from voicecheck.speech.recognition.recogniser import Hypothesis, Verdict
from voicecheck.speech.recognition.retry import Job, write_down
from voicecheck.speech.whisper.confidence import Decoding, judge
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples, Segment, SoundKind, Stretch, Word

WEAK = {"logprob": -1.2, "no_speech": 0.5}


def said(text: str, probability: float = 0.9, first: float | None = None, seconds: float = 0.4) -> Segment:
    """Words that follow on one another; `first` is the probability of the first."""
    parts = text.split()
    words = [Word(seconds * i, seconds * (i + 1), f" {part}", probability) for i, part in enumerate(parts)]
    words[0] = replace(words[0], probability=probability if first is None else first)
    return Segment(0.0, words[-1].end_s, text, tuple(words))


def bursts(count: int, each_s: float = 0.4) -> Samples:
    return np.concatenate([part for _ in range(count) for part in (tone(each_s * 0.6, 0.2), quiet(each_s * 0.4))])


def job_of(sound: Samples) -> Job:
    count = len(sound)
    return Job(0, Stretch(0, count, count, count, 0, count, ((0, count),)), sound, 0, "", "en", "en")


@pytest.mark.parametrize("count", [1, 4, 9, 20])
def test_sounds_are_counted_by_the_dips_between_them(count: int) -> None:
    """Each burst is one, however many; a steady sound is one, and silence none."""
    assert count_sounds(np.concatenate([quiet(0.3), bursts(count)])) == count
    assert count_sounds(np.zeros(SAMPLE_RATE_HZ, np.float32)) == 0
    assert count_sounds(np.zeros(0, np.float32)) == 0


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("no no no no", [4]),
        ("I'm sorry, I'm sorry, I'm sorry. I'm sorry and I went", [4]),
        ("he said no no no and then no", []),
        ("I went home and I went to bed and I went to sleep", []),
        ("stop stop stop stop it, go away go away go away go away", [4, 4]),
    ],
)
def test_loops_are_found_in_the_words(text: str, times: list[int]) -> None:
    """Four times or more, of one word or of several, whatever the signs between them."""
    assert [loop.times for loop in loops_in(said(text).words)] == times


def test_a_loop_over_several_segments_is_one() -> None:
    """A recogniser that loops writes each of them as a sentence of its own."""
    segments = tuple(replace(said("I'm sorry."), start_s=float(i)) for i in range(5))
    assert [loop.times for loop in loops_in([word for s in segments for word in s.words])] == [5]
    assert without_loops(Hypothesis(Verdict.ACCEPT, segments), voice(5.0)).verdict is Verdict.REFUSE


@pytest.mark.parametrize("text", ["no no no no no no no no", "word, word, word, word, word, word. Word, word."])
def test_who_says_a_word_again_and_again_is_written_down(text: str) -> None:
    """With a sound for each, nothing is left out and nothing is doubted."""
    found = Hypothesis(Verdict.ACCEPT, (said(text),))
    assert without_loops(found, bursts(8)) is found


def test_twenty_words_for_six_sounds_are_six_in_doubt() -> None:
    """What was said again and again is not lost because the recogniser went on with it."""
    found = without_loops(Hypothesis(Verdict.ACCEPT, (said("then"), said("no " * 20, seconds=0.12))), bursts(6))
    assert [len(segment.words) for segment in found.segments] == [1, 6]
    assert [segment.doubtful for segment in found.segments] == [False, True]
    assert not found.looped
    unsure = Hypothesis(Verdict.ACCEPT, (said("no " * 20, first=0.1, seconds=0.12),))
    assert without_loops(unsure, bursts(6)).verdict is Verdict.REFUSE


def test_a_sure_word_over_one_sound_stays_once() -> None:
    """What may have been said softly is doubted and never lost."""
    found = without_loops(Hypothesis(Verdict.ACCEPT, (said("six " * 16, seconds=0.05),)), voice(0.8))
    assert [segment.text for segment in found.segments] == ["six"] and found.segments[0].doubtful


@pytest.mark.parametrize("loudness", [1.0, 0.01, 0.0005])
def test_sounds_are_counted_however_softly_they_are_said(loudness: float) -> None:
    """At -66 dBFS as at full loudness."""
    assert count_sounds(bursts(6) * np.float32(loudness)) == 6


def test_an_unsure_loop_of_one_sound_is_left_out_and_its_time_told() -> None:
    """The sentence before it stays as it is."""
    loop = said("six " * 16, first=0.1, seconds=0.05)
    loop = replace(loop, words=tuple(replace(w, start_s=w.start_s + 3, end_s=w.end_s + 3) for w in loop.words))
    before = said("I bought fresh peas")
    found = without_loops(Hypothesis(Verdict.ACCEPT, (before, loop)), np.concatenate([bursts(4), quiet(1.4), voice(2)]))
    assert found.segments == (before,) and found.verdict is Verdict.ACCEPT
    assert found.looped == (pytest.approx((3.0, 3.8)),)


def test_a_loop_is_no_surer_than_its_first_words() -> None:
    """Five sobs are no five times "I'm sorry": each has three syllables, and the first of them was hardly believed."""
    sure, doubted = said("I'm sorry, " * 5), replace(said("I'm sorry, " * 5, first=0.1))
    doubted = replace(doubted, words=(doubted.words[0], replace(doubted.words[1], probability=0.1), *doubted.words[2:]))
    sobs = bursts(5, 0.8)
    assert without_loops(Hypothesis(Verdict.ACCEPT, (sure,)), sobs).segments == (sure,)
    assert without_loops(Hypothesis(Verdict.ACCEPT, (doubted,)), sobs).verdict is Verdict.REFUSE


@pytest.mark.parametrize(("logprob", "no_speech", "weak"), [(-1.2, 0.5, True), (-1.2, 0.2, False), (-0.6, 0.5, False)])
def test_words_are_weak_where_two_figures_speak_against_them(logprob: float, no_speech: float, weak: bool) -> None:
    """Unlikely words, and perhaps nobody spoke; one of the two alone asks for no second pass."""
    assert judge(hearing("You", logprob=logprob, no_speech=no_speech), 1.0).weak is weak


@pytest.mark.parametrize(
    ("passes", "text", "doubtful", "calls"),
    [
        ((hearing("I'm so tired", **WEAK), "I'm so tired"), "I'm so tired", False, 2),
        ((hearing("I'm so tired", **WEAK), "M-M-M-M-M", "I'm so tired"), "I'm so tired", False, 3),
        ((hearing("Thank you very much", **WEAK), "", ""), None, False, 3),
        ((hearing("You", **WEAK), "I can't", "Oh my God"), None, False, 3),
        ((hearing("You"), "I can't", "Oh my God"), "You", False, 1),
    ],
)
def test_weak_words_need_another_pass(
    passes: tuple[Decoding | str, ...], text: str | None, doubtful: bool, calls: int
) -> None:
    """What neither of two shifted passes hears is refused, and its sound kept; sure words are not asked again."""
    whisper = ScriptedTranscriber(*passes, last="")
    heard = write_down(whisper, job_of(voice(1.2)))
    assert (None if heard is None else heard.text) == text
    assert len(whisper.history) == calls
    lengths = [round(len(asked.samples) / SAMPLE_RATE_HZ, 2) for asked in whisper.history]
    assert lengths == [1.2, 1.33, 1.57][:calls]


def test_the_sentence_that_another_pass_does_not_hear_is_doubted_and_stays() -> None:
    """Beside one that it hears: it may have been said all the same."""
    tired, okay = said("I was so tired"), replace(said("Okay then"), start_s=1.7)
    okay = replace(okay, words=tuple(replace(w, start_s=w.start_s + 1.7, end_s=w.end_s + 1.7) for w in okay.words))
    first = Decoding((tired, okay), "en", -1.2, 0.5)
    heard = write_down(ScriptedTranscriber(first, "I was so tired", last=""), job_of(voice(2.4)))
    assert heard is not None and heard.text == "I was so tired Okay then"
    assert [segment.doubtful for segment in heard.segments] == [False, True]


@pytest.mark.parametrize(
    ("text", "probability", "first", "kept"),
    [
        ("Ugh! Ugh! Ugh!", 0.8, 0.05, False),
        ("Hmm.", 0.1, None, False),
        ("Ah, ah, ah!", 0.9, 0.05, False),
        ("A" + "h" * 60, 0.8, None, False),
        ("Hmm.", 0.8, None, True),
        ("Oh no", 0.1, None, True),
        ("Her.", 0.1, None, True),
        ("Ahh.", 0.7, None, True),
    ],
)
def test_cries_that_were_written_as_words_are_marked(
    text: str, probability: float, first: float | None, kept: bool
) -> None:
    """A row of "Ugh!" is no surer than its first; a word is never taken for one, however doubtful."""
    answer = said("I miss him.")
    segments, sounds = without_laughter((answer, said(text, probability, first)))
    assert [segment.text for segment in segments] == ["I miss him.", *([text] if kept else [])]
    assert [sound.kind for sound in sounds] == ([] if kept else [SoundKind.WORDLESS])


def test_an_entry_tells_which_words_are_not_certain() -> None:
    """With the words; nothing is told of an answer that the person has put right, nor where none is in doubt."""
    turn = replace(make_entry().turns[0], segments=(said("I was tired"), said("Okay.", 0.2)))
    entry = replace(make_entry(), turns=(turn,))
    assert "Not certain that this was said: “Okay.”." in turn_notes(entry, load_phrases())
    assert not turn_notes(replace(entry, revision="I was tired.", edited=True), load_phrases())
    sure = replace(entry, turns=(replace(turn, segments=(said("I was tired"),)),))
    assert not turn_notes(sure, load_phrases())
