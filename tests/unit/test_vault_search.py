"""Search: the right entries, in the right order, with the words around what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.unit.test_tagging import make_vault_of_schema_1
from tests.vault_samples import SPOKEN_AT, make_entry, make_vault
from voicecheck.domain import EmotionMention, Experiencer, Family, PromptRef, Quadrant, Tags
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.store.connection import Database
from voicecheck.vault.vault import Vault

TODAY = date(2026, 11, 25)
EVERY = 10**6


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def ids(vault: Vault, text: str, *, newest: bool = False, limit: int = EVERY, offset: int = 0) -> list[str]:
    query = parse_query(text, TODAY)
    return [found.entry_id for found in vault.search.find(query, newest=newest, limit=limit, offset=offset)]


def test_ranked_and_newest(vault: Vault) -> None:
    """Best first or newest first, every word wanted; a limit and an offset turn the pages."""
    old = vault.entries.add(make_entry("calm calm calm harbour"))
    new = vault.entries.add(make_entry("calm and a very long day in the Hárbour", at=SPOKEN_AT + timedelta(days=1)))
    assert ids(vault, "calm") == [old.id, new.id]
    assert ids(vault, "calm", newest=True) == [new.id, old.id]
    assert ids(vault, "harbour DAY") == [new.id]
    assert ids(vault, "calm", newest=True, limit=1, offset=1) == [old.id]
    assert ids(vault, "") == [new.id, old.id]
    assert vault.search.count(parse_query("calm", TODAY)) == 2


def test_snippets(vault: Vault) -> None:
    """A snippet marks what was found in any of its forms; without words it is the beginning. No repr shows it."""
    vault.entries.add(make_entry("a b c d e " * 20 + "we were walking by the sea"))
    (found,) = vault.search.find(parse_query('walk "the sea"', TODAY))
    assert found.snippet.endswith("walking by the sea")
    assert [found.snippet[start:end] for start, end in found.spans] == ["walking", "the sea"]
    assert len(found.snippet.split()) <= 26
    (found,) = vault.search.find(parse_query("kind:checkin", TODAY))
    assert found.snippet.startswith("a b c d e a b")
    assert found.spans == ()
    assert found.snippet.endswith(" …")
    assert "walking" not in repr(found)


@pytest.mark.parametrize("typed", ['x"y', "calm NOT day", '"text:calm*"', "NEAR(", "a AND", "^calm", "\0a", "-calm"])
def test_nothing_typed_is_an_operator(vault: Vault, typed: str) -> None:
    """Operators of FTS5 are words like any others, and no quotation mark breaks out."""
    vault.entries.add(make_entry("nothing of the kind"))
    assert vault.search.count(parse_query(typed, TODAY)) == (1 if typed == "-calm" else 0)


def test_one_feeling_is_all_of_it(vault: Vault) -> None:
    """`felt:` and `is:` hold of the very feeling that is asked for, not of another one in the same entry."""
    anger = EmotionMention(0, 4, "calm", "calm", Family.ANGER, Quadrant.UNPLEASANT_HIGH, experiencer=Experiencer.OTHER)
    joy = replace(anger, family=Family.JOY, experiencer=Experiencer.SELF)
    vault.entries.add(replace(make_entry("calm"), mentions=(anger, joy)))
    assert len(ids(vault, "feeling:anger felt:other")) == 1
    assert len(ids(vault, "feeling:anger felt:self")) == 0
    assert len(ids(vault, "feeling:anger feeling:joy")) == 1
    assert len(ids(vault, "-feeling:anger felt:self")) == 1


def test_older_vault_is_indexed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault from before stems were known finds words in all their forms after its migration, and tallies feelings."""
    paths, key = make_vault_of_schema_1(monkeypatch)
    with Vault.open(paths, key) as vault:
        assert len(ids(vault, "saddest OR sad")) == 2
        assert [felt.family for felt in vault.tallies.felt()] == [Family.SADNESS]
        vault.entries.delete(vault.entries.list()[0].id)
        vault._database.rows("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')")


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("ein Tag in Łodzi", "lodzi", True), ("auf der Straße", "strasse", True), ("smørrebrød", "SMORREBROD", True),
        ("тёплый вечер", "теплый", True), ("東京に行った", "京に", True), ("東京に行った", "行東", False),
        ("the news was bad", "new", False), ("the news was bad", '"new"', False), ("new shoes", '"news"', False),
        ("walking home", '"walk"', False), ("walking home", "walks", True), ("my whole family", "fam*", True),
        ("my whole family", "famo*", False), ("we are happiness itself", "happin*", True),
        ("by the sea", '"by the s"', False),
        ("rain again", "rain OR snow", True), ("snow again", "rain OR snow", True),
        ("sun again", "rain OR snow", False),
        ("rain and wind", "wind rain OR snow", True), ("I 😀 today", "😀", True), ("I today", "😀", False),
        ("a sense of well-being", "wellbeing", True), ("a sense of well-being", "well-being", True),
        ("wellbeing", "well-being", True), ("rain - at last", "rain - last", True), ("हिन्दी की किताब", "किताब", True),
        ("हिन्दी की किताब", "क", False), ("or not", "or", True), ("well-being", "well-be*", True),
        ("Nguye\u0302\u0303n came", "nguyễn", True),
    ],
)  # fmt: skip
def test_as_people_type(vault: Vault, text: str, typed: str, found: bool) -> None:
    """Accents, scripts without blanks, very words, beginnings, alternatives, pictures, hyphens."""
    vault.entries.add(make_entry(text))
    assert bool(ids(vault, typed)) is found


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("wir gehen über die Brücke", "ueber", True), ("wir gehen ueber die Bruecke", "über", True),
        ("wir gehen ueber die Bruecke", "brucke", True), ("die Füße tun weh", "fuesse", True),
        ("die Fuesse tun weh", "Fuß", True), ("die Häuser dort", "Haus", True), ("das Haus dort", "haeuser", True),
        ("eine glückliche Stunde", "gluecklich", True), ("so viele Ängste", "Angst", True),
        ("viel Traurigkeit", "traurig", True), ("die Mädchen schlafen", "maedchen", True),
        ("ueber den Fluss", '"über den fluss"', True), ("über den Fluss", '"ueber den fluss"', True),
        ("die Übung am Abend", "uebu*", True), ("die Uebung am Abend", "übu*", True),
        ("eine neue Quelle", "neu", True), ("ein Öl", "oel", True), ("drei Orte", "Wort", False),
        ("ein Mann allein", "Mantel", False), ("die Köche kommen", '"koch"', False),
    ],
)  # fmt: skip
def test_german_as_people_type(vault: Vault, text: str, typed: str, found: bool) -> None:
    """Umlauts and their spelling with an e, ß and ss, either way round, and the forms of a German word."""
    vault.entries.add(replace(make_entry(text), language="de-AT"))
    assert bool(ids(vault, typed)) is found


