"""Expected words, heard where a recogniser wrote something like them: spoken commands, and names of the person's own.

What it wrote is weighed against what is expected, by the recogniser's own probabilities for the same sound. A name
takes the place of words that it was unsure of; a command is only told beside the words, which stay as they are. Where
nothing like it was written, and where the recogniser is sure, nothing is weighed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from voicecheck.speech.recognition.recogniser import SpeechRecogniser, Utterance
from voicecheck.text.folding import spoken_words
from voicecheck.text.sounds import likeness
from voicecheck.utterance import SAMPLE_RATE_HZ, Meant, OwnName, Segment, Stretch, Word

PAUSE_S = 0.6  # of silence before a command that is said behind an answer, in the same stretch
LONGEST_COMMAND_S = 2.5  # of voice
MOST_COMMAND_WORDS = 6
SURE_COMMAND = 0.7  # words of this probability are no command that was misheard
MOST_WEIGHED = 8
COMMAND_LIKENESS = 0.45  # of what was written, at least
COMMAND_COST, COST_A_WORD, COST_IN_NEED = 2.5, 0.5, 2.0
"""nats by which a command may be less likely than what was written: a longer one is less easily an answer, and one for
help must not be missed. Misheard commands were 0 to 4 away (benchmarks), other words 4.6 and more
"""
NAME_LIKENESS = 0.55  # of what was written, at least
NAME_COST, NAME_COST_ALIKE = 3.0, 9.0
"""nats by which a name may be less likely than what was written, at that likeness, and more of it for the same sound.
Names are rare: "Niam" was 5 to 10 from "Niamh", and words of human speech 15 and more from any of thirty names
"""
MOST_NAMES_WEIGHED = 4  # in one segment
SURE_NAME = 0.7  # words of this probability are no name that was misheard
MOST_NAME_WORDS = 3  # that a name may be written as: "see a barn" for "Siobhan"
LEAST = 1e-9
TAIL_MARGIN_S = 0.3  # of sound before a command that is weighed by itself


@dataclass(frozen=True, slots=True)
class ExpectedWords:
    """What this person may say that a recogniser does not expect."""

    commands: tuple[str, ...] = ()
    """small letters, no punctuation"""
    urgent: tuple[str, ...] = ()
    """those of them with which somebody asks for help"""
    answers: frozenset[str] = frozenset()
    """words that answer by themselves, as feelings do: where one was written, no command is meant but for help"""
    guessed: frozenset[str] = frozenset()
    """those of them that a recogniser may have missed in an answer of one word"""
    never_guessed: frozenset[str] = frozenset()
    """words in whose place none of them is guessed"""
    common: frozenset[str] = frozenset()
    """everyday words, in whose place one is guessed only where it is nearly as likely"""
    names: tuple[OwnName, ...] = field(default=(), repr=False)
    ordinary: frozenset[str] = field(default=frozenset(), repr=False)
    """words of the language: no name takes their place, and one that is such a word itself takes only its own forms'"""

    def only_ordinary(self, text: str) -> bool:
        said = spoken_words(text)
        return bool(said) and self.ordinary.issuperset(said)


