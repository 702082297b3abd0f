"""How well it listens: `script/bench speech`.

Human recordings (../shared/speech, and with --clips further folders of the same form, as `benchmarks/voices.py` makes
them) are joined to answers of 10, 60, 180 and 300 s with pauses of 1 to 3 s and heard on a simulated clock
(`listening.py`). The word error rate is held against that of the whole file in one call, no VAD, same model and beam,
pooled a length, with a bootstrap interval over the joins. Peers run on the same joins in the same process, or, where
they are programs (--peer), beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import tempfile
import time
import wave
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import jiwer
import numpy as np
from listening import QUIET_S, SPEECH, Clip, Joined, Run, join, last_part, listen, load_clips
from room import ALONE, LEVELS_DB, scenes, soft_phrases

from voicecheck.speech.audio import Blocks, in_blocks
from voicecheck.speech.recognition.recogniser import Hypothesis, SpeechRecogniser, Utterance, Verdict
from voicecheck.speech.recognition.recording import transcribe_recording
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.whisper.engine import BATCH, WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

LENGTHS_S = (10, 60, 180, 300)
RECORDING_S, RECORDINGS = 180, 5
BOOTSTRAP = 1000
ENTER_FROM_S = 60.0  # of a long answer so much is heard again and ended by a key: what lies before is written down
ENTERED_OF_LONG = 4  # joins
HEADER = (
    f"{'answer':>8} {'n':>3} {'tail_s':>13} {'after Enter':>13} {'endpoint_s':>10} {'WER':>7} {'whole':>6} "
    f"{'difference [95 %]':>22} {'reached':>8} {'clips':>8} {'reopened':>8} {'cut off':>7} {'CPU':>5}"
)
ENDS_WITHIN_S = 8.0
PEER_JOINS = 3  # of each length, for peers that are programs


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
    """Percentage of the extents' samples inside the ranges that reached Whisper."""
    inside = total = 0
    for start, end in extents:
        mark = np.zeros(end - start, bool)
        for a, b in reached:
            mark[max(0, a - start) : max(0, b - start)] = True
        inside += int(mark.sum())
        total += end - start
    return 100 * inside / total


# Accuracy


@dataclass
class Row:
    """The answers of one length."""

    length_s: int
    runs: list[Run] = field(default_factory=list)
    entered_s: list[float] = field(default_factory=list)
    ours: list[tuple[int, int]] = field(default_factory=list)
    whole: list[tuple[int, int]] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    """seconds that the whole file takes when it is written down after the end"""
    filtered: list[tuple[int, int]] = field(default_factory=list)
    filtered_s: list[float] = field(default_factory=list)
    sounding: list[float] = field(default_factory=list)
    clips: list[float] = field(default_factory=list)

    def show(self) -> None:
        low, high = interval(self.ours, self.whole, random.Random(2))
        tails, ends = [r.tail_s for r in self.runs], [r.endpoint_s for r in self.runs if r.endpoint_s is not None]
        seconds = sum(r.ended_at for r in self.runs) / SAMPLE_RATE_HZ
        print(f"{self.length_s:>6} s {len(self.runs):>3} {statistics.median(tails):>6.2f} /{max(tails):>5.2f} "
              f"{statistics.median(self.entered_s):>6.2f} /{max(self.entered_s):>5.2f} "
              f"{statistics.median(ends or [99]):>10.2f} {rate(self.ours):>6.2f}% {rate(self.whole):>5.2f}% "
              f"{rate(self.ours) - rate(self.whole):>+8.2f} [{low:+.2f}, {high:+.2f}] "
              f"{statistics.mean(self.sounding):>7.2f}% {statistics.mean(self.clips):>7.2f}% "
              f"{sum(r.reopened for r in self.runs):>8} {sum(r.cut_off for r in self.runs):>7} "
              f"{sum(r.cpu_s for r in self.runs) / seconds:>5.2f}", flush=True)  # fmt: skip
        waited = statistics.median(tails) + 0.01
        print(f"         whole file after the end: {statistics.median(self.whole_s):.1f} s to wait "
              f"({statistics.median(self.whole_s) / waited:.0f} times ours)", flush=True)  # fmt: skip
        if self.filtered:
            print(f"         peer faster-whisper vad_filter=True: {rate(self.filtered):.2f}% wrong "
                  f"({rate(self.filtered) / rate(self.ours):.2f} times ours), "
                  f"{statistics.median(self.filtered_s):.1f} s to wait", flush=True)  # fmt: skip


