"""Rules for what stands between a feeling and its verb: objects, joined feelings, determiners, prepositions, words."""

from __future__ import annotations

from voicecheck.feelings.en.subjects import settle_person
from voicecheck.feelings.en.verbs import governing_verb
from voicecheck.feelings.en.view import (
    View,
    gerund_follows,
    in_phrase,
    is_measure,
    is_person,
    is_somebody,
    object_start,
    opens_clause,
    or_follows,
    person_of,
)
from voicecheck.feelings.en.walk import DONE, Walk, deny
from voicecheck.feelings.frame import OTHER
from voicecheck.feelings.tokens import COMMA, listed


def denying_phrase(view: View, walk: Walk, j: int) -> int | None:
    """Read "far from", "instead of" and the like, by their last word."""
    if not walk.open:
        return None
    phrases = view.grammar.phrase("denial")
    for first in range(j - 1, max(view.floor - 1, j - 4), -1):
        if phrases.match_at(view.tokens, first) == j + 1:
            walk.frame.negations.append((first, j + 1))
            return first
    return None


def joined_feeling(view: View, walk: Walk, j: int) -> int | None:
    """Step over another feeling. "Not" reaches across "or", "nor" and "and", not across the rest."""
    g = view.g
    if j not in view.hit_starts or view.words[j] in g["adverb"]:
        return None
    joined = view.tokens.at(j + 1)
    if joined not in listed("or nor and to of about that") and not or_follows(view):
        walk.open = False
    if walk.frame.verb < 0 and joined not in ("or", "nor", "and", "but", COMMA) and joined not in g["adverb"]:
        walk.frame.verb = j
    if opens_clause(view, j) and is_person(view, j):
        walk.person = j
    return view.hit_starts[j]


def negative_word(view: View, walk: Walk, j: int) -> int | None:
    """Read "not", "never", or a nobody whom nothing finite has claimed ("ain't nobody scared")."""
    word, frame = view.words[j], walk.frame
    if walk.settled and word in view.g["negative_subject"]:
        return None
    if word in ("nobody", "none") and frame.subject < 0 and frame.link < 0:
        walk.take(j, OTHER)
    return deny(view, walk, j)


def joining_word(view: View, walk: Walk, j: int) -> int:
    """Read a comma, "and", "or", "but": what is still joined to the feeling, and what is a clause of its own."""
    frame, word = walk.frame, view.words[j]
    passed_verb = frame.link >= 0 or frame.verb >= 0 or frame.finite
    if word == COMMA:
        if not or_follows(view):
            walk.open = False
    elif word not in ("or", "nor") and (word != "and" or passed_verb):
        walk.open = False
    if passed_verb or (word == COMMA and j - 1 not in view.hit_starts):
        walk.loose = True
    return j


def object_pronoun(view: View, walk: Walk, j: int) -> int | None:
    """Read me, him, her: the one who feels it after "made", or part of the phrase."""
    if walk.settled:
        return None
    word, g, frame, at = view.words[j], view.g, walk.frame, view.tokens.at
    if word == "her" and _is_possessive_her(view, j):
        if frame.determiner < 0 and walk.bare:
            frame.determiner = j
        return j
    adjacent = frame.verb < 0 and not walk.loose and not frame.finite and frame.preposition < 0
    before = at(j - 1)
    governed = (
        before in g["preposition"]
        and before not in ("with", "of", "like")
        and not (before == "for" and at(j + 1) == "to")
    )
    reflexive = word in listed("myself yourself himself herself themselves ourselves") and before not in g["make"]
    if not adjacent or governed or reflexive:
        return j
    walk.take(j, person_of(view, j))
    return governing_verb(view, walk, j - 1)


def moved_pronoun(view: View, walk: Walk, j: int) -> int | None:
    """Read the person of "it would make anyone angry", which is no subject."""
    if not _is_moved(view, walk, j):
        return None
    walk.take(j, OTHER)
    return governing_verb(view, walk, j - 1)


def _is_possessive_her(view: View, j: int) -> bool:
    """True for "her grief", "her awful fear"; not for "made her sad"."""
    g, after = view.g, view.tokens.at(j + 1)
    owns = (j + 1 == view.start and view.noun_like) or (after not in g["function"] and j + 1 < view.start)
    if not owns or after in g["link"] or after in g["adverb"] or after in g["degree"]:
        return False
    return not any(view.hit_starts.get(last) == j + 1 for last in range(j + 1, view.start))


