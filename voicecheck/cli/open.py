"""`voicecheck open`, or `review`: the evening and all that is kept, in a page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App, key_file_option
from voicecheck.cli.vault.unlocking import open_for_reading, unlock
from voicecheck.errors import VoicecheckError

if TYPE_CHECKING:
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.web.guard.socket import Door
    from voicecheck.web.server import End

NO_PORT = VoicecheckError("This computer gives no port for the page.", "Try again; if it stays so: voicecheck doctor")


@click.command("open")
@click.option("--no-browser", is_flag=True, help="Only show the address; open it yourself.")
@key_file_option
@click.pass_obj
def open_page(app: App, key_file: Path | None, no_browser: bool) -> None:
    """Speak and look back, in a page in your browser that never leaves this computer.

    The page asks for a code that is shown here. Begin starts an evening; closing the window ends it, and keeps what you
    said. The page locks when it was not used for a while; Ctrl-C closes it.
    """
    from voicecheck.web.guard.socket import open_door

    door = app.door or open_door()
    if door is None:
        raise NO_PORT
    key = unlock(app, key_file)
    open_for_reading(app, key_file, key=key).close()  # takes in what was said since
    try:
        end = _serve(app, door, key, browser=not no_browser)
    except KeyboardInterrupt:  # the usual way to end it
        end = "stopped"
    app.tell(app.phrases.write(f"review_{end}"))


def _serve(app: App, door: Door, key: DataKey, *, browser: bool) -> End:
    from voicecheck.cli.models.recogniser import RecogniserOfSettings
    from voicecheck.offline import refuse_connecting
    from voicecheck.offline.errand import Errand
    from voicecheck.web.guard.login_code import IdleClock, Keeper
    from voicecheck.web.server import Page
    from voicecheck.web.site.context import Desk
    from voicecheck.web.site.jobs import Errands
    from voicecheck.web.site.sitting import PageSitting

    keeper, idle = Keeper(door.port), IdleClock(app.settings.review.lock_after_min * 60)
    load = RecogniserOfSettings(app.paths)
    errands = Errands(app.errand or Errand(), app.fetcher or Errand())
    with Desk(app.paths, key, app.phrases, lambda desk: PageSitting(desk, load), errands) as desk:
        page = Page(desk, door, keeper, idle, lambda what: _tell(app, what))
        opened = browser and door.show()
        refuse_connecting(but_sound=True)  # the keychain was asked, the browser called: only the sound is to be reached
        write = app.phrases.write
        app.notices.print(write("review_opens" if opened else "review_open_this"), markup=False)
        app.notices.print(f"  {door.address}", markup=False)
        app.notices.print(write("review_code", code=keeper.shown_code), markup=False)
        app.notices.print(write("review_close"), markup=False)
        end = page.serve()
        if desk.evening.cut_short == "locked":
            app.notices.print(write("review_evening_kept"), markup=False)
        return end


def _tell(app: App, what: str) -> None:
    if what == "entered":
        app.notices.print(app.phrases.write("review_entered"), markup=False)
    else:
        app.notices.print(app.phrases.write("review_fault", what=what), markup=False)
