"""What columns show that stands in other tables: asked for once for all rows, never for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from projects.models import AuditEntry
from tasks.allocation.overallocation import overallocated_by_task
from tasks.models import Assignment, Task, TaskAttachment, TaskComment, TaskLink
from tasks.plan.agreed import agreed_rows
from tasks.plan.agreed_costs import costs_agreed, costs_now

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

#: So many links of a task stand in its drawer.
MOST_LINKS: Final = 30
LINK_COLUMNS: Final = (
    "predecessor__row_number", "link_type", "lag_kind", "lag_minutes", "lag_percent", "lag_unit"
)  # fmt: skip


class Scope(NamedTuple):
    """The rows that something is asked about: these tasks, which may be the whole plan."""

    project_id: int
    ids: Sequence[int]
    is_whole: bool = False

    def within(self, task: str) -> Q:
        """The condition on the key `task` of another table; thousands of ids cost more than what they leave out."""
        return Q(project=self.project_id) if self.is_whole else Q(**{f"{task}__in": self.ids})


@dataclass(frozen=True, slots=True)
class Source:
    """A question about rows; its answer stands in each row under `name`, `nothing` where there is none."""

    name: str
    load: Callable[[Scope], Mapping[int, Any]]
    nothing: Any = ()


class PersonShare(NamedTuple):
    """A person or thing on a task; `units` is percent."""

    resource_id: int
    name: str
    units: Decimal
    user_id: int | None


class Neighbour(NamedTuple):
    """A task at the other end of a link."""

    task_id: int
    code: str
    name: str
    link_type: str
    lag_kind: str
    lag_minutes: int
    lag_percent: float


def _people(scope: Scope) -> dict[int, list[PersonShare]]:
    found: dict[int, list[PersonShare]] = defaultdict(list)
    rows = Assignment.objects.filter(scope.within("task")).order_by("pk")
    for task_id, *rest in rows.values_list(
        "task_id", "resource_id", "resource__name", "units_percentage", "resource__user_id"
    ):
        found[task_id].append(PersonShare._make(rest))
    return found


def _links(scope: Scope) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = TaskLink.objects.filter(scope.within("successor"), predecessor__deleted_at__isnull=True)
    for task_id, *rest in rows.values_list("successor_id", *LINK_COLUMNS):
        found[task_id].append(tuple(rest))
    return found


def _neighbours(end: str, other: str) -> Callable[[Scope], dict[int, list[Neighbour]]]:
    def load(scope: Scope) -> dict[int, list[Neighbour]]:
        found: dict[int, list[Neighbour]] = defaultdict(list)
        rows = TaskLink.objects.filter(scope.within(end), **{f"{other}__deleted_at__isnull": True})
        for task_id, *rest in rows.order_by(f"{other}__row_number", "pk").values_list(
            f"{end}_id", f"{other}_id", f"{other}__wbs_code", f"{other}__name", "link_type", "lag_kind",
            "lag_minutes", "lag_percent",
        )[: MOST_LINKS * len(scope.ids)]:  # fmt: skip
            found[task_id].append(Neighbour._make(rest))
        return found

    return load


class Recorded(NamedTuple):
    """Who has added a task, and who has changed it last, and when."""

    created_by: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None


def _record(scope: Scope) -> dict[int, Recorded]:
    """From the record; dates that followed from other tasks are no change of this one."""
    entries = AuditEntry.objects.filter(project=scope.project_id, target_type="task", target_id__in=scope.ids)
    who = Coalesce("actor__display_name", "system_name")
    made = entries.filter(action="task.added").order_by("target_id", "sequence").distinct("target_id")
    makers = dict(made.values_list("target_id", who))
    last = entries.order_by("target_id", "-sequence").distinct("target_id")
    return {
        pk: Recorded(makers.get(pk, ""), name, at)
        for pk, name, at in last.values_list("target_id", who, "happened_at")
    }


def _departments(scope: Scope) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Assignment.objects.filter(scope.within("task")).exclude(resource__department="").order_by("pk")
    for task_id, department in rows.values_list("task_id", "resource__department"):
        if department not in found[task_id]:
            found[task_id].append(department)
    return found


def _drivers(scope: Scope) -> dict[int, str]:
    driver = Task.objects.filter(pk=OuterRef("driver_task_id"))
    rows = Task.objects.filter(scope.within("pk"))
    named = rows.filter(driver_task_id__isnull=False).annotate(
        code=Subquery(driver.values("wbs_code")), title=Subquery(driver.values("name"))
    )
    return {pk: f"{code} {title}" for pk, code, title in named.values_list("pk", "code", "title") if title}


def _counted(model: type[TaskComment | TaskAttachment]) -> Callable[[Scope], dict[int, int]]:
    def load(scope: Scope) -> dict[int, int]:
        rows = model._default_manager.filter(scope.within("task"), deleted_at__isnull=True)
        return dict(rows.order_by().values_list("task").annotate(count=Count("pk")))

    return load


RECORD: Final = Source("record", _record, Recorded())
DEPARTMENTS: Final = Source("departments", _departments)
#: What decides where a task lies, by code and name.
DRIVERS: Final = Source("driving", _drivers, "")
COMMENTS: Final = Source("comments", _counted(TaskComment), 0)
ATTACHMENTS: Final = Source("attachments", _counted(TaskAttachment), 0)
PEOPLE: Final = Source("people", _people)
LINKS: Final = Source("links", _links)
#: As the baseline has it that the plan is compared with.
AGREED: Final = Source(
    "agreed", lambda scope: agreed_rows(scope.project_id, None if scope.is_whole else scope.ids), None
)
#: What that cost then and what it costs now, in hundredths of a yen; not by row, since costs are kept as one text a baseline.
COST_AGREED: Final = Source("cost_agreed", lambda scope: costs_agreed(scope.project_id), 0)
COST_NOW: Final = Source(
    "cost_now", lambda scope: costs_now(scope.project_id, None if scope.is_whole else scope.ids), 0
)
#: Whose days are too full, of the people of each task.
OVERALLOCATED: Final = Source("over", lambda scope: overallocated_by_task(scope.project_id, scope.ids))
#: With names and codes, for the drawer.
BEFORE: Final = Source("before", _neighbours("successor", "predecessor"))
BEHIND: Final = Source("behind", _neighbours("predecessor", "successor"))
