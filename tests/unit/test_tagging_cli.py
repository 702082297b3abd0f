"""`entry tag`, `feeling words`, `feeling explain`, `feeling retag`: what a person types and reads."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console

from tests.vault_samples import make_entry
from voicecheck.checkin.plan import Evening
from voicecheck.cli.app import App
from voicecheck.cli.checkin.command import Wishes
from voicecheck.cli.checkin.sitting import show_evening
from voicecheck.cli.entry import tagging as tagging_cli
from voicecheck.cli.main import run
from voicecheck.diary import tagging
from voicecheck.domain import Entry, Family
from voicecheck.errors import ExitCode
from voicecheck.feelings.meanings import find_meaning
from voicecheck.feelings.mentions import find_mentions
from voicecheck.paths import find_paths
from voicecheck.vault.create import create_vault
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault

Output = pytest.CaptureFixture[str]
TEXT = "I was so sad today, and I wasn't angry at all."
PRIVATE = "zwirbelig"


@pytest.fixture(autouse=True)
def key_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = home / "vault.key"
    monkeypatch.setenv("VOICECHECK_KEY_FILE", str(path))
    create_vault(find_paths(), KeyFile(path))
    return path


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Puts a text where a program writes."""

    def write(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))

    yield write


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], io.StringIO]:
    """A person at a terminal: what they will type, and all that the terminal showed."""
    typed: list[str] = []
    screen = io.StringIO()
    monkeypatch.setattr(App, "interactive", True)
    monkeypatch.setattr(App, "output", Console(file=screen, force_terminal=True, width=80, height=24))
    monkeypatch.setattr(App, "notices", Console(file=io.StringIO()))
    monkeypatch.setattr(click, "prompt", lambda *_, default=None, **__: typed.pop(0) or default)
    monkeypatch.setattr(click, "confirm", lambda *_, **__: typed.pop(0) == "y")
    return typed, screen


def opened() -> Vault:
    paths = find_paths()
    slots = KeySlots.load(paths.slots_file)
    return Vault.open(paths, slots.unlock(KeyFile(Path(os.environ["VOICECHECK_KEY_FILE"]))))


def keep(text: str = TEXT, version: str = "", language: str = "en") -> Entry:
    entry = replace(make_entry(text), mentions=find_mentions(text, language), language=language)
    with opened() as vault:
        return vault.entries.add(entry, (), version or tagging.Tagger().version(language))


def families(entry: Entry) -> list[Family]:
    with opened() as vault:
        return [m.family for m in vault.entries.get(entry.id).mentions]


def shown(capsys: Output) -> Any:
    return json.loads(capsys.readouterr().out)


# for programs


def test_words_and_mentions_have_numbers(capsys: Output) -> None:
    """Without an option every word and mention is listed with what names it."""
    entry = keep()
    assert run(["entry", "tag", entry.id, "--json"]) == 0
    listed = shown(capsys)
    assert [m["lemma"] for m in listed["mentions"]] == ["sad", "angry"]
    assert listed["words"][3] == {"number": 4, "start": 9, "end": 12, "text": "sad"}
    assert run(["entry", "tag", "last"]) == 0
    assert "  1  I was so [sad] today" in capsys.readouterr().out


def test_change_add_remove_undo(stdin: Any, capsys: Output) -> None:
    """Each step is one number, and what it is comes on stdin; nothing said is an argument."""
    entry = keep()
    stdin('{"family": "grief", "degree": 1}')
    assert run(["entry", "tag", entry.id, "--change", "1", "--json"]) == 0
    (grief, _) = shown(capsys)["mentions"]
    assert (grief["family"], grief["quadrant"], grief["degree"]) == ("grief", "unpleasant_low", 1)
    assert (grief["source"], grief["text"]) == ("person", "sad")
    stdin('{"family": "boredom", "past": true}')
    assert run(["entry", "tag", entry.id, "--add", "5", "--json"]) == 0
    assert shown(capsys)["mentions"][1]["text"] == "today"
    assert run(["entry", "tag", entry.id, "--remove", "3"]) == 0
    assert families(entry) == [Family.GRIEF, Family.BOREDOM]
    assert run(["entry", "tag", entry.id, "--undo"]) == 0
    assert families(entry) == [Family.GRIEF, Family.BOREDOM, Family.ANGER]
    assert run(["entry", "tag", entry.id, "--reset"]) == 0
    assert families(entry) == [Family.SADNESS, Family.ANGER]
    assert run(["entry", "tag", entry.id, "--undo"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--change", "9"], '{"family": "joy"}'),
        (["--change", "0"], '{"family": "joy"}'),
        (["--remove", "3"], ""),
        (["--add", "99"], '{"family": "joy"}'),
        (["--add", "3-2"], '{"family": "joy"}'),
        (["--add", "x"], '{"family": "joy"}'),
        (["--add", "1"], "{}"),
        (["--add", "1"], '{"family": "zwirbelig"}'),
        (["--add", "1"], '{"zwirbelig": 1}'),
        (["--add", "1"], "\udcff zwirbelig".encode("utf-8", "surrogateescape").decode("latin-1")),
        (["--change", "1"], ""),
        (["--change", "1"], '{"degree": 4}'),
        (["--remove", "1", "--undo"], ""),
    ],
)
def test_what_cannot_be_done(arguments: list[str], said: str, stdin: Any, capsys: Output) -> None:
    """A number or a meaning that does not fit is a usage error with a hint; it quotes nothing, and nothing changes."""
    entry = keep()
    stdin(said)
    assert run(["entry", "tag", entry.id, *arguments]) == 2
    told = capsys.readouterr()
    assert "hint:" in told.err
    assert PRIVATE not in told.err + told.out
    assert families(entry) == [Family.SADNESS, Family.ANGER]


