"""Tags of an entry, from the lexicon, the person's own words, and the person's corrections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from voicecheck.domain import (
    Correction,
    CorrectionAction,
    EmotionMention,
    Entry,
    Experiencer,
    MentionSource,
    PrivateWord,
    Tags,
    Turn,
)
from voicecheck.errors import UsageError
from voicecheck.feelings.corrections import apply_corrections, carry_over
from voicecheck.feelings.mentions import find_mentions, lexicon_version
from voicecheck.vault.store.word_times import place_words
from voicecheck.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Tagger:
    """Tagger of feeling words, the person's own among them."""

    words: tuple[PrivateWord, ...] = field(default=(), repr=False)
    changes: int = 0
    """how often the person's words were changed"""

    def version(self, language: str) -> str:
        """Return the version that tags a text of this language now, as `en-2` or `en-2+3`; empty without a lexicon."""
        version = lexicon_version(language)
        if version is None:
            return ""
        return f"{version}+{self.changes}" if self.changes else version

    def find(self, text: str, language: str) -> tuple[EmotionMention, ...]:
        return find_mentions(text, language, self.words)

    def tag(self, entry: Entry, corrections: Iterable[Correction] = ()) -> Tags:
        """Tag the entry's text anew. Corrections said in the evening come first."""
        kept = (*entry.corrections, *corrections)
        found = whose_they_are(entry, self.find(entry.text, entry.language))
        return Tags(apply_corrections(found, kept), kept, self.version(entry.language))

    def tag_revision(self, entry: Entry, text: str, corrections: Iterable[Correction]) -> Tags:
        """Tag `text`, which the person puts in the place of the entry's.

        `corrections` are those of the text before; they go along where their words still stand.
        """
        return self.tag(replace(entry, revision=text), carry_over(corrections, entry.text, text))


def others_turns(entry: Entry) -> tuple[Turn, ...]:
    """Return the turns of the answer in which the other of two went on."""
    return tuple(turn for turn in entry.turns if turn.answers and turn.speaker not in ("", entry.speaker))


def whose_they_are(entry: Entry, found: tuple[EmotionMention, ...]) -> tuple[EmotionMention, ...]:
    """Return the mentions of the entry's text; a feeling in the words of another speaker is somebody else's.

    That is an evening with two, where the other one went on in the answer of the person asked.
    """
    words = {word for turn in others_turns(entry) for segment in turn.segments for word in segment.words}
    if not words:
        return found
    theirs = [(start, end) for start, end, word in place_words(entry.text, entry.segments) if word in words]
    return tuple(
        replace(one, experiencer=Experiencer.OTHER)
        if one.experiencer is Experiencer.SELF and any(a < one.end and one.start < b for a, b in theirs)
        else one
        for one in found
    )


def tagger_of(vault: Vault | None) -> Tagger:
    """Return the tagger with the words that the open vault holds; while it is locked, with the lexicon alone."""
    return Tagger() if vault is None else Tagger(vault.words.list(), vault.words.changes)


# The person's say


def correct(vault: Vault, entry_id: str, correction: Correction) -> Entry:
    """Keep a person's correction of a tag and return the entry. Raises UsageError, NotFoundError.

    Tags elsewhere in the text stay as they are, whichever lexicon they are from.
    """
    entry = vault.entries.get(entry_id)
    wanted = _fitting(entry, correction)
    tags = Tags(
        apply_corrections(entry.mentions, (wanted,)),
        (*vault.corrections.of(entry.id), wanted),
        vault.corrections.version_of(entry.id),
    )
    return vault.corrections.settle(entry, tags)


def add(vault: Vault, entry_id: str, mention: EmotionMention) -> Entry:
    """Add a feeling that the person names and that was not marked."""
    return correct(vault, entry_id, Correction(CorrectionAction.ADDED, mention))


def change(vault: Vault, entry_id: str, mention: EmotionMention) -> Entry:
    """Replace a mention of the entry by `mention`, as the person wants it."""
    return correct(vault, entry_id, Correction(CorrectionAction.CHANGED, mention))


def remove(vault: Vault, entry_id: str, mention: EmotionMention) -> Entry:
    """Remove `mention`, which is no feeling."""
    return correct(vault, entry_id, Correction(CorrectionAction.REMOVED, mention))


def undo(vault: Vault, entry_id: str, *, everything: bool = False) -> Entry:
    """Take the last correction back, or all; the entry is tagged anew. Raises UsageError where there is none."""
    entry = vault.entries.get(entry_id)
    corrections = vault.corrections.of(entry.id)
    if not corrections:
        raise UsageError("Nothing was corrected in this entry.", "See: voicecheck entry show ID")
    kept = () if everything else corrections[:-1]
    return vault.corrections.settle(entry, _with_known_ids(tagger_of(vault).tag(entry, kept), entry.mentions))


def _fitting(entry: Entry, correction: Correction) -> Correction:
    """Return the correction with the text at its place. Raises UsageError for a place that the entry does not have."""
    mention = correction.mention
    if not 0 <= mention.start < mention.end <= len(entry.text):
        raise UsageError("There are no words at that place.", "See: voicecheck entry tag ID")
    text = entry.text[mention.start : mention.end]
    if not text.strip():
        raise UsageError("There are no words at that place.", "See: voicecheck entry tag ID")
    cues = () if correction.action is not CorrectionAction.REMOVED else mention.cues
    return replace(correction, id=None, mention=replace(mention, text=text, cues=cues, source=MentionSource.PERSON))


# After an upgrade


@dataclass(frozen=True, slots=True)
class Retagged:
    """Result of tagging one entry anew: its tags before and after."""

    entry: Entry = field(repr=False)
    gone: tuple[EmotionMention, ...] = field(default=(), repr=False)
    come: tuple[EmotionMention, ...] = field(default=(), repr=False)

    @property
    def changed(self) -> bool:
        return bool(self.gone or self.come)


def due(vault: Vault) -> tuple[str, ...]:
    """Return ids of entries tagged by an older lexicon, or before a change to the person's own words."""
    tagger = tagger_of(vault)
    versions = {language: tagger.version(language) for language in vault.corrections.languages()}
    return vault.corrections.due(versions)


def retag(vault: Vault, entry_ids: Iterable[str]) -> Iterator[Retagged]:
    """Tag these entries anew, one transaction each; stop between two and nothing is lost. Corrections stay."""
    tagger = tagger_of(vault)
    for entry_id in entry_ids:
        entry = vault.entries.get(entry_id)
        tags = _with_known_ids(tagger.tag(entry, vault.corrections.of(entry.id)), entry.mentions)
        after = vault.corrections.settle(entry, tags)
        yield compare(entry, after)


def compare(before: Entry, after: Entry) -> Retagged:
    """Return the differences of two taggings of the same text; ids and times do not count."""
    old = {_told(m): m for m in before.mentions}
    new = {_told(m): m for m in after.mentions}
    return Retagged(
        after,
        tuple(m for key, m in old.items() if key not in new),
        tuple(m for key, m in new.items() if key not in old),
    )


def _told(mention: EmotionMention) -> EmotionMention:
    """Return the mention without fields that say nothing about the feeling."""
    return replace(mention, id=None, start_s=None, end_s=None, cues=())


def _with_known_ids(tags: Tags, known: Sequence[EmotionMention]) -> Tags:
    """Give mentions of the same words the ids that they had, whatever is said of them now."""
    ids = {(m.start, m.end): m.id for m in known}
    return replace(tags, mentions=tuple(replace(m, id=ids.get((m.start, m.end))) for m in tags.mentions))
