"""Questions of an evening, what it watches for, and the decision if a sentence is offered."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from voicecheck.checkin.configured import Configured
from voicecheck.domain import Prompt
from voicecheck.errors import UsageError
from voicecheck.helplines import MEND, OwnDanger
from voicecheck.prompts.packs import OPENERS, read_drawn, write_drawn
from voicecheck.prompts.questions import DrawnAhead, History, Questions, Shelf
from voicecheck.text.tables import read_table

if TYPE_CHECKING:
    from voicecheck.diary.wordless import Moment
    from voicecheck.feelings.danger_watch import Watch
    from voicecheck.paths import Paths
    from voicecheck.prompts.packs import Pack, Packs
    from voicecheck.vault.vault import Vault

SENTENCE_EVERY_DAYS = 7
SUNDAY = 6


class Tonight:
    """Source of tonight's questions, and of those drawn ahead for evenings with a locked vault."""

    def __init__(self, paths: Paths, packs: Packs, pack: Pack, asked_for: Prompt | None) -> None:
        self._paths = paths
        self._packs = packs
        self._pack = pack
        self._asked_for = asked_for
        self._memory: History | DrawnAhead | None = None

    @property
    def can_be_said_back(self) -> bool:
        """True if every question has a form in which one tells and the other says it back."""
        prompts = self._pack.prompts if self._asked_for is None else (self._asked_for,)
        return all(prompt.together for prompt in prompts)

    def questions(self, vault: Vault | None, *, opened: bool) -> Questions:
        """Return questions from the history in the open vault, else those drawn ahead; `opened` by an opener."""
        chance = random.SystemRandom()
        if vault is not None:
            self._memory = History(vault.steps.history(), chance)
        else:
            drawn = read_drawn(self._paths.drawn_file, self._packs)
            self._memory = DrawnAhead(drawn, chance, self.draw_ahead)
        first = self._packs.in_language(OPENERS, self._pack.language) if opened else None
        openers = first if self._asked_for is None and first is not self._pack else None
        return Questions(Shelf(self._pack, openers, self._asked_for), self._memory)

    def draw_ahead(self) -> None:
        """Write questions for evenings with a locked vault; after one of those, the ones that are left.

        From every pack alike, one pack behind the other: the file, which no key protects, does not tell which pack is
        in use, nor in which of them a question was skipped.
        """
        memory = self._memory
        if memory is None:
            return
        drawn = memory.ahead(self._packs.packs) if isinstance(memory, History) else memory.left
        with contextlib.suppress(OSError):  # the same question once more is no harm
            write_drawn(self._paths.drawn_file, sorted(drawn, key=lambda prompt: prompt.pack))


def sentence_due(vault: Vault | None) -> bool:
    """True once a week; while the vault is locked the last time is not known, and it is true on Sundays."""
    from voicecheck.clock import local_date, now

    today = local_date(now())
    if vault is None:
        return today.weekday() == SUNDAY
    since = vault.steps.sentence_offered_on() or vault.timeline.first_day()
    return since is not None and (today - since).days >= SENTENCE_EVERY_DAYS


def moment_due(app: Configured, vault: Vault | None, watch: Watch) -> Moment | None:
    """Return the earlier moment without a word for which one may be asked tonight; None while the vault is locked."""
    from voicecheck.clock import local_date, now
    from voicecheck.diary.wordless import moment_to_ask_about

    if vault is None:
        return None
    return moment_to_ask_about(vault, local_date(now()), watch, frozenset({"", app.settings.checkin.name}))


def danger_watch(app: Configured, tell: Callable[[str], None]) -> Watch:
    """Return the danger detector, with phrases of the settings folder; an empty one if the person switched it off.

    A broken file of the person's own is named to `tell`, and stops no evening and no table.
    """
    from voicecheck.feelings.danger_watch import NOT_WATCHED, OwnPhrases, Watch

    if not app.settings.help.offer:
        return NOT_WATCHED
    own: dict[str, OwnPhrases] = {}
    folder = app.paths.resources_folder
    for path in (*sorted(folder.glob("heavy.*.toml")), *sorted(folder.glob("danger.*.toml"))):
        try:
            said = read_table(path, OwnDanger, MEND)
        except UsageError as error:
            tell(error.message)
            continue
        own[path.suffixes[0].strip(".").lower()] = OwnPhrases(said.life, said.harm, said.replaces)
    return Watch(own=own)
