"""The queues of jobs: how long a user waits, and in which order workers look."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from kombu.utils.scheduling import priority_cycle

if TYPE_CHECKING:
    _Cycle = priority_cycle[str]
else:
    _Cycle = priority_cycle


class Queue(StrEnum):
    """By urgency, the most urgent first. Which workers take which is said by their `--queues`."""

    #: Short, and a user looks at a page that waits for it.
    NOW = "now"
    #: Short, and no user waits.
    SOON = "soon"
    #: Up to minutes, and a user waits: taken by workers of their own, so that they hold up nothing short.
    REPORTS = "reports"
    #: Up to ten minutes, over all plans.
    NIGHT = "night"


#: After so long a job that is not begun is sent again, since its message may be lost. One that only waits in a long queue
#: has then two, and the second does nothing.
SEND_AGAIN_AFTER: Final = {
    Queue.NOW: timedelta(minutes=1),
    Queue.REPORTS: timedelta(minutes=1),
    Queue.SOON: timedelta(minutes=5),
    Queue.NIGHT: timedelta(hours=1),
}
#: After so long where no message waits in the queue: a worker has it in hand behind another job, or has died with it.
SEND_AGAIN_WHEN_EMPTY: Final = timedelta(minutes=2)
_ORDER: Final = {name: place for place, name in enumerate(Queue)}


class ByUrgency(_Cycle):
    """The order in which a worker looks into its queues; the transport itself keeps them as a set, in no order."""

    def consume(self, n: int) -> Any:
        """The most urgent first; what is not ours comes last."""
        return sorted((self.items or [])[:n], key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
