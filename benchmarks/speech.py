"""How well it listens: `script/bench speech`.

Human recordings (../shared/speech) are joined to answers of 10, 60, 180 and 300 s with pauses of 1 to 3 s, and run
through the same listener as a microphone's sound, on a simulated clock: a stretch that Whisper took c seconds for is
there c seconds of sound later. So a figure in seconds is what a person would wait on this machine, without waiting.

The word error rate is held against that of the whole file in one call, no VAD, same model and beam, pooled a length,
with a bootstrap interval over the joins. Peers run on the same joins in the same process.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import jiwer
import numpy as np

from voicecheck.domain import SAMPLE_RATE_HZ, AudioBlock, Samples
from voicecheck.speech.audio import Blocks, decode_file
from voicecheck.speech.endpoint import Finished, Patience, Resumed, Signal, VoiceBegan
from voicecheck.speech.listener import AnswerListener
from voicecheck.speech.live import Job, Written, write_down
from voicecheck.speech.transcriber import Transcriber
from voicecheck.speech.vad import VoiceDetector

SPEECH = Path(__file__).resolve().parents[2] / "shared" / "speech"
LENGTHS_S = (10, 60, 180, 300)
LINGER_S = 4.0  # as in the settings
QUIET_S = 9.0  # of silence behind an answer: longer than it may stay open
BOOTSTRAP = 1000


@dataclass(frozen=True)
class Clip:
    name: str
    text: str
    sound: Samples = field(repr=False)

    @property
    def duration_s(self) -> float:
        return len(self.sound) / SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Joined:
    """Clips with pauses between them, as one answer."""

    text: str
    sound: Samples = field(repr=False)
    extents: tuple[tuple[int, int], ...]
    """where the clips lie, sample indices"""
    pauses_s: tuple[float, ...]


@dataclass
class Run:
    """What came of one simulated answer."""

    text: str
    tail_s: float
    endpoint_s: float | None
    """None when it was still open at the end of the quiet"""
    ended_at: int
    cut_off: bool
    """it was over before the last clip began"""
    reopened: int
    """how often it was finished and went on"""
    reached: list[tuple[int, int]]
    """sample ranges that Whisper was given"""
    cpu_s: float
    """of processor time for everything, Whisper included"""


def load_clips() -> list[Clip]:
    rows = [json.loads(line) for line in (SPEECH / "clips.jsonl").read_text(encoding="utf-8").splitlines()]
    return [Clip(row["file"], row["text"], np.concatenate(list(decode_file(SPEECH / row["file"])))) for row in rows]


def join(clips: list[Clip], length_s: float, rng: random.Random, pause_s: Callable[[], float]) -> Joined:
    """Shuffled clips until the answer is at least `length_s` long."""
    parts: list[Samples] = []
    texts, extents, pauses, at = [], [], [], 0
    order: list[Clip] = []
    while at < length_s * SAMPLE_RATE_HZ:
        order = order or rng.sample(clips, len(clips))
        clip = order.pop()
        if parts:
            pauses.append(pause_s())
            gap = np.zeros(round(pauses[-1] * SAMPLE_RATE_HZ), np.float32)
            parts.append(gap)
            at += len(gap)
        parts.append(clip.sound)
        extents.append((at, at + len(clip.sound)))
        at += len(clip.sound)
        texts.append(clip.text)
    return Joined(" ".join(texts), np.concatenate(parts), tuple(extents), tuple(pauses))


def listen(
    sound: Samples,
    transcriber: Transcriber,
    detector: VoiceDetector,
    *,
    patience: Patience = Patience(),
    last_clip_at: int = 0,
    quiet_s: float = QUIET_S,
    enter_at_end: bool = False,
) -> Run:
    """One answer on the simulated clock, reopened when the voice comes back while it lingers, as in a check-in.

    With `enter_at_end` it is ended by a key where the sound ends.
    """
    clock = _Clock(transcriber)
    quiet = np.zeros(0 if enter_at_end else round(quiet_s * SAMPLE_RATE_HZ), np.float32)
    blocks = list(Blocks().feed(np.concatenate([sound, quiet])))
    begun = time.process_time()
    turns = [_Turn(clock, detector, 0, patience)]
    finished: Finished | None = None
    tail_s, reopened = 0.0, 0
    for block in blocks:
        clock.at(block.end)
        turn = turns[-1]
        signals = turn.feed(block)
        if finished is not None and any(isinstance(s, VoiceBegan) for s in signals):
            finished, reopened = None, reopened + 1
        for signal in signals:
            if isinstance(signal, Finished) and finished is None:
                finished = signal
                tail_s = turn.end() - signal.at / SAMPLE_RATE_HZ
                turns.append(_Turn(clock, detector, signal.at, patience))
        if finished is not None and block.end >= finished.at + LINGER_S * SAMPLE_RATE_HZ:
            break
    decided = finished.at if finished is not None else len(sound)
    if finished is None:
        tail_s = turns[-1].end() - decided / SAMPLE_RATE_HZ
    else:
        turns.pop()  # what lingered without a voice
    return Run(
        text=" ".join(turn.text for turn in turns if turn.text),
        tail_s=max(0.0, tail_s),
        endpoint_s=None if finished is None else (finished.at - finished.last_voice) / SAMPLE_RATE_HZ,
        ended_at=decided,
        cut_off=finished is not None and finished.at <= last_clip_at,
        reopened=reopened,
        reached=[(job.start, job.start + len(job.samples)) for turn in turns for job in turn.jobs],
        cpu_s=time.process_time() - begun,
    )


class _Turn:
    """A listener on the simulated clock."""

    def __init__(self, clock: _Clock, detector: VoiceDetector, start: int, patience: Patience) -> None:
        detector.reset()
        self._clock = clock
        self.jobs: list[Job] = []
        self._listener = AnswerListener(detector, self._dispatch, start, patience)
        self._model = clock.transcriber.use

    @property
    def text(self) -> str:
        return self._listener.transcript(self._model).text

    def feed(self, block: AudioBlock) -> list[Signal]:
        signals = self._listener.feed(block)
        for signal in signals:
            if isinstance(signal, Resumed):
                self.jobs = [job for job in self.jobs if job.stretch.start < signal.void_from]
        return signals

    def end(self) -> float:
        """Hand out the rest; the second at which all words are there."""
        self._listener.close()
        return self._clock.drain(self._listener)

    def _dispatch(self, job: Job) -> None:
        self.jobs.append(job)
        self._clock.run(job, self._listener)


class _Clock:
    """Whisper on simulated time: results come as many seconds of sound later as they took."""

    def __init__(self, transcriber: Transcriber) -> None:
        self.transcriber = transcriber
        self._now_s = 0.0
        self._due: list[tuple[float, Written, AnswerListener]] = []

    def run(self, job: Job, listener: AnswerListener) -> None:
        begun = time.perf_counter()
        written = Written(job.generation, write_down(self.transcriber, job))
        self._due.append((self._now_s + time.perf_counter() - begun, written, listener))

    def at(self, sample: int) -> None:
        self._now_s = sample / SAMPLE_RATE_HZ
        while self._due and self._due[0][0] <= self._now_s:
            self._take()

    def drain(self, listener: AnswerListener) -> float:
        """Wait for all that is under way for `listener`; the second at which it was done."""
        ready_s = now_s = self._now_s
        while listener.busy and self._due:
            ready_s = self._now_s = max(self._now_s, self._due[0][0])
            self._take()
        self._now_s = now_s
        return ready_s

    def _take(self) -> None:
        _, written, listener = self._due.pop(0)
        listener.take(written)


# Words


def words(text: str) -> str:
    text = re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("’", "'"))
    return " ".join(text.split())


def errors(said: str, heard: str) -> tuple[int, int]:
    """Wrong words, and words said."""
    out = jiwer.process_words(words(said), words(heard) or "-")
    return out.substitutions + out.deletions + out.insertions, len(words(said).split())


def rate(pairs: list[tuple[int, int]]) -> float:
    return 100 * sum(e for e, _ in pairs) / max(1, sum(n for _, n in pairs))


def interval(ours: list[tuple[int, int]], theirs: list[tuple[int, int]], rng: random.Random) -> tuple[float, float]:
    """95 % bootstrap interval of the difference of the two pooled rates, joins drawn together."""
    differences = []
    for _ in range(BOOTSTRAP):
        drawn = [rng.randrange(len(ours)) for _ in ours]
        differences.append(rate([ours[i] for i in drawn]) - rate([theirs[i] for i in drawn]))
    differences.sort()
    return differences[int(0.025 * BOOTSTRAP)], differences[int(0.975 * BOOTSTRAP)]


def covered(extents: tuple[tuple[int, int], ...], reached: list[tuple[int, int]]) -> float:
    """Share of the clips' samples inside the ranges that reached Whisper."""
    inside = total = 0
    for start, end in extents:
        mark = np.zeros(end - start, bool)
        for a, b in reached:
            mark[max(0, a - start) : max(0, b - start)] = True
        inside += int(mark.sum())
        total += end - start
    return 100 * inside / total


