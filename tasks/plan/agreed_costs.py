"""What the tasks of a baseline cost when it was taken: encrypted, since with the hours beside it a cost tells a rate.

Amounts are hundredths of a yen, so that they add up exactly. Who may see them is for the callers to ask: `Right.SEE_MONEY`.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Final

from django.db import connection

from config.crypto import decrypt_bytes, encrypt_bytes
from tasks.models import Baseline
from tasks.plan.task_costs import costs_of_tasks

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping

HUNDREDTHS: Final = 100


#: A task with all below it, and what stands above each.
_BELOW: Final = """
WITH RECURSIVE below AS (
    SELECT id, parent_id, row_number FROM tasks
     WHERE project_id = %(project)s AND deleted_at IS NULL AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s))
     UNION
    SELECT child.id, child.parent_id, child.row_number FROM tasks AS child JOIN below ON child.parent_id = below.id
     WHERE child.deleted_at IS NULL AND %(ids)s::bigint[] IS NOT NULL)
SELECT id, parent_id FROM below ORDER BY row_number DESC
"""


def costs_now(project_id: int, ids: Collection[int] | None = None) -> dict[int, int]:
    """What each task of a plan costs now, a summary with all below it; four queries at most. What costs nothing is not in it.

    With `ids` these are asked about, and what is below them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"project": project_id, "ids": None if ids is None else list(ids)})
        rows = cursor.fetchall()
    found = costs_of_tasks(project_id, None if ids is None else [pk for pk, _parent in rows])
    costs = {pk: round(cost * HUNDREDTHS) for pk, cost in found.items()}
    # From the bottom up: all below a summary are known before it is asked for.
    for pk, parent_id in rows:
        if parent_id is not None and pk in costs:
            costs[parent_id] = costs.get(parent_id, 0) + costs[pk]
    # What stands above the rows asked about has got a part of its cost only.
    asked = None if ids is None else {pk for pk, _parent in rows}
    return {pk: cost for pk, cost in costs.items() if cost and (asked is None or pk in asked)}


def costs_agreed(project_id: int) -> dict[int, int]:
    """What the tasks of the chosen baseline cost when it was taken; one query. Raises UndecryptableError where the key is gone."""
    chosen = Baseline.objects.filter(project=project_id, is_chosen=True)
    return opened(chosen.values_list("cost_secret", flat=True).first() or "")


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
