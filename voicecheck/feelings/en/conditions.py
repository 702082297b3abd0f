"""Named conditions that many words of the lexicon share; those of single words stand in the table of homonyms."""

from __future__ import annotations

from collections.abc import Callable

from voicecheck.feelings.en.nouns import person_object
from voicecheck.feelings.frame import NONE, OTHER, SELF, THING, YOU
from voicecheck.feelings.reading import ENDS, Reading
from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, listed


def _link(r: Reading) -> bool:
    """True if it is said of somebody: after be, feel, get, or as a fragment ("Torn between the two")."""
    frame = r.frame
    if frame.who == THING:
        return False
    if frame.link >= 0 or frame.fragment:
        return True
    moved = frame.subject >= 0 and (r.tokens.at(frame.subject) in r.grammar["objective"] or _made_somebody(r))
    return moved or (frame.subject >= 0 and r.before() in _SECOND_PREDICATE) or (r.start - 1) in (r.hit_starts or {})


def _made_somebody(r: Reading) -> bool:
    """True for "it makes my daughter uncomfortable"."""
    at, g = r.frame.subject, r.grammar
    made = any(r.tokens.at(at - k) in g["make"] for k in (1, 2, 3))
    return r.frame.who == OTHER and at == r.before_index() and r.tokens.at(at) in g["person"] and made


_SECOND_PREDICATE = listed(
    "home there here back up in out away off around down work bed and but , me him her us them upstairs outside"
)


def _feel(r: Reading) -> bool:
    """True only after feel ("I felt small")."""
    frame = r.frame
    if frame.fragment and frame.link < 0 and not r.goes_on:
        # "I don't feel sad. More empty."
        return any(r.word(-k) in r.grammar["feel"] for k in range(1, 15))
    if frame.link_kind != "feel" or frame.verb > frame.link or (frame.determiner >= 0 and r.goes_on):
        return False
    if frame.who == THING and r.sense.vague:  # "it feels good to be home", not "the room feels good"
        return r.tokens.at(frame.subject) == "it" and r.after() in ("to", "when", "being", "that")
    return True


def _person(r: Reading) -> bool:
    """True unless it is said of a thing ("the house was sad"); "it feels lonely" is said of the speaker."""
    frame = r.frame
    if frame.who != THING or r.after() in r.grammar["person"]:  # "there are so many lonely people"
        return True
    if r.word(0).endswith("est") and r.after() in r.grammar["event_noun"]:
        return True  # "those were the happiest days of my life"
    return (frame.link_kind == "feel" and r.tokens.at(frame.subject) == "it" and not r.sense.vague) or _stands_apart(r)


def _sentient(r: Reading) -> bool:
    """True unless it is said of "it" or of a stomach: what is angry or upset is somebody, whatever the noun."""
    subject, g = r.tokens.at(r.frame.subject), r.grammar
    if subject in ("stomach", "tummy", "belly"):
        return False
    dummy = subject in g["thing_subject"] or subject in g["body"]
    return r.frame.who != THING or not dummy or _person(r) or _stands_apart(r)


def _stands_apart(r: Reading) -> bool:
    """True for "it's all good, glad you came": behind the comma nobody is named, so it is the speaker."""
    before, following = r.before_index(), r.after()
    if r.tokens.at(before) != COMMA or r.frame.determiner >= 0:
        return False
    told = following in r.grammar["self_subject"] or following in r.grammar["other_subject"]
    return told or following in ("you", "it", "that", "to", "for", "about", "though", "now", *ENDS)


def _lone(r: Reading) -> bool:
    return not r.goes_on


def _lonebe(r: Reading) -> bool:
    """True if fine, good or okay is about the speaker's state, and nothing that it describes follows."""
    frame = r.frame
    if r.goes_on and r.after() not in ("thanks", "thank", "considering"):
        return False
    if frame.who == YOU and any(r.tokens.at(h[0]) in ("hope", "hoping") for h in frame.hypotheticals):
        return False  # "I hope you're okay"
    if frame.link_kind == "feel":
        return True
    if "feel" in r.sense.traits:
        return False
    if frame.fragment:
        return r.after() in ENDS or r.after() in ("thanks", "i", "really", "thank", "considering")
    return frame.link >= 0 and frame.who in (SELF, OTHER, YOU)


def _object(r: Reading) -> bool:
    return person_object(r, r.end) is not None or r.after() in ("it", "this", "every", "those", "these", "that")


