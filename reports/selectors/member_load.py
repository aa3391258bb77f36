"""How much of its people a plan needs in the weeks to come, and how much all plans together do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from projects.services.working_calendars import day_number
from reports.selectors.utilization import Load
from tasks.capacity import capacity_of

if TYPE_CHECKING:
    from projects.models import Project

#: Four weeks from today on.
DAYS: Final = 28
MOST: Final = 8
#: What the plan needs of each, and what all plans need of him in the same days.
_LOADS: Final = """
SELECT r.id, r.name, own.minutes,
       (SELECT coalesce(sum(planned_minutes), 0) FROM resource_loads
         WHERE resource_id = r.id AND grain = 'd'
           AND first_on BETWEEN DATE '1970-01-01' + %(first)s::integer AND DATE '1970-01-01' + %(last)s::integer)
  FROM (SELECT resource_id, sum(part.minutes) AS minutes
          FROM assignment_loads, unnest(days, minutes) AS part (day, minutes)
         WHERE project_id = %(project)s AND part.day BETWEEN %(first)s AND %(last)s
         GROUP BY resource_id ORDER BY 2 DESC, 1 LIMIT %(most)s) AS own
  JOIN resources r ON r.id = own.resource_id
 ORDER BY own.minutes DESC, r.kana, r.id
"""


class MemberLoad(NamedTuple):
    """Somebody on the plan: minutes that it needs of him, that part of his time, and the part that all plans take."""

    id: int
    name: str
    minutes: int
    percentage: int | None
    whole: int | None

    @property
    def is_over(self) -> bool:
        """Whether all plans together need more than he has."""
        return self.whole is not None and self.whole > 100


def member_loads(project: Project) -> list[MemberLoad]:
    """Those the plan needs most; one query and those of the calendars."""
    if not settings.FEATURES["RESOURCE_MANAGEMENT"]:
        return []
    first = day_number(timezone.localdate())
    span = {"first": first, "last": first + DAYS - 1}
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, {"project": project.pk, "most": MOST, **span})
        rows = cursor.fetchall()
    if not rows:
        return []
    capacity = capacity_of([row[0] for row in rows], organization_id=project.organization_id)
    available = {row[0]: capacity.between(row[0], span["first"], span["last"]) for row in rows}
    return [
        MemberLoad(
            pk, name, int(own),
            Load(int(own), available[pk]).percentage, Load(int(whole), available[pk]).percentage,
        )
        for pk, name, own, whole in rows
    ]  # fmt: skip
