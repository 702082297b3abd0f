"""Whole evenings in milliseconds: a scripted world, a scripted Whisper, the real inbox and the real vault."""

from __future__ import annotations

import queue
import random
from collections.abc import Callable
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
from tests.sound_samples import quiet, tone, voice, whisper, write_wav, zeros
from tests.vault_samples import make_vault
from voicecheck.checkin.course import Command, Course
from voicecheck.checkin.events import Decided, Given, Stop
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.plan import Evening, Plan, Rooms
from voicecheck.checkin.ports import Asking, LinesOver, RecogniserFailed, Remark, TypedLine
from voicecheck.diary.recovery import recover
from voicecheck.domain import Entry, Prompt, TurnKind
from voicecheck.errors import AudioError, ExitCode, ModelError, VaultError
from voicecheck.paths import Paths
from voicecheck.phrases import load_phrases
from voicecheck.prompts.questions import Fixed
from voicecheck.speech.audio import decode_pages
from voicecheck.speech.echo import Talkover
from voicecheck.speech.microphone import FileSource, Source, SourceFailed
from voicecheck.speech.recognition.live import MARGIN_S, RecogniserThread
from voicecheck.speech.recognition.waits import Patience
from voicecheck.utterance import BLOCK_S, SAMPLE_RATE_HZ, Samples, SoundKind
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.inbox.inbox import pending
from voicecheck.vault.inbox.sealed_file import Recovered, read_sealed
from voicecheck.vault.keys.slots import DataKey
from voicecheck.vault.vault import Vault

PROMPTS = (Prompt("test-day", "How was today?", "test"), Prompt("test-night", "And the night before?", "test"))
PLAN = Plan(timezone="Europe/Berlin", keep_audio="always", only_thanks=0.0, course=Course(linger_s=3.0))
TWO = replace(PLAN, course=Course(count=2, linger_s=3.0))
LONG = "I was so tired after this long day with all of them"
SECRET = "a thing that I tell you and nobody else at all"
SAY = (voice(1.2), quiet(5.0))
"""a few words and the silence that ends them; which words, Whisper's next reply says"""
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
        self.questions: Asking = Fixed(*PROMPTS)
        self.source: ScriptedSource | None = ScriptedSource(self.world)
        self.transcriber = ScriptedTranscriber(last=LONG)
        self.whisper: RecogniserThread | None = InlineWhisper(self.transcriber, self.world.put, held=held)
        self.vault: Vault | None = Vault.open(self.paths, self.key)
        self.inbox = self.vault.inbox
        self.other: Callable[[], ScriptedSource | None] = lambda: None
        self.talkover: Talkover | None = None

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
            questions=self.questions,
            open_source=lambda question: self.source,
            detector=LoudnessDetector() if self.whisper is not None else None,
            recogniser=self.whisper,
            inbox=self.inbox,
            vault=self.vault,
            phrases=PHRASES,
            other_source=lambda: self.other(),
            talkover=self.talkover,
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


class KilledError(Exception):
    """The process is gone."""


def kill() -> None:
    raise KilledError