# by hand


def test_by_hand(terminal: tuple[list[str], io.StringIO]) -> None:
    """A person adds, changes and removes on the alternate screen; afterwards the terminal holds none of it."""
    typed, screen = terminal
    entry = keep(f"I was so sad today, all {PRIVATE}.")
    typed[:] = ["", "c 1", "gri", "den", "a", PRIVATE.upper(), "nonsense", "fear", "", "x", "r 9", "r 1", "u", ""]
    assert run(["entry", "tag", entry.id]) == 0
    assert typed == []
    with opened() as vault:
        first, second = vault.entries.get(entry.id).mentions
    assert (first.family, first.negated, second.family, second.text) == (Family.GRIEF, True, Family.FEAR, PRIVATE)
    outside = [part.split("\x1b[?1049h")[0] for part in screen.getvalue().split("\x1b[?1049l")]
    assert PRIVATE in screen.getvalue()
    assert PRIVATE not in "".join(outside)


def test_the_first_view_says_where_enter_leads(
    terminal: tuple[list[str], io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the text comes the list, so nothing is said to close there."""
    asked: list[str] = []
    monkeypatch.setattr(click, "prompt", lambda text, **_: asked.append(text) or "")
    assert run(["entry", "tag", keep().id]) == 0
    assert asked == [tagging_cli.TO_THE_LIST, ""]


def test_by_hand_words_that_stand_twice(terminal: tuple[list[str], io.StringIO]) -> None:
    """Of words that stand twice one is chosen; words that do not stand there are said to."""
    typed, _ = terminal
    entry = keep("It was odd, and then odd again.")
    typed[:] = ["", "a", "never", "a", "odd", 2, "surp", "", "", ""]  # type: ignore[list-item]
    assert run(["entry", "tag", entry.id]) == 0
    with opened() as vault:
        (mention,) = vault.entries.get(entry.id).mentions
    assert (mention.start, mention.family) == (21, Family.SURPRISE)


# explain


def test_explain(capsys: Output) -> None:
    """Each mention has its reasons: the words that turned it, or that nothing did, or the person."""
    entry = keep()
    assert run(["feeling", "explain", entry.id]) == 0
    told = capsys.readouterr().out
    assert "*wasn't* turns *angry* round" in told
    assert "*so* says how strong *sad* is" in told
    assert f"It means that {find_meaning('sad', 'en')}." in told
    with opened() as vault:
        tagging.change(vault, entry.id, replace(entry.mentions[0], family=Family.GRIEF))
    assert run(["feeling", "explain", entry.id, "--json"]) == 0
    sad, angry = shown(capsys)["mentions"]
    assert sad["reasons"] == ["*sad* is marked as you said"]
    assert (sad["meaning"], angry["meaning"]) == (None, find_meaning("angry", "en")), "of grief it is no usual word"


def test_a_language_without_feeling_words_says_so(capsys: Output) -> None:
    """`entry show`, `entry tag` and `feeling explain` say that nothing is marked, and why."""
    entry = keep("Ik was zo sad.", language="nl")
    for command in (["entry", "show"], ["entry", "tag"], ["feeling", "explain"]):
        assert run([*command, entry.id]) == 0
        assert "no feeling words for the language nl" in capsys.readouterr().out


# words


def test_words_of_ones_own(stdin: Any, capsys: Output) -> None:
    """A word comes in on stdin, is listed, found by `retag`, and can be removed; it stands in no notice."""
    entry = keep(f"It was all {PRIVATE} today.")
    stdin(json.dumps({"word": f" {PRIVATE.title()} ", "family": "anxiety", "vague": True}))
    assert run(["feeling", "words", "add"]) == 0
    assert run(["vault", "unlock"]) == 0
    told = capsys.readouterr()
    assert PRIVATE not in told.out + told.err
    assert "One entry is marked by older feeling words" in told.err
    assert run(["feeling", "words", "list", "--json"]) == 0
    assert shown(capsys) == [{"word": PRIVATE, "family": "anxiety", "quadrant": "unpleasant_high", "vague": True}]
    assert run(["feeling", "retag", "--json"]) == 0
    assert [m["text"] for one in shown(capsys)["changed"] for m in one["come"]] == [PRIVATE]
    assert run(["feeling", "explain", entry.id]) == 0
    assert f"*{PRIVATE}* is a word of your own" in capsys.readouterr().out
    stdin(PRIVATE + "\n")
    assert run(["feeling", "words", "remove"]) == 0
    stdin(PRIVATE + "\n")
    assert run(["feeling", "words", "remove"]) == 1
    assert run(["feeling", "words", "list"]) == 0


def test_words_of_ones_own_by_hand(terminal: tuple[list[str], io.StringIO]) -> None:
    """A person is asked for the word, its family, and whether it is vague, on a screen of its own."""
    typed, screen = terminal
    typed[:] = [PRIVATE, "anx", "y"]
    assert run(["feeling", "words", "add"]) == 0
    with opened() as vault:
        assert [w.word for w in vault.words.list()] == [PRIVATE]
    typed[:] = [PRIVATE]
    assert run(["feeling", "words", "remove"]) == 0
    with opened() as vault:
        assert vault.words.list() == ()
    assert screen.getvalue().count("\x1b[?1049h") == 2


@pytest.mark.parametrize("word", ["", "  ", "...", "um", "12", "x" * 61, "a\u0000b!", "😀"])
def test_what_is_no_word(word: str, stdin: Any, capsys: Output) -> None:
    """What can never be found in a text is refused."""
    stdin(json.dumps({"word": word, "family": "joy"}))
    code = run(["feeling", "words", "add"])
    with opened() as vault:
        kept = vault.words.list()
    assert (code, kept) == (2, ()) or all(find_mentions(w.word, "en", (w,)) for w in kept)


def test_vocabulary_is_described(capsys: Output) -> None:
    """Words, families and the vague share are counted, and it says that more is not better."""
    keep("I was sad and lonely.")
    keep("I'm fine.")
    assert run(["feeling", "words"]) == 0
    told = capsys.readouterr().out
    assert "more words are not better" in told
    assert "7 words, 3 times a feeling was named, 3 different words" in told
    assert run(["feeling", "words", "--since", "2026-11-23", "--json"]) == 0
    assert shown(capsys)["concepts"] == {}
    assert run(["feeling", "words", "--until", "2026-11-22", "--json"]) == 0
    found = shown(capsys)
    assert found["families"] == {"sadness": 1, "loneliness": 1, "calm": 1}
    assert found["vague_share"] == pytest.approx(1 / 3, abs=0.001)
    assert found["concepts_per_100_words"] == pytest.approx(300 / 7, abs=0.001)


def test_nothing_was_named(capsys: Output) -> None:
    """Without a feeling of one's own it says so kindly, and is no error."""
    assert run(["feeling", "words"]) == 0
    assert "No feeling of your own" in capsys.readouterr().err


# retag


def test_retag_shows_what_changed(capsys: Output) -> None:
    """Entries of an older version are marked anew; what changed is shown, and afterwards nothing is due."""
    with opened() as vault:
        old = vault.entries.add(replace(make_entry(TEXT), mentions=()), (), "en-0")
    assert run(["feeling", "retag"]) == 0
    told = capsys.readouterr()
    assert "Marked anew: 1. Changed: 1." in told.err
    assert "+ sad  sadness, strongly" in told.out
    assert families(old) == [Family.SADNESS, Family.ANGER]
    assert run(["feeling", "retag"]) == 0
    assert "today's feeling words" in capsys.readouterr().err
    assert run(["feeling", "retag", "--all", "--json"]) == 0
    assert shown(capsys) == {"entries": 1, "left": 0, "changed": []}


def test_retag_can_be_stopped(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends it between two entries: exit code 130, and it says how many are left."""
    with opened() as vault:
        for _ in range(3):
            vault.entries.add(make_entry(TEXT), (), "en-0")
    whole, done = tagging.retag, []

    def stopped(vault: Vault, ids: tuple[str, ...]) -> Iterator[tagging.Retagged]:
        for one in whole(vault, ids):
            if done:
                raise KeyboardInterrupt
            done.append(one)
            yield one

    monkeypatch.setattr(tagging, "retag", stopped)
    assert run(["feeling", "retag"]) == 130
    assert "2 left" in capsys.readouterr().err


def test_an_evening_in_a_language_without_feeling_words_says_so(capsys: Output) -> None:
    """After a check-in it is said once, for each such language, that nothing is marked."""
    dutch = replace(make_entry("Ik was moe."), language="nl")
    evening = Evening((dutch, dutch, make_entry()), (), ExitCode.DONE, sealed=True)
    show_evening(App(), evening, Wishes(typed=True, no_speak=True))
    assert capsys.readouterr().err == "There are no feeling words for the language nl yet, so nothing is marked.\n"
