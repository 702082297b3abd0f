"""The documents keep their word: every command in them is run, every link leads somewhere, every drawing is true."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest

from tests.docs import house
from tests.docs.pages import (
    PAGES,
    ROOT,
    Line,
    Shape,
    anchors_of,
    commands_of,
    inline_of,
    links_of,
    shapes_of,
)
from tests.docs.running import (
    BY_HAND,
    DEAR,
    NOT_RUN,
    ONLY_HELP,
    TYPED,
    WITH_SOUND,
    WITH_TWO_KEYS,
    WITHOUT_A_VAULT,
    Diary,
    Done,
    make_diary_home,
    of,
)
from tests.sound_samples import tone, write_wav
from voicecheck.cli.main import cli
from voicecheck.errors import ExitCode
from voicecheck.prompts.packs import load_packs

AT_ONCE = 4

LINES = [line for page in PAGES for line in commands_of(page)]
OURS = list({line.words[1:]: line for line in LINES if line.words[:1] == ("voicecheck",)}.values())
TWINS = {line: twin for line in OURS for twin in OURS if twin.words == (*line.words, "--json")}
OTHERS = [line for line in LINES if line.words[:1] != ("voicecheck",)]
SHAPES = [shape for page in PAGES for shape in shapes_of(page)]


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Diary:
    """Made once; each command gets a copy of its own."""
    needed = ("whisper/base", "whisper/tiny.en", "voice/en_US-joe-medium")
    missing = [name for name in needed if not (models_folder / name).is_dir()]
    if missing or shutil.which("espeak-ng") is None:
        pytest.skip(f"needs eSpeak NG and the models that script/setup fetches; missing: {missing}")
    return make_diary_home(tmp_path_factory.mktemp("diary"), models_folder)


@pytest.fixture(scope="module")
def runs(diary: Diary, request: pytest.FixtureRequest) -> Iterator[dict[Line, Future[Done]]]:
    """Every command, some at a time; those with sound where a virtual sound card can be had, in a room that hums."""
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        wanted = chosen(request.session)
        runs, loud = {}, [line for line in wanted if needs_sound(line)]
        if shutil.which("pulseaudio") and loud:
            sound = request.getfixturevalue("sound")
            room = sound.start_speaking(write_wav(diary.folder.with_name("room.wav"), tone(120.0, 0.01, 120.0)))
            stack.callback(room.wait)
            stack.callback(room.terminate)
            runs = {line: pool.submit(run_line, diary, line, sound.env) for line in loud}
        runs |= {line: pool.submit(run_line, diary, line) for line in wanted if not needs_sound(line)}
        stack.callback(pool.shutdown, cancel_futures=True)
        yield runs


def chosen(session: pytest.Session) -> list[Line]:
    """The commands that the tests of this run ask for: all, or those that `-k` left."""
    values = [item.callspec.params for item in session.items if hasattr(item, "callspec")]
    asked = {line_of(one["shape"]) if "shape" in one else one.get("line") for one in values}
    wanted = {instead(line) for line in OURS if line in asked}
    return [line for line in OURS if line in wanted]


def instead(line: Line) -> Line:
    """What is run in the place of a line that takes long."""
    return TWINS.get(line, line) if of(dict.fromkeys(DEAR, True), line.words[1:]) else line


def line_of(shape: Shape) -> Line:
    return next(line for line in OURS if line.words == shape.command.words)


def needs_sound(line: Line) -> bool:
    return of(dict.fromkeys(WITH_SOUND, True), line.words[1:]) is not None


def run_line(diary: Diary, line: Line, environment: dict[str, str] | None = None) -> Done:
    """The command of a line, as a person types it, in a copy of the diary."""
    words = line.words[1:]
    with tempfile.TemporaryDirectory(prefix="docs") as name:
        folder = Path(name) / "copy"
        shutil.copytree(diary.folder, folder)
        copy = Diary(folder, diary.models)
        if of(ONLY_HELP, words):
            resolve(line)
            return copy.run([*words, "--help"])
        if of(dict.fromkeys(WITHOUT_A_VAULT, True), words):
            shutil.rmtree(folder / "home" / "vault")
            (folder / "vault.key").unlink()
            environment = {"VOICECHECK_KEY_FILE": ""}
        if of(dict.fromkeys(WITH_TWO_KEYS, True), words):
            assert copy.run(["vault", "slots", "add", "key-file", "second.key"]).code == 0
        if words[:2] == ("model", "import"):
            environment = {"VOICECHECK_MODELS": str(folder / "models")}
        by_hand = of(BY_HAND, words)
        if by_hand:
            return copy.converse(copy.fill(words), by_hand, **(environment or {}))
        return copy.run(copy.fill(words), of(TYPED, words) or "", **(environment or {}))


def test_the_environment_of_a_command_is_that_of_the_start(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pytest changes for another test meanwhile does not reach a command that runs on a thread."""
    monkeypatch.setenv("ANOTHER_TEST", "1")
    assert "ANOTHER_TEST" not in diary.environment


