"""The book of an answer's words: what counts, what is void, what may be believed. Whisper is a queue of replies."""

from __future__ import annotations

import queue
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import ScriptedTranscriber, hearing, recognised
from tests.sound_samples import tone
from voicecheck.errors import ModelError
from voicecheck.speech.recognition.live import (
    MARGIN_S,
    PROMPT_CHARACTERS,
    LiveAnswer,
    RecogniserThread,
    Tried,
    Written,
    audible_range,
)
from voicecheck.speech.recognition.recogniser import shift
from voicecheck.speech.recognition.retry import Job, RecognisedStretch, write_down
from voicecheck.speech.whisper.confidence import Decoding
from voicecheck.utterance import SAMPLE_RATE_HZ, ModelUse, Samples, Segment, Stretch, Word

WAIT_S = 60.0  # for a thread that answers in milliseconds


def at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ)


def spoken(start_s: float, end_s: float) -> Stretch:
    start, end = at(start_s), at(end_s)
    return Stretch(start, end, end - start, end - start, start, end)


def whispered(start_s: float, end_s: float) -> Stretch:
    start, end = at(start_s), at(end_s)
    return Stretch(start, end, 0, end - start, start, end)


class Book(LiveAnswer):
    """A live answer whose jobs wait in a list until `write` says what Whisper heard."""

    def __init__(self, language: str = "en") -> None:
        self.jobs: list[Job] = []
        super().__init__(self.jobs.append, language)

    def hand_in(self, *stretches: Stretch) -> None:
        for stretch in stretches:
            self.submit(stretch, np.zeros(stretch.end - stretch.start, np.float32), stretch.start)

    def write(self, heard: RecognisedStretch | str | None, error: ModelError | None = None) -> Tried | None:
        job = self.jobs.pop(0)
        return self.take(Written(job.generation, recognised(heard) if isinstance(heard, str) else heard, error))


# Which words count


def test_words_come_in_the_order_of_the_sound() -> None:
    """Two stretches are one text, with times from the start of the answer."""
    book = Book()
    book.hand_in(spoken(1, 4), spoken(4, 8))
    book.write("I went home")
    book.write("and slept")
    assert book.text == "I went home and slept"
    transcript = book.transcript(ModelUse("base", "cpu", "int8"))
    assert [s.start_s for s in transcript.segments] == [1.0, 4.0]
    assert [w.start_s for w in transcript.segments[1].words] == [4.0, 4.4]
    assert transcript.model == ModelUse("base", "cpu", "int8")
    assert not book.busy


def test_one_job_at_a_time() -> None:
    """Whisper gets the next stretch when the one before came back, in order."""
    book = Book()
    book.hand_in(spoken(0, 3), spoken(3, 6), spoken(6, 9))
    for start in (0, 3, 6):
        assert [job.stretch.start for job in book.jobs] == [at(start)]
        assert book.busy
        book.write("yes")
    assert not book.jobs
    assert not book.busy


def test_prompt_is_the_end_of_the_text_before() -> None:
    """Whisper gets the last 200 characters as context, and nothing at the beginning."""
    book = Book()
    long = " ".join(f"word{i}" for i in range(60))
    book.hand_in(spoken(0, 20), spoken(20, 23))
    assert book.jobs[0].prompt == ""
    book.write(long)
    assert book.jobs[0].prompt == long[-PROMPT_CHARACTERS:]


def test_void_words_are_no_context() -> None:
    """What was made ahead and overtaken is neither text nor prompt."""
    book = Book()
    book.hand_in(spoken(0, 3), spoken(3, 4))
    book.write("I was")
    book.write("overtaken")
    assert book.text == "I was overtaken"
    book.void(at(3))
    assert book.text == "I was"
    book.hand_in(spoken(3, 6))
    assert book.jobs[0].prompt == "I was"


def test_result_that_comes_late_is_dropped() -> None:
    """Words of a stretch that became void while Whisper worked on it do not come back; the next job then goes out."""
    book = Book()
    book.hand_in(spoken(0, 1))
    book.void(0)
    book.hand_in(spoken(0, 3))
    assert len(book.jobs) == 1, "Whisper still works on what is void"
    assert book.busy
    book.write("overtaken")
    assert book.text == ""
    book.write("all of it")
    assert book.text == "all of it"
    assert not book.busy


