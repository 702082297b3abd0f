"""A private voice companion for reflective check-ins. Start reading at checkin/loop.py."""

import os

__version__ = "0.1.0"

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""numpy reads it when it is loaded: our matrices are small, and its threads wait for each other by spinning"""
