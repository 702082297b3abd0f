"""The course of an evening with everything behind it: follow-ups, corrections, two who answer, heavy words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import hearing
from tests.sound_samples import quiet, voice
from tests.unit.test_checkin import END, LONG, PHRASES, PLAN, KilledError, Table, kill, loud_s, notice
from tests.unit.test_prompts import some_pack
from tests.vault_samples import SPOKEN_AT, make_entry, without_ids
from voicecheck.checkin import response
from voicecheck.checkin.course import Command, Course
from voicecheck.checkin.events import Chosen, Given
from voicecheck.checkin.ports import LinesOver, TypedLine
from voicecheck.diary.tagging import tagger_of
from voicecheck.diary.wordless import Moment, is_wordless, moment_to_ask_about
from voicecheck.domain import Asked, Did, Entry, FollowUps, MentionSource, Prompt, TurnKind
from voicecheck.feelings.danger_watch import NOT_WATCHED, Watch
from voicecheck.feelings.meanings import find_meaning
from voicecheck.feelings.mentions import find_mentions
from voicecheck.feelings.nearer import load_nearer
from voicecheck.prompts.packs import Pack
from voicecheck.prompts.questions import Fixed, History, Questions, Shelf
from voicecheck.speech.audio import decode_pages
from voicecheck.speech.recognition.recogniser import ANY_LANGUAGE
from voicecheck.vault.inbox.inbox import SealedAnswer
from voicecheck.vault.vault import Vault

ASKING = replace(PLAN, followed_up=1.0)
PROMPT = Prompt(
    "test-day", "How was today?", "test", follow_ups=FollowUps("Where was that?", "And then?", "What else?")
)
DAYS_AGO = SPOKEN_AT - timedelta(days=3)
SHORT_REPLY = (quiet(0.5), voice(1.0), quiet(2.0))


@pytest.fixture
def table() -> Iterator[type[Table]]:
    made: list[Table] = []

    class Made(Table):
        def __init__(self, *script: object, **options: object) -> None:
            super().__init__(*script, **options)  # type: ignore[arg-type]
            self.questions = Fixed(PROMPT)
            made.append(self)

    yield Made
    for one in made:
        one.close()


# "Delete the last sentence"

OTHER = "I hate my brother Tom"
BOTH = f"I was so tired today. {OTHER}."
SAY = (voice(1.2), quiet(5.0))
REPLY = (voice(1.2), quiet(2.5))
TWICE = replace(PLAN, course=Course(count=2, linger_s=3.0))


def sound_of(one: Table) -> float:
    """Seconds of voice in what is kept of one entry, or sealed."""
    pages = one.vault.recordings.pages(one.kept()[0].id) if one.vault is not None else one.read().pages
    return loud_s(decode_pages(pages))


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("reply", ["Yes.", "No."])
def test_the_last_sentence_is_taken_back_by_voice(table: type[Table], locked: bool, reply: str) -> None:
    """It stands on the screen and is never said aloud; a yes takes words and sound, and the person may go on."""
    one = table(voice(5.0), quiet(6.0), *SAY, *REPLY, voice(3.0))
    one.transcriber.replies.extend([BOTH, "Delete the last sentence.", reply, "And then I slept well."])
    if locked:
        one.lock()
    (entry,) = one.hold().entries
    left = "I was so tired today." if reply == "Yes." else BOTH
    assert entry.text == f"{left}\n\nAnd then I slept well."
    assert f"“{OTHER}.” {PHRASES.say('sentence_confirm')}" in one.screen.sentences
    assert not any("Tom" in said for said in one.mouth.said)
    assert (PHRASES.say("sentence_deleted") in one.mouth.said) is (reply == "Yes.")
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER] * 2
    if locked:
        assert one.read().entry == entry
        assert one.read().complete
    else:
        assert one.kept() == [entry]
        assert one.sealed == []
    if reply == "Yes.":
        spoken_s = entry.turns[0].segments[-1].end_s
        assert sound_of(one) == pytest.approx(spoken_s + 3.0, abs=0.7)


@pytest.mark.parametrize("locked", [False, True])
def test_the_last_sentence_of_the_answer_before(table: type[Table], locked: bool) -> None:
    """Said at the next question: in the vault or sealed, nothing of it is left, nor comes back at the next unlock."""
    one = table(voice(5.0), quiet(9.0), *SAY, *REPLY, END, plan=TWICE)
    one.transcriber.replies.extend([BOTH, "Erase that last sentence.", "Yes."])
    if locked:
        one.lock()
    (entry,) = one.hold().entries
    assert entry.text == "I was so tired today."
    if locked:
        one.vault = Vault.open(one.paths, one.key)
        (taken,) = one.vault.ingest("always", tag=tagger_of(one.vault).tag).entries
        assert taken.text == entry.text
    (kept,) = one.kept()
    assert kept.text == entry.text
    assert sound_of(one) < 3.5
    assert one.sealed == []


@pytest.mark.parametrize("locked", [False, True])
def test_the_last_sentence_behind_a_comma_and_a_pause(table: type[Table], locked: bool) -> None:
    """Recognition wrote one sentence of two: the last that was spoken is asked for, and goes alone."""
    heard = hearing("I was so tired today, I hate my brother Tom.")
    (segment,) = heard.segments
    later = (replace(w, start_s=w.start_s + 0.7, end_s=w.end_s + 0.7) for w in segment.words[5:])
    paused = replace(segment, words=(*segment.words[:5], *later), end_s=segment.end_s + 0.7)
    one = table(voice(5.0), quiet(6.0), *SAY, *REPLY)
    one.transcriber.replies.extend([replace(heard, segments=(paused,)), "Delete the last sentence.", "Yes."])
    one.transcriber.last = ""
    if locked:
        one.lock()
    (entry,) = one.hold().entries
    assert entry.text == "I was so tired today,"
    assert f"“{OTHER}.” {PHRASES.say('sentence_confirm')}" in one.screen.sentences


@pytest.mark.parametrize("reply", ["Yes.", "No."])
def test_one_sentence_is_told_before_all_of_it_goes(table: type[Table], reply: str) -> None:
    """The person thinks of a sentence: that it is the whole answer is said, and stands on the screen."""
    one = table(voice(5.0), quiet(6.0), *SAY, *REPLY)
    one.transcriber.replies.extend([LONG, "Delete the last sentence.", reply])
    one.transcriber.last = ""
    entries = one.hold().entries
    asked = "I have it as one sentence. Delete all of it, yes or no?"
    assert asked in one.mouth.said
    assert asked in one.screen.sentences
    assert [entry.text for entry in entries] == ([] if reply == "Yes." else [LONG])


def test_what_is_left_survives_a_kill(table: type[Table]) -> None:
    """Killed right after the yes: the sealed file has the rest of the answer and not the sentence, nor its sound."""
    one = table(voice(5.0), quiet(6.0), *SAY, *REPLY, kill)
    one.transcriber.replies.extend([BOTH, "Delete my last sentence.", "Yes."])
    with pytest.raises(KilledError):
        one.hold()
    found = one.read()
    assert found.entry is not None
    assert (found.entry.text, found.taken_back, found.complete) == ("I was so tired today.", True, False)
    assert loud_s(decode_pages(found.pages)) < 3.5
    assert one.vault is not None
    (waiting,) = one.vault.ingest("always").waiting
    kept = one.vault.keep(waiting, found.entry, "always")
    assert kept.text == "I was so tired today."


def test_a_kill_before_it_is_done_changes_nothing(table: type[Table], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to take its place is destroyed at the next unlock; the answer is there as it was said."""
    one = table(voice(5.0), quiet(6.0), *SAY, *REPLY)
    one.transcriber.replies.extend([BOTH, "Delete my last sentence.", "Yes."])
    with pytest.raises(KilledError), monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda *_: kill())
        patched.setattr(SealedAnswer, "discard", SealedAnswer.close)
        one.hold()
    assert len(list(one.paths.inbox_folder.glob(".*.part"))) == 1
    assert one.vault is not None
    (waiting,) = one.vault.ingest("always").waiting
    assert waiting.entry is not None
    assert waiting.entry.text == BOTH
    assert list(one.paths.inbox_folder.glob(".*.part")) == []


