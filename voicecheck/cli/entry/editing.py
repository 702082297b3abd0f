"""`voicecheck entry edit`: correct the text of an entry. The text that was heard is kept beside it.

A page to write on is the program's own: nothing of it is on a disk. An editor needs a file, so it gets one in memory
only, and is one of those that can be told to keep no swap file, no backup and no history.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicecheck.cli.app import App, echo_json, json_option, key_file_option
from voicecheck.cli.entry import forgetting
from voicecheck.cli.entry.replacing import replace_words
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.cli.terminal.editor import announce, editor_command, write_in_editor
from voicecheck.cli.terminal.piped import stdin_text
from voicecheck.cli.terminal.reading import SHOWN_OF_ID, resolve, when
from voicecheck.cli.vault.unlocking import open_unlocked, unlock
from voicecheck.contract import entry_json
from voicecheck.domain import Entry
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.signals import calling, undisturbed
from voicecheck.text.untrusted import printable

if TYPE_CHECKING:
    from prompt_toolkit.application import Application

    from voicecheck.phrases import Phrases
    from voicecheck.vault.keys.data_key import DataKey


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--editor", is_flag=True, help="Use $VISUAL or $EDITOR, on a file that exists in memory only.")
@click.option("--forget", is_flag=True, help="Take one sentence back for good, with its sound and marks.")
@click.option("--date", "date_", metavar="DATE", help="Put the date right: 2026-10-12, or 2026-10-12 21:30.")
@click.option("--take-in", is_flag=True, help="Take in the words beside the entry that were yours after all.")
@click.option("--yes", is_flag=True, help="With --forget: do not ask.")
@key_file_option
@json_option
@click.pass_obj
def edit(
    app: App,
    identifier: str,
    editor: bool,
    forget: bool,
    date_: str | None,
    take_in: bool,
    yes: bool,
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Put the words of an entry right; ID is the beginning of its id, or `last`.

    What was heard is kept, feeling words are found anew, and what you said about a tag holds where its words still
    stand. On a terminal a page opens to write on; from a pipe the new text is read.

    With --forget one sentence leaves for good: its words in this and every earlier form of the text, its sound with
    0.3 seconds around it, its marks. You choose it from a list; from a pipe it is read, and --yes is needed.

    With --take-in the words that were heard beside you, and may have been your own, become part of the text: `entry
    show` shows them.

    With --date the entry gets another date, in its own zone; a mere day keeps the time. Lists, searches, feelings and
    trends follow, and the date it had stays beside it.
    """
    if editor + forget + take_in + (date_ is not None) > 1 or (yes and not forget):
        raise UsageError("These do not go together.", "Use --editor to edit, or --forget (with --yes) to take back.")
    if editor and not app.interactive:
        raise UsageError("An editor needs a terminal.", "From a pipe, leave --editor out: the new text is read.")
    key = unlock(app, key_file)
    if forget:
        _forget(app, key, identifier, yes=yes, as_json=as_json)
        return
    if take_in:
        _take_in(app, key, identifier, as_json=as_json)
        return
    if date_ is not None:
        _put_date_right(app, key, identifier, date_, as_json=as_json)
        return
    _edit(app, key, identifier, editor=editor, as_json=as_json)


def _edit(app: App, key: DataKey, identifier: str, *, editor: bool, as_json: bool) -> None:
    # Closed while the person writes, so that a check-in meanwhile finds it free.
    with open_unlocked(app, key) as vault:
        found = vault.entries.get(resolve(vault, identifier))
    text = _written(app, found, editor)
    after = found if text is None else _keep(app, key, found, text)
    if as_json:
        echo_json(entry_json(after))
    elif after == found:
        app.notices.print(app.phrases.write("edit_unchanged"))
    else:
        app.tell(app.phrases.write("edit_kept", id=found.id[:SHOWN_OF_ID]))
        if app.interactive:
            _offer_names(app, key, found.text, after.text)


def _offer_names(app: App, key: DataKey, before: str, after: str) -> None:
    """Offer to keep what the person has put right for the second time as a name of theirs."""
    from voicecheck.cli.entry.name import keep_names
    from voicecheck.diary.own_names import recurring

    with open_unlocked(app, key) as vault:
        offered = recurring(vault, before, after)
    wanted = tuple(
        one for one in offered if confirm(app.phrases, app.phrases.write("name_offered", name=printable(one.name)))
    )
    if wanted:
        with open_unlocked(app, key) as vault:
            keep_names(app, vault, wanted)


def _forget(app: App, key: DataKey, identifier: str, *, yes: bool, as_json: bool) -> None:
    after, gone = forgetting.forget(app, key, identifier, yes=yes)
    if as_json:
        echo_json(entry_json(after))
    elif not gone:
        app.notices.print(app.phrases.write("edit_unchanged"))


