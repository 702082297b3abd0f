"""Guards of a turned clause: nothing that others said, that is broken, or that would hurt from a machine's mouth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from voicecheck.feelings.en.clause_words import (
    ADVERBS,
    ANYBODY,
    AUXILIARIES,
    DANGLING,
    DANGLING_FINE,
    DETERMINERS,
    JOINTS,
    NOMINATIVES,
    OPEN_CLAUSE,
    PREPOSITIONS,
    SELF_SUBJECTS,
    SUBJECTS,
    THING_SUBJECTS,
    VERBS,
    is_verb,
    lead_width,
)
from voicecheck.feelings.en.spoken_words import QUESTION_MARK, QUOTES, Word
from voicecheck.feelings.en.tails import SCORN
from voicecheck.feelings.tokens import listed

_YOU = listed(
    "you your yours yourself yourselves you're you've you'd you'll y'all thou thanks thank please let's"
    " goodbye bye hello hi"
)
_GREETINGS = listed("thanks thank goodbye bye hello hi please")
_BEFORE_GREETING = listed("say said says saying waved a my our his her the no last of")
_ASKS = listed("why who whose whom what where how which when whether if unless")
_INVERTED = listed(
    "am is are was were do does did have has had can could will would should isn't aren't don't didn't can't"
)
_GONE = listed(
    "been gone going getting coming moving leaving not got had lost left dying started become over pregnant"
    " ill sick dead in worse okay safe home back very really so"
)
_FINDING = listed("find found feel felt miss hate love loved hated missed dread dreaded fear regret enjoyed enjoy")
_PARTS = listed("part half most both some all one neither")
_CRUDE = re.compile(
    r"(?:fuck|shit|cunt|bitch|bastard|asshole|arsehole|dick|prick|slut|whore|fag|nigg|retard|twat|wank)"
)
_SAYING = listed(
    "said says saying told tells asked asks texted wrote claimed claims yelled screamed replied insisted"
    " insists thinks"
    " believes assumes reckons accused accuses calls called"
)
_PRESSES = re.compile(
    r"\b(?:should|shouldn't|must|mustn't|ought|why)\b|^you(?:'ve| have)? (?:just |really )?(?:need to|have to"
    r"|had better|got to)\b"
    r"|\bbecause you\b(?! (?:had to|have to|couldn't|can't|miss|lost|love|feel|felt|don't know|were (?:so|too"
    r"|scared|afraid|tired|alone))\b)(?!'re )"
    r"|\bbecause you.*\b(?:worthless|pathetic|stupid|useless|failure|ugly|fat|disgusting|lazy|selfish|burden|waste|mess"
    r"|pointless|hopeless|fault|mean|cruel|bad|wrong)\b"
    r"|^you better\b|\byou (?:don't|didn't|couldn't) (?:even |really )?care\b(?! (?:about|for)\b)"
    r"|^you(?:'re| are) (?:so |very |really |truly )*sorry(?: man| bro| dude| mate| guys| buddy| love)?$"
    r"|\bcan't wait\b.*\b(?:pain|suffer|suffering|hell|misery|agony|nightmare)\b"
)
# What another feels or thinks of the speaker is not for a machine to say: "no one loves me", "she doesn't want me".
_ALONE = re.compile(
    r"^(?:(?:he|she|they|your (?:[\w'-]+ ){1,3}?|nobody|no one|no-one|everyone|everybody|people|the \w+) ?)"
    r"(?:\w+n't |never |really |just |all |both |even |ever |will |would |always |clearly |obviously |still )*"
    r"(?:love|like|hate|want|care|respect|trust|understand|believe|need|miss|resent|despise"
    r"|think)\w* (?:about |of )?(?:you|what you)\b"
    r"|^(?:he|she|they|your (?:[\w'-]+ ){1,2})\b.*\b(?:in love with|proud of|sick of|ashamed of|tired of) you\b"
    r"|^(?:nobody|no one|no-one|everyone|everybody) (?!(?:even )?(?:called|rang|came|phoned|turned up|sang|visited"
    r"|wrote)\b)"
    r"(?:(?! and you\b).)*\byou|\byou(?:'ve| have)?(?: got)? (?:nobody|no one"
    r"|no friends|nothing)\b"
)
# Words near the wish to be dead are left to the watch for danger, and mirrored by nothing here.
_LIFE = re.compile(
    r"^(?:[\w' ]+ )?you\b.*\b(?:die|dying|(?:be|are|were|was) dead(?! \w)|dead$|kill|killed|killing|suicid\w*"
    r"|disappear|vanish|hurt yourself|cut yourself|cutting|overdose"
    r"|(?:long|longed|wish|hope|pray) (?:\w+ ){0,2}death"
    r"|end it|ending it|exist|go on|wipe you|never born|not be here|wake up|burden)\b"
)
# A death by somebody's own hand, which is never mirrored.
OWN_HAND = re.compile(
    r"\b(?:killed (?:himself|herself|themselves)|(?:took|taken|ended) (?:his|her|their) (?:own )?li(?:fe|ves)"
    r"|(?:hanged|hung|shot|drowned) (?:himself|herself|themselves))\b(?! laughing| trying| working)"
)
# A verdict of the speaker's on himself is never said to him as a fact.
_VERDICT = re.compile(
    r"\byou(?:'re| are| were|'ve been| aren't| weren't) (?:(?:a|an|the|so|such|just|really|not|too|very|total"
    r"|complete|always|kind|of|no|still"
    r"|being|most|never|only|that|this|all|fucking|absolute|useless|bad|terrible|horrible|awful|little|big"
    r"|stupid|pathetic) )*"
    r"(?:useless|worthless|pathetic|stupid|ugly|fat|idiot|idiotic|fool|foolish|dumb|failure|loser|burden|weak"
    r"|coward|disgusting|unlovable"
    r"|unloveable|unlikeable|unworthy|crazy|insane|mess|monster|lazy|selfish|incompetent|inadequate|terrible"
    r"|horrible|awful|bad|worst"
    r"|nobody|nothing|fraud|fake|freak|disappointment|hopeless|boring|toxic|needy|moron|jerk|hypocrite|waste"
    r"|joke|disgrace|annoying"
    r"|psycho|mental|evil|liar|trash|garbage|enough\b(?! (?:of|time|to)\b)"
    r"|(?:good|strong|smart|pretty|man|enough of a man) enough|wrong"
    r"|rubbish|weirdo)\b"
    r"|\byou(?:'ve| have)? (?:\w+ )?(?:feel|felt|feeling) (?:(?:so|really|like|a|an|such|just|very|too|the|bit"
    r"|like you're|like you are|total|complete|pretty|kind|of|this) )*(?:useless|worthless|pathetic"
    r"|stupid|dumb|ugly|idiotic|idiot|moron|loser|failure|burden|disgusting|unlovable|unworthy|disgrace|fraud|waste|piece)\b"
    r"|\byou (?:hate|hated|loathe|despise|despised|disgust) your(?:self|\s+(?:life|body|face))\b|\byou (?:suck"
    r"|sucked)\b|\byour (?:own )?fault\b|\bfault\b.*\byours\b"
)


# Contempt of the speaker's for himself, also in passing, and for what is his: "your stupid mouth", "silly old you".
_SCORN = re.compile(
    rf"^(?!.*\b(?:treat\w*|talk\w*|spoke|speaks?|look\w*|laugh\w*) (?:\w+ )?(?:to |at )?you like)"
    rf".*\blike (?:an? |such an? |some |the )(?:\w+ )?(?:{SCORN})\b"
    r"|\b(?:silly|stupid|daft|dumb|dozy|foolish|pathetic) (?:old |little )?"
    r"(?:you|cow|moo|sod|woman|man|girl|boy|bugger|fool|git|mare|thing)\b"
    r"|\byour (?:own )?(?:stupid|silly|pathetic|ugly|fat|useless|dumb|daft|worthless|disgusting|hopeless)\b"
    r"|\byou (?:\w+ )?(?:did|said|made|make|do|say|done|wrote|sent|was|were|are|been) "
    r"(?:something|anything|things|an?|such an?|the|some|another|this|that) (?:\w+ )?"
    r"(?:stupid|silly|dumb|idiotic|foolish)\b"
    r"|\b(?:stupid|silly|daft|foolish|dumb|idiotic|pathetic|selfish|childish|mad|bad|wrong) of you\b"
    r"|\b(?:it|that|this)(?:'s| is| was) (?:\w+ )?(?:stupid|silly|pathetic|daft|dumb|selfish|childish|petty)\b"
    r"|^(?!.*\b(?:makes?|making|made|calls?|called) you\b).*\b(?:stupid|pathetic|idiotic|dumb)\b"
    r"|\b(?:silly|daft|mad) (?:really|isn't it|i know|but)\b"
    r"|\b(?:stupidly|foolishly|pathetically|idiotically)\b"
    r"|\byou(?:'re| are| were|'ve been) (?:(?:being|so|very|such|a|an|the|just|really|complete|total|right|old) )*"
    rf"(?:silly|daft|thick|clumsy|hideous|gross|pitiful|ridiculous|{SCORN})\b"
    r"|\byou(?:'re| are| were|'ve been|'ve| have| feel| felt)\b.*\b(?:overreact\w*|oversensitive"
    r"|dramatic|unreasonable|ungrateful|attention seeking|feeling sorry for yourself|making a fuss"
    r"|sorry for (?:moaning|whining|complaining|going on|crying))\b"
    r"|\byou(?:'re| are| were| feel| felt) (?:like )?(?:such an?|an?) "
    rf"(?:(?:right|complete|total|bit of a|proper|real|old|silly) )*(?:{SCORN})\b"
    # a deed that they reproach themselves with is none to be told of alone
    r"|^you (?:just |even |really |only |completely |then )*(?:snapped|shouted|yelled|screamed|lied|swore|lashed out)"
    r" (?:at|to)\b(?!.*\b(?:and|but|so|because|when)\b)"
)


def is_refused(lows: Sequence[str]) -> bool:
    """True for questions, quotes, others who are spoken to, what somebody said, and false starts."""
    if any(pair in (("we", "all"), ("us", "all")) for pair in pairwise(lows)):
        return True
    greeted = {k for k in range(1, len(lows)) if lows[k] in _GREETINGS and lows[k - 1] in _BEFORE_GREETING}
    if any(
        (low in _YOU and k not in greeted) or low in QUOTES or QUESTION_MARK in low or _CRUDE.match(low)
        for k, low in enumerate(lows)
    ):
        return True
    if any(not low[0].isalnum() and low not in (",", "-", "—", "–", "&") for low in lows):
        return True
    if any(low in ("actually", "sorry", "wait", "no") and after in ("not", "wait") for low, after in pairwise(lows)):
        return True  # "second place, actually not, second"
    if "myself" in lows and ("and" in lows[lows.index("myself") + 1 :][:1]):
        return True
    return _is_reported(lows) or _is_broken(lows)


def _is_reported(lows: Sequence[str]) -> bool:
    """True if somebody other says or thinks something of the speaker: "he said I was lazy", "she called me"
    " weak"."""
    for index, low in enumerate(lows):
        if low in _SAYING and (lows[0] not in SELF_SUBJECTS or index > 4):
            rest = lows[index + 1 :]
            joint = next((k for k, word in enumerate(rest) if word in ("and", "but", "so", ",")), len(rest))
            rest = rest[:joint] if joint and rest[0] not in SUBJECTS | {"that"} else rest
            if low in ("called", "calls", "call") and (len(rest) < 2 or rest[1] in PREPOSITIONS):
                continue
            if any(
                word in SUBJECTS - {"these", "those", "nothing"} or word in ("me", "myself", "us") for word in rest[:6]
            ):
                return True
        if low in ("goes", "went", "like") and index + 1 < len(lows) and lows[index + 1] == ",":
            return True
    return False


def _is_broken(lows: Sequence[str]) -> bool:
    """True for a false start: a word or two said twice, two subjects in a row, a verb without its subject."""
    for index in range(len(lows) - 1):
        low, after = lows[index], lows[index + 1]
        if low == after and low not in ("had", "that", "very", "really", "so", "no", "long", "many", "much"):
            return True
        if index + 3 < len(lows) and (low, after) == (lows[index + 2], lows[index + 3]):
            return True
        if low in NOMINATIVES and after in SUBJECTS - {"that", "this", "people", "everything", "something", "nothing"}:
            return True
        if low in ("i", "we") and after in (
            "the",
            "a",
            "an",
            "my",
            "of",
            "in",
            "and",
            "but",
            "or",
            "if",
            "because",
            ",",
        ):
            return True
        paired = index > 1 and lows[index - 1] == "and" and low == "i"
        if (
            low == "i"
            and not paired
            and after in ("is", "are", "has", "does", "were", "isn't", "been", "being", "gone", "done")
        ):
            return True
        if low == "we" and after in ("is", "am", "was", "has", "does"):
            return True
        if low in ("i'm", "i've") and after in ("am", "was", "is", "have", "were", "don't", "can't", "are"):
            return True
        bare = index and lows[index - 1] in ("me", "him", "them") and low in ("makes", "is", "was", "are", "has")
        if bare and not {"of", "that", "what", "who", "like", "know"} & set(lows[:index]):
            return True
    return (lows[-1] in DANGLING - DANGLING_FINE and not _says_how_i_am(lows)) or _has_stray_verb(lows)


def _says_how_i_am(lows: Sequence[str]) -> bool:
    return len(lows) > 3 and lows[-1] == "am" and lows[-3] in ("how", "who", "where")


def _has_stray_verb(lows: Sequence[str]) -> bool:
    """True where a second verb has no subject of its own: "I did as a kid makes me afraid", "I feel is tired"."""
    if lows[0] not in SELF_SUBJECTS:
        return False
    for index in range(2, len(lows)):
        if lows[index] in ("makes", "is", "was", "are", "has", "scares", "gives", "brings", "leaves", "gets"):
            between = lows[1:index]
            joined = [low for low, after in pairwise((*between, "")) if (low, after) != ("as", "a")]  # "as a kid"
            bound = set(joined) & (
                OPEN_CLAUSE | SUBJECTS | {"and", "or", ",", "everyone", "wish", "hope", "think", "know", "why"}
            )
            own = any(
                low in DETERMINERS and between[k - 1 : k] and between[k - 1] not in PREPOSITIONS | {"as"}
                for k, low in enumerate(between)
            )
            named = (
                lows[index - 1] not in VERBS | PREPOSITIONS | ADVERBS | {"most", "more", "up", "out", "down", "away"}
                and lows[index] in ("is", "was", "are", "has")
                and index > 2
            )
            if not bound and not own and not named and not set(between) <= ADVERBS | AUXILIARIES:
                return True
    return False


def has_subject_and_verb(words: Sequence[Word]) -> bool:
    """True if the clause begins with its subject, behind at most a word of time, and a verb follows it."""
    lows = [word.low for word in words]
    first = lead_width(lows)
    rest = lows[first:]
    if len(rest) < 2:
        return False
    head, after = rest[0], [low for low in rest[1:4] if low not in ADVERBS or low in ("not", "never")]
    gripped = "me" in rest[2:5] or "hurts" in rest[1:3]
    if head == "what" and gripped and {"is", "was"} & set(rest[2:7]):
        return True  # "what gets to me is the shoes"
    if head == "what" and rest[1] == "i" and rest[2] in _FINDING and {"is", "was"} & set(rest[3:8]):
        return True  # "what I found upsetting was that she didn't come"
    if head in _ASKS or (head in _INVERTED and rest[1] in SUBJECTS | DETERMINERS):
        return False
    if "'" in head and head.rpartition("'")[0] in SUBJECTS | {"i", "we"}:
        return True
    if (
        rest[1] != "of"
        and head in DETERMINERS
        and head not in ("that", "this", "these", "those", "all", "both", "no", "some")
    ):
        gone = any(low.endswith("'s") and after in _GONE for low, after in pairwise(rest[1:6]))
        return gone or any(is_verb(low) for low in rest[2:9])
    if head in NOMINATIVES | THING_SUBJECTS | ANYBODY:
        if head in ("this", "that", "these", "those", "everyone", "people") and not (after and is_verb(after[0])):
            return any(is_verb(low) for low in rest[2:6])
        return (bool(after) and after[0] not in PREPOSITIONS | DETERMINERS and after[0].isalnum()) or (
            bool(after) and "'" in after[0]
        )
    if head in DETERMINERS:
        return any(is_verb(low) for low in rest[1:6])
    if rest[1:3] in (["of", "me"], ["of", "us"]) and head in _PARTS:
        return True
    if head in ("me", "being", "having", "work", "life") or words[first].text[:1].isupper() or head.endswith("ing"):
        return any(is_verb(low) for low in rest[1:6])
    return is_verb(rest[1]) and not is_verb(head) and head not in PREPOSITIONS | JOINTS | ADVERBS


def is_unsayable(said: str) -> bool:
    """True for a sentence that presses, judges, speaks for another, or comes near the wish to be dead."""
    return any(bad.search(said) for bad in (_PRESSES, _VERDICT, _SCORN, _ALONE, _LIFE, OWN_HAND))
