"""The seam of a language: a made-up one in a temporary folder, from its tables to an evening that is held in it."""

from __future__ import annotations

import ast
import html
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.diary_samples import EVENING
from tests.sound_samples import quiet, voice
from tests.unit.languages import languages_in
from tests.unit.reviewing import open_page
from tests.unit.test_checkin import PLAN, SAY, Table
from tests.vault_samples import make_entry
from voicecheck.checkin.course import Course
from voicecheck.checkin.help_lines import help_lines
from voicecheck.checkin.plan import Rooms
from voicecheck.checkin.tonight import Tonight, danger_watch
from voicecheck.cli import main
from voicecheck.cli.app import App
from voicecheck.diary.sentence import Draft, draft, shape
from voicecheck.domain import DangerOf, Experiencer
from voicecheck.feelings.danger import find_danger, has_danger_table
from voicecheck.feelings.languages import find_language
from voicecheck.feelings.meanings import find_meaning
from voicecheck.feelings.mentions import find_mentions, lexicon_version
from voicecheck.paths import find_paths
from voicecheck.phrases import load_phrases
from voicecheck.prompts.packs import OPENERS, load_packs
from voicecheck.settings.file import change_settings
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE

ROOT = Path(__file__).parents[2]
LANGUAGE = '''"""Xx: verbs end in -u, and in -iu for what was."""

from voicecheck.feelings.table_language import TableLanguage


def inflect(word: str) -> frozenset[str]:
    return frozenset((word, f"{word[:-1]}iu")) if word.endswith("u") else frozenset((word,))


LANGUAGE = TableLanguage("xx", inflect)
'''
TABLES = {
    "lexicon.tsv": """headword\tkind\tfamily\tquadrant\ttraits\tnot_before\tnot_after\tforms\tsource
# version\t3
# inflection
mol\tadj\tsadness\tunpleasant_low\t\t\t\t\town
fenu\tverb\tfear\tunpleasant_high\t\t\t\t\town
""",
    "context.toml": """
[words]
self_subject = "mi"
self_object = "mim"
other_subject = "lo"
be = "es"
negation = "ne"
strong = "tre"
if_word = "se"
[phrases]
past = ["plu frue"]
""",
    "meanings.tsv": """words\tmeaning
mol\txo xo xo xo
# verbs
fenu\txo xo kio xo
""",
    "danger.toml": """
[[rule]]
of = "life"
kind = "wish"
phrases = ["=zapu mim"]
""",
    "reply.toml": """
no = ["ne"]
[named]
sentence = "mi es {word}."
""",
    "sentence.toml": """
[asks]
felt = "mi es"
when = "kiam"
need = "mi volas"
[shape]
felt = "mi es {felt}"
when = "{said} kiam {when}"
when_first = "kiam {when}"
need = "{said}, mi volas {need}"
need_first = "mi volas {need}"
[words]
joints = ["kiam"]
""",
}
PACK = """
id = "{id}"
title = "Xo"
language = "xx"
why = "xo"
[[prompts]]
id = "{id}-first"
text = "Kio xo?"
depth = 1
theme = "day"
why = "xo"
"""
HELP = """
country = "XX"
name = "Xolando"
[emergency]
number = "000"
source = "made up"
checked_on = 2026-11-22
"""
COMMANDS = {"skip": "salu", "help_now": "helpo"}


def made_up(sentence: str) -> str:
    """Every word of an English sentence as "xo"; places for other words stay."""
    return re.sub(r"\{\w+\}|[^\W\d_][\w'’-]*", lambda word: word[0] if word[0].startswith("{") else "xo", sentence)


def phrase_file() -> str:
    """The English file with every sentence made up, and with commands of its own."""
    english = tomllib.loads((ROOT / "voicecheck" / "phrases" / "en.toml").read_text(encoding="utf-8"))
    tables: dict[str, dict[str, object]] = {
        name: {key: [*map(made_up, forms)] for key, forms in english[name].items()}
        for name in ("spoken", "reflections")
    }
    for name in ("screen", "terminal", "page", "dates"):
        tables[name] = {key: made_up(text) for key, text in english[name].items()}
    tables["commands"] = {name: [COMMANDS.get(name, f"ko {name}".replace("_", " "))] for name in english["commands"]}
    tables["answers"] = {"yes": ["jes"], "no": ["ne"], "begin": ["jes"], "later": ["poste"]}
    lists = {"leading": ["nu"], "openings": [], "trailing": ["bite"]}
    head = {"language": "xx", **lists}
    lines = [f"{key} = {json.dumps(value)}" for key, value in head.items()]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines)


