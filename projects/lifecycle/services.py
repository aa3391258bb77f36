"""Making and changing projects, by the rules of the product."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.calendars.services import rules_of
from projects.changes import changing, changing_organization
from projects.errors import RuleBrokenError
from projects.jobs.outbox import enqueue
from projects.lifecycle.rules import check_rules
from projects.models import Calendar, Organization, Project, ProjectMember, ProjectRole, ProjectStatus
from projects.permissions import Right, System
from projects.worktime.calendars import Calendars
from projects.worktime.moments import minute_of

if TYPE_CHECKING:
    from projects.changes import Recorder
    from projects.models import User

#: Fields of the project form.
EDITABLE = frozenset({
    "code", "name", "description", "category", "tags", "start_date", "end_date", "budget", "contract_amount",
    "order_probability", "calendar", "parent", "status_on", "honours_constraints", "schedule_from", "critical_slack_minutes",
    "minutes_per_day", "minutes_per_week", "days_per_month", "default_task_type", "progress_rule",
    "progress_steps",
})  # fmt: skip
#: Fields that dates of tasks depend on, or which of them are critical.
MOVES_TASKS = frozenset({
    "start_date", "calendar", "status_on", "honours_constraints", "schedule_from", "critical_slack_minutes",
})  # fmt: skip


def create_project(
    *, organization: Organization, actor: User | System, leader: User, fields: Mapping[str, Any]
) -> Project:
    """A new project in planning, with its first leader. Raises RuleBrokenError with the field's name."""
    values = dict(fields)
    values.setdefault("calendar", Calendar.objects.filter(organization=organization, is_default=True).first())
    if values["calendar"] is None:
        raise RuleBrokenError(
            _("組織に標準カレンダーがありません。管理者にカレンダーの登録を依頼してください。"),
            field="calendar",
        )
    project = Project(organization=organization, **values)
    with changing_organization(organization, actor=actor, needs=Right.CREATE_PROJECT) as record:
        _check(project, actor)
        project.start_minute = first_working_minute(project)
        project.save()
        ProjectMember.objects.create(
            organization=organization, project=project, user=leader, role=ProjectRole.LEADER
        )
        record("project.created", target=project, after={"code": project.code, "name": project.name})
    return project


def first_working_minute(project: Project) -> int:
    """Where work begins on the project's first day or after it, by its calendar."""
    clock = Calendars(rules_of([project.calendar_id])).calendar(project.calendar_id)
    return clock.next_working(minute_of(project.start_date))


def last_working_minute(project: Project) -> int:
    """Where work ends on the project's last day or before it, by its calendar."""
    clock = Calendars(rules_of([project.calendar_id])).calendar(project.calendar_id)
    return clock.previous_working(minute_of(project.end_date + timedelta(days=1)))


def moves_tasks(project: Project, changed: Collection[str]) -> bool:
    """Whether a date may be another after these fields were set; the last day counts where the plan is laid from it."""
    names = (
        MOVES_TASKS | {"end_date"} if project.schedule_from == Project.ScheduleFrom.FINISH else MOVES_TASKS
    )
    return not names.isdisjoint(changed)


def update_project(
    *, project: Project, actor: User | System, changes: Mapping[str, Any], revision: int | None = None
) -> frozenset[str]:
    """Set fields of a project; returns the names of those that changed. Tasks are moved by `tasks`, not here."""
    with (
        family_locked(project, changes.get("parent")),
        changing(project, actor=actor, needs=Right.EDIT_PROJECT, revision=revision) as record,
    ):
        return set_fields(project, record, changes)


def set_fields(
    project: Project, record: Recorder, changes: Mapping[str, Any], *, locks: bool = True,
    ends: Mapping[str, int | None] | None = None,
) -> frozenset[str]:  # fmt: skip
    """Set fields inside an open unit of work whose project and its parents are locked; returns the names of those that changed.

    A trial `locks` no parent: it waits for no one. `ends` are the minutes from which the plan is laid, where they are known.
    """
    unknown = set(changes) - EDITABLE
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    project.refresh_from_db(fields=[*EDITABLE, "start_minute", "finish_minute"])
    before = {name: getattr(project, name) for name in changes}
    changed = {name for name, value in changes.items() if before[name] != value}
    if not changed:
        return frozenset()
    for name in changed:
        setattr(project, name, changes[name])
    _check(project, record.actor, locks=locks)
    _set_ends(project, changed)
    for name, minute in (ends or {}).items():
        setattr(project, name, minute)
    project.save(update_fields=[*changed, "start_minute", "finish_minute", "updated_at"])
    names = [name for name in changes if name in changed]
    record(
        "project.edited", target=project,
        before={name: _plain(before[name]) for name in names},
        after={name: _plain(changes[name]) for name in names},
    )  # fmt: skip
    return frozenset(changed)


