"""What becomes of the answers of one sitting: durable, into the vault, set aside, or destroyed.

An entry is durable in its sealed file long before it is complete, so that a person may still go on speaking; it goes
into the vault when it is closed. What was no answer (a spoken command, a false start) is set aside, and destroyed
only when the session ends: until then a wrong guess can be taken back.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from voicecheck.answer import Answer
from voicecheck.conversation import Command
from voicecheck.domain import Entry, EntryKind, Prompt, PromptRef, Reflection, TurnKind, new_id
from voicecheck.errors import VaultError
from voicecheck.feelings.reflect import respond
from voicecheck.phrases import Phrases
from voicecheck.speech.endpoint import Patience
from voicecheck.tagging import tagger_of
from voicecheck.vault.inbox import AnswerHeader, Inbox
from voicecheck.vault.recordings import KeepAudio
from voicecheck.vault.vault import Vault

if TYPE_CHECKING:
    from voicecheck.speech.trust import Job
    from voicecheck.speech.vad import VoiceDetector


@dataclass(frozen=True, slots=True)
class Places:
    """Where answers go, and what they bear."""

    inbox: Inbox
    vault: Vault | None
    """None while it is locked"""
    keep_audio: KeepAudio
    kind: EntryKind
    speaker: str
    language: str
    timezone: str


class Keeping:
    """The entries of one sitting."""

    def __init__(self, places: Places, phrases: Phrases, rng: random.Random, now: Callable[[], datetime]) -> None:
        self._places = places
        self._phrases = phrases
        self._rng = rng
        self._now = now
        self._session = new_id(now())
        self._tagger = tagger_of(places.vault)
        self._aside: list[Answer] = []
        self._closed: list[tuple[Entry, Answer]] = []
        self.answer: Answer | None = None
        """the one that is being given"""
        self.reflection = Reflection("")
        self.unkept: VaultError | None = None
        """why an entry could not go into the vault; it stays sealed"""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for entry, _ in self._closed)

    @property
    def sealed(self) -> bool:
        """Whether entries wait in the inbox for the next unlock."""
        return bool(self._closed) and (self._places.vault is None or self.unkept is not None)

    def begin(
        self, prompt: Prompt, detector: VoiceDetector | None, dispatch: Callable[[Job], None] | None, patience: Patience
    ) -> Answer:
        """The answer to `prompt`, with its sealed file. Raises VaultError."""
        places, at = self._places, self._now()
        header = AnswerHeader(
            entry_id=new_id(at),
            session=self._session,
            kind=places.kind,
            spoken_at=at,
            prompt=PromptRef(prompt.id, prompt.text) if prompt.text else None,
            speaker=places.speaker,
            language=places.language,
            timezone=places.timezone,
        )
        self.answer = Answer(header, places.inbox.begin(header), detector, dispatch, patience)
        return self.answer

    def keep(self) -> None:
        """Make durable what is there; find the feelings in it and the sentence that answers them."""
        if self.answer is not None:
            self.answer.keep(self._with_feelings(self.answer))

    def close(self) -> Entry | None:
        """The answer is complete: into the vault where it is open, else it waits sealed."""
        answer, self.answer = self.answer, None
        return None if answer is None else self._put_away(answer)

    def mark_command(self) -> bool:
        """The newest turn was a command; where nothing else was said yet, all of it is set aside, sound and words.

        True when something was set aside.
        """
        if self.answer is None:
            return False
        self.answer.mark_turn(TurnKind.COMMAND)
        return self.answer.kept is None and self.set_aside()

    def set_aside(self) -> bool:
        """Keep it out of the vault, and until the session ends in reach. True when there was anything in it."""
        answer, self.answer = self.answer, None
        if answer is None:
            return False
        self._aside.append(answer)
        return not answer.heard_nothing

    def restore(self) -> Entry | None:
        """What was set aside last was an answer after all. None where there is nothing."""
        while self._aside:
            answer = self._aside.pop()
            answer.mark_turn(TurnKind.ANSWER)
            if self._phrases.command_in(answer.entry().text) == Command.UNDO or answer.heard_nothing:
                answer.discard()  # "that was my answer" itself, or a pause
            elif answer.entry().text:
                return self._put_away(answer)
            else:
                answer.leave()  # its words were never written down: it is found again at the next start
                break
        return None

    def drop(self) -> None:
        answer, self.answer = self.answer, None
        if answer is not None:
            answer.discard()

    def drop_last(self) -> str | None:
        """Destroy the entry that was closed last, wherever it is by now; its id, or None where there is none."""
        if not self._closed:
            return None
        entry, answer = self._closed.pop()
        vault = self._places.vault
        if vault is not None and vault.entries.has(entry.id):
            vault.entries.delete(entry.id)
        else:
            answer.discard()
        return entry.id

    def end(self) -> None:
        """The session is over: what was set aside goes, and an answer that is still open stays sealed as it is."""
        for answer in self._aside:
            answer.discard()
        self._aside = []
        if self.answer is not None:
            self.answer.leave()

    def _with_feelings(self, answer: Answer) -> Entry:
        entry = answer.entry()
        mentions = self._tagger.find(entry.text, entry.language)
        if entry.text:
            self.reflection = respond(mentions, entry.text, self._phrases, self._rng)
        else:
            self.reflection = Reflection(self._phrases.say("could_not_hear", self._rng))
        return replace(entry, mentions=mentions, reflection=self.reflection.text)

    def _put_away(self, answer: Answer) -> Entry:
        """With the reflection that the person saw, unless the text has changed since."""
        entry, seen = answer.entry(), answer.kept
        if seen is not None and seen.text == entry.text:
            entry = replace(entry, mentions=seen.mentions, reflection=seen.reflection)
        else:
            entry = self._with_feelings(answer)
        answer.close(entry)
        entry = self._into_vault(entry)
        self._closed.append((entry, answer))
        return entry

    def _into_vault(self, entry: Entry) -> Entry:
        if self._places.vault is not None:
            try:
                for taken in self._places.vault.ingest(self._places.keep_audio, tag=self._tagger.tag).entries:
                    if taken.id == entry.id:
                        return taken
            except VaultError as error:
                self.unkept = error
        return entry
