"""Experiencer of a feeling: the subject's, that of the person moved, or of somebody who is quoted."""

from __future__ import annotations

from voicecheck.domain import Experiencer
from voicecheck.feelings.de.clauses import GermanFrame
from voicecheck.feelings.de.parties import Party, find_parties
from voicecheck.feelings.de.segments import Segment
from voicecheck.feelings.frame import NOBODY, NONE, OTHER, SELF, THING, YOU
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, QUOTE

Whose = tuple[str, int]
"""one of SELF ... NONE, and the token that says so"""
_EXPERIENCERS = {OTHER: Experiencer.OTHER, NOBODY: Experiencer.OTHER, YOU: Experiencer.UNCLEAR}
_INDIRECT = frozenset(("sei", "seien", "wäre", "wär", "hätte", "habe", "würde"))


def find_experiencer(reading: Reading, frame: GermanFrame) -> tuple[Experiencer, int, bool]:
    """Return whose it is, the token that decided it (-1 for none), and True where a thing implies it."""
    whose, index = _of_kind(reading, frame)
    implied = whose == THING
    if implied or whose == NONE:
        whose, index = SELF, index if implied else -1
    teller = _teller(reading, frame)
    if teller is not None and whose == SELF:
        direct, by = teller
        return (Experiencer.OTHER if direct or implied else Experiencer.UNCLEAR), by, implied
    return _EXPERIENCERS.get(whose, Experiencer.SELF), index, implied


def _of_kind(reading: Reading, frame: GermanFrame) -> Whose:
    kind = reading.sense.kind
    if kind == "noun":
        return _of_noun(reading, frame)
    if kind == "thing":
        return _of_thing(frame)
    if kind == "cause" or (kind == "verb" and _moves(reading, frame)):
        return _of_cause(reading, frame)
    if kind == "verb":
        return _subject(frame)
    return _of_adjective(reading, frame)


def _subject(frame: GermanFrame) -> Whose:
    party = frame.subject_party
    return (NONE, -1) if party is None else (party.who, party.index)


def _party(party: Party) -> Whose:
    return party.who, party.index


def _moves(reading: Reading, frame: GermanFrame) -> bool:
    """True for "das freut mich", where the feeling is the object's."""
    subject = frame.subject_party
    thing = subject is None or subject.who == THING
    return thing and (frame.object_party is not None or (subject is not None and not frame.reflexive))


def _of_cause(reading: Reading, frame: GermanFrame) -> Whose:
    subject, moved, words = frame.subject_party, frame.object_party, reading.tokens.words
    passive = (
        frame.link_kind in ("be", "get") and moved is None and words[reading.start].startswith(("ge", "ent", "ver"))
    )
    if frame.reflexive or passive:
        return _subject(frame)
    if moved is not None:
        if subject is not None and subject.who == SELF and moved.who == SELF:
            return _subject(frame)
        return _party(moved)
    if subject is not None and subject.who == SELF and reading.sense.kind == "cause" and not passive:
        return _subject(frame)
    return THING, reading.start


def _of_thing(frame: GermanFrame) -> Whose:
    if frame.object_party is not None:
        return _party(frame.object_party)
    if frame.benefit is not None:
        return _party(frame.benefit)
    return THING, frame.subject


def _of_adjective(reading: Reading, frame: GermanFrame) -> Whose:
    g, words = reading.grammar, reading.tokens.words
    subject, moved = frame.subject_party, frame.object_party
    if words[reading.end - 1] != reading.sense.lemma and reading.after() in g["person"]:
        owner = words[frame.determiner] if frame.determiner >= 0 else ""
        if subject is None or subject.who != SELF or owner in g["possessive_self"]:
            return OTHER, reading.end
    if _makes(reading, frame) and not frame.reflexive:
        if moved is not None:
            return _party(moved)
        return _subject(frame) if subject is not None and subject.who == OTHER else (THING, frame.subject)
    if moved is not None and (subject is None or subject.who == THING) and frame.link_kind in ("be", "get", "remain"):
        return _party(moved)
    if subject is not None and subject.who == THING and frame.benefit is not None:
        return _party(frame.benefit)
    return _subject(frame)


def _makes(reading: Reading, frame: GermanFrame) -> bool:
    g, words = reading.grammar, reading.tokens.words
    return any(words[j] in g["make"] for one in frame.clause for j in range(one.first, one.last)
               if not reading.start <= j < reading.end)  # fmt: skip


