"""Words out of Markdown and HTML, as a person would read them."""

from __future__ import annotations

import re
from html import unescape

from voicecheck.diary.coming.foreign import clean_text

_CODE = re.compile(r"(```.{0,100000}?```|`[^`\n]{1,2000}`)", re.DOTALL)
_TAG = re.compile(
    r"</?(?:br|p|div|b|i|u|s|ul|ol|li|em|strong|span|h[1-6]|a|font|blockquote|mark|sub|sup|small)(?:\s[^<>]*)?/?>", re.I
)
_ANY_TAG = re.compile(r"<(/?)([a-z][a-z\d]{0,20})\b[^<>]{0,2000}>", re.IGNORECASE)
"""bounded, and without a < inside, so that what is never closed is passed over at once; Python's parser looks to the
end for each (a second for 25,000 letters, and an hour for a million)"""
_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});", re.I)
_LINES = frozenset({"p", "div", "li", "ul", "ol", "blockquote", "tr", *(f"h{n}" for n in range(1, 7))})
_PARAGRAPHS = frozenset({"p", "blockquote", *(f"h{n}" for n in range(1, 7))})
_SILENT = frozenset({"script", "style", "head", "title"})
_PICTURE = re.compile(r"!\[[^\]\n]{0,500}\]\([^()\n]{0,1000}(?:\([^()\n]{0,100}\)[^()\n]{0,100}){0,5}\)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def words_of_html(text: str) -> str:
    """Return the words of HTML, a line each block; text that holds none of it stays as it is ("I <3 you")."""
    if not (_TAG.search(text) or _ENTITY.search(text)):
        return clean_text(text)
    pieces: list[str] = []
    done, silent = 0, ""
    shown = without_spans(text, "<!--", "-->")
    for tag in _ANY_TAG.finditer(shown):
        closes, name = bool(tag[1]), tag[2].lower()
        if not silent:
            pieces += filter(None, (unescape(shown[done : tag.start()]),))
            _break_lines(pieces, name, closes=closes)
        if name in _SILENT and (not silent or name == silent):
            silent = "" if closes else name
        done = tag.end()
    if not silent:
        pieces.append(unescape(shown[done:]))
    return clean_text("".join(pieces))


def without_html(text: str) -> str:
    """Return text in which HTML was mixed without its tags, a line each block. All else stays, code between ` too."""
    if not (_TAG.search(text) or _ENTITY.search(text)):
        return text
    parts = _CODE.split(text)
    parts[::2] = [_ENTITY.sub(lambda found: unescape(found[0]), _TAG.sub(_line_end, part)) for part in parts[::2]]
    return "".join(parts)


def _line_end(tag: re.Match[str]) -> str:
    """Return what stands in the place of a tag: a line's end for a block or a break, else nothing."""
    name = re.sub(r"[^a-z\d]", "", tag[0].lower().split()[0])
    if name in _PARAGRAPHS and tag[0].startswith("</"):
        return "\n\n"
    return "\n" if name == "br" or name in _LINES else ""


def _break_lines(pieces: list[str], name: str, *, closes: bool) -> None:
    """End a line where a tag does: a block is on lines of its own, and behind a paragraph one is empty."""
    if name == "br" or (name in _LINES and pieces and not pieces[-1].endswith("\n")):
        pieces.append("\n")
    if closes and name in _PARAGRAPHS:
        pieces.append("\n")


def without_spans(text: str, opening: str, closing: str) -> str:
    """Take out all from each `opening` to the next `closing`; one that is never closed stays as it is."""
    kept, done = [], 0
    while (start := text.find(opening, done)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        kept.append(text[done:start])
        done = end + len(closing)
    return "".join((*kept, text[done:]))


def unescaped(text: str) -> str:
    """Take away the backslashes with which Markdown keeps punctuation from being a mark (CommonMark, section 2.4)."""
    return _ESCAPED.sub(r"\1", text)


def without_pictures(text: str) -> str:
    """Take out the places of pictures, sounds and the like."""
    return _PICTURE.sub("", text)
