"""Clause reader: from a feeling word leftwards to its verb, auxiliaries, subject, and the clause around it.

No parser: closed classes of words and the order of English are enough for spoken sentences. From the feeling word the
walk goes left through adverbs and coordinated feelings to the verb, through the auxiliaries to the subject, and on to
the clause above ("I don't think that ..."). Whatever turns the meaning on the way is noted by token index.
"""

from __future__ import annotations

from voicecheck.feelings.en.closed_classes import BASES, GERUNDS, NEGATIVE_SUBJECTS
from voicecheck.feelings.en.subjects import SubjectReader
from voicecheck.feelings.frame import OTHER, REACH, STOPS, YOU, Frame
from voicecheck.feelings.tokens import COMMA, listed

TIME_TAKEN = listed("years year months month weeks week days day hours hour ages while long decades minutes")


class ClauseReader(SubjectReader):
    """Clause reader for one feeling word: one walk to the left."""

    def read(self, start: int, end: int, finite: bool, infinite_base: bool) -> Frame:
        """Return the frame of the feeling at tokens `start` to `end`.

        `finite`: the feeling is itself a finite verb. `infinite_base`: it may follow "to".
        """
        self.frame = Frame(finite=finite)
        self.start, self.end = start, end
        self.floor = max(0, start - REACH)
        self.open = True
        self.base = infinite_base
        self.loose = False
        self.impersonal = False
        self.person = -1
        self.walk(start - 1)
        return self.frame

    def walk(self, j: int) -> None:
        frame = self.frame
        while j >= self.floor and self.words[j] not in STOPS:
            step = self.step(j)
            if step < 0:
                return
            j = step - 1
        boundary = j < self.floor or self.words[j] in STOPS
        if boundary and frame.verb < 0 and frame.subject < 0:
            frame.fragment = True
        if boundary and frame.subject < 0:
            self.opening(j + 1)
        self.settle_loose()

    def opening(self, j: int) -> None:
        """Read a clause that begins with its verb: a question ("are the kids scared?"), a request ("don't be sad")."""
        frame, g, word = self.frame, self.grammar, self.tokens.at(j)
        if word in g["inverting"] and (frame.verb > j or frame.determiner > j) and self.asks_to_the_end():
            frame.hypotheticals.append((j, j + 1))
            frame.question = True
            if frame.verb > j and self.np_person(frame.verb):
                frame.subject, frame.who = frame.verb, OTHER
        elif (
            j <= frame.link <= j + 2
            and self.words[frame.link] in ("be", "stay", "keep", "get")
            and word in ("do", self.words[frame.link])
        ):
            frame.hypotheticals.append((frame.link, frame.link + 1))
            frame.subject, frame.who = frame.link, YOU

    def step(self, j: int) -> int:
        """Take in token `j`; return the index of the leftmost token consumed, or -1 when the frame is complete."""
        word, g, frame = self.words[j], self.grammar, self.frame
        denial = self.denial_ending(j)
        if denial >= 0:
            return denial
        if j in self.hit_starts and word not in g["adverb"]:
            return self.pass_feeling(j)
        settled = frame.finite and not self.loose
        if word in g["negation"] and not (settled and word in NEGATIVE_SUBJECTS):
            return self.negative_word(j)
        if word in g["link"] and not self.is_possessive(j):
            return self.take_link(j)
        if word == "to" and self.base:
            return self.infinitive(j)
        if word in g["auxiliary"]:
            return self.auxiliary(j)
        if word == COMMA or word in g["coordinator"]:
            return self.coordinate(j)
        if word in g["nominative"] or (word in ("you", "it") and self.is_subject(j)):
            return self.found_subject(j)
        if (word in g["objective"] or word in ("you", "it", "her")) and not settled:
            return self.objective(j)
        if word in g["subordinator"]:
            return self.subordinate(j)
        if settled and word not in g["adverb"] and word not in g["degree"]:
            return self.noun_subject(j)
        return self.pass_word(j)

    def negative_word(self, j: int) -> int:
        """Read "not", "never", or a nobody whom nothing finite has claimed ("ain't nobody scared")."""
        frame = self.frame
        if self.words[j] in ("nobody", "none") and frame.subject < 0 and frame.link < 0:
            frame.subject, frame.who = j, OTHER
        return self.negate(j)

    def pass_word(self, j: int) -> int:
        """Read adverbs, determiners, prepositions and unknown words inside the phrase."""
        word, g, frame = self.words[j], self.grammar, self.frame
        if word in g["adverb"] or word in g["degree"] or (word == "of" and self.tokens.at(j - 1) in ("kind", "sort")):
            return j
        near = frame.verb < 0 and frame.link < 0
        if word in g["possessive_self"] or word in g["possessive_other"] or word in g["possessive_you"]:
            if near and frame.determiner < 0:
                frame.determiner = j
            return j
        if word == "'s":
            if near and frame.determiner < 0:
                frame.determiner = j
            return j
        if word in g["determiner"]:
            if near and frame.determiner < 0 and not self.measure(j):
                frame.determiner = j
            return j
        if word in g["preposition"]:
            if near and frame.preposition < 0 and word != "like":
                frame.preposition = j
            return j
        return self.content(j)

    def content(self, j: int) -> int:
        word, g, frame = self.words[j], self.grammar, self.frame
        if self.moved(j):
            frame.subject, frame.who = j, OTHER
            return self.above_object(self.phrase_start(j) - 1)
        if frame.verb < 0 and word not in g["linking_noun"]:
            frame.verb = j
        if self.gerund_follows(j):
            if word in g["negative_verb"]:
                return self.negate(j)
            if word in ("imagine", "imagining", "pretend", "pretending", "dream", "risk"):
                self.suppose(j)
                self.open = False
        elif word in ("lost", "lose", "losing", "lack", "lacked", "lacks") and self.start - j <= 3:
            self.negate(j)
        if self.opens_clause(j) and self.np_person(j):
            self.person = j
        return j

    def moved(self, j: int) -> bool:
        """True for "it makes my wife happy": the person at `j` is the one who feels it."""
        frame, g = self.frame, self.grammar
        if frame.verb >= 0 or frame.link >= 0 or frame.determiner >= 0 or frame.preposition >= 0 or self.noun_like:
            return False
        return not self.loose and self.np_person(j) and self.tokens.at(self.phrase_start(j) - 1) in g["make"]

    def pass_feeling(self, j: int) -> int:
        """Step over a coordinated feeling. "Not" reaches across "or", "nor" and "and", not across the rest."""
        first = self.hit_starts[j]
        joined = self.tokens.at(j + 1)
        if joined not in listed("or nor and to of about that") and not self.or_follows():
            self.open = False
        if self.frame.verb < 0 and joined not in ("or", "nor", "and", "but", COMMA, *self.grammar["adverb"]):
            self.frame.verb = j
        if self.opens_clause(j) and self.is_person(j):
            self.person = j
        return first

    def or_follows(self) -> bool:
        """True if a list ends in "or" ("angry, sad or hurt")."""
        for k in range(self.end, min(self.end + 6, len(self.words))):
            if self.words[k] in ("or", "nor"):
                return True
            if self.words[k] in STOPS:
                return False
        return self.tokens.at(self.start - 1) in ("or", "nor")

    def coordinate(self, j: int) -> int:
        frame, word = self.frame, self.words[j]
        passed_verb = frame.link >= 0 or frame.verb >= 0 or frame.finite
        if word == COMMA:
            if not self.or_follows():
                self.open = False
        elif word not in ("or", "nor") and (word != "and" or passed_verb):
            self.open = False
        if passed_verb or (word == COMMA and j - 1 not in self.hit_starts):
            self.loose = True
        return j

    def subordinate(self, j: int) -> int:
        """Read a clause that begins here without a subject of its own, or a feeling in a fragment of it."""
        word = self.words[j]
        if word == "once" and self.tokens.at(j - 1) in ("never", "not"):
            return j
        if word in self.grammar["if_word"] and not self.pseudo("pseudo_if", j):
            self.suppose(j)
        elif word in ("because", "cause") and self.tokens.at(j - 1) == "not":
            self.negate(j - 1)
        if word in ("because", "cause") and self.tokens.at(j + 1) == "of":
            return j
        self.settle_loose()
        return -1

    def take_link(self, j: int) -> int:
        word, g, frame = self.words[j], self.grammar, self.frame
        if frame.link < 0:
            frame.link = j
            kinds = ("feel", "get", "seem", "remain", "be")
            frame.link_kind = next(kind for kind in kinds if word in g[kind])
        if word in GERUNDS:
            self.base = False
            return self.gerund(j)
        if word in BASES:
            self.base = True
        if not (word in BASES and self.tokens.at(self.skip_adverbs(j - 1)) in (*g["auxiliary"], "to", "not")):
            self.note_tense(j)
        finite = word not in ("be", "been", "gotten")
        if word in BASES:
            finite = self.tokens.at(j - 1) not in ("to", "and", "or") and not self.object_before(j)
        if finite and not self.loose:
            frame.finite = True
        return j

    def gerund(self, j: int) -> int:
        """Note whether "being" or "feeling" is denied or imagined, by the word before it."""
        k = self.skip_adverbs(j - 1)
        before, earlier = self.tokens.at(k), self.tokens.at(k - 1)
        if (before == "of" and earlier in listed("afraid scared terrified frightened fear risk chance idea")) or (
            before == "about" and earlier in listed("worried worry anxious nervous scared dream dreaming")
        ):
            self.suppose(k - 1)
        elif before == "from" and self.verb_near(k, "negative_verb", "stop stops stopped keep keeps kept protect"):
            self.negate(k)
        elif before in self.grammar["negative_verb"] and self.words[j] in GERUNDS:
            self.negate(k)
            self.base = before in ("stop", "quit", "avoid")
            return k
        elif before == "up" and earlier in ("give", "gave", "giving", "given"):
            self.negate(k)
        return j

    def infinitive(self, j: int) -> int:
        """Read "to be", "to feel", "to love": imagined, unless the verb before it says that it happens."""
        self.base = False
        self.frame.finite = False
        g = self.grammar
        k = self.skip_adverbs(j - 1)
        word = self.tokens.at(k)
        self.impersonal = True
        if self.tokens.at(j - 1) == "not":
            k = self.skip_adverbs(j - 2)
            word = self.tokens.at(k)
            if word in ("impossible", "hard", "difficult", "easy"):  # "it's hard not to be jealous"
                return k
            self.negate(j - 1)
        if word in ("have", "has", "had", "got", "going", "about"):
            self.suppose(k)
        elif word in ("whether", "how"):  # "I don't know whether to feel flattered"
            self.suppose(k)
            self.open = False
        elif word == "used":
            self.frame.used_to = k
        elif (
            word in g["negative_verb"]
            or (word in ("fail", "failing"))
            or "too" in (self.tokens.at(k - 1), self.tokens.at(k - 2))
        ):
            self.negate(k)
        elif self.object_before(j):
            if self.tokens.at(self.skip_adverbs(j - 1) - 1) == "for":
                self.suppose(j)
            return j
        elif self.is_person(k) or (word.isalpha() and k >= self.floor and self.is_name(k)):
            self.frame.subject, self.frame.who = k, OTHER
            return self.above_object(self.phrase_start(k) - 1)
        elif (
            k in self.hit_starts
            and word not in g["wish"]
            and word not in listed("scared afraid frightened terrified desperate eager keen")
        ):
            return self.hit_starts[k]
        elif word in TIME_TAKEN and {"took", "taken", "take", "takes"} & {self.tokens.at(k - n) for n in (1, 2, 3, 4)}:
            pass  # "it took me years to feel safe"
        elif word not in g["transparent"] and k >= self.floor and word not in STOPS:
            self.suppose(k)
            # "I don't want to be angry" denies the wish, not the feeling
            self.open = self.open and word not in ("want", "wants", "wanted", "wish", "hope", "like", "expect")
        elif k < self.floor or word in STOPS:
            self.suppose(j)
        return k if k >= self.floor and word.isalpha() and word not in g["nominative"] else j

    def auxiliary(self, j: int) -> int:
        word, g, frame = self.words[j], self.grammar, self.frame
        self.note_tense(j)
        if self.is_modal(j):
            self.suppose(j)
        before = self.tokens.at(j - 1)
        if (
            word == "do"
            and self.tokens.at(j + 1) == "not"
            and (before in g["objective"] or before in ("please", "her"))
        ):
            self.suppose(j)
            frame.subject, frame.who = j, YOU
            return -1
        if frame.verb < 0 or word not in listed("have has had having do did done"):
            frame.finite = frame.finite or not self.loose
        elif frame.verb < 0:
            frame.verb = j
        if word in g["auxiliary"] and frame.verb < 0 and frame.link < 0 and word in ("have", "has", "had", "having"):
            frame.verb = j
        return j

    def objective(self, j: int) -> int:
        """Read me, him, her: the one who feels it after "made", or part of the phrase."""
        word, g, frame = self.words[j], self.grammar, self.frame
        after = self.tokens.at(j + 1)
        if word == "her" and (
            (j + 1 == self.start and self.noun_like) or (after not in g["function"] and j + 1 < self.start)
        ):
            if after in g["link"] or after in g["adverb"] or after in g["degree"] or j + 1 in self.hit_starts.values():
                pass
            else:
                if frame.determiner < 0 and frame.link < 0 and frame.verb < 0:
                    frame.determiner = j
                return j
        adjacent = frame.verb < 0 and not self.loose and not frame.finite and frame.preposition < 0
        before = self.tokens.at(j - 1)
        governed = (
            before in g["preposition"]
            and before not in ("with", "of", "like")
            and not (before == "for" and after == "to")
        )
        if not adjacent or governed:
            return j
        if word in ("myself", "yourself", "himself", "herself", "themselves", "ourselves"):
            return j
        frame.subject, frame.who = j, self.who(j)
        return self.above_object(j - 1)

    def above_object(self, j: int) -> int:
        """Read the verb that governs an object with a feeling: make, see, want, call."""
        g, frame = self.grammar, self.frame
        k = self.skip_adverbs(j)
        word = self.tokens.at(k)
        if k >= self.floor:
            self.note_tense(k)
        if word in g["wish"] and word not in g["make"]:
            self.suppose(k)
            self.open = self.open and word not in ("want", "wants", "wanted", "expect")
        elif word in listed("call calls called calling accuse accused accuses label labelled"):
            frame.reported_by = k
        chain = self.chain(k - 1, scoped=True)
        if self.tokens.at(chain) == "to":
            chain = self.chain(self.infinitive(chain) - 1, scoped=True)
        who = self.who(chain)
        if self.tokens.at(self.phrase_start(chain)) in NEGATIVE_SUBJECTS:
            self.negate(self.phrase_start(chain))
        if frame.reported_by >= 0:
            frame.reporter, frame.reporter_who = chain, who or OTHER
        if chain >= self.floor and not (who and self.inverted(chain)):
            self.above(self.phrase_start(chain) - 1)
        return -1

    def is_possessive(self, j: int) -> bool:
        """True if "'s" marks an owner ("my dad's anger") and no verb."""
        return self.words[j] == "'s" and self.noun_like and j == self.skip_adverbs(self.start - 1)

    def object_before(self, j: int) -> bool:
        before = self.tokens.at(self.skip_adverbs(j - 1))
        return before in self.grammar["objective"] or (before in ("it", "you", "her") and not self.nominative_you(j))

    def nominative_you(self, j: int) -> bool:
        k = self.skip_adverbs(j - 1)
        return (
            self.tokens.at(k - 1) in STOPS
            or self.tokens.at(k - 1) in self.grammar["inverting"]
            or (self.tokens.at(k - 1) in self.grammar["subordinator"])
        )

    def gerund_follows(self, j: int) -> bool:
        after = self.tokens.at(self.skip_adverbs_right(j + 1))
        return after in GERUNDS or (j + 1 >= self.start - 1 and self.words[self.start].endswith("ing"))

    def opens_clause(self, j: int) -> bool:
        """True if the phrase that ends at `j` may be a subject: "at the doctors" and "up at six" are none."""
        first = self.phrase_start(j)
        before = self.tokens.at(first - 1)
        g = self.grammar
        if any(word in g["preposition"] and word != "of" for word in self.words[first:j]):
            return False
        return before in STOPS or before == COMMA or before in g["coordinator"] or before in g["subordinator"]

    def denial_ending(self, j: int) -> int:
        """Return the first token of a phrase such as "far from" or "instead of" that ends at `j`; -1 for none."""
        if not self.open or self.words[j] not in listed("from but of longer than to way means thing near in being up"):
            return -1
        phrases = self.grammar.phrase("denial")
        for first in range(j - 1, max(self.floor - 1, j - 4), -1):
            if phrases.match_at(self.tokens, first) == j + 1:
                self.frame.negations.append((first, j + 1))
                return first
        return -1
