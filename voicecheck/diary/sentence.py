"""One sentence to take along: "I felt ... when ..., what I need is ...". Pure; the words are the person's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from voicecheck.diary.sentence_spans import find_sentences
from voicecheck.domain import EmotionMention, Entry
from voicecheck.feelings.nearer import fits_after_felt
from voicecheck.text.untrusted import printable

_OPENING = re.compile(
    r"^(?:and |so |but |well,? )?(?:i (?:felt|feel|was|am|got)|i'm|i’m)\b|^(?:when|because|as|since|that)\s+",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\b(?:when|because|as soon as|every time|whenever|after)\b", re.IGNORECASE)
LONGEST_SENTENCE = 300
"""characters; a sentence to take along is short"""


@dataclass(frozen=True, slots=True)
class Draft:
    """The three parts as far as the entry gives them; the person fills in and changes what they like."""

    felt: str = field(default="", repr=False)
    when: str = field(default="", repr=False)
    need: str = field(default="", repr=False)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of an entry, in order, each once."""
    parts = (" ".join(text[start:end].split()) for start, end in find_sentences(text))
    return tuple(dict.fromkeys(part for part in parts if part and len(part) <= LONGEST_SENTENCE))


def draft(entry: Entry, sentence: str) -> Draft:
    """What the chosen sentence already says: the feeling that was named in it, and what stands beside it."""
    named = [m for m in entry.mentions if m.felt_now and not m.vague and fits_after_felt(m, entry.language)]
    inside = [mention for mention in named if _bare(mention) in sentence.lower()]
    felt = _bare((inside or named)[-1]) if inside or named else ""
    joint = _JOINT.search(sentence)
    when = sentence[joint.end() :].strip(" ,.!?…") if joint else ""
    return Draft(felt, _uncapital(when))


def shape(parts: Draft) -> str:
    """The one sentence. Parts that are empty are left out; empty when there is nothing to say."""
    felt, when, need = (_clean(part) for part in (parts.felt, parts.when, parts.need))
    said = f"I felt {felt}" if felt else ""
    if when:
        said = f"{said} when {when}" if said else f"When {when}"
    if need:
        said = f"{said}, what I need is {need}" if said else f"What I need is {need}"
    return f"{said}." if said else ""


def _clean(part: str) -> str:
    """One line, without the words that the shape brings itself."""
    text = " ".join(printable(part).split()).strip(" ,.!…")
    return _OPENING.sub("", text).strip(" ,")


def _bare(mention: EmotionMention) -> str:
    return mention.text.strip().lower()


def _uncapital(text: str) -> str:
    return text if text.startswith(("I ", "I'", "I’")) else text[:1].lower() + text[1:]
