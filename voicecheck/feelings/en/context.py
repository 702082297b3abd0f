"""ConText for English: decides if a feeling is denied, another's, imagined or long past, and how strong it is.

After Harkema et al. 2009, with the scopes of a clause in place of a window of words.
"""

from __future__ import annotations

from voicecheck.domain import Cue, Experiencer
from voicecheck.feelings.en.implied import implied_by
from voicecheck.feelings.en.time_cues import Setting, find_past
from voicecheck.feelings.en.whose import find_experiencer
from voicecheck.feelings.frame import NONE, OTHER, THING, YOU
from voicecheck.feelings.language import Context
from voicecheck.feelings.reading import Reading
from voicecheck.feelings.tokens import COMMA, QUESTION, QUOTE, SENTENCE_END, Tokens, listed

_STOPS = frozenset([SENTENCE_END, QUESTION])
_THOUGHT = listed("think know knew realise realize thought realised realized imagined")
_STOPPING = frozenset(("stop", "stopped", "stopping", "quit", "ceased"))


def read_context(reading: Reading, setting: Setting) -> Context:
    """Return all attributes of a feeling that stands there."""
    negations = _negations(reading)
    stopped = any(reading.tokens.at(n[0]) in _STOPPING for n in negations)  # "I stopped being afraid years ago"
    past_cue = None if stopped else find_past(reading, setting)
    hypotheticals = _hypotheticals(reading, past_cue is not None)
    if _turned_out(reading):
        negations, hypotheticals = [], []
    experiencer, whose = find_experiencer(reading, setting)
    degree, degree_cue = _degree(reading)
    implied = implied_by(reading) if _is_implied(reading, experiencer) else None
    cues = [_cue(reading.tokens, span, "negation") for span in negations]
    cues += [_cue(reading.tokens, span, "hypothetical") for span in hypotheticals]
    for span, kind in ((whose, "experiencer"), (implied, "implied"), (past_cue, "past"), (degree_cue, "degree")):
        if span is not None:
            cues.append(_cue(reading.tokens, span, kind))
    return Context(
        negated=len(negations) % 2 == 1,
        experiencer=experiencer,
        hypothetical=bool(hypotheticals),
        past=past_cue is not None,
        degree=degree,
        cues=tuple(sorted(set(cues), key=lambda cue: (cue.start, cue.end, cue.kind))),
    )


def _hypotheticals(reading: Reading, long_past: bool) -> list[tuple[int, int]]:
    frame, tokens = reading.frame, reading.tokens
    found = [h for h in frame.hypotheticals if not _refuses_the_word(tokens, h[0])]
    found = [h for h in found if not (_imagined_as_real(tokens, h[0]) or _for_ever(tokens, h[0]))]
    if _taken_for_granted(reading):
        found = [h for h in found if h[0] >= reading.start]
    if reading.sense.kind == "thing":
        found = [h for h in found if not _is_the_deed(tokens, h[0])]
    if _compares(reading) and frame.negations:
        found = [h for h in found if tokens.at(h[0]) not in ("could", "can")]
    if reading.word(-1) == "more":  # "I couldn't be more proud"
        found = [h for h in found if (tokens.at(h[0]), tokens.at(h[0] + 1)) != ("could", "not")]
    if long_past:
        found = [h for h in found if tokens.at(h[0]) not in ("would", "'d") or tokens.at(h[0] + 1) == "have"]
    return found + _question_cue(reading) + _sought(reading) + _doubted(reading)


def _turned_out(reading: Reading) -> bool:
    """True for "I didn't think I'd be this nervous": so it was, and more than expected."""
    frame, tokens, so = reading.frame, reading.tokens, ("this", "so", "that")
    if reading.word(-1) not in so:
        behind = tokens.words[reading.end : reading.end + 4] if reading.sense.kind == "verb" else []
        if "much" not in behind or tokens.at(reading.end + behind.index("much") - 1) not in so:
            return False  # neither "this angry" nor "love her this much"
    expected = [h[0] for h in frame.hypotheticals if tokens.at(h[0]) == "expect"]
    return _never_thought(reading) or any(tokens.at(h - 1) == "not" for h in expected)


