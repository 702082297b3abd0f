"""The first evening: what is asked, what of it stays when the person stops, and the recovery key at its end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest

from tests.fakes import FakeSounddevice, FakeVoice, Person
from tests.sound_samples import voice, zeros
from tests.unit.test_vault_slots import Drawer
from tests.vault_samples import CHEAP, PASSPHRASE, make_entry
from voicecheck.checkin.plan import Evening
from voicecheck.cli.app import App
from voicecheck.cli.setup import questions
from voicecheck.cli.setup.first_run import FirstRun, Step, steps
from voicecheck.cli.setup.questions import METER_S, Samples, what_can_be_typed
from voicecheck.errors import AudioError, ExitCode, UsageError, VaultError
from voicecheck.paths import find_paths
from voicecheck.phrases import load_phrases
from voicecheck.settings.file import change_settings
from voicecheck.settings.schema import load_settings
from voicecheck.vault.create import vault_exists
from voicecheck.vault.keys import argon2, recovery_key
from voicecheck.vault.keys.keychain import Keychain, KeychainKey
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

PHRASES = load_phrases()

ENTER, CTRL_C = "", Person.CTRL_C
TWICE = (("New passphrase", PASSPHRASE), ("Once more", PASSPHRASE))
REST = (("hear that", ENTER), ("see this screen", ENTER), ("own words aloud", ENTER))
KEPT = Evening((make_entry(),), (), ExitCode.DONE, sealed=False)


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    """Two loudspeakers, and two microphones that hear a voice."""
    fake = FakeSounddevice(outputs=2, inputs=2)
    fake.rooms = dict.fromkeys((None, 2, 3), voice(METER_S + 0.1))
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr("voicecheck.speech.voice.voices.open_voice", lambda *_: FakeVoice())
    monkeypatch.setattr(argon2, "calibrate", lambda s, salt: (CHEAP, argon2.stretch(s, salt, CHEAP)))
    monkeypatch.setattr("voicecheck.vault.keys.keychain.find_keychain", no_keychain)
    return fake


def no_keychain() -> Keychain:
    raise VaultError("There is no safe login keychain here.")


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch, device: FakeSounddevice) -> Callable[..., Person]:
    def script(*lines: tuple[str, str]) -> Person:
        person = Person(*lines)
        monkeypatch.setattr(click, "prompt", person)
        return person

    return script


def first_run(*, person: bool = True, speaks: bool = True, hears: bool = True) -> FirstRun:
    return FirstRun(App(), person=person, speaks=speaks, hears=hears)


def opens(passphrase: str = PASSPHRASE) -> bool:
    paths = find_paths()
    Vault.open(paths, KeySlots.load(paths.slots_file).unlock(Passphrase(passphrase))).close()
    return True


@pytest.mark.parametrize(
    ("person", "speaks", "hears", "written", "asked"),
    [
        (True, True, True, (), (Step.LOUDSPEAKER, Step.MICROPHONE, Step.ALOUD)),
        (True, True, False, (), (Step.LOUDSPEAKER, Step.ALOUD)),
        (True, False, True, (), (Step.MICROPHONE,)),
        (True, False, False, (), ()),
        (False, True, True, (), ()),
        (True, True, True, ("loudspeaker.device",), (Step.MICROPHONE, Step.ALOUD)),
        (True, True, True, ("microphone.device", "checkin.aloud"), (Step.LOUDSPEAKER,)),
        (True, True, True, ("checkin.pack",), (Step.LOUDSPEAKER, Step.MICROPHONE, Step.ALOUD)),
    ],
)
def test_what_is_asked(
    person: bool, speaks: bool, hears: bool, written: tuple[str, ...], asked: tuple[Step, ...]
) -> None:
    """Nothing without a person, nothing of sound without sound, and nothing that the settings hold already."""
    assert steps(person=person, speaks=speaks, hears=hears, written=written) == asked


def test_enter_all_along(talk: Callable[..., Person], home: Path) -> None:
    """A passphrase and Enter lead to the first question; the settings stay what they are."""
    person = talk(*TWICE, *REST)
    key = first_run().begin()
    assert person.done and opens()
    Vault.open(find_paths(), key).close()
    assert not (home / "settings.toml").exists()


def test_who_sees_no_screen_is_told_everything(talk: Callable[..., Person], home: Path) -> None:
    """The question is said as well as shown; after "no" nothing more is asked about it."""
    person = talk(*TWICE, ("hear that", ENTER), ("see this screen", "no"))
    first_run().begin()
    assert person.done
    assert load_settings(home / "settings.toml").checkin.aloud == "everything"


def test_choices_are_written(talk: Callable[..., Person], home: Path) -> None:
    """Another loudspeaker by its number, and words aloud."""
    talk(
        *TWICE,
        ("hear that", "n"),
        ("1 to 2", "2"),
        ("hear that", ENTER),
        ("see this screen", ENTER),
        ("own words aloud", "y"),
    )
    first_run().begin()
    settings = load_settings(home / "settings.toml")
    assert (settings.loudspeaker.device, settings.checkin.aloud) == ("Speaker 1", "all")


@pytest.mark.parametrize("yes", ["y", "YES", "yes "])
def test_yes_is_what_enter_says(
    yes: str, talk: Callable[..., Person], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where Enter is yes it may be typed, too; anything else is met with what can be typed."""
    aloud = [("own words aloud", answer) for answer in ("v", "no", ENTER)]
    person = talk(*TWICE, ("hear that", "what"), ("hear that", yes), ("see this screen", yes), *aloud)
    first_run().begin()
    assert person.done
    assert not (home / "settings.toml").exists()
    told = capsys.readouterr().err
    assert told.count("Type n and then Enter, or Enter alone.") == 1
    assert told.count("Type y and then Enter, or Enter alone.") == 2