def test_two_sentences_one_after_the_other_and_then_all(table: type[Table]) -> None:
    """Each is asked about; where one is left, that it is the whole answer is said."""
    one = table(voice(5.0), quiet(6.0), *SAY, *REPLY, *SAY, *REPLY, END)
    one.transcriber.replies.extend([BOTH, "Delete the last sentence.", "Yes.", "Delete the last sentence.", "Yes."])
    assert one.hold().entries == ()
    assert PHRASES.say("one_sentence_confirm") in one.mouth.said
    assert (one.kept(), one.sealed) == ([], [])


def test_what_was_given_back_does_not_come_again(table: type[Table]) -> None:
    """Behind a follow-up the reflection stays as it was: not where it has words of the sentence, when one goes on."""
    one = table(voice(4.0), quiet(9.0), voice(3.0), quiet(6.0), *SAY, *REPLY, voice(3.0), plan=ASKING)
    last = "And then I slept well."
    one.transcriber.replies.extend([LONG, "In my neck. I was tired of Tom.", "Delete the last sentence.", "Yes.", last])
    (entry,) = one.hold().entries
    assert "tired" in one.screen.sentences[0]
    assert entry.text == f"{LONG}\n\nIn my neck.\n\n{last}"
    assert entry.reflection is None


def test_a_typed_sentence_is_taken_back(table: type[Table]) -> None:
    """The same for who types."""
    lines = ("I was so tired today.", f"{OTHER}.", None, "delete the last sentence", None, "yes", None)
    one = table(*map(TypedLine, lines), LinesOver(), plan=TWICE)
    one.type_instead()
    (entry,) = one.hold().entries
    assert entry.text == "I was so tired today."
    assert one.kept() == [entry]


