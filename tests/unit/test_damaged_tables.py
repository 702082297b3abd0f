"""A damaged table is one sentence with its file and line, whichever table it is, and whatever is wrong in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.languages import forget
from voicecheck import feelings, helplines, phrases
from voicecheck.cli.main import run
from voicecheck.diary.sentence import load_frame
from voicecheck.errors import ExitCode, UsageError
from voicecheck.feelings.danger import load_danger
from voicecheck.feelings.en.events import event_in
from voicecheck.feelings.grammar import COMMON_CLASSES, COMMON_PHRASES
from voicecheck.feelings.homonyms import load_homonyms
from voicecheck.feelings.languages import find_language, load_grammar
from voicecheck.feelings.lexicon import load_lexicon
from voicecheck.feelings.masks import load_masks
from voicecheck.feelings.meanings import load_meanings
from voicecheck.feelings.nearer import load_nearer
from voicecheck.feelings.reply import load_replies
from voicecheck.feelings.tokens import load_spelling
from voicecheck.helplines import MEND, OwnDanger
from voicecheck.phrases import load_phrases
from voicecheck.prompts.packs import read_pack
from voicecheck.text.tables import INSTALL_AGAIN, read_table

ROOT = Path(__file__).parents[2]
TABLES: dict[str, Callable[[], object]] = {
    "feelings/en/lexicon.tsv": lambda: load_lexicon("en"),
    "feelings/en/meanings.tsv": lambda: load_meanings("en"),
    "feelings/en/context.toml": lambda: load_grammar("en"),
    "feelings/en/spelling.toml": lambda: load_spelling("en"),
    "feelings/en/homonyms.toml": lambda: load_homonyms("en"),
    "feelings/en/danger.toml": lambda: load_danger("en"),
    "feelings/en/nearer.toml": lambda: load_nearer("en"),
    "feelings/en/masks.toml": lambda: load_masks("en"),
    "feelings/en/events.toml": lambda: event_in((), "my dog died"),
    "feelings/en/reply.toml": lambda: load_replies("en"),
    "feelings/en/sentence.toml": lambda: load_frame.__wrapped__("en"),
    "feelings/de/lexicon.tsv": lambda: load_lexicon("de"),
    "feelings/de/meanings.tsv": lambda: load_meanings("de"),
    "feelings/de/context.toml": lambda: load_grammar("de"),
    "feelings/de/spelling.toml": lambda: load_spelling("de"),
    "feelings/de/homonyms.toml": lambda: load_homonyms("de"),
    "feelings/de/danger.toml": lambda: load_danger("de"),
    "feelings/de/nearer.toml": lambda: load_nearer("de"),
    "feelings/de/masks.toml": lambda: load_masks("de"),
    "feelings/de/reply.toml": lambda: load_replies("de"),
    "feelings/de/sentence.toml": lambda: load_frame.__wrapped__("de"),
    "phrases/en.toml": lambda: load_phrases("en"),
    "phrases/de.toml": lambda: load_phrases("de"),
}
DAMAGES = [
    # what is written in place of what, and what is said of it
    ("context.toml", "self_subject =", "self_subjet =", "self_subjet.*did you mean self_subject"),
    ("context.toml", "\npast = [", "\npats = [", "pats.*did you mean past"),
    ("context.toml", "[words]", "[wrods]", "wrods.*did you mean words"),
    ("context.toml", "<decade_year>", "<decade_yaer>", "past: nothing is called decade_yaer"),
    ("context.toml", 'self_subject = "i we"', "self_subject = 3", "self_subject: Expected `str`, got `int`"),
    ("homonyms.toml", "painful = [", 'painful = ["yes nonsense=x", ', "painful: nothing is called nonsense"),
    ("homonyms.toml", "@event_noun", "@event_nuon", "nothing is called event_nuon"),
    ("spelling.toml", "fillers =", "filers =", "filers.*did you mean fillers"),
    ("spelling.toml", "loose = ", "lose = ", "lose"),
    ("spelling.toml", 'parts = "it \'s", ', "", "missing required field `parts`"),
    ("danger.toml", 'of = "life"', 'of = "live"', "of: Invalid enum value .live."),
    ("danger.toml", "[masks]", "[maskes]", "maskes.*did you mean masks"),
    ("danger.toml", "idiom = [", "idioms = [", "idioms"),
    ("danger.toml", "phrases = [", 'phrases = ["", ', "phrases: "),
    ("danger.toml", "phrases = [", 'phrases = ["<knife_crime>", ', "phrases: nothing is called knife_crime"),
    ("nearer.toml", '"okay" = [', '"okay" = [7, ', "okay: Expected `str`"),
    ("nearer.toml", "pleasant_low = ", "plesant_low = ", "Invalid enum value .plesant_low."),
    ("masks.toml", 'family = "calm"', 'family = "clam"', "family: Invalid enum value .clam."),
    ("masks.toml", "most_words = 2", "", "missing required field `most_words`"),
    ("masks.toml", "turns =", "truns =", "truns"),
    ("events.toml", 'who = "other"', 'who = "another"', "who: Invalid enum value .another."),
    ("events.toml", "'died'", "'(died'", "said: "),
    ("events.toml", 'kind = "loss"', 'kind = "lost"', "no event is of the kind loss"),
    ("reply.toml", "leave = [", "leav = [", "leav.*did you mean leave"),
    ("reply.toml", "third = 3", "third = 33", "third: Expected `int` <= 3"),
    ("reply.toml", "I felt {word}", "I felt {wrod}", "sentence: nothing is called wrod"),
    ("sentence.toml", 'when = "when"', "", "asks: Object missing required field `when`"),
    ("sentence.toml", "I felt {felt}", "I felt {fetl}", "felt: nothing is called fetl"),
    ("sentence.toml", "well,? )?(?:i", "well,? )?(?:(i", "openings: "),
    ("phrases/en.toml", "[spoken]", "[spokne]", "spokne.*did you mean spoken"),
    ("phrases/en.toml", 'language = "', 'language = ["', "TOML"),
    ("lexicon.tsv", "\tsadness\t", "\tsaddness\t", "nothing is called saddness"),
    ("meanings.tsv", "gladness\t", "gladness ", "there is no tab"),
]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Path]:
    """A folder whose tables are read in place of those of the program."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (feelings, phrases):
            patch.setattr(room, "__path__", [str(tmp_path / room.__name__.rpartition(".")[2]), *room.__path__])
        forget()
        yield tmp_path
    forget()


