"""A command behind an answer: a table of what is one, by kind and by what Whisper writes, and of what is none."""

from __future__ import annotations

import re

import pytest

from voicecheck.checkin.course import Command
from voicecheck.checkin.trailing import Trailing, find_trailing
from voicecheck.phrases import load_phrases
from voicecheck.utterance import Segment, Transcript, Word

PHRASES = load_phrases()
ANSWER = "I was lonely at lunch."


def heard(text: str, *, spread: bool = False) -> Transcript:
    """A turn as Whisper writes it. A number in brackets is a pause of so many seconds, a bar begins a new segment.

    With `spread` the times of the words leave no silence between them, as they do at times; the detector's do.
    """
    segments: list[Segment] = []
    voice: list[tuple[float, float]] = []
    words: list[Word] = []
    at = 0.0
    for token in [*re.findall(r"\[[\d.]+\]|\||[^\s\[\]|]+", text), "|"]:
        if token == "|":
            said = "".join(word.text for word in words).strip()
            segments += [Segment(words[0].start_s, words[-1].end_s, said, tuple(words))] if words else []
            words = []
        elif token.startswith("["):
            pause_s = float(token[1:-1])
            if spread and words:
                words[-1] = Word(words[-1].start_s, at + pause_s * 0.6, words[-1].text)
            at += pause_s
        else:
            start = words[-1].end_s if spread and words else at
            words.append(Word(start, at + 0.3, f" {token}"))
            voice.append((at, at + 0.3))
            at += 0.3
    return Transcript(tuple(segments), voice=tuple(voice))


def found(text: str, **options: bool) -> Trailing | None:
    return find_trailing(heard(text, **options), PHRASES)


BEHIND_A_PAUSE = {
    Command.HELP_NOW: [
        "Help now.", "help, now.", "Help now", "Help. Now.", "Help now!", "Help me.", "Please help me.",
        "Help now, please.", "I need help.", "I need help now.",
        "Help me now.", "Help thou.", "Helb now.", "Okay, help now.",
        "Um, help now.", "Help now. Help now.", "Help! Help now!", "Show me where to call.", "Where can I get help?",
        "Show the numbers.", "Can you help me?",
    ],
    Command.DONE: [
        "That's all.", "That is all.", "That's it.", "I'm done.", "Stop.", "Enough.", "Good night.",
        "Okay, that's all.", "So that's it.", "That’s all for tonight.",
        "I'm finished.", "Nothing more.", "That's all, thanks.",
    ],
    Command.SKIP: [
        "Skip this.", "Skip.", "Next question.", "I don't want to talk about it.", "Please skip this one.",
        "I'd rather not say.",
    ],
    Command.STEP_BACK: ["Step back.", "Something smaller.", "That's too deep.", "Something easier, please."],
    Command.REPEAT: ["Repeat the question.", "Say that again.", "What was the question?", "Can you repeat that?"],
    Command.PAUSE: ["Pause.", "Hold on.", "Wait a moment.", "One moment, please."],
    Command.START_OVER: ["Start over.", "Scratch that.", "Let me start over."],
    Command.DELETE: ["Delete that.", "Delete this.", "Erase that.", "Forget that."],
    Command.DELETE_SENTENCE: ["Delete the last sentence.", "Scratch that last sentence.", "Take that sentence back."],
    Command.NOT_TONIGHT: ["Not tonight."],
    Command.HELP: ["Help.", "What can I say?"],
}  # fmt: skip


@pytest.mark.parametrize("spread", [False, True])
@pytest.mark.parametrize(("command", "said"), [(c, said) for c, forms in BEHIND_A_PAUSE.items() for said in forms])
def test_the_last_sentence_behind_a_pause_is_a_command(command: Command, said: str, spread: bool) -> None:
    """The answer is what was said before it; nothing of the command is in it."""
    trailing = found(f"{ANSWER} [0.8] {said}", spread=spread)
    assert trailing is not None and trailing.command is command
    assert (trailing.answer.text, trailing.said.text) == (ANSWER, said)


HELP_ALL_THE_SAME = [
    f"{ANSWER} Help now.",
    f"{ANSWER} | Help now.",
    "I can't go on like this. Help now.",
    "I felt like a fool. Help now!",
    "I cried. Help me.",
    "I was lonely and [0.9] help now.",
    "I was lonely at lunch [0.9] help now",
    "I was lonely at lunch, [0.9] help now.",
    "I don't know, I [1.2] Help now.",
    "That's what he said. [0.9] Help now.",
    "Am I lonely? [0.8] Help now.",
    "Am I lonely? Help now.",
    "It was all... [1] Help now.",
]


