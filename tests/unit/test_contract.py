"""The JSON that other programs rely on: exactly these keys."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from voicecheck import contract
from voicecheck.contract import EntryTiming
from voicecheck.domain import (
    Cue,
    EmotionMention,
    Entry,
    EntryKind,
    Experiencer,
    Family,
    PromptRef,
    Quadrant,
    Turn,
    TurnKind,
)
from voicecheck.utterance import ModelUse, Segment, Transcript, Word

MENTION = EmotionMention(
    6, 11, "Angry", "angry", Family.ANGER, Quadrant.UNPLEASANT_HIGH, True, Experiencer.UNCLEAR, degree=1,
    cues=(Cue(2, 5, "negation"),),
)  # fmt: skip
SEGMENT = Segment(0.5, 1.5, "Not angry", (Word(0.5, 0.9, " Not", 0.98765), Word(0.9, 1.5, " angry", 0.5)))
TURN = Turn(TurnKind.ANSWER, "I was not angry", (SEGMENT,), "Kim", 0, 32_000, ((1.5, 2.0),))
ENTRY = Entry(
    id="e", session="s", kind=EntryKind.CHECKIN,
    spoken_at=datetime(2026, 11, 22, 1, 2, 3, 456_789, tzinfo=timezone(timedelta(hours=-5, minutes=-30))),
    turns=(TURN,), prompt=PromptRef("evening-turn", "When?"), speaker="Kim", mentions=(MENTION,),
    reflection="Thank you.", model=ModelUse("base", "cpu", "int8"), duration_s=2.00049, has_audio=True,
)  # fmt: skip


def test_mention() -> None:
    """A mention has exactly the published keys; inside an entry also its id and times."""
    assert contract.mention_json(MENTION) == {
        "start": 6, "end": 11, "text": "Angry", "lemma": "angry", "family": "anger", "quadrant": "unpleasant_high",
        "negated": True, "experiencer": "unclear", "hypothetical": False, "past": False, "vague": False, "degree": 1,
        "source": "lexicon", "cues": [{"start": 2, "end": 5, "kind": "negation"}],
    }  # fmt: skip
    kept = contract.mention_json(replace(MENTION, id="m", start_s=0.9, end_s=1.5))
    assert {"id": "m", "start_s": 0.9, "end_s": 1.5}.items() <= kept.items()
    assert len(kept) == 17


def test_transcription() -> None:
    """A line of `transcribe --json` has exactly the published keys, down to the words."""
    transcript = Transcript((SEGMENT,), ((2.0, 3.0),), "en", ModelUse("base", "cpu", "int8"))
    assert contract.transcription_json("a.wav", 3.14159, transcript, 0.98765) == {
        "file": "a.wav", "duration_s": 3.142, "language": "en", "text": "Not angry",
        "segments": [{"start_s": 0.5, "end_s": 1.5, "text": "Not angry", "words": [
            {"start_s": 0.5, "end_s": 0.9, "text": " Not", "probability": 0.9877},
            {"start_s": 0.9, "end_s": 1.5, "text": " angry", "probability": 0.5},
        ]}],
        "unheard": [[2.0, 3.0]], "sounds": [], "model": {"name": "base", "device": "cpu", "compute_type": "int8"},
        "elapsed_s": 0.988, "missing_s": None,
    }  # fmt: skip


def test_entry() -> None:
    """An entry has exactly the published keys; its time carries the person's offset, its day ends at four."""
    shape = contract.entry_json(ENTRY)
    assert set(shape) == {
        "schema", "id", "session", "kind", "speaker", "language", "spoken_at", "local_date", "prompt", "duration_s",
        "text", "segments", "mentions", "reflection", "turns", "model", "has_audio", "edited", "labels",
    }  # fmt: skip
    assert shape["spoken_at"] == "2026-11-22T01:02:03.456-05:30"
    assert shape["local_date"] == "2026-11-21"
    assert shape["prompt"] == {"id": "evening-turn", "text": "When?"}
    assert (shape["text"], shape["duration_s"], shape["kind"]) == ("I was not angry", 2.0, "checkin")
    assert set(shape["turns"][0]) >= {"kind", "speaker", "text"}


def test_entry_in_a_list_is_shorter() -> None:
    """`entry list` gives the same without segments and turns."""
    whole, short = contract.entry_json(ENTRY), contract.entry_json(ENTRY, whole=False)
    assert {k: v for k, v in whole.items() if k not in ("segments", "turns")} == short


def test_entry_without_prompt_and_model() -> None:
    """What is missing is null, and not a missing key."""
    shape = contract.entry_json(replace(ENTRY, prompt=None, model=None, reflection=None))
    assert (shape["prompt"], shape["model"], shape["reflection"]) == (None, None, None)


def test_checkin() -> None:
    """`checkin --json` is entries and timing, one a question, in plain JSON."""
    shape = contract.checkin_json([ENTRY], [EntryTiming(10.00049, 2.5, 0.25, 0.125)])
    assert list(shape) == ["entries", "timing"]
    assert shape["timing"] == [{"answer_s": 10.0, "endpoint_s": 2.5, "tail_s": 0.25, "reflection_s": 0.125}]
    assert json.loads(json.dumps(shape)) == shape
