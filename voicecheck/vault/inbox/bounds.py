"""Bounds of everything that comes from outside: sealed answers of a stranger and imported files alike.

What passes here can be kept, tagged, searched, exported, and imported again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from voicecheck.domain import EmotionMention, Entry, Turn
from voicecheck.utterance import SAMPLE_RATE_HZ, Label, OwnSpeech

MOST_PAGE_SAMPLES = 60 * SAMPLE_RATE_HZ
MOST_OFFSET = 1 << 48  # far beyond any text or sound, and far below what SQLite counts to
MOST_SECONDS = 1e9
MOST_LETTERS = 1_000_000
"""of all turns of an entry: twenty times an hour of talk, and tagged in seconds"""
MOST_LABELS = 500
MOST_LABEL_LETTERS = 500
MOST_OWN = 1000
"""sentences of the program that are heard in one answer"""
MOST_OWN_LETTERS = 20_000
"""of all of them: they are compared with the words of the answer"""
MOST_TURNS = 1000
"""of an entry: an evening has a few"""
LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*|")
"""a language tag, by which tables are found"""


def fits_entry(entry: Entry) -> bool:
    """True if the entry's turns, tags and length are within the bounds of something that was said."""
    mentions = (*entry.mentions, *(correction.mention for correction in entry.corrections))
    return (
        0 <= entry.duration_s < MOST_SECONDS
        and LANGUAGE.fullmatch(entry.language) is not None
        and fit_turns(entry.turns)
        and fit_labels(entry.labels)
        and all(fits_mention(mention, len(entry.text)) for mention in mentions)
    )


def fit_own(own: Sequence[OwnSpeech]) -> bool:
    """True if the sentences that the program said are as few, short and late as those of one answer."""
    letters = sum(len(one.said) for one in own)
    inside = all(0 <= one.start <= one.end < MOST_OFFSET for one in own)
    return len(own) <= MOST_OWN and letters <= MOST_OWN_LETTERS and inside


def fit_turns(turns: Iterable[Turn]) -> bool:
    turns = tuple(turns)
    letters = sum(len(turn.text) for turn in turns)
    return len(turns) <= MOST_TURNS and letters <= MOST_LETTERS and all(map(_fits_turn, turns))


def fit_labels(labels: Sequence[Label]) -> bool:
    return len(labels) <= MOST_LABELS and all(0 < len(label.name) <= MOST_LABEL_LETTERS for label in labels)


def fits_mention(mention: EmotionMention, letters: int) -> bool:
    """True if the mention lies inside a text of this many letters, and its values are within their ranges."""
    return (
        0 <= mention.start < mention.end <= letters
        and -1 <= mention.degree <= 1
        and all(0 <= cue.start <= cue.end < MOST_OFFSET for cue in mention.cues)
        and _fit_seconds(mention.start_s or 0.0, mention.end_s or 0.0)
    )


def _fits_turn(turn: Turn) -> bool:
    """True if the turn's times are those of a recording."""
    return (
        all(0 <= sample < MOST_OFFSET for sample in (turn.start, turn.end))
        and all(_fit_seconds(*span) for span in (*turn.unheard, *turn.others))
        and all(_fit_seconds(sound.start_s, sound.end_s) for sound in turn.sounds)
        and all(_fit_seconds(segment.start_s, segment.end_s) for segment in turn.segments)
        and all(_fit_seconds(word.start_s, word.end_s) for segment in turn.segments for word in segment.words)
    )


def _fit_seconds(*seconds: float) -> bool:
    return all(-MOST_SECONDS < second < MOST_SECONDS for second in seconds)
