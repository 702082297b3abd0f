"""Hypothetical feelings: Konjunktiv, wishes, conditions, purposes, what is still to come, questions.

"Wenn" is both "if" and "when": with Konjunktiv, or with a word of tomorrow, it is a condition; else it tells of what
happens again and again, and the feeling is felt.
"""

from __future__ import annotations

from voicecheck.feelings.de.clauses import GermanFrame
from voicecheck.feelings.de.marks import FINITE, marks_of
from voicecheck.feelings.de.segments import Segment
from voicecheck.feelings.frame import OTHER, SELF, YOU
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, QUESTION, listed

Span = tuple[int, int]
_AHEAD = listed("morgen übermorgen nächste nächsten nächstes demnächst")
_SAYING = listed("sagen meinen behaupten nennen")
_GIVEN = listed("gefühl eindruck angst")
_SURPRISED = listed("gedacht geglaubt erwartet geträumt vermutet")


def find_hypotheticals(reading: Reading, frame: GermanFrame, long_past: bool) -> list[Span]:
    if _surprises(reading, frame) or _refuses(reading, frame):
        return []
    found = _verbs(reading, frame) + _openers(reading, frame) + _above(reading, frame) + _conditions(reading, frame)
    found += _hopeful(reading, frame)
    if not found:
        found = _asked(reading, frame)
    return [(j, j + 1) for j in dict.fromkeys(found) if not reading.start <= j < reading.end]


def _outside(reading: Reading, first: int, last: int) -> list[int]:
    return [j for j in range(first, last) if not reading.start <= j < reading.end]


def _verbs(reading: Reading, frame: GermanFrame) -> list[int]:
    """The verb of the clause, where it is Konjunktiv, a wish, or a future with its infinitive."""
    words, g, found = reading.tokens.words, reading.grammar, list[int]()
    if _is_reported(frame, words):
        return found
    for segment in frame.clause:
        for j in _outside(reading, segment.first, segment.last):
            word = words[j]
            if (
                (word in g["subjunctive"] and not _only_says(reading, j))
                or (
                    word in g["wanting"]
                    and (j == segment.finite or j == segment.last - 1)
                    and not _bare_wish(reading, j)
                )
                or (word in g["future"] and j == segment.finite and _has_infinitive(reading, frame, j))
            ):
                found.append(j)
    return found


def _is_reported(frame: GermanFrame, words: list[str]) -> bool:
    """True for "er hat gesagt, er wäre müde", where the Konjunktiv only reports."""
    k = frame.members[0] - 1
    above = frame.segments[k] if k >= 0 else None
    told = above is not None and any(words[j] in _TOLD for j in range(above.first, above.last))
    return (
        told
        and frame.segments[frame.members[0]].opener in ("", "dass")
        and words[frame.verb] in ("sei", "wäre", "hätte")
    )


_TOLD = listed("sagt sagte gesagt meint meinte gemeint behauptet erzählt findet schreibt geschrieben")


def _only_says(reading: Reading, j: int) -> bool:
    """True for "ich würde sagen": it says, and imagines nothing."""
    words = reading.tokens.words
    return any(word in _SAYING for word in words[j + 1 : j + 4])


def _bare_wish(reading: Reading, j: int) -> bool:
    """True for "ich mag ihn", which wishes for nothing."""
    words = reading.tokens.words
    return words[j] == "mag" and not any(word.endswith("en") for word in words[j + 1 : j + 8])


def _has_infinitive(reading: Reading, frame: GermanFrame, j: int) -> bool:
    """True if the clause of "werden" ends in an infinitive: "ich werde sie vermissen", not "ich werde nervös"."""
    words, segment = reading.tokens.words, frame.clause[-1]
    last = words[segment.last - 1]
    if segment.final:
        last = words[segment.last - 2] if words[segment.last - 1] in reading.grammar["future"] else last
    if reading.sense.kind in ("verb", "cause") and reading.start > j:
        return words[reading.end - 1].endswith(("en", "ern")) and not words[reading.start].startswith("ge")
    ends = last in ("sein", "haben", "machen", "werden", "bleiben", "fühlen", "kriegen", "bekommen", "geben")
    return ends and segment.last - 1 != j


def _openers(reading: Reading, frame: GermanFrame) -> list[int]:
    words, g = reading.tokens.words, reading.grammar
    for segment in frame.clause:
        if segment.opener in g["unreal_opener"] and segment.opener:
            return [
                segment.first if words[segment.first] == segment.opener else words.index(segment.opener, segment.first)
            ]
        if segment.opener == "um" and frame.infinitive:
            return [segment.first]
        after = reading.tokens.at(segment.first + 1)
        if segment.opener == "als" and after in ("ob", "wäre", "wär", "hätte", "wenn"):
            return [segment.first]
    return []


