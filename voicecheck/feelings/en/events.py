"""Events told by an answer that names no feeling: "my dog died", "I got the job".

Only clauses of a few plain kinds count, and only the first of the gravest kind: whoever tells of a loss is not answered
with the weather. A denied feeling of the speaker's own ("I don't feel good about it") counts as well, with its denial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import msgspec

from voicecheck.domain import EmotionMention, Experiencer, Quadrant
from voicecheck.feelings.en.clause_bounds import clauses_of, end_of
from voicecheck.feelings.en.clause_words import ADVERBS, PREPOSITIONS, VERBS
from voicecheck.feelings.en.own_clause import clause_around, leaves_its_condition, longest_turned, with_left_out
from voicecheck.feelings.en.spoken_words import QUESTION_MARK, QUOTES, Word, drop_fillers, read_words
from voicecheck.feelings.en.told import may_be_told, tells_something
from voicecheck.feelings.en.turn import TITLES, begins_with_name, speaks_to
from voicecheck.feelings.en.unsayable import OWN_HAND
from voicecheck.feelings.en.whole_sentence import whole_sentence
from voicecheck.feelings.language import Said
from voicecheck.feelings.tokens import listed, table_path
from voicecheck.text.tables import open_table

SHORTEST_EVENT = 2
"""words that stay of it, however it is cut"""
LOSS = "loss"
"""the kind of event that is never answered with the bright half of an answer"""
LONGEST_ANSWER = 4000
"""characters that are looked through"""
_SUBJECTS = {
    "self": r"(?:i|we|i'm|i've|we've|we're) ",
    "other": (
        r"(?:(?:my|our) (?:[\w'-]+ ){1,3}?|(?:he|she|they) |(?:grand(?:ma|pa|mum|mom|dad|mother|father)|mum|mom|mam|dad"
        r"|daddy|papa|nan|nana|gran|granny|gramps|grandad|mummy|mommy|mother|father|granddad|(?:mum|mom|dad) and "
        r"(?:mum|mom|dad))(?:'s)? )"
    ),
    "pair": r"(?:(?:(?:my|our) )?(?:[\w'-]+ ){1,2}and (?:i|me) |me and my (?:[\w'-]+ ){1,2})",
    "any": "",
}
_LITTLE = (
    r"(?:(?:just|really|suddenly|finally|actually|never|even|both|only|all|still|always|honestly|genuinely|literally"
    r"|simply|kind of|had|has|have) )*"
)


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of `events.toml`."""

    kind: str
    who: Literal["self", "other", "pair", "any"]
    said: list[str]
    behind: str = r"\b"
    heavy: bool = False


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    event: list[_Row]
    weighs: str
    spares: str


@dataclass(frozen=True, slots=True)
class _Kind:
    pattern: re.Pattern[str]
    heavy: bool
    loss: bool


@cache
def _kinds() -> tuple[_Kind, ...]:
    """Kinds of events, the gravest first; rows of one kind are one pattern."""
    events = _table().event
    kinds = dict.fromkeys(row.kind for row in events)
    return tuple(_read_kind(kind, [row for row in events if row.kind == kind]) for kind in kinds)


@cache
def _heavy_words() -> frozenset[str]:
    return frozenset(_table().weighs.split())


@cache
def _sparing_words() -> frozenset[str]:
    return frozenset(_table().spares.split())


@cache
def _table() -> _Table:
    file = open_table(table_path("en", "events.toml"))
    table = file.convert(_Table)
    if not any(row.kind == LOSS for row in table.event):
        raise file.fault(0, f"no event is of the kind {LOSS}")
    for number, row in enumerate(table.event):
        for said in (*row.said, row.behind):
            with file.at("event", str(number), "said"):
                re.compile(said)
    return table


def _read_kind(kind: str, rows: list[_Row]) -> _Kind:
    parts = []
    for row in rows:
        little = _LITTLE if row.who != "any" else ""
        parts.append(f"{_SUBJECTS[row.who]}{little}(?:{'|'.join(row.said)}){row.behind}")
    return _Kind(re.compile("|".join(parts)), any(row.heavy for row in rows), kind == LOSS)


