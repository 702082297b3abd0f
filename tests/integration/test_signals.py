"""Ctrl-C, a closed terminal, and a process that is told to end, at any moment of every command that writes: an orderly
end, nothing lost that was kept, nothing readable left behind.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.integration.forked import PATIENCE_S, THREE_WORDS, Forks, Order, Outcome, Sent, forks
from tests.sound_samples import quiet, voice, write_wav
from tests.vault_samples import CANARY, CHEAP, PASSPHRASE, SPOKEN_AT, header_of, make_entry, make_pages
from voicecheck.domain import Entry, Family, PrivateWord, Quadrant
from voicecheck.errors import ExitCode, VaultLockedError, VoicecheckError
from voicecheck.paths import Paths, find_paths
from voicecheck.vault.backup import check_backup, make_backup
from voicecheck.vault.create import create_vault, locked_inbox
from voicecheck.vault.erasing import erase_vault
from voicecheck.vault.keys.data_key import DataKey
from voicecheck.vault.keys.key_file import KeyFile
from voicecheck.vault.keys.passphrase import Passphrase
from voicecheck.vault.keys.recovery_key import RecoveryKey, new_secret, to_words
from voicecheck.vault.keys.slots import KeySlots
from voicecheck.vault.restoring import finish_restore, sweep
from voicecheck.vault.vault import Vault
from voicecheck.vault.verifying import verify_vault

pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")
if not hasattr(os, "pidfd_open"):
    pytest.skip("needs Linux", allow_module_level=True)

ROOT = Path(__file__).parents[2]
KINDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENTRIES = 12
NEW = f"I was glad, and {CANARY} says so. It ends calm."
OTHER_PASSPHRASE = "nine loud lanterns"
NEVER_SHOWN = re.compile(r"has a fault|Traceback|Exception ignored|never retrieved|was destroyed but", re.IGNORECASE)
"""the words of a recovery key are drawn by chance, and "fault" is one of them"""
LATER_CALLS = 400
"""within which the second signal of two follows the first"""


@dataclass(frozen=True)
class Kept:
    """Entries by their ids, with their texts."""

    texts: dict[str, str] = field(repr=False)
    newest: str = ""


Judge = Callable[[Kept, Kept, Outcome], None]


def all_stay(before: Kept, after: Kept, _outcome: Outcome) -> None:
    """With their texts; nothing else has come."""
    assert after.texts == before.texts


def more_may_come(before: Kept, after: Kept, outcome: Outcome) -> None:
    """And where it went through, something has."""
    assert before.texts.items() <= after.texts.items()
    assert outcome.code or len(after.texts) > len(before.texts)
    assert after.texts.keys() - before.texts.keys() or "Kept in the vault" not in outcome.shown


def newest_may_change(before: Kept, after: Kept, outcome: Outcome) -> None:
    """Its text is the one or the other, and where it was called kept, the new one."""
    assert after.texts.keys() == before.texts.keys()
    changed = {entry_id for entry_id, text in after.texts.items() if text != before.texts[entry_id]}
    assert changed <= {before.newest}
    assert after.texts[before.newest] in (before.texts[before.newest], NEW)
    if "Kept." in outcome.shown or outcome.kept:
        assert changed == {before.newest}


def newest_may_go(before: Kept, after: Kept, outcome: Outcome) -> None:
    gone = before.texts.keys() - after.texts.keys()
    assert after.texts.items() <= before.texts.items() and gone <= {before.newest}
    assert gone or "Gone from the vault" not in outcome.shown


@dataclass(frozen=True)
class Case:
    """One command; {run} stands for the folder of the run."""

    arguments: str
    stdin: str = ""
    answers: Sequence[tuple[str, str]] = ()
    judge: Judge = all_stay
    fakes: bool = False
    visit: str = ""
    made: bool = True
    """whether there is a vault before"""
    keyed: bool = True
    """whether a key file opens it without a question"""
    environment: dict[str, str] = field(default_factory=dict)
    output: str = "out"
    """where plain words may stand, in files that are whole"""


def typed(*answers: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((question, f"{answer}\n") for question, answer in answers)


TWICE = typed(("New passphrase", OTHER_PASSPHRASE), ("Once more", OTHER_PASSPHRASE))
ON_PAPER = (("Press Enter", "\n"), *3 * (("from the paper:", THREE_WORDS),))
CASES = {
    "create": Case("vault create --key-file {run}/keys/new", made=False, keyed=False),
    "create by hand": Case("vault create", answers=TWICE, made=False, keyed=False),
    "passwd": Case("vault passwd", answers=(*TWICE, *typed(("Give the vault a new key", "n")))),
    "rekey": Case("vault rekey", answers=(*typed(("Passphrase", PASSPHRASE), ("anew", "y")), *ON_PAPER)),
    "recover": Case("vault recover", answers=(("recovery key, in order", "WORDS\n"), *TWICE)),
    "slots add recovery": Case(
        "vault slots add recovery",
        answers=ON_PAPER,
    ),
    "slots add key-file": Case("vault slots add key-file {run}/keys/second"),
    "slots remove": Case("vault slots remove 1 --yes"),
    "unlock": Case("vault unlock"),
    "backup": Case("vault backup {run}/out/a.backup"),
    "restore": Case("vault restore {run}/given/old.backup --yes"),
    "verify": Case("vault verify"),
    "erase": Case("vault erase --yes"),
    "edit": Case("entry edit last", stdin=NEW, judge=newest_may_change),
    "edit in an editor": Case("entry edit last --editor", answers=(("nano opens", ""),), judge=newest_may_change),
    "edit on a page": Case(
        "entry edit last", answers=(("Ctrl-S: keep", "\x08" * 400 + NEW), ("calm.", "\x13")), judge=newest_may_change
    ),
    "delete": Case("entry delete last --yes", judge=newest_may_go),
    "export json": Case("entry export {run}/out/all.json --with-sound"),
    "export csv": Case("entry export {run}/out/feelings.csv"),
    "export notes": Case("entry export {run}/out"),
    "tag": Case("entry tag last --add 2", stdin='{"family": "shame"}'),
    "share": Case("entry share last --save {run}/out/sentence.txt", stdin=f"glad\n{CANARY}\nrest\n"),
    "show": Case("entry show last --reviewed"),
    "import json": Case("import json {run}/given/other.json", judge=more_may_come),
    "import audio": Case("import audio {run}/given/a.wav {run}/given/b.wav", judge=more_may_come, fakes=True),
    "transcribe": Case("transcribe {run}/given/a.wav", fakes=True),
    "retag": Case("feeling retag --all"),
    "words add": Case("feeling words add", stdin=json.dumps({"word": CANARY, "family": "sadness"})),
    "words remove": Case("feeling words remove", stdin="glorfy\n"),
    "checkin typed": Case("checkin --typed --no-speak --count 1", stdin=NEW, judge=more_may_come),
    "checkin locked": Case("checkin --typed --no-speak --count 1", stdin=NEW, judge=more_may_come, keyed=False),
    "checkin answer": Case("checkin --no-speak --answer {run}/given/a.wav", judge=more_may_come, fakes=True),
    "journal": Case("journal --no-speak --answer {run}/given/b.wav", judge=more_may_come, fakes=True),
    "review": Case("review --no-browser", visit=NEW, judge=newest_may_change),
    "prompt next": Case("prompt next"),
    "settings": Case("settings edit", answers=(("nano opens", ""),)),
    "setup": Case("setup --engine none --keep-audio never --remind 21:30"),
    "remind set": Case("remind set 21:30"),
    "remind off": Case("remind off"),
}
EDITOR = f"""#!/bin/sh
for file; do :; done
case "$file" in
  *.toml) sed -i 's/^.whisper.$/&\\nlanguage = "de"/' "$file" ;;
  *) printf '%s' '{NEW}' > "$file" ;;