@pytest.fixture
def xx(tmp_path: Path) -> Iterator[None]:
    """Its folder of feelings and its phrase file among the program's; packs and numbers among the person's own."""
    paths = find_paths()
    files = {f"feelings/xx/{name}": content for name, content in TABLES.items()}
    files |= {"feelings/xx/__init__.py": LANGUAGE, "phrases/xx.toml": phrase_file()}
    own = {f"{name}.toml": PACK.format(id=name) for name in ("evening-xx", "opening-xx")}
    for folder, content in (
        (tmp_path / "program", files), (paths.prompts_folder, own), (paths.resources_folder, {"xx.toml": HELP}),
    ):  # fmt: skip
        for name, text in content.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    change_settings(paths.settings_file, {"program.language": "xx", "help.country": "XX"})
    with languages_in(tmp_path / "program"):
        yield


class TableInXx(Table):
    """An evening as the settings make it, whose words Whisper hears in the made-up language."""

    def __init__(self, *script: object, said: list[str], count: int = 1, spoken: str = "xx") -> None:
        app = App()
        course = Course(count=count, linger_s=3.0, follow_ups=False)
        plan = replace(
            PLAN, language=spoken, course=course, watch=danger_watch(app, app.tell), help_lines=help_lines(app)
        )
        super().__init__(*script, plan=plan)  # type: ignore[arg-type]
        packs = load_packs(app.paths.prompts_folder)
        self.phrases = app.phrases
        tonight = Tonight(app.paths, packs, packs.in_language("evening", app.phrases.language), None)
        self.questions = tonight.questions(self.vault, opened=count > 1)
        self.transcriber.replies.extend(said)

    def rooms(self) -> Rooms:
        return replace(super().rooms(), phrases=self.phrases)

    def told(self) -> list[str]:
        """All that was said aloud or shown."""
        return [*self.mouth.said, *self.screen.sentences, *self.screen.notices]


def assert_all_made_up(told: list[str], *known: str) -> None:
    words = {word for text in told for word in re.findall(r"[^\W\d_]+", text.casefold())}
    assert words <= {"xo", "kio", "xolando", "findahelpline", "com", *known}


@pytest.mark.usefixtures("xx")
def test_its_words_are_tagged(tmp_path: Path) -> None:
    """`tag --language xx`: inflected by its code, denied, another's, imagined and past by its tables."""
    said = "Mi es tre mol. Mi ne es mol. Lo fenu. Se mi es mol, salu. Plu frue mi feniu."
    (tmp_path / "said").write_text(said, encoding="utf-8")
    done = CliRunner().invoke(main.cli, ["tag", "--json", "--language", "xx", str(tmp_path / "said")], obj=App())
    tags = json.loads(done.stdout)["tags"]
    assert [(tag["lemma"], tag["text"]) for tag in tags] == [
        ("mol", "mol"), ("mol", "mol"), ("fenu", "fenu"), ("mol", "mol"), ("fenu", "feniu"),
    ]  # fmt: skip
    assert [tag["degree"] for tag in tags] == [1, 0, 0, 0, 0]
    assert [tag["negated"] for tag in tags] == [False, True, False, False, False]
    assert tags[2]["experiencer"] == Experiencer.OTHER.value
    assert [tag["hypothetical"] for tag in tags] == [False, False, False, True, False]
    assert [tag["past"] for tag in tags] == [False, False, False, False, True]
    assert lexicon_version("xx") == "xx-3"


@pytest.mark.usefixtures("xx")
def test_its_words_are_explained() -> None:
    """On the page and in an evening, in its own words: a form by the meaning of its headword."""
    assert find_meaning("Feniu", "xx-XX") == "xo xo kio xo"
    one = TableInXx(voice(4.0), quiet(6.0), *SAY, said=["mi es mol", "ko meaning"])
    one.hold()
    one.close()
    assert any("mol" in text.casefold() and "xo xo xo xo" in text for text in one.mouth.said)
    assert_all_made_up(one.told(), "mol")


