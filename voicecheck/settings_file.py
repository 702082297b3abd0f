"""Changing single values of the settings file; every other line stays as the person wrote it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias, get_type_hints

from voicecheck.errors import UsageError
from voicecheck.paths import make_private_folder, write_atomically
from voicecheck.settings import Settings, every_setting, parse_settings, read_settings

Value: TypeAlias = str | float | bool

BLANK_HEAD = (
    "# The settings of VoiceCheck. What stands here is the default: to change it, take away the # before the line.",
    "# `voicecheck settings show` tells what holds; `voicecheck settings edit` checks each line before it counts.",
)

_HEADER = re.compile(r"\s*\[\s*([\w.-]+)\s*\]\s*(?:#.*)?$")


def change_settings(path: Path, values: Mapping[str, Value]) -> None:
    """Write these values, as `vault.keep_audio`; all of them or none. Raises UsageError for one that does not fit."""
    content = read_settings(path)
    parse_settings(content, str(path))  # what is broken already is not made worse
    for key, value in values.items():
        group, _, name = key.rpartition(".")
        content = with_value(content, group, name, value)
    write_settings(path, content)


def write_settings(path: Path, content: str) -> None:
    """Put `content` in the file's place, also behind a link. Raises UsageError, and the old one stands, where it is
    wrong or cannot be written."""
    parse_settings(content, str(path))
    place = path.resolve()
    make_private_folder(place.parent)
    try:
        write_atomically(place, content.encode())
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


def blank_settings() -> str:
    """A file in which every setting stands with its explanation, commented out."""
    lines = [*BLANK_HEAD]
    for group, kind in get_type_hints(Settings).items():
        lines += ["", f"[{group}]", f"# {kind.__doc__}"]
        for setting in every_setting():
            if setting.key.startswith(f"{group}."):
                name = setting.key.removeprefix(f"{group}.")
                lines += ["", f"# {setting.explanation}.", f"# It takes {setting.takes}."]
                lines += [f"# {name} = {as_toml(setting.default)}"]
    return "\n".join([*lines, ""])


def with_value(content: str, group: str, name: str, value: Value) -> str:
    """`content`, valid TOML, with `name` of `[group]` set; a comment behind the old value stays."""
    lines = content.split("\n")  # no other sign ends a line of TOML
    if not lines[-1]:
        del lines[-1]
    header = next((i for i, line in enumerate(lines) if _is_header(line, group)), None)
    if header is None:
        return "\n".join([*lines, *([""] if lines else []), f"[{group}]", f"{name} = {as_toml(value)}", ""])
    end = next((i for i in range(header + 1, len(lines)) if _HEADER.match(lines[i])), len(lines))
    for i in range(header + 1, end):
        old = re.match(rf"(\s*{re.escape(name)}\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^#\s]+)(.*)$", lines[i])
        if old:
            lines[i] = f"{old[1]}{as_toml(value)}{old[3]}"
            break
    else:
        lines.insert(header + 1, f"{name} = {as_toml(value)}")
    return "\n".join([*lines, ""])


def _is_header(line: str, group: str) -> bool:
    match = _HEADER.match(line)
    return match is not None and match[1] == group


def as_toml(value: Value) -> str:
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    if isinstance(value, bool | int):
        return str(value).lower()
    if not math.isfinite(value):
        raise UsageError("A number was expected.", "Write it as 10 or 1.5.")
    return f"{value:g}" if value % 1 else f"{value:.1f}"


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"
