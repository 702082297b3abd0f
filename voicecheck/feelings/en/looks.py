"""Small tests of the words around one place of an English text; the clause reader is made of them."""

from __future__ import annotations

from voicecheck.feelings.en.closed_classes import GERUNDS, NO_NAMES
from voicecheck.feelings.frame import NONE, OTHER, REACH, SELF, STOPS, THING, YOU, Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.tokens import COMMA, QUESTION, SENTENCE_END, Tokens, listed


class Looks:
    """Small tests around a place in the text, and the notes that they lead to.

    `hit_starts` maps the last token of each feeling already found to its first.
    """

    frame: Frame
    start: int
    end: int
    floor: int
    open: bool
    """True while a negation further left still reaches the feeling"""
    base: bool
    """True if "to" may come next"""
    loose: bool
    """a predicate was passed: only a subject is still looked for"""
    impersonal: bool
    """an infinitive was passed, so that "it" is nobody"""
    person: int
    noun_like: bool

    def __init__(self, tokens: Tokens, grammar: Grammar, hit_starts: dict[int, int]) -> None:
        self.tokens = tokens
        self.words = tokens.words
        self.grammar = grammar
        self.hit_starts = hit_starts

    def who(self, j: int) -> str:
        """Return the person that the word at `j` names."""
        word, g = self.tokens.at(j), self.grammar
        if word in g["self_subject"] or word in g["self_object"]:
            return SELF
        if word in g["other_subject"] or word in g["other_object"] or word == "her" or self.is_person(j):
            return OTHER
        if word in g["you"]:
            return YOU
        return THING if word in g["thing_subject"] else NONE

    def np_person(self, j: int) -> bool:
        return j >= self.floor and (self.is_person(j) or self.is_name(j))

    def is_person(self, j: int) -> bool:
        """True if it is somebody: "my other half", not "half past two", "in other words" or "a couple of days"."""
        word, g = self.tokens.at(j), self.grammar
        if word not in g["person"]:
            return self.pseudo("person", j)
        return not self.pseudo("no_person", j) and not (word in g["address"] and self.addressed(j))

    def addressed(self, j: int) -> bool:
        """True for "oh man, so tired": somebody is spoken to, or nobody at all."""
        opens = self.tokens.opens_sentence(j) or self.tokens.opens_sentence(j - 1)
        return (
            self.tokens.at(j + 1) == COMMA
            and opens
            and self.tokens.at(j - 1) in (*STOPS, *self.grammar["adverb"], "oh")
        )

    def is_name(self, j: int) -> bool:
        """True if it has a capital inside a sentence, or opens it with one and is no known word."""
        word, g = self.words[j], self.grammar
        if (
            not word.isalpha()
            or word in g["function"]
            or word in g["link"]
            or not self.tokens.capital(j)
            or len(word) < 2
        ):
            return False
        if word.endswith(("day", "days")) or word in NO_NAMES:
            return False
        if not self.tokens.opens_sentence(j):
            return True
        after = self.tokens.at(self.skip_adverbs_right(j + 1))
        verb = (
            after in g["past_form"]
            or after in g["present_form"]
            or after in g["modal"]
            or after in g["link"] - GERUNDS - {"be", "been"}
            or after.endswith("ed")
            or after == "'s"
        )
        return verb and not word.endswith(("ing", "ly", "ness", "ion"))

    def skip_adverbs(self, j: int) -> int:
        g = self.grammar
        while j >= self.floor and (self.words[j] in g["adverb"] or self.words[j] in g["strong"]):
            j -= 1
        return j

    def skip_adverbs_right(self, j: int) -> int:
        g = self.grammar
        while j < len(self.words) and (self.words[j] in g["adverb"] or self.words[j] in ("not", "never")):
            j += 1
        return j

    def phrase_start(self, j: int) -> int:
        """Return the leftmost token of the noun phrase that ends at `j`, prepositional parts included."""
        g, words = self.grammar, self.words
        k, limit = j, max(self.floor, j - 10)
        while k >= limit:
            word = words[k]
            if word in STOPS or word == COMMA or word in g["coordinator"] or word in g["subordinator"]:
                return k + 1
            if (word in g["nominative"] and k < j) or (k < j and word in g["auxiliary"]):
                return k + 1
            opens = word in g["determiner"] or word in g["possessive_self"] or word in g["possessive_other"]
            if (opens or word in g["possessive_you"]) and self.tokens.at(k - 1) not in g["preposition"]:
                return k if self.tokens.at(k - 1) not in ("all", "both", "no", "not", "none") else k - 1
            if word in ("nobody", "nothing", "none", "neither"):
                return k
            k -= 1
        return k + 1

    def head(self, first: int, last: int) -> int:
        """Return the head noun, the one before the first preposition or relative."""
        g = self.grammar
        for k in range(first + 1, last + 1):
            if self.words[k] in g["preposition"] or self.words[k] in g["relative"]:
                return k - 1
        return last

    def asks_to_the_end(self) -> bool:
        for k in range(self.end, min(self.end + REACH, len(self.words))):
            if self.words[k] in STOPS:
                return self.words[k] == QUESTION
        return False

    def verb_near(self, j: int, name: str, more: str) -> bool:
        known = more.split()
        return any(self.tokens.at(k) in self.grammar[name] or self.tokens.at(k) in known for k in range(j - 4, j))

    def measure(self, j: int) -> bool:
        """True for "a bit", "a little", "a lot": no determiner of the feeling."""
        return self.tokens.at(j + 1) in ("bit", "little", "lot", "tad", "tiny", "touch") and self.words[j] in (
            "a",
            "the",
        )

    def note_tense(self, j: int) -> None:
        word, frame = self.words[j], self.frame
        if not frame.tense and not self.loose:
            if word in self.grammar["past_form"]:
                frame.tense = "past"
            elif word in self.grammar["present_form"] and not (
                word == "have" and self.tokens.at(self.skip_adverbs(j - 1)) in (*self.grammar["modal"], "'d", "could")
            ):
                frame.tense = "present"

    def is_modal(self, j: int) -> bool:
        word, g = self.words[j], self.grammar
        after = self.tokens.at(self.skip_adverbs_right(j + 1))
        if word in ("could", "can"):
            return word == "could" and after in ("be", "get", "become", "have", "feel_like")
        if word == "'d":
            return after not in listed("been felt had got gotten become better never") and not (
                after.endswith("ed") and len(after) > 4 and after != "need"
            )
        return word in g["modal"] and word != "can"

    def pseudo(self, name: str, j: int) -> bool:
        return self.grammar.phrase(name).match_over(self.tokens, j) >= 0

    def negate(self, j: int) -> int:
        word = self.tokens.at(j)
        interjection = word == "no" and self.tokens.at(j + 1) in (COMMA, SENTENCE_END)
        if self.open and not interjection and not self.pseudo("pseudo_negation", j):
            self.frame.negations.append((j, j + 1))
        return j

    def suppose(self, j: int) -> None:
        self.frame.hypotheticals.append((j, j + 1))