# Sections


def accuracy(transcriber: Transcriber, detector: VoiceDetector, joins: dict[int, int], peers: bool) -> None:
    clips, rng = load_clips(), random.Random(1)
    print(f"\n{'answer':>8} {'n':>3} {'tail_s':>13} {'after Enter':>13} {'endpoint_s':>10} {'WER':>7} {'whole':>6} "
          f"{'difference [95 %]':>22} {'reached':>8} {'reopened':>8} {'cut off':>7} {'CPU':>5}")  # fmt: skip
    for length, count in joins.items():
        runs, entered, ours, whole, peer, seconds = [], [], [], [], [], 0.0
        reached: list[float] = []
        for _ in range(count):
            answer = join(clips, length, rng, lambda: rng.uniform(1, 3))
            run = listen(answer.sound, transcriber, detector, last_clip_at=answer.extents[-1][0])
            runs.append(run)
            entered.append(
                listen(answer.sound, transcriber, detector, enter_at_end=True).tail_s if length <= 60 else 0.0
            )
            seconds += run.ended_at / SAMPLE_RATE_HZ
            ours.append(errors(answer.text, run.text))
            whole.append(errors(answer.text, transcriber.transcribe(answer.sound).text))
            reached.append(covered(answer.extents, run.reached))
            if peers:
                peer.append(errors(answer.text, vad_filtered(transcriber, answer.sound)))
        low, high = interval(ours, whole, random.Random(2))
        tails, ends = [r.tail_s for r in runs], [r.endpoint_s for r in runs if r.endpoint_s is not None]
        print(f"{length:>6} s {count:>3} {statistics.median(tails):>6.2f} /{max(tails):>5.2f} "
              f"{statistics.median(entered):>6.2f} /{max(entered):>5.2f} {statistics.median(ends):>10.2f} "
              f"{rate(ours):>6.2f}% {rate(whole):>5.2f}% {rate(ours) - rate(whole):>+8.2f} [{low:+.2f}, {high:+.2f}] "
              f"{statistics.mean(reached):>7.2f}% {sum(r.reopened for r in runs):>8} {sum(r.cut_off for r in runs):>7} "
              f"{sum(r.cpu_s for r in runs) / seconds:>5.2f}", flush=True)  # fmt: skip
        if peer:
            print(f"         peer: faster-whisper vad_filter=True: {rate(peer):.2f}%", flush=True)


