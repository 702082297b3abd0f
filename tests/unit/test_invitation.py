"""An invitation aloud: when it says nothing, what it takes for a yes, and never twice an evening."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeMouth, LoudnessDetector, ScriptedTranscriber
from tests.sound_samples import quiet, voice
from tests.unit.test_remind_cli import EVENING, Tools
from voicecheck.checkin import invitation
from voicecheck.checkin.events import Spoken
from voicecheck.checkin.invitation import (
    Answered,
    Ear,
    InvitingVoice,
    NoMicrophoneError,
    ReplyListener,
    UnheardError,
    invite,
)
from voicecheck.checkin.ports import Mouth
from voicecheck.cli.inviting.course import Asking, Inviting, Ways
from voicecheck.cli.main import run
from voicecheck.clock import local_date
from voicecheck.errors import AudioError, ExitCode, ModelError, VaultError, VoicecheckError
from voicecheck.offline.errand import Done
from voicecheck.phrases import load_phrases
from voicecheck.remind import fate as fates
from voicecheck.remind import notification, plans, schedulers
from voicecheck.remind import quiet as silence
from voicecheck.remind.fate import Fate, Record, last_invitation, locked_ledger, told_fate
from voicecheck.remind.quiet import Why, why_quiet
from voicecheck.remind.schedule import Schedule, read_schedule, schedule_in
from voicecheck.remind.schedulers import Cron
from voicecheck.speech.audio import in_blocks
from voicecheck.speech.microphone import Post, RawSound, SourceFailed
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.speech.voice.speaker import Callbacks
from voicecheck.utterance import AudioBlock, Samples

PHRASES = load_phrases()
ALOUD = Schedule(read_schedule("21:30", "daily").at, tuple(range(7)), aloud=True)


# What is heard


def blocks_of(*sounds: Samples) -> Iterator[AudioBlock]:
    yield from in_blocks([np.concatenate(sounds)])


def answered(said: str, *sounds: Samples, own_word: str = "") -> Answered | None:
    """What is made of these sounds, whose words are `said`, within the time that there is."""
    reply = ReplyListener(LoudnessDetector(), ScriptedTranscriber(last=said), PHRASES, own_word)
    return next((found for block in blocks_of(*sounds, quiet(12.0)) if (found := reply.feed(block))), None)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Yes.", Answered.BEGIN),
        ("Yes, please.", Answered.BEGIN),
        ("Okay, yes.", Answered.BEGIN),
        ("Later.", Answered.LATER),
        ("Maybe later.", Answered.LATER),
        ("No.", Answered.NOTHING),
        ("Not tonight.", Answered.NOTHING),
        ("Yes, he said, and closed the door.", Answered.NOTHING),
        ("That is right.", Answered.NOTHING),
        ("It was.", Answered.NOTHING),
        ("Thank you very much.", Answered.NOTHING),
    ],
)
def test_a_yes_is_all_that_was_said(said: str, means: Answered) -> None:
    """Nothing but yes begins it, nothing but later brings it back; all else is met with silence."""
    assert answered(said, quiet(1.0), voice(0.8)) is means


def test_silence_is_no_answer_and_ends_after_eight_seconds() -> None:
    """Neither shorter nor longer than it was told."""
    reply = ReplyListener(LoudnessDetector(), ScriptedTranscriber(), PHRASES, "")
    heard = 0
    for block in blocks_of(quiet(12.0)):
        heard += len(block.samples)
        if reply.feed(block) is Answered.NOTHING:
            break
    assert 8.0 <= heard / 16_000 < 8.1


def test_who_talks_on_is_not_waited_for() -> None:
    """A television that goes on talking ends it two seconds behind its time at the latest."""
    reply = ReplyListener(LoudnessDetector(), ScriptedTranscriber(), PHRASES, "")
    found = [(block.end, reply.feed(block)) for block in blocks_of(voice(9.5), quiet(0.3), voice(5.0))]
    ends = next(end for end, one in found if one is Answered.NOTHING)
    assert ends / 16_000 < 10.1


def test_a_filler_or_a_cough_is_no_answer_yet() -> None:
    """It listens on, and takes the yes behind it."""
    reply = ReplyListener(LoudnessDetector(), ScriptedTranscriber("Um.", last="Yes."), PHRASES, "")
    sounds = blocks_of(quiet(0.5), voice(0.5), quiet(2.0), voice(0.8), quiet(2.0))
    assert next(one for block in sounds if (one := reply.feed(block))) is Answered.BEGIN


def test_a_word_of_ones_own_stands_in_the_place_of_yes() -> None:
    """Then nobody else's yes begins it."""
    assert answered("Marmalade.", quiet(1.0), voice(0.8), own_word="marmalade") is Answered.BEGIN
    assert answered("Yes.", quiet(1.0), voice(0.8), own_word="marmalade") is Answered.NOTHING
    assert answered("Later.", quiet(1.0), voice(0.8), own_word="marmalade") is Answered.LATER


