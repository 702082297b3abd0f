"""What an evening is given before it begins: its questions, help lines, whether a sentence is due."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.vault_samples import SPOKEN_AT, make_entry, make_vault
from voicecheck import clock
from voicecheck.checkin.help_lines import help_lines
from voicecheck.checkin.tonight import Tonight, danger_watch, sentence_due
from voicecheck.checkin.wishes import Wishes
from voicecheck.cli import main
from voicecheck.cli.app import App
from voicecheck.cli.checkin.command import _speakers, _usual_count
from voicecheck.domain import Asked, Did, Sitting, new_id
from voicecheck.errors import UsageError
from voicecheck.paths import find_paths
from voicecheck.prompts.packs import Packs, load_packs
from voicecheck.prompts.questions import DRAWN_AHEAD
from voicecheck.vault.vault import Vault

PACKS: Packs = load_packs(Path("/nonexistent"))


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def tonight(pack: str = "evening", asked_for: str | None = None) -> Tonight:
    found = PACKS.find(asked_for) if asked_for else None
    return Tonight(find_paths(), PACKS, PACKS.pack(pack), found)


def test_an_opener_and_then_the_pack(vault: Vault) -> None:
    """Two questions: one that asks for a word, one from the ladder; one asked by name comes without an opener."""
    questions = tonight("masks").questions(vault, opened=True)
    first = questions.next()
    questions.note(Did.FINISHED)
    assert (first.pack, questions.next().pack) == ("opening", "masks")
    assert tonight("masks", "load-money").questions(vault, opened=True).next().id == "load-money"
    assert tonight("masks").questions(vault, opened=False).next().pack == "masks"


def test_the_vault_knows_where_the_person_stands(vault: Vault) -> None:
    """After four finished evenings the question is of depth 3; on a locked evening it is one that was drawn then."""
    small = [p for p in PACKS.pack("evening").prompts if p.depth < 3]
    steps = tuple(Asked(p.id, Did.FINISHED) for p in (small[0], small[1], small[4], small[5]))
    vault.steps.add(Sitting(new_id(SPOKEN_AT), SPOKEN_AT, steps))
    open_evening = tonight()
    assert open_evening.questions(vault, opened=False).next().depth == 3
    open_evening.draw_ahead()
    assert tonight().questions(None, opened=False).next().depth == 3


def test_a_skip_on_a_locked_evening_is_known_on_the_next_locked_one(vault: Vault) -> None:
    """What was drawn ahead holds only smaller ones from then on, and never more than ids."""
    finished = [p for p in PACKS.pack("evening").prompts if p.depth < 3]
    steps = tuple(Asked(p.id, Did.FINISHED) for p in (finished[0], finished[1], finished[4], finished[5]))
    vault.steps.add(Sitting(new_id(SPOKEN_AT), SPOKEN_AT, steps))
    before = tonight()
    before.questions(vault, opened=False)
    before.draw_ahead()
    locked = tonight()
    questions = locked.questions(None, opened=False)
    assert questions.next().depth == 3
    questions.note(Did.SKIPPED)
    locked.draw_ahead()
    assert tonight().questions(None, opened=False).next().depth < 3
    assert list(json.loads(find_paths().drawn_file.read_bytes())) == ["prompts"]


def test_what_is_drawn_ahead_does_not_tell_the_pack(vault: Vault) -> None:
    """Whatever pack was asked from: as many questions of each, pack behind pack, also after a skip."""
    for pack in ("masks", "evening"):
        asking = tonight(pack)
        asking.questions(vault, opened=False).next()
        asking.draw_ahead()
        drawn = [
            PACKS.find(prompt_id).pack for prompt_id in json.loads(find_paths().drawn_file.read_bytes())["prompts"]
        ]
        assert drawn == sorted(drawn)
        assert {drawn.count(one.id) for one in PACKS.packs} == {DRAWN_AHEAD}
    locked = tonight("masks")
    questions = locked.questions(None, opened=False)
    questions.next()
    questions.note(Did.SKIPPED)
    locked.draw_ahead()
    left = [PACKS.find(prompt_id).pack for prompt_id in json.loads(find_paths().drawn_file.read_bytes())["prompts"]]
    assert left == sorted(left)


def test_only_questions_made_for_it_are_said_back() -> None:
    """The pack `listening`, or one question of it by name."""
    assert tonight("listening").can_be_said_back
    assert not tonight("evening").can_be_said_back
    assert tonight("evening", "listening-pain").can_be_said_back


def test_a_sentence_is_due_once_a_week(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """A week after the first entry, and then a week after each offer; with the vault locked on Sundays."""
    at = [SPOKEN_AT]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    assert not sentence_due(vault)
    vault.entries.add(make_entry())
    assert not sentence_due(vault)
    at[0] = SPOKEN_AT + timedelta(days=7)
    assert sentence_due(vault)
    vault.steps.mark_sentence_offered(at[0])
    assert not sentence_due(vault)
    at[0] += timedelta(days=7)
    assert sentence_due(vault)
    sundays = 0
    for day in range(7):
        at[0] = SPOKEN_AT + timedelta(days=day)
        sundays += sentence_due(None)
    assert sundays == 1


def test_a_broken_file_of_ones_own_stops_no_evening(capsys: pytest.CaptureFixture[str]) -> None:
    """Help lines fall back, the table goes on; the fault is named."""
    folder = find_paths().resources_folder
    folder.mkdir(parents=True)
    (folder / "heavy.en.toml").write_text("life = 3\n")
    (folder / "us.toml").write_text("number = \n")
    find_paths().settings_file.write_text('[help]\ncountry = "US"\n')
    assert danger_watch(App(), App().tell).heard_in("I want to kill myself", "en") is not None
    assert "heavy.en.toml" in capsys.readouterr().err
    assert any("findahelpline" in line for line in help_lines(App()))


def test_the_watch_can_be_switched_off() -> None:
    """`[help] offer = false`."""
    assert danger_watch(App(), App().tell).heard_in("I want to kill myself", "en") is not None
    find_paths().settings_file.parent.mkdir(parents=True, exist_ok=True)
    find_paths().settings_file.write_text("[help]\noffer = false\n")
    assert danger_watch(App(), App().tell).heard_in("I want to kill myself", "en") is None


@pytest.mark.parametrize("name", ["", "   ", "me", "ME ", "x" * 41, "a\x1b[2J"])
def test_a_name_that_cannot_be_used(name: str) -> None:
    """Empty, one's own, too long, or something that steers a terminal."""
    with pytest.raises(UsageError):
        _speakers(App(), name, asks=False)


