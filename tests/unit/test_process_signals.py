"""Signals that end a process: nothing that clears away is stopped by one, and none is lost."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from voicecheck import signals
from voicecheck.signals import called_by_library, calling, end_orderly, undisturbed

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Those of the test run come back."""
    before = [(kind, signal.getsignal(kind)) for kind in signals.ENDING]
    end_orderly()
    yield
    for kind, handler in before:
        signal.signal(kind, handler)


def wait() -> None:
    """A signal wakes it."""
    threading.Event().wait(PATIENCE_S)


@pytest.mark.parametrize("kind", signals.ENDING)
def test_undisturbed_comes_to_its_end(kind: signal.Signals) -> None:
    """All of it is done, nested ones too, before the exception is raised behind the outermost."""
    done: list[str] = []

    @undisturbed
    def inner() -> None:
        signal.raise_signal(kind)
        done.append("inner")

    @undisturbed
    def outer() -> None:
        inner()
        done.append("outer")

    with pytest.raises(KeyboardInterrupt):
        outer()
    assert done == ["inner", "outer"]
    outer_again = undisturbed(lambda: done.append("again"))
    outer_again()  # what was raised is not raised twice


def test_a_second_signal_does_not_stop_the_clearing_away() -> None:
    """While the first is on its way, be it behind another exception; once it was handled the next one counts."""
    cleared: list[int] = []
    for _ in range(2):
        with pytest.raises(ValueError, match="worse"):
            try:
                signal.raise_signal(signal.SIGTERM)
            except KeyboardInterrupt as error:
                try:
                    raise ValueError("worse") from error
                finally:
                    for kind in signals.ENDING:
                        signal.raise_signal(kind)
                    cleared.append(1)
    assert len(cleared) == 2


def test_a_signal_where_python_drops_exceptions_comes_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a destructor, where it would be printed and forgotten."""
    monkeypatch.setattr(sys, "unraisablehook", signals._come_again)

    class Closing:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGHUP)

    with pytest.raises(KeyboardInterrupt):
        Closing()
        wait()
    assert capsys.readouterr() == ("", "")


def test_nothing_is_raised_into_a_library() -> None:
    """What native code calls ends first, and the signal comes behind it."""
    done: list[int] = []

    @called_by_library
    def read() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append(1)

    with pytest.raises(KeyboardInterrupt):
        read()
        assert done == [1]
        wait()


def test_an_event_loop_is_told() -> None:
    """And behind it signals are exceptions again."""
    told: list[int] = []
    with calling(lambda: told.append(1)):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert told == [1, 1]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)


def test_what_is_ignored_stays_ignored() -> None:
    """As nohup does it with a closed terminal."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_orderly()
    with calling(lambda: pytest.fail("told")):
        signal.raise_signal(signal.SIGHUP)
    signal.raise_signal(signal.SIGHUP)
