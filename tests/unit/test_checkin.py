"""Whole evenings in milliseconds: a scripted world, a scripted Whisper, the real inbox and the real vault."""

from __future__ import annotations

import queue
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import (
    Clock,
    FakeMouth,
    FakeScreen,
    FullDiskInbox,
    InlineWhisper,
    LoudnessDetector,
    ScriptedSource,
    ScriptedTranscriber,
    Step,
    World,
    hearing,
)
from tests.sound_samples import quiet, voice, whisper, write_wav, zeros
from tests.vault_samples import make_vault
from voicecheck.checkin import Checkin, Evening, LinesOver, Plan, Rooms, TypedLine, WhisperFailed
from voicecheck.dialogue import Command, Course, Decided, Given, Stop
from voicecheck.domain import BLOCK_S, SAMPLE_RATE_HZ, Entry, Prompt, TurnKind
from voicecheck.errors import AudioError, ExitCode, ModelError, VaultError
from voicecheck.paths import Paths
from voicecheck.phrases import load_phrases
from voicecheck.speech.live import WhisperThread
from voicecheck.speech.microphone import FileSource, Source, SourceFailed
from voicecheck.vault.inbox import pending
from voicecheck.vault.keys import DataKey
from voicecheck.vault.sealed import Recovered, read_sealed
from voicecheck.vault.vault import Vault, locked_inbox

PROMPTS = (Prompt("test-day", "How was today?", "test"), Prompt("test-night", "And the night before?", "test"))
PLAN = Plan(prompts=PROMPTS, timezone="Europe/Berlin", keep_audio="always")
LONG = "I was so tired after this long day with all of them"
END = Stop(may_ask=False)
PHRASES = load_phrases()


class Table:
    """The rooms of one evening, and the world outside."""

    def __init__(self, *script: Step, plan: Plan = PLAN, held: bool = False, slow: bool = False) -> None:
        self.paths: Paths
        self.key: DataKey
        self.paths, self.key = make_vault()
        self.plan = plan
        self.world = World(*script)
        self.mouth = FakeMouth(self.world.put, slow=slow)
        self.screen = FakeScreen()
        self.source: ScriptedSource | None = ScriptedSource(self.world)
        self.transcriber = ScriptedTranscriber(last=LONG)
        self.whisper: WhisperThread | None = InlineWhisper(self.transcriber, self.world.put, held=held)
        self.vault: Vault | None = Vault.open(self.paths, self.key)
        self.inbox = self.vault.inbox

    def type_instead(self) -> None:
        self.source = self.world.source = self.whisper = None

    def lock(self) -> None:
        """The evening has no key; what is spoken waits in the inbox."""
        self.close()
        self.vault = None
        self.inbox = locked_inbox(self.paths)

    def close(self) -> None:
        if self.vault is not None:
            self.vault.close()

    def rooms(self) -> Rooms:
        return Rooms(
            mouth=self.mouth,
            screen=self.screen,
            open_source=lambda question: self.source,
            detector=LoudnessDetector() if self.whisper is not None else None,
            whisper=self.whisper,
            inbox=self.inbox,
            vault=self.vault,
            phrases=PHRASES,
            rng=random.Random(1),
            now=Clock(),
        )

    def hold(self) -> Evening:
        evening = Checkin(self.plan, self.rooms(), self.world).run()  # type: ignore[arg-type]
        assert self.source is None or self.source.stopped == 1
        return evening

    @property
    def sealed(self) -> list[Path]:
        return pending(self.paths.inbox_folder)

    def read(self) -> Recovered:
        (path,) = self.sealed
        return read_sealed(path, self.key)

    def kept(self) -> list[Entry]:
        assert self.vault is not None
        return [self.vault.entries.get(entry.id) for entry in self.vault.entries.list()]


@pytest.fixture
def table() -> Iterator[type[Table]]:
    """Makes tables, and closes their vaults."""
    made: list[Table] = []

    class Made(Table):
        def __init__(self, *script: Step, **options: object) -> None:
            super().__init__(*script, **options)  # type: ignore[arg-type]
            made.append(self)

    yield Made
    for one in made:
        one.close()


def notice(name: str, **places: object) -> str:
    return PHRASES.show(name, **places)


# An evening that goes well


