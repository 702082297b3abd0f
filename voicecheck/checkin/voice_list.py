"""The voices that can ask the questions: those of the catalogue, one of the person's own, and the system's."""

from __future__ import annotations

import contextlib
import difflib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from voicecheck.checkin.configured import Configured
from voicecheck.checkin.preparing import how_far, sentences_of, voice_of
from voicecheck.errors import AudioError, ModelError, VoicecheckError
from voicecheck.files import typed_folder
from voicecheck.models import catalog
from voicecheck.models.catalog import Weights
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.text.folding import main_language


@dataclass(frozen=True, slots=True)
class Row:
    """A voice, as it is listed; what is left out is that of one that is here without a download."""

    name: str
    engine: str
    chosen: bool = False
    size_bytes: int = 0
    languages: tuple[str, ...] = ()
    state: str = "installed"
    installed: bool = True
    can_speak: bool = True
    prepared: str = ""
    prepared_sentences: int = 0
    fixed_sentences: int = 0
    licence: str = ""
    note: str = ""
    folder: str = ""


def list_voices(app: Configured, *, everything: bool = False) -> list[Row]:
    """Return all voices that VoiceCheck knows, then the system's own: those of this language, or `everything`."""
    sentences = sentences_of(app)
    rows = [_row(app, one, sentences) for one in catalog.load_catalog().voices]
    return [*rows, *_own_rows(app, sentences), *_system_rows(app, everything)]


def _row(app: Configured, weights: Weights, sentences: tuple[str, ...]) -> Row:
    from voicecheck.speech.voice.voices import extra_is_here

    folder = app.paths.models_folder
    whole = catalog.load_catalog().whole(weights)
    here = all(catalog.installed(one, folder) for one in whole)
    state = catalog.presence(weights, folder).value if here or len(whole) == 1 else "missing"
    extra, note = extra_is_here(weights.engine), weights.note
    row = Row(
        weights.name,
        weights.engine,
        chosen=chosen_name(app) == weights.name,
        size_bytes=sum(one.size for one in whole),
        languages=weights.languages,
        state=state,
        installed=here,
        can_speak=here and extra,
        licence=weights.licence,
        note=note if extra else app.phrases.write("voice_needs_extra", note=note, engine=weights.engine),
        folder=str(weights.folder(folder)),
    )
    return _prepared(app, row, voice_of(app.settings.voice, weights.name), sentences) if here else row


def _own_rows(app: Configured, sentences: tuple[str, ...]) -> list[Row]:
    """Return the row of a voice in a folder of the person's own, where the settings name one."""
    folder = typed_folder(app.settings.voice.name) if app.settings.voice.name else None
    name = chosen_name(app)
    if folder is None or name == app.settings.voice.name:
        return []
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    note = app.phrases.write("voice_own")
    row = Row(name, "piper", chosen=True, size_bytes=size, folder=str(folder), note=note)
    return [_prepared(app, row, app.settings.voice, sentences)]


def _prepared(app: Configured, row: Row, settings: VoiceSettings, sentences: tuple[str, ...]) -> Row:
    made = how_far(app, settings, sentences)
    if made is None:
        return row
    shown = "all" if made.whole else f"{made.ready} of {made.wanted}"
    return replace(row, prepared=shown, prepared_sentences=made.ready, fixed_sentences=made.wanted)


def _system_rows(app: Configured, everything: bool) -> list[Row]:
    from voicecheck.speech.voice.system_voice import engine_name, list_system_voices

    try:
        listed = list_system_voices()
    except AudioError:
        return []
    chosen = chosen_name(app)
    return [
        Row(one.name, engine_name(), chosen=one.name == chosen, languages=one.languages)
        for one in listed
        if everything or app.phrases.language in map(main_language, one.languages)
    ]


def chosen_name(app: Configured) -> str:
    """Return the name of the voice that the settings come to; empty for the system's first."""
    from voicecheck.speech.voice.voices import chosen_voice

    try:
        files = chosen_voice(app.settings.voice, app.paths.models_folder)
    except AudioError:
        return app.settings.voice.name
    return app.settings.voice.name if files is None else files.name


def known_voice(name: str) -> str:
    """Return `name` in its right form. Raises ModelError that names the nearest of all voices, the system's too."""
    from voicecheck.speech.voice.system_voice import list_system_voices

    if typed_folder(name):
        return name
    names = [one.name for one in catalog.load_catalog().voices]
    if name in names:
        return name
    with contextlib.suppress(AudioError):
        names += [one.name for one in list_system_voices()]
    same = [one for one in names if one.casefold() == name.casefold()]
    if same:
        return same[0]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        raise ModelError(f"There is no voice called {name}.", f"Did you mean {near[0]}?")
    raise ModelError(f"There is no voice called {name}.", "See: voicecheck voice list --all")


def say_fault(app: Configured, fault: VoicecheckError) -> None:
    """Say why there is no evening to who sees no screen; where nothing can be heard it is only shown."""
    if app.settings.checkin.aloud == "everything":
        with contextlib.suppress(VoicecheckError):
            say_sample(app, text=fault.told)


def say_sample(
    app: Configured,
    name: str = "",
    *,
    text: str | None = None,
    stop: threading.Event | None = None,
    tell: Callable[[str], None] = lambda name: None,
) -> None:
    """Say one sentence in the voice of this name, else in that of the settings; `tell` hears which it is.

    Returns once it was said, or `stop` was set. Raises AudioError, ModelError.
    """
    from voicecheck.speech.voice.speaker import Loudspeaker
    from voicecheck.speech.voice.voices import open_voice

    settings = voice_of(app.settings.voice, known_voice(name)) if name else app.settings.voice
    voice = open_voice(settings, app.paths.models_folder)
    loudspeaker = Loudspeaker(app.settings.loudspeaker)
    tell(voice.name)
    for sound in voice.synthesize(app.phrases.show("voice_sample") if text is None else text):
        if not loudspeaker.play(sound.times(settings.volume), stop):
            return
