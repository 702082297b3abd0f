"""The state of a conversation between two events. `dialogue.step` leads from one to the next.

A fact about one question stands in its `Question`, a fact about the open turn in its `OpenTurn`; whoever begins the
next makes a new one, so nothing of the last is left over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from voicecheck.checkin.actions import Action
from voicecheck.checkin.course import About, Command, Course, Line, Phase
from voicecheck.domain import Did, Follow, TurnKind
from voicecheck.errors import ExitCode

FOLLOW_LINES = {
    Follow.CONFIRM: Line.CONFIRM,
    Follow.NEARER: Line.NEARER,
    Follow.QUESTION: Line.FOLLOW_UP,
    Follow.BODY: Line.BODY,
}
OFFERS = (Line.OFFER_END, Line.OFFER_SENTENCE)
"""asked by the program on its own account: no question, and no answer is kept"""
TAKING_BACK = (Line.DELETE_CONFIRM, Line.ONE_SENTENCE_CONFIRM, Line.SENTENCE_CONFIRM)
"""questions if what was said is to be taken back"""
UNFINISHED = (*TAKING_BACK, Line.UNCLEAR)
"""questions with yes or no behind which the answer may go on"""
ONCE = frozenset((Line.CONFIRM, Line.NEARER, Line.BODY, Line.WORD_NOW, *OFFERS))
"""asked at most once an evening"""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as it is asked of one person."""

    number: int = 0
    """which of `course.count`, from 0"""
    speaker: int = 0
    """which of two answers, from 0"""
    answered: int = 0
    """how many have answered it"""
    line: Line = Line.QUESTION
    """the sentence that waits for an answer"""
    kept: bool = False
    """an answer to it is durable, and may still go on"""
    nudged: bool = False
    repeated: bool = False
    skipped: bool = False
    """the person passed it over"""
    did: Did | None = None
    """the person's dealing with it, as far as is known"""
    follow: Follow | None = None
    """the follow-up, asked once nobody goes on speaking"""
    followed: bool = False
    """something was asked behind its answer"""
    one_sentence: bool = False
    """the kept answer is one sentence"""
    correcting: bool = False
    unclear: bool = False
    """its newest turn sounds like a request, and is kept"""
    added: bool = False
    """that turn was added to an answer that was kept by then"""
    body: About | None = None
    """heavy or restless, on the way to a missing word"""

    def anew(self) -> Question:
        """The same question, as if nothing had been said to it."""
        return Question(self.number, self.speaker, self.answered)

    def to_other(self) -> Question:
        """The same question, asked of the other one."""
        return Question(self.number, self.speaker + 1, self.answered)

    def next(self) -> Question:
        return Question(self.number + 1)


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """The open turn; where none is open, the one before or the one that comes next."""

    kind: TurnKind = TurnKind.ANSWER
    is_open: bool = False
    """it has sound that is neither written down nor dropped"""
    heard: bool = False
    """voice in it"""
    by_key: bool = False
    """a key ended it: the person waits for nothing more"""
    went_on: bool = False
    """its voice is the breath of the turn before"""


@dataclass(frozen=True, slots=True)
class State:
    course: Course = Course()
    phase: Phase = Phase.READY
    question: Question = Question()
    turn: OpenTurn = OpenTurn()
    saying: int = 0
    """sentences whose `Spoken` is still to come: a hushed one has its own, and the next is said behind it"""
    asked_once: frozenset[Line] = frozenset()
    """those of `ONCE` that were asked this evening"""
    extra: int = 0
    """questions more than were meant: a smaller one was asked for"""
    elapsed_s: float = 0.0
    heavy: bool = False
    """something heavy was said this evening"""
    revocable: bool = False
    """a spoken command and nothing else ended the evening: it may have been an answer"""
    then: Command | None = None
    """by key: carry it out as soon as what was said is safe"""
    pausing: bool = False
    """pause as soon as what was said is safe"""
    stopping: bool = False
    """leave as soon as what was said is safe"""
    leaving: Line | None = None
    """the evening ends after this question, with this sentence"""
    exit_code: ExitCode = ExitCode.DONE

    def may(self, follow: Follow) -> bool:
        """True if this may be asked now: once an answer, and but for a question of the prompt's own once an evening."""
        wanted = self.course.follow_ups and self.course.speakers == 1
        if follow is Follow.CONFIRM and not self.course.confirms:
            return False
        return wanted and not self.question.followed and FOLLOW_LINES[follow] not in self.asked_once

    @property
    def has_more(self) -> bool:
        """True if something is still to be asked before the evening closes."""
        follows = self.question.follow is not None
        return self.leaving is None and (follows or self.question.number + 1 < self.course.count + self.extra)

    @property
    def asks_for(self) -> TurnKind | None:
        """The kind of turn that what is said now asks for, if any."""
        return self.turn.kind if self.phase is Phase.ASKING else None

    @property
    def hurried(self) -> bool:
        """True if something else is to happen as soon as what was said is safe."""
        return self.stopping or self.pausing or self.question.skipped or self.then is not None

    @property
    def comparing(self) -> bool:
        """True while two texts stand side by side."""
        return self.question.line is Line.SIDE_BY_SIDE


Step: TypeAlias = tuple[State, tuple[Action, ...]]
