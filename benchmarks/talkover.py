"""What a person says while the program speaks: how much of it is kept, and how soon the program is silent.

    script/bench talkover [--minutes 10] [--only NAME]

The real loop of an evening, with the real canceller, detector and Whisper, on a simulated clock: Piper's sentence goes
to a loudspeaker, comes back to the microphone through a room (reverberation 0.3 s, delay 60 to 200 ms, another one each
sentence) at a level below the person's own voice, and a recording of a person is played over it. Headphones are a room
that gives nothing back. The last part has nobody speak at all, and counts what is taken for an answer.

Needs ../shared/speech, Piper's voice, and a folder with models (VOICECHECK_MODELS).
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import jiwer
import numpy as np
from listening import SPEECH, load_clips

from tests.fakes import Clock, FakeScreen, InlineWhisper
from tests.vault_samples import make_vault
from voicecheck.checkin.course import Course
from voicecheck.checkin.events import Spoken
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.plan import Evening, Plan, Rooms
from voicecheck.checkin.ports import Event
from voicecheck.domain import Prompt
from voicecheck.phrases import load_phrases
from voicecheck.prompts.questions import Fixed
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.audio import RateConverter
from voicecheck.speech.echo import Talkover
from voicecheck.speech.microphone import Post, RawSound
from voicecheck.speech.recognition.recogniser import SpeechRecogniser
from voicecheck.speech.recognition.vad import VoiceDetector, level_dbfs
from voicecheck.speech.voice.speaker import chime
from voicecheck.speech.voice.voices import Voice, open_voice
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, Played, Samples
from voicecheck.vault.vault import Vault

MODELS = Path(os.environ.get("VOICECHECK_MODELS", ".cache/models"))
COUPLINGS_DB = {"headphones": None, "-20 dB": -20.0, "-10 dB": -10.0}
PERSON_DBFS, ROOM_DBFS = -23.0, -62.0
OUTPUT_DELAY_S = (0.06, 0.2)
QUESTIONS = (
    "What was the best moment of your day, and what made it good?",
    "Was there anything today that you would rather have said differently?",
    "When did you feel most like yourself this week?",
    "What is still on your mind from today, and what would help you to put it down?",
)
TALKS_AT_S = (0.0, 0.6, 1.4, -0.4)
"""from the beginning of the sentence; negative: before its end"""
BEHIND_S = 6.0
"""well behind the sentence, to compare with"""


def at_rate(samples: Samples, rate_hz: int) -> Samples:
    padded = np.concatenate([samples, np.zeros(rate_hz // 10, np.float32)])
    return RateConverter(rate_hz)(padded.reshape(-1, 1))


def room_response(rng: np.random.Generator) -> Samples:
    """A direct sound and a tail that falls by 60 dB in 0.3 s."""
    count = round(0.3 * SAMPLE_RATE_HZ)
    tail = rng.normal(size=count) * np.exp(-6.9 * np.arange(count) / count)
    tail[0] = 3.0
    return np.asarray(tail / np.sqrt(np.sum(np.square(tail))), np.float32)


@dataclass
class Room:
    """Loudspeaker, microphone and the person between them, a block of 32 ms at a time."""

    coupling_db: float | None
    voice: Voice
    rng: np.random.Generator
    speech: dict[int, tuple[Samples, float]] = field(default_factory=dict)
    """by the number of the sentence: what the person says over it, and when"""
    said: list[str] = field(default_factory=list)
    broken_off: int = 0
    stops_s: list[float] = field(default_factory=list)
    """from the person's first sound to silence"""

    def __post_init__(self) -> None:
        self._response = room_response(self.rng)
        self._playing: Samples | None = None
        self._at = 0
        self._echo: Samples = np.zeros(0, np.float32)
        self._person: Samples = np.zeros(0, np.float32)
        self._begins: int | None = None
        self._now = 0
        self._sounds: dict[str, Samples] = {}
        self._level_dbfs = level_dbfs(self._sound(QUESTIONS[0]))
        self.post: Callable[[Event], None] = lambda event: None

    # The mouth

    def say(self, text: str, *, chime: bool = False) -> None:
        self.said.append(text)
        sound = self._sound(text) if text else np.zeros(0, np.float32)
        self._voice_end = len(sound)
        if chime:
            sound = np.concatenate([sound, _chime()])
        self._playing, self._at = sound, 0
        self._delay = round(self.rng.uniform(*OUTPUT_DELAY_S) * SAMPLE_RATE_HZ)
        if len(self.said) in self.speech:
            clip, at_s = self.speech[len(self.said)]
            begin = round(at_s * SAMPLE_RATE_HZ) + (self._voice_end if at_s < 0 else 0)
            self._begins = self._now + max(0, begin)
            self._person = np.concatenate([np.zeros(max(0, begin), np.float32), clip])

    def prepare(self, text: str) -> None:
        """Nothing to do."""

    def nudge(self) -> None:
        """Nothing to do."""

    def hush(self) -> None:
        self._end()

    def give_way(self) -> None:
        self.broken_off += 1
        if self._begins is not None and self._at < self._voice_end:
            self.stops_s.append((self._now - self._begins) / SAMPLE_RATE_HZ)
        self.post(Played(np.zeros(0, np.float32), SAMPLE_RATE_HZ, cut=True))
        self._end()

    def _end(self) -> None:
        if self._playing is not None:
            self._playing = None
            self.post(Spoken())

    def _sound(self, text: str) -> Samples:
        if text not in self._sounds:
            pieces = [at_rate(sound.samples, sound.rate_hz) for sound in self.voice.synthesize(text)]
            self._sounds[text] = np.concatenate(pieces)
        return self._sounds[text]

    # The world

    def block(self) -> Samples:
        """Let 32 ms pass; return the microphone's sound."""
        self._now += BLOCK_SAMPLES
        if self._playing is not None and self._at >= len(self._playing):
            self._end()
        if self._playing is not None:
            piece = self._playing[self._at : self._at + BLOCK_SAMPLES]
            self._at += BLOCK_SAMPLES
            self.post(Played(piece, SAMPLE_RATE_HZ))
            self._return(piece)
        heard = self.rng.normal(0, 10 ** (ROOM_DBFS / 20), BLOCK_SAMPLES)
        for name in ("_echo", "_person"):
            waiting = getattr(self, name)
            heard[: len(waiting[:BLOCK_SAMPLES])] += waiting[:BLOCK_SAMPLES]
            setattr(self, name, waiting[BLOCK_SAMPLES:])
        return np.asarray(heard, np.float32)

    def _return(self, piece: Samples) -> None:
        if self.coupling_db is None or not len(piece):
            return
        gain = 10 ** ((PERSON_DBFS + self.coupling_db - self._level_dbfs) / 20)
        echo = np.concatenate([np.zeros(self._delay, np.float32), gain * np.convolve(piece, self._response)])
        longer = max(len(self._echo), len(echo))
        self._echo = np.pad(self._echo, (0, longer - len(self._echo))) + np.pad(echo, (0, longer - len(echo)))


