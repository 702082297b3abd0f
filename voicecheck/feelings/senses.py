"""Is this word a feeling here? The named conditions of the lexicon, each a small look at the neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicecheck.feelings.clauses import NONE, OTHER, SELF, THING, YOU, ClauseReader, Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.lexicon import Sense
from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, Tokens

_ENDS = frozenset([SENTENCE_END, QUESTION, COMMA, QUOTE])


@dataclass(slots=True)
class Reading:
    """A candidate: one sense at one place of the text."""

    tokens: Tokens
    grammar: Grammar
    sense: Sense
    start: int
    end: int
    slot: tuple[int, int] | None = None
    hit_starts: dict[int, int] | None = None
    noun_too: bool = False
    """the same word may be a noun of feeling"""
    _frame: Frame | None = None

    @property
    def frame(self) -> Frame:
        if self._frame is None:
            reader = ClauseReader(self.tokens, self.grammar, self.hit_starts or {})
            reader.noun_like = self.sense.kind == "noun"
            verbal = self.sense.kind in ("verb", "cause")
            first = self.word(0)
            finite = verbal and not first.endswith("ing")
            base = verbal and not first.endswith(("ing", "ed"))
            fronted = self._fronted()
            if fronted >= 0:  # "how proud he would be" is read as "he would be proud"
                self._frame = reader.read(fronted, fronted, False, False)
                if self.tokens.at(self.before_index() - 1) in ("imagine", "wonder"):
                    self._frame.hypotheticals.append((self.before_index() - 1, self.before_index()))
            else:
                self._frame = reader.read(self.start, self.end, finite, base)
        return self._frame

    def _fronted(self) -> int:
        """Token after the verb of "how proud he is"; -1 where the word stands in its own place."""
        g = self.grammar
        if self.sense.kind != "adj" or self.before() != "how":
            return -1
        for k in range(self.end, self.end + 7):
            word = self.tokens.at(k)
            if word in _ENDS:
                break
            if word in g["link"] and k > self.end and self.tokens.at(k + 1) not in g["link"]:
                return k + 1
        return -1

    def word(self, offset: int) -> str:
        """The token at `offset` from the start."""
        return self.tokens.at(self.start + offset)

    def after(self, offset: int = 0) -> str:
        return self.tokens.at(self.end + offset)

    def before(self) -> str:
        """The nearest word to the left that is no adverb or measure."""
        return self.tokens.at(self.before_index())

    def before_index(self) -> int:
        g, j = self.grammar, self.start - 1
        while j >= 0 and (self.tokens.words[j] in g["adverb"] or self.tokens.words[j] in g["degree"]):
            j -= 1
        return j

    @property
    def goes_on(self) -> bool:
        """Whether a content word follows, which the feeling word may describe."""
        word = self.after()
        return word.isalpha() and word not in self.grammar["function"] and word not in self.grammar["adverb"]


def is_feeling(reading: Reading) -> bool:
    """Whether all conditions of the sense hold."""
    sense = reading.sense
    if _blocked(reading):
        return False
    if not _KINDS[sense.kind](reading):
        return False
    return all(_CONDITIONS[trait](reading) for trait in sense.traits if trait in _CONDITIONS)


def _blocked(reading: Reading) -> bool:
    tokens, sense = reading.tokens, reading.sense
    for phrase in sense.not_before:
        if all(_is_word(tokens.at(reading.end + k), word) for k, word in enumerate(phrase)):
            return True
    for phrase in sense.not_after:
        first = reading.start - len(phrase)
        if all(tokens.at(first + k) == word for k, word in enumerate(phrase)):
            return True
    return False


def _is_word(found: str, wanted: str) -> bool:
    """`<end>` in the table stands for the end of a clause."""
    return found in _ENDS if wanted == "<end>" else found == wanted


# kinds


def _adjective(reading: Reading) -> bool:
    """An adjective names a feeling unless it describes a thing ("a sad song")."""
    if reading.sense.pattern is not None:
        return True
    frame, g = reading.frame, reading.grammar
    following = reading.after()
    if frame.determiner >= 0:
        if reading.goes_on:
            if following in g["character_noun"]:
                return reading.word(0).endswith("est")
            further = reading.after(1)
            return following in g["person"] or following in g["feeling_noun"] or further in g["feeling_noun"] or further in g["person"]
        return not ({"link", "feel"} & reading.sense.traits) or following in _ENDS
    if reading.goes_on and frame.link < 0 and frame.subject < 0:
        return following in g["person"] or following.endswith(("ing", "ly")) or reading.start == 0 and False
    plural = following.endswith("s") and not following.endswith("ss") and following not in g["person"]
    return not (reading.goes_on and (frame.who == THING or plural))


def _noun(reading: Reading) -> bool:
    g, following = reading.grammar, reading.after()
    if reading.sense.pattern is not None:
        return True
    if following in g["compound_head"]:
        return False
    return noun_place(reading)


def noun_place(reading: Reading) -> bool:
    """Whether a word that may be noun or verb stands where a noun stands."""
    g, j = reading.grammar, reading.before_index()
    word = reading.tokens.at(j)
    if word in g["determiner"] or word in g["possessive_self"] or word in g["possessive_other"] or word in g["possessive_you"]:
        return True
    if reading.word(-1) in ("much", "more", "little", "such", "of", "real", "pure", "deep", "less", "no", "lot"):
        return True
    if word in g["nominative"] or word in ("you", "to", "'d") or word in g["modal"] or word in ("do", "did", "does", "not", "never", "who"):
        return word in ("not", "never") and reading.tokens.at(j - 1) in g["be"]
    if word in g["person"] and not reading.word(0).endswith("ing"):
        return False
    if word in g["preposition"] or word in g["linking_noun"] or word in g["feel"] or word in ("have", "had", "has", "'s", "no", "without"):
        return True
    following = reading.after()
    if following in g["determiner"] or following in g["possessive_self"] or following in g["objective"] or following in ("to", "you", "it", "her", "his"):
        return False
    return not reading.word(0).endswith(("ing", "ed"))


def _verb(reading: Reading) -> bool:
    first = reading.word(0)
    if reading.sense.pattern is not None:
        return True
    g, frame = reading.grammar, reading.frame
    before = reading.before()
    if first.endswith(("ed", "ing")):
        if first.endswith("ed") and (before in g["be"] or before in g["feel"] or before in g["get"]):
            return False
        return not (frame.determiner >= 0 and frame.verb < 0 and reading.goes_on)
    return not (reading.noun_too and noun_place(reading))


def _cause(reading: Reading) -> bool:
    """A causative needs somebody whom it moves."""
    if reading.sense.pattern is not None:
        return True
    g, following, j = reading.grammar, reading.after(), reading.end
    while following in ("really", "so", "the", "just") and following != "the":
        j += 1
        following = reading.tokens.at(j)
    before = reading.before()
    if before in g["determiner"] and not reading.word(0).endswith("s"):
        return False
    if reading.word(0).endswith("ed") and before in g["be"]:
        return False
    slot = person_object(reading, j)
    if slot is None:
        return False
    reading.slot = slot
    return True


_BARE_PERSONS = frozenset("mum mom mam dad grandma grandpa nan gran granny grandad granddad people kids everyone everybody".split())


def person_object(reading: Reading, j: int) -> tuple[int, int] | None:
    """Tokens of the person who stands at `j`, if one does."""
    g, tokens = reading.grammar, reading.tokens
    word = tokens.at(j)
    if word in g["objective"] or word in ("you", "everyone", "everybody", "people", "someone"):
        return j, j + 1
    if word == "her" and tokens.at(j + 1) not in g["person"]:
        return j, j + 1
    if word in g["possessive_self"] or word in g["possessive_other"] or word == "the":
        for k in (j + 1, j + 2):
            if tokens.at(k) in g["person"]:
                return j, k + 1
        return None
    if j < len(tokens) and word.isalpha() and (word in _BARE_PERSONS or tokens.capital(j) and word not in g["function"]):
        return j, j + 1
    return None


_KINDS: dict[str, Callable[[Reading], bool]] = {"adj": _adjective, "noun": _noun, "verb": _verb, "cause": _cause}


# conditions


def _link(r: Reading) -> bool:
    """Said of somebody: after be, feel, get, or as a fragment ("Torn between the two")."""
    frame = r.frame
    if frame.who == THING:
        return False
    if frame.link >= 0 or frame.fragment:
        return True
    moved = frame.subject >= 0 and r.tokens.at(frame.subject) in r.grammar["objective"]
    return moved or (frame.subject >= 0 and r.before() in _SECOND_PREDICATE) or (r.start - 1) in (r.hit_starts or {})


_SECOND_PREDICATE = frozenset("home there here back up in out away off around down work bed and but , me him her us them upstairs outside".split())


def _feel(r: Reading) -> bool:
    """Only after feel ("I felt small")."""
    frame = r.frame
    if frame.fragment and frame.link < 0 and not r.goes_on:
        # "I don't feel sad. More empty."
        return any(r.word(-k) in r.grammar["feel"] for k in range(1, 15))
    if frame.link_kind != "feel" or frame.verb > frame.link or (frame.determiner >= 0 and r.goes_on):
        return False
    return not (frame.who == THING and r.sense.vague)


def _person(r: Reading) -> bool:
    """Not said of a thing ("the house was sad"); "it feels lonely" is said of the speaker."""
    frame = r.frame
    return frame.who != THING or (frame.link_kind == "feel" and r.tokens.at(frame.subject) == "it" and not r.sense.vague)


def _lone(r: Reading) -> bool:
    return not r.goes_on


def _lonebe(r: Reading) -> bool:
    """Fine, good, okay: about the speaker's state, and nothing that it describes follows."""
    frame = r.frame
    if r.goes_on and r.after() not in ("thanks", "thank", "considering"):
        return False
    if frame.link_kind == "feel":
        return True
    if "feel" in r.sense.traits:
        return False
    if frame.fragment:
        return r.after() in _ENDS or r.after() in ("thanks", "i", "really", "thank", "considering")
    return frame.link >= 0 and frame.who in (SELF, OTHER, YOU)


