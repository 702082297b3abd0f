"""Rules for the subject of a clause, and from it the person who has the feeling."""

from __future__ import annotations

from voicecheck.feelings.en.matrix import read_matrix
from voicecheck.feelings.en.view import (
    View,
    asks_to_the_end,
    head_noun,
    is_agent,
    is_name,
    is_person,
    is_subject,
    person_of,
    phrase_start,
    reduced_relative,
    skip_adverbs,
)
from voicecheck.feelings.en.walk import DONE, Walk, deny
from voicecheck.feelings.frame import NOBODY, NONE, OTHER, SELF, STOPS, THING
from voicecheck.feelings.tokens import COMMA, listed


def subject_pronoun(view: View, walk: Walk, j: int) -> int | None:
    """Read I, she, they; you and it where they are subjects."""
    if view.words[j] in ("you", "it") and not walk.settled and not is_subject(view, j):
        return None
    return _take_pronoun(view, walk, j)


def pronoun_with_else(view: View, walk: Walk, j: int) -> int | None:
    """Pass the "else" of "anyone else", so that the pronoun is the subject."""
    before = view.tokens.at(j - 1)
    return j if before in view.g["nominative"] or before in view.g["thing_subject"] else None


def _take_pronoun(view: View, walk: Walk, j: int) -> int:
    """Take the pronoun at `j` for the subject, which completes the clause, and look at the clause above."""
    walk.take(j, person_of(view, j))
    if view.tokens.at(j - 1) in ("hardly", "barely", "scarcely"):  # "hardly anyone was happy"
        deny(view, walk, j - 1)
    if walk.impersonal and walk.frame.who == THING:  # "it's normal to feel guilty": whoever says so
        walk.take(-1, NONE)
    if not is_inverted(view, walk, j):
        read_matrix(view, walk, _said_first(view, j) - 1)
    return DONE


def _said_first(view: View, j: int) -> int:
    """Return where the clause that begins at `j` was said before: "he was like I'm not mad I'm not mad"."""
    clause, words = view.words[j : view.end], view.words
    for first in (j - len(clause), j - len(clause) - 1):
        if first >= view.floor and words[first : first + len(clause)] == clause:
            apart = words[first + len(clause) : j]
            return first if apart in ([], [COMMA]) else j
    return j


def is_inverted(view: View, walk: Walk, j: int) -> bool:
    """True for "am I", "does he", "have we": a question, unless it asks why. Notes what the verb says."""
    g, frame, at = view.g, walk.frame, view.tokens.at
    k = j - 2 if at(j - 1) == "not" else j - 1
    verb, earlier = at(k), at(k - 1)
    if verb not in g["inverting"] and not (verb == "'s" and earlier in g["why_word"]):
        return False
    if frame.link < 0 and verb in g["be"]:
        frame.link, frame.link_kind = k, "be"
    if earlier in g["why_word"] or (earlier in g["adverb"] and at(k - 2) in g["why_word"]):
        frame.question = True
        if verb in listed("would could should will"):  # "why would I be angry?"
            walk.suppose(k)
        return True
    if earlier == "come" and at(k - 2) == "how":
        return True
    opens = earlier in STOPS or earlier == COMMA or earlier in g["coordinator"] or earlier in g["adverb"]
    if not opens and not asks_to_the_end(view):
        return False
    if earlier in ("nor", "neither"):
        deny(view, walk, k - 1)
    if earlier in g["negation"] or (
        verb in ("have", "had", "was", "am", "do", "did") and earlier in ("so", "neither", "nor")
    ):
        return True
    if earlier == COMMA and at(j + 1) in STOPS:
        return False
    if not asks_to_the_end(view) and earlier not in STOPS and earlier not in g["coordinator"]:
        return False
    frame.question = True
    walk.suppose(k)
    return True


def noun_subject(view: View, walk: Walk, j: int) -> int | None:
    """Read the words left of a finite verb as its subject: find the head, and from it the person who feels."""
    g, words, at = view.g, view.words, view.tokens.at
    if not walk.settled or words[j] in g["adverb"] or words[j] in g["degree"]:
        return None
    if at(j - 1) in ("these", "this", "last") and words[j] in g["event_noun"] and is_person(view, j - 2):
        j -= 2  # "kids these days are ..."
    first = phrase_start(view, j)
    if words[first] in g["preposition"] and at(first - 1) in g["nominative"]:
        return _take_pronoun(view, walk, first - 1)  # "everyone at work is ..."
    if at(first - 1) == "as" and at(first - 2) in g["nominative"]:
        return _take_pronoun(view, walk, first - 2)  # "we as a family are ..."
    noun = reduced_relative(view, j)
    if noun >= view.floor:  # "the women I worked with were ..."
        if words[noun] in g["nominative"]:
            return _take_pronoun(view, walk, noun)
        j, first = noun, phrase_start(view, noun)
    head = _head_of_subject(view, first, j)
    walk.frame.subject = head
    if words[j] in g["relative"] or words[j] == "that":
        return _relative(view, walk, j)
    who = _person_of_subject(view, first, head, j)
    if who == NONE:
        return DONE
    if at(first - 1) == "and" and at(first - 2) in ("me", "i", "us", "we", "myself") and _opens(view, first - 2):
        who = SELF
    walk.frame.who = who
    if who == THING and walk.impersonal:
        walk.take(-1, NONE)
    if words[first] == "not" and words[first + 1].endswith("ing"):
        pass  # "not knowing is ..." denies the knowing alone
    elif at(first - 1) == "not":  # "not one of us was"
        deny(view, walk, first - 1)
    elif who == NOBODY or words[first] in ("no", "none", "neither", "nothing", "not") or words[head] == "nothing":
        deny(view, walk, first)
        if who == NOBODY:
            walk.frame.who = SELF if "us" in words[first : j + 1] else OTHER
    if at(first - 1) not in g["inverting"] or not is_inverted(view, walk, first):
        read_matrix(view, walk, first - 1)
    return DONE