def damage(program: Path, table: str, content: str | bytes) -> Path:
    path = program / table
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def shipped(table: str) -> str:
    return (ROOT / "voicecheck" / table).read_text(encoding="utf-8")


def test_every_table_is_tried() -> None:
    """Each table of a language and each phrase file is among those that are damaged here."""
    folder = ROOT / "voicecheck"
    there = {
        str(path.relative_to(folder))
        for room in ("feelings", "phrases")
        for path in (folder / room).rglob("*.t[os][mv]*")
    }
    assert there == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("damaged", [b"\xff\xfe", "a = [", "x\ty\nx\ty", "nonsense = 1\nno = 2", ""])
def test_what_is_no_such_table_is_one_sentence(program: Path, table: str, damaged: str | bytes) -> None:
    """No text, no TOML, keys that nobody knows, nothing at all: a sentence with the file, and the hint."""
    path = damage(program, table, damaged)
    try:
        TABLES[table]()
    except UsageError as error:
        assert re.fullmatch(rf"{re.escape(str(path))}(, line \d+)?: [^\n]+\.", error.message), error.message
        assert error.hint == INSTALL_AGAIN
    else:
        assert damaged == "" or table.endswith(".tsv")


@pytest.mark.parametrize(("table", "right", "wrong", "said"), DAMAGES)
def test_one_wrong_word_is_named_with_its_line(program: Path, table: str, right: str, wrong: str, said: str) -> None:
    """A misspelt key, class, place or choice, a wrong type, a key that is missing: named, with file and line."""
    name = next(known for known in TABLES if known.endswith(table))
    text = shipped(name)
    assert right in text
    path = damage(
        program, name, text.replace(right, wrong) if table == "events.toml" else text.replace(right, wrong, 1)
    )
    with pytest.raises(UsageError) as caught:
        TABLES[name]()
    place = re.escape(str(path))
    assert re.fullmatch(rf"{place}(, line \d+)?: [^\n]*{said}[^\n]*\.", caught.value.message), caught.value.message
    at_line = re.match(rf"{place}, line (\d+)", caught.value.message)
    whole_file = "missing required" in said or "kind loss" in said
    assert at_line or whole_file
    if at_line and not whole_file and "\n" not in right and said != "TOML":
        assert abs(int(at_line[1]) - (text[: text.index(right)].count("\n") + 1)) <= 5


