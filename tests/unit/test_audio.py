"""Sound as numbers: what goes in comes out, at the same time, or as a clear error."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sound_samples import blocks_of, noise, sweep, tone, write_flac, write_wav
from voicecheck.errors import AudioError
from voicecheck.speech import audio
from voicecheck.speech.audio import (
    OPUS_FRAME_SAMPLES,
    PAGE_FRAMES,
    Blocks,
    OpusPages,
    RateConverter,
    decode_pages,
    pack_packets,
    unpack_packets,
    webm_of,
)
from voicecheck.speech.sound_file import decode_file, duration_of
from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Page, Samples

PAGE_SAMPLES = PAGE_FRAMES * OPUS_FRAME_SAMPLES


def lag(one: Samples, other: Samples, reach: int = 400) -> int:
    """By how many samples `other` is late, where it fits `one` best."""
    length = min(len(one), len(other)) - 2 * reach
    middle = one[reach : reach + length]
    fits = [float(middle @ other[reach + k : reach + k + length]) for k in range(-reach, reach + 1)]
    return int(np.argmax(fits)) - reach


def pages_of(samples: Samples, start: int = 0) -> list[Page]:
    """Encoded as an evening does it: a block at a time."""
    encoder = OpusPages(start)
    pages: list[Page] = []
    for offset in range(0, len(samples), BLOCK_SAMPLES):
        pages += encoder.feed(samples[offset : offset + BLOCK_SAMPLES])
    return pages + encoder.flush()


# Files


def test_wav_is_read_as_it_is(tmp_path: Path) -> None:
    """A 16 kHz mono WAV comes back sample for sample, up to its 16 bits."""
    sound = sweep(0.5)
    read = np.concatenate(list(decode_file(write_wav(tmp_path / "a.wav", sound))))
    assert read.dtype == np.float32
    assert np.abs(read - sound).max() < 2 / 32768


def test_other_rates_and_channels_are_converted(tmp_path: Path) -> None:
    """44.1 kHz stereo becomes 16 kHz mono of the same length, pitch and loudness."""
    t = np.arange(44_100) / 44_100
    path = write_wav(tmp_path / "a.wav", 0.5 * np.sin(2 * np.pi * 440 * t), 44_100, channels=2)
    read = np.concatenate(list(decode_file(path)))
    assert abs(len(read) - SAMPLE_RATE_HZ) < 64
    spectrum = np.abs(np.fft.rfft(read))
    assert abs(np.argmax(spectrum) * SAMPLE_RATE_HZ / len(read) - 440) < 2
    assert abs(float(np.sqrt(np.mean(read**2))) - 0.5 / np.sqrt(2)) < 0.01


def test_loud_stereo_stays_in_range(tmp_path: Path) -> None:
    """Two full channels are mixed to mono without leaving -1 to 1."""
    read = np.concatenate(list(decode_file(write_wav(tmp_path / "a.wav", tone(0.2, 0.99), channels=2))))
    assert 0.9 < np.abs(read).max() <= 1


def test_flac_is_read(tmp_path: Path) -> None:
    """FLAC is lossless."""
    sound = sweep(0.5)
    read = np.concatenate(list(decode_file(write_flac(tmp_path / "a.flac", sound))))
    assert len(read) == len(sound)
    assert np.abs(read - sound).max() < 2 / 32768


def test_title_that_is_not_utf8(tmp_path: Path) -> None:
    """A recorder that wrote its title in Latin-1 made a file that can be read."""
    path = write_wav(tmp_path / "a.wav", sweep(0.5))
    content = path.read_bytes()
    title = b"LIST" + struct.pack("<I", 20) + b"INFOINAM" + struct.pack("<I", 8) + b"M\xfcller\0\0"
    path.write_bytes(content[:36] + title + content[36:])
    assert len(np.concatenate(list(decode_file(path)))) == 8000
    assert duration_of(path) == pytest.approx(0.5)


def test_duration(tmp_path: Path) -> None:
    """The container's claim in seconds; None for what is no sound."""
    assert duration_of(write_wav(tmp_path / "a.wav", sweep(0.5))) == pytest.approx(0.5)
    (tmp_path / "b.wav").write_text("Dear diary")
    assert duration_of(tmp_path / "b.wav") is None
    assert duration_of(tmp_path / "none.wav") is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"Dear diary, today was long.\n" * 40, "not sound that can be read"),
        (bytes(4096), "not sound that can be read"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n", "not sound that can be read"),
    ],
    ids=["empty", "text", "zeros", "playlist"],
)
def test_no_sound_is_said_before_the_first_piece(tmp_path: Path, content: bytes, sentence: str) -> None:
    """An empty file, text, zeros, and a playlist that names another file are each refused with the file's name."""
    path = tmp_path / "answer.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=sentence) as caught:
        next(decode_file(path))
    assert "answer.wav" in caught.value.message
    assert caught.value.hint


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A path that does not exist, or is a folder, is an AudioError that names it."""
    with pytest.raises(AudioError, match="There is no file"):
        next(decode_file(tmp_path / "none.wav"))
    with pytest.raises(AudioError, match="cannot be read"):
        next(decode_file(tmp_path))


def test_wav_without_sound(tmp_path: Path) -> None:
    """A header with nothing behind it is an error, not an empty answer."""
    with pytest.raises(AudioError):
        list(decode_file(write_wav(tmp_path / "a.wav", np.zeros(0, np.float32))))


def test_truncated_wav_gives_its_beginning(tmp_path: Path) -> None:
    """Of a WAV cut in the middle, as a recorder leaves it that was switched off, what is there is read, unchanged."""
    sound = sweep(2.0)
    path = write_wav(tmp_path / "a.wav", sound)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    read = np.concatenate(list(decode_file(path)))
    assert 0.4 * len(sound) < len(read) < 0.6 * len(sound)
    assert np.abs(read - sound[: len(read)]).max() < 2 / 32768


def test_damage_further_on_keeps_what_came_before(tmp_path: Path) -> None:
    """A FLAC cut in the middle yields its beginning, then tells how much is missing."""
    sound = sweep(4.0)
    path = write_flac(tmp_path / "a.flac", sound)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    missing: list[float] = []
    read = np.concatenate(list(decode_file(path, missing.append)))
    assert missing == [pytest.approx((len(sound) - len(read)) / SAMPLE_RATE_HZ, abs=0.1)]
    assert len(read) > 0.2 * len(sound)
    assert np.abs(read[:8000] - sound[:8000]).max() < 2 / 32768


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_any_damage_is_sound_or_an_audio_error(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever bytes of a FLAC are changed, it is read or refused, and nothing else happens."""
    path = tmp_path / "good.flac"
    if not path.exists():
        write_flac(path, sweep(0.3))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "bad.flac"
    damaged.write_bytes(content)
    try:
        read = np.concatenate(list(decode_file(damaged)))
    except AudioError:
        return
    assert read.dtype == np.float32


