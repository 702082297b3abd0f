"""A made-up language beside English: its folders are searched behind those of the program, for one test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest

from voicecheck import feelings, phrases


@contextmanager
def languages_in(folder: Path) -> Iterator[None]:
    """Languages of `folder`/feelings and phrase files of `folder`/phrases are found until the end."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (feelings, phrases):
            patch.setattr(room, "__path__", [*room.__path__, str(folder / room.__name__.rpartition(".")[2])])
        forget()
        try:
            yield
        finally:
            forget()
            for path in (folder / "feelings").glob("*"):
                _unload(f"{feelings.__name__}.{path.name}")


def _unload(package: str) -> None:
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
    vars(feelings).pop(package.rpartition(".")[2], None)


def forget() -> None:
    """What was read once is read anew: a table of the same name may lie elsewhere now."""
    rooms = (feelings.__name__, phrases.__name__)
    for module in [module for name, module in sys.modules.items() if name.startswith(rooms)]:
        for one in vars(module).values():
            if isinstance(one, _lru_cache_wrapper):
                one.cache_clear()
