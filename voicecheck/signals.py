"""Orderly end of the process at Ctrl-C, a closed terminal, or a signal to terminate, whatever is going on.

1.  While the program starts nothing is open yet, and it ends at once.
2.  While a command runs a signal is a KeyboardInterrupt: what was opened is closed and destroyed on its way up. What
    comes while one is on its way changes nothing, so that nobody stops the clearing away.
3.  A function that is `undisturbed` comes to its end first. An event loop is told by `calling`, and ends by itself.
4.  Once the exit code stands, nothing changes it.

A signal that was ignored when the program started, as nohup does it, stays ignored.
"""

from __future__ import annotations

import _thread
import atexit
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import ParamSpec, TypeVar

from voicecheck.errors import ExitCode

P = ParamSpec("P")
R = TypeVar("R")

ENDING = tuple(kind for name in ("SIGINT", "SIGTERM", "SIGHUP") if (kind := getattr(signal, name, None)) is not None)

AGAIN_S = 0.02

_waiting = False
"""one came while an undisturbed function ran"""
_codes: set[object] = set()
"""of what goes round undisturbed functions"""


def begin() -> None:
    """Install the handlers, at the start of the process."""
    end_at_once()
    sys.unraisablehook = _come_again


def end_at_once(code: int = ExitCode.STOPPED) -> None:
    """Let a signal end the process at once, while nothing is open."""
    _handle(lambda *_: os._exit(code))


def end_orderly() -> None:
    """Let a signal raise KeyboardInterrupt, while a command runs."""
    _handle(_end)


def end_with(code: int) -> None:
    """Fix the exit code: a signal ends the process with it from now on, and may leave waiting threads behind."""
    end_at_once(code)
    atexit.register(_handle, signal.SIG_IGN)  # behind that Python would put the system's own handlers back


@contextmanager
def calling(act: Callable[[], object]) -> Iterator[None]:
    """Let a signal call `act` and raise nothing while the block lasts: for an event loop. `act` may come more than
    once.
    """
    before = [(kind, signal.getsignal(kind)) for kind in ENDING]
    try:
        _handle(lambda *_: act())
        yield
    finally:
        for kind, handler in before:
            with suppress(ValueError):  # in a thread of a test
                signal.signal(kind, handler)


def undisturbed(function: Callable[P, R]) -> Callable[P, R]:
    """Let the function come to its end, also where a signal comes; the KeyboardInterrupt is raised behind it.

    For what may not be left half done: what clears something private away, and what keeps a text that was typed.
    """

    def to_the_end(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        finally:
            _raise_waiting(sys._getframe())

    _codes.add(to_the_end.__code__)  # always the same one
    return functools.wraps(function)(to_the_end)


def called_by_library(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function that native code calls come to its end, as `undisturbed`; the signal comes again in a moment.

    Native code would print what is raised, or forget it.
    """

    def to_the_end(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        finally:
            _send_waiting()

    _codes.add(to_the_end.__code__)
    return functools.wraps(function)(to_the_end)


def _handle(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    with suppress(ValueError):  # in a thread of a test
        for kind in ENDING:
            if signal.getsignal(kind) is not signal.SIG_IGN:
                signal.signal(kind, handler)


def _end(_number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, or put it off for an undisturbed function, which the frame tells without a gap."""
    global _waiting
    if _is_undisturbed(frame):
        _waiting = True
    elif not on_its_way(sys.exception()):
        raise KeyboardInterrupt


def _raise_waiting(frame: FrameType) -> None:
    """Raise a waiting signal in the main thread, where Python hands signals over."""
    global _waiting
    if _waiting and threading.current_thread() is threading.main_thread() and not _is_undisturbed(frame.f_back):
        _waiting = False
        if not on_its_way(sys.exception()):
            raise KeyboardInterrupt


@called_by_library
def _come_again(lost: sys.UnraisableHookArgs) -> None:
    """Send the signal again: Python drops what is raised where it clears objects away."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        _send_again()
    else:
        sys.__unraisablehook__(lost)


def _send_waiting() -> None:
    global _waiting
    while _waiting:  # another one may come meanwhile
        _waiting = False
        _send_again()


def _send_again() -> None:
    threading.Timer(AGAIN_S, _interrupt_main).start()


def _interrupt_main() -> None:
    """Interrupt the main thread, also where it waits for something, as for a key."""
    main = threading.main_thread().ident
    if sys.platform == "win32" or main is None:
        _thread.interrupt_main()
    else:
        signal.pthread_kill(main, signal.SIGTERM)


def _is_undisturbed(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code in _codes:
            return True
        frame = frame.f_back
    return False


def on_its_way(error: BaseException | None) -> bool:
    """True if the error came of a KeyboardInterrupt, which may stand behind it: closing what was left open can fail."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__context__
    return False
