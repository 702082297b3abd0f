"""Tell about answers of a broken-off check-in, and keep or delete them as the person says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.reading import SHOWN_OF_ID
from voicecheck.errors import AudioError, ModelError, VaultError

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser
    from voicecheck.vault.inbox.sealed_file import Recovered
    from voicecheck.vault.vault import Vault

KEEP, DELETE, LATER = "keep", "delete", "later"


def settle(
    app: App, vault: Vault, waiting: Sequence[Recovered], load: Callable[[], SpeechRecogniser] | None = None
) -> None:
    """Ask for each answer whether to keep it; without a person, say what was found and leave it sealed.

    Voice memos of a watched folder need no decision: they are written down, a person says if now or later. `load`
    gives the recogniser where one is running already.
    """
    from voicecheck.clock import now
    from voicecheck.diary.recovery import describe

    memos, answers = parted(waiting)
    _write_memos(app, vault, memos, load)
    for recovered in answers:
        found = describe(recovered, now(), app.phrases)
        if not app.interactive:
            app.notices.print(app.phrases.show("found_sealed", found=found), soft_wrap=True)
            continue
        choice = click.prompt(
            app.phrases.show("found_ask", found=found),
            value_proc=partial(choice_of, app.phrases),
            default=KEEP,
            err=True,
        )
        if choice == DELETE:
            _delete(app, vault, recovered)
        elif choice == KEEP:
            keep(app, vault, recovered, load)


def parted(waiting: Sequence[Recovered]) -> tuple[list[Recovered], list[Recovered]]:
    """Return the voice memos among what waits, and the rest."""
    from voicecheck.diary.memos import is_memo

    return [one for one in waiting if is_memo(one)], [one for one in waiting if not is_memo(one)]


def _write_memos(
    app: App, vault: Vault, memos: Sequence[Recovered], load: Callable[[], SpeechRecogniser] | None
) -> None:
    """Write down the memos that are new; what the vault has already, or comes anew, leaves the inbox."""
    from voicecheck.diary.memos import came_before

    new = [one for one in memos if not came_before(vault, one)]
    for recovered in memos:
        if recovered not in new:
            _delete(app, vault, recovered)
    if not new:
        return
    asked = app.phrases.show("memos_found_one" if len(new) == 1 else "memos_found", count=len(new))
    if app.interactive and not confirm(app.phrases, asked, default=True):
        return
    for recovered in new:
        if came_before(vault, recovered):  # twice under two names
            _delete(app, vault, recovered)
        else:
            keep(app, vault, recovered, load)


def choice_of(phrases: Phrases, typed: str) -> str:
    """Return one of the three choices, by its first letter too. Never shows what was typed, perhaps a passphrase."""
    for choice in (KEEP, DELETE, LATER):
        if typed.strip().casefold() in (choice, choice[0]):
            return choice
    raise click.UsageError(phrases.show("found_choices"))


def keep(app: App, vault: Vault, recovered: Recovered, load: Callable[[], SpeechRecogniser] | None = None) -> None:
    """Write the answer down and keep it. Where that fails it stays sealed, and that is said.

    Sound that cannot be read is told of once to whom nobody can ask, and never ends what is going on.
    """
    from voicecheck.cli.models.recogniser import load_recogniser
    from voicecheck.diary.memos import is_memo
    from voicecheck.diary.recovery import needs_writing_down, recover

    recogniser = None
    try:
        if needs_writing_down(recovered):
            app.notices.print(app.phrases.show("memos_writing" if is_memo(recovered) else "found_writing"))
            recogniser = load() if load else load_recogniser(app.settings, app.paths.models_folder, app.tell)
        keep_audio = app.settings.vault.keep_audio
        entry = recover(recovered, vault, recogniser, keep_audio, otherwise=app.phrases.language)
        show = app.phrases.show
        told = show("found_empty") if entry is None else show("found_kept", id=entry.id[:SHOWN_OF_ID])
    except (AudioError, ModelError, VaultError) as error:
        if isinstance(error, AudioError) and not app.interactive and not vault.tell_once(recovered):
            return
        told = app.phrases.show("found_fault", fault=f"{error.message} {error.hint}")
    app.notices.print(told, soft_wrap=True, markup=False)


def _delete(app: App, vault: Vault, recovered: Recovered) -> None:
    try:
        vault.drop(recovered)
    except VaultError as error:
        app.notices.print(f"{error.message} {error.hint}", soft_wrap=True, markup=False)
