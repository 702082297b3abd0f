"""Offline, proved by the system calls of a whole check-in, and refuted once the guard is taken out."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.test_voices import VOICES, voice_settings

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="traces Linux system calls"),
    pytest.mark.waits,
]
needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")

NETWORK = re.compile(r"AF_INET6?\b|io_uring_setup\(")
LONG_ENOUGH_S = 32.0  # onnxruntime begins to report about 25 s after its first use
UNGUARDED = Path(__file__).with_name("unguarded.py")
SENTENCES = (
    "Today I was tired, and a bit sad.",
    "We sat in the kitchen after dinner, and nobody said much.",
    "I looked out of the window for a while, and it was raining on the roofs.",
    "Then I felt relieved that the day was over, and I washed the plates.",
    "My sister called, and we talked about the garden and the old apple tree.",
    "That is what comes to mind about today.",
)  # fmt: skip


@dataclass(frozen=True)
class Traced:
    code: int | None
    """None where it was stopped because the network had been seen"""
    output: str
    errors: str
    network_calls: list[str]
    elapsed_s: float


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An answer that a voice speaks for a little more than half a minute."""
    if not shutil.which("espeak-ng"):
        pytest.skip("needs espeak-ng to make an answer")
    path = tmp_path_factory.mktemp("answer") / "answer.wav"
    subprocess.run(["espeak-ng", "-s", "125", "-w", str(path), " ".join(SENTENCES)], check=True, capture_output=True)
    return path


def environment_of(folder: Path, models: Path) -> dict[str, str]:
    """As on a person's machine: not CI, with nothing switched off, and a home of its own."""
    hidden = {"CI", "ORT_DISABLE_TELEMETRY", "DO_NOT_TRACK", "HF_HUB_OFFLINE"}
    places = {"VOICECHECK_HOME": folder / "home", "VOICECHECK_KEY_FILE": folder / "key", "HOME": folder}
    mine = {name: value for name, value in os.environ.items() if name not in hidden}
    return mine | {name: str(path) for name, path in (places | {"VOICECHECK_MODELS": models}).items()}


def trace(program: list[str], folder: Path, environment: dict[str, str], *, stop_at_network: bool = False) -> Traced:
    """Run `python *program` under strace."""
    log = folder / "trace"
    command = ["strace", "-f", "-qq", "-e", "trace=network,io_uring_setup", "-o", str(log), sys.executable, *program]
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while stop_at_network and process.poll() is None and not _network_calls(log):
        time.sleep(0.5)
    seen = stop_at_network and process.poll() is None
    if seen:
        os.killpg(process.pid, signal.SIGKILL)  # strace alone would leave the check-in running
    output, errors = process.communicate(timeout=240)
    elapsed_s = time.monotonic() - began
    return Traced(None if seen else process.returncode, output, errors, _network_calls(log), elapsed_s)


def _network_calls(log: Path) -> list[str]:
    content = log.read_text(errors="replace") if log.exists() else ""
    return [line for line in content.splitlines() if NETWORK.search(line)]


SPEAK = """
import sys, time
from pathlib import Path
from voicecheck import offline
offline.guard_process(["checkin"])
from voicecheck.settings.schema import Voice
from voicecheck.speech.voice.voices import open_voice
voice = open_voice(Voice(engine=sys.argv[1], name=sys.argv[2]), Path(sys.argv[3]))
assert sum(sound.duration_s for sound in voice.synthesize("How was today?")) > 0.5
time.sleep(float(sys.argv[4]))
print("spoken", offline.guard_status().on)
"""


@pytest.fixture(scope="module")
def runs(
    answer: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Traced]]]:
    """Each takes longer than onnxruntime waits before it reports, and hardly any work; so all run at the same time."""
    checkin = ["checkin", "--answer", str(answer), "--no-speak", "--json", "--pace", "realtime"]
    programs = {"guarded": ["-m", "voicecheck", *checkin], "unguarded": [str(UNGUARDED), *checkin]}
    for engine, name in VOICES.items():
        programs[engine] = ["-c", SPEAK, engine, name, str(models_folder), str(LONG_ENOUGH_S)]
    with ThreadPoolExecutor(len(programs)) as pool:
        runs = {}
        for name, program in programs.items():
            folder = tmp_path_factory.mktemp(name)
            environment = environment_of(folder, models_folder)
            runs[name] = pool.submit(trace, program, folder, environment, stop_at_network=name == "unguarded")
        yield runs


@needs_strace
def test_whole_checkin_never_asks_for_the_network(runs: dict[str, Future[Traced]]) -> None:
    """A check-in of half a minute, at the speed of speech, makes no internet socket and no ring, keeps its entry."""
    found = runs["guarded"].result()
    assert found.code == 0, found.errors
    assert found.elapsed_s >= LONG_ENOUGH_S
    assert found.network_calls == []
    assert "kitchen" in json.loads(found.output)["entries"][0]["text"].lower()