def test_words_of_a_dropped_answer_do_not_get_into_the_next() -> None:
    """Started over while Whisper worked: what it then returns belongs to no answer."""
    dropped, after = Book(), Book()
    dropped.hand_in(spoken(0, 3))
    after.hand_in(spoken(0, 3))
    (job,) = dropped.jobs
    assert after.take(Written(job.generation, hearing("what I wanted gone"))) is None
    assert after.text == ""
    assert after.busy
    after.write("what I want to say")
    assert after.text == "what I want to say"


@given(st.lists(st.sampled_from(["pause", "cut", "resume", "word"]), max_size=40))
def test_any_order_of_results_gives_the_text_of_the_valid_stretches(events: list[str]) -> None:
    """For any course of pauses, cuts, resumptions and results: the words of the valid stretches, once, in order."""
    book, valid, end, cut_at = Book(), [], 0, 0
    for event in events:
        if event in ("pause", "cut"):
            stretch = Stretch(end, end + at(1), at(1), at(1), end, end + at(1))
            book.hand_in(stretch)
            valid.append(stretch)
            end = stretch.end
            cut_at = end if event == "cut" else cut_at
        elif event == "resume":
            book.void(cut_at)
            valid = [s for s in valid if s.start < cut_at]
            end = cut_at
        elif book.jobs:
            assert len(book.jobs) == 1
            book.write(f"s{book.jobs[0].stretch.start}e{book.jobs[0].stretch.end}")
    while book.jobs:
        book.write(f"s{book.jobs[0].stretch.start}e{book.jobs[0].stretch.end}")
    assert not book.busy
    assert book.text.split() == [f"s{s.start}e{s.end}" for s in valid]


# Which sound goes to Whisper


def test_silence_is_not_sent() -> None:
    """A stretch without voice and with hardly a sound costs no call, and is not unheard."""
    book = Book()
    book.hand_in(Stretch(0, at(5), 0, at(0.2), at(1), at(1.2)))
    assert not book.jobs
    assert not book.busy
    assert book.transcript(None).unheard == ()


def test_only_the_sound_and_a_margin_around_it() -> None:
    """Whisper writes words into silence, so long quiet is left out, and never more than the stretch is taken."""
    long = Stretch(0, at(30), at(2), at(2), at(10), at(12))
    assert audible_range(long) == (at(10 - MARGIN_S), at(12 + MARGIN_S))
    assert audible_range(spoken(2, 3)) == (at(2), at(3))


# What may be believed


def test_whispered_words_are_credited() -> None:
    """Words that Whisper is sure of, in sound without voice, are text, and the stretch is told as tried with words."""
    book = Book()
    stretch = whispered(1, 3)
    book.hand_in(stretch)
    assert book.write("I feel small") == Tried(stretch, words=True)
    assert book.text == "I feel small"


def test_refused_sound_is_marked_unheard() -> None:
    """Sound that gave no words to be trusted is told as tried in vain, and stands in the transcript as its seconds."""
    book, stretch = Book(), whispered(2, 4)
    book.hand_in(spoken(0, 2), stretch)
    assert book.write("yes") is None, "a voice was heard in it anyway"
    assert book.write(None) == Tried(stretch, words=False)
    transcript = book.transcript(None)
    assert transcript.text == "yes"
    assert transcript.unheard == ((2.0, 4.0),)


def test_tried_sound_that_was_overtaken_is_told_nobody() -> None:
    """The voice came back while Whisper was at it: what becomes of the try decides nothing any more."""
    book = Book()
    book.hand_in(whispered(0, 2))
    book.void(0)
    assert book.write("too late") is None
    assert book.text == ""


def test_hardly_a_voice_is_a_try_too() -> None:
    """A "No." of a tenth of a second is counted by what Whisper makes of it."""
    book, stretch = Book(), Stretch(0, at(1), at(0.1), at(0.1), at(0.4), at(0.5))
    book.hand_in(stretch)
    assert book.write("No.") == Tried(stretch, words=True)


