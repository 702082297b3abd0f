"""How soon the question stands on the screen, and how much memory a check-in takes: `script/bench question ANSWER`.

The real `voicecheck checkin`, unlocked by a key file, on a terminal of its own: from the start of the process to the
first letters of the question. Then whole check-ins with the sound file ANSWER in the microphone's place: the most
memory that the process had at one time (`ru_maxrss`), base in int8. Needs a folder with models (VOICECHECK_MODELS).
"""

from __future__ import annotations

import argparse
import os
import pty
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from voicecheck.prompts.packs import load_packs

MODELS = Path(os.environ.get("VOICECHECK_MODELS", ".cache/models")).absolute()
PROMPT = load_packs(Path("/nonexistent")).find("evening-weather")
CHECKIN = [sys.executable, "-m", "voicecheck", "checkin", "--count", "1", "--prompt", PROMPT.id]


def on_screen_s(environment: dict[str, str]) -> float:
    """From the start of the process to the question on its terminal, in seconds."""
    began = time.monotonic()
    pid, terminal = pty.fork()
    if not pid:
        os.execvpe(sys.executable, [*CHECKIN, "--typed", "--no-speak"], environment)
    shown = b""
    while PROMPT.text[:12].encode() not in shown:
        shown += os.read(terminal, 4096)
    took_s = time.monotonic() - began
    os.write(terminal, b"Fine.\r\r\x04")
    os.close(terminal)  # its end ends the check-in
    os.waitpid(pid, 0)
    return took_s


def most_memory_mb(environment: dict[str, str], answer: Path) -> float:
    """The most memory of one check-in by voice, in MB."""
    process = subprocess.Popen([*CHECKIN, "--json", "--no-speak", "--answer", str(answer)], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answer", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="home") as name:
        environment = os.environ | {
            "VOICECHECK_HOME": f"{name}/home", "HOME": name, "VOICECHECK_MODELS": str(MODELS),
            "VOICECHECK_KEY_FILE": f"{name}/key",
        }  # fmt: skip
        typed = [*CHECKIN, "--typed", "--no-speak"]
        subprocess.run(typed, env=environment, input="Fine.\n", text=True, capture_output=True, check=True)
        screen = [on_screen_s(environment) for _ in range(options.runs)]
        memory = [most_memory_mb(environment, options.answer) for _ in range(3)]
    print(f"{'':<28}{'median':>8}{'least':>8}{'most':>8}")
    for told, found in (("question on the screen, s", screen), ("most memory, MB", memory)):
        print(f"{told:<28}{statistics.median(found):8.2f}{min(found):8.2f}{max(found):8.2f}")


if __name__ == "__main__":
    main()
