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

MEANINGS = load_meanings("en")
# Words of a set phrase that say nothing of their own.
SMALL = {
    "a", "all", "an", "and", "as", "at", "by", "can", "can't", "couldn't", "don't", "down", "for", "from", "have", "in",
    "into", "is", "it", "like", "my", "no", "not", "of", "off", "on", "one", "oneself", "or", "out", "over", "the",
    "through", "to", "under", "up", "with", "you", "your",
}  # fmt: skip
ENDINGS = (
    "fulness", "iness", "edness", "ation", "ition", "ness", "ment", "ance", "ence", "less", "able", "ious", "fully",
    "ing", "ful", "ity", "ion", "ous", "ive", "ant", "ent", "ise", "ize", "ary", "est", "ies", "ed", "es", "er", "ly",
    "al", "ic", "y", "s", "e",
)  # fmt: skip
RESENTFUL = EmotionMention(0, 9, "resentful", "resentful", Family.ANGER, Quadrant.UNPLEASANT_HIGH)


def families() -> dict[str, set[Family]]:
    lexicon = load_lexicon("en")
    assert lexicon is not None
    found: dict[str, set[Family]] = defaultdict(set)
    for sense in lexicon.senses:
        found[sense.lemma].add(sense.family)
    return found


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def stem(word: str) -> str:
    ending = next((e for e in ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    cut = word.removesuffix("'s").removesuffix(ending)
    cut = cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] else cut
    return cut[:-1] + "y" if cut.endswith("i") else cut


def of_one_stem(one: str, other: str) -> bool:
    first, second = sorted((stem(one), stem(other)), key=len)
    return first == second or (len(first) >= 4 and second.startswith(first))


def test_every_headword_has_a_meaning() -> None:
    """Words and set phrases alike; a word without one is named here."""
    assert [lemma for lemma in families() if lemma not in MEANINGS] == []


def test_a_meaning_is_short() -> None:
    """Between 4 and 16 words, of one line, that can stand behind "means that"."""
    assert {word: told for word, told in MEANINGS.items() if not 4 <= len(told.split()) <= 16} == {}
    assert [told for told in MEANINGS.values() if not re.fullmatch(r"[a-z][a-z', ]+[a-z]", told)] == []


def test_no_word_is_explained_by_itself() -> None:
    """Nor by another word of its stem; the little words of a set phrase are free."""
    assert of_one_stem("resentful", "resents") and of_one_stem("happiness", "happy") and not of_one_stem("sad", "said")
    own = [
        (word, part, other)
        for word, told in MEANINGS.items()
        for part in words_of(word)
        if part not in SMALL
        for other in words_of(told)
        if of_one_stem(part, other)
    ]
    assert own == []


def test_words_of_different_families_have_different_meanings() -> None:
    """Unless they are of one stem, as *betrayed* and *betrayal*."""
    of, sharing = families(), defaultdict(list)
    for word, told in MEANINGS.items():
        if word in of:
            sharing[told].append(word)
    pairs = [pair for words in sharing.values() for pair in combinations(words, 2)]
    assert [(a, b) for a, b in pairs if of[a] != of[b] and not of_one_stem(a.split()[-1], b.split()[-1])] == []


def test_no_line_stands_twice() -> None:
    """Each word is explained once, and each meaning is written once."""
    rows = [line.split("\t") for line in table_path("en", "meanings.tsv").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows[1:] if not row[0].startswith("#")]
    assert {len(row) for row in rows} == {2}
    for written in ([word for row in rows for word in row[0].split(", ")], [row[1] for row in rows]):
        assert [one for one, count in Counter(written).items() if count > 1] == []


def test_a_form_has_the_meaning_of_its_headword() -> None:
    """As people say it: in another form, with a capital, as a set phrase; in any English."""
    assert find_meaning("Resents", "en-GB") == find_meaning("resentful", "en") == MEANINGS["resentment"]
    assert find_meaning("Over the  moon", "en") == MEANINGS["over the moon"]
    assert find_meaning("table", "en") is find_meaning("my life", "en") is find_meaning("", "en") is None


def test_a_word_that_means_something_else_to_the_person_is_not_explained() -> None:
    """Where the person gave it another family, the usual meaning would be wrong."""
    assert meaning_of_mention(RESENTFUL, "en") == MEANINGS["resentful"]
    assert meaning_of_mention(replace(RESENTFUL, family=Family.JOY), "en") is None


def test_a_language_without_the_file_has_no_meanings(tmp_path: Path) -> None:
    """Nothing is explained in it, and nothing fails; a broken line names itself."""
    assert load_meanings("de") == load_meanings("../en") == {}
    assert find_meaning("traurig", "de") is meaning_of_mention(RESENTFUL, "de") is None
    (tmp_path / "feelings" / "xx").mkdir(parents=True)
    (tmp_path / "feelings" / "xx" / "meanings.tsv").write_text("words\tmeaning\nmol\n", encoding="utf-8")
    with languages_in(tmp_path), pytest.raises(VoicecheckError, match=r"meanings\.tsv, line 2: "):
        load_meanings("xx")