@pytest.mark.parametrize(("yes_dbfs", "room_dbfs"), [(-30.0, -40.0), (-48.0, -80.0)])
def test_a_yes_from_afar_is_nobodys(yes_dbfs: float, room_dbfs: float) -> None:
    """One that is hardly louder than the room, or softer than a person in it; the same one near begins the evening."""
    for yes, room, means in ((yes_dbfs, room_dbfs, Answered.NOTHING), (-30.0, -60.0, Answered.BEGIN)):
        reply = ReplyListener(Levels(yes, room), ScriptedTranscriber(last="Yes."), PHRASES, "")
        assert next(one for b in blocks_of(quiet(1.0), voice(0.8), quiet(12.0)) if (one := reply.feed(b))) is means


class Levels(LoudnessDetector):
    """Gives voice and room the levels that they have in a test."""

    def __init__(self, voice_dbfs: float, room_dbfs: float) -> None:
        self._dbfs = (room_dbfs, voice_dbfs)
        super().__init__()

    def feed(self, block: AudioBlock) -> VoiceActivity:
        heard = super().feed(block)
        return replace(heard, level_dbfs=self._dbfs[heard.probability > 0.5])


class Mic:
    """A microphone that hears what it is given once it is listened to, and notes when it is open."""

    name, live, over = "mic", True, False

    def __init__(self, told: list[str], *sounds: Samples, fails: bool = False, gone: bool = False) -> None:
        self._told, self._sounds, self._fails, self._gone = told, sounds, fails, gone
        self._blocks = blocks_of(*sounds) if sounds else iter(())

    def start(self, post: Post) -> None:
        if self._fails:
            raise AudioError("The microphone cannot be opened.", "Check it.")
        self._told.append("open")
        for block in self._blocks:
            post(RawSound(block.samples.reshape(-1, 1)))
        if self._gone:
            post(SourceFailed(AudioError("The microphone is gone.", "Connect it again.")))

    def blocks(self, raw: RawSound) -> Iterator[AudioBlock]:
        self._told.append("sound") if self._told[-1] != "sound" else None
        self._at = getattr(self, "_at", 0)
        yield AudioBlock(self._at, raw.samples[:, 0])
        self._at += len(raw.samples)

    def consumed(self) -> None: ...

    def stop(self) -> None:
        self._told.append("closed")


class Mouthpiece(FakeMouth):
    """Notes sentences and tones among what the microphone does."""

    def __init__(self, told: list[str], spoken: Callable[[], None]) -> None:
        super().__init__(lambda event: spoken() if isinstance(event, Spoken) else None)
        self._told = told

    def say(self, text: str, *, chime: bool = False) -> None:
        self._told += [*[text] * bool(text), *["rising"] * chime]
        super().say(text, chime=chime)

    def close_tone(self) -> None:
        self._told.append("falling")