def _opens(view: View, j: int) -> bool:
    """True if a clause may begin at `j`: "me and my brother are", not "they hate me and my brother is"."""
    before, g = view.tokens.at(skip_adverbs(view, j - 1)), view.g
    joint = before in g["coordinator"] or before in g["subordinator"] or before in g["if_word"]
    return view.words[j] in ("i", "we") or joint or before in STOPS or before in (COMMA, "that", "like")


def _head_of_subject(view: View, first: int, last: int) -> int:
    """Return the head noun; of "half of my friends" it is "friends"."""
    head = head_noun(view, first, last)
    g, word = view.g, view.words[head]
    parted = word in g["portion"] and word not in g["nobody"] and view.tokens.at(head + 1) == "of" and head + 2 <= last
    return head_noun(view, head + 2, last) if parted and view.words[first] not in ("no", "not") else head


def _person_of_subject(view: View, first: int, head: int, last: int) -> str:
    """Return the person whom the phrase names; NONE if it is no subject."""
    g, span, word = view.g, view.words[first : last + 1], view.words[head]
    own_body = word in g["body"] and span[0] in g["possessive_self"]
    if _part_of_self(span, g["portion"]) or span[0] in g["self_object"] or own_body:
        return SELF
    if span[0] in g["nobody"] or word in g["nobody"]:
        return NOBODY
    if span[0] in ("no", "not") and (word == "one" or word in g["person"]):
        return NOBODY
    if span[0] in g["preposition"] and span[0] not in ("like", "of") and view.tokens.opens_sentence(first):
        return NONE  # "on the coach felt lonely": nobody is named
    if word in g["group"] and {"whole", "entire"} & set(span[:2]):
        return OTHER  # "the whole town was furious"
    if len(span) == 1 and word in ("some", "many", "most", "few"):
        return OTHER
    person = is_person(view, head) or is_agent(view, head) or word in g["other_object"] or is_name(view, head)
    return OTHER if person else THING


def _part_of_self(span: list[str], portion: frozenset[str]) -> bool:
    """True for "part of me", "both of us", "something in me"."""
    for index, word in enumerate(span):
        if word in ("me", "us", "myself") and index:
            parted = index > 1 and span[index - 2] in portion
            if span[index - 1] in ("in", "inside", "within") or (span[index - 1] == "of" and parted):
                return True
    return False


def _relative(view: View, walk: Walk, j: int) -> int:
    """Read "people who are angry", "the one that was scared": the word before the pronoun feels it."""
    g, words, at = view.g, view.words, view.tokens.at
    before, first = at(j - 1), phrase_start(view, j - 1)
    k = skip_adverbs(view, first - 1)
    if at(k) == "not":
        first, k = k, skip_adverbs(view, k - 1)
    apart = any(word in g["preposition"] and word != "of" for word in words[first:j])  # "I'm married to a man who"
    if at(k) in g["be"] and person_of(view, k - 1) in (SELF, OTHER) and not apart:
        # "I'm not the kind of man who ..."
        walk.take(k - 1, person_of(view, k - 1))
        if at(first) == "not":
            deny(view, walk, first)
    elif (
        is_person(view, j - 1)
        or is_agent(view, j - 1)
        or before in g["other_subject"]
        or (j and is_name(view, j - 1))
        or before in g["objective"]
    ):
        walk.take(j - 1, person_of(view, j - 1) or OTHER)
    elif words[j] in ("who", "whose"):
        walk.take(j, OTHER)
        if before in STOPS and asks_to_the_end(view):
            walk.suppose(j)
    else:
        walk.take(j, THING)
        read_matrix(view, walk, j - 1)
    return DONE


def settle_person(walk: Walk) -> None:
    """Take a person at the clause's start for the subject, if no subject pronoun came."""
    if walk.frame.subject < 0 and walk.person >= 0:
        walk.take(walk.person, OTHER)
