"""One entry in the page: put words and marks right, hear it, let its sound go, delete it; lose nothing typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from tests.diary_samples import EVENING, diary_entry
from tests.unit.browsing import Answer, Browsing
from tests.unit.reviewing import open_page, plain
from voicecheck.clock import now
from voicecheck.diary import tagging
from voicecheck.diary.taking_back import take_back_last
from voicecheck.domain import Entry, Experiencer, Family, Quadrant, Turn, TurnKind
from voicecheck.speech.audio import OpusPages
from voicecheck.utterance import SAMPLE_RATE_HZ, Label, LabelKind, Page, SoundKind, VoiceSound
from voicecheck.vault.vault import Vault
from voicecheck.web.site.context import Desk

SAID = "I was angry in the meeting. She was sad. The soup was good."


@pytest.fixture
def opened() -> Iterator[tuple[Desk, Browsing]]:
    with open_page() as opened:
        yield opened


class OneOnPage:
    """An entry that is kept, and its page."""

    def __init__(self, desk: Desk, browsing: Browsing, entry: Entry, pages: tuple[Page, ...] = ()) -> None:
        self.desk, self.browsing, self.id = desk, browsing, entry.id
        with desk.writing() as vault:
            vault.entries.add(entry, pages)
        self.address = f"/entry/{desk.handles.of(entry.id)}"

    @property
    def entry(self) -> Entry:
        return self.desk.vault.entries.get(self.id)

    @property
    def text(self) -> str:
        return self.browsing.get(self.address).text

    def post(self, what: str, **fields: str) -> Answer:
        return self.browsing.post(f"{self.address}/{what}", fields)

    def seen(self) -> str:
        found = re.search(r'name="seen" value="(\w+)"', self.text)
        assert found
        return found[1]

    def tag(self, words: str) -> str:
        return next(m.id or "" for m in self.entry.mentions if m.text == words)


@pytest.fixture
def one(opened: tuple[Desk, Browsing]) -> OneOnPage:
    return OneOnPage(*opened, diary_entry(SAID))


def tone(seconds: float) -> tuple[Page, ...]:
    encoder = OpusPages()
    wave = 0.2 * np.sin(np.arange(int(16_000 * seconds)) / 7)
    return tuple(encoder.feed(wave.astype(np.float32)) + encoder.flush())


# Its words


def test_words_stand_in_their_own_direction(one: OneOnPage) -> None:
    """Hebrew, Arabic and Persian begin at the right: in the text, its question and where it is edited."""
    for element in (r'<div class="words"', r"<h1", r"<textarea"):
        assert re.search(rf'{element}[^>]* dir="auto"', one.text), element


def test_words_are_put_right_and_what_was_heard_stays(one: OneOnPage) -> None:
    """The new text is the entry's; what was taken out and put in stays visible; feelings are found anew."""
    answer = one.post("edit", seen=one.seen(), text="I was furious in the meeting.\r\nThe soup was good.")
    assert (answer.status, answer.headers["location"]) == (303, one.address)
    assert one.entry.text == "I was furious in the meeting.\nThe soup was good."
    text = one.text
    assert "<del>angry</del><ins>furious</ins>" in text
    assert "You changed the words on" in text
    assert [m.text for m in one.entry.mentions if m.felt_now] == ["furious"]


def test_what_was_typed_comes_back_when_the_entry_was_changed_elsewhere(one: OneOnPage) -> None:
    """Nobody's words overwrite those they have not seen, and none are lost."""
    seen = one.seen()
    one.post("edit", seen=seen, text="Changed in another window.")
    answer = one.post("edit", seen=seen, text="Typed <b>meanwhile</b>.")
    assert answer.status == 409
    assert "Typed &lt;b&gt;meanwhile&lt;/b&gt;." in answer.text
    assert "changed elsewhere" in answer.text
    assert one.entry.text == "Changed in another window."


def test_what_was_typed_comes_back_while_a_check_in_writes(one: OneOnPage) -> None:
    """A running check-in keeps the vault to itself; the text waits in the form."""
    seen = one.seen()
    with one.desk.writing():
        answer = one.post("edit", seen=seen, text="Typed while it ran.")
    assert answer.status == 409
    assert "Typed while it ran." in answer.text
    assert one.entry.text == SAID
    assert one.post("edit", seen=seen, text="Typed while it ran.").status == 303


