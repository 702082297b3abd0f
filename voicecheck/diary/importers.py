"""Import entries from JSON that `entry export` wrote. An entry that cannot be kept is left out and told by number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

import msgspec

from voicecheck.diary.export import SCHEMA
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

BATCH = 50
"""entries in one transaction: stop between two, and the next import goes on there"""
FROM_EXPORT = "Give a file that `voicecheck entry export --format json` wrote."
NOT_KEPT = "it is nothing that a vault can keep"
_FAMILY = SCHEMA.partition("/")[0]

Part: TypeAlias = Literal["entry", "letter", "word", "name", "topic", "question"]
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
    entries: list[msgspec.Raw]
    words: list[msgspec.Raw] = []
    names: list[msgspec.Raw] = []
    topics: list[msgspec.Raw] = []
    asked: list[msgspec.Raw] = []
    letters: list[msgspec.Raw] = []


def read_export(path: Path) -> ExportFile:
    """Read an export. Raises UsageError if it is none, or of a later version; no message repeats its content."""
    try:
        return parse_export(path.read_bytes(), str(path))
    except OSError as error:
        raise VoicecheckError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error


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
    remaining = run.decoded("entry", file.entries, Archived)
    done = 0
    while batch := tuple(islice(remaining, BATCH)):
        run.keep("entry", batch, run.restore_entries)
        done = batch[-1][0]
        progress(done, len(file.entries))
    run.keep("letter", tuple(run.decoded("letter", file.letters, Sealed)), run.restore_letters)
    run.keep("question", tuple(run.decoded("question", file.asked, Step)), vault.steps.restore)
    words = run.keep_words(run.decoded("word", file.words, PrivateWord))
    names = run.keep_names(run.decoded("name", file.names, OwnName))
    topics = run.keep_topics(run.decoded("topic", file.topics, Topic))
    count = run.outcomes.count
    entries = (count(Restored.NEW), count(Restored.SAME), count(Restored.OTHER))
    return Imported(*entries, words, names, topics, tuple(run.bad))


@dataclass
class _Run:
    """Import of one file into the vault."""

    vault: Vault
    sound: bool
    outcomes: list[Restored] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)

    def decoded(self, part: Part, raws: Sequence[msgspec.Raw], kind: type[T]) -> Iterator[tuple[int, T]]:
        """Yield each decoded part with its number."""
        for number, raw in enumerate(raws, start=1):
            try:
                yield number, msgspec.json.decode(raw, type=kind)
            except (ValueError, RecursionError) as error:
                self.bad.append(Bad(part, number, f"it is damaged{_at(error)}"))

    def keep(self, part: Part, batch: Sequence[tuple[int, T]], restore: Callable[[list[T]], object]) -> None:
        """Keep all in one transaction; if one cannot be kept, each in its own, so that only that one is lost."""
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
