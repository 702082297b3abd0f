"""The occasion right behind a feeling ("when she left"), turned to "you" so that it can be said back.

Only what is short, whole and sure comes back: the clause must end where the sentence pauses, name no "we" and no
"you", and hold nothing that would have to be understood to be turned. Otherwise nothing does.
"""

from __future__ import annotations

import re

from voicecheck.feelings.en.turn import KIN

LONGEST_OCCASION_WORDS = 9
_BEGINS = re.compile(r"\s+(?P<joint>when|after|before|about|that|at|because|while|as soon as)\s", re.IGNORECASE)
_PAUSE = re.compile(r"[.,;:!?…\n]|\s[–-]\s")
_RUNS_ON = re.compile(r"\b(?:and|but|so|or|which|who|if|then|like|kind of|sort of|you know|i mean|um|uh|erm)\b")
_NOT_SURE = re.compile(
    r"\b(?:we|us|our|ours|ourselves|you|your|yours|let's|not|never|no|nobody|nothing|don't|didn't|isn't|wasn't|can't"
    r"|couldn't|won't|wouldn't|doesn't|aren't|weren't|haven't|hasn't|this|these|here|now"
    # what another says or thinks of the speaker, and verdicts
    r"|calls?|called|says?|said|thinks?|hates?|worthless|stupid|pathetic|useless|ugly|failure|loser|idiot|burden|fat"
    r"|lazy|selfish|mess)\b"
)
_TURNED = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're", "i've": "you've",
    "i'd": "you'd", "i'll": "you'll",
}  # fmt: skip
_VERBS = {"am": "are", "was": "were"}


def occasion_after(text: str, end: int, limit: int) -> str:
    """Return the clause that begins at `end`, as " when she left"; empty if none can be said back.

    `limit` is where the next feeling begins: an occasion never reaches so far.
    """
    begins = _BEGINS.match(text, end)
    if begins is None:
        return ""
    pause = _PAUSE.search(text, begins.end())
    stop = pause.start() if pause else len(text)
    clause = " ".join(text[begins.start() : stop].split())
    plain = clause.lower().replace("’", "'")
    if stop > limit or len(plain.split()) > LONGEST_OCCASION_WORDS or len(plain.split()) < 2:
        return ""
    if _RUNS_ON.search(plain) or _NOT_SURE.search(plain) or not re.fullmatch(r"[\w' ]+", plain):
        return ""
    if begins["joint"].lower() in ("because", "that") and re.search(r"\bi\b|\bi'", plain):
        return ""  # "because you forgot" sounds like a reproach, whoever said it first
    return f" {_turn(clause)}"


def _turn(clause: str) -> str:
    """Turn first person to second, with the verb that follows it."""
    turned: list[str] = []
    for word in clause.replace("’", "'").split():
        low = word.lower()
        after_i = bool(turned) and turned[-1] == "you"
        if len(turned) == 1 and low.removesuffix("'s") in KIN:
            turned.append(f"your {low}")
            continue
        turned.append(_TURNED.get(low) or (_VERBS.get(low, word) if after_i else word))
    return turned[0].lower() + (" " + " ".join(turned[1:]) if len(turned) > 1 else "")
