"""SQL for the questions of each sitting, what the person did with them, and sentences taken along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from voicecheck.clock import can_be_kept, local_date, milliseconds, moment
from voicecheck.domain import Asked, Did, Sitting
from voicecheck.vault.store.connection import Database, UnfitValueError, decoded

OFFERED = "sentence offered"
"""when the check-in last offered to look for a sentence to take along, in the table `state`"""


MOMENT_ASKED = "moment without a word asked about"
"""the day of the newest moment for whose missing word the check-in asked once more, in the table `state`"""

CUT_SHORT = "evening cut short"
"""end of the last evening on the page before its time, "yes" or "no", in the table `state`"""

STEPS_AT_ONCE = 500
SHARED = ("aloud", "saved", "sheet")
"""how a sentence is taken along"""


@dataclass(frozen=True, slots=True)
class Step:
    """One question of one sitting, as it is exported."""

    session: str
    position: int
    at: datetime
    prompt_id: str
    did: Did
    entry: str = ""
    """id of what was answered; empty where nothing is kept"""


class Steps:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sitting: Sitting) -> None:
        """Keep the questions of a sitting in one transaction. Taking the same one in twice changes nothing."""
        with self._database.write():
            self._keep(
                Step(sitting.session, place, sitting.at, asked.prompt_id, asked.did, asked.entry_id)
                for place, asked in enumerate(sitting.asked)
            )

    def history(self) -> tuple[Asked, ...]:
        """Return all questions with what became of them, oldest first."""
        rows = self._database.rows(
            "SELECT prompt_id, did, coalesce(entry, '') FROM steps ORDER BY at_ms, session, position"
        )
        with decoded():
            kinds = {did: Did(did) for did in {row[1] for row in rows}}
            return tuple(Asked(prompt_id, kinds[did], entry) for prompt_id, did, entry in rows)

    def all(self) -> Iterator[Step]:
        """Yield all steps, sitting by sitting, some hundred in memory at a time."""
        place: tuple[str, int] = ("", -1)
        while rows := self._database.rows(
            """SELECT session, position, at_ms, prompt_id, did, entry FROM steps WHERE (session, position) > (?, ?)
               ORDER BY session, position LIMIT ?""",
            (*place, STEPS_AT_ONCE),
        ):
            with decoded():
                yield from (
                    Step(session, position, moment(at_ms), prompt_id, Did(did), entry or "")
                    for session, position, at_ms, prompt_id, did, entry in rows
                )
            place = rows[-1][:2]

    def restore(self, steps: Sequence[Step]) -> int:
        """Keep those that are not there yet, in one transaction. Return how many that were.

        Raises UnfitValueError for one that no sitting could have left; then none is kept.
        """
        if not all(can_be_kept(step.at) and step.position >= 0 and step.session and step.prompt_id for step in steps):
            raise UnfitValueError("One of the questions asked is nothing that a vault can keep.", "Export it again.")
        with self._database.write():
            before = self._database.value("SELECT count(*) FROM steps")
            self._keep(steps)
            return int(self._database.value("SELECT count(*) FROM steps")) - int(before)

    def _keep(self, steps: Iterable[Step]) -> None:
        self._database.execute_many(
            "INSERT OR IGNORE INTO steps (session, position, at_ms, prompt_id, did, entry) VALUES (?, ?, ?, ?, ?, ?)",
            ((s.session, s.position, milliseconds(s.at), s.prompt_id, s.did.value, s.entry or None) for s in steps),
        )

    def sentence_offered_on(self) -> date | None:
        """Return the person's day on which looking for a sentence was last offered."""
        return self._day(OFFERED)

    def mark_sentence_offered(self, at: datetime) -> None:
        self._mark_day(OFFERED, local_date(at))

    def moment_asked_about(self) -> date | None:
        """Return the day of the newest moment without a word for which one was asked later."""
        return self._day(MOMENT_ASKED)

    def mark_moment_asked_about(self, day: date) -> None:
        self._mark_day(MOMENT_ASKED, day)

    @property
    def cut_short(self) -> bool:
        """True if the last evening on the page ended because the page was closed."""
        return bool(self._database.noted(CUT_SHORT) == "yes")

    def note_cut_short(self, *, cut_short: bool) -> None:
        """Note how an evening on the page ended, so that the next opening can say so."""
        if cut_short != self.cut_short:
            with self._database.write():
                self._database.note(CUT_SHORT, "yes" if cut_short else "no")

    def _day(self, key: str) -> date | None:
        found = self._database.noted(key)
        with decoded():
            return None if found is None else date.fromisoformat(found)

    def _mark_day(self, key: str, day: date) -> None:
        with self._database.write():
            self._database.note(key, day.isoformat())


class Shares:
    """Table of sentences taken along, with the way. The sentence itself is not kept a second time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, entry_id: str, how: str, at: datetime) -> None:
        """Record a sentence taken along. `how` is one of SHARED; `entry_id` is whole."""
        with self._database.write():
            self._database.execute(
                "INSERT INTO shares (entry, at_ms, how) SELECT number, ?, ? FROM entries WHERE id = ?",
                (milliseconds(at), how, entry_id),
            )

    def record_sheet(self, entry_ids: Iterable[str], at: datetime) -> None:
        """Record, in one transaction, that sentences of these entries went along on one sheet."""
        with self._database.write():
            self._database.execute_many(
                "INSERT INTO shares (entry, at_ms, how) SELECT number, ?, 'sheet' FROM entries WHERE id = ?",
                ((milliseconds(at), entry_id) for entry_id in entry_ids),
            )

    def take_sheet_back(self, at: datetime) -> None:
        """Remove the record of the sheet of this moment: it did not go along."""
        with self._database.write():
            self._database.execute("DELETE FROM shares WHERE at_ms = ? AND how = 'sheet'", (milliseconds(at),))

    def of(self, entry_id: str) -> tuple[tuple[datetime, str], ...]:
        """Return when and how the entry was shared, oldest first; times in UTC."""
        rows = self._database.rows(
            """SELECT at_ms, how FROM shares JOIN entries ON entries.number = shares.entry
               WHERE entries.id = ? ORDER BY at_ms""",
            (entry_id,),
        )
        with decoded():
            return tuple((moment(at_ms), how) for at_ms, how in rows)
