"""Words that nobody said: `script/bench invented --models FOLDER`.

Each clip is a human answer with something else in its pause or behind it: other talkers 10 dB below for 12 s, made
laughter and sobs of the speaker's (`wordless.py`), a kitchen, dishes, music with and without somebody who sings,
noise, hum, or a quiet room; one in seven has that alone. Counted are loops (the same words four times in a row, where
nobody repeated them so) and words that neither the speaker nor the others said, and that neither's clips by themselves
gave: what is misheard of somebody is no invention of nothing. Words misheard of others, by agreement with their clips
alone or by sound, are counted apart; so are others' words that were kept as the speaker's. Invented words that the
program itself marks as not certain are inventions all the same, and are told beside them.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jiwer
import numpy as np
from listening import Clip, listen, load_clips
from room import ANSWER_DBFS, _tones, at_level, in_room, speaker_of, trimmed_edges
from speech import words
from wordless import LAUGHS, SOBS, kitchen, laughter, sobs, song

from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.text.sounds import likeness
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

BESIDE_S = 12.0
LOOP = re.compile(r"\b((?:\S+ ){0,5}\S+)(?: \1){3,}\b")
KINDS = ("others", "laughter", "kitchen", "sobs", "others", "song", "laughter", "dishes", "tones", "sobs", "noise",
         "room", "others", "song", "hum")  # fmt: skip
PLACES = ("pause", "behind", "alone", "behind", "pause", "behind", "pause")
LEVEL_DB = -10
MISHEARD_FROM = 0.6
"""likeness by sound from which a word is the one that others said at its place, misheard"""


@dataclass(frozen=True)
class Scene:
    """An answer with something beside it."""

    name: str
    text: str
    others: str
    """what others said in it"""
    sound: Samples = field(repr=False)
    clips: tuple[Clip, ...] = ()
    """that the speaker says"""
    others_clips: tuple[Clip, ...] = ()


@dataclass
class Count:
    clips: int = 0
    loops: int = 0
    invented: int = 0
    doubted: int = 0
    """of the invented words, those that are marked as not certain"""
    misheard: int = 0
    """words misheard of others"""
    others: int = 0
    lost: int = 0
    said: int = 0
    marked: int = 0
    """clips in which a sound was marked as laughter, sobs or without words"""

    def add(self, other: Count) -> None:
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def show(self, name: str) -> None:
        print(f"  {name:<22} {self.clips:>4} clips: loops {self.loops}, invented words {self.invented} "
              f"({self.doubted} not certain), misheard of others {self.misheard}, others' words {self.others}, "
              f"own words lost {self.lost} of {self.said}, "
              f"marked {self.marked}", flush=True)  # fmt: skip


def beside(kind: str, others: list[Clip], rng: np.random.Generator) -> tuple[Samples, str]:
    """Twelve seconds of something that is not the speaker, and the words in it."""
    length = round(BESIDE_S * SAMPLE_RATE_HZ)
    t = np.arange(length) / SAMPLE_RATE_HZ
    if kind == "others":
        talk, text = [trimmed_edges(other.sound) for other in others], " ".join(other.text for other in others)
        return at_level(np.tile(np.concatenate(talk), 4)[:length], ANSWER_DBFS + LEVEL_DB), text
    if kind == "tones":
        return at_level(_tones(length), ANSWER_DBFS + LEVEL_DB), ""
    if kind == "noise":
        return at_level(rng.standard_normal(length).astype(np.float32), ANSWER_DBFS - 20), ""
    if kind == "hum":
        sound = sum(np.sin(2 * np.pi * 50 * k * t) / k for k in range(1, 9))
        return at_level(np.asarray(sound, np.float32), ANSWER_DBFS + LEVEL_DB), ""
    if kind == "laughter":
        return at_level(laughter(str(rng.choice(LAUGHS)), rng), ANSWER_DBFS), ""
    if kind == "sobs":
        return at_level(sobs(str(rng.choice(SOBS)), rng), ANSWER_DBFS), ""
    if kind == "song":
        return at_level(song(rng, BESIDE_S, voices=bool(rng.integers(0, 2))), ANSWER_DBFS + LEVEL_DB), ""
    if kind == "kitchen":
        return at_level(kitchen(rng, BESIDE_S), ANSWER_DBFS + LEVEL_DB), ""
    sound = np.zeros(length)
    if kind == "dishes":
        for at in rng.integers(0, length - 4000, 25):
            ring = sum(np.sin(2 * np.pi * f * t[:4000]) for f in rng.uniform(1500, 6000, 4))
            sound[at : at + 4000] += ring * np.exp(-t[:4000] * 30) * rng.uniform(0.2, 1)
        return at_level(sound.astype(np.float32), ANSWER_DBFS - 5), ""
    return sound.astype(np.float32), ""


def scenes(clips: list[Clip], count: int, seed: int) -> Iterator[Scene]:
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    for number in range(count):
        kind, place = KINDS[number % len(KINDS)], PLACES[number % len(PLACES)]
        first, second = rng.sample(clips, 2)
        second = first if speaker_of(second) != speaker_of(first) else second
        own = (speaker_of(first), speaker_of(second))
        others = rng.sample([clip for clip in clips if speaker_of(clip) not in own], 2)
        other, text = beside(kind, others, noise)
        if place == "alone" and kind != "others":
            yield Scene(f"{kind}, {place}", "", "", in_room(np.concatenate([np.zeros(12_000, np.float32), other])))
            continue
        parts = [own_part(first), np.zeros(6000, np.float32), other]
        said = first.text
        if place == "pause":
            parts += [np.zeros(6000, np.float32), own_part(second)]
            said = f"{said} {second.text}"
        own_clips = (first, second) if place == "pause" else (first,)
        beside_clips = tuple(others) if kind == "others" else ()
        yield Scene(f"{kind}, {place}", said, text, in_room(np.concatenate(parts)), own_clips, beside_clips)


def own_part(clip: Clip) -> Samples:
    return at_level(trimmed_edges(clip.sound), ANSWER_DBFS)


def judged(scene: Scene, heard: str, alone: Mapping[str, str], doubted: str = "") -> Count:
    """Count what is wrong with the text of a scene; `alone` is what each clip gave by itself.

    `doubted` are the words of the text that are marked as not certain.
    """
    said, found = words(scene.text), words(heard)
    by_itself, theirs_by_itself = (
        words(" ".join(alone[clip.name] for clip in clips)) for clips in (scene.clips, scene.others_clips)
    )
    theirs = words(scene.others)
    repeated = {match.group(1) for text in (said, theirs, theirs_by_itself) for match in LOOP.finditer(text)}
    loops = sum(1 for match in LOOP.finditer(found) if match.group(1) not in repeated)
    lost = jiwer.process_words(said, found or "-").deletions if said else 0
    added = _added(said, found) & _added(by_itself, found)
    count = Count(1, loops, lost=lost, said=len(said.split()))
    unsure = Counter(words(doubted).split())
    kept = [found.split()[at] for at in sorted(added)]
    like_theirs = _like(theirs, kept)
    for place, word in enumerate(kept):
        if word in theirs.split():
            count.others += 1
        elif word in theirs_by_itself.split() or place in like_theirs:
            count.misheard += 1
        else:
            count.invented += 1
            count.doubted += unsure[word] > 0
            unsure[word] -= 1
    return count


def _like(reference: str, found: list[str]) -> set[int]:
    """Places of the words that sound like the one of the reference at their place, its words said over and over."""
    if not reference or not found:
        return set()
    said = reference.split() * (1 + len(found) // len(reference.split()))
    alignment = jiwer.process_words(" ".join(said), " ".join(found)).alignments[0]
    pairs = (pair for one in alignment if one.type == "substitute"
             for pair in zip(range(one.ref_start_idx, one.ref_end_idx),
                             range(one.hyp_start_idx, one.hyp_end_idx), strict=True))  # fmt: skip
    return {at for other, at in pairs if likeness(said[other], found[at]) >= MISHEARD_FROM}


def _added(reference: str, found: str) -> set[int]:
    """Places of the words that the reference lacks."""
    if not reference:
        return set(range(len(found.split())))
    alignment = jiwer.process_words(reference, found or "-").alignments[0]
    inserted = [range(one.hyp_start_idx, one.hyp_end_idx) for one in alignment if one.type == "insert" and found]
    return {at for places in inserted for at in places}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("VOICECHECK_MODELS", ".cache/models")))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", metavar="KIND", help="of the clips only those of these kinds")
    parser.add_argument("--everybody", action="store_true", help="take all voice for the speaker's: the harder case")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    recogniser, detector = WhisperRecogniser(options.models / "whisper" / "base", "base", "cpu"), VoiceDetector()
    clips = [clip for clip in load_clips() if "whisper" not in clip.name and clip.duration_s < 14]
    alone = {clip.name: listen(in_room(own_part(clip)), recogniser, detector).text for clip in clips}
    rows: dict[str, Count] = {}
    whole, began, with_words = Count(), time.process_time(), 0
    for scene in scenes(clips, options.count, options.seed):
        if options.only and scene.name.split(",")[0] not in options.only:
            continue
        run = listen(scene.sound, recogniser, detector, quiet_s=6, knows_voice=not options.everybody)
        one = judged(scene, run.text, alone, run.doubtful)
        one.marked = int(bool(run.sounds))
        if whole.clips % 25 == 24:
            whole.show("so far")
        rows.setdefault(scene.name, Count()).add(one)
        whole.add(one)
        with_words += one.invented > 0
        marked = ", ".join(f"{sound.kind} {sound.start_s:.0f}" for sound in run.sounds)
        if options.verbose and (one.loops or one.invented or one.misheard or one.marked):
            told = f"{one.invented} invented, {one.misheard} misheard, {one.loops} loops"
            print(f"    {scene.name}: {told}: {run.text!r} {marked}", flush=True)
    print(f"  clips with an invented word: {with_words}")
    for name in sorted(rows):
        rows[name].show(name)
    whole.show("all")
    print(f"  {time.process_time() - began:.0f} s of processor time")


if __name__ == "__main__":
    main()
