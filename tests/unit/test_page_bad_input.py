"""What is missing or full on an evening of the page: one sentence, and a way on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.reviewing import plain
from tests.unit.test_page_ways import Loaded, awaited, line_asked, opened
from voicecheck.errors import AudioError, ModelError, VaultFullError
from voicecheck.speech import microphone
from voicecheck.vault.inbox.inbox import Inbox


class NoMicrophone:
    """In the place of a microphone where none is connected."""

    def __init__(self, settings: object) -> None:
        raise AudioError("No microphone was found.", "Connect one.")


class GoodMicrophone:
    """In the place of one that works, and counts how often it was opened."""

    opened = 0

    def __init__(self, settings: object) -> None: ...

    def try_out(self) -> None:
        GoodMicrophone.opened += 1


def over(picture: dict[str, Any]) -> bool:
    return "over" in picture


def test_without_a_microphone_it_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same evening once more, typed, with one press; the page never says that a microphone is open then."""
    monkeypatch.setattr(microphone, "Microphone", NoMicrophone)
    with opened() as (desk, browser):
        browser.post("/tonight/begin", {"way": "journal"})
        picture = awaited(browser, over)
        assert picture["fault"]["text"] == "No microphone was found. Connect one."
        assert picture["fault"]["on"] == ["again", "type"] and not picture["mic"]["open"]
        desk.evening.join()
        browser.post("/tonight/begin", {"way": "again", "typed": "on"})
        number = line_asked(browser)
        browser.post("/tonight/do", {"what": "draft", "line": number, "text": "I am glad"})
        browser.post("/tonight/do", {"what": "done"})
        awaited(browser, over)
        (entry,) = desk.vault.entries.list()
        assert (entry.text, entry.kind) == ("I am glad", "journal")


def test_without_a_model_no_microphone_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told before the first question, with what can be done."""
    monkeypatch.setattr(microphone, "Microphone", GoodMicrophone)
    monkeypatch.setattr(Loaded, "missing", ModelError("There is no model.", "Run: voicecheck model fetch"))
    with opened() as (_, browser):
        browser.post("/tonight/begin")
        picture = awaited(browser, over)
        assert "voicecheck model fetch" in picture["fault"]["text"] and picture["fault"]["on"] == ["again", "type"]
        assert GoodMicrophone.opened == 0 and "question" not in picture


def test_a_full_disk_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence; with room made, the same evening goes."""
    begin = Inbox.begin

    def full(self: Inbox, header: object) -> object:
        raise VaultFullError("The disk is full.", "Make room, then try again.")

    with opened() as (desk, browser):
        monkeypatch.setattr(Inbox, "begin", full)
        browser.post("/tonight/begin", {"way": "journal", "typed": "on"})
        picture = awaited(browser, over)
        assert picture["fault"]["text"] == "The disk is full. Make room, then try again."
        assert picture["fault"]["on"] == ["again"]
        desk.evening.join()
        monkeypatch.setattr(Inbox, "begin", begin)
        browser.post("/tonight/begin", {"way": "again"})
        assert line_asked(browser)
        assert desk.evening.wishes is not None and desk.evening.wishes.typed


def test_a_browser_that_cannot_show_an_evening_ends_it_at_once() -> None:
    """Without event streams or scripts there is a sentence, and no microphone that waits ten seconds to be closed."""
    with opened() as (desk, browser):
        browser.post("/tonight/begin", {"way": "journal", "typed": "on"})
        line_asked(browser)
        text = browser.get("/tonight").text
        assert "<noscript>" in text and "Scripts are switched off" in plain(text)
        assert "This browser cannot show an evening" in text
        browser.post("/tonight/do", {"what": "cannot_show"})
        desk.evening.join()
        assert not desk.evening.running and desk.evening.cut_short == "closed"


def test_signs_of_nobody_hold_nothing_open() -> None:
    """A number that no tab has, or none at all, is no sign."""
    with opened() as (desk, browser):
        for tab in ("", "-1", "7" * 40, "99", "x"):
            assert browser.post("/tonight/do", {"what": "here", "tab": tab}).status == 204
        assert desk.evening.board.empty_s > 0
