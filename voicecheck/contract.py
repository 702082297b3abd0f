"""The JSON that other programs rely on. Keys may be added, never renamed; the shapes stand in the design.

One function a shape, from the nouns of `domain` to plain dictionaries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from voicecheck.domain import Cue, Danger, EmotionMention, Entry, Revision, Turn
from voicecheck.utterance import ModelUse, Segment, Transcript, VoiceSound, Word

DangerKind: TypeAlias = Literal["life", "harm"]
ENTRY_SCHEMA = "voicecheck.entry/1"


def mention_json(mention: EmotionMention) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "lemma": mention.lemma,
        "family": mention.family.value,
        "quadrant": mention.quadrant.value,
        "negated": mention.negated,
        "experiencer": mention.experiencer.value,
        "hypothetical": mention.hypothetical,
        "past": mention.past,
        "vague": mention.vague,
        "degree": mention.degree,
        "source": mention.source.value,
        "cues": [_cue(cue) for cue in mention.cues],
    }
    if mention.id is not None:
        shape |= {"id": mention.id, "start_s": mention.start_s, "end_s": mention.end_s}
    return shape


class TaggedLine(TypedDict):
    """One line of `tag --jsonl`."""

    id: Any
    tags: list[dict[str, Any]]
    danger: NotRequired[DangerKind | None]
    """with `--danger`: what the text tells of"""
    reflection: NotRequired[str | None]
    """with `--reflect`: the sentence that would answer it"""


def tagged_line(key: object, mentions: Sequence[EmotionMention]) -> TaggedLine:
    return {"id": key, "tags": [mention_json(m) for m in mentions]}


def danger_json(danger: Danger | None) -> DangerKind | None:
    return None if danger is None else danger.of.value


def segment_json(segment: Segment) -> dict[str, Any]:
    return {
        "start_s": segment.start_s,
        "end_s": segment.end_s,
        "text": segment.text,
        "words": [_word(word) for word in segment.words],
    }


def sound_json(sound: VoiceSound) -> dict[str, Any]:
    return {"kind": sound.kind.value, "start_s": sound.start_s, "end_s": sound.end_s}


def model_json(model: ModelUse | None) -> dict[str, str] | None:
    if model is None:
        return None
    return {"name": model.name, "device": model.device, "compute_type": model.compute_type}


def transcription_json(
    file: str, duration_s: float, transcript: Transcript, elapsed_s: float, missing_s: float | None = None
) -> dict[str, Any]:
    """Return one line of `transcribe --json`; `missing_s` is None for a file that is whole."""
    return {
        "file": file,
        "duration_s": round(duration_s, 3),
        "language": transcript.language,
        "text": transcript.text,
        "segments": [segment_json(s) for s in transcript.segments],
        "unheard": [list(span) for span in transcript.unheard],
        "sounds": [sound_json(sound) for sound in transcript.sounds],
        "model": model_json(transcript.model),
        "elapsed_s": round(elapsed_s, 3),
        "missing_s": None if missing_s is None else round(missing_s, 3),
    }


def entry_json(entry: Entry, *, whole: bool = True) -> dict[str, Any]:
    """Return the JSON of `entry show`; without `whole` the shorter form of `entry list`."""
    shape: dict[str, Any] = {
        "schema": ENTRY_SCHEMA,
        "id": entry.id,
        "session": entry.session,
        "kind": entry.kind.value,
        "speaker": entry.speaker,
        "language": entry.language,
        "spoken_at": entry.spoken_at.isoformat(timespec="milliseconds"),
        "local_date": entry.local_date.isoformat(),
        "prompt": None if entry.prompt is None else {"id": entry.prompt.id, "text": entry.prompt.text},
        "duration_s": round(entry.duration_s, 3),
        "text": entry.text,
        "mentions": [mention_json(m) for m in entry.mentions],
        "reflection": entry.reflection,
        "model": model_json(entry.model),
        "has_audio": entry.has_audio,
        "edited": entry.edited,
        "labels": [{"kind": label.kind.value, "name": label.name} for label in entry.labels],
    }
    if whole:
        shape["segments"] = [segment_json(s) for s in entry.segments]
        shape["turns"] = [_turn(turn) for turn in entry.turns]
    return shape


def revision_json(revision: Revision) -> dict[str, Any]:
    return {
        "source": revision.source.value,
        "made_at": revision.made_at.isoformat(timespec="milliseconds"),
        "text": revision.text,
    }


@dataclass(frozen=True, slots=True)
class EntryTiming:
    """Waiting times of one entry, seconds."""

    answer_s: float
    endpoint_s: float
    """from the last voice to the decision that the speaker has finished, on the sound's own clock"""
    tail_s: float
    """from that decision to the entry being durable"""
    reflection_s: float
    """from that decision to the first sound or sight of the reflection"""


def checkin_json(entries: Sequence[Entry], timings: Sequence[EntryTiming]) -> dict[str, Any]:
    return {
        "entries": [entry_json(entry) for entry in entries],
        "timing": [
            {
                "answer_s": round(t.answer_s, 3),
                "endpoint_s": round(t.endpoint_s, 3),
                "tail_s": round(t.tail_s, 3),
                "reflection_s": round(t.reflection_s, 3),
            }
            for t in timings
        ],
    }


def _cue(cue: Cue) -> dict[str, Any]:
    return {"start": cue.start, "end": cue.end, "kind": cue.kind}


def _word(word: Word) -> dict[str, Any]:
    shape = {
        "start_s": word.start_s,
        "end_s": word.end_s,
        "text": word.text,
        "probability": round(word.probability, 4),
    }
    return shape | {"heard": word.heard} if word.heard else shape


def _turn(turn: Turn) -> dict[str, Any]:
    shape = {
        "kind": turn.kind.value,
        "speaker": turn.speaker,
        "text": turn.text,
        "start": turn.start,
        "end": turn.end,
        "unheard": [list(span) for span in turn.unheard],
        "others": [list(span) for span in turn.others],
        "sounds": [sound_json(sound) for sound in turn.sounds],
    }
    return shape | {"speaker_unsure": True} if turn.speaker_unsure else shape