def _object(r: Reading) -> bool:
    return person_object(r, r.end) is not None or r.after() in ("it", "this", "every", "those", "these", "that")


def _nothave(r: Reading) -> bool:
    """A passive or adjective, not the perfect of an action ("I have moved house")."""
    frame = r.frame
    if r.before() in ("have", "has", "had", "'d") or r.before() in r.grammar["nominative"]:
        return False
    return frame.link >= 0 or frame.fragment or frame.subject >= 0


def _name(r: Reading) -> bool:
    """Joy and Hope are names, too."""
    if not r.tokens.capital(r.start) or r.sense.kind == "verb" and r.tokens.opens_sentence(r.start):
        return True
    if not r.tokens.opens_sentence(r.start):
        return False
    return r.after() not in ("called", "said", "told", "came", "has", "had", "'s", "will", "and", "rang", "asked", "wants", "texted", "was")


def _wouldlove(r: Reading) -> bool:
    """ "I'd love to" is a wish or a courtesy."""
    return not (r.word(0) in ("love", "appreciate") and r.before() in ("would", "'d") and r.after() != "him")


def _emotion(r: Reading) -> bool:
    """A noun that is often a thing: only felt, owned or filled with."""
    g = r.grammar
    near = [r.word(-k) for k in range(1, 6)]
    if SENTENCE_END in near:
        near = near[: near.index(SENTENCE_END)]
    if any(w in g["feel"] for w in near) and "like" not in near:
        return True
    if r.word(-1) in g["possessive_self"] or r.word(-1) in g["possessive_other"]:
        return True
    if r.word(-1) == "'s" or r.word(-1) == "of" and (r.word(-2) in g["linking_noun"] or r.word(-2) in ("kind", "bit")):
        return True
    if r.frame.link_kind == "be" and r.frame.determiner < 0 and r.frame.who in (THING, NONE) and r.before() in (*g["be"], "not"):
        return r.frame.verb < 0 and not r.goes_on
    if any(w in ("sense", "full", "filled", "feelings", "wave", "pang", "overwhelmed", "mix") for w in near):
        return True
    return r.before() in ("in", "with") and r.after() in (*_ENDS, "when", "at", "and", "on") and r.word(-1) != "the"


