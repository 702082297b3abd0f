"""`voicecheck setup` by flags: all of them are checked first, and then all of it is carried out, or none."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from voicecheck.cli.app import App
from voicecheck.cli.setup.summary import show_summary
from voicecheck.errors import AudioError, ModelError, UsageError
from voicecheck.files import typed_folder, write_atomically
from voicecheck.models import catalog
from voicecheck.models.formats import require_whisper
from voicecheck.offline.errand import Errand
from voicecheck.remind.icon import put_icon, refuse_icon, take_icon_away
from voicecheck.remind.schedule import read_schedule
from voicecheck.speech.devices import NOUNS, list_devices, place_of
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE

if TYPE_CHECKING:
    from voicecheck.speech.devices import Kind

REMIND = "voicecheck.cli.remind"
OFF = "off"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Values of the flags; None for what they leave alone."""

    loudspeaker: str | None = None
    microphone: str | None = None
    engine: str | None = None
    voice: str | None = None
    aloud: str | None = None
    model: str | None = None
    remind: str | None = None
    days: str | None = None
    keep_audio: str | None = None
    icon: str | None = None

    @property
    def values(self) -> dict[str, str]:
        """Return the values by the names of the settings."""
        keys = {
            "loudspeaker.device": self.loudspeaker,
            "microphone.device": self.microphone,
            "voice.engine": self.engine,
            "voice.name": "" if self.engine is not None and self.voice is None else self.voice,
            "checkin.aloud": self.aloud,
            "whisper.model": self.model,
            "vault.keep_audio": self.keep_audio,
        }
        return {key: value for key, value in keys.items() if value is not None}


def carry_out(app: App, wanted: Wanted, *, may_fetch: bool) -> None:
    """Check all flags, then carry them out. Nothing is changed if it raises UsageError, or ModelError for a fetch."""
    for device, kind in ((wanted.loudspeaker, "output"), (wanted.microphone, "input")):
        if device:
            _check_device(device, "output" if kind == "output" else "input")
    _check_reminder(wanted)
    if wanted.icon is not None:
        refuse_icon()
    missing = _missing(app, wanted)
    if missing and not may_fetch:
        names = ", ".join(weights.name for weights in missing)
        raise UsageError(f"Not on this computer yet: {names}.", "Add --yes, and it is fetched now.")
    for weights in missing:
        fetch(app, weights)
    _check_voice(app, wanted)
    before = _content(app.paths.settings_file)
    if wanted.values:
        app.change_settings(wanted.values)
    try:
        set_reminder(app, wanted.remind, wanted.days)
        set_icon(app, wanted.icon)
    except BaseException:
        _put_back(app, before)
        raise
    show_summary(app)


# What is looked at


def _check_device(name: str, kind: Kind) -> None:
    names = [device.name for device in list_devices(kind)]
    if place_of(name, names) is None:
        here = f"Here are: {', '.join(names)}." if names else "There is none here."
        raise UsageError(f"There is no {NOUNS[kind]} called {name}.", here)


def _check_voice(app: App, wanted: Wanted) -> None:
    """Check the voice by opening it: only the engine itself knows its voices."""
    from voicecheck.speech.voice.voices import open_voice

    changes = {key.removeprefix("voice."): value for key, value in wanted.values.items() if key.startswith("voice.")}
    settings = msgspec.structs.replace(app.settings.voice, **changes)
    if not changes or settings.engine == "none":
        return
    try:
        open_voice(settings, app.paths.models_folder)
    except (AudioError, ModelError) as error:
        raise UsageError(error.message, error.hint) from error


def _missing(app: App, wanted: Wanted) -> list[catalog.Weights]:
    """Return weights that must be fetched for these flags. Raises UsageError for a model that nobody knows."""
    known, models = catalog.load_catalog(), app.paths.models_folder
    found = [weights for weights in known.voices if weights.name == wanted.voice]
    if wanted.model is not None:
        try:
            if own := typed_folder(wanted.model):
                require_whisper(own)
            else:
                found.append(_fit_for(app, known.model(wanted.model)))
        except ModelError as error:
            raise UsageError(error.message, error.hint) from error
    return [weights for weights in found if not catalog.installed(weights, models)]


def _fit_for(app: App, model: catalog.Weights) -> catalog.Weights:
    spoken = app.settings.whisper.language
    language = app.phrases.language if spoken == ANY_LANGUAGE else spoken
    if not model.knows(language):
        raise ModelError(f"The model {model.name} knows English only.", "Take a model without .en, as base.")
    return model


def _check_reminder(wanted: Wanted) -> None:
    if wanted.remind is None:
        if wanted.days is not None:
            raise UsageError("--days belongs to --remind.", "Add the time, as --remind 21:30.")
        return
    if not reminders_known():
        raise UsageError("This VoiceCheck has no reminders.", "Leave --remind out.")
    if wanted.remind != OFF:
        read_schedule(wanted.remind, wanted.days or "daily")


# Reminders: the command's own words are used, and nothing else of it is known here


def reminders_known() -> bool:
    return importlib.util.find_spec(REMIND) is not None


def set_reminder(app: App, at: str | None, days: str | None) -> None:
    if at is None:
        return
    command: click.Command = importlib.import_module(REMIND).remind
    words = [OFF] if at == OFF else ["set", at, *([] if days is None else ["--days", days])]
    command.main(words, prog_name="voicecheck remind", standalone_mode=False, obj=app)


def set_icon(app: App, icon: str | None) -> None:
    if icon == "on":
        app.tell(app.phrases.show("icon_put", path=put_icon(app.phrases)))
    elif icon == OFF:
        take_icon_away()


# What is done


def fetch(app: App, weights: catalog.Weights) -> None:
    """Fetch by a process of its own, the only kind that may use the network. Raises ModelError."""
    if (app.errand or Errand()).fetch(weights.command, weights.name) != 0:
        raise ModelError(
            f"{weights.name} did not come, and nothing was changed.",
            f"Try again later: voicecheck {weights.command} fetch {weights.name}",
        )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _put_back(app: App, content: bytes | None) -> None:
    path = app.paths.settings_file
    if content is None:
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, content)
