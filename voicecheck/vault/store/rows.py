"""Conversion between rows of the database and the types of the domain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from voicecheck.domain import Cue, EmotionMention, Experiencer, Family, MentionSource, Quadrant
from voicecheck.utterance import Segment, Word
from voicecheck.vault.store.connection import Row

PackedSegments = list[tuple[float, float, str, list[tuple[float, float, str, float]]]]

MENTION_COLUMNS = """id, start, "end", text, lemma, family, quadrant, negated, experiencer, hypothetical, past, vague,
    degree, source, cues, start_s, end_s"""


def mention_row(mention: EmotionMention) -> Row:
    return (
        mention.id,
        mention.start,
        mention.end,
        mention.text,
        mention.lemma,
        mention.family.value,
        mention.quadrant.value,
        mention.negated,
        mention.experiencer.value,
        mention.hypothetical,
        mention.past,
        mention.vague,
        mention.degree,
        mention.source.value,
        to_json([(cue.start, cue.end, cue.kind) for cue in mention.cues]),
        mention.start_s,
        mention.end_s,
    )


def mention_of(row: Row) -> EmotionMention:
    mention_id, start, end, text, lemma, family, quadrant, negated, experiencer = row[:9]
    hypothetical, past, vague, degree, source, cues, start_s, end_s = row[9:]
    return EmotionMention(
        start=start,
        end=end,
        text=text,
        lemma=lemma,
        family=Family(family),
        quadrant=Quadrant(quadrant),
        negated=bool(negated),
        experiencer=Experiencer(experiencer),
        hypothetical=bool(hypothetical),
        past=bool(past),
        vague=bool(vague),
        degree=degree,
        source=MentionSource(source),
        cues=tuple(Cue(*cue) for cue in msgspec.json.decode(cues)),
        id=mention_id,
        start_s=start_s,
        end_s=end_s,
    )


def pack_segments(segments: Iterable[Segment]) -> bytes:
    return msgspec.msgpack.encode(
        [(s.start_s, s.end_s, s.text, [(w.start_s, w.end_s, w.text, w.probability) for w in s.words]) for s in segments]
    )


def unpack_segments(packed: bytes) -> tuple[Segment, ...]:
    return tuple(
        Segment(start_s, end_s, text, tuple(Word(*word) for word in words))
        for start_s, end_s, text, words in msgspec.msgpack.decode(packed, type=PackedSegments)
    )


def to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
