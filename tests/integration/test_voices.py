"""Real voices: Whisper understands each, live and prepared, and none of them knows a network."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import jiwer
import numpy as np
import pytest

from tests.integration.terminal import Terminal
from voicecheck.models import catalog
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.recognition.recogniser import Utterance
from voicecheck.speech.voice.prepared import Prepared, prepare
from voicecheck.speech.voice.sentences import split_sentences
from voicecheck.speech.voice.sound import Sound
from voicecheck.speech.voice.voices import open_voice
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ

TEXT = "If today had been weather, what kind was it? Tell me about one moment when you could feel it."
VOICES = {"piper": "en_US-joe-medium", "kokoro": "af_heart"}


@pytest.fixture(params=list(VOICES))
def settings(request: pytest.FixtureRequest, models_folder: Path) -> VoiceSettings:
    return voice_settings(request.param, models_folder)


def voice_settings(engine: str, models_folder: Path) -> VoiceSettings:
    name = VOICES[engine]
    known = catalog.load_catalog()
    if not all(catalog.installed(one, models_folder) for one in known.whole(known.voice(name))):
        pytest.skip(f"needs the voice {name}: voicecheck voice fetch {name}")
    pytest.importorskip({"piper": "piper", "kokoro": "kokoro_onnx"}[engine])
    return VoiceSettings(engine=engine, name=name)


@pytest.fixture(scope="module")
def transcriber(models_folder: Path) -> WhisperRecogniser:
    return WhisperRecogniser(models_folder / "whisper" / "base", "base", "cpu")


def joined(sounds: list[Sound]) -> Utterance:
    """As the loudspeaker would play them, at Whisper's rate."""
    rate_hz = sounds[0].rate_hz
    gap = np.zeros(round(0.3 * rate_hz), np.float32)
    samples = np.concatenate([part for sound in sounds for part in (sound.samples, gap)])
    at = np.arange(0, len(samples), rate_hz / SAMPLE_RATE_HZ)
    heard = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    return Utterance(heard, len(heard) / SAMPLE_RATE_HZ)


def words_of(text: str) -> str:
    return " ".join(re.sub(r"[^a-z' ]", " ", text.lower().replace("’", "'")).split())


SEVERAL = """
import sys
from pathlib import Path
from voicecheck.settings.schema import Voice
from voicecheck.speech.voice.voices import open_voice
for engine, name in zip(sys.argv[2::2], sys.argv[3::2]):
    voice = open_voice(Voice(engine=engine, name=name), Path(sys.argv[1]))
    assert sum(sound.duration_s for sound in voice.synthesize("Hello.")) > 0.3
"""


@pytest.mark.parametrize("order", [("kokoro", "system", "kokoro"), ("system", "kokoro", "system")])
def test_voices_one_after_the_other(models_folder: Path, order: tuple[str, ...]) -> None:
    """Kokoro brings an eSpeak NG of its own, and the system's voice in the same process speaks before and behind it."""
    kokoro = voice_settings("kokoro", models_folder).name
    chosen = [word for engine in order for word in (engine, kokoro if engine == "kokoro" else "")]
    command = [sys.executable, "-c", SEVERAL, str(models_folder), *chosen]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")


def test_whisper_understands_the_voice_live_and_prepared(
    settings: VoiceSettings, models_folder: Path, transcriber: WhisperRecogniser, tmp_path: Path
) -> None:
    """At most one word in ten is heard wrong, and the prepared sentences have the words of the live ones."""
    voice = open_voice(settings, models_folder)
    live = list(voice.synthesize(TEXT))
    assert len(live) == len(split_sentences(TEXT)), "sentence by sentence"
    prepare(tmp_path / "voice.zip", split_sentences(TEXT), voice, lambda made: None, workers=2)
    ready = Prepared(tmp_path / "voice.zip")
    sounds = [sound for sentence in split_sentences(TEXT) if (sound := ready.sound(sentence))]
    heard = [words_of(transcriber.transcribe(joined(one), language="en").text) for one in (live, sounds)]
    assert jiwer.wer(words_of(TEXT), heard[0]) <= 0.1
    assert jiwer.wer(heard[0], heard[1]) <= 0.1
    assert [sound.duration_s for sound in sounds] == pytest.approx([sound.duration_s for sound in live], rel=0.25)


