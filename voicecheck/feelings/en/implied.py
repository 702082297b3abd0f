"""Feelings of the speaker that are said of a thing, a day or a deed: "it's exhausting", "we had a scary moment"."""

from __future__ import annotations

from voicecheck.feelings.en.nouns import person_object
from voicecheck.feelings.frame import NONE, OTHER, SELF, THING
from voicecheck.feelings.reading import ENDS, Reading
from voicecheck.feelings.tokens import COMMA, QUOTE, listed

_FIND = listed("find finds found finding")
_HAVE = listed("have has had having spent")
_LIVED = ("be", "feel", "get", "remain")
_LEADING = listed("led leads lead")
_COUNTED = listed("couple few of little old long and last first")
_MADE_SO = listed("it things everything life that this")
_JUDGING = listed("weird strange surreal sad tense surprising shocking")
"""before a noun these say how it is, not how somebody felt ("a weird week")"""
_OF_WORTH = _JUDGING | listed("gross disgusting creepy spooky")
"""and these, said of what bears a name of its own ("the film was creepy")"""
_DEEDS = listed(
    "being having going waiting trying hearing talking seeing listening looking watching getting doing telling"
)
_MEASURED = listed("much many fast quickly easy easily few little long often accurate similar")


def is_implied(r: Reading) -> bool:
    """True if a word said of a thing tells how it is for the speaker; never of what only others meet."""
    frame, g = r.frame, r.grammar
    if frame.reporter_who == OTHER or _for_another(r) or _is_asked(r) or _figure(r) or _acts(r) or _supposed(r):
        return False
    if r.before() == "how" or (r.before() == "its" and not r.goes_on):
        return True  # "how embarrassing", and "its exhausting", as it is often written
    if frame.determiner >= 0 or (r.goes_on and r.after() in g["event_noun"]):
        return _lived_event(r)
    if r.goes_on and (not r.after().endswith("ing") or r.after() in g["made_thing"]):
        return False
    finder = _finder(r)
    if finder:
        return finder == SELF
    if frame.link < 0:
        made = r.before() in _MADE_SO and r.tokens.at(r.before_index() - 1) in g["make"]
        opens = r.tokens.opens_sentence(r.start) and r.word(0) not in _JUDGING
        plain = r.word(0) not in _OF_WORTH or r.word(-1) in g["strong"] or opens
        return made or (frame.fragment and plain and r.after() in ENDS)
    return frame.link_kind in _LIVED and _joined(r) and _of_a_thing(r)


def implied_by(r: Reading) -> tuple[int, int]:
    """Return the token of the thing that the feeling is said of, or of the word itself where none is named."""
    frame = r.frame
    if 0 <= frame.subject < r.start and frame.who != SELF:
        return frame.subject, frame.subject + 1
    if r.after() in r.grammar["event_noun"]:
        return r.end, r.end + 1
    return r.start, r.end


def _for_another(r: Reading) -> bool:
    """True for "exhausting for her", "hard on the kids"."""
    g, tokens = r.grammar, r.tokens
    j = r.end
    while j < r.end + 2 and tokens.at(j) in g["adverb"]:
        j += 1
    if tokens.at(j) not in ("for", "on", "to"):
        return False
    word = tokens.at(j + 1)
    if word in g["self_object"] or word in g["no_name"]:
        return False
    person = person_object(r, j + 1)
    counted = word in g["determiner"] and {tokens.at(j + 2), tokens.at(j + 3)} & g["person"]
    if person is not None:
        return not (tokens.at(person[1]) == "and" and tokens.at(person[1] + 1) in ("me", "i"))
    return bool(counted) or word in g["other_subject"] or word in g["person"]


def _acts(r: Reading) -> bool:
    """True for a verb ("annoying him", "touching it"), and for a word that is only quoted."""
    g, after = r.grammar, r.after()
    if r.word(-1) == QUOTE and after == QUOTE:
        return True
    if not r.word(0).endswith("ing"):
        return False
    if after == "it" and (r.after(1) in g["auxiliary"] or r.after(1) in g["link"]):
        return False  # "it's frustrating it's so frustrating"
    moved = after in g["objective"] or after in ("it", "her", "yourself", "itself") or after in g["possessive_self"]
    return moved or (after == "you" and person_object(r, r.end) is not None)


