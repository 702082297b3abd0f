"""`voicecheck setup`: by flags all or nothing, with a person one step after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import click
import pytest

from tests.fakes import FakeSounddevice, FakeVoice, LoudnessDetector, Person, ScriptedTranscriber
from tests.sound_samples import voice, zeros
from tests.vault_samples import PASSPHRASE, make_vault
from voicecheck.cli.app import App, Opened
from voicecheck.cli.main import run
from voicecheck.cli.models.recommending import Finding
from voicecheck.cli.setup.flags import REMIND
from voicecheck.cli.setup.hello import HELLO_S
from voicecheck.errors import AudioError, UsageError
from voicecheck.offline.errand import Errand
from voicecheck.settings.file import change_settings
from voicecheck.settings.schema import Settings, load_settings
from voicecheck.speech.whisper.pace import Cost, Pace
from voicecheck.vault.keys.slots import KeySlots

ENTER, CTRL_C = "", Person.CTRL_C
Output = pytest.CaptureFixture[str]


class FakeErrand(Errand):
    """Fetches nothing, and says that it did."""

    def __init__(self, code: int = 0) -> None:
        super().__init__()
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "asked", [])

    __slots__ = ("asked", "code")

    def fetch(self, kind: str, name: str) -> int:
        self.asked.append((kind, name))  # type: ignore[attr-defined]
        return self.code  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    """Two loudspeakers, two microphones that hear a voice, the model base, and a voice that is a tone."""
    fake = FakeSounddevice(outputs=2, inputs=2)
    fake.rooms = dict.fromkeys((None, 2, 3), voice(HELLO_S + 0.1))
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr("voicecheck.cli.setup.hello.load_recogniser", lambda *_: ScriptedTranscriber("Hello."))
    monkeypatch.setattr("voicecheck.speech.recognition.vad.VoiceDetector", LoudnessDetector)
    monkeypatch.setattr("voicecheck.speech.voice.coupling.VoiceDetector", LoudnessDetector)
    monkeypatch.setattr("voicecheck.speech.voice.voices.open_voice", open_voice)
    monkeypatch.setattr("voicecheck.speech.voice.voices.extra_is_here", lambda engine: engine == "piper")
    monkeypatch.setattr("voicecheck.models.catalog.installed", lambda weights, _: weights.name in ("base", "tiny.en"))
    return fake


def open_voice(settings: object, _: object) -> FakeVoice:
    if "nobody" in str(settings):
        raise AudioError("The system has no voice called nobody.", "See the list.")
    return FakeVoice()


def settings_of(home: Path) -> Settings:
    return load_settings(home / "settings.toml")


def by_flags(*words: str, errand: Errand | None = None) -> int:
    return run(["setup", *words], Opened(errand=errand))


# By flags


def test_nobody_and_nothing(capsys: Output) -> None:
    """Without a terminal and without a flag there is one sentence, and exit code 2; --yes alone says nothing either."""
    for words in ((), ("--yes",)):
        assert by_flags(*words) == 2
        assert capsys.readouterr().err.count("error:") == 1


def test_all_by_flags(machine: FakeSounddevice, home: Path, capsys: Output) -> None:
    """Each flag is in the settings, what was not named stays, and the summary names the file."""
    change_settings(home / "settings.toml", {"checkin.name": "Ann"})
    words = ["--loudspeaker", "speaker 1", "--microphone", "Mic 0", "--engine", "system", "--voice", "anna"]
    assert by_flags(*words, "--aloud", "all", "--keep-audio", "never", "--model", "tiny.en") == 0
    found = settings_of(home)
    assert (found.loudspeaker.device, found.microphone.device) == ("speaker 1", "Mic 0")
    assert (found.voice.engine, found.voice.name) == ("system", "anna")
    assert (found.checkin.aloud, found.vault.keep_audio, found.whisper.model) == ("all", "never", "tiny.en")
    assert found.checkin.name == "Ann"
    assert str(home / "settings.toml") in capsys.readouterr().err


def test_back_to_the_system_s_own(machine: FakeSounddevice, home: Path) -> None:
    """An empty name takes the choice back; an engine without a voice takes its own first voice."""
    change_settings(home / "settings.toml", {"loudspeaker.device": "gone", "voice.name": "en_US-joe-medium"})
    assert by_flags("--loudspeaker", "", "--engine", "system") == 0
    assert (settings_of(home).loudspeaker.device, settings_of(home).voice.name) == ("", "")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (("--loudspeaker", "nothing"), "no loudspeaker called nothing"),
        (("--microphone", "Speaker"), "no microphone called Speaker"),
        (("--engine", "loud"), "loud"),
        (("--voice", "nobody"), "no voice called nobody"),
        (("--aloud", "shout"), "shout"),
        (("--model", "bass"), "no Whisper model called bass"),
        (("--model", "small"), "Not on this computer yet: small"),
        (("--keep-audio", "maybe"), "maybe"),
        (("--remind", "late"), "late"),
        (("--remind", "21:30", "--days", "never"), "no day of the week"),
        (("--days", "mon"), "--days belongs to --remind"),
    ],
)
def test_one_wrong_value_changes_nothing(
    machine: FakeSounddevice, reminders: list[list[str]], home: Path, capsys: Output, wrong: tuple[str, ...], named: str
) -> None:
    """One clear sentence and exit code 2, and the right values beside it are not carried out either."""
    assert by_flags("--aloud", "nothing", *wrong) == 2
    error = capsys.readouterr().err
    assert named in error and error.count("error:") == 1
    assert not (home / "settings.toml").exists()
    assert reminders == []


def test_a_model_for_another_language(machine: FakeSounddevice, home: Path, capsys: Output) -> None:
    """A model that knows English only is refused beside a language that it would not understand."""
    change_settings(home / "settings.toml", {"whisper.language": "de"})
    assert by_flags("--model", "tiny.en") == 2
    assert "knows English only" in capsys.readouterr().err
    assert settings_of(home).whisper.model == "base"


def test_fetched_by_somebody_else(machine: FakeSounddevice, home: Path) -> None:
    """With --yes what is missing is fetched by a process of its own, and chosen behind it."""
    errand = FakeErrand()
    assert by_flags("--model", "small", "--voice", "en_US-joe-medium", "--yes", errand=errand) == 0
    assert errand.asked == [("voice", "en_US-joe-medium"), ("model", "small")]  # type: ignore[attr-defined]
    assert settings_of(home).whisper.model == "small"


def test_what_did_not_come_is_not_chosen(machine: FakeSounddevice, home: Path, capsys: Output) -> None:
    """A fetch that failed is exit code 4, and nothing was changed."""
    assert by_flags("--model", "small", "--aloud", "all", "--yes", errand=FakeErrand(4)) == 4
    assert "small did not come" in capsys.readouterr().err
    assert not (home / "settings.toml").exists()


# The reminder, by its own command


@pytest.fixture
def reminders(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the command `remind` was asked for; it refuses the time 23:59."""
    asked: list[list[str]] = []
    module = ModuleType(REMIND)
    module.__spec__ = ModuleSpec(REMIND, None)

    @click.group()
    def remind() -> None:
        """Remind."""

    @remind.command("set")
    @click.argument("at")
    @click.option("--days", default="daily")
    def set_(at: str, days: str) -> None:
        if at == "23:59":
            raise UsageError("The clock refuses it.", "Name another.")
        asked.append([at, days])

    @remind.command()
    def off() -> None:
        asked.append(["off"])

    module.remind = remind  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, REMIND, module)
    return asked


