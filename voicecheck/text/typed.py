"""Commands as this person types them: a hint of `voicecheck checkin` after `script/run` reads `script/run checkin`."""

from __future__ import annotations

import os
import re

VARIABLE = "VOICECHECK_COMMAND"
"""set by script/run: what was typed to start it, quoted for a shell"""
_COMMAND = re.compile(r"(?<![\w./-])(?<!-m )voicecheck(?= +(?:[a-z]|-))")


def command_word() -> str:
    """Return the command that starts VoiceCheck here."""
    given = os.environ.get(VARIABLE, "").strip()
    return given if given.isprintable() and given else "voicecheck"


def as_typed(text: str) -> str:
    """Return `text` with its commands begun by what was typed to start this program."""
    word = command_word()
    return text if word == "voicecheck" else _COMMAND.sub(lambda _: word, text)
