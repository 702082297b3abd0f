"""German danger: watched by a table of its own, while no German feeling is known yet."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import hearing
from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import PHRASES, PLAN, Table
from tests.unit.test_evening import table  # noqa: F401
from voicecheck.checkin.response import Manner, May, Responder
from voicecheck.diary.tagging import Tagger
from voicecheck.domain import Entry, Reflection
from voicecheck.feelings.danger import find_danger
from voicecheck.feelings.danger_watch import Watch
from voicecheck.feelings.languages import with_words
from voicecheck.feelings.mentions import find_mentions, has_lexicon
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE

DATA = Path(__file__).parent.parent / "data"
NUMBER = "In danger, call 142."


def told(text: str) -> str | None:
    found = find_danger(text, "de")
    return None if found is None else found.of.value


def shares(name: str) -> tuple[float, float]:
    """Shares of dangerous sentences and of near misses in which danger is noticed."""
    rows = [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    found = {
        danger: [told(row["text"]) is not None for row in rows if (row["danger"] is not None) is danger]
        for danger in (True, False)
    }
    return sum(found[True]) / len(found[True]), sum(found[False]) / len(found[False])


def test_both_sets_are_noticed() -> None:
    """Floors: the sentences that the table was written with, and those that were written before it."""
    for name in ("danger.de.jsonl", "danger_unseen.de.jsonl"):
        noticed, false = shares(name)
        assert noticed >= 0.93 and false <= 0.025, name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ich bringe mich um.", "life"),
        ("Ich will nur, dass du weißt, dass ich mich umbringen werde.", "life"),
        ("I bring mi um.", "life"),
        ("Ich mag nümme leben.", "life"),
        ("Er schlägt mich.", "harm"),
        ("Wenn er getrunken hat, schlägt er mich.", "harm"),
        ("Ich will sterben, und er schlägt mich.", "harm"),
        ("Ich bringe mich nicht um.", None),
        ("Er hat mich nie geschlagen.", None),
        ("Geschlagen hat er mich nie.", None),
        ("Ich schlage vor, wir gehen.", None),
        ("Mein Onkel hat sich umgebracht.", None),
        ("Mein Bruder hat mich beim Schach geschlagen.", None),
        ("Früher wollte ich sterben.", None),
    ],
)
def test_the_verb_may_stand_anywhere(text: str, kind: str | None) -> None:
    """In the second place and at the end, split and whole, in dialect; denied, past or of others it is none."""
    assert told(text) == kind


def test_it_claims_to_know_no_german_feelings() -> None:
    """A danger table alone makes no language of feelings."""
    if not has_lexicon("de"):  # one that is there says so by itself
        assert "de" not in with_words()
        assert find_mentions("Ich bin traurig.", "de") == ()


def evening_in_english(table: type[Table], said: str) -> tuple[Table, Entry]:  # noqa: F811
    """An evening in English in which Whisper hears the language, and hears `said` as German."""
    plan = replace(PLAN, language=ANY_LANGUAGE, watch=Watch(), help_lines=(NUMBER,))
    one = table(voice(4.0), quiet(6.0), plan=plan)
    one.transcriber.replies.extend([hearing(said, language="de"), "", ""])
    (entry,) = one.hold().entries
    assert (entry.language, entry.mentions) == ("de", ())
    assert entry.reflection in PHRASES.spoken["thanks"]
    return one, entry


def test_an_answer_that_is_heard_as_german_is_watched_in_an_english_evening(table: type[Table]) -> None:  # noqa: F811
    """The help is shown in the program's language, and so is what answers."""
    one, entry = evening_in_english(table, "ich will nicht mehr leben ich bring mich um")
    assert [text for text in one.screen.notices if text in (PHRASES.show("help_offer"), NUMBER)] == [
        PHRASES.show("help_offer"), NUMBER
    ]  # fmt: skip
    responder = Responder(Tagger(), Manner(PHRASES, random.Random(1), Watch(), True, 0.0, 0.0))
    reflection = responder.make(entry, May(), (), Reflection("")).reflection
    assert reflection.heavy and reflection.text in PHRASES.spoken["heavy"]


def test_violence_told_in_german_shows_no_number_and_says_nothing_of_it(table: type[Table]) -> None:  # noqa: F811
    one, _ = evening_in_english(table, "mein mann hat mich wieder geschlagen")
    assert PHRASES.show("help_offer_quiet") in one.screen.notices and NUMBER not in one.screen.notices
    assert not any(sentence in one.mouth.said for sentence in PHRASES.spoken["heavy"])