def voice_of(told: list[str], *, broken: bool = False) -> InvitingVoice:
    def open_mouth(callbacks: Callbacks) -> Mouth:
        if broken:
            callbacks.on_silent(AudioError("The loudspeaker cannot be used.", "Check it."))
        return Mouthpiece(told, callbacks.on_spoken)

    return InvitingVoice(open_mouth)


def asked(told: list[str], mic: Mic, *, broken: bool = False, again: bool = False) -> Answered:
    ear = Ear(mic, LoudnessDetector(), ScriptedTranscriber(last="Yes."))
    return invite(voice_of(told, broken=broken), ear, PHRASES, again=again)


def test_tones_mark_the_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It opens, rises, asks, listens, closes and falls, in this order; nothing of its own sentence counts."""
    monkeypatch.setattr(invitation, "STALLED_AFTER_S", 0.01)
    told: list[str] = []
    with pytest.raises(AudioError, match="no sound"):  # what came before the sentence was over is dropped
        asked(told, Mic(told, quiet(1.0), voice(1.0), quiet(2.0)))
    assert told == ["open", "rising", "Good evening. Do you have two minutes?", "sound", "closed", "falling"]


@pytest.mark.parametrize("fault", ["taken", "gone", "no loudspeaker"])
def test_what_is_missing_leaves_no_microphone_open(fault: str) -> None:
    """A microphone that is taken is told before a word is said; in any other case it is closed again."""
    told: list[str] = []
    error = {"taken": NoMicrophoneError, "gone": AudioError, "no loudspeaker": UnheardError}[fault]
    with pytest.raises(error):
        asked(told, Mic(told, fails=fault == "taken", gone=fault == "gone"), broken=fault == "no loudspeaker")
    assert (told == []) if fault == "taken" else (told[-2:] == ["closed", "falling"])


# Whether anything speaks against it


SINK = "Sink Input #{n}\n\tDriver: x\n\tClient: {client}\n\tCorked: {corked}\n\tMute: {mute}\n\tProperties:\n{rest}"


def streams(client: str = "12", corked: str = "no", mute: str = "no", rest: str = "") -> str:
    return SINK.format(n=7, client=client, corked=corked, mute=mute, rest=rest)


def looked(told: dict[str, Done], *, lid_closed: bool = False, lids: Path = Path("/nonexistent")) -> Why | None:
    """What `why_quiet` finds where the programs of the system tell this; one that is not there is missing."""

    def tool(command: Sequence[str]) -> Done:
        return next((done for name, done in told.items() if name in " ".join(command)), Done(127, "", "missing"))

    return why_quiet(lid_closed=lid_closed, run=tool, lids=lids)


FREE = {"list sink-inputs": Done(0, ""), "list source-outputs": Done(0, "")}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sound servers are Linux's")
@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, None),
        ({"list sink-inputs": Done(0, streams())}, Why.PLAYING),
        ({"list sink-inputs": Done(0, streams(corked="yes") + streams(mute="yes"))}, None),
        ({"list sink-inputs": Done(0, streams(corked="yes") + streams())}, Why.PLAYING),
        ({"list sink-inputs": Done(0, streams(client="n/a"))}, None),
        ({"list source-outputs": Done(0, streams().replace("Sink Input", "Source Output"))}, Why.RECORDING),
        ({"list source-outputs": Done(0, streams(rest='\t\tmedia.name = "Peak detect"\n'))}, None),
        ({"list sink-inputs": Done(1, "", "Connection refused")}, Why.UNKNOWN),
        ({"show-banners": Done(0, "false\n")}, Why.UNDISTURBED),
        ({"show-banners": Done(0, "true\n")}, None),
        ({"Inhibited": Done(0, "b true\n")}, Why.UNDISTURBED),
        ({"LidClosed": Done(0, "b true\n")}, Why.LID),
        ({"LidClosed": Done(0, "b false\n")}, None),
    ],
)
def test_nothing_is_said_into_a_call_or_a_film(told: dict[str, Done], why: Why | None) -> None:
    """A stream that is paused or muted does not count; where nobody can tell, nothing is said either."""
    assert looked(FREE | told) is why


def test_a_lid_without_logind(tmp_path: Path) -> None:
    """The kernel tells it, too; who wants to be asked with the lid closed is."""
    state = tmp_path / "LID0" / "state"
    state.parent.mkdir()
    for text, why in (("state:      closed\n", Why.LID), ("state:      open\n", None)):
        state.write_text(text)
        if sys.platform.startswith("linux"):
            assert looked(FREE, lids=tmp_path) is why
            assert looked(FREE, lids=tmp_path, lid_closed=True) is None


# Its course


class Room:
    """The world around one invitation: a clock, what is in the way, and what the person answers."""

    def __init__(self, *answers: Answered | VoicecheckError, at: datetime = EVENING) -> None:
        self.answers = list(answers)
        self.clock = at
        self.ran_s = 0.0
        self.why: Why | None = None
        self.held = False
        self.ready: Callable[[], None] = lambda: None
        self.asks: list[bool] = []
        self.laters = self.evenings = 0
        self.open = 0
        self.while_waiting: Callable[[], None] = lambda: None

    @property
    def ways(self) -> Ways:
        return Ways(
            now=lambda: self.clock,
            why_quiet=lambda: self.why,
            was_held=lambda: self.held,
            make_ready=self._make_ready,
            wait=self._wait,
            running_s=lambda: self.ran_s,
        )

    @contextmanager
    def _make_ready(self) -> Iterator[Asking]:
        self.ready()
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    def _wait(self, seconds: float) -> None:
        assert self.open == 0, "nothing stays open while it waits"
        self.clock += timedelta(seconds=seconds)
        self.ran_s += seconds
        self.while_waiting()

    def ask(self, *, again: bool) -> Answered:
        self.asks.append(again)
        reply = self.answers.pop(0)
        if isinstance(reply, VoicecheckError):
            raise reply
        return reply

    def say_later(self) -> None:
        self.laters += 1

    def hold_evening(self) -> None:
        self.evenings += 1
        if self.answers and isinstance(self.answers[0], VoicecheckError):
            raise self.answers[0]


def invited(room: Room, folder: Path, schedule: Schedule = ALOUD) -> Fate | None:
    """Invite, and return what was noted."""
    path = folder / "invited.json"
    with locked_ledger(path) as ledger:
        assert ledger is not None
        inviting = Inviting(schedule, room.ways, ledger)
        if (later := inviting.run()) is not None:
            inviting.run_again(later)
    last = last_invitation(path)
    return None if last is None else last.fate


@pytest.mark.parametrize("reply", list(Answered))
def test_each_answer_has_its_course(reply: Answered, tmp_path: Path) -> None:
    """Yes holds the evening; later comes back once; anything else ends it without a word. What it was is not noted."""
    room = Room(reply, Answered.NOTHING)
    assert invited(room, tmp_path) is Fate.SAID
    assert room.evenings == (reply is Answered.BEGIN)
    assert room.laters == (reply is Answered.LATER)
    assert room.asks == ([False, True] if reply is Answered.LATER else [False])
    assert str(reply) not in (tmp_path / "invited.json").read_text()


def test_later_is_asked_once(tmp_path: Path) -> None:
    """Half an hour later, and not a third time, whatever is answered then."""
    room = Room(Answered.LATER, Answered.LATER)
    invited(room, tmp_path)
    assert (room.asks, room.laters) == ([False, True], 1)
    assert room.clock - EVENING == timedelta(minutes=30)


@pytest.mark.parametrize("change", ["slept", "set back", "held", "playing", "fails"])
def test_later_looks_again(change: str, tmp_path: Path) -> None:
    """A computer that slept through it, a clock that is set, an evening by hand, a film: nothing more is said."""
    room = Room(Answered.LATER, Answered.BEGIN)

    def happen() -> None:
        room.while_waiting = lambda: None
        if change == "slept":
            room.clock += timedelta(hours=1)
        elif change == "set back":
            room.clock -= timedelta(hours=3)
        elif change == "fails":
            room.ready = fail
        room.held, room.why = change == "held", Why.PLAYING if change == "playing" else None

    def fail() -> None:
        raise ModelError("gone", "fetch it")

    room.while_waiting = happen
    assert invited(room, tmp_path) is Fate.SAID
    assert (room.asks, room.evenings) == ([False], 0)


def test_never_twice_an_evening(tmp_path: Path) -> None:
    """Not when the clock is set back, nor by two timers; on the next evening it comes again."""
    room = Room(Answered.NOTHING, Answered.NOTHING)
    invited(room, tmp_path)
    room.clock = EVENING + timedelta(minutes=2)
    invited(room, tmp_path)
    assert room.asks == [False]
    room.clock = EVENING + timedelta(days=1)
    invited(room, tmp_path)
    assert room.asks == [False, False]


def test_later_is_waited_for_by_a_process_without_a_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes another one, told when to ask, and takes the record along; nothing else comes twice."""
    room, begun = Room(Answered.LATER, Answered.BEGIN), []
    monkeypatch.setattr("voicecheck.vault.create.vault_exists", lambda paths: True)
    monkeypatch.setattr("voicecheck.cli.remind._ways", lambda app, lid_closed: room.ways)
    monkeypatch.setattr("os.execv", lambda program, command: begun.append((program, command)))
    home.joinpath("vault").mkdir(parents=True)
    words = ["remind", "invite", "--at", "21:30", "--days", "daily", "--lid-closed"]
    assert run(words) == 0
    ((program, command),) = begun
    assert (program, command[:5]) == (sys.executable, [sys.executable, "-P", "-m", "voicecheck", "remind"])
    assert command[5:13] == [*words[1:], "--again-at", (EVENING + timedelta(minutes=30)).isoformat()]
    assert run(command[4:]) == 0
    assert (room.asks, room.evenings, len(begun)) == ([False, True], 1, 1)
    (home / "vault" / "invited.json").unlink()
    assert run(command[4:]) == 0  # nobody was asked this evening, so there is nothing to ask again
    assert len(room.asks) == 2


