"""Events told by an answer that names no feeling: "my dog died", "I got the job".

Only clauses of a few plain kinds count, and only the first of the gravest kind: whoever tells of a loss is not answered
with the weather. A denied feeling of the speaker's own ("I don't feel good about it") counts as well, with its denial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import msgspec

from voicecheck.domain import EmotionMention, Experiencer, Quadrant
from voicecheck.feelings.en.clause_bounds import clauses_of
from voicecheck.feelings.en.own_clause import clause_around, longest_turned
from voicecheck.feelings.en.spoken_words import QUESTION_MARK, QUOTES, Word, drop_fillers, read_words
from voicecheck.feelings.language import Said
from voicecheck.feelings.tokens import table_path

SHORTEST_EVENT = 2
"""words that stay of it, however it is cut"""
LONGEST_ANSWER = 4000
"""characters that are looked through"""
_SUBJECTS = {
    "self": r"(?:i|we|i'm|i've|we've|we're) ",
    "other": (
        r"(?:(?:my|our) (?:[\w'-]+ ){1,3}?|(?:he|she|they) |(?:grand(?:ma|pa|mum|mom|dad|mother|father)|mum|mom|mam|dad"
        r"|daddy|papa|nan|nana|gran|granny|gramps|grandad) )"
    ),
    "any": "",
}
_LITTLE = (
    r"(?:(?:just|really|suddenly|finally|actually|never|even|both|only|all|still|always|honestly|genuinely|literally"
    r"|simply|kind of|had|has|have) )*"
)


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of `events.toml`."""

    kind: str
    who: str
    said: list[str]
    behind: str = r"\b"
    heavy: bool = False


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    event: list[_Row]


@dataclass(frozen=True, slots=True)
class _Kind:
    pattern: re.Pattern[str]
    heavy: bool
    loss: bool


@cache
def _kinds() -> tuple[_Kind, ...]:
    """Kinds of events, the gravest first; rows of one kind are one pattern."""
    table = msgspec.toml.decode(table_path("en", "events.toml").read_bytes(), type=_Table)
    kinds = dict.fromkeys(row.kind for row in table.event)
    return tuple(_read_kind(kind, [row for row in table.event if row.kind == kind]) for kind in kinds)


def _read_kind(kind: str, rows: list[_Row]) -> _Kind:
    parts = []
    for row in rows:
        little = _LITTLE if row.who != "any" else ""
        parts.append(f"{_SUBJECTS[row.who]}{little}(?:{'|'.join(row.said)}){row.behind}")
    return _Kind(re.compile("|".join(parts)), any(row.heavy for row in rows), kind == "loss")


_NOT_ALIVE = re.compile(
    r"my (?:\w+ )?(?:phone|car|battery|laptop|computer|tv|console|tablet|account|screen|pc|character|plant"
    r"|plants)\b"
)
_UNPLEASANT = (Quadrant.UNPLEASANT_HIGH, Quadrant.UNPLEASANT_LOW)
_OWN = re.compile(r"\b(?:my|our|me|us)\b")
_DENIAL = re.compile(r"n't\b|\b(?:not|never|no|nobody|nothing|without|hardly|barely)\b")


def event_in(mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """The event on which the answer turns, or a feeling that the speaker denies; the gravest kind first."""
    found = list(_clauses(text))
    for kind in _kinds():
        for words in found:
            if _tells_of(kind, words, text) and not _holds(words, mentions):
                said = longest_turned(words, 0, min(SHORTEST_EVENT, len(words)), len(words))
                if said is not None and kind.pattern.match(_plain(words, said.end)):
                    return replace(said, heavy=kind.heavy)
    return _denied(mentions, text) or _long_past(mentions, text)


def _tells_of(kind: _Kind, words: Sequence[Word], text: str) -> bool:
    """True for an event of that kind; a loss of "he" or "she" counts where the text says whose they are."""
    said = _plain(words, words[-1].end)
    if kind.loss and said.startswith(("he ", "she ", "they ")) and not _OWN.search(text[:LONGEST_ANSWER].lower()):
        return False
    return kind.pattern.match(said) is not None and not _NOT_ALIVE.match(said)


def _plain(words: Sequence[Word], end: int) -> str:
    """The words up to a place of the text, in small letters and without marks."""
    return " ".join(word.low for word in words if not word.mark and word.end <= end)


def _clauses(text: str) -> Iterator[Sequence[Word]]:
    words = drop_fillers(read_words(text[:LONGEST_ANSWER]))
    asked = [False] * (len(words) + 1)
    for index in range(len(words) - 1, -1, -1):
        asked[index] = QUESTION_MARK in words[index].low or (asked[index + 1] and not words[index].ends)
    quotes = [0]
    for word in words:
        quotes.append(quotes[-1] + (word.low in QUOTES))
    for start, end in clauses_of(words):
        if start < end and not asked[start] and quotes[start] % 2 == 0:
            yield words[start:end]


def _holds(words: Sequence[Word], mentions: Sequence[EmotionMention]) -> bool:
    """True if somebody's feeling stands in the clause that is not the speaker's, or was denied or imagined."""
    return any(
        words[0].start < mention.end and mention.start < words[-1].end and not mention.own and not mention.negated
        for mention in mentions
    )


def _denied(mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """A pleasant feeling that is denied. "I'm not bothered" closes a door, and is left alone."""
    for mention in mentions:
        own = mention.experiencer is Experiencer.SELF and not mention.hypothetical and not mention.past
        if own and mention.negated and mention.quadrant not in _UNPLEASANT:
            said = clause_around(mention, mentions, text)
            if said is not None and _DENIAL.search(said.sentence.lower()):
                return said
    return None


def _long_past(mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """A feeling of long ago, with the words that say so: "as a kid you were scared of the dark"."""
    for mention in mentions:
        if mention.own and mention.past and not mention.vague:
            said = clause_around(mention, mentions, text)
            told = [cue for cue in mention.cues if cue.kind == "past"]
            if said is not None and any(said.start <= cue.start and cue.end <= said.end for cue in told):
                return said
    return None
