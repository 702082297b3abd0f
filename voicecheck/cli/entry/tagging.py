"""`voicecheck entry tag`: add, change and remove the feeling words marked in an entry.

Mentions and words are named by their numbers, so that no word of an entry is ever an argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from voicecheck.cli.app import App, echo_json, gathered, json_option, key_file_option
from voicecheck.cli.feeling.tag_prompts import ask_said, hear_said
from voicecheck.cli.terminal.marks import COLOURS, describe_briefly, has_lexicon, marked_text, no_lexicon, shorten
from voicecheck.cli.terminal.reading import ask_text, resolve, show_words
from voicecheck.cli.vault.unlocking import open_for_reading, open_vault
from voicecheck.contract import entry_json
from voicecheck.diary.meaning import apply_said, find_words, unnamed
from voicecheck.domain import EmotionMention, Entry
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases
    from voicecheck.vault.vault import Vault

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
AROUND = 24
"""code points of context on either side in a list"""
ROOM = 8
"""lines of the screen beside the list"""
NOTHING_MARKED = "No feeling word is marked."
TO_THE_LIST = "Enter for the list, to correct it"
KEYS = "a: add   c 1: change   r 1: remove   u: undo   n: next page   Enter: done"


@dataclass(frozen=True, slots=True)
class Correction:
    """The one correction that a program asks for, words and mentions by their numbers."""

    added: str | None
    changed: int | None
    removed: int | None
    undo: bool
    reset: bool


@click.command("tag")
@click.argument("identifier", metavar="ID")
@click.option("--add", "added", metavar="FIRST[-LAST]", help="These words name a feeling; which one comes on stdin.")
@click.option("--change", "changed", metavar="N", type=int, help="Mention N is another feeling; which comes on stdin.")
@click.option("--remove", "removed", metavar="N", type=int, help="Mention N is no feeling.")
@click.option("--undo", is_flag=True, help="Take the last correction back.")
@click.option("--reset", is_flag=True, help="Take all corrections of this entry back.")
@key_file_option
@json_option
@click.pass_obj
@gathered(Correction, "correction")
def tag(app: App, identifier: str, key_file: Path | None, as_json: bool, correction: Correction) -> None:
    """Correct what is marked in an entry; ID is the beginning of its id, or `last`.

    On a terminal it shows what is marked and asks. For programs: without an option it lists words and mentions with
    their numbers; --add and --change read what it is from standard input, as {"family": "shame", "negated": true}.
    Your corrections outweigh every lexicon, and stay when you edit the words around them.
    """
    step = _wanted(app, correction)
    by_hand = step is None and app.interactive and (app.plain or app.output.is_terminal) and not as_json
    with open_vault(app, key_file) if step or by_hand else open_for_reading(app, key_file) as vault:
        entry = vault.entries.get(resolve(vault, identifier))
        if step is not None:
            entry = step(vault, entry)
        elif by_hand:
            _by_hand(app, vault, entry)
            return
    if as_json:
        echo_json(entry_json(entry) | {"words": numbered_words(entry.text)})
    else:
        parts = [marked_text(entry), Text(), *_mention_lines(entry, app.phrases), *_untold(entry, app.phrases)]
        show_words(app, *parts)


def numbered_words(text: str) -> list[dict[str, Any]]:
    """Return the words of a text with their numbers, from 1, and offsets: what --add names."""
    return [
        {"number": number, "start": match.start(), "end": match.end(), "text": match.group()}
        for number, match in enumerate(WORD.finditer(text), start=1)
    ]


# for programs

Step = Callable[["Vault", Entry], Entry]


def _wanted(app: App, asked: Correction) -> Step | None:
    """Return the one step that the options ask for. Raises UsageError for two at once."""
    from voicecheck.diary import tagging

    added, changed, removed = asked.added or "", asked.changed or 0, asked.removed or 0
    steps: list[tuple[bool, Step]] = [
        (asked.added is not None, lambda vault, entry: _add(app, vault, entry, added)),
        (asked.changed is not None, lambda vault, entry: _change(app, vault, entry, changed)),
        (asked.removed is not None, lambda vault, entry: tagging.remove(vault, entry.id, mention_at(entry, removed))),
        (asked.undo, lambda vault, entry: tagging.undo(vault, entry.id)),
        (asked.reset, lambda vault, entry: tagging.undo(vault, entry.id, everything=True)),
    ]
    chosen = [step for wanted, step in steps if wanted]
    if len(chosen) > 1:
        raise UsageError("One correction at a time.", "Give one of --add, --change, --remove, --undo, --reset.")
    return chosen[0] if chosen else None


def _add(app: App, vault: Vault, entry: Entry, words: str) -> Entry:
    from voicecheck.diary import tagging

    start, end = span_of_words(entry.text, words)
    said = hear_said(app)
    if said.family is None:
        raise UsageError("A new mention needs a family.", 'As: {"family": "shame"}')
    return tagging.add(vault, entry.id, apply_said(unnamed(entry.text, start, end), said))


def _change(app: App, vault: Vault, entry: Entry, number: int) -> Entry:
    from voicecheck.diary import tagging

    mention = mention_at(entry, number)
    return tagging.change(vault, entry.id, apply_said(mention, hear_said(app, mention)))


def mention_at(entry: Entry, number: int) -> EmotionMention:
    """Return mention `number`, from 1, in the order of speech. Raises UsageError."""
    if not 1 <= number <= len(entry.mentions):
        raise UsageError(f"There is no mention {number}.", "See the numbers with: voicecheck entry tag ID")
    return entry.mentions[number - 1]


def span_of_words(text: str, words: str) -> tuple[int, int]:
    """Return the offsets of "3" or "3-5", words counted from 1. Raises UsageError."""
    match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", words.strip())
    found = list(WORD.finditer(text))
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last <= len(found):
        raise UsageError("There are no such words.", "Name them by number, as 3 or 3-5; see: voicecheck entry tag ID")
    return found[first - 1].start(), found[last - 1].end()


# for people


def _by_hand(app: App, vault: Vault, entry: Entry) -> None:
    """Show and ask until the person is done. All of it stands on the alternate screen."""
    show_words(app, marked_text(entry), *_untold(entry, app.phrases), ends=TO_THE_LIST)
    told, page, listed = "", 0, None
    while True:
        with app.output.screen(hide_cursor=False):
            pages = _pages(entry, app.phrases, app.output.size.height - ROOM)
            for line in pages[page % len(pages)] if not app.plain else _mention_lines(entry, app.phrases):
                if not app.plain or listed is not entry:  # lines that were read stand where they are
                    app.output.print(line, no_wrap=True, overflow="ellipsis", crop=True)
            app.output.print(Text(f"\n{told}\n{KEYS}" if told else f"\n{KEYS}", style="dim"))
            listed = entry
            typed = ask_text("", "> ").split()
            if not typed:
                return
            page = page + 1 if typed[0] == "n" else page
            try:
                entry, told = _obey(vault, entry, typed)
            except VoicecheckError as error:
                told = error.told


def _obey(vault: Vault, entry: Entry, typed: list[str]) -> tuple[Entry, str]:
    from voicecheck.diary import tagging

    if typed[0] == "a":
        return _add_by_hand(vault, entry)
    if typed[0] == "u":
        return tagging.undo(vault, entry.id), "Taken back."
    if typed[0] in ("c", "r"):
        number = int(typed[1]) if len(typed) == 2 and typed[1].isdecimal() else 0
        mention = mention_at(entry, number)
        if typed[0] == "r":
            return tagging.remove(vault, entry.id, mention), "It is no longer marked."
        return tagging.change(vault, entry.id, apply_said(mention, ask_said(mention))), "As you say."
    return entry, ""


def _add_by_hand(vault: Vault, entry: Entry) -> tuple[Entry, str]:
    from voicecheck.diary import tagging

    words = ask_text("The words, as they stand there")
    places = find_words(entry.text, words)
    if not places:
        return entry, "These words do not stand in the entry."
    place = places[0]
    if len(places) > 1:
        for number, (start, end) in enumerate(places, start=1):
            click.echo(f"  {number}  {context(entry.text, start, end)}", err=True)
        place = places[click.prompt("Which?", type=click.IntRange(1, len(places)), default=1, err=True) - 1]
    mention = apply_said(unnamed(entry.text, *place), ask_said())
    return tagging.add(vault, entry.id, mention), "Marked."


def context(text: str, start: int, end: int) -> str:
    """Return the words with a little of the text around them, on one line."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return printable(shorten(f"{'…' if start > AROUND else ''}{before}[{text[start:end]}]{after}"))


def _mention_lines(entry: Entry, phrases: Phrases) -> list[Text]:
    if not entry.mentions:
        return [Text(NOTHING_MARKED, style="dim")]
    return [
        Text.assemble(
            f"{number:3}  ",
            (context(entry.text, m.start, m.end), COLOURS[m.quadrant]),
            f"  {describe_briefly(m, phrases)}",
        )
        for number, m in enumerate(entry.mentions, start=1)
    ]


def _untold(entry: Entry, phrases: Phrases) -> list[Text]:
    return [] if has_lexicon(entry.language) else [Text(no_lexicon(entry.language, phrases), style="dim")]


def _pages(entry: Entry, phrases: Phrases, height: int) -> list[list[Text]]:
    lines, step = _mention_lines(entry, phrases), max(3, height)
    return [lines[first : first + step] for first in range(0, len(lines), step)]
