"""Bounds of a spoken clause: where its subject begins and where the next clause does, with or without marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voicecheck.domain import EmotionMention
from voicecheck.feelings.en.clause_words import (
    ADVERBS,
    AUXILIARIES,
    BE,
    COORDINATORS,
    DETERMINERS,
    JOINTS,
    LEADS,
    LONGEST_OPENING,
    NOMINATIVES,
    PREPOSITIONS,
    SELF_SUBJECTS,
    SUBJECTS,
    THING_SUBJECTS,
    VERBS,
    is_verb,
    lead_width,
    opening_width,
)
from voicecheck.feelings.en.listing import list_end
from voicecheck.feelings.en.run_on import (
    HEADS,
    KNOWING,
    TAKEN_UP,
    begins_another,
    begins_behind_feeling,
    begins_behind_object,
)
from voicecheck.feelings.en.spoken_words import Word
from voicecheck.feelings.en.turn import LONGEST_CLAUSE_WORDS, pair_width
from voicecheck.feelings.tokens import listed

_BEFORE_MAIN = listed("because since although though cause and but so or then plus yet that as cuz except")
_NOT_ITS_OWN = listed("if whether unless until till before where how what which who whose whoever than lest")
_LIKE_THAT = listed("that like how")
_DOUBLE_DENIALS = listed("pretend pretending lying lie deny denying pretended")
_HEDGES = listed("think guess suppose reckon believe")
_NOT_THAT = listed("not n't isn't wasn't")
_REPORTING = listed("say says saying said tell tells telling told think thinks thought claim claims claimed reckons")
_TELLING = listed("told tell telling promised assured showed asked")
_DEGREE = listed(
    "so very really quite pretty a bit little lot kind sort of just too also more most both all still not and"
    " or but , even rather totally completely extremely incredibly super always almost then deeply actually"
    " honestly somewhat"
)
_OBJECTS = listed("it him her them")
_FEARED = listed("that afraid scared frightened terrified worried")
_ANEW = [[verb] for verb in ("hope", "wish", "think", "guess", "hate", "love", "feel", "miss")]
_QUANTITIES = listed("a an some no all every both")
_CLOSING = frozenset(("which", "though", "although", "if", "unless", "whereas", '"', "“", "”", "(", ")", "–", "—"))


def beginning_of(words: Sequence[Word], first: int, mentions: Sequence[EmotionMention]) -> int | None:
    """The word that the clause begins with: its subject, or a word of time right before it."""
    k = first
    while k >= 0:
        word = words[k]
        if word.ends:
            break
        if word.low == "," and not _lists(words, k, first, mentions):
            break
        if word.low in ('"', "“", "”"):
            return None
        if words[k].low == "i" and k and words[k - 1].low == "what" and (k == 1 or words[k - 2].ends):
            return k - 1  # "what I found upsetting was that she didn't come"
        if words[k].low == "i" and k and words[k - 1].low == "all" and (k == 1 or words[k - 2].ends):
            return k - 1  # "all I feel is tired"
        if k < first and any(one.end == words[k - 1].end and begins_behind_feeling(words, k, one) for one in mentions):
            return k  # "im chuffed to bits my grandad would have loved it"
        if _is_subject(words, k, first):
            found = _with_what_leads(words, phrase_start(words, k))
            return _only_time(words, k) if found is None else found
        opens = k == 0 or words[k - 1].ends
        if word.low == "what" and opens:
            break  # "what hurts is the silence"
        if k < first and word.low in _NOT_ITS_OWN | {"when", "whenever", "while"}:
            return None
        k -= 1
    # a noun phrase or a bare noun that opens the sentence: "work is stressful", "my heart sank", "Sarah scared me"
    opening = k if k >= 0 and words[k].low == "what" else k + 1
    while opening < first and (words[opening].low in COORDINATORS or words[opening].low in ("because", "since", ",")):
        opening += 1
    if opening < first or (opening == first and words[first].low in DETERMINERS):
        return opening if _opens_with_noun(words, opening, first) else None
    return None


def _only_time(words: Sequence[Word], k: int) -> int | None:
    """The beginning of "that was the only time I felt safe", where its subject stands at `k`."""
    for start in range(max(0, k - 6), k - 3):
        lows = [word.low for word in words[start:k]]
        if lows[:2] in (["that", "was"], ["it", "was"], ["this", "was"]) and lows[2:4] in (
            ["the", "only"],
            ["the", "first"],
        ):
            return start if _free(words, start) or words[start - 1].low in TAKEN_UP else None
    return None


def _opens_with_noun(words: Sequence[Word], opening: int, first: int) -> bool:
    lows = [word.low for word in words[opening : first + 3]]
    lead = lead_width(lows)
    lows = lows[lead:]
    if not lows or not lows[0][0].isalnum():
        return False
    if lows[0] in DETERMINERS or lows[0].endswith("ing"):
        return any(low in VERBS or low.endswith(("ed", "'s")) for low in lows[1:9])
    if lows[0] in ("part", "half", "both", "most", "some", "all") and lows[1:2] == ["of"]:
        return True
    if lows[0] == "me":
        return lows[1] == "and"
    if lows[0] == "what":
        # "what bothers me is that ...", "what I found upsetting was that ..."
        return (
            "me" in lows[2:5] or "hurts" in lows[1:3] or (lows[1:2] == ["i"] and bool({"is", "was"} & set(lows[3:8])))
        )
    return len(lows) > 1 and (lows[1] in VERBS) and lows[0] not in VERBS | PREPOSITIONS | ADVERBS | COORDINATORS


def _is_subject(words: Sequence[Word], k: int, first: int) -> bool:
    low = words[k].low
    before = words[k - 1].low if k else "."
    after = words[k + 1].low if k + 1 < len(words) else "."
    if low in NOMINATIVES:
        return True
    if low in ("part", "half") and [word.low for word in words[k + 1 : k + 3]] in (["of", "me"], ["of", "us"]):
        return True
    if low in THING_SUBJECTS:
        if before in BE or (k and "'" in before and before[-2:] in ("'m", "'s", "re")):
            return False
        if "'" in low and low != "that's":
            return True
        if after in ("being", "be", "been"):
            return False  # "I call it being fed up"
        if after not in VERBS and after not in ADVERBS and not (after.endswith(("s", "ed"))) and k + 1 < first:
            return False
        return (
            not before[0].isalnum()
            or before in COORDINATORS | JOINTS | LEADS | {"that", "today", "like"}
            or (low != "that" and after in VERBS and before not in PREPOSITIONS and k < first)
        )
    if low in DETERMINERS and k < first:
        opens = not before[0].isalnum() or before in COORDINATORS | {"because", "since", "that", "like"}
        return opens and any(is_verb(word.low) for word in words[k + 2 : min(k + 5, first + 3)])
    return False


def phrase_start(words: Sequence[Word], k: int) -> int:
    """The first word of a subject in two parts: "my wife and I", "me and my sister"."""
    if words[k].low in ("my", "our") and k >= 2 and (words[k - 2].low, words[k - 1].low) == ("me", "and"):
        return k - 2
    if words[k].low in ("i", "me") and k >= 3 and words[k - 1].low == "and":
        for start in (k - 3, k - 4):
            if start >= 0 and words[start].low in ("my", "our") and _free(words, start):
                return start
        if words[k - 2].text[:1].isupper() and _free(words, k - 2):
            return k - 2
    return k


def _with_what_leads(words: Sequence[Word], k: int) -> int | None:
    """Return the beginning with a word of time or the clause above; None for a clause that is not the speaker's."""
    for width in (5, 4, 3, 2, 1):
        start = k - width
        if start >= 0 and lead_width([word.low for word in words[start:k]]) == width and _free(words, start):
            return start
    before = k - 1
    while before >= 0 and words[before].low in ADVERBS - {"so", "all", "both"}:
        before -= 1
    if before < 0:
        return k
    told = words[before].low in ("him", "her", "them", "everyone", "myself") and before
    if told and words[before - 1].low in _TELLING:
        before -= 1
    elif before > 2 and words[before - 1].low in ("my", "our") and words[before - 2].low in _TELLING:
        before -= 2  # "I never told my dad I loved him"
    verb = before - 1 if words[before].low in _LIKE_THAT else before
    if verb >= 0 and words[verb].low in KNOWING and words[verb].low not in SUBJECTS:
        above = _own_subject(words, verb)
        if words[verb].low == "say" and words[verb - 1].low in ("could", "would", "i'd", "might"):
            return k  # "I could say I'm one of those left out"
        if above == verb - 1 and verb == before and words[verb].low in _HEDGES:
            return k  # "I think I was scared"
        return None if above is None else _with_what_leads(words, above)
    return None if _is_governed(words, before, k) else k