def loud_s(samples: Samples) -> float:
    """How many seconds of it are voice."""
    return float((np.abs(samples[: len(samples) // 160 * 160]).reshape(-1, 160).max(axis=1) > 0.1).sum() / 100)


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
    """Speaking, listening, a sign that there is time, writing, kept; with a level for every block of the answer."""
    one = table(voice(4.0))
    (entry,) = one.hold().entries
    assert one.screen.states == ["speaking", "listening", "thinking", "writing", "storing", "stored"]
    assert len(one.screen.levels) == round(entry.duration_s * SAMPLE_RATE_HZ / 512)
    assert one.screen.texts[-1] == LONG


def test_timings(table: type[Table]) -> None:
    """The wait is the endpointer's patience in sound; writing and keeping take no time when all was made ahead."""
    evening = table(quiet(0.512), voice(4.0)).hold()
    (timing,) = evening.timings
    assert timing.endpoint_s == pytest.approx(4.4, abs=0.033)
    assert timing.answer_s == pytest.approx(0.512 + 4.0 + 4.4, abs=0.07)
    assert timing.answer_s == evening.entries[0].duration_s
    assert 0 < timing.tail_s <= timing.reflection_s


@pytest.mark.parametrize(("aloud", "nudges"), [("questions", 2), ("all", 1), ("nothing", 2)])
def test_own_words_are_aloud_only_where_that_is_wanted(table: type[Table], aloud: str, nudges: int) -> None:
    """The reflection holds the person's words: the mouth is given it only with `all`; else a soft sound tells of it.

    One soft sound came before: "take your time".
    """
    one = table(voice(4.0), plan=replace(PLAN, aloud=aloud))
    (entry,) = one.hold().entries
    assert entry.reflection in one.screen.sentences
    assert (entry.reflection in one.mouth.said) is (aloud == "all")
    assert one.mouth.nudges == nudges
    assert ("How was today?" in one.mouth.said) is (aloud != "nothing")
    assert one.mouth.chimes == 1


def test_reflection_is_made_ahead_where_it_is_spoken(table: type[Table]) -> None:
    """While the end is still awaited the voice is given the very words that are then said."""
    one = table(voice(4.0), plan=replace(PLAN, aloud="all"))
    (entry,) = one.hold().entries
    assert one.mouth.prepared
    assert one.mouth.prepared[-1] in one.mouth.said
    assert one.mouth.prepared[-1].startswith(entry.reflection)


def test_reflection_that_is_only_shown_is_not_made_into_sound(table: type[Table]) -> None:
    """With `aloud` at questions no voice is given the person's words."""
    one = table(voice(4.0))
    one.hold()
    assert one.mouth.prepared == []


def test_two_questions_are_two_entries_of_one_session(table: type[Table]) -> None:
    """Each has its own question, sound and id; the second answer begins at its own first sample."""
    one = table(voice(4.0), quiet(8.0), voice(3.2), plan=TWO)
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

    one = table(voice(1.984), finish, voice(0.992), quiet(8.0), finish, quiet(3.1), finish, slow=True)
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


# Going on after the reflection


def test_going_on_after_the_reflection_is_the_same_entry(table: type[Table]) -> None:
    """Spoken on within the linger: one entry of two turns, joined by a blank line, with the newest reflection."""
    one = table(voice(4.0), quiet(6.0), voice(4.0))
    first, more = "I was so tired after this long day with them", "and I am sad that it is over for us"
    one.transcriber.replies.extend([first, more])
    evening = one.hold()
    (entry,) = evening.entries
    assert entry.text == f"{first}\n\n{more}"
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER] * 2
    assert entry.turns[1].start == entry.turns[0].end
    assert [m.text for m in entry.mentions] == ["tired", "sad"]
    reflections = [text for text in one.screen.sentences if "tired" in text]
    assert len(reflections) == 2
    assert "sad" not in reflections[0]
    assert "sad" in reflections[1]
    assert entry.reflection == reflections[1]
    assert one.kept() == [entry]
    assert len(evening.timings) == 1
    assert one.sealed == []


def test_words_of_the_second_turn_are_at_their_own_seconds(table: type[Table]) -> None:
    """The sound between the turns counts: words and pages share one line of time."""
    one = table(voice(4.0), quiet(6.0), voice(4.0))
    (entry,) = one.hold().entries
    assert one.vault is not None
    loud = np.abs(decode_pages(one.vault.recordings.pages(entry.id))) > 0.1
    spoken_s = (np.flatnonzero(loud[9 * SAMPLE_RATE_HZ :])[0] / SAMPLE_RATE_HZ) + 9
    assert spoken_s == pytest.approx(10.0, abs=0.1)
    first_s = max(entry.turns[1].start / SAMPLE_RATE_HZ, spoken_s - MARGIN_S)
    assert entry.turns[1].segments[0].start_s == pytest.approx(first_s, abs=0.1), "with the quiet before it"


def test_after_the_linger_the_answer_is_over(table: type[Table]) -> None:
    """Nobody goes on: the three seconds of listening are in neither the length nor the sound of the entry."""
    one = table(voice(4.0))
    (entry,) = one.hold().entries
    assert len(entry.turns) == 1
    assert entry.duration_s == pytest.approx(4.0 + 4.4, abs=0.07)
    assert entry.duration_s == entry.turns[0].end / SAMPLE_RATE_HZ
    assert one.vault is not None
    pages = one.vault.recordings.pages(entry.id)
    assert sum(page.count for page in pages) / SAMPLE_RATE_HZ == pytest.approx(entry.duration_s, abs=0.05)


def test_whispered_afterthought_is_heard(table: type[Table]) -> None:
    """Who goes on in a whisper is heard when Whisper finds words in it before the linger is over."""
    one = table(voice(4.0), quiet(4.5), whisper(0.8))
    one.transcriber.replies.extend([LONG, "and sad"])
    (entry,) = one.hold().entries
    assert entry.text == f"{LONG}\n\nand sad"


@pytest.mark.parametrize("silence_s", [0.5, 5.0, 9.0])
def test_sound_that_came_while_words_were_written_is_not_lost(table: type[Table], silence_s: float) -> None:
    """A slow Whisper, and the person goes on meanwhile, sooner or later: it belongs to the answer, from its first
    block on, however long it was quiet before.
    """
    answer = lambda: one.whisper.answer()  # noqa: E731
    one = table(
        voice(4.0), quiet(4.5 + silence_s), voice(3.2), quiet(0.5), answer, quiet(4.5), answer, held=True
    )  # fmt: skip
    one.transcriber.replies.extend([LONG, "and then it rained until the evening for all of us"])
    (entry,) = one.hold().entries
    assert entry.text == f"{LONG}\n\nand then it rained until the evening for all of us"
    assert loud_s(one.transcriber.history[-1].samples) == pytest.approx(3.2, abs=0.1)


def test_two_afterthoughts_while_words_were_written(table: type[Table]) -> None:
    """The sound that waited holds a whole turn and the beginning of the next: both are heard."""
    answer = lambda: one.whisper.answer()  # noqa: E731
    one = table(
        voice(4.0), quiet(4.5), voice(3.2), quiet(6.0), voice(3.2), quiet(0.5), answer, quiet(0.5), answer, quiet(4.5),
        answer, quiet(4.5), answer, held=True,
    )  # fmt: skip
    one.transcriber.replies.extend([LONG, "and then it rained until the evening", "and so we stayed at home all day"])
    (entry,) = one.hold().entries
    assert [turn.text for turn in entry.turns] == [
        LONG, "and then it rained until the evening", "and so we stayed at home all day",
    ]  # fmt: skip


def test_slow_whisper_takes_nothing_from_the_linger(table: type[Table]) -> None:
    """Ten seconds of writing, and the reflection still stands for its time before the answer is closed."""
    one = table(
        voice(4.0), quiet(14.5), lambda: one.whisper.answer(), quiet(2.0), lambda: kept.append(len(one.kept())),
        quiet(2.0), lambda: kept.append(len(one.kept())), held=True, plan=TWO,
    )  # fmt: skip
    kept: list[int] = []
    one.hold()
    assert kept == [0, 1]


def test_own_voice_is_never_an_answer(table: type[Table]) -> None:
    """The reflection is said aloud, and the microphone hears it: it is no afterthought of the person."""
    one = table(
        lambda: one.mouth.finish(), voice(4.0), quiet(4.5), voice(2.0), lambda: one.mouth.finish(), quiet(3.1),
        lambda: one.mouth.finish(), plan=replace(PLAN, aloud="all"), slow=True,
    )  # fmt: skip
    (entry,) = one.hold().entries
    assert len(entry.turns) == 1
    assert len(one.transcriber.history) == 1


def test_own_question_is_never_the_reply(table: type[Table]) -> None:
    """The last word of "yes or no?" is in the room when it begins to listen: silence after it means no."""
    one = table(
        lambda: one.mouth.finish(), *SAY, voice(2.0), lambda: one.mouth.finish(), quiet(9.0),
        lambda: one.mouth.finish(), END, slow=True,
    )  # fmt: skip
    one.transcriber.replies.extend(["Delete that.", "Yes."])
    one.hold()
    assert one.mouth.said[1:3] == [PHRASES.say("delete_confirm"), PHRASES.say("not_deleted")]
    assert len(one.transcriber.history) == 1


def test_killed_while_it_lingers(table: type[Table]) -> None:
    """Durable before it is complete: after a kill in the linger the next start has the entry, without a Whisper."""
    one = table(voice(4.0), quiet(6.0), kill)
    with pytest.raises(KilledError):
        one.hold()
    found = one.read()
    assert not found.complete
    assert found.entry is not None
    assert one.vault is not None
    (waiting,) = one.vault.ingest("always").waiting
    recover(waiting, one.vault, ScriptedTranscriber(ModelError("Whisper is not asked.")), "always")
    (entry,) = one.kept()
    assert (entry.text, entry.reflection) == (LONG, one.screen.sentences[0])
    assert [m.text for m in entry.mentions] == ["tired"]
    assert one.sealed == []


def test_killed_while_it_goes_on(table: type[Table]) -> None:
    """KilledError in the afterthought: its sound is durable too, and the next start writes it down."""
    one = table(voice(4.0), quiet(6.0), tone(5.0, 0.5), kill)
    with pytest.raises(KilledError):
        one.hold()
    assert one.vault is not None
    (waiting,) = one.vault.ingest("always").waiting
    assert waiting.samples / SAMPLE_RATE_HZ > 10.0 + 5.0 - 2.0
    whisper_ = ScriptedTranscriber(last="and I was sad")
    recover(waiting, one.vault, whisper_, "always")
    (entry,) = one.kept()
    assert "and I was sad" in entry.text
    assert whisper_.history


# Spoken commands


COMMANDS = ["Skip.", "I'm done.", "Not tonight.", "Repeat the question.", "Help!", "Okay, skip this one, please."]


@pytest.mark.parametrize("words", COMMANDS)
def test_command_as_a_whole_turn_is_no_answer(table: type[Table], words: str) -> None:
    """Nothing of it is in the vault or the inbox when the evening is over."""
    one = table(*SAY)
    one.transcriber.replies.append(words)
    evening = one.hold()
    assert (evening.entries, one.kept(), one.sealed) == ((), [], [])
    assert len(one.transcriber.history) == 1
    assert evening.exit_code is ExitCode.DONE


@pytest.mark.parametrize("words", COMMANDS)
def test_command_inside_a_longer_answer_is_an_answer(table: type[Table], words: str) -> None:
    """The same words with others around them are what the person said."""
    one = table(voice(4.0))
    one.transcriber.replies.append(f"And then I said to her: {words} That was it.")
    (entry,) = one.hold().entries
    assert words in entry.text
    assert len(entry.turns) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [("Repeat the question.", "How was today?"), ("Help.", PHRASES.say("help")), ("Go on.", PHRASES.say("resumed"))],
)
def test_answer_after_a_command_holds_nothing_of_it(table: type[Table], words: str, said: str) -> None:
    """It says what was asked for and listens again; the entry has one turn and only the answer's own sound."""
    one = table(*SAY, voice(4.0))
    one.transcriber.replies.append(words)
    (entry,) = one.hold().entries
    assert one.mouth.said[1] == said
    assert [turn.text for turn in entry.turns] == [LONG]
    assert entry.turns[0].start == 0
    assert one.vault is not None
    assert loud_s(decode_pages(one.vault.recordings.pages(entry.id))) == pytest.approx(4.0, abs=0.1)
    assert one.kept() == [entry]
    assert one.sealed == []


def test_command_after_an_answer_is_no_part_of_it(table: type[Table]) -> None:
    """Said after the reflection: "that's all" ends the evening, and the entry has the answer alone."""
    one = table(voice(4.0), quiet(6.0), *SAY, plan=TWO)
    one.transcriber.replies.extend([LONG, "That's all."])
    (entry,) = one.hold().entries
    assert [(turn.kind, turn.text) for turn in entry.turns] == [(TurnKind.ANSWER, LONG)]
    assert one.kept() == [entry]
    assert one.screen.questions == [("How was today?", 1, 2)]
    assert one.mouth.said[-1] in PHRASES.spoken["closing"]


def test_starting_over_by_voice(table: type[Table]) -> None:
    """After a long silence and "start over" the silence counts anew, and the first try is gone in the end."""
    one = table(quiet(18.0), *SAY, voice(4.0))
    one.transcriber.replies.append("Let me start over.")
    (entry,) = one.hold().entries
    assert entry.text == LONG
    assert one.mouth.said.count("How was today?") == 1
    assert one.sealed == []


def test_skipping_by_voice_goes_to_the_next_question(table: type[Table]) -> None:
    """One sentence, and the next question; only its answer is kept."""
    one = table(*SAY, voice(4.0), plan=TWO)
    one.transcriber.replies.append("Skip this question.")
    (entry,) = one.hold().entries
    assert entry.prompt is not None
    assert entry.prompt.id == "test-night"
    assert one.mouth.said[1] in PHRASES.spoken["skipped"]


@pytest.mark.parametrize("by", ["voice", "key"])
@pytest.mark.parametrize("wrongly", ["Skip.", "Help.", "Repeat the question.", "Start over."])
def test_that_was_my_answer(table: type[Table], by: str, wrongly: str) -> None:
    """What was taken for a command comes back as an entry of its own question; the evening goes on."""
    undo = SAY if by == "voice" else (Given(Command.UNDO),)
    one = table(*SAY, *undo, voice(4.0), quiet(8.0), END, plan=TWO)
    one.transcriber.replies.extend([wrongly, *(["That was my answer."] if by == "voice" else [])])
    evening = one.hold()
    restored, answer = evening.entries
    assert restored.text == wrongly
    assert restored.prompt is not None
    assert restored.prompt.id == "test-day"
    assert restored.has_audio
    assert answer.text == LONG
    assert [entry.text for entry in sorted(one.kept(), key=lambda e: e.spoken_at)] == [wrongly, LONG]
    assert notice("restored") in one.screen.notices
    assert len(evening.timings) == 2
    assert one.sealed == []


def test_undo_while_it_says_good_night(table: type[Table]) -> None:
    """An answer of one word that was taken for "not tonight" is saved by a key before the evening is over."""
    one = table(
        lambda: one.mouth.finish(), *SAY, Given(Command.UNDO), lambda: one.mouth.finish(), slow=True,
    )  # fmt: skip
    one.transcriber.replies.append("Not today.")
    (entry,) = one.hold().entries
    assert entry.text == "Not today."
    assert one.kept() == [entry]


def test_undo_by_voice_after_the_good_night(table: type[Table]) -> None:
    """Hands-free: "Not today." was the answer, and saying so behind the good night keeps it."""
    one = table(*SAY, *SAY, quiet(8.0))
    one.transcriber.replies.extend(["Not today.", "That was my answer."])
    evening = one.hold()
    (entry,) = evening.entries
    assert entry.text == "Not today."
    assert one.kept() == [entry]
    assert one.sealed == []
    assert evening.exit_code is ExitCode.DONE


def test_undo_without_anything_to_undo(table: type[Table]) -> None:
    """It brings back nothing, not even itself, and the question waits for its answer."""
    one = table(Given(Command.UNDO), *SAY, *SAY, voice(4.0))
    one.transcriber.replies.extend(["That was my answer.", "Undo that."])
    (entry,) = one.hold().entries
    assert [turn.text for turn in entry.turns] == [LONG]
    assert notice("restored") not in one.screen.notices
    assert one.sealed == []


def test_undo_brings_back_one_at_a_time(table: type[Table]) -> None:
    """The last comes back first, and each once."""
    undo = Given(Command.UNDO)
    one = table(*SAY, *SAY, undo, lambda: seen.append(len(one.kept())), undo, undo, END)
    seen: list[int] = []
    one.transcriber.replies.extend(["Help.", "What can I say?"])
    evening = one.hold()
    assert seen == [1]
    assert [entry.text for entry in evening.entries] == ["What can I say?", "Help."]


def test_started_over_and_taken_back_is_found_at_the_next_start(table: type[Table]) -> None:
    """Esc in the middle of a sentence, then `u`: its words were never written down, so its sound stays sealed."""
    one = table(*SAY, voice(3.2), Given(Command.START_OVER), Given(Command.UNDO), voice(4.0))
    one.transcriber.replies.append("Help.")
    (entry,) = one.hold().entries
    assert entry.text == LONG
    assert one.vault is not None
    (waiting,) = one.vault.ingest("always").waiting
    assert waiting.samples >= SAMPLE_RATE_HZ


# "Delete that"


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize(("reply", "deleted"), [("Yes.", True), ("No.", False), ("I don't know", False), (None, False)])
def test_deleting_the_answer_before(table: type[Table], locked: bool, reply: str | None, deleted: bool) -> None:
    """It asks once, aloud; only a yes deletes, and then nothing of it is left in the vault or the inbox."""
    one = table(voice(4.0), quiet(8.0), *SAY, *(SAY if reply else (quiet(14.0),)), END, plan=TWO)
    one.transcriber.replies.extend([LONG, "Delete that.", reply or ""])
    if locked:
        one.lock()
    evening = one.hold()
    assert one.mouth.said.count(PHRASES.say("delete_confirm")) == 1
    assert (PHRASES.say("deleted") in one.mouth.said) is deleted
    assert (PHRASES.say("not_deleted") in one.mouth.said) is not deleted
    assert [entry.text for entry in evening.entries] == ([] if deleted else [LONG])
    assert len(evening.timings) == len(evening.entries)
    assert len(one.sealed if locked else one.kept()) == len(evening.entries)
    assert one.sealed == [] or locked


@pytest.mark.parametrize(("reply", "deleted"), [("Yes, delete it.", True), ("No, keep it.", False), ("Maybe.", False)])
def test_deleting_the_answer_that_was_just_given(table: type[Table], reply: str, deleted: bool) -> None:
    """Said after its reflection: "that" is this answer; the one before it stays in any case."""
    one = table(voice(4.0), quiet(8.0), voice(4.0), quiet(6.0), *SAY, *SAY, plan=TWO)
    first = "I was tired after all of that today"
    one.transcriber.replies.extend([first, LONG, "Delete that.", reply])
    evening = one.hold()
    assert [entry.text for entry in evening.entries] == ([first] if deleted else [first, LONG])
    assert {entry.text for entry in one.kept()} == {entry.text for entry in evening.entries}
    assert [turn.kind for entry in one.kept() for turn in entry.turns] == [TurnKind.ANSWER] * len(evening.entries)
    assert one.sealed == []


@pytest.mark.parametrize("before", [True, False])
def test_an_answer_in_place_of_yes_or_no_is_kept(table: type[Table], before: bool) -> None:
    """Who goes on talking behind "delete that?" has answered the question; nothing is deleted and no word is lost."""
    first = "I was tired after all of that today"
    one = table(*((voice(4.0), quiet(8.0)) if before else ()), *SAY, voice(4.0), quiet(8.0), END, plan=TWO)
    one.transcriber.replies.extend([*([first] if before else []), "Delete that.", LONG])
    evening = one.hold()
    assert PHRASES.say("delete_confirm") in one.mouth.said
    assert [entry.text for entry in evening.entries] == [*([first] if before else []), LONG]
    assert {entry.text for entry in one.kept()} == {entry.text for entry in evening.entries}


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_types_can_take_the_end_back(table: type[Table], by_hand: bool) -> None:
    """At a keyboard it waits behind the good night for a line; from a pipe it ends at once."""
    lines = [TypedLine(line) for line in ("enough", None, "that was my answer", None)]
    one = table(*lines, plan=replace(PLAN, typed_by_hand=by_hand))
    one.type_instead()
    assert [entry.text for entry in one.hold().entries] == (["enough"] if by_hand else [])


def test_above_kept_nothing_says_that_nothing_was_said(table: type[Table]) -> None:
    """A question left in silence behind one that was answered is told while it happens, and not below "kept"."""
    one = table(voice(4.0), plan=TWO)
    assert len(one.hold().entries) == 1
    assert (one.screen.notices, one.screen.afterwards) == ([notice("empty_answer")], [])


def test_nothing_of_a_confirmation_comes_back(table: type[Table]) -> None:
    """After "delete that" and "yes", undo brings back the words that asked for it, and not the yes."""
    one = table(*SAY, *SAY, Given(Command.UNDO), END, plan=TWO)
    one.transcriber.replies.extend(["Delete that.", "Yes."])
    evening = one.hold()
    assert [entry.text for entry in evening.entries] == ["Delete that."]
    assert one.sealed == []


# Keys


def test_enter_ends_an_answer_at_once(table: type[Table]) -> None:
    """No patience is spent, and the last words are not lost."""
    one = table(voice(2.0), Given(Command.DONE))
    evening = one.hold()
    assert evening.timings[0].answer_s == pytest.approx(2.0, abs=0.033)
    assert evening.entries[0].text == LONG


def test_pause_leaves_out_what_is_said_meanwhile(table: type[Table]) -> None:
    """Between two presses of space nothing is kept, and nothing of it is on the screen; then the answer goes on."""
    pause = Given(Command.PAUSE)
    one = table(voice(3.2), quiet(1.0), pause, voice(8.0), quiet(2.0), voice(8.0), quiet(1.0), pause, voice(3.2))
    one.transcriber.replies.extend(["I was tired after all of that today", SECRET, SECRET])
    evening = one.hold()
    (entry,) = evening.entries
    assert [turn.text for turn in entry.turns] == ["I was tired after all of that today", LONG]
    assert entry.turns[1].start == entry.turns[0].end
    assert entry.duration_s == pytest.approx(3.2 + 1.0 + 3.2 + 4.4, abs=0.1)
    assert len(one.transcriber.history) > 2, "it listens for a word to go on"
    assert not any(SECRET in text for text in one.screen.texts)
    assert "paused" in one.screen.states
    assert one.vault is not None
    assert sum(page.count for page in one.vault.recordings.pages(entry.id)) / SAMPLE_RATE_HZ < entry.duration_s + 1


@pytest.mark.parametrize("when", ["before a word", "after an answer"])
def test_pause_and_go_on_by_voice(table: type[Table], when: str) -> None:
    """Said aloud: what is said until "go on" is neither in the entry nor in its sound, and the answer goes on."""
    first = () if when == "before a word" else (voice(4.0), quiet(5.0))
    one = table(*first, *SAY, *SAY, *SAY, voice(4.0))
    said = ["I was tired after all of that today and went"] if first else []
    one.transcriber.replies.extend([*said, "Hold on a moment.", SECRET, "Go on."])
    (entry,) = one.hold().entries
    assert [turn.text for turn in entry.turns] == [*said, LONG]
    assert [text for text in one.mouth.said if text][1:3] == [PHRASES.say("paused"), PHRASES.say("resumed")]
    assert one.sealed == []


def test_pause_keeps_nothing_sealed_while_it_lasts(table: type[Table]) -> None:
    """In the middle of a pause the sealed file has the answer so far, and not a block of what is said meanwhile."""
    seen: list[Recovered] = []

    def look() -> None:
        seen.append(one.read())

    one = table(voice(4.0), Given(Command.PAUSE), look, voice(20.0), look, Given(Command.DONE))
    one.hold()
    before, after = seen
    assert before.entry is not None
    assert (before.entry, before.samples) == (after.entry, after.samples)


def test_paused_for_longer_than_an_answer_may_be(table: type[Table]) -> None:
    """Nothing is said about the longest time: nobody is answering."""
    quick = Patience(1.5, 1.5, longest_answer_s=30.0)
    plan = replace(PLAN, patience=Patience(longest_answer_s=30.0), quick_patience=quick)
    one = table(voice(4.0), Given(Command.PAUSE), voice(70.0), Given(Command.DONE), plan=plan)
    (entry,) = one.hold().entries
    assert entry.duration_s == pytest.approx(4.0, abs=0.04)
    assert one.screen.notices == []


def test_starting_over_destroys_what_was_said(table: type[Table]) -> None:
    """Esc: the second try is the answer; the first is set aside, and in no file or entry when the evening is over."""
    files: list[list[Path]] = []
    one = table(
        voice(3.2), quiet(1.6), lambda: files.append(one.sealed), Given(Command.START_OVER),
        lambda: files.append(one.sealed), voice(4.0),
    )  # fmt: skip
    one.transcriber.replies.extend(["a thing I wish I had not said to anybody at all"])
    evening = one.hold()
    (entry,) = evening.entries
    assert entry.text == LONG
    assert len(files[0]) == 1
    assert len(files[1]) == 2
    assert one.kept() == [entry]
    assert one.sealed == []


def test_words_of_the_dropped_try_that_come_late_are_dropped_too(table: type[Table]) -> None:
    """Whisper was still at work on what the person wanted gone: its words are not in the next answer."""
    one = table(
        voice(3.2), quiet(1.6), Given(Command.START_OVER), voice(3.2), quiet(1.6), lambda: one.whisper.answer(),
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
    one = table(
        Given(Command.SKIP), lambda: one.mouth.finish(), lambda: states.append(one.screen.states[-1]),
        lambda: one.mouth.finish(), lambda: states.append(one.screen.states[-1]), voice(4.0), quiet(6.0),
        lambda: one.mouth.finish(), quiet(3.1), lambda: one.mouth.finish(), plan=TWO, slow=True,
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
    assert one.screen.notices == one.screen.afterwards == [notice("empty_answer")]
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
    """At the longest answer it ends, says so, keeps all of it, and does not begin another half hour."""
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


def test_another_microphone_listens_on(table: type[Table]) -> None:
    """The headset is unplugged in mid-answer and the system has a microphone: one notice, one entry, all of both."""
    one = table(voice(3.2), SourceFailed(AudioError("The headset is gone.")), voice(2), quiet(8))
    one.other = lambda: ScriptedSource(one.world)
    evening = one.hold()
    (entry,) = evening.entries
    assert entry.duration_s >= 5.2
    assert one.screen.notices == [PHRASES.show("microphone_other")]
    assert evening.exit_code is ExitCode.DONE


def test_microphone_that_gives_nothing_any_more_is_replaced(table: type[Table]) -> None:
    """No sound for seconds, as when the lid was closed: the answer stays open, and the next microphone goes on."""
    one: Table
    one = table(voice(3.2), lambda: one.world.stall(), voice(2), quiet(8))
    one.other = lambda: ScriptedSource(one.world)
    evening = one.hold()
    (entry,) = evening.entries
    assert entry.duration_s >= 5.2 and evening.exit_code is ExitCode.DONE


def test_damaged_file_goes_on_as_silence(table: type[Table]) -> None:
    """A file in the microphone's place that is damaged further on: told, and its beginning is an answer."""
    one = table(voice(3.2), SourceFailed(AudioError("It is damaged.")))
    assert one.source is not None
    one.source.live = False
    evening = one.hold()
    assert [e.text for e in evening.entries] == [LONG]
    assert one.screen.notices == ["It is damaged."]
    assert evening.exit_code is ExitCode.DONE


def test_what_another_thread_remarks_is_shown(table: type[Table]) -> None:
    """A sentence about the graphics card is read by the person and changes nothing."""
    one = table(Remark("The graphics card cannot be used."), voice(3.2))
    assert [e.text for e in one.hold().entries] == [LONG]
    assert one.screen.notices == ["The graphics card cannot be used."]


def test_model_that_fails_before_a_word_was_said(table: type[Table]) -> None:
    """The error comes up, and no sealed file with a quiet room is left."""
    error = ModelError("The model is damaged.")
    one = table(quiet(2.0), RecogniserFailed(error))
    with pytest.raises(ModelError):
        one.hold()
    assert one.sealed == []
    assert one.source is not None
    assert one.source.stopped == 1


def test_model_that_fails_after_a_word_leaves_it_sealed(table: type[Table]) -> None:
    """What was said is found at the next start, and the person is told."""
    one = table(voice(3.2), RecogniserFailed(ModelError("The model is damaged.")))
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
    assert one.screen.afterwards[-1] == notice("sealed")
    found = one.read()
    assert found.complete
    assert found.entry == evening.entries[0]


def test_locked_evening_becomes_the_same_entry(table: type[Table]) -> None:
    """Without a key it is sealed; after the next unlock it is the entry that it would have been."""
    one = table(voice(4.0))
    one.lock()
    evening = one.hold()
    assert evening.sealed
    assert (one.screen.notices, one.screen.afterwards) == ([], [notice("sealed")])
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
    one = table(plan=replace(PLAN, course=Course(count=2, linger_s=3.0)))
    one.type_instead()
    for line in ("I was tired.", None, "I slept."):
        one.world.put(TypedLine(line))
    one.world.put(LinesOver())
    evening = one.hold()
    assert [e.text for e in evening.entries] == ["I was tired.", "I slept."]


def test_end_of_the_lines_ends_every_question(table: type[Table]) -> None:
    """A pipe that held one answer for two questions: the second is passed over, and nothing waits for ever."""
    one = table(TypedLine("I was tired."), LinesOver(), plan=replace(PLAN, course=Course(count=2, linger_s=3.0)))
    one.type_instead()
    evening = one.hold()
    assert len(evening.entries) == 1
    assert evening.exit_code is ExitCode.DONE


def test_typed_commands(table: type[Table]) -> None:
    """A line that is a command and nothing else is one here too."""
    one = table(*[TypedLine(line) for line in ("help", None, "I was tired.", None)])
    one.type_instead()
    (entry,) = one.hold().entries
    assert entry.text == "I was tired."
    assert PHRASES.say("help") in one.mouth.said
    assert one.sealed == []


def test_lines_that_end_in_a_pause(table: type[Table]) -> None:
    """A pipe that says "pause" and no more: nobody will go on, so it ends."""
    one = table(TypedLine("pause"), TypedLine(None), TypedLine(SECRET), LinesOver())
    one.type_instead()
    evening = one.hold()
    assert (evening.entries, one.sealed) == ((), [])
    assert evening.exit_code is ExitCode.DONE


def test_empty_typed_answer_is_no_entry(table: type[Table]) -> None:
    """Only an empty line: nothing is kept."""
    one = table(TypedLine(None))
    one.type_instead()
    assert one.hold().entries == ()
    assert one.sealed == []


def test_file_in_lockstep_with_a_real_thread(table: type[Table], tmp_path: Path) -> None:
    """Files in the microphone's place, Whisper on its thread: as fast as it goes.

    The sound waits for the words as time would, so the course is the same however slow Whisper is.
    """
    plan = replace(TWO, lockstep=True, patience=Patience(cut_after_s=3.0))
    one = table(plan=plan)
    sound = np.concatenate([voice(4.0), quiet(1.0), voice(4.0)])
    files: list[Source] = [FileSource(write_wav(tmp_path / f"{name}.wav", sound)) for name in "ab"]
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    said = ["first I came home very late and tired", "and then I slept for ten hours at least"]
    one.transcriber.replies.extend([*said, "a", "b"])
    thread = RecogniserThread(lambda: one.transcriber, events.put, lambda error: events.put(RecogniserFailed(error)))
    one.mouth = FakeMouth(events.put)
    rooms = replace(one.rooms(), open_source=lambda question: files[question], recogniser=thread)
    try:
        evening = Checkin(plan, rooms, events).run()  # type: ignore[arg-type]
    finally:
        thread.stop()
    first, second = evening.entries
    assert first.text == " ".join(said)
    assert second.turns[0].end == first.turns[0].end
    assert [t.endpoint_s for t in evening.timings] == pytest.approx([4.4, 4.4], abs=0.033)


class _Counted(queue.SimpleQueue[object]):
    """Events of an evening that takes no longer than two minutes of sound."""

    def __init__(self) -> None:
        self.left = 120 / BLOCK_S

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        self.left -= 1
        assert self.left > 0, "it waits for somebody who cannot come"
        return super().get(block, timeout)


HASTY = replace(TWO.course, follow_ups=False, nudge_after_s=1.0, repeat_after_s=2.0, give_up_after_s=3.0)


@pytest.mark.parametrize(
    ("command", "behind"), [*((Command(command), "") for command in PHRASES.commands), (Command.PAUSE, LONG)]
)
def test_files_that_end_in_a_command(table: type[Table], tmp_path: Path, command: Command, behind: str) -> None:
    """Whatever a file says last, as "hold on", nobody is there who could go on: each question comes to its end."""
    one = table(plan=replace(TWO, lockstep=True, course=HASTY))
    spoken = PHRASES.commands[command.value][0]
    pieces = [voice(4.0), quiet(1.5)] if behind else []
    one.transcriber.replies.extend([behind, spoken] if behind else [spoken])
    one.transcriber.last = ""
    path = write_wav(tmp_path / "a.wav", np.concatenate([*pieces, voice(1.2)]))
    files = [FileSource(path), FileSource(write_wav(tmp_path / "b.wav", quiet(1.0)))]
    events = _Counted()
    one.whisper = InlineWhisper(one.transcriber, events.put)
    one.mouth = FakeMouth(events.put)
    rooms = replace(one.rooms(), open_source=lambda question: files[question])
    evening = Checkin(one.plan, rooms, events).run()  # type: ignore[arg-type]
    assert evening.exit_code is ExitCode.DONE


def test_answer_that_is_nothing_but_laughter_is_kept_and_heard(table: type[Table]) -> None:
    """No word is made of it, nobody is asked to say it again, and the entry tells that it was laughter."""
    one = table(voice(4.0))
    one.transcriber.last = "Ha ha ha ha ha ha ha!"
    (entry,) = one.hold().entries
    assert entry.text == "" and not entry.turns[0].unheard
    assert [sound.kind for sound in entry.turns[0].sounds] == [SoundKind.LAUGHTER]
    assert entry.reflection in ("I hear you.", "I am here.")


def test_unsure_whisper_over_a_voice_is_kept_and_thanked(table: type[Table]) -> None:
    """A voice without believable words is kept as unheard, and what is answered mirrors nothing."""
    one = table(voice(4.0))
    one.transcriber.last = ""
    one.transcriber.replies.append(hearing("You", logprob=-1.5, no_speech=0.9))
    (entry,) = one.hold().entries
    assert entry.text == ""
    assert entry.turns[0].unheard
    assert entry.mentions == ()
