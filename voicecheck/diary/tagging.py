"""The tags of an entry, put together: the lexicon, the person's own words, and what the person said about a tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from voicecheck.domain import Correction, CorrectionAction, EmotionMention, Entry, MentionSource, PrivateWord, Tags
from voicecheck.errors import UsageError
from voicecheck.feelings.corrections import apply_corrections, carry_over
from voicecheck.feelings.mentions import find_mentions, lexicon_version
from voicecheck.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Tagger:
    """Finds feeling words, the person's own among them."""

    words: tuple[PrivateWord, ...] = field(default=(), repr=False)
    changes: int = 0
    """how often the person's words were changed"""

    def version(self, language: str) -> str:
        """By what a text of this language is tagged now, as `en-2` or `en-2+3`; empty for one without a lexicon."""
        version = lexicon_version(language)
        if version is None:
            return ""
        return f"{version}+{self.changes}" if self.changes else version

    def find(self, text: str, language: str) -> tuple[EmotionMention, ...]:
        return find_mentions(text, language, self.words)

    def tag(self, entry: Entry, corrections: Iterable[Correction] = ()) -> Tags:
        """Everything that is marked in the entry's text, made anew. Corrections said in the evening come first."""
        kept = (*entry.corrections, *corrections)
        found = self.find(entry.text, entry.language)
        return Tags(apply_corrections(found, kept), kept, self.version(entry.language))

    def tag_revision(self, entry: Entry, text: str, corrections: Iterable[Correction]) -> Tags:
        """What is marked in `text`, which the person puts in the place of the entry's.

        `corrections` are those of the text before; they go along where their words still stand.
        """
        return self.tag(replace(entry, revision=text), carry_over(corrections, entry.text, text))


def tagger_of(vault: Vault | None) -> Tagger:
    """The tagger with the words that the open vault holds; while it is locked, the lexicon alone."""
    return Tagger() if vault is None else Tagger(vault.words.list(), vault.words.changes)


# The person's say


def correct(vault: Vault, entry_id: str, correction: Correction) -> Entry:
    """Take in what the person says about a tag; the entry as it is then. Raises UsageError, NotFoundError.

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
    """The person names a feeling that was not marked."""
    return correct(vault, entry_id, Correction(CorrectionAction.ADDED, mention))


def change(vault: Vault, entry_id: str, mention: EmotionMention) -> Entry:
    """`mention` is one of the entry, as the person wants it."""
    return correct(vault, entry_id, Correction(CorrectionAction.CHANGED, mention))


def remove(vault: Vault, entry_id: str, mention: EmotionMention) -> Entry:
    """`mention` is no feeling."""
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
    """With the text at its place. Raises UsageError for a place that the entry does not have."""
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
    """One entry, before and after."""

    entry: Entry = field(repr=False)
    gone: tuple[EmotionMention, ...] = field(default=(), repr=False)
    come: tuple[EmotionMention, ...] = field(default=(), repr=False)

    @property
    def changed(self) -> bool:
        return bool(self.gone or self.come)


def due(vault: Vault) -> tuple[str, ...]:
    """Ids of the entries whose tags are from an older lexicon, or from before a change to the person's own words."""
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
    """What another tagging of the same text changed; ids and times do not count."""
    old = {_told(m): m for m in before.mentions}
    new = {_told(m): m for m in after.mentions}
    return Retagged(
        after,
        tuple(m for key, m in old.items() if key not in new),
        tuple(m for key, m in new.items() if key not in old),
    )


def _told(mention: EmotionMention) -> EmotionMention:
    """The mention without what is no statement about the feeling."""
    return replace(mention, id=None, start_s=None, end_s=None, cues=())


def _with_known_ids(tags: Tags, known: Sequence[EmotionMention]) -> Tags:
    """A mention of the same words keeps its id, whatever is said of it now."""
    ids = {(m.start, m.end): m.id for m in known}
    return replace(tags, mentions=tuple(replace(m, id=ids.get((m.start, m.end))) for m in tags.mentions))
