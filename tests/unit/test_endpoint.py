"""Paused, thinking or finished: proved over any course of voice and silence, counted in samples."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voicecheck.speech.recognition.endpoint import (
    COMMAND_AHEAD_S,
    KEY_AHEAD_S,
    LONGEST_TRY_S,
    UNWRITTEN_S,
    VOICE_BEGINS,
    Cut,
    Ending,
    Endpointer,
    Finished,
    Patience,
    Resumed,
    Signal,
    Thinking,
    VoiceBegan,
)
from voicecheck.speech.recognition.live import audible_range
from voicecheck.speech.recognition.own_voice import Change, OwnVoice
from voicecheck.speech.recognition.recording import ENDLESS
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, SAMPLE_RATE_HZ, Stretch

PATIENCE = Patience()
VOICE, SOUND, QUIET = (0.9, True), (0.05, True), (0.01, False)
Block = tuple[float, bool]


@dataclass
class Book:
    """Keeps the stretches as `LiveAnswer` does, and checks every signal as it comes."""

    start: int
    patience: Patience
    own_voice: OwnVoice | None = None
    endpointer: Endpointer = field(init=False)
    valid: list[tuple[Stretch, bool]] = field(default_factory=list)
    """with whether it is final"""
    signals: list[Signal] = field(default_factory=list)
    at: int = field(init=False)
    voiced_blocks: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.endpointer = Endpointer(self.start, self.patience, self.own_voice)
        self.at = self.start

    def hear(self, *blocks: Block) -> Book:
        for probability, active in blocks:
            heard = VoiceActivity(self.at, self.at + BLOCK_SAMPLES, probability, -20.0, active)
            self.at = heard.end
            before = self.endpointer.last_voice
            self._see(self.endpointer.feed(heard))
            self.voiced_blocks.append(self.endpointer.last_voice != before)
        return self

    def _see(self, signals: list[Signal]) -> None:
        for signal in signals:
            match signal:
                case Cut(stretch, final):
                    assert stretch.end > stretch.start
                    self.valid.append((stretch, final))
                    if final:
                        self.valid = [(s, True) for s, _ in self.valid]
                case Resumed(void_from=void_from):
                    void = [final for s, final in self.valid if s.start >= void_from]
                    assert not any(void), "what was final stays"
                    self.valid = [(s, True) for s, _ in self.valid if s.start < void_from]
        self.signals += signals

    def of(self, kind: type) -> list[Signal]:
        return [signal for signal in self.signals if isinstance(signal, kind)]

    @property
    def finished(self) -> Finished | None:
        found = self.of(Finished)
        assert len(found) <= 1, "it ends once"
        return found[0] if found else None  # type: ignore[return-value]

    def tiles(self) -> list[Stretch]:
        return [s for s, _ in self.valid] + [self.endpointer.rest(self.at)]


def blocks(kind: Block, seconds: float) -> list[Block]:
    return [kind] * round(seconds / BLOCK_S)


def listen(*parts: tuple[Block, float], patience: Patience = PATIENCE) -> Book:
    book = Book(0, patience)
    for kind, seconds in parts:
        book.hear(*blocks(kind, seconds))
    return book


RUNS = st.lists(
    st.tuples(
        st.sampled_from([VOICE, SOUND, QUIET, (0.4, True), (0.4, False), (0.55, True)]),
        st.integers(1, 160),
    ),
    max_size=25,
)
"""voice, sound without voice, quiet, and what lies between the two thresholds, for 32 ms to 5 s each"""
NOISE = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=400)
COURSES = st.one_of(RUNS.map(lambda runs: [kind for kind, count in runs for _ in range(count)]), NOISE)


@given(COURSES, st.integers(0, 10**6), st.sampled_from([PATIENCE, ENDLESS, Patience(longest_stretch_s=5.0)]))
def test_stretches_tile_an_answer(course: list[Block], start: int, patience: Patience) -> None:
    """From the first sample to the last, each is in exactly one valid stretch or in the rest, at every moment."""
    book = Book(start, patience)
    for i, block in enumerate(course):
        book.hear(block)
        if book.finished is None and (i % 16 == 0 or i == len(course) - 1):
            tiles = book.tiles()
            assert [t.start for t in tiles] == [start, *(t.end for t in tiles[:-1])]
            assert tiles[-1].end == book.at


class Fickle(OwnVoice):
    """Says at any time that the voice changed hands, some blocks ago."""

    def __init__(self, changes: list[int]) -> None:
        super().__init__()
        self._changes = changes
        self._voices: list[VoiceActivity] = []

    def hear(self, heard: VoiceActivity) -> Change | None:
        self._voices.append(heard)
        back = self._changes.pop() if self._changes else 0
        if not back or len(self._voices) <= back:
            return None
        self.others = not self.others
        return Change(self.others, self._voices[-back].start, self._voices[-back - 1].end)


@given(COURSES, st.lists(st.one_of(st.just(0), st.integers(1, 90)), max_size=200), st.sampled_from([PATIENCE, ENDLESS]))
def test_others_belong_to_no_count_and_no_sample_is_lost(
    course: list[Block], changes: list[int], patience: Patience
) -> None:
    """Whatever changes hands, and however late that is seen: stretches tile, and count no sample for both."""
    book = Book(0, patience, Fickle(changes))
    for block in course:
        book.hear(block)
        if book.finished is not None:
            break
        tiles = book.tiles()
        assert [t.start for t in tiles] == [0, *(t.end for t in tiles[:-1])]
        assert tiles[-1].end == book.at
        for tile in tiles:
            spans = sorted((*tile.voice, *tile.others))
            assert all(before[1] <= after[0] + BLOCK_SAMPLES for before, after in pairwise(spans))
            assert tile.voiced <= tile.end - tile.start + BLOCK_SAMPLES


@given(COURSES, st.sampled_from([PATIENCE, ENDLESS, Patience(longest_stretch_s=5.0)]))
def test_all_voice_is_in_what_whisper_gets(course: list[Block], patience: Patience) -> None:
    """However the answer is cut, every block of voice is within the audible range of a valid stretch, or of two."""
    book = Book(0, patience).hear(*course)
    ranges = [audible_range(t) for t in book.tiles() if t.voiced]
    last = book.finished.at if book.finished else book.at
    for i, voiced in enumerate(book.voiced_blocks):
        start, end = i * BLOCK_SAMPLES, (i + 1) * BLOCK_SAMPLES
        if voiced and end <= last:
            covered = sum(max(0, min(end, high) - max(start, low)) for low, high in ranges)
            assert covered >= BLOCK_SAMPLES


@given(COURSES, st.sampled_from([PATIENCE, ENDLESS]))
def test_counts_of_the_stretches_add_up(course: list[Block], patience: Patience) -> None:
    """Voice and sound are counted in one stretch each, and never more than it is long."""
    book = Book(0, patience).hear(*course)
    for tile in book.tiles():
        assert 0 <= tile.voiced <= tile.end - tile.start + BLOCK_SAMPLES  # the onset is counted one block later
        assert 0 <= tile.active <= tile.end - tile.start + BLOCK_SAMPLES
        assert tile.start <= tile.first_active <= tile.last_active <= tile.end
    if book.finished is None:
        heard = sum(BLOCK_SAMPLES for _, active in course if active)
        assert sum(t.active for t in book.tiles()) == heard


@given(COURSES, st.sampled_from([PATIENCE, Patience(longest_stretch_s=5.0)]))
def test_no_stretch_is_longer_than_whispers_window(course: list[Block], patience: Patience) -> None:
    """Whatever is taken back or goes on, a stretch stays within the longest that Whisper can take at once."""
    book = Book(0, patience).hear(*course)
    longest = patience.longest_stretch_s * SAMPLE_RATE_HZ + BLOCK_SAMPLES
    assert all(s.end - s.start <= longest for s, _ in book.valid)


def test_long_whispering_before_a_voice_stays_in_stretches() -> None:
    """A minute of whispered pieces, then a voice: only as much is taken back as fits one call of Whisper."""
    book = listen(*[(SOUND, 1.0), (QUIET, 1.1)] * 30, (VOICE, 2.0))
    assert book.of(Resumed)
    assert max(tile.duration_s for tile in book.tiles()) <= PATIENCE.longest_stretch_s + BLOCK_S
    assert sum(tile.duration_s for tile in book.tiles()) == pytest.approx(book.at / SAMPLE_RATE_HZ)


@given(COURSES, st.booleans())
@example([(0.9, True)] * 41 + [(0.05, True)] * 130 + [(0.9, True)], True)
def test_it_ends_once_and_after_the_allowed_silence(course: list[Block], quiet_between: bool) -> None:
    """The end comes at the first block that makes the silence as long as it may be, and never while there is voice.

    Where sound without voice came in the silence, it may come later, but by no more than the longest wait for Whisper.
    """
    book = Book(0, PATIENCE)
    voiced = 0
    hold = 0.0 if quiet_between else LONGEST_TRY_S * SAMPLE_RATE_HZ
    for probability, active in course:
        block = (probability, active and not (quiet_between and probability < VOICE_BEGINS))
        before, begun = book.endpointer.last_voice, len(book.of(VoiceBegan))
        book.hear(block)
        began = len(book.of(VoiceBegan)) > begun
        if book.endpointer.last_voice != before:
            voiced += BLOCK_SAMPLES * (2 if began else 1)
        elif block[1]:  # also a single block of voice, which has not begun and may be a click
            hold = LONGEST_TRY_S * SAMPLE_RATE_HZ
        last = book.endpointer.last_voice
        if last is None:
            assert book.finished is None, "nobody has spoken yet"
            continue
        allowed = PATIENCE.silence_s(voiced / SAMPLE_RATE_HZ) * SAMPLE_RATE_HZ
        silence = book.at - last
        if book.finished is not None:
            assert allowed <= silence < allowed + hold + BLOCK_SAMPLES
            assert book.finished == Finished(Ending.SILENCE, last, book.at)
            break
        assert silence < allowed + hold


@given(COURSES, st.integers(1, 250))
def test_after_the_end_nothing_is_said(course: list[Block], more: int) -> None:
    """The microphone may go on giving sound: it finished once, and gives no further signal."""
    book = Book(0, PATIENCE).hear(VOICE, VOICE, VOICE, *blocks(QUIET, 5.0))
    assert book.finished is not None
    said = len(book.signals)
    book.hear(*course, *[VOICE] * more)
    assert len(book.signals) == said


@given(st.floats(3.0, 20.0), st.floats(0.1, 4.0), st.floats(0.2, 3.0))
def test_pause_for_thought_never_ends_an_answer(spoken_s: float, pause_s: float, more_s: float) -> None:
    """After three seconds of voice and more, a pause of up to four seconds goes by, and what follows belongs to it."""
    book = listen((VOICE, spoken_s), (QUIET, pause_s), (VOICE, more_s))
    assert book.finished is None


@given(st.floats(0.1, 30.0))
def test_eight_seconds_after_the_last_voice_it_is_over(spoken_s: float) -> None:
    """However much was said, it is never still open eight seconds after the last voice."""
    book = listen((VOICE, spoken_s), (QUIET, 8.0))
    assert book.finished is not None
    silence_s = (book.finished.at - book.finished.last_voice) / SAMPLE_RATE_HZ
    assert PATIENCE.short_s <= silence_s <= PATIENCE.long_s + BLOCK_S


WHISPERED = st.sampled_from(["later", "refused", "credited"])


@given(COURSES, st.lists(WHISPERED, max_size=60))
def test_nothing_holds_the_end_for_ever(course: list[Block], verdicts: list[str]) -> None:
    """Whatever sounds, and whatever Whisper makes of it, whenever it says so: an answer that has begun is over
    seventeen seconds after the last voice, or after the last sound that was taken for one.
    """
    book, answers = Book(0, PATIENCE), iter(verdicts)
    for block in [*course, *blocks(SOUND, 18.0)]:
        book.hear(block)
        last = book.endpointer.last_voice
        if book.finished is not None:
            break
        assert last is None or book.at - last < 17 * SAMPLE_RATE_HZ
        for stretch, _ in [tried for tried in book.valid if not tried[0].voiced]:
            verdict = next(answers, "later")
            if verdict == "credited":
                book.endpointer.credit(stretch)
            elif verdict == "refused":
                book.endpointer.refuse()


@given(st.floats(0.1, 30.0), st.lists(st.tuples(st.sampled_from([SOUND, QUIET]), st.integers(1, 60)), max_size=40))
def test_sound_that_is_no_voice_never_holds_it_for_ever(spoken_s: float, after: list[tuple[Block, int]]) -> None:
    """With Whisper too slow to say anything it waits twelve seconds for it; where Whisper says no, less than eight."""
    for answers, most_s in ((False, 4.4 + 12.1), (True, 8.0)):
        book = listen((VOICE, spoken_s))
        last = book.at
        for kind in [*[kind for kind, count in after for _ in range(count)], *blocks(SOUND, 17.0)]:
            book.hear(kind)
            if answers and book.endpointer.awaits_words:
                book.endpointer.refuse()
        assert book.finished is not None
        assert book.finished.last_voice == last
        assert book.finished.at - last < most_s * SAMPLE_RATE_HZ


def test_end_waits_for_sound_that_may_be_whispering() -> None:
    """Sound without voice in the silence: the end waits until it is quiet again, and for what Whisper says."""
    book = listen((VOICE, 4.0), (QUIET, 3.0), (SOUND, 2.0), (QUIET, 1.1))
    assert book.finished is None, "Whisper has it, and has not answered"
    assert [stretch.voiced for stretch, _ in book.valid][-1] == 0
    assert listen((VOICE, 4.0), (QUIET, 4.5)).finished is not None


def test_whispering_person_is_not_cut_off() -> None:
    """After whispered words were found, sound is as good as voice: it goes on, and then ends by its own silence."""
    book = listen((QUIET, 0.5), (SOUND, 2.0), (QUIET, 1.1))
    ((stretch, _),) = book.valid
    book.endpointer.credit(stretch)
    book.hear(*[kind for _ in range(6) for kind in [*blocks(SOUND, 3.0), *blocks(QUIET, 2.0)]])
    assert book.finished is None
    assert book.endpointer.last_voice == book.at - round(2.0 / BLOCK_S) * BLOCK_SAMPLES
    book.hear(*blocks(QUIET, 17.0))
    assert book.finished is not None


def test_refused_noise_does_not_hold_the_end() -> None:
    """Once Whisper found no words in it, its like holds nothing: with silence long enough it ends at once."""
    book = listen((VOICE, 4.0), (QUIET, 1.0), (SOUND, 3.0))
    book.endpointer.refuse()
    book.hear(*blocks(SOUND, 1.0))
    assert book.finished is not None
    assert (book.finished.at - book.finished.last_voice) / SAMPLE_RATE_HZ <= PATIENCE.long_s + BLOCK_S


def test_voice_that_comes_back_is_followed_by_a_new_trial() -> None:
    """Noise was refused, then the person spoke on and dropped to a whisper: the end waits again."""
    book = listen((VOICE, 4.0), (QUIET, 1.0), (SOUND, 1.0))
    book.endpointer.refuse()
    book.hear(*blocks(VOICE, 2.0), *blocks(QUIET, 3.0), *blocks(SOUND, 2.0))
    assert book.finished is None


def test_noise_that_is_refused_ends_the_whispering() -> None:
    """A whisper was credited, then a fan runs on without a pause: at the next refusal it counts as voice no more."""
    book = listen((QUIET, 0.5), (SOUND, 2.0), (QUIET, 1.1))
    book.endpointer.credit(book.valid[0][0])
    seen = len(book.of(Cut))
    for _ in range(round(40.0 / BLOCK_S)):
        book.hear(SOUND)
        if len(book.of(Cut)) > seen:
            seen = len(book.of(Cut))
            book.endpointer.refuse()
    assert book.finished is not None
    assert book.finished.at / SAMPLE_RATE_HZ < 3.6 + PATIENCE.longest_stretch_s + 8


def test_thinking_is_never_shown_while_the_voice_is_there() -> None:
    """A turn for yes or no waits only a moment in all, and yet says nothing of time before there is a pause."""
    quick = Patience(short_s=1.5, long_s=1.5)
    assert listen((VOICE, 1.0), (QUIET, 0.5), patience=quick).of(Thinking) == []
    assert len(listen((VOICE, 1.0), (QUIET, 0.8), patience=quick).of(Thinking)) == 1


@given(st.floats(0.1, 1.4))
def test_patience_is_long_after_a_second_and_a_half_of_voice(spoken_s: float) -> None:
    """A word or two are soon over; from one and a half seconds of voice on it waits as long as it ever does."""
    assert PATIENCE.silence_s(spoken_s) < PATIENCE.long_s
    assert PATIENCE.silence_s(1.5) == PATIENCE.long_s


def test_silence_without_a_word_is_not_an_end() -> None:
    """Before the first voice it waits; how long is the conversation's matter."""
    book = listen((QUIET, 120.0))
    assert book.finished is None
    assert all(isinstance(s, Cut) and s.final and not s.stretch.voiced for s in book.signals)