def test_nothing_to_take_back(table: type[Table]) -> None:
    """Before anything was said that is told, and the question waits."""
    one = table(*SAY, voice(4.0))
    one.transcriber.replies.extend(["Delete the last sentence."])
    (entry,) = one.hold().entries
    assert entry.text == LONG
    assert PHRASES.say("no_sentence") in one.mouth.said


# Behind an answer


def test_the_question_behind_an_answer(table: type[Table]) -> None:
    """By what was heard; its answer belongs to the entry, and is thanked for without a second reflection."""
    one = table(voice(4.0), quiet(9.0), voice(3.0), plan=ASKING)
    one.transcriber.replies.extend([LONG, "In my shoulders and in my neck"])
    (entry,) = one.hold().entries
    assert entry.text == f"{LONG}\n\nIn my shoulders and in my neck"
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER, TurnKind.FOLLOWUP]
    assert one.screen.sentences[1:3] == ["Where was that?", one.screen.sentences[2]]
    assert one.screen.sentences[2] in PHRASES.spoken["followed"]
    assert entry.reflection == one.screen.sentences[0], "the one that was seen"
    assert "tired" in entry.reflection
    assert one.kept() == [entry]


def test_silence_to_it_is_fine(table: type[Table]) -> None:
    """The evening goes on after twelve seconds; nothing is repeated."""
    one = table(voice(4.0), plan=ASKING)
    (entry,) = one.hold().entries
    assert entry.text == LONG
    assert one.mouth.said.count("Where was that?") == 1
    assert one.mouth.said[-1] in PHRASES.spoken["closing"]
    assert notice("empty_answer") not in one.screen.notices


def fine_then(reply: str, table: type[Table]) -> Table:
    one = table(voice(4.0), quiet(5.0), *SHORT_REPLY, plan=ASKING)
    one.transcriber.replies.extend(["We were at home and I am fine.", reply])
    return one


def test_a_nearer_word_corrects_the_tags(table: type[Table]) -> None:
    """The vague word bears the word that the person chose, with the person as its source, in the vault as well."""
    one = fine_then("The second one.", table)
    (entry,) = one.hold().entries
    offered = next(text for text in one.screen.sentences if "“fine”" in text)
    (mention,) = entry.mentions
    assert (mention.text, mention.source, mention.vague) == ("fine", MentionSource.PERSON, False)
    assert mention.lemma in offered
    assert entry.text == "We were at home and I am fine."
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER, TurnKind.CORRECTION]
    assert one.vault is not None
    (correction,) = one.vault.corrections.of(entry.id)
    assert correction.mention.lemma == mention.lemma
    (kept,) = one.kept()
    assert [m.lemma for m in kept.mentions] == [mention.lemma]
    assert offered not in one.mouth.said, "the person's word is not said aloud"


def test_a_correction_of_a_locked_evening_travels_in_the_sealed_file(table: type[Table]) -> None:
    """Made without a key, kept at the next unlock, and it outweighs the lexicon then."""
    one = fine_then("Actually ashamed.", table)
    one.lock()
    (entry,) = one.hold().entries
    assert [m.lemma for m in entry.mentions] == ["ashamed"]
    with Vault.open(one.paths, one.key) as vault:
        taken = vault.ingest("never", tag=tagger_of(vault).tag)
        (kept,) = taken.entries
        assert [m.lemma for m in vault.entries.get(kept.id).mentions] == ["ashamed"]
        assert len(vault.corrections.of(kept.id)) == 1


@pytest.mark.parametrize("text", ["Neither.", "No.", "None of them.", "Leave it.", "Drop it."])
def test_leaving_the_offered_words_closes_the_matter(table: type[Table], text: str) -> None:
    """A plain word, no further question; the answer stays as it was said."""
    one = fine_then(text, table)
    (entry,) = one.hold().entries
    assert entry.text == "We were at home and I am fine."
    assert [mention.lemma for mention in entry.mentions] == ["fine"]
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER, TurnKind.CORRECTION]
    left = PHRASES.say("left_there")
    assert left in one.mouth.said
    assert not any("?" in said for said in one.mouth.said[one.mouth.said.index(left) :])


def test_the_offered_words_are_spoken(table: type[Table]) -> None:
    """For who does not look at a screen; the person's own word is not."""
    one = fine_then("The second one.", table)
    one.hold()
    nearer = load_nearer("en")
    assert nearer is not None
    (asked,) = [said for said in one.mouth.said if sum(word in said.lower() for word in nearer.words["fine"]) == 3]
    assert "fine" not in asked