def _never_thought(reading: Reading) -> bool:
    """True for "never thought I could ...", "who knew I'd ...", "didn't know it was possible to ..."."""
    tokens = reading.tokens
    near = range(reading.start - 1, max(-1, reading.start - 10), -1)
    verb = next((j for j in near if tokens.at(j) in _THOUGHT), -1)
    could = listed("would 'd could can possible able")
    if verb < 0 or could.isdisjoint(tokens.words[verb + 1 : reading.start]):
        return False
    return {tokens.at(verb - 1), tokens.at(verb - 2)} & {"not", "never", "who"} != set()


def _cue(tokens: Tokens, span: tuple[int, int], kind: str) -> Cue:
    first = min(max(span[0], 0), len(tokens) - 1)
    last = min(max(span[1] - 1, first), len(tokens) - 1)
    return Cue(tokens.starts[first], tokens.ends[last], kind)


def _refuses_the_word(tokens: Tokens, j: int) -> bool:
    """True for "I wouldn't call it anger", which denies, and "I'd call it anger": both imagine nothing."""
    verb = j + 2 if tokens.at(j + 1) == "not" else j + 1
    return tokens.at(j) in ("would", "'d") and tokens.at(verb) in ("call", "say", "describe")


def _imagined_as_real(tokens: Tokens, j: int) -> bool:
    """True for "I can't imagine how scared they were": so they were."""
    return (
        tokens.at(j) == "imagine"
        and tokens.at(j + 1) == "how"
        and bool({tokens.at(j - 1), tokens.at(j - 2)} & {"can", "only"})
    )


def _for_ever(tokens: Tokens, j: int) -> bool:
    """True for "I'll always love her", "I will never stop missing him", "we'll never not be sad": so it is now, too."""
    if tokens.at(j) != "will":
        return False
    never = tokens.at(j + 1) == "never" and tokens.at(j + 2) in ("stop", "not", "cease")
    return never or tokens.at(j + 1) in ("always", "forever")


def _is_the_deed(tokens: Tokens, j: int) -> bool:
    """True for "pretending to be happy is tiring", where the pretending tires, and "it got to be stressful"."""
    deed = tokens.at(j).endswith("ing") and tokens.at(j - 1) in (*_STOPS, COMMA, "and")
    return tokens.at(j + 1) == "to" and (deed or tokens.at(j) == "got")


# denied


def _negations(reading: Reading) -> list[tuple[int, int]]:
    frame = reading.frame
    found = [n for n in dict.fromkeys(frame.negations) if not _denies_nothing(reading, n[0])]
    if _compares(reading):
        found = [
            n
            for n in found
            if reading.tokens.at(n[0]) not in ("never", "nothing", "nobody", "no", "none") and not _could(reading, n)
        ]
    if reading.word(-1) in ("this", "so", "that", "quite") and "ever" in [reading.word(-k) for k in (2, 3, 4)]:
        found = []  # "I don't think I've ever been this nervous"
    if _taken_for_granted(reading):
        found = [n for n in found if n[0] >= reading.start - 2 and reading.tokens.at(n[0]) in ("no", "without")]
    found = _concord(reading.tokens, found)
    if reading.sense.kind == "verb" and (
        reading.after() in ("nothing", "nobody") or (reading.after() == "no" and reading.after(1) == "one")
    ):
        found.append((reading.end, reading.end + 1))
    gone = _gone(reading)
    return [*found, gone] if gone else found


_LEAVING = listed("shake escape hide ignore control explain describe fight overcome help hold contain get")


def _denies_nothing(reading: Reading, j: int) -> bool:
    return _filler(reading, j) or _cannot_leave(reading.tokens, j)


def _cannot_leave(tokens: Tokens, j: int) -> bool:
    """True for "I can't shake this feeling of dread", which stays."""
    j = j - 2 if tokens.at(j) in ("rid", "get") else j
    verb, after = tokens.at(j + 1), tokens.at(j + 2)
    stays = verb in _LEAVING and (verb != "get" or after in ("rid", "over", "past"))
    return stays and tokens.at(j - 1) in ("can", "could")


