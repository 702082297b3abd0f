"""What a person sent: fields of a form, read by hand, since nothing here ever takes a file."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_DIGITS = 18  # fits the 64 bits of a row
MOST_FIELDS = 200


async def read_form(request: Request) -> dict[str, list[str]]:
    """Field to values. What is no form has no fields; the guard has capped its size."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:  # not UTF-8, or more fields than any form here has
        return {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def first(fields: dict[str, list[str]], name: str, default: str = "") -> str:
    return fields.get(name, [default])[0]


def number_of(text: str) -> int:
    """A number in an address. Raises HTTPException for what no page here links to."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise HTTPException(404)
    return int(text)
