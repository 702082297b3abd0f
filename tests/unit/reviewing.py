"""A page with a session on a vault of the test's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.unit.browsing import HOST, PORT, Browsing
from tests.vault_samples import make_vault
from voicecheck.phrases import Phrases, load_phrases
from voicecheck.web.app import make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.guard.peers import End
from voicecheck.web.site.context import Desk

CODE = "abcd2345"
PHRASES = load_phrases()


def anybody(peer: End, here: End) -> bool:
    """There is no connection that somebody could hold."""
    return True


@contextmanager
def open_page(phrases: Phrases = PHRASES) -> Iterator[tuple[Desk, Browsing]]:
    paths, key = make_vault()
    with Desk(paths, key, phrases) as desk:
        browsing = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody))
        browsing.post("/enter", {"code": CODE})
        yield desk, browsing


def link(text: str, pattern: str) -> str:
    """The first address of this form."""
    found = re.search(rf'href="({pattern})"', text)
    assert found, pattern
    return found[1]


def plain(text: str) -> str:
    """What stands on a page, without its marks-up."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).replace("&#39;", "'").replace("&#34;", '"').split())
