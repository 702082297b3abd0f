"""How quick the review page is with 10,000 entries in it: `script/bench review`.

The real `voicecheck open` runs as a process of its own, behind its guard, and is asked through a socket, each time
over a new connection. Every figure runs from the request to the last byte: the median and the slowest of some turns.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.diary_samples import make_diary
from voicecheck.clock import now
from voicecheck.diary.topics import put_topics, read_topics
from voicecheck.paths import Paths
from voicecheck.utterance import TopicKind
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.vault import Vault

ROOT = Path(__file__).parents[1]
GOALS_MS = {"first page": 200, "search": 100, "trends": 300, "years": 50}
FILES = ("page.css", "print.css", "page.js", "entry.js", "icon.svg")


@dataclass
class Session:
    """A browser's part of the talk."""

    host: str
    cookie: str = ""
    led_to: str = ""
    """address that the last answer led to"""

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, bytes]:
        """A connection of its own, as the first request of a browser has."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"cookie": self.cookie, "sec-fetch-site": "same-origin", "origin": f"http://{self.host}"}
        if fields is None:
            connection.request("GET", path, headers=headers)
        else:
            headers["content-type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        body = answer.read()
        self.cookie = (answer.getheader("set-cookie") or self.cookie).split(";")[0]
        self.led_to = answer.getheader("location") or ""
        connection.close()
        return answer.status, body


def measure(session: Session, path: str, turns: int) -> tuple[float, float, int]:
    """Median and slowest in milliseconds, and the bytes of the answer."""
    times, size = [], 0
    for _ in range(turns):
        began = time.perf_counter()
        status, body = session.ask(path)
        times.append((time.perf_counter() - began) * 1000)
        assert status == 200, (path, status)
        size = len(body)
    return statistics.median(times), max(times), size


def build(folder: Path, entries: int) -> Paths:
    paths = Paths(*(folder / name for name in ("settings.toml", "prompts", "resources", "vault", "models")))
    key = create_vault(paths, KeyFile(folder / "vault.key"))
    with Vault.open(paths, key) as vault:
        vault.entries.add_all(make_diary(entries, until=now()))
        put_topics(vault, read_topics(TopicKind.PERSON, "Anna\nbrother\nkids"))
    return paths


def start(folder: Path) -> tuple[subprocess.Popen[str], Session]:
    environment = os.environ | {"VOICECHECK_HOME": str(folder), "VOICECHECK_KEY_FILE": str(folder / "vault.key")}
    command = [sys.executable, "-m", "voicecheck", "open", "--no-browser"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        found = re.search(r"(http://\S+)[\s\S]*once:\s+(\w{4} \w{4})", said)
        if found:
            session = Session(urlsplit(found[1]).netloc)
            assert session.ask("/enter", {"code": found[2]})[0] == 303
            return process, session
    raise SystemExit(f"the page did not start: {said}")


def report(session: Session, turns: int) -> None:
    heaviest = sum(len(session.ask(f"/static/{name}")[1]) for name in FILES)
    print(f"all files of the page: {heaviest / 1000:.0f} kB")
    print(f"{'page':34} {'median':>9} {'slowest':>9} {'size':>8}   goal")

    def line(name: str, path: str, goal: str = "") -> None:
        median, slowest, size = measure(session, path, turns)
        wanted = f"{GOALS_MS[goal]} ms" if goal else ""
        print(f"{name:34} {median:6.1f} ms {slowest:6.1f} ms {size / 1000:5.0f} kB   {wanted}")

    line("first page (today)", "/", "first page")
    line("timeline", "/timeline", "first page")
    more = re.search(rb'href="(/timeline/more/\d+)"', session.ask("/timeline")[1])
    assert more
    line("timeline, the next forty", more[1].decode())
    session.ask("/timeline/sieve", {"family": "pride"})
    line("timeline, by a feeling", session.led_to)
    line("calendar, a full year", "/calendar/2025")
    entry = re.search(rb'href="(/entry/\w+)"', session.ask("/timeline")[1])
    assert entry
    line("one entry", entry[1].decode())
    for query in (
        "work",
        "meeting angry",
        '"wet streets"',
        "feeling:pride felt:now",
        "walked -rain since:2020",
        "the",
    ):
        session.ask("/search/ask", {"query": query, "order": "best"})
        line(f"search: {query}", session.led_to, "search")
    line("trends, 12 weeks", "/feelings", "trends")
    line("trends, 12 months", "/feelings/months-12", "trends")
    line("trends, everything there is", "/feelings/all", "trends")
    report_years(session, line)


def report_years(session: Session, line: Callable[[str, str, str], None]) -> None:
    line("how I have been, a month", "/feelings/month", "years")
    line("how I have been, a year", "/feelings/year", "years")
    line("a sheet, to choose from", "/sheet", "years")
    chosen = re.search(rb'action="(/sheet/of/\w+)/make"[\s\S]*?value="(\w+)"', session.ask("/sheet")[1])
    assert chosen
    session.ask(f"{chosen[1].decode()}/make", {"sentence": chosen[2].decode(), "feelings": "on"})
    line("a sheet, to look at", session.led_to, "years")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "home"
        folder.mkdir(mode=0o700)
        began = time.perf_counter()
        build(folder, options.entries)
        print(f"{options.entries} entries, written in {time.perf_counter() - began:.0f} s; {os.cpu_count()} cores")
        process, session = start(folder)
        try:
            report(session, options.turns)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


if __name__ == "__main__":
    main()
