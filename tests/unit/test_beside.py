"""What is taken for somebody else's: its words are kept beside the answer, watched, and the person's with one key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import LoudnessDetector, ScriptedTranscriber, hearing
from tests.sound_samples import VOICE_AMPLITUDE, quiet, tone, voice
from tests.unit.test_checkin import PHRASES, PLAN, Table
from tests.vault_samples import make_entry, make_vault
from voicecheck.checkin import dialogue
from voicecheck.checkin.actions import Keep
from voicecheck.checkin.course import Course, Phase
from voicecheck.checkin.events import ThatWasMe
from voicecheck.checkin.state import State
from voicecheck.cli.terminal.keyboard import event_of
from voicecheck.diary import aside as asides
from voicecheck.diary.editing import edit_text
from voicecheck.diary.tagging import tagger_of
from voicecheck.diary.taking_back import Sentence, find_sentence, take_back, texts_of
from voicecheck.domain import Entry, Turn, TurnKind
from voicecheck.feelings.danger_watch import Watch
from voicecheck.speech.recognition.others import HELD_S, PIECE_S, WRITTEN_S, Beside, OthersSound
from voicecheck.speech.recognition.own_voice import OwnVoice
from voicecheck.speech.recognition.recogniser import Hypothesis, Utterance
from voicecheck.speech.recognition.timbre import COEFFICIENTS
from voicecheck.speech.recognition.vad import VoiceActivity
from voicecheck.speech.recognition.voice_sums import EFFORT, SPREAD
from voicecheck.speech.whisper.confidence import judge
from voicecheck.utterance import SAMPLE_RATE_HZ, AudioBlock, Samples, Segment, Stretch, Word
from voicecheck.vault.search.grammar import parse_query
from voicecheck.vault.vault import Vault

OWN_HZ, NEAR_HZ, FAR_HZ = 440.0, 1000.0, 2500.0
APART = {OWN_HZ: 0.0, NEAR_HZ: 0.8, FAR_HZ: 2.5}
"""pitch -> distance in timbre"""
OWN = "I was tired today."
SOFT = "And I was lonely at lunch."
HELP = replace(PLAN, watch=Watch(), help_lines=("In danger, call 911.",))


def pitch_of(samples: Samples) -> float:
    loudest = float(np.argmax(np.abs(np.fft.rfft(samples)))) * SAMPLE_RATE_HZ / len(samples)
    return min(APART, key=lambda hz: abs(hz - loudest))


class Timbres(LoudnessDetector):
    """Hears whose voice it is by its pitch."""

    def feed(self, block: AudioBlock) -> VoiceActivity:
        print_ = np.zeros(COEFFICIENTS)
        print_[EFFORT:] = SPREAD * APART[pitch_of(block.samples)]
        return replace(super().feed(block), timbre=print_.astype(np.float32))


class ByPitch(ScriptedTranscriber):
    """Each voice says one thing."""

    def __init__(self, near: str, far: str) -> None:
        super().__init__()
        self.said = {OWN_HZ: OWN, NEAR_HZ: near, FAR_HZ: far}

    def transcribe(self, utterance: Utterance, *, language: str = "en", prompt: str = "") -> Hypothesis:
        return judge(hearing(self.said[pitch_of(utterance.samples)]), utterance.voiced_s)


class Home(Table):
    """An evening beside whom a near voice says `near`, and a far one, as a television's, `far`."""

    def __init__(self, *script: object, near: str = SOFT, far: str = SOFT, plan: object = PLAN) -> None:
        super().__init__(*script, plan=plan)  # type: ignore[arg-type]
        self.transcriber = ByPitch(near, far)
        assert self.whisper is not None
        self.whisper._recogniser = self.transcriber

    def rooms(self) -> object:  # type: ignore[override]
        return replace(super().rooms(), detector=Timbres())


@pytest.fixture
def at_home() -> Iterator[type[Home]]:
    made: list[Home] = []

    class Made(Home):
        def __init__(self, *script: object, **options: object) -> None:
            super().__init__(*script, **options)  # type: ignore[arg-type]
            made.append(self)

    yield Made
    for one in made:
        one.close()


