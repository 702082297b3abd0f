"""Whose voice it is, over any level and timbre; nothing here is a sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import recognised
from tests.sound_samples import blocks_of
from tests.vault_samples import make_entry, make_vault
from voicecheck.cli.entry.entry import entry_parts
from voicecheck.contract import entry_json
from voicecheck.phrases import load_phrases
from voicecheck.speech.recognition.endpoint import Endpointer, Finished
from voicecheck.speech.recognition.live import FADE, LiveAnswer, Written, sound_of
from voicecheck.speech.recognition.own_voice import Change, OwnVoice
from voicecheck.speech.recognition.pitch import pitch_of
from voicecheck.speech.recognition.retry import Job
from voicecheck.speech.recognition.room_voice import RoomVoice
from voicecheck.speech.recognition.timbre import COEFFICIENTS
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.speech.recognition.voice_sums import EFFORT, SPREAD
from voicecheck.speech.recognition.waits import Patience
from voicecheck.utterance import BLOCK_S, BLOCK_SAMPLES, SAMPLE_RATE_HZ, Stretch
from voicecheck.vault.vault import Vault

OWN, OTHER = 0.0, 0.8


class Room:
    """Voices in a room, block by block; each is a level and a distance in timbre."""

    def __init__(self) -> None:
        self.at = 0
        self._random = np.random.default_rng(1)

    def say(
        self, seconds: float, level_dbfs: float, timbre: float = OWN, pitch: float | None = None
    ) -> list[VoiceActivity]:
        return [
            self._block(0.95, level_dbfs + self._random.normal(0, 5), timbre, pitch=pitch)
            for _ in range(blocks(seconds))
        ]

    def pause(self, seconds: float) -> list[VoiceActivity]:
        return [self._block(0.01, -70.0, OWN, active=False) for _ in range(blocks(seconds))]

    def _block(
        self, probability: float, level_dbfs: float, timbre: float, *, active: bool = True, pitch: float | None = None
    ) -> VoiceActivity:
        print_ = np.zeros(COEFFICIENTS)
        print_[EFFORT:] = SPREAD * (timbre + self._random.normal(0, 1, COEFFICIENTS - EFFORT))
        start, self.at = self.at, self.at + BLOCK_SAMPLES
        return VoiceActivity(start, self.at, probability, level_dbfs, active, print_.astype(np.float32), pitch)


def blocks(seconds: float) -> int:
    return round(seconds / BLOCK_S)


def changes(*parts: list[VoiceActivity]) -> list[Change]:
    speaker = OwnVoice()
    return [c for c in (speaker.hear(h) for part in parts for h in part if h.probability > 0.5) if c is not None]


@settings(max_examples=20)
@given(st.lists(st.tuples(st.floats(0.3, 6.0), st.floats(0.0, 12.0), st.floats(0.0, 1.5)), min_size=1, max_size=6))
def test_speaker_stays_the_speaker(phrases: list[tuple[float, float, float]]) -> None:
    """However softly one goes on, down to twelve decibels, and after whatever pause: it is the same voice."""
    room = Room()
    said = room.say(2.5, -20.0)
    assert not changes(said, *(room.pause(gap) + room.say(long, -20.0 - softer) for long, softer, gap in phrases))


@settings(max_examples=20)
@given(st.floats(4.5, 12.0), st.floats(8.0, 40.0), st.floats(0.25, 1.0))
def test_weaker_voice_of_another_timbre_is_others(said_s: float, weaker_db: float, gap_s: float) -> None:
    """Someone else is noticed, and from their first word on."""
    room = Room()
    own, gap, begins = room.say(said_s, -20.0), room.pause(gap_s), room.at
    begins = room.at
    (change,) = changes(own, gap, room.say(6.0, -20.0 - weaker_db, OTHER))
    assert change.others
    assert abs(change.since - begins) <= 0.3 * SAMPLE_RATE_HZ
    assert change.before is not None and change.before <= begins + 0.3 * SAMPLE_RATE_HZ


@pytest.mark.parametrize("long", [1.0, 2.0, 3.0])
def test_soft_phrase_is_the_speakers(long: float) -> None:
    """However strange a phrase of a few seconds sounds, it is no television, which goes on."""
    room = Room()
    assert not changes(room.say(6.0, -20.0), room.pause(2.0), room.say(long, -32.0, OTHER), room.pause(5.0))


def test_voice_is_told_from_one_that_is_known() -> None:
    """Two seconds of the speaker are too few to call a softer voice somebody else's, unless it is far away."""
    room = Room()
    assert not changes(room.say(2.0, -20.0), room.pause(0.5), room.say(10.0, -32.0, OTHER))
    room = Room()
    assert changes(room.say(2.0, -20.0), room.pause(0.5), room.say(10.0, -43.0, OTHER))


