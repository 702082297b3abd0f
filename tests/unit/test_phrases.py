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
from voicecheck.phrases import BY_EAR, Phrases, load_phrases

PHRASES = load_phrases()
PACKAGE = Path(__file__).parents[2] / "voicecheck"
OF_THE_PERSON = {Line.QUESTION, Line.REPEAT, Line.REFLECTION, Line.NEARER, Line.FOLLOW_UP, Line.MEANING, Line.READ}
"""lines whose words are a question's, the person's own or a word's meaning"""
# Praise for amount, judging, advice, diagnosis, asking for reasons, pressure.
BANNED = (
    r"!", r"\bwhy\b", r"\bshould\b", r"\bmust\b", r"\bneed to\b", r"\bhave to try\b", r"\btry (?:to|and)\b",
    r"\bwell done\b", r"\bgreat\b", r"\bgood job\b", r"\bproud of you\b", r"\bamazing\b", r"\bawesome\b",
    r"\bexcellent\b", r"\bimpressive\b", r"\bso much\b", r"\bmore words\b", r"\bstreak\b", r"\bdepress",
    r"\banxiety disorder\b", r"\bsymptom", r"\btherap", r"\bsounds like you\b", r"\bit seems you\b",
    r"\bmaybe you\b", r"\byou (?:are|were) (?:being|so)\b", r"\bbecause you\b", r"\badvice\b", r"\brecommend",
    r"\bconsider\b", r"\bremember to\b", r"\bcalm down\b", r"\bdon't worry\b", r"\bfailed\b", r"\berror\b",
    r"\bdeep down\b", r"\breally (?:feel|felt|mean)\b", r"\bi (?:understand|know how)\b",
    r"\bprogress\b", r"\bbetter than\b", r"\binvalid\b", r"\bcheer up\b", r"\bat least\b",
)  # fmt: skip


def sentences(phrases: Phrases) -> Iterator[tuple[str, str]]:
    for table in (phrases.spoken, phrases.reflections):
        for name, forms in table.items():
            yield from ((name, form) for form in forms)
    yield from phrases.screen.items()


@pytest.mark.parametrize(("name", "sentence"), list(sentences(PHRASES)))
def test_tone(name: str, sentence: str) -> None:
    """No sentence advises, praises, judges, diagnoses, presses or asks for reasons."""
    assert [pattern for pattern in BANNED if re.search(pattern, sentence, re.IGNORECASE)] == []


@pytest.mark.parametrize(("name", "form"), [(n, f) for n, forms in PHRASES.spoken.items() for f in forms])
def test_spoken_sentences_are_short_and_sayable(name: str, form: str) -> None:
    """A voice has no word for a dash, a bracket or a percent sign, and the person waits while it speaks."""
    assert re.fullmatch(r"[A-Za-z0-9 ,.?'’{}-]+", form)
    assert len(form.split()) <= 22
    assert form[0].isupper() or form.startswith(("{person}", "{word}", "{ago}"))
    assert form.endswith((".", "?"))


def as_said(form: str) -> str:
    return form.replace("{word}", "resentful")


def forms_of(table: str) -> Iterator[tuple[str, str, str]]:
    for name, forms in getattr(PHRASES, table).items():
        yield from ((table, name, as_said(form)) for form in forms)


def test_closings_vary() -> None:
    """An evening does not end with the same sentence every time."""
    assert len(set(PHRASES.spoken["closing"])) >= 4


def test_commands_are_told_apart() -> None:
    """Every command has something to say for it, in the form in which a turn is compared, and none shares it."""
    assert set(PHRASES.commands) == set(Command) - {Command.DELETE_ONE_SENTENCE}
    assert all(PHRASES.commands.values())
    every = [as_said(form) for forms in PHRASES.commands.values() for form in forms]
    assert len(every) == len(set(every))
    assert [form for form in every if not re.fullmatch(r"[a-z]+(?:[ '][a-z]+)*", form)] == []
    assert [form for form in every if len(form.split()) > 8] == []


@pytest.mark.parametrize(("table", "name", "form"), list(forms_of("commands")) + list(forms_of("answers")))
def test_every_form_can_be_said(table: str, name: str, form: str) -> None:
    """A form that `plain` would change could never be met; as Whisper writes it, with a please, it means its name."""
    assert PHRASES.plain(form) == form
    heard = f" {form.capitalize()}, please."
    assert PHRASES.command_in(heard) == (name if table == "commands" else None)
    if name in ("begin", "later"):
        assert PHRASES.answers_invitation(heard) == name
    else:
        assert PHRASES.reply_in(heard) is ({"yes": True, "no": False}[name] if table == "answers" else None)


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


@pytest.mark.parametrize("line", [line for line in Line if line not in OF_THE_PERSON])
def test_every_line_has_a_sentence(line: Line) -> None:
    """What the conversation may say can be said."""
    assert PHRASES.say(line.value, person="Kim", other="Anna", weekday="Tuesday")


def test_yes_and_no_are_told_apart() -> None:
    """No answer means both, and none of them is also a command."""
    answers = PHRASES.answers
    every = [form for forms in answers.values() for form in forms]
    assert set(answers) == {"yes", "no", "begin", "later"}
    for pair in (("yes", "no"), ("begin", "later"), ("no", "begin"), ("no", "later")):
        forms = [form for name in pair for form in answers[name]]
        assert len(forms) == len(set(forms))
    assert not set(every) & {form for forms in PHRASES.commands.values() for form in forms}


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
