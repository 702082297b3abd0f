"""Explanation of a mark: which kind it is, and why, in sentences that quote the words that decided it."""

from __future__ import annotations

from collections.abc import Iterator

from voicecheck.domain import EmotionMention, Experiencer, MentionSource
from voicecheck.phrases import Phrases
from voicecheck.text.untrusted import printable


def describe(mention: EmotionMention, text: str, phrases: Phrases, language: str) -> str:
    """Explain the mark of a word, in whole sentences: what it means, and which words decided how it is marked."""
    from voicecheck.feelings.meanings import meaning_of_mention

    family = phrases.page[f"family_{mention.family.value}"]
    told = [phrases.tell("why_family", word=mention.lemma, family=family)]
    meaning = meaning_of_mention(mention, language)
    if meaning is not None:
        told.append(phrases.tell("why_meaning", meaning=meaning))
    told.append(phrases.page[f"quadrant_{mention.quadrant.value}"] + ".")
    for name, kind in notes(mention):
        told.append(phrases.page[f"why_{name}"] + ("" if name == "person" else _because(mention, kind, text, phrases)))
    return " ".join(told)


def notes(mention: EmotionMention) -> Iterator[tuple[str, str]]:
    """What is to be told of it besides its family, in order, and the kind of cue that decided each."""
    for name, kind, holds in (
        ("denied", "negation", mention.negated),
        ("others", "experiencer", mention.experiencer is Experiencer.OTHER),
        ("unclear", "experiencer", mention.experiencer is Experiencer.UNCLEAR),
        ("imagined", "hypothetical", mention.hypothetical),
        ("past", "past", mention.past),
        ("vague", "", mention.vague),
        ("implied", "implied", any(cue.kind == "implied" for cue in mention.cues)),
        ("strong", "degree", mention.degree > 0),
        ("slight", "degree", mention.degree < 0),
        ("person", "", mention.source is MentionSource.PERSON),
    ):
        if holds:
            yield name, kind


def _because(mention: EmotionMention, kind: str, text: str, phrases: Phrases) -> str:
    cues = [printable(text[cue.start : cue.end]) for cue in mention.cues if cue.kind == kind and cue.end <= len(text)]
    words = ", ".join(phrases.tell("why_quoted", words=cue) for cue in cues)
    return phrases.tell("why_because", words=words) if cues else "."
