"""The table of feeling words is sound."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from voicecheck.domain import Family, Quadrant
from voicecheck.errors import UsageError
from voicecheck.feelings.en.inflection import verb_forms, word_forms
from voicecheck.feelings.homonyms import load_homonyms, read_homonyms
from voicecheck.feelings.languages import find_language, load_grammar
from voicecheck.feelings.lexicon import KINDS, Lexicon, load_lexicon, read_lexicon
from voicecheck.feelings.patterns import compile_pattern, match_pattern
from voicecheck.feelings.tokens import listed, table_path, tokenize
from voicecheck.text.tables import TableFile

PLEASANT = {Family.JOY, Family.LOVE, Family.PRIDE, Family.GRATITUDE, Family.CALM, Family.HOPE}
EITHER = {Family.SURPRISE}
HEADER = "headword\tkind\tfamily\tquadrant\ttraits\tnot_before\tnot_after\tforms\tsource\n"


LANGUAGES = ("en", "de")
FILLED = {"en": {"obj": "me", "poss": "my"}, "de": {"obj": "mich", "poss": "meine"}}
"""what stands in the slots of a set phrase"""


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def lexicon(language: str) -> Lexicon:
    return lexicon_of(language)


@pytest.fixture(scope="module")
def english() -> Lexicon:
    return lexicon_of("en")


def lexicon_of(language: str) -> Lexicon:
    found = load_lexicon(language)
    assert found is not None
    return found


def test_every_family_has_words_and_the_table_is_large(lexicon: Lexicon) -> None:
    """Six hundred headwords and 150 idioms at least, and each of the twenty families is among them."""
    assert len({s.lemma for s in lexicon.senses}) >= 600
    assert len({s.lemma for s in lexicon.senses if s.pattern and " " in s.lemma}) >= 150
    assert {s.family for s in lexicon.senses} == set(Family)
    assert any(s.vague for s in lexicon.senses)


def test_quadrants_agree_with_families(lexicon: Lexicon) -> None:
    """A pleasant family has pleasant quadrants, an unpleasant one unpleasant; surprise may be both."""
    for sense in lexicon.senses:
        pleasant = sense.quadrant in (Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW)
        if sense.family not in EITHER:
            assert pleasant == (sense.family in PLEASANT), sense.lemma


def test_no_word_stands_twice_in_one_kind(lexicon: Lexicon) -> None:
    """A form belongs to one sense of each kind, so that which sense is taken never depends on the order of lines."""
    seen = defaultdict(list)
    for form, senses in lexicon.starting_with.items():
        for sense in senses:
            if sense.pattern is None:
                seen[form, sense.kind].append(sense.lemma)
    assert {key: lemmas for key, lemmas in seen.items() if len(lemmas) > 1} == {}


def test_traits_are_known(lexicon: Lexicon, language: str) -> None:
    """Each condition is used as a trait; a trait that is no condition does not load."""
    used = {trait for sense in lexicon.senses for trait in sense.traits}
    assert set(find_language(language).conditions) | set(load_homonyms(language)) <= used


def test_each_set_phrase_can_be_reached(lexicon: Lexicon, language: str) -> None:
    """A phrase written out word by word, its slots filled, is matched by its own pattern."""
    for sense in lexicon.senses:
        if sense.pattern is None:
            continue
        words = [FILLED[language].get(e.slot) or sorted(e.words, key=len)[0] for e in sense.pattern]
        tokens = tokenize(" ".join(["they", *words]).replace(" 's", "'s"), language)
        match = match_pattern(tokens, 1, sense.pattern)
        assert match is not None and match.end == len(tokens), (sense.lemma, tokens.words)


def test_each_word_is_one_token(lexicon: Lexicon, language: str) -> None:
    """No form of a single word holds a sign at which the text is cut, so every form can be met."""
    for form, senses in lexicon.starting_with.items():
        if any(s.pattern is None for s in senses):
            assert tokenize(form, language).words == [form]


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("worry", "worry worries worried worrying"),
        ("stun", "stun stuns stunned stunning"),
        ("love", "love loves loved loving"),
        ("annoy", "annoy annoys annoyed annoying"),
        ("break", "break breaks broke broken breaking"),
    ],
)
def test_verbs_inflect(verb: str, forms: str) -> None:
    """Regular and irregular verbs give the forms that people write."""
    assert verb_forms(verb) == frozenset(forms.split())


def test_adjectives_compare() -> None:
    """-y, -e and a doubled consonant are spelt as in English."""
    assert word_forms("happy", "adj", [], True) == {"happy", "happier", "happiest"}
    assert word_forms("sad", "adj", [], True) == {"sad", "sadder", "saddest"}
    assert word_forms("blue", "adj", [], True) == {"blue", "bluer", "bluest"}


def test_a_broken_line_names_itself() -> None:
    """A line with an unknown family, trait or kind, or with a cell too few, is an error that gives its number."""
    for row, fault in (
        ("mirth\tpleasant_high\t\t\t\t\town", "mirth"),
        ("joy\tpleasant_high\tvauge\t\t\t\town", "vauge.*did you mean vague"),
        ("joy\tpleasant_high\t\t\t\town", "8 cells"),
    ):
        with pytest.raises(UsageError, match=rf"lexicon\.tsv, line 2: .*{fault}"):
            read_lexicon(TableFile(Path("lexicon.tsv"), HEADER + f"glad\tadj\t{row}\n"), "en")


def test_a_language_without_a_table_has_no_lexicon() -> None:
    """A missing language, and a name that is no language, give nothing and no error."""
    assert load_lexicon("xx") is None
    assert load_lexicon("../en") is None


def test_slots_and_small_adverbs_fit_into_phrases() -> None:
    """ "Pissed my little brother right off" is "piss somebody off"."""
    pattern = compile_pattern("=piss <obj> off", verb_forms)
    for text in ("pissed me off", "pissing my dad off", "pissed my little brother right off", "pisses Sarah off"):
        assert match_pattern(tokenize(text), 0, pattern) is not None, text
    assert match_pattern(tokenize("pissed in the off season"), 0, pattern) is None


def test_the_trigger_table_loads() -> None:
    """Word classes and phrases are there, and phrases are found with straight and curly apostrophes."""
    grammar = load_grammar("en")
    for text in ("if I'm honest", "if I’m honest"):
        assert grammar.phrases["pseudo_if"].match_at(tokenize(text), 0) == 4


def test_every_row_has_a_type(lexicon: Lexicon, language: str) -> None:
    """Each line has its nine cells, a kind, and a source; no cell has stray blanks or empty choices."""
    file = table_path(language, "lexicon.tsv")
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert header + "\n" == HEADER
    assert len(rows) == len(lexicon.senses)
    for cells in rows:
        assert len(cells) == 9 and all(cells[k] for k in (0, 1, 2, 3, 8)), cells
        assert cells[1] in KINDS
        for cell in cells:
            assert cell == cell.strip() and ", ," not in cell and not cell.endswith(","), cells


def test_no_line_stands_twice(lexicon: Lexicon) -> None:
    """Two lines never have the same pattern and kind, so that none is hidden behind another."""
    seen = Counter((s.kind, s.pattern, s.traits) for s in lexicon.senses if s.pattern)
    assert [key for key, count in seen.items() if count > 1] == []


def test_each_blocker_can_be_met(lexicon: Lexicon, language: str) -> None:
    """The words of a blocker are tokens as a text has them: "do not" and never "don't"."""
    for sense in lexicon.senses:
        for phrase in (*sense.not_before, *sense.not_after):
            assert phrase
            words = [word for word in phrase if word != "<end>"]
            tokens = tokenize(" ".join(["so", *words]).replace(" 's", "'s"), language)
            assert tokens.words[1:] == words, (sense.lemma, phrase)


# Of the irregular verbs of English those that name a feeling, or could come into the table.
IRREGULAR = listed(
    """bear beat bend bind bite bleed blow break bring build burn burst buy catch choose cling come cost cut deal dig
    do draw dream drink drive eat fall feed feel fight find flee fling fly forget forgive freeze get give go
    grind grow hang hear hide hit hold hurt keep kneel know lay lead leap learn leave lend let lie light lose
    make mean meet pay put quit read rend ride ring rise run say see seek sell send set shake shed shine shoot
    show shrink shut sing sink sit slay sleep slide smell speak spend spin spit split spoil spread spring stand
    steal stick sting stink strike strive swear sweep swell swim swing take teach tear tell think throw tread
    understand upset wake wear weep win wind wring write"""
)


def test_every_inflected_form_is_present(english: Lexicon) -> None:
    """A verb is found in all its forms: those that are regular are made, and an irregular one has its own."""
    for sense in english.senses:
        if sense.pattern is not None or sense.kind not in ("verb", "cause"):
            continue
        forms = {form for form, found in english.starting_with.items() if sense in found}
        if sense.lemma in IRREGULAR:
            assert sense.lemma + "ed" not in forms, sense.lemma
        elif sense.lemma in forms:
            assert verb_forms(sense.lemma) <= forms or len(forms) > 2, sense.lemma
    for verb in ("hurt", "upset", "break", "feel", "lose"):
        assert verb + "ed" not in verb_forms(verb) | set(english.starting_with), verb


def test_adjectives_that_compare_do(english: Lexicon) -> None:
    """ "Happier" and "happiest" are found, and no form of two words is made."""
    for form in ("happier", "saddest", "angrier", "lonelier", "calmest", "prouder", "guiltier"):
        assert form in english.starting_with


def test_german_words_bend() -> None:
    """Endings, umlauts, participles, verbs that part, and both spellings of an s; and no form is made up."""
    german = lexicon_of("de")
    for form in (
        "traurige", "traurigen", "trauriger", "trauriges", "traurigem", "traurigsten", "müden", "saure", "ängsten",
        "gefreut", "freust", "geärgert", "ärgere", "aufgeregt", "aufregt", "aufzuregen", "regt", "genoss", "geniesse",
        "enttäuschte", "genervten", "heimweh", "fernweh", "schadenfreude", "liebeskummer", "weltschmerz",
        "torschlusspanik", "grantig", "narrisch", "hässig", "vertäubt", "zwider", "schiach", "leiwand",
    ):  # fmt: skip
        assert form in german.starting_with, form
    for form in ("saueren", "gefreuen", "ärgerrt", "müdee", "aufregte" + "n" * 2, "traurigr"):
        assert form not in german.starting_with, form


def test_homonyms_name_what_there_is() -> None:
    """An unknown test, list or verdict in the table of homonyms is an error, and not a rule that never holds."""
    good = '[words]\na = "x y"\n[conditions]\nb = ["no after=@a|z !goes_on prev2!=*ing", "yes"]'
    read_homonyms(TableFile(Path("homonyms.toml"), good), {}, {})
    for rule in ("", "maybe after=x", "yes nonsense=x", "yes nonsense", "yes after=@unknown", "yes !after=x="):
        with pytest.raises(UsageError, match=r"homonyms\.toml, line 2: b: "):
            read_homonyms(TableFile(Path("homonyms.toml"), f"[conditions]\nb = ['{rule}']"), {}, {})
