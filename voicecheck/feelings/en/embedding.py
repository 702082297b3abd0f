"""Matrix clauses: verbs of saying, thinking and wishing, "if" and "not that" above the clause of a feeling."""

from __future__ import annotations

from voicecheck.feelings.en.closed_classes import CATENATIVES
from voicecheck.feelings.en.looks import Looks
from voicecheck.feelings.frame import NONE, OTHER, SELF, STOPS
from voicecheck.feelings.tokens import COMMA, QUOTE, listed

OBJECTS = ("that", "this", "it", "so", "those", "these", "anything", "something")
"""pronouns for what was said, where a comma follows: the next clause is not what was said"""


class AboveReader(Looks):
    """Reader of matrix clauses: verbs of saying, thinking and wishing, "if" and "not that"."""

    def above(self, j: int, depth: int = 0) -> None:
        """Follow "if", "that", "like" and verbs of saying, thinking and wishing to the left of a subject."""
        g, frame = self.grammar, self.frame
        via_like = comma = via_if = that = apart = False
        while j >= self.floor and depth < 3:
            word = self.words[j]
            if word in g["if_word"]:
                via_if = True
                if self.tokens.at(j - 1) == "lying":  # "I'd be lying if I said"
                    self.negate(j - 1)
                elif not self.pseudo("pseudo_if", j):
                    self.suppose(j)
            elif word == "like":
                via_like = True
                if self.tokens.at(j - 1) == "not":  # "it's not like I was scared"
                    self.negate(j - 1)
                    return
            elif word in (COMMA, QUOTE):
                if word == COMMA and self.tokens.at(j - 1) in OBJECTS:
                    return  # "I shouldn't have said that, I'm ashamed": a clause of its own
                comma = True
                apart = apart or not that  # "I couldn't say, I felt ashamed", and not "I wouldn't say, honestly, that"
            elif word in STOPS:
                return
            elif word in ("because", "cause") or (word == "that" and self.tokens.at(j - 1) == "not"):
                if self.tokens.at(j - 1) == "not":
                    self.negate(j - 1)
                return
            elif word not in ("that", "as", "though", "how") and word not in g["adverb"]:
                break
            if word == "as" and self.tokens.at(j + 1) not in ("if", "though"):
                return
            if word == "though" and self.tokens.at(j - 1) != "as":
                return
            if word == "though":
                self.suppose(j)
            that = that or word == "that"
            j -= 1
        if j >= self.floor and depth < 3:
            before = len(frame.negations)
            self.matrix(j, depth, via_like, comma, via_if, apart)
            if apart:
                del frame.negations[before:]

    def addressee(self, j: int) -> int:
        """Return the first token of the person told ("told my mum"), or `j`."""
        g = self.grammar
        if self.words[j] in g["objective"] or self.words[j] in ("you", "her"):
            return j
        if not self.is_person(j) and self.words[j] not in g["other_subject"] and not self.is_name(j):
            return j
        for k in (j - 1, j - 2):
            if (
                self.tokens.at(k) in g["determiner"]
                or self.tokens.at(k) in g["possessive_self"]
                or self.tokens.at(k) in g["possessive_other"]
            ):
                return k
        return j

    def matrix(self, j: int, depth: int, via_like: bool, comma: bool, via_if: bool, apart: bool) -> None:
        g, frame = self.grammar, self.frame
        addressee = self.addressee(j)
        if (
            self.tokens.at(addressee - 1) == "to"
            and self.tokens.at(addressee - 2) == "according"
            and self.who(j) != SELF
        ):
            frame.reporter, frame.reporter_who, frame.reported_by = j, OTHER, addressee - 2
            return
        if addressee > self.floor and (
            self.words[addressee - 1] in g["say"] or self.words[addressee - 1] in g["opinion"]
        ):
            via_if = via_if or self.words[j] in g["why_word"]  # "asked what I was afraid of"
            j = addressee - 1
        word = self.words[j]
        quotative = via_like and word in g["be"]
        speaks = word in g["say"] or quotative or word == "went" or (word == "all" and comma)
        if not (speaks or word in g["opinion"] or word in g["wish"] or word in g["raising"] or word in g["factive"]):
            return
        if apart and not speaks:
            return
        if word.startswith("ask") and not (via_if or comma):  # "he asked me", and a clause of its own
            return
        before = len(frame.negations), len(frame.hypotheticals)
        k = self.chain(j - 1, scoped=False)
        if self.tokens.at(k) == "to" and self.tokens.at(k - 1) == "going":
            k = self.chain(k - 2, scoped=False)
        who = self.who(k) or (OTHER if self.np_person(k) else NONE)
        modal = len(frame.hypotheticals) > before[1]
        del frame.hypotheticals[before[1] :]
        raises = word in g["raising"] and (word not in ("say", "said", "call") or modal or self.can(k, j))
        if quotative and self.tokens.at(k) in ("it", "that"):
            raises = True
        if not raises or via_if or (speaks and who == OTHER):
            del frame.negations[before[0] :]
        if word in ("doubt", "doubted"):
            self.negate(j)
        honest = word == "pretend" and len(frame.negations) > before[0]  # "I won't pretend I wasn't jealous"
        if (self.wishes(word, quotative) and not honest) or (
            word == "suppose" and not who and self.tokens.at(k) in STOPS
        ):
            self.suppose(j)
        if who == OTHER and (speaks or word in g["opinion"]) and word not in g["factive"]:
            self.report(k, j, quotative, comma)
        if k >= self.floor and who:
            self.above(self.phrase_start(k) - 1, depth + 1)

    def wishes(self, word: str, quotative: bool) -> bool:
        return not quotative and word in listed(
            "wish wishes wished wishing hope hopes hoped hoping imagine imagining pretend "
            "pretends pretended pretending dream dreamed prefer want wanted act acted acting"
        )

    def can(self, first: int, last: int) -> bool:
        return any(self.words[m] in ("can", "could", "would", "'d") for m in range(max(first, 0), last))

    def report(self, reporter: int, verb: int, quotative: bool, comma: bool) -> None:
        """Note that somebody else says it: in their own words ("he said, I'm tired") or about the speaker."""
        g, frame = self.grammar, self.frame
        if frame.reporter >= 0:
            return
        frame.reporter, frame.reporter_who, frame.reported_by = reporter, OTHER, verb
        word = self.words[verb]
        past_saying = word in g["say"] and (word.endswith("ed") or word in ("said", "told", "wrote", "went"))
        frame.direct = (
            quotative
            or word in ("went", "goes")
            or (word in g["say"] and comma)
            or (past_saying and frame.tense == "present")
        )

    def chain(self, j: int, scoped: bool) -> int:
        """Go left over auxiliaries, adverbs and negations, noting them; return the index of what stands before."""
        g = self.grammar
        while j >= self.floor:
            word = self.words[j]
            if word in g["negation"] and word not in ("nobody", "nothing", "none", "neither", "no"):
                self.negate(j)
            elif word in g["auxiliary"]:
                if self.is_modal(j):
                    self.suppose(j)
                if scoped:
                    self.note_tense(j)
            elif word in g["nominative"] or (word not in g["adverb"] and word not in CATENATIVES):
                break
            j -= 1
        return j
