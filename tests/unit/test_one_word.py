"""An answer of one word that was misheard: guessed by ear, told as a guess, and taken back with one key or a "no"."""

from __future__ import annotations

import pytest

from tests.fakes import InlineWhisper
from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import PLAN, Table
from tests.unit.test_expected import PHRASES, Weighing, job, unsure
from voicecheck.checkin.course import Command
from voicecheck.checkin.events import Given
from voicecheck.checkin.plan import with_feelings
from voicecheck.contract import entry_json
from voicecheck.diary.turn_notes import guesses_of
from voicecheck.speech.recognition.expected import ExpectedWords
from voicecheck.speech.recognition.live import joined
from voicecheck.speech.recognition.retry import write_down
from voicecheck.utterance import Stretch
from voicecheck.vault.vault import Vault

EXPECTED = with_feelings(ExpectedWords(PHRASES.sayable_commands(), tuple(PHRASES.commands["help_now"])), PHRASES)
OFFER = "set aside: Come for Calm"


def guessed(whisper: Weighing, seconds: float = 0.8) -> str | None:
    found = write_down(whisper, job(seconds, EXPECTED))
    assert found is not None
    return None if found.guess is None else found.guess.text


@pytest.mark.parametrize(
    ("heard", "likely", "guess"),
    [
        ("Come.", "calm", "Calm."),
        ("Matt", "mad", "Mad."),
        ("First rated.", "frustrated", "Frustrated."),
        ("flustrated", "frustrated", "frustrated."),
    ],
)
def test_a_feeling_that_sounds_like_what_was_written(heard: str, likely: str, guess: str) -> None:
    """Where the recogniser doubts its word and finds the feeling hardly less likely for the same sound."""
    words = heard.replace(".", "").split()
    assert guessed(Weighing(unsure(heard, *words), likely=(likely,))) == guess
    assert guessed(Weighing(unsure(heard, *words))) is None, "the feeling is much less likely"
    assert guessed(Weighing(unsure(heard), likely=(likely,))) is None, "the recogniser is sure"


@pytest.mark.parametrize("heard", ["Bed.", "Son.", "No.", "Stop.", "Die.", "Dye.", "Sad.", "Table.", "I come home."])
def test_no_guess(heard: str) -> None:
    """In the place of an everyday answer, a command, danger, a feeling, more than two words, or nothing like one."""
    every = ("bad", "sad", "torn", "numb", "shy", "dead", "mad", "calm", "tired", "dull")
    assert guessed(Weighing(unsure(heard, *heard.strip(".").split()), likely=every)) is None


def test_nothing_alarming_is_guessed() -> None:
    """Nobody is told of help because of a guess."""
    assert EXPECTED.guessed.isdisjoint({"suicidal", "dead", "ok", "good"})
    assert {"calm", "sad", "lost"} <= EXPECTED.guessed


def test_one_word_is_the_whole_answer() -> None:
    """Words before or behind it, or sound that gave none: then it stays what was written."""
    found = write_down(Weighing(unsure("Come.", "Come"), likely=("calm",)), job(0.8, EXPECTED))
    other = write_down(Weighing(unsure("Then I slept.")), job(0.8, EXPECTED))
    stretch, later = Stretch(0, 12_800, 12_800, 12_800, 0, 12_800), Stretch(48_000, 60_800, 12_800, 0, 48_000, 60_800)
    assert joined([(stretch, 0, found)], "en", None).text == "Calm."
    assert joined([(stretch, 0, found), (later, 48_000, other)], "en", None).text == "Come. Then I slept."
    assert joined([(stretch, 0, found), (later, 48_000, None)], "en", None).text == "Come."


def evening(table: type[Table], *then: object) -> Table:
    one = table(voice(0.8), quiet(5.0), *then, plan=PLAN)  # type: ignore[arg-type]
    one.transcriber = Weighing(unsure("Come.", "Come"), likely=("calm",))
    one.transcriber.last = ""
    one.whisper = InlineWhisper(one.transcriber, one.world.put)
    return one


@pytest.mark.parametrize("locked", [False, True])
def test_the_guess_is_kept_beside_what_was_heard(table: type[Table], locked: bool) -> None:
    """The person is told of both; the feeling is found, and the vault and the JSON know what was heard."""
    one = evening(table)
    if locked:
        one.lock()
    one.hold()
    if locked:
        one.vault = Vault.open(one.paths, one.key)
        one.vault.ingest("always")
    (entry,) = one.kept()
    assert (entry.text, [mention.lemma for mention in entry.mentions]) == ("Calm.", ["calm"])
    assert guesses_of(entry) == (("Calm", "Come"),)
    assert entry_json(entry)["segments"][0]["words"][0]["heard"].strip() == "Come."
    assert locked or OFFER in one.screen.notices


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("way", ["key", "no", "that was my answer"])
def test_the_guess_is_taken_back(table: type[Table], way: str, locked: bool) -> None:
    """With u, with "no" right behind it, or by the words: what was heard is back, and the feeling gone."""
    one = evening(table, *((Given(Command.UNDO),) if way == "key" else (voice(1.0), quiet(5.0))))
    if way != "key":
        one.transcriber.replies.append(f"{way.capitalize()}.")
    if locked:
        one.lock()
    (entry,) = one.hold().entries
    if locked:
        one.vault = Vault.open(one.paths, one.key)
        one.vault.ingest("always")
    (kept,) = one.kept()
    assert (kept.text, kept.mentions, guesses_of(kept)) == ("Come.", (), ())
    assert entry.text == kept.text
    assert OFFER not in one.screen.notices


def test_the_guess_is_taken_back_after_the_answer_is_closed(table: type[Table]) -> None:
    """While the evening lasts, u is enough; in the vault the guess is an earlier text."""
    one = evening(table, quiet(4.5), Given(Command.UNDO))
    (entry,) = one.hold().entries
    assert entry.text == "Come."
    assert one.kept()[0].text == "Come."
