"""The catalog: what it may hold, and that nothing is handed out unchecked."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from voicecheck.errors import ModelError
from voicecheck.models import catalog, pins
from voicecheck.models.catalog import Catalog, FileState, HubSource, Presence, Weights, WeightsFile

FILES = {
    "config.json": b"{}",
    "model.bin": b"\x06\x00\x00\x00\x0c\x00WhisperSpec\x00" + bytes(100),
    "tokenizer.json": b'{"version": "1.0"}',
    "vocabulary.txt": b"a\nb\n",
}
HUB = HubSource("someone/something", "0" * 40)


def small_model(name: str = "small-test", *, hashed: bool = True) -> Weights:
    files = tuple(
        WeightsFile(file, len(content), hashlib.sha256(content).hexdigest() if hashed else None)
        for file, content in FILES.items()
    )
    return Weights("whisper", name, ("en",), "MIT", "for a test", files, (HUB,))


def lay_files(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A catalog of two small models: one with hashes, one without."""
    small = Catalog((small_model(), small_model("unhashed", hashed=False)))
    monkeypatch.setattr(catalog, "load_catalog", lambda: small)
    return small


def test_every_hash_is_a_whole_sha256_and_every_revision_a_whole_commit() -> None:
    """A shortened hash or a branch name in the catalog would let other bytes in."""
    for weights in catalog.load_catalog().weights:
        for file in weights.files:
            assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        for source in weights.sources:
            if isinstance(source, HubSource):
                assert re.fullmatch(r"[0-9a-f]{40}", source.revision)


def test_the_default_model_and_a_voice_are_wholly_hashed_and_need_no_hub() -> None:
    """`script/run` gets the default model and the voice from the package index, with every hash known beforehand."""
    shipped = catalog.load_catalog()
    for weights in (shipped.model("tiny.en"), shipped.model("base"), shipped.voice("")):
        assert weights.hashes_known
        first = weights.sources[0]
        assert isinstance(first, catalog.IndexSource)
        assert set(first.members) == {file.name for file in weights.files}
        assert all("==" in package for package in first.packages)


def test_names_are_unique_and_nine_models_are_known() -> None:
    """A name stands for one set of weights, and all models of the first release are listed."""
    names = [weights.name for weights in catalog.load_catalog().weights]
    assert len(set(names)) == len(names)
    assert {m.name for m in catalog.load_catalog().models} == {
        *("tiny.en", "base", "base.en", "small.en", "small", "medium"),
        *("large-v3", "large-v3-turbo", "distil-large-v3"),
    }


def test_the_catalog_file_names_no_host() -> None:
    """Where packages come from is the person's own setting, never the catalog's."""
    text = (Path(catalog.__file__).parents[2] / "models" / "catalog.toml").read_text(encoding="utf-8")
    assert "://" not in text


def test_a_verified_model_is_found(known: Catalog, tmp_path: Path) -> None:
    """A model whose files all have their hashes is handed out with its folder and languages."""
    folder = lay_files(tmp_path / "whisper" / "small-test")
    found = catalog.find_model("small-test", tmp_path)
    assert (found.name, found.path, found.english_only) == ("small-test", folder, True)


def test_a_missing_model_names_the_command_that_gets_it(known: Catalog, tmp_path: Path) -> None:
    """Without the files the error says which command fetches them."""
    with pytest.raises(ModelError) as caught:
        catalog.find_model("small-test", tmp_path)
    assert "voicecheck model fetch small-test" in caught.value.hint


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_flipped_byte_in_any_file_is_refused_by_name(known: Catalog, tmp_path: Path, name: str) -> None:
    """No model is handed out when a single bit of any of its files is wrong; the error names the file."""
    folder = lay_files(tmp_path / "whisper" / "small-test")
    flip_a_byte(folder / name)
    with pytest.raises(ModelError, match="damaged") as caught:
        catalog.find_model("small-test", tmp_path)
    assert name in caught.value.message
    assert "voicecheck model fetch small-test" in caught.value.hint


