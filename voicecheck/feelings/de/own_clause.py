"""The speaker's own clause around a German feeling, and how it is said back in the Du-form."""

from __future__ import annotations

from collections.abc import Sequence

from voicecheck.domain import EmotionMention, Family, Quadrant
from voicecheck.feelings.de.clauses import GermanFrame, read_clause
from voicecheck.feelings.de.losses import weight
from voicecheck.feelings.de.segments import Segment
from voicecheck.feelings.de.turn import SPEAKING, begins_with_name, main_order, turn, turn_tokens, written
from voicecheck.feelings.frame import OTHER, SELF
from voicecheck.feelings.language import Said
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.sense import Sense
from voicecheck.feelings.tokens import COMMA, Tokens, listed, tokenize

WINDOW = 400
"""characters on each side that are looked at, so that time stays linear whatever the text"""
_FOLLOWING = listed("dass weil obwohl wie seit seitdem wenn als damit")
_MAIN = listed("dass weil obwohl da")
"""openers whose clause can be said as a main clause"""
_SPOKEN = listed("du ihr dich dir euch dein deine deinen deinem deiner")


def kind_of(mention: EmotionMention, word: str) -> str:
    """The kind of the sense that was found: the first of that form, for what a thing implies the one of things."""
    from voicecheck.feelings.lexicon import load_table  # here, since the lexicon asks the registry of languages

    lexicon = load_table("de")
    senses = () if lexicon is None else lexicon.starting_with.get(word, ())
    kinds = [sense.kind for sense in senses if sense.lemma == mention.lemma] or ["adj"]
    return "thing" if "thing" in kinds and any(cue.kind == "implied" for cue in mention.cues) else kinds[0]


def reading_of(mention: EmotionMention, text: str) -> tuple[Reading, int] | None:
    """A mention as a candidate again, in a window of its text, and the offset of that window."""
    from voicecheck.feelings.languages import load_grammar

    low, high = max(0, mention.start - WINDOW), min(len(text), mention.end + WINDOW)
    if low:
        low = text.find(" ", low, mention.start) + 1 or mention.start
    tokens = tokenize(text[low:high], "de")
    at = [
        j for j in range(len(tokens)) if tokens.starts[j] + low < mention.end and mention.start < tokens.ends[j] + low
    ]
    if not at:
        return None
    sense = Sense(
        mention.lemma,
        kind_of(mention, tokens.words[at[0]]),
        Family(mention.family),
        Quadrant(mention.quadrant),
        frozenset(),
        (),
        (),
    )
    return Reading(tokens, load_grammar("de"), sense, at[0], at[-1] + 1, read_clause), low


def clause_around(mention: EmotionMention, mentions: Sequence[EmotionMention], text: str) -> Said | None:
    """The clause that the feeling stands in, turned round; None where it has none that can be said back."""
    found = reading_of(mention, text)
    if found is None:
        return None
    reading, offset = found
    frame, tokens = read_clause(reading), reading.tokens
    if frame.question or (frame.opener and frame.opener not in _MAIN):
        return None
    said = _said(tokens, frame, offset, text) or _without_subject(tokens, frame, offset, text, mention)
    if said is None or not (said.start <= mention.start and mention.end <= said.end):
        return None
    others = frame.who == OTHER and not any(word in _SPOKEN for word in said.sentence.lower().rstrip(".").split())
    return None if others else said


def _said(tokens: Tokens, frame: GermanFrame, offset: int, text: str) -> Said | None:
    members = frame.members
    if frame.infinitive:
        return (
            None
            if frame.own == 0 or frame.segment.opener
            else _contiguous(tokens, frame, frame.own - 1, frame.own, offset)
        )
    if frame.opener and _has_modal(tokens, frame):
        return None  # "ich hätte nie gedacht, dass ich so stolz sein kann": half of it says something else
    if frame.opener:
        own = frame.segments[members[0]]
        order = main_order(tokens, own) if len(members) == 1 else None
        turned = None if order is None else turn(_text(tokens, order))
        return None if turned is None else _make(tokens, turned, own.first + 1, own.last, offset)
    if frame.verb_index < 0 or members != list(range(members[0], members[-1] + 1)):
        return None
    if frame.subject >= 0 and not frame.segments[members[0]].first <= frame.subject < frame.clause[-1].last:
        return None  # shared with the clause before
    first = _with_fronted(tokens, frame, members[0])
    return None if first is None else _contiguous(tokens, frame, first, members[-1], offset)


def _has_modal(tokens: Tokens, frame: GermanFrame) -> bool:
    return frame.verb >= 0 and tokens.words[frame.verb].startswith(
        ("kann", "könn", "muss", "müss", "darf", "soll", "will", "wür")
    )