@pytest.mark.usefixtures("xx")
def test_an_evening_is_held_in_it() -> None:
    """Opener, question, reflection and closing are its own, with the person's word given back; nothing is English."""
    one = TableInXx(voice(4.0), quiet(9.0), voice(4.0), said=["mi es mol", "lo es mol"], count=2)
    first, second = one.hold().entries
    one.close()
    assert [entry.prompt and entry.prompt.id for entry in (first, second)] == ["opening-xx-first", "evening-xx-first"]
    assert [entry.language for entry in (first, second)] == ["xx", "xx"]
    assert ([m.lemma for m in first.mentions], second.mentions[0].experiencer) == (["mol"], Experiencer.OTHER)
    assert "mol" in first.reflection and "mol" not in second.reflection
    assert_all_made_up(one.told(), "mol")


@pytest.mark.usefixtures("xx")
@pytest.mark.parametrize("path", ["/", "/timeline", "/calendar", "/feelings", "/search", "/export"])
def test_the_page_speaks_it(path: str) -> None:
    """What stands on the page, and what is read out, is its own: dates, feelings, questions and all."""
    with open_page(load_phrases("xx")) as (desk, page):
        with desk.writing() as vault:
            said = make_entry("mi es mol", EVENING)
            found = find_mentions("mi es mol", "xx")
            vault.entries.add(replace(said, language="xx", mentions=found, prompt=None, reflection="", speaker=""))
        text = page.get(path).text
    code = r"<(code|style|script)\b.*?</\1>|<input[^>]*>"
    shown = re.sub(r"<[^>]*>", " ", re.sub(code, " ", text, flags=re.DOTALL))
    assert "xo" in shown and '<html lang="xx"' in text
    assert_all_made_up([html.unescape(shown)], "mi", "es", "mol")


@pytest.mark.usefixtures("xx")
def test_its_spoken_command_is_understood() -> None:
    """With the little words of the language around it; the English word is an answer."""
    one = TableInXx(*SAY, said=["Nu salu, bite."])
    assert one.hold().entries == ()
    one.close()
    assert one.phrases.command_in("Nu salu, bite.") == "skip"
    assert one.phrases.command_in("Skip.") is None


@pytest.mark.usefixtures("xx")
def test_a_sentence_to_take_along_is_in_it() -> None:
    """What the person said is found in the sentence, and put together in its words."""
    said = "Mi es mol kiam plu."
    begun = draft(replace(make_entry(said), language="xx", mentions=find_mentions(said, "xx")), said)
    assert begun == Draft("mol", "plu", "")
    assert shape(replace(begun, need="dormo"), "xx") == "mi es mol kiam plu, mi volas dormo."


@pytest.mark.usefixtures("xx")
def test_danger_is_noticed_in_it() -> None:
    """A phrase of its table, in any form of its verb; the numbers stand on the screen in its words."""
    one = TableInXx(voice(4.0), said=["mi zapiu mim"])
    one.hold()
    one.close()
    assert has_danger_table("xx") and find_danger("mi ne zapu mim", "xx") is None
    danger = find_danger("mi zapiu mim", "xx-XX")
    assert danger is not None and danger.of is DangerOf.LIFE
    assert any("000" in text and "Xolando" in text for text in one.screen.notices)
    assert_all_made_up(one.told())


@pytest.mark.usefixtures("xx")
def test_the_answer_decides_its_tagging_and_the_program_what_is_said() -> None:
    """An English answer in an evening of the other language is tagged as English, and answered in the other one."""
    one = TableInXx(voice(4.0), said=["I felt so sad"], spoken=ANY_LANGUAGE)
    (entry,) = one.hold().entries
    one.close()
    assert [m.lemma for m in entry.mentions] == ["sad"]
    assert "sad" in entry.reflection
    assert_all_made_up([entry.reflection], "sad")


def test_without_its_files_a_language_is_not_there() -> None:
    """The made-up one leaves no trace; English is what is said then, and nothing is tagged."""
    assert load_phrases("xx").language == "en"
    assert find_mentions("mi es mol", "xx") == () and not has_danger_table("xx")
    assert load_packs(Path("/nonexistent")).in_language(OPENERS, "xx").id == OPENERS
    assert find_language("xx").verb_forms("fenu") == {"fenu"}


def test_only_the_registry_imports_a_language() -> None:
    """No module outside of a language's folder names its package, and the registry names none by its code."""
    codes = {path.parent.name for path in (ROOT / "voicecheck" / "feelings").glob("*/lexicon.tsv")}
    assert "en" in codes
    for file in (ROOT / "voicecheck").rglob("*.py"):
        if file.parent.name in codes and file.parent.parent.name == "feelings":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            assert not [n for n in names if any(f"{n}.".startswith(f"voicecheck.feelings.{c}.") for c in codes)], file
