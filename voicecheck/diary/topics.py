"""People, places and doings of the person: read from typed lines and cleaned. Only they mark any; none is guessed."""

from __future__ import annotations

from voicecheck.diary.own_names import clean_name, read_name, written_name
from voicecheck.errors import UsageError
from voicecheck.utterance import OwnName, Topic, TopicKind
from voicecheck.vault.vault import Vault

MOST_TOPICS = 60
MOST_WORDS = 12
"""other words for the same"""


def read_topic(kind: TopicKind, text: str) -> Topic:
    """Return a topic from a typed line: "Anna", or with other words for the same, "mum = mother, mama".

    Raises UsageError.
    """
    typed = read_name(text)
    return clean_topic(Topic(typed.name, kind, typed.heard))


def read_topics(kind: TopicKind, text: str) -> tuple[Topic, ...]:
    """Return the topics of a typed text, a line each. Raises UsageError."""
    return tuple(read_topic(kind, line) for line in text.splitlines() if line.strip())


def written_topic(one: Topic) -> str:
    """Return a topic as the line that `read_topic` reads."""
    return written_name(OwnName(one.name, one.words))


def clean_topic(one: Topic) -> Topic:
    """Return a topic as it is kept. Raises UsageError for what is none."""
    if len(one.words) > MOST_WORDS:
        raise UsageError("These are too many words for one.", f"Give at most {MOST_WORDS}.")
    return Topic(clean_name(one.name), one.kind, tuple(dict.fromkeys(map(clean_name, one.words))))


def put_topics(vault: Vault, topics: tuple[Topic, ...]) -> None:
    """Keep these and no others. Raises UsageError for too many, or for one that stands there twice."""
    names = [one.name.casefold() for one in topics]
    if len(names) > MOST_TOPICS:
        raise UsageError("These are too many.", f"Keep at most {MOST_TOPICS}.")
    if len(set(names)) < len(names):
        raise UsageError("One of them stands there twice.", "Keep each in one list.")
    vault.topics.put(topics)


def add_topic(vault: Vault, topic: Topic) -> None:
    """Keep one more; it takes the place of one of the same name. Raises UsageError for too many."""
    others = tuple(one for one in vault.topics.list() if one.name.casefold() != topic.name.casefold())
    put_topics(vault, (*others, topic))
