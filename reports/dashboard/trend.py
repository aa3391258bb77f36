"""What an organization's figures were, week by week: from the rows that the night's job keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final, NamedTuple

from django.db import connection

from config.web.elements import BEHIND_POINTS

#: So many weeks back; with today's figure the line has one point more.
WEEKS: Final = 8
_PAST: Final = """
SELECT day, count(*) FILTER (WHERE status = 'active'),
       count(*) FILTER (WHERE status = 'active'
                          AND (late_count > 0 OR planned_percentage - progress_percentage >= %(behind)s)),
       coalesce(sum(late_count) FILTER (WHERE status = 'active'), 0)
  FROM project_days
 WHERE organization_id = %(organization)s AND day = ANY (%(days)s) AND project_id = ANY (%(projects)s)
 GROUP BY day ORDER BY day
"""


class Past(NamedTuple):
    """Some day's figures over the projects of one viewer."""

    day: dt.date
    active: int
    behind: int
    late: int


def past_of(organization_id: int, projects: Collection[int], today: dt.date) -> list[Past]:
    """The same weekday of the weeks before; days without rows are left out."""
    days = [today - dt.timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    with connection.cursor() as cursor:
        cursor.execute(
            _PAST,
            {
                "organization": organization_id,
                "days": days,
                "projects": list(projects),
                "behind": BEHIND_POINTS,
            },
        )
        return [Past(*row) for row in cursor.fetchall()]
