"""The review page as an ASGI application: every route, and the guard around all of them.

A handler reads the vault, fills a template, and is done; nothing is awaited in between, so one person's requests are
answered one after another and the database is never used by two at once.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from voicecheck.errors import VoicecheckError, place_of
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.guard.middleware import App, Guard, Guarded, Message, Ours, Receive, Send
from voicecheck.web.guard.opener import ARRIVAL
from voicecheck.web.guard.peers import nobody
from voicecheck.web.guard.presence import SIGN, Presence
from voicecheck.web.pages.backup import BackingUp
from voicecheck.web.pages.been import Been
from voicecheck.web.pages.bringing_along import BringingAlong
from voicecheck.web.pages.devices import Devices
from voicecheck.web.pages.entry import OneEntry
from voicecheck.web.pages.entry_times import EntryTimes
from voicecheck.web.pages.erase import Erasing
from voicecheck.web.pages.export import Exporting
from voicecheck.web.pages.feelings import Feelings
from voicecheck.web.pages.forgotten import Forgotten
from voicecheck.web.pages.importing import Importing
from voicecheck.web.pages.keys import Keys
from voicecheck.web.pages.login import Entrance
from voicecheck.web.pages.models import Models
from voicecheck.web.pages.moving import MovingHouse
from voicecheck.web.pages.recovery_words import RecoveryWords
from voicecheck.web.pages.reminder import Reminding
from voicecheck.web.pages.restoring import Restoring
from voicecheck.web.pages.search import Searching
from voicecheck.web.pages.settings import Choosing
from voicecheck.web.pages.sheet import OnPaper
from voicecheck.web.pages.timeline import Looking
from voicecheck.web.pages.tonight import OnThePage
from voicecheck.web.pages.unlock import Unlock
from voicecheck.web.pages.voices import Voices
from voicecheck.web.pages.watch import Watching
from voicecheck.web.pages.welcome import Welcome
from voicecheck.web.site.context import Desk
from voicecheck.web.site.faults import Faults
from voicecheck.web.site.rendering import Renderer, static_files
from voicecheck.web.site.showing import Site, section, show_on

Tell = Callable[[str], None]
"""takes the name of what has happened, for the terminal"""


SECTIONS = (
    section(
        Looking,
        lambda looking: [
            Route("/", looking.today),
            Route("/not-again/{handle}", looking.not_again, methods=["POST"]),
            Route("/timeline", looking.timeline),
            Route("/timeline/sieve", looking.set_sieve, methods=["POST"]),
            Route("/timeline/more/{number}", looking.timeline_more),
            Route("/timeline/of/{handle}", looking.timeline),
            Route("/timeline/of/{handle}/more/{number}", looking.timeline_more),
            Route("/calendar", looking.calendar),
            Route("/calendar/{year}", looking.calendar),
            Route("/day/{handle}", looking.day),
            Route("/week/{handle}", looking.week),
        ],
        listed={"today": "/", "timeline": "/timeline", "calendar": "/calendar"},
    ),
    section(
        OnThePage,
        lambda tonight: [
            Route("/tonight", tonight.page),
            Route("/tonight/begin", tonight.begin, methods=["POST"]),
            Route("/tonight/events", tonight.events),
            Route("/tonight/do", tonight.do, methods=["POST"]),
        ],
    ),
    section(
        OneEntry,
        lambda one: [
            Route("/entry/{handle}", one.read),
            Route("/entry/{handle}/sound", one.hear),
            Route("/entry/{handle}/edit", one.edit, methods=["POST"]),
            Route("/entry/{handle}/forget", one.forget, methods=["POST"]),
            Route("/entry/{handle}/aside", one.decide_aside, methods=["POST"]),
            Route("/entry/{handle}/tag", one.correct, methods=["POST"]),
            Route("/entry/{handle}/tag/undo", one.undo, methods=["POST"]),
            Route("/entry/{handle}/reviewed", one.reviewed, methods=["POST"]),
            Route("/entry/{handle}/delete", one.delete, methods=["POST"]),
        ],
    ),
    section(
        EntryTimes,
        lambda times: [
            Route("/entry/{handle}/date", times.put_date_right, methods=["POST"]),
            Route("/entry/{handle}/letter", times.put_away, methods=["POST"]),
        ],
    ),
    section(
        Been,
        lambda been: [
            Route("/feelings/month", been.month),
            Route("/feelings/year", been.year),
            Route("/feelings/{step}/of/{handle}", been.of),
            Route("/feelings/{step}/of/{handle}/mark", been.mark, methods=["POST"]),
        ],
    ),
    section(
        Feelings,
        lambda feelings: [
            Route("/feelings", feelings.over_time),
            Route("/feelings/{span}", feelings.over_time),
        ],
        listed={"feelings": "/feelings"},
    ),
    section(
        OnPaper,
        lambda on_paper: [
            Route("/sheet", on_paper.choose),
            Route("/sheet/span", on_paper.span, methods=["POST"]),
            Route("/sheet/of/{handle}", on_paper.choose),
            Route("/sheet/of/{handle}/make", on_paper.make, methods=["POST"]),
            Route("/sheet/see/{handle}", on_paper.see),
            Route("/sheet/see/{handle}/turn", on_paper.turn, methods=["POST"]),
            Route("/sheet/see/{handle}/take", on_paper.take, methods=["POST"]),
            Route("/sheet/see/{handle}/leave", on_paper.leave, methods=["POST"]),
        ],
    ),
    section(
        Searching,
        lambda searching: [
            Route("/search", searching.results),
            Route("/search/ask", searching.ask, methods=["POST"]),
            Route("/search/of/{handle}", searching.results),
            Route("/search/of/{handle}/from/{offset}", searching.results),
        ],
        listed={"search": "/search"},
    ),
    section(
        Exporting,
        lambda exporting: [
            Route("/export", exporting.page),
            Route("/export/begin", exporting.begin, methods=["POST"]),
            Route("/export/stop", exporting.stop, methods=["POST"]),
            Route("/export/progress", exporting.progress),
        ],
        listed={"export": "/export"},
    ),
    section(
        Choosing,
        lambda choosing: [
            Route("/settings", choosing.form),
            Route("/settings/keep", choosing.keep, methods=["POST"]),
            Route("/settings/names", choosing.keep_names, methods=["POST"]),
        ],
        listed={"settings": "/settings"},
    ),
    section(
        Voices,
        lambda voices: [
            Route("/settings/voice", voices.page),
            Route("/settings/voice/sample", voices.sample, methods=["POST"]),
            Route("/settings/voice/hush", voices.hush, methods=["POST"]),
            Route("/settings/voice/use", voices.use, methods=["POST"]),
            Route("/settings/voice/prepare", voices.prepare, methods=["POST"]),
        ],
    ),
    section(
        Devices,
        lambda devices: [
            Route("/settings/microphone", devices.page),
            Route("/settings/microphone/keep", devices.keep, methods=["POST"]),
            Route("/settings/microphone/listen", devices.listen, methods=["POST"]),
            Route("/settings/microphone/stop", devices.stop, methods=["POST"]),
            Route("/settings/microphone/level", devices.level),
        ],
    ),
    section(
        Models,
        lambda models: [
            Route("/settings/models", models.page),
            Route("/settings/models/fetch", models.fetch, methods=["POST"]),
            Route("/settings/models/progress", models.progress),
            Route("/settings/models/steer", models.steer, methods=["POST"]),
            Route("/settings/models/use", models.use, methods=["POST"]),
            Route("/settings/models/remove", models.remove, methods=["POST"]),
        ],
    ),
    section(
        Reminding,
        lambda reminding: [
            Route("/settings/reminder", reminding.page),
            Route("/settings/reminder/keep", reminding.keep, methods=["POST"]),
            Route("/settings/reminder/off", reminding.off, methods=["POST"]),
        ],
    ),
    section(
        Watching,
        lambda watching: [
            Route("/settings/watch", watching.page),
            Route("/settings/watch/keep", watching.keep, methods=["POST"]),
            Route("/settings/watch/off", watching.off, methods=["POST"]),
        ],
    ),
    section(
        Importing,
        lambda importing: [
            Route("/settings/import", importing.page),
            Route("/settings/import/look", importing.look, methods=["POST"]),
            Route("/settings/import/take", importing.take, methods=["POST"]),
            Route("/settings/import/stop", importing.stop, methods=["POST"]),
            Route("/settings/import/progress", importing.progress),
        ],
    ),
    section(
        BackingUp,
        lambda backing_up: [
            Route("/settings/backup", backing_up.page),
            Route("/settings/backup/begin", backing_up.begin, methods=["POST"]),
            Route("/settings/backup/stop", backing_up.stop, methods=["POST"]),
            Route("/settings/backup/progress", backing_up.progress),
        ],
    ),
    section(
        Keys,
        lambda keys: [
            Route("/settings/keys", keys.page),
            Route("/settings/keys/passphrase", keys.choose_passphrase, methods=["POST"]),
            Route("/settings/keys/login", keys.use_login, methods=["POST"]),
            Route("/settings/keys/without/{handle}", keys.without),
            Route("/settings/keys/without/{handle}/sure", keys.take_out, methods=["POST"]),
            Route("/settings/keys/later", keys.later, methods=["POST"]),
        ],
    ),
    section(
        RecoveryWords,
        lambda words: [
            Route("/settings/keys/words", words.ask),
            Route("/settings/keys/words/make", words.make, methods=["POST"]),
            Route("/settings/keys/words/{handle}", words.show),
            Route("/settings/keys/words/{handle}/test", words.test),
            Route("/settings/keys/words/{handle}/check", words.check, methods=["POST"]),
            Route("/settings/keys/words/{handle}/leave", words.leave, methods=["POST"]),
        ],
    ),
    section(
        Restoring,
        lambda restoring: [
            Route("/settings/restore", restoring.page),
            Route("/settings/restore/look", restoring.look, methods=["POST"]),
            Route("/settings/restore/put", restoring.put, methods=["POST"]),
            Route("/settings/restore/check", restoring.check, methods=["POST"]),
            Route("/settings/restore/stop", restoring.stop, methods=["POST"]),
            Route("/settings/restore/progress", restoring.progress),
        ],
    ),
    section(
        MovingHouse,
        lambda moving: [
            Route("/settings/move", moving.page),
            Route("/settings/move/out", moving.out, methods=["POST"]),
            Route("/settings/move/done", moving.done, methods=["POST"]),
            Route("/settings/move/undo", moving.undo, methods=["POST"]),
            Route("/settings/move/stop", moving.stop, methods=["POST"]),
            Route("/settings/move/progress", moving.progress),
        ],
    ),
    section(
        Erasing,
        lambda erasing: [
            Route("/settings/erase", erasing.page),
            Route("/settings/erase/ask", erasing.ask, methods=["POST"]),
            Route("/settings/erase/sure", erasing.sure, methods=["POST"]),
        ],
    ),
)
"""all that is there for a session; the door and the page's own files stand in `make_app`"""