def _nothave(r: Reading) -> bool:
    """True for a passive or adjective, not for the perfect of an action ("I have moved house")."""
    frame = r.frame
    if r.before() in ("have", "has", "had", "'d") or r.before() in r.grammar["nominative"]:
        return False
    return frame.link >= 0 or frame.fragment or frame.subject >= 0


def _name(r: Reading) -> bool:
    """True unless it is a name: Joy and Hope are names, too."""
    if not r.tokens.capital(r.start) or (r.sense.kind == "verb" and r.tokens.opens_sentence(r.start)):
        return True
    if not r.tokens.opens_sentence(r.start):
        return False
    return r.after() not in listed("called said told came has had 's will and rang asked wants texted was")


def _wouldlove(r: Reading) -> bool:
    """True unless it is a wish or a courtesy, as "I'd love to"."""
    if r.after() != "to" and (r.word(0) == "hate" or r.frame.who == OTHER):
        return True
    return not (r.word(0) in ("love", "appreciate", "hate") and r.before() in ("would", "'d") and r.after() != "him")


def _emotion(r: Reading) -> bool:
    """True if a noun that is often a thing is felt, owned or filled with."""
    g = r.grammar
    near = [r.word(-k) for k in range(1, 6)]
    if SENTENCE_END in near:
        near = near[: near.index(SENTENCE_END)]
    if any(w in g["feel"] for w in near) and "like" not in near:
        return True
    if r.word(-1) in g["possessive_self"] or r.word(-1) in g["possessive_other"]:
        return True
    if r.word(-1) == "'s" or (
        r.word(-1) == "of" and (r.word(-2) in g["linking_noun"] or r.word(-2) in ("kind", "bit"))
    ):
        return True
    if (
        r.frame.link_kind == "be"
        and r.frame.determiner < 0
        and r.frame.who in (THING, NONE)
        and r.before() in (*g["be"], "not")
    ):
        return r.frame.verb < 0 and not r.goes_on
    if r.sense.lemma in _EVENTS and _is_what_came(r):
        return True
    if r.after() in ("in", "inside", "on") and (
        r.after(1) in g["self_object"] or r.after(2) in g["body"] or r.after(1) in g["other_object"]
    ):
        return True
    if any(w in listed("sense full filled feelings wave pang overwhelmed mix") for w in near):
        return True
    return r.before() in ("in", "with") and r.after() in (*ENDS, "when", "at", "and", "on") and r.word(-1) != "the"


_EVENTS = listed("surprise shock disappointment comfort letdown")


def _is_what_came(r: Reading) -> bool:
    """True for "it was a nice surprise", "what a shock", "it came as a disappointment"."""
    frame, tokens = r.frame, r.tokens
    article = next((j for j in range(r.start - 1, max(-1, r.start - 4), -1) if tokens.at(j) in ("a", "an")), -1)
    if article < 0 or (r.goes_on and r.after() not in ("really", "because")):
        return False
    before = tokens.at(article - 1)
    return (
        before == "what"
        or (before == "as" and frame.who in (THING, NONE))
        or (frame.link_kind == "be" and frame.who == THING and not 0 <= frame.verb < frame.link)
    )


def _nounonly(r: Reading) -> bool:
    return r.word(-1) in listed("the my his her of so much this that all old their this pure")


def _itsubject(r: Reading) -> bool:
    """True if a thing or an event does it ("it floored me"), not a hand."""
    following = r.tokens.at(r.slot[1]) if r.slot is not None else r.after()
    frame = r.frame
    thing = frame.who == THING and r.tokens.at(frame.subject) not in ("which",)
    return thing and (following in ENDS or following in listed(_BEHIND_THE_MOVED))


_BEHIND_THE_MOVED = "so deeply that when to really how a and more because is was sometimes every always"


def _thing(r: Reading) -> bool:
    """True if a thing or an event does it ("it's eating me up"), not a person or an animal."""
    return r.frame.who == THING or r.frame.subject in (r.hit_starts or {})


def _possbefore(r: Reading) -> bool:
    return r.word(-1) in r.grammar["possessive_self"] and r.after() in (*ENDS, "when", "for", "and")


def _notmark(r: Reading) -> bool:
    """True unless it only opens a sentence, as "Okay, so ...", and says nothing of the speaker."""
    after_feeling = (r.start - 2) in (r.hit_starts or {})
    return (
        r.frame.link >= 0
        or after_feeling
        or r.word(-1) not in (*ENDS, "and", "but", "so")
        or r.after() in ("thanks", "thank")
        or (r.after() in ("i", COMMA) and {"guess", "suppose"} & {r.after(1), r.after(2)} != set())
    )


