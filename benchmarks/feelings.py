"""How well and how fast feeling words are found.

    python benchmarks/feelings.py [FILE.jsonl ...] [--language CODE] [--errors] [--goemotions FOLDER] [--peers PYTHON]
        [--no-speed]

Without FILE it is the development set: the rules were written with it, so its figures say what was learnt and not
what to expect. What to expect comes from a FILE that nobody has worked with; name it as such.

A line of FILE is {"id", "text", "mentions": [{"start", "end", "lemma", "family", "negated", "experiencer",
"hypothetical", "past", ...}]}. A found span counts when it overlaps one that a person marked, each used once; "same
offsets" asks for more. Attributes are scored on spans that both have; "felt now" end to end, over all mentions.
Behind a figure stands its 95 % bootstrap interval, texts drawn whole; for the peers of --peers in the same run as ours.
"""

from __future__ import annotations

import argparse
import functools
import json
import operator
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecheck.contract import mention_json
from voicecheck.feelings.mentions import find_mentions

DATA = Path(__file__).parent.parent / "tests" / "data" / "utterances.en.jsonl"
GOALS = {
    "span precision": 0.93, "span recall": 0.90, "felt now F1": 0.87, "negation F1": 0.85, "experiencer accuracy": 0.96,
    "other F1": 0.90, "hypothetical F1": 0.85, "past F1": 0.80, "family right": 0.92, "untouched": 0.90,
}  # fmt: skip
RESAMPLES = 2000
SHOWN = {
    "span precision": ("spans", "precision"), "span recall": ("spans", "recall"), "felt now F1": ("felt_now", "f1"),
    "negation F1": ("negated", "f1"), "other F1": ("other", "f1"), "hypothetical F1": ("hypothetical", "f1"),
    "past F1": ("past", "f1"),
}  # fmt: skip
"""Figures with an interval: the tally of each, and what is taken of it."""
LOAD = """
import time
began = time.perf_counter()
from voicecheck.feelings.mentions import find_mentions
find_mentions("I am sad")
print(time.perf_counter() - began)
"""
Mention = dict[str, Any]


@dataclass
class Tally:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: bool, wanted: bool) -> None:
        self.right += found and wanted
        self.wrong += found and not wanted
        self.missed += wanted and not found

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / ((self.precision + self.recall) or 1.0)


@dataclass
class Score:
    spans: Tally = field(default_factory=Tally)
    exact: Tally = field(default_factory=Tally)
    felt_now: Tally = field(default_factory=Tally)
    negated: Tally = field(default_factory=Tally)
    hypothetical: Tally = field(default_factory=Tally)
    past: Tally = field(default_factory=Tally)
    other: Tally = field(default_factory=Tally)
    matched: int = 0
    same: Counter[str] = field(default_factory=Counter)
    empty: int = 0
    untouched: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name.name) + getattr(other, name.name) for name in fields(self)))

    def figures(self) -> dict[str, float]:
        matched = self.matched or 1
        return {
            "span precision": self.spans.precision,
            "span recall": self.spans.recall,
            "span F1, same offsets": self.exact.f1,
            "felt now F1": self.felt_now.f1,
            "negation F1": self.negated.f1,
            "experiencer accuracy": self.same["experiencer"] / matched,
            "other F1": self.other.f1,
            "hypothetical F1": self.hypothetical.f1,
            "past F1": self.past.f1,
            "family right": self.same["family"] / matched,
            "lemma right": self.same["lemma"] / matched,
            "degree right": self.same["degree"] / matched,
            "untouched": self.untouched / self.empty if self.empty else 1.0,
        }


def felt_now(mention: Mention) -> bool:
    denied = mention["negated"] or mention["hypothetical"] or mention["past"]
    return mention["experiencer"] == "self" and not denied


def pair_up(wanted: Sequence[Mention], found: Sequence[Mention]) -> list[tuple[Mention | None, Mention | None]]:
    """Each wanted mention with the first free found one that overlaps it; what is left stands alone."""
    pairs: list[tuple[Mention | None, Mention | None]] = []
    free = list(found)
    for w in wanted:
        hit = next((f for f in free if f["start"] < w["end"] and w["start"] < f["end"]), None)
        if hit is not None:
            free.remove(hit)
        pairs.append((w, hit))
    return pairs + [(None, f) for f in free]


