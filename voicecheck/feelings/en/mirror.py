"""Forms in which an English feeling word can be said back, chosen by the words before it in its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from voicecheck.domain import EmotionMention
from voicecheck.feelings.en.occasion import occasion_after
from voicecheck.feelings.language import Mirrored, MirrorForm
from voicecheck.feelings.tokens import load_spelling

# The words before a feeling, back to the start of its sentence, are matched at their end. `~` stands for another
# feeling in the row, so that in "I felt tired and a bit sad" the "I felt" still leads up to "sad".
_ROW = (
    r"(?:(?:(?:a )?(?:bit|little)|a (?:lot|tad)|kind of|sort of|kinda|sorta|so|super|real|very|really|quite|pretty"
    r"|rather|just|still|too|all"
    r"|both|more|most|mostly|totally|completely|deeply|truly|extremely|incredibly|terribly|always|somewhat"
    r"|slightly|honestly"
    r"|absolutely|utterly|properly|fairly|dead|bloody|genuinely|thoroughly|seriously"
    r"|actually|suddenly|even|also|then|and|but|or|of|~|,)\s*)*$"
)
_NOW = re.compile(
    rf"(?:\bi(?:'m| am)(?: feeling)?|\bi (?:feel|get)|^feeling|\bam i(?: feeling)?|\bdo i (?:feel|get)"
    r"|\b(?:makes|leaves|drives|keeps) me(?: feel)?"
    rf"|^(?:a )?bit)\s+{_ROW}|^{_ROW}"
    rf"|\b(?:say|said|pretend|claim) (?:that )?i(?:'m| am) not {_ROW}"
    rf"|\bi(?:'m| am)\b[^,]*, (?:just|mostly|more|only)\s+{_ROW}"
)
_PAST = re.compile(
    r"(?:(?:\bi |^)(?:felt|was|got|became|ended up|woke up|came home|went to bed|was feeling)"
    r"|\b(?:was|did) i(?: feel)?|\bha(?:ve|d) i (?:ever )?(?:been|felt)|\bi (?:was|felt)\b[^,]*, (?:just"
    r"|mostly|more|only|then)|\bi(?:'ve| have|'d| had) (?:been|felt|been feeling)"
    r"|\b(?:say|said|pretend|claim) (?:that )?i wasn't"
    rf"|\b(?:making|make|made|leave|leaving|left|drive|drove|keep|kept) me(?: feel)?)\s+{_ROW}"
)
_BEFORE_NOUN = re.compile(
    r"(?:^|\b(?:some|my|this|that|the|of|with|in|from|such|much|pure|real|deep|great|old|an?|felt|feel|feeling"
    r"|is|was|mostly)\s+)" + _ROW
)
_ACTS = re.compile(r" me\b(?! \w+ing)", re.IGNORECASE)
_WHENEVER = re.compile(r"(?:when|whenever|if) i\b")
_RUN_TOGETHER = re.compile(r"\b(i)(m|ve)\b")
_SENTENCE_END = re.compile(r"[.!?\n]")
_OPENS = re.compile(
    r"(?:(?:yeah|yes|no|well|oh|so|um|uh|and|but|just|honestly|okay|right),? )*(?:a (?:bit|little|lot), )?"
)
_HOW_I_AM = re.compile(r"\s+i (am|feel|was|felt)\b", re.IGNORECASE)
_GOVERNING = re.compile(r" (?:of|with|for|to|about|at|by)$")
LONGEST_LEAD = 400
"""characters before a feeling that are looked at, so that time stays linear whatever the text"""
# A sentence without a verb: "second week, lonely", "properly, like, lonely".
_FRAGMENT = re.compile(
    rf"^(?!.*\b(?:i|he|she|they|you|we|my|your|his|her|their|is|are|was|were|be|no|not)\b)"
    rf"(?:[\w']+ ){{0,2}}[\w']+, (?:like, )?{_ROW}"
)
_TRAILING = re.compile(r", (?:just |absolutely |completely |totally )?$")
_SO_FAR = re.compile(rf"\bi(?:'ve| have) (?:been feeling|been|felt)\s+{_ROW}")
_STILL = re.compile(r"\s+(?:for|since|ever since|lately|these days|all (?:week|month|year|day))\b", re.IGNORECASE)
"""behind "I have been depressed": it goes on"""
_BACKWARDS = re.compile(r"\b(was|were|felt|had|went)\b|\b(?:am|i'm|is|feel|it's)\b")
_THING_NOW = re.compile(rf"(?:'s|\b(?:is|are|gets|getting|be))\s+(?:(?:possibly|the|probably) )*{_ROW}|^{_ROW}")
_THING_PAST = re.compile(rf"\b(?:was|were|been|got)\s+(?:(?:possibly|the|probably) )*{_ROW}")
# What is never said back: a denial before a name for it, what others say, a rhetorical question, a general remark.
_NOT_ITSELF = re.compile(
    r"\b(?:not|isn't|wasn't)(?: (?:exactly|really|so much|quite|even))? that i\b[^,.]*$"
    r"|\b(?:say|says|saying|said|tells|told|think|thinks)\b(?<!i say)(?<!i said)[^,.]*\band that i\b[^,.]*$"
    r"|\b(?:think|thought|that|say|says) (?:feeling|being) $"
)
# A quoted word that was said to be less or gone, or that another half of the sentence leads up to.
_LESSENED = re.compile(
    r"(?:\b(?:less|least|no longer|without|hardly|barely|never"
    r"|(?:not|isn't|wasn't|nowhere)(?: (?:so|as|that|very|too|really|quite|even|near|nearly|half))*)"
    r"|[a-z'~], and (?:then|also))\s+$"
)
_CONTEMPT = re.compile(
    r"\b(?:useless|worthless|pathetic|stupid|dumb|ugly|idiotic|idiot|moron|loser|failure|burden|disgusting|unlovable"
    r"|unworthy|disgrace|waste of space|(?:not|never) (?:\w+ )?enough)\b"
)
_COUNTED = ("bit", "little", "lot", "tad")
_FIRST_PERSON = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our)\b")
_NOT_ADJECTIVE = re.compile(r"(?:an?|the)\b|\w+ing\b|(?:can|could|do|did)(?:n?['’]?t)?\b")
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
    if form in (MirrorForm.QUOTED, MirrorForm.UNSAID):
        return Mirrored(word, form)
    if form in (MirrorForm.THING_NOW, MirrorForm.THING_PAST, MirrorForm.THING_VERB):
        degree = degree_before(mention, text)
        return Mirrored(word if degree in ("most ", "more ") else f"{degree}{word}", form)
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
    """Return the speaker's word as it stands inside a sentence: one line, small letters, no slip of the keys."""
    word = " ".join(words.split()).lower().strip('.,;:!?"“”')
    return load_spelling("en").misspelt.get(word, word)


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
    mention, lead = mentions[index], _lead(index, mentions, text)
    if _NOT_ITSELF.search(lead) or _CONTEMPT.search(word) or word == "sorry":
        return MirrorForm.UNSAID
    form = _frame_of(mention, lead, text, word)
    topic = form is MirrorForm.NOUN and not lead and text[mention.end : mention.end + 6] == " with "
    asked = form in (MirrorForm.QUOTED, MirrorForm.NOUN) and _is_asked(mention, text)
    asked = asked or (form is MirrorForm.QUOTED and _LESSENED.search(lead) is not None)
    at_times = form in (MirrorForm.QUOTED, MirrorForm.ADJECTIVE_NOW) and _WHENEVER.match(lead)
    return MirrorForm.UNSAID if topic or asked or at_times else form


