"""The classifier beside the table of danger: what it reads of a long answer, and what it hears that no table holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.domain import Danger, DangerOf
from voicecheck.errors import VoicecheckError
from voicecheck.feelings import danger_classifier
from voicecheck.feelings.danger import DangerRead, _weighed, find_danger, read_danger
from voicecheck.feelings.danger_classifier import MOST, PASSAGE, WEIGHTS, Judged, Judgement, judge, passages_of
from voicecheck.feelings.danger_watch import Watch
from voicecheck.feelings.encoder import load_encoder
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.reflect import fixed_reflection
from voicecheck.feelings.tokens import table_path
from voicecheck.phrases import load_phrases

ORDINARY = (
    "Then we went to the shop and bought potatoes, and the queue was long, and the girl at the till was kind to him."
)
Weights = dict[str, npt.NDArray[Any]]
WORD = st.text("abcdefg", min_size=1, max_size=8)


@given(st.lists(st.tuples(st.lists(WORD, min_size=1, max_size=70), st.sampled_from(("", ".", "?", "...", ",")))))
def test_every_word_stands_in_a_passage_and_none_is_too_long(told: list[tuple[list[str], str]]) -> None:
    text = " ".join(" ".join(words) + end for words, end in told)
    passages = list(passages_of(text))
    assert all(0 < len(passage.split()) <= PASSAGE for passage in passages)
    rest = iter(" ".join(passages).split())
    assert all(word in rest for word in text.split())  # in their order


def test_a_short_answer_is_read_as_a_whole() -> None:
    assert list(passages_of("I am tired. So tired.")) == ["I am tired. So tired."]
    assert list(passages_of("")) == []
    assert list(passages_of(" ... ")) == []


def test_probabilities_of_all_kinds_sum_to_one() -> None:
    encoder = load_encoder(table_path("en", "danger.npz"))
    rows = encoder.probabilities(["I am glad.", ORDINARY * 20, "\U0001f600 żółć 12:30", "x" * 5000])
    assert rows.shape == (4, len(encoder.classes))
    assert np.allclose(rows.sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("at", [0, 3, 12, 25])
def test_danger_told_in_passing_is_found_wherever_it_stands(at: int) -> None:
    """In five minutes of harmless talk, in words that no table holds."""
    sentences = [ORDINARY] * 25
    assert find_danger(" ".join(sentences)) is None
    sentences.insert(at, "Every night on the platform I keep thinking about stepping out in front of the train.")
    assert find_danger(" ".join(sentences)) is not None


def judged(*passages: tuple[float, DangerOf], whole: bool = True) -> Judged:
    return Judged(tuple(Judgement(score, of, "done") for score, of in passages), whole)


def test_the_classifier_weighs_what_the_table_found() -> None:
    """A plain wish to be dead outweighs doubt, an idiom does not, and what is likely alone is the weaker level."""
    said, weaker = Danger(DangerOf.LIFE), Danger(DangerOf.LIFE, weaker=True)
    seen = [judged((score, DangerOf.LIFE)) for score in (0.1, 0.5, 0.92, 0.97)]
    assert [_weighed(said, one) for one in seen] == [None, said, said, said]
    assert [_weighed(weaker, one) for one in seen[:2]] == [None, None]
    alone = [_weighed(None, one) for one in seen]
    assert alone == [None, None, Danger(DangerOf.LIFE, True, "done"), Danger(DangerOf.LIFE, False, "done")]


def test_what_may_be_danger_is_known_apart() -> None:
    """Heard by the table alone, or by the classifier with half a mind: no danger is told, and nothing is mirrored."""

    def judging(score: float) -> Callable[..., Judged]:
        return lambda *_: judged((score, DangerOf.LIFE))

    assert read_danger("I want to die", judge=judging(0.1)) == DangerRead(None, possible=True)
    assert read_danger("I am glad", judge=judging(0.6)) == DangerRead(None, possible=True, faint=True)
    assert read_danger("I am glad", judge=judging(0.4)) == DangerRead(None, faint=True)
    assert read_danger("I am glad", judge=judging(0.2)) == DangerRead()
    assert read_danger("Ich will sterben", "de") == DangerRead(Danger(DangerOf.LIFE, kind="wish_dead"), possible=True)
    assert read_danger("Je veux mourir", "fr") == DangerRead()
    said = "I am so sad"
    thanks = fixed_reflection(find_mentions(said), said, load_phrases(), "en", DangerRead(None, possible=True))
    assert thanks == "Thank you."


def test_violence_in_any_passage_keeps_all_of_it_unheard() -> None:
    """Also where a wish to be dead stands beside it, in the table or in a passage of a higher score."""
    said = Danger(DangerOf.LIFE)
    life, harm = (0.99, DangerOf.LIFE), (0.92, DangerOf.HARM)
    for found in (_weighed(said, judged(harm)), _weighed(said, judged(life, harm)), _weighed(None, judged(life, harm))):
        assert found is not None and found.of is DangerOf.HARM
    unsure = _weighed(said, judged(life, (0.4, DangerOf.HARM)))
    assert unsure is not None and (unsure.of, unsure.weaker) == (DangerOf.LIFE, True)


def test_a_pasted_book_is_judged_in_part_and_the_table_has_its_rest() -> None:
    """What the table found there is not taken for an idiom by a classifier that never read it."""
    book = (ORDINARY + " ") * 2000
    assert len(list(passages_of(book))) > MOST
    said = Danger(DangerOf.LIFE)
    assert _weighed(said, judged((0.0, DangerOf.LIFE), whole=False)) == said


def test_a_language_without_weights_is_not_judged() -> None:
    assert judge("Ich mag nicht mehr.", "de") is None


def put_in_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in the folder is read in place of English's own; "xy" has what lies there alone."""

    def path(language: str, name: str) -> Path:
        return folder / name if language == "xy" or (folder / name).exists() else table_path("en", name)

    monkeypatch.setattr(danger_classifier, "table_path", path)


