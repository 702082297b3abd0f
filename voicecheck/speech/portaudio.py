"""PortAudio, for microphone and loudspeaker alike: the only importer of sounddevice."""

from __future__ import annotations

import atexit
import ctypes
import functools
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from voicecheck.errors import AudioError

STDERR = 2
ENDING_S = 2.0
_ending = threading.Event()
_writing = threading.Condition()
_writers = 0
"""threads that write to a stream right now"""


def portaudio() -> Any:
    """Return the module sounddevice, with its libraries kept off the screen. Raises AudioError if it is missing."""
    _hush_libraries()
    try:
        with _stderr_in_its_place():
            import sounddevice
    except OSError as error:
        raise AudioError("PortAudio is missing.", "On Debian or Ubuntu: apt install libportaudio2") from error
    _end_in_order(sounddevice)
    return sounddevice


@contextmanager
def _stderr_in_its_place() -> Iterator[None]:
    """Keep sounddevice from pointing stderr to nowhere for the time of its import: the question may just be shown.

    It goes on without where stderr cannot be duplicated, and that is what it is told, in this thread alone.
    """
    duplicate, here = os.dup, threading.get_ident()

    def refuse(fd: int) -> int:
        if fd == STDERR and threading.get_ident() == here:
            raise OSError("stderr stays where it is")
        return duplicate(fd)

    os.dup = refuse
    try:
        yield
    finally:
        os.dup = duplicate


@contextmanager
def writing() -> Iterator[threading.Event]:
    """Mark that this thread owns a stream and writes to it; yields the event that tells it to end soon.

    PortAudio may be ended by nobody else meanwhile: a stream that is closed under a thread that writes is a crash.
    """
    global _writers
    with _writing:
        _writers += 1
    try:
        yield _ending
    finally:
        with _writing:
            _writers -= 1
            _writing.notify_all()


@functools.cache
def _end_in_order(sounddevice: Any) -> None:
    """Let the end of the process wait for whoever writes; sounddevice itself ends PortAudio behind this."""

    def end() -> None:
        _ending.set()
        with _writing:
            if not _writing.wait_for(lambda: not _writers, ENDING_S):
                atexit.unregister(sounddevice._exit_handler)  # a sound server hangs: the system clears away

    atexit.register(end)


@functools.cache
def _hush_libraries() -> None:
    """Point C's stderr, which Python itself does not use, to nowhere.

    PortAudio, ALSA and JACK print there whatever they try in vain, from threads of their own too; what matters comes
    back as an error anyway.
    """
    if platform.libc_ver()[0] != "glibc":  # elsewhere this may be a constant
        return
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    nowhere = libc.fopen(os.fsencode(os.devnull), b"w")
    if nowhere:
        ctypes.c_void_p.in_dll(libc, "stderr").value = nowhere
