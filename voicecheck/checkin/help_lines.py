"""The help lines of an evening: those of the person's country, as short as a screen needs them."""

from __future__ import annotations

import contextlib
import os

from voicecheck.checkin.configured import Configured
from voicecheck.clock import zone_name
from voicecheck.errors import UsageError
from voicecheck.helplines import (
    DIRECTORY,
    Country,
    HelpFolders,
    HelpLine,
    country_code,
    guess_country,
    help_folders,
    load_country,
)
from voicecheck.phrases import Phrases


def help_lines(app: Configured) -> tuple[str, ...]:
    """Return the help lines for the screen. A broken file of one's own stops no evening; `help-now` names its fault."""
    with contextlib.suppress(UsageError):
        return tuple(short_help(find_country(app, help_folders(app.paths.resources_folder)), app.phrases))
    return tuple(short_help(None, app.phrases))


def help_aloud(app: Configured) -> tuple[str, ...]:
    """Return the help lines that may be said in a room: none whose name tells of violence."""
    found = None
    with contextlib.suppress(UsageError):
        found = find_country(app, help_folders(app.paths.resources_folder))
    return tuple(short_help(found, app.phrases, aloud=True))


def find_country(app: Configured, folders: HelpFolders) -> Country | None:
    """Return the country of the settings, else that of the system; None where none is known."""
    code = asked_country(app, folders)
    return load_country(code, folders) if code else None


def asked_country(app: Configured, folders: HelpFolders, asked: str | None = None) -> str:
    """Return the code that was asked for, else that of the settings, else of the system; empty where none is known."""
    variables = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return country_code(asked or app.settings.help.country or guess_country(variables, zone_name()), folders)


def short_help(found: Country | None, phrases: Phrases, *, aloud: bool = False) -> list[str]:
    """Return the numbers alone, for the screen of a check-in; `aloud` without those whose name tells of violence."""
    if found is None:
        return [phrases.show("help_anywhere"), phrases.show("help_all_countries", directory=DIRECTORY)]
    lines = [line for line in found.lines if not (aloud and line.kind == "violence")]
    return [call_first(found, phrases), *(told(line, phrases, briefly=True) for line in lines)]


def told(line: HelpLine, phrases: Phrases, *, briefly: bool = False) -> str:
    """Return name, number and how it is reached; briefly the last only where somebody does not answer at all hours."""
    how = line.reached(phrases.language) if not (briefly and line.always) else ""
    return f"{line.named(phrases.language)}: {line.to_call(phrases.language)}" + (f"  ({how})" if how else "")


def call_first(found: Country, phrases: Phrases) -> str:
    """Return the sentence with the emergency number."""
    language = phrases.language
    return phrases.show("help_first", number=found.emergency.to_call(language), country=found.named(language))
