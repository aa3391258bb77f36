"""Tasks, resources, assignments and custom fields of MSPDI as plain data."""

from tasks.interchange.mspdi import codes
from tasks.interchange.mspdi.calendars import children
from tasks.interchange.mspdi.codes import words
from tasks.interchange.mspdi.fields import Fields
from tasks.interchange.mspdi.parts import NO_FORMAT, PartReader
from tasks.interchange.mspdi.values import LONGEST_MINUTES, OutOfRange, parse_float
from tasks.interchange.plan_file import (
    PlanAssignment,
    PlanLink,
    PlanResource,
    PlanTask,
    Recorded,
)
from tasks.interchange.xml.items import Node
from tasks.scheduling.constraint_types import WITHOUT_DATE, ConstraintType
from tasks.scheduling.network import LagKind

MAX_LAG_PERCENT = 100_000.0

_TASK_READ = words(
    """UID ID Name OutlineLevel WBS Duration DurationFormat Estimated Milestone Active Manual
    ManualStart ManualFinish ManualDuration ConstraintType ConstraintDate Deadline CalendarUID
    IgnoreResourceCalendar Type EffortDriven Priority LevelingDelay LevelingDelayFormat
    PercentComplete PercentWorkComplete PhysicalPercentComplete ActualStart ActualFinish
    ActualDuration RemainingDuration Stop Resume Work ActualWork RemainingWork OvertimeWork Cost
    ActualCost FixedCost Recurring ExternalTask IsSubproject Notes Start Finish PredecessorLink
    Baseline ExtendedAttribute OutlineCode TimephasedData"""
)
_RESOURCE_READ = words(
    """UID ID Name Type CalendarUID MaxUnits Initials Group Code EmailAddress MaterialLabel IsGeneric
    IsInactive IsCostResource StandardRate OvertimeRate CostPerUse Cost Work Notes Baseline
    ExtendedAttribute OutlineCode TimephasedData"""
)
_ASSIGNMENT_READ = words(
    """UID TaskUID ResourceUID Units Work ActualWork RemainingWork OvertimeWork Delay LevelingDelay
    WorkContour PercentWorkComplete Start Finish ActualStart ActualFinish Stop
    Resume Cost ActualCost Notes Baseline ExtendedAttribute OutlineCode TimephasedData"""
)
_SKIP_TASK = _TASK_READ | codes.TASK_DERIVED
_SKIP_RESOURCE = _RESOURCE_READ | codes.RESOURCE_DERIVED
_SKIP_ASSIGNMENT = _ASSIGNMENT_READ | codes.ASSIGNMENT_DERIVED


