"""Properties at the head of a note: YAML front matter, as far as notes use it, and Logseq's `name:: value`.

Of YAML it reads a value a line, quoted or not, and lists on one line or below each other. Anything deeper is passed
over: it is no date, tag, place or mood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

_FENCE = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"([\w][\w .-]*?)[ \t]*:(?:[ \t]+(.*))?$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)$")
_LOGSEQ = re.compile(r"(?:-[ \t]+)?([\w][\w.-]*)::(?:[ \t]+(.*))?$")

Properties = Mapping[str, tuple[str, ...]]
"""values by the name in small letters"""


def split_front(text: str) -> tuple[Properties, str]:
    """Return the properties of a note and the text below them; a head that is never closed is text."""
    fenced = _FENCE.match(text)
    if fenced:
        return _collected(_yaml(fenced[1])), text[fenced.end() :]
    lines = text.split("\n")
    properties = []
    while lines and (found := _LOGSEQ.fullmatch(lines[0].rstrip())):
        properties.append((found[1], _pieces(found[2] or "")))
        lines.pop(0)
    return (_collected(properties), "\n".join(lines)) if properties else ({}, text)


def _yaml(head: str) -> Iterator[tuple[str, list[str]]]:
    key = ""
    for line in head.split("\n"):
        if found := _KEY.match(line):
            key, value = found[1], (found[2] or "").strip()
            yield key, _values(value)
        elif key and (item := _ITEM.match(line)):
            yield key, _values(item[1].strip())


def _values(value: str) -> list[str]:
    """Return the value, or those of a list on one line."""
    if value.startswith("[") and value.endswith("]") and not value.startswith("[["):
        return _pieces(value[1:-1])
    plain = _unquoted(value)
    return [plain] if plain else []


def _pieces(row: str) -> list[str]:
    """Return what stands between commas, though not between those inside of quotes or links."""
    found = re.findall(r"""\s*("(?:[^"\\]|\\.){0,500}"|'(?:[^']|''){0,500}'|\[\[.{0,500}?\]\]|[^,]+)\s*(?:,|$)""", row)
    return [plain for one in found if (plain := _unquoted(one.strip()))]


def _unquoted(value: str) -> str:
    """Return a value without quotes, a remark behind it, and the brackets of a link."""
    return re.sub(r"^\[\[(.*)\]\]$", r"\1", _scalar(re.sub(r"(^|\s)#\s.*$", "", value).strip()))


def _scalar(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return "" if value in ("~", "null", "[]", "|", ">") else value


def _collected(pairs: Iterable[tuple[str, Sequence[str]]]) -> Properties:
    collected: dict[str, tuple[str, ...]] = {}
    for key, values in pairs:
        name = key.strip().casefold()
        collected[name] = (*collected.get(name, ()), *values)
    return collected
