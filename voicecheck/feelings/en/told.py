"""Find the clause that was told where no feeling was named and no event of the table stands: "I met my birth mother."

The plainest of mirrors, and the last: a clause about what happened to the speaker or between them and another, in
the past tense or still under way. What everybody does every day (ate, slept, watched a series) is no such thing, nor
what was said, thought or wanted, nor anything that could hurt when a machine repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicecheck.domain import EmotionMention
from voicecheck.feelings.en.clause_words import (
    ADVERBS,
    ANYBODY,
    DETERMINERS,
    PAST,
    PREPOSITIONS,
    SELF_SUBJECTS,
    VERBS,
    lead_width,
)
from voicecheck.feelings.en.spoken_words import Word
from voicecheck.feelings.en.turn import KIN, TITLES
from voicecheck.feelings.tokens import listed

SHORTEST_TOLD = 4
"""words of a clause that tells enough to be said back"""
_GONE_ON = listed(
    "been gone given got lost made moved come found kept left sold stolen taken told written seen met had"
)
_DOING_NOW = listed("am is are was were i'm we're he's she's they're")
_DENIED = listed("didn't haven't hasn't hadn't couldn't wasn't weren't can't won't isn't aren't never")
_PERFECT = listed("have has had i've we've they've he's she's")
# Verbs of every day, of saying and of the mind, behind which nothing stands out.
_DULL = listed(
    "seen tell lie upset dare"
    " went watched sat slept woke worked talked chatted looked stared did said thought knew guess mean used"
    " wanted liked tried felt had ate cooked going trying doing thinking saying talking kidding joking sitting"
    " looking having watching eating being supposed feeling wondering hoping guessing telling asking meaning"
    " wanting getting started decided happened seemed sounded meant realised realized noticed reckoned figured"
    " wondered hoped cared minded bothered needed assumed expected heard believed agreed called asked told"
    " managed survived coped carried pushed stayed waiting do think mind care know want say feel really"
)
_ROUTINE = listed("go get make be work wait take put come leave drive cook clean buy pick wash run stop look see talk")
# Without another word they say nothing: "I went to work", "I took the bus".
_EVERYDAY = listed(
    "soup pizza pasta dinner lunch breakfast tea coffee supper toast series telly tv film movie netflix shop"
    " shops bed bus dishes laundry washing hoovering ironing emails stuff things usual nothing anything much"
    " while gym"
)
_EVENTFUL = listed("my me our us")
# Means and places of harm, what is done to a body, and secrets: with one of these in an answer nothing of it is told.
_NEVER = listed(
    "pills tablets rope knife knives blade blades razor gun bridge roof ledge tracks rails platform note"
    " notes letter letters will goodbye goodbyes overdose insurance hit hits hitting beat beats beating beaten"
    " slapped slaps punched kicked kicks choked strangled grabbed pushed shoved shoves raped touched touching"
    " forced threatened threatens followed hurt hurts cut cutting burned burnt scars bruise bruises bruised"
    " welt welts marks fist fists flex belt throat blood police violent violence weapon abuse abused abuser"
    " naked drunk drugs dose doses hanging noose petrol coffin grave possessions belongings stockpiled saved"
    " wheel garage cliff exhaust scared afraid frightened terrified medication meds medicine insulin"
    " prescription balcony reservoir river canal lake pier quarry station window water promise secret secrets"
    " rehomed alone"
)
# What somebody does who takes leave of everything: "I gave my watch to my nephew", "I cancelled everything".
LEAVING = re.compile(
    r"\b(?:(?:gave|given|giving|give) (?:\w+ )?(?:my|away)|a home for|on their own|in order|affairs"
    r"|(?:i|i've) .*\b(?:everything|everyone|everybody)|(?:called|rang|phoned|wrote|visited) (?:them )?all)\b"
)


def may_be_told(words: Sequence[Word]) -> bool:
    """False for an answer with a word of harm in it, wherever that stands."""
    lows = [word.low for word in words]
    return _NEVER.isdisjoint(lows) and LEAVING.search(" ".join(lows)) is None


def tells_something(words: Sequence[Word], mentions: Sequence[EmotionMention]) -> int:
    """How much a clause tells: 0 for nothing to say back, more for what others did to the speaker."""
    lows = [word.low for word in words if not word.mark]
    lows = lows[lead_width(lows) :]
    if len(lows) < SHORTEST_TOLD or _closes_a_door(words, mentions):
        return 0
    subject, rest = _subject(lows)
    if not subject or not rest or not _is_told(rest, own=lows[0] in SELF_SUBJECTS):
        return 0
    to_me = not _EVENTFUL.isdisjoint(rest)
    if subject == "self":
        if _is_routine(rest):
            return 0
        dull = not _EVERYDAY.isdisjoint(rest) or rest[:2] == ["went", "home"]
        return 0 if dull else 2
    if subject == "own":
        return 3 if to_me else 2
    return 3 if to_me else 0


def _is_routine(rest: Sequence[str]) -> bool:
    """True for an errand, a chore or a dish ("went to the dentist", "made a stew"), and for a verb with "it" alone."""
    plain = [low for low in rest if low not in ADVERBS]
    if plain[:2] == ["went", "to"]:
        return _DESTINATIONS.isdisjoint(plain) and _EVENTFUL.isdisjoint(plain)
    if plain[:1] == ["read"] and _EVENTFUL.isdisjoint(plain):
        return True
    things = [low for low in plain[1:] if low not in _LITTLE | DETERMINERS | PREPOSITIONS]
    if not things and plain[:1] != ["lost"]:
        return True
    return plain[:1] in (["made"], ["baked"], ["cooked"], ["had"], ["bought"], ["got"]) and (
        len(things) == 1 and DETERMINERS - {"my", "our"} > {*plain[1:2]} and not things[0].endswith("ing")
    )


_DESTINATIONS = listed(
    "hospital hospice funeral wedding court party interview police grave graveside cemetery ceremony scan clinic class"
    " group reunion meeting first"
)
_LITTLE = listed("it them that this again back in out up down off away on home there here out then")


def _closes_a_door(words: Sequence[Word], mentions: Sequence[EmotionMention]) -> bool:
    """True where a vague word stands in the clause: what is kept shut is not opened by saying it back."""
    return any(one.vague and words[0].start < one.end and one.start < words[-1].end for one in mentions)


def _subject(lows: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Kind of the subject ("self", "own" people and things, "other") and the words from the verb on; empty for none."""
    if lows[0] in SELF_SUBJECTS:
        return "self", lows[1:] if "'" not in lows[0] else lows
    if lows[1:2] == ["and"] and lows[2:3] in (["i"], ["me"]):
        return "self", lows[3:]
    if lows[:2] == ["me", "and"] or (lows[0] in ("my", "our") and lows[2:4] in (["and", "i"], ["and", "me"])):
        return "self", lows[4:]
    if lows[0] in ("he", "she", "they", *ANYBODY) or lows[0] in KIN:
        return ("own" if lows[0] in KIN else "other"), lows[1:]
    if lows[0] in ("he's", "she's", "they're", "they've"):
        return "other", lows
    if lows[0] in TITLES and len(lows) > 2:
        return "own", lows[2:]
    if lows[0] in DETERMINERS:
        for k in range(2, min(6, len(lows))):
            if lows[k - 1].endswith("'s") and (lows[k] in _GONE_ON or lows[k].endswith("ing")):
                be = "is" if lows[k].endswith("ing") else "has"
                return ("own" if lows[0] in ("my", "our") else "other"), [be, *lows[k:]]
            if _is_finite(lows[k]):
                return ("own" if lows[0] in ("my", "our") else "other"), lows[k:]
    return "", ()


