"""A private voice companion for reflective check-ins. Start reading at checkin.py."""

__version__ = "0.1.0"
