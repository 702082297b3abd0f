"""How long the words take after a key or a command: `script/bench after_key --models FOLDER`.

Human recordings are heard on a simulated clock (`listening.py`) and ended by a key some time after their last word;
commands are spoken by Piper or, without it, eSpeak NG, alone and behind an answer. A call of Whisper takes as long on
that clock as one idle core would need for it, so a busy machine makes no figure worse, and two cores make it better;
with --wall as long as it took.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from listening import Clip, Turn, listen, load_clips
from speech import resampled, trimmed

from voicecheck.checkin.early_command import EarlyCommand
from voicecheck.domain import TurnKind
from voicecheck.phrases import load_phrases
from voicecheck.settings.schema import Voice as VoiceSettings
from voicecheck.speech.recognition.recogniser import Utterance
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.recognition.waits import Patience
from voicecheck.speech.voice.voices import open_voice
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples

KEY_AFTER_S = (0.2, 0.5, 1.0)
COMMANDS = ("That's all.", "Skip this.", "Not tonight.", "Help now.", "I'm done.", "Delete that.")
ROOM = 0.0004
"""amplitude of the noise of a quiet room"""


def with_quiet(sound: Samples, seconds: float) -> Samples:
    quiet = np.random.default_rng(5).standard_normal(round(seconds * SAMPLE_RATE_HZ)) * ROOM
    return np.concatenate([sound, quiet]).astype(np.float32)


def show(name: str, waits: list[float]) -> None:
    ordered = sorted(waits)
    print(f"  {name:<36} {len(waits):>3}  median {statistics.median(waits):.2f} s, "
          f"nine in ten {ordered[int(0.9 * (len(ordered) - 1))]:.2f} s", flush=True)  # fmt: skip


def answers(clips: list[Clip], rng: random.Random) -> list[Samples]:
    """Each clip alone, and pairs of them with a pause as people make it."""
    pairs = [rng.sample(clips, 2) for _ in clips]
    return [c.sound for c in clips] + [
        np.concatenate([with_quiet(one.sound, rng.uniform(0.4, 1.6)), other.sound]) for one, other in pairs
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("VOICECHECK_MODELS", ".cache/models")))
    parser.add_argument("--wall", action="store_true", help="calls take as long as they took on this machine")
    parser.add_argument("--answers", type=int, default=99, help="so many of the recordings at most")
    parser.add_argument("--only", choices=["keys", "commands"])
    parser.add_argument("--late", action="store_true", help="commands are decided by the endpointer alone")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    recogniser = WhisperRecogniser(options.models / "whisper" / "base", "base", "cpu")
    detector, rng = VoiceDetector(), random.Random(1)
    cores = 0 if options.wall else 1
    recogniser.transcribe(Utterance(np.zeros(SAMPLE_RATE_HZ, np.float32), 1.0), language="en")  # warm
    sounds = answers([trimmed(c, detector) for c in load_clips() if "whisper" not in c.name], rng)
    sounds = rng.sample(sounds, min(len(sounds), options.answers))
    for by_key in (False, True) if options.only != "commands" else ():
        print(
            f"\nfrom a key to the words, by a person who ends by a key {'always' if by_key else 'for the first time'}"
        )
        for after_s in KEY_AFTER_S:
            patience = replace(Patience(), ends_by_key=by_key)
            runs = [listen(with_quiet(sound, after_s), recogniser, detector, patience=patience, enter_at_end=True,
                           cores=cores) for sound in sounds]  # fmt: skip
            show(f"key {after_s} s after the last word", [run.tail_s for run in runs])
    if options.only == "keys":
        return
    voice = open_voice(VoiceSettings(), options.models)
    phrases, model = load_phrases(), recogniser.use
    waits: dict[str, list[float]] = {"alone": [], "behind an answer": []}
    for text in COMMANDS:
        made = list(voice.synthesize(text))
        spoken = resampled(np.concatenate([sound.samples for sound in made]), made[0].rate_hz) * np.float32(0.5)
        command = trimmed(Clip(text, text, spoken), detector)
        for name, before in (("alone", None), *(("behind an answer", s) for s in rng.sample(sounds, 2))):
            early: Any = EarlyCommand(phrases)

            def is_due(turn: Turn, early: Any = early) -> bool:
                return not options.late and bool(early.is_due(turn, TurnKind.ANSWER, model))

            lead = with_quiet(np.zeros(0, np.float32), 0.5) if before is None else with_quiet(before, 1.0)
            whole = np.concatenate([lead, command.sound])
            run = listen(with_quiet(whole, 9.0), recogniser, detector, quiet_s=0, ends_early=is_due, cores=cores)
            print(f"    {name}: {text!r} heard as {run.text[-40:]!r}", flush=True)
            waits[name].append(run.ended_at / SAMPLE_RATE_HZ + run.tail_s - len(whole) / SAMPLE_RATE_HZ)
    print("\nfrom the end of a command to its words, and to what it does")
    for name, found in waits.items():
        show(name, found)


if __name__ == "__main__":
    main()
