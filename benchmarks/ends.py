"""When a turn ends: `script/bench ends`.

Human recordings of ../shared/speech, and short answers spoken by Piper and Kokoro, are heard on a simulated clock
(`listening.py`), each once as it is by default and once by silence alone:

- last word to the decided end: complete short answers, one word, trailing off;
- pauses of 0.5 to 4 s at random points inside a clause: words lost, which are those behind a pause after which nobody
  listened any more; what was taken up again is not lost;
- pauses of 5 and 6 s behind an unfinished clause, where the speaker made a little pause there, and behind a finished
  one: how often the end was decided inside;
- last word to the next question, where nothing more comes.

The gap between two words is known from Whisper's own times for the whole recording. Whisper's time counts as on a
computer of its own: its processor time, spread over `--cores`.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from listening import SPEECH, Clip, Run, listen, load_clips
from speech import resampled, trimmed

from voicecheck.settings.schema import Listening
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.recognition.vad import VoiceDetector, level_dbfs
from voicecheck.speech.recognition.waits import Patience, Waits
from voicecheck.speech.voice.voices import open_voice
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

BY_WORDS, BY_SILENCE = Patience(waits=Waits()), Patience()
FEELING = "What is one word for how you are right now?"
DAY = "What from today is still with you?"
COMPLETE = (
    "I'm tired.", "I had a good day.", "My boss was angry with me.", "It was all right.", "I miss my sister.",
    "I slept badly.", "We went to the lake.", "I'm glad that it is over.", "She called me tonight.",
    "I was lonely at lunch.",
)  # fmt: skip
ONE_WORD = ("Tired.", "Sad.", "Okay.", "Angry.", "Lonely.", "Calm.", "Nervous.", "Happy.")
TRAILING = (
    "So I just", "I think it was because", "I went home and", "I feel like", "And then I", "It was a really",
    "I don't know if", "My sister said that",
)  # fmt: skip
LONG_PAUSES_S = (5.0, 6.0)
UNFINISHED_BEHIND = (
    "But I'm", "But I'm Montreal, but", "produced the block", "which were the immediate", "of the true", "6 spoons of",
    "spoons of fresh snow peas,", "blue cheese and", "six spoons of fresh snow peas, five", "thick slabs of",
    "slabs of blue cheese,", "slabs of blue cheese, and", "beyond his reach,", "his friends say he",
    "he is looking for the", "And so my fellow Americans,", "And so my fellow Americans, ask", "Americans, ask not",
)  # fmt: skip
"""ends of what was said before a little pause of a speaker's, which are no end: read, and not told by our own tables"""
FIRST_WITHIN_S = (0.8, 7.0)  # of a recording: there the pause is put, where an answer is still brief
HEARD_S = 9.0  # of it, for the words
BEHIND_S = 1.0  # of it is heard behind the pause
GAP_S = 0.12  # around the point between two words, in which the quietest moment is looked for
NATURAL_S, NATURAL_DB = 0.1, 20.0
FRAME = SAMPLE_RATE_HZ // 100


@dataclass(frozen=True)
class Point:
    """A place between two words of a recording."""

    clip: Clip
    at: int
    """sample index"""
    before: str
    """the words before it"""

    @property
    def natural(self) -> bool:
        """True where the speaker made a little pause: elsewhere a cut takes half a sound, and no word is whole."""
        around = self.clip.sound[self.at - round(NATURAL_S / 2 * SAMPLE_RATE_HZ) :][: round(NATURAL_S * SAMPLE_RATE_HZ)]
        return level_dbfs(around) < level_dbfs(self.clip.sound) - NATURAL_DB


@dataclass
class Row:
    waits_s: list[float] = field(default_factory=list)
    questions_s: list[float] = field(default_factory=list)

    def show(self, name: str) -> None:
        ends, questions = self.waits_s, self.questions_s
        print(f"  {name:<32} n {len(ends):>3}  end: median {statistics.median(ends):.2f} s, {min(ends):.2f} to "
              f"{max(ends):.2f}; next question: median {statistics.median(questions):.2f} s, at most "
              f"{max(questions):.2f}", flush=True)  # fmt: skip