def test_whisper_weighs_what_was_said(
    settings: VoiceSettings, models_folder: Path, transcriber: WhisperRecogniser
) -> None:
    """For its own sound a text is the likelier by far, whatever its words: also "that" and "this", and names."""
    voice = open_voice(settings, models_folder)
    for said, other in (("Scratch that.", "Skip this."), ("I spoke with Bjorn.", "I spoke with Priyanka.")):
        sound = joined(list(voice.synthesize(said)))
        right, wrong = transcriber.weigh(sound, (said, other), language="en") or (0.0, 0.0)
        assert right > wrong + 4, said


def test_pace_is_the_settings(settings: VoiceSettings, models_folder: Path) -> None:
    """At one and a half times the pace a sentence takes about two thirds of the time."""
    lengths = []
    for rate in (1.0, 1.5):
        voice = open_voice(VoiceSettings(engine=settings.engine, name=settings.name, rate=rate), models_folder)
        lengths.append(sum(sound.duration_s for sound in voice.synthesize(TEXT)))
    assert lengths[1] == pytest.approx(lengths[0] / 1.5, rel=0.2)


# The command


def run(*arguments: str, models: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voicecheck", *arguments]
    settings = os.environ | {"VOICECHECK_MODELS": str(models)}
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=300, check=False)


def test_list_has_every_engine_and_the_systems_voices(models_folder: Path) -> None:
    """`voice list --json` gives all of them in one shape."""
    shown = run("voice", "list", "--json", "--all", models=models_folder)
    assert shown.returncode == 0, shown.stderr
    rows = json.loads(shown.stdout)
    assert {"piper", "kokoro"} < {row["engine"] for row in rows}
    assert len({tuple(row) for row in rows}) == 1
    assert sum(row["engine"] not in ("piper", "kokoro") for row in rows) > 3


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("voice", "fetch", "af_hart"), "af_heart"),
        (("voice", "test", "bm_gorge"), "bm_george"),
        (("voice", "prepare", "joe-medium"), "en_US-joe-medium"),
    ],
)
def test_slip_of_the_finger_is_answered_with_the_nearest_voice(
    models_folder: Path, words: tuple[str, ...], hint: str
) -> None:
    """Every command that takes a voice's name knows the nearest."""
    shown = run(*words, models=models_folder)
    assert shown.returncode == 4
    assert f"Did you mean {hint}?" in shown.stderr


def test_stopped_preparing_goes_on(models_folder: Path, home: Path) -> None:
    """Ctrl-C in the middle keeps what was made; the file is whole and readable, and says how far it is."""
    known = catalog.load_catalog()
    if not catalog.installed(known.voice(""), models_folder):
        pytest.skip("needs a Piper voice")
    screen = {"VOICECHECK_MODELS": str(models_folder), "TERM": "xterm", "COLUMNS": "100"}
    terminal = Terminal(["voice", "prepare"], os.environ | screen)
    while terminal.wait_for("/") and not re.search(r"[1-9]\d*/\d", terminal.screen):
        pass
    terminal.send_signal(signal.SIGINT)
    assert terminal.end() == 130, terminal.screen
    (row,) = [
        row
        for row in json.loads(run("voice", "list", "--json", models=models_folder).stdout)
        if row["name"] == VOICES["piper"]
    ]
    assert row["prepared_sentences"] > 0
    (file,) = (home / "prepared").glob("*.zip")
    assert len(Prepared(file)) == row["prepared_sentences"]
