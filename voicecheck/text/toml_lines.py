"""Line numbers of the keys in a TOML text, so that an error can name them: the parsers tell only what was meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Key = tuple[str, ...]
"""`voice.rate` as ("voice", "rate"), however it was written; in a second [[prompts]] it is ("prompts", "1", "id")"""

_TOKEN = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*|\n'''
    r"""|[\[\]{}=,.]|[^\s\[\]{}=,.\#"']+""",
    re.DOTALL,
)


def lines_of_keys(content: str) -> dict[Key, int]:
    """Return every key and table of `content`, valid TOML, with the line on which it first stands."""
    return _Reading(content).lines


def fault_in(error: ValueError, content: str) -> tuple[str, int]:
    """The fault that tomllib found with `content`, and on which line; 0 where it does not say."""
    reason, _, place = str(error).partition(" (at ")
    stated = re.match(r"line (\d+)", place)
    return reason, int(stated[1]) if stated else len(content.rstrip().split("\n")) if place else 0


class _Reading:
    """One pass over the tokens; values are passed over, but keys inside braces are keys too."""

    def __init__(self, content: str) -> None:
        self.lines: dict[Key, int] = {}
        self._tokens = list(_tokens(content))
        self._at = 0
        self._counts: dict[Key, int] = {}
        """how many [[tables]] of a name there were before the newest"""
        table: Key = ()
        while self._at < len(self._tokens):
            sign = self._tokens[self._at][0]
            if sign == "[":
                table = self._header()
            elif sign == "\n" or sign.startswith("#"):
                self._at += 1
            else:
                self._assignment(table)
        del self._tokens

    def _header(self) -> Key:
        """[table], or [[table]], which is one more of a list."""
        line = self._tokens[self._at][1]
        listed = self._tokens[self._at + 1][0] == "["
        table = self._key(until="\n", under=())
        if listed:
            self._counts[table] = self._counts.get(table, -1) + 1
            table = (*table, str(self._counts[table]))
            self.lines[table] = line
        return table

    def _key(self, *, until: str, under: Key) -> Key:
        """Return the key that ends with `until`, and pass it."""
        key = under
        while self._at < len(self._tokens):
            sign, line = self._tokens[self._at]
            self._at += 1
            if sign == until:
                break
            if sign not in "[].\n" and not sign.startswith("#"):
                key = (*key, _name(sign))
                self.lines.setdefault(key, line)
        return key

    def _assignment(self, table: Key) -> None:
        key = self._key(until="=", under=table)
        if self._at < len(self._tokens) and self._tokens[self._at][0] == "{":
            self._braces(key)
        else:
            self._pass_value()

    def _braces(self, key: Key) -> None:
        self._at += 1
        while self._at < len(self._tokens):
            sign = self._tokens[self._at][0]
            if sign in ",}\n":
                self._at += 1
                if sign == "}":
                    return
            else:
                self._assignment(key)

    def _pass_value(self) -> None:
        """Pass a value: to the end of the line, or to the comma or brace behind it, brackets included."""
        depth = 0
        while self._at < len(self._tokens):
            sign = self._tokens[self._at][0]
            if not depth and sign in ",}\n":
                return
            depth += (sign in "[{") - (sign in "]}")
            self._at += 1


def _tokens(content: str) -> Iterator[tuple[str, int]]:
    line, end = 1, 0
    for match in _TOKEN.finditer(content):
        line += content.count("\n", end, match.start())
        yield match[0], line
        line += match[0].count("\n")
        end = match.end()


def _name(written: str) -> str:
    """Return a key as it is meant, without quotes and escapes."""
    return str(tomllib.loads(f"key = {written}")["key"]) if written[0] in "\"'" else written
