"""Voice memos: when they were spoken, taken in once, stopped and gone on with."""

from __future__ import annotations

import json
import os
import shutil
import struct
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from tests.fakes import LoudnessDetector, ScriptedTranscriber
from tests.sound_samples import quiet, voice, write_wav
from tests.unit.test_vault_cli import key_file  # noqa: F401 - a fixture
from voicecheck.cli.entry import importing
from voicecheck.cli.main import run
from voicecheck.diary.memos import Dating, look_at, spoken_when
from voicecheck.domain import EntryKind, Family, new_id
from voicecheck.errors import AudioError, ExitCode
from voicecheck.paths import find_paths
from voicecheck.speech.recognition import vad
from voicecheck.speech.sound_file import duration_of
from voicecheck.utterance import SAMPLE_RATE_HZ
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SAID = "today I feel calm and that is all there is to say about it"
Output = pytest.CaptureFixture[str]


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> ScriptedTranscriber:
    """Loud is voice, and Whisper always hears the same."""
    whisper = ScriptedTranscriber(last=SAID)
    monkeypatch.setattr(importing, "load_recogniser", lambda *_: whisper)
    monkeypatch.setattr(vad, "VoiceDetector", LoudnessDetector)
    monkeypatch.setenv("TZ", "Europe/Berlin")
    return whisper


@pytest.fixture
def memo(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, seconds: float = 5.0) -> Path:
        return write_wav(tmp_path / name, np.concatenate([voice(seconds), quiet(1.0)]))

    return make


def kept() -> Vault:
    paths = find_paths()
    return Vault.open(paths, KeySlots.load(paths.slots_file).unlock(KeyFile(Path(os.environ["VOICECHECK_KEY_FILE"]))))


# When


@pytest.mark.parametrize(
    ("tags", "name", "when", "dating"),
    [
        ({"creation_time": "2026-10-12T19:30:00.000000Z"}, "x", "2026-10-12T19:30:00+00:00", Dating.TAGS),
        ({"com.apple.quicktime.creationdate": "2026-10-12T21:30:00+0200", "creation_time": "2026-11-01T00:00:00Z"},
         "x", "2026-10-12T19:30:00+00:00", Dating.TAGS),
        ({"date": "2026"}, "Recording_20261012_213000", "2026-10-12T21:30:00", Dating.NAME),
        ({"creation_time": "1904-01-01T00:00:00Z"}, "2026-10-12 21.30.05", "2026-10-12T21:30:05", Dating.NAME),
        ({"date": "2026-10-12"}, "AUDIO-2026-10-12-21-30-00", "2026-10-12T21:30:00", Dating.NAME),
        ({}, "PTT-20261012-WA0001", "2026-10-12T12:00:00", Dating.NAME),
        ({}, "2026-10-12 at 21.30", "2026-10-12T21:30:00", Dating.NAME),
        ({"date": "2026-10-12"}, "memo", "2026-10-12T12:00:00", Dating.TAGS),
        ({}, "20260131_2215", "2026-01-31T22:15:00", Dating.NAME),
        ({}, "20260131T221500Z", "2026-01-31T22:15:00+00:00", Dating.NAME),
        ({}, "2026-01-31T22-15-00Z", "2026-01-31T22:15:00+00:00", Dating.NAME),
        ({}, "rec 2026-01-31 22.15.00.123", "2026-01-31T22:15:00", Dating.NAME),
        ({}, "20260131_221500123", "2026-01-31T22:15:00", Dating.NAME),
        ({}, "signal-2026-01-31-22-15-00-123", "2026-01-31T22:15:00", Dating.NAME),
        ({}, "Memo 2026-01-31 10.15 PM", "2026-01-31T22:15:00", Dating.NAME),
        ({}, "Memo 2026-01-31 12.15 am", "2026-01-31T00:15:00", Dating.NAME),
        ({}, "20260131221500", "2026-01-31T22:15:00", Dating.NAME),
        ({}, "260131_2215", "2026-01-31T22:15:00", Dating.NAME),
        ({}, "260131_221530", "2026-01-31T22:15:30", Dating.NAME),
        ({}, "260131_0001", "2026-01-31T12:00:00", Dating.NAME),
        ({}, "call 4911_20260131 and 20260131-221500", "2026-01-31T22:15:00", Dating.NAME),
        ({"date": "2026-01-31", "creation_time": "22:15:07"}, "x", "2026-01-31T22:15:07", Dating.TAGS),
        ({"date": "2026_01_31", "creation_time": "22-15-07"}, "x", "2026-01-31T22:15:07", Dating.TAGS),
        ({"date": "2026-01-31", "creation_time": "99:99:99"}, "x", "2026-01-31T12:00:00", Dating.TAGS),
        ({"date": "", "creation_time": "\0"}, "20260131_2215", "2026-01-31T22:15:00", Dating.NAME),
        ({}, "memo 20269999", "2026-09-01T10:00:00+00:00", Dating.FILE),
        ({"creation_time": "2031-01-01T00:00:00Z"}, "New Recording 5", "2026-09-01T10:00:00+00:00", Dating.FILE),
        ({"date": "0001-01-01T00:00:00"}, "5550123456789", "2026-09-01T10:00:00+00:00", Dating.FILE),
    ],
)  # fmt: skip
def test_dates(tmp_path: Path, tags: dict[str, str], name: str, when: str, dating: Dating) -> None:
    """A time from the tags, the name, a day from either, or the file; clocks that were never set do not count."""
    path = tmp_path / f"{name}.m4a"
    path.touch()
    os.utime(path, (datetime(2026, 9, 1, 10, tzinfo=UTC).timestamp(),) * 2)
    assert spoken_when(tags, path, NOW) == (datetime.fromisoformat(when).astimezone(), dating)


