"""A sentence to sound, as far as it goes without a voice: files in memory, and what is said when there is none."""

from __future__ import annotations

import os
import wave
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from tests.sound_samples import tone, write_wav
from voicecheck.cli.app import App
from voicecheck.cli.models.preparing import make_ahead
from voicecheck.errors import AudioError
from voicecheck.models import catalog
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.settings.schema import parse_settings
from voicecheck.speech.voice.choices import VoiceChoice, voices_here
from voicecheck.speech.voice.sound import Sound
from voicecheck.speech.voice.system_voice import SystemVoice, _read_sound, _sound_file
from voicecheck.speech.voice.voices import chosen_voice, open_voice

needs_memfd = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="memory-backed files are Linux's")


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_sound_of_a_voice_is_read(tmp_path: Path) -> None:
    """A WAV of the system's voice becomes float32 at its own rate."""
    sound = _read_sound(str(write_wav(tmp_path / "a.wav", tone(0.5, 0.5), 22_050)))
    assert sound.rate_hz == 22_050
    assert sound.samples.dtype == np.float32
    assert np.abs(sound.samples - tone(0.5, 0.5)).max() < 2 / 32768
    assert sound.duration_s == pytest.approx(8000 / 22_050)


@needs_memfd
def test_sentence_stays_in_memory() -> None:
    """On Linux the file that a voice writes has a name under /proc, no name on a disk, and is gone afterwards."""
    before = open_descriptors()
    with _sound_file() as path:
        assert Path(path).readlink().name.startswith("memfd:")
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes(bytes(640))
        assert _read_sound(path).duration_s == pytest.approx(0.02)
    assert open_descriptors() == before


@needs_memfd
def test_memory_is_let_go_after_a_failure() -> None:
    """A voice that fails leaves no descriptor open."""
    before = open_descriptors()
    with pytest.raises(RuntimeError), _sound_file():
        raise RuntimeError
    assert open_descriptors() == before


@pytest.mark.parametrize("content", [b"", b"no sound at all"])
def test_voice_that_wrote_no_sound(tmp_path: Path, content: bytes) -> None:
    """An empty or broken file is an AudioError with a next step, not a silent question."""
    path = tmp_path / "voice.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match="gave no sound") as caught:
        _read_sound(str(path))
    assert caught.value.hint


def test_voice_that_wrote_no_file(tmp_path: Path) -> None:
    """pyttsx3 sometimes returns without a file: the same error."""
    with pytest.raises(AudioError, match="gave no sound"):
        _read_sound(str(tmp_path / "voice.wav"))


def test_voice_that_is_switched_off(tmp_path: Path) -> None:
    """`engine = "none"` is said as what it is."""
    with pytest.raises(AudioError, match="switched off"):
        open_voice(VoiceSettings(engine="none"), tmp_path)


def test_piper_without_its_file(tmp_path: Path) -> None:
    """Piper was asked for by name and its voice is not there: an AudioError with a next step, not another voice."""
    with pytest.raises(AudioError) as caught:
        open_voice(VoiceSettings(engine="piper", name="en_US-nobody-low"), tmp_path)
    assert caught.value.hint


def test_sound_is_not_in_its_repr() -> None:
    """What was said aloud may hold the person's words."""
    assert "array" not in repr(Sound(tone(0.1, 0.1), 16_000))


# Which voice


def lay_shipped(models: Path, *names: str) -> None:
    """Empty files of the right size: enough for the look that chooses."""
    known = catalog.load_catalog()
    for weights in (one for name in names for one in known.whole(known.voice(name))):
        weights.folder(models).mkdir(parents=True, exist_ok=True)
        for file in weights.files:
            with (weights.folder(models) / file.name).open("wb") as empty:
                empty.truncate(file.size)


