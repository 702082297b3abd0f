"""Find the feeling words of a text: the one door into this room."""

from __future__ import annotations

from collections.abc import Iterator

from voicecheck.domain import EmotionMention, PrivateWord
from voicecheck.feelings.en.context import read_context
from voicecheck.feelings.en.parts_of_speech import is_feeling
from voicecheck.feelings.en.time_cues import Setting, read_setting
from voicecheck.feelings.grammar import Grammar, load_grammar
from voicecheck.feelings.lexicon import Lexicon, Sense, load_lexicon
from voicecheck.feelings.patterns import match_pattern
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import Tokens, tokenize
from voicecheck.text.folding import main_language


def has_lexicon(language: str) -> bool:
    return load_lexicon(main_language(language)) is not None


def lexicon_version(language: str = "en") -> str | None:
    """Which table tagged a text, as `en-1`; None for a language without one."""
    lexicon = load_lexicon(main_language(language))
    return None if lexicon is None else lexicon.version


def find_mentions(text: str, language: str = "en", words: tuple[PrivateWord, ...] = ()) -> tuple[EmotionMention, ...]:
    """Every feeling that `text` names, in order and without overlap; empty for a language without a lexicon.

    `words` are the person's own; they outweigh those of the lexicon.
    """
    lexicon = load_lexicon(main_language(language), words)
    if lexicon is None:
        return ()
    grammar = load_grammar(main_language(language))
    tokens = tokenize(text, main_language(language))
    setting: Setting | None = None
    found = []
    for reading in _readings(tokens, lexicon, grammar):
        setting = setting or read_setting(tokens, grammar)
        found.append(_mention(reading, setting))
    return tuple(found)


def _readings(tokens: Tokens, lexicon: Lexicon, grammar: Grammar) -> Iterator[Reading]:
    starting, words = lexicon.starting_with, tokens.words
    hit_starts: dict[int, int] = {}
    index, count = 0, len(words)
    while index < count:
        senses = starting.get(words[index])
        noun_too = words[index] in lexicon.nouns
        reading = _first_feeling(tokens, grammar, senses, index, hit_starts, noun_too) if senses else None
        if reading is None:
            index += 1
            continue
        yield reading
        hit_starts[reading.end - 1] = reading.start
        index = reading.end


def _first_feeling(
    tokens: Tokens, grammar: Grammar, senses: tuple[Sense, ...], index: int, hit_starts: dict[int, int], noun_too: bool
) -> Reading | None:
    """The longest phrase, else the first reading of the word, whose conditions hold."""
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
        reading = Reading(tokens, grammar, sense, index, end, slot, hit_starts, noun_too)
        if is_feeling(reading):
            return reading
    return None


def _mention(reading: Reading, setting: Setting) -> EmotionMention:
    tokens, sense = reading.tokens, reading.sense
    start, end = tokens.starts[reading.start], tokens.ends[reading.end - 1]
    context = read_context(reading, setting)
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
