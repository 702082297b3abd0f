"""One sentence is taken back for good: text, revisions, sound, tags, index; the rest stays in its place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vault_samples import SPOKEN_AT, header_of, make_entry, make_vault
from voicecheck.diary import tagging
from voicecheck.diary.editing import edit_text
from voicecheck.diary.sentence_spans import cut, find_sentences, words_of
from voicecheck.diary.taking_back import (
    MARGIN_S,
    TO_THE_END,
    Sentence,
    cut_heard,
    find_sentence,
    last_sentence,
    last_words,
    reflection_without,
    sentences_of,
    take_back,
    take_back_last,
    texts_of,
)
from voicecheck.domain import Correction, CorrectionAction, Entry, Family, Turn, TurnKind
from voicecheck.errors import NotFoundError, UsageError, VaultError
from voicecheck.files import create_private, write_all
from voicecheck.speech.audio import OpusPages, decode_pages
from voicecheck.speech.cutting import without
from voicecheck.utterance import SAMPLE_RATE_HZ, Page, Samples, Segment, Word
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.vault import Vault

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MEANT = "I hate my brother Tom and felt guilty."
SAID = f"I was calm today. {MEANT} Then we felt hopeful."


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        yield opened


def spoken(text: str, start_s: float = 0.0, kind: TurnKind = TurnKind.ANSWER) -> Turn:
    """Each word takes 0.4 s of a half second."""
    words = tuple(
        Word(start_s + i * 0.5, start_s + i * 0.5 + 0.4, f" {word}", 0.9) for i, word in enumerate(text.split())
    )
    end_s = start_s + len(words) * 0.5
    segment = Segment(start_s, end_s, f" {text}", words)
    return Turn(kind, text, (segment,), "", round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ))


def entry_of(*turns: Turn, reflection: str | None = None) -> Entry:
    end_s = max(turn.end for turn in turns) / SAMPLE_RATE_HZ
    return replace(make_entry(""), turns=turns, mentions=(), reflection=reflection, duration_s=end_s)


def keep(vault: Vault, entry: Entry, pages: Sequence[Page] = ()) -> Entry:
    tags = tagging.tagger_of(vault).tag(entry)
    return vault.entries.add(replace(entry, mentions=tags.mentions), pages, tags.lexicon_version)


def meant(vault: Vault, entry: Entry, wanted: str = MEANT) -> Sentence:
    found = find_sentence(texts_of(vault, entry), wanted, entry.segments)
    assert found is not None
    return found


def hum(seconds: float) -> Samples:
    """Loud from beginning to end, and never the same."""
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    wave: Samples = (0.3 * np.sin(2 * np.pi * (200 + 40 * t) * t)).astype(np.float32)
    return wave


def recorded(seconds: float) -> tuple[Page, ...]:
    encoder = OpusPages()
    return (*encoder.feed(hum(seconds)), *encoder.flush())


def loudness(pages: Sequence[Page], start_s: float, end_s: float) -> float:
    sound = np.zeros(round(60 * SAMPLE_RATE_HZ), np.float32)
    if pages:
        decoded = decode_pages(pages)
        sound[pages[0].start : pages[0].start + len(decoded)] = decoded
    return float(np.abs(sound[round(start_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)]).max())


def everything(vault: Vault) -> str:
    """Every text and number that any table holds."""
    tables = vault._database.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'entry_%'")
    rows = [row for (name,) in tables for row in vault._database.rows(f"SELECT * FROM {name}")]
    terms = vault._database.rows("SELECT term FROM entry_terms")
    return repr(rows).lower() + repr(terms).lower()


# Words


def test_it_leaves_the_text_the_tags_and_the_search(vault: Vault) -> None:
    """No word of it is left in any table; what stays is found, tagged and timed as before, with its ids."""
    before = keep(vault, entry_of(spoken(SAID), reflection="You felt guilty."))
    after = take_back(vault, before, meant(vault, before))
    assert after == vault.entries.get(before.id)
    assert after.text == "I was calm today. Then we felt hopeful."
    assert not after.edited
    calm, hopeful = after.mentions
    assert after.text[calm.start : calm.end] == "calm"
    assert after.text[hopeful.start : hopeful.end] == "hopeful"
    known = {mention.text: mention for mention in before.mentions}
    assert [(m.id, m.start_s, m.end_s) for m in after.mentions] == [
        (known[m.text].id, known[m.text].start_s, known[m.text].end_s) for m in after.mentions
    ]
    assert after.reflection is None
    assert [word.text for segment in after.segments for word in segment.words] == [f" {w}" for w in after.text.split()]
    assert after.segments[0].text == f" {after.text}"
    for word in ("hate", "brother", "tom", "guilt"):
        assert word not in everything(vault)
    count = vault.search.count
    assert [count(parse_query(q, date(2026, 11, 25))) for q in ("hate", "hopeful", "feeling:guilt")] == [0, 1, 0]
    assert {felt.family for felt in vault.tallies.felt()} == {m.family for m in after.mentions if m.felt_now}
    vault._database.rows("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')")
    vault._database.rows("PRAGMA foreign_key_check")


def test_it_leaves_every_revision_whatever_its_words_were_then(vault: Vault) -> None:
    """What was heard in its place goes too, and so do all edits of it; nothing is shown as struck through."""
    heard = keep(
        vault, entry_of(spoken("I was calm today. I hate my bother Tim and fell guilty. Then we felt hopeful."))
    )
    edited = edit_text(vault, heard, f"PS before. {SAID}", AT)
    edited = edit_text(vault, edited, SAID.replace("hopeful", "glad"), AT + timedelta(hours=1))
    after = take_back(vault, edited, meant(vault, edited))
    assert [one.text for one in vault.revisions.of(heard.id)] == [
        "I was calm today. Then we felt hopeful.",
        "PS before. I was calm today. Then we felt hopeful.",
        "I was calm today. Then we felt glad.",
    ]
    assert after.edited
    for word in ("hate", "bother", "brother", "tim", "guilt", "fell"):
        assert word not in everything(vault).replace("timezone", "").replace("until", "")


def test_a_moved_sentence_leaves_its_old_place(vault: Vault) -> None:
    """Where an edit put it elsewhere, it goes from both places."""
    heard = keep(vault, entry_of(spoken(SAID)))
    edited = edit_text(vault, heard, f"{MEANT} I was calm today. Then we felt hopeful.", AT)
    take_back(vault, edited, meant(vault, edited))
    assert {one.text for one in vault.revisions.of(heard.id)} == {"I was calm today. Then we felt hopeful."}
    assert "brother" not in everything(vault)


def test_what_was_struck_through_can_go_too(vault: Vault) -> None:
    """A sentence that only an earlier text has is a choice, too; the newest text stays as the person made it."""
    heard = keep(vault, entry_of(spoken(SAID)))
    edited = edit_text(vault, heard, "I was calm today. Then we felt hopeful.", AT)
    choice = [one.text for one in sentences_of(texts_of(vault, edited), edited.segments)]
    assert choice == ["I was calm today.", "Then we felt hopeful.", MEANT]
    after = take_back(vault, edited, meant(vault, edited))
    assert after.text == edited.text
    assert "brother" not in everything(vault)


def test_one_of_two_that_are_the_same(vault: Vault) -> None:
    """Only the one that was meant goes; the other stays in every text."""
    heard = keep(vault, entry_of(spoken("I am fine. We ate. I am fine.")))
    (first, *_) = sentences_of(texts_of(vault, heard), heard.segments)
    assert take_back(vault, heard, first).text == "We ate. I am fine."


def test_corrections_of_it_leave_and_others_stay(vault: Vault) -> None:
    """With the tag goes what the person said about it, also by voice; a correction behind it is carried along."""
    said = spoken("Actually ashamed.", 30.0, TurnKind.CORRECTION)
    before = keep(vault, entry_of(spoken(SAID), said))
    for words, family in (("guilty", Family.SHAME), ("hopeful", Family.JOY)):
        (mention,) = (m for m in vault.entries.get(before.id).mentions if m.text == words)
        tagging.change(vault, before.id, replace(mention, family=family))
    before = vault.entries.get(before.id)
    after = take_back(vault, before, meant(vault, before))
    (correction,) = vault.corrections.of(before.id)
    assert (correction.action, correction.mention.text) == (CorrectionAction.CHANGED, "hopeful")
    assert after.text[correction.mention.start : correction.mention.end] == "hopeful"
    assert [m.family for m in after.mentions if m.text == "hopeful"] == [Family.JOY]
    assert [turn.kind for turn in after.turns] == [TurnKind.ANSWER]
    assert "ashamed" not in everything(vault)
    assert isinstance(correction, Correction)


def test_over_two_turns_and_without_punctuation(vault: Vault) -> None:
    """Without punctuation the last stretch is the sentence; a turn that loses all its words stays, empty."""
    one, other = spoken("i was calm today"), spoken("i hate my brother", 10.0, TurnKind.FOLLOWUP)
    before = keep(vault, entry_of(one, other))
    where = last_sentence(before.text, before.segments)
    assert where is not None and before.text[slice(*where)] == "i hate my brother"
    after = take_back(vault, before, Sentence(0, where, before.text[slice(*where)]))
    assert after.text == "i was calm today"
    assert [turn.text for turn in after.turns] == ["i was calm today", ""]
    stretches = replace(
        one,
        text="i was calm today and then i cried",
        segments=(*one.segments, *spoken("and then i cried", 6.0).segments),
    )
    text = stretches.text
    assert text[slice(*(last_sentence(text, stretches.segments) or (0, 0)))] == "and then i cried"


def test_what_cannot_be_taken_back(vault: Vault) -> None:
    """All that an entry says is an entry to delete; a sentence that was changed meanwhile is told."""
    before = keep(vault, entry_of(spoken(MEANT)))
    with pytest.raises(UsageError, match="all that the entry says"):
        take_back(vault, before, meant(vault, before))
    with pytest.raises(NotFoundError, match="no longer"):
        take_back(vault, before, Sentence(0, (0, 5), "Other"))
    assert vault.entries.get(before.id) == before


def test_its_place_and_its_days_stay(vault: Vault) -> None:
    """The order of entries, the day from which its sound is counted, and the question of the evening are unchanged."""
    before = keep(vault, entry_of(spoken(SAID)))
    row = "SELECT number, taken_in_ms, reviewed_ms, session, local_date FROM entries"
    kept = vault._database.rows(row)
    take_back(vault, before, meant(vault, before))
    assert vault._database.rows(row) == kept


@pytest.mark.parametrize(
    ("reflection", "stays"),
    [("Thank you.", True), ("You felt guilty.", False), ("You hate your BROTHER.", False), ("You felt calm.", False)],
)
def test_what_was_given_back(reflection: str, stays: bool) -> None:
    """It goes where it shares a longer word with the sentence, if need be one too many."""
    assert (reflection_without(reflection, MEANT) == reflection) is stays


# Any answer

SENTENCES = st.lists(st.integers(1, 5), min_size=1, max_size=4)
"""how many words each has"""


def said_of(shape: list[list[list[int]]]) -> tuple[Turn, ...]:
    """Turns of segments of sentences, each word once, a little pause behind each turn."""
    turns, number, at_s = [], 0, 0.0
    for segments in shape:
        made, start_s = [], at_s
        for sentences in segments:
            parts = []
            for words in sentences:
                parts.append(" ".join(f"W{number + i}" for i in range(words)) + ".")
                number += words
            (segment,) = spoken(" ".join(parts), at_s).segments
            made.append(segment)
            at_s = segment.end_s
        text = " ".join(segment.text.strip() for segment in made)
        samples = round(start_s * SAMPLE_RATE_HZ), round(at_s * SAMPLE_RATE_HZ)
        turns.append(Turn(TurnKind.ANSWER, text, tuple(made), "", *samples))
        at_s += 1.0
    return tuple(turns)


@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=3), min_size=1, max_size=3), st.data())
@settings(max_examples=60)
def test_every_sentence_of_every_answer(shape: list[list[list[int]]], data: st.DataObject) -> None:
    """Its words leave turns, segments and words, and its sound; all others stay in order, with their times."""
    turns = said_of(shape)
    text = "\n\n".join(turn.text for turn in turns)
    where = data.draw(st.sampled_from(find_sentences(text)))
    gone = set(words_of(text[slice(*where)]))
    left = cut_heard(turns, (where,), text[slice(*where)])
    before = [word for turn in turns for segment in turn.segments for word in segment.words]
    after = [word for turn in left.turns for segment in turn.segments for word in segment.words]
    assert after == [word for word in before if not gone & set(words_of(word.text))]
    assert "\n\n".join(turn.text for turn in left.turns if turn.text) == cut(text, (where,)).text
    for turn in left.turns:
        assert " ".join(segment.text.strip() for segment in turn.segments) == turn.text
        for segment in turn.segments:
            assert "".join(word.text for word in segment.words) == segment.text
            assert segment.start_s <= segment.words[0].start_s <= segment.words[-1].end_s <= segment.end_s
    for word in before:
        samples = round(word.start_s * SAMPLE_RATE_HZ), round(word.end_s * SAMPLE_RATE_HZ)
        heard = not any(a <= samples[0] and samples[1] <= b for a, b in left.sound)
        assert heard is not bool(gone & set(words_of(word.text)))


# Sound


def test_its_sound_is_silence_and_the_rest_stays_at_its_moment(vault: Vault) -> None:
    """Nothing can be heard from the end of the word before to the beginning of the next, margins included."""
    before = keep(vault, entry_of(spoken(SAID)), recorded(9.0))
    words = [word for segment in before.segments for word in segment.words]
    first, last = words[4], words[11]
    assert (first.text, last.text) == (" I", " guilty.")
    after = take_back(vault, before, meant(vault, before))
    pages = vault.recordings.pages(after.id)
    assert loudness(pages, first.start_s - MARGIN_S, last.end_s + MARGIN_S) == 0
    assert loudness(pages, 0.3, 1.6) > 0.1
    assert loudness(pages, last.end_s + MARGIN_S + 0.1, 9.0) > 0.1
    assert after.has_audio
    assert after.segments[0].words[4].start_s == words[12].start_s


def test_all_sound_goes_where_it_cannot_be_told_which(vault: Vault) -> None:
    """Words without times: of the turn nothing can be heard, the other turn stays."""
    one, other = spoken(SAID), spoken("And that was it.", 10.0)
    untimed = replace(one, segments=tuple(replace(s, words=()) for s in one.segments))
    before = keep(vault, entry_of(untimed, other), recorded(12.0))
    after = take_back(vault, before, meant(vault, before))
    assert after.segments[0].text == " I was calm today. Then we felt hopeful."
    pages = vault.recordings.pages(after.id)
    assert loudness(pages, 0.0, 10.0) == 0
    assert loudness(pages, 10.2, 12.0) > 0.1


def test_sound_of_what_was_not_understood(vault: Vault) -> None:
    """The person wrote it into the gap where nothing was understood: what sounds there goes, and the note of it."""
    one = spoken("I was calm today.")
    other = replace(spoken("Then we felt hopeful.", 6.0))
    turn = replace(one, text=f"{one.text} {other.text}", segments=one.segments + other.segments, end=other.end,
                   unheard=((2.5, 5.5), (7.9, 8.0)))  # fmt: skip
    heard = keep(vault, entry_of(turn), recorded(8.0))
    edited = edit_text(vault, heard, SAID, AT)
    after = take_back(vault, edited, meant(vault, edited))
    assert [turn.unheard for turn in after.turns] == [((7.9, 8.0),)]
    pages = vault.recordings.pages(after.id)
    assert loudness(pages, 2.0, 5.9) == 0
    assert loudness(pages, 6.2, 8.0) > 0.1


def test_damaged_pages_go_whole() -> None:
    """What cannot be decoded cannot be cut: nobody hears it."""
    pages = (Page(0, 8000, b"\0\x05abc"), Page(8000, 8000, b"\0\x01a"), *recorded(2.0)[2:])
    assert [page.start for page in without(pages, [(4000, 9000)])][:1] == [16_000]
    assert without(pages, [(0, TO_THE_END)]) == ()


def test_segments_that_do_not_fit_their_turn() -> None:
    """An import may hold anything: then all words and sound of the turn go with the sentence, and its text is right."""
    turn = replace(spoken("Other words altogether."), text=SAID)
    start = SAID.index(MEANT)
    heard = cut_heard((turn,), [(start, start + len(MEANT))], MEANT)
    assert heard.turns[0].text == "I was calm today. Then we felt hopeful."
    assert heard.turns[0].segments == ()
    assert heard.sound == ((0, TO_THE_END),)


# Files


def test_an_old_sealed_file_does_not_bring_it_back(vault: Vault) -> None:
    """A copy of it that waits is destroyed at once; one that is put back later is not taken in, be it longer."""
    entry = replace(entry_of(spoken(SAID)), spoken_at=SPOKEN_AT)
    answer = vault.inbox.begin(header_of(entry))
    for page in recorded(2.0):
        answer.append_page(page)
    answer.append_entry(entry)
    answer.sync()
    (path,) = vault.inbox._folder.iterdir()
    part = path.read_bytes()
    answer.append_page(Page(16_000 * 9, 8000, b""))
    answer.append_entry(replace(entry, duration_s=50.0))
    answer.finish()
    whole = path.read_bytes()
    (kept,) = vault.ingest("always").entries
    for content, when in ((part, "before"), (whole, "before"), (part, "after"), (whole, "after")):
        if when == "before":
            _put(path, content)
        if "brother" in kept.text:
            kept = take_back(vault, kept, meant(vault, kept))
            assert not path.exists()
        _put(path, content)
        taken = vault.ingest("always")
        assert (taken.entries, taken.waiting, path.exists()) == ((), (), False)
        assert vault.entries.list() == (kept,)
    assert "brother" not in everything(vault)


def test_a_marked_file_outweighs_an_older_copy(vault: Vault) -> None:
    """Both wait at the unlock, the older first: the entry is without the sentence. What the person worked on stays."""
    entry = replace(entry_of(spoken(SAID)), spoken_at=SPOKEN_AT)
    answer = vault.inbox.begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    older = answer.path.read_bytes()
    left = replace(entry, turns=(spoken("I was calm today."),))
    answer.write_without(header_of(entry), (), left)
    _put(answer.path.with_name("0" * 32 + ".sealed"), older)
    os.utime(answer.path.with_name("0" * 32 + ".sealed"), (1, 1))
    vault.ingest("always")
    assert [one.text for one in vault.entries.list()] == ["I was calm today."]
    assert list(vault.inbox._folder.iterdir()) == []
    assert "brother" not in everything(vault)


def test_nothing_is_taken_back_from_a_file_that_has_gone(vault: Vault) -> None:
    """Another process took it in, or another file lies there: that is told, and nothing is left behind."""
    entry = replace(entry_of(spoken(SAID)), spoken_at=SPOKEN_AT)
    answer = vault.inbox.begin(header_of(entry))
    answer.append_entry(entry)
    answer.finish()
    answer.path.write_bytes(b"another")
    with pytest.raises(VaultError, match="left the inbox"):
        answer.write_without(header_of(entry), (), entry)
    answer.path.unlink()
    with pytest.raises(VaultError, match="left the inbox"):
        answer.write_without(header_of(entry), (), entry)
    assert list(vault.inbox._folder.iterdir()) == []


def _put(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = create_private(path)
    write_all(descriptor, content, 0)
    os.close(descriptor)


def test_a_comma_at_which_the_speaker_paused_ends_the_last_sentence(vault: Vault) -> None:
    """Recognition wrote one sentence of three: the last spoken one goes alone, and a comma in a breath ends none."""
    text, pauses = "The day was long, I met Tom, I hate him, really.", {4: 0.7, 7: 0.7}
    at, words = 0.0, list[Word]()
    for place, word in enumerate(text.split()):
        at += pauses.get(place, 0.0)
        words.append(Word(at, at + 0.3, f" {word}", 0.9))
        at += 0.4
    turn = replace(spoken(text), segments=(Segment(0.0, at, f" {text}", tuple(words)),), end=round(at * SAMPLE_RATE_HZ))
    before = keep(vault, entry_of(turn))
    assert last_words(before) == "I hate him, really."
    after = take_back_last(vault, before)
    assert after.text == "The day was long, I met Tom,"
    assert last_words(after) == "I met Tom,"
    assert last_sentence(text) == (0, len(text))  # typed: nobody knows of pauses
