"""Constraints and deadlines by the day: the minute that a typed day means, the day that a minute shows, and in words what a
day without work means for the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from config.web import formats
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY, day_of, ends_on, first_day_of, minute_of
from tasks.plan.clocks import clock_of, end_of, first_of
from tasks.scheduling.constraint_types import HOLDS_FINISH

if TYPE_CHECKING:
    from datetime import date

    from projects.worktime.calendar import WorkingTime
    from tasks.models import Task

#: What is not a constraint, but holds a finish like one.
DEADLINE: Final = "deadline"
_ENDS: Final = (*HOLDS_FINISH, DEADLINE)
_MEANINGS: Final = {
    DEADLINE: gettext_lazy("%(day)sは休みなので、%(moment)sまでに終える必要があります。"),
    "SNET": gettext_lazy("%(day)sは休みなので、%(moment)s以降に始まります。"),
    "SNLT": gettext_lazy("%(day)sは休みなので、%(moment)sまでに始める必要があります。"),
    "MSO": gettext_lazy("%(day)sは休みなので、%(moment)sに始まります。"),
    "FNET": gettext_lazy("%(day)sは休みなので、%(moment)s以降に終わります。"),
    "FNLT": gettext_lazy("%(day)sは休みなので、%(moment)sまでに終える必要があります。"),
    "MFO": gettext_lazy("%(day)sは休みなので、%(moment)sに終わります。"),
}


def constraint_day(kind: str, minute: int | None) -> date | None:
    """The day that a constraint begins on, or the last one where it holds a finish; none where it has no date."""
    if minute is None or kind in _ENDS:
        return ends_on(minute)
    return day_of(first_day_of(minute))


def moment_of(task: Task, kind: str, day: date | None, clock: WorkingTime | None = None) -> int | None:
    """The minute that a typed day means: the end of its work where a finish is held, and else the beginning of it.

    A day without work stays the day that was typed, at the hour of the nearest day that has some: what it means for the
    plan the engine finds out, and `meanings_of` says. Raises RuleBrokenError outside of the years that plans know.
    """
    if day is None:
        return None
    holds_end = kind in _ENDS
    minute = end_of(task, day, clock) if holds_end else first_of(task, day, clock)
    if constraint_day(kind, minute) == day:
        return minute
    # An end at midnight belongs to the day before it.
    late = 1 if holds_end else 0
    return minute_of(day) + (minute - late) % MINUTES_PER_DAY + late


def meanings_of(task: Task) -> dict[str, str]:
    """What dates of a task on days without work mean for the plan: sentences by ``deadline`` and the type of constraint.

    A date that means itself is not named. A milestone lies on any day, and elapsed time runs on all of them.
    """
    dates = {DEADLINE: task.deadline_minute, task.constraint_type: task.constraint_minute}
    given = {kind: minute for kind, minute in dates.items() if minute is not None}
    if not given or task.is_elapsed or task.is_milestone:
        return {}
    clock = clock_of(task)
    return {kind: said for kind, minute in given.items() if (said := _meaning(clock, kind, minute))}


def _meaning(clock: WorkingTime, kind: str, minute: int) -> str:
    try:
        meant = clock.previous_working(minute) if kind in _ENDS else clock.next_working(minute)
    except WorktimeError:
        return ""  # so far away that a plan there is refused by itself
    day = constraint_day(kind, minute)
    if constraint_day(kind, meant) == day:
        return ""
    return str(_MEANINGS[kind]) % {"day": formats.day(day), "moment": plan_moment(meant)}


def plan_moment(minute: int) -> str:
    """2026/12/02（水） 17:30: a minute of the plan's own clock."""
    hour, rest = divmod(minute % MINUTES_PER_DAY, 60)
    return f"{formats.day(minute)} {hour}:{rest:02}"
