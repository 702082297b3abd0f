"""The meaning of a feeling word for a person who asks: of a word they name, or of those offered or given back."""

from __future__ import annotations

from collections.abc import Iterator

from voicecheck.domain import Entry, Reflection
from voicecheck.feelings.meanings import find_meaning
from voicecheck.feelings.reply import chosen_words
from voicecheck.phrases import Phrases


def explain(asked: str, kept: Entry | None, reflection: Reflection, phrases: Phrases) -> str:
    """Return the meaning in sentences; empty where nothing can be explained.

    `asked` are the words asked about, empty for "that"; `reflection` is what answered `kept`.
    """
    language = phrases.language if kept is None else kept.language
    return " ".join(
        phrases.say("meaning", word=word[:1].upper() + word[1:], meaning=meaning)
        for word, lemma in _words(asked, kept, reflection, language)
        if (meaning := find_meaning(lemma, language)) is not None
    )


def _words(asked: str, kept: Entry | None, reflection: Reflection, language: str) -> Iterator[tuple[str, str]]:
    """Yield each word that is meant, as it is said, with its lemma."""
    offered = () if kept is None else reflection.offered
    if asked:
        for word in chosen_words(asked.split(), offered, language) or [asked]:
            yield word, word
    elif offered:
        yield from ((lemma, lemma) for lemma in offered)
    elif kept is not None:
        given = reflection.mentions if reflection.about is None else (reflection.about,)
        for index in given:
            if index < len(kept.mentions):
                mention = kept.mentions[index]
                yield " ".join(mention.text.lower().split()), mention.lemma
