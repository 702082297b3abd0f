"""The person's choices: TOML in, frozen typed groups out. An unknown key is an error that names its neighbour."""

from __future__ import annotations

import difflib
import errno
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec

from voicecheck.errors import UsageError

Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=3600.0)]
Minutes = Annotated[float, msgspec.Meta(gt=0.0, le=720.0)]


_CODES = """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is
    it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk
    sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh
"""
LANGUAGES = frozenset(_CODES.split())
"""what Whisper can be told to expect, most of them ISO 639-1 codes"""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the settings file."""


class Voice(Group, frozen=True):
    engine: Literal["auto", "kokoro", "piper", "system", "none"] = "auto"
    """auto goes by the name; without one it takes Piper where it is installed, else the system's voice"""
    name: str = ""
    """a name from `voice list`, or a folder with a Piper voice; empty for the engine's first"""
    rate: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)] = 1.0
    """1.0 is the voice's own pace"""
    volume: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.9
    pause_s: Annotated[float, msgspec.Meta(ge=0.0, le=3.0)] = 0.6
    """quiet before a question, after what was said before it"""


class Loudspeaker(Group, frozen=True):
    device: str = ""
    """part of the device's name; empty for the system's default"""


class Microphone(Group, frozen=True):
    device: str = ""
    """part of the device's name; empty for the system's default"""
    pre_roll_s: Seconds = 0.4
    """sound kept from before the end of the chime, so that a quick "No." is whole"""


class Whisper(Group, frozen=True):
    model: str = "base"
    """a name from `model list`, or a folder"""
    language: str = "en"
    """an ISO 639-1 code, or auto"""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    beam_size: Annotated[int, msgspec.Meta(ge=1, le=10)] = 5


class Listening(Group, frozen=True):
    patience_s: Seconds = 2.5
    """silence after the last word before a short answer counts as finished"""
    patience_depth_s: Seconds = 0.4
    """more of it for each step of depth of the question, up to patience_long_s"""
    patience_long_s: Seconds = 4.4
    """the same once the person has been talking for a while"""
    yes_no_patience_s: Seconds = 1.5
    linger_s: Seconds = 4.0
    """listening on after the reflection: who goes on speaking reopens the answer"""
    nudge_after_s: Seconds = 8.0
    """silence after the question before a soft sound"""
    repeat_after_s: Seconds = 20.0
    give_up_after_s: Seconds = 45.0
    longest_answer_s: Seconds = 1800.0
    journal_patience_s: Seconds = 7.0
    """silence that ends free journaling"""
    longest_journal_s: Seconds = 3600.0


class Checkin(Group, frozen=True):
    pack: str = "evening"
    count: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    """questions: a short opener, and then from the pack"""
    name: Annotated[str, msgspec.Meta(max_length=40)] = "me"
    """who speaks besides NAME in `checkin --with NAME`"""
    aloud: Literal["questions", "all", "nothing"] = "questions"


class Help(Group, frozen=True):
    country: Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$")] = ""
    """two letters, as US or IE; empty for that of the system's language setting"""
    offer: bool = True
    """show once where help can be found, when an answer holds one of the phrases of `heavy.en.toml`"""


class Vault(Group, frozen=True):
    keep_audio: Literal["until_reviewed", "never", "always"] = "until_reviewed"
    """until_reviewed keeps sound until the entry was reviewed, and for seven days at most"""


class Review(Group, frozen=True):
    lock_after_min: Minutes = 10.0
    """minutes without use before the review page locks, which ends its process"""


class Settings(Group, frozen=True):
    voice: Voice = Voice()
    loudspeaker: Loudspeaker = Loudspeaker()
    microphone: Microphone = Microphone()
    whisper: Whisper = Whisper()
    listening: Listening = Listening()
    checkin: Checkin = Checkin()
    help: Help = Help()
    vault: Vault = Vault()
    review: Review = Review()


def load_settings(path: Path) -> Settings:
    """Read `path`; a missing file means the defaults. Raises UsageError that names the file and the key."""
    try:
        if path.exists() and not path.is_file():  # reading a pipe would wait for ever
            raise OSError(errno.EINVAL, "it is no plain file")
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or "it is no file"
        raise UsageError(
            f"The settings {path} cannot be read: {reason}.", "Check its permissions and that it is text."
        ) from error
    return parse_settings(content, str(path))


def parse_settings(content: str, origin: str) -> Settings:
    try:
        table = tomllib.loads(content)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"{origin} is not valid TOML: {reason}.", "Mend that line, or move the file away.") from error
    _refuse_unknown_keys(table, origin, content)
    try:
        settings = msgspec.convert(table, Settings)
    except RecursionError as error:
        raise UsageError(f"{origin} is nested too deeply.", "Mend it, or move the file away.") from error
    except msgspec.ValidationError as error:
        key = _key_of(str(error))
        raise UsageError(
            f"{origin}{_line_of(key, content)}: {key or 'a value'} is wrong: {str(error).split(' - at')[0]}.",
            "Mend that value, or take the line out for the default.",
        ) from error
    where = f"{origin}{_line_of('whisper.language', content)}: whisper.language"
    language = known_language(settings.whisper.language, where)
    return msgspec.structs.replace(settings, whisper=msgspec.structs.replace(settings.whisper, language=language))


def known_language(code: str, where: str) -> str:
    """`code` in small letters; auto, or a language that Whisper knows. Raises UsageError that begins with `where`."""
    plain = code.strip().lower()
    if plain == "auto" or plain in LANGUAGES:
        return plain
    main = re.split(r"[-_]", plain)[0]
    near = [main] if main in LANGUAGES else difflib.get_close_matches(plain, sorted(LANGUAGES), n=1)
    hint = f"Did you mean {near[0]}?" if near else "Give a code such as en or de, or auto."
    raise UsageError(f"{where} is {code!r}, and Whisper knows no such language.", hint)


def _refuse_unknown_keys(table: Mapping[str, Any], origin: str, content: str) -> None:
    groups = get_type_hints(Settings)
    for group, values in table.items():
        if group not in groups:
            raise _unknown(group, list(groups), origin, content)
        if isinstance(values, dict):
            known = list(groups[group].__struct_fields__)
            for key in values:
                if key not in known:
                    raise _unknown(f"{group}.{key}", [f"{group}.{k}" for k in known], origin, content)


def _unknown(key: str, known: list[str], origin: str, content: str) -> UsageError:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
    return UsageError(f"{origin}{_line_of(key, content)}: there is no setting called {key}.", hint)


def _key_of(message: str) -> str:
    match = re.search(r"at `\$\.([\w.]+)`", message)
    return match.group(1) if match else ""


def _line_of(key: str, content: str) -> str:
    """`, line 7` where the last part of `key` begins a line, its group's header before it counted."""
    group, _, name = key.rpartition(".")
    inside = not group
    for number, line in enumerate(content.splitlines(), start=1):
        header = re.match(r"\s*\[([\w.]+)\]", line)
        if header:
            inside = header.group(1) == group or (not group and header.group(1) == name)
            if not group and header.group(1) == name:
                return f", line {number}"
        elif inside and re.match(rf"\s*{re.escape(name)}\s*=", line):
            return f", line {number}"
    return ""