def test_what_can_be_typed_is_said_in_few_words() -> None:
    """Letters one by one, of numbers the first and the last."""
    assert what_can_be_typed(PHRASES, "nv") == "Type n or v and then Enter, or Enter alone."
    assert what_can_be_typed(PHRASES, "qan") == "Type q, a or n and then Enter, or Enter alone."
    assert what_can_be_typed(PHRASES, ["1", "2", "3"]) == "Type a number from 1 to 3 and then Enter, or Enter alone."
    assert what_can_be_typed(PHRASES, ["1"]) == "Type 1 and then Enter, or Enter alone."


def test_a_voice_that_takes_its_time_is_told(
    device: FakeSounddevice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While the sample is not there yet it is said why nothing is heard; where it is there, nothing is said."""
    slow = threading.Event()

    def open_voice(*_: object) -> FakeVoice:
        slow.wait(60.0)
        return FakeVoice()

    monkeypatch.setattr("voicecheck.speech.voice.voices.open_voice", open_voice)
    monkeypatch.setattr(questions, "SILENT_S", 0.0)
    with Samples(App()) as samples:
        sample = samples.order()
        monkeypatch.setattr(click, "echo", lambda text, **_: (print(text), slow.set()))
        assert sample()
        assert "The voice is getting ready." in capsys.readouterr().out
        assert sample()
        assert capsys.readouterr().out == ""


def test_nothing_to_be_heard(talk: Callable[..., Person], home: Path) -> None:
    """Enter at the list goes on in silence, for good; then nobody is asked what may be said aloud."""
    person = talk(*TWICE, ("hear that", "n"), ("no sound", ENTER))
    first_run().begin()
    assert person.done
    assert load_settings(home / "settings.toml").voice.engine == "none"


def test_no_loudspeaker_today(
    talk: Callable[..., Person], monkeypatch: pytest.MonkeyPatch, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is none, or no PortAudio, it is said, nothing is asked, and tomorrow it may speak again."""

    def no_portaudio() -> None:
        raise AudioError("PortAudio is missing.", "Install it.")

    none = FakeSounddevice(outputs=0, inputs=0)
    for portaudio in (lambda: none, no_portaudio):
        monkeypatch.setattr("voicecheck.speech.devices.portaudio", portaudio)
        person = talk()
        run = first_run(hears=False)
        with Samples(run.app) as samples:
            run._settle((Step.LOUDSPEAKER, Step.ALOUD), samples, samples.order())
        assert person.done and run.silent  # so that the evening does not say it again
        assert "Nothing can be heard here" in capsys.readouterr().err
    assert not (home / "settings.toml").exists()


def test_settings_that_cannot_be_written_stop_no_evening(
    talk: Callable[..., Person], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, the next step comes, and the vault is there."""

    def refuse(self: App, values: object) -> None:
        raise UsageError("The settings cannot be written.", "Check who owns the folder.")

    monkeypatch.setattr(App, "change_settings", refuse)
    person = talk(*TWICE, ("hear that", "n"), ("1 to 2", "2"), ("see this screen", ENTER), ("own words aloud", "y"))
    first_run().begin()
    assert person.done and opens()
    assert capsys.readouterr().err.count("cannot be written") == 2


def test_silent_microphone(talk: Callable[..., Person], device: FakeSounddevice, home: Path) -> None:
    """A microphone that gives zeros is said to be silent, and another one is taken from the list and tried."""
    device.rooms[None] = zeros(METER_S + 0.1)
    talk(*TWICE, ("hear that", ENTER), ("1 to 2", "2"), ("see this screen", ENTER), ("own words aloud", ENTER))
    run = first_run()
    run.begin()
    assert load_settings(home / "settings.toml").microphone.device == "Mic 1"
    assert run.other_microphone


@pytest.mark.parametrize("stopped_at", range(7))
def test_ctrl_c_leaves_nothing_half_made(
    talk: Callable[..., Person],
    device: FakeSounddevice,
    home: Path,
    capsys: pytest.CaptureFixture[str],
    stopped_at: int,
) -> None:
    """Before the passphrase stands twice there is no vault; behind it there is a whole one, and each choice is kept."""
    device.rooms[None] = zeros(METER_S + 0.1)
    whole = [
        *TWICE, ("hear that", "n"), ("1 to 2", "2"), ("hear that", ENTER), ("1 to 2", "2"), ("see this screen", ENTER)
    ]  # fmt: skip
    talk(*whole[:stopped_at], (whole[stopped_at][0], CTRL_C))
    with pytest.raises(click.Abort):
        first_run().begin()
    assert vault_exists(find_paths()) == (stopped_at >= len(TWICE))
    assert ("The vault is ready" in capsys.readouterr().err) == (stopped_at >= len(TWICE))
    assert stopped_at < len(TWICE) or opens()
    settings = load_settings(home / "settings.toml")
    assert settings.loudspeaker.device == ("Speaker 1" if stopped_at > 3 else "")
    talk(*TWICE, *REST)
    if stopped_at < len(TWICE):
        device.rooms[None] = voice(METER_S + 0.1)
        first_run().begin()
        assert opens(), "the next try begins anew"


def test_what_was_settled_before_is_not_asked(talk: Callable[..., Person], home: Path) -> None:
    """Who ran setup first is asked for the passphrase alone."""
    values = {"loudspeaker.device": "Speaker 0", "microphone.device": "Mic 0", "checkin.aloud": "questions"}
    change_settings(home / "settings.toml", values)
    person = talk(*TWICE)
    first_run().begin()
    assert person.done


def test_programs_are_asked_for_no_more_than_a_passphrase(talk: Callable[..., Person]) -> None:
    """Neither a question on the way nor a recovery key, for --json and --answer."""
    person = talk(*TWICE)
    run = first_run(person=False)
    run.begin()
    run.finish(KEPT)
    assert person.done


def test_short_and_mistyped_passphrases_are_asked_again(talk: Callable[..., Person]) -> None:
    """Too short is said before it is typed again; two different ones begin anew; in the end it gives up."""
    talk(("New", "short"), ("New", PASSPHRASE), ("Once", "another one"), *TWICE)
    first_run(speaks=False, hears=False).begin()
    assert opens()


def test_nobody_chooses_a_passphrase(talk: Callable[..., Person]) -> None:
    """After five tries it is an error with exit code 2, and there is no vault."""
    talk(*[("New passphrase", ENTER)] * 5)
    with pytest.raises(UsageError):
        first_run().begin()
    assert not vault_exists(find_paths())


def test_the_login_opens_it(talk: Callable[..., Person], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a safe keychain is there, Enter takes it; a passphrase still goes."""
    keychain = Keychain(Drawer())
    monkeypatch.setattr("voicecheck.vault.keys.keychain.find_keychain", lambda: keychain)
    talk(("New passphrase, or Enter", ENTER))
    key = first_run(speaks=False, hears=False).begin()
    slots = KeySlots.load(find_paths().slots_file)
    assert slots.kinds == ("keychain",)
    assert slots.unlock(KeychainKey(keychain)) == key


def begun(talk: Callable[..., Person]) -> FirstRun:
    talk(*TWICE)
    run = first_run(speaks=False, hears=False)
    run.begin()
    return run


SECRET = bytes(range(32))


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setattr(recovery_key, "new_secret", lambda: SECRET)
    monkeypatch.setattr("voicecheck.cli.vault.person.secrets.SystemRandom.sample", lambda *_: [0, 4, 16])
    return recovery_key.to_words(SECRET)


def test_recovery_key_after_the_first_entry(talk: Callable[..., Person], words: tuple[str, ...]) -> None:
    """Shown, and added once three of its words came back from the paper."""
    run = begun(talk)
    person = talk(
        ("paper", ENTER), ("on paper", ENTER), ("Word 1 ", words[0]), ("Word 5", words[4]), ("Word 17", words[16])
    )
    run.finish(KEPT)
    assert person.done
    slots = KeySlots.load(find_paths().slots_file)
    assert slots.kinds == ("passphrase", "recovery")
    assert slots.unlock(RecoveryKey(SECRET))


def test_a_word_that_is_not_right_is_told_by_its_number(
    talk: Callable[..., Person], words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its number alone, and never a word; then all are shown and three are asked for once more."""
    run = begun(talk)
    asked = ("Word 1 ", "Word 5", "Word 17")
    right = [words[0], words[4], words[16]]
    once = [("on paper", ENTER), *zip(asked, [right[0], "wrongly", right[2]], strict=True)]
    twice = [("on paper", ENTER), *zip(asked, ["wrongly", right[1], "wrongly"], strict=True)]
    person = talk(("paper", "yes"), *once, *twice, ("on paper", ENTER), *zip(asked, right, strict=True))
    run.finish(KEPT)
    assert person.done
    told = capsys.readouterr().err
    assert "Word 5 was not right." in told and "Words 1 and 17 were not right." in told
    assert "wrongly" not in told
    assert KeySlots.load(find_paths().slots_file).kinds == ("passphrase", "recovery")


@pytest.mark.parametrize(
    "answers",
    [
        (("paper", "n"),),
        (("paper", CTRL_C),),
        (("paper", ENTER), ("on paper", CTRL_C)),
        (("paper", ENTER), ("on paper", ENTER), ("Word 1 ", ENTER)),
        (("paper", ENTER), ("on paper", ENTER), ("Word 1 ", CTRL_C)),
    ],
)
def test_recovery_key_can_be_left(
    talk: Callable[..., Person],
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    answers: tuple[tuple[str, str], ...],
) -> None:
    """Declined, stopped or skipped: no slot is made, the evening stays as it ended, and it is said how to get one."""
    run = begun(talk)
    person = talk(*answers)
    run.finish(KEPT)
    assert person.done
    assert KeySlots.load(find_paths().slots_file).kinds == ("passphrase",)
    told = capsys.readouterr().err
    assert "voicecheck vault slots add recovery" in told
    shown = ("paper", ENTER) in answers
    assert ("open nothing. Throw their paper away" in told) is shown
    assert ("Until then the words do not open anything." in told) is (("on paper", ENTER) in answers)


@pytest.mark.parametrize("evening", [replace(KEPT, entries=()), replace(KEPT, exit_code=ExitCode.STOPPED)])
def test_no_recovery_key_is_pressed_on_anybody(
    talk: Callable[..., Person], capsys: pytest.CaptureFixture[str], evening: Evening
) -> None:
    """Who said nothing, or stopped the evening, is told of it in one line and asked nothing."""
    run = begun(talk)
    person = talk()
    run.finish(evening)
    assert person.done
    assert "voicecheck vault slots add recovery" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("speaks", "evening", "outcome", "said"),
    [
        (True, KEPT, None, False),
        (True, KEPT, KeyboardInterrupt(), True),
        (True, KEPT, AudioError("There is no voice.", "Fetch one."), False),
        (False, KEPT, AssertionError("nothing is to be made"), False),
        (True, replace(KEPT, exit_code=ExitCode.STOPPED), AssertionError("nothing is to be made"), False),
    ],
)
def test_the_voice_gets_ready_for_the_next_evening(
    talk: Callable[..., Person],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    speaks: bool,
    evening: Evening,
    outcome: BaseException | None,
    said: bool,
) -> None:
    """Behind everything else, where something was to be heard; Ctrl-C leaves it for later, and that is no error."""

    def make_ahead(app: App, settings: object) -> None:
        if outcome is not None:
            raise outcome

    monkeypatch.setattr("voicecheck.cli.models.preparing.make_ahead", make_ahead)
    monkeypatch.setattr("voicecheck.checkin.voice.prepared_file", lambda *_: Path("voice.prepared"))
    run = replace(begun(talk), speaks=speaks)
    talk(("paper", "n"))
    run.finish(evening)
    told = capsys.readouterr().err
    assert ("voicecheck voice prepare" in told) == said
    assert ("So that tomorrow's question comes at once." in told) == (not isinstance(outcome, AssertionError))