def test_going_on_in_the_place_of_a_word_is_kept(table: type[Table]) -> None:
    """A story instead of a choice belongs to the answer."""
    story = "Well we talked for a long time and she told me about her new work"
    one = table(voice(4.0), quiet(5.0), voice(4.0), plan=ASKING)
    one.transcriber.replies.extend(["We were at home and I am fine.", story])
    (entry,) = one.hold().entries
    assert entry.text.endswith(story)
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER, TurnKind.FOLLOWUP]


def test_what_whisper_was_not_sure_of_is_asked_about(table: type[Table]) -> None:
    """Whether it was right is asked aloud, the word only shown; "no" takes the tag away."""
    one = table(voice(4.0), quiet(5.0), *SHORT_REPLY, plan=ASKING)
    heard = hearing("I felt tired of it all today and yesterday")
    (segment,) = heard.segments
    words = tuple(replace(w, probability=0.3) if "tired" in w.text else w for w in segment.words)
    one.transcriber.replies.extend([replace(heard, segments=(replace(segment, words=words),)), "No."])
    (entry,) = one.hold().entries
    assert find_mentions(entry.text)
    assert entry.mentions == ()
    asked = [text for text in one.mouth.said if text in PHRASES.spoken["confirm_aloud"]]
    assert len(asked) == 1
    assert not any("tired" in text for text in one.mouth.said)


# "What does that mean?"


def meaning_of(word: str) -> str:
    return f"{word.capitalize()} means that {find_meaning(word, 'en')}."


@pytest.mark.parametrize("asked", ["What does that mean?", "Um, what do they mean, please?"])
def test_the_words_that_were_offered_are_explained(table: type[Table], asked: str) -> None:
    """All three, aloud and on the screen; then the one that fits can still be chosen, and nothing else is kept."""
    one = table(voice(4.0), quiet(5.0), *SHORT_REPLY, *SHORT_REPLY, plan=ASKING)
    one.transcriber.replies.extend(["We were at home and I am fine.", asked, "The second one."])
    (entry,) = one.hold().entries
    explained = next(text for text in one.mouth.said if "means that" in text)
    words = [word.lower() for word in re.findall(r"(\w+) means that", explained)]
    assert len(words) == 3 and explained == " ".join(map(meaning_of, words))
    assert explained in one.screen.sentences
    assert [mention.lemma for mention in entry.mentions] == [words[1]]
    assert entry.text == "We were at home and I am fine."
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER, TurnKind.CORRECTION]


@pytest.mark.parametrize(("asked", "place"), [("What does the first one mean?", 0), ("Explain the last one.", 2)])
def test_one_of_them_is_explained(table: type[Table], asked: str, place: int) -> None:
    """By its place in the question; silence then leaves the answer as it was."""
    one = fine_then(asked, table)
    (entry,) = one.hold().entries
    nearer, question = load_nearer("en"), next(text for text in one.screen.sentences if "“fine”" in text)
    assert nearer is not None
    offered = [word for word in re.findall(r"\w+", question) if word in nearer.words["fine"]]
    assert [text for text in one.mouth.said if "means that" in text] == [meaning_of(offered[place])]
    assert [mention.lemma for mention in entry.mentions] == ["fine"]


def test_the_word_that_was_given_back_is_explained(table: type[Table]) -> None:
    """Behind the reflection, and who goes on after it adds to the answer."""
    one = table(voice(4.0), quiet(6.0), *SAY, voice(3.0), plan=PLAN)
    one.transcriber.replies.extend(["I felt so resentful after all of it", "What does that mean?", "And then I slept."])
    (entry,) = one.hold().entries
    assert [text for text in one.mouth.said if "means that" in text] == [meaning_of("resentful")]
    assert entry.text == "I felt so resentful after all of it\n\nAnd then I slept."


def test_the_question_whether_it_was_right_stays_open(table: type[Table]) -> None:
    """The word that is asked about is explained; "no" then takes its tag away."""
    one = table(voice(4.0), quiet(5.0), *SHORT_REPLY, *SHORT_REPLY, plan=ASKING)
    heard = hearing("I felt resentful of it all today and yesterday")
    (segment,) = heard.segments
    words = tuple(replace(w, probability=0.3) if "resentful" in w.text else w for w in segment.words)
    asked = "What does resentful mean?"
    one.transcriber.replies.extend([replace(heard, segments=(replace(segment, words=words),)), asked, "No."])
    (entry,) = one.hold().entries
    assert meaning_of("resentful") in one.mouth.said
    assert entry.mentions == ()


