"""A folder of Markdown notes: days in names, front matter, what Obsidian and Logseq leave in a text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.coming import faults, good, kept, labels
from tests.unit.test_vault_cli import key_file  # noqa: F401 - a fixture
from tests.vault_samples import make_entry
from voicecheck.cli.main import run
from voicecheck.diary.coming.foreign import NO_DATE, Foreign, Found
from voicecheck.diary.coming.front_matter import split_front
from voicecheck.diary.coming.markdown import OURS, read_markdown
from voicecheck.diary.coming.moments import Zone
from voicecheck.diary.export import note
from voicecheck.errors import ExitCode, UsageError, VoicecheckError

NEW_YORK = Zone("America/New_York")


def notes(folder: Path, contents: dict[str, str | bytes]) -> list[Found]:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_markdown(folder, NEW_YORK))


def one(folder: Path, name: str, content: str | bytes) -> Foreign:
    (found,) = notes(folder, {name: content})
    assert isinstance(found, Foreign), found
    return found


@pytest.mark.parametrize(
    ("name", "head", "when"),
    [
        ("2023-05-06.md", "", "2023-05-06T12:00:00-04:00"),
        ("journals/2023_05_06.md", "", "2023-05-06T12:00:00-04:00"),
        ("20230506 The sea.md", "", "2023-05-06T12:00:00-04:00"),
        ("2023-05-06 21.30.md", "", "2023-05-06T21:30:00-04:00"),
        ("2023-05-06 at 09.30 PM.md", "", "2023-05-06T21:30:00-04:00"),
        ("2023/05/06.md", "", "2023-05-06T12:00:00-04:00"),
        ("diary/2023/05-May/06-Saturday.md", "", "2023-05-06T12:00:00-04:00"),
        ("1923-12-06.MARKDOWN", "", "1923-12-06T12:00:00-05:00"),
        ("note.md", "date: 2023-05-06", "2023-05-06T12:00:00-04:00"),
        ("note.md", "date: 2023-05-06T00:00:00", "2023-05-06T12:00:00-04:00"),
        ("note.md", "Date: '2023-05-06 21:30'  # a remark", "2023-05-06T21:30:00-04:00"),
        ("note.md", "date: 2023-05-06T21:30:00+09:00", "2023-05-06T21:30:00+09:00"),
        ("note.md", "date: 2023-5-6 9:05 PM", "2023-05-06T21:05:00-04:00"),
        ("note.md", "date: 2023-05-06\ntime: 9.05 pm", "2023-05-06T21:05:00-04:00"),
        ("2023-05-06.md", "date: 2020-01-02", "2020-01-02T12:00:00-05:00"),
        ("2023-05-06.md", "created: 2023-05-06T08:15", "2023-05-06T08:15:00-04:00"),
        ("2023-05-06.md", "created: 2023-05-08T08:15", "2023-05-06T12:00:00-04:00"),
        ("note.md", "created: 2023-05-08T08:15", "2023-05-08T08:15:00-04:00"),
        ("2023-05-06.md", "date: someday", "2023-05-06T12:00:00-04:00"),
    ],
)
def test_when_a_note_was_written(tmp_path: Path, name: str, head: str, when: str) -> None:
    """From the front matter, the name, the folders, or when it was made; a mere day is its noon."""
    assert one(tmp_path, name, f"---\n{head}\n---\nWords.").moment.at.isoformat() == when


def test_front_matter(tmp_path: Path) -> None:
    """Labels from lists of every form, with Windows line ends and a byte order mark."""
    head = """---
title: "By the \\"sea\\""
tags: [family, "a, b", 'it''s']
keywords:
  - "#deep"
  - sea
mood: wobbly-ish  # today
location: '[[Lanikai]]'
starred: true
weather:
  sky: grey
---

