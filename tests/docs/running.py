"""How a line of the documents is run: what stands for its placeholders, what is typed into it, and what is not run.

The tables are read by `tests/integration/test_docs.py`. The first part of a table's key is the command's beginning;
the longest that fits counts.
"""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np

from tests.diary_samples import TEXTS, diary_entry, make_diary
from tests.docs.pages import ROOT, toml_of
from voicecheck import clock
from voicecheck.clock import local_date
from voicecheck.domain import Family, PrivateWord, Quadrant
from voicecheck.paths import Paths
from voicecheck.speech.audio import OpusPages
from voicecheck.utterance import OwnName, Topic, TopicKind
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.vault import Vault

T = TypeVar("T")
SPOKEN = "I was nervous before the meeting this morning, and then I felt relieved when it was over."
AT_THE_START = dict(os.environ)
"""taken once: commands run on threads, and pytest changes the environment meanwhile"""
LIMIT_S = 240.0  # some run at once, and a busy machine takes its time

# What stands for a word in capitals, or for what a test machine lacks. {tiny} and {base} are folders of Whisper models,
# {voice} is that of a voice, {newest} an entry's id.
PLACEHOLDERS: dict[str, dict[str, str]] = {
    "": {
        "ID": "{newest}",
        "FILE": "answer.wav",
        "FILE.jsonl": "utterances.jsonl",
        "FOLDER": "folder",
        "BACKUP": "vault.backup",
        "PACK": "mine.toml",
        "PATH": "another.key",
        "NAME": "Kim",
        "DAY": "{day}",
        "CODE": "en",
    },
    "tag": {"FILE": "said.txt"},
    "import json": {"all.json": "exported.json"},
    "import dayone": {"FILE": "dayone.zip"},
    "import daylio": {"FILE": "daylio.csv"},
    "import journey": {"FILE": "journey.zip"},
    "import jrnl": {"FILE": "journal.txt"},
    "import markdown": {"FOLDER": "notes"},
    "import csv": {"FILE": "table.csv"},
    "import csv FILE --date day": {"FILE": "days.csv"},
    "vault move out": {"FILE": "all.move"},
    "vault move in": {"FILE": "there.move"},
    "voice test": {"af_heart": "en_US-joe-medium"},  # af_heart is not everywhere
    "voice fetch": {"af_heart": "en_US-joe-medium"},
    "voice import": {"FOLDER": "{voice}"},
    "device test": {"NAME": "pulse"},
    "entry share": {"FILE": "sentence.txt"},
    "model import": {"FOLDER": "{tiny}"},
    "model import FOLDER --name base": {"FOLDER": "{base}"},
}

# A sound file in the microphone's place, the smallest model, and yes where a person would be asked. Where a line
# already names one of these, it is left alone.
ONE_ANSWER = ("--answer", "answer.wav", "--model", "tiny.en")
ADDED: dict[str, tuple[str, ...]] = {
    "checkin": ONE_ANSWER,
    "checkin --typed": (),
    "checkin --answer": (),
    "checkin --with": ("--typed",),
    "checkin --count": ("--typed",),
    "checkin --pack": ("--typed",),
    "checkin --prompt": ("--typed",),
    "checkin --no-speak": ("--typed",),
    "journal": ("--typed",),
    "transcribe": ("--model", "tiny.en"),
    "import audio": ("--model", "tiny.en"),
    "entry delete": ("--yes",),
    "entry edit ID --forget": ("--yes",),
    "entry share": ("--save", "sentence.txt"),
    "vault erase": ("--yes",),
    "vault restore": ("--yes",),
    "vault move in": ("--yes",),
    "vault slots remove": ("--yes",),
    "vault rekey": ("--yes",),
    "checkin --model": ("--answer", "answer.wav"),
    "voice fetch": ("--no-prepare",),
}

# What a person types or a program pipes in.
TYPED = {
    "checkin": "I felt calm today.\n",
    "journal": "I felt calm today, and I do not know why.\n",
    "checkin --with": "I felt calm today.\n.\nAnd I was glad.\n",
    "entry edit": "I felt calm, and a little proud.\n",
    "entry edit ID --forget": "1\n",
    "entry search": "feeling:calm\n",
    "entry share": "calm\nwe walked home\nan evening without plans\n",
    "entry tag ID --add": '{"family": "shame"}',
    "entry tag ID --change": '{"family": "shame", "negated": true}',
    "feeling words add": '{"word": "low tide", "family": "sadness"}',
    "name add": "Aoife = Eva\n",
    "name remove": "Niamh\n",
    "feeling topics add": "Anna\n",
    "feeling topics remove": "Anna\n",
    "feeling words remove": "wound up tight\n",
    "tag --jsonl": '{"id": 1, "text": "I was sad, not angry."}\n',
}

