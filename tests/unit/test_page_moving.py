"""Restore, check and the move on the page: looked at first, put in place, proved, erased; or stopped."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, PHRASES, anybody, plain
from tests.unit.test_page_settings import WAIT_S, House, housed
from tests.vault_samples import CANARY, PASSPHRASE, make_entry, make_vault
from voicecheck.paths import find_paths
from voicecheck.remind import outside
from voicecheck.vault import verifying
from voicecheck.vault.backup import Contents, make_backup
from voicecheck.vault.disk.moved import read_mark
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.moving import move_out, proof_here
from voicecheck.web.app import make_app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.site import carrying
from voicecheck.web.site.carrying import Carrying, Looking
from voicecheck.web.site.context import Desk

RESTORE, MOVE, BRING = "/settings/restore", "/settings/move", "/welcome/bring"


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reminder and no icon of the person's own is touched."""
    monkeypatch.setattr(outside, "THINGS", ())


@pytest.fixture
def house() -> Iterator[House]:
    with housed() as made:
        yield made


@pytest.fixture
def backup(house: House, tmp_path: Path) -> Path:
    """A backup with one entry; a second came after it."""
    file = tmp_path / "before <it>.backup"
    make_backup(house.desk.paths, house.desk.key, file)
    with house.desk.writing() as vault:
        vault.entries.add(make_entry("Afterwards."))
    return file


def job_of(desk: Desk) -> Carrying:
    job = desk.jobs.carrying
    assert job is not None
    return job


def ended(house: House, place: str) -> str:
    job_of(house.desk)._thread.join(WAIT_S)
    return house.text(place)


def look(house: House, file: Path, secret: str = PASSPHRASE) -> str:
    house.browser.post(f"{RESTORE}/look", {"path": str(file), "passphrase": secret})
    return ended(house, RESTORE)


def count(house: House) -> int:
    return house.desk.vault.entries.count()


# Restore


def test_a_backup_is_looked_at_then_put_in_its_place(house: House, backup: Path) -> None:
    """What was there is moved aside, whole, and the page goes on with the vault of the backup."""
    told = look(house, backup)
    assert "It holds 1 entry" in told and "All of it is whole." in told and PASSPHRASE not in told
    assert count(house) == 2
    house.press(f"{RESTORE}/put", asked=job_of(house.desk).handle)
    told = ended(house, RESTORE)
    assert "It is in its place." in told and "lies, whole, in" in told
    assert count(house) == 1 and CANARY in house.text("/timeline") and "Afterwards" not in house.text("/timeline")
    (aside,) = house.desk.paths.vault_folder.parent.glob("vault.before-*")
    assert (aside / "vault.db").is_file()
    with house.desk.writing() as vault:
        vault.entries.add(make_entry("And on."))
    assert count(house) == 2


def test_only_what_was_looked_at_is_put_in_place(house: House, backup: Path) -> None:
    """Another tab's file is not the one that this tab was shown."""
    assert house.browser.post(f"{RESTORE}/put", {"asked": ""}).status == 409
    look(house, backup)
    for asked in ("", "0" * 18):
        assert house.browser.post(f"{RESTORE}/put", {"asked": asked}).status == 409
    assert count(house) == 2


def test_guesses_at_a_backup_are_slowed_as_those_at_the_vault(house: House, backup: Path) -> None:
    """It opens with the same passphrase; none that was typed is shown."""
    for _ in range(3):
        answer = house.browser.post(f"{RESTORE}/look", {"path": str(backup), "passphrase": "wrong-secret"})
        assert answer.status == 409 and "wrong-secret" not in answer.text
    answer = house.browser.post(f"{RESTORE}/look", {"path": str(backup), "passphrase": PASSPHRASE})
    assert answer.status == 409 and "there is a wait" in answer.text
    assert house.desk.jobs.carrying is None


@pytest.mark.parametrize(
    ("path", "told"),
    [("", "That is no file"), ("x.backup", "That is no file"), ("/nowhere.backup", "no"), ("DAMAGED", "damaged")],
)
def test_what_is_no_backup_is_one_sentence(house: House, backup: Path, path: str, told: str) -> None:
    """Before anything is changed."""
    if path == "DAMAGED":
        content = bytearray(backup.read_bytes())
        content[-200] ^= 1
        backup.write_bytes(content)
        assert told in look(house, backup)
        assert house.browser.post(f"{RESTORE}/put", {"asked": job_of(house.desk).handle}).status == 409
    else:
        answer = house.browser.post(f"{RESTORE}/look", {"path": path, "passphrase": PASSPHRASE})
        assert answer.status == 409 and told in answer.text
    assert count(house) == 2 and not list(house.desk.paths.vault_folder.parent.glob("vault.before-*"))


