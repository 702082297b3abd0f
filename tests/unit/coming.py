"""Exports of other journals in the shape that their programs give them, made up here; and the vault that takes them."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from voicecheck.diary.coming.foreign import Fault, Foreign, Found
from voicecheck.domain import Entry
from voicecheck.paths import find_paths
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.vault import Vault


def zipped(path: Path, members: Mapping[str, object], *, stored: bool = False) -> Path:
    """A zip archive; what is no text and no bytes goes in as JSON."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return path


def kept() -> tuple[Entry, ...]:
    """The entries in the vault of VOICECHECK_KEY_FILE, oldest first."""
    paths = find_paths()
    key = KeySlots.load(paths.slots_file).unlock(KeyFile(Path(os.environ["VOICECHECK_KEY_FILE"])))
    with Vault.open(paths, key) as vault:
        return vault.entries.list()[::-1]


def good(found: Iterable[Found]) -> list[Foreign]:
    return [one for one in found if isinstance(one, Foreign)]


def faults(found: Iterable[Found]) -> list[tuple[int, str]]:
    return [(one.number, one.reason) for one in found if isinstance(one, Fault)]


def labels(one: Foreign | Entry) -> list[tuple[str, str]]:
    return [(label.kind.value, label.name) for label in one.labels]


def dayone_entry(text: str = "A day\\.", at: str = "2019-07-06T19:30:00Z", **more: Any) -> dict[str, Any]:
    return {
        "uuid": hashlib.sha256(f"{text} {at}".encode(errors="surrogatepass")).hexdigest()[:32].upper(),
        "creationDate": at,
        "timeZone": "Europe/Vienna",
        "text": text,
    } | more


def dayone(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"version": "1.0"}, "entries": list(entries)}