def test_click_is_no_voice() -> None:
    """One loud block is a click and begins nothing; a "No." of three blocks does."""
    assert listen((QUIET, 1.0), (VOICE, 0.032), (QUIET, 10.0)).of(VoiceBegan) == []
    book = listen((QUIET, 1.0), (VOICE, 0.096), (QUIET, 10.0))
    assert len(book.of(VoiceBegan)) == 1
    assert book.finished is not None


def test_voice_that_fades_is_still_voice() -> None:
    """Once begun, voice holds down to the lower threshold; it does not begin there."""
    assert listen(((0.4, True), 2.0)).of(VoiceBegan) == []
    book = listen((VOICE, 0.5), ((0.4, True), 2.0))
    assert book.endpointer.last_voice == book.at


def test_pause_gives_text_ahead_and_going_on_voids_it() -> None:
    """A short answer's pause hands out a tentative stretch; the voice that comes back makes exactly that one void."""
    book = listen((VOICE, 1.5), (QUIET, PATIENCE.ahead_after_s + 0.1))
    assert [final for _, final in book.valid] == [False]
    book.hear(*blocks(VOICE, 1.0))
    assert [signal.void_from for signal in book.of(Resumed)] == [0]  # type: ignore[attr-defined]
    assert book.valid == []


def test_a_few_words_are_written_down_at_once() -> None:
    """They may be a command, so text is made ahead after a short silence; in a longer sentence it is not."""
    assert [final for _, final in listen((VOICE, 1.0), (QUIET, COMMAND_AHEAD_S + 0.1)).valid] == [False]
    assert listen((VOICE, 2.0), (QUIET, COMMAND_AHEAD_S + 0.1)).valid == []
    behind = listen((VOICE, 3.0), (QUIET, PATIENCE.pause_s + 0.1), (VOICE, 1.0), (QUIET, COMMAND_AHEAD_S + 0.1))
    assert [(stretch.start, final) for stretch, final in behind.valid] == [(0, False)]


