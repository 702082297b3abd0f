"""Sealed files: what was synced comes back, what was changed is noticed, and nobody else can read it."""

from __future__ import annotations

import errno
import os
import random
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.vault_samples import CANARY, SPOKEN_AT, header_of, make_entry, make_pages
from voicecheck.domain import Cue, Entry
from voicecheck.errors import VaultError
from voicecheck.files import try_lock
from voicecheck.utterance import Page
from voicecheck.vault.inbox import inbox as inbox_module
from voicecheck.vault.inbox.inbox import Inbox, SealedAnswer, pending
from voicecheck.vault.inbox.sealed_file import HEAD_BYTES, EmptySealedFile, Recovered, read_sealed
from voicecheck.vault.keys.slots import DataKey


@pytest.fixture
def key() -> DataKey:
    return DataKey.generate()


@pytest.fixture
def inbox(tmp_path: Path, key: DataKey) -> Inbox:
    return Inbox(tmp_path / "inbox", key.public_key)


def seal(inbox: Inbox, entry: Entry, pages: tuple[Page, ...]) -> Path:
    """A complete answer."""
    answer = inbox.begin(header_of(entry))
    for page in pages:
        answer.append_page(page)
    answer.append_entry(entry)
    answer.finish()
    return answer.path


def test_round_trip(inbox: Inbox, key: DataKey) -> None:
    """A finished answer gives back header, every page and the entry, and is whole."""
    entry, pages = make_entry(), make_pages(5)
    found = read_sealed(seal(inbox, entry, pages), key)
    assert found == Recovered(found.path, header_of(entry), pages, entry, complete=True)
    assert found.samples == 5 * 16_000


def test_newest_entry_wins(inbox: Inbox, key: DataKey) -> None:
    """An entry that was sealed again replaces the one before."""
    entry = make_entry()
    answer = inbox.begin(header_of(entry))
    answer.append_entry(replace(entry, reflection=None))
    answer.append_entry(entry)
    answer.finish()
    assert read_sealed(answer.path, key).entry == entry


def test_unfinished_answer_is_read(inbox: Inbox, key: DataKey) -> None:
    """What was synced before a kill is there; what was not, is not."""
    pages = make_pages(3)
    answer = inbox.begin(header_of(make_entry()))
    answer.append_page(pages[0])
    answer.append_page(pages[1])
    answer.sync()
    answer.append_page(pages[2])
    found = read_sealed(answer.path, key)
    assert (found.pages, found.entry, found.complete, found.damage) == (pages[:2], None, False, None)
    answer.close()


def test_every_truncation(inbox: Inbox, key: DataKey, tmp_path: Path) -> None:
    """Cut anywhere, a file gives back a beginning of the answer, never says it is whole, and is not called damaged."""
    pages = make_pages(4)
    whole = seal(inbox, make_entry(), pages).read_bytes()
    cut = tmp_path / "cut.sealed"
    for length in [*range(0, len(whole), 61), *range(HEAD_BYTES - 2, HEAD_BYTES + 12), len(whole) - 1]:
        cut.write_bytes(whole[:length])
        try:
            found = read_sealed(cut, key)
        except EmptySealedFile:
            assert length < HEAD_BYTES + 8 + 1024 + 17
            continue
        assert found.pages == pages[: len(found.pages)]
        assert not found.complete
        assert found.damage is None


def test_every_flipped_bit(inbox: Inbox, key: DataKey, tmp_path: Path) -> None:
    """A flipped bit anywhere is noticed; what stands before it is still given back."""
    pages, chance = make_pages(4), random.Random(3)
    path = seal(inbox, make_entry(), pages)
    whole, changed = path.read_bytes(), tmp_path / "changed.sealed"
    for place in [*range(0, len(whole), 23), *range(HEAD_BYTES, HEAD_BYTES + 8), len(whole) - 1]:
        content = bytearray(whole)
        content[place] ^= 1 << chance.randrange(8)
        changed.write_bytes(content)
        try:
            found = read_sealed(changed, key)
        except VaultError:
            assert place < HEAD_BYTES + 8 + 1024 + 17
            continue
        assert found.damage is not None
        assert not found.complete
        assert found.pages == pages[: len(found.pages)]


def test_order_is_authenticated(inbox: Inbox, key: DataKey) -> None:
    """Two pages exchanged, or one taken out, are noticed."""
    path = seal(inbox, make_entry(), make_pages(4))
    whole, size = path.read_bytes(), 8 + 1024 + 17
    first = HEAD_BYTES + size
    a, b = whole[first : first + size], whole[first + size : first + 2 * size]
    for middle in (b + a, a + a, b):
        path.write_bytes(whole[:first] + middle + whole[first + 2 * size :])
        assert read_sealed(path, key).damage is not None


def test_bytes_after_the_end(inbox: Inbox, key: DataKey) -> None:
    """What somebody hung on behind the end is told, and the answer is still whole."""
    path = seal(inbox, make_entry(), ())
    path.write_bytes(path.read_bytes() + b"more")
    found = read_sealed(path, key)
    assert found.complete
    assert found.damage is not None


