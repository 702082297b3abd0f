"""Apply a person's corrections over the tags of the lexicon, and carry them to an edited text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from voicecheck.domain import Correction, CorrectionAction, Cue, EmotionMention, MentionSource
from voicecheck.text.alignment import Place, align


def apply_corrections(found: Iterable[EmotionMention], corrections: Iterable[Correction]) -> tuple[EmotionMention, ...]:
    """Return the mentions as the person wants them, in order. Of two corrections of a place the later one counts."""
    mentions = list(found)
    for correction in corrections:
        wanted = correction.mention
        mentions = [m for m in mentions if m.end <= wanted.start or wanted.end <= m.start]
        if correction.action is not CorrectionAction.REMOVED:
            mentions.append(replace(wanted, source=MentionSource.PERSON))
    return tuple(sorted(mentions, key=lambda m: (m.start, m.end)))


def carry_over(corrections: Iterable[Correction], before: str, after: str) -> tuple[Correction, ...]:
    """Return the corrections of one text that hold in the next, where their words still stand.

    They lose their ids: each belongs to one revision.
    """
    carried = []
    place = align(before, after)
    for correction in corrections:
        mention = correction.mention
        start = place(mention.start, mention.end)
        if start is None:
            continue
        cues = (_carry_cue(cue, place) for cue in mention.cues)
        moved = replace(
            mention, start=start, end=start + mention.end - mention.start, cues=tuple(cue for cue in cues if cue)
        )
        carried.append(Correction(correction.action, moved))
    return tuple(carried)


def _carry_cue(cue: Cue, place: Place) -> Cue | None:
    start = place(cue.start, cue.end)
    return None if start is None else Cue(start, start + cue.end - cue.start, cue.kind)
