"""The state of a conversation between two events. `dialogue.step` leads from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from voicecheck.checkin.actions import Action
from voicecheck.checkin.course import Course, Line, Phase
from voicecheck.domain import Did, Follow, TurnKind
from voicecheck.errors import ExitCode


@dataclass(frozen=True, slots=True)
class State:
    course: Course = Course()
    phase: Phase = Phase.READY
    question: int = 0
    """which of `course.count`, from 0"""
    saying: int = 0
    """sentences whose `Spoken` is still to come: a hushed one has its own, and the next is said behind it"""
    turn: TurnKind | None = None
    """the open turn: sound that is neither written down nor dropped"""
    next_turn: TurnKind = TurnKind.ANSWER
    """what is listened for after the sentence that is being said"""
    kept: bool = False
    """an answer of this question is durable, and may still go on"""
    heard: bool = False
    """voice in this turn"""
    nudged: bool = False
    repeated: bool = False
    skipped: bool = False
    """the person passed this question over, by key"""
    speaker: int = 0
    """which of two answers"""
    answered: int = 0
    """how many have answered this question"""
    did: Did | None = None
    """with this question, as far as is known"""
    follow: Follow | None = None
    """what is asked once nobody goes on speaking"""
    followed: bool = False
    """something was asked behind this answer"""
    correcting: bool = False
    confirmed: bool = False
    offered: bool = False
    """asked this evening whether a reflection was right; offered nearer words"""
    asking: Line = Line.QUESTION
    """what waits for an answer"""
    extra: int = 0
    """questions more than were meant: a smaller one was asked for"""
    elapsed_s: float = 0.0
    end_offered: bool = False
    heavy: bool = False
    """something heavy was said this evening"""
    sentence_offered: bool = False
    comparing: bool = False
    """two texts stand side by side"""
    revocable: bool = False
    """what ended the evening was a spoken command and nothing else: it may have been an answer"""
    pausing: bool = False
    """pause as soon as what was said is safe"""
    stopping: bool = False
    """leave as soon as what was said is safe"""
    leaving: Line | None = None
    """the evening ends after this question, with this sentence"""
    exit_code: ExitCode = ExitCode.DONE

    @property
    def may_follow(self) -> bool:
        return self.course.follow_ups and self.course.speakers == 1 and not self.followed

    def may(self, follow: Follow | None) -> bool:
        """Whether this may be asked now: once an answer, and but for a question of the prompt's own once an evening."""
        used = {Follow.CONFIRM: self.confirmed, Follow.NEARER: self.offered, Follow.QUESTION: False, None: True}
        return self.may_follow and not used[follow]

    @property
    def hurried(self) -> bool:
        """Whether something else is to happen as soon as what was said is safe."""
        return self.stopping or self.pausing or self.skipped


Step: TypeAlias = tuple[State, tuple[Action, ...]]
