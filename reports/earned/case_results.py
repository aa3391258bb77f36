"""Figures of a plan in the words of ``evcase/1``, so that they can be compared with what other programs found."""

from collections.abc import Sequence
from typing import Any

from projects.worktime.calendar import LAST_DAY
from projects.worktime.moments import MINUTES_PER_DAY
from reports.earned.case_reads import assignment_reads, minutes, money, resource_reads, task_reads
from reports.earned.formulas import EarnedValue
from reports.earned.values import EarnedValues
from tasks.costing.amounts import MONEY_PER_UNIT, WORK_PER_HOUR
from tasks.costing.assignments import Costed
from tasks.costing.given import Plan
from tasks.costing.placing import Placed
from tasks.costing.rollup import Figures, ResourceFigures, TaskFigures, figures_of, percent_of
from tasks.costing.spread import Spread
from tasks.costing.variances import NO_BASELINE, Variances, variances_of
from tasks.interchange.mspdi.values import parse_moment

Values = dict[str, Any]
_END = LAST_DAY * MINUTES_PER_DAY
"""Without a status date: when all is over."""


def results_of(plan: Plan, asked: Values) -> Values:
    """Every figure of a plan. Of ``asked`` (a case) only the questions are looked at: which days and dates to answer for."""
    figures = figures_of(plan)
    values = EarnedValues(figures)
    moment = _END if plan.status is None else plan.status
    tasks, resources, items = (
        values.tasks_at(moment),
        values.resources_at(moment),
        values.assignments_at(moment),
    )
    found: Values = {}
    for uid, row in figures.tasks.items():
        found[str(uid)] = _task(figures, row, tasks[uid])
    for uid, resource in figures.resources.items():
        found[f"r:{uid}"] = _resource(figures, resource, resources[uid])
    for item in figures.assignments:
        found[f"a:{item.item.uid}"] = _assignment(figures, item, items[item.item.uid])
    found["daily"] = [_daily(figures, question) for question in asked.get("daily", ())]
    found["ev"] = {
        text: _at(values.tasks_at(parse_moment(text))) for text in asked.get("reference_ev", {}).get("at", {})
    }
    return found


def _task(figures: Figures, row: TaskFigures, at: EarnedValue) -> Values:
    task, agreed = row.task, row.task.baselines.get(figures.plan.baseline)
    moved = variances_of(agreed, row.calendar, (task.start, task.finish), (task.duration, row.work, row.cost))
    return {
        **_amounts(row.work, row.actual_work, row.cost, row.actual_cost),
        "percent_work_complete": row.percent_work_complete,
        **_moved(moved),
        **_earned(at),
        "vac": money(-moved.cost),
        **task_reads(task),
        "percent_complete": row.percent_complete,
    }


def _resource(figures: Figures, row: ResourceFigures, at: EarnedValue) -> Values:
    number = figures.plan.baseline
    agreed = row.resource.baselines.get(number, NO_BASELINE)
    return {
        **_amounts(row.work, row.actual_work, row.cost, row.actual_cost),
        "percent_work_complete": row.percent_work_complete,
        "cost_variance": money(row.cost - (agreed.cost or 0)),
        "work_variance_minutes": minutes(row.work - (agreed.work or 0)),
        **_earned(at),
        **resource_reads(row.resource),
    }


def _assignment(figures: Figures, item: Costed, at: EarnedValue) -> Values:
    given, agreed = item.item, item.item.baselines.get(figures.plan.baseline)
    calendar = figures.hours.of_resource(item.resource)
    moved = variances_of(
        agreed, calendar, (given.start, given.finish), (0, given.work if item.resource else 0, item.cost)
    )
    return {
        **_amounts(given.work, given.actual_work, item.cost, item.actual_cost),
        **_moved(moved),
        "percent_work_complete": percent_of(given.actual_work, given.work),
        **_earned(at),
        **assignment_reads(given),
    }


def _amounts(work: int, actual_work: int, cost: int, actual_cost: int) -> Values:
    return {
        "work_minutes": minutes(work),
        "actual_work_minutes": minutes(actual_work),
        "remaining_work_minutes": minutes(work - actual_work),
        "cost": money(cost),
        "actual_cost": money(actual_cost),
        "remaining_cost": money(cost - actual_cost),
    }


def _moved(moved: Variances) -> Values:
    return {
        "start_variance_minutes": moved.start,
        "finish_variance_minutes": moved.finish,
        "duration_variance_minutes": minutes(moved.duration),
        "work_variance_minutes": minutes(moved.work),
        "cost_variance": money(moved.cost),
    }


def _earned(at: EarnedValue) -> Values:
    return {
        "bcws": money(at.pv),
        "bcwp": money(at.ev),
        "acwp": money(at.ac),
        "sv": money(at.sv),
        "cv": money(at.cv),
    }


def _at(values: dict[int, EarnedValue]) -> Values:
    return {str(uid): _earned(at) for uid, at in values.items()}


def _daily(figures: Figures, question: Values) -> list[float] | None:
    """A series by day; money in currency units, work and material in hours and units."""
    first, count = parse_moment(question["start"]) // MINUTES_PER_DAY, len(question["values"])
    row, uid, field = figures.tasks.get(question["task"]), question["assignment"], question["field"]
    if row is None:
        return None
    items = [item for item in row.own if uid is None or item.item.uid == uid]
    found = [spread for item in items for spread in _spreads(field, item)]
    if uid is None:
        found += _fixed(field, row)
    unit = MONEY_PER_UNIT if field.endswith("Cost") else WORK_PER_HOUR
    days = [spread.by_day(first, count) for spread in found]
    return [sum(day[at] for day in days) / unit for at in range(count)]


def _spreads(field: str, item: Costed) -> Sequence[Spread]:
    """What of an assignment a series is made of."""
    if field.endswith("Material") != (item.resource is not None and item.resource.kind == "material"):
        return () if not field.endswith("Cost") else _money_of(field, item)
    return _money_of(field, item) if field.endswith("Cost") else _work_of(field, item.placed)


def _money_of(field: str, item: Costed) -> Sequence[Spread]:
    return {
        "Cost": (*item.actual, *item.remaining),
        "ActualCost": item.actual,
        "RemainingCost": item.remaining,
        "ActualRegularCost": item.actual[:1],
        "ActualOvertimeCost": item.actual[1:],
        "RemainingRegularCost": item.remaining[:1],
        "RemainingOvertimeCost": item.remaining[1:],
    }.get(field, ())


def _work_of(field: str, placed: Placed) -> Sequence[Spread]:
    actual = (placed.actual, placed.actual_overtime)
    remaining = (placed.remaining, placed.remaining_overtime)
    return {
        "Work": actual + remaining,
        "ActualWork": actual,
        "RemainingWork": remaining,
        "ActualRegularWork": actual[:1],
        "ActualOvertimeWork": actual[1:],
        "RemainingRegularWork": remaining[:1],
        "RemainingOvertimeWork": remaining[1:],
        "Material": actual + remaining,
        "ActualMaterial": actual,
        "RemainingMaterial": remaining,
    }.get(field, ())


def _fixed(field: str, row: TaskFigures) -> Sequence[Spread]:
    return {
        "Cost": (row.fixed_actual, row.fixed_remaining),
        "ActualCost": (row.fixed_actual,),
        "ActualFixedCost": (row.fixed_actual,),
        "RemainingCost": (row.fixed_remaining,),
        "RemainingFixedCost": (row.fixed_remaining,),
    }.get(field, ())
