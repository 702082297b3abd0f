"""`voicecheck doctor`: check every part once, with a tick or a cross and the next step.

A part that may be missing, so that nothing is wrong without it, gets a dash and no cross.

A check never opens the vault and stores nothing. With --report only what may stand in a public bug report is shown:
no path, no device's name (it can be a person's), no count of what is kept, no error's text.
"""

from __future__ import annotations

import math
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click

from voicecheck import __version__
from voicecheck.cli.app import App, echo_json, json_option
from voicecheck.cli.models.recogniser import expect_recogniser
from voicecheck.cli.vault.unlocking import has_vault
from voicecheck.errors import ExitCode, VaultError, VoicecheckError
from voicecheck.text.typed import as_typed

PACKAGES = ("faster-whisper", "ctranslate2", "onnxruntime", "av", "sounddevice", "pyttsx3", "sqlcipher3", "PyNaCl")
UNSURE = "its disk does not say when a new file is safely stored, so a loss of power may take the newest"
QUIETEST_ROOM_DBFS = -90.0  # below what any microphone's own noise gives: it is muted


@dataclass(frozen=True, slots=True)
class Check:
    """Result of the check of one part."""

    name: str
    ok: bool
    detail: str
    next_step: str = ""
    public: str = ""
    """the part of the detail that may stand in a bug report"""
    code: ExitCode = ExitCode.GENERAL
    """the exit code when it fails"""
    needed: bool = True
    """True if a spoken check-in cannot do without it"""
    may_miss: bool = False
    """True if nothing is wrong where it is missing"""


@click.command()
@click.option("--report", is_flag=True, help="Show only what may stand in a bug report.")
@json_option
@click.pass_obj
def doctor(app: App, report: bool, as_json: bool) -> int:
    """Check every part, and say what to do next."""
    checks = []
    for check in run_checks(app):
        checks.append(check)
        if not as_json:
            _show(app, check, report)
    failed = [check for check in checks if check.needed and not check.ok]
    if as_json:
        echo_json({"ok": not failed, "checks": [_json(check, report) for check in checks]})
    return failed[0].code if failed else ExitCode.DONE


def run_checks(app: App) -> Iterator[Check]:
    """Yield all checks, one after the other; a part that raises is a cross with the error's own words."""
    for name, code, needed, look in _PARTS:
        try:
            yield look(app)
        except VoicecheckError as error:
            yield Check(name, False, error.message, error.hint, type(error).__name__, code, needed)


def check_versions(_app: App) -> Check:
    from importlib.metadata import PackageNotFoundError, version

    found, missing = [], []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    detail = ", ".join(
        [f"VoiceCheck {__version__}", f"Python {platform.python_version()}", platform.platform(), *found]
    )
    if missing:
        detail += f"; missing: {', '.join(missing)}"
    return Check("versions", not missing, detail, "Install VoiceCheck again." if missing else "", detail)


def check_guard(_app: App) -> Check:
    from voicecheck.offline import guard_status

    status = guard_status()
    parts = {
        "environment": status.environment,
        "audit hook": status.hook,
        "kernel filter": status.kernel_filter,
        "landlock": status.landlock,
        "no core dumps": status.no_core_dumps,
    }
    detail = ", ".join(f"{part}{'' if on else ': off'}" for part, on in parts.items())
    whole = status.on and (status.kernel_filter or not sys.platform.startswith("linux"))
    if not status.kernel_filter:
        detail += f". {status.reason}"
    step = "" if whole else "Native code is not held back here. In a container, allow the system call seccomp."
    return Check("network guard", whole, detail, step, detail, needed=not status.on)


def check_model(app: App) -> Check:
    from voicecheck.models.catalog import find_model

    engine = app.settings.recogniser.engine
    if engine != "whisper":
        expect_recogniser(app.settings, app.paths.models_folder)
        return Check("model", True, f"that of {engine}", public="of another recogniser")
    model = find_model(app.settings.whisper.model, app.paths.models_folder)
    if not model.languages:
        return Check("model", True, f"{model.path}, a folder that the catalog does not know", public="a folder")
    return Check("model", True, f"{model.name}, every file as published", public=f"{model.name}, verified")


def check_voice(app: App) -> Check:
    from voicecheck.checkin.preparing import how_far, sentences_of
    from voicecheck.speech.voice.voices import describe_voice

    described = describe_voice(app.settings.voice, app.paths.models_folder)
    made = how_far(app, app.settings.voice, sentences_of(app))
    if made is None:
        return Check("voice", True, described, public=app.settings.voice.engine, needed=False)
    ready = "all" if made.whole else f"{made.ready} of {made.wanted}"
    detail = f"{described}, {ready} sentences prepared"
    step = "" if made.whole else "For questions at once: voicecheck voice prepare"
    public = f"{app.settings.voice.engine}, {ready} prepared"
    return Check("voice", True, detail, step, public, needed=False)


def check_loudspeaker(app: App) -> Check:
    from voicecheck.speech.voice.speaker import check_loudspeaker as look

    look(app.settings.loudspeaker)
    return Check("loudspeaker", True, "it takes sound", public="it takes sound", needed=False)