def _down(r: Reading) -> bool:
    """Down, low, blue: after feel, or said of somebody and with nothing that gives it a place."""
    frame = r.frame
    following, before = r.after(), r.before()
    if before in ("calm", "sit", "go", "come", "slow", "lie", "lay", "fell", "went", "sat", "put", "up", "calmed", "settle", "break", "let"):
        return False
    if following == "at" and r.after(2) == "moment":
        following = "lately"
    if following in ("the", "to", "by", "in", "at", "on", "with", "for", "there", "here", "from", "into", "my", "a", "there's") and not (
        frame.link_kind == "feel"
    ):
        return False
    if r.goes_on or frame.who == THING or frame.determiner >= 0:
        return False
    if frame.link_kind == "feel":
        return following not in ("the", "my", "to")
    if frame.link_kind in ("be", "get", "seem"):
        marked = r.word(-1) in r.grammar["degree"] or following in ("about", "lately", "all", "these", "since", "because", "again", "and")
        return frame.who in (SELF, OTHER, YOU) and (marked or (r.sense.lemma != "blue" and following in _ENDS))
    return frame.fragment and r.start > 0 and r.word(-1) in r.grammar["degree"] and following in _ENDS


def _hurt(r: Reading) -> bool:
    """Hurt feelings, not hurt knees."""
    frame, body = r.frame, r.grammar["body"]
    if r.after() in ("my", "his", "her", "their", "our", "your", "himself", "herself", "myself", "a", "the") and frame.link < 0:
        return False
    if r.tokens.at(r.end + 1) in body or frame.who == THING or r.tokens.at(frame.subject) in body:
        return False
    if frame.determiner >= 0:
        return not r.goes_on or r.after() in r.grammar["feeling_noun"]
    return frame.link >= 0 or frame.fragment


