"""The speaker's own clause around a feeling, and how it is said back in the second person.

No parser: a clause begins where its subject stands behind a pause or a joining word, also where recognition wrote no
comma and no full stop, and ends where the next subject begins. From the longest form to the shortest, the first that
can be turned round is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from voicecheck.domain import EmotionMention
from voicecheck.feelings.en.clause_bounds import beginning_of, end_of
from voicecheck.feelings.en.clause_words import (
    ADVERBS,
    AUXILIARIES,
    COORDINATORS,
    JOINTS,
    NOMINATIVES,
    PREPOSITIONS,
    SELF_SUBJECTS,
    SUBJECTS,
    VERBS,
)
from voicecheck.feelings.en.listing import list_end
from voicecheck.feelings.en.mirror import kinds_of
from voicecheck.feelings.en.spoken_words import QUOTES, SENTENCE_MARKS, Word, drop_fillers, read_words
from voicecheck.feelings.en.turn import (
    LONGEST_CLAUSE_WORDS,
    begins_with_name,
    is_nested,
    is_whole,
    speaks_to,
    turn_words,
)
from voicecheck.feelings.language import Said
from voicecheck.feelings.tokens import listed

WINDOW = 400
_MAY_END = listed("that it so her on up in to not about still for have is was at with before of since")
_DARK = listed("pain suffering misery agony hell nightmare death")
_OBJECTS = listed("me us him her them it myself ourselves himself herself")
_ADDRESSED = listed("you your yours yourself you've you're")
_TRANSITIVE = listed(
    "love loved loves miss missed misses missing hate hated hates loving hating adore resent resented envy"
    " enjoying adoring resenting regretting dreading learned learnt discovered pray praying thinks says believes knows"
    " dread dreaded regret cherish appreciate appreciated admire enjoy enjoyed fear despise loathe detest"
    " treasure care for about need pity crave like liked want wanted fancy trust trusted mourn to with at of"
    " stand bear by on into in up from long hope hoped hoping hopes wish wished wishing thinking think thought"
    " feel felt"
    " make makes made find keep kept mean know knew say said guess like just only even"
)


def clause_around(mention: EmotionMention, mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """The clause that the feeling stands in, turned round; None where it has none that can be said back."""
    low, high = max(0, mention.start - WINDOW), min(len(text), mention.end + WINDOW)
    words = drop_fillers(read_words(text[low:high], low))
    mentions = [one for one in mentions if one.start < high and low < one.end]
    at = [i for i, word in enumerate(words) if word.start < mention.end and mention.start < word.end and not word.mark]
    if not at:
        return None
    first, last = at[0], at[-1] + 1
    if sum(word.low in QUOTES for word in words[:first]) % 2 or _is_topic(words, first):
        return None
    objects = ("it", "him", "them") if "noun" in kinds_of(mention.lemma) else ("it", "him", "them", "this")
    bare = words[first].low in _SUBJECTLESS and first > 0 and words[first - 1].low in objects
    begins = None if bare else beginning_of(words, first, mentions)
    if begins is None:
        gap, left_out = _gap(words, first), ("I",)
        if gap is None and last < len(words) and _is_adjective(mention):
            gap, left_out = _gap_of_adjective(words, first, last), ("I'm",)
        if gap is None:
            return None
        opener = words[gap]
        subject = [Word(one, one.lower(), opener.start, opener.start) for one in left_out]
        words = [*words[:gap], *subject, replace(opener, text=opener.low), *words[gap + 1 :]]
        begins, last = gap, last + len(subject)
    end = _before_a_verdict(words, last, end_of(words, last, mentions))
    return None if _stands_for_its_object(words, begins, end) else longest_turned(words, begins, last, end)


def _before_a_verdict(words: Sequence[Word], last: int, end: int) -> int:
    """The end without what is supposed of another's mind: "I love him so much and he doesn't care"."""
    for k in range(last, end - 3):
        joined = words[k].low in ("and", "but") and words[k + 1].low in ("he", "she", "they", "nobody", "everyone")
        if joined and any(word.low in _MINDS for word in words[k + 2 : k + 5]):
            return k - (words[k - 1].low == ",")
    return end


_MINDS = listed("care cares want wants understand understands appreciate appreciates respect respects hate hates")


