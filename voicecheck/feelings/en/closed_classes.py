"""Closed classes of English words that the clause reader names in its code; the larger ones stand in `context.toml`."""

from __future__ import annotations

from voicecheck.feelings.tokens import listed

GERUNDS = listed("being feeling getting becoming seeming looking sounding keeping staying going turning growing")
BASES = listed("be feel get become seem look sound appear stay remain keep turn grow go")
NO_NAMES = listed("work life school dinner lunch breakfast christmas easter home god english")
NEGATIVE_SUBJECTS = frozenset(["nobody", "nothing", "none", "neither", "no"])
CATENATIVES = listed("keep keeps kept keeping start started starts trying tried")
PARTS = listed("part side bit all both some none half most many one each any either neither lot rest corner piece")
TIME_TAKEN = listed("years year months month weeks week days day hours hour ages while long decades minutes")