def test_what_was_typed_comes_back_when_the_entry_has_gone(one: OneOnPage) -> None:
    """Deleted in another tab: the text, and the words of a mark, stand below the reason."""
    seen = one.seen()
    with one.desk.writing() as vault:
        vault.entries.delete(one.id)
    typed = "Typed <b>for</b> an hour."
    for what, fields in (("edit", {"seen": seen, "text": typed}), ("tag", {"add": "1", "words": typed})):
        answer = one.post(what, **fields)
        assert answer.status == 404
        assert "Typed &lt;b&gt;for&lt;/b&gt; an hour.</textarea>" in answer.text
        assert "No entry has this id" in answer.text


def test_what_was_typed_comes_back_from_a_page_of_before(one: OneOnPage) -> None:
    """An address that has had its time."""
    answer = one.browsing.post("/entry/0000000000000000/edit", {"seen": "", "text": "Typed for an hour."})
    assert answer.status == 404
    assert "Typed for an hour.</textarea>" in answer.text


@pytest.mark.parametrize("place", ["edit_text", "seen"])
def test_what_was_typed_comes_back_from_a_fault_of_ours(
    one: OneOnPage, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks inside, while the text is looked at or kept."""
    seen = one.seen()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(f"voicecheck.web.pages.entry.{place}", broken)
    answer = one.post("edit", seen=seen, text="Typed for an hour.")
    assert answer.status == 500
    assert "Typed for an hour.</textarea>" in answer.text
    assert one.entry.text == SAID


def test_words_of_a_mark_come_back_in_their_form(one: OneOnPage) -> None:
    """Words that do not stand there are shown again, with the feeling that was chosen."""
    answer = one.post("tag", add="1", words="furiously", family="shame", meaning="past", at="3")
    assert answer.status == 409
    assert 'value="furiously"' in answer.text
    form = answer.text.split('class="add"')[1]
    assert form.startswith(" open")
    assert '<option value="shame" selected>' in form and '<option value="past" selected>' in form


@pytest.mark.parametrize("body", [b"text=caf%E9&seen=x", b"text=caf\xe9", b"text=%ED%A0%80", b"&a=1" * 400])
def test_what_is_no_form_is_refused(one: OneOnPage, body: bytes) -> None:
    """Another encoding, half a letter, or fields without end: one sentence, and nothing is shortened or made up."""
    answer = one.browsing.send_bytes(f"{one.address}/edit", body)
    assert answer.status == 400
    assert "no form of this page" in answer.text
    assert one.entry.text == SAID


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 200_001])
def test_what_is_no_text_is_refused_with_a_reason(one: OneOnPage, text: str) -> None:
    """Nothing, or more than a day of talking, changes nothing."""
    assert one.post("edit", seen=one.seen(), text=text).status == 409
    assert one.entry.text == SAID


# Its marks


def test_a_mark_is_corrected_and_says_so(one: OneOnPage) -> None:
    """Family and meaning become what the person says; the mark shows whose word it is, and it can be taken back."""
    assert one.post("tag", mention=one.tag("angry"), family="fear", meaning="past", vague="on").status == 303
    (fear, _) = one.entry.mentions
    assert (fear.family, fear.quadrant, fear.past, fear.vague) == (Family.FEAR, Quadrant.UNPLEASANT_HIGH, True, True)
    assert "set by you" in one.text
    assert "You set this yourself." in plain(one.text)
    assert one.post("tag/undo").status == 303
    assert one.entry.mentions[0].family is Family.ANGER
    assert one.post("tag/undo").status == 303


def test_each_meaning(one: OneOnPage) -> None:
    """Denied, somebody else's, imagined, back then, or felt: one at a time."""
    for meaning, holds in (
        ("denied", lambda m: m.negated),
        ("other", lambda m: m.experiencer is Experiencer.OTHER),
        ("unclear", lambda m: m.experiencer is Experiencer.UNCLEAR),
        ("imagined", lambda m: m.hypothetical),
        ("past", lambda m: m.past),
        ("felt", lambda m: m.felt_now),
    ):
        one.post("tag", mention=one.tag("angry"), family="anger", meaning=meaning)
        assert holds(one.entry.mentions[0]), meaning
        assert f'<mark class="{meaning} unpleasant_high own"' in one.text


def test_a_meaning_that_is_left_as_it_stands_changes_nothing_else(one: OneOnPage) -> None:
    """Whoever changes the family alone keeps all that was known: that it is denied, and whose it is, and since when."""
    with one.desk.writing() as vault:
        mention = replace(one.entry.mentions[0], experiencer=Experiencer.OTHER, negated=True, past=True)
        tagging.change(vault, one.entry.id, mention)
    one.post("tag", mention=one.tag("angry"), family="fear", meaning="denied")
    found = one.entry.mentions[0]
    assert (found.family, found.experiencer, found.negated, found.past) == (Family.FEAR, Experiencer.OTHER, True, True)


def test_what_is_no_feeling_loses_its_mark(one: OneOnPage) -> None:
    """And the text stays as it is."""
    one.post("tag", mention=one.tag("angry"), remove="1")
    assert [m.text for m in one.entry.mentions] == ["sad"]
    assert one.entry.text == SAID


def test_a_missed_feeling_is_marked(one: OneOnPage) -> None:
    """By its words as they stand in the text, at the place that was selected, else the first one."""
    one.post("tag", add="1", words="the  Soup", family="joy", meaning="felt", at="50")
    found = one.entry.mentions[-1]
    assert (found.text, found.family, found.quadrant) == ("The soup", Family.JOY, Quadrant.PLEASANT_HIGH)
    one.post("tag", add="1", words="was", family="joy", meaning="felt", at="42")
    assert SAID.rindex("was") in [m.start for m in one.entry.mentions]


@pytest.mark.parametrize(
    "fields",
    [{"words": "nowhere", "family": "joy", "meaning": "felt"}, {"words": "", "family": "joy", "meaning": "felt"},
     {"words": "oup", "family": "joy", "meaning": "felt"}, {"words": "soup", "family": "hunger", "meaning": "felt"},
     {"words": "soup", "family": "joy", "meaning": "maybe"}, {"words": "soup"}, {"words": "("}],
)  # fmt: skip
def test_what_cannot_be_marked_is_told(one: OneOnPage, fields: dict[str, str]) -> None:
    """Words that do not stand there, and what no form of this page sends, change nothing."""
    assert one.post("tag", add="1", **fields).status == 409
    assert one.post("tag", mention="none", family="joy", meaning="felt").status == 409
    assert len(one.entry.mentions) == 2


# Its sound


def test_the_sound_comes_whole_and_in_parts(opened: tuple[Desk, Browsing]) -> None:
    """A WebM of the right length, and any part of it that a player asks for; nothing of it is stored."""
    one = OneOnPage(*opened, diary_entry(SAID), tone(3.0))
    assert "<audio controls" in one.text
    whole = one.browsing.get(f"{one.address}/sound")
    assert (whole.status, whole.headers["content-type"], whole.headers["cache-control"]) == (
        200,
        "audio/webm",
        "no-store",
    )
    size = len(whole.body)
    for wanted, begin, end in (
        ("0-", 0, size),
        ("10-19", 10, 20),
        ("-7", size - 7, size),
        (f"{size - 2}-999999", size - 2, size),
    ):
        part = one.browsing.get(f"{one.address}/sound", range=f"bytes={wanted}")
        assert part.status == 206
        assert part.body == whole.body[begin:end]
        assert part.headers["content-range"] == f"bytes {begin}-{end - 1}/{size}"
    assert one.browsing.get(f"{one.address}/sound", range=f"bytes={size}-").status == 416
    for odd in ("bytes=-", "bytes=0-1,4-5", "words=0-1", "bytes=a-b"):
        assert one.browsing.get(f"{one.address}/sound", range=odd).status == 200


def test_reviewed_sound_goes(opened: tuple[Desk, Browsing]) -> None:
    """Once the person says that the words are right; from then on there is none to hear."""
    one = OneOnPage(*opened, diary_entry(SAID, now() - timedelta(hours=1)), tone(1.0))
    assert one.browsing.get(f"{one.address}/sound").status == 200
    assert one.post("reviewed").status == 303
    assert not one.entry.has_audio
    assert one.browsing.get(f"{one.address}/sound").status == 404
    assert "<audio" not in one.text


# One sentence of it


def offered(one: OneOnPage, words: str) -> str:
    """What the page sends for the sentence."""
    found = re.search(rf'value="(\w+)" required> {re.escape(words)}', one.text)
    assert found
    return found[1]


def test_a_sentence_is_taken_back(opened: tuple[Desk, Browsing]) -> None:
    """Its words, mark and sound leave the page and the history; the rest stays, and what deletion reaches is said."""
    one = OneOnPage(*opened, diary_entry(SAID, now() - timedelta(hours=1)), tone(8.0))
    whole = len(one.browsing.get(f"{one.address}/sound").body)
    one.post("edit", seen=one.seen(), text=SAID.replace("good", "cold"))
    gone = one.post("forget", sentence=offered(one, "She was sad."))
    assert gone.status == 303
    first = one.browsing.get(gone.headers["location"]).text
    assert "The sentence is gone from the vault" in first
    assert "sad" not in re.sub(r"<select.*?</select>", "", first)
    assert one.entry.text == "I was angry in the meeting. The soup was cold."
    assert [revision.text for revision in one.desk.vault.revisions.of(one.id)] == [
        "I was angry in the meeting. The soup was good.",
        "I was angry in the meeting. The soup was cold.",
    ]
    assert len(one.browsing.get(f"{one.address}/sound").body) < whole
    assert [mention.text for mention in one.entry.mentions] == ["angry"]


def test_what_is_taken_back_elsewhere_is_not_heard_either(opened: tuple[Desk, Browsing]) -> None:
    """The page has the sound that was heard last at hand: not once a sentence of it is taken back in the terminal."""
    one = OneOnPage(*opened, diary_entry(SAID, now() - timedelta(hours=1)), tone(8.0))
    whole = one.browsing.get(f"{one.address}/sound").body
    with one.desk.writing() as vault:
        take_back_last(vault, vault.entries.get(one.id))
    left = one.browsing.get(f"{one.address}/sound").body
    assert left != whole
    assert one.browsing.get(f"{one.address}/sound").body == left


def test_what_was_struck_through_is_taken_back(one: OneOnPage) -> None:
    """A sentence that an edit took out is offered as well; then it is shown as struck through no longer."""
    one.post("edit", seen=one.seen(), text="I was angry in the meeting. The soup was good.")
    assert "<del>" in one.text
    one.post("forget", sentence=offered(one, "She was sad."))
    assert "<del>" not in one.text
    assert "sad." not in one.text


@pytest.mark.parametrize("chosen", ["", "0", "f" * 24, "é"])
def test_no_sentence_is_taken_back_by_mistake(one: OneOnPage, chosen: str) -> None:
    """One that is not there, or of a page of before, is told; while a check-in writes nothing is done."""
    answer = one.post("forget", sentence=chosen)
    assert (answer.status, one.entry.text) == (409, SAID)
    assert "Nothing was taken back" in answer.text
    held = offered(one, "She was sad.")
    with one.desk.writing():
        assert "Another VoiceCheck is writing" in one.post("forget", sentence=held).text
    one.post("edit", seen=one.seen(), text="Now. She was sad.")
    assert one.post("forget", sentence=held).status == 409
    assert one.entry.text == "Now. She was sad."


BESIDE = Turn(TurnKind.ASIDE, "I was lonely at lunch.", (), "", 9 * SAMPLE_RATE_HZ, 11 * SAMPLE_RATE_HZ)


@pytest.mark.parametrize("forget", [False, True])
def test_words_beside_the_answer_are_taken_in_or_destroyed(opened: tuple[Desk, Browsing], forget: bool) -> None:
    """They are shown with their place, in no text; one press makes them the person's, or overwrites them."""
    entry = diary_entry(SAID, now() - timedelta(hours=1))
    one = OneOnPage(*opened, replace(entry, turns=(*entry.turns, BESIDE)), tone(12.0))
    assert "From 0:09 to 0:11 somebody was heard" in one.text
    assert one.entry.text == SAID
    found = re.search(r'name="aside" value="(\w+)"', one.text)
    assert found
    assert one.post("aside", aside="0").status == 409
    assert one.post("aside", aside=found[1], **({"forget": "1"} if forget else {})).status == 303
    assert one.entry.aside == ()
    assert (BESIDE.text in one.entry.text) is not forget
    assert ("lonely" in [mention.lemma for mention in one.entry.mentions]) is not forget
    assert one.post("aside", aside=found[1]).status == 409


def test_all_that_an_entry_says_is_an_entry_to_delete(opened: tuple[Desk, Browsing]) -> None:
    """The last sentence of it does not leave alone."""
    one = OneOnPage(*opened, diary_entry("She was sad."))
    assert "all that the entry says" in one.post("forget", sentence=offered(one, "She was sad.")).text
    assert one.entry.text == "She was sad."


# Its end


def test_deleted_is_gone_and_told_once(one: OneOnPage) -> None:
    """The entry leaves; the page that the tab is sent to says what deletion reaches: no other tab, and not twice."""
    address = one.post("delete").headers["location"]
    for other in ("/timeline", "/", "/settings", "/timeline?told=else"):
        assert "gone from the vault" not in one.browsing.get(other).text
    first = one.browsing.get(address).text
    assert "gone from the vault" in first
    assert SAID[:20] not in first
    assert "gone from the vault" not in one.browsing.get(address).text
    assert one.browsing.get(one.address).status == 404
    assert one.post("delete").status == 404


def test_the_page_that_reads_does_not_hold_traces(one: OneOnPage) -> None:
    """Its own open connection lets what was deleted be overwritten at once; one in mid-reading delays that."""
    assert "gone from the vault" in one.browsing.get(one.post("delete").headers["location"]).text
    wal = one.desk.paths.vault_file.with_name("vault.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    other = OneOnPage(one.desk, one.browsing, diary_entry("Another one."))
    for days in range(1, 4):
        OneOnPage(one.desk, one.browsing, diary_entry("More.", EVENING - timedelta(days=days)))
    with one.desk.reading() as reader:
        cursor = reader._database._connection.execute("SELECT id FROM entries")
        cursor.fetchone()
        address = other.post("delete").headers["location"]
        cursor.close()
    assert "overwritten when the vault is next opened" in one.browsing.get(address).text


def test_deleting_waits_for_a_check_in(one: OneOnPage) -> None:
    """While another process writes nothing is deleted, and that is said."""
    with one.desk.writing():
        answer = one.post("delete")
    assert answer.status == 409
    assert "Another VoiceCheck is writing" in answer.text
    assert one.entry.text == SAID


def test_changes_are_all_or_nothing(one: OneOnPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page opens the vault for one change and closes it: another process may write in between."""
    one.post("tag", mention=one.tag("angry"), remove="1")
    with Vault.open(one.desk.paths, one.desk._data_key) as vault:
        vault.entries.add(diary_entry("Meanwhile.", EVENING + timedelta(days=1)))
    assert "Meanwhile." in one.browsing.get("/timeline").text


def test_a_moment_without_a_word_is_shown_as_such(opened: tuple[Desk, Browsing]) -> None:
    """On its page and in the timeline, until somebody names a word for it."""
    desk, browsing = opened
    one = OneOnPage(desk, browsing, replace(diary_entry("I don't know.", EVENING), mentions=()))
    told = desk.phrases.tell("without_a_word")
    assert told in plain(one.text)
    assert told in plain(browsing.get("/timeline").text)
    one.post("tag", add="1", words="don't know", family="sadness", meaning="felt")
    assert len(one.entry.mentions) == 1
    assert told not in plain(one.text)
    assert told not in plain(browsing.get("/timeline").text)


def test_laughter_others_and_what_was_not_understood_are_told(opened: tuple[Desk, Browsing]) -> None:
    """The page tells when there was sound that is in no text, and what it was."""
    entry = diary_entry("I fell down.", EVENING)
    sounds = (VoiceSound(12.0, 14.0, SoundKind.LAUGHTER), VoiceSound(61.0, 62.0, SoundKind.WORDLESS))
    turn = replace(entry.turns[0], sounds=sounds, others=((20.0, 31.0),), unheard=((40.0, 41.0),))
    text = plain(OneOnPage(*opened, replace(entry, turns=(turn,))).text)
    for told in (
        "Laughter, 0:12 to 0:14.",
        "Sounds without words, 1:01 to 1:02.",
        "Someone else was heard from 0:20 to 0:31",
    ):
        assert told in text
    assert "Not understood: 0:40 to 0:41." in text


def test_what_an_entry_came_with(opened: tuple[Desk, Browsing]) -> None:
    """Labels of another journal stand below the words, kind by kind, as they are; an entry of one's own has none."""
    labels = (Label(LabelKind.TAG, "sea"), Label(LabelKind.MOOD, "so <b>sad"), Label(LabelKind.TAG, "f\u202eamily"))
    page = OneOnPage(*opened, replace(diary_entry(SAID), labels=labels))
    shown = plain(page.text)
    assert "Tags sea, f amily" in " ".join(shown.split()) and "<b>sad" not in page.text
    assert 'class="reading labels"' not in OneOnPage(*opened, diary_entry(SAID, EVENING + timedelta(1))).text
