"""`voicecheck entry edit --forget`: take one sentence back for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from voicecheck.cli.app import App
from voicecheck.cli.terminal.piped import stdin_text
from voicecheck.cli.terminal.reading import resolve
from voicecheck.cli.vault.unlocking import open_unlocked
from voicecheck.errors import NotFoundError, UsageError
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.diary.taking_back import Sentence
    from voicecheck.domain import Entry
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.vault import Vault


def forget(app: App, key: DataKey, identifier: str, *, yes: bool) -> tuple[Entry, bool]:
    """Take a sentence back. Return the entry as it is then, and True if one was. Raises UsageError, NotFoundError."""
    from voicecheck.diary.taking_back import find_sentence, sentences_of, take_back, texts_of

    if not yes and not app.interactive:
        raise UsageError("Taking back asks first, and nobody can be asked here.", "Add --yes if you mean it.")
    with open_unlocked(app, key) as vault:
        found = vault.entries.get(resolve(vault, identifier))
        texts = texts_of(vault, found)
    if app.interactive:
        chosen = _chosen(app, sentences_of(texts, found.segments), len(texts) - 1, yes=yes)
        if chosen is None:
            return found, False
    else:
        chosen = find_sentence(texts, stdin_text(), found.segments)
        if chosen is None:
            raise NotFoundError("This sentence does not stand in the entry.", "Give it as it stands there.")
    with open_unlocked(app, key) as vault:
        after = take_back(vault, found, chosen)
    tell_limits(app, vault)
    return after, True


def tell_limits(app: App, vault: Vault) -> None:
    """Tell how far a deletion reaches, and that another process still reads, where one does."""
    app.tell(app.phrases.write("deleted_limits"))
    if not vault.settled:
        app.tell(app.phrases.write("deleted_still_read"))


def _chosen(app: App, choice: tuple[Sentence, ...], newest: int, *, yes: bool) -> Sentence | None:
    """Ask for a sentence, on a screen of its own that keeps no word; None for none."""
    if not choice:
        raise NotFoundError("No words were heard in this entry.", "To delete it: voicecheck entry delete ID")
    write = app.phrases.write
    with app.notices.screen(hide_cursor=False):
        for number, one in enumerate(choice, start=1):
            told = "" if one.revision == newest else f"  ({write('forget_only_earlier')})"
            app.notices.print(Text(f"{number:>3}  {printable(one.text)}{told}"))
        numbers = click.IntRange(0, len(choice))
        number = int(click.prompt(write("forget_which"), type=numbers, default=0, show_default=False, err=True))
        if not number:
            return None
        chosen = choice[number - 1]
        app.notices.print(Text(f"\n{printable(chosen.text)}\n", style="bold"))
        return chosen if yes or click.confirm(write("forget_sure"), err=True) else None
