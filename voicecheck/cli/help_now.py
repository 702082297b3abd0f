"""`voicecheck help-now`: show help lines. It opens no vault, asks nothing, and tells nobody."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.completing import country_codes
from voicecheck.cli.terminal.wrapping import fitted
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.helplines import Country, HelpFolders, HelpLine
    from voicecheck.phrases import Phrases

NO_SERVICE = (
    "VoiceCheck is no therapy and no emergency service, and nobody reads along. In English it tries to notice when an "
    "answer tells of danger, and misses some; in other languages it does not try."
)
OLD = "Some of these numbers were last checked more than twelve months ago. They may have changed."


@click.command("help-now")
@click.option(
    "--country",
    metavar="COUNTRY",
    help="Two letters or a name, as US or Ireland; else the settings or the system decide.",
    shell_complete=country_codes,
)
@json_option
@click.pass_obj
def help_now(app: App, country: str | None, as_json: bool) -> None:
    """When it is heavy: where help can be found.

    Numbers with their source and the day they were checked. A file of your own takes their place: put it into your
    settings folder as resources/us.toml, in the form of those that come with VoiceCheck.

    A check-in offers them by itself only when an answer in English tells of danger; answers in another language are not
    watched.
    """
    from voicecheck.helplines import help_folders, load_country

    folders = help_folders(app.paths.resources_folder)
    asked = asked_country(app, folders, country)
    found = load_country(asked, folders) if asked else None
    if as_json:
        echo_json(_json(found))
        return
    for line in help_text(found, folders.countries(), date.today(), app.phrases, asked):
        click.echo(fitted(line, sys.stdout))


def find_country(app: App, folders: HelpFolders) -> Country | None:
    """Return the country of the settings, else that of the system; None where none is known."""
    from voicecheck.helplines import load_country

    code = asked_country(app, folders)
    return load_country(code, folders) if code else None


def asked_country(app: App, folders: HelpFolders, asked: str | None = None) -> str:
    """Return the code that was asked for, else that of the settings, else of the system; empty where none is known."""
    from voicecheck.helplines import country_code, guess_country

    variables = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return country_code(asked or app.settings.help.country or guess_country(variables), folders)


def help_text(
    found: Country | None, countries: tuple[str, ...], today: date, phrases: Phrases, asked: str = ""
) -> list[str]:
    """Return the help lines as text: the emergency number first, old ones marked as old, the source last."""
    from voicecheck.helplines import DIRECTORY

    elsewhere = phrases.show("help_all_countries", directory=DIRECTORY)
    if found is None:
        none_here = [f"No numbers for {printable(asked)} are here. Known: {', '.join(countries)}."] if asked else []
        return [*none_here, phrases.show("help_anywhere"), elsewhere, *_how_to_choose(countries, asked), NO_SERVICE]
    lines = [_emergency(found, phrases), ""]
    for line in found.lines:
        lines.append(f"{line.name}: {line.number}" + (f"  ({line.how})" if line.how else ""))
    lines += ["", elsewhere]
    lines += [OLD] if any(line.is_old(today) for line in found.every) else []
    lines += [NO_SERVICE, "", "Checked:"]
    return lines + [f"  {line.name or 'Emergency'}: {line.checked_on}, source {line.source}" for line in found.every]


def _how_to_choose(countries: tuple[str, ...], asked: str) -> list[str]:
    known = [] if asked else [f"Numbers are here for {', '.join(countries)}."]
    return [
        *known,
        f"Choose the country: voicecheck help-now --country {countries[0]}",
        f'For always: voicecheck settings edit, and there [help] country = "{countries[0]}"',
    ]


def _emergency(found: Country, phrases: Phrases) -> str:
    return phrases.show("help_first", number=found.emergency.number, country=found.name)


def short_help(found: Country | None, phrases: Phrases) -> list[str]:
    """Return the numbers alone, for the screen of a check-in."""
    from voicecheck.helplines import DIRECTORY

    if found is None:
        return [phrases.show("help_anywhere"), phrases.show("help_all_countries", directory=DIRECTORY)]
    return [_emergency(found, phrases), *(f"{line.name}: {line.number}" for line in found.lines)]


def _json(found: Country | None) -> dict[str, Any]:
    from voicecheck.helplines import DIRECTORY

    if found is None:
        return {"country": None, "emergency": None, "lines": [], "directory": DIRECTORY}
    return {
        "country": found.country,
        "emergency": _line_json(found.emergency),
        "lines": [_line_json(line) for line in found.lines],
        "directory": DIRECTORY,
    }


def _line_json(line: HelpLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "number": line.number,
        "how": line.how,
        "source": line.source,
        "checked_on": line.checked_on.isoformat(),
        "old": line.is_old(date.today()),
    }