def _hurtverb(r: Reading) -> bool:
    if r.before() in r.grammar["feel"] or r.before() in ("am", "are", "was", "were", "been") and not r.word(0).endswith("ing"):
        return False
    if r.after() == "to" or r.after(1) == "to" and r.word(-1) == "not":
        return False
    if r.slot is not None:
        last = r.tokens.at(r.slot[1] - 1)
        return last in r.grammar["objective"] or last in r.grammar["person"] or last in ("her", "you")
    return True


def _nounonly(r: Reading) -> bool:
    return r.word(-1) in ("the", "my", "his", "her", "of", "so", "much", "this", "that", "all", "old", "their", "this", "pure")


def _broken(r: Reading) -> bool:
    return r.frame.link_kind == "feel" or not r.goes_on


def _off(r: Reading) -> bool:
    return not r.goes_on and r.after() not in ("the", "my", "to", "a", "with", "like", "of")


def _blues(r: Reading) -> bool:
    return r.before() in ("have", "had", "has", "got", "having", "getting", "with") and not r.goes_on


def _pity(r: Reading) -> bool:
    return r.word(-1) not in ("a", "what", "the") and r.before() in ("of", "with", "feel", "felt", "his", "her", "their", "no", "any", "for", "want", "their")


def _shame(r: Reading) -> bool:
    """ "What a shame" pities no one's standing."""
    near = (r.word(-1), r.word(-2))
    return near[0] != "a" and "a" not in near and r.after() not in ("on", "about", "that", "really", "isn't") or near[0] in ("the", "my", "of")


def _sorry(r: Reading) -> bool:
    """Felt, not said in passing."""
    frame, following = r.frame, r.after()
    if following in ("to", "but", "if", "that's", "what", "i'm", "can", "could", "would", "not", QUESTION, "sir", "mate", "guys"):
        return False
    if frame.link < 0 or frame.who == THING or r.before() in ("say", "said", "saying"):
        return False
    if following in ("for", "about") and r.after(1) in ("your", "the", "any", "my") and r.after(2) in (
        "loss", "mess", "delay", "inconvenience", "wait", "interruption", "noise", "late", "confusion", "trouble", "rambling",
    ):  # fmt: skip
        return False
    return following != COMMA and not (following == "i" and r.after(1) in ("am", "have", "can", "could", "did") and r.after(2) in ("late", "not", "to"))


