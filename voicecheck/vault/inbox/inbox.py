"""The inbox: speech is written here first, sealed, and no passphrase is needed to write."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
from nacl import bindings
from nacl.public import PublicKey, SealedBox

from voicecheck.domain import Entry, Sitting
from voicecheck.errors import VaultBusyError, VaultError
from voicecheck.files import (
    Owned,
    create_private,
    lies_at,
    make_private_folder,
    open_existing,
    read_opened,
    shred,
    shred_unless_held,
    sync_folder,
    try_lock,
    wait_for_lock,
    write_all,
)
from voicecheck.utterance import OwnSpeech, Page
from voicecheck.vault.disk.errors import doing, storage_error
from voicecheck.vault.inbox.bounds import MOST_LETTERS
from voicecheck.vault.inbox.sealed_file import (
    FRAME,
    MAGIC,
    MOST_MESSAGE_BYTES,
    PADDED_TO,
    PAGE,
    PREFIX,
    TAG_FINAL,
    TAG_MESSAGE,
    AnswerHeader,
    RecordType,
    Recovered,
    frame_check,
    read_sealed,
)
from voicecheck.vault.moved import refuse_moved

__all__ = ["AnswerHeader", "Inbox", "Recovered", "SealedAnswer", "pending", "read_sealed"]

SUFFIX = ".sealed"
PARTS = ".*.part"
"""files that were to take the place of another and never did"""
ASKED = "asked-"
"""how the name of a file begins that holds no answer, but what was asked in an evening"""


TAKEN_IN = (
    "What you said has left the inbox meanwhile, with its last sentence.",
    "Take it back where it is kept: voicecheck entry edit last --forget",
)


class Inbox:
    """The folder that takes every answer."""

    def __init__(self, folder: Path, public_key: bytes) -> None:
        self._folder = folder
        self._public_key = public_key

    def begin(self, header: AnswerHeader, kind: str = "") -> SealedAnswer:
        """Begin a new sealed file, durable with its header. Raises VaultError."""
        make_private_folder(self._folder)
        path = self._folder / f"{kind}{secrets.token_hex(16)}{SUFFIX}"
        with doing("begin an answer"):
            file = Owned(create_private(path))
        answer = SealedAnswer(path, file, self._public_key, header.entry_id)
        try:
            wait_for_lock(file.descriptor)  # an ingest may look at the file that has just appeared
            refuse_moved(self._folder.parent)  # behind the lock: a move that began meanwhile sees this file
            answer.append_header(header)
            answer.sync()
            sync_folder(self._folder)
        except (OSError, VaultError) as error:
            answer.discard()
            raise error if isinstance(error, VaultError) else storage_error(error, "begin an answer") from error
        return answer

    def seal_sitting(self, header: AnswerHeader, sitting: Sitting) -> Path:
        """Write the questions of a sitting to a sealed file, durable; the header's entry is none. Return its path.

        Raises VaultError.
        """
        sealed = self.begin(header, ASKED)
        sealed.append_sitting(sitting)
        sealed.finish()
        return sealed.path


class SealedAnswer:
    """A running answer in its sealed file. What `sync` made durable survives any kill; later parts may be lost.

    After a failed `sync` the file stays readable up to the last good record, and more is refused until a `sync`
    goes through.
    """

    def __init__(self, path: Path, file: Owned, public_key: bytes, entry_id: str) -> None:
        self.path = path
        self._entry_id = entry_id
        self._public_key = public_key
        self._file = file
        self._number = 0
        self._durable = 0
        self._failure: VaultError | None = None
        stream_key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        stream_header = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, stream_key)
        self._head = MAGIC + SealedBox(PublicKey(public_key)).encrypt(stream_key) + stream_header
        self._buffer = bytearray(self._head)
        self._content = bytearray()
        """all that is durable, sealed as it is: to write it anew where somebody takes the file away"""

    def append_header(self, header: AnswerHeader) -> None:
        self._append(RecordType.HEADER, msgspec.json.encode(header))

    def append_page(self, page: Page) -> None:
        self._append(RecordType.PAGE, PAGE.pack(page.start, page.count) + page.data)

    def append_entry(self, entry: Entry) -> None:
        """Append the finished entry; a later one replaces it. Raises ValueError for the entry of another answer."""
        if entry.id != self._entry_id:
            raise ValueError("the entry's id is not the one this answer was begun with")
        if sum(len(turn.text) for turn in entry.turns) > MOST_LETTERS:
            raise VaultError("This answer is too long to be kept in one piece.", "Finish it, and begin another.")
        self._append(RecordType.ENTRY, msgspec.json.encode(entry))

    def append_own(self, own: OwnSpeech) -> None:
        self._append(RecordType.OWN, msgspec.json.encode(own))

    def append_sitting(self, sitting: Sitting) -> None:
        self._append(RecordType.SITTING, msgspec.json.encode(sitting))

    def sync(self) -> None:
        """Make durable what was appended. Raises VaultError; nothing is forgotten, and a later call tries again."""
        try:
            if self._buffer:
                write_all(self._file.descriptor, bytes(self._buffer), self._durable)
                os.fsync(self._file.descriptor)
            if os.fstat(self._file.descriptor).st_nlink == 0:
                self._write_anew(bytes(self._content + self._buffer))
        except OSError as error:
            self._failure = storage_error(error, "keep what you are saying")
            self._cut_back()
            raise self._failure from error
        self._content += self._buffer
        self._durable += len(self._buffer)
        self._buffer.clear()
        self._failure = None

    def finish(self) -> None:
        """Mark the answer complete, make it durable, let go of the file. Raises VaultError."""
        if self._failure is not None:
            self.sync()
        self._append(RecordType.END, b"")
        self.sync()
        with doing("keep what you said"):
            if not self._stands():
                self._write_anew(bytes(self._content))
        self.close()

    def write_without(self, header: AnswerHeader, pages: Iterable[Page], entry: Entry) -> None:
        """Replace all that was written: a sentence was taken back, and is overwritten.

        It is durable before anything goes, then takes the place at once; open or finished it is as before. Raises
        VaultError, also where the file is not there any more.
        """
        finished, old = self._closed, self._file
        part = self.path.with_name(f".{secrets.token_hex(16)}.part")
        with doing("take the sentence back"):
            other = SealedAnswer(part, Owned(create_private(part)), self._public_key, self._entry_id)
            try:
                old = self._opened() if finished else old
                wait_for_lock(other._file.descriptor)
                other._write_all(header, pages, entry, finished=finished)
                part.replace(self.path)
            except BaseException:
                other.discard()
                if finished:
                    old.close()
                raise
            self._head, self._state, self._number = other._head, other._state, other._number
            self._content, self._durable, self._file = other._content, other._durable, other._file
            self._buffer.clear()
            self._failure = None
            if finished:
                self.close()
            sync_folder(self.path.parent)
            shred(self.path, old.hand_on())  # what lies at the path by now stays

    def _write_all(self, header: AnswerHeader, pages: Iterable[Page], entry: Entry, *, finished: bool) -> None:
        self.append_header(header)
        self._append(RecordType.TAKEN_BACK, b"")
        for page in pages:
            self.append_page(page)
        self.append_entry(entry)
        if finished:
            self._append(RecordType.END, b"")
        self.sync()

    def _opened(self) -> Owned:
        """Open the finished file. Raises VaultError where it has gone, or another lies in its place."""
        with suppress(FileNotFoundError), Owned(open_existing(self.path)) as file:
            if self._began(file.descriptor) and try_lock(file.descriptor):
                return Owned(file.hand_on())
        raise VaultError(*TAKEN_IN)

    def close(self) -> None:
        """Let go of the file as it is; an unfinished one is found again by `pending`."""
        self._file.close()

    def discard(self) -> None:
        """Destroy what was said. Raises VaultError."""
        self._buffer.clear()
        try:
            with Owned(open_existing(self.path)) if self._closed else self._file as file:
                if file is self._file or self._began(file.descriptor):  # else another file lies there by now
                    shred(self.path, file.hand_on())
        except FileNotFoundError:
            return
        except OSError as error:
            raise storage_error(error, "delete the answer") from error

    def _stands(self) -> bool:
        """True if the file is still there under its name, with the content that was written to it."""
        return (
            lies_at(self.path, self._file.descriptor)
            and os.fstat(self._file.descriptor).st_size == len(self._content)
            and self._began(self._file.descriptor)
        )

    def _began(self, descriptor: int) -> bool:
        """True if the open file begins with this answer's head, which no other has."""
        return read_opened(descriptor, len(self._head))[: len(self._head)] == self._head

    @property
    def _closed(self) -> bool:
        return self._file.descriptor < 0

    def _write_anew(self, content: bytes) -> None:
        """Write the whole file anew: it was removed, replaced or destroyed by somebody. Raises OSError."""
        path = self.path.with_name(f"{secrets.token_hex(16)}{SUFFIX}")
        file = Owned(create_private(path))
        try:
            wait_for_lock(file.descriptor)
            write_all(file.descriptor, content, 0)
            os.fsync(file.descriptor)
            sync_folder(path.parent)
        except OSError:
            file.close()
            path.unlink(missing_ok=True)
            raise
        self._file.close()
        self.path, self._file = path, file

    def _append(self, kind: RecordType, payload: bytes) -> None:
        if self._failure is not None:
            raise self._failure
        if self._closed:
            raise VaultError("This answer is closed already.")
        tag = TAG_FINAL if kind is RecordType.END else TAG_MESSAGE
        message = PREFIX.pack(kind, len(payload)) + payload
        message += bytes(-len(message) % PADDED_TO)
        if len(message) > MOST_MESSAGE_BYTES:
            raise VaultError("This answer is too long to be kept in one piece.", "Finish it, and begin another.")
        sealed = bindings.crypto_secretstream_xchacha20poly1305_push(self._state, message, self._head, tag)
        self._buffer += FRAME.pack(len(sealed), frame_check(self._number, len(sealed))) + sealed
        self._number += 1

    def _cut_back(self) -> None:
        """Leave no half record behind; where even that fails, the reader stops at it."""
        try:
            os.ftruncate(self._file.descriptor, self._durable)
        except OSError:
            return

    def __repr__(self) -> str:
        return f"SealedAnswer({self.path.name!r}, records={self._number})"


