"""The inbox changes while it is looked at: nothing is destroyed that was not read, and kept is what the vault has."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vault_samples import header_of, make_entry, make_pages, make_vault
from voicecheck.domain import Entry
from voicecheck.errors import VaultBusyError, VaultError
from voicecheck.paths import Paths
from voicecheck.utterance import Page
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.inbox import claiming
from voicecheck.vault.inbox import inbox as inbox_module
from voicecheck.vault.inbox.inbox import SealedAnswer, pending
from voicecheck.vault.inbox.sealed_file import Recovered, read_sealed
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.vault import Vault

Made = tuple[Paths, DataKey]


@pytest.fixture
def made() -> Made:
    return make_vault()


def broken_off(made: Made, entry: Entry, pages: tuple[Page, ...]) -> Path:
    answer = locked_inbox(made[0]).begin(header_of(entry))
    for page in pages:
        answer.append_page(page)
    answer.sync()
    answer.close()
    return answer.path


def finished(made: Made, entry: Entry) -> Path:
    answer = locked_inbox(made[0]).begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    return answer.path


def to_decide(vault: Vault) -> Recovered:
    (recovered,) = vault.ingest("always").waiting
    return recovered


KEEP_OR_DROP: tuple[Callable[[Vault, Recovered, Entry], object], ...] = (
    lambda vault, recovered, entry: vault.keep(recovered, entry, "always"),
    lambda vault, recovered, entry: vault.drop(recovered),
)


@pytest.mark.parametrize("decide", KEEP_OR_DROP, ids=["kept", "dropped"])
def test_another_answer_in_its_place_is_not_destroyed(
    made: Made, decide: Callable[[Vault, Recovered, Entry], object]
) -> None:
    """While a person answers, another sealed answer came to lie under that name: it is left, and offered next time."""
    entry, other = make_entry(), make_entry("Something else was said here.")
    path = broken_off(made, entry, make_pages(1))
    with Vault.open(*made) as vault:
        recovered = to_decide(vault)
        broken_off(made, other, make_pages(3)).replace(path)
        decide(vault, recovered, entry)
        assert to_decide(vault).header.entry_id == other.id
        assert vault.entries.has(entry.id) == (decide is KEEP_OR_DROP[0])


def test_more_of_the_same_answer_is_not_destroyed(made: Made) -> None:
    """While a person answers, its file grew: what was read is kept, and the longer one is offered next time."""
    entry, pages = make_entry(), make_pages(6)
    path = broken_off(made, entry, pages)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    with Vault.open(*made) as vault:
        recovered = to_decide(vault)
        path.write_bytes(whole)
        vault.keep(recovered, replace(entry, duration_s=2.0), "always")
        assert to_decide(vault).pages == pages


def test_what_was_read_is_kept_where_its_file_has_gone(made: Made) -> None:
    """A file that vanished while a person answered takes nothing with it: their yes still keeps it."""
    entry, pages = make_entry(), make_pages(2)
    path = broken_off(made, entry, pages)
    with Vault.open(*made) as vault:
        recovered = to_decide(vault)
        path.unlink()
        assert vault.keep(recovered, entry, "always").has_audio
        assert vault.recordings.pages(entry.id) == pages
        vault.drop(recovered)  # has gone, and that is no failure either


def test_a_file_in_use_is_not_decided_on(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds it, it stays as it is, and that is said."""
    path = broken_off(made, make_entry(), make_pages(1))
    with Vault.open(*made) as vault:
        recovered = to_decide(vault)
        monkeypatch.setattr(claiming, "try_lock", lambda descriptor: False)
        with pytest.raises(VaultBusyError, match="in use"):
            vault.keep(recovered, make_entry(), "always")
        assert (path.exists(), vault.entries.count()) == (True, 0)


def test_what_is_read_is_what_was_locked(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes the place of another between its locking and its reading is neither read nor destroyed."""
    entry, other = make_entry(), make_entry("Something else.")
    path, waits = finished(made, entry), made[0].vault_folder / "waits"
    finished(made, other).replace(waits)
    real = claiming.try_lock

    def locked(descriptor: int) -> bool:
        if waits.exists():
            waits.replace(path)
        return real(descriptor)

    monkeypatch.setattr(claiming, "try_lock", locked)
    with Vault.open(*made) as vault:
        assert [one.id for one in vault.ingest("always").entries] == [entry.id]
        assert [one.id for one in vault.ingest("always").entries] == [other.id]


def test_what_is_destroyed_is_what_was_read(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes the place of another before that is destroyed stays, and is taken in next time."""
    entry, other = make_entry(), make_entry("Something else.")
    path, waits = finished(made, entry), made[0].vault_folder / "waits"
    finished(made, other).replace(waits)
    real = claiming.shred

    def shredded(path: Path, descriptor: int) -> None:
        if waits.exists():
            waits.replace(path)
        real(path, descriptor)

    monkeypatch.setattr(claiming, "shred", shredded)
    with Vault.open(*made) as vault:
        assert [one.id for one in vault.ingest("always").entries] == [entry.id]
        assert path.exists()
        assert [one.id for one in vault.ingest("always").entries] == [other.id]


def begun(made: Made) -> tuple[SealedAnswer, Entry]:
    entry = make_entry()
    answer = locked_inbox(made[0]).begin(header_of(entry))
    answer.append_page(make_pages(1)[0])
    answer.sync()
    return answer, entry


def test_writing_anew_that_fails_is_tried_again(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the moment of writing anew leaves no half file, and the next second all of it is there, once."""
    answer, entry = begun(made)
    answer.path.unlink()
    with monkeypatch.context() as patched:
        patched.setattr(inbox_module, "sync_folder", _full)
        answer.append_page(make_pages(2)[1])
        with pytest.raises(VaultError, match="full"):
            answer.sync()
    assert pending(made[0].inbox_folder) == []
    answer.sync()
    answer.append_entry(entry)
    answer.finish()
    found = read_sealed(answer.path, made[1])
    assert (found.complete, found.damage, len(found.pages), found.entry) == (True, None, 2, entry)


def test_a_file_that_goes_in_a_pause_is_there_again(made: Made) -> None:
    """Nothing new to write: the next sync still finds that the file has gone, and writes it anew."""
    answer, _ = begun(made)
    answer.path.unlink()
    answer.sync()
    assert len(read_sealed(answer.path, made[1]).pages) == 1
    answer.close()


def test_deleting_an_answer_destroys_no_other(made: Made) -> None:
    """Another file that came to lie under the name of a finished answer is not the one that the person deletes."""
    answer, _ = begun(made)
    answer.close()
    other = make_entry("Something else.")
    finished(made, other).replace(answer.path)
    answer.discard()
    with Vault.open(*made) as vault:
        assert [one.id for one in vault.ingest("always").entries] == [other.id]


def _full(folder: Path) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
