"""Weights arrive whole or not at all, and leave nothing behind."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.unit.test_catalog import FILES, flip_a_byte, lay_files, small_model
from voicecheck import catalog, fetch
from voicecheck.catalog import Catalog
from voicecheck.errors import ModelError


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Catalog:
    small = Catalog((small_model(), small_model("unhashed", hashed=False)))
    monkeypatch.setattr(catalog, "load_catalog", lambda: small)
    return small


def left_over(models: Path) -> list[str]:
    """What lies in the models folder beside finished weights, pins and the lock."""
    known = {"whisper", ".lock", catalog.PINS_FILE}
    return [p.name for p in models.iterdir() if p.name not in known]


def test_a_folder_is_recognised_by_its_hashes_and_copied(known: Catalog, tmp_path: Path) -> None:
    """`model import` needs no name for weights whose hashes the catalog knows."""
    arrival = fetch.import_folder(lay_files(tmp_path / "stick"), tmp_path / "models", silent)
    assert (arrival.weights.name, arrival.pinned) == ("small-test", ())
    assert catalog.find_model("small-test", tmp_path / "models").path == arrival.folder
    assert left_over(tmp_path / "models") == []


def test_a_named_import_without_known_hashes_is_pinned_and_told(known: Catalog, tmp_path: Path) -> None:
    """Weights without a hash in the catalog are pinned at the first import, and the arrival says which files."""
    arrival = fetch.import_folder(lay_files(tmp_path / "stick"), tmp_path / "models", silent, "unhashed")
    assert set(arrival.pinned) == set(FILES)
    assert catalog.find_model("unhashed", tmp_path / "models").name == "unhashed"


def test_other_bytes_than_the_pinned_ones_are_refused(known: Catalog, tmp_path: Path) -> None:
    """Once pinned, a second import with one changed byte is refused, and the first files stay."""
    stick = lay_files(tmp_path / "stick")
    fetch.import_folder(stick, tmp_path / "models", silent, "unhashed")
    flip_a_byte(stick / "model.bin")
    with pytest.raises(ModelError, match=r"model\.bin"):
        fetch.import_folder(stick, tmp_path / "models", silent, "unhashed")
    assert catalog.find_model("unhashed", tmp_path / "models").name == "unhashed"
    assert left_over(tmp_path / "models") == []


def test_unknown_files_are_not_imported_without_a_name(known: Catalog, tmp_path: Path) -> None:
    """A folder that no hash recognises is refused with the way on."""
    stick = lay_files(tmp_path / "stick")
    flip_a_byte(stick / "model.bin")
    with pytest.raises(ModelError) as caught:
        fetch.import_folder(stick, tmp_path / "models", silent)
    assert "--name" in caught.value.hint


def test_a_damaged_stick_does_not_replace_a_good_model(known: Catalog, tmp_path: Path) -> None:
    """Weights that are in place stay there, whole, when what should replace them turns out damaged."""
    stick = lay_files(tmp_path / "stick")
    fetch.import_folder(stick, tmp_path / "models", silent)
    flip_a_byte(stick / "tokenizer.json")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        fetch.import_folder(stick, tmp_path / "models", silent, "small-test")
    assert catalog.find_model("small-test", tmp_path / "models").name == "small-test"


def test_a_damaged_model_is_replaced_by_a_good_one(known: Catalog, tmp_path: Path) -> None:
    """Importing over a damaged model mends it, and the old files are gone."""
    stick = lay_files(tmp_path / "stick")
    place = fetch.import_folder(stick, tmp_path / "models", silent).folder
    flip_a_byte(place / "model.bin")
    fetch.import_folder(stick, tmp_path / "models", silent)
    assert catalog.find_model("small-test", tmp_path / "models").name == "small-test"
    assert left_over(tmp_path / "models") == []


def test_a_disk_that_fills_on_the_way_leaves_nothing(
    known: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full in the middle of a copy, the error says so and no part stays."""

    def copy_until_full(source: Any, target: Any) -> None:
        Path(target).write_bytes(b"part")
        if Path(source).name == "tokenizer.json":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", copy_until_full)
    with pytest.raises(ModelError, match="not enough room"):
        fetch.import_folder(lay_files(tmp_path / "stick"), tmp_path / "models", silent)
    assert left_over(tmp_path / "models") == []
    assert not (tmp_path / "models" / "whisper" / "small-test").exists()


def test_too_little_room_is_said_before_anything_is_fetched(
    known: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The free space is looked at first, so that nobody waits for a download that cannot fit."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="not enough room"):
        fetch.fetch(known.model("small-test"), tmp_path / "models", silent)


def test_what_is_here_and_whole_is_not_fetched_again(known: Catalog, tmp_path: Path) -> None:
    """Fetching weights that are verified touches no source: the hub of this catalog does not exist."""
    fetch.import_folder(lay_files(tmp_path / "stick"), tmp_path / "models", silent)
    assert fetch.fetch(known.model("small-test"), tmp_path / "models", silent).source == ""


def test_two_fetches_at_once_are_kept_apart(known: Catalog, tmp_path: Path) -> None:
    """A second fetch into the same folder says that one is under way, and does not disturb it."""
    models = tmp_path / "models"
    models.mkdir()
    with FileLock(models / ".lock"), pytest.raises(ModelError, match="under way"):
        fetch.import_folder(lay_files(tmp_path / "stick"), models, silent)


def test_what_a_killed_fetch_has_left_is_thrown_away(known: Catalog, tmp_path: Path) -> None:
    """What a killed download has left is removed by the next fetch or import."""
    (tmp_path / "models" / ".partial" / "base").mkdir(parents=True)
    (tmp_path / "models" / ".partial" / "base" / "part.whl").write_bytes(b"part")
    fetch.import_folder(lay_files(tmp_path / "stick"), tmp_path / "models", silent)
    assert left_over(tmp_path / "models") == []


def test_python_without_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an environment has no pip, Python's own copy of it does the fetching, and it runs."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pip" else find(name))
    where = fetch._find_pip()
    found = subprocess.run(
        [sys.executable, "-S", "-m", "pip", "--version"],
        env=os.environ | where,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where["PYTHONPATH"] in found.stdout


def test_no_pip_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no copy either, the person learns what to install, or how to do without."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip is missing") as caught:
        fetch._find_pip()
    assert "model import" in caught.value.hint
