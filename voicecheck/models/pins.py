"""Hashes of files for which the catalog has none, as they were first fetched: `pins.json` in the models folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

from voicecheck.errors import ModelError
from voicecheck.files import write_atomically

PINS_FILE = "pins.json"


def pins_of(key: str, models_folder: Path) -> Mapping[str, str]:
    """File name -> sha256 of the weights called KIND/NAME. Raises ModelError for a broken file."""
    return read_pins(models_folder).get(key, {})


def read_pins(models_folder: Path) -> dict[str, dict[str, str]]:
    """KIND/NAME -> file name -> sha256. Raises ModelError for a broken file."""
    path = models_folder / PINS_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read.", "Move it away, and fetch the models again.") from error


def write_pins(key: str, models_folder: Path, hashes: Mapping[str, str]) -> None:
    """Remember `hashes` (file name -> sha256) for the weights called KIND/NAME. Raises OSError."""
    pins = read_pins(models_folder) | {key: dict(hashes)}
    content = json.dumps(pins, indent=1, sort_keys=True) + "\n"
    write_atomically(models_folder / PINS_FILE, content.encode())
