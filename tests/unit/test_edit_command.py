"""`entry edit` at the front door: the page, the person's own editor, and what was typed comes back."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.unit.test_vault_cli import keep, key_file, terminal  # noqa: F401 - fixtures
from tests.vault_samples import CANARY, make_entry
from voicecheck.cli.entry import editing
from voicecheck.cli.entry.editing import write_on_page
from voicecheck.cli.main import run
from voicecheck.cli.terminal import editor, memory
from voicecheck.diary.editing import edit_text
from voicecheck.domain import Entry, Turn, TurnKind
from voicecheck.errors import UsageError, VaultBusyError
from voicecheck.paths import find_paths
from voicecheck.phrases import Phrases, load_phrases
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

Output = pytest.CaptureFixture[str]
PHRASES = load_phrases()
pytestmark = pytest.mark.usefixtures("key_file")


# The page


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (" And glad.\x13", "Calm. And glad."),
        ("\x03", None),
        (" And glad.\x03 Yes.\x13", "Calm. And glad. Yes."),
        (" And glad.\x03\x03", None),
    ],
)
def test_page(keys: str, text: str | None) -> None:
    """Ctrl-S keeps; Ctrl-C leaves it as it was, and asks once more where something was changed."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        assert write_on_page(PHRASES, "Calm.") == text


# The person's own editor


@pytest.fixture
def fake_vim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that notes how it was called, leaves a file beside the text, and writes."""
    vim = tmp_path / "vim"
    vim.write_text(
        "#!/bin/sh\n"
        f'for last; do :; done; printf "%s " "$@" > {tmp_path}/called; echo "$HOME" > {tmp_path}/home\n'
        f'stat -c %a "$(dirname "$last")" "$last" > {tmp_path}/modes\n'
        'cp "$last" "$HOME/.viminfo"; printf "edited " >> "$last"\n'
    )
    vim.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(vim))
    return tmp_path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows what lies in memory")
def test_editor_leaves_nothing(fake_vim: Path) -> None:
    """Its file and its home are a private folder in memory, swap and history are off, and then all of it has gone."""
    assert editor.write_in_editor("Calm. ", PHRASES) == editor.Written("Calm. edited ")
    called = (fake_vim / "called").read_text()
    assert "-n -i NONE" in called
    assert "nobackup" in called
    folder = Path((fake_vim / "home").read_text().strip())
    assert memory._file_system_of(folder.parent, memory._mounts()) in memory.MEMORY_FILE_SYSTEMS
    assert (fake_vim / "modes").read_text().split() == ["700", "600"]
    assert str(folder) in called
    assert not folder.exists()


def test_editor_that_fails(fake_vim: Path) -> None:
    """An editor that ends with an error changes nothing, and its file has gone."""
    (fake_vim / "vim").write_text(f'#!/bin/sh\necho "$HOME" > {fake_vim}/home\nexit 1\n')
    with pytest.raises(Exception, match="nothing is changed"):
        editor.write_in_editor("Calm.", PHRASES)
    assert not Path((fake_vim / "home").read_text().strip()).exists()


def test_editor_that_detaches(fake_vim: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that is still open comes back at once: the text waits for it, and is what was saved there."""
    (fake_vim / "vim").write_text(f'#!/bin/sh\nfor last; do :; done\necho "$last" > {fake_vim}/path\n')

    def save_and_close(told: str) -> None:
        assert "still open" in told
        Path((fake_vim / "path").read_text().strip()).write_text("Calm. Saved later.")

    monkeypatch.setattr(editor, "wait_for_enter", save_and_close)
    assert editor.write_in_editor("Calm.", PHRASES).text == "Calm. Saved later."
    assert not Path((fake_vim / "path").read_text().strip()).exists()


@pytest.mark.parametrize(
    ("script", "text", "doubt"),
    [
        (r"""printf 'Calm. Half' > "$last"; exit 1""", "Calm. Half", PHRASES.write("editor_ended_badly")),
        (r'''printf 'caf\351' > "$last"''', r"caf\xe9", PHRASES.write("editor_not_utf8")),
        (r'''printf 'caf\303\251' > "$last"''', "café", ""),
        (r'''printf '\357\273\277Glad.' > "$last"''', "Glad.", ""),
        ('rm "$last"; printf \'Glad.\' > "$last"', "Glad.", ""),
    ],
)
def test_what_an_editor_saved_is_never_lost(fake_vim: Path, script: str, text: str, doubt: str) -> None:
    """It failed after saving, saved in another encoding, with a mark, or into a new file: the text comes back."""
    (fake_vim / "vim").write_text(f"#!/bin/sh\nfor last; do :; done\n{script}\n")
    assert editor.write_in_editor("Calm.", PHRASES) == editor.Written(text, doubt)


