"""The rest of a sentence around a clause that was turned round: "he lied to my face and" before "I saw red".

A feeling comes back with what the speaker said it came with, as long as the whole is short and each part of it can be
said back: joined by a mark or a joining word, nobody else's feeling in it, and no sentence run on without marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from voicecheck.domain import EmotionMention, Experiencer, Quadrant
from voicecheck.feelings.en.clause_bounds import phrase_start
from voicecheck.feelings.en.clause_words import (
    ADVERBS,
    BE,
    COORDINATORS,
    DANGLING,
    DANGLING_FINE,
    DETERMINERS,
    PREPOSITIONS,
    SUBJECTS,
    is_verb,
    lead_width,
)
from voicecheck.feelings.en.mirror import kinds_of
from voicecheck.feelings.en.own_clause import leaves_its_condition, with_left_out
from voicecheck.feelings.en.run_on import begins_another
from voicecheck.feelings.en.spoken_words import QUESTION_MARK, Word, drop_fillers, read_words
from voicecheck.feelings.en.told import LEAVING
from voicecheck.feelings.en.turn import KIN, LONGEST_CLAUSE_WORDS, begins_with_name, turn_words
from voicecheck.feelings.en.unsayable import has_subject_and_verb
from voicecheck.feelings.language import Said
from voicecheck.feelings.tokens import listed

WINDOW = 300
"""characters before and behind a clause that are looked at"""
# What the body did in front of others is the speaker's to say, and nobody's to repeat.
_SPARED = re.compile(
    r"\b(?:wet|soiled|pissed|peed|pooed|shat|puked|vomited|threw up|threw it up|whatever)\b"
    # what is said of the saying, and what makes the rest small
    r"|\b(?:don't|didn't|do not|hate to|shouldn't|not supposed to|never)\b[\w' ]{0,24}\b(?:say|admit|complain|moan)\b"
    r"[\w' ]{0,12}(?: ,)? (?:but|and|,)"
    r"|\bi know (?:that )?(?:it's|that's|i'm|it was) [\w' ]{2,30}(?: ,)? but\b"
    r"|\b(?:it|this|that|i) (?:might |may |probably |must |do |know )*(?:sounds?|seems?|sounded|looks?) "
    r"[\w' ]{2,30}(?: ,)? but\b"
    r"|\b(?:not being|don't mean to be|not trying to be|overreact\w*|oversensitive|dramatic|maybe it's me)\b"
    r"|^(?:it's|it was|that's) (?:nothing|silly|stupid|daft|not much|only)\b[\w' ,]* but\b"
    r"|\bi know (?:that )?(?:it's|that's|it was) (?:only|just|nothing|silly|stupid|daft|selfish)\b"
    # what somebody else is supposed to think
    r"|\b(?:and|but) (?:he|she|they|nobody|everyone) (?:[\w']+ ){0,2}"
    r"(?:cares?|wants?|understands?|appreciates?|respects?|hates?)\b"
    r"|\b(?:it was|it's|i'm|i am|i was) (?:\w+ )?(?:fine|ok|okay|alright|all right|not bad)\b"
)
_JOINS = frozenset((",", *COORDINATORS)) - {"yet", "nor"}
_ASIDE = listed("which though although")


def whole_sentence(said: Said, mentions: Sequence[EmotionMention], text: str) -> Said:
    """The longest part of the sentence with `said` in it that can be said back; `said` itself where there is none."""
    low, high = max(0, said.start - WINDOW), min(len(text), said.end + WINDOW)
    words = drop_fillers(read_words(text[low:high], low))
    words = words if low else list(with_left_out(words))
    inside = [i for i, word in enumerate(words) if word.start < said.end and said.start < word.end and not word.mark]
    if not inside:
        return said
    first, last = inside[0], inside[-1] + 1
    start, end = _sentence(words, first, last)
    if end < len(words) and QUESTION_MARK in words[end].low:
        return said
    start, end = _with_own_alone(words, (start, first, last, end), mentions)
    for begin, stop in _spans(words, (start, first, last, end)):
        part = words[begin:stop]
        loose = _breaks_off(part[-1]) if stop < end else part[-1].low in DANGLING - DANGLING_FINE
        embedded = begin == first > start and words[first - 1].low not in _JOINS
        behind = _stands_behind(words, last, stop, shares=not embedded)
        if loose or not (behind and _stands_beside(words, begin, first - 1)):
            continue
        if leaves_its_condition(words, begin, stop) or _spares(part) or _says_twice(part, mentions):
            continue
        turned = turn_words(part)
        if turned is not None:
            name = begins_with_name(part[0])
            return replace(said, sentence=turned, start=part[0].start, end=part[-1].end, name=name)
    return said


def _says_twice(words: Sequence[Word], mentions: Sequence[EmotionMention]) -> bool:
    """True for "I'm annoyed, I'm really annoyed", and not where the first says what it is about."""
    inside = [one for one in mentions if words[0].start <= one.start and one.end <= words[-1].end]
    for first, second in pairwise(inside):
        between = {word.low for word in words if first.end <= word.start and word.end <= second.start}
        if first.lemma == second.lemma and "adj" in kinds_of(first.lemma) and between.isdisjoint(PREPOSITIONS):
            return True
    return False


def _spares(words: Sequence[Word]) -> bool:
    plain = " ".join(word.low for word in words)
    return _SPARED.search(plain) is not None or LEAVING.search(plain) is not None


def _sentence(words: Sequence[Word], first: int, last: int) -> tuple[int, int]:
    start, end = first, last
    while start and not words[start - 1].ends:
        start -= 1
    while end < len(words) and not words[end].ends:
        end += 1
    return start, end


def _with_own_alone(
    words: Sequence[Word], bounds: tuple[int, int, int, int], mentions: Sequence[EmotionMention]
) -> tuple[int, int]:
    """The sentence up to where somebody else's feeling stands, one that was only imagined, or a vague word."""
    start, first, last, end = bounds
    for one in mentions:
        heavy = one.quadrant in (Quadrant.UNPLEASANT_HIGH, Quadrant.UNPLEASANT_LOW) and len(one.text.split()) == 1
        if one.experiencer is Experiencer.SELF and not one.hypothetical and (heavy or not one.vague):
            continue
        for i in range(start, end):
            if words[i].start < one.end and one.start < words[i].end:
                if i < first:
                    start = i + 1
                elif i >= last:
                    end = last
    return min(start, first), max(end, last)


