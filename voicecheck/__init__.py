"""A private voice companion for reflective check-ins. Start reading at checkin/loop.py."""

__version__ = "0.1.0"
