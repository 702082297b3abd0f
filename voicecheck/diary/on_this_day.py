"""One entry of a year, a month or a week ago, to be looked at again.

Never one of a day on which something heavy was said. That is worked out on reading, in the open vault, and stored
nowhere. No table knows all that is heavy: so an entry is shown only if it names a pleasant feeling, on a day that names
no unpleasant one. Where nobody can tell, as in a language that is not watched, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from voicecheck.clock import Step, last_day, periods_back
from voicecheck.domain import ANSWERS, Entry, Quadrant, TurnKind
from voicecheck.feelings.danger import has_danger_table
from voicecheck.feelings.danger_watch import Watch
from voicecheck.feelings.languages import find_language
from voicecheck.text.folding import main_language
from voicecheck.vault.vault import Vault

PLEASANT = (Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW)
MOST_YEARS = 60
MOST_A_DAY = 40
"""entries of one day that are read; of a day with more none is shown"""


@dataclass(frozen=True, slots=True)
class Ago:
    """A distance in time, as a person says it: two years ago."""

    step: Step
    count: int

    @property
    def phrase(self) -> str:
        """Name of the phrase of the page that says it."""
        return f"ago_{self.step}s" if self.count > 1 else f"ago_{self.step}"


@dataclass(frozen=True, slots=True)
class Remembered:
    """An entry, and how long ago it was."""

    entry: Entry = field(repr=False)
    ago: Ago


def on_this_day(
    vault: Vault,
    today: date,
    watch: Watch,
    names: frozenset[str] = frozenset({""}),
    steps: tuple[Step, ...] = ("year", "month", "week"),
) -> Remembered | None:
    """Return an entry of a year ago or more, else of a month or a week ago; None where there is none to show.

    `steps` are the distances to look at.

    Left out are whole days on which something heavy may have been said, entries that name no pleasant feeling, those of
    others than `names`, and those that the person did not want to see again. Of several the longest is taken.
    """
    first = vault.timeline.first_day()
    for ago, day in _days(today, first or today):
        if ago.step not in steps:
            continue
        kept = [vault.entries.get(entry_id) for entry_id in vault.entries.select(None, day, day)[: MOST_A_DAY + 1]]
        shown = [
            one for one in kept if one.speaker in names and is_pleasant(one) and not vault.unasked.left_out(one.id)
        ]
        if shown and is_light_day(kept, watch):
            return Remembered(max(shown, key=lambda one: len(one.text)), ago)
    return None


def is_light_day(entries: Sequence[Entry], watch: Watch) -> bool:
    """True if nothing heavy can have been said in any entry of a day, whether or not help is offered in an evening."""
    watch = replace(watch, on=True, faults=[])
    return len(entries) <= MOST_A_DAY and not any(may_be_heavy(one, watch) for one in entries)


def _days(today: date, first: date) -> Iterator[tuple[Ago, date]]:
    """Yield the days to look at, those of the years first. The last of February stands for a day that is missing."""
    for count in range(1, min(MOST_YEARS, today.year - first.year) + 1):
        yield Ago("year", count), _back(today, 12 * count)
    yield Ago("month", 1), _back(today, 1)
    yield Ago("week", 1), today - timedelta(weeks=1)


def _back(day: date, months: int) -> date:
    month = periods_back(day, "month", months)
    return month.replace(day=min(day.day, last_day(month, "month").day))


def is_pleasant(entry: Entry) -> bool:
    """True if the entry names a pleasant feeling of the speaker's own."""
    return any(mention.felt_now and mention.quadrant in PLEASANT for mention in entry.mentions)


def may_be_heavy(entry: Entry, watch: Watch) -> bool:
    """True unless the entry is surely light, in its text and as it was heard: a day too many is left out gladly."""
    if not has_danger_table(entry.language):
        return True
    if any(mention.quadrant not in PLEASANT for mention in entry.mentions):  # denied, or another's, it was there
        return True
    spoken = find_language(main_language(entry.language))
    for text in _texts(entry):
        read = watch.read(text, entry.language)
        if read.danger is not None or read.possible or not spoken.is_surely_light(text):
            return True
    return bool(watch.faults)  # the classifier could not be asked: nobody knows


def _texts(entry: Entry) -> tuple[str, ...]:
    """Return the text as it stands, the answer as it was heard, and what was heard beside it."""
    heard = "\n\n".join(turn.text for turn in entry.turns if turn.kind in ANSWERS)
    beside = "\n\n".join(turn.text for turn in entry.turns if turn.kind is TurnKind.ASIDE)
    return tuple(dict.fromkeys(text for text in (entry.text, heard, beside) if text.strip()))
