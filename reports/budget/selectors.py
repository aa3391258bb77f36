"""収支 of a project by month: people by their hours and rates, 外注, 経費 and 売上 by their lines, and what is left.

Planned work of people is what tasks ask of them, at the rate of each day; what they cost is what their sheets say, at the rate of the day
on which it was worked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from django.db import connection

from resources.models import ResourceRate
from tasks.budget.services import LAYERS
from tasks.models import BudgetAmount, BudgetLine
from tasks.staffing.months import first_of, month_number
from tasks.staffing.selectors import window_of as year_of

if TYPE_CHECKING:
    import datetime as dt

    from projects.models import Project
    from tasks.staffing.selectors import MonthWindow

LABOUR: Final = "labour"
COSTS: Final = (LABOUR, BudgetLine.Kind.OUTSOURCING.value, BudgetLine.Kind.EXPENSE.value)
REVENUE: Final = BudgetLine.Kind.REVENUE.value

_PLANNED: Final = """
    SELECT own.resource_id, date_trunc('month', own.day)::date,
        (SELECT max(valid_from) FROM resource_rates AS rate WHERE rate.resource_id = own.resource_id AND valid_from <= own.day),
        sum(own.minutes)::bigint
    FROM (
        SELECT resource_id, DATE '1970-01-01' + each.day AS day, each.minutes
        FROM assignment_loads, LATERAL unnest(days, minutes) AS each(day, minutes)
        WHERE project_id = %s AND organization_id = %s
    ) AS own GROUP BY 1, 2, 3
"""
_ACTUAL: Final = """
    SELECT own.resource_id, date_trunc('month', own.day)::date,
        (SELECT max(valid_from) FROM resource_rates AS rate WHERE rate.resource_id = own.resource_id AND valid_from <= own.day),
        sum(own.minutes)::bigint
    FROM (
        SELECT sheet.resource_id, entry.worked_on AS day, entry.minutes
        FROM time_entries AS entry JOIN timesheets AS sheet ON sheet.id = entry.sheet_id
        WHERE entry.project_id = %s AND entry.organization_id = %s
    ) AS own GROUP BY 1, 2, 3
"""

Months = dict[int, Decimal]


@dataclass(slots=True)
class Labour:
    """Yen by month, and people whose hours cost nothing since no rate of theirs is known for the day."""

    planned: Months = field(default_factory=lambda: defaultdict(Decimal))
    actual: Months = field(default_factory=lambda: defaultdict(Decimal))
    without_rate: set[int] = field(default_factory=set)


def labour_of(project: Project) -> Labour:
    """Three queries, whatever the number of people and the length of the plan; rates are opened here."""
    found = Labour()
    needs: list[tuple[Months, int, int, dt.date | None, int]] = []
    for statement, months in ((_PLANNED, found.planned), (_ACTUAL, found.actual)):
        with connection.cursor() as cursor:
            cursor.execute(statement, [project.pk, project.organization_id])
            needs += [
                (months, pk, month_number(day), since, minutes)
                for pk, day, since, minutes in cursor.fetchall()
            ]
    people = {pk for _months, pk, _month, _since, _minutes in needs}
    rows = ResourceRate.objects.filter(organization=project.organization_id, resource__in=people)
    rates = {(rate.resource_id, rate.valid_from): rate.cost_per_hour for rate in rows}
    for months, pk, month, since, minutes in needs:
        if since is None:
            found.without_rate.add(pk)
        else:
            months[month] += rates[pk, since] * minutes / 60
    return found


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One kind, in one layer: yen by month of the window, and of all months."""

    kind: str
    layer: str
    months: list[Decimal]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Budget:
    """The table: rows by kind and layer, in the order in which they are read."""

    rows: dict[tuple[str, str], BudgetRow]
    lines: list[BudgetLine]
    #: By line and layer what is said of each month.
    amounts: dict[str, dict[int, Months]]
    without_rate: int


def budget_of(project: Project, window: MonthWindow, today: dt.date) -> Budget:
    """Five queries, whatever there is. Expected is what is said to be; else what came, else what was planned."""
    labour = labour_of(project)
    lines = list(BudgetLine.objects.filter(project=project).order_by("kind", "pk"))
    amounts: dict[str, dict[int, Months]] = {layer: defaultdict(dict) for layer in LAYERS}
    expected: dict[int, Months] = defaultdict(dict)
    for row in BudgetAmount.objects.filter(line__project=project).order_by("line", "month"):
        for layer in LAYERS:
            if (value := getattr(row, layer)) is not None:
                amounts[layer][row.line_id][row.month] = value
        said = [each for each in (row.forecast, row.actual, row.planned) if each is not None]
        expected[row.line_id][row.month] = said[0]
    sums: dict[tuple[str, str], Months] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        for layer in ("planned", "actual"):
            _add(sums[line.kind, layer], amounts[layer].get(line.pk, {}))
        _add(sums[line.kind, "forecast"], expected[line.pk])
    now = month_number(today)
    _add(sums[LABOUR, "planned"], labour.planned)
    _add(sums[LABOUR, "actual"], labour.actual)
    # What is over has cost what was worked; of this month and those to come what is planned, where that is more.
    months = labour.planned.keys() | labour.actual.keys()
    _add(sums[LABOUR, "forecast"], {
        month: labour.actual[month] if month < now else max(labour.actual[month], labour.planned[month]) for month in months
    })  # fmt: skip
    return Budget(_rows(sums, window), lines, amounts, len(labour.without_rate))


def _add(sums: Months, more: Months) -> None:
    for month, value in more.items():
        sums[month] += value


def _rows(sums: dict[tuple[str, str], Months], window: MonthWindow) -> dict[tuple[str, str], BudgetRow]:
    rows: dict[tuple[str, str], BudgetRow] = {}
    for layer in LAYERS:
        whole: Months = defaultdict(Decimal)
        for kind in COSTS:
            rounded = {
                month: value.quantize(Decimal(1), ROUND_HALF_UP) for month, value in sums[kind, layer].items()
            }
            rows[kind, layer] = _row(kind, layer, rounded, window)
            _add(whole, rounded)
        rows["cost", layer] = _row("cost", layer, whole, window)
        revenue = sums[REVENUE, layer]
        rows[REVENUE, layer] = _row(REVENUE, layer, revenue, window)
        left = {
            month: revenue.get(month, Decimal(0)) - whole.get(month, Decimal(0))
            for month in {*revenue, *whole}
        }
        rows["profit", layer] = _row("profit", layer, left, window)
    return rows


def _row(kind: str, layer: str, months: Months, window: MonthWindow) -> BudgetRow:
    return BudgetRow(
        kind,
        layer,
        [months.get(month, Decimal(0)) for month in window.months],
        sum(months.values(), Decimal(0)),
    )


def window_of(project: Project, asked: str, today: dt.date) -> MonthWindow:
    """The office's year that the address names by one of its months (2027-04), else that of today, or of the project's beginning."""
    window = year_of(project, asked, today)
    first = project.organization.fiscal_year_start_month
    begin = first_of(window.first)
    back = (begin.month - first) % 12
    return window._replace(first=window.first - back)
