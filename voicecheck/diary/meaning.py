"""What a person says of a tag, as values: family, whose, denied, imagined or past."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import msgspec

from voicecheck.domain import EmotionMention, Experiencer, Family, Quadrant


class Said(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a program may say of a mention; what it leaves out stays as it is."""

    family: Family | None = None
    quadrant: Quadrant | None = None
    lemma: str | None = None
    negated: bool | None = None
    experiencer: Experiencer | None = None
    hypothetical: bool | None = None
    past: bool | None = None
    vague: bool | None = None
    degree: Literal[-1, 0, 1] | None = None

    def __repr__(self) -> str:
        return "Said(...)"


def apply_said(mention: EmotionMention, said: Said) -> EmotionMention:
    """The mention as it was said to be; a family without a quadrant brings its usual one."""
    from voicecheck.feelings.families import USUAL_QUADRANT

    given: dict[str, Any] = {
        name: value for name in said.__struct_fields__ if (value := getattr(said, name)) is not None
    }
    if said.family is not None and said.quadrant is None and said.family is not mention.family:
        given["quadrant"] = USUAL_QUADRANT[said.family]
    return replace(mention, **given)


def said_of(family: Family, meant_as: str) -> Said:
    experiencer = Experiencer(meant_as) if meant_as in ("other", "unclear") else Experiencer.SELF
    return Said(
        family=family,
        negated=meant_as == "denied",
        experiencer=experiencer,
        hypothetical=meant_as == "imagined",
        past=meant_as == "past",
    )


def meant(mention: EmotionMention) -> str:
    """The one of MEANT that says most of a mention."""
    if mention.experiencer is not Experiencer.SELF:
        return mention.experiencer.value
    marks = (("denied", mention.negated), ("imagined", mention.hypothetical), ("past", mention.past))
    return next((name for name, holds in marks if holds), "felt")