def test_tail_of_zeros(inbox: Inbox, key: DataKey) -> None:
    """Zeros where the file system had not written yet are a cut, not damage."""
    answer = inbox.begin(header_of(make_entry()))
    answer.append_page(make_pages(1)[0])
    answer.sync()
    answer.close()
    answer.path.write_bytes(answer.path.read_bytes() + bytes(3000))
    found = read_sealed(answer.path, key)
    assert (len(found.pages), found.complete, found.damage) == (1, False, None)


def test_another_key_reads_nothing(inbox: Inbox) -> None:
    """A file sealed for one vault is closed to another."""
    with pytest.raises(VaultError, match="another vault"):
        read_sealed(seal(inbox, make_entry(), ()), DataKey.generate())


def test_newer_version_is_refused(inbox: Inbox, key: DataKey) -> None:
    """A file of a later version asks for an update."""
    path = seal(inbox, make_entry(), ())
    path.write_bytes(b"VCSEAL\x02" + path.read_bytes()[7:])
    with pytest.raises(VaultError, match="newer"):
        read_sealed(path, key)


def test_no_word_and_no_size_on_disk(inbox: Inbox) -> None:
    """The bytes, the name and the sizes of the records give away neither word nor prompt nor date."""
    path = seal(inbox, make_entry(), make_pages(2))
    content = path.read_bytes()
    for secret in (CANARY, "evening.word", "2026", "calm"):
        assert secret.encode() not in content
        assert secret not in path.name
    records = 5
    assert (len(content) - HEAD_BYTES - records * (8 + 17)) % 1024 == 0


def test_stranger_cannot_do_harm(inbox: Inbox, key: DataKey) -> None:
    """What another program sealed with the public key is refused when it is not what an answer looks like."""
    entry = make_entry()
    (mention,) = entry.mentions
    for forged in (
        replace(entry, spoken_at=SPOKEN_AT.replace(tzinfo=None)),
        replace(entry, spoken_at=SPOKEN_AT.replace(year=9999)),
        replace(entry, session="evening"),
        replace(entry, duration_s=1e300),
        replace(entry, mentions=(replace(mention, degree=1 << 62),)),
        replace(entry, mentions=(replace(mention, cues=(Cue(0, 1 << 62, "past"),)),)),
        _with_turn_end(entry, 1 << 60),
    ):
        answer = inbox.begin(header_of(entry))
        answer.append_entry(forged)
        answer.finish()
        found = read_sealed(answer.path, key)
        assert found.entry is None
        assert found.damage is not None


@pytest.mark.parametrize(
    "change",
    [
        {"spoken_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
        {"spoken_at": datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=14)))},
        {"session": "evening"},
        {"language": "../../etc/en"},
        {"session": "{01890a5d-ac96-774b-bcce-b302099a8057}"},
        {"entry_id": "[red]calm[/red]"},
        {"entry_id": "01890A5D-AC96-774B-BCCE-B302099A8057"},
    ],
)
def test_header_out_of_bounds(inbox: Inbox, key: DataKey, change: dict[str, Any]) -> None:
    """A time that no calendar holds, or an id that is no UUID in its usual form, makes a sealed file unreadable."""
    answer = inbox.begin(replace(header_of(make_entry()), **change))
    answer.finish()
    with pytest.raises(VaultError, match="damaged"):
        read_sealed(answer.path, key)


def test_a_language_that_is_found_out_is_no_damage(inbox: Inbox, key: DataKey) -> None:
    """With `auto` nobody knows the language before the first word; such an answer can be read."""
    entry = make_entry()
    answer = inbox.begin(replace(header_of(entry), language="auto"))
    answer.append_entry(replace(entry, language="de"))
    answer.finish()
    found = read_sealed(answer.path, key)
    assert found.header.language == "auto" and found.damage is None
    assert found.entry is not None and found.entry.language == "de"


def test_page_out_of_bounds(inbox: Inbox, key: DataKey) -> None:
    """A page that claims more sound than it can hold, or does not follow the one before, is damage."""
    good = make_pages(2)
    for bad in (Page(1 << 46, 1 << 31, b"x"), Page(32_000, (1 << 32) - 1, b"x"), Page(8_000, 16_000, b"x")):
        answer = inbox.begin(header_of(make_entry()))
        for page in (*good, bad):
            answer.append_page(page)
        answer.finish()
        found = read_sealed(answer.path, key)
        assert found.pages == good
        assert found.damage is not None


def test_sound_beyond_four_hours(inbox: Inbox, key: DataKey) -> None:
    """Of an answer without end the first four hours and all the words are read."""
    entry, pages = make_entry(), (*make_pages(1), Page(4 * 3600 * 16_000 - 8_000, 16_000, b"x"))
    found = read_sealed(seal(inbox, entry, pages), key)
    assert (found.pages, found.entry, found.complete) == (pages[:1], entry, True)
    assert found.damage is not None


def test_one_header(inbox: Inbox, key: DataKey) -> None:
    """A second header inside a file cannot pass its pages off as another answer's."""
    answer = inbox.begin(header_of(make_entry()))
    answer.append_header(header_of(make_entry()))
    answer.finish()
    assert read_sealed(answer.path, key).damage is not None


