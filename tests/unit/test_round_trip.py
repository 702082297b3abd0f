"""Out and in again, everything is equal: a new field or column has to be in the sample, and so in the round trip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from tests.vault_samples import SPOKEN_AT, make_pages, make_vault
from voicecheck.diary.export import private_file, write_json
from voicecheck.diary.importers import Imported, import_json, read_export
from voicecheck.domain import (
    CorrectionAction,
    Cue,
    Did,
    EmotionMention,
    EntryKind,
    Experiencer,
    Family,
    MentionSource,
    PrivateWord,
    PromptRef,
    Quadrant,
    RevisionSource,
    Turn,
    TurnKind,
    new_id,
)
from voicecheck.utterance import (
    Label,
    LabelKind,
    ModelUse,
    OwnName,
    Segment,
    SoundKind,
    Topic,
    TopicKind,
    VoiceSound,
    Word,
)
from voicecheck.vault.store.archive import Archived, ArchivedCorrection, ArchivedRevision, ArchivedShare
from voicecheck.vault.store.dates import DateBefore
from voicecheck.vault.store.letters import Sealed
from voicecheck.vault.store.steps import Step
from voicecheck.vault.vault import Vault

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HEARD, EDITED = "I feel very calm.", "I feel very calm today."
KINDS = (Archived, Sealed, Step, PrivateWord, OwnName, Topic)
"""what an export holds"""
STAYS = {
    "migrations": "which steps this vault went through",
    "state": "counts of this vault, and what it said to the person when",
    "taken_files": "files that this vault took in",
    "older_keys": "keys of this vault",
    "entries.taken_in_ms": "when this vault took it in",
    "letters.opened_on": "one that has opened is an entry, and goes out as one",
}
"""tables and columns that no export holds, and why"""


def mention(number: int, **more: Any) -> EmotionMention:
    return EmotionMention(12, 16, "calm", "calm", Family.CALM, Quadrant.PLEASANT_LOW, id=new_id(AT), degree=1, **more)


def full(at: datetime) -> Archived:
    """An entry in which no field has its default."""
    words = tuple(Word(i * 0.5 + 0.25, i * 0.5 + 0.5, f" {w}", 0.875, "clam") for i, w in enumerate(HEARD.split()))
    segment = Segment(0.25, 2.25, f" {HEARD}", words)
    heard = Turn(
        TurnKind.ANSWER, HEARD, (segment,), "Kim", 160, 48_000, ((2.5, 2.75),), ((0.5, 0.75),),
        (VoiceSound(1.25, 1.5, SoundKind.LAUGHTER),), speaker_unsure=True,
    )  # fmt: skip
    tag = mention(
        1, negated=True, experiencer=Experiencer.OTHER, hypothetical=True, past=True, vague=True,
        source=MentionSource.PERSON, cues=(Cue(2, 6, "negation"),), start_s=1.25, end_s=1.5,
    )  # fmt: skip
    said = ArchivedCorrection(new_id(AT), AT + timedelta(minutes=5), CorrectionAction.CHANGED, replace(tag, id=None))
    return Archived(
        id=new_id(at),
        session=new_id(at),
        kind=EntryKind.JOURNAL,
        spoken_at=at,
        speaker="Kim",
        language="de",
        timezone="Europe/Berlin",
        prompt=PromptRef("evening.word", "Which word fits this evening?"),
        duration_s=3.25,
        reflection="You named calm.",
        model=ModelUse("base", "cpu", "int8"),
        reviewed_at=AT,
        turns=(heard, Turn(TurnKind.FOLLOWUP, "Yes.")),
        revisions=(
            ArchivedRevision(RevisionSource.HEARD, AT, HEARD, "en-1", (mention(2),)),
            ArchivedRevision(RevisionSource.PERSON, AT + timedelta(1), EDITED, "en-2", (tag, mention(3)), (said,)),
        ),
        sound=make_pages(2)[1:],
        shares=(ArchivedShare(AT, "sheet"),),
        labels=(Label(LabelKind.MOOD, "blurgh"),),
        dates_before=(DateBefore(AT, SPOKEN_AT - timedelta(7)),),
        not_again=True,
    )


ENTRY, LETTER = full(SPOKEN_AT), Sealed(date(2027, 11, 25), full(SPOKEN_AT + timedelta(1)))
STEP = Step(ENTRY.session, 3, AT, "evening.word", Did.SHORT, ENTRY.id)
WORD = PrivateWord("wobbly", Family.ANXIETY, Quadrant.UNPLEASANT_HIGH, vague=True)
NAME, TOPIC = OwnName("Aoife", ("Eva",)), Topic("mum", TopicKind.PERSON, ("mother",))
SAMPLE = (ENTRY, LETTER, STEP, WORD, NAME, TOPIC)


def fill(vault: Vault) -> None:
    vault.archive.restore([ENTRY])
    vault.letters.restore([LETTER])
    vault.steps.restore([STEP])
    vault.words.add(WORD)
    vault.names.add(NAME)
    vault.topics.add(TOPIC)


def everything(vault: Vault) -> tuple[object, ...]:
    entries = tuple(vault.archive.read(one, sound=True) for one in vault.entries.select())
    letters = tuple(vault.letters.read(one.entry_id) for one in vault.letters.waiting())
    own = (vault.words.list(), vault.names.list(), vault.topics.list())
    return (*entries, *letters, *vault.steps.all(), *(one for group in own for one in group))


@pytest.fixture
def vault() -> Iterator[Vault]:
    with Vault.open(*make_vault()) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def again(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    """Another vault, into which all of the first went by way of an export."""
    with private_file(tmp_path / "all.json") as file:
        write_json(vault, vault.entries.select(), file, AT, sound=True, whole=True)
    monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path / "other"))
    with Vault.open(*make_vault()) as other:
        found = import_json(other, read_export(tmp_path / "all.json"))
        assert found == Imported(new=2, words=1, names=1, topics=1)
        yield other


# Fields


def kinds_in(hint: Any) -> Iterator[type]:
    """Yield every dataclass of a type, and those of its fields."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
        for inner in get_type_hints(hint).values():
            yield from kinds_in(inner)
    for inner in get_args(hint):
        yield from kinds_in(inner)


