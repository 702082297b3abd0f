"""Find the feeling words of a text: the entry point of this package."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from voicecheck.domain import EmotionMention, PrivateWord
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.homonyms import is_blocked, traits_hold
from voicecheck.feelings.language import Context, Language
from voicecheck.feelings.languages import find_language, load_grammar
from voicecheck.feelings.lexicon import Lexicon, load_lexicon
from voicecheck.feelings.masks import mark_masks
from voicecheck.feelings.patterns import match_pattern
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.sense import Sense
from voicecheck.feelings.tokens import Tokens, tokenize
from voicecheck.text.folding import main_language

Span = tuple[int, int]


def has_lexicon(language: str) -> bool:
    return load_lexicon(main_language(language)) is not None


def lexicon_version(language: str = "en") -> str | None:
    """Return the version of the lexicon of a language, as `en-1`; None for a language without one."""
    lexicon = load_lexicon(main_language(language))
    return None if lexicon is None else lexicon.version


def find_mentions(text: str, language: str = "en", words: tuple[PrivateWord, ...] = ()) -> tuple[EmotionMention, ...]:
    """Find every feeling that `text` names, in order and without overlap; empty for a language without a lexicon.

    `words` are the person's own; they outweigh those of the lexicon.
    """
    code = main_language(language)
    lexicon = load_lexicon(code, words)
    if lexicon is None:
        return ()
    spoken, grammar, tokens = find_language(code), load_grammar(code), tokenize(text, code)
    readings = _readings(tokens, lexicon, grammar, spoken)
    first = next(readings, None)
    if first is None:
        return mark_masks(tokens, (), code)
    context_of = spoken.context_reader(tokens, grammar)
    found = tuple(_mention(reading, context_of(reading)) for reading in chain((first,), readings))
    return mark_masks(tokens, found, code, words)


def _readings(tokens: Tokens, lexicon: Lexicon, grammar: Grammar, spoken: Language) -> Iterator[Reading]:
    starting, words = lexicon.starting_with, tokens.words
    hit_starts: dict[int, int] = {}
    index, count = 0, len(words)
    while index < count:
        noun_too = words[index] in lexicon.nouns
        after = index + 1
        for sense, end, slot in _matches(tokens, starting.get(words[index], ()), index):
            reading = Reading(tokens, grammar, sense, index, end, spoken.read_clause, slot, hit_starts, noun_too)
            if _is_feeling(reading, spoken):
                yield reading
                hit_starts[end - 1] = index
                after = end
                break
        index = after


def _matches(tokens: Tokens, senses: tuple[Sense, ...], index: int) -> Iterator[tuple[Sense, int, Span | None]]:
    """Senses that may begin at token `index`, with their end and the person they name.

    The longest phrase comes first, then the word alone in each of its senses.
    """
    for sense in senses:
        end, slot = index + 1, None
        if sense.pattern is not None:
            match = match_pattern(tokens, index, sense.pattern)
            if match is None:
                continue
            end, slot = match.end, match.slot
            for width in (1, 2, 3):
                if f"span{width}" in sense.traits:
                    end = index + width
        yield sense, end, slot


def _is_feeling(reading: Reading, spoken: Language) -> bool:
    return not is_blocked(reading) and spoken.is_feeling(reading) and traits_hold(reading, spoken.conditions)


def _mention(reading: Reading, context: Context) -> EmotionMention:
    tokens, sense = reading.tokens, reading.sense
    start, end = tokens.starts[reading.start], tokens.ends[reading.end - 1]
    return EmotionMention(
        start=start,
        end=end,
        text=tokens.text[start:end],
        lemma=sense.lemma,
        family=sense.family,
        quadrant=sense.quadrant,
        negated=context.negated,
        experiencer=context.experiencer,
        hypothetical=context.hypothetical,
        past=context.past,
        vague=sense.vague,
        degree=context.degree,
        cues=context.cues,
    )
