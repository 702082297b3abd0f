"""A person's text in pieces: words with the moment they were said, feeling words with the reason for the mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from voicecheck.domain import EmotionMention, Entry, Experiencer
from voicecheck.phrases import Phrases
from voicecheck.text.untrusted import printable
from voicecheck.vault.store.word_times import place_words


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that belong together: one word with its time, or what stands between words."""

    text: str = field(repr=False)
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces that are marked together, or not at all."""

    pieces: tuple[Piece, ...] = field(repr=False)
    mention: EmotionMention | None = field(default=None, repr=False)
    shape: str = ""
    """how the mark is drawn: felt, denied, others, imagined or past"""
    why: str = field(default="", repr=False)


def mark(entry: Entry, phrases: Phrases) -> tuple[Run, ...]:
    """The whole text in order. Where two mentions overlap, the first one is marked."""
    text = printable(entry.text)
    words = [(start, end, word.start_s, word.end_s) for start, end, word in place_words(entry.text, entry.segments)]
    runs, cursor = [], 0
    for mention in sorted(entry.mentions, key=lambda m: (m.start, -m.end)):
        if mention.start < cursor or mention.end > len(text):
            continue
        if mention.start > cursor:
            runs.append(Run(tuple(_pieces(text, words, cursor, mention.start))))
        pieces = tuple(_pieces(text, words, mention.start, mention.end))
        runs.append(Run(pieces, mention, shape_of(mention), describe(mention, text, phrases)))
        cursor = mention.end
    if cursor < len(text):
        runs.append(Run(tuple(_pieces(text, words, cursor, len(text)))))
    return tuple(runs)


def shape_of(mention: EmotionMention) -> str:
    """What matters most about how the word stood; `describe` says all of it."""
    if mention.negated:
        return "denied"
    if mention.experiencer is not Experiencer.SELF:
        return "others"
    if mention.hypothetical:
        return "imagined"
    return "past" if mention.past else "felt"


def describe(mention: EmotionMention, text: str, phrases: Phrases) -> str:
    """Why a word is marked as it is, in whole sentences that quote the words that decided it."""
    family = phrases.page[f"family_{mention.family.value}"]
    told = [phrases.tell("why_family", word=mention.lemma, family=family)]
    told.append(phrases.page[f"quadrant_{mention.quadrant.value}"] + ".")
    for name, kind, holds in (
        ("why_denied", "negation", mention.negated),
        ("why_others", "experiencer", mention.experiencer is Experiencer.OTHER),
        ("why_unclear", "experiencer", mention.experiencer is Experiencer.UNCLEAR),
        ("why_imagined", "hypothetical", mention.hypothetical),
        ("why_past", "past", mention.past),
        ("why_vague", "", mention.vague),
        ("why_strong", "degree", mention.degree > 0),
        ("why_slight", "degree", mention.degree < 0),
    ):
        if holds:
            told.append(phrases.page[name] + _because(mention, kind, text, phrases))
    if mention.source.value == "person":
        told.append(phrases.page["why_person"])
    return " ".join(told)


def _because(mention: EmotionMention, kind: str, text: str, phrases: Phrases) -> str:
    cues = [printable(text[cue.start : cue.end]) for cue in mention.cues if cue.kind == kind and cue.end <= len(text)]
    return phrases.tell("why_because", words="”, “".join(cues)) if cues else "."


def _pieces(text: str, words: Sequence[tuple[int, int, float, float]], start: int, end: int) -> Iterator[Piece]:
    """`text[start:end]`, cut at the words with a time; a word that reaches over an edge is cut there too."""
    cursor = start
    for first, last, start_s, end_s in words:
        if last <= cursor or first >= end:
            continue
        first, last = max(first, cursor), min(last, end)
        if first > cursor:
            yield Piece(text[cursor:first])
        yield Piece(text[first:last], start_s, end_s)
        cursor = last
    if cursor < end:
        yield Piece(text[cursor:end])
