"""The recipe "How to add a recogniser" of docs/extending.md, followed to the letter and used."""

from __future__ import annotations

import importlib
import json
import queue
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import voicecheck
from tests.fakes import FakeMouth, LoudnessDetector
from tests.sound_samples import quiet, voice, write_wav
from tests.unit.test_checkin import PHRASES, PLAN, Table
from tests.unit.test_vault_cli import key_file  # noqa: F401 - a fixture
from voicecheck.checkin.loop import Checkin
from voicecheck.checkin.ports import RecogniserFailed
from voicecheck.cli.app import App, Recognition
from voicecheck.cli.main import run
from voicecheck.cli.models.recogniser import load_recogniser, recognition_settings
from voicecheck.domain import Entry
from voicecheck.errors import ExitCode
from voicecheck.settings.file import change_settings
from voicecheck.speech import engines
from voicecheck.speech.microphone import FileSource
from voicecheck.speech.recognition.live import RecogniserThread
from voicecheck.speech.recognition.recogniser import SpeechRecogniser, Utterance, Verdict
from voicecheck.speech.whisper.loading import WHISPER
from voicecheck.utterance import ModelUse

PACKAGE = Path(voicecheck.__file__).parent
PAGE = (PACKAGE.parent / "docs" / "extending.md").read_text(encoding="utf-8")
RECIPE = PAGE.partition("## How to add a recogniser")[2].partition("\n## ")[0]
TABLE = {"4": "I was so tired after this long day", "6": "I was so t*red after this long day with them"}
Output = pytest.CaptureFixture[str]


@pytest.fixture
def added(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The recipe's two steps: its engine in a new file, and one row; then it is chosen in the settings."""
    code, rows = re.findall(r"```python\n(.*?)```", RECIPE, re.DOTALL)
    (tmp_path / "table_engine.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "table_engine", raising=False)
    module = importlib.import_module("table_engine")
    table = {"WHISPER": WHISPER, "TABLE": module.TABLE}
    exec(rows, table)
    monkeypatch.setattr(engines, "ENGINES", table["ENGINES"])
    change_settings(home / "settings.toml", {"recogniser.engine": "table"})
    monkeypatch.setattr("voicecheck.speech.recognition.vad.VoiceDetector", LoudnessDetector)
    return module


@pytest.fixture
def words(added: ModuleType) -> Path:
    """The table that the engine reads."""
    folder = App().paths.models_folder
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "table.json"
    file.write_text(json.dumps(TABLE), encoding="utf-8")
    return file


@pytest.fixture
def table() -> Iterator[Table]:
    one = Table(plan=replace(PLAN, lockstep=True))
    yield one
    one.close()


def loaded() -> SpeechRecogniser:
    app = App()
    return load_recogniser(recognition_settings(app, Recognition()), app.paths.models_folder, app.tell)


def evening_of(one: Table, file: Path) -> Entry:
    """An evening with a sound file in the microphone's place, and the chosen recogniser on its thread."""
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    thread = RecogniserThread(loaded, events.put, lambda error: events.put(RecogniserFailed(error)))
    one.mouth = FakeMouth(events.put)
    source = FileSource(file)
    rooms = replace(one.rooms(), open_source=lambda question: source, recogniser=thread)
    try:
        (entry,) = Checkin(one.plan, rooms, events).run().entries  # type: ignore[arg-type]
    finally:
        thread.stop()
    return entry


@pytest.mark.usefixtures("words")
def test_an_evening_with_the_new_recogniser(table: Table, tmp_path: Path) -> None:
    """Its words are mirrored and kept, with its name as the model that wrote them."""
    entry = evening_of(table, write_wav(tmp_path / "answer.wav", voice(4.0)))
    assert entry.text == TABLE["4"]
    assert [mention.text for mention in entry.mentions] == ["tired"]
    assert "tired" in (entry.reflection or "")
    assert entry.model == ModelUse("table", "cpu", "")
    assert table.kept() == [entry]


@pytest.mark.usefixtures("words")
def test_what_it_refuses_is_unheard_and_kept(table: Table, tmp_path: Path) -> None:
    """A voice that is not in its table becomes no words; the sound is kept and the person is thanked."""
    entry = evening_of(table, write_wav(tmp_path / "answer.wav", voice(2.0)))
    assert (entry.text, entry.mentions, entry.has_audio) == ("", (), True)
    assert entry.turns[0].unheard
    assert entry.reflection in PHRASES.spoken["could_not_hear"]


@pytest.mark.usefixtures("words")
def test_transcribe_with_the_new_recogniser(tmp_path: Path, capsys: Output) -> None:
    """The command asks it, and says which model it was."""
    file = write_wav(tmp_path / "memo.wav", np.concatenate([voice(4.0), quiet(2.0)]))
    assert run(["transcribe", "--json", str(file)]) == ExitCode.DONE
    shown = json.loads(capsys.readouterr().out)
    assert shown["text"] == TABLE["4"]
    assert shown["model"] == {"name": "table", "device": "cpu", "compute_type": ""}


@pytest.mark.usefixtures("words")
def test_the_whole_command_with_the_new_recogniser(
    key_file: Path,  # noqa: F811
    tmp_path: Path,
    capsys: Output,
) -> None:
    """`checkin --answer FILE`, from the settings to the vault."""
    file = write_wav(tmp_path / "answer.wav", voice(4.0))
    options = ("--no-speak", "--json", "--count", "1", "--key-file", str(key_file))
    assert run(["checkin", *options, "--answer", str(file)]) == ExitCode.DONE
    (entry,) = json.loads(capsys.readouterr().out)["entries"]
    assert (entry["text"], entry["model"]["name"]) == (TABLE["4"], "table")


@pytest.mark.usefixtures("words")
def test_a_word_in_doubt() -> None:
    """An engine says which word it doubts, and that is all that later layers ask."""
    found = loaded().transcribe(Utterance(voice(6.0), 6.0))
    assert found.verdict is Verdict.ACCEPT
    assert [word.text for segment in found.segments for word in segment.words if word.unsure] == [" t*red"]


@pytest.mark.usefixtures("added")
def test_what_the_new_recogniser_lacks_is_told(tmp_path: Path, capsys: Output) -> None:
    """Before a word is spoken, with the engine's own hint; doctor tells it as well."""
    file = write_wav(tmp_path / "memo.wav", voice(4.0))
    for command in (["transcribe", str(file)], ["checkin", "--no-speak", "--answer", str(file)]):
        assert run(command) == ExitCode.MODEL
        assert "table.json" in capsys.readouterr().err
    run(["doctor", "--json"])
    checks = {one["name"]: one for one in json.loads(capsys.readouterr().out)["checks"]}
    assert not checks["model"]["ok"]


def test_a_recogniser_that_nobody_knows(home: Path, tmp_path: Path, capsys: Output) -> None:
    """A name without a row is a fault of the settings, told with the names that there are."""
    change_settings(home / "settings.toml", {"recogniser.engine": "parrot"})
    assert run(["transcribe", str(write_wav(tmp_path / "memo.wav", voice(1.0)))]) == ExitCode.USAGE
    assert "whisper" in capsys.readouterr().err


def test_nothing_outside_reads_an_engines_figures() -> None:
    """Log probabilities, beams and their like are named in Whisper's folder alone, and a setting of its own."""
    figures = re.compile(r"log_?prob|no_speech|compression_ratio|temperature|beam_size|\.probability < ")
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "whisper" not in path.parts and figures.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"settings/schema.py", "utterance.py"}, "beam_size, and the word's own `unsure`"