@pytest.mark.parametrize("said", HELP_ALL_THE_SAME)
def test_help_now_is_not_missed(said: str) -> None:
    """Without a pause where a sentence ends before it, and behind a pause where none does."""
    trailing = found(said)
    assert trailing is not None and trailing.command is Command.HELP_NOW


NO_COMMAND = [
    "I said stop it to him.",
    "I said stop it.",
    "And then he said help now.",
    "And then he said, help now.",
    "And then he said [0.9] help now.",
    "And then he said, “Help now.”",
    "And then he said: [0.9] Help now.",
    "And then he said. Help now.",
    "He shouted at me. Help me.",
    "I told my sister. Help me.",
    "I told him. [0.9] Stop it.",
    "I said it to the kids. [0.9] Good night.",
    "She was like, [0.8] that's enough.",
    "They would never [0.9] help me.",
    "I wanted somebody to [1] help me.",
    "I wanted somebody to help me.",
    "I just wanted to [0.9] stop.",
    "I just wanted to... [0.9] stop.",
    "I felt I had [0.9] enough.",
    "I did not know how to [1] start over.",
    "The noise [1] stop.",
    "I had dinner and watched a film. That's it.",
    f"{ANSWER} That's all.",
    f"{ANSWER} [0.3] Skip this.",
    "It was not tonight.",
    "I wanted to call her. [1] Maybe tomorrow.",
    "Was I happy? [1] Not today.",
    "Did I like it? [1] Enough.",
    "I took the exam. [1] Pass.",
    "I had to write it all. [1] From the beginning.",
    "One step forward. [1] One step back.",
    "My boss spoke of a change. [1] What does that mean?",
    "I told myself what I always do. [1] Go on.",
    "It was long. [1] That was my answer.",
    "Help now would have been good. [1] I was lonely.",
    "Delete that [0.9] was what my boss wanted.",
    "Help now.",
    "That's all.",
    "",
]


@pytest.mark.parametrize("spread", [False, True])
@pytest.mark.parametrize("said", NO_COMMAND)
def test_running_speech_and_whole_turns_are_none(said: str, spread: bool) -> None:
    """Reported, held up in the middle, a sentence of its own sense, or all that was said (which is another matter)."""
    assert found(said, spread=spread) is None


def test_typed_lines_know_help_now_alone() -> None:
    """A typed answer has no pauses: "help now" as its last line or sentence, and nothing else."""

    def typed(text: str) -> Trailing | None:
        return find_trailing(Transcript((Segment(0.0, 0.0, text),)), PHRASES)

    trailing = typed("I was lonely at lunch\nhelp now")
    assert trailing is not None and trailing.command is Command.HELP_NOW
    assert (trailing.answer.text, trailing.said.text) == ("I was lonely at lunch", "help now")
    assert typed("I was lonely at lunch. Help now.") is not None
    assert typed("I was lonely at lunch\nthat's all") is None
    assert typed("and then he said\nhelp now") is not None, "a line of its own is a request"


def test_times_and_unheard_parts_go_with_their_half() -> None:
    """The cut lies between two words, also inside a segment; each word, time and gap is in one half."""
    whole = heard(f"{ANSWER} [0.8] Help now.")
    whole = Transcript(whole.segments, ((0.5, 0.6), (9.0, 9.5)), voice=whole.voice)
    trailing = find_trailing(whole, PHRASES)
    assert trailing is not None
    (answer,), (said,) = trailing.answer.segments, trailing.said.segments
    assert (*answer.words, *said.words) == whole.segments[0].words
    assert (answer.end_s, said.start_s) == (pytest.approx(1.5), pytest.approx(2.3))
    assert (trailing.answer.unheard, trailing.said.unheard) == (((0.5, 0.6),), ((9.0, 9.5),))


@pytest.mark.parametrize(
    "text", ["Um.", "Uh...", "Hmm.", "Well,", "So.", "Erm.", "Um, well... so.", "Let me think.", "um uh"]
)
def test_fillers_alone(text: str) -> None:
    """Sounds of thinking say nothing."""
    assert PHRASES.only_fills(text)


@pytest.mark.parametrize("text", ["", "Um, tired.", "So-so.", "Well enough.", "No.", "Okay.", "Mhm.", "I don't know."])
def test_words_among_fillers(text: str) -> None:
    assert not PHRASES.only_fills(text)