def test_it_ends_a_command_with_its_code(program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One error and one hint, the code of usage, and no traceback."""
    path = damage(
        program, "feelings/en/context.toml", shipped("feelings/en/context.toml").replace("person =", "persn =", 1)
    )
    (tmp_path / "said").write_text("I felt sad.")
    assert run(["tag", str(tmp_path / "said")]) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert told.count("error:") == 1 and "persn" in told and path.name in told and INSTALL_AGAIN in told
    assert "Traceback" not in told and "has a fault" not in told


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('left_there = ["All {nobody}."]', "left_there: there is no place called {nobody}"),
        ("left_there = []", "left_there: it is empty"),
        ('left_thre = ["All."]', "left_thre.*did you mean left_there"),
        ("", "has no left_there"),
    ],
)
def test_another_language_says_all_that_english_says(program: Path, wrong: str, said: str) -> None:
    """A sentence that is missing, misspelt, empty or has a place that nothing fills is named when the file is read."""
    right = next(line for line in shipped("phrases/en.toml").splitlines() if line.startswith("left_there ="))
    damage(program, "phrases/xx.toml", shipped("phrases/en.toml").replace(right, wrong, 1))
    with pytest.raises(UsageError, match=said):
        load_phrases("xx")


def test_a_sentence_that_english_lacks_is_one_sentence(program: Path) -> None:
    """Nothing is there to compare English with, so it is named when it is to be said."""
    right = next(line for line in shipped("phrases/en.toml").splitlines() if line.startswith("left_there ="))
    damage(program, "phrases/en.toml", shipped("phrases/en.toml").replace(right, "", 1))
    with pytest.raises(UsageError, match=r"en\.toml: left_there in \[spoken\] is missing"):
        load_phrases("en").say("left_there")


@pytest.mark.parametrize(
    ("content", "said"), [("life = 3", "line 1: life: "), ("lief = []", "line 1: .*did you mean life")]
)
def test_a_table_of_ones_own_is_read_alike(tmp_path: Path, content: str, said: str) -> None:
    """A pack and a table of danger of a person's own are named in the same way, with a hint of their own."""
    path = tmp_path / "danger.en.toml"
    path.write_text(content)
    with pytest.raises(UsageError, match=said) as caught:
        read_table(path, OwnDanger, MEND)
    assert caught.value.hint == helplines.MEND
    with pytest.raises(UsageError, match="prompt check") as caught:
        raise UsageError(_fault_of_pack(path).hint)


def _fault_of_pack(path: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_pack(path)
    return caught.value


def test_english_has_every_class_and_phrase_that_its_code_reads() -> None:
    """A name that stands in the list of the code and not in the table would be empty without a word."""
    grammar = load_grammar("en")
    named = {name for name, words in grammar.words.items() if words} | set(grammar.phrases)
    assert find_language("en").names | COMMON_CLASSES | COMMON_PHRASES <= named


def test_nothing_in_the_table_of_danger_is_unused() -> None:
    """Each class of words and each concept stands in a phrase, or is read by the code: another name is a slip."""
    text = re.sub(r"(?m)^\s*#.*$", "", shipped("feelings/en/danger.toml"))
    table = tomllib.loads(text)
    assert {name for group in ("words", "concepts") for name in table[group] if f"<{name}>" not in text} == {
        "loose", "no_agent",
    }  # fmt: skip
