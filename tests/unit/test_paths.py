"""Places: all under VOICECHECK_HOME, private whatever the umask, and replaced in one step or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from voicecheck import files, paths
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.files import Owned, create_private, open_existing, typed_folder

posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A umask that forbids nothing."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_home_holds_everything(home: Path) -> None:
    """With VOICECHECK_HOME no place lies outside it."""
    found = paths.find_paths()
    every = (
        found.settings_file, found.prompts_folder, found.vault_folder, found.models_folder, found.vault_file,
        found.slots_file, found.inbox_folder, found.drawn_file,
    )  # fmt: skip
    assert all(path.is_relative_to(home) for path in every)
    assert len(set(every)) == len(every)


def test_models_can_be_shared(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """VOICECHECK_MODELS moves the models alone."""
    monkeypatch.setenv("VOICECHECK_MODELS", str(tmp_path / "m"))
    found = paths.find_paths()
    assert found.models_folder == tmp_path / "m"
    assert found.vault_folder.is_relative_to(home)


def test_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later change of folder does not move the vault."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICECHECK_HOME", "here")
    assert paths.find_paths().vault_folder == tmp_path / "here" / "vault"


def test_platform_places_without_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without VOICECHECK_HOME the places are the platform's, under the person's home."""
    monkeypatch.delenv("VOICECHECK_HOME")
    found = paths.find_paths()
    assert found.vault_folder.is_relative_to(Path.home())
    assert "voicecheck" in str(found.settings_file)


@pytest.mark.parametrize("variable", ["VOICECHECK_HOME", "VOICECHECK_MODELS"])
def test_home_of_nobody_is_a_usage_error(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """~name of a name that nobody has is told, with the variable."""
    monkeypatch.setenv(variable, "~nosuchuser-here/x")
    with pytest.raises(UsageError, match=variable):
        paths.find_paths()


@posix_only
@pytest.mark.usefixtures("open_umask")
def test_new_folders_are_private(tmp_path: Path) -> None:
    """Folders that are made are 0700 whatever the umask; those that were there keep their mode."""
    tmp_path.chmod(0o755)
    files.make_private_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    files.make_private_folder(tmp_path / "a" / "b")


def test_file_in_the_folders_place(tmp_path: Path) -> None:
    """A file where a folder should be is an error for a person, with a next step."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(VoicecheckError) as caught:
            files.make_private_folder(place)
        assert caught.value.hint


@posix_only
@pytest.mark.usefixtures("open_umask")
def test_written_file_is_private(tmp_path: Path) -> None:
    """A new file and a replaced one are 0600 whatever the umask and the mode before, and hold the new content."""
    path = tmp_path / "keys.json"
    for content in (b"one", b"two"):
        files.write_atomically(path, content)
        assert path.read_bytes() == content
        assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o644)
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_failed_write_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """When the disk fails before the last step, the old content stands and nothing is left beside it."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "keys.json"
    files.write_atomically(path, b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os if broken == "fsync" else Path, broken, fail)
        with pytest.raises(OSError, match="No space"):
            files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


def test_a_typed_folder_is_there_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of nobody, a zero byte, a name that is too long, a loop, a file: no folder, and never a fault."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").touch()
    assert typed_folder("~") == tmp_path == typed_folder(str(tmp_path))
    odd = ("~nobody-at-all", "~\0", "/\0", "a\0", "/" + "a" * 5000, "~" + "a" * 5000, "/" + "a/" * 5000)
    for text in (*odd, str(tmp_path / "loop"), str(tmp_path / "file"), str(tmp_path / "none")):
        assert typed_folder(text) is None, text[:20]


def test_an_opened_file_is_closed_or_handed_on(tmp_path: Path) -> None:
    """Also where a signal breaks in; who was handed the file closes it."""
    with pytest.raises(KeyboardInterrupt), Owned(create_private(tmp_path / "a")) as file:
        raise KeyboardInterrupt
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(file.descriptor)
    with Owned(open_existing(tmp_path / "a")) as file:
        kept = file.hand_on()
    os.close(kept)