def near(seconds: float) -> Samples:
    return tone(seconds, VOICE_AMPLITUDE * 0.6, NEAR_HZ)


def far(seconds: float) -> Samples:
    return tone(seconds, VOICE_AMPLITUDE * 0.6, FAR_HZ)


SAID = (voice(5.0), quiet(0.45), near(3.8), quiet(7.0))
OFFERED = f"beside: {SOFT}"


def test_what_may_be_the_speakers_is_kept_beside_the_answer(at_home: type[Home]) -> None:
    """Neither its text nor its tags nor its mirror know of it; the person is told once, and it is in the vault."""
    one = at_home(*SAID)
    (entry,) = one.hold().entries
    (kept,) = one.kept()
    assert (entry.text, kept.text) == (OWN, OWN)
    assert [mention.lemma for mention in kept.mentions] == ["tired"]
    (aside,) = kept.aside
    assert (aside.text, aside.answers) == (SOFT, False)
    assert aside.span_s == pytest.approx((5.1, 9.4), abs=0.6)
    assert one.screen.notices.count(OFFERED) == 1
    assert not any("lonely" in said for said in (*one.mouth.said, *one.screen.texts, *one.screen.sentences))


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_one_key_takes_it_into_the_answer(at_home: type[Home], late: bool, locked: bool) -> None:
    """While it listens on or at the next question, in the vault or sealed: text in its place, tagged and found."""
    plan = replace(PLAN, course=Course(count=2, linger_s=3.0))
    waited = (quiet(6.0),) if late else ()
    one = at_home(voice(5.0), quiet(0.45), near(3.8), quiet(1.6), *waited, ThatWasMe(), quiet(50.0), plan=plan)
    if locked:
        one.lock()
    entry = one.hold().entries[0]
    if locked:
        one.vault = Vault.open(one.paths, one.key)
        one.vault.ingest("always", tag=tagger_of(one.vault).tag)
    (kept,) = one.kept()
    assert one.vault is not None
    assert entry.text == kept.text == f"{OWN} {SOFT}"
    assert OFFERED not in one.screen.notices  # the key does nothing any more
    assert [mention.lemma for mention in kept.mentions] == ["tired", "lonely"]
    assert (kept.aside, kept.turns[0].others) == ((), ())
    (found,) = one.vault.search.find(parse_query("lonely", kept.local_date))
    assert found.entry_id == kept.id


def test_a_soft_phrase_behind_the_sentence_in_return_is_the_answer(at_home: type[Home]) -> None:
    """Who goes on softly for a few seconds is the speaker, however strange they sound: the words are in the text."""
    one = at_home(voice(5.0), quiet(5.5), near(2.4), quiet(9.0), lambda: None)
    one.hold()
    (kept,) = one.kept()
    assert (kept.text, kept.aside) == (f"{OWN}\n\n{SOFT}", ())


def test_what_is_surely_somebody_elses_keeps_no_text(at_home: type[Home]) -> None:
    """A television's words are nowhere; when it was heard is told."""
    one = at_home(voice(5.0), quiet(0.6), far(4.6), quiet(7.0))
    one.hold()
    (kept,) = one.kept()
    assert (kept.text, kept.aside) == (OWN, ())
    assert len(kept.turns[0].others) == 1
    assert OFFERED not in one.screen.notices


def extra_sounds(one: Home) -> int:
    """Return the soft sounds beside those that tell of time to think, and the one of the sentence in return."""
    return one.mouth.nudges - one.screen.states.count("thinking") - 1


LIFE, HARM = "I want to kill myself tonight.", "My husband hits me when he drinks."


@pytest.mark.parametrize("heard", [near, far])
def test_danger_beside_the_answer_shows_the_numbers_and_makes_no_sound(at_home: type[Home], heard: object) -> None:
    """Of whoever it is; no answer and no mirror changes for it, since it may be a film."""
    assert callable(heard)
    one = at_home(voice(5.0), quiet(0.6), heard(4.6), quiet(7.0), near=LIFE, far=LIFE, plan=HELP)
    one.hold()
    assert PHRASES.show("help_offer") in one.screen.notices
    assert HELP.help_lines[0] in one.screen.notices
    assert one.screen.afterwards.count(PHRASES.show("help_afterwards")) == 1
    assert extra_sounds(one) == 0
    assert PHRASES.say("heavy") not in one.mouth.said


