"""Whisper as a speech recogniser: the only importer of faster-whisper.

The model comes from a folder that the catalogue has verified; nothing here can reach a network. Whisper pads every
call to its window of 30 s, so a short stretch costs nearly as much as a long one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from voicecheck.errors import ModelError
from voicecheck.speech.recognition.recogniser import (
    ANY_LANGUAGE,
    LANGUAGE_FROM_S,
    Hypothesis,
    SpeechRecogniser,
    SpokenLanguage,
    Utterance,
    Verdict,
    shift,
)
from voicecheck.speech.whisper import graphics
from voicecheck.speech.whisper.confidence import WORST_COMPRESSION, Decoding, judge
from voicecheck.utterance import SAMPLE_RATE_HZ, ModelUse, Segment, Word

T = TypeVar("T")

CPU_COMPUTE_TYPE = "int8"
"""fastest on a CPU, and no worse (benchmarks)"""
CARD_UNUSABLE = "The graphics card cannot be used, so Whisper runs on the processor. What is missing: voicecheck doctor"
TOKENS_AT_LEAST, TOKENS_A_SECOND, TOKENS_AT_MOST = 32, 12, 360
"""a limit for loops: the fastest speech has nine tokens a second, and Whisper's text has room for 448 with a prompt"""
BATCH = 4
"""stretches of a recording at once on a graphics card. A processor saves no time by it, and hears no better
(benchmarks)"""
SURE = 0.8
"""probability of another language from which it is believed; English itself had 0.7 and more from 3 s of voice on"""
LIKELY, LIKELIER, FITS_BETTER = 0.15, 5.0, 0.15
"""of one that is believed where it is so many times likelier than the expected one, and its words fit better by so much
in their mean log-probability"""
FITS_FAR_BETTER = 0.3
"""by so much that it is believed of little voice, too, as is one of which Whisper is sure and whose words fit better"""
FITS_WELL = -0.8
"""mean log-probability of words that are believed of little voice: French in Japanese signs had -0.9"""
MOST_TRIED = 3
"""languages of which the words are tried: Whisper takes Spanish for Thai now and then, with Spanish next"""
LOOP_WORDS = 4
"""so many words, and fewer different ones, are a loop"""
HARDLY = 0.2
"""probability of the expected language above which no other is taken"""
WORD_OR_SIGNS = re.compile(r"(\w+(?:['’]\w+)*)|([^\w\s]+)")
SPACE_IN_TOKENS = "Ġ"
"""how byte-level tokens write the space before a word"""
MOST_TOKENS_WEIGHED = 440
LEAST_PROBABILITY = 1e-9
TEMPERATURE = 0.0
"""one beam search. faster-whisper would go on to sample at five higher temperatures where it repeats itself or is
unsure: that takes up to half a minute, and gives words that nobody said"""