def test_one_lost_file_is_refused_by_name(known: Catalog, tmp_path: Path) -> None:
    """A folder without one of the files is incomplete, in the list and at use."""
    folder = lay_files(tmp_path / "whisper" / "small-test")
    (folder / "vocabulary.txt").unlink()
    assert catalog.presence(known.model("small-test"), tmp_path) is Presence.INCOMPLETE
    with pytest.raises(ModelError, match=r"vocabulary\.txt is missing"):
        catalog.find_model("small-test", tmp_path)


def test_files_without_hash_are_refused_until_pinned_and_then_held_to_the_pin(known: Catalog, tmp_path: Path) -> None:
    """Where the catalog has no hash, nothing is used before it was pinned, and nothing else after that."""
    weights = known.model("unhashed")
    folder = lay_files(weights.folder(tmp_path))
    with pytest.raises(ModelError, match="never checked"):
        catalog.find_model("unhashed", tmp_path)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    pins.write_pins(weights.key, tmp_path, hashes)
    assert catalog.find_model("unhashed", tmp_path).name == "unhashed"
    flip_a_byte(folder / "model.bin")
    with pytest.raises(ModelError, match="damaged"):
        catalog.find_model("unhashed", tmp_path)


def test_pins_are_for_the_owner_alone_and_kept_side_by_side(tmp_path: Path) -> None:
    """`pins.json` is 0600, and pinning one model keeps the pins of another."""
    pins.write_pins("whisper/one", tmp_path, {"model.bin": "1"})
    pins.write_pins("whisper/two", tmp_path, {"model.bin": "2"})
    path = tmp_path / pins.PINS_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == {"whisper/one": {"model.bin": "1"}, "whisper/two": {"model.bin": "2"}}


def test_broken_pins_are_an_error_and_not_an_empty_list(tmp_path: Path) -> None:
    """A damaged pin file never turns into "nothing was pinned"."""
    (tmp_path / pins.PINS_FILE).write_text("{broken")
    with pytest.raises(ModelError, match="cannot be read"):
        pins.read_pins(tmp_path)


def test_a_wrong_name_is_answered_with_its_neighbour(tmp_path: Path) -> None:
    """A slip of the finger in a model's name is answered with the nearest one."""
    with pytest.raises(ModelError) as caught:
        catalog.find_model("tinyen", tmp_path)
    assert "tiny.en" in caught.value.hint


def test_a_persons_own_folder_is_taken_when_it_looks_like_whisper(known: Catalog, tmp_path: Path) -> None:
    """`--model FOLDER` works with weights that the catalog does not know."""
    folder = lay_files(tmp_path / "mine")
    flip_a_byte(folder / "vocabulary.txt")
    found = catalog.find_model(str(folder), tmp_path / "models")
    assert (found.name, found.languages) == ("mine", ())


def test_a_persons_own_folder_with_known_hashes_gets_its_name(known: Catalog, tmp_path: Path) -> None:
    """A folder that holds a model of the catalog, byte for byte, is called by the catalog's name."""
    found = catalog.find_model(str(lay_files(tmp_path / "mine")), tmp_path / "models")
    assert (found.name, found.path) == ("small-test", tmp_path / "mine")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("model.bin", None, "model.bin is missing"),
        ("vocabulary.txt", None, "vocabulary"),
        ("tokenizer.json", b"not json", "cannot be read"),
        ("model.bin", b"GGUF" + bytes(100), "not a Whisper model"),
    ],
)
def test_a_folder_that_is_no_whisper_says_what_is_wrong(
    known: Catalog, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    """A folder with other things in it is refused before Whisper tries to load it."""
    folder = lay_files(tmp_path / "mine")
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=said):
        catalog.find_model(str(folder), tmp_path / "models")


def test_verify_tells_the_state_of_each_file(known: Catalog, tmp_path: Path) -> None:
    """Every file is reported on its own: verified, damaged or missing."""
    weights = known.model("small-test")
    folder = lay_files(weights.folder(tmp_path))
    flip_a_byte(folder / "config.json")
    (folder / "tokenizer.json").unlink()
    states = {check.path.name: check.state for check in catalog.verify_installed(weights, tmp_path)}
    assert states == {
        "config.json": FileState.DAMAGED,
        "model.bin": FileState.VERIFIED,
        "tokenizer.json": FileState.MISSING,
        "vocabulary.txt": FileState.VERIFIED,
    }