_NOT_ALIVE = re.compile(
    r"my (?:\w+ )?(?:phone|car|battery|laptop|computer|tv|console|tablet|account|screen|pc|character|plant"
    r"|plants)\b"
)
_UNPLEASANT = (Quadrant.UNPLEASANT_HIGH, Quadrant.UNPLEASANT_LOW)
_OWN = re.compile(r"\b(?:my|our|me|us)\b")
# A pleasant feeling of long ago that went on or turned; its bright half alone would be wrong.
_TURNS = re.compile(r"\b(?:but|until|till|(?<!back )then|now|before|any ?more|since)\b")
_TURNS_BAD = re.compile(r"\W*(?:and )?(?:but|until|till|except|though|only)\b", re.IGNORECASE)
"""behind the bright half of a sentence that goes on to something else"""
_ENDED = re.compile(r"\b(?:alive|died|gone|lost)\b")
_WISHES = re.compile(
    r"i'm (?:still |really |just )*trying |i (?:really |just |only )*(?:wish|want to|wanted to|would give anything)\b"
)
_LAUGHS = re.compile(r"\b(?:lol|lmao|rofl|ha(?:ha)+|xd)\b|[😂🤣]")
_IS_NOW = re.compile(r"\byou(?:'re| are| feel| would)\b")
_SAYS_NOT = re.compile(r"\byou (?:wouldn't|can't|couldn't|don't) (?:\w+ )?(?:say|call|think)\b")
_CLOSING = ("bother", "bothered", "care")
_LESS = re.compile(r"\bas [\w ]+ as\b|\bany ?more\b|\bno longer\b|\bso much\b")
_DENIAL = re.compile(r"n't\b|\b(?:not|never|no|nobody|nothing|without|hardly|barely)\b")