@needs_strace
def test_without_the_guard_the_network_is_asked_for(runs: dict[str, Future[Traced]]) -> None:
    """The same check-in with the guard taken out does call out, so the test above can fail."""
    found = runs["unguarded"].result()
    assert any("socket(AF_INET" in call for call in found.network_calls), found.errors


@needs_strace
@pytest.mark.parametrize("engine", list(VOICES))
def test_no_voice_asks_for_the_network(engine: str, models_folder: Path, runs: dict[str, Future[Traced]]) -> None:
    """For longer than onnxruntime waits before it reports, no voice makes an internet socket."""
    voice_settings(engine, models_folder)
    found = runs[engine].result()
    assert found.output.split() == ["spoken", "True"], found.errors
    assert found.network_calls == []


@needs_strace
def test_setup_asks_for_no_network(tmp_path: Path, models_folder: Path) -> None:
    """Neither setup nor the process that waits to fetch for it opens an internet socket while nothing is fetched."""
    setup = ["-m", "voicecheck", "setup", "--aloud", "nothing", "--model", "base"]
    found = trace(setup, tmp_path, environment_of(tmp_path, models_folder))
    assert found.code == 0, found.errors
    assert found.network_calls == []


NATIVE = """
import ctypes, os, subprocess, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
go, results = threading.Event(), {}
def native(number, *arguments):
    return [libc.syscall(number, *arguments), ctypes.get_errno()]
def wait_and_try():
    go.wait()
    results["older thread"] = [libc.socket(2, 1, 0), ctypes.get_errno()]
thread = threading.Thread(target=wait_and_try)
thread.start()
from voicecheck import offline
offline.guard_process(["checkin"])
go.set()
thread.join()
results["stream"] = [libc.socket(2, 1, 0), ctypes.get_errno()]
results["datagram 6"] = [libc.socket(10, 2, 0), ctypes.get_errno()]
results["raw"] = [libc.socket(17, 3, 0), ctypes.get_errno()]
results["ring"] = native(425, 1, 0)
child = "import ctypes; l = ctypes.CDLL(None, use_errno=True); print(l.socket(2, 1, 0), ctypes.get_errno())"
done = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True)
results["child"] = [int(n) for n in done.stdout.split()]
results["unix"] = libc.socket(1, 1, 0) > 0
results["netlink"] = libc.socket(16, 3, 0) > 0
import json
print(json.dumps(results))
"""


def test_native_code_children_and_older_threads_are_held(tmp_path: Path) -> None:
    """What does not pass through Python is refused by the kernel, in threads that ran before and in children too."""
    done = subprocess.run([sys.executable, "-c", NATIVE], capture_output=True, text=True, check=True)
    results = json.loads(done.stdout)
    assert results.pop("unix")
    assert results.pop("netlink")
    assert results.pop("ring") == [-1, 38]  # ENOSYS
    assert results == {name: [-1, 97] for name in ("older thread", "stream", "datagram 6", "raw", "child")}


MEMORY_FILE = """
import os, sys
from voicecheck import offline
offline.guard_process(["checkin"])
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
descriptor = os.memfd_create("sentence")
with open(f"/proc/self/fd/{descriptor}", "wb") as file:
    file.write(b"spoken")
print(os.pread(descriptor, 6, 0).decode(), offline.guard_status().no_core_dumps)
"""


def test_memory_files_work_in_a_process_that_cannot_be_dumped() -> None:
    """A voice that writes to /proc/self/fd/N still can, for a person who is not root."""
    done = subprocess.run([sys.executable, "-c", MEMORY_FILE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["spoken", "True"]


LOOK_UP = """
import ctypes, os, resource, socket, sys, threading
from voicecheck import offline
os.mkdir("/run/nscd")
daemon = socket.create_server("/run/nscd/socket", family=socket.AF_UNIX)
asked = []
def listen():
    while True:
        asker, _ = daemon.accept()
        asked.append(asker.recv(999))
        asker.close()
threading.Thread(target=listen, daemon=True).start()
offline.guard_process(sys.argv[1:])
libc, found = ctypes.CDLL(None), ctypes.c_void_p()
print(libc.getaddrinfo(b"host.invalid", b"80", None, ctypes.byref(found)) != 0, b"host.invalid" in b"".join(asked))
"""


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("unshare"), reason="needs root, to be a system's daemon")
def test_native_code_that_looks_a_name_up_asks_no_daemon() -> None:
    """A guarded process's C library hands the name to no name-service daemon of this computer; unguarded it does."""

    def asked(*command: str) -> list[str]:
        apart = ["unshare", "--mount", "--net", "sh", "-c", 'mount -t tmpfs none /run && exec "$@"', "sh"]
        program = [*apart, sys.executable, "-c", LOOK_UP, *command]
        return subprocess.run(program, check=True, capture_output=True, text=True, timeout=60).stdout.split()

    if asked("model", "fetch") != ["True", "True"]:
        pytest.skip("this system's C library asks no daemon")
    assert asked("checkin") == ["True", "False"]
