"""Sounds of another journal: each becomes an entry of its own beside the words on which it hangs, as a voice memo does.

The words there were typed, and a sentence that is taken back takes the sound of itself along: so the two do not share
an entry. They share the sitting, the day and the journal. A sound that came before is known by its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from voicecheck.diary.coming.foreign import Fault, Foreign, Sound
from voicecheck.diary.memos import ID_TIME, Dating, Memo, fingerprint_of, keep_unheard, take_in, taken_in
from voicecheck.errors import AudioError, VoicecheckError
from voicecheck.settings.schema import Settings
from voicecheck.speech.recognition import vad
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE, SpeechRecogniser
from voicecheck.utterance import LabelKind
from voicecheck.vault.store.connection import UnfitValueError
from voicecheck.vault.vault import Vault

MISSING = "its sound {name} is not in the export"
UNREADABLE = "its sound {name} is too large, or cannot be read"
NO_SOUND = "its sound {name} is damaged, or of no kind that can be read"
PART_MISSING = "some of its sound {name} could not be read; the rest is kept"


@dataclass
class Sounds:
    """Way in for the sounds of one export."""

    load: Callable[[], SpeechRecogniser] | None = field(default=None, repr=False)
    """gives the recogniser once it is needed; None keeps sounds without writing them down"""
    keep_sound: bool = True
    language: str = "en"
    """of the journal: that of a sound that tells no other"""
    spoken: str = ANY_LANGUAGE
    progress: Callable[[float], None] = field(default=lambda seconds: None, repr=False)
    """is told the seconds that are done of the sound that is written down"""
    _seen: set[bytes] = field(default_factory=set, repr=False)

    @cached_property
    def _ears(self) -> tuple[vad.VoiceDetector, SpeechRecogniser] | None:
        return (vad.VoiceDetector(), self.load()) if self.load is not None else None

    def look(self, foreign: Foreign, vault: Vault | None) -> Iterator[Memo | Fault | None]:
        """Yield each sound as a memo, or why it cannot come, or None for one that is there already."""
        for sound in foreign.sounds:
            try:
                memo = _memo(sound, foreign)
            except (VoicecheckError, OSError):
                yield _fault(UNREADABLE, sound.name, foreign)
                continue
            if memo is None:
                yield _fault(MISSING, sound.name, foreign)
            elif memo.fingerprint in self._seen or (vault is not None and self._is_done(vault, memo)):
                yield None
            else:
                self._seen.add(memo.fingerprint)
                yield memo

    def _is_done(self, vault: Vault, memo: Memo) -> bool:
        """True if the sound came before, and has its words if they are wanted now."""
        kept = vault.entries.with_end(memo.entry_id[ID_TIME:])
        if kept is None or self.load is None:
            return taken_in(vault, memo)
        entry = vault.entries.get(kept)
        return bool(entry.text) or not entry.has_audio or entry.model is not None

    def keep(self, vault: Vault, memo: Memo, foreign: Foreign) -> tuple[bool, Fault | None]:
        """Keep a sound, in one transaction. Return if it is kept, and what is wrong with it. Raises VaultError."""
        missing: list[float] = []
        zone = foreign.moment.zone
        try:
            if self._ears is None:
                keep_unheard(vault, memo, language=self.language, timezone=zone, on_missing=missing.append)
            else:
                take_in(
                    vault,
                    memo,
                    self._ears,
                    language=self.spoken,
                    otherwise=self.language,
                    timezone=zone,
                    keep_sound=self.keep_sound,
                    progress=self.progress,
                    on_missing=missing.append,
                )
        except (AudioError, UnfitValueError):
            return False, _fault(NO_SOUND, memo.path.name, foreign)
        return True, _fault(PART_MISSING, memo.path.name, foreign) if missing else None


def wanted_sounds(
    settings: Settings,
    language: str,
    load: Callable[[], SpeechRecogniser],
    *,
    transcribe: bool,
    progress: Callable[[float], None] = lambda seconds: None,
) -> Sounds | None:
    """Return the way in for sounds that the person wants; None leaves them out.

    What is not written down comes only where sound is kept always: else nothing of it would be left after a week.
    """
    keep = settings.vault.keep_audio
    if not transcribe:
        return Sounds(language=language) if keep == "always" else None
    return Sounds(load, keep != "never", language, settings.whisper.language, progress)


def _memo(sound: Sound, foreign: Foreign) -> Memo | None:
    """Return the sound as a memo of the day of its entry; None for one that is missing."""
    if sound.read is None:
        return None
    file = sound.read()
    journal = tuple(label for label in foreign.labels if label.kind is LabelKind.JOURNAL)
    return Memo(file, foreign.moment.at, Dating.ENTRY, fingerprint_of(file), labels=journal)


def _fault(reason: str, name: str, foreign: Foreign) -> Fault:
    return Fault(foreign.number, foreign.place, reason.format(name=name))
