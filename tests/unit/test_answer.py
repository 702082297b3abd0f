"""One answer while it is given: what is durable when, and what becomes of its turns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FullDiskInbox, InlineWhisper, LoudnessDetector, ScriptedTranscriber, hearing
from tests.sound_samples import blocks_of, quiet, tone, voice, whisper
from tests.vault_samples import header_of, make_entry
from voicecheck.checkin.answer import Answer
from voicecheck.domain import TurnKind
from voicecheck.errors import VaultError
from voicecheck.speech.audio import decode_pages
from voicecheck.speech.recognition.endpoint import Finished, VoiceBegan
from voicecheck.speech.recognition.live import Written
from voicecheck.speech.recognition.waits import Patience
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, ModelUse, Samples
from voicecheck.vault.inbox.inbox import Inbox, pending
from voicecheck.vault.inbox.sealed_file import Recovered, read_sealed
from voicecheck.vault.keys.slots import DataKey

HEADER = header_of(make_entry())
MODEL = ModelUse("scripted", "cpu", "int8")


class Desk:
    """An inbox, its key, and a Whisper that is a script."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = DataKey.generate()
        self.inbox = Inbox(folder, self.key.public_key)
        self.written: list[Written] = []
        self.transcriber = ScriptedTranscriber()
        self.whisper = InlineWhisper(self.transcriber, self.written.append)  # type: ignore[arg-type]

    def begin(self, inbox: Inbox | None = None) -> Answer:
        """A spoken answer with its first turn open."""
        sealed = (inbox or self.inbox).begin(HEADER)
        answer = Answer(HEADER, sealed, LoudnessDetector(), self.whisper.dispatch, Patience())
        answer.open_turn(TurnKind.ANSWER)
        return answer

    def read(self) -> Recovered:
        (path,) = pending(self.folder)
        return read_sealed(path, self.key)

    def take(self, answer: Answer) -> list[bool]:
        taken = [answer.take(written) for written in self.written]
        self.written.clear()
        return taken


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "inbox")


def hear(answer: Answer, *sounds: Samples) -> list[object]:
    return [signal for block in blocks_of(*sounds) for signal in answer.hear(block)]


def test_sound_is_durable_about_once_a_second(desk: Desk) -> None:
    """While it is spoken, never more than two seconds of sound are missing from the sealed file."""
    answer = desk.begin()
    for i, block in enumerate(blocks_of(voice(5.0)), 1):
        answer.hear(block)
        assert desk.read().samples >= i * 512 - 2 * SAMPLE_RATE_HZ
    assert desk.read().samples >= 3 * SAMPLE_RATE_HZ
    assert desk.read().entry is None
    answer.leave()


def test_answer_of_one_turn(desk: Desk) -> None:
    """Words, range, model, length and sound of a spoken turn are in the entry and in the sealed file."""
    desk.transcriber.replies.extend(["I was tired but it was a good day for all of us"])
    answer = desk.begin()
    sound = np.concatenate([quiet(1.024), voice(3.2), quiet(5.0)])
    signals = hear(answer, sound)
    assert [type(s) for s in signals if isinstance(s, VoiceBegan | Finished)] == [VoiceBegan, Finished]
    answer.end_turn()
    assert desk.take(answer) == [False]
    assert not answer.busy
    transcript = answer.close_turn(MODEL)
    entry = answer.entry()
    answer.close(entry)
    (turn,) = entry.turns
    heard = len(blocks_of(sound)) * 512
    assert (turn.text, turn.start, turn.end) == (transcript.text, 0, heard)
    assert (entry.id, entry.prompt, entry.model, entry.has_audio) == (HEADER.entry_id, HEADER.prompt, MODEL, True)
    assert entry.duration_s == heard / SAMPLE_RATE_HZ
    found = desk.read()
    assert found.complete
    assert found.entry == entry
    assert found.samples >= heard


def test_kept_sound_is_what_was_heard(desk: Desk) -> None:
    """The pages hold the answer in its place: quiet where it was quiet, loud where it was loud."""
    answer = desk.begin()
    hear(answer, quiet(1.024), tone(2.048, 0.5), quiet(1.024))
    answer.end_turn()
    desk.take(answer)
    answer.close_turn(MODEL)
    answer.close(answer.entry())
    sound = decode_pages(desk.read().pages)
    loud = np.abs(sound).reshape(-1, 320).max(axis=1) > 0.1
    assert abs(int(np.argmax(loud)) * 320 - 1.024 * SAMPLE_RATE_HZ) <= 640
    assert abs(int(loud.sum()) * 320 - 2.048 * SAMPLE_RATE_HZ) <= 960


