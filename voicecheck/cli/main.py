"""The table of commands, and the one place where an error becomes an exit code.

Commands load when they are called, so that `--help` stays quick: the table below carries their short help.
"""

from __future__ import annotations

import importlib
import io
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from voicecheck import __version__, signals
from voicecheck.cli.app import App, Opened
from voicecheck.errors import ExitCode, UsageError, VoicecheckError, place_of
from voicecheck.offline import serves_page
from voicecheck.text.typed import as_typed, command_word
from voicecheck.text.untrusted import visible

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Place(NamedTuple):
    """Location of a command, and its line in `--help`."""

    module: str
    attribute: str
    help: str


PLAIN = "Print lines for a screen reader: no whole screens, no repainting, no columns. It is kept for the next time."
OPEN = "Speak and look back, in a page in your browser that never leaves this computer."
COMMANDS = {
    "checkin": Place("checkin.command", "checkin", "Answer tonight's questions aloud."),
    "journal": Place("checkin.command", "journal", "Speak freely, without a question."),
    "entry": Place(
        "entry.entry", "entry", "What you said: list, search, show, edit, tag, play, share, export, delete."
    ),
    "name": Place("entry.name", "name", "Names that Whisper does not know how to write: list, add, remove."),
    "import": Place("entry.importing", "import_", "Take in entries: an export, voice memos, or another journal."),
    "transcribe": Place("transcribe", "transcribe", "Write down sound files; nothing is kept."),
    "tag": Place("feeling.tag", "tag", "Find the feeling words in a text; nothing is kept."),
    "feeling": Place("feeling.feeling", "feeling", "Words for feelings: which you use, why each is marked."),
    "open": Place("open", "open_page", OPEN),
    "review": Place("open", "open_page", OPEN),
    "prompt": Place("prompt", "prompt", "The questions: list, show, check, next."),
    "help-now": Place("help_now", "help_now", "When it is heavy: where help can be found."),
    "vault": Place("vault.vault", "vault", "The encrypted vault: open it, its keys, its backups."),
    "model": Place("models.model", "model", "Whisper models: list, recommend, fetch, import, verify."),
    "voice": Place("models.voice", "voice", "Voices that ask the questions: list, fetch, prepare, test."),
    "device": Place("setup.device", "device", "Loudspeakers and microphones: list, test."),
    "setup": Place("setup.setup", "setup", "Sound, voice, model and the rest, one step at a time or by flags."),
    "remind": Place("remind", "remind", "A reminder in the evening: set, status, off."),
    "settings": Place("settings", "settings", "What you can choose: show it, edit it, where it lies."),
    "completion": Place("app.completion", "completion", "Complete commands at the Tab key: for bash, zsh or fish."),
    "doctor": Place("setup.doctor", "doctor", "Check every part, and say what to do next."),
}


