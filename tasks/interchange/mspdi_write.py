"""A plan as MSPDI, written row by row; what was read from a file comes out again."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from tasks.interchange import codes, element_order, values
from tasks.interchange.element_order import in_order
from tasks.interchange.mspdi_calendars import calendar_nodes
from tasks.interchange.plan_file import (
    Baseline,
    CustomField,
    CustomValue,
    Extra,
    PlanAssignment,
    PlanFile,
    PlanLink,
    PlanProject,
    PlanResource,
    PlanTask,
    Unit,
)
from tasks.interchange.xml_items import NAMESPACE, NOBODY, Node
from tasks.interchange.xml_out import OutStream, XmlWriter

_ELAPSED_DAYS = "8"


def write_mspdi(plan: PlanFile, stream: OutStream) -> None:
    """Write a whole file as UTF-8; needs the memory of a few rows."""
    out = XmlWriter(stream)
    out.raw(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Project xmlns="{NAMESPACE}">\n')
    out.nodes(in_order(_project_nodes(plan.project), element_order.PROJECT))
    out.rows("OutlineCodes", "OutlineCode", map(_field_nodes, _fields_of(plan, is_outline_code=True)))
    out.rows(
        "ExtendedAttributes", "ExtendedAttribute", map(_field_nodes, _fields_of(plan, is_outline_code=False))
    )
    out.rows("Calendars", "Calendar", map(calendar_nodes, plan.calendars))
    out.rows("Tasks", "Task", _task_rows(plan))
    out.rows("Resources", "Resource", map(_resource_nodes, plan.resources))
    out.rows("Assignments", "Assignment", _assignment_rows(plan))
    out.raw("</Project>\n")
    out.flush()


def _fields_of(plan: PlanFile, *, is_outline_code: bool) -> Iterator[CustomField]:
    return (item for item in plan.custom_fields if item.is_outline_code == is_outline_code)


def _some(pairs: "Iterable[tuple[str, str | None]]") -> list[Node]:
    return [(name, value) for name, value in pairs if value is not None]


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _if_set(value: bool) -> str | None:
    """Most rows leave these alone, and a hundred thousand of them should fit into what is read back."""
    return "1" if value else None


def _unless_zero(text: str | None) -> str | None:
    return None if text in ("0", "PT0H0M0S") else text


def _moment(minute: int | None) -> str | None:
    return None if minute is None else values.format_moment(minute)


def _amount(minutes: int | None) -> str | None:
    return None if minutes is None else values.format_amount(minutes)


def _money(value: Decimal | None) -> str | None:
    return None if value is None else values.format_money(value)


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else values.format_decimal(value)


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _words(text: str) -> str | None:
    return text or None


def _extra(item: Extra) -> Node:
    return (item.name, [_extra(child) for child in item.children] if item.children else item.text)


def _extras(items: tuple[Extra, ...]) -> list[Node]:
    return [_extra(item) for item in items]


def _format(unit: Unit, *, is_elapsed: bool, is_estimated: bool = False) -> str:
    return str(codes.FORMAT_OF[unit, is_elapsed, is_estimated])


def _code(table: Mapping[int, str], value: str) -> str:
    return str(next(code for code, word in table.items() if word == value))


def _project_nodes(project: PlanProject) -> list[Node]:
    return [
        ("SaveVersion", "14"),
        *_some(
            (
                ("Name", _words(project.name)),
                ("Title", _words(project.title)),
                ("ScheduleFromStart", _flag(not project.from_finish)),
                ("StartDate", _moment(project.start_minute)),
                ("FinishDate", _moment(project.finish_minute)),
                ("CriticalSlackLimit", str(project.critical_slack_limit_days)),
                ("CurrencyDigits", _number(project.currency_digits)),
                ("CurrencySymbol", _words(project.currency_symbol)),
                ("CurrencyCode", _words(project.currency_code)),
                ("CalendarUID", _number(project.calendar_uid)),
                ("DefaultStartTime", values.format_time(project.default_start)),
                ("DefaultFinishTime", values.format_time(project.default_finish)),
                ("MinutesPerDay", str(project.minutes_per_day)),
                ("MinutesPerWeek", str(project.minutes_per_week)),
                ("DaysPerMonth", str(project.days_per_month)),
                ("HonorConstraints", _flag(project.honors_constraints)),
                ("MultipleCriticalPaths", _flag(project.multiple_critical_paths)),
                ("StatusDate", _moment(project.status_minute)),
            )
        ),
        *_extras(project.extras),
    ]


def _field_nodes(item: CustomField) -> list[Node]:
    named = _some(
        (("FieldID", _words(item.field_id)), ("FieldName", _words(item.name)), ("Alias", _words(item.alias)))
    )
    return named + _extras(item.extras)


def _value_node(item: CustomValue) -> Node:
    named = _some(
        (("FieldID", item.field_id), ("Value", _words(item.value)), ("ValueID", _words(item.value_id)))
    )
    return ("OutlineCode" if item.is_outline_code else "ExtendedAttribute", named + _extras(item.extras))


def _baseline_node(item: Baseline) -> Node:
    unit = _format(item.duration_unit, is_elapsed=item.is_elapsed, is_estimated=item.is_estimated)
    named = _some(
        (
            ("Number", str(item.number)),
            ("Start", _moment(item.start_minute)),
            ("Finish", _moment(item.finish_minute)),
            ("Duration", _amount(item.duration_minutes)),
            ("DurationFormat", unit),
            ("EstimatedDuration", _flag(item.is_estimated)),
            ("Work", _amount(item.work_minutes)),
            ("Cost", _money(item.cost)),
        )
    )
    return ("Baseline", named + _extras(item.extras))


def _task_rows(plan: PlanFile) -> Iterator[list[Node]]:
    links: dict[int, list[PlanLink]] = {}
    for link in plan.links:
        links.setdefault(link.successor_uid, []).append(link)
    summaries = plan.summary_uids()
    numbers: list[int] = []
    if plan.summary_task is not None:
        yield _task_nodes(plan.summary_task, "0", (), is_summary=True)
    for task in plan.tasks:
        yield _task_nodes(
            task, _outline_number(numbers, task), links.get(task.uid, ()), is_summary=task.uid in summaries
        )


def _outline_number(numbers: list[int], task: PlanTask) -> str:
    """Count the row among its siblings: 1.2.3."""
    level = max(task.outline_level, 1)
    del numbers[level:]
    numbers.extend([0] * (level - len(numbers)))
    numbers[-1] += 1
    return ".".join(map(str, numbers))


def _task_nodes(task: PlanTask, number: str, links: Iterable[PlanLink], *, is_summary: bool) -> list[Node]:
    nodes = _some(_task_pairs(task, number, is_summary=is_summary))
    nodes += [("PredecessorLink", _link_nodes(link)) for link in links]
    nodes += _extras(task.extras)
    nodes += [_value_node(item) for item in task.custom_values]
    nodes += [_baseline_node(item) for item in task.baselines]
    return in_order(nodes, element_order.TASK)


def _task_pairs(task: PlanTask, number: str, *, is_summary: bool) -> "Iterator[tuple[str, str | None]]":
    recorded = task.recorded
    unit = _format(task.duration_unit, is_elapsed=task.is_elapsed, is_estimated=task.is_estimated)
    yield from (
        ("UID", str(task.uid)),
        ("ID", _number(task.row_id)),
        ("Name", _words(task.name)),
        ("Active", None if task.is_active else "0"),
        ("Manual", _flag(task.mode == "manual")),
        ("Type", _code(codes.TASK_TYPES, task.task_type)),
        ("WBS", _words(task.wbs)),
        ("OutlineNumber", number),
        ("OutlineLevel", str(task.outline_level)),
        ("Priority", str(task.priority)),
        ("Start", _moment(recorded.start_minute)),
        ("Finish", _moment(recorded.finish_minute)),
        ("Duration", values.format_amount(task.duration_minutes)),
        ("ManualStart", _moment(task.manual_start_minute)),
        ("ManualFinish", _moment(task.manual_finish_minute)),
        ("ManualDuration", _amount(task.manual_duration_minutes)),
        ("DurationFormat", unit),
        ("Work", _amount(task.work_minutes)),
        ("Stop", _moment(task.stop_minute)),
        ("Resume", _moment(task.resume_minute)),
        ("EffortDriven", _flag(task.is_effort_driven)),
        ("Recurring", _if_set(task.is_recurring)),
        ("Estimated", _flag(task.is_estimated)),
        ("Milestone", _flag(task.is_milestone)),
        ("Summary", _flag(is_summary)),
        ("Critical", None if recorded.is_critical is None else _flag(recorded.is_critical)),
        ("IsSubproject", _if_set(task.is_subproject)),
        ("ExternalTask", _if_set(task.is_external)),
        ("EarlyStart", _moment(recorded.early_start_minute)),
        ("EarlyFinish", _moment(recorded.early_finish_minute)),
        ("LateStart", _moment(recorded.late_start_minute)),
        ("LateFinish", _moment(recorded.late_finish_minute)),
        ("FreeSlack", _tenths(recorded.free_slack_minutes)),
        ("TotalSlack", _tenths(recorded.total_slack_minutes)),
    )
    yield from _progress_pairs(task)
    yield from (
        ("ConstraintType", _code(codes.CONSTRAINTS, task.constraint_type)),
        ("CalendarUID", _number(task.calendar_uid)),
        ("ConstraintDate", _moment(task.constraint_minute)),
        ("Deadline", _moment(task.deadline_minute)),
        ("LevelingDelay", _unless_zero(_tenths(task.leveling_delay_minutes))),
        ("LevelingDelayFormat", _delay_format(task)),
        ("IgnoreResourceCalendar", _if_set(task.ignores_resource_calendar)),
        ("Notes", _words(task.notes)),
    )


def _progress_pairs(task: PlanTask) -> "Iterator[tuple[str, str | None]]":
    yield from (
        ("FixedCost", _money(task.fixed_cost)),
        ("PercentComplete", _unless_zero(str(task.percent_complete))),
        ("PercentWorkComplete", _unless_zero(str(task.percent_work_complete))),
        ("Cost", _money(task.cost)),
        ("OvertimeWork", _amount(task.overtime_work_minutes)),
        ("ActualStart", _moment(task.actual_start_minute)),
        ("ActualFinish", _moment(task.actual_finish_minute)),
        ("ActualDuration", _unless_zero(values.format_amount(task.actual_duration_minutes))),
        ("ActualCost", _money(task.actual_cost)),
        ("ActualWork", _amount(task.actual_work_minutes)),
        ("RemainingDuration", _amount(task.remaining_minutes)),
        ("RemainingWork", _amount(task.remaining_work_minutes)),
        ("PhysicalPercentComplete", _unless_zero(str(task.physical_percent_complete))),
    )


def _delay_format(task: PlanTask) -> str | None:
    unit = _format(task.leveling_delay_unit, is_elapsed=task.leveling_delay_is_elapsed)
    return None if unit == _ELAPSED_DAYS else unit


def _tenths(minutes: int | None) -> str | None:
    return None if minutes is None else str(minutes * 10)


def _link_nodes(link: PlanLink) -> list[Node]:
    is_percent = link.lag_kind in ("percent", "elapsed_percent")
    is_elapsed = link.lag_kind in ("elapsed", "elapsed_percent")
    unit: Unit = "percent" if is_percent else "days" if link.lag_unit == "percent" else link.lag_unit
    return [
        ("PredecessorUID", str(link.predecessor_uid)),
        ("Type", _code(codes.LINK_TYPES, link.link_type)),
        ("CrossProject", "0"),
        ("LinkLag", repr(link.lag_percent).removesuffix(".0") if is_percent else str(link.lag_minutes * 10)),
        ("LagFormat", _format(unit, is_elapsed=is_elapsed)),
    ]


def _resource_nodes(resource: PlanResource) -> list[Node]:
    is_cost = resource.kind == "cost"
    nodes = _some(
        (
            ("UID", str(resource.uid)),
            ("ID", _number(resource.row_id)),
            ("Name", _words(resource.name)),
            ("Type", _code(codes.RESOURCE_KINDS, "material" if is_cost else resource.kind)),
            ("IsCostResource", "1" if is_cost else None),
            ("Initials", _words(resource.initials)),
            ("MaterialLabel", _words(resource.material_label)),
            ("Code", _words(resource.code)),
            ("Group", _words(resource.group)),
            ("EmailAddress", _words(resource.email)),
            ("MaxUnits", repr(resource.max_units)),
            ("Work", _amount(resource.work_minutes)),
            ("StandardRate", _decimal(resource.standard_rate)),
            ("Cost", _money(resource.cost)),
            ("OvertimeRate", _decimal(resource.overtime_rate)),
            ("CostPerUse", _money(resource.cost_per_use)),
            ("CalendarUID", _number(resource.calendar_uid)),
            ("Notes", _words(resource.notes)),
            ("IsGeneric", _if_set(resource.is_generic)),
            ("IsInactive", _if_set(resource.is_inactive)),
        )
    )
    nodes += _extras(resource.extras)
    nodes += [_value_node(item) for item in resource.custom_values]
    nodes += [_baseline_node(item) for item in resource.baselines]
    return in_order(nodes, element_order.RESOURCE)


def _assignment_rows(plan: PlanFile) -> Iterator[list[Node]]:
    """All assignments; a split task that nobody works on gets one of nobody's, as only there splits can be said."""
    splits = {task.uid: task.splits for task in plan.tasks if task.splits}
    uid = 0
    for item in (*plan.assignments, *plan.summary_assignments):
        uid = max(uid, item.uid)
        nodes = _assignment_nodes(item)
        yield nodes + _timephased_nodes(item.uid, item.work_minutes, splits.get(item.task_uid, ()))
    for task_uid in splits.keys() - {item.task_uid for item in plan.assignments}:
        uid += 1
        pairs: list[Node] = [("UID", str(uid)), ("TaskUID", str(task_uid)), ("ResourceUID", str(NOBODY))]
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
    nodes = _some(
        (
            ("UID", str(item.uid)),
            ("TaskUID", str(item.task_uid)),
            ("ResourceUID", str(item.resource_uid)),
            ("PercentWorkComplete", _unless_zero(str(item.percent_work_complete))),
            ("ActualCost", _money(item.actual_cost)),
            ("ActualFinish", _moment(item.actual_finish_minute)),
            ("ActualStart", _moment(item.actual_start_minute)),
            ("ActualWork", _unless_zero(values.format_amount(item.actual_work_minutes))),
            ("Cost", _money(item.cost)),
            ("Delay", _unless_zero(_tenths(item.delay_minutes))),
            ("Finish", _moment(item.finish_minute)),
            ("LevelingDelay", _unless_zero(_tenths(item.leveling_delay_minutes))),
            ("Notes", _words(item.notes)),
            ("OvertimeWork", _amount(item.overtime_work_minutes)),
            ("RemainingWork", _amount(item.remaining_work_minutes)),
            ("Start", _moment(item.start_minute)),
            ("Stop", _moment(item.stop_minute)),
            ("Resume", _moment(item.resume_minute)),
            ("Units", repr(item.units)),
            ("Work", _amount(item.work_minutes)),
            ("WorkContour", _unless_zero(_code(codes.CONTOURS, item.contour))),
        )
    )
    nodes += _extras(item.extras)
    nodes += [_value_node(value) for value in item.custom_values]
    nodes += [_baseline_node(baseline) for baseline in item.baselines]
    return in_order(nodes, element_order.ASSIGNMENT)
