"""Export and import: JSON without a loss, notes, CSV; private files, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault_samples import CANARY, SPOKEN_AT, make_entry, make_pages, make_vault
from voicecheck.diary import importers, tagging
from voicecheck.diary.editing import edit_text
from voicecheck.diary.export import COLUMNS, note, note_name, plain_markdown, private_file, write_csv, write_json
from voicecheck.diary.importers import NOT_KEPT, Imported, import_json, read_export
from voicecheck.domain import (
    Asked,
    Did,
    Entry,
    EntryKind,
    Experiencer,
    Family,
    PrivateWord,
    Quadrant,
    Sitting,
    Turn,
    TurnKind,
)
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.text.untrusted import BOM
from voicecheck.utterance import OwnName
from voicecheck.vault.store.archive import Archived
from voicecheck.vault.vault import Vault

AT = datetime(2026, 11, 25, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def fill(vault: Vault) -> None:
    """Every kind of entry: bare, typed, with sound, edited twice, corrected, reviewed, of one millisecond."""
    vault.names.add(OwnName("Aoife", ("Eva",)))
    vault.words.add(PrivateWord("wobbly", Family.ANXIETY, Quadrant.UNPLEASANT_HIGH))
    plain = vault.entries.add(make_entry(), make_pages(3), "en-1")
    vault.entries.add(make_entry("In the same millisecond."))
    bare = replace(make_entry("", SPOKEN_AT + timedelta(1)), turns=(), prompt=None, model=None, reflection=None)
    vault.entries.add(replace(bare, kind=EntryKind.JOURNAL))
    two = replace(make_entry(at=SPOKEN_AT + timedelta(2)), speaker="Kim", language="de", timezone="")
    turns = (*two.turns, Turn(TurnKind.FOLLOWUP, "Mehr davon.", speaker="Kim"))
    vault.entries.add(replace(two, turns=turns))
    tagging.change(vault, plain.id, replace(plain.mentions[0], family=Family.HOPE, experiencer=Experiencer.OTHER))
    tagging.add(vault, plain.id, replace(plain.mentions[0], start=0, end=1, lemma="i", id=None))
    edited = edit_text(vault, vault.entries.get(plain.id), "I feel calm, and glad.", AT)
    edit_text(vault, edited, "Calm. And glad: “yes”.", AT + timedelta(1))
    vault.entries.mark_reviewed(plain.id, AT)
    vault.shares.record(plain.id, "saved", AT.replace(microsecond=0))
    vault.steps.add(
        Sitting(two.session, AT, (Asked("evening.1", Did.FINISHED, two.id), Asked("evening.2", Did.SKIPPED)))
    )


def whole(vault: Vault) -> list[Archived]:
    return [vault.archive.read(entry_id, sound=True) for entry_id in vault.entries.select()]


def exported(vault: Vault, path: Path, *, sound: bool = True) -> Path:
    with private_file(path) as file:
        write_json(vault, vault.entries.select(), file, AT, sound=sound, whole=True)
    return path


def test_export_erase_import(vault: Vault, tmp_path: Path) -> None:
    """JSON export, erase, import: an equal vault, entry by entry, with revisions, corrections, words and sound."""
    fill(vault)
    before, listed, words = whole(vault), vault.entries.list(), vault.words.list()
    path = exported(vault, tmp_path / "all.json")
    vault.entries.delete(*vault.entries.select())
    vault.words.remove("wobbly")
    names = vault.names.list()
    vault.names.remove("Aoife")
    assert import_json(vault, read_export(path)) == Imported(new=4, words=1, names=1)
    assert vault.names.list() == names == (OwnName("Aoife", ("Eva",)),)
    assert whole(vault) == before
    assert vault.entries.list() == listed
    assert vault.words.list() == words
    assert vault.corrections.of(listed[-1].id) == vault.corrections.of(before[0].id)
    vault._database.rows("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')")


def test_another_vault_is_equal(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new vault that takes the export in exports the same bytes, without sound too."""
    fill(vault)
    path = exported(vault, tmp_path / "one.json", sound=False)
    monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path / "other"))
    with Vault.open(*make_vault()) as other:
        import_json(other, read_export(path))
        assert not any(entry.has_audio for entry in other.entries.list())
        assert exported(other, tmp_path / "two.json").read_bytes() == path.read_bytes()
        assert other.steps.history() == vault.steps.history() != ()
        assert [how for one in whole(other) for _, how in other.shares.of(one.id)] == ["saved"]


