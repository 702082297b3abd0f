"""Voice, level and room: the pure parts, and the real Silero on sounds that are no speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sound_samples import blocks_of, quiet, tone, zeros
from voicecheck.speech.recognition.vad import (
    HEARD_DBFS,
    HIGH_PASS_TAPS,
    MOST_GAIN_DB,
    RESET_AFTER_SAMPLES,
    SILENCE_DBFS,
    NoiseFloor,
    QuietGain,
    VoiceActivity,
    VoiceDetector,
    _high_pass_taps,
    level_dbfs,
)
from voicecheck.speech.sound_file import decode_file
from voicecheck.utterance import BLOCK_S, SAMPLE_RATE_HZ


def gain_db(pitch_hz: float) -> float:
    taps = _high_pass_taps().astype(np.float64)
    turns = np.exp(-2j * np.pi * pitch_hz / SAMPLE_RATE_HZ * np.arange(HIGH_PASS_TAPS))
    return float(20 * np.log10(abs(taps @ turns) + 1e-12))


@pytest.mark.parametrize("pitch_hz", [0.0, 20.0, 40.0])
def test_rumble_is_taken_out(pitch_hz: float) -> None:
    """Wind, traffic and a table that is touched lose 20 dB and more."""
    assert gain_db(pitch_hz) < -20


@pytest.mark.parametrize("pitch_hz", [160.0, 300.0, 1000.0, 4000.0, 7900.0])
def test_speech_is_left_alone(pitch_hz: float) -> None:
    """From a low voice up, nothing changes by more than 1 dB."""
    assert abs(gain_db(pitch_hz)) < 1


def test_level_of_a_sine() -> None:
    """Full scale is 0 dBFS at its peak, so a sine of amplitude 1 has -3.01."""
    assert level_dbfs(tone(1.0, 1.0)) == pytest.approx(-3.01, abs=0.01)
    assert level_dbfs(tone(1.0, 0.1)) == pytest.approx(-23.01, abs=0.01)


def test_level_of_nothing() -> None:
    """Digital silence and no samples at all have the lowest level, not minus infinity."""
    assert level_dbfs(zeros(0.1)) == level_dbfs(zeros(0.0)) == SILENCE_DBFS


def test_quiet_speech_is_raised_and_nothing_beside_a_voice() -> None:
    """Speech of -75 dBFS is raised to where it is heard; once somebody spoke up nothing is, however quiet it gets."""
    gain = QuietGain()
    assert HEARD_DBFS + 75.0 < gain.feed(-75.0) <= MOST_GAIN_DB  # what lasts no syllable tells little
    raised = [gain.feed(-75.0) for _ in range(30)]
    assert raised[-1] == pytest.approx(HEARD_DBFS + 75.0)
    assert [gain.feed(-30.0) for _ in range(8)][-1] == 0.0
    assert {gain.feed(-90.0) for _ in range(300)} == {0.0}


@given(st.lists(st.floats(SILENCE_DBFS, 0.0), min_size=1, max_size=60))
def test_gain_is_bounded_and_falls(levels: list[float]) -> None:
    """Whatever comes, it is never more than its most, and never rises: a room alone is not turned up again."""
    gain = QuietGain()
    given_db = [gain.feed(level) for level in levels]
    assert all(0 <= one <= MOST_GAIN_DB for one in given_db)
    assert given_db == sorted(given_db, reverse=True)


@pytest.mark.shared
@pytest.mark.parametrize("peak_dbfs", [-48, -54, -60])
def test_quiet_voice_of_a_person(peak_dbfs: int) -> None:
    """A recorded voice that is turned down to -60 dBFS at its peak is heard as one that is not."""
    folders = [parent / "shared" / "speech" for parent in Path(__file__).parents]
    folder = next((folder for folder in folders if folder.is_dir()), None)
    if folder is None:
        pytest.skip("needs ../shared/speech")
    sound = np.concatenate(list(decode_file(folder / "lj_LJ001-0004.flac")))
    quiet_sound = np.round(sound * (10 ** (peak_dbfs / 20) / np.abs(sound).max()) * 32768) / 32768
    shares = []
    for samples in (sound, quiet_sound.astype(np.float32)):
        detector = VoiceDetector()
        shares.append(np.mean([detector.feed(block).probability > 0.5 for block in blocks_of(samples)]))
    assert shares[1] > 0.9 * shares[0]


@pytest.mark.parametrize("peak_dbfs", [-40, -60, -72])
def test_noise_that_is_raised_is_no_voice(peak_dbfs: int) -> None:
    """A room alone, however much it is turned up, becomes no voice."""
    rng = np.random.default_rng(2)
    white = rng.standard_normal(6 * SAMPLE_RATE_HZ)
    spectrum = np.fft.rfft(white)
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(1, np.arange(len(spectrum)))), len(white))
    for sound in (white, pink):
        detector = VoiceDetector()
        samples = (sound * (10 ** (peak_dbfs / 20) / np.abs(sound).max())).astype(np.float32)
        assert max(detector.feed(block).probability for block in blocks_of(samples)) < 0.5


def test_what_stands_out_of_the_room_is_active() -> None:
    """After a second of room noise, a sound 15 dB louder stands out, one 5 dB louder does not."""
    room = NoiseFloor()
    assert not any(room.feed(-50.0) for _ in range(31))
    assert room.floor_dbfs == -50.0
    assert room.feed(-35.0)
    assert not room.feed(-45.0)


def test_noise_of_the_device_is_never_active() -> None:
    """After digital silence the faint hiss of a microphone does not count as a sound."""
    room = NoiseFloor()
    for _ in range(31):
        room.feed(SILENCE_DBFS)
    assert not room.feed(-65.0)
    assert room.feed(-55.0)


def test_room_that_becomes_loud_is_a_room_after_a_while() -> None:
    """A fan that was switched on stands out at first, and no more after six seconds."""
    room = NoiseFloor()
    for _ in range(100):
        room.feed(-60.0)
    active = [room.feed(-40.0) for _ in range(round(7 / BLOCK_S))]
    assert active[0]
    assert not active[-1]


@given(st.lists(st.floats(SILENCE_DBFS, 0.0), min_size=1, max_size=300))
def test_floor_is_one_of_the_last_levels(levels: list[float]) -> None:
    """The floor is a level of the last six seconds, and at most a fifth of them lies below it."""
    room = NoiseFloor()
    for level in levels:
        room.feed(level)
    window = levels[-187:]
    assert room.floor_dbfs in window
    assert sum(level < room.floor_dbfs for level in window) <= len(window) / 5


@pytest.fixture(scope="module")
def detector() -> VoiceDetector:
    return VoiceDetector()


def listen(detector: VoiceDetector, *sounds: np.ndarray) -> list[VoiceActivity]:
    return [detector.feed(block) for block in blocks_of(*sounds)]


def test_no_voice_in_what_is_none(detector: VoiceDetector) -> None:
    """Silence, a hum, white noise and a steady tone are not taken for a voice."""
    noise = (np.random.default_rng(1).normal(0, 0.02, SAMPLE_RATE_HZ)).astype(np.float32)
    for sound in (zeros(1.0), tone(1.0, 0.3, 50.0), noise, tone(1.0, 0.3, 1000.0)):
        detector.reset()
        assert max(heard.probability for heard in listen(detector, sound)) < 0.5


def test_hearing_tells_where_and_how_loud(detector: VoiceDetector) -> None:
    """A sound after quiet is placed by its samples and found active, also when it is no voice."""
    detector.reset()
    heard = listen(detector, quiet(1.0), tone(0.5, 0.3, 1000.0))
    assert [h.start for h in heard] == [i * 512 for i in range(len(heard))]
    assert not any(h.active for h in heard[:30])
    assert all(h.active for h in heard[33:46])
    assert heard[40].level_dbfs == pytest.approx(-13.5, abs=0.5)


def test_reset_forgets_the_stream_before(detector: VoiceDetector) -> None:
    """The same sound after a reset gives the same numbers as the first time."""
    sounds = (quiet(0.3), tone(0.5, 0.3, 300.0))
    detector.reset()
    first = listen(detector, *sounds)
    detector.reset()
    assert listen(detector, *sounds) == first


def test_state_is_renewed_after_a_second_without_voice(detector: VoiceDetector) -> None:
    """A state carried over a long pause makes Silero deaf: after a second of low probability it starts anew."""
    detector.reset()
    quiet_blocks = RESET_AFTER_SAMPLES // 512 + 2
    listen(detector, zeros(quiet_blocks * 0.032))
    assert detector._low_samples < RESET_AFTER_SAMPLES
    assert detector._low_samples <= 2 * 512