# Voices


def lay_voice(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"content of " + name.encode())
    return folder


def voice_weights(kind: str, name: str, *files: str, needs: str = "", engine: str = "") -> Weights:
    described = tuple(
        WeightsFile(file, len(content), hashlib.sha256(content).hexdigest())
        for file in files
        for content in (b"content of " + file.encode(),)
    )
    return Weights(kind, name, ("en",), "MIT", "for a test", described, (HUB,), engine, needs)  # type: ignore[arg-type]


PIPER = voice_weights("voice", "joe", "joe.onnx", "joe.onnx.json", engine="piper")
SHARED = voice_weights("engine", "kokoro", "kokoro.onnx")
KOKORO = voice_weights("voice", "af_test", "af_test.bin", needs="kokoro", engine="kokoro")


@pytest.fixture
def voices(monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A catalog of a Piper voice, and of a Kokoro voice with the model that it shares with others."""
    small = Catalog((PIPER, SHARED, KOKORO))
    monkeypatch.setattr(catalog, "load_catalog", lambda: small)
    return small


def test_every_shipped_voice_is_hashed_and_what_it_needs_is_there() -> None:
    """Both engines have voices; each file of each, and of what they share, has its hash in the catalog."""
    shipped = catalog.load_catalog()
    assert {voice.engine for voice in shipped.voices} == {"piper", "kokoro"}
    for voice in shipped.voices:
        whole = shipped.whole(voice)
        assert whole[-1] is voice
        assert len(whole) == (2 if voice.engine == "kokoro" else 1)
        assert all(weights.hashes_known for weights in whole)
        assert all(weights.command == "voice" for weights in whole)


def test_voice_that_shares_a_model_is_found_with_it(voices: Catalog, tmp_path: Path) -> None:
    """A Kokoro voice is its own small file and the model of all; a Piper voice is a model and its configuration."""
    lay_voice(tmp_path / "voice" / "joe", "joe.onnx", "joe.onnx.json")
    lay_voice(tmp_path / "engine" / "kokoro", "kokoro.onnx")
    lay_voice(tmp_path / "voice" / "af_test", "af_test.bin")
    found = catalog.find_voice("af_test", tmp_path)
    assert (found.engine, found.model_path.name, found.voice_path.name) == ("kokoro", "kokoro.onnx", "af_test.bin")
    first = catalog.find_voice("", tmp_path)
    assert (first.engine, first.model_path.name, first.voice_path.name) == ("piper", "joe.onnx", "joe.onnx.json")
    assert found.mark != first.mark


@pytest.mark.parametrize("missing", ["engine/kokoro", "voice/af_test"])
def test_voice_without_what_it_shares_names_the_command_that_brings_both(
    voices: Catalog, tmp_path: Path, missing: str
) -> None:
    """With either part missing, the hint is to fetch the voice, which brings both."""
    lay_voice(tmp_path / "engine" / "kokoro", "kokoro.onnx")
    lay_voice(tmp_path / "voice" / "af_test", "af_test.bin")
    for path in (tmp_path / missing).iterdir():
        path.unlink()
    for find in (catalog.find_voice, catalog.expect_voice):
        with pytest.raises(ModelError) as caught:
            find("af_test", tmp_path)
        assert "voicecheck voice fetch af_test" in caught.value.hint


def test_flipped_byte_in_a_shared_model_mutes_its_voices(voices: Catalog, tmp_path: Path) -> None:
    """The quick look sees nothing; before it is loaded the damage is found, by name."""
    lay_voice(tmp_path / "voice" / "af_test", "af_test.bin")
    flip_a_byte(lay_voice(tmp_path / "engine" / "kokoro", "kokoro.onnx") / "kokoro.onnx")
    assert catalog.expect_voice("af_test", tmp_path).name == "af_test"
    with pytest.raises(ModelError, match=r"damaged.*kokoro\.onnx"):
        catalog.find_voice("af_test", tmp_path)


def test_persons_own_piper_voice_is_a_folder(voices: Catalog, tmp_path: Path) -> None:
    """A folder with one model and its configuration is a voice; other files in it do not matter."""
    folder = lay_voice(tmp_path / "mine", "en_GB-own.onnx", "en_GB-own.onnx.json", "README")
    found = catalog.find_voice(str(folder), tmp_path / "models")
    assert (found.name, found.engine, found.model_path) == ("en_GB-own", "piper", folder / "en_GB-own.onnx")
    before = found.mark
    (folder / "en_GB-own.onnx").write_bytes(b"another model")
    assert catalog.find_voice(str(folder), tmp_path / "models").mark != before


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (("a.onnx",), "no Piper voice"),
        (("a.onnx", "b.onnx.json"), "no Piper voice"),
        (("a.onnx", "a.onnx.json", "b.onnx", "b.onnx.json"), "more than one"),
    ],
)
def test_folder_that_is_no_voice_says_what_it_needs(
    voices: Catalog, tmp_path: Path, files: tuple[str, ...], said: str
) -> None:
    """Without its configuration, or with two of them, nobody can tell which voice is meant."""
    with pytest.raises(ModelError, match=said) as caught:
        catalog.find_voice(str(lay_voice(tmp_path / "mine", *files)), tmp_path / "models")
    assert "NAME.onnx.json" in caught.value.hint


def let_the_clock_of_files_go_on(folder: Path) -> None:
    """It ticks every few milliseconds; hashing real weights takes longer."""
    probe = folder / "probe"
    probe.touch()
    began = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == began:
        probe.touch()


def moved(folder: Path) -> Path:
    return folder.rename(folder.with_name(f"{folder.name}-moved"))


def changed_in_place(folder: Path) -> None:
    """Other bytes of the same length, and the old time of change put back."""
    at = (folder / "model.bin").stat()
    flip_a_byte(folder / "model.bin")
    os.utime(folder / "model.bin", ns=(at.st_atime_ns, at.st_mtime_ns))


def replaced(folder: Path) -> None:
    (folder / "new").write_bytes((folder / "model.bin").read_bytes())
    (folder / "new").replace(folder / "model.bin")


def replaced_and_put_back(folder: Path) -> None:
    whole = (folder / "model.bin").rename(folder / "whole")
    (folder / "model.bin").write_bytes(b"other")
    whole.replace(folder / "model.bin")


def folder_swapped_and_put_back(folder: Path) -> None:
    whole = moved(folder)
    folder.mkdir()
    folder.rmdir()
    whole.rename(folder)


def kind_swapped_and_put_back(folder: Path) -> None:
    moved(folder.parent).rename(folder.parent)


def pointed_elsewhere(folder: Path) -> None:
    folder.symlink_to(moved(folder))


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the file system marks a renaming otherwise")
@pytest.mark.parametrize(
    "change",
    [changed_in_place, replaced, replaced_and_put_back, folder_swapped_and_put_back, kind_swapped_and_put_back,
     pointed_elsewhere, moved, lambda folder: (folder / "config.json").unlink()],
)  # fmt: skip
@pytest.mark.parametrize("own", [False, True], ids=["of the catalog", "own folder"])
def test_files_that_change_between_the_check_and_the_loading_are_refused(
    known: Catalog, tmp_path: Path, change: Callable[[Path], object], own: bool
) -> None:
    """Written anew with the old time, replaced, swapped and put back, moved away: seen when the loading is over."""
    folder = lay_files(tmp_path / "whisper" / "small-test")
    if own and change is kind_swapped_and_put_back:
        pytest.skip("whatever lies around a folder of one's own changes at any time")
    found = catalog.find_model(str(folder) if own else "small-test", tmp_path)
    found.imprint.require_unchanged()
    let_the_clock_of_files_go_on(tmp_path)
    change(folder)
    with pytest.raises(ModelError, match="changed while they were loaded"):
        found.imprint.require_unchanged()


def test_another_model_that_arrives_meanwhile_changes_nothing(known: Catalog, tmp_path: Path) -> None:
    """What lies beside, and reading, are no change."""
    lay_files(tmp_path / "whisper" / "small-test")
    found = catalog.find_model("small-test", tmp_path)
    (tmp_path / ".partial").mkdir()
    (found.path / "model.bin").read_bytes()
    found.imprint.require_unchanged()
