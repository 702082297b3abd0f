"""One turn, said by synthetic voices and heard as in a check-in, for `script/bench commands` and `languages`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicecheck.models.catalog import VoiceFiles
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.audio import Blocks
from voicecheck.speech.recognition.expected import NOTHING_EXPECTED, ExpectedWords
from voicecheck.speech.recognition.listener import AnswerListener
from voicecheck.speech.recognition.live import Written
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, SpeechRecogniser
from voicecheck.speech.recognition.retry import Job, write_down
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.recognition.waits import Patience
from voicecheck.speech.voice.neural import KokoroVoice
from voicecheck.speech.voice.voices import Voice, open_voice
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples, Transcript

ESPEAK_RATE_HZ = 22_050
ESPEAK = (
    "en-us",
    "en-gb",
    "en-gb-scotland",
    "en-us+f3",
    "en-gb+f2",
    "en-us+m3",
    "en-us+m7",
    "en-gb-x-rp",
    "en-029",
    "en-us+f5",
)
ROOM = 0.0008
"""of noise around what is said: about -62 dBFS"""
QUIET_S = 2.0
NEVER = Patience(short_s=1e6, long_s=1e6)
PEAK = 0.4


@dataclass(frozen=True)
class Sayer:
    """A voice that says a text."""

    kind: str
    name: str
    voice: Voice | None = None
    """None for eSpeak NG, by its name"""
    slurred: bool = False

    def say(self, text: str) -> Samples:
        if self.voice is None:
            return espeak(text, self.name)
        sounds = list(self.voice.synthesize(text))
        sound = _resampled(np.concatenate([one.samples for one in sounds]), sounds[0].rate_hz)
        return _levelled(np.convolve(sound, np.ones(6) / 6, "same") if self.slurred else sound)


def sayers(models: Path, kokoro: Path | None) -> Iterator[Sayer]:
    """Yield Piper as it is, slow and slurred, ten of eSpeak NG, and the English Kokoro voices of a folder."""
    for kind, rate in (("Piper", 1.0), ("Piper, slow", 0.6), ("Piper, quick and slurred", 1.5)):
        yield Sayer(kind, "joe", open_voice(VoiceSettings(engine="piper", rate=rate), models), "slurred" in kind)
    for name in ESPEAK:
        yield Sayer("eSpeak NG", name)
    engine = models / "engine" / "kokoro-v1.0" / "kokoro-v1.0.int8.onnx"
    for path in sorted(kokoro.glob("[ab][fm]_*.bin")) if kokoro is not None else ():
        yield Sayer("Kokoro", path.stem, KokoroVoice(VoiceFiles(path.stem, "kokoro", engine, path)))


def espeak(text: str, voice: str) -> Samples:
    made = subprocess.run(["espeak-ng", "-v", voice, "--stdout", text], capture_output=True, check=True).stdout
    return _levelled(_resampled(np.frombuffer(made[44:], "<i2") / np.float32(32_768), ESPEAK_RATE_HZ))


def quiet(seconds: float) -> Samples:
    count = round(seconds * SAMPLE_RATE_HZ)
    return (np.random.default_rng(2).standard_normal(count) * ROOM).astype(np.float32)


def heard(
    sound: Samples,
    recogniser: SpeechRecogniser,
    detector: VoiceDetector,
    words: ExpectedWords = NOTHING_EXPECTED,
    language: str = ANY_LANGUAGE,
) -> Transcript:
    """Return one turn as a check-in with English settings hears it."""
    jobs: list[Job] = []
    detector.reset()
    listener = AnswerListener(detector, jobs.append, 0, NEVER, language, "en", words=words)

    def write() -> None:
        while jobs:
            job = jobs.pop(0)
            listener.take(Written(job.generation, write_down(recogniser, job)))

    for block in Blocks().feed(np.concatenate([quiet(0.5), sound, quiet(QUIET_S)])):
        listener.feed(block)
        write()
    listener.close()
    write()
    return listener.live.transcript(recogniser.use)


def _resampled(samples: Samples, rate_hz: int) -> Samples:
    at = np.arange(0, len(samples), rate_hz / SAMPLE_RATE_HZ)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def _levelled(samples: Samples) -> Samples:
    peak = float(np.abs(samples).max()) or 1.0
    return (samples / peak * PEAK).astype(np.float32)
