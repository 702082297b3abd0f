"""Looking back with the real parts: voice memos through Whisper, killed and gone on with; a real editor; no trace."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.integration.sound import VirtualSound
from tests.integration.terminal import Terminal, converse
from tests.integration.test_checkin import SMALLEST, Person, answer, canaries_in, person  # noqa: F401 - fixtures
from voicecheck.models.catalog import find_model
from voicecheck.speech.recognition.recogniser import Utterance
from voicecheck.speech.sound_file import decode_file
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ

KILLED_AFTER_S = (0.5, 1.0, 1.5, 2.0)


@pytest.fixture
def memos(answer: Path, tmp_path: Path) -> list[str]:  # noqa: F811
    """Three memos that differ in their last silence."""
    folder = tmp_path / "memos"
    folder.mkdir()
    sound = answer.read_bytes()
    paths = [folder / f"2026-10-1{n} 21.30.00.wav" for n in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(sound + bytes(2 * number))
    return [str(path) for path in paths]


def kept(person: Person) -> list[dict[str, object]]:  # noqa: F811
    listed = person.run("entry", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    return list(json.loads(listed.stdout))


def test_memos_through_whisper(person: Person, memos: list[str]) -> None:  # noqa: F811
    """Real words with times and feelings, on the day of the file's name; no word outside vault and memos."""
    done = person.run("import", "audio", *memos[:1], "--json")
    assert done.returncode == 0, done.stderr
    (entry_id,) = json.loads(done.stdout)["new"]
    shown = json.loads(person.run("entry", "show", entry_id, "--json").stdout)
    for word in ("nervous", "relieved"):
        assert word in shown["text"].lower()
    assert (shown["kind"], shown["local_date"], shown["has_audio"]) == ("import", "2026-10-10", True)
    assert {"anxiety", "calm"} & {mention["family"] for mention in shown["mentions"]}
    words = [word for segment in shown["segments"] for word in segment["words"]]
    assert all(0 <= word["start_s"] <= word["end_s"] <= shown["duration_s"] + 0.5 for word in words)
    assert [word["start_s"] for word in words] == sorted(word["start_s"] for word in words)
    assert (
        canaries_in(person.root / "home") == canaries_in(person.root / "tmp") == canaries_in(person.root / "user") == []
    )


def test_killed_and_gone_on_with(person: Person, memos: list[str]) -> None:  # noqa: F811
    """Killed at several moments and started again, each memo is one entry in the end, and what was kept stayed kept."""
    command = [sys.executable, "-m", "voicecheck", "import", "audio", *memos, *SMALLEST]
    before: set[object] = set()
    for seconds in KILLED_AFTER_S:
        running = subprocess.Popen(command, env=person.environment, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait(10)
        now = {entry["id"] for entry in kept(person)}
        assert before <= now
        before = now
    assert person.run("import", "audio", *memos, *SMALLEST).returncode == 0
    entries = kept(person)
    assert sorted(str(entry["local_date"]) for entry in entries) == ["2026-10-10", "2026-10-11", "2026-10-12"]
    assert before <= {entry["id"] for entry in entries}
    assert person.run("vault", "verify").returncode == 0
    assert canaries_in(person.root / "home") == canaries_in(person.root / "tmp") == []


def test_several_at_once(answer: Path, models_folder: Path) -> None:  # noqa: F811
    """What goes through Whisper together comes back apart: each with its own words in its own seconds."""
    model = find_model("base", models_folder)
    transcriber = WhisperRecogniser(model.path, model.name, "cpu")
    sound = np.concatenate(list(decode_file(answer)))
    quiet = np.zeros(SAMPLE_RATE_HZ // 3, np.float32)
    sounds = [sound, np.concatenate([quiet, sound[: len(sound) // 2]]), sound]
    given = [Utterance(samples, len(samples) / SAMPLE_RATE_HZ) for samples in sounds]
    for heard, utterance in zip(transcriber.transcribe_many(given, language="en"), given, strict=True):
        assert "nervous" in heard.text.lower()
        words = [word for segment in heard.segments for word in segment.words]
        assert 0 <= words[0].start_s < 2.0
        assert words[-1].end_s <= utterance.duration_s + 0.5
    assert transcriber.transcribe_many([]) == []


def test_entry_is_heard_again(person: Person, memos: list[str], sound: VirtualSound) -> None:  # noqa: F811
    """The kept sound comes out of the loudspeaker, as long as it was spoken, and a terminal shows its words."""
    assert person.run("import", "audio", memos[0], *SMALLEST).returncode == 0
    (entry,) = kept(person)
    environment = person.environment | sound.env | {"TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    with sound.record() as heard:
        code, screen = converse(["entry", "play", "last"], environment=environment)
    assert code == 0, screen[-300:]
    assert "nervous" in screen
    loud = np.flatnonzero(np.abs(heard.samples) > 0.02)
    assert abs((loud[-1] - loud[0]) / SAMPLE_RATE_HZ - float(str(entry["duration_s"]))) < 1.5


@pytest.mark.skipif(shutil.which("vim") is None, reason="needs vim")
def test_real_editor_leaves_no_trace(person: Person, tmp_path: Path) -> None:  # noqa: F811
    """vim edits an entry on a terminal; then no word of it is in any home, temp folder, or memory folder."""
    typed = person.run("checkin", "--typed", "--no-speak", input="I was nervous.\n", stdin=None)
    assert typed.returncode == 0, typed.stderr
    opened, editor = tmp_path / "opened", tmp_path / "vim"
    editor.write_text(f'#!/bin/sh\nfor file; do :; done\necho "$file" > {opened}\nexec {shutil.which("vim")} "$@"\n')
    editor.chmod(0o700)
    terminal = Terminal(
        ["entry", "edit", "last", "--editor"], person.environment | {"VISUAL": str(editor), "TERM": "xterm"}
    )
    for shown, keys in (
        ("Press Enter", "\r"), ("I was nervous.", "A And relieved."), ("relieved.", "\x1b"), ("", ":wq\r")
    ):  # fmt: skip
        assert terminal.wait_for(shown) == shown, terminal.screen
        terminal.press(keys)
    assert terminal.end() == 0, terminal.screen[-300:]
    assert kept(person)[0]["text"] == "I was nervous. And relieved."
    assert not Path(opened.read_text().strip()).parent.exists()
    for name in ("home", "tmp", "user"):
        assert canaries_in(person.root / name) == []
