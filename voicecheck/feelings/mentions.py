"""Find the feeling words of a text: the one door into this room."""

from __future__ import annotations

import re

from voicecheck.domain import Cue, EmotionMention, Family, Quadrant

LEXICON_VERSION = "en-0"

_WORDS = {
    "happy": (Family.JOY, Quadrant.PLEASANT_HIGH),
    "proud": (Family.PRIDE, Quadrant.PLEASANT_HIGH),
    "grateful": (Family.GRATITUDE, Quadrant.PLEASANT_LOW),
    "calm": (Family.CALM, Quadrant.PLEASANT_LOW),
    "relieved": (Family.CALM, Quadrant.PLEASANT_LOW),
    "sad": (Family.SADNESS, Quadrant.UNPLEASANT_LOW),
    "lonely": (Family.LONELINESS, Quadrant.UNPLEASANT_LOW),
    "ashamed": (Family.SHAME, Quadrant.UNPLEASANT_LOW),
    "guilty": (Family.GUILT, Quadrant.UNPLEASANT_LOW),
    "scared": (Family.FEAR, Quadrant.UNPLEASANT_HIGH),
    "afraid": (Family.FEAR, Quadrant.UNPLEASANT_HIGH),
    "anxious": (Family.ANXIETY, Quadrant.UNPLEASANT_HIGH),
    "nervous": (Family.ANXIETY, Quadrant.UNPLEASANT_HIGH),
    "angry": (Family.ANGER, Quadrant.UNPLEASANT_HIGH),
    "tired": (Family.TIREDNESS, Quadrant.UNPLEASANT_LOW),
}
_FEELING = re.compile(r"\b(?:" + "|".join(_WORDS) + r")\b", re.IGNORECASE)
_DENIAL = re.compile(r"\b(?:not|never|no|\w+n['’]t)\b", re.IGNORECASE)


def lexicon_version(language: str = "en") -> str | None:
    return LEXICON_VERSION if has_lexicon(language) else None


def has_lexicon(language: str) -> bool:
    return language.partition("-")[0].lower() == "en"


def find_mentions(text: str, language: str = "en") -> tuple[EmotionMention, ...]:
    """Every feeling that `text` names, in order; empty for a language without a lexicon."""
    if not has_lexicon(language):
        return ()
    found = []
    for match in _FEELING.finditer(text):
        family, quadrant = _WORDS[match.group().lower()]
        clause = max(text.rfind(mark, 0, match.start()) for mark in ".,!?;") + 1
        cues = tuple(Cue(m.start(), m.end(), "negation") for m in _DENIAL.finditer(text, clause, match.start()))
        found.append(
            EmotionMention(
                match.start(), match.end(), match.group(), match.group().lower(), family, quadrant,
                negated=len(cues) % 2 == 1, cues=cues,
            )
        )
    return tuple(found)
