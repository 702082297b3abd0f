"""Two whole evenings by voice alone, on a virtual sound card: what each side said, and when.

    script/bench evening [--language de]

A private PulseAudio stands in for microphone and loudspeaker. The person speaks with a Piper voice (eSpeak NG where
there is none), hears nothing, and reacts to what the screen of a plain terminal shows, as a person would: answers,
a skip, a correction, "delete that", silence, "step back", "that's all", "not tonight". Prints both transcripts with
their times, what Whisper heard on the loudspeaker, and the timings. Needs a folder with models (VOICECHECK_MODELS).
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import re
import select
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.integration.sound import RATE_HZ, VirtualSound, virtual_sound
from voicecheck.errors import VoicecheckError
from voicecheck.phrases import Phrases, load_phrases
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.recognition.recogniser import Utterance
from voicecheck.speech.voice.voices import open_voice
from voicecheck.speech.whisper.engine import WhisperRecogniser

MODELS = Path(os.environ.get("VOICECHECK_MODELS", ".cache/models"))
LIMIT_S = 400.0
QUESTION = re.compile(r"^\d/\d  ")
STATES = ("speaking", "listening", "paused", "writing")
SILENCE = ""


@dataclass
class Script:
    """What the person says: to each question in turn, behind a reflection, and to what is asked behind an answer."""

    name: str
    options: tuple[str, ...]
    answers: list[str]
    """one each time a question waits, also when it is repeated; SILENCE says nothing"""
    afterthoughts: dict[str, str] = field(default_factory=dict)
    """said a second after the reflection on this answer"""
    follow_ups: list[str] = field(default_factory=list)
    nearer: str = ""


EVENINGS = {
    "en": (
        Script(
            "the first evening",
            ("--count", "5"),
            [
                "I felt bad after work today.",
                "Skip this.",
                "I felt overlooked when my brother left without me. Later I was relieved, and a bit proud of myself.",
                "I said something stupid at dinner, and then I was ashamed all evening long.",
                "That's all.",
            ],
            afterthoughts={
                "I said something stupid at dinner, and then I was ashamed all evening long.": "Delete that.",
            },
            follow_ups=["Mostly in my chest, I think. It went away when I got home."],
            nearer="No, more disappointed.",
        ),
        Script(
            "the second evening",
            ("--count", "5"),
            [
                SILENCE,
                "Restless. I have been restless since this morning, and I do not know where it comes from.",
                "I was happy when my daughter called. She was sad, but I was glad that she told me.",
                "Step back.",
                "We sat on the stairs for a while. I was not angry any more.",
                "Not tonight.",
            ],
        ),
    ),
    "de": (
        Script(
            "the first evening in German",
            ("--count", "4"),
            [
                "Mir ging es nicht gut nach der Arbeit.",
                "Ich war traurig, weil meine Tochter nicht angerufen hat. Und dann war ich wütend auf mich.",
                "Eine andere Frage.",
                "Ich freue mich auf den Urlaub, endlich einmal Ruhe.",
                "Das ist alles.",
            ],
            follow_ups=["Ja, den ganzen Abend."],
            nearer="Nein, eher enttäuscht.",
        ),
        Script(
            "the second evening in German, with an answer in English",
            ("--count", "3"),
            [
                "Ich mache mir Sorgen um meinen Vater, er vergisst so viel.",
                "Today I was really angry with my boss, because he did not listen to me at all. It was a long day.",
                "Nicht heute.",
            ],
        ),
    ),
}


class Person:
    """Speaks into the virtual microphone."""

    def __init__(self, sound: VirtualSound, folder: Path, language: str) -> None:
        self._sound, self._folder, self._made, self._language = sound, folder, 0, language
        try:
            self._voice = open_voice(VoiceSettings(rate=0.95), MODELS) if language == "en" else None
        except VoicecheckError:
            self._voice = None

    def prepare(self, text: str) -> Path:
        self._made += 1
        path = self._folder / f"{self._made}.wav"
        if self._voice is None:
            voice = "en" if text.startswith("Today") else self._language
            subprocess.run(["espeak-ng", "-v", voice, "-s", "140", "-w", str(path), text], check=True)
            return path
        sounds = list(self._voice.synthesize(text))
        samples = np.concatenate([sound.samples for sound in sounds])
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sounds[0].rate_hz)
            file.writeframes((np.clip(samples, -1, 1) * 32000).astype(np.int16).tobytes())
        return path

    def say(self, path: Path) -> None:
        self._sound.speak(path)


class Sitting:
    """One evening: the program on a plain terminal, the person in front of it."""

    def __init__(self, script: Script, person: Person, environment: dict[str, str], phrases: Phrases) -> None:
        self._yes = {"en": "Yes.", "de": "Ja."}[phrases.language]
        states = [phrases.show(f"state_{name}") for name in STATES]
        self._listening, self._keys = states[1], tuple(states)
        self._confirm = (*phrases.spoken["delete_confirm"], *phrases.spoken["one_sentence_confirm"])
        self.script, self._person, self._environment = script, person, environment
        self.log: list[tuple[float, str, str]] = []
        self._lines: list[str] = []
        self._afterthought = ""
        self._going_on = False
        """the next turn is an answer that was reopened"""
        self._began = 0.0
        texts = [*script.answers, *script.afterthoughts.values(), *script.follow_ups, script.nearer, self._yes]
        self._sounds = {text: person.prepare(text) for text in texts if text}

    def run(self) -> dict[str, object]:
        master, slave = pty.openpty()
        with tempfile.NamedTemporaryFile("w+") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "voicecheck", "checkin", "--json", *self.script.options],
                env=self._environment, stdin=slave, stdout=out, stderr=slave, start_new_session=True,
            )  # fmt: skip
            os.close(slave)
            self._began = time.monotonic()
            self._watch(master, process)
            if process.poll() is None:
                process.terminate()
            code = process.wait(30)
            out.seek(0)
            printed = out.read()
        assert code == 0, (code, self._lines[-5:])
        found: dict[str, object] = json.loads(printed)
        return found

    def _watch(self, master: int, process: subprocess.Popen[bytes]) -> None:
        rest = ""
        while process.poll() is None and time.monotonic() - self._began < LIMIT_S:
            if not select.select([master], [], [], 0.05)[0]:
                continue
            try:
                rest += os.read(master, 4096).decode(errors="replace")
            except OSError:
                return
            *lines, rest = rest.replace("\r", "").split("\n")
            for line in lines:
                self._see(line.strip())

    def _see(self, line: str) -> None:
        if line.startswith(self._listening):
            self._take_turn()
        elif line and not line.startswith(self._keys):
            self._note("program", line)
            self._lines.append(line)
            if self._afterthought and not QUESTION.match(line):
                self._speak(self._afterthought, 1.0)
                self._afterthought, self._going_on = "", True

    def _take_turn(self) -> None:
        """By what was asked last."""
        if self._going_on:
            self._going_on = False
            return
        asked = next((line for line in reversed(self._lines) if line.endswith("?") or QUESTION.match(line)), "")
        if QUESTION.match(asked):
            answer = self.script.answers.pop(0) if self.script.answers else SILENCE
            self._speak(answer)
            self._afterthought = self.script.afterthoughts.get(answer, "")
        elif asked in self._confirm:
            self._speak(self._yes)
        elif "“" in asked or "„" in asked:
            self._speak(self.script.nearer)
        else:
            self._speak(self.script.follow_ups.pop(0) if self.script.follow_ups else SILENCE)

    def _speak(self, text: str, after_s: float = 0.6) -> None:
        """Beside the watching, as a person speaks while the screen goes on."""
        threading.Thread(target=self._speak_now, args=(text, after_s), daemon=True).start()

    def _speak_now(self, text: str, after_s: float) -> None:
        time.sleep(after_s)
        self._note("person", text or "(says nothing)")
        if text:
            self._person.say(self._sounds[text])

    def _note(self, who: str, text: str) -> None:
        self.log.append((time.monotonic() - self._began, who, text))


def heard_aloud(samples: np.ndarray, transcriber: WhisperRecogniser, language: str = "en") -> list[tuple[float, str]]:
    """What came out of the loudspeaker, by Whisper: the second at which it began, and the words."""
    loud = np.abs(samples) > 0.02
    voiced = np.flatnonzero(loud)
    found: list[tuple[float, str]] = []
    if not len(voiced):
        return found
    breaks = np.flatnonzero(np.diff(voiced) > 1.2 * RATE_HZ)
    starts, ends = [voiced[0], *voiced[breaks + 1]], [*voiced[breaks], voiced[-1]]
    for start, end in zip(starts, ends, strict=True):
        if end - start > 0.5 * RATE_HZ:
            part = samples[start : end + RATE_HZ // 2]
            text = transcriber.transcribe(Utterance(part, len(part) / RATE_HZ), language=language).text.strip()
            found.append((start / RATE_HZ, text))
    return found


HOP_S, TONE_S = 0.02, 0.04
PITCHES_HZ = {"low": 523.25, "high": 659.26}
"""of the program's tones"""