def test_whoever_ends_by_a_key_is_written_down_at_every_gap_that_is_worth_it() -> None:
    """The words are there when the key is pressed; but not anew after every word."""
    by_key = replace(PATIENCE, ends_by_key=True)
    gap = (QUIET, KEY_AHEAD_S + 0.05)
    assert listen((VOICE, UNWRITTEN_S + 0.5), gap).valid == []
    assert len(listen((VOICE, UNWRITTEN_S + 0.5), gap, patience=by_key).valid) == 1
    often = listen(*[(VOICE, 0.5), gap] * 12, (VOICE, 2.0), gap, patience=by_key)
    assert len(often.of(Cut)) == 2


def test_a_longer_pause_after_a_sentence_makes_nothing_void() -> None:
    """What is written down in it stays, whether it was handed out then or ahead of it."""
    spoken_s, pause = PATIENCE.cut_early_after_s + 0.2, (QUIET, PATIENCE.ahead_after_s + 0.1)
    assert [final for _, final in listen((VOICE, spoken_s), pause, (VOICE, 1.0)).valid] == [True]
    ahead = listen((VOICE, spoken_s), (QUIET, 0.8), (VOICE, 1.0), pause, (VOICE, 1.0))
    assert len(ahead.valid) == 1
    assert ahead.of(Resumed) == []


