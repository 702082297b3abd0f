"""The steps of `voicecheck setup` with a person: each shows what is chosen now, and Enter leaves it so.

Each choice is written when it is made. A step that cannot be taken says why, and the next one comes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App
from voicecheck.cli.setup import flags
from voicecheck.cli.setup.questions import (
    Samples,
    VoiceChoice,
    ask,
    choose_device,
    free_text,
    plays,
    settle_loudspeaker,
    voices_here,
)
from voicecheck.cli.setup.summary import ALOUD, KEPT, OWN, show_summary, voice_now
from voicecheck.errors import AudioError, UsageError, VoicecheckError
from voicecheck.models import catalog
from voicecheck.text.typed import as_typed

if TYPE_CHECKING:
    from voicecheck.cli.models.recommending import Finding

LEAVE = "Enter: leave it"


def walk(app: App) -> None:
    """All steps. Ctrl-C ends it, and what was chosen until then stays."""
    click.echo("One thing after the other. Enter goes on, Ctrl-C stops; what you chose is kept.", err=True)
    try:
        for step in STEPS:
            try:
                step(app)
            except VoicecheckError as error:
                click.echo(as_typed(f"{error.message} {error.hint}"), err=True)
    except (click.Abort, KeyboardInterrupt):
        click.echo(err=True)
        show_summary(app)
        raise
    show_summary(app)


def head(name: str, now: str) -> None:
    click.echo(f"\n{name}   now: {now}", err=True)


# Sound


def loudspeaker(app: App) -> None:
    from voicecheck.speech.voice.speaker import chime

    head("Loudspeaker", app.settings.loudspeaker.device or OWN)
    settle_loudspeaker(app, lambda: [chime()], LEAVE)


def microphone(app: App) -> None:
    from voicecheck.cli.setup.hello import say_hello

    head("Microphone", app.settings.microphone.device or OWN)
    while True:
        try:
            hello = say_hello(app, app.settings.microphone)
        except AudioError as error:
            click.echo(error.message, err=True)
        else:
            if hello.silent:
                click.echo(app.phrases.show("microphone_silent"), err=True)
            elif hello.words:
                click.echo(f"Heard: {hello.words}", err=True)
            else:
                click.echo(hello.problem or "It hears the room, and no voice.", err=True)
        answer = ask("  Enter: go on · a: again · n: another microphone", "an")
        if answer == "n":
            name = choose_device(app, "input", LEAVE)
            if name is not None:
                app.change_settings({"microphone.device": name})
        elif not answer:
            return


def voice(app: App) -> None:
    head("Voice", voice_now(app))
    offered = [*voices_here(app), *_voices_elsewhere(app), VoiceChoice("no voice, the questions are shown", "none", "")]
    for number, choice in enumerate(offered, start=1):
        click.echo(f"  {number}  {choice.label}", err=True)
    chosen: VoiceChoice | None = None
    with Samples(app) as samples:
        while True:
            enter = f"Enter: take {chosen.label}" if chosen is not None else LEAVE
            typed = ask(f"  1 to {len(offered)}: hear it · {enter}", [str(n + 1) for n in range(len(offered))])
            if not typed:
                break
            choice = offered[int(typed) - 1]
            if choice.engine == "none" or (_is_here(app, choice) and plays(app, samples.order(choice)())):
                chosen = choice
    if chosen is not None:
        app.change_settings(chosen.values)


def _voices_elsewhere(app: App) -> list[VoiceChoice]:
    """What the catalog knows and this computer lacks."""
    from voicecheck.speech.voice.voices import extra_is_here

    choices = []
    for voice in catalog.load_catalog().voices:
        lacking = _lacking(app, voice.name)
        if lacking and extra_is_here(voice.engine):
            size_mb = sum(part.size for part in lacking) / 1e6
            label = f"{voice.engine.capitalize()} {voice.name}, {size_mb:.0f} MB to fetch"
            choices.append(VoiceChoice(label, voice.engine, voice.name))
    return choices


def _lacking(app: App, name: str) -> list[catalog.Weights]:
    """What must be fetched before the voice can speak: itself, and what it shares with others."""
    known = catalog.load_catalog()
    return [part for part in known.whole(known.voice(name)) if not catalog.installed(part, app.paths.models_folder)]


def _is_here(app: App, choice: VoiceChoice) -> bool:
    """It is, or it was fetched now."""
    if choice.name:
        for weights in _lacking(app, choice.name):
            flags.fetch(app, weights)
    return True


def aloud(app: App) -> None:
    head("Said aloud", ALOUD[app.settings.checkin.aloud])
    typed = ask(f"  q: the questions · a: your own words too · n: nothing · {LEAVE}", "qan")
    if typed:
        app.change_settings({"checkin.aloud": {"q": "questions", "a": "all", "n": "nothing"}[typed]})


# Whisper


def model(app: App) -> None:
    from voicecheck.cli.models.recommending import find_pace, show_table

    name = app.settings.whisper.model
    head("Whisper model", name)
    known = {weights.name: weights for weights in catalog.load_catalog().models}
    if name in known and not catalog.installed(known[name], app.paths.models_folder):
        click.echo("It is not on this computer yet.", err=True)
        if _offer(app, known[name]):
            return
    if not ask("  m: measure which is best here (ten seconds) · " + LEAVE, "m"):
        return
    click.echo("Measuring.", err=True)
    finding = find_pace(app)
    show_table(app, finding, app.notices)
    _take_best(app, finding)


def _take_best(app: App, finding: Finding) -> None:
    best = finding.best
    if best is None:
        click.echo("None keeps up at the moment. What you say is written down all the same, only later.", err=True)
    elif best.name == app.settings.whisper.model:
        click.echo(f"{best.name} is the largest that keeps up, and you have it.", err=True)
    else:
        click.echo(f"{best.name} is the largest that keeps up.", err=True)
        _offer(app, catalog.load_catalog().model(best.name))


def _offer(app: App, weights: catalog.Weights) -> bool:
    """Take it, and fetch it first where it is not here."""
    here = catalog.installed(weights, app.paths.models_folder)
    what = f"take {weights.name}" if here else f"fetch {weights.name} ({weights.size / 1e6:,.0f} MB) and take it"
    if not ask(f"  y: {what} · {LEAVE}", "y"):
        return False
    if not here:
        flags.fetch(app, weights)
    app.change_settings({"whisper.model": weights.name})
    return True


# The rest


def reminder(app: App) -> None:
    if not flags.reminders_known():
        return
    click.echo("\nReminder", err=True)
    while True:
        typed = free_text(f"  A time, as 21:30 · off · {LEAVE}")
        if not typed:
            return
        try:
            flags.set_reminder(app, typed.lower(), None)
        except UsageError as error:
            click.echo(as_typed(f"{error.message} {error.hint}"), err=True)
        else:
            return


def keep_audio(app: App) -> None:
    head("The sound of an answer is kept", KEPT[app.settings.vault.keep_audio])
    typed = ask(f"  r: until reviewed · n: not at all · f: for good · {LEAVE}", "rnf")
    if typed:
        app.change_settings({"vault.keep_audio": {"r": "until_reviewed", "n": "never", "f": "always"}[typed]})


def recovery_key(app: App) -> None:
    from voicecheck.cli.vault.slots import add_recovery_key
    from voicecheck.cli.vault.unlocking import has_vault, unlock
    from voicecheck.vault.keys.recovery_key import RECOVERY
    from voicecheck.vault.keys.slots import KeySlots

    if not has_vault(app):
        head("Recovery key", "it comes with the first answer, and so does the vault")
        return
    has = RECOVERY.name in KeySlots.load(app.paths.slots_file).kinds
    head("Recovery key", "you have one" if has else "none")
    if not has and ask(f"  s: show me one, twenty-four words for paper · {LEAVE}", "s"):
        add_recovery_key(app, unlock(app, None), may_skip=True)


STEPS: tuple[Callable[[App], None], ...] = (
    loudspeaker,
    microphone,
    voice,
    aloud,
    model,
    reminder,
    keep_audio,
    recovery_key,
)
