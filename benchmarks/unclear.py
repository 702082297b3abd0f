"""Requests that are misheard by ear: how many are asked about, and how many answers of people are asked about in vain.

    script/bench unclear [--every N] [FILE ...]

False asks first: the test data, the transcripts of `../shared/speech`, and each FILE (a text a line, the first column
of a TSV), whole and sentence by sentence. Then every N-th request (2 unless told) is spoken by six voices of eSpeak NG
in turn, at three paces, with white noise at 20, 8 or 3 dB, and written down by Whisper base as it stands: what the
listener weighs by the sound beside that is not counted. Needs models (VOICECHECK_MODELS) and espeak-ng.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from voicecheck.checkin.unclear import ASKED, LEAST_WORDS, is_unclear
from voicecheck.phrases import load_phrases
from voicecheck.speech.recognition.recogniser import Utterance
from voicecheck.speech.sound_file import decode_file
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ

PHRASES = load_phrases()
DATA = Path(__file__).parents[1] / "tests" / "data"
SPEECH = Path(os.environ.get("VOICECHECK_SHARED", "../shared")) / "speech"
MODELS = Path(os.environ.get("VOICECHECK_MODELS", ".cache/models"))
VOICES = ("en-us", "en-gb+f3", "en-us+m7", "en-gb-scotland", "en-us+f5", "en-029")
WORDS_A_MINUTE = (130, 170, 200)
NOISE_DB = (20, 8, 3)


def in_vain(name: str, texts: Iterable[str]) -> None:
    parts = {part for text in texts for part in (text, *re.split(r"(?<=[.?!])\s+|\n+", text))}
    asked = sorted(part for part in parts if is_unclear(part, PHRASES))
    print(f"{name}: {len(parts)} texts and sentences, asked about {len(asked)} {asked}", flush=True)


def misheard(every: int) -> None:
    recogniser = WhisperRecogniser(MODELS / "whisper" / "base", "base", "cpu")
    rng = np.random.default_rng(3)
    forms = [(name, form.replace("{word}", "restless")) for name in ASKED for form in PHRASES.commands[name]]
    forms = [one for one in forms if len(one[1].split()) >= LEAST_WORDS]
    random.Random(5).shuffle(forms)
    count: dict[int, Counter[str]] = {noise_db: Counter() for noise_db in NOISE_DB}
    for number, (name, form) in enumerate(forms[::every]):
        noise_db = NOISE_DB[number % len(NOISE_DB)]
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            pace = str(WORDS_A_MINUTE[number % len(WORDS_A_MINUTE)])
            voice = VOICES[number % len(VOICES)]
            subprocess.run(["espeak-ng", "-v", voice, "-s", pace, "-w", file.name, f"{form.capitalize()}."], check=True)
            sound = np.concatenate(list(decode_file(Path(file.name))))
        level = float(np.sqrt(np.mean(sound**2)))
        noisy = (sound + rng.normal(0, level * 10 ** (-noise_db / 20), len(sound))).astype(np.float32)
        heard = recogniser.transcribe(Utterance(noisy, len(noisy) / SAMPLE_RATE_HZ), language="en").text.strip()
        known = PHRASES.command_in(heard)
        kind = "understood" if known == name else "asked" if is_unclear(heard, PHRASES) else "kept as an answer"
        count[noise_db][kind if heard and known in (None, name) else "nothing, or another request"] += 1
    for noise_db, kinds in count.items():
        print(f"noise at {noise_db} dB: {sum(kinds.values())} requests, {dict(kinds.most_common())}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=2)
    parser.add_argument("files", type=Path, nargs="*")
    options = parser.parse_args()
    data = [line for path in sorted(DATA.glob("*.en.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    in_vain("test data", (json.loads(line)["text"] for line in data))
    if SPEECH.is_dir():
        clips = (SPEECH / "clips.jsonl").read_text(encoding="utf-8").splitlines()
        in_vain("recordings of people", (json.loads(line)["text"] for line in clips))
    for path in options.files:
        in_vain(path.name, (line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()))
    misheard(options.every)


if __name__ == "__main__":
    main()