def test_two_at_once_are_one(tmp_path: Path) -> None:
    """While one is on its way, half an hour of "later" included, the other leaves without a trace."""
    with locked_ledger(tmp_path / "invited.json") as first, locked_ledger(tmp_path / "invited.json") as second:
        assert first is not None
        assert second is None
    assert last_invitation(tmp_path / "invited.json") is None


@pytest.mark.parametrize(
    ("minutes", "fate"),
    [(0, Fate.SAID), (4, Fate.SAID), (6, Fate.LATE), (60, Fate.LATE), (389, Fate.LATE), (391, None), (-30, None)],
)
def test_a_time_that_has_passed_is_let_go(minutes: int, fate: Fate | None, tmp_path: Path) -> None:
    """A computer that woke up an hour late says nothing, and notes it; another day has nothing to note."""
    room = Room(Answered.NOTHING, at=EVENING + timedelta(minutes=minutes))
    assert invited(room, tmp_path, Schedule(ALOUD.at, (EVENING.weekday(),), aloud=True)) is fate
    assert len(room.asks) == (fate is Fate.SAID)


@pytest.mark.parametrize("why", list(Why))
def test_what_is_in_the_way_is_noted(why: Why, tmp_path: Path) -> None:
    """Each reason, before anything is loaded or opened; and one that arises meanwhile."""
    room = Room(Answered.BEGIN)
    room.why = why
    assert invited(room, tmp_path) is Fate(why.value)
    room.why = None
    room.ready = lambda: setattr(room, "why", why)
    assert invited(room, tmp_path) is Fate(why.value)
    assert room.asks == []