def test_arguments_of_the_editor(fake_vim: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go along, ours behind them; an open quotation mark, and what would keep a copy, is one sentence."""
    monkeypatch.setenv("VISUAL", f"'{fake_vim / 'vim'}' '+set nowrap' -R")
    command = editor.editor_command()
    assert command[1:3] == ["+set nowrap", "-R"] and command[3:] == list(editor.TRACELESS["vim"])
    assert "-f" in command
    for broken in ("'open", f"{fake_vim / 'vim'} -w keys", f"{fake_vim / 'vim'} -W keys"):
        monkeypatch.setenv("VISUAL", broken)
        with pytest.raises(UsageError):
            editor.editor_command()


# What was typed comes back


class Page:
    """A person at the page to write on: what they see, and what they do about it."""

    def __init__(self, *turns: Callable[[], str | None]) -> None:
        self._turns = list(turns)
        self.seen: list[tuple[str, str]] = []

    def __call__(self, _: Phrases, text: str, before: str | None = None, told: str = "") -> str | None:
        self.seen.append((text, told))
        return self._turns.pop(0)()


def delete_it() -> str:
    with vault_of_the_test() as vault:
        vault.entries.delete(vault.entries.list()[0].id)
    return "Typed for an hour."


def change_it() -> str:
    with vault_of_the_test() as vault:
        edit_text(vault, vault.entries.list()[0], "Changed elsewhere.", datetime.now(UTC))
    return "Typed for an hour."


def vault_of_the_test() -> Vault:
    slots = KeySlots.load(find_paths().slots_file)
    return Vault.open(find_paths(), slots.unlock(KeyFile(Path(os.environ["VOICECHECK_KEY_FILE"]))))


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (delete_it, "No entry has this id"),
        (change_it, "changed elsewhere"),
        (lambda: "x" * 200_001, "too long"),
        (lambda: " ", "Nothing is left"),
    ],
)
def test_a_failing_save_gives_the_text_back(
    first: Callable[[], str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:
    """Deleted or changed in another window, or nothing that can be kept: the page shows it again, with the reason."""
    keep(make_entry())
    typed_text: list[str] = []

    def type_it() -> str:
        typed_text.append(first())
        return typed_text[0]

    page = Page(type_it, lambda: None)
    monkeypatch.setattr(editing, "write_on_page", page)
    assert run(["entry", "edit", "last"]) != 0
    assert page.seen[1][0] == typed_text[0]
    assert reason in page.seen[1][1] and PHRASES.write("edit_not_kept") in page.seen[1][1]
    assert "Typed" not in capsys.readouterr().err


@pytest.mark.usefixtures("terminal")
def test_a_fault_of_ours_gives_the_text_back(
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:
    """Whatever goes wrong inside; tried once more, it is kept."""
    keep(make_entry())
    faults: list[BaseException] = [RuntimeError(CANARY), VaultBusyError("Busy.", "Wait.")]

    def fail(*arguments: Any) -> Entry:
        if faults:
            raise faults.pop(0)
        return edit_text(*arguments)

    monkeypatch.setattr("voicecheck.diary.editing.edit_text", fail)
    page = Page(*[lambda: "Typed for an hour."] * 3)
    monkeypatch.setattr(editing, "write_on_page", page)
    assert run(["entry", "edit", "last", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "Typed for an hour."
    assert [text for text, _ in page.seen[1:]] == ["Typed for an hour."] * 2
    assert "Busy. Wait." in page.seen[2][1] and CANARY not in page.seen[1][1]


@pytest.mark.parametrize(("keys", "text"), [("\x13", "Typed."), ("\x03\x03", None), (" More.\x13", "Typed. More.")])
def test_page_with_a_reason(keys: str, text: str | None) -> None:
    """What came back can be kept as it stands, changed, or given up after one more question."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        assert write_on_page(PHRASES, "Typed.", "Calm.", "Busy. \x1b[2J") == text


def test_editors_that_keep_traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown editor, a missing one, none at all, and a `vi` that is no vim: each is refused, with a way."""
    other = tmp_path / "code"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755 | stat.S_IXUSR)
    (tmp_path / "vi").symlink_to(other)
    for name in (str(other), str(tmp_path / "vi"), str(tmp_path / "missing"), ""):
        monkeypatch.setenv("VISUAL", name)
        monkeypatch.delenv("EDITOR", raising=False)
        with pytest.raises(UsageError) as caught:
            editor.editor_command()
        assert "--editor" in caught.value.hint


def test_memory_is_told_by_the_kernel() -> None:
    """A folder counts as memory by the mount nearest to it, whatever its name."""
    mounts = {Path("/"): "ext4", Path("/dev/shm"): "tmpfs", Path("/dev/shm/disk"): "ext4"}
    assert memory._file_system_of(Path("/dev/shm/x"), mounts) == "tmpfs"
    assert memory._file_system_of(Path("/dev/shm/disk/x"), mounts) == "ext4"
    assert memory._file_system_of(Path("/home/x"), mounts) == "ext4"


def test_editor_needs_a_terminal(capsys: Output) -> None:
    """From a pipe there is no editor."""
    keep(make_entry())
    assert run(["entry", "edit", "last", "--editor"]) == 2
    assert "pipe" in capsys.readouterr().err


# One sentence for good


def forgettable() -> str:
    """An entry of two sentences, once edited; its id."""
    (kept,) = keep(make_entry(f"I was calm. Then {CANARY} came by."))
    with vault_of_the_test() as vault:
        edit_text(vault, kept, f"I was glad. Then {CANARY} came by.", datetime.now(UTC))
    return kept.id


def texts_kept() -> list[str]:
    with vault_of_the_test() as vault:
        return [one.text for one in vault.revisions.of(vault.entries.list()[0].id)]


def test_a_sentence_is_chosen_and_taken_back(terminal: list[str], capsys: Output) -> None:  # noqa: F811
    """From a list on a screen of its own, after one question; what deletion reaches is said."""
    forgettable()
    terminal += ["2", "y"]
    assert run(["entry", "edit", "last", "--forget"]) == 0
    assert texts_kept() == ["I was calm.", "I was glad."]
    assert "Gone from the vault" in capsys.readouterr().err


@pytest.mark.parametrize("typed", [["0"], ["2", "n"]])
def test_no_sentence_is_taken_back(typed: list[str], terminal: list[str], capsys: Output) -> None:  # noqa: F811
    """Enter alone and a no leave everything."""
    forgettable()
    terminal += typed
    assert run(["entry", "edit", "last", "--forget"]) == 0
    assert CANARY in "".join(texts_kept())
    assert PHRASES.write("edit_unchanged") in capsys.readouterr().err


def test_a_struck_through_sentence_is_offered(terminal: list[str]) -> None:  # noqa: F811
    """What stands in an earlier form of the text alone is behind the others in the list."""
    forgettable()
    terminal += ["3", "y"]
    assert run(["entry", "edit", "last", "--forget"]) == 0
    assert texts_kept() == [f"Then {CANARY} came by.", f"I was glad. Then {CANARY} came by."]


@pytest.mark.parametrize("given", [f"then {CANARY} came by", "2"])
def test_a_program_gives_the_sentence(given: str, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """On standard input, never as an argument, and with --yes; the entry as it is then is printed."""
    forgettable()
    monkeypatch.setattr("voicecheck.cli.entry.forgetting.stdin_text", lambda: f"{given}\n")
    assert run(["entry", "edit", "last", "--forget"]) == 2
    assert CANARY in "".join(texts_kept())
    assert run(["entry", "edit", "last", "--forget", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "I was glad."
    assert texts_kept() == ["I was calm.", "I was glad."]
    monkeypatch.setattr("voicecheck.cli.entry.forgetting.stdin_text", lambda: f"then {CANARY} came by")
    assert run(["entry", "edit", "last", "--forget", "--yes"]) == 1
    assert "does not stand in the entry" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--forget", "--editor"], ["--yes"]])
@pytest.mark.usefixtures("terminal")
def test_options_that_do_not_go_together(options: list[str]) -> None:
    """To edit and to take back are two things; --yes without --forget would be a yes to nothing."""
    assert run(["entry", "edit", "last", *options]) == 2


def test_words_beside_the_answer_are_taken_in(capsys: Output, key_file: KeyFile) -> None:  # noqa: F811
    """`entry show` shows them beside the text, `--take-in` makes them part of it; a second time there is nothing."""
    beside = Turn(TurnKind.ASIDE, "I was lonely at lunch.", (), "", 0, 16_000)
    plain = make_entry()
    keep(replace(plain, turns=(*plain.turns, beside)))
    run(["entry", "show", "last"])
    assert "somebody said “I was lonely at lunch.”" in " ".join(capsys.readouterr().out.split())
    assert run(["entry", "edit", "last", "--take-in", "--json"]) == 0
    assert "lonely" in json.loads(capsys.readouterr().out)["text"]
    assert run(["entry", "edit", "last", "--take-in"]) == 0
    assert PHRASES.write("edit_nothing_aside") in capsys.readouterr().err
    assert run(["entry", "edit", "last", "--take-in", "--forget", "--yes"]) == 2


@pytest.mark.parametrize("given", ["it was me, after all", "4"])
def test_words_beside_the_text_are_in_the_list(
    given: str,
    terminal: list[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:
    """Behind the sentences, by their words or their number; they leave with their sound, and the text stays."""
    forgettable()
    beside = Turn(TurnKind.ASIDE, "It was me, after all.", (), "", 16_000, 32_000)
    with vault_of_the_test() as vault:
        vault.entries.add_turn(vault.entries.list()[0].id, beside)
    before = texts_kept()
    if given == "4":
        terminal += [given, "y"]
        assert run(["entry", "edit", "last", "--forget"]) == 0
    else:
        monkeypatch.setattr("voicecheck.cli.app.App.interactive", False)
        monkeypatch.setattr("voicecheck.cli.entry.forgetting.stdin_text", lambda: f"{given}\n")
        assert run(["entry", "edit", "last", "--forget", "--yes"]) == 0
    with vault_of_the_test() as vault:
        assert vault.entries.get(vault.entries.list()[0].id).aside == ()
    assert texts_kept() == before
    assert "Gone from the vault" in capsys.readouterr().err