def test_failed_call_is_remembered() -> None:
    """A model that failed once leaves its error with the answer, also when later calls succeed."""
    book, error = Book(), ModelError("Whisper stopped in the middle.")
    book.hand_in(spoken(0, 2), spoken(2, 4))
    book.write(None, error)
    book.write("later")
    assert book.error is error


def job_of(stretch: Stretch, prompt: str = "") -> Job:
    return Job(1, stretch, np.zeros(at(stretch.duration_s), np.float32), stretch.start, prompt, "en")


@pytest.mark.parametrize(
    ("heard", "believed"),
    [
        (hearing("I feel small", logprob=-0.3, no_speech=0.1), True),
        (hearing("I feel small", logprob=-0.8, no_speech=0.1), False),
        (hearing("You", logprob=-0.3, no_speech=0.7), False),
        (hearing(""), False),
    ],
)
def test_sound_without_voice_needs_a_confidence_of_its_own(heard: Decoding, believed: bool) -> None:
    """Where the detector heard no voice, only words that Whisper is sure of are taken."""
    found = write_down(ScriptedTranscriber(heard), job_of(whispered(0, 2)))
    assert (found is not None) is believed


@pytest.mark.parametrize(
    ("heard", "believed"),
    [
        (hearing("I feel small", logprob=-0.9, no_speech=0.7), True),
        (hearing("I feel small", logprob=-1.2, no_speech=0.1), True),
        (hearing("I feel small", logprob=-1.2, no_speech=0.7), False),
        (Decoding(hearing("no no no no").segments, compression=2.5), True),
        (Decoding(hearing("no " * 13).segments, compression=2.5), False),
    ],
)
def test_voice_is_believed_unless_whisper_doubts_twice(heard: Decoding, believed: bool) -> None:
    """With a voice in it, words are refused only when unlikely and perhaps nobody spoke, or when they repeat and
    are more than anybody could say: who says one word four times is written down."""
    four = np.concatenate([part for _ in range(4) for part in (tone(0.25, 0.2), tone(0.25, 0.0))])
    found = write_down(ScriptedTranscriber(heard), replace(job_of(spoken(0, 2)), samples=four))
    assert (found is not None) is believed


def test_a_phrase_that_was_passed_over_does_not_say_the_word_before_it_again() -> None:
    """Its sound begins in "myself", of which the second try hears the end."""
    first = segment_of(("proud", 0.0, 0.4), ("of", 0.5, 0.6), ("myself.", 0.6, 1.3))
    second = segment_of(("self.", 0.0, 0.3), ("No,", 0.5, 0.8), ("wait.", 0.9, 1.4))
    whisper = ScriptedTranscriber(Decoding((first,), "en", -0.2, 0.05), Decoding((second,), "en", -0.2, 0.05))
    voice = ((0, at(1.3)), (at(1.7), at(2.8)))
    heard = write_down(whisper, job_of(replace(spoken(0, 3), voiced=at(2.4), voice=voice)))
    assert heard is not None
    assert heard.text == "proud of myself. No, wait."


def test_a_stretch_in_which_whisper_finds_no_word_is_tried_once_more() -> None:
    """Clear voice and an empty text: its phrase alone, cut otherwise, gives the words."""
    whisper = ScriptedTranscriber("", "another word, here is some more")
    heard = write_down(whisper, job_of(replace(spoken(0, 3), voiced=at(2.5), voice=((at(0.2), at(2.7)),))))
    assert heard is not None
    assert heard.text == "another word, here is some more"
    silent = replace(spoken(0, 2), voice=((at(0.2), at(1.7)),))
    assert write_down(ScriptedTranscriber("", ""), job_of(silent)) is None


def segment_of(*words: tuple[str, float, float]) -> Segment:
    timed = tuple(Word(start, end, f" {text}", 0.9) for text, start, end in words)
    return Segment(timed[0].start_s, timed[-1].end_s, " ".join(text for text, _, _ in words), timed)


def test_word_at_a_cut_in_mid_speech_stands_there_once() -> None:
    """Both stretches hear it, and the text on the screen and in the entry has it once."""
    book = Book()
    for stretch, start in ((spoken(0, 10), 0), (spoken(10, 14), at(9.2))):
        book.submit(stretch, np.zeros(stretch.end - start, np.float32), start)
    book.write(RecognisedStretch((segment_of(("so", 9.0, 9.3), ("remember", 9.7, 10.3)),), "en"))
    book.write(RecognisedStretch((segment_of(("remember", 0.5, 1.1), ("it", 1.2, 1.4)),), "en"))
    assert book.text == book.transcript(None).text == "so remember it"


