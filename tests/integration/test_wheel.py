"""What people install is the wheel, so the wheel is tried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = 'source script/lib.sh; venv=$1; build_wheel "$2"'  # as script/bundle builds it
    command = ["bash", "-euc", build, "bash", sys.prefix, str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, timeout=120)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an empty environment with nothing but the wheel and, by a path file, its dependencies.

    A path file adds the folder without reading the path files inside it, so the checkout stays out of sight.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    site = next((folder / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder / "bin"


def run(program: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_wheel_holds_questions_phrases_and_catalog_and_no_weights(wheel: Path) -> None:
    """All that the program reads at run time is inside; no model, test or sound is."""
    names = set(zipfile.ZipFile(wheel).namelist())
    packs = {f"voicecheck/_prompts/{path.name}" for path in (ROOT / "prompts").glob("*.toml")}
    help_lines = {f"voicecheck/_resources/{path.name}" for path in (ROOT / "resources").glob("*.toml")}
    assert packs and help_lines
    ours = {str(path.relative_to(ROOT)) for path in (ROOT / "voicecheck").rglob("*") if path.is_file()}
    ours = {name for name in ours if "__pycache__" not in name}
    assert any(name.endswith(".html") for name in ours)
    assert names >= packs | help_lines | ours | {"voicecheck/_models/catalog.toml"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"voicecheck"}
    assert not [name for name in names if name.endswith((".bin", ".onnx", ".wav", ".flac"))]


def test_the_installed_program_starts_and_explains_itself(installed: Path, tmp_path: Path) -> None:
    """From the wheel alone `voicecheck --help` works, and it is the wheel's code that runs."""
    shown = run(installed / "voicecheck", "--help", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "checkin" in shown.stdout
    where = run(installed / "python", "-c", "import voicecheck; print(voicecheck.__file__)", folder=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(installed.parent)


def test_the_installed_program_finds_its_catalog_and_its_questions(installed: Path, tmp_path: Path) -> None:
    """`model list` and `prompt list` read what the wheel brought, far from any checkout."""
    models = run(installed / "voicecheck", "model", "list", "--json", folder=tmp_path)
    assert models.returncode == 0, models.stderr
    assert {"tiny.en", "base", "large-v3-turbo"} <= {model["name"] for model in json.loads(models.stdout)}
    prompts = run(installed / "voicecheck", "prompt", "list", "--json", folder=tmp_path)
    assert prompts.returncode == 0, prompts.stderr
    assert json.loads(prompts.stdout)
    numbers = run(installed / "voicecheck", "help-now", "--country", "IE", "--json", folder=tmp_path)
    assert json.loads(numbers.stdout)["emergency"]["source"]


def test_what_the_wheel_declares_is_what_the_pinned_list_brings(installed: Path) -> None:
    """Every declared dependency is there in a version that fits: pip finds no conflict."""
    command = [sys.executable, "-m", "pip", "--python", str(installed / "python"), "check"]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout
