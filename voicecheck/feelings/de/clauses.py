"""Clause reader for German: the segments that make up a feeling's clause, its verb, its subject and who is moved.

In a main clause the verb is second, in a subordinate one it is last, and what belongs to it may stand on both sides of
the feeling. So the clause is put together from segments first, and then asked as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecheck.feelings.de.marks import FINITE, PERSON, marks_of
from voicecheck.feelings.de.parties import (
    ANY,
    BENEFIT,
    OBJECT,
    REFLEXIVE,
    SUBJECT,
    Party,
    find_parties,
    who_of_noun,
)
from voicecheck.feelings.de.segments import Segment, read_segments, sentence_window
from voicecheck.feelings.frame import OTHER, SELF, THING, Frame
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, QUESTION, listed

_INFINITIVE_OPENERS = listed("um ohne statt anstatt")
_LINKS = ("feel", "get", "seem", "remain", "be")
_MOST_MEMBERS = 4


@dataclass(slots=True)
class GermanFrame(Frame):
    """The frame, with what the rules of German ask beside the common findings."""

    segments: list[Segment] = field(default_factory=list)
    own: int = 0
    """place of the feeling's segment"""
    members: list[int] = field(default_factory=list)
    """places of the segments of its clause, its own among them"""
    subject_party: Party | None = None
    object_party: Party | None = None
    benefit: Party | None = None
    reflexive: bool = False
    infinitive: bool = False
    """a clause with "zu" and no verb of its own"""

    @property
    def clause(self) -> list[Segment]:
        return [self.segments[k] for k in self.members]

    @property
    def segment(self) -> Segment:
        return self.segments[self.own]

    @property
    def opener(self) -> str:
        """The word that opens the clause, where it is subordinate."""
        return next((segment.opener for segment in self.clause if segment.opener), "")

    @property
    def verb_index(self) -> int:
        return next((segment.finite for segment in self.clause if segment.finite >= 0), -1)


def read_clause(reading: Reading) -> GermanFrame:
    """Read the clause of a candidate, as far as its sentence goes."""
    low, high = sentence_window(reading.tokens, reading.start, reading.end)
    segments = read_segments(reading, low, high)
    own = next((k for k, one in enumerate(segments) if one.first <= reading.start < one.last), 0)
    frame = GermanFrame(segments=segments, own=own)
    frame.infinitive = _is_infinitive(reading, segments[own])
    frame.members = [own] if frame.infinitive else _members(segments, own)
    _read_verb(reading, frame)
    _read_parties(reading, frame)
    words, g = reading.tokens.words, reading.grammar
    frame.fragment = frame.verb_index < 0 and frame.subject < 0
    frame.question = reading.tokens.at(high) == QUESTION
    frame.preposition = _preposition(reading, frame)
    frame.determiner = next(
        (j for j in range(reading.start - 1, max(frame.segment.first, reading.start - 4) - 1, -1)
         if words[j] in g["any_determiner"]), -1,
    )  # fmt: skip
    return frame


def _is_infinitive(reading: Reading, segment: Segment) -> bool:
    words = reading.tokens.words
    if segment.opener in _INFINITIVE_OPENERS:
        return True
    to = any(words[j] == "zu" and words[j + 1].endswith("n") for j in range(segment.first, segment.last - 1))
    joined = any("zu" in words[j][2:] and words[j].endswith("en") for j in range(reading.start, reading.end))
    return (to or joined) and (segment.finite < 0 or reading.start == segment.finite) and segment.joint != ""


def _members(segments: list[Segment], own: int) -> list[int]:
    """The segments that share one verb with the feeling's: first to the right of an opener, else to the left."""
    one = segments[own]
    if one.finite >= 0:
        return _with_open_beginning(segments, own)
    if one.opener:
        found = _until_verb(segments, own, 1)
        return found if found else [own]
    left = _until_verb(segments, own, -1)
    if left:
        return sorted(left)
    opened = next((k for k in range(own - 1, max(-1, own - _MOST_MEMBERS), -1) if segments[k].opener), None)
    right = _until_verb(segments, own, 1)
    if opened is not None and right:
        return list(range(opened, right[-1] + 1))
    return right if right and segments[right[-1]].joint in ("und", "oder", "sowie") else [own]


