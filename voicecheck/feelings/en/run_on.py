"""Find where a spoken sentence ends without a mark: "so lonely here nobody speaks english", "livid ive got work"."""

from __future__ import annotations

from collections.abc import Sequence

from voicecheck.domain import EmotionMention
from voicecheck.feelings.en.clause_words import (
    ADVERBS,
    ANYBODY,
    BE,
    COORDINATORS,
    DETERMINERS,
    JOINTS,
    LEADS,
    NOMINATIVES,
    OTHER_PRONOUNS,
    PREPOSITIONS,
    SELF_SUBJECTS,
    SUBJECTS,
    VERBS,
    is_verb,
)
from voicecheck.feelings.en.mirror import kinds_of
from voicecheck.feelings.en.spoken_words import Word
from voicecheck.feelings.en.turn import KIN
from voicecheck.feelings.tokens import listed

# What a clause may depend on, with the speaker as its subject: "I think I'm sad", "I know that ..."
KNOWING = listed(
    "think thought know knew feel felt realise realised realize realized notice noticed admit hate love hated"
    " loved find found told tell said say remember guess believe see saw understand understood wish thinking"
    " hoping wishing pretending knowing feeling saying wondering wondered means meant show shows swear hope"
    " learned learnt learn discovered heard pray praying thinks says knows believes"
)
HEADS = listed(
    "way time day days thing things everything all moment one person people where place reason fact part kind"
    " bit man woman guy girl father mother friend husband wife boy life"
)
EMBEDS = JOINTS | listed("that how what why if like than as whether of because of about")
TAKEN_UP = listed("honestly anyway luckily obviously basically literally anyways")
"""words that begin a clause without a mark, where a subject follows them"""
_SAY = listed("say think keep don't else")
_TIMES = listed("week today day lately now tonight time morning month year again")


# Feelings behind which a clause may tell what they are about: "glad I went", "gutted my mum forgot".
_ABOUT_OWN = listed(
    "glad sorry relieved lucky proud grateful thankful hopeful ashamed scared afraid frightened terrified petrified"
    " worried hoping certain sure"
)
_ABOUT_OTHERS = _ABOUT_OWN | listed(
    "happy sad embarrassed gutted annoyed surprised disappointed pleased guilty upset shocked heartbroken"
    " devastated gobsmacked bummed angry livid furious mad cross fuming hurt delighted excited anxious nervous chuffed"
    " thrilled amazed confident aware concerned jealous envious baffled confused raging bitter moved touched"
)
_COUNTS = listed("two three four five six seven eight nine ten twenty thirty forty fifty sixty hundred thousand")
_OWNERS = listed("my our his her their")
_AS_OF_NOW = listed("today tonight now lately again")
_WHEN_THE = listed("whole way minute moment second day night time more other first last next entire rest")
_GIVING = listed("give gave tell told show showed send sent bring brought buy bought make made ask asked call called")
_ABSTRACT = listed("something anything nothing")


def begins_behind_feeling(words: Sequence[Word], k: int, mention: EmotionMention) -> bool:
    """True where the next clause begins right behind the feeling at `k - 1`: "so lonely nobody rings"."""
    low, feeling = words[k].low, words[k - 1].low
    kinds, lead = kinds_of(mention.lemma), [word.low for word in words[max(0, k - 3) : k - 1]]
    named = kinds & {"adj", "thing"} or feeling.endswith("ing")
    if not named or feeling in PREPOSITIONS | {"of", "that", "like"}:
        return False
    after = words[k + 1].low if k + 1 < len(words) else "."
    marked = any(word.ends for word in words)
    if marked and low in SUBJECTS:
        return False  # "I was bummed we couldn't go."
    if low in SELF_SUBJECTS:
        so_much_that = "so" in lead and after not in ("still", "do", "am", "have")
        return not (feeling in _ABOUT_OWN or so_much_that)
    if low in OTHER_PRONOUNS | ANYBODY | {"it's", "that's", "there's"}:
        return feeling not in _ABOUT_OTHERS
    if low in _COUNTS:
        return "verb" not in kinds or feeling in _ABOUT_OTHERS
    if after in ("is", "was", "are", "were", "has") and low not in _NO_NOUN and not low.endswith(("ing", "ly")):
        return feeling not in _ABOUT_OTHERS and not marked  # "im stressed work is mad"
    tells = feeling in _ABOUT_OTHERS and any(is_verb(word.low) for word in words[k + 1 : k + 4])
    noun = low in _OWNERS or (low == "the" and after not in _WHEN_THE)
    return noun and not tells and "verb" not in kinds and not DETERMINERS & set(lead)


