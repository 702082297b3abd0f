"""Test if a German word is a feeling where it stands: said of somebody, no property of a thing or of a deed."""

from __future__ import annotations

from voicecheck.feelings.de.clauses import GermanFrame
from voicecheck.feelings.de.marks import DETERMINER, FINITE, SMALL, marks_of
from voicecheck.feelings.frame import OTHER, SELF, THING
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import listed

_ENDINGS = ("e", "en", "er", "es", "em")


def is_feeling(reading: Reading) -> bool:
    """True if the candidate may name a feeling where it stands."""
    kind = reading.sense.kind
    if reading.sense.pattern is not None:
        return True
    if kind in ("adj", "thing"):
        return _is_state(reading)
    if kind == "cause":
        return _is_moving(reading)
    return True


def _is_state(reading: Reading) -> bool:
    g = reading.grammar
    if _is_measure(reading) or _goes_well(reading):
        return False
    if _is_attribute(reading):
        after = reading.after()
        if after in g["feeling_noun"] or after in g["event_noun"]:
            return not (reading.sense.kind == "adj" and after in g["event_noun"] and _owned_by_other(reading))
        return after in g["person"] and _has_possessive(reading)
    frame = reading.frame
    subject = reading.tokens.at(frame.subject) if frame.subject >= 0 else ""
    if frame.who == THING and (subject in g["made_thing"]):
        return False
    owner = frame.subject_party.owner if isinstance(frame, GermanFrame) and frame.subject_party else ""
    return not (frame.who == THING and owner == OTHER and subject in g["own_affair"])


def _is_attribute(reading: Reading) -> bool:
    """True for an inflected form before its noun: "ein trauriger Film"."""
    g, tokens = reading.grammar, reading.tokens
    word, after = reading.word(0), reading.after()
    if word == reading.sense.lemma and not word.endswith(_ENDINGS[:1]):
        return False
    marks = marks_of(g)
    if not after.isalpha() or marks.get(after, 0) & (SMALL | FINITE) or after in g["be"]:
        return False
    if word == reading.sense.lemma:  # "müde", "leise": also before a noun, behind its article
        return tokens.capital(reading.end) and bool(marks.get(reading.word(-1), 0) & DETERMINER)
    return word.endswith(_ENDINGS)


def _is_measure(reading: Reading) -> bool:
    """True for "furchtbar einsam", where the word only measures the next one."""
    g, after = reading.grammar, reading.after()
    if reading.word(0) not in g["strong"] or not after.isalpha():
        return False
    return not marks_of(g).get(after, 0) & (SMALL | FINITE) and after not in g["be"]


def _goes_well(reading: Reading) -> bool:
    """True for "dass alles gut geht", said of things and of nobody."""
    frame = reading.frame
    moved = isinstance(frame, GermanFrame) and frame.object_party is not None
    return reading.sense.vague and frame.who == THING and not moved and reading.after() in _COURSES


_COURSES = listed("geht gehen ging gegangen geht's läuft gelaufen ausgegangen ausgeht angekommen geworden gelungen")


def _owned_by_other(reading: Reading) -> bool:
    frame = reading.frame
    return frame.determiner >= 0 and reading.tokens.words[frame.determiner] in reading.grammar["possessive_other"]


def _has_possessive(reading: Reading) -> bool:
    g, frame = reading.grammar, reading.frame
    owner = reading.tokens.words[frame.determiner] if frame.determiner >= 0 else ""
    return owner in g["possessive_self"] or owner in g["possessive_other"]


def _is_moving(reading: Reading) -> bool:
    """True if somebody is moved, or a thing moves whoever speaks; not where the speaker moves a thing."""
    frame = reading.frame
    if not isinstance(frame, GermanFrame):
        return True
    if frame.object_party is not None or frame.reflexive or frame.link_kind in ("be", "get"):
        return True
    return frame.who != SELF
