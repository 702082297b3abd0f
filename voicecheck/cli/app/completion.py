"""Completion at the Tab key: `voicecheck completion` prints a script for a shell, and arguments complete by name.

Names that come with VoiceCheck or stand in the settings folder are offered, never anything of the vault, not even an
id: what a shell offers, it shows to whoever looks. A broken file offers nothing, and is named by the command itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VARIABLE = "_VOICECHECK_COMPLETE"  # the name that click gives it
LINES = {
    "bash": 'in ~/.bashrc:  eval "$(voicecheck completion bash)"',
    "zsh": 'in ~/.zshrc, behind compinit:  eval "$(voicecheck completion zsh)"',
    "fish": "once:  voicecheck completion fish > ~/.config/fish/completions/voicecheck.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(LINES)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Complete commands at the Tab key: for bash, zsh or fish.

    It prints a script for your shell; its last line says where to put it. Completed are commands, options, questions,
    packs, models, voices and settings, and nothing of what is kept in the vault.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "voicecheck", VARIABLE).source().strip())
    click.echo(f"# To have it in every new shell, {LINES[shell]}")


Names = Callable[[], Iterable[tuple[str, str]]]
"""each name with what stands behind it"""
Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def _offers(names: Names) -> Completer:
    def complete(_context: click.Context, _parameter: click.Parameter, beginning: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from voicecheck.errors import VoicecheckError

        try:
            return [CompletionItem(name, help=text) for name, text in names() if name.startswith(beginning)]
        except (VoicecheckError, OSError):
            return []

    return complete


@_offers
def setting_keys() -> Iterable[tuple[str, str]]:
    from voicecheck.settings.schema import every_setting

    return [(one.key, one.explanation) for one in every_setting()]


@_offers
def pack_names() -> Iterable[tuple[str, str]]:
    from voicecheck.paths import find_paths
    from voicecheck.prompts.packs import load_packs

    return [(pack.id, pack.title) for pack in load_packs(find_paths().prompts_folder).packs]


@_offers
def prompt_ids() -> Iterable[tuple[str, str]]:
    from voicecheck.paths import find_paths
    from voicecheck.prompts.packs import load_packs

    return [(prompt.id, prompt.text) for prompt in load_packs(find_paths().prompts_folder)]


@_offers
def model_names() -> Iterable[tuple[str, str]]:
    from voicecheck.models.catalog import load_catalog

    return [(weights.name, weights.note) for weights in load_catalog().models]


@_offers
def voice_names() -> Iterable[tuple[str, str]]:
    from voicecheck.models.catalog import load_catalog

    return [(weights.name, weights.note) for weights in load_catalog().voices]


@_offers
def weights_names() -> Iterable[tuple[str, str]]:
    """Return the names of models and voices, each with its explanation."""
    from voicecheck.models.catalog import load_catalog

    return [(weights.name, weights.note) for weights in load_catalog().weights]


@_offers
def country_codes() -> Iterable[tuple[str, str]]:
    from voicecheck.helplines import help_folders
    from voicecheck.paths import find_paths

    return [(code, "") for code in help_folders(find_paths().resources_folder).countries()]
