"""What the scripts share: one set-up at a time, and one that was interrupted is begun anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LIB = Path(__file__).parents[2] / "script" / "lib.sh"

pytestmark = pytest.mark.skipif(os.name != "posix" or not shutil.which("bash"), reason="the scripts are for bash")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with nothing but script/lib.sh."""
    (tmp_path / "script").mkdir()
    shutil.copy(LIB, tmp_path / "script")
    return tmp_path


def bash(checkout: Path, script: str) -> subprocess.CompletedProcess[str]:
    lines = f"set -euo pipefail\nsource script/lib.sh\n{script}"
    return subprocess.run(["bash", "-c", lines], cwd=checkout, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("flock"), reason="needs flock")
def test_one_set_up_at_a_time(checkout: Path) -> None:
    """While one is at work the lock is taken; afterwards, also after a failure, it is free."""
    look = "flock -n script/lib.sh echo free || echo taken"
    done = bash(checkout, f"look() {{ {look}; }}\nalone look\nlook\n(alone false) || true\nlook")
    assert done.stdout.split() == ["taken", "free", "free"], done.stderr


def test_failed_set_up_stops_the_script(checkout: Path) -> None:
    """A step that fails inside the lock ends the script with an error; nothing is started on half an installation."""
    done = bash(checkout, 'work() { false; echo on; }\nif true; then alone work; fi\necho "went on"')
    assert done.returncode != 0
    assert done.stdout == ""


def test_environment_without_a_whole_pip_is_not_taken(checkout: Path) -> None:
    """An environment whose making was interrupted is seen, so that it is made anew."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=checkout, check=True)
    assert bash(checkout, "whole_venv || echo broken").stdout == "broken\n"
    assert bash(checkout, "venv=/nonexistent; whole_venv || echo broken").stdout == "broken\n"
