"""`voicecheck setup`: make every choice, one step at a time, or by flags without a person."""

from __future__ import annotations

from typing import get_args, get_type_hints

import click

from voicecheck.cli.app import App, gathered
from voicecheck.cli.setup.flags import Wanted, carry_out
from voicecheck.errors import UsageError
from voicecheck.settings import schema as known


def choices(group: type[known.Group], name: str) -> click.Choice[str]:
    """Return the values that a setting takes, as a click type."""
    return click.Choice(list(get_args(get_type_hints(group)[name])))


@click.command()
@click.option("--loudspeaker", metavar="NAME", help="See `voicecheck device list`; an empty one is the system's own.")
@click.option("--microphone", metavar="NAME", help="See `voicecheck device list`; an empty one is the system's own.")
@click.option("--engine", type=choices(known.Voice, "engine"), help="What speaks.")
@click.option("--voice", metavar="NAME", help="A voice of that engine, see `voicecheck voice list`.")
@click.option("--aloud", type=choices(known.Checkin, "aloud"), help="What is said aloud; all includes your own words.")
@click.option("--model", metavar="NAME", help="A Whisper model, see `voicecheck model recommend`.")
@click.option("--remind", metavar="TIME|off", help="When a reminder comes in the evening, as 21:30.")
@click.option("--days", metavar="DAYS", help="On which days, with --remind.")
@click.option("--keep-audio", type=choices(known.Vault, "keep_audio"), help="How long the sound of an answer stays.")
@click.option("--icon", type=click.Choice(["on", "off"]), help="An icon among your programs, which opens the window.")
@click.option("--yes", is_flag=True, help="Fetch what is not on this computer yet, without asking.")
@click.pass_obj
@gathered(Wanted, "wanted")
def setup(app: App, yes: bool, wanted: Wanted) -> None:
    """Sound, voice, model and the rest, one step at a time or by flags.

    Every step shows what is chosen now, and Enter goes on. With flags nothing is asked: they are all carried out, or
    none. Only a model or a voice that you want fetched uses the network.
    """
    from voicecheck.cli.setup.steps import walk

    if wanted != Wanted():
        carry_out(app, wanted, may_fetch=yes)
    elif app.interactive and not yes:
        walk(app)
    else:
        raise UsageError(
            "Nothing was asked for, and nobody can be asked here."
            if not app.interactive
            else "--yes belongs to another flag.",
            "Say it with flags, as --model base; see: voicecheck setup --help",
        )