def _above(reading: Reading, frame: GermanFrame) -> list[int]:
    """A wish, or what is hard to do, above a complement: "ich will, dass ...", "es ist schwer, ... zu ..."."""
    words, g = reading.tokens.words, reading.grammar
    first = frame.segments[frame.members[0]]
    inside = _wish_in_clause(reading, frame)
    if inside:
        return inside
    k = frame.members[0] - 1
    if k < 0 or first.opener in ("ohne", "statt", "anstatt"):
        return []
    above = frame.segments[k]
    if first.opener == "dass" or (frame.infinitive and first.joint in (COMMA, "")):
        names = ("wish", "hard") if frame.infinitive else ("wish",)
    elif not first.opener and first.joint in (COMMA, "") and above.finite >= 0 and first.finite >= 0:
        names = ("wish",)
        if words[above.finite] not in ("hoffe", "hoff", "wünschte", "wünsche", "hofft", "hoffte", "stell"):
            return []
    else:
        return []
    span = _outside(reading, above.first, above.last)
    if any(words[j] in _GIVEN for j in span):
        return []
    found = next(
        (j for j in span if any(words[j] in g[name] for name in names) and not _only_fills(words, j, above)), -1
    )
    if found < 0 or (words[found] in ("tut", "tue", "tu") and any(words[j] in ("leid", "gut", "weh") for j in span)):
        return []
    return [found]


def _only_fills(words: list[str], j: int, above: Segment) -> bool:
    """True for the "einfach" of "ich kann einfach nicht aufhören", which says nothing of how easy it is."""
    return words[j] in ("einfach", "leicht") and words[above.finite] not in ("ist", "war", "wäre", "is", "wird")


def _wish_in_clause(reading: Reading, frame: GermanFrame) -> list[int]:
    """The wish before an infinitive without a comma: "ich versuche ruhig zu bleiben"."""
    words, g = reading.tokens.words, reading.grammar
    segment = frame.segment
    to = any(words[j] == "zu" and words[j + 1].endswith("n") for j in range(segment.first, segment.last - 1))
    if not to or frame.infinitive:
        return []
    span = _outside(reading, segment.first, segment.last)
    return [j for j in span if j < reading.start and (words[j] in g["wish"] or words[j] in g["hard"])][:1]


def _conditions(reading: Reading, frame: GermanFrame) -> list[int]:
    """The "wenn" of a condition, in the feeling's own clause or beside it."""
    words, g = reading.tokens.words, reading.grammar
    for k in (frame.members[0], frame.members[0] - 1, frame.members[0] - 2, frame.members[-1] + 1):
        if not 0 <= k < len(frame.segments) or frame.segments[k].opener not in ("wenn", "falls"):
            continue
        segment = frame.segments[k]
        own = k == frame.members[0]
        if not own and frame.opener not in ("",):
            continue
        span = words[segment.first : segment.last]
        unreal = any(word in g["subjunctive"] for word in span) or segment.opener == "falls"
        ahead = any(word in _AHEAD for word in span)
        again = any(
            word in ("immer", "jedes", "oft", "manchmal", "meistens", "jedesmal")
            for word in [*span, *words[max(0, segment.first - 3) : segment.first]]
        )
        if (unreal or ahead) and not again and frame.tense != "past":
            return [segment.first]
    return []


def _hopeful(reading: Reading, frame: GermanFrame) -> list[int]:
    words, g = reading.tokens.words, reading.grammar
    span = (j for one in frame.clause for j in range(one.first, one.last))
    return [
        j
        for j in span
        if words[j] in g["hopeful"] or (words[j] == "sei" and words[j + 1 : j + 2] in (["nicht"], ["doch"]))
    ]


def _surprises(reading: Reading, frame: GermanFrame) -> bool:
    """True for "ich hätte nie gedacht, dass ich so stolz sein kann": so it is."""
    k = frame.members[0] - 1
    if k < 0 or frame.opener != "dass":
        return False
    words = reading.tokens.words
    above = words[frame.segments[k].first : frame.segments[k].last]
    return bool(set(above) & {"hätte", "hätten", "hätt", "nie"}) and bool(set(above) & _SURPRISED)


def _refuses(reading: Reading, frame: GermanFrame) -> bool:
    """True for "nicht, dass ich wütend wäre": it is denied, and not imagined."""
    k = frame.members[0] - 1
    if k < 0 or frame.opener != "dass":
        return False
    above = reading.tokens.words[frame.segments[k].first : frame.segments[k].last]
    return above[-2:] == ["nicht", "so"] or above[-1:] == ["nicht"]


def _asked(reading: Reading, frame: GermanFrame) -> list[int]:
    """The verb of a question whether it is felt: "bin ich traurig?"; not of "warum bin ich so traurig?"."""
    g, words = reading.grammar, reading.tokens.words
    behind_say = _asks_behind(reading, frame)
    if not frame.question and not behind_say:
        return []
    last = frame.segments[-1]
    end = frame.clause[-1]
    if end is not last and last.last - last.first <= 3 and last.finite < 0 and frame.who == SELF:
        return []  # a tag: "oder?", "weißt du?"
    first = frame.clause[0].first
    if words[first] in g["why_word"] or words[first] in g["asking_word"]:
        return []
    verb_first = bool(marks_of(g).get(words[first], 0) & FINITE)
    if verb_first or frame.who in (YOU, OTHER):
        return [first]
    return (
        [reading.start - 1] if reading.tokens.at(reading.end) == QUESTION and frame.verb < 0 and reading.start else []
    )


def _asks_behind(reading: Reading, frame: GermanFrame) -> bool:
    """True for "bist du traurig, hat sie gefragt"."""
    k = frame.members[-1] + 1
    if k >= len(frame.segments):
        return False
    segment, words = frame.segments[k], reading.tokens.words
    asks = any(words[j] in ("fragt", "fragte", "gefragt") for j in range(segment.first, segment.last))
    first = frame.clause[0]
    return asks and first.finite == first.first
