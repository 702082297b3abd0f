"""Ways to hold an evening, as the form on the page of today offers them and sends them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicecheck.checkin.two_names import speakers_of
from voicecheck.checkin.wishes import Wishes
from voicecheck.checkin.wording import NAMELESS
from voicecheck.errors import UsageError
from voicecheck.prompts.packs import OPENERS, load_packs
from voicecheck.settings.file import change_settings
from voicecheck.web.site.forms import first

if TYPE_CHECKING:
    from voicecheck.web.site.context import Desk


@dataclass(frozen=True, slots=True)
class Ways:
    """Choices of the form."""

    packs: tuple[tuple[str, str], ...] = ()
    """id and title of each pack of questions that is asked in this language"""
    chosen: str = ""
    """id of the pack of the settings"""
    name: str = ""
    """own name, where the settings hold one"""


def ways_of(desk: Desk) -> Ways:
    """Return what can be chosen; nothing where the settings cannot be read, which is told where they are needed."""
    try:
        checkin = desk.settings.checkin
    except UsageError:
        return Ways()
    asked = [one for one in load_packs(desk.paths.prompts_folder).packs if one.language == desk.phrases.language]
    packs = tuple((one.id, one.title) for one in asked if not one.id.startswith(OPENERS))
    chosen = next(
        (name for name in (f"{checkin.pack}-{desk.phrases.language}", checkin.pack) if name in dict(packs)), ""
    )
    return Ways(packs, chosen, "" if checkin.name == NAMELESS else checkin.name)


def wishes_of(fields: Mapping[str, list[str]], desk: Desk) -> Wishes | None:
    """Return what the form asks for; None to write down what broke off. Raises UsageError for a name of no use."""
    sent = dict(fields)
    way, typed = first(sent, "way"), "typed" in sent
    if way == "mend":
        return None
    if way == "again":
        wished = desk.evening.wishes
        return None if wished is None else replace(wished, typed=typed or wished.typed)
    if way == "journal":
        return Wishes(typed=typed, journal=True)
    pack, other = first(sent, "pack") or None, first(sent, "with").strip()
    if pack is not None:
        load_packs(desk.paths.prompts_folder).pack(pack)
    checkin = desk.settings.checkin
    if not other:
        return Wishes(typed=typed, pack=pack, count=checkin.count)
    mine = " ".join(first(sent, "mine").split()) or checkin.name
    speakers = speakers_of(mine, other)
    if mine != checkin.name:
        change_settings(desk.paths.settings_file, {"checkin.name": mine})
    return Wishes(typed=typed, pack=pack, speakers=speakers)
