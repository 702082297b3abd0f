"""Reads the clause around a feeling word from right to left: verb, auxiliaries, subject, and what stands above it.

No parser: closed classes of words and the order of English are enough for spoken sentences. From the feeling word the
walk goes left through adverbs and coordinated feelings to the verb, through the auxiliaries to the subject, and on to
the clause above ("I don't think that ..."). Whatever turns the meaning on the way is noted by token index.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, Tokens

SELF, OTHER, YOU, THING, NOBODY, NONE = "self", "other", "you", "thing", "nobody", ""
REACH = 40
"""tokens that are looked at to the left, so that time stays linear whatever the text"""
_STOPS = frozenset([SENTENCE_END, QUESTION, QUOTE])
_GERUNDS = frozenset("being feeling getting becoming seeming looking sounding keeping staying going turning growing".split())
_BASES = frozenset("be feel get become seem look sound appear stay remain keep turn grow go".split())


@dataclass(slots=True)
class Frame:
    """What was found left of a feeling word. Indices are of tokens, -1 where there is none."""

    link: int = -1
    link_kind: str = ""
    """be, feel, get, seem or remain"""
    determiner: int = -1
    preposition: int = -1
    verb: int = -1
    """the content word nearest to the left"""
    subject: int = -1
    who: str = NONE
    finite: bool = False
    tense: str = ""
    """present or past"""
    fragment: bool = False
    """nothing but adverbs between the sentence's start and the word"""
    question: bool = False
    reporter: int = -1
    reporter_who: str = NONE
    reported_by: int = -1
    """the verb of saying or thinking"""
    direct: bool = False
    """the report is in the speaker's own words ("he was like I'm so tired")"""
    used_to: int = -1
    negations: list[tuple[int, int]] = field(default_factory=list)
    hypotheticals: list[tuple[int, int]] = field(default_factory=list)