def check_microphone(app: App) -> Check:
    from voicecheck.speech.microphone import measure_level

    device, level_dbfs = measure_level(app.settings.microphone, seconds=1.0)
    if math.isinf(level_dbfs) or level_dbfs < QUIETEST_ROOM_DBFS:
        step = "It may be muted, or another one is meant: choose it with voicecheck setup."
        return Check("microphone", False, f"{device} gives no sound at all", step, "no sound at all", ExitCode.AUDIO)
    level = f"level {level_dbfs:.0f} dBFS"
    return Check("microphone", True, f"{device}, {level}", public=level, code=ExitCode.AUDIO)


def check_vault(app: App) -> Check:
    from voicecheck.files import sync_folder
    from voicecheck.vault.inbox.inbox import answers
    from voicecheck.vault.keys.kinds import titles
    from voicecheck.vault.keys.slots import KeySlots
    from voicecheck.vault.store.connection import check_installed

    check_installed()
    if not has_vault(app):
        return Check("vault", True, "none yet; the first check-in makes it", public="none yet")
    slots = KeySlots.load(app.paths.slots_file)
    _ = slots.public_key  # raises where it is damaged
    if not app.paths.vault_file.is_file():
        step = f"Put vault.db back into {app.paths.vault_folder}, from a backup."
        return Check("vault", False, "its keys are there, and its file is missing", step, "no file", ExitCode.VAULT)
    opens_with = ", ".join(titles(slots.kinds))
    waiting = len(answers(app.paths.inbox_folder)) if app.paths.inbox_folder.is_dir() else 0
    sealed = f"; {waiting} sealed, waiting for the next unlock" if waiting else ""
    unsure = "" if sync_folder(app.paths.vault_folder) else f"; {UNSURE}"
    return Check("vault", True, f"opens with {opens_with}{sealed}{unsure}", public=f"opens with {opens_with}{unsure}")


def check_keychain(app: App) -> Check:
    """Check the keychain. One that is not there is missed only where it opens the vault."""
    from voicecheck.vault.keys.keychain import KEYCHAIN, find_keychain
    from voicecheck.vault.keys.slots import KeySlots

    try:
        backend = type(find_keychain())
    except VaultError as error:
        step = "Nothing to do: the passphrase or a key file opens the vault."
        missed = has_vault(app) and KEYCHAIN.name in KeySlots.load(app.paths.slots_file).kinds
        return Check("keychain", False, error.message, step, "none", needed=False, may_miss=not missed)
    name = f"{backend.__module__}.{backend.__name__}"
    return Check("keychain", True, name, public=name, needed=False)


def check_graphics_card(_app: App) -> Check:
    """Check the graphics card. It is not needed; but its owner should learn what is missing, with the line to type."""
    from voicecheck.speech.whisper.graphics import look

    found = look()
    if not found.usable and not found.built_in:
        return Check("graphics card", True, "none for Whisper; it runs on the processor", public="none", needed=False)
    if not found.usable:
        step = "Install NVIDIA's driver, on Debian: apt install nvidia-driver"
        detail = "an NVIDIA card without a driver; Whisper runs on the processor"
        return Check("graphics card", False, detail, step, "no driver", needed=False, may_miss=True)
    detail = f"{found.usable} with CUDA"
    if found.missing:
        what = " and ".join(library.title for library in found.missing)
        wheels = " ".join(library.wheel for library in found.missing)
        step = f"To let Whisper use it: {sys.executable} -m pip install {wheels}"
        return Check(
            "graphics card", False, f"{detail}; {what} is missing", step, f"no {what}", needed=False, may_miss=True
        )
    return Check("graphics card", True, detail, public=detail, needed=False)


Look = Callable[[App], Check]
_PARTS: tuple[tuple[str, ExitCode, bool, Look], ...] = (
    ("versions", ExitCode.GENERAL, True, check_versions),
    ("network guard", ExitCode.GENERAL, True, check_guard),
    ("model", ExitCode.MODEL, True, check_model),
    ("voice", ExitCode.AUDIO, False, check_voice),
    ("loudspeaker", ExitCode.AUDIO, False, check_loudspeaker),
    ("microphone", ExitCode.AUDIO, True, check_microphone),
    ("vault", ExitCode.VAULT, True, check_vault),
    ("keychain", ExitCode.GENERAL, False, check_keychain),
    ("graphics card", ExitCode.GENERAL, False, check_graphics_card),
)


def _show(app: App, check: Check, report: bool) -> None:
    signs = ("✓", "✗", "–") if _can_print("✓✗–") else ("ok", "--", "..")
    tick, cross, dash = ("good,", "not good,", "missing,") if app.plain else signs
    detail = check.public if report else check.detail
    sign = tick if check.ok else dash if check.may_miss else cross
    click.echo(f"{sign} {check.name}: {detail}")
    if check.next_step and not report:
        click.echo(f"    {as_typed(check.next_step)}")


def _can_print(signs: str) -> bool:
    try:
        signs.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _json(check: Check, report: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {"name": check.name, "ok": check.ok, "needed": check.needed}
    if report:
        return shape | {"detail": check.public}
    return shape | {"detail": check.detail, "next_step": check.next_step}
