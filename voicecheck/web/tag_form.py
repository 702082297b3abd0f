"""What a person says about a tag in a form, as a mention."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache

from voicecheck.domain import EmotionMention, Entry, Experiencer, Family, Quadrant
from voicecheck.errors import UsageError
from voicecheck.feelings.lexicon import load_lexicon
from voicecheck.web.forms import first

MEANINGS = ("felt", "denied", "others", "imagined", "past")
"""how a word can be meant, as marks are drawn"""
USUAL = "usual"
"""take the quadrant that most words of the family have"""


def corrected(mention: EmotionMention, fields: dict[str, list[str]]) -> EmotionMention:
    """`mention` as the form says it is. Raises UsageError for what no form here sends."""
    family = _family(fields)
    meaning = first(fields, "meaning")
    if meaning not in MEANINGS:
        raise _unknown()
    return replace(
        mention,
        family=family,
        quadrant=mention.quadrant if family is mention.family else usual_quadrant(family),
        negated=meaning == "denied",
        experiencer=Experiencer.OTHER if meaning == "others" else Experiencer.SELF,
        hypothetical=meaning == "imagined",
        past=meaning == "past",
        vague="vague" in fields,
    )


def added(entry: Entry, fields: dict[str, list[str]]) -> EmotionMention:
    """A feeling that was not marked, by its words as they stand in the text; the form may say where.

    Raises UsageError where the words do not stand there.
    """
    words = " ".join(first(fields, "words").split())
    at = _place(entry.text, words, first(fields, "at"))
    if at is None:
        raise UsageError("These words do not stand in the text.", "Write them as they stand there, or select them.")
    start, end = at
    family = _family(fields)
    base = EmotionMention(start, end, entry.text[start:end], words.casefold(), family, usual_quadrant(family))
    return corrected(base, fields)


@cache
def usual_quadrant(family: Family) -> Quadrant:
    """Where most words of a family lie."""
    lexicon = load_lexicon("en")
    assert lexicon is not None
    counts = Counter(sense.quadrant for sense in lexicon.senses if sense.family is family)
    return counts.most_common(1)[0][0]


def _family(fields: dict[str, list[str]]) -> Family:
    try:
        return Family(first(fields, "family"))
    except ValueError as error:
        raise _unknown() from error


def _place(text: str, words: str, at: str) -> tuple[int, int] | None:
    """The words nearest to the place that the page noted, whole, whatever blanks stand between them."""
    if not words:
        return None
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)"
    wanted = int(at) if at.isdecimal() and len(at) < 9 else 0
    found = [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]
    return min(found, key=lambda span: abs(span[0] - wanted), default=None)


def _unknown() -> UsageError:
    return UsageError("The form says something that this page does not know.", "Load the page again.")
