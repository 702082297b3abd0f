"""The sound of an entry, for the browser's own player: made in memory, sent in the parts that it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.responses import Response

KIND = "audio/webm"


class Shelf:
    """Cache of the sound heard last: a player that asks for many parts does not have it made each time."""

    def __init__(self, make: Callable[[str], bytes], changes: Callable[[], int]) -> None:
        """`changes` tells whether the vault was changed: a sentence may be taken back in the terminal meanwhile."""
        self._make = make
        self._changes = changes
        self._made_for: tuple[str, int] | None = None
        self._content = b""

    def sound_of(self, entry_id: str) -> bytes:
        wanted = entry_id, self._changes()
        if wanted != self._made_for:
            self._made_for, self._content = wanted, self._make(entry_id)
        return self._content

    def clear(self) -> None:
        self._made_for, self._content = None, b""


def part_of(content: bytes, wanted: str | None) -> Response:
    """Return the bytes that a Range header asks for (RFC 9110, 14.2), or all if it asks for none or many."""
    headers = {"accept-ranges": "bytes"}
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", wanted or "")
    if match is None or not any(match.groups()):
        return Response(content, media_type=KIND, headers=headers)
    size = len(content)
    if not match[1]:
        begin, end = max(size - int(match[2]), 0), size
    else:
        begin, end = int(match[1]), min(int(match[2]) + 1, size) if match[2] else size
    if begin >= end:
        return Response(status_code=416, headers=headers | {"content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {begin}-{end - 1}/{size}"
    return Response(content[begin:end], 206, media_type=KIND, headers=headers)
