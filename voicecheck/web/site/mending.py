"""Answers that broke off: written down and kept as normal entries, so that nothing acknowledged is lost.

In the terminal the person is asked about each, and keeping is what Enter means. The page keeps them, and says so: an
entry can be read first, and then deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from voicecheck.clock import now
from voicecheck.diary.memos import is_memo
from voicecheck.diary.recovery import describe, needs_writing_down, recover
from voicecheck.diary.tagging import tagger_of
from voicecheck.errors import AudioError, ModelError, VaultError

if TYPE_CHECKING:
    from voicecheck.speech.recognition.recogniser import SpeechRecogniser
    from voicecheck.vault.vault import Vault
    from voicecheck.web.site.context import Desk
    from voicecheck.web.site.page_screen import PageScreen


def write_down(desk: Desk, vault: Vault, screen: PageScreen, load: Callable[[], SpeechRecogniser]) -> None:
    """Take the inbox in, and keep what broke off. What cannot be kept stays sealed, and it is told why.

    `load` gives the recogniser, once it is needed.
    """
    settings, phrases = desk.settings, desk.phrases
    keep_audio = settings.vault.keep_audio
    load = cache(load)
    for recovered in vault.ingest(keep_audio, tag=tagger_of(vault).tag).waiting:
        found = describe(recovered, now(), phrases)
        screen.state("writing")
        try:
            recogniser = load() if needs_writing_down(recovered) else None
            entry = recover(recovered, vault, recogniser, keep_audio, otherwise=phrases.language)
            if entry is None and is_memo(recovered):  # it came before
                continue
            told = phrases.tell("mended_empty" if entry is None else "mended", found=found)
        except (AudioError, ModelError, VaultError) as error:
            if isinstance(error, AudioError) and not vault.tell_once(recovered):
                continue
            told = phrases.tell("mended_not", found=found, fault=f"{error.message} {error.hint}")
        screen.notice(told)
