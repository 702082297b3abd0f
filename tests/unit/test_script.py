"""The scripts: one set-up at a time, an interrupted one is begun anew, and no failing test goes unseen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "script"
LIB = SCRIPTS / "lib.sh"

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


FAKE_PYTEST = """#!/usr/bin/env bash
case $* in
    *"-m waits"*) kind=waits; trap 'touch stopped; exit 2' INT; touch begun ;;
    *tests/unit*) kind=unit; while [[ -e hold-waits && ! -e begun ]]; do sleep 0.05; done ;;
    *) kind=others ;;
esac
echo "$kind: $*"
while [[ -e hold-$kind ]]; do sleep 0.05; done
[[ ! -e fail-$kind ]]
"""


@pytest.fixture
def suite(checkout: Path) -> Path:
    """A checkout whose tests are told by files what becomes of them."""
    shutil.copy(SCRIPTS / "test", checkout / "script")
    (checkout / ".venv" / "bin").mkdir(parents=True)
    for name, text in (
        ("script/setup", "#!/bin/sh\n"),
        ("script/lint", "#!/bin/sh\n"),
        (".venv/bin/pytest", FAKE_PYTEST),
    ):
        (checkout / name).write_text(text)
        (checkout / name).chmod(0o700)
    return checkout


def run_suite(suite: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "script/test", *arguments]
    return subprocess.run(command, cwd=suite, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)


def test_every_test_is_run_once_and_the_long_ones_if_wanted(suite: Path) -> None:
    """Three runs of pytest share them by a marker; with arguments one comes after the other, and each gets them."""
    done = run_suite(suite)
    assert done.returncode == 0, done.stdout
    for part in ("tests/integration tests/browser -m waits and not long", "tests/unit -m not waits and not long",
                 "tests/integration tests/browser -m not waits and not long"):  # fmt: skip
        assert f": {part}\n" in done.stdout
    assert "not long" not in run_suite(suite, "--all").stdout
    assert run_suite(suite, "-k", "vault").stdout.count("-k vault\n") == 2


@pytest.mark.parametrize("failing", ["unit", "others", "waits"])
def test_a_failing_test_fails_the_suite(suite: Path, failing: str) -> None:
    """Also one of those that run beside; what it printed is shown."""
    (suite / f"fail-{failing}").touch()
    done = run_suite(suite)
    assert done.returncode == 1
    assert f"{failing}: " in done.stdout and "failed" in done.stdout


def test_what_runs_beside_ends_with_the_suite(suite: Path) -> None:
    """After a failure nothing goes on in the background: it is told to end as by Ctrl-C, and waited for."""
    for name in ("hold-waits", "fail-unit"):
        (suite / name).touch()
    assert run_suite(suite).returncode == 1
    assert (suite / "stopped").exists()
