"""Matrix clauses: verbs of saying, thinking and wishing, "if" and "not that" above the clause of a feeling."""

from __future__ import annotations

from dataclasses import dataclass

from voicecheck.feelings.en.view import (
    View,
    in_phrase,
    is_modal,
    is_name,
    is_person,
    is_somebody,
    person_of,
    phrase_start,
    skip_adverbs,
)
from voicecheck.feelings.en.walk import DONE, Walk, deny, note_tense
from voicecheck.feelings.frame import NONE, OTHER, SELF, STOPS, YOU
from voicecheck.feelings.tokens import COMMA, QUOTE

OBJECTS = ("that", "this", "it", "so", "those", "these", "anything", "something")
"""pronouns for what was said, where a comma follows: the next clause is not what was said"""
FEARING = ("worry", "worries", "worried", "worrying", "afraid", "scared", "fear", "feared", "terrified", "concerned")
LONGING = ("need", "want", "wanna", "wish", "hope", "hoping", "looking", "longing", "dream", "dreaming", "imagine")
"""before a place or a time that is not there yet"""
DEEPEST = 3
"""clauses above one another that are looked at"""


@dataclass(slots=True)
class MatrixClause:
    """A clause that holds the one of the feeling ("I think that ..."), and the words that join the two."""

    like: bool = False
    comma: bool = False
    condition: bool = False
    """joined by "if", or by the question word of "asked what" """
    that: bool = False
    apart: bool = False
    """a comma stands between, and no "that": perhaps two clauses side by side"""
    verb: int = -1
    quotative: bool = False
    """it quotes, as "he was like" does"""
    speaks: bool = False


def read_matrix(view: View, walk: Walk, j: int, depth: int = 0) -> None:
    """Follow "if", "that", "like" and verbs of saying, thinking and wishing to the left of a subject."""
    if depth >= DEEPEST:
        return
    clause = MatrixClause()
    first, j = j, _read_joint(view, walk, j, clause)
    if j < view.floor or not _find_verb(view, walk, j, clause):
        if j != DONE and walk.frame.tense == "present" and walk.frame.link_kind != "get":
            _read_opening_condition(view, walk, first)
        return
    negations = walk.frame.negations
    before = len(negations)
    _read_verb(view, walk, clause, depth)
    if clause.apart:
        del negations[before:]


def _read_joint(view: View, walk: Walk, j: int, clause: MatrixClause) -> int:
    """Read the words between the two clauses; return the one before them, or DONE if no clause is above."""
    g, words, at = view.g, view.words, view.tokens.at
    while j >= view.floor:
        word = words[j]
        if word in g["if_word"] or (word == "case" and at(j - 1) == "in"):
            clause.condition = True
            _read_condition(view, walk, j)
        elif word == "and" and clause.that and _reporting_verb(view, j) >= 0:
            return _reporting_verb(view, j)  # "she says I'm lazy and that I'm always cross"
        elif _gives_reason_reported(view, walk, j):
            return _reporting_verb(view, j)  # "he thinks the reason I call is because I'm jealous"
        elif _stands_alone(view, walk, j) or _is_joined(view, walk, j):
            return DONE
        elif word == "like":
            clause.like = True
        elif word in (COMMA, QUOTE):
            clause.comma = True
            # "I couldn't say, I felt ashamed", and not "I wouldn't say, honestly, that"
            clause.apart = clause.apart or not clause.that
        elif word == "though":
            _read_condition(view, walk, j)
        elif word in g["said_alone"] or (word not in ("that", "as", "how") and word not in g["adverb"]):
            return j
        clause.that = clause.that or word == "that"
        j -= 1
    return j


def _reporting_verb(view: View, j: int) -> int:
    """Return the verb of saying or thinking that holds the clause before the "and" at `j`, too; -1 for none."""
    for k in range(j - 1, view.floor - 1, -1):
        if view.words[k] in STOPS or view.words[k] == COMMA:
            break
        if view.words[k] in view.g["say"] or view.words[k] in view.g["opinion"]:
            return k
    return -1


def _gives_reason_reported(view: View, walk: Walk, j: int) -> bool:
    """True where the "because" or "that" at `j` gives a reason for what somebody thinks the speaker does or feels."""
    g, words, verb = view.g, view.words, _reporting_verb(view, j)
    if verb < 0 or walk.frame.who != SELF or words[j] not in ("because", "cause", "that"):
        return False
    if words[j - 1] in g["be"]:
        return True
    behind = verb + 1 + (words[verb + 1] == "that")
    return words[j] != "that" and words[behind] in g["self_subject"]


def _stands_alone(view: View, walk: Walk, j: int) -> bool:
    """True where no clause is above: at a stop, behind "because" and "not that". Notes what that "not" denies."""
    word, before = view.words[j], view.tokens.at(j - 1)
    if word == COMMA:
        return before in OBJECTS  # "I shouldn't have said that, I'm ashamed"
    if word == "though":
        return before != "as"
    denial = skip_adverbs(view, j - 1)
    if word == "that" and denial < j - 1 and view.tokens.at(denial) == "not":  # "it's not exactly that I'm lonely"
        deny(view, walk, denial)
        return True
    if before == "not" and word in ("like", "that", "because", "cause"):  # "it's not like I was scared"
        deny(view, walk, j - 1)
        return True
    return word in ("because", "cause") or (word in STOPS and word != QUOTE)