def tones_aloud(samples: np.ndarray) -> list[tuple[float, str]]:
    """The program's tones: the second at which each began, and its name."""
    length, found = round(TONE_S * RATE_HZ), ""
    places: list[tuple[float, str]] = []
    window = np.hanning(length)
    at_hz = np.fft.rfftfreq(8 * length, 1 / RATE_HZ)
    for start in range(0, len(samples) - length, round(HOP_S * RATE_HZ)):
        power = np.abs(np.fft.rfft(samples[start : start + length] * window, 8 * length)) ** 2
        loud = np.abs(samples[start : start + length]).max() > 0.008
        name = ""
        for pitch, hz in PITCHES_HZ.items():
            near = np.abs(at_hz - hz) < 45
            name = pitch if loud and power[near].sum() > 0.85 * power.sum() else name
        if name and name != found:
            places.append((start / RATE_HZ, name))
        found = name
    return list(_named(places))


def _named(places: list[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """Put two tones together that follow each other: low and high is rising."""
    left = list(places)
    while left:
        at, first = left.pop(0)
        paired = bool(left) and left[0][0] - at < 0.25 and left[0][1] != first
        if paired:
            left.pop(0)
        if paired or first == "low":
            yield at, f"({'rising tones' if first == 'low' else 'falling tones'})" if paired else "(one soft tone)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", choices=sorted(EVENINGS), default="en")
    language = parser.parse_args().language
    transcriber = WhisperRecogniser(MODELS / "whisper" / "base", "base", "cpu")
    reflections: list[float] = []
    last_words: list[float] = []
    with virtual_sound() as sound, tempfile.TemporaryDirectory(prefix="evening") as name:
        folder = Path(name)
        environment = sound.environment | {
            "VOICECHECK_HOME": str(folder / "home"), "HOME": name, "VOICECHECK_MODELS": str(MODELS.absolute()),
            "VOICECHECK_KEY_FILE": str(folder / "key"), "TERM": "dumb",
        }  # fmt: skip
        settings = folder / "home" / "settings.toml"
        settings.parent.mkdir(mode=0o700)
        settings.write_text(f'[program]\nplain = "no"\nlanguage = "{language}"\n')
        person = Person(sound, folder, language)
        for script in EVENINGS[language]:
            sitting = Sitting(script, person, environment, load_phrases(language))
            with sound.record() as heard:
                found = sitting.run()
            aloud = heard_aloud(heard.samples, transcriber, language)
            offset_s = sitting.log[0][0] - aloud[0][0] if aloud else 0.0
            print(f"\n== {script.name}: voicecheck checkin {' '.join(script.options)}")
            rows = [*sitting.log, *((at + offset_s, "loudspeaker", text) for at, text in aloud)]
            for at, who, text in sorted(rows):
                print(f"{at:7.1f} s  {who:<12} {text}")
            for entry, timing in zip(found["entries"], found["timing"], strict=True):  # type: ignore[arg-type,call-overload]
                tags = ", ".join(f"{m['text']}={m['lemma']} ({m['source']})" for m in entry["mentions"])
                print(f"   kept: {entry['text']!r}\n         tags: {tags or '-'}; reflection: {entry['reflection']!r}")
                print(f"         {timing}")
                reflections.append(timing["reflection_s"])
                last_words.append(timing["endpoint_s"] + timing["reflection_s"])
    if reflections:
        print(f"\nreflection_s: median {statistics.median(reflections):.2f}, most {max(reflections):.2f}")
        print(f"from the last word: median {statistics.median(last_words):.2f}, most {max(last_words):.2f}")


if __name__ == "__main__":
    main()
