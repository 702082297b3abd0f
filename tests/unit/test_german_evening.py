"""German evenings on the simulated clock: questions, answers, reflections, commands and replies; and the first run."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import click
import pytest

from tests.diary_samples import EVENING
from tests.fakes import hearing
from tests.sound_samples import quiet, voice
from tests.unit.reviewing import open_page
from tests.unit.test_checkin import PLAN, SAY, Table
from tests.vault_samples import make_entry
from voicecheck.checkin.course import Course
from voicecheck.checkin.plan import Rooms
from voicecheck.cli.app import App
from voicecheck.cli.terminal.confirming import confirm
from voicecheck.domain import Prompt
from voicecheck.errors import ModelError
from voicecheck.feelings.mentions import find_mentions
from voicecheck.models.catalog import ModelFolder
from voicecheck.paths import find_paths
from voicecheck.phrases import load_phrases
from voicecheck.phrases.closing import closing_of
from voicecheck.prompts.questions import Fixed
from voicecheck.settings.file import change_settings
from voicecheck.settings.schema import load_settings, parse_settings
from voicecheck.speech.whisper import loading
from voicecheck.utterance import Closing

PHRASES = load_phrases("de")
QUESTIONS = (Prompt("a", "Was von heute ist noch bei dir?", "test"), Prompt("b", "Und was hat heute gutgetan?", "test"))
ENGLISH = re.compile(r"\b(?:the|you|your|is|are|was it|what|and|thank|question|answer)\b", re.IGNORECASE)
DAY, WORD = QUESTIONS[0].text, "Welches Wort passt gerade zu dir, ein Wort genügt?"


class GermanTable(Table):
    """An evening in German, whose words Whisper hears in the language that they are said in."""

    def __init__(self, *script: object, said: list[object], count: int = 1, aloud: str = "questions") -> None:
        course = Course(count=count, linger_s=3.0, follow_ups=False)
        plan = replace(PLAN, language="de", course=course, aloud=aloud)
        super().__init__(*script, plan=plan)  # type: ignore[arg-type]
        self.questions = Fixed(*QUESTIONS)
        self.transcriber.replies.extend(said)  # type: ignore[arg-type]

    def rooms(self) -> Rooms:
        return replace(super().rooms(), phrases=PHRASES)

    def told(self) -> list[str]:
        return [*self.mouth.said, *self.screen.sentences, *self.screen.notices]


def test_an_evening_is_held_in_german() -> None:
    """Two questions, a feeling given back with du, a thank-you and a closing; no English sentence among them."""
    said = ["Ich war heute so traurig, weil meine Oma krank ist.", "Ich bin froh, dass es geregnet hat."]
    one = GermanTable(voice(4.0), quiet(9.0), voice(4.0), said=said, count=2, aloud="all")
    first, second = one.hold().entries
    one.close()
    assert [entry.language for entry in (first, second)] == ["de", "de"]
    assert [m.lemma for m in first.mentions] == ["traurig"]
    assert "Du " in first.reflection or "du " in first.reflection
    assert "traurig" in first.reflection and " ich " not in f" {first.reflection.lower()} "
    assert one.mouth.said[0] == DAY and one.mouth.said[-1] in PHRASES.spoken["closing"]
    assert [text for text in one.told() if ENGLISH.search(text)] == []


@pytest.mark.parametrize("said", ["Überspringen.", "Nächste Frage, bitte.", "Da mag i net drüber reden."])
def test_a_spoken_request_is_none_of_the_answer(said: str) -> None:
    one = GermanTable(*SAY, voice(3.2), said=[said, "Ich war müde."], count=2)
    entries = one.hold().entries
    one.close()
    assert any(text in one.told() for text in PHRASES.spoken["skipped"])
    assert [entry.text for entry in entries] == ["Ich war müde."]


def test_the_question_comes_once_more() -> None:
    one = GermanTable(*SAY, voice(3.2), said=["Wie war die Frage nochmal?", "Ich war müde."])
    (entry,) = one.hold().entries
    one.close()
    assert one.mouth.said.count(DAY) == 2
    assert entry.text == "Ich war müde."


def test_delete_asks_and_jo_is_yes() -> None:
    """A whole answer goes only after a yes, and an Austrian one is one."""
    one = GermanTable(*SAY, *SAY, *SAY, said=["Ich hasse alle hier.", "Lösch das.", "Jo."])
    entries = one.hold().entries
    one.close()
    assert PHRASES.spoken["delete_confirm"][0] in one.mouth.said
    assert PHRASES.spoken["deleted"][0] in one.told()
    assert entries == ()


def test_worn_out_is_an_answer() -> None:
    """ "Ich bin fertig" says that somebody is worn out, as often as that an answer is over: it is kept."""
    one = GermanTable(voice(1.2), said=["Ich bin fertig."])
    (entry,) = one.hold().entries
    one.close()
    assert entry.text == "Ich bin fertig."


def test_help_now_is_understood() -> None:
    one = GermanTable(*SAY, said=["Hilfe jetzt."])
    one.hold()
    one.close()
    assert PHRASES.spoken["help_shown"][0] in one.told()


def test_an_english_answer_in_a_german_evening_is_kept_as_it_is() -> None:
    """It is tagged as English, nothing is translated, and what is said around it stays German."""
    one = GermanTable(voice(4.0), said=[hearing("I felt so sad today about all of it", language="en")])
    one.plan = replace(one.plan, language="auto")
    (entry,) = one.hold().entries
    one.close()
    assert (entry.language, entry.text) == ("en", "I felt so sad today about all of it")
    assert [m.lemma for m in entry.mentions] == ["sad"]


@pytest.mark.parametrize(
    ("text", "asked", "closing"),
    [
        *((text, DAY, Closing.UNFINISHED) for text in (
            "Und", "Ähm", "Also ich.", "Ich hab heute mit der", "Ich bin nach Hause gegangen und",
            "Ich war traurig, weil.",
            "Das war ein richtig langer", "Ich fühle mich", "Und dann hat er gesagt", "Ich habe mich",
            "Ich war froh, aber",
            "Meine Schwester und ich", "Ich hab gut geschlafen und dann.", "Lass mich überlegen.", "Ich vermisse.",
            "I hab",
            "Ich hab geweint, weil der Hund.", "Sie hasst.", "Es war eine schwierige.", "Obwohl ich müde war am Abend.",
            "Als ich von der Arbeit gekommen bin.", "Meine Arbeit, das Haus.", "Und so mein Chef",
            "Ich hoffe, dass wir",
        )),
        *((text, DAY, Closing.FINISHED) for text in (
            "Ich bin müde.", "Ich hatte einen guten Tag.", "Mein Chef war wütend auf mich.", "Ich vermisse sie sehr.",
            "Wir sind an den See gefahren.", "Es war in Ordnung.", "Ich habe schlecht geschlafen!",
            "Ich weiß das nicht.",
            "Ich habe meiner Mutter gesagt, dass ich sie liebe.", "Heute war ein schöner Tag.",
            "Des war echt schwer für mich.",
        )),
        *((text, DAY, Closing.UNKNOWN) for text in (
            "", "Müde.", "Das Meeting.", "Ich weiß nicht.", "Es war okay, glaube ich.", "Ist das so?",
            "Ich rufe sie an.",
            "Ich hatte einen guten Tag", "Wir waren fünf.", "Als meine Tochter klein war, hatte ich immer Sorge.",
        )),
        *((text, WORD, Closing.ONE_WORD) for text in ("Müde.", "Ein bisschen traurig.", "Sieben")),
        *((text, DAY, Closing.ASKS) for text in ("Was meinst du?", "Kannst du das wiederholen?", "Hilfe jetzt.")),
    ],
)  # fmt: skip
def test_how_a_german_answer_ends(text: str, asked: str, closing: Closing) -> None:
    """A verb or an auxiliary alone waits; a prefix at the end may be one half of a verb, or begin something."""
    assert closing_of(text, asked, PHRASES) is closing


PAGES = (
    "", "timeline", "calendar", "feelings", "search", "export", "sheet", "settings/keys", "settings/microphone",
    "settings/watch", "settings/import", "settings/backup", "settings/restore", "settings/move", "settings/erase",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_german(path: str) -> None:
    with open_page(PHRASES) as (desk, page):
        with desk.writing() as vault:
            said = make_entry("Ich war heute so traurig.", EVENING)
            found = find_mentions(said.text, "de")
            vault.entries.add(replace(said, language="de", mentions=found, prompt=None, reflection="", speaker=""))
        answer = page.get(f"/{path}")
    code = r"<(code|style|script)\b.*?</\1>|<input[^>]*>"
    shown = html.unescape(re.sub(r"<[^>]*>", "|", re.sub(code, "|", answer.text, flags=re.DOTALL)))
    assert answer.status == 200 and '<html lang="de"' in answer.text
    assert [part for part in shown.split("|") if ENGLISH.search(part)] == []


# The first run


def test_the_first_run_is_in_the_language_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person's first run keeps it, so that what a timer starts, without that variable, is in it, too."""
    monkeypatch.setenv("LANG", "de_AT.UTF-8")
    assert App().phrases.language == "de"
    assert not find_paths().settings_file.exists(), "nobody is there, so nothing is kept"
    monkeypatch.setattr(App, "interactive", True)
    assert App().phrases.language == "de"
    assert load_settings(find_paths().settings_file).program.language == "de"
    monkeypatch.setenv("LANG", "C")
    assert App().phrases.language == "de"


