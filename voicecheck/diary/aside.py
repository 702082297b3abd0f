"""Words kept beside an answer: taken for somebody else's, and perhaps the speaker's own. They are so once they say so.

They are a turn of their own kind, so that they are deleted, exported and backed up with their entry, and are neither
in its text nor in the search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from voicecheck.diary.sentence_spans import number_in, words_of
from voicecheck.diary.tagging import tagger_of
from voicecheck.domain import Entry, Turn, TurnKind
from voicecheck.errors import NotFoundError
from voicecheck.speech.cutting import without
from voicecheck.speech.recognition.seams import split
from voicecheck.vault.store.word_times import place_words
from voicecheck.vault.vault import Vault

GONE = "These words are no longer kept beside the entry."


def with_turn(turns: Sequence[Turn], aside: Turn) -> tuple[Turn, ...]:
    """Return the turns with the words of `aside` as a part of the answer, in their place by time."""
    left = [turn for turn in turns if turn != aside]
    host = next((turn for turn in left if turn.answers and turn.start <= aside.start < turn.end), None)
    timed = host is not None and host.segments and aside.segments
    if host is None or not timed:  # without times nothing has a place inside it
        own = replace(aside, kind=TurnKind.ANSWER, speaker=host.speaker if host else _speaker(left))
        earlier = [turn for turn in left if turn.start <= aside.start and turn.kind is not TurnKind.ASIDE]
        place = left.index(earlier[-1]) + 1 if earlier else 0
        return (*left[:place], own, *left[place:])
    early, late = split(host.segments, _begins_s(host, aside))
    segments = (*early, *aside.segments, *late)
    text = " ".join(segment.text.strip() for segment in segments if segment.text.strip())
    others = tuple(span for span in host.others if not _overlap(span, aside.span_s))
    merged = replace(host, text=text, segments=segments, others=others)
    return tuple(merged if turn is host else turn for turn in left)


def _begins_s(host: Turn, aside: Turn) -> float:
    """Return where the words begin: a recogniser may put the first one into the quiet before the voice."""
    start_s = aside.span_s[0]
    spoken_s = max((w.end_s for part in host.segments for w in part.words if w.start_s < start_s), default=0.0)
    return min(start_s, max(spoken_s, aside.segments[0].start_s))


def take_in(vault: Vault, entry: Entry, aside: Turn, at: datetime) -> Entry:
    """Make words that were kept beside a kept entry a part of its text: found, tagged and searched as the rest.

    What was heard stays beside it, as with an edit. Raises NotFoundError where they have gone, UsageError where the
    entry was changed meanwhile.
    """
    if aside not in entry.turns:
        raise NotFoundError(GONE, "It was changed elsewhere; look again.")
    after = replace(entry, turns=with_turn(entry.turns, aside))
    text = after.text if entry.revision is None else _inserted(entry, aside)
    tags = tagger_of(vault).tag_revision(replace(after, revision=entry.text), text, vault.corrections.of(entry.id))
    return vault.revisions.add(entry, text, tags, at, turns=after.turns)


def take_in_all(vault: Vault, entry: Entry, at: datetime) -> Entry:
    """Make all that is kept beside the entry a part of its text."""
    while entry.aside:  # one that a stranger sealed twice leaves with the first
        entry = take_in(vault, entry, entry.aside[0], at)
    return entry


def find(entry: Entry, wanted: str, behind: int) -> Turn | None:
    """Return what is kept beside the entry and has these words, or this number, counted `behind` so many sentences."""
    if (number := number_in(wanted)) is not None:
        return entry.aside[number - 1 - behind] if 0 < number - behind <= len(entry.aside) else None
    return next((turn for turn in entry.aside if words_of(turn.text) == words_of(wanted)), None)


def forget(vault: Vault, entry: Entry, aside: Turn) -> Entry:
    """Destroy words that are kept beside the entry, and their sound. Raises NotFoundError where they have gone."""
    kept = vault.archive.read(entry.id, sound=True)
    if aside not in kept.turns:
        raise NotFoundError(GONE, "It was changed elsewhere; look again.")
    turns = tuple(turn for turn in kept.turns if turn != aside)
    vault.rewrite(replace(kept, turns=turns, sound=without(kept.sound, [(aside.start, aside.end)])))
    return vault.entries.get(entry.id)


def _inserted(entry: Entry, aside: Turn) -> str:
    """Return the text as the person has edited it, with the words behind the last one that was said before them."""
    placed = place_words(entry.text, entry.segments)
    at = max((end for _, end, word in placed if word.end_s <= aside.span_s[0]), default=0)
    while at and at < len(entry.text) and not entry.text[at].isspace():
        at += 1
    return " ".join(part for part in (entry.text[:at].rstrip(), aside.text, entry.text[at:].lstrip(" ")) if part)


def _speaker(turns: Sequence[Turn]) -> str:
    return next((turn.speaker for turn in turns if turn.answers), "")


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
