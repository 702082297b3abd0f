"""Convert the form for a tag to a mention."""

from __future__ import annotations

from voicecheck.diary.meaning import Meaning, apply_said, find_words, said_of, unnamed
from voicecheck.domain import EmotionMention, Entry, Family
from voicecheck.errors import UsageError
from voicecheck.web.site.forms import first


def corrected(mention: EmotionMention, fields: dict[str, list[str]]) -> EmotionMention:
    """Return `mention` as the form says it is. Raises UsageError for what no form here sends."""
    try:
        family, meaning = Family(first(fields, "family")), Meaning(first(fields, "meaning"))
    except ValueError as error:
        raise UsageError("The form says something that this page does not know.", "Load the page again.") from error
    return apply_said(mention, said_of(family, meaning, mention, vague="vague" in fields))


def added(entry: Entry, fields: dict[str, list[str]]) -> EmotionMention:
    """Return a feeling that was not marked, by its words as they stand in the text; the form may say where.

    Raises UsageError where the words do not stand there.
    """
    at = first(fields, "at")
    wanted = int(at) if at.isdecimal() and len(at) < 9 else 0
    places = find_words(entry.text, first(fields, "words"))
    if not places:
        raise UsageError("These words do not stand in the text.", "Write them as they stand there, or select them.")
    nearest = min(places, key=lambda span: abs(span[0] - wanted))
    return corrected(unnamed(entry.text, *nearest), fields)
