"""Losses and what is hard, told in German: a death, a grave illness, a parting, a lost work."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicecheck.domain import EmotionMention
from voicecheck.feelings.de.turn import begins_with_name, turn_tokens
from voicecheck.feelings.language import Said
from voicecheck.feelings.tokens import COMMA, QUESTION, tokenize

_LOSS = re.compile(
    r"\b(?:gestorben|verstorben|starb|verstarb|eingeschläfert|einschläfern|tod|todes|todesfall|beerdigung"
    r"|begräbnis|urne|friedhof|hospiz"
    r"|krebs|tumor|metastasen|chemo|chemotherapie|palliativ|schlaganfall|herzinfarkt|demenz|fehlgeburt"
    r"|totgeburt|sternenkind"
    r"|scheidung|geschieden|trennung|getrennt|verlassen hat|hat mich verlassen|schluss gemacht|gekündigt worden"
    r"|kündigung|gekündigt|entlassen|arbeitslos"
    r"|intensivstation|im sterben|pflegeheim|verloren)\b"
)
_HARD = re.compile(
    r"\b(?:krankenhaus|spital|operation|operiert|unfall|notaufnahme|diagnose|befund|streit|gestritten"
    r"|durchgefallen|abgesagt|klinik)\b"
)
_LOST = re.compile(
    r"\b(?:mein|meine|unser|unsere|unsre) (?:\w+ ){1,4}(?:gestorben|verstorben|eingeschläfert|verlassen"
    r"|gekündigt|entlassen|krebs|demenz|tumor)\b"
    r"|\b(?:mein|meine|unser|unsere|unsre) \w+ hat (?:krebs|demenz|einen (?:tumor|schlaganfall|herzinfarkt))\b"
    r"|\bmir (?:ist|wurde) (?:\w+ )?gekündigt\b"
)
_UNREAL = re.compile(
    r"\b(?:nicht|nie|kein|keine|keinen|fast|wenn|würde|hätte|wäre|könnte|falls|ob|als|früher|damals|film|serie"
    r"|buch|soll|vielleicht)\b"
)
_LONG_AGO = re.compile(r"\b(?:vor (?:\w+ )?(?:jahren|zeit)|als kind|seinerzeit)\b")


def weight(sentence: str) -> tuple[bool, bool]:
    """Return whether a clause tells of something hard, and whether that is a loss."""
    low = sentence.lower()
    loss = _LOSS.search(low) is not None
    return loss or _HARD.search(low) is not None, loss


def tells_of_loss(text: str, said_back: Sequence[Said] | None = None) -> bool:
    """True if a loss is told outside of the clauses that are said back."""
    spans = [(said.start, said.end) for said in said_back or ()]
    return any(
        not any(start <= found.start() and found.end() <= end for start, end in spans)
        for found in _LOSS.finditer(text.lower())
    )


def event_in(mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """A loss of the speaker's own, told in a clause that can be turned round: "Dein Hund ist gestorben."."""
    found = _LOST.search(text.lower())
    if found is None:
        return None
    low = max(text.rfind(mark, 0, found.start()) for mark in '.!?,;:\n„“"') + 1
    ends = [at for mark in '.!?,;:\n„“"' if (at := text.find(mark, found.end())) >= 0]
    high = min(ends, default=len(text))
    clause = text[low:high]
    asked = text[high : high + 1] == "?"
    if asked or len(clause) > 200 or _UNREAL.search(clause.lower()) or _LONG_AGO.search(text.lower()):
        return None
    tokens = tokenize(clause, "de")
    if QUESTION in tokens.words or COMMA in tokens.words:
        return None
    turned = turn_tokens(tokens, 0, len(tokens))
    if turned is None:
        return None
    first = next((j for j, word in enumerate(tokens.words) if word not in ("und", "aber", "also", "dass")), 0)
    heavy, loss = weight(turned)
    start = low + tokens.starts[first]
    return Said(turned, start, low + tokens.ends[-1], heavy, loss, begins_with_name(tokens, first))