def test_too_few_words_are_tried_again_with_the_text_before() -> None:
    """Ten seconds of voice and two words: asked again with the prompt, and the longer answer is taken."""
    whisper = ScriptedTranscriber("and then", "and then we all went down to the river together that day")
    heard = write_down(whisper, job_of(spoken(0, 10), prompt="before"))
    assert heard is not None
    assert len(heard.text.split()) == 12
    assert [asked.prompt for asked in whisper.history] == ["", "before"]


def test_second_try_that_says_the_text_before_once_more_adds_nothing() -> None:
    """Whisper repeats its prompt into music and noise: what only the prompt said was not said again."""
    before = "And so I went home. And then I could not sleep."
    whisper = ScriptedTranscriber("", hearing("And then I could not sleep at all, I could not sleep."))
    whisper.last = ""
    assert write_down(whisper, job_of(spoken(0, 2), prompt=before)) is None
    whisper = ScriptedTranscriber("Well then.", "And yet I could do it somehow on Monday.")
    heard = write_down(whisper, job_of(spoken(0, 10), prompt=before))
    assert heard is not None and heard.text == "And yet I could do it somehow on Monday."


def test_second_try_that_is_no_better_is_left() -> None:
    """The first answer stays when the second has no more words, or none to be trusted."""
    loop = Decoding(hearing("no " * 60).segments, compression=9.0)
    whisper = ScriptedTranscriber("and then", "then", "and then", loop)
    for _ in range(2):
        heard = write_down(whisper, job_of(spoken(0, 10), prompt="before"))
        assert heard is not None
        assert heard.text == "and then"
    assert len(whisper.history) == 4


def test_first_try_that_cannot_be_believed_is_replaced() -> None:
    """A loop is replaced by fewer words that can be trusted."""
    loop = Decoding(hearing("no " * 20).segments, compression=9.0)
    heard = write_down(ScriptedTranscriber(loop, "no I was not"), job_of(spoken(0, 3), prompt="no no"))
    assert heard is not None
    assert heard.text == "no I was not"


def test_loop_costs_only_the_half_that_it_is_in() -> None:
    """Where a stretch cannot be believed its halves are tried: one keeps its words, the other is marked unheard."""
    loop = Decoding(hearing("no " * 60).segments, compression=9.0)
    whisper = ScriptedTranscriber(loop, "I was glad to see him", loop, loop, loop)
    heard = write_down(whisper, job_of(spoken(0, 8)))
    assert heard is not None
    assert heard.text == "I was glad to see him"
    assert [round(end - start) for start, end in heard.unheard] == [4]
    assert sum(len(asked.samples) for asked in whisper.history[1:3]) == at(8)


def test_halves_tell_the_language() -> None:
    """That of the first half which can be believed; asked for any, nothing else has told it."""
    loop = Decoding(hearing("no " * 60).segments, compression=9.0)
    heard = write_down(ScriptedTranscriber(loop, hearing("ja gut", language="de"), loop), job_of(spoken(0, 5)))
    assert heard is not None and heard.language == "de"


def test_halves_of_a_loop_that_are_no_better_give_nothing() -> None:
    """When no half can be believed, the whole stretch is refused."""
    loop = Decoding(hearing("no " * 60).segments, compression=9.0)
    assert write_down(ScriptedTranscriber(*[loop] * 7), job_of(spoken(0, 8))) is None


def test_unheard_half_stands_at_its_place_in_the_answer() -> None:
    """Times of an unheard half count from the start of the answer, like those of the words."""
    book = Book()
    book.hand_in(spoken(0, 2), spoken(2, 10))
    book.write("before")
    book.write(RecognisedStretch(hearing("after").segments, unheard=((4.0, 8.0),)))
    assert book.transcript(None).unheard == ((6.0, 10.0),)


