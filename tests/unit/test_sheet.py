"""A sheet to take along: own words, chosen by the person, noted in the vault, and nothing that was not chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.diary_samples import EVENING, diary_entry
from tests.unit.browsing import Browsing
from tests.unit.reviewing import open_page, plain
from tests.vault_samples import CANARY
from voicecheck.diary.sheet import LONGEST_TYPED, MOST_ENTRIES
from voicecheck.web.guard.middleware import ALWAYS
from voicecheck.web.site.context import Desk

TEXT = "I was angry at work. Then I walked home. I felt calm."
TODAY = date(2026, 11, 22)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, Browsing]]:
    monkeypatch.setattr(Desk, "today", lambda _: TODAY)
    with open_page() as opened:
        yield opened


def keep(desk: Desk, *texts: str) -> list[str]:
    """Keep entries, newest first, a day apart; return their ids."""
    with desk.writing() as vault:
        entries = [diary_entry(text, EVENING - timedelta(days=i)) for i, text in enumerate(texts)]
        vault.entries.add_all(entries)
    return [entry.id for entry in entries]


def signs(text: str) -> list[str]:
    return re.findall(r'name="sentence" value="(\w+)"', text)


def make(browsing: Browsing, *numbers: int, **fields: str) -> str:
    """Choose sentences by their numbers on the page, and return the address of the sheet."""
    text = browsing.get("/sheet").text
    place = re.findall(r'action="(/sheet/of/\w+/make)"', text)[0]
    chosen = [signs(text)[number] for number in numbers]
    answer = browsing.post(place, {"sentence": chosen, **fields})
    assert answer.status == 303
    return answer.headers["location"]


def paper(text: str) -> str:
    """What goes on paper."""
    return plain(re.findall(r'<article class="paper">([\s\S]*)</article>', text)[0])


def test_the_sheet_holds_what_was_chosen_and_nothing_else(opened: tuple[Desk, Browsing]) -> None:
    """Own words with their day; between two that are not neighbours a gap is shown; no name, no question, no id."""
    desk, browsing = opened
    keep(desk, TEXT, f"A secret {CANARY}. I was sad.")
    place = make(browsing, 0, 2)
    assert re.fullmatch(r"/sheet/see/[0-9a-f]{18}", place)
    text = paper(browsing.get(place).text)
    assert "Sunday 22 November 2026 I was angry at work. … I felt calm." in text
    assert "no diagnosis and no measurement" in text
    assert not any(word in text for word in (CANARY, "walked", "Which one word", "Feelings that I named"))
    assert "I was angry at work. Then I walked home." in paper(browsing.get(make(browsing, 0, 1)).text)


def test_a_name_and_feelings_only_where_they_are_wanted(opened: tuple[Desk, Browsing]) -> None:
    """Both are left out otherwise, and so is the heading of what was not typed."""
    desk, browsing = opened
    keep(desk, TEXT)
    without = paper(browsing.get(make(browsing, 0)).text)
    assert "talk about" not in without
    text = paper(browsing.get(make(browsing, 0, name="Jo <b>", text="Why I shout.\nSleep.", feelings="on")).text)
    assert "Jo &lt;b&gt;" in text
    assert "What I want to talk about Why I shout. Sleep." in text
    assert "anger , once: angry. On 22 Nov." in text
    assert "not only in what stands here" in text


def test_a_sentence_is_put_first_and_back(opened: tuple[Desk, Browsing]) -> None:
    """Under what to talk about, once, and no longer below; anything else in the form changes nothing."""
    desk, browsing = opened
    keep(desk, TEXT)
    place = make(browsing, 0, 2)
    (first, _) = signs(browsing.get(place).text)
    browsing.post(f"{place}/turn", {"sentence": first})
    text = paper(browsing.get(place).text)
    assert "What I want to talk about I was angry at work." in text
    assert text.count("I was angry at work.") == 1
    browsing.post(f"{place}/turn", {"sentence": "0" * 24})
    assert paper(browsing.get(place).text) == text
    browsing.post(f"{place}/turn", {"sentence": first})
    assert "talk about" not in paper(browsing.get(place).text)


def test_it_is_noted_once_as_taken_along_and_can_be_taken_back(opened: tuple[Desk, Browsing]) -> None:
    """Looking notes nothing; printing twice notes one; the entry says so; nothing but the day and the way is kept."""
    desk, browsing = opened
    (entry_id, other) = keep(desk, TEXT, "I was sad.")
    place = make(browsing, 0, 2)
    browsing.get(place)
    assert desk.vault.shares.of(entry_id) == ()
    for _ in range(2):
        assert browsing.post(f"{place}/take").status == 303
    assert [how for _, how in desk.vault.shares.of(entry_id)] == ["sheet"]
    assert desk.vault.shares.of(other) == ()
    assert "noted in your vault as taken along" in browsing.get(place).text
    handle = desk.handles.of(entry_id)
    assert "Taken along from it on" in browsing.get(f"/entry/{handle}").text
    browsing.post(f"{place}/leave")
    browsing.post(f"{place}/leave")
    assert desk.vault.shares.of(entry_id) == ()


def test_taking_back_leaves_other_records(opened: tuple[Desk, Browsing]) -> None:
    """A sentence that was read aloud, and another sheet, stay noted."""
    desk, browsing = opened
    (entry_id,) = keep(desk, TEXT)
    with desk.writing() as vault:
        vault.shares.record(entry_id, "aloud", EVENING)
        vault.shares.record_sheet([entry_id], EVENING)
    place = make(browsing, 0)
    browsing.post(f"{place}/take")
    browsing.post(f"{place}/leave")
    assert [how for _, how in desk.vault.shares.of(entry_id)] == ["aloud", "sheet"]


def test_while_another_process_writes_nothing_is_said_to_be_noted(opened: tuple[Desk, Browsing]) -> None:
    """The page hears that it could not be noted, and a second try notes it."""
    desk, browsing = opened
    (entry_id,) = keep(desk, TEXT)
    place = make(browsing, 0)
    with desk.writing():
        assert browsing.post(f"{place}/take").status == 409
    assert "noted in your vault as" not in browsing.get(place).text.partition("data-noted")[0]
    assert browsing.post(f"{place}/take").status == 303
    assert len(desk.vault.shares.of(entry_id)) == 1


@pytest.mark.parametrize("how", ["delete", "edit"])
def test_what_is_deleted_or_changed_leaves_the_sheet(opened: tuple[Desk, Browsing], how: str) -> None:
    """The sheet is made of what the vault holds now, and says that a sentence is missing."""
    desk, browsing = opened
    (entry_id, _) = keep(desk, TEXT, "I was sad.")
    place = make(browsing, 0, 3)
    handle = desk.handles.of(entry_id)
    entry = browsing.get(f"/entry/{handle}").text
    seen = re.findall(r'name="seen" value="(\w+)"', entry)[0]
    browsing.post(f"/entry/{handle}/{how}", {"text": "Nothing of it.", "seen": seen})
    text = browsing.get(place).text
    assert "angry" not in text
    assert "I was sad." in paper(text)
    assert "changed or deleted meanwhile" in text
    browsing.post(f"{place}/take")


def test_words_of_others_are_not_offered(opened: tuple[Desk, Browsing]) -> None:
    """Who answered beside the owner did not choose to be on paper."""
    desk, browsing = opened
    with desk.writing() as vault:
        vault.entries.add(replace(diary_entry(f"I am {CANARY}.", EVENING), speaker="Kim"))
    assert CANARY not in browsing.get("/sheet").text


def test_days_are_chosen_and_bounded(opened: tuple[Desk, Browsing]) -> None:
    """Four weeks at first; another span by a form; what is none is told; the address tells no day."""
    desk, browsing = opened
    with desk.writing() as vault:
        vault.entries.add_all(
            [diary_entry("Old calm.", EVENING - timedelta(days=40)), diary_entry("New calm.", EVENING)]
        )
    assert "Old calm." not in browsing.get("/sheet").text
    place = browsing.post("/sheet/span", {"since": "2026-10-01", "until": "2026-10-31"}).headers["location"]
    assert re.fullmatch(r"/sheet/of/[0-9a-f]{18}", place)
    assert "Old calm." in browsing.get(place).text
    for since, until in (("2026-10-31", "2026-10-01"), ("2020-01-01", "2026-10-01"), ("soon", ""), ("0001-01-01", "x")):
        assert browsing.post("/sheet/span", {"since": since, "until": until}).status == 400
    assert browsing.get("/sheet/of/" + "0" * 18).status == 404
    assert browsing.get("/sheet/see/" + "0" * 18).status == 404


def test_a_long_span_and_a_long_choice_are_told(opened: tuple[Desk, Browsing]) -> None:
    """The newest sixty are shown and that is said; hundreds of sentences go through; two pages and more are told."""
    desk, browsing = opened
    with desk.writing() as vault:
        texts = " ".join(f"Sentence {i} of it is rather long and calm." for i in range(8))
        vault.entries.add_all(diary_entry(texts, EVENING - timedelta(hours=i)) for i in range(MOST_ENTRIES + 5))
    text = browsing.get("/sheet").text
    assert f"These are the newest {MOST_ENTRIES} entries" in text
    place = make(browsing, *range(len(signs(text))))
    assert "longer than two pages" in browsing.get(place).text


def test_what_was_typed_is_not_lost(opened: tuple[Desk, Browsing]) -> None:
    """Too long, or for a page that has had its time: it is refused with what was typed, never cut."""
    desk, browsing = opened
    keep(desk, TEXT)
    place = re.findall(r'action="(/sheet/of/\w+/make)"', browsing.get("/sheet").text)[0]
    long = "word " * LONGEST_TYPED
    answer = browsing.post(place, {"text": long})
    assert (answer.status, long.strip() in answer.text) == (400, True)
    answer = browsing.post(f"/sheet/of/{'0' * 18}/make", {"text": "Why I shout."})
    assert (answer.status, "Why I shout." in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/sheet/span", "/sheet/of/HANDLE/make", "/sheet/see/HANDLE/turn",
                                  "/sheet/see/HANDLE/take", "/sheet/see/HANDLE/leave",
                                  "/feelings/month/of/HANDLE/mark"])  # fmt: skip
def test_no_stranger_presses_a_button_of_it(opened: tuple[Desk, Browsing], path: str) -> None:
    """Foreign origin, foreign host, no session, a link in place of a button: refused, and nothing is changed."""
    desk, browsing = opened
    (entry_id,) = keep(desk, TEXT)
    place = make(browsing, 0)
    span = re.findall(r"/sheet/of/(\w+)/make", browsing.get("/sheet").text)[0]
    handle = {"see": place.rpartition("/")[2], "of": span}.get(path.split("/")[2], desk.handles.of("2026-11-01"))
    path, fields = path.replace("HANDLE", handle), {"person": "Anna", "sentence": "x"}
    assert browsing.post(path, fields, origin="http://evil.example", sec_fetch_site="cross-site").status == 403
    assert browsing.post(path, fields, sec_fetch_site="cross-site").status == 403
    assert browsing.post(path, fields, host="evil.example").status == 421
    assert browsing.post(path, fields, cookie=None).status in (401, 403)
    assert browsing.get(path).status in (303, 405)
    assert desk.vault.shares.of(entry_id) == ()
    assert desk.vault.topics.list() == ()


@pytest.mark.parametrize("path", ["/sheet", "/feelings/month", "/feelings/year"])
def test_nothing_of_it_is_cached_or_read_by_others(opened: tuple[Desk, Browsing], path: str) -> None:
    """Every header of the page's guard stands on it, and without a session there is only the door."""
    desk, browsing = opened
    keep(desk, f"I felt calm, {CANARY}.")
    answer = browsing.get(path)
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    shut = browsing.get(path, cookie=None)
    assert shut.status != 200 or CANARY not in shut.text
    assert browsing.get(path, host="evil.example").status == 421


def test_the_day_of_a_record_is_the_persons_own(opened: tuple[Desk, Browsing]) -> None:
    """Noted at a moment, shown as a day, kept through an export."""
    desk, _ = opened
    (entry_id,) = keep(desk, TEXT)
    with desk.writing() as vault:
        vault.shares.record_sheet([entry_id], datetime(2026, 11, 22, 23, 30, tzinfo=EVENING.tzinfo))
    archived = desk.vault.archive.read(entry_id)
    assert [share.how for share in archived.shares] == ["sheet"]
    with desk.writing() as vault:
        vault.entries.delete(entry_id)
        vault.archive.restore([archived])
    assert [how for _, how in desk.vault.shares.of(entry_id)] == ["sheet"]
