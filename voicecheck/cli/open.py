"""`voicecheck open`, or `review`: the evening and all that is kept, in a page in the browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App, key_file_option
from voicecheck.cli.vault.unlocking import has_vault, open_for_reading, opens_silently, unlock
from voicecheck.errors import VaultLockedError, VoicecheckError

if TYPE_CHECKING:
    from voicecheck.vault.keys.data_key import DataKey
    from voicecheck.web.guard.instance import Instance
    from voicecheck.web.guard.login_code import Keeper
    from voicecheck.web.guard.socket import Door
    from voicecheck.web.server import End
    from voicecheck.web.site.context import Desk

NO_PORT = VoicecheckError("This computer gives no port for the page.", "Try again; if it stays so: voicecheck doctor")


@click.command("open")
@click.option("--no-browser", is_flag=True, help="Only show the address; open it yourself.")
@key_file_option
@click.pass_obj
def open_page(app: App, key_file: Path | None, no_browser: bool) -> None:
    """Speak and look back, in a page in your browser that never leaves this computer.

    Begin starts an evening, and needs no passphrase; the page asks for it where you look back. Closing the window ends
    the evening, and keeps what you said. The vault locks when it was not used for a while. Started twice, the page that
    runs comes forward. It ends two minutes after its last window, or by Ctrl-C.
    """
    from voicecheck.web.guard.socket import open_door

    door = app.door or open_door(app.paths.runtime_folder)
    if door is None:
        raise NO_PORT
    page = OpenPage(app, door, key_file, browser=not no_browser)
    try:
        if not page.become_instance():
            return
        end = page.serve()
    except KeyboardInterrupt:  # the usual way to end it
        end = "stopped"
    app.tell(app.phrases.write(f"review_{end}"))


class OpenPage:
    """One run of the page, up to its end or a lock."""

    def __init__(self, app: App, door: Door, key_file: Path | None, *, browser: bool) -> None:
        self._app = app
        self._door = door
        self._key_file = key_file
        self._browser = browser
        self._instance: Instance | None = None

    def become_instance(self) -> bool:
        """False where a page runs already and was asked to come forward. Raises VoicecheckError where it does not."""
        from voicecheck.web.guard.instance import Instance, become_instance, call_forward

        folder, handed = self._app.paths.runtime_folder, self._door.handed
        if handed is not None:
            self._instance = None if handed.instance is None else Instance(folder, handed.instance)
        elif self._browser:
            with suppress(OSError):  # without a folder of its own each start stands for itself
                self._instance = become_instance(folder)
                if self._instance is None:
                    if not call_forward(folder):
                        raise VoicecheckError("VoiceCheck is open already, and does not answer.", "Close its window.")
                    self._app.tell(self._app.phrases.write("review_forward"))
                    return False
        return True

    def serve(self) -> End:
        """Serve the page; behind a lock a fresh process goes on in this one's place."""
        from voicecheck.cli.models.recogniser import RecogniserOfSettings
        from voicecheck.offline.errand import Errand
        from voicecheck.web.guard.login_code import Keeper
        from voicecheck.web.site.context import Desk
        from voicecheck.web.site.jobs import Errands
        from voicecheck.web.site.sitting import PageSitting

        app, handed = self._app, self._door.handed
        keeper = Keeper(self._door.port, token=handed.token if handed else None)
        key = self._key()
        load = RecogniserOfSettings(app.paths)
        errands = Errands(app.errand or Errand(), app.fetcher or Errand())
        with Desk(app.paths, key, app.phrases, lambda desk: PageSitting(desk, load), errands) as desk:
            desk.unlocking.key_file = self._key_file
            desk.sound_check.expect = load.expect
            desk.load_recogniser = load
            if handed is not None:
                desk.resume(handed.cut_short, handed.wrong, handed.free_at)
            end = self._serve(desk, keeper)
        if desk.lost_first:
            app.tell(app.phrases.write("review_lost_first"))
        if end in ("idle", "locked") and keeper.entered:
            self._go_on(desk, keeper)
        return end

    def _key(self) -> DataKey | None:
        """Return the key if it is at hand and nobody has to type it; behind a lock nobody gets it unasked."""
        if self._key_file is None and not has_vault(self._app):
            return None  # it is made on the page
        if self._door.handed is not None or not opens_silently(self._app, self._key_file):
            return None
        try:
            key = unlock(self._app, self._key_file, may_ask=False)
        except VaultLockedError:
            if self._key_file is not None:
                raise
            return None
        open_for_reading(self._app, self._key_file, key=key).close()  # takes in what was said since
        return key

    def _serve(self, desk: Desk, keeper: Keeper) -> End:
        from voicecheck.offline import refuse_connecting
        from voicecheck.web.guard.bringing import Bringing
        from voicecheck.web.guard.login_code import IdleClock
        from voicecheck.web.server import Page

        idle = IdleClock(self._app.settings.review.lock_after_min * 60)
        bringing = Bringing(self._door, keeper, lambda: self._tell_code(keeper))

        def look() -> None:
            bringing.look()
            if self._instance is not None and self._instance.is_called():
                bringing.bring()

        page = Page(desk, self._door, keeper, idle, self._tell, look=look)
        refuse_connecting(but_sound=True)  # the keychain was asked: only this computer's programs are to be reached
        if self._door.handed is None:
            self._tell_open(keeper, opened=self._browser and bringing.bring())
        try:
            end = page.serve()
        finally:
            bringing.end()
        if desk.evening.cut_short == "locked":
            self._app.notices.print(self._app.phrases.write("review_evening_kept"), markup=False)
        return end

    def _go_on(self, desk: Desk, keeper: Keeper) -> None:
        """Put a fresh process in this one's place, where the system can: the key goes with its memory."""
        from voicecheck.web.guard.handover import Handed, can_hand_on, hand_on

        opener, attempts = self._door.opener, desk.unlocking.attempts
        if not can_hand_on():
            return
        self._app.tell(self._app.phrases.write("review_locked_again"))
        hand_on(
            Handed(
                self._door.listening.fileno(),
                opener.asking if opener else None,
                opener.answers if opener else None,
                self._instance.descriptor if self._instance else None,
                keeper.token,
                desk.evening.cut_short,
                attempts.wrong,
                attempts.free_at,
                [end for one in (desk.errands.clock, desk.errands.fetcher) for end in (one.asking, one.answers)],
            )
        )

    # The terminal

    def _tell_open(self, keeper: Keeper, *, opened: bool) -> None:
        write = self._app.phrases.write
        lines = (
            write("review_opens" if opened else "review_open_this"),
            f"  {self._door.address}",
            write("review_code", code=keeper.shown_code),
            write("review_close"),
        )
        self._app.notices.print("\n".join(lines), markup=False)  # at once: a Ctrl-C in between would silence the rest

    def _tell_code(self, keeper: Keeper) -> None:
        """Show the code where the browser did not come in by itself, and where nobody may see a terminal."""
        from voicecheck.remind.notification import show

        if keeper.shown_code:
            write = self._app.phrases.write
            show(write("review_code_title"), write("review_code", code=keeper.shown_code))

    def _tell(self, what: str) -> None:
        if what == "entered":
            self._app.notices.print(self._app.phrases.write("review_entered"), markup=False)
        elif what != "arrived":
            self._app.notices.print(self._app.phrases.write("review_fault", what=what), markup=False)