@pytest.mark.parametrize(
    ("stretch", "prompt"), [(spoken(0, 10), ""), (spoken(0, 1), "before")], ids=["no context", "short"]
)
def test_no_second_try_without_a_reason(stretch: Stretch, prompt: str) -> None:
    """Without context nothing would change, and a single word in a second is enough."""
    whisper = ScriptedTranscriber("no")
    write_down(whisper, job_of(stretch, prompt))
    assert len(whisper.history) == 1


# Language


def test_language_is_settled_once() -> None:
    """With auto the first stretch with words decides; later ones are told."""
    book = Book("auto")
    book.hand_in(spoken(0, 3), spoken(3, 6), spoken(6, 9))
    assert book.jobs[0].language == "auto"
    book.write(None)
    assert book.jobs[0].language == "auto", "refused words tell no language"
    book.write(recognised("ja gut", language="de"))
    assert book.jobs[0].language == "de"
    book.write(recognised("yes", language="en"))
    assert book.transcript(None).language == "de"


def test_language_without_a_word() -> None:
    """An answer in which nothing was heard has the language that was asked for; with auto nobody can tell it."""
    assert Book("auto").transcript(None).language == ""
    assert Book("fr").transcript(None).language == "fr"


def test_shift_moves_segment_and_words() -> None:
    """All times move by the same seconds, texts stay."""
    (segment,) = hearing("one two").segments
    moved = shift(segment, 2.5)
    assert (moved.start_s, moved.text) == (2.5, "one two")
    assert [w.end_s - w.start_s for w in moved.words] == pytest.approx([0.3, 0.3])
    assert moved.words[1].start_s == pytest.approx(2.9)


# The thread


def thread_of(whisper: ScriptedTranscriber) -> tuple[RecogniserThread, queue.SimpleQueue[Written]]:
    results: queue.SimpleQueue[Written] = queue.SimpleQueue()
    return RecogniserThread(lambda: whisper, results.put, pytest.fail), results


def sound() -> Samples:
    return tone(0.1, 0.1)


def test_thread_answers_each_job_and_goes_on_after_an_error() -> None:
    """Each job comes back with its number; one that fails brings its error, and the next one its words."""
    error = ModelError("Whisper stopped in the middle.")
    thread, results = thread_of(ScriptedTranscriber("one", error, "three"))
    for number in (4, 5, 6):
        thread.dispatch(Job(number, spoken(0, 1), sound(), 0, "", "en"))
    found = [results.get(timeout=WAIT_S) for _ in range(3)]
    thread.stop()
    assert [w.generation for w in found] == [4, 5, 6]
    assert [w.words.text if w.words else None for w in found] == ["one", None, "three"]
    assert found[1].error is error


def test_thread_tells_which_model_it_is() -> None:
    """Nothing before it is loaded; then the model, also for other work."""
    whisper = ScriptedTranscriber()
    thread, _ = thread_of(whisper)
    assert thread.loaded() is whisper
    assert thread.use == whisper.use
    thread.stop()


def test_model_that_cannot_be_loaded() -> None:
    """The reason is told once, the thread ends, and who waits for the model gets an error and does not hang."""
    failed: queue.SimpleQueue[Exception] = queue.SimpleQueue()
    error = ModelError("The model is damaged.")

    def load() -> ScriptedTranscriber:
        raise error

    thread = RecogniserThread(load, pytest.fail, failed.put)
    assert failed.get(timeout=WAIT_S) is error
    with pytest.raises(ModelError):
        thread.loaded()
    assert thread.use is None
    thread.stop()


def test_stop_waits_for_the_running_job_and_takes_no_more() -> None:
    """What was dispatched before is still written down."""
    thread, results = thread_of(ScriptedTranscriber("one"))
    thread.dispatch(Job(1, spoken(0, 1), sound(), 0, "", "en"))
    thread.stop()
    assert results.get_nowait().generation == 1
    thread.dispatch(Job(2, spoken(0, 1), sound(), 0, "", "en"))
    assert results.empty()


def test_nothing_said_is_in_a_repr() -> None:
    """A log or a traceback shows neither sound nor words."""
    job = Job(1, spoken(0, 1), sound(), 0, "my secret", "en")
    written = Written(1, recognised("my secret"))
    assert "secret" not in repr((job, written))
