"""Who talks while the program speaks: a loudspeaker, a microphone and a canceller that are arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import LoudnessDetector
from tests.sound_samples import blocks_of, noise, quiet, voice, zeros
from voicecheck.speech.echo import ECHO_PEAK, Coupling, EchoCanceller, Part, Talkover, can_cancel, echo_peak
from voicecheck.speech.recognition.vad import level_dbfs
from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, Played, Samples

SOON_S = 0.3
SENTENCE_S = 2.0


def sentence(seconds: float = SENTENCE_S) -> Samples:
    """What the loudspeaker plays: loud enough that its echo is taken for a voice."""
    return np.asarray(np.clip(4.0 * noise(seconds), -1, 1), np.float32)


def perfect(gain: float, left: float = 0.0) -> Talkover:
    """A talkover whose canceller knows the room, and leaves a part of the echo."""
    return Talkover(LoudnessDetector(), lambda near, far: np.asarray(near - (1 - left) * gain * far, np.float32))


def play(one: Talkover, played: Samples, person: Samples, gain: float) -> tuple[list[Part], int | None, int | None]:
    """Let a sentence be played. Return the parts, where somebody began to talk, and the block that broke it off."""
    one.begin()
    room = person + gain * np.pad(played, (0, len(person) - len(played))) + quiet(len(person) / SAMPLE_RATE_HZ)
    held, broken_off = [], None
    for place, block in enumerate(blocks_of(np.asarray(room, np.float32))):
        piece = played[block.start : block.end]
        one.played(Played(piece, SAMPLE_RATE_HZ))
        held.append(one.hear(block))
        if one.interrupted():
            assert broken_off is None, "it is told once"
            broken_off = place
    found = one.sort(held)
    return list(found.parts), found.began, broken_off


def nobody(seconds: float = SENTENCE_S + 1.0) -> Samples:
    return zeros(seconds)


def talks(at_s: float, seconds: float = 1.0) -> Samples:
    return np.concatenate([zeros(at_s), voice(seconds), zeros(SENTENCE_S + 1.0 - at_s - seconds)])


@pytest.mark.parametrize("gain", [0.6, 0.2])
def test_own_voice_is_nobodys_answer(gain: float) -> None:
    """With a loudspeaker and nobody talking, each block under the sentence is the program's; it is not broken off."""
    one = perfect(gain)
    for _ in range(3):
        parts, began, broken_off = play(one, sentence(), nobody(), gain)
        assert began is None and broken_off is None
        assert set(parts[: round(SENTENCE_S / BLOCK_S)]) == {Part.OWN}
        assert one.coupling is Coupling.GOOD


def test_headphones_are_known_after_one_sentence() -> None:
    """Nothing of the sentence is heard: its blocks are as free as any."""
    one = perfect(0.0)
    parts, began, _ = play(one, sentence(), nobody(), 0.0)
    assert one.coupling is Coupling.NONE
    assert began is None and set(parts) == {Part.FREE}


@pytest.mark.parametrize(("gain", "over"), [(0.0, Part.FREE), (0.1, Part.OVER)])
def test_voice_breaks_the_sentence_off_and_counts_from_its_first_block(gain: float, over: Part) -> None:
    """Once the room is known, a voice over the sentence is told within 300 ms, and nothing before it is lost."""
    one = perfect(gain)
    play(one, sentence(), nobody(), gain)
    parts, began, broken_off = play(one, sentence(), talks(0.8), gain)
    first = round(0.8 / BLOCK_S)
    assert broken_off is not None and (broken_off + 1 - first) * BLOCK_S <= SOON_S
    assert began is not None and began <= first
    assert set(parts[began : round(SENTENCE_S / BLOCK_S)]) == {over}


def test_in_the_first_sentence_nothing_is_broken_off_and_what_was_said_is_tried() -> None:
    """Nothing is known of the room yet: the sentence ends, and the voice in it is perhaps somebody's."""
    one = perfect(0.2)
    parts, began, broken_off = play(one, sentence(), talks(0.8), 0.2)
    assert broken_off is None
    assert began is not None and parts[began] is Part.DOUBT


def test_canceller_that_fails_breaks_nothing_off() -> None:
    """A poor coupling: most of the echo is left, which never stops the sentence, and later sentences are only tried."""
    one = perfect(0.8, left=0.9)
    for _ in range(3):
        parts, _, broken_off = play(one, sentence(), nobody(), 0.8)
        assert broken_off is None
        assert Part.OVER not in parts
    assert one.coupling is not Coupling.GOOD


