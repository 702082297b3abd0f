"""The person who has a feeling: its owner, the person moved, the subject, or whoever is quoted or reported."""

from __future__ import annotations

from bisect import bisect_left

from voicecheck.domain import Experiencer
from voicecheck.feelings.en.time_cues import Setting
from voicecheck.feelings.frame import NONE, OTHER, SELF, THING, YOU
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, QUESTION, SENTENCE_END, Tokens, listed

_STOPS = frozenset([SENTENCE_END, QUESTION])


def find_experiencer(reading: Reading, setting: Setting) -> tuple[Experiencer, tuple[int, int] | None]:
    """Return whose feeling it is, and the tokens that say so; None where nothing does."""
    who, at = _who(reading)
    frame = reading.frame
    quoted = _quoted_by(reading, setting)
    if quoted is not None:
        return (Experiencer.UNCLEAR if who == YOU else Experiencer.OTHER), (quoted, quoted + 1)
    if frame.reporter_who == OTHER and who in (SELF, NONE, YOU):
        cue = (max(frame.reporter, 0), max(frame.reporter, 0) + 1)
        return (Experiencer.OTHER if frame.direct and who == SELF else Experiencer.UNCLEAR), cue
    if reading.sense.kind == "thing":
        return Experiencer.SELF, None
    if who == YOU:
        return (Experiencer.OTHER if _is_spoken_to(reading) else Experiencer.UNCLEAR), (at, at + 1)
    if who == OTHER:
        return Experiencer.OTHER, (at, at + 1)
    dummy = reading.tokens.at(at) in reading.grammar["thing_subject"]
    if (
        who == THING
        and reading.sense.kind == "adj"
        and not dummy
        and not ({"person", "feel", "vague"} & reading.sense.traits)
    ):
        return Experiencer.OTHER, (at, at + 1)
    return Experiencer.SELF, None


def _is_spoken_to(reading: Reading) -> bool:
    """True if "you" is somebody who is asked or hoped for: "are you worried?"; not anybody ("you get used to it").

    "Are you worried, she asked" is about the speaker.
    """
    tokens, g = reading.tokens, reading.grammar
    wished = {h[0] for h in reading.frame.hypotheticals if tokens.at(h[0]) in _WISHED_FOR}
    low, high = max(0, reading.start - 8), reading.end
    while tokens.at(high) not in _STOPS and high < reading.end + 12:
        told = tokens.at(high) in g["other_subject"] or tokens.at(high) in g["person"]
        if told and (tokens.at(high + 1) in g["say"] or tokens.at(high - 1) in g["say"]):
            return False
        high += 1
    before = tokens.words[low : reading.start]
    if not (_ANYBODY.isdisjoint(before) and g["other_subject"].isdisjoint(before)):
        return False
    to_me = not g["self_object"].isdisjoint(tokens.words[reading.end : reading.end + 5])
    subject = reading.frame.subject
    seen = tokens.at(subject - 1) in g["perceived"] and "i" in tokens.words[max(0, subject - 7) : subject]
    deserved = "deserve" in tokens.words[max(0, subject) : reading.start]
    asked = reading.frame.question or tokens.at(high) == QUESTION
    return asked or to_me or seen or deserved or any("i" in tokens.words[max(0, j - 3) : j] for j in wished)


_WISHED_FOR = listed("hope want wish hoping")
_ANYBODY = listed("ever when says said saying asks asked told tells")