def accuracy(
    transcriber: WhisperRecogniser,
    detector: VoiceDetector,
    clips: list[Clip],
    joins: dict[int, int],
    options: argparse.Namespace,
) -> None:
    rng = random.Random(options.seed)
    print(f"\n{len(clips)} clips, {sum(c.duration_s for c in clips):.0f} s\n{HEADER}")
    rows: list[Row] = []
    for length, count in joins.items():
        row, peers = Row(length), Peer(options)
        for number in range(count):
            answer = join(clips, length, rng, lambda: rng.uniform(1, 3))
            run = listen(answer.sound, transcriber, detector, last_clip_at=answer.whole[-1][0])
            row.runs.append(run)
            entered = last_part(answer, ENTER_FROM_S)
            if length <= ENTER_FROM_S or number < ENTERED_OF_LONG:
                row.entered_s.append(listen(entered, transcriber, detector, enter_at_end=True).tail_s)
            row.ours.append(errors(answer.text, run.text))
            began = time.perf_counter()
            row.whole.append(errors(answer.text, whole_file(transcriber, answer.sound)))
            row.whole_s.append(time.perf_counter() - began)
            row.sounding.append(covered(answer.sounding, run.reached))
            row.clips.append(covered(answer.whole, run.reached))
            if options.peers:
                began = time.perf_counter()
                row.filtered.append(errors(answer.text, whole_file(transcriber, answer.sound, vad_filter=True)))
                row.filtered_s.append(time.perf_counter() - began)
            if number < PEER_JOINS:
                peers.hear(answer, row.ours[-1])
            if options.verbose:
                print(f"    {number}: ours {row.ours[-1]}, whole {row.whole[-1]}, reached {row.sounding[-1]:.1f}%, "
                      f"tail {run.tail_s:.2f}, reopened {run.reopened}", flush=True)  # fmt: skip
        row.show()
        peers.show()
        rows.append(row)
        if options.save:
            options.save.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")


def show_pooled(files: list[Path]) -> None:
    """Rows of several runs, as if they had been one."""
    pooled: dict[int, Row] = {}
    for one in (one for file in files for one in json.loads(file.read_text(encoding="utf-8"))):
        row = pooled.setdefault(one["length_s"], Row(one["length_s"]))
        row.runs += [Run(**run) for run in one.pop("runs")]
        for name, values in one.items():
            if name != "length_s":
                getattr(row, name).extend(values)
    print(HEADER)
    for row in pooled.values():
        row.show()


def whole_file(transcriber: WhisperRecogniser, sound: Samples, **options: bool) -> str:
    """faster-whisper as it is used by default, on the same model, beam and all at once."""
    found, _ = transcriber._model.transcribe(sound, language="en", beam_size=5, **options)
    return " ".join(segment.text for segment in found)


