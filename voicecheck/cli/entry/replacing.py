"""Correct a text in plain lines: words that are not right, and what should stand in their place, pair after pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecheck.cli.app.notices import echo_whole
from voicecheck.cli.terminal.reading import ask_text
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases


def replace_words(phrases: Phrases, text: str, before: str | None = None, told: str = "") -> str | None:
    """Return the text after the person has replaced words in it; None where it is as it was `before`.

    `told` is said first. Each line is printed once: the text stands above, and only what changes is asked for.
    """
    before = text if before is None else before
    for line in filter(None, (told, text, phrases.write("edit_plain"))):
        echo_whole(printable(line))
    while wrong := ask_text(phrases.write("edit_plain_wrong")):
        count = text.count(wrong)
        if count == 1:
            text = text.replace(wrong, ask_text(phrases.write("edit_plain_right")))
        else:
            echo_whole(phrases.write("edit_plain_many" if count else "edit_plain_none", count=count))
    return None if text == before else text
