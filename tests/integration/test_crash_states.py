"""After a loss of power nothing that was acknowledged is lost, nothing is called damaged, and no word is plain.

One process makes a vault, is spoken to, takes in, edits, deletes, takes a sentence back, changes the passphrase and
then the key, brings the vault up to date, backs up, restores and erases. All that it does to its files is recorded, and
states are made of it in which a disk could be found: with what was not synced missing, torn, or there before what came
earlier.
"""

from __future__ import annotations

import random
import shutil
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.crash_trace import Said, Trace, clear, crashed, moments, record
from tests.vault_samples import CANARY, CHEAP, PASSPHRASE
from voicecheck.errors import VaultLockedError, VoicecheckError
from voicecheck.paths import Paths, find_paths
from voicecheck.vault.backup import check_backup
from voicecheck.vault.create import create_vault, vault_exists
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.restoring import finish_restore, refuse_beside, sweep
from voicecheck.vault.store import schema
from voicecheck.vault.store.connection import Database
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, to record what is written")

OTHER_PASSPHRASE = "eight louder lamps"
EDITED = "calm, in other words"
LEFT = "We were calm."
BACK = f"{LEFT} The {CANARY} came by."
WORDS = tuple(word.encode() for word in (CANARY, "zebrafinch", EDITED, PASSPHRASE, OTHER_PASSPHRASE))

SCENARIO = """
    import os, sys
    from dataclasses import replace
    from pathlib import Path
    from tests.integration.test_crash_states import BACK, EDITED, LEFT, OTHER_PASSPHRASE, grow
    from tests.vault_samples import CANARY, CHEAP, PASSPHRASE, SPOKEN_AT, header_of, make_entry, make_pages
    from voicecheck.domain import Asked, Did, Sitting, Tags
    from voicecheck.paths import find_paths
    from voicecheck.diary.taking_back import find_sentence, take_back, texts_of
    from voicecheck.vault.store import schema
    from voicecheck.vault.backup import make_backup
    from voicecheck.vault.erasing import erase_vault
    from voicecheck.vault.keys.passphrase import Passphrase
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.rekeying import rekey
    from voicecheck.vault.restoring import restore
    from voicecheck.vault.vault import Vault
    from voicecheck.vault.create import create_vault, locked_inbox

    told = os.open({told!r}, os.O_WRONLY | os.O_CREAT)
    say = lambda *words: os.write(told, (" ".join(map(str, words)) + "\\n").encode())
    paths = find_paths()

    def speak(name, *, finished):
        entry = make_entry(f"calm {{CANARY}} {{name}} zebrafinch and some more words")
        answer = locked_inbox(paths).begin(header_of(entry))
        for number, page in enumerate(make_pages(3, 700), start=1):
            answer.append_page(page)
            answer.sync()
            say("spoken", entry.id, number)
        answer.append_entry(entry)
        if finished:
            answer.finish()
        else:
            answer.sync()
            answer.close()
        say("sealed" if finished else "begun", entry.id)
        return entry

    key = create_vault(paths, Passphrase(PASSPHRASE, CHEAP))
    say("created", key._secret.hex())
    first, second = speak("first", finished=True), speak("second", finished=False)
    sitting = Sitting(first.session, SPOKEN_AT, (Asked("evening.word", Did.FINISHED, first.id),))
    locked_inbox(paths).seal_sitting(replace(header_of(first), entry_id=first.session), sitting)
    say("asked")
    with Vault.open(paths, key) as vault:
        taken = vault.ingest("always")
        say("kept", first.id)
        (waiting,) = taken.waiting
        vault.keep(waiting, waiting.entry, "always")
        say("kept", second.id)
        say("editing", first.id)
        vault.revisions.add(vault.entries.get(first.id), EDITED, Tags(), SPOKEN_AT)
        say("edited", first.id)
        gone = make_entry(f"{{CANARY}} that goes")
        say("adding", gone.id)
        vault.entries.add(gone, make_pages(2, 3000))
        say("kept", gone.id)
        say("deleting", gone.id)
        vault.entries.delete(gone.id)
        say("deleted", gone.id)
        back = make_entry(BACK)
        say("adding", back.id)
        back = vault.entries.add(back, make_pages(8, 700))
        say("kept", back.id)
        say("taking", back.id)
        take_back(vault, back, find_sentence(texts_of(vault, back), "2"))
        say("taken", back.id)
    sealed = make_entry(BACK)
    say("adding", sealed.id)
    answer = locked_inbox(paths).begin(header_of(sealed))
    answer.append_entry(sealed)
    answer.finish()
    say("sealed", sealed.id)
    say("taking", sealed.id)
    answer.write_without(header_of(sealed), (), replace(sealed, turns=make_entry(LEFT).turns))
    say("taken", sealed.id)
    say("changing")
    with Vault.open(paths, key):
        KeySlots.load(paths.slots_file).add(key, Passphrase(OTHER_PASSPHRASE, CHEAP))
    say("changed")
    speak("of the older key", finished=True)
    say("rekeying")
    key = rekey(paths, key, [Passphrase(OTHER_PASSPHRASE, CHEAP)])
    say("rekeyed", key._secret.hex())
    say("migrating")
    schema._migrations.append(grow)
    Vault.open(paths, key).close()
    say("migrated")
    file = paths.vault_folder.parent / "a.backup"
    make_backup(paths, key, file)
    say("saved")
    with Vault.open(paths, key) as vault:
        later = make_entry(f"{{CANARY}} later")
        say("adding", later.id)
        vault.entries.add(later, make_pages(1))
        say("kept", later.id)
    say("restoring", later.id)
    restore(file, key, paths)
    say("restored")
    third = speak("third", finished=True)
    with Vault.open(paths, key) as vault:
        vault.ingest("always")
    say("kept", third.id)
    say("erasing")
    erase_vault(paths)
    say("erased")
"""


