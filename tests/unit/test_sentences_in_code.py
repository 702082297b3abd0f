"""What a person meets in an evening, in set-up and on the page stands in the phrase files, and not in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "voicecheck"
ROOMS = (
    "checkin", "cli/checkin", "cli/entry/editing.py", "cli/entry/entry.py", "cli/entry/forgetting.py",
    "cli/entry/playing.py", "cli/entry/searching.py", "cli/entry/sharing.py", "cli/feeling/feeling.py",
    "cli/help_now.py", "cli/models/preparing.py", "cli/models/recommending.py", "cli/remind.py", "cli/open.py",
    "cli/setup/device.py", "cli/setup/first_run.py", "cli/setup/hello.py", "cli/setup/questions.py",
    "cli/setup/steps.py", "cli/setup/summary.py", "cli/terminal", "cli/vault/recovering.py", "diary/marks.py",
    "diary/none_found.py", "diary/recovery.py", "diary/sentence.py", "web",
)  # fmt: skip
SENTENCE = re.compile(r"[^\W\d_]{2,}[’']?[,:]? [^\W\d_]")
SHOWING = {"ask", "ask_text", "confirm", "echo", "head", "notice", "print", "prompt", "secho", "status", "tell"}
"""calls whose words a person reads, be it a single one"""
NOT_SHOWN = {"option", "argument", "Choice", "IntRange", "Path", "compile", "cast", "ThreadPoolExecutor"}
"""calls whose words are read in the help of a command, by the program, or by nobody"""
OF_THE_PROTOCOL = {"cli/checkin/command.py", "web/guard/gate.py", "web/guard/middleware.py", "web/guard/opener.py"}
"""what refuses a request or an option: faults, which stay in English"""
STYLE = re.compile(r"(?:(?:bold|dim|italic|reverse|strike|underline|green|red|yellow) ?)+")
LEFT = {"NOT_TAKEN_IN", "reason", "OWN_PAGE", "STDIN_NAME", "_EMACS", "_VIM", "SPEECH"}
"""names that hold the message of a fault, arguments of a program, or words for a recogniser alone"""


def files() -> Iterator[Path]:
    for room in ROOMS:
        place = PACKAGE / room
        yield from [place] if place.is_file() else sorted(place.rglob("*.py"))


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def passed_over(tree: ast.AST) -> set[ast.AST]:
    """Docstrings, faults that are raised, and what is no sentence to a person."""
    nodes: set[ast.AST] = set()
    for node in ast.walk(tree):
        fault = isinstance(node, ast.Call) and (called(node).endswith(("Error", "Failed")) or called(node) in NOT_SHOWN)
        constant = isinstance(node, ast.Assign) and any(getattr(name, "id", "") in LEFT for name in node.targets)
        if fault or constant or isinstance(node, ast.Raise | ast.Assert):
            nodes.update(ast.walk(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            nodes.add(node.value)
    return nodes


def sentences(source: str) -> list[str]:
    """Literal strings that read as words said to a person."""
    tree = ast.parse(source)
    left = passed_over(tree)
    shown = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in SHOWING and node.args
        for part in (node.args[0], *(node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else ()))
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left
        if not STYLE.fullmatch(node.value)
        if SENTENCE.search(node.value) or (node in shown and re.search(r"[A-Z][a-z]+|[a-z]+ ", node.value))
    ]


@pytest.mark.parametrize("file", list(files()), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_code_holds_no_sentence(file: Path) -> None:
    """Faults and the help of commands may; a question, a notice, a word on the page may not."""
    if str(file.relative_to(PACKAGE)) not in OF_THE_PROTOCOL:
        assert sentences(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", sorted((PACKAGE / "web" / "templates").glob("*.html")), ids=lambda file: file.name)
def test_templates_hold_no_sentence(file: Path) -> None:
    """Nothing between two tags, nor in what a browser reads out, but what `tell` gives; code to type is no sentence."""
    plain = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(code|style|script)\b.*?</\1>", " ", file.read_text(), flags=re.DOTALL
    )
    attributes = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', plain)
    words = " ".join([re.sub(r"<[^>]*>", " ", plain), *attributes])
    assert re.findall(r"[^\W\d_]{2,}", words) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('click.echo("Measuring.")', 1), ('click.echo(f"Heard: {words}")', 1), ('told = "It is not here."', 1),
        ('raise UsageError("It is not here.", "See: voicecheck setup")', 0), ('"""It is not here."""', 0),
        ('click.echo(phrases.show("setup_measuring"))', 0), ('style = "bold yellow"', 0),
    ],
)  # fmt: skip
def test_a_sentence_is_found(source: str, found: int) -> None:
    """The scan sees a literal in any place, and passes over faults and docstrings."""
    assert len(sentences(source)) == found
