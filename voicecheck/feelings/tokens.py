"""Tokeniser for spoken text: contractions opened, fillers and stammers left out, offsets those of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

import msgspec

from voicecheck import feelings
from voicecheck.text.tables import read_table

LONGEST_WORD = 40
"""characters; what is longer is no word, and is not looked into"""
_PATTERN = r"(?:LETTER)+(?:['’](?:LETTER)+)*['’]?|\d+|[.!?…]+|[,;:—–\n\"“”„«»()]|[\U0001f300-\U0001faff☀-➿]+"
_TOKEN = re.compile(_PATTERN.replace("LETTER", r"[^\W\d_]"))
_LONG_LETTER = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"(.)\1\1")
_FIRST_PICTURE = "\u2600"
_FIRST_MARK, _LAST_MARK = "\u0300", 0xFFFF

SENTENCE_END = "."
"""every run of . ! ? becomes this token, a run with a question mark becomes QUESTION"""
QUESTION = "?"
COMMA = ","
QUOTE = '"'
POSSESSIVE = "'s"
"""the token in place of an ending that says whose something is"""

_PUNCTUATION = {",": COMMA, ";": ".", ":": COMMA, "—": COMMA, "–": COMMA, "\n": SENTENCE_END}
_PUNCTUATION |= dict.fromkeys('"“”„«»', QUOTE) | {"(": COMMA, ")": COMMA}


@cache
def listed(words: str) -> frozenset[str]:
    """Return a set of words from one line of them."""
    return frozenset(words.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """Spelling of a spoken language: contractions, endings, fillers; see `en/spelling.toml`."""

    filler_pairs: frozenset[str] = frozenset()
    stretched: dict[str, str] = field(default_factory=dict)
    """a word with each of its letters once in a row -> the word, as it is meant by "haaate" and "gooood" """
    spoken: dict[str, str] = field(default_factory=dict)
    misspelt: dict[str, str] = field(default_factory=dict)
    endings: dict[str, str] = field(default_factory=dict)
    suffixes: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    run_together: dict[str, tuple[tuple[str, ...], frozenset[str]]] = field(default_factory=dict)
    """a contraction without its apostrophe -> its parts, and the words of which one must follow"""
    titles: frozenset[str] = frozenset()
    fillers: frozenset[str] = frozenset()
    filler_first: frozenset[str] = frozenset()
    filler_between_commas: frozenset[str] = frozenset()
    asides: tuple[tuple[str, ...], ...] = ()
    """opened words that between two commas only search for a word"""
    no_filler_after: frozenset[str] = frozenset()
    no_filler_before: frozenset[str] = frozenset()
    stammered: frozenset[str] = frozenset()
    twice: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    loose_pairs: dict[str, list[str]] = field(default_factory=dict)
    """first word of a measure -> the words that may be its second"""
    objects: frozenset[str] = frozenset()
    possessives: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()


_PLAIN = Spelling()


LONGEST_CODE = 8
"""letters of a language's code"""
_NO_CODE = "_"
"""a folder that there is not"""


def is_code(language: str) -> bool:
    """True if it can be the name of a folder: letters alone, so that no code leads out of this room."""
    return language.isascii() and language.isalpha() and len(language) <= LONGEST_CODE


def table_path(language: str, name: str) -> Path:
    """Path of one file of a language, whether it is there or not: each language has a folder in this room.

    What cannot be a language's code has no file. A sealed answer, an import or an argument may hold anything.
    """
    code = language if is_code(language) else _NO_CODE
    places = [Path(folder) / code / name for folder in feelings.__path__]
    return next((place for place in places if place.is_file()), places[0])


class _SetPhrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    loose: str = ""
    loose_pairs: dict[str, list[str]] = {}
    objects: str = ""
    possessives: str = ""
    determiners: str = ""


