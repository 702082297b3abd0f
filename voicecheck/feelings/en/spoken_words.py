"""Words of a text as they were said, with the places where they stand, contractions mended and fillers left out.

The tokeniser of the tagger opens contractions and leaves the writing behind; here each word stays as it can be said
back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from voicecheck.feelings.en.clause_words import ADVERBS, DANGLING, DETERMINERS, JOINTS, PREPOSITIONS, SUBJECTS, VERBS
from voicecheck.feelings.tokens import listed, load_spelling

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*(?:(?<=[sS])['’](?=\s\w))?|[.!?…;:\n]+|[,–—()\[\]]|[\"“”]|[^\w\s]")
_MENDED = {
    "im": "i'm", "ive": "i've", "iam": "i'm", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't",
    "cant": "can't", "couldnt": "couldn't", "wouldnt": "wouldn't", "isnt": "isn't", "arent": "aren't",
    "wasnt": "wasn't", "wont": "won't", "werent": "weren't", "hasnt": "hasn't", "havent": "haven't", "hadnt": "hadn't",
    "shouldnt": "shouldn't", "thats": "that's", "theres": "there's", "shes": "she's", "hes": "he's",
    "theyre": "they're", "theyve": "they've", "weve": "we've", "youre": "you're", "youve": "you've",
    "whats": "what's", "aint": "ain't", "cuz": "because", "cos": "because", "coz": "because", "'cause": "because",
    "gonna": "going to", "wanna": "want to", "gotta": "got to", "kinda": "kind of", "sorta": "sort of",
    "everythings": "everything's", "itll": "it'll", "hows": "how's", "mum's": "mum's", "alot": "a lot",
    "elses": "else's", "wifes": "wife's",
    "cannot": "can't", "u": "you", "ur": "your", "ya": "you", "lil": "little",
}  # fmt: skip
_MINE = listed(
    "feet legs back knees hip head heart hands eyes stomach chest mum mam dad nan grandad husband wife brother sister"
    " son daughter lad kids mate mates own house car job"
)
_BEHIND_ID = listed("been never already rather just love like have be say said probably")
_BEHIND_ILL = listed("never be have miss always probably just go keep try")
_BEHIND_ITS = listed(
    "been so just really not too very a the hard been getting making like been all such always kind pretty"
    " been killing tearing exhausting been driving because over gone done nice good great bad horrible awful"
    " terrible sad scary weird my only"
)
# Said between words without meaning anything; longer ones first.
_FILLERS = tuple(
    tuple(filler.split())
    for filler in (
        "to be honest with you", "to be fair", "to be honest", "to be perfectly honest", "if i'm honest",
        "if i am honest", "if im honest", "being honest", "not gonna lie", "not going to lie", "i don't know",
        "i'm not sure", "i have to say", "i must say", "i must admit", "i've got to say", "i have to admit",
        "how do i put it", "how can i say", "let's see", "i would say", "i'd say", "you know what", "you know",
        "i mean", "i guess", "i suppose", "i reckon", "or something", "or whatever", "and stuff", "and everything",
        "and all that", "and things", "for god's sake",
        "for goodness sake", "for heaven's sake", "for christ's sake", "for crying out loud",
        "i won't lie", "i can't lie", "i hate to admit it", "i hate to say it", "i hate to admit",
        "i don't like to say it", "i don't want to say it", "i don't even want to say it",
        "lol", "ngl", "tbh", "the thing is", "thing is", "oh my god", "my god",
        "oh god", "thank god", "in fact", "of course", "for sure", "as well", "after all", "at the end of the day",
    )
)  # fmt: skip
_BY_FIRST = {filler[0]: [other for other in _FILLERS if other[0] == filler[0]] for filler in _FILLERS}
_ONLY_AT_EDGE = frozenset(
    ("i don't know", "i'm not sure", "of course", "as well", "thank god", "for sure", "after all", "and things")
)
_NO_FILLER_BEFORE = listed("what it that him her them how the if whether who where why when about")
_NO_FILLER_AFTER = listed("do did if as that when what how because not will let don't didn't to never")
_SOUNDS = listed("um umm uh uhh uhm er erm hmm hm mm mmm ah eh oh ugh wow hey aw aww lol haha")
_OPENERS = listed(
    "well so and but or yeah yes yep nah okay ok right look man dude bro honestly anyway anyways actually"
    " basically like then plus also truthfully frankly literally god gosh jesus listen sure obviously"
    " admittedly mostly mainly"
)
_ASIDES = listed("honestly like actually well literally basically frankly truthfully right obviously yeah so man bro")
_CALLED = listed("man bro dude")
_SWORN = listed("fucking fuckin bloody freaking frickin friggin frigging damn damned goddamn effing flipping")
_BEFORE_LIKE = listed("i'm was were is are been am so just it's and but be he's she's")
_BEHIND_LIKE = listed(
    "really so very super completely totally extremely just always i i'm it it's actually pretty honestly"
)
SENTENCE_MARKS = frozenset(".!?…;:\n")
QUESTION_MARK = "?"
QUOTES = frozenset('"“”')


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark; `low` is in small letters, with its apostrophe."""

    text: str = field(repr=False)
    low: str = field(repr=False)
    start: int
    end: int

    @property
    def mark(self) -> bool:
        return not self.low[0].isalnum()

    @property
    def ends(self) -> bool:
        """True for what ends a sentence."""
        return self.low[0] in SENTENCE_MARKS