class WhisperRecogniser(SpeechRecogniser):
    """A loaded model. Loading takes about a second; raises ModelError when it cannot be loaded."""

    def __init__(
        self,
        folder: Path,
        name: str,
        device: str = "auto",
        *,
        beam_size: int = 5,
        tell: Callable[[str], None] = lambda sentence: None,
        require_unchanged: Callable[[], None] = lambda: None,
    ) -> None:
        """Load the model.

        `tell` gets one sentence for the person when the graphics card is given up. `require_unchanged` is called
        whenever the files were read, and raises where they are no longer those that were checked.
        """
        self._beam_size = beam_size
        self._tell = tell
        self._folder, self._name, self._require_unchanged = folder, name, require_unchanged
        self._load(_choose_device(device))

    def _load(self, device: str) -> None:
        """Load onto `device`; a card that cannot be used costs a notice, and the processor takes its place."""
        try:
            if device == "cuda":
                try:
                    self._model, self.use = self._load_onto_card()
                    self._require_unchanged()
                    return
                except (RuntimeError, ValueError):
                    self._tell(CARD_UNUSABLE)
            self._model = _open_model(self._folder, "cpu", CPU_COMPUTE_TYPE)
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                f"The model {self._name} cannot be loaded.", f"Check it: voicecheck model verify {self._name}"
            ) from error
        self._require_unchanged()
        self.use = ModelUse(self._name, "cpu", CPU_COMPUTE_TYPE)

    def _load_onto_card(self) -> tuple[Any, ModelUse]:
        graphics.bring_libraries()
        kind = graphics.best_compute_type()
        model = _open_model(self._folder, "cuda", kind)
        _warm_up(model)  # the CUDA libraries load at the first call only, and that is where they are missed
        return model, ModelUse(self._name, "cuda", kind)

    def language_of(self, utterance: Utterance, expected: str) -> SpokenLanguage | None:
        """Return the language by Whisper's own probabilities; where they are not clear, by how well its words fit.

        Whisper writes what it does not take for English as an English translation, or invents. Raises ModelError.
        """
        if not self._model.model.is_multilingual:
            return SpokenLanguage(expected)
        likely = dict(self._try(lambda: self._probabilities(utterance)))
        ranked = sorted(likely, key=lambda code: -likely[code])
        if ranked[0] == expected or likely.get(expected, 0.0) > HARDLY:
            return SpokenLanguage(expected)
        enough = utterance.voiced_s >= LANGUAGE_FROM_S
        likeliest = self._spoken_in(utterance, ranked[0])
        if likeliest is not None and likely[ranked[0]] >= SURE and enough:
            return SpokenLanguage(ranked[0])
        least = max(LIKELY, LIKELIER * likely.get(expected, 0.0))
        others = {ranked[0]: likeliest} | {
            code: self._spoken_in(utterance, code) for code in ranked[1:MOST_TRIED] if likely[code] >= least
        }
        fits = {code: found.mean_logprob for code, found in others.items() if found is not None}
        if not fits:
            return SpokenLanguage(expected, sure=False)
        code = max(fits, key=lambda one: fits[one])
        ours = self._spoken_in(utterance, expected)
        better = FITS_FAR_BETTER if ours is None else fits[code] - ours.mean_logprob
        far = better >= FITS_FAR_BETTER or (likely[code] >= SURE and better >= FITS_BETTER)
        certain = far and fits[code] >= FITS_WELL
        if (likely[code] >= SURE and enough) or (likely[code] >= least and better >= FITS_BETTER):
            return SpokenLanguage(code, certain=certain)
        return SpokenLanguage(expected, sure=False)

    def _spoken_in(self, utterance: Utterance, language: str) -> Decoding | None:
        """Return the words in this language; None where they cannot be believed, as a loop, which fits any sound."""
        found = self._decode(utterance, language)
        words = " ".join(segment.text for segment in found.segments).split()
        loops = found.compression > WORST_COMPRESSION or len(words) >= LOOP_WORDS > len(set(words))
        refused = judge(found, utterance.voiced_s).verdict is Verdict.REFUSE
        return None if refused or loops else found

    def _probabilities(self, utterance: Utterance) -> list[tuple[str, float]]:
        features = self._model.feature_extractor(utterance.samples)[..., :-1]  # as a transcription takes them
        return list(self._model.detect_language(features=features)[2])

    def transcribe(self, utterance: Utterance, *, language: str = ANY_LANGUAGE, prompt: str = "") -> Hypothesis:
        """Transcribe. Raises ModelError when Whisper fails, as out of memory; after a card the processor tries."""
        written = self._decode(utterance, language, prompt)
        return judge(written, utterance.voiced_s, passed_over=utterance.passed_over, voice=utterance.voice)

    def weigh(self, utterance: Utterance, texts: Sequence[str], *, language: str) -> tuple[float, ...] | None:
        return self._try(lambda: tuple(self._weighed(utterance, texts, language)))

    def _weighed(self, utterance: Utterance, texts: Sequence[str], language: str) -> Iterator[float]:
        """Yield the log-probability of each text, token by token, as if it had been decoded."""
        from faster_whisper.audio import pad_or_trim
        from faster_whisper.tokenizer import Tokenizer

        model = self._model
        tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)
        features = model.feature_extractor(utterance.samples)[..., :-1]
        frames = min(features.shape[-1], model.feature_extractor.nb_max_frames)
        encoded = model.encode(pad_or_trim(features))
        for text in texts:
            tokens = [token for part in re.findall(WORD_OR_SIGNS, text) for token in _tokens(tokenizer, *part)]
            (found,) = model.model.align(encoded, tokenizer.sot_sequence, [tokens[:MOST_TOKENS_WEIGHED]], frames)
            yield float(np.log(np.maximum(found.text_token_probs, LEAST_PROBABILITY)).sum())

    def _decode(self, utterance: Utterance, language: str, prompt: str = "") -> Decoding:
        def once() -> Decoding:
            found, about = self._model.transcribe(
                utterance.samples,
                language=None if language == ANY_LANGUAGE else language,
                initial_prompt=prompt or None,
                beam_size=self._beam_size,
                temperature=TEMPERATURE,
                word_timestamps=True,
                condition_on_previous_text=False,
                max_new_tokens=_token_limit(len(utterance.samples)),
                vad_filter=False,
            )
            return _decoding(list(found), str(about.language))

        return self._try(once)

    def _try(self, work: Callable[[], T]) -> T:
        """Return the result of `work`; if a card fails, as when a game has its memory, try again on the processor."""
        try:
            try:
                return work()
            except (RuntimeError, ValueError):
                if self.use.device != "cuda":
                    raise
            self._tell(CARD_UNUSABLE)
            self._load("cpu")
            return work()
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                "Whisper stopped in the middle.", "Close other programs, or use a smaller model."
            ) from error

    @property
    def at_once(self) -> int:
        return BATCH if self.use.device == "cuda" else 1

    def transcribe_many(self, utterances: Sequence[Utterance], *, language: str = ANY_LANGUAGE) -> list[Hypothesis]:
        from faster_whisper import BatchedInferencePipeline

        if not utterances:
            return []
        sounds = [utterance.samples for utterance in utterances]
        starts = [0, *accumulate(len(sound) for sound in sounds)]
        # Seconds become samples again by cutting off what is behind the point: half a sample more keeps them whole.
        clips = [
            {"start": (start + 0.5) / SAMPLE_RATE_HZ, "end": (end + 0.5) / SAMPLE_RATE_HZ}
            for start, end in pairwise(starts)
        ]

        def once() -> tuple[list[Any], str]:
            found, about = BatchedInferencePipeline(self._model).transcribe(
                np.concatenate(sounds),
                language=None if language == ANY_LANGUAGE else language,
                clip_timestamps=clips,
                batch_size=len(sounds),
                beam_size=self._beam_size,
                temperature=TEMPERATURE,
                word_timestamps=True,
                max_new_tokens=_token_limit(max(map(len, sounds))),
                vad_filter=False,
            )
            return list(found), str(about.language)

        heard, spoken = self._try(once)
        hypotheses = []
        for start, utterance in zip(starts[:-1], utterances, strict=True):
            mine = [s for s in heard if s.seek == int(start / SAMPLE_RATE_HZ * self._model.frames_per_second)]
            decoding = _decoding(mine, spoken)
            moved = tuple(shift(segment, -start / SAMPLE_RATE_HZ) for segment in decoding.segments)
            hypotheses.append(judge(replace(decoding, segments=moved), utterance.voiced_s, voice=utterance.voice))
        return hypotheses


