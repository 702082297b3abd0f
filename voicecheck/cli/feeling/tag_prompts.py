"""Input of a feeling word's family and meaning, by a person at a prompt or by a program as JSON.

No such word is ever an argument: it is typed at a prompt, or comes in on stdin as JSON.
"""

from __future__ import annotations

from typing import TypeVar

import click
import msgspec

from voicecheck.cli.app import App
from voicecheck.cli.terminal.piped import stdin_bytes
from voicecheck.diary.meaning import Meaning, Said, meaning_of, said_of
from voicecheck.domain import EmotionMention, Family, Quadrant
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import BOM

Shape = TypeVar("Shape")
Choice = TypeVar("Choice", Family, Quadrant)
MEANT = {
    Meaning.FELT: "yours, and felt",
    Meaning.DENIED: "not felt",
    Meaning.IMAGINED: "wished for, feared or imagined",
    Meaning.PAST: "long past",
    Meaning.OTHER: "somebody else's",
    Meaning.UNCLEAR: "unclear whose",
}
HINT_WORD = 'Give one JSON object on standard input, as {"word": "...", "family": "sadness"}.'
HINT = 'Give one JSON object on standard input, as {"family": "shame", "negated": true}.'


class SaidWord(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A word of one's own, as a program gives it."""

    word: str
    family: Family
    quadrant: Quadrant | None = None
    vague: bool = False

    def __repr__(self) -> str:
        return "SaidWord(...)"


def hear_said(app: App, before: EmotionMention | None = None) -> Said:
    """Ask a person on a screen of its own, else read stdin. Raises UsageError, which quotes nothing."""
    if app.interactive:
        with app.output.screen(hide_cursor=False):
            return ask_said(before)
    return decode_said(stdin_bytes(), Said, HINT)


def decode_said(raw: bytes, shape: type[Shape], hint: str) -> Shape:
    try:
        return msgspec.json.decode(raw.removeprefix(BOM), type=shape)
    except (ValueError, RecursionError) as error:
        raise UsageError("What came in on standard input does not say what a feeling is.", hint) from error


def ask_said(before: EmotionMention | None = None) -> Said:
    """Ask a person for the family and how it was meant; Enter keeps what is known already."""
    click.echo(", ".join(Family), err=True)
    family = ask_choice("Which feeling?", Family, None if before is None else before.family)
    for name, meaning in MEANT.items():
        click.echo(f"  {name:<9} {meaning}", err=True)
    known = Meaning.FELT if before is None else meaning_of(before)
    return said_of(family, Meaning(ask_name("How was it meant?", tuple(MEANT), known)), before)


def ask_choice(question: str, choices: type[Choice], known: Choice | None = None) -> Choice:
    names = tuple(choice.value for choice in choices)
    return choices(ask_name(question, names, None if known is None else known.value))


def ask_name(question: str, names: tuple[str, ...], known: str | None = None) -> str:
    """Ask for one of the names until one is meant; its beginning is enough where only one begins so."""
    while True:
        typed = str(click.prompt(question, default=known, err=True)).strip().lower()
        found = [name for name in names if name == typed] or [
            name for name in names if typed and name.startswith(typed)
        ]
        if len(found) == 1:
            return found[0]
        click.echo(f"One of: {', '.join(found or names)}", err=True)
