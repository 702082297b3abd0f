"""Functions that `model` and `voice` share: the list, fetching with progress, and the note on trust."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from voicecheck.cli.app import App, echo_json
from voicecheck.cli.app.quarters import Quarters
from voicecheck.models import catalog
from voicecheck.models.catalog import Presence, Weights
from voicecheck.models.fetch import fetch, import_all, import_folder
from voicecheck.models.pins import pins_of

if TYPE_CHECKING:
    from voicecheck.models.fetch import Arrival
    from voicecheck.models.sources import Progress

QUARTERED_BYTES = 50_000_000  # less is here soon


def show_list(app: App, among: tuple[Weights, ...], *, as_json: bool) -> None:
    rows = [_row(app, weights) for weights in among]
    if as_json:
        echo_json(rows)
        return
    table = Table(box=None, pad_edge=False)
    for title in ("name", "size", "languages", "here", "hashes", "licence"):
        table.add_column(title, justify="right" if title == "size" else "left")
    for row in rows:
        size = f"{row['size_bytes'] / 1e6:,.0f} MB"
        table.add_row(row["name"], size, ", ".join(row["languages"]), row["state"], row["hashes"], row["licence"])
    app.output.print(table)
    app.output.print()
    for row in rows:
        app.output.print(f"{row['name']}: {row['note']}.", style="dim")


def _row(app: App, weights: Weights) -> dict[str, Any]:
    folder = app.paths.models_folder
    state = catalog.presence(weights, folder)
    return {
        "name": weights.name,
        "size_bytes": weights.size,
        "languages": list(weights.languages),
        "state": state.value,
        "installed": state is Presence.INSTALLED,
        "hashes": _hashes(app, weights),
        "licence": weights.licence,
        "note": weights.note,
        "folder": str(weights.folder(folder)),
    }


def _hashes(app: App, weights: Weights) -> str:
    """Return the source of the hashes that the files are checked against."""
    if weights.hashes_known:
        return "in the catalog"
    return "pinned here" if pins_of(weights.key, app.paths.models_folder) else "unknown"


def fetch_all(app: App, wanted: list[Weights]) -> None:
    for weights in wanted:
        with progress(app) as report:
            arrival = fetch(weights, app.paths.models_folder, report)
        tell_arrival(app, arrival)


def import_from(app: App, folder: Path, name: str) -> None:
    """Import all weights that the catalogue recognises in `folder`, or the ones taken as `name`."""
    models = app.paths.models_folder
    with progress(app) as report:
        arrivals = [import_folder(folder, models, report, name)] if name else import_all(folder, models, report)
    for arrival in arrivals:
        tell_arrival(app, arrival)


@contextmanager
def progress(app: App) -> Iterator[Progress]:
    """Show progress: a bar on a terminal; elsewhere one line for each thing that begins."""
    if not app.notices.is_terminal:
        told: dict[str, Quarters] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in told:
                told[what] = Quarters(app, what, total)
                app.tell(f"{what}, {total / 1e6:.0f} MB")
            if app.plain and total >= QUARTERED_BYTES:
                told[what].done(done)

        yield tell
        return
    with Bars(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=app.notices
    ) as bars:
        tasks: dict[str, Any] = {}

        def draw(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield draw


def tell_arrival(app: App, arrival: Arrival) -> None:
    weights = arrival.weights
    if not arrival.source:
        app.tell(f"{weights.name} is here, and every file is as published.")
        return
    app.tell(f"{weights.name} came from {arrival.source}.")
    if arrival.pinned:
        app.tell(
            f"Its hashes were not known before ({', '.join(arrival.pinned)}). They are now pinned as they came: "
            "from here on any change will be noticed, but this first time you trust the source.",
        )
    else:
        app.tell("Every file has the hash that the catalog knows.")
    app.tell(f"Licence: {weights.licence}. It lies in {arrival.folder}.")