def _spans(words: Sequence[Word], bounds: tuple[int, int, int, int]) -> Iterator[tuple[int, int]]:
    """Longer parts of the sentence, the longest first; of two as long, the one that begins earlier."""
    start, first, last, end = bounds
    begins = [first, *(k for k in range(start, first) if _may_begin(words, k, k == start))]
    stops = [last, end]
    spans = {(begin, stop) for begin in begins for stop in stops} - {(first, last)}
    sizes = {span: sum(not word.mark for word in words[slice(*span)]) for span in spans}
    fitting = [span for span, size in sizes.items() if size <= LONGEST_CLAUSE_WORDS]
    yield from sorted(fitting, key=lambda span: (-sizes[span], span))


def _may_begin(words: Sequence[Word], k: int, opens: bool) -> bool:
    """True for the first word of a sentence, and for a subject behind a joining word."""
    if words[k].mark or words[k].low in COORDINATORS | _ASIDE:
        return False
    if opens and (k == 0 or words[k - 1].ends):
        return True
    lead = k + lead_width([word.low for word in words[k : k + 6]])
    subject = words[min(lead, len(words) - 1)]
    if phrase_start(words, k) != k or not any(_has_verb(word.low) for word in words[max(0, k - 8) : k]):
        return False  # "my brother and I", "my mum and my dad"
    if words[k - 1].low == ",":
        return subject.low in SUBJECTS | KIN or subject.low in ("my", "our")  # and not "a cat, a garden and a door"
    return words[k - 1].low in _JOINS and (
        subject.low in SUBJECTS | DETERMINERS | KIN or subject.text[:1].isupper() or subject.low in ADVERBS
    )


def _has_verb(low: str) -> bool:
    return is_verb(low) or low in ("know", "think") or (low in SUBJECTS and "'" in low)


def _stands_beside(words: Sequence[Word], begin: int, joint: int) -> bool:
    """True for a clause before a joining word that is whole and of one piece, or for none."""
    if begin > joint:
        return True
    part = words[begin:joint]
    return words[joint].low in _JOINS and _says_something(part) and not _breaks_off(part[-1]) and _is_of_one_piece(part)


def _stands_behind(words: Sequence[Word], joint: int, stop: int, shares: bool) -> bool:
    """The same behind one; "so angry I could scream" needs none. `shares`: a verb may follow without its subject."""
    if joint >= stop:
        return True
    joint += words[joint].low == "," and words[joint + 1 : joint + 2] != [] and words[joint + 1].low in COORDINATORS
    low, after = words[joint].low, [word.low for word in words[joint + 1 : joint + 2]]
    if low in ("i", "we") and after in (["could"], ["can't"], ["can"]):
        return "so" in {word.low for word in words[max(0, joint - 6) : joint]} and _is_of_one_piece(words[joint:stop])
    relative = low in ("i", "we") and words[joint - 2].low in DETERMINERS and words[joint - 1].low not in SUBJECTS
    if relative and stop < len(words) and words[stop].low[0] in ".!":
        return _is_of_one_piece(words[joint:stop])  # "the bulbs we bought together"
    part = words[joint + 1 + (after == ["then"]) : stop]
    if shares and low in ("and", "but", "then") and _goes_on_with_a_verb(words, joint + 1, stop):
        return _is_of_one_piece(words[joint:stop])  # "moved out and took the cat"
    return low in _JOINS and _says_something(part) and _is_of_one_piece(part)


def _goes_on_with_a_verb(words: Sequence[Word], k: int, stop: int) -> bool:
    while k < stop and words[k].low in ADVERBS:
        k += 1
    return k + 1 < stop and is_verb(words[k].low) and (stop == len(words) or words[stop].ends)


def _says_something(words: Sequence[Word]) -> bool:
    """True for a subject with its verb, also "the interview's over"."""
    short = len(words) > 2 and words[0].low in DETERMINERS and words[1].low.endswith("'s")
    return has_subject_and_verb(words) or short


def _breaks_off(word: Word) -> bool:
    return word.low in (DANGLING - DANGLING_FINE) | BE | {"either", "neither"}


def _is_of_one_piece(words: Sequence[Word]) -> bool:
    """False where a clause begins without a mark or a joining word before it, or breaks off at one."""
    for k in range(1, len(words)):
        joined = words[k - 1].low in _JOINS or words[k - 1].mark
        if not joined and begins_another(words, k):
            return False
        if words[k].low in (",", "and", "but") and _breaks_off(words[k - 1]):
            return False
    return True