def read_words(text: str, offset: int = 0) -> list[Word]:
    """Words and marks in order; what recognition wrote without an apostrophe has one."""
    words: list[Word] = []
    found = list(_TOKEN.finditer(text))
    for index, match in enumerate(found):
        raw = match.group().replace("’", "'")
        low = raw.lower()
        after = found[index + 1].group().lower() if index + 1 < len(found) else ""
        before = found[index - 1].group().lower() if index else ""
        meant = _MENDED.get(low) or load_spelling("en").misspelt.get(low) or _mended_by_place(low, before, after)
        start, end = match.start() + offset, match.end() + offset
        if meant is None:
            words.append(Word(raw, low, start, end))
        else:
            words += [Word(part, part, start, end) for part in meant.split()]
    return words


def _mended_by_place(low: str, before: str, after: str) -> str | None:
    if low == "me" and after in _MINE and not before.startswith(("call", "name")):
        return "my"  # "with me feet up"
    if low == "of" and before in ("would", "could", "should", "might", "must"):
        return "have"
    if low == "id" and (after in _BEHIND_ID or after.endswith("ed")):
        return "i'd"
    if low == "board" and after == "out":
        return "bored"
    if low == "ill" and after in _BEHIND_ILL:
        return "i'll"
    if low == "cause" and after in _STARTS:
        return "because"
    if low == "its" and (after in _BEHIND_ITS or after.endswith("ing")):
        return "it's"
    return None


def drop_fillers(words: list[Word]) -> list[Word]:
    """Words without those that only fill a pause, and without the commas around them."""
    kept: list[Word] = []
    index = 0
    while index < len(words):
        width = _filler_at(words, index, kept)
        if not width:
            kept.append(words[index])
            index += 1
            continue
        index += width
        if words[index - 1].low in _CALLED and kept and kept[-1].low == ",":
            continue  # "I'm beat, man, that was a day": the pause parts two clauses
        parts = index < len(words) and words[index].low == "," and _parts(words, index, kept)
        index = _behind_repeat(words, index, kept)
        if kept and kept[-1].low == "," and not _restates(words, index, kept):
            kept.pop()
        if index < len(words) and words[index].low == "," and not (parts and kept) and (not kept or not kept[-1].mark):
            index += 1
        elif kept and words[index - 1].low in _VAGUE_ENDS and index < len(words) and not words[index].mark:
            kept.append(Word(",", ",", words[index - 1].end, words[index - 1].end))
    return kept


