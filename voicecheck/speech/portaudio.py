"""PortAudio, for microphone and loudspeaker alike: the only importer of sounddevice."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from voicecheck.errors import AudioError

_ERROR_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
_IGNORE = _ERROR_HANDLER(lambda *_: None)
"""kept for the life of the process: ALSA holds a pointer to it"""


def portaudio() -> Any:
    """Return the module sounddevice, with ALSA kept off the screen. Raises AudioError if it is missing."""
    try:
        import sounddevice
    except OSError as error:
        raise AudioError("PortAudio is missing.", "On Debian or Ubuntu: apt install libportaudio2") from error
    _hush_alsa()
    return sounddevice


def _hush_alsa() -> None:
    """Silence ALSA, which prints each underrun to stderr; what matters comes back as an error anyway."""
    if sys.platform.startswith("linux"):
        try:
            ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_IGNORE)
        except (OSError, AttributeError):
            return
