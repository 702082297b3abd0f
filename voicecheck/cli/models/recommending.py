"""`voicecheck model recommend`: the largest Whisper model that keeps up with speech on this computer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.errors import AudioError, ModelError
from voicecheck.models import catalog
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.whisper.pace import MOST_RTF, SIZES, measure, paces, recommended
from voicecheck.utterance import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from rich.console import Console

    from voicecheck.phrases import Phrases
    from voicecheck.speech.whisper.pace import Cost, Pace
    from voicecheck.utterance import Samples

BUDGET_S = 10.0
LENGTHS_S = (2.0, 8.0)
SPEECH = (
    "Today I woke up early, and the house was still quiet. I made some tea and sat by the window for a while. "
    "Later we walked along the river, and it began to rain a little."
)
BUSY = 0.5  # work that waits for a core, for each core


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of measuring: cost and speed of the models, and the one to recommend."""

    measured: str
    device: str
    cost: Cost
    paces: tuple[Pace, ...]
    best: Pace | None
    load: float | None
    """of one core, over the last minute; None where the system does not tell"""


@click.command()
@json_option
@click.pass_obj
def recommend(app: App, as_json: bool) -> None:
    """Find the largest model that keeps up with speech here, in about ten seconds.

    One model that is here is measured, the others are estimated from its result.
    """
    if not as_json:
        app.notices.print(app.phrases.write("pace_measuring"))
    finding = find_pace(app)
    if as_json:
        echo_json(_shape(app, finding))
    else:
        show_finding(app, finding)


def find_pace(app: App, clock: Callable[[], float] = time.perf_counter) -> Finding:
    """Measure with an installed model. Raises ModelError where there is none, AudioError where no voice is."""
    from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, Utterance
    from voicecheck.speech.whisper.loading import open_model

    load = _load()
    name, models = _model_to_measure(app), app.paths.models_folder
    found = catalog.find_model(name, models)
    speech = _speech(app)
    recogniser = open_model(found, app.settings.whisper, app.tell)

    def call(seconds: float) -> None:
        recogniser.transcribe(Utterance(speech[: round(seconds * _rate_hz())], seconds), language="en")

    cost = measure(call, LENGTHS_S, clock, BUDGET_S)
    spoken = app.settings.whisper.language
    language = app.phrases.language if spoken == ANY_LANGUAGE else spoken
    known = [(w.name, catalog.installed(w, models)) for w in catalog.load_catalog().models if w.knows(language)]
    rated = paces(name, cost, known)
    return Finding(name, recogniser.use.device, cost, rated, recommended(rated), load)


def _model_to_measure(app: App) -> str:
    """Return the model to measure with: base where it is here, as it is what most have; else the largest that is."""
    models = app.paths.models_folder
    here = [w.name for w in catalog.load_catalog().models if w.name in SIZES and catalog.installed(w, models)]
    if not here:
        raise ModelError("No Whisper model is here to measure with.", "Get one: voicecheck model fetch base")
    return "base" if "base" in here else max(here, key=lambda name: SIZES[name].parameters_m)


def _speech(app: App) -> Samples:
    """Return speech made by the system's voice, long enough to measure, 16 kHz."""
    import numpy as np

    from voicecheck.speech.voice.system_voice import SystemVoice
    from voicecheck.speech.voice.voices import open_voice

    try:
        voice: Any = SystemVoice(VoiceSettings())
    except AudioError:
        voice = open_voice(VoiceSettings(), app.paths.models_folder)
    sounds = list(voice.synthesize(SPEECH))
    spoken = np.concatenate([sound.samples for sound in sounds])
    at = np.arange(0, len(spoken), sounds[0].rate_hz / _rate_hz())
    resampled = np.interp(at, np.arange(len(spoken)), spoken).astype(np.float32)
    return np.resize(resampled, max(len(resampled), round(max(LENGTHS_S) * _rate_hz())))


def _rate_hz() -> int:
    return SAMPLE_RATE_HZ


def _load() -> float | None:
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except (AttributeError, OSError):  # Windows keeps no such number
        return None


# What is shown


def show_finding(app: App, finding: Finding) -> None:
    show_table(app, finding, app.output)
    for line in _advice(app, finding):
        app.output.print(line, soft_wrap=True, markup=False)


def show_table(app: App, finding: Finding, console: Console) -> None:
    write = app.phrases.write
    table = Table(box=None, pad_edge=False)
    for title in ("pace_model", "pace_size", "pace_here", "pace_work", "", "pace_keeps_up"):
        table.add_column(title and write(title), justify="right" if title in ("pace_size", "pace_work") else "left")
    known = catalog.load_catalog()
    for pace in finding.paces:
        rtf = "?" if pace.rtf is None else f"{pace.rtf:.2f}"
        how = write("pace_measured" if pace.measured else "pace_estimated")
        style = "bold" if finding.best is not None and pace.name == finding.best.name else None
        here, keeps_up = (write("yes" if fact else "no") for fact in (pace.here, pace.keeps_up))
        size = f"{known.model(pace.name).size / 1e6:,.0f} MB"
        table.add_row(pace.name, size, here, rtf, how, keeps_up, style=style)
    console.print(table)
    for line in _notes(app.phrases, finding):
        console.print(line, soft_wrap=True, markup=False)


def _notes(phrases: Phrases, finding: Finding) -> list[str]:
    where = phrases.write("pace_graphics_card" if finding.device == "cuda" else "pace_processor")
    lines = [phrases.write("pace_read", where=where, most=f"{MOST_RTF:.1f}")]
    if finding.load is not None and finding.load > BUSY and finding.device == "cpu":
        lines.append(phrases.write("pace_busy"))
    return lines


def _advice(app: App, finding: Finding) -> list[str]:
    best, write = finding.best, app.phrases.write
    if best is None:
        return [app.phrases.show("setup_none_keeps_up")]
    chosen = best.name == app.settings.whisper.model
    lines = [write("pace_recommended_chosen" if chosen else "pace_recommended", model=best.name)]
    if not best.here:
        lines.append(write("pace_get", model=best.name))
    if not chosen:
        lines.append(write("pace_choose", model=best.name))
    return lines


def _shape(app: App, finding: Finding) -> dict[str, Any]:
    models = [
        {
            "name": pace.name,
            "installed": pace.here,
            "rtf": None if pace.rtf is None else round(pace.rtf, 3),
            "measured": pace.measured,
            "keeps_up": pace.keeps_up,
        }
        for pace in finding.paces
    ]
    return {
        "recommended": finding.best.name if finding.best is not None else None,
        "chosen": app.settings.whisper.model,
        "device": finding.device,
        "measured": finding.measured,
        "fixed_s": round(finding.cost.fixed_s, 3),
        "per_second_s": round(finding.cost.per_second_s, 4),
        "most_rtf": MOST_RTF,
        "cores": os.cpu_count(),
        "load_per_core": None if finding.load is None else round(finding.load, 2),
        "models": models,
    }
