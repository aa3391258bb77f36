"""Questions about projects."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

#: A project with all below it, five levels at most; progress weighs each with its own work.
_PROGRESS = """
WITH RECURSIVE family (root, id) AS (
    SELECT id, id FROM projects WHERE id = ANY (%s)
    UNION ALL
    SELECT family.root, child.id FROM family
      JOIN projects child ON child.parent_id = family.id
     WHERE child.deleted_at IS NULL AND child.status <> 'cancelled'
)
SELECT root, sum(p.progress_percentage * p.progress_weight), sum(p.progress_weight)
  FROM family JOIN projects p ON p.id = family.id GROUP BY root
"""


def progress_with_children(project_ids: Collection[int]) -> dict[int, int]:
    """Percent done of each project, its sub-projects included; one query."""
    if not project_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [list(project_ids)])
        rows = cursor.fetchall()
    return {root: _percent(int(done or 0), int(weight or 0)) for root, done, weight in rows}


def _percent(done: int, weight: int) -> int:
    """Half up; 100 only when all of it is done."""
    if not weight:
        return 0
    percent = (2 * done + weight) // (2 * weight)
    return 99 if percent == 100 and done < 100 * weight else percent
