"""The network guard: the first thing that runs, before anything heavy is imported.

Four parts, each of which holds without the others:

1. Environment: the switches by which libraries leave the network and their telemetry alone.
2. Audit hook: Python code that asks for an internet socket, or for a name, gets an error that names the reason.
3. Kernel filter (Linux, x86-64 and AArch64): `socket()` gives only AF_UNIX and AF_NETLINK; rings, and the calls by
   which another process could be made to do it, give nothing, in every thread that runs and every child that follows;
   native code cannot pass by it either. The page's process, which holds internet sockets, takes a second one before
   it answers anybody: it may connect to nothing at all.
4. Landlock (Linux 6.7 and later): no TCP connection from a socket that came open, no hold on other processes.

Once set, none can be taken back. On other systems parts 1 and 2 stand alone, and `guard_status` says so. What no part
refuses stands in SECURITY.md: above all, that a program on this computer can be asked to do it, over a local socket.
`model fetch` and `voice fetch` are the only commands with the network. A guarded process cannot start them,
because its children inherit the filter; `fetch_process` has them started by a process from before the guard.

Sources: seccomp(2), prctl(2), linux/seccomp.h, linux/audit.h; https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from voicecheck import landlock
from voicecheck.errors import ExitCode, VoicecheckError

COMMANDS_WITH_NETWORK = (("model", "fetch"), ("voice", "fetch"))
COMMANDS_WITH_CLOCK = (("remind", "set"), ("remind", "status"), ("remind", "off"))
GLOBAL_FLAGS = ("--debug",)  # what may stand before a command's name

NO_TELEMETRY = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime from 1.29 on reports home half a minute after its first use
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "DISABLE_TELEMETRY": "1",
}
NO_NETWORK = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}

AF_UNIX, AF_NETLINK = 1, 16
UNKNOWN_FAMILY = -1  # a socket object made from a descriptor that is already open


class NetworkRefusedError(VoicecheckError, OSError):
    """Something in this process asked for the network."""

    exit_code = ExitCode.GENERAL

    def __init__(self, event: str) -> None:
        VoicecheckError.__init__(
            self,
            f"VoiceCheck keeps off the network: {event} was refused.",
            "Only `voicecheck model fetch` and `voicecheck voice fetch` may use it.",
        )
        self.errno = errno.EPERM


@dataclass(frozen=True, slots=True)
class GuardStatus:
    """Which parts of the guard are on."""

    environment: bool = False
    hook: bool = False
    kernel_filter: bool = False
    no_core_dumps: bool = False
    reason: str = "The guard was not started."
    """why the kernel filter is off; empty where it is on"""
    landlock: bool = False

    @property
    def on(self) -> bool:
        """Whether this process stays off the network, as far as this system allows it."""
        return self.environment and self.hook


_status = GuardStatus()


def guard_process(argv: Sequence[str], *, serves_loopback: bool = False) -> None:
    """Close the network to this process for good, and keep its memory and its files from others.

    `argv` is what stands behind the program's name. A process that serves a page on loopback opens its listening
    socket first and then passes `serves_loopback`: what it accepts goes on working, while the kernel filter refuses
    every new internet socket, and the hook every address but loopback where there is no such filter.
    Never raises: what cannot be set stands in `guard_status()`.
    """
    global _status
    os.umask(0o077)
    no_core_dumps = _refuse_core_dumps()
    os.environ.update(NO_TELEMETRY)
    if uses_network(argv):
        _status = GuardStatus(no_core_dumps=no_core_dumps, reason="This command may use the network.")
        return
    os.environ.update(NO_NETWORK)
    if not _status.hook:  # hooks add up and cannot be taken away
        sys.addaudithook(_LoopbackHook() if serves_loopback else _refuse_network)
    if not _status.kernel_filter:
        reason = _install_kernel_filter()
        _status = replace(_status, kernel_filter=not reason, reason=reason)
        if not serves_loopback:
            _status = replace(_status, landlock=landlock.forbid_connections())
        _look_up_in_files_alone()
    _status = replace(_status, environment=True, hook=True, no_core_dumps=no_core_dumps)


def refuse_connecting() -> None:
    """Forbid this process every connection, to programs on this computer too, and any address behind a message.

    For the page: a socket that it accepted could be taken apart (`connect()` with AF_UNSPEC) and connected anew, and a
    local daemon could be asked to look up a name. Call it once nothing has to be reached any more, as the keychain.
    Does nothing in a process that is not guarded.
    """
    global _status
    if _status.kernel_filter:
        machine = _MACHINES[os.uname().machine]
        _set_filter(machine.seccomp, _connecting_program(machine))
        _status = replace(_status, landlock=_status.landlock or landlock.forbid_connections())


def guard_status() -> GuardStatus:
    """Which parts are on in this process, and why the kernel filter is not."""
    return _status


def uses_network(argv: Sequence[str]) -> bool:
    """Whether `argv` is one of the two commands that may use the network. Everything else is guarded."""
    return tuple(without_flags(argv)[:2]) in COMMANDS_WITH_NETWORK


def serves_page(argv: Sequence[str]) -> bool:
    """Whether `argv` is the command that serves a page on loopback, and does not only ask what it does."""
    return without_flags(argv)[:1] == ["review"] and not {"-h", "--help"} & set(argv)


def may_send(argv: Sequence[str]) -> bool:
    """Whether `argv` is the command that may have one of the two fetches run for it, by a process of its own."""
    return without_flags(argv)[:1] == ["setup"] and not {"-h", "--help"} & set(argv)


def may_set_clock(argv: Sequence[str]) -> bool:
    """Whether `argv` may look at or change the person's crontab, by a process of its own."""
    words = without_flags(argv)
    asks = {"-h", "--help"} & set(argv)
    return not asks and (words[:1] == ["setup"] or tuple(words[:2]) in COMMANDS_WITH_CLOCK)