def _token_limit(samples: int) -> int:
    return min(TOKENS_AT_MOST, TOKENS_AT_LEAST + samples * TOKENS_A_SECOND // SAMPLE_RATE_HZ)


def _tokens(tokenizer: Any, word: str, signs: str) -> list[int]:
    """Return the tokens that Whisper itself writes: one a word where it has it, which the tokenizer splits at times."""
    if signs:
        return list(tokenizer.encode(signs))
    whole = tokenizer.tokenizer.token_to_id(SPACE_IN_TOKENS + word)
    return list(tokenizer.encode(f" {word}")) if whole is None else [whole]


def _decoding(found: list[Any], language: str) -> Decoding:
    segments = tuple(_segment(s) for s in found if s.text.strip())
    if not segments:
        return Decoding(language=language, no_speech=max((s.no_speech_prob for s in found), default=1.0))
    weights = [max(1, len(s.tokens)) for s in found]
    return Decoding(
        segments=segments,
        language=language,
        mean_logprob=sum(s.avg_logprob * w for s, w in zip(found, weights, strict=True)) / sum(weights),
        no_speech=max(s.no_speech_prob for s in found),
        compression=max(s.compression_ratio for s in found),
    )


def _segment(found: Any) -> Segment:
    words = tuple(Word(float(w.start), float(w.end), w.word, float(w.probability)) for w in found.words or ())
    return Segment(float(found.start), float(found.end), found.text.strip(), words)


def _choose_device(device: str) -> str:
    if device != "auto":
        return device
    return "cuda" if graphics.count_cards() > 0 else "cpu"


def _open_model(folder: Path, device: str, compute_type: str) -> Any:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device=device, compute_type=compute_type, local_files_only=True)
    model.encode = _remembering(model.encode)
    return model


def _remembering(encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return `encode`, the costly half of a call, which gives the same answer at once where the sound is the same.

    The language, the words in it and a second try are three calls with one sound.
    """
    last: list[Any] = [None, None]

    def once(features: Any) -> Any:
        if last[0] is None or not np.array_equal(last[0], features):
            last[:] = [None, None]
            last[:] = [np.array(features), encode(features)]
        return last[1]

    return once


def _warm_up(model: Any) -> None:
    segments, _ = model.transcribe(np.zeros(16_000, np.float32), language="en", beam_size=1)
    list(segments)