def loudest_end(sound: Samples) -> int:
    """Sample behind which nothing of the last word sounds."""
    return Clip("", "", sound).sounding[1]


def answers(options: argparse.Namespace, ears: WhisperRecogniser, detector: VoiceDetector) -> None:
    voices = [open_voice(VoiceSettings(engine=engine), options.models) for engine in ("piper", "kokoro")]
    kinds = (("complete short answer", COMPLETE, DAY), ("one word", ONE_WORD, FEELING), ("trailing off", TRAILING, DAY))
    for how, patience in (("by words", BY_WORDS), ("by silence", BY_SILENCE)):
        for name, texts, asked in kinds:
            row = Row()
            for text in texts[: options.answers]:
                for voice in voices:
                    sounds = list(voice.synthesize(text))
                    sound = resampled(np.concatenate([s.samples for s in sounds]), sounds[0].rate_hz)
                    note(row, sound, asked, patience, ears, detector, options)
            row.show(f"{name}, {how}")
            into = [sum(wait_s < pause_s for wait_s in row.waits_s) for pause_s in LONG_PAUSES_S]
            print(f"    over within {LONG_PAUSES_S}: {into} of {len(row.waits_s)}", flush=True)
        row = Row()
        for clip in load_clips():
            if clip.duration_s < 7.5 and "whisper" not in clip.name:
                note(row, clip.sound, DAY, patience, ears, detector, options)
        row.show(f"human sentences, {how}")


def note(
    row: Row, sound: Samples, asked: str, patience: Patience, ears: WhisperRecogniser, detector: VoiceDetector,
    options: argparse.Namespace,
) -> None:  # fmt: skip
    sound = np.concatenate([sound[: loudest_end(sound)], np.zeros(SAMPLE_RATE_HZ * 5, np.float32)])
    over = loudest_end(sound)
    run = listen(sound, ears, detector, patience=patience, asked=asked, cores=options.cores, quiet_s=14)
    if run.endpoint_s is None:
        print(f"    never ended: {run.text!r}", flush=True)
        return
    row.waits_s.append((run.ended_at - over) / SAMPLE_RATE_HZ)
    row.questions_s.append((run.over_at - over) / SAMPLE_RATE_HZ)
    if options.verbose:
        print(f"    {row.waits_s[-1]:.2f} / {row.questions_s[-1]:.2f} s {run.text!r}", flush=True)


def points(ears: WhisperRecogniser, detector: VoiceDetector) -> list[Point]:
    """All places between two words in the first seconds of the recordings."""
    found = []
    for clip in (trimmed(c, detector) for c in load_clips() if "whisper" not in c.name):
        heard, _ = ears._model.transcribe(
            clip.sound[: round(HEARD_S * SAMPLE_RATE_HZ)], language="en", word_timestamps=True
        )
        words = [word for segment in heard for word in segment.words]
        for place in range(1, len(words)):
            between = round((words[place - 1].end + words[place].start) / 2 * SAMPLE_RATE_HZ)
            if FIRST_WITHIN_S[0] * SAMPLE_RATE_HZ < between < FIRST_WITHIN_S[1] * SAMPLE_RATE_HZ:
                before = "".join(word.word for word in words[:place]).strip()
                found.append(Point(clip, quietest(clip.sound, between), before))
    return found