def test_question_answer_reflection_closing(table: type[Table]) -> None:
    """One spoken answer is in the vault with its words, feelings, sound and reflection, and nothing waits sealed."""
    one = table(quiet(0.5), voice(4.0))
    evening = one.hold()
    (entry,) = evening.entries
    assert one.kept() == [entry]
    assert (entry.text, entry.prompt and entry.prompt.id) == (LONG, "test-day")
    assert [m.text for m in entry.mentions] == ["tired"]
    assert entry.reflection == one.screen.sentences[0]
    assert "tired" in entry.reflection
    assert entry.has_audio
    assert entry.timezone == "Europe/Berlin"
    assert one.sealed == []
    assert not evening.sealed
    assert evening.exit_code is ExitCode.DONE
    assert one.screen.notices == []
    assert one.mouth.said[0] == "How was today?"
    assert one.screen.questions == [("How was today?", 1, 1)]
    assert one.mouth.said[-1] in PHRASES.spoken["closing"]


def test_states_follow_the_evening(table: type[Table]) -> None:
    """Speaking, listening, a sign that there is time, writing, putting away; with a level for every block heard."""
    one = table(voice(4.0))
    (entry,) = one.hold().entries
    assert one.screen.states == ["speaking", "listening", "thinking", "writing", "storing"]
    assert len(one.screen.levels) == round(entry.duration_s * SAMPLE_RATE_HZ / 512)
    assert one.screen.texts[-1] == LONG


def test_timings(table: type[Table]) -> None:
    """The wait is the endpointer's patience in sound; writing and keeping take no time when all was made ahead."""
    evening = table(quiet(0.512), voice(4.0)).hold()
    (timing,) = evening.timings
    assert timing.endpoint_s == pytest.approx(4.4, abs=0.033)
    assert timing.answer_s == pytest.approx(0.512 + 4.0 + 4.4, abs=0.07)
    assert timing.answer_s == evening.entries[0].duration_s
    assert 0 < timing.tail_s < 2
    assert timing.tail_s <= timing.reflection_s < 2


@pytest.mark.parametrize(("aloud", "nudges"), [("questions", 1), ("all", 0), ("nothing", 1)])
def test_own_words_are_aloud_only_where_that_is_wanted(table: type[Table], aloud: str, nudges: int) -> None:
    """The reflection holds the person's words: the mouth is given it only with `all`; else a soft sound tells of it."""
    one = table(voice(4.0), plan=replace(PLAN, aloud=aloud))
    (entry,) = one.hold().entries
    assert entry.reflection in one.screen.sentences
    assert (entry.reflection in one.mouth.said) is (aloud == "all")
    assert one.mouth.nudges == nudges
    assert ("How was today?" in one.mouth.said) is (aloud != "nothing")
    assert one.mouth.chimes == 1


def test_two_questions_are_two_entries_of_one_session(table: type[Table]) -> None:
    """Each has its own question, sound and id; the second answer begins at its own first sample."""
    one = table(voice(4.0), quiet(6.0), voice(3.2), plan=replace(PLAN, course=Course(count=2)))
    first, second = one.hold().entries
    assert first.session == second.session
    assert first.id != second.id
    assert [e.prompt and e.prompt.id for e in (first, second)] == ["test-day", "test-night"]
    assert second.turns[0].start == 0
    assert {e.id for e in one.kept()} == {first.id, second.id}
    assert [number for _, number, _ in one.screen.questions] == [1, 2]


def test_sealed_file_is_there_while_it_is_spoken(table: type[Table]) -> None:
    """In the middle of an answer its sound is durable up to the last two seconds, and the vault knows nothing yet."""
    seen: list[Recovered] = []
    one = table(voice(5.0), lambda: seen.append(one.read()))
    evening = one.hold()
    (found,) = seen
    assert found.header.entry_id == evening.entries[0].id
    assert found.samples >= 3 * SAMPLE_RATE_HZ
    assert found.entry is None


