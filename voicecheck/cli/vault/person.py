"""The person at the terminal, as the kinds of keys ask for what they need."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager

import click

from voicecheck.cli.app import App

WORDS_TESTED = 3


class TerminalPerson:
    def __init__(self, app: App, whose: str = "") -> None:
        """`whose` says of which vault a secret is, where it is not the one that is here, as "The backup's"."""
        self._app = app
        self._whose = whose

    def hidden(self, name: str) -> str:
        asked = f"{self._whose} {name}" if self._whose else self._app.phrases.screen.get(name, name.capitalize())
        return str(click.prompt(asked, hide_input=True, err=True))

    def chosen(self, name: str) -> str:
        return str(click.prompt(f"New {name}", hide_input=True, confirmation_prompt="Once more", err=True))

    def shown(self, question: str) -> str:
        with self._app.notices.screen(hide_cursor=False):
            return str(click.prompt(question, err=True))

    def copied(self, words: Sequence[str], *, may_skip: bool) -> bool:
        """Shown once, on a screen that leaves nothing behind; three of them are asked for until they are right."""
        from voicecheck.vault.keys.recovery_key import whole_word

        while True:
            self._show(words)
            asked = sorted(secrets.SystemRandom().sample(range(len(words)), WORDS_TESTED))
            if may_skip:
                click.echo("Three of them, to be sure that they can be read. Enter alone: another day.", err=True)
            typed = []
            for place in asked:
                typed.append(_ask_word(place + 1, may_skip=may_skip))
                if not typed[-1]:
                    return False
            wrong = [place + 1 for place, word in zip(asked, typed, strict=True) if whole_word(word) != words[place]]
            if not wrong:
                return True
            click.echo(f"{_not_right(wrong)} Here they all are once more.", err=True)

    def busy(self, doing: str) -> AbstractContextManager[object]:
        return self._app.notices.status(doing)

    def tell(self, sentence: str) -> None:
        self._app.tell(sentence)

    def _show(self, words: Sequence[str]) -> None:
        numbered = [f"{place:2}  {word}" for place, word in enumerate(words, start=1)]
        with self._app.notices.screen(hide_cursor=False):
            click.echo("Your recovery key. Please write these words on paper, with their numbers.", err=True)
            click.echo("Whoever has them can open the vault; they are shown only now.\n", err=True)
            for left, right in zip(numbered[: len(words) // 2], numbered[len(words) // 2 :], strict=True):
                click.echo(f"  {left:<16}{right}", err=True)  # all of them on a small screen
            click.prompt("\nPress Enter when they are on paper", default="", show_default=False, err=True)


def _not_right(numbers: list[int]) -> str:
    """Return the numbers of wrong words: no word stays on the screen."""
    *others, last = map(str, numbers)
    return f"Words {', '.join(others)} and {last} were not right." if others else f"Word {last} was not right."


def _ask_word(number: int, *, may_skip: bool) -> str:
    """Ask for one word; empty only where it may be skipped."""
    default = "" if may_skip else None
    asked = f"Word {number} from the paper"
    return str(click.prompt(asked, default=default, show_default=False, hide_input=True, err=True)).strip().lower()
