"""Answers that somebody sealed who knows the public key alone: whatever they hold, the vault goes on as before."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from tests.vault_samples import SPOKEN_AT, header_of, make_entry, make_pages, make_vault
from voicecheck.diary.aside import take_in_all
from voicecheck.diary.export import write_json
from voicecheck.diary.importers import import_json, parse_export
from voicecheck.diary.tagging import retag, tagger_of
from voicecheck.domain import Asked, Correction, CorrectionAction, Did, Entry, Sitting, Turn, TurnKind
from voicecheck.errors import VaultError
from voicecheck.paths import Paths
from voicecheck.utterance import OwnSpeech, Page
from voicecheck.vault.create import locked_inbox
from voicecheck.vault.inbox.bounds import MOST_LETTERS, MOST_OWN, MOST_OWN_LETTERS, MOST_TURNS
from voicecheck.vault.inbox.inbox import Inbox
from voicecheck.vault.inbox.sealed_file import RecordType
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.vault import Vault

Made = tuple[Paths, DataKey]
KEEP = "until_reviewed"


@pytest.fixture
def made() -> Made:
    return make_vault()


def seal(inbox: Inbox, entry: Entry, pages: tuple[Page, ...] = ()) -> None:
    """As a program of a stranger's does: no check of ours stands in the way."""
    answer = inbox.begin(replace(header_of(entry), language="en"))
    for page in pages:
        answer.append_page(page)
    answer._append(RecordType.ENTRY, msgspec.json.encode(entry))
    answer.finish()


def mention(entry: Entry, **more: object) -> Entry:
    return replace(entry, mentions=(replace(entry.mentions[0], **more),))  # type: ignore[arg-type]


def turn(entry: Entry, **more: object) -> Entry:
    return replace(entry, turns=(replace(entry.turns[0], **more),))  # type: ignore[arg-type]


@pytest.mark.parametrize("year", [2, 1903, 1969, 1970])
def test_answers_of_a_clock_that_was_never_set(made: Made, year: int) -> None:
    """Whole and broken-off answers and sittings from before 1970 are no damage: they are taken in as of their time."""
    entry = make_entry(at=SPOKEN_AT.replace(year=year))
    inbox = locked_inbox(made[0])
    seal(inbox, entry)
    inbox.seal_sitting(header_of(entry), Sitting(entry.session, entry.spoken_at, (Asked("evening-day", Did.FINISHED),)))
    broken = make_entry(at=SPOKEN_AT.replace(year=year))
    answer = inbox.begin(header_of(broken))
    answer.append_entry(broken)
    answer.sync()
    answer.close()
    with Vault.open(*made) as vault:
        assert [one.id for one in vault.ingest(KEEP).entries] == [entry.id]
        (recovered,) = vault.ingest(KEEP).waiting
        vault.keep(recovered, broken, KEEP)
        kept = vault.entries.get(entry.id)
        assert (kept.spoken_at, kept.text) == (entry.spoken_at, entry.text)
        assert vault.entries.has(broken.id) and len(vault.steps.history()) == 1
    assert not list(made[0].inbox_folder.iterdir())


ODD: tuple[Callable[[Entry], Entry], ...] = (
    lambda e: mention(e, end=10_000),
    lambda e: mention(e, start=9, end=9),
    lambda e: mention(e, degree=7),
    lambda e: replace(e, language="X1"),
    lambda e: replace(e, duration_s=-1.0),
    lambda e: replace(e, duration_s=1e300),
    lambda e: turn(e, end=-5),
    lambda e: turn(e, unheard=((1.0, 1e12),)),
    lambda e: turn(e, text="a" * (MOST_LETTERS + 1)),
    lambda e: replace(e, turns=tuple(Turn(TurnKind.ANSWER, "b" * 300_000) for _ in range(4))),
    lambda e: replace(e, turns=(*e.turns, *(Turn(TurnKind.ASIDE, "", start=i, end=i + 1) for i in range(MOST_TURNS)))),
    lambda e: replace(e, corrections=(Correction(CorrectionAction.ADDED, replace(e.mentions[0], end=99_999)),)),
    lambda e: replace(e, spoken_at=datetime(9999, 12, 31, 23, tzinfo=UTC)),
    lambda e: replace(e, session="no id"),
)


def goes_on(made: Made, kept: Entry) -> None:
    """The vault is read, exported and imported again as if nothing had come."""
    with Vault.open(*made) as vault:
        for waiting in vault.ingest(KEEP, tag=tagger_of(vault).tag).waiting:
            vault.drop(waiting)
        assert vault.entries.has(kept.id)
        assert len(list(retag(vault, vault.entries.select()))) == vault.entries.count()
        content = io.BytesIO()
        write_json(vault, [entry.id for entry in vault.entries.list()], content, SPOKEN_AT)
        before = vault.entries.count()
        vault.entries.delete(*(entry.id for entry in vault.entries.list()))
        done = import_json(vault, parse_export(content.getvalue(), "it"))
        assert vault.entries.count() == before, done