@pytest.mark.parametrize("aloud", ["all", "questions", "nothing"])
def test_a_word_is_explained_before_anything_was_said(table: type[Table], aloud: str) -> None:
    """Any feeling word, aloud unless nothing is; the question stays open."""
    one = table(*SAY, voice(4.0), plan=replace(PLAN, aloud=aloud))
    one.transcriber.replies.extend(["What does over the moon mean?"])
    (entry,) = one.hold().entries
    told = f"Over the moon means that {find_meaning('over the moon', 'en')}."
    assert told in one.screen.sentences and (told in one.mouth.said) is (aloud != "nothing")
    assert entry.text == LONG


def test_that_is_the_question_where_no_word_was_given_back(table: type[Table]) -> None:
    """Nothing can be explained then, so it is asked once more."""
    one = table(*SAY, voice(4.0))
    one.transcriber.replies.extend(["What does that mean?"])
    (entry,) = one.hold().entries
    assert one.mouth.said.count(PROMPT.text) == 2
    assert entry.text == LONG


def test_what_asks_for_no_feeling_word_is_an_answer(table: type[Table]) -> None:
    """A person may ask themselves what a life means."""
    one = table(voice(4.0))
    one.transcriber.replies.extend(["What does my life mean?"])
    (entry,) = one.hold().entries
    assert entry.text == "What does my life mean?"


@pytest.mark.parametrize("asked", [["Help."], ["What does tired mean?"], ["Pause.", "Go on."]])
def test_a_request_in_between_closes_no_offer(table: type[Table], asked: list[str]) -> None:
    """What is said next is still the choice among the three words, and no part of the answer."""
    one = table(voice(4.0), quiet(5.0), *SHORT_REPLY * (len(asked) + 1), plan=ASKING)
    one.transcriber.replies.extend(["We were at home and I am fine.", *asked, "The second one."])
    (entry,) = one.hold().entries
    assert entry.text == "We were at home and I am fine."
    assert [mention.vague for mention in entry.mentions] == [False]


# Made ahead


def test_reflection_is_made_while_the_end_is_awaited(table: type[Table], monkeypatch: pytest.MonkeyPatch) -> None:
    """Feelings and sentence are there before the turn ends, and are not made a second time."""
    made: list[tuple[str, str]] = []
    respond = response.respond

    def watched(mentions, text, *rest):  # type: ignore[no-untyped-def]
        made.append((text, one.screen.states[-1]))
        return respond(mentions, text, *rest)

    monkeypatch.setattr(response, "respond", watched)
    one = table(voice(4.0))
    (entry,) = one.hold().entries
    assert made == [(LONG, "listening")], "before a word of writing it down"
    assert "tired" in (entry.reflection or "")


def test_what_was_made_ahead_is_thrown_away_when_the_person_goes_on(table: type[Table]) -> None:
    """The reflection is about the whole answer."""
    one = table(voice(1.5), quiet(1.5), voice(1.5))
    one.transcriber.replies.extend(["I was tired", "I was tired and then very relieved"])
    (entry,) = one.hold().entries
    assert "relieved" in (entry.reflection or "")


# The questions


def real_questions(one: Table, pack: Pack) -> None:
    assert one.vault is not None
    one.questions = Questions(Shelf(pack), History(one.vault.steps.history(), one.rooms().rng))


def test_what_was_done_with_each_question_is_kept(table: type[Table]) -> None:
    """Answered and skipped, with the entry; the next evening knows it."""
    one = table(voice(4.0), quiet(10.0), voice(1.2), quiet(5.0), plan=replace(PLAN, course=Course(count=2)))
    one.transcriber.replies.extend([LONG, "Skip this."])
    real_questions(one, some_pack(1, 1, 2))
    (entry,) = one.hold().entries
    assert one.vault is not None
    first, second = one.vault.steps.history()
    assert (first.did, first.entry_id) == (Did.FINISHED, entry.id)
    assert (second.did, second.entry_id) == (Did.SKIPPED, "")


def test_a_locked_evening_tells_it_at_the_next_unlock(table: type[Table]) -> None:
    """Sealed, like everything."""
    one = table(voice(1.2), quiet(5.0))
    one.transcriber.replies.append("Skip this.")
    real_questions(one, some_pack(1, 2))
    one.lock()
    one.hold()
    with Vault.open(one.paths, one.key) as vault:
        vault.ingest("never")
        assert [asked.did for asked in vault.steps.history()] == [Did.SKIPPED]


def test_a_deleted_answer_leaves_no_id_behind(table: type[Table]) -> None:
    """ "Delete that" at the next question: what is noted of the first points to nothing."""
    script = (voice(4.0), quiet(10.0), voice(1.2), quiet(5.0), voice(0.8), quiet(3.0))
    one = table(*script, plan=replace(PLAN, course=Course(count=2)))
    one.transcriber.replies.extend([LONG, "Delete that.", "Yes."])
    real_questions(one, some_pack(1, 1))
    assert one.hold().entries == ()
    assert one.vault is not None
    assert all(asked == Asked(asked.prompt_id, asked.did) for asked in one.vault.steps.history())


# Two who answer


