"""How I have been: a month and a year in words and one picture, on the page and in the terminal."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.diary_samples import EVENING, QUESTIONS, ZONE, diary_entry, make_diary
from tests.unit.browsing import Browsing
from tests.unit.reviewing import link, open_page, plain
from tests.vault_samples import make_vault
from voicecheck.cli.feeling.been import period_json
from voicecheck.diary.export import write_json
from voicecheck.diary.importers import import_json, parse_export
from voicecheck.diary.period import look_at, whole_period
from voicecheck.diary.period_words import say_beside, say_entries, say_new_words, say_when
from voicecheck.diary.topics import MOST_TOPICS, add_topic, put_topics, read_topic, read_topics, written_topic
from voicecheck.domain import Entry, Family
from voicecheck.errors import UsageError
from voicecheck.phrases import load_phrases
from voicecheck.utterance import Label, LabelKind, Topic, TopicKind
from voicecheck.vault.vault import Vault
from voicecheck.web.pages import charts
from voicecheck.web.site.context import Desk

PHRASES = load_phrases()
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        yield vault


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, Browsing]]:
    monkeypatch.setattr(Desk, "today", lambda _: date(2026, 11, 22))
    with open_page() as opened:
        yield opened


def on(day: int, text: str, month: int = 11) -> Entry:
    return diary_entry(text, datetime(2026, month, day, 21, 30, tzinfo=ZONE))


def marked(vault: Vault, *lines: str, kind: TopicKind = TopicKind.PERSON) -> None:
    put_topics(vault, tuple(read_topic(kind, line) for line in lines))


# The period itself


def test_one_entry_is_told_as_one(vault: Vault) -> None:
    """A single word in a month: once, on its day, and drawn small, not as the most there can be."""
    vault.entries.add(on(7, "I was angry."))
    period = look_at(vault, *NOVEMBER)
    (anger,) = period.feelings
    assert (anger.family, anger.total, anger.words) == (Family.ANGER, 1, (("angry", 1),))
    assert say_when(period, anger.counts, PHRASES) == "7 Nov"
    assert say_entries(period, date(2026, 12, 1), PHRASES) == ["One entry."]
    (row,) = charts.dot_rows([anger.counts], ["x"] * 30)
    assert [dot.radius for dot in row.dots] == [round(640 / 30 / 2 / 2, 2)], "a quarter of the area of four"


def test_a_day_without_a_feeling_is_no_day_without_an_entry(vault: Vault) -> None:
    """Gaps are gaps: where nothing was said there is no mark, and where nothing was named there is no dot."""
    vault.entries.add_all([on(3, "I felt calm."), on(5, "We had soup.")])
    period = look_at(vault, *NOVEMBER)
    assert [day.day for day, count in zip(period.columns, period.entries, strict=True) if count] == [3, 5]
    assert [day.day for day, count in zip(period.columns, period.feelings[0].counts, strict=True) if count] == [3]
    marks = charts.marks(period.entries, [f"{day}" for day in period.columns])
    assert [mark.told for mark in marks] == ["2026-11-03", "2026-11-05"]
    assert len({mark.width for mark in marks}) == 1, "how much was said they do not show"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ((), "Nothing was said in this time. That says nothing about how it was."),
        (("We had soup.",), "One entry. No feeling was named. Not every evening has a word for one."),
        (("Calm.", "Calm."), "2 entries, all of one day."),
    ],
)
def test_little_is_told_as_it_is(vault: Vault, texts: tuple[str, ...], told: str) -> None:
    """None, one without a feeling, two of one day; no sentence judges it."""
    vault.entries.add_all(replace(on(3, text), id=f"{on(3, text).id[:-2]}{i:02}") for i, text in enumerate(texts))
    assert " ".join(say_entries(look_at(vault, *NOVEMBER), date(2026, 12, 1), PHRASES)) == told


def test_what_was_new_is_new(vault: Vault) -> None:
    """Words that were named before the month are not; where nothing was said before, that is told instead of a list."""
    vault.entries.add_all([on(7, "I was angry."), on(9, "I felt calm.")])
    assert (
        say_new_words(look_at(vault, *NOVEMBER), PHRASES) == "This is where your entries begin, so every word is new."
    )
    vault.entries.add(on(3, "I was angry.", month=9))
    assert say_new_words(look_at(vault, *NOVEMBER), PHRASES) == "calm (9 Nov)"
    assert say_new_words(look_at(vault, date(2026, 10, 1), date(2026, 10, 31)), PHRASES) == ""


def test_a_year_has_a_column_a_month(vault: Vault) -> None:
    """Twelve of them, and the days of a leap year all lie in one."""
    vault.entries.add_all([on(7, "I was angry."), on(29, "Calm.", month=3), on(30, "I was angry.", month=3)])
    period = look_at(vault, *whole_period(date(2026, 6, 1), "year"))
    assert (len(period.columns), period.step, period.days) == (12, "month", 3)
    assert say_when(period, period.feelings[0].counts, PHRASES) == "March, November"
    assert whole_period(date(2024, 2, 3), "month") == (date(2024, 2, 1), date(2024, 2, 29))


def test_words_that_others_said_or_that_were_denied_are_not_counted(vault: Vault) -> None:
    """Somebody who answered beside the owner, a feeling that was not there; "fine" is a word for many things."""
    vault.entries.add_all(
        [on(3, "I was not angry."), replace(on(4, "I was angry."), speaker="Kim"), on(5, "I'm fine.")]
    )
    period = look_at(vault, *NOVEMBER)
    assert [(one.family, one.words) for one in period.feelings] == [(None, (("fine", 1),))]
    assert sum(period.entries) == 2


# Beside people, places and doings


def test_only_marked_words_are_found_and_only_themselves(vault: Vault) -> None:
    """None is guessed: "Marie" is not Mary, "Annabel" not Anna; capitals, accents and an 's do not matter."""
    vault.entries.add_all([
        on(3, "ANNA's soup. I felt calm."), on(4, "Annabel came. I was angry."), on(5, "Marie called. I was sad."),
        on(6, "Zoe sang. I felt calm."), on(7, "My mother wrote, and I was happy."), on(8, "Mum was here."),
    ])  # fmt: skip
    assert look_at(vault, *NOVEMBER).beside == ()
    marked(vault, "Anna", "Mary", "Zoë", "mum = mother")
    beside = {one.topic.name: (one.entries, one.felt) for one in look_at(vault, *NOVEMBER).beside}
    calm, joy = ((Family.CALM, 1),), ((Family.JOY, 1),)
    assert beside == {"Anna": (1, calm), "Zoë": (1, calm), "mum": (2, joy)}


