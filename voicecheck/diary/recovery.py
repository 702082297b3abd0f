"""Answers that an evening left unfinished: killed, out of power, or without a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from voicecheck.clock import local_date
from voicecheck.diary.memos import came_before, is_memo
from voicecheck.diary.own_names import expected_names
from voicecheck.diary.tagging import tagger_of
from voicecheck.domain import Entry, TurnKind, turn_of
from voicecheck.errors import AudioError
from voicecheck.phrases import Phrases
from voicecheck.speech.audio import decode_pages, in_blocks
from voicecheck.speech.recognition.expected import ExpectedWords
from voicecheck.speech.recognition.own_words import without_own
from voicecheck.speech.recognition.recogniser import SpeechRecogniser
from voicecheck.speech.recognition.recording import transcribe_recording
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.utterance import SAMPLE_RATE_HZ
from voicecheck.vault.inbox.inbox import Recovered
from voicecheck.vault.store.recordings import KeepAudio
from voicecheck.vault.vault import Vault

LATE_SOUND_S = 1.0
"""sound beyond the words that were sealed with it: the person went on speaking"""


def describe(recovered: Recovered, now: datetime, phrases: Phrases) -> str:
    """Describe an unfinished answer without a word of it: "an answer from 21:34, 2 min 10 s"; `now` is aware, local."""
    at = recovered.header.spoken_at
    same_day = local_date(at) == local_date(now.astimezone(at.tzinfo))
    when = f"{at:%H:%M}" if same_day else f"{phrases.say_date('day_of_this_year', at)}, {at:%H:%M}"
    if not recovered.pages:
        return phrases.show("found_typed", when=when)
    minutes, seconds = divmod(round(recovered.samples / SAMPLE_RATE_HZ), 60)
    length = phrases.show("found_length_minutes" if minutes else "found_length", minutes=minutes, seconds=seconds)
    return phrases.show("found_spoken", when=when, length=length)


def needs_writing_down(recovered: Recovered) -> bool:
    """True if there is sound whose words were not sealed with it. Where a sentence was taken back there is a gap."""
    covered_s = 0.0 if recovered.entry is None else recovered.entry.duration_s
    return recovered.end / SAMPLE_RATE_HZ > covered_s + (0.0 if recovered.entry is None else LATE_SOUND_S)


def recover(
    recovered: Recovered,
    vault: Vault,
    recogniser: SpeechRecogniser | None,
    keep_audio: KeepAudio,
    progress: Callable[[float], None] = lambda seconds: None,
    *,
    otherwise: str = "",
) -> Entry | None:
    """Write down the sound of a sealed answer and keep it as a normal entry; its sealed file is then destroyed.

    A typed answer, or one whose words were sealed before the end, keeps them, and needs no recogniser. None where
    there was neither voice nor word, or where a memo came before: then nothing is kept. `otherwise` is its language
    where nothing tells another.
    Raises AudioError, ModelError, VaultError; the sealed file then stays.
    """
    if came_before(vault, recovered):
        vault.drop(recovered)
        return None
    entry = recovered.entry
    if entry is None or needs_writing_down(recovered):
        assert recogniser is not None, "sound without words is written down"
        words = expected_names(vault, otherwise)
        entry = _written_down(recovered, recogniser, otherwise, progress, words)
        entry = replace(entry, language=entry.language or otherwise)
    silent = not entry.text and not any(turn.unheard or turn.sounds for turn in entry.turns)
    if recovered.damage is None and silent and not is_memo(recovered):  # of a memo there is no other copy
        vault.drop(recovered)
        return None
    tags = tagger_of(vault).tag(entry)
    return vault.keep(recovered, replace(entry, mentions=tags.mentions), keep_audio, tags.lexicon_version)


def _written_down(
    recovered: Recovered,
    recogniser: SpeechRecogniser,
    otherwise: str,
    progress: Callable[[float], None],
    words: ExpectedWords,
) -> Entry:
    header = recovered.header
    try:
        sound = decode_pages(recovered.pages)
    except (ValueError, MemoryError) as error:  # a stranger can seal what is no sound, or too much of it
        raise AudioError("The sound of that answer cannot be read.", "See: voicecheck vault verify") from error
    transcript, duration_s = transcribe_recording(
        in_blocks([sound]), VoiceDetector(), recogniser, header.language, progress, expected=otherwise, words=words
    )
    begin = recovered.pages[0].start
    transcript = replace(transcript, segments=without_own(transcript.segments, begin, recovered.own))
    turn = turn_of(transcript, TurnKind.ANSWER, header.speaker, begin, begin + round(duration_s * SAMPLE_RATE_HZ))
    return header.entry(
        (turn,),
        language=transcript.language,
        model=transcript.model,
        duration_s=duration_s,
        has_audio=bool(recovered.pages),
    )
