"""`voicecheck import`: entries from files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicecheck.cli.app import App, Recognition, echo_json, json_option, key_file_option, whisper_options
from voicecheck.cli.entry.coming import COMMANDS, GO_ON
from voicecheck.cli.entry.watching import look, watch
from voicecheck.cli.models.recogniser import load_recogniser, recognition_settings
from voicecheck.cli.terminal.piped import STDIN, STDIN_NAME, stdin_bytes
from voicecheck.cli.terminal.progress import Bar
from voicecheck.cli.vault.unlocking import open_vault
from voicecheck.clock import zone_name
from voicecheck.domain import Entry
from voicecheck.errors import AudioError, ExitCode, VoicecheckError

if TYPE_CHECKING:
    from voicecheck.diary.memos import Memo
    from voicecheck.settings.schema import Settings
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser
    from voicecheck.speech.recognition.vad import VoiceDetector
    from voicecheck.speech.sound_parts import SoundSource
    from voicecheck.vault.vault import Vault

MOST_TOLD = 20
"""parts that are not taken in, each by a line of its own"""
COUNTED = ("new", "same", "other", "words", "names", "topics")
DATED = {
    "file": "Of these, {} said no day, and got that of the file.",
    "import": "Of these, {} told no day that can be, as of a clock that was never set, and stand under today.",
}
"""by what told the day of a memo"""


@click.group("import")
def import_() -> None:
    """Take in entries: an export, voice memos, or another journal."""


for _command in (*COMMANDS, watch, look):
    import_.add_command(_command)


@import_.command("json")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@key_file_option
@json_option
@click.pass_obj
def import_json(app: App, files: tuple[Path, ...], key_file: Path | None, as_json: bool) -> int:
    """Take in what `entry export` wrote as JSON; - is standard input.

    An entry that is there already stays as it is, so the same file can be taken in again, also after an interruption.
    Sound comes along where the file has it and keep_audio allows it. A part that cannot be kept is told by its number,
    and the rest goes on.
    """
    run = _JsonImport(app)
    with open_vault(app, key_file) as vault:
        try:
            for file in files:
                run.take_in(vault, file)
        except KeyboardInterrupt:
            app.tell(GO_ON)
            raise
        finally:
            run.report(as_json)
    return ExitCode.USAGE if run.failed else ExitCode.DONE


@dataclass
class _JsonImport:
    """One run of `import audio` over many files."""

    app: App
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[dict[str, Any]] = field(default_factory=list)
    """parts that were not taken in: a file, or a part of one by its number"""

    def take_in(self, vault: Vault, file: Path) -> None:
        """Take in one file after the other; one that is no export is named, and the next is taken."""
        from voicecheck.diary.importers import import_json, parse_export, read_export

        try:
            export = parse_export(stdin_bytes(), STDIN_NAME) if file == STDIN else read_export(file)
        except VoicecheckError as error:
            self.failed.append({"file": str(file), "error": error.told})
            return
        sound = self.app.settings.vault.keep_audio != "never"
        with Bar(self.app, file.name, None) as bar:
            found = import_json(vault, export, sound=sound, progress=bar.done)
        for name in COUNTED:
            self.counts[name] += getattr(found, name)
        self.failed += [
            {"file": str(file), "part": bad.part, "number": bad.number, "error": bad.reason} for bad in found.bad
        ]

    def report(self, as_json: bool) -> None:
        counts, tell = self.counts, self.app.tell
        if as_json:
            shape = {name: counts[name] for name in COUNTED}
            echo_json(shape | {"failed": self.failed})
            return
        for one in self.failed[:MOST_TOLD]:
            where = STDIN_NAME if one["file"] == str(STDIN) else one["file"]
            tell(f"{where}, {one['part']} {one['number']}: {one['error']}." if "part" in one else one["error"])
        if len(self.failed) > MOST_TOLD:
            tell(f"And {len(self.failed) - MOST_TOLD} more like these; --json lists them all.")
        parts = sum("part" in one for one in self.failed)
        left_out = f" Could not be taken in: {parts}." if parts else ""
        tell(f"New: {counts['new']}. There already: {counts['same']}.{left_out}")
        if counts["other"]:
            tell(f"There already, and edited since: {counts['other']}. Yours stay as they are.")
        if counts["words"]:
            tell(f"Feeling words of your own: {counts['words']} more.")
        if counts["names"]:
            tell(f"Names of your own: {counts['names']} more.")
        if counts["topics"]:
            tell(f"People, places and doings: {counts['topics']} more.")


@import_.command("audio")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@whisper_options
@key_file_option
@json_option
@click.pass_obj
def import_audio(
    app: App, files: tuple[Path, ...], key_file: Path | None, as_json: bool, recognition: Recognition
) -> int:
    """Write down voice memos, and keep each as an entry: m4a, mp3, ogg, opus, wav, flac.

    The day comes from the file's tags or its name, else from the file itself. Stop it whenever you like: the same
    command goes on with what is left, and nothing is taken in twice. The files themselves stay where they are.
    """
    run = _AudioImport(app, recognition_settings(app, recognition))
    with open_vault(app, key_file) as vault:
        try:
            run.take_in(vault, files)
        except KeyboardInterrupt:
            app.tell(GO_ON)
            raise
        finally:
            run.report(as_json)
    return ExitCode.AUDIO if run.failed else ExitCode.DONE


@dataclass
class _AudioImport:
    """One run of `import audio` over many files."""

    app: App
    settings: Settings
    new: list[Entry] = field(default_factory=list, repr=False)
    same: int = 0
    dated: Counter[str] = field(default_factory=Counter)
    """how many by what told their day"""
    failed: list[tuple[SoundSource, VoicecheckError]] = field(default_factory=list)
    damaged: list[tuple[SoundSource, float]] = field(default_factory=list)
    """taken in as far as they could be read, with the seconds that are missing; 0 where nobody knows"""

    def take_in(self, vault: Vault, files: tuple[Path, ...]) -> None:
        memos = self._look(vault, files)
        if not memos:
            return
        ears, total_s, done_s = self._ears(), sum(length_s for _, length_s in memos), 0.0
        with Bar(self.app, "", total_s or None) as bar:
            for number, (memo, length_s) in enumerate(memos, start=1):
                bar.say(f"{number} of {len(memos)}")
                self._take_one(vault, memo, ears, lambda seconds, before=done_s: bar.done(before + seconds))  # type: ignore[misc]
                done_s += length_s
                bar.done(done_s)

    def report(self, as_json: bool) -> None:
        """Print the result for all files, and by its name each that failed, in whole or in part."""
        from voicecheck.speech.sound_file import is_damaged

        for path, error in self.failed:
            self.app.tell(f"{path.name}: {error.message}")
        for path, missing_s in self.damaged:
            self.app.tell(is_damaged(path.name, missing_s).message)
        if as_json:
            failed = [{"file": str(path), "error": error.message} for path, error in self.failed]
            damaged = [{"file": str(path), "missing_s": round(missing_s, 1)} for path, missing_s in self.damaged]
            new = [entry.id for entry in self.new]
            echo_json({"new": new, "same": self.same, "failed": failed, "damaged": damaged})
            return
        notices = self.app.notices
        notices.print(f"New: {len(self.new)}. There already: {self.same}. Could not be read: {len(self.failed)}.")
        for dating, told in DATED.items():
            if self.dated[dating]:
                self.app.tell(told.format(self.dated[dating]))

    def _look(self, vault: Vault, files: tuple[Path, ...]) -> list[tuple[Memo, float]]:
        """Return the files that are new, oldest first, with the seconds that they claim to hold."""
        from voicecheck.clock import now
        from voicecheck.diary.memos import look_at, taken_in
        from voicecheck.speech.sound_file import duration_of

        memos: dict[bytes, tuple[Memo, float]] = {}
        for file in files:
            try:
                memo = look_at(file, now())
            except VoicecheckError as error:
                self.failed.append((file, error))
                continue
            if memo.fingerprint in memos or taken_in(vault, memo):
                self.same += 1
            else:
                memos[memo.fingerprint] = (memo, duration_of(file) or 0.0)
        return sorted(memos.values(), key=lambda one: one[0].spoken_at)

    def _ears(self) -> tuple[VoiceDetector, SpeechRecogniser]:
        from voicecheck.speech.recognition.vad import VoiceDetector

        return VoiceDetector(), load_recogniser(self.settings, self.app.paths.models_folder, self.app.tell)

    def _take_one(
        self, vault: Vault, memo: Memo, ears: tuple[VoiceDetector, SpeechRecogniser], progress: Callable[[float], None]
    ) -> None:
        from voicecheck.diary.memos import take_in
        from voicecheck.vault.store.connection import UnfitValueError

        missing: list[float] = []
        try:
            entry = take_in(
                vault,
                memo,
                ears,
                language=self.settings.whisper.language,
                otherwise=self.app.phrases.language,
                timezone=zone_name(),
                keep_sound=self.app.settings.vault.keep_audio != "never",
                progress=progress,
                on_missing=missing.append,
            )
        except (AudioError, UnfitValueError) as error:  # this file cannot be kept; the next one may
            self.failed.append((memo.path, error))
            return
        self.new.append(entry)
        self.damaged += [(memo.path, seconds) for seconds in missing]
        self.dated[memo.dated_by.value] += 1
