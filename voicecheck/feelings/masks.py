"""Answers that close the door: phrases such as "it is what it is" or "I'm good", with nothing of substance beside them.

The phrases stand in a language's `masks.toml`, by kind. An answer that holds one and says little else is a mask: its
words count as a vague feeling, whatever they mean elsewhere. "I'm good, we had a lovely day with the kids" is none. An
answer that only says that the word is missing ("I don't know") is told apart: nothing is marked in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import msgspec

from voicecheck.domain import EmotionMention, Experiencer, Family, PrivateWord, Quadrant
from voicecheck.feelings.grammar import Grammar, Phrases, read_phrases
from voicecheck.feelings.languages import find_language, load_grammar
from voicecheck.feelings.lexicon import goes_on_otherwise
from voicecheck.feelings.patterns import Pattern, match_pattern
from voicecheck.feelings.tokens import QUESTION, SENTENCE_END, Tokens, table_path, tokenize
from voicecheck.text.folding import main_language
from voicecheck.text.tables import TableFile, open_table

LONGEST_MASK_TOKENS = 40
"""longest answer that is looked into; a longer one tells something"""
SMALL_CLASSES = ("function", "adverb", "degree", "link", "coordinator", "subordinator", "negation", "auxiliary")
"""words of the grammar that carry no substance"""
MOST_CONTENT = 8
"""words of substance in the whole of a mask, its phrases included; more are not looked into"""
OBJECT_REACH = 4
"""words behind a preposition in which its noun is looked for"""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to close the door, and the feeling that it most often stands for."""

    family: Family
    quadrant: Quadrant