@pytest.mark.parametrize("name", ["علی‌رضا", "Zoë", "क्\u200dष"])
def test_a_name_in_any_script(name: str) -> None:
    """Persian and Indian names are written with joiners, which steer nothing."""
    assert _speakers(App(), name, asks=False) == ("me", name)


def test_how_many_questions() -> None:
    """Two; one by name or for two people; with files one for each answer."""
    assert _usual_count(App(), Wishes(), 1) == 2
    assert _usual_count(App(), Wishes(prompt="evening-body"), 1) == 1
    assert _usual_count(App(), Wishes(), 2) == 1
    assert _usual_count(App(), Wishes(answers=(Path(),) * 3), 1) == 3
    assert _usual_count(App(), Wishes(answers=(Path(),) * 4), 2) == 2


# A whole evening, typed from a pipe


def typed(monkeypatch: pytest.MonkeyPatch, text: str, *options: str) -> int:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as pipe:
        pipe.write(text)
    with io.TextIOWrapper(os.fdopen(reader, "rb")) as stdin, monkeypatch.context() as patched:
        patched.setattr("sys.stdin", stdin)
        return main.run(["checkin", "--typed", "--no-speak", "--json", *options])


def test_two_people_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`checkin --with NAME`: one question, two answers, each with its speaker; then the ladder knows the question."""
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(tmp_path / "key"))
    assert typed(monkeypatch, "I was glad today.\n.\nI was tired.\n", "--with", "Kim") == 0
    first, second = json.loads(capsys.readouterr().out)["entries"]
    assert (first["speaker"], second["speaker"]) == ("me", "Kim")
    assert first["prompt"]["id"] == second["prompt"]["id"]
    assert [turn["speaker"] for turn in second["turns"]] == ["Kim"]
    assert main.run(["prompt", "next", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["id"] != first["prompt"]["id"] and found["reason"] == "same"
    assert main.run(["prompt", "next", "--why"]) == 0
    assert "about as deep" in capsys.readouterr().out


def test_answers_from_a_pipe_are_one_each(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is asked behind an answer where nobody is there to be asked."""
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(tmp_path / "key"))
    assert typed(monkeypatch, "I am fine.\n.\nI was sad when it rained.\n") == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert [entry["text"] for entry in entries] == ["I am fine.", "I was sad when it rained."]
    assert entries[0]["prompt"]["id"].startswith("opening-")
    assert entries[1]["local_date"] >= date(2026, 1, 1).isoformat()


@pytest.mark.parametrize("content", [b"sch\xf6n\n", b"I was glad.\n.\ncaf\xe9\n"])
def test_a_pipe_that_is_no_utf8_is_refused(
    content: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, no answer with letters made up or left out, and nothing that waits half."""
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(tmp_path / "key"))
    path = tmp_path / "typed"
    path.write_bytes(content)
    with path.open() as stdin, monkeypatch.context() as patched:
        patched.setattr("sys.stdin", stdin)
        assert main.run(["checkin", "--typed", "--no-speak", "--json"]) == 2
    assert "not text in UTF-8" in capsys.readouterr().err
    assert main.run(["entry", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