def _is_governed(words: Sequence[Word], before: int, k: int) -> bool:
    """True if the word before a subject makes its clause a part of another one, or of somebody's words."""
    low = words[before].low
    if low in HEADS and before and words[before - 1].low in DETERMINERS | {"only", "one"}:
        return True  # "the thing I feel most"
    if {word.low for word in words[max(0, k - 6) : k]} & _DOUBLE_DENIALS:
        return True  # "I'd be lying if I said I wasn't jealous"
    if low == "that" and before and words[before - 1].low in COORDINATORS:
        return _said_by_other(words, before)  # "she says I'm lazy and that I'm always cross"
    if low == "that" and _NOT_THAT & {word.low for word in words[max(0, before - 3) : before]}:
        return True  # "it's not exactly that I'm lonely"
    own = words[k].low in SELF_SUBJECTS
    if low == "why" and before and words[before - 1].low in ("that's", "is", "know", "idk", "idea"):
        return False
    if low in ("while", "where") and own and (low == "where") == (before > 0 and words[before - 1].low[0].isalnum()):
        return False
    if low == "so" and words[k + 1].low in ("can", "could", "will", "would", "don't", "won't"):
        return True  # "so I can stop worrying"
    if low in _NOT_ITS_OWN or low in ("when", "whenever", "while", "why"):
        return True
    if own and low in AUXILIARIES and low not in ("is", "was"):
        return True  # a question or a turned order: "am I", "so do I"
    if low in ("is", "was") and not own:
        return True
    return low in PREPOSITIONS or low in ("as", "than", "of")


