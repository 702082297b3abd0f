"""How quick looking back is: `script/bench lookback`.

Search and trends on an encrypted vault of 10,000 entries of 120 words over ten years: medians in this process, file
cache warm. Import: human recordings (../shared/speech) joined to voice memos with pauses of 1 to 3 s, taken in with
base int8, stopped in the middle of the second one, and gone on with; the figure is all processor time that a person
would wait, the stopped part included. Where the recordings are missing, that part is left out and said.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
import wave
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from speech import SPEECH, errors, join, load_clips, words
from vault import COMMON, RARE, entries, median_ms

from voicecheck.diary.memos import look_at, take_in, taken_in
from voicecheck.diary.trends import find_trends
from voicecheck.models.catalog import find_model
from voicecheck.paths import find_paths
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.vault import Vault

TODAY = date(2026, 11, 25)
SEARCH_GOAL_MS, TRENDS_GOAL_MS, IMPORT_GOAL = 100, 300, 0.3
RUNS = 15
QUERIES = (
    RARE,
    COMMON,
    f"{COMMON} -{RARE}",
    f'"very calm" {COMMON}',
    f"feeling:anger felt:self -negated {COMMON}",
    "feeling:pleasant",
    "-feeling:joy",
    f"since:2024-01 until:2025 {COMMON}",
    f"prompt:evening.word {COMMON}",
    "speaker:kim",
    "has:sound",
    "",
)


def looking_back(vault: Vault, count: int) -> None:
    vault.entries.add_all(entries(count, random.Random(1)))
    print(f"{count:,} entries; median of {RUNS}, ms{'best':>45}{'newest':>10}{'goal':>7}")
    for text in QUERIES:
        query = parse_query(text, TODAY)
        best = median_ms(lambda query=query: (vault.search.find(query), vault.search.count(query)), RUNS)
        newest = median_ms(lambda query=query: (vault.search.find(query, newest=True), vault.search.count(query)), RUNS)
        goal = "kept" if max(best, newest) <= SEARCH_GOAL_MS else "MISSED"
        print(f"  {text or 'everything':44} {vault.search.count(query):6,} hits {best:14.1f}{newest:10.1f}{goal:>7}")
    spans = {"twelve weeks": timedelta(weeks=12), "a year": timedelta(days=365), "ten years": timedelta(days=3660)}
    for name, span in spans.items():
        for step in ("week", "month"):
            taken = median_ms(lambda span=span, step=step: find_trends(vault, LAST - span, LAST, step), RUNS)
            goal = "kept" if taken <= TRENDS_GOAL_MS else "MISSED"
            print(f"  trends by {step}, {name:32} {taken:29.1f}{goal:>17}")


LAST = date(2025, 12, 31)


def memos(folder: Path, minutes: float, count: int) -> Iterator[tuple[Path, str]]:
    clips, rng = load_clips(), random.Random(5)
    for number in range(count):
        joined = join(clips, minutes * 60 / count, rng, lambda: rng.uniform(1.0, 3.0))
        path = folder / f"2026-10-{number + 1:02} 21.30.00.wav"
        write_wav(path, joined.sound)
        yield path, joined.text


def write_wav(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def importing(vault: Vault, folder: Path, minutes: float, model: str) -> None:
    found = find_model(model, Path(os.environ["VOICECHECK_MODELS"]))
    ears = VoiceDetector(), WhisperRecogniser(found.path, found.name, "cpu")
    made = list(memos(folder, minutes, 4))
    load = os.getloadavg()[0]
    began, cpu = time.perf_counter(), time.process_time()
    kept = import_all(vault, [path for path, _ in made], ears, stop_in=2)
    kept += import_all(vault, [path for path, _ in made], ears)
    taken, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert len(set(kept)) == len(kept) == len(made), "each memo is one entry"
    heard = [vault.entries.get(entry_id) for entry_id in kept]
    length_s = sum(entry.duration_s for entry in heard)
    pairs = [errors(words(text), words(entry.text)) for (_, text), entry in zip(made, heard, strict=True)]
    wrong_percent = 100 * sum(wrong for wrong, _ in pairs) / sum(said for _, said in pairs)
    goal = "kept" if taken / length_s <= IMPORT_GOAL else "MISSED"
    print(f"\nimport of {length_s:.0f} s in {len(made)} memos, {model} int8, {os.cpu_count()} cores, load {load:.1f}")
    print(f"  {taken / length_s:.3f} s a second of sound, goal {IMPORT_GOAL}: {goal}; processor {cpu / length_s:.3f}")
    print(
        f"  stopped in the second, gone on with: {len(kept)} entries, none twice; {wrong_percent:.1f} % of words wrong"
    )


def import_all(
    vault: Vault, paths: list[Path], ears: tuple[VoiceDetector, WhisperRecogniser], stop_in: int | None = None
) -> list[str]:
    """The ids that are new; `stop_in` is the number of the memo in which the person presses Ctrl-C."""

    def stop(seconds: float) -> None:
        if len(kept) + 1 == stop_in and seconds > 0:
            raise KeyboardInterrupt

    kept: list[str] = []
    for path in paths:
        memo = look_at(path, datetime.now(UTC))
        if not taken_in(vault, memo):
            try:
                kept.append(take_in(vault, memo, ears, language="en", progress=stop).id)
            except KeyboardInterrupt:
                return kept
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=10.0, help="of voice memos; 0 leaves the import out")
    parser.add_argument("--model", default="base")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="voicecheck-bench-") as name:
        os.environ["VOICECHECK_HOME"] = name
        paths = find_paths()
        with Vault.open(paths, create_vault(paths, KeyFile(Path(name) / "key"))) as vault:
            if arguments.entries:
                looking_back(vault, arguments.entries)
            if arguments.minutes and SPEECH.is_dir():
                importing(vault, Path(name), arguments.minutes, arguments.model)
            elif arguments.minutes:
                print("\nimport: the recordings are not here, so it is not measured.")


if __name__ == "__main__":
    main()