def without_flags(argv: Sequence[str]) -> list[str]:
    """The command's name and what follows it."""
    words = list(argv)
    while words and words[0] in GLOBAL_FLAGS:
        del words[0]
    return words


def _look_up_in_files_alone() -> None:
    """Have this process's C library look host names up in /etc/hosts alone, and ask no daemon (glibc)."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    configure = getattr(ctypes.CDLL(None), "__nss_configure_lookup", None)
    if configure is not None:
        configure(b"hosts", b"files")


# Memory


def _refuse_core_dumps() -> bool:
    """No image of this process on disk after a crash, and no look into its memory by the person's other programs."""
    if os.name != "posix":
        return False
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    # A core_pattern that is a pipe does not heed the limit: core(5).
    return not sys.platform.startswith("linux") or _prctl(PR_SET_DUMPABLE, 0)


# Audit hook

_CONNECTING = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind")
_RESOLVING = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_LOCAL_FAMILIES = (AF_UNIX, UNKNOWN_FAMILY, *((AF_NETLINK,) if sys.platform.startswith("linux") else ()))


_RESOLVERS = ("/run/nscd/", "/var/run/nscd/", "/run/systemd/resolve/", "/run/avahi-daemon/")
"""where programs listen that look names up for others"""


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    opens = event == "socket.__new__" and args[1] not in _LOCAL_FAMILIES
    reaches = event in _CONNECTING and (args[0].family not in _LOCAL_FAMILIES or _resolves(args[1]))
    if opens or reaches or event in _RESOLVING:
        raise NetworkRefusedError(event)


def _resolves(address: object) -> bool:
    """Whether `address` is that of a program which looks names up."""
    if isinstance(address, bytes):
        address = os.fsdecode(address)
    return isinstance(address, str) and os.path.normpath(address).startswith(_RESOLVERS)


class _LoopbackHook:
    """The hook of a process that serves: an accepted socket is a new object, so only addresses can be judged."""

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _CONNECTING and args[0].family not in _LOCAL_FAMILIES:
            address = args[1]
            # An address of None goes where the socket is connected to, which was judged before.
            if address is not None and not is_loopback(address[0]):
                raise NetworkRefusedError(event)
        elif (event in _CONNECTING and _resolves(args[1])) or (event in _RESOLVING and not is_loopback(args[0])):
            raise NetworkRefusedError(event)


def is_loopback(host: object) -> bool:
    """Whether `host` is a numeric loopback address; a name is not, since whoever resolves it decides."""
    import ipaddress

    try:
        return ipaddress.ip_address(host if isinstance(host, str) else "").is_loopback
    except ValueError:
        return False


# Kernel filter

PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_TSYNC = 1  # for all threads, also those that run already

_RET_ALLOW = 0x7FFF0000
_RET_ERRNO = 0x00050000
_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16  # offsets in struct seccomp_data, little-endian
_X32_BIT = 0x40000000  # the x32 calls of an x86-64 kernel carry their own numbers: none is needed
_MSG_FASTOPEN = 0x20000000  # sends and connects in one, past every check of connect()


@dataclass(frozen=True, slots=True)
class _Machine:
    """The numbers that differ from one kind of processor to the next."""

    audit_arch: int
    seccomp: int
    socket: int
    socketpair: int
    connect: int
    sendto: int
    sendmsg: int
    sendmmsg: int
    ptrace: int
    process_vm_writev: int
    request_key: int
    pidfd_getfd: int = 438
    io_uring_setup: int = 425
    io_uring_enter: int = 426
    io_uring_register: int = 427


_MACHINES = {
    "x86_64": _Machine(
        audit_arch=0xC000003E, seccomp=317, socket=41, socketpair=53, connect=42, sendto=44, sendmsg=46, sendmmsg=307,
        ptrace=101, process_vm_writev=311, request_key=249,
    ),
    "aarch64": _Machine(
        audit_arch=0xC00000B7, seccomp=277, socket=198, socketpair=199, connect=203, sendto=206, sendmsg=211,
        sendmmsg=269, ptrace=117, process_vm_writev=271, request_key=218,
    ),
}  # fmt: skip


