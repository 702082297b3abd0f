"""Parties of a German clause: pronouns and noun phrases with the case that their determiner shows."""

from __future__ import annotations

from dataclasses import dataclass

from voicecheck.feelings.de.marks import DETERMINER, EITHER, FINITE, PREPOSITION, SMALL, marks_of
from voicecheck.feelings.frame import NOBODY, NONE, OTHER, SELF, THING, YOU
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import listed

SUBJECT, OBJECT, ANY, REFLEXIVE, BENEFIT, LOOSE = "subject", "object", "any", "reflexive", "benefit", "loose"
"""`benefit` is a person behind "für", `loose` one behind another preposition"""
_PRONOUNS = {
    "ich": (SUBJECT, SELF), "wir": (SUBJECT, SELF), "er": (SUBJECT, OTHER), "du": (SUBJECT, YOU),
    "man": (SUBJECT, YOU), "niemand": (SUBJECT, NOBODY), "jemand": (SUBJECT, OTHER), "keiner": (SUBJECT, NOBODY),
    "mich": (OBJECT, SELF), "mir": (OBJECT, SELF), "uns": (OBJECT, SELF), "dich": (OBJECT, YOU), "dir": (OBJECT, YOU),
    "euch": (OBJECT, YOU), "ihn": (OBJECT, OTHER), "ihm": (OBJECT, OTHER), "ihnen": (OBJECT, OTHER),
    "ihr": (OBJECT, OTHER), "sich": (REFLEXIVE, NONE), "sie": (ANY, OTHER), "es": (ANY, THING),
    "das": (ANY, THING), "dies": (ANY, THING),
    "was": (ANY, THING), "alles": (ANY, THING), "nichts": (ANY, THING), "alle": (ANY, OTHER), "beide": (ANY, OTHER),
    "jeder": (SUBJECT, OTHER), "viele": (ANY, OTHER), "manche": (ANY, OTHER),
}  # fmt: skip
_INNER = listed(
    """erste ersten liebe lieben lieber neue neuen neuer neues alte
    alten alter altes beste besten bester ganze ganzen ganzes"""
)
_CONTRACTED = listed("im am beim zum vom ins ans zur aufs vorm übers")
_GENDERED_ER = ("er", "or", "ist", "ent")


@dataclass(slots=True)
class Party:
    """A person or thing of a clause."""

    index: int
    role: str
    who: str
    owner: str = NONE
    """whose it is, where a possessive says so"""


def find_parties(reading: Reading, first: int, last: int) -> list[Party]:
    """The parties between two tokens, in order; the feeling itself is none."""
    words, marks, parties, j = reading.tokens.words, marks_of(reading.grammar), list[Party](), first
    while j < last:
        if reading.start <= j < reading.end:
            j = reading.end
            continue
        word = words[j]
        mark = marks.get(word, 0)
        if mark & DETERMINER and (found := _noun_phrase(reading, marks, j, last)) is not None:
            parties.append(_behind_preposition(reading, marks, found, j))
            j = found.index + 1
            continue
        if word in _PRONOUNS:
            role, who = _PRONOUNS[word]
            parties.append(_behind_preposition(reading, marks, Party(j, role, who), j))
        elif not mark & SMALL and (noun := _bare_person(reading, marks, j)) is not None:
            parties.append(_behind_preposition(reading, marks, noun, j))
        j += 1
    return _with_demonstratives(reading, marks, parties, first)


def _behind_preposition(reading: Reading, marks: dict[str, int], party: Party, j: int) -> Party:
    words = reading.tokens.words
    before = words[j - 1] if j else "."
    if marks.get(before, 0) & PREPOSITION and before not in ("während", "bis"):
        party.role = BENEFIT if before == "für" else LOOSE
    return party


