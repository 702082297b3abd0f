"""Sentences that the program says and commands that it understands: one TOML file a language, typed here.

Texts may hold {named} places; `say`, `show` and `reflect` fill them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter

import msgspec

from voicecheck.errors import UsageError
from voicecheck.text.folding import spoken_words
from voicecheck.text.tables import INSTALL_AGAIN, TableFile, open_table
from voicecheck.text.typed import as_typed

BY_EAR = "_by_ear"
"""ending of the name of a sentence that takes another's place where nobody sees a screen"""
SIGN = " · "
"""between things that stand side by side on a screen"""


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: str
    spoken: dict[str, list[str]]
    """sentences said aloud or shown as its voice; several forms of one vary from evening to evening"""
    reflections: dict[str, list[str]]
    """frames around a word of the person, by how the word stood in the sentence"""
    screen: dict[str, str]
    """states, hints and notices on the screen"""
    terminal: dict[str, str]
    """texts of single commands in a terminal"""
    page: dict[str, str]
    """sentences of the review page"""
    dates: dict[str, str]
    """names of days and months, and how a date is written with them"""
    commands: dict[str, list[str]]
    """command name -> what a person may say for it, each a whole turn, in small letters without punctuation; {word}
    stands for any words"""
    answers: dict[str, list[str]]
    """yes, no -> what means it when a question waits for one word; begin, later: to an invitation aloud"""
    leading: list[str]
    """little words before a request, which are passed over"""
    openings: list[str]
    """beginnings of a request"""
    trailing: list[str]
    """little words behind a request, which are passed over"""
    languages: dict[str, str] = {}
    """code of a language -> its name"""
    fillers: list[str] = []
    """sounds and little words that are no answer when nothing else is said"""
    farewells: list[str] = []
    """the same behind the end of an evening"""
    by_word: list[str] = []
    """forms of commands that no other words are taken for, however alike they sound"""
    only_alone: list[str] = []
    """what is a command as a whole turn, and may well be a sentence of an answer behind one"""
    reporting: list[str] = []
    """verbs before what somebody else, or the person on another day, said"""
    addressed: list[str] = []
    """words that may stand between such a verb and what was said: "told her", "said it to them"; they need no more"""
    before_a_name: list[str] = []
    """those behind which somebody is named: as in "told my sister"; one more word is theirs"""
    telling_first: list[str] = []
    """first words of a sentence that tells something, and so is no request that was misheard"""
    denying: list[str] = []
    """first words of an answer that says no, or that there was nothing"""
    joining: list[str] = []
    """words that no sentence ends with"""
    governing: list[str] = []
    """words that a command may complete: "they never", and then "help me"; a sentence may end with them"""

    endings: dict[str, list[str]] = {}
    """tables by which it is told how an answer ends (`closing`); without them silence alone tells"""

    plain_answers: list[str] = []
    """everyday words that are a whole answer as often as a feeling is: "bed", "work"; none is taken for one misheard"""

    def without_signs(self) -> Phrases:
        """Return these phrases with commas in the place of signs that a screen reader would call by their names."""
        groups = {
            name: {key: text.replace(SIGN, ", ") for key, text in getattr(self, name).items()}
            for name in ("screen", "terminal")
        }
        return msgspec.structs.replace(self, **groups)

    @property
    def single_words(self) -> frozenset[str]:
        """Return the commands and replies of one word."""
        forms = (form for table in (self.commands, self.answers) for group in table.values() for form in group)
        return frozenset(form for form in forms if " " not in form)

    @property
    def words(self) -> frozenset[str]:
        """Return every word of the commands and replies, and of the tables that tell how an answer ends."""
        forms = (
            form for table in (self.commands, self.answers, self.endings) for group in table.values() for form in group
        )
        little = (*self.leading, *self.trailing, *self.fillers, *self.joining, *self.governing, *self.addressed)
        return frozenset(word for form in (*forms, *little, *self.reporting) for word in spoken_words(form))

    def by_ear(self) -> Phrases:
        """Return the phrases for who sees no screen: sentences that point to it have their other form."""
        spoken = {name: self.spoken.get(f"{name}{BY_EAR}", forms) for name, forms in self.spoken.items()}
        return msgspec.structs.replace(self, spoken=spoken)

    def say(self, name: str, chooser: random.Random | None = None, **places: object) -> str:
        return self._fill("spoken", name, places, chooser)

    def reflect(self, name: str, chooser: random.Random | None = None, **places: object) -> str:
        return self._fill("reflections", name, places, chooser)

    def show(self, name: str, **places: object) -> str:
        return as_typed(self._fill("screen", name, places))

    def write(self, name: str, /, **places: object) -> str:
        return as_typed(self._fill("terminal", name, places))

    def tell(self, name: str, /, **places: object) -> str:
        return as_typed(self._fill("page", name, places))

    def _fill(self, group: str, name: str, places: Mapping[str, object], chooser: random.Random | None = None) -> str:
        forms: str | list[str] = getattr(self, group).get(name, [])
        try:
            form = forms if isinstance(forms, str) else (chooser or random).choice(forms)
            return form.format(**places)
        except (LookupError, ValueError) as error:
            wrong = f"{self.language}.toml: {name} in [{group}] is missing, or has the wrong places in braces."
            raise UsageError(wrong, INSTALL_AGAIN) from error

    def say_date(self, name: str, day: date) -> str:
        """The date in one of the forms of `dates`, whatever the system's language."""
        month = self.month(day)
        return self.dates[name].format(
            weekday=self.dates["weekdays"].split()[day.weekday()],
            weekday_short=self.dates["weekdays_short"].split()[day.weekday()],
            day=day.day,
            day_padded=f"{day.day:02d}",
            month=month,
            month_short=month[:3],
            year=day.year,
            year_short=f"{day.year % 100:02d}",
        )

    def month(self, day: date) -> str:
        return self.dates["months"].split()[day.month - 1]

    def command_in(self, text: str) -> str | None:
        """Return the command that `text` is, when it is nothing else."""
        return self._name_of(text, self.commands) or self._command_with_word(text)

    def sayable_commands(self) -> tuple[str, ...]:
        """Return every form of a command for which words that sound like it may be taken."""
        forms = (form for all_forms in self.commands.values() for form in all_forms)
        return tuple(form for form in forms if "{" not in form and form not in (*self.only_alone, *self.by_word))

    def command_behind(self, text: str) -> str | None:
        """Return the command that `text` is where it is said behind an answer; only by its very words."""
        return None if self.only_as_whole(text) else self._name_of(text, self.commands)

    def only_as_whole(self, text: str) -> bool:
        """True if `text` may be a command as a whole turn, and is a sentence of the answer behind one."""
        return self.plain(text) in self.only_alone

    def only_fills(self, text: str, *, parting: bool = False) -> bool:
        """True if `text` has words, and all of them only fill a pause: "Um, well ..."; `parting`, or say goodbye."""
        said = f" {' '.join(spoken_words(text))} "
        fillers = [*self.fillers, *(self.farewells if parting else ())]
        for filler in sorted(fillers, key=len, reverse=True):
            said = said.replace(f" {filler} ", "  ")
        return bool(spoken_words(text)) and not said.strip()

    def language_name(self, code: str) -> str:
        """Return the name of a language, its code where the phrases have none."""
        return self.languages.get(code, code)

    def word_asked(self, text: str) -> str:
        """Return the words that stand in `text` where its command has {word}; empty where it has none."""
        said = self.plain(text)
        fitting = (_in_place(form, said) for name in self.commands for form in self.commands[name])
        return "" if self._name_of(text, self.commands) else min(filter(None, fitting), key=len, default="")

    def _command_with_word(self, text: str) -> str | None:
        said = self.plain(text)
        return next(
            (name for name, forms in self.commands.items() if any(_in_place(form, said) for form in forms)), None
        )

    def reply_in(self, text: str) -> bool | None:
        """Return True if `text` says yes, False if it says no, None where it says neither."""
        said = self.plain(text)
        return next((reply for name, reply in (("yes", True), ("no", False)) if said in self.answers[name]), None)

    def denies(self, text: str) -> bool:
        """True if `text` says no, or begins with it."""
        return self.reply_in(text) is False or self.plain(text).split(" ")[0] in self.denying

    def answers_invitation(self, text: str, own_word: str = "") -> str:
        """Return "begin" or "later" if `text` says that and nothing else; empty for no, and for anything else.

        The person's own word stands in the place of all that means "begin".
        """
        said = self.plain(text)
        begin = [self.plain(own_word)] if own_word else self.answers["begin"]
        return "begin" if said and said in begin else "later" if said in self.answers["later"] else ""

    def _name_of(self, text: str, table: dict[str, list[str]]) -> str | None:
        said = self.plain(text)
        return next((name for name, forms in table.items() if said and said in forms), None)

    def plain(self, text: str) -> str:
        """Small letters, no punctuation, without the little words that people begin and end a request with.

        One word is left in any case: "Okay." is an answer too.
        """
        words = spoken_words(text)
        while len(words) > 1 and words[-1] in self.trailing:
            words = words[:-1]
        while len(words) > 1 and words[0] in self.leading:
            words = words[1:]
        said = " ".join(words)
        opening = next((o for o in self.openings if said.startswith(o + " ")), None)
        return said if opening is None else said.removeprefix(opening + " ")


