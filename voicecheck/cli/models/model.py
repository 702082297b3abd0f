"""`voicecheck model`: Whisper models on this computer."""

from __future__ import annotations

from pathlib import Path

import click

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.app.completion import model_names, weights_names
from voicecheck.cli.models import listing as shared
from voicecheck.cli.models.recommending import recommend
from voicecheck.errors import ModelError
from voicecheck.models import catalog
from voicecheck.models.catalog import FileCheck, FileState, Presence, Weights


@click.group()
def model() -> None:
    """Whisper models: list, recommend, fetch, import, verify."""


model.add_command(recommend)


@model.command("list")
@json_option
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """The models that VoiceCheck knows, and which of them are here."""
    shared.show_list(app, catalog.load_catalog().models, as_json=as_json)


@model.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=model_names)
@click.pass_obj
def fetch(app: App, names: tuple[str, ...]) -> None:
    """Download models and check every byte. Without NAME, the one of your settings.

    Only this command and `voice fetch` use the network.
    """
    known = catalog.load_catalog()
    shared.fetch_all(app, [known.model(name) for name in names or (app.settings.whisper.model,)])


@model.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--name", default="", help="Which model or voice it is, where its hashes do not tell.", shell_complete=weights_names
)
@click.pass_obj
def import_(app: App, folder: Path, name: str) -> None:
    """Copy models and voices from FOLDER, for a computer that is never online."""
    shared.import_from(app, folder, name)


@model.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=weights_names)
@json_option
@click.pass_obj
def verify(app: App, names: tuple[str, ...], as_json: bool) -> None:
    """Hash every file of NAME, or of all models and voices that are here."""
    known = catalog.load_catalog()
    folder = app.paths.models_folder
    here = [w for w in known.weights if catalog.presence(w, folder) is not Presence.MISSING]
    wanted = [known.named(name) for name in names] if names else here
    results = [(weights, catalog.verify_installed(weights, folder)) for weights in wanted]
    if as_json:
        echo_json([_result(weights, checks) for weights, checks in results])
    else:
        _show(app, results)
    bad = [weights for weights, checks in results if any(c.state is not FileState.VERIFIED for c in checks)]
    if bad:
        raise ModelError(
            f"Not all files are as they should be: {', '.join(w.name for w in bad)}.",
            " ".join(f"Run `voicecheck {w.command} fetch {w.name}`." for w in bad),
        )


def _result(weights: Weights, checks: tuple[FileCheck, ...]) -> dict[str, object]:
    files = [{"file": str(check.path), "state": check.state.value} for check in checks]
    return {"name": weights.name, "verified": all(c.state is FileState.VERIFIED for c in checks), "files": files}


def _show(app: App, results: list[tuple[Weights, tuple[FileCheck, ...]]]) -> None:
    if not results:
        app.notices.print("No model and no voice is here yet.")
    for weights, checks in results:
        app.output.print(weights.name, style="bold")
        for check in checks:
            mark = "✓" if check.state is FileState.VERIFIED else "✗"
            app.output.print(f"  {mark} {check.state.value:9} {check.path}", markup=False, soft_wrap=True)
