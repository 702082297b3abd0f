"""Tables in files, read into typed structs. A fault is one sentence that names the file, the line and the key."""

from __future__ import annotations

import errno
import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from voicecheck.errors import UsageError
from voicecheck.text.toml_lines import Key, fault_in, lines_of_keys
from voicecheck.text.untrusted import ENCODING

INSTALL_AGAIN = "Install VoiceCheck again."
"""hint for the tables that come with the program"""
_SOME_KEY = "[...]"
_THIS_KEY = "key` in `"
"""msgspec's names for a key of a dict: one whose value is wrong, and one that is wrong itself"""

T = TypeVar("T", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class TableFile:
    """Text of one table, and the faults in it."""

    path: Path
    text: str = field(repr=False)
    hint: str = INSTALL_AGAIN

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines of a table of tabs that are neither its header nor a remark, with their numbers."""
        for number, line in enumerate(self.text.splitlines(), start=1):
            if number > 1 and not line.startswith("#"):
                yield number, line

    def convert(self, kind: type[T]) -> T:
        """Return the TOML text as that struct. Raises UsageError for a key that it lacks or does not know."""
        try:
            table = tomllib.loads(self.text)
        except RecursionError as error:
            raise self.fault(0, "it is nested too deeply") from error
        except ValueError as error:  # tomllib's own errors, and a number of thousands of digits
            reason, line = fault_in(error, self.text)
            raise self.fault(line, f"it is no valid TOML: {reason}") from error
        try:
            return msgspec.convert(table, kind)
        except RecursionError as error:
            raise self.fault(0, "it is nested too deeply") from error
        except msgspec.ValidationError as error:
            where, reason = _fault_of(_with_key_named(error, table, kind), kind)
            raise self.fault(where, reason) from error

    def fault(self, where: int | Key, reason: str) -> UsageError:
        """Return the error for a fault on a line, or at a key; where that does not stand there, at its table."""
        line = where if isinstance(where, int) else self._line_of(where)
        place = f"{self.path}, line {line}" if line else str(self.path)
        return UsageError(f"{place}: {reason.rstrip('.')}.", self.hint)

    @contextmanager
    def at(self, *where: str) -> Iterator[None]:
        """Name this key in the fault of what is read from it: a ValueError tells the reason, a KeyError the name."""
        try:
            yield
        except KeyError as error:
            raise self.fault(where, f"{where[-1]}: nothing is called {error.args[0]}") from error
        except (ValueError, IndexError, re.error) as error:
            raise self.fault(where, f"{where[-1]}: {error}") from error

    def refuse_unknown(self, group: str, names: Iterable[str], known: Iterable[str]) -> None:
        """Raise the UsageError for the first name of a group that nothing reads."""
        wanted = sorted(known)
        for name in names:
            if name not in wanted:
                raise self.fault((group, name), unknown(name, group, wanted))

    def _line_of(self, key: Key) -> int:
        lines = lines_of_keys(self.text)
        while key and key not in lines:
            key = key[:-1]
        return lines.get(key, 0)


def unknown(name: str, group: str, known: list[str]) -> str:
    """The reason for a name that nothing reads, with the nearest that something does."""
    import difflib  # only for a fault

    near = difflib.get_close_matches(name, known, n=1)
    place = f"in {group}" if group else "here"
    return f"there is no key called {name} {place}" + (f" (did you mean {near[0]}?)" if near else "")


def open_table(path: Path, hint: str = INSTALL_AGAIN) -> TableFile:
    """Read a file that may hold anything. Raises UsageError for one that is missing or no text."""
    try:
        if path.exists() and not path.is_file():  # reading a pipe would wait for ever
            raise OSError(errno.EINVAL, "it is no plain file")
        return TableFile(path, path.read_text(encoding=ENCODING), hint)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.", hint) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: it is not UTF-8 text.", hint) from error


def read_table(path: Path, kind: type[T], hint: str = INSTALL_AGAIN) -> T:
    """Read a TOML file into that struct. Raises UsageError that names the file, the line and the fault."""
    return open_table(path, hint).convert(kind)


def key_of(place: str) -> Key:
    """Return a place of msgspec, such as `$.prompts[2].depth`, as a key."""
    return tuple(re.findall(r"[^.\[\]]+", place.removeprefix("$")))


def _with_key_named(error: msgspec.ValidationError, table: dict[str, Any], kind: type[T]) -> msgspec.ValidationError:
    """Return the same fault with the key of a dict named, which msgspec leaves out: found by trying one at a time."""
    fault, _, place = str(error).partition(" - at ")
    before, some_key, behind = place.strip("`").removeprefix(_THIS_KEY).partition(_SOME_KEY)
    if not some_key and not place.startswith(f"`{_THIS_KEY}"):
        return error
    inside: Any = table
    for part in key_of(before):
        inside = inside[int(part)] if isinstance(inside, list) else inside[part]
    if not isinstance(inside, dict):
        return msgspec.ValidationError(f"{fault} - at `{before}`")
    whole = dict(inside)
    for name, value in whole.items():
        inside.clear()
        inside[name] = value
        try:
            msgspec.convert(table, kind)
        except msgspec.ValidationError:
            inside.update(whole)
            return msgspec.ValidationError(f"{fault} - at `{before}.{name}{behind}`")
    return error


def _fault_of(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> tuple[Key, str]:
    """Return the key of a fault, and its description."""
    fault, _, place = str(error).partition(" - at ")
    where = key_of(place.strip("`"))
    found = re.search(r"unknown field `([^`]+)`", fault)
    if found:
        known = list(kind.__struct_fields__) if not where else []
        return (*where, found[1]), unknown(found[1], where[0] if where else "", known)
    if "matching regex" in fault:
        fault = "only small letters, digits and single hyphens can stand here"
    named = [part for part in where if not part.isdecimal() and part != "..."]
    return where, f"{named[-1]}: {fault}" if named else fault
