"""Dependencies of all handlers: the vault to read, the vault to write for one change at a time, paths and settings.

Without the data key the vault is locked: an evening can be spoken, and nothing can be read. Reading never keeps another
process from writing, so a check-in may run beside the page, whichever of the two was started first. A change takes the
vault for the moment that it needs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from voicecheck.checkin.voice_list import say_sample
from voicecheck.clock import local_date, now
from voicecheck.domain import Prompt
from voicecheck.errors import NotFoundError, UsageError, VaultError, VaultLockedError, VoicecheckError
from voicecheck.paths import Paths
from voicecheck.phrases import Phrases
from voicecheck.prompts.ladder import choose
from voicecheck.prompts.packs import load_packs
from voicecheck.remind.outside import switch_off
from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.settings.schema import Settings, load_settings
from voicecheck.vault.backup import make_backup
from voicecheck.vault.backup_folder import note_backup
from voicecheck.vault.create import vault_exists
from voicecheck.vault.erasing import Erased, erase_everything
from voicecheck.vault.inbox.inbox import answers
from voicecheck.vault.keys import changing
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.moving import finish_move
from voicecheck.vault.vault import Vault
from voicecheck.web.guard.handles import Asked, Handles
from voicecheck.web.site.evening import PageEvening, Sit, nobody_sits
from voicecheck.web.site.first_key import FirstKey
from voicecheck.web.site.hearing import Hearing
from voicecheck.web.site.jobs import Errands, Jobs
from voicecheck.web.site.proof import Proof
from voicecheck.web.site.sampling import Sampling
from voicecheck.web.site.sound_check import SoundCheck
from voicecheck.web.site.unlocking import Attempts, Found, Unlocking

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from voicecheck.speech.recognition.recogniser import SpeechRecogniser
    from voicecheck.vault.backup import Contents
    from voicecheck.vault.keys.kind import Key
    from voicecheck.vault.keys.slot import Slot

T = TypeVar("T")
MakeSit: TypeAlias = "Callable[[Desk], Sit]"
"""makes what holds an evening, for this desk"""


class Desk:
    """Dependencies of one run of the page. Close it, or use it in a `with`."""

    def __init__(
        self,
        paths: Paths,
        data_key: DataKey | None,
        phrases: Phrases,
        sit: MakeSit | None = None,
        errands: Errands | None = None,
    ) -> None:
        """Open the vault; None for `data_key` leaves it locked."""
        self.paths = paths
        self.phrases = phrases
        self.handles = Handles()
        self._notices = Asked[str]()
        self.errands = errands or Errands()
        self.jobs = Jobs(Sampling(lambda name, stop: say_sample(self, name, stop=stop)))
        self.evening = PageEvening(phrases, sit(self) if sit is not None else nobody_sits)
        self.unlocking = Unlocking(paths)
        self.first = FirstKey(paths)
        self.sound_check = SoundCheck(paths, lambda: self.settings, phrases.show("voice_sample"))
        self.load_recogniser: Callable[[Callable[[str], None]], SpeechRecogniser] | None = None
        """loads the recogniser of the settings; None where nothing can be written down"""
        self.found = Found()
        """outcome of the last unlocking, for the page of today"""
        self._data_key: DataKey | None = None
        self.opened_by_passphrase = False
        """the vault was opened on this page by its passphrase, which is asked for again before a key is changed"""
        self.recovered = ""
        """what is to be told since the recovery key opened the vault, until a new passphrase is chosen"""
        self.proof = Proof(paths.slots_file, lambda: self.opened_by_passphrase)
        self.lost_first = False
        """a first evening went with this process, as it got no passphrase"""
        self._vault: Vault | None = None
        self._retired: list[Vault] = []
        """vaults that a restore moved aside, still open"""
        if data_key is not None:
            self.unlock(data_key)

    def unlock(self, data_key: DataKey) -> None:
        """Open the vault to be read."""
        self._vault = Vault.open(self.paths, data_key, read_only=True)
        self._data_key = data_key
        self._next: tuple[object, Prompt] | None = None
        """what the next question was chosen by, and the question"""

    def lock(self) -> None:
        """Close the vault to every request that still comes; the memory goes with the process, a moment later."""
        if self._vault is not None:
            self._vault.close()
        self._vault = self._data_key = None
        self.opened_by_passphrase, self.recovered = False, ""

    def resume(self, cut_short: str, wrong: int, free_at: float) -> None:
        """Go on from the desk before a lock: what has come of its evening, and the count of wrong secrets."""
        self.evening.cut_short = "locked" if cut_short == "locked" else "closed" if cut_short else ""
        self.unlocking.attempts = Attempts(wrong, free_at)

    @property
    def has_vault(self) -> bool:
        return vault_exists(self.paths)

    def take_first_key(self) -> None:
        """Open the vault that was made on the page, if it is not open yet."""
        if self.locked and self.first.made is not None:
            self.unlock(self.first.made)

    @property
    def locked(self) -> bool:
        return self._vault is None

    @property
    def vault(self) -> Vault:
        """The vault, to be read. Raises VaultLockedError."""
        if self._vault is None:
            raise _locked()
        return self._vault

    @contextmanager
    def writing(self) -> Iterator[Vault]:
        """Yield the vault for one change. Raises VaultBusyError while another process writes, VaultLockedError."""
        with Vault.open(self.paths, self.key) as vault:
            yield vault

    @contextmanager
    def reading(self) -> Iterator[Vault]:
        """Yield a read-only connection of its own, for a thread. Raises VaultLockedError."""
        with Vault.open(self.paths, self.key, read_only=True) as vault:
            yield vault

    @property
    def key(self) -> DataKey:
        """The data key, for work in a thread. Raises VaultLockedError."""
        if self._data_key is None:
            raise _locked()
        return self._data_key

    def back_up(self, target: Path, progress: Callable[[int], None]) -> Contents:
        """Write the whole vault into one new encrypted file. For a thread. Raises VaultError."""
        made = make_backup(self.paths, self.key, target, progress)
        note_backup(self.paths)
        return made

    def add_key(self, key: Key) -> None:
        """Let this key open the vault, or in an older one's place. For a thread. Raises UsageError, VaultError."""
        changing.add_key(self.paths, self.key, key)

    def remove_key(self, slot: Slot) -> tuple[VaultError, ...]:
        """Let a key open the vault no more; as `changing.remove_key`. For a thread."""
        return changing.remove_key(self.paths, self.key, slot)

    def erase(self) -> tuple[Erased, list[str]]:
        """Erase the vault and the keys to it, and switch off what lasts outside it; return a sentence on each of that.

        Raises VaultError, VaultBusyError; then everything is as it was.
        """
        return self._erase(lambda: erase_everything(self.paths))

    def _erase(self, erase: Callable[[], Erased]) -> tuple[Erased, list[str]]:
        key = self.key
        self.vault.close()
        try:
            erased = erase()
        except VoicecheckError:
            self.unlock(key)
            raise
        return erased, switch_off(self.paths, self.errands.clock, self.phrases)

    def go_on_with(self, data_key: DataKey) -> None:
        """Read the vault that has taken the place of the one before. May be called in a thread."""
        if self._vault is not None:
            self._retired.append(self._vault)  # a request may be reading it
        self.unlock(data_key)

    def finish_move(self, proof: str) -> tuple[Erased, list[str]]:
        """Erase the vault that was moved out, as `erase` does. Raises UsageError for another proof, VaultError."""
        return self._erase(lambda: finish_move(self.paths, proof))

    def value_of(self, handle: str) -> str:
        """Return the value of the handle in an address. Raises NotFoundError."""
        return self.known(self.handles.value(handle))

    def known(self, value: T | None) -> T:
        """Return the value of a handle, or raise NotFoundError for None: the handle has had its time."""
        if value is None:
            raise NotFoundError(*self.phrases.page["fault_handle"].split("\n"))
        return value

    def telling(self, place: str, notice: str) -> str:
        """Return the address of a page that shows a notice, once and in the tab that is sent there.

        `notice` is a name of the phrases behind `notice_`.
        """
        return f"{place}?told={self._notices.keep(notice)}"

    def told(self, request: Request) -> str:
        """Return the notice that this request has to show; empty for none."""
        return self._notices.take(request.query_params.get("told", "")) or ""

    @property
    def settings(self) -> Settings:
        """Settings as the file is now. Raises UsageError for a broken one."""
        return load_settings(self.paths.settings_file)

    @property
    def waiting(self) -> int:
        """Number of sealed answers in the inbox."""
        return len(answers(self.paths.inbox_folder))

    def today(self) -> date:
        return local_date(now())

    def next_question(self) -> Prompt | None:
        """Return a question that the next check-in may ask; chance decides between equals, the same all day."""
        try:
            packs = load_packs(self.paths.prompts_folder)
            pack = packs.in_language(self.settings.checkin.pack, self.phrases.language)
        except UsageError:
            return None
        facts = (pack, self.today(), self.vault.changes)
        if self._next is None or self._next[0] != facts:  # a life of questions is read once
            chance = random.Random(self.today().toordinal())  # noqa: S311
            self._next = facts, choose(pack, self.vault.steps.history(), chance).prompt
        return self._next[1]

    def try_microphone(self) -> Hearing:
        """Open the microphone for some seconds, to show its level; an evening that begins takes it."""
        device = MicrophoneSettings(device=self.settings.microphone.device)
        return self.jobs.hear(device, lambda: not self.evening.running)

    def close(self) -> None:
        """Close the vault. An export that runs is stopped, and leaves no half file; an evening that runs is kept."""
        self.evening.end("locked")
        self.evening.join()
        self.jobs.stop()
        self.lock()
        for vault in self._retired:
            vault.close()
        self.lost_first = self.first.end()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _locked() -> VaultLockedError:
    return VaultLockedError("The vault is locked.", "Load the page again, and type your passphrase.")
