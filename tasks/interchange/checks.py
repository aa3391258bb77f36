"""What must hold across a whole plan: the outline, links without circles, references that lead somewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from projects.worktime.rules import CalendarRules
from tasks.interchange.fields import Notebook
from tasks.interchange.plan_file import PlanAssignment, PlanLink, PlanProject, PlanResource, PlanTask
from tasks.interchange.refusals import LinkCircle, OutlineTooDeep

DEEP_OUTLINE = 50
MAX_LEVELS = 1000
"""Every row carries its outline number, so that depth costs twice."""
_NAMES_SHOWN = 5

LinkNotice = Literal["link_to_missing_task", "link_to_own_summary", "duplicate_link"]


class Outline:
    """Finds the parent of each row from its level, as the rows come by."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.open: list[int] = []
        self.deepest = 0

    def place(self, uid: int, name: str, level: int) -> tuple[int | None, int]:
        """Parent and true level of the next row; a row can't be more than one level below the one before."""
        wanted = max(level, 1)
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
    """Assignments that join a task and a resource of the plan; rows that say "nobody" go without a word."""
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


def check_links(tasks: Sequence[PlanTask], links: Iterable[PlanLink], notebook: Notebook) -> list[PlanLink]:
    """Links that can hold; raises ``LinkCircle`` when tasks wait for each other."""
    by_uid = {task.uid: task for task in tasks}
    family = _Family(tasks)
    kept: dict[tuple[int, int], PlanLink] = {}
    for link in links:
        task = by_uid[link.successor_uid]
        pair = (link.predecessor_uid, link.successor_uid)
        if link.predecessor_uid == link.successor_uid:
            notebook.doubt(
                "link_to_self",
                "Task {uid} '{name}' waits for itself; that link is left out.",
                uid=task.uid,
                name=task.name,
            )
        elif link.predecessor_uid not in by_uid:
            _tell_link(
                notebook, task, link, "link_to_missing_task", "which is not in the file; it is left out."
            )
        elif family.are_related(*pair):
            _tell_link(
                notebook,
                task,
                link,
                "link_to_own_summary",
                "but one is the summary of the other; that link is left out.",
            )
        elif pair in kept:
            _tell_link(notebook, task, link, "duplicate_link", "twice; the first link is kept.")
        else:
            kept[pair] = link
    circle = find_circle(tasks, kept.values())
    if circle:
        names = " → ".join(f"'{by_uid[uid].name}' ({uid})" for uid in circle[:_NAMES_SHOWN])
        raise LinkCircle(circle, names + (" → …" if len(circle) > _NAMES_SHOWN else ""))
    return list(kept.values())


def _tell_link(notebook: Notebook, task: PlanTask, link: PlanLink, code: LinkNotice, ending: str) -> None:
    notebook.doubt(
        code,
        "Task {uid} '{name}' waits for task {predecessor_uid}, " + ending,
        uid=task.uid,
        name=task.name,
        predecessor_uid=link.predecessor_uid,
    )


class _Family:
    """Who is inside whom: rows come right after their summary, so that each holds one range of rows."""

    def __init__(self, tasks: Sequence[PlanTask]) -> None:
        self.rows = {task.uid: row for row, task in enumerate(tasks)}
        self.ends = list(range(len(tasks)))
        for row in range(len(tasks) - 1, -1, -1):
            parent_uid = tasks[row].parent_uid
            if parent_uid is not None:
                parent = self.rows[parent_uid]
                self.ends[parent] = max(self.ends[parent], self.ends[row])

    def are_related(self, one: int, other: int) -> bool:
        first, then = sorted((self.rows[one], self.rows[other]))
        return then <= self.ends[first]


def find_circle(tasks: Sequence[PlanTask], links: Iterable[PlanLink]) -> tuple[int, ...]:
    """Tasks that wait for each other, in order, or nothing.

    Every task is two gates, "may begin" (2i) and "is done" (2i+1): a child may begin after its summary may, a summary
    is done after its children, a link leads from done to may begin.
    """
    index = {task.uid: number for number, task in enumerate(tasks)}
    after: list[list[int]] = [[] for _ in range(2 * len(tasks))]
    waits = [0] * (2 * len(tasks))

    def join(first: int, then: int) -> None:
        after[first].append(then)
        waits[then] += 1

    for number, task in enumerate(tasks):
        join(2 * number, 2 * number + 1)
        if task.parent_uid is not None:
            parent = index[task.parent_uid]
            join(2 * parent, 2 * number)
            join(2 * number + 1, 2 * parent + 1)
    for link in links:
        join(2 * index[link.predecessor_uid] + 1, 2 * index[link.successor_uid])
    ready = [gate for gate, count in enumerate(waits) if count == 0]
    while ready:
        for then in after[ready.pop()]:
            waits[then] -= 1
            if waits[then] == 0:
                ready.append(then)
    stuck = [gate for gate, count in enumerate(waits) if count > 0]
    return _walk_circle(stuck, after, waits, tasks) if stuck else ()


def _walk_circle(
    stuck: list[int], after: list[list[int]], waits: list[int], tasks: Sequence[PlanTask]
) -> tuple[int, ...]:
    """Every stuck gate waits for another stuck one, so walking backwards must close a circle."""
    before: dict[int, int] = {}
    for gate in stuck:
        for then in after[gate]:
            if waits[then] > 0:
                before[then] = gate
    place: dict[int, int] = {}
    path: list[int] = []
    gate = stuck[0]
    while gate not in place:
        place[gate] = len(path)
        path.append(gate)
        gate = before[gate]
    return tuple(dict.fromkeys(tasks[step // 2].uid for step in reversed(path[place[gate] :])))
