"""Prompt packs: find, read and check them. The choice of the next question is the ladder's (`ladder`).

A pack is a TOML file (format: the head of prompts/evening.toml). The packs that come with VoiceCheck lie in the
checkout's `prompts/` or in the wheel's `voicecheck/_prompts`; a person's own lie in the settings folder and replace
those with the same id.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from voicecheck.domain import FollowUps, Prompt
from voicecheck.errors import UsageError
from voicecheck.files import write_atomically
from voicecheck.text.tables import TableFile, open_table
from voicecheck.text.toml_lines import Key
from voicecheck.text.untrusted import ENCODING

OPENERS = "opening"
"""the pack of the first of several questions; in another language `opening-<language>`"""


STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""control characters, line separators, and what turns the direction of writing"""
CHECK = "Mend it, then try: voicecheck prompt check {path}"
MOST_LISTED = 20
"""names of a hint; more are shown by a command"""
LONGEST_TEXT_WORDS = 28  # about 12 s aloud at 140 words a minute

Id = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Heard = Literal["named", "vague", "nothing"]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One [[prompts]] table of a pack."""

    id: Id
    text: Text
    depth: Annotated[int, msgspec.Meta(ge=1, le=5)]
    """1 small and safe, 5 deep"""
    theme: str
    why: str
    follow_ups: dict[Heard, Text] = {}
    """follow-up questions, by what was heard in the answer"""
    together: Annotated[str, msgspec.Meta(max_length=300)] = ""
    """question to ask instead where two people answer"""


class PackFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Id
    title: Text
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")]
    why: str
    prompts: Annotated[tuple[Question, ...], msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class Pack:
    id: str
    title: str
    language: str
    why: str
    prompts: tuple[Prompt, ...]
    origin: Path
    """the file it was read from"""


@dataclass(frozen=True, slots=True)
class BrokenPack:
    """A file that cannot be asked from."""

    name: str
    """its id, or where that cannot be read the file's name without its ending"""
    fault: UsageError


@dataclass(frozen=True, slots=True)
class Packs:
    """All packs that can be asked from, the person's own first; and the broken ones, which stop nobody."""

    packs: tuple[Pack, ...]
    broken: tuple[BrokenPack, ...] = ()

    def pack(self, pack_id: str) -> Pack:
        for pack in self.packs:
            if pack.id == pack_id:
                return pack
        for broken in self.broken:
            if broken.name == pack_id:
                raise broken.fault
        raise _unknown("prompt pack", pack_id, [pack.id for pack in self.packs])

    def in_language(self, pack_id: str, language: str) -> Pack:
        """The pack as it is asked in this language: `<id>-<language>` where there is one, else the pack itself.

        Raises UsageError with the nearest id.
        """
        name = f"{pack_id}-{language}"
        return next((pack for pack in self.packs if pack.id == name), None) or self.pack(pack_id)

    def find(self, prompt_id: str) -> Prompt:
        """Return the prompt with this id, of whatever pack. Raises UsageError with the nearest id."""
        for prompt in self:
            if prompt.id == prompt_id:
                return prompt
        raise _unknown("prompt", prompt_id, [prompt.id for prompt in self])

    def __iter__(self) -> Iterator[Prompt]:
        return (prompt for pack in self.packs for prompt in pack.prompts)


# Drawn ahead, for evenings on which the vault stays locked


class _Drawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    prompts: list[Id]
    """of every pack that was drawn from, in the order in which they are to be asked"""


def write_drawn(path: Path, prompts: Iterable[Prompt]) -> None:
    """Keep the ids of `prompts` for later. The folder must exist; raises OSError."""
    write_atomically(path, msgspec.json.encode(_Drawn([prompt.id for prompt in prompts])))


def read_drawn(path: Path, prompts: Iterable[Prompt]) -> tuple[Prompt, ...]:
    """Return those of `prompts` that were drawn ahead, in their order; none if the file is missing or damaged."""
    try:
        drawn = msgspec.json.decode(path.read_bytes(), type=_Drawn)
    except (OSError, ValueError, RecursionError):
        return ()  # nothing is lost with it: the next questions are drawn anew
    known = {prompt.id: prompt for prompt in prompts}
    return tuple(known[prompt_id] for prompt_id in drawn.prompts if prompt_id in known)


# Reading packs


