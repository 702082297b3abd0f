"""`voicecheck feeling words`: the feeling words that were said, and the person's own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from voicecheck import clock
from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.app.days import FIRST_DAY, LAST_DAY
from voicecheck.cli.feeling.tag_prompts import HINT_WORD, SaidWord, ask_choice, decode_said
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.marks import COLOURS
from voicecheck.cli.terminal.piped import stdin_bytes, stdin_text
from voicecheck.cli.terminal.reading import ask_text, show_words
from voicecheck.cli.vault.unlocking import open_for_reading, open_vault
from voicecheck.clock import local_date
from voicecheck.domain import Family, PrivateWord
from voicecheck.errors import NotFoundError
from voicecheck.feelings.families import USUAL_QUADRANT
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.feelings.vocabulary import Vocabulary

MOST_SHOWN = 24
NEW_DAYS = 30
NO_SCORE = "This describes what you said, and is no score: more words are not better, and neither are fewer."
AGAIN = "Earlier entries follow with: voicecheck feeling retag"


@click.group(invoke_without_command=True)
@click.option("--since", type=FIRST_DAY, metavar="DAY", help="From this day on.")
@click.option("--until", type=LAST_DAY, metavar="DAY", help="Up to and with this day.")
@key_file_option
@json_option
@click.pass_context
def words(context: click.Context, since: date | None, until: date | None, key_file: Path | None, as_json: bool) -> None:
    """Show which words for feelings you said; add words of your own.

    Counted are your own feelings, of now or long ago; not what others feel, and not what was denied or imagined. What
    somebody else said (`checkin --with`) is left out.
    """
    if context.invoked_subcommand is not None:
        return
    app: App = context.obj
    with open_for_reading(app, key_file) as vault, app.notices.status("Counting."):
        from voicecheck.diary.own_words import count_own_words, find_new_words

        name = app.settings.checkin.name
        until_day = until or date.max
        recent = max(since or date.min, min(until_day, local_date(clock.now())) - timedelta(days=NEW_DAYS))
        now = count_own_words(vault, since, until, name)
        new, known_before = find_new_words(vault, recent, until, name)
    if as_json:
        echo_json(words_json(now, recent, new))
        return
    if not now.mentions:
        app.notices.print("No feeling of your own was named in these days.")
        return
    lines = _lines(now)
    if new and known_before:
        lines.append(f"New since {recent}: {', '.join(new[:MOST_SHOWN])}")
    show_words(app, *(Text(printable(line)) for line in lines), Text(), Text(NO_SCORE, style="dim"))


def words_json(now: Vocabulary, recent: date, new: Sequence[str]) -> dict[str, Any]:
    """`new` are the words that were named since `recent` and never before."""
    return {
        "words": now.words,
        "mentions": now.mentions,
        "concepts": {lemma: now.counts[lemma] for lemma in now.concepts},
        "concepts_per_100_words": round(now.per_100_words, 3),
        "families": {family.value: count for family, count in now.families.items()},
        "vague_share": round(now.vague_share, 3),
        "new_since": recent.isoformat(),
        "new": list(new),
    }


def _lines(now: Vocabulary) -> list[str]:
    named = ", ".join(f"{lemma} {now.counts[lemma]}" for lemma in now.concepts[:MOST_SHOWN])
    more = len(now.concepts) - MOST_SHOWN
    families = ", ".join(
        f"{family.value} {count}" for family, count in sorted(now.families.items(), key=lambda one: -one[1])
    )
    return [
        f"{now.words} words, {now.mentions} times a feeling was named, {len(now.concepts)} different words for it",
        f"Different words per 100 words: {now.per_100_words:.1f} (as in Vine and others, 2020)",
        f"Families: {families}",
        f"Words for many things, as fine or bad: {now.vague_share:.0%}",
        f"Named: {named}{f', and {more} more' if more > 0 else ''}",
    ]


# words of one's own


@words.command("list")
@key_file_option
@json_option
@click.pass_obj
def list_words(app: App, key_file: Path | None, as_json: bool) -> None:
    """List the words of your own."""
    with open_for_reading(app, key_file) as vault:
        found = vault.words.list()
    if as_json:
        echo_json([_word_json(word) for word in found])
    elif not found:
        app.notices.print("There are none yet. Add one: voicecheck feeling words add")
    else:
        show_words(app, *(Text.assemble((printable(w.word), COLOURS[w.quadrant]), f"  {_meaning(w)}") for w in found))


@words.command()
@key_file_option
@click.pass_obj
def add(app: App, key_file: Path | None) -> None:
    """Add a word of your own, and what it means to you.

    It asks; a program gives one JSON object on standard input, as {"word": "...", "family": "sadness"}. The word is
    kept in the vault. It is found exactly as you write it, several words in a row too; give further forms one by one.
    """
    with open_vault(app, key_file) as vault:
        word = _hear_word(app)
        vault.words.add(word)
    app.tell(f"It is kept. {AGAIN}")


@words.command()
@key_file_option
@click.pass_obj
def remove(app: App, key_file: Path | None) -> None:
    """Remove a word of your own; it is asked for, or comes as a line on standard input."""
    with open_vault(app, key_file) as vault:
        if app.interactive:
            with app.output.screen(hide_cursor=False):
                typed = ask_text("The word")
        else:
            typed = stdin_text()
        from voicecheck.feelings.lexicon import clean_word

        if not vault.words.remove(clean_word(typed)):
            raise NotFoundError("That is no word of your own.", "See: voicecheck feeling words list")
    app.tell(f"It is no longer marked. {AGAIN}")


def _hear_word(app: App) -> PrivateWord:
    from voicecheck.feelings.lexicon import clean_word

    if not app.interactive:
        said = decode_said(stdin_bytes(), SaidWord, HINT_WORD)
        return PrivateWord(clean_word(said.word), said.family, said.quadrant or USUAL_QUADRANT[said.family], said.vague)
    with app.output.screen(hide_cursor=False):
        word = clean_word(str(click.prompt("The word", err=True)))
        click.echo(", ".join(Family), err=True)
        family = ask_choice("Which feeling is it nearest to?", Family)
        vague = confirm(app.phrases, "Is it a word for many things, as fine is?")
    return PrivateWord(word, family, USUAL_QUADRANT[family], vague)


def _meaning(word: PrivateWord) -> str:
    return f"{word.family.value}{', a word for many things' if word.vague else ''}"


def _word_json(word: PrivateWord) -> dict[str, Any]:
    return {
        "word": word.word,
        "family": word.family.value,
        "quadrant": word.quadrant.value,
        "vague": word.vague,
    }
