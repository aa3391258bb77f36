"""A plan as MSPDI, written row by row; what was read from a file comes out again."""

from collections.abc import Iterable, Iterator
from itertools import chain

from tasks.interchange.mspdi import codes, element_order, values
from tasks.interchange.mspdi.element_order import Ranks, in_order
from tasks.interchange.mspdi.money import MoneyWall, holds_no_money
from tasks.interchange.mspdi.project import project_nodes
from tasks.interchange.mspdi.text import (
    amount,
    baseline_node,
    code_of,
    decimal,
    extra_nodes,
    if_set,
    moment,
    money,
    number,
    present,
    tenths,
    unless_empty,
    unless_zero,
    value_node,
)
from tasks.interchange.mspdi.write_calendars import calendar_nodes
from tasks.interchange.mspdi.write_tasks import Splits, task_rows
from tasks.interchange.plan_file import (
    CustomField,
    PlanAssignment,
    PlanParts,
    PlanResource,
)
from tasks.interchange.xml.items import NAMESPACE, UNASSIGNED, Node
from tasks.interchange.xml.out import OutStream, XmlWriter

# Stands among the lists of the file, not in its head.
_BETWEEN = frozenset(["WBSMasks"])


def write_mspdi(plan: PlanParts, stream: OutStream, *, with_money: bool = True) -> None:
    """Write a whole file as UTF-8; needs the memory of a few rows. Without money, what is known to hold none."""
    out = XmlWriter(stream)
    wall = None if with_money else MoneyWall(plan.custom_fields)

    def shown(rows: Iterable[list[Node]], ranks: Ranks) -> Iterable[list[Node]]:
        return rows if wall is None else wall.rows(rows, ranks)

    out.raw(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Project xmlns="{NAMESPACE}">\n')
    [head] = shown([in_order(project_nodes(plan.project), element_order.PROJECT)], element_order.PROJECT)
    out.nodes(node for node in head if node[0] not in _BETWEEN)
    fields = [item for item in plan.custom_fields if with_money or holds_no_money(item)]
    coded = [item for item in fields if item.is_outline_code]
    plain = [item for item in fields if not item.is_outline_code]
    splits: Splits = {}
    out.rows("OutlineCodes", "OutlineCode", map(_field_nodes, coded))
    out.nodes(node for node in head if node[0] in _BETWEEN)
    out.rows("ExtendedAttributes", "ExtendedAttribute", map(_field_nodes, plain))
    out.rows("Calendars", "Calendar", map(calendar_nodes, plan.calendars))
    out.rows("Tasks", "Task", shown(task_rows(plan, splits), element_order.TASK))
    out.rows("Resources", "Resource", shown(map(_resource_nodes, plan.resources), element_order.RESOURCE))
    assignments = _assignment_rows(plan, splits)
    out.rows("Assignments", "Assignment", shown(assignments, element_order.ASSIGNMENT))
    out.raw("</Project>\n")
    out.flush()


def _field_nodes(item: CustomField) -> list[Node]:
    named = present(
        (
            ("FieldID", unless_empty(item.field_id)),
            ("FieldName", unless_empty(item.name)),
            ("Alias", unless_empty(item.alias)),
        )
    )
    order = element_order.OUTLINE_CODE if item.is_outline_code else element_order.CUSTOM_FIELD
    return in_order(named + extra_nodes(item.extras), order)


def _resource_nodes(resource: PlanResource) -> list[Node]:
    is_cost = resource.kind == "cost"
    nodes = present(
        (
            ("UID", str(resource.uid)),
            ("ID", number(resource.row_id)),
            ("Name", unless_empty(resource.name)),
            ("Type", code_of(codes.RESOURCE_KINDS, "material" if is_cost else resource.kind)),
            ("IsCostResource", "1" if is_cost else None),
            ("Initials", unless_empty(resource.initials)),
            ("MaterialLabel", unless_empty(resource.material_label)),
            ("Code", unless_empty(resource.code)),
            ("Group", unless_empty(resource.group)),
            ("EmailAddress", unless_empty(resource.email)),
            ("MaxUnits", repr(resource.max_units)),
            ("Work", amount(resource.work_minutes)),
            ("StandardRate", decimal(resource.standard_rate)),
            ("Cost", money(resource.cost)),
            ("OvertimeRate", decimal(resource.overtime_rate)),
            ("CostPerUse", money(resource.cost_per_use)),
            ("CalendarUID", number(resource.calendar_uid)),
            ("Notes", unless_empty(resource.notes)),
            ("IsGeneric", if_set(resource.is_generic)),
            ("IsInactive", if_set(resource.is_inactive)),
        )
    )
    nodes += extra_nodes(resource.extras)
    nodes += [value_node(item) for item in resource.custom_values]
    nodes += [baseline_node(item) for item in resource.baselines]
    return in_order(nodes, element_order.RESOURCE)


def _assignment_rows(plan: PlanParts, splits: Splits) -> Iterator[list[Node]]:
    """All assignments; a split task without people gets one without a resource, as only there splits can be said."""
    uid = 0
    alone = set(splits)
    for item in chain(plan.assignments, plan.summary_assignments):
        uid = max(uid, item.uid)
        alone.discard(item.task_uid)
        nodes = _assignment_nodes(item)
        yield nodes + _timephased_nodes(item.uid, item.work_minutes, splits.get(item.task_uid, ()))
    for task_uid in sorted(alone):
        uid += 1
        pairs: list[Node] = [("UID", str(uid)), ("TaskUID", str(task_uid)), ("ResourceUID", str(UNASSIGNED))]
        yield pairs + _timephased_nodes(uid, None, splits[task_uid])


def _timephased_nodes(uid: int, work: int | None, splits: tuple[tuple[int, int], ...]) -> list[Node]:
    """The worked pieces, each with its share of the work."""
    whole = sum(finish - start for start, finish in splits)
    return [
        (
            "TimephasedData",
            [
                ("Type", "1"),
                ("UID", str(uid)),
                ("Start", values.format_moment(start)),
                ("Finish", values.format_moment(finish)),
                ("Unit", "2"),
                ("Value", values.format_amount(max((work or whole) * (finish - start) // whole, 1))),
            ],
        )
        for start, finish in splits
    ]


def _assignment_nodes(item: PlanAssignment) -> list[Node]:
    nodes = present(
        (
            ("UID", str(item.uid)),
            ("TaskUID", str(item.task_uid)),
            ("ResourceUID", str(item.resource_uid)),
            ("PercentWorkComplete", unless_zero(str(item.percent_work_complete))),
            ("ActualCost", money(item.actual_cost)),
            ("ActualFinish", moment(item.actual_finish_minute)),
            ("ActualStart", moment(item.actual_start_minute)),
            ("ActualWork", unless_zero(values.format_amount(item.actual_work_minutes))),
            ("Cost", money(item.cost)),
            ("Delay", unless_zero(tenths(item.delay_minutes))),
            ("Finish", moment(item.finish_minute)),
            ("LevelingDelay", unless_zero(tenths(item.leveling_delay_minutes))),
            ("Notes", unless_empty(item.notes)),
            ("OvertimeWork", amount(item.overtime_work_minutes)),
            ("RemainingWork", amount(item.remaining_work_minutes)),
            ("Start", moment(item.start_minute)),
            ("Stop", moment(item.stop_minute)),
            ("Resume", moment(item.resume_minute)),
            ("Units", repr(item.units)),
            ("Work", amount(item.work_minutes)),
            ("WorkContour", unless_zero(code_of(codes.CONTOURS, item.contour))),
        )
    )
    nodes += extra_nodes(item.extras)
    nodes += [value_node(value) for value in item.custom_values]
    nodes += [baseline_node(baseline) for baseline in item.baselines]
    return in_order(nodes, element_order.ASSIGNMENT)