def test_violence_beside_the_answer_stays_silent(at_home: type[Home]) -> None:
    """One quiet line on the screen, and nothing behind it."""
    one = at_home(voice(5.0), quiet(0.6), far(4.6), quiet(7.0), far=HARM, plan=HELP)
    one.hold()
    assert one.screen.notices == [PHRASES.show("help_offer_quiet")]
    assert (extra_sounds(one), one.screen.afterwards) == (0, [])


def test_a_television_keeps_nobody_from_being_answered(at_home: type[Home]) -> None:
    """What was told for a film is told again, with its sound, for the person's own words."""
    one = at_home(voice(5.0), quiet(0.45), near(3.8), quiet(1.6), ThatWasMe(), quiet(7.0), near=LIFE, plan=HELP)
    one.hold()
    assert one.screen.notices.count(HELP.help_lines[0]) == 2
    assert extra_sounds(one) == 1


def test_a_deleted_answer_has_nothing_beside_it(at_home: type[Home]) -> None:
    """Its sound is not written down any more, nor do its words come back by the key."""
    plan = replace(PLAN, course=Course(count=2, linger_s=3.0))
    one = at_home(*SAID[:3], quiet(7.0), lambda: delete(), ThatWasMe(), quiet(60.0), plan=plan)

    def delete() -> None:
        assert one.vault is not None
        (kept,) = one.kept()
        assert kept.aside
        one.vault.entries.delete(kept.id)

    one.hold()
    assert one.vault is not None
    assert one.kept() == []
    assert one.vault._database.rows("SELECT 1 FROM turns") == []
    assert PHRASES.show("beside_taken") not in one.screen.notices


@pytest.mark.parametrize("speakers", [(), ("me", "Kim")])
def test_a_named_partner_is_nobody_else(at_home: type[Home], speakers: tuple[str, ...]) -> None:
    """Whoever gave a name with `--with` has an own voice: whatever they say into an answer stays in it."""
    plan = replace(PLAN, speakers=speakers, course=Course(speakers=max(1, len(speakers)), linger_s=3.0))
    one = at_home(*SAID, quiet(50.0), plan=plan)
    one.hold()
    (kept, *_) = one.kept()
    heard_by_all = not kept.turns[0].others and not kept.aside
    assert heard_by_all is bool(speakers)


@pytest.mark.parametrize("phase", list(Phase))
def test_the_key_is_taken_in_every_phase_and_changes_none(phase: Phase) -> None:
    """Whatever goes on: it interrupts nothing, and ends and opens no turn."""
    state = State(phase=phase)
    key = event_of("m", asking_keep=False)
    assert isinstance(key, ThatWasMe)
    assert dialogue.step(state, key) == (state, () if phase is Phase.ENDED else (Keep.TAKE_IN,))


# The bound


def others_sound(seconds: float) -> OthersSound:
    """Somebody else who talked on for so long, cut into stretches as an answer is."""
    own, others, step = OwnVoice(), None, 20 * SAMPLE_RATE_HZ
    others = OthersSound(own)
    for start in range(0, round(seconds * SAMPLE_RATE_HZ), step):
        samples = np.full(step, 0.1, np.float32)
        for at in range(start, start + step, 512):
            own.hear(VoiceActivity(at, at + 512, 0.9, -30.0, True))
        others.add(Stretch(start, start + step, 0, others=((start, start + step),)), [AudioBlock(start, samples)])
    return others


def test_it_is_bounded() -> None:
    """However long a television talks: so much is held, so much of it is written down, in pieces so short."""
    others = others_sound(200.0)
    pieces = others.pieces("en")
    assert sum(len(part.samples) for part in others._parts) <= HELD_S * SAMPLE_RATE_HZ
    assert 0 < sum(piece.duration_s for piece in pieces) <= WRITTEN_S
    assert all(piece.duration_s <= PIECE_S and piece.job.once for piece in pieces)
    starts = [piece.job.stretch.start for piece in pieces]
    assert starts == sorted(starts, reverse=True) and starts[0] >= 180 * SAMPLE_RATE_HZ