# Blocks and rates


@given(st.lists(st.integers(0, 2000), max_size=12))
def test_blocks_are_cut_anywhere(sizes: list[int]) -> None:
    """However sound is portioned, the blocks are 512 long, follow each other, and hold every sample in order."""
    sound = np.arange(sum(sizes), dtype=np.float32)
    cut, found, at = Blocks(), [], 0
    for size in sizes:
        found += list(cut.feed(sound[at : at + size]))
        at += size
    found += list(cut.flush())
    assert [b.start for b in found] == [i * BLOCK_SAMPLES for i in range(len(found))]
    assert all(b.samples.shape == (BLOCK_SAMPLES,) for b in found)
    joined = np.concatenate([b.samples for b in found]) if found else np.zeros(0, np.float32)
    assert np.array_equal(joined[: len(sound)], sound)
    assert not joined[len(sound) :].any()
    assert len(joined) - len(sound) < BLOCK_SAMPLES


def test_rate_converter_keeps_its_state() -> None:
    """48 kHz stereo in odd portions becomes one unbroken 16 kHz tone of the same pitch and loudness."""
    t = np.arange(48_000) / 48_000
    stereo = np.repeat(0.5 * np.sin(2 * np.pi * 440 * t), 2).reshape(-1, 2).astype(np.float32)
    convert = RateConverter(48_000)
    sound = np.concatenate([convert(stereo[i : i + 700]) for i in range(0, len(stereo), 700)])
    assert sound.dtype == np.float32
    assert abs(len(sound) - SAMPLE_RATE_HZ) < 100
    steady = sound[200:-200]
    assert np.abs(np.diff(steady)).max() < 0.5 * 2 * np.pi * 440 / SAMPLE_RATE_HZ * 1.05, "a click between portions"
    assert abs(float(np.sqrt(np.mean(steady**2))) - 0.5 / np.sqrt(2)) < 0.01


# Opus


def test_opus_is_aligned_in_time() -> None:
    """Encoded, decoded and laid on the original, the sound fits at lag 0."""
    sound = noise(2.0)
    assert lag(sound, decode_pages(pages_of(sound))) == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 3 * PAGE_SAMPLES), st.integers(0, 10**6))
def test_pages_are_contiguous_and_hold_everything(length: int, start: int) -> None:
    """Half-second pages follow each other without a gap from `start` on, and end behind the last sample."""
    pages = pages_of(tone(length / SAMPLE_RATE_HZ, 0.3), start)
    ends = [start] + [page.start + page.count for page in pages]
    assert [page.start for page in pages] == ends[:-1]
    assert all(page.count == PAGE_SAMPLES for page in pages[:-1])
    assert start + length <= ends[-1] <= start + length + 3 * OPUS_FRAME_SAMPLES
    assert len(decode_pages(pages)) == ends[-1] - start