def begins_behind_object(words: Sequence[Word], k: int, last: int) -> bool:
    """True behind what a feeling was about: "dreading christmas her parents", "drowning a bit work mum"."""
    low, before, earlier = words[k].low, words[k - 1].low, words[k - 2].low
    if words[k].mark or words[k - 1].mark:
        return False
    if (earlier, before) in (("a", "bit"), ("a", "lot")) and k - 2 >= last:
        goes_on = low in _NO_NOUN or low.endswith(("ing", "ly", "er"))
        return not goes_on and words[k - 3].low not in COORDINATORS | BE and not words[k - 3].mark
    if low == "the" and not any(word.ends for word in words) and words[k + 1 : k + 2]:
        the = words[k + 1].low not in _WHEN_THE
        if before in _AS_OF_NOW:
            return the
    else:
        the = False
    if (
        not (the or low in _OWNERS)
        or before in _NO_NOUN | HEADS
        or is_verb(before)
        or before.endswith(("ing", "ed", "ly"))
    ):
        return False
    if _GIVING & {word.low for word in words[max(0, k - 4) : k]}:
        return False
    return earlier in DETERMINERS or k - 2 == last - 1


def _ends_in_s(low: str) -> bool:
    return low.endswith("s") and "'" not in low


_NO_NOUN = (
    SUBJECTS | ADVERBS | PREPOSITIONS | JOINTS | COORDINATORS | DETERMINERS | VERBS | EMBEDS
    | listed("of that more less than as too every each you me him us them again up out off down away not to")
)  # fmt: skip


def begins_another(words: Sequence[Word], k: int) -> bool:
    """True where the next clause begins without any mark: "i miss her so much she sounded old"."""
    low, before = words[k].low, words[k - 1].low
    after = words[k + 1].low if k + 1 < len(words) else "."
    if low in ("don't", "please", "let's"):
        its_own = words[k - 2].low in DETERMINERS and k > 2 and words[k - 3].low in EMBEDS  # "that my sons don't speak"
        return not its_own and before not in SUBJECTS | ADVERBS | {"who", "that", "which"}
    if low in (LEADS - {"still", "now"}) | TAKEN_UP and after in SUBJECTS:
        return True
    if low in ("can't", "couldn't", "didn't", "won't") and before in _TIMES:
        return True  # "low this week can't be bothered"
    if low in KIN and (after in VERBS or low.endswith("'s")):
        return (
            before
            not in EMBEDS
            | (HEADS - {"everything", "things"})
            | KNOWING
            | ADVERBS
            | DETERMINERS
            | PREPOSITIONS
            | VERBS
            | COORDINATORS
        )
    if low in ANYBODY - {"others"} and (after in _SAY or is_verb(after) or _ends_in_s(after)):
        return before not in _NO_NOUN | HEADS | KNOWING and not before.endswith("ing")
    if low in _ABSTRACT and (after in ("about", "ever") or (low == "nothing" and _ends_in_s(after))):
        return before not in _NO_NOUN | KNOWING
    if low == "me" and after == "and" and before not in VERBS | PREPOSITIONS | EMBEDS:
        return True  # "together, me and this other lad"
    how = "how" in {word.low for word in words[max(0, k - 3) : k]}
    if low in NOMINATIVES:
        if before == "out" and words[k - 2].low in ("found", "find", "finding"):
            return False
        done = before == "that" and words[k - 2].low in ("do", "does", "did", "like")
        embedded = (not done and before in EMBEDS | HEADS | KNOWING | ADVERBS) or (before == "and" and low == "i")
        return not embedded and not how
    if low in ("it's", "that's", "there's", "it", "this") and (after in BE or "'" in low):
        return before not in EMBEDS | KNOWING | PREPOSITIONS and not how
    return False
