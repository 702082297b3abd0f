"""Another language may be tables and no code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.languages import languages_in
from voicecheck import feelings
from voicecheck.domain import EmotionMention, Experiencer, Family, PrivateWord, Quadrant
from voicecheck.feelings.languages import load_grammar
from voicecheck.feelings.mentions import find_mentions, has_lexicon, lexicon_version
from voicecheck.feelings.tokens import load_spelling, table_path

LEXICON = """headword\tkind\tfamily\tquadrant\ttraits\tnot_before\tnot_after\tforms\tsource
# version\t7\t\t\t\t\t\t\t
traurig\tadj\tsadness\tunpleasant_low\t\t\t\t\town
froh\tadj\tjoy\tpleasant_high\t\tnatur\t\tfroher, frohen\town
platt\tadj\ttiredness\tunpleasant_low\tplatt\t\t\t\town
am boden\tadj\tsadness\tunpleasant_low\t\t\t\tam boden\town
"""
CONTEXT = """
[words]
self_subject = "ich wir"
other_subject = "er sie"
be = "bin ist war waren sind"
auxiliary = "bin ist war waren sind"
past_form = "war waren"
present_form = "bin ist sind"
negation = "nicht nie kein keine"
adverb = "so sehr heute ganz etwas"
strong = "sehr so"
weak = "etwas"
person = "mutter vater bruder"
possessive_self = "mein meine"
determiner = "der die das ein eine"
coordinator = "und aber"
[phrases]
past = ["als kind", "damals"]
"""
HOMONYMS = """
[conditions]
platt = ["no after=wie", "yes linked"]
"""
SPELLING = """
fillers = "äh ähm"
[spoken]
"ne" = "nicht eine"
"""


@pytest.fixture
def german(tmp_path: Path) -> Iterator[None]:
    """A small German beside English: four tables in a folder of its own."""
    folder = tmp_path / "feelings" / "nds"
    folder.mkdir(parents=True)
    for name, content in (
        ("lexicon.tsv", LEXICON), ("context.toml", CONTEXT), ("homonyms.toml", HOMONYMS), ("spelling.toml", SPELLING),
    ):  # fmt: skip
        (folder / name).write_text(content, encoding="utf-8")
    with languages_in(tmp_path):
        yield


def only(text: str) -> EmotionMention:
    (mention,) = find_mentions(text, "nds-AT")
    return mention


@pytest.mark.usefixtures("german")
def test_a_second_language_is_files() -> None:
    """With four files a language has words, denials, others' feelings, time, degree and homonyms of its own."""
    assert has_lexicon("nds") and lexicon_version("nds") == "nds-7"
    assert only("Ich war heute so traurig.").degree == 1
    assert only("Ich bin, ähm, nicht traurig.").negated
    assert only("Meine Mutter ist froh.").experiencer is Experiencer.OTHER
    assert only("Als Kind war ich traurig.").past
    assert only("Ich war am Boden.").lemma == "am boden"
    assert only("Ich bin platt.").family is Family.TIREDNESS
    assert find_mentions("Das ist platt wie ein Brett, der frohe und froh Natur.", "nds") == ()


@pytest.mark.usefixtures("german")
def test_words_of_ones_own_in_a_second_language() -> None:
    """A private word is cut like a text of its language, and not like English."""
    own = PrivateWord("im Eimer", Family.SADNESS, Quadrant.UNPLEASANT_LOW)
    (found,) = find_mentions("Ich bin im Eimer", "nds", (own,))
    assert found.text == "im Eimer"


@pytest.mark.usefixtures("german")
def test_english_forms_are_not_made_of_other_words() -> None:
    """Only a table that says so is inflected as English is."""
    assert find_mentions("Ich bin traurigs. Ich bin frohes.", "nds") == ()
    assert find_mentions("Ich bin froher.", "nds") != ()


@pytest.mark.parametrize("code", ["en", "de"])
def test_the_tables_of_a_language_are_those_that_the_code_asks_for(code: str) -> None:
    """Every class of words and phrases that the code names stands in the table: a typing error is none.

    The engine asks for the common ones, a language's package for its own.
    """
    import re

    room = Path(feelings.__file__).parent
    files = [*room.glob("*.py"), *(room / code).rglob("*.py")]
    source, grammar = "".join(file.read_text(encoding="utf-8") for file in files), load_grammar(code)
    assert set(re.findall(r'(?:\bg|grammar)\["(\w+)"\]', source)) - set(grammar.words) == set()
    assert set(re.findall(r'\.phrase\("(\w+)"\)', source)) - set(grammar.phrases) == set()


def test_no_code_leads_out_of_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sealed answer, an import or an argument may name any language: no table outside is read for it."""
    room = tmp_path / "feelings"
    room.mkdir()
    monkeypatch.setattr(feelings, "__path__", [*feelings.__path__, str(room)])
    (tmp_path / "spelling.toml").write_text("broken", encoding="utf-8")
    for code in ("..", str(tmp_path), "../../feelings/..", "en/../..", "", "."):
        assert not table_path(code, "spelling.toml").is_file(), code
        assert load_spelling(code) is load_spelling("xx")


@pytest.mark.parametrize("code", ["en-GB", "en_GB", "EN", "en_US-posix"])
def test_english_of_any_country_is_english(code: str) -> None:
    """With a hyphen as the web writes it, or with the line below as systems do."""
    assert has_lexicon(code)
    assert [mention.text for mention in find_mentions("I was sad.", code)] == ["sad"]
