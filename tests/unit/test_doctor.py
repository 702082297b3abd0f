"""The doctor: a tick or a cross for every part, the code of the first that fails, a report without private words."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from voicecheck.cli.app import App
from voicecheck.cli.main import run
from voicecheck.cli.setup import doctor
from voicecheck.errors import AudioError, ExitCode, ModelError, VaultError
from voicecheck.files import make_private_folder
from voicecheck.models.catalog import ModelFolder
from voicecheck.offline import GuardStatus
from voicecheck.speech.whisper.graphics import CUBLAS, Graphics
from voicecheck.vault.keys.key_file import KeyFile

DEVICE = "Bob's AirPods"
WHOLE = GuardStatus(True, True, True, True, "", True)


@pytest.fixture
def parts(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A machine on which everything works; a test breaks one part by putting an error or another value in."""
    state: dict[str, Any] = {
        "guard": WHOLE, "model": ModelFolder("base", home / "models" / "base", ("multilingual",)), "voice": "Piper joe",
        "loudspeaker": None, "microphone": (DEVICE, -41.0),
    }  # fmt: skip

    def give(name: str) -> Any:
        def look(*_: object, **__: object) -> Any:
            if isinstance(state[name], Exception):
                raise state[name]
            return state[name]

        return look

    monkeypatch.setattr("voicecheck.offline.guard_status", give("guard"))
    monkeypatch.setattr("voicecheck.models.catalog.find_model", give("model"))
    monkeypatch.setattr("voicecheck.speech.voice.voices.describe_voice", give("voice"))
    monkeypatch.setattr("voicecheck.speech.voice.speaker.check_loudspeaker", give("loudspeaker"))
    monkeypatch.setattr("voicecheck.speech.microphone.measure_level", give("microphone"))
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    return state


