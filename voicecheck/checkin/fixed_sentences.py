"""Sentences that may be said on any evening and hold no word of a person: a voice can make them ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voicecheck.phrases import Phrases
from voicecheck.prompts.packs import Pack, Packs
from voicecheck.speech.voice.sentences import split_sentences


def fixed_sentences(phrases: Phrases, packs: Packs, first: Iterable[str]) -> tuple[str, ...]:
    """Return them in one order for everybody with the same packs: phrases, packs with the ids in `first`, the rest.

    Forms with a name or a word to fill in are left out. The order depends on settings alone, never on what was asked.
    """
    wanted = list(first)
    ordered = sorted(packs.packs, key=lambda pack: wanted.index(pack.id) if pack.id in wanted else len(wanted))
    said = (form for forms in phrases.spoken.values() for form in forms if "{" not in form)
    texts = [*said, *(text for pack in ordered for text in _questions(pack))]
    return tuple(dict.fromkeys(sentence for text in texts for sentence in split_sentences(text)))


def _questions(pack: Pack) -> Iterator[str]:
    """Yield the sentences of a pack: first its questions, then the follow-ups, then the forms for two."""
    yield from (prompt.text for prompt in pack.prompts)
    for prompt in pack.prompts:
        yield from (prompt.follow_ups.named, prompt.follow_ups.vague, prompt.follow_ups.nothing)
    yield from (prompt.together for prompt in pack.prompts)