def test_pages_come_while_it_is_spoken() -> None:
    """Two pages a second come out before the end, so that a kill costs about a second."""
    encoder = OpusPages()
    assert len(encoder.feed(sweep(1.1))) == 2


def test_gap_between_pages_is_silence_and_what_follows_is_in_its_place() -> None:
    """With pages missing the others keep their place in time."""
    sound = noise(4.0)
    pages = pages_of(sound)
    decoded = decode_pages([*pages[:2], *pages[4:]])
    assert len(decoded) == len(decode_pages(pages))
    gap = slice(2 * PAGE_SAMPLES, 4 * PAGE_SAMPLES)
    assert not decoded[gap].any()
    after = slice(5 * PAGE_SAMPLES, 8 * PAGE_SAMPLES)
    assert lag(sound[after], decoded[after]) == 0


def test_recording_read_from_the_middle_starts_there() -> None:
    """Pages from any one on give the sound from that page's first sample on."""
    sound = noise(3.0)
    pages = pages_of(sound)
    assert lag(sound[2 * PAGE_SAMPLES :], decode_pages(pages[2:])) == 0


def test_no_pages_are_no_sound() -> None:
    """An answer that was never heard."""
    assert len(decode_pages([])) == 0


@pytest.mark.parametrize("spoil", [lambda d: d[:-1], lambda d: d + b"\x00", lambda d: d + b"\x00\x05abc"])
def test_lengths_that_do_not_add_up(spoil) -> None:  # type: ignore[no-untyped-def]
    """A page that is cut off is an AudioError."""
    page = pages_of(sweep(0.5))[0]
    with pytest.raises(AudioError, match="cut off"):
        decode_pages([replace(page, data=spoil(page.data))])


def test_page_that_is_not_opus() -> None:
    """A packet that libopus refuses is an AudioError, not a crash."""
    with pytest.raises(AudioError, match="damaged"):
        decode_pages([Page(0, PAGE_SAMPLES, pack_packets([b"\xff\xff\xff" * 20] * PAGE_FRAMES))])


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_packets_are_told_apart(packets: list[bytes]) -> None:
    """Packing and unpacking gives the same packets."""
    assert list(unpack_packets(pack_packets(packets))) == packets


def test_blocks_know_where_they_end() -> None:
    """A block's end is the next one's start."""
    one, two = blocks_of(tone(0.064, 0.1), start=7)
    assert (one.start, one.end, two.start) == (7, two.start, 7 + BLOCK_SAMPLES)


@pytest.mark.parametrize("channels", [6, 8, 10, 24])
def test_many_channels(tmp_path: Path, channels: int) -> None:
    """A recorder with many microphones is read as one: their mean, in range, and no memory of anybody else."""
    read = np.concatenate(list(decode_file(write_wav(tmp_path / "a.wav", tone(0.2, 0.5), channels=channels))))
    assert abs(len(read) - len(tone(0.2, 0.5))) <= 64
    assert abs(float(np.abs(read).max()) - 0.5) < 0.05


def test_what_is_no_number_is_silence(tmp_path: Path) -> None:
    """One broken sample of a float file takes nothing with it."""
    samples = tone(0.2, 0.5).astype("<f4")
    samples[100], samples[200], samples[300] = np.nan, np.inf, 3e38
    data = samples.tobytes()
    head = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 3, 1, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * 4, 4, 32
    ) + b"data" + struct.pack("<I", len(data))  # fmt: skip
    (tmp_path / "a.wav").write_bytes(head + data)
    read = np.concatenate(list(decode_file(tmp_path / "a.wav")))
    assert np.isfinite(read).all() and np.abs(read).max() <= 1
    assert np.abs(np.delete(read, [100, 200, 300]) - np.delete(samples, [100, 200, 300])).max() < 1e-3


@pytest.mark.parametrize("rate_hz", [1, 100, 3_999, 900_000])
def test_a_few_bytes_do_not_unfold_to_gigabytes(tmp_path: Path, rate_hz: int) -> None:
    """A file that claims a rate which no recorder writes is refused before anything is resampled."""
    samples = np.zeros(500, "<i2").tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate_hz,
                       rate_hz * 2, 2, 16, b"data", len(samples))  # fmt: skip
    path = tmp_path / "bomb.wav"
    path.write_bytes(head + samples)
    with pytest.raises(AudioError, match="samples a second"):
        list(decode_file(path))


def test_a_page_unfolds_to_what_it_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a stranger's page that claims a second and holds an hour of packets, no more than the second is decoded."""
    read = []

    def counted(data: bytes) -> Iterator[bytes]:
        for packet in unpack_packets(data):
            read.append(packet)
            yield packet

    monkeypatch.setattr(audio, "unpack_packets", counted)
    page = Page(0, 16_000, pack_packets([audio.SILENT_FRAME] * 200_000))
    assert len(decode_pages([page])) == 16_000
    assert len(read) < 100
    assert len(webm_of([page])) < 2_000  # as it is played on the page, too