class ClauseReader:
    """One walk to the left. `hit_starts` maps the last token of each feeling already found to its first."""

    def __init__(self, tokens: Tokens, grammar: Grammar, hit_starts: dict[int, int]) -> None:
        self.tokens = tokens
        self.words = tokens.words
        self.grammar = grammar
        self.hit_starts = hit_starts

    def read(self, start: int, end: int, finite: bool, infinite_base: bool) -> Frame:
        """The frame of the feeling at tokens `start` to `end`.

        `finite`: the feeling is itself a finite verb. `infinite_base`: it may follow "to".
        """
        self.frame = Frame(finite=finite)
        self.start, self.end = start, end
        self.floor = max(0, start - REACH)
        self.open = True
        self.base = infinite_base
        self.loose = False
        self.infinitive = False
        self.person = -1
        self._walk(start - 1)
        return self.frame

    # the walk

    def _walk(self, j: int) -> None:
        frame = self.frame
        while j >= self.floor and self.words[j] not in _STOPS:
            step = self._step(j)
            if step < 0:
                return
            j = step - 1
        boundary = j < self.floor or self.words[j] in _STOPS
        if boundary and frame.verb < 0 and frame.subject < 0:
            frame.fragment = True
        if boundary and frame.subject < 0:
            self._opening(j + 1)
        self._settle_loose()

    def _opening(self, j: int) -> None:
        """The clause begins with its verb: a question ("are the kids scared?") or a request ("don't be sad")."""
        frame, g, word = self.frame, self.grammar, self.tokens.at(j)
        if word in g["inverting"] and (frame.verb > j or frame.determiner > j) and self._asks_to_the_end():
            frame.hypotheticals.append((j, j + 1))
            frame.question = True
            if frame.verb > j and (self.words[frame.verb] in g["person"] or self._is_name(frame.verb)):
                frame.subject, frame.who = frame.verb, OTHER
        elif frame.link >= 0 and self.words[frame.link] in ("be", "stay", "keep", "get") and frame.link <= j + 2:
            if frame.link == j or word == "do":
                frame.hypotheticals.append((frame.link, frame.link + 1))
                frame.subject, frame.who = frame.link, YOU

    def _step(self, j: int) -> int:
        """Take in token `j`; return the index of the leftmost token consumed, or -1 when the frame is complete."""
        word, g, frame = self.words[j], self.grammar, self.frame
        denial = self._denial_ending(j)
        if denial >= 0:
            return denial
        if j in self.hit_starts and word not in g["adverb"]:
            return self._pass_feeling(j)
        settled = frame.finite and not self.loose
        if word in g["negation"] and not (settled and word in _NEGATIVE_SUBJECTS):
            return self._negative_word(j)
        if word in g["link"] and not self._is_possessive(j):
            return self._take_link(j)
        if word == "to" and self.base:
            return self._infinitive(j)
        if word in g["auxiliary"]:
            return self._auxiliary(j)
        if word == COMMA or word in g["coordinator"]:
            return self._coordinate(j)
        if word in g["nominative"] or (word in ("you", "it") and self._is_subject(j)):
            return self._found_subject(j)
        if (word in g["objective"] or word in ("you", "it", "her")) and not settled:
            return self._objective(j)
        if word in g["subordinator"]:
            return self._subordinate(j)
        if settled and word not in g["adverb"] and word not in g["degree"]:
            return self._noun_subject(j)
        return self._pass_word(j)

    def _negative_word(self, j: int) -> int:
        """ "Not", "never", or a nobody whom nothing finite has claimed ("ain't nobody scared")."""
        frame = self.frame
        if self.words[j] in ("nobody", "none") and frame.subject < 0 and frame.link < 0:
            frame.subject, frame.who = j, OTHER
        return self._negate(j)

    def _pass_word(self, j: int) -> int:
        """Adverbs, determiners, prepositions and unknown words inside the phrase."""
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
            if near and frame.determiner < 0 and not self._measure(j):
                frame.determiner = j
            return j
        if word in g["preposition"]:
            if near and frame.preposition < 0 and word != "like":
                frame.preposition = j
            return j
        return self._content(j)

    def _content(self, j: int) -> int:
        word, g, frame = self.words[j], self.grammar, self.frame
        if frame.verb < 0 and word not in g["linking_noun"]:
            frame.verb = j
        if self._gerund_follows(j):
            if word in g["negative_verb"]:
                return self._negate(j)
            if word in ("imagine", "imagining", "pretend", "pretending", "dream", "risk"):
                self._suppose(j)
                self.open = False
        elif word in ("lost", "lose", "losing", "lack", "lacked", "lacks") and self.start - j <= 3:
            self._negate(j)
        if self._opens_clause(j) and (word in g["person"] or self._is_name(j)):
            self.person = j
        return j

    def _pass_feeling(self, j: int) -> int:
        """Step over a coordinated feeling. "Not" reaches across "or", "nor" and "and", not across the rest."""
        first = self.hit_starts[j]
        joined = self.tokens.at(j + 1)
        if joined not in ("or", "nor", "and", "to", "of", "about", "that") and not self._or_follows():
            self.open = False
        if self.frame.verb < 0 and joined not in ("or", "nor", "and", "but", COMMA, *self.grammar["adverb"]):
            self.frame.verb = j
        if self._opens_clause(j) and self.words[j] in self.grammar["person"]:
            self.person = j
        return first

    def _or_follows(self) -> bool:
        """A list that ends in "or" ("angry, sad or hurt")."""
        for k in range(self.end, min(self.end + 6, len(self.words))):
            if self.words[k] in ("or", "nor"):
                return True
            if self.words[k] in _STOPS:
                return False
        return self.tokens.at(self.start - 1) in ("or", "nor")

    def _coordinate(self, j: int) -> int:
        frame, word = self.frame, self.words[j]
        passed_verb = frame.link >= 0 or frame.verb >= 0 or frame.finite
        if word == COMMA:
            if not self._or_follows():
                self.open = False
        elif word not in ("or", "nor") and (word != "and" or passed_verb):
            self.open = False
        if passed_verb:
            self.loose = True
        elif word == COMMA and j - 1 not in self.hit_starts:
            self.loose = True
        return j

    def _subordinate(self, j: int) -> int:
        """The clause begins here and has no subject of its own, or the feeling stands in a fragment of it."""
        word = self.words[j]
        if word in self.grammar["if_word"] and not self._pseudo("pseudo_if", j):
            self._suppose(j)
        elif word in ("because", "cause") and self.tokens.at(j - 1) == "not":
            self._negate(j - 1)
        if word in ("because", "cause") and self.tokens.at(j + 1) == "of":
            return j
        self._settle_loose()
        return -1

    # the verb

    def _take_link(self, j: int) -> int:
        word, g, frame = self.words[j], self.grammar, self.frame
        if frame.link < 0:
            frame.link = j
            kinds = ("feel", "get", "seem", "remain", "be")
            frame.link_kind = next(kind for kind in kinds if word in g[kind])
        if word in _GERUNDS:
            self.base = False
            return self._gerund(j)
        if word in _BASES:
            self.base = True
        if not (word in _BASES and self.tokens.at(self._skip_adverbs(j - 1)) in (*g["auxiliary"], "to", "not")):
            self._note_tense(j)
        finite = word not in ("be", "been", "gotten")
        if word in _BASES:
            finite = self.tokens.at(j - 1) not in ("to", "and", "or") and not self._object_before(j)
        if finite and not self.loose:
            frame.finite = True
        return j

    def _gerund(self, j: int) -> int:
        """What stands before "being" or "feeling" decides whether it is so."""
        k = self._skip_adverbs(j - 1)
        before, earlier = self.tokens.at(k), self.tokens.at(k - 1)
        if before == "of" and earlier in ("afraid", "scared", "terrified", "frightened", "fear", "risk", "chance", "idea"):
            self._suppose(k - 1)
        elif before == "about" and earlier in ("worried", "worry", "anxious", "nervous", "scared", "dream", "dreaming"):
            self._suppose(k - 1)
        elif before == "from" and self._verb_near(k, "negative_verb", "stop stops stopped keep keeps kept protect"):
            self._negate(k)
        elif before in self.grammar["negative_verb"] and self.words[j] in _GERUNDS:
            self._negate(k)
            self.base = before in ("stop", "quit", "avoid")
            return k
        elif before == "up" and earlier in ("give", "gave", "giving", "given"):
            self._negate(k)
        return j

    def _infinitive(self, j: int) -> int:  # one case a line: the verb before "to" decides
        """"to be", "to feel", "to love": imagined, unless the verb before it says that it happens."""
        self.base = False
        self.frame.finite = False
        g = self.grammar
        k = self._skip_adverbs(j - 1)
        word = self.tokens.at(k)
        self.infinitive = True
        if self.tokens.at(j - 1) == "not":
            k = self._skip_adverbs(j - 2)
            word = self.tokens.at(k)
            if word in ("impossible", "hard", "difficult", "easy"):  # "it's hard not to be jealous"
                return k
            self._negate(j - 1)
        if word in ("have", "has", "had", "got", "going", "about"):
            self._suppose(k)
        elif word == "used":
            self.frame.used_to = k
        elif word in g["negative_verb"] or (word in ("fail", "failing")):
            self._negate(k)
        elif "too" in (self.tokens.at(k - 1), self.tokens.at(k - 2)):
            self._negate(k)
        elif self._object_before(j):
            if self.tokens.at(self._skip_adverbs(j - 1) - 1) == "for":
                self._suppose(j)
            return j
        elif word in g["person"] or (word.isalpha() and k >= self.floor and self._is_name(k)):
            self.frame.subject, self.frame.who = k, OTHER
            return self._above_object(self._phrase_start(k) - 1)
        elif k in self.hit_starts and word not in g["wish"] and word not in ("scared", "afraid", "frightened", "terrified", "desperate", "eager", "keen"):
            return self.hit_starts[k]
        elif word not in g["transparent"] and k >= self.floor and word not in _STOPS:
            self._suppose(k)
        elif k < self.floor or word in _STOPS:
            self._suppose(j)
        return k if k >= self.floor and word.isalpha() and word not in g["nominative"] else j

    def _auxiliary(self, j: int) -> int:
        word, g, frame = self.words[j], self.grammar, self.frame
        self._note_tense(j)
        if self._is_modal(j):
            self._suppose(j)
        before = self.tokens.at(j - 1)
        if word == "do" and self.tokens.at(j + 1) == "not" and (before in g["objective"] or before in ("please", "her")):
            self._suppose(j)
            frame.subject, frame.who = j, YOU
            return -1
        if frame.verb < 0 or word not in ("have", "has", "had", "having", "do", "did", "done"):
            frame.finite = frame.finite or not self.loose
        elif frame.verb < 0:
            frame.verb = j
        if word in g["auxiliary"] and frame.verb < 0 and frame.link < 0 and word in ("have", "has", "had", "having"):
            frame.verb = j
        return j

    def _is_modal(self, j: int) -> bool:
        word, g = self.words[j], self.grammar
        after = self.tokens.at(self._skip_adverbs_right(j + 1))
        if word in ("could", "can"):
            return word == "could" and after in ("be", "get", "become", "have", "feel_like")
        if word == "'d":
            return after not in ("been", "felt", "had", "got", "gotten", "become", "better", "never") and not (
                after.endswith("ed") and len(after) > 4 and after != "need"
            )
        return word in g["modal"] and word != "can"

    def _note_tense(self, j: int) -> None:
        word, frame = self.words[j], self.frame
        if not frame.tense and not self.loose:
            if word in self.grammar["past_form"]:
                frame.tense = "past"
            elif word in self.grammar["present_form"] and not (
                word == "have" and self.tokens.at(self._skip_adverbs(j - 1)) in (*self.grammar["modal"], "'d", "could")
            ):
                frame.tense = "present"

    # the subject

    def _objective(self, j: int) -> int:
        """me, him, her: the one who feels it after "made", or part of the phrase."""
        word, g, frame = self.words[j], self.grammar, self.frame
        after = self.tokens.at(j + 1)
        if word == "her" and (j + 1 == self.start and self.noun_like or after not in g["function"] and j + 1 < self.start):
            if after in g["link"] or after in g["adverb"] or after in g["degree"] or j + 1 in self.hit_starts.values():
                pass
            else:
                if frame.determiner < 0 and frame.link < 0 and frame.verb < 0:
                    frame.determiner = j
                return j
        adjacent = frame.verb < 0 and not self.loose and not frame.finite and frame.preposition < 0
        before = self.tokens.at(j - 1)
        governed = before in g["preposition"] and before not in ("with", "of", "like") and not (before == "for" and after == "to")
        if not adjacent or governed:
            return j
        if word in ("myself", "yourself", "himself", "herself", "themselves", "ourselves"):
            return j
        frame.subject, frame.who = j, self._who(word)
        return self._above_object(j - 1)

    noun_like = False

    def _above_object(self, j: int) -> int:
        """The verb that governs an object with a feeling: make, see, want, call."""
        g, frame = self.grammar, self.frame
        k = self._skip_adverbs(j)
        word = self.tokens.at(k)
        if word in g["wish"] and word not in g["make"]:
            self._suppose(k)
        elif word in ("call", "calls", "called", "calling", "accuse", "accused", "accuses", "label", "labelled"):
            frame.reported_by = k
        chain = self._chain(k - 1, scoped=True)
        if self.tokens.at(chain) == "to":
            chain = self._chain(self._infinitive(chain) - 1, scoped=True)
        who = self._who(self.tokens.at(chain))
        if self.tokens.at(self._phrase_start(chain)) in _NEGATIVE_SUBJECTS:
            self._negate(self._phrase_start(chain))
        if frame.reported_by >= 0:
            frame.reporter, frame.reporter_who = chain, who or OTHER
        if chain >= self.floor and not (who and self._inverted(chain)):
            self._above(self._phrase_start(chain) - 1)
        return -1

    def _found_subject(self, j: int) -> int:
        """A subject pronoun: the clause is complete; look at what stands above it."""
        frame = self.frame
        if self._is_copula_of_self(j):
            return j
        frame.subject, frame.who = j, self._who(self.words[j])
        if self.infinitive and frame.who == THING:  # "it's normal to feel guilty": whoever says so
            frame.subject, frame.who = -1, NONE
        if self._inverted(j):
            return -1
        self._above(j - 1)
        return -1

    def _is_copula_of_self(self, j: int) -> bool:
        """ "my wife and I", "me and him": part of a longer subject that the walk reads on its own."""
        return False

    def _inverted(self, j: int) -> bool:
        """ "Am I", "does he", "have we": a question, unless it asks why."""
        g, frame = self.grammar, self.frame
        before = self.tokens.at(j - 1)
        not_there = before == "not"
        k = j - 2 if not_there else j - 1
        verb = self.tokens.at(k)
        if verb not in g["inverting"] and not (verb == "'s" and self.tokens.at(k - 1) in g["why_word"]):
            return False
        earlier = self.tokens.at(k - 1)
        if earlier in g["why_word"] or (earlier in g["adverb"] and self.tokens.at(k - 2) in g["why_word"]):
            frame.question = True
            return True
        if earlier == "come" and self.tokens.at(k - 2) == "how":
            return True
        opens = earlier in _STOPS or earlier == COMMA or earlier in g["coordinator"] or earlier in g["adverb"]
        if not opens and not self._asks_to_the_end():
            return False
        if earlier in ("nor", "neither"):
            self._negate(k - 1)
        if earlier in g["negation"] or (verb in ("have", "had", "was", "am", "do", "did") and earlier in ("so", "neither", "nor")):
            return True
        if self.tokens.at(k - 1) == COMMA and self.tokens.at(j + 1) in _STOPS:
            return False
        if not self._asks_to_the_end() and earlier not in _STOPS and earlier not in g["coordinator"]:
            return False
        frame.question = True
        frame.hypotheticals.append((k, k + 1))
        if frame.link < 0 and verb in g["be"]:
            frame.link, frame.link_kind = k, "be"
        return True

    def _asks_to_the_end(self) -> bool:
        for k in range(self.end, min(self.end + REACH, len(self.words))):
            if self.words[k] in _STOPS:
                return self.words[k] == QUESTION
        return False

    def _noun_subject(self, j: int) -> int:
        """The words left of a finite verb are its subject: find the head, and whose feeling it makes this."""
        first = self._phrase_start(j)
        frame, g = self.frame, self.grammar
        span = self.words[first : j + 1]
        head = self._head(first, j)
        word = self.words[head]
        frame.subject = head
        if self.words[j] in g["relative"] or self.words[j] == "that":
            return self._relative(j)
        if any(s in ("me", "us", "myself") for s in span) and self._part_of_self(span):
            frame.who = SELF
        elif span[0] in g["self_object"]:
            frame.who = SELF
        elif word in g["body"] and span[0] in g["possessive_self"]:
            frame.who = SELF
        elif word in g["nobody"] or (span[0] in ("no", "not") and word in ("one", *g["person"])):
            frame.who = NOBODY
        elif word in g["person"] or word in g["other_object"] or self._is_name(head):
            frame.who = OTHER
        else:
            frame.who = THING
        if self.tokens.at(first - 1) == "and" and self.tokens.at(first - 2) in ("me", "i", "us", "we", "myself"):
            frame.who = SELF
        if frame.who == THING and self.infinitive:
            frame.subject, frame.who = -1, NONE
        if frame.who == NOBODY or span[0] in ("no", "none", "neither", "nothing") or word == "nothing":
            self._negate(first)
            if frame.who == NOBODY:
                frame.who = SELF if "us" in span else OTHER
        self._above(first - 1)
        return -1

    @staticmethod
    def _part_of_self(span: list[str]) -> bool:
        """ "part of me", "both of us", "something in me"."""
        for index, word in enumerate(span):
            if word in ("me", "us", "myself") and index:
                parted = index > 1 and span[index - 2] in _PARTS
                if span[index - 1] in ("in", "inside", "within") or (span[index - 1] == "of" and parted):
                    return True
        return False

    def _relative(self, j: int) -> int:
        """ "people who are angry", "the one that was scared": the word before the pronoun feels it."""
        g, frame = self.grammar, self.frame
        before = self.tokens.at(j - 1)
        first = self._phrase_start(j - 1)
        k = self._skip_adverbs(first - 1)
        if self.tokens.at(k) == "not":
            first, k = k, self._skip_adverbs(k - 1)
        if self.tokens.at(k) in g["be"] and self._who(self.tokens.at(k - 1)) in (SELF, OTHER):
            # "I'm not the kind of man who ..."
            frame.subject, frame.who = k - 1, self._who(self.tokens.at(k - 1))
            if self.tokens.at(first) == "not":
                self._negate(first)
        elif before in g["person"] or before in g["other_subject"] or (j and self._is_name(j - 1)) or before in g["objective"]:
            frame.subject, frame.who = j - 1, self._who(before) or OTHER
        elif self.words[j] in ("who", "whose"):
            frame.subject, frame.who = j, OTHER
            if self.tokens.at(j - 1) in _STOPS and self._asks_to_the_end():
                frame.hypotheticals.append((j, j + 1))
        else:
            frame.subject, frame.who = j, THING
            return self._above_that(j)
        return -1

    def _above_that(self, j: int) -> int:
        self._above(j - 1)
        return -1

    def _phrase_start(self, j: int) -> int:
        """Leftmost token of the noun phrase that ends at `j`, prepositional parts included."""
        g, words = self.grammar, self.words
        k, limit = j, max(self.floor, j - 10)
        while k >= limit:
            word = words[k]
            if word in _STOPS or word == COMMA or word in g["coordinator"] or word in g["subordinator"]:
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

    def _head(self, first: int, last: int) -> int:
        """The head noun: what stands before the first preposition or relative."""
        g = self.grammar
        for k in range(first + 1, last + 1):
            if self.words[k] in g["preposition"] or self.words[k] in g["relative"]:
                return k - 1
        return last

    def _settle_loose(self) -> None:
        """No subject pronoun came: a person at the clause's start may be the subject."""
        frame = self.frame
        if frame.subject < 0 and self.person >= 0:
            frame.subject, frame.who = self.person, OTHER

    # what stands above

    def _above(self, j: int, depth: int = 0) -> None:
        """Follow "if", "that", "like" and verbs of saying, thinking and wishing to the left of a subject."""
        g, frame = self.grammar, self.frame
        via_like = comma = via_if = False
        while j >= self.floor and depth < 3:
            word = self.words[j]
            if word in g["if_word"]:
                via_if = True
                if self.tokens.at(j - 1) == "lying":  # "I'd be lying if I said"
                    self._negate(j - 1)
                elif not self._pseudo("pseudo_if", j):
                    self._suppose(j)
            elif word == "like":
                via_like = True
            elif word in (COMMA, QUOTE):
                comma = True
            elif word in ("because", "cause") or word == "that" and self.tokens.at(j - 1) == "not":
                if self.tokens.at(j - 1) == "not":
                    self._negate(j - 1)
                return
            elif word not in ("that", "as", "though", "how") and word not in g["adverb"]:
                break
            if word == "as" and self.tokens.at(j + 1) not in ("if", "though"):
                return
            if word == "though" and self.tokens.at(j - 1) != "as":
                return
            if word == "though":
                self._suppose(j)
            j -= 1
        if j >= self.floor and depth < 3:
            self._matrix(j, depth, via_like, comma, via_if)

    def _addressee(self, j: int) -> int:
        """First token of the person told ("told my mum"), or `j`."""
        g = self.grammar
        if self.words[j] in g["objective"] or self.words[j] in ("you", "her"):
            return j
        if self.words[j] not in g["person"] and self.words[j] not in g["other_subject"] and not self._is_name(j):
            return j
        for k in (j - 1, j - 2):
            if self.tokens.at(k) in g["determiner"] or self.tokens.at(k) in g["possessive_self"] or self.tokens.at(k) in g["possessive_other"]:
                return k
        return j

    def _matrix(self, j: int, depth: int, via_like: bool, comma: bool, via_if: bool) -> None:
        g, frame = self.grammar, self.frame
        addressee = self._addressee(j)
        if self.tokens.at(addressee - 1) == "to" and self.tokens.at(addressee - 2) == "according" and self._who(self.words[j]) != SELF:
            frame.reporter, frame.reporter_who, frame.reported_by = j, OTHER, addressee - 2
            return
        if addressee > self.floor and (self.words[addressee - 1] in g["say"] or self.words[addressee - 1] in g["opinion"]):
            j = addressee - 1
        word = self.words[j]
        quotative = via_like and word in g["be"]
        speaks = word in g["say"] or quotative or word == "went" or (word == "all" and comma)
        if not (speaks or word in g["opinion"] or word in g["wish"] or word in g["raising"] or word in g["factive"]):
            return
        if comma and not speaks:
            return
        before = len(frame.negations), len(frame.hypotheticals)
        k = self._chain(j - 1, scoped=False)
        who = self._who(self.tokens.at(k)) or (OTHER if self._np_person(k) else NONE)
        modal = len(frame.hypotheticals) > before[1]
        del frame.hypotheticals[before[1] :]
        raises = word in g["raising"] and (word not in ("say", "said", "call") or modal or self._can(k, j))
        if quotative and self.tokens.at(k) in ("it", "that"):
            raises = True
        if not raises or via_if or (speaks and who == OTHER):
            del frame.negations[before[0] :]
        if word in ("doubt", "doubted"):
            self._negate(j)
        if self._wishes(word, quotative) or (word == "suppose" and not who and self.tokens.at(k) in _STOPS):
            self._suppose(j)
        if who == OTHER and (speaks or word in g["opinion"]) and word not in g["factive"]:
            self._report(k, j, quotative, comma)
        if k >= self.floor and who:
            self._above(self._phrase_start(k) - 1, depth + 1)

    def _wishes(self, word: str, quotative: bool) -> bool:
        return not quotative and word in (
            "wish", "wishes", "wished", "wishing", "hope", "hopes", "hoped", "hoping", "imagine", "imagining", "pretend",
            "pretends", "pretended", "pretending", "dream", "dreamed", "prefer", "want", "wanted", "act", "acted", "acting",
        )  # fmt: skip

    def _can(self, first: int, last: int) -> bool:
        return any(self.words[m] in ("can", "could", "would", "'d") for m in range(max(first, 0), last))

    def _report(self, reporter: int, verb: int, quotative: bool, comma: bool) -> None:
        """Somebody else says it: in their own words ("he said, I'm tired") or about the speaker ("he said I was")."""
        g, frame = self.grammar, self.frame
        if frame.reporter >= 0:
            return
        frame.reporter, frame.reporter_who, frame.reported_by = reporter, OTHER, verb
        word = self.words[verb]
        past_saying = word in g["say"] and (word.endswith("ed") or word in ("said", "told", "wrote", "went"))
        frame.direct = (
            quotative or word in ("went", "goes") or (word in g["say"] and comma) or (past_saying and frame.tense == "present")
        )

    # small looks around

    def _chain(self, j: int, scoped: bool) -> int:
        """Go left over auxiliaries, adverbs and negations, noting them; return the index of what stands before."""
        g = self.grammar
        while j >= self.floor:
            word = self.words[j]
            if word in g["negation"] and word not in ("nobody", "nothing", "none", "neither", "no"):
                self._negate(j)
            elif word in g["auxiliary"]:
                if self._is_modal(j):
                    self._suppose(j)
                if scoped:
                    self._note_tense(j)
            elif word in g["nominative"] or word not in g["adverb"] and word not in _CATENATIVES:
                break
            j -= 1
        return j

    def _who(self, word: str) -> str:
        g = self.grammar
        if word in g["self_subject"] or word in g["self_object"]:
            return SELF
        if word in g["other_subject"] or word in g["other_object"] or word == "her" or word in g["person"]:
            return OTHER
        if word in g["you"]:
            return YOU
        return THING if word in g["thing_subject"] else NONE

    def _np_person(self, j: int) -> bool:
        return j >= self.floor and (self.words[j] in self.grammar["person"] or self._is_name(j))

    def _is_name(self, j: int) -> bool:
        """A capital inside a sentence, or one that opens it and is no known word."""
        word, g = self.words[j], self.grammar
        if not word.isalpha() or word in g["function"] or word in g["link"] or not self.tokens.capital(j) or len(word) < 2:
            return False
        if word.endswith(("day", "days")) or word in _NO_NAMES:
            return False
        if not self.tokens.opens_sentence(j):
            return True
        after = self.tokens.at(self._skip_adverbs_right(j + 1))
        verb = after in g["past_form"] or after in g["present_form"] or after in g["modal"] or after in g["link"] - _GERUNDS - {"be", "been"} or after.endswith("ed") or after == "'s"
        return verb and not word.endswith(("ing", "ly", "ness", "ion"))

    def _is_subject(self, j: int) -> bool:
        """Whether "you" or "it" is a subject: a verb follows, and no verb that could take it as object precedes."""
        after = self.tokens.at(self._skip_adverbs_right(j + 1))
        g = self.grammar
        if after in g["auxiliary"] or (after in g["link"] and after not in _BASES and after not in _GERUNDS):
            return True
        if self.frame.finite and not self.loose:
            return True
        return self.tokens.at(j - 1) in g["inverting"] or self.tokens.at(j - 1) in _STOPS

    def _is_possessive(self, j: int) -> bool:
        """Whether "'s" marks an owner ("my dad's anger") and no verb."""
        return self.words[j] == "'s" and self.noun_like and j == self._skip_adverbs(self.start - 1)

    def _object_before(self, j: int) -> bool:
        before = self.tokens.at(self._skip_adverbs(j - 1))
        return before in self.grammar["objective"] or before in ("it", "you", "her") and not self._nominative_you(j)

    def _nominative_you(self, j: int) -> bool:
        k = self._skip_adverbs(j - 1)
        return self.tokens.at(k - 1) in _STOPS or self.tokens.at(k - 1) in self.grammar["inverting"] or (
            self.tokens.at(k - 1) in self.grammar["subordinator"]
        )

    def _gerund_follows(self, j: int) -> bool:
        after = self.tokens.at(self._skip_adverbs_right(j + 1))
        return after in _GERUNDS or (j + 1 >= self.start - 1 and self.words[self.start].endswith("ing"))

    def _verb_near(self, j: int, name: str, more: str) -> bool:
        known = more.split()
        return any(self.tokens.at(k) in self.grammar[name] or self.tokens.at(k) in known for k in range(j - 4, j))

    def _measure(self, j: int) -> bool:
        """ "a bit", "a little", "a lot": no determiner of the feeling."""
        return self.tokens.at(j + 1) in ("bit", "little", "lot", "tad", "tiny", "touch") and self.words[j] in ("a", "the")

    def _opens_clause(self, j: int) -> bool:
        first = self._phrase_start(j)
        before = self.tokens.at(first - 1)
        g = self.grammar
        return before in _STOPS or before == COMMA or before in g["coordinator"] or before in g["subordinator"]

    def _skip_adverbs(self, j: int) -> int:
        g = self.grammar
        while j >= self.floor and (self.words[j] in g["adverb"] or self.words[j] in g["strong"]):
            j -= 1
        return j

    def _skip_adverbs_right(self, j: int) -> int:
        g = self.grammar
        while j < len(self.words) and (self.words[j] in g["adverb"] or self.words[j] in ("not", "never")):
            j += 1
        return j

    def _denial_ending(self, j: int) -> int:
        """First token of a phrase such as "far from" or "instead of" that ends at `j`; -1 where there is none."""
        if not self.open or self.words[j] not in ("from", "but", "of", "longer", "than", "to", "way", "means", "thing", "near", "in", "being", "up"):
            return -1
        phrases = self.grammar.phrases["denial"]
        for first in range(j - 1, max(self.floor - 1, j - 4), -1):
            if phrases.match_at(self.tokens, first) == j + 1:
                self.frame.negations.append((first, j + 1))
                return first
        return -1

    def _pseudo(self, name: str, j: int) -> bool:
        return self.grammar.phrases[name].match_over(self.tokens, j) >= 0

    def _negate(self, j: int) -> int:
        word = self.tokens.at(j)
        if self.open and not (word == "no" and self.tokens.at(j + 1) in (COMMA, SENTENCE_END)):
            if not self._pseudo("pseudo_negation", j):
                self.frame.negations.append((j, j + 1))
        return j

    def _suppose(self, j: int) -> None:
        self.frame.hypotheticals.append((j, j + 1))


_NO_NAMES = frozenset("work life school dinner lunch breakfast christmas easter home god english".split())
_NEGATIVE_SUBJECTS = frozenset("nobody nothing none neither no".split())
_CATENATIVES = frozenset("keep keeps kept keeping start started starts trying tried".split())
_PARTS = frozenset("part side bit all both some none half most many one each any either neither lot rest corner piece".split())
