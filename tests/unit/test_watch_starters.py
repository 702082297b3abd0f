"""`voicecheck import watch` in systemd and cron: on, another folder, off, and what each of them is told."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.unit.test_remind_cli import Tools
from voicecheck.cli.main import run
from voicecheck.diary.watched import Watched
from voicecheck.errors import ExitCode
from voicecheck.paths import find_paths
from voicecheck.remind import plans, schedulers, watching
from voicecheck.remind.schedule import read_schedule
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile

ODD = 'my "phone" $HOME 100% voilà'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / ODD
    folder.mkdir()
    create_vault(find_paths(), KeyFile(tmp_path / "key"))
    return folder


@pytest.fixture(params=["systemd", "cron"])
def tools(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Tools:
    tools = Tools()
    monkeypatch.setattr(watching, "run_by", lambda _: tools)
    monkeypatch.setattr(watching, "has_user_manager", lambda: request.param == "systemd")
    monkeypatch.setattr(watching.shutil, "which", lambda name: f"/usr/bin/{name}" if request.param == "cron" else None)
    return tools


def units() -> list[Path]:
    return sorted(path for path in schedulers.config_home().rglob("*") if path.is_file())


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert run(["import", "watch", "--json"]) == ExitCode.DONE
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_on_another_and_off(folder: Path, tools: Tools, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest choice counts, its status tells it, and off leaves nothing of it in the system."""
    assert run(["import", "watch", str(folder), "--erase"]) == ExitCode.DONE
    assert shown(capsys)["then"] == "erase"
    assert run(["import", "watch", str(folder), "--move", str(tmp_path / "kept")]) == ExitCode.DONE
    found = shown(capsys)
    assert (found["folder"], found["then"], found["move_to"]) == (str(folder), "move", str(tmp_path / "kept"))
    assert (tmp_path / "kept").is_dir()
    assert run(["import", "watch", "--off"]) == ExitCode.DONE
    assert shown(capsys)["watching"] is False
    assert (units(), tools.crontab) == ([], None)
    assert run(["import", "watch", "--off"]) == ExitCode.DONE


def test_the_status_names_what_lies_there(folder: Path, tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    """One file or several, and a folder that has gone."""
    assert run(["import", "watch", str(folder), "--erase"]) == ExitCode.DONE
    for name, told in (("a.wav", "One sound file lies there: a.wav."), ("b.wav", "2 sound files lie there, a.wav")):
        (folder / name).write_bytes(b"")
        assert run(["import", "watch"]) == ExitCode.DONE
        assert told in " ".join(capsys.readouterr().out.split())
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert run(["import", "watch"]) == ExitCode.DONE
    assert "The folder is not there now." in " ".join(capsys.readouterr().out.split())


def test_a_reminder_beside_it_stays(folder: Path, tools: Tools) -> None:
    """Both stand in one crontab, or side by side as units, and neither takes the other away."""
    mine: schedulers.Scheduler = schedulers.Systemd(tools) if watching.has_user_manager() else schedulers.Cron(tools)
    mine.install(read_schedule("21:30", "daily"), ["/x"])
    assert run(["import", "watch", str(folder), "--erase"]) == ExitCode.DONE
    assert run(["import", "watch", "--off"]) == ExitCode.DONE
    assert mine.installed() == read_schedule("21:30", "daily")
    assert mine.remove()


def test_off_where_systemd_does_not_answer_takes_the_files(
    folder: Path, tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing looks any more, and what could not be told is said."""
    if not watching.has_user_manager():
        pytest.skip("systemd's part")
    assert run(["import", "watch", str(folder), "--erase"]) == ExitCode.DONE
    tools.failing = "disable"
    assert run(["import", "watch", "--off"]) == ExitCode.DONE
    assert units() == []
    assert "could not be told" in capsys.readouterr().err


def test_nothing_is_switched_on_where_it_cannot_be(folder: Path, tools: Tools) -> None:
    """A system that refuses leaves no half of it behind."""
    tools.failing = "restart" if watching.has_user_manager() else "crontab -"
    assert run(["import", "watch", str(folder), "--erase"]) == ExitCode.GENERAL
    assert units() == []


def test_without_systemd_and_cron_it_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another way to take memos in."""
    monkeypatch.setattr(watching, "_starters", lambda _: [])
    assert run(["import", "watch", str(folder), "--erase"]) == ExitCode.GENERAL


@pytest.mark.parametrize("name", [ODD, "plain", "it's", "back\\slash", "a;b&c", "%h"])
def test_every_name_of_a_folder_comes_through(name: str) -> None:
    """The shell of cron and the note give back the very folder; systemd takes % and $ for nothing of its own."""
    watched = Watched(Path("/home/me") / name, Path("/home/me") / f"{name} kept")
    line = plans.cron_command(watching.look_command(watched))
    words = shlex.split(line.replace("\"$(printf '\\045')\"", "%").removesuffix(plans.QUIETLY))
    assert words == list(watching.look_command(watched))
    assert "%" not in line
    for text in (watching.service(watching.look_command(watched), watched), watching.path_unit(watched)):
        assert watching.watched_in(text) == watched
    assert f"PathChanged=/home/me/{name.replace('%', '%%')}\n" in watching.path_unit(watched)


@pytest.mark.parametrize("spoiled", ["", "# {}", "# {broken}", '# {"folder": 3}', '# {"folder": "/x", "move_to": 4}'])
def test_a_note_that_somebody_changed_is_no_watch(spoiled: str) -> None:
    """It is told as none, and breaks nothing."""
    assert watching.watched_in(spoiled) is None


def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    """Its own checker reads all three."""
    if schedulers.shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    watched = Watched(tmp_path)
    files = {"service": watching.service(["/bin/true"], watched), "path": watching.path_unit(watched),
             "timer": watching.timer()}  # fmt: skip
    for kind, text in files.items():
        (tmp_path / f"{watching.UNIT}.{kind}").write_text(text)
    paths = [str(tmp_path / f"{watching.UNIT}.{kind}") for kind in files]
    verify = ["systemd-analyze", "verify", "--user", *paths]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert watching.UNIT not in done.stderr, done.stderr
