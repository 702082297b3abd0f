"""The phrases: complete, in one tone, and without two commands that sound the same."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

from voicecheck.checkin.course import Command, Line
from voicecheck.phrases import BY_EAR, Phrases, load_phrases, system_language

PHRASES = load_phrases()
PACKAGE = Path(__file__).parents[2] / "voicecheck"
LANGUAGES = {path.stem: load_phrases(path.stem) for path in sorted((PACKAGE / "phrases").glob("*.toml"))}
each_language = pytest.mark.parametrize("phrases", LANGUAGES.values(), ids=LANGUAGES)
OF_THE_PERSON = {Line.QUESTION, Line.REPEAT, Line.REFLECTION, Line.NEARER, Line.FOLLOW_UP, Line.MEANING, Line.READ}
"""lines whose words are a question's, the person's own or a word's meaning"""
# Praise for amount, judging, advice, diagnosis, asking for reasons, pressure.
BANNED = {"en": (
    r"!", r"\bwhy\b", r"\bshould\b", r"\bmust\b", r"\bneed to\b", r"\bhave to try\b", r"\btry (?:to|and)\b",
    r"\bwell done\b", r"\bgreat\b", r"\bgood job\b", r"\bproud of you\b", r"\bamazing\b", r"\bawesome\b",
    r"\bexcellent\b", r"\bimpressive\b", r"\bso much\b", r"\bmore words\b", r"\bstreak\b", r"\bdepress",
    r"\banxiety disorder\b", r"\bsymptom", r"\btherap", r"\bsounds like you\b", r"\bit seems you\b",
    r"\bmaybe you\b", r"\byou (?:are|were) (?:being|so)\b", r"\bbecause you\b", r"\badvice\b", r"\brecommend",
    r"\bconsider\b", r"\bremember to\b", r"\bcalm down\b", r"\bdon't worry\b", r"\bfailed\b", r"\berror\b",
    r"\bdeep down\b", r"\breally (?:feel|felt|mean)\b", r"\bi (?:understand|know how)\b",
    r"\bprogress\b", r"\bbetter than\b", r"\binvalid\b", r"\bcheer up\b", r"\bat least\b",
), "de": (
    r"!", r"\b(?:warum|wieso|weshalb)\b", r"\b(?:sollst|solltest|musst|müsstest|versuch)\b", r"\bgut gemacht\b",
    r"\b(?:bravo|toll|super|prima|großartig|wunderbar|beeindruckend|fleißig|tapfer)\b", r"\bstolz auf dich\b",
    r"\bdepress", r"\bsymptom", r"\btherap", r"\bklingt\b", r"\bscheint\b", r"\bvielleicht bist\b", r"\bweil du\b",
    r"\bratschlag", r"\bempfehl", r"\bberuhig dich\b", r"\bkeine sorge\b", r"\bfehlgeschlagen\b", r"\bfehler\b",
    r"\btief in dir\b", r"\bin wirklichkeit\b", r"\bich (?:verstehe dich|weiß, wie)\b", r"\bfortschritt",
    r"\bbesser als\b", r"\bungültig", r"\bkopf hoch\b", r"\b(?:immerhin|wenigstens)\b",
)}  # fmt: skip
FORMAL: dict[str, tuple[str, ...]] = {"en": (), "de": (
    r"(?<=[a-zäöüß,;] )(?:Sie|Ihnen|Ihr|Ihre[mnrs]?)\b", r"[a-zäöü][*:_](?:in|innen|r|n)\b",
    r"[a-zäöü]Innen\b",
    r"\b(?:erfolg(?:t|en|te)|durchgeführt|durchführen|betätigen|bzw|diesbezüglich)\b",
    r"\b(?:gegebenenfalls|ggf|seitens|derzeit)\b",
    r"\b(?:[Bb]enutzer|[Nn]utzer|Anwender|Sprecher|Therapeut)(?:in)?\b",
)}  # fmt: skip
"""formal address, signs inside words that no voice can say, the language of offices, people of one gender"""
LETTERS = {"en": "A-Za-z", "de": "A-Za-zÄÖÜäöüß"}


def sentences(phrases: Phrases) -> Iterator[tuple[str, str]]:
    for table in (phrases.spoken, phrases.reflections):
        for name, forms in table.items():
            yield from ((name, form) for form in forms)
    yield from phrases.screen.items()


@each_language
def test_tone(phrases: Phrases) -> None:
    """No sentence advises, praises, judges, diagnoses, presses or asks for reasons."""
    banned = BANNED[phrases.language]
    assert [(*one, ban) for one in sentences(phrases) for ban in banned if re.search(ban, one[1], re.IGNORECASE)] == []


