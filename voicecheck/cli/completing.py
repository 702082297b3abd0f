"""What the Tab key offers behind a command's name: names that come with VoiceCheck or stand in the settings folder.

Never anything of the vault, not even an id: what a shell offers, it shows to whoever looks. And nothing fails aloud.
"""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


def setting_keys(context: click.Context, _parameter: click.Parameter, beginning: str) -> list[CompletionItem]:
    from voicecheck.settings import every_setting

    return [CompletionItem(one.key, help=one.explanation) for one in every_setting() if one.key.startswith(beginning)]
