"""Files that a person may mean: those of a few endings right in the folders in which browsers and people put them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

MOST = 12


@dataclass(frozen=True, slots=True)
class Near:
    """A file to be offered."""

    path: Path
    day: date
    """on which it was written"""


def lying_near(endings: Collection[str]) -> list[Near]:
    """Return the newest files of these endings in Downloads, on the desktop, among documents and in the home."""
    import platformdirs

    folders = (
        Path(platformdirs.user_downloads_dir()),
        Path(platformdirs.user_desktop_dir()),
        Path(platformdirs.user_documents_dir()),
        Path.home(),
    )
    found: dict[Path, float] = {}
    for folder in dict.fromkeys(folders):
        with suppress(OSError):
            for path in folder.iterdir():
                with suppress(OSError):
                    if path.suffix.lower() in endings and not path.name.startswith(".") and path.is_file():
                        found[path] = path.stat().st_mtime
    newest = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    return [Near(path, _day(changed)) for path, changed in newest]


def _day(changed: float) -> date:
    try:
        return datetime.fromtimestamp(changed).astimezone().date()
    except (ValueError, OverflowError, OSError):  # a year that no clock has
        return date.min
