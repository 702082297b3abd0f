"""German clauses: whose a feeling is, denied, imagined, long past, how strong."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from benchmarks.feelings import measure, pooled, tag
from voicecheck.domain import EmotionMention
from voicecheck.feelings.mentions import find_mentions

DATA = Path(__file__).parent.parent / "data" / "utterances.de.jsonl"


def only(text: str) -> EmotionMention:
    (mention,) = find_mentions(text, "de")
    return mention


def test_the_development_set() -> None:
    """Floors on the sentences that the rules were written with; what to expect elsewhere is measured elsewhere."""
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    figures = pooled(measure(rows, [tag(row, "de") for row in rows])).figures()
    floors = {
        "span precision": 0.95, "span recall": 0.94, "felt now F1": 0.93, "negation F1": 0.95, "other F1": 0.97,
        "hypothetical F1": 0.95, "past F1": 0.95, "untouched": 0.9,
    }  # fmt: skip
    assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Mir ist bang.", "self"), ("Das ärgert ihn.", "other"), ("Meine Frau war sauer.", "other"),
        ("Sie sagt, sie sei enttäuscht.", "other"),
        ("Sie sagt, ich sei eifersüchtig.", "unclear"), ("Man fühlt sich einsam.", "unclear"),
        ("Ihr war das peinlich.", "other"),
        ("„Ich bin so müde“, hat die Oma gesagt.", "other"), ("Ich hab gesagt, ich bin müde.", "self"),
        ("Der Tag war anstrengend.", "self"),
        ("Meine Mutter, die immer so ängstlich ist, hat angerufen.", "other"), ("Ich bin heim und war traurig.",
        "self"),
        ("Die Trauer meiner Mutter war groß.", "other"), ("Der Kleine war so aufgeregt.", "other"),
        ("Er macht mir Angst.", "self"),
    ],
)  # fmt: skip
def test_whose_it_is(text: str, who: str) -> None:
    """Subject, dative and accusative, possessive and genitive, what is said and by whom."""
    assert only(text).experiencer.value == who


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Ich freue mich nicht.", True), ("Traurig bin ich nicht.", True), ("Ich hab keine Angst.", True),
        ("Ich bin nicht mehr wütend.", True),
        ("Sie ging, ohne traurig zu sein.", True), ("Ich glaube nicht, dass er wütend war.", True),
        ("Die Angst ist weg.", True),
        ("Ich war nicht nur traurig.", False), ("Ich war noch nie so glücklich.", False),
        ("Ich kann nicht aufhören, wütend zu sein.", False),
        ("Ich konnte nicht schlafen vor Angst.", False), ("Weil ich nicht schlafen kann, bin ich müde.", False),
        ("Nicht, dass ich eifersüchtig wäre.", True), ("Niemand hat sich gefreut.", True),
    ],
)  # fmt: skip
def test_what_is_denied(text: str, negated: bool) -> None:
    """Behind the verb, before the predicate, above the clause; two cancel, and some deny nothing."""
    assert only(text).negated is negated


@pytest.mark.parametrize(
    ("text", "hypothetical"),
    [
        ("Ich wäre gern glücklich.", True), ("Um glücklich zu sein, brauche ich nicht viel.", True),
        ("Ich will, dass er stolz ist.", True),
        ("Hoffentlich ist er nicht wütend.", True), ("Bin ich traurig?", True),
        ("Falls ich nervös werde, geh ich.", True),
        ("Warum bin ich so traurig?", False), ("Wenn ich heimkomme, bin ich müde.", False),
        ("Ich werde nervös.", False),
        ("Ich werde sie vermissen.", True), ("Wenn das morgen nicht klappt, bin ich wütend.", True),
    ],
)  # fmt: skip
def test_what_is_imagined(text: str, hypothetical: bool) -> None:
    """Konjunktiv, wishes, purposes, the future and questions; "wenn" of a habit imagines nothing."""
    assert only(text).hypothetical is hypothetical


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("Als Kind hatte ich Angst.", True), ("Als ich klein war, war ich oft traurig.", True),
        ("In meiner ersten Ehe war ich einsam.", True),
        ("Gestern war ich traurig.", False), ("Ich war heute so traurig.", False),
        ("Seit damals bin ich traurig.", False),
    ],
)  # fmt: skip
def test_what_is_long_past(text: str, past: bool) -> None:
    """A time of life that is over, and not the past tense of today's story."""
    assert only(text).past is past


def test_time_grows_with_the_text_alone() -> None:
    """Ten times the text, without a comma or a full stop, takes about ten times as long."""
    text = "ich war so traurig weil er nicht da war und dann bin ich heim und hab mich geärgert " * 20

    def seconds(text: str) -> float:
        began = time.process_time()
        find_mentions(text, "de")
        return time.process_time() - began

    seconds(text)
    assert min(seconds(text * 10) for _ in range(2)) < 25 * max(0.002, min(seconds(text) for _ in range(3)))
