"""The record of changes, said in words: who, when, what, before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from config.web import formats
from projects.actions import PREDECESSORS, Values, action_named, groups, names_in
from projects.models import AuditEntry, Project, ProjectMember, User
from projects.models.money import is_amount
from projects.worktime.moments import day_of, first_day_of, last_day_of
from reports.history.words import (
    FIRST,
    HIDDEN,
    RELATED,
    label_of,
    write_value,
)
from resources.models import Resource
from tasks.models import Task

#: So many of the tasks that moved along are named; the number of all stands beside them.
SHOWN_MOVES: Final = 20
#: Names of deleted tasks that a line writes out.
SHOWN_NAMES: Final = 5


#: Where the name of an entry's target is looked up.
TARGETS: Final = {
    "task": "task", "projectmember": "member", "resource": "resource", "user": "user", "projectissue": "issue",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MovedTask:
    """A task that moved along, and its days before and after."""

    task: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry as it is read."""

    pk: int
    who: str
    key: int
    at: dt.datetime
    sentence: str
    changes: list[FieldChange]
    moved_along: int
    moves: list[MovedTask]


@dataclass(frozen=True, slots=True)
class Names:
    """Names of what entries point to, looked up once for a whole page."""

    tasks: Mapping[int, str]
    resources: Mapping[int, str]
    members: Mapping[int, str]
    related: Mapping[tuple[str, int], str]


def entries_of(
    project: Project, *, kind: str = "", actor: int | None = None, text: str = "", until: int | None = None
) -> models.QuerySet[AuditEntry]:
    """The record of a project, newest first; `until` is the newest entry to begin with."""
    # Its making stands in the organization's chain: the project was not there yet.
    made = Q(project=None, target_type="project", target_id=project.pk, organization=project.organization_id)
    entries = AuditEntry.objects.filter(Q(project=project) | made).select_related("actor")
    if until is not None:
        entries = entries.filter(pk__lte=until)
    if kind in groups(of_project=True):
        entries = entries.filter(action__in=names_in(kind))
    if actor is not None:
        entries = entries.filter(actor=actor)
    if text:
        tasks = Task.objects.filter(project=project, name__icontains=text).values("pk")
        entries = entries.filter(target_type="task", target_id__in=tasks)
    return entries.order_by("-pk")


def newest(project: Project, *, viewer: User, limit: int) -> list[HistoryLine]:
    """The newest entries of a project as sentences."""
    return readable(entries_of(project)[:limit], viewer=viewer)


def readable(entries: Iterable[AuditEntry], *, viewer: User, sees_money: bool = False) -> list[HistoryLine]:
    """Entries as sentences; the names they mention come in a handful of queries, whatever their number.

    Of other projects only those are named that the viewer sees, and of amounts none unless they see money.
    """
    entries = list(entries)
    names = _look_up(entries, viewer)
    return [_line(entry, names, sees_money) for entry in entries]


def _look_up(entries: list[AuditEntry], viewer: User) -> Names:
    wanted: dict[str, set[int]] = {"task": set(), "resource": set(), "member": set()}
    related: dict[str, set[int]] = {name: set() for name in RELATED}
    for entry in entries:
        kind, holds = TARGETS.get(entry.target_type), action_named(entry.action).values
        if kind and entry.target_id:
            (wanted[kind] if kind in wanted else related[kind]).add(entry.target_id)
        wanted["task"] |= {move[0] for move in _moves_of(entry)}
        for values in (entry.before, entry.after):
            if not isinstance(values, dict):
                continue
            if holds is Values.LINKS:
                wanted["task"] |= _ids(values)
            elif holds is Values.UNITS:
                wanted["resource"] |= _ids(values)
            elif PREDECESSORS in values:
                wanted["task"] |= _ids(values[PREDECESSORS])
            for name in RELATED.keys() & values.keys():
                if isinstance(values[name], int):
                    related[name].add(values[name])
    return Names(
        tasks=_names(Task, wanted["task"], _task_name),
        resources=_names(Resource, wanted["resource"], str),
        members=_members(wanted["member"]),
        related={
            (name, pk): text
            for name, model in RELATED.items()
            for pk, text in _names(model, related[name], str, viewer).items()
        },
    )


def _members(ids: set[int]) -> dict[int, str]:
    members = ProjectMember.objects.filter(pk__in=ids).select_related("user") if ids else ()
    return {member.pk: member.user.display_name for member in members}


def _task_name(task: Task) -> str:
    return _("「%(name)s」") % {"name": f"{task.wbs_code} {task.name}".strip()}


def _ids(values: Mapping[str, Any]) -> set[int]:
    return {int(key) for key in values if key.isdigit()}


def _names(
    model: type[models.Model], ids: set[int], say: Callable[[Any], str], viewer: User | None = None
) -> dict[int, str]:
    if not ids:
        return {}
    rows = Project.objects.known_to(viewer) if model is Project and viewer else model._default_manager
    return {row.pk: say(row) for row in rows.filter(pk__in=ids)}


def _line(entry: AuditEntry, names: Names, sees_money: bool) -> HistoryLine:
    consequences = entry.consequences if isinstance(entry.consequences, dict) else {}
    who = entry.actor.display_name if entry.actor else entry.system_name or _("システム")
    return HistoryLine(
        pk=entry.pk,
        who=who,
        key=entry.actor_id or 0,
        at=entry.happened_at,
        sentence=str(action_named(entry.action).sentence).format(what=_what(entry, names)),
        changes=_changes(entry, names, sees_money),
        moved_along=int(consequences.get("count", 0)) - _moves_its_target(entry),
        moves=[_move(values, names) for values in _moves_of(entry)],
    )


