"""What came in from outside, changed at random: exports, key files, packs. One sentence each, and the vault goes on."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.diary_samples import diary_entry
from tests.vault_samples import make_entry, make_pages, make_vault
from voicecheck.cli.main import run
from voicecheck.cli.terminal.marks import marked_text, reasons
from voicecheck.clock import now
from voicecheck.contract import entry_json
from voicecheck.diary import tagging
from voicecheck.diary.editing import edit_text
from voicecheck.diary.export import note, write_csv, write_json
from voicecheck.diary.importers import import_json, parse_export
from voicecheck.diary.own_words import count_own_words
from voicecheck.domain import Asked, Did, Family, PrivateWord, Quadrant, Sitting
from voicecheck.errors import AudioError, UsageError, VaultError
from voicecheck.phrases import load_phrases
from voicecheck.prompts.packs import load_packs, read_drawn, read_pack, shipped_folder
from voicecheck.settings.schema import load_settings
from voicecheck.speech.audio import webm_of
from voicecheck.text.untrusted import BOM
from voicecheck.vault.keys.key_file import create_key_file, read_key_file
from voicecheck.vault.vault import Vault
from voicecheck.web.pages.marked_text import mark

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1 << 40, -(1 << 62), 1 << 70, 0.5, 1e300, -1e300, "", " ", "\0", "x" * 3000, "\x1b[2J", "٣",
    "\ud800", "../../x", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z",
    "2026-11-22T21:00:00", "en", "zz_QQ", [], {}, [[]], {"a": {}},
)  # fmt: skip


PHRASES = load_phrases()


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def whole_export(vault: Vault, path: Path) -> dict[str, Any]:
    """Of three entries with everything that an entry can have."""
    vault.words.add(PrivateWord("wobbly", Family.ANXIETY, Quadrant.UNPLEASANT_HIGH))
    first = vault.entries.add(make_entry(), make_pages(2), "en-1")
    tagging.change(vault, first.id, replace(first.mentions[0], family=Family.HOPE))
    edit_text(vault, vault.entries.get(first.id), "I was calm, not sad, and a bit wobbly.", now())
    vault.entries.add(diary_entry("I was angry in the meeting."))
    asked = Asked("evening.word", Did.SKIPPED)
    vault.steps.add(Sitting(first.session, first.spoken_at, (asked,)))
    vault.shares.record(first.id, "aloud", now())
    with path.open("wb") as file:
        write_json(vault, vault.entries.select(), file, now(), sound=True, whole=True)
    vault.entries.delete(*vault.entries.select())
    return dict(json.loads(path.read_bytes()))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Of everything in a document."""
    yield at
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*at, key))


