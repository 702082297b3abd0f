"""The steps of `voicecheck setup` with a person: each shows what is chosen now, and Enter leaves it so.

Each choice is written when it is made. A step that cannot be taken says why, and the next one comes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App
from voicecheck.cli.setup import flags
from voicecheck.cli.setup.questions import (
    Samples,
    ask,
    choose_device,
    plays,
    settle_loudspeaker,
    voices_here,
)
from voicecheck.cli.setup.summary import ALOUD, KEPT, device_now, show_summary, voice_now
from voicecheck.cli.terminal.reading import ask_text
from voicecheck.cli.vault.slots import add_recovery_key
from voicecheck.cli.vault.unlocking import has_vault, unlock
from voicecheck.errors import AudioError, UsageError, VoicecheckError
from voicecheck.models import catalog
from voicecheck.remind import icon as icon_of_desktop
from voicecheck.speech.voice.choices import VoiceChoice
from voicecheck.text.typed import as_typed

if TYPE_CHECKING:
    from voicecheck.cli.models.recommending import Finding


def walk(app: App) -> None:
    """Run all steps. Ctrl-C ends them, and what was chosen until then stays."""
    tell(app, "setup_begins")
    try:
        for step in STEPS:
            try:
                step(app)
            except VoicecheckError as error:
                click.echo(as_typed(error.told), err=True)
    except (click.Abort, KeyboardInterrupt):
        click.echo(err=True)
        show_summary(app)
        raise
    show_summary(app)


def tell(app: App, name: str, **places: object) -> None:
    click.echo(app.phrases.show(name, **places), err=True)


def head(app: App, name: str, now: str) -> None:
    tell(app, "setup_head", step=app.phrases.show(name), now=now)


def ask_step(app: App, name: str, letters: Collection[str], **places: object) -> str:
    """Answer typed at a step; Enter alone leaves it as it is."""
    return ask(app, app.phrases.show(name, enter=app.phrases.show("enter_leave_step"), **places), letters)


# Sound


def loudspeaker(app: App) -> None:
    from voicecheck.speech.voice.speaker import chime

    head(app, "setup_loudspeaker", device_now(app, app.settings.loudspeaker.device))
    settle_loudspeaker(app, lambda: [chime()], app.phrases.show("enter_leave_step"))


def microphone(app: App) -> None:
    from voicecheck.cli.setup.hello import say_hello

    head(app, "setup_microphone", device_now(app, app.settings.microphone.device))
    while True:
        try:
            hello = say_hello(app, app.settings.microphone)
        except AudioError as error:
            click.echo(error.message, err=True)
        else:
            if hello.silent:
                tell(app, "microphone_silent")
            elif hello.words:
                tell(app, "setup_heard", words=hello.words)
            else:
                click.echo(hello.problem or app.phrases.show("setup_no_voice_heard"), err=True)
        answer = ask(app, app.phrases.show("setup_ask_microphone"), "an")
        if answer == "n":
            name = choose_device(app, "input", app.phrases.show("enter_leave_step"))
            if name is not None:
                app.change_settings({"microphone.device": name})
        elif not answer:
            return


def voice(app: App) -> None:
    head(app, "setup_voice", voice_now(app))
    silent = VoiceChoice(app.phrases.show("setup_silent_voice"), "none", "")
    offered = [*voices_here(app), *_voices_elsewhere(app), silent]
    for number, choice in enumerate(offered, start=1):
        click.echo(f"  {number}  {choice.label}", err=True)
    chosen: VoiceChoice | None = None
    with Samples(app) as samples:
        while True:
            leave = app.phrases.show("enter_leave_step")
            enter = leave if chosen is None else app.phrases.show("setup_take_voice", voice=chosen.label)
            question = app.phrases.show("setup_ask_voice", last=len(offered), enter=enter)
            typed = ask(app, question, [str(n + 1) for n in range(len(offered))])
            if not typed:
                break
            choice = offered[int(typed) - 1]
            if choice.engine == "none" or (_is_here(app, choice) and plays(app, samples.order(choice)())):
                chosen = choice
    if chosen is not None:
        app.change_settings(chosen.values)


def _voices_elsewhere(app: App) -> list[VoiceChoice]:
    """Return the voices that are in the catalogue and not on this computer."""
    from voicecheck.speech.voice.voices import extra_is_here, speaks

    choices = []
    for voice in catalog.load_catalog().voices:
        lacking = _lacking(app, voice.name)
        if speaks(voice, app.settings.voice) and lacking and extra_is_here(voice.engine):
            size_mb = sum(part.size for part in lacking) / 1e6
            name = f"{voice.engine.capitalize()} {voice.name}"
            label = app.phrases.show("setup_voice_to_fetch", voice=name, size=f"{size_mb:.0f}")
            choices.append(VoiceChoice(label, voice.engine, voice.name))
    return choices


def _lacking(app: App, name: str) -> list[catalog.Weights]:
    """Return the weights to fetch before the voice can speak: its own, and those it shares with others."""
    known = catalog.load_catalog()
    return [part for part in known.whole(known.voice(name)) if not catalog.installed(part, app.paths.models_folder)]


def _is_here(app: App, choice: VoiceChoice) -> bool:
    """Return True if it is here, or was fetched now."""
    if choice.name:
        for weights in _lacking(app, choice.name):
            flags.fetch(app, weights)
    return True


def coupling(app: App) -> None:
    """Measure how much of its own voice it hears. Nothing is asked."""
    from voicecheck.cli.setup.hello import learn_coupling

    with Samples(app) as samples:
        learn_coupling(app, samples.order()())


def aloud(app: App) -> None:
    head(app, "setup_aloud", app.phrases.show(ALOUD[app.settings.checkin.aloud]))
    if app.settings.voice.engine != "none":
        with Samples(app) as samples:
            plays(app, samples.order(name="setup_ask_screen_aloud")())
    typed = ask_step(app, "setup_ask_aloud", "qane")
    if typed:
        app.change_settings({"checkin.aloud": {"q": "questions", "a": "all", "n": "nothing", "e": "everything"}[typed]})


# Whisper


def model(app: App) -> None:
    from voicecheck.cli.models.recommending import find_pace, show_table

    name = app.settings.whisper.model
    head(app, "setup_model", name)
    known = {weights.name: weights for weights in catalog.load_catalog().models}
    if name in known and not catalog.installed(known[name], app.paths.models_folder):
        tell(app, "setup_model_not_here")
        if _offer(app, known[name]):
            return
    if not ask_step(app, "setup_ask_measure", "m"):
        return
    tell(app, "setup_measuring")
    finding = find_pace(app)
    show_table(app, finding, app.notices)
    _take_best(app, finding)


def _take_best(app: App, finding: Finding) -> None:
    best = finding.best
    if best is None:
        tell(app, "setup_none_keeps_up")
    elif best.name == app.settings.whisper.model:
        tell(app, "setup_best_is_here", model=best.name)
    else:
        tell(app, "setup_best", model=best.name)
        _offer(app, catalog.load_catalog().model(best.name))


def _offer(app: App, weights: catalog.Weights) -> bool:
    """Offer a model, and fetch it first where it is not here. Return True if it is taken."""
    here = catalog.installed(weights, app.paths.models_folder)
    question = "setup_take_model" if here else "setup_fetch_model"
    if not ask_step(app, question, "y", model=weights.name, size=f"{weights.size / 1e6:,.0f}"):
        return False
    if not here:
        flags.fetch(app, weights)
    app.change_settings({"whisper.model": weights.name})
    return True


# The rest


def reminder(app: App) -> None:
    if not flags.reminders_known():
        return
    click.echo(err=True)
    tell(app, "setup_reminder")
    while True:
        typed = ask_text(app.phrases.show("setup_ask_reminder", enter=app.phrases.show("enter_leave_step")), " ")
        if not typed:
            return
        try:
            flags.set_reminder(app, typed.lower(), None)
        except UsageError as error:
            click.echo(as_typed(error.told), err=True)
        else:
            return


def keep_audio(app: App) -> None:
    head(app, "setup_keep_audio", app.phrases.show(KEPT[app.settings.vault.keep_audio]))
    typed = ask_step(app, "setup_ask_keep_audio", "rnf")
    if typed:
        app.change_settings({"vault.keep_audio": {"r": "until_reviewed", "n": "never", "f": "always"}[typed]})


def icon(app: App) -> None:
    if not icon_of_desktop.can_have_icon():
        return
    there = icon_of_desktop.has_icon()
    head(app, "setup_icon", app.phrases.show("setup_icon_there" if there else "setup_icon_none"))
    typed = ask_step(app, "setup_ask_icon_there" if there else "setup_ask_icon", "yo" if there else "y")
    flags.set_icon(app, {"y": "on", "o": "off"}.get(typed))


def recovery_key(app: App) -> None:
    from voicecheck.vault.keys.recovery_key import RECOVERY
    from voicecheck.vault.keys.slots import KeySlots

    if not has_vault(app):
        head(app, "setup_recovery", app.phrases.show("setup_recovery_comes"))
        return
    has = RECOVERY.name in KeySlots.load(app.paths.slots_file).kinds
    head(app, "setup_recovery", app.phrases.show("setup_recovery_there" if has else "setup_recovery_none"))
    asked = not has and ask_step(app, "setup_ask_recovery", "s")
    if asked and not add_recovery_key(app, unlock(app, None), may_skip=True):
        click.echo(app.phrases.show("recovery_later"), err=True)


STEPS: tuple[Callable[[App], None], ...] = (
    loudspeaker,
    microphone,
    voice,
    coupling,
    aloud,
    model,
    reminder,
    keep_audio,
    icon,
    recovery_key,
)
