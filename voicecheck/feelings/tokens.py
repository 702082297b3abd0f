"""Spoken text as tokens: contractions opened, fillers and stammers left out, offsets those of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?|\d+|[.!?…]+|[,;:—–\n\"“”()]")

SENTENCE_END = "."
"""every run of . ! ? becomes this token, a run with a question mark becomes QUESTION"""
QUESTION = "?"
COMMA = ","
QUOTE = '"'

_PUNCTUATION = {",": COMMA, ";": ".", ":": COMMA, "—": COMMA, "–": COMMA, "\n": SENTENCE_END}
_PUNCTUATION |= {'"': QUOTE, "“": QUOTE, "”": QUOTE, "(": COMMA, ")": COMMA}


@cache
def listed(words: str) -> frozenset[str]:
    """A set of words from one line of them."""
    return frozenset(words.split())


# How Whisper and people write what is spoken in one breath. The parts share the offsets of the whole.
_SPOKEN = {
    "gonna": "going to", "wanna": "want to", "gotta": "got to", "kinda": "kind of", "sorta": "sort of",
    "dunno": "do not know", "lemme": "let me", "gimme": "give me", "tryna": "trying to", "imma": "i will",
    "ima": "i will", "outta": "out of", "lotta": "lot of", "cannot": "can not", "let's": "let us", "ain't": "is not",
    "aint": "is not", "won't": "will not", "wont": "will not", "can't": "can not", "cant": "can not",
    "shan't": "shall not", "dont": "do not", "didnt": "did not", "doesnt": "does not", "isnt": "is not",
    "wasnt": "was not", "werent": "were not", "arent": "are not", "havent": "have not", "hasnt": "has not",
    "hadnt": "had not", "wouldnt": "would not", "couldnt": "could not", "shouldnt": "should not", "im": "i am",
    "ive": "i have", "hes": "he is", "shes": "she is", "theyre": "they are", "youre": "you are", "thats": "that is",
    "theyve": "they have", "weve": "we have", "youve": "you have", "cos": "because", "cuz": "because",
    "coz": "because", "'cause": "because", "tho": "though", "til": "until", "ya": "you", "yous": "you",
    "y'all": "you", "mam": "mum", "feelin": "feeling", "bein": "being", "gettin": "getting", "an'": "and",
    "woulda": "would have", "coulda": "could have", "shoulda": "should have", "useta": "used to",
    "whatcha": "what you", "id": "i 'd", "itll": "it will", "theyll": "they will", "youll": "you will",
    "wouldve": "would have", "couldve": "could have", "shouldve": "should have", "whos": "who is",
    "theres": "there is", "whats": "what is", "mustve": "must have", "theyd": "they 'd", "youd": "you 'd",
    "d'you": "do you", "innit": "", "ma'am": "madam",
}  # fmt: skip
_ENDINGS = {
    "m": "am", "re": "are", "ve": "have", "ll": "will", "d": "'d", "s": "'s",
}  # fmt: skip
_FILLERS = frozenset(["um", "umm", "uh", "uhh", "uhm", "er", "erm", "hmm", "hm", "mm", "mmm", "ah", "eh", "oh", "well"])
_FILLER_PAIRS = frozenset([("i", "mean"), ("you", "know"), ("you", "see")])
_AFTER_QUESTIONING = frozenset(
    ["do", "did", "if", "as", "that", "when", "what", "how", "because", "not", "will", "let"]
)
_NO_STAMMER = frozenset(["had", "that", ".", "?", COMMA, QUOTE])


@dataclass(slots=True)
class Tokens:
    """Parallel lists; `words` in lower case and with straight apostrophes."""

    text: str = field(repr=False)
    words: list[str] = field(default_factory=list, repr=False)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.words)

    def at(self, index: int) -> str:
        """The word there, or a sentence end outside of the text."""
        return self.words[index] if 0 <= index < len(self.words) else SENTENCE_END

    def capital(self, index: int) -> bool:
        """Whether it is written like a name: a capital and then small letters."""
        start, end = self.starts[index], self.ends[index]
        return self.text[start].isupper() and (end - start == 1 or self.text[start + 1].islower())

    def opens_sentence(self, index: int) -> bool:
        return self.at(index - 1) in (SENTENCE_END, QUESTION, QUOTE)


def tokenize(text: str) -> Tokens:
    tokens = Tokens(text)
    words, starts, ends = tokens.words, tokens.starts, tokens.ends
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        raw = match.group()
        word = raw.lower() if len(raw) < 40 else raw
        if "’" in word:
            word = word.replace("’", "'")
        if not word[0].isalpha():
            word = _mark(word)
        elif "'" in word or word in _SPOKEN:
            _add_opened(tokens, word, start, end)
            continue
        words.append(word)
        starts.append(start)
        ends.append(end)
    return _drop_fillers(tokens)


def _mark(word: str) -> str:
    first = word[0]
    if first in ".!?…":
        return QUESTION if "?" in word else COMMA if first == "…" or word.startswith("..") else SENTENCE_END
    return _PUNCTUATION.get(first, word)


def _add_opened(tokens: Tokens, word: str, start: int, end: int) -> None:
    """Split a contraction; what is no contraction stays whole."""
    for part in _open(word):
        tokens.words.append(part)
        tokens.starts.append(start)
        # the name in "Sarah's" ends before its apostrophe
        tokens.ends.append(end if "'" in part or part not in word else min(end, start + word.index(part) + len(part)))


def _open(word: str) -> list[str]:
    spoken = _SPOKEN.get(word)
    if spoken is not None:
        return spoken.split()
    if word.endswith("n't"):
        return [word[:-3], "not"]
    stem, _, ending = word.rpartition("'")
    if not ending:  # "missin'", "the kids'"
        return [stem + "g"] if stem.endswith("in") and len(stem) > 4 else [stem, "'s"] if stem.endswith("s") else [stem]
    if ending in _ENDINGS and stem:
        return [*_open(stem), _ENDINGS[ending]] if "'" in stem else [stem, _ENDINGS[ending]]
    return [word]


def _drop_fillers(tokens: Tokens) -> Tokens:
    """Leave out fillers, with the comma before one, and the second of a word said twice."""
    words = tokens.words
    keep: list[int] = []
    index, count = 0, len(words)
    while index < count:
        word = words[index]
        width = _filler_width(words, index)
        if width:
            index += width
            if keep and words[keep[-1]] == COMMA:
                keep.pop()
            if keep and index < count and words[index] == COMMA and words[keep[-1]] not in (".", "?", QUOTE):
                index += 1
            continue
        if keep and words[keep[-1]] == word and word not in _NO_STAMMER and word.isalpha():
            index += 1
            continue
        keep.append(index)
        index += 1
    if len(keep) == count:
        return tokens
    starts, ends = tokens.starts, tokens.ends
    return Tokens(tokens.text, [words[k] for k in keep], [starts[k] for k in keep], [ends[k] for k in keep])


def _filler_width(words: list[str], index: int) -> int:
    word = words[index]
    if word in _FILLERS:
        # "I'm not feeling well" is no filler
        return 1 if word != "well" or index == 0 or words[index - 1] in (".", COMMA, QUOTE, "?") else 0
    if word == "like":
        before, after = words[index - 1] if index else "", words[index + 1] if index + 1 < len(words) else ""
        return 1 if before == COMMA and after == COMMA else 0
    if word in ("i", "you") and index + 1 < len(words) and (word, words[index + 1]) in _FILLER_PAIRS:
        before = words[index - 1] if index else ""
        after = words[index + 2] if index + 2 < len(words) else ""
        if before in _AFTER_QUESTIONING or after in ("what", "it", "that", "him", "her", "them", "how", "the"):
            return 0
        return 2
    return 0
