"""Forms in which an English feeling word can be said back, chosen by the words before it in its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from voicecheck.domain import EmotionMention
from voicecheck.feelings.en.occasion import occasion_after
from voicecheck.feelings.language import Mirrored, MirrorForm

# The words before a feeling, back to the start of its sentence, are matched at their end. `~` stands for another
# feeling in the row, so that in "I felt tired and a bit sad" the "I felt" still leads up to "sad".
_ROW = (
    r"(?:(?:a (?:bit|little|lot|tad)|kind of|sort of|kinda|sorta|so|very|really|quite|pretty|rather|just|still"
    r"|too|all"
    r"|both|more|most|mostly|totally|completely|deeply|truly|extremely|incredibly|terribly|always|somewhat"
    r"|slightly|honestly"
    r"|actually|suddenly|even|also|then|and|but|or|of|~|,)\s*)*$"
)
_NOW = re.compile(
    rf"(?:\bi(?:'m| am)(?: feeling)?|\bi (?:feel|get)|^feeling|\bam i(?: feeling)?|\bdo i (?:feel|get)"
    rf"|^(?:a )?bit)\s+{_ROW}|^{_ROW}"
    rf"|\bi(?:'m| am)\b[^,]*, (?:just|mostly|more|only)\s+{_ROW}"
)
_PAST = re.compile(
    r"(?:(?:\bi |^)(?:felt|was|got|became|ended up|woke up|came home|went to bed|was feeling)"
    r"|\b(?:was|did) i(?: feel)?|\bha(?:ve|d) i (?:ever )?(?:been|felt)|\bi (?:was|felt)\b[^,]*, (?:just"
    r"|mostly|more|only|then)|\bi(?:'ve| have|'d| had) (?:been|felt|been feeling)"
    rf"|\b(?:mak(?:e|es|ing)|made|leav(?:e|es|ing)|left|drives?|drove|keeps?|kept) me(?: feel)?)\s+{_ROW}"
)
_BEFORE_NOUN = re.compile(
    r"(?:^|\b(?:some|my|this|that|the|of|with|in|from|such|much|pure|real|deep|great|old|an?|felt|feel|feeling"
    r"|is|was|mostly)\s+)" + _ROW
)
_HOW_I_AM = re.compile(r"\s+i (am|feel|was|felt)\b", re.IGNORECASE)
_GOVERNING = re.compile(r" (?:of|with|for|to|about|at|by)$")
LONGEST_LEAD = 400
"""characters before a feeling that are looked at, so that time stays linear whatever the text"""
_COUNTED = ("bit", "little", "lot", "tad")
_ARTICLE = re.compile(r"\ba\s+$", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our)\b")
_NOT_ADJECTIVE = re.compile(r"(?:an?|the)\b|\w+ing\b")
# Feelings whose noun has no ending that tells; "calm" and "hurt" are missing because they are adjectives too.
_NOUN = re.compile(
    r"(?:anger|awe|contempt|delight|desire|despair|disgust|distress|doubt|dread|envy|fear|fury|gratitude|grief"
    r"|guilt"
    r"|heartache|hate|hatred|hope|joy|longing|love|misery|panic|peace|pity|pleasure|pressure|pride|rage|regret"
    r"|relief"
    r"|remorse|resentment|shame|shock|sorrow|stress|surprise|terror|trust|warmth|worry"
    r"|\w+(?:ness|ment|tion|sion|ity|ety|ance|ence|ship))"
)


def mirror(index: int, mentions: Sequence[EmotionMention], text: str) -> Mirrored:
    """How the mention at `index` is said back: the word with its measure, the frame around it, and its occasion."""
    mention = mentions[index]
    word = spoken_form(mention.text)
    form = form_of(index, mentions, text, word)
    if form is MirrorForm.QUOTED:
        return Mirrored(word, form)
    others = [other.start for other in mentions if other.start >= mention.end]
    occasion = occasion_after(text, mention.end, min(others, default=len(text)))
    word = _GOVERNING.sub("", word) if form is not MirrorForm.NOUN else word
    measured = f"{degree_before(mention, text)}{word}".removeprefix("much ")
    return Mirrored(measured, form, occasion if form is not MirrorForm.NOUN else "")


def quotable(words: str) -> str | None:
    """The words inside a sentence; None for "beside myself", which cannot be said back with "you"."""
    word = spoken_form(words)
    return None if _FIRST_PERSON.search(word) else word


def spoken_form(words: str) -> str:
    """Return the speaker's word as it stands inside a sentence: one line, small letters."""
    return " ".join(words.split()).lower().strip('.,;:!?"“”')


def degree_before(mention: EmotionMention, text: str) -> str:
    """Return the speaker's own "a bit " right before the word, so that nothing is made bigger than it was."""
    for cue in mention.cues:
        between = text[cue.end : mention.start]
        degree = spoken_form(text[cue.start : cue.end])
        if degree in _COUNTED:
            degree = f"a {degree}"
        if cue.kind == "degree" and cue.end <= mention.start and not between.strip() and between and degree != "so":
            return f"{degree} "
    return ""


def form_of(index: int, mentions: Sequence[EmotionMention], text: str, word: str) -> MirrorForm:
    implied = any(cue.kind == "implied" for cue in mentions[index].cues)  # "exhausting" is the day, not the speaker
    if implied or _FIRST_PERSON.search(word):
        return MirrorForm.QUOTED  # "beside myself" cannot be said back with "you"
    lead = _lead(index, mentions, text)
    kinds = _kinds_of(mentions[index].lemma)
    if kinds and not kinds & {"adj", "noun"}:
        return MirrorForm.QUOTED
    if _NOUN.fullmatch(word) or (kinds and "adj" not in kinds and word == mentions[index].lemma):
        return MirrorForm.NOUN if _BEFORE_NOUN.search(lead) else MirrorForm.QUOTED
    if _NOT_ADJECTIVE.match(word) or (kinds and "adj" not in kinds):
        return MirrorForm.QUOTED
    how = _HOW_I_AM.match(text, mentions[index].end) if lead.endswith("how ") else None
    if how is not None:
        return MirrorForm.ADJECTIVE_NOW if how[1].lower() in ("am", "feel") else MirrorForm.ADJECTIVE_PAST
    if _PAST.search(lead):
        return MirrorForm.ADJECTIVE_PAST
    return MirrorForm.ADJECTIVE_NOW if _NOW.search(lead) else MirrorForm.QUOTED


@cache
def _lemma_kinds() -> dict[str, set[str]]:
    from voicecheck.feelings.lexicon import load_table  # here, since the lexicon asks the registry of languages

    lexicon, kinds = load_table("en"), dict[str, set[str]]()
    for sense in lexicon.senses if lexicon else ():
        kinds.setdefault(sense.lemma, set()).add(sense.kind)
    return kinds


def _kinds_of(lemma: str) -> set[str]:
    """Kinds of word that the lexicon knows it as; empty for a person's own word."""
    return _lemma_kinds().get(lemma, set())


def _lead(index: int, mentions: Sequence[EmotionMention], text: str) -> str:
    """Return the text before a mention in its sentence, in small letters, other feelings as `~`."""
    end = mentions[index].start
    earliest = max(0, end - LONGEST_LEAD)
    start = max(earliest - 1, *(text.rfind(mark, earliest, end) for mark in ".!?;:\n")) + 1
    lead = text[start:end]
    for other in mentions:
        if start <= other.start < other.end <= end:
            before, after = other.start - start, other.end - start
            lead = lead[:before] + "~" * (after - before) + lead[after:]
    return lead.lower().replace("’", "'").lstrip()
