"""Sounds of other journals: kept beside the entry on which they hang, written down if that is wanted, else named."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.fakes import LoudnessDetector, ScriptedTranscriber
from tests.sound_samples import quiet, voice, write_wav
from tests.unit.coming import dayone, dayone_entry, good, kept, zipped
from tests.unit.test_coming_journey import entry as journey_entry
from tests.unit.test_vault_cli import key_file  # noqa: F401 - a fixture
from voicecheck.cli.entry import importing
from voicecheck.cli.main import run
from voicecheck.cli.models import recogniser
from voicecheck.diary.coming import keeping, unpacking
from voicecheck.diary.coming.journey import read_journey
from voicecheck.diary.coming.markdown import read_markdown
from voicecheck.diary.coming.moments import Zone
from voicecheck.errors import ExitCode
from voicecheck.paths import find_paths
from voicecheck.speech.recognition import vad
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

SAID = "today I feel calm and that is all there is to say about it"
MD5 = "0123456789abcdef0123456789abcdef"
Output = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("key_file")


@pytest.fixture(autouse=True)
def ears(monkeypatch: pytest.MonkeyPatch) -> ScriptedTranscriber:
    """Loud is voice, and Whisper always hears the same."""
    whisper = ScriptedTranscriber(last=SAID)
    monkeypatch.setattr(recogniser, "load_recogniser", lambda *_: whisper)
    monkeypatch.setattr(vad, "VoiceDetector", LoudnessDetector)
    return whisper


@pytest.fixture
def always() -> None:
    settings = find_paths().settings_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[vault]\nkeep_audio = "always"\n')


def spoken(seconds: float) -> Samples:
    return np.concatenate([voice(seconds), quiet(0.5)])


def wav(tmp_path: Path, seconds: float = 2.0) -> bytes:
    return write_wav(tmp_path / "made.wav", spoken(seconds)).read_bytes()


def m4a(tmp_path: Path, seconds: float = 2.0) -> bytes:
    path = tmp_path / "made.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono")
        samples = spoken(seconds)
        for start in range(0, len(samples) - 1024, 1024):
            frame = av.AudioFrame.from_ndarray(samples[start : start + 1024].reshape(1, -1), "fltp", "mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path.read_bytes()


def audio(md5: str = MD5, **more: Any) -> dict[str, Any]:
    return {"identifier": "A" * 32, "md5": md5, "format": "aac", "duration": 2.5} | more


def took(capsys: Output, *command: str, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["import", *command, "--json"]) == code
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_a_sound_of_day_one(tmp_path: Path, capsys: Output) -> None:
    """It is an entry beside the words, of the same day, zone, sitting and journal, with its own words and its sound."""
    raw = dayone_entry("Walked\\. ![](dayone-moment:/audio/AAAA)", tags=["sea"], audios=[audio()], photos=[{}])
    path = zipped(tmp_path / "x.zip", {"Diary.json": dayone(raw), f"audios/{MD5}.m4a": m4a(tmp_path)})
    result = took(capsys, "dayone", str(path), "--transcribe")
    assert (result["new"], result["sounds"], result["same_sounds"], result["failed"]) == (1, 1, 0, [])
    assert result["left_out"] == {"pictures": 1, "sounds": 0, "videos": 0, "files": 0}
    typed, heard = sorted(kept(), key=lambda one: one.has_audio)
    assert (typed.text, heard.text) == ("Walked.", SAID) and heard.has_audio
    assert (typed.spoken_at, typed.timezone, typed.session) == (heard.spoken_at, heard.timezone, heard.session)
    assert [(one.kind.value, one.name) for one in heard.labels] == [("journal", "Diary")]
    assert [one.text for one in heard.mentions] == ["calm"] and heard.duration_s == pytest.approx(2.5, abs=0.2)
    again = took(capsys, "dayone", str(path), "--transcribe")
    assert (again["new"], again["same"], again["sounds"], again["same_sounds"]) == (0, 1, 0, 1)
    assert len(kept()) == 2


def test_without_being_asked_for_they_are_named_and_come_later(tmp_path: Path, capsys: Output) -> None:
    """What would be gone in a week without a word of it is not taken in; the same command with --transcribe does."""
    raw = dayone_entry("One.", audios=[audio()])
    path = zipped(tmp_path / "x.zip", {"Diary.json": dayone(raw), f"audios/{MD5}.m4a": wav(tmp_path)})
    assert run(["import", "dayone", str(path)]) == 0
    told = capsys.readouterr().err
    assert "sounds 1" in told and "--transcribe" in told
    assert len(kept()) == 1
    assert run(["import", "dayone", str(path), "--transcribe"]) == 0
    assert "Sounds kept, each beside its entry: 1." in capsys.readouterr().err
    assert {one.text for one in kept()} == {"One.", SAID}


@pytest.mark.usefixtures("always")
def test_sound_without_words_where_sound_is_kept_always(tmp_path: Path, capsys: Output) -> None:
    """All of it counts as unheard; with --transcribe later it gets its words, and is no second entry."""
    raw = dayone_entry("One.", audios=[audio()])
    path = zipped(tmp_path / "x.zip", {"Diary.json": dayone(raw), f"audios/{MD5}.m4a": wav(tmp_path)})
    assert took(capsys, "dayone", str(path))["sounds"] == 1
    (sound,) = [one for one in kept() if one.has_audio]
    assert (sound.text, sound.turns[0].unheard, sound.duration_s) == ("", ((0.0, 2.5),), 2.5)
    assert took(capsys, "dayone", str(path))["same_sounds"] == 1
    assert took(capsys, "dayone", str(path), "--transcribe")["sounds"] == 1
    (heard,) = [one for one in kept() if one.has_audio]
    assert (heard.id, heard.session, heard.text) == (sound.id, sound.session, SAID)
    assert took(capsys, "dayone", str(path), "--transcribe")["same_sounds"] == 1 and len(kept()) == 2


def test_a_bad_sound_costs_itself(tmp_path: Path, capsys: Output) -> None:
    """One that is missing, no sound, empty or cut is named by the number of its entry; all words and the rest come."""
    names = [f"{n}" * 32 for n in range(5)]
    entries = [dayone_entry(f"Day {n}.", audios=[audio(names[n])]) for n in range(5)]
    whole = wav(tmp_path, 3.0)
    sounds = {f"audios/{names[1]}.m4a": b"no sound at all", f"audios/{names[2]}.m4a": b"",
              f"audios/{names[3]}.m4a": whole[: len(whole) // 2], f"audios/{names[4]}.m4a": wav(tmp_path)}  # fmt: skip
    path = zipped(tmp_path / "x.zip", {"Diary.json": dayone(*entries), **sounds})
    result = took(capsys, "dayone", str(path), "--transcribe", code=ExitCode.USAGE)
    assert (result["new"], result["sounds"]) == (5, 2)
    assert [(one["number"], one["error"].split(names[n])[1]) for n, one in enumerate(result["failed"])] == [
        (1, " is not in the export"), (2, ".m4a is damaged, or of no kind that can be read"),
        (3, ".m4a is damaged, or of no kind that can be read"), (4, ".m4a could not be read; the rest is kept"),
    ]  # fmt: skip
    assert [one.text for one in kept() if one.has_audio] == [SAID, SAID]


def test_one_too_large_to_hold_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    raw = dayone_entry("One.", audios=[audio()])
    path = zipped(tmp_path / "x.zip", {"Diary.json": dayone(raw), f"audios/{MD5}.m4a": wav(tmp_path)})
    monkeypatch.setattr(unpacking, "MOST_BYTES", 2000)
    result = took(capsys, "dayone", str(path), "--transcribe", "--dry-run", code=ExitCode.USAGE)
    assert [one["error"].rpartition(".m4a ")[2] for one in result["failed"]] == ["is too large, or cannot be read"]


def test_a_sound_alone_is_an_entry(tmp_path: Path, capsys: Output) -> None:
    """An entry without words has none to lose; without --transcribe it is named, as ever."""
    raw = dayone_entry("", audios=[audio(), audio()])
    path = zipped(tmp_path / "x.zip", {"Diary.json": dayone(raw), f"audios/{MD5}.m4a": wav(tmp_path)})
    assert took(capsys, "dayone", str(path), code=ExitCode.USAGE)["failed"][0]["error"] == keeping.EMPTY
    result = took(capsys, "dayone", str(path), "--transcribe")
    assert (result["new"], result["sounds"], result["same_sounds"]) == (0, 1, 1)
    (one,) = kept()
    assert one.text == SAID and one.has_audio


def test_nothing_is_written_in_the_clear(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sound of an archive is decoded in memory: no file but those of the vault is opened to be written."""
    raw = dayone_entry("One.", audios=[audio()])
    path = zipped(tmp_path / "x.zip", {"Diary.json": dayone(raw), f"audios/{MD5}.m4a": wav(tmp_path)})
    took(capsys, "dayone", str(path))
    written, real = list[str](), os.open

    def noted(name: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            written.append(os.fsdecode(name))
        return real(name, flags, *more, **named)

    before = {one for one in tmp_path.rglob("*") if one.is_file()}
    monkeypatch.setattr(os, "open", noted)
    assert took(capsys, "dayone", str(path), "--transcribe")["sounds"] == 1
    vault = find_paths().vault_folder
    assert all(Path(one).is_relative_to(vault) or not Path(one).is_absolute() for one in written), written
    fresh = {one for one in tmp_path.rglob("*") if one.is_file()} - before
    assert all(one.is_relative_to(vault) for one in fresh)


def test_media_of_journey(tmp_path: Path, capsys: Output) -> None:
    """By the name that the entry tells, in the archive's root or in the entry's own folder, whatever its letters."""
    new = {"id": "x", "dateOfJournal": "2024-02-29T23:30:00.000Z", "timezone": "America/Lima", "type": "markdown",
           "text": "Fine.", "attachments": ["media/A.MP3", "b.jpg"]}  # fmt: skip
    path = zipped(
        tmp_path / "j.zip",
        {"1.json": journey_entry(photos=["1-a.wav", "1-b.jpg"]), "1-a.wav": wav(tmp_path), "1-b.jpg": b"",
         "x/x.json": new, "x/a.mp3": wav(tmp_path, 3.0)},
    )  # fmt: skip
    assert [[sound.name for sound in one.sounds] for one in good(read_journey(path, Zone()))] == [
        ["1-a.wav"],
        ["a.mp3"],
    ]
    result = took(capsys, "journey", str(path), "--transcribe")
    assert (result["new"], result["sounds"], result["left_out"]["pictures"]) == (2, 2, 2)
    days = [one.local_date.isoformat() for one in kept() if one.has_audio]
    assert days == ["2021-07-01", "2024-02-29"]


@pytest.mark.parametrize(
    ("embedded", "place"),
    [
        ("![[memo.m4a]]", "deep/attachments/memo.m4a"),
        ("![[attachments/memo.m4a|said]]", "attachments/memo.m4a"),
        ("![](memo.m4a)", "journals/memo.m4a"),
        ("![a](../assets/memo%201.m4a)", "assets/memo 1.m4a"),
        ("![a](<../assets/memo 1.m4a>)", "assets/memo 1.m4a"),
        ('![a](../assets/memo.m4a "title")', "assets/memo.m4a"),
        ("![[Recording 20230506120000.webm]]", "Recording 20230506120000.webm"),
    ],
)
def test_where_a_note_keeps_its_sounds(tmp_path: Path, embedded: str, place: str) -> None:
    """Obsidian finds a name anywhere, Logseq and plain Markdown by the path from the note."""
    folder = tmp_path / "notes"
    for name, content in (("journals/2023_05_06.md", f"- A day. {embedded}"), (place, "sound")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (one,) = good(read_markdown(folder, Zone()))
    assert [sound.read and sound.read() for sound in one.sounds] == [folder / place]


@pytest.mark.parametrize(
    "embedded",
    ["![](../../outside.wav)", "![](/etc/outside.wav)", "![[twice.wav]]", "![](link.wav)", "![[.hidden/x.wav]]",
     "![](https://example.org/x.wav)", "![](file:///etc/outside.wav)"],
)  # fmt: skip
def test_no_note_reaches_outside_of_its_folder(tmp_path: Path, embedded: str) -> None:
    """Nor through a link, into a hidden folder, or to one of two that bear the name: then it counts as missing."""
    folder = tmp_path / "notes"
    for name in ("a/twice.wav", "b/twice.wav", ".hidden/x.wav", "../outside.wav"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("sound")
    (folder / "link.wav").symlink_to(folder / "../outside.wav")
    (folder / "2023-05-06.md").write_text(f"A day. {embedded}")
    (one,) = good(read_markdown(folder, Zone()))
    assert [sound.read for sound in one.sounds] == [None]


def test_a_folder_of_notes_is_taken_in(
    tmp_path: Path, capsys: Output, ears: ScriptedTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memo that came before by `import audio` is known, and comes no second time."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for number, name in enumerate(("2023-05-06", "2023-05-07")):
        (folder / f"{name}.md").write_text(f"Day. ![[{name}.wav]]")
        write_wav(folder / f"{name}.wav", spoken(2.0 + number))
    write_wav(tmp_path / "copy.wav", spoken(2.0))
    monkeypatch.setattr(importing, "load_recogniser", lambda *_: ears)
    assert run(["import", "audio", str(tmp_path / "copy.wav")]) == 0
    result = took(capsys, "markdown", str(folder), "--transcribe")
    assert (result["new"], result["sounds"], result["same_sounds"]) == (2, 1, 1)


def test_thousands_of_pictures_beside_the_sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted, none is opened, and each entry finds its own sound at once."""
    members: dict[str, object] = {}
    for number in range(1500):
        raw = journey_entry(id=str(number), photos=[f"{number}-a.jpg", f"{number}-b.jpg", f"{number}.m4a"])
        members |= {f"{number}.json": raw, f"{number}-a.jpg": b"", f"{number}-b.jpg": b"", f"{number}.m4a": b"x"}
    path = zipped(tmp_path / "j.zip", members, stored=True)
    real, opened = zipfile.ZipFile.open, list[str]()

    def noted(self: zipfile.ZipFile, name: Any, *more: Any, **named: Any) -> Any:
        opened.append(str(name))
        return real(self, name, *more, **named)

    monkeypatch.setattr(zipfile.ZipFile, "open", noted)
    found = good(read_journey(path, Zone()))
    assert len(found) == 1500 and all(one.sounds[0].read for one in found)
    assert sum(count for one in found for _, count in one.attachments) == 3000
    assert not any(name.endswith((".jpg", ".m4a")) for name in opened)


def test_what_was_said_is_in_no_repr(tmp_path: Path) -> None:
    raw = journey_entry(photos=["quokka.m4a"])
    (one,) = good(read_journey(zipped(tmp_path / "j.zip", {"1.json": raw, "quokka.m4a": b"x"}), Zone()))
    assert "quokka" not in repr(one) and one == replace(one)