@pytest.mark.parametrize("year", [1, 1903, 1969, 1970, 1980, 2031, 300_000])
def test_clocks_that_were_never_set(tmp_path: Path, year: int) -> None:
    """A file from 1970 or 1980, from before there were computers, or from the time to come, was written by such a
    clock: the memo stands under the day of the import, and has an id."""
    path = tmp_path / "New Recording 5.m4a"
    path.touch()
    seconds = (year - 1970) * 31_556_952 + 86_400
    try:
        os.utime(path, (seconds, seconds))
    except (OSError, OverflowError):
        pytest.skip("this file system has no such time")
    assert spoken_when({"date": "1969-07-20", "creation_time": "1904-01-01T00:00:00Z"}, path, NOW) == (
        NOW,
        Dating.IMPORT,
    )


@pytest.mark.parametrize("year", [2, 1903, 1969, 1970, 2026, 9998])
def test_ids_of_all_times(year: int) -> None:
    """Every time that a vault keeps gives an id that is a UUID."""
    uuid.UUID(new_id(datetime(year, 1, 1, tzinfo=UTC)))


def test_day_and_time_of_the_file(tmp_path: Path) -> None:
    """Where the name tells the day only, the file's own time counts if it lies on that day."""
    path = tmp_path / "PTT-20260901-WA0001.opus"
    path.touch()
    at = datetime(2026, 9, 1, 10, tzinfo=UTC)
    os.utime(path, (at.timestamp(),) * 2)
    assert spoken_when({}, path, NOW) == (at, Dating.NAME)


CODECS = (("m4a", "aac"), ("mp3", "libmp3lame"), ("ogg", "libopus"), ("opus", "libopus"), ("flac", "flac"),
          ("wav", "pcm_s16le"))  # fmt: skip


@pytest.mark.parametrize(("suffix", "codec"), CODECS)
def test_kinds_of_files(tmp_path: Path, suffix: str, codec: str) -> None:
    """Every kind of file that phones and recorders write is looked at; its own date is found where it has one."""
    path = tmp_path / f"2026-10-12 21.30.00.{suffix}"
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"} if suffix == "m4a" else {}) as container:
        container.metadata["creation_time"] = "2026-10-11T19:30:00Z"
        stream = container.add_stream(codec, rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), "fltp", "mono")
        frame.sample_rate = 48_000
        frame = av.AudioResampler(stream.format, "mono", 48_000, frame_size=stream.frame_size or 4800).resample(frame)
        for part in frame:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    found = look_at(path, NOW)
    assert found.spoken_at.date().isoformat() in ("2026-10-11", "2026-10-12")
    assert found.entry_id[14:] == look_at(shutil.copy(path, tmp_path / f"copy.{suffix}"), NOW).entry_id[14:]


def test_recorders_chunk(tmp_path: Path) -> None:
    """The `bext` chunk of a field recorder's WAV tells the moment, in the person's own zone."""
    path = write_wav(tmp_path / "ZOOM0001.wav", voice(1.0))
    content = path.read_bytes()
    bext = bytes(256 + 32 + 32) + b"2026-01-31" + b"22:15:07" + bytes(8 + 2 + 64 + 190)
    path.write_bytes(content[:12] + b"bext" + struct.pack("<I", len(bext)) + bext + content[12:])
    memo = look_at(path, NOW)
    assert memo.spoken_at == datetime(2026, 1, 31, 22, 15, 7).astimezone()
    assert memo.dated_by is Dating.TAGS
    assert duration_of(path) == pytest.approx(1.0)


def test_no_sound(tmp_path: Path) -> None:
    """A text, an empty file, a folder and nothing at all are told by name."""
    (tmp_path / "a.m4a").write_text("words")
    (tmp_path / "b.m4a").touch()
    for name in ("a.m4a", "b.m4a", "missing.m4a", "."):
        with pytest.raises(AudioError):
            look_at(tmp_path / name, NOW)


# Taken in


