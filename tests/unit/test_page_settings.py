"""The settings on the page: voice, microphone, models, reminder, backup, erasing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, PHRASES, anybody, plain
from tests.unit.test_remind_cli import Tools
from tests.vault_samples import CANARY, PASSPHRASE, SPOKEN_AT, make_entry, make_vault
from voicecheck.checkin import voice_list
from voicecheck.checkin.voice_list import Row
from voicecheck.errors import AudioError, ModelError
from voicecheck.models import catalog
from voicecheck.models.catalog import Presence
from voicecheck.models.on_disk import fetched_bytes, remove_weights
from voicecheck.offline.errand import STOP, Done, Errand
from voicecheck.remind import notification, schedulers
from voicecheck.remind.schedule import read_schedule
from voicecheck.remind.schedulers import Cron
from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.speech.devices import Device
from voicecheck.speech.voice.prepared import Made
from voicecheck.vault.backup import check_backup
from voicecheck.web.app import make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.pages import devices as device_page
from voicecheck.web.pages import voices as voice_page
from voicecheck.web.site import context
from voicecheck.web.site.context import Desk
from voicecheck.web.site.hearing import UNWATCHED_S, Hearing, LeftError
from voicecheck.web.site.jobs import Errands

WAIT_S = 60
FETCHED = Done(0, "")
ROOMS = ("voice", "microphone", "models", "reminder", "watch", "import", "backup", "restore", "move", "erase")


class Fetcher(Errand):
    """In the place of the process that fetches: writes down what it is told, and ends when it is let."""

    def __init__(self, done: Done = FETCHED) -> None:
        super().__init__()
        object.__setattr__(self, "words", [])
        object.__setattr__(self, "asked", [])
        object.__setattr__(self, "ends", threading.Event())
        object.__setattr__(self, "done", done)

    words: list[str]
    asked: list[tuple[str, str]]
    ends: threading.Event
    done: Done

    def fetch_quietly(self, kind: str, name: str) -> Done:
        self.asked.append((kind, name))
        assert self.ends.wait(WAIT_S)
        return self.done

    def steer(self, word: str) -> None:
        self.words.append(word)
        if word == STOP:
            self.ends.set()


@dataclass
class House:
    desk: Desk
    browser: Browsing
    fetcher: Fetcher
    told: list[str] = field(default_factory=list)

    def text(self, path: str) -> str:
        return plain(self.browser.get(path).text)

    def press(self, path: str, /, **fields: str) -> str:
        """Press a button, and read the page that it leads to."""
        answer = self.browser.post(path, fields)
        if answer.status == 303:
            return self.text(answer.headers["location"])
        return plain(answer.text)


@contextmanager
def housed(fetcher: Fetcher | None = None) -> Iterator[House]:
    paths, key = make_vault()
    fetcher = fetcher or Fetcher()
    told: list[str] = []
    with Desk(paths, key, PHRASES, errands=Errands(Errand(), fetcher)) as desk:
        with desk.writing() as vault:
            vault.entries.add(make_entry(CANARY))
        browser = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), told.append, anybody))
        browser.post("/enter", {"code": CODE})
        told.clear()
        yield House(desk, browser, fetcher, told)
        fetcher.ends.set()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(schedulers, "schedulers", lambda run: [])
    monkeypatch.setattr(voice_page, "list_voices", lambda desk: [Row("Anna", "system", chosen=True)])
    monkeypatch.setattr(device_page, "list_devices", lambda kind: (Device(f"Desk {kind}", kind, default=True),))
    with housed() as made:
        yield made


def test_every_room_is_named_in_the_settings_and_answers(house: House) -> None:
    """Each with its sentence, its way back, and the rules that every answer carries."""
    settings = house.browser.get("/settings").text
    for name in ROOMS:
        assert f'href="/settings/{name}"' in settings
        answer = house.browser.get(f"/settings/{name}")
        assert answer.status == 200
        assert 'href="/settings"' in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert CANARY not in answer.text


# The voice


def test_a_sample_is_said_by_this_process(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the loudspeaker, in the voice that was pressed; a second one ends the first; never into an evening."""
    said: list[str] = []
    ended: list[str] = []

    def say(desk: Desk, name: str, *, stop: threading.Event) -> None:
        said.append(name)
        assert stop.wait(WAIT_S)
        ended.append(name)

    monkeypatch.setattr(context, "say_sample", say)
    monkeypatch.setattr(voice_page, "known_voice", lambda name: name)
    assert "A sample is being said" in house.press("/settings/voice/sample", voice="Anna")
    house.press("/settings/voice/sample", voice="Bruno")
    assert (said, ended) == (["Anna", "Bruno"], ["Anna"])
    house.press("/settings/voice/hush")
    assert ended == ["Anna", "Bruno"]


