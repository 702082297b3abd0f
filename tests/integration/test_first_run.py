"""The first evening and the setup, by a person at a real terminal, with a sound card, a voice and Whisper."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.sound import VirtualSound
from tests.integration.terminal import CTRL_C, Terminal, converse
from tests.vault_samples import PASSPHRASE
from voicecheck.paths import find_paths
from voicecheck.settings.schema import load_settings
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey, from_words
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")

pytestmark = pytest.mark.waits

ANSWER = "We walked along the river, and nobody said much."
TWICE = (("New passphrase", PASSPHRASE), ("Once more", PASSPHRASE))
SKIPPED = (("Did you hear that?", ""), ("see this screen?", ""), ("own words aloud", ""))
NEXT_TURN, CLOSED, PAPER = "Your answer. Enter", "Enter to close", "twenty-four words on paper"


@pytest.fixture
def environment(sound: VirtualSound, models_folder: Path) -> dict[str, str]:
    """A person's: neither a key file nor CI, and English words on a screen that can be given back."""
    mine = {name: value for name, value in os.environ.items() if name not in ("CI", "VOICECHECK_KEY_FILE")}
    return mine | sound.env | {"VOICECHECK_MODELS": str(models_folder), "TERM": "xterm-256color", "COLUMNS": "100"}


def recovery_words(screen: str) -> list[str]:
    """As they stand on the screen, in their order."""
    found = dict(re.findall(r"(?<![\w.])(\d+)  ([a-z]{3,8})(?= |\r|\n)", screen))
    return [found[str(number)] for number in range(1, 25)]


def word_asked_for(screen: str) -> str:
    """The word whose number is asked for last."""
    number = re.findall(r"Word (\d+)", screen)[-1]
    return recovery_words(screen)[int(number) - 1]


def test_first_evening(environment: dict[str, str]) -> None:
    """From an empty home: a passphrase, Enter for the rest, a typed answer, the recovery key on the screen.

    The entry is then readable with the passphrase and with the words from the paper, and nothing was put into settings.
    """
    terminal = Terminal(["checkin", "--typed", "--count", "1"], environment)
    for question, line in (*TWICE, *SKIPPED, (NEXT_TURN, f"{ANSWER}\n")):
        assert terminal.wait_for(question), terminal.screen
        terminal.type(line)
    while terminal.wait_for(NEXT_TURN, CLOSED, PAPER) != PAPER:
        terminal.type("")  # a question may follow the answer, and the last sentence waits to be read
    terminal.type("")
    assert terminal.wait_for("when they are on paper")
    terminal.type("")
    for _ in range(3):
        assert terminal.wait_for("from the paper:")
        terminal.type(word_asked_for(terminal.screen))
    assert terminal.wait_for("tomorrow's question"), "the voice makes its sentences ahead, which takes a minute"
    terminal.type(CTRL_C)
    assert terminal.end() == 0, terminal.screen
    slots = KeySlots.load(find_paths().slots_file)
    assert slots.kinds == ("passphrase", "recovery")
    assert slots.unlock(RecoveryKey(from_words(" ".join(recovery_words(terminal.screen)))))
    with Vault.open(find_paths(), slots.unlock(Passphrase(PASSPHRASE))) as vault:
        (entry,) = vault.entries.list()
    assert entry.text == ANSWER
    assert not find_paths().settings_file.exists()
    reading = (("Passphrase", PASSPHRASE), ("Enter to close", ""))
    code, screen = converse(["entry", "show", entry.id], *reading, environment=environment)
    assert code == 0 and "river" in screen


def test_stopped_on_the_way(environment: dict[str, str]) -> None:
    """Ctrl-C behind the passphrase: the vault is whole, and the next evening begins with its question."""
    code, screen = converse(
        ["checkin", "--typed"], *TWICE, *SKIPPED[:2], ("own words", CTRL_C), environment=environment
    )
    assert code == 130, screen
    assert "Traceback" not in screen
    slots = KeySlots.load(find_paths().slots_file)
    Vault.open(find_paths(), slots.unlock(Passphrase(PASSPHRASE))).close()
    terminal = Terminal(["checkin", "--typed", "--count", "1"], environment)
    assert terminal.wait_for(NEXT_TURN), terminal.screen
    assert not any(question in terminal.screen for question in ("New passphrase", "Did you hear", "own words"))
    terminal.type(CTRL_C)
    assert terminal.end() == 130


