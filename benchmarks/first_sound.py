"""How soon a check-in speaks, how quick the voices are, and how much memory a whole check-in takes.

    script/bench first_sound [--runs N] [--only NAME ...]

On the virtual sound card of the integration tests: `voicecheck checkin`, unlocked by a key file, is started and the
loudspeaker's monitor is watched until the first sound. Time runs from the start of the process. Then a whole check-in
with a spoken answer, base int8 and each voice, with reflections on the screen and aloud: the most memory of the process
and its children together. Then each neural voice alone: load, first sound, and processing seconds per second of sound
(RTF). Needs a folder with models and voices; a case whose voice is not there is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.integration.sound import RATE_HZ, VirtualSound, virtual_sound
from voicecheck.errors import VoicecheckError
from voicecheck.phrases import load_phrases
from voicecheck.prompts.packs import load_packs
from voicecheck.settings.schema import parse_settings
from voicecheck.speech.voice.prepared import file_of, prepare
from voicecheck.speech.voice.sentences import split_sentences
from voicecheck.speech.voice.voices import chosen_voice, open_voice

MODELS = Path(os.environ.get("VOICECHECK_MODELS", ".cache/models")).absolute()
AUDIBLE = 0.01  # of full scale
LIMIT_S = 60.0
QUESTION = "evening-weather"
ANSWER = "I was nervous before the meeting this morning, and then I felt relieved when it was over."


@dataclass(frozen=True)
class Case:
    name: str
    settings: str
    """the [voice] table"""
    prepared: bool = False


PIPER, KOKORO = 'engine = "piper"\n', 'engine = "kokoro"\nname = "af_heart"\n'
CASES = (
    Case("eSpeak NG", 'engine = "system"\n'),
    Case("Piper, nothing prepared", PIPER),
    Case("Piper, prepared", PIPER, prepared=True),
    Case("Kokoro, nothing prepared", KOKORO),
    Case("Kokoro, prepared", KOKORO, prepared=True),
)


@contextmanager
def home_of(case: Case, sound: VirtualSound) -> Iterator[dict[str, str]]:
    """The environment of a person who has used it before: settings, a vault with its key file, a prepared voice."""
    with tempfile.TemporaryDirectory(prefix="home") as name:
        folder = Path(name)
        environment = sound.environment | {
            "VOICECHECK_HOME": str(folder / "home"), "HOME": name, "VOICECHECK_MODELS": str(MODELS),
            "VOICECHECK_KEY_FILE": str(folder / "key"), "TERM": "dumb",
        }  # fmt: skip
        (folder / "home").mkdir(mode=0o700)
        (folder / "home" / "settings.toml").write_text(f"[voice]\n{case.settings}", encoding="utf-8")
        typed = ["checkin", "--typed", "--no-speak", "--count", "1"]
        subprocess.run(command(*typed), env=environment, input="Fine.\n", text=True, capture_output=True, check=True)
        if case.prepared:
            prepare_some(folder / "home", case)
        yield environment


def prepare_some(home: Path, case: Case) -> None:
    """The sentences of one question and all phrases: to make everything would take Kokoro ten minutes."""
    settings = parse_settings(f"[voice]\n{case.settings}", "benchmark").voice
    files = chosen_voice(settings, MODELS)
    assert files is not None
    question = load_packs(home / "prompts").find(QUESTION)
    phrases = [form for forms in load_phrases().spoken.values() for form in forms if "{" not in form]
    sentences = [sentence for text in (question.text, *phrases) for sentence in split_sentences(text)]
    voice = open_voice(settings, MODELS, threads=1)
    prepare(file_of(home / "prepared", files, settings.rate), sentences, voice, lambda made: None)


def can_speak(case: Case) -> bool:
    try:
        open_voice(parse_settings(f"[voice]\n{case.settings}", "benchmark").voice, MODELS)
    except VoicecheckError as error:
        print(f"left out: {case.name}. {error.message}", file=sys.stderr)
        return False
    return True


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "voicecheck", *words]


@contextmanager
def monitor(sound: VirtualSound) -> Iterator[Path]:
    """The loudspeaker's monitor, growing as raw 16-bit mono at 16 kHz."""
    with tempfile.NamedTemporaryFile(suffix=".raw") as file:
        words = ["parec", "--device=speaker.monitor", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1", "--raw"]
        recorder = subprocess.Popen([*words, "--latency-msec=10"], stdout=file, env=sound.environment)
        try:
            while not Path(file.name).stat().st_size:
                time.sleep(0.01)
            yield Path(file.name)
        finally:
            recorder.terminate()
            recorder.wait(timeout=10)


def first_sound_s(sound: VirtualSound, environment: dict[str, str]) -> float:
    """From the start of the process to the first sample that can be heard."""
    with monitor(sound) as raw:
        began = time.monotonic()
        at = raw.stat().st_size
        process = subprocess.Popen(
            command("checkin", "--count", "1", "--prompt", QUESTION), env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while time.monotonic() - began < LIMIT_S:
                time.sleep(0.005)
                data = raw.read_bytes()[at:]
                if np.abs(np.frombuffer(data[: len(data) // 2 * 2], np.int16)).max(initial=0) > AUDIBLE * 32768:
                    return time.monotonic() - began
        finally:
            process.terminate()
            process.wait(timeout=30)
    raise AssertionError("no sound was heard")


def most_memory_mb(sound: VirtualSound, environment: dict[str, str], answer: Path, aloud: str) -> float:
    """Proportional set size of the process and its children, at its most, over a whole check-in."""
    settings = Path(environment["VOICECHECK_HOME"]) / "settings.toml"
    text = settings.read_text(encoding="utf-8").split("[checkin]")[0]
    settings.write_text(f'{text}[checkin]\naloud = "{aloud}"\n', encoding="utf-8")
    words = ["checkin", "--json", "--pace", "realtime", "--count", "1", "--prompt", QUESTION, "--answer", str(answer)]
    process = subprocess.Popen(command(*words), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    most = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.05):
            most = max(most, sum(memory_mb(pid) for pid in family(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = process.communicate(timeout=300)
    done.set()
    watcher.join()
    assert process.returncode == 0, err.decode()
    assert len(json.loads(out)["entries"]) == 1
    return most


def family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def memory_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0.0)


VOICE_ALONE = """
import json, sys, time
from pathlib import Path
from voicecheck import offline
offline.guard_process(["checkin"])
from voicecheck.settings.schema import Voice
from voicecheck.speech.voice.voices import open_voice
texts = json.loads(sys.argv[3])
began = time.perf_counter()
voice = open_voice(Voice(engine=sys.argv[1], name=sys.argv[2]), Path(sys.argv[4]))
load_s = time.perf_counter() - began
firsts, rtfs = [], []
for text in texts:
    began, first, sound_s = time.perf_counter(), None, 0.0
    for sound in voice.synthesize(text):
        first = first or time.perf_counter() - began
        sound_s += sound.duration_s
    firsts.append(first)
    rtfs.append((time.perf_counter() - began) / sound_s)
print(json.dumps([load_s, firsts, rtfs]))
"""


def voice_alone(engine: str, name: str, texts: list[str]) -> tuple[float, list[float], list[float]]:
    words = [sys.executable, "-c", VOICE_ALONE, engine, name, json.dumps(texts), str(MODELS)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    load_s, firsts, rtfs = json.loads(done.stdout.splitlines()[-1])
    return load_s, firsts, rtfs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="cases whose name begins so")
    arguments = parser.parse_args()
    named = [case for case in CASES if not arguments.only or case.name.startswith(tuple(arguments.only))]
    wanted = [case for case in named if can_speak(case)]
    with virtual_sound() as sound, tempfile.TemporaryDirectory() as name:
        answer = Path(name) / "answer.wav"
        subprocess.run(["espeak-ng", "-s", "140", "-w", str(answer), ANSWER], check=True)
        print(f"{'first sound of the question, s':<44}{'median':>8}{'least':>8}{'most':>8}")
        for case in wanted:
            with home_of(case, sound) as environment:
                times = [first_sound_s(sound, environment) for _ in range(arguments.runs)]
                print(f"{case.name:<44}{statistics.median(times):8.2f}{min(times):8.2f}{max(times):8.2f}", flush=True)
        print(f"\n{'most memory of a check-in, MB (base int8)':<44}{'shown':>10}{'aloud':>10}")
        for case in wanted:
            with home_of(case, sound) as environment:
                most = [most_memory_mb(sound, environment, answer, aloud) for aloud in ("questions", "all")]
                print(f"{case.name:<44}{most[0]:10.0f}{most[1]:10.0f}", flush=True)
    texts = [prompt.text for prompt in list(load_packs(Path(name)))[:20]]
    print(f"\n{'the voice alone':<30}{'load s':>8}{'first of all s':>16}{'first s, median':>17}{'RTF':>8}")
    alone = (("piper", "en_US-joe-medium"), ("kokoro", "af_heart"))
    for engine, voice in (one for one in alone if any(one[0] in case.settings for case in wanted)):
        load_s, firsts, rtfs = voice_alone(engine, voice, texts)
        print(
            f"{engine:<30}{load_s:8.2f}{firsts[0]:16.2f}{statistics.median(firsts):17.2f}{statistics.median(rtfs):8.2f}"
        )


if __name__ == "__main__":
    main()
