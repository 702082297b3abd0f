"""Asking for the words of a recovery key: a wrong one is found and asked for alone, never all of them again."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App
from voicecheck.cli.vault.unlocking import TRIES
from voicecheck.errors import UsageError, VaultLockedError
from voicecheck.text.typed import as_typed

if TYPE_CHECKING:
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.keys.slots import KeySlots

ON_PAPER = (
    "{} All the others are right, so the vault opens all the same. "
    "Better write down a new recovery key: voicecheck vault slots add recovery"
)
WORDS_TESTED = 3


def ask_words(app: App, slots: KeySlots) -> DataKey:
    """The data key. Typed where the words can be seen, on a screen that leaves nothing behind.

    Raises UsageError, VaultLockedError when they do not open it after three tries.
    """
    from voicecheck.vault.keys.recovery_key import split

    for attempt in range(1, TRIES + 1):
        typed = _ask(app, "The words of your recovery key, in order (the first four letters of each are enough)")
        try:
            return _unlock(app, slots, split(typed))
        except (UsageError, VaultLockedError) as error:
            if attempt == TRIES:
                raise
            click.echo(as_typed(f"{error.message} {error.hint}"), err=True)
            click.prompt("Press Enter to try again", default="", show_default=False, err=True)
    raise AssertionError("the loop returns or raises")


def _unlock(app: App, slots: KeySlots, words: list[str]) -> DataKey:
    from voicecheck.vault.keys.recovery_key import secret_of, unknown

    for place in unknown(words):
        words[place] = _ask_again(app, place, "is not a word of a recovery key")
    secret = secret_of(words)
    if secret is not None:
        with suppress(VaultLockedError):
            return slots.unlock_with_recovery_key(secret)
    places, right, data_key = _search(app, slots, words)
    for place in places:
        words[place] = _ask_again(app, place, "does not fit the others")
    if secret_of(words) != right:
        app.tell(ON_PAPER.format(_named(places)))
    return data_key


def _search(app: App, slots: KeySlots, words: list[str]) -> tuple[tuple[int, ...], bytes, DataKey]:
    """Which word is another, or which two have changed places; the key that is meant, and what it opens.

    Raises VaultLockedError where it is more than that.
    """
    from voicecheck.vault.keys.recovery_key import nearly

    with app.notices.status("Looking for the word that is not right"):
        for places, secret in nearly(words):
            try:
                return places, secret, slots.unlock_with_recovery_key(secret)
            except VaultLockedError:
                continue
    raise VaultLockedError(
        "These words do not open the vault.",
        "More than one of them is not right, or they are those of another vault, or of an older key.",
    )


def _ask_again(app: App, place: int, reason: str) -> str:
    """That word alone; its number is told, and never a word."""
    from voicecheck.vault.keys.recovery_key import whole_word

    return whole_word(_ask(app, f"Word {place + 1} {reason}. Word {place + 1} from the paper, letter by letter"))


def _ask(app: App, question: str) -> str:
    with app.notices.screen(hide_cursor=False):
        return str(click.prompt(question, err=True))


def _named(places: tuple[int, ...]) -> str:
    if len(places) == 1:
        return f"Word {places[0] + 1} is not the one that was shown."
    return f"Words {places[0] + 1} and {places[1] + 1} have changed places."


def show_and_test(app: App, secret: bytes, *, may_skip: bool = False) -> bool:
    """Show the words once, on a screen that leaves nothing behind, and ask for three of them until they are right.

    False where that may be skipped, and Enter was pressed in the place of a word.
    """
    from voicecheck.vault.keys.recovery_key import to_words, whole_word

    words = to_words(secret)
    numbered = [f"{place:2}  {word}" for place, word in enumerate(words, start=1)]
    while True:
        with app.notices.screen(hide_cursor=False):
            click.echo("Your recovery key. Please write these words on paper, with their numbers.", err=True)
            click.echo("Whoever has them can open the vault; they are shown only now.\n", err=True)
            for left, right in zip(numbered[: len(words) // 2], numbered[len(words) // 2 :], strict=True):
                click.echo(f"  {left:<16}{right}", err=True)  # all of them on a small screen
            click.prompt("\nPress Enter when they are on paper", default="", show_default=False, err=True)
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


def _not_right(numbers: list[int]) -> str:
    """The numbers alone: no word stays on the screen."""
    *others, last = map(str, numbers)
    return f"Words {', '.join(others)} and {last} were not right." if others else f"Word {last} was not right."


def _ask_word(number: int, *, may_skip: bool) -> str:
    """Empty only where it may be skipped."""
    default = "" if may_skip else None
    asked = f"Word {number} from the paper"
    return str(click.prompt(asked, default=default, show_default=False, hide_input=True, err=True)).strip().lower()
