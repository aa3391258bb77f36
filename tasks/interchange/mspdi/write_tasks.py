"""Tasks and their links as MSPDI elements."""

from collections.abc import Iterable, Iterator

from tasks.interchange.mspdi import codes, element_order, values
from tasks.interchange.mspdi.element_order import in_order
from tasks.interchange.mspdi.text import (
    amount,
    baseline_node,
    code_of,
    extra_nodes,
    flag,
    format_code,
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
from tasks.interchange.plan_file import PlanLink, PlanParts, PlanTask, Unit
from tasks.interchange.xml.items import Node

_ELAPSED_DAYS = "8"

Splits = dict[int, tuple[tuple[int, int], ...]]


def task_rows(plan: PlanParts, splits: Splits) -> Iterator[list[Node]]:
    """All tasks; leaves behind the worked pieces of those that are split, which the assignments say."""
    numbers: list[int] = []
    if plan.summary_task is not None:
        yield _task_nodes(plan.summary_task, "0", (), is_summary=True)
    for task, is_summary, links in plan.rows():
        if task.splits:
            splits[task.uid] = task.splits
        yield _task_nodes(task, _outline_number(numbers, task), links, is_summary=is_summary)


def _outline_number(numbers: list[int], task: PlanTask) -> str:
    """Count the row among its siblings: 1.2.3."""
    level = max(task.outline_level, 1)
    del numbers[level:]
    numbers.extend([0] * (level - len(numbers)))
    numbers[-1] += 1
    return ".".join(map(str, numbers))


def _task_nodes(task: PlanTask, outline: str, links: Iterable[PlanLink], *, is_summary: bool) -> list[Node]:
    nodes = present(_task_pairs(task, outline, is_summary=is_summary))
    nodes += [("PredecessorLink", _link_nodes(link)) for link in links]
    nodes += extra_nodes(task.extras)
    nodes += [value_node(item) for item in task.custom_values]
    nodes += [baseline_node(item) for item in task.baselines]
    return in_order(nodes, element_order.TASK)


def _task_pairs(task: PlanTask, outline: str, *, is_summary: bool) -> "Iterator[tuple[str, str | None]]":
    recorded = task.recorded
    unit = format_code(task.duration_unit, is_elapsed=task.is_elapsed, is_estimated=task.is_estimated)
    yield from (
        ("UID", str(task.uid)),
        ("ID", number(task.row_id)),
        ("Name", unless_empty(task.name)),
        ("Active", None if task.is_active else "0"),
        ("Manual", flag(task.mode == "manual")),
        ("Type", code_of(codes.TASK_TYPES, task.task_type)),
        ("WBS", unless_empty(task.wbs)),
        ("OutlineNumber", outline),
        ("OutlineLevel", str(task.outline_level)),
        ("Priority", str(task.priority)),
        ("Start", moment(recorded.start_minute)),
        ("Finish", moment(recorded.finish_minute)),
        ("Duration", values.format_amount(task.duration_minutes)),
        ("ManualStart", moment(task.manual_start_minute)),
        ("ManualFinish", moment(task.manual_finish_minute)),
        ("ManualDuration", amount(task.manual_duration_minutes)),
        ("DurationFormat", unit),
        ("Work", amount(task.work_minutes)),
        ("Stop", moment(task.stop_minute)),
        ("Resume", moment(task.resume_minute)),
        ("EffortDriven", flag(task.is_effort_driven)),
        ("Recurring", if_set(task.is_recurring)),
        ("Estimated", flag(task.is_estimated)),
        ("Milestone", flag(task.is_milestone)),
        ("Summary", flag(is_summary)),
        ("Critical", None if recorded.is_critical is None else flag(recorded.is_critical)),
        ("IsSubproject", if_set(task.is_subproject)),
        ("ExternalTask", if_set(task.is_external)),
        ("EarlyStart", moment(recorded.early_start_minute)),
        ("EarlyFinish", moment(recorded.early_finish_minute)),
        ("LateStart", moment(recorded.late_start_minute)),
        ("LateFinish", moment(recorded.late_finish_minute)),
        ("FreeSlack", tenths(recorded.free_slack_minutes)),
        ("TotalSlack", tenths(recorded.total_slack_minutes)),
    )
    yield from _progress_pairs(task)
    yield from (
        ("ConstraintType", code_of(codes.CONSTRAINTS, task.constraint_type)),
        ("CalendarUID", number(task.calendar_uid)),
        ("ConstraintDate", moment(task.constraint_minute)),
        ("Deadline", moment(task.deadline_minute)),
        ("LevelingDelay", unless_zero(tenths(task.leveling_delay_minutes))),
        ("LevelingDelayFormat", _delay_format(task)),
        ("IgnoreResourceCalendar", if_set(task.ignores_resource_calendar)),
        ("Notes", unless_empty(task.notes)),
    )


def _progress_pairs(task: PlanTask) -> "Iterator[tuple[str, str | None]]":
    yield from (
        ("FixedCost", money(task.fixed_cost)),
        ("PercentComplete", unless_zero(str(task.percent_complete))),
        ("PercentWorkComplete", unless_zero(str(task.percent_work_complete))),
        ("Cost", money(task.cost)),
        ("OvertimeWork", amount(task.overtime_work_minutes)),
        ("ActualStart", moment(task.actual_start_minute)),
        ("ActualFinish", moment(task.actual_finish_minute)),
        ("ActualDuration", unless_zero(values.format_amount(task.actual_duration_minutes))),
        ("ActualCost", money(task.actual_cost)),
        ("ActualWork", amount(task.actual_work_minutes)),
        ("RemainingDuration", amount(task.remaining_minutes)),
        ("RemainingWork", amount(task.remaining_work_minutes)),
        ("PhysicalPercentComplete", unless_zero(str(task.physical_percent_complete))),
    )


def _delay_format(task: PlanTask) -> str | None:
    unit = format_code(task.leveling_delay_unit, is_elapsed=task.leveling_delay_is_elapsed)
    return None if unit == _ELAPSED_DAYS else unit


def _link_nodes(link: PlanLink) -> list[Node]:
    is_percent = link.lag_kind in ("percent", "elapsed_percent")
    is_elapsed = link.lag_kind in ("elapsed", "elapsed_percent")
    unit: Unit = "percent" if is_percent else "days" if link.lag_unit == "percent" else link.lag_unit
    return [
        ("PredecessorUID", str(link.predecessor_uid)),
        ("Type", code_of(codes.LINK_TYPES, link.link_type)),
        ("CrossProject", "0"),
        ("LinkLag", repr(link.lag_percent).removesuffix(".0") if is_percent else str(link.lag_minutes * 10)),
        ("LagFormat", format_code(unit, is_elapsed=is_elapsed)),
    ]
