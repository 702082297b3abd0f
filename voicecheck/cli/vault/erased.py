"""Tell of a vault that was erased or moved out, and of what was switched off with it outside the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecheck.cli.app import App
from voicecheck.offline.errand import Errand

if TYPE_CHECKING:
    from voicecheck.vault.erasing import Erased


def tell_erased(app: App, erased: Erased, done: str) -> None:
    """Tell that a vault is erased, and switch off what lasts outside it."""
    for fault in erased.kept_elsewhere:
        app.tell(app.phrases.show("key_kept_elsewhere", fault=fault.message))
    app.tell(done)
    if erased.left:
        app.tell(app.phrases.show("erase_left", count=erased.left))
    tell_switched_off(app)


def tell_switched_off(app: App, *, moved_out: bool = False) -> None:
    """Switch off what lasts outside the vault, and tell of each thing."""
    from voicecheck.remind.outside import switch_off

    for line in switch_off(app.paths, app.errand or Errand(), app.phrases, moved_out=moved_out):
        app.tell(line)
