"""The person at the terminal, as the kinds of keys ask for what they need."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import click

from voicecheck.cli.app import App
from voicecheck.cli.terminal.reading import ask_text

WORDS_TESTED = 3
GROUP = 4
"""words of a recovery key that are printed together in plain lines"""


class TerminalPerson:
    def __init__(self, app: App, *, of_backup: bool = False) -> None:
        """With `of_backup` the secrets are those of a backup, and not of the vault that is here."""
        self._app = app
        self._phrases = app.phrases
        self._of_backup = of_backup

    def ask_secret(self, name: str) -> str:
        asked = self._phrases.screen.get(name, name.capitalize())
        if self._of_backup:
            asked = self._phrases.show("secret_of_backup", secret=name)
        return str(click.prompt(asked, hide_input=True, err=True))

    def ask_new_secret(self, name: str) -> str:
        again = self._phrases.show("passphrase_again")
        new = self._phrases.show("secret_new", secret=name)
        return str(click.prompt(new, hide_input=True, confirmation_prompt=again, err=True))

    def ask_line(self, question: str, **places: object) -> str:
        hidden = self._app.plain  # there the terminal would keep it
        with self._app.notices.screen(hide_cursor=False):
            return str(click.prompt(self._sentence(question, places), hide_input=hidden, err=True))

    def check_copied(self, words: Sequence[str], *, may_skip: bool) -> bool:
        """Shown once, on a screen that leaves nothing behind. Where it is left or stopped, the paper opens nothing."""
        copied = False
        try:
            copied = self._copied(words, may_skip=may_skip)
        finally:
            if not copied:
                click.echo(self._phrases.show("recovery_left"), err=True)
        return copied

    def _copied(self, words: Sequence[str], *, may_skip: bool) -> bool:
        """Show the words and ask for three of them until they are right. False if the person skipped it."""
        from voicecheck.vault.keys.recovery_key import whole_word

        tested = self._phrases.show("recovery_tested")
        if may_skip:
            tested = self._phrases.show("recovery_tested_or_left", tested=tested)
        while True:
            self._show(words)
            click.echo(tested, err=True)
            wrong = []
            for place in sorted(secrets.SystemRandom().sample(range(len(words)), WORDS_TESTED)):
                typed = self._ask_word(place + 1, may_skip=may_skip)
                if not typed:
                    return False
                wrong += [] if whole_word(typed) == words[place] else [str(place + 1)]
            if not wrong:
                return True
            *others, last = wrong  # their numbers alone: no word stays on the screen
            name = "recovery_wrong" if others else "recovery_wrong_one"
            click.echo(self._sentence(name, {"others": ", ".join(others), "last": last}), err=True)

    def busy(self, doing: str) -> AbstractContextManager[object]:
        return self._app.notices.status(self._sentence(doing, {}))

    def tell(self, sentence: str, **places: object) -> None:
        self._app.tell(self._sentence(sentence, places))

    def _sentence(self, name: str, places: Mapping[str, object]) -> str:
        return self._phrases.show(name, **places) if name in self._phrases.screen else name

    def _show_in_groups(self, words: Sequence[str]) -> None:
        """Print the words four at a time, and on request how they are spelled, by their first four letters.

        Letters are told apart by a word each, "B as in Bravo": b, d, p, t and v sound alike, and a reader may be quick.
        No two words begin with the same four letters.
        """
        click.echo(self._phrases.show("recovery_shown_plain"), err=True)
        numbered = list(enumerate(words, start=1))
        for first in range(0, len(words), GROUP):
            group = numbered[first : first + GROUP]
            for place, word in group:
                click.echo(f"{place}: {word}", err=True)
            more = first + GROUP < len(words)
            asked = self._phrases.show("recovery_group" if more else "recovery_group_last")
            while ask_text(asked).lower() == "s":
                for place, word in group:
                    click.echo(f"{place}: {word}. {self._spelled(word)}", err=True)

    def _spelled(self, word: str) -> str:
        from voicecheck.vault.keys.recovery_key import ENOUGH_LETTERS

        names = {name[0].lower(): name for name in self._phrases.show("recovery_letters").split()}
        letters = word[:ENOUGH_LETTERS]
        return ", ".join(
            self._phrases.show("recovery_letter", letter=letter.upper(), word=names[letter]) for letter in letters
        )

    def _show(self, words: Sequence[str]) -> None:
        if self._app.plain:
            self._show_in_groups(words)
            return
        numbered = [f"{place:2}  {word}" for place, word in enumerate(words, start=1)]
        with self._app.notices.screen(hide_cursor=False):
            click.echo(self._phrases.show("recovery_shown"), err=True)
            for left, right in zip(numbered[: len(words) // 2], numbered[len(words) // 2 :], strict=True):
                click.echo(f"  {left:<16}{right}", err=True)  # all of them on a small screen
            click.prompt(self._phrases.show("recovery_written"), default="", show_default=False, err=True)

    def _ask_word(self, number: int, *, may_skip: bool) -> str:
        """Ask for one word; empty only where it may be skipped."""
        asked, default = self._phrases.show("recovery_ask_word", number=number), "" if may_skip else None
        return str(click.prompt(asked, default=default, show_default=False, hide_input=True, err=True)).strip().lower()
