"""`voicecheck transcribe`: sound files to text on stdout. Nothing is kept."""

from __future__ import annotations

import time
from pathlib import Path

import click

from voicecheck.cli.app import App, Recognition, echo_json, json_option, whisper_options
from voicecheck.cli.app.notices import echo
from voicecheck.cli.models.recogniser import load_recogniser, recognition_settings
from voicecheck.cli.terminal.progress import Bar
from voicecheck.clock import say_duration
from voicecheck.contract import transcription_json


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@whisper_options
@json_option
@click.pass_obj
def transcribe(app: App, /, files: tuple[Path, ...], as_json: bool, recognition: Recognition) -> None:
    """Write down sound files; nothing is kept.

    Text goes to stdout, with --json one line of JSON a file. Sound that gave no words is named, not guessed at.
    """
    from voicecheck.speech.audio import in_blocks
    from voicecheck.speech.recognition.recording import transcribe_recording
    from voicecheck.speech.recognition.vad import VoiceDetector
    from voicecheck.speech.sound_file import decode_file, duration_of, is_damaged

    settings = recognition_settings(app, recognition)
    recogniser = load_recogniser(settings, app.paths.models_folder, app.tell)
    detector = VoiceDetector()
    for file in files:
        begun, missing = time.monotonic(), list[float]()
        with Bar(app, file.name, duration_of(file)) as progress:
            transcript, duration_s = transcribe_recording(
                in_blocks(decode_file(file, missing.append)),
                detector,
                recogniser,
                settings.whisper.language,
                progress.done,
                expected=app.phrases.language,
            )
        missing_s = missing[0] if missing else None
        if missing_s is not None:
            app.tell(is_damaged(file.name, missing_s).message)
        if as_json:
            echo_json(transcription_json(str(file), duration_s, transcript, time.monotonic() - begun, missing_s))
            continue
        echo(transcript.text)
        for start_s, end_s in transcript.unheard:
            app.notices.print(app.phrases.show("unheard", start=say_duration(start_s), end=say_duration(end_s)))
        for sound in transcript.sounds:
            start, end = say_duration(sound.start_s), say_duration(sound.end_s)
            app.notices.print(app.phrases.show(f"entry_{sound.kind.value}", start=start, end=end))
