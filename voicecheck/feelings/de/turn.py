"""Turn a German clause of the speaker round: "Ich vermisse meine Mutter sehr" becomes "Du vermisst deine Mutter sehr."

Pronouns and possessives are turned word by word, "wir" becomes "ihr"; the verb of each clause with "ich" or "wir" gets
the form that "du" or "ihr" has. The order of the words stays. It refuses wherever the turned clause could say
something else than the speaker did.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from voicecheck.domain import Family, Quadrant
from voicecheck.feelings.de.marks import DETERMINER, FINITE, JOINING, OPENER, PREPOSITION, SMALL, marks_of
from voicecheck.feelings.de.segments import Segment, read_segments
from voicecheck.feelings.de.unsayable import is_unsayable
from voicecheck.feelings.de.verb_forms import SEPARABLE, behind_du, behind_ihr
from voicecheck.feelings.frame import Frame
from voicecheck.feelings.grammar import Grammar
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.sense import Sense
from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, Tokens, listed, tokenize

LONGEST_CLAUSE_WORDS = 14
SHORTEST_CLAUSE_WORDS = 2
_PRONOUNS = {"ich": "du", "mich": "dich", "mir": "dir", "wir": "ihr", "uns": "euch", "meinetwegen": "deinetwegen"}
_OURS = {
    "unser": "euer", "unsere": "eure", "unseren": "euren", "unserem": "eurem", "unserer": "eurer", "unseres": "eures",
    "unsre": "eure", "unsern": "euren", "unserm": "eurem", "unsrer": "eurer",
}  # fmt: skip
_MINE = {f"mein{ending}": f"dein{ending}" for ending in ("", "e", "en", "em", "er", "es", "s")}
_TURNED = _PRONOUNS | _OURS | _MINE
_SPOKEN_TO = listed("du dich dir dein deine deinen deinem deiner deines euch euer eure euren eurem eurer")
SPEAKING = _SPOKEN_TO | {"ihr"}
_DANGLING = listed(
    """und oder aber dass weil wenn ob der die das ein eine einen einem einer mein meine zu so sehr mit von in im
    auf an vor für
    bei nach ist war als wie um ohne nicht"""
)
_LEADS = listed("und aber oder also denn sondern")
_PLACED = Sense("x", "adj", Family.SADNESS, Quadrant.UNPLEASANT_LOW, frozenset(), (), ())


def turn(clause: str) -> str | None:
    """Return the clause in the second person as a sentence of at most 14 words; None where that is not safe."""
    tokens = tokenize(clause, "de")
    return turn_tokens(tokens, 0, len(tokens))


def turn_tokens(tokens: Tokens, first: int, last: int) -> str | None:
    """The same for some of the tokens of a text. A longer one loses its last segments, never its beginning."""
    first, last = _trimmed(tokens, first, last)
    segments = segments_of(tokens, first, last)
    for end in dict.fromkeys((last, *(s.first - (s.joint != "") for s in reversed(segments[1:])))):
        if _count(tokens, first, end) <= LONGEST_CLAUSE_WORDS:
            kept = [s for s in segments if s.last <= end]
            return (
                _turned(tokens, kept, *_trimmed(tokens, first, end)) if kept and _is_whole(tokens, end, last) else None
            )
    return None


def _count(tokens: Tokens, first: int, last: int) -> int:
    return sum(tokens.words[j][0].isalnum() for j in range(first, last))


def _trimmed(tokens: Tokens, first: int, last: int) -> tuple[int, int]:
    words = tokens.words
    while first < last and (words[first] in (COMMA, SENTENCE_END) or words[first] in _LEADS):
        first += 1
    while last > first and words[last - 1] in (COMMA, SENTENCE_END):
        last -= 1
    return first, last


def _is_whole(tokens: Tokens, end: int, last: int) -> bool:
    """True if what is left can end a sentence, where something was cut off."""
    word = tokens.words[end - 2] if tokens.words[end - 1] == COMMA else tokens.words[end - 1]
    return end == last or word not in _DANGLING


@cache
def _grammar() -> Grammar:
    from voicecheck.feelings.languages import load_grammar  # here, since the registry imports this package

    return load_grammar("de")


def segments_of(tokens: Tokens, first: int, last: int) -> list[Segment]:
    """The segments of a part of a text in which no feeling is looked for."""
    nowhere = len(tokens)
    return read_segments(Reading(tokens, _grammar(), _PLACED, nowhere, nowhere, lambda _: Frame()), first, last)


def _turned(tokens: Tokens, segments: Sequence[Segment], first: int, last: int) -> str | None:
    words = tokens.words
    if _is_refused(tokens, first, last) or _count(tokens, first, last) < SHORTEST_CLAUSE_WORDS:
        return None
    if segments[0].opener and not any(s.finite >= 0 and not s.opener for s in segments):
        return None  # a subordinate clause is no sentence
    said = {j: _TURNED.get(words[j], written(tokens, j)) for j in range(first, last)}
    shared = ""
    for segment in segments:
        subject = next((j for j in range(segment.first, segment.last) if words[j] in ("ich", "wir")), -1)
        if subject >= 0:
            shared = words[subject]
        elif segment.opener or _has_other_subject(tokens, segment):
            shared = "" if not segment.opener else shared
            continue
        if not shared or (subject < 0 and segment.finite < 0):
            continue
        verb = verb_of(tokens, segment, subject)
        form = None if verb < 0 else _second_person(tokens, verb, subject if subject > segment.first else -1, shared)
        if form is None:
            return None
        said[verb] = form
    for segment in segments[1:]:
        if segment.opener and segment.joint == "" and first < segment.first and words[segment.first - 1] != COMMA:
            said[segment.first] = f", {said[segment.first]}"  # a comma that recognition left out
    text = _joined([said[j] for j in range(first, last)])
    return None if is_unsayable(text.lower()) else f"{text[:1].upper()}{text[1:]}."


def _is_refused(tokens: Tokens, first: int, last: int) -> bool:
    """True for a question, a quotation, somebody who is spoken to, and a sentence that breaks off."""
    words = tokens.words
    for j in range(first, last):
        word = words[j]
        if word in (QUESTION, QUOTE, SENTENCE_END) or word in _SPOKEN_TO or not (word[0].isalnum() or word == COMMA):
            return True
        formal = word in ("sie", "ihnen", "ihr", "ihre", "ihren", "ihrem", "ihrer") and tokens.capital(j)
        if formal and j and not tokens.opens_sentence(j) and j > first:
            return True
        if word == "ihr" and tokens.at(j + 1) in ("seid", "habt", "wart", "könnt", "müsst", "wollt"):
            return True
    if words[last - 2 : last] in (["angst", "vor"], ["angst", "um"], ["panik", "vor"]):
        return True
    return (
        last > first
        and words[last - 1] in _DANGLING - {"so", "sehr", "ist", "war", "nicht"}
        and words[last - 1] not in ("mit", "auf", "an", "vor", "zu")
    )


def _has_other_subject(tokens: Tokens, segment: Segment) -> bool:
    """True if somebody or something else stands where the subject is: right before or behind the verb."""
    words, marks = tokens.words, marks_of(_grammar())
    if segment.finite < 0:
        return False
    before = words[segment.finite - 1] if segment.finite > segment.first else ""
    own = segment.finite == segment.first or bool(marks.get(before, 0) & JOINING)
    return not own and before not in (
        "dann",
        "da",
        "danach",
        "jetzt",
        "heute",
        "gestern",
        "so",
        "nur",
        "auch",
        "trotzdem",
    )


def verb_of(tokens: Tokens, segment: Segment, subject: int) -> int:
    """The verb of a segment with "ich" or "wir" in it: at the end, behind the subject, or before it; -1 where
    unsure."""
    words, marks = tokens.words, marks_of(_grammar())
    if segment.opener:
        return segment.finite if segment.finite > max(subject, segment.first) else -1
    if subject < 0:
        return segment.finite
    if subject == segment.first or marks.get(words[subject - 1], 0) & (JOINING | OPENER):
        behind = next(
            (j for j in range(subject + 1, segment.last) if words[j] not in ("selber", "selbst", "auch", "ja")), -1
        )
        return behind if behind >= 0 and not marks.get(words[behind], 0) & PREPOSITION else -1
    if words[subject - 1] in ("mich", "mir", "uns", "es", "sich", "sie", "ihn", "das"):
        return segment.finite if segment.finite in (subject - 2, subject - 1) else -1
    return (
        subject - 1 if not marks.get(words[subject - 1], 0) & SMALL or marks.get(words[subject - 1], 0) & FINITE else -1
    )


def _second_person(tokens: Tokens, verb: int, subject: int, shared: str) -> str | None:
    words = tokens.words
    joined = subject >= 1 and words[subject] == "ich" and words[subject - 1] == "und" and words[verb].endswith("n")
    plural = shared == "wir" or joined or words[verb] in ("sind", "waren", "haben", "hatten")
    return behind_ihr(words[verb]) if plural else behind_du(words[verb])


def written(tokens: Tokens, j: int) -> str:
    """A word as it is said back: as it stands in the text, or as the tokeniser opened it; nouns with a capital."""
    word, raw = tokens.words[j], tokens.text[tokens.starts[j] : tokens.ends[j]]
    if raw.lower() != word:
        return word
    if not raw[:1].isupper():
        return f"{word[:1].upper()}{word[1:]}" if _is_noun(word) or _stands_like_noun(tokens, j) else raw
    small = marks_of(_grammar()).get(word, 0) & (SMALL | FINITE)
    return word if small and not _is_noun(word) and tokens.opens_sentence(j) else raw


def _is_noun(word: str) -> bool:
    g = _grammar()
    named = word in g["person"] and word not in _NO_NOUNS
    return (
        named
        or word in g["event_noun"] - _NO_NOUNS
        or (len(word) > 6 and word.endswith(("ung", "heit", "keit", "schaft")))
    )


def _stands_like_noun(tokens: Tokens, j: int) -> bool:
    """True in a text without capitals for a word right behind an article, before the end or a little word."""
    if not tokens.text[1:].islower() or not tokens.words[j].isalpha():
        return False
    marks, g = marks_of(_grammar()), _grammar()
    before, after = tokens.at(j - 1), tokens.at(j + 1)
    led = before in _CONTRACTED or (marks.get(before, 0) & DETERMINER and before not in ("das", "die", "der"))
    ends = not after.isalpha() or marks.get(after, 0) & (SMALL | FINITE)
    known = marks.get(tokens.words[j], 0) or tokens.words[j].endswith("sten") or tokens.words[j] in g["strong"]
    return bool(led and ends and not known)


_CONTRACTED = listed("am im beim zum zur vom ins ans")
_NO_NOUNS = listed(
    """anderen andere anderer jemand jeder jede alle beide viele manche einige kleine kleiner große großer ex
    morgen teil junge
    bekannte bekannter bekannten verlobte verlobter verwandte verwandten jüngste älteste jüngster ältester
    treffen dienst"""
)


def _joined(said: Sequence[str]) -> str:
    text = ""
    for word in said:
        text += word if word.startswith(COMMA) or not text else f" {word}"
    return text


def main_order(tokens: Tokens, segment: Segment) -> list[int] | None:
    """Tokens of a subordinate clause in the order of a main one: "weil ich so müde war" is "ich war so müde".

    None where that is not sure: another subject than "ich" or "wir", or a verb that would have to be parted.
    """
    words, verb = tokens.words, segment.finite
    subject = segment.first + 1
    if words[subject : subject + 1] not in (["ich"], ["wir"]) or verb <= subject or verb != segment.last - 1:
        return None
    if words[verb].startswith(SEPARABLE) and words[verb] not in _WHOLE:
        return None
    return [subject, verb, *range(subject + 1, verb)]


_WHOLE = listed("mag vermisse ärgere fürchte habe hab weinte")


def begins_with_name(tokens: Tokens, first: int) -> bool:
    """True if the first word is a noun or a name, which keeps its capital inside a sentence."""
    from voicecheck.feelings.languages import load_grammar

    small = marks_of(load_grammar("de")).get(tokens.words[first], 0) & (SMALL | FINITE)
    return not small and written(tokens, first)[:1].isupper()