def load_packs(own_folder: Path) -> Packs:
    """Read the person's own packs and those that come with VoiceCheck; a broken one only once it is asked for."""
    own, own_broken = _load_folder(own_folder)
    shipped, shipped_broken = _load_folder(shipped_folder())
    left = [pack for pack in shipped if pack.id not in {mine.id for mine in own}]
    return Packs((*own, *left), (*own_broken, *shipped_broken))


def _load_folder(folder: Path) -> tuple[list[Pack], list[BrokenPack]]:
    """Load a folder. Of two packs with one id neither counts: which was meant is not left to the alphabet."""
    read: list[Pack] = []
    broken: list[BrokenPack] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            read.append(read_pack(path))
        except UsageError as fault:
            broken.append(BrokenPack(_id_in(path), fault))
    sound: list[Pack] = []
    for pack in read:
        other = next((p.origin.name for p in read if p.id == pack.id and p is not pack), None)
        if other is None:
            sound.append(pack)
        else:
            twice = open_table(pack.origin, CHECK.format(path=pack.origin))
            broken.append(BrokenPack(pack.id, twice.fault(("id",), f"{other} has the id {pack.id} too")))
    return sorted(sound, key=lambda pack: pack.id), broken


def _id_in(path: Path) -> str:
    """Return the id in a broken file, or its name without the ending."""
    text = path.read_bytes().decode(ENCODING, errors="replace") if path.is_file() and os.access(path, os.R_OK) else ""
    match = re.search(r"""^id\s*=\s*["']([a-z0-9-]+)["']""", text, re.MULTILINE)
    return match[1] if match else path.stem


def shipped_folder() -> Path:
    """Return the folder of the packs that come with VoiceCheck: in the wheel, or beside the package in a checkout."""
    package = Path(__file__).parents[1]
    in_wheel = package / "_prompts"
    return in_wheel if in_wheel.is_dir() else package.parent / "prompts"


def read_pack(path: Path) -> Pack:
    """Read one pack. Raises UsageError that names file, line and fault."""
    file = open_table(path, "Give the path of a pack, a .toml file.")
    file = replace(file, hint=CHECK.format(path=path))
    content = file.convert(PackFile)
    _check_texts(file, content)
    prompts = tuple(_prompt(content.id, question) for question in content.prompts)
    return Pack(content.id, content.title, content.language, content.why, prompts, path)


def _prompt(pack_id: str, q: Question) -> Prompt:
    heard = {str(name): text for name, text in q.follow_ups.items()}
    return Prompt(q.id, q.text, pack_id, q.depth, q.theme, q.why, FollowUps(**heard), q.together)


def _check_texts(file: TableFile, content: PackFile) -> None:
    """Check rules that a type cannot express: ids differ, and a voice can say each text in one breath or two."""
    _check_letters(file, (), title=content.title, why=content.why)
    seen: set[str] = set()
    for number, question in enumerate(content.prompts):
        place = ("prompts", str(number))
        others = [("together", question.together)] if question.together else []
        others += [("follow_ups", text) for text in question.follow_ups.values()]
        _check_letters(file, place, text=question.text, theme=question.theme, why=question.why)
        for key, text in others:
            _check_letters(file, place, **{key: text})
        if question.id in seen:
            raise file.fault((*place, "id"), f"the id {question.id} stands twice")
        seen.add(question.id)
        for key, text in (("text", question.text), *others):
            words = len(text.split())
            if words > LONGEST_TEXT_WORDS:
                fault = f"{key} has {words} words, and more than {LONGEST_TEXT_WORDS} take too long to say"
                raise file.fault((*place, key), fault)


def _check_letters(file: TableFile, place: Key, **texts: str) -> None:
    """Check that nothing said is blank, and that no text steers a terminal. `why` may have several lines."""
    for key, text in texts.items():
        if not text.strip() and key not in ("why", "theme"):
            raise file.fault((*place, key), f"{key} is blank")
        if STEERING.search(text.replace("\n", "") if key == "why" else text):
            raise file.fault((*place, key), f"{key} holds a control character")


def _unknown(kind: str, name: str, known: list[str]) -> UsageError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    there = f"There are: {', '.join(known)}." if len(known) <= MOST_LISTED else "See: voicecheck prompt list"
    hint = f"Did you mean {near[0]}?" if near else there
    return UsageError(f"There is no {kind} called {name}.", hint)
