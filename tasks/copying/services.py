"""Copying a project with its plan: what was planned comes along, what happened does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from projects.calendars.services import rules_of
from projects.changes import changing
from projects.errors import RuleBrokenError
from projects.lifecycle.services import create_project, first_working_minute
from projects.models import OrganizationMember, Project, ProjectMember
from projects.permissions import Right
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from resources.models import Resource
from tasks.copying import rows
from tasks.models import Assignment
from tasks.plan.actions.membership import bring_in
from tasks.plan.refusals import refused
from tasks.plan.rescheduling import reschedule
from tasks.plan.working_days import Shift

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from projects.changes import Recorder
    from projects.models import User
    from projects.permissions import System

#: How a plan is computed; a copy is computed in the same way.
SETTINGS: Final = (
    "schedule_from", "honours_constraints", "critical_slack_minutes", "minutes_per_day", "minutes_per_week",
    "days_per_month", "default_task_type", "progress_rule", "progress_steps", "field_ids",
)  # fmt: skip
MEMBER: Final = (
    "user_id", "role", "job_title_id", "allocation_percentage", "start_date", "end_date", "may_see_money"
)  # fmt: skip


def copy_project(
    *, project: Project, code: str, name: str, start: date, actor: User | System, leader: User,
    copies_people: bool = True, end: date | None = None, budget: Decimal | None = None,
    description: str | None = None,
) -> Project:  # fmt: skip
    """A new project in planning with the tasks, links and settings of another, moved to a new first day.

    Moments keep their distance in days of work from the first day. Progress, actual dates, hours and comments stay
    behind; people come along where wished. All of it or nothing: RuleBrokenError, NotAllowedError.
    """
    with transaction.atomic():
        # Locked before anything else, in the order of every other change: it is not edited while it is read.
        source = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if source.deleted_at is not None:
            raise RuleBrokenError(
                _(
                    "「%(name)s」は削除されているため、コピーできません。元に戻すか、別のプロジェクトを選んでください。"
                )
                % {"name": source.name}
            )
        shift = shift_of(source, start)
        fields = _fields(source, start) | {"end_date": end or max(_moved(shift, source.end_date), start)}
        fields |= {"code": code, "name": name} | _given(budget=budget, description=description)
        copy = create_project(organization=source.organization, actor=actor, leader=leader, fields=fields)
        _fill(source, copy, shift, actor=actor, copies_people=copies_people)
    return copy


def _fields(source: Project, start: date) -> dict[str, Any]:
    """What the copy has of its source; a calendar of the source alone is copied later."""
    names = ("budget", "description", "category", "tags", *SETTINGS)
    fields = {name: getattr(source, name) for name in names}
    if not source.calendar.project_id:
        fields["calendar"] = source.calendar
    return fields | {"start_date": start}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def shift_of(source: Project, start: date) -> Shift:
    """The way of a plan's moments to another first day. Raises RuleBrokenError."""
    try:
        clock = Calendars(rules_of([source.calendar_id])).calendar(source.calendar_id)
        return Shift(clock, start=source.start_date, new_start=start)
    except WorktimeError as error:
        raise refused(error) from error


def _moved(shift: Shift, day: date) -> date:
    try:
        return shift.day(day)
    except WorktimeError as error:
        raise refused(error) from error


def _fill(source: Project, copy: Project, shift: Shift, *, actor: User | System, copies_people: bool) -> None:
    # Who may make projects may fill the one that they made, whatever their place in it.
    with changing(copy, actor=actor, needs=Right.CREATE_PROJECT) as record:
        try:
            calendars = rows.copy_calendars(source, copy)
            _keep_settings(source, copy, shift, calendars)
            ids = rows.copy_tasks(source, copy, shift, calendars, copies_people=copies_people)
        except WorktimeError as error:
            raise refused(error) from error
        rows.copy_links(source, copy, ids)
        if copies_people:
            rows.copy_assignments(source, copy, ids, rows.copy_resources(source, copy, calendars))
            _copy_members(source, copy, shift)
            _bring_in_assigned(record, copy)
        entry = record("project.copied", target=copy, after={"source": source.pk, "tasks": len(ids)})
        reschedule(copy, record=record)
        # Every task is new, so a list of all that moved would only repeat the plan.
        entry.consequences = None


def _keep_settings(source: Project, copy: Project, shift: Shift, calendars: dict[int, int]) -> None:
    """What needed the new project first: its own calendar, where work begins on it, and the end it aims at."""
    names = ["updated_at"]
    if source.calendar_id in calendars:
        copy.calendar_id = calendars[source.calendar_id]
        copy.start_minute = first_working_minute(copy)
        names += ["calendar", "start_minute"]
    if source.finish_minute is not None:
        copy.finish_minute = shift.finish(source.finish_minute)
        names.append("finish_minute")
    copy.save(update_fields=names)


def _copy_members(source: Project, copy: Project, shift: Shift) -> None:
    """Members of today's organization; the new leader is there already."""
    there = ProjectMember.objects.filter(project=copy).values("user")
    still = OrganizationMember.objects.filter(organization=source.organization_id, user__is_active=True)
    members = ProjectMember.objects.filter(project=source, user__in=still.values("user"))
    ProjectMember.objects.bulk_create(
        ProjectMember(organization_id=copy.organization_id, project=copy, **_member(values, shift))
        for values in members.exclude(user__in=there).order_by("pk").values(*MEMBER)
    )


def _bring_in_assigned(record: Recorder, copy: Project) -> None:
    """Those on its tasks who were no members of the source; who has left, or will have, was there and stays as they are."""
    assigned = Assignment.objects.filter(project=copy).values("resource")
    known = ProjectMember.objects.filter(project=copy).values("user")
    bring_in(
        record, copy, Resource.objects.filter(pk__in=assigned, user__isnull=False).exclude(user__in=known)
    )


def _member(values: dict[str, Any], shift: Shift) -> dict[str, Any]:
    days = {name: shift.day(values[name]) for name in ("start_date", "end_date") if values[name]}
    return values | days
