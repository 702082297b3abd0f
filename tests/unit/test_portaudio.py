"""PortAudio's import: what else the program shows meanwhile is not lost."""

from __future__ import annotations

import os
import threading

import pytest

from voicecheck.speech.portaudio import STDERR, _stderr_in_its_place


def test_stderr_stays_in_its_place_while_the_library_loads() -> None:
    """sounddevice points it to nowhere for some 30 ms; without a duplicate to restore it goes on without."""
    elsewhere: list[int] = []
    with _stderr_in_its_place():
        with pytest.raises(OSError, match="stays"):
            os.dup(STDERR)
        os.close(os.dup(1))
        other = threading.Thread(target=lambda: elsewhere.append(os.dup(STDERR)))
        other.start()
        other.join()
    os.close(elsewhere.pop())
    os.close(os.dup(STDERR))
