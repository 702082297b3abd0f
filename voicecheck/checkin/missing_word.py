"""The way to a word that is missing: through the body and the mood to three words, and once more some days later.

Pure, like all moves. Each question can be answered by one word, and left by one.
"""

from __future__ import annotations

from dataclasses import replace

from voicecheck.checkin import moves
from voicecheck.checkin.actions import Choose, DropEntry, Keep, OfferWords
from voicecheck.checkin.course import About, DropReason, Line, Phase
from voicecheck.checkin.events import TurnWritten
from voicecheck.checkin.state import State, Step
from voicecheck.domain import Quadrant, TurnKind

BODIES = (About.HEAVY, About.RESTLESS, About.EITHER)
_QUADRANTS = {
    (About.HEAVY, About.PLEASANT): (Quadrant.PLEASANT_LOW,),
    (About.RESTLESS, About.PLEASANT): (Quadrant.PLEASANT_HIGH,),
    (About.EITHER, About.PLEASANT): (Quadrant.PLEASANT_LOW, Quadrant.PLEASANT_HIGH),
    (About.HEAVY, About.UNPLEASANT): (Quadrant.UNPLEASANT_LOW,),
    (About.RESTLESS, About.UNPLEASANT): (Quadrant.UNPLEASANT_HIGH,),
    (About.EITHER, About.UNPLEASANT): (Quadrant.UNPLEASANT_LOW, Quadrant.UNPLEASANT_HIGH),
}
CHOICES: dict[Line, dict[int, About]] = {
    Line.BODY: {1: About.HEAVY, 2: About.RESTLESS, 0: About.LEFT},
    Line.MOOD: {1: About.PLEASANT, 2: About.UNPLEASANT, 0: About.LEFT},
    Line.WORDS: {1: About.NAMED, 2: About.NAMED, 3: About.NAMED, 0: About.LEFT},
    Line.NEARER: {1: About.OTHER, 2: About.OTHER, 3: About.OTHER, 0: About.LEFT},
}
"""meaning of a number behind each line that offers something: its place in the sentence, and 0 leaves it"""


def replied(state: State, about: About) -> Step:
    """React to a reply that was asked for behind an answer: one question on, or the correction that it is."""
    question = state.question
    if question.line is Line.BODY and about in BODIES:
        return moves.ask_for(replace(state, question=replace(question, body=about)), Line.MOOD, TurnKind.CORRECTION)
    quadrants = _QUADRANTS.get((question.body or About.EITHER, about))
    if question.line is Line.MOOD and quadrants is not None:
        return moves.ask_for(state, Line.WORDS, TurnKind.CORRECTION, OfferWords(quadrants))
    correcting = replace(state, phase=Phase.KEEPING, question=replace(question, correcting=True))
    return correcting, (Keep.CORRECT, Keep.KEEP_ENTRY)


def chosen(state: State, place: int) -> Step:
    """React to a key that chooses, while nothing was said yet: what is being said is the reply."""
    about = CHOICES.get(state.question.line, {}).get(place)
    if about is None or state.phase is not Phase.LISTENING or state.turn.heard or state.hurried:
        return state, ()
    line = state.question.line
    after, actions = replied(replace(state, turn=moves.closed(state.turn)), about)
    return after, (Keep.CANCEL_TURN, Choose(line, place), *actions)


def word_now(state: State, event: TurnWritten) -> Step | None:
    """React to what was said about a moment that had no word; None for what is kept like any answer."""
    drop = DropEntry(DropReason.REPLY)
    if event.about is About.NAMED:
        return replace(state, phase=Phase.KEEPING), (Keep.GIVE_WORD, Keep.KEEP_ENTRY)
    if event.about is About.LEFT and not state.hurried and not state.question.kept and state.leaving is None:
        step, actions = moves.reply(state, Line.CORRECTED)
        return step, (drop, *actions)
    if event.words or event.sound or state.question.kept or state.pausing:
        return None
    return moves.settle(state, drop)
