"""The neural voices: the only importer of Piper and Kokoro. Both run on onnxruntime, and neither reaches a network.

Both parts are optional: Piper is GPL-3.0, and so is the phonemizer that stands before Kokoro.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import numpy as np

from voicecheck.errors import AudioError
from voicecheck.models.catalog import VoiceFiles
from voicecheck.speech.voice.sentences import split_sentences
from voicecheck.speech.voice.sound import Sound

KOKORO_RATE_HZ = 24_000
KOKORO_STYLES = (510, 1, 256)
"""a style for each count of phonemes up to the longest that it takes"""
LONGEST_TOKENS = KOKORO_STYLES[0] - 2  # one in front and one behind are its own
ACCENTS = {"a": "en-us", "b": "en-gb"}
"""first letter of a Kokoro voice's name -> how eSpeak NG calls the accent"""


class PiperVoice:
    """Piper voice: quick, a sentence takes a tenth of its own length."""

    needs_file = False

    def __init__(self, files: VoiceFiles, rate: float = 1.0, threads: int = 0) -> None:
        try:
            import piper
            from piper.config import PiperConfig, SynthesisConfig
        except ImportError as error:
            raise AudioError(
                "Piper is not installed.", "Install the extra: piper, or set voice.engine to system."
            ) from error
        self.name = f"Piper {files.name}"
        try:
            config = PiperConfig.from_dict(json.loads(files.voice_path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise AudioError(f"{files.voice_path} cannot be read.", "Fetch the voice again.") from error
        self._voice = piper.PiperVoice(session=_session(files, threads), config=config)
        self._config = SynthesisConfig(length_scale=config.length_scale / rate)

    def synthesize(self, text: str) -> Iterator[Sound]:
        try:
            for chunk in self._voice.synthesize(text, self._config):
                yield Sound(np.asarray(chunk.audio_float_array, np.float32), chunk.sample_rate).trimmed()
        except Exception as error:  # of onnxruntime, which has no common class, for a network of another shape
            raise AudioError(f"{self.name} cannot speak.", "Take another voice: voicecheck voice list") from error


class KokoroVoice:
    """Kokoro voice: natural, a sentence takes about half of its own length on two cores."""

    needs_file = False

    def __init__(self, files: VoiceFiles, rate: float = 1.0, threads: int = 0) -> None:
        try:
            from kokoro_onnx.tokenizer import Tokenizer
        except ImportError as error:
            raise AudioError(
                "Kokoro is not installed.", "Install the extra: kokoro, or set voice.engine to piper or system."
            ) from error
        logging.getLogger("phonemizer").setLevel(logging.ERROR)  # it warns of words that it took for two
        self.name = f"Kokoro {files.name}"
        self._accent = ACCENTS.get(files.name[:1], "en-us")
        self._rate = np.array([rate], np.float32)
        try:
            self._styles = np.fromfile(files.voice_path, np.float32).reshape(KOKORO_STYLES)
        except (OSError, ValueError) as error:
            raise AudioError(f"{files.voice_path} cannot be read.", "Fetch the voice again.") from error
        self._session = _session(files, threads)
        self._tokenizer = Tokenizer()

    def synthesize(self, text: str) -> Iterator[Sound]:
        for sentence in split_sentences(text):
            tokens = self._tokens(sentence)
            for start in range(0, len(tokens), LONGEST_TOKENS):
                yield Sound(self._speak(tokens[start : start + LONGEST_TOKENS]), KOKORO_RATE_HZ).trimmed()

    def _tokens(self, sentence: str) -> list[int]:
        phonemes = " ".join(self._tokenizer.phonemize(sentence, self._accent).split())
        return list(self._tokenizer.tokenize(phonemes, limit=None))

    def _speak(self, tokens: list[int]) -> Any:
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._styles[len(tokens) - 1],
            "speed": self._rate,
        }
        return np.asarray(self._session.run(None, inputs)[0], np.float32).ravel()


def _session(files: VoiceFiles, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait without sleeping take a third more of the processor, and are no quicker beside Whisper.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(files.model_path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common class
        raise AudioError(f"The voice {files.name} cannot be loaded.", "Check it: voicecheck model verify") from error
