"""Another journal on the page: looked at, taken in once, stopped, and read where it lies."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import LoudnessDetector, ScriptedTranscriber
from tests.sound_samples import quiet, voice, write_wav
from tests.unit.coming import dayone, dayone_entry, zipped
from tests.unit.test_page_settings import WAIT_S, House, housed
from voicecheck.diary.coming.foreign import Foreign, Found, Moment
from voicecheck.diary.coming.forms import FORMS, Form
from voicecheck.speech.recognition import vad
from voicecheck.web.site.coming_in import ComingIn
from voicecheck.web.site.lying_near import MOST, lying_near

PLACE = "/settings/import"
FIELDS = {"form": "dayone", "order": "auto", "language": "en", "timezone": ""}


@pytest.fixture
def house() -> Iterator[House]:
    with housed() as made:
        yield made


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return zipped(
        tmp_path / "my <export> é.zip",
        {"Journal.json": dayone(dayone_entry("One\\."), dayone_entry("Two\\.", tags=["home"]), dayone_entry("", "no"))},
    )


def job_of(house: House) -> ComingIn:
    job = house.desk.jobs.coming
    assert job is not None
    return job


def look(house: House, path: Path, /, **fields: str) -> str:
    house.press(f"{PLACE}/look", **{**FIELDS, "path": str(path), **fields})
    job_of(house)._thread.join(WAIT_S)
    return house.text(PLACE)


def take(house: House) -> str:
    house.press(f"{PLACE}/take", asked=job_of(house).handle)
    job_of(house)._thread.join(WAIT_S)
    return house.text(PLACE)


def count(house: House) -> int:
    return house.desk.vault.entries.count()


def test_it_looks_first_and_takes_each_once(house: House, export: Path) -> None:
    """What would come, what not and why; then the same again is there already."""
    told = look(house, export)
    assert "Would come: 2. There already: 0. Could not be taken in: 1. From 2019-07-06" in told
    assert "Labels: tags 1, journals 2." in told and "Journal.json, entry 3: " in told
    assert (count(house), "Two." in told) == (1, False)
    assert "New: 2. There already: 0." in take(house)
    assert count(house) == 3
    told = look(house, export)
    assert "Would come: 0. There already: 2." in told and "There is nothing new in it." in told
    assert export.is_file()


def test_it_can_be_stopped_and_goes_on(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was taken in is kept; the rest comes the next time."""
    reached, go_on = threading.Event(), threading.Event()

    def entries() -> Iterator[Found]:
        at = datetime.fromisoformat("2019-07-06T19:30:00+02:00")
        for number in range(1, 101):
            if number == 60:
                reached.set()
                assert go_on.wait(WAIT_S)
            yield Foreign(number, "J.json", Moment(at), f"Day {number}.")

    monkeypatch.setitem(FORMS, "dayone", Form(lambda export: entries, (".zip",)))
    go_on.set()
    look(house, tmp_path)
    reached.clear()
    go_on.clear()
    house.press(f"{PLACE}/take", asked=job_of(house).handle)
    assert reached.wait(WAIT_S)
    assert '"running":true,"done":59,"total":100' in house.browser.get(f"{PLACE}/progress").text
    assert "Taking in" in house.text(PLACE)
    assert house.desk.jobs.writing
    job_of(house).leave()
    go_on.set()
    told = house.press(f"{PLACE}/stop")
    assert "What was taken in is kept" in told and "New: 50." in told
    look(house, tmp_path)
    assert "New: 50. There already: 50." in take(house)
    assert count(house) == 101


def test_a_look_that_was_stopped_keeps_nothing(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And offers nothing to be taken in."""
    reached, go_on = threading.Event(), threading.Event()

    def entries() -> Iterator[Found]:
        reached.set()
        assert go_on.wait(WAIT_S)
        yield Foreign(1, "J.json", Moment(datetime.fromisoformat("2019-07-06T19:30:00+02:00")), "Day.")

    monkeypatch.setitem(FORMS, "dayone", Form(lambda export: entries, (".zip",)))
    house.press(f"{PLACE}/look", **FIELDS, path=str(tmp_path))
    assert reached.wait(WAIT_S)
    job_of(house).leave()
    go_on.set()
    told = house.press(f"{PLACE}/stop")
    assert "Stopped. Nothing was taken in." in told and "Take them in" not in told
    assert count(house) == 1


def test_only_what_was_looked_at_is_taken_in(house: House, export: Path) -> None:
    """Another tab's file is not what this tab was shown."""
    look(house, export)
    for asked in ("", "0" * 18):
        assert house.browser.post(f"{PLACE}/take", {"asked": asked}).status == 409
    assert count(house) == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"form": "diary"}, "Say which journal"),
        ({"path": ""}, "That is no file"),
        ({"path": "export.zip"}, "That is no file"),
        ({"path": "", "form": "markdown"}, "That is no folder"),
        ({"timezone": "Mars/Base"}, "There is no such time zone"),
        ({"language": "<b>"}, "That is no code of a language"),
    ],
)
def test_what_cannot_be_looked_at_is_one_sentence(
    house: House, export: Path, fields: dict[str, str], told: str
) -> None:
    """And what was typed stands there still."""
    answer = house.browser.post(f"{PLACE}/look", {**FIELDS, "path": str(export), **fields})
    assert answer.status == 409 and told in answer.text
    assert house.desk.jobs.coming is None


