"""Whose loads a change may have changed: read from the record and from what the services noted on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from projects.actions import Touch, Undo, declared
from projects.models import AuditEntry, ProjectStatus
from projects.permissions import System
from resources.models import Absence
from tasks.plan.actions.fields import MOVES_NO_DATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projects.changes import Recorder
    from projects.models import Project, User
    from tasks.plan.rescheduling import Computed

#: Plans that need no people, for now or for ever.
RESTING: Final = frozenset({ProjectStatus.SUSPENDED, ProjectStatus.CANCELLED})
#: Fields of a resource that its loads and its capacity follow.
OF_RESOURCE: Final = frozenset({"calendar", "calendar_id", "capacity_percentage", "kind"})
#: Of these only what came under another row, or became a summary, can fill days otherwise; renumbering notes that, and computing
#: what moved. An order of rows fills none.
PLACES: Final = frozenset({
    "task.indented", "task.outdented", "task.rearranged", "plan.undone", "plan.redone",
})  # fmt: skip


@dataclass
class Touched:
    """What to look at again in one project."""

    project: Project
    is_whole: bool = False
    task_ids: set[int] = field(default_factory=set)
    #: Tasks whose children may count or not count any more.
    branch_ids: set[int] = field(default_factory=set)
    #: Tasks that a person has changed by hand.
    direct_ids: set[int] = field(default_factory=set)
    #: Who is told of days that are too full; None where jobs alone have changed the plan.
    actor: User | None = None
    computed: Computed | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing can have changed."""
        return not (self.is_whole or self.task_ids or self.branch_ids)


def touched_projects(records: Sequence[Recorder]) -> list[Touched]:
    """The projects whose plans these changes have touched, by id."""
    found: dict[int, Touched] = {}
    for record in records:
        if record.project is not None:
            _look(record, found.setdefault(record.project.pk, Touched(record.project)))
    return [found[pk] for pk in sorted(found) if not found[pk].is_empty]


def _look(record: Recorder, touched: Touched) -> None:
    computed = record.notes.get("plan")
    if computed is not None:
        touched.computed = computed
        touched.task_ids |= computed.moved_ids
    touched.is_whole |= bool(record.notes.get("whole"))
    touched.branch_ids |= record.notes.get("replaced", set())
    silent = {action for action in {entry.action for entry in record.entries} if not _needs_people(action)}
    for entry in record.entries:
        if entry.target_type == "task" and entry.target_id is not None:
            if entry.action not in silent:
                _look_at_task(entry, entry.target_id, touched, record)
        elif _is_about_all(entry, computed):
            touched.is_whole = True


def _needs_people(action: str) -> bool:
    """Whether another load can come of it; the dates that follow from what needs no people itself are noted by rescheduling."""
    return Touch.LOADS in declared(action).touches


def _look_at_task(entry: AuditEntry, task_id: int, touched: Touched, record: Recorder) -> None:
    after: Any = entry.after if isinstance(entry.after, dict) else {}
    action = declared(entry.action)
    if action.undo is Undo.INVERSE and set(after) <= MOVES_NO_DATES:
        return
    if entry.action in PLACES and touched.computed is None and not touched.branch_ids:
        return
    touched.task_ids.add(task_id)
    if "is_active" in after:
        touched.branch_ids.add(task_id)
    if isinstance(record.actor, System):
        return
    touched.actor = record.actor
    if Touch.BY_HAND in action.touches:
        touched.direct_ids.add(task_id)


def _is_about_all(entry: AuditEntry, computed: Computed | None) -> bool:
    action = declared(entry.action)
    if action.single_field == "status":
        return (entry.before in RESTING) != (entry.after in RESTING)
    return Touch.LOADS in action.touches or computed is not None


def touched_resources(records: Iterable[Recorder]) -> tuple[set[int], set[int]]:
    """Resources whose days have changed, and organizations in which they are not known any more."""
    resources: set[int] = set()
    unclear: set[int] = set()
    for record in records:
        for entry in record.entries if record.project is None else ():
            if Touch.CAPACITY not in declared(entry.action).touches:
                continue
            if entry.target_type == "resource" and entry.target_id is not None:
                if _is_about_days(entry):
                    resources.add(entry.target_id)
            elif entry.target_type == "absence":
                ids = _resources_of(entry)
                resources |= ids
                if not ids:
                    unclear.add(record.organization_id)
    return resources, unclear


def _is_about_days(entry: AuditEntry) -> bool:
    return not isinstance(entry.after, dict) or bool(OF_RESOURCE & set(entry.after))


def _resources_of(entry: AuditEntry) -> set[int]:
    """Of whom an absence is, or was: pages write the id, operators' pages only the name."""
    values = (side.get("resource") for side in (entry.before, entry.after) if isinstance(side, dict))
    ids = {value for value in values if isinstance(value, int)}
    if ids or entry.target_id is None:
        return ids
    rows = Absence.objects.filter(pk=entry.target_id)
    return set(rows.values_list("resource_id", flat=True))