def _filler(reading: Reading, j: int) -> bool:
    """True for the "not" of "I was, I don't know, like, sad": it fills a pause."""
    tokens = reading.tokens
    said = [tokens.at(k) for k in (j - 2, j - 1, j + 1)] == ["i", "do", "know"]
    own = reading.sense.kind == "noun" and j + 4 >= reading.start
    return said and not own and tokens.at(j + 2) != "that"


def _compares(reading: Reading) -> bool:
    """True for a comparison: "never been happier", "couldn't be more proud"."""
    word, sense = reading.word(0), reading.sense
    comparative = "er" in sense.traits and word.endswith("er") and word != sense.lemma
    return comparative or reading.word(-1) == "more" or word == "better" or _unlike_any(reading)


def _unlike_any(reading: Reading) -> bool:
    """True for "I've never loved anyone like him" and "I've never felt joy like this": so it is, and more than ever."""
    tokens, negations = reading.tokens, reading.frame.negations
    ever = any(tokens.at(n[0]) == "never" and tokens.at(n[0] - 1) in ("have", "has") for n in negations)
    likened = "like" in tokens.words[reading.end : reading.end + 8] or reading.after() == "as"
    return ever and likened and reading.sense.kind in ("verb", "noun")


def _could(reading: Reading, negation: tuple[int, int]) -> bool:
    """True for "I couldn't be happier" and "I don't think I could be happier"."""
    tokens = reading.tokens
    return tokens.at(negation[0] - 1) in ("could", "can") or "could" in tokens.words[negation[1] : reading.start]