def test_the_two_are_asked_and_their_mean_is_taken() -> None:
    text = "Every night on the platform I keep thinking about stepping out in front of the train."
    shares = []
    for name in WEIGHTS:
        encoder = load_encoder(table_path("en", name))
        row = encoder.probabilities([text])[0]
        shares.append(sum(p for c, p in zip(encoder.classes, row, strict=True) if not c.startswith("none/")))
    judged = judge(text, "en")
    assert judged is not None and judged.passages[0].score == pytest.approx(sum(shares) / 2, abs=1e-4)


@pytest.mark.parametrize("text", ["I'll live.", "We'll see. I've got a good feeling about it.", "Nothing on my mind."])
def test_what_closes_a_door_is_no_danger(text: str) -> None:
    assert find_danger(text) is None


def test_one_of_two_is_not_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / WEIGHTS[0]).write_bytes(table_path("en", WEIGHTS[0]).read_bytes())
    put_in_place(tmp_path, monkeypatch)
    with pytest.raises(VoicecheckError, match="cannot be read"):
        judge("I am tired.", "xy")


@pytest.mark.parametrize("name", WEIGHTS)
def test_damaged_weights_are_told_in_a_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_bytes(table_path("en", name).read_bytes()[:90_000])
    put_in_place(tmp_path, monkeypatch)
    with pytest.raises(VoicecheckError, match="cannot be read"):
        judge("I am tired.", f"x{WEIGHTS.index(name)}")


ENDLESS = b'{"layers": 1e9, "classes": ["life/plan"]}'
DAMAGED: dict[str, Callable[[Weights], object]] = {
    "numbers that are none": lambda w: w.update({"head.b": w["head.b"] * np.float32("nan")}),
    "endless scales": lambda w: w.update({"words.scale": w["words.scale"] * np.float32("inf")}),
    "scales beyond all sums": lambda w: w.update({"0.key.scale": w["0.key.scale"] * 0 + np.float32(3e38)}),
    "a missing array": lambda w: w.pop("head.b"),
    "another size": lambda w: w.update({"0.key.w": w["0.key.w"][:, :7]}),
    "too few words": lambda w: w.update({"words.w": w["words.w"][:5], "words.scale": w["words.scale"][:5]}),
    "a pickled object": lambda w: w.update({"head.b": np.array([{"a": 1}], dtype=object)}),
    "another splitter": lambda w: w.update({"splitter": np.frombuffer(b"{}", np.uint8)}),
    "a deep description": lambda w: w.update({"about": np.frombuffer(b"[" * 100_000, np.uint8)}),
    "layers without end": lambda w: w.update({"about": np.frombuffer(ENDLESS, np.uint8)}),
    "a bomb": lambda w: w.update({"head.b": np.zeros(100 << 20, np.int8)}),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_no_damage_passes_for_an_answer_without_danger(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NaN is below every threshold, and would take back what the table found."""
    with np.load(table_path("en", "danger.npz"), allow_pickle=False) as stored:
        weights = {name: stored[name] for name in stored.files}
    DAMAGED[damage](weights)
    save = np.savez_compressed if damage == "a bomb" else np.savez
    save(tmp_path / "danger.npz", **weights)
    put_in_place(tmp_path, monkeypatch)
    danger_classifier._encoders.cache_clear()
    try:
        with np.errstate(all="ignore"), pytest.raises(VoicecheckError, match="cannot be read"):
            judge("I want to die.", "en")
    finally:
        danger_classifier._encoders.cache_clear()


def test_damaged_weights_end_no_evening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table reads each answer alone, and the fault is told once, when the sitting is over."""
    (tmp_path / "danger.npz").write_bytes(b"PK")
    put_in_place(tmp_path, monkeypatch)
    danger_classifier._encoders.cache_clear()
    watch = Watch()
    for _ in range(2):
        found = watch.heard_in("I want to kill myself.", "en")
        assert found is not None and found.of is DangerOf.LIFE and not found.weaker
        assert watch.heard_in("I went home.", "en") is None
    assert [fault.hint for fault in watch.faults] == ["Install VoiceCheck again."]


def test_one_array_alone_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "danger.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    put_in_place(tmp_path, monkeypatch)
    with pytest.raises(VoicecheckError, match="cannot be read"):
        judge("I am tired.", "xy")


@pytest.mark.parametrize("pasted", [",", ".", " ", "\n", " .", "-"])
def test_a_page_of_marks_is_read_in_one_pass(pasted: str) -> None:
    """A million of them; it took hours when each was the beginning of another search."""
    began = time.process_time()
    assert list(passages_of(pasted * 1_000_000 + " so tired"))[-1].endswith("so tired")
    assert time.process_time() - began < 20