def quietest(sound: Samples, near: int) -> int:
    reach = round(GAP_S * SAMPLE_RATE_HZ)
    places = range(max(FRAME, near - reach), min(len(sound) - FRAME, near + reach), FRAME // 2)
    return min(places, key=lambda at: level_dbfs(sound[at - FRAME // 2 : at + FRAME // 2]))


def heard_with_pause(
    point: Point, pause_s: float, patience: Patience, ears: WhisperRecogniser, detector: VoiceDetector, cores: int
) -> tuple[Run, int]:
    """The answer with a pause at the point, and the sample at which the voice comes back."""
    sound = point.clip.sound[: point.at + round(BEHIND_S * SAMPLE_RATE_HZ)]
    gap = np.zeros(round(pause_s * SAMPLE_RATE_HZ), np.float32)
    back = point.at + len(gap)
    joined = np.concatenate([sound[: point.at], gap, sound[point.at :]])
    run = listen(joined, ears, detector, patience=patience, asked=DAY, cores=cores, quiet_s=0, words_until=back)
    return run, back


def decided_inside(run: Run, point: Point, back: int) -> bool:
    return any(point.at - SAMPLE_RATE_HZ // 2 < at <= back for _, at in run.ends)


def pauses(options: argparse.Namespace, ears: WhisperRecogniser, detector: VoiceDetector) -> None:
    rng = random.Random(options.seed)
    places = points(ears, detector)
    inside = [p for p in places if p.before[-1:] not in ".!?"]
    ended = lost = reopened = 0
    gave_way: list[float] = []
    for _ in range(options.pauses):
        point, pause_s = rng.choice(inside), rng.uniform(0.5, 4.0)
        run, back = heard_with_pause(point, pause_s, BY_WORDS, ears, detector, options.cores)
        ended += decided_inside(run, point, back)
        lost += run.over_at <= back
        reopened += run.reopened > 0
        gave_way += [(at - back) / SAMPLE_RATE_HZ for at in run.gave_way_at if at > back]
        if options.verbose and run.ends:
            print(f"    {pause_s:.1f} s behind {point.before[-40:]!r}: kept {run.over_at > back}", flush=True)
    print(f"\n  pauses of 0.5 to 4 s inside a clause: {options.pauses}; an end decided inside {ended}, "
          f"taken up again {reopened}, words lost behind {lost}", flush=True)  # fmt: skip
    if gave_way:  # the voice may begin with a soft sound
        print(f"  gave way after: median {statistics.median(gave_way):.3f} s, at most {max(gave_way):.3f}", flush=True)
    long_pauses(
        "behind an unfinished clause",
        [p for p in places if p.natural and p.before.endswith(UNFINISHED_BEHIND)],
        rng,
        options,
        ears,
        detector,
    )
    long_pauses(
        "behind a finished clause",
        [p for p in places if p.before[-1:] in ".!?"],
        rng,
        options,
        ears,
        detector,
    )


def long_pauses(
    name: str, places: Sequence[Point], rng: random.Random, options: argparse.Namespace, ears: WhisperRecogniser,
    detector: VoiceDetector,
) -> None:  # fmt: skip
    for how, patience in (("by words", BY_WORDS), ("by silence", BY_SILENCE)):
        chosen = rng.sample(list(places), min(options.places, len(places)))
        runs = [(p, *heard_with_pause(p, pause_s, patience, ears, detector, options.cores))
                for p in chosen for pause_s in LONG_PAUSES_S]  # fmt: skip
        for point, run, back in runs if options.verbose else ():
            print(
                f"    {point.before[-30:]!r} heard {run.text[-50:]!r}: {decided_inside(run, point, back)}", flush=True
            )
        into = sum(decided_inside(run, point, back) for point, run, back in runs)
        asked = sum(run.over_at <= back for _, run, back in runs)
        print(
            f"  pauses of 5 and 6 s {name}, {how}: spoken into {into} of {len(runs)}, the next question in {asked}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True, help="folder with whisper/NAME, as VOICECHECK_MODELS")
    parser.add_argument("--model", default="base")
    parser.add_argument("--only", choices=["answers", "pauses"])
    parser.add_argument("--answers", type=int, default=10, help="of each kind, at most")
    parser.add_argument("--pauses", type=int, default=300)
    parser.add_argument("--places", type=int, default=6, help="of a long pause, at most")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="a line for each answer")
    options = parser.parse_args()
    if not SPEECH.is_dir():
        raise SystemExit(f"{SPEECH} is missing: human recordings")
    print(f"linger {Listening().linger_s} s, waits {Waits()}")
    ears, detector = (
        WhisperRecogniser(options.models / "whisper" / options.model, options.model, "cpu"),
        VoiceDetector(),
    )
    if options.only in (None, "answers"):
        answers(options, ears, detector)
    if options.only in (None, "pauses"):
        pauses(options, ears, detector)


if __name__ == "__main__":
    main()
