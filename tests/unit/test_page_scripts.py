"""Scripts of one page share its names: none declares what another of the same page has declared."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import voicecheck.web as web

FOLDER = Path(web.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
SCRIPT = re.compile(r'src="/static/(\w+\.js)"')
DECLARED = re.compile(r"^(?:async )?(?:const|let|function|class)\s+(\w+)", re.MULTILINE)


def scripts_of(template: Path) -> list[str]:
    """Those of its own, of every page, and of an evening that may run beside it."""
    text, base = template.read_text("utf-8"), (FOLDER / "templates" / "base.html").read_text("utf-8")
    own = re.search(r"{% block scripts %}(.*?){% endblock %}", text, re.DOTALL)
    below = re.sub(r"{% block scripts %}.*?{% endblock %}", own[1] if own else "", base, flags=re.DOTALL)
    return list(dict.fromkeys(SCRIPT.findall(below if "extends" in text else text)))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
def test_no_name_is_declared_twice_on_a_page(template: Path) -> None:
    """The second declaration would stop its whole script, and with it whatever the page does."""
    names = Counter[str]()
    for script in scripts_of(template):
        names.update(set(DECLARED.findall((FOLDER / "static" / script).read_text("utf-8"))))
    assert [name for name, count in names.items() if count > 1] == []
