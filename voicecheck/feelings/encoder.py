"""A small transformer encoder that reads a passage of text and gives each class a probability; numpy alone.

The architecture is BERT's (Devlin et al. 2019) with six layers of 384 (MiniLM, Wang et al. 2020), mean and maximum over
the tokens, and one linear layer. Weights are kept as 8-bit integers with one scale a row, and widened layer by layer
while they are used, so that a model takes its file's size in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

HEADS = 12
LONGEST = 96
"""tokens of a passage; what is longer is cut"""
MOST_BYTES = 64 << 20
"""of a file of weights, unpacked: four times those of today"""
MOST_LAYERS = 24
_TINY = 1e-12
Floats = npt.NDArray[np.float32]
Class = Annotated[str, msgspec.Meta(pattern=r"^[a-z]+/[a-z_]+\Z")]
"""names of the dangers that a passage may tell of, each with its kind, as life/plan"""


class _About(msgspec.Struct, frozen=True):
    layers: Annotated[int, msgspec.Meta(ge=1, le=MOST_LAYERS)]
    classes: Annotated[tuple[Class, ...], msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class Encoder:
    """Weights and the splitter of words that belongs to them."""

    weights: Mapping[str, npt.NDArray[Any]] = field(repr=False)
    splitter: Tokenizer = field(repr=False)
    layers: int
    classes: tuple[str, ...]

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """One row a text, one column a class; each row sums to one."""
        passages = [self._embedded(text) for text in texts]
        for number in range(self.layers):
            layer = self._widened(f"{number}.")
            passages = [_encoded(x, layer) for x in passages]
        head = self._widened("head.")
        pooled = np.stack([np.concatenate([x.mean(0), x.max(0)]) for x in passages])
        return _shares(pooled @ head["w"].T + head["b"])

    def _embedded(self, text: str) -> Floats:
        """(tokens, width)"""
        letters = text.encode(errors="replace").decode()  # half a surrogate pair, as JSON can hold it, is no letter
        ids = np.asarray(self.splitter.encode(letters).ids)
        words, places = (self._rows(name, rows) for name, rows in (("words", ids), ("places", np.arange(len(ids)))))
        return _normed(words + places, self._widened("embedding."), "")

    def _rows(self, name: str, rows: npt.NDArray[np.int_]) -> Floats:
        widened: Floats = self.weights[f"{name}.w"][rows] * self.weights[f"{name}.scale"][rows, None]
        return widened

    def _widened(self, start: str) -> dict[str, Floats]:
        """The weights whose names begin so, as floats, by the rest of their names."""
        named = {name[len(start) :]: weight for name, weight in self.weights.items() if name.startswith(start)}
        scales = {name.removesuffix("scale"): named.pop(name) for name in tuple(named) if name.endswith("scale")}
        for name, scale in scales.items():
            named[f"{name}w"] = named[f"{name}w"] * scale[:, None]
        return named


def _encoded(x: Floats, layer: Mapping[str, Floats]) -> Floats:
    """One layer: attention, then a linear layer each way, each added to what came in."""
    x = _normed(x + _attended(x, layer), layer, "attention.")
    inner = _gelu(_linear(x, layer, "inner"))
    return _normed(x + _linear(inner, layer, "outer"), layer, "output.")


def _attended(x: Floats, layer: Mapping[str, Floats]) -> Floats:
    size = x.shape[1] // HEADS
    query, key, value = (
        _linear(x, layer, name).reshape(len(x), HEADS, size).transpose(1, 0, 2) for name in ("query", "key", "value")
    )
    shares = _shares(query @ key.transpose(0, 2, 1) / np.float32(size**0.5))
    return _linear((shares @ value).transpose(1, 0, 2).reshape(x.shape), layer, "mixed")


def _linear(x: Floats, layer: Mapping[str, Floats], name: str) -> Floats:
    result: Floats = x @ layer[f"{name}.w"].T + layer[f"{name}.b"]
    return result


def _normed(x: Floats, layer: Mapping[str, Floats], name: str) -> Floats:
    centred = x - x.mean(-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(_TINY))
    normed: Floats = centred / spread * layer[f"{name}gain"] + layer[f"{name}shift"]
    return normed


def _shares(x: Floats) -> Floats:
    """Softmax over the last axis."""
    raised = np.exp(x - x.max(-1, keepdims=True))
    result: Floats = raised / raised.sum(-1, keepdims=True)
    return result


def load_encoder(file: Path) -> Encoder:
    """Load an encoder. Raises an exception of some kind for a file that is missing, damaged, or not of these weights.

    Whatever passes gives each text a number, never NaN, which would be below every threshold.
    """
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
        if sum(member.file_size for member in stored.zip.infolist()) > MOST_BYTES:
            raise ValueError("it unpacks to more than weights of this kind take")
        weights = {name: stored[name] for name in stored.files if name not in ("splitter", "about")}
        splitter = _splitter(stored["splitter"].tobytes())
        about = msgspec.json.decode(stored["about"].tobytes(), type=_About)
    _check_weights(weights, about, splitter.get_vocab_size())
    encoder = Encoder(weights, splitter, about.layers, about.classes)
    if not np.isfinite(encoder.probabilities(["I am here."])).all():
        raise ValueError("its numbers lead to none")
    return encoder


@lru_cache(maxsize=2)
def _splitter(described: bytes) -> Tokenizer:
    """Weights of one language share it: it takes as much memory as they do."""
    splitter = Tokenizer.from_str(described.decode())
    splitter.no_padding()
    splitter.enable_truncation(LONGEST)
    return splitter


def _check_weights(weights: Mapping[str, npt.NDArray[Any]], about: _About, vocabulary: int) -> None:
    """Raises ValueError or KeyError unless these are all arrays of the architecture, in their sizes and types."""
    (rows, width), (places, _), (inner,) = (weights[name].shape for name in ("words.w", "places.w", "0.inner.b"))
    linear = {"words": (rows, width), "places": (places, width), "head": (len(about.classes), 2 * width)}
    normed = ["embedding."]
    for layer in range(about.layers):
        linear |= {f"{layer}.{name}": (width, width) for name in ("query", "key", "value", "mixed")}
        linear |= {f"{layer}.inner": (inner, width), f"{layer}.outer": (width, inner)}
        normed += [f"{layer}.attention.", f"{layer}.output."]
    shapes: dict[str, tuple[int, ...]] = {f"{name}.w": shape for name, shape in linear.items()}
    shapes |= {f"{name}.scale": shape[:1] for name, shape in linear.items()}
    shapes |= {f"{name}.b": shape[:1] for name, shape in linear.items() if name not in ("words", "places")}
    shapes |= {f"{name}{part}": (width,) for name in normed for part in ("gain", "shift")}
    if {name: weight.shape for name, weight in weights.items()} != shapes or width % HEADS:
        raise ValueError("its arrays have other names or sizes")
    if rows < vocabulary or places < LONGEST:
        raise ValueError("it has too few rows")
    for name, weight in weights.items():
        if weight.dtype != (np.int8 if name.endswith(".w") else np.float32) or not np.isfinite(weight).all():
            raise ValueError("its numbers are of another type, or none")


def _gelu(x: Floats) -> Floats:
    """The approximation with tanh (Hendrycks and Gimpel 2016)."""
    half = np.float32(0.5) * x
    result: Floats = half * (1 + np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x)))
    return result
