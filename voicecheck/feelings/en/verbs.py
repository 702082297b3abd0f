"""Rules for verbs: linking verbs, auxiliaries, "being", "to be", and the verbs that govern a person who feels it."""

from __future__ import annotations

from voicecheck.feelings.en.matrix import chain, read_matrix
from voicecheck.feelings.en.subjects import is_inverted
from voicecheck.feelings.en.view import (
    View,
    is_modal,
    is_name,
    is_person,
    is_possessive,
    object_before,
    object_start,
    person_of,
    phrase_start,
    skip_adverbs,
    verb_near,
)
from voicecheck.feelings.en.walk import DONE, Walk, deny, note_tense
from voicecheck.feelings.frame import OTHER, STOPS, YOU
from voicecheck.feelings.tokens import listed

_LINK_KINDS = ("feel", "get", "seem", "remain", "be")


def linking_verb(view: View, walk: Walk, j: int) -> int | None:
    """Read a form of be, feel, get, seem or remain."""
    if is_possessive(view, j):
        return None
    word, g, frame, at = view.words[j], view.g, walk.frame, view.tokens.at
    if frame.link < 0:
        frame.link = j
        frame.link_kind = next(kind for kind in _LINK_KINDS if word in g[kind])
    if word in g["gerund"]:
        walk.base = False
        return _gerund(view, walk, j)
    finite, untensed = word not in ("been", "gotten"), False
    if word in g["bare_link"]:
        walk.base = True
        moved = object_before(view, j)  # "made me feel": the tense is that of "made"
        finite = at(j - 1) not in ("to", "and", "or") and not moved
        before = at(skip_adverbs(view, j - 1))
        untensed = moved or before in g["auxiliary"] or before in ("to", "not")
    if not untensed:
        note_tense(view, walk, j)
    if finite and not walk.loose:
        frame.finite = True
    return j


def _gerund(view: View, walk: Walk, j: int) -> int:
    """Note if "being" or "feeling" is denied or imagined, by the word before it."""
    g, at = view.g, view.tokens.at
    k = skip_adverbs(view, j - 1)
    before, earlier = at(k), at(k - 1)
    if at(j - 1) in ("like", "mind", "enjoy", "love") and at(j - 2) == "not" and at(j - 3) in ("do", "did", "does"):
        walk.open = False  # "I don't like being angry" denies the liking
    near = walk.frame.link == j and not walk.frame.finite and walk.frame.verb < 0
    feared = near and before == "of" and earlier in g["possible"]
    if feared or (before == "about" and earlier in listed("worried worry anxious nervous scared dream dreaming")):
        walk.suppose(k - 1)
    elif before == "from" and verb_near(view, k, "negative_verb", "stop stops stopped keep keeps kept protect"):
        deny(view, walk, k)
    elif before in g["negative_verb"]:
        deny(view, walk, k)
        walk.base = before in ("stop", "quit", "avoid")
        return k
    elif before == "up" and earlier in ("give", "gave", "giving", "given"):
        deny(view, walk, k)
    return j


def auxiliary(view: View, walk: Walk, j: int) -> int:
    """Read have, do, will, might; "do not" behind a person is a request ("please do not be sad")."""
    word, g, frame, at = view.words[j], view.g, walk.frame, view.tokens.at
    note_tense(view, walk, j)
    if is_modal(view, j):
        walk.suppose(j)
    before = at(j - 1)
    if word == "do" and at(j + 1) == "not" and (before in g["objective"] or before in ("please", "her")):
        walk.suppose(j)
        walk.take(j, YOU)
        return DONE
    if frame.verb < 0 or word not in listed("have has had having do did done"):
        frame.finite = frame.finite or not walk.loose
    if walk.bare and word in ("have", "has", "had", "having"):
        frame.verb = j
    return j


def infinitive(view: View, walk: Walk, j: int) -> int | None:
    """Read the "to" of "to be", "to feel", "to love", where a verb that may follow it was passed."""
    return _infinitive(view, walk, j) if walk.base else None