def test_a_diary_that_was_english_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever kept one before there was German is not spoken to in another language one evening."""
    Table().close()
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setattr(App, "interactive", True)
    assert App().phrases.language == "en"


def test_the_settings_have_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    change_settings(find_paths().settings_file, {"program.language": "en"})
    assert App().phrases.language == "en"


@pytest.mark.parametrize(
    ("typed", "reply"),
    [("j", True), ("y", True), ("ja", True), ("jo", True), ("n", False), ("nein", False), ("na", False), ("", True)],
)
def test_yes_and_no_are_typed_in_german(typed: str, reply: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the letters of the language in brackets; what is neither is asked for again."""
    answers, asked = ["vielleicht", typed], []
    monkeypatch.setattr(click, "prompt", lambda question, **_: asked.append(question) or answers.pop(0))
    assert confirm(PHRASES, "Noch einmal?", default=True) is reply
    assert asked == ["Noch einmal? [J/n]"] * 2


def test_an_english_only_model_hears_no_german(tmp_path: Path) -> None:
    """It would write down English words that nobody said."""
    model = ModelFolder("tiny.en", tmp_path, ("en",))
    german = parse_settings('[program]\nlanguage = "de"\n', "x")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(ModelError, match="English only"):
        patch.setattr(loading.catalog, "find_model", lambda *_: model)
        loading.load(german, tmp_path, lambda _: None)
