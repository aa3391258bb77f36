"""Many people at once, each asking again as soon as the answer is there."""

from __future__ import annotations

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType


class Load:
    """`with Load(ask, people=8) as load:` — `ask(person)` answers a status, or raises; the block lasts as long as the load."""

    def __init__(self, ask: Callable[[int], int], *, people: int = 8, pause: float = 0.0) -> None:
        self._ask, self._pause, self._stop = ask, pause, threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(number,), daemon=True) for number in range(people)
        ]
        self.statuses: Counter[str] = Counter()
        self.seconds: list[float] = []
        self._lock = threading.Lock()
        self.began = self.ended = 0.0

    def _work(self, person: int) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                status = str(self._ask(person))
            except Exception as error:  # whatever it was, a user has no answer
                status = type(error).__name__
            with self._lock:
                self.statuses[status] += 1
                self.seconds.append(time.monotonic() - began)
            if self._pause:
                time.sleep(self._pause)

    def __enter__(self) -> Load:
        self.began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(120)
        self.ended = time.monotonic()

    @property
    def failed(self) -> int:
        """Requests without an answer, and those that the site could not serve."""
        return sum(
            count for status, count in self.statuses.items() if not status.isdigit() or int(status) >= 500
        )

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.seconds) / max((self.ended or time.monotonic()) - self.began, 0.001)

    def at(self, share: float) -> float:
        """The time that this share of requests stayed below, in seconds."""
        if len(self.seconds) < 2:
            return self.seconds[0] if self.seconds else 0.0
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[round(share * 100) - 1]