@each_language
def test_every_sentence_is_said_to_a_friend(phrases: Phrases) -> None:
    told = [*sentences(phrases), *phrases.terminal.items(), *phrases.page.items()]
    assert [(*one, formal) for one in told for formal in FORMAL[phrases.language] if re.search(formal, one[1])] == []


@each_language
def test_spoken_sentences_are_short_and_sayable(phrases: Phrases) -> None:
    """A voice has no word for a dash, a bracket or a percent sign, and the person waits while it speaks."""
    sayable = re.compile(rf"[{LETTERS[phrases.language]}0-9 ,.?'’{{}}-]+")
    for form in [form for forms in phrases.spoken.values() for form in forms]:
        assert sayable.fullmatch(form), form
        assert len(form.split()) <= 22, form
        assert form[0].isupper() or form.startswith(("{person}", "{word}", "{ago}")), form
        assert form.endswith((".", "?")), form


@each_language
def test_every_sentence_has_the_places_of_the_english_one(phrases: Phrases) -> None:
    """What is told in English is not left out in another language."""
    for table in ("spoken", "reflections", "screen", "terminal", "page"):
        for name, forms in getattr(PHRASES, table).items():
            assert places_in(getattr(phrases, table)[name]) == places_in(forms), name


def places_in(forms: str | list[str]) -> set[str]:
    texts = [forms] if isinstance(forms, str) else forms
    return {place for text in texts for _, place, _, _ in Formatter().parse(text) if place}


def as_said(form: str) -> str:
    return form.replace("{word}", "resentful")


def forms_of(phrases: Phrases, table: str) -> Iterator[tuple[str, str]]:
    for name, forms in getattr(phrases, table).items():
        yield from ((name, as_said(form)) for form in forms)


@each_language
def test_closings_vary(phrases: Phrases) -> None:
    """An evening does not end with the same sentence every time."""
    assert len(set(phrases.spoken["closing"])) >= 4


@each_language
def test_commands_are_told_apart(phrases: Phrases) -> None:
    """Every command has something to say for it, in the form in which a turn is compared, and none shares it."""
    assert set(phrases.commands) == set(Command) - {Command.DELETE_ONE_SENTENCE}
    assert all(phrases.commands.values())
    every = [as_said(form) for forms in phrases.commands.values() for form in forms]
    assert sorted(every) == sorted(set(every))
    word = rf"[{LETTERS[phrases.language].lower()}]+"
    assert [form for form in every if not re.fullmatch(rf"{word}(?:[ ']{word})*", form)] == []
    assert [form for form in every if len(form.split()) > 8] == []


@each_language
def test_every_form_can_be_said(phrases: Phrases) -> None:
    """A form that `plain` would change could never be met; as Whisper writes it, with a please, it means its name."""
    for name, form in forms_of(phrases, "commands"):
        heard = f" {form.capitalize()}, {phrases.trailing[0]}."
        assert phrases.plain(form) == form
        assert (phrases.command_in(heard), phrases.reply_in(heard)) == (name, None), form
    for name, form in forms_of(phrases, "answers"):
        heard = f" {form.capitalize()}, {phrases.trailing[0]}."
        assert phrases.plain(form) == form
        assert phrases.command_in(heard) is None, form
        if name in ("begin", "later"):
            assert phrases.answers_invitation(heard) == name, form
        else:
            assert phrases.reply_in(heard) is {"yes": True, "no": False}[name], form


@each_language
def test_what_other_tables_say_of_a_command_is_of_one(phrases: Phrases) -> None:
    """A form in another table that no command has is a slip of the pen."""
    every = {form for forms in phrases.commands.values() for form in forms}
    assert [form for form in (*phrases.by_word, *phrases.only_alone) if form not in every] == []


@pytest.mark.parametrize(
    ("heard", "means"),
    [
        ("Okay, um, skip this one please.", Command.SKIP), ("THAT’S ALL, THANKS!", Command.DONE),
        ("Well... I'm done.", Command.DONE), ("Not now.", Command.NOT_TONIGHT), ("Help?", Command.HELP),
        ("So, what was the question?", Command.REPEAT), ("I'm done with all of them.", None), ("Let it go on.", None),
        ("He said not tonight.", None), ("Skip, skip.", None), ("", None), ("...", None), ("Well.", None),
    ],
)  # fmt: skip
def test_command_is_the_whole_of_what_was_said(heard: str, means: Command | None) -> None:
    """Little words around it are passed over; any other word beside it makes it an answer."""
    assert PHRASES.command_in(heard) == means


@pytest.mark.parametrize(
    ("heard", "means"),
    [("Okay.", True), ("Right, yes, please", True), ("Well, yes please.", True), ("No, thanks.", False),
     ("Please don't!", False), ("Please do.", True), ("Yes, delete it.", True), ("No, keep it.", False),
     ("I don't know", None), ("Um", None), ("", None)],
)  # fmt: skip
def test_reply_is_yes_or_no_or_neither(heard: str, means: bool | None) -> None:
    """What is neither is no yes."""
    assert PHRASES.reply_in(heard) is means