def _who(reading: Reading) -> tuple[str, int]:
    """Return owner, object or subject: the nearest word that says whose feeling it is."""
    frame, tokens, g = reading.frame, reading.tokens, reading.grammar
    owned = any(element.slot == "poss" for element in reading.sense.pattern or ())
    if reading.slot is not None and (reading.sense.kind != "verb" or owned):  # "love them to bits" is the subject's
        return _slot_who(reading)
    if reading.sense.kind == "noun":
        owner = _owner(reading)
        if owner[0]:
            return owner
        after = _holder_after(reading)
        if after[0]:
            return after
    if reading.sense.kind != "noun" and tokens.at(reading.start - 1) in g["possessive_other"] and reading.sense.pattern:
        return OTHER, reading.start - 1
    alone = frame.link < 0 or frame.who == THING
    if reading.sense.kind == "adj" and frame.determiner >= 0 and alone and reading.after() in g["person"]:
        return OTHER, reading.end
    if reading.sense.pattern and tokens.at(reading.start - 1) in g["possessive_self"]:
        return SELF, reading.start - 1
    if _somebody_does(reading):
        return OTHER, frame.subject if frame.subject >= 0 else reading.start
    if _is_the_only_one(tokens, g, frame.subject):
        return SELF, frame.subject
    if frame.who == OTHER and reading.sense.kind == "adj" and (own := _goes_on_from_self(reading)) >= 0:
        return SELF, own
    if frame.who in (SELF, OTHER, YOU, THING):
        return frame.who, frame.subject
    return NONE, -1


def _goes_on_from_self(reading: Reading) -> int:
    """Return the "I" of "I'm glad she left, and then guilty about it"; -1 where the row is not the speaker's."""
    tokens = reading.tokens
    if tokens.words[max(0, reading.start - 3) : reading.start] not in ([COMMA, "and", "then"], [COMMA, "and", "also"]):
        return -1
    opens = reading.start
    while opens > max(0, reading.start - 20) and tokens.at(opens - 1) not in _STOPS:
        opens -= 1
    own = tokens.at(opens) == "i" and tokens.at(opens + 1) in ("am", "be", "was", "feel", "felt")
    return opens if own and tokens.at(opens - 1) in _STOPS else -1


def _somebody_does(reading: Reading) -> bool:
    """True for "a lot of pilots hated it", whose subject no list of persons knows, and "cares about nothing"."""
    frame, sense, g = reading.frame, reading.sense, reading.grammar
    if sense.kind != "verb" or sense.pattern is not None or frame.who not in (NONE, THING):
        return False
    j = _before_verb(reading)
    noun = reading.tokens.at(j)
    lived = noun in g["event_noun"] or noun in g["body"] or noun in g["thing_subject"] or noun.endswith("day")
    if reading.word(0).endswith("s") and not sense.lemma.endswith("s"):
        return not lived and noun not in g["determiner"] and noun not in g["possessive_other"]
    if frame.determiner >= 0:
        return False
    plural = noun.endswith("s") and noun.isalpha() and noun not in g["function"]
    return frame.who == THING and plural and not lived and reading.tokens.at(j - 1) not in g["nominative"]


def _before_verb(reading: Reading) -> int:
    """Return the token before the verb and its auxiliaries, adverbs and negations."""
    tokens, g = reading.tokens, reading.grammar
    j = (reading.frame.link if 0 <= reading.frame.link < reading.start else reading.start) - 1
    while tokens.at(j) in g["auxiliary"] or tokens.at(j) in g["adverb"] or tokens.at(j) in g["negation"]:
        j -= 1
    return j


def _is_the_only_one(tokens: Tokens, g: Grammar, j: int) -> bool:
    """True for "am I the only one who feels lonely?": the speaker does."""
    if [tokens.at(k) for k in (j - 3, j - 2)] != ["the", "only"] or tokens.at(j) not in g["relative"]:
        return False
    return {tokens.at(j - 5), tokens.at(j - 4)} in ({"am", "i"}, {"be", "i"})


def _slot_who(reading: Reading) -> tuple[str, int]:
    assert reading.slot is not None
    first, last = reading.slot
    tokens, g = reading.tokens, reading.grammar
    word = tokens.at(first)
    possessive = "poss" in [e.slot for e in reading.sense.pattern or ()]
    if word in g["self_object"] or (possessive and word in g["possessive_self"] and last - first == 1):
        return SELF, first
    if word in g["you"] or word in g["possessive_you"]:
        return YOU, first
    if word in g["possessive_self"] and tokens.at(last - 1) in g["body"]:
        return SELF, first  # "it makes my tummy sick"
    if word in ("the", "a", "it", "its"):
        frame = reading.frame
        return (frame.who, frame.subject) if possessive else (OTHER, last - 1)
    return OTHER, last - 1


