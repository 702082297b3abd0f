"""Object that every command receives (paths, settings, consoles), and options that many commands share.

What a person is asked goes to the terminal, data to stdout, everything else to stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from voicecheck.cli.app.completion import model_names
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import escaped_json

if TYPE_CHECKING:
    from rich.console import Console

    from voicecheck.offline.errand import Errand
    from voicecheck.paths import Paths
    from voicecheck.phrases import Phrases
    from voicecheck.settings.file import Value
    from voicecheck.settings.schema import Settings
    from voicecheck.web.guard.socket import Door

F = TypeVar("F", bound=Callable[..., Any])


class Opened(NamedTuple):
    """Processes and sockets that had to be opened before the network guard."""

    door: Door | None = None
    errand: Errand | None = None
    fetcher: Errand | None = None


@dataclass
class App:
    """One run of one command. Everything is found on first use."""

    debug: bool = False
    door: Door | None = None
    """the review page's, which had to be opened before the guard"""
    errand: Errand | None = None
    """the process that fetches for `setup` and calls crontab for `remind`, started before the guard"""
    fetcher: Errand | None = None
    """the process that fetches for the page, a model or a voice of the catalogue and nothing else"""

    @cached_property
    def paths(self) -> Paths:
        from voicecheck.paths import find_paths

        return find_paths()

    @cached_property
    def settings(self) -> Settings:
        from voicecheck.settings.schema import load_settings

        return load_settings(self.paths.settings_file)

    def change_settings(self, values: Mapping[str, Value]) -> None:
        """Write these values, as `vault.keep_audio`, and go on with them. Raises UsageError."""
        from voicecheck.settings.file import change_settings

        change_settings(self.paths.settings_file, values)
        self.__dict__.pop("settings", None)

    @cached_property
    def settings_lines(self) -> dict[str, int]:
        """Line numbers of the settings that stand in the person's file."""
        from voicecheck.settings.schema import read_settings
        from voicecheck.text.toml_lines import lines_of_keys

        return {".".join(key): line for key, line in lines_of_keys(read_settings(self.paths.settings_file)).items()}

    @cached_property
    def phrases(self) -> Phrases:
        from voicecheck.phrases import load_phrases

        try:
            chosen = self.settings.program.language
            phrases = load_phrases(self._first_language() if chosen == "auto" else chosen)
        except UsageError:  # broken settings are told by what needs them; until then it speaks
            phrases = load_phrases()
        return phrases.without_signs() if self.plain else phrases

    def _first_language(self) -> str:
        """Return the system's language before there is a vault, and keep it: a reminder is started in no language.

        A vault that was made without the choice is English.
        """
        from voicecheck.phrases import system_language

        language = "en" if self.paths.vault_folder.exists() else system_language(os.environ)
        if language != "en" and (self.interactive or self.door is not None):
            self.change_settings({"program.language": language})
        return language

    @cached_property
    def notices(self) -> Console:
        """The console on stderr: states, progress, hints."""
        from voicecheck.cli.app.notices import Notices

        return Notices(plain=self.plain)

    @cached_property
    def output(self) -> Console:
        """The console on stdout: what was asked for."""
        from voicecheck.cli.app.notices import SafeConsole

        return SafeConsole(plain=self.plain)

    @cached_property
    def plain(self) -> bool:
        """True if everything is printed as plain lines, one after the other: for a screen reader, say."""
        from voicecheck.cli.app.plain import desktop_reads, found_plain, running_programs

        try:
            chosen = self.settings.program.plain
        except UsageError:  # it is told by what needs them
            chosen = "auto"
        if chosen == "auto":
            return sys.stderr.isatty() and found_plain(os.environ, running_programs(), desktop_reads)
        return chosen == "yes"

    def choose_plain(self, plain: bool) -> None:
        """Print plain lines from here on, or none. A person's choice is kept for the next time, which is said once."""
        for name in ("notices", "output", "phrases"):
            self.__dict__.pop(name, None)
        self.__dict__["plain"] = plain
        value = "yes" if plain else "no"
        if self.interactive and self.settings.program.plain != value:
            self.change_settings({"program.plain": value})
            self.tell(self.phrases.show("plain_kept" if plain else "plain_left"))

    @property
    def words_told(self) -> int:
        """Words that were printed on stderr so far."""
        return getattr(self.notices, "words", 0)

    def tell(self, sentence: str) -> None:
        """Print one sentence on stderr as it stands; a terminal breaks it between words."""
        self.notices.print(sentence, markup=False, soft_wrap=True)

    @property
    def interactive(self) -> bool:
        """True if a person can be asked something."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def echo_json(value: Any) -> None:
    """Print one JSON document on one line: UTF-8, or with escapes where stdout takes less or a terminal would obey."""
    import json

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(escaped_json(json.dumps(value, ensure_ascii=not utf8)))


def key_file_option(command: F) -> F:
    from pathlib import Path

    return click.option(
        "--key-file",
        type=click.Path(path_type=Path),
        envvar="VOICECHECK_KEY_FILE",
        help="Unlock the vault with this file (0600) instead of the passphrase.",
    )(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")(command)


def gathered(kind: type[Any], name: str) -> Callable[[F], F]:
    """Hand a command those of its options that are fields of the dataclass `kind` as one value, called `name`."""

    def around(command: F) -> F:
        @wraps(command)
        def called(*arguments: Any, **options: Any) -> Any:
            own = {field.name: options.pop(field.name) for field in fields(kind) if field.name in options}
            return command(*arguments, **options, **{name: kind(**own)})

        return cast("F", called)

    return around


@dataclass(frozen=True, slots=True)
class Recognition:
    """Options of recognition; each that is given overrides the setting of the same name."""

    model: str | None = None
    language: str | None = None
    device: str | None = None


def whisper_options(command: F) -> F:
    """Add --model, --language, --device; the command gets them as `recognition`."""
    command = gathered(Recognition, "recognition")(command)
    for option in (
        click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), help="Where Whisper runs."),
        click.option("--language", metavar="CODE", help="Language spoken, as en or de, or auto."),
        click.option(
            "--model",
            metavar="NAME|FOLDER",
            help="Whisper model, see `voicecheck model list`.",
            shell_complete=model_names,
        ),
    ):
        command = option(command)
    return command
