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
HALF_FROM_WORDS = 4  # fewer, as in "If possible", are an answer
SIGNED_FROM_WORDS = 5  # a recogniser that sets signs in so many words, and no stop behind the last, heard no end


def closing_of(text: str, asked: str, phrases: Phrases) -> Closing:
    """Return how `text` ends, said to the question `asked`. Unknown in a language whose phrases have no tables."""
    words = spoken_words(text)
    if not phrases.endings or not words:
        return Closing.UNKNOWN
    bare = text.rstrip().rstrip("\"'”“’»«)")
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
    if _asks_for(asked, "asks_for_a_word", phrases) and len(words) <= ONE_WORD_MOST:
        return Closing.ONE_WORD
    last = re.split(r"[.!?]+\s+", bare.rstrip(".!"))[-1]
    unsigned = len(words) >= SIGNED_FROM_WORDS and not bare.endswith(STOPS) and not _is_clause(words, phrases)
    if unsigned or _is_half(last, asked, phrases) or _is_list(last, phrases) or _only_opens(words, phrases):
        return Closing.UNFINISHED
    whole = bare.endswith((".", "!")) and _is_clause(spoken_words(last), phrases) and not _may_go_on(words, phrases)
    return Closing.FINISHED if whole else Closing.UNKNOWN


def _lacks_its_stop(bare: str, words: Sequence[str]) -> bool:
    return len(words) >= SIGNED_FROM_WORDS and not bare.endswith(STOPS) and any(sign in bare for sign in SIGNS)


def _unfinished(words: Sequence[str], bare: str, phrases: Phrases) -> bool:
    """True if no sentence ends with these words. Behind a comma some are a mere tag: "It was okay, I guess." """
    tables = phrases.endings
    if words[-1] in tables["open"] or words[-1] in phrases.joining or _begins_a_clause(words, phrases):
        return True
    if _wants_more(spoken_words(re.split(r"[.!?,;]+\s+", bare.rstrip(".!"))[-1]), phrases):
        return True
    for count in range(2, LONGEST_END + 1):
        end = " ".join(words[-count:])
        if end in tables["open_ends"]:
            if end in tables["tags"] and bare.casefold().rstrip(".!").endswith(f", {end}"):
                return False
            before = words[-count - 1] if len(words) > count else ""
            return before not in tables["closed_before"]
    if len(words) > 1 and words[-2] in tables["degrees"]:
        return False
    nearest = next((word for word in reversed(words[-3:-1]) if word not in tables["adverbs"]), "")
    return words[-1] in tables["before_a_noun"] and nearest in tables["articles"]


def _begins_a_clause(words: Sequence[str], phrases: Phrases) -> bool:
    """True for the subject of a clause, or its adverb, and no more: "because the dog", "I hope you", "and honestly"."""
    tables = phrases.endings
    before = words[-2] if len(words) > 1 else ""
    if words[-1] in tables["adverbs"] and before in phrases.joining:
        return True
    if words[-1] in tables["late_subjects"]:
        return before in tables["opens_a_clause"]
    return before in tables["articles"] and len(words) > 2 and words[-3] in tables["opens_a_clause"]


def _wants_more(clause: Sequence[str], phrases: Phrases) -> bool:
    """True where a clause ends with a verb that wants more, and nothing before its subject can be that."""
    tables = phrases.endings
    if not clause or clause[-1] not in tables["wanting"] or any(word in tables["closed_before"] for word in clause):
        return False
    before = [word for word in clause[:-1] if word not in tables["adverbs"]]
    if not before or before[-1] not in (*tables["subjects"], *tables["governing_them"]):
        return False
    if before[-1] in tables["subjects"]:  # "the job I hate" is whole
        openers = (*phrases.joining, *phrases.leading, *tables["linking"], *tables["opens_a_clause"])
        return all(word in openers for word in before[:-1])
    return True


def _is_half(sentence: str, asked: str, phrases: Phrases) -> bool:
    """True for a subordinate clause whose main clause is still to come: "When I came home"."""
    tables, words = phrases.endings, spoken_words(sentence)
    while words and words[0] in tables["opening_on"]:
        words = words[1:]
    first = next((n for n in range(LONGEST_END, 0, -1) if " ".join(words[:n]) in tables["first_halves"]), 0)
    if words and words[0] in tables["moments"] and not _asks_for(asked, "asks_for_a_moment", phrases):
        first = 1
    if not first or len(words) < HALF_FROM_WORDS or "," in sentence:
        return False
    subjects = (*tables["subjects"], *tables["subject_verbs"])
    begun = words[first] in subjects or words[first] in tables["articles"]
    return begun and not any(word in subjects for word in words[first + 1 :])


def _is_list(sentence: str, phrases: Phrases) -> bool:
    """True for things one after the other, without an "and" before the last: "my job, the house"."""
    parts = [spoken_words(part) for part in sentence.split(",")]
    counted = all(part and (part[0] in phrases.endings["counting"] or part[0].isdigit()) for part in parts)
    named = all(part and part[0] in phrases.endings["articles"] and len(part) <= LONGEST_END for part in parts)
    return len(parts) > 1 and (counted or named) and not _is_clause(spoken_words(sentence), phrases)


def _only_opens(words: Sequence[str], phrases: Phrases) -> bool:
    """True for an answer that is a subject and no more, told on from something: "And so my boss"."""
    tables = phrases.endings
    count = max((n for n in (1, 2) if " ".join(words[:n]) in tables["opening_on"]), default=0)
    return 0 < count < len(words) and words[count] in tables["articles"] and not _is_clause(words, phrases)


def _may_go_on(words: Sequence[str], phrases: Phrases) -> bool:
    """True behind a number, which may be counting something, and a person who is told something."""
    tables = phrases.endings
    if words[-1] in tables["counting"] or words[-1].isdigit():
        return len(words) > 1 and words[-2] in tables["before_a_count"]
    return len(words) > 2 and words[-2] in tables["articles"] and words[-3] in tables["telling"]


def _ends_with(words: Sequence[str], ends: Sequence[str]) -> bool:
    return any(" ".join(words[-count:]) in ends for count in range(1, LONGEST_END + 1))


def _asks_for(asked: str, table: str, phrases: Phrases) -> bool:
    """True if the question can be answered with a word, or with a moment."""
    question = f" {' '.join(spoken_words(asked))} "
    return any(f" {form} " in question for form in phrases.endings[table])


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
