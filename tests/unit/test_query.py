"""The search grammar: what is typed, what it means, and where a mistake stands."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecheck.domain import Experiencer, Family, Quadrant
from voicecheck.vault.search.days import read_days
from voicecheck.vault.search.grammar import Feeling, Known, Meant, Place, Query, QueryError, Trait, Words, parse_query

TODAY = date(2026, 11, 25)  # a Wednesday


def parsed(text: str) -> Query:
    return parse_query(text, TODAY)


def test_words_and_phrases() -> None:
    """Words stand alone, what is quoted stays together in any quotation marks, a minus leaves out."""
    assert parsed('rain "by the sea" -fog -“old house”').words == (
        Words("rain"),
        Words("by the sea", exact=True),
        Words("fog", wanted=False),
        Words("old house", wanted=False, exact=True),
    )


def test_feelings() -> None:
    """Families and quadrants, several with commas; whose they are and how they are meant."""
    query = parsed('feeling:anger,Fear -feeling:pleasant felt:self -negated is:past "negated"')
    assert query.feelings == (
        Feeling(families=frozenset({Family.ANGER, Family.FEAR})),
        Feeling(quadrants=frozenset({Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW}), wanted=False),
    )
    assert query.meant == (Meant(Experiencer.SELF), Meant(Trait.NEGATED, wanted=False), Meant(Trait.PAST))
    assert query.words == (Words("negated", exact=True),)


def test_what_an_entry_is_known_by() -> None:
    """Question, pack, speaker and kind in any capitals; with or without sound or edit."""
    query = parsed('prompt:Evening.Word -pack:work speaker:"Kim Lee" kind:journal has:sound -has:edit')
    assert query.known == (
        Known(Place.PROMPT, "evening.word"),
        Known(Place.PACK, "work", wanted=False),
        Known(Place.SPEAKER, "kim lee"),
        Known(Place.KIND, "journal"),
    )
    assert (query.has_sound, query.edited) == (True, False)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2026-10-12", date(2026, 10, 12), date(2026, 10, 12)),
        ("2026-2", date(2026, 2, 1), date(2026, 2, 28)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("today", TODAY, TODAY),
        ("Yesterday", date(2026, 11, 24), date(2026, 11, 24)),
        ("last week", date(2026, 11, 16), date(2026, 11, 22)),
        ("this-week", date(2026, 11, 23), date(2026, 11, 29)),
        ("last_month", date(2026, 10, 1), date(2026, 10, 31)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("wednesday", TODAY, TODAY),
        ("last wednesday", date(2026, 11, 18), date(2026, 11, 18)),
        ("monday", date(2026, 11, 23), date(2026, 11, 23)),
        ("3 days ago", date(2026, 11, 22), date(2026, 11, 22)),
        ("2-weeks-ago", date(2026, 11, 9), date(2026, 11, 15)),
        ("a month ago", date(2026, 10, 1), date(2026, 10, 31)),
        ("12 months ago", date(2025, 11, 1), date(2025, 11, 30)),
        ("last 7 days", date(2026, 11, 19), TODAY),
        ("letzte 7 Tage", date(2026, 11, 19), TODAY),
        ("letzten Dienstag", date(2026, 11, 24), date(2026, 11, 24)),
        ("vor einer Woche", date(2026, 11, 16), date(2026, 11, 22)),
        ("vor-zwei-Monaten", date(2026, 9, 1), date(2026, 9, 30)),
        ("voriges Jahr", date(2025, 1, 1), date(2025, 12, 31)),
        ("gestern", date(2026, 11, 24), date(2026, 11, 24)),
        ("vorgestern", date(2026, 11, 23), date(2026, 11, 23)),
        ("im Mai", date(2026, 5, 1), date(2026, 5, 31)),
        ("Jänner 2026", date(2026, 1, 1), date(2026, 1, 31)),
        ("october", date(2026, 10, 1), date(2026, 10, 31)),
        ("december", date(2025, 12, 1), date(2025, 12, 31)),
        ("march 2024", date(2024, 3, 1), date(2024, 3, 31)),
    ],
)
def test_days(value: str, first: date, last: date) -> None:
    """Days, months, years and what people say for them, from the first day to the last."""
    assert read_days(value, TODAY) == (first, last)
    query = parsed(f'since:"{value}"')
    assert (query.since, query.until) == (first, None)
    query = parsed(f'on:"{value}" until:2030')
    assert (query.since, query.until) == (first, last)


@pytest.mark.parametrize("value", ["2026-13", "2026-02-30", "0000", "soon", "9999 years ago", "last", "october 20"])
def test_no_days(value: str) -> None:
    """What is no day is told, not guessed."""
    assert read_days(value, TODAY) is None


@pytest.mark.parametrize(
    ("text", "column", "length", "hint"),
    [
        ("rain feelin:anger", 6, 7, "Did you mean feeling:?"),
        ("feeling:angr", 9, 4, "Did you mean anger?"),
        ("feeling:joy,angr", 13, 4, "Did you mean anger?"),
        ('feeling:"joy, zzz"', 14, 4, "Known here: joy"),
        ("rain feeling:", 14, 1, "feeling:anger"),
        ('rain "by the sea', 6, 1, 'Put a "'),
        ("-since:2026", 2, 10, "since: and until:"),
        ("on:someday", 4, 7, "2026-10-12"),
        ("felt:you", 6, 3, "Known here: self"),
        ("is:now", 4, 3, "Known here: negated"),
        ("kind:jurnal", 6, 6, "Did you mean journal?"),
        ("rain !!", 6, 2, "letters"),
        ("has:sound -has:sound", 12, 9, "Take one"),
        ("http://x", 1, 5, '"quotes"'),
        ("w " * 60, 101, 1, "50 at most"),
        ("x" * 1001, 1001, 1, "fewer"),
    ],
)
def test_mistakes_point_at_their_place(text: str, column: int, length: int, hint: str) -> None:
    """A mistake is told by its column and a hint; what was typed is private and stands in no message."""
    with pytest.raises(QueryError) as raised:
        parsed(text)
    assert (raised.value.column, raised.value.length) == (column, length)
    assert hint in raised.value.hint
    assert f"character {column} " in raised.value.message
    for private in ("angr.", "someday", "jurnal", "feelin "):
        assert private not in raised.value.message


@given(st.text(max_size=80))
def test_nothing_typed_breaks_it(text: str) -> None:
    """Any text is a query or a mistake with a place inside it."""
    try:
        parsed(text)
    except QueryError as error:
        assert 1 <= error.column <= len(text) + 1
        assert error.length >= 1


def test_query_hides_its_words() -> None:
    """A query in a log or a traceback shows no word."""
    assert "harbour" not in repr(parsed("harbour speaker:harbour -harbour"))


@pytest.mark.parametrize(
    "typed", ["OR rain", "rain OR", "rain OR feeling:joy", "feeling:joy OR rain", "-rain OR snow", "rain OR -snow"]
)
def test_or_stands_between_two_words(typed: str) -> None:
    """Everything else gets a sentence that shows how it is meant; "or" in quotes is a word."""
    with pytest.raises(QueryError, match="OR stands between two words"):
        parsed(typed)
    assert parsed('"OR" rain').words == (Words("OR", exact=True), Words("rain"))
