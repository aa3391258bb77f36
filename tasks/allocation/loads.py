"""Keeps what plans need of people: sums by day, week and month, changed with the plan in one transaction.

`follow` hangs on the unit of work (see `projects/changes.py`), so that no service can forget it. For the assignments
that a change may have touched it computes what they need now, takes out what they had put in and adds the new.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from django.db import OperationalError
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from projects.admin.site import refresh_utilization_later, reschedule_later
from projects.errors import Refusal
from projects.models import Calendar, Project, ProjectStatus
from projects.permissions import System
from projects.worktime.calendars import Calendars
from projects.worktime.moments import day_number
from tasks.allocation.capacity import Capacity, capacity_from, capacity_of, default_calendar_id
from tasks.allocation.days import NO_LOAD, Load, loads_of
from tasks.allocation.rules import refuse_double_load
from tasks.allocation.store import LoadChange, store_changes, stored_loads
from tasks.allocation.sums import DayKey, Total, Totals, add_deltas, deltas_of
from tasks.allocation.touched import RESTING, Touched, touched_projects, touched_resources
from tasks.models import Assignment, ResourceLoad
from tasks.plan.loading import load_plan
from tasks.plan.outcome import BUSY, OVERALLOCATED
from tasks.plan.parts import part_of, under, working_rows
from tasks.scheduling.columns import NOTHING, network_of
from tasks.scheduling.reference.clocks import Clocks

if TYPE_CHECKING:
    from projects.changes import Recorder
    from tasks.plan.arrays import Array
    from tasks.scheduling.columns import Columns


class TooBusyError(Refusal):
    """Two changes of several plans waited for each other's people, and PostgreSQL ended one of them.

    One change locks people in one order; only a request that makes several changes one after another can meet this.
    """

    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("同じ人の予定をほかの人も変更していたため、保存できませんでした。もう一度実行してください。")
        )


class DatedPlan:
    """What loads are computed from: a plan, and by row when each task lies."""

    def __init__(self, columns: Columns, start: Array, finish: Array, default_id: int | None) -> None:
        self.columns, self.start, self.finish = columns, start, finish
        #: The calendar of people without one of their own, where it is not the project's.
        self.default_id = default_id
        #: Its calendars, counted once.
        self.calendars = Calendars(columns.calendars)


def follow(records: Sequence[Recorder]) -> None:
    """Bring the loads to where the plans are now. Raises RuleBrokenError where a person would have too much.

    Whose days have changed, and which of them are over capacity now, stands in the notes of the records afterwards.
    """
    try:
        _follow(records)
    except OperationalError as error:
        by_jobs = all(isinstance(record.actor, System) for record in records)
        if by_jobs or not isinstance(error.__cause__, DeadlockDetected):
            raise  # a job is tried again by itself
        raise TooBusyError from error


def _follow(records: Sequence[Recorder]) -> None:
    for touched in touched_projects(records):
        found = _follow_project(touched)
        for record in records:
            if record.project is not None and record.project.pk == touched.project.pk:
                record.notes |= found
    resource_ids, unclear = touched_resources(records)
    for organization_id in {record.organization_id for record in records} if resource_ids else ():
        refresh_resources(resource_ids, organization_id=organization_id)
    if unclear:
        refresh_utilization_later(unclear)


def _follow_project(touched: Touched) -> dict[str, object]:
    """Bring the loads of one plan to where it is; returns what to note on its records."""
    project = touched.project
    plan = plan_of(touched)
    task_ids = None if touched.is_whole else with_branches(touched, plan)
    changes = changes_of(project, plan, task_ids=task_ids)
    if not changes:
        return {}
    totals = put(changes, organization_id=project.organization_id, plan=plan)
    found: dict[str, object] = {BUSY: totals.spans()}
    if touched.actor is not None:
        by_hand = [change for change in changes if change.task_id in touched.direct_ids]
        refuse_double_load(totals, by_hand, changes, touched.actor)
        is_over = (totals.rise > 0) & (totals.planned > totals.capacity)
        found[OVERALLOCATED] = tuple(totals.some(is_over))
    return found


def plan_of(touched: Touched) -> DatedPlan | None:
    """The plan as it was scheduled in this change, or as it is stored; None where it needs no people."""
    default = Calendar.objects.filter(organization=OuterRef("organization"), is_default=True).values("pk")
    rows = Project.objects.filter(pk=touched.project.pk).annotate(default_id=Subquery(default))
    status, deleted_at, default_id = rows.values_list("status", "deleted_at", "default_id").get()
    if status in RESTING or deleted_at is not None:
        return None
    if touched.computed is None:
        return stored_plan(touched.project)
    loaded, scheduled, _moved_ids = touched.computed
    return DatedPlan(loaded.columns, scheduled.start, scheduled.finish, default_id)


def stored_plan(project: Project) -> DatedPlan:
    """A plan with the dates that the database holds."""
    loaded = load_plan(project)
    dates = loaded.stored["start_minute"], loaded.stored["finish_minute"]
    return DatedPlan(loaded.columns, *dates, default_calendar_id(project.organization_id))


def with_branches(touched: Touched, plan: DatedPlan | None) -> set[int]:
    """The touched tasks, and all under those whose children may count or not count any more."""
    found = touched.task_ids | touched.branch_ids
    if plan and touched.branch_ids:
        tasks = plan.columns.tasks
        below = under(tasks, np.isin(tasks.id, list(touched.branch_ids)))
        found |= set(tasks.id[below].tolist())
    return found


def changes_of(
    project: Project, plan: DatedPlan | None, *, task_ids: Collection[int] | None = None,
    resource_ids: Collection[int] | None = None,
) -> list[LoadChange]:  # fmt: skip
    """What assignments need and had put in, where it differs: of a whole project, or of some tasks or resources."""
    needed = {} if plan is None else loads_in(plan, task_ids=task_ids, resource_ids=resource_ids)
    changes = []
    for row in stored_loads(project.pk, task_ids=task_ids, resource_ids=resource_ids):
        new = needed.get((row.task_id, row.resource_id), NO_LOAD) if row.is_assigned else NO_LOAD
        if new != row.load:
            changes.append(
                LoadChange(project.pk, row.assignment_id, row.task_id, row.resource_id, row.load, new)
            )
    return changes


def loads_in(
    plan: DatedPlan, *, task_ids: Collection[int] | None = None, resource_ids: Collection[int] | None = None
) -> dict[tuple[int, int], Load]:
    """By task and resource what the assignments of a plan need. Only tasks that are asked about become objects."""
    tasks, assignments = plan.columns.tasks, plan.columns.assignments
    wanted = working_rows(tasks) & (plan.start != NOTHING) & (plan.finish != NOTHING)
    if task_ids is not None:
        wanted &= np.isin(tasks.id, list(task_ids))
    chosen = np.isin(assignments.task_id, tasks.id[wanted])
    if resource_ids is not None:
        chosen &= np.isin(assignments.resource_id, list(resource_ids))
    network = network_of(part_of(plan.columns, wanted, chosen))
    ids, starts, finishes = (column[wanted].tolist() for column in (tasks.id, plan.start, plan.finish))
    spans = dict(zip(ids, zip(starts, finishes, strict=True), strict=True))
    return loads_of(network, spans, clocks=Clocks(network, plan.calendars))


def put(
    changes: Sequence[LoadChange],
    *,
    organization_id: int,
    plan: DatedPlan | None = None,
    also: Iterable[DayKey] = (),
) -> Totals:
    """Change the sums, and keep what each assignment has put in; days in `also` get their capacity anew."""
    deltas = deltas_of(changes, also)
    resource_ids = set(np.unique(deltas.resource_id).tolist())
    capacity = capacity_beside(plan, resource_ids, organization_id=organization_id)
    totals = add_deltas(deltas, capacity, organization_id=organization_id)
    store_changes(changes, organization_id=organization_id)
    return totals


def capacity_beside(plan: DatedPlan | None, resource_ids: set[int], *, organization_id: int) -> Capacity:
    """What these people can do: by the calendars that the plan has read already, or read now."""
    found = None
    if plan is not None and plan.columns.project.calendar_id == plan.default_id:
        # A person who has just left the plan is not among its people.
        found = _capacity_in(plan, resource_ids)
    return found or capacity_of(resource_ids, organization_id=organization_id)


def _capacity_in(plan: DatedPlan, resource_ids: set[int]) -> Capacity | None:
    columns = plan.columns
    base_id = columns.project.calendar_id
    by_id = {rules.id: rules for rules in columns.calendars}
    resources = [item for item in columns.resources if item.id in resource_ids]
    if base_id is None or len(resources) < len(resource_ids):
        return None
    bases: dict[int, tuple[int, int]] = {}
    for item in resources:
        own = by_id.get(item.calendar_id) if item.calendar_id is not None else None
        bases[item.id] = (own.base_id if own and own.base_id else base_id, round(item.max_units * 100))
    return capacity_from(columns.calendars, bases, plan.calendars)


def refresh_resources(resource_ids: Collection[int], *, organization_id: int) -> None:
    """All that these resources do anew, and the capacity of their days; their open plans are computed later.

    Their projects are locked first, in ascending order, as a unit of work would: no plan is changed between the look
    at its dates and the writing.
    """
    ids = list(resource_ids)
    theirs = Project.objects.filter(
        Q(pk__in=Assignment.objects.filter(resource__in=ids).values("project")), organization=organization_id
    )
    projects = list(theirs.select_for_update(no_key=True).order_by("pk"))
    changes: list[LoadChange] = []
    for project in projects:
        plan = None if project.status in RESTING or project.deleted_at else stored_plan(project)
        changes += changes_of(project, plan, resource_ids=ids)
    put(changes, organization_id=organization_id, also=_days_of(ids))
    open_states = {ProjectStatus.PLANNING, ProjectStatus.ACTIVE}
    reschedule_later(
        [project.pk for project in projects if project.status in open_states and not project.deleted_at]
    )


def _days_of(resource_ids: Collection[int]) -> list[DayKey]:
    rows = ResourceLoad.objects.filter(resource__in=list(resource_ids), grain="d")
    return [(pk, day_number(day)) for pk, day in rows.values_list("resource_id", "first_on")]


def refresh_project(project_id: int) -> list[Total]:
    """All that a project needs, from its stored dates; returns the days that differed."""
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    plan = None if project.status in RESTING or project.deleted_at else stored_plan(project)
    changes = changes_of(project, plan)
    if not changes:
        return []
    totals = put(changes, organization_id=project.organization_id, plan=plan)
    return totals.some(totals.rise != 0)
