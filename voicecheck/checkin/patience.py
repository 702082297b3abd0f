"""Listening of a sitting, from the settings: patience, longest answer, and the microphone to fall back on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from voicecheck.errors import AudioError
from voicecheck.settings.schema import Microphone as MicrophoneSettings

if TYPE_CHECKING:
    from voicecheck.settings.schema import Listening
    from voicecheck.speech.microphone import Source
    from voicecheck.speech.recognition.waits import Patience, Waits


def default_microphone() -> Source | None:
    """Return the system's own microphone, for when the chosen one has gone; None if it cannot be opened."""
    from voicecheck.speech.microphone import Microphone

    try:
        microphone = Microphone(MicrophoneSettings())
        microphone.try_out()
    except AudioError:
        return None
    return microphone


def refuse_too_long(path: Path, longest_s: float) -> None:
    """Raise AudioError for a file that says it is longer than an answer may be."""
    from voicecheck.speech.sound_file import duration_of

    length_s = duration_of(path)
    if length_s is not None and length_s > longest_s:
        length, longest = timedelta(seconds=round(length_s)), timedelta(seconds=round(longest_s))
        raise AudioError(
            f"{path.name} is {length} long, and an answer has {longest} at most.",
            f"For its text alone: voicecheck transcribe {path.name}",
        )


def patience(listening: Listening) -> Patience:
    from voicecheck.speech.recognition.waits import Patience

    return Patience(
        short_s=listening.patience_s,
        long_s=max(listening.patience_s, listening.patience_long_s),
        depth_s=listening.patience_depth_s,
        longest_answer_s=listening.longest_answer_s,
        waits=_waits(listening),
    )


def _waits(listening: Listening) -> Waits | None:
    """Return the table of waits; None where silence alone is to tell. Who asks for more patience is never hurried."""
    from voicecheck.settings.schema import Listening as Group
    from voicecheck.speech.recognition.waits import Waits

    if listening.ends_by == "silence":
        return None
    usual = Group()
    patient = listening.patience_s > usual.patience_s or listening.patience_long_s > usual.patience_long_s
    return Waits(brief_s=0.0) if patient else Waits()


def journal_patience(listening: Listening) -> Patience:
    """Return the patience for free journaling: the silence that ends it is the journal's own setting."""
    from voicecheck.speech.recognition.waits import Patience

    return Patience(
        short_s=listening.journal_patience_s,
        long_s=listening.journal_patience_s,
        longest_answer_s=listening.longest_journal_s,
    )
