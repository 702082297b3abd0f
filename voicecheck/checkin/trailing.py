"""A command said behind an answer, in the same breath: "I was lonely at lunch. Help now."

Pure. It has to be the whole of the last sentence and to stand apart: behind a pause, and not as what somebody is told
to have said. "Help now" needs no pause where a sentence ends before it, since not one may be missed; whoever meant the
words as a part of the answer can have them back. Everything else stays what it is, a part of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise

from voicecheck.checkin.course import Command
from voicecheck.phrases import Phrases
from voicecheck.text.folding import spoken_words
from voicecheck.utterance import Segment, Transcript, Word

Voice = Sequence[tuple[float, float]]

PAUSE_S = 0.6
"""silence between the answer and the command: who pauses for 0.8 s is measured with less, since sounds fade"""
MOST_WORDS = 12
REPORTED_WITHIN = 5
"""words before it among which "he said" makes the command somebody's own words"""
TIMES_SAID = (1, 2, 3)
NEVER = frozenset(
    {
        Command.MEANING, Command.RESUME, Command.UNDO,
        Command.WEEK_AGO, Command.MONTH_AGO, Command.YEAR_AGO, Command.NOT_AGAIN,
        Command.WEEK_FEELINGS, Command.SPELL, Command.THAT_WAS_ME,
    }
)  # fmt: skip
"""make no sense behind an answer: "What does that mean?" may well be asked of life, "go on" of oneself"""


class Mark(Enum):
    """The punctuation between two words."""

    END = auto()
    CLAUSE = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Trailing:
    """The command, and the transcript before it and from it on."""

    command: Command
    answer: Transcript
    said: Transcript


def find_trailing(heard: Transcript, phrases: Phrases) -> Trailing | None:
    """Return the command behind the answer in `heard`; None where its last sentence is none.

    It may stand there in other words that sound nearly the same; those stay what was heard.
    """
    words = _words_of(heard)
    found = _found_from(heard, words, phrases)
    if found is not None or heard.meant is None:
        return found
    before = [word for word in words if word.start_s < heard.meant.start_s]
    found = _found_from(heard, [*before, *_meant(words[len(before) :], heard.meant.text)], phrases)
    return found if found is not None and len(_words_of(found.answer)) == len(before) else None


def command_meant(heard: Transcript, phrases: Phrases) -> str | None:
    """Return the command that all words of the turn may have been; None where they are one, or none."""
    if heard.meant is None or any(word.start_s < heard.meant.start_s for word in _words_of(heard)):
        return None
    return phrases.command_in(heard.meant.text)


def _words_of(heard: Transcript) -> list[Word]:
    return [word for segment in heard.segments for word in _words(segment)]


def _meant(words: Sequence[Word], command: str) -> list[Word]:
    """Return a command as words in the place of others, a sentence of its own as they were."""
    if not words:
        return []
    said = command.split()
    return [Word(words[0].start_s, words[-1].end_s, f" {word}", words[0].probability) for word in said]


def _found_from(heard: Transcript, words: Sequence[Word], phrases: Phrases) -> Trailing | None:
    for start in range(max(1, len(words) - MOST_WORDS), len(words)):
        command = _command(words[start:], phrases)
        if phrases.only_as_whole("".join(word.text for word in words[start:])):
            return None
        if command is not None and _stands_apart(words, start, command, phrases, heard.voice):
            return Trailing(command, *_split(heard, start))
    return None


def _words(segment: Segment) -> tuple[Word, ...]:
    """Return the words of a segment; those of a typed one have no time."""
    if segment.words:
        return segment.words
    return tuple(Word(segment.start_s, segment.start_s, part) for part in re.findall(r"\s*\S+", segment.text))


