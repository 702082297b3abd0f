"""The network guard: whom it guards, what its kernel filter answers, and that it takes hold before anything else."""

from __future__ import annotations

import errno
import json
import socket
import struct
import subprocess
import sys
from typing import Any

import pytest

from voicecheck import offline
from voicecheck.offline import seccomp

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel filter is Linux's")

ALLOWED = 0x7FFF0000
X86_64, AARCH64 = seccomp._MACHINES["x86_64"], seccomp._MACHINES["aarch64"]
I386_ARCH = 0x40000003


def answer(
    machine: Any, *, number: int, arguments: tuple[int, ...] = (), arch: int | None = None, program: bytes = b""
) -> int:
    """Run the filter as the kernel would (the five instructions it is made of) and return its verdict."""
    call = struct.pack("<iIQ6Q", number, machine.audit_arch if arch is None else arch, 0, *(*arguments, *[0] * 6)[:6])
    steps = list(struct.iter_unpack("=HBBI", program or seccomp._filter_program(machine)))
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", call, value)
        elif code == 0x15:
            at += if_true if accumulator == value else if_false
        elif code == 0x35:
            at += if_true if accumulator >= value else if_false
        elif code == 0x45:
            at += if_true if accumulator & value else if_false
        else:
            assert code == 0x06
            return int(value)


def refused(number: int) -> int:
    return 0x00050000 | number


both = pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=["x86_64", "aarch64"])
FASTOPEN = 0x20000000


@both
def test_filter_gives_only_local_sockets(machine: Any) -> None:
    """AF_UNIX and AF_NETLINK pass, pairs of AF_UNIX; every other family from 0 to 45 is refused as not supported."""
    for family in range(46):
        expected = ALLOWED if family in (1, 16) else refused(errno.EAFNOSUPPORT)
        assert answer(machine, number=machine.socket, arguments=(family,)) == expected
        expected = ALLOWED if family == 1 else refused(errno.EAFNOSUPPORT)
        assert answer(machine, number=machine.socketpair, arguments=(family,)) == expected


@both
def test_filter_refuses_the_ways_around(machine: Any) -> None:
    """No ring (it opens sockets by itself), no hold on another process, no name looked up by the kernel, no call of
    another architecture, no x32 call, no sending that connects; all else passes."""
    rings = (425, 426, 427)
    hands = (machine.ptrace, machine.process_vm_writev, machine.pidfd_getfd, machine.request_key)
    for number in rings:
        assert answer(machine, number=number) == refused(errno.ENOSYS)
    for number in hands:
        assert answer(machine, number=number) == refused(errno.EPERM)
    assert answer(machine, number=0, arch=I386_ARCH) == refused(errno.ENOSYS)
    assert answer(machine, number=machine.socket | 0x40000000, arguments=(2,)) == refused(errno.ENOSYS)
    assert answer(machine, number=-1) == refused(errno.ENOSYS)
    for number, place in ((machine.sendto, 3), (machine.sendmsg, 2), (machine.sendmmsg, 3)):
        for flags, expected in ((0, ALLOWED), (0x4040, ALLOWED), (FASTOPEN | 0x40, refused(errno.EPERM))):
            assert answer(machine, number=number, arguments=(*[0] * place, flags)) == expected
    for number in set(range(500)) - {*rings, *hands, machine.socket, machine.socketpair}:
        assert answer(machine, number=number, arguments=(2,) * 6) == ALLOWED


@both
@pytest.mark.parametrize("connects", [False, True])
def test_the_page_may_connect_to_nothing(machine: Any, connects: bool) -> None:
    """Its second filter refuses an address behind a message, and every connect but where an evening reaches the sound
    server; what it accepted, it answers.
    """
    program = seccomp._connecting_program(machine, connect=not connects)
    connected = answer(machine, number=machine.connect, program=program)
    assert connected == (ALLOWED if connects else refused(errno.EPERM))
    for address, expected in ((0, ALLOWED), (1, refused(errno.EPERM)), (1 << 40, refused(errno.EPERM))):
        arguments = (5, 7, 9, 0, address, 16)
        assert answer(machine, number=machine.sendto, arguments=arguments, program=program) == expected
    for number in set(range(500)) - {machine.connect, machine.sendto}:
        assert answer(machine, number=number, arguments=(2,) * 6, program=program) == ALLOWED


@pytest.mark.parametrize("serves_loopback", [False, True])
@pytest.mark.parametrize(
    ("address", "wanted"),
    [("/run/nscd/socket", True), (b"/var/run/nscd/socket", True), ("/run/systemd/resolve/io.systemd.Resolve", True),
     ("/run/systemd/../systemd//resolve/x", True), ("/run/user/1000/bus", False), (b"\0abstract", False),
     ("/run/user/1000/pulse/native", False)],
)  # fmt: skip
def test_no_daemon_is_asked_for_a_name(address: Any, wanted: bool, serves_loopback: bool) -> None:
    """Python code that connects to a resolver of this computer is refused; the sound and the keychain are reached."""
    hook = offline._LoopbackHook() if serves_loopback else offline._refuse_network
    with socket.socket(socket.AF_UNIX) as unix:
        if wanted:
            with pytest.raises(offline.NetworkRefusedError):
                hook("socket.connect", (unix, address))
        else:
            hook("socket.connect", (unix, address))


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
        "import socket\nfrom voicecheck import offline\nfrom voicecheck.offline import seccomp\n"
        "seccomp._MACHINES.clear()\noffline.guard_process(['checkin'])\n"
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
    done = subprocess.run([sys.executable, "-c", SERVER], capture_output=True, text=True, timeout=60)
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
