"""Levels a plan and says what that changes; nothing is written. Within a request it would take too long: a command or a job runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY, day_number, first_day_of, last_day_of
from tasks.allocation.capacity import default_calendar_id
from tasks.allocation.elsewhere import too_full_days
from tasks.allocation.loads import DatedPlan
from tasks.leveling.decided import decided_columns
from tasks.leveling.loading import load_input
from tasks.plan.forecasting import forecast_day
from tasks.plan.refusals import refused
from tasks.scheduling.columns import NOTHING
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.leveling.diagnose import LevelingRefused
from tasks.scheduling.leveling.level import level
from tasks.scheduling.leveling.verify import verify
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project
    from tasks.allocation.sums import DayKey
    from tasks.leveling.loading import LevelingInput
    from tasks.scheduling.columns import Columns
    from tasks.scheduling.leveling.diagnose import Clash, TooManyUnits
    from tasks.scheduling.leveling.leveled import Delay, Leveled
    from tasks.scheduling.leveling.plan_bound import PlanBound
    from tasks.scheduling.leveling.shorten import Search
    from tasks.scheduling.scheduled import ScheduledColumns

#: Why a plan cannot be levelled.
CANNOT: Final = (LevelingRefused, NetworkError, WorktimeError)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared of the plan as it is and as it would be."""

    #: In plan minutes; None without tasks.
    finish: int | None
    missed_deadlines: tuple[int, ...]
    #: Days of people, from today on, on which this plan, beside others, asks more than there is, ascending.
    too_full: tuple[DayKey, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A task that lies elsewhere than before, in plan minutes; summaries are not among them."""

    task_id: int
    start_before: int
    finish_before: int
    start: int
    finish: int


@dataclass(frozen=True, slots=True)
class Leveling:
    """A levelled plan beside the one that there is. It holds for this revision and digest only."""

    revision: int
    digest: str
    within_slack: bool
    now: Figures
    then: Figures
    moved: tuple[Moved, ...]
    delays: tuple[Delay, ...]
    #: What no order solves: tasks that ask more of a person than there is, and tasks that may not move and overlap.
    too_many_units: tuple[TooManyUnits, ...]
    clashes: tuple[Clash, ...]
    #: The delays that are other than those of the plan now, by task, in minutes of the clock.
    changes: dict[int, int]
    #: What no levelled plan ends before, and why; None within slack, where nothing is known, and in what was kept before there were any.
    bound: PlanBound | None = None
    #: So many working days of the project the levelled plan could end sooner at best; None without a bound.
    days_sooner: int | None = None


@dataclass(frozen=True, slots=True)
class Solved:
    """A levelled plan that was verified, with the dates before and after."""

    leveled: Leveled
    before: ScheduledColumns
    after: ScheduledColumns


def level_plan(project: Project, *, within_slack: bool = False, search: Search | None = None) -> Leveling:
    """Level a plan around what its people do in other plans.

    With `within_slack` no task moves the finish, with `search` orders are tried in which the plan ends sooner.

    Raises RuleBrokenError for a plan that cannot be levelled or has no dates, and LevelingRejected where the result is not what it says
    (a fault of the program: nothing is given then).
    """
    given = load_input(project)
    try:
        solved = solve(given, within_slack=within_slack, search=search)
    except CANNOT as error:
        raise refusal_of(error) from error
    return compare(given, solved, within_slack=within_slack)


def solve(
    given: LevelingInput,
    *,
    within_slack: bool,
    search: Search | None = None,
    decisions: Mapping[int, int | None] | None = None,
) -> Solved:
    """Level and verify, by what was decided of single tasks: seconds for thousands of tasks, without the database. Raises what is in `CANNOT`, and LevelingRejected."""
    columns = decided_columns(given.columns, decisions or {})
    leveled = level(columns, given.elsewhere, within_slack=within_slack, search=search)
    return Solved(leveled, schedule(given.columns), verify(leveled))


def refusal_of(error: LevelingRefused | NetworkError | WorktimeError) -> RuleBrokenError:
    """What `solve` could not do, in words; asks the database for names."""
    if isinstance(error, LevelingRefused):
        return RuleBrokenError(_refusal(error))
    return refused(error)


def compare(given: LevelingInput, solved: Solved, *, within_slack: bool) -> Leveling:
    """What the levelled plan changes of the one that there is, and what is left to be solved from today on.

    Who had too much on days that are over is no question of levelling any more: it is neither counted nor listed.
    """
    leveled, before, after = solved.leveled, solved.before, solved.after
    first_day = day_number(forecast_day(given.project, timezone.localdate()))
    return Leveling(
        given.revision, given.digest, within_slack,
        _figures(given, given.columns, before, first_day), _figures(given, leveled.columns, after, first_day),
        _moved(given.columns, before, after), leveled.delays, leveled.too_many_units,
        tuple(clash for clash in leveled.clashes if clash.end > first_day * MINUTES_PER_DAY),
        _changes(given.columns, leveled.columns), leveled.bound, _days_sooner(given.columns, leveled),
    )  # fmt: skip


def _days_sooner(columns: Columns, leveled: Leveled) -> int | None:
    """From the day of the bound to that of the plan; a difference of days off alone is one, rounded up."""
    if leveled.bound is None:
        return None
    first, last = last_day_of(leveled.bound.finish), last_day_of(leveled.finish_after)
    if first >= last:
        return 0
    calendar = Calendars(columns.calendars).calendar(columns.project.calendar_id)
    days = {
        day
        for begin, _end in calendar.shifts_of(first + 1, last + 1)
        if first < (day := first_day_of(begin)) <= last
    }
    return max(1, len(days))


def _refusal(error: LevelingRefused) -> str:
    if error.reason == "from_finish":
        return _("終了日から計算する計画は平準化できません。開始日から計算するように変えてください。")
    return _(
        "「できるだけ遅く」のタスク%(count)d件の位置が決まらないため、平準化できません。「できるだけ早く」に変えてください。"
    ) % {"count": len(error.task_ids)}


def _figures(given: LevelingInput, columns: Columns, plan: ScheduledColumns, first_day: int) -> Figures:
    tasks, organization_id = columns.tasks, given.project.organization_id
    has_one = (tasks.deadline_minute != NOTHING) & (tasks.percent_complete < 100) & tasks.is_active
    missed = has_one & (plan.finish > tasks.deadline_minute)
    dated = DatedPlan(columns, plan.start, plan.finish, default_calendar_id(organization_id))
    too_full = too_full_days(dated, given.minutes, organization_id=organization_id)
    return Figures(
        plan.project_finish if len(plan) else None,
        tuple(tasks.id[missed].tolist()),
        tuple(sorted(key for key in too_full if key[1] >= first_day)),
    )


def _moved(columns: Columns, before: ScheduledColumns, after: ScheduledColumns) -> tuple[Moved, ...]:
    differs = (before.start != after.start) | (before.finish != after.finish)
    differs &= ~np.isin(columns.tasks.id, columns.tasks.parent_id)
    rows = [after.id, before.start, before.finish, after.start, after.finish]
    return tuple(Moved(*each) for each in zip(*(column[differs].tolist() for column in rows), strict=True))


def _changes(before: Columns, after: Columns) -> dict[int, int]:
    differs = before.tasks.leveling_delay_minutes != after.tasks.leveling_delay_minutes
    found = zip(
        after.tasks.id[differs].tolist(),
        after.tasks.leveling_delay_minutes[differs].tolist(),
        strict=True,
    )
    return dict(found)
