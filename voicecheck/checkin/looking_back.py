"""Earlier answers that a person asks to hear: their last answer, a week ago, the feelings of a week, a word spelled.

It is asked for by voice or key, and never offered. Nothing is read while two are here, and what tells of violence is
not read aloud at all. Of a week, a month or a year ago nothing is read of a day on which anything heavy may have been
said, and what the person does not want again is left out. Nor is anything of an earlier evening read where nobody
looked at who asks.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from voicecheck.checkin.actions import Lookable
from voicecheck.checkin.course import Command
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.session import SittingEntries
from voicecheck.clock import Step, local_date
from voicecheck.diary.letters import A_YEAR, opening_day
from voicecheck.diary.on_this_day import is_light_day, on_this_day
from voicecheck.domain import DangerOf, Entry
from voicecheck.text.folding import spoken_words

if TYPE_CHECKING:
    from voicecheck.vault.vault import Vault

Earlier: TypeAlias = Literal[
    Command.WEEK_AGO, Command.MONTH_AGO, Command.YEAR_AGO, Command.NOT_AGAIN, Command.WEEK_FEELINGS
]
WEEK = timedelta(days=7)
NEAR_A_WEEK_DAYS = (0, 1, -1)
"""from the day that is meant; where nothing was said on it, the day before it, then the one behind it"""
MOST_FAMILIES = 6


class LookingBack:
    def __init__(self, plan: Plan, rooms: Rooms, entries: SittingEntries) -> None:
        self._plan = plan
        self._rooms = rooms
        self._phrases = rooms.phrases
        self._entries = entries
        self.text = ""
        """result of the last look-up"""
        self.said = ""
        """the last words said, for who wants them slower"""
        self._read = ""
        """id of what was read last of earlier days"""

    def look_up(self, command: Lookable) -> None:
        """Set `text` to what the command asks to hear."""
        match command:
            case Command.SLOWER | Command.FASTER:
                self.text = self._change_pace(faster=command is Command.FASTER)
            case Command.MEANING:
                self._entries.explain("")
            case Command.LETTER:
                self.text = self._letter()
            case _ if self._plan.speakers:
                self.text = self._say("read_together")
            case Command.SPELL:
                self.text = self._spell()
            case Command.READ_LAST:
                self.text = self._last()
            case _ if not self._plan.looks_back:
                self.text = self._say("read_elsewhere")
            case _ if self._rooms.vault is None:
                self.text = self._say("read_locked")
            case _:
                self.text = self._earlier(command, self._rooms.vault)

    def _earlier(self, command: Earlier, vault: Vault) -> str:
        match command:
            case Command.WEEK_AGO:
                return self._week_ago(vault)
            case Command.MONTH_AGO:
                return self._on_this_day(vault, "month")
            case Command.YEAR_AGO:
                return self._on_this_day(vault, "year")
            case Command.NOT_AGAIN:
                return self._leave_out(vault)
            case Command.WEEK_FEELINGS:
                return self._week_feelings(vault)

    def _on_this_day(self, vault: Vault, step: Step) -> str:
        today, names = local_date(self._rooms.now()), frozenset({"", self._plan.owner})
        found = on_this_day(vault, today, self._plan.watch, names, (step,))
        if found is None:
            return self._say("read_no_light")
        self._read = found.entry.id
        ago = self._phrases.tell(found.ago.phrase, count=found.ago.count)
        return f"{self._say('read_ago', ago=ago)} {found.entry.text}"

    def _leave_out(self, vault: Vault) -> str:
        """Leave out for good what was read last of earlier days."""
        if not self._read or not vault.archive.holds(self._read):
            return self._say("read_which")
        vault.unasked.leave_out(self._read)
        self._read = ""
        return self._say("read_not_again")

    def _letter(self) -> str:
        """Choose the newest answer of tonight for a letter, and say when it opens."""
        entry = self._entries.newest
        if entry is None:
            return self._say("letter_nothing")
        if self._rooms.vault is None or self._entries.closed.unkept is not None:
            return self._say("letter_locked")
        opens_on = opening_day(A_YEAR, local_date(self._rooms.now()))
        self._entries.closed.choose_letter(entry.id, opens_on)
        return self._say("letter_tonight", day=self._phrases.say_date("whole", opens_on))

    def _change_pace(self, *, faster: bool) -> str:
        if not self._rooms.mouth.change_pace(faster=faster):
            return self._say("pace_stays")
        return f"{self._say('faster_now' if faster else 'slower_now')} {self.said}".strip()

    def _last(self) -> str:
        entry, vault = self._entries.newest, self._rooms.vault
        if entry is None and not self._plan.looks_back:
            return self._say("read_elsewhere")
        if entry is None and vault is None:
            return self._say("read_locked")
        if entry is None:
            entry = next((one for one in vault.entries.list(limit=20) if self._is_own(one)), None) if vault else None
        if entry is None or not entry.text:
            return self._say("read_nothing")
        danger = self._plan.watch.heard_in(entry.text, entry.language)
        return (
            self._say("read_quietly")
            if danger is not None and danger.of is DangerOf.HARM
            else f"{self._say('read_said')} {entry.text}"
        )

    def _week_ago(self, vault: Vault) -> str:
        """Read the first answer of a light day; where there is none but a day that may be heavy, name that day."""
        heavy: date | None = None
        for away in NEAR_A_WEEK_DAYS:
            day = local_date(self._rooms.now()) - WEEK - timedelta(days=away)
            kept = [vault.entries.get(entry_id) for entry_id in vault.entries.select(since=day, until=day)]
            own = [one for one in kept if one.text and self._is_own(one) and not vault.unasked.left_out(one.id)]
            if own and is_light_day(kept, self._plan.watch):
                self._read = own[0].id
                more = f" {self._say('read_more')}" if len(own) > 1 else ""
                return f"{self._say('read_day', weekday=self._weekday(day))} {own[0].text}{more}"
            heavy = heavy or (day if own else None)
        return self._say("read_nothing") if heavy is None else self._say("read_heavy", weekday=self._weekday(heavy))

    def _weekday(self, day: date) -> str:
        return self._phrases.dates["weekdays"].split()[day.weekday()]

    def _week_feelings(self, vault: Vault) -> str:
        today = local_date(self._rooms.now())
        counts: Counter[str] = Counter()
        since = today - WEEK + timedelta(days=1)
        for felt in vault.tallies.felt(since, today, vault.tallies.others(self._plan.owner)):
            if not felt.vague:
                counts[felt.family.value] += felt.count
        names = [self._phrases.tell(f"family_{family}") for family, _ in counts.most_common(MOST_FAMILIES)]
        return self._say("feelings_named", feelings=", ".join(names)) if names else self._say("feelings_none")

    def _spell(self) -> str:
        """Return the word that was named letter by letter; else the one given back, else the last one kept."""
        entry = self._entries.newest
        word = self._entries.spell_word
        if not word and self._entries.reflection.offered:
            word = " ".join(self._entries.reflection.offered)
        if not word and entry is not None:
            given = [entry.mentions[i].text for i in self._entries.reflection.mentions if i < len(entry.mentions)]
            word = given[-1] if given else "".join(spoken_words(entry.text)[-1:])
        if not word:
            return self._say("read_nothing")
        return ". ".join(", ".join(part.upper()) for part in word.split()) + "."

    def _is_own(self, entry: Entry) -> bool:
        return entry.speaker in ("", self._plan.owner)

    def _say(self, name: str, **places: object) -> str:
        return self._phrases.say(name, self._rooms.rng, **places)
