"""Laughter and sobs: marked as such, no words are made of them, and no word that was said is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedTranscriber, hearing
from tests.sound_samples import laughter, quiet, tone, voice
from tests.vault_samples import make_entry, make_vault
from voicecheck.cli.entry.entry import entry_parts
from voicecheck.contract import entry_json
from voicecheck.phrases import load_phrases
from voicecheck.speech.recognition.laughter import (
    LIKELY_LAUGH,
    MOSTLY,
    sound_without_words,
    swings,
    told_together,
    without_laughter,
)
from voicecheck.speech.recognition.live import joined
from voicecheck.speech.recognition.recogniser import Utterance
from voicecheck.speech.recognition.retry import Job, RecognisedStretch, write_down
from voicecheck.speech.sound_file import decode_file
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples, Segment, SoundKind, Stretch, VoiceSound, Word
from voicecheck.vault.vault import Vault

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "speech"
LAUGHS, SPEAKS = LIKELY_LAUGH + 2, LIKELY_LAUGH - 3


class Weighing(ScriptedTranscriber):
    """Weighs "Ha ha ha" with a fixed result."""

    weighed = SPEAKS

    def weigh(self, utterance: Utterance, texts: Sequence[str], *, language: str) -> tuple[float, ...]:
        return (self.weighed,) * len(texts)


def job_of(sound: Samples) -> Job:
    count = len(sound)
    return Job(0, Stretch(0, count, count, count, 0, count, ((0, count),)), sound, 0, "", "en", "en")


def said(text: str, probability: float = 0.5) -> tuple[Segment, ...]:
    words = tuple(Word(0.3 * i, 0.3 * i + 0.3, f" {part}", probability) for i, part in enumerate(text.split()))
    return (Segment(words[0].start_s, words[-1].end_s, text, words),)


@pytest.mark.parametrize("text", ["Ha ha ha!", "Haha.", "He he he he", "Hee, hee, hee.", "Hehehehehehe",
                                  "Ha-ha-ha, ha-ha", "ho ho ho", "Bwahaha"])  # fmt: skip
def test_written_laughter_is_marked_and_no_word(text: str) -> None:
    """What recognisers write for laughter is laughter."""
    segments, sounds = without_laughter(said(text))
    assert segments == () and [sound.kind for sound in sounds] == [SoundKind.LAUGHTER]


@pytest.mark.parametrize("text", ["Ah, ah, ah, ah, ah", "hmm hmm hmm hmm", "Uh uh uh uh uh", "Buh, Buh, Buh, Buh"])
def test_one_syllable_again_and_again_is_a_sound_without_words(text: str) -> None:
    """Nothing says whether it is laughter or sobbing."""
    segments, sounds = without_laughter(said(text))
    assert segments == () and [sound.kind for sound in sounds] == [SoundKind.WORDLESS]


@pytest.mark.parametrize("text", [
    "No, no, no, no, no.", "Stop stop stop stop", "He", "Ha", "Hmm.", "Uh huh", "Oh, oh no", "He he said so",
    "he he he he fell",
    "I'm sorry, I'm sorry, I'm sorry, I'm sorry", "And he went ha ha ha and left", "Ah, ah, yes", "me me me me",
    "Hi. Hi.",
    "um um um um I", "ho hum", "who who who who", "how how how how", "her her her her", "hey hey hey hey",
])  # fmt: skip
def test_words_are_never_taken_for_laughter(text: str) -> None:
    """A word said again and again, a laugh that is told of, and fillers stay as they were heard."""
    assert without_laughter(said(text)) == (said(text), ())


def test_a_laugh_among_words_keeps_the_words() -> None:
    """A long laugh in a sentence is marked at its time, and every word around it stays."""
    (before, after), (sound,) = without_laughter((*said("I fell down ha ha ha ha ha"), *said("and we went home")))
    assert (before.text, after.text) == ("I fell down", "and we went home")
    assert (sound.kind, sound.start_s, round(sound.end_s, 3)) == (SoundKind.LAUGHTER, pytest.approx(0.9), 2.4)


@pytest.mark.parametrize("rate", [3.6, 4.4, 5.0, 6.0])
def test_even_bursts_of_one_vowel_are_laughter(rate: float) -> None:
    """The rhythm alone tells, at every rate of laughter."""
    assert swings(np.concatenate([quiet(0.3), laughter(2.5, rate), quiet(0.3)]), MOSTLY)


@pytest.mark.parametrize("sound", [
    tone(3.0, 0.2), quiet(3.0), laughter(3.0, 1.5), laughter(3.0, 12.0), laughter(0.5), np.zeros(0, np.float32),
    np.random.default_rng(1).standard_normal(48_000).astype(np.float32),
])  # fmt: skip
def test_other_sounds_do_not_swing(sound: Samples) -> None:
    """A steady voice, noise, silence, slow words and a rattle are no laughter."""
    assert not swings(sound, MOSTLY)


def test_words_made_of_laughter_are_taken_back_and_marked() -> None:
    """With both proofs and words in doubt: "I'm sorry, I'm sorry" stands in no diary of somebody who laughed."""
    recogniser = Weighing(hearing("I'm sorry, I'm sorry, I'm sorry", probability=0.6))
    recogniser.weighed = LAUGHS
    heard = write_down(recogniser, job_of(laughter(3.0)))
    assert heard is not None and heard.text == "" and [sound.kind for sound in heard.sounds] == [SoundKind.LAUGHTER]


@pytest.mark.parametrize(("sound", "weighed", "probability"), [(laughter(3.0), SPEAKS, 0.6), (voice(3.0), LAUGHS, 0.6),
                                                                (laughter(3.0), LAUGHS, 0.95)])  # fmt: skip
def test_one_proof_takes_back_no_word(sound: Samples, weighed: float, probability: float) -> None:
    """The rhythm alone, Whisper alone, or both against words that it is sure of, are not enough."""
    recogniser = Weighing(hearing("no no no please do not go", probability=probability))
    recogniser.weighed = weighed
    heard = write_down(recogniser, job_of(sound))
    assert heard is not None and heard.text == "no no no please do not go" and not heard.sounds


@pytest.mark.parametrize(("weighed", "kind"), [(LAUGHS, SoundKind.LAUGHTER), (SPEAKS, SoundKind.WORDLESS)])
def test_sound_whose_words_were_refused_says_what_it_is(weighed: float, kind: SoundKind) -> None:
    """In place of "not understood": laughter, or sounds without words where nothing tells which."""
    recogniser = Weighing(last="")
    recogniser.weighed = weighed
    heard = write_down(recogniser, job_of(laughter(3.0)))
    assert heard is not None and [sound.kind for sound in heard.sounds] == [kind]
    assert write_down(recogniser, job_of(voice(3.0))) is None


@pytest.mark.parametrize(("text", "kind"), [("ha " * 60, SoundKind.LAUGHTER), ("Uh, " * 60, SoundKind.WORDLESS)])
def test_refused_loop_of_laughter_is_laughter(text: str, kind: SoundKind) -> None:
    """Whisper repeats "ha ha ha" without end: its words are refused, and what they stand for is told."""
    loop = replace(hearing(text), compression=9.0)
    heard = write_down(Weighing(loop, loop, last=""), job_of(voice(3.0)))
    assert heard is not None and not heard.text and [sound.kind for sound in heard.sounds] == [kind]
    assert write_down(Weighing(*[replace(hearing("no " * 60), compression=9.0)] * 9), job_of(voice(2.0))) is None


def test_cries_with_gasps_between_them_are_sobs() -> None:
    """Long falling voice, and short breath, twice each; a voice that falls alone is not enough."""
    t = np.arange(round(0.6 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    phase = 2 * np.pi * 300 * (t - 0.3 * t * t)
    cry = np.asarray(0.2 * sum(np.sin(k * phase) / k for k in range(1, 8)), np.float32)
    gasp = 0.1 * np.random.default_rng(1).standard_normal(1800).astype(np.float32)
    hush = quiet(0.12)
    sobbing = np.concatenate([quiet(0.5), *[part for _ in range(3) for part in (cry, hush, gasp, hush, gasp, hush)]])
    falling = np.concatenate([quiet(0.5), *[part for _ in range(3) for part in (cry, hush)]])
    assert sound_without_words(Weighing(), Utterance(sobbing, 2.0), "en") is SoundKind.SOBS
    assert sound_without_words(Weighing(), Utterance(falling, 2.0), "en") is None


def test_sounds_close_together_are_told_as_one() -> None:
    """Two laughs a second apart are one line; a sob between them is its own."""
    one, other = VoiceSound(1.0, 2.0, SoundKind.LAUGHTER), VoiceSound(3.0, 4.0, SoundKind.LAUGHTER)
    assert told_together([other, one]) == (VoiceSound(1.0, 4.0, SoundKind.LAUGHTER),)
    sob = VoiceSound(2.0, 2.5, SoundKind.SOBS)
    assert told_together([other, sob, one]) == (one, sob, other)


def test_sounds_count_from_the_start_of_the_answer() -> None:
    """Their times are moved with those of the words."""
    stretch = Stretch(32_000, 64_000, 9, 9, 32_000, 64_000)
    words = RecognisedStretch(sounds=(VoiceSound(0.5, 1.5, SoundKind.SOBS),))
    assert joined([(stretch, 32_000, words)], "en", None).sounds == (VoiceSound(2.5, 3.5, SoundKind.SOBS),)


def test_an_entry_tells_of_laughter_and_sobs() -> None:
    """The marks stay with the entry: in the vault, on the screen and in what is given to programs."""
    paths, key = make_vault()
    sounds = (VoiceSound(12.0, 14.0, SoundKind.LAUGHTER), VoiceSound(20.0, 31.0, SoundKind.SOBS))
    entry = replace(make_entry(), turns=(replace(make_entry().turns[0], sounds=sounds),))
    with Vault.open(paths, key) as vault:
        vault.entries.add(entry)
        kept = vault.entries.get(entry.id)
    assert kept is not None and kept.turns[0].sounds == sounds
    shown = [line.plain for line in entry_parts(kept, load_phrases())]
    assert "Laughter, 0:12 to 0:14." in shown and "Sobs, 0:20 to 0:31." in shown
    assert entry_json(kept)["turns"][0]["sounds"][0] == {"kind": "laughter", "start_s": 12.0, "end_s": 14.0}


def test_no_human_recording_sounds_like_laughter_or_sobs() -> None:
    """Of 150 cuts of people speaking, some of one word said again and again, none is taken for laughter or sobs."""
    files = sorted(SPEECH.rglob("*.flac"))
    if not files:
        pytest.skip("no human recordings here: ../shared/speech")
    rng = np.random.default_rng(7)
    sounds = [np.concatenate(list(decode_file(file))) for file in files]
    long = [sound for sound in sounds if len(sound) > 4 * SAMPLE_RATE_HZ]
    while len(sounds) < 150:
        sound = long[len(sounds) % len(long)]
        length = int(rng.integers(SAMPLE_RATE_HZ, 4 * SAMPLE_RATE_HZ))
        begin = int(rng.integers(0, len(sound) - length))
        sounds.append(sound[begin : begin + length])
    taken = (sound_without_words(Weighing(), Utterance(sound, 1.0), "en") for sound in sounds)
    assert [number for number, kind in enumerate(taken) if kind is not None] == []
