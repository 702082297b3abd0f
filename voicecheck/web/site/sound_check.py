"""Hearing each other before the first question: a sample of each voice, and the level of the microphone as it comes."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from voicecheck.errors import AudioError, VoicecheckError
from voicecheck.paths import Paths
from voicecheck.settings.schema import Settings
from voicecheck.speech.voice.choices import VoiceChoice, voices_here
from voicecheck.web.site.page_screen import share_of

LISTENS_S = 20.0
EVERY_BLOCKS = 3
"""of sound, after which a level is shown: about ten times a second"""


class LeftError(Exception):
    """Nobody looks at the level any more."""


@dataclass
class SoundCheck:
    """One at a time: a microphone that two things open is open in one of them unseen."""

    paths: Paths
    settings: Callable[[], Settings]
    sample: str
    """the sentence that each voice says"""
    expect: Callable[[], None] = lambda: None
    """raises a VoicecheckError where what writes down is missing"""
    _one: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def listening(self) -> bool:
        return self._one.locked()

    def voices(self) -> tuple[VoiceChoice, ...]:
        return voices_here(self.paths.models_folder)

    def chosen(self) -> int:
        """Return the place of the voice that the settings mean, among those that are here."""
        voice = self.settings().voice
        found = (at for at, one in enumerate(self.voices()) if (one.engine, one.name) == (voice.engine, voice.name))
        return next(found, 0)

    def say(self, choice: VoiceChoice) -> None:
        """Say the sample and wait for its end. Raises AudioError."""
        from voicecheck.speech.voice.speaker import Loudspeaker
        from voicecheck.speech.voice.voices import open_voice

        settings = self.settings()
        wanted = msgspec.structs.replace(settings.voice, engine=choice.engine, name=choice.name)
        loudspeaker = Loudspeaker(settings.loudspeaker)
        for sound in open_voice(wanted, self.paths.models_folder).synthesize(self.sample):
            loudspeaker.play(sound)

    def lack(self) -> str:
        """Return the sentence about what is missing to write down what is said; empty for nothing."""
        try:
            self.expect()
        except VoicecheckError as error:
            return error.told
        return ""

    async def levels(self, closing: Callable[[], bool]) -> AsyncIterator[str]:
        """Yield levels as server-sent events while the microphone is open: twenty seconds, or until nobody looks."""
        if not self._one.acquire(blocking=False):
            return
        loop, told, left = asyncio.get_running_loop(), asyncio.Queue[dict[str, object]](), threading.Event()

        def tell(**event: object) -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(told.put_nowait, event)

        thread = threading.Thread(target=self._listen, args=(tell, lambda: left.is_set() or closing()), daemon=True)
        thread.start()
        try:
            while True:
                event = await told.get()
                yield f"data: {json.dumps(event)}\n\n"
                if "over" in event:
                    return
        finally:
            left.set()

    def _listen(self, tell: Callable[..., None], left: Callable[[], bool]) -> None:
        from voicecheck.speech.microphone import listen

        blocks = 0

        def show(dbfs: float) -> None:
            nonlocal blocks
            if left():
                raise LeftError
            blocks += 1
            if blocks % EVERY_BLOCKS == 0:
                tell(share=share_of(dbfs))

        fault = ""
        try:
            listen(self.settings().microphone, LISTENS_S, show)
        except AudioError as error:
            fault = error.told
        except LeftError:
            pass
        finally:
            self._one.release()
            tell(over=fault)
