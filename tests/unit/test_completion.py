"""The Tab key: in a real bash, quick, and silent about all that is kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.test_cli import HEAVY
from tests.vault_samples import make_entry, make_vault
from voicecheck.cli.app.completion import LINES, VARIABLE
from voicecheck.cli.main import COMMANDS, run
from voicecheck.settings.schema import every_setting
from voicecheck.vault.vault import Vault

ROOT = Path(__file__).parents[2]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with `voicecheck` in it, as on a person's PATH."""
    path = tmp_path / "bin" / "voicecheck"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m voicecheck "$@"\n')
    path.chmod(0o755)
    return path.parent


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("remi", ["remind"]),
        ("remind s", ["set", "status"]),
        ("checkin --pack nam", ["naming", "naming-de"]),
        ("settings show whisper.", ["whisper.model", "whisper.language", "whisper.device", "whisper.beam_size"]),
        ("checkin --device ", ["auto", "cpu", "cuda"]),
        ("entry show ", []),
    ],
)
def test_in_a_real_bash(typed: str, offered: list[str], program: Path) -> None:
    """The printed script makes bash offer what fits, and says in its last line where to put it."""
    words = ["voicecheck", *typed.split(" ")]
    script = f"""
set -eu
eval "$(voicecheck completion bash)"
complete -p voicecheck >&2
COMP_WORDS=({" ".join(f"'{word}'" for word in words)})
COMP_CWORD={len(words) - 1}
_voicecheck_completion voicecheck
printf '%s\\n' "${{COMPREPLY[@]:-}}"
"""
    environment = os.environ | {"PATH": f"{program}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert [line for line in done.stdout.splitlines() if line] == offered
    assert "voicecheck" in done.stderr


@pytest.mark.parametrize("shell", list(LINES))
def test_each_shell_has_its_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It asks the program by its own variable, and ends with the line for the shell's file, as a comment."""
    assert run(["completion", shell]) == 0
    printed = capsys.readouterr()
    assert VARIABLE in printed.out
    assert printed.out.splitlines()[-1].startswith("# ")
    assert LINES[shell] in printed.out.splitlines()[-1]
    assert printed.err == ""


def completed(*words: str) -> tuple[list[str], list[str]]:
    """What is offered for the last of `words`, and which modules were loaded for it, with the guard as ever."""
    script = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))\n"
        "from voicecheck.__main__ import main\nmain()"
    )
    environment = os.environ | {
        VARIABLE: "bash_complete",
        "COMP_WORDS": " ".join(["voicecheck", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    modules: list[str] = json.loads(done.stderr.splitlines()[-1])
    offered = [line.partition(",")[2] for line in done.stdout.splitlines()]
    return [name for name in offered if name], modules  # of a file's place only the kind is told: the shell knows files


def test_commands_come_from_the_table() -> None:
    """To offer the commands none of them is imported."""
    offered, modules = completed("")
    assert offered == list(COMMANDS)
    assert [m for m in modules if m.startswith("voicecheck.cli.") and m not in IN_ANY_CASE] == []


IN_ANY_CASE = {"voicecheck.cli.start", "voicecheck.cli.main", "voicecheck.cli.app", "voicecheck.cli.app.completion"}
EVERY_COMPLETER = [
    (("checkin", "--prompt", ""), "evening-weather"),
    (("checkin", "--pack", ""), "evening"),
    (("checkin", "--model", ""), "base"),
    (("prompt", "show", ""), "evening-weather"),
    (("prompt", "next", "--pack", ""), "listening"),
    (("model", "fetch", ""), "tiny.en"),
    (("model", "verify", ""), "en_US-joe-medium"),
    (("voice", "fetch", ""), "en_US-joe-medium"),
    (("settings", "show", "voice."), "voice.rate"),
    (("help-now", "--country", ""), "IE"),
]


@pytest.mark.parametrize(
    ("words", "among"), EVERY_COMPLETER, ids=lambda value: " ".join(value) if isinstance(value, tuple) else value
)
def test_names_are_offered_without_anything_heavy(words: tuple[str, ...], among: str) -> None:
    """Questions, packs, models, voices, settings and countries; neither sound nor Whisper nor the vault is loaded."""
    offered, modules = completed(*words)
    assert among in offered
    assert [m for m in modules if m.split(".")[0] in HEAVY or m.startswith("voicecheck.vault")] == []
    assert "voicecheck.offline" in modules


@pytest.mark.parametrize(
    "words",
    [
        *(("entry", verb) for verb in ("show", "edit", "play", "delete", "tag", "share", "search", "export")),
        ("feeling", "explain"),
    ],
)
def test_nothing_of_the_vault_is_offered(words: tuple[str, ...]) -> None:
    """With an entry in the vault, and a key that would open it, no id of it appears."""
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        vault.entries.add(make_entry())
    offered, modules = completed(*words, "")
    assert offered == []
    assert "sqlcipher3" not in modules


def test_a_broken_file_offers_less_and_says_nothing(home: Path) -> None:
    """A pack that cannot be read does not spoil the line that is being typed."""
    (home / "prompts").mkdir(parents=True)
    (home / "prompts" / "bad.toml").write_text("oops")
    (home / "settings.toml").write_text("oops")
    assert "evening" in completed("checkin", "--pack", "")[0]
    assert len(completed("settings", "show", "")[0]) == len(every_setting())
