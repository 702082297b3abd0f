"""Take back one sentence for good: out of every text of an entry, its sound, its tags and its replies.

The rest stays where it was: times do not move, and in the place of the sound there is silence. Pure but for
`take_back`, which does it to a kept entry in one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from voicecheck.diary.sentence_spans import (
    Cut,
    Range,
    counterpart,
    cut,
    find_sentences,
    has_end,
    match_sentence,
    merge,
    number_in,
    repeated,
    words_of,
)
from voicecheck.diary.tagging import tagger_of
from voicecheck.domain import Correction, EmotionMention, Entry, Turn, TurnKind, new_id
from voicecheck.errors import NotFoundError, UsageError
from voicecheck.speech.cutting import TO_THE_END, without
from voicecheck.utterance import SAMPLE_RATE_HZ, Segment, Word
from voicecheck.vault.store.archive import Archived, ArchivedRevision
from voicecheck.vault.store.word_times import place_words, timed_mentions
from voicecheck.vault.vault import Vault

MARGIN_S = 0.3
"""times of words are a little off: so much around them goes as well, and the whole pause before and behind"""
SENTENCE_PAUSE_S = 0.5
"""at a comma: a sentence of the speaker ends there"""
_COMMA = re.compile(r"\W?[,;،、，]")
TELLING_LETTERS = 4
"""a word with so many letters that the answer shares with the sentence may tell of it"""
ALL_OF_IT = "This is all that the entry says."
GONE = "This sentence no longer stands in the entry."


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of one of the texts that an entry has or had."""

    revision: int
    """which of them, from 0; the last is the newest"""
    where: Range
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """Turns and sound of an entry after a sentence was taken out."""

    turns: tuple[Turn, ...] = field(repr=False)
    sound: tuple[Range, ...]
    """samples that go"""


def sentences_of(texts: Sequence[str], segments: Sequence[Segment] = ()) -> tuple[Sentence, ...]:
    """Return the sentences of the newest text in order, then those of earlier ones only: `texts` are oldest first."""
    found: list[Sentence] = []
    known: set[tuple[str, ...]] = set()
    for number in reversed(range(len(texts))):
        text = texts[number]
        newer = [Sentence(number, one, text[slice(*one)]) for one in _find(text, segments)]
        found += [one for one in newer if number == len(texts) - 1 or words_of(one.text) not in known]
        known |= {words_of(one.text) for one in newer}
    return tuple(found)


def find_sentence(texts: Sequence[str], wanted: str, segments: Sequence[Segment] = ()) -> Sentence | None:
    """Return the sentence with these words, in the newest text that has it; or of this number, as `sentences_of`."""
    if (number := number_in(wanted)) is not None:
        choice = sentences_of(texts, segments)
        return choice[number - 1] if 0 < number <= len(choice) else None
    for number in reversed(range(len(texts))):
        where = match_sentence(texts[number], wanted, joints_of(texts[number], segments))
        if where is not None:
            return Sentence(number, where, texts[number][slice(*where)])
    return None


def last_sentence(text: str, segments: Sequence[Segment] = ()) -> Range | None:
    """Return the last sentence as it was spoken: recognition may write a comma where the speaker ended one."""
    found = _find(text, segments)
    if not found:
        return None
    start, end = found[-1]
    return max([start, *(at for at in _paused_commas(text, segments) if start < at < end)]), end


def _paused_commas(text: str, segments: Sequence[Segment]) -> list[int]:
    """Return the offsets of the words before which there is a comma, and a pause of the speaker."""
    return [
        start
        for (_, end, before), (start, _, word) in pairwise(place_words(text, segments))
        if _COMMA.match(text, end) and word.start_s - before.end_s >= SENTENCE_PAUSE_S
    ]


def _find(text: str, segments: Sequence[Segment]) -> tuple[Range, ...]:
    """Return its sentences; pauses of the speaker count as ends only where punctuation is missing."""
    found = find_sentences(text)
    if all(has_end(text[slice(*one)]) for one in found):
        return found
    return find_sentences(text, joints_of(text, segments))


