"""What every test gets: a home of its own, so that none can reach a person's vault, settings or models."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # the tests load onnxruntime without the guard, and it would report home
# A busy computer is no fault of the code, and a run does not depend on chance: the examples of a property are the same
# each time. `pytest tests/unit --hypothesis-profile explore` draws others, and many.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, derandomize=False, max_examples=1000)
settings.load_profile("repeatable")

# What is started in the background or by nohup inherits signals that are ignored; the tests send them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty VOICECHECK_HOME; HOME and the platform's folders lie beside it, and no key file is named."""
    root = tmp_path_factory.mktemp("person")
    root.chmod(0o700)
    home = root / "voicecheck"
    monkeypatch.setenv("VOICECHECK_HOME", str(home))
    monkeypatch.setenv("HOME", str(root))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(root / name.lower()))
    for name in ("VOICECHECK_KEY_FILE", "VOICECHECK_MODELS", "LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return home


_MODELS = os.environ.get("VOICECHECK_MODELS", "")  # read before any test hides it


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """The folder with real models that the test run was given by VOICECHECK_MODELS; skips without one."""
    folder = Path(_MODELS)
    if not _MODELS or not list(folder.glob("whisper/*/model.bin")):
        pytest.skip("needs a folder with Whisper models, named by VOICECHECK_MODELS")
    return folder.absolute()
