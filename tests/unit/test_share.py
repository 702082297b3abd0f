"""One sentence to take along: shaped from the person's own words, saved alone, and recorded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.vault_samples import make_entry
from voicecheck.cli.app import App
from voicecheck.cli.entry.entry import entry as entry_group
from voicecheck.diary.sentence import Draft, draft, sentences, shape
from voicecheck.domain import Turn, TurnKind
from voicecheck.errors import UsageError
from voicecheck.feelings.mentions import find_mentions
from voicecheck.paths import find_paths
from voicecheck.text.untrusted import can_be_shown
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile, create_key_file
from voicecheck.vault.vault import Vault

TEXT = "We had dinner late. I felt overlooked when you went on with the phone. She was tired. Then I slept."
PARTS = "I felt overlooked\nwhen the phone was on the table\ntwenty minutes without it\n"
SENTENCE = "I felt overlooked when the phone was on the table, what I need is twenty minutes without it."


def spoken(text: str):
    entry = make_entry(text)
    turn = Turn(TurnKind.ANSWER, text)
    return replace(entry, turns=(turn,), mentions=find_mentions(text))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (Draft("sad", "you left", "a word before"), "I felt sad when you left, what I need is a word before."),
        (Draft("I felt tired", "when it rained.", ""), "I felt tired when it rained."),
        (Draft("", "it rains", "an umbrella"), "When it rains, what I need is an umbrella."),
        (Draft("glad", "", ""), "I felt glad."),
        (Draft("", "", "to be asked"), "What I need is to be asked."),
        (Draft("lonely\x1b[2J", "you\nleft", ""), "I felt lonely [2J when you left."),
        (Draft("می‌ترسم", "", ""), "I felt می‌ترسم."),  # Persian is written with a joiner
        (Draft(), ""),
    ],
)  # fmt: skip
def test_the_shape(parts: Draft, sentence: str) -> None:
    """What is empty is left out, what the shape brings itself is not said twice, and nothing steers a terminal."""
    assert shape(parts) == sentence


def test_what_the_sentence_already_says_is_filled_in() -> None:
    """The speaker's own feeling and what stands behind "when"; never another's feeling."""
    entry = spoken(TEXT)
    assert sentences(entry.text)[1] == "I felt overlooked when you went on with the phone."
    assert draft(entry, sentences(entry.text)[1]) == Draft("overlooked", "you went on with the phone", "")
    assert draft(spoken("She was tired. I had soup."), "She was tired.") == Draft()
    assert draft(spoken("My heart sank when she called."), "My heart sank when she called.") == Draft("", "she called")


@given(st.text(max_size=200), st.text(max_size=80), st.text(max_size=80))
def test_any_words_make_one_line_or_none(felt: str, when: str, need: str) -> None:
    """Whatever is typed: one printable line that ends in a full stop, or nothing."""
    said = shape(Draft(felt, when, need))
    assert said == "" or (all(map(can_be_shown, said)) and said.endswith("."))
    assert "\n" not in said


@pytest.fixture
def key_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "key"
    create_key_file(path)
    create_vault(find_paths(), KeyFile(path))
    yield path


def keep(key_file: Path) -> str:
    from voicecheck.vault.keys.slots import KeySlots

    key = KeySlots.load(find_paths().slots_file).unlock(KeyFile(key_file))
    with Vault.open(find_paths(), key) as vault:
        return vault.entries.add(spoken(TEXT)).id


def shares(key_file: Path, entry_id: str) -> tuple[str, ...]:
    from voicecheck.vault.keys.slots import KeySlots

    key = KeySlots.load(find_paths().slots_file).unlock(KeyFile(key_file))
    with Vault.open(find_paths(), key) as vault:
        return tuple(how for _, how in vault.shares.of(entry_id))


def test_saved_alone(key_file: Path, tmp_path: Path) -> None:
    """The file holds the sentence and nothing else, 0600 whatever the umask; the act is in the vault."""
    entry_id, path = keep(key_file), tmp_path / "sentence.txt"
    before = os.umask(0)
    try:
        arguments = ["share", entry_id, "--save", str(path), "--key-file", str(key_file)]
        done = CliRunner().invoke(entry_group, arguments, obj=App(), input=PARTS)
    finally:
        os.umask(before)
    assert done.exit_code == 0, done.output
    assert path.read_text() == SENTENCE + "\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "overlooked" not in done.output
    assert shares(key_file, entry_id) == ("saved",)


def test_nothing_is_overwritten(key_file: Path, tmp_path: Path) -> None:
    """A file that is there stays as it is, and nothing is recorded."""
    entry_id, path = keep(key_file), tmp_path / "sentence.txt"
    path.write_text("mine")
    done = CliRunner().invoke(
        entry_group, ["share", entry_id, "--save", str(path), "--key-file", str(key_file)], obj=App(), input=PARTS
    )
    assert isinstance(done.exception, UsageError)
    assert path.read_text() == "mine"
    assert shares(key_file, entry_id) == ()


def test_an_empty_sentence_is_not_taken_along(key_file: Path, tmp_path: Path) -> None:
    """No words, no file, no record."""
    entry_id, path = keep(key_file), tmp_path / "sentence.txt"
    done = CliRunner().invoke(
        entry_group, ["share", entry_id, "--save", str(path), "--key-file", str(key_file)], obj=App(), input="\n\n\n"
    )
    assert done.exit_code == 0
    assert not path.exists()
    assert shares(key_file, entry_id) == ()


def test_it_says_what_is_missing(key_file: Path) -> None:
    """Without a terminal, what is to become of the sentence has to be named."""
    done = CliRunner().invoke(
        entry_group, ["share", keep(key_file), "--key-file", str(key_file)], obj=App(), input=PARTS
    )
    assert isinstance(done.exception, UsageError)


def test_a_place_that_takes_no_file_loses_no_sentence(
    key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is not there, a file that is: a person is asked for another place; the sentence is shaped once."""
    entry_id, taken, path = keep(key_file), tmp_path / "taken.txt", tmp_path / "sentence.txt"
    taken.write_text("mine")
    answers: list[object] = [1, "calm", "it rained", "rest", str(taken), "~nobody-of-that-name/x", str(path)]
    monkeypatch.setattr(App, "interactive", True)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: answers.pop(0))
    arguments = ["share", entry_id, "--save", str(tmp_path / "missing" / "x"), "--key-file", str(key_file)]
    done = CliRunner().invoke(entry_group, arguments, obj=App())
    assert done.exit_code == 0, done.output
    assert (path.read_text(), taken.read_text()) == ("I felt calm when it rained, what I need is rest.\n", "mine")
    assert shares(key_file, entry_id) == ("saved",)
    assert answers == []