def joints_of(text: str, segments: Sequence[Segment]) -> frozenset[int]:
    """Return the offsets at which the words of a new segment begin, as far as they still stand in `text`."""
    first = {id(segment.words[0]) for segment in segments if segment.words}
    return frozenset(start for start, _, word in place_words(text, segments) if id(word) in first)


# The whole of a kept entry


def texts_of(vault: Vault, entry: Entry) -> tuple[str, ...]:
    """Return every text that the entry has or had, oldest first."""
    return tuple(one.text for one in vault.revisions.of(entry.id))


def take_back(vault: Vault, entry: Entry, sentence: Sentence) -> Entry:
    """Take the sentence out of everything that is kept of the entry, for good, and return the entry.

    Raises UsageError where it is all that the entry says, or where the entry was changed meanwhile.
    """
    kept = vault.archive.read(entry.id, sound=True)
    if not _stands(kept, sentence):
        raise NotFoundError(GONE, "It was changed elsewhere; look again.")
    left = _without(kept, sentence)
    newest = left.revisions[-1]
    if not newest.text:
        raise UsageError(ALL_OF_IT, "To delete it: voicecheck entry delete ID")
    bare = replace(entry, turns=left.turns, revision=newest.text)
    tags = tagger_of(vault).tag(bare, (Correction(one.action, one.mention, one.id) for one in newest.corrections))
    ids = {(mention.start, mention.end): mention.id for mention in newest.mentions}
    mentions = (
        replace(mention, id=ids.get((mention.start, mention.end)) or new_id(entry.spoken_at))
        for mention in timed_mentions(replace(bare, mentions=tags.mentions))
    )
    tagged = replace(newest, mentions=tuple(mentions), lexicon_version=tags.lexicon_version)
    vault.rewrite(replace(left, revisions=(*left.revisions[:-1], tagged)))
    return vault.entries.get(entry.id)


def last_words(entry: Entry) -> str:
    """Return its last sentence; empty where there is none."""
    where = last_sentence(entry.text, entry.segments)
    return "" if where is None else entry.text[slice(*where)]


def take_back_last(vault: Vault, entry: Entry) -> Entry:
    """Take back the last sentence of the entry's text, as `take_back` does."""
    texts, where = texts_of(vault, entry), last_sentence(entry.text, entry.segments)
    return entry if where is None else take_back(vault, entry, Sentence(len(texts) - 1, where, last_words(entry)))


def _stands(kept: Archived, sentence: Sentence) -> bool:
    revisions = kept.revisions
    return (
        0 <= sentence.revision < len(revisions)
        and revisions[sentence.revision].text[slice(*sentence.where)] == sentence.text
    )


def _without(kept: Archived, sentence: Sentence) -> Archived:
    texts = [one.text for one in kept.revisions]
    ranges = _everywhere([_heard(kept.turns), *texts], sentence)
    revisions = tuple(
        _cut_revision(one, cut(one.text, where)) for one, where in zip(kept.revisions, ranges[1:], strict=True)
    )
    corrected = sum(len(one.corrections) for one in revisions) < sum(len(one.corrections) for one in kept.revisions)
    heard = cut_heard(kept.turns, ranges[0], sentence.text, corrected=corrected)
    if texts[0] == _heard(kept.turns):
        revisions = (replace(revisions[0], text=_heard(heard.turns)), *revisions[1:])
    return replace(
        kept,
        turns=heard.turns,
        revisions=revisions,
        sound=without(kept.sound, heard.sound),
        reflection=reflection_without(kept.reflection, sentence.text),
    )


