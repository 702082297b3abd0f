"""Types of the settings: TOML in, frozen groups out. An unknown key is an error that names its neighbour."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec

from voicecheck.errors import UsageError
from voicecheck.settings.field_notes import explained, explanation_of, takes
from voicecheck.text.tables import open_table
from voicecheck.text.toml_lines import Key, fault_in, lines_of_keys

Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=3600.0)]
Minutes = Annotated[float, msgspec.Meta(gt=0.0, le=720.0)]


_CODES = """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is
    it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk
    sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh
"""
LANGUAGES = frozenset(_CODES.split())
"""languages that Whisper can be told to expect, most of them ISO 639-1 codes"""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the settings file."""


class Voice(Group, frozen=True):
    """The voice that asks."""

    engine: Annotated[
        Literal["auto", "kokoro", "piper", "system", "none"],
        explained(
            "auto goes by the name, and without one takes Piper where it is installed, else the system's voice; none"
            " shows the questions only"
        ),
    ] = "auto"
    name: Annotated[
        str,
        explained("a name from voice list, or a folder with a Piper voice; empty for the engine's first"),
    ] = ""
    language: Annotated[
        str,
        msgspec.Meta(pattern="^(auto|[a-z]{2,3})$", examples=["auto", "en", "de"]),
        explained("the code of the language that a voice without a name is chosen for; auto is that of the program"),
    ] = "auto"
    rate: Annotated[float, msgspec.Meta(ge=0.5, le=2.0), explained("pace; 1.0 is the voice's own")] = 1.0
    volume: Annotated[float, msgspec.Meta(ge=0.0, le=1.0), explained("loudness; 1.0 is as loud as it goes")] = 0.9
    pause_s: Annotated[
        float,
        msgspec.Meta(ge=0.0, le=3.0),
        explained("seconds of quiet before a question, behind what was said"),
    ] = 0.6


class Loudspeaker(Group, frozen=True):
    """The device that you hear."""

    device: Annotated[str, explained("part of the device's name; empty for the system's default")] = ""


class Microphone(Group, frozen=True):
    """The device that you speak into."""

    device: Annotated[str, explained("part of the device's name; empty for the system's default")] = ""
    pre_roll_s: Annotated[
        Seconds, explained('sound kept from before the end of the chime, so that a quick "No." is whole')
    ] = 0.4
    coupling: Annotated[
        Literal["unknown", "headphones", "good", "poor"],
        explained("how well its own voice can be told from yours while it speaks; `voicecheck setup` measures it"),
    ] = "unknown"
    coupling_of: Annotated[
        str, explained("the loudspeaker and microphone that this was measured with; with others it does not count")
    ] = ""


class Recogniser(Group, frozen=True):
    """The engine that turns your speech into words."""

    engine: Annotated[str, explained("what turns speech into words; whisper comes with the program")] = "whisper"


class Whisper(Group, frozen=True):
    """The Whisper model that writes down your words."""

    model: Annotated[str, explained("a name from `voicecheck model list`, or a folder")] = "base"
    language: Annotated[
        str,
        msgspec.Meta(examples=["auto", "en", "de"]),
        explained(
            "the code of the only language you speak; auto is that of the program, and any other that you surely speak"
        ),
    ] = "auto"
    device: Annotated[
        Literal["auto", "cpu", "cuda"], explained("where it runs; auto takes a graphics card where there is one")
    ] = "auto"
    beam_size: Annotated[
        int, msgspec.Meta(ge=1, le=10), explained("how many ways of writing it are weighed; more is slower")
    ] = 5


class Listening(Group, frozen=True):
    """Waiting times, all in seconds."""

    ends_by: Annotated[
        Literal["words", "silence"],
        explained("what tells that an answer is over: its words, and silence where they do not tell; or silence alone"),
    ] = "words"
    patience_s: Annotated[
        Seconds, explained("silence after the last word before a short answer counts as finished")
    ] = 2.5
    patience_depth_s: Annotated[
        Seconds, explained("more of it for each step of depth of the question, up to patience_long_s")
    ] = 0.4
    patience_long_s: Annotated[Seconds, explained("the same once you have been talking for a while")] = 4.4
    yes_no_patience_s: Annotated[Seconds, explained("the same where yes or no is the answer")] = 1.5
    linger_s: Annotated[
        Seconds, explained("listening on after the reflection: who goes on speaking reopens the answer")
    ] = 4.0
    nudge_after_s: Annotated[
        Seconds, explained("silence after the question before a soft sound; 0 for never, as for the next two")
    ] = 8.0
    repeat_after_s: Annotated[Seconds, explained("silence before the question comes once more")] = 20.0
    give_up_after_s: Annotated[Seconds, explained("silence before it ends kindly")] = 45.0
    reply_wait_s: Annotated[
        Seconds, explained("silence that leaves a yes or no, or a word that is offered; 0 for as long as you need")
    ] = 8.0
    follow_wait_s: Annotated[
        Seconds, explained("silence that leaves a question behind your answer; 0 for as long as you need")
    ] = 12.0
    longest_answer_s: Annotated[Seconds, explained("an answer ends here at the latest")] = 1800.0
    journal_patience_s: Annotated[Seconds, explained("silence that ends free journaling")] = 7.0
    while_speaking: Annotated[
        bool,
        explained("hear what you say while it speaks; it stops for you, and what you said is kept from the first word"),
    ] = True
    longest_journal_s: Annotated[Seconds, explained("free journaling ends here at the latest")] = 3600.0