def test_pause_after_enough_voice_is_a_final_cut_in_its_middle() -> None:
    """A long stretch of voice and a short pause make one that stays when the person goes on."""
    spoken_s = PATIENCE.cut_after_s + 0.2
    book = listen((VOICE, spoken_s), (QUIET, PATIENCE.pause_s + 0.1), (VOICE, 1.0))
    ((stretch, final),) = book.valid
    assert final
    assert spoken_s < stretch.end / SAMPLE_RATE_HZ < spoken_s + PATIENCE.pause_s
    assert book.of(Resumed) == []


def test_speech_without_a_pause_is_cut_where_it_is_least_voice_like() -> None:
    """Half a minute in one breath is cut at a dip in its later half, and what follows the dip is not lost."""
    dip = (0.36, True)
    book = listen((QUIET, 0.5), (VOICE, 20.0), (dip, 0.032), (VOICE, 10.0))
    ((stretch, final),) = book.valid
    assert final
    assert stretch.end / SAMPLE_RATE_HZ == pytest.approx(20.5, abs=2 * BLOCK_S)
    rest = book.endpointer.rest(book.at)
    assert rest.start == stretch.end == rest.first_active
    assert rest.voiced == book.at - rest.start


def test_whispering_is_tried() -> None:
    """Sound without voice and a second of quiet give a stretch to try; its words count as voice from then on."""
    book = listen((QUIET, 0.5), (SOUND, 1.0), (QUIET, 1.1))
    ((stretch, final),) = book.valid
    assert not final
    assert stretch.voiced == 0
    assert stretch.active == pytest.approx(1.0 * SAMPLE_RATE_HZ, abs=BLOCK_SAMPLES)
    assert book.finished is None
    book.endpointer.credit(stretch)
    assert book.endpointer.last_voice == stretch.last_active
    book.hear(*blocks(QUIET, 3.0))
    assert book.finished is not None