# On a terminal: each question, and what is typed at it.
PASSPHRASE = "three grey herons"
BY_HAND = {
    "vault passwd": (("New passphrase", PASSPHRASE), ("Once more", PASSPHRASE), ("Give the vault a new key", "n")),
    "vault create": (("New passphrase", PASSPHRASE), ("Once more", PASSPHRASE)),
}
WITHOUT_A_VAULT = ("vault create",)
WITH_TWO_KEYS = ("vault slots remove",)

# These make or take sound: they get the virtual sound card.
WITH_SOUND = ("entry play", "voice test", "doctor", "device")

# Dear ones: where the documents also show them with --json, that is what is run, once.
DEAR = ("transcribe", "import audio", "doctor")

# Only their --help is run here, and why.
ONLY_HELP = {
    "open": "it stays until somebody ends it; tests/browser starts it for real",
    "review": "it stays until somebody ends it; tests/browser starts it for real",
    "vault slots add recovery": "its words are read from the screen; tests/unit/test_vault_cli.py does it",
    "vault recover": "the same",
    "vault slots add keychain": "a test machine has no login keychain; tests/unit/test_vault_slots.py",
    "setup": "it asks a person, and would change this computer's own timers; tests/unit/test_setup.py",
    "remind set": "it would change this computer's own timers; tests/unit/test_remind_cli.py",
    "remind off": "the same",
    "import watch FOLDER": "the same; tests/unit/test_watch_starters.py",
    "import watch --off": "the same",
    "remind test": "it would put a notification on somebody's screen; test_reminder.py",
    "settings edit": "it opens an editor; tests/unit/test_settings_cli.py",
    "model recommend": "it measures for ten seconds; tests/unit/test_pace.py",
    "vault move done": "it takes what another computer shows; tests/integration/test_moving.py",
    "vault move undo": "it takes back what another command did; tests/unit/test_vault_moving.py",
    "vault move in FILE --recovery-key": "its words are typed by a person; tests/unit/test_vault_moving.py",
    "voice prepare": "it takes minutes; test_voices.py",
}

# Lines for other machines or for once, and why none is run by a test.
NOT_RUN = {
    "sudo": "another distribution's package manager",
    "pipx": "an installer of its own; tests/integration/test_wheel.py installs the wheel",
    "uv": "the same",
    "python3": "an installation on macOS",
    "py": "an installation on Windows",
    ".venv/bin/pip": "adds to an installation; half a gigabyte for the graphics card",
    ".venv/bin/voicecheck": "an installation on macOS",
    ".venv\\Scripts\\voicecheck": "an installation on Windows",
    "ln": "changes the person's own folder",
    "osacompile": "makes an icon on macOS",
    "rm": "takes the installation away",
    "git": "needs the network",
    "python": "",  # a script of this repository: it is looked whether it is there
}


def of(table: Mapping[str, T], words: tuple[str, ...]) -> T | None:
    """The entry of the longest beginning of a command, its words after `voicecheck`."""
    words = words[1:] if words[:1] == ("--debug",) else words
    fitting = [key for key in table if words[: len(key.split())] == tuple(key.split())]
    return table[max(fitting, key=len)] if fitting else None


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    errors: str


@dataclass(frozen=True)
class Diary:
    """A folder with a prepared home, a made-up diary, and the files that the commands are given."""

    folder: Path
    models: Path

    @property
    def environment(self) -> dict[str, str]:
        user = self.folder / "user"
        places = {
            "VOICECHECK_HOME": str(self.folder / "home"),
            "VOICECHECK_KEY_FILE": str(self.folder / "vault.key"),
            "VOICECHECK_MODELS": str(self.models),
            "HOME": str(user),
            "XDG_CONFIG_HOME": str(user),
            "XDG_DATA_HOME": str(user),
            "XDG_CACHE_HOME": str(user),
            "XDG_RUNTIME_DIR": str(user),
            "PULSE_SERVER": "unix:/nonexistent",
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",  # some run at once, and threads that wait for a core cost one
        }
        return AT_THE_START | places

    @property
    def paths(self) -> Paths:
        home = self.folder / "home"
        return Paths(home / "settings.toml", home / "prompts", home / "resources", home / "vault", self.models)

    def fill(self, words: tuple[str, ...]) -> list[str]:
        """The words with something in the place of each placeholder, and what is added to be run without a person."""
        values = PLACEHOLDERS[""] | (of(PLACEHOLDERS, words) or {})
        known = {
            "{tiny}": str(self.models / "whisper" / "tiny.en"),
            "{base}": str(self.models / "whisper" / "base"),
            "{voice}": str(self.models / "voice" / "en_US-joe-medium"),
            "{newest}": (self.folder / "newest").read_text(encoding="utf-8"),
            "{day}": (self.folder / "day").read_text(encoding="utf-8"),
        }
        filled = [values.get(word, word) for word in words]
        filled = [known.get(word, word) for word in filled]
        added = of(ADDED, words) or ()
        return filled + ([] if set(added[:1]) & set(filled) else list(added))

    def run(self, arguments: list[str], typed: str = "", **variables: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "voicecheck", *arguments], cwd=self.folder, env=self.environment | variables,
            input=typed, capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def converse(self, arguments: list[str], answers: tuple[tuple[str, str], ...], **variables: str) -> Done:
        """On a terminal: once each question is there, type its answer."""
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "voicecheck", *arguments],
            cwd=self.folder,
            env=self.environment | variables,
            preexec_fn=lambda: os.login_tty(slave),
            pass_fds=(slave,),
        )
        os.close(slave)
        screen, seen, ends_at = "", 0, time.monotonic() + LIMIT_S
        for question, line in (*answers, ("", "")):
            while not question or question not in screen[seen:]:
                ready, _, _ = select.select([master], [], [], max(0.0, ends_at - time.monotonic()))
                assert ready, screen
                try:
                    screen += os.read(master, 4096).decode()
                except OSError:  # the other end is closed
                    break
            seen = len(screen)
            if line:
                os.write(master, f"{line}\n".encode())
        os.close(master)
        return Done(process.wait(LIMIT_S), screen, screen)


