"""Packs: what comes with VoiceCheck is fit to be spoken, what is broken is named, and choosing keeps its promises."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.unit.test_phrases import BANNED
from voicecheck.domain import Prompt
from voicecheck.errors import ExitCode, UsageError
from voicecheck.prompts.ladder import FINISHED_TO_RISE
from voicecheck.prompts.packs import (
    LONGEST_TEXT_WORDS,
    OPENERS,
    Pack,
    load_packs,
    read_drawn,
    read_pack,
    shipped_folder,
    write_drawn,
)

HEAD = 'id = "mine"\ntitle = "Mine"\nlanguage = "en"\nwhy = "A test."\n'
QUESTION = '[[prompts]]\nid = "{id}"\ntext = "How was it?"\ndepth = {depth}\ntheme = "t"\nwhy = "w"\n'
ACCUSING = {
    "en": ("why did", "why do", "why don't", "why can't", "why are", "should ", "must ", "fault", "wrong with"),
    "de": ("warum ", "wieso ", "weshalb ", "solltest ", "musst du ", " schuld", "stimmt nicht mit"),
}
ASSUMING = {
    "en": ("wife", "husband", "girlfriend", "boyfriend", "partner", " he ", " she ", "manly", "as a man", "as a woman"),
    "de": (
        "deine frau", "dein mann", "freundin", "dein freund", "partner", "männlich", "als mann",
        "als frau",
    ),
}  # fmt: skip
PACKS = ("evening", "naming", "masks", "load", "closeness", "repair", "listening")
LANGUAGES = ("", "-de")


def own_pack(*questions: tuple[str, int], head: str = HEAD) -> str:
    return head + "".join(QUESTION.format(id=name, depth=depth) for name, depth in questions)


def some_pack(*depths: int) -> Pack:
    prompts = tuple(Prompt(f"q-{n}", f"Question {n}?", "some", depth) for n, depth in enumerate(depths))
    return Pack("some", "Some", "en", "", prompts, Path("some.toml"))


# What comes with it


@pytest.mark.parametrize("pack", [f"{pack}{language}" for pack in PACKS for language in LANGUAGES])
def test_each_pack_holds_fifteen_questions(tmp_path: Path, pack: str) -> None:
    """Fifteen questions, more small ones than deep ones, three or more to begin with, and no depth that runs out
    before two answers have led to the next."""
    depths = [p.depth for p in load_packs(tmp_path).pack(pack).prompts]
    assert len(depths) == 15
    assert set(depths) == {1, 2, 3, 4, 5}
    assert min(depths.count(depth) for depth in set(depths)) >= FINISHED_TO_RISE
    assert depths.count(1) >= 3
    assert depths.count(1) + depths.count(2) > depths.count(4) + depths.count(5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_openers_are_short_and_small(tmp_path: Path, language: str) -> None:
    """An opener asks for little, and is said in six seconds."""
    openers = load_packs(tmp_path).pack(f"opening{language}").prompts
    assert len(openers) == 15
    assert {p.depth for p in openers} == {1}
    assert max(len(p.text.split()) for p in openers) <= 16


SHIPPED = list(load_packs(Path("/nonexistent")))
LANGUAGE_OF = {pack.id: pack.language for pack in load_packs(Path("/nonexistent")).packs}


def texts_of(prompt: Prompt) -> list[str]:
    """All that may be said of it."""
    follow_ups = prompt.follow_ups
    every = (prompt.text, prompt.together, follow_ups.named, follow_ups.vague, follow_ups.nothing)
    return [text for text in every if text]


@pytest.mark.parametrize("prompt", SHIPPED, ids=lambda p: p.id)
def test_questions_can_be_spoken(prompt: Prompt) -> None:
    """Short, with a reason, without accusation or advice, and assuming nothing about whom the person lives with."""
    assert prompt.why
    assert prompt.theme
    assert "?" in prompt.text
    for text in texts_of(prompt):
        low = f" {text.lower()} "
        assert len(text.split()) <= LONGEST_TEXT_WORDS
        assert "!" not in text
        language = LANGUAGE_OF[prompt.pack]
        assert not [word for word in (*ACCUSING[language], *ASSUMING[language]) if word in low]
        assert [pattern for pattern in BANNED[language] if re.search(pattern, text, re.IGNORECASE)] == []


@pytest.mark.parametrize("prompt", [p for p in SHIPPED if not p.pack.startswith(OPENERS)], ids=lambda p: p.id)
def test_every_question_has_a_follow_up_for_whatever_was_heard(prompt: Prompt) -> None:
    """Named, vague or nothing: each has a question of its own, and none asks for reasons."""
    follow_ups = (prompt.follow_ups.named, prompt.follow_ups.vague, prompt.follow_ups.nothing)
    assert all(text.endswith("?") for text in follow_ups)
    assert all(text.count("?") == 1 for text in follow_ups)
    assert len(set(follow_ups)) == 3


@pytest.mark.parametrize("prompt", SHIPPED, ids=lambda p: p.id)
def test_no_question_is_three(prompt: Prompt) -> None:
    """Of three questions in one breath a listener keeps the last, so there are never more than two."""
    assert max(text.count("?") for text in texts_of(prompt)) <= 2


def test_no_sentence_stands_twice() -> None:
    """No two questions or follow-ups of any pack are the same."""
    every = [text for prompt in SHIPPED for text in texts_of(prompt)]
    assert [text for text in set(every) if every.count(text) > 1] == []


def test_listening_is_for_two_as_well() -> None:
    """Each question of the pack has a form in which one tells and the other says it back."""
    assert all(p.together for p in SHIPPED if p.pack in ("listening", "listening-de"))


def test_ids_name_their_pack() -> None:
    """Ids begin with the pack's, so that no two packs can ever share one."""
    assert [p.id for p in load_packs(Path("/nonexistent")) if not p.id.startswith(f"{p.pack}-")] == []


