"""The kernel filter (seccomp) of a guarded process, on Linux with x86-64 and AArch64: which system calls it refuses.

`socket()` gives only AF_UNIX and AF_NETLINK; rings, and the calls by which another process could be made to do it, give
nothing, in every thread that runs and every child that follows. Once set, no filter can be taken back.

Sources: seccomp(2), prctl(2), linux/seccomp.h, linux/audit.h
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from typing import NamedTuple

PR_SET_DUMPABLE = 4
"""for `prctl`: whether others may look into the memory of this process"""
AF_UNIX, AF_NETLINK = 1, 16
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_TSYNC = 1  # for all threads, also those that run already

_RET_ALLOW = 0x7FFF0000
_RET_ERRNO = 0x00050000
_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16  # offsets in struct seccomp_data, little-endian
_X32_BIT = 0x40000000  # the x32 calls of an x86-64 kernel carry their own numbers: none is needed
_MSG_FASTOPEN = 0x20000000  # sends and connects in one, past every check of connect()


class _Machine(NamedTuple):
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


def refuse_sockets() -> str:
    """Set the filter for the whole process. Returns why it could not be set, or nothing."""
    if not sys.platform.startswith("linux"):
        return "Only Linux has such a filter."
    machine = _MACHINES.get(os.uname().machine)
    if machine is None or struct.calcsize("P") != 8:
        return f"No filter was written for this processor ({os.uname().machine})."
    if not prctl(PR_SET_NO_NEW_PRIVS, 1):
        return "The kernel refused no_new_privs."
    return _set_filter(machine.seccomp, _filter_program(machine))


def refuse_connections(*, connect: bool = True) -> None:
    """The second filter, of a process that took the first: no address behind a message, and with `connect` no
    connection.
    """
    machine = _MACHINES[os.uname().machine]
    _set_filter(machine.seccomp, _connecting_program(machine, connect=connect))


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


def _connecting_program(machine: _Machine, *, connect: bool = True) -> bytes:
    """The BPF program that the page's process takes as well: no address behind a message, and perhaps no connection."""
    return _program(
        [(_LOAD_WORD, 0, 0, _NUMBER_AT)],  # another architecture's numbers were refused by the first
        _refuse(machine.connect, errno.EPERM) if connect else [],
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
    """Join parts of a program, each of which goes on with the next for a call that is none of its business."""
    steps = [*(step for part in parts for step in part), (_RETURN, 0, 0, _RET_ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _argument_at(place: int) -> int:
    """Return the offset of the lower half of an argument in struct seccomp_data."""
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


def prctl(option: int, value: int) -> bool:
    """True if the kernel did it; see prctl(2)."""
    import ctypes

    zero = ctypes.c_ulong(0)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(option, ctypes.c_ulong(value), zero, zero, zero) == 0)