def _afraid(r: Reading) -> bool:
    """ "I'm afraid not", "I'm afraid we're closed": courtesy."""
    following, frame = r.after(), r.frame
    if following in ("not", "so"):
        return False
    if frame.who == SELF and frame.tense == "present" and frame.link_kind == "be" and r.word(-1) not in r.grammar["degree"]:
        fear = r.after(1) in ("i'll", "he'll", "she'll", "it'll", "they'll", "might") or "will" in (r.after(1), r.after(2), r.after(3))
        fear = fear or "might" in (r.after(1), r.after(2), r.after(3)) or "going" in (r.after(2), r.after(3)) or r.word(-1) == "not"
        if following in ("we", "there", "that's", "it", "this", "your") or (following in ("that", "i", "you", "he", "she", "they") and not fear):
            return fear
    return True


def _alarm(r: Reading) -> bool:
    return r.word(-1) in ("in", "with", "of", "my", "her", "his") and not r.goes_on and r.after() not in ("clock", "went", "was", "is", "rang")


def _nerves(r: Reading) -> bool:
    return r.word(-1) in ("my", "his", "her", "with", "of", "the", "from", "by", "no", "their") and r.after() not in ("in", "system") and r.word(-2) != "on"


def _worry(r: Reading) -> bool:
    told = r.word(-1) == "not" and r.word(-2) == "do" and r.frame.who in (NONE, YOU)
    return not told and not noun_place(r)


def _stressverb(r: Reading) -> bool:
    return not noun_place(r) and not r.goes_on and r.after() not in ("that", "the", "how", "a", "this") and not r.word(0).endswith("ed")


def _concerned(r: Reading) -> bool:
    return "far" not in (r.word(-4), r.word(-3), r.word(-5)) and "where" not in (r.word(-3), r.word(-4))


def _pins(r: Reading) -> bool:
    return r.word(-1) == "on" or not (r.after() == "in" and r.after(1) in ("my", "the", "his", "her", "one"))


def _butterflies(r: Reading) -> bool:
    return r.before() in ("have", "had", "got", "get", "getting", "gives", "gave", "me", "the", "with", "having") and not r.goes_on


def _mad(r: Reading) -> bool:
    """Angry, not insane and not keen."""
    frame = r.frame
    if frame.who == THING or frame.link < 0 and frame.subject < 0 and not frame.fragment:
        return False
    if frame.determiner >= 0 or r.goes_on or r.before() in ("go", "went", "going", "gone", "drive", "drove", "like"):
        return False
    return r.after() not in ("for", "keen", "busy") and r.before() not in ("go",)


def _rage(r: Reading) -> bool:
    return r.word(-1) not in ("the", "road", "all") or r.after() in ("in", "i", "that", "inside", "came", "was", "just")


def _cross(r: Reading) -> bool:
    if r.frame.link < 0 or r.frame.who == THING or r.goes_on:
        return False
    return r.after() in ("with", "at", "about", "that", "because", "and", "but", "when", *_ENDS) and r.frame.who in (SELF, OTHER, YOU, NONE)


def _bothered(r: Reading) -> bool:
    return r.after() not in ("to", "with_it", "me", "him", "her", "us") and "can" not in (r.word(-3), r.word(-2)) and r.word(-2) not in ("could",)


def _bother(r: Reading) -> bool:
    if r.before() in ("to", "not") and r.word(0) == "bother" and r.frame.subject < 0:
        return False
    return not (r.before() == "to" and "sorry" in (r.word(-2), r.word(-3)))


def _hadenough(r: Reading) -> bool:
    if r.after() == "of":
        return r.before() in ("have", "i", "we", "he", "she", "they", "'d", "has") and r.word(0) in ("had", "having", "have")
    return r.word(0) == "had" and (r.before() in ("have", "has") or r.after() in _ENDS and r.before() not in ("not", "did"))


def _haveit(r: Reading) -> bool:
    return r.word(0) == "had" and (r.before() in ("have", "has", "i", "we") or r.word(-1) == "'d")


def _usedfeel(r: Reading) -> bool:
    return r.after() not in ("to", "for")


