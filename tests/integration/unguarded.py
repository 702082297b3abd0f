"""VoiceCheck with its guard taken out, for the test that must fail without it. Never part of the product."""

from __future__ import annotations

import sys

from voicecheck.cli.main import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
