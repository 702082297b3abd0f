"""Progress bar with the time left, on stderr; nothing is drawn where nobody looks."""

from __future__ import annotations

from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from voicecheck.cli.app import App
from voicecheck.cli.app.quarters import Quarters


class Bar:
    """Progress bar over `total` entries, or seconds of sound; in plain lines a quarter, a half and three quarters."""

    def __init__(self, app: App, what: str, total: float | None) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        drawn = app.interactive and not app.plain
        self._progress = Progress(*columns, console=app.notices, transient=True, disable=not drawn)
        self._task = self._progress.add_task(escape(what), total=total)
        self._quarters = Quarters(app, what, total) if app.plain and app.interactive else None

    def say(self, what: str) -> None:
        """Show the description of the step that runs now."""
        self._progress.update(self._task, description=escape(what))

    def done(self, completed: float, total: float | None = None) -> None:
        self._progress.update(self._task, completed=completed, total=total)
        if self._quarters is not None:
            self._quarters.done(completed, total)

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()
