"""Every sentence it can say and every command it understands: one TOML file a language, typed here.

Texts may hold {named} places; `say`, `show` and `reflect` fill them.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

import msgspec

from voicecheck.errors import UsageError
from voicecheck.text.folding import spoken_words
from voicecheck.text.typed import as_typed

LEADING = frozenset(("um", "uh", "erm", "okay", "ok", "well", "so", "right", "and", "please"))
OPENINGS = (
    "can you", "could you", "would you", "can we", "could we", "let's", "let us", "let me",
    "i want to", "i would like to", "i'd like to",
)  # fmt: skip
SHORTEST_BY_EAR = 3  # consonants: fewer are too many words' own
TRAILING = frozenset(("please", "thanks", "then", "um", "uh"))


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: str
    spoken: dict[str, list[str]]
    """what is said aloud or shown as its voice; several forms of one sentence vary from evening to evening"""
    reflections: dict[str, list[str]]
    """frames around a word of the person, by how the word stood in the sentence"""
    screen: dict[str, str]
    """states, hints and notices on the screen"""
    page: dict[str, str]
    """what stands on the review page"""
    commands: dict[str, list[str]]
    """command name -> what a person may say for it, each a whole turn, in small letters without punctuation"""
    answers: dict[str, list[str]]
    """yes, no -> what means it when a question waits for one word"""
    by_ear: list[str]
    """commands that are also taken when Whisper wrote other letters for the same sounds: no answer sounds like them"""
    same_sound: list[list[str]]
    """letters that are one consonant to the ear, and are written as the first of them; longer ones before shorter"""

    def say(self, name: str, chooser: random.Random | None = None, **places: object) -> str:
        return _choose(self.spoken[name], chooser).format(**places)

    def reflect(self, name: str, chooser: random.Random | None = None, **places: object) -> str:
        return _choose(self.reflections[name], chooser).format(**places)

    def show(self, name: str, **places: object) -> str:
        return as_typed(self.screen[name].format(**places))

    def tell(self, name: str, /, **places: object) -> str:
        return as_typed(self.page[name].format(**places))

    def command_in(self, text: str) -> str | None:
        """The command that `text` is, when it is nothing else."""
        return _name_of(text, self.commands) or self._command_by_ear(text)

    def _command_by_ear(self, text: str) -> str | None:
        """ "Arrays this" is "erase this": the same consonants in the same order, and one letter apart where it is one
        word, since "peace" has the consonants of "pause"."""
        said = plain(text)
        sounds = self._consonants(said)
        for name in self.by_ear:
            for form in self.commands[name]:
                alike = len(sounds) >= SHORTEST_BY_EAR and sounds == self._consonants(form)
                if alike and said.count(" ") == form.count(" ") and (" " in form or _one_letter_apart(said, form)):
                    return name
        return None

    def _consonants(self, text: str) -> str:
        for same in self.same_sound:
            for letters in same[1:]:
                text = text.replace(letters, same[0])
        return re.sub(r"[^a-z]|[aeiouhwy]", "", text)

    def reply_in(self, text: str) -> bool | None:
        """Whether `text` says yes (True) or no (False); None where it says neither."""
        return {"yes": True, "no": False}.get(_name_of(text, self.answers) or "")


def _name_of(text: str, table: dict[str, list[str]]) -> str | None:
    said = plain(text)
    return next((name for name, forms in table.items() if said and said in forms), None)


def _one_letter_apart(one: str, other: str) -> bool:
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def plain(text: str) -> str:
    """Small letters, no punctuation, without the little words that people begin and end a request with.

    One word is left in any case: "Okay." is an answer too.
    """
    words = spoken_words(text)
    while len(words) > 1 and words[-1] in TRAILING:
        words = words[:-1]
    while len(words) > 1 and words[0] in LEADING:
        words = words[1:]
    said = " ".join(words)
    opening = next((o for o in OPENINGS if said.startswith(o + " ")), None)
    return said if opening is None else said.removeprefix(opening + " ")


def _choose(forms: list[str], chooser: random.Random | None) -> str:
    return (chooser or random).choice(forms)


@cache
def load_phrases(language: str = "en") -> Phrases:
    """The phrases of `language`, English where it has none. Raises UsageError for a broken file."""
    folder = Path(__file__).parent
    path = folder / f"{language}.toml"
    if not path.is_file():
        path = folder / "en.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Phrases)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise UsageError(f"{path.name} is broken: {error}.", "Install VoiceCheck again.") from error
