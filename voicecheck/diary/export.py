"""Export of entries to files for other programs: JSON without a loss, Markdown notes, feelings as CSV.

The JSON, `voicecheck.export/1`, has an entry a line. Keys may be added, never renamed; what is not known is passed
over by `import json`.

    {"schema": "voicecheck.export/1", "made_at": ISO 8601, "version": of VoiceCheck,
     "words": [{"word", "family", "quadrant", "vague"}],      feeling words of one's own
     "names": [{"name", "heard"}],      names of one's own, and what was heard for them
     "topics": [{"name", "kind": person, place or doing, "words"}],      marked by the person; words for the same
     "asked": [{"session", "position", "at", "prompt_id", "did", "entry"}],      what was asked, and what became of it
     "entries": [
       {"id", "session", "kind", "spoken_at", "speaker", "language", "timezone", "prompt": {"id", "text"} or null,
        "duration_s", "reflection", "model": {"name", "device", "compute_type"} or null, "reviewed_at" or null,
        "turns": [{"kind", "text", "segments": [{"start_s", "end_s", "text", "words": [{"start_s", "end_s", "text",
                   "probability"}]}], "speaker", "start", "end", "unheard", "others",
                   "sounds": [{"kind", "start_s", "end_s"}], "speaker_unsure"}],
        "revisions": [{"source": heard or person, "made_at", "text", "lexicon_version", "mentions": [Mention],
                       "corrections": [{"id", "made_at", "action", "mention": Mention}]}],      oldest first
        "sound": [{"start", "count", "data": base64}],     Opus packets, each behind its length; only when asked for
        "shares": [{"at", "how"}],      that a sentence of it was taken along
        "labels": [{"kind": tag, star, place, mood or journal, "name"}],      what it came with from another program
        "dates_before": [{"made_at", "spoken_at"}],      dates that were put right, and when
        "not_again": true for one that is not to be shown unasked}],
     "letters": [{"opens_on": DAY, "entry": as above}]}      entries that are put away until a day, in a whole export

Nothing here is encrypted: whoever writes such a file tells the person so, once.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from voicecheck import __version__
from voicecheck.contract import mention_json
from voicecheck.domain import Entry
from voicecheck.errors import VoicecheckError
from voicecheck.files import sync_folder
from voicecheck.text.untrusted import escaped_json, printable
from voicecheck.vault.disk.errors import present
from voicecheck.vault.disk.parts import held_part, remove_leftovers
from voicecheck.vault.vault import Vault

SCHEMA = "voicecheck.export/1"
PART = ".export.part"
ENTRIES = b'],"entries":['
"""end of the first line; then come the entries, each on its own line, so that an import need not hold them all"""
Progress = Callable[[int], None]
"""is told how many entries are done"""


def _silent(done: int) -> None:
    """Ignore progress."""


# JSON


def write_json(
    vault: Vault,
    entry_ids: Sequence[str],
    file: BinaryIO,
    made_at: datetime,
    *,
    sound: bool = False,
    whole: bool = False,
    progress: Progress = _silent,
) -> None:
    """Write everything that is kept of these entries, and the feeling words, names and topics of one's own.

    With `whole` also what was asked and not answered, and letters that have not opened; else only which question each
    of these entries answers.
    """
    chosen = set(entry_ids)
    own = {"words": vault.words.list(), "names": vault.names.list(), "topics": vault.topics.list()}
    head = {"schema": SCHEMA, "made_at": made_at, "version": __version__, **own}
    file.write(_json(head)[:-1] + b',"asked":[')
    asked = (step for step in vault.steps.all() if whole or step.entry in chosen)
    for number, step in enumerate(asked):
        file.write(b"," if number else b"")
        file.write(_json(step))
    file.write(ENTRIES)
    for number, entry_id in enumerate(entry_ids):
        file.write(b",\n" if number else b"\n")
        file.write(_json(vault.archive.read(entry_id, sound=sound)))
        progress(number + 1)
    file.write(b"\n]")
    if whole:
        file.write(b',"letters":[')
        for number, letter in enumerate(vault.letters.waiting()):
            file.write(b",\n" if number else b"\n")
            sealed = vault.letters.read(letter.entry_id)
            file.write(_json(sealed if sound else replace(sealed, entry=replace(sealed.entry, sound=()))))
        file.write(b"]")
    file.write(b"}\n")


def _json(value: object) -> bytes:
    """Encode as JSON that reads back the same, and that steers nothing on a terminal."""
    return escaped_json(msgspec.json.encode(value).decode()).encode()


# CSV

COLUMNS = (
    "entry", "spoken_at", "local_date", "prompt", "text", "lemma", "family", "quadrant", "negated", "experiencer",
    "hypothetical", "past", "vague", "degree", "source", "start", "end", "start_s", "end_s",
)  # fmt: skip
_FORMULA = frozenset("=+-@\t\r")


def write_csv(
    vault: Vault, entry_ids: Iterable[str], file: BinaryIO, progress: Progress = _silent, *, bom: bool = False
) -> None:
    """Write a line for each feeling word of the newest texts."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if bom else "utf-8", newline="", write_through=True)
    lines = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    lines.writeheader()
    for number, entry_id in enumerate(entry_ids, start=1):
        entry = vault.entries.get(entry_id)
        about = {
            "entry": entry.id,
            "spoken_at": entry.spoken_at.isoformat(timespec="seconds"),
            "local_date": entry.local_date.isoformat(),
            "prompt": "" if entry.prompt is None else entry.prompt.id,
        }
        for mention in entry.mentions:
            lines.writerow({name: _cell(value) for name, value in (about | mention_json(mention)).items()})
        progress(number)
    text.detach()


