"""The recovery key: real words, a wrong one found and asked for alone, and the made-up words of before for ever."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from tests.unit.test_vault_slots import OTHER, cheap, terminal
from tests.vault_samples import PASSPHRASE, make_vault
from voicecheck.cli.main import run
from voicecheck.errors import UsageError
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import (
    LISTED,
    SPELLED,
    WORDS,
    RecoveryKey,
    code_of,
    from_words,
    nearly,
    secret_of,
    to_words,
    unknown,
    whole_word,
    word_list,
)
from voicecheck.vault.keys.slots import KeySlots

__all__ = ["cheap", "terminal"]
Output = pytest.CaptureFixture[str]
SECRET = bytes(range(32))
OF_BEFORE = "babad bamag bibaj bimal boban bomar bubat bumaz dabid damig dibij dimil dobin domir dubit dumiz jurol"
"""of the same secret, as it was shown until 0.1"""


def test_the_list() -> None:
    """2,048 words of letters alone, told apart by their first four; what is only like one is none."""
    words = word_list()
    assert len(words) == len({word[:4] for word in words}) == 2048
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 8 for word in words)
    assert [whole_word(word[:4]) for word in words] == list(words)
    assert (whole_word(" ABAN "), whole_word("act"), whole_word("aba"), whole_word("abandom")) == (
        "abandon", "act", "aba", "abandom",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (bytes(32), ("abandon",) * 23 + ("art",)),
        (b"\xff" * 32, ("zoo",) * 23 + ("vote",)),
        (b"\x7f" * 32, (*("legal", "winner", "thank", "year", "wave", "sausage", "worth", "useful") * 2,
                        "legal", "winner", "thank", "year", "wave", "sausage", "worth", "title")),
    ],
)  # fmt: skip
def test_they_are_those_of_the_standard(secret: bytes, words: tuple[str, ...]) -> None:
    """Published examples come out word by word, and go in again."""
    assert to_words(secret) == words
    assert from_words(" ".join(words)) == secret


def test_words_round_trip() -> None:
    """Any 256 bits come back from their words: with capitals, numbers and commas, or four letters of each."""
    chance = random.Random(2)
    for secret in (bytes(32), b"\xff" * 32, *(chance.randbytes(32) for _ in range(100))):
        words = to_words(secret)
        assert len(words) == WORDS
        assert from_words(" ".join(words)) == secret
        assert from_words(", ".join(f"{i}. {word.upper()}" for i, word in enumerate(words, 1))) == secret
        assert from_words(" ".join(word[:4] for word in words)) == secret


def test_the_words_of_before_are_taken_for_ever() -> None:
    """A key that was written down until 0.1 is the same secret."""
    assert from_words(OF_BEFORE) == from_words(OF_BEFORE.upper()) == SECRET
    assert (code_of(OF_BEFORE.split()), code_of(to_words(SECRET))) == (SPELLED, LISTED)


@pytest.mark.parametrize("whole", [to_words(SECRET), tuple(OF_BEFORE.split())])
def test_a_slip_of_the_pen_is_told_by_its_place(whole: tuple[str, ...]) -> None:
    """A word that is none, a missing one and words that do not belong together; no message repeats a word."""
    slips = ([*whole[:4], "quokka", *whole[5:]], whole[:-1], [whole[1], whole[0], *whole[2:]])
    for words, told in zip(slips, ("Word 5 ", f"these are {len(whole) - 1}", "belong together"), strict=True):
        with pytest.raises(UsageError, match=told) as caught:
            from_words(" ".join(words))
        assert not any(word in caught.value.message + caught.value.hint for word in (*whole, "quokka"))


def exchanged(words: Sequence[str], place: int, other: str) -> list[str]:
    return [*words[:place], other, *words[place + 1 :]]


@pytest.mark.parametrize("place", [0, 11, 23])
@pytest.mark.parametrize("other", ["zebra", "nothing known"])
def test_a_wrong_word_is_found(place: int, other: str) -> None:
    """Of the keys that one other word would give, few pass the check, and the right one is among them."""
    words = exchanged(to_words(SECRET), place, other)
    found = list(nearly(words))
    assert ((place,), SECRET) in found
    assert len(found) < 400


def test_words_that_changed_places_are_found() -> None:
    """Of both kinds; and two unknown words give nothing to look for."""
    for whole in (to_words(SECRET), tuple(OF_BEFORE.split())):
        words = list(whole)
        words[3], words[9] = words[9], words[3]
        assert secret_of(words) is None
        assert next(found for found in nearly(words) if found[1] == SECRET)[0] == (3, 9)
        assert list(nearly(exchanged(exchanged(whole, 1, "x"), 2, "y"))) == []
        assert unknown(exchanged(exchanged(whole, 1, "x"), 2, "y")) == [1, 2]


def test_a_wrong_word_of_before_is_found() -> None:
    """An unknown one in any place, and a known one."""
    words = OF_BEFORE.split()
    assert ((16,), SECRET) in list(nearly(exchanged(words, 16, "quokka")))
    assert next(found for found in nearly(exchanged(words, 0, "zuzuz")) if found[1] == SECRET)[0] == (0,)


# At the front door


@pytest.fixture
def slots() -> tuple[KeySlots, DataKey]:
    paths, key = make_vault()
    return KeySlots.load(paths.slots_file).add(key, RecoveryKey(SECRET)), key


def opens(slots: tuple[KeySlots, DataKey], terminal: list[str], *typed: str) -> None:
    """With these lines `vault recover` gives a new passphrase, and nothing more is asked."""
    terminal[:] = [*typed, OTHER]
    assert run(["vault", "recover"]) == 0
    assert terminal == []
    assert KeySlots.load(slots[0].path).unlock(Passphrase(OTHER)) == slots[1]


@pytest.mark.parametrize("wrong", ["quokka", "zebra"])
@pytest.mark.parametrize("whole", [to_words(SECRET), tuple(OF_BEFORE.split())])
def test_only_the_wrong_word_is_asked_for(
    slots: tuple[KeySlots, DataKey], terminal: list[str], whole: tuple[str, ...], wrong: str
) -> None:
    """Be it no word at all or another word of the list: that one alone, once."""
    opens(slots, terminal, " ".join(exchanged(whole, 2, wrong)), whole[2])


def test_two_words_that_changed_places(slots: tuple[KeySlots, DataKey], terminal: list[str]) -> None:
    """Both are asked for."""
    whole = to_words(SECRET)
    words = list(whole)
    words[3], words[9] = words[9], words[3]
    opens(slots, terminal, " ".join(words), whole[3], whole[9])


def test_several_unknown_words(slots: tuple[KeySlots, DataKey], terminal: list[str]) -> None:
    """Each alone."""
    whole = to_words(SECRET)
    opens(slots, terminal, " ".join(exchanged(exchanged(whole, 1, "quokka"), 20, "flute")), whole[1], whole[20])


@pytest.mark.parametrize("wrong", ["quokka", "zebra"])
def test_a_word_that_is_wrong_on_the_paper(
    slots: tuple[KeySlots, DataKey], terminal: list[str], capsys: Output, wrong: str
) -> None:
    """Who can only repeat it is let in by the others, and told which one it is; no word is shown."""
    whole = to_words(SECRET)
    opens(slots, terminal, " ".join(exchanged(whole, 6, wrong)), wrong, *([wrong] if wrong == "quokka" else []))
    told = " ".join(capsys.readouterr().err.split())
    assert "Word 7 is not the one that was shown" in told and "slots add recovery" in told
    assert wrong not in told and whole[6] not in told.split()


def test_another_vaults_key(slots: tuple[KeySlots, DataKey], terminal: list[str], capsys: Output) -> None:
    """Whole and yet not of this vault: said, and asked three times at most."""
    other = " ".join(to_words(bytes(32)))
    terminal[:] = [other, "", other, "", other]
    assert run(["vault", "recover"]) == 5
    assert "another vault" in capsys.readouterr().err
    assert terminal == []


def test_after_a_wrong_passphrase_it_is_named(
    slots: tuple[KeySlots, DataKey], terminal: list[str], capsys: Output
) -> None:
    """Behind the last try of any command."""
    terminal[:] = ["some wrong one"] * 3
    assert run(["vault", "unlock"]) == 5
    assert "vault recover" in capsys.readouterr().err
    terminal[:] = [PASSPHRASE]
    assert run(["vault", "unlock"]) == 0
