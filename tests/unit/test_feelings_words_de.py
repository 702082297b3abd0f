"""German words for feelings: found as people say them, left alone in their other senses; masks and replies."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from voicecheck.diary.sentence import Draft, shape
from voicecheck.domain import Family, Quadrant
from voicecheck.feelings.languages import load_grammar
from voicecheck.feelings.masks import load_masks
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.nearer import find_sense, load_nearer, words_of
from voicecheck.feelings.reply import load_replies, read_side

DATA = Path(__file__).parent.parent / "data" / "talk.de.jsonl"


@pytest.mark.parametrize(
    ("text", "lemma"),
    [
        ("Mir fällt ein Stein vom Herzen.", "ein stein vom herzen fallen"), ("Ich hab die Nase voll.", "die nase voll"),
        ("Ich geh auf dem Zahnfleisch.", "auf dem zahnfleisch gehen"), ("Mir graut vor morgen.", "grauen"),
        ("Mir ist bang.", "bang"), ("Mir ist mulmig.", "mulmig"), ("Es kotzt mich an.", "ankotzen"),
        ("Ich könnte heulen.", "heulen können"), ("Ich bin am Boden zerstört.", "am boden zerstört"),
        ("Mir fällt die Decke auf den Kopf.", "die decke auf den kopf fallen"), ("Das nervt.", "nerven"),
        ("Der regt mich so auf.", "aufregen"), ("Ich rege mich über den Chef auf.", "aufregen"),
        ("Ich hab mich so aufgeregt.", "aufregen"), ("Ich war so aufgeregt vor dem Termin.", "aufgeregt"),
        ("Das macht mich wahnsinnig.", "wild machen"), ("I bin so grantig.", "grantig"), ("I bi hässig.", "hässig"),
        ("Der Kragen ist mir geplatzt.", "den kragen platzen"), ("Ich komm mir so blöd vor.", "blöd"),
        ("Ich hab dich so lieb.", "lieb haben"), ("Ich halt's nimmer aus.", "aushalten"), ("Mir geht's gut.", "gut"),
        ("Das geht mir so auf die Nerven.", "auf die nerven gehen"), ("Ich bin entäuscht.", "enttäuscht"),
    ],
)  # fmt: skip
def test_words_and_sayings(text: str, lemma: str) -> None:
    """As people say them: reflexive, in the dative, parted, in dialect, and as Whisper writes them."""
    (mention,) = find_mentions(text, "de")
    assert mention.lemma == lemma


@pytest.mark.parametrize(
    "text",
    [
        "Wir sind glücklich gelandet.", "Die Milch ist sauer.", "Der Kühlschrank ist leer.", "Der Platz war noch frei.",
        "Ich bin fertig mit der Arbeit.", "Das Seil war straff gespannt.", "Du kannst ruhig fragen.", "Gern geschehen.",
        "Leider war zu.", "Er hat sich am Knie verletzt.", "Zum Glück hat es nicht geregnet.", "Liebe Grüße",
        "Das ist wohl so.", "Mein Rücken tut weh.", "Mir tut der Rücken weh.", "Viel Spaß beim Kochen.", "Keine Angst.",
        "Ich hab Brot besorgt.", "Mein Kollege nimmt mich immer mit.", "Am Ende der Straße.", "Der Motor dreht durch.",
        "Es war unheimlich viel los auf der Autobahn bei Linz.", "Ein spannender Film.",
        "Stolze vierzig Euro hat das gekostet.",
        "Mir fehlt das Geld.", "Tut mir leid.", "Ich bin geladen zur Hochzeit.", "Das passt mir nicht.",
    ],
)  # fmt: skip
def test_other_senses_are_left_alone(text: str) -> None:
    """Milk, bodies, courtesy, luck and what is finished name no feeling."""
    assert find_mentions(text, "de") == ()


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Es ist wie es ist.", Family.SADNESS), ("Muss ja.", Family.TIREDNESS), ("Passt schon.", Family.CALM),
        ("Geht schon.", Family.TIREDNESS), ("Kann nicht klagen.", Family.CALM), ("Viel los.", Family.ANXIETY),
        ("Bin nur müde.", Family.TIREDNESS), ("Eh wie immer.", Family.BOREDOM), ("Passt.", Family.CALM),
        ("Will nicht drüber reden.", Family.SADNESS), ("Was soll man machen.", Family.SADNESS),
    ],
)  # fmt: skip
def test_masks(text: str, family: Family) -> None:
    """What closes the door is a vague feeling."""
    (mention,) = find_mentions(text, "de")
    assert mention.vague and mention.family is family


@pytest.mark.parametrize(
    "text",
    [
        "Alles gut, aber gestern ist meine Oma gestorben.", "Es ist wie es ist, die Mama kommt nicht mehr heim.",
        "Wir waren am See und haben Eis gegessen.", "Es geht um meinen Bruder.", "Du, das war mein Bruder.",
    ],
)  # fmt: skip
def test_who_tells_something_wears_no_mask(text: str) -> None:
    assert find_mentions(text, "de") == ()


def test_no_mask_is_one_small_word() -> None:
    """A phrase that fillers shrink to "du" or "nicht" would take every answer for a mask."""
    table, grammar = load_masks("de"), load_grammar("de")
    assert table is not None
    small = grammar["function"] | grammar["negation"] | grammar["you"] | grammar["adverb"]
    for rows in table.starting.values():
        for pattern, _ in rows:
            core = [element for element in pattern if not element.optional]
            assert len(core) > 1 or not core[0].words & small, core


def test_nearer_words_are_known_and_of_both_sides() -> None:
    """Each stands in the lexicon; each corner offers three families; the word they are for is vague."""
    table = load_nearer("de")
    assert table is not None
    for lemma in [word for words in (*table.words.values(), *table.quadrants.values()) for word in words]:
        assert find_sense(lemma, "de") is not None, lemma
    for quadrant in Quadrant:
        for seed in range(20):
            assert len(words_of((quadrant,), "de", random.Random(seed))) == 3


def test_replies_and_sides() -> None:
    """In dialect, too; "nicht angenehm" is unpleasant."""
    replies = load_replies("de")
    assert replies.leaves(["lass", "gut", "sein"]) and replies.leaves(["nein", "keins", "davon"])
    assert replies.sentence_of(["nein", "eher", "enttäuscht"]) == "Ich fühle mich enttäuscht."
    assert read_side("Eher nicht so angenehm", mood=True, language="de-AT") == "unpleasant"
    assert read_side("Schwer, wie Blei", mood=False, language="de") == "heavy"


def test_the_sentence_to_take_along() -> None:
    parts = Draft("traurig", "sie gegangen ist", "Ruhe")
    assert shape(parts, "de") == "Ich war traurig, als sie gegangen ist; was ich brauche, ist Ruhe."


def test_labelled_talk_is_found() -> None:
    """The sentences of development: each feeling in its family, and nothing where none is marked."""
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 60
    for row in rows:
        found = [(m.start, m.end, str(m.family)) for m in find_mentions(row["text"], "de")]
        assert found == [(m["start"], m["end"], m["family"]) for m in row["mentions"]], row["text"]
