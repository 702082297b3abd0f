"""The process that may fetch for a guarded one: it does two things, has the network, and ends with its owner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voicecheck.offline import NO_NETWORK, errand, may_send, may_set_clock
from voicecheck.offline.errand import REFUSED, Errand, run_fetch


@pytest.mark.parametrize(
    ("kind", "name"),
    [("entry", "base"), ("model", "--help"), ("model", "../base"), ("model", "a b"), ("model", ""), ("", "base")],
)
def test_nothing_but_two_fetches(monkeypatch: pytest.MonkeyPatch, kind: str, name: str) -> None:
    """Other commands, options and paths are refused before anything is started."""
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it was started"))
    assert run_fetch(kind, name) == REFUSED


def test_the_fetch_is_its_own_process_with_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is started without what keeps libraries off the network, without a stdin, and its exit code comes back."""
    seen: dict[str, object] = {}

    def started(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        seen.update(options, command=command)
        return subprocess.CompletedProcess(command, 4)

    monkeypatch.setattr(subprocess, "run", started)
    for name in NO_NETWORK:
        monkeypatch.setenv(name, "1")
    assert Errand().fetch("model", "base") == 4
    assert seen["command"] == [sys.executable, "-P", "-m", "voicecheck", "model", "fetch", "base"]
    assert seen["stdin"] is subprocess.DEVNULL
    environment = seen["env"]
    assert isinstance(environment, dict) and not set(NO_NETWORK) & set(environment)


SCRIPT = """
import json, os, socket, sys
from voicecheck.offline import errand
from voicecheck import offline
def fetch(kind, name):  # in the place of the fetch: is there a network?
    try:
        socket.socket(socket.AF_INET).close()
    except OSError:
        return 7
    return 0 if (kind, name) == ("model", "base") else 8
errand.run_fetch = fetch
sent = errand.open_errand()
offline.guard_process(["setup"])
codes = [sent.fetch("model", "base"), sent.fetch("voice", "x")]
try:
    socket.socket(socket.AF_INET)
    codes.append("not guarded")
except OSError:
    codes.append("guarded")
sent.close()
codes.append(os.waitstatus_to_exitcode(os.wait()[1]))
print(json.dumps(codes))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has the kernel filter")
def test_from_before_the_guard() -> None:
    """The guarded process has no network, the one it sends has, answers each time, and ends when nobody is left."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == [0, 8, "guarded", 0]


def test_one_that_has_gone_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer that cannot come."""
    asked, asking = os.pipe()
    answers, answering = os.pipe()
    os.close(asked)
    os.close(answering)
    sent = Errand(asking, answers)
    assert sent.fetch("model", "base") == 1
    sent.close()


CRONTAB_SCRIPT = r"""
import json, sys
from voicecheck.offline import errand
from voicecheck import offline
sent = errand.open_errand(("crontab",))
offline.guard_process(["remind", "set"])
table = "0 9 * * * caf\u00e9 \u2615\n" * 4000
codes = [sent.crontab("-", table).code, sent.crontab("-l").output == table]
codes += [sent.crontab("-e").code, sent.fetch("model", "base"), errand.Errand().crontab("-l").code]
sent.close()
print(json.dumps(codes))
"""
FAKE_CRONTAB = """#!/bin/sh
grep -q 'NoNewPrivs:.*0' /proc/self/status || { echo "must be privileged to use -u" >&2; exit 1; }
case $1 in -) cat >"$0.table" ;; -l) cat "$0.table" ;; -r) rm "$0.table" ;; esac
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has no_new_privs")
def test_crontab_keeps_its_right(tmp_path: Path) -> None:
    """A setgid crontab works from the process before the guard, with a long table, and from the guarded one it does
    not; for `remind` that process edits nothing by hand and fetches nothing."""
    fake = tmp_path / "crontab"
    fake.write_text(FAKE_CRONTAB)
    fake.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-c", CRONTAB_SCRIPT], capture_output=True, text=True, check=True, timeout=60, env=environment
    )
    assert json.loads(done.stdout) == [0, True, REFUSED, REFUSED, 1]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has no_new_privs")