@pytest.mark.parametrize(
    ("semitones", "others"), [(0.0, False), (3.0, False), (-4.0, False), (-7.0, True), (9.0, True)]
)
def test_pitch_tells_voices_apart(semitones: float, others: bool) -> None:
    """Of nearly the same timbre, but a fifth away: somebody else. People's own voice wanders by four semitones."""
    room = Room()
    found = changes(room.say(6.0, -20.0, OWN, 2.0), room.pause(0.5), room.say(6.0, -30.0, 0.3, 2.0 + semitones))
    assert [change.others for change in found] == ([True] if others else [])


@pytest.mark.parametrize("hz", [85.0, 110.0, 200.0, 310.0])
def test_pitch_of_a_voice_in_a_room(hz: float) -> None:
    """Twenty decibels over the noise the pitch is right to a semitone, and noise alone has none."""
    t = np.arange(BLOCK_SAMPLES) / SAMPLE_RATE_HZ
    noise = np.random.default_rng(1).normal(0, 0.02, BLOCK_SAMPLES)
    sound = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 8)) * 0.2 + noise
    found = pitch_of(sound.astype(np.float32))
    assert found is not None and abs(found - 12 * np.log2(hz / 100)) < 1
    assert pitch_of(noise.astype(np.float32)) is None
    assert pitch_of(np.zeros(BLOCK_SAMPLES, np.float32)) is None


def test_very_weak_voice_is_others_whatever_its_timbre() -> None:
    """A television far away, through a wall: so much weaker nobody goes on."""
    room = Room()
    found = changes(room.say(3.0, -20.0), room.pause(0.5), room.say(4.0, -48.0))
    assert [change.others for change in found] == [True]


@pytest.mark.parametrize(("softer_db", "long_s"), [(22.0, 6.5), (16.5, 12.5), (11.0, 43.0)])
def test_voice_that_goes_on_softly_is_others_however_alike(softer_db: float, long_s: float) -> None:
    """However alike a television sounds, the answer ends: the softer it is, the sooner it is known."""
    room = Room()
    said, begins = room.say(6.0, -20.0), room.at
    (change,) = changes(said, room.pause(0.5), room.say(long_s, -20.0 - softer_db))
    assert change.others
    assert begins <= change.since <= begins + SAMPLE_RATE_HZ


def test_who_speaks_up_behind_a_voice_alike_is_the_speaker() -> None:
    """From their first words on, and what went on softly before stays the others'."""
    room = Room()
    said = [*room.say(6.0, -20.0), *room.pause(0.5), *room.say(13.0, -37.0), *room.pause(1.0)]
    begins = room.at
    taken, back = changes(said, room.say(3.0, -20.0))
    assert taken.others and not back.others
    assert abs(back.since - begins) <= 0.3 * SAMPLE_RATE_HZ


@pytest.mark.parametrize(("softer_db", "long_s"), [(19.0, 5.0), (16.0, 9.0), (11.0, 36.0)])
def test_voice_that_goes_on_softly_for_less_is_the_speakers(softer_db: float, long_s: float) -> None:
    room = Room()
    quiet = room.say(6.0, -20.0), room.pause(0.5), room.say(long_s, -20.0 - softer_db)
    assert not changes(*quiet)


def test_near_voice_is_kept() -> None:
    """Somebody as near and as loud as the speaker is not told apart: words are rather kept than lost."""
    room = Room()
    assert not changes(room.say(3.0, -20.0), room.pause(0.5), room.say(6.0, -20.0, OTHER * 0.6))


def test_speaker_returns() -> None:
    """Who answers on while the television talks is heard from the first word."""
    room = Room()
    own, gap, other = room.say(4.0, -20.0), room.pause(0.5), room.say(5.0, -33.0, OTHER)
    back = room.at
    found = changes(own, gap, other, room.say(3.0, -20.0))
    assert [change.others for change in found] == [True, False]
    assert abs(found[1].since - back) <= 0.3 * SAMPLE_RATE_HZ


def test_nothing_of_a_voice_is_shown_or_kept() -> None:
    """No repr tells the timbre, and a new answer knows nobody."""
    room = Room()
    (heard,) = room.say(BLOCK_S, -20.0)
    assert "timbre" not in repr(heard)
    assert not changes(room.say(4.0, -20.0)) and not changes(room.say(6.0, -45.0, OTHER))


