"""A plan that many tests begin with, stored again as it has come out before: a seventh of the time that computing it takes.

It is computed twice by each process. What differs between both and is the number of a row of each is such a number; what
else differs, or may be either of two, is not understood, and the plan is computed each time. tests/test_remembered.py asks
whether what is stored again is what is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

#: Of a project, what is another in every test and has no part in the plan.
OF_ITS_OWN: Final = frozenset({"id", "organization_id", "calendar_id", "created_at", "updated_at"})
#: Of an entry of the record, what the record itself writes.
OF_RECORD: Final = frozenset({"sequence", "previous_hash", "hash", "revision", "happened_at", "request_id"})
#: Which row of which kind a number belongs to.
Place = tuple[str, int]


class NotUnderstoodError(Exception):
    """Two plans differ in something that is no number of a row."""


@dataclass(frozen=True)
class Number:
    """Stands where the number of a row is."""

    place: Place


@dataclass
class Plan:
    """A plan as it came out: the columns of its rows, and their numbers."""

    rows: dict[str, list[dict[str, Any]]]
    numbers: dict[Place, int]


class Remembered:
    """Plans by what they depend on: their project as it was, and the day."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Any, ...], Plan] = {}
        #: None where two were not understood.
        self._known: dict[tuple[Any, ...], dict[str, list[dict[str, Any]]] | None] = {}

    def chain(self, project: Any, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The tasks by name, and the project as the plan leaves it."""
        key = _key(project)
        if known := self._known.get(key):
            return _stored(known, project)
        before = columns_of(project)
        tasks = compute()
        if key not in self._known:
            self._learn(key, plan_of(project, before))
        return tasks

    def _learn(self, key: tuple[Any, ...], plan: Plan) -> None:
        if key not in self._seen:
            self._seen[key] = plan
            return
        try:
            self._known[key] = joined(self._seen.pop(key), plan)
        except NotUnderstoodError:
            self._known[key] = None


def _key(project: Any) -> tuple[Any, ...]:
    own = sorted((name, repr(value)) for name, value in columns_of(project).items() if name not in OF_ITS_OWN)
    return timezone.localdate(), project.calendar.is_default, repr(project.calendar.week), *own


def plan_of(project: Any, before: Mapping[str, Any]) -> Plan:
    """What the database holds of the plan of a project that was like this `before`."""
    from projects.models import AuditEntry
    from tasks.models import Task, TaskLink

    found: dict[str, list[Any]] = {
        "task": list(Task.objects.filter(project=project).order_by("pk")),
        "link": list(TaskLink.objects.filter(project=project).order_by("pk")),
        "entry": list(AuditEntry.objects.filter(project=project).order_by("sequence")),
    }
    numbers = {("project", 0): project.pk, ("organization", 0): project.organization_id}
    rows = {}
    for kind, models in found.items():
        if kind == "task":
            # No other rows are named by their numbers; those of the record are too like these.
            numbers |= {(kind, at): each.pk for at, each in enumerate(models)}
        left_out = {"id"} | (OF_RECORD if kind == "entry" else set())
        rows[kind] = [_without(columns_of(each), left_out) for each in models]
    now = columns_of(project)
    changed = {name: value for name, value in now.items() if value != before[name]}
    rows["project"] = [_without(changed, {"audit_sequence", "audit_hash", "updated_at"})]
    return Plan(rows, numbers)


def columns_of(row: Model) -> dict[str, Any]:
    """All of a row, by the names of its attributes."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _without(values: dict[str, Any], names: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def joined(one: Plan, other: Plan) -> dict[str, list[dict[str, Any]]]:
    """What both have in common, with places for what is a number in each. Raises NotUnderstoodError."""

    def named(left: str, right: str) -> Any:
        # JSON writes numbers as text where they are keys.
        return left if left == right or not (left + right).isdecimal() else join(int(left), int(right))

    def join(left: Any, right: Any) -> Any:
        if isinstance(left, datetime) and isinstance(right, datetime):
            return datetime
        if type(left) is not type(right):
            raise NotUnderstoodError
        if isinstance(left, dict) and len(left) == len(right):
            pairs = zip(left.items(), right.items(), strict=True)
            return {
                named(name, other_name): join(value, other_value)
                for (name, value), (other_name, other_value) in pairs
            }
        if isinstance(left, list) and len(left) == len(right):
            return [join(*pair) for pair in zip(left, right, strict=True)]
        if left == right:
            return left
        places = [
            place
            for place, number in one.numbers.items()
            if (number, right) == (left, other.numbers.get(place))
        ]
        if len(places) != 1:
            raise NotUnderstoodError
        return Number(places[0])

    rows: dict[str, list[dict[str, Any]]] = join(one.rows, other.rows)
    return rows


def _stored(known: dict[str, list[dict[str, Any]]], project: Any) -> dict[str, Any]:
    """Store it for this project; the tasks by name."""
    from projects.changes import Recorder
    from projects.models import AuditEntry, Project
    from projects.permissions import System
    from projects.storing import next_ids
    from tasks.models import Task, TaskLink

    now = timezone.now()
    numbers = {("project", 0): project.pk, ("organization", 0): project.organization_id}

    def filled(value: Any) -> Any:
        if isinstance(value, Number):
            return numbers[value.place]
        if isinstance(value, dict):
            return {
                name if isinstance(name, str) else str(filled(name)): filled(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [filled(each) for each in value]
        return now if value is datetime else value

    # Tasks name each other.
    ids = next_ids("tasks", len(known["task"]))
    numbers |= {("task", at): number for at, number in enumerate(ids)}

    def rows(kind: str, model: type[Any]) -> list[Any]:
        return [model(**filled(each)) for each in known[kind]]

    tasks = [Task(id=number, **filled(each)) for number, each in zip(ids, known["task"], strict=True)]
    Task.objects.bulk_create(tasks)
    TaskLink.objects.bulk_create(rows("link", TaskLink))
    record = Recorder(System("test"), project.organization_id, project)
    record.entries = rows("entry", AuditEntry)
    changed = filled(known["project"][0])
    sequence, last = record.write(
        sequence=project.audit_sequence, previous=project.audit_hash, revision=changed["revision"], at=now
    )
    changed |= {"audit_sequence": sequence, "audit_hash": last, "updated_at": now}
    Project.objects.filter(pk=project.pk).update(**changed)
    _refresh(project, changed)
    return {task.name: task for task in tasks}


def _refresh(project: Any, changed: dict[str, Any]) -> None:
    """As if it were read again: its columns as they are stored, and nothing known of other rows."""
    for name, value in changed.items():
        setattr(project, name, value)
    for field in project._meta.concrete_fields:
        if field.is_relation and field.is_cached(project):
            field.delete_cached_value(project)
