"""Each sealed file is accepted once: what was deleted stays so, and nothing else is refused."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vault_samples import CANARY, header_of, make_entry, make_pages, make_vault
from voicecheck.cli.app import App
from voicecheck.cli.vault import unlocking
from voicecheck.domain import Asked, Did, Sitting, new_id
from voicecheck.errors import VaultError
from voicecheck.paths import Paths
from voicecheck.vault.backup import make_backup
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.restoring import restore
from voicecheck.vault.store import schema
from voicecheck.vault.store.commit_count import CommitCount
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

Made = tuple[Paths, DataKey]
KEEP = "always"


@pytest.fixture
def made() -> Made:
    return make_vault()


def speak(made: Made, *, finished: bool = True) -> tuple[Path, str, list[bytes]]:
    """A sealed answer, the id of its entry, and the file as it was after each of its syncs."""
    entry, states = make_entry(), []
    answer = locked_inbox(made[0]).begin(header_of(entry))
    for page in make_pages(2):
        answer.append_page(page)
        answer.sync()
        states.append(answer.path.read_bytes())
    answer.append_entry(entry)
    if finished:
        answer.finish()
    else:
        answer.sync()
        answer.close()
    return answer.path, entry.id, [*states, answer.path.read_bytes()]


def put_back(made: Made, content: bytes, name: str) -> Path:
    path = made[0].inbox_folder / f"{name}.sealed"
    path.write_bytes(content)
    return path


def nothing_came(made: Made, count: int) -> None:
    """All files in the inbox are destroyed and counted, and the vault is as empty as before."""
    with Vault.open(*made) as vault:
        taken = vault.ingest(KEEP)
        assert (taken.entries, taken.waiting, taken.unreadable, taken.put_back) == ((), (), (), count)
        assert vault.entries.count() == 0
    assert list(made[0].inbox_folder.iterdir()) == []


def test_deleted_words_do_not_come_back(made: Made) -> None:
    """Not with the whole file, not with an earlier state of it, not with bytes behind it, and under no name."""
    path, entry_id, states = speak(made)
    with Vault.open(*made) as vault:
        assert [entry.id for entry in vault.ingest(KEEP).entries] == [entry_id]
        vault.entries.delete(entry_id)
    path.write_bytes(states[-1])
    for number, state in enumerate((*states, states[-1] + b"more", states[-1][:-7]), start=1):
        put_back(made, state, f"{number:032x}")
    nothing_came(made, 6)


def test_what_was_declined_does_not_come_back(made: Made) -> None:
    """A broken-off answer that the person did not want, and its shorter copy, are gone for good."""
    _, _, states = speak(made, finished=False)
    with Vault.open(*made) as vault:
        vault.drop(vault.ingest(KEEP).waiting[0])
    for number, state in enumerate(states):
        put_back(made, state, f"copy-{number}")
    nothing_came(made, 3)


def test_a_broken_off_answer_is_accepted_once(made: Made) -> None:
    """What was kept of it, then deleted, is not offered again."""
    _, _, states = speak(made, finished=False)
    with Vault.open(*made) as vault:
        (waiting,) = vault.ingest(KEEP).waiting
        assert waiting.entry is not None
        vault.entries.delete(vault.keep(waiting, waiting.entry, KEEP).id)
    put_back(made, states[-1], "again")
    nothing_came(made, 1)


def test_deleted_in_a_vault_of_before(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that was taken in without a digest, and is deleted now, does not come back either."""
    path, entry_id, states = speak(made)
    with monkeypatch.context() as patch, Vault.open(*made) as vault:
        patch.setattr("voicecheck.vault.store.taken.TakenFiles.add", lambda *_: None)
        vault.ingest(KEEP)
        vault.entries.delete(entry_id)
    path.write_bytes(states[-1])
    nothing_came(made, 1)


def test_a_copy_of_what_is_there_changes_nothing(made: Made) -> None:
    """While the entry is kept, a file of it is destroyed without a word; one entry stays."""
    path, entry_id, states = speak(made)
    with Vault.open(*made) as vault:
        vault.ingest(KEEP)
        for state in states:
            path.write_bytes(state)
            taken = vault.ingest(KEEP)
            assert (taken.put_back, taken.waiting) == (0, ())
            assert not path.exists()
        assert [entry.id for entry in vault.entries.list()] == [entry_id]


