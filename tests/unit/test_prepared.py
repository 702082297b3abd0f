"""Sentences made ahead: one file a voice, made as a whole, and never more than it is asked for."""

from __future__ import annotations

import os
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeVoice
from tests.sound_samples import tone
from voicecheck.checkin.fixed_sentences import fixed_sentences
from voicecheck.domain import Prompt
from voicecheck.errors import AudioError
from voicecheck.models.catalog import VoiceFiles
from voicecheck.phrases import load_phrases
from voicecheck.prompts.packs import Pack, Packs, load_packs
from voicecheck.speech.voice.prepared import Made, Prepared, decode, encode, file_of, prepare
from voicecheck.speech.voice.sentences import split_sentences
from voicecheck.speech.voice.sound import Sound

LATE_S = 0.02  # an Opus frame
SENTENCES = ("How was today?", "What was good in it?", "Thank you.")
FILES = VoiceFiles("af_heart", "kokoro", Path("model"), Path("style"), "abc")


def nobody(made: Made) -> None:
    """Progress that nobody watches."""


class Stopping(FakeVoice):
    """Ctrl-C comes while it makes the sentence number `at`."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def synthesize(self, text: str) -> Iterator[Sound]:
        if len(self.sentences) == self._at:
            raise KeyboardInterrupt
        return super().synthesize(text)


def test_every_sentence_is_found_again(tmp_path: Path) -> None:
    """What was prepared sounds as it was made, and other sentences are not in it."""
    path = tmp_path / "prepared" / "voice.zip"
    voice = FakeVoice()
    assert prepare(path, SENTENCES, voice, nobody) == Made(3, 3)
    assert sorted(voice.sentences) == sorted(SENTENCES)
    ready = Prepared(path)
    assert ready.made(SENTENCES).whole
    for sentence in SENTENCES:
        sound = ready.sound(sentence)
        assert sound is not None
        assert sound.duration_s == pytest.approx(0.01 * len(sentence), abs=LATE_S)
    assert "How was yesterday?" not in ready
    assert ready.sound("How was yesterday?") is None


def test_opus_keeps_the_sound() -> None:
    """The wave that comes back is the wave that went in, at Opus's own rate and with nothing before or behind it."""
    given = Sound(tone(0.5, 0.3), 16_000)
    heard = decode(encode([given]))
    assert heard is not None
    assert heard.duration_s == pytest.approx(given.duration_s, abs=LATE_S)
    at = np.arange(len(heard.samples)) / heard.rate_hz
    same = np.interp(at, np.arange(len(given.samples)) / given.rate_hz, given.samples)
    middle = slice(4800, -4800)
    assert np.corrcoef(same[middle], heard.samples[middle])[0, 1] > 0.98


def test_nothing_that_is_no_sound_is_played() -> None:
    """Bytes that are no Opus are no sound; a voice that gives none is an error when it is prepared, not at night."""
    assert decode(b"no sound") is None
    with pytest.raises(AudioError):
        encode([])


def test_file_is_for_its_owner_alone_and_tells_no_time(tmp_path: Path) -> None:
    """0600 in a folder of 0700; no member has a date of its own, and none is named by its words."""
    path = tmp_path / "prepared" / "voice.zip"
    prepare(path, SENTENCES, FakeVoice(), nobody)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with zipfile.ZipFile(path) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("today" in name for name in archive.namelist())


def test_use_leaves_no_trace(tmp_path: Path) -> None:
    """To look for sentences, in it or not, changes neither the file nor the folder."""
    path = tmp_path / "prepared" / "voice.zip"
    prepare(path, SENTENCES, FakeVoice(), nobody)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    for sentence in (*SENTENCES, "Something else?"):
        Prepared(path).sound(sentence)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(path.parent.iterdir()) == [path]


def test_whole_file_is_made_once(tmp_path: Path) -> None:
    """A second time there is nothing to make, and the file stays as it is."""
    path = tmp_path / "voice.zip"
    prepare(path, SENTENCES, FakeVoice(), nobody)
    before = path.stat().st_mtime_ns
    again = FakeVoice()
    assert prepare(path, SENTENCES, again, nobody).whole
    assert again.sentences == []
    assert path.stat().st_mtime_ns == before


def test_stopped_in_the_middle_it_goes_on(tmp_path: Path) -> None:
    """Ctrl-C keeps what was made, always the beginning of the list; the next time only the rest is made."""
    path = tmp_path / "voice.zip"
    many = [f"Is this number {number}?" for number in range(9)]
    with pytest.raises(KeyboardInterrupt):
        prepare(path, many, Stopping(at=5), nobody, workers=1)
    kept = Prepared(path)
    count = len(kept)
    assert 3 <= count <= 5
    assert [sentence in kept for sentence in many] == [True] * count + [False] * (9 - count)
    rest = FakeVoice()
    assert prepare(path, many, rest, nobody).whole
    assert sorted(rest.sentences) == sorted(many[count:])


def test_other_packs_make_it_anew_where_they_differ(tmp_path: Path) -> None:
    """A sentence that is asked no longer leaves the file; a new one comes in; the others are not made again."""
    path = tmp_path / "voice.zip"
    prepare(path, SENTENCES, FakeVoice(), nobody)
    changed = ("How was today?", "And the night?")
    assert Prepared(path).made(changed) == Made(1, 2)
    voice = FakeVoice()
    prepare(path, changed, voice, nobody)
    assert voice.sentences == ["And the night?"]
    assert len(Prepared(path)) == 2
    assert "Thank you." not in Prepared(path)