def test_entry_of_another_answer(inbox: Inbox) -> None:
    """An entry goes into the file that was begun for it, or nowhere."""
    answer = inbox.begin(header_of(make_entry()))
    with pytest.raises(ValueError, match="id"):
        answer.append_entry(make_entry())
    answer.discard()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_failing_disk(inbox: Inbox, key: DataKey, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A disk that fails in the middle of a record: a clear error, all before it readable, more is refused, and a later
    attempt loses nothing."""
    pages = make_pages(4)
    answer = inbox.begin(header_of(make_entry()))
    answer.append_page(pages[0])
    answer.sync()
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", _fails_after(700, code))
        answer.append_page(pages[1])
        with pytest.raises(VaultError) as caught:
            answer.sync()
        assert caught.value.hint
        with pytest.raises(VaultError):
            answer.append_page(pages[2])
    found = read_sealed(answer.path, key)
    assert (found.pages, found.damage) == (pages[:1], None)
    answer.sync()
    answer.append_page(pages[2])
    answer.finish()
    assert read_sealed(answer.path, key).pages == pages[:3]


def test_failing_fsync(inbox: Inbox, key: DataKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record counts only after fsync; what a failed fsync may have lost is written again."""
    answer = inbox.begin(header_of(make_entry()))
    (page,) = make_pages(1)
    answer.append_page(page)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _raises(errno.EIO))
        with pytest.raises(VaultError, match="disk reports an error"):
            answer.sync()
    assert read_sealed(answer.path, key).pages == ()
    answer.finish()
    assert read_sealed(answer.path, key).pages == (page,)


def test_failing_begin_leaves_nothing(inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that cannot be begun says so, and no empty file stays behind."""
    monkeypatch.setattr(inbox_module, "write_all", _raises(errno.ENOSPC))
    with pytest.raises(VaultError, match="full"):
        inbox.begin(header_of(make_entry()))
    assert pending(tmp_path / "inbox") == []


def test_discard_overwrites(inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dropped answer is overwritten before its name goes."""
    answer = inbox.begin(header_of(make_entry()))
    answer.append_page(make_pages(1)[0])
    answer.sync()
    sealed = answer.path.read_bytes()
    seen: list[bytes] = []
    real = os.ftruncate

    def watched(descriptor: int, length: int) -> None:
        seen.append(os.pread(descriptor, 1 << 20, 0))
        real(descriptor, length)

    monkeypatch.setattr(os, "ftruncate", watched)
    answer.discard()
    assert len(seen[0]) == len(sealed)
    assert sealed[:64] not in seen[0]
    assert pending(tmp_path / "inbox") == []


def test_running_answer_is_locked(inbox: Inbox) -> None:
    """Another opener cannot lock the file of a running answer, and can after its end."""
    answer = inbox.begin(header_of(make_entry()))
    other = os.open(answer.path, os.O_RDWR)
    assert not try_lock(other)
    answer.finish()
    assert try_lock(other)
    os.close(other)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_private_whatever_the_umask(tmp_path: Path, key: DataKey, umask: int) -> None:
    """The folder is 0700 and the file 0600 under every umask."""
    before = os.umask(umask)
    try:
        answer = Inbox(tmp_path / "deep" / "inbox", key.public_key).begin(header_of(make_entry()))
    finally:
        os.umask(before)
    assert answer.path.stat().st_mode & 0o777 == 0o600
    assert answer.path.parent.stat().st_mode & 0o777 == 0o700
    assert answer.path.parent.parent.stat().st_mode & 0o777 == 0o700
    answer.close()


def test_oldest_first(inbox: Inbox, tmp_path: Path) -> None:
    """Answers come in the order in which they were written; a missing folder holds none."""
    paths = [seal(inbox, make_entry(), ()) for _ in range(3)]
    for age, path in enumerate(paths):
        os.utime(path, (1000 - age, 1000 - age))
    assert pending(tmp_path / "inbox") == paths[::-1]
    assert pending(tmp_path / "nowhere") == []


def test_reprs_hold_no_word(inbox: Inbox, key: DataKey) -> None:
    """Nothing of what was said is in the repr of anything the inbox gives out."""
    entry = make_entry()
    answer: SealedAnswer = inbox.begin(header_of(entry))
    answer.append_entry(entry)
    assert CANARY not in repr(answer)
    answer.finish()
    assert CANARY not in repr(read_sealed(answer.path, key))


def _with_turn_end(entry: Entry, end: int) -> Entry:
    return replace(entry, turns=(replace(entry.turns[0], end=end),))


def _raises(code: int):  # type: ignore[no-untyped-def]
    def act(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return act


def _fails_after(allowed: int, code: int):  # type: ignore[no-untyped-def]
    """os.write that takes this many bytes, then fails."""
    real, left = os.write, [allowed]

    def write(descriptor: int, content: bytes) -> int:
        if not left[0]:
            raise OSError(code, os.strerror(code))
        wrote = real(descriptor, bytes(content)[: left[0]])
        left[0] -= wrote
        return wrote

    return write
