"""`voicecheck checkin --answer`: real Whisper, real vault, the contract, locked and killed evenings, clear errors."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.waits

ANSWER = "I was nervous before the meeting this morning, and then I felt relieved when it was over."
PATIENCE_S = 60.0
SMALLEST = ("--model", "tiny.en")
CANARIES = ("nervous", "relieved", "meeting", "morning")
ENTRY_KEYS = {
    "schema", "id", "session", "kind", "speaker", "language", "spoken_at", "local_date", "prompt", "duration_s",
    "text", "segments", "mentions", "reflection", "turns", "model", "has_audio", "edited",
}  # fmt: skip
MENTION_KEYS = {
    "start", "end", "text", "lemma", "family", "quadrant", "negated", "experiencer", "hypothetical", "past", "vague",
    "degree", "source", "cues", "id", "start_s", "end_s",
}  # fmt: skip
TIMING_KEYS = {"answer_s", "endpoint_s", "tail_s", "reflection_s"}


@dataclass
class Person:
    """A home, a key file, and the commands that a person types."""

    root: Path
    models: Path
    environment: dict[str, str]

    @property
    def vault(self) -> Path:
        return self.root / "home" / "vault"

    @property
    def sealed(self) -> list[Path]:
        """Answers that wait."""
        return sorted(p for p in (self.vault / "inbox").glob("*.sealed") if not p.name.startswith("asked-"))

    def without_key(self) -> dict[str, str]:
        return {k: v for k, v in self.environment.items() if k != "VOICECHECK_KEY_FILE"}

    def run(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        settings: dict[str, object] = {"env": self.environment, "stdin": subprocess.DEVNULL, "timeout": 120} | options
        command = [sys.executable, "-m", "voicecheck", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, **settings)

    def checkin(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        """With the smallest model, unless the test names one."""
        model = () if "--model" in arguments else SMALLEST
        return self.run("checkin", "--no-speak", "--json", *arguments, *model, **options)


@pytest.fixture
def person(tmp_path: Path, models_folder: Path) -> Person:
    for name in ("tmp", "user"):
        (tmp_path / name).mkdir(mode=0o700)
    places = {
        "VOICECHECK_HOME": str(tmp_path / "home"),
        "VOICECHECK_KEY_FILE": str(tmp_path / "key"),
        "VOICECHECK_MODELS": str(models_folder),
        "HOME": str(tmp_path / "user"),
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_CACHE_HOME": str(tmp_path / "user" / "cache"),
        "XDG_RUNTIME_DIR": str(tmp_path / "tmp"),
        "PULSE_SERVER": "unix:/nonexistent",
    }
    return Person(tmp_path, models_folder, os.environ | places)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answer") / "answer.wav"
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(path), ANSWER], check=True)
    return path


def canaries_in(folder: Path) -> list[str]:
    """Where a word of the answer stands in any file below `folder`, as text or in a name."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        for word in CANARIES:
            forms = (word.encode(), word.encode("utf-16-le"))
            if any(form in content for form in forms) or word in path.name.lower():
                found.append(f"{word} in {path}")
    return found


def sounds_in(folder: Path) -> list[str]:
    """Files that begin like a sound file, or hold an Opus header."""
    marks = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"FORM")
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and (path.read_bytes()[:4].startswith(marks) or b"OpusHead" in path.read_bytes())
    ]


def test_a_spoken_answer_becomes_an_entry_in_the_shapes_of_the_contract(person: Person, answer: Path) -> None:
    """Words, feelings with times, timing: all keys are there, and `entry show` and `entry list` say the same."""
    done = person.run("checkin", "--no-speak", "--json", "--answer", str(answer))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    (entry,), (timing,) = result["entries"], result["timing"]
    assert set(entry) >= ENTRY_KEYS and set(timing) >= TIMING_KEYS
    assert "relieved" in entry["text"].lower() and entry["has_audio"] and entry["kind"] == "checkin"
    assert entry["model"] == {"name": "base", "device": "cpu", "compute_type": "int8"}
    assert 1.2 <= timing["endpoint_s"] <= 4.6
    relieved = next(m for m in entry["mentions"] if m["text"].lower() == "relieved")
    assert set(relieved) >= MENTION_KEYS
    assert entry["text"][relieved["start"] : relieved["end"]] == relieved["text"]
    assert 0 < relieved["start_s"] < relieved["end_s"] < entry["duration_s"]
    words = [w for s in entry["segments"] for w in s["words"]]
    assert all(w["start_s"] <= w["end_s"] for w in words)
    shown = json.loads(person.run("entry", "show", entry["id"][:13], "--json").stdout)
    listed = json.loads(person.run("entry", "list", "--json").stdout)
    assert shown == entry
    assert listed == [{k: v for k, v in entry.items() if k not in ("segments", "turns")}]


