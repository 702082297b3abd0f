"""The front door: every command has help, help is light, and every error has its exit code and its hint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from voicecheck.cli import main as front_door
from voicecheck.cli.main import COMMANDS, cli, run
from voicecheck.errors import (
    AudioError,
    ExitCode,
    ModelError,
    NotFoundError,
    StoppedError,
    UsageError,
    VaultBusyError,
    VaultError,
    VaultLockedError,
    VoicecheckError,
)

HEAVY = ("numpy", "faster_whisper", "ctranslate2", "onnxruntime", "av", "sqlcipher3", "nacl", "sounddevice", "keyring",
         "huggingface_hub", "tokenizers", "pyttsx3")  # fmt: skip


def every_command() -> Iterator[tuple[str, ...]]:
    """Every path of words that is a command or a group of them."""

    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield words
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                yield from walk(found, (*words, name))

    return walk(cli, ())


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of each command prints what it does, and every option and command in it says what it is for."""
    words_of_all = list(every_command())
    assert len(words_of_all) > len(COMMANDS)
    for words in words_of_all:
        assert run([*words, "--help"]) == 0, words
        printed = capsys.readouterr()
        assert "Usage: voicecheck" in printed.out
        assert printed.err == ""
        command: click.Command = cli
        for word in words:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word) or pytest.fail(str(words))
        assert command.help, words
        assert [p.name for p in command.params if isinstance(p, click.Option) and not p.help] == [], words