def test_canceller_that_takes_the_person_away_loses_nobody() -> None:
    """A voice louder than any echo can be is somebody's, also where the canceller leaves nothing of it."""
    one = Talkover(LoudnessDetector(), lambda near, far: zeros(len(near) / SAMPLE_RATE_HZ))
    play(one, sentence(), nobody(), 0.1)
    parts, began, broken_off = play(one, sentence(), talks(0.8), 0.1)
    assert began is not None and began <= round(0.8 / BLOCK_S)
    assert parts[began] is Part.OVER
    assert broken_off is not None and (broken_off + 1) * BLOCK_S - 0.8 <= SOON_S


def test_clatter_over_the_sentence_does_not_break_it_off() -> None:
    """Single knocks of less than a tenth of a second, as loud as a voice."""
    one = perfect(0.1)
    play(one, sentence(), nobody(), 0.1)
    knocks = np.concatenate([zeros(0.4), *(np.concatenate([voice(0.06), zeros(0.3)]) for _ in range(3)), zeros(1.52)])
    _, _, broken_off = play(one, sentence(), knocks, 0.1)
    assert broken_off is None


def test_louder_loudspeaker_breaks_off_one_sentence_and_is_known() -> None:
    """Who turns it up between two sentences is not stopped by it for the rest of the evening."""
    one = perfect(0.1)
    play(one, sentence(), nobody(), 0.1)
    one._cancel = lambda near, far: np.asarray(near - 0.4 * far, np.float32)
    stopped = [play(one, sentence(), nobody(), 0.4)[2] is not None for _ in range(4)]
    assert stopped[2:] == [False, False]


def test_headphones_taken_off_do_not_break_the_sentence_off() -> None:
    """An echo where there was none is known for one, and the room is unknown again."""
    one = perfect(0.0)
    play(one, sentence(), nobody(), 0.0)
    _, _, broken_off = play(one, sentence(), nobody(), 0.6)
    assert broken_off is None
    assert one.coupling is not Coupling.NONE


def test_quick_word_over_the_end_is_found() -> None:
    """A voice that begins just before the sentence ends, and goes on behind it."""
    one = perfect(0.2)
    play(one, sentence(), nobody(), 0.2)
    parts, began, _ = play(one, sentence(), talks(SENTENCE_S - 0.1, 0.5), 0.2)
    assert began is not None
    assert parts[round(SENTENCE_S / BLOCK_S)] is Part.OVER


def test_sound_that_was_broken_off_is_no_reference() -> None:
    """What was handed over and never came out is not taken away from what the person says."""
    one = perfect(0.5)
    one.begin()
    one.played(Played(sentence(), SAMPLE_RATE_HZ))
    one.hear(AudioBlock(0, zeros(BLOCK_S)))
    one.played(Played(zeros(0.0), SAMPLE_RATE_HZ, cut=True))
    later = one.hear(AudioBlock(BLOCK_SAMPLES, zeros(BLOCK_S)))
    assert later.played is not None and not later.played.any()


def test_what_was_played_while_listening_is_done_with() -> None:
    """A soft tone during an answer is no part of the next sentence's reference."""
    one = perfect(0.5)
    one.played(Played(sentence(BLOCK_S), SAMPLE_RATE_HZ))
    one.pass_by(AudioBlock(0, zeros(BLOCK_S)))
    one.begin()
    assert one.hear(AudioBlock(BLOCK_SAMPLES, zeros(BLOCK_S))).played is None


def test_reference_of_another_rate() -> None:
    """A voice of 22,050 Hz is the same reference, at the microphone's rate."""
    one = perfect(0.5)
    one.begin()
    one.played(Played(voice(1.0), 22_050))
    held = [one.hear(AudioBlock(i * BLOCK_SAMPLES, zeros(BLOCK_S))) for i in range(40)]
    sounding = sum(1 for block in held if block.played is not None and block.played.any())
    assert sounding * BLOCK_S == pytest.approx(16_000 / 22_050, abs=0.1)


@settings(max_examples=10, deadline=None)
@given(gain_db=st.floats(-30.0, 0.0), delay=st.integers(0, 4800), seed=st.integers(0, 99))
def test_echo_stands_out_and_nothing_else_does(gain_db: float, delay: int, seed: int) -> None:
    """At any delay up to 0.3 s and any gain above the room's noise an echo is known; without one nothing is."""
    rng = np.random.default_rng(seed)
    far = rng.normal(0, 0.1, 2 * SAMPLE_RATE_HZ).astype(np.float32)
    room = rng.normal(0, 0.001, len(far)).astype(np.float32)
    echo = np.concatenate([zeros(delay / SAMPLE_RATE_HZ), far])[: len(far)] * 10 ** (gain_db / 20)
    assert echo_peak(room + echo, far) >= ECHO_PEAK
    assert echo_peak(room, far) < ECHO_PEAK