def _said_by_other(words: Sequence[Word], k: int) -> bool:
    """True if what stands before `k` in its sentence is what another says or thinks."""
    for verb in range(k - 1, -1, -1):
        if words[verb].ends:
            return False
        if words[verb].low in _REPORTING:
            return _own_subject(words, verb) is None
    return False


def _free(words: Sequence[Word], k: int) -> bool:
    """True if nothing before `k` governs what begins there."""
    before = words[k - 1].low if k else "."
    return not before[0].isalnum() or before in _BEFORE_MAIN


def _own_subject(words: Sequence[Word], verb: int) -> int | None:
    """The "I" or "we" that a verb belongs to, with nothing but auxiliaries and adverbs between."""
    k = verb - 1
    while (
        k >= 0
        and k >= verb - 4
        and (words[k].low in ADVERBS or words[k].low in AUXILIARIES or words[k].low in ("him", "her", "them"))
    ):
        k -= 1
    return k if k >= 0 and words[k].low in SELF_SUBJECTS else None


def _lists(words: Sequence[Word], comma: int, first: int, mentions: Sequence[EmotionMention]) -> bool:
    """True if a comma stands in a row of feelings: "I felt tired, sad and lonely"."""
    return (
        all(_in_row(word, mentions) for word in words[comma + 1 : first])
        and comma > 0
        and _is_mention(words[comma - 1], mentions)
    )


def _in_row(word: Word, mentions: Sequence[EmotionMention]) -> bool:
    return word.low in _DEGREE or _is_mention(word, mentions)


def _is_mention(word: Word, mentions: Sequence[EmotionMention]) -> bool:
    return any(mention.start < word.end and word.start < mention.end for mention in mentions)


def end_of(words: Sequence[Word], last: int, mentions: Sequence[EmotionMention]) -> int:
    """The word behind the clause: at a pause, at a joining word with a subject, or where another subject begins."""
    main = last
    for k in range(last, min(len(words), last + 3 * LONGEST_CLAUSE_WORDS)):
        listed_to = list_end(words, k) if k > last or words[k - 2].low == "to" else None
        main = _main_clause_behind(words, k) or listed_to or main
        if last < main and k <= main and not words[k].ends:
            continue
        if _stops_at(words, k, mentions) or (k > last and begins_another(words, k)):
            return k
        if k == last and any(one.end == words[k - 1].end and begins_behind_feeling(words, k, one) for one in mentions):
            return k
        if mentions and k > last and begins_behind_object(words, k, last):
            return k
        if k == last and words[k].low in ("i", "we") and [word.low for word in words[k + 1 : k + 2]] in _ANEW:
            return k  # "I'm heartbroken I hope they mend it"
        if k == last + 1 and words[last].low in _OBJECTS and words[k].low in DETERMINERS - _QUANTITIES:
            return k  # "I miss it the noise mostly": the object was said already
    return min(len(words), last + 3 * LONGEST_CLAUSE_WORDS)