def test_stopped_before_there_is_a_passphrase(environment: dict[str, str]) -> None:
    """Nothing is left behind, and the next start begins anew."""
    code, screen = converse(["checkin", "--typed"], TWICE[0], ("Once more", CTRL_C), environment=environment)
    assert code == 130, screen
    assert not find_paths().vault_folder.exists() or not find_paths().slots_file.exists()


def test_first_evening_with_a_silent_microphone(environment: dict[str, str]) -> None:
    """The virtual room is digital silence: it is said, and another microphone can be taken before the question."""
    muted = (("may be muted", "1"), ("may be muted", ""))
    rest = (("Did you hear that?", ""), *muted, ("see this screen?", ""), ("own words aloud", CTRL_C))
    code, screen = converse(["checkin"], *TWICE, *rest, environment=environment)
    assert code == 130, screen
    assert load_settings(find_paths().settings_file).microphone.device


def voicecheck(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voicecheck", *arguments],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    """The system's voice says hello, for as long as anybody may take to listen."""
    path = tmp_path / "hello.wav"
    subprocess.run(["espeak-ng", "-s", "140", "-w", str(path), "Hello. Good evening, my friend. " * 40], check=True)
    return path


def test_devices(sound: VirtualSound, environment: dict[str, str], hello: Path) -> None:
    """The sound card is listed; the tone comes out of it, and what is said into it comes back in words."""
    listed = json.loads(voicecheck(environment, "device", "list", "--json").stdout)
    assert {"pulse", "default"} <= {one["name"] for one in listed}
    assert {one["kind"] for one in listed if one["default"]} == {"loudspeaker", "microphone"}
    with sound.record() as heard, sound.speaking(hello):
        done = voicecheck(environment, "device", "test", "--seconds", "6", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["loudspeaker"]["ok"] and heard.loudest > 0.05
    assert found["microphone"]["level_dbfs"] > -40
    assert "evening" in found["microphone"]["words"].lower()


def test_silence_is_no_word(environment: dict[str, str]) -> None:
    """Digital silence is named, exit code 3, and Whisper adds no word to it."""
    done = voicecheck(environment, "device", "test", "--seconds", "1", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["microphone"]["words"] == ""


def test_recommendation(environment: dict[str, str]) -> None:
    """Measured with the model that is here, estimated for the larger ones, which take longer."""
    done = voicecheck(environment, "model", "recommend", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    models = {one["name"]: one for one in found["models"]}
    assert [name for name, one in models.items() if one["measured"]] == [found["measured"]]
    assert 0 < models["tiny.en"]["rtf"] < models["base"]["rtf"] < models["small"]["rtf"] < models["large-v3"]["rtf"]
    best = found["recommended"]
    assert best is None or models[best]["rtf"] <= found["most_rtf"]


def test_setup_by_flags(environment: dict[str, str]) -> None:
    """Without a person: what fits is written, a wrong name is exit code 2 and changes nothing."""
    right = ("setup", "--loudspeaker", "pulse", "--engine", "system", "--aloud", "all")
    wrong = voicecheck(environment, *right, "--microphone", "no such thing")
    assert (wrong.returncode, find_paths().settings_file.exists()) == (2, False)
    done = voicecheck(environment, *right)
    assert done.returncode == 0, done.stderr
    found = load_settings(find_paths().settings_file)
    assert (found.loudspeaker.device, found.voice.engine, found.checkin.aloud) == ("pulse", "system", "all")
    nothing = voicecheck(environment, "setup")
    assert (nothing.returncode, nothing.stderr.count("error:")) == (2, 1)


def test_setup_with_a_person(sound: VirtualSound, environment: dict[str, str], hello: Path) -> None:
    """Each device by ear: the tone, the words that were heard; a voice is heard and taken; the summary ends it."""
    terminal = Terminal(["setup"], environment)
    assert terminal.wait_for("Did you hear that?")
    terminal.type("")
    assert terminal.wait_for("Say hello.")
    with sound.speaking(hello):
        assert terminal.wait_for("Heard:"), terminal.screen
    for question, line in (
        ("another microphone", ""), ("hear it", "1"), ("Enter: take", ""), ("own words too", "n"), ("measure", "")
    ):  # fmt: skip
        assert terminal.wait_for(question), terminal.screen
        terminal.type(line)
    while terminal.wait_for("Enter: leave it"):
        terminal.type("")
    assert terminal.end() == 0, terminal.screen
    found = load_settings(find_paths().settings_file)
    assert (found.checkin.aloud, found.voice.engine != "auto") == ("nothing", True)
    assert "settings.toml" in terminal.screen
