"""Edit the text of an entry: adds a revision, finds its feelings anew, carries corrections over."""

from __future__ import annotations

from datetime import datetime

from voicecheck.diary.own_names import learn_heard
from voicecheck.diary.tagging import tagger_of
from voicecheck.domain import Entry
from voicecheck.errors import UsageError
from voicecheck.text.untrusted import can_be_shown
from voicecheck.vault.vault import Vault

LONGEST = 200_000
"""characters: more than a day of talking"""


def edit_text(vault: Vault, entry: Entry, text: str, at: datetime) -> Entry:
    """Keep `text` as the entry's newest revision and return the entry. The same text again changes nothing.

    `entry` is the one whose text the person saw. Raises UsageError for an empty text, and when the entry was changed
    meanwhile; NotFoundError when it has gone. What was heard stays beside it, and `vault.revisions.of` shows all.
    """
    text = clean(text)
    if not text:
        raise UsageError("Nothing is left of the text.", "To delete an entry: voicecheck entry delete ID")
    if len(text) > LONGEST:
        raise UsageError("This text is too long for one entry.", f"Keep it under {LONGEST} characters.")
    if text == clean(entry.text):
        return entry
    tags = tagger_of(vault).tag_revision(entry, text, vault.corrections.of(entry.id))
    after = vault.revisions.add(entry, text, tags, at)
    learn_heard(vault, entry.text, text)
    return after


def clean(text: str) -> str:
    """Normalise a text: one kind of line end, no blanks at the ends of lines, nothing that could steer a terminal."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return "\n".join("".join(map(_plain, line)).rstrip() for line in lines).strip()


def _plain(letter: str) -> str:
    if can_be_shown(letter):
        return letter
    return " " if letter.isspace() else ""
