"""German clauses are said back in the Du-form: pronouns, possessives, verbs; and nothing where that is not safe."""

from __future__ import annotations

import random
import re

import pytest

from voicecheck.domain import EmotionMention
from voicecheck.feelings.de.verb_forms import behind_du, behind_ihr
from voicecheck.feelings.languages import find_language
from voicecheck.feelings.mentions import find_mentions

GERMAN = find_language("de")
FIRST_PERSON = re.compile(r"\b(?:ich|mich|mir|mein\w*|wir|uns|unser\w*|unsre\w*)\b", re.IGNORECASE)
# The parts of a clause, as the speaker says them and as they come back; written by hand, not by the rules.
SUBJECT_AND_VERB = [
    ("ich vermisse", "du vermisst"), ("ich liebe", "du liebst"), ("ich hasse", "du hasst"), ("ich fand", "du fandest"),
    ("ich verstehe", "du verstehst"), ("ich beneide", "du beneidest"), ("ich vergesse", "du vergisst"), ("ich sah",
    "du sahst"),
    ("ich brauche", "du brauchst"), ("ich treffe", "du triffst"), ("ich mag", "du magst"), ("ich verlasse",
    "du verlässt"),
    ("ich brauchte", "du brauchtest"), ("wir vermissen", "ihr vermisst"), ("wir lieben", "ihr liebt"),
    ("wir brauchten", "ihr brauchtet"),
]  # fmt: skip
OBJECTS = [
    ("meine Mutter", "deine Mutter"), ("meinen Bruder", "deinen Bruder"), ("unser Haus", "euer Haus"),
    ("mein Kind", "dein Kind"),
    ("unsere Kinder", "eure Kinder"), ("die Stille", "die Stille"), ("ihn", "ihn"), ("den Mann meiner Schwester",
    "den Mann deiner Schwester"),
]  # fmt: skip
ENDS = [
    ("", ""), (" sehr", " sehr"), (" seit dem Umzug", " seit dem Umzug"), (" und bin müde", " und bist müde"),
    (", weil ich allein bin", ", weil du allein bist"),
    (", wie ich es nie gedacht hätte", ", wie du es nie gedacht hättest"),
    (", seit mein Vater nicht mehr bei mir wohnt", ", seit dein Vater nicht mehr bei dir wohnt"),
]  # fmt: skip


def mentions_of(text: str) -> tuple[EmotionMention, ...]:
    return find_mentions(text, "de")


def said(text: str, which: int = -1) -> str | None:
    mentions = mentions_of(text)
    clause = GERMAN.clause_around(mentions[which], mentions, text)
    return None if clause is None else clause.sentence


def test_generated_clauses_come_back_as_they_should() -> None:
    """Two hundred clauses of known parts: the whole sentence is right, and nothing is left of "ich" and "wir"."""
    rng = random.Random(20)
    for _ in range(200):
        (verb, verb_du), (thing, thing_du) = rng.choice(SUBJECT_AND_VERB), rng.choice(OBJECTS)
        end, end_du = rng.choice(ENDS if verb.startswith("ich") else ENDS[:3])
        turned = GERMAN.turn(f"{verb} {thing}{end}")
        if turned is None:
            continue  # too long, or cut
        whole = f"{verb_du} {thing_du}{end_du}."
        whole = whole[:1].upper() + whole[1:]
        assert turned == whole or whole.startswith(turned.rstrip(".")), (verb, thing, end)
        assert not FIRST_PERSON.search(turned) and len(turned.split()) <= 14


def test_what_can_be_turned_is_not_refused() -> None:
    """Every verb with every object comes back."""
    for verb, verb_du in SUBJECT_AND_VERB:
        for thing, thing_du in OBJECTS:
            assert GERMAN.turn(f"{verb} {thing}") == f"{verb_du[:1].upper()}{verb_du[1:]} {thing_du}."


