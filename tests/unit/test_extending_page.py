"""The recipe "How to add a page" of docs/extending.md, followed to the letter and used behind the guard."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

import voicecheck
from tests.unit.browsing import HOST, PORT, Browsing
from tests.unit.reviewing import CODE, anybody, plain
from tests.vault_samples import make_entry, make_vault
from voicecheck.phrases import Phrases
from voicecheck.web import app
from voicecheck.web.guard.login_code import IdleClock, Keeper
from voicecheck.web.guard.middleware import ALWAYS
from voicecheck.web.site import rendering
from voicecheck.web.site.context import Desk

PACKAGE = Path(voicecheck.__file__).parent
DOCUMENT = (PACKAGE.parent / "docs" / "extending.md").read_text(encoding="utf-8")
RECIPE = DOCUMENT.split("## How to add a page")[1].split("\n## ")[0]


@dataclass(frozen=True)
class Added:
    """A browser that has not typed the code, and the vault behind the page."""

    browsing: Browsing
    desk: Desk

    def enter(self) -> Browsing:
        self.browsing.post("/enter", {"code": CODE})
        return self.browsing


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Added]:
    """The recipe's steps, its files in a folder of the test's own; then the whole page with the guard on."""
    blocks = {kind: re.findall(rf"```{kind}\n(.*?)```", RECIPE, re.DOTALL) for kind in ("toml", "html", "python")}
    (rows,), (template,), (handler, section) = blocks["toml"], blocks["html"], blocks["python"]
    text = (PACKAGE / "phrases" / "en.toml").read_text(encoding="utf-8")
    phrases = msgspec.toml.decode(text.replace("\n[page]\n", f"\n{rows}"), type=Phrases)
    (tmp_path / "since.html").write_text(template, encoding="utf-8")
    monkeypatch.setattr(rendering, "TEMPLATES", (*rendering.TEMPLATES, tmp_path))
    (tmp_path / "since_page.py").write_text(handler, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "since_page", raising=False)
    place = {**vars(app), "Since": importlib.import_module("since_page").Since}
    monkeypatch.setattr(app, "SECTIONS", (*app.SECTIONS, eval(section, place)))
    paths, key = make_vault()
    with Desk(paths, key, phrases) as desk:
        made = app.make_app(desk, HOST, Keeper(PORT, CODE), IdleClock(600), ours=anybody)
        yield Added(Browsing(made), desk)


def test_the_new_page_is_shown(added: Added) -> None:
    """With what the vault has to say, under its title, and as one of the list of pages."""
    browsing = added.enter()
    page = browsing.get("/since")
    assert page.status == 200
    assert "Nothing is here yet." in plain(page.text)
    with added.desk.writing() as vault:
        vault.entries.add(make_entry())
    page = browsing.get("/since")
    first = added.desk.vault.timeline.first_day()
    assert first is not None
    assert f"Your first entry is of {added.desk.phrases.say_date('day', first)}." in plain(page.text)
    assert "<title>Since when" in page.text
    assert '<a href="/since" aria-current="page">Since</a>' in page.text
    assert '<a href="/since">Since</a>' in browsing.get("/").text


def test_the_guard_is_around_the_new_page(added: Added) -> None:
    """Without the session there is the door; another website, another host and another method get nothing of it."""
    assert added.browsing.get("/since").status == 401
    browsing = added.enter()
    assert browsing.get("/since", host="localhost:1").status == 421
    assert browsing.get("/since", sec_fetch_site="cross-site").status == 403
    assert browsing.post("/since").status == 405
    headers = browsing.get("/since").headers
    assert {name: headers[name] for name in ALWAYS} == ALWAYS


def test_it_locks_like_every_other(added: Added) -> None:
    """The page knows how long it stays open, so that it covers itself in time."""
    assert 'data-lock-after-s="600"' in added.enter().get("/since").text


def test_the_recipe_names_every_file() -> None:
    """Three files, of which two are new, and the sentences."""
    files = re.findall(r"^\*\*\d\. .*?`(voicecheck/\S+)`", RECIPE, re.MULTILINE)
    assert len(files) == 3
    assert [(PACKAGE.parent / file).is_file() for file in files] == [False, False, True]


def test_every_page_of_the_list_has_a_name(added: Added) -> None:
    """What a section lists is one of its own addresses, and `nav_NAME` of the phrases says what it is called."""
    browsing = added.enter()
    for one in app.SECTIONS:
        for name, address in one.listed.items():
            link = f'<a href="{address}" aria-current="page">{added.desk.phrases.page[f"nav_{name}"]}</a>'
            assert link in browsing.get(address).text