def test_a_label_from_another_program_counts_as_a_word(vault: Vault) -> None:
    """The place that was chosen in the other journal stands beside what was felt there."""
    vault.entries.add(replace(on(3, "I felt calm."), labels=(Label(LabelKind.PLACE, "The Lake"),)))
    marked(vault, "the lake", kind=TopicKind.PLACE)
    (one,) = look_at(vault, *NOVEMBER).beside
    assert say_beside(one, PHRASES) == "In one entry. Named there: calm."


def test_entries_are_counted_and_not_words(vault: Vault) -> None:
    """Three words for one feeling in one entry are one entry, and nothing claims a cause."""
    vault.entries.add_all([on(3, "Anna. I was angry, so angry, furious."), on(4, "Anna was here. I felt calm.")])
    marked(vault, "Anna")
    (one,) = look_at(vault, *NOVEMBER).beside
    assert say_beside(one, PHRASES) == "In 2 entries. Named there: anger (1), calm (1)."
    assert not {"because", "made", "makes", "causes"} & set(say_beside(one, PHRASES).split())


@pytest.mark.parametrize("line", ["", "=", "a", "x" * 41, "Anna, Kim", "Anna =", "\u202eAnna", f"a{'= bb, cc' * 9}"])
def test_what_is_no_topic_is_refused(line: str) -> None:
    """With a reason, and nothing is kept."""
    with pytest.raises(UsageError):
        read_topic(TopicKind.PERSON, line)


def test_topics_are_kept_as_typed_and_bounded(vault: Vault) -> None:
    """A line each; one name stands once; there is an end to them."""
    lines = "Anna\n\nmum = mother, mama\n"
    put_topics(vault, read_topics(TopicKind.PERSON, lines))
    assert "\n".join(map(written_topic, vault.topics.list())) == "Anna\nmum = mother, mama"
    add_topic(vault, Topic("anna", TopicKind.PLACE))
    assert [(one.name, one.kind) for one in vault.topics.list()] == [("mum", "person"), ("anna", "place")]
    with pytest.raises(UsageError, match="twice"):
        marked(vault, "Kim", "kim")
    with pytest.raises(UsageError, match="too many"):
        marked(vault, *(f"name{i}" for i in range(MOST_TOPICS + 1)))
    assert len(vault.topics.list()) == 2
    assert vault.topics.remove("anna")
    assert not vault.topics.remove("anna")


def test_topics_go_with_an_export_and_come_back(vault: Vault) -> None:
    """With their kind and their words; what is none is named by its number and nothing else is lost."""
    marked(vault, "mum = mother")
    file = io.BytesIO()
    write_json(vault, (), file, EVENING, whole=True)
    written = json.loads(file.getvalue())
    assert written["topics"] == [{"name": "mum", "kind": "person", "words": ["mother"]}]
    written["topics"] += [{"name": "x", "kind": "person", "words": []}, {"name": "Kim", "kind": "pet", "words": []}]
    vault.topics.put(())
    found = import_json(vault, parse_export(json.dumps(written).encode(), "x"))
    assert (found.topics, [(bad.part, bad.number) for bad in found.bad]) == (1, [("topic", 2), ("topic", 3)])
    assert vault.topics.list() == (Topic("mum", TopicKind.PERSON, ("mother",)),)


# Questions