def score_pair(score: Score, wanted: Mention | None, found: Mention | None) -> list[str]:
    """Add one pair, and name what is wrong with it."""
    score.spans.add(found is not None, wanted is not None)
    now_found, now_wanted = found is not None and felt_now(found), wanted is not None and felt_now(wanted)
    score.felt_now.add(now_found, now_wanted)
    if wanted is None or found is None:
        score.exact.add(found is not None, wanted is not None)
        return ["missed" if found is None else "not a feeling"]
    exact = (wanted["start"], wanted["end"]) == (found["start"], found["end"])
    score.exact.right += exact
    score.exact.wrong += not exact
    score.exact.missed += not exact
    score.matched += 1
    score.negated.add(found["negated"], wanted["negated"])
    score.hypothetical.add(found["hypothetical"], wanted["hypothetical"])
    score.past.add(found["past"], wanted["past"])
    score.other.add(found["experiencer"] == "other", wanted["experiencer"] == "other")
    wrong = [] if exact else ["offsets"]
    for key in ("negated", "hypothetical", "past", "experiencer", "family", "lemma", "degree"):
        same = found[key] == wanted.get(key, found[key])
        score.same[key] += same
        wrong += [] if same else [key]
    return wrong


def tag(row: dict[str, Any], language: str = "en") -> list[Mention]:
    return [mention_json(m) for m in find_mentions(row["text"], language)]


def measure(rows: Iterable[dict[str, Any]], tagged: Iterable[list[Mention]], show_errors: bool = False) -> list[Score]:
    """The score of each text by itself, so that texts can be drawn again."""
    scores = []
    for row, found in zip(rows, tagged, strict=True):
        score = Score()
        if not row["mentions"]:
            score.empty += 1
            score.untouched += not found
        for wanted, hit in pair_up(row["mentions"], found):
            wrong = score_pair(score, wanted, hit)
            if wrong and show_errors:
                one = wanted or hit or {}
                what = row["text"][one["start"] : one["end"]]
                given = (
                    "" if hit is None else f" -> {hit['lemma']}/{hit['family']}/{hit['experiencer']}/{hit['degree']}"
                )
                print(f"{row['id']}: {', '.join(wrong)}: [{what}]{given} | {row['text']}")
        scores.append(score)
    return scores


def pooled(scores: Sequence[Score]) -> Score:
    return functools.reduce(operator.add, scores, Score())


