"""The port to the configuration of a run: the command line's `App` and the page's `Desk` fit it as they are."""

from __future__ import annotations

from typing import Protocol

from voicecheck.paths import Paths
from voicecheck.phrases import Phrases
from voicecheck.settings.schema import Settings


class Configured(Protocol):
    """An object that knows the paths, the settings and the phrases of this run."""

    @property
    def paths(self) -> Paths: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def phrases(self) -> Phrases: ...