def _owner(reading: Reading) -> tuple[str, int]:
    frame, tokens, g = reading.frame, reading.tokens, reading.grammar
    at = frame.determiner
    word = tokens.at(at) if at >= 0 else ""
    if word in g["possessive_self"]:
        return SELF, at
    if word in g["possessive_other"]:
        return OTHER, at
    if word in g["possessive_you"]:
        return YOU, at
    if word == "'s" and (tokens.at(at - 1) in g["person"] or tokens.capital(at - 1)):
        return OTHER, at - 1
    return _owner_of_look(reading) or _owner_of_trouble(reading)


_SHOWN = listed("look looks glance stare expression tone cry gasp sigh smile")


def _owner_of_look(reading: Reading) -> tuple[str, int] | None:
    """Return the one who shows it: "she gave me a look of disgust"."""
    tokens, g, j = reading.tokens, reading.grammar, reading.before_index()
    if tokens.at(j) != "of" or tokens.at(j - 1) not in _SHOWN:
        return None
    for k in range(j - 2, max(-1, j - 9), -1):
        if tokens.at(k) in _STOPS or tokens.at(k) in g["self_subject"]:
            return None
        if tokens.at(k) in g["other_subject"] or tokens.at(k) in g["person"]:
            return OTHER, k
    return None


_TROUBLE = listed("issue issues problem problems struggle struggles battle battles history trouble troubles fight bout")


def _owner_of_trouble(reading: Reading) -> tuple[str, int]:
    """Return the owner of "his issues with depression", whose feeling it is."""
    tokens, g, j = reading.tokens, reading.grammar, reading.before_index()
    if tokens.at(j) not in ("with", "of", "against") or tokens.at(j - 1) not in _TROUBLE:
        return NONE, -1
    for k in (j - 2, j - 3):
        if tokens.at(k) in g["person"] or tokens.capital(max(k, 0)):
            break  # "my brother struggles with depression"
        if tokens.at(k) in g["possessive_other"] or tokens.at(k) == "'s":
            return OTHER, k
        if tokens.at(k) in g["possessive_self"]:
            return SELF, k
    return NONE, -1


def _holder_after(reading: Reading) -> tuple[str, int]:
    """Return the holder behind a noun: "the fear in her eyes", "joy on their faces"."""
    tokens, g = reading.tokens, reading.grammar
    if reading.after() in ("in", "on", "of", "from") and (
        tokens.at(reading.end + 1) in g["possessive_other"] and tokens.at(reading.end + 2) in (*g["body"], "faces")
    ):
        return OTHER, reading.end + 1
    if reading.after() in ("in", "inside") and tokens.at(reading.end + 1) in listed("him her them people"):
        return OTHER, reading.end + 1  # "so much anger in him"
    return NONE, -1


def _quoted_by(reading: Reading, setting: Setting) -> int | None:
    """Return the token of the other person who says the quoted words around the feeling."""
    place = bisect_left(setting.quotes, (reading.start, 0)) - 1
    if place < 0:
        return None
    first, last = setting.quotes[place]
    if last < reading.start:
        return None
    tokens, g = reading.tokens, reading.grammar
    for j in range(first - 1, max(-1, first - 6), -1):
        word = tokens.words[j]
        if word in _STOPS:
            break
        if word in g["self_subject"]:
            return None
        if word in g["other_subject"] or word in g["person"]:
            return j
    for j in range(last + 1, min(len(tokens), last + 5)):
        word = tokens.words[j]
        if word in g["self_subject"]:
            return None
        if (word in g["other_subject"] or word in g["person"]) and _speaks_near(tokens, g, j):
            return j
    return None


def _speaks_near(tokens: Tokens, g: Grammar, j: int) -> bool:
    return any(tokens.at(k) in g["say"] for k in (j - 2, j - 1, j + 1, j + 2))
