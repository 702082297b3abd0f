"""`voicecheck feeling`: the words for feelings, why each was marked, and marking anew after an upgrade."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.text import Text

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.app.quarters import Quarters
from voicecheck.cli.feeling.been import month, year
from voicecheck.cli.feeling.topics import topics
from voicecheck.cli.feeling.trends import trends
from voicecheck.cli.feeling.words import words
from voicecheck.cli.terminal.marks import (
    COLOURS,
    describe_briefly,
    has_lexicon,
    marked_text,
    no_lexicon,
    reasons,
    shorten,
)
from voicecheck.cli.terminal.reading import SHOWN_OF_ID, resolve, show_words, when
from voicecheck.cli.vault.unlocking import open_for_reading, open_vault, tell_due
from voicecheck.contract import mention_json
from voicecheck.domain import EmotionMention, Entry, MentionSource
from voicecheck.errors import ExitCode
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from voicecheck.diary.tagging import Retagged
    from voicecheck.phrases import Phrases
    from voicecheck.vault.vault import Vault


@click.group()
def feeling() -> None:
    """Words for feelings: which you use, why each is marked."""


feeling.add_command(words)
feeling.add_command(trends)
feeling.add_command(month)
feeling.add_command(year)
feeling.add_command(topics)


@feeling.command()
@click.argument("identifier", metavar="ID")
@key_file_option
@json_option
@click.pass_obj
def explain(app: App, identifier: str, key_file: Path | None, as_json: bool) -> None:
    """Show why each feeling word of an entry is marked as it is; ID is the beginning of its id, or `last`."""
    with open_for_reading(app, key_file) as vault:
        entry = vault.entries.get(resolve(vault, identifier))
        own = {word.word for word in vault.words.list()}
        tell_due(app, vault)
    if as_json:
        told = [
            mention_json(m) | {"reasons": explain_mention(entry, m, own, app.phrases), "meaning": _meaning(entry, m)}
            for m in entry.mentions
        ]
        echo_json({"id": entry.id, "language": entry.language, "text": entry.text, "mentions": told})
    else:
        show_words(app, *_explained(entry, own, app.phrases))


def explain_mention(entry: Entry, mention: EmotionMention, own: set[str], phrases: Phrases) -> list[str]:
    """Return one sentence for each thing that decided how a mention is marked."""
    word, told = shorten(entry.text[mention.start : mention.end]), phrases.terminal
    if mention.source is MentionSource.PERSON:
        return [told["turned_person"].format(word=word)]
    first = [told["turned_own_word"].format(word=word)] if mention.lemma in own else []
    plain = [told["turned_nothing"].format(word=word)] if mention.felt_now else []
    return first + (reasons(entry.text, mention, phrases) or plain)


def _meaning(entry: Entry, mention: EmotionMention) -> str | None:
    from voicecheck.feelings.meanings import meaning_of_mention

    return meaning_of_mention(mention, entry.language)


def _explained(entry: Entry, own: set[str], phrases: Phrases) -> list[Text]:
    parts = [marked_text(entry), Text()]
    if not has_lexicon(entry.language):
        parts.append(Text(no_lexicon(entry.language, phrases), style="dim"))
    elif not entry.mentions:
        parts.append(Text(phrases.write("no_marks"), style="dim"))
    for mention in entry.mentions:
        word = printable(shorten(entry.text[mention.start : mention.end]))
        parts.append(Text.assemble((word, COLOURS[mention.quadrant]), f"  {describe_briefly(mention, phrases)}"))
        meaning = _meaning(entry, mention)
        told = [] if meaning is None else [phrases.tell("why_meaning", meaning=meaning)]
        told += [printable(reason) for reason in explain_mention(entry, mention, own, phrases)]
        parts += [Text(f"    {line}", style="dim") for line in told]
    return parts


# after an upgrade


@feeling.command()
@click.option("--all", "everything", is_flag=True, help="Also entries that are up to date.")
@key_file_option
@json_option
@click.pass_obj
def retag(app: App, key_file: Path | None, everything: bool, as_json: bool) -> int:
    """Mark entries anew, after an upgrade or after a word of your own.

    Your corrections stay. Each entry is done whole or not at all, so you can stop at any time with Ctrl-C.
    """
    from voicecheck.diary import tagging

    with open_vault(app, key_file) as vault:
        ids = vault.entries.select() if everything else tagging.due(vault)
        if not ids:
            app.notices.print(app.phrases.write("retag_nothing_due"))
        changed, done = _retag(app, vault, ids)
    left = len(ids) - done
    if as_json:
        echo_json({"entries": done, "left": left, "changed": [_changed_json(one) for one in changed]})
    elif ids:
        app.notices.print(app.phrases.write("retag_done", done=done, changed=len(changed)))
        if changed:
            show_words(app, *(line for one in changed for line in _change_lines(one, app.phrases)))
    if left:
        app.tell(app.phrases.write("retag_stopped", left=left))
        return ExitCode.STOPPED
    return ExitCode.DONE


def _retag(app: App, vault: Vault, ids: tuple[str, ...]) -> tuple[list[Retagged], int]:
    """Tag entries anew. Return the changed ones, and the count done before it ended or the person stopped it."""
    from voicecheck.diary import tagging

    changed: list[Retagged] = []
    done = 0
    try:
        with _progress(app, len(ids)) as advance:
            for one in tagging.retag(vault, ids):
                done += 1
                changed += [one] if one.changed else []
                advance()
    except KeyboardInterrupt:
        pass  # it is said how many are left
    return changed, done


@contextmanager
def _progress(app: App, count: int) -> Iterator[Any]:
    if app.plain:
        quarters, done = Quarters(app, "", count), itertools.count(1)
        yield lambda: quarters.done(next(done))
        return
    bar = Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=app.notices, transient=True, disable=count < 2
    )
    with bar:
        task = bar.add_task("", total=count)
        yield lambda: bar.advance(task)


def _changed_json(one: Retagged) -> dict[str, Any]:
    return {
        "id": one.entry.id,
        "gone": [mention_json(m) for m in one.gone],
        "come": [mention_json(m) for m in one.come],
    }


def _change_lines(one: Retagged, phrases: Phrases) -> list[Text]:
    lines = [Text(f"{when(one.entry.spoken_at, phrases)}  ·  {one.entry.id[:SHOWN_OF_ID]}", style="dim")]
    for sign, mentions in (("-", one.gone), ("+", one.come)):
        lines += [Text(f"  {sign} {printable(shorten(m.text))}  {describe_briefly(m, phrases)}") for m in mentions]
    return lines