def grow(database: Database) -> None:
    database.execute("CREATE TABLE added (x)")
    database.execute("UPDATE revisions SET source = source")


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """Of the whole scenario, in a home of its own."""
    place = tmp_path_factory.mktemp("recorded")
    home, told = place / "home", place / "told"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("VOICECHECK_HOME", str(home))
        script = textwrap.dedent(SCENARIO).format(told=str(told))
        return record(script, place, told, place / "strace")


@dataclass
class Told:
    """What a person was told by the moment of the crash, and what was going on then."""

    words: list[list[str]]

    def ids(self, word: str) -> set[str]:
        return {one[1] for one in self.words if one[0] == word}

    def has(self, word: str) -> bool:
        return any(one[0] == word for one in self.words)

    def going_on(self, begun: str, ended: str) -> bool:
        return self.has(begun) and not self.has(ended)

    @property
    def spoken(self) -> dict[str, int]:
        """By entry, how many pages were durable."""
        return {one[1]: int(one[2]) for one in self.words if one[0] == "spoken"}


def opened_with(told: Told, paths: Paths) -> DataKey:
    """The key, by the passphrase that holds by now; by either while it was being changed."""
    slots = KeySlots.load(paths.slots_file)
    old, new = (not told.has("changed"), told.has("changing"))
    for passphrase, holds in ((PASSPHRASE, old), (OTHER_PASSPHRASE, new)):
        if holds and (not (old and new) or opens(slots, passphrase)):
            return slots.unlock(Passphrase(passphrase))
    raise AssertionError("neither passphrase opens it")


def opens(slots: KeySlots, passphrase: str) -> bool:
    try:
        slots.unlock(Passphrase(passphrase))
    except VaultLockedError:
        return False
    return True


def check(told: Told) -> None:
    """What a person finds at the next start."""
    paths = find_paths()
    plain = [path for path in paths.vault_folder.parent.rglob("*") if path.is_file() and has_words(path)]
    assert not plain
    if told.has("erasing"):
        assert not told.has("erased") or not vault_exists(paths)
        return
    finish_restore(paths)
    sweep(paths)
    if not told.has("created"):
        if not vault_exists(paths):
            refuse_beside(paths)
            create_vault(paths, Passphrase(PASSPHRASE, CHEAP))
        key = KeySlots.load(paths.slots_file).unlock(Passphrase(PASSPHRASE))
    else:
        key = opened_with(told, paths)
        if not told.going_on("rekeying", "rekeyed"):
            assert key._secret.hex() in (told.ids("rekeyed") or told.ids("created"))
    with Vault.open(paths, key) as vault:
        assert (vault.lost_commits, vault.count_missing) == (0, False)
        check_answers(told, vault, paths, key)
    assert [finding for finding in verify_vault(paths, key) if not finding.whole] == []
    assert not list(paths.vault_folder.parent.glob("vault.resto*"))