class Help(click.HelpFormatter):
    """Help whose commands begin with what was typed to start the program, as those of the hints do."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog.replace(NAME, command_word(), 1) if prog.startswith(NAME) else prog, args, prefix)

    def write_text(self, text: str) -> None:
        super().write_text(as_typed(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, as_typed(text)) for name, text in rows], col_max, col_spacing)


NAME = "voicecheck"
click.Context.formatter_class = Help
_BARE_GROUP: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())  # click 8.1 shows the help by itself


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module = importlib.import_module(f"voicecheck.cli.{place.module}")
        command = getattr(module, place.attribute)
        assert isinstance(command, click.Command)
        return plain_option(command)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands from the table: to ask each command for its help would import them all."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=place.help) for name, place in COMMANDS.items() if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in COMMANDS.items()])


def plain_option(command: click.Command) -> click.Command:
    """Give a command, and all below it, the options --plain and --no-plain, as the program itself has them."""
    if not any(one.name == "plain" for one in command.params):
        plain = click.Option(
            ["--plain/--no-plain"], default=None, hidden=True, expose_value=False, callback=_choose_plain, help=PLAIN
        )
        command.params.append(plain)
    for below in getattr(command, "commands", {}).values():
        plain_option(below)
    return command


def _choose_plain(context: click.Context, _option: click.Parameter, chosen: bool | None) -> None:
    app = context.find_object(App)
    if app is not None and chosen is not None:
        app.choose_plain(chosen)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="voicecheck")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails. It never holds what you said.")
@click.option("--plain/--no-plain", default=None, help=PLAIN)
@click.pass_context
def cli(context: click.Context, debug: bool, plain: bool | None) -> None:
    """A private companion for spoken reflection. Nothing you say leaves this computer."""
    opened: Opened = context.obj or Opened()
    context.obj = App(debug=debug, door=opened.door, errand=opened.errand, fetcher=opened.fetcher)
    if plain is not None:
        context.obj.choose_plain(plain)


def run(arguments: Sequence[str], opened: Opened | None = None) -> int:
    """Run one command and return the exit code of the process."""
    try:
        signals.end_orderly()
        return _answered(arguments, opened)
    except KeyboardInterrupt:
        return _show("Stopped.", "", ExitCode.STOPPED)


def _answered(arguments: Sequence[str], opened: Opened | None) -> int:
    """Run the command, show its error, and return the exit code."""
    debug = "--debug" in arguments
    _open_streams()
    try:
        result = _called(arguments, opened)
        return result if isinstance(result, int) else ExitCode.DONE
    except click.exceptions.Abort:
        return _show("Stopped.", "", ExitCode.STOPPED)
    except click.ClickException as error:
        if isinstance(error, _BARE_GROUP) and error.ctx:
            click.echo(error.ctx.get_help())
            return ExitCode.DONE
        unknown = _unknown_command(error)
        if unknown:
            return _show(f"No such command '{unknown}'.", _hint_of(error, unknown), ExitCode.USAGE)
        return _show(error.format_message(), _hint_of(error), ExitCode.USAGE, keep="\n\t")
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; Python would complain once more on leaving
        return ExitCode.GENERAL
    except Exception as error:
        if debug and not isinstance(error, UnicodeDecodeError):
            raise
        told = _told_of(error)
        if serves_page(arguments) and "--no-browser" not in arguments:
            from voicecheck.cli.unseen import tell_unseen

            tell_unseen(opened.door if opened else None, told.message, told.hint)
        return _show(told.message, told.hint, told.exit_code)


def _told_of(error: Exception) -> VoicecheckError:
    """Return what a person is told of an error; of a fault of the program its place alone."""
    match error:
        case VoicecheckError():
            return error
        case UnicodeDecodeError():
            return UsageError("What was read is no UTF-8 text.", "Where you typed it, set the terminal to UTF-8.")
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            hint = "Check that the place exists, is yours, and has room."
            return VoicecheckError(f"{where}{error.strerror or 'it cannot be used'}.", hint)
        case _:
            hint = "Please report it, with: voicecheck doctor --report"
            return VoicecheckError(f"VoiceCheck has a fault ({place_of(error)}).", hint)


def _called(arguments: Sequence[str], opened: Opened | None) -> object:
    """Call the command. A person who stopped it is not told of what could not be closed: the next start sees to it."""
    try:
        return cli.main(list(arguments), prog_name=NAME, standalone_mode=False, obj=opened)
    except Exception as error:
        if signals.on_its_way(error):
            raise KeyboardInterrupt from error
        raise


def _unknown_command(error: click.ClickException) -> str:
    """Return the unknown command as it was typed; click 8.1 tells it in the message alone."""
    match = re.match("No such command ['\"](.*)['\"]", error.message, re.DOTALL)
    return match[1] if match else ""


def _hint_of(error: click.ClickException, unknown: str = "") -> str:
    """Return the hint for a click error: the help to read, and suggestions for an unknown command."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return ""
    see = f"See: {error.ctx.command_path} --help"
    if not unknown:
        return see
    from voicecheck.cli.guessing import meant_by

    meant = meant_by(unknown, error.ctx)
    return f"Did you mean: {', '.join(meant)}? {see}" if meant else see


@signals.undisturbed  # a stream is broken by what is raised in it
def _open_streams() -> None:
    """Read UTF-8 whatever the system's language, and print by number what the terminal's encoding lacks."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and (
            stream.errors == "strict" or not stream.encoding.lower().startswith("utf")
        ):
            stream.reconfigure(errors="backslashreplace")


def _show(message: str, hint: str, code: int, keep: str = "") -> int:
    """Say what went wrong; control characters, as in a file's name, are shown by their numbers, `keep` excepted."""
    from voicecheck.cli.app.wrapping import fitted

    for line in (f"error: {visible(message, keep)}", f"hint: {visible(hint, keep)}" if hint else ""):
        if line:
            click.echo(fitted(line, sys.stderr), err=True)
    return code
