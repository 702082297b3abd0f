"""`voicecheck entry share`: one sentence of an entry, shaped by the person, read aloud or saved alone."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from voicecheck.cli.app import App, key_file_option
from voicecheck.cli.app.notices import echo
from voicecheck.cli.terminal.piped import stdin_text
from voicecheck.cli.terminal.reading import ask_text, resolve
from voicecheck.cli.vault.unlocking import open_vault
from voicecheck.diary.sentence import Draft, draft, load_frame, sentences, shape
from voicecheck.errors import AudioError, UsageError, VoicecheckError
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.domain import Entry
    from voicecheck.vault.vault import Vault

MOST_READ = 4096
"""characters of one sentence"""
MOST_OF_A_WEEK = 40
SAVED = "saved"


@click.command()
@click.argument("identifier", metavar="ID", default="last")
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE", help="Save the sentence, alone, as text.")
@click.option("--aloud", is_flag=True, help="Read the sentence aloud.")
@key_file_option
@click.pass_obj
def share(app: App, identifier: str, save: Path | None, aloud: bool, key_file: Path | None) -> None:
    """Take one sentence along.

    You choose a sentence of the entry and shape it: "I felt ... when ..., what I need is ...". Then it is read aloud,
    or saved alone. Without a terminal the three parts are read from stdin, a line each.
    """
    if save is not None and save.exists():
        raise UsageError(f"{save} is there already.", "Choose another name; nothing is overwritten.")
    if not app.interactive and save is None and not aloud:
        raise UsageError("Say what is to become of the sentence.", "Add --save FILE or --aloud.")
    with open_vault(app, key_file) as vault:
        take_along(app, vault, vault.entries.get(resolve(vault, identifier)), save, aloud)


def take_along(app: App, vault: Vault, found: Entry, save: Path | None = None, aloud: bool = False) -> None:
    """Take one sentence of an entry along. On a terminal it happens on a screen of its own, which keeps no word."""
    with app.notices.screen(hide_cursor=False) if app.interactive else nullcontext():
        sentence = _asked(app, found) if app.interactive else _read(found.language)
        ways = _ways(app, save, aloud, ask=app.interactive and bool(sentence)) if sentence else []
        done = [way for wanted, path in ways if (way := _carry_out(app, wanted, path, sentence))]
    if not done:
        app.notices.print(app.phrases.show("share_nothing"))
        return
    for way in done:
        vault.shares.record(found.id, way, datetime.now(UTC))
    if SAVED in done:
        app.tell(app.phrases.show("share_saved"))
    app.tell(app.phrases.show("share_noted"))


def _carry_out(app: App, way: str, path: Path | None, sentence: str) -> str:
    """Read the sentence aloud or save it; return what was done, empty for nothing.

    If that fails a person, who still sees the sentence, names a file for it; a program gets the error.
    """
    while True:
        try:
            if path is None:
                _read_aloud(app, sentence)
            else:
                _save(path, sentence)
            return way
        except VoicecheckError as fault:
            if not app.interactive:
                raise
            echo(fault.told, err=True)
            typed = ask_text(app.phrases.show("share_other_file"))
            if not typed:
                return ""
            way, path = SAVED, Path(typed)


def choose_and_take_along(app: App, vault: Vault) -> None:
    """Let the person choose one entry of the last seven days, on a screen of its own, and one sentence of it."""
    today = datetime.now().astimezone()
    week = [
        one
        for one in vault.entries.list(MOST_OF_A_WEEK)
        if one.text and (today - one.spoken_at).days < 7 and not one.speaker
    ]
    if not week:
        app.notices.print(app.phrases.show("share_no_entry"))
        return
    with app.notices.screen(hide_cursor=False):
        for number, one in enumerate(week, start=1):
            begin = " ".join(printable(one.text).split())[:60]
            app.notices.print(
                Text(f"{number:>3}  {app.phrases.say_date('weekday', one.spoken_at)} {one.spoken_at:%H:%M}  {begin}")
            )
        number = click.prompt(
            app.phrases.show("share_which_entry"), type=click.IntRange(1, len(week)), default=1, err=True
        )
    take_along(app, vault, week[number - 1])


def _read(language: str) -> str:
    text = stdin_text().strip("\n")
    lines = [line.strip() for line in text.split("\n")] + ["", "", ""]
    if len(text) > MOST_READ or any(lines[3:]):
        raise UsageError("This is more than one sentence.", "Give its three parts, a line each.")
    return shape(Draft(*lines[:3]), language)


def _asked(app: App, found: Entry) -> str:
    """Ask for the sentence part by part; Enter keeps what stands there. The whole sentence is shown last."""
    choice = sentences(found.text)
    for number, sentence in enumerate(choice, start=1):
        app.notices.print(Text(f"{number:>3}  {printable(sentence)}"))
    number = 1
    if len(choice) > 1:
        about = app.phrases.show("share_which_sentence")
        number = click.prompt(about, type=click.IntRange(1, len(choice)), default=1, err=True)
    begun = draft(found, choice[number - 1] if choice else "")
    app.notices.print(app.phrases.show("share_parts"), markup=False)
    asks = load_frame(found.language).asks
    parts = ((asks.felt, begun.felt), (asks.when, begun.when), (asks.need, begun.need))
    sentence = shape(Draft(*(_part(label, printable(default)) for label, default in parts)), found.language)
    app.notices.print(Text(f"\n{sentence}\n", style="bold"))
    return sentence


def _part(label: str, default: str) -> str:
    given = str(click.prompt(f"{label} ...", default=default, show_default=bool(default), err=True))
    return "" if given.strip() == "-" else given


def _ways(app: App, save: Path | None, aloud: bool, *, ask: bool) -> list[tuple[str, Path | None]]:
    """Return the ways to share the sentence, as ("aloud", None) or ("saved", where): both, one or none."""
    ways: list[tuple[str, Path | None]] = [("aloud", None)] if aloud else []
    if save is not None:
        ways.append((SAVED, save))
    if ways or not ask:
        return ways
    choice = click.Choice(["aloud", "save", "leave"])
    wanted = click.prompt(app.phrases.show("share_how"), type=choice, default="leave", err=True)
    if wanted == "save":
        return [(SAVED, Path(click.prompt(app.phrases.show("share_file"), err=True)))]
    return [("aloud", None)] if wanted == "aloud" else []


def _save(path: Path, sentence: str) -> None:
    """Write the sentence to a file, 0600, never over one that is there. Raises VoicecheckError."""
    from voicecheck.diary.export import private_file

    try:
        place = path.expanduser()
        with private_file(place) as file:
            file.write(f"{sentence}\n".encode())
    except (RuntimeError, ValueError) as error:  # ~name that nobody has, or a name with a NUL
        raise UsageError(
            f"{path} cannot be written: it is no place for a file.", "Name a file in a folder of yours."
        ) from error


def _read_aloud(app: App, sentence: str) -> None:
    """Say the sentence through the loudspeaker, by the voice that asks the questions."""
    from voicecheck.speech.voice.speaker import Loudspeaker
    from voicecheck.speech.voice.voices import open_voice

    voice = open_voice(app.settings.voice, app.paths.models_folder)
    if voice.needs_file:
        raise AudioError("This system's voice would write the sentence to a disk.", "Install Piper, or save it: --save")
    loudspeaker = Loudspeaker(app.settings.loudspeaker)
    for sound in voice.synthesize(sentence):
        loudspeaker.play(sound.times(app.settings.voice.volume))
