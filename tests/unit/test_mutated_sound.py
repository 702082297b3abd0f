"""Sound files that somebody changed at random: sound, or one sentence that says what to do. Never a fault."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from tests.sound_samples import tone
from voicecheck.errors import AudioError
from voicecheck.speech.audio import OpusPages, decode_pages, webm_of
from voicecheck.speech.sound_file import decode_file, duration_of, tags_of
from voicecheck.utterance import SAMPLE_RATE_HZ, Page

ROOT = Path(__file__).parents[2]
KINDS = {
    "wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame", "m4a": "aac", "mov": "alac", "ogg": "libopus",
    "webm": "libopus", "mka": "pcm_s16le", "aiff": "pcm_s16be", "caf": "pcm_s16le", "w64": "pcm_s16le",
    "aac": "aac",
}  # fmt: skip
FORMATS = {"m4a": "mp4", "mka": "matroska", "aac": "adts"}
MOST_SAMPLES = 3600 * SAMPLE_RATE_HZ
"""what half a second may unfold to, changed as it may be: an hour, and nothing near a gigabyte at once"""


def make_files(folder: Path) -> dict[str, bytes]:
    """Half a second of sound in each format that a person may bring."""
    samples = (tone(0.5, 0.3, 440.0) * 32767).astype(np.int16)
    made = {}
    for suffix, codec in KINDS.items():
        path = folder / f"whole.{suffix}"
        with av.open(str(path), "w", format=FORMATS.get(suffix, suffix)) as container:
            stream = container.add_stream(codec, rate=48_000 if codec == "libopus" else SAMPLE_RATE_HZ, layout="mono")
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE_HZ
            for part in _fitting(stream, frame):
                container.mux(stream.encode(part))
            container.mux(stream.encode(None))
        made[suffix] = path.read_bytes()
    return made


def _fitting(stream, frame):  # type: ignore[no-untyped-def]
    context = stream.codec_context
    resampler = av.AudioResampler(context.format, context.layout, context.sample_rate, context.frame_size or None)
    return [*resampler.resample(frame), *resampler.resample(None)]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes exchanged, most of them near the beginning, where the claims stand; cut, doubled, or torn."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8, 30))):
        near = min(len(changed), chance.choice((64, 256, len(changed))))
        place = chance.randrange(max(1, near))
        match chance.randrange(6):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                changed[place : place + 4] = chance.choice(
                    (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x7f\xff\xff\xff")
                )
            case 2:
                del changed[place : place + chance.randint(1, 40)]
            case 3:
                changed[place:place] = changed[place : place + chance.randint(1, 300)]
            case 4:
                changed[place:place] = chance.randbytes(chance.randint(1, 16))
            case _:
                del changed[max(place, 16) :]
    return bytes(changed)


def try_file(path: Path) -> int:
    """How many samples it gave; every way in which the program looks at a file. AssertionError for too many."""
    given = 0
    for look in (duration_of, tags_of):
        try:
            look(path)
        except AudioError as error:
            assert error.hint
    try:
        for piece in decode_file(path):
            given += len(piece)
            assert np.isfinite(piece).all()
            assert given <= MOST_SAMPLES
    except AudioError as error:
        assert error.hint
    return given


def try_pages(pages: list[Page]) -> None:
    claimed = pages[-1].start + pages[-1].count - pages[0].start
    reads: tuple[Callable[[list[Page]], object], ...] = (
        lambda found: len(decode_pages(found)) == claimed,
        lambda found: len(webm_of(found)) < 200_000,
    )
    for read in reads:
        try:
            assert read(pages)
        except AudioError as error:
            assert error.hint


def attack(folder: Path, count: int) -> None:
    chance, files = random.Random(count), make_files(folder)
    encoder = OpusPages()
    pages = [*encoder.feed(tone(2.0, 0.3, 440.0)), *encoder.flush()]
    heard = 0
    for number in range(count):
        suffix = chance.choice(tuple(files))
        path = folder / f"changed.{suffix}"
        path.write_bytes(mutated(files[suffix], chance))
        heard += try_file(path) > 0
        if number % 4 == 0:
            try_pages([Page(p.start, p.count, mutated(p.data, chance)) for p in pages])
    assert heard  # else nothing was tried but the door


@pytest.mark.parametrize("count", [150, pytest.param(5_000, marks=pytest.mark.long)])
def test_mutated_sound(tmp_path: Path, count: int) -> None:
    """In a process of its own with two gigabytes at most: a decoder that writes where it must not ends that one alone.

    Nothing is printed either: libraries have tracebacks of their own.
    """
    script = (
        "import resource, sys; from pathlib import Path; from tests.unit.test_mutated_sound import attack; "
        "resource.setrlimit(resource.RLIMIT_DATA, (2 << 30, 2 << 30)); attack(Path(sys.argv[1]), int(sys.argv[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), str(count)],
        cwd=ROOT, capture_output=True, text=True, timeout=60 + count, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr[-3000:]) == (0, "")


def test_a_length_before_the_beginning(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A chunk of a negative length sends the decoder before the beginning: one sentence or sound, and nothing else."""
    path = tmp_path / "back.w64"
    whole = bytearray(make_files(tmp_path)["w64"])
    for place in range(40, len(whole) - 8, 24):
        path.write_bytes(whole[:place] + b"\xff" * 8 + whole[place + 8 :])
        try_file(path)
        if place > 400:
            break
    for number in range(40):
        path.write_bytes(mutated(bytes(whole), random.Random(number)))
        try_file(path)
    assert capfd.readouterr().err == ""