def _frame_of(mention: EmotionMention, lead: str, text: str, word: str) -> MirrorForm:
    if _FIRST_PERSON.search(word):
        return MirrorForm.QUOTED  # "beside myself" cannot be said back with "you"
    kinds = kinds_of(mention.lemma)
    if _ACTS.match(text, mention.end) and word.endswith(("s", "ed")):
        return MirrorForm.THING_VERB
    if any(cue.kind == "implied" for cue in mention.cues):  # "exhausting" is the day, not the speaker
        return _thing_of(lead) if kinds & {"thing", "adj"} else MirrorForm.QUOTED
    if kinds and not kinds & {"adj", "noun"}:
        return MirrorForm.QUOTED
    if _NOUN.fullmatch(word) or (kinds and "adj" not in kinds and word == mention.lemma):
        return MirrorForm.NOUN if " " not in word and _BEFORE_NOUN.search(lead) else MirrorForm.QUOTED
    if _NOT_ADJECTIVE.match(word) or (kinds and "adj" not in kinds):
        return MirrorForm.QUOTED
    how = _HOW_I_AM.match(text, mention.end) if lead.endswith("how ") else None
    if how is not None:
        return MirrorForm.ADJECTIVE_NOW if how[1].lower() in ("am", "feel") else MirrorForm.ADJECTIVE_PAST
    if _PAST.search(lead):
        lasts = _SO_FAR.search(lead) and _STILL.match(text, mention.end)
        return MirrorForm.ADJECTIVE_NOW if lasts else MirrorForm.ADJECTIVE_PAST
    if _NOW.search(lead):
        return MirrorForm.ADJECTIVE_NOW
    ends = mention.end == len(text.rstrip()) or _SENTENCE_END.match(text, mention.end) is not None
    if ends and kinds == {"adj"} and _TRAILING.search(lead):
        return _tense_before(mention, text)  # "no football for six weeks, gutted"
    return _tense_before(mention, text) if _FRAGMENT.search(lead) else MirrorForm.QUOTED


def _thing_of(lead: str) -> MirrorForm:
    if _THING_PAST.search(lead):
        return MirrorForm.THING_PAST
    return MirrorForm.THING_NOW if _THING_NOW.search(lead) else MirrorForm.QUOTED


def _tense_before(mention: EmotionMention, text: str) -> MirrorForm:
    """The tense of the last verb before a feeling that has none of its own."""
    told = list(_BACKWARDS.finditer(text[max(0, mention.start - LONGEST_LEAD) : mention.start].lower()))
    return MirrorForm.ADJECTIVE_PAST if told and told[-1][1] else MirrorForm.ADJECTIVE_NOW


def _is_asked(mention: EmotionMention, text: str) -> bool:
    """True if the sentence of a feeling ends as a question."""
    ends = _SENTENCE_END.search(text, mention.end, mention.end + LONGEST_LEAD)
    return ends is not None and ends.group() == "?"


@cache
def _lemma_kinds() -> dict[str, set[str]]:
    from voicecheck.feelings.lexicon import load_table  # here, since the lexicon asks the registry of languages

    lexicon, kinds = load_table("en"), dict[str, set[str]]()
    for sense in lexicon.senses if lexicon else ():
        kinds.setdefault(sense.lemma, set()).add(sense.kind)
    return kinds


def kinds_of(lemma: str) -> set[str]:
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
    lead = _RUN_TOGETHER.sub(r"\1'\2", lead.lower().replace("’", "'").lstrip())
    opened = _OPENS.match(lead)
    return lead[opened.end() :] if opened else lead