@pytest.mark.parametrize(
    ("text", "typed"),
    [("a pot of tea", "poet"), ("a pot of tea", '"poet"'), ("we had ten of them", "tennen"), ("to the sea", "toe"),
     ("the dull day", "duell"), ("his due", "du")],
)  # fmt: skip
def test_english_is_searched_as_english(vault: Vault, text: str, typed: str) -> None:
    """A German spelling or ending finds nothing in an entry in English."""
    vault.entries.add(make_entry(text))
    assert ids(vault, typed) == []


def test_a_snippet_shows_a_german_word_in_its_other_spelling(vault: Vault) -> None:
    """The mark lies on the word as it was written."""
    vault.entries.add(replace(make_entry("gestern über die Brücken"), language="de"))
    (found,) = vault.search.find(parse_query("ueber bruecke", TODAY))
    assert [found.snippet[start:end] for start, end in found.spans] == ["über", "Brücken"]


def test_a_snippet_shows_what_was_found_in_any_script(vault: Vault) -> None:
    """The marks lie on the words of the text as it was written."""
    vault.entries.add(make_entry("word " * 40 + "Straße und Café, 東京に行った " + "word " * 40))
    (found,) = vault.search.find(parse_query("strasse cafe 京に", TODAY))
    assert [found.snippet[start:end] for start, end in found.spans] == ["Straße", "Café", "京に"]
    assert found.snippet.startswith("…") and found.snippet.endswith(" …")