esac
"""
CRONTAB = """#!/bin/sh
case "$1" in
  -l) test -f "$TABLE" && cat "$TABLE" || { echo "no crontab for me" >&2; exit 1; } ;;
  -r) rm -f "$TABLE" ;;
  *) cat > "$TABLE.new" && mv "$TABLE.new" "$TABLE" ;;
esac
"""


# The state before


@dataclass(frozen=True)
class Prepared:
    """A person's folders, copied for each run."""

    folder: Path
    kept: Kept
    words: str = field(repr=False)
    """of the recovery key"""


def make_entries(count: int) -> list[Entry]:
    return [
        make_entry(f"I feel {CANARY} and calm on day {day}. " + "It was good. " * 5, SPOKEN_AT + timedelta(days=day))
        for day in range(count)
    ]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    run = tmp_path_factory.mktemp("prepared")
    for name in ("keys", "given", "out", "tmp", "memory", "bin", "person", "told"):
        (run / name).mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("VOICECHECK_HOME", str(run / "other"))
        create_vault(find_paths(), KeyFile(run / "keys/key"))
        with opened(run) as vault:
            vault.entries.add_all(make_entries(6))
        from voicecheck.cli.main import run as command

        patched.setenv("VOICECHECK_KEY_FILE", str(run / "keys/key"))
        assert command(["entry", "export", str(run / "given/other.json")]) == 0
        patched.setenv("VOICECHECK_HOME", str(run / "home"))
        secret = new_secret()
        key = create_vault(find_paths(), Passphrase(PASSPHRASE, CHEAP), KeyFile(run / "keys/key"), RecoveryKey(secret))
        entries = make_entries(ENTRIES)
        with opened(run) as vault:
            vault.words.add(PrivateWord("glorfy", Family.CALM, Quadrant.PLEASANT_LOW))
            vault.entries.add_all(entries[:-3])
            vault.entries.add(entries[-3], make_pages(4))
        make_backup(find_paths(), key, run / "given/old.backup")
        for entry in entries[-2:]:
            sealed = locked_inbox(find_paths()).begin(header_of(entry))
            sealed.append_entry(entry)
            sealed.finish()
    shutil.rmtree(run / "other")
    for name, seconds in (("a.wav", 2.0), ("b.wav", 3.0)):
        write_wav(run / "given" / name, np.concatenate([voice(seconds), quiet(1.0)]))
    for name, script in (("nano", EDITOR), ("crontab", CRONTAB), ("systemctl", "#!/bin/sh\nexit 1\n")):
        (run / "bin" / name).write_text(script)
        (run / "bin" / name).chmod(0o700)
    newest = max(entries, key=lambda one: one.spoken_at)
    return Prepared(run, Kept({one.id: one.text for one in entries}, newest.id), " ".join(to_words(secret)))


