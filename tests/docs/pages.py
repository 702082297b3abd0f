"""The documents as a reader meets them: lines of commands, commands in the text, JSON behind a command, links."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
COMMAND_FENCES = ("", "sh", "bash", "console")
FENCE = re.compile(r"\s*```(\w*)\s*$")
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"#+ +(.+?) *$")


@dataclass(frozen=True)
class Line:
    """A line of code in a page."""

    page: str
    number: int
    text: str
    fence: str
    """the fence's language; `indented` without a fence"""

    @property
    def where(self) -> str:
        return f"{self.page}:{self.number}"

    @property
    def words(self) -> tuple[str, ...]:
        """As a shell takes them, without the remark behind them."""
        return tuple(shlex.split(self.text, comments=True))


@dataclass(frozen=True)
class Shape:
    """A JSON document that a page shows behind a command."""

    command: Line
    value: Any


def lines_of(page: Path) -> Iterator[Line]:
    """Every line inside a fence or an indented block, remarks and empty ones left out."""
    name, fence, inside = str(page.relative_to(ROOT)), None, False
    before = ""
    whole = page.read_text(encoding="utf-8").replace("\\\n", " ")  # a line may go on in the next
    for number, text in enumerate(whole.splitlines(), start=1):
        mark = FENCE.match(text)
        if mark:
            fence, inside = (mark[1] if fence is None else None), False
        elif fence is not None:
            yield Line(name, number, text if fence == "json" else text.strip(), fence)
        else:
            inside = text.startswith("    ") and (inside or not before.strip())
            if inside and text.strip():
                yield Line(name, number, text.strip(), "indented")
        before = text


def commands_of(page: Path) -> Iterator[Line]:
    for line in lines_of(page):
        if line.fence in ("indented", *COMMAND_FENCES) and line.text and not line.text.startswith("#"):
            yield line


def inline_of(page: Path) -> Iterator[Line]:
    """Code in the running text."""
    name, fenced = str(page.relative_to(ROOT)), False
    for number, text in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if FENCE.match(text):
            fenced = not fenced
        elif not fenced and not text.startswith("    "):
            for found in INLINE.findall(text):
                yield Line(name, number, found, "inline")


def shapes_of(page: Path) -> Iterator[Shape]:
    """Each JSON document with the last command before it."""
    command, parts = None, list[str]()
    for line in [*lines_of(page), Line("", 0, "", "end")]:
        if line.fence == "json":
            parts.append(line.text)
            continue
        if parts:
            assert command is not None, f"{page}: JSON without a command"
            yield Shape(command, json.loads("\n".join(parts)))
            parts.clear()
        if line.fence in ("indented", *COMMAND_FENCES):
            command = line


def links_of(page: Path) -> Iterator[tuple[str, str]]:
    """Target and anchor of each link and picture; those that lead elsewhere are left out."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield path, anchor


def anchors_of(page: Path) -> set[str]:
    """The names by which GitHub reaches the headings of a page."""
    found = set()
    for text in page.read_text(encoding="utf-8").splitlines():
        heading = HEADING.match(text)
        if heading:
            plain = re.sub(r"[^\w\- ]", "", heading[1].lower())
            found.add(plain.replace(" ", "-"))
    return found


def toml_of(page: Path) -> str:
    return "\n".join(line.text for line in lines_of(page) if line.fence == "toml")
