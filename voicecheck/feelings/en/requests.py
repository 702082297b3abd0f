"""Clauses without a subject: questions that begin with their verb, and what somebody is told to do."""

from __future__ import annotations

from voicecheck.feelings.en.view import View, asks_to_the_end, is_name, is_person, is_somebody, skip_adverbs
from voicecheck.feelings.en.walk import DONE, Walk
from voicecheck.feelings.frame import OTHER, STOPS, YOU
from voicecheck.feelings.tokens import COMMA, QUOTE, listed

_BEING = listed("be stay keep get")
_MAKING = listed("make makes made making")
_OPENERS = listed("please and so but now then oh hey okay and yes no")
_OF_OLD_FORM = listed("felt lost broke made got had")


def request_told(view: View, walk: Walk, j: int) -> int | None:
    """Read "they say just be happy", "told me, enjoy it": behind the verb of saying a bare verb stands."""
    g, at, frame = view.g, view.tokens.at, walk.frame
    verb = j if at(j) in g["say"] else j - 1
    if at(verb) not in g["say"] or frame.subject >= 0 or not _is_bare(view, walk):
        return None
    told = verb + 1
    while told < view.start and (_is_passed(view, told) or at(told) in g["objective"]):
        told += 1
    own = told in (frame.link, view.start)
    plain = at(told).isalpha() and at(told) not in g["function"] and not is_person(view, told)
    if not own and (not plain or at(told) in g["said_alone"] or is_name(view, told)):
        return None
    walk.suppose(verb)
    walk.take(verb, YOU)
    return DONE


def _is_bare(view: View, walk: Walk) -> bool:
    """True if the verb passed has the form of a request: "be happy", "enjoy it", not "miss you"."""
    link, word = walk.frame.link, view.words[view.start]
    if not walk.base or walk.impersonal:
        return False
    if link >= 0:
        return view.words[link] in _BEING or view.words[link] in ("feel", "go")
    verbal = not view.noun_like and not (word.endswith("s") and not word.endswith("ss")) and word not in _OF_OLD_FORM
    return verbal and view.tokens.at(view.end) != "you"


def _is_passed(view: View, j: int) -> bool:
    word, g = view.tokens.at(j), view.g
    return (
        word in g["adverb"] or word in g["strong"] or word in _OPENERS or word in (COMMA, QUOTE, "do", "not", "never")
    )


def make_sure(view: View, walk: Walk, j: int) -> int | None:
    """Read "make sure to be", "make sure you enjoy it": it is meant to come, and nobody says that it has."""
    if view.tokens.at(j - 1) not in _MAKING:
        return None
    walk.suppose(j - 1)
    return j - 1


def read_opening(view: View, walk: Walk, j: int) -> None:
    """Read a clause that begins with its verb: a question ("are the kids scared?"), a request ("don't be sad")."""
    frame, at = walk.frame, view.tokens.at
    if _asks(view, walk, j):
        walk.suppose(j)
        frame.question = True
        if frame.verb > j and is_somebody(view, frame.verb):
            walk.take(frame.verb, OTHER)
        return
    first = j
    while first < view.start and first != frame.link and _opens_before(view, first):
        first += 1
    if (at(first) in _MAKING and at(first + 1) == "sure") or (at(first) == "try" and at(first + 1) in ("to", "not")):
        walk.take(first, YOU)
    elif _requests(view, walk, first):
        walk.suppose(frame.link)
        walk.take(frame.link, YOU)


def _opens_before(view: View, j: int) -> bool:
    word, g = view.tokens.at(j), view.g
    return word in _OPENERS or word == COMMA or word in g["adverb"]


def _asks(view: View, walk: Walk, j: int) -> bool:
    """True for an inverted verb; where no question mark tells it, somebody must follow ("do the kids feel safe")."""
    frame, g, at = walk.frame, view.g, view.tokens.at
    if at(j) not in g["inverting"] or not (frame.verb > j or frame.determiner > j):
        return False
    owned = at(j + 1) in g["possessive_self"] or at(j + 1) in g["possessive_other"]
    return asks_to_the_end(view) or (at(j) in g["be"] and owned and is_person(view, j + 2))


def _requests(view: View, walk: Walk, first: int) -> bool:
    """True for "be calm", "just don't be sad", "go home and be happy"."""
    frame, g, at = walk.frame, view.g, view.tokens.at
    link = frame.link
    if link < 0 or view.words[link] not in _BEING:
        return False
    if first <= link <= first + 2 and at(first) in ("do", view.words[link]):
        return True
    before = at(skip_adverbs(view, link - 1))
    alone = before in STOPS or before in (COMMA, "and", "then", "or")
    return view.words[link] == "be" and walk.base and not walk.impersonal and alone and before not in g["auxiliary"]
