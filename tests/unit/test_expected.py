"""Expected words: names of the person's own and spoken commands, where a recogniser wrote something like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import ScriptedTranscriber, hearing
from voicecheck.checkin.course import Command
from voicecheck.checkin.trailing import command_meant, find_trailing
from voicecheck.diary.own_names import ordinary_words
from voicecheck.feelings.lexicon import feeling_words
from voicecheck.phrases import load_phrases
from voicecheck.speech.recognition.expected import ExpectedWords
from voicecheck.speech.recognition.live import joined
from voicecheck.speech.recognition.recogniser import Utterance
from voicecheck.speech.recognition.retry import Job, write_down
from voicecheck.speech.whisper.confidence import Decoding
from voicecheck.text.sounds import likeness, sound_of
from voicecheck.utterance import SAMPLE_RATE_HZ, OwnName, Stretch, Transcript, Word

PHRASES = load_phrases()
COMMANDS = PHRASES.sayable_commands()
NAMES = (OwnName("Siobhan", ("Shivon",)), OwnName("Aoife", ("Eva",)), OwnName("Nguyen"), OwnName("Zbigniew"))
LIKELY, UNLIKELY = -2.5, -20.0
"""log-probabilities beside the -2 of what was written"""


class Weighing(ScriptedTranscriber):
    """Whisper whose weights are given: what was written has -2, and so has no other text more than its own."""

    def __init__(self, *replies: Decoding, likely: Sequence[str] = ()) -> None:
        super().__init__(*replies)
        self.likely = likely
        self.weighed: list[str] = []

    def weigh(self, utterance: Utterance, texts: Sequence[str], *, language: str) -> tuple[float, ...]:
        self.weighed += texts[1:]
        fits = [any(word in text.casefold() for word in self.likely) for text in texts[1:]]
        return (-2.0, *(LIKELY if fit else UNLIKELY for fit in fits))


def unsure(text: str, *doubted: str) -> Decoding:
    """Words of which some are doubted."""
    found = hearing(text)
    (segment,) = found.segments
    words = tuple(replace(w, probability=0.3) if w.text.strip(" .,") in doubted else w for w in segment.words)
    return replace(found, segments=(replace(segment, words=words),))


def job(seconds: float, words: ExpectedWords, voice: tuple[tuple[float, float], ...] = ()) -> Job:
    count = round(seconds * SAMPLE_RATE_HZ)
    spans = tuple((round(a * SAMPLE_RATE_HZ), round(b * SAMPLE_RATE_HZ)) for a, b in voice) or ((0, count),)
    stretch = Stretch(0, count, sum(b - a for a, b in spans), count, 0, count, spans)
    return Job(1, stretch, np.zeros(count, np.float32), 0, "", "en", "en", words=words)


def written(whisper: Weighing, seconds: float = 2.0) -> str:
    found = write_down(whisper, job(seconds, ExpectedWords(names=NAMES)))
    assert found is not None
    return found.text


# Names


def test_a_name_is_mended_by_its_sound() -> None:
    """In the place of doubted words that sound like it, with the signs around them; also where it was heard as two."""
    for heard, doubted, right in (
        ("I saw Shiven, today.", "Shiven", "I saw Siobhan, today."),
        ("I saw Shivon's dog.", "Shivon's", "I saw Siobhan's dog."),
        ("I met New yen today.", "yen", "I met Nguyen today."),
        ("Eva rang me up.", "Eva", "Aoife rang me up."),
    ):
        whisper = Weighing(unsure(heard, doubted), likely=("siobhan", "nguyen", "aoife"))
        assert written(whisper) == right
        assert likeness(heard, right) > 0


@pytest.mark.parametrize("heard", ["I saw Shiven today.", "I went to the seven oaks.", "I was on the phone."])
def test_no_name_where_the_recogniser_is_sure(heard: str) -> None:
    """Nothing is weighed then, however likely a name would be."""
    whisper = Weighing(unsure(heard), likely=("siobhan", "aoife", "nguyen", "zbigniew"))
    assert (written(whisper), whisper.weighed) == (heard, [])


def test_no_name_where_nothing_like_it_was_said() -> None:
    """Doubted words that sound unlike every name are not weighed; what is less likely by far is not taken."""
    whisper = Weighing(unsure("I was so tired of the meeting.", "tired", "meeting"), likely=("siobhan", "aoife"))
    assert (written(whisper), whisper.weighed) == ("I was so tired of the meeting.", [])
    far = Weighing(unsure("I saw Shiven today.", "Shiven"))
    assert written(far) == "I saw Shiven today." and far.weighed


COMMON = (*map(OwnName, ("Di", "Dan", "Noa", "Nat", "Will", "Hope", "Stop")), OwnName("Kyle", ("kill",)))


@pytest.mark.parametrize(
    "heard",
    [
        "I want to die.",
        "I want to kill myself.",
        "I'm done.",
        "Help now.",
        "I am not okay.",
        "I don't feel well.",
        "Please help.",
        "He took a step.",
    ],
)
def test_no_name_in_the_place_of_ordinary_words(heard: str) -> None:
    """Doubted or not: danger, requests, feelings and the little words of a sentence stay, whatever the names are."""
    whisper = Weighing(unsure(heard, *heard.rstrip(".").split()), likely=[one.name.casefold() for one in COMMON])
    words = ExpectedWords(names=COMMON, ordinary=ordinary_words("en"))
    found = write_down(whisper, job(0.4 * len(heard.split()), words))
    assert (found and found.text, whisper.weighed) == (heard, [])


def test_a_name_that_is_a_word_is_heard_where_that_was_written_before() -> None:
    """By its own forms, and not by a likeness that every sentence has."""
    whisper = Weighing(unsure("I met Wylle today.", "Wylle"), likely=("will",))
    words = ExpectedWords(names=(OwnName("Will", ("Wylle",)),), ordinary=ordinary_words("en"))
    found = write_down(whisper, job(2.0, words))
    assert found is not None and found.text == "I met Will today."


@pytest.mark.parametrize("language", ["", "xx", "de"])
def test_a_language_without_tables_has_names_all_the_same(language: str) -> None:
    """Its ordinary words are not known, but for those of the program's own phrases."""
    assert "stop" in ordinary_words(language)


