"""Find the subject of a clause, and from it the person who has the feeling."""

from __future__ import annotations

from voicecheck.feelings.en.closed_classes import BASES, GERUNDS, PARTS
from voicecheck.feelings.en.embedding import AboveReader
from voicecheck.feelings.frame import NOBODY, NONE, OTHER, SELF, STOPS, THING
from voicecheck.feelings.tokens import COMMA


class SubjectReader(AboveReader):
    """Reader of the subject of a clause, and of the person who has the feeling."""

    def found_subject(self, j: int) -> int:
        """Read a subject pronoun, which completes the clause, and look at the clause above."""
        frame = self.frame
        frame.subject, frame.who = j, self.who(j)
        if self.impersonal and frame.who == THING:  # "it's normal to feel guilty": whoever says so
            frame.subject, frame.who = -1, NONE
        if self.inverted(j):
            return -1
        self.above(j - 1)
        return -1

    def inverted(self, j: int) -> bool:
        """True for "am I", "does he", "have we": a question, unless it asks why."""
        g, frame = self.grammar, self.frame
        before = self.tokens.at(j - 1)
        not_there = before == "not"
        k = j - 2 if not_there else j - 1
        verb = self.tokens.at(k)
        if verb not in g["inverting"] and not (verb == "'s" and self.tokens.at(k - 1) in g["why_word"]):
            return False
        if frame.link < 0 and verb in g["be"]:
            frame.link, frame.link_kind = k, "be"
        earlier = self.tokens.at(k - 1)
        if earlier in g["why_word"] or (earlier in g["adverb"] and self.tokens.at(k - 2) in g["why_word"]):
            frame.question = True
            return True
        if earlier == "come" and self.tokens.at(k - 2) == "how":
            return True
        opens = earlier in STOPS or earlier == COMMA or earlier in g["coordinator"] or earlier in g["adverb"]
        if not opens and not self.asks_to_the_end():
            return False
        if earlier in ("nor", "neither"):
            self.negate(k - 1)
        if earlier in g["negation"] or (
            verb in ("have", "had", "was", "am", "do", "did") and earlier in ("so", "neither", "nor")
        ):
            return True
        if self.tokens.at(k - 1) == COMMA and self.tokens.at(j + 1) in STOPS:
            return False
        if not self.asks_to_the_end() and earlier not in STOPS and earlier not in g["coordinator"]:
            return False
        frame.question = True
        frame.hypotheticals.append((k, k + 1))
        return True

    def noun_subject(self, j: int) -> int:
        """Read the words left of a finite verb as its subject: find the head, and from it the person who feels."""
        first = self.phrase_start(j)
        frame, g = self.frame, self.grammar
        if self.words[first] in g["preposition"] and self.tokens.at(first - 1) in g["nominative"]:
            return self.found_subject(first - 1)  # "everyone at work is ..."
        span = self.words[first : j + 1]
        head = self.head(first, j)
        if (
            span[0] not in ("no", "not")
            and self.words[head] in PARTS - g["nobody"]
            and self.tokens.at(head + 1) == "of"
            and head + 2 <= j
        ):
            head = self.head(head + 2, j)  # "half of my friends were angry"
        word = self.words[head]
        frame.subject = head
        if self.words[j] in g["relative"] or self.words[j] == "that":
            return self.relative(j)
        if (
            (any(s in ("me", "us", "myself") for s in span) and self.part_of_self(span))
            or span[0] in g["self_object"]
            or (word in g["body"] and span[0] in g["possessive_self"])
        ):
            frame.who = SELF
        elif (
            span[0] in g["nobody"]
            or word in g["nobody"]
            or (span[0] in ("no", "not") and word in ("one", *g["person"]))
        ):
            frame.who = NOBODY
        elif self.words[first] in g["preposition"] - {"like", "of"} and self.tokens.opens_sentence(first):
            return -1  # "on the coach felt lonely": nobody is named
        elif self.is_person(head) or word in g["other_object"] or self.is_name(head):
            frame.who = OTHER
        else:
            frame.who = THING
        if self.tokens.at(first - 1) == "and" and self.tokens.at(first - 2) in ("me", "i", "us", "we", "myself"):
            frame.who = SELF
        if frame.who == THING and self.impersonal:
            frame.subject, frame.who = -1, NONE
        if self.tokens.at(first - 1) == "not":  # "not one of us was"
            self.negate(first - 1)
        elif frame.who == NOBODY or span[0] in ("no", "none", "neither", "nothing", "not") or word == "nothing":
            self.negate(first)
            if frame.who == NOBODY:
                frame.who = SELF if "us" in span else OTHER
        self.above(first - 1)
        return -1

    @staticmethod
    def part_of_self(span: list[str]) -> bool:
        """True for "part of me", "both of us", "something in me"."""
        for index, word in enumerate(span):
            if word in ("me", "us", "myself") and index:
                parted = index > 1 and span[index - 2] in PARTS
                if span[index - 1] in ("in", "inside", "within") or (span[index - 1] == "of" and parted):
                    return True
        return False

    def relative(self, j: int) -> int:
        """Read "people who are angry", "the one that was scared": the word before the pronoun feels it."""
        g, frame = self.grammar, self.frame
        before = self.tokens.at(j - 1)
        first = self.phrase_start(j - 1)
        k = self.skip_adverbs(first - 1)
        if self.tokens.at(k) == "not":
            first, k = k, self.skip_adverbs(k - 1)
        if self.tokens.at(k) in g["be"] and self.who(k - 1) in (SELF, OTHER):
            # "I'm not the kind of man who ..."
            frame.subject, frame.who = k - 1, self.who(k - 1)
            if self.tokens.at(first) == "not":
                self.negate(first)
        elif (
            self.is_person(j - 1)
            or before in g["other_subject"]
            or (j and self.is_name(j - 1))
            or before in g["objective"]
        ):
            frame.subject, frame.who = j - 1, self.who(j - 1) or OTHER
        elif self.words[j] in ("who", "whose"):
            frame.subject, frame.who = j, OTHER
            if self.tokens.at(j - 1) in STOPS and self.asks_to_the_end():
                frame.hypotheticals.append((j, j + 1))
        else:
            frame.subject, frame.who = j, THING
            self.above(j - 1)
        return -1

    def is_subject(self, j: int) -> bool:
        """True if "you" or "it" is a subject: a verb follows, and no verb that could take it as object precedes."""
        after = self.tokens.at(self.skip_adverbs_right(j + 1))
        g = self.grammar
        if after in g["auxiliary"] or (after in g["link"] and after not in BASES and after not in GERUNDS):
            return True
        if self.frame.finite and not self.loose:
            return True
        return self.tokens.at(j - 1) in g["inverting"] or self.tokens.at(j - 1) in STOPS

    def settle_loose(self) -> None:
        """Take a person at the clause's start for the subject, if no subject pronoun came."""
        frame = self.frame
        if frame.subject < 0 and self.person >= 0:
            frame.subject, frame.who = self.person, OTHER
