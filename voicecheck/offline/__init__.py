"""The network guard: the first thing that runs, before anything heavy is imported.

Four parts, each of which holds without the others:

1. Environment: the switches by which libraries leave the network and their telemetry alone.
2. Audit hook: Python code that asks for an internet socket, or for a name, gets an error that names the reason.
3. Kernel filter (Linux, x86-64 and AArch64): `socket()` gives only AF_UNIX and AF_NETLINK; rings, and the calls by
   which another process could be made to do it, give nothing, in every thread that runs and every child that follows;
   native code cannot pass by it either. The page's process, which holds internet sockets, takes a second one before
   it answers anybody: it may connect to nothing at all.
   Once an evening may begin on it, it may connect on this computer, to the sound server.
4. Landlock (Linux 6.7 and later): no TCP connection from a socket that came open, no hold on other processes.

Once set, none can be taken back. On other systems parts 1 and 2 stand alone, and `guard_status` says so. What no part
refuses stands in SECURITY.md: above all, that a program on this computer can be asked to do it, over a local socket.
`model fetch` and `voice fetch` are the only commands with the network. A guarded process cannot start them,
because its children inherit the filter; `errand` has them started by a process from before the guard.

Sources: those of `seccomp` and `landlock`; https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from voicecheck.errors import ExitCode, VoicecheckError
from voicecheck.offline import landlock, seccomp
from voicecheck.offline.seccomp import AF_NETLINK, AF_UNIX

COMMANDS_WITH_NETWORK = (("model", "fetch"), ("voice", "fetch"))
COMMANDS_WITH_CLOCK = (
    *(("remind", verb) for verb in ("set", "status", "off")),
    ("import", "watch"),
    *(("vault", verb) for verb in ("erase", "move")),  # which switch off what the system starts
)
GLOBAL_FLAGS = ("--debug",)  # what may stand before a command's name

NO_TELEMETRY = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime from 1.29 on reports home half a minute after its first use
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "DISABLE_TELEMETRY": "1",
}
NO_NETWORK = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}

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
    """The parts of the guard that are on."""

    environment: bool = False
    hook: bool = False
    kernel_filter: bool = False
    no_core_dumps: bool = False
    reason: str = "The guard was not started."
    """why the kernel filter is off; empty where it is on"""
    landlock: bool = False

    @property
    def on(self) -> bool:
        """True if this process stays off the network, as far as this system allows it."""
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
        reason = seccomp.refuse_sockets()
        _status = replace(_status, kernel_filter=not reason, reason=reason)
        if not serves_loopback:
            _status = replace(_status, landlock=landlock.forbid_connections())
        _look_up_in_files_alone()
    _status = replace(_status, environment=True, hook=True, no_core_dumps=no_core_dumps)


def refuse_connecting(*, but_sound: bool = False) -> None:
    """Forbid this process every connection, to programs on this computer too, and any address behind a message.

    With `but_sound` it may still connect: a sound server is reached when an evening begins, and the kernel's filter
    cannot tell its socket from others. Landlock, where there is one, then keeps it from every connection by TCP.

    For the page: a socket that it accepted could be taken apart (`connect()` with AF_UNSPEC) and connected anew, and a
    local daemon could be asked to look up a name. Call it once nothing has to be reached any more, as the keychain.
    Does nothing in a process that is not guarded.
    """
    global _status
    if _status.kernel_filter:
        seccomp.refuse_connections(connect=not but_sound)
        _status = replace(_status, landlock=_status.landlock or landlock.forbid_connections())


def guard_status() -> GuardStatus:
    """Return the parts that are on in this process, and the reason if the kernel filter is off."""
    return _status


def uses_network(argv: Sequence[str]) -> bool:
    """True if `argv` is one of the two commands that may use the network. Everything else is guarded."""
    return tuple(without_flags(argv)[:2]) in COMMANDS_WITH_NETWORK


def serves_page(argv: Sequence[str]) -> bool:
    """True if `argv` is the command that serves a page on loopback, and does not only ask for its help."""
    return without_flags(argv)[:1] in (["open"], ["review"]) and not {"-h", "--help"} & set(argv)


def may_send(argv: Sequence[str]) -> bool:
    """True if `argv` is the command that may have one of the two fetches run for it, by a process of its own."""
    return without_flags(argv)[:1] == ["setup"] and not {"-h", "--help"} & set(argv)


def may_set_clock(argv: Sequence[str]) -> bool:
    """True if `argv` may look at or change the person's crontab, by a process of its own."""
    words = without_flags(argv)
    asks = {"-h", "--help"} & set(argv)
    return serves_page(argv) or (not asks and (words[:1] == ["setup"] or tuple(words[:2]) in COMMANDS_WITH_CLOCK))


def without_flags(argv: Sequence[str]) -> list[str]:
    """Return the command's name and what follows it."""
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
    """Forbid an image of this process after a crash, and reading its memory by the person's other programs."""
    if os.name != "posix":
        return False
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    # A core_pattern that is a pipe does not heed the limit: core(5).
    return not sys.platform.startswith("linux") or seccomp.prctl(seccomp.PR_SET_DUMPABLE, 0)


# Audit hook

_CONNECTING = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind")
_RESOLVING = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_LOCAL_FAMILIES = (AF_UNIX, UNKNOWN_FAMILY, *((AF_NETLINK,) if sys.platform.startswith("linux") else ()))


_RESOLVERS = ("/run/nscd/", "/var/run/nscd/", "/run/systemd/resolve/", "/run/avahi-daemon/")
"""folders of the sockets of programs that look names up for others"""


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    opens = event == "socket.__new__" and args[1] not in _LOCAL_FAMILIES
    reaches = event in _CONNECTING and (args[0].family not in _LOCAL_FAMILIES or _resolves(args[1]))
    if opens or reaches or event in _RESOLVING:
        raise NetworkRefusedError(event)


def _resolves(address: object) -> bool:
    """True if `address` is that of a program which looks names up."""
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
    """True if `host` is a numeric loopback address; a name is not, since whoever resolves it decides."""
    import ipaddress

    try:
        return ipaddress.ip_address(host if isinstance(host, str) else "").is_loopback
    except ValueError:
        return False
