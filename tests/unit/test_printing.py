"""What may be shown: letters and their joiners, nothing that steers."""

from __future__ import annotations

from voicecheck.printing import printable


def test_joiners_stay_and_what_steers_goes() -> None:
    """Persian, a family of emoji and lines stand as they were; escapes and turned directions are blanks."""
    for text in ("\u0645\u06cc\u200c\u0631\u0648\u0645", "\U0001f469\u200d\U0001f467", "two\nlines"):
        assert printable(text) == text
    assert printable("a\x1b[2J\u202eb\tc") == "a [2J b c"
