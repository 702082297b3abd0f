"""Text from outside: decoded as UTF-8 or refused, and made safe to print.

What a file, another program or a sealed answer holds was written by others, and a letter of it may steer a terminal
or turn the direction of writing. It is stored as it came; whatever prints it goes through `printable`, `visible` or
`escaped_json`.
"""

from __future__ import annotations

from voicecheck.errors import UsageError

ENCODING = "utf-8-sig"
"""of files that a person or a tool has written: UTF-8, with or without a byte order mark"""
BOM = b"\xef\xbb\xbf"
"""U+FEFF in UTF-8: some editors and programs put it at the beginning of a file"""
JOINERS = "\u200c\u200d"
"""Persian, Indian scripts and emoji are written with them"""


def decode_utf8(content: bytes, name: str) -> str:
    """Decode without a byte order mark. Raises UsageError: a letter that cannot be read is never left out.

    `name` is what is read, as it begins a sentence.
    """
    try:
        return content.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise not_utf8(name) from error


def not_utf8(name: str) -> UsageError:
    return UsageError(f"{name} is not text in UTF-8.", "Save it as UTF-8, or set the terminal to UTF-8, and try again.")


def can_be_shown(letter: str) -> bool:
    """True if a letter is shown as itself: it neither steers a terminal nor turns the direction of writing."""
    return letter.isprintable() or letter in JOINERS


def printable(text: str) -> str:
    """Return the text with the same offsets, blanks in place of letters that would steer; new lines stay."""
    if text.isprintable():
        return text
    return "".join(letter if can_be_shown(letter) or letter == "\n" else " " for letter in text)


def visible(text: str, keep: str = "") -> str:
    """Show letters that would steer by their numbers, as in the name of a file; those in `keep` stay."""
    if text.isprintable():
        return text
    return "".join(c if can_be_shown(c) or c in keep else c.encode("unicode_escape").decode() for c in text)


def escaped_json(document: str) -> str:
    """Return the same JSON with escapes for letters that JSON allows and a terminal would obey."""
    if document.isprintable():
        return document
    import json

    return "".join(c if can_be_shown(c) or c == "\n" else json.dumps(c)[1:-1] for c in document)
