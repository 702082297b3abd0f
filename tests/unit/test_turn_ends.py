"""When a turn ends: what was said decides, silence alone where that tells nothing, and nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import PLAN, Table
from tests.unit.test_endpoint import QUIET, VOICE, Block, Book
from voicecheck import phrases
from voicecheck.checkin.course import Course
from voicecheck.checkin.patience import journal_patience, patience
from voicecheck.checkin.plan import Plan
from voicecheck.phrases import load_phrases
from voicecheck.phrases.closing import closing_of
from voicecheck.settings.schema import Listening
from voicecheck.speech.recognition.waits import Patience, Waits
from voicecheck.utterance import BLOCK_S, SAMPLE_RATE_HZ, Closing

PHRASES = load_phrases()
PHRASES_FOLDER = Path(phrases.__file__).parent
WITHOUT = msgspec.structs.replace(PHRASES, endings={})
WAITS = Waits()
BY_WORDS = Patience(waits=WAITS)
DAY, WORD = "What from today is still with you?", "What is one word for how you are right now?"
WORDLESS: Plan = replace(PLAN, patience=BY_WORDS, course=Course(linger_s=4.0, follow_ups=False, next_soon=True))
CLAUSE = "I had a good day."


# The words


@pytest.mark.parametrize(
    "text",
    [
        "And", "um", "So I just", "So I just.", "So I just...", "I think it was", "I think it was because.",
        "I went home and",
        "I was at the", "It was a really long", "Well, you see,", "I feel", "And then he said", "It made me", "I don't",
        "We went to my", "I was happy, but", "My sister and I", "I was sad because of", "I slept well and then.",
        "I had peas, bread and cheese",
        "Let me think.",
        # The subject of a clause and no more
        "I was crying when the dog.", "I hope you.", "I was sad because everybody.", "I was sad and honestly.",
        "I suddenly.",
        # A verb that wants an object
        "I dread.", "She hates.", "They've painted.", "I wanted to make.", "My son looked and I felt.", "I tend.",
        "He keeps.",
        # An adjective behind its article, and a noun that wants more
        "He's a miserable.", "We had a lonely.", "It was the same.", "There was a sense.", "I'm no longer.",
        # Somebody told, or trying, "not" to do what is still to come
        "And so my fellow Americans, ask not.", "I told him not.", "I tried not.", "I reminded myself not.",
        # Half a sentence, a list, a subject alone
        "When I came home from work.", "If she had called me.", "When a man looks for something beyond his reach.",
        "My job, the house.", "6 spoons of peas, 5 slabs of cheese.", "And so my fellow Americans.",
        "6 spoons of fresh snow peas",
    ],
)  # fmt: skip
def test_more_is_to_come_behind_an_unfinished_clause(text: str) -> None:
    """A conjunction, an article, a preposition, a filler, a broken-off sentence, with or without a full stop."""
    assert closing_of(text, DAY, PHRASES) is Closing.UNFINISHED


@pytest.mark.parametrize(
    "text",
    [
        "I'm tired.", CLAUSE, "My boss was angry with me.", "I miss her.", "We went to the lake.", "It was all right.",
        "I was lonely at lunch. Then she called me.", "I told my mother that I love her.", "I slept badly!",
        "It was the job I hate.", "It was more than I wanted.", "I was sad because my mum died.", "I like it.",
    ],
)  # fmt: skip
def test_whole_clause_is_finished(text: str) -> None:
    assert closing_of(text, DAY, PHRASES) is Closing.FINISHED


@pytest.mark.parametrize(
    "text",
    [
        "", "Tired.", "The meeting.", "I don't know.", "That's how I feel.", "It was okay, I guess.",
        "I was tired. And my boss.", "Is that so?", "I had a good day", "I told my mates.", "We were five.",
        "When my daughter was small I was always worried.", "Before the meeting I felt anxious.",
        "If he'd asked me I'd have been glad.", "The roof's fine, the gutters need work.",
    ],
)  # fmt: skip
def test_what_tells_nothing_is_unknown(text: str) -> None:
    """Where it is not sure, silence alone decides: a text without its full stop, half a sentence, a noun alone."""
    assert closing_of(text, DAY, PHRASES) is Closing.UNKNOWN


@pytest.mark.parametrize(
    ("text", "closing"),
    [("Tired.", Closing.ONE_WORD), ("A bit sad.", Closing.ONE_WORD), ("Seven", Closing.ONE_WORD),
     ("Um", Closing.UNFINISHED), ("Pretty", Closing.UNFINISHED), ("I'm", Closing.UNFINISHED)],
)  # fmt: skip
def test_word_is_enough_where_a_word_was_asked_for(text: str, closing: Closing) -> None:
    assert closing_of(text, WORD, PHRASES) is closing


@pytest.mark.parametrize("language", sorted(path.stem for path in PHRASES_FOLDER.glob("*.toml")))
def test_language_that_tells_how_an_answer_ends_has_every_table(language: str) -> None:
    endings = load_phrases(language).endings
    assert not endings or endings.keys() == PHRASES.endings.keys()


def test_moment_is_enough_where_one_was_asked_for() -> None:
    """To "when" a subordinate clause is a whole answer, and silence alone decides."""
    text = "When I came home from work."
    assert closing_of(text, DAY, PHRASES) is Closing.UNFINISHED
    assert closing_of(text, "When did you feel most like yourself this week?", PHRASES) is Closing.UNKNOWN


@pytest.mark.parametrize("text", ["What do you mean?", "Can you repeat that?", "What can I say?", "Help now."])
def test_question_back_wants_an_answer(text: str) -> None:
    assert closing_of(text, DAY, PHRASES) is Closing.ASKS


@given(st.text(max_size=60), st.sampled_from([DAY, WORD, ""]))
def test_any_text_ends_somehow(text: str, asked: str) -> None:
    """No text breaks it, and without tables of the language it tells nothing."""
    assert closing_of(text, asked, PHRASES) in Closing
    assert closing_of(text, asked, WITHOUT) is Closing.UNKNOWN


# The table of waits


@pytest.mark.parametrize(
    ("closing", "voiced_s", "longest_pause_s", "wait_s"),
    [
        (Closing.UNKNOWN, 3.0, 0.0, 4.4),
        (Closing.UNFINISHED, 1.0, 0.0, 8.0),
        (Closing.UNFINISHED, 60.0, 3.0, 8.0),
        (Closing.FINISHED, 3.0, 0.0, 1.5),
        (Closing.FINISHED, 6.1, 0.0, 4.4),  # a long answer
        (Closing.ONE_WORD, 0.5, 0.0, 1.3),
        (Closing.ASKS, 1.0, 0.0, 1.2),
        (Closing.FINISHED, 3.0, 2.0, 4.4),  # this person pauses
        (Closing.UNKNOWN, 3.0, 3.9, 4.9),
        (Closing.FINISHED, 3.0, 30.0, 5.0),
    ],
)
def test_table_of_waits(closing: Closing, voiced_s: float, longest_pause_s: float, wait_s: float) -> None:
    assert BY_WORDS.wait_s(closing, voiced_s, longest_pause_s) == pytest.approx(wait_s)


@given(st.sampled_from(Closing), st.floats(0, 60), st.floats(0, 60))
def test_without_the_table_silence_alone_decides(closing: Closing, voiced_s: float, pause_s: float) -> None:
    assert Patience().wait_s(closing, voiced_s, pause_s) == Patience().silence_s(voiced_s)


@pytest.mark.parametrize(("depth", "wait_s"), [(1, 1.5), (2, 1.5), (3, 4.4), (5, 4.4)])
def test_deep_questions_keep_their_patience(depth: int, wait_s: float) -> None:
    """A clause is seldom all that is said to a deep question; one without an end is waited for there, too."""
    deep = BY_WORDS.for_depth(depth)
    assert deep.wait_s(Closing.FINISHED, 2.0, 0.0) == wait_s
    assert deep.wait_s(Closing.UNFINISHED, 2.0, 0.0) == 8.0


def test_one_setting_turns_it_off() -> None:
    """By default the words count; with `ends_by` at silence, and in free journaling, they do not."""
    assert patience(Listening()).waits == WAITS
    assert patience(Listening(ends_by="silence")) == Patience()
    assert journal_patience(Listening()).waits is None


@pytest.mark.parametrize("more", [{"patience_s": 4.0}, {"patience_long_s": 7.0}])
def test_who_asked_for_more_patience_is_not_hurried(more: dict[str, float]) -> None:
    patient = patience(Listening(**more))
    assert patient.wait_s(Closing.FINISHED, 2.0, 0.0) == patient.silence_s(2.0)
    assert patient.wait_s(Closing.UNFINISHED, 2.0, 0.0) == 8.0


# The endpointer


def ended_after_s(book: Book) -> float | None:
    return None if book.finished is None else (book.finished.at - book.finished.last_voice) / SAMPLE_RATE_HZ


def heard(*parts: tuple[Block, float], book: Book | None = None) -> Book:
    book = book or Book(0, BY_WORDS)
    for kind, seconds in parts:
        book.hear(*[kind] * round(seconds / BLOCK_S))
    return book


def test_text_is_made_ahead_in_time() -> None:
    """Half a second after the last word of a brief answer the recogniser has it; of a long one as ever."""
    assert heard((VOICE, 2.0), (QUIET, 0.5)).valid
    assert not heard((VOICE, 7.0), (QUIET, 0.9)).valid


@pytest.mark.parametrize(("closing", "wait_s"), [(Closing.FINISHED, 1.5), (Closing.UNFINISHED, 8.0)])
def test_judged_answer_ends_when_its_words_say(closing: Closing, wait_s: float) -> None:
    book = heard((VOICE, 2.0), (QUIET, 0.6))
    book.endpointer.judge(closing)
    assert ended_after_s(heard((QUIET, 9.0), book=book)) == pytest.approx(wait_s, abs=2 * BLOCK_S)


def test_going_on_voids_what_was_known_of_the_end() -> None:
    """Words of before the newest voice tell nothing, whether they come before it or after."""
    book = heard((VOICE, 2.0), (QUIET, 0.6))
    book.endpointer.judge(Closing.FINISHED)
    heard((VOICE, 1.0), book=book)
    book.endpointer.judge(Closing.FINISHED)
    assert ended_after_s(heard((QUIET, 9.0), book=book)) == pytest.approx(4.4, abs=2 * BLOCK_S)


def test_own_pauses_make_it_patient() -> None:
    """Who has paused for three seconds is not taken for finished by their words, and has longer than that again."""
    book = heard((VOICE, 1.5), (QUIET, 3.0), (VOICE, 1.5), (QUIET, 0.6))
    book.endpointer.judge(Closing.FINISHED)
    waited_s = ended_after_s(heard((QUIET, 9.0), book=book))
    assert waited_s is not None
    assert waited_s >= 4.0


@given(st.lists(st.tuples(st.sampled_from([VOICE, QUIET]), st.integers(1, 60), st.sampled_from(Closing)), max_size=30))
def test_no_judgement_ends_it_sooner_or_later_than_the_table(course: list[tuple[Block, int, Closing]]) -> None:
    """Whatever is said of the words, and whenever: it is never over before 1.2 s of silence, nor open after nine."""
    book = Book(0, BY_WORDS)
    for kind, count, closing in course:
        book.hear(*[kind] * count)
        book.endpointer.judge(closing)
    heard((VOICE, 0.2), (QUIET, 9.0), book=book)
    waited_s = ended_after_s(book)
    assert waited_s is not None
    assert WAITS.asks_s <= waited_s <= WAITS.unfinished_s + BLOCK_S


# An evening


def said(one: Table) -> int:
    return len([text for text in one.mouth.said if text])


def test_complete_short_answer_is_answered_soon(table: type[Table]) -> None:
    one = table(voice(2.0), plan=WORDLESS)
    one.transcriber.replies.append(CLAUSE)
    (timing,) = one.hold().timings
    assert timing.endpoint_s == pytest.approx(1.5, abs=0.07)


def test_who_trails_off_has_eight_seconds(table: type[Table]) -> None:
    """A pause of six seconds behind "and" belongs to the answer."""
    one = table(voice(2.0), quiet(6.0), voice(1.0), plan=WORDLESS)
    one.transcriber.replies.extend(["I went home and", "I went home and I was happy."])
    (entry,) = one.hold().entries
    assert [turn.text for turn in entry.turns] == ["I went home and I was happy."]
    assert len([s for s in one.screen.sentences if s]) == 2, "one reflection, and the closing"


@pytest.mark.parametrize("pause_s", [1.7, 2.5, 4.0])
def test_who_goes_on_behind_a_finished_clause_is_given_way_at_once(table: type[Table], pause_s: float) -> None:
    """The sentence in return goes within 300 ms, and all words are of one answer, which is not ended so soon again."""
    seen: list[tuple[str, int]] = []
    one = table(
        voice(2.0), quiet(pause_s), lambda: seen.append((one.screen.states[-1], said(one))), voice(0.3),
        lambda: seen.append((one.screen.states[-1], said(one))), voice(1.7), plan=WORDLESS,
    )  # fmt: skip
    one.transcriber.replies.extend([CLAUSE, "And we went to the lake."])
    evening = one.hold()
    (entry,) = evening.entries
    assert seen == [("stored", 1), ("listening", 1)], "nothing but the question was said"
    assert entry.text == f"{CLAUSE}\n\nAnd we went to the lake."
    if pause_s >= 2.0:
        assert evening.timings[0].endpoint_s >= 4.3


@pytest.mark.parametrize(("reply", "most_s"), [(CLAUSE, 4.7), ("It was the meeting", 7.0)])
def test_next_question_comes_soon_where_nothing_more_comes(table: type[Table], reply: str, most_s: float) -> None:
    """Within five seconds; where silence alone ended the answer the sentence still has its time to be read."""
    asked: list[int] = []
    plan = replace(WORDLESS, course=replace(WORDLESS.course, count=2))
    one = table(voice(2.0), quiet(most_s), lambda: asked.append(len(one.screen.questions)), plan=plan)
    one.transcriber.replies.append(reply)
    one.hold()
    assert asked == [2]


@pytest.mark.parametrize("more", [True, False])
def test_evening_does_not_close_in_haste(more: bool) -> None:
    """The last words of an evening have eight seconds in all to go on; a typed answer has ended where it ends."""
    course = Course(next_soon=True)
    assert course.lingered(3.0, 4.6, more=more) is more
    assert course.lingered(4.2, 5.7, more=more) is more
    assert course.lingered(6.6, 8.1, more=more)
    assert course.lingered(4.0, None, more=more)
    assert not Course().lingered(3.9, 60.0, more=more)


def test_what_would_be_spoken_waits_as_ever(table: type[Table]) -> None:
    """A sentence in return that is spoken would drown who goes on."""
    one = table(voice(2.0), plan=replace(WORDLESS, aloud="all"))
    one.transcriber.replies.append(CLAUSE)
    (timing,) = one.hold().timings
    assert timing.endpoint_s == pytest.approx(4.4, abs=0.07)


def test_another_language_is_waited_for_as_ever(table: type[Table]) -> None:
    """English tables tell nothing of a German answer: "Es war so" is no English "so"."""
    one = table(voice(2.0), plan=replace(WORDLESS, language="de"))
    one.transcriber.replies.append("Es war so.")
    (timing,) = one.hold().timings
    assert timing.endpoint_s == pytest.approx(4.4, abs=0.07)