def mutate(rng: random.Random, document: dict[str, Any]) -> bytes:
    """One to three values changed, left out or doubled; or the bytes themselves."""
    document = json.loads(json.dumps(document))
    for _ in range(rng.randint(1, 3)):
        *way, key = rng.choice([at for at in places(document) if at])
        holder = document
        for step in way:
            holder = holder[step]
        change = rng.randrange(4)
        if change == 0:
            del holder[key]
        elif change == 1 and isinstance(holder, list):
            holder.insert(key, holder[key])
        else:
            holder[key] = rng.choice(ODD)
    content = bytearray(json.dumps(document, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass"))
    if rng.random() < 0.2:
        for _ in range(rng.randint(1, 8)):
            content[rng.randrange(len(content))] = rng.randrange(256)
    if rng.random() < 0.1:
        del content[rng.randrange(len(content)) :]
    return bytes(content)


def read_everything(vault: Vault, folder: Path) -> None:
    """What any command reads of the vault, and the whole of it taken out again."""
    ids = vault.entries.select()
    for entry in vault.entries.list():
        note(entry)
        marked_text(entry)
        mark(entry, PHRASES)
        json.dumps(entry_json(entry))
        for mention in entry.mentions:
            reasons(entry.text, mention, PHRASES)
        vault.revisions.of(entry.id)
        vault.timeline.neighbours(entry.id)
        with suppress(AudioError):
            webm_of(vault.recordings.pages(entry.id))
    for _ in tagging.retag(vault, ids):
        pass
    vault.steps.history()
    vault.timeline.glances(limit=10)
    vault.tallies.felt()
    count_own_words(vault, None, None, "")
    with (folder / "again.csv").open("wb") as file:
        write_csv(vault, ids, file)
    with (folder / "again.json").open("wb") as file:
        write_json(vault, ids, file, now(), sound=True, whole=True)
    found = import_json(vault, parse_export((folder / "again.json").read_bytes(), "It"))
    assert (found.bad, found.other) == ((), 0)


def attack_import(vault: Vault, folder: Path, seeds: range) -> None:
    document = whole_export(vault, folder / "all.json")
    for seed in seeds:
        rng = random.Random(seed)
        try:
            file = parse_export(mutate(rng, document), "It")
        except UsageError:
            continue
        found = import_json(vault, file)
        assert found.new + found.same + found.other + sum(bad.part == "entry" for bad in found.bad) == len(file.entries)
        read_everything(vault, folder)
        ids = vault.entries.select()
        if ids:
            vault.entries.delete(*ids)


def test_mutated_imports(vault: Vault, tmp_path: Path) -> None:
    """Each entry of a changed export is taken in or counted; what is in the vault then can be read, tagged and taken
    out by everything, and taken in again."""
    attack_import(vault, tmp_path, range(60))


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_5000_mutated_imports(vault: Vault, tmp_path: Path, part: int) -> None:
    """The same, wide."""
    attack_import(vault, tmp_path, range(1000 + part * 500, 1500 + part * 500))


# Key files

Change = Callable[[bytes, bytes], bytes]


@pytest.mark.parametrize(
    "change",
    [
        lambda head, digits: BOM + head + b"\n" + digits,
        lambda head, digits: head + b"\r\n" + digits + b"\r\n",
        lambda head, digits: b"\n\n  " + head + b"  \n\n\t" + digits + b" \n\n\n",
        lambda head, digits: head + b"\n" + digits.upper(),
        lambda head, digits: head + b"\n" + b" ".join(digits[at : at + 8] for at in range(0, 64, 8)),
        lambda head, digits: head + b"\n" + digits[:32] + b"\n" + digits[32:] + b"\n" * 500,
    ],
)
def test_key_files_that_a_person_has_touched(tmp_path: Path, change: Change) -> None:
    """A byte order mark, blanks, new lines, capitals and groups do not matter: it is the same key."""
    path = tmp_path / "key"
    create_key_file(path)
    secret, (head, digits) = read_key_file(path), path.read_bytes().split(b"\n")[:2]
    path.write_bytes(change(head, digits))
    assert read_key_file(path) == secret


def test_mutated_key_files(tmp_path: Path) -> None:
    """Whatever else was changed is no key file, in one sentence."""
    path = tmp_path / "key"
    create_key_file(path)
    whole = path.read_bytes()
    for seed in range(300):
        rng = random.Random(seed)
        content = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        path.write_bytes(bytes(content[: rng.choice((len(content), rng.randrange(len(content))))]))
        try:
            assert len(read_key_file(path)) == 32
        except VaultError as error:
            assert "is not a VoiceCheck key file" in error.message


# Files of a person's own


def test_packs_and_settings_with_a_byte_order_mark(tmp_path: Path) -> None:
    """A pack and settings that went through an editor that puts a mark at the beginning; faults keep their line."""
    pack, settings = tmp_path / "evening.toml", tmp_path / "settings.toml"
    pack.write_bytes(BOM + (shipped_folder() / "evening.toml").read_bytes())
    settings.write_bytes(BOM + b"[checkin]\ncount = 3\n")
    assert read_pack(pack).id == "evening"
    assert load_settings(settings).checkin.count == 3
    pack.write_bytes(BOM + b'id = "evening"\ntitle = 3\n')
    with pytest.raises(UsageError, match="line 2"):
        read_pack(pack)
    assert load_packs(tmp_path).broken[0].name == "evening"


def test_deep_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON that nests a hundred thousand times is one sentence wherever JSON is read."""
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(tmp_path / "key"))
    deep = tmp_path / "deep.json"
    deep.write_text('{"id": ' + "[" * 100_000)
    assert read_drawn(deep, ()) == ()
    assert run(["entry", "list"]) == 0
    for arguments in (["feeling", "words", "add"], ["tag", "--jsonl"], ["import", "json", "-"], ["tag", "--json"]):
        with deep.open() as stdin, monkeypatch.context() as patched:
            patched.setattr("sys.stdin", stdin)
            run(arguments)
        assert "fault" not in capsys.readouterr().err, arguments


@pytest.mark.parametrize(
    "arguments",
    [["entry", "edit", "last"], ["entry", "search", "-"], ["entry", "share", "--save", "OUT"], ["feeling", "words",
     "add"], ["feeling", "words", "remove"], ["import", "json", "-"], ["tag"], ["tag", "--jsonl"],
     ["entry", "tag", "last", "--add", "1"]],
)  # fmt: skip
@pytest.mark.parametrize("content", [b"caf\xe9", b"\xff\xfeh\0i\0", b"I feel \xed\xa0\x80 calm", b"\xff"])
def test_what_is_no_utf8(
    arguments: list[str], content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """Latin-1, UTF-16 and half letters on standard input are refused in one sentence, and change nothing."""
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(tmp_path / "key"))
    from tests.unit.test_vault_cli import keep

    (entry,) = keep(make_entry())
    path = tmp_path / "in"
    path.write_bytes(content)
    with path.open(encoding="latin-1") as stdin, monkeypatch.context() as patched:
        patched.setattr("sys.stdin", stdin)
        assert run([str(tmp_path / "out") if one == "OUT" else one for one in arguments]) in (1, 2)
    told = capsys.readouterr().err
    assert "fault" not in told and "error: " in told + "error: " * told.count("is no export")
    assert not (tmp_path / "out").exists()
    run(["entry", "show", "last", "--json"])
    assert json.loads(capsys.readouterr().out)["text"] == entry.text
