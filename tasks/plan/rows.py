"""The rows that the actions of one unit of work read and write: straight from the database, one task at a time.

`held.py` has the same for many tasks: read once, changed in memory, written once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projects.models import Calendar
from projects.permissions import Right, System, rights_in
from resources.models import Resource
from tasks.models import Assignment, Task, TaskLink
from tasks.plan.actions.membership import bring_in
from tasks.plan.clocks import clock_of
from tasks.plan.link_text import LAG_FIELDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from projects.changes import Recorder
    from projects.models import Project
    from projects.worktime.calendar import WorkingTime
    from tasks.models import TaskProgress

#: What actions change of an assignment; of a link it is its type and lag.
SHARE_FIELDS: Final = ("units_percentage", "work_minutes", "delay_minutes", "remaining_work_minutes")


class Rows:
    """What one plan holds, as actions need it."""

    def __init__(self, project: Project, record: Recorder) -> None:
        self.project, self.record = project, record

    def refresh(self, task: Task, fields: Collection[str] | None = None) -> None:
        """Have these fields of a task as they are under the lock; without `fields` all of them."""
        task.refresh_from_db(fields=fields)

    def save(self, task: Task, fields: Iterable[str]) -> None:
        """Write fields that were set on a task."""
        task.save(update_fields=list(fields))

    def flush(self) -> None:
        """Write what waits for it."""

    # -- people ----------------------------------------------------------------------------------------------

    def assignments(self, task: Task) -> Sequence[Assignment]:
        """Who is on a task, with their resources, in the order in which they came."""
        return list(Assignment.objects.filter(task=task).select_related("resource").order_by("pk"))

    def put_assignments(
        self, task: Task, *, gone: Sequence[Assignment], new: Sequence[Assignment], changed: Sequence[Assignment]
    ) -> None:  # fmt: skip
        """Take away and add rows of a task, and write those that were set; at most three statements."""
        if gone:
            Assignment.objects.filter(pk__in=[row.pk for row in gone]).delete()
        Assignment.objects.bulk_create(new)
        if changed:
            Assignment.objects.bulk_update(changed, SHARE_FIELDS)

    def resources(self, ids: Collection[int]) -> dict[int, Resource]:
        """Those of the project's organization."""
        rows = Resource.objects.filter(pk__in=ids, organization_id=self.project.organization_id)
        return {row.pk: row for row in rows}

    def bring_in(self, resources: Collection[Resource]) -> None:
        """Give who has none a place in the project; see `membership.bring_in`."""
        bring_in(self.record, self.project, resources)

    @property
    def may_plan(self) -> bool:
        """Whether the actor may change the whole plan."""
        actor = self.record.actor
        return isinstance(actor, System) or Right.EDIT_PLAN in rights_in(actor, self.project)

    # -- links -----------------------------------------------------------------------------------------------

    def links(self, task: Task) -> dict[int, TaskLink]:
        """What a task waits for, by predecessor."""
        return {link.predecessor_id: link for link in TaskLink.objects.filter(successor=task)}

    def put_links(
        self, task: Task, *, gone: Sequence[TaskLink], new: Sequence[TaskLink], changed: Sequence[TaskLink]
    ) -> None:
        """Take away and add links of a task, and write those that were set."""
        if gone:
            TaskLink.objects.filter(pk__in=[link.pk for link in gone]).delete()
        TaskLink.objects.bulk_create(new)
        if changed:
            TaskLink.objects.bulk_update(changed, LAG_FIELDS)

    def ids_of(self, numbers: Collection[int]) -> dict[int, int]:
        """Tasks by their row numbers."""
        rows = Task.objects.filter(project=self.project, deleted_at__isnull=True, row_number__in=numbers)
        return {number: pk for number, pk in rows.values_list("row_number", "pk") if number is not None}

    # -- time and progress -----------------------------------------------------------------------------------

    def clock_of(self, task: Task) -> WorkingTime:
        """The working time that a task's duration is measured in."""
        return clock_of(task)

    def has_calendar(self, calendar_id: int) -> bool:
        """Whether the organization has this calendar."""
        rows = Calendar.objects.filter(pk=calendar_id, organization_id=self.project.organization_id)
        return rows.exists()

    def keep_progress(self, report: TaskProgress) -> None:
        """Add to the history of progress."""
        report.save(force_insert=True)
