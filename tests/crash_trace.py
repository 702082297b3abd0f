"""What a process did to its files, recorded by strace, and the states in which a loss of power could leave them.

The model is that of a disk which keeps what was synced and anything or nothing of the rest: each write, cut and new
name since the last sync of its file or folder may be there, be missing, or be there in part (in blocks of 512 bytes, or
as zeros), whatever came before or after it. A rename is there as a whole or not at all.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[1]
SECTOR_BYTES = 512
CALLS = (
    "openat,open,creat,close,dup,dup2,dup3,fcntl,write,pwrite64,writev,pwritev,lseek,ftruncate,truncate,fallocate,fsync,"
    "fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,symlink,symlinkat,sendfile,"
    "copy_file_range"
)
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<[^>]*>)?(?: .*)?")
_ARGUMENT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"|([^,"]+)')
AT_FDCWD = "AT_FDCWD"


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes in a file; `content` None cuts the file, or makes it longer by zeros, at `offset`."""

    file: int
    offset: int
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Named:
    """Names of one folder that change together; None takes a name away."""

    folder: int
    names: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Synced:
    node: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the process had told by then."""

    word: str


Step: TypeAlias = Written | Named | Synced | Said


@dataclass(slots=True)
class Trace:
    """All that was done below one folder, node 0. `folders` are the nodes that are no files."""

    steps: list[Step] = field(default_factory=list)
    folders: set[int] = field(default_factory=lambda: {0})

    def said(self, until: int) -> list[str]:
        return [step.word for step in self.steps[:until] if isinstance(step, Said)]


@dataclass(slots=True)
class State:
    """Folders and files by node."""

    names: dict[int, dict[str, int]]
    contents: dict[int, bytes] = field(repr=False)

    def put(self, folder: Path, node: int = 0) -> None:
        """Make it real in an empty place. An index in shared memory outlives no loss of power."""
        folder.mkdir(mode=0o700, parents=True)
        for name, below in self.names.get(node, {}).items():
            if below in self.names:
                self.put(folder / name, below)
            elif not name.endswith("-shm"):
                (folder / name).write_bytes(self.contents.get(below, b""))
                (folder / name).chmod(0o600)


def record(script: str, folder: Path, told: Path, output: Path) -> Trace:
    """Run the script; what it does below `folder`, and what it writes to the file `told`. Raises where it fails."""
    done = subprocess.run(
        ["strace", "-qq", "-xx", "-s", str(1 << 24), "-o", str(output), "-e", f"trace={CALLS}",
         "-e", "signal=none", sys.executable, "-c", script],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    reader = _Reader(folder, told)
    with output.open() as lines:
        for line in lines:
            reader.read(line.rstrip("\n"))
    return reader.trace


class _Reader:
    """One pass over what strace wrote."""

    def __init__(self, folder: Path, told: Path) -> None:
        self.trace = Trace()
        self._root, self._told = str(folder), str(told)
        self._names: dict[int, dict[str, int]] = {0: {}}
        self._sizes: dict[int, int] = {}
        self._paths: dict[int, str] = {}
        self._nodes: dict[int, int] = {}
        self._offsets: dict[int, int] = {}
        self._count = 0

    def read(self, line: str) -> None:
        match = _LINE.fullmatch(line)
        if match is None or int(match[3]) < 0:
            return
        call, result = match[1], int(match[3])
        arguments = [
            bytes.fromhex(text.replace("\\x", "")) if quoted else rest.strip()
            for quoted, text, rest in ((m[0].startswith('"'), m[1], m[2]) for m in _ARGUMENT.finditer(match[2]))
            if quoted or rest.strip()
        ]
        act = getattr(self, f"_{call}", None)
        if act is not None:
            act(arguments, result)
        elif self._nodes.get(_number(arguments[0])) is not None:
            raise AssertionError(f"not understood: {call}")

    # Names

    def _path(self, at: object, name: object) -> str:
        path = os.fsdecode(name) if isinstance(name, bytes) else str(name)
        if not path.startswith("/") and at != AT_FDCWD:
            path = f"{self._paths.get(_number(at), '')}/{path}"
        return os.path.normpath(path)

    def _place(self, path: str) -> tuple[int, str] | None:
        """The folder's node and the name in it; None for what lies elsewhere."""
        if not path.startswith(self._root + "/"):
            return None
        *above, name = path[len(self._root) + 1 :].split("/")
        node = 0
        for part in above:
            node = self._names[node][part]
        return node, name

    def _node(self, path: str) -> int | None:
        if path == self._root:
            return 0
        place = self._place(path)
        return None if place is None else self._names[place[0]].get(place[1])

    def _name(self, *changes: tuple[tuple[int, str], int | None]) -> None:
        folders = {place[0] for place, _ in changes}
        assert len(folders) == 1, "a rename from folder to folder"
        for (folder, name), node in changes:
            if node is None:
                self._names[folder].pop(name, None)
            else:
                self._names[folder][name] = node
        self.trace.steps.append(Named(folders.pop(), tuple((name, node) for (_, name), node in changes)))

    def _new(self) -> int:
        self._count += 1
        return self._count

    def _openat(self, arguments: list[object], result: int) -> None:
        path, flags = self._path(arguments[0], arguments[1]), str(arguments[2])
        self._paths[result] = path
        self._offsets[result] = 0
        self._nodes.pop(result, None)
        place = self._place(path)
        if place is None and path != self._root:
            return
        node = self._node(path)
        if node is None and place is not None and "O_CREAT" in flags:
            node = self._new()
            self._sizes[node] = 0
            self._name((place, node))
        if node is None:
            return
        self._nodes[result] = node
        if "O_TRUNC" in flags and self._sizes.get(node):
            self._cut(node, 0)
        if "O_APPEND" in flags:
            self._offsets[result] = self._sizes[node]

    def _close(self, arguments: list[object], _: int) -> None:
        for table in (self._paths, self._nodes, self._offsets):
            table.pop(_number(arguments[0]), None)  # type: ignore[attr-defined]

    def _dup(self, arguments: list[object], result: int) -> None:
        assert _number(arguments[0]) not in self._nodes or result == _number(arguments[0]), "a descriptor twice"

    def _fcntl(self, arguments: list[object], result: int) -> None:
        if "F_DUPFD" in str(arguments[1]):
            self._dup(arguments, result)

    def _mkdirat(self, arguments: list[object], _: int) -> None:
        self._made(self._path(arguments[0], arguments[1]))

    def _mkdir(self, arguments: list[object], _: int) -> None:
        self._made(self._path(AT_FDCWD, arguments[0]))

    def _made(self, path: str) -> None:
        place = self._place(path)
        if place is not None:
            node = self._new()
            self._names[node] = {}
            self.trace.folders.add(node)
            self._name((place, node))

    def _renameat2(self, arguments: list[object], _: int) -> None:
        self._moved(self._path(arguments[0], arguments[1]), self._path(arguments[2], arguments[3]))

    _renameat = _renameat2

    def _rename(self, arguments: list[object], _: int) -> None:
        self._moved(self._path(AT_FDCWD, arguments[0]), self._path(AT_FDCWD, arguments[1]))

    def _moved(self, old: str, new: str) -> None:
        source, target = self._place(old), self._place(new)
        if source is not None and target is not None:
            self._name((source, None), (target, self._node(old)))

    def _linkat(self, arguments: list[object], _: int) -> None:
        self._linked(self._path(arguments[0], arguments[1]), self._path(arguments[2], arguments[3]))

    def _link(self, arguments: list[object], _: int) -> None:
        self._linked(self._path(AT_FDCWD, arguments[0]), self._path(AT_FDCWD, arguments[1]))

    def _linked(self, old: str, new: str) -> None:
        target = self._place(new)
        if target is not None:
            self._name((target, self._node(old)))

    def _unlinkat(self, arguments: list[object], _: int) -> None:
        self._gone(self._path(arguments[0], arguments[1]))

    def _unlink(self, arguments: list[object], _: int) -> None:
        self._gone(self._path(AT_FDCWD, arguments[0]))

    _rmdir = _unlink

    def _gone(self, path: str) -> None:
        place = self._place(path)
        if place is not None:
            self._name((place, None))

    # Contents

    def _write(self, arguments: list[object], result: int) -> None:
        descriptor, content = _number(arguments[0]), arguments[1]
        assert isinstance(content, bytes)
        if self._paths.get(descriptor) == self._told:
            self.trace.steps += [Said(word) for word in content.decode().splitlines()]
        if descriptor in self._nodes:
            self._put(self._nodes[descriptor], self._offsets[descriptor], content[:result])
            self._offsets[descriptor] += result

    def _pwrite64(self, arguments: list[object], result: int) -> None:
        node, content = self._nodes.get(_number(arguments[0])), arguments[1]
        assert isinstance(content, bytes)
        if node is not None:
            self._put(node, _number(arguments[3]), content[:result])

    def _lseek(self, arguments: list[object], result: int) -> None:
        self._offsets[_number(arguments[0])] = result

    def _ftruncate(self, arguments: list[object], _: int) -> None:
        node = self._nodes.get(_number(arguments[0]))
        if node is not None and not self._of_shared_memory(node):
            self._cut(node, _number(arguments[1]))

    def _of_shared_memory(self, node: int) -> bool:
        return any(
            name.endswith("-shm") and node == one for names in self._names.values() for name, one in names.items()
        )

    def _fallocate(self, arguments: list[object], _: int) -> None:
        node = self._nodes.get(_number(arguments[0]))
        assert node is None or self._of_shared_memory(node), "room made ahead"

    def _fsync(self, arguments: list[object], _: int) -> None:
        node = self._nodes.get(_number(arguments[0]))
        if node is not None:
            self.trace.steps.append(Synced(node))

    _fdatasync = _fsync

    def _put(self, node: int, offset: int, content: bytes) -> None:
        self._sizes[node] = max(self._sizes[node], offset + len(content))
        self.trace.steps.append(Written(node, offset, content))

    def _cut(self, node: int, size: int) -> None:
        self._sizes[node] = size
        self.trace.steps.append(Written(node, size, None))


