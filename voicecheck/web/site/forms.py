"""Parse the fields of a form, by hand, since nothing here ever takes a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request

from voicecheck.errors import UsageError

MOST_DIGITS = 18  # fits the 64 bits of a row
MOST_FIELDS = 200
FILE = "file:///"
QUOTES = "\"'"
TYPED = ("text", "names", "words", "query", "folder", "with")
"""fields in which a person types, the longest first"""


async def read_form(request: Request, most: int = MOST_FIELDS) -> dict[str, list[str]]:
    """Return field to values; the guard has capped the size. `most` is the number of fields.

    Raises UsageError for what is no form of this page.

    Whatever becomes of it, `typed_in` knows from then on what the person typed.
    """
    kind, body = request.headers.get("content-type", ""), await request.body()
    try:
        request.state.typed = _fields(body, "replace", most)
        if body and not kind.startswith("application/x-www-form-urlencoded"):
            raise ValueError("not a form")
        return _fields(body, "strict", most)
    except ValueError as error:  # not UTF-8, or more fields than any form here has
        raise UsageError(
            "What was sent is no form of this page.", "Load the page again, and send it once more."
        ) from error


def typed_in(request: Request) -> str:
    """Return the text that came with a request whose form was read; empty where there was none."""
    fields: dict[str, list[str]] = getattr(request.state, "typed", {})
    return next((text for name in TYPED if (text := first(fields, name))), "")


def first(fields: Mapping[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]


def typed_path(text: str, kind: str) -> Path:
    """Return the path that a person typed or pasted, in full; nothing is looked at. Raises UsageError for none.

    `kind` is "file" or "folder".
    """
    typed = text.strip()
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in QUOTES:  # as a file manager copies it
        typed = typed[1:-1]
    try:
        path = Path(unquote(typed[len(FILE) - 1 :]) if typed.startswith(FILE) else typed).expanduser()
    except RuntimeError:  # the home of nobody
        path = Path()
    if not path.is_absolute() or "\0" in typed:
        raise UsageError(f"That is no {kind}.", f"Name the {kind} in full, as /home/me/Memos or ~/Memos.")
    return path


def number_of(text: str) -> int:
    """Return a number in an address. Raises HTTPException for what no page here links to."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise HTTPException(404)
    return int(text)


def _fields(body: bytes, errors: str, most: int) -> dict[str, list[str]]:
    pairs = parse_qsl(body.decode("utf-8", errors), keep_blank_values=True, max_num_fields=most, errors=errors)
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields
