"""Hostile and mutated requests against the page: nothing is lost, nothing is a fault, nothing is told to strangers."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.diary_samples import diary_entry
from tests.unit.browsing import HOST, PORT, Answer, Browsing
from tests.unit.reviewing import CODE, anybody
from tests.unit.test_review_gate import Served, closed_by_the_page, serve
from tests.vault_samples import CANARY, make_pages, make_vault
from voicecheck.clock import now
from voicecheck.diary.meaning import Meaning
from voicecheck.domain import Family
from voicecheck.offline.errand import Done, Errand
from voicecheck.phrases import load_phrases
from voicecheck.remind import schedulers, watching
from voicecheck.web.app import make_app
from voicecheck.web.guard.gate import Bounds
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.pages.entry import seen
from voicecheck.web.site.context import Desk

SHORT, LONG = 200, 2000
READ = (
    "/", "/timeline", "/timeline/more/NUMBER", "/timeline/of/HANDLE", "/timeline/of/HANDLE/more/NUMBER", "/calendar",
    "/calendar/NUMBER", "/day/HANDLE", "/week/HANDLE", "/entry/HANDLE", "/entry/HANDLE/sound", "/feelings",
    "/feelings/all", "/feelings/month", "/feelings/year", "/feelings/month/of/HANDLE", "/feelings/WORD/of/HANDLE",
    "/sheet", "/sheet/of/HANDLE", "/sheet/see/HANDLE",
    "/feelings/WORD", "/settings", "/settings/voice", "/settings/microphone", "/settings/microphone/level",
    "/settings/models", "/settings/models/progress", "/settings/reminder", "/settings/watch", "/settings/backup",
    "/settings/import", "/settings/import/progress", "/settings/restore", "/settings/restore/progress",
    "/settings/move", "/settings/move/progress", "/welcome/bring",
    "/settings/backup/progress", "/settings/erase", "/settings/WORD", "/settings/keys", "/settings/keys/words",
    "/settings/keys/words/HANDLE", "/settings/keys/words/HANDLE/test", "/settings/keys/without/HANDLE", "/forgotten",
    "/export", "/export/progress", "/search", "/search/of/HANDLE",
    "/search/of/HANDLE/from/NUMBER", "/tonight", "/tonight/events", "/static/page.js", "/static/WORD", "/WORD",
)  # fmt: skip
WRITE = {
    "/timeline/sieve": ("family", "since", "until", "with_sound", "speaker"),
    "/entry/HANDLE/edit": ("text", "seen"),
    "/entry/HANDLE/tag": ("add", "remove", "mention", "family", "meaning", "vague", "words", "at"),
    "/entry/HANDLE/tag/undo": (),
    "/settings/names": ("names",),
    "/feelings/year/of/HANDLE/mark": ("person", "place", "doing"),
    "/sheet/span": ("since", "until"),
    "/sheet/of/HANDLE/make": ("sentence", "text", "name", "feelings"),
    "/sheet/see/HANDLE/turn": ("sentence",),
    "/sheet/see/HANDLE/take": (),
    "/sheet/see/HANDLE/leave": (),
    "/settings/keep": ("keep_audio", "lock_after_min", "pack", "aloud", "engine", "rate"),
    "/settings/voice/sample": ("voice",),
    "/settings/voice/hush": (),
    "/settings/voice/use": ("voice",),
    "/settings/voice/prepare": (),
    "/settings/microphone/keep": ("microphone", "loudspeaker"),
    "/settings/microphone/listen": (),
    "/settings/microphone/stop": (),
    "/settings/models/fetch": ("name",),
    "/settings/models/steer": ("what",),
    "/settings/models/use": ("name",),
    "/settings/models/remove": ("name",),
    "/settings/reminder/keep": ("at", "day"),
    "/settings/reminder/off": (),
    "/settings/watch/keep": ("folder", "then", "target", "lying"),
    "/settings/watch/off": (),
    "/settings/restore/look": ("found", "path", "passphrase"),
    "/settings/restore/put": ("asked",),
    "/settings/restore/check": (),
    "/settings/restore/stop": (),
    "/settings/move/out": ("folder",),
    "/settings/move/done": ("proof",),
    "/settings/move/stop": (),
    "/settings/import/look": ("form", "found", "path", "timezone", "language", "order", "column_date", "column_tag"),
    "/settings/import/take": ("asked",),
    "/settings/import/stop": (),
    "/settings/backup/begin": ("folder",),
    "/settings/backup/stop": (),
    "/settings/keys/passphrase": ("now", "passphrase", "again"),
    "/settings/keys/login": ("now",),
    "/settings/keys/without/HANDLE/sure": ("now",),
    "/settings/keys/later": (),
    "/settings/keys/words/make": ("now",),
    "/settings/keys/words/HANDLE/check": ("word-1",),
    "/settings/keys/words/HANDLE/leave": (),
    "/forgotten": ("paper",),
    "/settings/erase/ask": ("word",),
    "/settings/erase/sure": ("word", "asked", "passphrase"),
    "/export/begin": ("form", "folder", "since", "until", "sound"),
    "/export/stop": (),
    "/search/ask": ("query", "order"),
    "/tonight/begin": (),
    "/tonight/do": ("what",),
    "/enter": ("code",),
    "/alive": (),
}
WORDS = (
    "",
    "calm",
    "anger",
    "felt",
    "json",
    "csv",
    "markdown",
    "newest",
    "never",
    "not_tonight",
    "auto",
    "evening",
    "2026-11-22",
    "0",
    "-1",
    "1e308",
    "nan",
    "inf",
    "9" * 40,
    "9" * 5000,
    "٣",
    "²",
    "\x00",
    "a\x00b",
    "\ufeff",
    "\u202e",
    "\u200d",
    "ﬁ",
    "é",
    "é",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%00",
    "%",
    "../../etc/passwd",
    "..",
    "~",
    "~nobody-at-all",
    "~\x00",
    "/nowhere",
    "a" * 300,
    "/" + "a" * 5000,
    "'; DROP TABLE entries; --",
    '"',
    "(",
    "*",
    "-",
    "feeling:",
    "since:0000-00-00",
    "on:9999-99-99",
    "since:9999-12-31",
    "speaker:",
    "has:",
    '"unclosed',
    "calm OR",
    "\n\n\n",
    "\r\n",
    " ",
    "\U0001f525" * 50,
    "word " * 2000,
    "\x7f\x1b[2J",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "-0001-01-01",
)


@dataclass
class Attacked:
    """A page with a small diary, and what it told the terminal."""

    desk: Desk
    browsing: Browsing
    told: list[str]
    handles: tuple[str, ...]

    def first_words(self) -> list[str]:
        """What was heard, of every entry."""
        vault = self.desk.vault
        return sorted(vault.revisions.of(entry_id)[0].text for entry_id in vault.entries.select(None, None, None))


@pytest.fixture
def attacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Attacked]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(schedulers, "schedulers", lambda run: [])  # no reminder of the person's own is touched
    monkeypatch.setattr(watching, "_starters", lambda errand: [])
    monkeypatch.setattr(Errand, "fetch_quietly", lambda *_: Done(1, ""))
    paths, key = make_vault()
    told: list[str] = []
    with Desk(paths, key, load_phrases()) as desk:
        with desk.writing() as vault:
            vault.entries.add(diary_entry(f"I was angry at the {CANARY}, and then calm.", now()), make_pages(2))
            vault.entries.add(diary_entry("I was sad.\nThen I was relieved.", now()))
        browsing = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), told.append, anybody))
        browsing.post("/enter", {"code": CODE})
        places = re.findall(r'href="/(?:entry|day)/(\w+)"', browsing.get("/timeline").text)
        searches = [browsing.post("/search/ask", {"query": "calm"}), browsing.post("/timeline/sieve", {"speaker": "x"})]
        searches.append(browsing.post("/sheet/span", {"since": "2026-11-01", "until": "2026-11-30"}))
        searches.append(browsing.post(f"{searches[-1].headers['location']}/make", {"text": "x", "feelings": "on"}))
        searches.append(browsing.post("/settings/keys/words/make"))
        handles = (*places, *(answer.headers["location"].rpartition("/")[2] for answer in searches))
        told.clear()
        yield Attacked(desk, browsing, told, handles)


def path_of(pattern: str, attacked: Attacked, chance: random.Random) -> str:
    handle = chance.choice((*attacked.handles, *attacked.handles, "0" * 18, quote(chance.choice(WORDS)[:200], safe="")))
    path = pattern.replace("HANDLE", handle)
    path = path.replace("NUMBER", quote(chance.choice(("1", "2026", "999999999", *WORDS))[:6000], safe=""))
    path = path.replace("WORD", quote(chance.choice(WORDS)[:200], safe=""))
    return path + (chance.choice(("/", "?a=b", "?%00", "//", "/..", ";a")) if chance.random() < 0.15 else "")


def fields_of(names: tuple[str, ...], chance: random.Random) -> list[tuple[str, str]]:
    chosen = [name for name in names if chance.random() < 0.8]
    fields = [(name, chance.choice(WORDS)) for name in chosen for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    return fields + [(chance.choice(WORDS)[:50], "x")] * chance.choice((0, 0, 1, 250))


def likely(name: str, attacked: Attacked, chance: random.Random) -> str:
    """A value that the page itself would send, so that the others come further in."""
    entry_ids = attacked.desk.vault.entries.select(None, None, None)
    entry = attacked.desk.vault.entries.get(chance.choice(entry_ids))
    values = {
        "seen": seen(entry),
        "text": f"{entry.text} {chance.choice(WORDS)}",
        "mention": next((one.id or "" for one in entry.mentions), ""),
        "family": chance.choice(tuple(Family)).value,
        "meaning": chance.choice(tuple(Meaning)),
        "words": entry.text[:30],
        "form": chance.choice(("json", "csv", "markdown")),
        "folder": "~",
        "engine": "auto",
        "keep_audio": "always",
        "aloud": "nothing",
        "pack": "evening",
        "rate": "1.0",
        "lock_after_min": "10",
        "since": "",
        "until": "",
    }
    return values.get(name, chance.choice(WORDS))


def a_request(attacked: Attacked, chance: random.Random) -> Answer:
    """One that the person's own browser would never send, under the person's own session; redirects are followed."""
    headers: dict[str, str | None] = {}
    if chance.random() < 0.2:
        headers["range"] = chance.choice(
            ("bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,5-6", "x", "bytes=" + "9" * 30)
        )
    if chance.random() < 0.4:
        return attacked.browsing.get(path_of(chance.choice(READ), attacked, chance), **headers)
    pattern = chance.choice(tuple(WRITE))
    fields = fields_of(WRITE[pattern], chance)
    fields = [(name, likely(name, attacked, chance) if chance.random() < 0.6 else value) for name, value in fields]
    if chance.random() < 0.1:
        headers["content-type"] = chance.choice(
            (None, "text/plain", "multipart/form-data; boundary=x", "application/json")
        )
    if chance.random() < 0.1:
        headers["content-length"] = chance.choice((None, "0", "-1", "x", "9" * 30, "1, 2"))
    answer = attacked.browsing.post(path_of(pattern, attacked, chance), fields, **headers)
    if answer.status == 303:
        assert answer.headers["location"].startswith("/")
        return attacked.browsing.get(answer.headers["location"].partition("#")[0])
    return answer


def send_mutated(attacked: Attacked, count: int) -> None:
    heard = attacked.first_words()
    for number in range(count):
        answer = a_request(attacked, random.Random(number))
        assert 200 <= answer.status < 500, number
        assert [what for what in attacked.told if what != "barred"] == [], number
    assert attacked.first_words() == heard
    assert attacked.browsing.get("/").status == 200


def test_mutated_requests_of_a_session(attacked: Attacked) -> None:
    """Addresses, fields and headers that nobody sends are answered in a sentence, and every entry is still there."""
    send_mutated(attacked, SHORT)


@pytest.mark.long
def test_2000_mutated_requests_of_a_session(attacked: Attacked) -> None:
    send_mutated(attacked, LONG)


def send_foreign(attacked: Attacked, count: int) -> None:
    """What another page, another name or another cookie sends: the words stay in, and nothing changes."""
    paths = attacked.desk.paths
    before = {path: path.read_bytes() for path in paths.vault_folder.rglob("*") if path.is_file()}
    cookie = "; ".join(f"{name}={value}" for name, value in attacked.browsing.cookies.items())
    for number in range(count):
        chance = random.Random(number)
        wrong: dict[str, str | None] = chance.choice(
            (
                {"host": chance.choice(("evil.example", "localhost:4321", "", "127.0.0.1", f"{HOST}.", f"{HOST}\x00"))},
                {"sec-fetch-site": chance.choice(("cross-site", "same-site", "", "same-origin, none"))},
                {
                    "cookie": chance.choice(
                        (None, "", cookie[:-1], f"{cookie}x", cookie.upper(), "a=" + "b" * 9000, '"' * 99)
                    )
                },
            )
        )
        if chance.random() < 0.5:
            answer = attacked.browsing.get(path_of(chance.choice(READ), attacked, chance), **wrong)
        else:
            pattern = chance.choice((*WRITE, "/entry/HANDLE/delete", "/entry/HANDLE/reviewed", "/lock"))
            wrong |= (
                {"origin": chance.choice((None, "null", "http://evil.example", f"http://{HOST}.evil.example"))}
                if ("cookie" not in wrong)
                else {}
            )
            answer = attacked.browsing.post(
                path_of(pattern, attacked, chance), fields_of(WRITE.get(pattern, ()), chance), **wrong
            )
        assert answer.status >= 400 or pattern_is_open(answer), number
        assert CANARY not in answer.text and "relieved" not in answer.text, number
        assert answer.status != 500, number
    assert [what for what in attacked.told if what != "barred"] == []
    assert before == {path: path.read_bytes() for path in paths.vault_folder.rglob("*") if path.is_file()}


def pattern_is_open(answer: Answer) -> bool:
    """A file that is the same for everybody."""
    return answer.headers.get("content-type", "").startswith("text/javascript")


def test_foreign_requests(attacked: Attacked) -> None:
    """Foreign hosts, sites, origins and cookies everywhere: no word comes out, and no byte of the vault changes."""
    send_foreign(attacked, SHORT)


@pytest.mark.long
def test_2000_foreign_requests(attacked: Attacked) -> None:
    send_foreign(attacked, LONG)


def bytes_of(served: Served, chance: random.Random) -> bytes:
    """A request as it goes over the line, with bytes changed, cut and doubled."""
    body = urlencode({"query": "calm", "order": "newest"})
    head = (
        f"{chance.choice(('GET', 'POST', 'HEAD'))} /{chance.choice(('', 'timeline', 'search/ask'))} HTTP/1.1\r\n"
        f"host: {served.door.host}\r\norigin: http://{served.door.host}\r\ncookie: {served.cookie}\r\n"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    )
    content = bytearray(head.encode())
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(content))
        change = chance.randrange(4)
        if change == 0:
            content[at] = chance.randrange(256)
        elif change == 1:
            del content[at : at + chance.randint(1, 20)]
        elif change == 2:
            content[at:at] = content[at : at + chance.randint(1, 200)]
        else:
            content[at:at] = chance.choice(
                (b"\r\n", b"\n", b"\x00", b": ", b"\r\ntransfer-encoding: chunked\r\n", b"\xff" * 50)
            )
        content = content or bytearray(b"\n")
    return bytes(content)


def send_bytes(count: int) -> None:
    with serve(Bounds(request_within_s=0.2, idle_s=0, connections=16)) as served:
        for number in range(count):
            with closing(served.connect(bytes_of(served, random.Random(number)))) as connection:
                if number % 20 == 0:
                    connection.settimeout(10)
                    while not closed_by_the_page(connection):
                        pass
        assert CANARY in served.request()[1]


def test_mutated_bytes_over_the_line() -> None:
    """Requests with bytes changed on a real connection: each ends, and the page goes on."""
    send_bytes(SHORT // 2)


@pytest.mark.long
def test_2000_mutated_bytes_over_the_line() -> None:
    send_bytes(LONG)