class Checkin(Group, frozen=True):
    """Questions of an evening, and how they are asked."""

    pack: Annotated[str, explained("the questions: a pack from `voicecheck prompt list`")] = "evening"
    count: Annotated[
        int, msgspec.Meta(ge=1, le=10), explained("how many questions: a short opener, and then from the pack")
    ] = 2
    name: Annotated[str, msgspec.Meta(max_length=40), explained("who speaks besides NAME in `checkin --with NAME`")] = (
        "me"
    )
    aloud: Annotated[
        Literal["questions", "all", "everything", "nothing"],
        explained(
            "what is spoken; all means your own words too, so only where nobody else can hear; everything is for who"
            " sees no screen: all of it, and each notice"
        ),
    ] = "questions"


class Invitation(Group, frozen=True):
    """An invitation aloud, where `remind set TIME --spoken` has switched it on."""

    volume: Annotated[
        float, msgspec.Meta(ge=0.0, le=1.0), explained("loudness of the one sentence; 1.0 is as loud as it goes")
    ] = 0.3
    word: Annotated[
        str,
        msgspec.Meta(max_length=40),
        explained("a word of your own that begins the evening, in the place of yes; empty for yes"),
    ] = ""


class Help(Group, frozen=True):
    """Help lines: of which country, and when they are shown."""

    country: Annotated[
        str,
        msgspec.Meta(pattern=r"^([^\W\d_][^\d]{1,59})?$", examples=["US", "Ireland"]),
        explained("two letters or a name, as US, UK or Ireland; empty for that of the system's language setting"),
    ] = ""
    offer: Annotated[
        bool,
        explained("show once where help can be found, when an answer tells of danger to your own life, or of violence"),
    ] = True


class Vault(Group, frozen=True):
    """Kept evenings: how long their sound stays, and a backup."""

    keep_audio: Annotated[
        Literal["until_reviewed", "never", "always"],
        explained("sound; until_reviewed keeps it until the entry was reviewed, and for seven days at most"),
    ] = "until_reviewed"
    backup_folder: Annotated[
        str,
        msgspec.Meta(max_length=4096, examples=["/media/stick", "~/Cloud/VoiceCheck"]),
        explained("folder that gets a backup after an evening, as a stick or a synced folder; empty for none"),
    ] = ""


class Review(Group, frozen=True):
    """The page for looking back."""

    lock_after_min: Annotated[Minutes, explained("minutes without use before it locks, which ends its process")] = 10.0


class Program(Group, frozen=True):
    """VoiceCheck itself."""

    language: Annotated[
        str,
        msgspec.Meta(pattern="^(auto|[a-z]{2,3})$", examples=["auto", "en", "de"]),
        explained(
            "the code of the language it speaks and writes in, English where it does not know it; auto keeps that of"
            " the system at the first run"
        ),
    ] = "auto"
    plain: Annotated[
        Literal["auto", "yes", "no"],
        explained("plain lines, one after the other, for a screen reader; auto prints them where one is found"),
    ] = "auto"
    reader_wpm: Annotated[
        float,
        msgspec.Meta(ge=40.0, le=1200.0),
        explained("words a minute that the screen reader reads; it listens once what was printed is read"),
    ] = 150.0


