"""Names of the person's own: kept in the vault, offered after a correction that recurs, and gone when removed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.unit.reviewing import open_page
from tests.unit.test_vault_cli import keep, key_file, terminal  # noqa: F401 - fixtures
from tests.vault_samples import make_entry, make_vault
from voicecheck.cli.entry import editing
from voicecheck.cli.main import run
from voicecheck.diary.editing import edit_text
from voicecheck.diary.own_names import clean_name, corrections, read_name, recurring
from voicecheck.errors import UsageError
from voicecheck.utterance import OwnName
from voicecheck.vault.store.own_names import OwnNames
from voicecheck.vault.vault import Vault

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def edited(vault: Vault, heard: str, text: str) -> None:
    edit_text(vault, vault.entries.add(make_entry(heard)), text, AT)


def test_names_are_kept_and_removed(vault: Vault) -> None:
    """With what was heard for them, each form once; the same name in composed letters and decomposed ones is one."""
    vault.names.add(OwnName("Zoe\u0308", ("Soey",)))
    vault.names.add(OwnName("Zoë", ("Soey", "Zoe E")))
    assert vault.names.list() == (OwnName("Zoë", ("Soey", "Zoe E")),)
    assert "Zo" not in repr(vault.names.list())
    assert (vault.names.remove("Zoe\u0308"), vault.names.remove("Zoë")) == (True, False)
    assert vault.names.list() == ()


def test_a_long_list_is_bounded(vault: Vault) -> None:
    """A recogniser gets those that stand in most entries."""
    for name in ("Aoife", "Bjorn", "Siobhan", "Anne Marie", "?!ab"):
        vault.names.add(OwnName(name))
    vault.entries.add(make_entry("Siobhan was here."))
    vault.entries.add(make_entry("Siobhan and Anne Marie were here."))
    assert [one.name for one in vault.names.most_used(2)] == ["Siobhan", "Anne Marie"]
    assert len(vault.names.most_used(9)) == 5


def test_ten_thousand_names_are_kept_at_once(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs no look at all others, so nobody's export holds the vault up for minutes."""
    names = [OwnName(f"Name {number}") for number in range(10_000)]
    with monkeypatch.context() as patched:
        patched.delattr(OwnNames, "list")
        vault.names.add(*names)
        vault.names.put(names)
    assert len(vault.names.list()) == 10_000


def test_what_is_a_correction() -> None:
    """One word in the place of one or a few that sound like it: no other thing said, and no matter of capitals."""
    assert list(corrections("I saw Chevron today.", "I saw Siobhan today.")) == [("Chevron", "Siobhan")]
    assert list(corrections("I met new yen's dog", "I met Nguyen's dog")) == [("new yen", "Nguyen")]
    for before, after in (
        ("I was tired.", "I was tired, and glad."), ("I was tired.", "I was Tired."), ("a red hat", "an owl"),
        ("I is here", "I am here"), ("same", "same"),
    ):  # fmt: skip
        assert list(corrections(before, after)) == [], before


def test_a_correction_that_recurs_is_offered(vault: Vault) -> None:
    """From the second entry on, with what was heard; never what is kept already, and nothing is kept by itself."""
    edited(vault, "I saw Chevron.", "I saw Siobhan.")
    assert recurring(vault, "I saw Chevron.", "I saw Siobhan.") == ()
    edited(vault, "Shivon rang.", "Siobhan rang.")
    assert recurring(vault, "Shivon rang.", "Siobhan rang.") == (OwnName("Siobhan", ("Shivon",)),)
    assert vault.names.list() == ()
    vault.names.add(OwnName("Siobhan"))
    assert recurring(vault, "Shivon rang.", "Siobhan rang.") == ()


def test_a_correction_to_a_kept_name_is_learned(vault: Vault) -> None:
    """What was heard for it is remembered beside it."""
    vault.names.add(OwnName("Siobhan"))
    edited(vault, "I saw Chevron.", "I saw Siobhan.")
    assert vault.names.list() == (OwnName("Siobhan", ("Chevron",)),)


@pytest.mark.parametrize("typed", ["", " ", "x", "a b c d e", "x" * 41, "An\x1bna", "--", "An=na", "An,na"])
def test_what_is_no_name(typed: str) -> None:
    """One to four words that can be shown."""
    with pytest.raises(UsageError):
        clean_name(typed)


def test_a_typed_name() -> None:
    """Behind an equals sign stands what is heard for it."""
    assert read_name(" Anne  Marie ") == OwnName("Anne Marie")
    assert read_name("Aoife = Eva") == OwnName("Aoife", ("Eva",))
    with pytest.raises(UsageError):
        read_name("Aoife =")


@pytest.mark.usefixtures("key_file")
def test_at_the_front_door(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """add, list and remove from a pipe; no name is ever an argument."""
    keep(make_entry("I feel calm."))

    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    typed("Aoife = Eva\n")
    assert run(["name", "add"]) == 0
    assert run(["name", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "Aoife", "heard": ["Eva"]}]
    typed("Aoife\n")
    assert run(["name", "remove"]) == 0
    typed("Aoife\n")
    assert run(["name", "remove"]) == 1
    assert run(["name", "list"]) == 0
    assert "name add" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["add", "remove"])
@pytest.mark.usefixtures("home")
def test_a_name_as_an_argument_is_refused_with_the_reason(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A shell keeps what is typed behind a command: it says so, says what to type, and never the name."""
    assert run(["name", command, "Siobhan"]) == 2
    told = capsys.readouterr().err
    assert "so that your shell does not keep it" in told
    assert f"name {command}" in told and "Siobhan" not in told


def test_on_the_page() -> None:
    """A line a name; all of them are kept or none, and what was typed comes back beside the fault."""
    with open_page() as (desk, browsing):
        wanted = {"names": "Aoife = Eva, Effa\r\n\r\nBjorn"}
        answer = browsing.post("/settings/names", wanted)
        assert answer.status == 303, answer.text
        assert desk.vault.names.list() == (OwnName("Aoife", ("Eva", "Effa")), OwnName("Bjorn"))
        assert "Aoife = Eva, Effa\nBjorn" in browsing.get("/settings").text
        answer = browsing.post("/settings/names", {"names": "Niamh\nx"})
        assert (answer.status, "Niamh\nx" in answer.text) == (409, True)
        assert len(desk.vault.names.list()) == 2
        browsing.post("/settings/names", {"names": ""})
        assert desk.vault.names.list() == ()


@pytest.mark.usefixtures("key_file")
def test_an_edit_offers_what_recurs(
    terminal: list[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At a terminal, behind the second correction: yes keeps it, no leaves it, and either way the text is kept."""
    entries = keep(make_entry("I saw Chevron."), make_entry("Shivon rang."), make_entry("Shevon left."))
    texts = {"I saw Chevron.": "I saw Siobhan.", "Shivon rang.": "Siobhan rang.", "Shevon left.": "Siobhan left."}
    monkeypatch.setattr(editing, "write_on_page", lambda phrases, text, *_: texts[text])
    terminal += ["n", "y"]
    for entry in entries:
        assert run(["entry", "edit", entry.id]) == 0
    assert terminal == []
    capsys.readouterr()
    assert run(["name", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "Siobhan", "heard": ["Shevon"]}]