def _everywhere(texts: Sequence[str], sentence: Sentence) -> list[tuple[Range, ...]]:
    """Return the ranges of a sentence in what was heard (the first of the texts) and in every revision, oldest first.

    In an earlier text that has not the same words, whatever stood in their place goes: they were other words then. A
    later one that the person has changed stays as they made it.
    """
    chosen = sentence.revision + 1
    left = cut(texts[chosen], [sentence.where]).text
    twice = bool(repeated(sentence.text, left)) and chosen == len(texts) - 1  # said twice, and one is to stay
    ranges = [() if twice else repeated(sentence.text, text) for text in texts]
    ranges[chosen] = (sentence.where,)
    where = sentence.where
    for number in reversed(range(chosen)):
        where = ranges[number][-1] if ranges[number] else counterpart(texts[number + 1], where, texts[number])
        ranges[number] = ranges[number] or (where,)
    return ranges


def _cut_revision(revision: ArchivedRevision, left: Cut) -> ArchivedRevision:
    moved = ((one, move_mention(one, left)) for one in revision.mentions)
    corrected = ((one, move_mention(one.mention, left)) for one in revision.corrections)
    return replace(
        revision,
        text=left.text,
        mentions=tuple(mention for _, mention in moved if mention is not None),
        corrections=tuple(replace(one, mention=mention) for one, mention in corrected if mention is not None),
    )


def move_mention(mention: EmotionMention, left: Cut) -> EmotionMention | None:
    start = left.place(mention.start, mention.end)
    if start is None:
        return None
    cues = ((cue, left.place(cue.start, cue.end)) for cue in mention.cues)
    return replace(
        mention,
        start=start,
        end=start + mention.end - mention.start,
        cues=tuple(replace(cue, start=at, end=at + cue.end - cue.start) for cue, at in cues if at is not None),
    )


def reflection_without(reflection: str | None, sentence: str) -> str | None:
    """Return the reflection; None if it shares a telling word with the sentence: it is made of the person's words."""
    told = {word for word in words_of(sentence) if len(word) >= TELLING_LETTERS}
    return None if reflection is None or told & set(words_of(reflection)) else reflection


# What was heard


def cut_heard(turns: Sequence[Turn], ranges: Sequence[Range], sentence: str, *, corrected: bool = False) -> Heard:
    """Return the turns without these ranges of what was heard, and the sound that goes with them.

    What was said about a feeling of the sentence (`corrected`), or repeats it, goes whole.
    """
    kept: list[Turn] = []
    sound: list[Range] = []
    at = 0
    for turn in turns:
        if not turn.answers:
            if (corrected and turn.kind is TurnKind.CORRECTION) or repeated(sentence, turn.text):
                sound.append((turn.start, turn.end))
            else:
                kept.append(turn)
            continue
        inside = tuple((max(0, a - at), min(len(turn.text), b - at)) for a, b in ranges)
        after, gone = _cut_turn(turn, merge(inside), _next_start(turn, turns))
        kept.append(after)
        sound += gone
        at += len(turn.text) + len("\n\n") * bool(turn.text)
    if all(one.text == other.text for one, other in zip(_spoken(turns), _spoken(kept), strict=True)):
        sound += [_pause_around(turns, one) for one in ranges]
    gone_sound = merge(sound)
    kept = [turn for turn in kept if turn.kind is not TurnKind.ASIDE or not _touched(turn, gone_sound)]
    return Heard(tuple(_without_unheard(turn, gone_sound) for turn in kept), gone_sound)


def _spoken(turns: Sequence[Turn]) -> list[Turn]:
    return [turn for turn in turns if turn.answers]


def _heard(turns: Sequence[Turn]) -> str:
    return "\n\n".join(turn.text for turn in _spoken(turns) if turn.text)


def _next_start(turn: Turn, turns: Sequence[Turn]) -> int:
    """Return the first sample of the next turn: sound in between belongs to this one."""
    later = (other.start for other in turns if other.start > turn.start and other.kind is not TurnKind.ASIDE)
    return min(later, default=TO_THE_END)