def test_second_turn_counts_on(desk: Desk) -> None:
    """A follow-up begins at the sample where the first turn ended; its words and times lie behind."""
    desk.transcriber.replies.extend(["it was a long day for me and for them too", "because of the rain that came down"])
    answer = desk.begin()
    hear(answer, voice(3.2), quiet(1.0))
    answer.end_turn()
    desk.take(answer)
    answer.close_turn(MODEL)
    answer.open_turn(TurnKind.FOLLOWUP)
    assert answer.turn_s == 0
    hear(answer, voice(3.2), quiet(1.0))
    answer.end_turn()
    desk.take(answer)
    answer.close_turn(MODEL)
    first, second = answer.entry().turns
    assert second.start == first.end
    assert second.kind is TurnKind.FOLLOWUP
    assert second.segments[0].start_s >= first.end / SAMPLE_RATE_HZ
    assert answer.turn_s * 2 == answer.duration_s
    answer.discard()


def test_whispering_is_told(desk: Desk) -> None:
    """Words in sound without voice are reported as such, and the turn then ends by its own silence."""
    desk.transcriber.replies.append("I feel small")
    answer = desk.begin()
    assert not any(isinstance(signal, Finished) for signal in hear(answer, quiet(0.5), whisper(2.0), quiet(1.2)))
    assert desk.take(answer) == [True]
    assert any(isinstance(signal, Finished) for signal in hear(answer, quiet(4.0)))
    answer.discard()


def test_sound_without_words_is_marked(desk: Desk) -> None:
    """What gave no words to be trusted stands in the turn as a range of seconds."""
    desk.transcriber.replies.append(hearing("You", logprob=-0.9, no_speech=0.8))
    answer = desk.begin()
    hear(answer, quiet(1.024), whisper(2.0), quiet(1.2))
    answer.end_turn()
    desk.take(answer)
    assert answer.close_turn(MODEL).text == ""
    ((start_s, end_s),) = answer.entry().turns[0].unheard
    assert 0.9 < start_s < 1.1
    assert 2.9 < end_s < 3.1
    answer.discard()


# Turns that may pass


def one_turn(desk: Desk, text: str = "it was a long day for me and for them too") -> Answer:
    """An answer whose first turn is written down and durable."""
    desk.transcriber.replies.append(text)
    answer = desk.begin()
    hear(answer, voice(3.2), quiet(1.0))
    close(desk, answer)
    answer.save(answer.entry())
    return answer


def close(desk: Desk, answer: Answer) -> str:
    answer.end_turn()
    desk.take(answer)
    return answer.close_turn(MODEL).text


def test_kept_entry_is_durable_while_the_answer_goes_on(desk: Desk) -> None:
    """Killed after `keep`: the sealed file has the entry as it was then, and is not complete."""
    answer = one_turn(desk)
    answer.open_turn(TurnKind.ANSWER, passing=True)
    hear(answer, quiet(2.0))
    found = desk.read()
    assert found.entry == answer.kept
    assert found.entry is not None
    assert found.entry.text
    assert not found.complete
    answer.leave()


def test_cancelled_turn_leaves_length_and_sound_as_they_were(desk: Desk) -> None:
    """Listened on for three seconds in which nothing came: the entry and its pages know nothing of it."""
    answer = one_turn(desk)
    before, pages = answer.entry(), len(desk.read().pages)
    answer.open_turn(TurnKind.ANSWER, passing=True)
    hear(answer, tone(3.2, 0.5))
    assert answer.turn_s > 3
    answer.cancel_turn()
    assert answer.entry() == before
    assert len(desk.read().pages) == pages
    answer.close(answer.entry())
    loud = np.abs(decode_pages(desk.read().pages)) > 0.1
    assert loud.sum() / SAMPLE_RATE_HZ < 3.3


def test_turn_after_a_cancelled_one_follows_the_sound_that_was_kept(desk: Desk) -> None:
    """What was cancelled leaves no gap: pages and turns go on at the sample where the kept turn ended."""
    answer = one_turn(desk)
    (first,) = answer.entry().turns
    answer.open_turn(TurnKind.ANSWER, passing=True)
    hear(answer, quiet(2.0))
    answer.cancel_turn()
    answer.open_turn(TurnKind.ANSWER)
    hear(answer, voice(2.0), quiet(1.0))
    close(desk, answer)
    answer.close(answer.entry())
    assert answer.entry().turns[1].start == first.end
    pages = desk.read().pages
    assert [page.start for page in pages[1:]] == [page.start + page.count for page in pages[:-1]]


def test_committed_turn_is_whole(desk: Desk) -> None:
    """The person went on: the sound from the turn's first block on is kept, and its words are a second turn."""
    answer = one_turn(desk)
    desk.transcriber.replies.append("and then it rained all day long")
    answer.open_turn(TurnKind.ANSWER, passing=True)
    hear(answer, quiet(1.024), tone(0.512, 0.5))
    answer.commit_turn()
    hear(answer, tone(0.512, 0.5), quiet(1.024))
    close(desk, answer)
    answer.close(answer.entry())
    first, second = desk.read().entry.turns  # type: ignore[union-attr]
    assert (second.start, second.text) == (first.end, "and then it rained all day long")
    sound = decode_pages(desk.read().pages)[second.start :]
    loud = np.abs(sound).reshape(-1, 32).max(axis=1) > 0.1
    assert abs(int(np.argmax(loud)) * 32 - 1.024 * SAMPLE_RATE_HZ) <= 640
    assert abs(int(loud.sum()) * 32 - 1.024 * SAMPLE_RATE_HZ) <= 960