def test_falling_asleep_while_it_is_made_ready(tmp_path: Path) -> None:
    """Woken up an hour later between its checks and its sentence, it says nothing."""
    room = Room(Answered.BEGIN)
    room.ready = lambda: setattr(room, "clock", EVENING + timedelta(hours=1))
    assert invited(room, tmp_path) is Fate.LATE
    assert room.asks == []


FAULT = ("It is broken.", "Mend it.")


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (ModelError(*FAULT), Fate.NO_MODEL),
        (NoMicrophoneError(*FAULT), Fate.NO_MICROPHONE),
        (AudioError(*FAULT), Fate.NO_VOICE),
        (VaultError(*FAULT), Fate.NO_START),
    ],
)
def test_what_is_missing_is_noted(error: VoicecheckError, fate: Fate, tmp_path: Path) -> None:
    """No model, no microphone, no loudspeaker: nothing was said, and tonight it may still be tried by hand."""

    def fail() -> None:
        raise error

    room = Room()
    room.ready = fail
    assert invited(room, tmp_path) is fate


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (NoMicrophoneError(*FAULT), Fate.NO_MICROPHONE),
        (UnheardError(*FAULT), Fate.NO_VOICE),
        (AudioError(*FAULT), Fate.BROKE_OFF),
        (ModelError(*FAULT), Fate.BROKE_OFF),
    ],
)
def test_what_breaks_off_is_noted(error: VoicecheckError, fate: Fate, tmp_path: Path) -> None:
    """A microphone that is taken at the last moment, one that goes while it listens; and an evening that fails."""
    assert invited(Room(error), tmp_path) is fate
    if fate is Fate.BROKE_OFF:
        (tmp_path / "invited.json").unlink()
        assert invited(Room(Answered.BEGIN, error), tmp_path) is fate