@pytest.mark.parametrize(("name", "told"), [("gone.zip", "cannot be read"), ("odd.zip", "is no zip archive")])
def test_a_file_that_is_none_is_told(house: House, tmp_path: Path, name: str, told: str) -> None:
    """After the look, with its name, and never with a word of its own."""
    (tmp_path / "odd.zip").write_bytes(b"a secret word")
    page = look(house, tmp_path / name)
    assert told in page and "secret" not in page


def test_columns_and_tags_of_a_table(house: House, tmp_path: Path) -> None:
    """Named as they are there; several columns of tags between commas."""
    table = tmp_path / "table.csv"
    table.write_text("When,Note,A,B\n2023-05-06,Calm.,home,sea\n")
    named = {"column_date": "When", "column_text": "Note", "column_tag": "A, B", "form": "csv"}
    assert "Would come: 1." in look(house, table, **named) and "Labels: tags 2." in house.text(PLACE)


def test_exports_that_lie_near_are_offered(tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first, of the right endings, none hidden; a name is never a tag of the page."""
    monkeypatch.setattr("platformdirs.user_downloads_dir", lambda: str(tmp_path / "Downloads"))
    monkeypatch.setattr("platformdirs.user_documents_dir", lambda: str(tmp_path / "nowhere"))
    (tmp_path / "Downloads").mkdir()
    for number, name in enumerate(["<b>old<_b>.zip", "new.daylio", ".hidden.zip", "song.mp3"]):
        (tmp_path / "Downloads" / name).write_bytes(b"")
        os.utime(tmp_path / "Downloads" / name, (number + 1e9, number + 1e9))
    assert [one.path.name for one in lying_near((".zip", ".daylio"))] == ["new.daylio", "<b>old<_b>.zip"]
    page = house.browser.get(PLACE).text
    assert "new.daylio" in page and "<b>old" not in page
    assert not re.search(r"song|\.hidden", page)
    for number in range(MOST + 5):
        (tmp_path / "Downloads" / f"{number}.zip").write_bytes(b"")
    assert len(lying_near((".zip",))) == MOST


def test_sounds_come_along_where_the_box_is_ticked(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each beside its entry, with its words; without the box they are counted and left out."""
    whisper = ScriptedTranscriber(last="today I feel calm and that is all there is to say about it")
    house.desk.load_recogniser = lambda tell: whisper
    monkeypatch.setattr(vad, "VoiceDetector", LoudnessDetector)
    sound = write_wav(tmp_path / "a.wav", np.concatenate([voice(2.0), quiet(0.5)])).read_bytes()
    raw = dayone_entry("One\\.", audios=[{"md5": "ab"}])
    path = zipped(tmp_path / "x.zip", {"Journal.json": dayone(raw), "audios/ab.m4a": sound})
    told = look(house, path)
    assert "Would come: 1." in told and "sounds 1" in told and "beside its entry: 1" not in told
    assert "Sounds that would come, each beside its entry: 1." in look(house, path, transcribe="yes")
    assert "Sounds kept, each beside its entry: 1." in take(house)
    assert count(house) == 3
    assert any(one.has_audio and "calm" in one.text for one in house.desk.vault.entries.list())


@pytest.mark.parametrize("path", ["look", "take", "stop"])
def test_nobody_else_takes_anything_in(house: House, export: Path, path: str) -> None:
    """Another host, site, origin or browser reads no file and adds no entry."""
    look(house, export)
    before, fields = job_of(house), {**FIELDS, "path": "/etc/passwd", "asked": job_of(house).handle}
    answers = [
        house.browser.post(f"{PLACE}/{path}", fields, host="localhost:4321"),
        house.browser.post(f"{PLACE}/{path}", fields, sec_fetch_site="cross-site"),
        house.browser.post(f"{PLACE}/{path}", fields, origin="http://127.0.0.1:9999"),
        house.browser.post(f"{PLACE}/{path}", fields, cookie=None),
    ]
    assert [answer.status for answer in answers] == [421, 403, 403, 401]
    assert house.browser.get(f"{PLACE}/{path}").status == 303
    assert house.desk.jobs.coming is before and count(house) == 1
