"""The feelings of an answer that are said back: the speaker's own, felt now, at most two of them."""

from __future__ import annotations

from collections.abc import Sequence

from voicecheck.domain import EmotionMention, Experiencer, Quadrant

MOST_MIRRORED = 2
LONGEST_WORD = 40  # characters; a longer idiom makes no short sentence
UNPLEASANT = (Quadrant.UNPLEASANT_HIGH, Quadrant.UNPLEASANT_LOW)


def can_mirror(mention: EmotionMention) -> bool:
    """True if this is the speaker's own feeling, felt now and named by a word that says which."""
    return mention.felt_now and not mention.vague and 0 < len(mention.text.strip()) <= LONGEST_WORD


def choose(mentions: Sequence[EmotionMention]) -> list[int]:
    """Return at most two indices in the order of speech, of two families: the strongest, then the latest.

    Where something unpleasant was named, one of the two is unpleasant; a vague word counts where it alone is.
    """
    latest: dict[str, int] = {}
    for index, mention in enumerate(mentions):
        if mention.negated and mention.experiencer is not Experiencer.OTHER:
            latest.pop(mention.lemma, None)  # "angry, no, not angry": taken back
        elif can_mirror(mention) or _vague_and_unpleasant(mention):
            latest[mention.lemma] = index
    ranked = sorted(
        latest.values(), key=lambda i: (not mentions[i].vague, mentions[i].degree, mentions[i].start), reverse=True
    )
    chosen: list[int] = []
    for index in ranked:
        if len(chosen) < MOST_MIRRORED and not any(mentions[index].family is mentions[i].family for i in chosen):
            chosen.append(index)
    heavy = next((index for index in ranked if mentions[index].quadrant in UNPLEASANT), None)
    if heavy is not None and all(mentions[index].quadrant not in UNPLEASANT for index in chosen):
        chosen[-1:] = [heavy]
    if any(not mentions[index].vague for index in chosen):
        chosen = [index for index in chosen if not mentions[index].vague or len(chosen) == MOST_MIRRORED]
    return sorted(chosen, key=lambda i: mentions[i].start)


def _vague_and_unpleasant(mention: EmotionMention) -> bool:
    return mention.felt_now and mention.vague and mention.quadrant in UNPLEASANT and len(mention.text) <= LONGEST_WORD
