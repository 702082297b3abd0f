"""Files that a folder must hold to be a Whisper model in CTranslate2's format."""

from __future__ import annotations

import json
from pathlib import Path

from voicecheck.errors import ModelError


def require_whisper(folder: Path) -> None:
    """Raise ModelError unless `folder` looks like a Whisper model in CTranslate2's format."""
    hint = "A folder made by ct2-transformers-converter with tokenizer.json is needed; see `voicecheck model list`."
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise ModelError(f"{folder} is not a Whisper model for CTranslate2: {name} is missing.", hint)
    if not any((folder / f"vocabulary.{ending}").is_file() for ending in ("txt", "json")):
        raise ModelError(f"{folder} is not a Whisper model for CTranslate2: vocabulary.* is missing.", hint)
    for name in ("config.json", "tokenizer.json"):
        try:
            json.loads((folder / name).read_bytes())
        except (OSError, ValueError) as error:
            raise ModelError(f"{name} in {folder} cannot be read.", hint) from error
    try:
        with (folder / "model.bin").open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise ModelError(f"model.bin in {folder} cannot be read.", hint) from error
    # CTranslate2 writes the name of the model's specification after the format's version number.
    if b"WhisperSpec" not in head:
        raise ModelError(f"{folder / 'model.bin'} is not a Whisper model for CTranslate2.", hint)
