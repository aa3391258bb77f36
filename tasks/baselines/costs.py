"""What the tasks of a baseline cost when it was taken: encrypted, since with the hours beside it a cost tells a rate.

Amounts are hundredths of a yen, so that they add up exactly. Who may see them is for the callers to ask: `Right.SEE_MONEY`.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Final

from config.crypto import decrypt_bytes, encrypt_bytes
from tasks.models import Task
from tasks.plan.costs import costs_of_tasks

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

HUNDREDTHS: Final = 100


def costs_now(project_id: int) -> dict[int, int]:
    """What each task of a plan costs now, a summary with all below it; four queries at most. What costs nothing is not in it."""
    costs = {pk: round(cost * HUNDREDTHS) for pk, cost in costs_of_tasks(project_id).items()}
    if not costs:
        return {}
    rows = Task.objects.filter(project=project_id, deleted_at__isnull=True).order_by("-row_number")
    # From the bottom up: all below a summary are known before it is asked for.
    for pk, parent_id in rows.values_list("pk", "parent_id"):
        if parent_id is not None and pk in costs:
            costs[parent_id] = costs.get(parent_id, 0) + costs[pk]
    return {pk: cost for pk, cost in costs.items() if cost}


def sealed(costs: Mapping[int, int], kept: Container[int] | None) -> str:
    """For the database: the costs of the tasks that are kept (None: of all), encrypted; nothing where there are none."""
    found = {str(pk): cost for pk, cost in costs.items() if kept is None or pk in kept}
    return encrypt_bytes(zlib.compress(json.dumps(found).encode())).decode() if found else ""


def opened(secret: str) -> dict[int, int]:
    """The costs again, by task; raises UndecryptableError where the key is gone."""
    if not secret:
        return {}
    found = json.loads(zlib.decompress(decrypt_bytes(secret.encode())))
    return {int(pk): cost for pk, cost in found.items()}