def _install_kernel_filter() -> str:
    """Set the filter for the whole process. Returns why it could not be set, or nothing."""
    if not sys.platform.startswith("linux"):
        return "Only Linux has such a filter."
    machine = _MACHINES.get(os.uname().machine)
    if machine is None or struct.calcsize("P") != 8:
        return f"No filter was written for this processor ({os.uname().machine})."
    if not _prctl(PR_SET_NO_NEW_PRIVS, 1):
        return "The kernel refused no_new_privs."
    return _set_filter(machine.seccomp, _filter_program(machine))


_Step = tuple[int, int, int, int]
"""code, steps to skip if true, if false, value"""


def _filter_program(machine: _Machine) -> bytes:
    """The BPF program of every guarded process: 8 bytes an instruction."""
    rings = (machine.io_uring_setup, machine.io_uring_enter, machine.io_uring_register)  # open sockets by themselves
    # Another process's hands: its socket taken, its code changed; and the kernel's own resolver, asked by a key.
    hands = (machine.ptrace, machine.process_vm_writev, machine.pidfd_getfd, machine.request_key)
    return _program(
        [
            (_LOAD_WORD, 0, 0, _ARCH_AT),
            (_JUMP_EQUAL, 1, 0, machine.audit_arch),  # a 32-bit program has other numbers: it gets no call at all
            (_RETURN, 0, 0, _RET_ERRNO | errno.ENOSYS),
            (_LOAD_WORD, 0, 0, _NUMBER_AT),
            (_JUMP_AT_LEAST, 0, 1, _X32_BIT),
            (_RETURN, 0, 0, _RET_ERRNO | errno.ENOSYS),
        ],
        *(_refuse(number, errno.ENOSYS) for number in rings),
        *(_refuse(number, errno.EPERM) for number in hands),
        _allow_families(machine.socket, (AF_UNIX, AF_NETLINK)),
        _allow_families(machine.socketpair, (AF_UNIX,)),  # others make pairs that reach beyond this computer, as TIPC
        _refuse_flag(machine.sendto, 3, _MSG_FASTOPEN),
        _refuse_flag(machine.sendmsg, 2, _MSG_FASTOPEN),
        _refuse_flag(machine.sendmmsg, 3, _MSG_FASTOPEN),
    )


def _connecting_program(machine: _Machine) -> bytes:
    """The BPF program that the page's process takes as well: no connection, and no address behind a message."""
    return _program(
        [(_LOAD_WORD, 0, 0, _NUMBER_AT)],  # another architecture's numbers were refused by the first
        _refuse(machine.connect, errno.EPERM),
        [
            (_JUMP_EQUAL, 0, 4, machine.sendto),
            (_LOAD_WORD, 0, 0, _argument_at(4)),
            (_JUMP_ANY_BIT, 3, 0, 0xFFFFFFFF),
            (_LOAD_WORD, 0, 0, _argument_at(4) + 4),  # the upper half of the pointer
            (_JUMP_ANY_BIT, 1, 0, 0xFFFFFFFF),
            (_RETURN, 0, 0, _RET_ALLOW),
            (_RETURN, 0, 0, _RET_ERRNO | errno.EPERM),
        ],
    )


def _program(*parts: list[_Step]) -> bytes:
    """The parts one behind another, each of which goes on with the next for a call that is none of its business."""
    steps = [*(step for part in parts for step in part), (_RETURN, 0, 0, _RET_ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _argument_at(place: int) -> int:
    """The lower half of an argument; where it lies in struct seccomp_data."""
    return _ARGUMENTS_AT + 8 * place


def _refuse(number: int, error: int) -> list[_Step]:
    return [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _RET_ERRNO | error)]


def _refuse_flag(number: int, place: int, flag: int) -> list[_Step]:
    return [
        (_JUMP_EQUAL, 0, 4, number),
        (_LOAD_WORD, 0, 0, _argument_at(place)),
        (_JUMP_ANY_BIT, 0, 1, flag),
        (_RETURN, 0, 0, _RET_ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _RET_ALLOW),
    ]


def _allow_families(number: int, families: tuple[int, ...]) -> list[_Step]:
    left = len(families)
    return [
        (_JUMP_EQUAL, 0, left + 3, number),
        (_LOAD_WORD, 0, 0, _argument_at(0)),
        *((_JUMP_EQUAL, left - place, 0, family) for place, family in enumerate(families)),
        (_RETURN, 0, 0, _RET_ERRNO | errno.EAFNOSUPPORT),
        (_RETURN, 0, 0, _RET_ALLOW),
    ]


def _set_filter(seccomp_number: int, program: bytes) -> str:
    import ctypes

    class FilterProgram(ctypes.Structure):  # struct sock_fprog
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result = libc.syscall(
        ctypes.c_long(seccomp_number),
        ctypes.c_uint(SECCOMP_SET_MODE_FILTER),
        ctypes.c_uint(SECCOMP_FILTER_FLAG_TSYNC),
        ctypes.byref(FilterProgram(len(program) // 8, program)),
    )
    if result == 0:
        return ""
    if result > 0:
        return "A thread of this process could not take the filter."
    return f"The kernel refused the filter: {os.strerror(ctypes.get_errno())}."


def _prctl(option: int, value: int) -> bool:
    import ctypes

    zero = ctypes.c_ulong(0)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(option, ctypes.c_ulong(value), zero, zero, zero) == 0)