def _parts(words: list[Word], comma: int, kept: list[Word]) -> bool:
    """True if something new begins behind the comma: "it's strange, you know, he never called"."""
    after = words[comma + 1].low if comma + 1 < len(words) else "."
    if after in _STARTS or len(kept) < 2 or kept[-1].low != ",":
        return after in _STARTS
    return kept[-2].low not in _OPEN_ENDED and after not in _GOING_ON


def _restates(words: list[Word], index: int, kept: list[Word]) -> bool:
    """True for "I was sad, I mean really sad": the pause before the filler parts two sayings of one thing."""
    after = words[index] if index < len(words) else None
    new = after is not None and not after.mark and after.low not in _GOING_ON
    return new and len(kept) > 1 and kept[-2].low not in _OPEN_ENDED


_OPEN_ENDED = VERBS | SUBJECTS | ADVERBS | DETERMINERS | PREPOSITIONS | DANGLING
_GOING_ON = PREPOSITIONS | JOINTS | {"and", "but", "or", "so", "that", "not"}


def _behind_repeat(words: list[Word], index: int, kept: list[Word]) -> int:
    """The place behind a little word that is said again after a pause: "I just want to be, I don't know, just calm"."""
    at = index + (index < len(words) and words[index].low == ",")
    again = at < len(words) and words[at].low in ("just", "really", "so", "very")
    return at + 1 if again and words[at].low in {word.low for word in kept[-6:]} else index


_JOINING = listed("and but so because or when since cuz")
_VAGUE_ENDS = listed("something whatever stuff everything that things")
"""the last words of fillers behind which a clause is over: "or something", "and all that" """


def _filler_at(words: list[Word], index: int, kept: list[Word]) -> int:
    low = words[index].low
    if low in _SOUNDS or low in _SWORN:
        return 1
    before = words[index - 1].low if index else "."
    after = words[index + 1].low if index + 1 < len(words) else "."
    opens = not kept or kept[-1].ends or kept[-1].low in QUOTES
    if (
        opens
        and low in _OPENERS
        and not (low == "so" and after not in _STARTS and after not in _OPENERS)
        and low != "or"
    ):
        return (
            1
            if low not in ("like", "right", "then", "mostly", "mainly", "sure", "well")
            or after == ","
            or after in _STARTS
            else 0
        )
    if low in _ASIDES and before == "," and after == ",":
        return 1
    if low == "like" and before in _BEFORE_LIKE and after in _BEHIND_LIKE:
        return 1
    for filler in _BY_FIRST.get(low, ()):
        if tuple(word.low for word in words[index : index + len(filler)]) == filler:
            return len(filler) if _fills(words, index, len(filler), " ".join(filler), opens) else 0
    return 0


def _fills(words: list[Word], index: int, width: int, filler: str, opens: bool) -> bool:
    before = words[index - 1].low if index else "."
    after = words[index + width].low if index + width < len(words) else "."
    if filler == "i don't know" and before in ("like", "just", "was", "it's"):
        return True
    if filler == "i don't know" and opens and after in ("i'm", "i've", "it's"):
        return True
    if filler in _ONLY_AT_EDGE:
        return (
            (opens or before == ",") and (after == "," or after[0] in SENTENCE_MARKS) and not (opens and after == ".")
        )
    if filler.startswith(("and ", "or ")):
        return not after[0].isalnum() or after in _STARTS or after in _JOINING
    if filler in ("you know", "i mean", "i guess", "i suppose", "i reckon"):
        return before not in _NO_FILLER_AFTER and after not in _NO_FILLER_BEFORE
    return True


_STARTS = listed(
    "i i'm i've i'd i'll we we're we've it it's that that's this my our he he's she she's they they're there"
    " there's you today yesterday tonight um uh"
)