@pytest.mark.parametrize(
    ("spoken", "turned"),
    [
        ("mir ist bang", "Dir ist bang."),
        ("mein Hund ist gestorben", "Dein Hund ist gestorben."),
        ("heute hab ich mich total geärgert", "Heute hast du dich total geärgert."),
        ("wir waren beide so enttäuscht", "Ihr wart beide so enttäuscht."),
        ("ich rege mich so auf über meinen Bruder", "Du regst dich so auf über deinen Bruder."),
        ("mir graut vor dem Gespräch mit meinem Chef", "Dir graut vor dem Gespräch mit deinem Chef."),
        ("unser Sohn hat uns so stolz gemacht", "Euer Sohn hat euch so stolz gemacht."),
        ("meine Frau und ich haben gestritten", "Deine Frau und du habt gestritten."),
        ("ich bin so müde dass ich nicht mehr denken kann", "Du bist so müde, dass du nicht mehr denken kannst."),
        ("ich sitz da und heul nur", "Du sitzt da und heulst nur."),
        ("am schluss war ich nur noch müde", "Am Schluss warst du nur noch müde."),
    ],
)
def test_clauses_of_all_kinds(spoken: str, turned: str) -> None:
    """Dative and reflexive, "wir", two subjects, a second verb, a subordinate clause, small letters."""
    assert GERMAN.turn(spoken) == turned


@pytest.mark.parametrize(
    "spoken",
    [
        "du fehlst mir", "bin ich traurig?", "ich freue mich auf Sie", "ich hasse mich",
        "ich bin so eine Versagerin", "weil ich so müde war",
        "ich will sterben", "ich bin nichts wert und nutzlos", "ihr habt mich verletzt", "ich habe Angst vor",
        "er sagt „ich bin müde“", "", "müde",
        "ich hab deinen Brief gelesen",
    ],
)  # fmt: skip
def test_what_is_never_turned(spoken: str) -> None:
    """Somebody spoken to, questions, quotations, contempt of oneself, danger, halves."""
    assert GERMAN.turn(spoken) is None


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Wenn ich heimkomme, bin ich meistens müde.", "Wenn du heimkommst, bist du meistens müde."),
        ("Es tut mir leid, dass ich gestern so gereizt war.", "Du warst gestern so gereizt."),
        ("Ich bin heimgegangen und war total erschöpft.", "Du warst total erschöpft."),
        ("So dankbar für meine Freunde.", "Du bist so dankbar für deine Freunde."),
        ("Ich hätte nie gedacht, dass ich so stolz sein kann.", None),
        ("Heute einfach nur müde.", None),
        ("Warum bin ich so gereizt?", None),
        ("Der Mann, den ich so geliebt habe, ist weg.", None),
    ],
)
def test_the_clause_around_a_feeling(text: str, clause: str | None) -> None:
    """A clause with its condition, one that was subordinate, one that shares its subject; none where half would be
    false."""
    assert said(text) == clause


@pytest.mark.parametrize(
    ("form", "du"),
    [("arbeite", "arbeitest"), ("arbeitete", "arbeitetest"), ("machte", "machtest"), ("ärgere", "ärgerst"),
    ("lächle", "lächelst"),
     ("halte", "hältst"), ("ertrage", "erträgst"), ("saß", "saßt"), ("fürchte", "fürchtest"), ("atme", "atmest"),
     ("heule", "heulst"),
     ("weiß", "weißt"), ("esse", "isst"), ("versprech", "versprichst"), ("warte", "wartest"), ("ging", "gingst"),
     ("würde", "würdest")],
)  # fmt: skip
def test_verbs_behind_du(form: str, du: str) -> None:
    """Regular, with a changed vowel, strong past, and spoken without the "e"."""
    assert behind_du(form) == du


def test_verbs_behind_ihr() -> None:
    """The plural of "wir" speaks to several."""
    forms = {
        "gehen": "geht",
        "warten": "wartet",
        "machten": "machtet",
        "sind": "seid",
        "ärgern": "ärgert",
        "hätten": "hättet",
    }
    assert {form: behind_ihr(form) for form in forms} == forms


def test_a_loss_comes_back() -> None:
    """A death of one's own is an event; one in a film, denied or imagined is none."""
    event = GERMAN.event_in((), "Also heute ist viel passiert. Mein Hund ist gestern gestorben, einfach so.")
    assert event is not None and event.sentence == "Dein Hund ist gestern gestorben." and event.loss and event.heavy
    for text in ("Mein Hund ist fast gestorben.", "Ist mein Hund gestorben?", "Wenn meine Mutter gestorben wäre."):
        assert GERMAN.event_in((), text) is None
