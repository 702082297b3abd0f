"""What a person says of a feeling word: its place, its family, and how it was meant. For terminal and page alike."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from typing import Any, Literal

import msgspec

from voicecheck.domain import EmotionMention, Experiencer, Family, Quadrant
from voicecheck.feelings.families import USUAL_QUADRANT


class Meaning(StrEnum):
    """How a feeling word was meant, in one word; a mention may bear several of them."""

    FELT = "felt"
    DENIED = "denied"
    OTHER = "other"
    """somebody else's"""
    UNCLEAR = "unclear"
    """nobody can tell whose"""
    IMAGINED = "imagined"
    PAST = "past"


class Said(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Traits of a mention as a program gives them; one that is left out stays as it is."""

    family: Family | None = None
    quadrant: Quadrant | None = None
    lemma: str | None = None
    negated: bool | None = None
    experiencer: Experiencer | None = None
    hypothetical: bool | None = None
    past: bool | None = None
    vague: bool | None = None
    degree: Literal[-1, 0, 1] | None = None

    def __repr__(self) -> str:
        return "Said(...)"


def apply_said(mention: EmotionMention, said: Said) -> EmotionMention:
    """Return the mention as it was said to be; a family without a quadrant brings its usual one."""
    given: dict[str, Any] = {
        name: value for name in said.__struct_fields__ if (value := getattr(said, name)) is not None
    }
    if said.family is not None and said.quadrant is None and said.family is not mention.family:
        given["quadrant"] = USUAL_QUADRANT[said.family]
    return replace(mention, **given)


def meaning_of(mention: EmotionMention) -> Meaning:
    """What matters most about how the word was meant."""
    if mention.negated:
        return Meaning.DENIED
    if mention.experiencer is not Experiencer.SELF:
        return Meaning.OTHER if mention.experiencer is Experiencer.OTHER else Meaning.UNCLEAR
    if mention.hypothetical:
        return Meaning.IMAGINED
    return Meaning.PAST if mention.past else Meaning.FELT


def said_of(family: Family, meaning: Meaning, known: EmotionMention | None = None, vague: bool | None = None) -> Said:
    """One choice of a person as values. The meaning that `known` has already changes nothing else of it."""
    if known is not None and meaning is meaning_of(known):
        return Said(family=family, vague=vague)
    whose = {Meaning.OTHER: Experiencer.OTHER, Meaning.UNCLEAR: Experiencer.UNCLEAR}
    return Said(
        family=family,
        negated=meaning is Meaning.DENIED,
        experiencer=whose.get(meaning, Experiencer.SELF),
        hypothetical=meaning is Meaning.IMAGINED,
        past=meaning is Meaning.PAST,
        vague=vague,
    )


def unnamed(text: str, start: int, end: int) -> EmotionMention:
    """A mention of `text[start:end]` before anything is said of it."""
    from voicecheck.feelings.lexicon import as_lemma

    family = Family.JOY
    return EmotionMention(start, end, text[start:end], as_lemma(text[start:end]), family, USUAL_QUADRANT[family])


def find_words(text: str, words: str) -> list[tuple[int, int]]:
    """Every place of these words, whole, whatever their case and the blanks between them; code points, half-open."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    if not pattern:
        return []
    return [match.span() for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)]
