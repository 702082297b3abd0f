"""`vault` and `entry` at the front door: what a person types, reads and is asked."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import pytest
from rich.console import Console
from rich.text import Text

from tests.fakes import ScriptedTranscriber
from tests.vault_samples import CANARY, CHEAP, PASSPHRASE, SPOKEN_AT, header_of, make_entry, make_pages
from voicecheck.cli.app import App
from voicecheck.cli.main import run
from voicecheck.cli.terminal.marks import describe_briefly, marked_text
from voicecheck.cli.terminal.reading import show_words
from voicecheck.cli.vault import recovering, unlocking
from voicecheck.domain import EmotionMention, Entry, Experiencer, Family, PromptRef, Quadrant
from voicecheck.errors import VaultLockedError
from voicecheck.paths import find_paths
from voicecheck.phrases import load_phrases
from voicecheck.vault.create import create_vault, locked_inbox
from voicecheck.vault.keys import argon2
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

Output = pytest.CaptureFixture[str]


@pytest.fixture
def key_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = home / "vault.key"
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(path))
    return path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A person at the terminal; the list holds what they will type."""
    typed: list[str] = []
    monkeypatch.setattr(App, "interactive", True)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: typed.pop(0))
    monkeypatch.setattr(click, "confirm", lambda *_, **__: typed.pop(0) == "y")
    return typed


def keep(*entries: Entry) -> tuple[Entry, ...]:
    """Entries in the vault of VOICECHECK_KEY_FILE."""
    paths, key_file = find_paths(), Path(os.environ["VOICECHECK_KEY_FILE"])
    key = (
        KeySlots.load(paths.slots_file).unlock(KeyFile(key_file))
        if paths.slots_file.exists()
        else create_vault(paths, KeyFile(key_file))
    )
    with Vault.open(paths, key) as vault:
        return tuple(vault.entries.add(entry) for entry in entries)


def leave(entry: Entry, *, words: bool = False, seconds: int = 130) -> Path:
    """An answer that broke off while the vault was locked."""
    answer = locked_inbox(find_paths()).begin(header_of(entry))
    if words:
        answer.append_entry(entry)
    for page in () if words else make_pages(seconds):
        answer.append_page(page)
    answer.sync()
    answer.close()
    return answer.path


def test_key_file_makes_the_vault(key_file: Path, capsys: Output) -> None:
    """With a key file named and nothing there, both are made without a question."""
    assert run(["entry", "list"]) == 0
    assert key_file.exists()
    assert find_paths().vault_file.exists()
    assert capsys.readouterr().out == ""


def test_no_vault(capsys: Output) -> None:
    """Without a vault the hint names the command that makes one."""
    assert run(["entry", "list"]) == 5
    assert "voicecheck vault create" in capsys.readouterr().err


def test_nobody_to_ask(capsys: Output) -> None:
    """Without a terminal a locked vault stays locked, and the hint names the key file."""
    create_vault(find_paths(), Passphrase(PASSPHRASE, CHEAP))
    for command in (["vault", "unlock"], ["entry", "show", "last"]):
        assert run(command) == 5
        assert "VOICECHECK_KEY_FILE" in capsys.readouterr().err