def opened(run: Path) -> Vault:
    paths = find_paths()
    return Vault.open(paths, key_of(run, paths))


def key_of(run: Path, paths: Paths) -> DataKey:
    return KeySlots.load(paths.slots_file).unlock(KeyFile(run / "keys/key"))


@dataclass
class Run:
    """One command on a copy of what was prepared."""

    folder: Path
    case: Case
    prepared: Prepared

    def order(self, sent: Sequence[Sent] = ()) -> Order:
        case, run = self.case, str(self.folder)
        environment = {
            "VOICECHECK_HOME": f"{run}/home", "HOME": f"{run}/person", "TMPDIR": f"{run}/tmp", "TZ": "UTC",
            "TERM": "xterm", "COLUMNS": "200", "LINES": "60", "XDG_RUNTIME_DIR": f"{run}/memory",
            "PATH": f"{run}/bin:{os.environ['PATH']}", "EDITOR": "nano", "VISUAL": "nano", "TABLE": f"{run}/table",
            "VOICECHECK_KEY_FILE": f"{run}/keys/key" if case.keyed else "", **case.environment,
        }  # fmt: skip
        answers = [(question, reply.replace("WORDS", self.prepared.words)) for question, reply in case.answers]
        given = [word.format(run=run) for word in case.arguments.split()]
        return Order(
            arguments=given, environment=environment, folder=f"{run}/told", stdin=case.stdin, answers=answers,
            sent=sent, fakes=case.fakes, visit=case.visit,
        )  # fmt: skip

    # What must hold behind it

    def check(self, outcome: Outcome) -> None:
        ended_before_it_began = outcome.code in [-kind for kind in KINDS] and not outcome.shown and not outcome.calls
        assert outcome.code in (ExitCode.DONE, ExitCode.STOPPED) or ended_before_it_began, outcome.code
        assert not NEVER_SHOWN.search(outcome.shown)
        assert self.plain() == []
        assert self.parts() == []
        self._check_vault(outcome)

    def plain(self) -> list[Path]:
        """Files with a word that was said, but those that were asked for and are whole."""
        folders = [self.folder / name for name in ("home", "keys", "tmp", "memory", "person", self.case.output)]
        found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return [path for path in found if CANARY.encode() in path.read_bytes() and not self._whole(path)]

    def _whole(self, path: Path) -> bool:
        if path.parent != self.folder / self.case.output or path.name.startswith("."):
            return False
        content = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            return len(json.loads(content)["entries"]) == ENTRIES
        return content.endswith("\n")

    def parts(self) -> list[Path]:
        """What is hidden, or of no use any more."""
        folders = [self.folder / name for name in ("home", "keys", "out", "person")]
        found = [path for folder in folders for path in folder.rglob("*")]
        return [
            *(path for path in found if path.name.startswith(".") or re.search(r"restor(ing|ed)-|\.new$", path.name)),
            *(path for name in ("tmp", "memory") for path in (self.folder / name).iterdir()),
        ]

    def _check_vault(self, outcome: Outcome) -> None:
        paths, before = find_paths(), self.prepared.kept
        if not self.case.made:
            if not paths.slots_file.exists():
                create_vault(paths, KeyFile(self.folder / "keys/again"))
                assert outcome.code
            return
        if self.case.arguments.startswith("vault erase") and self._erased(paths, outcome):
            return
        finish_restore(paths)
        sweep(paths)
        found = self._kept()
        if self.case.arguments.startswith("vault restore"):
            self._check_restored(found, outcome)
        else:
            self.case.judge(before, found, outcome)
        self._check_passphrase(paths, outcome)
        backup = self.folder / "out/a.backup"
        if backup.exists():
            assert check_backup(backup, key_of(self.folder, paths)).sealed_answers == 2
        assert backup.exists() or outcome.code or "vault backup" not in self.case.arguments

    def _kept(self) -> Kept:
        """All of it, also what waited sealed. Every part is whole before and behind the taking in."""
        paths = find_paths()
        key = key_of(self.folder, paths)
        for _ in range(2):
            with opened(self.folder) as vault:
                vault.ingest("always")
                texts = {entry.id: entry.text for entry in vault.entries.list()}
            assert [one for one in verify_vault(paths, key) if not one.whole] == []
        return Kept(texts)

    def _check_passphrase(self, paths: Paths, outcome: Outcome) -> None:
        slots = KeySlots.load(paths.slots_file)
        if "passphrase" not in slots.kinds:
            assert "slots remove" in self.case.arguments
            return
        words = [PASSPHRASE, OTHER_PASSPHRASE]
        if "new passphrase opens" in outcome.shown:
            words.remove(PASSPHRASE)
        elif self.case.arguments.split()[1] not in ("passwd", "recover"):
            words.remove(OTHER_PASSPHRASE)
        for word in words:
            try:
                slots.unlock(Passphrase(word))
                return
            except VaultLockedError:
                continue
        raise AssertionError("no passphrase opens it")

    def _check_restored(self, found: Kept, outcome: Outcome) -> None:
        """All is in the vault, or in the one that was moved aside."""
        place = find_paths().vault_folder
        texts = dict(found.texts)
        for folder in place.parent.glob("vault.before-*"):
            with pytest.MonkeyPatch.context() as patched:
                (self.folder / "aside").mkdir()
                folder.rename(self.folder / "aside/vault")
                patched.setenv("VOICECHECK_HOME", str(self.folder / "aside"))
                texts |= self._kept().texts
        assert texts == self.prepared.kept.texts
        assert outcome.code or len(found.texts) == ENTRIES - 2

    def _erased(self, paths: Paths, outcome: Outcome) -> bool:
        """Once its keys are gone nothing opens it, and the rest goes with the next call."""
        try:
            key_of(self.folder, paths)
        except VoicecheckError:
            if paths.vault_folder.exists():
                erase_vault(paths)
            assert not paths.vault_folder.exists()
            return True
        assert outcome.code
        return False


