"""How far the rows of a plan had come by some days: from what was reported.

Of progress the last report of a row up to each day counts. Hours belong to the day that each report is of, also where a sheet of hours
is filled in for days before others. What was never reported (what came with a file) is known from today on alone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from tasks.plan.arrays import Array, arrays_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.performance.reading import Reading

#: Between two days of the list, of each row the last progress and the minutes that were added: as many rows as the plan has, times the
#: days at most, however long the history is. A report of a listed day belongs to it, and has the sum of minutes after it.
_REPORTS: Final = """
SELECT array_agg(task_id), array_agg(point), array_agg(progress), array_agg(added)
  FROM (SELECT task_id, point, sum(added)::bigint AS added,
               (array_agg(progress_percentage::bigint ORDER BY recorded_on DESC, recorded_at DESC, id DESC))[1] AS progress
          FROM (SELECT task_id, recorded_on, recorded_at, id, progress_percentage,
                       width_bucket(recorded_on, %s::date[])::bigint AS point,
                       actual_work_minutes - lag(actual_work_minutes, 1, 0::bigint)
                           OVER (PARTITION BY task_id ORDER BY recorded_at, id) AS added
                  FROM task_progress WHERE project_id = %s::bigint) AS report
         WHERE recorded_on <= %s::date
         GROUP BY task_id, point ORDER BY task_id, point) AS last
"""


class Past:
    """Reports of a plan by row and day, as arrays sorted by both."""

    def __init__(self, reading: Reading, days: Sequence[dt.date]) -> None:
        """One query. Days ascend; reports after the last one are left out, and those on what is no row."""
        self._days, self._rows = len(days), len(reading.id)
        following = [day + dt.timedelta(days=1) for day in days[:-1]]
        with arrays_cursor() as cursor:
            cursor.execute(_REPORTS, [following, reading.project.pk, days[-1]])
            found = [np.empty(0, np.int64) if each is None else each for each in cursor.fetchone()]
        rows = reading.places(found[0])
        known = rows >= 0
        self._row = rows[known]
        self._day, self._progress, self._added = (each[known] for each in found[1:])
        #: Where the reports of a row begin.
        self._first = np.append([True], self._row[1:] != self._row[:-1])[: len(self._row)]

    def progress(self) -> Array:
        """Of each row by the last day, in percent; 0 where nothing was reported."""
        found = np.zeros(self._rows)
        ends = np.append(self._first[1:], True)[: len(self._row)]
        found[self._row[ends]] = self._progress[ends]
        return found

    def minutes(self) -> Array:
        """Of each row by the last day."""
        return np.bincount(self._row, self._added, minlength=self._rows)

    def progress_by_day(self, weights: Array) -> Array:
        """Percents of all rows together by each day, each by its weight."""
        steps = self._progress.astype(float)
        steps[~self._first] -= self._progress[np.flatnonzero(~self._first) - 1]
        return self._by_day(steps * weights[self._row])

    def minutes_by_day(self, weights: Array) -> Array:
        """Minutes of all rows together by each day, each by its weight."""
        return self._by_day(self._added * weights[self._row])

    def _by_day(self, added: Array) -> Array:
        return np.cumsum(np.bincount(self._day, added, minlength=self._days))