def test_a_voice_that_cannot_speak_says_why(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the page, in a sentence; an unknown voice is a fault with the nearest one."""

    def broken(desk: Desk, name: str, *, stop: threading.Event) -> None:
        raise AudioError("There is no loudspeaker.", "Connect one.")

    monkeypatch.setattr(context, "say_sample", broken)
    monkeypatch.setattr(voice_page, "known_voice", lambda name: name)
    house.press("/settings/voice/sample", voice="Anna")
    house.desk.jobs.sampling.stop()
    assert "There is no loudspeaker. Connect one." in house.text("/settings/voice")
    monkeypatch.setattr(voice_page, "known_voice", voice_list.known_voice)
    assert "Did you mean af_heart?" in house.press("/settings/voice/use", voice="af_hart")


def test_the_chosen_voice_holds_from_the_next_evening(house: House) -> None:
    """Its engine goes by its name."""
    house.desk.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    assert "Kept." in house.press("/settings/voice/use", voice="af_heart")
    assert (house.desk.settings.voice.engine, house.desk.settings.voice.name) == ("auto", "af_heart")


# Models


def test_a_download_can_be_watched_held_and_stopped(house: House) -> None:
    """Another process fetches; this one tells it when to hold, to go on and to stop. One at a time."""
    assert "is on its way" in house.press("/settings/models/fetch", name="base")
    house.press("/settings/models/fetch", name="small")
    assert house.fetcher.asked == [("model", "base")]
    assert '"running":true' in house.browser.get("/settings/models/progress").text.replace(" ", "")
    assert "On hold" in house.press("/settings/models/steer", what="pause")
    assert "So far" in house.press("/settings/models/steer", what="go_on")
    assert "What came so far is kept" in house.press("/settings/models/steer", what="stop")
    assert house.fetcher.words == ["pause", "go_on", "stop"]


def test_a_download_that_fails_says_why() -> None:
    """In the words of the process that fetched."""
    with housed(Fetcher(Done(4, "", "error: base could not be fetched: npm is away.\nhint: Try later.\n"))) as house:
        house.press("/settings/models/fetch", name="base")
        house.fetcher.ends.set()
        assert house.desk.jobs.download is not None
        house.desk.jobs.download.join()
        assert "npm is away. Try later." in house.text("/settings/models")


@pytest.mark.parametrize("name", ["", "nothing", "../base", "--help", "base\x00"])
def test_only_what_the_catalogue_holds_is_fetched_or_removed(house: House, name: str) -> None:
    """A name from outside never becomes a path or an option."""
    for what in ("fetch", "use", "remove"):
        assert house.browser.post(f"/settings/models/{what}", {"name": name}).status == 400
    assert house.fetcher.asked == []


def test_a_model_that_nothing_uses_can_be_removed(house: House) -> None:
    """The one in use stays; the others' files go, and a download can begin anew."""
    known = catalog.load_catalog()
    folder = known.model("tiny.en").folder(house.desk.paths.models_folder)
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(b"{}")
    assert "Choose another one first" in house.press("/settings/models/remove", name=house.desk.settings.whisper.model)
    assert "It is gone from this computer" in house.press("/settings/models/remove", name="tiny.en")
    assert catalog.presence(known.model("tiny.en"), house.desk.paths.models_folder) is Presence.MISSING
    assert "is not on this computer" in house.press("/settings/models/use", name="tiny.en")


# Microphone


@dataclass
class Room:
    """A microphone that gives the level that it is told, until the page lets go of it."""

    level: float = -20.0
    opened: int = 0
    closed: int = 0

    def listen(self, settings: object, seconds: float, hear: Callable[[float], None]) -> None:
        self.opened += 1
        try:
            while True:
                hear(self.level)
        finally:
            self.closed += 1


def test_the_level_moves_while_the_page_says_that_the_microphone_is_open(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words and colour; when it is over the page says what was heard, and the microphone is closed."""
    room = Room()
    monkeypatch.setattr("voicecheck.speech.microphone.listen", room.listen)
    assert "The microphone is open" in house.press("/settings/microphone/listen")
    assert 'id="mic" class="open"' in house.browser.get("/settings/microphone").text
    house.browser.get("/settings/microphone/level")
    assert "It hears you well." in house.press("/settings/microphone/stop")
    assert (room.opened, room.closed) == (1, 1)
    assert '"running":false' in house.browser.get("/settings/microphone/level").text.replace(" ", "")


def test_nobody_watches_and_the_microphone_closes() -> None:
    """A window that was closed asks for no level any more; an evening that begins takes the microphone."""
    now, wanted = [100.0], [True]
    heard: list[float] = []

    def listen(settings: object, seconds: float, hear: Callable[[float], None]) -> None:
        for second in (0.0, 1.0, 2.5, 3.5):
            now[0] = 100.0 + second
            heard.append(second)
            hear(-20.0)

    hearing = Hearing(MicrophoneSettings(), listen, lambda: wanted[0], lambda: now[0])
    hearing._thread.join(WAIT_S)
    assert heard[-1] > UNWATCHED_S and hearing.fault is None
    wanted[0] = False
    with pytest.raises(LeftError):
        hearing._hear(-20.0)


def test_microphone_and_loudspeaker_are_chosen_by_name(house: House) -> None:
    """One that is not here now stays chosen, and is said to be away."""
    house.desk.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    house.press("/settings/microphone/keep", microphone="Desk input", loudspeaker="Gone speaker")
    settings = house.desk.settings
    assert (settings.microphone.device, settings.loudspeaker.device) == ("Desk input", "Gone speaker")
    assert "Gone speaker (not here now)" in house.text("/settings/microphone")


# The reminder


def test_a_reminder_on_and_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as in the terminal; a wrong time is told, and what was typed stays."""
    tools = Tools()
    cron = Cron(tools)
    monkeypatch.setattr(schedulers, "schedulers", lambda run: [cron])
    monkeypatch.setattr(notification, "obstacle", lambda: "")
    monkeypatch.setattr("voicecheck.web.pages.reminder.now", lambda: datetime(2026, 11, 27, 12).astimezone())
    assert "There is none now" in house.text("/settings/reminder")
    answer = house.browser.post("/settings/reminder/keep", [("at", "21:30"), ("day", "fri"), ("day", "sat")])
    assert "A reminder comes at 21:30, on Friday and Saturday." in house.text(answer.headers["location"])
    assert cron.installed() == read_schedule("21:30", "fri,sat")
    for wrong in ([("at", "25:77"), ("day", "fri")], [("at", "21:00")], [("at", "21:00"), ("day", "someday")]):
        assert house.browser.post("/settings/reminder/keep", wrong).status == 409
    assert cron.installed() == read_schedule("21:30", "fri,sat")
    aloud = [("at", "21:30"), ("day", "fri"), ("aloud", "1"), ("lid", "1")]
    told = house.text(house.browser.post("/settings/reminder/keep", aloud).headers["location"])
    assert "An invitation aloud comes at 21:30, on Friday." in told
    assert "Whoever is in the room hears it, visitors too" in told
    assert " invite " in str(tools.crontab)
    assert "--lid-closed" in str(tools.crontab)
    assert "The reminder is off." in house.press("/settings/reminder/off")
    assert cron.installed() is None


# Backup


def test_a_backup_is_whole_and_said_to_be(house: House, tmp_path: Path) -> None:
    """In the folder that was named, by the day; a second one never replaces it."""
    house.press("/settings/backup/begin", folder=str(tmp_path))
    assert house.desk.jobs.copying is not None
    house.desk.jobs.copying._thread.join(WAIT_S)
    assert "1 entries" in house.text("/settings/backup") and "later change of the passphrase" in house.text(
        "/settings/backup"
    )
    (made,) = tmp_path.glob("*.backup")
    assert check_backup(made, house.desk._data_key).entries == 1
    house.press("/settings/backup/begin", folder=str(tmp_path))
    house.desk.jobs.copying._thread.join(WAIT_S)
    assert "is there already" in house.text("/settings/backup")
    for folder in ("/nowhere", "", "a/b", "~\x00"):
        assert house.browser.post("/settings/backup/begin", {"folder": folder or "/nowhere"}).status == 409


# Erasing


def ask_once(house: House) -> str:
    """Type the word, and return the handle of the second question."""
    answer = house.browser.post("/settings/erase/ask", {"word": "erase"})
    return answer.text.split('name="asked" value="')[1].split('"')[0]


def test_erasing_asks_twice_and_for_the_passphrase(house: House) -> None:
    """Then the keys and the vault are gone, the page closes, and the browser is told to forget."""
    folder = house.desk.paths.vault_folder
    assert house.browser.post("/settings/erase/ask", {"word": "yes"}).status == 409
    handle = ask_once(house)
    page = house.browser.post("/settings/erase/ask", {"word": "Erase"}).text
    assert 'type="password"' in page and 'autocomplete="off"' in page
    answer = house.browser.post("/settings/erase/sure", {"asked": handle, "word": "erase", "passphrase": PASSPHRASE})
    assert "Everything is erased" in answer.text
    assert '"storage"' in answer.headers["clear-site-data"]
    assert house.told == ["erased"]
    assert not list(folder.rglob("*"))


@pytest.mark.parametrize(
    "fields",
    [
        {"word": "erase", "passphrase": PASSPHRASE},
        {"asked": "0" * 18, "word": "erase", "passphrase": PASSPHRASE},
        {"asked": "HANDLE", "word": "no", "passphrase": PASSPHRASE},
        {"asked": "HANDLE", "word": "erase", "passphrase": "wrong"},
        {"asked": "HANDLE", "word": "erase"},
    ],
)
def test_nothing_is_erased_without_all_of_it(house: House, fields: dict[str, str]) -> None:
    """The first word, the second, and the passphrase; and what was typed as one is shown nowhere."""
    handle = ask_once(house)
    sent = {name: handle if value == "HANDLE" else value for name, value in fields.items()}
    answer = house.browser.post("/settings/erase/sure", sent)
    assert answer.status == 409
    assert PASSPHRASE not in answer.text and "wrong<" not in answer.text
    assert house.told == []
    assert CANARY in plain(house.browser.get("/").text)


def test_five_wrong_passphrases_lock_the_page(house: House) -> None:
    """And the right one erases nothing after that."""
    for _ in range(5):
        sent = {"asked": ask_once(house), "word": "erase", "passphrase": "wrong"}
        assert house.browser.post("/settings/erase/sure", sent).status == 409
    assert house.told == ["locked"]
    house.browser.post("/settings/erase/sure", {"asked": ask_once(house), "word": "erase", "passphrase": PASSPHRASE})
    assert house.desk.paths.slots_file.exists()


# The guard


@pytest.mark.parametrize(
    "path",
    ["voice/sample", "voice/use", "voice/prepare", "microphone/keep", "microphone/listen", "models/fetch",
     "models/steer", "models/use", "models/remove", "reminder/keep", "reminder/off", "backup/begin", "backup/stop",
     "erase/ask", "erase/sure"],
)  # fmt: skip
def test_nobody_else_presses_a_button(house: House, path: str) -> None:
    """Another host, site, origin or browser changes nothing; an address that is loaded again does nothing."""
    address = f"/settings/{path}"
    fields = {"word": "erase", "name": "base", "folder": "~", "at": "21:00", "voice": "Anna"}
    answers = [
        house.browser.post(address, fields, host="localhost:4321"),
        house.browser.post(address, fields, sec_fetch_site="cross-site"),
        house.browser.post(address, fields, origin="http://127.0.0.1:9999"),
        house.browser.post(address, fields, cookie=None),
    ]
    assert [answer.status for answer in answers] == [421, 403, 403, 401]
    assert house.browser.get(address).status == 303
    jobs = house.desk.jobs
    assert (house.fetcher.asked, jobs.hearing, jobs.copying, jobs.sampling.running) == ([], None, None, False)


# On paper


def test_a_week_stands_on_one_page_with_all_of_its_words(house: House) -> None:
    """In the order of the days, each in its own language; from a day one comes there, and no further than today."""
    long = "I was calm. " * 60
    with house.desk.writing() as vault:
        for days, text in ((0, long), (2, "היום הייתי עייף"), (20, "Another week")):
            at = SPOKEN_AT - timedelta(days=SPOKEN_AT.weekday() + days - 6)
            language = "he" if days == 2 else "en"
            vault.entries.add(replace(make_entry(text, at), id=f"week-{days}", mentions=(), language=language))
    day = house.desk.handles.of((SPOKEN_AT - timedelta(days=SPOKEN_AT.weekday())).date().isoformat())
    page = house.browser.get(f"/week/{day}").text
    assert long.strip() in plain(page)
    assert 'dir="auto" lang="he">היום הייתי עייף<' in page
    assert "Another week" not in page
    assert page.index("היום") < page.index("I was calm. I was calm.")
    assert 'media="print"' in page
    assert f"/week/{day}" in house.browser.get(f"/day/{day}").text
    assert house.browser.get("/week/nothing").status == 404


def test_what_voices_share_goes_with_the_last_of_them(tmp_path: Path) -> None:
    """And is counted in what there is to fetch; while something is fetched nothing is removed."""
    known = catalog.load_catalog()
    first, second = known.voice("af_heart"), known.voice("af_bella")
    shared = known.named(first.needs)
    for weights in (first, second, shared):
        weights.folder(tmp_path).mkdir(parents=True)
        for file in weights.files:
            with (weights.folder(tmp_path) / file.name).open("wb") as made:
                made.truncate(file.size)
    (tmp_path / ".partial").mkdir()
    done, total = fetched_bytes(known.whole(first), tmp_path)
    assert done == total > shared.size + first.size
    remove_weights(first, tmp_path)
    assert shared.folder(tmp_path).exists() and not first.folder(tmp_path).exists()
    (tmp_path / ".partial" / "part").write_bytes(b"x" * 100)
    assert fetched_bytes(known.whole(first), tmp_path)[0] < total
    with FileLock(tmp_path / ".lock"), pytest.raises(ModelError, match="being fetched"):
        remove_weights(second, tmp_path)
    remove_weights(second, tmp_path)
    assert not shared.folder(tmp_path).exists()
    with pytest.raises(ModelError, match="not on this computer"):
        remove_weights(second, tmp_path)


def test_a_voice_makes_its_sentences_ahead(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the process that fetches, which finds all of it here; a voice that needs none is told so."""
    assert "It speaks at once" in house.press("/settings/voice/prepare")
    row = Row("af_heart", "kokoro", chosen=True, prepared="2 of 9", prepared_sentences=2, fixed_sentences=9)
    monkeypatch.setattr(voice_page, "list_voices", lambda desk: [row])
    monkeypatch.setattr(voice_page, "how_far", lambda *_: Made(2, 9))
    assert "Make its sentences ahead" in house.text("/settings/voice")
    assert "af_heart makes its sentences ahead" in house.press("/settings/voice/prepare")
    assert '"done":2,"total":9' in house.browser.get("/settings/models/progress").text.replace(" ", "")
    assert house.fetcher.asked == [("voice", "af_heart")]
