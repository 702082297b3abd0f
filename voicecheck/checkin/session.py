"""Keeps the answers of one sitting: makes them durable, moves them into the vault, sets them aside, destroys them.

An entry is durable in its sealed file long before it is complete, so that a person may still go on speaking; it goes
into the vault when it is closed. What was no answer (a spoken command, a false start) is set aside, and destroyed
only when the session ends: until then a wrong guess can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from voicecheck.checkin.actions import Choose, Keep, OfferWords, ReplyAction
from voicecheck.checkin.answer import Answer
from voicecheck.checkin.closed import Closed, seal_sitting
from voicecheck.checkin.course import About, Command, Line
from voicecheck.checkin.ending import judge_turn
from voicecheck.checkin.events import TurnWritten
from voicecheck.checkin.explaining import explain
from voicecheck.checkin.guess import Guesses
from voicecheck.checkin.plan import Plan, Rooms
from voicecheck.checkin.response import Manner, May, Ready, Responder
from voicecheck.checkin.seeking import Seeking, about_of
from voicecheck.checkin.set_aside import Guessed, Parted, SetAside
from voicecheck.checkin.state import State
from voicecheck.checkin.taking_back import is_short, take_back_sealed
from voicecheck.checkin.trailing import Trailing, command_meant, find_trailing
from voicecheck.checkin.unclear import is_unclear
from voicecheck.diary.sentence_spans import words_of
from voicecheck.diary.tagging import tagger_of
from voicecheck.diary.taking_back import last_words
from voicecheck.domain import (
    Asked,
    Correction,
    Danger,
    Entry,
    Follow,
    Prompt,
    PromptRef,
    Quadrant,
    Reflection,
    TurnKind,
    new_id,
)
from voicecheck.feelings.reply import Reply, read_reply
from voicecheck.speech.recognition.two_voices import TwoVoices
from voicecheck.utterance import Transcript
from voicecheck.vault.inbox.inbox import AnswerHeader

MOST_SPELLED = 3  # words that somebody asks to have spelled; more is an answer


class SittingEntries:
    """The entries of one sitting."""

    def __init__(self, plan: Plan, rooms: Rooms, guessed: Callable[[str, str], None]) -> None:
        self._plan = plan
        self._rooms = rooms
        self._phrases = rooms.phrases
        self._session = new_id(rooms.now())
        self._tagger = tagger_of(rooms.vault)
        self.seeking = Seeking(rooms.vault, plan.moment, plan.language, rooms.rng)
        self._aside = SetAside(rooms.phrases)
        self._guesses = Guesses(guessed, self._aside)
        self._voices = TwoVoices(plan.speakers) if plan.speakers else None
        self._trailing: Trailing | None = None
        """the command behind the newest turn"""
        self._behind: Command | None = None
        """the same, once its words are parted from the answer"""
        self.closed = Closed(plan, rooms, self._tagger)
        self.answer: Answer | None = None
        """the one that is being given"""
        self.reflection = Reflection("")
        self._asked = ""
        self.spell_word = ""
        """the word that was named to be spelled; empty for the last one"""
        self.offers_beside = False
        """words beside the answer may be the person's, who was told so"""
        self._ends_by_key = False
        """the last turn was ended by a key, as the next may be"""
        self.explanation = ""
        """meaning of the words that were asked about last"""
        sound_kept = plan.keep_audio != "never"
        self._responder = Responder(
            self._tagger, Manner(rooms.phrases, rooms.rng, plan.watch, sound_kept, plan.only_thanks, plan.followed_up)
        )
        self._corrections: tuple[Correction, ...] = ()
        """the person's corrections of the tags of the open answer"""
        self._reply = Reply()
        self._about: About | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.closed.entries

    @property
    def sealed(self) -> bool:
        """True if entries wait in the inbox for the next unlock."""
        return self.closed.sealed

    @property
    def can_restore(self) -> bool:
        """True if something of what was set aside could still be kept."""
        return self._aside.has(lambda answer: answer is self.answer or self.closed.holds(answer))

    @property
    def danger(self) -> Danger | None:
        """Return the danger that the kept answer tells of, read in its own language. Nothing is stored about it."""
        kept = None if self.answer is None else self.answer.kept
        return None if kept is None else self._responder.danger_of(kept.text, kept.language)

    @property
    def entry_id(self) -> str:
        """Id of the open answer, once it is durable; else empty."""
        return "" if self.answer is None or self.answer.kept is None else self.answer.kept.id

    def begin(self, prompt: Prompt, speaker: str) -> Answer:
        """Begin the answer to `prompt`, with its sealed file. Raises VaultError."""
        plan, rooms, at = self._plan, self._rooms, self._rooms.now()
        self._corrections = ()
        self._responder.begin(prompt)
        self._asked = prompt.text
        header = AnswerHeader(
            entry_id=new_id(at),
            session=self._session,
            kind=plan.kind,
            spoken_at=at,
            prompt=PromptRef(prompt.id, prompt.text) if prompt.text else None,
            speaker=speaker,
            language=plan.language,
            timezone=plan.timezone,
        )
        dispatch = None if rooms.recogniser is None else rooms.recogniser.dispatch
        patience = replace(plan.patience.for_depth(prompt.depth), ends_by_key=self._ends_by_key)
        sealed = rooms.inbox.begin(header)
        self.answer = Answer(
            header,
            sealed,
            rooms.detector,
            dispatch,
            patience,
            rooms.phrases.language,
            voices=self._voices,
            words=rooms.expected_words,
        )
        return self.answer

    def end_turn(self, *, by_key: bool) -> None:
        """Stop listening in the open turn."""
        self._ends_by_key = by_key
        if self.answer is not None:
            self.answer.end_turn()

    def prepare(self, state: State) -> Reflection | None:
        """Find feelings and reflection ahead, in the words that are there; thrown away if the person goes on."""
        if self.answer is None:
            return None
        made = self._made(self.answer.preview(self._rooms.model), May.by(state))
        judge_turn(self.answer, self._asked, made, state, self._plan.aloud, self._phrases)
        return made.reflection

    def save_answer(self, state: State | None = None) -> Follow | None:
        """Make the answer durable, with feelings and reflection. Return the follow-up that could be asked then."""
        if self.answer is None:
            return None
        made = self._made(self.answer.entry(), May() if state is None else May.by(state))
        self.reflection = made.reflection
        self.answer.save(made.entry)
        return made.reflection.follow

    def meaning(self, transcript: Transcript, kind: TurnKind, line: Line = Line.QUESTION) -> TurnWritten:
        """Read the newest turn, of this kind and behind `line`, for commands, yes or no, and replies."""
        phrases, text = self._phrases, transcript.text
        command = phrases.command_in(text) or command_meant(transcript, phrases)
        self._trailing = trailing = find_trailing(transcript, phrases) if command is None else None
        if trailing is not None:
            text = trailing.answer.text
        yes = phrases.reply_in(text)
        if command == Command.MEANING:
            command = self.explain(phrases.word_asked(text))
        elif command == Command.SPELL:
            self.spell_word = phrases.word_asked(text)
            command = command if len(self.spell_word.split()) <= MOST_SPELLED else None
        elif command == Command.THAT_WAS_ME and not self.offers_beside:
            command = None  # "It was me" is an answer
        replies = command is None and (kind is TurnKind.CORRECTION or line is Line.WORD_NOW)
        about = self._read_reply(text, yes, line) if replies else None
        command = command or self._guesses.read(self.answer, transcript, kind, (line, yes, about))
        if command == Command.DELETE_SENTENCE:
            command = self._deleting()
        self.closed.newest_letter = self.closed.newest_letter if command == Command.UNDO else ""
        spoken = bool(transcript.voice) and not transcript.unheard
        fills = command is None and spoken and phrases.only_fills(text, parting=kind is TurnKind.COMMAND)
        return TurnWritten(
            words=bool(text) and not fills,
            sound=bool(transcript.unheard or transcript.sounds),
            command=None if command is None else Command(command),
            reply=yes if kind is TurnKind.CONFIRM else None,
            about=about,
            short=is_short(text),
            there=bool(self.last_sentence),
            behind=None if trailing is None else trailing.command,
            fills=fills,
            unclear=command is None and trailing is None and is_unclear(text, phrases),
            went_on=self.answer is not None and [t.kind for t in self.answer.entry().turns[-1:]] == [TurnKind.CONFIRM],
        )

    @property
    def is_one_sentence(self) -> bool:
        """True if the last sentence is all that was said."""
        sentence = self.last_sentence
        return bool(sentence) and self.newest is not None and words_of(sentence) == words_of(self.newest.text)

    def _deleting(self) -> Command:
        """Return the command to delete the last sentence; another where it is all that was said."""
        return Command.DELETE_ONE_SENTENCE if self.is_one_sentence else Command.DELETE_SENTENCE

    def part_command(self) -> str:
        """Part the command from the answer that it was said behind. Return its words."""
        if self.answer is None or self._trailing is None:
            return ""
        turn = self.answer.part_turn(self._trailing.answer, self._trailing.said)
        self._aside.put(Parted(self.answer, turn))
        self._behind = self._trailing.command
        return turn.text

    def take_behind(self) -> Command | None:
        """Return the command behind the answer that is kept by now, once."""
        command, self._behind = self._behind, None
        return self._deleting() if command is Command.DELETE_SENTENCE else command

    def mark_filler(self) -> None:
        """Mark the newest turn as no answer: "um" and nothing else."""
        if self.answer is not None:
            self.answer.mark_turn(TurnKind.COMMAND)

    def explain(self, asked: str) -> Command | None:
        """Explain the words asked about, "that" where they are empty. Return the command that the request is then.

        "What does that mean?" is about the question, where no word was given back; "what does my life mean" is none.
        """
        kept = None if self.answer is None else self.answer.kept
        self.explanation = explain(asked, kept, self.reflection, self._phrases)
        return Command.MEANING if self.explanation else None if asked else Command.REPEAT

    def _read_reply(self, text: str, yes: bool | None, line: Line) -> About | None:
        """Read the newest turn as a reply about the feeling that was given back; None for something else."""
        whole = None if self.answer is None else self.answer.kept
        found = self.seeking.read(text, yes is False, line, whole, self.reflection)
        if found is not None:
            self._reply, self._about = found
            return self._about
        kept, about = None if self.answer is None else self.answer.kept, self.reflection.about
        if kept is None or about is None or about >= len(kept.mentions):
            return None
        reply = read_reply(text, yes, kept.mentions[about], self.reflection.offered, kept.language)
        self._reply, self._about = reply, about_of(reply)
        return self._about

    def choose(self, place: int, line: Line) -> About | None:
        """Take a number for the reply to `line`: the place of what was offered, or 0 for none of it."""
        kept = None if self.answer is None else self.answer.kept
        self._reply, self._about = self.seeking.choose(place, line, kept, self.reflection)
        return self._about

    def offer_words(self, quadrants: tuple[Quadrant, ...]) -> None:
        """Choose three words that may be the missing one, with their meanings."""
        kept = None if self.answer is None else self.answer.kept
        self.reflection = replace(self.reflection, offered=self.seeking.words(quadrants, kept))
        self.explanation = explain("", kept, self.reflection, self._phrases)

    @property
    def replied(self) -> About | None:
        """Meaning of the last reply about the feeling that was given back."""
        return self._about

    def take_reply(self, action: ReplyAction) -> None:
        """Do what a reply about the feeling leads to."""
        match action:
            case Keep.TAKE_AS_ANSWER:
                self.take_as_answer()
            case Keep.CORRECT:
                self._corrections = (*self._corrections, *filter(None, (self._reply.correction,)))
            case Keep.GIVE_WORD:
                self.seeking.give_word()
            case OfferWords(quadrants):
                self.offer_words(quadrants)
            case Choose(line, place):
                self.choose(place, line)
            case _:
                assert_never(action)

    def take_as_answer(self) -> None:
        """Make the newest turn part of the answer: it was meant as a reply, and is more."""
        if self.answer is not None:
            self.answer.mark_turn(TurnKind.ANSWER if self.answer.kept is None else TurnKind.FOLLOWUP)

    def seal_sitting(self, asked: tuple[Asked, ...]) -> str:
        """Seal the questions of this evening, and put letters away. Return why that failed, else nothing."""
        fault = seal_sitting(self._plan, self._rooms, self._session, asked)
        return self.closed.put_letters_away() or fault

    def close(self) -> Entry | None:
        """Complete the answer: into the vault where it is open, else it waits sealed."""
        answer, self.answer = self.answer, None
        return None if answer is None else self._put_away(answer)

    def mark_command(self, *, added: bool = False) -> bool:
        """Mark the newest turn as a command; where nothing else was said yet, set all of it aside, sound and words.

        One that was `added` to a kept answer is parted from it. True when something was set aside.
        """
        turn = None if self.answer is None else self.answer.mark_turn(TurnKind.COMMAND)
        if self.answer is None or turn is None or not added:
            return self.answer is not None and self.answer.kept is None and self.set_aside()
        self._aside.put(Parted(self.answer, turn))
        self.save_answer()
        return True

    def set_aside(self) -> bool:
        """Keep the answer out of the vault, in reach until the session ends. Return True if it held anything."""
        answer, self.answer = self.answer, None
        if answer is None:
            return False
        self._aside.put(answer)
        return not answer.heard_nothing

    def restore(self) -> Entry | None:
        """Keep what was set aside last: it was an answer after all. None where there is nothing."""
        self.closed.undo_letter()
        while (one := self._aside.take()) is not None:
            entry = self._put_away(one) if isinstance(one, Answer) else self._put_back(one)
            if entry is not None:
                return entry
        return None

    def _put_back(self, one: Parted | Guessed) -> Entry | None:
        """Make a command part of the answer before it, or undo a guess in it, wherever that is; None where it went."""
        if not (one.answer.put_back(one.turn) if isinstance(one, Parted) else one.answer.write_as_heard()):
            return None
        if one.answer is self.answer:
            self.save_answer()
            return one.answer.kept
        if isinstance(one, Guessed):
            return self.closed.write_as_heard(one.answer, self.complete)
        return self.closed.put_back(one.answer, one.turn, self.complete)

    def drop(self) -> None:
        answer, self.answer = self.answer, None
        if answer is not None:
            answer.discard()

    @property
    def last_sentence(self) -> str:
        """Return the last sentence of the open answer; of the one before, where nothing of that is kept."""
        return "" if self.newest is None else last_words(self.newest)

    @property
    def newest(self) -> Entry | None:
        """Return the answer that was kept last this evening."""
        kept = None if self.answer is None else self.answer.kept
        return self.closed.newest if kept is None else kept

    def take_back(self) -> Entry | None:
        """Take the last sentence back for good, wherever its entry is. Return the entry as it is then."""
        entry = self.newest
        if entry is None or not self.last_sentence:
            return None
        if self.answer is not None and self.answer.kept is entry:
            entry = take_back_sealed(self.answer, entry, self._tagger)
            self._corrections = entry.corrections
            self._responder.forget()
            self.reflection = self.reflection if entry.reflection else Reflection("")
            return entry
        return self.closed.take_back()

    def end(self) -> None:
        """End the session: destroy what was set aside; an answer that is still open stays sealed."""
        self._aside.destroy()
        if self.answer is not None:
            self.answer.leave()

    def complete(self, entry: Entry) -> Entry:
        """Return the entry with tags and a reflection."""
        return self._made(entry, May()).entry

    def _made(self, entry: Entry, may: May) -> Ready:
        return self._responder.make(entry, may, self._corrections, self.reflection)

    def _put_away(self, answer: Answer) -> Entry:
        """Close an answer, with the reflection that the person saw, unless the text has changed since."""
        entry, seen = answer.entry(), answer.kept
        if seen is not None and seen.text == entry.text:
            tagged = replace(entry, mentions=seen.mentions, corrections=seen.corrections, language=seen.language)
            entry = replace(tagged, reflection=seen.reflection)
        else:
            own = () if seen is None else seen.corrections  # one that is brought back has none of the open answer's
            entry = self._responder.make(entry, May(), own, Reflection("")).entry
        return self.closed.add(answer, entry)
