"""Two people who answer in turns: the share of their turns that bear the right name, by pairs of human recordings.

script/bench two [--seconds S]

Each answers once, with the first half of their recording, and then says pieces of the second half, asked or not. All
are equally loud: only timbre and pitch can tell.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from itertools import permutations

import numpy as np
from listening import load_clips
from turns import quiet

from voicecheck.speech.audio import Blocks
from voicecheck.speech.recognition.endpoint import VOICE_BEGINS
from voicecheck.speech.recognition.two_voices import TwoVoices
from voicecheck.speech.recognition.vad import VoiceActivity, VoiceDetector
from voicecheck.utterance import BLOCK_S, Samples

SPEAKERS = {
    "jfk": "man", "libri_": "woman", "lj_": "woman", "librivox_austen": "man", "vctk_p225": "woman",
    "vctk_p226": "man", "vctk_p227": "man", "mfa_acoustic": "man",
}  # fmt: skip
"""first letters of the clips of each, and how they sound"""
LEVEL = 0.05


def heard(sound: Samples, detector: VoiceDetector) -> list[VoiceActivity]:
    detector.reset()
    level = (sound / np.sqrt(np.mean(np.square(sound))) * LEVEL).astype(np.float32)
    blocks = Blocks().feed(np.concatenate([quiet(0.3), level, quiet(0.3)]))
    return [one for one in map(detector.feed, blocks) if one.probability >= VOICE_BEGINS]


def say(voices: TwoVoices, asked: str, voice: Sequence[VoiceActivity]) -> dict[str, int]:
    """Return the blocks that each is told to have said; under "" those that are not sure."""
    voices.begin(asked)
    for one in voice:
        voices.hear(one)
    told: Counter[str] = Counter()
    for part in voices.end():
        told[part.speaker if part.sure else ""] += sum(part.start <= one.start < part.end for one in voice)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="of voice in each turn")
    size = round(parser.parse_args().seconds / BLOCK_S)
    detector = VoiceDetector()
    voices = {
        name: [one for clip in load_clips() if clip.name.startswith(name) for one in heard(clip.sound, detector)]
        for name in SPEAKERS
    }
    count: Counter[tuple[str, str, str]] = Counter()
    for first, second in permutations(voices, 2):
        kind = "man and woman" if SPEAKERS[first] != SPEAKERS[second] else "two of a kind"
        for speaker in (first, second):
            half = len(voices[speaker]) // 2
            rest = voices[speaker][half:]
            for at in range(0, len(rest) - size + 1, size):
                for asked in (first, second):
                    both = TwoVoices((first, second))
                    for name in (first, second):
                        say(both, name, voices[name][: len(voices[name]) // 2])
                    told = say(both, asked, rest[at : at + size])
                    best = max(told, key=lambda name: told[name])
                    outcome = "unsure" if not best else "right" if best == speaker else "wrong"
                    count[kind, "the one who was asked" if asked == speaker else "the other", outcome] += 1
    for (kind, who, outcome), turns in sorted(count.items()):
        print(f"{kind:<16} {who:<24} {outcome:<8} {turns:>5}")
    wrong = sum(turns for (_, _, outcome), turns in count.items() if outcome == "wrong")
    print(f"wrong: {wrong} of {sum(count.values())} turns ({100 * wrong / sum(count.values()):.1f} %)")


if __name__ == "__main__":
    main()
