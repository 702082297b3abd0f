"""English nouns: places where a word must be one, and persons that an object names."""

from __future__ import annotations

from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import listed


def noun_place(reading: Reading) -> bool:
    """True if a word that may be noun or verb stands where a noun stands."""
    g, j = reading.grammar, reading.before_index()
    word = reading.tokens.at(j)
    if any(word in g[name] for name in ("determiner", "possessive_self", "possessive_other", "possessive_you")):
        return True
    if reading.word(-1) in listed("much more little such of real pure deep less no lot"):
        return True
    if word == "to" and reading.tokens.at(j - 1) in _THANKS_TO:
        return True
    if (
        word in g["nominative"]
        or word in ("you", "to", "'d")
        or word in g["modal"]
        or word in ("do", "did", "does", "not", "never", "who")
    ):
        return word in ("not", "never") and reading.tokens.at(j - 1) in g["be"]
    if word in g["person"] and not reading.word(0).endswith("ing"):
        return False
    if (
        word in g["preposition"]
        or word in g["linking_noun"]
        or word in g["feel"]
        or word in ("have", "had", "has", "'s", "no", "without")
    ):
        return True
    if (word in g["objective"] or word in ("you", "her")) and reading.tokens.at(j - 1) in _GIVING:
        return True
    following = reading.after()
    if (
        following in g["determiner"]
        or following in g["possessive_self"]
        or following in g["objective"]
        or following in ("to", "you", "it", "her", "his")
    ):
        return False
    return not reading.word(0).endswith(("ing", "ed"))


_THANKS_TO = listed("due thanks owing prone")
"""before "to" they lead to a thing and to no deed: "due to worries at work" """
_GIVING = listed("give gives gave given giving bring brings brought bringing cause causes caused causing cost costs")
"""before somebody and a feeling: "it gives him hope", "it brought us joy" """
_BARE_PERSONS = listed(
    "mum mom mam dad grandma grandpa nan gran granny grandad granddad people kids everyone everybody"
    " anyone anybody folks"
)


_YOUR_CLAUSE = listed(
    "know never can cannot could just feel see get have want think do did are were will would 'd always"
)


def person_object(reading: Reading, j: int) -> tuple[int, int] | None:
    """Return the tokens of the person who stands at `j`, if one does."""
    g, tokens = reading.grammar, reading.tokens
    word = tokens.at(j)
    if word == "you" and tokens.at(j + 1) in _YOUR_CLAUSE:
        return None  # "it's terrifying you never know"
    if word in g["objective"] or word in ("you", "everyone", "everybody", "people", "someone"):
        return j, j + 1
    if word == "her" and tokens.at(j + 1) not in g["person"]:
        return j, j + 1
    if word in g["possessive_self"] or word in g["possessive_other"] or word == "the":
        for k in (j + 1, j + 2):
            if tokens.at(k) in g["person"]:
                return j, k + 1
        return None
    if (
        j < len(tokens)
        and word.isalpha()
        and (word in _BARE_PERSONS or (tokens.capital(j) and word not in g["function"]))
    ):
        return j, j + 1
    return None