def _infinitive(view: View, walk: Walk, j: int) -> int:
    """Read "to be": imagined, unless the verb before it says that it happens."""
    walk.base, walk.impersonal, walk.frame.finite = False, True, False
    g, at, hit_starts = view.g, view.tokens.at, view.hit_starts
    k = skip_adverbs(view, j - 1)
    if at(j - 1) == "not":
        k = skip_adverbs(view, j - 2)
        if at(k) in ("impossible", "hard", "difficult", "easy"):  # "it's hard not to be jealous"
            return k
        deny(view, walk, j - 1)
    word = at(k)
    if at(j - 1) == "only" and at(j - 2) not in g["link"] | g["wish"]:  # "I waited all day only to be disappointed"
        return j
    if not _is_decided(view, walk, k):
        if object_before(view, j):
            if at(skip_adverbs(view, j - 1) - 1) == "for":
                walk.suppose(j)
            return j
        if is_person(view, k) or (word.isalpha() and k >= view.floor and is_name(view, k)):
            walk.take(k, OTHER)
            if "for" in view.words[max(k - 3, 0) : k]:  # "I'd love for my dad to be proud"
                walk.suppose(j)
            return governing_verb(view, walk, object_start(view, k) - 1)
        dreads = word in g["wish"] or word in listed("scared afraid frightened terrified desperate eager keen")
        if k in hit_starts and not dreads:
            return hit_starts[k]
        _imagine(view, walk, j, k)
    return k if k >= view.floor and word.isalpha() and word not in g["nominative"] else j


def _is_decided(view: View, walk: Walk, k: int) -> bool:
    """True if the word at `k`, before "to", decides alone that it is imagined, denied or over; noted then."""
    word, at = view.tokens.at(k), view.tokens.at
    if word in ("have", "has", "had", "got", "going", "about"):
        walk.suppose(k)
    elif word in ("whether", "how"):  # "I don't know whether to feel flattered"
        walk.suppose(k)
        walk.open = False
    elif word == "used":
        walk.frame.used_to = k
    elif word in view.g["negative_verb"] or word in ("fail", "failing") or "too" in (at(k - 1), at(k - 2)):
        deny(view, walk, k)
    else:
        return False
    return True


def _imagine(view: View, walk: Walk, j: int, k: int) -> None:
    """Note the infinitive at `j` as imagined, unless the word at `k` before it says that it happens."""
    word, at = view.tokens.at(k), view.tokens.at
    if word in view.g["time_taken"] and {"took", "taken", "take", "takes"} & {at(k - n) for n in (1, 2, 3, 4)}:
        return  # "it took me years to feel safe"
    if at(j + 1) in view.g["perceived"] and word in ("hard", "harder", "difficult", "tough", "painful"):
        return  # "it's hard to see him so sad"
    if k < view.floor or word in STOPS or (word in view.g["make"] and at(k + 1) == "sure"):
        walk.suppose(j)
    elif word not in view.g["transparent"]:
        walk.suppose(k)
        # "I don't want to be angry" denies the wish, not the feeling
        walk.open = walk.open and word not in ("want", "wants", "wanted", "wish", "hope", "like", "expect")


def governing_verb(view: View, walk: Walk, j: int) -> int:
    """Read the verb that ends at `j` and has the person who feels it as object: make, see, want, call."""
    g, frame, at = view.g, walk.frame, view.tokens.at
    k = skip_adverbs(view, j)
    word = at(k)
    if k >= view.floor:
        note_tense(view, walk, k)
    if word in g["wish"] and word not in g["make"]:
        walk.suppose(k)
        walk.open = walk.open and word not in ("want", "wants", "wanted", "expect")
    elif word in listed("call calls called calling accuse accused accuses label labelled"):
        frame.reported_by = k
    subject = chain(view, walk, k - 1, scoped=True)
    if word == "let" and at(k + 1) != "us" and at(subject) in STOPS:  # "let yourself be angry"
        walk.suppose(k)
    if at(subject) == "to":
        subject = chain(view, walk, _infinitive(view, walk, subject) - 1, scoped=True)
    who = person_of(view, subject)
    if at(phrase_start(view, subject)) in g["negative_subject"]:
        deny(view, walk, phrase_start(view, subject))
    if frame.reported_by >= 0:
        frame.reporter, frame.reporter_who = subject, who or OTHER
    if subject >= view.floor and not (who and is_inverted(view, walk, subject)):
        read_matrix(view, walk, phrase_start(view, subject) - 1)
    return DONE
