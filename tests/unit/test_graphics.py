"""Whisper on a graphics card that works, that does not, and that stops working."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from voicecheck.errors import ModelError
from voicecheck.speech.recognition.recogniser import Utterance
from voicecheck.speech.whisper import engine, graphics
from voicecheck.speech.whisper.engine import CARD_UNUSABLE, WhisperRecogniser

SECOND = Utterance(np.zeros(16_000, np.float32), 1.0)


class FakeWhisper:
    """What faster-whisper gives, as far as it is asked; `replies` are calls that work before one that fails."""

    def __init__(self, device: str, replies: int) -> None:
        self.device = device
        self.replies = replies

    def transcribe(self, samples: Any, **options: Any) -> tuple[list[Any], Any]:
        if not self.replies:
            raise RuntimeError("CUDA failed with error out of memory")
        self.replies -= 1
        return [segment(f"heard on {self.device}")], SimpleNamespace(language="en")


def segment(text: str) -> Any:
    return SimpleNamespace(
        text=text, start=0.0, end=1.0, words=[], tokens=[1], avg_logprob=0.0, no_speech_prob=0.0, compression_ratio=1.0
    )


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A computer with one card; how many calls each device answers before it fails."""
    answers = {"cuda": 100, "cpu": 100}
    monkeypatch.setattr(graphics, "count_cards", lambda: 1)
    monkeypatch.setattr(graphics, "best_compute_type", lambda: "float16")
    monkeypatch.setattr(graphics, "bring_libraries", lambda: None)
    monkeypatch.setattr(engine, "_open_model", lambda folder, device, kind: FakeWhisper(device, answers[device]))
    return answers


def load(told: list[str]) -> WhisperRecogniser:
    return WhisperRecogniser(Path("base"), "base", tell=told.append)


@pytest.mark.usefixtures("machine")
def test_a_card_that_works_is_used() -> None:
    """With `auto` Whisper runs on a card that can be seen, and nothing is said about it."""
    told: list[str] = []
    whisper = load(told)
    assert (whisper.use.device, whisper.use.compute_type, told) == ("cuda", "float16", [])
    assert whisper.transcribe(SECOND).text == "heard on cuda"


def test_a_card_without_its_libraries(machine: dict[str, int]) -> None:
    """A card that fails at the first call is given up before anybody speaks, and the person is told once."""
    machine["cuda"] = 0
    told: list[str] = []
    whisper = load(told)
    assert (whisper.use.device, whisper.use.compute_type, told) == ("cpu", "int8", [CARD_UNUSABLE])
    assert whisper.transcribe(SECOND).text == "heard on cpu"


def test_a_card_that_fails_in_the_middle(machine: dict[str, int]) -> None:
    """When the card's memory is gone in the middle of an answer, the processor writes down that very stretch.

    From then on a recording goes through it one stretch at a time: batches are for a card.
    """
    machine["cuda"] = 2  # the warm-up and one stretch
    told: list[str] = []
    whisper = load(told)
    assert whisper.at_once == engine.BATCH > 1
    assert [whisper.transcribe(SECOND).text for _ in range(3)] == ["heard on cuda", "heard on cpu", "heard on cpu"]
    assert (whisper.use.device, told) == ("cpu", [CARD_UNUSABLE])
    assert whisper.at_once == 1


def test_a_processor_that_fails(machine: dict[str, int]) -> None:
    """Where the processor fails as well, it is an error with a next step, and not tried for ever."""
    machine.update(cuda=1, cpu=0)
    whisper = load([])
    with pytest.raises(ModelError, match="stopped in the middle"):
        whisper.transcribe(SECOND)


def test_an_older_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that is no good at half precision computes in the best kind that it knows."""
    monkeypatch.setattr("ctranslate2.get_supported_compute_types", lambda device: {"float32", "int8"})
    assert graphics.best_compute_type() == "int8"


def test_a_card_without_a_driver(tmp_path: Path) -> None:
    """On Linux an NVIDIA card is seen on the bus though no driver knows it; a network card by NVIDIA is none."""

    def device(name: str, kind: str, vendor: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "class").write_text(kind)
        (folder / "vendor").write_text(vendor)

    device("0000:00:02.0", "0x030000\n", "0x8086\n")
    device("0000:03:00.0", "0x020000\n", "0x10de\n")
    assert not graphics._has_nvidia_card(tmp_path)
    device("0000:01:00.0", "0x030200\n", "0x10de\n")
    assert graphics._has_nvidia_card(tmp_path)


def test_which_libraries_are_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """cuDNN is asked for only where CTranslate2 names it in its own file."""
    file = tmp_path / "libctranslate2.so"
    monkeypatch.setattr(graphics, "_ctranslate2_files", lambda: [file])
    file.write_bytes(b"\0libcublas.so.12\0")
    assert graphics._needed() == (graphics.CUBLAS,)
    file.write_bytes(b"\0libcublas.so.12\0libcudnn_ops.so.9\0")
    assert graphics._needed() == (graphics.CUBLAS, graphics.CUDNN)


@pytest.mark.usefixtures("machine")
def test_every_reading_of_the_files_is_followed_by_a_look_at_them(machine: dict[str, int]) -> None:
    """On a card, and again on the processor when the card fails in the middle: other files are refused each time."""
    machine["cuda"], looks = 1, list[str]()
    whisper = WhisperRecogniser(Path("base"), "base", require_unchanged=lambda: looks.append("look"))
    assert looks == ["look"]
    whisper._model.replies = 0
    whisper.transcribe(SECOND)
    assert looks == ["look", "look"]

    def changed() -> None:
        raise ModelError("The files of base changed while they were loaded.", "Try again.")

    with pytest.raises(ModelError, match="changed"):
        WhisperRecogniser(Path("base"), "base", "cpu", require_unchanged=changed)