NOTHING_EXPECTED = ExpectedWords()


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch and what was written for it."""

    utterance: Utterance
    start: int
    """sample index of the first sample of the utterance"""
    stretch: Stretch
    segments: tuple[Segment, ...] = field(repr=False)
    """times in seconds from the first sample"""
    language: str

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for segment in self.segments for word in segment.words)


# Commands


def command_meant(recogniser: SpeechRecogniser, heard: Heard, expected: ExpectedWords) -> Meant | None:
    """Return the command that the last words may have been; None where they are one, or nothing like one.

    Raises ModelError.
    """
    tail, from_s = _tail(heard)
    said = tuple(word for word in heard.words if word.end_s > from_s)
    text = _joined(said)
    if not 0 < len(said) <= MOST_COMMAND_WORDS or tail.voiced_s > LONGEST_COMMAND_S:
        return None
    if min(word.probability for word in said) >= SURE_COMMAND or " ".join(spoken_words(text)) in expected.commands:
        return None
    answers = not expected.answers.isdisjoint(spoken_words(text))
    alike = _most_alike(text, expected.urgent if answers else expected.commands)
    if not alike:
        return None
    weights = recogniser.weigh(tail, tuple(map(as_sentence, (text, *alike))), language=heard.language)
    if weights is None:
        return None
    # Its own figure for what it wrote stands as well, since a text is not always split as it was written.
    written = max(weights[0], sum(math.log(max(word.probability, LEAST)) for word in said))
    spare, command = max(
        (w + _cost(form, expected) - written, form) for w, form in zip(weights[1:], alike, strict=True)
    )
    return Meant(command, said[0].start_s) if spare >= 0 else None


def _cost(form: str, expected: ExpectedWords) -> float:
    return COMMAND_COST + COST_A_WORD * len(form.split()) + COST_IN_NEED * (form in expected.urgent)


def _tail(heard: Heard) -> tuple[Utterance, float]:
    """Return the sound behind the last pause, and the second from its first sample on where it begins."""
    pauses = [b for (_, a), (b, _) in pairwise(heard.stretch.voice) if b - a >= PAUSE_S * SAMPLE_RATE_HZ]
    if not pauses:
        return heard.utterance, 0.0
    begin = pauses[-1] - heard.start
    voiced = sum(b - a for a, b in heard.stretch.voice if a >= pauses[-1])
    first = max(0, begin - round(TAIL_MARGIN_S * SAMPLE_RATE_HZ))
    sound = heard.utterance.samples[first:]
    return Utterance(sound, voiced / SAMPLE_RATE_HZ), begin / SAMPLE_RATE_HZ - TAIL_MARGIN_S


def _most_alike(text: str, forms: Sequence[str]) -> list[str]:
    said = " ".join(spoken_words(text))
    others = [form for form in forms if not _goes_on(said, form)]
    by_likeness = sorted(((likeness(text, form), form) for form in others), reverse=True)
    return [form for like, form in by_likeness[:MOST_WEIGHED] if like >= COMMAND_LIKENESS]


def _goes_on(said: str, form: str) -> bool:
    """True for what begins with a command and is another: "Stop the car", and "stopped" or "helpful" as well."""
    first, command = said.split(" ")[0], form.split(" ")[0]
    made_of_it = first.startswith(command) and first.removeprefix(command).isalpha()  # "that's" is not made of "that"
    return said.startswith(f"{form} ") or made_of_it


def as_sentence(text: str) -> str:
    """Return a text with a capital and a full stop.

    These are not what is weighed; and without an end, "help" would be likelier than "help me", which begins with it.
    """
    bare = text.strip().rstrip(".,;:!?…")
    return f"{bare[:1].upper()}{bare[1:]}."


# Names


@dataclass(frozen=True, slots=True)
class _Place:
    """Words that may be a name."""

    first: int
    """number of the first word, in the segment"""
    count: int
    like: float
    name: str = field(repr=False)


def mend_names(recogniser: SpeechRecogniser, heard: Heard, expected: ExpectedWords) -> tuple[Segment, ...]:
    """Return the segments, with names where something like them was written that is hardly more likely.

    "I want to die" is not to become "I want to Di", nor "I'm done" somebody called Dan.

    Raises ModelError.
    """
    return tuple(
        _mended(recogniser, heard, number, _places(segment, expected)) for number, segment in enumerate(heard.segments)
    )


def _mended(recogniser: SpeechRecogniser, heard: Heard, number: int, places: Sequence[_Place]) -> Segment:
    """Return one segment with a name at each of these places that is likely enough, the likeliest first."""
    before = mended = heard.segments[number]
    forms = [_whole(heard, number, _with_name(before, before, place)) for place in places]
    texts = (_whole(heard, number, before), *forms)
    weights = recogniser.weigh(heard.utterance, texts, language=heard.language) if places else None
    if weights is None:
        return before
    spare = [weight + _name_cost(place.like) - weights[0] for weight, place in zip(weights[1:], places, strict=True)]
    taken: set[int] = set()
    for more, place in sorted(zip(spare, places, strict=True), key=lambda one: -one[0]):
        span = range(place.first, place.first + place.count)
        if more >= 0 and taken.isdisjoint(span):
            mended = _with_name(mended, before, place)
            taken.update(span)
    return mended


def _name_cost(like: float) -> float:
    """Return the nats by which a name may be less likely than what was written, the more the more they are alike."""
    return NAME_COST + NAME_COST_ALIKE * (like - NAME_LIKENESS) / (1 - NAME_LIKENESS)


def _whole(heard: Heard, number: int, segment: Segment) -> str:
    """Return all that was written, with this segment in the place of the one with this number."""
    segments = (*heard.segments[:number], segment, *heard.segments[number + 1 :])
    return " ".join(one.text for one in segments)


def _places(segment: Segment, expected: ExpectedWords) -> list[_Place]:
    """Return where names may stand, the likeliest first."""
    forms = {one: one.heard if expected.only_ordinary(one.name) else (one.name, *one.heard) for one in expected.names}
    found = [
        _Place(first, count, like, one.name)
        for first, count, text in _unsure_runs(segment.words)
        if not expected.only_ordinary(text)
        for one in expected.names
        if (like := max((likeness(text, form) for form in forms[one]), default=0.0)) >= NAME_LIKENESS
        and text.casefold() != one.name.casefold()
    ]
    return sorted(found, key=lambda place: -place.like)[:MOST_NAMES_WEIGHED]


def _unsure_runs(words: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """Yield the runs of a few words among which the recogniser doubts one: first, count, text without signs."""
    for first in range(len(words)):
        for count in range(1, min(MOST_NAME_WORDS, len(words) - first) + 1):
            run = words[first : first + count]
            if min(word.probability for word in run) < SURE_NAME:
                yield first, count, _bare(_joined(run))[1]


def _bare(text: str) -> tuple[str, str, str]:
    """Split a text into the signs before it, itself, and the ending of possession and the signs behind it."""
    match = re.fullmatch(r"(\W*)(.*?)((?:['’]s)?\W*)", text, re.DOTALL)
    assert match is not None
    return match[1], match[2], match[3]


def _with_name(now: Segment, before: Segment, place: _Place) -> Segment:
    """Return the segment as it is `now` with a name at a place of what it was `before`."""
    run = before.words[place.first : place.first + place.count]
    lead, _, end = _bare(_joined(run))
    space = " " if run[0].text[:1].isspace() else ""
    name = Word(run[0].start_s, run[-1].end_s, f"{space}{lead}{place.name}{end}", min(w.probability for w in run))
    kept = [word for word in now.words if word not in run]
    words = tuple(sorted((*kept, name), key=lambda word: word.start_s))
    return replace(now, words=words, text=_joined(words))


def _joined(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words).strip()
