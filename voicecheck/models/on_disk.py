"""Weights on this computer's disk: how far a fetch of another process is, and taking weights away again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from voicecheck.errors import ModelError
from voicecheck.models import catalog
from voicecheck.models.catalog import Presence, Weights
from voicecheck.models.sources import BEGUN, bytes_in, packed_bytes


def fetched_bytes(whole: Sequence[Weights], models_folder: Path) -> tuple[int, int]:
    """Return how many bytes of these weights are here or under way, and how many there will have been.

    An archive counts beside what it holds, since both are written.
    """
    totals = [weights.size + max(map(packed_bytes, weights.sources), default=0) for weights in whole]
    here = [catalog.installed(weights, models_folder) for weights in whole]
    done = sum(total for total, is_here in zip(totals, here, strict=True) if is_here)
    if not all(here):
        done += bytes_in(models_folder / ".partial")
        done += sum(bytes_in(models_folder / BEGUN / weights.name) for weights in whole)
    return min(done, sum(totals)), sum(totals)


def remove_weights(weights: Weights, models_folder: Path) -> None:
    """Remove the files of these weights, and of what only they needed. Raises ModelError: not here, or busy."""
    from filelock import FileLock, Timeout

    if catalog.presence(weights, models_folder) is Presence.MISSING:
        raise ModelError(f"{weights.name} is not on this computer.", "Load the page again.")
    try:
        with FileLock(models_folder / ".lock", timeout=0):
            for one in (weights, *_no_longer_needed(weights, models_folder)):
                shutil.rmtree(one.folder(models_folder), ignore_errors=False)
    except Timeout as error:
        raise ModelError("Something is being fetched.", "Wait until it has ended, or stop it.") from error
    except OSError as error:
        raise ModelError(
            f"{weights.name} could not be removed: {error.strerror or error}.", f"Look at {models_folder}."
        ) from error


def _no_longer_needed(weights: Weights, models_folder: Path) -> list[Weights]:
    known = catalog.load_catalog()
    if not weights.needs:
        return []
    others = [one for one in known.voices if one.needs == weights.needs and one.name != weights.name]
    if any(catalog.presence(one, models_folder) is not Presence.MISSING for one in others):
        return []
    shared = known.named(weights.needs)
    return [] if catalog.presence(shared, models_folder) is Presence.MISSING else [shared]
