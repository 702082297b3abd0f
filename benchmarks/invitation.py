"""An invitation aloud and the evening behind it, by ear alone, on a virtual sound card: both sides, with times.

    script/bench invitation [SCENE ...]

Scenes: yes, later, request (one that is misheard), silence, music. The program is started as the system's clock
starts it: no terminal, no key, no screen, the vault locked. The person hears the loudspeaker and nothing else: they
answer behind the first sentence, and later behind each rising tone that is followed by quiet. In "later" half an hour
is shortened to 25 seconds, unless VOICECHECK_HALF_HOUR is set. Prints what was said on both sides, what stands in
`remind status`, and the entries that were kept. Needs a folder with models (VOICECHECK_MODELS).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from benchmarks.evening import Person, heard_aloud, tones_aloud
from tests.integration.sound import RATE_HZ, VirtualSound, virtual_sound
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import Samples

MODELS = Path(os.environ.get("VOICECHECK_MODELS", ".cache/models"))
LIMIT_S = 420.0 if "VOICECHECK_HALF_HOUR" not in os.environ else 2400.0
QUIET_S = 1.2  # behind a rising tone that is no opening of the microphone
SOON = """
import datetime, sys
from voicecheck.cli.inviting import course
course.AGAIN_AFTER = datetime.timedelta(seconds=25)
from voicecheck.cli.start import main
sys.argv = ["voicecheck", *sys.argv[1:]]
main()
"""
DAYS = "mon,tue,wed,thu,fri,sat,sun"


@dataclass
class Scene:
    name: str
    replies: list[str]
    """to the invitation and, after later, to the second one"""
    answers: list[str] = field(default_factory=list)
    """one each time a tone says that it is the person's turn"""
    music: bool = False


EVENING = [
    "Tired.",
    "I felt overlooked when my brother left without me. Later I was relieved, and a bit proud of myself.",
    "Mostly in my chest, I think.",
    "No.",
]
SCENES = (
    Scene("yes", ["Yes."], EVENING),
    Scene("later", ["Later.", "Yes, I do."], EVENING),
    Scene("request", ["Yes."], ["What did I say we can go?", "Yes.", "Help.", *EVENING[:2], "Good night."]),
    Scene("silence", [""]),
    Scene("music", [], music=True),
)