def _lost(r: Reading) -> bool:
    """At a loss, not away from the road or without the keys."""
    frame = r.frame
    if r.after() in ("the", "my", "his", "her", "a", "it", "in", "on", "our", "their", "weight", "track", "count", "for", "to", "interest"):
        return frame.link_kind == "feel" and r.after() in ("in", "on")
    if r.goes_on or frame.who == THING or frame.determiner >= 0:
        return False
    if frame.link_kind == "feel":
        return True
    return frame.link_kind in ("be", "get") and frame.who != NONE and r.word(-1) in ("so", "totally", "completely", "utterly", "bit", "just", "really", "very")


def _torn(r: Reading) -> bool:
    return r.frame.link >= 0 and r.frame.who != THING and r.after() in ("between", "about", "on", "over", "whether", "because", "and", *_ENDS) or (
        r.frame.fragment and r.after() == "between"
    )


def _meh(r: Reading) -> bool:
    return r.frame.who != THING and not r.goes_on


def _whatever(r: Reading) -> bool:
    """The shrug, not "whatever you like"."""
    return (r.before() in _ENDS or r.frame.link >= 0) and r.after() in (SENTENCE_END, COMMA, QUOTE) and r.before() not in ("and", "or")


def _shattered(r: Reading) -> bool:
    return r.frame.who != THING and not r.goes_on and (r.frame.link >= 0 or r.frame.fragment or r.frame.subject >= 0) and (
        r.after() not in ("the", "my", "his", "her", "into", "a")
    )


def _spent(r: Reading) -> bool:
    return r.frame.link >= 0 and r.frame.who in (SELF, OTHER) and (r.after() in _ENDS or r.after() in ("by", "after", "and"))


def _beat(r: Reading) -> bool:
    return r.frame.link_kind in ("be", "feel") and r.frame.who in (SELF, OTHER) and (r.after() in _ENDS or r.after() in ("after", "today", "tonight"))


def _miss(r: Reading) -> bool:
    """Somebody or something loved, not the bus."""
    words = [r.after(k) for k in range(4)]
    if any(w in _MISSED_THINGS for w in words) or (r.word(0) == "missed" and any(w in _MISSED_EVENTS for w in words)):
        return False
    if r.word(0) == "miss" and r.after() != "" and r.start < len(r.tokens) and r.tokens.capital(r.start) and not r.tokens.opens_sentence(r.start):
        return False
    if r.word(0) == "missed" and r.before() in r.grammar["be"]:
        return False
    if r.word(0) == "missing" and r.frame.who in (THING, NONE) and not r.frame.fragment and r.frame.link >= 0:
        return False
    if words[0] in ("out", "in", "from", *_ENDS, "persons", "person"):
        return False
    return not noun_place(r)


_MISSED_THINGS = frozenset(
    """bus train flight call calls appointment deadline meeting class lecture exit turn shot penalty boat plane ferry connection
    episode lesson payment school work alarm goal target point chance opportunity step dose period ball delivery session
    email message mark breakfast lunch dinner turning"""
    .split()
)  # fmt: skip


_MISSED_EVENTS = frozenset("game match show concert wedding birthday party recital play event half start end news race film".split())


def _alone(r: Reading) -> bool:
    """Lonely, not by oneself in a lift."""
    frame = r.frame
    if r.after() in ("in", "at", "with", "on", "time", "together") and frame.link_kind != "feel":
        return False
    if frame.link_kind == "feel":
        return r.before() not in ("leave", "let")
    return frame.link >= 0 and r.word(-1) in ("so", "very", "utterly", "completely", "totally", "terribly") and frame.who != THING


def _itsubject(r: Reading) -> bool:
    """A thing or an event does it ("it floored me"), not a hand."""
    following = r.tokens.at(r.slot[1]) if r.slot is not None else r.after()
    frame = r.frame
    thing = frame.who == THING and r.tokens.at(frame.subject) not in ("which",)
    return thing and (following in _ENDS or following in ("so", "deeply", "that", "when", "to", "really", "how", "a", "and", "more", "because"))


