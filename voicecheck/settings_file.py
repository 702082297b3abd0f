"""Changing single values of the settings file; every other line stays as the person wrote it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from voicecheck.errors import UsageError
from voicecheck.paths import make_private_folder, write_atomically
from voicecheck.settings import parse_settings

Value: TypeAlias = str | float

_HEADER = re.compile(r"\s*\[\s*([\w.-]+)\s*\]\s*(?:#.*)?$")


def change_settings(path: Path, values: Mapping[str, Value]) -> None:
    """Write these values, as `vault.keep_audio`; all of them or none. Raises UsageError for one that does not fit."""
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        content = ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The settings {path} cannot be read.", "Check its permissions and that it is text."
        ) from error
    parse_settings(content, str(path))  # what is broken already is not made worse
    for key, value in values.items():
        group, _, name = key.rpartition(".")
        content = with_value(content, group, name, value)
    parse_settings(content, str(path))
    make_private_folder(path.parent)
    try:
        write_atomically(path, content.encode())
    except OSError as error:
        raise UsageError(
            f"The settings {path} cannot be written: {error.strerror or error}.", "Check who owns the folder."
        ) from error


def written_keys(path: Path) -> frozenset[str]:
    """The settings that stand in the file, as `vault.keep_audio`; none where there is no file that can be read."""
    try:
        groups = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(f"{group}.{key}" for group, values in groups.items() if isinstance(values, dict) for key in values)


def with_value(content: str, group: str, name: str, value: Value) -> str:
    """`content`, valid TOML, with `name` of `[group]` set; a comment behind the old value stays."""
    lines = content.split("\n")  # no other sign ends a line of TOML
    if not lines[-1]:
        del lines[-1]
    header = next((i for i, line in enumerate(lines) if _is_header(line, group)), None)
    if header is None:
        return "\n".join([*lines, *([""] if lines else []), f"[{group}]", f"{name} = {_toml(value)}", ""])
    end = next((i for i in range(header + 1, len(lines)) if _HEADER.match(lines[i])), len(lines))
    for i in range(header + 1, end):
        old = re.match(rf"(\s*{re.escape(name)}\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^#\s]+)(.*)$", lines[i])
        if old:
            lines[i] = f"{old[1]}{_toml(value)}{old[3]}"
            break
    else:
        lines.insert(header + 1, f"{name} = {_toml(value)}")
    return "\n".join([*lines, ""])


def _is_header(line: str, group: str) -> bool:
    match = _HEADER.match(line)
    return match is not None and match[1] == group


def _toml(value: Value) -> str:
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    if not math.isfinite(value):
        raise UsageError("A number was expected.", "Write it as 10 or 1.5.")
    return f"{value:g}" if value % 1 else f"{value:.1f}"


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"