@pytest.mark.parametrize(
    ("engine", "name", "chosen"),
    [
        ("auto", "", "en_US-joe-medium"),
        ("auto", "af_heart", "af_heart"),
        ("kokoro", "", "af_heart"),
        ("kokoro", "af_heart", "af_heart"),
        ("piper", "", "en_US-joe-medium"),
        ("system", "", None),
        ("auto", "English (Scotland)", None),
    ],
)
def test_voice_that_is_chosen(tmp_path: Path, engine: str, name: str, chosen: str | None) -> None:
    """By engine, by name, by both; without either Piper's where it is here; other names are the system's."""
    lay_shipped(tmp_path, "en_US-joe-medium", "af_heart")
    found = chosen_voice(VoiceSettings(engine=engine, name=name), tmp_path)  # type: ignore[arg-type]
    assert (found.name if found else None) == chosen


@pytest.fixture
def german_voice(monkeypatch: pytest.MonkeyPatch) -> str:
    """A Piper voice in German in the catalogue, behind the others."""
    known = catalog.load_catalog()
    (joe,) = (voice for voice in known.voices if voice.engine == "piper")
    german = msgspec.structs.replace(joe, name="de_DE-somebody-medium", languages=("de",))
    more = catalog.Catalog((*known.weights, german))
    for place in ("voicecheck.models.catalog", "voicecheck.speech.voice.choices"):
        monkeypatch.setattr(f"{place}.load_catalog", lambda: more)
    return german.name


@pytest.mark.parametrize(
    ("language", "chosen"), [("de", "de_DE-somebody-medium"), ("en", "en_US-joe-medium"), ("cy", None)]
)
def test_a_voice_without_a_name_speaks_the_language_of_the_program(
    german_voice: str, tmp_path: Path, language: str, chosen: str | None
) -> None:
    """A German program takes the German voice that is here; of a language that none speaks, the system's."""
    lay_shipped(tmp_path, "en_US-joe-medium", german_voice)
    voice = parse_settings(f'[program]\nlanguage = "{language}"\n', "settings").voice
    found = chosen_voice(voice, tmp_path)
    assert (found.name if found else None) == chosen
    assert [one.name for one in voices_here(voice, tmp_path)] == [*([chosen] if chosen else []), ""]


def test_no_english_voice_reads_german(tmp_path: Path) -> None:
    """Where only an English one is here the system's speaks; Kokoro, which has none, says so."""
    lay_shipped(tmp_path, "en_US-joe-medium", "af_heart")
    assert chosen_voice(VoiceSettings(language="de"), tmp_path) is None
    with pytest.raises(AudioError, match="no voice in the language"):
        chosen_voice(VoiceSettings(engine="kokoro", language="de"), tmp_path)


class FakeSystem:
    """The system's engine, with these voices, as pyttsx3 has it."""

    def __init__(self, own: str, **voices: str) -> None:
        self.kept: dict[str, object] = {
            "voice": own,
            "voices": [SimpleNamespace(id=name, name=name, languages=[code]) for name, code in voices.items()],
        }

    def getProperty(self, name: str) -> object:
        return self.kept[name]

    def setProperty(self, name: str, value: object) -> None:
        self.kept[name] = value


@pytest.mark.parametrize(
    ("own", "language", "chosen"),
    [
        ("daniel", "de", "anna"), ("petra", "de", "petra"), ("daniel", "en", "daniel"), ("daniel", "cy", "daniel"),
        ("daniel", "auto", "daniel"),
    ],
)  # fmt: skip
def test_the_systems_voice_speaks_the_language(
    monkeypatch: pytest.MonkeyPatch, own: str, language: str, chosen: str
) -> None:
    """The system's own where it does, else the first that does, else the system's own all the same."""
    engine = FakeSystem(own, daniel="en_GB", anna="de_DE", petra="de-DE")
    monkeypatch.setattr("voicecheck.speech.voice.system_voice._start_engine", lambda: engine)
    SystemVoice(VoiceSettings(language=language))
    assert engine.kept["voice"] == chosen


