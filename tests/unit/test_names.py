"""Two who answer: each is asked for a name once, and it stands in the settings from then on."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from voicecheck.cli.app import App
from voicecheck.cli.checkin.command import _speakers


@pytest.mark.parametrize(("typed", "kept"), [("Anna", "Anna"), ("", "me"), ("kim", "me"), ("x" * 41, "me")])
def test_the_own_name_is_asked_once(home: Path, monkeypatch: pytest.MonkeyPatch, typed: str, kept: str) -> None:
    """Where a person sits and none is set; one that does not fit, or that the other has, leaves the usual one."""
    home.mkdir()
    asked: list[str] = []
    monkeypatch.setattr(App, "interactive", property(lambda _: True))
    monkeypatch.setattr(click, "prompt", lambda question, **_: asked.append(question) or typed)
    assert _speakers(App(), "Kim", asks=True) == (kept, "Kim")
    assert _speakers(App(), "Kim", asks=True) == (kept, "Kim")
    assert len(asked) == 1 and "Kim" in asked[0]


def test_no_name_is_asked_of_a_pipe(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor of who answers by options, nor of one who is alone."""
    monkeypatch.setattr(click, "prompt", lambda *_, **__: pytest.fail("it asked"))
    assert _speakers(App(), "Kim", asks=True) == ("me", "Kim")
    monkeypatch.setattr(App, "interactive", property(lambda _: True))
    assert _speakers(App(), "Kim", asks=False) == ("me", "Kim")
    assert _speakers(App(), None, asks=True) == ()
