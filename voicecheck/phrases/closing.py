"""How an answer's words end, by tables of the language: unfinished, a whole clause, one word, a question back. Pure.

It errs on the side of patience: what it cannot tell is unknown, and then silence alone decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicecheck.phrases import Phrases
from voicecheck.text.folding import spoken_words
from voicecheck.utterance import Closing

BROKEN_OFF = ("...", "…", ",", ";", ":", "-", "–", "—")
ONE_WORD_MOST = 3  # "very tired", "a bit sad": still one word to whoever asked for one
LONGEST_END = 3
STOPS = (".", "!", "?")
SIGNS = ".!?,;:"
SIGNED_FROM_WORDS = 5  # a recogniser that sets signs in so many words, and no stop behind the last, heard no end


def closing_of(text: str, asked: str, phrases: Phrases) -> Closing:
    """Return how `text` ends, said to the question `asked`. Unknown in a language whose phrases have no tables."""
    words = spoken_words(text)
    if not phrases.endings or not words:
        return Closing.UNKNOWN
    bare = text.rstrip().rstrip("\"'”’»)")
    if bare.endswith("?"):
        back = phrases.command_in(text) in phrases.endings["asking_commands"]
        return Closing.ASKS if back or phrases.plain(text) in phrases.endings["asks"] else Closing.UNKNOWN
    if (
        phrases.only_fills(text)
        or bare.endswith(BROKEN_OFF)
        or _lacks_its_stop(bare, words)
        or _unfinished(words, bare, phrases)
    ):
        return Closing.UNFINISHED
    if phrases.command_in(text) in phrases.endings["asking_commands"]:
        return Closing.ASKS
    if _ends_with(words, (*phrases.endings["unsure"], *phrases.endings["tags"])):
        return Closing.UNKNOWN
    if _asks_for_a_word(asked, phrases) and len(words) <= ONE_WORD_MOST:
        return Closing.ONE_WORD
    last = spoken_words(re.split(r"[.!?]+\s+", bare.rstrip(".!"))[-1])
    return Closing.FINISHED if bare.endswith((".", "!")) and _is_clause(last, phrases) else Closing.UNKNOWN


def _lacks_its_stop(bare: str, words: Sequence[str]) -> bool:
    return len(words) >= SIGNED_FROM_WORDS and not bare.endswith(STOPS) and any(sign in bare for sign in SIGNS)


def _unfinished(words: Sequence[str], bare: str, phrases: Phrases) -> bool:
    """True if no sentence ends with these words. Behind a comma some are a mere tag: "It was okay, I guess." """
    tables = phrases.endings
    if words[-1] in tables["open"] or words[-1] in phrases.joining:
        return True
    for count in range(2, LONGEST_END + 1):
        end = " ".join(words[-count:])
        if end in tables["open_ends"]:
            if end in tables["tags"] and bare.casefold().rstrip(".!").endswith(f", {end}"):
                return False
            before = words[-count - 1] if len(words) > count else ""
            return before not in tables["closed_before"]
    nearest = next((word for word in reversed(words[-3:-1]) if word not in tables["adverbs"]), "")
    return words[-1] in tables["before_a_noun"] and nearest in tables["articles"]


def _ends_with(words: Sequence[str], ends: Sequence[str]) -> bool:
    return any(" ".join(words[-count:]) in ends for count in range(1, LONGEST_END + 1))


def _asks_for_a_word(asked: str, phrases: Phrases) -> bool:
    """True if the question can be answered with a word."""
    question = f" {' '.join(spoken_words(asked))} "
    return any(f" {form} " in question for form in phrases.endings["asks_for_a_word"])


def _is_clause(words: Sequence[str], phrases: Phrases) -> bool:
    """True for a subject and its verb, with something that is no mere adverb behind the subject."""
    tables = phrases.endings
    while words and words[0] in (*phrases.leading, *tables["linking"]):
        words = words[1:]
    if not words or words[0] in tables["subordinating"]:
        return False
    for place, word in enumerate(words):
        behind = [w for w in words[place + 1 :] if w not in tables["adverbs"]]
        if behind and (word in tables["subject_verbs"] or word in tables["subjects"]):
            return True
        if place and word in tables["verbs"]:
            return True
    return False
