"""Sounds to try things on: tones whose loudness says what they stand for, and files of them."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np

from voicecheck.speech.audio import Blocks
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, Samples

VOICE_AMPLITUDE, WHISPER_AMPLITUDE = 0.5, 0.05


def tone(seconds: float, amplitude: float, pitch_hz: float = 440.0) -> Samples:
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return np.asarray(amplitude * np.sin(2 * np.pi * pitch_hz * t), np.float32)


def voice(seconds: float) -> Samples:
    return tone(seconds, VOICE_AMPLITUDE)


def whisper(seconds: float) -> Samples:
    """Louder than the room, and no voice."""
    return tone(seconds, WHISPER_AMPLITUDE)


def quiet(seconds: float) -> Samples:
    """A room, not digital silence."""
    return tone(seconds, 0.0005, 50.0)


def zeros(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)


def blocks_of(*sounds: Samples, start: int = 0) -> list[AudioBlock]:
    cut = Blocks()
    found = [*cut.feed(np.concatenate(sounds)), *cut.flush()]
    return [AudioBlock(block.start + start, block.samples) for block in found]


def write_wav(path: Path, samples: Samples, rate_hz: int = SAMPLE_RATE_HZ, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.round(np.repeat(samples, channels) * 32767).astype("<i2").tobytes())
    return path


def write_flac(path: Path, samples: Samples) -> Path:
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16).reshape(1, -1), "s16", "mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sweep(seconds: float) -> Samples:
    """A tone that rises from 200 to 3,000 Hz: it fits itself at one place only."""
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return np.asarray(0.4 * np.sin(2 * np.pi * (200 * t + 1400 * t**2 / seconds)), np.float32)


def noise(seconds: float) -> Samples:
    return np.random.default_rng(7).normal(0, 0.1, round(seconds * SAMPLE_RATE_HZ)).astype(np.float32)


def laughter(seconds: float, bursts_a_second: float = 5.0, pitch_hz: float = 220.0) -> Samples:
    """Bursts of one vowel, falling a little in pitch and strength, with silence between them."""
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    phase = 2 * np.pi * pitch_hz * (t - 0.1 * t * t / seconds)
    vowel = sum(np.sin(k * phase) / k for k in range(1, 12))
    swell = np.clip(np.sin(2 * np.pi * bursts_a_second * t), 0, None)
    return np.asarray(VOICE_AMPLITUDE * vowel * swell * (1 - 0.4 * t / seconds), np.float32)
