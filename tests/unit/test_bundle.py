"""The bundle's `install` refuses what would go wrong, before it changes anything. More in the integration tests."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BUNDLED = Path(__file__).parents[2] / "script" / "bundled"

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or not shutil.which("sha256sum"), reason="bundles are for Linux"
)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder on a stick with nothing to install in it, for the Python that runs here."""
    folder = tmp_path / "a stick"
    folder.mkdir()
    shutil.copy(BUNDLED / "install", folder)
    (folder / "made-for").write_text(f"{sys.version_info[0]}.{sys.version_info[1]} {platform.machine()} debian-12\n")
    (folder / "pip.whl").write_bytes(b"no pip")
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  ./{file.name}\n" for file in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(sums))
    return folder


def install(bundle: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHON": sys.executable}
    command = ["sh", str(bundle / "install"), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_changed_byte_is_noticed(bundle: Path, tmp_path: Path) -> None:
    """A file that is not as it was made stops it, by name, before anything is installed."""
    (bundle / "pip.whl").write_bytes(b"no pyp")
    done = install(bundle, str(tmp_path / "app"))
    assert done.returncode == 1
    assert "pip.whl: FAILED" in done.stderr
    assert "error: The bundle is not as it was made.\nhint: Copy it once more.\n" in done.stderr
    assert not (tmp_path / "app").exists()


def test_a_missing_file_is_noticed(bundle: Path, tmp_path: Path) -> None:
    """So does one that did not come along."""
    (bundle / "pip.whl").unlink()
    done = install(bundle, str(tmp_path / "app"))
    assert "The bundle is not as it was made." in done.stderr
    assert not (tmp_path / "app").exists()


@pytest.mark.parametrize(
    ("made_for", "said"),
    [(f"2.7 {platform.machine()}", "needs Python 2.7"), ("3.11 riscv128", "is for Linux on riscv128")],
)
def test_another_computer_is_told_what_it_needs(made_for: str, said: str, bundle: Path, tmp_path: Path) -> None:
    """Wheels fit one Python and one kind of processor; where they do not fit it says so."""
    (bundle / "made-for").write_text(f"{made_for}\n")
    done = install(bundle, str(tmp_path / "app"))
    assert done.returncode == 1
    assert said in done.stderr and "hint: " in done.stderr
    assert not (tmp_path / "app").exists()


def test_a_folder_of_something_else_is_left_alone(bundle: Path, tmp_path: Path) -> None:
    """A folder in which other things lie is never emptied."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "mine").write_text("x")
    done = install(bundle, str(tmp_path / "app"))
    assert "was not made from a bundle" in done.stderr
    assert [path.name for path in (tmp_path / "app").iterdir()] == ["mine"]


@pytest.mark.parametrize("words", [["a", "b"], ["--help"]])
def test_wrong_usage(words: list[str], bundle: Path) -> None:
    """Anything but one folder is met with how it is called."""
    done = install(bundle, *words)
    assert done.returncode == 1
    assert "hint: sh install [FOLDER]" in done.stderr
