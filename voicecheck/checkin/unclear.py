"""A request that was misheard: a short turn that sounds like one, and is none that is known. Pure.

Taken for an answer, it would be answered with thanks, and whoever sees no screen would not know why. So they are asked
if it was one; until they say so it is an answer, and kept as one.
"""

from __future__ import annotations

from voicecheck.checkin.course import Command
from voicecheck.phrases import Phrases
from voicecheck.text.sounds import likeness

ASKED = (
    Command.READ_LAST, Command.WEEK_AGO, Command.WEEK_FEELINGS, Command.SLOWER, Command.FASTER, Command.SPELL,
    Command.MEANING, Command.REPEAT, Command.HELP, Command.DELETE, Command.DELETE_SENTENCE,
)  # fmt: skip
"""commands that are meant, if any is: nobody answers in their words"""
LEAST_WORDS, MOST_WORDS = 3, 9
SHARED = 2
"""words of the form that are there as they are"""
LIKENESS = 0.8
"""of the form. Misheard requests are 0.4 to 0.98, answers of people were 0.76 at most (benchmarks)"""
BEGINS = 4
"""words with which a form begins that tell as much"""


def is_unclear(text: str, phrases: Phrases) -> bool:
    """True if these words may have been a request. What begins as a sentence that tells something is none."""
    said = phrases.plain(text)
    words = said.split()
    if not LEAST_WORDS <= len(words) <= MOST_WORDS or words[0] in phrases.telling_first:
        return False
    if phrases.reply_in(text) is not None or phrases.command_in(text) is not None:
        return False
    forms = (form for command in ASKED for form in phrases.commands[command] if "{" not in form)
    return any(_is_near(said, words, form) for form in forms)


def _is_near(said: str, words: list[str], form: str) -> bool:
    parts = form.split()
    if len(parts) < LEAST_WORDS or len(set(parts).intersection(words)) < SHARED:
        return False
    begins = len(parts) >= BEGINS and words[:BEGINS] == parts[:BEGINS]
    return begins or likeness(said, form) >= LIKENESS
