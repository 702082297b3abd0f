"""Forty answers, as people speak, each with the reflection that it got: `script/bench reflections`.

Another draw of the same: `script/bench reflections --seed N`. What follows an answer now and then (whether it was
right, three nearer words) stands on the line below. Nothing here was used to write a rule by.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

from voicecheck.domain import EmotionMention, Experiencer
from voicecheck.feelings.choice import can_mirror
from voicecheck.feelings.danger import read_danger
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.reflect import FirstForm, Leave, fixed_reflection, respond
from voicecheck.phrases import load_phrases

ANSWERS = (
    "Honestly, fine. It was a day like any other.",
    "I was so proud when my son tied his shoes by himself this morning.",
    "My boss was furious about the delivery, and I just stood there and said nothing.",
    "I wasn't angry, I was disappointed, if I think about it.",
    "Um, I don't know. We had pizza and watched a series.",
    "I felt overlooked when she went on with her phone.",
    "There was some relief after the phone call with the bank.",
    "My brother says I'm jealous. I don't think I am.",
    "I'm worried about my father. He fell again on Tuesday.",
    "As a kid I was always scared of the dark, no idea why I think of it now.",
    "I'd be happy if we could talk for once without the television on.",
    "I got pretty annoyed at the traffic, and then I was ashamed of how I shouted.",
    "It's just stress, work is crazy, you know how it is.",
    "I felt lonely, really lonely, when the house went quiet.",
    "She was sad all evening and I didn't know what to say to her.",
    "Whatever. Same as yesterday.",
    "I'm grateful for the hour in the garden, it did me good.",
    "Nobody was hurt, thank God, but I was shaking for an hour.",
    "I love that old man, and I never told him.",
    "I felt guilty because I forgot her birthday.",
    "A bit sad, a bit relieved that it is over.",
    "If I were braver I would have said that I was hurt.",
    "I miss my friend. We used to call every Sunday.",
    "My heart sank when I saw the letter from the court.",
    "I feel numb, like behind glass.",
    "He made me feel small in front of everyone.",
    "I am not tired, I am fed up.",
    "It was a sad film but we laughed a lot.",
    "I was excited about the trip and nervous about the flight.",
    "I kept thinking about what my wife said, that I never listen.",
    "I could have cried in the car, but the kids were there.",
    "Not bad. Better than yesterday, I suppose.",
    "I was embarrassed when I had to ask for the money back.",
    "The meeting was a mess and I felt completely useless.",
    "We were all afraid of him back then, my sister most of all.",
    "I felt calm for the first time this week, on the bench by the river.",
    "I hate that I always have to be the strong one.",
    "She said she was proud of me. I didn't know where to look.",
    "Something is off today, I can't put my finger on it.",
    "I was jealous of their easy way with each other, and that surprised me.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--judge", nargs="?", type=Path, const=True, metavar="FILE",
        help="answer, tags and sentence side by side, of the forty or of FILE with a text a line",
    )  # fmt: skip
    arguments = parser.parse_args()
    if arguments.judge is not None:
        judge(ANSWERS if arguments.judge is True else read_texts(arguments.judge))
        return
    rng = random.Random(arguments.seed)
    phrases = load_phrases()
    for number, text in enumerate(ANSWERS, start=1):
        reflection = respond(
            find_mentions(text), text, phrases, rng, Leave(confirm=True, nearer=True, only_thanks=0.15)
        )
        print(f"{number:>2}  {text}\n      -> {reflection.text}")
        if reflection.question:
            print(f"         {reflection.question}")


def read_texts(file: Path) -> Sequence[str]:
    """Texts of a file, one a line, plain or as JSON with "text"."""
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [json.loads(line)["text"] if line.startswith("{") else line for line in lines]


def judge(texts: Sequence[str]) -> None:
    """Print each answer with its tags and its sentence, and what share of own feelings comes back."""
    phrases = load_phrases()
    own = mirrored = quoted = 0
    for number, text in enumerate(texts, start=1):
        mentions, read = find_mentions(text), read_danger(text)
        tags = ", ".join(map(describe, mentions)) or "-"
        sentence = fixed_reflection(mentions, text, phrases, "en", read)
        print(f"{number:>4}  {text}\n      {tags}\n      -> {sentence or '(nothing)'}")
        if read.danger is None and any(can_mirror(mention) for mention in mentions):
            reflection = respond(mentions, text, phrases, FirstForm())
            own, mirrored, quoted = own + 1, mirrored + bool(reflection.mentions), quoted + ("“" in reflection.text)
    if own:
        print(
            f"own feelings felt now: {own}; mirrored {mirrored / own:.1%}, of these by a bare quote {quoted / own:.1%}"
        )


def describe(mention: EmotionMention) -> str:
    """The word with its family, and what else was read of it."""
    marks = {
        "denied": mention.negated, "imagined": mention.hypothetical, "past": mention.past, "vague": mention.vague,
        str(mention.experiencer): mention.experiencer is not Experiencer.SELF,
    }  # fmt: skip
    told = "".join(f", {name}" for name, holds in marks.items() if holds)
    return f"{mention.text} ({mention.family}{told})"


if __name__ == "__main__":
    main()
