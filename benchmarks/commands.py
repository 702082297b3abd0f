"""Spoken commands: understood alone and behind an answer, by kind of voice, and taken by mistake.

script/bench commands [--kokoro FOLDER] [--forms N] [--every N]
script/bench commands --one-word [--every N]    answers of one feeling word, and of other words
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter
from pathlib import Path

import numpy as np
from listening import SPEECH, load_clips
from turns import Sayer, heard, quiet, sayers

from voicecheck.checkin.plan import with_feelings
from voicecheck.checkin.trailing import command_meant, find_trailing
from voicecheck.feelings.lexicon import feeling_words
from voicecheck.phrases import load_phrases
from voicecheck.settings.schema import Voice
from voicecheck.speech.recognition.expected import ExpectedWords
from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.voice.voices import open_voice
from voicecheck.speech.whisper.engine import WhisperRecogniser
from voicecheck.text.folding import spoken_words
from voicecheck.utterance import Samples, Transcript

PHRASES = load_phrases()
COMMANDS = ExpectedWords(PHRASES.sayable_commands(), tuple(PHRASES.commands["help_now"]), feeling_words("en"))
EXPECTED = with_feelings(COMMANDS, PHRASES)
ALWAYS = ("help now", "stop")
ANSWERS = ("I was lonely at lunch.", "My boss was on my back again, and then I got pretty angry.")
PAUSE_S = 1.0
TRAPS = (
    "Stuck.", "Start.", "So.", "Spot.", "Down.", "I'm down.", "I'm dumb.", "I'm torn.", "Stopped.", "Calm.", "Numb.",
    "Tired.", "Hell, no.", "It helped.", "I stopped.", "Health.", "Nothing.", "Lonely.", "Past.", "Boys.",
    "Skip lunch.", "Enraged.", "I said stop it to him.", "He told me to stop.", "I just want it to stop.",
    "I could not go on.", "She asked me to help her.", "I helped him, and then I was done in.",
    "I wanted to skip this whole day.", "They never help me.",
)  # fmt: skip
"""answers that sound like commands, or hold one"""
WORDS = {"stop": "done"}
"""single words of many people, and the command that they are"""

FEELINGS = (
    "joyful", "cheerful", "restless", "uneasy", "miserable", "heartbroken", "grief", "fear", "rage", "shame", "guilt",
    "joy", "hope", "love", "dread", "panicked", "bitter", "overwhelmed", "empty", "stuck", "weak", "helpless",
    "hopeless", "insecure", "hated", "touched", "thrilled", "eager", "curious", "serene", "homesick", "irritated",
)  # fmt: skip
OTHERS = (
    "come", "bed", "card", "son", "shirt", "lamb", "key", "game", "table", "paper", "window", "kitchen", "garden",
    "mother", "doctor", "office", "traffic", "coffee", "water", "cheese", "football", "music", "running", "sleeping",
    "cooking", "walking", "Monday", "Sunday", "London", "Christmas", "holiday", "birthday", "wedding", "hospital",
    "headache", "cancer", "divorce", "baby", "horse", "house", "mouse", "moon", "spoon", "June", "tiger", "tide",
    "loan", "lawn", "far", "fur", "floor", "flower", "shower", "power", "hungry", "angle", "angel", "happen", "hobby",
    "copy", "proof", "prowl", "pound", "ground", "hoop", "soap", "shape", "ship", "sheep", "ride", "rode", "page",
    "cage", "stage", "glass", "grass", "class", "gold", "cold", "job", "jaw", "boy", "board", "scarf", "guard",
    "build", "pause", "tower", "letter", "butter", "weather", "feather", "market", "packet", "ticket", "rabbit",
    "wallet", "carpet", "purple", "circle", "thunder", "number", "hammer", "ladder", "dentist", "lawyer", "mirror",
)  # fmt: skip
"""words that are no feelings, many of which sound like one"""


class OneWord:
    """Answers of one word, with and without a guess."""

    def __init__(self, models: Path) -> None:
        self._recogniser = WhisperRecogniser(models / "whisper" / "base", "base", "cpu")
        self._detector = VoiceDetector()
        self._count: Counter[str] = Counter()

    def take(self, kind: str, name: str, word: str, sound: Samples) -> None:
        said = heard(sound, self._recogniser, self._detector, EXPECTED)
        text, guesses = " ".join(spoken_words(said.text)), said.guesses
        before = " ".join(spoken_words(guesses[0][1])) if guesses else text
        self._count[kind] += 1
        self._count[f"{kind}, right before"] += before == word.lower()
        self._count[f"{kind}, right after"] += text == word.lower()
        self._count[f"{kind}, guessed"] += bool(guesses)
        self._count[f"{kind}, guessed wrong"] += bool(guesses) and text != word.lower()
        self._count[f"{kind}, a right word changed"] += bool(guesses) and before == word.lower()
        if guesses:
            print(f"  {name}: {word!r} heard as {before!r}, guessed {text!r}", flush=True)

    def show(self) -> None:
        for name, count in self._count.items():
            print(f"{name:<40} {count}")


def one_word(models: Path, every: int) -> None:
    """Four voices say each feeling, and one of them, in turn, each other word; people say what they said."""
    bench = OneWord(models)
    voices = [
        Sayer("Piper", "joe", open_voice(Voice(engine="piper"), models)),
        Sayer("Kokoro", "af_heart", open_voice(Voice(engine="kokoro"), models)),
        *(Sayer("eSpeak NG", name) for name in ("en-us", "en-gb-scotland")),
    ]
    for number, word in enumerate(OTHERS[::every]):
        sayer = voices[number % len(voices)]
        bench.take("other words", f"{sayer.kind} {sayer.name}", word, sayer.say(f"{word.capitalize()}."))
    for clip in load_clips(SPEECH, "words/words.jsonl")[::every]:
        bench.take("people", clip.name, clip.text, clip.sound)
    for word in FEELINGS[::every]:
        for sayer in voices:
            bench.take("feelings", f"{sayer.kind} {sayer.name}", word, sayer.say(f"{word.capitalize()}."))
    bench.show()


def taken(said: Transcript) -> str | None:
    """Return the command that is taken from a turn."""
    whole = PHRASES.command_in(said.text) or command_meant(said, PHRASES)
    behind = find_trailing(said, PHRASES)
    return whole or (None if behind is None else behind.command.value)


class Bench:
    def __init__(self, models: Path, forms: int) -> None:
        self._recogniser = WhisperRecogniser(models / "whisper" / "base", "base", "cpu")
        self._detector = VoiceDetector()
        self._forms = forms
        self._right: Counter[tuple[str, str]] = Counter()
        self._all: Counter[tuple[str, str]] = Counter()
        self._false = self._answers = 0
        self._rng = random.Random(3)

    def take(self, kind: str, place: str, command: str, form: str, sound: Samples) -> None:
        said = heard(sound, self._recogniser, self._detector, EXPECTED)
        found = taken(said)
        self._all[kind, place] += 1
        self._right[kind, place] += found == command
        if found != command:
            print(f"  missed ({kind}, {place}): {form!r} heard as {said.text!r}, {found}", flush=True)

    def trap(self, name: str, sound: Samples) -> None:
        said = heard(sound, self._recogniser, self._detector, EXPECTED)
        self._answers += 1
        if (found := taken(said)) is not None:
            self._false += 1
            print(f"  taken by mistake ({name}): {said.text!r} for {found}", flush=True)

    def voice(self, sayer: Sayer) -> None:
        forms = [(name, form) for name, all_forms in PHRASES.commands.items() for form in all_forms]
        forms = [
            (name, form)
            for name, form in forms
            if "{" not in form and form not in PHRASES.only_alone and name != "help_now"
        ]
        chosen = [*self._rng.sample(forms, self._forms), ("help_now", ALWAYS[0]), ("done", ALWAYS[1])]
        answer = sayer.say(self._rng.choice(ANSWERS))
        for name, form in chosen:
            sound = sayer.say(form.capitalize() + ".")
            self.take(sayer.kind, "alone", name, form, sound)
            if name not in ("meaning", "resume", "undo"):
                behind = np.concatenate([answer, quiet(PAUSE_S), sound])
                self.take(sayer.kind, "behind an answer", name, form, behind)

    def show(self) -> None:
        for key in self._all:
            print(f"{key[0]:<26} {key[1]:<18} {self._right[key]:>3} of {self._all[key]}")
        print(f"taken by mistake: {self._false} of {self._answers} answers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("VOICECHECK_MODELS", ".cache/models")))
    parser.add_argument("--kokoro", type=Path, help="a folder with voices of Kokoro, as *.bin")
    parser.add_argument("--forms", type=int, default=4, help="drawn for each voice, beside help now and stop")
    parser.add_argument("--every", type=int, default=1, help="each so manieth voice, trap and recording")
    parser.add_argument("--one-word", action="store_true", help="answers of one word instead")
    options = parser.parse_args()
    if options.one_word:
        one_word(options.models, options.every)
        return
    bench = Bench(options.models, options.forms)
    for clip in load_clips(SPEECH, "words/words.jsonl")[:: options.every]:
        if clip.text in WORDS:
            bench.take("people", "alone", WORDS[clip.text], clip.text, clip.sound)
        else:
            bench.trap(clip.name, clip.sound)
    every = list(sayers(options.models, options.kokoro))[:: options.every]
    for sayer in every:
        bench.voice(sayer)
    for number, trap in enumerate(TRAPS[:: options.every]):
        sayer = every[number % len(every)]
        bench.trap(f"{sayer.kind}: {trap}", sayer.say(trap))
    for clip in load_clips()[:: options.every]:
        bench.trap(clip.name, clip.sound)
    bench.show()


if __name__ == "__main__":
    main()
