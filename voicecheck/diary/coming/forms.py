"""Every other journal that can be taken in, by the name of its command: who reads it, and how its files end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voicecheck.diary.coming.csv_rows import Columns, read_csv
from voicecheck.diary.coming.daylio import read_daylio
from voicecheck.diary.coming.dayone import read_dayone
from voicecheck.diary.coming.foreign import Reader
from voicecheck.diary.coming.journey import read_journey
from voicecheck.diary.coming.jrnl import read_jrnl
from voicecheck.diary.coming.markdown import read_markdown
from voicecheck.diary.coming.moments import DateOrder, Zone


@dataclass(frozen=True, slots=True)
class Export:
    """What another program wrote, and what its reader has to be told."""

    path: Path
    zone: Zone
    order: DateOrder | None
    """None: told by the dates themselves"""
    columns: Columns


@dataclass(frozen=True, slots=True)
class Form:
    reader: Callable[[Export], Reader]
    endings: tuple[str, ...]
    """of the files that it may be; none for a folder"""


FORMS = {
    "dayone": Form(lambda export: lambda: read_dayone(export.path, export.zone), (".zip", ".json")),
    "daylio": Form(lambda export: lambda: read_daylio(export.path, export.zone), (".csv", ".daylio")),
    "journey": Form(lambda export: lambda: read_journey(export.path, export.zone), (".zip",)),
    "jrnl": Form(lambda export: lambda: read_jrnl(export.path, export.zone, export.order), (".txt", ".json", ".jrnl")),
    "markdown": Form(lambda export: lambda: read_markdown(export.path, export.zone), ()),
    "csv": Form(
        lambda export: lambda: read_csv(export.path, export.columns, export.zone, export.order), (".csv", ".tsv")
    ),
}
