"""Help lines by country: numbers with their source and the day they were checked.

`resources/<country>.toml` lies in the checkout, in the wheel as `voicecheck/_resources`; a file of the same name in the
person's settings folder takes its place. No number stands here without a source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import TZPATH

import msgspec

from voicecheck.errors import UsageError
from voicecheck.text.tables import read_table

DIRECTORY = "findahelpline.com"
"""a directory for all countries"""
OLD_AFTER_DAYS = 365

MEND = "Mend that file, or move it away for the one that comes with VoiceCheck."
"""hint for a file of a person's own"""
Sourced = Annotated[str, msgspec.Meta(min_length=3)]


class HelpLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: Annotated[str, msgspec.Meta(min_length=2, max_length=60)]
    source: Sourced
    checked_on: date
    name: str = ""
    how: str = ""
    kind: Literal["", "crisis", "violence"] = ""
    always: bool = True
    """false where nobody answers at some hours: then `how` says which"""
    name_in: dict[str, str] = {}
    """language -> the name, where it differs; the same for `number_in` and `how_in`"""
    number_in: dict[str, str] = {}
    how_in: dict[str, str] = {}

    def to_call(self, language: str) -> str:
        """Return the number, with words as in "112, police 110"."""
        return self.number_in.get(language, self.number)

    def named(self, language: str) -> str:
        return self.name_in.get(language, self.name)

    def reached(self, language: str) -> str:
        """Return what it costs and when somebody answers, in English where it is not written in the language."""
        return self.how_in.get(language, self.how)

    def is_old(self, today: date) -> bool:
        """True if the number was last checked more than twelve months ago."""
        return (today - self.checked_on).days > OLD_AFTER_DAYS


class Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    name: str
    emergency: HelpLine
    lines: tuple[HelpLine, ...] = ()
    name_in: dict[str, str] = {}

    def named(self, language: str) -> str:
        return self.name_in.get(language, self.name)

    @property
    def every(self) -> tuple[HelpLine, ...]:
        """All help lines, the emergency number first."""
        return (self.emergency, *self.lines)


class OwnDanger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases of a person's own, `danger.<language>.toml`, or `heavy.<language>.toml` as it was called."""

    language: str = ""
    life: tuple[str, ...] = ()
    harm: tuple[str, ...] = ()
    replaces: bool = False
    """the table of VoiceCheck is left aside"""


@dataclass(frozen=True, slots=True)
class HelpFolders:
    """Folders of help lines, the person's own first."""

    own: Path
    shipped: Path

    def find(self, name: str) -> Path | None:
        return next((path for path in (self.own / name, self.shipped / name) if path.is_file()), None)

    def countries(self) -> tuple[str, ...]:
        names = {path.stem.upper() for folder in (self.shipped, self.own) for path in folder.glob("??.toml")}
        return tuple(sorted(names))


def help_folders(own: Path) -> HelpFolders:
    package = Path(__file__).parent
    in_wheel = package / "_resources"
    return HelpFolders(own, in_wheel if in_wheel.is_dir() else package.parent / "resources")


def country_code(asked: str, folders: HelpFolders) -> str:
    """Return the two capital letters for a code or a name, as UK, usa or Ireland; an unknown name as it was."""
    plain = " ".join(asked.replace(".", "").split()).casefold().removeprefix("the ")
    if len(plain) == 2 and folders.find(f"{plain}.toml"):
        return plain.upper()
    if code := _ALSO_CALLED.get(plain):
        return code
    for code in folders.countries():
        with suppress(UsageError):  # a broken file of another country is no reason to find nothing
            country = load_country(code, folders)
            if country and country.name.casefold() == plain:
                return code
    return plain.upper() if len(plain) == 2 else asked.strip()


_ALSO_CALLED = {
    "uk": "GB", "gbr": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "usa": "US", "america": "US", "united states of america": "US", "irl": "IE", "éire": "IE",
    "eire": "IE", "republic of ireland": "IE", "deu": "DE", "deutschland": "DE", "aus": "AU", "can": "CA", "nzl": "NZ",
    "aotearoa": "NZ", "aut": "AT", "österreich": "AT", "oesterreich": "AT", "che": "CH", "schweiz": "CH",
    "suisse": "CH", "svizzera": "CH",
}  # fmt: skip


def load_country(code: str, folders: HelpFolders) -> Country | None:
    """Load the help lines of a country; None if it has none. Raises UsageError that names file and fault."""
    path = folders.find(f"{code.lower()}.toml") if re.fullmatch("[A-Za-z]{2}", code) else None
    return None if path is None else read_table(path, Country, MEND)


def guess_country(variables: Sequence[str], zone: str = "") -> str:
    """Return the country of the first locale that names one, such as en_IE.UTF-8, else of the time zone; else empty."""
    for variable in variables:
        match = re.match(r"[a-z]{2,3}_([A-Z]{2})\b", variable)
        if match:
            return match[1]
    return _country_of(zone) if zone else ""


def _country_of(zone: str) -> str:
    """Return the country of an IANA zone by the system's own table, zone.tab; empty where it has none."""
    for folder in TZPATH:
        with suppress(OSError):
            for line in (Path(folder) / "zone.tab").read_text(encoding="utf-8").splitlines():
                cells = line.split("\t")
                if not line.startswith("#") and len(cells) > 2 and cells[2] == zone:
                    return cells[0]
    return ""
