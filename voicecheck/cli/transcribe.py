"""`voicecheck transcribe`: sound files to text on stdout. Nothing is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, echo_json, json_option, whisper_options
from voicecheck.cli.whisper import load_transcriber, whisper_settings
from voicecheck.contract import transcription_json

if TYPE_CHECKING:
    from voicecheck.domain import AudioBlock


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@whisper_options
@json_option
@click.pass_obj
def transcribe(app: App, /, files: tuple[Path, ...], as_json: bool, **options: Any) -> None:
    """Write down sound files; nothing is kept.

    Text goes to stdout, with --json one line of JSON a file. Sound that gave no words is named, not guessed at.
    """
    from voicecheck.speech.audio import duration_of
    from voicecheck.speech.listener import transcribe_blocks
    from voicecheck.speech.vad import VoiceDetector

    whisper = whisper_settings(app, options)
    transcriber = load_transcriber(whisper, app.paths.models_folder, app.tell)
    detector = VoiceDetector()
    for file in files:
        begun = time.monotonic()
        with _Progress(app, file.name, duration_of(file)) as progress:
            transcript, duration_s = transcribe_blocks(
                _blocks(file), detector, transcriber, whisper.language, progress.done
            )
        if as_json:
            echo_json(transcription_json(str(file), duration_s, transcript, time.monotonic() - begun))
            continue
        click.echo(transcript.text)
        for start_s, end_s in transcript.unheard:
            app.notices.print(app.phrases.show("unheard", start=_clock(start_s), end=_clock(end_s)))


def _blocks(file: Path) -> Iterator[AudioBlock]:
    from voicecheck.speech.audio import Blocks, decode_file

    cut = Blocks()
    for piece in decode_file(file):
        yield from cut.feed(piece)
    yield from cut.flush()


class _Progress:
    """A bar on the terminal; nothing where nobody looks."""

    def __init__(self, app: App, name: str, duration_s: float | None) -> None:
        from rich.markup import escape
        from rich.progress import Progress

        self._progress = Progress(console=app.notices, transient=True, disable=not app.interactive)
        self._task = self._progress.add_task(escape(name), total=duration_s)

    def done(self, seconds: float) -> None:
        self._progress.update(self._task, completed=seconds)

    def __enter__(self) -> _Progress:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
