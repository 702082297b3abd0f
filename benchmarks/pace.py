"""How true the estimates of `voicecheck model recommend` are: networks of Whisper's sizes, timed in turn.

    script/bench pace [--device cpu] [--rounds 5] tiny base small

What a network computes does not depend on its weights, so random ones serve, and nothing has to be fetched. The sizes
take turns, and the quickest of each counts: other work on the computer then disturbs all of them alike. For each half
it prints how many times as long it takes as that of base, and what `voicecheck.speech.whisper.pace` says.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.specs import WhisperSpec

from voicecheck.speech.whisper.pace import SIZES, TEXT_TOKENS, WINDOW_FRAMES, Size

MELS, FRAMES, TEXT_PLACES, HEAD_WIDTH = 80, 2 * WINDOW_FRAMES, 448, 64
END, START, LANGUAGE, TASK, BEFORE, NOBODY, NO_TIMES = 50257, 50258, 50259, 50359, 50361, 50362, 50363
SHORT, LONG = 16, 80  # the decoder's longest text; half of it is new
COMPUTE_TYPES = {"cpu": "int8", "cuda": "float16"}
rng = np.random.default_rng(0)


def weights(*shape: int) -> np.ndarray:
    return (0.02 * rng.standard_normal(shape, dtype=np.float32)).astype(np.float16)


def fill(spec: Any, outputs: int, *inputs: int) -> None:
    spec.weight, spec.bias = weights(outputs, *inputs), np.zeros(outputs, np.float16)


def normalise(spec: Any, width: int) -> None:
    spec.gamma, spec.beta = np.ones(width, np.float16), np.zeros(width, np.float16)


def fill_layer(layer: Any, width: int) -> None:
    normalise(layer.self_attention.layer_norm, width)
    fill(layer.self_attention.linear[0], 3 * width, width)
    fill(layer.self_attention.linear[1], width, width)
    if hasattr(layer, "attention"):
        normalise(layer.attention.layer_norm, width)
        for linear, outputs in zip(layer.attention.linear, (width, 2 * width, width), strict=True):
            fill(linear, outputs, width)
    normalise(layer.ffn.layer_norm, width)
    fill(layer.ffn.linear_0, 4 * width, width)
    fill(layer.ffn.linear_1, width, 4 * width)


def tokens() -> list[str]:
    named = {END: "<|endoftext|>", START: "<|startoftranscript|>", TASK: "<|transcribe|>", BEFORE: "<|startofprev|>",
             NOBODY: "<|nospeech|>", NO_TIMES: "<|notimestamps|>"}  # fmt: skip
    named |= {i: f"<|{(i - NO_TIMES - 1) * 0.02:.2f}|>" for i in range(NO_TIMES + 1, TEXT_TOKENS)}
    return [named.get(i, f"<{i}>") for i in range(TEXT_TOKENS)]


def make(size: Size, folder: Path) -> None:
    """A model of this size that says nothing."""
    width, heads = size.width, size.width // HEAD_WIDTH
    spec = WhisperSpec(size.encoder_layers, heads, size.decoder_layers, heads)
    fill(spec.encoder.conv1, width, MELS, 3)
    fill(spec.encoder.conv2, width, width, 3)
    spec.encoder.position_encodings.encodings = weights(WINDOW_FRAMES, width)
    spec.decoder.position_encodings.encodings = weights(TEXT_PLACES, width)
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = weights(TEXT_TOKENS, width)
    spec.decoder.scale_embeddings = False
    for half in (spec.encoder, spec.decoder):
        normalise(half.layer_norm, width)
        for layer in half.layer:
            fill_layer(layer, width)
    spec.register_vocabulary(tokens())
    spec.config.suppress_ids = spec.config.suppress_ids_begin = [END]
    spec.config.lang_ids, spec.config.alignment_heads = [LANGUAGE], [(0, 0)]
    spec.validate()
    spec.save(str(folder))


def load(size: Size, device: str) -> Any:
    folder = Path(tempfile.mkdtemp())
    try:
        make(size, folder)
        return ctranslate2.models.Whisper(str(folder), device=device, compute_type=COMPUTE_TYPES[device])
    finally:
        shutil.rmtree(folder)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def one_round(model: Any, window: Any) -> tuple[float, float]:
    """Seconds for the encoder's window, and for the decoder's additional tokens."""
    encoder_s, encoded = timed(lambda: model.encode(window, to_cpu=True))

    def decode(longest: int) -> Any:
        prompt = [[START, LANGUAGE, TASK, NO_TIMES]]
        return model.generate(
            encoded, prompt, beam_size=5, max_length=longest, suppress_tokens=[END], suppress_blank=False
        )

    return encoder_s, timed(lambda: decode(LONG))[0] - timed(lambda: decode(SHORT))[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["tiny", "base", "small"])
    parser.add_argument("--device", choices=list(COMPUTE_TYPES), default="cpu")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    names = list(dict.fromkeys(["base", *options.names]))
    models = {name: load(SIZES[name], options.device) for name in names}
    window = ctranslate2.StorageView.from_array(rng.standard_normal((1, MELS, FRAMES)).astype(np.float32) * 0.1)
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for number in range(options.rounds + 1):
        for name, model in models.items():
            took = one_round(model, window)
            if number:  # the first warms up
                rounds[name].append(took)
    quickest = {name: tuple(min(part) for part in zip(*took, strict=True)) for name, took in rounds.items()}
    base = SIZES["base"]
    for name, (encoder_s, decoder_s) in quickest.items():
        size = SIZES[name]
        print(
            f"{name:16} encoder {encoder_s:7.3f} s, x {encoder_s / quickest['base'][0]:5.2f} "
            f"(estimated {size.encoder_work / base.encoder_work:5.2f})   "
            f"decoder {decoder_s:7.3f} s, x {decoder_s / quickest['base'][1]:5.2f} "
            f"(estimated {size.decoder_work / base.decoder_work:5.2f})"
        )


if __name__ == "__main__":
    main()
