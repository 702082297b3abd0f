"""The computer stays awake while an evening runs, and nothing of that is left behind."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from voicecheck.checkin.awake import staying_awake

FAKE = """#!/bin/sh
echo "$@" > "$0.told"
while [ $# -gt 1 ]; do shift; done
"$@"
echo over >> "$0.told"
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="logind is Linux's")
def test_sleep_waits_for_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logind is told before, and let go after; an evening that ends with an error lets go, too."""
    fake = tmp_path / "systemd-inhibit"
    fake.write_text(FAKE)
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    told = tmp_path / "systemd-inhibit.told"
    for error in (None, KeyError):
        told.unlink(missing_ok=True)
        try:
            with staying_awake("Somebody is speaking"):
                ends_at = time.monotonic() + 60
                while not (told.exists() and told.read_text()):
                    assert time.monotonic() < ends_at
                assert "over" not in told.read_text()
                if error is not None:
                    raise error
        except KeyError:
            pass
        assert "--what=idle:sleep" in told.read_text() and told.read_text().endswith("over\n")


def test_a_system_without_it_holds_the_evening_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing there, something that fails at once, something that cannot be started."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with staying_awake("why"):
        pass
    for content in ("#!/bin/sh\nexit 1\n", "#!/nowhere\n"):
        (tmp_path / "systemd-inhibit").write_text(content)
        (tmp_path / "systemd-inhibit").chmod(0o755)
        with staying_awake("why"):
            pass