# What is told


@pytest.mark.parametrize("fate", list(Fate))
def test_every_fate_is_one_line(fate: Fate) -> None:
    """In words, for today, yesterday and before."""
    told = [told_fate(PHRASES, Record(date(2026, 11, 27), "21:30", fate), date(2026, 11, day)) for day in (27, 28, 30)]
    assert [line.partition(" 21:30: ")[0] for line in told] == ["Today", "Yesterday", "Friday, 27 November 2026"]
    assert ("nothing was said, since" in told[0]) == (fate not in (Fate.SAID, Fate.BROKE_OFF))
    assert all(line.endswith(".") and "\n" not in line for line in told)
    assert {one.value for one in Why} <= {one.value for one in Fate}


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"day":"x"}', b"\xff" * 40, b"[]", b'{"day":"2026-11-27","at":"21:30"}']
)
def test_a_damaged_record_is_none(content: bytes, tmp_path: Path) -> None:
    """Cut off, or of somebody else: it stops no invitation and no `remind status`."""
    path = tmp_path / "invited.json"
    path.write_bytes(content)
    assert last_invitation(path) is None
    path.chmod(0o600)
    assert invited(Room(Answered.NOTHING), tmp_path) is Fate.SAID


@pytest.fixture
def cron(monkeypatch: pytest.MonkeyPatch) -> Tools:
    """cron is the only clock, another program plays, and it is a Friday evening."""
    tools = Tools()
    monkeypatch.setattr(schedulers, "schedulers", lambda _run: [Cron(tools)])
    monkeypatch.setattr("voicecheck.clock.now", lambda: EVENING)
    monkeypatch.setattr(notification, "obstacle", lambda: "")
    monkeypatch.setattr(silence, "why_quiet", lambda **_: Why.PLAYING)
    return tools