# Finding


def test_own_pack_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    """A pack in the person's folder replaces the one with its id, whatever the file is called."""
    head = HEAD.replace('"mine"', '"evening"')
    (tmp_path / "other.toml").write_text(own_pack(("evening-own", 1), head=head))
    packs = load_packs(tmp_path)
    assert [p.id for p in packs.pack("evening").prompts] == ["evening-own"]
    assert packs.find("evening-own").pack == "evening"


def test_two_own_packs_with_one_id_are_an_error(tmp_path: Path) -> None:
    """Which of the two counts is not left to the alphabet: neither, and each is named."""
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(own_pack(("x", 1)))
    packs = load_packs(tmp_path)
    assert [broken.name for broken in packs.broken] == ["mine", "mine"]
    assert "b.toml, line 1: a.toml has the id mine too" in packs.broken[1].fault.message
    with pytest.raises(UsageError, match="has the id mine too"):
        packs.pack("mine")


def test_broken_pack_stops_no_other(tmp_path: Path) -> None:
    """What is sound can be asked from; a broken one is an error once it is asked for, by id or file name."""
    (tmp_path / "good.toml").write_text(own_pack(("x", 1)))
    (tmp_path / "a.toml").write_text(own_pack(("y", 9), head=HEAD.replace('"mine"', '"theirs"')))
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    (tmp_path / "digits.toml").write_text("a = " + "1" * 10_000)
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    packs = load_packs(tmp_path)
    assert packs.find("x").pack == "mine"
    assert len(packs.pack("evening").prompts) == 15
    for name, fault in (("theirs", "depth"), ("deep", "too deeply"), ("digits", "digits"), ("pipe", "no plain file")):
        with pytest.raises(UsageError, match=fault):
            packs.pack(name)
    assert {broken.name for broken in packs.broken} == {"theirs", "deep", "digits", "folder", "pipe"}


@pytest.mark.parametrize(("look", "near"), [("evening-wether", "evening-weather"), ("evenin", "evening")])
def test_unknown_name_meets_its_neighbour(tmp_path: Path, look: str, near: str) -> None:
    """An unknown prompt or pack is a usage error with the nearest name as the hint."""
    packs = load_packs(tmp_path)
    with pytest.raises(UsageError) as caught:
        packs.find(look) if "-" in look else packs.pack(look)
    assert near in caught.value.hint
    assert caught.value.exit_code == ExitCode.USAGE


# Broken packs


@pytest.mark.parametrize(
    ("content", "line", "fault"),
    [
        (HEAD + 'oops\n', 5, "Expected '='"),
        ("colour = 1\n" + own_pack(("x", 1)), 1, "no key called colour"),
        (own_pack(("x", 1)) + "colour = 1\n", 11, "no key called colour"),
        (own_pack(("x", 1), ("y", 9)), 14, "depth: Expected `int` <= 5"),
        (own_pack(("x", 1), ("y", 2)).replace("depth = 2", ""), 11, "missing required field `depth`"),
        (own_pack(("x", 1), ("x", 2)), 12, "the id x stands twice"),
        (own_pack(("X y", 1)), 6, "small letters"),
        (own_pack(("x", 1)).replace("How was it?", "word " * 29), 7, "29 words"),
        (own_pack(("x", 1)).replace("How was it?", "   "), 7, "text is blank"),
        (own_pack(("x", 1)).replace("How was it?", r"\u001b[2JHow?"), 7, "text holds a control character"),
        (own_pack(("x", 1)).replace('"w"', r'"\u202ew"'), 10, "why holds a control character"),
        (own_pack(("x", 1)).replace('"Mine"', r'"a\nb"'), 2, "title holds a control character"),
        (own_pack(("x", 1)) + 'follow_ups = {named = " "}\n', 11, "follow_ups is blank"),
        (HEAD + "prompts = []\n", 5, "prompts: "),
        (HEAD.replace('id = "mine"', "id = 7") + "prompts = []\n", 1, "id: Expected `str`"),
    ],
)  # fmt: skip
def test_broken_pack_names_line_and_fault(tmp_path: Path, content: str, line: int, fault: str) -> None:
    """The error for a broken pack names the file, the line and what is wrong there."""
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(UsageError) as caught:
        read_pack(path)
    assert f"{path}, line {line}: " in caught.value.message
    assert fault in caught.value.message


def test_pack_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file and bytes that are no text are usage errors too."""
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.toml", "b.toml"):
        with pytest.raises(UsageError):
            read_pack(tmp_path / name)


# Drawn ahead


def test_drawn_questions_come_back(tmp_path: Path) -> None:
    """What was drawn is read back in order, as ids alone, without those that the pack no longer holds."""
    path, pack = tmp_path / "next.json", some_pack(1, 2, 3)
    write_drawn(path, [pack.prompts[2], Prompt("gone", "Gone?", "some"), pack.prompts[0]])
    assert [p.id for p in read_drawn(path, pack.prompts)] == ["q-2", "q-0"]
    assert b"Question" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"prompts": 3}', b"\xff\xff", b"[]", b'{"prompts": ["A b"]}'])
def test_damaged_drawn_file_is_passed_over(tmp_path: Path, content: bytes | None) -> None:
    """A missing or damaged file means drawing anew, never an error."""
    path = tmp_path / "next.json"
    if content is not None:
        path.write_bytes(content)
    assert read_drawn(path, some_pack(1).prompts) == ()


def test_shipped_packs_are_found() -> None:
    """The checkout's prompts are read; a wheel has its own folder."""
    assert (shipped_folder() / "evening.toml").is_file()