def intervals(scores: Sequence[Score]) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals of the figures in SHOWN; the same texts are drawn for whoever is measured on them."""
    counts = np.array([[_counts(score, tally) for tally, _ in SHOWN.values()] for score in scores])
    drawn = np.random.default_rng(1).multinomial(len(scores), np.full(len(scores), 1 / len(scores)), size=RESAMPLES)
    right, wrong, missed = np.moveaxis(np.tensordot(drawn, counts, 1), -1, 0)
    of = {
        "precision": _share(right, right + wrong), "recall": _share(right, right + missed),
        "f1": _share(2 * right, 2 * right + wrong + missed),
    }  # fmt: skip
    found = {}
    for place, (figure, (_, kind)) in enumerate(SHOWN.items()):
        low, high = np.percentile(of[kind][:, place], (2.5, 97.5))
        found[figure] = (float(low), float(high))
    return found


def _counts(score: Score, name: str) -> tuple[int, int, int]:
    tally: Tally = getattr(score, name)
    return tally.right, tally.wrong, tally.missed


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(whole, 1), 1.0)


def read_rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def show(name: str, scores: Sequence[Score]) -> None:
    score, spread = pooled(scores), intervals(scores)
    print(f"\n{name}: {score.spans.right + score.spans.missed} mentions, {score.empty} texts without any")
    for figure, value in score.figures().items():
        goal, between = GOALS.get(figure), spread.get(figure)
        told = f"  {figure:<24}{value:6.3f}" + (f" ({between[0]:.2f} to {between[1]:.2f})" if between else "")
        print(f"{told:<50}goal {goal:.2f}{'' if value >= goal else '   SHORT'}" if goal else told)


def show_speed(rows: Sequence[dict[str, Any]]) -> None:
    """Words a second on all texts joined, load time in a fresh process, and time against length."""
    once = " ".join(row["text"] + "." for row in rows)
    find_mentions(once)
    print("\nspeed")
    for size in (1_000, 10_000, 100_000, 1_000_000):
        text = (once * (size // len(once) + 1))[:size]
        best = min(_time(text) for _ in range(3))
        words = len(text.split())
        print(f"  {size // 1000:4} kB  {best * 1000:8.1f} ms  {words / best:9,.0f} words/s")
    command = [sys.executable, "-c", LOAD]
    loads = [float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(5)]
    print(f"  import, load and first text: {min(loads):.3f} s (best of five fresh processes)")


def show_peers(rows: Sequence[dict[str, Any]], python: Path) -> None:
    """Ours beside the peers that are installed in that Python; those that are not are named."""
    script = Path(__file__).with_name("feeling_peers.py")
    command = [str(python), str(script)]
    lines = "".join(json.dumps({"id": row["id"], "text": row["text"]}) + "\n" for row in rows)
    done = subprocess.run(command, input=lines, capture_output=True, check=True, text=True)
    told = json.loads(done.stdout)
    scores = {"ours": measure(rows, map(tag, rows))}
    scores |= {name: measure(rows, found) for name, found in told["found"].items()}
    figures = {name: pooled(one).figures() for name, one in scores.items()}
    spread = {name: intervals(one) for name, one in scores.items()}
    print("\n  " + " " * 18 + "".join(f"{name:>19}" for name in figures))
    for figure in SHOWN:
        print(f"  {figure:<18}" + "".join(_cell(figures[name][figure], spread[name][figure]) for name in figures))
    for name, reason in told["missing"].items():
        print(f"  {name}: skipped ({reason})")


def _cell(value: float, between: tuple[float, float]) -> str:
    """A figure with its interval; where a peer says nothing of the kind, none."""
    return f"{f'{value:.2f} ({between[0]:.2f}-{between[1]:.2f})':>19}" if value else f"{'-':>19}"


def _time(text: str) -> float:
    began = time.perf_counter()
    find_mentions(text)
    return time.perf_counter() - began


# Which of our families answer to a label of GoEmotions (Demszky et al. 2020).
GO_FAMILIES = {
    "joy": {"joy"}, "love": {"love"}, "pride": {"pride"}, "gratitude": {"gratitude"}, "relief": {"calm"},
    "optimism": {"hope"},
    "surprise": {"surprise"}, "sadness": {"sadness", "loneliness", "grief"}, "disappointment": {"sadness"},
    "grief": {"grief", "sadness"},
    "remorse": {"guilt", "shame"}, "embarrassment": {"shame"}, "fear": {"fear", "anxiety"},
    "nervousness": {"anxiety", "fear"},
    "anger": {"anger"}, "annoyance": {"anger"}, "disgust": {"disgust"}, "confusion": {"confusion"},
    "excitement": {"joy", "hope"},
}  # fmt: skip


def show_goemotions(folder: Path) -> None:
    """How often a comment with one label has a word of its family; written, and labelled by readers."""
    labels = (folder / "labels.txt").read_text(encoding="utf-8").split()
    seen: Counter[str] = Counter()
    right: Counter[str] = Counter()
    some: Counter[str] = Counter()
    for line in (folder / "test.tsv").read_text(encoding="utf-8").splitlines():
        text, numbers, _ = line.split("\t")
        if "," in numbers:
            continue
        label = labels[int(numbers)]
        families = {m.family.value for m in find_mentions(text)}
        seen[label] += 1
        some[label] += bool(families)
        right[label] += bool(families & GO_FAMILIES.get(label, set()))
    print(
        "\nGoEmotions test, comments with one label: share with any feeling word, share with one of the label's family"
    )
    for label in sorted(seen, key=lambda name: -seen[name]):
        print(f"  {label:<16}{seen[label]:5}   {some[label] / seen[label]:.2f}   {right[label] / seen[label]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--language", default="en", help="of the texts in FILE, as de; English without it")
    parser.add_argument("--errors", action="store_true", help="name every mistake")
    parser.add_argument("--goemotions", type=Path, help="folder with labels.txt and test.tsv")
    parser.add_argument("--peers", type=Path, help="the Python in which peers are installed, see feeling_peers.py")
    parser.add_argument("--no-speed", action="store_true")
    given = parser.parse_args()
    for file in given.files or [DATA]:
        rows = read_rows(file)
        name = "tests/data, DEVELOPMENT SET" if file == DATA else file.name
        show(name, measure(rows, (tag(row, given.language) for row in rows), given.errors))
        if given.peers:
            show_peers(rows, given.peers)
        else:
            print("  peers: skipped (no --peers PYTHON)")
    if not given.no_speed:
        show_speed(read_rows(DATA))
    if given.goemotions and (given.goemotions / "test.tsv").is_file():
        show_goemotions(given.goemotions)
    else:
        print("\nGoEmotions: skipped (no --goemotions FOLDER with labels.txt and test.tsv)")


if __name__ == "__main__":
    main()
