"""A backup after an evening: verified, old ones thinned, and its age mentioned once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.reviewing import open_page, plain
from tests.vault_samples import make_entry, make_vault
from voicecheck import clock
from voicecheck.cli.app import App
from voicecheck.cli.vault.backups import back_up
from voicecheck.errors import VaultError, VaultMovedError
from voicecheck.paths import Paths
from voicecheck.vault.backup import check_backup
from voicecheck.vault.backup_folder import Overdue, back_up_into, mention_once, to_thin
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.moving import move_out
from voicecheck.vault.vault import Vault

Made = tuple[Paths, DataKey]
BEGAN = datetime.fromisoformat("2026-03-30T21:30:00+02:00")


class Days:
    """A clock that is put on by hand."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def made() -> Made:
    return make_vault()


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    found = Days()
    monkeypatch.setattr(clock, "now", found)
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_thinned(made: Made, days: Days, tmp_path: Path) -> None:
    """The newest three stay and one a month; what a person put there, and another vault's, are never touched."""
    mine = tmp_path / "voicecheck-2026-01-01.backup"
    mine.write_text("made by hand")
    odd = tmp_path / "voicecheck-2026-01-01-000000.backup"
    odd.write_text("no backup")
    for _ in range(40):
        days.at += timedelta(days=1)
        back_up_into(*made, tmp_path)
    assert names(tmp_path) == [
        "voicecheck-2026-01-01-000000.backup", "voicecheck-2026-01-01.backup", "voicecheck-2026-03-31-213000.backup",
        "voicecheck-2026-04-30-213000.backup", "voicecheck-2026-05-07-213000.backup",
        "voicecheck-2026-05-08-213000.backup", "voicecheck-2026-05-09-213000.backup",
    ]  # fmt: skip
    check_backup(tmp_path / names(tmp_path)[-1], made[1])


def test_two_on_one_stick(made: Made, days: Days, tmp_path: Path) -> None:
    """Two people who write to one folder thin only their own."""
    other = Paths(*(tmp_path / "other" / name for name in ("s", "p", "r", "vault", "m")))
    other.vault_folder.parent.mkdir(mode=0o700)
    theirs = create_vault(other, KeyFile(tmp_path / "other.key"))
    stick = tmp_path / "stick"
    stick.mkdir()
    for _ in range(3):
        days.at += timedelta(hours=1)
        back_up_into(other, theirs, stick)
    for _ in range(6):
        days.at += timedelta(hours=1)
        back_up_into(*made, stick)
    assert len(names(stick)) == 3 + 3


def test_a_wrong_clock_thins_no_newest() -> None:
    """A backup that was just written stays, also when older ones bear a day that has not come."""
    older = [Path(f"voicecheck-2031-01-0{day}-213000.backup") for day in range(1, 6)]
    newest = Path("voicecheck-2026-05-09-213000.backup")
    assert newest not in to_thin(older, newest)
    assert len(to_thin(older, newest)) == 3


def test_a_failed_backup_thins_nothing(made: Made, days: Days, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new one cannot be made, every older one is still there, and no part of the new one."""
    for _ in range(3):
        days.at += timedelta(days=1)
        back_up_into(*made, tmp_path)
    before = names(tmp_path)
    made[0].slots_file.write_bytes(b"{}")
    days.at += timedelta(days=1)
    with pytest.raises(VaultError):
        back_up_into(*made, tmp_path)
    assert names(tmp_path) == before


def test_mentioned_once(made: Made, days: Days, tmp_path: Path) -> None:
    """Older than 30 days, it is mentioned once at each place; a new one begins the days anew."""
    first = BEGAN.date()
    assert mention_once(made[0], first, "page") is None
    days.at += timedelta(days=31)
    assert mention_once(made[0], None, "page") is None  # an empty vault needs no backup
    assert [mention_once(made[0], first, "page") for _ in range(2)] == [Overdue(None), None]
    back_up_into(*made, tmp_path)
    days.at += timedelta(days=30)
    assert mention_once(made[0], first, "page") is None
    days.at += timedelta(days=2)
    assert [mention_once(made[0], first, "page") for _ in range(2)] == [Overdue(32), None]
    assert [mention_once(made[0], first, "terminal") for _ in range(2)] == [Overdue(32), None]


def test_quiet_lines(made: Made, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the stick unplugged, or a disk that fails, it is one quiet line; without a folder it is none."""
    stick, slots = tmp_path / "stick", made[0].slots_file.read_bytes()
    with Vault.open(*made) as vault:
        back_up(App(), vault)
        assert capsys.readouterr().err == ""
        (home / "settings.toml").write_text(f'[vault]\nbackup_folder = "{stick}"\n')
        back_up(App(), vault)
        assert "is not there" in capsys.readouterr().err
        stick.mkdir()
        back_up(App(), vault)
        assert capsys.readouterr().err == ""
        assert len(names(stick)) == 1
        made[0].slots_file.write_bytes(b"{}")
        back_up(App(), vault)
        assert capsys.readouterr().err.startswith("No backup this time.")
        made[0].slots_file.write_bytes(slots)


def test_an_old_date_is_no_day(made: Made, days: Days) -> None:
    """A first entry of years before the vault counts as its age: there was time for a backup."""
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry(at=BEGAN - timedelta(days=4000)))
        assert mention_once(made[0], vault.timeline.first_day(), "terminal") == Overdue(None)
    assert mention_once(made[0], date(2010, 1, 1), "terminal") is None


def test_on_the_page() -> None:
    """The page of today mentions it once, with the way to a backup, and not again."""
    with open_page() as (desk, page):
        with desk.writing() as vault:
            vault.entries.add(make_entry(at=datetime.fromisoformat("2010-03-30T21:30:00+02:00")))
        seen = [plain(page.get("/").text) for _ in range(2)]
        assert ["no backup of your diary" in text for text in seen] == [True, False]


def test_a_moved_vault_on_the_page(tmp_path: Path) -> None:
    """The page of a vault that was moved out shows what is kept, and begins no evening that nobody would find."""
    with open_page() as (desk, page):
        move_out(desk.paths, desk._data_key, tmp_path / "all.move")
        assert page.get("/").status == 200
        with pytest.raises(VaultMovedError), desk.writing():
            pass