def _concord(tokens: Tokens, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the negations, two words of one counted once: "I didn't feel no joy", "ain't never", not "never not".

    In "not angry and not sad" the second is denied by its own "not" alone.
    """
    ordered = sorted(found)
    kept: list[tuple[int, int]] = []
    for span in ordered:
        word = tokens.at(span[0])
        if tokens.at(span[0] - 1) in ("and", "or", "nor", COMMA):
            kept = []
        doubled = kept and word in ("no", "nothing", "nobody", "never", "none") and tokens.at(kept[-1][0]) == "not"
        if not doubled:
            kept.append(span)
    return kept


def _gone(reading: Reading) -> tuple[int, int] | None:
    """Return the cue that the feeling has left and is no longer felt, as in "the fear was gone"."""
    if reading.sense.kind != "noun":
        return None
    first = reading.end
    end = reading.grammar.phrase("gone_after").match_at(reading.tokens, first)
    return (first, end) if end else None


def _taken_for_granted(reading: Reading) -> bool:
    """True for "I can't control my anger": the noun is owned, so neither "not" nor "want" reaches it."""
    frame, tokens, g = reading.frame, reading.tokens, reading.grammar
    if reading.sense.kind != "noun" or frame.determiner < 0:
        return False
    word = tokens.at(frame.determiner)
    owned = (
        word in g["possessive_self"]
        or word in g["possessive_other"]
        or word in ("'s", "the", "this", "that", "these", "all")
    )
    verb = tokens.at(frame.verb) if frame.verb >= 0 else ""
    if not owned or (frame.link >= 0 and frame.verb < 0):
        return False
    return verb not in listed("feel have had lost lose find found see stopped")


def _is_implied(reading: Reading, experiencer: Experiencer) -> bool:
    """True if the speaker's own feeling is said of a thing, as in "it was exhausting" and "it feels lonely"."""
    frame, sense = reading.frame, reading.sense
    adjective = sense.kind == "adj" and sense.pattern is None and frame.who == THING and frame.link >= 0
    return experiencer is Experiencer.SELF and (sense.kind == "thing" or adjective)


# asked


_SEEKING = listed(
    "looking look search searching seeking seek hoping pray prays prayed praying waiting asking wishing wish"
    " aiming need desire"
)
_WANTING = listed("want wants wanted wanting need needs needed deserve deserves deserved seek seeking")
_ASKING = listed("do does did is are has have was were")
_NO_MATTER_OF_FACT = listed("act acts acted acting fake faking faked")


def _sought(reading: Reading) -> list[tuple[int, int]]:
    """Return the verb of "I want some peace", "looking for happiness": what is sought is not felt."""
    frame, tokens = reading.frame, reading.tokens
    if reading.sense.kind != "noun" or frame.negations or _taken_for_granted(reading):
        return []
    j = max(frame.verb, frame.link)
    towards = frame.preposition >= 0 and tokens.at(frame.preposition) == "for"
    wanted = frame.preposition < 0 and tokens.at(j) in _WANTING
    return [(j, j + 1)] if wanted or (towards and tokens.at(j) in _SEEKING) else []


def _doubted(reading: Reading) -> list[tuple[int, int]]:
    """Return the cue of "does anyone else feel lonely", "how can I be happy", "not sure I'm happy", "I act happy"."""
    frame, tokens = reading.frame, reading.tokens
    before = reading.before_index()
    if tokens.at(before) in _NO_MATTER_OF_FACT or (
        tokens.at(before) == "being" and tokens.at(before - 1) in _NO_MATTER_OF_FACT
    ):
        return [(before, before + 1)]
    j = frame.subject
    if j < 1 or j > reading.start:
        return []
    asked = tokens.at(j - 1) in _ASKING and tokens.at(j - 2) not in reading.grammar["why_word"]
    if tokens.at(j) in ("anyone", "anybody") and asked:
        return [(j - 1, j)]
    how = [tokens.at(j - 2), tokens.at(j - 1)]
    if (
        how[0] == "how"
        and how[1] in ("can", "could", "do")
        and tokens.at(frame.link) in ("be", "get", "become", "stay")
    ):
        return [] if reading.word(-1) in ("so", "this", "that") else [(j - 2, j)]
    sure = j - 1 if tokens.at(j - 1) != "that" else j - 2
    return [(sure - 1, sure + 1)] if (tokens.at(sure - 1), tokens.at(sure)) == ("not", "sure") else []


def _question_cue(reading: Reading) -> list[tuple[int, int]]:
    """Return the cue of a question without inversion ("you're angry?", "happy?"), which asks if it is felt."""
    frame, tokens, g = reading.frame, reading.tokens, reading.grammar
    if frame.question or frame.who not in (YOU, OTHER, NONE) or reading.after() != QUESTION:
        return []
    j = reading.start - 1
    while j >= 0 and tokens.words[j] not in _STOPS and reading.start - j < 12:
        if tokens.words[j] in g["why_word"] or tokens.words[j] == COMMA:
            return []
        j -= 1
    return [(reading.end, reading.end + 1)]


# how strong


_NEW_CLAUSE = frozenset(("and", "but", "or", "because", "while", "when", "then", "i", "he", "she", "they", "we", "you"))
"""behind these a degree belongs to somebody else's feeling, or to another one"""


def _degree(reading: Reading) -> tuple[int, tuple[int, int] | None]:
    tokens, g = reading.tokens, reading.grammar
    for j in range(reading.start - 1, max(-1, reading.start - 5), -1):
        word = tokens.words[j]
        if word == "bit" and tokens.at(j - 2) == "quite":  # "quite a bit of worry"
            return 1, (j - 2, j + 1)
        if word in g["weak"]:
            return -1, (j, j + 1)
        if word in g["strong"]:
            return 1, (j, j + 1)
        if word == "lot" or (word == "much" and tokens.at(j - 1) == "so"):
            return 1, (j, j + 1)
        if word not in g["adverb"] and word not in ("of", "a"):
            break
    for j in range(reading.start + 2, reading.end - 1):  # "gets a bit on my nerves"
        if tokens.words[j] in ("bit", "little") and tokens.at(j - 1) == "a":
            return -1, (j - 1, j + 1)
    for j in range(reading.end, min(len(tokens), reading.end + 4)):
        if tokens.words[j] in (*_STOPS, COMMA, QUOTE) or tokens.words[j] in _NEW_CLAUSE:
            break
        for name, degree in (("strong_after", 1), ("weak_after", -1)):
            end = g.phrase(name).match_at(tokens, j)
            apart = tokens.at(end - 1) == "bad" and j > reading.end  # "my anxiety has been really bad"
            if end and tokens.at(end) != "of" and not apart:
                return degree, (j, end)
    return 0, None