def _killsme(r: Reading) -> bool:
    """ "It kills me to see him like that", no ache of the back."""
    return r.after(1) in ("to", "that", "when", "inside", "seeing", "how") and r.tokens.at(r.frame.subject) in ("it", "that", "this")


def _thrown(r: Reading) -> bool:
    return r.after() in (*_ENDS, "by", "when", "and", "because") and r.frame.who in (SELF, OTHER)


def _possbefore(r: Reading) -> bool:
    return r.word(-1) in r.grammar["possessive_self"] and r.after() in (*_ENDS, "when", "for", "and")


def _notmark(r: Reading) -> bool:
    """ "Okay, so ..." opens a sentence and says nothing of the speaker."""
    after_feeling = (r.start - 2) in (r.hit_starts or {})
    return r.frame.link >= 0 or after_feeling or r.word(-1) not in (*_ENDS, "and", "but", "so") or r.after() in ("thanks", "thank") or (
        r.after() in ("i", COMMA) and {"guess", "suppose"} & {r.after(1), r.after(2)} != set()
    )


def _marked(r: Reading) -> bool:
    """Clearly a noun of feeling, not an address ("don't worry, love")."""
    word, g = r.word(-1), r.grammar
    if r.after() in _ENDS or r.frame.fragment is False:
        return word in g["determiner"] or word in g["possessive_other"] or word in g["possessive_self"] or word in g["feel"] or (
            word in ("of", "with", "in", "for", "without", "no", "much", "such", "'s", "about", "real", "pure", "more", "and", "is", "was", "not")
        )
    return True


def _courtesy(r: Reading) -> bool:
    """ "I'd be happy to help" offers, and names no feeling."""
    if r.after() != "to":
        return True
    if r.after(1) in ("help", "assist", "oblige", "wait", "do", "answer", "take", "show", "announce", "report", "confirm"):
        return False
    return not any(r.tokens.at(h[0]) in ("would", "'d", "will") for h in r.frame.hypotheticals)


def _nobody_part(r: Reading) -> bool:
    """Not said of toes and hands."""
    return r.tokens.at(r.frame.subject) not in r.grammar["body"] or r.tokens.at(r.frame.subject) in ("heart", "mind", "soul")


def _imperative(r: Reading) -> bool:
    """Not what one is told to do."""
    return r.word(-1) not in (SENTENCE_END, COMMA, QUOTE, QUESTION, "please") or r.word(0).endswith(("ed", "ing"))


def _feellike(r: Reading) -> bool:
    near = [r.word(-k) for k in range(1, 5)]
    return any(w in r.grammar["feel"] for w in near) and not r.goes_on


_CONDITIONS: dict[str, Callable[[Reading], bool]] = {
    "link": _link, "feel": _feel, "person": _person, "lone": _lone, "lonebe": _lonebe, "object": _object,
    "nothave": _nothave, "name": _name, "wouldlove": _wouldlove, "emotion": _emotion, "down": _down, "hurt": _hurt,
    "hurtverb": _hurtverb, "nounonly": _nounonly, "broken": _broken, "off": _off, "blues": _blues, "pity": _pity,
    "shame": _shame, "sorry": _sorry, "afraid": _afraid, "alarm": _alarm, "nerves": _nerves, "worry": _worry,
    "stressverb": _stressverb, "concerned": _concerned, "pins": _pins, "butterflies": _butterflies, "mad": _mad,
    "rage": _rage, "cross": _cross, "bothered": _bothered, "bother": _bother, "hadenough": _hadenough,
    "haveit": _haveit, "usedfeel": _usedfeel, "lost": _lost, "torn": _torn, "meh": _meh, "whatever": _whatever,
    "nobody_part": _nobody_part, "itsubject": _itsubject, "killsme": _killsme, "thrown": _thrown,
    "possbefore": _possbefore, "notmark": _notmark, "marked": _marked, "courtesy": _courtesy, "imperative": _imperative, "shattered": _shattered, "spent": _spent, "beat": _beat, "miss": _miss, "alone": _alone, "feellike": _feellike,
}  # fmt: skip
PLAIN_TRAITS = frozenset({"vague", "er", "span1", "span2", "span3"})
CONDITION_NAMES = frozenset(_CONDITIONS)
