"""Voice memos to entries: find when one was spoken, notice one that was taken in before, transcribe it.

The id of an entry that a file became ends in a hash of the file. So the same file, copied or renamed, is noticed, and
an import that was stopped goes on with the files that are left; and when the entry is deleted, no list of what was once
imported stays behind.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from pathlib import Path

from voicecheck.diary.named_moments import named_moments
from voicecheck.diary.own_names import expected_names
from voicecheck.diary.tagging import tagger_of
from voicecheck.domain import ID_BYTES, Entry, EntryKind, TurnKind, new_id, turn_of
from voicecheck.errors import VoicecheckError
from voicecheck.speech.audio import OpusPages, in_blocks
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, SpeechRecogniser
from voicecheck.speech.recognition.recording import transcribe_recording
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.sound_file import OnMissing, decode_file, tags_of
from voicecheck.speech.sound_parts import SoundSource
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, Label, Page, Samples, Transcript
from voicecheck.vault.inbox.inbox import Recovered
from voicecheck.vault.vault import Vault

ID_TIME = len("0190aaaa-0000-")  # characters of a UUIDv7 that are its time
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before that, a file's date is a clock that was never set
NOON = time(12)
_TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date_recorded", "date")


class Dating(Enum):
    """Source of the moment at which a memo was spoken."""

    TAGS = "tags"
    NAME = "name"
    FILE = "file"
    ENTRY = "entry"
    """that of the entry it hangs on in another journal"""
    IMPORT = "import"
    """nothing told a day that can be: it stands under that of the import"""


@dataclass(frozen=True, slots=True)
class Memo:
    path: SoundSource
    spoken_at: datetime
    dated_by: Dating
    fingerprint: bytes = field(repr=False)
    session: str = ""
    """of the entry that it hangs on; empty for a session of its own"""
    labels: tuple[Label, ...] = ()

    @property
    def entry_id(self) -> str:
        return new_id(self.spoken_at, self.fingerprint)


def look_at(path: Path, now: datetime) -> Memo:
    """Read a memo's tags and times. Raises AudioError if it is no sound, VoicecheckError if it cannot be read."""
    tags = tags_of(path)
    try:
        spoken_at, dated_by = spoken_when(tags, path, now)
        return Memo(path, spoken_at, dated_by, fingerprint_of(path))
    except OSError as error:
        raise VoicecheckError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error


def taken_in(vault: Vault, memo: Memo) -> bool:
    """True if the vault has an entry made from this file, under whatever name and date, or a letter that was one."""
    return _kept(vault, memo.entry_id)


def is_memo(recovered: Recovered) -> bool:
    """True for the sealed sound of a file, which nobody has to decide about: it is written down and kept."""
    return recovered.header.kind is EntryKind.IMPORT


def came_before(vault: Vault, recovered: Recovered) -> bool:
    """True if a sealed file is a memo that the vault has already, or one whose own file was not let go of.

    A memo's file leaves its folder only when the sealed copy is whole: a copy that broke off is made anew.
    """
    unfinished = not recovered.complete and recovered.damage is None
    return is_memo(recovered) and (unfinished or _kept(vault, recovered.header.entry_id))


def _kept(vault: Vault, entry_id: str) -> bool:
    end = entry_id[ID_TIME:]
    return vault.entries.with_end(end) is not None or vault.letters.with_end(end)


def take_in(
    vault: Vault,
    memo: Memo,
    ears: tuple[VoiceDetector, SpeechRecogniser],
    *,
    language: str = ANY_LANGUAGE,
    otherwise: str = "",
    timezone: str = "",
    keep_sound: bool = True,
    progress: Callable[[float], None] = lambda seconds: None,
    on_missing: OnMissing = lambda seconds: None,
) -> Entry:
    """Transcribe the memo and keep it, in one transaction at the end: stopped before that, nothing is kept.

    `otherwise` is its language where nothing tells another. Raises AudioError when the file gives no sound, ModelError,
    VaultError. `progress` is told the seconds that are done, `on_missing` those that a damaged file lacks.
    """
    detector, recogniser = ears
    recording = _Recording(memo.path, keep_sound, on_missing)
    transcript, _ = transcribe_recording(
        recording.blocks(),
        detector,
        recogniser,
        language,
        progress,
        expected=otherwise,
        words=expected_names(vault, otherwise),
    )
    transcript = replace(transcript, language=transcript.language or otherwise)
    entry = _entry(memo, transcript, recording.samples, timezone)
    tags = tagger_of(vault).tag(entry)
    tagged = replace(entry, mentions=tags.mentions)
    return vault.entries.add_longer(tagged, recording.pages, tags.lexicon_version)


