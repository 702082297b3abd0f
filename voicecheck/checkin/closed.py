"""The closed entries of one sitting, in the vault where it is open, else in their sealed files.

Each keeps the answer that it came from, so that it can still be changed, added to or destroyed wherever it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from voicecheck.checkin.answer import Answer
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.taking_back import take_back_sealed
from voicecheck.diary.aside import take_in_all
from voicecheck.diary.editing import edit_text
from voicecheck.diary.letters import put_away
from voicecheck.diary.tagging import Tagger
from voicecheck.diary.taking_back import take_back_last
from voicecheck.domain import Asked, Entry, Sitting, Tags, Turn, new_id
from voicecheck.errors import VaultError
from voicecheck.vault.inbox.inbox import AnswerHeader

if TYPE_CHECKING:
    from voicecheck.vault.vault import Vault

NOT_TAKEN_IN = "The vault did not take in what you said; it is still sealed in the inbox."


class Closed:
    """The entries that are complete, oldest first."""

    def __init__(self, plan: Plan, rooms: Rooms, tagger: Tagger) -> None:
        self._keep_audio = plan.keep_audio
        self._vault = rooms.vault
        self._now = rooms.now
        self._tagger = tagger
        self._held: list[tuple[Entry, Answer]] = []
        self.letters: dict[str, date] = {}
        """ids of tonight's answers that are put away at the end, each with the day on which it opens"""
        self.newest_letter = ""
        """id of the one that was chosen by the last request"""
        self.unkept: VaultError | None = None
        """why an entry could not go into the vault; it stays sealed"""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for entry, _ in self._held)

    @property
    def newest(self) -> Entry | None:
        return self._held[-1][0] if self._held else None

    @property
    def sealed(self) -> bool:
        """True if entries wait in the inbox for the next unlock."""
        return bool(self._held) and (self._vault is None or self.unkept is not None)

    def add(self, answer: Answer, entry: Entry) -> Entry:
        """Close the answer with this entry: into the vault where it is open, else it waits sealed."""
        answer.close(entry)
        entry = self._into_vault(answer, entry)
        for _, older in self._held:
            older.forget_sound()
        self._held.append((entry, answer))
        return entry

    def put_back(self, answer: Answer, turn: Turn, complete: Callable[[Entry], Entry]) -> Entry | None:
        """Add to its entry the turn that `answer` has again; None where that has gone.

        `complete` finds tags and reflection of an entry that is not in the vault.
        """

        def said_on(vault: Vault, entry: Entry) -> Entry:
            return edit_text(vault, entry, f"{entry.text}\n\n{turn.text}", self._now())

        return self._change(answer, said_on, lambda entry: complete(answer.entry()))

    def write_as_heard(self, answer: Answer, complete: Callable[[Entry], Entry]) -> Entry | None:
        """Put what was heard in the place of a guess, unless the person has changed the text; as for `put_back`."""
        text = answer.entry().text

        def said(vault: Vault, entry: Entry) -> Entry:
            return entry if entry.edited else edit_text(vault, entry, text, self._now())

        return self._change(answer, said, lambda entry: complete(answer.entry()))

    def _change(
        self, answer: Answer, kept: Callable[[Vault, Entry], Entry], waiting: Callable[[Entry], Entry]
    ) -> Entry | None:
        """Change the entry of `answer` where it is by now, `kept` in the vault or `waiting` sealed; None if nowhere."""
        place = self._place(answer)
        if place is None:
            return None
        entry, vault = self._held[place][0], self._vault
        if vault is not None and vault.entries.has(entry.id):
            entry = kept(vault, vault.entries.get(entry.id))
        else:
            entry = waiting(entry)
            if not answer.write_anew(entry):
                return None
        self._held[place] = (entry, answer)
        return entry

    def _place(self, answer: Answer) -> int | None:
        return next((i for i, (_, one) in enumerate(self._held) if one is answer), None)

    def holds(self, answer: Answer) -> bool:
        """True if the entry of this answer is here, and was not deleted elsewhere meanwhile."""
        place = self._place(answer)
        if place is None:
            return False
        return self._vault is None or self.unkept is not None or self._vault.entries.has(self._held[place][0].id)

    def keep_aside(self, answer: Answer, turn: Turn) -> bool:
        """Keep a turn beside the entry of `answer`. False where that cannot be."""
        if not self.holds(answer):
            return False
        answer.keep_aside(turn)
        changed = self._change(
            answer,
            lambda vault, entry: vault.entries.add_turn(entry.id, turn),
            lambda entry: replace(entry, turns=(*entry.turns, turn)),
        )
        return changed is not None

    def take_in(self, answer: Answer, complete: Callable[[Entry], Entry]) -> Entry | None:
        """Make what is kept beside its entry a part of it; None where that has gone. `complete` as for `put_back`."""
        if not self.holds(answer):
            return None
        answer.take_in()
        return self._change(
            answer,
            lambda vault, entry: take_in_all(vault, entry, self._now()),
            lambda entry: complete(answer.entry()),
        )

    def choose_letter(self, entry_id: str, opens_on: date) -> None:
        """Choose an answer of tonight to be put away at the end."""
        self.letters[entry_id] = opens_on
        self.newest_letter = entry_id

    def undo_letter(self) -> None:
        """Leave out the letter that the last request chose: it was no request."""
        self.letters.pop(self.newest_letter, None)
        self.newest_letter = ""

    def put_letters_away(self) -> str:
        """Put away what was chosen as a letter. Return why that failed, else nothing: then it stays an entry."""
        letters, self.letters = self.letters, {}
        for entry_id, opens_on in letters.items():
            try:
                if self._vault is not None and self._vault.entries.has(entry_id):
                    put_away(self._vault, entry_id, opens_on, self._keep_audio)
            except VaultError as error:
                return error.message
        return ""

    def drop_last(self) -> str | None:
        """Destroy the newest entry, wherever it is. Return its id, or None where there is none."""
        if not self._held:
            return None
        entry, answer = self._held.pop()
        vault = self._vault
        if vault is not None and vault.entries.has(entry.id):
            vault.entries.delete(entry.id)
        else:
            answer.discard()
        return entry.id

    def take_back(self) -> Entry:
        """Take the last sentence of the newest entry back for good. Return the entry as it is then."""
        entry, answer = self._held.pop()
        vault = self._vault
        if vault is not None and vault.entries.has(entry.id):
            entry = take_back_last(vault, vault.entries.get(entry.id))
        else:
            entry = take_back_sealed(answer, entry, self._tagger)
        self._held.append((entry, answer))
        return entry

    def _into_vault(self, answer: Answer, entry: Entry) -> Entry:
        """Move the sealed file of this answer, and no other, into the vault; what else waits is for the next unlock."""
        vault = self._vault
        if vault is not None:
            try:
                taken = vault.ingest_one(answer.path, self._keep_audio, self._tags_of(entry))
                if taken is not None and taken.id == entry.id:
                    return taken
                if not vault.entries.holds(entry):
                    self.unkept = VaultError(NOT_TAKEN_IN, "See: voicecheck vault verify")
            except VaultError as error:
                self.unkept = error
        return entry

    def _tags_of(self, made: Entry) -> Callable[[Entry], Tags]:
        """The tags that `made` has from this session; if the file holds anything else by now, that is tagged anew."""
        version = self._tagger.version(made.language)
        known = Tags(made.mentions, made.corrections, version)
        return lambda read: known if read == made else self._tagger.tag(read)


def seal_sitting(plan: Plan, rooms: Rooms, session: str, asked: tuple[Asked, ...]) -> str:
    """Seal the questions of an evening in a file that goes the way of all answers.

    Return why that failed, else nothing: the answers are kept all the same.
    """
    at = rooms.now()
    header = AnswerHeader(new_id(at), session, plan.kind, at)
    try:
        path = rooms.inbox.seal_sitting(header, Sitting(session, at, asked)) if asked else None
        if path is not None and rooms.vault is not None:
            rooms.vault.ingest_one(path, plan.keep_audio)
    except VaultError as error:
        return error.message
    return ""
