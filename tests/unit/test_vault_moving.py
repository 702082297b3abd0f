"""A move to another computer brings everything along, and never leaves two vaults that both go on unnoticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.vault_samples import PASSPHRASE, header_of, make_entry, make_pages, make_vault
from voicecheck.cli.main import run
from voicecheck.errors import UsageError, VaultBusyError, VaultError, VaultMovedError
from voicecheck.paths import Paths
from voicecheck.vault.backup import check_backup, make_backup, read_slots
from voicecheck.vault.create import create_vault, locked_inbox
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.moved import NAME, read_mark
from voicecheck.vault.moving import came_in, finish_move, move_in, move_out, settle_arrival, take_back
from voicecheck.vault.restoring import restore
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

SETTINGS = "[voice]\nrate = 0.9\n"
PACK = "not read by a move"


@pytest.fixture
def old() -> tuple[Paths, DataKey]:
    made = make_vault()
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry(), make_pages(2, 3000))
    speak(made[0])
    paths = made[0]
    for path, text in beside(paths).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return made


@pytest.fixture
def new(old: tuple[Paths, DataKey], tmp_path: Path) -> Paths:
    """Another computer."""
    home = tmp_path / "new"
    return Paths(home / "settings.toml", home / "prompts", home / "resources", home / "vault", home / "models")


def beside(paths: Paths) -> dict[Path, str]:
    return {
        paths.settings_file: SETTINGS,
        paths.prompts_folder / "mine.toml": PACK,
        paths.resources_folder / "de.toml": "lines",
        paths.prepared_folder / "voice-0123.zip": "sound",
    }


def speak(paths: Paths) -> None:
    entry = make_entry()
    answer = locked_inbox(paths).begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()


def come(file: Path, paths: Paths) -> tuple[str, DataKey]:
    key = read_slots(file).unlock(Passphrase(PASSPHRASE))
    return move_in(file, key, paths, check_backup(file, key)).proof, key


def test_everything_moves(old: tuple[Paths, DataKey], new: Paths, tmp_path: Path) -> None:
    """Vault, sealed answers, settings, packs, help lines and prepared voices are there; the old ones are erased."""
    file = tmp_path / "all.move"
    made = move_out(*old, file)
    assert (made.entries, made.sealed_answers) == (1, 1)
    assert file.stat().st_mode & 0o777 == 0o600
    assert not any(text.encode() in file.read_bytes() for text in beside(new).values())
    proof, key = come(file, new)
    assert all(finding.whole for finding in verify_vault(new, key))
    assert {path: path.read_text() for path in beside(new)} == beside(new)
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in beside(new))
    with Vault.open(new, key) as vault:
        assert len(vault.ingest("always").entries) == 1
        assert vault.entries.count() == 2
    finish_move(old[0], proof.upper().replace("-", " "))
    assert not old[0].vault_folder.exists()
    assert not any(path.exists() for path in beside(old[0]))


def test_the_old_one_is_only_read(old: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """Once moved out, nothing is added: neither with the vault open nor locked, nor by an inbox opened before."""
    before = locked_inbox(old[0])
    move_out(*old, tmp_path / "all.move")
    with pytest.raises(VaultMovedError):
        Vault.open(*old)
    with pytest.raises(VaultMovedError):
        locked_inbox(old[0])
    count = len(list(old[0].inbox_folder.iterdir()))
    with pytest.raises(VaultMovedError):
        before.begin(header_of(make_entry()))
    assert len(list(old[0].inbox_folder.iterdir())) == count
    with pytest.raises(VaultMovedError):
        move_out(*old, tmp_path / "again.move")
    with Vault.open(*old, read_only=True) as vault:
        assert vault.entries.count() == 1


def test_undo(old: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """An explicit word lets it go on here; without a move there is nothing to take back or to end."""
    move_out(*old, tmp_path / "all.move")
    take_back(old[0])
    speak(old[0])
    Vault.open(*old).close()
    for act in (lambda: take_back(old[0]), lambda: finish_move(old[0], "abcd-efgh")):
        with pytest.raises(VaultError, match="not moved out"):
            act()


def test_another_proof_erases_nothing(old: tuple[Paths, DataKey], new: Paths, tmp_path: Path) -> None:
    """Only what the new computer shows erases the old vault; what was changed since stays."""
    move_out(*old, tmp_path / "all.move")
    for wrong in ("", "aaaa-aaaa", "yes"):
        with pytest.raises(UsageError):
            finish_move(old[0], wrong)
    assert old[0].slots_file.exists()
    proof, _ = come(tmp_path / "all.move", new)
    (old[0].prompts_folder / "mine.toml").write_text("written since")
    finish_move(old[0], proof)
    assert (old[0].prompts_folder / "mine.toml").exists()
    assert not old[0].settings_file.exists()


def test_not_while_somebody_speaks_or_writes(old: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """A running answer and an open vault are left alone, and go on afterwards as if nothing had been tried."""
    answer = locked_inbox(old[0]).begin(header_of(make_entry()))
    with pytest.raises(VaultBusyError):
        move_out(*old, tmp_path / "all.move")
    answer.append_page(make_pages(1)[0])
    answer.sync()
    answer.close()
    with Vault.open(*old), pytest.raises(VaultBusyError):
        move_out(*old, tmp_path / "all.move")
    assert read_mark(old[0].vault_folder) is None
    assert not (tmp_path / "all.move").exists()
    speak(old[0])


def test_a_failed_move_changes_nothing(old: tuple[Paths, DataKey], tmp_path: Path) -> None:
    """A file that is there, a folder that is not, a pack whose name no other system takes: the vault goes on."""
    (tmp_path / "there").write_text("mine")
    for target in (tmp_path / "there", tmp_path / "missing" / "all.move"):
        with pytest.raises(VaultError):
            move_out(*old, target)
    (old[0].prompts_folder / "what?.toml").write_text(PACK)
    with pytest.raises(VaultError, match="name"):
        move_out(*old, tmp_path / "all.move")
    Vault.open(*old).close()
    assert read_mark(old[0].vault_folder) is None
    assert (tmp_path / "there").read_text() == "mine"


def test_what_is_there_is_kept(old: tuple[Paths, DataKey], new: Paths, tmp_path: Path) -> None:
    """A vault and files on the new computer are moved aside, whole; moved in twice, nothing newer is lost."""
    create_vault(new, KeyFile(tmp_path / "other.key"))
    new.settings_file.write_text("[voice]\nrate = 1.1\n")
    move_out(*old, tmp_path / "all.move")
    proof, key = come(tmp_path / "all.move", new)
    assert new.settings_file.read_text() == SETTINGS
    assert new.settings_file.with_name("settings.toml.before-move").read_text() == "[voice]\nrate = 1.1\n"
    assert len(list(new.vault_folder.parent.glob("vault.before-*"))) == 1
    with Vault.open(new, key) as vault:
        vault.entries.add(make_entry())
    assert come(tmp_path / "all.move", new) == (proof, key)
    with Vault.open(new, key) as vault:
        assert vault.entries.count() == 2


def test_there_and_back(old: tuple[Paths, DataKey], new: Paths, tmp_path: Path) -> None:
    """Moved back to the first computer, it goes on there and no longer on the second."""
    move_out(*old, tmp_path / "there.move")
    _, key = come(tmp_path / "there.move", new)
    move_out(new, key, tmp_path / "back.move")
    with pytest.raises(VaultMovedError):
        Vault.open(new, key)
    proof, key = come(tmp_path / "back.move", old[0])
    Vault.open(old[0], key).close()
    finish_move(new, proof)
    assert not new.slots_file.exists()


def test_only_a_backup(old: tuple[Paths, DataKey], new: Paths, tmp_path: Path) -> None:
    """A backup is not moved in, and the file of a move comes back as a backup does, without what lay beside."""
    make_backup(*old, tmp_path / "a.backup")
    with pytest.raises(VaultError, match="is a backup"):
        come(tmp_path / "a.backup", new)
    move_out(*old, tmp_path / "all.move")
    restore(tmp_path / "all.move", old[1], new)
    assert not came_in(new, replace(check_backup(tmp_path / "all.move", old[1]), proof=""))
    assert not new.settings_file.exists()
    assert settle_arrival(new) is None


def test_at_the_front_door(old: tuple[Paths, DataKey], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged note refuses evenings, a restore says that the vault went elsewhere, and undo lets it go on."""
    move_out(*old, tmp_path / "all.move")
    assert run(["vault", "restore", str(tmp_path / "all.move"), "--yes"]) == 5
    assert "vault move undo" in capsys.readouterr().err
    (old[0].vault_folder / NAME).write_text("{")
    with pytest.raises(VaultMovedError):
        locked_inbox(old[0])
    assert run(["vault", "move", "undo"]) == 2
    assert run(["vault", "move", "undo", "--yes"]) == 0
    locked_inbox(old[0])
