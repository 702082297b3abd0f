"""How soon a sentence stops for whoever talks over it, without Whisper: `script/bench giving_way`.

The real canceller and detector in the rooms of `talkover.py`, a sentence after the other, quicker than in real time.
Each evening has a room of its own, each sentence its own delay. In the first part a recording of a person is said over
every other sentence, so that the room is known; the time to silence counts from the recording's first sound and from
the first block of it in which the detector hears voice. In the second nobody speaks: any sentence that is broken off
was taken for a person. With `--television -20` one is on all evening, so far below the person, who answers in between.

Needs ../shared/speech and Piper's voice (VOICECHECK_MODELS).
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from talkover import COUPLINGS_DB, MODELS, OUTPUT_DELAY_S, PERSON_DBFS, ROOM_DBFS, at_rate, clips, room_response

from voicecheck.prompts.packs import read_pack, shipped_folder
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.echo import Coupling, Overheard, Talkover
from voicecheck.speech.recognition.vad import VoiceDetector, level_dbfs
from voicecheck.speech.voice.voices import Voice, open_voice
from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, Played, Samples

ROOMS_DB = {**COUPLINGS_DB, "0 dB": 0.0}
AT_S = (0.3, 0.7, 1.2)
SILENT_S = 2.0
"""behind an answer"""
BEHIND_S = 0.7
"""heard behind a sentence"""
SENTENCES = 12
"""of an evening"""
VOICED = 0.5


@dataclass
class Spoken:
    """Sentences of the program, each made once."""

    voice: Voice
    _made: dict[str, Samples] = field(default_factory=dict)

    def __call__(self, text: str) -> Samples:
        if text not in self._made:
            self._made[text] = np.concatenate([at_rate(s.samples, s.rate_hz) for s in self.voice.synthesize(text)])
        return self._made[text]


@dataclass
class Evening:
    """One room, in which sentences are said."""

    coupling_db: float | None
    loudness_dbfs: float
    rng: np.random.Generator
    detector: VoiceDetector
    television: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    """that goes on all the time, without an end"""

    def __post_init__(self) -> None:
        self._response = room_response(self.rng)
        self._at = int(self.rng.integers(0, 1 + len(self.television)))
        self.talkover = Talkover(self.detector.another())

    def listen(self, person: Samples) -> None:
        """Let a person answer, and be silent."""
        near = self._around(len(person) + round(SILENT_S * SAMPLE_RATE_HZ))
        near[: len(person)] += person
        for at in range(0, len(near) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
            self.talkover.pass_by(AudioBlock(at, np.asarray(near[at : at + BLOCK_SAMPLES], np.float32)))

    def _around(self, length: int) -> Samples:
        """Return the sound of the room without the person and the program."""
        near = self.rng.normal(0, 10 ** (ROOM_DBFS / 20), length)
        if len(self.television):
            near += self.television[(self._at + np.arange(length)) % len(self.television)]
            self._at += length
        return near

    def say(self, sound: Samples, person: Samples) -> tuple[float | None, int]:
        """Let a sentence be said; the second at which it was broken off, and the blocks it took."""
        self.talkover.begin()
        near, far = self._heard(sound, person)
        held: list[Overheard] = []
        broken_off: float | None = None
        for at in range(0, len(near) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
            if broken_off is None:
                self.talkover.played(Played(far[at : at + BLOCK_SAMPLES], SAMPLE_RATE_HZ))
            held.append(self.talkover.hear(AudioBlock(at, near[at : at + BLOCK_SAMPLES])))
            if self.talkover.interrupted():
                broken_off = (at + BLOCK_SAMPLES) / SAMPLE_RATE_HZ
                break
        self.talkover.sort(held)
        return broken_off, len(held)

    def _heard(self, sound: Samples, person: Samples) -> tuple[Samples, Samples]:
        length = max(len(sound), len(person)) + round(BEHIND_S * SAMPLE_RATE_HZ)
        near = self._around(length)
        near[: len(person)] += person
        if self.coupling_db is not None:
            gain = 10 ** ((PERSON_DBFS + self.coupling_db - self.loudness_dbfs) / 20)
            delay = round(self.rng.uniform(*OUTPUT_DELAY_S) * SAMPLE_RATE_HZ)
            echo = gain * np.convolve(sound, self._response)[: max(0, length - delay)]
            near[delay : delay + len(echo)] += echo
        return np.asarray(near, np.float32), np.pad(sound, (0, length - len(sound)))


def first_voice(sound: Samples, detector: VoiceDetector) -> float:
    """Return the second at which the detector first hears voice in it."""
    detector.reset()
    blocks = (AudioBlock(at, sound[at : at + BLOCK_SAMPLES]) for at in range(0, len(sound) - 511, BLOCK_SAMPLES))
    return next((b.start / SAMPLE_RATE_HZ for b in blocks if detector.feed(b).probability >= VOICED), 0.0)


def texts(rng: random.Random) -> Iterator[str]:
    every = sorted(prompt.text for path in shipped_folder().glob("*.toml") for prompt in read_pack(path).prompts)
    while True:
        yield from rng.sample(every, len(every))


def talked_over(name: str, spoken: Spoken, loudness_dbfs: float, detector: VoiceDetector, times: int) -> None:
    rng, said, stops, voices, missed = np.random.default_rng(7), texts(random.Random(3)), [], [], 0
    people = [(sound, first_voice(sound, detector)) for _, sound in clips()]
    for _ in range(times):
        for sound, voice_s in people:
            evening = Evening(ROOMS_DB[name], loudness_dbfs, rng, detector)
            evening.say(spoken(next(said)), np.zeros(0, np.float32))
            evening.listen(sound)
            at_s = float(rng.choice(AT_S))
            person = np.concatenate([np.zeros(round(at_s * SAMPLE_RATE_HZ), np.float32), sound])
            question = spoken(next(said))
            stopped_s, _ = evening.say(question, person[: len(question)])
            if stopped_s is None:
                missed += 1
                continue
            stops.append(stopped_s - at_s)
            voices.append(stopped_s - at_s - voice_s)
    print(f"{name}: silent after {spread(stops)} from the first sound, {spread(voices)} from the first voice; "
          f"{missed} of {missed + len(stops)} not before its end", flush=True)  # fmt: skip


def spread(seconds: list[float]) -> str:
    within = sum(s <= 0.3 for s in seconds)
    return f"{min(seconds):.2f} to {max(seconds):.2f} s (median {statistics.median(seconds):.2f}, {within} within 0.3)"


def nobody(
    name: str, spoken: Spoken, loudness_dbfs: float, detector: VoiceDetector, options: argparse.Namespace
) -> None:
    rng, said = np.random.default_rng(options.seed), texts(random.Random(options.seed))
    passed_s, broken_off, sentences, good = 0.0, 0, 0, 0
    people = [sound for _, sound in clips()]
    while passed_s < options.minutes * 60:
        own, other = rng.permutation(len(people))[:2]
        television = people[other] * 10 ** (options.television / 20) if options.television else np.zeros(0, np.float32)
        evening = Evening(ROOMS_DB[name], loudness_dbfs, rng, detector, np.asarray(television, np.float32))
        for _ in range(SENTENCES):
            question = spoken(next(said))
            stopped_s, blocks = evening.say(question, np.zeros(0, np.float32))
            evening.listen(people[own])
            sentences, broken_off = sentences + 1, broken_off + (stopped_s is not None)
            passed_s += min(len(question) / SAMPLE_RATE_HZ, blocks * BLOCK_S)
            good += evening.talkover.coupling is not Coupling.POOR
    print(f"{name}, nobody speaks, {passed_s / 60:.0f} minutes of its own voice in {sentences} sentences: {broken_off} "
          f"broken off; the canceller was good in {good}", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0.0, help="of its own voice with nobody speaking, each room")
    parser.add_argument("--times", type=int, default=1, help="that each recording is said over a sentence")
    parser.add_argument("--television", type=float, default=0.0, help="its level below the person, dB; 0 for none")
    parser.add_argument("--only", choices=tuple(ROOMS_DB))
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    spoken, detector = Spoken(open_voice(VoiceSettings(engine="piper"), MODELS)), VoiceDetector()
    loudness_dbfs = level_dbfs(spoken("What was the best moment of your day, and what made it good?"))
    for name in ROOMS_DB if options.only is None else (options.only,):
        if options.times:
            talked_over(name, spoken, loudness_dbfs, detector, options.times)
        if options.minutes:
            nobody(name, spoken, loudness_dbfs, detector, options)


if __name__ == "__main__":
    main()