def _with_fronted(tokens: Tokens, frame: GermanFrame, first: int) -> int | None:
    """The first segment of a clause with the one in front of it: "wenn ich heimkomme, | bin ich müde".

    None where the verb comes first and nothing stands before it that could be said with it.
    """
    segment = frame.segments[first]
    if segment.finite != segment.first:
        return first
    before = first - 1
    if before < 0 or not frame.segments[before].opener or segment.joint not in (COMMA, ""):
        return None
    alone = before > 0 and frame.segments[before - 1].finite < 0 and frame.segments[before].joint == ""
    return before - 1 if alone else before


def _contiguous(tokens: Tokens, frame: GermanFrame, first: int, last: int, offset: int) -> Said | None:
    """The segments from one to another, with as many of the subordinate ones behind as can be said back."""
    ends = [last]
    k = last + 1
    while k < len(frame.segments) and k <= last + 2 and _may_follow(tokens, frame.segments[k]):
        ends.append(k)
        k += 1
    for end in reversed(ends):
        begins, ending = frame.segments[first].first, frame.segments[end].last
        if end != ends[-1] and _leaves_half(tokens, frame, end):
            continue
        turned = turn_tokens(tokens, begins, ending)
        if turned is not None and (end == last or len(turned.split()) > ending - begins - 3):
            return _make(tokens, turned, begins, ending, offset)
    return None


def _may_follow(tokens: Tokens, segment: Segment) -> bool:
    words = tokens.words
    infinitive = segment.joint == COMMA and segment.finite < 0 and "zu" in words[segment.first : segment.last]
    return segment.opener in _FOLLOWING or segment.relative or infinitive


def _leaves_half(tokens: Tokens, frame: GermanFrame, end: int) -> bool:
    """True if what is left would wait for what was cut: "ich bin so müde, dass", "darauf, dass"."""
    span = tokens.words[frame.segments[end].first : frame.segments[end].last]
    after = frame.segments[end + 1].opener
    return after == "dass" and any(word in _WAITING for word in span)


_WAITING = listed("darauf darüber davor damit daran dafür es so")


def _without_subject(
    tokens: Tokens, frame: GermanFrame, offset: int, text: str, mention: EmotionMention
) -> Said | None:
    """The clause with the "ich" that it shares with the one before, or that it left out: "und war total müde"."""
    segment = frame.segment
    span = range(segment.first, segment.last)
    if frame.opener or frame.infinitive or len(frame.members) > 1:
        return None
    shared = (
        frame.who == SELF
        and segment.joint != COMMA
        and segment.finite == segment.first
        and frame.subject < segment.first
    )
    if shared:
        owner = "wir" if tokens.at(frame.subject) == "wir" else "ich"
        turned = turn(f"{owner} {_text(tokens, span)}")
    elif frame.fragment and _opens_with_measure(tokens, segment, mention, offset):
        turned = turn(f"ich bin {_text(tokens, span)}")
    else:
        return None
    return None if turned is None else _make(tokens, turned, segment.first, segment.last, offset)


def _opens_with_measure(tokens: Tokens, segment: Segment, mention: EmotionMention, offset: int) -> bool:
    """True for "so dankbar für meine Freunde": an adjective behind its measure, with more behind it."""
    adjective = kind_of(mention, mention.lemma) == "adj" and mention.text.lower() == mention.lemma
    begins = tokens.words[segment.first] in ("so", "sehr", "total", "richtig", "voll", "ziemlich", "ganz", "echt")
    placed = tokens.starts[segment.first + 1] + offset == mention.start if segment.last > segment.first + 1 else False
    return adjective and begins and placed and segment.last > segment.first + 2


def _text(tokens: Tokens, places: Sequence[int] | range) -> str:
    return " ".join(written(tokens, j) for j in places)


def _make(tokens: Tokens, turned: str, first: int, last: int, offset: int) -> Said:
    while first < last - 1 and (
        tokens.words[first] == COMMA or tokens.words[first] in ("und", "aber", "oder", "denn", "also")
    ):
        first += 1
    heavy, loss = weight(turned)
    return Said(
        turned,
        tokens.starts[first] + offset,
        tokens.ends[last - 1] + offset,
        heavy,
        loss,
        begins_with_name(tokens, first),
    )


def speaks_to(sentence: str, first: bool = False) -> bool:
    """True if a sentence has a "du" or "ihr" in any case; with `first`, as its first word."""
    words = sentence.lower().rstrip(".").replace(",", "").split()
    return bool(words) and (words[0] in SPEAKING if first else not SPEAKING.isdisjoint(words))
