"""Short descriptions of a feeling word: the same in `entry show`, in `tag` and in `feeling explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from voicecheck.diary.marks import notes
from voicecheck.domain import EmotionMention, Entry, Quadrant
from voicecheck.text.untrusted import printable, visible

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases

CUES = ("negation", "experiencer", "hypothetical", "past", "implied", "degree")
COLOURS = {
    Quadrant.PLEASANT_HIGH: "yellow",
    Quadrant.PLEASANT_LOW: "green",
    Quadrant.UNPLEASANT_HIGH: "red",
    Quadrant.UNPLEASANT_LOW: "blue",
}


def reasons(text: str, mention: EmotionMention, phrases: Phrases) -> list[str]:
    """Return one sentence a cue, as: *wasn't* turns *angry* round."""
    word = shorten(text[mention.start : mention.end])
    return [
        phrases.terminal[f"turned_{cue.kind}"].format(cue=shorten(text[cue.start : cue.end]), word=word)
        for cue in mention.cues
        if cue.kind in CUES  # an import may know of more kinds
        and (cue.start, cue.end) != (mention.start, mention.end)
    ]


def shorten(words: str) -> str:
    """Return the phrase on one line, without the line breaks that it may run across."""
    return " ".join(words.split())


def marked_text(found: Entry) -> Text:
    """Return the text with feeling words in colour and shape: [felt now], (denied, another's, imagined or past)."""
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


def describe_briefly(mention: EmotionMention, phrases: Phrases) -> str:
    """Why a word is marked as it is, in a few words on one line."""
    told = (phrases.write(f"briefly_{name}") for name, _ in notes(mention))
    return ", ".join([phrases.tell(f"family_{mention.family.value}"), *told])