def test_whispering_that_is_not_credited_does_not_end_anything() -> None:
    """A door, a car and a cough are tried too, and the person may still be thinking."""
    assert listen((SOUND, 1.0), (QUIET, 30.0)).finished is None


def test_short_sound_is_not_tried() -> None:
    """A cup on a table is not worth Whisper's time."""
    assert listen((QUIET, 1.0), (SOUND, 0.2), (QUIET, 10.0)).valid == []


def test_thinking_is_shown_once_a_pause_and_before_the_end() -> None:
    """One and a half seconds before it would end, it says that there is time; after more voice it says so again."""
    book = listen((VOICE, 4.0), (QUIET, 3.5), (VOICE, 1.0), (QUIET, 3.5))
    assert len(book.of(Thinking)) == 2
    first = book.of(Thinking)[0]
    assert first.at / SAMPLE_RATE_HZ == pytest.approx(4.0 + 4.4 - 1.5, abs=2 * BLOCK_S)  # type: ignore[attr-defined]
    assert len(book.of(Resumed)) == 1


def test_longest_answer_ends() -> None:
    """Somebody who never pauses is ended at the longest answer, and told why."""
    book = listen((VOICE, 61.0), patience=Patience(longest_answer_s=60.0))
    assert book.finished is not None
    assert book.finished.reason is Ending.LONGEST
    assert book.finished.at == 60 * SAMPLE_RATE_HZ