def _main_clause_behind(words: Sequence[Word], k: int) -> int | None:
    """The subject behind a condition inside a clause: "afraid that if I stop, I won't start again"."""
    if words[k].low not in ("if", "when", "once") or words[k - 1].low not in _FEARED:
        return None
    for j in range(k + 3, min(k + 10, len(words))):
        if words[j].ends:
            return None
        if words[j].low in SUBJECTS and (words[j - 1].low == "," or words[j].low in NOMINATIVES):
            return j
    return None


def _stops_at(words: Sequence[Word], k: int, mentions: Sequence[EmotionMention]) -> bool:
    """True at a mark, at a condition, or at a joining word behind which another clause follows."""
    low, after = words[k].low, words[k + 1].low if k + 1 < len(words) else "."
    if words[k].ends or low in _CLOSING:
        return not (low == "if" and words[k - 1].low == "as")
    if low == "even":
        return after in ("though", "if")
    if low == ",":
        alone = after == "that" and (k + 2 >= len(words) or words[k + 2].mark)  # "it got me a bit, that"
        return alone or (after not in ("because", "when", "that", "after") and not _row_follows(words, k, mentions))
    if low == "so" and after not in SUBJECTS | DETERMINERS:
        return False
    return low in COORDINATORS and not _goes_with(words, k, mentions)


def _row_follows(words: Sequence[Word], comma: int, mentions: Sequence[EmotionMention]) -> bool:
    """True if only further feelings follow the comma: "sad, lonely and tired"."""
    for k in range(comma + 1, min(comma + 8, len(words))):
        if words[k].ends or words[k].low == ",":
            return k > comma + 1
        if not _in_row(words[k], mentions):
            return False
    return _is_mention(words[min(comma + 1, len(words) - 1)], mentions) or len(words) > comma + 1


def _goes_with(words: Sequence[Word], k: int, mentions: Sequence[EmotionMention]) -> bool:
    """True if a joining word binds parts of one clause: "sad and lonely", "my mom and my dad"."""
    if words[k].low not in ("and", "or", "but", "yet"):
        return False
    rest = []
    for word in words[k + 1 : k + 6]:
        if word.mark or word.low in COORDINATORS | JOINTS | SUBJECTS:
            break
        rest.append(word)
    j = next((j for j, word in enumerate(rest) if word.low not in _DEGREE), len(rest))
    if j < len(rest) and _is_mention(rest[j], mentions):
        return words[k].low == "but" or not (rest[j].low.endswith("ed") and rest[j].low in VERBS)
    if [word.low for word in rest[:2]] in (["a", "bit"], ["a", "little"]):
        return True  # "excited and a bit trapped"
    if words[k].low == "and" and "between" in {word.low for word in words[max(0, k - 6) : k]}:
        return True
    if words[k].low in ("but", "yet") or not rest:
        return False
    noun = next((j for j, word in enumerate(rest) if word.low in PREPOSITIONS), len(rest))
    first = rest[0].low
    if any(is_verb(word.low) for word in rest[:noun]) or first in ADVERBS | PREPOSITIONS or first.endswith("ing"):
        return False
    return 0 < noun <= (3 if first in DETERMINERS or rest[0].text[:1].isupper() else 2)


def clauses_of(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Clauses that stand alone and begin with their subject, as ranges of words."""
    done, unmarked = 0, not any(word.mark for word in words)
    for k in range(len(words)):
        if k < done or words[k].mark:
            continue
        opens = k == 0 or words[k - 1].ends
        if not (opens or _is_subject(words, k, len(words)) or words[k].low in ("my", "our")):
            continue
        named = k > 1 and words[k - 1].low == "is" and words[k - 2].low in (",", "is")  # "what it is, is I'm afraid"
        if not (opens or named or _free(words, k) or (unmarked and words[k].low in NOMINATIVES)):
            continue
        start = _with_what_leads(words, phrase_start(words, k))
        if start is None:
            continue
        lead = k + opening_width([word.low for word in words[k : k + LONGEST_OPENING]]) if opens else k
        done = end_of(words, lead + pair_width([word.low for word in words[lead : lead + 5]]), ())
        yield (lead, done)
