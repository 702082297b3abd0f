"""Spoken text as tokens: contractions opened, fillers and stammers left out, offsets those of the text."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unicodedata import category, normalize

from voicecheck.errors import VoicecheckError

FOLDER = Path(__file__).parent
"""where the folders of the languages lie"""
LONGEST_WORD = 40
"""characters; what is longer is no word, and is not looked into"""
_PATTERN = r"(?:LETTER)+(?:['’](?:LETTER)+)*['’]?|\d+|[.!?…]+|[,;:—–\n\"“”()]"
_TOKEN = re.compile(_PATTERN.replace("LETTER", r"[^\W\d_]"))
_FIRST_MARK, _LAST_MARK = "\u0300", 0xFFFF

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


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a language writes what is spoken; see `en/spelling.toml`."""

    spoken: dict[str, str] = field(default_factory=dict)
    endings: dict[str, str] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    filler_pairs: frozenset[str] = frozenset()
    no_filler_after: frozenset[str] = frozenset()
    no_filler_before: frozenset[str] = frozenset()
    twice: frozenset[str] = frozenset()


def table_path(language: str, name: str) -> Path:
    """Path of one table of a language: each language has a folder."""
    return FOLDER / language / name


@cache
def load_spelling(language: str) -> Spelling:
    """Read once; plain for a language without a table. Raises VoicecheckError for a broken one."""
    file = table_path(language, "spelling.toml")
    if not file.is_file():
        return Spelling()
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VoicecheckError(
            f"The spelling table for {language} cannot be read: {error}.", "Install VoiceCheck again."
        ) from error
    words = ("fillers", "no_filler_after", "no_filler_before", "twice")
    return Spelling(
        table.get("spoken", {}),
        table.get("endings", {}),
        filler_pairs=frozenset(table.get("filler_pairs", ())),
        **{name: frozenset(table.get(name, "").split()) for name in words},
    )


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


def tokenize(text: str, language: str = "en") -> Tokens:
    spelling = load_spelling(language)
    spoken = spelling.spoken
    tokens = Tokens(text)
    words, starts, ends = tokens.words, tokens.starts, tokens.ends
    marked = not text.isascii() and any(map(_is_mark, text))
    for match in (_token_with_marks() if marked else _TOKEN).finditer(text):
        start, end = match.span()
        raw = normalize("NFC", match.group()) if marked else match.group()
        word = raw.lower() if len(raw) < LONGEST_WORD else raw
        if "’" in word:
            word = word.replace("’", "'")
        if not word[0].isalpha():
            word = _mark(word)
        elif word in spoken or ("'" in word and len(word) < LONGEST_WORD):
            _add_opened(tokens, word, start, end, spelling)
            continue
        words.append(word)
        starts.append(start)
        ends.append(end)
    return _drop_fillers(tokens, spelling)


def _is_mark(letter: str) -> bool:
    return letter >= _FIRST_MARK and category(letter)[0] == "M"


@cache
def _token_with_marks() -> re.Pattern[str]:
    """For texts with combining accents or vowel signs: these belong to the letter before them."""
    marks = [letter for letter in map(chr, range(ord(_FIRST_MARK), _LAST_MARK + 1)) if category(letter)[0] == "M"]
    return re.compile(_PATTERN.replace("LETTER", f"[^\\W\\d_][{re.escape(''.join(marks))}]*"))


def _mark(word: str) -> str:
    first = word[0]
    if first in ".!?…":
        return QUESTION if "?" in word else COMMA if first == "…" or word.startswith("..") else SENTENCE_END
    return _PUNCTUATION.get(first, word)


def _add_opened(tokens: Tokens, word: str, start: int, end: int, spelling: Spelling) -> None:
    """Split a contraction; what is no contraction stays whole."""
    for part in _open(word, spelling):
        tokens.words.append(part)
        tokens.starts.append(start)
        # the name in "Sarah's" ends before its apostrophe
        tokens.ends.append(end if "'" in part or part not in word else min(end, start + word.index(part) + len(part)))


def _open(word: str, spelling: Spelling) -> list[str]:
    spoken = spelling.spoken.get(word)
    if spoken is not None:
        return spoken.split()
    if word.endswith("n't"):
        return [word[:-3], "not"]
    stem, _, ending = word.rpartition("'")
    if not ending:  # "missin'", "the kids'"
        return [stem + "g"] if stem.endswith("in") and len(stem) > 4 else [stem, "'s"] if stem.endswith("s") else [stem]
    if ending in spelling.endings and stem:
        return [*(_open(stem, spelling) if "'" in stem else [stem]), spelling.endings[ending]]
    return [word]


def _drop_fillers(tokens: Tokens, spelling: Spelling) -> Tokens:
    """Leave out fillers, with the comma before one, and the second of a word said twice."""
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
        keep.append(index)
        index += 1
    if len(keep) == count:
        return tokens
    starts, ends = tokens.starts, tokens.ends
    return Tokens(tokens.text, [words[k] for k in keep], [starts[k] for k in keep], [ends[k] for k in keep])


def _filler_width(words: list[str], index: int, spelling: Spelling) -> int:
    word = words[index]
    if word in spelling.fillers:
        # "I'm not feeling well" is no filler
        return 1 if word != "well" or index == 0 or words[index - 1] in (".", COMMA, QUOTE, "?") else 0
    if word == "like":
        before, after = words[index - 1] if index else "", words[index + 1] if index + 1 < len(words) else ""
        return 1 if before == COMMA and after == COMMA else 0
    if index + 1 < len(words) and f"{word} {words[index + 1]}" in spelling.filler_pairs:
        before = words[index - 1] if index else ""
        after = words[index + 2] if index + 2 < len(words) else ""
        return 0 if before in spelling.no_filler_after or after in spelling.no_filler_before else 2
    return 0
