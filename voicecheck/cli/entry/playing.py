"""`voicecheck entry play`: hear an entry again, and see each word as it is spoken."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from voicecheck.cli.app import App, key_file_option
from voicecheck.cli.terminal.reading import resolve
from voicecheck.cli.vault.unlocking import open_for_reading
from voicecheck.domain import Entry
from voicecheck.errors import AudioError, NotFoundError
from voicecheck.text.untrusted import printable
from voicecheck.utterance import SAMPLE_RATE_HZ, Samples, Word

if TYPE_CHECKING:
    from rich.console import Console

    from voicecheck.phrases import Phrases

LOOKS_PER_S = 20
LIT_AFTER_S = 0.15  # a word stays lit for a moment, so that nothing flickers between two
Placed = Sequence[tuple[int, int, Word]]
"""offsets into the text, and the word that was heard there, in the order of the sound"""


@click.command()
@click.argument("identifier", metavar="ID")
@key_file_option
@click.pass_obj
def play(app: App, identifier: str, key_file: Path | None) -> None:
    """Hear an entry again, and follow its words; ID is the beginning of its id, or `last`.

    Any key stops. Words that you changed since are not lit: their sound is another.
    """
    from voicecheck.speech.audio import decode_pages

    with open_for_reading(app, key_file) as vault:
        found = vault.entries.get(resolve(vault, identifier))
        pages = vault.recordings.pages(found.id)
    if not pages:
        raise NotFoundError(
            "No sound of this entry is kept.",
            "Sound goes once an entry is reviewed, or after seven days; keep_audio in the settings says so.",
        )
    playing = _Playing(app, decode_pages(pages), pages[0].start / SAMPLE_RATE_HZ)
    try:
        if app.interactive and app.output.is_terminal:
            _follow(app, found, playing)
        playing.wait()
    finally:
        playing.stop()


class _Playing:
    """Playback of an entry, on a thread of its own."""

    def __init__(self, app: App, samples: Samples, starts_s: float) -> None:
        from voicecheck.speech.voice.speaker import Loudspeaker

        self.at_s = starts_s
        """position in the entry's recording"""
        self._loudspeaker = Loudspeaker(app.settings.loudspeaker)
        self._samples, self._starts_s = samples, starts_s
        self._stop = threading.Event()
        self._error: AudioError | None = None
        self._thread = threading.Thread(target=self._run, name="playing", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def silence(self) -> None:
        self._stop.set()

    def stop(self) -> None:
        """Stop the sound and release the loudspeaker."""
        self._stop.set()
        self._thread.join()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the sound is over, or for so long. Raises AudioError when the loudspeaker failed."""
        self._thread.join(seconds)
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        from voicecheck.speech.voice.sound import Sound

        try:
            self._loudspeaker.play(Sound(self._samples, SAMPLE_RATE_HZ), self._stop, self._heard)
        except AudioError as error:
            self._error = error

    def _heard(self, seconds: float) -> None:
        self.at_s = self._starts_s + seconds


def _follow(app: App, found: Entry, playing: _Playing) -> None:
    """Show the words on the alternate screen, the spoken one lit, until the end or a key."""
    from rich.live import Live

    from voicecheck.cli.terminal.keyboard import keys
    from voicecheck.vault.store.word_times import place_words

    placed = place_words(found.text, found.segments)
    text = printable(found.text)
    with Live(console=app.output, screen=True, auto_refresh=False) as live, keys(lambda key: playing.silence()):
        while not playing.over:
            live.update(page(app.output, app.phrases, text, span_at(placed, playing.at_s)), refresh=True)
            playing.wait(1 / LOOKS_PER_S)


def span_at(placed: Placed, at_s: float) -> tuple[int, int] | None:
    """Return the offsets of the word that is spoken at `at_s`, or was a moment ago."""
    index = bisect_right(placed, at_s, key=lambda one: one[2].start_s) - 1
    if index < 0 or at_s > placed[index][2].end_s + LIT_AFTER_S:
        return None
    start, end, _ = placed[index]
    return start, end


def page(console: Console, phrases: Phrases, text: str, span: tuple[int, int] | None) -> Text:
    """Return as much of the text as the screen holds, with the spoken word lit and in sight."""
    whole = Text(text or phrases.tell("entry_no_words"))
    if span is not None:
        whole.stylize("reverse bold", *span)
    lines = whole.wrap(console, console.width)
    room = max(1, console.height - 2)
    lit = next((number for number, line in enumerate(lines) if line.spans), 0)
    first = lit // room * room  # a page turns when its last line was spoken
    shown = Text("\n").join(lines[first : first + room])
    return Text.assemble(shown, "\n\n", (phrases.write("play_stop"), "dim"))
