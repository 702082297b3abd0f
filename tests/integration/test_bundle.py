"""script/bundle: made here, carried to an empty home without any network, installed, and lived in for an evening."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.test_checkin import answer  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
PATIENCE_S = 600
MOST_BYTES = 600 << 20
ALONE = ["unshare", "--net"] if os.name == "posix" and os.getuid() == 0 else ["unshare", "--map-root-user", "--net"]

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def bundle(models_folder: Path) -> Iterator[Path]:
    """Made as a person makes it; models come from this computer, packages from wherever pip is set to."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "a stick" / "voicecheck"
        environment = os.environ | {"VOICECHECK_MODELS": str(models_folder)}
        command = [str(ROOT / "script" / "bundle"), str(made)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
        assert done.returncode == 0, done.stderr
        yield made


@dataclass(frozen=True)
class Hermit:
    """A person on a computer without a network, whose home is empty but for what is installed from the stick."""

    home: Path

    @property
    def app(self) -> Path:
        return self.home / ".local" / "share" / "voicecheck-app"

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """In a network of its own, in which there is loopback and nothing else."""
        environment = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "PYTHON": sys.executable,
            "LC_ALL": "C.UTF-8",
        }
        with_loopback = [*ALONE, "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *map(str, command)]
        return subprocess.run(
            with_loopback, env=environment, cwd=self.home, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=PATIENCE_S,
        )  # fmt: skip

    def voicecheck(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return self.run(self.app / "bin" / "voicecheck", *words)


@pytest.fixture(scope="module")
def hermit(bundle: Path) -> Iterator[Hermit]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "a home"
        home.mkdir()
        hermit = Hermit(home)
        if not shutil.which("ip") or hermit.run("true").returncode:
            pytest.skip("needs unshare --net and ip: apt-get install util-linux iproute2")
        done = hermit.run("sh", bundle / "install")
        assert done.returncode == 0, done.stderr
        assert f'"{hermit.app}/bin/voicecheck" checkin' in done.stderr
        yield hermit


def test_the_stick_holds_what_it_says(bundle: Path) -> None:
    """Every file stands in SHA256SUMS and nothing else does, our own wheel is pinned by hash, and it is not too big."""
    files = {path for path in bundle.rglob("*") if path.is_file() and path.name != "SHA256SUMS"}
    sums = dict(line.split("  ", 1)[::-1] for line in (bundle / "SHA256SUMS").read_text().splitlines())
    assert {bundle / name for name in sums} == files
    (own,) = (bundle / "wheels").glob("voicecheck_journal-*.whl")
    pinned = (bundle / "requirements.txt").read_text()
    assert f"--hash=sha256:{hashlib.sha256(own.read_bytes()).hexdigest()}" in pinned
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    assert not (bundle / "debs").exists() or list((bundle / "debs").glob("libportaudio2_*.deb"))
    assert "sh install" in (bundle / "README.txt").read_text()
    assert "@" not in (bundle / "README.txt").read_text()


def test_an_evening_without_any_network(hermit: Hermit, answer: Path) -> None:  # noqa: F811
    """A spoken answer becomes an entry, the voice is there, the page shows it on loopback, words can be taken out."""
    key = ("--key-file", hermit.home / "key")
    done = hermit.voicecheck("checkin", "--answer", answer, *key, "--json", "--no-speak")
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["entries"]
    assert "nervous" in entry["text"].lower()
    checks = json.loads(hermit.voicecheck("doctor", "--json").stdout)["checks"]
    assert {check["name"] for check in checks if check["ok"]} >= {
        "versions",
        "network guard",
        "model",
        "voice",
        "vault",
    }
    page = hermit.run(hermit.app / "bin" / "python", "-c", LOOK_AT_THE_PAGE, hermit.app / "bin" / "voicecheck", *key)
    assert page.stdout.startswith("200 "), page.stderr
    assert "nervous" in page.stdout.lower()
    out = hermit.home / "out.json"
    exported = hermit.voicecheck("entry", "export", out, *key)
    assert exported.returncode == 0, exported.stderr
    assert entry["id"] in out.read_text()


LOOK_AT_THE_PAGE = """
import re, signal, subprocess, sys, urllib.parse, urllib.request
page = subprocess.Popen([sys.argv[1], "review", "--no-browser", *sys.argv[2:]], stderr=subprocess.PIPE, text=True)
said = ""
for line in page.stderr:
    said += line
    if found := re.search("(http://127[.]0[.]0[.]1:[0-9]+)/[^:]*once: +([a-z0-9]{4} [a-z0-9]{4})", said):
        break
try:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    code = urllib.parse.urlencode({"code": found[2]}).encode()
    with browser.open(urllib.request.Request(found[1] + "/enter", code, {"Origin": found[1]})) as reply:
        print(reply.status, reply.read().decode())
finally:
    page.send_signal(signal.SIGINT)
    page.communicate(timeout=60)
"""


def test_a_newer_bundle_takes_the_place_of_the_program_and_of_nothing_else(hermit: Hermit, bundle: Path) -> None:
    """Installed once more into the same folder it works as before, and what was kept is still there."""
    kept = {path for path in (hermit.home / ".local" / "share" / "voicecheck").rglob("*") if path.is_file()}
    (hermit.app / "of-the-old-one").write_text("")
    done = hermit.run("sh", bundle / "install")
    assert done.returncode == 0, done.stderr
    assert not (hermit.app / "of-the-old-one").exists()
    assert kept <= {path for path in (hermit.home / ".local" / "share" / "voicecheck").rglob("*") if path.is_file()}
    assert hermit.voicecheck("--version").returncode == 0
