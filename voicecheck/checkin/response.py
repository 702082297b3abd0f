"""The sentence that answers an answer, with its tags and what may be asked behind it; made ahead where it can be."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from voicecheck.checkin.state import State
from voicecheck.checkin.taking_back import is_short
from voicecheck.diary.tagging import Tagger, others_turns, whose_they_are
from voicecheck.domain import Correction, Danger, EmotionMention, Entry, Follow, Prompt, Reflection
from voicecheck.feelings.corrections import apply_corrections
from voicecheck.feelings.danger import DangerRead
from voicecheck.feelings.danger_classifier import Known
from voicecheck.feelings.danger_watch import Watch
from voicecheck.feelings.masks import lacks_a_word
from voicecheck.feelings.reflect import Leave, respond, respond_to_danger, thank
from voicecheck.phrases import Phrases
from voicecheck.vault.store.word_times import place_words


@dataclass(frozen=True, slots=True)
class Manner:
    """Settings of the responses, fixed for a whole sitting."""

    phrases: Phrases
    rng: random.Random
    watch: Watch
    sound_kept: bool
    only_thanks: float
    """how often a named feeling is thanked for and not repeated, 0 to 1"""
    followed_up: float
    """how often a question is asked behind an answer, 0 to 1"""


@dataclass(frozen=True, slots=True)
class May:
    """Follow-ups that may still be asked behind this answer."""

    confirm: bool = False
    nearer: bool = False
    question: bool = False
    body: bool = False
    """the way to a word that is missing"""
    reflected: bool = False
    """it was reflected on already, and something was asked behind it: that reflection stays"""

    @classmethod
    def by(cls, state: State) -> May:
        """Return the follow-ups that the course of the evening still allows."""
        return cls(
            state.may(Follow.CONFIRM),
            state.may(Follow.NEARER),
            state.may(Follow.QUESTION),
            state.may(Follow.BODY),
            state.question.followed,
        )


@dataclass(frozen=True, slots=True)
class Ready:
    """An entry with its tags and its reflection, made ahead while the end was still awaited."""

    text: str = field(repr=False)
    may: May
    entry: Entry
    reflection: Reflection


@dataclass(frozen=True, slots=True)
class _Read:
    """All that is read out of a text by itself: whatever is made of it, it is read once."""

    text: str = field(repr=False)
    language: str
    mentions: tuple[EmotionMention, ...] = field(repr=False)
    """before the person's corrections"""
    danger: DangerRead = field(repr=False)


class Responder:
    """Answers one answer after the other; of the newest it keeps what was made, until something changes."""

    def __init__(self, tagger: Tagger, manner: Manner) -> None:
        self._tagger = tagger
        self._manner = manner
        self._prompt: Prompt | None = None
        self._ready: Ready | None = None
        self._newest: _Read | None = None
        self._judged: Known = {}
        """the passages of this answer whose danger was judged"""

    def begin(self, prompt: Prompt) -> None:
        """Set the question of the next answer."""
        self._prompt = prompt
        self.forget()

    def forget(self) -> None:
        """Drop what was read and made of the answer so far."""
        self._ready, self._newest, self._judged = None, None, {}

    def danger_of(self, text: str, language: str) -> Danger | None:
        """Danger that the answer tells of."""
        return self._reading(text, language).danger.danger

    def _reading(self, text: str, language: str) -> _Read:
        """Read a text, unless it was the last: the sentence made ahead and the answer that is kept have the same."""
        read = self._newest
        if read is None or (read.text, read.language) != (text, language):
            danger = self._manner.watch.read(text, language, self._judged)
            read = self._newest = _Read(text, language, self._tagger.find(text, language), danger)
        return read

    def make(self, entry: Entry, may: May, corrections: tuple[Correction, ...], seen: Reflection) -> Ready:
        """The entry with tags and reflection; as it was made ahead, where nothing has changed since.

        `corrections` are what the person said about its tags, `seen` the reflection that it has already.
        """
        ready = self._ready
        if ready is not None and (ready.text, ready.entry.language, ready.may, ready.entry.corrections) == (
            entry.text, entry.language, may, corrections
        ):  # fmt: skip
            made = replace(entry, mentions=ready.entry.mentions, reflection=ready.entry.reflection)
            return replace(ready, entry=replace(made, corrections=corrections))
        found = whose_they_are(entry, self._reading(entry.text, entry.language).mentions)
        entry = replace(entry, mentions=apply_corrections(found, corrections), corrections=corrections)
        reflection = self._respond(entry, may, seen)
        # What answered something heavy would be a label on it: the entry bears the same thanks as any other.
        kept = self._manner.phrases.say("thanks", self._manner.rng) if reflection.heavy else reflection.text
        self._ready = Ready(entry.text, may, replace(entry, reflection=kept or None), reflection)
        return self._ready

    def _respond(self, entry: Entry, may: May, seen: Reflection) -> Reflection:
        phrases, rng = self._manner.phrases, self._manner.rng
        if not entry.text and any(turn.sounds for turn in entry.turns) and not any(t.unheard for t in entry.turns):
            return Reflection(phrases.say("heard_without_words", rng))
        if not entry.text:
            return Reflection(
                phrases.say("could_not_hear" if self._manner.sound_kept else "could_not_hear_unkept", rng)
            )
        read = self._reading(entry.text, entry.language).danger
        if read.danger is not None:  # never a mirror, and no sentence that says why where it should stay unheard
            return respond_to_danger(read.danger, phrases, rng)
        if may.reflected:
            return replace(seen, follow=None)
        if may.body and lacks_a_word(entry.text, entry.mentions, entry.language):
            return Reflection("", follow=Follow.BODY, question=phrases.say("body", rng))
        if read.possible:
            return thank(entry.text, phrases, rng, entry.language)
        places = _unsure_places(entry)
        leave = Leave(
            may.confirm,
            may.nearer,
            _unsure_mentions(entry, places),
            places,
            self._manner.only_thanks,
            events=not read.faint and not others_turns(entry),
            language=entry.language,
        )
        reflection = respond(entry.mentions, entry.text, phrases, rng, leave)
        if reflection.follow is None and may.question and rng.random() < self._manner.followed_up:
            question = self._question_behind(entry)
            return replace(reflection, follow=Follow.QUESTION, question=question) if question else reflection
        return reflection

    def _question_behind(self, entry: Entry) -> str:
        """Return the prompt's own follow-up question, by what was heard; empty for none."""
        if self._prompt is None:
            return ""
        felt = [mention for mention in entry.mentions if mention.felt_now]
        ups = self._prompt.follow_ups
        if ups.other and is_short(entry.text) and not self._manner.phrases.denies(entry.text):
            return ups.other
        if any(not mention.vague for mention in felt):
            return ups.named
        return ups.vague if felt else ups.nothing


def _unsure_places(entry: Entry) -> tuple[tuple[int, int], ...]:
    """Places in the text of the words that the recogniser was not sure of."""
    return tuple((start, end) for start, end, word in place_words(entry.text, entry.segments) if word.unsure)


def _unsure_mentions(entry: Entry, places: tuple[tuple[int, int], ...]) -> frozenset[int]:
    """Mentions with a word that the recogniser was not sure of."""
    return frozenset(
        index
        for index, mention in enumerate(entry.mentions)
        if any(start < mention.end and mention.start < end for start, end in places)
    )