def _is_joined(view: View, walk: Walk, j: int) -> bool:
    """True where another clause is joined by "and", "so that", "as long as", "make sure". Notes what is imagined."""
    word, at = view.words[j], view.tokens.at
    if word in ("and", "or"):
        condition = _condition_before(view, j)
        if condition >= 0:
            walk.suppose(condition)
        return True
    if word == "so":
        _read_purpose(view, walk, j)
        return True
    if word in ("where", "when", "that") and _is_longed_for(view, j):
        walk.suppose(j)
        return True
    if word == "sure" and at(j - 1) in ("make", "makes", "made", "making"):
        walk.suppose(j - 1)
        return True
    if word == "as" and at(j - 1) == "long" and walk.frame.tense != "past":  # "as long as they're happy"
        walk.suppose(j)
    return word == "as" and at(j + 1) not in ("if", "though")


def _is_longed_for(view: View, j: int) -> bool:
    """True for the "where" of "I need a place where I can be calm" and of "how do I get to a point where I'm calm"."""
    at = view.tokens.at
    for k in range(j - 2, max(j - 9, view.floor) - 1, -1):
        word = view.words[k]
        if word in STOPS or word == COMMA or word in view.g["subordinator"]:
            return False
        if word in LONGING:
            return not (at(k - 1) == "not" or at(k - 2) == "not")
        if word in ("get", "find", "reach") and at(k - 1) == "i" and at(k - 2) in ("can", "do", "could", "should"):
            return True
    return False


def _read_condition(view: View, walk: Walk, j: int) -> None:
    g, at = view.g, view.tokens.at
    if at(j - 1) == "lying":  # "I'd be lying if I said"
        deny(view, walk, j - 1)
    elif at(j - 1) == "as" and (at(j - 2) in g["link"] or at(j - 2) == "not"):  # "it's as if", "it's not as if"
        if at(j - 2) == "not":
            deny(view, walk, j - 2)
    elif not in_phrase(view, "pseudo_if", j):
        walk.suppose(j)


def _read_opening_condition(view: View, walk: Walk, j: int) -> None:
    """Note the "if" of "if the train is late, then I'm furious", where its sentence begins with it."""
    g, at = view.g, view.tokens.at
    k = j
    while k >= view.floor and view.words[k] not in STOPS:
        if view.words[k] in ("but", "so", "because", "today", "now"):
            return
        k -= 1
    first = k + 1
    while at(first) in g["coordinator"] or at(first) == COMMA:
        first += 1
    if at(first) in ("if", "unless") and j - first > 2 and not in_phrase(view, "pseudo_if", first):
        walk.suppose(first)


def _condition_before(view: View, j: int) -> int:
    """Return the "if" that opens the clause to which the "and" at `j` joins another one; -1 where none does."""
    g, at = view.g, view.tokens.at
    k = j - 2 if at(j - 1) == COMMA else j - 1
    while k >= view.floor and view.words[k] not in STOPS and view.words[k] != COMMA:
        word = view.words[k]
        if word in g["if_word"]:
            opens = (
                at(k - 1) in STOPS
                or at(k - 1) == COMMA
                or at(k - 1) in ("what", "even", "only", "and", "but", "because")
            )
            return k if opens and not in_phrase(view, "pseudo_if", k) else -1
        if word in g["subordinator"] or word in ("but", "so", "then"):
            return -1
        k -= 1
    return -1


def _read_purpose(view: View, walk: Walk, j: int) -> None:
    """Note "so that he doesn't get sad" and "so I don't get sad" as imagined; not "so that I was sad"."""
    frame, at = walk.frame, view.tokens.at
    if frame.tense == "past" or at(j - 1) == COMMA or at(j - 1) in STOPS:
        return
    if (at(j + 1) == "that" and frame.subject != j + 1) or (frame.negations and frame.link_kind == "get"):
        walk.suppose(j)


def _find_verb(view: View, walk: Walk, j: int, clause: MatrixClause) -> bool:
    """True if a verb that may hold a clause is found at `j`, or before the person told who ends there."""
    g, at = view.g, view.tokens.at
    told = _addressee(view, j)
    if at(told - 1) == "to" and at(told - 2) == "according" and person_of(view, j) != SELF:
        frame = walk.frame
        frame.reporter, frame.reporter_who, frame.reported_by = j, OTHER, told - 2
        return False
    if view.words[j] in g["said_alone"]:
        return False
    if told > view.floor and (view.words[told - 1] in g["say"] or view.words[told - 1] in g["opinion"]):
        clause.condition = clause.condition or view.words[j] in g["why_word"]  # "asked what I was afraid of"
        j = told - 1
    word = view.words[j]
    clause.verb = j
    clause.quotative = clause.like and word in g["be"]
    clause.speaks = word in g["say"] or clause.quotative or word == "went" or (word == "all" and clause.comma)
    thinks = word in g["opinion"] or word in g["wish"] or word in g["raising"] or word in g["factive"]
    thinks = thinks or word in FEARING
    if not clause.speaks and (clause.apart or not thinks):
        return False
    # "he asked me", and a clause of its own
    return clause.condition or clause.comma or not word.startswith("ask")


