"""How much of its people a plan needs in the weeks to come, and how much all plans together do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from projects import caching
from projects.worktime.moments import day_number
from reports.utilization.selectors import Utilization
from tasks.allocation.capacity import capacity_of

if TYPE_CHECKING:
    from projects.models import Project

#: Four weeks from today on.
DAYS: Final = 28
MOST: Final = 8
#: What the plan needs of each.
_OWN: Final = """
SELECT resource_id, sum(part.minutes)::bigint
  FROM assignment_loads, unnest(days, minutes) AS part (day, minutes)
 WHERE project_id = %(project)s AND part.day BETWEEN %(first)s AND %(last)s
 GROUP BY resource_id ORDER BY 2 DESC, 1 LIMIT %(most)s
"""
#: Who they are, and what all plans need of them in the same days.
_WHOLE: Final = """
SELECT r.id, r.name, (SELECT coalesce(sum(planned_minutes), 0)::bigint FROM resource_loads
                       WHERE resource_id = r.id AND grain = 'd'
                         AND first_on BETWEEN DATE '1970-01-01' + %(first)s::integer
                                          AND DATE '1970-01-01' + %(last)s::integer)
  FROM resources r WHERE r.id = ANY (%(resources)s)
"""


class MemberLoad(NamedTuple):
    """A person on the plan: the minutes it needs of them, that part of their time, and the part that all plans take."""

    id: int
    name: str
    minutes: int
    percentage: int | None
    whole: int | None

    @property
    def is_over(self) -> bool:
        """Whether all plans together need more time than there is."""
        return self.whole is not None and self.whole > 100


def member_loads(project: Project) -> list[MemberLoad]:
    """Those the plan needs most. What it needs of them is remembered for its revision; the rest hangs on others."""
    if not settings.FEATURES["RESOURCE_MANAGEMENT"]:
        return []
    first = day_number(timezone.localdate())
    last = first + DAYS - 1
    own = caching.per_revision(
        project, f"project:detail:loads:{first}",
        lambda: dict(_rows(_OWN, {"project": project.pk, "most": MOST, "first": first, "last": last})),
    )  # fmt: skip
    if not own:
        return []
    whole = {row[0]: row for row in _rows(_WHOLE, {"resources": list(own), "first": first, "last": last})}
    capacity = capacity_of(list(own), organization_id=project.organization_id)
    available = {pk: capacity.between(pk, first, last) for pk in own}
    return [
        MemberLoad(
            pk, whole[pk][1], minutes,
            Utilization(minutes, available[pk]).percentage, Utilization(whole[pk][2], available[pk]).percentage,
        )
        for pk, minutes in own.items()
        if pk in whole
    ]  # fmt: skip


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