def test_part_of_a_vault_tells_nothing_of_the_rest(vault: Vault, tmp_path: Path) -> None:
    """An export of some entries says which questions they answered, and not what else was asked or skipped."""
    fill(vault)
    answered = next(step.entry for step in vault.steps.all() if step.entry)
    with private_file(tmp_path / "part.json") as file:
        write_json(vault, [answered], file, AT)
    asked = json.loads((tmp_path / "part.json").read_bytes())["asked"]
    assert [(step["entry"], step["did"]) for step in asked] == [(answered, "finished")]


def test_duplicates_are_noticed(vault: Vault, tmp_path: Path) -> None:
    """What is there already stays as it is, equal or edited since, and is counted."""
    fill(vault)
    path = exported(vault, tmp_path / "all.json")
    edit_text(vault, vault.entries.list()[0], "Changed since.", AT)
    before = whole(vault)
    assert import_json(vault, read_export(path)) == Imported(same=3, other=1)
    assert whole(vault) == before


def test_import_goes_on_where_it_stopped(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped between two batches, the next import takes in the rest: nothing twice, nothing missing."""
    monkeypatch.setattr(importers, "BATCH", 50)
    for day in range(120):
        vault.entries.add(make_entry(at=SPOKEN_AT + timedelta(day)))
    path, before = exported(vault, tmp_path / "all.json"), whole(vault)
    vault.entries.delete(*vault.entries.select())

    def stop(done: int, total: int) -> None:
        assert total == 120
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_json(vault, read_export(path), progress=stop)
    assert vault.entries.count() == 50
    assert import_json(vault, read_export(path)) == Imported(new=70, same=50)
    assert whole(vault) == before


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("entries", 0, "shares"), [{"at": "0001-01-01T00:00:00+14:00", "how": "saved"}]),
        (("entries", 0, "spoken_at"), "0001-01-01T00:00:00Z"),
        (("entries", 0, "spoken_at"), "9999-12-31T23:59:59-14:00"),
        (("entries", 0, "language"), "x" * 300),
        (("asked", 0, "at"), "9999-12-31T23:59:59-14:00"),
    ],
)
def test_what_could_not_be_read_again_is_refused(
    vault: Vault, tmp_path: Path, at: tuple[str | int, ...], value: object
) -> None:
    """A time at the end of all times, or a language of 300 letters, would shut every later export."""
    fill(vault)
    path = exported(vault, tmp_path / "all.json")
    vault.entries.delete(*vault.entries.select())
    file = json.loads(path.read_bytes())
    place = file
    for key in at[:-1]:
        place = place[key]
    place[at[-1]] = value
    path.write_text(json.dumps(file))
    found = import_json(vault, read_export(path))
    assert [(bad.part, bad.number) for bad in found.bad] == [("question" if at[0] == "asked" else "entry", 1)]
    assert found.new == (4 if at[0] == "asked" else 3)
    exported(vault, tmp_path / "again.json")


def test_keys_of_the_schema(vault: Vault, tmp_path: Path) -> None:
    """The names in the file are a promise to other programs; unknown ones are passed over."""
    fill(vault)
    path = exported(vault, tmp_path / "all.json")
    file = json.loads(path.read_bytes())
    assert set(file) == {"schema", "made_at", "version", "words", "names", "topics", "asked", "entries", "letters"}
    assert file["schema"] == "voicecheck.export/1"
    entry = file["entries"][0]
    assert set(entry) == {
        "id", "session", "kind", "spoken_at", "speaker", "language", "timezone", "prompt", "duration_s", "reflection",
        "model", "reviewed_at", "turns", "revisions", "sound", "shares", "labels",
        "dates_before", "not_again",
    }  # fmt: skip
    assert set(entry["turns"][0]) == {"kind", "text", "segments", "speaker", "start", "end", "unheard", "others",
                                      "sounds", "speaker_unsure"}  # fmt: skip
    assert set(entry["turns"][0]["segments"][0]["words"][0]) == {"start_s", "end_s", "text", "probability", "heard"}
    revision = entry["revisions"][0]
    assert set(revision) == {"source", "made_at", "text", "lexicon_version", "mentions", "corrections"}
    assert set(revision["mentions"][0]) == {
        "start", "end", "text", "lemma", "family", "quadrant", "negated", "experiencer", "hypothetical", "past",
        "vague", "degree", "source", "cues", "id", "start_s", "end_s",
    }  # fmt: skip
    assert set(revision["corrections"][0]) == {"id", "made_at", "action", "mention"}
    entry["new_key"] = 1
    path.write_text(json.dumps(file))
    assert import_json(vault, read_export(path)) == Imported(same=4)


def changed(path: Path, change: Callable[[Any], object]) -> Path:
    file = json.loads(path.read_bytes())
    change(file)
    path.write_text(json.dumps(file))
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda file: file.update(schema="voicecheck.export/2"), "export format 2"),
        (lambda file: file.update(schema=CANARY), "no export"),
        (lambda file: file.pop("entries"), "no export"),
        (lambda file: file.update(entries={CANARY: 1}), r"no export.*\$.entries"),
    ],
)
def test_what_is_no_export(vault: Vault, tmp_path: Path, change: Callable[[Any], object], told: str) -> None:
    """It is refused whole, with the place and without a word of it."""
    fill(vault)
    path = changed(exported(vault, tmp_path / "all.json"), change)
    with pytest.raises(VoicecheckError, match=told) as caught:
        read_export(path)
    assert CANARY not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("change", "bad"),
    [
        (lambda file: file["entries"][1].update(kind=CANARY), ("entry", 2, "it is damaged ($.kind)")),
        (lambda file: file["entries"][0]["revisions"][0].update(text=7),
         ("entry", 1, "it is damaged ($.revisions[0].text)")),
        (lambda file: file["entries"][3].update(id="../../x"), ("entry", 4, NOT_KEPT)),
        (lambda file: file["entries"][0].update(spoken_at="2026-11-22T21:00:00"), ("entry", 1, NOT_KEPT)),
        (lambda file: file["entries"][0].update(revisions=[]), ("entry", 1, NOT_KEPT)),
        (lambda file: file["entries"][0]["revisions"][0].update(text="x"), ("entry", 1, NOT_KEPT)),
        (lambda file: file["entries"][0]["turns"][0].update(end=1 << 60), ("entry", 1, NOT_KEPT)),
        (lambda file: file["entries"][0].update(duration_s=1e300), ("entry", 1, NOT_KEPT)),
        (lambda file: file["entries"][0]["turns"][0].update(unheard=[[0, 1e300]]), ("entry", 1, NOT_KEPT)),
        (lambda file: file["entries"].insert(2, json.loads("[" * 400 + "]" * 400)), ("entry", 3, "it is damaged")),
        (lambda file: file["words"].insert(0, {"word": "...", "family": "joy", "quadrant": "pleasant_high"}),
         ("word", 1, NOT_KEPT)),
        (lambda file: file["words"].insert(1, {"word": CANARY}), ("word", 2, "it is damaged")),
        (lambda file: file["asked"].append(CANARY), ("question", 3, "it is damaged")),
    ],
)  # fmt: skip
def test_a_part_that_is_damaged_costs_itself(
    vault: Vault, tmp_path: Path, change: Callable[[Any], object], bad: tuple[str, int, str]
) -> None:
    """It is told by its number and its place, without a word of it; the rest of the file is taken in."""
    fill(vault)
    path = changed(exported(vault, tmp_path / "all.json"), change)
    before = len(json.loads(path.read_bytes())["entries"])
    vault.entries.delete(*vault.entries.select())
    found = import_json(vault, read_export(path))
    assert [(one.part, one.number, one.reason) for one in found.bad] == [bad]
    assert found.new == vault.entries.count() == before - (bad[0] == "entry")


def test_entries_are_read_line_by_line(vault: Vault, tmp_path: Path) -> None:
    """Of a file as we write it no more than a batch is in memory; laid out otherwise it brings the same."""
    fill(vault)
    path = exported(vault, tmp_path / "all.json")
    found = read_export(path)
    assert isinstance(found.entries, importers.EntryLines)
    assert [json.loads(bytes(raw)) for raw in found.entries] == json.loads(path.read_bytes())["entries"]
    assert bytes(found.entries[1]) == bytes(list(found.entries)[1])
    before = whole(vault)
    for layout in (path.read_bytes(), json.dumps(json.loads(path.read_bytes()), indent=1).encode()):
        path.write_bytes(layout)
        vault.entries.delete(*vault.entries.select())
        assert import_json(vault, read_export(path)).new == len(before)
        assert whole(vault) == before


@pytest.mark.parametrize("cut", [b"},\n{", b"\n]", b"]}\n"])
def test_file_that_ends_too_early(vault: Vault, tmp_path: Path, cut: bytes) -> None:
    """A half file is refused as a whole, before anything of it is taken in."""
    fill(vault)
    path = exported(vault, tmp_path / "all.json")
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(cut) + 1])
    with pytest.raises(UsageError, match="no export"):
        read_export(path)


def test_deep_files_are_refused(tmp_path: Path) -> None:
    """A file that nests a hundred thousand times, whether as a whole or inside, is one sentence."""
    path = tmp_path / "deep.json"
    deep = "[" * 100_000
    for content in (deep, f'{{"schema":"voicecheck.export/1","entries":[{deep}{"]" * 100_000}]}}'):
        path.write_text(content)
        with pytest.raises(UsageError, match="no export"):
            read_export(path)


def test_byte_order_mark(vault: Vault, tmp_path: Path) -> None:
    """An export that went through an editor that puts a mark at the beginning is taken in."""
    fill(vault)
    path = exported(vault, tmp_path / "all.json")
    path.write_bytes(BOM + path.read_bytes())
    assert import_json(vault, read_export(path)) == Imported(same=4)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused(content: bytes) -> None:
    """Bytes that are no export are an error that a person can read."""
    path = Path(os.environ["VOICECHECK_HOME"]).parent / "any.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="no export"):
        read_export(path)


# Notes


def test_note() -> None:
    """Front matter, the question, the words, the sentence in return."""
    entry = replace(make_entry("I feel calm.\n\n# not a heading"), id="0190aaaa-0000-7000-8000-0000abcd1234")
    lines = note(entry).split("\n")
    assert note_name(entry) == "2026-11-22 21.34 abcd1234.md"
    assert lines[0] == lines[lines.index("---", 1)] == "---"
    for line in (
        'id: "0190aaaa-0000-7000-8000-0000abcd1234"',
        "date: 2026-11-22T21:34:05",
        'spoken_at: "2026-11-22T21:34:05+01:00"',
        'question: "Which word fits this evening?"',
        "feelings: [calm]",
        "tags: [voicecheck, feeling/calm]",
        "> Which word fits this evening?",
        "I feel calm.",
        "\\# not a heading",
        f"*You named {CANARY}.*",
    ):
        assert line in lines


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("a [[link]] and <script>", r"a \[\[link\]\] and \<script\>"),
        ("- one\n1. two\n    code\n+ three", "\\- one\n1\\. two\n   code\n\\+ three"),
        ("so.\n\n    four\n\tand a tab", "so.\n\n   four\n   and a tab"),
        ("&copy; &#169;, you & me", r"\&copy; \&\#169;, you & me"),
        ("50% *sure* #tag $x$ ==no==", r"50\% \*sure\* \#tag \$x\$ \=\=no\=\="),
        ("don't say well-known, ever.", "don't say well-known, ever."),
    ],
)
def test_words_stay_words(said: str, written: str) -> None:
    """Nothing that was said becomes a heading, a link, a tag or code of a page."""
    assert plain_markdown(said) == written


def test_front_matter_cannot_be_left() -> None:
    """A question or a name with quotes and line ends stays inside its own line."""
    entry = replace(make_entry(), speaker='a"\n---\nx: 1\u2028')
    (line,) = (line for line in note(entry).split("\n") if line.startswith("speaker:"))
    assert json.loads(line.removeprefix("speaker: ")) == entry.speaker


def test_pictures_in_front_matter_are_whole() -> None:
    """YAML knows no pairs of halves; what steers is told by its number."""
    entry = replace(make_entry(), speaker='\U0001f600 "J\u00f6"\u2028\x85')
    (line,) = (line for line in note(entry).split("\n") if line.startswith("speaker:"))
    assert line == 'speaker: "\U0001f600 \\"J\u00f6\\"\\u2028\\u0085"'


# CSV


def rows(vault: Vault) -> list[dict[str, str]]:
    file = io.BytesIO()
    write_csv(vault, vault.entries.select(), file)
    return list(csv.DictReader(io.StringIO(file.getvalue().decode())))


def test_csv_for_spreadsheets(vault: Vault) -> None:
    """A file says that it is UTF-8, as a spreadsheet needs it; what goes to another program begins with its columns."""
    for bom, begins in ((True, b"\xef\xbb\xbfentry,"), (False, b"entry,")):
        file = io.BytesIO()
        write_csv(vault, [], file, bom=bom)
        assert file.getvalue().startswith(begins)


def test_csv(vault: Vault) -> None:
    """A line for each feeling word, with the entry it is from."""
    entry = vault.entries.add(make_entry())
    (row,) = rows(vault)
    assert tuple(row) == COLUMNS
    assert (row["entry"], row["text"], row["family"], row["negated"]) == (entry.id, "calm", "calm", "0")
    assert (row["prompt"], row["local_date"], row["start_s"]) == ("evening.word", "2026-11-22", "2.0")


def test_csv_runs_no_formula(vault: Vault) -> None:
    """A cell that a spreadsheet would run is text."""
    entry: Entry = make_entry()
    vault.entries.add(replace(entry, mentions=(replace(entry.mentions[0], lemma="=1+1"),)))
    assert rows(vault)[0]["lemma"] == "'=1+1"


# Files


def test_private_file(tmp_path: Path) -> None:
    """0600 whatever the umask, under its name only once it is whole."""
    path, before = tmp_path / "x.json", os.umask(0)
    try:
        with private_file(path) as file:
            file.write(b"words")
            assert not path.exists()
    finally:
        os.umask(before)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"words", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_private_file_replaces_nothing(tmp_path: Path) -> None:
    """An existing file is left as it is, unless it may be replaced."""
    path = tmp_path / "x.json"
    path.write_text("mine")
    with pytest.raises(VoicecheckError, match="there already"), private_file(path):
        pass
    assert path.read_text() == "mine"
    with private_file(path, replace=True) as file:
        file.write(b"new")
    assert path.read_text() == "new"


def test_half_a_file_is_none(tmp_path: Path) -> None:
    """Stopped in the middle, or written where nothing can be, no part of it stays."""
    with pytest.raises(KeyboardInterrupt), private_file(tmp_path / "x.json") as file:
        file.write(b"words")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(VoicecheckError, match="cannot be written"), private_file(tmp_path / "no" / "x.json"):
        pass
