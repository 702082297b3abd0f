"""Words with many senses ("down", "lost", "miss"): when each of them is a feeling."""

from __future__ import annotations

from collections.abc import Callable

from voicecheck.feelings.frame import NONE, OTHER, SELF, THING, YOU
from voicecheck.feelings.reading import ENDS, Reading, noun_place
from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, listed


def _down(r: Reading) -> bool:
    """Down, low, blue: after feel, or said of somebody and with nothing that gives it a place."""
    frame = r.frame
    following, before = r.after(), r.before()
    if before in listed("calm sit go come slow lie lay fell went sat put up calmed settle break let"):
        return False
    if (following == "at" and r.after(2) == "moment") or (following == "ever" and r.after(1) == "since"):
        following = "lately"
    if (
        following in listed("the to by in at on with for there here from into my a there's")
        and frame.link_kind != "feel"
    ):
        return False
    if r.goes_on or frame.who == THING or frame.determiner >= 0:
        return False
    if frame.link_kind == "feel":
        return following not in ("the", "my", "to")
    if frame.link_kind in ("be", "get", "seem"):
        marked = r.word(-1) in r.grammar["degree"] or following in listed(
            "about lately all these since because again and"
        )
        return frame.who in (SELF, OTHER, YOU) and (marked or (r.sense.lemma != "blue" and following in ENDS))
    return frame.fragment and r.start > 0 and r.word(-1) in r.grammar["degree"] and following in ENDS


def _hurt(r: Reading) -> bool:
    """Hurt feelings, not hurt knees."""
    frame, body = r.frame, r.grammar["body"]
    if r.after() in listed("my his her their our your himself herself myself a the") and frame.link < 0:
        return False
    if r.tokens.at(r.end + 1) in body or frame.who == THING or r.tokens.at(frame.subject) in body:
        return False
    if frame.determiner >= 0:
        return not r.goes_on or r.after() in r.grammar["feeling_noun"]
    return frame.link >= 0 or frame.fragment


def _hurtverb(r: Reading) -> bool:
    if r.before() in r.grammar["feel"] or (
        r.before() in ("am", "are", "was", "were", "been") and not r.word(0).endswith("ing")
    ):
        return False
    if r.after() == "to" or (r.after(1) == "to" and r.word(-1) == "not"):
        return False
    if r.slot is not None:
        last = r.tokens.at(r.slot[1] - 1)
        return last in r.grammar["objective"] or last in r.grammar["person"] or last in ("her", "you")
    return True


def _broken(r: Reading) -> bool:
    return r.frame.link_kind == "feel" or not r.goes_on


def _off(r: Reading) -> bool:
    return not r.goes_on and r.after() not in listed("the my to a with like of")


def _blues(r: Reading) -> bool:
    return r.before() in listed("have had has got having getting with") and not r.goes_on


def _pity(r: Reading) -> bool:
    return r.word(-1) not in ("a", "what", "the") and (
        r.before() in r.grammar["be"] or r.before() in listed("of with feel felt his her their no any for want not")
    )


def _shame(r: Reading) -> bool:
    """ "What a shame" pities no one's standing."""
    near = (r.word(-1), r.word(-2))
    return (near[0] != "a" and "a" not in near and r.after() not in ("on", "about", "that", "really", "isn't")) or near[
        0
    ] in ("the", "my", "of")


def _sorry(r: Reading) -> bool:
    """Felt, not said in passing."""
    frame, following = r.frame, r.after()
    if following == "to" and r.after(1) in ("see", "lose", "leave", "miss") and frame.link >= 0:
        return True
    if following in (
        "to",
        "but",
        "if",
        "that's",
        "what",
        "i'm",
        "can",
        "could",
        "would",
        "not",
        QUESTION,
        "sir",
        "mate",
        "guys",
    ):
        return False
    if frame.link < 0 or frame.who == THING or r.before() in ("say", "said", "saying"):
        return False
    if following in ("for", "about") and r.after(1) in ("your", "the", "any", "my") and r.after(2) in listed(
"loss mess delay inconvenience wait interruption noise late confusion trouble "
"rambling"
):  # fmt: skip
        return False
    return following != COMMA and not (
        following == "i" and r.after(1) in ("am", "have", "can", "could", "did") and r.after(2) in ("late", "not", "to")
    )