TWO = replace(PLAN, speakers=("me", "Kim"), course=Course(speakers=2))


def test_each_turn_bears_its_speaker(table: type[Table]) -> None:
    """Two entries to one question, each with the name of who spoke."""
    one = table(voice(4.0), quiet(10.0), voice(4.0), plan=TWO)
    first, second = one.hold().entries
    assert (first.speaker, second.speaker) == ("me", "Kim")
    assert [turn.speaker for entry in (first, second) for turn in entry.turns] == ["me", "Kim"]
    assert first.prompt == second.prompt or (second.prompt and second.prompt.id) == "test-day"
    assert [entry.speaker for entry in one.kept()] == ["Kim", "me"]
    assert any("Kim" in text for text in one.mouth.said)


@pytest.mark.parametrize("speakers", [("me", "Kim"), ("Kim", "me")])
def test_who_gave_no_name_is_spoken_to_as_you(table: type[Table], speakers: tuple[str, str]) -> None:
    """Nobody is called "me" aloud, whether they begin or answer second; a name that was given is said."""
    one = table(voice(4.0), quiet(10.0), voice(4.0), plan=replace(TWO, speakers=speakers))
    assert {entry.speaker for entry in one.hold().entries} == {"me", "Kim"}
    forms = [*PHRASES.spoken["teller_you"], *PHRASES.spoken["other_speaker_you"]]
    assert sum(text.startswith(tuple(forms)) for text in one.mouth.said) == 1
    assert any("Kim" in text for text in one.mouth.said)
    assert not any(re.search(r"\bme, |\bme goes|\b(?:Now|And) me\b", text) for text in one.mouth.said)


def test_one_says_back_and_both_texts_stand_side_by_side(table: type[Table]) -> None:
    """What was told on the left, what was heard on the right, on the screen alone."""
    plan = replace(TWO, course=Course(speakers=2, say_back=True))
    one = table(voice(4.0), quiet(10.0), voice(4.0), quiet(10.0), Given(Command.DONE), plan=plan)
    one.questions = Fixed(replace(PROMPT, together="Tell one moment of today."))
    one.transcriber.replies.extend(["I sat on the stairs for a while", "You sat on the stairs for a while"])
    told, back = one.hold().entries
    assert one.screen.pairs == [(("me", told.text), ("Kim", back.text))]
    assert told.prompt is not None and "Tell one moment of today." in told.prompt.text
    assert back.prompt is not None and "Kim" in back.prompt.text
    assert not any("stairs" in text for text in one.mouth.said)
    assert any(text.startswith("Did Kim hear you right?") for text in one.mouth.said)


@pytest.mark.parametrize(
    ("speakers", "asked"),
    [(("Anna", "Kim"), "Anna, did Kim hear you right?"), (("Kim", "me"), "Kim, did they hear you right?")],
)
def test_the_teller_is_asked_by_name(table: type[Table], speakers: tuple[str, str], asked: str) -> None:
    """Whoever told says whether the other one heard it right; nobody is called by a name that they never gave."""
    plan = replace(TWO, speakers=speakers, course=Course(speakers=2, say_back=True))
    one = table(voice(4.0), quiet(10.0), voice(4.0), quiet(10.0), Given(Command.DONE), plan=plan)
    one.hold()
    assert any(text.startswith(asked) for text in one.mouth.said)


# When it is heavy


HEAVY = replace(PLAN, watch=Watch(), help_lines=("In danger, call 911.",))


