"""A project's plan as a file, with what an earlier import kept of its own file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from projects.models import Calendar
from projects.services.working_calendars import day_number, rules_of
from resources.models import Resource, ResourceKind
from tasks.interchange.plan_file import (
    CustomField,
    PlanAssignment,
    PlanFile,
    PlanLink,
    PlanProject,
    PlanResource,
    PlanTask,
    Unit,
)
from tasks.models import Assignment, Task, TaskLink
from tasks.services import importing_kept as kept
from tasks.services.exporting_parts import absence_rules, is_fresh, kept_of, numbers, numbers_of, recorded
from tasks.services.importing_rows import LAG_UNITS

if TYPE_CHECKING:
    from projects.models import Project
    from projects.worktime.rules import CalendarRules

LAG_UNIT_OF: dict[str, Unit] = {short: unit for unit, short in LAG_UNITS.items()}  # type: ignore[misc]  # its keys are units
DAY = 1440


def plan_file_of(project: Project, *, with_money: bool = True) -> PlanFile:
    """The plan as it stands. At most a dozen queries, whatever its size."""
    return _Export(project, with_money=with_money).plan_file()


class _Export:
    def __init__(self, project: Project, *, with_money: bool) -> None:
        self.project, self.with_money = project, with_money
        self.kept = kept_of(project)
        self.tasks = list(
            Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
        )
        self.assignments: dict[int, list[Assignment]] = defaultdict(list)
        for row in Assignment.objects.filter(project=project, task__deleted_at__isnull=True).order_by("pk"):
            self.assignments[row.task_id].append(row)
        used = {row.resource_id for rows in self.assignments.values() for row in rows}
        own = Resource.objects.filter(project=project) | Resource.objects.filter(pk__in=used)
        self.resources = list(own.order_by("pk"))
        self.task_uids = numbers(
            {task.pk: task.source_uid for task in self.tasks if task.source_uid}, self.tasks
        )
        self.resource_uids = numbers(
            {int(pk): data["uid"] for pk, data in self.kept.get("resources", {}).items()}, self.resources
        )
        self.calendar_uids: dict[int, int] = {}

    def plan_file(self) -> PlanFile:
        calendars = self._calendars()
        return PlanFile(
            project=self._project(),
            calendars=calendars,
            tasks=tuple(self._task(task) for task in self.tasks),
            links=self._links(),
            resources=tuple(self._resource(row, number) for number, row in enumerate(self.resources, 1)),
            assignments=self._assignments(),
            custom_fields=tuple(
                kept.from_json(CustomField, item) for item in self.kept.get("custom_fields", ())
            ),
            summary_task=self._summary(),
            summary_assignments=tuple(
                kept.from_json(PlanAssignment, item) for item in self.kept.get("summary_assignments", ())
            ),
        )

    # The plan as a whole

    def _project(self) -> PlanProject:
        project = self.project
        known = kept.values_of(PlanProject, self.kept.get("project", {}))
        backward = project.schedule_from == "finish"
        if not self.with_money:
            known["extras"] = tuple(item for item in known.get("extras", ()) if not kept.is_money(item.name))
        status = known.get("status_minute")
        on = project.status_on
        if on is None:
            status = None
        elif status is None or (status - 1) // DAY != day_number(on):
            status = day_number(on) * DAY + 1020
        start = (
            project.start_minute if not backward else known.get("start_minute", project.planned_start_minute)
        )
        return PlanProject(**known | {
            "name": known.get("name") or project.name,
            "title": project.name,
            "start_minute": project.start_minute if start is None else start,
            "finish_minute": project.finish_minute if backward else project.planned_finish_minute,
            "from_finish": backward,
            "calendar_uid": self.calendar_uids[project.calendar_id],
            "status_minute": status,
            "honors_constraints": project.honours_constraints,
            "critical_slack_limit_days": project.critical_slack_minutes // project.minutes_per_day,
            "minutes_per_day": project.minutes_per_day,
            "minutes_per_week": project.minutes_per_week,
            "days_per_month": project.days_per_month,
        })  # fmt: skip

    def _summary(self) -> PlanTask | None:
        known = self.kept.get("summary_task")
        if known is None:
            return None
        task = replace(kept.from_json(PlanTask, known), name=self.project.name)
        return task if self.with_money else kept.without_money(task)

    def _calendars(self) -> tuple[CalendarRules, ...]:
        wanted = {self.project.calendar_id}
        wanted |= {task.calendar_id for task in self.tasks if task.calendar_id}
        wanted |= {row.calendar_id for row in self.resources if row.calendar_id}
        wanted |= set(Calendar.objects.filter(project=self.project).values_list("pk", flat=True))
        away = absence_rules(self.resources, self.project.calendar_id)
        rules = (*rules_of(wanted), *away)
        known = {int(pk): uid for pk, uid in self.kept.get("calendars", {}).items()}
        self.calendar_uids = uids = numbers_of(known, [item.id for item in rules])
        return tuple(
            replace(item, id=uids[item.id], base_id=None if item.base_id is None else uids[item.base_id])
            for item in sorted(rules, key=lambda item: uids[item.id])
        )

    # Rows

    def _task(self, task: Task) -> PlanTask:
        extras = task.extras or {}
        known = kept.values_of(PlanTask, extras.get("task", {}))
        if not is_fresh(task, extras):
            known = {name: value for name, value in known.items() if name not in kept.TASK_VOLATILE}
        mode = known.pop("mode", task.mode) if task.is_summary else task.mode
        held = task.mode == "manual"
        row = PlanTask(**known | {
            "uid": self.task_uids[task.pk],
            "name": task.name,
            "row_id": task.row_number,
            "parent_uid": None if task.parent_id is None else self.task_uids[task.parent_id],
            "outline_level": task.outline_level,
            "wbs": known.get("wbs", task.wbs_code),
            "duration_minutes": task.duration_minutes,
            "is_elapsed": task.is_elapsed,
            "is_estimated": task.is_estimated,
            "is_milestone": task.is_milestone,
            "is_active": task.is_active,
            "mode": mode,
            "manual_start_minute": task.start_minute if held else None,
            "manual_finish_minute": task.finish_minute if held else None,
            "constraint_type": task.constraint_type,
            "constraint_minute": task.constraint_minute,
            "deadline_minute": task.deadline_minute,
            "calendar_uid": None if task.calendar_id is None else self.calendar_uids[task.calendar_id],
            "ignores_resource_calendar": task.ignores_resource_calendar,
            "task_type": task.task_type,
            "is_effort_driven": task.is_effort_driven,
            "priority": task.priority,
            "leveling_delay_minutes": task.leveling_delay_minutes,
            "percent_complete": task.progress_percentage,
            "actual_start_minute": task.actual_start_minute,
            "actual_finish_minute": task.actual_finish_minute,
            "actual_duration_minutes": task.actual_duration_minutes,
            "remaining_minutes": task.remaining_minutes,
            "stop_minute": task.stop_minute,
            "resume_minute": task.resume_minute,
            "splits": tuple((first, last) for first, last in task.splits or ()),
            "work_minutes": task.work_minutes,
            "actual_work_minutes": task.actual_work_minutes,
            "fixed_cost": task.fixed_cost.normalize() + 0 if task.fixed_cost else None,
            "notes": task.description,
            "recorded": recorded(task),
        })  # fmt: skip
        return row if self.with_money else kept.without_money(row)

    def _links(self) -> tuple[PlanLink, ...]:
        columns = ("link_type", "lag_kind", "lag_minutes", "lag_percent")
        rows = TaskLink.objects.filter(project=self.project).order_by("pk")
        found: list[PlanLink] = []
        for before, after, unit, *rest in rows.values_list(
            "predecessor_id", "successor_id", "lag_unit", *columns
        ):
            if before in self.task_uids and after in self.task_uids:
                values: dict[str, Any] = dict(zip(columns, rest, strict=True))
                uids = self.task_uids[before], self.task_uids[after]
                found.append(PlanLink(*uids, **values, lag_unit=LAG_UNIT_OF.get(unit, "days")))
        return tuple(found)

    def _resource(self, row: Resource, number: int) -> PlanResource:
        known = kept.values_of(PlanResource, self.kept.get("resources", {}).get(str(row.pk), {}))
        kind = known.get("kind", "material" if row.kind == ResourceKind.MATERIAL else "work")
        found = PlanResource(**known | {
            "uid": self.resource_uids[row.pk],
            "row_id": number,
            "name": row.name,
            "kind": kind,
            "calendar_uid": self.calendar_uids.get(-row.pk, self.calendar_uids.get(row.calendar_id or 0)),
            "max_units": known.get("max_units", row.capacity_percentage / 100),
            "group": known.get("group", row.department),
        })  # fmt: skip
        if self.with_money:
            return found
        return replace(
            found, standard_rate=None, overtime_rate=None, cost_per_use=None, cost=None, baselines=(),
            extras=tuple(item for item in found.extras if not kept.is_money(item.name)),
        )  # fmt: skip

    def _assignments(self) -> tuple[PlanAssignment, ...]:
        found: list[PlanAssignment] = []
        taken: set[int] = set()
        without: list[int] = []
        for task in self.tasks:
            extras = task.extras or {}
            fresh = is_fresh(task, extras)
            known = {item["resource"]: item for item in extras.get("assignments", ())}
            for row in self.assignments[task.pk]:
                item = self._assignment(row, known.get(row.resource_id, {}), fresh=fresh)
                if item.uid <= 0 or item.uid in taken:
                    without.append(len(found))
                taken.add(item.uid)
                found.append(item)
        following = max(taken, default=0)
        for index in without:
            following += 1
            found[index] = replace(found[index], uid=following)
        return tuple(found)

    def _assignment(self, row: Assignment, data: dict[str, Any], *, fresh: bool) -> PlanAssignment:
        known = kept.values_of(PlanAssignment, data)
        if not fresh:
            known = {name: value for name, value in known.items() if name not in kept.ASSIGNMENT_VOLATILE}
        work = row.work_minutes
        item = PlanAssignment(**known | {
            "uid": known.get("uid", 0),
            "task_uid": self.task_uids[row.task_id],
            "resource_uid": self.resource_uids[row.resource_id],
            "units": float(row.units_percentage) / 100,
            "work_minutes": None if work is None else work + (known.get("overtime_work_minutes") or 0),
            "actual_work_minutes": row.actual_work_minutes,
            "remaining_work_minutes": row.remaining_work_minutes,
            "delay_minutes": row.delay_minutes,
        })  # fmt: skip
        if self.with_money:
            return item
        return replace(
            item, cost=None, actual_cost=None, baselines=(),
            extras=tuple(each for each in item.extras if not kept.is_money(each.name)),
        )  # fmt: skip
