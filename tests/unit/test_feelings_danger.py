"""Danger in an answer: to the speaker's own life, or of violence; who it is about, and what is no danger."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from voicecheck.checkin.tonight import danger_watch
from voicecheck.cli.app import App
from voicecheck.cli.main import cli
from voicecheck.domain import Danger, DangerOf
from voicecheck.feelings.danger import find_danger, has_danger_table, read_danger
from voicecheck.feelings.danger_classifier import Known, judge_passages, passages_of
from voicecheck.feelings.danger_watch import OwnPhrases, Watch
from voicecheck.paths import find_paths

SENTENCES = Path(__file__).parent.parent / "data" / "danger.en.jsonl"

UNSEEN = SENTENCES.with_name("danger_unseen.en.jsonl")


def told(text: str, language: str = "en") -> str | None:
    found = find_danger(text, language)
    return None if found is None else found.of.value


def told_by_kind(rows: list[dict[str, Any]]) -> dict[str | None, list[str | None]]:
    """Under each danger of the rows, what is told of the texts that tell of it."""
    known: Known = {}
    judge_passages((passage for row in rows for passage in passages_of(row["text"])), "en", known)
    told: dict[str | None, list[str | None]] = {"life": [], "harm": [], None: []}
    for row in rows:
        found = read_danger(row["text"], known=known).danger
        told[row["danger"]].append(None if found is None else found.of.value)
    return told


@pytest.mark.parametrize(
    "text",
    [
        "I wish I was dead.",
        "I don't want to be alive any more.",
        "I just want to go to sleep and not wake up.",
        "I have been thinking about killing myself.",
        "I keep imagining steering into the oncoming traffic.",
        "I'm going to end my life.",
        "I have a plan to kill myself on Sunday.",
        "I've been saving up my tablets in the drawer.",
        "I tried to kill myself when I was nineteen.",
        "I cut myself again last night.",
    ],
)
def test_each_kind_of_danger_to_life_is_noticed(text: str) -> None:
    """From the wish to be dead to an attempt, and self-injury without intent."""
    assert told(text) == "life"


@pytest.mark.parametrize(
    "text",
    [
        "He grabbed me by the throat.",
        "I lost it and hit her.",
        "I'm scared of what he'll do when he gets home.",
        "He won't let me leave the house without him.",
        "I said no and he didn't stop.",
        "My husband hits our son.",
        "My dad used to beat us with his belt.",
        "He hits me and I want to die.",
    ],
)
def test_each_kind_of_violence_is_noticed(text: str) -> None:
    """Suffered, done, feared, control, sexual, against children, long ago; and it goes before danger to life."""
    assert told(text) == "harm"


@pytest.mark.parametrize(
    ("danger", "harmless"),
    [
        ("I want to kill myself.", "I don't want to kill myself."),
        ("I think about killing myself.", "I have never thought of killing myself."),
        ("I want to die.", "My friend told me that she wants to die."),
        ("I tried to kill myself.", "My sister tried to kill herself years ago."),
        ("I want to kill myself.", "We watched a film where a man kills himself."),
        ("I feel suicidal.", "My therapist asked if I was suicidal and I said no."),
        ("I thought about suicide last night.", "I used to think about suicide in my twenties, that is over."),
        ("He hits me.", "He would never hit me."),
        ("He hit me hard.", "The news hit me hard."),
        ("My husband beats me.", "He beat me at chess again."),
        ("He punched me on the nose.", "We were sparring and he punched me on the nose."),
        ("He choked me.", "I was all choked up."),
        ("My husband hits our daughter.", "The neighbour hits his wife and we called the police."),
        ("He strangled me.", "In the dream somebody was strangling me."),
        ("It will kill me, I want to die.", "My back is killing me."),
    ],
)
def test_danger_and_what_only_sounds_like_it(danger: str, harmless: str) -> None:
    """Denied, a friend's, in a film, asked, long past, a game or a way of speaking."""
    assert told(danger) is not None
    assert told(harmless) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("i want to dye i really do", "life"),
        ("i want to dye my hair red", None),
        ("i want to kill my self", "life"),
        ("um i dont wanna be here any more at all", "life"),
        ("sometimes i think about taking my on life", "life"),
        ("my stepdad beet me black and blue", "harm"),
        ("dave punched me in the stomach", "harm"),
        ("he he said hed kill me if i left", "harm"),
        ("He told me he would kill me if I ever left.", "harm"),
        ("He said he'd kill me if I forget the milk.", None),
    ],
)
def test_danger_as_recognition_writes_it(text: str, kind: str | None) -> None:
    """Without punctuation and apostrophes, split words, words that sound alike."""
    assert told(text) == kind