def test_what_is_void_is_not_written_down() -> None:
    others = others_sound(20.0)
    others.void(0)
    assert others.pieces("en") == ()


def test_nothing_of_it_is_shown() -> None:
    (first, *_) = others_sound(20.0).pieces("en")
    assert isinstance(first, Beside) and "samples" not in repr(first)


# In the vault


def words(text: str, start_s: float) -> Segment:
    placed = tuple(Word(start_s + 0.4 * i, start_s + 0.4 * i + 0.3, f" {word}") for i, word in enumerate(text.split()))
    return Segment(placed[0].start_s, placed[-1].end_s, text, placed)


BEFORE, BEHIND, LAST = "I was tired today.", "The soup was good.", "She was sad."


def with_aside() -> Entry:
    segments, rate = (words(BEFORE, 0.0), words(BEHIND, 8.0), words(LAST, 12.0)), SAMPLE_RATE_HZ
    said = " ".join(segment.text for segment in segments)
    answer = Turn(TurnKind.ANSWER, said, segments, "", 0, 16 * rate, others=((4.0, 7.0),))
    beside = Turn(TurnKind.ASIDE, SOFT, (words(SOFT, 4.5),), "", 4 * rate, 7 * rate)
    return replace(make_entry(), turns=(answer, beside), mentions=(), reflection=None)


@pytest.fixture
def vault() -> Iterator[Vault]:
    paths, key = make_vault()
    with Vault.open(paths, key) as opened:
        opened.entries.add(with_aside())
        yield opened


def only(vault: Vault) -> Entry:
    (entry,) = vault.entries.list()
    return vault.entries.get(entry.id)


@pytest.mark.parametrize("edited", ["", "I was very tired today. The soup was cold. She was sad."])
def test_it_goes_where_it_was_said(vault: Vault, edited: str) -> None:
    """Between the words before and behind it, also in a text that was edited; what was heard stays beside it."""
    entry = only(vault)
    if edited:
        entry = edit_text(vault, entry, edited, entry.spoken_at)
    after = asides.take_in_all(vault, entry, entry.spoken_at)
    before, behind = ("I was very tired today.", "The soup was cold.") if edited else (BEFORE, BEHIND)
    assert after.text == only(vault).text == f"{before} {SOFT} {behind} {LAST}"
    assert [(m.lemma, m.start_s) for m in only(vault).mentions if m.lemma == "lonely"] == [("lonely", 5.7)]
    assert (only(vault).aside, only(vault).turns[0].others) == ((), ())
    assert vault.revisions.of(entry.id)[0].text == f"{BEFORE} {BEHIND} {LAST}"


def test_it_is_destroyed_alone_with_its_sound(vault: Vault) -> None:
    """The person says that it was nobody's business: words and sound leave, the answer stays."""
    entry = only(vault)
    asides.forget(vault, entry, entry.aside[0])
    assert only(vault).aside == ()
    assert only(vault).text == entry.text
    assert not vault._database.rows("SELECT 1 FROM turns WHERE text LIKE '%lonely%'")


@pytest.mark.parametrize(("sentence", "stays"), [(SOFT, False), (BEHIND, False), (LAST, True)])
def test_a_sentence_that_is_taken_back_leaves_it_too(vault: Vault, sentence: str, stays: bool) -> None:
    """What repeats the sentence goes, and what lies in the pause whose sound goes; the rest stays."""
    entry = only(vault)
    if sentence == SOFT:
        entry = edit_text(vault, entry, f"{entry.text} {SOFT}", entry.spoken_at)
    found = find_sentence(texts_of(vault, entry), sentence, entry.segments)
    assert isinstance(found, Sentence)
    take_back(vault, entry, found)
    assert bool(only(vault).aside) is stays
    assert sentence not in only(vault).text


def test_it_moves_with_its_entry(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that is taken in elsewhere has it; a deleted entry leaves nothing of it."""
    entry = only(vault)
    monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path / "other"))
    paths, key = make_vault()
    with Vault.open(paths, key) as other:
        other.archive.restore([vault.archive.read(entry.id)])
        assert only(other).aside == entry.aside
    vault.entries.delete(entry.id)
    assert not vault._database.rows("SELECT 1 FROM turns")