def joining_clause(view: View, walk: Walk, j: int) -> int:
    """Read "because", "if", "when": a clause that begins here without a subject, or a feeling in a fragment of it."""
    word, at = view.words[j], view.tokens.at
    if word == "once" and at(j - 1) in ("never", "not"):
        return j
    causal = word in ("because", "cause")
    if word in view.g["if_word"] and not in_phrase(view, "pseudo_if", j):
        walk.suppose(j)
    elif causal and at(j - 1) == "not":
        deny(view, walk, j - 1)
    if causal and at(j + 1) == "of":
        return j
    settle_person(walk)
    return DONE


def other_word(view: View, walk: Walk, j: int) -> int:
    """Read adverbs, determiners, prepositions and unknown words inside the phrase."""
    word, g, frame = view.words[j], view.g, walk.frame
    if word in g["adverb"] or word in g["degree"] or (word == "of" and view.tokens.at(j - 1) in ("kind", "sort")):
        return j
    owns = word in g["possessive_self"] or word in g["possessive_other"] or word in g["possessive_you"] or word == "'s"
    if owns or word in g["determiner"]:
        if walk.bare and frame.determiner < 0 and (owns or not is_measure(view, j)):
            frame.determiner = j
        return j
    if word in g["preposition"]:
        if walk.bare and frame.preposition < 0 and word != "like":
            frame.preposition = j
        return j
    return _content_word(view, walk, j)


def _content_word(view: View, walk: Walk, j: int) -> int:
    word, g, frame = view.words[j], view.g, walk.frame
    if _is_moved(view, walk, j):
        walk.take(j, OTHER)
        return governing_verb(view, walk, object_start(view, j) - 1)
    if frame.verb < 0 and word not in g["linking_noun"] and not _describes_it(view, j):
        frame.verb = j
    if gerund_follows(view, j):
        if word in g["negative_verb"]:
            return deny(view, walk, j)
        if word in ("imagine", "imagining", "pretend", "pretending", "dream", "risk"):
            walk.suppose(j)
            walk.open = False
    elif word in ("lost", "lose", "losing", "lack", "lacked", "lacks") and view.start - j <= 3:
        deny(view, walk, j)
    if opens_clause(view, j) and is_somebody(view, j):
        walk.person = j
    return j


def _describes_it(view: View, j: int) -> bool:
    """True for the adjective of "my blind rage"."""
    owner, g = view.tokens.at(j - 1), view.g
    owned = owner in g["possessive_self"] or owner in g["possessive_other"] or owner in g["possessive_you"]
    word, feeling = view.words[j], view.words[view.start]
    one = (
        not feeling.endswith("s") or feeling.endswith("ss") or word.endswith("st")
    )  # "my biggest fears", not "my cat loves"
    return view.noun_like and j == view.start - 1 and owned and one


def moved_person(view: View, walk: Walk, j: int) -> int | None:
    """Read the person of "made my wife feel guilty", "left my partner feeling unloved", "saw my dad getting angry"."""
    link = walk.frame.link
    if link < 0 or j < link - 3:
        return None
    g, frame = view.g, walk.frame
    if frame.verb >= 0 or walk.loose or not is_somebody(view, j):
        return None
    bare = view.words[link] in ("feel", "be", "get", "become", "look", "seem")
    if not bare and view.words[link] not in g["gerund"] and view.words[link] != "being":
        return None
    before = view.tokens.at(object_start(view, j) - 1)
    if before not in g["make"] and before not in g["see"]:
        return None
    walk.take(j, OTHER)
    return governing_verb(view, walk, object_start(view, j) - 1)


def _is_moved(view: View, walk: Walk, j: int) -> bool:
    """True for "it makes my wife happy": the person at `j` is the one who feels it."""
    frame = walk.frame
    if not walk.bare or walk.loose or frame.determiner >= 0 or frame.preposition >= 0 or view.noun_like:
        return False
    somebody = is_somebody(view, j) or view.words[j] in view.g["other_subject"]
    before = view.tokens.at(object_start(view, j) - 1) if somebody else ""
    return before in view.g["make"] or before in view.g["perceived"]