def test_one_clause_decides_how_another_is_meant() -> None:
    assert told("I can't do this anymore and I want to die.") == "life"
    assert told("I can't do this job anymore.") is None


def test_the_language_of_the_answer_counts() -> None:
    """Whatever the program speaks; an answer in a language without a table is not watched."""
    assert Watch().heard_in("I want to kill myself.", "en-GB") is not None
    assert Watch().heard_in("I want to kill myself.", "fr") is None
    assert has_danger_table("en") and has_danger_table("de-AT")
    assert not has_danger_table("fr") and not has_danger_table("../en")


def test_phrases_of_ones_own_go_beside_the_table_or_take_its_place() -> None:
    """An older `heavy` file goes on working; a `danger` file is the same, for any language."""
    folder = find_paths().resources_folder
    folder.mkdir(parents=True)
    (folder / "heavy.en.toml").write_text('language = "en"\nlife = ["the black dog"]\n')
    (folder / "danger.fr.toml").write_text('harm = ["il me frappe"]\n')
    watch = danger_watch(App(), App().tell)
    assert watch.heard_in("The Black Dog is back.", "en") == Danger(DangerOf.LIFE)
    assert watch.heard_in("I want to die.", "en") is not None
    assert watch.heard_in("Il me frappe.", "fr") == Danger(DangerOf.HARM)
    alone = Watch(own={"en": OwnPhrases(life=("the black dog",), replaces=True)})
    assert alone.heard_in("I want to die.", "en") is None
    assert alone.heard_in("the black dog", "en") is not None


def test_nothing_of_it_stands_in_a_repr() -> None:
    """A log or a traceback tells nothing of what was noticed."""
    assert repr(find_danger("I want to die.")) == "Danger()"
    assert "dog" not in repr(Watch(own={"en": OwnPhrases(life=("the black dog",))}))


def test_tagging_tells_of_danger_when_asked() -> None:
    """`tag --jsonl --danger`: null, life or harm; without it the key is not there."""
    lines = "\n".join(
        json.dumps({"id": n, "text": text}) for n, text in enumerate(["I want to die.", "He hits me.", "A good day."])
    )
    run = CliRunner()
    rows = [json.loads(row) for row in run.invoke(cli, ["tag", "--jsonl", "--danger"], input=lines).stdout.splitlines()]
    assert [row["danger"] for row in rows] == ["life", "harm", None]
    plain = run.invoke(cli, ["tag", "--jsonl"], input=lines).stdout
    assert "danger" not in plain
    foreign = run.invoke(cli, ["tag", "--jsonl", "--danger", "--language", "fr"], input=lines)
    assert "not watched" in foreign.stderr and json.loads(foreign.stdout.splitlines()[0])["danger"] is None


def test_the_development_set_is_noticed() -> None:
    """Floors of what was reached with the sentences that the table was written with."""
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    found = told_by_kind(rows)
    assert len(rows) >= 350
    assert sum(kind is not None for kind in found["life"]) >= 0.95 * len(found["life"])
    assert sum(kind == "harm" for kind in found["harm"]) >= 0.95 * len(found["harm"])
    assert sum(kind is not None for kind in found[None]) <= 0.03 * len(found[None])


def test_sentences_that_nothing_was_learnt_from() -> None:
    """By people who had seen neither table nor training: about what was reached, and it must not fall below."""
    rows = [json.loads(line) for line in UNSEEN.read_text(encoding="utf-8").splitlines()]
    found = told_by_kind(rows)
    shares = {kind: sum(one is not None for one in told) / len(told) for kind, told in found.items()}
    assert shares["life"] >= 0.91
    assert shares["harm"] >= 0.88
    assert shares[None] <= 0.05


@pytest.mark.long
@pytest.mark.parametrize(
    "piece", ["i want to ", "not see the point in ", "just really ", "i think about taking all the "]
)
def test_time_is_linear(piece: str) -> None:
    """Four times the text takes no more than about four times as long."""

    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        began = time.process_time()
        find_danger(text)
        return time.process_time() - began

    seconds(1000)
    assert seconds(200_000) < 10 * max(seconds(50_000), 0.01)
