"""Short descriptions of a feeling word: the same in `entry show`, in `tag` and in `feeling explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecheck.diary.marks import notes
from voicecheck.domain import EmotionMention, Entry, Quadrant
from voicecheck.text.untrusted import printable, visible

if TYPE_CHECKING:
    from rich.text import Text

    from voicecheck.phrases import Phrases

COLOURS = {
    Quadrant.PLEASANT_HIGH: "yellow",
    Quadrant.PLEASANT_LOW: "green",
    Quadrant.UNPLEASANT_HIGH: "red",
    Quadrant.UNPLEASANT_LOW: "blue",
}
_TURNS = {
    "negation": "*{cue}* turns *{word}* round",
    "experiencer": "*{cue}* says whose *{word}* is",
    "hypothetical": "*{cue}* makes *{word}* something imagined",
    "past": "*{cue}* places *{word}* in the past",
    "implied": "*{word}* is said of *{cue}*, and tells how that was for you",
    "degree": "*{cue}* says how strong *{word}* is",
}
_BRIEFLY = {
    "denied": "not felt, as you said",
    "others": "someone else's",
    "unclear": "unclear whose",
    "imagined": "imagined",
    "past": "back then",
    "vague": "a word for many things",
    "implied": "how something was for you",
    "strong": "strongly",
    "slight": "a little",
    "person": "as you marked it",
}


def reasons(text: str, mention: EmotionMention) -> list[str]:
    """Return one sentence a cue, as: *wasn't* turns *angry* round."""
    word = shorten(text[mention.start : mention.end])
    return [
        _TURNS[cue.kind].format(cue=shorten(text[cue.start : cue.end]), word=word)
        for cue in mention.cues
        if cue.kind in _TURNS  # an import may know of more kinds
        and (cue.start, cue.end) != (mention.start, mention.end)
    ]


def shorten(words: str) -> str:
    """Return the phrase on one line, without the line breaks that it may run across."""
    return " ".join(words.split())


def marked_text(found: Entry) -> Text:
    """Return the text with feeling words in colour and shape: [felt now], (denied, another's, imagined or past)."""
    from rich.text import Text

    text, marked, cursor = printable(found.text), Text(), 0
    for mention in sorted(found.mentions, key=lambda m: (m.start, m.end)):
        if mention.start < cursor:
            continue
        marked.append(text[cursor : mention.start])
        word, colour = text[mention.start : mention.end], COLOURS[mention.quadrant]
        if mention.felt_now:
            marked.append(f"[{word}]", style=f"bold underline {colour}")
        else:
            marked.append(f"({word})", style=f"{'strike ' if mention.negated else ''}dim {colour}")
        cursor = mention.end
    marked.append(text[cursor:])
    return marked


def has_lexicon(language: str) -> bool:
    from voicecheck.feelings.mentions import has_lexicon

    return has_lexicon(language)


def no_lexicon(language: str, phrases: Phrases) -> str:
    """Return the notice for a text in a language whose feeling words are not known."""
    return phrases.show("no_lexicon", language=visible(language))


def describe_briefly(mention: EmotionMention) -> str:
    """Why a word is marked as it is, in a few words on one line."""
    return ", ".join([mention.family.value, *(_BRIEFLY[name] for name, _ in notes(mention))])