def _number(argument: object) -> int:
    match = re.match(r"-?\d+", str(argument))
    return int(match[0]) if match else -1


# States

Choose: TypeAlias = Callable[[Step, random.Random], bytes | bool | None]
"""of a step that was not synced: whether it is there, or which bytes of it"""


def _torn(step: Step, chance: random.Random) -> bytes | bool | None:
    """Half of them are there, and of those that write, half in blocks, the others of zeros."""
    if not isinstance(step, Written) or step.content is None or chance.random() < 0.5:
        return chance.random() < 0.5
    if chance.random() < 0.2:
        return _zeros(step)
    return step.content[: chance.randrange(len(step.content) + 1) // SECTOR_BYTES * SECTOR_BYTES]


def _zeros(step: Written) -> bytes:
    return bytes(len(step.content or b""))


KINDS: dict[str, Choose] = {
    "all": lambda step, chance: True,
    "none": lambda step, chance: False,
    "last only": lambda step, chance: False,
    "names only": lambda step, chance: isinstance(step, Named),
    "contents only": lambda step, chance: isinstance(step, Written),
    "any": lambda step, chance: chance.random() < 0.5,
    "most": lambda step, chance: chance.random() < 0.9,
    "torn": _torn,
}


def crashed(trace: Trace, until: int, kind: str, chance: random.Random) -> State:
    """What could be found after a loss of power behind the first `until` steps."""
    steps = trace.steps[:until]
    last = next((step for step in reversed(steps) if isinstance(step, Named | Written)), None)
    synced = {step.node: place for place, step in enumerate(steps) if isinstance(step, Synced)}
    names: dict[int, dict[str, int]] = {node: {} for node in trace.folders}
    contents: dict[int, bytearray] = {}
    for place, step in enumerate(steps):
        if isinstance(step, Synced | Said):
            continue
        node = step.folder if isinstance(step, Named) else step.file
        if place < synced.get(node, -1) or (kind == "last only" and step is last):
            there: bytes | bool | None = True
        else:
            there = KINDS[kind](step, chance)
        if there is False or there is None:
            continue
        if isinstance(step, Named):
            for name, below in step.names:
                if below is None:
                    names[node].pop(name, None)
                else:
                    names[node][name] = below
        else:
            content = contents.setdefault(node, bytearray())
            if there != _zeros(step) or step.offset >= len(content):  # what was there once never turns into zeros
                _apply(content, step, step.content if there is True else there)
    return State(names, {node: bytes(content) for node, content in contents.items()})


def _apply(content: bytearray, step: Written, written: bytes | bool | None) -> None:
    if not isinstance(written, bytes):
        del content[step.offset :]
        content.extend(bytes(step.offset - len(content)))
        return
    content.extend(bytes(max(0, step.offset + len(written) - len(content))))
    content[step.offset : step.offset + len(written)] = written


def moments(trace: Trace, count: int, chance: random.Random) -> Iterable[tuple[int, str]]:
    """As many moments and kinds: three of four beside a new name, a sync or the first bytes of a file, where it matters
    most, the others anywhere.
    """
    beside = [place for place, step in enumerate(trace.steps) if _turns(step)]
    chance.shuffle(beside)
    for number in range(count):
        place = (
            beside[number % len(beside)] + chance.randrange(2) if number % 4 else chance.randrange(len(trace.steps) + 1)
        )
        yield place, chance.choice(list(KINDS))


def _turns(step: Step) -> bool:
    return isinstance(step, Named | Synced) or (
        isinstance(step, Written) and step.content is not None and not step.offset
    )


def clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