class ItemReader(PartReader):
    """Turns the elements of one item into one dataclass; ``task_uid`` and the like are settled by the caller."""

    def task(self, fields: Fields, nodes: "list[Node]", parent_uid: int | None, level: int) -> PlanTask:
        unit, is_elapsed, has_mark = fields.choice("DurationFormat", codes.FORMATS, NO_FORMAT)
        delay_unit, delay_elapsed, _ = fields.choice(
            "LevelingDelayFormat", codes.FORMATS, ("days", True, False)
        )
        constraint, constraint_minute = self._constraint(fields)
        duration = max(fields.amount("Duration", 0) or 0, 0)
        return PlanTask(
            uid=fields.uid,
            name=fields.name,
            row_id=fields.whole("ID"),
            parent_uid=parent_uid,
            outline_level=level,
            wbs=fields.text("WBS"),
            duration_minutes=duration,
            duration_unit=unit,
            is_elapsed=is_elapsed,
            is_estimated=fields.flag("Estimated", has_mark),
            is_milestone=fields.flag("Milestone"),
            is_active=fields.flag("Active", True),
            mode="manual" if fields.flag("Manual") else "auto",
            manual_start_minute=fields.moment("ManualStart"),
            manual_finish_minute=fields.moment("ManualFinish"),
            manual_duration_minutes=fields.amount("ManualDuration"),
            constraint_type=constraint,
            constraint_minute=constraint_minute,
            deadline_minute=fields.moment("Deadline"),
            calendar_uid=_reference(fields, "CalendarUID"),
            ignores_resource_calendar=fields.flag("IgnoreResourceCalendar"),
            task_type=fields.choice("Type", codes.TASK_TYPES, "fixed_units"),
            is_effort_driven=fields.flag("EffortDriven"),
            priority=min(max(fields.number("Priority", 500), 0), 1000),
            leveling_delay_minutes=fields.tenths("LevelingDelay", 0) or 0,
            leveling_delay_unit=delay_unit,
            leveling_delay_is_elapsed=delay_elapsed,
            percent_complete=_percent(fields, "PercentComplete"),
            percent_work_complete=_percent(fields, "PercentWorkComplete"),
            physical_percent_complete=_percent(fields, "PhysicalPercentComplete"),
            actual_start_minute=fields.moment("ActualStart"),
            actual_finish_minute=fields.moment("ActualFinish"),
            actual_duration_minutes=fields.amount("ActualDuration", 0) or 0,
            remaining_minutes=fields.amount("RemainingDuration"),
            stop_minute=fields.moment("Stop"),
            resume_minute=fields.moment("Resume"),
            work_minutes=fields.amount("Work"),
            actual_work_minutes=fields.amount("ActualWork"),
            remaining_work_minutes=fields.amount("RemainingWork"),
            overtime_work_minutes=fields.amount("OvertimeWork"),
            cost=fields.money("Cost"),
            actual_cost=fields.money("ActualCost"),
            fixed_cost=fields.money("FixedCost"),
            is_recurring=fields.flag("Recurring"),
            is_external=fields.flag("ExternalTask"),
            is_subproject=fields.flag("IsSubproject"),
            notes=fields.text("Notes"),
            baselines=self.baselines(fields, nodes),
            custom_values=self.custom_values(nodes),
            extras=self.extras(nodes, _SKIP_TASK),
            recorded=_recorded(fields),
        )

    def _constraint(self, fields: Fields) -> tuple[ConstraintType, int | None]:
        constraint = fields.choice("ConstraintType", codes.CONSTRAINTS, "ASAP")
        minute = fields.moment("ConstraintDate")
        if minute is None and constraint not in WITHOUT_DATE:
            self.notebook.doubt(
                "constraint_without_date",
                "Task {uid} '{name}' has the constraint {constraint}, but no date for it; it starts as soon as it can.",
                uid=fields.uid,
                name=fields.name,
                constraint=constraint,
            )
            return "ASAP", None
        return constraint, minute

    def links(self, fields: Fields, nodes: "list[Node]") -> list[PlanLink]:
        return [
            link
            for inner in children(nodes, "PredecessorLink")
            if (link := self._link(fields, inner)) is not None
        ]

    def _link(self, task: Fields, nodes: "list[Node]") -> PlanLink | None:
        fields = Fields(nodes, "Link of task", self.notebook)
        fields.uid, fields.name = task.uid, task.name
        predecessor = fields.whole("PredecessorUID")
        if fields.flag("CrossProject") and fields.text("CrossProjectName"):
            self.notebook.lose(
                "cross_project_link_lost",
                "Task {uid} '{name}' waits for a task in another file ({address}); that link can't be kept.",
                uid=task.uid,
                name=task.name,
                address=fields.text("CrossProjectName"),
            )
            return None
        if predecessor is None:
            self.notebook.doubt(
                "link_to_missing_task",
                "Task {uid} '{name}' waits for task {predecessor_uid}, which is not in the file; it is left out.",
                uid=task.uid,
                name=task.name,
                predecessor_uid=fields.text("PredecessorUID") or "?",
            )
            return None
        unit, is_elapsed, _ = fields.choice("LagFormat", codes.FORMATS, NO_FORMAT)
        link_type = fields.choice("Type", codes.LINK_TYPES, "FS")
        lag = self._lag(fields, predecessor, is_percent=unit == "percent")
        if unit == "percent":
            kind: LagKind = "elapsed_percent" if is_elapsed else "percent"
            return PlanLink(predecessor, task.uid, link_type, kind, 0, lag, unit)
        minutes = int(lag + 5) // 10 if lag >= 0 else -(int(5 - lag) // 10)
        return PlanLink(
            predecessor, task.uid, link_type, "elapsed" if is_elapsed else "working", minutes, 0.0, unit
        )

    def _lag(self, fields: Fields, predecessor: int, *, is_percent: bool) -> float:
        text = fields.text("LinkLag") or "0"
        limit = MAX_LAG_PERCENT if is_percent else LONGEST_MINUTES * 10.0
        try:
            lag = parse_float(text)
            if abs(lag) <= limit:
                return lag
        except OutOfRange:
            pass
        except ValueError:
            return float(fields.number("LinkLag", 0))  # notes it
        self.notebook.doubt(
            "lag_out_of_range",
            "The lag of the link from {predecessor_uid} to task {uid} '{name}' is beyond any plan ({value}); "
            "it is taken as 0.",
            uid=fields.uid,
            name=fields.name,
            predecessor_uid=predecessor,
            value=text,
        )
        return 0.0

    def resource(self, fields: Fields, nodes: "list[Node]") -> PlanResource:
        kind = fields.choice("Type", codes.RESOURCE_KINDS, "work")
        return PlanResource(
            uid=fields.uid,
            name=fields.name,
            row_id=fields.whole("ID"),
            kind="cost" if fields.flag("IsCostResource") else kind,
            calendar_uid=_reference(fields, "CalendarUID"),
            max_units=fields.floating("MaxUnits", 1.0),
            initials=fields.text("Initials"),
            group=fields.text("Group"),
            code=fields.text("Code"),
            email=fields.text("EmailAddress"),
            material_label=fields.text("MaterialLabel"),
            is_generic=fields.flag("IsGeneric"),
            is_inactive=fields.flag("IsInactive"),
            standard_rate=fields.decimal("StandardRate"),
            overtime_rate=fields.decimal("OvertimeRate"),
            cost_per_use=fields.money("CostPerUse"),
            cost=fields.money("Cost"),
            work_minutes=fields.amount("Work"),
            notes=fields.text("Notes"),
            baselines=self.baselines(fields, nodes),
            custom_values=self.custom_values(nodes),
            extras=self.extras(nodes, _SKIP_RESOURCE),
        )

    def assignment(
        self, fields: Fields, nodes: "list[Node]", task_uid: int, resource_uid: int
    ) -> PlanAssignment:
        return PlanAssignment(
            uid=fields.uid,
            task_uid=task_uid,
            resource_uid=resource_uid,
            units=fields.floating("Units", 1.0),
            work_minutes=fields.amount("Work"),
            actual_work_minutes=fields.amount("ActualWork", 0) or 0,
            remaining_work_minutes=fields.amount("RemainingWork"),
            overtime_work_minutes=fields.amount("OvertimeWork"),
            delay_minutes=fields.tenths("Delay", 0) or 0,
            leveling_delay_minutes=fields.tenths("LevelingDelay", 0) or 0,
            contour=fields.choice("WorkContour", codes.CONTOURS, "flat"),
            percent_work_complete=_percent(fields, "PercentWorkComplete"),
            start_minute=fields.moment("Start"),
            finish_minute=fields.moment("Finish"),
            actual_start_minute=fields.moment("ActualStart"),
            actual_finish_minute=fields.moment("ActualFinish"),
            stop_minute=fields.moment("Stop"),
            resume_minute=fields.moment("Resume"),
            cost=fields.money("Cost"),
            actual_cost=fields.money("ActualCost"),
            notes=fields.text("Notes"),
            baselines=self.baselines(fields, nodes),
            custom_values=self.custom_values(nodes),
            extras=self.extras(nodes, _SKIP_ASSIGNMENT),
        )


def _recorded(fields: Fields) -> Recorded:
    critical = fields.text("Critical")
    return Recorded(
        start_minute=fields.moment("Start"),
        finish_minute=fields.moment("Finish"),
        early_start_minute=fields.moment("EarlyStart"),
        early_finish_minute=fields.moment("EarlyFinish"),
        late_start_minute=fields.moment("LateStart"),
        late_finish_minute=fields.moment("LateFinish"),
        total_slack_minutes=fields.tenths("TotalSlack"),
        free_slack_minutes=fields.tenths("FreeSlack"),
        is_critical=fields.flag("Critical") if critical else None,
    )


def _reference(fields: Fields, element: str) -> int | None:
    uid = fields.number(element, -1)
    return uid if uid > 0 else None


def _percent(fields: Fields, element: str) -> int:
    return min(max(fields.number(element, 0), 0), 100)
