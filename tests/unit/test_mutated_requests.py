"""Requests that no page of ours sends: each is answered by one sentence, and the page goes on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest

from tests.diary_samples import diary_entry
from tests.unit.browsing import Answer, Browsing
from tests.unit.reviewing import open_page
from voicecheck.web.site.context import Desk

PLACES = (
    "/", "/timeline", "/timeline/more/{}", "/timeline/sieve", "/calendar", "/calendar/{}", "/day/{}", "/entry/{}",
    "/entry/{}/sound", "/entry/{}/edit", "/entry/{}/forget", "/entry/{}/tag", "/entry/{}/tag/undo",
    "/entry/{}/reviewed", "/feelings", "/feelings/{}", "/settings", "/settings/keep", "/settings/names",
    "/export", "/export/begin", "/export/stop", "/export/progress",
    "/search", "/search/from/{}", "/search/ask", "/enter", "/alive", "/static/{}", "/{}",
)  # fmt: skip
POSTS = ("edit", "tag", "undo", "reviewed", "keep", "names", "begin", "stop", "ask", "enter", "alive", "sieve")
NAMES = (
    "text", "seen", "words", "at", "family", "meaning", "vague", "add", "remove", "mention", "query", "order", "since",
    "until", "speaker", "with_sound", "keep_audio", "lock_after_min", "pack", "aloud", "engine", "rate", "form",
    "folder", "sound", "code",
)  # fmt: skip
ODD = (
    "", " ", "0", "-1", "1e999", "nan", "inf", "9" * 30, "\0", "\x1b[2J", "x" * 3000, "\ud800", "٣", "../..", "~nobody",
    "/dev/null", "2026-02-30", "0001-01-01", "9999-12-31", "joy", "felt", "json", "1", "on", "(", '"', "feeling:",
    "since:9999-12-31", "-", "\u202e", "never", "1,5", "all", "weeks-12", "entry.js",
)  # fmt: skip
NO_FOLDERS = ("/nonexistent", "\0", "~nobody-of-that-name", "x" * 3000, "")
"""nothing is exported: a random value could name a place that is there"""
ANSWERED = (200, 206, 303, 307, 400, 401, 403, 404, 405, 409, 411, 413, 416, 421)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, Browsing]]:
    monkeypatch.setenv("HOME", "/nonexistent")
    with open_page() as opened:
        yield opened


def _value(rng: random.Random, handles: tuple[str, ...]) -> str:
    return rng.choice(handles if rng.random() < 0.4 else ODD)


def ask(rng: random.Random, browsing: Browsing, handles: tuple[str, ...]) -> tuple[str, Answer]:
    place = rng.choice(PLACES)
    path = place.format(quote(_value(rng, handles), safe="", errors="surrogatepass"))
    path = unquote(path, errors="replace").replace("?", "")
    fields = [(name, _value(rng, handles)) for name in rng.sample(NAMES, rng.randint(0, 8))]
    fields = [(name, rng.choice(NO_FOLDERS) if name == "folder" else value) for name, value in fields]
    body = bytearray(urlencode(fields, errors="surrogatepass").encode())
    if body and rng.random() < 0.3:
        for _ in range(rng.randint(1, 5)):
            body[rng.randrange(len(body))] = rng.randrange(256)
    headers: dict[str, Any] = {}
    if rng.random() < 0.1:
        headers["content_type"] = rng.choice((None, "text/plain", "multipart/form-data; boundary=x", "\xff"))
    if rng.random() < 0.1:
        headers["range"] = rng.choice(("bytes=9-1", "bytes=-99999999999999", "bytes=a-b", "bytes=0-0,5-9", "x" * 999))
    if place.endswith(POSTS) == (rng.random() < 0.1):
        return path, browsing.get(path, **headers)
    return path, browsing.send_bytes(path, bytes(body), **headers)


def attack(opened: tuple[Desk, Browsing], seeds: range) -> None:
    desk, browsing = opened
    with desk.writing() as vault:
        entry = vault.entries.add(diary_entry("I was angry in the meeting."))
    of = desk.handles.of
    handles = (of(entry.id), of("2026-11-22"), of("x"), entry.mentions[0].id or "")
    for seed in seeds:
        path, answer = ask(random.Random(seed), browsing, handles)
        assert answer.status in ANSWERED, (seed, path, answer.status)
        assert b"VoiceCheck has a fault" not in answer.body, (seed, path)
    assert browsing.get(f"/entry/{handles[0]}").status == 200


def test_mutated_requests(opened: tuple[Desk, Browsing]) -> None:
    """Odd addresses, fields, bodies and headers from somebody who has the session."""
    attack(opened, range(80))


@pytest.mark.long
def test_2000_mutated_requests(opened: tuple[Desk, Browsing]) -> None:
    """The same, wide."""
    attack(opened, range(1000, 3000))
