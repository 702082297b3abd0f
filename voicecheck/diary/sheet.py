"""A sheet to take along, for a therapist or a partner: sentences that the person chose, in the words they were said.

Nothing is chosen, shortened or made up here. A sheet is made anew from the vault whenever it is looked at, so that
what was edited, taken back or deleted meanwhile does not stand on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from voicecheck.diary.sentence_spans import find_sentences
from voicecheck.vault.store.timeline import Text
from voicecheck.vault.vault import Vault

MOST_DAYS = 366
MOST_ENTRIES = 60
"""entries to choose from at once, the newest of the span"""
USUAL_DAYS = 28
LONGEST_TYPED = 1000
"""letters of what the person types to talk about"""
LONGEST_NAME = 80
TWO_PAGES = 4200
"""letters that surely fit on two pages beside a picture of feelings"""
LEFT_OUT = " … "


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence of an entry."""

    sign: str
    """digest that tells it from every other, and from itself once it was edited"""
    entry_id: str
    day: date
    language: str
    place: int
    """number in its entry, from 0"""
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The person's choices for one sheet."""

    since: date
    until: date
    chosen: tuple[str, ...] = ()
    """signs of its sentences"""
    about: tuple[str, ...] = ()
    """signs of those that the person wants to talk about"""
    typed: str = field(default="", repr=False)
    """what else they want to talk about, in their own words"""
    name: str = field(default="", repr=False)
    """of the person, where they want it on the sheet"""
    feelings: bool = True
    taken_at: datetime | None = None
    """moment under which the vault has it as taken along"""

    def turned(self, sign: str) -> Sheet:
        """Return the sheet with a sentence among those to talk about, or no longer among them."""
        about = tuple(one for one in self.about if one != sign) if sign in self.about else (*self.about, sign)
        return replace(self, about=about)


@dataclass(frozen=True, slots=True)
class Passage:
    """The chosen sentences of one entry as they stand on paper; what lies between two of them is marked."""

    day: date
    language: str
    text: str = field(repr=False)


def usual_span(today: date) -> tuple[date, date]:
    return today - timedelta(days=USUAL_DAYS - 1), today


def offered(vault: Vault, since: date, until: date, name: str) -> tuple[tuple[Text, tuple[Quote, ...]], ...]:
    """Return the owner's entries of these days with their sentences, newest first."""
    texts = vault.timeline.texts(since, until, name, MOST_ENTRIES)
    return tuple((one, quotes) for one in texts if (quotes := quotes_of(one)))


def quotes_of(one: Text) -> tuple[Quote, ...]:
    """Return the sentences of a text, in order."""
    parts = (" ".join(one.text[start:end].split()) for start, end in find_sentences(one.text))
    return tuple(
        Quote(_sign(one, place, part), one.id, one.local_date, one.language, place, part)
        for place, part in enumerate(parts)
    )


def quotes_on(vault: Vault, sheet: Sheet, name: str) -> tuple[Quote, ...]:
    """Return the sentences of a sheet that still stand in the vault as they were chosen, oldest entry first."""
    wanted = set(sheet.chosen)
    entries = reversed(offered(vault, sheet.since, sheet.until, name))
    return tuple(quote for _, quotes in entries for quote in quotes if quote.sign in wanted)


def passages(quotes: Sequence[Quote]) -> Iterator[Passage]:
    """Yield what stands on the sheet for each entry."""
    for _, group in groupby(quotes, key=lambda quote: quote.entry_id):
        ones = list(group)
        text = ones[0].text
        for before, one in pairwise(ones):
            text += (" " if one.place == before.place + 1 else LEFT_OUT) + one.text
        yield Passage(ones[0].day, ones[0].language, text)


def is_long(quotes: Collection[Quote], sheet: Sheet) -> bool:
    """True if the sheet may need more than two pages."""
    return sum(len(quote.text) for quote in quotes) + len(sheet.typed) > TWO_PAGES


def _sign(one: Text, place: int, part: str) -> str:
    return hashlib.blake2b(f"{one.id} {place} {part}".encode(), digest_size=12).hexdigest()
