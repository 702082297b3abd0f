"""Notes on the turns of an entry: words that are guesses, and speakers where two people answered."""

from __future__ import annotations

from voicecheck.clock import say_duration
from voicecheck.domain import Entry, Turn
from voicecheck.phrases import Phrases
from voicecheck.text.untrusted import printable
from voicecheck.utterance import guesses_in


def turn_notes(entry: Entry, phrases: Phrases) -> tuple[str, ...]:
    """Return the sentences that tell of them."""
    named = ((name, turn) for turn in entry.turns if (name := speaker_note(turn, entry.speaker)))
    speakers = (
        phrases.tell(name, start=say_duration(start), end=say_duration(end), speaker=printable(turn.speaker))
        for name, turn in named
        for start, end in (turn.span_s,)
    )
    guesses = (
        phrases.tell("entry_guess", guess=printable(guess), heard=printable(heard))
        for guess, heard in guesses_of(entry)
    )
    return (*speakers, *guesses)


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
