"""Search against a naive one: random queries, each entry looked at."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault_samples import SPOKEN_AT, make_entry, make_pages, make_vault
from voicecheck.domain import EmotionMention, Entry, EntryKind, Experiencer, Family, PromptRef, Quadrant
from voicecheck.vault.search.grammar import Query, parse_query
from voicecheck.vault.vault import Vault

TODAY = date(2026, 11, 25)
EVERY = 10**6

# Forms of one word, as the English stemmer and the folding of accents join them; two rows never meet.
FORMS = (
    ("calm", "calms", "Calmed", "calming"),
    ("walk", "walks", "walked", "WALKING"),
    ("happy", "happiness"),
    ("worry", "worries", "worried"),
    ("cafe", "café", "Cafés"),
    ("harbour", "hárbour", "harbours"),
    ("sea", "seas"),
    ("don't",),
    ("42",),
)
PROMPTS = (PromptRef("evening.word", "Which word fits?"), PromptRef("evening.body", "Where is it?"),
           PromptRef("work.day", "How was WORK?"), None)  # fmt: skip


def ids(vault: Vault, text: str, *, newest: bool = False, limit: int = EVERY, offset: int = 0) -> list[str]:
    query = parse_query(text, TODAY)
    return [found.entry_id for found in vault.search.find(query, newest=newest, limit=limit, offset=offset)]


Test = Callable[[Entry], bool]


def plain(text: str) -> str:
    """Accents and capitals folded."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


STEMS = {plain(form): row[0] for row in FORMS for form in row}


@cache
def stems(text: str) -> list[str]:
    """Words by the table above; an apostrophe parts a word."""
    return [STEMS.get(word, word) for word in re.findall(r"\w+", plain(text))]


@cache
def very_words(text: str) -> list[str]:
    return re.findall(r"\w+", plain(text))


def holds(phrase: str, exact: bool) -> Test:
    """These very words, or one in any of its forms."""
    words = very_words if exact else stems
    wanted = words(phrase)

    def test(entry: Entry) -> bool:
        there = words(entry.text)
        return any(there[n : n + len(wanted)] == wanted for n in range(len(there)))

    return test