def _stands_for_its_object(words: Sequence[Word], begins: int, end: int) -> bool:
    """True for "those I care about" and "the work I am proud of": what is felt for stands before the clause."""
    if not begins or words[begins].low not in SELF_SUBJECTS or words[begins - 1].mark:
        return False
    before, last = words[begins - 1].low, words[end - 1].low
    joined = before in JOINTS or before in COORDINATORS or before in ADVERBS or before in VERBS
    return not joined and (last in _TRANSITIVE or last == "of")


def with_left_out(words: Sequence[Word]) -> Sequence[Word]:
    """The words of an answer with the "I" that it left out at its beginning: "finally handed my notice in"."""
    at = next((k for k, word in enumerate(words[:4]) if word.low not in ADVERBS), None)
    if at is None or words[at].low not in _LEFT_OUT or len(words) < at + 3 or words[at + 1].mark:
        return words
    opener = words[0]
    return [Word("I", "i", opener.start, opener.start), replace(opener, text=opener.low), *words[1:]]


_LEFT_OUT = listed(
    "had took went handed slept got lost told saw met rang can't couldn't didn't haven't found spent made"
    " finished passed moved started left bought sold quit woke cried argued fell ran drove planted cooked"
    " baked won signed gave put sent wrote paid booked cleaned cleared"
)


def longest_turned(words: Sequence[Word], begins: int, last: int, end: int, must_speak: bool = True) -> Said | None:
    """Try to turn the clause, then what is left without its last joint or adjunct, never less than the feeling."""
    for stop in _stops(words, last, end):
        part = words[begins:stop]
        before, cut = words[stop - 1].low, {word.low for word in words[stop:end]}
        if stop < end and words[stop].low != "," and before in _TRANSITIVE - {"in", "on", "up", "to", "just"}:
            continue
        if stop < end and (before.endswith("n't") or _parts_what_belongs(words, begins, last, stop)):
            continue  # "that he didn't": what it is stands behind
        broken_off = stop < len(words) and words[stop].low in ("(", "[", "–", "—", "-")
        if not is_whole(part) and (before not in _MAY_END or broken_off):
            continue
        if _is_half_told(words, last, stop) or leaves_its_condition(words, begins, stop):
            continue
        if before == "that" and stop < len(words) and not words[stop].mark:
            continue  # "I'm scared that": what it is stands behind
        if _DARK & cut or (stop < end and words[stop].low in PREPOSITIONS and _ADDRESSED & cut):
            return None  # "can't wait to go through this pain again", "I hope it goes well for you": half is false
        if len([word for word in part if not word.mark]) > LONGEST_CLAUSE_WORDS:
            continue
        turned = turn_words([word for k, word in enumerate(part) if k != 1 or word.low != "also"])
        others = part[0].low in NOMINATIVES - SELF_SUBJECTS
        if turned is not None and (not (others and must_speak) or speaks_to(turned)):
            return Said(turned, part[0].start, part[-1].end, name=begins_with_name(part[0]))
    return None


def _parts_what_belongs(words: Sequence[Word], begins: int, last: int, stop: int) -> bool:
    """True if the cut goes through a list or a choice ("between work and home"), or parts worries from their cause."""
    if words[stop - 1].low in _CAUSED and words[stop].low in ("over", "about", "with", "for"):
        return True
    lows = [word.low for word in words[begins:stop]]
    choice = max((k for k, low in enumerate(lows) if low in ("between", "either", "whether")), default=-1)
    if choice >= 0 and (words[stop].low == "or" or {"and", "or"}.isdisjoint(lows[choice:])):
        return True
    commas = [k for k in range(max(begins, last), stop + 1) if words[k].low == ","]
    return any((behind := list_end(words, comma)) is not None and stop < behind for comma in commas)


_CAUSED = listed("worry worries fears concerns")


def _stops(words: Sequence[Word], last: int, end: int) -> Iterator[int]:
    yield end
    joints = [k for k in range(last, end) if words[k].low in JOINTS or _parts_clauses(words, k)]
    adjuncts = [k for k in range(last + 1, end) if words[k].low in PREPOSITIONS - {"of", "to"}]
    places = {*joints, *(k for k in adjuncts if words[k - 1].low not in PREPOSITIONS)}
    yield from sorted((k for k in places if words[k - 1].low != "ever" and not is_nested(words, last, k)), reverse=True)
    if last < end and words[last - 1].low not in _TRANSITIVE and words[last].low not in _OBJECTS:
        yield last


