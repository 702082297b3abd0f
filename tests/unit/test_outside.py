"""What lasts outside the vault: erasing switches off all of it, moving out what is of evenings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.test_page_settings import House, ask_once, housed
from tests.unit.test_remind_cli import Tools
from tests.vault_samples import PASSPHRASE
from voicecheck.cli.main import run
from voicecheck.diary.watched import Watched
from voicecheck.errors import ExitCode
from voicecheck.offline import may_set_clock
from voicecheck.offline.errand import Errand
from voicecheck.paths import find_paths
from voicecheck.phrases import load_phrases
from voicecheck.remind import icon, outside, reminder, schedulers, watching
from voicecheck.remind.schedule import read_schedule
from voicecheck.remind.schedulers import Cron, Scheduler, Systemd
from voicecheck.settings.file import change_settings
from voicecheck.settings.schema import load_settings
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders are watched on Linux alone")

ODD = 'my "home" 100% $X it\'s <b> ü'


@dataclass
class Outside:
    """All of it switched on, for the home that is named then."""

    tools: Tools
    memos: Path

    def switch_on(self) -> None:
        change_settings(find_paths().settings_file, {"vault.backup_folder": str(self.memos)})
        reminder.set_reminder(read_schedule("21:30", "daily"), Errand())
        watching.switch_on(Watched(self.memos), Errand())
        icon.put_icon(load_phrases())

    @property
    def on(self) -> list[str]:
        lasting: dict[str, object] = {
            "reminder": reminder.find_reminder(Errand()),
            "watch": watching.find_watch(Errand()),
            "icon": icon.has_icon(),
            "backups": load_settings(find_paths().settings_file).vault.backup_folder,
        }
        assert list(lasting) == [thing.off.removeprefix("outside_") for thing in outside.THINGS]
        return [name for name, found in lasting.items() if found]


ALL = ["reminder", "watch", "icon", "backups"]


@pytest.fixture(params=["systemd", "cron"])
def lasting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Outside:
    tools = Tools()
    kinds: dict[str, Callable[[], Scheduler]] = {"systemd": lambda: Systemd(tools), "cron": lambda: Cron(tools)}
    monkeypatch.setattr(schedulers, "schedulers", lambda run: [kinds[request.param]()])
    monkeypatch.setattr(watching, "run_by", lambda _: tools)
    monkeypatch.setattr(watching, "has_user_manager", lambda: request.param == "systemd")
    monkeypatch.setattr(watching.shutil, "which", lambda name: f"/bin/{name}" if request.param == "cron" else None)
    memos = tmp_path / "memos"
    memos.mkdir()
    return Outside(tools, memos)


def test_erasing_in_a_terminal_switches_off_all_of_it(
    lasting: Outside, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each with a sentence, once; a folder with backups is named, since they stay."""
    create_vault(find_paths(), KeyFile(tmp_path / "key"))
    lasting.switch_on()
    assert lasting.on == ALL
    assert run(["vault", "erase", "--yes"]) == ExitCode.DONE
    told = " ".join(capsys.readouterr().err.split())
    assert lasting.on == []
    for sentence in ("The reminder is off.", "No folder is watched", "The icon", f"Those in {lasting.memos} still"):
        assert told.count(sentence) == 1


def test_erasing_that_was_killed_before_is_ended(lasting: Outside, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a vault there is nothing to erase; what is left outside goes all the same."""
    lasting.switch_on()
    assert run(["vault", "erase", "--yes"]) == ExitCode.VAULT
    assert "The reminder is off." in capsys.readouterr().err
    assert lasting.on == []


def test_erasing_on_the_page_switches_off_all_of_it(lasting: Outside) -> None:
    """And the last page says so."""
    with housed() as house:
        lasting.switch_on()
        answer = erased_on(house)
        assert "The reminder is off." in answer and f"Those in {lasting.memos} still open" in answer
    assert lasting.on == []


def test_a_vault_that_is_not_erased_keeps_all_of_it(lasting: Outside) -> None:
    """With a wrong passphrase nothing is switched off."""
    with housed() as house:
        lasting.switch_on()
        house.press("/settings/erase/sure", asked=ask_once(house), word="erase", passphrase="wrong")
        assert lasting.on == ALL


def test_moving_out_switches_off_what_is_of_evenings(
    lasting: Outside, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Here nothing is said any more; the icon still opens what can be read."""
    key = tmp_path / "key"
    create_vault(find_paths(), KeyFile(key))
    lasting.switch_on()
    assert run(["vault", "move", "out", str(tmp_path / "all.move"), "--key-file", str(key)]) == ExitCode.DONE
    assert lasting.on == ["icon", "backups"]
    assert "The reminder is off. No folder is watched" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("mine", [ODD, "plain"])
@pytest.mark.parametrize("other", [None, "plainer", ODD + "x"])
def test_another_homes_things_stay(
    lasting: Outside, mine: str, other: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who tries it in a home apart and erases that does not lose the reminder of their own diary."""
    if other is None:
        monkeypatch.delenv("VOICECHECK_HOME")
    else:
        monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path / other))
    lasting.switch_on()
    monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path / mine))
    create_vault(find_paths(), KeyFile(tmp_path / "key"))
    assert run(["vault", "erase", "--yes"]) == ExitCode.DONE
    assert lasting.on == ["reminder", "watch", "icon"]
    lasting.switch_on()
    create_vault(find_paths(), KeyFile(tmp_path / "key"))
    assert run(["vault", "erase", "--yes"]) == ExitCode.DONE
    assert lasting.on == []


def test_what_does_not_go_is_told(lasting: Outside, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The vault is gone all the same, and the rest is switched off."""
    create_vault(find_paths(), KeyFile(tmp_path / "key"))
    lasting.switch_on()
    lasting.tools.failing = "disable" if watching.has_user_manager() else "crontab -"
    assert run(["vault", "erase", "--yes"]) == ExitCode.DONE
    lasting.tools.failing = ""
    assert "it is broken" in capsys.readouterr().err
    assert not {"icon", "backups"} & set(lasting.on)
    assert not find_paths().slots_file.exists()


def test_crontab_can_be_reached_by_what_switches_off() -> None:
    """These commands get the process from before the guard."""
    for words in (["vault", "erase"], ["vault", "move", "out", "x"], ["vault", "move", "done"]):
        assert may_set_clock(words)
    assert not may_set_clock(["vault", "unlock"])


def erased_on(house: House) -> str:
    sent = {"asked": ask_once(house), "word": "erase", "passphrase": PASSPHRASE}
    return house.browser.post("/settings/erase/sure", sent).text