class Listening:
    """The loudspeaker's monitor as it grows: when something sounds, and which tones."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw

    def samples(self) -> Samples:
        data = self._raw.read_bytes()
        return np.frombuffer(data[: len(data) // 2 * 2], np.int16).astype(np.float32) / 32768

    def now_s(self) -> float:
        """Return the time on the recording."""
        return len(self.samples()) / RATE_HZ

    def sounding(self) -> tuple[float, bool, float]:
        """Return how long it has sounded, if the last sound was a rising tone, and how long it is quiet since."""
        heard = self.samples()
        loud = np.flatnonzero(np.abs(heard) > 0.008)
        if not len(loud):
            return 0.0, False, 0.0
        last = heard[max(0, loud[-1] - RATE_HZ // 12) : loud[-1]]
        return len(loud) / RATE_HZ, _is_high_tone(last), (len(heard) - loud[-1]) / RATE_HZ


def _is_high_tone(heard: Samples) -> bool:
    if len(heard) < RATE_HZ // 20:
        return False
    power = np.abs(np.fft.rfft(heard)) ** 2
    pitch = np.fft.rfftfreq(len(heard), 1 / RATE_HZ)
    return bool(power[(pitch > 620) & (pitch < 700)].sum() > 0.7 * power.sum())


class Listener(threading.Thread):
    """The person: hears the loudspeaker, and answers."""

    def __init__(self, scene: Scene, person: Person, ear: Listening, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self._scene, self._person, self._ear, self._process = scene, person, ear, process
        self._sounds = {text: person.prepare(text) for text in (*scene.replies, *scene.answers) if text}
        self.log: list[tuple[float, str]] = []

    def run(self) -> None:
        spoken_at, replies, answers = -1.0, list(self._scene.replies), list(self._scene.answers)
        while self._process.poll() is None:
            time.sleep(0.05)
            sounded_s, turn, quiet_s = self._ear.sounding()
            if sounded_s <= spoken_at + 0.3:
                continue  # nothing new since the last word
            if replies and not turn and sounded_s > max(spoken_at, 0.0) + 1.0 and quiet_s > 0.7:
                spoken_at = self._say(replies.pop(0), sounded_s)
            elif not replies and answers and turn and quiet_s > QUIET_S:
                spoken_at = self._say(answers.pop(0), sounded_s)

    def _say(self, text: str, sounded_s: float) -> float:
        self.log.append((self._ear.now_s(), text or "(says nothing)"))
        if text:
            self._person.say(self._sounds[text])
        return sounded_s


def run_scene(scene: Scene, sound: VirtualSound, folder: Path, transcriber: WhisperRecogniser) -> None:
    environment = sound.environment | {
        "VOICECHECK_HOME": str(folder / "home"), "HOME": str(folder), "VOICECHECK_MODELS": str(MODELS.absolute()),
    }  # fmt: skip
    key = {"VOICECHECK_KEY_FILE": str(folder / "key")}
    _voicecheck(environment | key, "vault", "create", "--key-file", str(folder / "key"))
    with _music(scene, sound, folder), tempfile.NamedTemporaryFile(suffix=".raw") as file:
        command = ["parec", "--device=speaker.monitor", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1", "--raw"]
        recorder = subprocess.Popen(
            [*command, "--latency-msec=20", "--client-name=ear", "--property=media.name=Peak detect"],
            stdout=file, env=sound.environment,
        )  # fmt: skip
        time.sleep(1.0)
        began = time.time()
        process = _start(environment)
        ear = Listening(Path(file.name))
        listener = Listener(scene, Person(sound, folder), ear, process)
        listener.start()
        code = process.wait(LIMIT_S)
        took_s = time.time() - began
        recorder.terminate()
        recorder.wait(10)
        listener.join(10)
        heard = ear.samples()
    rows = [(at, "person", text) for at, text in listener.log]
    rows += [(at, "loudspeaker", text) for at, text in heard_aloud(heard, transcriber)]
    rows += [(at, "loudspeaker", tone) for at, tone in tones_aloud(heard)]
    print(f"\n== {scene.name}: over after {took_s:.1f} s with exit code {code}")
    for at, who, text in sorted(rows):
        print(f"{at:7.1f} s  {who:<12} {text}")
    fate = json.loads((folder / "home" / "vault" / "invited.json").read_text())
    print(f"   noted: {fate}; sealed answers: {len(list((folder / 'home' / 'vault' / 'inbox').glob('*.sealed')))}")
    for entry in json.loads(_voicecheck(environment | key, "entry", "list", "--json") or "[]"):
        shown = json.loads(_voicecheck(environment | key, "entry", "show", entry["id"], "--json"))
        print(f"   kept: {shown['prompt']['text']!r} {shown['text']!r}; {shown['reflection']!r}", flush=True)


@contextmanager
def _music(scene: Scene, sound: VirtualSound, folder: Path) -> Iterator[None]:
    if not scene.music:
        yield
        return
    player = subprocess.Popen(["paplay", "--device=speaker", str(_tune(folder))], env=sound.environment)
    try:
        yield
    finally:
        player.terminate()
        player.wait(10)


def _tune(folder: Path) -> Path:
    import wave

    t = np.arange(60 * RATE_HZ) / RATE_HZ
    with wave.open(str(folder / "tune.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((3000 * np.sin(2 * np.pi * 330 * t)).astype(np.int16).tobytes())
    return folder / "tune.wav"


def _start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    program = ["-m", "voicecheck"] if "VOICECHECK_HALF_HOUR" in os.environ else ["-c", SOON]
    return subprocess.Popen(
        [sys.executable, *program, "remind", "invite", "--at", f"{datetime.now():%H:%M}", "--days", DAYS],
        env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def _voicecheck(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "voicecheck", *words], env=environment, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)  # fmt: skip
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    return done.stdout


def main() -> None:
    wanted = sys.argv[1:]
    transcriber = WhisperRecogniser(MODELS / "whisper" / "base", "base", "cpu")
    for scene in SCENES:
        if wanted and scene.name not in wanted:
            continue
        with virtual_sound() as sound, tempfile.TemporaryDirectory(prefix="invitation") as name:
            run_scene(scene, sound, Path(name), transcriber)


if __name__ == "__main__":
    main()
