"""Tasks, resources and assignments of MSPDI as what cost is computed from."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tasks.costing.amounts import money_of
from tasks.costing.given import Accrual, Assignment, Baseline, Piece, Rate, Resource, Task
from tasks.interchange.mspdi import codes
from tasks.interchange.mspdi.calendars import children
from tasks.interchange.mspdi.fields import Fields, Notebook
from tasks.interchange.mspdi.values import OutOfRange, parse_exact_amount
from tasks.interchange.xml.items import UNASSIGNED, Node

Series = dict[int, list[Piece]]
"""Day-by-day values by their type."""

ACCRUALS: Final[dict[int, Accrual]] = {1: "start", 2: "end", 3: "prorated"}
REMAINING, ACTUAL, ACTUAL_OVERTIME = 1, 2, 3
_OPEN_RATE = 1984, 2049  # the years from and to which a rate without an end is written
_NO_VALUE = Decimal(0)


class CostItems:
    """Turns the elements of one item into one dataclass; what can't be read is noted and left at its default."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook

    def task(self, fields: Fields, nodes: "list[Node]", parent_uid: int | None) -> Task:
        return Task(
            uid=fields.uid,
            parent_uid=parent_uid,
            start=fields.moment("Start"),
            finish=fields.moment("Finish"),
            duration=_work(fields, "Duration"),
            actual_duration=_work(fields, "ActualDuration"),
            actual_start=fields.moment("ActualStart"),
            actual_finish=fields.moment("ActualFinish"),
            stop=fields.moment("Stop"),
            percent_complete=fields.number("PercentComplete", 0),
            physical_percent_complete=fields.number("PhysicalPercentComplete", 0),
            earned_by="physical" if fields.number("EarnedValueMethod", 0) == 1 else "percent",
            calendar_uid=_reference(fields, "CalendarUID"),
            ignores_resource_calendar=fields.flag("IgnoreResourceCalendar"),
            is_milestone=fields.flag("Milestone"),
            fixed_cost=_money(fields, "FixedCost"),
            fixed_accrual=fields.choice("FixedCostAccrual", ACCRUALS, "prorated"),
            baselines={item.number: item for item in self._baselines(fields, nodes, {})},
        )

    def resource(self, fields: Fields, nodes: "list[Node]") -> Resource:
        kind = fields.choice("Type", codes.RESOURCE_KINDS, "work")
        rates = [self._rate(fields, inner) for inner in _nested(nodes, "Rates", "Rate")]
        return Resource(
            uid=fields.uid,
            kind="cost" if fields.flag("IsCostResource") else kind,
            accrual=fields.choice("AccrueAt", ACCRUALS, "prorated"),
            calendar_uid=_reference(fields, "CalendarUID"),
            is_budget=fields.flag("IsBudget"),
            # What stands beside the tables is table A, where they do not hold it themselves.
            rates=(*rates,) if any(rate.table == 0 for rate in rates) else (_plain_rate(fields), *rates),
            baselines={item.number: item for item in self._baselines(fields, nodes, {})},
        )

    def _rate(self, owner: Fields, nodes: "list[Node]") -> Rate:
        fields = self._inner(owner, "Rate", nodes)
        start, finish = fields.moment("RatesFrom"), fields.moment("RatesTo")
        first, last = (Fields.text(fields, name)[:4] for name in ("RatesFrom", "RatesTo"))
        return Rate(
            table=fields.number("RateTable", 0),
            start=None if first <= str(_OPEN_RATE[0]) else start,
            finish=None if last >= str(_OPEN_RATE[1]) else finish,
            standard=money_of(fields.decimal("StandardRate") or _NO_VALUE),
            overtime=money_of(fields.decimal("OvertimeRate") or _NO_VALUE),
            per_use=_money(fields, "CostPerUse"),
        )

    def assignment(self, fields: Fields, nodes: "list[Node]", series: Series) -> Assignment:
        resource_uid = fields.number("ResourceUID", UNASSIGNED)
        return Assignment(
            uid=fields.uid,
            task_uid=fields.number("TaskUID", -1),
            resource_uid=None if resource_uid == UNASSIGNED else resource_uid,
            start=fields.moment("Start"),
            finish=fields.moment("Finish"),
            units=Decimal(1) if (units := fields.decimal("Units")) is None else units,
            work=_work(fields, "Work"),
            actual_work=_work(fields, "ActualWork"),
            overtime=_work(fields, "OvertimeWork"),
            actual_overtime=_work(fields, "ActualOvertimeWork"),
            actual_start=fields.moment("ActualStart"),
            actual_finish=fields.moment("ActualFinish"),
            stop=fields.moment("Stop"),
            contour=fields.choice("WorkContour", codes.CONTOURS, "flat"),
            rate_table=fields.number("CostRateTable", 0),
            cost=_money(fields, "Cost") if fields.text("Cost") else None,
            remaining_pieces=tuple(series.get(REMAINING, ())),
            actual_pieces=tuple(series.get(ACTUAL, ())),
            actual_overtime_pieces=tuple(series.get(ACTUAL_OVERTIME, ())),
            baselines={item.number: item for item in self._baselines(fields, nodes, series)},
        )

    def _baselines(self, owner: Fields, nodes: "list[Node]", series: Series) -> Iterator[Baseline]:
        for inner in children(nodes, "Baseline"):
            fields = self._inner(owner, "Baseline", inner)
            number = fields.number("Number", 0)
            kind = 4 if number == 0 else 10 + 6 * number  # 4 and 5, 16 and 17, 22 and 23 …
            yield Baseline(
                number=number,
                start=fields.moment("Start"),
                finish=fields.moment("Finish"),
                duration=_work(fields, "Duration") if fields.text("Duration") else None,
                work=_work(fields, "Work") if fields.text("Work") else None,
                cost=_money(fields, "Cost") if fields.text("Cost") else None,
                work_pieces=tuple(series.get(kind, ())),
                cost_pieces=tuple(series.get(kind + 1, ())),
            )

    def _inner(self, owner: Fields, name: str, nodes: "list[Node]") -> Fields:
        fields = Fields(nodes, f"{name} of {owner.where.lower()}", self.notebook)
        fields.uid, fields.name = owner.uid, owner.name
        return fields


def _plain_rate(fields: Fields) -> Rate:
    return Rate(
        standard=money_of(fields.decimal("StandardRate") or _NO_VALUE),
        overtime=money_of(fields.decimal("OvertimeRate") or _NO_VALUE),
        per_use=_money(fields, "CostPerUse"),
    )


def _nested(nodes: "list[Node]", outer: str, name: str) -> "Iterator[list[Node]]":
    for label, value in nodes:
        if label == outer:
            yield from children(value, name)


def _reference(fields: Fields, element: str) -> int | None:
    uid = fields.number(element, -1)
    return uid if uid > 0 else None


def _money(fields: Fields, element: str) -> int:
    return money_of(fields.money(element) or _NO_VALUE)


def _work(fields: Fields, element: str) -> int:
    try:
        return parse_exact_amount(fields.text(element))
    except OutOfRange:
        fields.amount(element)  # notes it
    except ValueError:
        pass
    return 0