def _afraid(r: Reading) -> bool:
    """ "I'm afraid not", "I'm afraid we're closed": courtesy."""
    following, frame = r.after(), r.frame
    if following in ("not", "so"):
        return False
    if (
        frame.who == SELF
        and frame.tense == "present"
        and frame.link_kind == "be"
        and r.word(-1) not in r.grammar["degree"]
    ):
        fear = r.after(1) in ("i'll", "he'll", "she'll", "it'll", "they'll", "might") or "will" in (
            r.after(1),
            r.after(2),
            r.after(3),
        )
        fear = (
            fear
            or "might" in (r.after(1), r.after(2), r.after(3))
            or "going" in (r.after(2), r.after(3))
            or r.word(-1) == "not"
        )
        if following in ("we", "there", "that's", "it", "this", "your") or (
            following in ("that", "i", "you", "he", "she", "they") and not fear
        ):
            return fear
    return True


def _alarm(r: Reading) -> bool:
    return (
        r.word(-1) in ("in", "with", "of", "my", "her", "his")
        and not r.goes_on
        and r.after() not in ("clock", "went", "was", "is", "rang")
    )


def _nerves(r: Reading) -> bool:
    return (
        r.word(-1) in listed("my his her with of the from by no their")
        and r.after() not in ("in", "system")
        and r.word(-2) != "on"
    )


def _worry(r: Reading) -> bool:
    told = r.word(-1) == "not" and r.word(-2) == "do" and r.frame.who in (NONE, YOU)
    return not told and not noun_place(r)


def _stressverb(r: Reading) -> bool:
    return (
        not noun_place(r)
        and not r.goes_on
        and r.after() not in ("that", "the", "how", "a", "this")
        and not r.word(0).endswith("ed")
    )


def _concerned(r: Reading) -> bool:
    return "far" not in (r.word(-4), r.word(-3), r.word(-5)) and "where" not in (r.word(-3), r.word(-4))


def _pins(r: Reading) -> bool:
    return r.word(-1) == "on" or not (r.after() == "in" and r.after(1) in ("my", "the", "his", "her", "one"))


def _butterflies(r: Reading) -> bool:
    return r.before() in listed("have had got get getting gives gave me the with having") and not r.goes_on


def _mad(r: Reading) -> bool:
    """Angry, not insane and not keen."""
    frame = r.frame
    if r.word(-1) == "like":
        return False
    if frame.who == THING or (frame.link < 0 and frame.subject < 0 and not frame.fragment):
        return False
    if frame.determiner >= 0 or r.goes_on or r.before() in listed("go went going gone drive drove like"):
        return False
    return r.after() not in ("for", "keen", "busy") and r.before() not in ("go",)


def _rage(r: Reading) -> bool:
    return r.word(-1) not in ("the", "road", "all") or r.after() in listed("in i that inside came was just")


def _cross(r: Reading) -> bool:
    if r.frame.link < 0 or r.frame.who == THING or r.goes_on:
        return False
    return r.after() in (
        *ENDS,
        "with",
        "at",
        "about",
        "that",
        "because",
        "and",
        "but",
        "when",
        "today",
        "tonight",
        "all",
    ) and r.frame.who in (
        SELF,
        OTHER,
        YOU,
        NONE,
    )


def _bothered(r: Reading) -> bool:
    return (
        r.after() not in ("to", "with_it", "me", "him", "her", "us")
        and "can" not in (r.word(-3), r.word(-2))
        and r.word(-2) not in ("could",)
    )


def _bother(r: Reading) -> bool:
    if r.before() in ("to", "not") and r.word(0) == "bother" and r.frame.subject < 0:
        return False
    return not (r.before() == "to" and "sorry" in (r.word(-2), r.word(-3)))


def _hadenough(r: Reading) -> bool:
    if r.after() == "of":
        return r.before() in listed("have i we he she they 'd has") and r.word(0) in (
            "had",
            "having",
            "have",
        )
    return r.word(0) == "had" and (
        r.before() in ("have", "has") or (r.after() in ENDS and r.before() not in ("not", "did"))
    )


def _haveit(r: Reading) -> bool:
    return r.word(0) == "had" and (r.before() in ("have", "has", "i", "we") or r.word(-1) == "'d")


def _usedfeel(r: Reading) -> bool:
    return r.after() not in ("to", "for")


def _lost(r: Reading) -> bool:
    """At a loss, not away from the road or without the keys."""
    frame = r.frame
    if r.after() in listed("the my his her a it in on our their weight track count for to interest"):
        return frame.link_kind == "feel" and r.after() in ("in", "on")
    if r.goes_on or frame.who == THING or frame.determiner >= 0:
        return False
    if frame.link_kind == "feel" or (frame.link >= 0 and r.after() == "without"):
        return True
    return (
        frame.link_kind in ("be", "get")
        and frame.who != NONE
        and r.word(-1) in listed("so totally completely utterly bit just really very")
    )


