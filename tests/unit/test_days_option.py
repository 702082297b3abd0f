"""Days as options of the command line."""

from __future__ import annotations

from datetime import date

import click
import pytest
from click.testing import CliRunner

from voicecheck.cli.app.days import FIRST_DAY, LAST_DAY


@click.command()
@click.option("--since", type=FIRST_DAY)
@click.option("--until", type=LAST_DAY)
def command(since: date | None, until: date | None) -> None:
    click.echo(f"{since} {until}")


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--since", "2026-10", "--until", "2026-10"], "2026-10-01 2026-10-31"),
        (["--since", "2024"], "2024-01-01 None"),
        (["--until", "2026-10-05"], "None 2026-10-05"),
    ],
)
def test_an_option_takes_the_first_or_the_last_day(arguments: list[str], shown: str) -> None:
    """Of a month or year as of a day, as in a search."""
    assert CliRunner().invoke(command, arguments).output == f"{shown}\n"


def test_what_is_no_day_gets_a_sentence() -> None:
    """With what can be written."""
    result = CliRunner().invoke(command, ["--since", "someday"])
    assert result.exit_code == 2 and "2-weeks-ago" in result.output
