"""Words out of Markdown and HTML, as a person would read them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from voicecheck.diary.coming.foreign import clean_text

_TAG = re.compile(r"</?(?:br|p|div|b|i|u|s|ul|ol|li|em|strong|span|h[1-6]|a|font|blockquote)(?:\s[^<>]*)?/?>", re.I)
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
    reader = _Words()
    reader.feed(without_spans(text, "<!--", "-->").replace("<!", "").replace("<?", ""))  # neither shows any words
    reader.close()
    return clean_text("".join(reader.pieces))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag == "br":
            self.pieces.append("\n")
        elif tag in _LINES:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _LINES:
            self._end_line()
        if tag in _PARAGRAPHS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)

    def _end_line(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")


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
