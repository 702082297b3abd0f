"""How well danger in an answer is noticed, and how often it is noticed where there is none.

    script/bench danger [FILE.jsonl ...] [--show] [--goemotions FOLDER] [--phrases FILE.toml]
                        [--language CODE]

Without FILE it is the development set, with which the table was written: its figures say what was learnt and not what
to expect. A line of FILE is {"id", "text", "danger": "life", "harm" or null, "kind", "form"}. GoEmotions are short
comments from a public forum; hardly any tells of danger, so nearly all that is noticed there is a false alarm.
With --phrases a list of plain phrases is measured in place of the table.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from voicecheck.domain import Danger
from voicecheck.feelings.danger import find_danger
from voicecheck.feelings.danger_watch import OwnPhrases

DATA = Path(__file__).parent.parent / "tests" / "data"
GOALS = {"life": 28 / 30, "harm": 12 / 14, "false": 1 / 40}
Find = Callable[[str], Danger | None]


@dataclass(frozen=True, slots=True)
class Sentence:
    id: str
    text: str
    danger: str | None
    kind: str
    form: str


def read_sentences(file: Path) -> tuple[Sentence, ...]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Sentence(r["id"], r["text"], r["danger"], r["kind"], r.get("form", "clean")) for r in rows)


def measure(sentences: Sequence[Sentence], find: Find, show: bool) -> dict[str, float]:
    """Print recall and false alarms by kind; the shares for the goals."""
    total, noticed, weaker, other, forms = (
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[str](),
    )
    faults = []
    for s in sentences:
        found = find(s.text)
        for key in (f"{s.danger or 'false'} / {s.kind}", s.danger or "false"):
            total[key] += 1
            noticed[key] += found is not None
            weaker[key] += found is not None and found.weaker
            other[key] += found is not None and s.danger is not None and found.of.value != s.danger
        forms[f"{s.form} {'right' if (found is None) == (s.danger is None) else 'wrong'}"] += 1
        if (found is None) != (s.danger is None) or (found and s.danger and found.of.value != s.danger):
            said = None if found is None else f"{found.of.value}/{found.kind}{' weaker' if found.weaker else ''}"
            faults.append(f"  {s.id} {s.danger} {s.kind}: {said}: {s.text}")
    for key in sorted(total):
        print(f"{key:24} {noticed[key]:4} of {total[key]:4}   weaker {weaker[key]:3}   other kind {other[key]:3}")
    print("  ".join(f"{name} {count}" for name, count in sorted(forms.items())))
    if show:
        print("\n".join(faults))
    return {name: noticed[name] / total[name] for name in GOALS if total[name]}


def read_goemotions(folder: Path) -> Iterator[Sentence]:
    for file in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            yield Sentence(f"{file.stem}-{number}", line.split("\t")[0], None, "comment", "clean")


def phrases_of(file: Path, language: str) -> Find:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    own = OwnPhrases(tuple(table["life"]), tuple(table["harm"]), replaces=True)
    return lambda text: own.heard_in(text, language)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was missed and what was a false alarm")
    parser.add_argument("--goemotions", type=Path, metavar="FOLDER")
    parser.add_argument("--phrases", type=Path, metavar="FILE", help="measure a list of phrases instead")
    parser.add_argument("--language", default="en", metavar="CODE")
    options = parser.parse_args()
    language = options.language
    find: Find = partial(find_danger, language=language)
    find = find if options.phrases is None else phrases_of(options.phrases, language)
    for file in options.files or [DATA / f"danger.{language}.jsonl"]:
        print(f"# {file.name}")
        for name, share in measure(read_sentences(file), find, options.show).items():
            print(f"{name}: {100 * share:.1f} % (goal {100 * GOALS[name]:.1f} %)")
    if options.goemotions:
        comments = tuple(read_goemotions(options.goemotions))
        began = time.perf_counter()
        print("# GoEmotions")
        measure(comments, find, options.show)
        print(f"{1000 * (time.perf_counter() - began) / len(comments):.2f} ms a comment")


if __name__ == "__main__":
    main()