def _of_noun(reading: Reading, frame: GermanFrame) -> Whose:
    g, words = reading.grammar, reading.tokens.words
    subject, moved = frame.subject_party, frame.object_party
    for j in range(reading.start - 1, max(-1, reading.start - 4), -1):
        word = words[j]
        if word in g["possessive_self"]:
            return SELF, j
        if word in g["possessive_other"] and word not in ("ihnen",):
            return OTHER, j
        if word in g["possessive_you"]:
            return YOU, j
        if word not in g["adverb"] and word not in g["strong"] and not word.endswith(("e", "en", "er")):
            break
    owner = _genitive(reading)
    if owner is not None:
        return owner
    if moved is not None and not frame.reflexive and (subject is None or subject.who != SELF or _makes(reading, frame)):
        carried = frame.preposition >= 0 and subject is not None and subject.who == OTHER
        return _subject(frame) if carried else _party(moved)
    if subject is not None and subject.who == OTHER and _makes(reading, frame):
        return SELF, -1
    if subject is None or subject.who == THING:
        return (NONE, -1) if frame.benefit is None else _party(frame.benefit)
    return _subject(frame)


def _genitive(reading: Reading) -> Whose | None:
    """Owner of a noun by what follows it: "die Angst meiner Mutter", "die Wut von meinem Chef"."""
    g, word = reading.grammar, reading.after()
    by = word == "von"
    if not by and word not in ("meiner", "meines", "seiner", "seines", "ihrer", "ihres", "der", "des"):
        return None
    first = reading.end + by
    parties = find_parties(reading, first, min(first + 3, len(reading.tokens)))
    person = next((p for p in parties if p.who == OTHER and p.index <= first + 2), None)
    if (
        person is None
        or reading.tokens.at(first) in g["self_object"]
        or (word == "der" and reading.after(1) in g["finite"])
    ):
        return None
    return OTHER, person.index


def _teller(reading: Reading, frame: GermanFrame) -> tuple[bool, int] | None:
    """Find who else says it: whether in the speaker's own "ich", and the token of the one who says it."""
    first = frame.segments[frame.members[0]].first
    quoted = _quoted(reading, first)
    if quoted is not None:
        return True, quoted
    for k in (frame.members[0] - 1, frame.members[-1] + 1):
        if not 0 <= k < len(frame.segments):
            continue
        segment = frame.segments[k]
        behind = k > frame.own
        by = _says(reading, segment)
        if by < 0 or (behind and (segment.opener or segment.first != _verb_first(reading, segment))):
            continue
        joined = frame.segments[frame.members[0]].joint
        if not behind and (joined not in (COMMA, "") or frame.opener not in ("", "dass", "ob")):
            continue
        colon = reading.tokens.text[reading.tokens.starts[first - 1]] == ":" if first else False
        return colon or (behind and not _is_indirect(reading, frame)), by
    return None


def _verb_first(reading: Reading, segment: Segment) -> int:
    return segment.finite if segment.finite == segment.first else -1


def _is_indirect(reading: Reading, frame: GermanFrame) -> bool:
    return frame.opener == "dass" or (frame.verb >= 0 and reading.tokens.words[frame.verb] in _INDIRECT)


def _says(reading: Reading, segment: Segment) -> int:
    """The token of somebody else who says, thinks or asks there; -1 for none, and where the speaker does."""
    g, words = reading.grammar, reading.tokens.words
    span = range(segment.first, segment.last)
    so = segment.last - 1 > segment.first and words[segment.last - 1] == "so" and segment.finite < 0
    if not so and not any(words[j] in g["say"] and not reading.start <= j < reading.end for j in span):
        return -1
    parties = find_parties(reading, segment.first, segment.last)
    if any(p.who == SELF and p.role == "subject" for p in parties):
        return -1
    return next((p.index for p in parties if p.who == OTHER and p.role in ("subject", "any")), -1)


def _quoted(reading: Reading, first: int) -> int | None:
    """The token of the one who says it, where it stands in quotation marks; None where it does not."""
    words = reading.tokens.words
    j = reading.start - 1
    least = max(-1, reading.start - 40)
    while j > least and words[j] not in (".", "?", QUOTE):
        j -= 1
    if j <= least or words[j] != QUOTE:
        return None
    k = j - 1
    while k > max(-1, j - 12) and words[k] not in (".", "?", QUOTE):
        k -= 1
    before = Segment(k + 1, j)
    by = _says(reading, before) if j > k + 1 else -1
    by = by if by >= 0 else _says_behind(reading)
    return by if by >= 0 else None


def _says_behind(reading: Reading) -> int:
    """The token of the one who says it behind the closing mark: "ich bin müde", hat sie gesagt; -1 for nobody."""
    words = reading.tokens.words
    j = reading.end
    while j < min(len(words), reading.end + 40) and words[j] != QUOTE:
        j += 1
    first = j + 1 + (words[j + 1 : j + 2] == [COMMA])
    last = first
    while last < min(len(words), first + 8) and words[last] not in (".", "?", QUOTE, COMMA):
        last += 1
    return _says(reading, Segment(first, last)) if last > first else -1