@pytest.mark.parametrize("line", OURS, ids=lambda line: f"{line.where} {line.text.split('#')[0].strip()}")
def test_every_command_in_the_documents_works(line: Line, runs: dict[Line, Future[Done]]) -> None:
    """Each `voicecheck` line does what it says it does, as far as its exit code tells, with no fault in it."""
    line = instead(line)
    if line not in runs:
        pytest.skip("needs a virtual sound card: apt-get install pulseaudio pulseaudio-utils libasound2-plugins")
    done = runs[line].result()
    assert done.code == 0, f"{line.where}: {line.text}\n{done.errors}"
    assert "has a fault" not in done.errors


@pytest.mark.parametrize("line", OTHERS, ids=lambda line: f"{line.where} {line.text.split('#')[0].strip()}")
def test_every_other_line_is_a_script_of_ours_or_named_as_not_run(line: Line) -> None:
    """A script in the documents is there and can be started; what is for other machines is listed, with the reason."""
    first, *rest = line.text.partition(" #")[0].split()
    if first.startswith("script/"):
        assert os.access(ROOT / first, os.X_OK), line.where
        if first == "script/bench" and rest:
            assert (ROOT / "benchmarks" / f"{rest[0]}.py").is_file(), line.where
    elif first == "python" and rest[0] != "-m":
        assert (ROOT / rest[0]).is_file(), line.where
    else:
        assert first in NOT_RUN, f"{line.where}: no rule for {line.text!r}; see tests/docs/running.py"


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_commands_in_the_text_are_there_with_their_options(document: Path) -> None:
    """`voicecheck NOUN VERB --option` between backticks names a command and options that the program has."""
    for line in inline_of(document):
        if line.text.startswith("voicecheck ") and line.words[1] != "COMMAND":
            resolve(line)


def resolve(line: Line) -> click.Command:
    command, context = cli, click.Context(cli)
    for word in line.words[1:]:
        if word.startswith("-"):
            known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
            assert word.split("=")[0] in known, f"{line.where}: {line.text} has no {word}"
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            assert found is not None, f"{line.where}: there is no command {line.text!r}"
            command = found
    return command


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif not command.hidden:
            yield " ".join((*path, name))


def test_every_command_of_the_program_stands_in_the_list() -> None:
    """docs/commands.md names each one, in a line that is run."""
    listed = {
        " ".join(line.words[1 : 1 + size]) for line in commands_of(ROOT / "docs" / "commands.md") for size in (1, 2, 3)
    }
    assert set(commands(cli)) <= listed


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Each link between the documents names a file that is there, and a heading in it."""
    for target, anchor in links_of(document):
        file = (document.parent / target).resolve() if target else document
        assert file.exists(), f"{document.name}: {target}"
        assert not anchor or anchor in anchors_of(file), f"{document.name}: {target}#{anchor}"


def test_exit_codes_are_those_of_the_program() -> None:
    """The table of the contract has the program's numbers, each once."""
    page = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    table = page.partition("| exit code | meaning |")[2]
    assert re.findall(r"^\| (\d+) \|", table, re.MULTILINE) == [str(code.value) for code in ExitCode]


def test_the_drawing_of_the_house_is_that_of_the_code() -> None:
    """Picture and list are what `script/house` makes of today's modules and layers."""
    assert house.homeless() == set()
    assert house.PICTURE.read_text(encoding="utf-8") == house.drawing()
    assert house.PAGE.read_text(encoding="utf-8") == house.page_with(house.listing())