def test_first_voice_is_the_speakers() -> None:
    """Before anybody else has spoken, nobody can be somebody else, however softly they begin."""
    room = Room()
    assert not changes(room.say(4.0, -50.0), room.pause(1.0), room.say(5.0, -20.0))


def test_samples_counted_anew() -> None:
    """A turn that was cancelled gives its sample indices back: what follows is placed by the new ones."""
    room, speaker = Room(), OwnVoice()
    for heard in room.say(4.0, -20.0):
        speaker.hear(heard)
    room.at = 0
    assert not any(speaker.hear(heard) for heard in room.say(4.0, -20.0))


def behind(before: list[VoiceActivity], *parts: list[VoiceActivity]) -> list[Change]:
    """Return the changes of hands in an answer, with others in the room before it."""
    speaker = OwnVoice()
    speaker.begin(RoomVoice(before))
    speaker.skip(before[-1].end)
    return [c for c in (speaker.hear(h) for part in parts for h in part if h.probability > 0.5) if c is not None]


@settings(max_examples=20)
@given(st.floats(1.5, 12.0), st.floats(8.0, 15.0), st.floats(0.0, 0.8), st.floats(0.2, 1.0))
def test_television_that_was_on_before_is_known_by_two_seconds(
    said_s: float, weaker_db: float, opening_s: float, apart: float
) -> None:
    """It talks on under the answer and behind it, however little was said, in whatever voice that is not theirs."""
    room, level = Room(), -20.0 - weaker_db
    television = room.say(4.0, level, OWN + apart)
    parts = [room.say(opening_s, level, OWN + apart), room.say(said_s, -20.0)]
    begins = room.at
    found = behind(television, *parts, room.say(4.0, level, OWN + apart))
    if apart >= 0.4:
        assert found and found[-1].others
        assert found[-1].since >= begins - 0.6 * SAMPLE_RATE_HZ
    else:
        assert not any(change.since < begins - 0.6 * SAMPLE_RATE_HZ for change in found)


@settings(max_examples=20)
@given(st.floats(2.0, 6.0), st.floats(4.0, 12.0), st.floats(0.0, 0.6))
def test_soft_phrase_is_the_speakers_though_a_television_is_on(long: float, softer_db: float, gap_s: float) -> None:
    """As loud as the television was, and in their own voice: it is theirs."""
    room = Room()
    television = room.say(4.0, -20.0 - softer_db, OTHER)
    assert not behind(television, room.say(3.0, -20.0), room.pause(gap_s), room.say(long, -20.0 - softer_db))


def test_who_speaks_in_a_room_that_fell_silent_is_the_speaker() -> None:
    """The television was switched off for the answer: a soft phrase behind it is no television's, of any timbre."""
    room = Room()
    television = room.say(4.0, -30.0, OTHER)
    said = room.pause(0.5), room.say(3.0, -20.0), room.pause(1.3), room.say(3.5, -30.0, OTHER)
    assert not behind(television, *said)


def test_little_voice_before_the_answer_is_no_television() -> None:
    """A word to somebody, or the end of the answer before."""
    room = Room()
    assert not behind(room.say(1.2, -28.0, OTHER), room.say(3.0, -20.0), room.say(3.5, -28.0, OTHER))


def test_speaker_goes_on_over_the_television() -> None:
    """Behind a pause in which the television talked they are known again, from their first second on."""
    room = Room()
    television = room.say(4.0, -30.0, OTHER)
    said, pause, begins = room.say(4.0, -20.0), room.say(4.0, -30.0, OTHER), room.at
    took, back = behind(television, said, pause, room.say(4.0, -20.0))
    assert took.others and not back.others
    assert abs(back.since - begins) <= 0.6 * SAMPLE_RATE_HZ


def test_program_is_no_silence_of_the_room() -> None:
    """The turn begins with the question, which is left out of it: the television may go on under that."""
    room, speaker = Room(), OwnVoice()
    speaker.begin(RoomVoice(room.say(4.0, -28.0, OTHER)))
    room.at += 3 * SAMPLE_RATE_HZ
    speaker.skip(room.at)
    heard = [*room.say(3.0, -20.0), *room.say(3.0, -28.0, OTHER)]
    assert any(change is not None and change.others for change in map(speaker.hear, heard))


def ended(room: Room, *parts: list[VoiceActivity]) -> Finished | None:
    endpointer = Endpointer(0, Patience(), OwnVoice())
    signals = [signal for part in parts for heard in part for signal in endpointer.feed(heard)]
    return next((signal for signal in signals if isinstance(signal, Finished)), None)


