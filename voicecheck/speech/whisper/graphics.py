"""Graphics card: can Whisper use one here, and what is missing if not.

CTranslate2 opens CUDA's libraries by name at the first call. The wheels that carry them put them where no loader
looks, so `bring_libraries` loads them beforehand; then the name is already known to the process. Nothing of this is
needed on a computer without an NVIDIA card. (CTranslate2's guide to its installation; its issue 1933 on CUDA 13.)
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import mmap
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NVIDIA_PCI_VENDOR = "0x10de"
DISPLAY_PCI_CLASS = "0x03"
COMPUTE_TYPES = ("float16", "int8", "float32")
"""number types to compute in on a card, the best first; older cards lack the first"""


@dataclass(frozen=True, slots=True)
class Library:
    """A part of CUDA that CTranslate2 opens by name."""

    title: str
    wheel: str
    """the package that carries it"""
    linux: str
    windows: str
    folder: str
    """under the wheel's `nvidia` folder"""

    @property
    def name(self) -> str:
        return self.windows if sys.platform == "win32" else self.linux


CUBLAS = Library("cuBLAS 12", "nvidia-cublas-cu12", "libcublas.so.12", "cublas64_12.dll", "cublas")
CUDNN = Library("cuDNN 9", "nvidia-cudnn-cu12", "libcudnn.so.9", "cudnn64_9.dll", "cudnn")


@dataclass(frozen=True, slots=True)
class Graphics:
    """NVIDIA cards of this computer, and the CUDA libraries that are missing."""

    usable: int
    """cards that CTranslate2 sees through the driver"""
    built_in: bool
    """an NVIDIA card is in this computer, with or without a driver"""
    missing: tuple[Library, ...]
    """of the libraries that this CTranslate2 needs"""


def look() -> Graphics:
    """Look for the card, its driver and the libraries; nothing is computed."""
    bring_libraries()
    missing = tuple(library for library in _needed() if not _loads(library.name))
    return Graphics(count_cards(), _has_nvidia_card(), missing)


def count_cards() -> int:
    """Return the number of cards that CTranslate2 sees; 0 without a driver, and for one that does not answer."""
    import ctranslate2

    try:
        return int(ctranslate2.get_cuda_device_count())
    except RuntimeError:
        return 0


def best_compute_type() -> str:
    """Return the best of COMPUTE_TYPES that the card knows."""
    import ctranslate2

    known = ctranslate2.get_supported_compute_types("cuda")
    return next((kind for kind in COMPUTE_TYPES if kind in known), "default")


def bring_libraries() -> None:
    """Load CUDA's libraries from the wheels that carry them, where they are installed."""
    for folder in _wheel_folders():
        if sys.platform == "win32":
            os.add_dll_directory(str(folder))
        for file in sorted(folder.glob("*.dll" if sys.platform == "win32" else "lib*.so.*"), reverse=True):
            with contextlib.suppress(OSError):  # one that needs another is loaded by that one
                ctypes.CDLL(str(file))


def _wheel_folders() -> Iterator[Path]:
    """Yield the folders in which the wheels put cuBLAS and cuDNN: `nvidia/cublas/lib`, and `bin` on Windows."""
    try:
        spec = importlib.util.find_spec("nvidia")
    except (ImportError, ValueError):
        return
    for root in spec.submodule_search_locations or () if spec else ():
        for library in (CUBLAS, CUDNN):
            folder = Path(root) / library.folder / ("bin" if sys.platform == "win32" else "lib")
            if folder.is_dir():
                yield folder


def _needed() -> tuple[Library, ...]:
    """Return the libraries to load: cuBLAS; also cuDNN if CTranslate2 names it (4.5 to 4.7 do, 4.8.5 does not)."""
    return (CUBLAS, CUDNN) if any(_names(file, b"cudnn") for file in _ctranslate2_files()) else (CUBLAS,)


def _ctranslate2_files() -> Iterator[Path]:
    spec = importlib.util.find_spec("ctranslate2")
    for root in spec.submodule_search_locations or () if spec else ():
        yield from Path(root).glob("ctranslate2*.dll")
        yield from Path(root).parent.glob("ctranslate2.libs/libctranslate2*")


def _names(file: Path, text: bytes) -> bool:
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(text) >= 0


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_nvidia_card(devices: Path = Path("/sys/bus/pci/devices")) -> bool:
    """True if there is an NVIDIA card; Linux alone can be asked without a driver."""
    for device in devices.glob("*"):
        with contextlib.suppress(OSError):
            kind = (device / "class").read_text().strip()
            if kind.startswith(DISPLAY_PCI_CLASS) and (device / "vendor").read_text().strip() == NVIDIA_PCI_VENDOR:
                return True
    return False