def test_a_reminder_by_cron_from_the_command_line(tmp_path: Path) -> None:
    """`remind set`, `status` and `off`, as a person types them where there is no systemd."""
    fake = tmp_path / "crontab"
    fake.write_text(FAKE_CRONTAB)
    fake.chmod(0o755)
    home = {"XDG_RUNTIME_DIR": str(tmp_path), "VOICECHECK_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    environment = os.environ | home | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for words, told in ((["set", "21:30"], "A reminder comes"), (["status"], "cron starts it"), (["off"], "is off")):
        command = [sys.executable, "-m", "voicecheck", "remind", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
        assert (done.returncode, told in done.stdout + done.stderr) == (0, True), done.stderr


COUNTING = """
import sys, time
from pathlib import Path
for number in range(1_000_000):
    Path(sys.argv[1]).write_text(str(number))
    time.sleep(0.005)
"""
QUIET_SCRIPT = r"""
import json, subprocess, sys, threading, time
from pathlib import Path
from voicecheck.offline import errand
from voicecheck import offline
folder = Path(sys.argv[1])
CHILD = sys.argv[2]
def fetching(kind, name):  # in the place of the fetch: it counts in a child of its own, as pip does
    if name == "wrong":
        return [sys.executable, "-c", "import sys; sys.exit('error: no such thing')"], {}
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], sys.argv[2]])"
    return [sys.executable, "-c", code, CHILD, str(folder / name)], {}
errand._fetching = fetching
sent = errand.open_errand(errand.KINDS)
offline.guard_process(["open"])
def count(name):
    path = folder / name
    return path.read_text() if path.exists() else ""
def until(check):
    ends = time.monotonic() + 60
    while not check():
        assert time.monotonic() < ends
        time.sleep(.01)
def still(name):
    before = count(name)
    time.sleep(.1)
    return count(name) == before
told = [sent.fetch_quietly("model", "wrong").fault.strip(), sent.fetch_quietly("model", "--help").code]
sent.steer("stop")  # nothing runs: it is for nobody
done = []
thread = threading.Thread(target=lambda: done.append(sent.fetch_quietly("model", "base").code))
thread.start()
until(lambda: count("base"))
sent.steer("pause")
until(lambda: still("base"))
sent.steer("go_on")
until(lambda: not still("base"))
sent.steer("stop")
thread.join(60)
told += [bool(done and done[0]), still("base")]
threading.Thread(target=sent.fetch_quietly, args=("model", "left"), daemon=True).start()
until(lambda: count("left"))
print(json.dumps(told), flush=True)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has the kernel filter")
def test_a_quiet_fetch_is_held_stopped_and_ends_with_its_owner(tmp_path: Path) -> None:
    """With all that it started; what it says comes back, and a word for no fetch has no effect."""
    done = subprocess.run(
        [sys.executable, "-c", QUIET_SCRIPT, str(tmp_path), COUNTING],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout) == ["error: no such thing", REFUSED, True, True]
    ends = time.monotonic() + 60
    before = ""
    while (now := (tmp_path / "left").read_text()) != before:  # its owner has gone
        assert time.monotonic() < ends
        before = now
        time.sleep(0.2)


def test_only_setup_may_send() -> None:
    """And not for its help."""
    assert may_send(["setup"]) and may_send(["--debug", "setup", "--model", "small"])
    assert not any(may_send(words) for words in (["checkin"], ["setup", "--help"], [], ["model", "fetch"]))
    assert errand.KINDS == ("model", "voice")


def test_only_what_sets_the_reminder_may_call_crontab() -> None:
    """The page does; what the reminder starts does not."""
    setting = (
        ["setup"],
        ["remind", "set", "21:30"],
        ["--debug", "remind", "off"],
        ["open"],
        ["review", "--no-browser"],
    )
    assert all(may_set_clock(words) for words in setting)
    for words in (
        ["remind", "begin"],
        ["remind", "notify"],
        ["remind", "set", "--help"],
        ["checkin"],
        ["remind"],
        ["open", "-h"],
        [],
    ):
        assert not may_set_clock(words)