def test_two_answers_are_two_entries_of_one_session(person: Person, answer: Path) -> None:
    """--answer twice asks two questions."""
    done = person.checkin("--answer", str(answer), "--answer", str(answer))
    entries = json.loads(done.stdout)["entries"]
    assert len(entries) == 2 and entries[0]["session"] == entries[1]["session"]
    assert entries[0]["prompt"]["id"] != entries[1]["prompt"]["id"]


def test_a_typed_answer_takes_the_same_path(person: Person) -> None:
    """--typed needs neither microphone nor model."""
    done = person.run(
        "checkin", "--typed", "--no-speak", "--json", input="I felt proud of my son.\n\n", stdin=None,
        env=person.environment | {"VOICECHECK_MODELS": str(person.root / "none")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["entries"]
    assert entry["text"] == "I felt proud of my son." and [m["lemma"] for m in entry["mentions"]] == ["proud"]
    assert not entry["has_audio"] and entry["model"] is None


def test_journal_records_without_a_question(person: Person, answer: Path) -> None:
    """The free one takes the same path, has no prompt, and may be as long as an hour."""
    done = person.run("journal", "--no-speak", "--json", "--answer", str(answer), *SMALLEST)
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["entries"]
    assert entry["kind"] == "journal" and entry["prompt"] is None and "relieved" in entry["text"].lower()


def test_who_goes_on_after_the_reflection_adds_to_the_answer(person: Person, answer: Path) -> None:
    """A silence longer than the patience, then more: one entry with both, and nothing of it twice."""
    with wave.open(str(answer), "rb") as file:
        rate, frames = file.getframerate(), file.readframes(file.getnframes())
    path = person.root / "twice.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(frames + bytes(2 * round(rate * 5.5)) + frames)
    done = person.checkin("--answer", str(path))
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["entries"]
    assert len(entry["turns"]) == 2 and entry["text"].lower().count("nervous") == 2


def test_a_spoken_command_is_no_entry(person: Person) -> None:
    """A "that's all for now" as the whole of a turn ends the evening: nothing is kept, and nothing is commented."""
    path = person.root / "not.wav"
    subprocess.run(["espeak-ng", "-s", "130", "-w", str(path), "That's all for now."], check=True)
    done = person.checkin("--answer", str(path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["entries"] == [] and person.sealed == []


def test_no_word_and_no_sound_lies_anywhere(person: Person, answer: Path) -> None:
    """Vault folder, inbox, temp and home hold no byte of the answer after a check-in."""
    assert person.checkin("--answer", str(answer)).returncode == 0
    assert canaries_in(person.root) == []
    assert sounds_in(person.root) == []


def test_a_locked_evening_is_sealed_and_a_normal_entry_after_the_next_unlock(person: Person, answer: Path) -> None:
    """Without the key the answer waits in the inbox, unreadable; unlocking takes it in."""
    assert person.run("vault", "create", "--key-file", str(person.root / "key")).returncode == 0
    done = person.checkin("--answer", str(answer), env=person.without_key())
    assert done.returncode == 0, done.stderr
    assert len(person.sealed) == 1
    assert canaries_in(person.root) == [] and sounds_in(person.root) == []
    (listed,) = json.loads(person.run("entry", "list", "--json").stdout)
    assert listed["text"] == json.loads(done.stdout)["entries"][0]["text"]
    assert person.sealed == []


def start_realtime(person: Person, answer: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "voicecheck", "checkin", "--no-speak", "--json", "--pace", "realtime"]
    command += SMALLEST
    return subprocess.Popen(
        [*command, "--answer", str(answer)],
        env=person.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for_sealed(process: subprocess.Popen[str], person: Person, size: int) -> None:
    """Until so many bytes of the answer are sealed; fails at once where the check-in has ended."""
    ends_at = time.monotonic() + PATIENCE_S
    while not (person.sealed and person.sealed[0].stat().st_size > size):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends_at, "no sealed file grew"
        time.sleep(0.05)


def test_killed_in_the_middle_loses_two_seconds_at_most(person: Person, answer: Path) -> None:
    """kill -9 while speaking: nothing readable lies about, and the next evening gives the answer back."""
    process = start_realtime(person, answer)
    wait_for_sealed(process, person, 14_000)  # about six seconds of sound
    time.sleep(1.0)
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    assert canaries_in(person.root) == [] and sounds_in(person.root) == []
    done = person.checkin("--answer", str(answer))
    assert done.returncode == 0, done.stderr
    entries = json.loads(person.run("entry", "list", "--json").stdout)
    assert len(entries) == 2 and person.sealed == []
    recovered = min(entries, key=lambda e: e["duration_s"])
    assert recovered["duration_s"] > 3 and "nervous" in recovered["text"].lower()


def test_the_end_of_the_system_keeps_what_was_said(person: Person, answer: Path) -> None:
    """SIGTERM in the middle of an answer: it is written down, kept, and the exit code says stopped."""
    process = start_realtime(person, answer)
    wait_for_sealed(process, person, 14_000)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, err
    assert "nervous" in json.loads(out)["entries"][0]["text"].lower()


# Clear errors: one sentence, one hint, the right code, no traceback, nothing lost


def assert_clear(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert re.search(r"^error: .+\.$", done.stderr, re.MULTILINE), done.stderr
    assert re.search(r"^hint: .+", done.stderr, re.MULTILINE), done.stderr
    for word in words:
        assert word in done.stderr


def test_no_microphone(person: Person) -> None:
    """It says so, and offers typing or a file."""
    assert_clear(person.run("checkin", "--no-speak"), 3, "microphone", "--typed")


def test_no_voice_prints_the_question(person: Person, answer: Path) -> None:
    """Without a loudspeaker the question is on the screen, that is said once, and the evening goes on."""
    done = person.run("checkin", "--json", "--answer", str(answer), *SMALLEST)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["entries"][0]["prompt"]["text"] in done.stderr
    assert done.stderr.count("questions are shown instead") == 1


def test_no_model(person: Person, answer: Path) -> None:
    """The command that fetches it is named."""
    bare = person.environment | {"VOICECHECK_MODELS": str(person.root / "no")}
    default = person.run("checkin", "--no-speak", "--answer", str(answer), env=bare)
    assert_clear(default, 4, "base", "voicecheck model fetch base")
    assert_clear(person.checkin("--answer", str(answer), "--model", "huge"), 4, "huge")


def test_one_flipped_byte_in_the_model(person: Person, answer: Path) -> None:
    """The damaged file is named before it is loaded, and nothing was sealed for an answer that nobody gave."""
    shutil.copytree(person.models / "whisper" / "tiny.en", person.root / "models" / "whisper" / "tiny.en")
    weights = person.root / "models" / "whisper" / "tiny.en" / "model.bin"
    with weights.open("r+b") as file:
        file.seek(40_000_000)
        byte = file.read(1)
        file.seek(40_000_000)
        file.write(bytes([byte[0] ^ 1]))
    environment = person.environment | {"VOICECHECK_MODELS": str(person.root / "models")}
    done = person.checkin("--answer", str(answer), env=environment)
    assert_clear(done, 4, "model.bin")


def write_wav(path: Path, seconds: float, *, frames: bytes | None = None) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(frames if frames is not None else bytes(round(seconds * 32_000)))
    return path


@pytest.mark.parametrize("content", [b"", b"only some text, and no sound at all\n" * 40])
def test_answers_that_are_no_sound(person: Person, content: bytes) -> None:
    """An empty file and a text file are refused before anything is asked."""
    path = person.root / "answer.wav"
    path.write_bytes(content)
    assert_clear(person.checkin("--answer", str(path)), 3, "answer.wav")
    assert person.sealed == []


def test_an_answer_that_is_not_there(person: Person) -> None:
    """The path is named."""
    assert_clear(person.checkin("--answer", "/no/such/file.wav"), 3, "/no/such/file.wav")


def test_an_answer_of_three_hours_is_refused_with_its_length(person: Person) -> None:
    """A check-in answer has a longest time; the file says how long it is, and nothing is begun."""
    path = write_wav(person.root / "long.wav", 3 * 3600)
    assert_clear(person.checkin("--answer", str(path)), 3, "long.wav", "3:00:00")
    assert person.sealed == []


def test_a_damaged_file_gives_what_can_be_read(person: Person, answer: Path) -> None:
    """A file that is cut off is used up to there; noise behind a header is refused."""
    cut = person.root / "cut.wav"
    cut.write_bytes(answer.read_bytes()[: answer.stat().st_size * 2 // 3])
    done = person.checkin("--answer", str(cut))
    assert done.returncode == 0, done.stderr
    assert "nervous" in json.loads(done.stdout)["entries"][0]["text"].lower()
    junk = person.root / "junk.flac"
    junk.write_bytes(b"fLaC" + np.random.default_rng(1).bytes(5000))
    assert_clear(person.checkin("--answer", str(junk)), 3, "junk.flac")


def test_wrong_passphrase_and_wrong_key_file(person: Person) -> None:
    """Neither opens the vault, and the sentence says so."""
    assert person.run("vault", "create", "--key-file", str(person.root / "key")).returncode == 0
    other = person.root / "other"
    second = person.environment | {"VOICECHECK_HOME": str(person.root / "second"), "VOICECHECK_KEY_FILE": str(other)}
    assert person.run("entry", "list", env=second).returncode == 0
    assert_clear(person.run("entry", "list", "--key-file", str(other)), 5, "key")


def test_a_vault_in_use_seals_the_answer(person: Person, answer: Path) -> None:
    """A second check-in beside a running one falls back on the inbox and says so."""
    process = start_realtime(person, answer)
    wait_for_sealed(process, person, 5_000)
    done = person.checkin("--answer", str(answer))
    _, err = process.communicate(timeout=PATIENCE_S)
    assert done.returncode == 0 and process.returncode == 0, done.stderr + err
    assert "another" in done.stderr.lower()
    assert len(json.loads(person.run("entry", "list", "--json").stdout)) == 2


def test_unknown_pack_and_prompt(person: Person, answer: Path) -> None:
    """Exit code 2, and the nearest name."""
    assert_clear(person.checkin("--answer", str(answer), "--pack", "evenign"), 2, "evening")
    assert_clear(person.checkin("--answer", str(answer), "--prompt", "evening-wether"), 2, "evening-weather")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="a small file system needs root to be mounted")
def test_a_full_disk_keeps_what_was_durable(person: Person, answer: Path) -> None:
    """The disk fills while an answer is spoken: a clear sentence, and the answer is found again with more room."""
    home = person.root / "home"
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", str(home)], check=False)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        assert person.run("vault", "create", "--key-file", str(person.root / "key")).returncode == 0
        process = start_realtime(person, answer)
        wait_for_sealed(process, person, 8_000)
        filler = home / "filler"
        subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=1k"], check=False, stderr=subprocess.DEVNULL)
        _, err = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 5 and "Traceback" not in err, err
        assert "error: " in err and "hint: " in err
        filler.unlink()
        done = person.checkin("--answer", str(write_wav(person.root / "silence.wav", 1)))
        assert done.returncode == 0, done.stderr
        (entry,) = json.loads(person.run("entry", "list", "--json").stdout)
        assert entry["duration_s"] > 1
    finally:
        subprocess.run(["umount", str(home)], check=False)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root, to become another user")
def test_a_read_only_home(person: Person, answer: Path) -> None:
    """As a user who may not write there: one sentence and a way out."""
    with tempfile.TemporaryDirectory(prefix="home") as name:
        open_place = Path(name)
        open_place.chmod(0o755)
        sound = shutil.copy(answer, open_place / "answer.wav")
        home = open_place / "home"
        home.mkdir(mode=0o755)
        models = open_place / "models"
        shutil.copytree(person.models / "whisper" / "tiny.en", models / "whisper" / "tiny.en")
        subprocess.run(["chmod", "-R", "a+rX", str(models), str(sound)], check=True)
        environment = person.environment | {
            "VOICECHECK_HOME": str(home),
            "VOICECHECK_KEY_FILE": str(home / "key"),
            "VOICECHECK_MODELS": str(models),
            "HOME": str(home),
            "TMPDIR": name,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        done = subprocess.run(
            [_open_interpreter(), "-m", "voicecheck", "checkin", "--no-speak", "--model", "tiny.en", "--answer", sound],
            env=environment, user=65534, group=65534, extra_groups=[], cwd="/",
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip
    assert_clear(done, 1 if done.returncode == 1 else 5, str(home))


def _open_interpreter() -> str:
    """A Python of this version that another user may start; skips where there is none."""
    places = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    for path in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        try:
            subprocess.run(
                [path, "-c", "import click"], user=65534, group=65534, extra_groups=[], cwd="/", env=places, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return path
    return pytest.skip("the interpreter is closed to other users here")