def make_diary_home(folder: Path, models: Path) -> Diary:
    """Thirty evenings up to yesterday, the newest with its sound; a word of one's own; a backup; files to give."""
    diary = Diary(folder, models)
    for name in ("home", "user", "folder"):
        (folder / name).mkdir(mode=0o700)
    key = create_vault(diary.paths, KeyFile(folder / "vault.key"))
    newest = clock.now() - timedelta(days=1)
    encoder = OpusPages()
    sound = encoder.feed(np.zeros(16_000 * 3, np.float32)) + encoder.flush()
    with Vault.open(diary.paths, key) as vault:
        vault.entries.add_all(make_diary(30, until=newest - timedelta(days=1)))
        entry = diary_entry(TEXTS[3], newest)
        vault.entries.add(entry, sound)
        vault.names.add(OwnName("Aoife", ("Eva",)))
        vault.names.add(OwnName("Niamh"))
        vault.topics.add(Topic("Anna", TopicKind.PERSON))
        vault.words.add(PrivateWord("wound up tight", Family.ANXIETY, Quadrant.UNPLEASANT_HIGH))
    (folder / "said.txt").write_text(f"{TEXTS[3]}\n", encoding="utf-8")
    _journals(folder)
    (folder / "mine.toml").write_text(toml_of(ROOT / "docs" / "packs.md"), encoding="utf-8")
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(folder / "answer.wav"), SPOKEN], check=True)
    (folder / "newest").write_text(entry.id, encoding="utf-8")
    (folder / "day").write_text(local_date(newest).isoformat(), encoding="utf-8")
    corrected = ["entry", "tag", "last", "--remove", "1"]
    for made in (corrected, ["entry", "export", "exported.json"], ["vault", "backup", "vault.backup"]):
        done = diary.run(made)
        assert done.code == 0, done.errors
    _moved(diary)
    return diary


def _moved(diary: Diary) -> None:
    """Move out, and go on here after all: a file to move in."""
    for made in (["vault", "move", "out", "there.move"], ["vault", "move", "undo", "--yes"]):
        done = diary.run(made)
        assert done.code == 0, done.errors


def _journals(folder: Path) -> None:
    """Exports of other journals."""
    one = {"uuid": "1", "creationDate": "2019-07-06T19:30:00Z", "timeZone": "Europe/Vienna", "text": "I was glad."}
    with zipfile.ZipFile(folder / "dayone.zip", "w") as archive:
        archive.writestr("Journal.json", json.dumps({"entries": [one | {"tags": ["sea"], "photos": [{}]}]}))
    with zipfile.ZipFile(folder / "journey.zip", "w") as archive:
        archive.writestr("1.json", json.dumps({"id": "1", "date_journal": 1625173200000, "text": "<p>Calm.</p>"}))
    daylio = "full_date,date,weekday,time,mood,activities,note_title,note\n2023-05-06,May 6,Saturday,21:30,good,sea,,\n"
    (folder / "daylio.csv").write_text(daylio, encoding="utf-8")
    (folder / "journal.txt").write_text("[2023-05-06 21:30] A calm day.\n", encoding="utf-8")
    (folder / "table.csv").write_text("date,text\n2023-05-06,A calm day.\n", encoding="utf-8")
    (folder / "days.csv").write_text("day,note,tags,mood\n2023-05-06,A calm day.,sea,good\n", encoding="utf-8")
    (folder / "notes").mkdir()
    (folder / "notes" / "2023-05-06.md").write_text("A calm day.\n", encoding="utf-8")
