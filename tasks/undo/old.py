"""Steps and looks that are too old to be of use; each person and plan keeps the newest 200 steps however often they are made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from projects.rls import scope
from tasks.models import PlanLook, PlanStep

if TYPE_CHECKING:
    from datetime import datetime

#: So long a step can be taken back, and so long a plan knows what is new to a person.
STEPS_KEPT: Final = timedelta(days=183)
LOOKS_KEPT: Final = timedelta(days=730)
#: Steps of one statement, with up to 50,000 rows of each person and plan; and statements of one night.
BATCH: Final = 200
MOST_BATCHES: Final = 500


def discard_old(*, now: datetime) -> int:
    """Delete old steps with their rows, and old looks; each batch is a transaction of its own. Returns how many steps went."""
    count = 0
    for _batch in range(MOST_BATCHES):
        with scope.every_organization():
            old = PlanStep.objects.filter(happened_at__lt=now - STEPS_KEPT).order_by("pk")
            ids = list(old.values_list("pk", flat=True)[:BATCH])
            # Their rows go along; the record of changes is not touched.
            PlanStep.objects.filter(pk__in=ids).delete()
        count += len(ids)
        if len(ids) < BATCH:
            break
    with scope.every_organization():
        PlanLook.objects.filter(seen_at__lt=now - LOOKS_KEPT).delete()
    return count
