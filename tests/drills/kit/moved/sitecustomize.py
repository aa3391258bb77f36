"""In a process that is started with this folder in its path, the time of day is that of its machine and the seconds in the file DRILL_AHEAD.

What measures how long something takes (`time.monotonic`) goes on, as it does when a machine's clock is set. Processes that come of it
by fork follow the file, too. A library that takes the place of the C library's clock was tried instead: Python's sleep fails under it.
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

BEGAN = time.time() - time.monotonic()


class Clock:
    """Set each time that the file says something else."""

    def __init__(self, path: Path) -> None:
        self.path, self.ahead = path, 0.0
        self.moved: time_machine.travel | None = None
        self.follow()
        # Threads do not come along into another process; how far its clock is moved does.
        os.register_at_fork(after_in_child=self.follow)

    def follow(self) -> None:
        """Look at the file from now on."""
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            said = float(self.path.read_text())
            if said != self.ahead:
                self._set(said)
            time.sleep(0.2)

    def _set(self, ahead: float) -> None:
        if self.moved:
            self.moved.stop()
        self.ahead, now = ahead, datetime.fromtimestamp(BEGAN + time.monotonic(), UTC)
        self.moved = time_machine.travel(now + timedelta(seconds=ahead), tick=True)
        self.moved.start()


if "DRILL_AHEAD" in os.environ:
    Clock(Path(os.environ["DRILL_AHEAD"]))
