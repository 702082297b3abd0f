"""Text of a PDF that Chromium printed, page by page: glyphs by the tables that the file itself carries for copying."""

from __future__ import annotations

import re
import unicodedata
import zlib
from itertools import chain

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_SHOWN = re.compile(r"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)> ?Tj|\[((?:<[0-9A-Fa-f]+>|[-\d. ]+)*)\] ?TJ")


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page without blanks, since a PDF moves the pen instead."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    return [_text(page, objects) for page in objects.values() if re.search(rb"/Type ?/Page\b", page)]


def closed_up(text: str) -> str:
    """Return a text as `pages_of` has it."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _text(page: bytes, objects: dict[int, bytes]) -> str:
    resources = re.search(rb"/Resources (\d+) 0 R", page)
    named = re.findall(rb"/(F\d+) (\d+) 0 R", objects[int(resources[1])] if resources else page)
    fonts = {name.decode(): _letters(objects, int(number)) for name, number in named}
    content = re.search(rb"/Contents (\d+) 0 R", page)
    assert content
    letters: dict[str, str] = {}
    text = ""
    for font, alone, several in _SHOWN.findall(_unpacked(objects[int(content[1])])):
        letters = fonts.get(font, letters) if font else letters
        for glyphs in (alone, *re.findall(r"<([0-9A-Fa-f]+)>", several)):
            text += "".join(letters.get(glyphs[i : i + 4].upper(), "?") for i in range(0, len(glyphs), 4))
    return closed_up(text)


def _letters(objects: dict[int, bytes], font: int) -> dict[str, str]:
    """Return glyph, as four hexadecimal digits, to letters."""
    table = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    mapping = _unpacked(objects[int(table[1])]) if table else ""
    found = dict[str, str]()
    for block in re.findall(r"beginbfchar(.*?)endbfchar", mapping, re.DOTALL):
        for glyph, letters in re.findall(r"<(\w+)> <(\w+)>", block):
            found[glyph.upper()] = bytes.fromhex(letters).decode("utf-16-be")
    ranges = (
        re.findall(r"<(\w+)> <(\w+)> <(\w+)>", one)
        for one in re.findall(r"beginbfrange(.*?)endbfrange", mapping, re.DOTALL)
    )
    for first, last, letter in chain.from_iterable(ranges):
        for step in range(int(last, 16) - int(first, 16) + 1):
            found[f"{int(first, 16) + step:04X}"] = chr(int(letter, 16) + step)
    return found


def _unpacked(body: bytes) -> str:
    stream = _STREAM.search(body)
    assert stream
    return (zlib.decompress(stream[1]) if b"/FlateDecode" in body else stream[1]).decode("latin-1")