def found(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    code = run(["doctor", "--json", *options])
    shape: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {check["name"]: check for check in shape["checks"]} | {"code": code, "all": shape["ok"]}


@pytest.mark.usefixtures("parts")
def test_whole_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """Where every part works there is a tick for each, and the exit code is 0 also without a vault yet."""
    result = found(capsys)
    assert (result["code"], result["all"]) == (0, True)
    assert all(result[name]["ok"] for name, *_ in doctor._PARTS if name != "keychain")
    assert "-41 dBFS" in result["microphone"]["detail"]


def test_what_may_be_missing_gets_no_cross(
    parts: dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a keychain, which nothing here needs, a dash stands and no cross; a broken voice keeps its cross."""

    def no_keychain() -> None:
        raise VaultError("There is no keychain.", "Use the passphrase.")

    monkeypatch.setattr("voicecheck.vault.keys.keychain.find_keychain", no_keychain)
    assert run(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "– keychain: There is no keychain." in shown and "✗" not in shown
    parts["voice"] = AudioError("No such voice.", "Choose another.")
    assert run(["doctor"]) == 0
    assert "✗ voice: No such voice." in capsys.readouterr().out
    assert found(capsys)["keychain"]["ok"] is False
    monkeypatch.setattr("voicecheck.vault.create.vault_exists", lambda _: True)
    monkeypatch.setattr("voicecheck.vault.keys.slots.KeySlots.load", lambda _: SimpleNamespace(kinds=["keychain"]))
    assert not doctor.check_keychain(App()).may_miss


@pytest.mark.parametrize(
    ("part", "broken", "name", "code"),
    [
        ("model", ModelError("The model is damaged.", "Fetch it."), "model", ExitCode.MODEL),
        ("microphone", AudioError("No microphone.", "Plug it in."), "microphone", ExitCode.AUDIO),
        ("microphone", (DEVICE, float("-inf")), "microphone", ExitCode.AUDIO),
        ("microphone", (DEVICE, -120.0), "microphone", ExitCode.AUDIO),
        ("guard", GuardStatus(), "network guard", ExitCode.GENERAL),
    ],
)
def test_broken_part(
    parts: dict[str, Any], capsys: pytest.CaptureFixture[str], part: str, broken: Any, name: str, code: ExitCode
) -> None:
    """A part that a check-in needs and that fails gets a cross, a next step, and decides the exit code."""
    parts[part] = broken
    result = found(capsys)
    assert (result["code"], result["all"]) == (code, False)
    assert not result[name]["ok"]
    assert result[name]["next_step"]


@pytest.mark.parametrize("part", ["voice", "loudspeaker"])
def test_part_that_can_be_missing(parts: dict[str, Any], capsys: pytest.CaptureFixture[str], part: str) -> None:
    """Without a voice or a loudspeaker the questions are shown, so a cross there is no failure."""
    parts[part] = AudioError("None here.", "Install one.")
    result = found(capsys)
    assert (result["code"], result[part]["ok"]) == (0, False)


def test_first_failing_part_decides(parts: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Of two failing parts the first in the list gives the code, and both are shown."""
    parts["model"] = ModelError("Missing.")
    parts["microphone"] = AudioError("Missing.")
    assert run(["doctor"]) == ExitCode.MODEL
    printed = capsys.readouterr().out
    assert printed.count("✗ m") == 2


def test_guard_without_kernel_filter(parts: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Where the kernel refuses the filter, the reason is shown and the check-in still works."""
    parts["guard"] = GuardStatus(True, True, False, True, "The kernel refused the filter.")
    result = found(capsys)
    assert result["code"] == 0
    assert "The kernel refused the filter." in result["network guard"]["detail"]


@pytest.mark.usefixtures("parts")
def test_damaged_key_slots(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Key slots that cannot be read are found without opening anything."""
    make_private_folder(home / "vault")
    (home / "vault" / "keys.json").write_text("{")
    result = found(capsys)
    assert (result["code"], result["vault"]["ok"]) == (ExitCode.VAULT, False)


def test_vault_is_described_without_a_key(parts: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """How the vault opens is said; nothing is opened, and a missing database is found."""
    from voicecheck.vault.create import create_vault

    paths = App().paths
    create_vault(paths, KeyFile(paths.vault_folder.parent / "key"))
    assert found(capsys)["vault"]["detail"] == "opens with key file"
    paths.vault_file.unlink()
    assert found(capsys)["code"] == ExitCode.VAULT


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_report_tells_nothing_private(
    parts: dict[str, Any], home: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    """No path, no device's name, no count and no error's text is in a report, whole or broken."""
    from voicecheck.vault.create import create_vault

    paths = App().paths
    create_vault(paths, KeyFile(home / "key"))
    make_private_folder(paths.inbox_folder)
    (paths.inbox_folder / "x.sealed").write_bytes(b"")
    for broken in (None, AudioError(f"{DEVICE} of {Path.home()} is gone."), ModelError(f"{home} is damaged.")):
        if broken is not None:
            parts["microphone"] = parts["model"] = parts["loudspeaker"] = broken
        run(["doctor", "--report", *options])
        printed = capsys.readouterr().out
        assert "versions" in printed
        for private in (DEVICE, "Bob", str(home), str(Path.home()), "sealed", "waiting"):
            assert private not in printed


@pytest.mark.parametrize(
    ("graphics", "ok", "step"),
    [
        (Graphics(0, False, (CUBLAS,)), True, ""),
        (Graphics(0, True, (CUBLAS,)), False, "driver"),
        (Graphics(1, True, (CUBLAS,)), False, "pip install nvidia-cublas-cu12"),
        (Graphics(1, True, ()), True, ""),
    ],
)
@pytest.mark.usefixtures("parts")
def test_graphics_card(
    graphics: Graphics, ok: bool, step: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has a card learns what keeps Whisper from it, with the line to type; it is never an error."""
    monkeypatch.setattr("voicecheck.speech.whisper.graphics.look", lambda: graphics)
    result = found(capsys)
    assert result["graphics card"]["ok"] == ok
    assert step in result["graphics card"]["next_step"]
    assert bool(step) == bool(result["graphics card"]["next_step"])
    assert result["code"] == 0