def vad_filtered(transcriber: Transcriber, sound: Samples) -> str:
    """The peer's own way, on the same model."""
    found, _ = transcriber._model.transcribe(sound, language="en", beam_size=5, vad_filter=True)
    return " ".join(segment.text for segment in found)


def non_speech() -> Iterator[tuple[str, Samples]]:
    """Fifteen sounds of 30 s that hold no word."""
    n = 30 * SAMPLE_RATE_HZ
    t = np.arange(n) / SAMPLE_RATE_HZ
    rng = np.random.default_rng(3)
    white = rng.standard_normal(n)
    spectrum = np.fft.rfft(white)
    frequency = np.maximum(np.fft.rfftfreq(n, 1 / SAMPLE_RATE_HZ), 1.0)
    pink = np.fft.irfft(spectrum / np.sqrt(frequency), n)
    pink /= np.abs(pink).max()
    brown = np.fft.irfft(spectrum / frequency, n)
    brown /= np.abs(brown).max()
    breath = pink * np.clip(np.sin(2 * np.pi * t / 4), 0, 1) ** 2
    clicks = np.zeros(n)
    for at in rng.integers(0, n - 800, 120):
        clicks[at : at + 800] += rng.standard_normal(800) * np.exp(-np.arange(800) / 60)
    chord = sum(np.sin(2 * np.pi * f * t) for f in (261.6, 329.6, 392.0)) / 3
    melody = np.concatenate(
        [
            np.sin(2 * np.pi * f * t[: n // 30]) * np.exp(-t[: n // 30] * 3)
            for f in rng.choice([261, 294, 330, 392, 440, 523], 30)
        ]
    )
    melody = np.pad(melody, (0, n - len(melody)))
    yield "digital silence", np.zeros(n, np.float32)
    for name, sound, level in (
        ("room, -60 dB", white, 0.001), ("white, -40 dB", white, 0.01), ("white, -20 dB", white, 0.1),
        ("pink, -30 dB", pink, 0.1), ("brown, -20 dB", brown, 0.3), ("hum 50 Hz", np.sin(2 * np.pi * 50 * t), 0.1),
        ("hum with overtones", sum(np.sin(2 * np.pi * 50 * k * t) / k for k in range(1, 9)), 0.05),
        ("typing", clicks, 0.1), ("typing, loud", clicks, 0.4), ("breathing", breath, 0.05),
        ("breathing, near", breath, 0.3),
        ("chord", chord, 0.1), ("distant music", melody, 0.03), ("music", melody, 0.3),
    ):  # fmt: skip
        yield name, (sound * level).astype(np.float32)


def silence_is_silent(transcriber: Transcriber, detector: VoiceDetector) -> None:
    print("\nwords from sounds that hold none")
    total = 0
    for name, sound in non_speech():
        run = listen(sound, transcriber, detector, quiet_s=2)
        total += len(run.text.split())
        print(f"  {name:<20} {len(run.text.split())} {run.text[:60]!r}", flush=True)
    print(f"  in all: {total}")


def trimmed(clip: Clip, detector: VoiceDetector) -> Clip:
    """Without the quiet at its edges, so that a pause between two clips is as long as it says."""
    detector.reset()
    voiced = [h for h in map(detector.feed, Blocks().feed(clip.sound)) if h.probability > 0.5]
    return Clip(clip.name, clip.text, clip.sound[voiced[0].start : voiced[-1].end])


def open_and_shut(transcriber: Transcriber, detector: VoiceDetector) -> None:
    """Pauses of exactly 4 s in answers of 10 s and more; ends in quiet and in noise."""
    clips = [trimmed(c, detector) for c in load_clips() if "whisper" not in c.name]
    rng = random.Random(5)
    cut = still = 0
    for noise_db in (None, 15.0, 25.0):
        for _ in range(10):
            answer = join(clips, 16, rng, lambda: 4.0)
            tail = np.zeros(round(QUIET_S * SAMPLE_RATE_HZ), np.float32)
            sound = np.concatenate([answer.sound, tail])
            if noise_db is not None:
                voiced = np.concatenate([answer.sound[a:b] for a, b in answer.extents])
                level = np.sqrt(np.mean(voiced**2)) * 10 ** (-noise_db / 20)
                sound = (sound + np.random.default_rng(7).standard_normal(len(sound)) * level).astype(np.float32)
            silent = _Deaf(transcriber)
            run = listen(sound, silent, detector, last_clip_at=answer.extents[-1][0], quiet_s=0)  # type: ignore[arg-type]
            cut += run.cut_off
            still += run.endpoint_s is None or run.ended_at > answer.extents[-1][1] + 8 * SAMPLE_RATE_HZ
        print(
            f"  noise {noise_db or 'none'}: cut off in a pause of 4 s: {cut}, still open after 8 s: {still}", flush=True
        )


class _Deaf:
    """Endpointing needs no words: a Whisper that returns at once."""

    def __init__(self, transcriber: Transcriber) -> None:
        self.use = transcriber.use

    def transcribe(self, samples: Samples, *, language: str = "en", prompt: str = "") -> object:
        from voicecheck.speech.transcriber import Hearing

        return Hearing()


def resampled(samples: Samples, rate_hz: int) -> Samples:
    at = np.arange(0, len(samples), rate_hz / SAMPLE_RATE_HZ)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def commands_and_single_words(transcriber: Transcriber, detector: VoiceDetector, models: Path) -> None:
    """Every command, spoken by eSpeak NG and by Piper; one word right behind the chime; false takes in human speech."""
    from voicecheck.phrases import load_phrases
    from voicecheck.settings import Voice as VoiceSettings
    from voicecheck.speech.speaker import chime
    from voicecheck.speech.voices import PiperVoice, Sound, SystemVoice

    phrases = load_phrases()
    voices = [SystemVoice(VoiceSettings()), PiperVoice(VoiceSettings(), models)]

    def spoken(voice: SystemVoice | PiperVoice, text: str) -> Samples:
        sounds: list[Sound] = list(voice.synthesize(text))
        joined = np.concatenate([s.samples for s in sounds])
        return resampled(joined, sounds[0].rate_hz) * np.float32(0.5)

    print("\nspoken commands: the first two forms of each, two voices")
    heard = said = 0
    for name, forms in phrases.commands.items():
        for form in forms[:2]:
            for voice in voices:
                text = listen(spoken(voice, form.capitalize() + "."), transcriber, detector).text
                said += 1
                if phrases.command_in(text) == name:
                    heard += 1
                else:
                    print(f"  missed ({voice.name}): {form!r} heard as {text!r}", flush=True)
    print(f"  heard: {heard} of {said} ({100 * heard / said:.0f} %)")
    taken = [c.name for c in load_clips() if phrases.command_in(listen(c.sound, transcriber, detector).text)]
    print(f"  falsely taken over all human speech: {len(taken)}")
    ping = chime()
    tone = resampled(ping.samples, ping.rate_hz)
    gap = np.zeros(SAMPLE_RATE_HZ // 10, np.float32)
    single = ("No.", "Tired.", "Yes.", "Sad.", "Angry.", "Nothing.", "Fine.", "Lonely.")
    found = [
        (voice.name, word, listen(np.concatenate([tone, gap, spoken(voice, word)]), transcriber, detector).text)
        for word in single
        for voice in voices
    ]
    empty = [row for row in found if not row[2]]
    print(f"\none word 0.1 s behind the chime: words in {len(found) - len(empty)} of {len(found)}")
    for name, word, text in found:
        if words(word) != words(text):
            print(f"  {word!r} ({name}) heard as {text!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True, help="folder with whisper/NAME, as VOICECHECK_MODELS")
    parser.add_argument("--model", default="base")
    parser.add_argument("--joins", default="20,20,20,20", help="how many answers of 10, 60, 180 and 300 s")
    parser.add_argument("--only", choices=["accuracy", "silence", "endpoint", "commands"])
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    transcriber = Transcriber(options.models / "whisper" / options.model, options.model, "cpu")
    detector = VoiceDetector()
    if options.only in (None, "silence"):
        silence_is_silent(transcriber, detector)
    if options.only in (None, "endpoint"):
        print("\nendpointing")
        open_and_shut(transcriber, detector)
    if options.only in (None, "commands"):
        commands_and_single_words(transcriber, detector, options.models)
    if options.only in (None, "accuracy"):
        counts = [int(n) for n in options.joins.split(",")]
        joins = {length: n for length, n in zip(LENGTHS_S, counts, strict=True) if n}
        accuracy(transcriber, detector, joins, options.peers)


if __name__ == "__main__":
    main()
