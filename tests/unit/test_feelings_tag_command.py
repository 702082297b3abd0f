"""`voicecheck tag`."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from voicecheck.cli.app import App
from voicecheck.cli.feeling.tag import tag
from voicecheck.errors import UsageError
from voicecheck.phrases import load_phrases

PHRASES = load_phrases()


def test_lines_go_in_and_out_in_order() -> None:
    """Each line keeps its id, whatever its type; empty text has no tags."""
    lines = [{"id": 7, "text": "I'm sad"}, {"id": None, "text": ""}, {"id": ["a"], "text": "she was glad"}]
    result = CliRunner().invoke(tag, ["--jsonl"], input="\n".join(json.dumps(line) for line in lines))
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == [7, None, ["a"]]
    assert [len(row["tags"]) for row in rows] == [1, 0, 1]
    assert rows[0]["tags"][0]["family"] == "sadness"


@pytest.mark.parametrize("bad", ["nope", "[]", '{"text": "x"}', '{"id": 1}', '{"id": 1, "text": 2}'])
def test_a_bad_line_is_named_after_the_good_ones(bad: str) -> None:
    """What came before is written; then the error gives the line's number and a hint."""
    result = CliRunner().invoke(tag, ["--jsonl"], input='{"id": 1, "text": "hm"}\n' + bad)
    assert json.loads(result.stdout) == {"id": 1, "tags": []}
    assert isinstance(result.exception, UsageError)
    assert "Line 2" in result.exception.message and result.exception.hint


def test_one_text_as_json(tmp_path: Path) -> None:
    """--json gives the text and its tags; offsets are code points of that text."""
    file = tmp_path / "t.txt"
    file.write_text("😀 I'm so happy", encoding="utf-8")
    shown = json.loads(CliRunner().invoke(tag, ["--json", str(file)]).stdout)
    (found,) = shown["tags"]
    assert shown["text"][found["start"] : found["end"]] == "happy"


def test_each_line_has_the_sentence_that_would_answer_it() -> None:
    """--reflect goes alone or with --danger; danger is never mirrored, and violence is answered with nothing."""
    texts = (
        "I miss my mom a lot",
        "my dog died",
        "We had soup.",
        "",
        "I want to kill myself",
        "he hits me and I love him",
    )
    lines = "\n".join(json.dumps({"id": number, "text": text}) for number, text in enumerate(texts))
    for options in (["--jsonl", "--reflect"], ["--jsonl", "--reflect", "--danger"]):
        result = CliRunner().invoke(tag, options, input=lines, obj=SimpleNamespace(phrases=PHRASES))
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        said = [row["reflection"] for row in rows]
        died = "Your dog died. Thank you for telling me."
        assert said[:4] == ["You miss your mom a lot.", died, "Thank you.", "Thank you."]
        assert said[4:] == [PHRASES.spoken["heavy"][0], None]
        assert [row.get("danger") for row in rows[4:]] == (["life", "harm"] if "--danger" in options else [None, None])
    assert isinstance(CliRunner().invoke(tag, ["--reflect"], input="x").exception, UsageError)


def test_it_explains_itself() -> None:
    """--explain names the word that turned another round."""
    shown = CliRunner().invoke(tag, ["--explain"], input="I wasn't angry at all", obj=App()).stdout
    assert "[angry]" in shown and "*wasn't* turns *angry* round" in shown


def test_a_missing_file_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Both are errors with a hint, not tracebacks."""
    (tmp_path / "b").write_bytes(b"\xff\xfe\x00\xd8")
    for name in ("missing", "b"):
        error = CliRunner().invoke(tag, [str(tmp_path / name)]).exception
        assert isinstance(error, UsageError) and error.hint


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": NaN, "text": "sad"}', '{"id": Infinity, "text": "sad"}'])
def test_lines_that_are_no_json(line: str) -> None:
    """Brackets without an end, and what only Python reads as JSON, are refused as the line that they are."""
    done = CliRunner().invoke(tag, ["--jsonl", "-"], input=line + "\n")
    assert isinstance(done.exception, UsageError)
    assert "Line 1 is not JSON" in done.exception.message


@pytest.mark.parametrize("number", ["1e999", "-1e999", '[{"a": 1E+400}]'])
def test_what_comes_in_as_json_goes_out_as_json(number: str) -> None:
    """A number that Python reads as Infinity is refused like Infinity itself."""
    result = CliRunner().invoke(tag, ["--jsonl"], input=f'{{"id": {number}, "text": "sad"}}')
    assert isinstance(result.exception, UsageError)
    assert result.stdout == ""


def test_half_a_surrogate_pair_is_no_fault() -> None:
    """JSON can hold one, and the classifier of danger reads the words around it."""
    line = json.dumps({"id": "\ud800", "text": "I am \ud83d sad \udfff"})
    result = CliRunner().invoke(tag, ["--jsonl", "--danger"], input=line)
    row = json.loads(result.stdout)
    assert (row["id"], [one["text"] for one in row["tags"]], row["danger"]) == ("\ud800", ["sad"], None)


@pytest.mark.parametrize("language", ["../../x", "zz", "", "en/..", "x" * 300, "\x1b[2J"])
def test_what_names_no_language_is_refused(language: str, tmp_path: Path) -> None:
    """A path, an unknown code or nothing: one sentence with those that there are; a known one only lacks words."""
    path = tmp_path / "said"
    path.write_text("I felt sad.")
    done = CliRunner().invoke(tag, ["--language", language, str(path)], obj=App())
    assert isinstance(done.exception, UsageError)
    assert "no such language" in done.exception.message
    assert done.exception.hint.endswith("feeling words for: de, en.")
    for known, code in (("de-AT", 0), ("en-GB", 0)):
        assert CliRunner().invoke(tag, ["--language", known, str(path)], obj=App()).exit_code == code