def _command(words: Sequence[Word], phrases: Phrases) -> Command | None:
    """Return the command that these words are, said once or several times over."""
    text = "".join(word.text for word in words)
    name = phrases.command_behind(text)
    said = spoken_words(text)
    for times in TIMES_SAID[1:]:
        once = said[: len(said) // times]
        if name is None and once and once * times == said:
            name = phrases.command_behind(" ".join(once))
    return None if name is None or Command(name) in NEVER else Command(name)


def _stands_apart(words: Sequence[Word], start: int, command: Command, phrases: Phrases, voice: Voice) -> bool:
    before, first = words[start - 1], words[start]
    typed = before.end_s == first.start_s == words[-1].end_s
    line = typed and "\n" in first.text
    mark = Mark.END if line else _mark(before.text)
    pause = line or _pause_s(before, first, voice) >= PAUSE_S
    last = "".join(spoken_words(before.text)[-1:])
    reported = first.text.strip()[:1] in "\"'“‘«„" or _reported(words[:start], phrases)
    if command is Command.HELP_NOW:
        if mark is Mark.END:
            return pause or not reported
        return pause and not reported and last not in phrases.governing
    if typed or not pause or reported or last in phrases.joining or before.text.rstrip().endswith("?"):
        return False
    alone = len(spoken_words("".join(word.text for word in words[start:]))) == 1
    return mark is Mark.END or (not alone and last not in phrases.governing)


def _mark(before: str) -> Mark:
    bare = before.strip().rstrip("\"'”“’»«)")
    if bare.endswith(("...", "…")):  # broken off
        return Mark.NONE
    if bare.endswith((".", "!", "?")):
        return Mark.END
    return Mark.CLAUSE if bare.endswith((",", ";", ":", "-", "–", "—")) else Mark.NONE


def _reported(words: Sequence[Word], phrases: Phrases) -> bool:
    """True if they end with "he said", "I told her", "we said it to the children"."""
    near = spoken_words("".join(word.text for word in words[-REPORTED_WITHIN:]))
    heads = (place for place, word in enumerate(near) if word in phrases.reporting)
    return any(_addresses(near[place + 1 :], phrases) for place in heads)


def _addresses(words: Sequence[str], phrases: Phrases) -> bool:
    """True for what may stand between the verb and what was said: nothing, "to him", "it to the children"."""
    if not all(word in phrases.addressed for word in words[:-1]):
        return False
    named = len(words) > 1 and words[-2] in phrases.before_a_name
    return named or not words or words[-1] in phrases.addressed


def _pause_s(before: Word, first: Word, voice: Voice) -> float:
    """Return the silence between two words, by their own times or by the detector's, whichever is longer.

    A recogniser spreads words over the silence beside them, so a silence counts that reaches into the later half of
    the one or the earlier half of the other.
    """
    earliest, latest = (before.start_s + before.end_s) / 2, (first.start_s + first.end_s) / 2
    silences = [b - a for (_, a), (b, _) in pairwise(voice) if b > earliest and a < latest]
    return max([first.start_s - before.end_s, *silences])


def _split(heard: Transcript, start: int) -> tuple[Transcript, Transcript]:
    """Return what was heard before the word with this number, and from it on."""
    before: list[Segment] = []
    behind: list[Segment] = []
    at = 0
    for segment in heard.segments:
        words = _words(segment)
        early, late = words[: max(0, start - at)], words[max(0, start - at) :]
        at += len(words)
        if early and late:
            before.append(_part(segment, early))
            behind.append(_part(segment, late))
        else:
            (before if early else behind).append(segment)
    from_s = behind[0].start_s
    unheard = [one for one in heard.unheard if one[0] < from_s]
    sounds = [one for one in heard.sounds if one.start_s < from_s]
    return (
        replace(heard, segments=tuple(before), unheard=tuple(unheard), sounds=tuple(sounds)),
        replace(
            heard, segments=tuple(behind), unheard=heard.unheard[len(unheard) :], sounds=heard.sounds[len(sounds) :]
        ),
    )


def _part(segment: Segment, words: tuple[Word, ...]) -> Segment:
    text = "".join(word.text for word in words).strip()
    return Segment(words[0].start_s, words[-1].end_s, text, words if segment.words else ())