def check_answers(told: Told, vault: Vault, paths: Paths, key: DataKey) -> None:
    """Everything acknowledged is in the vault or still sealed; what was deleted stays away."""
    taken = vault.ingest("always")
    assert taken.unreadable == ()
    waiting = {one.header.entry_id: one for one in taken.waiting}
    there = {entry.id: entry for entry in vault.entries.list()}
    for entry_id, pages in told.spoken.items():
        if entry_id in waiting:
            assert waiting[entry_id].damage is None
        sound = waiting[entry_id].pages if entry_id in waiting else vault.recordings.pages(entry_id)
        assert len(sound) >= pages
    deleting = told.ids("deleting") - told.ids("deleted")
    aside = told.ids("restoring")
    wanted = (told.ids("kept") | told.ids("sealed")) - told.ids("deleting") - aside
    maybe = deleting | aside | (told.ids("adding") - told.ids("kept")) | set(told.spoken)
    assert wanted <= set(there) <= wanted | maybe
    if told.has("restored"):
        assert not aside & set(there)
    for lost in aside - set(there):
        assert lost in kept_aside(paths, key)
    for edited in told.ids("edited"):
        assert there[edited].text == EDITED
    for back in told.ids("taking"):
        assert there[back].text == LEFT or (there[back].text == BACK and back not in told.ids("taken"))
    if told.has("asked"):
        assert len(vault.steps.history()) == 1


def kept_aside(paths: Paths, key: DataKey) -> set[str]:
    """The entries of vaults that a restore moved aside."""
    found: set[str] = set()
    for folder in paths.vault_folder.parent.glob("vault.before-*"):
        with Vault.open(replace(paths, vault_folder=folder), key) as vault:
            found |= {entry.id for entry in vault.entries.list()}
    return found


def has_words(path: Path) -> bool:
    content = path.read_bytes()
    return any(word in content for word in WORDS)


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_nothing_is_lost_in_any_state_that_a_loss_of_power_leaves(
    trace: Trace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Each state is opened as at the next start."""
    chance = random.Random(count)
    monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path / "state" / "home"))
    for place, kind in moments(trace, count, chance):
        told = Told([word.split() for word in trace.said(place)])
        seed = chance.randrange(1 << 32)
        crashed(trace, place, kind, random.Random(seed)).put(tmp_path / "state")
        with monkeypatch.context() as patched:
            if told.has("migrating"):
                patched.setattr(schema, "_migrations", [*schema._migrations, grow])
            try:
                check(told)
            except (AssertionError, VoicecheckError, OSError) as error:
                error.add_note(f"behind step {place} ({kind}, seed {seed}), told last: {told.words[-1:]}")
                raise
        clear(tmp_path / "state")


def test_the_recorded_trace_is_whole(trace: Trace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all of it on the disk, each moment at which something was told holds exactly that: nothing went unseen."""
    monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path / "state" / "home"))
    told = trace.said(len(trace.steps))
    assert told[-1] == "erased"
    at_restored = next(
        place for place, step in enumerate(trace.steps) if isinstance(step, Said) and step.word == "restored"
    )
    crashed(trace, at_restored, "all", random.Random(0)).put(tmp_path / "state")
    assert {path.name.partition("-")[0] for path in (tmp_path / "state" / "home").iterdir()} == {
        "vault", "vault.before", "a.backup",
    }  # fmt: skip
    key = KeySlots.load(find_paths().slots_file).unlock(Passphrase(OTHER_PASSPHRASE))
    monkeypatch.setattr(schema, "_migrations", [*schema._migrations, grow])
    assert check_backup(tmp_path / "state" / "home" / "a.backup", key).entries == 3
