"""Words of others beside the answers of one sitting: written down when there is time, and watched for danger.

It may be the person after all, who said something softly. So the words that may be theirs are kept beside the answer,
and the person is told once, with the key that takes them in. Nobody waits for them: one piece at a time is with the
recogniser, while the program listens to no answer and writes none down.
"""

from __future__ import annotations

import queue

from voicecheck.checkin.answer import Answer
from voicecheck.checkin.by_ear import Notice
from voicecheck.checkin.course import Phase
from voicecheck.checkin.notices import Notices
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.ports import Event
from voicecheck.checkin.session import SittingEntries
from voicecheck.domain import Entry, Turn, TurnKind
from voicecheck.errors import ExitCode
from voicecheck.speech.microphone import RawSound
from voicecheck.speech.recognition.live import Written
from voicecheck.speech.recognition.others import Beside
from voicecheck.speech.recognition.recogniser import shift
from voicecheck.speech.recognition.retry import RecognisedStretch
from voicecheck.utterance import BLOCK_S, SAMPLE_RATE_HZ

ANSWERING = (Phase.LISTENING, Phase.WRITING, Phase.PAUSED)
"""phases in which the recogniser is the speaker's alone"""
LAST_WAIT_S = 3.0  # once the last sentence was said
LONGEST_SHOWN = 160
"""characters of it that are shown on the evening's screen"""


class BesideAnswers:
    """The pieces that wait, the one that is written down, and the answer whose words were offered last."""

    def __init__(
        self, plan: Plan, rooms: Rooms, entries: SittingEntries, notices: Notices, arrivals: queue.SimpleQueue[Event]
    ) -> None:
        self._watch = plan.watch
        self._screen = rooms.screen
        self._recogniser = rooms.recogniser
        self._entries = entries
        self._notices = notices
        self._arrivals = arrivals
        self._waiting: list[tuple[Answer, Beside]] = []
        self._running: tuple[Answer, Beside] | None = None
        self._found: list[Turn] = []
        """may be the person's, of the answer whose pieces are being written down"""
        self._offered: Answer | None = None

    def begin(self, answer: Answer | None) -> None:
        """Have written down what others said beside an answer that was kept just now."""
        if answer is not None:
            self._waiting += [(answer, one) for one in answer.take_beside()]
            self._go_on()

    def _go_on(self) -> bool:
        """Write down the next piece, unless one is with the recogniser. False where nothing is left to do."""
        while self._running is None and self._waiting and self._recogniser is not None:
            answer, piece = self._waiting.pop(0)
            if self._holds(answer):
                self._running = answer, piece
                self._recogniser.dispatch(piece.job)
        return self._running is not None

    def take(self, written: Written, phase: Phase) -> bool:
        """Take in the words of a piece. False for those of an answer."""
        if self._running is None or written.generation != self._running[1].job.generation:
            return False
        (answer, piece), self._running = self._running, None
        if written.words is not None and written.words.text:
            text = written.words.text
            self._notices.offer_help(self._watch.heard_in(text, written.words.language or piece.job.language), True)
            turn = _turn(piece, written.words)
            if not piece.surely_other and self._keep(answer, turn):
                self._found.append(turn)
        if self._found and not any(other is answer for other, _ in self._waiting):
            self._offer(answer)
        busy = self._entries.answer is not None and self._entries.answer.busy
        if phase not in ANSWERING and not busy:
            self._go_on()
        return True

    def finish(self, code: ExitCode) -> None:
        """Wait for what is still to be written down, a few seconds at most; nobody can press a key any more."""
        waited_s, offered = 0.0, self._offered
        while code is ExitCode.DONE and self._go_on() and waited_s < LAST_WAIT_S:
            try:
                event = self._arrivals.get(timeout=LAST_WAIT_S)
            except queue.Empty:
                break
            if isinstance(event, Written):
                self.take(event, Phase.ENDED)
            elif isinstance(event, RawSound):
                waited_s += BLOCK_S
        if self._offered is not offered:
            self._notices.show(Notice.BESIDE_KEPT)

    def forget_offers(self) -> None:
        """Take off the screen what offers to keep, or to take in, what has gone meanwhile."""
        self._notices.forget_aside(self._entries)
        if self._offered is not None and not self._holds(self._offered):
            self._offered, self._entries.offers_beside = None, False
            self._screen.nothing_beside()

    def take_in(self) -> None:
        """Make the words that were offered last a part of their answer: it was the person."""
        self._entries.offers_beside = False
        answer, self._offered = self._offered, None
        self._screen.nothing_beside()
        entry = None if answer is None else self._taken_in(answer)
        if entry is not None:
            self._notices.show(Notice.BESIDE_TAKEN)
            self._notices.offer_help(self._watch.heard_in(entry.text, entry.language))

    def _holds(self, answer: Answer) -> bool:
        """True if this answer is kept, open or closed, and was not deleted or set aside since."""
        return (answer is self._entries.answer and answer.kept is not None) or self._entries.closed.holds(answer)

    def _keep(self, answer: Answer, turn: Turn) -> bool:
        """Keep words beside their answer, wherever it is. False where it has gone."""
        if answer is not self._entries.answer:
            return self._entries.closed.keep_aside(answer, turn)
        answer.keep_aside(turn)
        return True

    def _taken_in(self, answer: Answer) -> Entry | None:
        if answer is not self._entries.answer:
            return self._entries.closed.take_in(answer, self._entries.complete)
        answer.take_in()
        self._entries.save_answer()
        return answer.kept

    def _offer(self, answer: Answer) -> None:
        found, self._found = sorted(self._found, key=lambda turn: turn.start), []
        self._offered, self._entries.offers_beside = answer, True
        said = " ".join(turn.text for turn in found)
        shown = said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN].rsplit(' ', 1)[0]} …"
        self._notices.beside(shown, found[0].span_s[0], found[-1].span_s[1])


def _turn(piece: Beside, words: RecognisedStretch) -> Turn:
    start_s, stretch = piece.job.start / SAMPLE_RATE_HZ, piece.job.stretch
    segments = tuple(shift(segment, start_s) for segment in words.segments)
    return Turn(TurnKind.ASIDE, words.text, segments, "", stretch.start, stretch.end)
