"""`voicecheck checkin` and `voicecheck journal`: their options and arguments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from voicecheck.checkin.two_names import LONGEST_NAME, speakers_of
from voicecheck.checkin.wishes import Wishes
from voicecheck.cli.app import App, F, Recognition, gathered, json_option, key_file_option, whisper_options
from voicecheck.cli.app.completion import pack_names, prompt_ids
from voicecheck.cli.models.recogniser import recognition_settings
from voicecheck.cli.terminal.reading import ask_text
from voicecheck.errors import UsageError
from voicecheck.text.folding import fold
from voicecheck.text.untrusted import can_be_shown


def sound_options(command: F) -> F:
    """Add --answer, --pace, --typed, --no-speak: the source of the answer, and speaking or not."""
    for option in (
        click.option("--no-speak", is_flag=True, help="Show the question without a voice."),
        click.option("--typed", is_flag=True, help="Type the answer; an empty line ends it. From a pipe, its end."),
        click.option(
            "--pace", type=click.Choice(["realtime", "fast"]), default="fast", show_default=True, help="Of --answer."
        ),
        click.option(
            "--answer",
            "answers",
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A sound file in the microphone's place; once for each question.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@sound_options
@click.option("--count", "questions", type=click.IntRange(1, 10), help="How many questions; two without this.")
@click.option("--with", "with_name", metavar="NAME", help="Two people answer, one after the other.")
@click.option(
    "--prompt", metavar="ID", help="Ask this question, see `voicecheck prompt list`.", shell_complete=prompt_ids
)
@click.option("--pack", metavar="NAME", help="Choose from this pack of questions.", shell_complete=pack_names)
@whisper_options
@key_file_option
@json_option
@click.pass_obj
@gathered(Wishes, "wishes")
def checkin(app: App, wishes: Wishes, recognition: Recognition, questions: int | None, with_name: str | None) -> int:
    """Answer tonight's questions aloud.

    A short opener, and a question as deep as you have gone. It asks, listens until you have finished, writes down what
    you said, and keeps it encrypted. No passphrase is needed to speak: while the vault is locked, answers wait sealed
    until you unlock it.
    """
    speakers = _speakers(app, with_name, asks=not wishes.answers)
    count = questions or _usual_count(app, wishes, max(1, len(speakers)))
    return _sit(app, replace(wishes, speakers=speakers, count=count), recognition)


@click.command()
@sound_options
@whisper_options
@key_file_option
@json_option
@click.pass_obj
@gathered(Wishes, "wishes")
def journal(app: App, wishes: Wishes, recognition: Recognition) -> int:
    """Speak freely, without a question.

    It listens after the chime, for up to an hour, and ends after a longer silence, or with Enter.
    """
    return _sit(app, replace(wishes, journal=True), recognition)


def _sit(app: App, wishes: Wishes, recognition: Recognition) -> int:
    """Run the sitting. Raises UsageError for answers that do not fit the questions."""
    from voicecheck.cli.checkin.sitting import sit

    given, needed = len(wishes.answers), wishes.count * max(1, len(wishes.speakers))
    if given and wishes.typed:
        raise UsageError("--answer and --typed exclude each other.", "Leave one of them out.")
    if given and given != needed:
        raise UsageError(
            f"{wishes.count} questions need {needed} answers, and {given} were given.",
            "Give --answer once a question, and for two people twice.",
        )
    return sit(app, wishes, recognition_settings(app, recognition))


def _usual_count(app: App, wishes: Wishes, each: int) -> int:
    """Return the number of questions: by the number of answers; one if a prompt was named; else the setting."""
    if wishes.answers:
        return max(1, len(wishes.answers) // each)
    return 1 if wishes.prompt or each > 1 else app.settings.checkin.count


def _speakers(app: App, with_name: str | None, *, asks: bool) -> tuple[str, ...]:
    """Return the names of two who answer; empty for one. Raises UsageError for a name that cannot be shown."""
    if with_name is None:
        return ()
    if asks and app.interactive and "checkin.name" not in app.settings_lines:
        _ask_own_name(app, with_name.strip(" "))
    return speakers_of(app.settings.checkin.name, with_name)


def _ask_own_name(app: App, other: str) -> None:
    """Ask once for the person's own name and write it into the settings; empty means the usual name."""
    usual = app.settings.checkin.name
    name = " ".join(ask_text(app.phrases.show("ask_own_name", other=other)).split())
    fits = all(map(can_be_shown, name)) and 0 < len(name) <= LONGEST_NAME and fold(name) != fold(other)
    app.change_settings({"checkin.name": name if fits else usual})