def _chime() -> Samples:
    sound = chime()
    return at_rate(sound.samples, sound.rate_hz)


class Happenings:
    """The queue of an evening: where it is empty, another 32 ms pass."""

    def __init__(self, room: Room, limit_s: float) -> None:
        self._room = room
        self._waiting: list[Event] = []
        self._left = round(limit_s / BLOCK_S)
        self.source = Ear(self)
        room.post = self._waiting.append

    def put(self, event: Event) -> None:
        self._waiting.append(event)

    def get(self, timeout: float | None = None) -> Event:
        while not self._waiting:
            self._left -= 1
            if self._left < 0:
                raise TimeoutError("the evening does not end")
            self.put(RawSound(self._room.block().reshape(-1, 1)))
        return self._waiting.pop(0)


class Ear:
    name, live, over = "simulated", True, False

    def __init__(self, world: Happenings) -> None:
        self._at = 0

    def start(self, post: Post) -> None:
        """It gives sound from the beginning."""

    def blocks(self, raw: RawSound) -> list[AudioBlock]:
        self._at += BLOCK_SAMPLES
        return [AudioBlock(self._at - BLOCK_SAMPLES, raw.samples[:, 0])]

    def consumed(self) -> None:
        """It waits for nobody."""

    def stop(self) -> None:
        """Nothing to do."""


def hold(room: Room, recogniser: SpeechRecogniser, detector: VoiceDetector, count: int, plan: Plan) -> Evening:
    home = tempfile.TemporaryDirectory()
    os.environ["VOICECHECK_HOME"] = home.name
    paths, key = make_vault()
    vault = Vault.open(paths, key)
    world = Happenings(room, 300.0 * count)
    prompts = [Prompt(f"q{i}", QUESTIONS[i % len(QUESTIONS)], "bench") for i in range(count)]
    try:
        rooms = Rooms(
            mouth=room,
            screen=FakeScreen(),
            questions=Fixed(*prompts),
            open_source=lambda number: world.source,  # type: ignore[arg-type,return-value]
            detector=detector,
            recogniser=InlineWhisper(recogniser, world.put),
            inbox=vault.inbox,
            vault=vault,
            phrases=load_phrases(),
            rng=random.Random(1),
            now=Clock(),
            talkover=Talkover(detector.another()) if TALKOVER else None,
        )
        return Checkin(replace(plan, course=replace(plan.course, count=count)), rooms, world).run()  # type: ignore[arg-type]
    finally:
        vault.close()
        home.cleanup()


TALKOVER, VERBOSE = True, False


def words(text: str) -> str:
    return " ".join("".join(c if c.isalnum() or c in "' " else " " for c in text.lower()).split())


