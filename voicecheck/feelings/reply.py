"""Read a reply about a feeling that was given back: "yes", "no", "no, more disappointed", "the second one"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated

import msgspec

from voicecheck.domain import Correction, CorrectionAction, EmotionMention, Experiencer, MentionSource
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.nearer import with_mention, with_word
from voicecheck.feelings.tokens import table_path
from voicecheck.text.folding import main_language, spoken_words
from voicecheck.text.tables import open_table

LONGEST_REPLY_WORDS = 9
"""longest reply; a longer one tells more than a word, and belongs to the answer"""


class _Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lead: tuple[str, ...] = ()
    sentence: str = "{word}"


class _Missing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    body: dict[str, tuple[str, ...]] = {}
    mood: dict[str, tuple[str, ...]] = {}


class Replies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reply.toml` of a language; see that of `en`."""

    no: tuple[str, ...] = ()
    denial: str = ""
    leave: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    places: dict[str, Annotated[int, msgspec.Meta(ge=-3, le=3)]] = {}
    named: _Named = _Named()
    missing: _Missing = _Missing()

    def leaves(self, words: Sequence[str]) -> bool:
        """True if a reply wants none of what is offered, and to leave the matter there."""
        return any(" ".join(words[first:last]) in self.leave for first, last in self._cores(words)) or (
            any(word in self.no for word in words) and all(word in self.around for word in words)
        )

    def _cores(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield the places of the reply without more and more of the little words around it."""
        for first in range(len(words)):
            for last in range(len(words), first, -1):
                yield first, last
                if words[last - 1] not in self.around:
                    break
            if words[first] not in self.around:
                return

    def sentence_of(self, words: Sequence[str]) -> str:
        """The sentence in which the word that is named stands as a feeling: "I felt disappointed." """
        said = " ".join(words)
        if self.named.lead:
            leads = "|".join(map(re.escape, self.named.lead))
            said = re.sub(rf"^(?:(?:{leads})\b\s*)+", "", said)
        return self.named.sentence.format(word=said)


@cache
def load_replies(language: str) -> Replies:
    """Read once; empty for a language without a table. Raises UsageError for a broken one."""
    path = table_path(language, "reply.toml")
    if not path.is_file():
        return Replies()
    file = open_table(path)
    replies = file.convert(Replies)
    with file.at("named", "sentence"):
        replies.sentence_of(())
    return replies


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; `correction` is what it says of the mention, None where it says nothing of it."""

    correction: Correction | None = field(default=None, repr=False)
    agrees: bool = False
    other: bool = False
    """it names another word"""
    leaves: bool = False
    """it wants none of the words that were offered"""


def read_reply(
    text: str, yes: bool | None, about: EmotionMention, offered: Sequence[str] = (), language: str = "en"
) -> Reply:
    """Read a reply. `yes`: the whole of it says yes or no; `about` is the mention that was given back."""
    words = spoken_words(text)
    if not words or len(words) > LONGEST_REPLY_WORDS:
        return Reply()
    meant = _word_for(words, text, about, offered, language)
    if meant is not None:
        return Reply(Correction(CorrectionAction.CHANGED, meant), other=True)
    if yes and not offered:
        agreed = replace(about, source=MentionSource.PERSON)
        return Reply(Correction(CorrectionAction.CHANGED, agreed), agrees=True)
    replies = load_replies(main_language(language))
    if offered and (yes is False or replies.leaves(words)):
        return Reply(leaves=True)
    denials = replies.no
    if not offered and (yes is False or words[0] in denials or " ".join(words[:2]) in denials):
        return Reply(Correction(CorrectionAction.REMOVED, about))
    return Reply()


def read_word(text: str, no: bool, place: EmotionMention, offered: Sequence[str] = (), language: str = "en") -> Reply:
    """Read a reply that may name the word that was missing at `place`. `no`: the whole of it says no."""
    words = spoken_words(text)
    if not words or len(words) > LONGEST_REPLY_WORDS:
        return Reply()
    meant = _word_for(words, text, place, offered, language)
    if meant is not None:
        return Reply(Correction(CorrectionAction.ADDED, meant), other=True)
    return Reply(leaves=no or load_replies(main_language(language)).leaves(words))


def read_side(text: str, *, mood: bool, language: str = "en") -> str:
    """Return which side of a question a short reply takes, by the names in `reply.toml`; empty for none.

    The question is about the body, or about the `mood`. The longest phrase counts: "not pleasant" is unpleasant.
    """
    words, table = spoken_words(text), load_replies(main_language(language)).missing
    if len(words) > LONGEST_REPLY_WORDS:
        return ""
    said = f" {' '.join(words)} "
    sides = table.mood if mood else table.body
    found = {
        side: max((len(one) for one in phrases if f" {one} " in said), default=0) for side, phrases in sides.items()
    }
    side = max(found, key=lambda one: found[one], default="")
    return side if side and found[side] else ""


def _word_for(
    words: list[str], text: str, about: EmotionMention, offered: Sequence[str], language: str
) -> EmotionMention | None:
    """Return the mention with the word that the person names for it."""
    replies = load_replies(main_language(language))
    named = chosen_words(words, offered, language)
    if named:
        return with_word(about, named[0], language) if len(named) == 1 else None
    for said in (text, replies.sentence_of(words)):
        found = [m for m in find_mentions(said, language) if _is_meant(m)]
        if found and found[0].lemma != about.lemma:
            return with_mention(about, found[0])
    return None


def chosen_words(words: Sequence[str], offered: Sequence[str], language: str) -> list[str]:
    """Return those of the offered words that are named, or the one whose place is: "the second one"."""
    replies = load_replies(main_language(language))
    named = [lemma for lemma in offered if lemma in words and replies.denial not in words[: words.index(lemma)]]
    place = next((place for word, place in replies.places.items() if word in words), 0)
    if place and not named and offered:
        named = [offered[place - 1 if place > 0 else place]]
    return named


def _is_meant(mention: EmotionMention) -> bool:
    return not mention.negated and not mention.vague and mention.experiencer is not Experiencer.OTHER
