"""The probability that a text tells of danger, by two small transformers that were trained for this alone.

A table finds what is said plainly; most people do not say it plainly. `training/danger.py` made the weights, from
sentences written for it: the second knows ordinary evenings better, the first danger, and their mean errs less often
than either. Long answers are read in passages that overlap by a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from voicecheck.domain import DangerOf
from voicecheck.errors import VoicecheckError
from voicecheck.feelings.tokens import table_path

if TYPE_CHECKING:
    from voicecheck.feelings.encoder import Encoder, Floats

WEIGHTS = ("danger.npz", "danger_ordinary.npz")
"""files of the two in a language's folder"""
PASSAGE = 45
"""words of a passage, about as many as in the sentences it learnt from"""
MOST = 200
"""passages that are judged, about an hour of speech; the table alone reads what is pasted beyond it"""
_PIECE = re.compile(r"[^.!?\n]*[.!?\n]*")
_WORD = re.compile(r"\w")
_MARKS = ".!? \t\r\n"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The classifier's judgement of one passage."""

    score: float
    """probability of danger of either kind, 0 to 1"""
    of: DangerOf
    """the likelier of the two"""
    kind: str
    """the likeliest kind of that"""


@dataclass(frozen=True, slots=True)
class Judged:
    """The classifier's judgement of a whole text, passage by passage."""

    passages: tuple[Judgement, ...]
    whole: bool
    """False for a text of more than MOST passages: nothing is known of its rest"""


Known: TypeAlias = dict[tuple[str, str], Judgement]
"""passages that were judged already: language and words"""


def judge(text: str, language: str, known: Known | None = None) -> Judged | None:
    """Judge a text; None for a language without weights, and for a text without words.

    Passages that are `known` are not judged again, and new ones are added: an answer grows, and its beginning stays.
    """
    passages = tuple(islice(passages_of(text), MOST + 1))
    if not _encoders(language) or not passages:
        return None
    known = {} if known is None else known
    judge_passages(passages[:MOST], language, known)
    return Judged(tuple(known[language, passage] for passage in passages[:MOST]), len(passages) <= MOST)


def judge_passages(passages: Iterable[str], language: str, known: Known) -> None:
    """Judge those that are not `known` yet, and add them: many at once take half the time of one by one."""
    encoders = _encoders(language)
    new = [(language, passage) for passage in dict.fromkeys(passages) if (language, passage) not in known]
    if not new or not encoders:
        return
    texts = [passage for _, passage in new]
    judged = zip(*(encoder.probabilities(texts) for encoder in encoders), strict=True)
    means = (sum(rows) / len(encoders) for rows in judged)
    known.update(zip(new, (_judgement(row, encoders[0].classes) for row in means), strict=True))


def _judgement(row: Floats, classes: Sequence[str]) -> Judgement:
    """The classes are named "life/plan", "harm/control", "none/film"."""
    life, harm = (
        {name: float(share) for name, share in zip(classes, row, strict=True) if name.startswith(f"{of.value}/")}
        for of in (DangerOf.LIFE, DangerOf.HARM)
    )
    of, likelier = (DangerOf.HARM, harm) if sum(harm.values()) >= sum(life.values()) else (DangerOf.LIFE, life)
    kind = max(likelier, key=likelier.__getitem__).partition("/")[2]
    return Judgement(sum(life.values()) + sum(harm.values()), of, kind)


def passages_of(text: str) -> Iterator[str]:
    """Runs of whole sentences of at most PASSAGE words, each beginning with the last sentence of the one before."""
    sentences = list(_sentences(text))
    first = 0
    while first < len(sentences):
        last, words = first + 1, len(sentences[first].split())
        while last < len(sentences) and words + len(sentences[last].split()) <= PASSAGE:
            words += len(sentences[last].split())
            last += 1
        yield " ".join(sentences[first:last])
        if last == len(sentences):
            return
        first = max(first + 1, last - 1)


def _sentences(text: str) -> Iterator[str]:
    """Sentences; what goes on for more words than a passage is cut in pieces of half of it.

    Marks in front of a sentence belong to it. Each letter is looked at once, however many marks are pasted.
    """
    begin = 0
    for piece in _PIECE.finditer(text):
        if _WORD.search(piece.group()) is None:
            without_marks = piece.group().rstrip(_MARKS)
            begin = piece.start() + len(without_marks) if without_marks else begin
            continue
        words = text[begin : piece.end()].split()
        begin = piece.end()
        step = len(words) if len(words) <= PASSAGE else PASSAGE // 2
        for at in range(0, len(words), step or 1):
            yield " ".join(words[at : at + step])


@cache
def _encoders(language: str) -> tuple[Encoder, ...]:
    """Read once; none for a language without weights. Raises VoicecheckError for a damaged or a missing file."""
    files = [table_path(language, name) for name in WEIGHTS]
    if not files[0].is_file():
        return ()
    from voicecheck.feelings.encoder import load_encoder  # numpy and the splitter take their time

    try:
        encoders = tuple(load_encoder(file) for file in files)
        if len({encoder.classes for encoder in encoders}) > 1:
            raise ValueError("classes that differ")
        return encoders
    except Exception as error:  # the splitter's library raises no narrower one
        raise VoicecheckError(
            f"The weights that notice danger in {language} cannot be read ({type(error).__name__}).",
            "Install VoiceCheck again.",
        ) from error
