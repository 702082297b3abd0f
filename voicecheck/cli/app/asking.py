"""A command that asks for what the person has to say, so that no argument holds it."""

from __future__ import annotations

import click

from voicecheck.errors import UsageError


class AskingCommand(click.Command):
    """A command that asks for a name, and refuses one as an argument, which a shell would keep."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            path = ctx.command_path
            raise UsageError("It asks for the name, so that your shell does not keep it.", f"Without the name: {path}")
        return ctx.args