@pytest.mark.parametrize("kind", [TurnKind.COMMAND, TurnKind.CONFIRM])
def test_turn_that_only_asks_is_written_down_and_kept_nowhere(desk: Desk, kind: TurnKind) -> None:
    """A "go on" or a "yes" is read, and neither its words nor its sound are in the entry or the sealed file."""
    answer = one_turn(desk)
    before = desk.read()
    desk.transcriber.replies.append("go on")
    answer.open_turn(kind, passing=True)
    hear(answer, voice(1.2), quiet(1.0))
    assert close(desk, answer) == "go on"
    assert answer.entry() == before.entry
    assert desk.read().samples == before.samples
    answer.discard()


def test_command_is_no_part_of_the_entry_until_it_is_taken_back(desk: Desk) -> None:
    """A turn marked as a command is not in the entry; marked as an answer again, it is."""
    answer = one_turn(desk)
    answer.open_turn(TurnKind.ANSWER)
    desk.transcriber.replies.append("I'm done")
    hear(answer, voice(1.0), quiet(1.0))
    close(desk, answer)
    answer.mark_turn(TurnKind.COMMAND)
    assert [turn.text for turn in answer.entry().turns] == ["it was a long day for me and for them too"]
    answer.mark_turn(TurnKind.ANSWER)
    assert answer.entry().text == "it was a long day for me and for them too\n\nI'm done"
    answer.discard()


def test_lines_typed_into_a_passing_turn_are_kept_nowhere(desk: Desk) -> None:
    """While a typed answer is paused, what is typed is read and not kept."""
    answer = Answer(HEADER, desk.inbox.begin(HEADER), None, None, Patience())
    answer.open_turn(TurnKind.ANSWER)
    answer.type("I was tired.")
    answer.close_turn(None)
    answer.open_turn(TurnKind.COMMAND, passing=True)
    answer.type("go on")
    assert answer.close_turn(None).text == "go on"
    answer.open_turn(TurnKind.ANSWER)
    answer.type("And sad.")
    answer.close_turn(None)
    answer.close(answer.entry())
    entry = desk.read().entry
    assert entry is not None
    assert entry.text == "I was tired.\n\nAnd sad."


def test_endpoint_time_is_counted_in_sound(desk: Desk) -> None:
    """From the last voice to the decision; nothing when nobody spoke."""
    answer = desk.begin()
    hear(answer, voice(1.024), quiet(2.016))
    answer.end_turn()
    assert answer.endpoint_s == pytest.approx(2.016, abs=0.033)
    answer.discard()
    silent = desk.begin()
    hear(silent, quiet(2.0))
    silent.end_turn()
    assert silent.endpoint_s == 0
    silent.discard()


def test_typed_lines_are_durable_one_by_one(desk: Desk) -> None:
    """Each line of a typed answer is in the sealed file as soon as it was typed; the whole is one turn of text."""
    answer = Answer(HEADER, desk.inbox.begin(HEADER), None, None, Patience())
    answer.open_turn(TurnKind.ANSWER)
    for line, so_far in (("I was tired.", "I was tired."), ("And sad.", "I was tired.\nAnd sad.")):
        answer.type(line)
        entry = desk.read().entry
        assert entry is not None
        assert entry.text == so_far
    answer.end_turn()
    assert answer.close_turn(None).text == "I was tired.\nAnd sad."
    entry = answer.entry()
    assert (len(entry.turns), entry.has_audio, entry.duration_s, entry.model) == (1, False, 0, None)
    answer.close(entry)
    assert desk.read().complete


def test_discarded_answer_is_gone(desk: Desk) -> None:
    """Dropped means that no file is left."""
    answer = desk.begin()
    hear(answer, voice(3.0))
    answer.discard()
    assert pending(desk.folder) == []


def test_answer_that_was_left_is_found(desk: Desk) -> None:
    """When all else fails the file is let go as it is, and is read back up to the last second."""
    answer = desk.begin()
    hear(answer, voice(3.0))
    answer.leave()
    found = desk.read()
    assert not found.complete
    assert found.samples >= SAMPLE_RATE_HZ


def test_full_disk_keeps_what_was_durable(desk: Desk) -> None:
    """When the disk takes no more, hearing fails as a VaultError, and the seconds before can be read."""
    answer = desk.begin(FullDiskInbox(desk.inbox, room=2))
    with pytest.raises(VaultError):
        hear(answer, voice(10.0))
    answer.leave()
    assert desk.read().samples >= SAMPLE_RATE_HZ


def test_blocks_count_what_was_listened_to(desk: Desk) -> None:
    """Whatever index a block has at its source, the answer counts from its own first one."""
    answer = desk.begin()
    for block in blocks_of(quiet(0.064), start=99_840):
        answer.hear(AudioBlock(block.start, block.samples))
    assert answer.duration_s == answer.turn_s == pytest.approx(0.064)
    answer.discard()