def keep_unheard(
    vault: Vault, memo: Memo, *, language: str, timezone: str = "", on_missing: OnMissing = lambda seconds: None
) -> Entry:
    """Keep the memo's sound without writing it down: all of it is marked as unheard. Raises as `take_in` does."""
    recording = _Recording(memo.path, True, on_missing)
    for _ in recording.blocks():
        pass
    transcript = Transcript(unheard=((0.0, recording.samples / SAMPLE_RATE_HZ),), language=language)
    return vault.entries.add(_entry(memo, transcript, recording.samples, timezone), recording.pages)


def _entry(memo: Memo, transcript: Transcript, samples: int, timezone: str) -> Entry:
    turn = turn_of(transcript, TurnKind.ANSWER, end=samples)
    return Entry(
        id=memo.entry_id,
        session=memo.session or new_id(memo.spoken_at),
        kind=EntryKind.IMPORT,
        spoken_at=memo.spoken_at,
        turns=(turn,),
        language=transcript.language,
        timezone=timezone,
        model=transcript.model,
        duration_s=samples / SAMPLE_RATE_HZ,
        labels=memo.labels,
    )


class _Recording:
    """A sound file that is decoded once: blocks for the recogniser, and Opus pages for keeping."""

    def __init__(self, path: SoundSource, keep_sound: bool, on_missing: OnMissing) -> None:
        self._path = path
        self._on_missing = on_missing
        self._encoder = OpusPages() if keep_sound else None
        self.pages: list[Page] = []
        self.samples = 0

    def blocks(self) -> Iterator[AudioBlock]:
        return in_blocks(self._pieces())

    def _pieces(self) -> Iterator[Samples]:
        for piece in decode_file(self._path, self._on_missing):
            self.samples += len(piece)
            if self._encoder is not None:
                self.pages += self._encoder.feed(piece)
            yield piece
        if self._encoder is not None:
            self.pages += self._encoder.flush()


def fingerprint_of(path: SoundSource) -> bytes:
    """Return the hash by which a file is known, whatever its name. Raises OSError."""
    digest = hashlib.blake2b(digest_size=ID_BYTES, person=b"voicecheck memo")
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.digest()


# When it was spoken


def spoken_when(tags: dict[str, str], path: Path, now: datetime) -> tuple[datetime, Dating]:
    """Return a time from the file's tags, else its name, else a mere day from these, else the file's own time.

    A time without a zone is the person's; a mere day is noon of it, unless the file's own time lies on that day. What
    lies before EARLIEST or after tomorrow is none; where no time is left it is now.
    """

    def can_be(at: datetime) -> bool:
        return EARLIEST < at < now + timedelta(1)

    changed = _changed(path)
    found = [(at, dating, exact) for at, dating, exact in _times(tags, path.stem) if can_be(at)]
    for at, dating, exact in found:
        if exact:
            return at, dating
    for at, dating, _ in found:
        return (changed if changed is not None and changed.date() == at.date() else at), dating
    return (min(changed, now), Dating.FILE) if changed is not None and can_be(changed) else (now, Dating.IMPORT)


def _changed(path: Path) -> datetime | None:
    """Return the file's own time; None for one that no calendar has."""
    seconds = path.stat().st_mtime
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds).astimezone()
    return None


def _times(tags: dict[str, str], name: str) -> Iterator[tuple[datetime, Dating, bool]]:
    """Yield every time in the tags and the name, its source, and True if it is more than a day."""
    for told in (*(tags.get(tag, "").strip() for tag in _TAGS), _broadcast(tags)):
        exact = len(told) > len("2026-10-12")
        with suppress(ValueError, OverflowError):  # missing, only a year, or a year that no clock has
            yield _local(datetime.fromisoformat(told), exact), Dating.TAGS, exact
    for at, exact in named_moments(name):
        with suppress(ValueError, OverflowError):  # a year that no clock has
            yield _local(at, exact), Dating.NAME, exact


def _broadcast(tags: dict[str, str]) -> str:
    """Return the moment of a `bext` chunk, as field recorders write it (EBU Tech 3285); its signs may be any.

    The decoder calls its day "date" and its time "creation_time".
    """
    day, clock = (tags.get(tag, "").strip() for tag in ("date", "creation_time"))
    if not re.fullmatch(r"\d\d\D\d\d\D\d\d", clock):
        return ""
    return f"{re.sub('[^0-9]', '-', day)} {re.sub('[^0-9]', ':', clock)}".strip()


def _local(at: datetime, exact: bool) -> datetime:
    return (at if exact else datetime.combine(at.date(), NOON)).astimezone()