class Settings(Group, frozen=True):
    voice: Voice = Voice()
    loudspeaker: Loudspeaker = Loudspeaker()
    microphone: Microphone = Microphone()
    recogniser: Recogniser = Recogniser()
    whisper: Whisper = Whisper()
    listening: Listening = Listening()
    checkin: Checkin = Checkin()
    invitation: Invitation = Invitation()
    help: Help = Help()
    vault: Vault = Vault()
    review: Review = Review()
    program: Program = Program()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that the file may hold."""

    key: str
    """as voice.rate"""
    default: str | float | bool
    takes: str
    explanation: str


def every_setting() -> tuple[Setting, ...]:
    """Return all settings, group by group."""
    return tuple(
        Setting(f"{group}.{name}", default, takes(hints[name]), explanation_of(hints[name]))
        for group, kind in get_type_hints(Settings).items()
        for hints in [get_type_hints(kind, include_extras=True)]
        for name, default in zip(kind.__struct_fields__, kind.__struct_defaults__, strict=True)
    )


def value_of(settings: Settings, key: str) -> str | float | bool:
    group, name = key.split(".")
    value: str | float | bool = getattr(getattr(settings, group), name)
    return value


def load_settings(path: Path) -> Settings:
    """Read `path`; a missing file means the defaults. Raises UsageError that names the file and the key."""
    return parse_settings(read_settings(path), str(path))


def read_settings(path: Path) -> str:
    """Return the text of the file, empty where it is missing. Raises UsageError for what is no text."""
    try:
        return open_table(path, "Check its permissions and that it is text.").text
    except UsageError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return ""
        raise


def parse_settings(content: str, origin: str) -> Settings:
    try:
        table = tomllib.loads(content)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        raise _no_toml(error, origin, content) from error
    _refuse_unknown_keys(table, origin, content)
    try:
        settings = msgspec.convert(table, Settings)
    except RecursionError as error:
        raise UsageError(f"{origin} is nested too deeply.", "Mend it, or move the file away.") from error
    except msgspec.ValidationError as error:
        raise _wrong(_key_of(str(error)), origin, content) from error
    where = f"{origin}{_line_of(('whisper', 'language'), content)}: whisper.language"
    language = known_language(settings.whisper.language, where)
    whisper = msgspec.structs.replace(settings.whisper, language=language)
    voice, spoken = settings.voice, settings.program.language
    if voice.language == "auto" and spoken != "auto":
        voice = msgspec.structs.replace(voice, language=spoken)
    return msgspec.structs.replace(settings, whisper=whisper, voice=voice)


def known_language(code: str, where: str) -> str:
    """Return `code` in small letters: auto, or a language of Whisper. Raises UsageError that begins with `where`."""
    plain = code.strip().lower()
    if plain == "auto" or plain in LANGUAGES:
        return plain
    main = re.split(r"[-_]", plain)[0]
    near = [main] if main in LANGUAGES else difflib.get_close_matches(plain, sorted(LANGUAGES), n=1)
    hint = f"Did you mean {near[0]}?" if near else "Give a code such as en or de, or auto."
    raise UsageError(f"{where} is {code!r}, and Whisper knows no such language.", hint)


# What is wrong, and on which line


def _no_toml(error: ValueError | RecursionError, origin: str, content: str) -> UsageError:
    hint = "Mend that line, or move the file away."
    if isinstance(error, RecursionError):
        return UsageError(f"{origin} is no valid TOML: it is nested too deeply.", hint)
    reason, number = fault_in(error, content)
    if not number:
        return UsageError(f"{origin} is no valid TOML: {reason}.", hint)
    line = content.split("\n")[number - 1]
    written = re.match(r"\s*(\[[^\]]*\]|[\w.\"' -]+?(?=\s*=))", line)
    if written and reason.startswith("Cannot"):  # overwrite a value, or declare a table twice
        return UsageError(f"{origin}, line {number}: {written[1]} stands twice.", "Leave one of the two.")
    subject = f"{written[1]}: " if written else ""
    return UsageError(f"{origin}, line {number} is no valid TOML: {subject}{reason}.", hint)


def _refuse_unknown_keys(table: Mapping[str, Any], origin: str, content: str) -> None:
    groups = get_type_hints(Settings)
    for group, values in table.items():
        if group not in groups:
            raise _unknown((group,), list(groups), origin, content)
        if isinstance(values, dict):
            known = list(groups[group].__struct_fields__)
            for key in values:
                if key not in known:
                    raise _unknown((group, key), [f"{group}.{k}" for k in known], origin, content)


def _unknown(key: Key, known: list[str], origin: str, content: str) -> UsageError:
    name = ".".join(key)
    hint = f"Known here: {', '.join(known)}."
    if elsewhere := [one.key for one in every_setting() if one.key.endswith(f".{key[-1]}")]:
        hint = f"Did you mean {elsewhere[0]}? Put it below [{elsewhere[0].split('.')[0]}]."
    elif near := difflib.get_close_matches(name, known, n=1):
        hint = f"Did you mean {near[0]}?"
    return UsageError(f"{origin}{_line_of(key, content)}: there is no setting called {name}.", hint)


def _wrong(key: Key, origin: str, content: str) -> UsageError:
    """Return the error for a value of the wrong kind or out of range; tells what would be right."""
    name = ".".join(key)
    right = next((one.takes for one in every_setting() if one.key == name), "")
    what = f"it takes {right}" if right else f"it is a group of settings; write [{name}], and its settings below"
    return UsageError(
        f"{origin}{_line_of(key, content)}: {name} is wrong: {what}.",
        "Mend that value, or take the line out for the default.",
    )


def _key_of(message: str) -> Key:
    match = re.search(r"at `\$\.([\w.]+)", message)
    return tuple(match.group(1).split(".")) if match else ()


def _line_of(key: Key, content: str) -> str:
    """Return `, line 7`; empty where the key does not stand in `content`."""
    number = lines_of_keys(content).get(key)
    return f", line {number}" if number else ""
