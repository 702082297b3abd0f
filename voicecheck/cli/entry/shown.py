"""An entry as a terminal shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from voicecheck.cli.terminal.marks import COLOURS, describe_briefly, has_lexicon, marked_text, no_lexicon
from voicecheck.cli.terminal.reading import SHOWN_OF_ID, when
from voicecheck.clock import say_duration
from voicecheck.diary.turn_notes import turn_notes
from voicecheck.domain import Entry
from voicecheck.text.untrusted import printable
from voicecheck.utterance import LabelKind

if TYPE_CHECKING:
    from voicecheck.phrases import Phrases


def entry_parts(found: Entry, phrases: Phrases) -> list[Text]:
    """Return the lines in which an entry is shown."""
    who = f"  ·  {printable(found.speaker)}" if found.speaker else ""
    write = phrases.write
    parts = [Text(f"{when(found.spoken_at, phrases)}  ·  {found.id}{who}", style="dim", no_wrap=True)]
    if found.prompt is not None:
        parts.append(Text(printable(found.prompt.text), style="italic"))
    parts += [Text(), marked_text(found) if found.text else Text(phrases.tell("entry_no_words"), style="dim")]
    parts += _label_parts(found, phrases)
    if found.reflection:
        parts += [Text(), Text(printable(found.reflection), style="italic")]
    if found.text and not has_lexicon(found.language):
        parts += [Text(), Text(no_lexicon(found.language, phrases), style="dim")]
    if found.mentions:
        parts.append(Text())
    for mention in found.mentions:
        brief = describe_briefly(mention, phrases)
        parts.append(Text.assemble((printable(mention.text), COLOURS[mention.quadrant]), f"  {brief}"))
    parts += [Text(note, style="dim") for note in turn_notes(found, phrases)]
    for start_s, end_s in (span for turn in found.turns for span in turn.unheard):
        parts.append(
            Text(phrases.tell("entry_unheard", start=say_duration(start_s), end=say_duration(end_s)), style="dim")
        )
    for sound in (one for turn in found.turns for one in turn.sounds):
        start, end = say_duration(sound.start_s), say_duration(sound.end_s)
        parts.append(Text(phrases.tell(f"entry_{sound.kind.value}", start=start, end=end), style="dim"))
    for start_s, end_s in (span for turn in found.turns for span in turn.others):
        parts.append(
            Text(phrases.tell("entry_others", start=say_duration(start_s), end=say_duration(end_s)), style="dim")
        )
    for turn in found.aside:
        start, end = map(say_duration, turn.span_s)
        said, short = printable(turn.text), found.id[:SHOWN_OF_ID]
        parts.append(Text(phrases.tell("entry_aside_shown", start=start, end=end, said=said, id=short), style="dim"))
    if found.edited:
        parts.append(Text(write("entry_edited"), style="dim"))
    if found.has_audio:
        parts.append(Text(write("entry_sound_kept"), style="dim"))
    return parts


def _label_parts(found: Entry, phrases: Phrases) -> list[Text]:
    """Return a line for each kind of label: they came with the entry, and nothing is read in them."""
    named: dict[LabelKind, list[str]] = {}
    for label in found.labels:
        named.setdefault(label.kind, []).append(printable(label.name))
    lines = [Text(f"{phrases.tell(f'label_{kind.value}')}: {', '.join(names)}", style="dim")
             for kind, names in named.items()]  # fmt: skip
    return [Text(), *lines] if lines else []
