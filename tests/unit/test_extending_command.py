"""The recipe "How to add a spoken command" of docs/extending.md, followed to the letter and used."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest

import voicecheck
from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import LONG, PLAN, SAY, TWO, Table
from voicecheck.checkin import commands, course
from voicecheck.checkin.commands import MOVES
from voicecheck.checkin.course import Command, Course, Line
from voicecheck.checkin.dialogue import step
from voicecheck.checkin.events import Begin, Event, Given, Spoken, TurnEnded, TurnWritten
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.plan import Evening
from voicecheck.checkin.ports import LinesOver, TypedLine
from voicecheck.checkin.state import State
from voicecheck.phrases import Phrases

PACKAGE = Path(voicecheck.__file__).parent
DOCUMENT = (PACKAGE.parent / "docs" / "extending.md").read_text(encoding="utf-8")
RECIPE = DOCUMENT.split("## How to add a spoken command")[1].split("\n## ")[0]
ASK = "Is this the last question, please?"


def add_member(monkeypatch: pytest.MonkeyPatch, enum: type[StrEnum], name: str, value: str) -> StrEnum:
    """As its line in the file would: found by its name and by its value."""
    member = str.__new__(enum, value)
    member._name_, member._value_ = name, value
    monkeypatch.setitem(enum._value2member_map_, value, member)
    monkeypatch.setattr(enum, name, member, raising=False)
    return member


@pytest.fixture
def phrases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Phrases:
    """The recipe's three steps, the first in a phrase file of the test's own."""
    (rows,) = re.findall(r"```toml\n(.*?)```", RECIPE, re.DOTALL)
    names, move, row = re.findall(r"```python\n(.*?)```", RECIPE, re.DOTALL)
    text = (PACKAGE / "phrases" / "en.toml").read_text(encoding="utf-8")
    for head, added in re.findall(r"^(\[\w+\]\n)(.*?)(?=^\[\w+\]\n|\Z)", rows, re.DOTALL | re.MULTILINE):
        assert text.count(f"\n{head}") == 1
        text = text.replace(f"\n{head}", f"\n{head}{added}")
    file = tmp_path / "en.toml"
    file.write_text(text, encoding="utf-8")
    for enum, members in re.findall(r"class (\w+)\(StrEnum\):\n((?:    .*\n)+)", names):
        for name, value in re.findall(r"(\w+) = \"(\w+)\"", members):
            add_member(monkeypatch, getattr(course, enum), name, value)
    place = dict(vars(commands))
    exec(move, place)
    command, moves = re.findall(r"case (\S+):\n +return (.*)\n", row)[0]
    monkeypatch.setitem(MOVES, eval(command, place), eval(moves, place))
    return msgspec.toml.decode(file.read_bytes(), type=Phrases)


def hold(one: Table, phrases: Phrases) -> Evening:
    return Checkin(one.plan, replace(one.rooms(), phrases=phrases), one.world).run()  # type: ignore[arg-type]


def heard(phrases: Phrases) -> TurnWritten:
    return TurnWritten(words=True, sound=False, command=Command(phrases.command_in(ASK) or ""))


def test_an_evening_with_the_new_command(table: type[Table], phrases: Phrases) -> None:
    """Said at either question it is replied to, and the question waits; what is kept is the answers alone."""
    one = table(*SAY, voice(4.0), quiet(8.0), *SAY, voice(4.0), plan=TWO)
    one.transcriber.replies.extend(["How many questions are left?", LONG, ASK, LONG])
    entries = hold(one, phrases).entries
    assert [entry.text for entry in entries] == [LONG, LONG]
    replies = [*phrases.spoken["more_questions"], *phrases.spoken["last_question"]]
    assert [said for said in one.mouth.said if said in replies] == replies
    assert {entry.id for entry in one.kept()} == {entry.id for entry in entries}
    assert one.sealed == [], "what was said as a command is gone with the evening"


def test_it_was_an_answer_after_all(table: type[Table], phrases: Phrases) -> None:
    """ "That was my answer" takes the new command back as it does any other."""
    one = table(*SAY, *SAY, voice(4.0), plan=PLAN)
    one.transcriber.replies.extend([ASK, "That was my answer.", LONG])
    assert [entry.text for entry in hold(one, phrases).entries] == [ASK, LONG]


def test_the_new_command_is_typed(table: type[Table], phrases: Phrases) -> None:
    """The same for who types, and in whatever case it comes."""
    one = table(*map(TypedLine, ("HOW MANY MORE?", None, "I was tired.", None)), LinesOver())
    one.type_instead()
    (entry,) = hold(one, phrases).entries
    assert entry.text == "I was tired."
    assert phrases.spoken["last_question"][0] in one.mouth.said


def test_what_the_row_does_not_name(phrases: Phrases) -> None:
    """By key it does nothing while one speaks, and said in a pause it leaves the pause as it is."""
    state = played(Begin(), Spoken())
    assert step(state, Given(heard(phrases).command or Command.HELP)) == (state, ())
    paused = played(Begin(), Spoken(), Given(Command.PAUSE), TurnWritten(words=False, sound=False), Spoken())
    after = played(TurnEnded(), heard(phrases), state=paused)
    assert after == paused


def played(*events: Event, state: State | None = None) -> State:
    state = state or State(Course())
    for event in events:
        state, _ = step(state, event)
    return state


def test_the_recipe_names_every_file() -> None:
    """Three files, each there; and the words that a test of the phrases asks for are in the recipe."""
    files = re.findall(r"^\*\*\d\. .*?`(voicecheck/\S+)`", RECIPE, re.MULTILINE)
    assert len(files) == 3
    assert all((PACKAGE.parent / file).is_file() for file in files)
    (rows,) = re.findall(r"```toml\n(.*?)```", RECIPE, re.DOTALL)
    assert {*tomllib.loads(rows)["spoken"]}.isdisjoint({*Line})


def test_no_command_without_a_row() -> None:
    """The table is closed: no name that a person may say passes for another."""
    assert set(MOVES) == set(Command)
