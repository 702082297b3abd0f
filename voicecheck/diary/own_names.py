"""Names and words of the person's own: cleaned, and found in what the person corrected.

A corrected word is offered once it has been corrected in two entries; nothing is added by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache

from voicecheck.errors import UsageError
from voicecheck.feelings.known_words import known_words
from voicecheck.phrases import load_phrases
from voicecheck.speech.recognition.expected import ExpectedWords
from voicecheck.text.folding import main_language
from voicecheck.text.sounds import likeness
from voicecheck.text.untrusted import can_be_shown
from voicecheck.utterance import OwnName
from voicecheck.vault.vault import Vault

LONGEST = 40
"""letters"""
MOST_WORDS = 4
RECURS = 2
"""entries in which a word was corrected to the same one"""
SOUNDS_LIKE = 0.3
"""least likeness of what was heard to what it was corrected to: less is another thing said, and no correction"""
SHORTEST = 3
"""letters: shorter words are put right for their grammar"""


def expected_names(vault: Vault, language: str) -> ExpectedWords:
    """Return the names that a recogniser is given, and the words of a language that they never take the place of."""
    names = vault.names.most_used()
    return ExpectedWords(names=names, ordinary=ordinary_words(language) if names else frozenset())


@cache
def ordinary_words(language: str) -> frozenset[str]:
    """Return the words that the program itself listens for, and those of ordinary sentences that its tables know."""
    return load_phrases(main_language(language)).words | known_words(language)


def clean_name(text: str) -> str:
    """Return a name as it is kept. Raises UsageError for what is none."""
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST or len(name.split()) > MOST_WORDS or not re.search(r"\w\w", name):
        raise UsageError("That is no name.", f"Give one to {MOST_WORDS} words, {LONGEST} letters at most.")
    if not all(map(can_be_shown, name)) or re.search("[=,]", name):  # they stand between what is typed
        raise UsageError("That name holds signs that cannot be shown.", "Type it anew.")
    return name


def read_name(text: str) -> OwnName:
    """Return a name from a typed line: "Aoife", or with what is heard for it, "Aoife = Eva, Effa".

    Raises UsageError.
    """
    name, equals, heard = text.partition("=")
    return OwnName(clean_name(name), tuple(map(clean_name, heard.split(","))) if equals else ())


def written_name(one: OwnName) -> str:
    """Return a name as the line that `read_name` reads."""
    return f"{one.name} = {', '.join(one.heard)}" if one.heard else one.name


def recurring(vault: Vault, before: str, after: str) -> tuple[OwnName, ...]:
    """Return what a correction from `before` to `after` has in common with earlier ones: names that may be kept.

    None that is kept already. The texts in the vault are those before or after this correction, as it may be.
    """
    known = {one.name.casefold() for one in vault.names.list()}
    edited = [pair for pair in vault.names.corrected() if pair[1] != after]
    counts = Counter(name for heard, written in edited for name in {name for _, name in corrections(heard, written)})
    new: dict[str, list[str]] = {}
    for heard, name in corrections(before, after):
        if counts[name] + 1 >= RECURS and name.casefold() not in known:
            new.setdefault(name, []).append(heard)
    return tuple(OwnName(name, tuple(heard)) for name, heard in new.items())


def learn_heard(vault: Vault, before: str, after: str) -> None:
    """Remember what was heard for a name that the person has put right, where the name is kept already."""
    known = {one.name for one in vault.names.list()}
    for heard, name in corrections(before, after):
        if name in known:
            vault.names.add(OwnName(name, (heard,)))


def corrections(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield words that were heard with the one word that the person wrote for them, where both sound alike."""
    old, new = _words(before), _words(after)
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        heard, written = " ".join(old[a:b]), " ".join(new[c:d])
        name_like = d - c == 1 and 0 < b - a <= MOST_WORDS and len(written) >= SHORTEST
        new_word = kind == "replace" and heard.casefold() != written.casefold()
        if new_word and name_like and likeness(heard, written) >= SOUNDS_LIKE:
            yield heard, written


def _words(text: str) -> list[str]:
    return [re.sub(r"['’]s$", "", word) for word in re.findall(r"\w[\w'’-]*", text)]
