"""Simulates a plan and says what came of it; nothing is written. Within a request it would take too long: a command or a job runs it.

A project that is under way is simulated from today on, as its forecast is: what is left lies ahead, and what has begun goes on at its pace.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.models import ProjectStatus
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY, day_number, minute_of
from tasks.leveling.loading import digest_of
from tasks.leveling.loading import load_input as level_input
from tasks.plan.forecasting import forecast_day
from tasks.plan.loading import load_plan
from tasks.plan.refusals import refused
from tasks.risk.drivers import rows_of
from tasks.scheduling.columns import NOTHING
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.forecast import from_now_on
from tasks.scheduling.risk.outlook import SHARES, Chance, Percentile
from tasks.scheduling.risk.uncertain import (
    RiskDriver,
    RiskRefused,
    Uncertainty,
    by_template,
    is_active,
    remaining_of,
)
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from projects.models import Project
    from tasks.risk.asked import Asked, AskedRisk
    from tasks.scheduling.columns import Columns, Whole
    from tasks.scheduling.leveling.people import Elsewhere
    from tasks.scheduling.risk.outlook import Outlook

#: Why a plan cannot be simulated.
CANNOT: Final = (RiskRefused, NetworkError, WorktimeError)
#: So many tasks are kept for the tornado, for those that are on the path most often, and for deadlines.
MOST_TASKS: Final = 20
MOST_DEADLINES: Final = 50
MOST_THREADS: Final = 4


@dataclass(frozen=True, slots=True)
class RiskInput:
    """All that a simulation hangs on beside what was asked. Where revision, digest and day are the same, the result is."""

    project: Project
    revision: int
    #: From which day on what is left is done, as a number; None for a project that is not under way.
    day: int | None
    columns: Columns
    digest: str
    #: What people do outside of the plan, where runs are levelled.
    elsewhere: Elsewhere | None
    #: By risk its rows.
    rows_of: Mapping[AskedRisk, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class TaskRisk:
    """A task that matters: how its length and the finish go together, how often it decides that, and its dates by percent of the runs."""

    task_id: int
    influence: float
    criticality: float
    finishes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DeadlineRisk:
    """A task with a deadline, and how likely it is kept."""

    task_id: int
    deadline: int
    probability: float


@dataclass(frozen=True, slots=True)
class RiskFound:
    """A risk: in how many runs it happened, and how its factor and the finish go together. One of the list has its name there."""

    name: str
    runs: int
    influence: float
    issue: int = 0


@dataclass(frozen=True, slots=True)
class Simulation:
    """What many runs say of a plan. Moments are plan minutes."""

    revision: int
    digest: str
    asked: Asked
    #: When the plan is done that was simulated: for a project under way its forecast.
    planned: int
    #: How likely that is, and the day the project has to be done by.
    by_plan: Chance
    by_deadline: Chance
    percentiles: tuple[Percentile, ...]
    #: The first run, and the one by which 1, 2, … 100 percent are done.
    curve: tuple[int, ...]
    tasks: tuple[TaskRisk, ...]
    deadlines: tuple[DeadlineRisk, ...]
    risks: tuple[RiskFound, ...] = ()


def simulate_plan(project: Project, asked: Asked) -> Simulation:
    """Simulate a plan. Raises RuleBrokenError for one that cannot be simulated or has no dates."""
    given = load_input(project, asked)
    try:
        return run(given, asked)
    except CANNOT as error:
        raise refusal_of(error) from error


def load_input(project: Project, asked: Asked) -> RiskInput:
    """Read a plan as it is now; the caller has set the scope. A fixed number of queries, and one for each risk with a WBS code.

    Raises RuleBrokenError where a risk has no tasks.
    """
    leveling = level_input(project) if asked.leveled else None
    columns = load_plan(project).columns if leveling is None else leveling.columns
    digest = digest_of(columns, {}) if leveling is None else leveling.digest
    elsewhere = None if leveling is None else leveling.elsewhere
    is_open = project.status == ProjectStatus.ACTIVE
    day = day_number(forecast_day(project, timezone.localdate())) if is_open else None
    by_risk = {one: rows_of(project, columns, one) for one in asked.risks}
    return RiskInput(project, project.revision, day, columns, digest, elsewhere, by_risk)


def run(given: RiskInput, asked: Asked, told: Callable[[int], None] | None = None) -> Simulation:
    """Make the runs: a second for thousands of tasks, without the database. Raises what is in `CANNOT`."""
    from tasks.scheduling.risk.simulate import simulate  # noqa: PLC0415  # numba: no process of the site needs it

    columns = given.columns
    if columns.project.from_finish:
        raise RiskRefused("from_finish")
    if given.day is not None:
        columns = from_now_on(columns, schedule(columns), given.day * MINUTES_PER_DAY)
    found = simulate(
        columns, _uncertainty(given, columns, asked), runs=asked.runs, seed=asked.seed, told=told, elsewhere=given.elsewhere,
        threads=min(MOST_THREADS, os.cpu_count() or 1),
    )  # fmt: skip
    return _simulation(given, asked, columns, found)


def refusal_of(error: RiskRefused | NetworkError | WorktimeError) -> RuleBrokenError:
    """What could not be simulated, in words; asks the database for names."""
    if not isinstance(error, RiskRefused):
        return refused(error)
    said = {
        "from_finish": _(
            "終了日から計算する計画はリスク分析できません。開始日から計算するように変えてください。"
        ),
        "nothing_uncertain": _(
            "所要時間に幅のある作業が残っていません。残っている作業があるかと、幅の％を確認してください。"
        ),
        "driver": _("リスクの確率は0〜100％、影響は1％以上で、小さい方を先に指定してください。"),
        "leveled": _(
            "平準化しながらのリスク分析は、担当者のすべてのタスクが同じカレンダーで、「できるだけ遅く」のタスクと、担当者のいる「経過5日」のような期間のタスクがない計画でできます。平準化を外すか、そのタスクの設定を変えてください。"
        ),
        "range": _("最長の所要時間が長すぎるタスクがあります。幅の％か、タスクの期間を小さくしてください。"),
    }
    return RuleBrokenError(
        said.get(error.reason, _("実行回数が多すぎます。実行回数を減らすか、計画を分けてください。"))
    )


def _uncertainty(given: RiskInput, columns: Columns, asked: Asked) -> Uncertainty:
    drivers = tuple(
        RiskDriver(one.name, one.probability / 100, one.low / 100, one.high / 100, given.rows_of[one])
        for one in asked.risks
    )
    ranges = by_template(remaining_of(columns), asked.below, asked.above)
    if not asked.correlation:
        return Uncertainty(*ranges, asked.shape, drivers=drivers)
    group, count = phases_of(columns)
    return Uncertainty(*ranges, asked.shape, group, (asked.correlation / 100,) * count, drivers)


def phases_of(columns: Columns) -> tuple[Whole, int]:
    """By row the number of the row at the top above it, -1 for those rows themselves; and how many have rows below them."""
    row_of = {pk: row for row, pk in enumerate(columns.tasks.id.tolist())}
    above = [-1 if pk == NOTHING else row_of[pk] for pk in columns.tasks.parent_id.tolist()]
    tops = [-1] * len(above)
    for row in range(len(above)):
        top = row
        while above[top] >= 0:
            top = above[top]
        tops[row] = top if top != row else -1
    number = {top: place for place, top in enumerate(sorted(set(tops) - {-1}))}
    return np.array([number.get(top, -1) for top in tops], np.int64), len(number)


def _simulation(given: RiskInput, asked: Asked, columns: Columns, found: Outlook) -> Simulation:
    due = minute_of(given.project.end_date) + MINUTES_PER_DAY
    places = [0, *(found.runs * share // 100 - 1 for share in range(1, 101))]
    return Simulation(
        given.revision, given.digest, asked, found.planned, found.chance_by(found.planned), found.chance_by(due),
        tuple(found.percentile(share) for share in SHARES),
        tuple(int(found.ends[max(0, place)]) for place in places),
        tuple(_task_risk(columns, found, row) for row in _rows_that_matter(found)),
        tuple(_deadlines(columns, found)),
        tuple(
            RiskFound(one.name, runs, influence, one.issue)
            for one, runs, influence in zip(asked.risks, found.driver_runs, found.driver_influence, strict=True)
        ),
    )  # fmt: skip


def noise_of(runs: int) -> float:
    """A rank correlation that runs which have nothing to do with each other stay below in 95 of 100 cases."""
    return 2 / sqrt(runs)


def _rows_that_matter(found: Outlook) -> list[int]:
    """Those with the largest influence, then others that are on the path most often; each at most so many. Noise is none."""
    by_influence = np.argsort(-np.abs(found.influence), kind="stable")[:MOST_TASKS]
    by_path = np.argsort(-found.criticality, kind="stable")[:MOST_TASKS]
    some = [row for row in by_influence.tolist() if abs(found.influence[row]) > noise_of(found.runs)]
    return some + [row for row in by_path.tolist() if found.criticality[row] and row not in some]


def _task_risk(columns: Columns, found: Outlook, row: int) -> TaskRisk:
    finishes = tuple(int(found.finishes[share][row]) for share in SHARES)
    return TaskRisk(
        int(columns.tasks.id[row]), float(found.influence[row]), float(found.criticality[row]), finishes
    )


def _deadlines(columns: Columns, found: Outlook) -> Iterable[DeadlineRisk]:
    """Deadlines of what is not done, the least likely first."""
    tasks = columns.tasks
    is_open = is_active(tasks) & (tasks.percent_complete < 100) & (tasks.actual_finish_minute == NOTHING)
    some = np.flatnonzero((tasks.deadline_minute != NOTHING) & is_open)
    for row in some[np.argsort(found.in_time[some], kind="stable")][:MOST_DEADLINES].tolist():
        yield DeadlineRisk(int(tasks.id[row]), int(tasks.deadline_minute[row]), float(found.in_time[row]))