def sweep_parts(folder: Path) -> None:
    """Destroy unfinished replacements of sealed files whose process was killed. Raises VaultError."""
    with doing("look into the inbox"):
        for path in folder.glob(PARTS):
            shred_unless_held(path)


def pending(folder: Path) -> list[Path]:
    """Return the sealed files, oldest first, running ones among them. Raises VaultError."""
    try:
        found = [(_changed_at(path), path) for path in folder.iterdir() if path.suffix == SUFFIX]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise storage_error(error, "look into the inbox") from error
    return [path for _, path in sorted(found)]


def answers(folder: Path) -> list[Path]:
    """Return those of the sealed files that hold an answer. Raises VaultError."""
    return [path for path in pending(folder) if not path.name.startswith(ASKED)]


def running(path: Path) -> bool:
    """True if a process is writing to this sealed file right now."""
    try:
        opened = Owned(open_existing(path))
    except OSError:
        return False
    with opened as file:
        return not try_lock(file.descriptor)


def refuse_running(folder: Path) -> None:
    """Raise VaultBusyError while an answer is being spoken into this inbox."""
    if any(map(running, pending(folder))):
        raise VaultBusyError("An answer is being spoken right now.", "Let it finish, then try again.")


def _changed_at(path: Path) -> tuple[int, str]:
    try:
        return path.lstat().st_mtime_ns, path.name
    except FileNotFoundError:
        return 0, path.name