def test_reminder_by_flags(machine: FakeSounddevice, reminders: list[list[str]]) -> None:
    """Set with and without days, and off again."""
    assert by_flags("--remind", "21:30") == by_flags("--remind", "9:05", "--days", "mon-fri") == 0
    assert by_flags("--remind", "9:30pm") == by_flags("--remind", "off") == 0
    assert reminders == [["21:30", "daily"], ["9:05", "mon-fri"], ["9:30pm", "daily"], ["off"]]


@pytest.mark.parametrize("before", [None, "# mine\n[checkin]\ncount = 1\n"])
def test_a_reminder_that_fails_takes_everything_back(
    machine: FakeSounddevice, reminders: list[list[str]], home: Path, before: str | None
) -> None:
    """The settings are as they were, to the letter."""
    path = home / "settings.toml"
    if before is not None:
        path.parent.mkdir()
        path.write_text(before)
    assert by_flags("--aloud", "all", "--remind", "23:59") == 2
    assert (path.read_text() if path.exists() else None) == before


# With a person


@pytest.fixture
def talk(
    monkeypatch: pytest.MonkeyPatch, machine: FakeSounddevice, reminders: list[list[str]]
) -> Callable[..., Person]:
    def script(*lines: tuple[str, str]) -> Person:
        person = Person(*lines)
        monkeypatch.setattr(click, "prompt", person)
        monkeypatch.setattr(App, "interactive", True)
        return person

    return script


STEPS = ("hear that", "another microphone", "1 to 3", "own words too", "measure", "21:30", "until reviewed")


def walked(*answers: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(STEPS, answers or [ENTER] * len(STEPS), strict=True))


def test_enter_changes_nothing(talk: Callable[..., Person], home: Path, capsys: Output) -> None:
    """Every step is passed with Enter, shows what is chosen now, and the settings are not even made."""
    person = talk(*walked())
    assert run(["setup"]) == 0
    assert person.done
    assert not (home / "settings.toml").exists()
    shown = capsys.readouterr().err
    assert "Heard: Hello." in shown
    assert all(f"{name}   now: " in shown for name in ("Loudspeaker", "Microphone", "Voice", "Whisper model"))


