"""Take back the last sentence of an answer that is not in the vault yet."""

from __future__ import annotations

from dataclasses import replace

from voicecheck.checkin.answer import Answer
from voicecheck.checkin.course import Line
from voicecheck.checkin.state import TAKING_BACK, UNFINISHED
from voicecheck.diary.sentence_spans import cut
from voicecheck.diary.tagging import Tagger
from voicecheck.diary.taking_back import cut_heard, last_sentence, last_words, move_mention, reflection_without
from voicecheck.domain import Entry
from voicecheck.phrases import Phrases

SHORT_ANSWER_WORDS = 8


def is_short(text: str) -> bool:
    """True for only a few words."""
    return len(text.split()) < SHORT_ANSWER_WORDS


def goes_on(text: str, line: Line, phrases: Phrases) -> bool:
    """True if a reply to "delete that?" or "was it a request?" is neither yes nor no, nor one: it must not be lost."""
    if line not in UNFINISHED or phrases.reply_in(text) is not None or phrases.command_in(text) is not None:
        return False
    return not is_short(text) if line in TAKING_BACK else bool(text) and not phrases.only_fills(text)


def take_back_sealed(answer: Answer, entry: Entry, tagger: Tagger) -> Entry:
    """Take back the last sentence of an answer that is not in the vault yet; its sealed file is written anew."""
    where = last_sentence(entry.text, entry.segments)
    if where is None:
        return entry
    left = cut(entry.text, (where,))
    moved = ((one, move_mention(one.mention, left)) for one in entry.corrections)
    corrections = tuple(replace(one, mention=mention) for one, mention in moved if mention is not None)
    sentence = last_words(entry)
    heard = cut_heard(entry.turns, (where,), sentence, corrected=len(corrections) < len(entry.corrections))
    bare = replace(
        entry, turns=heard.turns, corrections=corrections, reflection=reflection_without(entry.reflection, sentence)
    )
    tagged = replace(bare, mentions=tagger.tag(bare).mentions)
    answer.take_back(tagged, heard.sound)
    return tagged
