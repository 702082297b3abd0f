"""axe-core, the accessibility checker: fetched into .cache by script/setup, never shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / ".cache" / "axe-core" / "package" / "axe.min.js"


def faults_on(page: Page) -> list[str]:
    """What axe finds wrong, a line each; skips where axe was not fetched."""
    if not AXE.is_file():
        pytest.skip("needs axe-core in .cache: script/setup fetches it where npm is there")
    page.evaluate(AXE.read_text())
    found: Any = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    return [
        f"{one['id']}: {node['html'][:160]}: {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
