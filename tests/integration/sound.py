"""A sound card that is not there: a private PulseAudio with two null sinks.

One sink is the loudspeaker, whose monitor can be recorded; the other is a pipe into the microphone. It has a runtime
folder of its own, so it neither sees nor disturbs a person's PulseAudio, and it ends only the process that it started.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
START_LIMIT_S = 60.0

CONFIGURATION = """
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=speaker rate=48000
load-module module-null-sink sink_name=micpipe rate=48000
load-module module-remap-source master=micpipe.monitor source_name=mic
set-default-sink speaker
set-default-source mic
"""


@dataclass
class Heard:
    """What came out of the loudspeaker while it was recorded; filled when the recording ends."""

    samples: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32), repr=False)
    """float32 (n,), 16 kHz mono"""

    @property
    def duration_s(self) -> float:
        return len(self.samples) / RATE_HZ

    @property
    def loudest(self) -> float:
        """0 for silence, 1 for full scale"""
        return float(np.abs(self.samples).max(initial=0.0))


@dataclass(frozen=True)
class VirtualSound:
    env: dict[str, str]
    """what a process needs in its environment to see this sound card and no other"""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of this process with the sound card in it."""
        return os.environ | self.env

    def start_speaking(self, wav: Path) -> subprocess.Popen[bytes]:
        """Play `wav` into the microphone and return at once; `wait()` on what is returned.

        WAV only: paplay plays a FLAC at the wrong speed.
        """
        if wav.suffix != ".wav":
            raise ValueError("paplay needs a WAV")
        return subprocess.Popen(["paplay", "--device=micpipe", str(wav)], env=self.environment)

    def speak(self, wav: Path) -> None:
        """Play `wav` into the microphone, to its end."""
        speaking = self.start_speaking(wav)
        assert speaking.wait(timeout=600) == 0

    @contextmanager
    def coupled(self, volume: str) -> Iterator[None]:
        """Let the microphone hear the loudspeaker while the block runs, at a volume such as "20%"."""
        load = ["pactl", "load-module", "module-loopback", "source=speaker.monitor", "sink=micpipe", "latency_msec=60"]
        number = self._ask(load)
        for line in self._ask(["pactl", "list", "short", "sink-inputs"]).splitlines():
            self._ask(["pactl", "set-sink-input-volume", line.split()[0], volume])
        try:
            yield
        finally:
            self._ask(["pactl", "unload-module", number])

    def _ask(self, command: list[str]) -> str:
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout.strip()

    @contextmanager
    def speaking(self, wav: Path) -> Iterator[None]:
        """Play `wav` into the microphone while the block runs."""
        speaking = self.start_speaking(wav)
        try:
            yield
            assert speaking.poll() is None, "the sound ended before what should hear it"
        finally:
            speaking.terminate()
            speaking.wait()

    @contextmanager
    def record(self) -> Iterator[Heard]:
        """Record the loudspeaker while the block runs."""
        heard = Heard()
        with tempfile.NamedTemporaryFile(suffix=".raw") as file:
            command = ["parec", "--device=speaker.monitor", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1"]
            recorder = subprocess.Popen([*command, "--latency-msec=20", "--raw"], stdout=file, env=self.environment)
            try:
                _wait_until(lambda: os.fstat(file.fileno()).st_size > 0, "parec gives nothing")
                yield heard
            finally:
                recorder.terminate()
                recorder.wait(timeout=10)
            raw = Path(file.name).read_bytes()
        heard.samples = np.frombuffer(raw[: len(raw) // 2 * 2], np.int16).astype(np.float32) / 32768


@contextmanager
def virtual_sound() -> Iterator[VirtualSound]:
    """Start the sound card, and end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="sound") as name:
        folder = Path(name)
        folder.chmod(0o700)
        socket = folder / "native"
        (folder / "default.pa").write_text(CONFIGURATION.format(socket=socket), encoding="utf-8")
        private = {"XDG_RUNTIME_DIR": name, "PULSE_RUNTIME_PATH": name, "PULSE_STATE_PATH": name}
        sound = VirtualSound({**private, "PULSE_SERVER": f"unix:{socket}"})
        command = ["pulseaudio", "-n", f"--file={folder / 'default.pa'}", "--daemonize=no", "--exit-idle-time=-1"]
        command += ["--use-pid-file=no", "--disable-shm=yes", "--log-level=error"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, env=os.environ | private | {"HOME": name}, stdout=log, stderr=log)
        try:
            _wait_until(lambda: server.poll() is not None or _answers(sound), "PulseAudio does not answer")
            assert server.poll() is None, (folder / "log").read_text(encoding="utf-8", errors="replace")
            yield sound
        finally:
            server.terminate()
            server.wait(timeout=10)


def _answers(sound: VirtualSound) -> bool:
    asked = subprocess.run(["pactl", "info"], env=sound.environment, capture_output=True, text=True, check=False)
    return "Default Source: mic" in asked.stdout


def _wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + START_LIMIT_S
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)