@pytest.mark.parametrize("lid", [False, True])
def test_switched_on_it_tells_who_hears_it(
    lid: bool, cron: Tools, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is off unless asked for; visitors are named; status has it, with the last one's fate; off takes all of it."""
    assert run(["remind", "set", "21:30"]) == 0
    assert " invite " not in str(cron.crontab)
    capsys.readouterr()
    assert run(["remind", "set", "21:45", "--spoken", *["--lid-closed"] * lid]) == 0
    told = capsys.readouterr().err
    assert "visitors too: “Good evening. Do you have two minutes?”" in " ".join(told.split())
    assert "An invitation aloud comes at 21:45, every day." in told
    assert "nothing would be said, since another program was playing" in told
    assert " invite --at 21:45 " in str(cron.crontab)
    assert ("--lid-closed" in str(cron.crontab)) == lid
    home.joinpath("vault").mkdir(parents=True)
    with locked_ledger(home / "vault" / "invited.json") as ledger:
        assert ledger is not None
        ledger.note(Record(date(2026, 11, 26), "21:45", Fate.PLAYING))
    assert run(["remind", "status"]) == 0
    shown = capsys.readouterr().out
    assert "Yesterday 21:45: nothing was said, since another program was playing." in shown
    assert run(["remind", "status", "--json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert (shape["spoken"], shape["lid_closed"]) == (True, lid)
    assert shape["last"] == {"day": "2026-11-26", "at": "21:45", "fate": "playing"}
    assert run(["remind", "set", "21:45"]) == 0
    assert " notify " in str(cron.crontab)
    assert run(["remind", "set", "21:45", "--lid-closed"]) == ExitCode.USAGE


def bad_case(case: str, room: Room) -> None:
    """Make the world as bad as this."""
    hour = timedelta(hours=1)
    match case:
        case "the loudspeaker is gone":
            room.ready = raising(AudioError(*FAULT))
        case "the loudspeaker falls silent":
            room.answers = [UnheardError(*FAULT)]
        case "the microphone is gone":
            room.ready = raising(NoMicrophoneError(*FAULT))
        case "the microphone is taken":
            room.answers = [NoMicrophoneError(*FAULT)]
        case "a call is running":
            room.why = Why.RECORDING
        case "a call begins meanwhile":
            room.ready = lambda: setattr(room, "why", Why.RECORDING)
        case "it woke an hour late":
            room.clock += hour
        case "the clock jumps ahead meanwhile":
            room.ready = lambda: setattr(room, "clock", room.clock + hour)
        case "the clock jumps to another day meanwhile":
            room.ready = lambda: setattr(room, "clock", room.clock + 24 * hour)
        case _:
            raise AssertionError(case)


def raising(error: VoicecheckError) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("the loudspeaker is gone", "nothing was said, since no voice or no loudspeaker could be used."),
        ("the loudspeaker falls silent", "nothing was said, since no voice or no loudspeaker could be used."),
        ("the microphone is gone", "nothing was said, since no microphone could be used."),
        ("the microphone is taken", "nothing was said, since no microphone could be used."),
        ("a call is running", "nothing was said, since another program was recording."),
        ("a call begins meanwhile", "nothing was said, since another program was recording."),
        ("it woke an hour late", "nothing was said, since its time had passed."),
        ("the clock jumps ahead meanwhile", "nothing was said, since its time had passed."),
        ("the clock jumps to another day meanwhile", "nothing was said, since its time had passed."),
    ],
)
def test_status_tells_each_bad_case_in_one_line(
    case: str, line: str, cron: Tools, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the system's clock to `remind status`; no evening begins, and no second process."""
    room = Room(Answered.BEGIN)
    bad_case(case, room)
    monkeypatch.setattr("voicecheck.vault.create.vault_exists", lambda paths: True)
    monkeypatch.setattr("voicecheck.cli.remind._ways", lambda app, lid_closed: room.ways)
    monkeypatch.setattr("os.execv", lambda program, command: pytest.fail("nothing is asked again"))
    home.joinpath("vault").mkdir(parents=True)
    assert run(["remind", "set", "21:30", "--spoken"]) == 0
    assert run(["remind", "invite", "--at", "21:30", "--days", "daily"]) == 0
    assert (room.evenings, room.laters) == (0, 0)
    assert status_lines(capsys) == [f"Today 21:30: {line}"]


def status_lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines of `remind status` about the last one."""
    capsys.readouterr()
    assert run(["remind", "status"]) == 0
    return [one for one in capsys.readouterr().out.splitlines() if one.startswith(("Today", "Yesterday", "Friday"))]


def test_status_tells_of_two_at_once_as_of_one(
    cron: Tools, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While the first is said, the second leaves no line; nor does one behind a clock that was set back."""
    room = Room(Answered.NOTHING)
    monkeypatch.setattr("voicecheck.vault.create.vault_exists", lambda paths: True)
    monkeypatch.setattr("voicecheck.cli.remind._ways", lambda app, lid_closed: room.ways)
    home.joinpath("vault").mkdir(parents=True)
    invite_again = ["remind", "invite", "--at", "21:30", "--days", "daily"]
    assert run(["remind", "set", "21:30", "--spoken"]) == 0
    with locked_ledger(home / "vault" / "invited.json") as first:
        assert first is not None
        first.note(Record(local_date(EVENING), "21:30", Fate.SAID))
        assert run(invite_again) == 0
        assert (room.asks, status_lines(capsys)) == ([], ["Today 21:30: it was said."])
    assert run(invite_again) == 0  # the same minute once more
    assert (room.asks, status_lines(capsys)) == ([], ["Today 21:30: it was said."])


@pytest.mark.parametrize("why", [None, Why.RECORDING])
def test_it_can_be_heard_at_once(
    why: Why | None, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`remind test --spoken` asks whatever the hour, never into a call, and notes nothing."""
    room = Room(Answered.BEGIN)
    monkeypatch.setattr("voicecheck.cli.remind.why_quiet", lambda lid_closed: why)
    monkeypatch.setattr("voicecheck.cli.inviting.aloud.asking_aloud", lambda app: room.ways.make_ready())
    assert run(["remind", "test", "--spoken"]) == 0
    assert (len(room.asks), room.evenings) == ((1, 1) if why is None else (0, 0))
    assert ("another program was recording" in capsys.readouterr().err) == (why is not None)
    assert not home.exists()


@pytest.mark.parametrize("lid", [False, True])
def test_the_note_is_read_back_and_an_older_one_still(lid: bool) -> None:
    """What is installed tells all of it, in each format; a note of before is a notification."""
    schedule = Schedule(ALOUD.at, (0, 4), aloud=True, lid_closed=lid)
    launchd, task = plans.launchd_plist(schedule, ["/x"]), plans.task_xml(schedule, ["/x"], EVENING)
    files = [plans.systemd_timer(schedule), plans.crontab_with("", schedule.note, "0 0 * * * /x")]
    texts = [*files, launchd.decode(), task.decode("utf-16")]
    assert [schedule_in(text) for text in texts] == [schedule] * 4
    assert schedule_in("# schedule: 21:30 mon,fri\n[Unit]") == Schedule(ALOUD.at, (0, 4))


def test_without_a_vault_nothing_happens(home: Path) -> None:
    """An invitation that outlived the vault says nothing, and makes no folder."""
    assert run(["remind", "invite", "--at", "21:30", "--days", "mon"]) == 0
    assert not home.exists()


def test_the_fates_are_those_that_the_files_know() -> None:
    """Fates are written down: none is ever renamed."""
    assert sorted(Fate) == sorted(
        ["unknown", "playing", "recording", "undisturbed", "lid", "late", "held", "no_voice", "no_microphone",
         "no_model", "no_start", "said", "broke_off"]
    )  # fmt: skip
    assert fates.MOST_BYTES > 200