@pytest.mark.parametrize(
    "other",
    [
        (VoiceFiles("af_bella", "kokoro", Path("model"), Path("style"), "abc"), 1.0),
        (VoiceFiles("af_heart", "kokoro", Path("model"), Path("style"), "abd"), 1.0),
        (FILES, 1.1),
    ],
    ids=["another voice", "other files of it", "another pace"],
)
def test_another_voice_or_pace_is_another_file(tmp_path: Path, other: tuple[VoiceFiles, float]) -> None:
    """What was made for one voice at one pace is not found by another: it is stale, and speaks live."""
    assert file_of(tmp_path, *other) != file_of(tmp_path, FILES, 1.0)


def test_a_change_of_pace_clears_the_old_file_away(tmp_path: Path) -> None:
    """The same voice has one file; those of other voices stay."""
    slow, quick = (file_of(tmp_path, FILES, rate) for rate in (1.0, 1.2))
    other = file_of(tmp_path, VoiceFiles("af_heart-2", "piper", Path("model"), Path("style")), 1.0)
    for path in (slow, other, quick):
        prepare(path, SENTENCES, FakeVoice(), nobody)
    assert sorted(tmp_path.iterdir()) == sorted([other, quick])


@pytest.mark.parametrize("damage", ["cut", "emptied", "a byte"])
def test_damaged_file_holds_nothing_and_stops_nobody(tmp_path: Path, damage: str) -> None:
    """A cut file has no sentences, a flipped byte takes away its own sentence, and preparing again mends it."""
    path = tmp_path / "voice.zip"
    prepare(path, SENTENCES, FakeVoice(), nobody)
    content = bytearray(path.read_bytes())
    if damage == "a byte":
        content[content.index(b"OpusHead") + 60] ^= 1
    path.write_bytes({"cut": content[: len(content) // 2], "emptied": b"", "a byte": content}[damage])
    found = [Prepared(path).sound(sentence) is not None for sentence in SENTENCES]
    assert sum(found) == (2 if damage == "a byte" else 0)
    prepare(path, SENTENCES, FakeVoice(), nobody)
    assert all(Prepared(path).sound(sentence) for sentence in SENTENCES)


# What is prepared


def pack(pack_id: str, *texts: str, together: str = "") -> Pack:
    prompts = tuple(Prompt(f"{pack_id}-{n}", text, pack_id, together=together) for n, text in enumerate(texts))
    return Pack(pack_id, "", "en", "", prompts, Path("x"))


def test_every_question_and_phrase_is_prepared(tmp_path: Path) -> None:
    """Whatever an evening says of its own, of any pack, is among them; nothing has a place for a name or a word."""
    phrases, packs = load_phrases(), load_packs(tmp_path)
    sentences = set(fixed_sentences(phrases, packs, ("opening", "evening")))
    for prompt in packs:
        for text in (prompt.text, prompt.together, prompt.follow_ups.named, prompt.follow_ups.nothing):
            assert set(split_sentences(text)) <= sentences, text
    rng = random.Random(1)
    for name, forms in phrases.spoken.items():
        if not any("{" in form for form in forms):
            assert set(split_sentences(phrases.say(name, rng))) <= sentences
    assert not any("{" in sentence for sentence in sentences)


def test_packs_of_the_settings_come_first() -> None:
    """The order is that of the settings, and the same every time: where it was stopped tells nothing of an evening."""
    packs = Packs((pack("a", "Is it a?"), pack("b", "Is it b?", together="Are you both b?"), pack("c", "Is it c?")))
    phrases = load_phrases()
    made = fixed_sentences(phrases, packs, ("c", "b"))
    assert made[-4:] == ("Is it c?", "Is it b?", "Are you both b?", "Is it a?")
    assert made == fixed_sentences(phrases, packs, ("c", "b"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How was today? Tell me about one moment.", ["How was today?", "Tell me about one moment."]),
        ("Yes. And what then?", ["Yes. And what then?"]),
        ("I heard you say “sad.” Is that right?", ["I heard you say “sad.”", "Is that right?"]),
        ("  one\n line, no end ", ["one line, no end"]),
        ("It was 3.5 o'clock.", ["It was 3.5 o'clock."]),
        ("", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    """A text is cut behind the end of a sentence; a lone word goes with what follows, and no word is lost."""
    assert split_sentences(text) == parts
    assert " ".join(parts) == " ".join(text.split())


@pytest.mark.parametrize(("offset", "value"), [(6, 255), (8, 1), (10, 8)], ids=["version", "encrypted", "deflated"])
def test_a_zip_of_another_kind_is_said_live(tmp_path: Path, offset: int, value: int) -> None:
    """A member that Python's zipfile refuses in its own ways is no sentence; nothing is raised and nothing hangs."""
    path = tmp_path / "voice.zip"
    prepare(path, SENTENCES, FakeVoice(), nobody)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + offset] = value
    path.write_bytes(content)
    assert sum(Prepared(path).sound(sentence) is not None for sentence in SENTENCES) < len(SENTENCES)
    prepare(path, SENTENCES, FakeVoice(), nobody)
    assert all(Prepared(path).sound(sentence) for sentence in SENTENCES)


def test_what_is_no_plain_file_holds_nothing(tmp_path: Path) -> None:
    """A pipe in its place is not waited for."""
    os.mkfifo(tmp_path / "voice.zip")
    assert len(Prepared(tmp_path / "voice.zip")) == 0


def test_a_name_that_is_no_text_has_a_file(tmp_path: Path) -> None:
    """A voice in a folder whose name is no UTF-8."""
    files = VoiceFiles(os.fsdecode(b"caf\xe9"), "piper", Path("model"), Path("style"))
    assert file_of(tmp_path, files, 1.0).suffix == ".zip"
