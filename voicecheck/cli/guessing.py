"""Suggestions for an unknown command: a neighbour in spelling, or the verb of another noun, as `entry delete`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import click

MOST = 8
SAME = [
    frozenset(verbs.split())
    for verbs in (
        "set edit change modify add on start", "delete remove rm erase clear off stop disable", "list ls all show",
        "show view cat get print info status", "search find grep", "fetch download install add get pull",
        "create new init add", "unlock open", "passwd password", "retag tag mark", "test try check", "next tonight",
    )
]  # fmt: skip
"""verbs that other programs have for one thing"""


def meant_by(name: str, context: click.Context) -> list[str]:
    """Return full commands, without the program's name: of a noun that was named those that do the same, else those so
    called, else near ones here, else near ones anywhere.

    `context` is that of the group in which `name` was looked for.
    """
    wanted = name.casefold()
    here = tuple(context.command_path.split()[1:])
    every = list(_paths(context.find_root()))
    beside = [path for path in every if path[:-1] == here]
    called = [path for path in every if path[-1] == wanted]
    meant = [path for path in beside if here and any({wanted, path[-1]} <= verbs for verbs in SAME)]
    found = meant or called or _near(wanted, beside) or _near(wanted, every)
    return [" ".join(path) for path in found[:MOST]]


def _near(wanted: str, paths: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    names = list(dict.fromkeys(path[-1] for path in paths))
    near = get_close_matches(wanted, names, n=2, cutoff=0.7)
    return [path for name in near for path in paths if path[-1] == name]


def _paths(context: click.Context, *above: str) -> Iterator[tuple[str, ...]]:
    group = context.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from _paths(click.Context(command, parent=context, info_name=name), *above, name)