def _moves_of(entry: AuditEntry) -> list[list[Any]]:
    """The first of the tasks that moved along: id, start and finish before, start and finish after."""
    consequences = entry.consequences if isinstance(entry.consequences, dict) else {}
    moves: list[list[Any]] = consequences.get("moves", [])
    along = [move for move in moves if len(move) == 5 and not _is_target(entry, move[0])]
    return along[:SHOWN_MOVES]


def _is_target(entry: AuditEntry, task_id: int) -> bool:
    return entry.target_type == "task" and entry.target_id == task_id


def _moves_its_target(entry: AuditEntry) -> bool:
    """Whether the task that was changed is among those that moved; it did not move along."""
    consequences = entry.consequences if isinstance(entry.consequences, dict) else {}
    return any(_is_target(entry, move[0]) for move in consequences.get("moves", []) if move)


def _move(values: list[Any], names: Names) -> MovedTask:
    task_id, start_before, finish_before, start, finish = values
    return MovedTask(
        names.tasks.get(task_id, f"#{task_id}"), _days(start_before, finish_before), _days(start, finish)
    )


def _days(start: int | None, finish: int | None) -> str:
    """Days of a task; a finish at midnight belongs to the day before."""
    if start is None or finish is None:
        return formats.NONE
    return formats.day_range(start, day_of(max(last_day_of(finish), first_day_of(start))))


def _what(entry: AuditEntry, names: Names) -> str:
    before, after = _sides(entry)
    values = before | after
    if action_named(entry.action).values is Values.GONE and values.get("names"):
        first, count = values["names"][0], int(values.get("count", 1))
        if count == 1:
            return _("「%(name)s」") % {"name": first}
        return _("「%(first)s」ほか %(more)s件") % {"first": first, "more": count - 1}
    if entry.target_type == "task":
        name = values.get("name")
        return names.tasks.get(entry.target_id or 0) or (
            _("「%(name)s」") % {"name": name} if name else _("タスク")
        )
    if entry.target_type == "resource":
        return names.resources.get(entry.target_id or 0) or str(values.get("name") or "")
    if entry.target_type == "user":
        return names.related.get(("user", entry.target_id or 0)) or _("メンバー")
    if entry.target_type == "projectmember":
        known = names.related.get(("user", values.get("user", 0)))
        return known or names.members.get(entry.target_id or 0) or _("メンバー")
    if entry.target_type == "projectissue":
        title = names.related.get(("issue", entry.target_id or 0))
        return _("「%(name)s」") % {"name": title} if title else _("課題・リスク")
    return _("計画")


def _sides(entry: AuditEntry) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after as fields; a single value is named after what its action changes."""
    name = action_named(entry.action).single_field
    before, after = (
        side if isinstance(side, dict) else {name: side} if name and side is not None else {}
        for side in (entry.before, entry.after)
    )
    return before, after


def _changes(entry: AuditEntry, names: Names, sees_money: bool) -> list[FieldChange]:
    before, after = _sides(entry)
    holds = action_named(entry.action).values
    if holds is Values.LINKS:
        return [FieldChange("", _links(before, names), _links(after, names))]
    if holds is Values.UNITS:
        return [FieldChange("", _units(before, names), _units(after, names))]
    if holds is Values.PLACES:
        return []
    if holds is Values.GONE:
        return [FieldChange("", _some(before.get("names") or []), formats.NONE)]
    return [
        FieldChange(label_of(entry, name), *(_written(entry, name, side, names) for side in (before, after)))
        # What was asked for stands before what followed from it.
        for name in sorted(dict.fromkeys([*before, *after]), key=lambda name: name not in FIRST)
        if name not in HIDDEN and (sees_money or not is_amount(name))
        if before.get(name) != after.get(name)
        if not any(_is_unseen(name, side.get(name), names) for side in (before, after))
    ]


def _written(entry: AuditEntry, name: str, side: Mapping[str, Any], names: Names) -> str:
    if name == PREDECESSORS:
        return _links(side.get(name) or {}, names)
    return write_value(entry, name, side.get(name), names.related)


def _is_unseen(name: str, value: Any, names: Names) -> bool:
    """Whether it points to a project that the viewer does not see, or that is no more: nothing of it is told."""
    return RELATED.get(name) is Project and isinstance(value, int) and (name, value) not in names.related


def _some(texts: list[str]) -> str:
    """The first of some names, and how many others there are."""
    shown = _("、").join(texts[:SHOWN_NAMES])
    more = len(texts) - SHOWN_NAMES
    return shown if more <= 0 else _("%(names)s ほか%(count)d件") % {"names": shown, "count": more}


def _links(side: Mapping[str, Any], names: Names) -> str:
    """The predecessors of a task, as 「1.2 設計」FS."""
    written = (f"{names.tasks.get(int(key), '?')}{value[0]}" for key, value in side.items())
    return _("、").join(written) or formats.NONE


def _units(side: Mapping[str, Any], names: Names) -> str:
    """The people of a task, as 藍沢 湊 50%."""
    written = (
        f"{names.resources.get(int(key), '?')} {formats.percent(float(value))}" for key, value in side.items()
    )
    return _("、").join(written) or formats.NONE
