"""The text around one feeling word, and questions about single words of it; they change nothing.

Indices are of tokens. A question answers by what the words are and where they stand, never by how a walk got there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecheck.feelings.frame import NONE, OTHER, REACH, SELF, STOPS, THING, YOU
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.tokens import COMMA, QUESTION, Tokens, listed


@dataclass(frozen=True, slots=True)
class View:
    """The text around one feeling word. The same for every rule of one walk."""

    tokens: Tokens
    words: list[str] = field(repr=False)
    """those of the tokens"""
    grammar: Grammar
    g: dict[str, frozenset[str]] = field(repr=False)
    """the classes of words of the grammar"""
    hit_starts: dict[int, int]
    """last token of each feeling already found -> its first"""
    start: int
    end: int
    noun_like: bool
    """the feeling word is a noun"""
    floor: int
    """the leftmost token that is looked at"""


def view_of(
    tokens: Tokens, grammar: Grammar, hit_starts: dict[int, int], start: int, end: int, *, noun_like: bool
) -> View:
    """The view of the feeling word at tokens `start` to `end`."""
    floor = max(0, start - REACH)
    return View(tokens, tokens.words, grammar, grammar.words, hit_starts, start, end, noun_like, floor)


# persons


def person_of(view: View, j: int) -> str:
    """Return the person that the word at `j` names."""
    word, g = view.tokens.at(j), view.g
    if word in g["self_subject"] or word in g["self_object"]:
        return SELF
    if word in g["other_subject"] or word in g["other_object"] or word == "her" or is_person(view, j):
        return OTHER
    if word in g["you"]:
        return YOU
    return THING if word in g["thing_subject"] else NONE


def is_somebody(view: View, j: int) -> bool:
    """True for a person or a name within reach."""
    return j >= view.floor and (is_person(view, j) or is_name(view, j))


def is_person(view: View, j: int) -> bool:
    """True if it is somebody: "my other half", not "half past two", "in other words" or "a couple of days"."""
    word, g = view.tokens.at(j), view.g
    if word not in g["person"]:
        return in_phrase(view, "person", j)
    return not in_phrase(view, "no_person", j) and not (word in g["address"] and _is_addressed(view, j))


def is_agent(view: View, j: int) -> bool:
    """True for people named by what they do or where they belong: "the testers", "commuters", "my therapist"."""
    word = view.tokens.at(j)
    if len(word) < 6 or word in view.g["no_agent"]:
        return False
    return word.endswith(("ers", "ors", "ists", "ians", "ist"))


def _is_addressed(view: View, j: int) -> bool:
    """True for "oh man, so tired": somebody is spoken to, or nobody at all."""
    tokens, before = view.tokens, view.tokens.at(j - 1)
    opens = tokens.opens_sentence(j) or tokens.opens_sentence(j - 1)
    return tokens.at(j + 1) == COMMA and opens and (before in STOPS or before in view.g["adverb"] or before == "oh")


def is_name(view: View, j: int) -> bool:
    """True if it has a capital inside a sentence, or opens it with one and is no known word."""
    word, g, tokens = view.words[j], view.g, view.tokens
    if not word.isalpha() or word in g["function"] or word in g["link"] or len(word) < 2:
        return False
    if not tokens.capital(j) and not _is_initials(view, j):
        return False
    if word.endswith(("day", "days")) or word in g["no_name"]:
        return False
    if not tokens.opens_sentence(j):
        return True
    after = tokens.at(skip_adverbs_right(view, j + 1))
    verb = (
        after in g["past_form"]
        or after in g["present_form"]
        or after in g["modal"]
        or (after in g["link"] and after not in g["gerund"] and after not in ("be", "been"))
        or after.endswith("ed")
        or after == "'s"
    )
    return verb and not word.endswith(("ing", "ly", "ness", "ion"))


def _is_initials(view: View, j: int) -> bool:
    """True for "AJ" and "JP", where not everything is written in capitals."""
    tokens, beside = view.tokens, j + 1 if j + 1 < len(view.words) else j - 1
    whole = tokens.text[tokens.starts[j] : tokens.ends[j]]
    shouted = beside >= 0 and tokens.text[tokens.starts[beside] : tokens.ends[beside]].isupper()
    return len(whole) <= _LONGEST_INITIALS and whole.isupper() and not shouted


_LONGEST_INITIALS = 4


# phrases


def in_phrase(view: View, name: str, j: int) -> bool:
    """True if a phrase of that name in the table covers the word at `j`."""
    return view.grammar.phrase(name).match_over(view.tokens, j) >= 0


def skip_adverbs(view: View, j: int) -> int:
    """Return the nearest token at or left of `j` that is no adverb."""
    words, adverb, strong, floor = view.words, view.g["adverb"], view.g["strong"], view.floor
    while j >= floor and (words[j] in adverb or words[j] in strong):
        j -= 1
    return j


def skip_adverbs_right(view: View, j: int) -> int:
    """Return the nearest token at or right of `j` that is no adverb and no "not" or "never"."""
    words, adverb = view.words, view.g["adverb"]
    while j < len(words) and (words[j] in adverb or words[j] in ("not", "never")):
        j += 1
    return j


def phrase_start(view: View, j: int) -> int:
    """Return the leftmost token of the noun phrase that ends at `j`, prepositional parts included."""
    g, words, at = view.g, view.words, view.tokens.at
    k, limit = j, max(view.floor, j - 10)
    while k >= limit:
        word = words[k]
        if word in STOPS or word == COMMA or word in g["coordinator"] or word in g["subordinator"]:
            return k + 1
        if word in _JOINTS and k < j and joins_clause(view, k):
            return k + 1
        if (word in g["nominative"] and k < j) or (k < j and word in g["auxiliary"]):
            return k + 1
        opens = word in g["determiner"] or word in g["possessive_self"] or word in g["possessive_other"]
        if (opens or word in g["possessive_you"]) and not is_preposition(view, k - 1):
            if word in g["counted"] and at(k - 1) in (
                "the",
                "my",
                "his",
                "her",
                "our",
                "their",
                "these",
                "those",
                "your",
            ):
                k -= 1  # "the one", "my two kids"
            return k if at(k - 1) not in ("all", "both", "no", "not", "none") else k - 1
        if word in ("nobody", "nothing", "none", "neither"):
            return k
        k -= 1
    return k + 1


def object_start(view: View, j: int) -> int:
    """Return the leftmost token of the object that ends at `j`; behind its verb "people" and "kids" stand alone."""
    before, g = view.tokens.at(j - 1), view.g
    alone = before in g["make"] or before in g["wish"] or before in g["perceived"]
    return j if alone else phrase_start(view, j)


def head_noun(view: View, first: int, last: int) -> int:
    """Return the head noun of a phrase, the one before the first preposition or relative."""
    g, words = view.g, view.words
    for k in range(first + 1, last + 1):
        word = words[k]
        if word in g["relative"] or (word in g["preposition"] and is_preposition(view, k)):
            return k - 1
        if (word in g["place_after"] or words[k - 1] in g["person"]) and _tells_which(view, k, last):
            return k - 1
    return last


def _tells_which(view: View, k: int, last: int) -> bool:
    """True for the word behind the noun in "the lady upstairs", "the man sitting there", "a friend called Joe"."""
    word = view.words[k]
    if word in view.g["place_after"]:
        return k == last or is_preposition(view, k + 1) or (word == "next" and view.words[k + 1] == "door")
    return word.endswith("ing") or word in ("called", "named")


def is_preposition(view: View, j: int) -> bool:
    """True for a preposition; not for the "in" of "in-laws", and not where a clause begins behind it."""
    word = view.tokens.at(j)
    if word not in view.g["preposition"]:
        return False
    return not (word == "in" and view.tokens.at(j + 1) == "laws") and not joins_clause(view, j)


_JOINTS = ("like", "case")


def joins_clause(view: View, j: int) -> bool:
    """True for the "like" of "I feel like my husband ..." and for "in case"; not in "people like him"."""
    word, g = view.tokens.at(j), view.g
    if word == "case":
        return view.tokens.at(j - 1) == "in"
    if word != "like":
        return False
    before = view.tokens.at(skip_adverbs(view, j - 1))
    return before in g["link"] or before in g["as_like"]


def reduced_relative(view: View, j: int) -> int:
    """Return the noun of "the women I worked with", whose relative clause ends at `j`; -1 where there is none.

    A finite verb follows `j`, so that what stands between the pronoun and it must be a clause of its own.
    """
    g, words, at = view.g, view.words, view.tokens.at
    own = j
    if words[j] in g["relative"] or words[j] == "that":
        return -1
    while own > view.floor and words[own] not in g["nominative"]:
        if words[own] in ("who", "which") and own < j:
            return own - 1 if _is_verb_after(view, own, j) and _is_named(view, own - 1) else -1
        if words[own] in STOPS or words[own] == COMMA or words[own] in g["coordinator"] or j - own > 6:
            return -1
        own -= 1
    if words[own] == "whoever" and _is_verb_after(view, own, j):
        return own
    noun = own - 1
    if at(noun) in g["relative"] or at(noun) == "that":
        noun -= 1
    verb = own + 1
    while verb < j and (words[verb] in g["auxiliary"] or words[verb] in g["adverb"] or words[verb] in g["negation"]):
        verb += 1
    whole = verb == j or (verb < j and (words[j] in g["preposition"] or words[j] in g["objective"]))
    return noun if whole and _is_named(view, noun) else -1


def _is_verb_after(view: View, pronoun: int, last: int) -> bool:
    """True for "who raised me", where no other subject follows the pronoun, as in "who my mum hates"."""
    word, g = view.tokens.at(skip_adverbs_right(view, pronoun + 1)), view.g
    other = word in g["nominative"] or word in g["determiner"] or word in g["possessive_self"] or word in g["person"]
    return pronoun < last and not other and word not in g["possessive_other"]


def _is_named(view: View, j: int) -> bool:
    """True for "people", "everything", "the women": a noun phrase, and no adverb or verb."""
    word, g = view.tokens.at(j), view.g
    if word in g["person"] or word in g["other_subject"] or word in g["thing_subject"]:
        return True
    opener = view.tokens.at(phrase_start(view, j))
    owned = opener in g["possessive_self"] or opener in g["possessive_other"]
    return word.isalpha() and word not in g["function"] and (owned or opener in g["determiner"])


def opens_clause(view: View, j: int) -> bool:
    """True if the phrase that ends at `j` may be a subject: "at the doctors" and "up at six" are none."""
    first, g = phrase_start(view, j), view.g
    before = view.tokens.at(first - 1)
    if any(word in g["preposition"] and word != "of" for word in view.words[first:j]):
        return False
    return before in STOPS or before == COMMA or before in g["coordinator"] or before in g["subordinator"]


def asks_to_the_end(view: View) -> bool:
    """True if the sentence of the feeling word ends with a question mark."""
    words = view.words
    for k in range(view.end, min(view.end + REACH, len(words))):
        if words[k] in STOPS:
            return words[k] == QUESTION
    return False


def or_follows(view: View) -> bool:
    """True if a list ends in "or" ("angry, sad or hurt")."""
    words = view.words
    for k in range(view.end, min(view.end + 6, len(words))):
        if words[k] in ("or", "nor"):
            return True
        if words[k] in STOPS:
            return False
    return view.tokens.at(view.start - 1) in ("or", "nor")


# verbs and what stands beside them


def is_modal(view: View, j: int) -> bool:
    """True for an auxiliary that makes it imagined: "would be", "'d feel", not "'d been"."""
    word, g = view.words[j], view.g
    after = view.tokens.at(skip_adverbs_right(view, j + 1))
    if word in ("could", "can"):
        feels = after == "feel" and not view.noun_like and skip_adverbs_right(view, j + 2) == view.start
        moves = not view.noun_like and skip_adverbs_right(view, j + 1) == view.start and view.tokens.at(j + 1) != "not"
        return word == "could" and (feels or moves or after in g["could_come"])
    if word == "'d":
        return after not in listed("been felt had got gotten become better never") and not (
            after.endswith("ed") and len(after) > 4 and after != "need"
        )
    return word in g["modal"] and word != "can"


def is_possessive(view: View, j: int) -> bool:
    """True if "'s" marks an owner ("my dad's anger") and no verb."""
    return view.words[j] == "'s" and view.noun_like and j == skip_adverbs(view, view.start - 1)


def is_measure(view: View, j: int) -> bool:
    """True for "a bit", "a little", "a lot": no determiner of the feeling."""
    return view.words[j] in ("a", "the") and view.tokens.at(j + 1) in listed("bit little lot tad tiny touch")


def verb_near(view: View, j: int, name: str, more: str) -> bool:
    """True if one of the four words left of `j` is of the class, or among `more`."""
    known, words, at = more.split(), view.g[name], view.tokens.at
    return any(at(k) in words or at(k) in known for k in range(j - 4, j))


def object_before(view: View, j: int) -> bool:
    """True if an object pronoun stands before `j`."""
    before = view.tokens.at(skip_adverbs(view, j - 1))
    if before in view.g["objective"] or before in ("yourself", "yourselves"):
        return True
    return before in ("it", "you", "her") and not _opens_before(view, j)


def _opens_before(view: View, j: int) -> bool:
    """True if a clause begins with the word before `j`, so that "you" or "it" is its subject."""
    earlier, g = view.tokens.at(skip_adverbs(view, j - 1) - 1), view.g
    return earlier in STOPS or earlier in g["inverting"] or earlier in g["subordinator"]


def is_subject(view: View, j: int) -> bool:
    """True if "you" or "it" is a subject: a verb follows, and no verb that could take it as object precedes."""
    at, g = view.tokens.at, view.g
    after = at(skip_adverbs_right(view, j + 1))
    if after in g["auxiliary"] or (after in g["link"] and after not in g["bare_link"] and after not in g["gerund"]):
        return True
    return at(j - 1) in g["inverting"] or at(j - 1) in STOPS


def gerund_follows(view: View, j: int) -> bool:
    """True for "stop feeling", "avoid hating"."""
    after = view.tokens.at(skip_adverbs_right(view, j + 1))
    return after in view.g["gerund"] or (j + 1 >= view.start - 1 and view.words[view.start].endswith("ing"))