@pytest.mark.parametrize("spoil", ODD)
def test_what_could_not_be_exported_is_not_taken_in(made: Made, spoil: Callable[[Entry], Entry]) -> None:
    """The inbox has the same bounds as the import; the file stays, and nothing of it is in the vault."""
    with Vault.open(*made) as vault:
        kept = vault.entries.add(make_entry())
    seal(locked_inbox(made[0]), spoil(make_entry("I was calm.")))
    goes_on(made, kept)
    with Vault.open(*made) as vault:
        taken = vault.ingest(KEEP)
        assert not taken.entries
        assert vault.entries.count() == 1


def test_who_speaks_too_long_is_told_before_it_is_sealed(made: Made) -> None:
    """So that no answer of one's own is refused later."""
    entry = make_entry()
    answer = locked_inbox(made[0]).begin(header_of(entry))
    with pytest.raises(VaultError, match="too long"):
        answer.append_entry(turn(entry, text="a" * (MOST_LETTERS + 1)))
    answer.append_entry(entry)
    answer.finish()


NUMBERS = (-1, 0, 1, 7, 10**6, 10**18, -(10**9))
TEXTS = ("", "calm", "\x00\x1b[2J", "\u202e", "a" * 5000, "\N{GRINNING FACE}" * 50)


def stranger(chance: random.Random) -> Entry:
    """An entry with some of its parts exchanged."""
    entry = make_entry(chance.choice(("I was calm.", "calm", "so calm today, and then not")))
    changes: tuple[Callable[[Entry], Entry], ...] = (
        lambda e: mention(e, start=chance.choice(NUMBERS), end=chance.choice(NUMBERS)),
        lambda e: mention(e, lemma=chance.choice(TEXTS), text=chance.choice(TEXTS)),
        lambda e: turn(e, text=chance.choice(TEXTS), start=chance.choice(NUMBERS), end=chance.choice(NUMBERS)),
        lambda e: replace(e, duration_s=float(chance.choice(NUMBERS)), timezone=chance.choice(TEXTS)),
        lambda e: replace(e, speaker=chance.choice(TEXTS), reflection=chance.choice(TEXTS)),
        lambda e: replace(e, language=chance.choice(("en", "xx", "EN", "../en", "", "de-AT"))),
        lambda e: replace(e, spoken_at=SPOKEN_AT.replace(year=chance.choice((1971, 2026, 2400)))),
        lambda e: replace(e, turns=()),
    )
    for change in chance.sample(changes, chance.randint(1, 3)):
        if entry.turns and entry.mentions:
            entry = change(entry)
    return entry


@pytest.mark.parametrize("count", [100, pytest.param(5000, marks=pytest.mark.long)])
def test_strangers_do_no_harm(made: Made, count: int) -> None:
    """Whatever of them is taken in goes out and in again with everything else."""
    chance = random.Random(11)
    with Vault.open(*made) as vault:
        kept = vault.entries.add(make_entry())
    inbox = locked_inbox(made[0])
    for _ in range(count):
        pages = make_pages(1) if chance.random() < 0.3 else ()
        seal(inbox, stranger(chance), pages)
    goes_on(made, kept)


LIES: tuple[tuple[OwnSpeech, ...], ...] = (
    (OwnSpeech(5, 2, "back in time"),),
    (OwnSpeech(-5, 2, "before all"),),
    (OwnSpeech(0, 1 << 60, "for ever"),),
    (OwnSpeech(0, 9, "a" * (MOST_OWN_LETTERS + 1)),),
    tuple(OwnSpeech(i, i + 1, "") for i in range(MOST_OWN + 1)),
)


@pytest.mark.parametrize("own", LIES)
def test_lies_about_the_programs_own_voice_cost_no_time(made: Made, own: tuple[OwnSpeech, ...]) -> None:
    """More than a program says in one answer would be compared with its words for minutes: it is damage."""
    answer = locked_inbox(made[0]).begin(header_of(make_entry()))
    for page in make_pages(2):
        answer.append_page(page)
    for one in own:
        answer.append_own(one)
    answer.sync()
    answer.close()
    with Vault.open(*made) as vault:
        (waiting,) = vault.ingest(KEEP).waiting
    assert waiting.damage is not None and len(waiting.pages) == 2


def test_words_beside_an_answer_that_were_sealed_twice_are_taken_in_once(made: Made) -> None:
    """With whatever else is there, and whatever place it claims."""
    said = make_entry("I was calm.")
    twin, far = Turn(TurnKind.ASIDE, "It was me.", end=16_000), Turn(TurnKind.ASIDE, "Me too.", start=1 << 47, end=3)
    seal(locked_inbox(made[0]), replace(said, turns=(*said.turns, twin, far, twin)))
    with Vault.open(*made) as vault:
        (entry,) = vault.ingest(KEEP, tag=tagger_of(vault).tag).entries
        after = take_in_all(vault, vault.entries.get(entry.id), SPOKEN_AT)
        assert (after.aside, after.text.count("It was me."), after.text.count("Me too.")) == ((), 1, 1)
