"""Notices of a sitting, shown and for who only hears said; and the offer of help."""

from __future__ import annotations

from collections.abc import Mapping

from voicecheck.checkin.by_ear import Notice, Said, Waiting, manner_of, twice, when_of
from voicecheck.checkin.course import GOODBYES, DropReason, Line
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.ports import When
from voicecheck.checkin.session import SittingEntries
from voicecheck.domain import ANSWERS, Danger, DangerOf, Entry, EntryKind, TurnKind
from voicecheck.feelings.mentions import has_lexicon
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE
from voicecheck.text.folding import main_language
from voicecheck.utterance import Transcript


class Notices:
    def __init__(self, rooms: Rooms, plan: Plan) -> None:
        self._rooms = rooms
        self._plan = plan
        self._help_offered = False
        self._offered_beside: set[DangerOf] = set()
        self._languages_told: set[str] = set()
        self.waiting = Waiting(wanted=plan.by_ear)
        """notices to say in front of the next sentence"""

    def tell_language(self, entry: Entry | None) -> None:
        """Tell once that an answer is written down in a language whose feelings are not known."""
        language = "" if entry is None or not entry.text else main_language(entry.language)
        own = self._rooms.phrases.language
        if self._plan.language != ANY_LANGUAGE or language in (own, "", *self._languages_told):
            return
        self._languages_told.add(language)
        if not has_lexicon(language):
            name = self._rooms.phrases.language_name
            self.show(Notice.LANGUAGE_HEARD, language=name(language), own=name(own))

    def show(self, notice: Notice, **places: object) -> None:
        """Show a sentence of the phrases for as long as it is of use, and have it said."""
        text = self._rooms.phrases.show(notice.value, **places)
        self._rooms.screen.notice(text, when=when_of(notice))
        self._have_said(notice, text, places)

    def tell(self, text: str, notice: Notice = Notice.FAULT) -> None:
        """Show a sentence that comes from elsewhere, and have it said."""
        self._rooms.screen.notice(text, notice is Notice.HELP_LINE, when_of(notice))
        self._have_said(notice, text, {})

    def _have_said(self, notice: Notice, text: str, places: Mapping[str, object], *, wordless: bool = False) -> None:
        manner = manner_of(notice)
        if not self._plan.by_ear or not isinstance(manner, Said):
            return
        name = manner.name
        if manner.wordless is not None and (wordless or not self._plan.says_own_words):
            name, text = manner.wordless, ""
        said = self._rooms.phrases.say(name, self._rooms.rng, **places) if name else text
        if said:
            self.waiting.put(said, late=when_of(notice) is When.AFTER)

    def set_aside(self, said: str = "") -> None:
        """Tell that a turn was taken for no answer, or `said` for a request, and how to take that back."""
        self._rooms.screen.set_aside(said)
        if said:
            self._have_said(Notice.REQUEST_ASIDE, "", {"said": said})
        else:  # the answer to a request comes first, and tells most of it
            self.waiting.put_behind(self._rooms.phrases.say("heard_aside"))

    def guessed(self, heard: str, guess: str) -> None:
        """Tell that a word was written for what was heard, and how to have that back."""
        self._rooms.screen.guessed(heard, guess)
        self._have_said(Notice.GUESSED, "", {"heard": heard, "guess": guess})

    def beside(self, said: str, start_s: float, end_s: float) -> None:
        """Tell of words that may be somebody else's or the person's."""
        self._rooms.screen.beside(said, start_s, end_s)
        heavy = self._plan.watch.heard_in(said, self._rooms.phrases.language) is not None
        wordless = bool(self._plan.speakers) or heavy
        self._have_said(Notice.BESIDE_HEARD, "", {"said": said}, wordless=wordless)

    def tell_before(self, line: Line, number: int, count: int, kept: int) -> None:
        """Say what the screen shows beside a line: which question it is, and how many answers are kept."""
        if line is Line.QUESTION:
            self._tell_place(number, count)
        elif line in GOODBYES:
            self._tell_kept(kept)

    def _tell_place(self, number: int, count: int) -> None:
        """Say how many questions there are, in front of the first, and which the next is."""
        if not self._plan.by_ear:
            return
        name, places = "heard_place", {"number": number, "count": count}
        if number == 1:
            journal = self._plan.kind is EntryKind.JOURNAL
            name = "heard_journal" if journal else "heard_begin_one" if count == 1 else "heard_begin"
        self.waiting.put(self._rooms.phrases.say(name, self._rooms.rng, **places))

    def _tell_kept(self, entries: int) -> None:
        """Say in front of the good night how many answers are kept."""
        if entries and self._plan.by_ear:
            name = "heard_kept_one" if entries == 1 else "heard_kept"
            self.waiting.put(self._rooms.phrases.say(name, self._rooms.rng, count=entries))

    def tell_dropped(self, reason: DropReason) -> None:
        if reason is DropReason.EMPTY:
            self.show(Notice.EMPTY_ANSWER)
        elif reason is DropReason.PERSON:
            self.show(Notice.DROPPED)

    def tell_too_long(self) -> None:
        self.show(Notice.TOO_LONG, minutes=round(self._plan.patience.longest_answer_s / 60))

    def tell_if_unkept(self, entries: SittingEntries) -> None:
        if entries.closed.unkept is not None:
            self.tell(entries.closed.unkept.message)
        if entries.sealed:
            self.show(Notice.SEALED)

    def forget_aside(self, entries: SittingEntries) -> None:
        """Take the offers to keep what was set aside off the screen, once nothing of that can be kept any more."""
        if not entries.can_restore:
            self._rooms.screen.nothing_aside()

    def tell_nothing_came(self, *, muted: bool) -> None:
        """Tell after an evening without an answer that nothing came; not above "kept"."""
        notice = Notice.MICROPHONE_SILENT if muted else Notice.EMPTY_ANSWER
        text = self._rooms.phrases.show(notice.value)
        self._rooms.screen.notice(text, when=When.AFTER)
        self._have_said(notice, text, {})

    def watch(self, heard: Transcript, kind: TurnKind) -> None:
        """Watch a turn that is most likely kept nowhere, as a reply, or what is said in a pause."""
        if kind not in ANSWERS:
            self.offer_help(self._plan.watch.heard_in(heard.text, heard.language), True)

    def offer_help(self, danger: Danger | None, beside: bool = False) -> None:
        """Show help lines once, now that the answer is safe. Where another person may do harm, nothing is said aloud.

        What is unsure shows the numbers without a sound, and so does what was said `beside` the answer: it may be a
        television. Nor does that keep the person's own words from being answered. Where another person may be near, no
        screen reader gets to read it. Unasked, numbers are said into headphones alone.
        """
        if danger is None or self._help_offered or (beside and danger.of in self._offered_beside):
            return
        self._help_offered = not beside
        self._offered_beside.add(danger.of)
        quiet = danger.of is DangerOf.HARM
        offer = Notice.HELP_OFFER_QUIET if quiet else Notice.HELP_OFFER
        text = self._rooms.phrases.show(offer.value)
        when = When.SEEN if quiet or self._plan.speakers else When.STAYS
        self._rooms.screen.notice(text, True, when)
        if quiet:
            return
        self._show_lines(when)
        if self._plan.aloud != "nothing" and not danger.weaker and not beside:
            self._rooms.mouth.nudge()
        if not danger.weaker and not beside and not self._plan.speakers and self._rooms.on_headphones():
            self.waiting.put_behind(self._numbers())
        if danger.weaker and not beside and not self._plan.speakers:  # a surer one is answered by its own sentence
            self._have_said(offer, text, {})
        if beside:  # it may come so late that nobody reads the numbers
            self.show(Notice.HELP_AFTERWARDS)

    def show_numbers(self) -> None:
        """Show the help lines that were asked for; say them, twice and slowly, where one person alone hears."""
        self._show_lines(When.STAYS)
        if self._plan.by_ear and not self._plan.speakers:
            self.waiting.put(self._numbers())

    def _numbers(self) -> str:
        phrases = self._rooms.phrases
        numbers = twice(self._plan.help_aloud, phrases.show("dot_aloud"), phrases.say("heard_again"))
        return f"{phrases.say('heard_numbers')} {numbers}"

    def _show_lines(self, when: When) -> None:
        for number in self._plan.help_lines:
            self._rooms.screen.notice(number, True, when)
