"""What a reply says about a feeling that was given back: "yes", "no", "no, more disappointed", "the second one"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from voicecheck.domain import Correction, CorrectionAction, EmotionMention, Experiencer, MentionSource
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.nearer import with_mention, with_word
from voicecheck.text.folding import spoken_words

LONGEST_REPLY_WORDS = 9
"""what is longer tells more than a word, and belongs to the answer"""
NO = ("no", "nope", "nah", "not really", "not quite")
PLACES = ("first", "second", "third", "last")
_LEAD = re.compile(
    r"^(?:(?:no|nope|nah|yes|yeah|not really|not quite|well|um|uh|hm|rather|more|actually|i think|i guess|i'd say|maybe"
    r"|it's|it is|it was|that's|closer|nearer|to|like|kind of|sort of|i felt|i feel|i was|just|and|so|probably)\b\s*)+"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """`correction` is what it says of the mention; None where it says nothing of it."""

    correction: Correction | None = field(default=None, repr=False)
    agrees: bool = False
    other: bool = False
    """it names another word"""


def read_reply(
    text: str, yes: bool | None, about: EmotionMention, offered: Sequence[str] = (), language: str = "en"
) -> Reply:
    """`yes` is whether the whole reply says yes or no; `about` is the mention that was given back."""
    words = spoken_words(text)
    if not words or len(words) > LONGEST_REPLY_WORDS:
        return Reply()
    meant = _word_for(words, text, about, offered, language)
    if meant is not None:
        return Reply(Correction(CorrectionAction.CHANGED, meant), other=True)
    if yes and not offered:
        agreed = replace(about, source=MentionSource.PERSON)
        return Reply(Correction(CorrectionAction.CHANGED, agreed), agrees=True)
    if not offered and (yes is False or words[0] in NO or " ".join(words[:2]) in NO):
        return Reply(Correction(CorrectionAction.REMOVED, about))
    return Reply()


def _word_for(
    words: list[str], text: str, about: EmotionMention, offered: Sequence[str], language: str
) -> EmotionMention | None:
    """The mention with the word that the person names for it."""
    named = [lemma for lemma in offered if lemma in words and "not" not in words[: words.index(lemma)]]
    place = next((place for place in PLACES if place in words), None)
    if place is not None and not named and offered:
        named = [offered[-1] if place == "last" else offered[PLACES.index(place)]]
    if named:
        return with_word(about, named[0], language) if len(named) == 1 else None
    for said in (text, f"I felt {_LEAD.sub('', ' '.join(words))}."):
        found = [m for m in find_mentions(said, language) if _is_meant(m)]
        if found and found[0].lemma != about.lemma:
            return with_mention(about, found[0])
    return None


def _is_meant(mention: EmotionMention) -> bool:
    return not mention.negated and not mention.vague and mention.experiencer is not Experiencer.OTHER
