"""Measure how much of the program's own voice the microphone hears, and know later if that still holds."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable

from voicecheck.errors import AudioError
from voicecheck.settings.schema import Loudspeaker as LoudspeakerSettings
from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.speech.devices import Kind, list_devices, place_of
from voicecheck.speech.echo import Coupling, Overheard, Talkover
from voicecheck.speech.microphone import STALLED_AFTER_S, Microphone, RawSound, SourceFailed
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.voice.sound import Sound
from voicecheck.speech.voice.speaker import Loudspeaker
from voicecheck.utterance import BLOCK_S, Played

FADES_S = 0.8  # of listening on, until the room is quiet


def devices_of(loudspeaker: LoudspeakerSettings, microphone: MicrophoneSettings) -> str:
    """Return the names of both as they are now: whoever plugs in headphones has another. Raises AudioError."""
    return f"{_name(loudspeaker.device, 'output')} / {_name(microphone.device, 'input')}"


def _name(wanted: str, kind: Kind) -> str:
    devices = list_devices(kind)
    place = place_of(wanted, [one.name for one in devices]) if wanted else None
    return next((one.name for one in devices if one.default), "") if place is None else devices[place].name


def known_coupling(loudspeaker: LoudspeakerSettings, microphone: MicrophoneSettings) -> Coupling:
    """Return what was measured, with these very devices; else that nothing is known."""
    try:
        same = bool(microphone.coupling_of) and devices_of(loudspeaker, microphone) == microphone.coupling_of
    except AudioError:
        same = False
    return Coupling(microphone.coupling) if same else Coupling.UNKNOWN


def measure_coupling(
    loudspeaker: LoudspeakerSettings, microphone: MicrophoneSettings, sounds: Iterable[Sound]
) -> Coupling:
    """Play a sentence and listen for it, while nobody talks; nothing of it is kept. Raises AudioError."""
    happened: queue.SimpleQueue[RawSound | SourceFailed | Played] = queue.SimpleQueue()
    speaker, source = Loudspeaker(loudspeaker, happened.put), Microphone(microphone)
    talkover = Talkover(VoiceDetector())
    failed: list[AudioError] = []

    def play() -> None:
        try:
            for sound in sounds:
                speaker.play(sound)
        except AudioError as error:
            failed.append(error)

    source.start(happened.put)
    playing = threading.Thread(target=play, name="loudspeaker", daemon=True)
    playing.start()
    talkover.begin()
    heard: list[Overheard] = []
    quiet_s = 0.0
    try:
        while playing.is_alive() or quiet_s < FADES_S:
            match _next(happened):
                case Played() as piece:
                    talkover.played(piece)
                case RawSound() as raw:
                    new = [talkover.hear(block) for block in source.blocks(raw)]
                    heard += new
                    quiet_s = 0.0 if playing.is_alive() else quiet_s + len(new) * BLOCK_S
    finally:
        source.stop()
        playing.join()
    if failed:
        raise failed[0]
    talkover.sort(heard)  # by then the canceller knows the room
    talkover.sort(heard)
    return talkover.coupling


def _next(happened: queue.SimpleQueue[RawSound | SourceFailed | Played]) -> RawSound | Played:
    try:
        found = happened.get(timeout=STALLED_AFTER_S)
    except queue.Empty:
        raise AudioError("The microphone gives no sound.", "Connect it again, then: voicecheck doctor") from None
    if isinstance(found, SourceFailed):
        raise found.error
    return found
