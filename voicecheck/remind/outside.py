"""All of VoiceCheck that goes on by itself outside the vault: reminder, watched folder, icon, backups after an evening.

Whoever adds a thing of this kind adds it to `THINGS`: erasing the vault switches off each of them, and moving it out
those that are of use only where evenings are held. What belongs to another home stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from voicecheck.errors import VoicecheckError
from voicecheck.offline.errand import Errand
from voicecheck.paths import Paths
from voicecheck.phrases import Phrases
from voicecheck.remind import icon, plans, reminder, watching
from voicecheck.remind.reminder import Gone
from voicecheck.settings.file import change_settings
from voicecheck.settings.schema import load_settings
from voicecheck.text.untrusted import visible

HOME = "VOICECHECK_HOME"
NOTHING = Gone(False, (), ())


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that lasts outside the vault."""

    off: str
    """phrase that tells that it is off"""
    take_off: Callable[[Paths, Errand], Gone]
    of_evenings: bool
    """True if it is off, too, where the vault was moved out and takes no more evenings"""


def switch_off(paths: Paths, errand: Errand, phrases: Phrases, *, moved_out: bool = False) -> list[str]:
    """Switch off all that lasts outside the vault. Return a sentence on each, also on what did not go."""
    lines: list[str] = []
    for thing in THINGS:
        if moved_out and not thing.of_evenings:
            continue
        gone = thing.take_off(paths, errand)
        if gone.was_there:
            lines.append(phrases.show(thing.off, place=visible(gone.place)))
        lines += [fault.told for fault in (*gone.told, *gone.kept)]
    return lines


def is_of_this_home(text: str) -> bool:
    """True unless what is started there is the VoiceCheck of another home; what starts nothing is nobody's."""
    here, named = os.environ.get(HOME), f"{HOME}=" in text
    if not text or not here or not named:
        return not text or not (here or named)
    given = f"{HOME}={Path(here).expanduser().absolute()}"
    forms = (plans.systemd_words([given]), plans.cron_word(given), escape(given), icon.text(icon.quoted(given)))
    return any(f"{form}{end}" in text for form in forms for end in (" ", "\n", '"', "<", "&quot;"))


def _reminder(paths: Paths, errand: Errand) -> Gone:
    return reminder.take_off(errand, is_of_this_home)


def _watch(paths: Paths, errand: Errand) -> Gone:
    return watching.switch_off(errand, is_of_this_home)


def _icon(paths: Paths, errand: Errand) -> Gone:
    try:
        if not icon.has_icon() or not is_of_this_home(icon.entry_file().read_text(errors="replace")):
            return NOTHING
        icon.take_icon_away()
    except OSError as error:
        fault = VoicecheckError(
            f"The icon could not be removed: {error.strerror or error}.", f"Remove {icon.entry_file()} by hand."
        )
        return replace(NOTHING, kept=(fault,))
    return replace(NOTHING, was_there=True)


def _backups(paths: Paths, errand: Errand) -> Gone:
    """Write no backup any more; those that lie in the folder are the person's to remove."""
    try:
        folder = load_settings(paths.settings_file).vault.backup_folder
        if not folder:
            return NOTHING
        change_settings(paths.settings_file, {"vault.backup_folder": ""})
    except VoicecheckError as fault:
        return replace(NOTHING, kept=(fault,))
    return replace(NOTHING, was_there=True, place=folder)


THINGS = (
    Thing("outside_reminder", _reminder, of_evenings=True),
    Thing("outside_watch", _watch, of_evenings=True),
    Thing("outside_icon", _icon, of_evenings=False),
    Thing("outside_backups", _backups, of_evenings=False),
)