def test_every_choice_is_written(
    talk: Callable[..., Person], reminders: list[list[str]], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loudspeaker, microphone and voice by number, the rest by letter, the reminder by its command. The system's own
    microphone is chosen without its name, which may be another's tomorrow."""
    best = Pace("tiny.en", 0.1, measured=False, here=True)
    finding = Finding("base", "cpu", Cost(1.0, 0.1), (best,), best, None)
    change_settings(home / "settings.toml", {"microphone.device": "Mic 1"})
    monkeypatch.setattr("voicecheck.cli.models.recommending.find_pace", lambda app: finding)
    person = talk(
        ("hear that", "n"), ("1 to 2", "2"), ("hear that", ENTER),
        ("another microphone", "n"), ("1 to 2", "1"), ("another microphone", ENTER),
        ("1 to 3: hear it · Enter: leave it", "1"), ("Enter: take eSpeak NG", ENTER),
        ("own words too", "a"), ("measure", "m"), ("take tiny.en", "y"), ("21:30", "22:15"), ("until reviewed", "n"),
    )  # fmt: skip
    assert run(["setup"]) == 0
    assert person.done
    found = settings_of(home)
    assert (found.loudspeaker.device, found.microphone.device) == ("Speaker 1", "")
    assert 'device = ""' in (home / "settings.toml").read_text()
    assert (found.voice.engine, found.whisper.model) == ("system", "tiny.en")
    assert (found.checkin.aloud, found.vault.keep_audio) == ("all", "never")
    assert reminders == [["22:15", "daily"]]


def test_a_voice_that_is_not_here_is_fetched(talk: Callable[..., Person], home: Path) -> None:
    """Choosing it fetches it; where it does not come the step is left, and the next one follows."""
    errand = FakeErrand()
    lines = dict(walked())
    rest = [(step, ENTER) for step in STEPS[3:]]
    person = talk(*list(lines.items())[:2], ("1 to 3", "2"), ("take Piper", ENTER), *rest)
    assert run(["setup"], Opened(errand=errand)) == 0
    assert person.done
    assert errand.asked == [("voice", "en_US-joe-medium")]  # type: ignore[attr-defined]
    assert settings_of(home).voice.name == "en_US-joe-medium"
    person = talk(*list(lines.items())[:2], ("1 to 3", "2"), *rest)
    assert run(["setup"], Opened(errand=FakeErrand(4))) == 0
    assert person.done


def test_a_broken_part_stops_no_other_step(
    talk: Callable[..., Person], machine: FakeSounddevice, capsys: Output
) -> None:
    """A muted microphone is said to be silent; a model that is missing is offered."""
    machine.rooms[None] = zeros(HELLO_S + 0.1)
    person = talk(*walked())
    assert run(["setup"]) == 0
    assert person.done
    assert "muted" in capsys.readouterr().err


def test_a_missing_model_is_offered(talk: Callable[..., Person], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is fetched on a word, and then there is nothing to measure."""
    monkeypatch.setattr("voicecheck.models.catalog.installed", lambda *_: False)
    errand = FakeErrand()
    steps = dict(walked()) | {"measure": ENTER}
    lines = [("fetch base", "y") if step == "measure" else (step, answer) for step, answer in steps.items()]
    person = talk(*lines)
    assert run(["setup"], Opened(errand=errand)) == 0
    assert person.done
    assert errand.asked == [("model", "base")]  # type: ignore[attr-defined]


@pytest.mark.parametrize("stopped_at", range(len(STEPS)))
def test_ctrl_c_keeps_what_was_chosen(talk: Callable[..., Person], home: Path, capsys: Output, stopped_at: int) -> None:
    """Exit code 130, the summary all the same, and the choices made before it stand in the settings."""
    answers = [ENTER, ENTER, ENTER, "n", ENTER, ENTER, "f"]
    lines = [*walked(*answers)[:stopped_at], (STEPS[stopped_at], CTRL_C)]
    talk(*lines)
    assert run(["setup"]) == 130
    assert settings_of(home).checkin.aloud == ("nothing" if stopped_at > 3 else "questions")
    assert "said aloud" in capsys.readouterr().err


def test_a_time_that_is_none_is_asked_again(talk: Callable[..., Person], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reminder's own command refuses is said, and asked once more."""

    def refuse(app: App, at: str, days: str | None) -> None:
        if at == "late":
            raise UsageError("That is no time.", "Write it as 21:30.")

    monkeypatch.setattr("voicecheck.cli.setup.flags.set_reminder", refuse)
    lines = list(walked())
    person = talk(*lines[:5], ("21:30", "late"), ("21:30", "21:30"), *lines[6:])
    assert run(["setup"]) == 0
    assert person.done


def test_recovery_key_in_setup(talk: Callable[..., Person], capsys: Output) -> None:
    """Offered where there is a vault without one; it needs the passphrase, and may be left in the middle."""
    paths, _ = make_vault()
    answers = (("twenty-four words", "s"), ("Passphrase", PASSPHRASE), ("on paper", ENTER), ("Word", ENTER))
    person = talk(*walked(), *answers)
    assert run(["setup"]) == 0
    assert person.done
    assert KeySlots.load(paths.slots_file).kinds == ("passphrase",)
