"""Answers that an evening left unfinished: killed, out of power, or without a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voicecheck.domain import SAMPLE_RATE_HZ, Entry, Turn, TurnKind
from voicecheck.feelings.mentions import find_mentions
from voicecheck.speech.audio import Blocks, decode_pages
from voicecheck.speech.listener import transcribe_blocks
from voicecheck.speech.transcriber import Transcriber
from voicecheck.speech.vad import VoiceDetector
from voicecheck.vault.inbox import Recovered
from voicecheck.vault.recordings import KeepAudio
from voicecheck.vault.vault import Vault


def recover(
    recovered: Recovered,
    vault: Vault,
    transcriber: Transcriber,
    keep_audio: KeepAudio,
    progress: Callable[[float], None] = lambda seconds: None,
) -> Entry:
    """Write down the sound of a sealed answer and keep it as a normal entry; its sealed file is then destroyed.

    A typed answer, or one whose words were sealed before the end, keeps them.
    Raises AudioError, ModelError, VaultError; the sealed file then stays.
    """
    entry = recovered.entry if recovered.entry is not None else _written_down(recovered, transcriber, progress)
    if not entry.mentions:
        entry = replace(entry, mentions=find_mentions(entry.text, entry.language))
    return vault.keep(recovered, entry, keep_audio)


def _written_down(recovered: Recovered, transcriber: Transcriber, progress: Callable[[float], None]) -> Entry:
    header = recovered.header
    sound = decode_pages(recovered.pages)
    blocks = Blocks()
    transcript, duration_s = transcribe_blocks(
        [*blocks.feed(sound), *blocks.flush()], VoiceDetector(), transcriber, header.language, progress
    )
    turn = Turn(
        kind=TurnKind.ANSWER,
        text=transcript.text,
        segments=transcript.segments,
        speaker=header.speaker,
        end=round(duration_s * SAMPLE_RATE_HZ),
        unheard=transcript.unheard,
    )
    return Entry(
        id=header.entry_id,
        session=header.session,
        kind=header.kind,
        spoken_at=header.spoken_at,
        turns=(turn,),
        prompt=header.prompt,
        speaker=header.speaker,
        language=transcript.language,
        timezone=header.timezone,
        model=transcript.model,
        duration_s=duration_s,
        has_audio=bool(recovered.pages),
    )