def _addressee(view: View, j: int) -> int:
    """Return the first token of the person told ("told my mum") who ends at `j`, or `j`."""
    g, words, at = view.g, view.words, view.tokens.at
    if words[j] in g["objective"] or words[j] in ("you", "her"):
        return j
    if not is_person(view, j) and words[j] not in g["other_subject"] and not is_name(view, j):
        return j
    for k in (j - 1, j - 2):
        if at(k) in g["determiner"] or at(k) in g["possessive_self"] or at(k) in g["possessive_other"]:
            return k
    return j


def _read_verb(view: View, walk: Walk, clause: MatrixClause, depth: int) -> None:
    """Read the verb of the matrix clause and its subject: what it denies, imagines or reports."""
    g, frame, at, j = view.g, walk.frame, view.tokens.at, clause.verb
    word = view.words[j]
    denied, supposed = len(frame.negations), len(frame.hypotheticals)
    k = chain(view, walk, j - 1, scoped=False)
    if at(k) == "to" and at(k - 1) == "going":
        k = chain(view, walk, k - 2, scoped=False)
    who = person_of(view, k) or (OTHER if is_somebody(view, k) else NONE)
    modal = len(frame.hypotheticals) > supposed
    del frame.hypotheticals[supposed:]
    if not _raises(view, clause, k, modal) or clause.condition or (clause.speaks and who == OTHER):
        del frame.negations[denied:]
    if word in ("doubt", "doubted"):
        deny(view, walk, j)
    honest = word == "pretend" and len(frame.negations) > denied  # "I won't pretend I wasn't jealous"
    # "I worry that I'm annoying them"; not "I'm worried how angry he is", nor "I worry that she's not okay"
    feared = word in FEARING and not frame.negations and at(j - 1) != "how" and at(j + 1) not in ("how", "about")
    if (_wishes(view, clause) and not honest) or feared or (word == "suppose" and not who and at(k) in STOPS):
        walk.suppose(j)
    asks = at(k) == "you" and at(k - 1) in ("do", "did") and at(k - 2) not in g["why_word"]
    if asks and (word in g["opinion"] or word in g["factive"]):  # "do you think he's angry?"
        walk.suppose(k - 1)
    could_tell = word == "tell" and _can(view, k, j) and at(j + 1) not in g["objective"]
    # "you think I'm angry", and not "you'd think I'd be happy"
    told = (who == OTHER and not could_tell) or (who == YOU and not modal)
    if told and (clause.speaks or word in g["opinion"]) and word not in g["factive"]:
        _report(view, walk, clause, k)
    if k >= view.floor and who:
        read_matrix(view, walk, phrase_start(view, k) - 1, depth + 1)


def _raises(view: View, clause: MatrixClause, subject: int, modal: bool) -> bool:
    """True if a negation of the verb denies what it holds: "I don't think", "I wouldn't say", not "he didn't say"."""
    word = view.words[clause.verb]
    if clause.quotative and view.tokens.at(subject) in ("it", "that"):
        return True
    if word not in view.g["raising"]:
        return False
    return word not in ("say", "said", "call") or modal or _can(view, subject, clause.verb)


def _wishes(view: View, clause: MatrixClause) -> bool:
    return not clause.quotative and view.words[clause.verb] in view.g["imagining"]


def _can(view: View, first: int, last: int) -> bool:
    return any(view.words[m] in ("can", "could", "would", "'d") for m in range(max(first, 0), last))


def _report(view: View, walk: Walk, clause: MatrixClause, reporter: int) -> None:
    """Note that somebody else says it: in their own words ("he said, I'm tired") or about the speaker."""
    g, frame = view.g, walk.frame
    if frame.reporter >= 0:
        return
    frame.reporter, frame.reporter_who, frame.reported_by = reporter, OTHER, clause.verb
    word = view.words[clause.verb]
    past_saying = word in g["say"] and (word.endswith("ed") or word in ("said", "told", "wrote", "went"))
    frame.direct = (
        clause.quotative
        or word in ("went", "goes")
        or (word in g["say"] and clause.comma)
        or (past_saying and frame.tense == "present")
    )


def chain(view: View, walk: Walk, j: int, *, scoped: bool) -> int:
    """Go left over auxiliaries, adverbs and negations, noting them; return the index of what stands before.

    `scoped`: their tense is that of the feeling.
    """
    g = view.g
    while j >= view.floor:
        word = view.words[j]
        if word in g["negation"] and word not in ("nobody", "nothing", "none", "neither", "no"):
            deny(view, walk, j)
        elif word in g["auxiliary"]:
            if is_modal(view, j):
                walk.suppose(j)
            if scoped:
                note_tense(view, walk, j)
        elif word in g["nominative"] or (word not in g["adverb"] and word not in g["catenative"]):
            break
        j -= 1
    return j