def _cut_turn(turn: Turn, ranges: tuple[Range, ...], end: int) -> tuple[Turn, list[Range]]:
    """Return the turn without these ranges of its text, and the samples to cut; its sound reaches up to `end`."""
    if not ranges:
        return turn, []
    segments: list[Segment] = []
    timed: list[tuple[Word, bool]] = []
    at = 0
    for segment in turn.segments:
        words = segment.text.strip()
        place = turn.text.find(words, at)
        if place < 0:  # it cannot be told which words these are
            return replace(turn, text=cut(turn.text, ranges).text, segments=()), [(turn.start, end)]
        at = place + len(words)
        local = merge((max(0, a - place), min(len(words), b - place)) for a, b in ranges)
        after, fates = _cut_segment(segment, words, local)
        timed += fates
        segments += [after] if after is not None else []
    left = replace(turn, text=cut(turn.text, ranges).text, segments=tuple(segments))
    return left, _sound_of(timed, turn.start, end)


def _cut_segment(
    segment: Segment, text: str, ranges: tuple[Range, ...]
) -> tuple[Segment | None, list[tuple[Word, bool]]]:
    """Return the segment without these ranges, None where nothing is left, and the words that were cut."""
    if not ranges:
        return segment, [(word, False) for word in segment.words]
    fates: list[tuple[Word, bool]] = []
    at = 0
    for word in segment.words:
        place = text.find(word.text.strip(), at)
        end = place + len(word.text.strip())
        gone = place < 0 or any(a < end and place < b for a, b in ranges)  # one that is not found might be one of them
        at = at if place < 0 else end
        fates.append((word, gone))
    left = cut(text, ranges).text
    words = tuple(word for word, gone in fates if not gone)
    if not left:
        return None, fates
    start_s = words[0].start_s if words and fates[0][1] else segment.start_s
    end_s = words[-1].end_s if words and fates[-1][1] else segment.end_s
    blank = " " if segment.text[:1].isspace() else ""
    return replace(segment, text=blank + left, words=words, start_s=start_s, end_s=end_s), fates


def _sound_of(timed: Sequence[tuple[Word, bool]], start: int, end: int) -> list[Range]:
    """Return the sound of the cut words with the pauses around them; all of the turn's if no word has a time."""
    if not timed:
        return [(start, end)]
    ranges = []
    kept = [-1, *(i for i, (_, gone) in enumerate(timed) if not gone), len(timed)]
    for before, behind in pairwise(kept):
        if behind - before < 2:
            continue
        first, last = timed[before + 1][0].start_s, timed[behind - 1][0].end_s
        begin = start if before < 0 else _samples(min(timed[before][0].end_s, first - MARGIN_S))
        over = end if behind == len(timed) else _samples(max(timed[behind][0].start_s, last + MARGIN_S))
        ranges.append((max(0, begin), over))
    return ranges


def _pause_around(turns: Sequence[Turn], where: Range) -> Range:
    """Return the sound between a word's neighbours, where the person wrote what was not heard."""
    text = _heard(turns)
    placed = place_words(text, [segment for turn in _spoken(turns) for segment in turn.segments])
    begin_s = max((word.end_s for _, end, word in placed if end <= where[0]), default=0.0)
    over_s = min((word.start_s for start, _, word in placed if start >= where[1]), default=None)
    return _samples(begin_s), TO_THE_END if over_s is None else _samples(over_s)


def _touched(turn: Turn, gone: Sequence[Range]) -> bool:
    return any(first < turn.end and turn.start < last for first, last in gone)


def _without_unheard(turn: Turn, gone: Sequence[Range]) -> Turn:
    """Return the turn without unheard seconds, others' seconds and laughter of which no sound is left."""

    def gone_too(a: float, b: float) -> bool:
        return any(first <= _samples(a) and _samples(b) <= last for first, last in gone)

    def left(spans: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return tuple((a, b) for a, b in spans if not gone_too(a, b))

    sounds = tuple(sound for sound in turn.sounds if not gone_too(sound.start_s, sound.end_s))
    return replace(turn, unheard=left(turn.unheard), others=left(turn.others), sounds=sounds)


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ)