def test_create_with_a_passphrase(terminal: list[str], capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase that was typed opens the vault, and is shown nowhere."""
    monkeypatch.setattr(argon2, "calibrate", lambda s, salt: (CHEAP, argon2.stretch(s, salt, CHEAP)))
    terminal[:] = [PASSPHRASE, PASSPHRASE]
    assert run(["vault", "create"]) == 0
    assert run(["vault", "unlock"]) == 0
    seen = capsys.readouterr()
    assert "holds 0 entries" in seen.err
    assert PASSPHRASE not in seen.out + seen.err
    assert run(["vault", "create"]) == 5


@pytest.mark.parametrize(("typed", "choice"), [("keep", "keep"), (" K", "keep"), ("d", "delete"), ("Later", "later")])
def test_what_becomes_of_it_by_a_letter(typed: str, choice: str) -> None:
    """Whole words and first letters are taken, in any capitals."""
    assert recovering.choice_of(load_phrases(), typed) == choice


def test_what_is_typed_is_never_shown(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """A passphrase typed ahead into the question is not repeated; what can be typed is said instead."""
    typed = [PASSPHRASE, "d"]
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: typed.pop(0))
    chosen = click.prompt(
        "Keep it?", value_proc=partial(recovering.choice_of, load_phrases()), default="keep", err=True
    )
    seen = capsys.readouterr()
    assert (chosen, typed) == ("delete", [])
    assert PASSPHRASE not in seen.out + seen.err
    assert load_phrases().show("found_choices") in seen.err


def test_short_passphrase(terminal: list[str], capsys: Output) -> None:
    """A short passphrase is refused before anything is made."""
    terminal[:] = ["short"]
    assert run(["vault", "create"]) == 2
    assert not find_paths().vault_folder.exists()


def test_three_tries(terminal: list[str], capsys: Output) -> None:
    """A mistyped passphrase may be typed again; after three the vault stays locked."""
    create_vault(find_paths(), Passphrase(PASSPHRASE, CHEAP))
    terminal[:] = ["wrong one", "wrong two", PASSPHRASE]
    assert run(["vault", "unlock"]) == 0
    terminal[:] = ["wrong one", "wrong two", "wrong three", PASSPHRASE]
    assert run(["vault", "unlock"]) == 5
    assert terminal == [PASSPHRASE]


def test_unlock_takes_in(key_file: Path, capsys: Output) -> None:
    """Unlocking says how many answers came in and how many wait, and no word of them."""
    keep()
    inbox = locked_inbox(find_paths())
    entry = make_entry()
    answer = inbox.begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    leave(make_entry())
    assert run(["vault", "unlock"]) == 0
    told = capsys.readouterr().err
    assert "one answer" in told
    assert "broke off" in told
    assert "not finished" not in told
    assert "one entry" in told
    assert CANARY not in told


@pytest.mark.parametrize(("count", "told"), [(0, ""), (1, "An earlier answer broke off."), (2, "2 earlier answers")])
def test_an_evening_tells_as_it_begins_what_broke_off(key_file: Path, capsys: Output, count: int, told: str) -> None:
    """By the count alone: what becomes of each is asked at its end, and nobody wonders until then."""
    keep()
    for _ in range(count):
        leave(make_entry())
    with ExitStack() as stack:
        found = unlocking.open_for_tonight(App(), key_file, stack)
        assert found is not None and len(found[2]) == count
    shown = capsys.readouterr().err
    assert told in shown and bool(shown) is bool(told) and CANARY not in shown


def test_status(key_file: Path, capsys: Output) -> None:
    """The status needs no key and counts what waits."""
    assert run(["vault", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["exists"] is False
    keep()
    locked_inbox(find_paths()).begin(header_of(make_entry())).close()
    key_file.unlink()
    assert run(["vault", "status", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["exists"], found["slots"], found["sealed_answers"]) == (True, ["key_file"], 1)
    assert found["vault_bytes"] > 0
    assert run(["vault", "status"]) == 0
    assert "key file" in capsys.readouterr().out


def test_list_and_show_json(key_file: Path, capsys: Output) -> None:
    """JSON has the shapes of the contract: newest first, segments and turns only in show."""
    first, second = keep(make_entry(), make_entry(at=SPOKEN_AT.replace(day=24)))
    assert run(["entry", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in listed] == [second.id, first.id]
    assert not {"segments", "turns"} & set(listed[0])
    assert run(["entry", "list", "--json", "--limit", "1"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1
    assert run(["entry", "show", first.id[:13], "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["id"], shown["text"]) == (first.id, first.text)
    assert shown["segments"][0]["words"]


def test_list_and_show_for_people(key_file: Path, capsys: Output) -> None:
    """A person sees question, words with marks, the reflection, and an id to go on with."""
    (kept,) = keep(make_entry())
    assert run(["entry", "show", "last"]) == 0
    shown = capsys.readouterr().out
    assert "[calm]" in shown
    assert "Which word fits this evening?" in shown
    assert "Not understood: 0:09 to 0:09." in shown
    assert run(["entry", "list"]) == 0
    assert kept.id[:13] in capsys.readouterr().out


def test_unknown_entry(key_file: Path, capsys: Output) -> None:
    """An id that is not there is exit code 1, in an empty vault too."""
    keep()
    assert run(["entry", "show", "ffffffff"]) == 1
    assert run(["entry", "show", "last"]) == 1
    assert run(["entry", "delete", "ffffffff", "--yes"]) == 1


def test_delete(key_file: Path, capsys: Output) -> None:
    """Deleting says its limits, and the entry is gone."""
    (kept,) = keep(make_entry())
    assert run(["entry", "delete", kept.id]) == 2
    assert run(["entry", "delete", "last", "--yes"]) == 0
    assert "backups" in capsys.readouterr().err
    assert run(["entry", "show", kept.id]) == 1


def test_delete_asks(key_file: Path, terminal: list[str], capsys: Output) -> None:
    """Without --yes it asks, and a no keeps the entry and is no error."""
    (kept,) = keep(make_entry())
    terminal[:] = ["n"]
    assert run(["entry", "delete", kept.id]) == 0
    assert capsys.readouterr().err == "It stays.\n"
    assert run(["entry", "show", kept.id, "--json"]) == 0
    terminal[:] = ["y"]
    assert run(["entry", "delete", kept.id]) == 0


def test_reading_beside_a_writer(key_file: Path, capsys: Output) -> None:
    """While another process writes, list and show read what is kept so far; delete is refused."""
    (kept,) = keep(make_entry())
    paths = find_paths()
    with Vault.open(paths, KeySlots.load(paths.slots_file).unlock(KeyFile(key_file))):
        assert run(["entry", "list", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["id"] == kept.id
        assert run(["entry", "delete", kept.id, "--yes"]) == 5


def test_words_on_a_screen_of_their_own(key_file: Path, terminal: list[str]) -> None:
    """On a terminal an entry is shown on the alternate screen, which leaves no scroll-back; long ones page by page."""
    app, screen = App(), io.StringIO()
    app.output = Console(file=screen, force_terminal=True, width=40, height=8)
    terminal[:] = ["", ""]
    show_words(app, Text(f"{CANARY} " * 30))
    shown = screen.getvalue()
    assert terminal == []
    before, after = shown.split("\x1b[?1049h")[0], shown.split("\x1b[?1049l")[-1]
    assert shown.count("\x1b[?1049h") == 2
    assert CANARY in shown
    assert CANARY not in before + after
    for between in shown.split("\x1b[?1049l")[1:-1]:
        assert CANARY not in between.split("\x1b[?1049h")[0]


def test_broken_off_answer_is_said(key_file: Path, capsys: Output) -> None:
    """Without a person it is said when and how long, nothing is asked, and it stays sealed."""
    keep()
    path = leave(make_entry())
    assert run(["entry", "list"]) == 0
    told = capsys.readouterr().err
    assert "an answer from" in told
    assert "21:34, 2 min 10 s" in told
    assert path.exists()


def test_broken_off_answer_is_asked_about(key_file: Path, terminal: list[str], capsys: Output) -> None:
    """A person may put it off, delete it, or keep it; what is kept is a normal entry."""
    keep()
    entry = make_entry()
    path = leave(entry, words=True)
    terminal[:] = ["later"]
    assert run(["vault", "unlock"]) == 0
    assert path.exists()
    terminal[:] = ["keep"]
    assert run(["entry", "list"]) == 0
    assert not path.exists()
    assert run(["entry", "show", entry.id, "--json"]) == 0
    other = leave(make_entry())
    terminal[:] = ["delete"]
    assert run(["vault", "unlock"]) == 0
    assert not other.exists()
    assert run(["entry", "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out.splitlines()[-1])) == 1


def test_broken_off_answer_without_a_model(key_file: Path, terminal: list[str], capsys: Output) -> None:
    """Without Whisper the sound cannot be written down: it says so and the answer stays sealed."""
    keep()
    path = leave(make_entry())
    terminal[:] = ["keep"]
    assert run(["vault", "unlock"]) == 0
    assert "model fetch" in capsys.readouterr().err
    assert path.exists()


def test_sound_that_cannot_be_read_is_told_once(key_file: Path, capsys: Output) -> None:
    """Where nobody is asked, an answer whose sound is none fails no evening: it is said once, and stays sealed."""
    keep()
    path = leave(make_entry(), seconds=2)
    app, whisper = App(), ScriptedTranscriber()
    with Vault.open(app.paths, KeySlots.load(app.paths.slots_file).unlock(KeyFile(key_file))) as vault:
        for times in (1, 0):
            (waiting,) = vault.ingest("always").waiting
            recovering.keep(app, vault, waiting, lambda: whisper)
            assert capsys.readouterr().err.count("It stays sealed") == times
    assert path.exists()


def test_delete_by_days_and_sitting(key_file: Path, capsys: Output) -> None:
    """A sitting, a range of the person's days and everything are deleted whole, and nothing beside them."""
    days = [make_entry(at=SPOKEN_AT.replace(day=day)) for day in (18, 19, 20, 21)]
    beside = replace(make_entry(at=SPOKEN_AT.replace(day=20, hour=22)), session=days[2].session)
    keep(*days, beside)
    assert run(["entry", "delete", "--since", "2026-11-18", "--until", "2026-11-19", "--yes"]) == 0
    assert listed(capsys) == [days[3].id, beside.id, days[2].id]
    assert run(["entry", "delete", "--session", days[2].id, "--yes"]) == 0
    assert listed(capsys) == [days[3].id]
    path = leave(make_entry())
    assert run(["entry", "delete", "--all", "--yes"]) == 0
    assert listed(capsys) == []
    assert not path.exists()
    assert run(["entry", "delete", "--all", "--yes"]) == 1


def test_delete_by_session_id(key_file: Path, capsys: Output) -> None:
    """A sitting is also found by the beginning of its own id."""
    first, second = make_entry(at=SPOKEN_AT.replace(day=1)), make_entry(at=SPOKEN_AT.replace(day=2))
    keep(first, second)
    assert run(["entry", "delete", "--session", first.session[:14], "--yes"]) == 0
    assert run(["entry", "delete", "--session", second.session, "--yes"]) == 0
    assert second.id not in listed(capsys)


@pytest.mark.parametrize(
    "arguments",
    [[], ["--all", "--since", "2026-11-01"], ["--since", "2026-11-02", "--until", "2026-11-01"], ["abcd", "--all"]],
)
def test_delete_in_one_way(key_file: Path, arguments: list[str]) -> None:
    """Nothing, two ways at once, or a range the wrong way round delete nothing."""
    (kept,) = keep(make_entry())
    assert run(["entry", "delete", *arguments, "--yes"]) == 2
    assert run(["entry", "show", kept.id]) == 0


def test_reviewed_sound_leaves(key_file: Path, capsys: Output) -> None:
    """Once the person says that the words are right, the sound goes, and the words stay."""
    paths = find_paths()
    with Vault.open(paths, create_vault(paths, KeyFile(key_file))) as vault:
        kept = vault.entries.add(make_entry(at=datetime.now(UTC)), make_pages(2))
    assert run(["entry", "show", kept.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["has_audio"] is True
    assert run(["entry", "show", kept.id, "--reviewed", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["has_audio"], shown["text"]) == (False, kept.text)


def test_erase(key_file: Path, capsys: Output) -> None:
    """`vault erase` leaves nothing of the vault, needs no key, and says what it cannot reach."""
    keep(make_entry())
    leave(make_entry())
    folder = find_paths().vault_folder
    key_file.unlink()
    assert run(["vault", "erase"]) == 2
    assert run(["vault", "erase", "--yes"]) == 0
    assert not folder.exists()
    assert "backups" in capsys.readouterr().err
    assert run(["vault", "erase", "--yes"]) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and permissions of POSIX")
def test_strange_inbox_at_the_front_door(key_file: Path, capsys: Output) -> None:
    """Strange things in the inbox and loosened permissions are told in a sentence; status and erase work."""
    keep(make_entry())
    paths = find_paths()
    paths.vault_folder.chmod(0o755)
    os.mkfifo(paths.inbox_folder / "pipe.sealed")
    (paths.inbox_folder / "loop.sealed").symlink_to("loop.sealed")
    with (paths.inbox_folder / "huge.sealed").open("wb") as huge:
        huge.truncate(60 << 30)
    assert run(["entry", "list"]) == 0
    told = capsys.readouterr().err
    assert "3 sealed file(s) cannot be read" in told
    assert "yours alone again" in told
    assert run(["entry", "list"]) == 0
    assert "yours alone again" not in capsys.readouterr().err
    assert run(["vault", "status"]) == 0
    assert run(["vault", "erase", "--yes"]) == 0
    assert "1 file(s) there are not of the vault" in capsys.readouterr().err


def test_erase_asks(key_file: Path, terminal: list[str]) -> None:
    """Only the typed word erases."""
    keep(make_entry())
    terminal[:] = ["yes"]
    assert run(["vault", "erase"]) == 130
    assert find_paths().vault_file.exists()
    terminal[:] = ["erase"]
    assert run(["vault", "erase"]) == 0
    assert not find_paths().vault_folder.exists()


def test_marks_have_shape() -> None:
    """Feeling words are told apart without colour: brackets for felt now, parentheses for the rest."""
    text = "I was not angry, just sad."
    angry = EmotionMention(10, 15, "angry", "angry", Family.ANGER, Quadrant.UNPLEASANT_HIGH, negated=True)
    sad = EmotionMention(22, 25, "sad", "sad", Family.SADNESS, Quadrant.UNPLEASANT_LOW, degree=-1)
    entry = replace(make_entry(text), mentions=(sad, angry))
    assert marked_text(entry).plain == "I was not (angry), just [sad]."
    assert describe_briefly(angry, load_phrases()) == "anger, not felt, as you said"
    assert (
        describe_briefly(replace(sad, experiencer=Experiencer.OTHER), load_phrases())
        == "sadness, someone else's, a little"
    )


def test_marks_cannot_steer_the_terminal() -> None:
    """A sealed file from a stranger puts no control sequence on the screen."""
    assert "\x1b" not in marked_text(replace(make_entry("a \x1b[2J calm"), mentions=())).plain


def test_terminal_without_unicode(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stdout takes only ASCII nothing fails: other letters are escaped, and JSON stays whole."""
    (kept,) = keep(make_entry("I feel calm, später 🙂."))
    for arguments in (["list"], ["show", "last"], ["show", "last", "--json"]):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii", "strict"))
        assert run(["entry", *arguments]) == 0
        sys.stdout.flush()
        printed = raw.getvalue().decode("ascii")
        assert kept.id[:13] in printed
    assert json.loads(printed)["text"] == kept.text


def test_content_is_no_markup(key_file: Path, capsys: Output) -> None:
    """What looks like markup or steers a terminal is printed as the letters that it is, or not at all."""
    entry = make_entry("a [red]calm[/red] [/]")
    keep(replace(entry, prompt=PromptRef("x", "[bold]Why[/bold]\x1b[2J\x9b"), reflection="[link=x]y[/]"))
    for arguments in (["list"], ["show", "last"]):
        assert run(["entry", *arguments]) == 0
        printed = capsys.readouterr().out
        assert "[bold]Why[/bold]" in printed
        assert not {"\x1b", "\x9b"} & set(printed)


def test_may_not_ask(terminal: list[str]) -> None:
    """A caller that goes on without the vault, as a check-in does, is not asked for a passphrase."""
    create_vault(find_paths(), Passphrase(PASSPHRASE, CHEAP))
    with pytest.raises(VaultLockedError):
        unlocking.open_vault(App(), None, may_ask=False)


def listed(capsys: Output) -> list[str]:
    capsys.readouterr()
    assert run(["entry", "list", "--json"]) == 0
    return [one["id"] for one in json.loads(capsys.readouterr().out)]