def clips() -> list[tuple[str, Samples]]:
    found = []
    for clip in load_clips():
        start, end = clip.sounding
        sound = clip.sound[start:end]
        loud = sound[np.abs(sound) > 0.02]
        gain = 10 ** ((PERSON_DBFS - level_dbfs(loud)) / 20) if len(loud) else 1.0
        if len(sound) < 16 * SAMPLE_RATE_HZ and "whisper" not in clip.name:
            found.append((clip.text, np.asarray(np.clip(sound * gain, -1, 1), np.float32)))
    return found


@dataclass
class Count:
    said: int = 0
    lost: int = 0
    invented: int = 0

    @property
    def kept(self) -> str:
        return f"{100 * (self.said - self.lost) / max(1, self.said):.1f} % of {self.said} words, {self.invented} more"


def talked_over(
    name: str, at_s: float, tools: tuple[Voice, SpeechRecogniser, VoiceDetector], rng: np.random.Generator
) -> tuple[Count, list[float]]:
    """Let every recording be said over one of four questions. Return its words, and when the program was silent."""
    plan = Plan(timezone="UTC", keep_audio="never", only_thanks=1.0, course=Course(linger_s=0.5, follow_ups=False))
    voice, recogniser, detector = tools
    count, stops, people = Count(), [], clips()
    for begin in range(0, len(people), len(QUESTIONS)):
        tonight = [people[(begin + i) % len(people)] for i in range(len(QUESTIONS))]
        room = Room(COUPLINGS_DB[name], voice, rng)
        evening = hold(Numbered(room, tonight, at_s).room, recogniser, detector, len(QUESTIONS), plan)
        stops += room.stops_s
        heard = {e.prompt.id: e.text for e in evening.entries if e.prompt}
        for i, (text, _) in enumerate(tonight):
            out = jiwer.process_words(words(text), words(heard.get(f"q{i}", "")) or "-")
            count.said += len(words(text).split())
            count.lost += out.deletions + out.substitutions
            count.invented += out.insertions
            if VERBOSE:
                print(f"    {name} {at_s} {i}: {text!r} -> {heard.get(f'q{i}', '')!r}", flush=True)
    return count, stops


class Numbered:
    """Puts a clip over each question, and none over what is said in between."""

    def __init__(self, room: Room, spoken: list[tuple[str, Samples]], at_s: float) -> None:
        self.room = room
        self._spoken = {QUESTIONS[i]: sound for i, (_, sound) in enumerate(spoken)}
        self._at_s = at_s
        say = room.say

        def with_person(text: str, *, chime: bool = False) -> None:
            if (clip := self._spoken.pop(text, None)) is not None:
                room.speech[len(room.said) + 1] = (clip, self._at_s)
            say(text, chime=chime)

        room.say = with_person  # type: ignore[method-assign]


def nobody(name: str, minutes: float, voice: Voice, recogniser: SpeechRecogniser, detector: VoiceDetector) -> None:
    """Let nobody speak: every question is asked twice and given up."""
    plan = Plan(timezone="UTC", keep_audio="never", course=Course(repeat_after_s=1.5, give_up_after_s=4.0))
    rng, taken, broken, passed_s = np.random.default_rng(5), 0, 0, 0.0
    while passed_s < minutes * 60:
        room = Room(COUPLINGS_DB[name], voice, rng)
        evening = hold(room, recogniser, detector, 1, plan)
        taken, broken = taken + len(evening.entries), broken + room.broken_off
        passed_s += room._now / SAMPLE_RATE_HZ
        if VERBOSE:
            print([e.text for e in evening.entries], room.said)
    print(
        f"{name}, nobody speaks, {passed_s / 60:.0f} minutes: {taken} answers, {broken} sentences broken off",
        flush=True,
    )


def main() -> None:
    global VERBOSE, TALKOVER
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--only", choices=tuple(COUPLINGS_DB))
    parser.add_argument("--without", action="store_true", help="as with while_speaking = false")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    VERBOSE, TALKOVER = options.verbose, not options.without
    if not SPEECH.is_dir():
        raise SystemExit(f"There are no recordings in {SPEECH}.")
    voice = open_voice(VoiceSettings(engine="piper"), MODELS)
    recogniser, detector = WhisperRecogniser(MODELS / "whisper" / "base", "base", "cpu"), VoiceDetector()
    for name in COUPLINGS_DB if options.only is None else (options.only,):
        rng, tools = np.random.default_rng(7), (voice, recogniser, detector)
        for at_s in (BEHIND_S, *TALKS_AT_S):
            count, stops = talked_over(name, at_s, tools, rng)
            when = "behind the sentence" if at_s == BEHIND_S else f"at {at_s:+.1f} s"
            soon = f"{statistics.median(stops):.2f} s, at most {max(stops):.2f}" if stops else "-"
            print(f"{name}, {when}: kept {count.kept}; silent after {soon} ({len(stops)} times)", flush=True)
        if options.minutes:
            nobody(name, options.minutes, voice, recogniser, detector)


if __name__ == "__main__":
    main()
