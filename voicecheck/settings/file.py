"""Change single values of the settings file; every other line stays as the person wrote it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, get_type_hints

from voicecheck.errors import UsageError
from voicecheck.files import make_private_folder, write_atomically
from voicecheck.settings.schema import Setting, Settings, every_setting, parse_settings, read_settings
from voicecheck.text.toml_lines import lines_of_keys
from voicecheck.text.untrusted import ENCODING

Value: TypeAlias = str | float | bool

BLANK_HEAD = (
    "# The settings of VoiceCheck. What stands here is the default: to change it, take away the # before the line.",
    "# `voicecheck settings show` tells what holds; `voicecheck settings edit` checks each line before it counts.",
)

_HEADER = re.compile(r"\s*\[\s*[\"']?([\w.-]+)[\"']?\s*\]\s*(?:#.*)?$")
_COMMENTED = re.compile(r"\s*#\s*[\w-]+\s*=")


def change_settings(path: Path, values: Mapping[str, Value]) -> None:
    """Write these values, as `vault.keep_audio`; all of them or none. Raises UsageError for one that does not fit."""
    content = read_settings(path)
    parse_settings(content, str(path))  # what is broken already is not made worse
    for key, value in values.items():
        group, _, name = key.rpartition(".")
        content = with_value(content, group, name, value)
    write_settings(path, content)


def write_settings(path: Path, content: str) -> None:
    """Put `content` in the file's place, also behind a link. Raises UsageError, and the old one stays."""
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
    """Return the settings that stand in the file, as `vault.keep_audio`; none if no file can be read."""
    try:
        groups = tomllib.loads(path.read_text(encoding=ENCODING))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    return frozenset(f"{group}.{key}" for group, values in groups.items() if isinstance(values, dict) for key in values)


def blank_settings() -> str:
    """Return a file in which every setting stands with its explanation, commented out."""
    lines = [*BLANK_HEAD]
    for group, kind in get_type_hints(Settings).items():
        lines += ["", f"[{group}]", f"# {kind.__doc__}"]
        for setting in every_setting():
            if setting.key.startswith(f"{group}."):
                lines += _commented(setting)
    return "\n".join([*lines, ""])


def _commented(setting: Setting) -> list[str]:
    name = setting.key.rpartition(".")[2]
    told = [f"# {setting.explanation}.", f"# It takes {setting.takes}."]
    return ["", *told, f"# {name} = {as_toml(setting.default)}"]


def with_value(content: str, group: str, name: str, value: Value) -> str:
    """Return `content`, valid TOML, with `name` of `[group]` set; comments stay, and a new key stands below its header.

    Raises UsageError where that would change anything else.
    """
    written = as_toml(value)
    places, lines = lines_of_keys(content), content.split("\n")  # no other sign ends a line of TOML
    header = places.get((group,), 0)
    if (group, name) not in places and header and lines[header - 1].lstrip().startswith("["):
        lines[header:header] = [f"{name} = {written}", *([""] if header == len(lines) else [])]
        changed = "\n".join(lines)
    else:
        changed = _set_by_tomlkit(content, group, name, written)
    table = tomllib.loads(content)
    if _table_of(changed) != table | {group: {**table.get(group, {}), name: tomllib.loads(f"_ = {written}")["_"]}}:
        raise UsageError(
            f"Line {places.get((group, name), header or 1)} of your settings is written in a way that only you can"
            f" change: {group}.{name} stands there, or belongs there.",
            "Change it by hand: voicecheck settings edit",
        )
    return changed


def _set_by_tomlkit(content: str, group: str, name: str, written: str) -> str:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(content)
        document.setdefault(group, tomlkit.table())[name] = tomlkit.value(written)
        return tomlkit.dumps(document)
    except TOMLKitError:
        return content


def _table_of(content: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(content)
    except ValueError:
        return None


def with_the_rest(content: str) -> str:
    """Return `content` with the settings that it does not name, commented out and explained.

    Each stands where it counts once its # is taken away: behind what its group holds, or in a group of its own at the
    end.
    """
    table = _table_of(content)
    if table is None:
        return content  # it is to be mended first
    lines = content.rstrip("\n").split("\n") if content.strip() else []
    for group, kind in get_type_hints(Settings).items():
        head = next((i for i, line in enumerate(lines) if (m := _HEADER.match(line)) and m[1] == group), None)
        if head is None and group in table:
            continue  # in braces or with dots, where no line can be added below
        end = len(lines) if head is None else _end_of_group(lines, head)
        mentioned = "\n".join(lines[end if head is None else head : end])
        missing = [
            setting
            for setting in every_setting()
            if setting.key.startswith(f"{group}.")
            and (name := setting.key.removeprefix(f"{group}.")) not in table.get(group, {})
            and not re.search(rf"^\s*#\s*{name}\s*=", mentioned, re.MULTILINE)
        ]
        begins = ["", f"[{group}]", f"# {kind.__doc__}"] if head is None else []
        if missing:
            lines[end:end] = [*begins, *(line for setting in missing for line in _commented(setting))]
    whole = "\n".join([*lines, ""])
    after = _table_of(whole)
    same = after is not None and {k: v for k, v in after.items() if v} == {k: v for k, v in table.items() if v}
    return whole if same else content


def _end_of_group(lines: Sequence[str], head: int) -> int:
    """Return the end of a group: behind its last setting, or the last comment that holds one."""
    end = next((i for i in range(head + 1, len(lines)) if _HEADER.match(lines[i])), len(lines))
    last = [
        i for i in range(head, end) if lines[i].strip() and (lines[i].lstrip()[0] != "#" or _COMMENTED.match(lines[i]))
    ]
    return last[-1] + 1


def as_toml(value: Value) -> str:
    if isinstance(value, str):
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise UsageError(
                "A setting holds letters alone, and this name is not all letters.", "Give it another name."
            )
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