@pytest.mark.parametrize(
    ("said", "shown", "extra"),
    [
        ("Some days I do not know and I want to die", "help_offer", 1),
        ("He hits me and then he says that he is sorry", "help_offer_quiet", 0),
        ("He hits me and I want to die", "help_offer_quiet", 0),
        ("I can not do this anymore, any of it", "help_offer", 0),
    ],
)
def test_help_is_offered_once_after_the_answer_is_safe(
    table: type[Table], said: str, shown: str, extra: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One notice; nothing is spoken, stored or asked. Where there is harm, or it is unsure, nothing is heard."""
    plain = table(voice(4.0), quiet(6.0), voice(4.0), plan=PLAN)
    monkeypatch.setenv("VOICECHECK_HOME", str(tmp_path / "other"))
    one = table(voice(4.0), quiet(6.0), voice(4.0), plan=HEAVY)
    for each in (plain, one):
        each.transcriber.replies.extend([said, "and " + said])
    (usual,), (entry,) = plain.hold().entries, one.hold().entries
    numbers = HEAVY.help_lines if shown == "help_offer" else ()
    assert one.screen.notices == [notice(shown), *numbers]
    assert one.mouth.nudges == plain.mouth.nudges + extra
    assert not any(word in text for text in one.mouth.said for word in ("help", "alone", "numbers"))
    assert (entry.text, entry.speaker, entry.kind, entry.language) == (usual.text, "", usual.kind, usual.language)
    assert without_ids(replace(entry, turns=())).mentions == without_ids(replace(usual, turns=())).mentions
    assert entry.reflection in PHRASES.spoken["thanks"]
    assert [turn.kind for turn in entry.turns] == [TurnKind.ANSWER, TurnKind.ANSWER]
    assert one.kept() == [entry]


def test_help_now_shows_the_numbers(table: type[Table]) -> None:
    """By voice, on the screen, and the evening goes on."""
    one = table(voice(1.2), quiet(5.0), voice(4.0), plan=HEAVY)
    one.transcriber.replies.extend(["Help now.", LONG])
    (entry,) = one.hold().entries
    assert "In danger, call 911." in one.screen.notices
    assert entry.text == LONG
    assert not any("911" in text for text in one.mouth.said)


# The language of an answer, where the recogniser finds it out


ANY = replace(PLAN, language=ANY_LANGUAGE)


def test_an_answer_of_any_language_is_kept(table: type[Table]) -> None:
    """Its language is the one that was heard; what was not understood behind it does not make it another."""
    one = table(voice(4.0), quiet(6.0), voice(2.0), plan=ANY)
    one.transcriber.replies.extend([hearing("ich war müde und traurig heute", language="de"), "", "", ""])
    (entry,) = one.hold().entries
    assert entry.language == "de"
    assert one.kept() == [entry]
    assert one.sealed == []


def test_an_answer_without_a_word_has_the_language_of_the_question(table: type[Table]) -> None:
    """No word tells its own: what the person writes into it later is read in the language that the program speaks."""
    one = table(voice(4.0), plan=ANY)
    one.transcriber.replies.extend([""] * 9)
    (entry,) = one.hold().entries
    assert (entry.text, entry.language) == ("", PHRASES.language)
    assert one.kept() == [entry]


# A moment without a word


def wordless(table: type[Table], *replies: str, first: str = "I don't know.") -> Table:
    one = table(
        voice(4.0), quiet(5.0), *(part for _ in replies for part in (quiet(0.5), voice(1.0), quiet(2.5))), plan=ASKING
    )
    one.transcriber.replies.extend([first, *replies])
    return one


@pytest.mark.parametrize(
    ("body", "mood", "quadrants"),
    [
        ("Heavy.", "Unpleasant.", {"unpleasant_low"}),
        ("Restless.", "Not pleasant.", {"unpleasant_high"}),
        ("More restless.", "Pleasant.", {"pleasant_high"}),
        ("Heavy I guess.", "Pleasant.", {"pleasant_low"}),
        ("Neither.", "Unpleasant.", {"unpleasant_low", "unpleasant_high"}),
    ],
)
def test_a_way_to_the_missing_word(table: type[Table], body: str, mood: str, quadrants: set[str]) -> None:
    """Two short questions, three words of that corner with their meanings; the one that is named is kept."""
    one = wordless(table, body, mood, "The second one.")
    (entry,) = one.hold().entries
    (mention,) = entry.mentions
    assert entry.text == "I don't know."
    assert (mention.source, mention.vague, mention.text) == (MentionSource.PERSON, False, "don't know")
    assert mention.quadrant.value in quadrants
    explained = next(said for said in one.mouth.said if "means that" in said)
    assert explained.count("means that") == 3
    assert meaning_of(mention.lemma) in explained
    assert set(PHRASES.spoken["word_kept"]) & set(one.mouth.said)
    assert one.kept()[0].mentions[0].lemma == mention.lemma
    assert not is_wordless(one.kept()[0])


@pytest.mark.parametrize(
    "replies",
    [("Leave it.",), ("No.",), ("Heavy.", "Leave it."), ("Heavy.", "Unpleasant.", "None of them."), ("Drop it.",)],
)
def test_it_stays_a_moment_without_a_word(table: type[Table], replies: tuple[str, ...]) -> None:
    """Left at any step: a plain word, nothing more is asked, and the answer is kept as it was said."""
    one = wordless(table, *replies)
    (entry,) = one.hold().entries
    assert entry.text == "I don't know."
    assert is_wordless(entry) and is_wordless(one.kept()[0])
    left = PHRASES.say("left_there")
    assert left in one.mouth.said
    assert not any("?" in said for said in one.mouth.said[one.mouth.said.index(left) :])


@pytest.mark.parametrize("typed", [True, False])
def test_a_number_answers_like_a_word(table: type[Table], typed: bool) -> None:
    """Pressed while it listens, or typed: the word of that place, and the numbers are no part of the answer."""
    if typed:
        lines = ("I don't know.", None, "1", None, "2", None, "3", None)
        one = table(*(TypedLine(line) for line in lines), plan=ASKING)
        one.type_instead()
    else:
        keys = (part for place in (1, 2, 3) for part in (quiet(0.5), Chosen(place)))
        one = table(voice(4.0), quiet(5.0), *keys, quiet(5.0), plan=ASKING)
        one.transcriber.replies.append("I don't know.")
    (entry,) = one.hold().entries
    (mention,) = entry.mentions
    assert entry.text == "I don't know."
    assert (mention.source, mention.quadrant.value) == (MentionSource.PERSON, "unpleasant_low")
    assert one.screen.offers[:2] == [("heavy", "restless"), ("pleasant", "unpleasant")]
    assert one.screen.offers[2].index(mention.lemma) == 2


@pytest.mark.parametrize("place", [1, 0])
def test_a_number_chooses_a_nearer_word(table: type[Table], place: int) -> None:
    """By key, too, and 0 leaves it."""
    one = table(voice(4.0), quiet(5.0), quiet(0.5), Chosen(place), quiet(5.0), plan=ASKING)
    one.transcriber.replies.append("We were at home and I am fine.")
    (entry,) = one.hold().entries
    (mention,) = entry.mentions
    assert (mention.source is MentionSource.PERSON) is (mention.lemma != "fine") is (place == 1)
    (offered,) = one.screen.offers
    assert len(offered) == 3 and (offered[0] == mention.lemma) is (place == 1)


def test_a_word_in_between_is_the_word(table: type[Table]) -> None:
    """A feeling named in the place of "heavy"."""
    (entry,) = wordless(table, "Actually I'm ashamed.").hold().entries
    assert [mention.lemma for mention in entry.mentions] == ["ashamed"]


def test_a_story_in_the_place_of_heavy_is_kept(table: type[Table]) -> None:
    """It belongs to the answer."""
    story = "My brother came by and we talked about the house for a long time"
    (entry,) = wordless(table, story).hold().entries
    assert entry.text == f"I don't know.\n\n{story}"


def test_it_is_offered_once_an_evening(table: type[Table]) -> None:
    """The second answer without a word gets plain thanks."""
    plan = replace(ASKING, followed_up=0.0, course=replace(ASKING.course, count=2))
    one = table(voice(4.0), quiet(5.0), *SHORT_REPLY, quiet(4.0), voice(4.0), quiet(9.0), END, plan=plan)
    one.transcriber.replies.extend(["I don't know.", "Leave it.", "No idea."])
    entries = one.hold().entries
    assert [entry.text for entry in entries] == ["I don't know.", "No idea."]
    assert sum("restless" in said for said in one.mouth.said) == 1


def some_days_later(table: type[Table], *replies: str, said: str = "I slept well.") -> tuple[Table, Entry]:
    """An evening with an earlier moment without a word in the vault."""
    one = table(voice(4.0), quiet(9.0), *(part for _ in replies for part in (quiet(0.5), voice(1.0), quiet(5.0))))
    assert one.vault is not None
    earlier = one.vault.entries.add(make_entry("I don't know.", at=DAYS_AGO))
    moment = Moment(earlier.id, earlier.local_date, 3)
    one.plan = replace(one.plan, moment=moment, followed_up=0.0, course=replace(one.plan.course, word_now=True))
    one.transcriber.replies.extend([said, *replies])
    return one, earlier


def test_a_word_found_later_goes_with_its_moment(table: type[Table]) -> None:
    """It is kept with the earlier entry as the person's; what was said tonight is an entry of tonight."""
    one, earlier = some_days_later(table, "I was ashamed I think.")
    entries = one.hold().entries
    assert [entry.text for entry in entries] == ["I slept well.", "I was ashamed I think."]
    assert one.vault is not None
    (mention,) = one.vault.entries.get(earlier.id).mentions
    assert (mention.lemma, mention.source, mention.text) == ("ashamed", MentionSource.PERSON, "don't know")
    assert one.vault.steps.moment_asked_about() == earlier.local_date


@pytest.mark.parametrize("replies", [("No.",), ("Leave it.",), ()])
def test_it_is_left_without_a_word_for_good(table: type[Table], replies: tuple[str, ...]) -> None:
    """Left or met with silence: nothing is kept of that, and it is not asked for again."""
    one, earlier = some_days_later(table, *replies)
    assert [entry.text for entry in one.hold().entries] == ["I slept well."]
    assert any("without a word" in said for said in one.mouth.said)
    assert one.vault is not None
    assert is_wordless(one.vault.entries.get(earlier.id))
    assert moment_to_ask_about(one.vault, earlier.local_date + timedelta(days=4), NOT_WATCHED) is None


def test_it_is_not_asked_for_where_something_heavy_was_said(table: type[Table]) -> None:
    """Tonight, in any answer."""
    one, _ = some_days_later(table, said="I want to kill myself.")
    one.plan = replace(one.plan, watch=Watch())
    one.hold()
    assert not any("without a word" in said for said in one.mouth.said)
    assert one.vault is not None and one.vault.steps.moment_asked_about() is None