@pytest.fixture
def start(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Case], Run]]:
    """Begins a run of a case anew; what the one before left behind is cleared away."""
    place = Path(tempfile.mkdtemp(prefix="signals-", dir="/dev/shm"))  # where nothing has to be waited for
    folder = place / "run"
    monkeypatch.setenv("VOICECHECK_HOME", str(folder / "home"))

    def begin(case: Case) -> Run:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(prepared.folder, folder)
        if not case.made:
            shutil.rmtree(folder / "home")
        return Run(folder, case, prepared)

    yield begin
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def forking() -> Iterator[Forks]:
    with forks() as process:
        yield process


def moments(count: int, whole: Outcome, chance: random.Random) -> Iterator[tuple[Sent, ...]]:
    """Signals of all kinds, alone and two in a row; two of three at a call, one at a time of the clock."""
    first = chance.randrange(len(KINDS))
    for number in range(first, first + count):
        kind = KINDS[number % len(KINDS)]
        later = chance.choice(KINDS)
        if number % 3 == 2:
            at_s = chance.random() * whole.took_s
            yield (Sent(kind, at_s=at_s), *((Sent(later, at_s=at_s + chance.random() * 0.01),) * (number % 2)))
        else:
            call = chance.randint(1, whole.calls)
            yield (Sent(kind, call), *((Sent(later, call + chance.randint(1, LATER_CALLS)),) * (number % 2)))


