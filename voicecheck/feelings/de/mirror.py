"""Forms in which a German feeling word can be said back, by its kind and the clause that it stands in."""

from __future__ import annotations

from collections.abc import Sequence

from voicecheck.domain import EmotionMention
from voicecheck.feelings.de.clauses import GermanFrame, read_clause
from voicecheck.feelings.de.own_clause import reading_of
from voicecheck.feelings.de.unsayable import is_unsayable
from voicecheck.feelings.frame import NONE, SELF, THING
from voicecheck.feelings.language import Mirrored, MirrorForm
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import listed

_FIRST_PERSON = listed(
    "ich mich mir mein meine meinen meinem meiner meines wir uns unser unsere unseren unserem unserer"
)
_MEASURES = listed("sehr total voll richtig echt ziemlich ein bisschen bissl bisserl wenig etwas extrem furchtbar ganz")


def mirror(index: int, mentions: Sequence[EmotionMention], text: str) -> Mirrored:
    """How the mention at `index` is said back: the word with its measure, and the frame around it."""
    mention = mentions[index]
    word, found = spoken_form(mention.text), reading_of(mention, text)
    if found is None:
        return Mirrored(word)
    reading, _ = found
    frame = read_clause(reading)
    if (
        frame.question
        or is_unsayable(word.lower())
        or (frame.opener in ("wenn", "ob", "falls", "als") and frame.opener)
    ):
        return Mirrored(word, MirrorForm.UNSAID)
    form = _form(mention, reading, frame)
    if form is MirrorForm.NOUN:
        word = f"{word[:1].upper()}{word[1:]}"
    if form in (MirrorForm.ADJECTIVE_NOW, MirrorForm.ADJECTIVE_PAST, MirrorForm.THING_NOW, MirrorForm.THING_PAST):
        return Mirrored(f"{_measure(mention, text)}{word}", form)
    return Mirrored(word, form)


def _form(mention: EmotionMention, reading: Reading, frame: GermanFrame) -> MirrorForm:
    low = mention.text.lower()
    if low != mention.lemma or " " in low:
        return MirrorForm.QUOTED
    kind = reading.sense.kind
    if kind == "noun":
        return MirrorForm.NOUN
    past = frame.tense == "past"
    if kind == "thing" or frame.who == THING:
        linked = frame.link_kind in ("be", "get") and kind in ("thing", "adj") and frame.object_party is None
        return (
            (MirrorForm.THING_PAST if past else MirrorForm.THING_NOW)
            if linked and frame.who == THING
            else MirrorForm.QUOTED
        )
    if kind != "adj" or frame.who not in (SELF, NONE) or (frame.object_party is not None and not frame.reflexive):
        return MirrorForm.QUOTED
    if frame.link_kind in ("be", "feel", "get"):
        return MirrorForm.ADJECTIVE_PAST if past else MirrorForm.ADJECTIVE_NOW
    return MirrorForm.ADJECTIVE_NOW if frame.fragment else MirrorForm.QUOTED


def quotable(words: str) -> str | None:
    """The words inside a sentence; None for "macht mich fertig", which cannot be said back with "du"."""
    word = spoken_form(words)
    return None if not _FIRST_PERSON.isdisjoint(word.lower().split()) else word


def spoken_form(words: str) -> str:
    """The speaker's word as it stands inside a sentence: a noun with its capital, anything else in small letters."""
    word = " ".join(words.split()).strip('.,;:!?"“”„«»')
    low = word.lower()
    if " " not in low and _is_noun(low):
        return f"{low[:1].upper()}{low[1:]}"
    if " " in low:
        return word[:1].lower() + word[1:]
    return low


def _is_noun(word: str) -> bool:
    from voicecheck.feelings.lexicon import load_table  # here, since the lexicon asks the registry of languages

    lexicon = load_table("de")
    senses = () if lexicon is None else lexicon.starting_with.get(word, ())
    kinds = {sense.kind for sense in senses if sense.pattern is None}
    return kinds == {"noun"}


def _measure(mention: EmotionMention, text: str) -> str:
    """The speaker's own "ein bisschen " right before the word, so that nothing is made bigger than it was."""
    for cue in mention.cues:
        between, degree = text[cue.end : mention.start], text[cue.start : cue.end].lower().split()
        if cue.kind == "degree" and between and not between.strip() and degree and not set(degree) - _MEASURES:
            words = " ".join(degree)
            return f"ein {words} " if words in ("bisschen", "bissl", "bisserl", "wenig") else f"{words} "
    return ""
