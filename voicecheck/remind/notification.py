"""The notification of the reminder, and the person's response to it. It holds nothing of what was ever said.

On Linux it goes over the session's D-Bus (freedesktop.org, Desktop Notifications 1.2), a Unix socket that the network
guard lets through. On macOS and Windows the system's own scripting shows it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecheck.errors import VoicecheckError

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

LOOK_AGAIN_S = 30.0  # wall clock, since a computer may sleep while a notification stands
DIALOG_S = 600  # macOS's dialog stands in the way, so it goes by itself; a stray Enter is "not tonight"
PLACE, NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows, where a window would flash up
BEGIN, CLICKED, LATER = "begin", "default", "later"


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of the notification."""

    title: str
    text: str
    begin: str
    later: str
    by_hand: str
    """instruction where a desktop shows notifications that cannot be clicked"""


def ask(words: Words, wanted: Callable[[], bool]) -> bool:
    """Show the notification; True once the person clicks it. It is taken away when it is not `wanted` any more.

    Raises VoicecheckError where nothing can be shown.
    """
    if sys.platform == "darwin":
        return _ask_macos(words)
    if sys.platform == "win32":
        return _ask_windows(words)
    return _ask_linux(words, wanted)


def show(title: str, text: str) -> bool:
    """Show a notification that asks nothing; False where none can be shown, and on macOS and Windows."""
    if not sys.platform.startswith("linux"):
        return False
    from jeepney import DBusAddress, new_method_call

    address = DBusAddress(PLACE, bus_name=NAME, interface=NAME)
    hints = {"suppress-sound": ("b", True), "transient": ("b", True)}
    try:
        with _session_bus() as bus:
            shown: tuple[Any, ...] = ("VoiceCheck", 0, "", title, text, [], hints, -1)
            _call(bus, new_method_call(address, "Notify", "susssasa{sv}i", shown))
    except (VoicecheckError, OSError, _bus_error()):
        return False
    return True


def obstacle() -> str:
    """Return why no notification can be shown here, in a few words; empty if one can."""
    if sys.platform in ("darwin", "win32"):
        return ""
    try:
        with _session_bus() as bus:
            from jeepney.bus_messages import message_bus
            from jeepney.io.blocking import Proxy

            known = Proxy(message_bus, bus, timeout=5.0)
            offered = {*known.ListNames()[0], *known.ListActivatableNames()[0]}
    except (VoicecheckError, OSError, _bus_error()) as error:
        return error.message if isinstance(error, VoicecheckError) else "the session's bus does not answer"
    return "" if NAME in offered else "no desktop shows notifications"


# Linux


def _ask_linux(words: Words, wanted: Callable[[], bool]) -> bool:
    from jeepney import DBusAddress, MatchRule, new_method_call
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import Proxy

    address = DBusAddress(PLACE, bus_name=NAME, interface=NAME)
    signals = MatchRule(type="signal", interface=NAME, path=PLACE)
    heard: deque[Any] = deque()
    try:
        with _session_bus() as bus, bus.filter(signals, queue=heard):
            Proxy(message_bus, bus).AddMatch(signals)
            (able,) = _call(bus, new_method_call(address, "GetCapabilities"))
            clickable = "actions" in able
            shown = _notification(words, clickable=clickable)
            (number,) = _call(bus, new_method_call(address, "Notify", "susssasa{sv}i", shown))
            if not clickable:
                return False
            answer = _answer(bus, heard, number, wanted)
            if answer is None:
                _call(bus, new_method_call(address, "CloseNotification", "u", (number,)))
            return answer in (CLICKED, BEGIN)
    except (OSError, _bus_error()) as error:
        raise VoicecheckError("No notification can be shown here.", "A desktop that shows some is needed.") from error


def _notification(words: Words, *, clickable: bool) -> tuple[Any, ...]:
    """Return the eight arguments of Notify."""
    actions = [CLICKED, words.begin, BEGIN, words.begin, LATER, words.later] if clickable else []
    text = words.text if clickable else f"{words.text}\n{words.by_hand}"
    hints = {"urgency": ("y", 1), "suppress-sound": ("b", True), "category": ("s", "presence")}
    return ("VoiceCheck", 0, "", words.title, text, actions, hints, -1)