def _set_ends(project: Project, changed: Collection[str]) -> None:
    """From where the plan is laid, as far as what it follows from has changed: a file may have said it to the minute."""
    if {"start_date", "calendar"} & set(changed):
        project.start_minute = first_working_minute(project)
    is_from_finish = project.schedule_from == Project.ScheduleFrom.FINISH
    if is_from_finish and {"end_date", "calendar", "schedule_from"} & set(changed):
        project.finish_minute = last_working_minute(project)


@contextmanager
def family_locked(project: Project, new_parent: Project | None) -> Iterator[None]:
    """Locks a project and its parents, old and new, in ascending order of ids.

    The unit of work locks the project first and the rules lock its parent then; two people who make two projects each
    other's parent would wait for each other in a ring.
    """
    ids = (project.pk, project.parent_id, new_parent.pk if new_parent else None)
    wanted = [pk for pk in ids if pk is not None]
    with transaction.atomic():
        rows = Project.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        list(rows.values_list("pk", flat=True))
        yield


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Project | Calendar) else value


def _check(project: Project, actor: User | System, *, locks: bool = True) -> None:
    """All rules; the parent is locked, so that two children cannot spend the same budget at the same time."""
    if not project.name.strip():
        raise RuleBrokenError(_("プロジェクト名を入力してください。"), field="name")
    if not project.code.strip():
        raise RuleBrokenError(_("コードを入力してください。"), field="code")
    if project.calendar.organization_id != project.organization_id:
        raise RuleBrokenError(_("このカレンダーは使えません。一覧から選び直してください。"), field="calendar")
    if project.parent_id:
        parents = Project.objects.alive().filter(
            pk=project.parent_id, organization_id=project.organization_id
        )
        project.parent = (parents.select_for_update(no_key=True) if locks else parents).first()
        if project.parent is None:
            raise RuleBrokenError(
                _("この親プロジェクトは選べません。一覧から選び直してください。"), field="parent"
            )
    check_rules(project, viewer=actor)


def change_status(*, project: Project, status: str, actor: User | System) -> None:
    """Take a project to another state, where the rules allow the step."""
    with changing(project, actor=actor, needs=Right.EDIT_PROJECT) as record:
        project.refresh_from_db(fields=["status"])
        if status not in ProjectStatus.values or not project.may_become(status):
            raise RuleBrokenError(
                _("「%(now)s」から「%(then)s」には変更できません。")
                % {
                    "now": project.get_status_display(),
                    "then": dict(ProjectStatus.choices).get(status, status),
                },
                field="status",
            )
        before, project.status = project.status, status
        project.save(update_fields=["status", "updated_at"])
        record("project.status_changed", target=project, before=before, after=status)
        if status == ProjectStatus.ACTIVE:
            # What is forecast of a project under way comes with its dates.
            enqueue("calculate_critical_path", project_id=project.pk)


def what_goes_along(project: Project) -> dict[str, int]:
    """What a delete takes out of sight: sub-projects that stay in the way, tasks, members."""
    return {
        "children": Project.objects.alive().filter(parent=project).count(),
        "tasks": project.task_count,
        "members": project.members.count(),
    }


def delete_project(*, project: Project, actor: User | System) -> None:
    """Take a project out of every page; an admin can bring it back until it is purged."""
    with changing(project, actor=actor, needs=Right.DELETE_PROJECT) as record:
        if Project.objects.alive().filter(parent=project).exists():
            raise RuleBrokenError(
                _(
                    "子プロジェクトがあるため削除できません。先に子プロジェクトを削除するか、別の親に移してください。"
                )
            )
        project.delete_softly(at=timezone.now())
        record("project.deleted", target=project, before={"code": project.code, "name": project.name})


def restore_project(*, project: Project, actor: User | System, code: str | None = None) -> None:
    """Bring a deleted project back; a code that was taken meanwhile has to be replaced."""
    with changing(project, actor=actor, needs=Right.RESTORE_PROJECT) as record:
        project.refresh_from_db(fields=["deleted_at", "code", "parent"])
        if project.deleted_at is None:
            return
        project.code = code or project.code
        if project.parent is not None and project.parent.deleted_at:
            project.parent = None
        _check(project, actor)
        project.deleted_at = None
        project.save(update_fields=["deleted_at", "code", "parent", "updated_at"])
        record("project.restored", target=project, after={"code": project.code})


def default_period(today: date) -> tuple[date, date]:
    """What a form for a new project proposes: from today, half a year."""
    return today, today + timedelta(days=182)