def _with_open_beginning(segments: list[Segment], own: int) -> list[int]:
    """With the beginning of a subordinate clause whose verb stands here: "weil ich müde | und traurig war"."""
    k = own - 1
    while not segments[own].opener and k >= 0 and own - k < _MOST_MEMBERS and segments[k].finite < 0:
        if segments[k].opener and segments[k].opener not in _INFINITIVE_OPENERS:
            return list(range(k, own + 1))
        k -= 1
    return [own]


def _until_verb(segments: list[Segment], own: int, step: int) -> list[int]:
    found, k = [own], own + step
    while 0 <= k < len(segments) and len(found) < _MOST_MEMBERS:
        inner = segments[k].opener and (step > 0 or segments[k].finite < 0)
        if segments[k].relative and step < 0 and segments[k].finite >= 0 and segments[own].joint != "und":
            k += step  # a relative clause stands between
            continue
        if inner and step > 0:
            k += step
            continue
        found.append(k)
        if segments[k].finite >= 0:
            return found
        k += step
    return []


def _read_verb(reading: Reading, frame: GermanFrame) -> None:
    tokens, g = reading.tokens, reading.grammar
    words = tokens.words
    verb = frame.verb_index
    frame.finite, frame.verb = verb >= 0, verb
    for segment in frame.clause:
        for j in range(segment.first, segment.last):
            if words[j] in g["link"] and frame.link < 0 and not reading.start <= j < reading.end:
                frame.link = j
                frame.link_kind = next(kind for kind in _LINKS if words[j] in g[kind])
    if verb < 0:
        return
    word = words[verb]
    if (
        word in g["past_form"]
        or (reading.start <= verb < reading.end and word.endswith(("te", "ten", "test")))
        or (word in g["perfect"] and any(_is_participle(words[j], j == reading.start) for j in _clause_words(frame)))
    ):
        frame.tense = "past"
    else:
        frame.tense = "present"


def _clause_words(frame: GermanFrame) -> list[int]:
    return [j for segment in frame.clause for j in range(segment.first, segment.last)]


def _is_participle(word: str, feeling: bool) -> bool:
    if feeling:
        return "ge" in word[:6] and word.endswith("t") and word not in ("aufgeregt", "ausgelaugt", "niedergeschlagen")
    return (word.startswith("ge") and word.endswith(("t", "en")) and len(word) > 4) or word in _PARTICIPLES


_PARTICIPLES = listed(
    "worden geworden gewesen passiert bekommen verloren vergessen verstanden erzählt angerufen empfunden"
)


def _read_parties(reading: Reading, frame: GermanFrame) -> None:
    parties = [
        party for segment in frame.clause for party in find_parties(reading, segment.first, segment.last)
        if not (segment.relative and party.index == segment.first)
    ]  # fmt: skip
    parties = _with_antecedent(reading, frame) + parties
    _settle_subject(frame, parties)
    if frame.subject_party is None and not frame.infinitive and not _dative_alone(frame):
        _share_subject(reading, frame)
    if frame.subject_party is None and frame.infinitive:
        _borrow_subject(reading, frame)
    if reading.slot is not None:
        _take_slot(reading, frame)
    party = frame.subject_party
    if party is not None:
        frame.subject, frame.who = party.index, party.who


def _settle_subject(frame: GermanFrame, parties: list[Party]) -> None:
    surely = next((p for p in parties if p.role == SUBJECT and p.who == SELF), None)
    surely = surely or next((p for p in parties if p.role == SUBJECT), None)
    either = [p for p in parties if p.role == ANY]
    frame.subject_party = surely or (either[0] if either else None)
    objects = [p for p in parties if p.role == OBJECT and p.who != THING]
    objects += [p for p in either if p is not frame.subject_party and p.who != THING]
    frame.reflexive = any(p.role == REFLEXIVE for p in parties) or _is_own_pronoun(frame, objects)
    frame.object_party = objects[0] if objects else None
    frame.benefit = next((p for p in parties if p.role == BENEFIT), None)


def _is_own_pronoun(frame: GermanFrame, objects: list[Party]) -> bool:
    subject = frame.subject_party
    return subject is not None and subject.who == SELF and any(p.who == SELF for p in objects)


