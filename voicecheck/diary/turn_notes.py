"""Notes on the turns of an entry: words that are guesses, and speakers where two people answered."""

from __future__ import annotations

from voicecheck.domain import Entry, Turn
from voicecheck.utterance import guesses_in


def guesses_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return each word of the text that is a guess, with what was heard in its place."""
    return () if entry.edited else guesses_in(entry.segments)


def speaker_note(turn: Turn, asked: str) -> str:
    """Return the phrase that tells of a turn which the person asked did not say, or perhaps not; empty for theirs."""
    if not turn.answers or not asked:
        return ""
    if turn.speaker != asked:
        return "entry_other_speaker"
    return "entry_speaker_unsure" if turn.speaker_unsure else ""
