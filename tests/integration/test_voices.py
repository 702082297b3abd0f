"""Real voices: Whisper understands each, live and prepared, and none of them knows a network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jiwer
import numpy as np
import pytest

from voicecheck import catalog
from voicecheck.domain import SAMPLE_RATE_HZ, Samples
from voicecheck.settings import Voice as VoiceSettings
from voicecheck.speech.prepared import Prepared, prepare
from voicecheck.speech.sentences import split_sentences
from voicecheck.speech.sound import Sound
from voicecheck.speech.transcriber import Transcriber
from voicecheck.speech.voices import open_voice

TEXT = "If today had been weather, what kind was it? Tell me about one moment when you could feel it."
VOICES = {"piper": "en_US-joe-medium", "kokoro": "af_heart"}
NETWORK = re.compile(r"AF_INET6?\b|io_uring_setup\(")
LONG_ENOUGH_S = 32.0  # onnxruntime begins to report about 25 s after its first use


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
def transcriber(models_folder: Path) -> Transcriber:
    return Transcriber(models_folder / "whisper" / "base", "base", "cpu")


def joined(sounds: list[Sound]) -> Samples:
    """As the loudspeaker would play them, at Whisper's rate."""
    rate_hz = sounds[0].rate_hz
    gap = np.zeros(round(0.3 * rate_hz), np.float32)
    samples = np.concatenate([part for sound in sounds for part in (sound.samples, gap)])
    at = np.arange(0, len(samples), rate_hz / SAMPLE_RATE_HZ)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def words_of(text: str) -> str:
    return " ".join(re.sub(r"[^a-z' ]", " ", text.lower().replace("’", "'")).split())


def test_whisper_understands_the_voice_live_and_prepared(
    settings: VoiceSettings, models_folder: Path, transcriber: Transcriber, tmp_path: Path
) -> None:
    """At most one word in ten is heard wrong, and the prepared sentences have the words of the live ones."""
    voice = open_voice(settings, models_folder)
    live = list(voice.synthesize(TEXT))
    assert len(live) == len(split_sentences(TEXT)), "sentence by sentence"
    prepare(tmp_path / "voice.zip", split_sentences(TEXT), voice, lambda made: None, workers=2)
    ready = Prepared(tmp_path / "voice.zip")
    sounds = [sound for sentence in split_sentences(TEXT) if (sound := ready.sound(sentence))]
    heard = [words_of(transcriber.transcribe(joined(one)).text) for one in (live, sounds)]
    assert jiwer.wer(words_of(TEXT), heard[0]) <= 0.1
    assert jiwer.wer(heard[0], heard[1]) <= 0.1
    assert [sound.duration_s for sound in sounds] == pytest.approx([sound.duration_s for sound in live], rel=0.25)


def test_pace_is_the_settings(settings: VoiceSettings, models_folder: Path) -> None:
    """At one and a half times the pace a sentence takes about two thirds of the time."""
    lengths = []
    for rate in (1.0, 1.5):
        voice = open_voice(VoiceSettings(engine=settings.engine, name=settings.name, rate=rate), models_folder)
        lengths.append(sum(sound.duration_s for sound in voice.synthesize(TEXT)))
    assert lengths[1] == pytest.approx(lengths[0] / 1.5, rel=0.2)


SPEAK = """
import sys, time
from pathlib import Path
from voicecheck import offline
offline.guard_process(["checkin"])
from voicecheck.settings import Voice
from voicecheck.speech.voices import open_voice
voice = open_voice(Voice(engine=sys.argv[1], name=sys.argv[2]), Path(sys.argv[3]))
assert sum(sound.duration_s for sound in voice.synthesize("How was today?")) > 0.5
time.sleep(float(sys.argv[4]))
print("spoken", offline.guard_status().on)
"""


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_no_voice_asks_for_the_network(models_folder: Path, tmp_path: Path) -> None:
    """For longer than onnxruntime waits before it reports, no voice makes an internet socket; all at the same time."""
    hidden = {"CI", "ORT_DISABLE_TELEMETRY", "DO_NOT_TRACK", "HF_HUB_OFFLINE"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}

    def trace(settings: VoiceSettings) -> subprocess.CompletedProcess[str]:
        command = ["strace", "-f", "-qq", "-e", "trace=network,io_uring_setup", "-o", str(tmp_path / settings.engine)]
        command += [sys.executable, "-c", SPEAK, settings.engine, settings.name, str(models_folder), str(LONG_ENOUGH_S)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)

    voices = [voice_settings(engine, models_folder) for engine in VOICES]
    with ThreadPoolExecutor(len(voices)) as at_once:
        for settings, done in zip(voices, at_once.map(trace, voices), strict=True):
            assert done.stdout.split() == ["spoken", "True"], done.stderr
            log = (tmp_path / settings.engine).read_text()
            assert [line for line in log.splitlines() if NETWORK.search(line)] == []


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
    command = [sys.executable, "-m", "voicecheck", "voice", "prepare"]
    process = subprocess.Popen(
        command, env=os.environ | {"VOICECHECK_MODELS": str(models_folder)}, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(timeout=12)
    except subprocess.TimeoutExpired:
        process.send_signal(2)
    assert process.wait(timeout=60) in (0, 130)
    (row,) = [
        row
        for row in json.loads(run("voice", "list", "--json", models=models_folder).stdout)
        if row["name"] == VOICES["piper"]
    ]
    assert row["prepared_sentences"] > 0
    (file,) = (home / "prepared").glob("*.zip")
    assert len(Prepared(file)) == row["prepared_sentences"]
