"""Lines of the log go to the reader that takes them, and no page waits when there is none.

What reads the lines of a container may stand still: its disk is full, or the collector behind it is away. The pipe is full
after some hundred lines then, and a process that writes into it stops until it is read: all pages would stop with the log.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections import deque
from typing import Final

STDERR: Final = 2
#: Lines that are kept meanwhile, by each process; beyond that the oldest are lost, and their number is said.
MOST_KEPT: Final = 5_000
#: Milliseconds that a line waits for its reader before it is kept; none while others are kept already.
PATIENCE: Final = 50
#: At the end of the process, when there is no later.
LAST_PATIENCE: Final = 1_000
#: Seconds between two tries while lines are kept.
PAUSE: Final = 0.5
#: A pipe that says it can be written to takes as many bytes.
PIECE: Final = select.PIPE_BUF


class PatientHandler(logging.Handler):
    """Writes to the error output; keeps lines while it takes none."""

    def __init__(self, output: int = STDERR) -> None:
        super().__init__()
        self.output = output
        self.lost = 0
        #: Lines that wait, and the one before them, or what is left of it.
        self._kept: deque[bytes] = deque()
        self._begun = b""
        self._is_coming_back = False
        os.register_at_fork(after_in_child=self._forget)

    def emit(self, record: logging.LogRecord) -> None:
        """Write it, after those that wait."""
        try:
            line = (self.format(record) + "\n").encode(errors="backslashreplace")
            patience = 0 if self._begun else PATIENCE
            self._keep(line)
            self._write(patience)
            if self._begun and not self._is_coming_back:
                self._is_coming_back = True
                threading.Thread(target=self._come_back, name="kept lines", daemon=True).start()
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        """Called at the end of the process."""
        self.acquire()
        try:
            self._write(LAST_PATIENCE)
        finally:
            self.release()

    def _come_back(self) -> None:
        """Try again while lines are kept, since a process without requests writes none to bring them along."""
        while self._is_coming_back:
            time.sleep(PAUSE)
            self.acquire()
            try:
                self._write(0)
                self._is_coming_back = bool(self._begun)
            finally:
                self.release()

    def _keep(self, line: bytes) -> None:
        self._kept.append(line)
        if len(self._kept) > MOST_KEPT:
            self._kept.popleft()
            self.lost += 1

    def _write(self, patience: int) -> None:
        while self._begun or self._kept:
            # Whole lines, as many as go out at once: between two pieces another process may write.
            while self._kept and (not self._begun or len(self._begun) + len(self._kept[0]) <= PIECE):
                self._begun += self._kept.popleft()
            written = self._write_piece(self._begun[:PIECE], patience)
            if not written:
                return
            self._begun = self._begun[written:]
            if self.lost and not self._kept:
                self._say_lost()

    def _write_piece(self, piece: bytes, patience: int) -> int:
        waiting = select.poll()
        waiting.register(self.output, select.POLLOUT)
        if not waiting.poll(patience):
            return 0
        try:
            return os.write(self.output, piece)
        except (
            BlockingIOError,
            BrokenPipeError,
        ):  # another process was quicker; none reads, but one may come
            return 0

    def _forget(self) -> None:
        """What was kept before a fork is written by the one who kept it."""
        self._kept.clear()
        self._begun, self._is_coming_back = b"", False

    def _say_lost(self) -> None:
        words = f"{self.lost} lines were lost here: they were not taken, and there were too many to keep"
        self.lost = 0
        record = logging.LogRecord("itdo.log", logging.WARNING, __file__, 0, words, None, None)
        self._kept.append((self.format(record) + "\n").encode())
