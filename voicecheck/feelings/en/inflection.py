"""English inflection: the forms of verbs, nouns and adjectives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

# Verbs of the table and of its idioms whose forms are not regular.
_IRREGULAR = {
    "be": "be am is are was were been being 's", "have": "have has had having", "do": "do does did done doing",
    "go": "go goes went gone going", "see": "see sees saw seen seeing", "make": "make makes made making",
    "get": "get gets got gotten getting", "fall": "fall falls fell fallen falling",
    "feel": "feel feels felt feeling", "break": "break breaks broke broken breaking",
    "sink": "sink sinks sank sunk sinking", "blow": "blow blows blew blown blowing",
    "take": "take takes took taken taking", "come": "come comes came coming",
    "drive": "drive drives drove driven driving", "bring": "bring brings brought bringing",
    "lose": "lose loses lost losing", "hit": "hit hits hitting", "let": "let lets letting",
    "wear": "wear wears wore worn wearing", "tear": "tear tears tore torn tearing",
    "shake": "shake shakes shook shaken shaking", "catch": "catch catches caught catching",
    "swell": "swell swells swelled swollen swelling", "sing": "sing sings sang sung singing",
    "leap": "leap leaps leapt leaped leaping", "give": "give gives gave given giving", "put": "put puts putting",
    "bear": "bear bears bore borne bearing", "hold": "hold holds held holding", "run": "run runs ran running",
    "fly": "fly flies flew flown flying", "wind": "wind winds wound winding", "burst": "burst bursts bursting",
    "beat": "beat beats beaten beating", "send": "send sends sent sending", "grind": "grind grinds ground grinding",
    "spin": "spin spins spun spinning", "stand": "stand stands stood standing", "keep": "keep keeps kept keeping",
    "shit": "shit shits shat shitting", "die": "die dies died dying", "melt": "melt melts melted melting",
    "regret": "regret regrets regretted regretting", "choke": "choke chokes choked choking",
    "hang": "hang hangs hung hanging", "hurt": "hurt hurts hurting", "upset": "upset upsets upsetting",
    "throw": "throw throws threw thrown throwing", "eat": "eat eats ate eaten eating",
    "abhor": "abhor abhors abhorred abhorring",
}  # fmt: skip


def word_forms(lemma: str, kind: str, given: Sequence[str], compares: bool) -> frozenset[str]:
    """Return all forms of one word, in lower case."""
    if kind in ("verb", "cause"):
        return frozenset(given) if given else verb_forms(lemma)
    forms = {lemma, *given}
    if kind == "noun" and not given:
        forms.add(_with_s(lemma))
    if compares:
        stem = lemma[:-1] + "i" if lemma.endswith("y") else lemma.removesuffix("e")
        stem += stem[-1] if _doubles(lemma) else ""
        forms |= {stem + "er", stem + "est"}
    return frozenset(forms)


@cache
def verb_forms(verb: str) -> frozenset[str]:
    """Return base, third person, past and participles of a verb."""
    if verb in _IRREGULAR:
        return frozenset(_IRREGULAR[verb].split())
    stem = verb + verb[-1] if _doubles(verb) else verb
    if verb.endswith("y") and verb[-2] not in "aeiou":
        past = verb[:-1] + "ied"
    elif verb.endswith("e"):
        past, stem = verb + "d", verb if verb.endswith(("ee", "ye", "oe")) else verb[:-1]
    else:
        past = stem + "ed"
    return frozenset({verb, _with_s(verb), past, stem + "ing"})


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "sh", "ch", "x", "z")) else "s")


def _doubles(word: str) -> bool:
    """True if the last letter doubles: one syllable, one vowel, one consonant ("stun", "sad")."""
    vowels = [c in "aeiou" for c in word]
    return len(word) > 2 and sum(vowels) == 1 and vowels[-2] and not vowels[-1] and word[-1] not in "wxy"
