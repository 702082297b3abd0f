"""The person's time: now, with offset, and the zone's name."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path


def now() -> datetime:
    """Aware, in the zone of this computer."""
    return datetime.now().astimezone()


def zone_name() -> str:
    """The IANA name where the system tells it ("Europe/Vienna"), else an empty string."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if "/" in name and not name.startswith("/"):
        return name
    try:
        target = str(Path("/etc/localtime").resolve())
    except OSError:
        return ""
    _, found, zone = target.partition("/zoneinfo/")
    return zone if found else ""
