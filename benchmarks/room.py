"""Answers with others in the room, for `script/bench speech --only room`.

An answer, and behind it fourteen seconds of others at a level below it, with the noise of a room at -58 dBFS: one
narrator and tones like music, who begin behind the answer, and a television and two who talk in turns, who were on
before: for the length of a question, for a moment before the answer, and under it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from listening import Clip

from voicecheck.utterance import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Samples

OTHERS_S = 14.0
LEVELS_DB = (-5, -10, -12, -20, -30, -40)
ON_BEFORE = ("television", "two talkers")
QUESTION_S, OPENING_S = (2.5, 5.0), (0.2, 1.2)
"""for which others talk while the question is spoken, and then before the answer begins"""
ALONE = ("soft phrase", "whispered", "soft phrase, a television went off")
SOFTER_DB = (-6, -8, -10, -12)
SHORTEST_PARTED_S = 5.0
ANSWER_DBFS = -20.0
NOTHING = np.zeros(0, np.float32)
ROOM_DBFS = -58.0
TURN = 2 * SAMPLE_RATE_HZ
"""of one of two talkers"""


@dataclass(frozen=True)
class Scene:
    """An answer, and others."""

    name: str
    level_db: int
    """of the others, below the answer"""
    text: str
    """what the speaker said"""
    sound: Samples = field(repr=False)
    answered: int
    """sample at which the speaker has finished"""
    alone: bool = False
    """nobody else is there"""
    before: Samples = field(default_factory=lambda: np.zeros(0, np.float32), repr=False)
    """the room while the question was spoken, without the question"""
    begins: int = 0
    """sample at which the speaker begins"""


def speaker_of(clip: Clip) -> str:
    return clip.name.split("_")[0] if clip.name.startswith("mfa") else clip.name.rpartition("_")[0] or clip.name


def scenes(clips: list[Clip], *, answers: int, seed: int = 1) -> Iterator[Scene]:
    """Yield scenes of each kind and level; `answers` of each."""
    rng = random.Random(seed)
    for kind in ("narrator", "two talkers", "television", "tones"):
        for level_db in LEVELS_DB:
            for clip in rng.sample(clips, answers):
                others = [other for other in clips if speaker_of(other) != speaker_of(clip)]
                yield _scene(kind, level_db, clip, rng.sample(others, len(others)), rng)


def soft_phrases(clips: list[Clip], *, seed: int = 1) -> Iterator[Scene]:
    """Yield answers whose later part is said more softly behind a pause, and whispered ones; nobody else is there."""
    rng = random.Random(seed)
    for softer_db in SOFTER_DB:
        for clip in clips:
            sound = at_level(trimmed_edges(clip.sound), ANSWER_DBFS)
            whispered = "whisper" in clip.name
            if whispered or len(sound) < SHORTEST_PARTED_S * SAMPLE_RATE_HZ:
                if whispered:
                    yield _alone(ALONE[1], softer_db, clip, sound * 10 ** (softer_db / 20))
                continue
            at = _quietest(sound, rng.uniform(0.4, 0.7))
            pause = np.zeros(round(rng.uniform(0.5, 2.5) * SAMPLE_RATE_HZ), np.float32)
            softly = sound[at:] * np.float32(10 ** (softer_db / 20))
            parted = np.concatenate([sound[:at], pause, softly])
            yield _alone(ALONE[0], softer_db, clip, parted)
            others = [other for other in clips if speaker_of(other) != speaker_of(clip) and "whisper" not in other.name]
            length = round(rng.uniform(*QUESTION_S) * SAMPLE_RATE_HZ)
            voice = _others("television", rng.sample(others, len(others)), length)
            yield _alone(ALONE[2], softer_db, clip, parted, at_level(voice, ANSWER_DBFS + softer_db))


def _alone(name: str, level_db: int, clip: Clip, sound: Samples, before: Samples = NOTHING) -> Scene:
    quiet = np.zeros(round(OTHERS_S * SAMPLE_RATE_HZ), np.float32)
    whole = in_room(np.concatenate([sound, quiet]))
    return Scene(name, level_db, clip.text, whole, len(sound), alone=True, before=in_room(before))


def _quietest(sound: Samples, share: float) -> int:
    """Return the sample between two words that is nearest to this share of the sound."""
    width = SAMPLE_RATE_HZ // 5
    power = np.convolve(np.square(sound), np.ones(width) / width, "same")
    middle, reach = round(share * len(sound)), SAMPLE_RATE_HZ
    return middle - reach + int(np.argmin(power[middle - reach : middle + reach]))


def _scene(kind: str, level_db: int, clip: Clip, others: list[Clip], rng: random.Random) -> Scene:
    answer = at_level(trimmed_edges(clip.sound), ANSWER_DBFS)
    gap = round(rng.uniform(0.1, 0.8) * SAMPLE_RATE_HZ)
    question, opening = (round(rng.uniform(*span) * SAMPLE_RATE_HZ) for span in (QUESTION_S, OPENING_S))
    question, opening = (question, opening) if kind in ON_BEFORE else (0, 0)
    behind = round(OTHERS_S * SAMPLE_RATE_HZ)
    answered = question + opening + len(answer)
    talks_from = 0 if kind in ON_BEFORE else answered + gap
    sound = np.zeros(answered + gap + behind, np.float32)
    sound[question + opening : answered] += answer
    sound[talks_from:] += at_level(_others(kind, others, len(sound) - talks_from), ANSWER_DBFS + level_db)
    before, heard = np.split(in_room(sound), [question])
    return Scene(kind, level_db, clip.text, heard, answered - question, before=before, begins=opening)


def _others(kind: str, others: list[Clip], length: int) -> Samples:
    if kind == "tones":
        return _tones(length)
    if kind == "two talkers":
        both = [at_level(trimmed_edges(other.sound), ANSWER_DBFS) for other in others[:2]]
        pieces = [voice[at : at + TURN] for at in range(0, 4 * TURN, TURN) for voice in both]
    else:
        one = [other for other in others if speaker_of(other) == speaker_of(others[0])]
        pieces = [at_level(trimmed_edges(other.sound), ANSWER_DBFS) for other in one]
    joined = np.concatenate(pieces)
    return np.tile(joined, -(-length // len(joined)))[:length]


def _tones(length: int) -> Samples:
    rng = np.random.default_rng(3)
    beat = SAMPLE_RATE_HZ // 2
    t = np.arange(beat) / SAMPLE_RATE_HZ
    notes = []
    for _ in range(-(-length // beat)):
        root = rng.choice([196.0, 220.0, 261.6, 293.7])
        chord = sum(np.sin(2 * np.pi * root * step * k * t) / k for step in (1, 1.25, 1.5) for k in (1, 2, 3))
        notes.append(chord * np.exp(-3 * t))
    return np.concatenate(notes)[:length].astype(np.float32)


def at_level(sound: Samples, dbfs: float) -> Samples:
    """Return the sound with the level of its sounding parts at `dbfs`."""
    power = np.square(sound[: len(sound) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)).mean(axis=1)
    sounding = power[power > power.max() / 1000].mean()
    return np.asarray(sound * (10 ** (dbfs / 20) / np.sqrt(sounding)), np.float32)


def trimmed_edges(sound: Samples) -> Samples:
    """Return the sound without the quiet at its edges."""
    loud = np.flatnonzero(np.abs(sound) > np.abs(sound).max() / 30)
    return sound[max(0, loud[0] - 800) : loud[-1] + 1600]


def in_room(sound: Samples) -> Samples:
    noise = np.random.default_rng(7).standard_normal(len(sound)) * 10 ** (ROOM_DBFS / 20)
    return (sound + noise).astype(np.float32)