@pytest.mark.usefixtures("key_file", "ears")
def test_memo_becomes_an_entry(memo: Callable[..., Path], capsys: Output) -> None:
    """A normal entry: day, words with times, feelings, sound; its file stays where it is."""
    path = memo("2026-10-12 21.30.00.wav")
    assert run(["import", "audio", str(path)]) == 0
    assert "New: 1. There already: 0. Could not be read: 0." in capsys.readouterr().err
    assert path.exists()
    with kept() as vault:
        (entry,) = vault.entries.list()
        assert (entry.kind, entry.text, entry.prompt) == (EntryKind.IMPORT, SAID, None)
        assert entry.spoken_at == datetime(2026, 10, 12, 21, 30).astimezone()
        assert entry.duration_s == 6.0
        assert [(m.family, m.start_s is not None) for m in entry.mentions] == [(Family.CALM, True)]
        assert sum(page.count for page in vault.recordings.pages(entry.id)) >= 6 * SAMPLE_RATE_HZ
        vault.ingest("until_reviewed", datetime.now(UTC) + timedelta(days=6))
        assert vault.entries.get(entry.id).has_audio  # its seven days began with the import
        vault.ingest("until_reviewed", datetime.now(UTC) + timedelta(days=8))
        assert not vault.entries.get(entry.id).has_audio


@pytest.mark.usefixtures("key_file", "ears")
def test_nothing_is_taken_in_twice(memo: Callable[..., Path], tmp_path: Path, capsys: Output) -> None:
    """The same file by another name, twice in one run, or after an edit of its date, is noticed; deleted, it may come
    again."""
    path = memo("2026-10-12.wav")
    copy = shutil.copy(path, tmp_path / "2026-10-13.wav")
    assert run(["import", "audio", str(path), str(copy), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (len(first["new"]), first["same"]) == (1, 1)
    assert run(["import", "audio", str(copy), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"new": [], "same": 1, "failed": [], "damaged": []}
    assert run(["entry", "delete", "last", "--yes"]) == 0
    assert run(["import", "audio", str(copy), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["new"]) == 1


@pytest.mark.usefixtures("key_file")
def test_stopped_and_gone_on_with(
    memo: Callable[..., Path], ears: ScriptedTranscriber, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Stopped in the middle of the second of three, one is kept; the same command takes in the other two."""
    paths = [str(memo(f"2026-10-1{n}.wav", 5.0 + n)) for n in range(3)]
    ordinary = ears.transcribe

    def stop(*arguments: object, **options: object) -> object:
        if len(ears.history) == 1:
            raise KeyboardInterrupt
        return ordinary(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ears, "transcribe", stop)
    assert run(["import", "audio", *paths]) == ExitCode.STOPPED
    told = capsys.readouterr().err
    assert "goes on with the rest" in told
    assert "New: 1." in told
    monkeypatch.setattr(ears, "transcribe", ordinary)
    assert run(["import", "audio", *paths]) == 0
    assert "New: 2. There already: 1." in capsys.readouterr().err
    with kept() as vault:
        assert [entry.local_date.day for entry in vault.entries.list()] == [12, 11, 10]


@pytest.mark.usefixtures("key_file", "ears")
def test_broken_file_stops_no_other(memo: Callable[..., Path], tmp_path: Path, capsys: Output) -> None:
    """A file that cannot be read is named, keeps nothing, and the others are taken in."""
    good = memo("good.wav")
    (tmp_path / "text.mp3").write_text("no sound")
    assert run(["import", "audio", str(tmp_path / "text.mp3"), str(good)]) == ExitCode.AUDIO
    told = capsys.readouterr().err
    assert "text.mp3: " in told
    assert "New: 1. There already: 0. Could not be read: 1." in told
    assert "said no day" in told


@pytest.mark.usefixtures("key_file", "ears")
def test_memo_of_an_unset_clock(memo: Callable[..., Path], capsys: Output) -> None:
    """It is taken in beside the others and told, never dated to 1970 and never the end of them all."""
    old, good = memo("old.wav"), memo("2026-10-12.wav", 6.0)
    os.utime(old, (-(10**9), -(10**9)))
    before = datetime.now(UTC)
    assert run(["import", "audio", str(old), str(good)]) == 0
    told = capsys.readouterr().err
    assert "New: 2." in told and "1 told no day that can be" in " ".join(told.split())
    with kept() as vault:
        newest, _ = vault.entries.list()
        assert before <= newest.spoken_at <= datetime.now(UTC)


@pytest.mark.usefixtures("key_file", "ears")
def test_file_that_has_gone_costs_itself(memo: Callable[..., Path], capsys: Output) -> None:
    """A missing file and a folder are named, and the rest goes on."""
    good = memo("good.wav")
    assert run(["import", "audio", str(good.parent / "gone.wav"), str(good.parent), str(good)]) == ExitCode.AUDIO
    told = capsys.readouterr().err
    assert "gone.wav: " in told and "New: 1. There already: 0. Could not be read: 2." in told


@pytest.mark.usefixtures("key_file", "ears")
def test_no_sound_is_kept_where_none_may_be(memo: Callable[..., Path]) -> None:
    """With keep_audio = "never" the words stay and the sound does not."""
    settings = find_paths().settings_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[vault]\nkeep_audio = "never"\n')
    assert run(["import", "audio", str(memo("x.wav"))]) == 0
    with kept() as vault:
        (entry,) = vault.entries.list()
        assert (entry.text, entry.has_audio) == (SAID, False)
