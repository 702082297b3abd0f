"""What is known of a feeling word, in a few words: the same in `entry show` and in `tag`."""

from __future__ import annotations

from voicecheck.domain import EmotionMention, Experiencer


def describe(mention: EmotionMention) -> str:
    """Why a word is marked as it is."""
    notes = [mention.family.value]
    if mention.negated:
        notes.append("not felt, as you said")
    if mention.experiencer is Experiencer.OTHER:
        notes.append("someone else's")
    elif mention.experiencer is Experiencer.UNCLEAR:
        notes.append("unclear whose")
    if mention.hypothetical:
        notes.append("imagined")
    if mention.past:
        notes.append("back then")
    if mention.vague:
        notes.append("a word for many things")
    if mention.degree:
        notes.append("strongly" if mention.degree > 0 else "a little")
    return ", ".join(notes)