def _is_half_told(words: Sequence[Word], last: int, stop: int) -> bool:
    """True if only the condition of what is felt would be said: "I love how when she laughs"."""
    for k in range(last + 1, stop):
        if words[k].low in ("if", "when", "once") and words[k - 1].low in ("how", "that"):
            return not any(word.low in SUBJECTS for word in words[k + 3 : stop - 1])
    return False


def leaves_its_condition(words: Sequence[Word], begins: int, stop: int) -> bool:
    """True if what would be would be said without its condition: "nobody would notice" of "if I left the party"."""
    behind = [word.low for word in words[stop : stop + 2] if not (word.low == "," or word.ends)][:1]
    conditional = any(word.low in _WOULD or word.low.endswith("'d") for word in words[begins:stop])
    return conditional and not any(word.ends for word in words[stop : stop + 1]) and not _CONDITIONS.isdisjoint(behind)


_CONDITIONS = listed("if unless without when once")
_WOULD = listed("would wouldn't could couldn't might will won't")


def _parts_clauses(words: Sequence[Word], k: int) -> bool:
    """True for a comma, and for an "and" that binds two clauses or two verbs, not two nouns."""
    after = words[k + 1].low if k + 1 < len(words) else "."
    if words[k].low not in COORDINATORS:
        return words[k].low == ","
    return (
        after in SUBJECTS | VERBS | ADVERBS | PREPOSITIONS | {"my", "our"}
        or after.endswith(("ed", "ing"))
        or words[k].low == "but"
    )


def _is_topic(words: Sequence[Word], first: int) -> bool:
    """True where a feeling is only spoken about: "I was raised to think that feeling proud is a sin"."""
    lows = [word.low for word in words[max(0, first - 2) : first]]
    return lows[1:] in (["feeling"], ["being"]) and lows[0] in ("think", "thought", "that", "say", "says", "said")


def _gap(words: Sequence[Word], first: int) -> int | None:
    """Return the place of an "I" that was left out as a sentence began: "miss him so much"; None for no such place."""
    k = first
    while k > 0 and not words[k - 1].ends and first - k < 5:
        k -= 1
    while k < first and words[k].low in COORDINATORS:
        k += 1
    opener = next(
        (word.low for word in words[k : first + 1] if word.low not in ("really", "just", "still", "also", "always")), ""
    )
    after = words[k + 1].low if k + 1 < len(words) else "."
    if opener not in _SUBJECTLESS or (k and not words[k - 1].ends and words[k - 1].low not in COORDINATORS):
        return None
    return (
        None
        if opener in ("love", "hope", "hate", "dread", "envy") and (not after[0].isalnum() or after in AUXILIARIES)
        else k
    )


def _is_adjective(mention: EmotionMention) -> bool:
    kinds = kinds_of(mention.lemma), kinds_of(mention.text.lower())
    phrase = "adj" in kinds_of(mention.text.lower().split()[0]) and " " in mention.text
    return ({"adj"} in kinds or phrase) and not any(cue.kind == "implied" for cue in mention.cues)


def _gap_of_adjective(words: Sequence[Word], first: int, last: int) -> int | None:
    """Return the place of an "I'm" left out: "so glad to be home"; None for a word alone, which has a frame."""
    k = first
    while k > 0 and words[k - 1].low in _MEASURES:
        k -= 1
    opens = k == 0 or words[k - 1].low in SENTENCE_MARKS or words[k - 1].ends
    phrase = last - first > 1 and words[last - 1].low not in PREPOSITIONS | {"of"}  # "quite pleased with myself"
    goes_on = phrase or (words[last].low in _GOING_ON and last + 1 < len(words) and not words[last + 1].mark)
    return k if opens and goes_on else None


_MEASURES = listed("so very really just pretty quite absolutely still too more")
_GOING_ON = listed("to that about with at for of by after because i he she they my")
_SUBJECTLESS = listed(
    "felt feel miss missed love loved hate hated hope dread dreaded couldn't can't didn't don't wish enjoy"
    " enjoyed regret resent appreciate adore cried lost got had"
)
