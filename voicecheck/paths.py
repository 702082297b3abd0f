"""Folders and files of the program. VOICECHECK_HOME puts all into one folder; else the platform's own places."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from voicecheck.errors import UsageError

APP = "voicecheck"


@dataclass(frozen=True, slots=True)
class Paths:
    settings_file: Path
    prompts_folder: Path
    """the person's own packs"""
    resources_folder: Path
    """help lines of the person's own"""
    vault_folder: Path
    models_folder: Path
    """Whisper models and voices; shared between homes by VOICECHECK_MODELS"""

    @property
    def vault_file(self) -> Path:
        return self.vault_folder / "vault.db"

    @property
    def slots_file(self) -> Path:
        """Key slots and the public half of the inbox key."""
        return self.vault_folder / "keys.json"

    @property
    def tones_told_file(self) -> Path:
        """Empty; there once the meaning of the tones was told to whoever sees no screen."""
        return self.settings_file.with_name("tones-told")

    @property
    def prepared_folder(self) -> Path:
        """Sound of sentences that are the same for everybody."""
        return self.vault_folder.parent / "prepared"

    @property
    def inbox_folder(self) -> Path:
        return self.vault_folder / "inbox"

    @property
    def runtime_folder(self) -> Path:
        """Files of a page that runs, which hold nothing of what was said and go with it."""
        session = os.environ.get("XDG_RUNTIME_DIR", "")
        if session.startswith("/") and not os.environ.get("VOICECHECK_HOME"):
            return Path(session) / APP
        return self.vault_folder.parent / "run"

    @property
    def drawn_file(self) -> Path:
        """Prompt ids drawn ahead for evenings on which the vault stays locked."""
        return self.vault_folder / "next.json"

    @property
    def invitation_file(self) -> Path:
        """Fate of the last invitation aloud."""
        return self.vault_folder / "invited.json"


def find_paths() -> Paths:
    """Return the paths. Raises UsageError where an environment variable names the home of nobody."""
    home = os.environ.get("VOICECHECK_HOME")
    if home:
        root = _place("VOICECHECK_HOME", home)
        config, data = root, root
    else:
        import platformdirs

        config = Path(platformdirs.user_config_path(APP, appauthor=False))
        data = Path(platformdirs.user_data_path(APP, appauthor=False))
    models = os.environ.get("VOICECHECK_MODELS")
    return Paths(
        settings_file=config / "settings.toml",
        prompts_folder=config / "prompts",
        resources_folder=config / "resources",
        vault_folder=data / "vault",
        models_folder=_place("VOICECHECK_MODELS", models) if models else data / "models",
    )


def _place(variable: str, value: str) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError as error:  # ~name, and nobody has that name
        raise UsageError(f"{variable} is {value}, and there is no such home.", "Name a folder in full.") from error