@pytest.mark.skipif(not can_cancel(), reason="needs pywebrtc-audio")
def test_canceller_takes_the_echo_away_and_keeps_the_length() -> None:
    """WebRTC AEC3, a block of 512 at a time: each gives as many samples; after a second the echo is 15 dB less."""
    far = np.asarray(noise(3.0), np.float32)
    near = np.concatenate([zeros(0.08), 0.3 * far])[: len(far)].astype(np.float32)
    cancel = EchoCanceller()
    out = [cancel(block.samples, far[block.start : block.end]) for block in blocks_of(near[: 90 * BLOCK_SAMPLES])]
    assert {len(samples) for samples in out} == {BLOCK_SAMPLES}
    assert level_dbfs(np.concatenate(out[45:])) < level_dbfs(near[SAMPLE_RATE_HZ:]) - 15


@pytest.mark.parametrize("gain", [0.0, 0.6])
def test_headphones_that_were_measured_before(gain: float) -> None:
    """The first sentence stops for the person at once; where it echoes after all, they were taken off: it does not."""
    one = Talkover(LoudnessDetector(), lambda near, far: np.asarray(near - gain * far, np.float32), Coupling.NONE)
    _, _, broken_off = play(one, sentence(), nobody() if gain else talks(0.8), gain)
    if gain:
        assert broken_off is None and one.coupling is not Coupling.NONE
    else:
        assert broken_off is not None and broken_off * BLOCK_S <= 0.8 + SOON_S


def test_a_good_coupling_is_no_reason_to_stop_the_first_sentence() -> None:
    """What the canceller leaves before it knows the room is not known; poor stays poor until it is heard otherwise."""
    assert Talkover(LoudnessDetector(), coupling=Coupling.GOOD).coupling is Coupling.UNKNOWN
    assert Talkover(LoudnessDetector(), coupling=Coupling.POOR).coupling is Coupling.POOR


def answered(one: Talkover, loudness: float, television: float) -> None:
    """Let a person answer so loudly, and the room go on a while behind it."""
    sound = voice(3.0) * np.float32(loudness)
    behind = voice(2.0) * np.float32(television)
    for block in blocks_of(sound, behind):
        one.pass_by(block)


@pytest.mark.parametrize("gain", [0.0, 0.1])
def test_television_far_below_the_person_breaks_nothing_off(gain: float) -> None:
    """It talks on as before, 15 dB below who was listened to: it is nobody who talks over the sentence."""
    one = perfect(gain)
    play(one, sentence(), nobody(), gain)
    television = voice(SENTENCE_S + 1.0) * np.float32(0.7)
    for _ in range(3):
        answered(one, 4.0, 0.7)
        _, began, broken_off = play(one, sentence(), television, gain)
        assert began is None and broken_off is None


@pytest.mark.parametrize("gain", [0.0, 0.1])
@pytest.mark.parametrize("louder", [4.0, 2.5])
def test_person_is_heard_over_sentence_and_television(gain: float, louder: float) -> None:
    """As loud as before, or 4 dB softer: the sentence stops as soon as ever."""
    one = perfect(gain)
    play(one, sentence(), nobody(), gain)
    answered(one, 4.0, 0.7)
    television = voice(SENTENCE_S + 1.0) * np.float32(0.7)
    _, began, broken_off = play(one, sentence(), television + talks(0.8) * np.float32(louder), gain)
    first = round(0.8 / BLOCK_S)
    assert broken_off is not None and (broken_off + 1 - first) * BLOCK_S <= SOON_S
    assert began is not None and began <= first


def test_person_who_talks_on_as_the_sentence_begins_is_heard() -> None:
    """They had not finished: what came before the sentence is their own voice, and no television."""
    one = perfect(0.1)
    play(one, sentence(), nobody(), 0.1)
    answered(one, 4.0, 4.0)
    _, began, broken_off = play(one, sentence(), talks(0.0, 2.0) * np.float32(4.0), 0.1)
    assert broken_off is not None and began is not None


def test_nobody_is_too_soft_before_the_first_answer() -> None:
    """How loud the person is nobody knows yet."""
    one = perfect(0.0)
    play(one, sentence(), nobody(), 0.0)
    assert play(one, sentence(), talks(0.8) * np.float32(0.7), 0.0)[2] is not None


def test_television_under_the_sentence_is_known_to_the_answer() -> None:
    """The voice in the room is handed on, without the program's own."""
    one = perfect(0.1)
    play(one, sentence(), nobody(), 0.1)
    answered(one, 4.0, 0.7)
    one.begin()
    room = np.asarray(voice(SENTENCE_S) * 0.7 + 0.1 * sentence(), np.float32)
    held = []
    for block in blocks_of(room):
        one.played(Played(sentence()[block.start : block.end], SAMPLE_RATE_HZ))
        held.append(one.hear(block))
    found = one.sort(held)
    assert found.began is None
    heard = [h for h in found.heard if h is not None and h.probability > 0.5]
    assert len(heard) * BLOCK_S >= SENTENCE_S - 0.3
