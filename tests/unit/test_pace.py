"""Which models keep up: the arithmetic, the measuring with a clock that a test turns, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import FakeVoice, ScriptedTranscriber
from voicecheck.cli.main import run
from voicecheck.cli.models import recommending
from voicecheck.errors import AudioError
from voicecheck.models.catalog import ModelFolder, load_catalog
from voicecheck.settings.file import change_settings
from voicecheck.speech.whisper.pace import BASE, MOST_RTF, SIZES, SMALL, TINY, Cost, fit, measure, paces, recommended
from voicecheck.utterance import ModelUse

QUICK, TWO_CORES, SLOW = Cost(0.05, 0.008), Cost(1.2, 0.07), Cost(6.0, 0.4)


class Clock:
    """Time passes only while something is transcribed."""

    def __init__(self, *took_s: float) -> None:
        self.now_s = 0.0
        self.calls: list[float] = []
        self._took_s = list(took_s)

    def __call__(self) -> float:
        return self.now_s

    def call(self, seconds: float) -> None:
        self.calls.append(seconds)
        self.now_s += self._took_s.pop(0) if len(self._took_s) > 1 else self._took_s[0]


def test_two_lengths_tell_both_parts_apart() -> None:
    """A line through two points: what a call costs anyway, and what each second of speech adds."""
    assert fit((2.0, 1.2), (8.0, 1.8)) == Cost(pytest.approx(1.0), pytest.approx(0.1))
    assert Cost(1.0, 0.1).rtf == pytest.approx(1.8 / 8)


def test_noise_makes_no_negative_cost() -> None:
    """A long call that was quicker than a short one costs nothing more a second, and never gives time back."""
    assert fit((2.0, 1.2), (8.0, 1.1)) == Cost(1.2, 0.0)
    assert fit((2.0, 0.1), (8.0, 4.1)).fixed_s == 0.0


def test_parts_grow_by_what_they_compute() -> None:
    """The encoder of small does four times the work of that of base, the decoder three times; tiny less than half."""
    grown = Cost(1.0, 0.1).of(BASE, SMALL)
    assert grown.fixed_s == pytest.approx(4.0, abs=0.2)
    assert grown.per_second_s == pytest.approx(0.29, abs=0.02)
    shrunk = Cost(1.0, 0.1).of(BASE, TINY)
    assert shrunk.fixed_s == pytest.approx(0.42, abs=0.02)
    assert shrunk.of(TINY, BASE).rtf == pytest.approx(Cost(1.0, 0.1).rtf)


def test_turbo_has_the_encoder_of_large_and_hardly_a_decoder() -> None:
    """Its window costs as much, its words a fifth."""
    large, turbo = SIZES["large-v3"], SIZES["large-v3-turbo"]
    assert turbo.encoder_work == large.encoder_work
    assert turbo.decoder_work < large.decoder_work / 4


def test_every_model_of_the_catalog_has_a_size() -> None:
    """A model that is added to the catalog is not silently left out of the recommendation."""
    assert {model.name for model in load_catalog().models} <= set(SIZES)


def test_median_forgives_a_busy_moment() -> None:
    """One call in five that took ten times as long changes nothing; the first, which warms up, does not count."""
    clock = Clock(9.0, 1.8, 1.2, 1.8, 12.0, 1.2, 1.2)
    cost = measure(clock.call, (2.0, 8.0), clock, budget_s=20.0)
    assert cost == Cost(pytest.approx(1.0), pytest.approx(0.1))


def test_measuring_stays_within_its_time() -> None:
    """Three short calls at least, nine at most, and none is begun that would not fit."""
    slow, quick = Clock(5.0), Clock(0.01)
    measure(slow.call, (2.0, 8.0), slow, budget_s=10.0)
    assert slow.calls == [2.0, 8.0, 2.0, 8.0, 2.0, 2.0]
    measure(quick.call, (2.0, 8.0), quick, budget_s=10.0)
    assert quick.calls.count(2.0) == 1 + 9
    fair = Clock(1.2)
    measure(fair.call, (2.0, 8.0), fair, budget_s=10.0)
    assert fair.now_s <= 10.0


ALL = [(name, name in ("tiny.en", "base")) for name in ("tiny.en", "base", "base.en", "small", "medium", "large-v3")]


@pytest.mark.parametrize(
    ("cost", "best"), [(QUICK, "large-v3"), (Cost(0.3, 0.02), "small"), (TWO_CORES, "base"), (SLOW, None)]
)
def test_the_largest_that_keeps_up(cost: Cost, best: str | None) -> None:
    """From a machine that runs the largest to one on which none keeps up."""
    found = recommended(paces("base", cost, ALL))
    assert (found.name if found else None) == best


def test_of_equals_the_one_that_is_here() -> None:
    """Nothing is fetched for a model of the same size."""
    found = recommended(paces("base", TWO_CORES, [("base.en", True), ("base", False)]))
    assert found is not None and found.name == "base.en"


def test_only_one_is_measured() -> None:
    """What is estimated says so, and a model of unknown size is not guessed at."""
    found = {pace.name: pace for pace in paces("base", TWO_CORES, [*ALL, ("someone's own", True)])}
    assert [name for name, pace in found.items() if pace.measured] == ["base"]
    assert (found["someone's own"].rtf, found["someone's own"].keeps_up) == (None, False)
    assert found["base"].rtf == pytest.approx(TWO_CORES.rtf)
    assert found["base"].keeps_up == (TWO_CORES.rtf <= MOST_RTF)


# The command


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, home: Path) -> ScriptedTranscriber:
    """base is here; each call takes no time at all."""
    whisper = ScriptedTranscriber()
    monkeypatch.setattr("voicecheck.speech.whisper.engine.WhisperRecogniser", lambda *_, **__: whisper)
    monkeypatch.setattr("voicecheck.speech.voice.system_voice.SystemVoice", lambda *_: FakeVoice())
    monkeypatch.setattr("voicecheck.models.catalog.installed", lambda weights, _: weights.name in ("tiny.en", "base"))
    monkeypatch.setattr(
        "voicecheck.models.catalog.find_model", lambda name, _: ModelFolder(name, home, ("multilingual",))
    )
    monkeypatch.setattr(recommending, "_load", lambda: 0.1)
    return whisper


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run(["model", "recommend", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_recommend(machine: ScriptedTranscriber, capsys: pytest.CaptureFixture[str]) -> None:
    """It listens to speech of two lengths, and the quickest of machines gets the largest model."""
    found = shown(capsys)
    assert sorted({round(asked.seconds) for asked in machine.history}) == [2, 8]
    assert all(np.abs(asked.samples[-1600:]).max() > 0 for asked in machine.history), "sound up to its end"
    assert (found["measured"], found["recommended"], found["chosen"]) == ("base", "large-v3", "base")
    assert [m["name"] for m in found["models"] if m["measured"]] == ["base"]
    assert run(["model", "recommend"]) == 0
    out = capsys.readouterr().out
    assert "Recommended: large-v3" in out and "voicecheck model fetch large-v3" in out and "estimated" in out


def test_recommend_for_another_language(
    machine: ScriptedTranscriber, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Models that know English only are no help then."""
    change_settings(home / "settings.toml", {"whisper.language": "de"})
    names = {model["name"] for model in shown(capsys)["models"]}
    assert "small" in names and not any(name.endswith(".en") or name.startswith("distil") for name in names)