We swam.
""".replace("\n", "\r\n")
    found = one(tmp_path, "2023-05-06.md", b"\xef\xbb\xbf" + head.encode())
    assert found.text == 'By the "sea"\n\nWe swam.'
    assert labels(found) == [
        ("tag", "family"), ("tag", "a"), ("tag", "b"), ("tag", "it's"), ("tag", "deep"), ("tag", "sea"),
        ("place", "Lanikai"), ("mood", "wobbly-ish"), ("star", "starred"),
    ]  # fmt: skip
    assert split_front("---\nnever: closed\n\nWords.") == ({}, "---\nnever: closed\n\nWords.")
    assert split_front("Words: no head\n---\n") == ({}, "Words: no head\n---\n")


def test_words_without_what_programs_leave_in_them(tmp_path: Path) -> None:
    """Links by what is read of them; files counted and out; comments, queries and backslashes out."""
    body = (
        "%% a plan %%I met [[people/Anna|Anna]] at [[The Harbour]], see [this](https://x.org/a_(b)).\n"
        "![[IMG_1.HEIC]] ![a](b.png)![](memo.m4a) ![[clip.mov|300]]![[paper.pdf#page=2]]\n"
        "```dataview\nlist from #sad\n```\n<!-- sad -->1\\. It was \\*fine\\*.\n\n\n\n\nI <3 you"
    )
    found = one(tmp_path, "2023-05-06.md", body)
    assert found.text == "I met Anna at The Harbour, see this.\n\n1. It was *fine*.\n\nI <3 you"
    assert {kind.value: n for kind, n in found.attachments} == {"pictures": 2, "videos": 1, "files": 1}
    assert len(found.sounds) == 1


def test_a_day_of_logseq(tmp_path: Path) -> None:
    """Its properties are labels, its blocks are lines, and what it notes for itself is nothing."""
    body = (
        "tags:: sea, [[family]]\nmood:: good\n\n- Swam far out.\n  id:: 6457-ab\n\t- It was cold\n\t  and clear\n"
        "\t  :LOGBOOK:\n\t  CLOCK: [2023-05-06 Sat 10:00:00]\n\t  :END:\n-\n- Home late #tired\n"
    )
    found = one(tmp_path, "journals/2023_05_06.md", body)
    assert found.text == "Swam far out.\nIt was cold\nand clear\n\n\nHome late #tired".replace("\n\n\n", "\n\n")
    assert labels(found) == [("tag", "sea"), ("tag", "family"), ("mood", "good")]


def test_a_note_that_cannot_come_costs_one_note(tmp_path: Path) -> None:
    """No day, no UTF-8, written by this program: each by its place; hidden folders and links are not looked at."""
    folder, secret = tmp_path / "notes", tmp_path / "secret.md"
    secret.write_text("Not yours.")
    folder.mkdir()
    (folder / "2023-01-01.md").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    found = notes(folder, {
        "2023-13-45.md": "No day.", "2023-05-06.md": "Fine.", "b/2023-05-07.md": b"caf\xe9", "c.md": note(make_entry()),
        ".trash/2023-05-08.md": "Gone.", "logseq/bak/2023-05-09.md": "Old.", "2023-05-06.txt": "None.",
    })  # fmt: skip
    assert [one.text for one in good(found)] == ["Fine."]
    assert faults(found) == [(2, NO_DATE), (3, OURS), (4, "it is not text in UTF-8, or far too long")]
    with pytest.raises(UsageError, match="no Markdown"):
        notes(tmp_path / "none", {"x.txt": ""})
    with pytest.raises(VoicecheckError, match="no folder"):
        list(read_markdown(secret, NEW_YORK))


def test_a_folder_is_taken_in_once(tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """A note that was moved or copied is known; an empty one is named, and one with a mood alone is an entry."""
    notes(
        tmp_path / "n",
        {"2023-05-06.md": "I was sad.", "2023-05-07.md": "\n", "2023-05-08.md": "---\nmood: blue\n---\n"},
    )
    command = ["import", "markdown", str(tmp_path / "n"), "--timezone", "America/New_York", "--json"]
    assert run(command) == ExitCode.USAGE
    assert json.loads(capsys.readouterr().out)["new"] == 2
    notes(tmp_path / "n", {"2023/2023-05-06 again.md": "I was sad.\n"})
    assert run(command) == ExitCode.USAGE
    result = json.loads(capsys.readouterr().out)
    assert (result["new"], result["same"], [one["file"] for one in result["failed"]]) == (0, 3, ["2023-05-07.md"])
    assert [(entry.text, len(entry.mentions), entry.timezone) for entry in kept()] == [
        ("I was sad.", 1, "America/New_York"), ("", 0, "America/New_York"),
    ]  # fmt: skip


def test_hostile_notes_are_read_in_time(tmp_path: Path) -> None:
    """A million letters that begin a comment, a link or a list and never end it: read at once, or refused."""
    for number, piece in enumerate(("<!--", "%%", "![", "[[", "![](", "[a](", "\\", "- ", ":LOGBOOK:", "`")):
        (tmp_path / f"2023-05-{number + 1:02}.md").write_text(piece * (20_000 // len(piece)))
    (tmp_path / "2023-06-01.md").write_text("---\ntags: [" + "[[," * 5_000 + "]\n---\nWords.")
    assert len(list(read_markdown(tmp_path, NEW_YORK))) == 11