@dataclass(frozen=True, slots=True)
class MaskTable:
    """`masks.toml` of a language."""

    kinds: tuple[Kind, ...] = field(repr=False)
    starting: dict[tuple[str, str], tuple[tuple[Pattern, Kind], ...]] = field(repr=False)
    """first two words -> the phrases that begin so; the second is empty where it may be any"""
    wordless: Phrases = field(repr=False)
    empty: frozenset[str] = field(repr=False)
    """words that say nothing by themselves"""
    small: frozenset[str] = field(repr=False)
    """these, and the small words of the grammar"""
    turns: frozenset[str] = field(repr=False)
    telling: frozenset[str] = field(repr=False)
    most_words: int = 0
    most_words_after_turn: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase in the tokens of an answer."""

    start: int
    end: int
    kind: Kind


@cache
def load_masks(language: str) -> MaskTable | None:
    """Load the table of a language, once; None if it has none. Raises UsageError for a broken one."""
    path = table_path(language, "masks.toml")
    return _read_table(open_table(path), language) if path.is_file() else None


class _KindRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: Family
    quadrant: Quadrant
    phrases: list[str]


class _Wordless(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    phrases: list[str]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: str
    most_words: int
    most_words_after_turn: int
    turns: str
    telling: str
    empty: str
    kinds: dict[str, _KindRow]
    wordless: _Wordless


def _read_table(file: TableFile, language: str) -> MaskTable:
    table, grammar, verb_forms = file.convert(_Table), load_grammar(language), find_language(language).verb_forms
    kinds = []
    starting: dict[tuple[str, str], list[tuple[Pattern, Kind]]] = {}
    for name, row in table.kinds.items():
        kinds.append(kind := Kind(row.family, row.quadrant))
        with file.at("kinds", name, "phrases"):
            found = read_phrases(row.phrases, grammar.words, language, verb_forms)
        for word, patterns in found.by_first.items():
            for pattern in patterns:
                for second in _second_words(pattern):
                    starting.setdefault((word, second), []).append((pattern, kind))
    with file.at("wordless", "phrases"):
        wordless = read_phrases(table.wordless.phrases, grammar.words, language, verb_forms)
    empty = frozenset(table.empty.split())
    return MaskTable(
        kinds=tuple(kinds),
        starting={words: tuple(rows) for words, rows in starting.items()},
        wordless=wordless,
        empty=empty,
        small=empty.union(*(grammar[name] for name in SMALL_CLASSES)),
        turns=frozenset(table.turns.split()),
        telling=frozenset(table.telling.split()),
        most_words=table.most_words,
        most_words_after_turn=table.most_words_after_turn,
    )


def _second_words(pattern: Pattern) -> frozenset[str]:
    """The words that stand behind the first; an empty one where others may."""
    plain = len(pattern) > 1 and not pattern[0].optional and not pattern[1].optional
    return pattern[1].words if plain and pattern[1].words else frozenset([""])


def mark_masks(
    tokens: Tokens, mentions: tuple[EmotionMention, ...], language: str, words: Sequence[PrivateWord] = ()
) -> tuple[EmotionMention, ...]:
    """Return the mentions of an answer; of one that is a mask, those in its phrases vague, and at least one of them."""
    table = load_masks(language) if len(tokens) <= LONGEST_MASK_TOKENS else None
    if table is None or sum(word[0].isalpha() and word not in table.small for word in tokens.words) > MOST_CONTENT:
        return mentions
    found = _phrases_in(tokens, mentions, table, language)
    if not found or not _is_mask(tokens, mentions, found, table, language, words):
        return mentions
    kept = [_vague_inside(mention, tokens, found) for mention in mentions]
    marked = [mention for mention in kept if mention is not None]
    if not any(mention.vague for mention in marked):
        longest = max(found, key=lambda one: (one.end - one.start, -one.start))
        marked.append(_mention(tokens, longest, load_grammar(language)))
    return tuple(sorted(marked, key=lambda mention: mention.start))


def is_told_about(mention: EmotionMention, text: str, language: str = "en") -> bool:
    """True if a pleasant mention stands in an answer that tells enough: then nobody hides behind it."""
    code = main_language(language)
    table = load_masks(code)
    if table is None or mention.quadrant not in (Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW):
        return False
    tokens = tokenize(text, code)
    if len(tokens) > LONGEST_MASK_TOKENS:
        return True
    spans = [(one.start, one.end) for one in _phrases_in(tokens, (), table, code)]
    inside = [j for j in range(len(tokens)) if mention.start <= tokens.starts[j] < mention.end]
    return _tells(tokens, [*spans, *((j, j + 1) for j in inside)], table, code)


def lacks_a_word(text: str, mentions: Sequence[EmotionMention], language: str = "en") -> bool:
    """True if the answer says only that there is no word for what is felt, or nothing felt."""
    code = main_language(language)
    table, tokens = load_masks(code), tokenize(text, code)
    if table is None or len(tokens) > LONGEST_MASK_TOKENS or any(m.own for m in mentions):
        return False
    spans = _spans(tokens, table.wordless)
    return bool(spans) and not _content(tokens, spans, table, code)


def wordless_mention(text: str, language: str = "en") -> EmotionMention:
    """Return a mention over the words that say that a word is missing, as the place of the one that is found."""
    code = main_language(language)
    table, tokens = load_masks(code), tokenize(text, code)
    spans = [] if table is None else _spans(tokens, table.wordless)
    start, end = (tokens.starts[spans[0][0]], tokens.ends[spans[0][1] - 1]) if spans else (0, len(text))
    place = text[start:end]
    return EmotionMention(start, end, place, place.lower(), Family.CONFUSION, Quadrant.UNPLEASANT_LOW, vague=True)


def _phrases_in(
    tokens: Tokens, mentions: Sequence[EmotionMention], table: MaskTable, language: str
) -> tuple[_Found, ...]:
    """The phrases in order that are said of the speaker, the longest at each place, without overlap."""
    grammar, found = load_grammar(language), list[_Found]()
    index = 0
    while index < len(tokens):
        one = _phrase_at(tokens, index, table)
        if one is not None and _is_own(one, tokens, mentions, table, grammar):
            found.append(one)
        index = index + 1 if one is None else one.end
    return tuple(found)


def _phrase_at(tokens: Tokens, index: int, table: MaskTable) -> _Found | None:
    """The longest phrase that begins at this token."""
    best: _Found | None = None
    word, second = tokens.words[index], tokens.at(index + 1)
    found = [*table.starting.get((word, ""), ()), *table.starting.get((word, second), ())]
    if second in tokens.spelling.loose:
        found += table.starting.get((word, tokens.at(index + 2)), ())
    for pattern, kind in found:
        match = match_pattern(tokens, index, pattern)
        if match is not None and (best is None or match.end > best.end):
            best = _Found(index, match.end, kind)
    return best


def _is_own(
    one: _Found, tokens: Tokens, mentions: Sequence[EmotionMention], table: MaskTable, grammar: Grammar
) -> bool:
    """True if nothing denies the phrase or says it of somebody else; a single word must end its clause, too."""
    alone = one.end == one.start + 1
    inside = [mention for mention in mentions if _lies_in(mention, tokens, (one,))]
    if any(mention.experiencer is Experiencer.OTHER or (alone and not mention.felt_now) for mention in inside):
        return False
    if any(
        mention.hypothetical and any(cue.start < tokens.starts[one.start] for cue in mention.cues) for mention in inside
    ):
        return False  # "if I'm okay", and not "I'll be fine"
    before = one.start - 1
    while before >= 0 and tokens.words[before] in grammar["adverb"]:
        before -= 1
    denied = tokens.at(before) in grammar["negation"] and tokens.words[one.start] not in grammar["negation"]
    goes_on = not _ends_clause(tokens.at(one.end), table, grammar)
    if denied or _is_told_of(before, tokens, grammar):
        return False
    if alone and (goes_on or goes_on_otherwise(tokens, one.start, grammar.language)):
        return False
    of_you = not grammar["you"].isdisjoint(tokens.words[max(0, before - 1) : before + 1])
    asked = of_you and QUESTION in tokens.words[one.end : one.end + OBJECT_REACH]  # "how are you coping?"
    if asked or _has_object(one.end, tokens, table, grammar):
        return False
    if tokens.at(before) in grammar["link"]:
        before -= 1
    word = tokens.at(before)
    return not (word in grammar["other_subject"] or (word[0].isalpha() and word not in table.small))


def _is_told_of(index: int, tokens: Tokens, grammar: Grammar) -> bool:
    """True if the sentence says up to here that somebody said something, or wishes it: "hope you have a good day"."""
    while tokens.at(index) not in (SENTENCE_END, QUESTION):
        if tokens.at(index) in grammar["say"]:
            return True
        if tokens.at(index) in grammar["imagining"] and tokens.at(index + 1) in grammar["you"]:
            return True
        index -= 1
    return False


def _has_object(end: int, tokens: Tokens, table: MaskTable, grammar: Grammar) -> bool:
    """True if the phrase is said about something: "good at football", "don't care what he says"."""
    if not any(tokens.at(end) in grammar[name] for name in ("preposition", "why_word", "relative")):
        return tokens.at(end) in grammar["other_object"]  # "just beat them up"
    names = ("other_subject", "other_object", "possessive_other", "person")
    for j in range(end + 1, end + 1 + OBJECT_REACH):
        word = tokens.at(j)
        if not word[0].isalpha():
            return False
        if any(word in grammar[name] for name in names) or word not in table.small:
            return True
    return False


def _ends_clause(word: str, table: MaskTable, grammar: Grammar) -> bool:
    classes = ("coordinator", "subordinator", "adverb", "self_subject")
    return not word[0].isalpha() or word in table.empty or any(word in grammar[name] for name in classes)


def _spans(tokens: Tokens, phrases: Phrases) -> list[Span]:
    spans: list[Span] = []
    index = 0
    while index < len(tokens):
        end = phrases.match_at(tokens, index)
        if end:
            spans.append((index, end))
        index = max(end, index + 1)
    return spans


def _is_mask(
    tokens: Tokens,
    mentions: Sequence[EmotionMention],
    found: Sequence[_Found],
    table: MaskTable,
    language: str,
    words: Sequence[PrivateWord],
) -> bool:
    """True if nothing nearer is named beside the phrases, and little is told."""
    own_words = {word.word for word in words}
    for mention in mentions:
        inside = _lies_in(mention, tokens, found)
        nearer = not mention.vague and (not inside or mention.degree > 0)
        if nearer or mention.lemma in own_words:
            return False
    return not _tells(tokens, [(one.start, one.end) for one in found], table, language)


def _tells(tokens: Tokens, spans: Sequence[Span], table: MaskTable, language: str) -> bool:
    """True if the answer tells more beside these spans than a mask bears."""
    told = _content(tokens, spans, table, language)
    turned = [j for j in _outside(tokens, spans) if tokens.words[j] in table.turns]
    weights = {j: _weight(j, tokens, table, load_grammar(language)) for j in told}
    behind = sum(weight for j, weight in weights.items() if turned and j > turned[0])
    return sum(weights.values()) > table.most_words or behind > table.most_words_after_turn


def _weight(index: int, tokens: Tokens, table: MaskTable, grammar: Grammar) -> int:
    """How much a content word tells: what somebody did, or a word that is telling alone, is more than a mask bears."""
    told = tokens.words[index] in table.telling or _is_deed(index, tokens, table, grammar)
    return table.most_words + 1 if told else 1


def _is_deed(index: int, tokens: Tokens, table: MaskTable, grammar: Grammar) -> bool:
    """True if the word belongs to what a person did or does; not what the speaker only might do, or did not."""
    unreal = False
    for j in range(index - 1, -1, -1):
        word = tokens.words[j]
        if word in grammar["self_subject"]:
            return not unreal
        if word in grammar["other_subject"] or word in grammar["person"]:
            return True
        unreal = unreal or word in grammar["negation"] or word in grammar["modal"] or word in grammar["be"]
        if not word[0].isalpha() or word not in table.small:
            return False
    return False


def _content(tokens: Tokens, spans: Sequence[Span], table: MaskTable, language: str) -> list[int]:
    """Words of substance outside of the spans; a question that is asked back has none."""
    grammar = load_grammar(language)
    asked = _asked_back(tokens, grammar)
    return [
        j
        for j in _outside(tokens, spans)
        if tokens.words[j][0].isalpha() and j not in asked and tokens.words[j] not in table.small
    ]


def _outside(tokens: Tokens, spans: Sequence[Span]) -> list[int]:
    covered = {j for start, end in spans for j in range(start, end)}
    return [j for j in range(len(tokens)) if j not in covered]


def _asked_back(tokens: Tokens, grammar: Grammar) -> frozenset[int]:
    """Words of the questions that are not about the speaker."""
    asked: set[int] = set()
    start = 0
    for j, word in enumerate(tokens.words):
        if word not in (SENTENCE_END, QUESTION):
            continue
        sentence = range(start, j)
        own = any(
            tokens.words[k] in grammar[name]
            for k in sentence
            for name in ("self_subject", "self_object", "possessive_self")
        )
        if word == QUESTION and not own:
            asked.update(sentence)
        start = j + 1
    return frozenset(asked)


def _lies_in(mention: EmotionMention, tokens: Tokens, found: Sequence[_Found]) -> bool:
    return any(tokens.starts[one.start] < mention.end and mention.start < tokens.ends[one.end - 1] for one in found)


def _vague_inside(mention: EmotionMention, tokens: Tokens, found: Sequence[_Found]) -> EmotionMention | None:
    """The mention, vague where it is part of a phrase; None where it is only imagined: the phrase stands for it."""
    if not _lies_in(mention, tokens, found):
        return mention
    return None if mention.hypothetical else replace(mention, vague=True)


def _mention(tokens: Tokens, one: _Found, grammar: Grammar) -> EmotionMention:
    first = one.start
    while first < one.end - 1 and (
        tokens.words[first] in grammar["self_subject"]
        or (first > one.start and tokens.words[first] in grammar["auxiliary"] | grammar["be"])
    ):
        first += 1  # "good" of "I'm good"
    start, end = tokens.starts[first], tokens.ends[one.end - 1]
    text = tokens.text[start:end]
    return EmotionMention(
        start=start,
        end=end,
        text=text,
        lemma=" ".join(text.lower().replace("’", "'").split()),
        family=one.kind.family,
        quadrant=one.kind.quadrant,
        experiencer=Experiencer.SELF,
        vague=True,
    )
