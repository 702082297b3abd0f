"""Ways to hold an evening from the page: two people, the packs, freely, typed; and what broke off is written down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.fakes import ScriptedTranscriber
from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, PHRASES, anybody, plain
from tests.unit.test_page_evening import WAIT_S, Sitting, read, watched
from tests.vault_samples import CANARY, header_of, make_entry, make_vault
from voicecheck.checkin.two_names import LONGEST_NAME
from voicecheck.checkin.wishes import Wishes
from voicecheck.domain import EntryKind
from voicecheck.errors import ModelError
from voicecheck.settings.schema import load_settings
from voicecheck.speech.recognition.recogniser import SpeechRecogniser
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.inbox.inbox import pending
from voicecheck.web.app import make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.site.board import Board
from voicecheck.web.site.context import Desk
from voicecheck.web.site.evening import Sit
from voicecheck.web.site.page_screen import PageScreen
from voicecheck.web.site.sitting import PageSitting

SETTINGS = '[voice]\nengine = "none"\n[checkin]\ncount = 1\n'


class Loaded:
    """A recogniser that is there, or is not."""

    missing: ModelError | None = None

    def __call__(self, tell: Callable[[str], None]) -> SpeechRecogniser:
        return ScriptedTranscriber(last="I was tired")

    def expect(self) -> None:
        if self.missing is not None:
            raise self.missing


def real(desk: Desk) -> Sit:
    return PageSitting(desk, Loaded())


@contextmanager
def opened(make: Callable[[Desk], Sit] = real, settings: str = SETTINGS) -> Iterator[tuple[Desk, Browsing]]:
    paths, key = make_vault()
    paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    paths.settings_file.write_text(settings)
    with Desk(paths, key, PHRASES, make) as desk:
        browser = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody))
        browser.post("/enter", {"code": CODE})
        yield desk, browser


def parts(browser: Browsing) -> dict[str, Any]:
    """The picture of the evening, by kind."""
    (whole, *_) = read(browser.get("/tonight/events").text.splitlines())
    return {part["kind"]: part for part in whole["parts"]}


def awaited(browser: Browsing, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    ends_at = time.monotonic() + WAIT_S
    while not holds(picture := parts(browser)):
        assert time.monotonic() < ends_at, picture
    return picture


def line_asked(browser: Browsing, behind: int = 0) -> int:
    """The number of the line that is asked for, once it is another than `behind`."""
    picture = awaited(browser, lambda picture: picture.get("line", {}).get("number", behind) != behind)
    number: int = picture["line"]["number"]
    return number


@pytest.mark.parametrize(
    ("sent", "wishes"),
    [
        ({"way": "ask", "pack": "listening"}, Wishes(pack="listening", count=1)),
        ({"way": "ask", "with": " Tom ", "mine": "Anna"}, Wishes(speakers=("Anna", "Tom"))),
        ({"way": "journal", "with": "Tom", "typed": "on"}, Wishes(journal=True, typed=True)),
        ({"way": "mend"}, None),
        ({}, Wishes()),
    ],
)
def test_the_form_of_today_says_how(sent: dict[str, str], wishes: Wishes | None) -> None:
    """Each choice arrives with the evening; speaking freely is alone and has no questions."""
    with opened(lambda desk: Sitting()) as (desk, browser):
        assert browser.post("/tonight/begin", sent).status == 303
        assert desk.evening.wishes == wishes
        assert desk.evening.hears is (wishes is not None and not wishes.typed)


def test_todays_form_offers_what_there_is() -> None:
    """Every pack of the language with its title, but for the openers; while an evening runs, none of it."""
    with opened(lambda desk: Sitting()) as (_, browser):
        text = browser.get("/").text
        assert '<option value="evening" selected>' in text and '<option value="repair">' in text
        assert 'value="opening"' not in text
        browser.post("/tonight/begin")
        assert "<option" not in browser.get("/").text


@pytest.mark.parametrize("other", ["anna", "a\x00b", "x" * (LONGEST_NAME + 1)])
def test_a_name_of_no_use_is_refused_in_a_sentence(other: str) -> None:
    """What was typed stands below it, nobody is asked anything, and no microphone opens."""
    with opened(lambda desk: Sitting()) as (desk, browser):
        answer = browser.post("/tonight/begin", {"way": "ask", "with": other, "mine": "Anna"})
        assert answer.status == 400 and "That name cannot be used" in answer.text
        assert not desk.evening.began
        assert browser.post("/tonight/begin", {"way": "ask", "pack": "nothing-such"}).status == 400
        assert not desk.evening.began


def test_the_own_name_is_asked_once() -> None:
    """It is written into the settings, and stands in the form from then on."""
    with opened(lambda desk: Sitting()) as (desk, browser):
        browser.post("/tonight/begin", {"way": "ask", "with": "Tom", "mine": "Anna"})
        desk.evening.end("closed")
        desk.evening.join()
        assert load_settings(desk.paths.settings_file).checkin.name == "Anna"
        assert 'value="Anna"' in browser.get("/").text


def test_a_typed_evening_on_the_page() -> None:
    """Through the loop of every check-in: what is typed is sealed as it comes, and an entry at the end."""
    with opened() as (desk, browser):
        browser.post("/tonight/begin", {"way": "journal", "typed": "on"})
        number = line_asked(browser)
        assert "The microphone is closed" in plain(browser.get("/tonight").text)
        assert parts(browser)["mic"]["open"] is False
        for text in ("I was so", "I was so tired\r\nof it all\x07"):
            assert browser.post("/tonight/do", {"what": "draft", "line": number, "text": text}).status == 204
        assert parts(browser)["draft"]["text"] == "I was so tired\nof it all"
        browser.post("/tonight/do", {"what": "draft", "line": number + 1, "text": "of another line"})
        browser.post("/tonight/do", {"what": "done"})
        awaited(browser, lambda picture: "over" in picture)
        (entry,) = desk.vault.entries.list()
        assert (entry.text, entry.kind) == ("I was so tired\nof it all", EntryKind.JOURNAL)
        assert [mention.text for mention in entry.mentions] == ["tired"]


def test_two_who_type_answer_one_after_the_other() -> None:
    """Each under their own name; what one typed is never in the other's answer."""
    with opened() as (desk, browser):
        browser.post("/tonight/begin", {"way": "ask", "typed": "on", "with": "Tom", "mine": "Anna"})
        number = 0
        for text in ("I am glad", "I am tired"):
            number = line_asked(browser, behind=number)
            browser.post("/tonight/do", {"what": "draft", "line": number, "text": text})
            browser.post("/tonight/do", {"what": "done"})
        awaited(browser, lambda picture: "over" in picture or picture.get("state", {}).get("acts") == ("close",))
        kept = desk.vault.entries.list()
        assert {(entry.turns[0].speaker, entry.text) for entry in kept} == {
            ("Anna", "I am glad"),
            ("Tom", "I am tired"),
        }


