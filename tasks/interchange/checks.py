"""What must hold across a whole plan: the outline, and references that lead somewhere. Links are in `links`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from projects.worktime.rules import CalendarRules
from tasks.interchange.mspdi.fields import Notebook
from tasks.interchange.plan_file import PlanAssignment, PlanProject, PlanResource, PlanTask
from tasks.interchange.refusals import OutlineTooDeep

DEEP_OUTLINE = 50
MAX_LEVELS = 1000
"""Every row carries its outline number, so that depth costs twice."""


class Outline:
    """Finds the parent of each row from its level, as the rows come by."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.open: list[int] = []
        self.deepest = 0

    def place(self, uid: int, name: str, level: int) -> tuple[int | None, int]:
        """Parent and true level of the next row; a row can't be more than one level below the one before."""
        wanted = max(level, 1)
        if level < 1:
            self.notebook.doubt(
                "outline_level_raised",
                "Task {uid} '{name}' has the outline level {level}; it is placed at the top, on level 1.",
                uid=uid,
                name=name,
                level=level,
            )
        if wanted > len(self.open) + 1:
            self.notebook.doubt(
                "outline_jump",
                "Task {uid} '{name}' skips outline levels; it is placed right below the task before it.",
                uid=uid,
                name=name,
            )
            wanted = len(self.open) + 1
        if wanted > MAX_LEVELS:
            raise OutlineTooDeep(uid=uid, name=name[:60], limit=MAX_LEVELS)
        del self.open[wanted - 1 :]
        parent = self.open[-1] if self.open else None
        self.open.append(uid)
        self.deepest = max(self.deepest, wanted)
        return parent, wanted

    def finished(self) -> None:
        if self.deepest > DEEP_OUTLINE:
            self.notebook.doubt(
                "very_deep_outline",
                "The plan has {levels} outline levels; most programs show far fewer.",
                levels=self.deepest,
            )


def check_calendars(calendars: Sequence[CalendarRules], notebook: Notebook) -> list[CalendarRules]:
    """Calendars whose base exists and doesn't lead back to them."""
    bases = {rules.id: rules.base_id for rules in calendars}
    known: dict[int, CalendarRules] = {}
    settled: set[int] = set()
    for rules in calendars:
        kept = rules
        if rules.base_id is not None and rules.base_id not in bases:
            notebook.doubt(
                "calendar_base_missing",
                "Calendar {uid} '{name}' is based on calendar {base_uid}, which the file does not have.",
                uid=rules.id,
                name=rules.name,
                base_uid=rules.base_id,
            )
            kept = replace(rules, base_id=None)
        elif _leads_back(rules.id, bases, settled):
            notebook.doubt(
                "calendar_base_circle",
                "Calendar {uid} '{name}' is its own base in the end; it stands on its own now.",
                uid=rules.id,
                name=rules.name,
            )
            kept = replace(rules, base_id=None)
        bases[rules.id] = kept.base_id
        known[rules.id] = kept
    return list(known.values())


def _leads_back(uid: int, bases: dict[int, int | None], settled: set[int]) -> bool:
    """Whether following the bases from a calendar comes back to it; calendars known to end are not walked again."""
    path: list[int] = []
    seen: set[int] = set()
    current: int | None = uid
    while current is not None and current not in settled and current not in seen:
        path.append(current)
        seen.add(current)
        current = bases.get(current)
    if current is not None and current not in settled:
        return current == uid
    settled.update(path)
    return False


def check_references(
    project: PlanProject,
    tasks: list[PlanTask],
    resources: list[PlanResource],
    calendars: Iterable[CalendarRules],
    notebook: Notebook,
) -> tuple[PlanProject, list[PlanTask], list[PlanResource]]:
    """Calendars that are named but not there are replaced by the project's."""
    there = {rules.id for rules in calendars}
    if project.calendar_uid is not None and project.calendar_uid not in there:
        notebook.doubt(
            "project_calendar_missing",
            "The project's calendar {calendar_uid} is not in the file; Monday to Friday, 8-12 and 13-17 is taken.",
            calendar_uid=project.calendar_uid,
        )
        project = replace(project, calendar_uid=None)
    for index, task in enumerate(tasks):
        if task.calendar_uid is not None and task.calendar_uid not in there:
            _tell_missing(notebook, "Task", task.uid, task.name, task.calendar_uid)
            tasks[index] = replace(task, calendar_uid=None)
    for index, resource in enumerate(resources):
        if resource.calendar_uid is not None and resource.calendar_uid not in there:
            _tell_missing(notebook, "Resource", resource.uid, resource.name, resource.calendar_uid)
            resources[index] = replace(resource, calendar_uid=None)
    return project, tasks, resources


def _tell_missing(notebook: Notebook, where: str, uid: int, name: str, calendar_uid: int) -> None:
    notebook.doubt(
        "calendar_missing",
        "{where} {uid} '{name}' names calendar {calendar_uid}, which the file does not have; the project's is taken.",
        where=where,
        uid=uid,
        name=name,
        calendar_uid=calendar_uid,
    )


def check_assignments(
    assignments: Iterable[PlanAssignment],
    tasks: Iterable[PlanTask],
    resources: Iterable[PlanResource],
    notebook: Notebook,
) -> list[PlanAssignment]:
    """Assignments that join a task and a resource of the plan; rows that name no one go without a word."""
    task_uids = {task.uid for task in tasks}
    resource_uids = {resource.uid for resource in resources}
    kept = []
    for item in assignments:
        if item.task_uid in task_uids and item.resource_uid in resource_uids:
            kept.append(item)
        elif item.resource_uid > 0 or (item.task_uid not in task_uids and item.task_uid != 0):
            notebook.doubt(
                "assignment_of_nothing",
                "Assignment {uid} joins task {task_uid} and resource {resource_uid}, which are not both in the file; "
                "it is left out.",
                uid=item.uid,
                task_uid=item.task_uid,
                resource_uid=item.resource_uid,
            )
    return kept
