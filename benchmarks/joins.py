"""Words where two stretches meet: `script/bench joins --models FOLDER`.

Human recordings are cut in two where people speak on, and both parts are written down as in an answer: at random
samples, which is worse than any cut of the endpointer, and where it would cut speech that has no pause. Around each
cut the words are held against what was said, and against the same recording in one call. Counted are words that are
doubled or broken, misheard or lost, where both say otherwise.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jiwer
from listening import Clip, load_clips
from speech import words

from voicecheck.speech.audio import Blocks
from voicecheck.speech.recognition import seams
from voicecheck.speech.recognition.endpoint import _Piece
from voicecheck.speech.recognition.live import joined, sound_of
from voicecheck.speech.recognition.retry import Job, RecognisedStretch, write_down
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, Stretch, Transcript

AROUND = 2  # words on each side of a cut
EDGE_S = 1.5  # no cut so near to the ends of a recording
WHISPER_S = 28.0
TRIES = 4  # there are few quietest places, and each counts once
VOICED = 0.4
KINDS = ("at random", "where it cuts")
NUMBERS = {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "56": "five six"}


@dataclass
class Count:
    """Joins of one kind, and what became of the words there."""

    joins: int = 0
    broken: int = 0
    misheard: int = 0
    lost: int = 0

    def show(self, name: str) -> None:
        per = 100 / max(1, self.joins)
        print(f"  {name:<28} {self.joins:>4} joins, in a hundred: doubled or broken {self.broken * per:.1f}, "
              f"misheard {self.misheard * per:.1f}, lost {self.lost * per:.1f}", flush=True)  # fmt: skip


def cuts(clip: Clip, heard: list[tuple[AudioBlock, bool, float]], kind: str, rng: random.Random) -> int:
    """A sample to cut at: any, or the quietest place of a part of random length."""
    low, high = round(EDGE_S * SAMPLE_RATE_HZ), len(clip.sound) - round(EDGE_S * SAMPLE_RATE_HZ)
    at = rng.randrange(low, high)
    while not any(voiced for block, voiced, _ in heard if abs(block.end - at) < SAMPLE_RATE_HZ // 5):
        at = rng.randrange(low, high)
    if kind == "at random":
        return at
    near = [row for row in heard if abs(row[0].end - at) < 1.5 * SAMPLE_RATE_HZ and low <= row[0].end <= high]
    return min(near, key=lambda row: row[2])[0].end


def stretches(heard: list[tuple[AudioBlock, bool, float]], detector: VoiceDetector, at: int) -> Iterator[Stretch]:
    """The two stretches on the sides of a cut, as the endpointer hands them out."""
    detector.reset()
    whole = _Piece(0)
    for block, voiced, _ in heard:
        activity = detector.feed(block)
        whole.add(activity, len(block.samples) if voiced else 0, False)
    first, second = whole.split(at)
    cut = second.start if not first.last_active else at
    yield first.stretch(cut)
    yield second.stretch(heard[-1][0].end)


def written(recogniser: WhisperRecogniser, parts: list[tuple[Stretch, list[AudioBlock]]]) -> Transcript:
    done: list[tuple[Stretch, int, RecognisedStretch | None]] = []
    for stretch, held in parts:
        sound, start = sound_of(stretch, held)
        job = Job(0, stretch, sound, start, joined(done, "en", None).text[-200:], "en")
        done.append((stretch, start, write_down(recogniser, job)))
    return joined(done, "en", recogniser.use)


def plain(text: str) -> str:
    """The words, numbers as words: Whisper writes either."""
    return " ".join(NUMBERS.get(word, word) for word in words(text).split())


def faults(said: str, one_call: str, heard: str, cut_word: int) -> tuple[int, int, int]:
    """Words near the cut that are doubled or broken, words that are misheard, and words that are lost.

    What the one call has is no fault of the cut.
    """
    found = plain(heard).split()
    marks = []
    for reference in (plain(said).split(), plain(one_call).split()):
        broken, misheard, lost = set(), set(), 0
        for piece in jiwer.process_words(" ".join(reference), " ".join(found) or "-").alignments[0]:
            if piece.hyp_start_idx > cut_word + AROUND or piece.hyp_end_idx < cut_word - AROUND:
                continue
            places = range(piece.hyp_start_idx, piece.hyp_end_idx)
            if piece.type == "insert":
                broken |= set(places)
            elif piece.type == "substitute":
                meant = reference[piece.ref_start_idx : piece.ref_end_idx]
                parts = {at for at, word in zip(places, meant, strict=True) if is_part(found[at], word)}
                broken, misheard = broken | parts, misheard | (set(places) - parts)
            elif piece.type == "delete":
                lost += piece.ref_end_idx - piece.ref_start_idx
        marks.append((broken, misheard, lost))
    (one, one_misheard, one_lost), (other, other_misheard, other_lost) = marks
    broken = (one & (other | other_misheard)) | (other & (one | one_misheard))
    return len(broken), len(one_misheard & other_misheard), min(one_lost, other_lost)


def is_part(heard: str, meant: str) -> bool:
    """True for a piece of a word, as "self" of "myself"."""
    return heard != meant and (meant.startswith(heard) or meant.endswith(heard))


def words_before(text: Transcript, cut_s: float) -> int:
    return len([w for s in text.segments for w in s.words for _ in words(w.text).split() if w.end_s <= cut_s])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("VOICECHECK_MODELS", ".cache/models")))
    parser.add_argument("--model", default="base")
    parser.add_argument("--joins", type=int, default=150, help="of each kind")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this kind; may be given twice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--apart", action="store_true", help="no sound of its neighbour for either side")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if options.apart:
        seams.RUNS_ON_S = 0.0
    recogniser = WhisperRecogniser(options.models / "whisper" / options.model, options.model, "cpu")
    detector, rng = VoiceDetector(), random.Random(options.seed)
    clips = [c for c in load_clips() if "whisper" not in c.name and 2 * EDGE_S + 1 < c.duration_s < WHISPER_S]
    heard: dict[str, list[tuple[AudioBlock, bool, float]]] = {}
    whole: dict[str, Transcript] = {}
    for clip in clips:
        detector.reset()
        blocks = list(Blocks().feed(clip.sound))
        rows = [(block, detector.feed(block).probability) for block in blocks]
        heard[clip.name] = [(block, odds >= VOICED, odds) for block, odds in rows]
        (stretch, _) = stretches(heard[clip.name], detector, blocks[-1].end)
        whole[clip.name] = written(recogniser, [(stretch, blocks)])
    began = time.process_time()
    for kind in options.kind or KINDS:
        count, places = Count(), set[tuple[str, int]]()
        for _ in range(TRIES * options.joins):
            clip = rng.choice(clips)
            at, blocks = cuts(clip, heard[clip.name], kind, rng), [block for block, _, _ in heard[clip.name]]
            if (clip.name, at) in places or count.joins == options.joins:
                continue
            places.add((clip.name, at))
            both = written(recogniser, [(s, blocks) for s in stretches(heard[clip.name], detector, at)])
            cut_word = words_before(both, at / SAMPLE_RATE_HZ)
            more = faults(clip.text, whole[clip.name].text, both.text, cut_word)
            broken, misheard, lost = more
            count = Count(count.joins + 1, count.broken + broken, count.misheard + misheard, count.lost + lost)
            if options.verbose and any(more):
                print(f"    {clip.name} {at / SAMPLE_RATE_HZ:.2f} {more}: {both.text!r}", flush=True)
        count.show(kind)
    print(f"  {time.process_time() - began:.0f} s of processor time")


if __name__ == "__main__":
    main()