class _RunTogether(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parts: str
    before: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`spelling.toml` as it is written: words in one line of them."""

    filler_pairs: list[str] = []
    spoken: dict[str, str] = {}
    misspelt: dict[str, str] = {}
    endings: dict[str, str] = {}
    suffixes: dict[str, str] = {}
    dropped: dict[str, str] = {}
    owners: dict[str, str] = {}
    run_together: dict[str, _RunTogether] = {}
    titles: str = ""
    fillers: str = ""
    filler_first: str = ""
    filler_between_commas: str = ""
    no_filler_after: str = ""
    no_filler_before: str = ""
    asides: list[str] = []
    stretched: str = ""
    stammered: str = ""
    twice: str = ""
    set_phrases: _SetPhrases = _SetPhrases()


@cache
def load_spelling(language: str) -> Spelling:
    """Load the spelling, once; plain for a language without a table. Raises UsageError for a broken one."""
    path = table_path(language, "spelling.toml")
    if not path.is_file():
        return _PLAIN
    table = read_table(path, _Table)
    fields: dict[str, Any] = msgspec.structs.asdict(table) | msgspec.structs.asdict(table.set_phrases)
    del fields["set_phrases"]
    fields["spoken"] = table.spoken | table.misspelt
    fields["filler_pairs"] = frozenset(table.filler_pairs)
    fields["stretched"] = {_LONG_LETTER.sub(r"\1", word): word for word in table.stretched.split()}
    fields["asides"] = tuple(tuple(aside.split()) for aside in table.asides)
    fields["run_together"] = {
        word: (tuple(row.parts.split()), listed(row.before)) for word, row in table.run_together.items()
    }
    sets: dict[str, Any] = {name: listed(value) for name, value in fields.items() if isinstance(value, str)}
    return Spelling(**fields | sets)


@dataclass(slots=True)
class Tokens:
    """Tokens of a text as parallel lists; `words` in lower case and with straight apostrophes."""

    text: str = field(repr=False)
    words: list[str] = field(default_factory=list, repr=False)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    spelling: Spelling = field(default=_PLAIN, repr=False)
    """of the language that it is read in"""

    def __len__(self) -> int:
        return len(self.words)

    def at(self, index: int) -> str:
        """Return the word at an index, or a sentence end outside of the text."""
        return self.words[index] if 0 <= index < len(self.words) else SENTENCE_END

    def capital(self, index: int) -> bool:
        """True if the token is written like a name: a capital and then small letters."""
        start, end = self.starts[index], self.ends[index]
        return self.text[start].isupper() and (end - start == 1 or self.text[start + 1].islower())

    def opens_sentence(self, index: int) -> bool:
        return self.at(index - 1) in (SENTENCE_END, QUESTION, QUOTE)


def tokenize(text: str, language: str = "en") -> Tokens:
    spelling = load_spelling(language)
    spoken = spelling.spoken
    tokens = Tokens(text, spelling=spelling)
    words, starts, ends = tokens.words, tokens.starts, tokens.ends
    marked = not text.isascii() and any(map(_is_mark, text))
    for match in (_token_with_marks() if marked else _TOKEN).finditer(text):
        start, end = match.span()
        raw = normalize("NFC", match.group()) if marked else match.group()
        word = raw.lower() if len(raw) < LONGEST_WORD else raw
        if "’" in word:
            word = word.replace("’", "'")
        if not word[0].isalpha():
            if word == "." and words and words[-1] in spelling.titles:
                continue
            word = _mark(word)
        elif spelling.stretched and _STRETCHED.search(word):
            word = spelling.stretched.get(_LONG_LETTER.sub(r"\1", word), word)
        elif word in spoken or ("'" in word and len(word) < LONGEST_WORD):
            _add_opened(tokens, word, start, end, spelling)
            continue
        if words and words[-1] in spelling.run_together:
            _open_last(tokens, word, spelling)
        words.append(word)
        starts.append(start)
        ends.append(end)
    return _drop_fillers(tokens, spelling)


def _is_mark(letter: str) -> bool:
    return letter >= _FIRST_MARK and category(letter)[0] == "M"


@cache
def _token_with_marks() -> re.Pattern[str]:
    """Return a token pattern for texts with combining accents or vowel signs, which belong to the letter before."""
    marks = [letter for letter in map(chr, range(ord(_FIRST_MARK), _LAST_MARK + 1)) if category(letter)[0] == "M"]
    return re.compile(_PATTERN.replace("LETTER", f"[^\\W\\d_][{re.escape(''.join(marks))}]*"))


def _mark(word: str) -> str:
    first = word[0]
    if first >= _FIRST_PICTURE:
        return COMMA  # behind a picture of a face another clause begins
    if first in ".!?…":
        return QUESTION if "?" in word else COMMA if first == "…" or word.startswith("..") else SENTENCE_END
    return _PUNCTUATION.get(first, word)


def _add_opened(tokens: Tokens, word: str, start: int, end: int, spelling: Spelling) -> None:
    """Add a token, split if it is a contraction."""
    for part in _open(word, spelling):
        tokens.words.append(part)
        tokens.starts.append(start)
        # the name in "Sarah's" ends before its apostrophe
        tokens.ends.append(end if "'" in part or part not in word else min(end, start + word.index(part) + len(part)))


def _open_last(tokens: Tokens, following: str, spelling: Spelling) -> None:
    """Split the last token where `following` shows that it is a contraction: "its been"."""
    parts, before = spelling.run_together[tokens.words[-1]]
    if following in before:
        tokens.words[-1:] = parts
        tokens.starts += tokens.starts[-1:] * (len(parts) - 1)
        tokens.ends += tokens.ends[-1:] * (len(parts) - 1)


def _open(word: str, spelling: Spelling) -> list[str]:
    spoken = spelling.spoken.get(word)
    if spoken is not None:
        return spoken.split()
    for suffix, meant in spelling.suffixes.items():
        if word.endswith(suffix):
            return [word.removesuffix(suffix), meant]
    stem, _, ending = word.rpartition("'")
    if not ending:
        return _open_at_end(stem, spelling)
    if ending in spelling.endings and stem:
        return [*(_open(stem, spelling) if "'" in stem else [stem]), spelling.endings[ending]]
    return [word]


def _open_at_end(stem: str, spelling: Spelling) -> list[str]:
    """Letters that an apostrophe behind the last letter stands for: "missin'", "the kids'"."""
    for cut, letters in spelling.dropped.items():
        if stem.endswith(cut) and len(stem) > len(cut) + 2:
            return [stem + letters]
    return [stem, *(owns for letters, owns in spelling.owners.items() if stem.endswith(letters))]


def _drop_fillers(tokens: Tokens, spelling: Spelling) -> Tokens:
    """Leave out fillers, with the comma before one, and the second of a word or of two words said twice."""
    words = tokens.words
    keep: list[int] = []
    index, count = 0, len(words)
    while index < count:
        word = words[index]
        width = _filler_width(words, index, spelling)
        if width:
            index += width
            if keep and words[keep[-1]] == COMMA:
                keep.pop()
            if keep and index < count and words[index] == COMMA and words[keep[-1]] not in (".", "?", QUOTE):
                index += 1
            continue
        if keep and words[keep[-1]] == word and word.isalpha() and word not in spelling.twice:
            index += 1
            continue
        if word in spelling.stammered and _says_again(words, keep, index):
            del keep[-3 if words[keep[-1]] == COMMA else -2 :]  # what was said last stands beside the rest
        keep.append(index)
        index += 1
    if len(keep) == count:
        return tokens
    starts, ends = tokens.starts, tokens.ends
    return Tokens(tokens.text, [words[k] for k in keep], [starts[k] for k in keep], [ends[k] for k in keep], spelling)


def _says_again(words: list[str], keep: list[int], index: int) -> bool:
    """True if the two words at `index` repeat the last two kept: "it's it's hard"; with a comma, where they open."""
    comma = bool(keep) and words[keep[-1]] == COMMA
    last = len(keep) - 2 if comma else len(keep) - 1
    if last < 1 or words[keep[last - 1]] != words[index]:
        return False
    opens = last == 1 or not words[keep[last - 2]][0].isalpha()
    second = words[index + 1] if index + 1 < len(words) else ""
    return second == words[keep[last]] and (second.isalpha() or second == POSSESSIVE) and (opens or not comma)


def _filler_width(words: list[str], index: int, spelling: Spelling) -> int:
    word = words[index]
    if word in spelling.fillers:
        # "I'm not feeling well" is no filler
        anywhere = word not in spelling.filler_first
        return 1 if anywhere or index == 0 or words[index - 1] in (".", COMMA, QUOTE, "?") else 0
    if word in spelling.filler_between_commas:
        before, after = words[index - 1] if index else "", words[index + 1] if index + 1 < len(words) else ""
        return 1 if before == COMMA and after == COMMA else 0
    if index and words[index - 1] == COMMA:
        for aside in spelling.asides:
            end = index + len(aside)
            if word == aside[0] and words[end : end + 1] == [COMMA] and tuple(words[index:end]) == aside:
                return len(aside)
    if index + 1 < len(words) and f"{word} {words[index + 1]}" in spelling.filler_pairs:
        before = words[index - 1] if index else ""
        after = words[index + 2] if index + 2 < len(words) else ""
        return 0 if before in spelling.no_filler_after or after in spelling.no_filler_before else 2
    return 0