def test_nothing_of_english_is_read_into_german(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Times and years are left to the German voice; marks that nobody says are left out."""
    said: list[str] = []
    voice = SimpleNamespace(name="", needs_file=False, synthesize=said.append)
    monkeypatch.setattr("voicecheck.speech.voice.voices._open", lambda *_: voice)
    for language in ("de", "en"):
        open_voice(VoiceSettings(language=language), tmp_path).synthesize("Um 21:30, in 1984: `los`.")
    assert said == ["Um 21:30, in 1984: los .", "Um 9 30 P M, in 19 84: los ."]


def test_nothing_here_and_nothing_asked_for_is_the_systems_voice(tmp_path: Path) -> None:
    """A first start without a download speaks all the same."""
    assert chosen_voice(VoiceSettings(), tmp_path) is None


def test_voice_without_its_extra_is_not_chosen_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piper's voice is here and Piper is not: nobody asked for it, so the system speaks, and nothing is prepared."""
    lay_shipped(tmp_path, "en_US-joe-medium")
    monkeypatch.setattr("voicecheck.speech.voice.voices.find_spec", lambda name: None)
    assert chosen_voice(VoiceSettings(), tmp_path) is None


def test_a_german_program_is_spoken_by_no_english_voice(tmp_path: Path) -> None:
    """Without a name the system's voice of that language speaks, where the catalogue has none; a name still counts."""
    lay_shipped(tmp_path, "en_US-joe-medium")
    german = parse_settings('[program]\nlanguage = "de"\n', "x").voice
    assert chosen_voice(german, tmp_path) is None
    assert [one.engine for one in voices_here(german, tmp_path)] == ["system"]
    named = msgspec.structs.replace(german, name="en_US-joe-medium")
    assert chosen_voice(named, tmp_path) is not None


@pytest.mark.parametrize(("engine", "name"), [("kokoro", ""), ("auto", "bf_emma"), ("piper", "")])
def test_neural_voice_that_was_asked_for_and_is_not_here(tmp_path: Path, engine: str, name: str) -> None:
    """It is not replaced in silence: the error says what to fetch."""
    with pytest.raises(AudioError) as caught:
        chosen_voice(VoiceSettings(engine=engine, name=name), tmp_path)  # type: ignore[arg-type]
    assert "voicecheck voice fetch" in caught.value.hint


def test_voice_of_another_engine_than_the_one_asked_for(tmp_path: Path) -> None:
    """Two settings that contradict each other are told apart in one sentence."""
    lay_shipped(tmp_path, "af_heart")
    with pytest.raises(AudioError, match="af_heart is a voice of Kokoro") as caught:
        open_voice(VoiceSettings(engine="piper", name="af_heart"), tmp_path)
    assert "kokoro" in caught.value.hint


def test_damaged_voice_is_not_loaded(tmp_path: Path) -> None:
    """Files of the right size and of other content are refused before any library reads them."""
    lay_shipped(tmp_path, "af_heart")
    with pytest.raises(AudioError, match="damaged"):
        open_voice(VoiceSettings(name="af_heart"), tmp_path)


def test_quiet_at_both_ends_is_cut_and_nothing_else() -> None:
    """The sound of a sentence begins where the voice does; a silent one stays as it is."""
    sound = Sound(np.concatenate([np.zeros(8000, np.float32), tone(0.5, 0.3), np.zeros(4000, np.float32)]), 16_000)
    assert sound.trimmed().duration_s == pytest.approx(0.54, abs=0.01)
    silent = Sound(np.zeros(100, np.float32), 16_000)
    assert len(silent.trimmed().samples) == 100
    assert np.abs(sound.times(0.5).samples).max() == pytest.approx(0.15, abs=0.001)


def test_no_other_voice_stands_in_while_it_is_prepared(home: Path, tmp_path: Path) -> None:
    """A damaged Piper voice is replaced by the system's in an evening; its prepared sentences never are."""
    app = App()
    lay_shipped(app.paths.models_folder, "en_US-joe-medium")
    with pytest.raises(AudioError, match="damaged"):
        make_ahead(app, VoiceSettings())
    assert not app.paths.prepared_folder.exists()


@pytest.mark.parametrize(
    ("engine", "name", "called"),
    [
        ("piper", "en_US-joe-medium", "Joe"),
        ("kokoro", "af_heart", "Heart"),
        ("piper", "/home/a/voice", "/home/a/voice"),
    ],
)
def test_a_voice_has_a_first_name(engine: str, name: str, called: str) -> None:
    """On the first evening a voice is called as a person would call it; one of another form keeps its name."""
    assert VoiceChoice("", engine, name).first_name == called