def _torn(r: Reading) -> bool:
    return (
        r.frame.link >= 0
        and r.frame.who != THING
        and r.after() in ("between", "about", "on", "over", "whether", "because", "and", *ENDS)
    ) or (r.frame.fragment and r.after() == "between")


def _meh(r: Reading) -> bool:
    return r.frame.who != THING and not r.goes_on


def _whatever(r: Reading) -> bool:
    """The shrug, not "whatever you like"."""
    return (
        (r.before() in ENDS or r.frame.link >= 0)
        and r.after() in (SENTENCE_END, COMMA, QUOTE)
        and r.before() not in ("and", "or")
    )


def _shattered(r: Reading) -> bool:
    return (
        r.frame.who != THING
        and not r.goes_on
        and (r.frame.link >= 0 or r.frame.fragment or r.frame.subject >= 0)
        and (r.after() not in ("the", "my", "his", "her", "into", "a"))
    )


def _spent(r: Reading) -> bool:
    return (
        r.frame.link >= 0
        and r.frame.who in (SELF, OTHER)
        and (r.after() in ENDS or r.after() in ("by", "after", "and"))
    )


def _beat(r: Reading) -> bool:
    return (
        r.frame.link_kind in ("be", "feel")
        and r.frame.who in (SELF, OTHER)
        and (r.after() in ENDS or r.after() in ("after", "today", "tonight"))
    )


def _miss(r: Reading) -> bool:
    """Somebody or something loved, not the bus."""
    words = [r.after(k) for k in range(4)]
    if any(w in _MISSED_THINGS for w in words) or (r.word(0) == "missed" and any(w in _MISSED_EVENTS for w in words)):
        return False
    if (
        r.word(0) == "miss"
        and r.after() != ""
        and r.start < len(r.tokens)
        and r.tokens.capital(r.start)
        and not r.tokens.opens_sentence(r.start)
    ):
        return False
    if r.word(0) == "missed" and r.before() in r.grammar["be"]:
        return False
    if r.word(0) == "missing" and r.frame.who in (THING, NONE) and not r.frame.fragment and r.frame.link >= 0:
        return False
    if words[0] in ("out", "in", "from", *ENDS, "persons", "person"):
        return False
    return not noun_place(r)


_MISSED_THINGS = listed(
"bus train flight call calls appointment deadline meeting class lecture exit turn "
"shot penalty boat plane ferry connection episode lesson payment school work alarm "
"goal target point chance opportunity step dose period ball delivery session email "
"message mark breakfast lunch dinner turning"
)  # fmt: skip


_MISSED_EVENTS = listed(
    "game match show concert wedding birthday party recital play event half start end news race film"
)


def _alone(r: Reading) -> bool:
    """Lonely, not by oneself in a lift."""
    frame = r.frame
    if r.after() in ("in", "at", "with", "on", "time", "together") and frame.link_kind != "feel":
        return False
    if frame.link_kind == "feel":
        return r.before() not in ("leave", "let")
    return (
        frame.link >= 0
        and r.word(-1) in ("so", "very", "utterly", "completely", "totally", "terribly")
        and frame.who != THING
    )


def _killsme(r: Reading) -> bool:
    """ "It kills me to see him like that", no ache of the back."""
    return r.after(1) in ("to", "that", "when", "inside", "seeing", "how") and r.tokens.at(r.frame.subject) in (
        "it",
        "that",
        "this",
    )


def _thrown(r: Reading) -> bool:
    return r.after() in (*ENDS, "by", "when", "and", "because") and r.frame.who in (SELF, OTHER)


HOMONYMS: dict[str, Callable[[Reading], bool]] = {
    "down": _down, "hurt": _hurt, "hurtverb": _hurtverb, "broken": _broken, "off": _off, "blues": _blues,
    "pity": _pity, "shame": _shame, "sorry": _sorry, "afraid": _afraid, "alarm": _alarm, "nerves": _nerves,
    "worry": _worry, "stressverb": _stressverb, "concerned": _concerned, "pins": _pins, "butterflies": _butterflies,
    "mad": _mad, "rage": _rage, "cross": _cross, "bothered": _bothered, "bother": _bother, "hadenough": _hadenough,
    "haveit": _haveit, "usedfeel": _usedfeel, "lost": _lost, "torn": _torn, "meh": _meh, "whatever": _whatever,
    "killsme": _killsme, "thrown": _thrown, "shattered": _shattered, "spent": _spent, "beat": _beat, "miss": _miss,
    "alone": _alone,
}  # fmt: skip