def _in_place(form: str, said: str) -> str:
    """Return the words that stand in `said` in the place of {word}; empty where it is not of this form."""
    before, place, behind = form.partition("{word}")
    fits = place and said.startswith(before) and said.endswith(behind)
    return said[len(before) : len(said) - len(behind)] if fits else ""


@cache
def load_phrases(language: str = "en") -> Phrases:
    """Load the phrases of `language`, English where it has none. Raises UsageError for a broken file."""
    file = open_table(_path_of(language))
    phrases = file.convert(Phrases)
    if file.path.stem != "en":
        _compare(file, phrases, load_phrases())
    return phrases


def system_language(environment: Mapping[str, str]) -> str:
    """Return the language of the system's messages, by the variables of POSIX; English where it has no phrases."""
    setting = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return _path_of("".join(re.findall(r"^([a-z]{2,3})(?:[_.@]|$)", setting))).stem


def _path_of(language: str) -> Path:
    places = [Path(folder) / f"{language}.toml" for folder in __path__]
    return next((place for place in places if place.is_file()), Path(__file__).with_name("en.toml"))


def _compare(file: TableFile, phrases: Phrases, english: Phrases) -> None:
    """Raise the UsageError for a sentence that is missing, misspelt, or has a place in braces that nothing fills."""
    for group in ("spoken", "reflections", "screen", "terminal", "page", "dates", "commands", "answers"):
        ours, theirs = getattr(phrases, group), getattr(english, group)
        file.refuse_unknown(group, ours, theirs)
        for name, forms in theirs.items():
            if name not in ours:
                raise file.fault((group,), f"[{group}] has no {name}")
            with file.at(group, name):
                if not ours[name]:
                    raise ValueError("it is empty")
                known = _places([*theirs.values()] if group == "dates" else forms)
                for place in _places(ours[name]) - known:
                    raise ValueError(f"there is no place called {{{place}}}; there is {sorted(known)}")


def _places(forms: str | list[str]) -> set[str]:
    texts = [forms] if isinstance(forms, str) else forms
    return {place for text in texts for _, place, _, _ in Formatter().parse(text) if place is not None}