def test_each_word_alone(vault: Vault) -> None:
    """For a query that found nothing: how many entries hold each of its words by itself."""
    vault.entries.add(make_entry("rain at the harbour"))
    vault.entries.add(make_entry("rain again"))
    query = parse_query("rain quarrel since:2026-11 -calm", TODAY)
    assert vault.search.find(query) == ()
    assert vault.search.alone(query) == (("rain", 2), ("quarrel", 0))


def test_speakers_and_questions_without_accents(vault: Vault) -> None:
    """A name in composed letters is the same name in decomposed ones, and needs no accents."""
    vault.entries.add(replace(make_entry("calm"), speaker="Jose\u0301"))
    for typed in ("speaker:josé", "speaker:Jose", "speaker:jose\u0301"):
        assert len(ids(vault, typed)) == 1


def test_any_number_of_questions_and_speakers(vault: Vault) -> None:
    """As an import may hold them: more than one expression of SQLite takes."""
    vault.entries.add_all(
        replace(
            make_entry(at=SPOKEN_AT - timedelta(seconds=number)),
            prompt=PromptRef(f"p-{number}", f"question {number}"),
            speaker=_in_capitals("abcdefghijk", number),
        )
        for number in range(1500)
    )
    for wanted, count in (("prompt:question", 1500), ("speaker:abcdefghijk", 1500), ("-prompt:question", 0)):
        assert vault.search.count(parse_query(wanted, SPOKEN_AT.date())) == count


def _in_capitals(name: str, number: int) -> str:
    """The name as it is written for this number, differently for each: with a capital for each bit."""
    return "".join(letter.upper() if number >> place & 1 else letter for place, letter in enumerate(name))


def test_a_corrected_and_a_deleted_text_leave_no_word_in_the_index(vault: Vault) -> None:
    """The words of the index are those of the texts that stand now."""
    entry = vault.entries.add(make_entry("the Straße was quarrelsome"))
    vault.revisions.add(entry, "the road was loud", Tags(), SPOKEN_AT)
    terms = {term for (term,) in vault._database.rows("SELECT term FROM entry_terms")}
    assert terms == {"the", "road", "was", "loud"}
    vault.entries.delete(entry.id)
    assert vault._database.rows("SELECT term FROM entry_terms") == []


def test_words_alone_read_no_entry_that_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index tells which they are, how many, and their order: with more years no more of them are read."""
    with Vault.open(*make_vault()) as vault:
        for number in range(30):
            vault.entries.add(make_entry(f"I was at the lake {number}.", SPOKEN_AT + timedelta(number)))
        asked, real = list[str](), Database.rows

        def noted(self: Database, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
            if "MATCH" in sql:
                asked.extend(str(row[3]) for row in real(self, f"EXPLAIN QUERY PLAN {sql}", values))
            return real(self, sql, values)

        monkeypatch.setattr(Database, "rows", noted)
        lake = parse_query("lake", SPOKEN_AT.date())
        assert vault.search.count(lake) == 30
        newest = vault.search.find(lake, newest=True, limit=3, offset=1)
        best = vault.search.find(lake, limit=3)
        assert [found.local_date.day for found in newest] == [20, 19, 18] and len(best) == 3
        assert asked and all("entry_index" in step or "TEMP B-TREE" in step for step in asked), asked