def _dative_alone(frame: GermanFrame) -> bool:
    """True for "mir ist bang": the person stands there, and nobody else is meant."""
    return frame.object_party is not None and frame.segment.finite >= 0


def _share_subject(reading: Reading, frame: GermanFrame) -> None:
    """Take the subject of the clause before, where "und" or a comma binds a second verb to it."""
    for k in range(frame.members[0] - 1, max(-1, frame.members[0] - 1 - _MOST_MEMBERS), -1):
        segment = frame.segments[k]
        first = frame.segments[frame.members[0]]
        if segment.relative and segment.finite >= 0:
            continue
        if segment.opener and segment.finite >= 0 and not first.opener and first.joint == COMMA:
            continue  # "..., weil es regnet, und bin": the main clause stands before
        before = GermanFrame(segments=frame.segments, own=k, members=[k])
        parties = find_parties(reading, segment.first, segment.last)
        _settle_subject(before, [p for p in parties if not (segment.relative and p.index == segment.first)])
        if before.subject_party is not None:
            frame.subject_party = before.subject_party
            return
        if segment.finite >= 0 and before.object_party is None and k < frame.members[0] - 1:
            return


def _borrow_subject(reading: Reading, frame: GermanFrame) -> None:
    """Find the subject of an infinitive: that of the clause above, or whom it moves ("es macht mir Angst, ... zu")."""
    order = [*range(frame.own - 1, -1, -1), *range(frame.own + 1, len(frame.segments))]
    for k in order[:3]:
        segment = frame.segments[k]
        above = GermanFrame(segments=frame.segments, own=k, members=[k])
        _settle_subject(above, find_parties(reading, segment.first, segment.last))
        subject, moved = above.subject_party, above.object_party
        if subject is not None and subject.who == THING and moved is not None:
            subject = moved
        if subject is not None:
            frame.subject_party = subject
            return


def _with_antecedent(reading: Reading, frame: GermanFrame) -> list[Party]:
    """The party that a relative pronoun stands for."""
    for k in frame.members:
        segment = frame.segments[k]
        if segment.relative:
            who = _antecedent(reading, segment.first - 2)
            role = {"den": OBJECT, "dem": OBJECT, "denen": OBJECT, "der": SUBJECT}.get(segment.opener, ANY)
            if segment.opener in ("deren", "dessen", "wo"):
                return []
            return [Party(segment.first, role, who)]
    return []


def _antecedent(reading: Reading, index: int) -> str:
    """The person or thing before the comma of a relative clause: a noun up to five words away."""
    words, marks, g = reading.tokens.words, marks_of(reading.grammar), reading.grammar
    for j in range(index, max(-1, index - 5), -1):
        if marks.get(words[j], 0) & PERSON:
            return OTHER
        if words[j] in g["self_subject"]:
            return SELF
        if not words[j].isalpha() or marks.get(words[j], 0) & FINITE:
            break
        if who_of_noun(reading, j, "") == OTHER:
            return OTHER
    return THING


def _take_slot(reading: Reading, frame: GermanFrame) -> None:
    """The person in the slot of a set phrase is the one who is moved."""
    assert reading.slot is not None
    found = find_parties(_without_feeling(reading), reading.slot[0], reading.slot[1])
    if found and found[0].role != REFLEXIVE:
        frame.object_party = found[0]
    elif found:
        frame.reflexive = True


def _without_feeling(reading: Reading) -> Reading:
    return Reading(
        reading.tokens, reading.grammar, reading.sense, len(reading.tokens), len(reading.tokens), read_clause
    )


def _preposition(reading: Reading, frame: GermanFrame) -> int:
    """The preposition that the feeling stands behind, with at most two words between: "vor lauter Angst"."""
    words, g = reading.tokens.words, reading.grammar
    for j in range(reading.start - 1, max(frame.segment.first, reading.start - 4) - 1, -1):
        if words[j] in g["noun_carrier"] or (words[j] in g["preposition"] and j == reading.start - 1):
            return j
        if words[j] in g["finite"] or words[j] in ("ich", "er", "sie"):
            return -1
    return -1
