"""Summary of what is chosen, shown at the end of `voicecheck setup`."""

from __future__ import annotations

import click

from voicecheck.cli.app import App
from voicecheck.cli.setup.questions import voices_here

ALOUD = {"questions": "chosen_aloud_questions", "all": "chosen_aloud_all", "nothing": "chosen_aloud_nothing"}
KEPT = {"until_reviewed": "chosen_kept_until_reviewed", "never": "chosen_kept_never", "always": "chosen_kept_always"}
"""names of the phrases that say what is chosen"""


def voice_now(app: App) -> str:
    settings = app.settings.voice
    if settings.engine == "none":
        return app.phrases.show("chosen_no_voice")
    if settings.engine == "auto":
        return voices_here(app)[0].label
    here = (c.label for c in voices_here(app) if (c.engine, c.name) == (settings.engine, settings.name))
    return next(here, None) or app.phrases.show("chosen_another_voice")


def device_now(app: App, name: str) -> str:
    return name or app.phrases.show("own_device")


def show_summary(app: App) -> None:
    """Show the choices, and the file they stand in."""
    settings, show = app.settings, app.phrases.show
    click.echo(err=True)
    for name, value in (
        ("summary_loudspeaker", device_now(app, settings.loudspeaker.device)),
        ("summary_microphone", device_now(app, settings.microphone.device)),
        ("summary_voice", voice_now(app)),
        ("summary_aloud", show(ALOUD[settings.checkin.aloud])),
        ("summary_model", settings.whisper.model),
        ("summary_keep_audio", show(KEPT[settings.vault.keep_audio])),
        ("summary_settings", str(app.paths.settings_file)),
    ):
        label = f"{show(name)}: " if app.plain else f"{show(name):15}"
        click.echo(f"{label}{value}", err=True)  # a path is never shortened
