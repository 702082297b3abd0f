"""Fixtures of several test files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.test_checkin import Step, Table


@pytest.fixture
def table() -> Iterator[type[Table]]:
    """Makes tables, and closes their vaults."""
    from tests.unit.test_checkin import Table

    made: list[Table] = []

    class Made(Table):
        def __init__(self, *script: Step, **options: object) -> None:
            super().__init__(*script, **options)  # type: ignore[arg-type]
            made.append(self)

    yield Made
    for one in made:
        one.close()
