"""Notes on the turns of an entry: words that are guesses or not certain, and speakers where two people answered."""

from __future__ import annotations

from textwrap import shorten

from voicecheck.clock import say_duration
from voicecheck.domain import Entry, Turn
from voicecheck.phrases import Phrases
from voicecheck.text.untrusted import printable
from voicecheck.utterance import guesses_in

LONGEST_DOUBT = 60
"""characters of words in doubt that a note repeats"""


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
    doubtful = (phrases.tell("entry_doubtful", words=printable(words)) for words in doubtful_of(entry))
    return (*speakers, *guesses, *doubtful)


def guesses_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return each word of the text that is a guess, with what was heard in its place."""
    return () if entry.edited else guesses_in(entry.segments)


def doubtful_of(entry: Entry) -> tuple[str, ...]:
    """Return the words that may be no speech at all, long ones shortened; none where all of the answer is in doubt."""
    if entry.edited:
        return ()
    found = [segment.text for segment in entry.segments if segment.doubtful]
    alone = len(found) == len(entry.segments) and len(entry.text) > LONGEST_DOUBT
    return () if alone else tuple(shorten(text, LONGEST_DOUBT, placeholder=" …") for text in found)


def speaker_note(turn: Turn, asked: str) -> str:
    """Return the phrase that tells of a turn which the person asked did not say, or perhaps not; empty for theirs."""
    if not turn.answers or not asked:
        return ""
    if turn.speaker != asked:
        return "entry_other_speaker"
    return "entry_speaker_unsure" if turn.speaker_unsure else ""