def _take_in(app: App, key: DataKey, identifier: str, *, as_json: bool) -> None:
    from voicecheck.clock import now
    from voicecheck.diary.aside import take_in_all

    with open_unlocked(app, key) as vault:
        found = vault.entries.get(resolve(vault, identifier))
        after = take_in_all(vault, found, now())
    if as_json:
        echo_json(entry_json(after))
    else:
        app.tell(app.phrases.write("edit_taken_in" if found.aside else "edit_nothing_aside"))


def _put_date_right(app: App, key: DataKey, identifier: str, text: str, *, as_json: bool) -> None:
    from voicecheck.clock import now
    from voicecheck.diary.dating import put_date_right, read_date

    with open_unlocked(app, key) as vault:
        found = vault.entries.get(resolve(vault, identifier))
        after = put_date_right(vault, found, read_date(text, found), now())
    if as_json:
        echo_json(entry_json(after))
    elif after.spoken_at == found.spoken_at:
        app.notices.print(app.phrases.write("edit_unchanged"))
    else:
        dates = {"when": when(after.spoken_at, app.phrases), "was": when(found.spoken_at, app.phrases)}
        app.tell(app.phrases.write("edit_dated", **dates))


def _written(app: App, found: Entry, editor: bool) -> str | None:
    """Return the text as the person wants it; None for no change."""
    if not app.interactive:
        return stdin_text()
    if editor:
        announce(app, editor_command(), chosen=True)
        written = write_in_editor(found.text, app.phrases)
        return _by_hand(app, written.text, found.text, written.doubt) if written.doubt else written.text
    return _by_hand(app, found.text)


def _by_hand(app: App, text: str, before: str | None = None, told: str = "") -> str | None:
    """Let the person change the text: on a page, or in plain lines."""
    change = replace_words if app.plain else write_on_page
    return change(app.phrases, text, before, told)


def _keep(app: App, key: DataKey, found: Entry, text: str) -> Entry:
    """Keep the new text and return the entry. If it cannot be kept, what was typed comes back on a page."""
    while True:
        try:
            return _kept(app, key, found, text)
        except Exception as fault:
            again = _give_back(app, found, text, fault)
            if again is None:
                raise
            text = again


@undisturbed
def _kept(app: App, key: DataKey, found: Entry, text: str) -> Entry:
    """Keep the new text, undisturbed: a signal to end waits, since what was typed lies nowhere else."""
    from voicecheck.clock import now
    from voicecheck.diary.editing import edit_text

    with open_unlocked(app, key) as vault:
        return edit_text(vault, found, text, now())


def _give_back(app: App, found: Entry, text: str, fault: BaseException) -> str | None:
    """Return the text as the person wants to try it again; None if they do not, or a program gave it and has it."""
    if not app.interactive:
        return None
    write = app.phrases.write
    told = fault.told if isinstance(fault, VoicecheckError) else write("edit_went_wrong")
    return _by_hand(app, text, found.text, f"{told} {write('edit_not_kept')}")


def write_on_page(phrases: Phrases, text: str, before: str | None = None, told: str = "") -> str | None:
    """Show the text on the alternate screen to be changed. Return None if the person leaves it as it was.

    `before` is what is kept, where that is another text; `told` stands below the page.
    """
    before = text if before is None else before
    from prompt_toolkit.application import Application
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.layout import HSplit, Layout, Window
    from prompt_toolkit.layout.controls import FormattedTextControl
    from prompt_toolkit.widgets import TextArea

    sure = phrases.write("edit_sure")
    page = TextArea(text=text, multiline=True, wrap_lines=True, scrollbar=True)
    page.buffer.cursor_position = len(text)
    foot = FormattedTextControl(phrases.write("edit_keys"))
    keys = KeyBindings()

    @keys.add("c-s")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result=page.text)

    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        if page.text == before or foot.text == sure:
            event.app.exit(result=None)
        foot.text = sure

    notes = [Window(FormattedTextControl(printable(told)), wrap_lines=True, dont_extend_height=True)] if told else []
    screen = HSplit([page, *notes, Window(foot, height=1, style="reverse")])
    application: Application[str | None] = Application(Layout(screen), key_bindings=keys, full_screen=True)
    return _run(application)


def _run(application: Application[str | None]) -> str | None:
    """Run the page. Raises KeyboardInterrupt where a signal ends it; Ctrl-C is a key here, and none."""
    told = False

    def leave() -> None:
        if told and application.future is not None and not application.future.done():
            application.exit(exception=KeyboardInterrupt())

    def end() -> None:
        nonlocal told
        told = True
        if application.loop is not None:
            application.loop.call_soon_threadsafe(leave)

    with calling(end):
        return application.run(pre_run=leave, handle_sigint=False)