@settings(max_examples=20)
@given(st.floats(4.5, 12.0), st.floats(8.0, 40.0), st.floats(0.25, 1.5))
def test_answer_ends_although_others_talk(said_s: float, weaker_db: float, gap_s: float) -> None:
    """Eight seconds behind the last own word it is over, whoever talks on in the room, and not sooner than in quiet."""
    room = Room()
    own, last = room.say(said_s, -20.0), room.at
    finished = ended(room, own, room.pause(gap_s), room.say(14.0, -20.0 - weaker_db, OTHER))
    assert finished is not None
    assert Patience().long_s - 0.4 <= (finished.at - last) / SAMPLE_RATE_HZ <= 8.0


@settings(max_examples=20)
@given(st.floats(6.0, 12.0), st.floats(0.0, 15.0), st.floats(0.5, 2.5), st.floats(0.0, 0.45), st.floats(-3.0, 3.0))
def test_nobody_is_cut_off_who_goes_on_softly(
    long: float, softer_db: float, gap_s: float, timbre: float, pitch: float
) -> None:
    """The later part of an answer behind a pause, up to fifteen decibels softer and bent by the noise of the room."""
    room = Room()
    parts = room.say(5.0, -20.0, OWN, 5.0), room.pause(gap_s), room.say(long, -20.0 - softer_db, timbre, 5.0 + pitch)
    last = room.at
    finished = ended(room, *parts, room.pause(6.0))
    assert finished is not None and finished.last_voice == last


def test_speaker_who_goes_on_among_others_is_waited_for() -> None:
    """Others talk in a pause of three seconds; the answer goes on behind it, and others' words are in no count."""
    room, endpointer = Room(), Endpointer(0, Patience(), OwnVoice())
    parts = (room.say(5.0, -20.0), room.pause(0.3), room.say(3.0, -43.0, OTHER), room.say(4.0, -20.0))
    assert not any(isinstance(s, Finished) for part in parts for heard in part for s in endpointer.feed(heard))
    stretch = endpointer.rest(room.at)
    assert abs(stretch.voiced_s - 9.0) < 0.4
    ((start, end),) = stretch.others
    assert abs(start / SAMPLE_RATE_HZ - 5.3) < 0.4 and abs(end / SAMPLE_RATE_HZ - 8.3) < 0.4


def test_others_are_silent_for_the_recogniser_and_marked() -> None:
    """What somebody else said becomes no text: the recogniser gets silence, and their time stands in the transcript."""
    jobs: list[Job] = []
    live = LiveAnswer(jobs.append, "en")
    at = SAMPLE_RATE_HZ
    others = ((2 * at, 3 * at), (4 * at, 6 * at))
    stretch = Stretch(0, 8 * at, 2 * at, 2 * at, 0, 8 * at, ((0, 2 * at),), others)
    live.submit(stretch, *sound_of(stretch, blocks_of(np.full(8 * at, 0.5, np.float32))))
    (job,) = jobs
    assert not job.samples[2 * at : 3 * at].any() and not job.samples[4 * at : 6 * at].any()
    assert (job.samples[: 2 * at - FADE] == 0.5).all() and (job.samples[6 * at + FADE :] == 0.5).all()
    live.take(Written(job.generation, recognised("I was tired")))
    assert live.transcript(None).others == ((2.0, 6.0),)
    live.void(0)
    assert live.transcript(None).others == ()


def test_others_alone_cost_no_call_and_are_marked() -> None:
    """A stretch in which only somebody else was heard is not written down."""
    jobs: list[Job] = []
    live = LiveAnswer(jobs.append, "en")
    at = SAMPLE_RATE_HZ
    live.submit(Stretch(0, 4 * at, 0, 0, 4 * at, 4 * at, (), ((0, 4 * at),)), np.zeros(4 * at, np.float32), 0)
    assert not jobs
    assert live.transcript(None).others == ((0.0, 4.0),)


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def test_entry_tells_of_others(vault: Vault) -> None:
    """The time of somebody else stays with the entry, in the vault and in what is given to programs."""
    turn = replace(make_entry().turns[0], others=((12.0, 31.0),))
    entry = replace(make_entry(), turns=(turn,))
    vault.entries.add(entry)
    kept = vault.entries.get(entry.id)
    assert kept is not None and kept.turns[0].others == ((12.0, 31.0),)
    shown = [line.plain for line in entry_parts(kept, load_phrases())]
    assert "Someone else was heard from 0:12 to 0:31; that is not in your words." in shown
    assert entry_json(kept)["turns"][0]["others"] == [[12.0, 31.0]]