def test_a_mended_name_stays_doubted() -> None:
    """It has the times of the words it stands for and their least probability, so that it is shown as a guess."""
    whisper = Weighing(unsure("I met New yen today.", "yen"), likely=("nguyen",))
    found = write_down(whisper, job(2.0, ExpectedWords(names=NAMES)))
    assert found is not None
    before = hearing("I met New yen today.").segments[0].words
    (name,) = (word for word in found.segments[0].words if "Nguyen" in word.text)
    assert name == Word(before[2].start_s, before[3].end_s, " Nguyen", 0.3) and name.unsure


def test_a_recogniser_that_cannot_weigh_mends_nothing() -> None:
    """Its words stay as they are."""
    whisper = ScriptedTranscriber(unsure("I saw Shivon.", "Shivon"))
    found = write_down(whisper, job(1.0, ExpectedWords(COMMANDS, names=NAMES)))
    assert found is not None and (found.text, found.meant) == ("I saw Shivon.", None)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("Siobhan", "Shivon", True), ("Nguyen", "New yen", True), ("Katherine", "Catherine", True),
     ("Stephen", "Steven", True), ("Aoife", "dinner", False), ("", "", True), ("Zoë", "zoe", True)],
)  # fmt: skip
def test_likeness(one: str, other: str, alike: bool) -> None:
    """By letters and by sound, without accents and capitals, and the same in both directions."""
    assert (likeness(one, other) >= 0.55) is alike
    assert likeness(one, other) == likeness(other, one)
    assert sound_of("Katherine") == sound_of("Catherine")


# Commands


def turn(whisper: Weighing, seconds: float, voice: tuple[tuple[float, float], ...] = ()) -> Transcript:
    one = job(seconds, ExpectedWords(COMMANDS), voice)
    return joined([(one.stretch, 0, write_down(whisper, one))], "en", None)


@pytest.mark.parametrize(
    ("heard", "meant", "command"),
    [("Stomp.", "stop", Command.DONE), ("Scip it.", "skip it", Command.SKIP),
        ("Health. Now.", "help now", Command.HELP_NOW),
     ("Pro that away.", "throw that away", Command.DELETE), ("Paws", "pause", Command.PAUSE),
     ("Starbill.", "stop", Command.DONE),
     ("That's it all.", "that is all", Command.DONE), ("Hilt the hoe!", "help the owl", Command.HELP_NOW)],
)  # fmt: skip
def test_a_command_is_heard_in_what_sounds_like_it(heard: str, meant: str, command: Command) -> None:
    """As a whole turn, where it is nearly as likely; the text is still what was heard."""
    found = turn(Weighing(unsure(heard, *heard.replace(".", "").split()), likely=(meant,)), 1.0)
    assert found.text == heard
    assert command_meant(found, PHRASES) == command or PHRASES.command_in(heard) == command


