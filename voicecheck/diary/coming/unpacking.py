"""Members of an archive that somebody else made, in memory and within bounds: nothing of it is written anywhere.

A name that leads outside leads nowhere, for no file is made. A link is its text. What unfolds without end is stopped
at its bound, and pictures are not even opened.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

from voicecheck.diary.coming.foreign import Sound, is_sound
from voicecheck.errors import UsageError, VoicecheckError
from voicecheck.models.unpacking import BROKEN
from voicecheck.speech.sound_parts import SoundBytes, SoundSource

MOST_BYTES = 256 << 20
"""of one member: the words of a hundred years"""
_BESIDE = "__MACOSX"


class Archive:
    """The archive's members, without folders and what a Mac puts beside them."""

    def __init__(self, zipped: zipfile.ZipFile, path: Path) -> None:
        self._zipped = zipped
        self._path = path
        self.members = tuple(
            one.filename
            for one in zipped.infolist()
            if not one.filename.endswith("/") and _BESIDE not in (parts := PurePosixPath(one.filename).parts) and parts
            and not parts[-1].startswith("._")
        )  # fmt: skip

    def ending(self, ending: str) -> tuple[str, ...]:
        """Return the members whose names end so, by alphabet."""
        return tuple(sorted(name for name in self.members if name.lower().endswith(ending)))

    def read(self, name: str) -> bytes:
        """Return all of a member. Raises UsageError for a damaged or locked one, and for one larger than it can be."""
        try:
            with self._zipped.open(name) as member:
                content = member.read(MOST_BYTES + 1)
        except (*BROKEN, OSError) as error:
            raise UsageError(f"{self._path} is damaged, or it wants a password.", "Export it again.") from error
        if len(content) > MOST_BYTES:
            raise UsageError(f"{self._path} holds more than any journal can.", "Is it an export?")
        return content

    def sounds_beside(self, name: str, folder: str = "") -> dict[str, Sound]:
        """Return the sounds beside a member, or in a `folder` beside it, by their names in small letters."""
        return self._sounds.get(PurePosixPath(name).parent / folder, {})

    @cached_property
    def _sounds(self) -> dict[PurePosixPath, dict[str, Sound]]:
        """The sounds of each folder: looked for once, for there may be thousands of pictures beside them."""
        found: dict[PurePosixPath, dict[str, Sound]] = {}
        for member in filter(is_sound, self.members):
            place = PurePosixPath(member)
            sound = Sound(place.name, partial(_read_sound, self._path, member))
            found.setdefault(place.parent, {})[place.name.lower()] = sound
        return found


def _read_sound(path: Path, name: str) -> SoundSource:
    """Read a sound of an archive into memory. Raises UsageError, VoicecheckError."""
    with opened(path) as archive:
        return SoundBytes(PurePosixPath(name).name, archive.read(name))


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a zip archive. Raises UsageError, VoicecheckError."""
    try:
        zipped = zipfile.ZipFile(path)
    except BROKEN as error:
        raise UsageError(f"{path} is no zip archive, or it is damaged.", "Export it again.") from error
    except OSError as error:
        raise unreadable(path, error) from error
    with zipped:
        yield Archive(zipped, path)


def sounds_in(folder: Path) -> dict[str, Sound]:
    """Return the sounds in a folder by their names in small letters, though no links; none where there is no folder."""
    with suppress(OSError):
        lying = [path for path in folder.iterdir() if is_sound(path.name) and path.is_file() and not path.is_symlink()]
        return {path.name.lower(): sound_at(path) for path in lying}
    return {}


def sound_at(path: Path) -> Sound:
    return Sound(path.name, lambda: path)


def read_file(path: Path) -> bytes:
    """Return a file's bytes. Raises VoicecheckError, UsageError for one that is larger than it can be."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path} holds more than any journal can.", "Is it an export?")
    return content


def unreadable(path: Path, error: OSError) -> VoicecheckError:
    return VoicecheckError(f"{path} cannot be read: {error.strerror or 'it is no file'}.", "Check the path.")
