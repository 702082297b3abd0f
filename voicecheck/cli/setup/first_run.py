"""The first evening: the fewest questions that lead to the first question, and a recovery key when it is over.

1.  What opens the vault: a passphrase, or with Enter the login keychain where a safe one is there.
2.  What is heard, what hears, and what may be said aloud. Enter goes on; what the settings hold already is not asked.
3.  The evening.
4.  Once an answer is kept: the recovery key, to write on paper.
5.  On a desktop: an icon, with which the next evening needs no terminal.
6.  The voice makes its fixed sentences ahead; Ctrl-C leaves that for later.

The vault is made before anything else is asked and each choice is written when it is made, so Ctrl-C leaves no half of
anything. Only a person at a terminal is asked; programs and pipes get what they always got.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App
from voicecheck.cli.setup.hello import learn_coupling
from voicecheck.cli.setup.questions import (
    Samples,
    ask,
    devices_here,
    settle_aloud,
    settle_loudspeaker,
    settle_microphone,
)
from voicecheck.cli.vault.slots import add_recovery_key
from voicecheck.errors import AudioError, ExitCode, UsageError, VaultError, VoicecheckError
from voicecheck.remind.icon import can_have_icon, has_icon, put_icon
from voicecheck.settings.file import written_keys
from voicecheck.text.typed import as_typed

if TYPE_CHECKING:
    from voicecheck.checkin.plan import Evening
    from voicecheck.cli.setup.questions import Sample, Samples
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.vault.keys.keychain import KeychainKey
    from voicecheck.vault.keys.kind import Key

TRIES = 5


class Step(StrEnum):
    LOUDSPEAKER = "loudspeaker"
    MICROPHONE = "microphone"
    ALOUD = "aloud"


def steps(*, person: bool, speaks: bool, hears: bool, written: Collection[str]) -> tuple[Step, ...]:
    """Return the steps to ask on the way. `written` are settings that the person already made, as `checkin.aloud`."""
    if not person:
        return ()
    wanted = {
        Step.LOUDSPEAKER: speaks and "loudspeaker.device" not in written,
        Step.MICROPHONE: hears and "microphone.device" not in written,
        Step.ALOUD: speaks and "checkin.aloud" not in written,
    }
    return tuple(step for step, wants in wanted.items() if wants)


@dataclass
class FirstRun:
    """The first evening of one vault, which it makes."""

    app: App
    person: bool
    """True if somebody is there for more than the passphrase"""
    speaks: bool
    """True if anything is to be heard this evening"""
    hears: bool
    """True if the microphone is used"""
    other_microphone: bool = False
    """one was chosen on the way"""
    silent: bool = False
    """nothing can be heard tonight, which was said"""
    _data_key: DataKey | None = field(default=None, repr=False)
    _by_login: bool = False

    def begin(self) -> DataKey:
        """Make the vault and settle what is left. Raises VaultError, UsageError when no passphrase was chosen."""
        speaks = self.speaks and self.app.settings.voice.engine != "none"
        written = written_keys(self.app.paths.settings_file)
        todo = steps(person=self.person, speaks=speaks, hears=self.hears, written=written)
        with Samples(self.app) as samples:
            sample = samples.order() if Step.LOUDSPEAKER in todo else None  # a voice loads while a person types
            self._data_key = self._make_vault()
            try:
                self._settle(todo, samples, sample)
            except (click.Abort, KeyboardInterrupt):
                click.echo("\n" + self.app.phrases.show("first_stopped"), err=True)
                raise
        return self._data_key

    def _make_vault(self) -> DataKey:
        from voicecheck.vault.create import create_vault

        keychain = _safe_keychain() if self.person else None
        key = ask_first_key(self.app, keychain)
        self._by_login = key is keychain
        return create_vault(self.app.paths, key)

    def _settle(self, todo: Collection[Step], samples: Samples, sample: Sample | None) -> None:
        """Ask each step. One that cannot be settled tonight is told, and the evening goes on."""
        heard = True
        if sample is not None:
            with self._going_on():
                heard = self._settle_loudspeaker(samples, sample)
            self.silent = not heard
        if Step.MICROPHONE in todo:
            before = self.app.settings.microphone
            with self._going_on():
                settle_microphone(self.app)
                if heard and sample is not None:
                    learn_coupling(self.app, sample())
            self.other_microphone = self.app.settings.microphone != before
        if Step.ALOUD in todo and heard:
            with self._going_on():
                settle_aloud(self.app, samples)

    def _settle_loudspeaker(self, samples: Samples, sample: Sample) -> bool:
        heard = settle_loudspeaker(self.app, sample, self.app.phrases.show("enter_silent"), samples)
        if not heard and devices_here("output"):  # who has none today may have one tomorrow
            self.app.change_settings({"voice.engine": "none"})
        return heard

    @contextlib.contextmanager
    def _going_on(self) -> Iterator[None]:
        try:
            yield
        except VoicecheckError as error:
            click.echo(as_typed(error.told), err=True)

    def finish(self, evening: Evening) -> None:
        """Finish after the evening: the recovery key, once something is kept, and the prepared sentences.

        Whoever stops here is told how to go on with it.
        """
        if self.person and self._data_key is not None:
            self._offer_recovery_key(evening, self._data_key)
            self._offer_icon(evening)
            if self.speaks and evening.exit_code == ExitCode.DONE:
                self._prepare_voice()

    def _offer_icon(self, evening: Evening) -> None:
        """Offer an icon among the programs, so that the next evening needs no terminal."""
        if evening.exit_code != ExitCode.DONE or not can_have_icon() or has_icon():
            return
        with self._going_on(), contextlib.suppress(click.Abort):
            if ask(self.app, self.app.phrases.show("offer_icon"), "y"):
                self.app.tell(self.app.phrases.show("icon_put", path=put_icon(self.app.phrases)))

    def _prepare_voice(self) -> None:
        """Prepare the voice while nobody waits: tomorrow's questions are heard at once. Not for a system's voice."""
        from voicecheck.checkin.voice import prepared_file
        from voicecheck.cli.models.preparing import make_ahead

        if prepared_file(self.app, self.app.settings.voice) is not None:
            click.echo(self.app.phrases.show("prepare_why"), err=True)
        try:
            make_ahead(self.app, self.app.settings.voice)
        except AudioError:
            return  # no such voice, which was said
        except KeyboardInterrupt:
            click.echo(self.app.phrases.show("prepare_later"), err=True)

    def _offer_recovery_key(self, evening: Evening, data_key: DataKey) -> None:
        app, added = self.app, False
        question = app.phrases.show("offer_recovery_login" if self._by_login else "offer_recovery")
        if evening.entries and evening.exit_code == ExitCode.DONE:
            try:
                if not ask(app, question, "n", enter_is_yes=True):
                    added = add_recovery_key(app, data_key, may_skip=True)
            except click.Abort:
                click.echo(err=True)
        if not added:
            click.echo(app.phrases.show("recovery_later"), err=True)


def ask_first_key(app: App, keychain: KeychainKey | None) -> Key:
    """A passphrase, typed twice without echo; the keychain where there is one and the person pressed Enter.

    Raises UsageError when none was chosen in the end.
    """
    from voicecheck.vault.keys.passphrase import Passphrase

    show = app.phrases.show
    click.echo(show("first_vault"), err=True)
    if keychain is not None:
        click.echo(show("first_keychain", keychain=keychain.keychain.name), err=True)
    problem = UsageError("No passphrase was chosen.", "Start again, and choose one.")
    for _ in range(TRIES):
        typed = _hidden(show("new_passphrase" if keychain is None else "new_passphrase_or_enter"))
        if not typed and keychain is not None:
            return keychain
        key = Passphrase(typed)
        try:
            key.prepare()
        except UsageError as error:
            problem = error
            click.echo(as_typed(error.told), err=True)
            continue
        if _hidden(show("passphrase_again")) == typed:
            return key
        click.echo(show("passphrase_differs"), err=True)
    raise problem


def _hidden(text: str) -> str:
    return str(click.prompt(text, default="", show_default=False, hide_input=True, err=True))


def _safe_keychain() -> KeychainKey | None:
    from voicecheck.vault.keys.keychain import KeychainKey, find_keychain

    try:
        return KeychainKey(find_keychain())
    except VaultError:
        return None