def test_recommend_on_a_graphics_card(machine: ScriptedTranscriber, capsys: pytest.CaptureFixture[str]) -> None:
    """Where Whisper runs on the card, that is what was measured, and it says so."""
    machine.use = ModelUse("base", "cuda", "float16")
    assert shown(capsys)["device"] == "cuda"
    assert run(["model", "recommend"]) == 0
    assert "on the graphics card" in capsys.readouterr().out


def test_recommend_on_a_busy_computer(
    machine: ScriptedTranscriber, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was measured beside other work is not passed off as the whole truth."""
    monkeypatch.setattr(recommending, "_load", lambda: 2.0)
    assert run(["model", "recommend"]) == 0
    assert "busy at the moment" in capsys.readouterr().out


def test_recommend_without_a_model_or_a_voice(
    machine: ScriptedTranscriber, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to measure with is an error that names the next step."""

    def no_voice(*_: object) -> None:
        raise AudioError("This system has no voice.", "Install one.")

    for place in ("voice.system_voice.SystemVoice", "voice.voices.open_voice"):
        monkeypatch.setattr(f"voicecheck.speech.{place}", no_voice)
    assert run(["model", "recommend"]) == 3
    monkeypatch.setattr("voicecheck.models.catalog.installed", lambda *_: False)
    assert run(["model", "recommend"]) == 4
    assert "voicecheck model fetch base" in capsys.readouterr().err


def test_model_to_measure_with(machine: ScriptedTranscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    """base where it is here, else the largest that is."""
    here: Callable[[tuple[str, ...]], None] = lambda names: monkeypatch.setattr(  # noqa: E731
        "voicecheck.models.catalog.installed", lambda weights, _: weights.name in names
    )
    here(("base", "medium"))
    assert recommending._model_to_measure(recommending.App()) == "base"
    here(("tiny.en", "small"))
    assert recommending._model_to_measure(recommending.App()) == "small"