def _answer(bus: DBusConnection, heard: deque[Any], number: int, wanted: Callable[[], bool]) -> str | None:
    """Return the action that was chosen, LATER if the notification was closed; None once it is not wanted any more."""
    while wanted():
        try:
            signal = bus.recv_until_filtered(heard, timeout=LOOK_AGAIN_S)
        except TimeoutError:
            continue
        name, body = _member(signal), signal.body
        if body[0] != number:
            continue
        if name == "ActivationToken":  # lets the terminal come to the front
            os.environ["XDG_ACTIVATION_TOKEN"] = str(body[1])
        elif name == "ActionInvoked":
            return str(body[1])
        elif name == "NotificationClosed":
            return LATER
    return None


def _session_bus() -> DBusConnection:
    """Connect to the session's bus, at the usual place for cron. Raises VoicecheckError where there is none."""
    from jeepney.io.blocking import open_dbus_connection

    usual = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}") / "bus"
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        if not usual.exists():
            raise VoicecheckError("no desktop session is here", "Log in on a desktop.")
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={usual}"
    return open_dbus_connection("SESSION")


def _call(bus: DBusConnection, message: Any) -> Any:
    from jeepney.wrappers import unwrap_msg

    return unwrap_msg(bus.send_and_get_reply(message, timeout=10.0))


def _member(signal: Any) -> str:
    from jeepney import HeaderFields

    return str(signal.header.fields.get(HeaderFields.member))


def _bus_error() -> type[Exception]:
    from jeepney.wrappers import DBusErrorResponse

    error: type[Exception] = DBusErrorResponse
    return error


# macOS and Windows. The words are arguments or environment, never part of a script.

_DIALOG = """on run {theTitle, theText, theBegin, theLater, theSeconds}
  set shown to display dialog theText with title theTitle buttons {theLater, theBegin} ¬
    default button theLater cancel button theLater giving up after (theSeconds as integer)
  if gave up of shown then error number 1
end run"""
_BALLOON = """
Add-Type -AssemblyName System.Windows.Forms, System.Drawing
$icon = New-Object System.Windows.Forms.NotifyIcon
$icon.Icon = [System.Drawing.SystemIcons]::Information
$icon.Text = $env:VOICECHECK_TITLE
$icon.Visible = $true
$script:code = 1
$icon.add_BalloonTipClicked({ $script:code = 0; [System.Windows.Forms.Application]::Exit() })
$icon.add_BalloonTipClosed({ [System.Windows.Forms.Application]::Exit() })
$limit = New-Object System.Windows.Forms.Timer
$limit.Interval = 600000
$limit.add_Tick({ [System.Windows.Forms.Application]::Exit() })
$limit.Start()
$icon.ShowBalloonTip(10000, $env:VOICECHECK_TITLE, $env:VOICECHECK_TEXT, 'None')
[System.Windows.Forms.Application]::Run()
$icon.Dispose()
exit $script:code
"""


def _ask_macos(words: Words) -> bool:
    return _succeeds(["osascript", "-e", _DIALOG, words.title, words.text, words.begin, words.later, str(DIALOG_S)], {})


def _ask_windows(words: Words) -> bool:
    shell = shutil.which("powershell") or "powershell"
    script = [shell, "-NoProfile", "-WindowStyle", "Hidden", "-Command", _BALLOON]
    return _succeeds(script, {"VOICECHECK_TITLE": words.title, "VOICECHECK_TEXT": words.text})


def _succeeds(command: list[str], more: dict[str, str]) -> bool:
    try:
        done = subprocess.run(command, env=os.environ | more, capture_output=True, check=False, creationflags=NO_WINDOW)
    except OSError as error:
        raise VoicecheckError("No notification can be shown here.", f"{command[0]} is missing.") from error
    return done.returncode == 0
