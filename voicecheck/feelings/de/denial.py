"""Negation of a feeling: "nicht" before it or behind its verb, "kein", "ohne zu", and a clause above that denies it."""

from __future__ import annotations

from voicecheck.feelings.de.clauses import GermanFrame
from voicecheck.feelings.frame import NOBODY
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, QUESTION, listed

Span = tuple[int, int]
_ONLY = listed("nur bloß wahr umsonst unbedingt")
_NOTHING = listed("nichts nix")
_NO = listed("kein keine keinen keinem keiner keins keines")
_MEASURED = listed("bisschen tag minute mal sekunde moment wunder stunde einziges funken spur")
_CORRECTING = listed("nur sondern aber eher dafür vielmehr mehr")
_CARRYING = listed("und oder noch")
_NEVER = listed("nie niemals")


def find_negations(reading: Reading, frame: GermanFrame) -> list[Span]:
    """The words that deny the feeling; two of them cancel."""
    if _is_comparison(reading, frame):
        return []
    found = [(j, j + 1) for j in _in_clause(reading, frame)]
    found += _without(reading, frame) + _above(reading, frame)
    gone = _gone(reading, frame)
    return _once(reading, found + gone)


def _once(reading: Reading, found: list[Span]) -> list[Span]:
    """A "nicht" that only strengthens another is counted once: "nie nicht", "kein bisschen nicht", "weder ... noch"."""
    words, kept = reading.tokens.words, list[Span]()
    for span in sorted(set(found)):
        doubled = kept and span[0] - kept[-1][0] == 1 and words[kept[-1][0]] in ("nie", "niemand", "keiner")
        if not doubled:
            kept.append(span)
    return kept


def _in_clause(reading: Reading, frame: GermanFrame) -> list[int]:
    own = [j for j in _places(reading, frame, frame.own) if _reaches(reading, frame, j)]
    if own or (frame.segment.joint not in (*_CARRYING, "") and frame.segment.joint != COMMA):
        return own
    segment, words = frame.segment, reading.tokens.words
    if any(words[j] in _CORRECTING for j in range(segment.first, reading.start)):
        return own
    elliptical = segment.finite < 0 or frame.segments[frame.members[0]].opener != ""
    if not elliptical or (segment.joint == COMMA and not _is_listed(frame)):
        return own
    left = [k for k in frame.members if k < frame.own]
    return [j for k in left for j in _places(reading, frame, k) if _reaches(reading, frame, j)]


def _is_listed(frame: GermanFrame) -> bool:
    """True where a further "oder" or "und" ends a row: "nicht müde, traurig oder leer"."""
    after = frame.own + 1
    return after < len(frame.segments) and frame.segments[after].joint == "oder"


def _places(reading: Reading, frame: GermanFrame, k: int) -> list[int]:
    words, negation = reading.tokens.words, reading.grammar["negation"]
    segment = frame.segments[k]
    return [
        j for j in range(segment.first, segment.last)
        if words[j] in negation and not _in_pattern(reading, j) and not _denies_nothing(reading, frame, j)
    ]  # fmt: skip


def _in_pattern(reading: Reading, j: int) -> bool:
    pattern = reading.sense.pattern
    inside = reading.start <= j < reading.end
    return inside and (pattern is None or any(reading.tokens.words[j] in element.words for element in pattern))


def _denies_nothing(reading: Reading, frame: GermanFrame, j: int) -> bool:
    tokens = reading.tokens
    word, after, before = tokens.words[j], tokens.at(j + 1), tokens.at(j - 1)
    if word in ("nicht", "net", "ned") and (after in _ONLY or before in ("warum", "wieso", "ob", "oder", "oder auch")):
        return True
    if word in ("nicht", "net", "ned") and after == QUESTION and j > reading.end:
        return True  # a tag: "das war peinlich, nicht?"
    if word == "ohne":
        return j != frame.preposition
    return word in _NO and after in ("wunder", "ahnung", "zweifel", "frage") and j < reading.start


def _reaches(reading: Reading, frame: GermanFrame, j: int) -> bool:
    """True if the negation at `j` of the clause denies the feeling and no other part of it."""
    word, kind = reading.tokens.words[j], reading.sense.kind
    if word in _NOTHING:
        subject = frame.subject_party
        return subject is None or subject.index == j or (kind == "verb" and j > reading.start)
    if kind == "noun":
        return _reaches_noun(reading, frame, j)
    if kind in ("verb", "cause"):
        return word not in _NO or j >= reading.start or frame.who == NOBODY or _measures(reading, j) or kind == "verb"
    if word in _NO and not (frame.subject == j or _measures(reading, j) or j >= reading.start - 2):
        return frame.who == NOBODY
    if j < reading.start:
        return (
            frame.verb < 0 or reading.tokens.at(j + 1) not in reading.grammar["noun_carrier"] or j + 1 == reading.start
        )
    return reading.start < frame.verb < j or (frame.verb < 0 and j == reading.end and word == "nicht")


