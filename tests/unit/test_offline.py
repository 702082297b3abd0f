"""The network guard: whom it guards, what its kernel filter answers, and that it takes hold before anything else."""

from __future__ import annotations

import errno
import json
import struct
import subprocess
import sys
from typing import Any

import pytest

from voicecheck import offline

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel filter is Linux's")

ALLOWED = 0x7FFF0000
X86_64, AARCH64 = offline._MACHINES["x86_64"], offline._MACHINES["aarch64"]
I386_ARCH = 0x40000003


def answer(machine: Any, *, number: int, argument: int = 0, arch: int | None = None) -> int:
    """Run the filter as the kernel would (the four instructions it is made of) and return its verdict."""
    call = struct.pack("<iIQQ", number, machine.audit_arch if arch is None else arch, 0, argument)
    program = list(struct.iter_unpack("=HBBI", offline._filter_program(machine)))
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = program[at]
        at += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", call, value)
        elif code == 0x15:
            at += if_true if accumulator == value else if_false
        elif code == 0x35:
            at += if_true if accumulator >= value else if_false
        else:
            assert code == 0x06
            return int(value)


def refused(number: int) -> int:
    return 0x00050000 | number


@pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=["x86_64", "aarch64"])
def test_filter_gives_only_local_sockets(machine: Any) -> None:
    """AF_UNIX and AF_NETLINK pass; every other family from 0 to 45 is refused as not supported."""
    for family in range(46):
        expected = ALLOWED if family in (1, 16) else refused(errno.EAFNOSUPPORT)
        assert answer(machine, number=machine.socket, argument=family) == expected


@pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=["x86_64", "aarch64"])
def test_filter_refuses_the_ways_around(machine: Any) -> None:
    """No ring (it opens sockets by itself), no call of another architecture, no x32 call; all else passes."""
    assert answer(machine, number=425) == refused(errno.ENOSYS)
    assert answer(machine, number=0, arch=I386_ARCH) == refused(errno.ENOSYS)
    assert answer(machine, number=machine.socket | 0x40000000, argument=2) == refused(errno.ENOSYS)
    for number in set(range(450)) - {425, machine.socket}:
        assert answer(machine, number=number, argument=2) == ALLOWED


@pytest.mark.parametrize(
    "argv",
    [
        ["model", "fetch"],
        ["model", "fetch", "base"],
        ["--debug", "model", "fetch", "base"],
        ["voice", "fetch", "--json"],
    ],
)
def test_fetching_may_use_the_network(argv: list[str]) -> None:
    """`model fetch` and `voice fetch` go without the guard, with or without --debug before them."""
    assert offline.uses_network(argv)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["checkin"],
        ["checkin", "model", "fetch"],
        ["checkin", "--debug", "model", "fetch"],
        ["--debug"],
        ["--debug", "checkin", "model", "fetch"],
        ["model"],
        ["model", "list", "fetch"],
        ["model", "--help", "fetch"],
        ["fetch", "model"],
        ["--unknown", "model", "fetch"],
        ["--", "model", "fetch"],
        ["Model", "fetch"],
        ["transcribe", "--model", "fetch"],
        ["tag", "model", "fetch"],
    ],
)
def test_every_other_command_is_guarded(argv: list[str]) -> None:
    """The words "model fetch" anywhere but in the command's own place change nothing."""
    assert not offline.uses_network(argv)


PROBE = """
import json, os, resource, socket, sys
from voicecheck import offline
offline.guard_process(sys.argv[1:])
def attempt(make):
    try:
        make()
    except OSError as error:
        return [type(error).__name__, error.errno]
    return None
status = offline.guard_status()
print(json.dumps({
    "inet": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
    "inet6": attempt(lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)),
    "connect": attempt(lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
    "lookup": attempt(lambda: socket.getaddrinfo("localhost", 80)),
    "pair": attempt(socket.socketpair),
    "unix": attempt(lambda: socket.socket(socket.AF_UNIX)),
    "environment": {name: os.environ.get(name) for name in (
        "ORT_DISABLE_TELEMETRY", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")},
    "umask": os.umask(0),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "on": status.on, "kernel": status.kernel_filter, "reason": status.reason, "cores": status.no_core_dumps,
}))
"""


def probe(*argv: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", PROBE, *argv], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@linux_only
def test_guarded_process() -> None:
    """After the guard no internet socket, lookup or connection is left, and sockets between processes still are."""
    found = probe("checkin")
    for kind in ("inet", "inet6", "connect", "lookup"):
        assert found[kind] == ["NetworkRefusedError", errno.EPERM], kind
    assert found["pair"] is None
    assert found["unix"] is None
    assert set(found["environment"].values()) == {"1"}
    assert found["on"]
    assert found["kernel"], found["reason"]


@linux_only
def test_fetching_process_is_private_too() -> None:
    """A fetch gets its sockets, and still no telemetry, no core dump and no file that others can read."""
    found = probe("--debug", "model", "fetch")
    assert found["inet"] is None
    assert found["environment"]["ORT_DISABLE_TELEMETRY"] == "1"
    assert found["environment"]["HF_HUB_OFFLINE"] is None
    assert (found["umask"], found["core"], found["on"]) == (0o077, [0, 0], False)
    assert probe("entry", "list")["umask"] == 0o077
    assert found["cores"]


@linux_only
def test_guard_without_kernel_filter_goes_on() -> None:
    """Where the kernel refuses the filter the process goes on with hook and environment, and can say why."""
    script = (
        "import socket\nfrom voicecheck import offline\n"
        "offline._MACHINES.clear()\noffline.guard_process(['checkin'])\n"
        "s = offline.guard_status()\nassert s.on and not s.kernel_filter and 'processor' in s.reason, s\n"
        "try:\n    socket.socket()\nexcept offline.NetworkRefusedError as e:\n    print(e.message, e.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "keeps off the network" in done.stdout


SERVER = """
import _socket, ctypes, socket, sys, threading
listener = socket.create_server(("127.0.0.1", 0))
client = socket.socket()
from voicecheck import offline
offline.guard_process(["review"], serves_loopback=True)
threading.Thread(target=client.connect, args=(listener.getsockname(),)).start()
peer, _ = listener.accept()
client.send(b"hello")
print(peer.recv(5).decode())
late = socket.socket(fileno=client.detach())
for reach in (lambda: late.connect(("192.0.2.1", 80)), lambda: socket.getaddrinfo("example.org", 80),
              lambda: socket.socket()):
    try:
        reach()
    except OSError as error:
        print(type(error).__name__, error.errno)
"""


@linux_only
def test_page_server_accepts_and_reaches_nobody() -> None:
    """A listener opened before the guard goes on accepting; the process can call nobody beyond loopback."""
    done = subprocess.run([sys.executable, "-c", SERVER], capture_output=True, text=True, timeout=20)
    assert done.stderr == ""
    refusal = f"NetworkRefusedError {errno.EPERM}"
    kernel = f"OSError {errno.EAFNOSUPPORT}"
    assert done.stdout.splitlines() == ["hello", refusal, refusal, kernel]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", False), ("0.0.0.0", False), ("", False),
     (None, False), (b"127.0.0.1", False), ("192.168.0.1", False), ("127.0.0.1.example.org", False)],
)  # fmt: skip
def test_only_numeric_loopback_counts(host: object, loopback: bool) -> None:
    """A name is not trusted to mean this machine, whatever it looks like."""
    assert offline.is_loopback(host) is loopback