def test_a_longer_copy_is_still_taken(made: Made) -> None:
    """A digest refuses nothing that was not taken in: what is longer than what was kept takes its place."""
    entry = make_entry("first words, and then many more of them")
    answer = locked_inbox(made[0]).begin(header_of(entry))
    answer.append_entry(replace(entry, turns=(replace(entry.turns[0], text="first words"),), duration_s=1.0))
    answer.sync()
    shorter = answer.path.read_bytes()
    answer.append_entry(entry)
    answer.finish()
    longer = answer.path.read_bytes()
    answer.path.write_bytes(shorter)
    with Vault.open(*made) as vault:
        (waiting,) = vault.ingest(KEEP).waiting
        assert waiting.entry is not None
        vault.keep(waiting, waiting.entry, KEEP)
        answer.path.write_bytes(longer)
        assert [one.text for one in vault.ingest(KEEP).entries] == [entry.text]
        assert vault.entries.count() == 1


def test_what_was_asked_comes_in_once(made: Made) -> None:
    """The questions of an evening that left with its entry do not come back with their file, and nobody is told."""
    entry = make_entry()
    sitting = Sitting(entry.session, entry.spoken_at, (Asked("evening.word", Did.FINISHED, ""),))
    locked_inbox(made[0]).seal_sitting(replace(header_of(entry), entry_id=new_id(entry.spoken_at)), sitting)
    (path,) = made[0].inbox_folder.iterdir()
    content = path.read_bytes()
    with Vault.open(*made) as vault:
        vault.entries.add(entry)
        vault.ingest(KEEP)
        assert len(vault.steps.history()) == 1
        vault.entries.delete(entry.id)
        path.write_bytes(content)
        assert vault.ingest(KEEP).put_back == 0
        assert vault.steps.history() == ()


def test_digests_go_with_a_backup(made: Made, tmp_path: Path) -> None:
    """A restored vault knows what the vault of the backup had deleted, and takes in what came after it."""
    path, entry_id, states = speak(made)
    with Vault.open(*made) as vault:
        vault.ingest(KEEP)
        vault.entries.delete(entry_id)
    make_backup(*made, tmp_path / "a.backup")
    _, later, after = speak(made)
    with Vault.open(*made) as vault:
        vault.ingest(KEEP)
    restore(tmp_path / "a.backup", made[1], made[0])
    path.write_bytes(states[-1])
    put_back(made, after[-1], "later")
    with Vault.open(*made) as vault:
        taken = vault.ingest(KEEP)
        assert ([entry.id for entry in taken.entries], taken.put_back) == ([later], 1)


