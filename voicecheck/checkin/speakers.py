"""Turns of one answer as they are kept: each with the name of whoever said it, and without guesses that were undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, pairwise

from voicecheck.domain import Turn, TurnKind, turn_of
from voicecheck.speech.recognition import seams
from voicecheck.speech.recognition.endpoint import VOICE_BEGINS
from voicecheck.speech.recognition.two_voices import Spoken, TwoVoices
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.utterance import SAMPLE_RATE_HZ, Transcript, as_heard

NOT_ANSWERED = (TurnKind.CONFIRM, TurnKind.COMMAND)
"""turns that wait for words which the program knows in its own language alone"""


class Speakers:
    """The voices in the turns of one answer; does nothing where one person answers."""

    def __init__(self, voices: TwoVoices | None, asked: str) -> None:
        self._voices = voices
        self._asked = asked
        self._spoken: list[Spoken] = []

    def begin(self) -> None:
        """Begin a turn; what was heard in one that was not closed is forgotten."""
        if self._voices is not None:
            self._voices.begin(self._asked)

    def hear(self, heard: VoiceActivity | None) -> None:
        if self._voices is not None and heard is not None and heard.probability >= VOICE_BEGINS:
            self._voices.hear(heard)

    def end(self) -> None:
        """End a turn that is part of the answer."""
        if self._voices is not None:
            self._spoken += self._voices.end()

    def of(self, turns: Iterable[Turn]) -> tuple[Turn, ...]:
        """Return the turns with the name of whoever spoke, one divided where another went on."""
        return tuple(part for turn in turns for part in by_speaker(turn, self._spoken))


def by_speaker(turn: Turn, spoken: Iterable[Spoken]) -> Iterator[Turn]:
    """Divide what was answered in a turn at the changes of speaker. Replies and commands stay whole."""
    inside = [one for one in spoken if turn.start <= one.start < turn.end]
    parts = [list(part) for _, part in groupby(inside, lambda one: one.speaker)]
    if not parts or not turn.answers:
        yield turn
        return
    cuts = [(before[-1].end + after[0].start) // 2 for before, after in pairwise(parts)]
    rest = list(turn.segments)
    for part, start, end in zip(parts, (turn.start, *cuts), (*cuts, turn.end), strict=True):
        ours, rest = seams.split(rest, end / SAMPLE_RATE_HZ) if end != turn.end else (rest, [])
        span = (start / SAMPLE_RATE_HZ, end / SAMPLE_RATE_HZ)
        heard = Transcript(tuple(ours))
        yield replace(
            turn,
            text=heard.text if cuts else turn.text,
            segments=heard.segments,
            speaker=part[0].speaker,
            speaker_unsure=not all(one.sure for one in part),
            start=start,
            end=end,
            unheard=tuple(one for one in turn.unheard if span[0] <= one[0] < span[1]),
            sounds=tuple(one for one in turn.sounds if span[0] <= one.start_s < span[1]),
            others=tuple(one for one in turn.others if span[0] <= one[0] < span[1]),
        )


def parted(whole: Turn, answer: Transcript, said: Transcript) -> tuple[Turn, Turn]:
    """Divide a turn in the pause between what was answered and a command behind it."""
    pause_s = (answer.segments[-1].end_s, said.segments[0].start_s)
    at = min(max(whole.start, round(sum(pause_s) / 2 * SAMPLE_RATE_HZ)), whole.end)
    command = turn_of(said, TurnKind.COMMAND, whole.speaker, at, whole.end)
    return turn_of(answer, whole.kind, whole.speaker, whole.start, at), command


def turn_as_heard(turn: Turn) -> Turn:
    """Return the turn as the recogniser wrote it, without a guess."""
    segments = tuple(map(as_heard, turn.segments))
    return turn if segments == turn.segments else replace(turn, segments=segments, text=Transcript(segments).text)