def _noun_phrase(reading: Reading, marks: dict[str, int], j: int, last: int) -> Party | None:
    """The noun behind the determiner at `j`; None where the word is a pronoun of its own ("das", "die")."""
    tokens, g, words = reading.tokens, reading.grammar, reading.tokens.words
    k = j + 1
    while k < last and k < j + 4 and (words[k] in _INNER or (k + 1 < last and _is_adjective(reading, marks, k))):
        k += 1
    if k >= last or reading.start <= k < reading.end or not words[k].isalpha():
        return None
    named = words[k] in g["person"] and tokens.capital(k)  # "der Kleine"
    if marks.get(words[k], 0) & SMALL and not named:
        return None
    word = words[j]
    if marks.get(words[k], 0) & FINITE and not tokens.capital(k) and words[k] not in g["person"]:
        return None
    owner = SELF if word in g["possessive_self"] else OTHER if word in g["possessive_other"] else NONE
    owner = YOU if word in g["possessive_you"] else owner
    who = who_of_noun(reading, k, word)
    return Party(k, _case(reading, word, words[k], who), who, owner)


def _is_adjective(reading: Reading, marks: dict[str, int], k: int) -> bool:
    """True for an inflected adjective before a noun: in small letters, where the noun behind it has a capital."""
    tokens = reading.tokens
    inner = not marks.get(tokens.words[k], 0) & (SMALL | FINITE) or tokens.words[k] in reading.grammar["strong"]
    return (
        inner
        and not tokens.capital(k)
        and tokens.capital(k + 1)
        and tokens.words[k].endswith(("e", "en", "er", "es", "em"))
    )


def who_of_noun(reading: Reading, k: int, determiner: str) -> str:
    """OTHER for a person, THING for anything else."""
    word, g = reading.tokens.words[k], reading.grammar
    if word in g["person"]:
        return OTHER
    if word in g["no_person"] or word in g["event_noun"]:
        return THING
    feminine = word.endswith(("in", "innen")) and len(word) > 5 and determiner not in ("das", "den", "dem")
    return OTHER if feminine else THING


def _case(reading: Reading, determiner: str, noun: str, who: str) -> str:
    g = reading.grammar
    if determiner in g["dative_determiner"] or determiner in g["accusative_determiner"]:
        return OBJECT
    feminine = noun in g["feminine"] or noun.endswith("in")
    if determiner in g["er_determiner"]:
        return OBJECT if feminine or (who == THING and determiner != "der") else SUBJECT
    masculine = who == OTHER and not feminine and determiner in ("mein", "dein", "sein", "ihr", "ein", "kein", "unser")
    return SUBJECT if masculine else ANY


def _bare_person(reading: Reading, marks: dict[str, int], j: int) -> Party | None:
    """A person without a determiner: "Oma", or a name with a capital that is no known noun."""
    tokens, g = reading.tokens, reading.grammar
    word = tokens.words[j]
    if word in g["person"]:
        return Party(j, ANY, OTHER)
    if not word.isalpha() or len(word) < 3 or not tokens.capital(j) or marks.get(word, 0):
        return None
    after = tokens.at(j + 1)
    before = tokens.at(j - 1)
    starts = not before[0].isalpha() or before in ("und", "dass", "weil", "wenn", "aber")
    named = starts and bool(marks.get(after, 0) & FINITE) and not _is_common_noun(word)
    return Party(j, ANY, OTHER) if named and after != "ich" else None


def _is_common_noun(word: str) -> bool:
    return word.endswith(
        ("ung", "heit", "keit", "schaft", "tion", "tät", "nis", "ing", "mus", "ment", "en", "zeit", "tag")
    )


def _with_demonstratives(reading: Reading, marks: dict[str, int], parties: list[Party], first: int) -> list[Party]:
    """Add "der" and "die" that stand for a person: "die war sauer", "da hat der sich gefreut"."""
    words = reading.tokens.words
    for j in (first, first + 1, first + 2):
        if j + 1 < len(words) and words[j] in ("der", "die") and words[j] not in EITHER:
            verb_behind = marks.get(words[j + 1], 0) & FINITE and not reading.tokens.capital(j + 1)
            verb_before = (
                j > first and marks.get(words[j - 1], 0) & FINITE and words[j + 1] in ("sich", "so", "total", "voll")
            )
            if verb_behind or verb_before:
                parties.insert(0, Party(j, SUBJECT, OTHER))
                break
    return parties
