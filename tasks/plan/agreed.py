"""What was agreed on of the rows of a plan: the baseline that it is compared with, and how far each row is from it now.

"The" baseline of a project is the one that is chosen (`Baseline.is_chosen`, one at most, held by the database), whatever number of
Microsoft Project it has. Variances are current less agreed, as `tasks/costing/variances.py` reckons them for files of Microsoft Project:
later, longer and more are positive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from config.web import formats
from projects.calendars.services import rules_of
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from tasks.models import Baseline

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.worktime.calendar import WorkingTime

_AGREED: Final = """
SELECT now.id, was.start_minute, was.finish_minute, was.duration_minutes, was.work_minutes, was.is_elapsed,
       now.start_minute, now.finish_minute, coalesce(now.calendar_id, projects.calendar_id)
  FROM baselines
  JOIN baseline_tasks AS was ON was.baseline_id = baselines.id
  JOIN tasks AS now ON now.id = was.task_id AND now.deleted_at IS NULL
  JOIN projects ON projects.id = baselines.project_id
 WHERE baselines.project_id = %(project)s AND baselines.is_chosen
   AND (%(ids)s::bigint[] IS NULL OR was.task_id = ANY(%(ids)s::bigint[]))
"""


class Agreed(NamedTuple):
    """One row as the chosen baseline has it. Moments are minutes of the plan's clock, lengths minutes of work."""

    start: int
    finish: int
    duration: int
    work: int
    is_elapsed: bool
    #: How many working minutes of the task's calendar it starts and finishes later now; None where that is not known.
    start_later: int | None
    finish_later: int | None


def agreed_span(project_id: int) -> tuple[int, int] | None:
    """First and last minute of the baseline that a plan is compared with; None where there is none."""
    chosen = Baseline.objects.filter(project=project_id, is_chosen=True)
    return chosen.values_list("start_minute", "finish_minute").first()


def agreed_rows(project_id: int, ids: Collection[int] | None) -> dict[int, Agreed]:
    """What was agreed on, by task (None: of the whole plan); one query, and those of the calendars where there is any."""
    with connection.cursor() as cursor:
        cursor.execute(_AGREED, {"project": project_id, "ids": None if ids is None else list(ids)})
        found = cursor.fetchall()
    if not found:
        return {}
    calendars = {row[-1] for row in found}
    clocks = Calendars(rules_of(calendars))
    by_calendar = {pk: clocks.calendar(pk) for pk in calendars}
    return {
        pk: Agreed(
            start, finish, duration, work, is_elapsed,
            later_by(by_calendar[calendar], start, start_now), later_by(by_calendar[calendar], finish, finish_now),
        )
        for pk, start, finish, duration, work, is_elapsed, start_now, finish_now, calendar in found
    }  # fmt: skip


def later_by(clock: WorkingTime, then: int | None, now: int | None) -> int | None:
    """Minutes of work from one moment to another, negative where now is earlier; None where one of them is not known."""
    if then is None or now is None:
        return None
    try:
        return clock.between(then, now)
    except WorktimeError:
        return None


def later_words(minutes: int | None, minutes_per_day: int) -> str:
    """A difference of dates in words."""
    if minutes is None:
        return formats.NONE
    if not minutes:
        return _("同じ")
    days = formats.tenths_of_days(abs(minutes), minutes_per_day)
    return (_("%(days)s遅い") if minutes > 0 else _("%(days)s早い")) % {"days": days}
