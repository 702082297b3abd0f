"""One sentence to take along: "I felt ... when ..., what I need is ...". The words are the person's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

import msgspec

from voicecheck.diary.sentence_spans import find_sentences
from voicecheck.domain import EmotionMention, Entry
from voicecheck.feelings.nearer import fits_after_felt
from voicecheck.feelings.tokens import table_path
from voicecheck.text.folding import main_language
from voicecheck.text.tables import open_table
from voicecheck.text.untrusted import printable

LONGEST_SENTENCE = 300
"""characters; a sentence to take along is short"""


class _Asks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    felt: str
    when: str
    need: str


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    felt: str
    when: str
    when_first: str
    need: str
    need_first: str


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    openings: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()


class SentenceFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sentence.toml` of a language; see that of `en`."""

    asks: _Asks
    shape: _Shape
    words: _Words = _Words()

    def without_opening(self, part: str) -> str:
        """The part without the words that the shape brings itself."""
        openings = self.words.openings
        return re.sub(rf"^(?:{'|'.join(openings)})", "", part, flags=re.IGNORECASE) if openings else part

    def behind_joint(self, sentence: str) -> str:
        """The words behind "when" or a word like it; empty where there is none."""
        joints = "|".join(map(re.escape, self.words.joints))
        found = re.search(rf"\b(?:{joints})\b", sentence, re.IGNORECASE) if joints else None
        return sentence[found.end() :] if found else ""

    def uncapital(self, text: str) -> str:
        """As it stands inside a sentence."""
        keeps = any(text.startswith((f"{word} ", f"{word}'", f"{word}’")) for word in self.words.capitals)
        return text if keeps else text[:1].lower() + text[1:]


@cache
def load_frame(language: str) -> SentenceFrame:
    """That of the entry's language, English where it has none: the sentence holds the person's own words.

    Raises UsageError for a broken one.
    """
    code = main_language(language)
    path = table_path(code, "sentence.toml")
    path = path if path.is_file() else table_path("en", "sentence.toml")
    file = open_table(path)
    frame = file.convert(SentenceFrame)
    for name in frame.shape.__struct_fields__:
        with file.at("shape", name):
            getattr(frame.shape, name).format(felt="", when="", need="", said="")
    with file.at("words", "openings"):
        frame.without_opening("")
    return frame


@dataclass(frozen=True, slots=True)
class Draft:
    """The three parts as far as the entry gives them; the person fills in and changes what they like."""

    felt: str = field(default="", repr=False)
    when: str = field(default="", repr=False)
    need: str = field(default="", repr=False)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of an entry, in order, each once."""
    parts = (" ".join(text[start:end].split()) for start, end in find_sentences(text))
    return tuple(dict.fromkeys(part for part in parts if part and len(part) <= LONGEST_SENTENCE))


def draft(entry: Entry, sentence: str) -> Draft:
    """Return the draft that the chosen sentence gives: the feeling named in it, and the occasion beside it."""
    named = [m for m in entry.mentions if m.felt_now and not m.vague and fits_after_felt(m, entry.language)]
    inside = [mention for mention in named if _bare(mention) in sentence.lower()]
    felt = _bare((inside or named)[-1]) if inside or named else ""
    frame = load_frame(entry.language)
    return Draft(felt, frame.uncapital(frame.behind_joint(sentence).strip(" ,.!?…")))


def shape(parts: Draft, language: str = "en") -> str:
    """Return the one sentence. Parts that are empty are left out; empty when there is nothing to say."""
    frame = load_frame(language)
    felt, when, need = (_clean(part, frame) for part in (parts.felt, parts.when, parts.need))
    said = frame.shape.felt.format(felt=felt) if felt else ""
    if when:
        said = (frame.shape.when if said else frame.shape.when_first).format(said=said, when=when)
    if need:
        said = (frame.shape.need if said else frame.shape.need_first).format(said=said, need=need)
    return f"{said}." if said else ""


def _clean(part: str, frame: SentenceFrame) -> str:
    """Return a part on one line, without the words that the shape brings itself."""
    text = " ".join(printable(part).split()).strip(" ,.!…")
    return frame.without_opening(text).strip(" ,")


def _bare(mention: EmotionMention) -> str:
    return mention.text.strip().lower()
