"""The working time that the dates of one task are counted in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.calendars.services import rules_of
from projects.errors import RuleBrokenError
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY, minute_of

if TYPE_CHECKING:
    from projects.worktime.calendar import WorkingTime
    from tasks.models import Task


def clock_of(task: Task) -> WorkingTime:
    """The working time that a task's duration is measured in: its own calendar's, else the project's."""
    calendar_id = task.calendar_id or task.project.calendar_id
    return Calendars(rules_of([calendar_id])).calendar(calendar_id)


def next_working(clock: WorkingTime, minute: int) -> int:
    """The first working minute from a moment on; raises RuleBrokenError outside of the years that plans know."""
    return _working(clock.next_working, minute, field="start")


def first_of(task: Task, day: date, clock: WorkingTime | None = None) -> int:
    """The first working minute of a day, or of the next one that has any; on the task's `clock`, where it is known."""
    return _working((clock or clock_of(task)).next_working, minute_of(day))


def end_of(task: Task, day: date, clock: WorkingTime | None = None) -> int:
    """The last working minute of a day; midnight where the task's time runs on the clock."""
    midnight = minute_of(day) + MINUTES_PER_DAY
    return midnight if task.is_elapsed else _working((clock or clock_of(task)).previous_working, midnight)


def added(clock: WorkingTime, minute: int, minutes: int, *, field: str | None = None) -> int:
    """The moment when so many working minutes from a moment on are done; raises RuleBrokenError outside of the years that plans know."""
    return _working(clock.add, minute, minutes, field=field)


def between(clock: WorkingTime, start: int, finish: int, *, field: str | None = None) -> int:
    """Working minutes between two moments; raises RuleBrokenError outside of the years that plans know."""
    return _working(clock.between, start, finish, field=field)


def _working(find: Callable[..., int], *given: int, field: str | None = None) -> int:
    try:
        return find(*given)
    except WorktimeError as error:
        raise RuleBrokenError(
            _("この日付は計画の範囲の外です。別の日を選んでください。"), field=field
        ) from error
