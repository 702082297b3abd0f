"""Explanation of a mark: which kind it is, and why, in sentences that quote the words that decided it."""

from __future__ import annotations

from voicecheck.domain import EmotionMention, Experiencer
from voicecheck.phrases import Phrases
from voicecheck.text.untrusted import printable


def shape_of(mention: EmotionMention) -> str:
    """What matters most about how the word stood; `describe` says all of it."""
    if mention.negated:
        return "denied"
    if mention.experiencer is not Experiencer.SELF:
        return "others"
    if mention.hypothetical:
        return "imagined"
    return "past" if mention.past else "felt"


def describe(mention: EmotionMention, text: str, phrases: Phrases) -> str:
    """Why a word is marked as it is, in whole sentences that quote the words that decided it."""
    family = phrases.page[f"family_{mention.family.value}"]
    told = [phrases.tell("why_family", word=mention.lemma, family=family)]
    told.append(phrases.page[f"quadrant_{mention.quadrant.value}"] + ".")
    for name, kind, holds in (
        ("why_denied", "negation", mention.negated),
        ("why_others", "experiencer", mention.experiencer is Experiencer.OTHER),
        ("why_unclear", "experiencer", mention.experiencer is Experiencer.UNCLEAR),
        ("why_imagined", "hypothetical", mention.hypothetical),
        ("why_past", "past", mention.past),
        ("why_vague", "", mention.vague),
        ("why_strong", "degree", mention.degree > 0),
        ("why_slight", "degree", mention.degree < 0),
    ):
        if holds:
            told.append(phrases.page[name] + _because(mention, kind, text, phrases))
    if mention.source.value == "person":
        told.append(phrases.page["why_person"])
    return " ".join(told)


def _because(mention: EmotionMention, kind: str, text: str, phrases: Phrases) -> str:
    cues = [printable(text[cue.start : cue.end]) for cue in mention.cues if cue.kind == kind and cue.end <= len(text)]
    return phrases.tell("why_because", words="”, “".join(cues)) if cues else "."