def every_field() -> set[str]:
    return {f"{kind.__name__}.{one.name}" for root in KINDS for kind in kinds_in(root) for one in fields(kind)}


def told(value: Any) -> Iterator[str]:
    """Yield the names of fields that are set to something else than their default, or than nothing."""
    if isinstance(value, tuple):
        for one in value:
            yield from told(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            inner = getattr(value, one.name)
            if inner != _default(one) and (isinstance(inner, Enum) or inner not in (None, "", (), 0, False)):
                yield f"{type(value).__name__}.{one.name}"
            yield from told(inner)


def _default(one: Field[Any]) -> Any:
    return None if one.default is MISSING else one.default


def test_no_field_of_the_sample_has_its_default() -> None:
    """Who adds a field sets it here; then the next test tells if it comes back."""
    assert every_field() - set(told(SAMPLE)) == set()


def test_every_field_comes_back(vault: Vault, again: Vault) -> None:
    assert everything(vault) == SAMPLE
    assert everything(again) == SAMPLE


# Columns


def columns(vault: Vault) -> dict[str, list[str]]:
    """Tables of the vault with their columns, without those of the search index and what stays behind."""
    names = vault._database.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    tables = [name for (name,) in names if not name.startswith(("entry_index", "entry_terms")) and name not in STAYS]
    found = {table: [str(row[1]) for row in vault._database.rows(f"PRAGMA table_info({table})")] for table in tables}
    return {table: [name for name in own if f"{table}.{name}" not in STAYS] for table, own in found.items()}


def rows(vault: Vault, table: str, names: list[str]) -> list[tuple[Any, ...]]:
    listed = ", ".join(f'"{name}"' for name in names)
    return sorted(vault._database.rows(f"SELECT {listed} FROM {table}"), key=repr)


def test_every_column_comes_back(vault: Vault, again: Vault) -> None:
    """And none holds nothing in the sample, so that one which no export knows is noticed."""
    assert columns(again) == columns(vault)
    for table, names in columns(vault).items():
        kept = rows(vault, table, names)
        empty = [
            name for place, name in enumerate(names) if all(row[place] in (None, "", 0, b"", "[]") for row in kept)
        ]
        assert (table, empty) == (table, []), "set it in the sample, or say in STAYS why it stays behind"
        assert rows(again, table, names) == kept, table


def test_what_stays_behind_is_there(vault: Vault) -> None:
    """A name in STAYS that no table has any more is old."""
    names = {str(name) for (name,) in vault._database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for one in STAYS:
        table, _, column = one.partition(".")
        assert table in names
        assert not column or column in {row[1] for row in vault._database.rows(f"PRAGMA table_info({table})")}