def test_a_restore_that_is_stopped_changes_nothing(house: House, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing of it is left."""
    look(house, backup)
    held = Held(monkeypatch)
    house.press(f"{RESTORE}/put", asked=job_of(house.desk).handle)
    held.stop(house.desk)
    assert "Stopped. Nothing was changed." in house.press(f"{RESTORE}/stop")
    assert count(house) == 2
    assert [one.name for one in house.desk.paths.vault_folder.parent.glob("vault*")] == ["vault"]


def test_a_check_tells_what_is_damaged(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each part; it changes nothing."""
    house.press(f"{RESTORE}/check")
    assert "All of it is whole." in ended(house, RESTORE)
    bad = (verifying.Finding("pages", False, "1 of 9 damaged", "Restore it."),)
    monkeypatch.setattr(verifying, "verify_vault", lambda paths, key: bad)
    house.press(f"{RESTORE}/check")
    told = ended(house, RESTORE)
    assert "Something is damaged." in told and "1 of 9 damaged Restore it." in told


# The move


def test_a_move_out_is_proved_and_erased(house: House, tmp_path: Path) -> None:
    """From then on nothing new is said here; what the new computer shows erases it, and nothing else does."""
    house.press(f"{MOVE}/out", folder=str(tmp_path))
    told = ended(house, MOVE)
    (file,) = tmp_path.glob("*.move")
    assert "Moved out on" in told and str(file) in told
    assert read_mark(house.desk.paths.vault_folder) is not None
    assert house.browser.post(f"{MOVE}/done", {"proof": "abcd-efgh"}).status == 409
    assert CANARY in house.text("/timeline")
    proof = look_into(house, file).proof
    assert "Everything is erased" in house.press(f"{MOVE}/done", proof=proof.upper())
    assert house.told == ["erased"] and not list(house.desk.paths.vault_folder.rglob("*"))


def look_into(house: House, file: Path) -> Contents:
    job = Looking(file, house.desk.key, house.desk.paths)
    job._thread.join(WAIT_S)
    assert job.found is not None
    return job.found


def test_a_move_out_can_be_taken_back(house: House, tmp_path: Path) -> None:
    """Only for who says that the other one does not go on."""
    house.press(f"{MOVE}/out", folder=str(tmp_path / "all.move"))
    ended(house, MOVE)
    assert house.browser.post(f"{MOVE}/undo", {}).status == 409
    assert "It goes on here." in house.press(f"{MOVE}/undo", sure="1")
    with house.desk.writing() as vault:
        vault.entries.add(make_entry("On."))


def test_a_vault_that_was_moved_out_still_opens_on_the_page(house: House, tmp_path: Path) -> None:
    """To be read, and for the letters that the new computer shows."""
    move_out(house.desk.paths, house.desk.key, tmp_path / "all.move")
    house.desk.lock()
    house.browser.post("/unlock", {"passphrase": PASSPHRASE, "to": "/"})
    assert "Moved out on" in house.text(MOVE)


def test_a_move_out_that_is_stopped_changes_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file, no mark: the evenings go on here."""
    held = Held(monkeypatch)
    house.press(f"{MOVE}/out", folder=str(tmp_path))
    held.stop(house.desk)
    assert "Stopped. Nothing was changed." in house.press(f"{MOVE}/stop")
    assert read_mark(house.desk.paths.vault_folder) is None
    assert [one for one in tmp_path.iterdir() if ".move" in one.name] == []


def test_a_vault_that_nothing_typed_opens_is_not_moved(house: House, tmp_path: Path) -> None:
    """On the other computer nobody could open the file."""
    key_file = KeyFile(tmp_path / "key")
    key_file.prepare()
    slots = KeySlots.load(house.desk.paths.slots_file).add(house.desk.key, key_file)
    slots.remove(house.desk.key, 1)
    answer = house.browser.post(f"{MOVE}/out", {"folder": str(tmp_path)})
    assert answer.status == 409 and "Give it a passphrase" in answer.text
    assert read_mark(house.desk.paths.vault_folder) is None


@pytest.mark.parametrize("folder", ["", "stick", "/nowhere/at/all", "~nobody-of-this-name", "/tmp/\x00"])
def test_a_place_that_is_none_is_one_sentence(house: House, folder: str) -> None:
    """And nothing is moved."""
    assert house.browser.post(f"{MOVE}/out", {"folder": folder}).status == 409
    assert read_mark(house.desk.paths.vault_folder) is None


# On the first page


@pytest.fixture
def carried(tmp_path: Path) -> Callable[[str], Path]:
    """A move, or a backup, of another computer: its home is gone from here."""

    def made(kind: str) -> Path:
        paths, key = make_vault()
        with Desk(paths, key, PHRASES) as desk, desk.writing() as vault:
            vault.entries.add(make_entry(CANARY))
        file = tmp_path / f"all.{kind}"
        (move_out if kind == "move" else make_backup)(paths, key, file)
        shutil.rmtree(paths.vault_folder)
        return file

    return made


@pytest.fixture
def new() -> Iterator[House]:
    with Desk(find_paths(), None, PHRASES) as desk:
        browser = Browsing(make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody))
        browser.post("/enter", {"code": CODE})
        yield House(desk, browser, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["move", "backup"])
def test_who_comes_from_another_computer_is_at_home(kind: str, new: House, carried: Callable[[str], Path]) -> None:
    """A move shows the letters for the old computer, and goes on showing them; the page is open."""
    file = carried(kind)
    assert 'href="/welcome/bring"' in new.browser.get("/welcome").text
    answer = new.browser.post(BRING, {"path": str(file), "passphrase": "wrong-secret"})
    assert answer.status == 409 and "wrong-secret" not in answer.text and not new.desk.has_vault
    assert new.browser.post(BRING, {"path": str(file), "passphrase": PASSPHRASE}).status == 303
    told = ended(new, BRING)
    assert "All of it is here" in told and "It holds 1 entry" in told
    assert CANARY in plain(new.browser.get("/timeline").text)
    proof = proof_here(new.desk.paths)
    assert bool(proof) == (kind == "move")
    if proof:
        assert proof in told and proof in new.text(MOVE)
    assert new.browser.post(BRING, {"path": str(file), "passphrase": PASSPHRASE}).status == 409


def test_bringing_that_is_stopped_leaves_nothing(
    new: House, carried: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page is as it was."""
    file = carried("move")
    held = Held(monkeypatch)
    new.browser.post(BRING, {"path": str(file), "passphrase": PASSPHRASE})
    held.stop(new.desk)
    assert "Stopped. Nothing was changed." in plain(new.text(BRING))
    assert not new.desk.has_vault


class Held:
    """Holds a job at its first byte, until it is told to stop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        step = Carrying.step

        def slow(job: Carrying, done: int) -> None:
            self.reached.set()
            assert self.go_on.wait(WAIT_S)
            step(job, done)

        monkeypatch.setattr(carrying.Carrying, "step", slow)

    def stop(self, desk: Desk) -> None:
        assert self.reached.wait(WAIT_S)
        job_of(desk).leave()
        self.go_on.set()
        job_of(desk)._thread.join(WAIT_S)


# The guard


@pytest.mark.parametrize(
    "path",
    [f"{RESTORE}/look", f"{RESTORE}/put", f"{RESTORE}/check", f"{RESTORE}/stop", f"{MOVE}/out", f"{MOVE}/done",
     f"{MOVE}/undo", f"{MOVE}/stop"],
)  # fmt: skip
def test_nobody_else_carries_anything(house: House, backup: Path, tmp_path: Path, path: str) -> None:
    """Another host, site, origin or browser reads no backup, moves nothing out, and erases nothing."""
    fields = {"path": str(backup), "passphrase": PASSPHRASE, "folder": str(tmp_path), "proof": "x", "sure": "1"}
    answers = [
        house.browser.post(path, fields, host="localhost:4321"),
        house.browser.post(path, fields, sec_fetch_site="cross-site"),
        house.browser.post(path, fields, origin="http://127.0.0.1:9999"),
        house.browser.post(path, fields, cookie=None),
    ]
    assert [answer.status for answer in answers] == [421, 403, 403, 401]
    assert house.browser.get(path).status == 303
    assert house.desk.jobs.carrying is None and read_mark(house.desk.paths.vault_folder) is None


def test_the_field_for_the_secret_is_kept_by_no_browser(house: House) -> None:
    """No manager of passwords, no checker of spelling, no history."""
    field = house.browser.get(RESTORE).text.split('name="passphrase"')[1].split(">")[0]
    for told in ('type="password"', 'autocomplete="one-time-code"', 'spellcheck="false"', 'autocapitalize="none"'):
        assert told in field
