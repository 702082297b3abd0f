"""`voicecheck entry edit --forget`: take one sentence back for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from voicecheck.cli.app import App
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.piped import stdin_text
from voicecheck.cli.terminal.reading import resolve
from voicecheck.cli.vault.unlocking import open_unlocked
from voicecheck.errors import NotFoundError, UsageError
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.diary.taking_back import Sentence
    from voicecheck.domain import Entry, Turn
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.vault import Vault


def forget(app: App, key: DataKey, identifier: str, *, yes: bool) -> tuple[Entry, bool]:
    """Take a sentence back, or words that are kept beside the entry. Return the entry as it is then, and True.

    False where nothing was chosen. Raises UsageError, NotFoundError.
    """
    from voicecheck.diary import aside
    from voicecheck.diary.taking_back import Sentence, find_sentence, sentences_of, take_back, texts_of

    if not yes and not app.interactive:
        raise UsageError("Taking back asks first, and nobody can be asked here.", "Add --yes if you mean it.")
    with open_unlocked(app, key) as vault:
        found = vault.entries.get(resolve(vault, identifier))
        texts = texts_of(vault, found)
    sentences = sentences_of(texts, found.segments)
    if app.interactive:
        chosen = _chosen(app, (*sentences, *found.aside), len(texts) - 1, yes=yes)
        if chosen is None:
            return found, False
    else:
        wanted = stdin_text()
        chosen = find_sentence(texts, wanted, found.segments) or aside.find(found, wanted, len(sentences))
        if chosen is None:
            raise NotFoundError("This sentence does not stand in the entry.", "Give it as it stands there.")
    with open_unlocked(app, key) as vault:
        after = take_back(vault, found, chosen) if isinstance(chosen, Sentence) else aside.forget(vault, found, chosen)
    tell_limits(app, vault)
    return after, True


def tell_limits(app: App, vault: Vault) -> None:
    """Tell how far a deletion reaches, and that another process still reads, where one does."""
    app.tell(app.phrases.write("deleted_limits"))
    if not vault.settled:
        app.tell(app.phrases.write("deleted_still_read"))


def _note(one: Sentence | Turn, newest: int) -> str:
    """Return the phrase that tells where else than in the newest text it stands; empty for that."""
    from voicecheck.domain import Turn

    if isinstance(one, Turn):
        return "forget_aside"
    return "" if one.revision == newest else "forget_only_earlier"


def _chosen(app: App, choice: tuple[Sentence | Turn, ...], newest: int, *, yes: bool) -> Sentence | Turn | None:
    """Ask for a sentence, on a screen of its own that keeps no word; None for none."""
    if not choice:
        raise NotFoundError("No words were heard in this entry.", "To delete it: voicecheck entry delete ID")
    write = app.phrases.write
    with app.notices.screen(hide_cursor=False):
        for number, one in enumerate(choice, start=1):
            note = _note(one, newest)
            told = f"  ({write(note)})" if note else ""
            app.notices.print(Text(f"{number:>3}  {printable(one.text)}{told}"))
        numbers = click.IntRange(0, len(choice))
        number = int(click.prompt(write("forget_which"), type=numbers, default=0, show_default=False, err=True))
        if not number:
            return None
        chosen = choice[number - 1]
        app.notices.print(Text(f"\n{printable(chosen.text)}\n", style="bold"))
        return chosen if yes or confirm(app.phrases, write("forget_sure")) else None
