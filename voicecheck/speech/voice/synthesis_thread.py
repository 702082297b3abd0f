"""The thread that loads the voice and makes sound, so that the one that plays never waits for more than it needs."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

from voicecheck.errors import AudioError
from voicecheck.speech.voice.sound import Sound
from voicecheck.speech.voice.voices import Voice

LONGEST_SENTENCE_S = 5.0  # to make
LOOK_EVERY_S = 0.05  # whether it was hushed


class Maker:
    """Synthesis on a thread of its own: makes the sound of one text after the other."""

    def __init__(self, open_voice: Callable[[], Voice], on_failed: Callable[[AudioError], None]) -> None:
        self._open_voice = open_voice
        self._on_failed = on_failed
        self._voice: Voice | None = None
        self._mute = False
        self._orders: queue.SimpleQueue[Order | Callable[[], Voice] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._ahead: Order | None = None
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    def load(self) -> None:
        """Load the voice before it is needed."""
        self.make("")

    def change_voice(self, open_voice: Callable[[], Voice]) -> None:
        """Take another voice for what is made from now on; it loads when it is needed."""
        with self._lock:
            self._drop()
        self._orders.put(open_voice)

    def make(self, text: str) -> Order:
        order = Order(text)
        self._orders.put(order)
        return order

    def prepare(self, text: str) -> None:
        """Make a text now, for `take`. Only the newest counts."""
        with self._lock:
            if self._ahead is None or self._ahead.text != text:
                self._drop()
                self._ahead = self.make(text)

    def take(self, text: str) -> Order | None:
        """Return the order that was prepared last if it is for `text`, else drop it and return None."""
        with self._lock:
            taken = self._ahead if self._ahead is not None and self._ahead.text == text else None
            if taken is None:
                self._drop()
            self._ahead = None
            return taken

    def close(self) -> None:
        """Wait for the sentence that is being made: native threads must not outlive the interpreter."""
        with self._lock:
            self._drop()
        self._orders.put(None)
        self._thread.join(LONGEST_SENTENCE_S)

    def _drop(self) -> None:
        if self._ahead is not None:
            self._ahead.dropped.set()
            self._ahead = None

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            if not isinstance(order, Order):
                self._open_voice, self._voice = order, None
            elif not order.dropped.is_set():
                order.fill(self._loaded())

    def _loaded(self) -> Voice | None:
        if self._voice is None and not self._mute:
            try:
                self._voice = self._open_voice()
            except AudioError as error:
                self._mute = True
                self._on_failed(error)
            except Exception as error:  # noqa: BLE001  # as below
                self._mute = True
                self._on_failed(_fault(error))
        return self._voice


class Order:
    """Order for the sound of a text, with its sounds as they come."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.dropped = threading.Event()
        self._made: queue.SimpleQueue[Sound | AudioError | None] = queue.SimpleQueue()

    def fill(self, voice: Voice | None) -> None:
        if voice is not None and self.text:
            try:
                for sound in voice.synthesize(self.text):
                    self._made.put(sound)
                    if self.dropped.is_set():
                        break
            except AudioError as error:
                self._made.put(error)
            except Exception as error:  # noqa: BLE001  # of whatever engine: an evening must not wait for a dead thread
                self._made.put(_fault(error))
        self._made.put(None)

    def sounds(self, stop: threading.Event) -> Iterator[Sound]:
        """Yield each sound as soon as it is there, until `stop` is set. Raises AudioError."""
        while not stop.is_set():
            try:
                item = self._made.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                continue
            if item is None:
                return
            if isinstance(item, AudioError):
                raise item
            yield item
        self.dropped.set()


def _fault(error: Exception) -> AudioError:
    """Return the error by its kind alone: an engine's own words may hold the sentence."""
    return AudioError(f"The voice failed ({type(error).__name__}).", "Try: voicecheck voice test")
