"""Every feeling word is explained in plain words, and none by itself."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from tests.unit.languages import languages_in
from voicecheck.domain import EmotionMention, Family, Quadrant
from voicecheck.errors import VoicecheckError
from voicecheck.feelings.lexicon import load_lexicon
from voicecheck.feelings.meanings import find_meaning, load_meanings, meaning_of_mention
from voicecheck.feelings.tokens import table_path

LANGUAGES = ("en", "de")
MEANINGS = load_meanings("en")
# Words of a set phrase that say nothing of their own.
ENGLISH_SMALL = {
    "a", "all", "an", "and", "as", "at", "by", "can", "can't", "couldn't", "don't", "down", "for", "from", "have", "in",
    "into", "is", "it", "like", "my", "no", "not", "of", "off", "on", "one", "oneself", "or", "out", "over", "the",
    "through", "to", "under", "up", "with", "you", "your",
}  # fmt: skip
ENDINGS = (
    "fulness", "iness", "edness", "ation", "ition", "ness", "ment", "ance", "ence", "less", "able", "ious", "fully",
    "ing", "ful", "ity", "ion", "ous", "ive", "ant", "ent", "ise", "ize", "ary", "est", "ies", "ed", "es", "er", "ly",
    "al", "ic", "y", "s", "e",
)  # fmt: skip
GERMAN_SMALL = {
    "alles", "am", "an", "auf", "aus", "außer", "bei", "das", "dem", "den", "der", "des", "die", "ein", "eine",
    "einem", "einen", "ernst", "es", "ganz", "gern", "gut", "haben", "her", "hin", "im", "in", "ins", "jemanden",
    "kein", "keine", "keinen", "können", "machen", "mehr", "mit", "nicht", "nur", "sehen", "sich", "so", "stehen",
    "und", "unter", "viel", "vom", "von", "vor", "wie", "zu", "zum", "zur", "über", "übel",
}  # fmt: skip
SMALL = {"en": ENGLISH_SMALL, "de": GERMAN_SMALL}
# what a German stem loses at its end
GERMAN_ENDINGS = (
    "losigkeit", "igkeit", "heit", "keit", "lich", "isch", "haft", "voll", "ung", "end", "sam", "bar", "ern", "ig",
    "en", "er", "es", "em", "st", "te", "e", "t", "n", "s",
)  # fmt: skip
UNFOLDED = str.maketrans("äöü", "aou")
CLAUSE = {"en": r"[a-z][a-z', ]+[a-z]", "de": r"[A-ZÄÖÜa-zäöü][A-ZÄÖÜa-zäöüß, ]+[a-zäöüß]"}
RESENTFUL = EmotionMention(0, 9, "resentful", "resentful", Family.ANGER, Quadrant.UNPLEASANT_HIGH)


def families(language: str) -> dict[str, set[Family]]:
    lexicon = load_lexicon(language)
    assert lexicon is not None
    found: dict[str, set[Family]] = defaultdict(set)
    for sense in lexicon.senses:
        found[sense.lemma].add(sense.family)
    return found


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-zäöüß']+", text.lower())


def stem(word: str) -> str:
    ending = next((e for e in ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    cut = word.removesuffix("'s").removesuffix(ending)
    cut = cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] else cut
    return cut[:-1] + "y" if cut.endswith("i") else cut


def german_stem(word: str) -> str:
    ending = next((e for e in GERMAN_ENDINGS if word.endswith(e) and len(word) - len(e) >= 4), "")
    return word.removesuffix(ending).translate(UNFOLDED).replace("ß", "ss")


STEMS = {"en": stem, "de": german_stem}


def of_one_stem(one: str, other: str, language: str = "en") -> bool:
    first, second = sorted((STEMS[language](one), STEMS[language](other)), key=len)
    return first == second or (len(first) >= 4 and second.startswith(first))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_headword_has_a_meaning(language: str) -> None:
    """Words and set phrases alike; a word without one is named here."""
    meanings = load_meanings(language)
    assert [lemma for lemma in families(language) if lemma not in meanings] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_meaning_is_short(language: str) -> None:
    """Between 4 and 16 words, of one line, that can stand behind "means that"."""
    meanings = load_meanings(language)
    assert {word: told for word, told in meanings.items() if not 4 <= len(told.split()) <= 16} == {}
    assert [told for told in meanings.values() if not re.fullmatch(CLAUSE[language], told)] == []


def test_a_german_meaning_is_a_clause_with_its_verb_at_the_end() -> None:
    """It stands behind "heißt, dass": no second place for the verb, and nobody is called Sie."""
    for word, told in load_meanings("de").items():
        first = told.split()[0]
        assert first not in ("ist", "hast", "bist", "wenn", "dass") and "Sie" not in told.split(), word


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_explained_by_itself(language: str) -> None:
    """Nor by another word of its stem; the little words of a set phrase are free."""
    assert of_one_stem("resentful", "resents") and of_one_stem("happiness", "happy") and not of_one_stem("sad", "said")
    assert of_one_stem("ängste", "angst", "de") and of_one_stem("traurigkeit", "traurig", "de")
    own = [
        (word, part, other)
        for word, told in load_meanings(language).items()
        for part in words_of(word)
        if part not in SMALL[language]
        for other in words_of(told)
        if other not in SMALL[language] and of_one_stem(part, other, language)
    ]
    assert own == []


def test_words_of_different_families_have_different_meanings() -> None:
    """Unless they are of one stem, as *betrayed* and *betrayal*."""
    of, sharing = families("en"), defaultdict(list)
    for word, told in MEANINGS.items():
        if word in of:
            sharing[told].append(word)
    pairs = [pair for words in sharing.values() for pair in combinations(words, 2)]
    assert [(a, b) for a, b in pairs if of[a] != of[b] and not of_one_stem(a.split()[-1], b.split()[-1])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_stands_twice(language: str) -> None:
    """Each word is explained once, and each meaning is written once."""
    rows = [line.split("\t") for line in table_path(language, "meanings.tsv").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows[1:] if not row[0].startswith("#")]
    assert {len(row) for row in rows} == {2}
    for written in ([word for row in rows for word in row[0].split(", ")], [row[1] for row in rows]):
        assert [one for one, count in Counter(written).items() if count > 1] == []


def test_a_form_has_the_meaning_of_its_headword() -> None:
    """As people say it: in another form, with a capital, as a set phrase; in any English."""
    assert find_meaning("Resents", "en-GB") == find_meaning("resentful", "en") == MEANINGS["resentment"]
    assert find_meaning("Over the  moon", "en") == MEANINGS["over the moon"]
    assert find_meaning("Ängste", "de-AT") == find_meaning("ängstlich", "de") == load_meanings("de")["angst"]
    assert find_meaning("table", "en") is find_meaning("my life", "en") is find_meaning("", "en") is None


def test_a_word_that_means_something_else_to_the_person_is_not_explained() -> None:
    """Where the person gave it another family, the usual meaning would be wrong."""
    assert meaning_of_mention(RESENTFUL, "en") == MEANINGS["resentful"]
    assert meaning_of_mention(replace(RESENTFUL, family=Family.JOY), "en") is None


def test_a_language_without_the_file_has_no_meanings(tmp_path: Path) -> None:
    """Nothing is explained in it, and nothing fails; a broken line names itself."""
    assert load_meanings("fr") == load_meanings("../en") == {}
    assert find_meaning("triste", "fr") is meaning_of_mention(RESENTFUL, "fr") is None
    (tmp_path / "feelings" / "xx").mkdir(parents=True)
    (tmp_path / "feelings" / "xx" / "meanings.tsv").write_text("words\tmeaning\nmol\n", encoding="utf-8")
    with languages_in(tmp_path), pytest.raises(VoicecheckError, match=r"meanings\.tsv, line 2: "):
        load_meanings("xx")