@pytest.mark.parametrize("name", list(COMMANDS))
def test_table_says_what_the_command_says(name: str) -> None:
    """The table that keeps `--help` light repeats the first line of each command's own help."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").splitlines()[0] == COMMANDS[name].help


def loaded_by(*words: str) -> list[str]:
    script = (
        "import json, sys\nfrom voicecheck import offline\noffline.guard_process(sys.argv[1:])\n"
        "from voicecheck.cli.main import run\nrun(sys.argv[1:])\nprint(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return modules


@pytest.mark.parametrize(
    "words", [(), *((name,) for name in COMMANDS)], ids=lambda words: " ".join(words) or "voicecheck"
)
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    """Neither Whisper nor sound nor the vault is imported to show help."""
    assert [m for m in loaded_by(*words, "--help") if m.split(".")[0] in HEAVY] == []


def test_help_is_quick() -> None:
    """`voicecheck --help` takes at most twice a core's time of importing click and rich: in turns, best of five."""
    resource = pytest.importorskip("resource")

    def took_s(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return float(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    pairs = [(took_s("-c", "import click, rich"), took_s("-m", "voicecheck", "--help")) for _ in range(5)]
    assert min(ours for _, ours in pairs) <= 2 * min(bare for bare, _ in pairs)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("chekin", "checkin"), ("Checkin", "checkin"), ("delete", "entry delete"), ("backup", "vault backup"),
        ("entry serch", "entry search"), ("entry backup", "vault backup"), ("feeling words lst", "feeling words list"),
        ("delet", "entry delete"), ("trends", "feeling trends"),
        ("settings set", "settings edit"), ("settings change", "settings edit"), ("remind on", "remind set"),
        ("remind delete", "remind off"), ("vault delete", "vault erase"), ("model download", "model fetch"),
        ("entry remove", "entry delete"), ("voice ls", "voice list"), ("vault open", "vault unlock"),
    ],
)  # fmt: skip
def test_an_unknown_command_meets_its_neighbour(words: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip, and a verb without its noun or of another program, are answered with the command that does it."""
    assert run(words.split()) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0] == f"error: No such command {words.split()[-1]!r}."
    assert told[1].startswith(f"hint: Did you mean: {meant}? See: voicecheck")


def test_a_verb_of_many_nouns_names_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    """`list` belongs to entries, questions, models and more; hidden commands and wild guesses are not offered."""
    run(["list"])
    assert "Did you mean: entry list, name list, feeling topics list, feeling words list," in capsys.readouterr().err
    run(["remind", "begi"])
    assert "remind begin" not in capsys.readouterr().err
    run(["qqqqqq"])
    assert "Did you mean" not in capsys.readouterr().err


def test_guessing_loads_nothing_heavy() -> None:
    """An unknown command is answered without Whisper, sound or the vault."""
    assert [m for m in loaded_by("chekin") if m.split(".")[0] in HEAVY] == []


def failing(error: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        """Fail."""
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (VoicecheckError("It broke.", "Do that."), 1),
        (NotFoundError("It broke.", "Do that."), 1),
        (UsageError("It broke.", "Do that."), 2),
        (AudioError("It broke.", "Do that."), 3),
        (ModelError("It broke.", "Do that."), 4),
        (VaultError("It broke.", "Do that."), 5),
        (VaultLockedError("It broke.", "Do that."), 5),
        (VaultBusyError("It broke.", "Do that."), 5),
        (StoppedError("It broke.", "Do that."), 130),
    ],
)
def test_errors_become_exit_codes(
    error: VoicecheckError, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each branch of the tree has its code; message and hint go to stderr, nothing to stdout."""
    monkeypatch.setattr(front_door.LazyGroup, "get_command", lambda *_: failing(error))
    assert run(["anything"]) == code
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "error: It broke.\nhint: Do that.\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.exceptions.Abort()])
def test_stopped_by_the_person(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends with 130 and no traceback."""
    monkeypatch.setattr(front_door.LazyGroup, "get_command", lambda *_: failing(error))
    assert run(["anything"]) == ExitCode.STOPPED
    assert "Traceback" not in capsys.readouterr().err


def test_traceback_only_with_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    """--debug lets the error through."""
    monkeypatch.setattr(front_door.LazyGroup, "get_command", lambda *_: failing(AudioError("It broke.")))
    with pytest.raises(AudioError):
        run(["--debug", "anything"])


@pytest.mark.parametrize("words", [["nothing-like-it"], ["prompt", "show"], ["prompt", "list", "--nope"], ["--nope"]])
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown commands, missing arguments and unknown options end with 2 and point at the help."""
    assert run(words) == ExitCode.USAGE
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ")
    assert "hint: See: voicecheck" in printed.err


@pytest.mark.parametrize("words", [[], ["vault"]])
def test_bare_group_shows_its_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command there is help on stdout, and nothing went wrong."""
    assert run(words) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Usage: voicecheck")
    assert printed.err == ""


def test_control_characters_in_names_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name cannot steer the terminal or fake a second line out of an error."""
    evil = str(tmp_path / "a\x1b[2J\nerror: b\u202e\udc80.toml")
    assert run(["prompt", "check", evil]) == ExitCode.USAGE
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 2
    assert not set(shown) & {"\x1b", "\u202e", "\udc80"}
    assert r"a\x1b[2J\nerror: b\u202e\udc80.toml" in shown


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_every_letter_can_be_printed(tmp_path: Path, encoding: str) -> None:
    """Where the terminal's encoding lacks a letter it is shown by number, and JSON stays JSON; nothing fails."""
    text = "I felt café-tired 😀"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    for words in (["tag", "a.txt"], ["tag", "a.txt", "--json"], ["tag", "\udc80"]):
        done = subprocess.run(
            [sys.executable, "-m", "voicecheck", *words], capture_output=True, cwd=tmp_path,
            env=os.environ | {"PYTHONIOENCODING": encoding},
        )  # fmt: skip
        assert b"fault" not in done.stderr
        assert done.returncode == (ExitCode.USAGE if words[1] == "\udc80" else 0)
        if "--json" in words:
            assert json.loads(done.stdout.decode(encoding))["text"] == text


def test_language_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    """--language is checked before anything is asked or loaded."""
    assert run(["checkin", "--typed", "--language", "en-GB"]) == ExitCode.USAGE
    assert "hint: Did you mean en?" in capsys.readouterr().err


def test_broken_pack_is_named_and_stops_nobody(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`prompt list` shows what is sound and names the rest; `prompt check` fails. Square brackets are letters."""
    (home / "prompts").mkdir(parents=True)
    (home / "prompts" / "bad.toml").write_text("oops\n")
    (home / "prompts" / "good.toml").write_text(
        'id = "good"\ntitle = "[/b] mine"\nlanguage = "en"\nwhy = ""\n'
        '[[prompts]]\nid = "good-x"\ntext = "[red]How[/] [/]?"\ndepth = 1\ntheme = ""\nwhy = ""\n'
    )
    assert run(["prompt", "list"]) == 0
    printed = capsys.readouterr()
    assert "[red]How[/] [/]?" in printed.out and "[/b] mine" in printed.out
    assert "bad.toml, line 1" in printed.err
    assert run(["prompt", "check"]) == ExitCode.USAGE
    assert "15 questions, nothing wrong" in (printed := capsys.readouterr()).out
    assert "bad.toml, line 1" in printed.err


def test_unknown_prompt_and_pack(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown question or pack ends with 2 and the name that was probably meant."""
    assert run(["prompt", "show", "evening-wether"]) == ExitCode.USAGE
    assert "Did you mean evening-weather?" in capsys.readouterr().err
    assert run(["prompt", "list", "--pack", "evenin"]) == ExitCode.USAGE
    assert "Did you mean evening?" in capsys.readouterr().err


def test_prompts_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`prompt list --json` and `prompt show --json` give the same shape, in one document each."""
    assert run(["prompt", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert run(["prompt", "show", listed[0]["id"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == listed[0]
    assert set(listed[0]) == {"id", "pack", "depth", "theme", "text", "why", "follow_ups", "together"}


def test_prompt_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`prompt check` passes what comes with VoiceCheck and names file and line of a broken pack."""
    assert run(["prompt", "check"]) == 0
    assert "15 questions, nothing wrong" in capsys.readouterr().out
    broken = tmp_path / "mine.toml"
    broken.write_text('id = "mine"\ntitle = 3\n')
    assert run(["prompt", "check", str(broken)]) == ExitCode.USAGE
    assert f"{broken}, line 2: title" in capsys.readouterr().err


def test_broken_settings_are_a_usage_error(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A command that needs the settings ends with 2 where they are broken, with file and line."""
    home.mkdir()
    (home / "settings.toml").write_text("[checkin]\ncuont = 1\n")
    assert run(["checkin", "--typed", "--no-speak"]) == ExitCode.USAGE
    assert "settings.toml, line 2" in capsys.readouterr().err
