"""A period in sentences, for the page, the terminal and a sheet: the same that its picture shows."""

from __future__ import annotations

from datetime import date

from voicecheck.diary.period import Beside, Feeling, Period, Question
from voicecheck.domain import Family
from voicecheck.phrases import Phrases

MOST_NEW_WORDS = 12


def name_column(period: Period, column: date, phrases: Phrases) -> str:
    """Return the name of a day or a month of the period."""
    if period.step == "day":
        return phrases.say_date("week_short", column)
    one_year = period.since.year == period.until.year
    return phrases.month(column) if one_year else phrases.say_date("month", column)


def name_family(family: Family | None, phrases: Phrases) -> str:
    return phrases.tell("why_vague") if family is None else phrases.tell(f"family_{family.value}")


def say_times(count: int, phrases: Phrases) -> str:
    """Return how often: once, twice, 3 times."""
    names = {1: "been_once", 2: "been_twice"}
    return phrases.tell(names[count]) if count in names else phrases.tell("been_times", count=count)


def say_entries(period: Period, today: date, phrases: Phrases) -> list[str]:
    """Return how much was said, and that the period is not over where it is not."""
    count = sum(period.entries)
    if not count:
        lines = [phrases.tell("been_none")]
    elif count == 1:
        lines = [phrases.tell("been_entry")]
    else:
        name = "been_entries_one_day" if period.days == 1 else "been_entries"
        lines = [phrases.tell(name, count=count, days=period.days)]
    if count and not period.feelings:
        lines.append(phrases.tell("been_no_feeling"))
    if period.since <= today <= period.until:
        lines.append(phrases.tell("been_not_over"))
    return lines


def say_words(feeling: Feeling, phrases: Phrases) -> str:
    """Return the words with which a feeling was named: calm, serene (twice); one alone needs no number."""
    if len(feeling.words) == 1:
        return feeling.words[0][0]
    return ", ".join(_counted(word, count, phrases) for word, count in feeling.words)


def say_when(period: Period, counts: tuple[int, ...], phrases: Phrases) -> str:
    """Return the days or months of these counts: 3 Nov, 7 Nov (twice)."""
    named = zip(period.columns, counts, strict=True)
    return ", ".join(_counted(name_column(period, one, phrases), count, phrases) for one, count in named if count)


def say_new_words(period: Period, phrases: Phrases) -> str:
    """Return the words that were named for the first time; empty where there are none."""
    if not period.new_words:
        return ""
    if period.begins_here:
        return phrases.tell("been_all_new")
    words = [f"{word} ({phrases.say_date('week_short', day)})" for word, day in period.new_words[:MOST_NEW_WORDS]]
    more = len(period.new_words) - MOST_NEW_WORDS
    return ", ".join([*words, *([phrases.tell("been_more", count=more)] if more > 0 else [])])


def say_beside(one: Beside, phrases: Phrases) -> str:
    """Return in how many entries a topic stands, and what was named in them."""
    name = "been_in_entry" if one.entries == 1 else "been_in_entries"
    entries = phrases.tell(name, count=one.entries)
    if not one.felt:
        return phrases.tell("been_beside_none", entries=entries)
    felt = ", ".join(
        name_family(family, phrases) + ("" if one.entries == 1 else f" ({count})") for family, count in one.felt
    )
    return phrases.tell("been_beside_felt", entries=entries, felt=felt)


def say_question(one: Question, phrases: Phrases) -> str:
    """Return in how many of its answers a feeling was named."""
    name = "been_question_one" if one.answered == 1 else "been_question"
    return phrases.tell(name, named=one.named, answered=one.answered)


def _counted(name: str, count: int, phrases: Phrases) -> str:
    return name if count == 1 else f"{name} ({say_times(count, phrases)})"