class Peer:
    """whisper-ctranslate2, started as its users start it: on a file, after the end."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._program: Path | None = options.peer
        self._model = options.models / "whisper" / options.model
        self._theirs: list[tuple[int, int]] = []
        self._ours: list[tuple[int, int]] = []
        self._waited_s: list[float] = []

    def hear(self, answer: Joined, ours: tuple[int, int]) -> None:
        if self._program is None:
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "answer.wav"
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(SAMPLE_RATE_HZ)
                file.writeframes((np.clip(answer.sound, -1, 1) * 32767).astype(np.int16).tobytes())
            command = [self._program, path, "--model_directory", self._model, "--language", "en", "--compute_type",
                       "int8", "--output_format", "txt", "--output_dir", folder, "--local_files_only", "True",
                       ]  # fmt: skip
            began = time.perf_counter()
            subprocess.run([str(part) for part in command], check=True, capture_output=True)
            self._waited_s.append(time.perf_counter() - began)
            self._theirs.append(errors(answer.text, path.with_suffix(".txt").read_text(encoding="utf-8")))
        self._ours.append(ours)

    def show(self) -> None:
        if self._theirs:
            print(f"         peer whisper-ctranslate2, {len(self._theirs)} joins: {rate(self._theirs):.2f}% wrong, "
                  f"ours on the same {rate(self._ours):.2f}%; "
                  f"{statistics.median(self._waited_s):.1f} s to wait", flush=True)  # fmt: skip


# Recordings


class _Deaf(SpeechRecogniser):
    """Endpointing needs no words: a recogniser that returns at once."""

    def __init__(self, transcriber: WhisperRecogniser) -> None:
        self.use = transcriber.use

    def transcribe(self, utterance: Utterance, *, language: str = "en", prompt: str = "") -> Hypothesis:
        return Hypothesis(Verdict.REFUSE)


class AtOnce(_Deaf):
    """The same engine with so many stretches at once, wherever it runs."""

    at_once = 1  # type: ignore[assignment]

    def __init__(self, transcriber: WhisperRecogniser, at_once: int) -> None:
        super().__init__(transcriber)
        self.at_once = at_once  # type: ignore[misc]
        self.transcribe = transcriber.transcribe  # type: ignore[method-assign]
        self.transcribe_many = transcriber.transcribe_many  # type: ignore[method-assign]


def recordings(transcriber: WhisperRecogniser, detector: VoiceDetector, clips: list[Clip], count: int) -> None:
    """Recordings of three minutes as `transcribe` writes them down: in batches, as on a graphics card, or not."""
    rng = random.Random(4)
    answers = [join(clips, RECORDING_S, rng, lambda: rng.uniform(0.5, 3)) for _ in range(count)]
    rates = {}
    for name, at_once in (("in batches", BATCH), ("one by one", 1)):
        recogniser = AtOnce(transcriber, at_once)
        began = time.process_time()
        heard = [transcribe_recording(in_blocks([a.sound]), detector, recogniser, "en")[0].text for a in answers]
        took_s = time.process_time() - began
        rates[name] = [errors(answer.text, text) for answer, text in zip(answers, heard, strict=True)]
        print(f"  {name}: {rate(rates[name]):.2f}% wrong, {took_s:.0f} s of a core", flush=True)
    low, high = interval(rates["in batches"], rates["one by one"], random.Random(2))
    print(f"  difference, 95 %: {rate(rates['in batches']) - rate(rates['one by one']):+.2f} [{low:+.2f}, {high:+.2f}]")


# Others in the room


@dataclass
class InRoom:
    """Answers with others at one level, as they came out."""

    ended: list[bool] = field(default_factory=list)
    cut_off: int = 0
    """answers that were over before their speaker was"""
    said: int = 0
    lost: int = 0
    invented: int = 0
    """words that are in no answer: others', or nobody's"""
    beside: int = 0
    """of the lost words, those that are kept beside the answer"""
    others_s: float = 0.0
    """of others' talk"""

    def show(self, name: str) -> None:
        told = f"own words lost {self.lost} of {self.said}, {self.beside} of them beside" if self.said else ""
        told += f", other words {self.invented} in {self.others_s:.0f} s" if self.said and self.others_s else ""
        within = f"{sum(self.ended):>3} of {len(self.ended):<3}"
        over = f"{self.cut_off} over too soon  "
        print(f"  {name:<20} ended within {ENDS_WITHIN_S:.0f} s {within} {over}{told}", flush=True)


def others_in_the_room(transcriber: WhisperRecogniser, detector: VoiceDetector, options: argparse.Namespace) -> None:
    """Answers, each followed by 14 s of others at several levels below; `--everybody` takes all voice for one."""
    whole = load_clips()
    clips = [clip for clip in whole if "whisper" not in clip.name]
    ears = _Deaf(transcriber) if options.ends_only else transcriber
    rows: dict[tuple[str, int], InRoom] = {}
    in_room = scenes(clips, answers=options.answers, seed=options.seed)
    for scene in (*soft_phrases(whole, seed=options.seed), *in_room):
        before = scene.before[:0] if options.unprepared else scene.before
        run = listen(scene.sound, ears, detector, quiet_s=0, knows_voice=not options.everybody, before=before)
        row = rows.setdefault((scene.name, scene.level_db), InRoom())
        late_s = (run.ended_at - scene.answered) / SAMPLE_RATE_HZ
        row.ended.append(run.endpoint_s is not None and late_s <= ENDS_WITHIN_S)
        row.cut_off += run.over_at < scene.answered
        if not options.ends_only:
            out = jiwer.process_words(words(scene.text), words(run.text) or "-")
            row.said += len(words(scene.text).split())
            row.lost += out.deletions
            row.invented += out.insertions if run.text else 0
            row.beside += (_lost(out) & Counter(words(run.aside).split())).total()
            heard_s = min(len(scene.sound), run.ended_at) - scene.answered
            row.others_s += 0.0 if scene.alone else heard_s / SAMPLE_RATE_HZ
        if options.verbose:
            print(f"    {scene.name} {scene.level_db}: {late_s:.1f} s, {run.text[-80:]!r}", flush=True)
    for (name, level_db), row in rows.items():
        row.show(f"{name}, {level_db} dB")
    for level_db in LEVELS_DB:
        at_level = [row for (name, level), row in rows.items() if level == level_db and name not in ALONE]
        InRoom([e for row in at_level for e in row.ended], sum(r.cut_off for r in at_level),
               sum(r.said for r in at_level), sum(r.lost for r in at_level), sum(r.invented for r in at_level),
               sum(r.beside for r in at_level),
               sum(r.others_s for r in at_level)).show(f"all, {level_db} dB")  # fmt: skip


def _lost(out: jiwer.WordOutput) -> Counter[str]:
    """Return the words that were said and not heard."""
    ((said,), (chunks,)) = out.references, out.alignments
    return Counter(w for c in chunks if c.type == "delete" for w in said[c.ref_start_idx : c.ref_end_idx])


