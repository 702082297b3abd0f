"""A download started from the page: another process fetches, this one looks how far it is and steers it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from voicecheck.errors import ModelError
from voicecheck.models import catalog
from voicecheck.models.catalog import Weights
from voicecheck.models.on_disk import fetched_bytes
from voicecheck.offline.errand import CAN_PAUSE, STOP, Errand


class Download:
    """One model or voice on its way, with all that it needs."""

    def __init__(
        self,
        weights: Weights,
        models_folder: Path,
        errand: Errand,
        preparing: Callable[[], tuple[int, int]] | None = None,
    ) -> None:
        """`preparing` tells how many sentences are ready, of how many: a voice that is here makes the rest of them."""
        self.weights = weights
        self.prepares = preparing is not None
        self.paused = False
        self.stopped = False
        self.fault: ModelError | None = None
        self._whole = catalog.load_catalog().whole(weights)
        self._how_far = preparing or partial(fetched_bytes, self._whole, models_folder)
        self._errand = errand
        self._thread = threading.Thread(target=self._run, name="download", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def may_pause(self) -> bool:
        return CAN_PAUSE

    def how_far(self) -> tuple[int, int]:
        """Return bytes that are here, and bytes in all; or sentences."""
        return self._how_far()

    def pause(self, *, paused: bool) -> None:
        """Hold it where it is, or let it go on."""
        if self.running and self.may_pause:
            self.paused = paused
            self._errand.steer("pause" if paused else "go_on")

    def stop(self) -> None:
        """End it; nothing of it stays. Returns at once."""
        if self.running:
            self.stopped, self.paused = True, False
            self._errand.steer(STOP)

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        done = self._errand.fetch_quietly(self.weights.command, self.weights.name)
        if done.code != 0 and not self.stopped:
            self.fault = _fault(self.weights, done.fault)


def _fault(weights: Weights, told: str) -> ModelError:
    """Return what the other process said was wrong."""
    lines = dict(line.split(": ", 1) for line in told.splitlines() if line.startswith(("error: ", "hint: ")))
    if "error" not in lines:
        return ModelError(f"{weights.name} could not be fetched.", "Check the connection, and try once more.")
    return ModelError(lines["error"], lines.get("hint", ""))