@pytest.mark.parametrize("text", ["", "Okay.", "um, um", "So?", "please", "Thanks then", "right, okay, please"])
def test_one_word_is_left(text: str) -> None:
    """A turn of nothing but little words still says one of them; silence says nothing."""
    assert len(PHRASES.plain(text).split()) == min(1, len(text.split()))


@each_language
@pytest.mark.parametrize("line", [line for line in Line if line not in OF_THE_PERSON])
def test_every_line_has_a_sentence(line: Line, phrases: Phrases) -> None:
    """What the conversation may say can be said."""
    assert phrases.say(line.value, person="Kim", other="Anna", weekday="Tuesday")


@each_language
def test_yes_and_no_are_told_apart(phrases: Phrases) -> None:
    """No answer means both, and none of them is also a command."""
    answers = phrases.answers
    every = [form for forms in answers.values() for form in forms]
    assert set(answers) == {"yes", "no", "begin", "later"}
    for pair in (("yes", "no"), ("begin", "later"), ("no", "begin"), ("no", "later")):
        forms = [form for name in pair for form in answers[name]]
        assert len(forms) == len(set(forms))
    assert not set(every) & {form for forms in phrases.commands.values() for form in forms}


def words_in_code() -> frozenset[str]:
    """Every string in the package that could be a name."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return frozenset(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))


def test_no_sentence_is_unused() -> None:
    """What nobody says or shows is not kept: every name stands in the code."""
    used = words_in_code()
    states = {f"state_{word}" for word in used}
    assert [name for name in PHRASES.spoken if name.removesuffix(BY_EAR) not in used] == []
    assert [name for name in PHRASES.reflections if name not in used] == []
    assert [name for name in PHRASES.screen if name not in used | states] == []
    kinds = ("briefly", "turned", "review", "entry", "shared", "topic", "invite")
    built = {f"{kind}_{word}" for kind in kinds for word in used}
    assert [name for name in PHRASES.terminal if name not in used | built | {"schedule_at_night"}] == []


def test_every_state_and_notice_of_the_evening_has_words() -> None:
    """What the main path shows by name, in a call of its own, stands in the file."""
    paths = (PACKAGE / "checkin" / "loop.py", PACKAGE / "checkin" / "notices.py")
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    shown: dict[str, set[str]] = {"state": set(), "_resume": set(), "show": set()}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in shown:
            strings = [n.value for arg in node.args for n in ast.walk(arg) if isinstance(n, ast.Constant)]
            shown[node.func.attr] |= {text for text in strings if isinstance(text, str) and text}
    assert all(shown.values())
    states = {f"state_{name}" for name in shown["state"] | shown["_resume"]}
    assert states | shown["show"] <= set(PHRASES.screen)


def test_what_an_evening_says_never_says_that_nothing_is_kept() -> None:
    """It may stand above "kept", of the answer before or of the evening before."""
    told = [*PHRASES.screen.values(), *(form for forms in PHRASES.spoken.values() for form in forms)]
    assert not [text for text in told if "nothing is kept" in text.lower() or "nothing was kept" in text.lower()]


def names_in_code() -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Every `phrases.say/show/reflect/write("name", place=...)` of the package: file, method, name, places given.

    A kind of key hands names to the person that it asks, as in `person.ask_line("name")`; a whole sentence is no name.
    """
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            called = ast.unparse(node.func.value)
            shows = called.endswith("phrases") and node.func.attr in ("say", "show", "reflect", "write")
            asks = called == "person" and node.func.attr in ("ask_line", "busy", "tell")
            if not (shows or asks) or not node.args:
                continue
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str) and not (asks and " " in name.value):
                places = frozenset(word.arg or "**" for word in node.keywords)
                yield path.name, "show" if asks else node.func.attr, name.value, places


def test_names_used_in_code_exist() -> None:
    """A misspelt phrase, or one without its places, is found here and not one evening."""
    tables: dict[str, Mapping[str, str | list[str]]] = {
        "say": PHRASES.spoken,
        "reflect": PHRASES.reflections,
        "show": PHRASES.screen,
        "write": PHRASES.terminal,
    }
    used = list(names_in_code())
    assert used
    for file, method, name, places in used:
        assert name in tables[method], f"{file}: {name}"
        entry = tables[method][name]
        for form in [entry] if isinstance(entry, str) else entry:
            wanted = {place for _, place, _, _ in Formatter().parse(form) if place}
            assert "**" in places or wanted <= places, f"{file}: {name} lacks {wanted - places}"


def test_forms_vary_by_the_chooser() -> None:
    """The given chance decides the form, so that an evening can be played again in a test."""
    drawn = {PHRASES.say("closing", random.Random(seed)) for seed in range(40)}
    assert len(drawn) == len(PHRASES.spoken["closing"])
    assert PHRASES.say("closing", random.Random(3)) == PHRASES.say("closing", random.Random(3))


