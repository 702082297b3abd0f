"""`voicecheck completion`: print a script by which a shell completes commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

VARIABLE = "_VOICECHECK_COMPLETE"  # the name that click gives it
LINES = {
    "bash": 'in ~/.bashrc:  eval "$(voicecheck completion bash)"',
    "zsh": 'in ~/.zshrc, behind compinit:  eval "$(voicecheck completion zsh)"',
    "fish": "once:  voicecheck completion fish > ~/.config/fish/completions/voicecheck.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(LINES)))
def completion(shell: str) -> None:
    """Complete commands at the Tab key: for bash, zsh or fish.

    It prints a script for your shell; its last line says where to put it. Completed are commands, options, questions,
    packs, models, voices and settings, and nothing of what is kept in the vault.
    """
    from voicecheck.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "voicecheck", VARIABLE).source().strip())
    click.echo(f"# To have it in every new shell, {LINES[shell]}")
