"""The guard attacked from inside by native code, and from outside: each attack is first seen to work without it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's fences are Linux's")
x86_only = pytest.mark.skipif(os.uname().machine != "x86_64", reason="machine code of x86-64")

BEGIN = """
import ctypes, json, mmap, os, resource, signal, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def errno_of(result):
    return 0 if result >= 0 else ctypes.get_errno()
def call(number, *arguments):
    words = [word if isinstance(word, bytes) else ctypes.c_long(word) for word in arguments]
    return errno_of(libc.syscall(ctypes.c_long(number), *words))
X86 = os.uname().machine == "x86_64"
def inet(end):
    return struct.pack("=H", 2) + struct.pack("!H", end[1]) + socket.inet_aton(end[0]) + bytes(8)
UNSPEC = bytes(16)
FASTOPEN = 0x20000000
listening = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listening.getsockname())
accepted, _ = listening.accept()
other = socket.create_server(("127.0.0.1", 0))
from voicecheck import offline
"""


def attack(script: str, *, guarded: str) -> dict[str, Any]:
    """What the attack found, with the guard's line in the place that the script names."""
    program = BEGIN + script.replace("GUARD", guarded)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


CHECKIN = 'offline.guard_process(["checkin"])'
PAGE = 'offline.guard_process(["review"], serves_loopback=True); offline.refuse_connecting()'
WINDOW = 'offline.guard_process(["open"], serves_loopback=True); offline.refuse_connecting(but_sound=True)'
NOTHING = "None"

ANOTHER_ADDRESS = """
GUARD
found = {"landlock": offline.guard_status().landlock}
found["apart"] = errno_of(libc.connect(accepted.fileno(), UNSPEC, 16))
found["anew"] = errno_of(libc.connect(accepted.fileno(), inet(other.getsockname()), 16))
client.close()
second = socket.socket(fileno=os.dup(listening.fileno()))
found["closed listener"] = errno_of(libc.shutdown(second.fileno(), 2))
found["from the listener"] = errno_of(libc.connect(second.fileno(), inet(other.getsockname()), 16))
print(json.dumps(found))
"""


def test_a_socket_that_was_accepted_reaches_nobody_else() -> None:
    """Taken apart with AF_UNSPEC it would connect anew; the page's process may not even take it apart."""
    free = attack(ANOTHER_ADDRESS, guarded=NOTHING)
    assert (free["apart"], free["anew"]) == (0, 0)
    page = attack(ANOTHER_ADDRESS, guarded=PAGE)
    assert {page[name] for name in ("apart", "anew", "from the listener")} == {errno.EPERM}


@pytest.mark.parametrize("guarded", [CHECKIN, WINDOW], ids=["checkin", "open"])
def test_a_socket_that_came_open_connects_to_nobody(guarded: str) -> None:
    """Where the kernel has Landlock, no guarded process connects a socket that it was given, or accepted."""
    found = attack(ANOTHER_ADDRESS, guarded=guarded)
    if not found["landlock"]:
        pytest.skip("needs Linux 6.7 with Landlock")
    assert (found["anew"], found["from the listener"]) == (errno.EACCES, errno.EACCES)


SENDING = """
GUARD
end = inet(other.getsockname())
found = {"fast open": call(44 if X86 else 206, client.fileno(), b"x", 1, FASTOPEN, end, 16)}
class Header(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("name_bytes", ctypes.c_uint), ("parts", ctypes.c_void_p),
                ("count", ctypes.c_size_t), ("control", ctypes.c_void_p), ("control_bytes", ctypes.c_size_t),
                ("flags", ctypes.c_int)]
header = Header(end, 16, None, 0, None, 0, 0)
found["fast open message"] = errno_of(libc.sendmsg(client.fileno(), ctypes.byref(header), FASTOPEN))
left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
found["answer"] = client.send(b"hello") + len(accepted.recv(9)) + left.send(b"x")
daemon = socket.socket(socket.AF_UNIX)
found["daemon"] = errno_of(libc.connect(daemon.fileno(), struct.pack("=H", 1) + b"/run/nscd/socket" + bytes(90), 108))
letters = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
found["letter"] = errno_of(libc.sendto(letters.fileno(), b"x", 1, 0, struct.pack("=H", 1) + b"/nowhere", 10))
print(json.dumps(found))
"""


def test_a_message_connects_nothing() -> None:
    """Sending that connects (TCP Fast Open) is refused everywhere; in the page's process every daemon, too."""
    assert {attack(SENDING, guarded=CHECKIN)[name] for name in ("fast open", "fast open message")} == {errno.EPERM}
    page = attack(SENDING, guarded=PAGE)
    assert page.pop("answer") == 11
    assert set(page.values()) == {errno.EPERM}
    window = attack(SENDING, guarded=WINDOW)  # which reaches the sound server on this computer
    assert window.pop("answer") == 11
    assert {name for name, refused in window.items() if refused != errno.EPERM} == {"daemon"}


