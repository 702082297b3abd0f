"""Feeling words as peers find them that run offline. `feelings.py` starts it with the Python that has them.

    python -m venv peers && peers/bin/pip install vaderSentiment NRCLex empath lemo-vocabulate
    python benchmarks/feelings.py --peers peers/bin/python

Texts come in on stdin as {"id", "text"} a line. A word of a peer's list is a mention. VADER also has its own rule of
negation, three words to the left. Whose feeling it is, and whether it is imagined or past, no peer says.
Nothing of a peer is in this repository: NRC's list may be measured and not passed on. Imports nothing of voicecheck.
"""

from __future__ import annotations

import csv
import importlib.resources
import json
import re
import sys
from collections.abc import Callable
from typing import Any

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
NEGATED_WITHIN = 3
STRONG = 1.0
"""a valence of VADER, on its scale of -4 to 4, from which a word is taken for a feeling"""
NRC_FAMILIES = {
    "anger": "anger", "anticipation": "hope", "disgust": "disgust", "fear": "fear", "joy": "joy",
    "sadness": "sadness", "surprise": "surprise", "trust": "love",
}  # fmt: skip
EMPATH_FAMILIES = {
    "hate": "anger", "envy": "envy", "cheerfulness": "joy", "nervousness": "anxiety", "sadness": "sadness",
    "joy": "joy", "fear": "fear", "anger": "anger", "love": "love", "shame": "shame", "confusion": "confusion",
    "disappointment": "sadness", "pride": "pride", "contentment": "calm", "rage": "anger", "irritability": "anger",
    "torment": "sadness", "disgust": "disgust", "affection": "love", "sympathy": "love", "zest": "joy",
    "optimism": "hope", "exasperation": "anger", "horror": "fear", "neglect": "loneliness",
}  # fmt: skip
AEV_FAMILIES = {"Pos": "joy", "Anger": "anger", "AnxFear": "fear", "Sadness": "sadness", "NegUndiff": ""}
Found = list[dict[str, Any]]


def by_list(families: dict[str, str], negations: frozenset[str] = frozenset()) -> Callable[[str], Found]:
    """Every word of the list is a feeling; with `negations`, denied where one of them stands before it."""

    prefixes = {word[:-1]: family for word, family in families.items() if word.endswith("*")}

    def family_of(word: str) -> str | None:
        if word in families or not prefixes:
            return families.get(word)
        return next((family for prefix, family in prefixes.items() if word.startswith(prefix)), None)

    def find(text: str) -> Found:
        words = [(m.group().lower().replace("’", "'"), m.start(), m.end()) for m in WORD.finditer(text)]
        found = []
        for place, (word, start, end) in enumerate(words):
            family = family_of(word)
            if family is not None:
                near = (w for w, _, _ in words[max(0, place - NEGATED_WITHIN) : place])
                denied = any(w in negations or ("n't" in w and bool(negations)) for w in near)
                found.append(
                    {
                        "start": start, "end": end, "lemma": word, "family": family, "negated": denied,
                        "experiencer": "self", "hypothetical": False, "past": False, "degree": 0,
                    }
                )  # fmt: skip
        return found

    return find


def vader() -> Callable[[str], Found]:
    from vaderSentiment.vaderSentiment import NEGATE, SentimentIntensityAnalyzer

    strong = {word: "" for word, valence in SentimentIntensityAnalyzer().lexicon.items() if abs(valence) >= STRONG}
    return by_list(strong, frozenset(NEGATE))


def nrclex() -> Callable[[str], Found]:
    file = importlib.resources.files("nrclex") / "data" / "nrc_en.json"
    table = json.loads(file.read_text(encoding="utf-8"))
    named = {word: [NRC_FAMILIES[a] for a in affects if a in NRC_FAMILIES] for word, affects in table.items()}
    return by_list({word: families[0] for word, families in named.items() if families})


def empath() -> Callable[[str], Found]:
    file = importlib.resources.files("empath") / "data" / "categories.tsv"
    families: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        category, *words = line.split("\t")
        if category in EMPATH_FAMILIES:
            families |= {word: EMPATH_FAMILIES[category] for word in words if word not in families}
    return by_list(families)


def vocabulate() -> Callable[[str], Found]:
    """The active emotion vocabulary of Vine et al. 2020; a star stands for any ending."""
    file = importlib.resources.files("lemo_vocabulate") / "data" / "AEV_Dict.csv"
    families: dict[str, str] = {}
    for row in csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()):
        family = next((family for column, family in AEV_FAMILIES.items() if row[column]), "")
        families |= dict.fromkeys(row["Concepts"].split("|"), family)
    return by_list(families)


def main() -> None:
    if sys.stdin.isatty():
        sys.exit("Texts are read from feelings.py: script/bench feelings FILE.jsonl --peers PYTHON")
    texts = [json.loads(line)["text"] for line in sys.stdin]
    peers = {"VADER": vader, "NRCLex": nrclex, "Empath": empath, "Vocabulate": vocabulate}
    found: dict[str, list[Found]] = {}
    missing: dict[str, str] = {}
    for name, load in peers.items():
        try:
            find = load()
        except (ImportError, OSError) as error:
            missing[name] = f"{type(error).__name__}: {error}"
            continue
        found[name] = [find(text) for text in texts]
    print(json.dumps({"found": found, "missing": missing}))


if __name__ == "__main__":
    main()
