"""Context of a German feeling: denied, whose, imagined, long past, how strong, with the words that decided it."""

from __future__ import annotations

from voicecheck.domain import Cue, Experiencer
from voicecheck.feelings.de.clauses import GermanFrame, read_clause
from voicecheck.feelings.de.denial import find_negations
from voicecheck.feelings.de.imagined import find_hypotheticals
from voicecheck.feelings.de.marks import OBJECT, PREPOSITION, marks_of
from voicecheck.feelings.de.time_cues import Setting, find_past
from voicecheck.feelings.de.whose import find_experiencer
from voicecheck.feelings.language import Context
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, Tokens, listed

Span = tuple[int, int]
_FARTHEST = 8


def read_context(reading: Reading, setting: Setting) -> Context:
    """Return all attributes of a feeling that stands there."""
    frame = reading.frame
    if not isinstance(frame, GermanFrame):
        frame = read_clause(reading)
    negations = find_negations(reading, frame)
    past = find_past(reading, frame, setting)
    hypotheticals = find_hypotheticals(reading, frame, past is not None)
    experiencer, by, implied = find_experiencer(reading, frame)
    degree, measure = _degree(reading, frame)
    if frame.who == "nobody" and not negations:
        negations = [(frame.subject, frame.subject + 1)]
    cues = [(span, "negation") for span in negations] + [(span, "hypothetical") for span in hypotheticals]
    if by >= 0 and experiencer is not Experiencer.SELF:
        cues.append(((by, by + 1), "experiencer"))
    if implied:
        at = by if by >= 0 else reading.start
        cues.append(((at, at + 1), "implied"))
    cues += [(span, kind) for span, kind in ((past, "past"), (measure, "degree")) if span is not None]
    written = {_cue(reading.tokens, span, kind) for span, kind in cues}
    return Context(
        negated=len(negations) % 2 == 1,
        experiencer=experiencer,
        hypothetical=bool(hypotheticals),
        past=past is not None,
        degree=degree,
        cues=tuple(sorted(written, key=lambda cue: (cue.start, cue.end, cue.kind))),
    )


def _cue(tokens: Tokens, span: Span, kind: str) -> Cue:
    first = min(max(span[0], 0), len(tokens) - 1)
    last = min(max(span[1] - 1, first), len(tokens) - 1)
    return Cue(tokens.starts[first], tokens.ends[last], kind)


def _degree(reading: Reading, frame: GermanFrame) -> tuple[int, Span | None]:
    """How strong: the measure right before the word, inside a set phrase, or, for a verb, behind it."""
    words, g = reading.tokens.words, reading.grammar
    found = _measure_before(reading, frame)
    if found is not None:
        return found
    for j in range(reading.start + 1, reading.end - 1):  # "rege mich so auf"
        if words[j] in g["strong"] or words[j] in g["weak"]:
            return (1 if words[j] in g["strong"] else -1), (j, j + 1)
    if reading.sense.kind in ("adj", "thing") and reading.sense.pattern is None:
        return 0, None
    last = min(frame.segment.last, reading.end + _FARTHEST)
    for j in range(reading.end, last):
        for name, degree in (("strong_after", 1), ("weak_after", -1)):
            end = g.phrase(name).match_at(reading.tokens, j)
            if end and _is_measure(reading, j, end, last):
                return degree, (j, end)
    return 0, None


def _measure_before(reading: Reading, frame: GermanFrame) -> tuple[int, Span] | None:
    words, g = reading.tokens.words, reading.grammar
    reach = 6 if reading.sense.kind in ("verb", "cause") else 5
    for j in range(reading.start - 1, max(frame.segment.first, reading.start - reach) - 1, -1):
        word = words[j]
        if word in g["weak"] and words[j - 1] not in ("kein", "nicht"):
            return -1, (j - (words[j - 1] == "ein"), j + 1)
        if word in g["strong"] and not _is_small(reading, j):
            return 1, (j, j + 1)
        if word == "schön" and words[j - 1] == "ganz":
            return 1, (j - 1, j + 1)
        if word == "von" and words[j - 1] == "was":  # "so was von sauer"
            return 1, (j - 2, j + 1)
        if word not in g["adverb"] and word not in _PASSED:
            break
    return _measure_in_clause(reading, frame)


def _measure_in_clause(reading: Reading, frame: GermanFrame) -> tuple[int, Span] | None:
    """The measure of a verb further to the left: "hab mich so über sie geärgert"."""
    words, marks = reading.tokens.words, marks_of(reading.grammar)
    if reading.sense.kind not in ("verb", "cause") or reading.sense.pattern is not None:
        return None
    for j in range(reading.start - 2, frame.segment.first, -1):
        if words[j] in _OF_VERBS and marks.get(words[j + 1], 0) & (PREPOSITION | OBJECT):
            return 1, (j, j + 1)
    return None


def _is_small(reading: Reading, j: int) -> bool:
    """True for the "zu" of an infinitive, and for "nicht so", which measures nothing."""
    word = reading.tokens.words[j]
    return word == "zu" and reading.sense.kind in ("verb", "cause")


_OF_VERBS = listed("so total voll echt richtig wirklich sehr wahnsinnig furchtbar")
_PASSED = listed("mich mir dich sich uns ihn die der eine das zu von angst lauter am")


def _is_measure(reading: Reading, j: int, end: int, last: int) -> bool:
    """True if the measure belongs to the verb: nothing stands behind it that it could measure instead."""
    tokens = reading.tokens
    after = tokens.at(end)
    ends = end >= last or not after[0].isalpha() or after == COMMA
    return (
        ends
        or (tokens.words[j] in ("sehr", "so", "total", "voll") and after in reading.grammar["preposition"])
        or after in ("auf", "dass", "wie", "und")
    )