@pytest.mark.parametrize("heard", ["Stuck.", "So.", "Start.", "Tired.", "I'm down.", "Peace.", "Calm."])
def test_an_answer_is_no_command(heard: str) -> None:
    """Not where it is the likelier by far, and not where the recogniser is sure of it: then nothing is weighed."""
    far = turn(Weighing(unsure(heard, *heard.strip(".").split())), 1.0)
    sure = Weighing(replace(hearing(heard), segments=tuple(map(_sure, hearing(heard).segments))), likely=("stop", "p"))
    assert (far.meant, turn(sure, 1.0).meant, sure.weighed) == (None, None, [])


@pytest.mark.parametrize("heard", ["I'm dumb.", "I'm down.", "I'm sad.", "Numb.", "Down.", "Dumb."])
def test_what_people_say_of_themselves_is_no_command(heard: str) -> None:
    """However doubtful it is, and however likely "I'm done" would be; nor is what belongs to an answer behind one."""
    said = turn(Weighing(unsure(heard, *heard.strip(".").split()), likely=("done",)), 1.0)
    assert said.meant is None
    assert not {"i'm done", "done", "maybe tomorrow", "h"} & set(COMMANDS)


def test_what_begins_with_a_command_is_none() -> None:
    """The beginning of a text is always likelier than all of it; so both are weighed with an end."""
    whisper = Weighing(unsure("Help the hoe", "hoe"), likely=("help",))
    meant = turn(whisper, 1.0).meant
    assert meant is not None and meant.text != "help"
    assert all(text.endswith(".") and text[0].isupper() for text in whisper.weighed)
    assert "Help." not in whisper.weighed


@pytest.mark.parametrize(
    ("heard", "command"),
    [("Stopped.", "stop"), ("Deleted.", "delete"), ("Helpful.", "help"), ("Undone.", "undo"), ("Skipped it.", "skip")],
)
def test_a_word_that_is_made_of_a_command_is_none(heard: str, command: str) -> None:
    """Its commands are not even weighed."""
    whisper = Weighing(unsure(heard, *heard.strip(".").split()))
    turn(whisper, 1.0)
    assert not any(text.casefold().rstrip(".").split()[0] == command for text in whisper.weighed)


def test_a_feeling_is_an_answer() -> None:
    """No command is meant where a word for one was written, but for help: that may be missed least."""
    words = ExpectedWords(COMMANDS, tuple(PHRASES.commands["help_now"]), feeling_words("en"))
    stuck = Weighing(unsure("Stuck.", "Stuck"), likely=("stop",))
    needed = Weighing(unsure("Sad now.", "Sad"), likely=("help now",))
    found = [write_down(whisper, job(1.0, words)) for whisper in (stuck, needed)]
    assert all(found) and found[0] is not None and found[0].meant is None
    assert {*stuck.weighed, *needed.weighed} <= {f"{form[:1].upper()}{form[1:]}." for form in words.urgent}
    assert {"stuck", "calm", "numb", "tired", "helpless"} <= feeling_words("en")
    assert not {"stop", "help", "pause", "enough", "pass"} & feeling_words("en")
    assert feeling_words("xx") == frozenset()


def test_a_long_turn_is_no_command() -> None:
    """Nor are more words than a command has, in one breath: "and then I said stomp it to him"."""
    heard = "and then I said stomp it to him"
    assert turn(Weighing(unsure(heard, "stomp"), likely=("stop",)), 2.0).meant is None
    assert turn(Weighing(unsure("Stomp.", "Stomp"), likely=("stop",)), 4.0).meant is None


def test_behind_an_answer() -> None:
    """Behind a pause the last words alone are weighed; the answer loses none of its words."""
    heard = unsure("I was lonely at lunch. Stomp it.", "Stomp")
    (segment,) = heard.segments
    words = tuple(
        replace(w, start_s=w.start_s + 2 * (i > 4), end_s=w.end_s + 2 * (i > 4)) for i, w in enumerate(segment.words)
    )
    heard = replace(heard, segments=(replace(segment, words=words),))
    said = turn(Weighing(heard, likely=("stop it",)), 5.0, ((0.0, 2.0), (3.9, 4.7)))
    found = find_trailing(said, PHRASES)
    assert found is not None and found.command is Command.DONE
    assert (found.answer.text, found.said.text) == ("I was lonely at lunch.", "Stomp it.")
    assert command_meant(said, PHRASES) is None


def _sure(segment: object) -> object:
    return replace(segment, words=tuple(replace(w, probability=0.97) for w in segment.words))  # type: ignore[type-var, attr-defined]