def test_what_it_is_said_to_say_it_says() -> None:
    """Every sentence that troubleshooting.md quotes is one that the program can say, with anything in its gaps."""
    page = ROOT / "docs" / "troubleshooting.md"
    quoted = [line.text for line in inline_of(page) if re.search(r"[a-z] .*(\.|\.\.\.)$", line.text)]
    assert len(quoted) > 12
    sayings = list(sentences())
    assert [text for text in quoted if not any(saying.fullmatch(text) for saying in sayings)] == []


def sentences() -> Iterator[re.Pattern[str]]:
    """Each text in the code and the phrases, with a gap for each value that is put in."""
    texts = [text for group in ("screen", "spoken", "terminal") for text in strings_of(phrases_table()[group])]
    parts = [re.split(r"\{\w+\}", text) for text in texts]
    for path in (ROOT / "voicecheck").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts.append([str(one.value) if isinstance(one, ast.Constant) else "" for one in node.values])
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                parts.append([node.value])
    for pieces in parts:
        if len("".join(pieces)) > 8:
            yield re.compile(".*".join(re.escape(piece) for piece in pieces))


def phrases_table() -> dict[str, Any]:
    return tomllib.loads((ROOT / "voicecheck" / "phrases" / "en.toml").read_text(encoding="utf-8"))


def strings_of(table: dict[str, Any]) -> Iterator[str]:
    for value in table.values():
        yield from [value] if isinstance(value, str) else value


def test_the_recorded_evening_is_of_today() -> None:
    """Its question stands in the pack, and what the screen says in the phrases; else take it anew: script/record."""
    words = {name: words_in(ROOT / "docs" / "pictures" / name) for name in ("evening.svg", "evening-moving.svg")}
    question = next(p for p in load_packs(ROOT / "none") if p.id == "evening-unsaid").text
    said = phrases_table()["screen"]
    assert all(question in text for text in words.values())
    assert said["state_stored"] in words["evening.svg"]
    for key in ("state_listening", "state_thinking", "keys_listening", "help_in_reach", "state_storing"):
        assert said[key] in words["evening-moving.svg"], key


def words_in(picture: Path) -> str:
    """The text of a drawing, row behind row."""
    root = ElementTree.parse(picture).getroot()
    return " ".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "pictures").glob("*.svg")), ids=lambda path: path.name)
def test_drawings_load_nothing(picture: Path) -> None:
    """A drawing asks no other computer for a font, a picture or a script."""
    drawn = picture.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\(|<script|@import|<image|<use", drawn)


def test_every_page_can_be_reached_from_the_index() -> None:
    """docs/README.md leads to all of docs/."""
    reached = {target for target, _ in links_of(ROOT / "docs" / "README.md")}
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"} <= reached


def test_the_front_page_is_short() -> None:
    """README.md is read in the evening, by somebody who is tired."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.command.where)
def test_json_in_the_documents_has_the_keys_that_the_program_prints(
    shape: Shape, runs: dict[Line, Future[Done]]
) -> None:
    """Every key that a page shows is printed, and every key that is printed is shown."""
    printed = runs[line_of(shape)].result().out
    documents = [json.loads(line) for line in printed.splitlines() if line.startswith(("{", "["))]
    assert differences(shape.value, documents[0]) == []


def differences(shown: Any, printed: Any, where: str = "") -> list[str]:
    """Where two documents differ in their keys; of a list its first element stands for all, null for anything."""
    if isinstance(shown, dict) and isinstance(printed, dict):
        if "..." in shown:  # its keys are data
            return [one for value in printed.values() for one in differences(shown["..."], value, f"{where}.*")]
        found = [f"{where}.{key}" for key in shown.keys() ^ printed.keys()]
        return found + [
            one
            for key in shown.keys() & printed.keys()
            for one in differences(shown[key], printed[key], f"{where}.{key}")
        ]
    if isinstance(shown, list) and isinstance(printed, list):
        return differences(shown[0], printed[0], f"{where}[]") if shown and printed else []
    if shown is None or printed is None or isinstance(printed, type(shown)) or isinstance(shown, type(printed)):
        return []
    return [] if isinstance(shown, int | float) and isinstance(printed, int | float) else [where]