OPEN_WHILE_LOCKED = frozenset(("/", "/tonight", "/tonight/begin", "/tonight/events", "/tonight/do"))
"""routes that show nothing of what is kept: speaking needs no passphrase"""


def make_app(
    desk: Desk,
    host: str,
    keeper: Keeper,
    idle: IdleClock,
    tell: Tell = lambda _: None,
    ours: Ours = nobody,
    presence: Presence | None = None,
) -> App:
    """Make the whole page; `tell` hears "entered", "arrived", "barred", "locked", "erased" and "fault ..."."""
    render = Renderer(desk.phrases, {name: place for one in SECTIONS for name, place in one.listed.items()})
    desk.evening.report = tell
    site = Site(desk, show_on(render, idle, desk), render, idle, tell)
    unlock = Unlock(site)
    forgotten = Forgotten(site, unlock)
    entrance = Entrance(render, keeper, idle, tell, lambda: not desk.first.unset)
    faults = Faults(render, desk.phrases)
    guarded = Guarded(host, keeper, idle, presence or Presence(), entrance.door, ours)
    app = Starlette(
        routes=[
            *(_kept_shut(route, unlock) for one in SECTIONS for route in one.routes(site)),
            *_first_pages(site),
            Route("/unlock", unlock.page),
            Route("/unlock", unlock.unlock, methods=["POST"]),
            Route("/forgotten", forgotten.page),
            Route("/forgotten", forgotten.recover, methods=["POST"]),
            Route("/enter", entrance.enter, methods=["POST"]),
            Route(ARRIVAL, entrance.arrive, methods=["POST"]),
            Route(SIGN, entrance.sign, methods=["POST"]),
            Route("/alive", entrance.stay, methods=["POST"]),
            Route("/lock", entrance.lock, methods=["POST"]),
            Route("/static/{name}", static),
        ],
        middleware=[Middleware(Guard, guarded=guarded)],
        exception_handlers={VoicecheckError: faults.told, HTTPException: faults.missing, Exception: faults.ours},
    )
    return Watched(app, tell)