def test_recording_never_ends_by_silence() -> None:
    """For a file, silence is part of it."""
    assert listen((VOICE, 5.0), (QUIET, 100.0), (VOICE, 1.0), patience=ENDLESS).finished is None


@given(st.floats(0, 100))
def test_patience_grows_and_has_an_end(voiced_s: float) -> None:
    """Allowed silence lies between the short and the long one, and grows with what was said."""
    allowed = PATIENCE.silence_s(voiced_s)
    assert PATIENCE.short_s <= allowed <= PATIENCE.long_s
    assert allowed <= PATIENCE.silence_s(voiced_s + 0.5)


@pytest.mark.parametrize(("depth", "short_s"), [(1, 2.5), (3, 3.3), (5, 4.1)])
def test_deep_questions_are_given_more_time(depth: int, short_s: float) -> None:
    """A word or two to a deep question wait longer for the next, and never longer than a long answer's silence."""
    assert Patience().for_depth(depth).silence_s(0) == pytest.approx(short_s)
    assert Patience().for_depth(depth).silence_s(10) == Patience().long_s
    assert Patience(short_s=7.0, long_s=7.0).for_depth(5).silence_s(0) == 7.0


def test_stretch_says_where_its_voice_was() -> None:
    """The runs of voice in a stretch add up to its voiced samples and lie inside it."""
    endpointer = Endpointer(0, Patience(ahead_after_s=60.0, cut_after_s=60.0))
    for at in range(90):
        loud = 10 <= at < 40 or 60 <= at < 80
        endpointer.feed(VoiceActivity(at * 512, at * 512 + 512, 0.9 if loud else 0.0, -20.0 if loud else -90.0, loud))
    rest = endpointer.rest(90 * 512)
    assert [(start // 512, end // 512) for start, end in rest.voice] == [(10, 40), (60, 80)]
    assert sum(end - start for start, end in rest.voice) == rest.voiced
