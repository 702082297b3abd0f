"""Ends of a spoken clause that are not said back: "..., I do", "..., I think", "... like an idiot", "..., silly me"."""

from __future__ import annotations

import re
from collections.abc import Sequence

SCORN = (
    "idiot|fool|moron|muppet|prat|plonker|numpty|wally|clown|dope|dunce|loser|failure|lunatic|nutter|madman|madwoman"
    "|freak|mug|wuss|wimp|coward|twit|pillock|berk|eejit|doughnut|donkey|lemon|tit|pig"
)
"""what speakers call themselves in contempt, and nobody else may"""
_SMALL = "silly|stupid|daft|dumb|dozy|foolish|pathetic|useless|soft|thick|hopeless|mad|poor|little|old|sad"
_OWN_VERDICT = (
    rf"(?:what an? |such an? |an? |you )?(?:(?:{_SMALL}) )+"
    rf"(?:me|cow|moo|sod|woman|man|girl|boy|bugger|git|mare|devil|thing|billy|{SCORN})"
)
_TAIL = re.compile(
    r" ,(?: (?:really|just|honestly|still))* (?:i|it|he|she|we|they|that)(?: (?:really|just|honestly|truly))* "
    r"(?:do|am|did|was|does|is|are|have|has|had|can|will|would|don't|didn't|wasn't|isn't)$"
    r"| ,? ?(?:i'll say (?:it|that)|that's the truth(?: of it)?|that's (?:all|it|that)|it has to be said|believe me"
    r"|trust me|i (?:can )?tell you|there i(?:'ve)? said it)$"
    r"|(?: ,)? i (?:think|suppose|guess|reckon|believe)$"
    rf"| like (?:an? |such an? |a complete |some |the )(?:(?:complete|total|proper|right|big|{_SMALL}) )*(?:{SCORN})$"
    rf"|(?:(?<!\bas)(?<!\bcry)) like a (?:big )?baby$"
    rf"| ,? ?(?<!\ba )(?<!\bthe )(?<!\bthat )(?<!\bmy )(?<!\bam )(?<!i'm )(?<!feel )(?<!felt )(?<!was ){_OWN_VERDICT}$"
)
_KEEPS = re.compile(
    r"(?:feel|feels|felt|feeling|look|looked|looking|sound|sounded|am|i'm|was|be|being|me|us|what|how|than|as|that|all"
    r"|so|who)$"
)


def without_tail(lows: Sequence[str]) -> int:
    """Words that are left of a clause without such ends; all of them where the end belongs to what is told."""
    last = len(lows)
    while last > 2:
        while last and lows[last - 1][0] in ",.!;:":
            last -= 1
        said = " ".join(lows[:last])
        tail = _TAIL.search(said)
        if tail is None or _KEEPS.search(said[: tail.start()]) or len(said[: tail.start()].split()) < 2:
            break
        last = len(said[: tail.start()].split())
    return last
