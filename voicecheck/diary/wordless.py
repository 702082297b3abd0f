"""Moments without a word: answers that say only that the word is missing, and the one time that it is asked for later.

Nothing is stored to mark one. It is what the entry says, as long as nobody has named a word for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from voicecheck.diary.tagging import add
from voicecheck.domain import EmotionMention, Entry, EntryKind, MentionSource
from voicecheck.errors import NotFoundError
from voicecheck.feelings.danger_watch import Watch
from voicecheck.feelings.masks import lacks_a_word, wordless_mention
from voicecheck.vault.store.timeline import Glance
from voicecheck.vault.vault import Vault

FROM_DAYS, TO_DAYS = 2, 13
"""how many days later the word is asked for: not the next evening, and not when nobody remembers"""


@dataclass(frozen=True, slots=True)
class Moment:
    """An earlier moment without a word."""

    entry_id: str
    day: date
    days_ago: int


def is_wordless(entry: Entry) -> bool:
    """True if the entry is an answer of an evening for which there was no word."""
    return entry.kind is EntryKind.CHECKIN and lacks_a_word(entry.text, entry.mentions, entry.language)


def is_wordless_glance(glance: Glance) -> bool:
    """The same of a summary."""
    short = glance.kind is EntryKind.CHECKIN and not glance.cut and not glance.felt
    return short and lacks_a_word(glance.opening, (), glance.language)


def moment_to_ask_about(
    vault: Vault, today: date, watch: Watch, names: frozenset[str] = frozenset({""})
) -> Moment | None:
    """Return the newest moment without a word that is some days old and was not asked about, nor any after it.

    Left out are those of evenings on which something heavy was said, and of others than `names`.
    """
    asked = vault.steps.moment_asked_about()
    since, until = today - timedelta(TO_DAYS), today - timedelta(FROM_DAYS)
    since = since if asked is None else max(since, asked + timedelta(1))
    for entry_id in reversed(vault.entries.select(since=since, until=until)):
        entry = vault.entries.get(entry_id)
        if entry.speaker in names and is_wordless(entry) and not _was_heavy(vault, entry, watch):
            return Moment(entry.id, entry.local_date, (today - entry.local_date).days)
    return None


def _was_heavy(vault: Vault, entry: Entry, watch: Watch) -> bool:
    evening = (vault.entries.get(entry_id) for entry_id in vault.entries.select(session=entry.session))
    return any(watch.heard_in(one.text, one.language) is not None for one in evening)


def give_word(vault: Vault, moment: Moment, word: EmotionMention) -> Entry | None:
    """Keep the word that the person named for the moment; None if the entry has gone or has one by now."""
    try:
        entry = vault.entries.get(moment.entry_id)
    except NotFoundError:
        return None
    if not is_wordless(entry):
        return None
    place = wordless_mention(entry.text, entry.language)
    meant = replace(word, start=place.start, end=place.end, text=place.text, source=MentionSource.PERSON, id=None)
    return add(vault, entry.id, replace(meant, start_s=None, end_s=None))
