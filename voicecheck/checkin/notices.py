"""Notices on the screen of a sitting, and the offer of help."""

from __future__ import annotations

from voicecheck.checkin.course import DropReason
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.ports import Unseen, When
from voicecheck.checkin.session import SittingEntries
from voicecheck.domain import ANSWERS, Danger, DangerOf, Entry, TurnKind
from voicecheck.feelings.mentions import has_lexicon
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE
from voicecheck.text.folding import main_language
from voicecheck.utterance import Transcript

MESSAGES = {
    "restored": (When.PASSING, Unseen.MOOT),
    "empty_answer": (When.PASSING, Unseen.MOOT),
    "dropped": (When.STAYS, Unseen.SAID),
    "too_long": (When.STAYS, Unseen.SAID),
    "waits_for_words": (When.STAYS, Unseen.SAID),
    "language_heard": (When.STAYS, Unseen.PAGE),
    "microphone_silent": (When.PASSING, Unseen.SAID),
    "microphone_other": (When.STAYS, Unseen.SAID),
    "overflow": (When.STAYS, Unseen.PAGE),
    "sealed": (When.AFTER, Unseen.PAGE),
    "beside_taken": (When.PASSING, Unseen.MOOT),
    "beside_kept": (When.AFTER, Unseen.PAGE),
    "help_afterwards": (When.AFTER, Unseen.MOOT),
}
"""every notice: its lifetime on a screen, and what becomes of it in an evening without one"""


class Notices:
    def __init__(self, rooms: Rooms, plan: Plan) -> None:
        self._rooms = rooms
        self._plan = plan
        self._help_offered = False
        self._offered_beside: set[DangerOf] = set()
        self._languages_told: set[str] = set()

    def tell_language(self, entry: Entry | None) -> None:
        """Tell once that an answer is written down in a language whose feelings are not known."""
        language = "" if entry is None or not entry.text else main_language(entry.language)
        own = self._rooms.phrases.language
        if self._plan.language != ANY_LANGUAGE or language in (own, "", *self._languages_told):
            return
        self._languages_told.add(language)
        if not has_lexicon(language):
            name = self._rooms.phrases.language_name
            self.show("language_heard", language=name(language), own=name(own))

    def show(self, name: str, **places: object) -> None:
        """A sentence of the phrases, for as long as it is of use."""
        when, unseen = MESSAGES[name]
        self._rooms.screen.notice(self._rooms.phrases.show(name, **places), when=when, unseen=unseen)

    def tell(self, fault: str) -> None:
        """Tell what went wrong; it is said where no screen is."""
        self._rooms.screen.notice(fault, unseen=Unseen.SAID)

    def tell_dropped(self, reason: DropReason) -> None:
        if reason is DropReason.EMPTY:
            self.show("empty_answer")
        elif reason is DropReason.PERSON:
            self.show("dropped")

    def tell_too_long(self) -> None:
        self.show("too_long", minutes=round(self._plan.patience.longest_answer_s / 60))

    def tell_if_unkept(self, entries: SittingEntries) -> None:
        if entries.closed.unkept is not None:
            self.tell(entries.closed.unkept.message)
        if entries.sealed:
            self.show("sealed")

    def forget_aside(self, entries: SittingEntries) -> None:
        """Take the offers to keep what was set aside off the screen, once nothing of that can be kept any more."""
        if not entries.can_restore:
            self._rooms.screen.nothing_aside()

    def tell_nothing_came(self, *, muted: bool) -> None:
        """Tell after an evening without an answer that nothing came; not above "kept"."""
        name = "microphone_silent" if muted else "empty_answer"
        self._rooms.screen.notice(self._rooms.phrases.show(name), when=When.AFTER, unseen=Unseen.MOOT)

    def watch(self, heard: Transcript, kind: TurnKind) -> None:
        """Watch a turn that is most likely kept nowhere, as a reply, or what is said in a pause."""
        if kind not in ANSWERS:
            self.offer_help(self._plan.watch.heard_in(heard.text, heard.language), True)

    def offer_help(self, danger: Danger | None, beside: bool = False) -> None:
        """Show help lines once, now that the answer is safe. Where another person may do harm, nothing is said aloud.

        What is unsure shows the numbers without a sound, and so does what was said `beside` the answer: it may be a
        television. Nor does that keep the person's own words from being answered. Where another person may be near, no
        screen reader gets to read it.
        """
        if danger is None or self._help_offered or (beside and danger.of in self._offered_beside):
            return
        self._help_offered = not beside
        self._offered_beside.add(danger.of)
        quiet = danger.of is DangerOf.HARM
        when = When.SEEN if quiet or self._plan.speakers else When.STAYS
        text = self._rooms.phrases.show("help_offer_quiet" if quiet else "help_offer")
        self._rooms.screen.notice(text, True, when, Unseen.MOOT)
        if not quiet:
            self.show_numbers(when, Unseen.MOOT)
            if self._plan.aloud != "nothing" and not danger.weaker and not beside:
                self._rooms.mouth.nudge()
            if beside:  # it may come so late that nobody reads the numbers
                self.show("help_afterwards")

    def show_numbers(self, when: When = When.STAYS, unseen: Unseen = Unseen.SLOWLY) -> None:
        """Show the help lines, which the person asked for. Unasked, they are not to be said where no screen is."""
        for number in self._plan.help_lines:
            self._rooms.screen.notice(number, True, when, unseen)