FOREIGN_CALLS = """
def run(code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
def old(number, first, second, third):
    # push rbx; mov eax, number; mov ebx, ...; mov ecx, ...; mov edx, ...; int 0x80; movsxd rax, eax; pop rbx; ret
    mov = lambda register, value: bytes([0xB8 + register]) + struct.pack("<I", value)
    words = mov(0, number) + mov(3, first) + mov(1, second) + mov(2, third)
    return run(b"\\x53" + words + b"\\xcd\\x80\\x48\\x63\\xc0\\x5b\\xc3")
GUARD
print(json.dumps({
    "getpid of i386": old(20, 0, 0, 0) == os.getpid(),
    "socket of i386": old(359, 2, 1, 0),
    "socketcall of i386": old(102, 1, 0, 0),
    "socket of x32": call(41 | 0x40000000, 2, 1, 0),
    "getpid of x32": call(39 | 0x40000000),
}))
"""


@x86_only
def test_calls_of_other_kinds_give_nothing() -> None:
    """32-bit calls made from 64-bit code work without the guard; behind it neither they nor the x32 ones do."""
    if attack(FOREIGN_CALLS, guarded=NOTHING)["getpid of i386"]:
        assert attack(FOREIGN_CALLS, guarded=NOTHING)["socket of i386"] > 0
    found = attack(FOREIGN_CALLS, guarded=CHECKIN)
    assert found.pop("getpid of i386") is False
    assert (found["socket of i386"], found["socketcall of i386"]) == (-errno.ENOSYS, -errno.ENOSYS)
    assert (found["socket of x32"], found["getpid of x32"]) == (errno.ENOSYS, errno.ENOSYS)


HANDS = """
reading, writing = os.pipe()
outside = os.fork()
if not outside:
    os.close(writing)
    os.read(reading, 1)
    os._exit(0)
GUARD
PTRACE_SEIZE = 0x4206
found = {"landlock": offline.guard_status().landlock}
found["trace"] = call(101 if X86 else 117, PTRACE_SEIZE, outside, 0, 0)
found["write"] = call(311 if X86 else 271, outside, 0, 0, 0, 0, 0)
handle = os.pidfd_open(outside)
found["take"] = call(438, handle, listening.fileno(), 0)
found["name"] = call(249 if X86 else 218, b"dns_resolver", b"example.org", 0, 0)
for number, name in ((425, "ring"), (426, "enter"), (427, "register")):
    found[name] = call(number, -1, 0, 0, 0)
try:
    os.close(os.open(f"/proc/{outside}/mem", os.O_RDWR))
    found["memory"] = 0
except OSError as error:
    found["memory"] = error.errno
os.close(writing)
os.kill(outside, signal.SIGKILL)
os.waitpid(outside, 0)
print(json.dumps(found))
"""


def test_no_other_process_lends_its_network() -> None:
    """A process outside cannot be traced, written into or robbed of a socket; no ring, no name by the kernel's keys."""
    free = attack(HANDS, guarded=NOTHING)
    assert (free["trace"], free["take"], free["memory"]) == (0, 0, 0)
    found = attack(HANDS, guarded=CHECKIN)
    if found.pop("landlock"):
        assert found["memory"] in (errno.EPERM, errno.EACCES)
    assert {found[name] for name in ("trace", "write", "take", "name")} == {errno.EPERM}
    assert {found[name] for name in ("ring", "enter", "register")} == {errno.ENOSYS}


TRACED = """
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
libc.prctl(4, 1, 0, 0, 0)  # as an ordinary program of an ordinary person has it
ready, told = os.pipe()
inside = os.fork()
if not inside:
    GUARD
    os.write(told, b"!")
    signal.pause()
os.close(told)
os.read(ready, 1)
found = {"trace": call(101 if X86 else 117, 0x4206, inside, 0, 0)}
try:
    os.close(os.open(f"/proc/{inside}/mem", os.O_RDONLY))
    found["memory"] = 0
except OSError as error:
    found["memory"] = error.errno
os.kill(inside, signal.SIGKILL)
print(json.dumps(found))
"""


def test_the_persons_other_programs_cannot_look_in() -> None:
    """A program of the same person can trace what they run and read its memory; a guarded process not."""
    assert attack(TRACED, guarded=NOTHING) == {"trace": 0, "memory": 0}
    assert attack(TRACED, guarded=CHECKIN) == {"trace": errno.EPERM, "memory": errno.EACCES}
