"""Print how many seconds lie between now and a day such as 2028-02-29 or "2027-03-28 02:30", in the zone of TZ."""

from __future__ import annotations

import sys
import time
from datetime import datetime

NOON = 12

day = datetime.fromisoformat(sys.argv[1])
if len(sys.argv[1]) == len("2028-02-29"):
    day = day.replace(hour=NOON)
print(round(day.timestamp() - time.time()))
