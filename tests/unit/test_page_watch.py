"""The watched folder on the page: on, another one, off, and what is refused in one sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_page_settings import House, housed
from tests.unit.test_remind_cli import Tools
from voicecheck.offline.errand import Errand
from voicecheck.remind import watching

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders are watched on Linux alone")

KEEP, OFF = "/settings/watch/keep", "/settings/watch/off"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    tools = Tools()
    monkeypatch.setattr(watching, "run_by", lambda _: tools)
    monkeypatch.setattr(watching, "has_user_manager", lambda: False)
    monkeypatch.setattr(watching.shutil, "which", lambda name: f"/bin/{name}")
    with housed() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my <memos> 100%"
    folder.mkdir()
    return folder


def watched() -> watching.Watched | None:
    found = watching.find_watch(Errand())
    return found.watched if found else None


def test_on_another_and_off(house: House, folder: Path, tmp_path: Path) -> None:
    """The same as in the terminal; a path may come in quotes, or as a file manager's address."""
    assert "No folder is watched." in house.text("/settings/watch")
    assert "Kept." in house.press(KEEP, folder=f'"{folder}"', then="erase")
    assert watched() == watching.Watched(folder)
    assert "is overwritten and removed once it is sealed" in house.text("/settings/watch")
    kept = tmp_path / "kept"
    assert "is moved to" in house.press(KEEP, folder=folder.as_uri(), then="move", target=str(kept))
    assert watched() == watching.Watched(folder, kept) and kept.is_dir()
    assert "No folder is watched any more." in house.press(OFF)
    assert watched() is None


def test_files_that_lie_there_are_asked_about_first(house: House, folder: Path) -> None:
    """Whoever names a folder of music by mistake loses nothing by one click."""
    (folder / "song.mp3").write_bytes(b"x")
    told = house.press(KEEP, folder=str(folder), then="erase")
    assert "One sound file lies in this folder already" in told and "their files are erased" in told
    assert watched() is None
    house.press(KEEP, folder=str(folder), then="erase", lying="2")
    assert watched() is None
    house.press(KEEP, folder=str(folder), then="erase", lying="1")
    assert watched() == watching.Watched(folder)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"folder": "/nowhere"}, "There is no folder /nowhere"),
        ({"folder": ""}, "That is no folder"),
        ({"folder": "memos"}, "That is no folder"),
        ({"folder": "~nobody-of-this-name/x"}, "That is no folder"),
        ({"folder": "/tmp/\x00"}, "That is no folder"),
        ({"folder": "VAULT"}, "the vault's own folder"),
        ({"target": "FOLDER", "then": "move"}, "cannot be moved to where it is"),
        ({"target": "VAULT", "then": "move"}, "the vault's own folder"),
        ({"target": "", "then": "move"}, "That is no folder"),
        ({"target": "/dev/null/x", "then": "move"}, "Cannot create the folder"),
        ({"then": "burn"}, "Say what becomes of"),
        ({"then": ""}, "Say what becomes of"),
    ],
)
def test_what_cannot_be_watched_is_one_sentence(house: House, folder: Path, fields: dict[str, str], told: str) -> None:
    """And what was typed stands there still."""
    places = {"VAULT": str(house.desk.paths.vault_folder), "FOLDER": str(folder)}
    sent = {"folder": str(folder), "then": "erase"} | {name: places.get(one, one) for name, one in fields.items()}
    answer = house.browser.post(KEEP, sent)
    assert (answer.status, watched()) == (409, None)
    assert told in answer.text.replace("&#39;", "'")


@pytest.mark.parametrize("path", [KEEP, OFF])
def test_nobody_else_switches_it(house: House, folder: Path, path: str) -> None:
    """Another host, site, origin or browser watches no folder, and stops no watching."""
    house.press(KEEP, folder=str(folder), then="erase")
    fields = {"folder": str(folder.parent), "then": "erase"}
    answers = [
        house.browser.post(path, fields, host="localhost:4321"),
        house.browser.post(path, fields, sec_fetch_site="cross-site"),
        house.browser.post(path, fields, origin="http://127.0.0.1:9999"),
        house.browser.post(path, fields, cookie=None),
    ]
    assert [answer.status for answer in answers] == [421, 403, 403, 401]
    assert house.browser.get(path).status == 303
    assert watched() == watching.Watched(folder)