def test_unknown_language_speaks_english() -> None:
    """A language without a file falls back to English."""
    assert load_phrases("xx").language == "en"


@pytest.mark.parametrize(
    "heard",
    ["Peace.", "Escape.", "I'm down.", "I'm down now.", "Dunno.", "Scared.", "Fine.", "Sad.", "Gone.", "Again.",
     "Pity.", "Scope.", "Skipped.", "Ease.", "And you?", "That's ill.", "Torn.", "Not to hide.", "I am Dan.",
     "Okay, here's this.", "Delight it.", "Race it!"],
)  # fmt: skip
def test_answers_that_sound_like_a_command_stay_answers(heard: str) -> None:
    """By its words alone a text is a command only where it is one; what it sounds like is weighed by the sound."""
    assert load_phrases().command_in(heard) is None


def test_an_evening_speaks_of_what_a_person_needs() -> None:
    """Behind an answer: that it is safe and how it is read; never that nothing is kept, as another one may be."""
    phrases = load_phrases()
    assert "safe" in phrases.show("sealed") and "voicecheck entry show last" in phrases.show("sealed")
    assert "safe" in phrases.show("waits_for_words")
    assert "kept" not in phrases.show("empty_answer")


@pytest.mark.parametrize(
    ("heard", "means"),
    [
        ("Überspringen, bitte.", Command.SKIP), ("Kannst du die Frage bitte wiederholen?", None),
        ("Kannst du die Frage wiederholen?", Command.REPEAT),
        ("Könntest du mir bitte das vorlesen?", Command.READ_LAST),
        ("Des war's.", Command.DONE), ("Das war’s, danke.", Command.DONE), ("Ähm, stopp.", Command.DONE),
        ("Hilfe jetzt!", Command.HELP_NOW), ("Kannst du mir helfen?", Command.HELP_NOW), ("Hilfe?", Command.HELP),
        ("Was heißt Wehmut?", Command.MEANING),
        ("Was heisst des?", Command.MEANING), ("Heut net.", Command.NOT_TONIGHT),
        ("Streich den letzten Satz.", Command.DELETE_SENTENCE),
        ("A bissl langsamer.", Command.SLOWER), ("Wie bitte?", Command.REPEAT),
        ("Nochmal, bitte.", Command.REPEAT), ("Wart a bissl.", Command.PAUSE), ("Weiter.", Command.RESUME),
        ("Was hab ich vor einer Woche gesagt?", Command.WEEK_AGO), ("Heute vor einem Jahr.", Command.YEAR_AGO),
        # What people say of themselves
        ("Ich bin fertig.", None), ("Fertig.", None),
        ("Es reicht mir.", None), ("Mir reicht's.", None), ("Vergiss es.", None),
        ("Ich will eine Pause.", None), ("Ich brauche eine Pause.", None),
        ("Ich kann nicht mehr.", None), ("Nichts mehr.", None),
        ("Das war zu viel.", None), ("Er hat gesagt, hör auf.", None),
        ("Es geht alles zu schnell.", None), ("Nie wieder.", None),
        ("Das nicht mehr.", None), ("Fein.", None), ("Allein.", None),
        ("Müde.", None), ("Nichts.", None), ("Stolz.", None),
    ],
)  # fmt: skip
def test_german_commands_as_they_are_said(heard: str, means: Command | None) -> None:
    """Commands of Hamburg, Vienna and Zurich; and answers that sound like one, which stay answers."""
    assert LANGUAGES["de"].command_in(heard) == means


@pytest.mark.parametrize(
    ("heard", "means"),
    [("Jo eh.", True), ("Passt schon.", True), ("Eh klar!", True),
     ("Jawohl.", True), ("Isch guet.", True), ("Na.", False),
     ("Nöd.", False), ("Nö, danke.", False), ("Passt net.", False),
      ("Naja.", None), ("Weiß nicht.", None), ("Eher müde.", None)],
)  # fmt: skip
def test_german_yes_and_no(heard: str, means: bool | None) -> None:
    assert LANGUAGES["de"].reply_in(heard) is means


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LC_ALL": "de_CH"}, "de"), ({"LC_ALL": "en_GB.UTF-8", "LANG": "de_DE"}, "en"),
        ({"LC_MESSAGES": "de", "LANG": "en_US"}, "de"), ({"LANG": "fr_FR.UTF-8"}, "en"), ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"), ({"LANG": "../../x"}, "en"), ({}, "en"),
    ],
)  # fmt: skip
def test_language_of_the_system(variables: dict[str, str], language: str) -> None:
    """As POSIX has it; English where there is no phrase file."""
    assert system_language(variables) == language
