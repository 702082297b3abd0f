"""Rows of a table as spreadsheets and other programs write it: CSV, with whatever stands between its columns."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voicecheck.diary.coming.unpacking import read_file
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import decode_utf8

MOST_IN_A_FIELD = 16 << 20
"""letters; Python's own bound is 131,072, which a long entry has"""
SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the head."""

    number: int
    """from 1; the head has none"""
    cells: dict[str, str] = field(repr=False)

    def __getitem__(self, column: str) -> str:
        """Return the cell of a column, its name in small letters; empty where there is none."""
        return self.cells.get(column, "").strip()


def read_rows(path: Path, needed: Sequence[str], program: str = "") -> Iterator[Row]:
    """Yield rows by the names of their columns, in small letters. Empty rows count, and are passed over.

    Raises UsageError for a file without these columns, or that is no table; VoicecheckError.
    """
    text = _decoded(read_file(path), str(path))
    csv.field_size_limit(MOST_IN_A_FIELD)
    head, _, _ = text.lstrip("\n\r").partition("\n")
    table = csv.reader(io.StringIO(text.lstrip("\n\r"), newline=""), delimiter=_separator(head))
    try:
        columns = [name.strip().casefold() for name in next(table, [])]
        missing = [name for name in needed if name.casefold() not in columns]
        if missing:
            what = f"no export of {program}" if program else f"no table with a column “{missing[0]}”"
            raise UsageError(
                f"{path} is {what}.", f"Its columns: {', '.join(columns[:20])}" if columns else "It is empty."
            )
        for number, cells in enumerate(table, start=1):
            if any(cell.strip() for cell in cells):
                yield Row(number, dict(zip(columns, cells, strict=False)))
    except csv.Error as error:
        raise UsageError(f"{path} is no table that can be read, or it is damaged.", "Export it again.") from error


def _separator(head: str) -> str:
    """Return what stands between the columns: what stands in the head most often, outside of quotes."""
    outside = "".join(head.split('"')[::2])
    return max(SEPARATORS, key=outside.count)


def _decoded(content: bytes, name: str) -> str:
    """Decode UTF-8, or UTF-16 with its mark, as Excel writes it. Raises UsageError."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UsageError(f"{name} is damaged.", "Save it as UTF-8, and try again.") from error
    return decode_utf8(content, name)