@pytest.mark.parametrize(
    "place", ["voicecheck.vault.store.taken.TakenFiles.add", "voicecheck.vault.inbox.claiming.HeldFile.shred"]
)
def test_stopped_between_keeping_and_destroying(made: Made, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Whatever stops the taking in, the answer is kept once."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    path, entry_id, _ = speak(made)
    with monkeypatch.context() as patch:
        patch.setattr(place, stop)
        with pytest.raises(KeyboardInterrupt), Vault.open(*made) as vault:
            vault.ingest(KEEP)
    assert path.exists()
    with Vault.open(*made) as vault:
        assert vault.ingest(KEEP).put_back == 0
        assert [entry.id for entry in vault.entries.list()] == [entry_id]
    assert not path.exists()


def test_digests_name_nothing(made: Made) -> None:
    """No id, no word and no head of a file stands in the table; another vault has other digests."""
    _, entry_id, states = speak(made)
    with Vault.open(*made) as vault:
        vault.ingest(KEEP)
        vault.entries.delete(entry_id)
        rows = vault._database.rows("SELECT digest FROM taken_files")
    kept = b"".join(digest for (digest,) in rows)
    assert len(kept) == 2 * 32
    assert not any(part in kept for part in (entry_id.encode(), CANARY.encode(), states[-1][:32]))


def test_a_person_is_told(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    """Who opens the vault reads how many files were put back, and no word of them."""
    path, entry_id, states = speak(made)
    with Vault.open(*made) as vault:
        vault.ingest(KEEP)
        vault.entries.delete(entry_id)
    path.write_bytes(states[-1])
    unlocking.open_unlocked(App(), made[1]).close()
    assert "1 sealed file(s) of what you had deleted" in capsys.readouterr().err


def test_an_older_vault_is_given_a_key_for_its_digests(made: Made) -> None:
    """A vault of before is brought up to date, and each has a key of its own."""
    with Vault.open(*made) as vault:
        before = vault._database.value("SELECT value FROM state WHERE key = 'digest key'")
        with vault._database.transaction():
            for table in ("taken_files", "older_keys", "own_names", "topics", "dates_before", "letters", "not_again"):
                vault._database.execute(f"DROP TABLE {table}")
            for index in ("entries_by_speaker", "entries_asked", "revisions_by_entry"):
                vault._database.execute(f"DROP INDEX {index}")
            for index in ("steps_by_entry ON steps (entry)", "newest_revision ON revisions (entry) WHERE newest"):
                vault._database.execute(f"CREATE INDEX {index}")
            vault._database.execute("CREATE INDEX revisions_by_entry ON revisions (entry)")
            vault._database.execute("ALTER TABLE mentions ADD COLUMN spoken_ms INTEGER")
            vault._database.execute("DELETE FROM state WHERE key = 'digest key'")
            vault._database.execute("ALTER TABLE turns DROP COLUMN others")  # later steps add it again, and the next
            vault._database.execute("ALTER TABLE turns DROP COLUMN sounds")
            vault._database.execute("ALTER TABLE turns DROP COLUMN speaker_unsure")
            vault._database.execute("ALTER TABLE entries DROP COLUMN labels")
            number = [step.__name__ for step in schema._migrations].index("files_taken_in") + 1
            vault._database.execute("DELETE FROM migrations WHERE number >= ?", (number,))
    with Vault.open(*made) as vault:
        after = vault._database.value("SELECT value FROM state WHERE key = 'digest key'")
    assert len(after) == 64 and after != before


# The count of changes


@pytest.mark.parametrize("spoiled", [None, b"", b"nothing of ours"])
def test_a_missing_count_is_told_and_stays_known(made: Made, spoiled: bytes | None) -> None:
    """Also beside the first commits of a vault, and where it is there and says nothing; verify knows of it later."""
    path = made[0].vault_file.with_name("vault.count")
    path.unlink()
    if spoiled is not None:
        path.write_bytes(spoiled)
    with closing(Vault.open(*made)) as vault:
        assert vault.count_missing
    with closing(Vault.open(*made)) as vault:
        assert not vault.count_missing
    (changes,) = [finding for finding in verify_vault(*made) if finding.part == "changes"]
    assert changes.whole and "missing 1 time(s)" in changes.detail


def test_rolled_back_to_its_beginning(made: Made) -> None:
    """A vault of the day on which it was made, put in the place of a fuller one, is noticed."""
    beginning = made[0].vault_file.read_bytes()
    with Vault.open(*made) as vault:
        vault.entries.add(make_entry())
    made[0].vault_file.write_bytes(beginning)
    made[0].vault_file.with_name("vault.count").unlink()
    with closing(Vault.open(*made)) as vault:
        assert vault.count_missing


def test_the_count_tells_nobody_how_often(made: Made) -> None:
    """The file has one length, its number stands nowhere in it in clear, and the same number looks different."""
    path = made[0].vault_file.with_name("vault.count")
    count = CommitCount(path, made[1].count_key)
    count.write(258)
    before = path.read_bytes()
    count.write(258)
    assert count.read() == 258
    assert before != path.read_bytes()
    assert len(before) == len(path.read_bytes()) == 96
    assert (258).to_bytes(8, "big") not in before + path.read_bytes()
    with pytest.raises(VaultError):
        CommitCount(path, bytes(32)).read()


def test_a_count_in_clear_is_read_and_replaced(made: Made) -> None:
    """The file of an earlier version counts, a torn one too, and after the next change nothing of it is left."""
    path, key = made[0].vault_file.with_name("vault.count"), made[1].count_key
    with Vault.open(*made) as vault:
        kept = vault._database.commits

    def clear(number: int) -> bytes:
        packed = number.to_bytes(8, "big")
        return packed + hashlib.blake2b(packed, key=key, digest_size=32).digest()

    for ahead, rest, lost in ((0, clear(0), 0), (0, b"", 0), (2, bytes(40), 2)):
        path.write_bytes(clear(kept + ahead) + rest)
        with Vault.open(*made) as vault:
            assert (vault.count_missing, vault.lost_commits) == (False, lost)
            vault.entries.add(make_entry())
            kept = vault._database.commits
        assert len(path.read_bytes()) == 96
        assert CommitCount(path, key).read() == kept


def test_deleting_reaches_the_sealed_copies_that_wait(made: Made) -> None:
    """Whatever state of the deleted answer lies in the inbox goes at once; another's, and a running one, stay."""
    _, entry_id, states = speak(made)
    with Vault.open(*made) as vault:
        vault.ingest(KEEP)
        copies = [put_back(made, content, f"copy-{number}") for number, content in enumerate(states)]
        other, _, _ = speak(made)
        running = locked_inbox(made[0]).begin(header_of(replace(make_entry(), id=entry_id)))
        vault.entries.delete(entry_id)
        assert not any(copy.exists() for copy in copies)
        assert other.exists() and running.path.exists()
        running.close()
