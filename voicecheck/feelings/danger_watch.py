"""Watching of answers for danger: that which tables and classifier know of, and a person's own phrases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from voicecheck.domain import Danger, DangerOf
from voicecheck.errors import VoicecheckError
from voicecheck.feelings.danger import DangerRead, graver, load_danger, read_danger
from voicecheck.feelings.danger_classifier import Judged, Known, judge
from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, tokenize
from voicecheck.text.folding import main_language


@dataclass(frozen=True, slots=True)
class Watch:
    """Detector settings: on or off, with the person's own phrases beside or in place of the tables."""

    on: bool = True
    own: Mapping[str, OwnPhrases] = field(default_factory=dict, repr=False)
    """language -> phrases"""
    faults: list[VoicecheckError] = field(default_factory=list, repr=False, compare=False)
    """why the classifier was left out, to be told when the sitting is over; one at most"""

    def read(self, text: str, language: str, known: Known | None = None) -> DangerRead:
        """Read an answer in `language` for danger; none is found where nothing is watched.

        `known`: passages of the answer that were judged while it was shorter.
        """
        if not self.on:
            return DangerRead()
        own = self.own.get(main_language(language))
        found = own.heard_in(text, language) if own else None
        if own and own.replaces:
            return DangerRead(found)
        read = read_danger(text, language, known, self._judge)
        return replace(read, danger=graver(found, read.danger))

    def heard_in(self, text: str, language: str) -> Danger | None:
        """Return the danger that an answer in `language` tells of; None for none, or where nothing is watched."""
        return self.read(text, language).danger

    def _judge(self, text: str, language: str, known: Known | None) -> Judged | None:
        """As `judge`; with damaged weights the table reads on alone, and no answer breaks off in the middle."""
        if self.faults:
            return None
        try:
            return judge(text, language, known)
        except VoicecheckError as error:
            self.faults.append(error)
            return None


NOT_WATCHED = Watch(on=False)


@dataclass(frozen=True, slots=True)
class OwnPhrases:
    """Plain phrases of a person's own: found wherever their words stand one after the other, however it is meant."""

    life: tuple[str, ...] = field(default=(), repr=False)
    harm: tuple[str, ...] = field(default=(), repr=False)
    replaces: bool = False
    """stand in place of the table"""

    def heard_in(self, text: str, language: str) -> Danger | None:
        said = _plain(text, language)
        for of, phrases in ((DangerOf.HARM, self.harm), (DangerOf.LIFE, self.life)):
            if any(_plain(phrase, language) in said for phrase in phrases):
                return Danger(of)
        return None


def _plain(text: str, language: str) -> str:
    """The words alone, with a space around each, so that phrases can be looked for in them."""
    code = main_language(language)
    said = [word for word in tokenize(text, code).words if word not in (SENTENCE_END, QUESTION, COMMA, QUOTE)]
    plain, table = f" {' '.join(said)} ", load_danger(code)
    for written, meant in table.spelled.items() if table else ():
        plain = plain.replace(f" {written} ", f" {meant} ")
    return plain
