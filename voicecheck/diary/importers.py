"""Import entries from JSON that `entry export` wrote. An entry that cannot be kept is left out and told by number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from voicecheck.diary.export import ENTRIES, SCHEMA
from voicecheck.diary.own_names import clean_name
from voicecheck.diary.topics import MOST_TOPICS, clean_topic
from voicecheck.domain import PrivateWord
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.feelings.lexicon import clean_word
from voicecheck.text.untrusted import BOM
from voicecheck.utterance import OwnName, Topic
from voicecheck.vault.store.archive import Archived, Restored
from voicecheck.vault.store.connection import UnfitValueError
from voicecheck.vault.store.letters import Sealed
from voicecheck.vault.store.steps import Step
from voicecheck.vault.vault import Vault

BATCH, BATCH_BYTES = 500, 4 << 20
"""entries in one transaction, and with sound fewer: stop between two, and the next import goes on there"""
FROM_EXPORT = "Give a file that `voicecheck entry export --format json` wrote."
NOT_KEPT = "it is nothing that a vault can keep"
_FAMILY = SCHEMA.partition("/")[0]

Part: TypeAlias = Literal["entry", "letter", "word", "name", "topic", "question"]
Numbered: TypeAlias = tuple[int, msgspec.Raw]
"""a part of the file that is not decoded yet, with its number from 1"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bad:
    """One part of an export that was not taken in."""

    part: Part
    number: int
    """from 1, in the order of the file"""
    reason: str
    """place of the fault, or its kind; never a word of what stands there"""


@dataclass(frozen=True, slots=True)
class Imported:
    """Result of an import of JSON."""

    new: int = 0
    same: int = 0
    """they were there already"""
    other: int = 0
    """they were there already and differ: what the vault has stays"""
    words: int = 0
    """feeling words of one's own that were not known"""
    names: int = 0
    """the same of names"""
    topics: int = 0
    """the same of people, places and doings"""
    bad: tuple[Bad, ...] = ()


class ExportFile(msgspec.Struct, frozen=True):
    schema: str
    entries: Sequence[msgspec.Raw]
    words: list[msgspec.Raw] = []
    names: list[msgspec.Raw] = []
    topics: list[msgspec.Raw] = []
    asked: list[msgspec.Raw] = []
    letters: list[msgspec.Raw] = []


class EntryLines(Sequence[msgspec.Raw]):
    """Entries of a file that has each on its own line; read when they are asked for, one after the other."""

    def __init__(self, path: Path, spans: Sequence[tuple[int, int]]) -> None:
        self._path = path
        self._spans = spans
        """place and length of each, in bytes"""

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, place: Any) -> Any:
        at, length = self._spans[place]
        with self._path.open("rb") as file:
            file.seek(at)
            return msgspec.Raw(file.read(length))

    def __iter__(self) -> Iterator[msgspec.Raw]:
        with self._path.open("rb") as file:
            for at, length in self._spans:
                file.seek(at)
                yield msgspec.Raw(file.read(length))


def read_export(path: Path) -> ExportFile:
    """Read an export. Raises UsageError if it is none, or of a later version; no message repeats its content.

    One that is laid out as we write it is read line by line; of any other all is in memory.
    """
    try:
        return _read_lines(path) or parse_export(path.read_bytes(), str(path))
    except OSError as error:
        raise VoicecheckError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error


def _read_lines(path: Path) -> ExportFile | None:
    """Return an export with an entry a line; None where it is laid out otherwise, or damaged."""
    with path.open("rb") as file:
        head, spans = file.readline(), list[tuple[int, int]]()
        if not head.endswith(ENTRIES + b"\n"):
            return None
        at, line = len(head), file.readline()
        while line.startswith(b"{"):
            plain = line.rstrip(b",\n")
            try:
                msgspec.json.decode(plain, type=msgspec.Raw)
            except (ValueError, RecursionError):
                return None
            spans.append((at, len(plain)))
            at, line, before = at + len(line), file.readline(), line
            if line.startswith(b"{") != before.endswith(b",\n"):
                return None
        if not line.startswith(b"]"):
            return None
        rest = parse_export(head + line + file.read(), str(path))
    return msgspec.structs.replace(rest, entries=EntryLines(path, spans))


def parse_export(content: bytes, name: str) -> ExportFile:
    """Parse an export as `read_export` does; errors name it `name`."""
    try:
        file = msgspec.json.decode(content.removeprefix(BOM), type=ExportFile)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is no export of VoiceCheck, or it is damaged{_at(error)}.", FROM_EXPORT) from error
    family, _, version = file.schema.partition("/")
    if family != _FAMILY:
        raise UsageError(f"{name} is no export of VoiceCheck, or it is damaged.", FROM_EXPORT)
    if file.schema != SCHEMA:
        raise UsageError(f"{name} was written by another VoiceCheck, with export format {_digits(version)}.",
                         "Update VoiceCheck, then try again.")  # fmt: skip
    return file


