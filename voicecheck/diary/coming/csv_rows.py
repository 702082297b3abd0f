"""A table of one's own, CSV: one entry a row, its columns named by the person or by their usual names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voicecheck.diary.coming.foreign import EntryFaultError, Fault, Foreign, Found, Moment, clean_text, labels_of
from voicecheck.diary.coming.marked_up import words_of_html
from voicecheck.diary.coming.moments import DateOrder, Zone, clock_time, order_of, written
from voicecheck.diary.coming.rows import Row, read_rows
from voicecheck.utterance import LabelKind


@dataclass(frozen=True)
class Columns:
    """Names of the columns; those of labels may be none."""

    date: str = "date"
    text: str = "text"
    time: str = ""
    title: str = ""
    tag: tuple[str, ...] = ()
    """the cells of these hold tags, between commas, semicolons or bars"""
    mood: str = ""
    place: str = ""
    id: str = ""
    zone: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        one_each = (self.date, self.text, self.time, self.title, self.mood, self.place, self.id, self.zone)
        return tuple(name for name in (*one_each, *self.tag) if name)


def read_csv(path: Path, columns: Columns, zone: Zone, order: DateOrder | None = None) -> Iterator[Found]:
    """Yield an entry a row. Raises UsageError, VoicecheckError."""
    dates = columns.date.casefold()
    order = order or order_of(row[dates] for row in read_rows(path, columns.named))
    for row in read_rows(path, columns.named):
        try:
            yield _entry(row, path.name, columns, zone, order)
        except EntryFaultError as fault:
            yield Fault(row.number, path.name, str(fault))


def _entry(row: Row, place: str, columns: Columns, zone: Zone, order: DateOrder | None) -> Foreign:
    def cell(column: str) -> str:
        return row[column.casefold()] if column else ""

    tags = (one for column in columns.tag for one in re.split(r"[,;|]", cell(column)))
    text = clean_text(f"{words_of_html(cell(columns.title))}\n\n{words_of_html(cell(columns.text))}")
    labels = labels_of(
        *((LabelKind.TAG, one) for one in tags),
        (LabelKind.PLACE, cell(columns.place)),
        (LabelKind.MOOD, cell(columns.mood)),
    )
    own_id = cell(columns.id)
    named = cell(columns.zone)
    moment = _moment(cell(columns.date), cell(columns.time), Zone.named(named) if named else zone, order)
    return Foreign(row.number, place, moment, text, labels, own_id=f"csv {own_id}" if own_id else "")


def _moment(date: str, clock: str, zone: Zone, order: DateOrder | None) -> Moment:
    if not clock:
        return written(date, zone, order)
    return zone.moment(datetime.combine(written(date, zone, order).at.date(), clock_time(clock)))
