"""A sample of a voice from the page, said by this process through the loudspeaker; one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from voicecheck.errors import VoicecheckError

Say = Callable[[str, threading.Event], None]
"""says a sentence in the voice of this name until the event is set"""


class Sampling:
    def __init__(self, say: Say) -> None:
        self.fault: VoicecheckError | None = None
        self.voice = ""
        self._say = say
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, voice: str) -> None:
        """Say the sample; one that is being said ends first."""
        self.stop()
        self.fault, self.voice, self._stop = None, voice, threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampling", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._say(self.voice, self._stop)
        except VoicecheckError as fault:
            self.fault = fault
