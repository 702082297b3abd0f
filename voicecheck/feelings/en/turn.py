"""Turn one clause of the speaker round: "I miss my mom a lot" becomes "You miss your mom a lot."

A simple reflection as in motivational interviewing (Miller and Rollnick): the speaker's own words in the second person,
nothing added. It refuses wherever the turned clause could say something else than the speaker did.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicecheck.feelings.en.clause_words import (
    ADVERBS,
    AUXILIARIES,
    DANGLING,
    DETERMINERS,
    JOINTS,
    LEADS,
    NOMINATIVES,
    OPEN_CLAUSE,
    PREPOSITIONS,
    SELF_SUBJECTS,
    SUBJECTS,
    THING_SUBJECTS,
    VERBS,
    is_verb,
    lead_width,
)
from voicecheck.feelings.en.spoken_words import QUESTION_MARK, QUOTES, Word, drop_fillers, read_words
from voicecheck.feelings.en.tails import without_tail
from voicecheck.feelings.en.unsayable import has_subject_and_verb, is_refused, is_unsayable
from voicecheck.feelings.tokens import listed

LONGEST_CLAUSE_WORDS = 14
_TURNED = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're", "i've": "you've",
    "i'd": "you'd", "i'll": "you'll", "we": "you", "us": "you", "our": "your", "ours": "yours",
    "ourselves": "yourselves", "ourself": "yourselves", "we're": "you're", "we've": "you've", "we'd": "you'd",
    "we'll": "you'll",
}  # fmt: skip
_FIRST_PERSON = frozenset(_TURNED)
# Names of the speaker's own people that are said without "my"; bare, they would be the program's own people.
KIN = listed(
    "mum mom mam mama mummy mommy mother ma dad daddy papa pa pops father grandma grandpa grandmother grandfather"
    " granny gran gramps grandad granddad grandmum grandmom grandpapa nan nana nanna"
)
TITLES = listed("uncle aunt auntie aunty cousin")
_HELD_DEAR = listed("miss missed love loved lost lose hate hated see saw visit visited called buried")
_AGREEING = {
    "am": "are", "is": "are", "isn't": "aren't", "was": "were", "wasn't": "weren't", "has": "have", "hasn't": "haven't",
    "does": "do", "doesn't": "don't",
}  # fmt: skip
"""Forms that "you" cannot have, with those that it has: "my wife and I is getting better" is said in some places."""


def turn(clause: str) -> str | None:
    """Return the clause in the second person as a sentence of at most 14 words; None where that is not safe."""
    return turn_words(drop_fillers(read_words(clause)))


def turn_words(words: Sequence[Word]) -> str | None:
    """The same for words without fillers. A longer clause loses its last adjuncts, never its beginning."""
    words = _trimmed(words)
    for end in (len(words), *(cut for cut in _cuts(words))):
        if end <= LONGEST_CLAUSE_WORDS:
            part = _trimmed(words[:end])
            return _turned(part) if part and (end == len(words) or is_whole(part)) else None
    return None


def speaks_to(sentence: str, first: bool = False) -> bool:
    """True if it has a "you"; with `first`, as its subject at the beginning."""
    return bool(re.match(r"you\b", sentence.lower()) if first else re.search(r"\byou", sentence.lower()))


def begins_with_name(word: Word) -> bool:
    """True if the first word of a clause keeps its capital inside a sentence."""
    known = word.low in KIN | TITLES or word.low.removesuffix("'s") in KIN
    known = (
        known or word.low in SUBJECTS | DETERMINERS | LEADS | JOINTS | {"part", "me", "not"} or word.low.endswith("ing")
    )
    return word.text[:1].isupper() and not known


def is_whole(words: Sequence[Word]) -> bool:
    """True if the last word can end a sentence: "how I am" can, "that I am" cannot."""
    if len(words) > 3 and words[-1].low in ("am", "are", "was", "were") and words[-3].low in ("how", "who", "where"):
        return words[-2].low in ("i", "we")
    return bool(words) and (words[-1].low not in DANGLING)


def _trimmed(words: Sequence[Word]) -> Sequence[Word]:
    first, last = 0, without_tail([word.low for word in words])
    while first < last and words[first].mark and words[first].low not in QUOTES:
        first += 1
    while last - first > 3 and words[last - 1].low in _TRAILS and words[last - 2].low not in DETERMINERS:
        last -= 1
    if last - first > 3 and words[last - 1].low == "so" and words[last - 2].low not in _SAID_SO:
        last -= 1
    while (
        last > first
        and words[last - 1].mark
        and QUESTION_MARK not in words[last - 1].low
        and words[last - 1].low not in QUOTES
    ):
        last -= 1
    return words[first:last]


_SAID_SO = listed("think thought hope hoped say said guess suppose be do did does doing and or even not ever")
_TRAILS = listed("really actually honestly mate lol lmao xd haha though tbh ngl innit yeah anyway truly basically")


def _cuts(words: Sequence[Word]) -> list[int]:
    """Places where a clause that is too long may end, the best first: before a joint, then before an adjunct."""
    joints = [i for i, word in enumerate(words) if (word.low in JOINTS or _goes_on(words, i)) and i > 2]
    adjuncts = [i for i, word in enumerate(words) if word.low in PREPOSITIONS - {"of", "to"} and i > 3]
    return [i for i in (*reversed(joints), *reversed(adjuncts)) if not is_nested(words, 3, i)]


def is_nested(words: Sequence[Word], begin: int, joint: int) -> bool:
    """True if a joint stands inside a clause of reason or condition, which is said whole or not at all."""
    return any(word.low in ("because", "if", "unless", "than") for word in words[begin:joint])


def _goes_on(words: Sequence[Word], index: int) -> bool:
    """True where another clause follows: "and everyone saw it"."""
    if words[index].low not in ("and", "but", "so", "or", ","):
        return False
    after = words[index + 1].low if index + 1 < len(words) else ""
    return after in SUBJECTS or after in JOINTS or words[index].low == "but"


def _turned(words: Sequence[Word]) -> str | None:
    lows = [word.low for word in words]
    if is_refused(lows) or not has_subject_and_verb(words):
        return None
    said = [_second_person(words, index) for index in range(len(words))]
    if None in said:
        return None
    text = _joined([word for word in said if word is not None])
    text = (
        re.sub(r"\b(your (?:\w+ )?\w+|^\w+) and you\b(?=.)", r"you and \1", text, count=1)
        if _leads_with_pair(lows)
        else text
    )
    plain = text.lower()
    if is_unsayable(plain) or len(text.split()) > LONGEST_CLAUSE_WORDS:
        return None
    return f"{text[:1].upper()}{text[1:]}."


def _leads_with_pair(lows: Sequence[str]) -> bool:
    """True for "my wife and I", "mum and I"."""
    return (
        bool(lows)
        and (lows[0] in ("my", "our") or lows[1:2] == ["and"])
        and "and" in lows[1:4]
        and lows[lows.index("and") + 1 :][:1] in (["i"], ["me"])
    )


def pair_width(lows: Sequence[str]) -> int:
    """Words of a subject in two parts, "my brother and I", "me and my dad" or "mum and dad"; one for any other."""
    if lows[1:3] in (["and", "i"], ["and", "me"]):
        return 3  # "mum and I", "Joe and I"
    if lows[:1] in (["my"], ["our"]) and lows[2:3] == ["and"] and lows[3:4] and lows[3] in ("my", "our", "her", "his"):
        return 5
    own = lows[:1] in (["my"], ["our"])
    pair = lows[own : own + 3]
    if len(pair) == 3 and pair[1] == "and" and pair[0] in KIN and pair[2] in KIN:
        return own + 3
    if lows[:1] in (["my"], ["our"]) and lows[2:4] in (["and", "i"], ["and", "me"]):
        return 4
    return 4 if lows[:2] == ["me", "and"] and lows[2:3] in (["my"], ["our"]) else 1


_ME_AND = re.compile(r"^(?:\w+ )?me and (?:my|our|the) (?:\w+ )?\w+$")  # "me and my son was angry"


def _second_person(words: Sequence[Word], index: int) -> str | None:
    """The word at `index` as it is said back; None if it cannot be told."""
    word, low = words[index], words[index].low
    if low in _AGREEING:
        subject = _subject_of(words, index)
        if subject in ("i", "we"):
            return _AGREEING[low]
        return None if low == "am" else word.text
    if low in _FIRST_PERSON:
        if (
            low == "i"
            and index
            and words[index - 1].low in ("am", "was", "do", "did", "have", "had", "will", "would", "can")
        ):
            return None  # turned round already: "so am I"
        return _TURNED[low]
    if low.endswith("'s") and low[:-2] in _FIRST_PERSON:
        return None
    if index > 1 and low in KIN and words[index - 1].low == "and" and words[index - 2].low in KIN:
        return low  # "your mum and dad"
    titled = low in TITLES and index + 1 < len(words) and words[index + 1].low not in VERBS | ADVERBS
    if titled and lead_width([w.low for w in words[:index]]) == index:
        return f"your {low}"
    if _is_bare_kin(words, index):
        return f"your {low}"
    if low == "ain't" and _subject_of(words, index) == "i":
        return "aren't"
    if index == 0 and not word.text.isupper() and (low in SUBJECTS | DETERMINERS | LEADS or low.endswith("ing")):
        return low
    return low if low in ("i",) else word.text


def _is_bare_kin(words: Sequence[Word], index: int) -> bool:
    """True for "Dad died", "because mum has cancer", "I miss Nan"; not for "a dad", "dad jokes", "Mother Teresa"."""
    if words[index].low.removesuffix("'s") not in KIN:
        return False
    before = words[index - 1].low if index else ","
    after = words[index + 1] if index + 1 < len(words) else None
    if after is not None and after.text[:1].isupper() and after.low not in SUBJECTS and not words[index].text.isupper():
        return False
    opens = lead_width([word.low for word in words[:index]]) == index
    if opens or before in JOINTS | {",", "and", "but", "that"}:
        low = after.low if after is not None else ""
        tells = low in ADVERBS | {"and", "'s"} or is_verb(low) or words[index].low.endswith("'s")
        return tells and (opens or before not in ("and", "but") or index > 2)
    return before in (PREPOSITIONS | _HELD_DEAR) and (after is None or after.mark or after.low in _BEHIND_KIN)


_BEHIND_KIN = ADVERBS | JOINTS | PREPOSITIONS | AUXILIARIES | listed("and but so a today last this every would died")


def _subject_of(words: Sequence[Word], index: int) -> str:
    """The pronoun that the verb at `index` belongs to, "i" or "we"; any other subject is empty."""
    if _ME_AND.search(" ".join(word.low for word in words[:index])):
        return "we"
    for k in range(index - 1, -1, -1):
        low = words[k].low
        if low in ADVERBS:
            continue
        if low == "i" and k >= 2 and words[k - 1].low == "and" and words[k - 2].low not in VERBS:
            return "we"  # "my wife and I"
        if low in ("i", "we"):
            return low
        if low in ("and", "but", "or", "then", ",") and k:
            return _first_subject(words[:k])
        return ""
    return ""


def _first_subject(words: Sequence[Word]) -> str:
    """The subject of what was said so far, where a second verb shares it ("I came home and was sad")."""
    nearest = next(
        (w.low for w in reversed(words) if w.low in NOMINATIVES or w.low in THING_SUBJECTS or w.low in OPEN_CLAUSE), ""
    )
    return "i" if nearest in SELF_SUBJECTS and nearest[0] == "i" else "we" if nearest in SELF_SUBJECTS else ""


def _joined(said: Sequence[str]) -> str:
    text = ""
    for word in said:
        text += word if word == "," or not text else f" {word}"
    return text