def _joined(r: Reading) -> bool:
    """True if nothing but adverbs, or another word of the kind, stands between the verb and the word."""
    frame, joins = r.frame, (COMMA, "and", "or", "but", "yet")
    if frame.preposition > frame.link or frame.determiner > frame.link:
        return False
    return frame.verb < frame.link or r.before() in joins


def _is_asked(r: Reading) -> bool:
    """True for "how stressful is it"; not for "how embarrassing"."""
    return r.before() == "how" and not (r.tokens.at(r.before_index() - 1) in ENDS and r.after() in ENDS)


def _supposed(r: Reading) -> bool:
    """True for "that must have been scary", said of what another met."""
    return any(r.tokens.at(h[0]) == "must" for h in r.frame.hypotheticals)


def _figure(r: Reading) -> bool:
    """True for "scary how much it costs", a judgement of the amount; not for "how fast he's going downhill"."""
    return r.after() == "how" and r.after(1) in _MEASURED and r.after(2) not in ("i", "we", "he", "she", "they")


def _lived_event(r: Reading) -> bool:
    """True for "it was a stressful day", "I had a scary moment", "the worrying part is"."""
    frame, g, tokens = r.frame, r.grammar, r.tokens
    j = r.end
    while j < r.end + 3 and tokens.at(j) in _COUNTED:
        j += 1
    led = tokens.at(frame.preposition - 1) in _LEADING
    if tokens.at(j) not in g["event_noun"] or (frame.preposition >= 0 and not led) or r.word(0) in _JUDGING:
        return False
    if frame.fragment or (frame.link < 0 and frame.subject < 0 and tokens.at(frame.determiner - 1) in ("what", "such")):
        return True
    if tokens.at(j) in ("part", "thing", "bit") and tokens.at(j + 1) in g["be"]:
        return True
    if frame.link >= 0 and frame.who in (THING, NONE, OTHER):
        return _of_a_thing(r)
    return led or (frame.who == SELF and tokens.at(frame.verb) in _HAVE)


def _finder(r: Reading) -> str:
    """Return who finds it so ("I find the calls draining"); NONE where nobody does."""
    g, tokens = r.grammar, r.tokens
    for j in range(r.start - 1, max(-1, r.start - 7), -1):
        word = tokens.words[j]
        if word in ENDS or word in g["link"]:
            return NONE
        if word in _FIND and j < r.start - 1:
            return _subject_of(r, j)
        if word in ("find", "found") and tokens.at(j - 1) in g["nominative"] and tokens.at(j - 2) in ("what", "which"):
            return SELF if tokens.at(j - 1) in g["self_subject"] else OTHER
    return NONE


def _subject_of(r: Reading, verb: int) -> str:
    g, tokens = r.grammar, r.tokens
    for j in range(verb - 1, max(-1, verb - 6), -1):
        word = tokens.words[j]
        if word in g["self_subject"]:
            return SELF
        if word in ENDS:
            return SELF if j == verb - 1 else OTHER
        if word not in g["auxiliary"] and word not in g["adverb"] and word not in g["negation"] and word != "to":
            return OTHER
    return SELF if verb < 6 and not any(tokens.at(j) in g["nominative"] for j in range(verb)) else OTHER


def _of_a_thing(r: Reading) -> bool:
    """True if the subject is something that the speaker meets, too: no person, no film, no other's job."""
    frame, g, tokens = r.frame, r.grammar, r.tokens
    word = tokens.at(frame.subject)
    if frame.who == OTHER:
        return word in g["lived_thing"] or _begins_with_a_deed(r)
    if frame.who not in (THING, NONE) or word in g["made_thing"] or word in g["body"]:
        return False
    if r.word(0) in _OF_WORTH and frame.link_kind != "feel" and word not in g["thing_subject"]:
        return False
    owner = tokens.at(frame.subject - 1)
    others = owner in g["possessive_other"] or owner in g["possessive_you"] or owner == "'s"
    return not (others and word in g["own_affair"])


def _begins_with_a_deed(r: Reading) -> bool:
    """True for "having kids is exhausting": the person is only part of the deed."""
    tokens = r.tokens
    for j in range(r.frame.subject - 1, max(-1, r.frame.subject - 7), -1):
        opens = tokens.at(j - 1) in (*ENDS, COMMA, "and", "but", "because", "that", "so", "just")
        if opens and tokens.words[j].endswith("ing") and tokens.words[j] not in r.grammar["function"] - _DEEDS:
            return True
    return False