def test_what_is_too_long_to_keep_is_refused() -> None:
    """In a sentence; what was sealed before it stays."""
    with opened() as (desk, browser):
        browser.post("/tonight/begin", {"way": "journal", "typed": "on"})
        number = line_asked(browser)
        browser.post("/tonight/do", {"what": "draft", "line": number, "text": "I am glad"})
        answer = browser.post("/tonight/do", {"what": "draft", "line": number, "text": "a" * 200_001})
        assert answer.status == 400 and "too long" in answer.text
        desk.evening.end("closed")
        desk.evening.join()
        assert [one.text for one in desk.vault.entries.list()] == ["I am glad"]


def test_nearer_words_come_with_their_meanings() -> None:
    """Three buttons, each with what its word means."""
    board = Board()
    (events,) = watched(board, lambda: PageScreen(board, PHRASES).offer(("nervous", "calm", "disappointed")))
    assert events[-1]["texts"] == ["nervous", "calm", "disappointed"]
    assert all(events[-1]["meanings"])


def test_what_broke_off_is_an_entry_after_one_click() -> None:
    """A killed evening left a sealed file: today says so, and a button makes an entry of it, without a microphone."""
    with opened() as (desk, browser):
        entry = make_entry(CANARY)
        answer = locked_inbox(desk.paths).begin(header_of(entry))
        answer.append_entry(entry)
        answer.sync()
        answer.close()
        text = browser.get("/").text
        assert "One answer lies sealed" in text and 'value="mend"' in text
        browser.post("/tonight/begin", {"way": "mend"})
        picture = awaited(browser, lambda picture: "over" in picture)
        assert "It is an entry now" in picture["notice"]["text"] and not picture["mic"]["open"]
        assert [one.text for one in desk.vault.entries.list()] == [CANARY]
        assert pending(desk.paths.inbox_folder) == [] and "lies sealed" not in browser.get("/").text