def test_what_was_said_before_the_chime_ended_is_whole(table: type[Table]) -> None:
    """The pre-roll: 0.4 s from before the listening belong to the answer, what lies before them does not."""

    def finish() -> None:
        one.mouth.finish()

    one = table(voice(1.984), finish, voice(0.992), quiet(8.0), finish, finish, slow=True)
    (entry,) = one.hold().entries
    heard = one.transcriber.history[-1].samples
    loud = np.abs(heard[: len(heard) // 512 * 512]).reshape(-1, 512).max(axis=1) > 0.1
    assert loud.sum() == round(PLAN.pre_roll_s / BLOCK_S) + round(0.992 / BLOCK_S)
    assert loud[0]
    assert entry.turns[0].start == 0


def test_words_made_ahead_are_dropped_when_the_person_goes_on(table: type[Table]) -> None:
    """A short pause makes text ahead; what follows replaces it by the whole."""
    one = table(voice(1.5), quiet(1.5), voice(1.5))
    one.transcriber.replies.extend(["I was", "I was tired"])
    (entry,) = one.hold().entries
    assert entry.text == "I was tired"
    assert one.transcriber.history[1].seconds > 4


def test_words_that_come_late_are_waited_for(table: type[Table]) -> None:
    """A slow Whisper: the turn ends by its silence, writing is shown, and it is kept once the words are there."""
    one = table(
        voice(4.0), quiet(5.0), lambda: states.extend(one.screen.states), lambda: one.whisper.answer(), held=True
    )
    states: list[str] = []
    (entry,) = one.hold().entries
    assert states[-1] == "writing"
    assert entry.text == LONG


def test_whispered_answer(table: type[Table]) -> None:
    """Words in sound without voice are an answer, and end by their own silence."""
    one = table(quiet(1.0), whisper(2.0))
    one.transcriber.replies.append("I feel sad")
    evening = one.hold()
    assert evening.entries[0].text == "I feel sad"
    assert evening.timings[0].answer_s < 10


# Keys


def test_enter_ends_an_answer_at_once(table: type[Table]) -> None:
    """No patience is spent, and the last words are not lost."""
    one = table(voice(2.0), Given(Command.DONE))
    evening = one.hold()
    assert evening.timings[0].answer_s == pytest.approx(2.0, abs=0.033)
    assert evening.entries[0].text == LONG


def test_pause_leaves_out_what_is_said_meanwhile(table: type[Table]) -> None:
    """Between two presses of space nothing is heard or kept, but for the pre-roll; then the same answer goes on."""
    pause = Given(Command.PAUSE)
    one = table(voice(3.2), quiet(1.0), pause, voice(30.0), quiet(2.0), pause, voice(3.2))
    evening = one.hold()
    (entry,) = evening.entries
    assert len(entry.turns) == 1
    assert entry.duration_s == pytest.approx(3.2 + 1.0 + 0.4 + 3.2 + 4.4, abs=0.1)
    assert len(one.transcriber.history) == 2
    assert "paused" in one.screen.states


def test_starting_over_destroys_what_was_said(table: type[Table]) -> None:
    """Esc: the first try is in no file, no entry and no word; the second is the answer."""
    files: list[list[Path]] = []
    one = table(
        voice(3.2), quiet(0.8), lambda: files.append(one.sealed), Given(Command.START_OVER),
        lambda: files.append(one.sealed), voice(4.0),
    )  # fmt: skip
    one.transcriber.replies.extend(["a thing I wish I had not said to anybody at all"])
    evening = one.hold()
    (entry,) = evening.entries
    assert entry.text == LONG
    assert files[0] != files[1]
    assert len(files[1]) == 1
    assert one.screen.notices == [notice("dropped")]
    assert one.sealed == []


def test_words_of_the_dropped_try_that_come_late_are_dropped_too(table: type[Table]) -> None:
    """Whisper was still at work on what the person wanted gone: its words are not in the next answer."""
    one = table(
        voice(3.2), quiet(0.8), Given(Command.START_OVER), voice(3.2), quiet(0.8), lambda: one.whisper.answer(),
        Given(Command.DONE), lambda: one.whisper.answer(), held=True,
    )  # fmt: skip
    one.transcriber.replies.extend(["a thing I wish I had not said to anybody at all"])
    (entry,) = one.hold().entries
    assert entry.text == LONG


def test_not_tonight_in_the_question(table: type[Table]) -> None:
    """The question is hushed, one sentence is said to its end, and nothing was opened or kept."""
    one = table(Given(Command.NOT_TONIGHT), lambda: sealed.append(one.sealed), lambda: one.mouth.finish(), slow=True)
    sealed: list[list[Path]] = []
    evening = one.hold()
    assert evening.entries == ()
    assert one.mouth.said[1] in PHRASES.spoken["not_tonight"]
    assert one.mouth.hushes == 1
    assert sealed == [[]]
    assert evening.exit_code is ExitCode.DONE


def test_skipped_question_is_over_before_the_next_is_heard(table: type[Table]) -> None:
    """Skipped while it is said: the next question is asked, and the listening begins only when that one is over."""
    course = replace(PLAN, course=Course(count=2))
    one = table(
        Given(Command.SKIP), lambda: one.mouth.finish(), lambda: states.append(one.screen.states[-1]),
        lambda: one.mouth.finish(), lambda: states.append(one.screen.states[-1]), voice(4.0), quiet(6.0),
        lambda: one.mouth.finish(), lambda: one.mouth.finish(), plan=course, slow=True,
    )  # fmt: skip
    states: list[str] = []
    (entry,) = one.hold().entries
    assert entry.prompt is not None
    assert entry.prompt.id == "test-night"
    assert states == ["speaking", "listening"]


def test_skip_in_the_answer_keeps_what_was_said(table: type[Table]) -> None:
    """Skipping is no deleting: the words are kept, without a reflection aloud."""
    one = table(voice(3.2), Given(Command.SKIP))
    (entry,) = one.hold().entries
    assert entry.text == LONG
    assert one.screen.sentences[0] in PHRASES.spoken["skipped"]


# Silence


def test_silence_gives_no_entry(table: type[Table]) -> None:
    """A soft sound, the question once more, a kind end; no file and no entry is left."""
    one = table()
    evening = one.hold()
    assert evening.entries == ()
    assert one.mouth.nudges == 1
    assert one.mouth.said[:2] == ["How was today?"] * 2
    assert one.mouth.said[2] in PHRASES.spoken["silence_end"]
    assert one.screen.notices == [notice("empty_answer")]
    assert one.sealed == []
    assert one.transcriber.history == []
    assert evening.exit_code is ExitCode.DONE


def test_sound_without_words_is_kept_with_empty_text(table: type[Table]) -> None:
    """What Whisper could not understand may have been speech: its sound is kept and marked."""
    one = table(quiet(1.0), whisper(2.0), Given(Command.DONE))
    one.transcriber.last = ""
    evening = one.hold()
    (entry,) = evening.entries
    assert entry.text == ""
    assert entry.has_audio
    assert len(entry.turns[0].unheard) == 1
    assert one.kept() == [entry]


def test_microphone_of_zeros_is_told_once(table: type[Table]) -> None:
    """Five seconds of digital silence: it may be muted; said once, and the evening goes its way."""
    one = table(zeros(11.0), END)
    one.hold()
    assert one.screen.notices.count(notice("microphone_silent")) == 1


def test_quiet_room_is_no_muted_microphone(table: type[Table]) -> None:
    """One sample that is not zero is a working microphone."""
    one = table(quiet(0.1), zeros(6.0), END)
    one.hold()
    assert notice("microphone_silent") not in one.screen.notices


def test_lost_sound_is_told_once(table: type[Table]) -> None:
    """A computer that was too busy says so, once."""
    lose = quiet(0.032)
    one = table(*[lambda: one.source.give(lose, overflow=True)] * 3, voice(4.0))
    one.hold()
    assert one.screen.notices == [notice("overflow")]


def test_longest_answer_is_told(table: type[Table]) -> None:
    """At the longest answer it ends, says so, and keeps all of it."""
    plan = replace(PLAN, patience=replace(PLAN.patience, longest_answer_s=40.0))
    one = table(voice(41.0), plan=plan)
    (entry,) = one.hold().entries
    assert entry.duration_s == pytest.approx(40, abs=0.04)
    assert one.screen.notices == [notice("too_long", minutes=1)]


# Ctrl-C and what breaks


def test_ctrl_c_and_keep(table: type[Table]) -> None:
    """It asks; on keep the words are written down and put away, and the evening ends as stopped."""
    one = table(
        voice(3.2), Stop(may_ask=True), lambda: asked.append(one.screen.asking_keep), voice(2.0), Decided(keep=True)
    )
    asked: list[bool] = []
    evening = one.hold()
    assert asked == [True]
    (entry,) = evening.entries
    assert entry.duration_s == pytest.approx(3.2, abs=0.033)
    assert one.kept() == [entry]
    assert evening.exit_code is ExitCode.STOPPED


def test_ctrl_c_and_drop(table: type[Table]) -> None:
    """On drop nothing of the answer is left anywhere."""
    one = table(voice(3.2), Stop(may_ask=True), Decided(keep=False))
    evening = one.hold()
    assert (evening.entries, one.sealed, one.kept()) == ((), [], [])
    assert one.screen.notices == [notice("dropped")]
    assert evening.exit_code is ExitCode.STOPPED


def test_end_of_the_terminal_keeps(table: type[Table]) -> None:
    """Where nobody can be asked, what was said is kept."""
    one = table(voice(3.2), END)
    assert [e.text for e in one.hold().entries] == [LONG]
    assert not one.screen.asking_keep


def test_third_ctrl_c_leaves_the_answer_sealed(table: type[Table]) -> None:
    """Whisper takes forever and the person wants out: it leaves at once, and the sound is found at the next start."""
    stop = Stop(may_ask=True)
    one = table(voice(3.2), stop, stop, stop, held=True)
    evening = one.hold()
    assert evening.entries == ()
    assert one.read().samples >= 2 * SAMPLE_RATE_HZ
    assert one.vault is not None
    assert len(one.vault.ingest("always").waiting) == 1


def test_vanished_microphone_keeps_what_was_heard(table: type[Table]) -> None:
    """Unplugged in the middle of a sentence: the reason is shown, the answer is kept, the exit code is audio."""
    one = table(voice(3.2), SourceFailed(AudioError("The microphone is gone.")))
    evening = one.hold()
    assert [e.text for e in evening.entries] == [LONG]
    assert one.kept() == list(evening.entries)
    assert one.screen.notices == ["The microphone is gone."]
    assert evening.exit_code is ExitCode.AUDIO


def test_damaged_file_goes_on_as_silence(table: type[Table]) -> None:
    """A file in the microphone's place that is damaged further on: told, and its beginning is an answer."""
    one = table(voice(3.2), SourceFailed(AudioError("It is damaged.")))
    assert one.source is not None
    one.source.live = False
    evening = one.hold()
    assert [e.text for e in evening.entries] == [LONG]
    assert one.screen.notices == ["It is damaged."]
    assert evening.exit_code is ExitCode.DONE


def test_model_that_fails_before_a_word_was_said(table: type[Table]) -> None:
    """The error comes up, and no sealed file with a quiet room is left."""
    error = ModelError("The model is damaged.")
    one = table(quiet(2.0), WhisperFailed(error))
    with pytest.raises(ModelError):
        one.hold()
    assert one.sealed == []
    assert one.source is not None
    assert one.source.stopped == 1


def test_model_that_fails_after_a_word_leaves_it_sealed(table: type[Table]) -> None:
    """What was said is found at the next start, and the person is told."""
    one = table(voice(3.2), WhisperFailed(ModelError("The model is damaged.")))
    with pytest.raises(ModelError):
        one.hold()
    assert one.read().samples >= 2 * SAMPLE_RATE_HZ
    assert one.screen.notices == [notice("waits_for_words")]


def test_whisper_that_stops_in_the_middle_leaves_the_answer_sealed(table: type[Table]) -> None:
    """Out of memory at the last stretch: no half entry, the whole sound sealed."""
    one = table(voice(3.2))
    one.transcriber.replies.append(ModelError("Whisper stopped in the middle."))
    with pytest.raises(ModelError):
        one.hold()
    found = one.read()
    assert not found.complete
    assert found.samples >= 3 * SAMPLE_RATE_HZ
    assert one.kept() == []


def test_full_disk_leaves_what_was_durable(table: type[Table]) -> None:
    """The disk takes no more in the middle of the answer: the error comes up, and the seconds before are found."""
    one = table(voice(20.0))
    one.inbox = FullDiskInbox(one.inbox, room=2)
    with pytest.raises(VaultError, match="disk is full"):
        one.hold()
    assert one.read().samples >= SAMPLE_RATE_HZ
    assert one.source is not None
    assert one.source.stopped == 1


def test_vault_that_refuses_leaves_the_entry_sealed(table: type[Table]) -> None:
    """The vault cannot take it: the person is told, the evening goes on, and the entry waits, complete."""
    one = table(voice(4.0))
    one.close()
    with Vault.open(one.paths, one.key, read_only=True) as one.vault:
        evening = one.hold()
    assert evening.sealed
    assert one.screen.notices[-1] == notice("sealed")
    found = one.read()
    assert found.complete
    assert found.entry == evening.entries[0]


def test_locked_evening_becomes_the_same_entry(table: type[Table]) -> None:
    """Without a key it is sealed; after the next unlock it is the entry that it would have been."""
    one = table(voice(4.0))
    one.lock()
    evening = one.hold()
    assert evening.sealed
    assert one.screen.notices == [notice("sealed")]
    (spoken,) = evening.entries
    with Vault.open(one.paths, one.key) as vault:
        (entry,) = vault.ingest("always").entries
        assert vault.recordings.pages(entry.id)
    assert one.sealed == []
    plain = replace(entry, mentions=tuple(replace(m, id=None, start_s=None, end_s=None) for m in entry.mentions))
    assert plain == spoken


# Other ways to answer


def test_typed_answer(table: type[Table]) -> None:
    """Lines, then an empty one: an entry of text, without sound or a Whisper."""
    one = table(TypedLine("I was tired."), TypedLine("And sad."), TypedLine(None))
    one.type_instead()
    (entry,) = one.hold().entries
    assert entry.text == "I was tired.\nAnd sad."
    assert [m.text for m in entry.mentions] == ["tired", "sad"]
    assert not entry.has_audio
    assert entry.turns[0].kind is TurnKind.ANSWER
    assert one.screen.lines_asked == 1
    assert one.kept() == [entry]


def test_lines_that_come_before_their_question_wait_for_it(table: type[Table]) -> None:
    """Answers from a pipe are all there before the first question is over: each gets its own, and the end ends it."""
    one = table(plan=replace(PLAN, course=Course(count=2)))
    one.type_instead()
    for line in ("I was tired.", None, "I slept."):
        one.world.put(TypedLine(line))
    one.world.put(LinesOver())
    evening = one.hold()
    assert [e.text for e in evening.entries] == ["I was tired.", "I slept."]


def test_end_of_the_lines_ends_every_question(table: type[Table]) -> None:
    """A pipe that held one answer for two questions: the second is passed over, and nothing waits for ever."""
    one = table(TypedLine("I was tired."), LinesOver(), plan=replace(PLAN, course=Course(count=2)))
    one.type_instead()
    evening = one.hold()
    assert len(evening.entries) == 1
    assert evening.exit_code is ExitCode.DONE


def test_empty_typed_answer_is_no_entry(table: type[Table]) -> None:
    """Only an empty line: nothing is kept."""
    one = table(TypedLine(None))
    one.type_instead()
    assert one.hold().entries == ()
    assert one.sealed == []


def test_file_in_lockstep_with_a_real_thread(table: type[Table], tmp_path: Path) -> None:
    """Files in the microphone's place, Whisper on its thread: as fast as it goes, each stretch with the text before.

    The sound waits for the words as time would, so the course is the same however slow Whisper is.
    """
    plan = replace(PLAN, course=Course(count=2), lockstep=True)
    one = table(plan=plan)
    sound = np.concatenate([voice(4.0), quiet(1.0), voice(4.0)])
    files: list[Source] = [FileSource(write_wav(tmp_path / f"{name}.wav", sound)) for name in "ab"]
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    said = ["first I came home very late and tired", "and then I slept for ten hours at least"]
    one.transcriber.replies.extend([*said, "a", "b"])
    thread = WhisperThread(lambda: one.transcriber, events.put, lambda error: events.put(WhisperFailed(error)))
    one.mouth = FakeMouth(events.put)
    rooms = replace(one.rooms(), open_source=lambda question: files[question], whisper=thread)
    try:
        evening = Checkin(plan, rooms, events).run()  # type: ignore[arg-type]
    finally:
        thread.stop()
    first, second = evening.entries
    assert first.text == " ".join(said)
    assert one.transcriber.history[1].prompt == said[0]
    assert second.turns[0].end == first.turns[0].end
    assert [t.endpoint_s for t in evening.timings] == pytest.approx([4.4, 4.4], abs=0.033)


def test_unsure_whisper_over_a_voice_is_kept_and_thanked(table: type[Table]) -> None:
    """A voice without believable words is kept as unheard, and what is answered mirrors nothing."""
    one = table(voice(4.0))
    one.transcriber.last = ""
    one.transcriber.replies.append(hearing("You", logprob=-1.5, no_speech=0.9))
    (entry,) = one.hold().entries
    assert entry.text == ""
    assert entry.turns[0].unheard
    assert entry.mentions == ()
