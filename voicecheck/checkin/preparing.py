"""Prepared sentences: how far a voice is with them, and making them ahead."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from voicecheck.checkin.configured import Configured
from voicecheck.checkin.voice import prepared_file
from voicecheck.prompts.packs import OPENERS, load_packs

if TYPE_CHECKING:
    from voicecheck.settings.schema import Voice as VoiceSettings
    from voicecheck.speech.voice.prepared import Made, Prepared

Reporting: TypeAlias = "Callable[[str], AbstractContextManager[Callable[[Made], None]]]"
"""takes the voice's name, and gives what hears of the progress"""


def how_far(app: Configured, voice: VoiceSettings, sentences: tuple[str, ...]) -> Made | None:
    """Return the progress of a voice; None where there is nothing to prepare."""
    path = prepared_file(app, voice)
    if path is None:
        return None
    from voicecheck.speech.voice.prepared import Prepared

    opened: Prepared = Prepared(path)
    return opened.made(sentences)


def sentences_of(app: Configured) -> tuple[str, ...]:
    """Return all sentences that may be asked or said on any evening."""
    from voicecheck.checkin.fixed_sentences import fixed_sentences

    packs = load_packs(app.paths.prompts_folder)
    first = [packs.in_language(name, app.phrases.language).id for name in (OPENERS, app.settings.checkin.pack)]
    return fixed_sentences(app.phrases, packs, first)


def voice_of(settings: VoiceSettings, name: str) -> VoiceSettings:
    """Return the settings with another voice: its engine goes by the name."""
    return msgspec.structs.replace(settings, engine="auto", name=name)


def make_ahead(app: Configured, settings: VoiceSettings, reporting: Reporting) -> Made | None:
    """Make all fixed sentences, and tell how far it is. None for a voice of the system's. Raises AudioError."""
    from voicecheck.speech.voice.prepared import file_of, prepare
    from voicecheck.speech.voice.voices import chosen_voice, open_voice

    models = app.paths.models_folder
    files = chosen_voice(settings, models)
    if files is None:
        return None
    # By its name, so that no other voice stands in for it; a sentence a core is quicker than more cores a sentence.
    named = msgspec.structs.replace(settings, engine=files.engine, name=settings.name or files.name)
    voice = open_voice(named, models, threads=1)
    path = file_of(app.paths.prepared_folder, files, settings.rate)
    with reporting(voice.name) as report:
        return prepare(path, sentences_of(app), voice, report)
