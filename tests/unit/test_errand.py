"""The process that may fetch for a guarded one: it does two things, has the network, and ends with its owner."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from voicecheck import errand
from voicecheck.errand import REFUSED, Errand, run_fetch
from voicecheck.offline import NO_NETWORK, may_send


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
from voicecheck import errand, offline
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
    import os

    asked, asking = os.pipe()
    answers, answering = os.pipe()
    os.close(asked)
    os.close(answering)
    sent = Errand(asking, answers)
    assert sent.fetch("model", "base") == 1
    sent.close()


def test_only_setup_may_send() -> None:
    """And not for its help."""
    assert may_send(["setup"]) and may_send(["--debug", "setup", "--model", "small"])
    assert not any(may_send(words) for words in (["checkin"], ["setup", "--help"], [], ["model", "fetch"]))
    assert errand.KINDS == ("model", "voice")
