"""Three nearer words for a vague one, each of another family: neighbours in the lexicon, chosen by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import msgspec

from voicecheck.domain import EmotionMention, MentionSource, Quadrant
from voicecheck.feelings.lexicon import load_lexicon
from voicecheck.feelings.sense import Sense
from voicecheck.feelings.tokens import table_path

OFFERED = 3


class NearerWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: str
    words: dict[str, list[str]]
    quadrants: dict[Quadrant, list[str]]


@cache
def load_nearer(language: str) -> NearerWords | None:
    """Load the list of a language; None if it has none."""
    path = table_path(language, "nearer.toml")
    if not path.is_file():
        return None
    return msgspec.toml.decode(path.read_bytes(), type=NearerWords)


def find_sense(lemma: str, language: str) -> Sense | None:
    """Return the headword that can be felt, as an adjective where there is one."""
    lexicon = load_lexicon(language)
    found = [] if lexicon is None else [s for s in lexicon.senses if s.lemma == lemma and not s.vague]
    return min(found, key=lambda sense: sense.kind != "adj", default=None)


def fits_after_felt(mention: EmotionMention, language: str) -> bool:
    """True if "I felt" can stand before the mention's words: before "heartbroken", not before "my heart sank"."""
    sense = find_sense(mention.lemma, language)
    return sense is None or sense.kind == "adj"


def nearer_words(
    mention: EmotionMention, named: Sequence[EmotionMention], language: str, rng: random.Random
) -> tuple[str, ...]:
    """Return three lemmas for a vague mention, none of them named already; empty where there is no list.

    A pleasant one is among them where the list holds one.
    """
    table = load_nearer(language)
    if table is None:
        return ()
    pool = table.words.get(mention.lemma) or table.quadrants.get(mention.quadrant, [])
    said = {other.lemma for other in named} | {other.text.lower() for other in named}
    senses = [sense for lemma in rng.sample(pool, len(pool)) if (sense := find_sense(lemma, language)) is not None]
    unsaid = [sense for sense in senses if sense.lemma not in said]
    chosen: dict[str, Sense] = {}
    for sense in [*filter(_is_pleasant, unsaid)][:1] + unsaid:
        chosen.setdefault(sense.family, sense)
    offered = list(chosen.values())[:OFFERED]
    rng.shuffle(offered)
    return tuple(sense.lemma for sense in offered) if len(offered) == OFFERED else ()


def _is_pleasant(sense: Sense) -> bool:
    return sense.quadrant in (Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW)


def with_word(mention: EmotionMention, lemma: str, language: str) -> EmotionMention | None:
    """Return the mention with another word that the person names; None for one that the lexicon lacks."""
    sense = find_sense(lemma, language)
    return None if sense is None else _meant(mention, sense)


def with_mention(mention: EmotionMention, other: EmotionMention) -> EmotionMention:
    """Return the mention with the feeling that the person named for it."""
    return _meant(mention, other)


def _meant(mention: EmotionMention, by: Sense | EmotionMention) -> EmotionMention:
    return replace(
        mention,
        lemma=by.lemma,
        family=by.family,
        quadrant=by.quadrant,
        vague=False,
        degree=0,
        cues=(),
        source=MentionSource.PERSON,
    )
