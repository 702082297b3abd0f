"""Letters as they are searched for."""

from __future__ import annotations

import unicodedata

import pytest

from voicecheck.text.folding import fold, fold_words, german_spellings, indexed_text, stem


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Łodzi", "lodzi"), ("Straße", "STRASSE"), ("smørrebrød", "smorrebrod"), ("тёплый", "теплый"),
        ("Đorđe", "dorde"),
        ("þór", "thor"), ("œuvre", "oeuvre"), ("İstanbul", "istanbul"), ("Diyarbakır", "diyarbakir"), ("ﬁne", "fine"),
        ("Café", "cafe"), ("שָׁלוֹם", "שלום"), ("أحمد", "احمد"), ("می\u200cخواهم", "میخواهم"), ("Ğ", "g"),
    ],
)  # fmt: skip
def test_both_sides_are_the_same(written: str, typed: str) -> None:
    """Accents, ligatures, letters that do not decompose, vowel points and joiners, composed or not."""
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, written)) == fold(typed)


def test_a_vowel_sign_is_part_of_its_letter() -> None:
    """In the scripts of India it is no accent, and parts no word."""
    assert [word.text for word in fold_words("हिन्दी की किताब")] == ["हिन्दी", "की", "किताब"]
    assert fold("की") != fold("का")


def test_unspaced_scripts_letter_by_letter() -> None:
    """So that any part of a sentence is found; Korean has blanks and stays in words."""
    assert indexed_text("東京に行った。") == "東 京 に 行 っ た"
    assert [word.text for word in fold_words("ดีครับ")] == ["ดี", "ค", "รั", "บ"]
    assert indexed_text("한국어 학교") == "한국어 학교"


def test_signs_and_hyphens() -> None:
    """A picture is a word whatever its shade; what has a hyphen is also there in one piece."""
    assert indexed_text("I 👍🏽 it") == indexed_text("I 👍 it") != indexed_text("I it")
    assert indexed_text("a well-being walk") == "a well being walk wellbeing"


def test_places_are_those_of_the_text() -> None:
    """Each word stands where it says, in code points, also where folding makes it longer or shorter."""
    text = "Straße, Cafe\u0301 und ﬁn 東"
    assert [text[word.start : word.end] for word in fold_words(text)] == ["Straße", "Cafe\u0301", "und", "ﬁn", "東"]


def test_stems() -> None:
    """Forms of an English word share one; what is no English word is its own."""
    assert stem("walking") == stem("walked") == stem("walk")
    assert stem("news") != stem("new")
    assert stem("größe") == "größe"
    assert stem("ueberall", "de") == stem("uberall", "de") and stem("quelle", "de") == "quell"


def test_german_spellings() -> None:
    """Each umlaut both ways; the e of "neue", "quelle" and "bauen" is no sign of one."""
    assert german_spellings("Über Köln") == ("ueber koeln",)
    assert german_spellings("ueber") == ("uber",)
    assert german_spellings("neue quelle, bauen, straße") == ()