def _first_pages(site: Site) -> list[Route]:
    """Return the routes of the first evening, which are there before any vault is."""
    welcome, bringing_along = Welcome(site), BringingAlong(site)
    return [
        Route("/welcome", welcome.promise),
        Route("/welcome/key", welcome.key),
        Route("/welcome/key", welcome.take_key, methods=["POST"]),
        Route("/welcome/sound", welcome.sound),
        Route("/welcome/sound/say", welcome.say, methods=["POST"]),
        Route("/welcome/sound/level", welcome.level),
        Route("/welcome/begin", welcome.begin, methods=["POST"]),
        Route("/welcome/bring", bringing_along.page),
        Route("/welcome/bring", bringing_along.bring, methods=["POST"]),
        Route("/welcome/bring/stop", bringing_along.stop, methods=["POST"]),
        Route("/welcome/bring/progress", bringing_along.progress),
    ]


def _kept_shut(route: Route, unlock: Unlock) -> Route:
    """Put the question for the passphrase before a route that shows or changes what is kept."""
    if route.path in OPEN_WHILE_LOCKED:
        return route
    return Route(route.path, unlock.behind(route.endpoint), methods=sorted(route.methods or ()))


async def static(request: Request) -> Response:
    found = static_files().get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    content, kind = found
    return Response(content, media_type=kind)


class Watched:
    """Outermost layer: a fault of ours is answered and named by its place, never by its text."""

    def __init__(self, app: App, tell: Tell) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return  # somebody left in the middle of a request: nobody is there to be answered
        except Exception as error:  # noqa: BLE001 - the server would log its text, which may hold a diary
            self._tell(f"fault {place_of(error)}")
