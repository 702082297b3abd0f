"""One sentence that gives a named feeling back, in the speaker's own word, and what may be asked behind it.

It mirrors only what the speaker named as their own and as felt now; where nothing of the kind was said it thanks, and
invents nothing. How the word stood in its sentence decides the frame around it: "I felt so sad" allows "You felt sad",
"with some relief" allows "There was relief in that"; every other adjective or noun is quoted, which is always right.
For a verb or an idiom ("I miss him") it thanks: a machine that quotes those plays at being moved. What stands right
beside the word as its occasion ("when she left") comes back with it, in the speaker's words. For a vague word three
nearer ones are offered; where it is unsure, it asks whether it was right. The frames stand in the phrases file.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicecheck.domain import EmotionMention, Experiencer, Follow, Reflection
from voicecheck.feelings.language import Language, Mirrored, MirrorForm
from voicecheck.feelings.languages import find_language
from voicecheck.feelings.masks import is_told_about
from voicecheck.feelings.nearer import find_sense, nearer_words
from voicecheck.phrases import Phrases
from voicecheck.text.folding import main_language

MOST_MIRRORED = 2
LONGEST_WORD = 40  # characters; a longer idiom makes no short sentence
LONGEST_QUOTED_WORDS = 2  # of a vague word, for which nearer ones are offered

_PAIRS = {
    MirrorForm.ADJECTIVE_PAST: "adjectives_past",
    MirrorForm.ADJECTIVE_NOW: "adjectives_now",
    MirrorForm.NOUN: "nouns",
    MirrorForm.QUOTED: "quoted_both",
}


@dataclass(frozen=True, slots=True)
class Leave:
    """Limits of a reflection: questions that may still be asked this evening, and mentions heard with doubt."""

    confirm: bool = False
    nearer: bool = False
    unsure: frozenset[int] = frozenset()
    """indices of mentions whose words Whisper was not sure of"""
    only_thanks: float = 0.0
    """how often a named feeling is thanked for and not repeated: nobody wants to be echoed every time"""
    language: str = "en"


def respond(
    mentions: Sequence[EmotionMention], text: str, phrases: Phrases, rng: random.Random, leave: Leave = Leave()
) -> Reflection:
    """Mirror one or two named feelings of `text`, or thank. `mentions` have their offsets into `text`."""
    spoken = find_language(main_language(leave.language))
    mirrored = ((index, spoken.mirror(index, mentions, text)) for index in _choose(mentions))
    chosen = [
        (index, one)
        for index, one in mirrored
        if one.form is not MirrorForm.QUOTED or _can_quote(mentions[index], spoken)
    ]
    if not any(can_mirror(mention) for mention in mentions):
        return _offer_nearer(mentions, text, phrases, rng, leave) or Reflection(phrases.say("thanks", rng))
    if not chosen:
        return Reflection(phrases.say("thanks", rng))
    unsure = any(index in leave.unsure for index, _ in chosen)
    if (
        leave.confirm
        and len(chosen) == 1
        and (unsure or (chosen[0][1].form is MirrorForm.QUOTED and rng.random() < 0.5))
    ):
        return _ask_whether(chosen[0], phrases, rng)
    if unsure or rng.random() < leave.only_thanks:
        return Reflection(phrases.say("thanks", rng))
    return _give_back(chosen, phrases, rng)


def _give_back(chosen: Sequence[tuple[int, Mirrored]], phrases: Phrases, rng: random.Random) -> Reflection:
    if len(chosen) == 1:
        index, only = chosen[0]
        sentence = phrases.reflect(only.form.value, rng, word=f"{only.word}{only.occasion}")
        return Reflection(_capital(sentence), (index,))
    (index, first), (other, second) = chosen
    form = first.form if first.form is second.form else MirrorForm.QUOTED
    sentence = phrases.reflect(_PAIRS[form], rng, first=first.word, second=second.word)
    return Reflection(_capital(sentence), (index, other))


def _ask_whether(only: tuple[int, Mirrored], phrases: Phrases, rng: random.Random) -> Reflection:
    given = _give_back([only], phrases, rng)
    return replace(given, follow=Follow.CONFIRM, question=phrases.say("confirm", rng), about=only[0])


def _offer_nearer(
    mentions: Sequence[EmotionMention], text: str, phrases: Phrases, rng: random.Random, leave: Leave
) -> Reflection | None:
    """Offer nearer words for the last vague word of the speaker's own, where nothing nearer was named."""
    vague = [n for n, one in enumerate(mentions) if one.vague and one.felt_now]
    vague = [n for n in vague if not is_told_about(mentions[n], text, leave.language)]
    if not vague or not leave.nearer:
        return None
    offered = nearer_words(mentions[vague[-1]], mentions, leave.language, rng)
    if not offered:
        return None
    words = dict(zip(("first", "second", "third"), offered, strict=True))
    word = find_language(main_language(leave.language)).quotable(mentions[vague[-1]].text)
    # A whole phrase, such as "it is what it is", is nobody's right word.
    if word is None or len(word.split()) > LONGEST_QUOTED_WORDS:
        question = phrases.reflect("nearer_unquoted", rng, **words)
    else:
        question = phrases.reflect("nearer", rng, word=word, **words)
    return Reflection("", follow=Follow.NEARER, question=_capital(question), about=vague[-1], offered=offered)


def _capital(sentence: str) -> str:
    """Return the sentence with a capital where it begins with the person's word."""
    return sentence[:1].upper() + sentence[1:]


def can_mirror(mention: EmotionMention) -> bool:
    """True if this is the speaker's own feeling, felt now and named by a word that says which."""
    return mention.felt_now and not mention.vague and 0 < len(mention.text.strip()) <= LONGEST_WORD


def _can_quote(mention: EmotionMention, spoken: Language) -> bool:
    """True if it is an adjective or a noun, as far as the lexicon knows; a person's own word is taken as one."""
    if spoken.quotable(mention.text) is None:
        return False
    sense = find_sense(mention.lemma, spoken.code)
    return sense is None or (sense.kind in ("adj", "noun") and len(mention.text.split()) == 1)


def _choose(mentions: Sequence[EmotionMention]) -> list[int]:
    """Return at most two indices in the order of speech, of two families: the strongest, then the latest."""
    latest: dict[str, int] = {}
    for index, mention in enumerate(mentions):
        if mention.negated and mention.experiencer is not Experiencer.OTHER:
            latest.pop(mention.lemma, None)  # "angry, no, not angry": taken back
        elif can_mirror(mention):
            latest[mention.lemma] = index
    ranked = sorted(latest.values(), key=lambda i: (mentions[i].degree, mentions[i].start), reverse=True)
    chosen: list[int] = []
    for index in ranked:
        if len(chosen) < MOST_MIRRORED and not any(mentions[index].family is mentions[i].family for i in chosen):
            chosen.append(index)
    return sorted(chosen, key=lambda i: mentions[i].start)
