"""Whatever stands where a name, a file, a day or a number is expected: one sentence, and nothing that steers."""

from __future__ import annotations

import io

import click.utils
import pytest

from tests.unit.test_vault_cli import keep, key_file  # noqa: F401 - a fixture
from tests.vault_samples import make_entry
from voicecheck.cli.main import run
from voicecheck.text.untrusted import can_be_shown

SPOKEN = ("checkin", "--typed", "--no-speak")
COMMANDS = (
    ("entry", "show"), ("entry", "search"), ("entry", "edit"), ("entry", "tag"), ("entry", "play"), ("entry", "share"),
    ("entry", "delete", "--yes"), ("entry", "delete", "--yes", "--session"), ("entry", "delete", "--yes", "--since"),
    ("entry", "list", "--limit"), ("entry", "tag", "last", "--add"), ("entry", "tag", "last", "--change"),
    ("entry", "export", "-", "--format", "json"), ("entry", "list", "--key-file"), ("import", "json"),
    ("import", "audio"), ("tag",), ("tag", "--language"), ("feeling", "words", "--since"),
    ("feeling", "trends", "--since"), ("feeling", "explain"), ("feeling", "retag"), ("prompt", "show"),
    ("prompt", "list", "--pack"), ("prompt", "check"), ("help-now",), ("vault", "restore", "--yes"),
    ("vault", "verify", "--backup"), (*SPOKEN, "--with"), (*SPOKEN, "--pack"), (*SPOKEN, "--prompt"),
    (*SPOKEN, "--language"), ("checkin", "--no-speak", "--answer"), ("transcribe", "--model"), ("model", "verify"),
    ("model", "import"), ("voice", "test"), ("voice", "import"), ("remind", "set"), ("settings", "show"),
    ("completion",),
)  # fmt: skip
ODD = (
    "\udcff", "\x1b[2J\x07", "a\nb", "x" * 5000, "", "-1", "9" * 40, "١", "/dev/null", "~nobody/x", "2026-02-30",
    "0001-01-01", "9999-12-31", "..", "%s{}", "[bold]", "\u202e",
)  # fmt: skip


def try_all(odd: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(click.utils, "should_strip_ansi", lambda *_, **__: False)  # as on a terminal
    keep(make_entry())
    for command in COMMANDS:
        for value in odd:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
            assert isinstance(run([*command, value]), int)
            heard = capsys.readouterr()
            shown = heard.out + heard.err
            assert "has a fault" not in shown, (command, value)
            assert all(can_be_shown(letter) or letter in "\n\t\r" for letter in shown), (command, value)


@pytest.mark.usefixtures("key_file")
def test_odd_arguments(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes that are no letters, and what would steer a terminal."""
    try_all(ODD[:2], monkeypatch, capsys)


@pytest.mark.long
@pytest.mark.usefixtures("key_file")
def test_more_odd_arguments(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Empty, endless, of another script, out of all calendars."""
    try_all(ODD[2:], monkeypatch, capsys)
