"""What was read of a plan, in the words of ``evcase/1``: so that a wrong figure can be told from a wrong reading."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from projects.worktime.moments import MINUTES_PER_DAY, day_of
from tasks.costing.amounts import MONEY_PER_UNIT, WORK_PER_MINUTE
from tasks.costing.given import Accrual, Assignment, Baseline, Piece, Rate, Resource, Task
from tasks.costing.rates import table_of

Values = dict[str, Any]
_ACCRUALS: Final[dict[Accrual, int]] = {"start": 1, "end": 2, "prorated": 3}
_TABLES: Final = "ABCDE"
_FIRST, _LAST = "1984-01-01T00:00:00", "2049-12-31T23:59:00"
_NOBODY: Final = -65535


def task_reads(task: Task) -> Values:
    """What was entered for a task."""
    return {
        "fixed_cost": money(task.fixed_cost),
        "fixed_cost_accrual": _ACCRUALS[task.fixed_accrual],
        "percent_complete": task.percent_complete,
        "physical_percent_complete": task.physical_percent_complete,
        "earned_value_method": int(task.earned_by == "physical"),
        **_baselines(task.baselines),
    }


def resource_reads(resource: Resource) -> Values:
    """Kind, accrual and rates of a resource."""
    first = table_of(resource, 0)[0]
    return {
        "type": resource.kind,
        "accrue_at": _ACCRUALS[resource.accrual],
        "standard_rate": money(first.standard),
        "overtime_rate": money(first.overtime),
        "cost_per_use": money(first.per_use),
        "rates": [_rate(rate) for rate in resource.rates],
    }


def _rate(rate: Rate) -> Values:
    return {
        "table": _TABLES[rate.table] if 0 <= rate.table < len(_TABLES) else "",
        "start": _FIRST if rate.start is None else moment(rate.start),
        "finish": _LAST if rate.finish is None else moment(rate.finish),
        "standard_rate": money(rate.standard),
        "overtime_rate": money(rate.overtime),
        "cost_per_use": money(rate.per_use),
    }


def assignment_reads(item: Assignment) -> Values:
    """Who is on what, with how much, by which rates."""
    return {
        "task": item.task_uid,
        "resource": _NOBODY if item.resource_uid is None else item.resource_uid,
        "units": float(item.units),
        "work_minutes": minutes(item.work),
        "actual_work_minutes": minutes(item.actual_work),
        "overtime_work_minutes": minutes(item.overtime),
        "cost_rate_table": _TABLES[item.rate_table] if 0 <= item.rate_table < len(_TABLES) else "",
        "timephased_sum": _sums(item),
        **_baselines(item.baselines),
    }


def _sums(item: Assignment) -> Values:
    found = {
        "1": _work(item.remaining_pieces),
        "2": _work(item.actual_pieces),
        "3": _work(item.actual_overtime_pieces),
    }
    for number, baseline in item.baselines.items():
        kind = 4 if number == 0 else 10 + 6 * number
        found[str(kind)] = _work(baseline.work_pieces)
        found[str(kind + 1)] = money(sum(piece.amount for piece in baseline.cost_pieces))
    return found


def _work(pieces: Sequence[Piece]) -> float:
    return minutes(sum(piece.amount for piece in pieces))


def _baselines(baselines: Mapping[int, Baseline]) -> Values:
    found: Values = {}
    for number, baseline in baselines.items():
        found |= {
            f"baseline{number}_start": moment(baseline.start),
            f"baseline{number}_finish": moment(baseline.finish),
            f"baseline{number}_duration_minutes": minutes(baseline.duration or 0),
            f"baseline{number}_work_minutes": minutes(baseline.work or 0),
            f"baseline{number}_cost": money(baseline.cost or 0),
        }
    return found


def money(value: int | Fraction) -> float:
    """Currency units of millionths."""
    return float(value) / MONEY_PER_UNIT


def minutes(work: int) -> float:
    """Minutes of hundredths of a second."""
    return work / WORK_PER_MINUTE


def moment(minute: int | None) -> str | None:
    """A moment of the plan as text."""
    if minute is None:
        return None
    day, rest = divmod(minute, MINUTES_PER_DAY)
    return f"{day_of(day).isoformat()}T{rest // 60:02}:{rest % 60:02}:00"