def _is_finite(low: str) -> bool:
    return low in VERBS | PAST | _DOING_NOW | _DENIED | _PERFECT or (low.endswith("ed") and len(low) > 4)


def _is_told(rest: Sequence[str], own: bool) -> bool:
    """True if the verb tells what happened, what is under way or what failed to happen."""
    rest = [low for low in rest if low not in ADVERBS] or [""]
    first, after = rest[0], (rest[1] if len(rest) > 1 else "")
    if first in ("wasn't", "weren't", "isn't", "aren't") and not after.endswith(("ed", "ing")):
        return False
    if first in _DENIED:
        return after not in _DULL and len(rest) > 2
    if first in _PERFECT and after != "got" and (after in _GONE_ON | PAST or after.endswith("ed")):
        return after not in _DULL and len(rest) > 2
    if own and first in ("had", "have") and after == "to":
        return len(rest) > 3 and rest[2] not in _DULL | _ROUTINE
    if first in _DOING_NOW:
        if not own and after.endswith("ed"):
            return True  # "our flight was cancelled"
        return after.endswith("ing") and after not in _DULL and len(rest) > 2
    went = (first, after) in (("went", "to"), ("sat", "with"), ("stayed", "with")) and len(rest) > 3
    took = first in ("called", "asked", "carried", "pushed", "started", "managed") and not own
    past = first in PAST or (first.endswith("ed") and len(first) > 4)
    return past and (first not in _DULL or went or took)
