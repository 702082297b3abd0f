"""Television talk at the time of an invitation: how often it is taken for somebody's yes, and how often a yes is heard.

    script/bench invitation_talk [WINDOWS [SEED]]      # with a seed: other windows of talk, and nothing else

Human speech (../shared/speech) stands in for a television: whole, as a short piece, or with somebody else beneath it,
faster or slower, joined with pauses of 0.05 to 6 s, cut into windows of eight seconds that begin anywhere, at four
levels, with the hiss of a room. So many windows hold one short phrase alone, the hardest case. Then recorded single
words of people, one a window: yes, and others. Each window goes through the listener of the invitation with the real
Whisper; a window counts against it where the evening would have begun, or where it was taken for "later". Last,
synthetic voices say yes, later and no, near.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from voicecheck.checkin.invitation import Answered, ReplyListener
from voicecheck.phrases import load_phrases
from voicecheck.speech.audio import in_blocks
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.sound_file import decode_file
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import BLOCK_S, SAMPLE_RATE_HZ, AudioBlock, Samples

SHARED = Path(os.environ.get("VOICECHECK_SHARED", "../shared"))
MODELS = Path(os.environ.get("VOICECHECK_MODELS", ".cache/models"))
LEVELS_DBFS = (-22, -30, -38, -46)
ROOM_DBFS = -66
WINDOW_S = 10.5
PAUSES_S = (0.05, 6.0)
BENEATH_DB = -8.0
NEAR = ("Yes.", "Yeah, sure.", "Yes, I do.", "Later.", "Maybe later.", "In half an hour.", "No.", "Not tonight.")
VOICES = ("en-us", "en-gb", "en-us+f3", "en-gb+m3", "en-us+m7", "en-gb+f2")


def at_level(samples: Samples, dbfs: float) -> Samples:
    """Scale the sound so that its loud half has this level."""
    loud = np.abs(samples) > 0.1 * np.abs(samples).max()
    rms = float(np.sqrt(np.mean(samples[loud] ** 2)))
    return np.asarray(samples * (10 ** (dbfs / 20) / rms), np.float32)


def in_a_room(samples: Samples, rng: np.random.Generator) -> Samples:
    """Return a whole window of the sound, with the room's hiss."""
    whole = np.zeros(round(WINDOW_S * SAMPLE_RATE_HZ), np.float32)
    whole[: len(samples)] = samples[: len(whole)]
    return np.asarray(whole + rng.normal(0, 10 ** (ROOM_DBFS / 20), len(whole)), np.float32)


def joined(rng: np.random.Generator) -> Samples:
    """Return all clips in a random order and as different pieces, with pauses between them."""
    clips = [at_level(np.concatenate(list(decode_file(path))), 0.0) for path in sorted(SHARED.glob("speech/*.flac"))]
    parts: list[Samples] = []
    for number in rng.permutation(len(clips)):
        parts += [piece_of(clips[number], clips[rng.integers(len(clips))], rng)]
        parts += [np.zeros(round(np.exp(rng.uniform(*np.log(PAUSES_S))) * SAMPLE_RATE_HZ), np.float32)]
    return np.concatenate(parts)


def piece_of(clip: Samples, other: Samples, rng: np.random.Generator) -> Samples:
    """Return the clip at another pace: the whole of it, a short piece, or with another one softly beneath it."""
    at = np.arange(0, len(clip) - 1, rng.uniform(0.87, 1.15))
    paced = np.asarray(np.interp(at, np.arange(len(clip)), clip), np.float32)
    kind = rng.choice(("whole", "piece", "beneath"), p=(0.4, 0.45, 0.15))
    if kind == "piece":
        start = int(rng.integers(0, len(paced)))
        return paced[start : start + round(rng.uniform(0.3, 3.0) * SAMPLE_RATE_HZ)]
    if kind == "beneath":
        paced = paced + np.resize(other, len(paced)) * np.float32(10 ** (BENEATH_DB / 20))
    return np.asarray(paced, np.float32)


def answer_to(samples: Samples, recogniser: WhisperRecogniser) -> tuple[Answered, float]:
    """Return what is made of a window, and after how many seconds."""
    reply = ReplyListener(VoiceDetector(), recogniser, load_phrases(), "")
    blocks: list[AudioBlock] = list(in_blocks([samples]))
    for number, block in enumerate(blocks, start=1):
        if (answered := reply.feed(block)) is not None:
            return answered, number * BLOCK_S
    return Answered.NOTHING, len(blocks) * BLOCK_S


def television(count: int, seed: int, recogniser: WhisperRecogniser) -> None:
    rng = np.random.default_rng(seed)
    talk = np.concatenate([joined(rng) for _ in range(12)])
    taken: list[tuple[int, Answered]] = []
    for number in range(count):
        level = LEVELS_DBFS[number % len(LEVELS_DBFS)]
        start = int(rng.integers(0, len(talk) - round(WINDOW_S * SAMPLE_RATE_HZ)))
        piece = talk[start : start + round(WINDOW_S * SAMPLE_RATE_HZ)] * np.float32(10 ** (level / 20))
        answered, _ = answer_to(in_a_room(piece, rng), recogniser)
        if answered is not Answered.NOTHING:
            taken.append((level, answered))
        if number % 10 == 9:
            print(f"  {number + 1} windows, {len(taken)} taken", flush=True)
    begun = sum(answered is Answered.BEGIN for _, answered in taken)
    print(f"windows of talk: {count}; begun {begun}, taken for later {len(taken) - begun} {taken}", flush=True)


def single_words(recogniser: WhisperRecogniser) -> None:
    rng = np.random.default_rng(9)
    paths = sorted(SHARED.glob("speech/words/*.flac"))
    taken = []
    for path in paths:
        word = at_level(np.concatenate(list(decode_file(path))), -26)
        answered, _ = answer_to(
            in_a_room(np.concatenate([np.zeros(SAMPLE_RATE_HZ, np.float32), word]), rng), recogniser
        )
        if answered is not Answered.NOTHING:
            taken.append(path.name)
    yes = [path.name for path in paths if path.name.startswith("yes")]
    print(f"a yes of people: {len(yes)}; heard {len([name for name in taken if name in yes])}")
    others = [name for name in taken if name not in yes]
    print(f"other single words of people: {len(paths) - len(yes)}; taken {len(others)} {others}", flush=True)


def near(recogniser: WhisperRecogniser) -> None:
    rng = np.random.default_rng(10)
    waits = []
    with tempfile.TemporaryDirectory() as folder:
        for text in NEAR:
            heard = []
            for voice in VOICES:
                path = Path(folder) / "said.wav"
                subprocess.run(["espeak-ng", "-v", voice, "-s", "140", "-w", str(path), text], check=True)
                said = at_level(np.concatenate(list(decode_file(path))), -28)
                whole = in_a_room(np.concatenate([np.zeros(16_000, np.float32), said]), rng)
                answered, at_s = answer_to(whole, recogniser)
                heard.append(str(answered))
                if answered is not Answered.NOTHING:
                    waits.append(at_s - 1.0 - len(said) / SAMPLE_RATE_HZ)
            print(f"  {text:<18} {heard}", flush=True)
    print(f"known {np.median(waits):.2f} s of sound behind the last word (median)", flush=True)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    begun = time.monotonic()
    recogniser = WhisperRecogniser(MODELS / "whisper" / "base", "base", "cpu")
    if len(sys.argv) < 3:
        near(recogniser)
        single_words(recogniser)
    television(count, int(sys.argv[2]) if len(sys.argv) > 2 else 8, recogniser)
    print(f"{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