def import_json(
    vault: Vault,
    file: ExportFile,
    *,
    sound: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Imported:
    """Take in every entry of an export that is not there already. Interrupted, it goes on where it stopped.

    `progress` is told how many of how many are done. Raises VaultError, though not for a part that cannot be kept.
    """
    run = _Run(vault, sound)
    for batch in _batches(file.entries):
        run.keep("entry", tuple(run.decoded("entry", batch, Archived)), run.restore_entries)
        progress(batch[-1][0], len(file.entries))
    run.keep("letter", tuple(run.decoded("letter", _numbered(file.letters), Sealed)), run.restore_letters)
    for batch in _batches(file.asked):
        run.keep("question", tuple(run.decoded("question", batch, Step)), vault.steps.restore)
    words = run.keep_words(run.decoded("word", _numbered(file.words), PrivateWord))
    names = run.keep_names(run.decoded("name", _numbered(file.names), OwnName))
    topics = run.keep_topics(run.decoded("topic", _numbered(file.topics), Topic))
    count = run.outcomes.count
    entries = (count(Restored.NEW), count(Restored.SAME), count(Restored.OTHER))
    return Imported(*entries, words, names, topics, tuple(run.bad))


def _numbered(raws: Iterable[msgspec.Raw]) -> Iterator[Numbered]:
    return enumerate(raws, start=1)


def _batches(raws: Iterable[msgspec.Raw]) -> Iterator[tuple[Numbered, ...]]:
    """Yield parts with their numbers, as many at a time as one transaction keeps."""
    batch, size = list[Numbered](), 0
    for number, raw in _numbered(raws):
        batch.append((number, raw))
        size += len(memoryview(raw))
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


@dataclass
class _Run:
    """Import of one file into the vault."""

    vault: Vault
    sound: bool
    outcomes: list[Restored] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)

    def decoded(self, part: Part, raws: Iterable[Numbered], kind: type[T]) -> Iterator[tuple[int, T]]:
        """Yield each decoded part with its number."""
        for number, raw in raws:
            try:
                yield number, msgspec.json.decode(raw, type=kind)
            except (ValueError, RecursionError) as error:
                self.bad.append(Bad(part, number, f"it is damaged{_at(error)}"))

    def keep(self, part: Part, batch: Sequence[tuple[int, T]], restore: Callable[[list[T]], object]) -> None:
        """Keep all in one transaction; if one cannot be kept, each in its own, so that only that one is lost."""
        if not batch:
            return
        try:
            restore([one for _, one in batch])
        except UnfitValueError:
            if len(batch) == 1:
                self.bad.append(Bad(part, batch[0][0], NOT_KEPT))
                return
            for one in batch:
                self.keep(part, (one,), restore)

    def restore_entries(self, entries: list[Archived]) -> None:
        self.outcomes += self.vault.archive.restore(entries, sound=self.sound)

    def restore_letters(self, letters: list[Sealed]) -> None:
        self.outcomes += self.vault.letters.restore(letters, sound=self.sound)

    def keep_words(self, words: Iterator[tuple[int, PrivateWord]]) -> int:
        """Keep feeling words of the person's own. Return the number that were new."""
        known, count = {word.word for word in self.vault.words.list()}, 0
        for number, word in words:
            try:
                word = replace(word, word=clean_word(word.word))
                if word.word not in known:
                    self.vault.words.add(word)
                    known.add(word.word)
                    count += 1
            except (UsageError, UnfitValueError):
                self.bad.append(Bad("word", number, NOT_KEPT))
        return count

    def keep_names(self, names: Iterator[tuple[int, OwnName]]) -> int:
        """Keep names of the person's own. Return the number that were new."""
        known, kept = len(self.vault.names.list()), list[OwnName]()
        for number, one in names:
            try:
                kept.append(OwnName(clean_name(one.name), tuple(map(clean_name, one.heard))))
            except UsageError:
                self.bad.append(Bad("name", number, NOT_KEPT))
        self.vault.names.add(*kept)
        return len(self.vault.names.list()) - known

    def keep_topics(self, topics: Iterator[tuple[int, Topic]]) -> int:
        """Keep people, places and doings that are not there yet. Return the number that were new."""
        known, kept = {one.name for one in self.vault.topics.list()}, dict[str, Topic]()
        for number, one in topics:
            try:
                topic = clean_topic(one)
            except UsageError:
                self.bad.append(Bad("topic", number, NOT_KEPT))
                continue
            if topic.name not in known:
                kept[topic.name] = topic
        room = max(MOST_TOPICS - len(known), 0)
        self.vault.topics.add(*list(kept.values())[:room])
        return min(len(kept), room)


def _at(error: BaseException) -> str:
    """Return the place of a fault, and not msgspec's sentence, which may quote what stands there."""
    place = re.search(r"at `(\$[\w.\[\]]*)`", str(error))
    return f" ({place[1]})" if place else ""


def _digits(version: str) -> str:
    return version if version.isdecimal() and len(version) < 6 else "of an unknown number"
