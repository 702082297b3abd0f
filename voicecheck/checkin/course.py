"""Vocabulary and settings of an evening: its phases, lines, commands, follow-ups and timing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

READ_SHARE = 0.6  # of listening on: so long the reflection can be read in any case
SAID_S = 0.5  # before the reflection stood there, of an answer that ended at once


class Phase(StrEnum):
    READY = "ready"
    ASKING = "asking"
    LISTENING = "listening"
    PAUSED = "paused"
    DECIDING = "deciding"
    """keep or drop, after Ctrl-C"""
    WRITING = "writing"
    KEEPING = "keeping"
    REPLYING = "replying"
    LINGERING = "lingering"
    """the reflection stands there, and it still listens"""
    CLOSING = "closing"
    PARTING = "parting"
    """a spoken command has ended it, and for a moment it can still be taken back"""
    ENDED = "ended"


class Line(StrEnum):
    """A line that the program says, by its purpose; `wording` chooses the words."""

    QUESTION = "question"
    REPEAT = "repeat"
    REFLECTION = "reflection"
    CONFIRM = "confirm"
    """the reflection, and whether it is right"""
    NEARER = "nearer"
    """three words nearer than a vague one"""
    BODY = "body"
    """heavy or restless, where a word is missing"""
    MOOD = "mood"
    """and pleasant or not"""
    WORDS = "words"
    """three words that may be the missing one, with their meanings"""
    WORD_NOW = "word_now"
    """if there is a word by now for a moment that had none"""
    FOLLOW_UP = "follow_up"
    FOLLOWED = "followed"
    """thanks for what was added"""
    CORRECTED = "corrected"
    SKIPPED = "skipped"
    SMALLER = "smaller"
    OTHER_SPEAKER = "other_speaker"
    """the same question, to the other"""
    SAY_BACK = "say_back"
    """the request to the other speaker to say back what one told"""
    SIDE_BY_SIDE = "side_by_side"
    OFFER_END = "offer_end"
    OFFER_SENTENCE = "offer_sentence"
    """to look for one sentence to take along"""
    SENTENCE_NEXT = "sentence_next"
    """yes to that"""
    PAUSED = "paused"
    RESUMED = "resumed"
    BACK_IN = "back_in"
    """a turn that was taken for a command is an answer again"""
    HELP = "help"
    HELP_SHOWN = "help_shown"
    MEANING = "meaning"
    """a word in plain words"""
    READ = "read"
    """the result of a look-up: an earlier answer, the feelings of a week, a word letter by letter"""
    ONE_MOMENT = "one_moment"
    """that the words are still being written down"""
    UNCLEAR = "unclear"
    """the question if what was kept as an answer was a request"""
    SAY_AGAIN = "say_again"
    """yes to that"""
    TAKEN_IN = "that_was_me"
    """confirmation that words kept beside the answer are in it"""
    DELETE_CONFIRM = "delete_confirm"
    ONE_SENTENCE_CONFIRM = "one_sentence_confirm"
    """the same, where the last sentence was meant and there is one alone"""
    DELETED = "deleted"
    NOT_DELETED = "not_deleted"
    SENTENCE_CONFIRM = "sentence_confirm"
    """the question if the sentence on the screen is to be taken back for good"""
    SENTENCE_DELETED = "sentence_deleted"
    NO_SENTENCE = "no_sentence"
    """nothing is there that could be taken back"""
    NOTHING_SAID = "silence_end"
    NOT_TONIGHT = "not_tonight"
    CLOSING = "closing"
    RESTORED = "restored"


REFLECTIONS = frozenset({Line.REFLECTION, Line.CONFIRM, Line.NEARER})
"""lines that answer an answer"""


GOODBYES = frozenset({Line.CLOSING, Line.NOT_TONIGHT, Line.NOTHING_SAID, Line.RESTORED})
"""lines that end an evening"""


class About(StrEnum):
    """Meaning of a reply about the feeling that was given back."""

    YES = "yes"
    NO = "no"
    OTHER = "other"
    """it names the better word"""
    LEFT = "left"
    """none of the words that were offered"""
    HEAVY = "heavy"
    RESTLESS = "restless"
    PLEASANT = "pleasant"
    UNPLEASANT = "unpleasant"
    EITHER = "either"
    """neither of the two, or both"""
    NAMED = "named"
    """a word for what had none"""


class Command(StrEnum):
    """Commands, given as a whole spoken turn or by a key. The names are those of `phrases/*.toml`."""

    SKIP = "skip"
    STEP_BACK = "step_back"
    """something smaller"""
    REPEAT = "repeat"
    MEANING = "meaning"
    """says what a word means"""
    PAUSE = "pause"
    RESUME = "resume"
    START_OVER = "start_over"
    DELETE = "delete"
    DELETE_SENTENCE = "delete_sentence"
    """the last one of what was said"""
    DELETE_ONE_SENTENCE = "delete_one_sentence"
    """the same, where it is all that was said; it has no phrase of its own"""
    UNDO = "undo"
    """that was no command, but my answer"""
    HELP = "help"
    HELP_NOW = "help_now"
    """shows help lines"""
    READ_LAST = "read_last"
    """reads the last answer aloud"""
    WEEK_AGO = "week_ago"
    """reads what was said a week ago"""
    MONTH_AGO = "month_ago"
    """reads an entry of a month ago on which nothing heavy was said"""
    YEAR_AGO = "year_ago"
    """the same of a year ago, or more"""
    NOT_AGAIN = "not_again"
    """leaves out for good what was read last of earlier days"""
    LETTER = "letter"
    """puts the newest answer away when the evening is over, as a letter that opens in a year"""
    WEEK_FEELINGS = "week_feelings"
    """tells the feelings that were named in the last seven days"""
    SLOWER = "slower"
    """says it once more, and from then on all else, more slowly"""
    FASTER = "faster"
    SPELL = "spell"
    """says a word letter by letter"""
    THAT_WAS_ME = "that_was_me"
    """takes in what was kept beside the answer"""
    DONE = "done"
    NOT_TONIGHT = "not_tonight"


class DropReason(StrEnum):
    EMPTY = "empty"
    """neither a word nor a sound"""
    PERSON = "person"
    """the person said so"""
    DELETED = "deleted"
    """the person said so, and is answered in words"""
    REPLY = "reply"
    """it was no answer: a yes or no to an offer, or a while of reading"""


@dataclass(frozen=True, slots=True)
class Course:
    """Settings of an evening: number of questions; seconds of silence after a question, and of listening on.

    A wait of 0 never ends by itself.
    """

    count: int = 1
    """questions"""
    nudge_after_s: float = 8.0
    repeat_after_s: float = 20.0
    give_up_after_s: float = 45.0
    linger_s: float = 4.0
    """after the reflection: who goes on speaking reopens the answer"""
    confirm_wait_s: float = 8.0
    """for a yes or no; silence means no, and after a reflection that nothing is to be changed"""
    follow_wait_s: float = 12.0
    """for the answer to a follow-up; silence goes on"""
    offer_end_after_s: float = 600.0
    next_soon: bool = False
    """the silence before the reflection counts as listening on, too, where another question follows"""
    follow_ups: bool = True
    confirms: bool = True
    """ask if what was given back is right: not where it can be neither seen nor heard"""
    speakers: int = 1
    say_back: bool = False
    """one of two tells, the other says it back"""
    offer_sentence: bool = False
    """offer, before the closing, to look for a sentence to take along"""
    by_ear: bool = False
    """nobody sees a screen: what is asked for is said at once"""
    word_now: bool = False
    """ask, before the closing, if there is a word by now for a moment that had none"""

    @staticmethod
    def is_over(wait_s: float, seconds: float) -> bool:
        """True if a wait has been long enough; one of 0 never is."""
        return 0 < wait_s <= seconds

    def lingered(self, seconds: float, silence_s: float | None, *, more: bool) -> bool:
        """True if it has listened on for long enough: `seconds` behind the reflection, `silence_s` behind the words.

        Only where there is `more` to ask does the next come soon; an evening does not close in haste.
        """
        if not self.next_soon or silence_s is None:
            return seconds >= self.linger_s
        if more:
            read = seconds >= READ_SHARE * self.linger_s
            return seconds >= self.linger_s or (read and silence_s >= self.linger_s + SAID_S)
        return seconds >= self.linger_s and silence_s >= 2 * self.linger_s
