"""One answer while it is being given: its sealed file, its turns, and the listener of the open turn.

Sample indices count what was listened to, without the pauses, so that sound, words and pages share one line of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from voicecheck.checkin.speakers import NOT_ANSWERED, Speakers, parted, turn_as_heard
from voicecheck.diary.aside import with_turn
from voicecheck.domain import Entry, Turn, TurnKind, turn_of
from voicecheck.errors import VaultError, VoicecheckError
from voicecheck.speech.audio import OpusPages
from voicecheck.speech.cutting import TO_THE_END, without
from voicecheck.speech.echo import Part
from voicecheck.speech.recognition.endpoint import Signal
from voicecheck.speech.recognition.expected import NOTHING_EXPECTED, ExpectedWords
from voicecheck.speech.recognition.listener import AnswerListener
from voicecheck.speech.recognition.live import Written
from voicecheck.speech.recognition.others import Beside
from voicecheck.speech.recognition.own_voice import OwnVoice
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE
from voicecheck.speech.recognition.retry import Job
from voicecheck.speech.recognition.two_voices import TwoVoices
from voicecheck.speech.recognition.vad import SILENCE_DBFS, VoiceDetector
from voicecheck.speech.recognition.waits import Patience, Pauses
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, Closing, ModelUse, OwnSpeech, Page, Segment, Transcript
from voicecheck.vault.inbox.inbox import AnswerHeader, SealedAnswer

SYNC_EVERY_SAMPLES = SAMPLE_RATE_HZ  # durable once a second


class Answer:
    """The answer to one question: begun with its first turn; ended by `close`, `discard` or, if all fails, `leave`."""

    endpoint_s = 0.0
    kept: Entry | None = None
    """the entry as it was last made durable"""
    _pages: OpusPages | None = None
    _listener: AnswerListener | None = None
    _last_voice: int | None = None
    """end of the voice in the turn before"""
    _own_open = False
    _kind = TurnKind.ANSWER
    _passing: list[AudioBlock] | None = None
    """blocks of a turn that may still become part of the answer; None for a turn that is one"""
    _turn_start = 0
    _heard = 0  # samples listened to
    _synced = 0
    _model: ModelUse | None = None

    def __init__(
        self,
        header: AnswerHeader,
        sealed: SealedAnswer,
        detector: VoiceDetector | None,
        dispatch: Callable[[Job], None] | None,
        patience: Patience,
        asked_in: str = "",
        *,
        voices: TwoVoices | None = None,
        words: ExpectedWords = NOTHING_EXPECTED,
    ) -> None:
        """`asked_in` is the language of the question, which the answer has unless it is surely another.

        Where two answer, neither is somebody else: all voice is theirs, and `voices` tell whose.
        """
        self._header = header
        self._sealed = sealed
        self._detector = detector
        self._dispatch = dispatch
        self._patience = patience
        self._words = words
        self._written: list[Page] = []
        """the sound that is sealed, to seal it anew where a sentence is taken back"""
        self._pauses = Pauses()
        self.own_voice = OwnVoice() if voices is None else None
        self._speakers = Speakers(voices, header.speaker)
        self._own: list[OwnSpeech] = []
        """spans in which the program's voice may be"""
        self._turns: list[Turn] = []
        self._beside: list[Beside] = []
        """sound of others in closed turns, not written down yet"""
        self._aside: list[Turn] = []
        """words of it that may be the speaker's"""
        self._typed: list[str] = []
        self._asked_in = asked_in if header.language == ANY_LANGUAGE else header.language
        self._language = self._asked_in

    @property
    def path(self) -> Path:
        """The sealed file, which may be another one once it was written anew."""
        return self._sealed.path

    @property
    def duration_s(self) -> float:
        return self._heard / SAMPLE_RATE_HZ

    @property
    def turn_s(self) -> float:
        """Seconds listened to in this turn."""
        return (self._heard - self._turn_start) / SAMPLE_RATE_HZ

    @property
    def silence_s(self) -> float | None:
        """Seconds listened to since the voice of the turn before; None where it had none."""
        return None if self._last_voice is None else (self._heard - self._last_voice) / SAMPLE_RATE_HZ

    @property
    def level_dbfs(self) -> float:
        heard = self._listener.heard if self._listener is not None else None
        return SILENCE_DBFS if heard is None else heard.level_dbfs

    @property
    def heard_nothing(self) -> bool:
        """True if neither voice nor any sound that may be whispering was heard in this answer."""
        return not self._turns and not self._typed and (self._listener is None or self._listener.silent)

    @property
    def awaits_words(self) -> bool:
        """True while the recogniser works on sound without voice, which may turn out to be whispering."""
        return self._listener is not None and self._listener.awaits_words

    @property
    def busy(self) -> bool:
        """True while words are still to come."""
        return self._listener is not None and self._listener.live.busy

    @property
    def last_voice(self) -> int | None:
        """Sample at which the speaker was heard last in the open turn; None where nobody was."""
        return None if self._listener is None else self._listener.last_voice

    @property
    def quiet_s(self) -> float:
        """Seconds of silence since then; 0 where nobody was heard."""
        return 0.0 if self.last_voice is None else (self._heard - self.last_voice) / SAMPLE_RATE_HZ

    @property
    def is_written(self) -> bool:
        """True if all that was said in the open turn is written down by now."""
        return self._listener is not None and not self.busy and not self._listener.unwritten

    def heard(self, model: ModelUse | None) -> Transcript:
        """Return the words of the open turn so far."""
        return Transcript() if self._listener is None else self._listener.live.transcript(model)

    @property
    def text(self) -> str:
        return "\n".join(self._typed) if self._listener is None else self._listener.live.text

    @property
    def error(self) -> VoicecheckError | None:
        return None if self._listener is None else self._listener.live.error

    def open_turn(self, kind: TurnKind, patience: Patience | None = None, *, passing: bool = False) -> None:
        """Begin to listen. A `passing` turn is kept nowhere unless `commit_turn` is called."""
        self._kind = kind
        self._turn_start = self._heard
        self._passing = [] if passing else None
        self._pauses.last_voice = self._last_voice if passing and kind is TurnKind.ANSWER else None
        self._speakers.begin()
        if self._detector is not None and self._dispatch is not None:
            self._detector.reset()
            self._listener = AnswerListener(
                self._detector,
                self._dispatch,
                self._heard,
                patience or self._patience,
                self._asked_in if kind in NOT_ANSWERED else self._header.language,
                self._language,
                own_voice=self.own_voice,
                pauses=self._pauses,
                words=replace(self._words, guessed=frozenset()) if kind in NOT_ANSWERED else self._words,
            )
            self._listener.live.own = self._own
            self._pages = self._pages or OpusPages(self._heard)

    def hear(self, block: AudioBlock, part: Part = Part.FREE, said: str = "") -> list[Signal]:
        """Take a block of the open turn: to the sealed file, then the listener. Raises VaultError for a full disk.

        `part` tells whose voice is in it, and `said` what the program said then. Nobody listens to that alone.
        """
        assert self._listener is not None, "a spoken turn is open"
        block = AudioBlock(self._heard, block.samples)
        self._heard = block.end
        self._mark_own(block, part, said)
        if self._passing is None:
            self._write(block)
        elif self._kind is TurnKind.ANSWER:  # a pause may last an hour, and nobody asks for what was said in it
            self._passing.append(block)
        if part is Part.OWN:
            block = AudioBlock(block.start, np.zeros_like(block.samples))
        signals = self._listener.feed(block, doubtful=part is Part.DOUBT)
        self._speakers.hear(self._listener.heard)
        return signals

    def _mark_own(self, block: AudioBlock, part: Part, said: str) -> None:
        """Mark spans in which the program's voice may be, in the sealed file too once it is over."""
        if part is not Part.FREE:
            start = self._own.pop().start if self._own_open else block.start
            self._own.append(OwnSpeech(start, block.end, said))
        elif self._own_open and self._passing is None:
            self._sealed.append_own(self._own[-1])
        self._own_open = part is not Part.FREE

    def commit_turn(self) -> None:
        """Keep the passing turn, what was heard of it and what will be: it belongs to the answer."""
        blocks, self._passing = self._passing or [], None
        for own in self._own:
            if own.end > self._turn_start and not self._own_open:
                self._sealed.append_own(own)
        for block in blocks:
            self._write(block)

    def cancel_turn(self) -> None:
        """Forget the passing turn, but for what others said in it: where that may be the speaker, its sound stays."""
        beside: tuple[Beside, ...] = ()
        if self._passing is not None and self._listener is not None and self._kind is TurnKind.ANSWER:
            beside = self._listener.dropped(self._language or ANY_LANGUAGE)
        self._beside += beside
        if not all(one.surely_other for one in beside):
            self.commit_turn()
        if self._passing is not None:
            self._heard = self._turn_start
            self._own[:] = [own for own in self._own if own.end <= self._turn_start]
        self._own_open = False
        self._listener, self._passing, self._typed = None, None, []

    def _write(self, block: AudioBlock) -> None:
        assert self._pages is not None, "a spoken turn is open"
        self._seal(self._pages.feed(block.samples))
        if block.end - self._synced >= SYNC_EVERY_SAMPLES:
            self._sealed.sync()
            self._synced = block.end

    def _seal(self, pages: Iterable[Page]) -> None:
        for page in pages:
            self._sealed.append_page(page)
            self._written.append(page)

    def type(self, text: str, *, anew: bool = False) -> None:
        """Take a line, or with `anew` a text in the place of all that was typed in the open turn."""
        self._typed = [line for line in (*(() if anew else self._typed), text) if line]
        if self._passing is None:
            self._sealed.append_entry(self._entry_of((*self._turns, self._typed_turn())))
            self._sealed.sync()

    def take(self, written: Written) -> bool:
        """Take in new words. Return True if they were found in sound without voice, as in whispering."""
        return self._listener is not None and self._listener.take(written)

    def judge(self, closing: Closing) -> None:
        """Note how the words of the open turn end."""
        if self._listener is not None:
            self._listener.judge(closing)

    def end_turn(self) -> None:
        """Stop listening in this turn; its last words may still be on their way."""
        if self._listener is not None:
            last = self._last_voice = self._listener.last_voice
            self.endpoint_s = 0.0 if last is None else (self._heard - last) / SAMPLE_RATE_HZ
            self._listener.close()

    def close_turn(self, model: ModelUse | None) -> Transcript:
        """Close the turn, whose words are all there; it becomes part of the entry, unless it was a passing one."""
        if self._listener is None:
            transcript = Transcript((Segment(0.0, 0.0, "\n".join(self._typed)),) if self._typed else ())
        else:
            transcript = self._listener.live.transcript(model)
        if self._passing is not None:
            self.cancel_turn()
            return transcript
        if self._listener is None:
            self._turns.append(self._typed_turn())
            self._typed = []
            return transcript
        self._model, self._language = model, transcript.language or self._language
        self._beside += self._listener.beside(self._language or ANY_LANGUAGE)
        self._speakers.end()
        self._turns.append(turn_of(transcript, self._kind, self._header.speaker, self._turn_start, self._heard))
        self._listener = None
        return transcript

    def part_turn(self, answer: Transcript, said: Transcript) -> Turn:
        """Divide the newest turn into what was answered and a command behind it. Return the turn of the command."""
        self._turns[-1:] = parted(self._turns[-1], answer, said)
        return self._turns[-1]

    def put_back(self, command: Turn) -> bool:
        """Make a turn part of the answer that was taken for a command behind it. False where it is not here."""
        if command not in self._turns:
            return False
        self._turns[self._turns.index(command)] = replace(command, kind=TurnKind.ANSWER)
        return True

    def write_as_heard(self) -> bool:
        """Put what was heard in the place of every guess. False where there is none."""
        before, self._turns = self._turns, list(map(turn_as_heard, self._turns))
        return self._turns != before

    def take_beside(self) -> tuple[Beside, ...]:
        """Return what others said in the turns closed so far, once: to be written down when there is time."""
        beside, self._beside = tuple(self._beside), []
        return beside

    def keep_aside(self, turn: Turn) -> None:
        """Keep a turn beside the answer; where this is durable already, it is so, too."""
        self._aside.append(turn)
        if self.kept is not None and self._pages is not None:
            self.save(replace(self.kept, turns=self.entry().turns))

    def take_in(self) -> None:
        """Make what is kept beside the answer a part of it, in its place by time."""
        for turn in self._aside:
            self._turns = list(with_turn(self._turns, turn))
        self._aside = []

    def mark_turn(self, kind: TurnKind) -> Turn | None:
        """Set the kind of the newest turn, and return it."""
        self._turns[-1:] = [replace(turn, kind=kind) for turn in self._turns[-1:]]
        return self._turns[-1] if self._turns else None

    def entry(self) -> Entry:
        """Return the entry of the turns so far, without commands."""
        turns = self._speakers.of(turn for turn in self._turns if turn.kind is not TurnKind.COMMAND)
        return self._entry_of((*turns, *self._aside))

    def preview(self, model: ModelUse | None) -> Entry:
        """Return the entry as it would be if the open turn ended with the words that are there by now."""
        if self._listener is None:
            return self.entry()
        heard = self._listener.live.transcript(model)
        open_turn = turn_of(heard, self._kind, self._header.speaker)
        turns = tuple(turn for turn in self._turns if turn.kind is not TurnKind.COMMAND)
        return replace(self._entry_of((*turns, open_turn)), language=heard.language or self._language)

    def save(self, entry: Entry) -> None:
        """Make the entry as it is durable; it may still go on. Raises VaultError when the disk takes no more."""
        self._sealed.append_entry(entry)
        self._sealed.sync()
        self.kept = entry

    def close(self, entry: Entry) -> None:
        """Complete the answer. Raises VaultError when the disk takes no more; what was durable stays."""
        if self._pages is not None:
            self._seal(self._pages.flush())
            self._pages = None
        self._sealed.append_entry(entry)
        self._sealed.finish()

    def take_back(self, entry: Entry, sound: Sequence[tuple[int, int]]) -> None:
        """Write the sealed file anew with the entry that lost a sentence, and without its `sound`, ranges in samples.

        What was said last, as a command, goes as well. Raises VaultError.
        """
        pages = [*self._written, *(self._pages.flush() if self._pages is not None else ())]
        over = [(turn.start, TO_THE_END) for turn in self._turns[-1:] if turn.kind is TurnKind.COMMAND]
        self._written, self._pages = list(without(pages, [*sound, *over])), None
        self._sealed.write_without(self._header, self._written, entry)
        self._turns = [turn for turn in entry.turns if turn.kind is not TurnKind.ASIDE]
        self._aside, self.kept = list(entry.aside), entry

    def write_anew(self, entry: Entry) -> bool:
        """Write the closed file anew with this entry. False where its sound is no longer at hand. Raises VaultError."""
        if entry.has_audio and not self._written:
            return False
        self._sealed.write_without(self._header, self._written, entry)
        self.kept = entry
        return True

    def forget_sound(self) -> None:
        """Release the sealed sound's pages from memory; no sentence can be taken back from here on."""
        self._written = []

    def discard(self) -> None:
        """Destroy the answer, also after `close` or `leave`."""
        self._sealed.discard()

    def leave(self) -> None:
        """Let go of the sealed file, with the last part of a second of its sound; the next start finds it."""
        if self._pages is not None:
            with suppress(VaultError):  # on a full disk what was durable stays
                self._seal(self._pages.flush())
                self._sealed.sync()
        self._sealed.close()

    def _entry_of(self, turns: tuple[Turn, ...]) -> Entry:
        return self._header.entry(
            turns, language=self._language, model=self._model, duration_s=self.duration_s, has_audio=self._heard > 0
        )

    def _typed_turn(self) -> Turn:
        return Turn(self._kind, "\n".join(self._typed), speaker=self._header.speaker)
