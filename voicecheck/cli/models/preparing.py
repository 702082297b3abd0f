"""Prepared sentences from the command line: making them, with a bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from voicecheck.checkin import preparing
from voicecheck.cli.app import App
from voicecheck.cli.app.quarters import Quarters

if TYPE_CHECKING:
    from voicecheck.settings.schema import Voice as VoiceSettings
    from voicecheck.speech.voice.prepared import Made


def make_ahead(app: App, settings: VoiceSettings) -> Made | None:
    """Make all fixed sentences, with progress. None for a voice of the system's. Raises AudioError."""
    return preparing.make_ahead(app, settings, partial(_progress, app))


@contextmanager
def _progress(app: App, name: str) -> Iterator[Callable[[Made], None]]:
    what = app.phrases.show("prepares", voice=name)
    if not app.notices.is_terminal:
        app.notices.print(what, markup=False)
        quarters = Quarters(app, what)
        yield lambda made: quarters.done(made.ready, made.wanted) if app.plain else None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=app.notices) as bars:
        task = bars.add_task(what, total=None)
        yield lambda made: bars.update(task, total=made.wanted, completed=made.ready)
