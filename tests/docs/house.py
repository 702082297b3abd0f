"""The house, drawn from what is there: `script/house` writes docs/pictures/house.svg and its list in how-it-works.md.

Floors are the layers that import-linter holds (pyproject.toml), rooms the modules on them, sentences their docstrings.
"""

from __future__ import annotations

import ast
import re
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tests.docs.pages import ROOT

PACKAGE = ROOT / "voicecheck"
PICTURE = ROOT / "docs" / "pictures" / "house.svg"
PAGE = ROOT / "docs" / "how-it-works.md"
BEGINS, ENDS = "<!-- house: written by script/house -->", "<!-- house: end -->"

WIDTH, EDGE, GAP, PAD = 940, 24, 6, 9
LINE_H, NAME_SIZE, TEXT_SIZE = 15, 13, 11
LETTER_W = 6.1  # of TEXT_SIZE, on average
ROOF_H, GROUND_H = 92, 16
SENTENCE_LINES = 3
WALL, ROOM, EDGE_INK, NAME_INK, TEXT_INK, DIM = "#f3ead9", "#fffdf8", "#c8b99c", "#3a3127", "#5b5043", "#8a7d6b"
ROOF, GROUND = "#a8604a", "#7d8f6a"
FONT = "system-ui, 'DejaVu Sans', 'Segoe UI', sans-serif"


@dataclass(frozen=True)
class Room:
    """A module or a package of one floor."""

    name: str
    sentence: str
    modules: tuple[str, ...] = ()
    """of a package, by name"""


def floors() -> list[list[Room]]:
    """From the roof down."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [[room(name.strip().partition(".")[2]) for name in layer.split("|")] for layer in layers]


def room(name: str) -> Room:
    folder = PACKAGE / name
    if not folder.is_dir():
        return Room(name, sentence_of(folder.with_suffix(".py")))
    inside = sorted(path.stem for path in folder.iterdir() if path.suffix == ".py" and path.stem != "__init__")
    inside += sorted(f"{path.name}/" for path in folder.iterdir() if (path / "__init__.py").is_file())
    return Room(name, sentence_of(folder / "__init__.py"), tuple(inside))


def sentence_of(file: Path) -> str:
    """The first sentence of a module's docstring."""
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    first = re.split(r"(?<=[.?])\s", " ".join(text.split()), maxsplit=1)[0]
    return first.rstrip(".").replace("`", "")


def homeless() -> set[str]:
    """What lies in the package and on no floor."""
    here = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    return here - {"__init__"} - {one.name for floor in floors() for one in floor}


# The picture


def drawing() -> str:
    body, y = [], float(ROOF_H)
    roof, *rest = floors()
    for floor in rest:
        height = max(height_of(one, width) for one, width in shares(floor))
        x = float(EDGE + GAP)
        for one, width in shares(floor):
            body.append(drawn(one, x, y, width, height))
            x += width + GAP
        y += height + GAP
    wall = box(EDGE, ROOF_H - GAP, WIDTH - 2 * EDGE, y - ROOF_H + GAP, f'fill="{WALL}"')
    total = y + GROUND_H
    ground = f'<rect x="0" y="{y:.0f}" width="{WIDTH}" height="{GROUND_H}" fill="{GROUND}"/>'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total:.0f}" width="{WIDTH}" '
            f'height="{total:.0f}" font-family="{FONT}" role="img" aria-label="The house of VoiceCheck">',
            "<title>The house of VoiceCheck: imports go down only</title>",
            f'<rect width="{WIDTH}" height="{total:.0f}" fill="#fbf8f2"/>',
            roof_of(roof[0]),
            wall,
            *body,
            ground,
            "</svg>",
            "",
        ]
    )


def roof_of(top: Room) -> str:
    middle = WIDTH / 2
    return (
        f'<polygon points="4,{ROOF_H - GAP} {middle:.0f},6 {WIDTH - 4},{ROOF_H - GAP}" fill="{ROOF}"/>\n'
        f'<text x="{middle:.0f}" y="{ROOF_H - 40}" fill="#fff" font-size="{NAME_SIZE}" font-weight="bold" '
        f'text-anchor="middle">{escape(top.name)}</text>\n'
        f'<text x="{middle:.0f}" y="{ROOF_H - 22}" fill="#fff" font-size="{TEXT_SIZE}" text-anchor="middle">'
        f"{escape(top.sentence)}</text>"
    )


def shares(floor: list[Room]) -> Iterator[tuple[Room, float]]:
    """The rooms of a floor with their widths: packages are twice as wide as single modules."""
    weights = [2 if one.modules else 1 for one in floor]
    room_for = WIDTH - 2 * EDGE - GAP * (len(floor) + 1)
    for one, weight in zip(floor, weights, strict=True):
        yield one, room_for * weight / sum(weights)


def rows_of(one: Room, width: float) -> tuple[list[str], list[str]]:
    letters = max(12, int((width - 2 * PAD) / LETTER_W))
    told = textwrap.wrap(one.sentence, letters, max_lines=SENTENCE_LINES if one.modules else None, placeholder=" ...")
    return told, textwrap.wrap("\N{NO-BREAK SPACE}· ".join(one.modules), letters)


def height_of(one: Room, width: float) -> float:
    told, modules = rows_of(one, width)
    return 2 * PAD + LINE_H * (1 + len(told) + len(modules)) - 2 + (4 if modules else 0)


def drawn(one: Room, x: float, y: float, width: float, height: float) -> str:
    told, modules = rows_of(one, width)
    parts = [
        box(x, y, width, height, f'rx="3" fill="{ROOM}" stroke="{EDGE_INK}"'),
        text(x + PAD, y + PAD + 10, one.name, f'font-size="{NAME_SIZE}" font-weight="bold" fill="{NAME_INK}"'),
    ]
    down = y + PAD + 10
    for row in told:
        down += LINE_H
        parts.append(text(x + PAD, down, row, f'font-size="{TEXT_SIZE}" fill="{TEXT_INK}"'))
    down += 4
    for row in modules:
        down += LINE_H
        parts.append(text(x + PAD, down, row, f'font-size="{TEXT_SIZE}" fill="{DIM}"'))
    return "\n".join(parts)


def box(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {style}/>'


def text(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'


# The list


def listing() -> str:
    """The same as a list, for who reads and does not look."""
    rows = [BEGINS, "", "| from the roof down | what it is |", "|---|---|"]
    for floor in floors():
        for number, one in enumerate(floor):
            floor_mark = "" if number else "**"
            rows.append(f"| {floor_mark}{escape(one.name, quote=False)}{floor_mark} | {one.sentence} |")
    return "\n".join([*rows, "", ENDS])


def page_with(list_of_rooms: str) -> str:
    """how-it-works.md with this list in its place."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    return before + list_of_rooms + rest.partition(ENDS)[2]


def main() -> None:
    PICTURE.write_text(drawing(), encoding="utf-8")
    PAGE.write_text(page_with(listing()), encoding="utf-8")


if __name__ == "__main__":
    main()