def _cell(value: object) -> object:
    """Escape a cell that a spreadsheet would run as a formula: https://owasp.org/www-community/attacks/CSV_Injection."""
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, str):
        return value
    plain = printable(value)
    return f"'{plain}" if value[:1] in _FORMULA else plain


# Markdown


def note_name(entry: Entry) -> str:
    """Return the file name of an entry's note, the same at every export, so that a folder can be brought up to date."""
    return f"{entry.spoken_at:%Y-%m-%d %H.%M} {entry.id[-8:]}.md"


def note(entry: Entry) -> str:
    """Return a Markdown note with front matter, as Obsidian reads it."""
    front = {
        "id": _quoted(entry.id),
        "date": f"{entry.spoken_at:%Y-%m-%dT%H:%M:%S}",
        "spoken_at": _quoted(entry.spoken_at.isoformat(timespec="seconds")),
        "day": entry.local_date.isoformat(),
        "kind": entry.kind.value,
        "prompt": "" if entry.prompt is None else _quoted(entry.prompt.id),
        "question": "" if entry.prompt is None else _quoted(entry.prompt.text),
        "speaker": _quoted(entry.speaker) if entry.speaker else "",
        "language": _quoted(entry.language),
        "duration_s": f"{entry.duration_s:.1f}",
        "edited": "true" if entry.edited else "false",
        "feelings": f"[{', '.join(entry.felt)}]",
        "tags": f"[{', '.join(['voicecheck', *(f'feeling/{name}' for name in entry.felt)])}]",
    }
    lines = ["---", *(f"{name}: {value}" for name, value in front.items() if value), "---", ""]
    if entry.prompt is not None:
        lines += [f"> {plain_markdown(entry.prompt.text)}", ""]
    lines += [plain_markdown(entry.text), ""]
    if entry.reflection:
        lines += [f"*{plain_markdown(entry.reflection)}*", ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return a double-quoted YAML scalar. JSON would write a picture as two halves, which are no letters to YAML."""
    whole = json.dumps(text, ensure_ascii=False)
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in whole
    )


def plain_markdown(text: str) -> str:
    """Escape what Markdown and Obsidian would take for marks, so that words stand as they were said."""
    unindented = re.sub(r"^(?: {0,3}\t| {4})[ \t]*", "   ", text, flags=re.MULTILINE)  # four would make it code
    escaped = re.sub(r"([\\`*_\[\]<>#|~$%=^]|&(?=[#\w]))", r"\\\1", printable(unindented))
    return re.sub(r"^(\s*)([-+]|\d+(?=[.)]))", _escaped_item, escaped, flags=re.MULTILINE)


def _escaped_item(match: re.Match[str]) -> str:
    indent, mark = match[1].replace("    ", " "), match[2]
    return f"{indent}\\{mark}" if mark in "-+" else f"{indent}{mark}\\"


# Files


def clear_leftovers(folder: Path) -> None:
    """Destroy what exports of killed processes began in this folder."""
    remove_leftovers(folder, f".*{PART}")


@contextmanager
def private_file(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """Yield a file to write, 0600, that gets its name once it is whole; destroyed on failure.

    Raises VoicecheckError where one stands already, unless it may be replaced.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}{PART}")
    try:
        with held_part(part) as descriptor:
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                yield file
                file.flush()
                os.fsync(descriptor)
            if not replace and present(path):
                raise VoicecheckError(f"{path} is there already.", "Choose another name, or add --replace.")
            part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise VoicecheckError(
            f"{path} cannot be written: {error.strerror or 'it is no place for a file'}.",
            "Check that its folder is there, is yours, and has room.",
        ) from error
