"""`voicecheck tag`: find the feeling words of a text. Nothing is kept."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.app.notices import echo
from voicecheck.cli.terminal.marks import describe_briefly, no_lexicon, reasons, shorten
from voicecheck.cli.terminal.piped import STDIN_NAME
from voicecheck.contract import danger_json, mention_json, tagged_line
from voicecheck.domain import EmotionMention
from voicecheck.errors import UsageError
from voicecheck.phrases import Phrases
from voicecheck.text.folding import main_language
from voicecheck.text.untrusted import decode_utf8, printable

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases


@click.command()
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@json_option
@click.option("--jsonl", is_flag=True, help='Read lines {"id", "text"}, write lines {"id", "tags"}.')
@click.option(
    "--danger", is_flag=True, help='With --jsonl: also whether a text tells of danger to "life", or of "harm".'
)
@click.option("--reflect", is_flag=True, help="With --jsonl: also the sentence that an answer of this text would get.")
@click.option("--explain", is_flag=True, help="Show why each word was read as it was.")
@click.option("--language", metavar="CODE", default="en", show_default=True, help="Language of the text.")
@click.pass_obj
def tag(
    app: App, file: str, as_json: bool, jsonl: bool, danger: bool, reflect: bool, explain: bool, language: str
) -> None:
    """Find the feeling words in a text; nothing is kept.

    The text is FILE, or what comes in on standard input."""
    from voicecheck.feelings.mentions import find_mentions, has_lexicon

    for name, asked in (("danger", danger), ("reflect", reflect)):
        if asked and not jsonl:
            raise UsageError(f"--{name} goes with --jsonl.", f"Try: voicecheck tag --jsonl --{name} FILE")
    if not has_lexicon(language):
        _refuse_unknown(language)
        click.echo(no_lexicon(language, app.phrases), err=True)
    if danger or reflect:
        _say_if_not_watched(language)
    with _open(file) as source:
        if jsonl:
            _tag_lines(source, language, danger, app.phrases if reflect else None)
            return
        text = decode_utf8(source.read(), STDIN_NAME if file == "-" else file)
    mentions = find_mentions(text, language)
    if as_json:
        echo_json({"text": text, "tags": [mention_json(m) for m in mentions]})
    else:
        _show(text, mentions, app.phrases, explain=explain)


def _refuse_unknown(language: str) -> None:
    """Raise UsageError for what names no language: a text in one that nobody knows would only seem to be empty."""
    from voicecheck.feelings.languages import with_words
    from voicecheck.settings.schema import LANGUAGES

    if main_language(language) not in LANGUAGES:
        raise UsageError(
            f"--language is {shorten(language)!r}, and there is no such language.",
            f"Give a code. There are feeling words for: {', '.join(with_words())}.",
        )


def _open(file: str) -> IO[bytes]:
    try:
        return click.open_file(file, "rb")
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.", "Give a text file, or - for standard input."
        ) from error


# lines


def _say_if_not_watched(language: str) -> None:
    from voicecheck.feelings.danger import has_danger_table

    if not has_danger_table(language):
        click.echo(f"Danger is not watched for in {shorten(language)}: there is no table for it.", err=True)


def _tag_lines(source: Iterable[bytes], language: str, danger: bool, phrases: Phrases | None) -> None:
    """Tag standard input line by line, each answered at once, so that another program can talk with this one.

    With `phrases` each line has the sentence that would answer it.
    """
    from voicecheck.feelings.danger import DangerRead, read_danger
    from voicecheck.feelings.mentions import find_mentions
    from voicecheck.feelings.reflect import fixed_reflection

    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        key, text = _read_line(line, number)
        mentions = find_mentions(text, language)
        shape = tagged_line(key, mentions)
        read = read_danger(text, language) if danger or phrases else DangerRead()
        if danger:
            shape["danger"] = danger_json(read.danger)
        if phrases is not None:
            shape["reflection"] = fixed_reflection(mentions, text, phrases, language, read)
        click.echo(json.dumps(shape))  # ASCII, since an id may hold what UTF-8 cannot
        sys.stdout.flush()


def _no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads, but which are no JSON and would come out again."""
    raise ValueError(name)


def _finite(digits: str) -> float:
    """Refuse 1e999, which Python reads as Infinity."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


def _read_line(line: bytes, number: int) -> tuple[Any, str]:
    hint = 'Each line is a JSON object: {"id": "1", "text": "..."}.'
    try:
        row = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"Line {number} is not JSON.", hint) from error
    if not isinstance(row, dict):
        raise UsageError(f"Line {number} is no JSON object.", hint)
    if "id" not in row:
        raise UsageError(f'Line {number} has no "id".', hint)
    if not isinstance(row.get("text"), str):
        raise UsageError(f'Line {number} has no "text".', hint)
    return row["id"], row["text"]


# for people

_STYLES = {"pleasant": {"fg": "green"}, "unpleasant": {"fg": "yellow"}}


def _show(text: str, mentions: tuple[EmotionMention, ...], phrases: Phrases, *, explain: bool) -> None:
    if not mentions:
        click.echo(printable(text).strip())
        click.echo("No feeling word was found.", err=True)
        return
    click.echo(mark_text(text, mentions).strip())
    click.echo()
    for mention in mentions:
        echo(f"{shorten(mention.text)}: {describe_briefly(mention, phrases)}")
        if explain:
            for sentence in reasons(text, mention, phrases):
                echo(f"    {sentence}")


def mark_text(text: str, mentions: Iterable[EmotionMention]) -> str:
    """Return the text with each feeling underlined; in brackets where there is no colour."""
    text, parts, position = printable(text), [], 0
    for mention in mentions:
        style = _STYLES[mention.quadrant.value.partition("_")[0]]
        word = text[mention.start : mention.end]
        marked = click.style(word, underline=True, fg=style["fg"]) if sys.stdout.isatty() else f"[{word}]"
        parts += [text[position : mention.start], marked]
        position = mention.end
    return "".join([*parts, text[position:]])
