"""What the integration tests share: a virtual sound card."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.integration.sound import VirtualSound, virtual_sound


@pytest.fixture(scope="session")
def sound() -> Iterator[VirtualSound]:
    """A private PulseAudio for the whole run; skips, and says so, where the system has none."""
    missing = [name for name in ("pulseaudio", "pactl", "paplay", "parec") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: apt-get install pulseaudio pulseaudio-utils libasound2-plugins")
    with virtual_sound() as card:
        yield card
