"""`voicecheck help-now`: show help lines. It opens no vault, asks nothing, and tells nobody."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from voicecheck.checkin.help_lines import asked_country, call_first, told
from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.app.completion import country_codes
from voicecheck.cli.app.wrapping import fitted
from voicecheck.helplines import DIRECTORY, help_folders, load_country
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.helplines import Country, HelpLine
    from voicecheck.phrases import Phrases


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

    A check-in offers them by itself only when an answer in English or German tells of danger; answers in another
    language are not watched.
    """
    folders = help_folders(app.paths.resources_folder)
    asked = asked_country(app, folders, country)
    found = load_country(asked, folders) if asked else None
    if as_json:
        echo_json(_json(found))
        return
    for line in help_text(found, folders.countries(), date.today(), app.phrases, asked):
        click.echo(fitted(line, sys.stdout))


def help_text(
    found: Country | None, countries: tuple[str, ...], today: date, phrases: Phrases, asked: str = ""
) -> list[str]:
    """Return the help lines as text: the emergency number first, old ones marked as old, the source last."""
    write = phrases.write
    elsewhere = phrases.show("help_all_countries", directory=DIRECTORY)
    if found is None:
        known, first = ", ".join(countries), countries[0]
        none_here = [write("help_none_here", asked=printable(asked), countries=known)] if asked else []
        return [
            *none_here,
            phrases.show("help_anywhere"),
            elsewhere,
            *([] if asked else [write("help_known", countries=known)]),
            write("help_choose", country=first),
            write("help_for_always", country=first),
            write("help_no_service"),
        ]
    lines = [call_first(found, phrases), "", *(told(line, phrases) for line in found.lines)]
    lines += ["", elsewhere]
    lines += [write("help_old")] if any(line.is_old(today) for line in found.every) else []
    lines += [write("help_no_service"), "", write("help_checked")]
    for line in found.every:
        name = line.named(phrases.language) or write("help_emergency")
        lines.append(write("help_checked_line", name=name, day=line.checked_on, source=line.source))
    return lines


def _json(found: Country | None) -> dict[str, Any]:
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
