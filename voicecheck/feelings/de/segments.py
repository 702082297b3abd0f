"""Segments of a German sentence: what stands between commas, joining words and the words that open a clause.

A clause is one segment, or several: "weil ich müde und traurig war" has its verb in the last, "ich war müde, leer und
traurig" in the first. Speech is written with few commas, so a pronoun before its verb begins a clause, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecheck.feelings.de.marks import (
    DETERMINER,
    FINITE,
    JOINING,
    NOMINATIVE,
    OBJECT,
    OPENER,
    PERSON,
    RELATIVE,
    SMALL,
    marks_of,
)
from voicecheck.feelings.frame import REACH, STOPS
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, Tokens, listed

_PARTICLES = listed("aber denn")
"""joining words that stand inside a clause as well: "das war aber peinlich" """
_COMMAS_BEFORE, _COMMAS_BEHIND = 4, 3
_VERB_ENDINGS = ("e", "t", "st", "en", "n")


@dataclass(slots=True)
class Segment:
    """Tokens `first` to `last`, and what the clause reader asks of them."""

    first: int
    last: int = 0
    opener: str = ""
    """the word that opens a subordinate clause"""
    joint: str = ""
    """the joining word or comma before it"""
    finite: int = -1
    final: bool = False
    """the verb stands at the end"""
    relative: bool = False


def sentence_window(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """Tokens of the sentence around a candidate: as many as may belong to its clause and those beside it."""
    low, high, words = start, end, tokens.words
    least, most = max(0, start - REACH), min(len(words), end + REACH)
    commas = 0
    while low > least and (before := words[low - 1]) not in STOPS:
        commas += before == COMMA
        if commas > _COMMAS_BEFORE:
            break
        low -= 1
    commas = 0
    while high < most and (behind := words[high]) not in STOPS:
        commas += behind == COMMA
        if commas > _COMMAS_BEHIND:
            break
        high += 1
    return low, high


def read_segments(reading: Reading, low: int, high: int) -> list[Segment]:
    """The segments of a sentence; the feeling itself never opens, joins or parts one."""
    words, marks = reading.tokens.words, marks_of(reading.grammar)
    segments = [Segment(low)]
    for j in range(low, high):
        if reading.start <= j < reading.end:
            continue
        word, segment = words[j], segments[-1]
        mark = marks.get(word, 0)
        if word == COMMA:
            _begin(segments, j, j + 1, COMMA)
        elif mark & JOINING and not (
            _is_particle(words, marks, j, segment) or _joins_subjects(words, marks, j, segment)
        ):
            _begin(segments, j, j + 1, word)
        elif mark & OPENER and _opens(reading, words, marks, j, segment):
            _begin(segments, j, j, segment.joint if j == segment.first else "")
            segments[-1].opener = word
        elif mark & RELATIVE and j == segment.first and _is_relative(words, marks, j, segment):
            segment.opener, segment.relative = word, True
        elif mark & NOMINATIVE and segment.finite >= 0 and _runs_on(words, marks, j, segment, high):
            _begin(segments, j, j, "")
        elif mark & FINITE and segment.finite < 0:
            segment.finite = j
    segments[-1].last = high
    kept = [segment for segment in segments if segment.last > segment.first]
    for segment in kept:
        segment.finite = -1
        _find_verb(reading, marks, segment)
    return kept


def _begin(segments: list[Segment], last: int, first: int, joint: str) -> None:
    old = segments[-1]
    if old.first == first:
        old.joint = joint or old.joint
        return
    old.last = last
    if old.first == last:
        segments.pop()  # nothing between two joints: ", und"
    segments.append(Segment(first, joint=joint))


def _is_particle(words: list[str], marks: dict[str, int], j: int, segment: Segment) -> bool:
    before = marks.get(words[j - 1], 0) if j > segment.first else 0
    return words[j] in _PARTICLES and bool(before & (FINITE | NOMINATIVE))


def _joins_subjects(words: list[str], marks: dict[str, int], j: int, segment: Segment) -> bool:
    """True for the "und" of a subject in two parts: "meine Schwester und ich waren", "Angst und Wut haben"."""
    if words[j] != "und" or segment.finite >= 0 or segment.opener or not segment.first < j <= segment.first + 3:
        return False
    whole = NOMINATIVE | DETERMINER | PERSON
    after = words[j + 1] if j + 1 < len(words) else "."
    return bool(marks.get(words[segment.first], 0) & whole) and bool(marks.get(after, 0) & whole)


def _opens(reading: Reading, words: list[str], marks: dict[str, int], j: int, segment: Segment) -> bool:
    word, grammar = words[j], reading.grammar
    after = words[j + 1] if j + 1 < len(words) else "."
    if word in grammar["sure_opener"]:
        return True
    begins = j == segment.first
    pronoun = after in grammar["pronoun"] or bool(marks.get(after, 0) & DETERMINER and word in ("als", "wie"))
    if word in ("da", "damit", "seitdem", "was", "wer", "wo", "wann", "bis", "seit"):
        return begins and not marks.get(after, 0) & FINITE and (word not in ("da", "damit", "seit") or pronoun)
    if word in ("um", "ohne", "statt", "anstatt"):
        return _leads_to_infinitive(words, j)
    if word in ("als", "wie"):
        return (
            pronoun
            or (begins and segment.joint == COMMA)
            or (word == "als" and after in ("wäre", "wär", "ob", "hätte"))
        )
    return begins


def _leads_to_infinitive(words: list[str], j: int) -> bool:
    for k in range(j + 1, min(j + 9, len(words))):
        if words[k] in (".", "?", COMMA):
            return False
        if words[k] == "zu" and k + 1 < len(words) and words[k + 1].endswith("n"):
            return True
    return False


def _is_relative(words: list[str], marks: dict[str, int], j: int, segment: Segment) -> bool:
    """True for "die immer so ängstlich ist" behind a comma; not for "die war sauer", where the verb is second."""
    after, second = (words[k] if k < len(words) else "." for k in (j + 1, j + 2))
    if after.endswith("t") and marks.get(second, 0) & OBJECT and not marks.get(after, 0):
        return False  # "das kränkt mich"
    return segment.joint == COMMA and j > 1 and not marks.get(after, 0) & FINITE


def _runs_on(words: list[str], marks: dict[str, int], j: int, segment: Segment, high: int) -> bool:
    """True where a pronoun before its verb begins a clause behind one that has its own: "... geweint ich war so"."""
    follows = j == segment.finite + 1 and not segment.opener  # "da war ich"
    if follows or j <= segment.finite or j + 1 >= high or marks.get(words[j - 1], 0) & JOINING:
        return False
    return bool(marks.get(words[j + 1], 0) & FINITE)


def _find_verb(reading: Reading, marks: dict[str, int], segment: Segment) -> None:
    words = reading.tokens.words
    start, end = reading.start, reading.end
    places = [j for j in range(segment.first, segment.last) if marks.get(words[j], 0) & FINITE]
    known = [j for j in places if not start <= j < end and _is_verb_here(reading, words, j, segment)]
    subordinate = bool(segment.opener)
    if known:
        segment.finite = known[-1] if subordinate else known[0]
        segment.final = subordinate and segment.finite > segment.first + 1
        return
    felt = reading.sense.kind in ("verb", "cause") and segment.first <= start < segment.last
    if felt and is_finite_form(reading, segment):
        segment.finite, segment.final = start, subordinate
        return
    segment.finite = _guess(reading, marks, segment)


def _is_verb_here(reading: Reading, words: list[str], j: int, segment: Segment) -> bool:
    """False for a participle or particle that looks like a verb: "halt", "die arbeit", "hat gesagt"."""
    word = words[j]
    if word in reading.grammar["particle_verbs"]:
        return words[j - 1] in ("ich", "du") or (j + 1 < segment.last and words[j + 1] == "ich")
    return word != "meine" or words[j - 1] == "ich"


def is_finite_form(reading: Reading, segment: Segment) -> bool:
    """True if the feeling's verb may be the verb of its clause, and is no participle or infinitive."""
    words = reading.tokens.words
    word = words[reading.start]
    if reading.sense.pattern is not None:
        return not any(w.startswith("ge") and w.endswith("t") for w in words[reading.start : reading.end])
    if word.startswith("ge") and word.endswith(("t", "en")):
        return False
    if words[reading.start - 1] == "zu" or (word.endswith("t") and "ge" in word[1:5]):
        return False
    if word.endswith(("en", "ern")):
        return any(
            words[j] in ("wir", "sie", "alle", "beide", "uns", "die") for j in range(segment.first, reading.start)
        )
    return True


def _guess(reading: Reading, marks: dict[str, int], segment: Segment) -> int:
    """The verb of a segment whose verb the table does not know: beside its pronoun, or at the end."""
    words = reading.tokens.words

    def verbal(j: int) -> bool:
        inside = segment.first <= j < segment.last and not reading.start <= j < reading.end
        word = words[j] if inside else "."
        return inside and word.isalpha() and not marks.get(word, 0) and word.endswith(_VERB_ENDINGS)

    if segment.opener:
        last = segment.last - 1
        infinitive = segment.opener in ("um", "ohne", "statt", "anstatt")
        return last if not infinitive and verbal(last) and words[last - 1] != "zu" else -1
    for j in range(segment.first, segment.last):
        if marks.get(words[j], 0) & NOMINATIVE or (words[j] in ("sie", "es", "das") and j == segment.first):
            if verbal(j + 1):
                return j + 1
            if verbal(j - 1) or (words[j] == "ich" and j - 1 >= segment.first and _bare_verb(words[j - 1], marks)):
                return j - 1
    return -1


def _bare_verb(word: str, marks: dict[str, int]) -> bool:
    """True for a verb that lost its "e" before "ich": "komm ich heim"."""
    return word.isalpha() and not marks.get(word, 0) & SMALL
