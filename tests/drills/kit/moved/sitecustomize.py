"""In a process that is started with this folder in its path, the time of day is that of its machine and the hours in the file DRILL_HOURS.

What measures how long something takes (`time.monotonic`) goes on, as it does when a machine's clock is set.
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

BEGAN = time.time() - time.monotonic()


def follow(path: Path) -> None:
    """Set the clock each time that the file says something else."""
    hours, moved = 0, None
    while True:
        said = int(path.read_text() or "0")
        if said != hours:
            if moved:
                moved.stop()
            hours = said
            now = datetime.fromtimestamp(BEGAN + time.monotonic(), UTC)
            moved = time_machine.travel(now + timedelta(hours=hours), tick=True)
            moved.start()
        time.sleep(0.2)


if "DRILL_HOURS" in os.environ:
    threading.Thread(target=follow, args=(Path(os.environ["DRILL_HOURS"]),), daemon=True).start()