def attack(name: str, count: int, forking: Forks, start: Callable[[Case], Run]) -> list[str]:
    """What went wrong, each with the signals that did it. The same signals each time."""
    case, faults = CASES[name], []
    run = start(case)
    whole = forking.run(run.order())
    assert whole.code == ExitCode.DONE, whole.shown
    run.check(whole)
    for number, sent in enumerate(moments(count, whole, random.Random(f"{name} {count}"))):
        run = start(case)
        outcome = forking.run(run.order(sent))
        try:
            run.check(outcome)
        except (AssertionError, VoicecheckError, OSError) as error:
            line = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{type(error).__name__}: {error}, {line.name}: {line.line}"
            faults.append(f"{name}, number {number} of {count}: {sent}, {outcome.code}\n{told}\n{outcome.shown}")
    return faults


@pytest.mark.parametrize("count", [1, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", CASES)
def test_signals(name: str, count: int, forking: Forks, start: Callable[[Case], Run]) -> None:
    """Behind each signal the command has ended orderly, and everything is there."""
    assert attack(name, count, forking, start) == []


# What a kill leaves


SWEPT = (
    "passwd", "rekey", "backup", "restore", "edit in an editor", "export json", "export notes", "share", "settings",
)  # fmt: skip


@pytest.mark.parametrize("count", [1, pytest.param(100, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", SWEPT)
def test_what_a_kill_leaves_is_swept_at_the_next_start(
    name: str, count: int, forking: Forks, start: Callable[[Case], Run]
) -> None:
    """Killed at any moment; behind the next call of the same command nothing readable and no part is left."""
    case = CASES[name]
    run = start(case)
    calls = forking.run(run.order()).calls
    chance = random.Random(f"{name} {count}")
    for _ in range(count):
        run = start(case)
        call = chance.randint(1, calls)
        killed = forking.run(run.order([Sent(signal.SIGKILL, call)]))
        again = forking.run(run.order())
        told = f"killed at call {call} of {calls}, {killed.code}, then {again.code}\n{again.shown}"
        assert again.code == ExitCode.DONE or "is there already" in again.shown, told
        assert not NEVER_SHOWN.search(again.shown), told
        assert run.plain() == [], told
        assert [path for path in run.parts() if not path.is_file() or path.stat().st_size] == [], told


# The real process


@pytest.mark.parametrize("count", [3, pytest.param(200, marks=pytest.mark.long)])
def test_a_signal_while_the_program_starts(count: int, start: Callable[[Case], Run]) -> None:
    """From the interpreter's first moment on: it ends at once, and nothing of the person's is on the way."""
    run = start(CASES["export json"])
    chance = random.Random(count)
    took_s = 0.0
    for number in range(count + 1):
        run = start(CASES["export json"])
        order = run.order()
        process = subprocess.Popen(
            [sys.executable, "-m", "voicecheck", *order.arguments], env=os.environ | order.environment, cwd=ROOT,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        began = time.monotonic()
        if number:
            time.sleep(chance.random() * took_s)
            process.send_signal(KINDS[number % len(KINDS)])
        _, shown = process.communicate(timeout=PATIENCE_S)
        took_s = took_s or time.monotonic() - began
        if "Traceback" in shown:  # Python's own, before a line of the program was run
            assert shown.rstrip().endswith("KeyboardInterrupt") and "in main" not in shown
            shown = ""
        run.check(Outcome(process.returncode, shown))


def test_a_signal_while_the_editor_is_open(start: Callable[[Case], Run], forking: Forks) -> None:
    """The editor ends too, and the text that lay in memory for it is destroyed."""
    for kind in KINDS[1:]:  # Ctrl-C is the editor's
        run = start(CASES["edit in an editor"])
        (run.folder / "bin/nano").write_text('#!/bin/sh\nfor file; do :; done\necho "at $file"\nexec sleep 60\n')
        order = replace(run.order(), answers=[("at /dev/shm", ""), ("never asked", "")], at_answer=kind)
        outcome = forking.run(order)
        assert outcome.code == ExitCode.STOPPED, outcome.shown
        run.check(outcome)
