"""The clause of a candidate: where the clause reader begins, and as what it takes the word."""

from __future__ import annotations

from voicecheck.feelings.en.clauses import ClauseReader
from voicecheck.feelings.frame import Frame
from voicecheck.feelings.reading import ENDS, Reading


def read_clause(reading: Reading) -> Frame:
    """The frame of the feeling; an adjective behind "how" is read in the place that it was moved from."""
    reader = ClauseReader(reading.tokens, reading.grammar, reading.hit_starts or {})
    reader.noun_like = reading.sense.kind == "noun"
    fronted = _fronted(reading)
    if fronted >= 0:  # "how proud he would be" is read as "he would be proud"
        frame = reader.read(fronted, fronted, False, False)
        how = reading.before_index()
        if reading.tokens.at(how - 1) in ("imagine", "wonder"):
            frame.hypotheticals.append((how - 1, how))
        return frame
    verbal = reading.sense.kind in ("verb", "cause")
    first = reading.word(0)
    finite = verbal and not first.endswith("ing")
    base = verbal and not first.endswith(("ing", "ed"))
    return reader.read(reading.start, reading.end, finite, base)


def _fronted(reading: Reading) -> int:
    """Return the token after the verb of "how proud he is"; -1 where the word stands in its own place."""
    g, tokens = reading.grammar, reading.tokens
    if reading.sense.kind != "adj" or reading.before() != "how":
        return -1
    for k in range(reading.end, reading.end + 7):
        word = tokens.at(k)
        if word in ENDS:
            break
        if word in g["link"] and k > reading.end and tokens.at(k + 1) not in g["link"]:
            return k + 1
    return -1
