"""First lines of docstrings name the thing, or say what it does, so that a stranger can use it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import voicecheck

PACKAGE = Path(voicecheck.__file__).parent
RIDDLE = re.compile(r"(what|who|whom|whose|where|whether)\b", re.IGNORECASE)
FEWER_THAN = 20  # some help of commands, which speaks to the person


def first_lines(source: str) -> Iterator[tuple[int, str]]:
    """Line number and first line of every docstring of a module, those of fields among them."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for statement in node.body:
            match statement:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield statement.lineno, text.strip().partition("\n")[0]


def riddles(source: str) -> list[tuple[int, str]]:
    return sorted((number, line) for number, line in first_lines(source) if RIDDLE.match(line))


def test_docstrings_say_what_a_thing_is_or_does() -> None:
    """Hardly a first line asks a question that only the code answers."""
    found = [
        f"{file.relative_to(PACKAGE)}:{number}: {line}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for number, line in riddles(file.read_text(encoding="utf-8"))
    ]
    assert len(found) < FEWER_THAN, "\n".join(found)


def test_docstrings_of_modules_classes_functions_and_fields_are_counted() -> None:
    """Whatever the capitals; a sentence that only holds such a word is none."""
    source = '''"""What a module is."""
class Thing:
    """Who is told."""
    name: str
    """whether it counts"""
    def place(self) -> None:
        """Whereabouts of the thing, and what it is."""
async def find() -> None:
    """
    Where it lies.
    """
'''
    assert [number for number, _ in riddles(source)] == [1, 3, 5, 9]