# Sections


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
        yield f"{name}, turned down", (sound * 0.001 / np.abs(sound).max()).astype(np.float32)  # peak at -60 dBFS


def silence_is_silent(transcriber: WhisperRecogniser, detector: VoiceDetector) -> None:
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


def open_and_shut(transcriber: WhisperRecogniser, detector: VoiceDetector) -> None:
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
                voiced = np.concatenate([answer.sound[a:b] for a, b in answer.whole])
                level = np.sqrt(np.mean(voiced**2)) * 10 ** (-noise_db / 20)
                sound = (sound + np.random.default_rng(7).standard_normal(len(sound)) * level).astype(np.float32)
            silent = _Deaf(transcriber)
            run = listen(sound, silent, detector, last_clip_at=answer.whole[-1][0], quiet_s=0)
            cut += run.cut_off
            still += run.endpoint_s is None or run.ended_at > answer.whole[-1][1] + 8 * SAMPLE_RATE_HZ
        print(
            f"  noise {noise_db or 'none'}: cut off in a pause of 4 s: {cut}, still open after 8 s: {still}", flush=True
        )


def resampled(samples: Samples, rate_hz: int) -> Samples:
    at = np.arange(0, len(samples), rate_hz / SAMPLE_RATE_HZ)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def commands_and_single_words(transcriber: WhisperRecogniser, detector: VoiceDetector, models: Path) -> None:
    """Every command, spoken by eSpeak NG and by Piper; one word right behind the chime; false takes in human speech."""
    from voicecheck.phrases import load_phrases
    from voicecheck.settings.schema import Voice as VoiceSettings
    from voicecheck.speech.voice.speaker import chime
    from voicecheck.speech.voice.voices import Voice, open_voice

    phrases = load_phrases()
    voices = [open_voice(VoiceSettings(engine=engine), models) for engine in ("system", "piper")]

    def spoken(voice: Voice, text: str) -> Samples:
        sounds = list(voice.synthesize(text))
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
    parser.add_argument(
        "--only", choices=["accuracy", "silence", "endpoint", "commands", "recordings", "room", "quiet"]
    )
    parser.add_argument("--answers", type=int, default=2, help="with others in the room, of each kind and level")
    parser.add_argument("--ends-only", action="store_true", help="in the room: no words, only the ends")
    parser.add_argument("--unprepared", action="store_true", help="in the room: learn nothing before the answer")
    parser.add_argument("--everybody", action="store_true", help="in the room: take all voice for the speaker's")
    parser.add_argument("--clips", type=Path, action="append", default=[], help="a further folder with clips.jsonl")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", action="store_true", help="measure faster-whisper's own VAD filter too")
    parser.add_argument("--peer", type=Path, help="the program whisper-ctranslate2, in an environment of its own")
    parser.add_argument("--save", type=Path, help="write the answers' figures to this file, for --pool")
    parser.add_argument("--pool", type=Path, nargs="+", help="show saved figures together; nothing is measured")
    parser.add_argument("--threads", type=int, default=0, help="of Whisper; 0 takes every core")
    parser.add_argument("--verbose", action="store_true", help="a line for each answer")
    options = parser.parse_args()
    if options.pool:
        show_pooled(options.pool)
        return
    if options.threads:
        os.environ["OMP_NUM_THREADS"] = str(options.threads)  # what faster-whisper goes by
    transcriber = WhisperRecogniser(options.models / "whisper" / options.model, options.model, "cpu")
    detector = VoiceDetector()
    if options.only in (None, "silence"):
        silence_is_silent(transcriber, detector)
    if options.only in (None, "endpoint"):
        print("\nendpointing")
        open_and_shut(transcriber, detector)
    if options.only in (None, "commands"):
        commands_and_single_words(transcriber, detector, options.models)
    if options.only in (None, "room"):
        print("\nothers in the room")
        others_in_the_room(transcriber, detector, options)
    clips = [clip for folder in (SPEECH, *options.clips) for clip in load_clips(folder)]
    if options.only in (None, "quiet"):
        import quiet

        quiet.show(
            clips,
            lambda sound: listen(sound, transcriber, detector).text,
            lambda sound: whole_file(transcriber, sound),
            errors,
        )
    if options.only in (None, "recordings"):
        print("\nrecordings")
        recordings(transcriber, detector, clips, RECORDINGS)
    if options.only in (None, "accuracy"):
        counts = [int(n) for n in options.joins.split(",")]
        joins = {length: n for length, n in zip(LENGTHS_S, counts, strict=True) if n}
        accuracy(transcriber, detector, clips, joins, options)


if __name__ == "__main__":
    main()
