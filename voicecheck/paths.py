"""Where things live. VOICECHECK_HOME puts all of it into one folder; else the platform's own places."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.signals import undisturbed

APP = "voicecheck"


@dataclass(frozen=True, slots=True)
class Paths:
    settings_file: Path
    prompts_folder: Path
    """the person's own packs"""
    resources_folder: Path
    """help lines of the person's own"""
    vault_folder: Path
    models_folder: Path
    """Whisper models and voices; shared between homes by VOICECHECK_MODELS"""

    @property
    def vault_file(self) -> Path:
        return self.vault_folder / "vault.db"

    @property
    def slots_file(self) -> Path:
        """Key slots and the public half of the inbox key."""
        return self.vault_folder / "keys.json"

    @property
    def prepared_folder(self) -> Path:
        """Sound of sentences that are the same for everybody."""
        return self.vault_folder.parent / "prepared"

    @property
    def inbox_folder(self) -> Path:
        return self.vault_folder / "inbox"

    @property
    def drawn_file(self) -> Path:
        """Prompt ids drawn ahead for evenings on which the vault stays locked."""
        return self.vault_folder / "next.json"


def typed_folder(text: str) -> Path | None:
    """The folder that somebody named, where there is one; `~` is a home. None for anything else, however odd."""
    try:
        folder = Path(text).expanduser()
        return folder if folder.is_dir() else None
    except (RuntimeError, ValueError, OSError):  # the home of nobody, a zero byte, a name too long, no right to look
        return None


def find_paths() -> Paths:
    """Raises UsageError where an environment variable names the home of nobody."""
    home = os.environ.get("VOICECHECK_HOME")
    if home:
        root = _place("VOICECHECK_HOME", home)
        config, data = root, root
    else:
        import platformdirs

        config = Path(platformdirs.user_config_path(APP, appauthor=False))
        data = Path(platformdirs.user_data_path(APP, appauthor=False))
    models = os.environ.get("VOICECHECK_MODELS")
    return Paths(
        settings_file=config / "settings.toml",
        prompts_folder=config / "prompts",
        resources_folder=config / "resources",
        vault_folder=data / "vault",
        models_folder=_place("VOICECHECK_MODELS", models) if models else data / "models",
    )


def _place(variable: str, value: str) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError as error:  # ~name, and nobody has that name
        raise UsageError(f"{variable} is {value}, and there is no such home.", "Name a folder in full.") from error


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF}
"""how some network and FUSE file systems answer when a folder is to be synced"""


def make_private_folder(folder: Path) -> None:
    """Create `folder` and its parents, 0700 for what is made here, whatever the umask.

    Raises VoicecheckError when the place cannot be written.
    """
    try:
        missing = [p for p in (folder, *folder.parents) if not p.exists()]
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
            path.chmod(0o700)
            sync_folder(path.parent)
        if not folder.is_dir():
            raise VoicecheckError(f"{folder} is not a folder.", "Move it away, or set VOICECHECK_HOME elsewhere.")
    except OSError as error:
        raise VoicecheckError(
            f"Cannot create the folder {folder}: {error.strerror or error}.",
            "Make the place writable, or set VOICECHECK_HOME to a folder of yours.",
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` in one durable step, 0600: whoever reads it sees the old content or the new, never a part.

    Raises OSError; the old content then still stands.
    """
    with _durable_beside(path, content) as temporary:
        temporary.replace(path)


def write_new(path: Path, content: bytes) -> None:
    """As `write_atomically`, and never over a file that stands there: of two who write at once one raises
    FileExistsError. Raises OSError.
    """
    with _durable_beside(path, content) as temporary:
        name_new(temporary, path)


def name_new(temporary: Path, path: Path) -> None:
    """Give a finished file its name, in the same folder; its old name may stay. Raises OSError, FileExistsError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is taken first, and filled at once
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        temporary.replace(path)


@contextmanager
def _durable_beside(path: Path, content: bytes) -> Iterator[Path]:
    """A temporary file with `content` in the folder of `path`, 0600; its new name is made durable, itself goes."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(temporary, _NEW, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
        sync_folder(path.parent)
    finally:
        _remove(temporary)


@undisturbed
def _remove(temporary: Path) -> None:
    temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> bool:
    """Make a rename or a new name in `folder` durable; False where the file system syncs no folders."""
    if os.name != "posix":
        return True  # Windows does it by itself
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder that others may put things into, and not look into
        return False
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
        return False
    finally:
        os.close(descriptor)
    return True
