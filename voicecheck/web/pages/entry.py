"""The page of one entry: read and play it, correct its words and tags, delete its sound or all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from voicecheck.clock import local_date, now
from voicecheck.diary import aside, tagging
from voicecheck.diary.editing import LONGEST, edit_text
from voicecheck.diary.marks import describe
from voicecheck.diary.meaning import Meaning, meaning_of
from voicecheck.diary.taking_back import Sentence, sentences_of, take_back, texts_of
from voicecheck.diary.turn_notes import turn_notes
from voicecheck.diary.wordless import is_wordless
from voicecheck.domain import EmotionMention, Entry, Family, RevisionSource, Turn
from voicecheck.errors import NotFoundError, UsageError, VoicecheckError
from voicecheck.speech.audio import webm_of
from voicecheck.text.untrusted import printable
from voicecheck.vault.vault import Vault
from voicecheck.web.pages.changes import changes_between
from voicecheck.web.pages.marked_text import mark
from voicecheck.web.pages.sound import Shelf, part_of
from voicecheck.web.pages.tag_form import added, corrected
from voicecheck.web.site.forms import first, read_form
from voicecheck.web.site.showing import Site

NOTHING_SAID = {"words": "", "at": "", "family": "", "meaning": "felt"}
"""the form for a feeling that was not marked, before anything is said in it"""


class OneEntry:
    def __init__(self, site: Site) -> None:
        self._desk = site.desk
        self._show = site.show
        self._shelf = Shelf(
            lambda entry_id: webm_of(site.desk.vault.recordings.pages(entry_id)), lambda: site.desk.vault.changes
        )

    async def read(self, request: Request) -> Response:
        return self._page(self._entry(request), notice=self._desk.told(request))

    async def hear(self, request: Request) -> Response:
        """Send the sound as a file made in memory."""
        entry = self._entry(request)
        if not entry.has_audio:
            self._shelf.clear()
            raise NotFoundError(self._desk.phrases.page["fault_no_sound"])
        return part_of(self._shelf.sound_of(entry.id), request.headers.get("range"))

    async def edit(self, request: Request) -> Response:
        """Keep the text as the newest one. Where that cannot be, what was typed comes back with the reason."""
        fields = await read_form(request)  # first: whatever fails from here on gives it back
        entry, text = self._entry(request), first(fields, "text")
        try:
            if first(fields, "seen") != seen(entry):
                raise UsageError(*self._desk.phrases.page["fault_changed"].split("\n"))
            with self._desk.writing() as vault:
                edit_text(vault, entry, text, now())
        except VoicecheckError as fault:
            return self._page(entry, typed=text, fault=fault)
        return self._again(entry)

    async def forget(self, request: Request) -> Response:
        """Take one sentence back for good."""
        fields = await read_form(request)
        entry, chosen = self._entry(request), first(fields, "sentence")
        try:
            meant = next((one for one in self._sentences(entry) if sign(one) == chosen), None)
            if meant is None:
                raise UsageError(*self._desk.phrases.page["fault_no_sentence"].split("\n"))
            with self._desk.writing() as vault:
                take_back(vault, entry, meant)
        except VoicecheckError as fault:
            return self._page(entry, fault=fault)
        self._shelf.clear()
        place = f"/entry/{self._desk.handles.of(entry.id)}"
        return RedirectResponse(self._desk.telling(place, "forgotten" if vault.settled else "forgotten_later"), 303)

    async def decide_aside(self, request: Request) -> Response:
        """Take words that are kept beside the answer into its text, or destroy them."""
        fields = await read_form(request)
        entry, chosen = self._entry(request), first(fields, "aside")
        try:
            meant = next((turn for turn in entry.aside if sign_aside(turn) == chosen), None)
            if meant is None:
                raise UsageError(*self._desk.phrases.page["fault_changed"].split("\n"))
            if "forget" in fields:
                self._change(lambda vault: aside.forget(vault, entry, meant))
                self._shelf.clear()
            else:
                self._change(lambda vault: aside.take_in(vault, entry, meant, now()))
        except VoicecheckError as fault:
            return self._page(entry, fault=fault)
        return self._again(entry)

    def _sentences(self, entry: Entry) -> tuple[Sentence, ...]:
        return sentences_of(texts_of(self._desk.vault, entry), entry.segments)

    async def correct(self, request: Request) -> Response:
        """Apply a person's correction of a tag: add one, change one, or say that it is no feeling."""
        fields = await read_form(request)
        entry = self._entry(request)
        try:
            if "add" in fields:
                self._change(lambda vault: tagging.add(vault, entry.id, added(entry, fields)))
            elif "remove" in fields:
                self._change(lambda vault: tagging.remove(vault, entry.id, _mention(entry, fields)))
            else:
                wanted = corrected(_mention(entry, fields), fields)
                self._change(lambda vault: tagging.change(vault, entry.id, wanted))
        except VoicecheckError as fault:
            return self._page(entry, said=fields if "add" in fields else {}, fault=fault)
        return self._again(entry, "#feelings")

    async def undo(self, request: Request) -> Response:
        """Take the last correction of a tag back."""
        entry = self._entry(request)
        with suppress(UsageError):  # pressed twice: nothing is left to take back
            self._change(lambda vault: tagging.undo(vault, entry.id))
        return self._again(entry, "#feelings")

    async def reviewed(self, request: Request) -> Response:
        """Mark the words as right, so the sound may go, as `keep_audio` says."""
        entry, keep = self._entry(request), self._desk.settings.vault.keep_audio
        with self._desk.writing() as vault:
            vault.entries.mark_reviewed(entry.id, now())
            vault.recordings.remove_due(keep, now())
        self._shelf.clear()
        return self._again(entry)

    async def delete(self, request: Request) -> Response:
        entry = self._entry(request)
        with self._desk.writing() as vault:
            vault.entries.delete(entry.id)
        self._shelf.clear()
        return RedirectResponse(self._desk.telling("/timeline", "deleted" if vault.settled else "deleted_later"), 303)

    def _entry(self, request: Request) -> Entry:
        return self._desk.vault.entries.get(self._desk.value_of(request.path_params["handle"]))

    def _change(self, change: Callable[[Vault], Entry]) -> None:
        with self._desk.writing() as vault:
            change(vault)

    def _again(self, entry: Entry, place: str = "") -> Response:
        return RedirectResponse(f"/entry/{self._desk.handles.of(entry.id)}{place}", 303)

    def _taken(self, entry: Entry) -> list[str]:
        """Return a note for each day on which something of the entry was taken along."""
        phrases, taken = self._desk.phrases, self._desk.vault.shares.of(entry.id)
        days = dict.fromkeys(local_date(at.astimezone()) for at, _ in taken)
        return [phrases.tell("entry_taken", day=phrases.say_date("day", day)) for day in days]

    def _page(
        self,
        entry: Entry,
        *,
        typed: str | None = None,
        said: dict[str, list[str]] | None = None,
        fault: VoicecheckError | None = None,
        notice: str = "",
    ) -> Response:
        """Render the page. `typed` is a text, `said` a form about a mark that could not be kept, with the reason."""
        vault, phrases, handle = self._desk.vault, self._desk.phrases, self._desk.handles.of
        before, after = vault.timeline.neighbours(entry.id)
        revisions = vault.revisions.of(entry.id)
        heard = next((one.text for one in revisions if one.source is RevisionSource.HEARD), None)
        changed = heard is not None and heard != entry.text
        return self._show(
            "entry.html",
            "timeline",
            status=200 if fault is None else 409,
            entry=entry,
            handle=handle(entry.id),
            runs=mark(entry, phrases),
            mentions=[(m, printable(entry.text[m.start : m.end]), meaning_of(m),
                       describe(m, entry.text, phrases, entry.language)) for m in entry.mentions],
            wordless=is_wordless(entry), notes=(*turn_notes(entry, phrases), *self._taken(entry)),
            changes=changes_between(printable(heard or ""), printable(entry.text)) if changed else (),
            edited_at=revisions[-1].made_at.astimezone(entry.spoken_at.tzinfo) if entry.edited else None,
            unheard=tuple(span for turn in entry.turns if turn.answers for span in turn.unheard),
            sounds=tuple(sound for turn in entry.turns if turn.answers for sound in turn.sounds),
            others=tuple(span for turn in entry.turns if turn.answers for span in turn.others),
            asides=[(sign_aside(turn), printable(turn.text), *turn.span_s) for turn in entry.aside],
            before=before and handle(before), after=after and handle(after),
            sentences=[(sign(s), printable(s.text), s.revision < len(revisions) - 1) for s in self._sentences(entry)],
            families=tuple(Family), meanings=tuple(Meaning),
            seen=seen(entry), typed=typed, longest=LONGEST,
            said=NOTHING_SAID | {name: values[0] for name, values in (said or {}).items()},
            adding=bool(said), fault=fault, notice=notice, corrections=vault.corrections.of(entry.id),
            keep_audio=self._desk.settings.vault.keep_audio, tomorrow=self._desk.today() + timedelta(days=1),
            dates=[(one.spoken_at, one.made_at.astimezone(entry.spoken_at.tzinfo)) for one in vault.dates.of(entry.id)],
        )  # fmt: skip


def seen(entry: Entry) -> str:
    """Return a digest that tells one text of an entry from another."""
    return hashlib.blake2b(entry.text.encode(), digest_size=12).hexdigest()


def sign(sentence: Sentence) -> str:
    """Return a digest that tells one sentence of an entry, at its place, from every other."""
    return hashlib.blake2b(f"{sentence.revision} {sentence.where} {sentence.text}".encode(), digest_size=12).hexdigest()


def sign_aside(turn: Turn) -> str:
    """Return a digest that tells what is kept beside an answer from everything else that is."""
    return hashlib.blake2b(f"{turn.start} {turn.end} {turn.text}".encode(), digest_size=12).hexdigest()


def _mention(entry: Entry, fields: dict[str, list[str]]) -> EmotionMention:
    wanted = first(fields, "mention")
    found = next((mention for mention in entry.mentions if mention.id == wanted), None)
    if found is None:
        raise NotFoundError("This mark is no longer there.", "It was changed elsewhere; look again.")
    return found
