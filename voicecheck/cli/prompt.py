"""`voicecheck prompt`: show the questions, explain which comes next, and check a pack."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.app.completion import pack_names, prompt_ids
from voicecheck.cli.app.notices import echo
from voicecheck.cli.vault.unlocking import open_for_reading
from voicecheck.errors import UsageError
from voicecheck.prompts.ladder import choose
from voicecheck.prompts.packs import Packs, load_packs, read_pack
from voicecheck.text.untrusted import visible

if TYPE_CHECKING:
    from voicecheck.domain import Prompt

REASONS = {
    "first": "It begins with a small one.",
    "same": "You answered the one before; this one is about as deep.",
    "higher": "You answered two at the last depth, so this one goes one step deeper.",
    "left_over": "A smaller one that was left on the way.",
    "skipped": "You left the one before, so this one is smaller.",
    "stepped_back": "You asked for something smaller, so this is one of the smallest.",
    "again": "Everything else within reach was asked already; this one was asked longest ago.",
}


@click.group()
def prompt() -> None:
    """The questions: list, show, check, next."""


@prompt.command("list")
@click.option("--pack", "pack_id", metavar="ID", help="Only the questions of this pack.", shell_complete=pack_names)
@json_option
@click.pass_obj
def list_prompts(app: App, pack_id: str | None, as_json: bool) -> None:
    """List the questions, small ones first."""
    packs = load_packs(app.paths.prompts_folder)
    chosen = (packs.pack(pack_id),) if pack_id else packs.packs
    tell_broken(packs)
    if as_json:
        echo_json([_prompt_json(p) for pack in chosen for p in pack.prompts])
        return
    for pack in chosen:
        table = Table(title=Text(f"{pack.title} ({pack.id})"), title_justify="left", box=None, pad_edge=False)
        for heading in ("id", "depth", "question"):
            table.add_column(heading, no_wrap=heading == "id")
        for p in sorted(pack.prompts, key=lambda p: p.depth):
            table.add_row(p.id, str(p.depth), Text(p.text))
        app.output.print(table)


@prompt.command("show")
@click.argument("prompt_id", metavar="ID", shell_complete=prompt_ids)
@json_option
@click.pass_obj
def show_prompt(app: App, prompt_id: str, as_json: bool) -> None:
    """Show one question, and why it is asked."""
    packs = load_packs(app.paths.prompts_folder)
    p = packs.find(prompt_id)
    tell_broken(packs)
    if as_json:
        echo_json(_prompt_json(p))
        return
    echo(p.text)
    echo(f"\npack {p.pack} · depth {p.depth} · {p.theme}")
    echo(p.why)
    for label, text in _behind(p):
        echo(f"{label}: {text}")


@prompt.command("next")
@click.option(
    "--pack", "pack_id", metavar="NAME", help="Of this pack; else the one of the settings.", shell_complete=pack_names
)
@click.option("--why", is_flag=True, help="Tell the reason.")
@key_file_option
@json_option
@click.pass_obj
def next_prompt(app: App, pack_id: str | None, why: bool, key_file: Path | None, as_json: bool) -> None:
    """The question that comes next. It asks nothing and changes nothing; chance decides between equals."""
    packs = load_packs(app.paths.prompts_folder)
    pack = packs.in_language(pack_id or app.settings.checkin.pack, app.phrases.language)
    with open_for_reading(app, key_file) as vault:
        chosen = choose(pack, vault.steps.history(), random.SystemRandom())
    if as_json:
        echo_json(_prompt_json(chosen.prompt) | {"reason": chosen.why.value})
        return
    echo(f"{chosen.prompt.id}  (depth {chosen.prompt.depth})\n{chosen.prompt.text}")
    if why:
        click.echo(REASONS[chosen.why.value])


@prompt.command("check")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@json_option
@click.pass_obj
def check_pack(app: App, file: Path | None, as_json: bool) -> None:
    """Check a pack, or every pack when no FILE is given."""
    found = Packs((read_pack(file),)) if file else load_packs(app.paths.prompts_folder)
    if as_json and not found.broken:
        echo_json([{"id": p.id, "file": str(p.origin), "prompts": len(p.prompts)} for p in found.packs])
        return
    for pack in () if as_json else found.packs:
        echo(f"{pack.origin}: {len(pack.prompts)} questions, nothing wrong.")
    if found.broken:
        raise UsageError(" ".join(broken.fault.message for broken in found.broken), found.broken[0].fault.hint)


def _behind(p: Prompt) -> list[tuple[str, str]]:
    """Return the follow-ups of a question, each with a label for the kind of answer it follows."""
    heard = p.follow_ups
    every = [
        ("after a feeling", heard.named),
        ("after a vague word", heard.vague),
        ("after neither", heard.nothing),
        ("for two", p.together),
    ]
    return [(label, text) for label, text in every if text]


def tell_broken(packs: Packs) -> None:
    """Name the packs that cannot be asked from, once, on stderr."""
    for broken in packs.broken:
        echo(f"This pack is left out. {visible(broken.fault.message)}", err=True)


def _prompt_json(p: Prompt) -> dict[str, Any]:
    heard = p.follow_ups
    return {
        "id": p.id,
        "pack": p.pack,
        "depth": p.depth,
        "theme": p.theme,
        "text": p.text,
        "why": p.why,
        "follow_ups": {"named": heard.named, "vague": heard.vague, "nothing": heard.nothing},
        "together": p.together,
    }