def event_in(mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """The event on which the answer turns, the gravest kind first; else a denied or a past feeling of the speaker."""
    found = list(_clauses(text))
    laughs = _LAUGHS.search(text[:LONGEST_ANSWER].lower()) is not None
    for kind in _kinds():
        if laughs and kind.heavy and not kind.loss:
            continue
        if not kind.heavy and (past := _long_past(mentions, text)) is not None:
            return past
        for words in found:
            if _tells_of(kind, words, text) and not _holds(words, mentions):
                said = longest_turned(words, 0, min(SHORTEST_EVENT, len(words)), len(words), must_speak=kind.heavy)
                if said is not None and not kind.heavy:
                    said = whole_sentence(said, mentions, text)
                    if _TURNS_BAD.match(text, said.end):
                        continue
                if said is not None and kind.pattern.match(_whole([word for word in words if word.end <= said.end])):
                    return replace(said, heavy=kind.heavy, loss=kind.loss)
    return (
        _denied(mentions, text)
        or _rather(text)
        or _long_past(mentions, text, bright=True)
        or _told(found, mentions, text)
    )


def _told(clauses: Sequence[Sequence[Word]], mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """The clause that tells most, of an answer that names no feeling of now; the first of several."""
    named = any(one.felt_now and not one.vague for one in mentions)
    if named or not may_be_told(read_words(text[:LONGEST_ANSWER])):
        return None
    weights = [tells_something(words, mentions) for words in clauses]
    for weight in (3, 2):
        for words in (clause for clause, told in zip(clauses, weights, strict=True) if told == weight):
            said = None if _holds(words, mentions) else longest_turned(words, 0, len(words), len(words))
            said = None if said is None else whole_sentence(said, mentions, text)
            if said is not None and not _TURNS_BAD.match(text, said.end):
                return said
    return None


def tells_of_loss(text: str, said_back: Sequence[Said] | None = None) -> bool:
    """True if an answer tells of a death, an illness or a parting, also of one that cannot be said back.

    With the clauses that are said back, a single heavy word outside of them is enough.
    """
    words = [] if said_back is None else read_words(text[:LONGEST_ANSWER])
    if any(word.low in _heavy_words() and not any(_lies_in(word, one) for one in said_back or ()) for word in words):
        return True
    if OWN_HAND.search(text[:LONGEST_ANSWER].lower().replace("’", "'")):
        return True
    loss = next(kind for kind in _kinds() if kind.loss)
    return any(loss.pattern.match(said) and not _NOT_ALIVE.match(said) for said in map(_whole, _clauses(text)))


def is_surely_light(text: str) -> bool:
    """True if no clause tells of anything heavy, and no word may: for what is shown unasked, where a miss is worse."""
    heard = text[:LONGEST_ANSWER].lower().replace("’", "'")
    if len(text) > LONGEST_ANSWER or OWN_HAND.search(heard) or tells_of_loss(text, ()):
        return False
    if any(word.low in _sparing_words() for word in read_words(text)):
        return False
    heavy = [kind.pattern for kind in _kinds() if kind.heavy]
    return not any(pattern.match(said) for said in map(_whole, _clauses(text)) for pattern in heavy)


def _lies_in(word: Word, clause: Said) -> bool:
    return clause.start <= word.start and word.end <= clause.end


def _whole(words: Sequence[Word]) -> str:
    """The clause in small letters; a name at its beginning as "she"."""
    plain = _IS.sub(r"\1 is ", _plain(words, words[-1].end))
    return plain if not named(words) else " ".join(["she", *plain.split()[named(words) :]])


def named(words: Sequence[Word]) -> int:
    """Words of a name that a clause begins with: "Sarah", "Uncle Bob"; 0 for none."""
    width = int(words[0].low in TITLES and len(words) > 1)
    if width and not words[1].mark and words[1].low not in VERBS | ADVERBS:
        return 2
    return int(begins_with_name(words[0]) and words[0].low not in _NO_NAMES and words[0].text[1:].islower())


LEAST_ABOUT = 3  # words behind a bright feeling, to say what it was about
_POINTS_BACK = re.compile(r"\b(it|its|that|this|these|those)\b", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.!?\n]")
_IS = re.compile(r"\b(\w+)'s (?=(?:pregnant|dying|ill|sick|very|really|in|getting|okay|safe|home)\b)")
_NO_NAMES = (
    VERBS
    | ADVERBS
    | PREPOSITIONS
    | listed(
        "phone car battery laptop computer tv engine wifi internet conversation talk hope mood plant plants plans work"
        " business interest everything everyone nothing nobody someone something yes no well what when where who how if"
        " people friends nature love romance music chivalry"
    )
)


def _tells_of(kind: _Kind, words: Sequence[Word], text: str) -> bool:
    """True for an event of that kind; a loss of "he" or "she" counts where the text says whose they are."""
    said = _whole(words)
    if kind.loss and words[0].low in ("he", "she", "they") and not _OWN.search(text[:LONGEST_ANSWER].lower()):
        return False
    return kind.pattern.match(said) is not None and not _NOT_ALIVE.match(said)


def _plain(words: Sequence[Word], end: int) -> str:
    """The words up to a place of the text, in small letters and without marks."""
    return " ".join(word.low for word in words if not word.mark and word.end <= end)


def _clauses(text: str) -> Iterator[Sequence[Word]]:
    words = with_left_out(drop_fillers(read_words(text[:LONGEST_ANSWER])))
    asked = [False] * (len(words) + 1)
    for index in range(len(words) - 1, -1, -1):
        asked[index] = QUESTION_MARK in words[index].low or (asked[index + 1] and not words[index].ends)
    quotes = [0]
    for word in words:
        quotes.append(quotes[-1] + (word.low in QUOTES))
    for start, end in clauses_of(words):
        told = start < end and not asked[start] and quotes[start] % 2 == 0
        if told and not leaves_its_condition(words, start, end):
            yield words[start:end]


def _holds(words: Sequence[Word], mentions: Sequence[EmotionMention]) -> bool:
    """True if somebody's feeling stands in the clause that is not the speaker's, or was imagined and not wished for."""
    inside = [one for one in mentions if words[0].start < one.end and one.start < words[-1].end]
    wished = _WISHES.match(_whole(words)) is not None
    return any(
        not one.own and not one.negated and not (wished and one.experiencer is Experiencer.SELF) for one in inside
    )


def _denied(mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """A pleasant feeling that is denied, or an unpleasant one that became less.

    "I'm not bothered" closes a door, and is left alone.
    """
    for mention in mentions:
        own = mention.experiencer is Experiencer.SELF and not mention.hypothetical and not mention.past
        less = (
            mention.lemma not in _CLOSING
            and _LESS.search(text[max(0, mention.start - 12) : mention.end + 12].lower()) is not None
        )
        if own and mention.negated and (mention.quadrant not in _UNPLEASANT or less):
            said = clause_around(mention, mentions, text)
            plain = said.sentence.lower() if said is not None else ""
            if _DENIAL.search(plain) and not _SAYS_NOT.search(plain):
                return said
    return None


def _rather(text: str) -> Said | None:
    """The clause by which a name for a feeling is put right: "it's more like my stomach just goes"."""
    words = drop_fillers(read_words(text[:LONGEST_ANSWER]))
    for k in range(len(words) - 4):
        named = words[k].low == "more" and words[k + 1].low in ("like", "that")
        if named and words[k - 1].low in ("it's", "was", "just", "maybe"):
            begins = k + 2
            said = longest_turned(words, begins, begins + 2, end_of(words, begins + 2, ()))
            return said if said is not None and speaks_to(said.sentence) else None
    return None


def _long_past(mentions: Sequence[EmotionMention], text: str, bright: bool = False) -> Said | None:
    """A feeling of long ago, in the past tense; a pleasant one with `bright`, where nothing tells that it ended."""
    own = [mention for mention in mentions if mention.own and mention.past and not mention.vague]
    for mention in sorted(own, key=lambda one: (one.degree, one.start), reverse=True):
        if bright is (mention.quadrant in _UNPLEASANT) or (bright and _ENDED.search(text.lower())):
            continue
        said = clause_around(mention, mentions, text)
        if bright and said is not None and _TURNS.search(text[said.end :].lower()):
            continue
        if said is not None and speaks_to(said.sentence) and not _IS_NOW.search(said.sentence.lower()):
            return said
    return None


def may_stand_behind(hard: Said, bright: Said, mention: EmotionMention, text: str) -> bool:
    """True if a bright clause may be said behind a heavy event.

    It tells what it was about, which is nothing that was said before it, and it was no sentence of its own in front.
    """
    if _POINTS_BACK.search(bright.sentence):
        return False
    if bright.start < hard.start:
        if hard.sentence.startswith("It "):  # then the bright one is said first, as it was
            return True
        if _SENTENCE_ENDS.search(text, bright.end, hard.start):
            return False
    return len(text[mention.end : bright.end].split()) >= LEAST_ABOUT
