"""The console for sentences to a person."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from voicecheck.cli.wrapping import fitted
from voicecheck.typed import as_typed


class Notices(Console):
    """On stderr. What is printed with `soft_wrap` keeps its paths and commands whole, and breaks between words."""

    def __init__(self) -> None:
        super().__init__(stderr=True, highlight=False)

    def print(self, *objects: Any, **options: Any) -> None:
        objects = tuple(as_typed(one) if isinstance(one, str) else one for one in objects)
        if options.get("soft_wrap") and len(objects) == 1 and isinstance(objects[0], str):
            objects = (fitted(objects[0], self.file),)
        super().print(*objects, **options)