def corpus() -> list[Entry]:
    chance = random.Random(7)
    forms = [form for row in FORMS for form in row]
    made = []
    for number in range(150):
        text = " ".join(chance.choices(forms, k=chance.randint(0, 9)))
        mentions = tuple(
            EmotionMention(
                0, 1, "x", "x", family=chance.choice((Family.ANGER, Family.JOY, Family.FEAR)),
                quadrant=chance.choice(list(Quadrant)), negated=chance.random() < 0.3,
                experiencer=chance.choice(list(Experiencer)), hypothetical=chance.random() < 0.2,
                past=chance.random() < 0.2, vague=chance.random() < 0.2,
            )
            for _ in range(chance.randint(0, 3))
        )  # fmt: skip
        at = SPOKEN_AT - timedelta(days=number % 90, hours=number % 24)
        made.append(
            replace(
                make_entry(text, at),
                mentions=mentions,
                prompt=chance.choice(PROMPTS),
                speaker=chance.choice(("", "Kim", "Élodie")),
                kind=chance.choice(list(EntryKind)),
            )
        )
    return made


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vault, list[Entry]]]:
    """150 entries of a few words, some with sound, some edited."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("VOICECHECK_HOME", str(tmp_path_factory.mktemp("corpus")))
        paths, key = make_vault()
    with Vault.open(paths, key) as vault:
        entries = corpus()
        for number, entry in enumerate(entries):
            if number % 5 == 0:
                entry = replace(entry, revision=entry.text + " calm walks", edited=True)
            entries[number] = vault.entries.add(entry, make_pages(1) if number % 3 == 0 else ())
        yield vault, entries


def some_mention(entry: Entry, tests: list[Callable[[EmotionMention], bool]]) -> bool:
    return any(all(test(mention) for test in tests) for mention in entry.mentions)


MEANT: tuple[tuple[str, Callable[[EmotionMention], bool]], ...] = (
    ("felt:self", lambda m: m.experiencer is Experiencer.SELF),
    ("-felt:other", lambda m: m.experiencer is not Experiencer.OTHER),
    ("felt:now", lambda m: m.felt_now),
    ("-negated", lambda m: not m.negated),
    ("is:imagined", lambda m: m.hypothetical),
    ("-is:past", lambda m: not m.past),
    ("is:vague", lambda m: m.vague),
)
FEELINGS: tuple[tuple[str, Callable[[EmotionMention], bool]], ...] = (
    ("feeling:anger", lambda m: m.family is Family.ANGER),
    ("feeling:joy,fear", lambda m: m.family in (Family.JOY, Family.FEAR)),
    ("feeling:pleasant", lambda m: m.quadrant in (Quadrant.PLEASANT_HIGH, Quadrant.PLEASANT_LOW)),
)
OTHERS: tuple[tuple[str, Test], ...] = (
    ("prompt:evening.word", lambda e: e.prompt is not None and e.prompt.id == "evening.word"),
    ('prompt:"was work"', lambda e: e.prompt is not None and e.prompt.id == "work.day"),
    ("-prompt:evening.body", lambda e: e.prompt is None or e.prompt.id != "evening.body"),
    ("pack:evening", lambda e: e.prompt is not None and e.prompt.id.startswith("evening.")),
    ("-pack:work", lambda e: e.prompt is None or not e.prompt.id.startswith("work.")),
    ("speaker:ÉLODIE", lambda e: e.speaker == "Élodie"),
    ("-speaker:kim", lambda e: e.speaker != "Kim"),
    ("kind:journal", lambda e: e.kind is EntryKind.JOURNAL),
    ("since:2026-10", lambda e: e.local_date >= date(2026, 10, 1)),
    ("until:october", lambda e: e.local_date <= date(2026, 10, 31)),
    ('on:"last month"', lambda e: date(2026, 10, 1) <= e.local_date <= date(2026, 10, 31)),
    ("has:sound", lambda e: e.has_audio),
    ("-has:edit", lambda e: not e.edited),
)


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, Test]:
    """A query as text, and what it means, entry by entry."""
    forms = st.sampled_from([form for row in FORMS for form in row])
    phrases = draw(st.lists(st.lists(forms, min_size=1, max_size=2).map(" ".join), max_size=2))
    signs = draw(st.lists(st.sampled_from(("", "-")), min_size=2, max_size=2))
    meant = draw(st.lists(st.sampled_from(MEANT), max_size=2))
    feelings = draw(st.lists(st.tuples(st.sampled_from(("", "-")), st.sampled_from(FEELINGS)), max_size=2))
    others = draw(st.lists(st.sampled_from(OTHERS), max_size=2))
    quoted = [" " in phrase or "'" in phrase or draw(st.booleans()) for phrase in phrases]
    quotes = ['"' if exact else "" for exact in quoted]
    terms = [f"{sign}{q}{phrase}{q}" for sign, q, phrase in zip(signs, quotes, phrases, strict=False)]
    wanted = [(sign == "", holds(phrase, exact)) for sign, phrase, exact in zip(signs, phrases, quoted, strict=False)]
    terms += [name for name, _ in meant] + [sign + name for sign, (name, _) in feelings] + [name for name, _ in others]

    def means(entry: Entry) -> bool:
        words = all(test(entry) is there for there, test in wanted)
        how = [test for _, test in meant]
        felt = all(some_mention(entry, [*how, test]) is (sign == "") for sign, (_, test) in feelings)
        anything = bool(feelings) or not how or some_mention(entry, how)
        return words and felt and anything and all(test(entry) for _, test in others)

    return " ".join(draw(st.permutations(terms))), means


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries())
def test_same_as_a_naive_search(filled: tuple[Vault, list[Entry]], query: tuple[str, Test]) -> None:
    """1,000 random queries give the ids that looking at every entry gives, newest first, and counted alike."""
    vault, entries = filled
    text, means = query
    expected = [entry.id for entry in vault_order(entries) if means(entry)]
    assert ids(vault, text, newest=True) == expected
    assert sorted(ids(vault, text)) == sorted(expected)
    assert vault.search.count(parse_query(text, TODAY)) == len(expected)


def vault_order(entries: list[Entry]) -> list[Entry]:
    """Newest first; of two in the same millisecond the one kept later."""
    kept = sorted(enumerate(entries), key=lambda one: (one[1].spoken_at, one[0]), reverse=True)
    return [entry for _, entry in kept]


def test_empty_query_is_everything(filled: tuple[Vault, list[Entry]]) -> None:
    """No condition leaves nothing out."""
    vault, entries = filled
    assert vault.search.count(Query()) == len(entries)