def test_questions_are_told_by_their_answers(vault: Vault) -> None:
    """In how many answers a feeling was named; one that brought none is not held against anybody."""
    vault.entries.add_all([
        diary_entry("I felt calm.", EVENING, QUESTIONS[0]),
        diary_entry("Soup.", EVENING - timedelta(days=1), QUESTIONS[0]),
        diary_entry("Soup.", EVENING - timedelta(days=2), QUESTIONS[1]),
        diary_entry("I was angry.", EVENING - timedelta(days=3), None),
    ])  # fmt: skip
    (one,) = look_at(vault, *NOVEMBER).questions
    assert (one.text, one.answered, one.named) == (QUESTIONS[0][1], 2, 1)


def test_the_json_holds_all_of_it(vault: Vault) -> None:
    """Every count of the picture, and null for words for many things."""
    vault.entries.add_all([on(3, "Anna came. I felt calm."), on(5, "I'm fine.")])
    marked(vault, "Anna")
    found = json.loads(json.dumps(period_json(look_at(vault, *NOVEMBER))))
    assert len(found["periods"]) == len(found["entries"]) == len(found["feelings"][0]["counts"]) == 30
    assert {one["family"] for one in found["feelings"]} == {"calm", None}
    assert found["beside"][0]["name"] == "Anna"


# The page


def test_the_page_says_in_words_what_its_picture_shows(opened: tuple[Desk, Browsing]) -> None:
    """Each row has a title and a description, and the list beneath says the same; no score, no streak."""
    desk, browsing = opened
    with desk.writing() as vault:
        vault.entries.add_all([on(3, "I felt calm, so calm."), on(5, "I was <b>angry</b>.")])
    text = browsing.get("/feelings/month").text
    assert "November 2026" in text
    assert re.search(r'<title id="row-1">calm, twice</title><desc id="when-1">3 Nov \(twice\)</desc>', text)
    assert "calm , twice: calm. On 3 Nov (twice)." in plain(text)
    assert "This time is not over yet." in text
    assert not {"score", "streak", "average", "goal", "because"} & set(plain(text).lower().split())
    assert "November" in browsing.get("/feelings/year").text


def test_from_month_to_month_and_no_further(opened: tuple[Desk, Browsing]) -> None:
    """Back to the first entry and forth to today; addresses tell no day."""
    desk, browsing = opened
    with desk.writing() as vault:
        vault.entries.add_all([on(3, "Calm."), on(3, "Calm.", month=9)])
    text, seen = browsing.get("/feelings/month").text, []
    while 'rel="prev"' in text:
        place = link(text, r"/feelings/month/of/[0-9a-f]{18}(?=\" rel=\"prev)")
        text = browsing.get(place).text
        seen.append(re.findall(r"<h1>(.*?)</h1>", text)[0])
    assert seen == ["October 2026", "September 2026"]
    assert 'rel="next"' not in browsing.get("/feelings/month").text
    assert browsing.get("/feelings/week/of/" + "0" * 18).status == 404
    assert browsing.get("/feelings/month/of/" + "0" * 18).status == 404
    entry = re.findall(r"/entry/([0-9a-f]{18})", browsing.get("/timeline").text)[0]
    assert browsing.get(f"/feelings/month/of/{entry}").status == 404


def test_marking_keeps_what_was_typed(opened: tuple[Desk, Browsing]) -> None:
    """What cannot be kept stays in the form with the reason, also while another process writes; nothing is lost."""
    desk, browsing = opened
    place = re.findall(r'action="(/feelings/month/of/\w+/mark)"', browsing.get("/feelings/month").text)[0]
    answer = browsing.post(place, {"person": "Anna\nmum = mother", "place": "the lake", "doing": "running"})
    assert answer.status == 303
    assert "Kept." in browsing.get(answer.headers["location"]).text
    assert [(one.name, one.kind) for one in desk.vault.topics.list()] == [
        ("Anna", "person"), ("mum", "person"), ("the lake", "place"), ("running", "doing")
    ]  # fmt: skip
    wrong = browsing.post(place, {"person": "Anna\nx", "place": "Vienna", "doing": ""})
    assert (wrong.status, "That is no name." in wrong.text, "Vienna" in wrong.text) == (409, True, True)
    with desk.writing():
        busy = browsing.post(place, {"person": "Bo", "place": "Vienna", "doing": "tea and cake"})
    assert (busy.status, "Vienna" in busy.text, "tea and cake" in busy.text) == (409, True, True)
    assert len(desk.vault.topics.list()) == 4


def test_a_month_and_a_year_are_quick(vault: Vault) -> None:
    """A month and a year of a long diary read only their own days: a tenth of a second of a core at the very most."""
    vault.entries.add_all(make_diary(800))
    marked(vault, "Anna", "brother", "soup")
    for step in ("month", "year"):
        began = time.process_time()
        look_at(vault, *whole_period(date(2026, 10, 1), step))  # type: ignore[arg-type]
        assert time.process_time() - began < 0.1


def test_others_are_found_without_reading_every_entry(vault: Vault) -> None:
    """Each count begins with whose entries to leave out; an index answers that, however long the diary."""
    (row,) = vault._database.rows("EXPLAIN QUERY PLAN SELECT number, speaker FROM entries WHERE speaker != ''")
    assert "entries_by_speaker" in row[3]
