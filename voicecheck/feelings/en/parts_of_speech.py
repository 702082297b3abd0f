"""Conditions for every word of the lexicon, by its kind, to be a feeling where it stands."""

from __future__ import annotations

from collections.abc import Callable

from voicecheck.feelings.en.implied import is_implied
from voicecheck.feelings.en.nouns import noun_place, person_object
from voicecheck.feelings.frame import OTHER, SELF, THING
from voicecheck.feelings.reading import ENDS, Reading
from voicecheck.feelings.tokens import COMMA, listed


def is_feeling(reading: Reading) -> bool:
    """True if a word of its kind can be a feeling there, and it is no name."""
    return not _is_name(reading) and _KINDS[reading.sense.kind](reading)


def _is_name(reading: Reading) -> bool:
    """True for a single word with a capital inside a sentence ("a film with Joy and Sadness in it")."""
    tokens, start = reading.tokens, reading.start
    if reading.sense.pattern is not None or not tokens.capital(start) or tokens.opens_sentence(start):
        return False
    between = tokens.text[tokens.ends[start - 1] : tokens.starts[start]]
    return tokens.at(start - 1) != COMMA and not between.strip()  # behind an emoji a sentence may begin


def _adjective(reading: Reading) -> bool:
    """True if an adjective names a feeling: always, unless it describes a thing ("a sad song")."""
    if reading.sense.pattern is not None:
        return True
    frame, g = reading.frame, reading.grammar
    following = reading.after()
    if reading.word(-1) in ("so", "too") and frame.who == SELF and 0 <= frame.link > frame.determiner:
        return True  # "I'm so scared tears run down": behind "so" it describes no noun
    if frame.determiner >= 0 or _stacked(reading):
        if following in ("sort", "kind", "shade", "type") and reading.after(1) == "of":
            return False  # "a calm sort of green"
        if reading.goes_on:
            if following in g["character_noun"] or _describes(reading):
                return reading.word(0).endswith("est")
            if reading.word(0).endswith("est") and following in g["event_noun"] and reading.after(1) == "of":
                return True  # "the happiest days of my life"
            further = reading.after(1)
            return (
                following in g["person"]
                or following in g["feeling_noun"]
                or further in g["feeling_noun"]
                or further in g["person"]
            )
        return not ({"link", "feel"} & reading.sense.traits) or following in ENDS
    if reading.goes_on and frame.link < 0 and frame.subject < 0:
        return following in g["person"] or following.endswith(("ing", "ly"))
    if following in ("little", "old", "big", "young"):  # "happy little trees"
        following = reading.after(1)
    plural = following.endswith("s") and not following.endswith("ss") and following not in g["person"]
    plural = plural and following not in g["present_form"]  # "what makes her happy makes me tired"
    goes_on = reading.goes_on or following != reading.after()
    return not (goes_on and (frame.who == THING or plural))


def _stacked(reading: Reading) -> bool:
    """True for the second of two adjectives before a noun: "a lovely calm voice"."""
    g, before = reading.grammar, reading.word(-1)
    if not reading.goes_on or reading.word(-2) not in g["determiner"] or before == "'s":
        return False
    plain = before.isalpha() and before not in g["function"] and before not in g["adverb"] and before not in g["degree"]
    return plain and before not in g["link"] and before not in g["person"]


def _describes(reading: Reading) -> bool:
    """True if it tells how somebody is, and no feeling: "he's a happy baby"."""
    frame = reading.frame
    return (
        frame.who == OTHER
        and (frame.link_kind, frame.tense) == ("be", "present")
        and reading.tokens.at(frame.determiner) in ("a", "an")
        and reading.after() in reading.grammar["person"]
    )


def _noun(reading: Reading) -> bool:
    g, following = reading.grammar, reading.after()
    if reading.sense.pattern is not None:
        return True
    if following in g["compound_head"] or _is_good_wish(reading):
        return False
    return noun_place(reading)


def _is_good_wish(reading: Reading) -> bool:
    """True for "I wish you joy and happiness", a courtesy in which nobody is joyful yet."""
    g, near = reading.grammar, reading.tokens.words[max(0, reading.start - 6) : reading.start]
    if _WISHING.isdisjoint(near) or not g["negation"].isdisjoint(near):
        return False
    behind = near[max(k for k, word in enumerate(near) if word in _WISHING) + 1 :]
    return any(word in g["you"] or word in g["possessive_you"] for word in behind[:1])


_WISHING = listed("wish wishing wishes wished")


def _verb(reading: Reading) -> bool:
    first = reading.word(0)
    if reading.sense.pattern is not None:
        return True
    g, frame = reading.grammar, reading.frame
    before = reading.before()
    if first.endswith(("ed", "ing")):
        if first.endswith("ed") and (before in g["link"] or before in g["seem"] or _is_asked(reading)):
            return False
        return not (frame.determiner >= 0 and frame.verb < 0 and reading.goes_on)
    return not (reading.noun_too and noun_place(reading))


def _is_asked(reading: Reading) -> bool:
    """True for the participle of "how worried they are" and "are you worried", which is no verb."""
    j, g, tokens = reading.before_index(), reading.grammar, reading.tokens
    asked = tokens.at(j) in g["nominative"] or tokens.at(j) == "you"
    return tokens.at(j) == "how" or (asked and tokens.at(j - 1) in g["be"] and tokens.at(j - 1) in g["inverting"])


def _cause(reading: Reading) -> bool:
    """True if a causative has somebody whom it moves."""
    if reading.sense.pattern is not None:
        return True
    g, following, j = reading.grammar, reading.after(), reading.end
    while following in ("really", "so", "the", "just") and following != "the":
        j += 1
        following = reading.tokens.at(j)
    before = reading.before()
    demonstrative = before in ("this", "that", "all", "another")
    if before in g["determiner"] and not demonstrative and not reading.word(0).endswith("s"):
        return False
    if reading.word(0).endswith("ed") and before in g["link"]:
        return False
    slot = person_object(reading, j)
    if slot is None:
        return False
    reading.slot = slot
    return True


_KINDS: dict[str, Callable[[Reading], bool]] = {
    "adj": _adjective, "noun": _noun, "verb": _verb, "cause": _cause, "thing": is_implied,
}  # fmt: skip