def _measures(reading: Reading, j: int) -> bool:
    return reading.tokens.at(j + 1) in _MEASURED


def _reaches_noun(reading: Reading, frame: GermanFrame, j: int) -> bool:
    words, g = reading.tokens.words, reading.grammar
    if reading.tokens.at(j + 1) == "spur":
        return True  # "von Angst keine Spur"
    if frame.preposition >= 0:
        return j in (frame.preposition - 1, frame.preposition) or (
            words[frame.preposition] == "mit" and j < reading.start
        )
    has = any(
        words[k] in g["have"] or words[k] in g["make"] for one in frame.clause for k in range(one.first, one.last)
    )
    if j < reading.start:
        between = reading.start - j
        if words[j] in _NO:
            return between <= 3
        return has or between <= 2
    first = reading.start <= frame.segment.first + 2
    return (has and (first or words[j] in _NO)) or (words[reading.start - 1] not in g["any_determiner"] and has)


def _without(reading: Reading, frame: GermanFrame) -> list[Span]:
    """The "ohne" and "statt" of an infinitive: "ohne traurig zu sein"; and "aufgehört", after which it is over."""
    segment, words, g = frame.segment, reading.tokens.words, reading.grammar
    if segment.opener in g["without_to"]:
        return [(segment.first, segment.first + 1)]
    if frame.infinitive and frame.own:
        above = frame.segments[frame.own - 1]
        stopped = [j for j in range(above.first, above.last) if words[j] in g["stopping"]]
        denied = [j for j in range(above.first, above.last) if stopped and words[j] in ("nicht", "nie")]
        return [(j, j + 1) for j in (*denied, *stopped)]  # "kann nicht aufhören, ...": two, that cancel
    return []


def _above(reading: Reading, frame: GermanFrame) -> list[Span]:
    """A denial in the clause above that is meant for this one: "ich glaube nicht, dass er böse war"."""
    k = frame.members[0] - 1
    if k < 0:
        return []
    above, first, words, g = frame.segments[k], frame.segments[frame.members[0]], reading.tokens.words, reading.grammar
    complement = first.opener == "dass" or (
        not first.opener and first.joint == COMMA and above.finite >= 0 and not above.opener
    )
    if not complement:
        return []
    span = range(above.first, above.last)
    denied = next((j for j in span if words[j] in ("nicht", "nie", "kaum", "net", "ned")), -1)
    if denied < 0 or words[above.last - 1] == "nur":
        return []
    if first.opener == "dass" and above.last - above.first == 1:
        return [(denied, denied + 1)]  # "nicht, dass ich traurig wäre"
    raised = any(words[j] in g["raising"] and j != denied for j in span)
    surprise = any(words[j] in ("hätte", "hätten", "gedacht") for j in span) and words[denied] == "nie"
    return [(denied, denied + 1)] if raised and not surprise else []


def _gone(reading: Reading, frame: GermanFrame) -> list[Span]:
    """The word by which a feeling has left: "die Angst ist weg"."""
    words, gone = reading.tokens.words, reading.grammar["gone"]
    if reading.sense.kind != "noun":
        return []
    last = frame.clause[-1].last
    places = (j for j in range(reading.end, last) if words[j] in gone)
    subject = frame.who not in ("self", "other") or frame.subject > reading.start
    return [(j, j + 1) for j in places if subject or words[j] in ("verloren", "überwunden", "abgelegt")][:1]


def _is_comparison(reading: Reading, frame: GermanFrame) -> bool:
    """True for "noch nie so glücklich" and "könnte nicht glücklicher sein": it is felt, and more than ever."""
    tokens = reading.tokens
    words = tokens.words
    near = words[max(frame.segment.first, reading.start - 6) : reading.start]
    never = any(word in _NEVER for word in near) and ("so" in near or "derart" in near or "sowas" in near)
    if never and ("noch" in near or frame.tense == "past" or "mehr" not in near):
        return "noch" in near or "selten" in near
    behind = words[reading.end : frame.segment.last]
    if words[reading.start - 1] == "so" and "nicht" in behind and {"lang", "lange", "ewig", "ewigkeiten"} & set(behind):
        return True  # "so nervös war ich schon lang nicht mehr"
    more = words[reading.end - 1].endswith("er") and words[reading.end - 1] != reading.sense.lemma
    return (
        more and "nicht" in near and any(w in ("könnte", "konnte") for w in words[frame.segment.first : reading.start])
    )
