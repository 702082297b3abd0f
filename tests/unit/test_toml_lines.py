"""The line of every key in a TOML text, however it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from voicecheck.text.toml_lines import lines_of_keys


def test_every_way_of_writing_a_key() -> None:
    """Headers, dots, quotes and braces; strings of several lines, comments and arrays hold no keys."""
    content = """a = 1 # b = 2
c.d = '''
e = 5
'''
"f g".'h' = [
  1, # i = 1
  { j = 2 },
]
[k . l] # [m]
n = { o = "}, p = 1", q = { r = 1 } }
s = \"""
\\\"""t = 1\"""\"
[[u]]
v = 1
[[u]]
v = 2
[u.w]
v = 3"""
    tomllib.loads(content)
    lines = {".".join(key): line for key, line in lines_of_keys(content).items()}
    assert lines == {
        "a": 1, "c": 2, "c.d": 2, "f g": 5, "f g.h": 5, "k": 9, "k.l": 9, "k.l.n": 10, "k.l.n.o": 10, "k.l.n.q": 10,
        "k.l.n.q.r": 10, "k.l.s": 11, "u": 13, "u.0": 13, "u.0.v": 14, "u.1": 15, "u.1.v": 16,
        "u.w": 17, "u.w.v": 18,
    }  # fmt: skip


names = st.text("abc-_9", min_size=1, max_size=3) | st.text("a.]=#\"' {\u00e9", min_size=1, max_size=3).map(
    lambda name: '"' + name.replace('"', '\\"') + '"'
)
scalars = st.sampled_from(
    ["1", "1.5", "true", '"a = 1"', "'[b]'", '"""\nx = 1\n"""', "[1, 2]", "[\n[2],\n]", "1979-05-27"]
)
values = st.recursive(
    scalars,
    lambda inner: st.dictionaries(names, inner.filter(lambda v: "\n" not in v), max_size=2).map(
        lambda pairs: "{ " + ", ".join(f"{k} = {v}" for k, v in pairs.items()) + " }"
    ),
    max_leaves=4,
)


@given(
    tables=st.dictionaries(names, st.dictionaries(names, values, max_size=3), max_size=4),
    before=st.sampled_from(["", "# x = 1\n", "\n"]),
)
def test_what_the_parser_reads_has_a_line(tables: dict[str, dict[str, str]], before: str) -> None:
    """Exactly the keys that tomllib finds are found, and on their line the key stands."""
    lines_of = {table: [f"{before}{key} = {value}\n" for key, value in keys.items()] for table, keys in tables.items()}
    content = "".join(f"{before}[{table}]\n" + "".join(lines) for table, lines in lines_of.items())
    try:
        parsed = tomllib.loads(content)
    except tomllib.TOMLDecodeError:  # two quotings of one name
        return
    lines = lines_of_keys(content)
    assert set(lines) == set(keys_of(parsed, ()))
    for key, line in lines.items():
        assert key[-1].strip('"') in content.splitlines()[line - 1].replace('\\"', '"')


def keys_of(table: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, value in table.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from keys_of(value, (*above, name))
