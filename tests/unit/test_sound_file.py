"""Sound files that are cut, damaged or joined, or whose header, phase or tracks mislead: what is there is read."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import av
import numpy as np
import pytest

from tests.sound_samples import sweep, tone, voice, write_wav
from tests.unit.test_mutated_sound import FORMATS, KINDS
from voicecheck.errors import AudioError
from voicecheck.speech import sound_file
from voicecheck.speech.audio import RateConverter
from voicecheck.speech.sound_file import decode_file, duration_of
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

FAST_START = {"movflags": "faststart"}


def write(path: Path, *tracks: Samples, rate_hz: int = SAMPLE_RATE_HZ, layout: str = "mono", codec: str = "") -> bytes:
    """A file of the kind that its suffix says; each track float32 (n,), its channels all alike."""
    suffix = path.suffix[1:]
    codec = codec or KINDS[suffix]
    rate_hz = 48_000 if codec == "libopus" else rate_hz
    options = FAST_START if suffix in ("m4a", "mov") else {}
    with av.open(str(path), "w", format=FORMATS.get(suffix, suffix), options=options) as container:
        streams = [container.add_stream(codec, rate=rate_hz, layout=layout) for _ in tracks]
        container.start_encoding()
        for stream, samples in zip(streams, tracks, strict=True):
            context = stream.codec_context
            resampler = av.AudioResampler(context.format, context.layout, rate_hz, context.frame_size or 1024)
            frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16).reshape(1, -1), "s16", "mono")
            frame.sample_rate = SAMPLE_RATE_HZ
            for part in (*resampler.resample(frame), *resampler.resample(None)):
                container.mux(stream.encode(part))
            container.mux(stream.encode(None))
    return path.read_bytes()


def read(path: Path) -> tuple[Samples, list[float]]:
    missing: list[float] = []
    return np.concatenate(list(decode_file(path, missing.append))), missing


def seconds(path: Path) -> float:
    return len(read(path)[0]) / SAMPLE_RATE_HZ


def noise_in(content: bytes) -> bytes:
    middle, length = len(content) // 2, len(content) // 20
    return content[:middle] + random.Random(1).randbytes(length) + content[middle + length :]


SOUND = tone(4.0, 0.3, 440.0)
CUT = [kind for kind in KINDS if kind != "mka"]  # of whose sound a cluster is five seconds


@pytest.mark.parametrize("suffix", CUT)
def test_cut(tmp_path: Path, suffix: str) -> None:
    """Of a file that ends too early what is there is read; where its header tells how much it should be, so is the
    rest, once.
    """
    path = tmp_path / f"memo.{suffix}"
    content = write(path, SOUND)
    path.write_bytes(content[: len(content) * 6 // 10])
    found, missing = read(path)
    assert 1.4 < len(found) / SAMPLE_RATE_HZ < 2.8
    if suffix not in ("ogg", "mp3", "aac", "caf", "w64"):
        assert missing == [pytest.approx(4.0 - len(found) / SAMPLE_RATE_HZ, abs=0.2)]


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_noise_in_the_middle(tmp_path: Path, suffix: str) -> None:
    """A place on the disk that was lost costs what lay there, and neither the rest nor the file."""
    path = tmp_path / f"memo.{suffix}"
    path.write_bytes(noise_in(write(path, SOUND)))
    found, missing = read(path)
    assert len(found) / SAMPLE_RATE_HZ > 1.9
    if suffix in ("flac", "m4a", "mov", "aac", "ogg", "webm"):
        assert missing == [pytest.approx(4.0 - len(found) / SAMPLE_RATE_HZ, abs=0.3)]


@pytest.mark.parametrize("suffix", sorted(set(KINDS) - {"caf", "w64"}))
@pytest.mark.parametrize(("rate_hz", "layout"), [(SAMPLE_RATE_HZ, "mono"), (48_000, "stereo")])
def test_joined(tmp_path: Path, suffix: str, rate_hz: int, layout: str) -> None:
    """Two files behind each other are both read, also where the second has another rate and more channels."""
    path = tmp_path / f"memo.{suffix}"
    first = write(path, SOUND)
    path.write_bytes(first + write(path, tone(2.0, 0.3, 880.0), rate_hz=rate_hz, layout=layout))
    found, missing = read(path)
    assert len(found) / SAMPLE_RATE_HZ == pytest.approx(6.0, abs=0.25)
    assert missing == [] or suffix == "mp3"  # the second's first packet refers to one before it
    spectrum = np.abs(np.fft.rfft(found[-SAMPLE_RATE_HZ * 3 // 2 : -SAMPLE_RATE_HZ // 2]))
    assert abs(int(np.argmax(spectrum)) - 880) < 3


def test_index_that_was_never_written(tmp_path: Path) -> None:
    """An m4a whose recorder was ended before it wrote its index cannot be read by anybody: it is said what may help."""
    path = tmp_path / "memo.m4a"
    content = write(path, SOUND)
    path.write_bytes(content.replace(b"moov", b"junk"))
    with pytest.raises(AudioError, match="damaged") as caught:
        read(path)
    assert "recorder" in caught.value.hint


# Headers of WAV files


def wav(claimed: int, samples: Samples, behind: bytes = b"") -> bytes:
    data = (samples * 32767).astype("<i2").tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", min(36 + claimed, 0xFFFF_FFFF), b"WAVE", b"fmt ", 16, 1, 1,
                       SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * 2, 2, 16)  # fmt: skip
    return head + struct.pack("<4sI", b"data", claimed) + data + behind


@pytest.mark.parametrize(
    ("claimed", "behind", "missing"),
    [
        (0, b"", []),
        (32_000, b"", []),
        (1_000, b"", []),
        (0xFFFF_FFFF, b"", []),
        (0x7FFF_FFFF, b"", []),
        (128_000, b"", []),
        (128_000, b"LIST\x06\0\0\0INFOxx", []),
        (192_000, b"", [2.0]),
    ],
)
def test_wav_headers(tmp_path: Path, claimed: int, behind: bytes, missing: list[float]) -> None:
    """A header that claims nothing, too little or too much, as of a recorder that was switched off: all four seconds
    are read and no title behind them; what is not there is told, unless the claim is none.
    """
    path = tmp_path / "memo.wav"
    sound = sweep(4.0)
    path.write_bytes(wav(claimed, sound, behind))
    found, told = read(path)
    assert len(found) == len(sound) and np.abs(found - sound).max() < 2 / 32768
    assert told == missing
    assert duration_of(path) == pytest.approx(4.0, abs=0.01)


# Channels and tracks


@pytest.mark.parametrize("unequal", [1.0, 0.9])
def test_opposite_phase(tmp_path: Path, unequal: float) -> None:
    """Two channels that cancel each other, as of a cable that was soldered wrongly, are as loud as one of them."""
    one = sweep(2.0)
    stereo = np.stack([one, -unequal * one], axis=1)
    path = tmp_path / "memo.wav"
    write_wav(path, stereo.ravel() / 1.0)
    content = bytearray(path.read_bytes())
    content[22:24], content[32:34] = struct.pack("<H", 2), struct.pack("<H", 4)
    content[28:32] = struct.pack("<I", SAMPLE_RATE_HZ * 4)
    path.write_bytes(content)
    found, _ = read(path)
    assert np.sqrt(np.mean(found**2)) == pytest.approx(np.sqrt(np.mean(one**2)), rel=0.05)
    live = RateConverter(SAMPLE_RATE_HZ)(stereo)
    assert np.sqrt(np.mean(live**2)) == pytest.approx(np.sqrt(np.mean(one**2)), rel=0.05)


@pytest.mark.parametrize("channels", [2, 8, 24])
def test_independent_channels_are_mixed(channels: int) -> None:
    """Microphones that hear nothing in common are no opposite phase: their mean is taken."""
    noise = np.random.default_rng(3).normal(0, 0.1, (SAMPLE_RATE_HZ, channels)).astype(np.float32)
    found = RateConverter(SAMPLE_RATE_HZ)(noise)
    assert np.sqrt(np.mean(found**2)) == pytest.approx(0.1 / np.sqrt(channels), rel=0.05)


@pytest.mark.parametrize(
    ("tracks", "heard_hz"),
    [
        ((tone(3.0, 0.0), tone(3.0, 0.3, 880.0)), 880),
        ((tone(3.0, 0.0005), tone(3.0, 0.0), tone(3.0, 0.01, 880.0)), 880),
        ((tone(3.0, 0.3, 660.0), tone(3.0, 0.3, 880.0)), 660),
    ],
)
def test_track_with_sound(tmp_path: Path, tracks: tuple[Samples, ...], heard_hz: int) -> None:
    """Of several tracks the first that is not silent is read."""
    path = tmp_path / "memo.mka"
    write(path, *tracks)
    found, missing = read(path)
    assert missing == []
    assert abs(int(np.argmax(np.abs(np.fft.rfft(found[:SAMPLE_RATE_HZ])))) - heard_hz) < 3


def test_many_silent_tracks_are_looked_at_for_a_while_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them together for no longer than one would be; the first of them is read whole."""
    path = tmp_path / "memo.mka"
    write(path, *(tone(4.0, 0.0) for _ in range(8)))
    monkeypatch.setattr(sound_file, "LOOKED_AT_S", 4)
    resampled: list[float] = []
    mix = sound_file.Resampler.__call__

    def counted(self: sound_file.Resampler, frame: object) -> list[Samples]:
        pieces = mix(self, frame)
        resampled.append(sum(map(len, pieces)) / SAMPLE_RATE_HZ)
        return pieces

    monkeypatch.setattr(sound_file.Resampler, "__call__", counted)
    found, _ = read(path)
    assert len(found) / SAMPLE_RATE_HZ == pytest.approx(4.0, abs=0.1)
    assert sum(resampled) < 4 + 4 + 8 * 0.2


# Attacks


@pytest.mark.parametrize(
    "signature",
    [b"RIFF\0\0\0\0WAVE", b"OggS\0\2" + bytes(40), b"fLaC\0\0\0\x22", b"\0\0\0\x20ftypM4A "],
)
def test_nothing_but_beginnings(tmp_path: Path, signature: bytes) -> None:
    """A file that begins anew all the time opens a bounded number of decoders, and ends."""
    path = tmp_path / "memo.wav"
    path.write_bytes(signature * 5_000)
    with pytest.raises(AudioError):
        read(path)


def test_what_stands_at_an_edge_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the pieces in which a file is searched end, two joined files are two."""
    path = tmp_path / "memo.wav"
    one = wav(3_200, voice(0.1))
    for size in range(len(one) - 70, len(one) + 20, 3):
        monkeypatch.setattr("voicecheck.speech.sound_parts.READ_BYTES", size)
        path.write_bytes(one + one)
        assert len(read(path)[0]) == 3_200