def _marked(r: Reading) -> bool:
    """True if it is clearly a noun of feeling, not an address ("don't worry, love")."""
    word, g = r.word(-1), r.grammar
    if word == "it" and r.word(-2) in ("call", "called", "calling"):
        return True
    if r.after() in ENDS or r.frame.fragment is False:
        return (
            word in g["determiner"]
            or word in g["possessive_other"]
            or word in g["possessive_self"]
            or word in g["feel"]
            or (word in listed("of with in for without no much such 's about real pure more and is was not"))
        )
    return True


def _courtesy(r: Reading) -> bool:
    """True unless it is an offer, as "I'd be happy to help", which names no feeling."""
    if r.after() != "to":
        return True
    if r.after(1) in listed(
        "help assist oblige wait do answer take show announce report confirm listen talk chat send share explain lend"
    ):
        return False
    if r.tokens.at(r.frame.link) == "been":
        return True
    return not any(r.tokens.at(h[0]) in ("would", "'d", "will") for h in r.frame.hypotheticals)


def _nobody_part(r: Reading) -> bool:
    """True unless it is said of toes and hands."""
    return r.tokens.at(r.frame.subject) not in r.grammar["body"] or r.tokens.at(r.frame.subject) in (
        "heart",
        "mind",
        "soul",
    )


def _imperative(r: Reading) -> bool:
    """True unless it is a request, what one is told to do."""
    if r.word(0).endswith(("ed", "ing")):
        return True
    told = r.word(-1) in ("and", "just", "then", "so", "or") and r.frame.subject < 0 and r.word(0) == r.sense.lemma
    return not told and r.word(-1) not in (SENTENCE_END, COMMA, QUOTE, QUESTION, "please")


def _no_diagnosis(r: Reading) -> bool:
    """False where an illness is only named: "is this depression?", "diagnosed with anxiety", "I think I have it"."""
    tokens, frame = r.tokens, r.frame
    asked = r.before() in ("it", "this", "that") and tokens.at(r.before_index() - 1) in r.grammar["be"]
    if asked or (frame.question and tokens.at(frame.subject) in ("it", "this", "that")):
        return False
    if frame.determiner >= 0 and tokens.at(frame.determiner) in r.grammar["possessive_self"]:
        return True
    before = _back_to_the_stop(r)
    behind = list(tokens.words[r.end : r.end + 4])
    if any(word.startswith("diagnos") for word in before) or not _ILLNESSES.isdisjoint([*before[:4], *behind]):
        return False
    if not _DOCTORS.isdisjoint(before) and any(word in r.grammar["say"] or word in _GUESSING for word in before):
        return False
    has = any(word in ("have", "has", "'ve", "got") for word in before[:5])
    return not (has and not _GUESSING.isdisjoint(before))


def _back_to_the_stop(r: Reading) -> list[str]:
    """The words before the feeling in its sentence, the nearest first."""
    before: list[str] = []
    for j in range(r.start - 1, max(-1, r.start - 12), -1):
        if r.tokens.words[j] in (SENTENCE_END, QUESTION):
            break
        before.append(r.tokens.words[j])
    return before


_ILLNESSES = listed("ptsd ocd adhd add bpd bipolar schizophrenia autism anorexia bulimia disorder disorders")
_DOCTORS = listed("doctor doctors gp therapist psychiatrist psychologist counselor counsellor physician nurse")
_GUESSING = listed(
    "think thinks thought sure suspect suspects believe believes wonder wondering convinced guess suppose"
)


def _feellike(r: Reading) -> bool:
    near = [r.word(-k) for k in range(1, 5)]
    return any(w in r.grammar["feel"] for w in near) and not r.goes_on


CONDITIONS: dict[str, Callable[[Reading], bool]] = {
    "link": _link, "feel": _feel, "person": _person, "lone": _lone, "lonebe": _lonebe, "object": _object,
    "nothave": _nothave, "name": _name, "wouldlove": _wouldlove, "emotion": _emotion, "nounonly": _nounonly,
    "nobody_part": _nobody_part, "itsubject": _itsubject, "possbefore": _possbefore, "notmark": _notmark,
    "marked": _marked, "courtesy": _courtesy, "imperative": _imperative, "feellike": _feellike, "thing": _thing,
    "sentient": _sentient, "no_diagnosis": _no_diagnosis,
}  # fmt: skip
