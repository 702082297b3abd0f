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
from voicecheck.text.tables import read_table

OFFERED = 3
_PLEASANT = (Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW)
_OTHER_SIDE = {
    Quadrant.PLEASANT_HIGH: Quadrant.UNPLEASANT_HIGH,
    Quadrant.PLEASANT_LOW: Quadrant.UNPLEASANT_LOW,
    Quadrant.UNPLEASANT_HIGH: Quadrant.PLEASANT_HIGH,
    Quadrant.UNPLEASANT_LOW: Quadrant.PLEASANT_LOW,
}


class NearerWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: str
    words: dict[str, list[str]]
    quadrants: dict[Quadrant, list[str]]


@cache
def load_nearer(language: str) -> NearerWords | None:
    """Load the list of a language; None if it has none. Raises UsageError for a broken one."""
    path = table_path(language, "nearer.toml")
    return read_table(path, NearerWords) if path.is_file() else None


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

    At least one of them is pleasant and one is not: nobody is told which way it was.
    """
    table = load_nearer(language)
    if table is None:
        return ()
    pool = table.words.get(mention.lemma) or table.quadrants.get(mention.quadrant, [])
    other = table.quadrants.get(_OTHER_SIDE[mention.quadrant], [])
    said = {one.lemma for one in named} | {one.text.lower() for one in named}
    lemmas = [*rng.sample(pool, len(pool)), *rng.sample(other, len(other))]
    senses = [sense for lemma in lemmas if (sense := find_sense(lemma, language)) is not None]
    unsaid = [sense for sense in senses if sense.lemma not in said]
    pleasant = [sense for sense in unsaid if sense.quadrant in _PLEASANT]
    unpleasant = [sense for sense in unsaid if sense.quadrant not in _PLEASANT]
    chosen: dict[str, Sense] = {}
    for sense in (*pleasant[:1], *unpleasant[:1], *unsaid):
        chosen.setdefault(sense.family, sense)
    offered = list(chosen.values())[:OFFERED]
    rng.shuffle(offered)
    return tuple(sense.lemma for sense in offered) if len(offered) == OFFERED else ()


def words_of(quadrants: Sequence[Quadrant], language: str, rng: random.Random) -> tuple[str, ...]:
    """Return three lemmas of these quadrants, each of another family; empty where there is no list."""
    table = load_nearer(language)
    pool = [] if table is None else [lemma for quadrant in quadrants for lemma in table.quadrants.get(quadrant, [])]
    chosen: dict[str, Sense] = {}
    for lemma in rng.sample(pool, len(pool)):
        sense = find_sense(lemma, language)
        if sense is not None and sense.quadrant in quadrants:
            chosen.setdefault(sense.family, sense)
    offered = list(chosen.values())[:OFFERED]
    return tuple(sense.lemma for sense in offered) if len(offered) == OFFERED else ()


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
