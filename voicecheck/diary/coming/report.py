"""Sentences on an import from another journal: how much came or would come, what did not and why, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from voicecheck.diary.coming.keeping import Tally
from voicecheck.phrases import Phrases
from voicecheck.vault.store.recordings import KeepAudio

MOST_TOLD = 20
"""entries that are not taken in, each by a line of its own"""
LEFT_OUT = {"pictures": "pictures", "sounds": "sounds", "videos": "videos", "files": "other files"}
LABELS = {"tag": "tags", "star": "stars", "place": "places", "mood": "moods", "journal": "journals"}


def faults_of(phrases: Phrases, tally: Tally) -> list[str]:
    """Return a line on each of the first entries that cannot be taken in."""
    show = phrases.show
    return [
        show("coming_fault", place=one.place, number=one.number, reason=one.reason) for one in tally.faults[:MOST_TOLD]
    ]


def untold(tally: Tally) -> int:
    """Return the number of entries that cannot be taken in and have no line of their own."""
    return max(0, len(tally.faults) - MOST_TOLD)


def lines_of(
    phrases: Phrases, tally: Tally, *, dry: bool, timezone: str, keep_audio: KeepAudio = "always"
) -> list[str]:
    """Return the counts in words; `dry` is true of what was only looked at, `timezone` is that of times without one.

    `keep_audio` tells how long the sound of an entry stays.
    """
    show = phrases.show
    counts = [show("coming_would" if dry else "coming_new", count=tally.new), show("coming_same", count=tally.same)]
    if tally.faults:
        counts.append(show("coming_faults", count=len(tally.faults)))
    if tally.first:
        counts.append(show("coming_between", first=tally.first, last=tally.last))
    lines = [" ".join(counts)]
    if tally.labels:
        lines.append(show("coming_labels", labels=_told(LABELS, tally.labels)))
    if any(tally.attachments.values()):
        lines.append(show("coming_left_out", files=_told(LEFT_OUT, tally.attachments)))
    if tally.attachments["sounds"]:
        lines.append(show("coming_sounds"))
    if tally.sounds or tally.same_sounds:
        told = show("coming_sounds_would" if dry else "coming_sounds_new", count=tally.sounds)
        lines.append(f"{told} {show('coming_same', count=tally.same_sounds)}")
    if tally.sounds and keep_audio != "always":
        lines.append(show("coming_sounds_never" if keep_audio == "never" else "coming_sounds_until_reviewed"))
    if tally.guessed_zones:
        zone = timezone or show("coming_this_computer")
        lines.append(show("coming_zones", count=tally.guessed_zones, zone=zone))
    return lines


def _told(names: Mapping[str, str], counts: Counter[str]) -> str:
    return ", ".join(f"{name} {counts[kind]}" for kind, name in names.items() if counts[kind])
