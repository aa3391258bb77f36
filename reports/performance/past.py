"""How far the rows of a plan had come by some days: from the progress that was reported.

Of a row the last report up to each day counts. What nobody reported (progress that came with a file) is known from today on alone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from tasks.plan.arrays import arrays_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.performance.reading import Reading

#: The last report of each row between two days of the list: as many rows as the plan has, times the days at most, however long
#: the history is. A report of a listed day belongs to it.
_REPORTS: Final = """
SELECT array_agg(task_id), array_agg(point), array_agg(progress_percentage::bigint), array_agg(actual_work_minutes)
  FROM (SELECT DISTINCT ON (task_id, point) * FROM (
            SELECT task_id, width_bucket(recorded_on, %s::date[])::bigint AS point, progress_percentage, actual_work_minutes,
                   recorded_on, recorded_at, id
              FROM task_progress WHERE project_id = %s::bigint AND recorded_on <= %s::date) AS reported
         ORDER BY task_id, point, recorded_on DESC, recorded_at DESC, id DESC) AS last
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
        self._row, self._day, self.progress, self.minutes = rows[known], *(each[known] for each in found[1:])
        #: Where the reports of a row begin.
        self._first = np.append([True], self._row[1:] != self._row[:-1])[: len(self._row)]

    def last(self, values: np.ndarray) -> np.ndarray:
        """What each row had by the last day; 0 where nothing was reported. `values` are of this object's reports."""
        found = np.zeros(self._rows)
        ends = np.append(self._first[1:], True) if len(self._first) else self._first
        found[self._row[ends]] = values[ends]
        return found

    def sums(self, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """What the rows together had by each day, each by its weight."""
        steps = values.astype(float)
        steps[~self._first] -= values[np.flatnonzero(~self._first) - 1]
        added = np.bincount(self._day, steps * weights[self._row], minlength=self._days)
        return np.cumsum(added)
