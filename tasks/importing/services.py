"""Making a project's plan from a file: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError
from projects.lifecycle.rules import check_rules
from projects.lifecycle.services import create_project
from projects.models import Project, User
from projects.models.projects import LONGEST_DAYS
from projects.permissions import Right, System
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import day_of, ends_on, first_day_of, last_day_of
from tasks.importing import kept, rows
from tasks.importing.baselines import make_baselines
from tasks.importing.differences import agreement_of, dates_of, note_differences
from tasks.importing.history import keep_history
from tasks.importing.reading import counts_of, engine_network, notices_of, plan_of, unschedulable
from tasks.importing.sealed import Sealed
from tasks.importing.shifting import shifted
from tasks.importing.tables import kept_afterwards
from tasks.importing.tasks import Made, make_tasks
from tasks.interchange.agreement import Agreement
from tasks.models import PlanImport, Task
from tasks.plan.actions.membership import bring_in
from tasks.plan.refusals import PlanRefusedError
from tasks.plan.rescheduling import reschedule

if TYPE_CHECKING:
    from datetime import date

    from projects.changes import Recorder
    from projects.models import Organization
    from tasks.importing.words import Notes
    from tasks.interchange.plan_file import PlanFile
    from tasks.scheduling.network import ProjectSettings
    from tasks.scheduling.plan import Plan

#: Fields of a project that dates of its tasks depend on, and the units that its durations are shown in.
RULES = (
    "calendar", "schedule_from", "start_minute", "finish_minute", "status_on",
    "honours_constraints", "critical_slack_minutes", "minutes_per_day", "minutes_per_week", "days_per_month",
    "default_task_type",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    """The project with its new plan, what was made, and how far it has the file's dates."""

    project: Project
    plan_import: PlanImport
    agreement: Agreement

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind were made."""
        return dict(self.plan_import.summary["counts"])


def import_plan(
    *, plan_file: PlanFile, organization: Organization, actor: User | System, leader: User | None,
    plan_import: PlanImport, project: Project | None = None, fields: Mapping[str, Any] | None = None,
    as_recorded: bool = False, starts_on: date | None = None, keeps_calendar: bool = False,
) -> Imported:  # fmt: skip
    """Make the plan of a file. Raises RuleBrokenError and leaves nothing behind when a rule says no.

    With ``starts_on`` all of it is moved so that it begins on that day. It is computed once, from its rows: they know the people of the organization, and the file does not.
    A file that ``keeps_calendar`` was read for the calendar of the project, and brings none of its own.
    """
    notes = notices_of(plan_file)
    if starts_on is not None:
        plan_file = _moved(plan_file, starts_on, notes)
    with transaction.atomic():
        if project is None:
            project = _new_project(organization, actor, leader, fields or {})
        with changing(project, actor=actor, needs=Right.EDIT_PLAN) as record:
            project.refresh_from_db()
            check_is_empty(project)
            made = _make(
                project, plan_file, as_recorded=as_recorded, keeps_calendar=keeps_calendar, notes=notes, record=record
            )  # fmt: skip
            counts = counts_of(plan_file, keeps_calendar=keeps_calendar)
            entry = record(
                "plan.imported",
                target=project,
                after={
                    "file": plan_import.file_name,
                    "sha256": plan_import.sha256,
                    "as_recorded": as_recorded,
                    **({} if starts_on is None else {"starts_on": starts_on.isoformat()}),
                    **counts,
                },
            )
            plan = _computed(project, plan_file, record)
            _set_period(project, plan_file, plan, notes)
            # Every task is new, so a list of all that moved would only repeat the plan.
            entry.consequences = None
            agreement = agreement_of(plan_file, plan, made.tasks, made.known)
            note_differences(made.tasks, agreement, plan_file)
            keep_history(project, plan_file, made.tasks, actor)
            agreed = make_baselines(project, plan_file, made.tasks, actor, plan_import.file_name)
            _finish(
                plan_import,
                project,
                plan_file,
                made,
                agreed,
                agreement,
                notes,
                counts,
                as_recorded=as_recorded,
            )
            # The unit of work still counts what all people have to do, which takes as much again.
            del plan_file, plan
    return Imported(project, plan_import, agreement)


def _moved(plan_file: PlanFile, starts_on: date, notes: Notes) -> PlanFile:
    try:
        return shifted(plan_file, starts_on, notes)
    except WorktimeError as error:
        raise unschedulable(plan_file, error) from error


def check_is_empty(project: Project) -> None:
    """A file is never mixed into a plan that is there."""
    if Task.objects.filter(project=project, deleted_at__isnull=True).exists():
        raise RuleBrokenError(
            _(
                "「%(project)s」にはすでにタスクがあるため、取り込めません。新しいプロジェクトとして取り込むか、先にタスクを削除してください。"
            )
            % {"project": project.name},
            field="project",
        )


@dataclass(frozen=True, slots=True)
class _Made:
    """Ids by the file's numbers."""

    calendars: dict[int, int]
    resources: dict[int, int]
    known: frozenset[int]
    tasks: dict[int, int]
    sealed: Sealed


def _make(
    project: Project, plan_file: PlanFile, *, as_recorded: bool, keeps_calendar: bool, notes: Notes, record: Recorder
) -> _Made:  # fmt: skip
    network = engine_network(plan_file)
    known = rows.known_resources(project.organization_id, plan_file.resources)
    if keeps_calendar:
        calendars = {rules.id: rules.id for rules in plan_file.calendars}
    else:
        calendars = rows.make_calendars(project, rows.calendars_to_make(plan_file, known), notes)
    resources = rows.make_resources(project, plan_file, known, calendars, notes)
    _set_rules(project, plan_file, network.project, calendars)
    made = Made(project, calendars, resources, notes, as_recorded, Sealed())
    tasks = make_tasks(made, plan_file, network.tasks)
    rows.make_links(project, plan_file, tasks)
    rows.make_assignments(project, plan_file, tasks, resources, notes)
    used = {item.resource_uid for item in plan_file.assignments}
    bring_in(record, project, [row for uid, row in known.items() if uid in used])
    return _Made(calendars, resources, frozenset(known), tasks, made.sealed)


# -- the project -------------------------------------------------------------------------------------------------


def _new_project(
    organization: Organization, actor: User | System, leader: User | None, fields: Mapping[str, Any]
) -> Project:
    if leader is None:
        raise RuleBrokenError(
            _("組織に管理者がいないため、リーダーを決められません。先に管理者を登録してください。")
        )
    # Its period is not known before the plan is computed.
    today = timezone.localdate()
    return create_project(
        organization=organization,
        actor=actor,
        leader=leader,
        fields={**fields, "start_date": today, "end_date": today},
    )


def _set_rules(
    project: Project, plan_file: PlanFile, settings: ProjectSettings, calendars: dict[int, int]
) -> None:
    """What the file says of the whole plan, as fields of the project: what its dates depend on."""
    source = plan_file.project
    if source.calendar_uid is None:
        project.calendar = rows.make_standard_calendar(project)
    else:
        project.calendar_id = calendars[source.calendar_uid]
    project.schedule_from = Project.ScheduleFrom.FINISH if source.from_finish else Project.ScheduleFrom.START
    project.start_minute = settings.start_minute
    project.finish_minute = settings.finish_minute
    project.status_on = ends_on(source.status_minute)
    project.honours_constraints = source.honors_constraints
    project.critical_slack_minutes = settings.critical_slack_limit_minutes
    project.minutes_per_day = source.minutes_per_day
    project.minutes_per_week = source.minutes_per_week
    project.days_per_month = source.days_per_month
    project.default_task_type = source.default_task_type
    project.save(update_fields=[*RULES, "updated_at"])


def _computed(project: Project, plan_file: PlanFile, record: Recorder) -> Plan:
    """The dates of the plan that has just been made; what is wrong with the file is said in the file's numbers."""
    try:
        return reschedule(project, record=record).plan
    except PlanRefusedError:
        plan_of(plan_file)
        # It would do for the file's own people: the calendar of a person whom the organization knows does not.
        raise


def _set_period(project: Project, plan_file: PlanFile, plan: Plan, notes: Notes) -> None:
    """First and last day of the plan, within what a project may last."""
    start = plan.start if plan_file.project.from_finish else min(plan.start, plan_file.project.start_minute)
    first = day_of(first_day_of(start))
    last = max(day_of(max(last_day_of(plan.finish), first_day_of(plan.start))), first)
    longest = first + timedelta(days=LONGEST_DAYS)
    if last > longest:
        notes.doubt("period_clamped", last=f"{longest:%Y/%m/%d}")
    project.start_date, project.end_date = first, min(last, longest)
    check_rules(project)
    project.save(update_fields=["start_date", "end_date", "updated_at"])


# -- afterwards --------------------------------------------------------------------------------------------------


def _finish(
    plan_import: PlanImport, project: Project, plan_file: PlanFile, made: _Made, agreed: dict[str, int],
    agreement: Agreement, notes: Notes, counts: dict[str, int],
    *, as_recorded: bool,
) -> None:  # fmt: skip
    """Keep what the import brought; the file itself is no longer needed."""
    plan_import.project = project
    plan_import.content = None
    plan_import.state = PlanImport.State.IMPORTED
    plan_import.imported_at = timezone.now()
    table = plan_import.summary.get("table")
    file = {**_kept_of_file(plan_file, made), "summary_as_of": kept.figures_of(project), "baselines": agreed}
    made.sealed.take_from_file(file)
    plan_import.money_secret = made.sealed.text()
    plan_import.summary = {
        "counts": counts,
        "dates": dates_of(agreement),
        "notices": notes.finished(),
        "as_recorded": as_recorded,
        "known_count": len(made.known),
        "file": file,
        **({} if table is None else {"table": kept_afterwards(table)}),
    }
    plan_import.save()


def _kept_of_file(plan_file: PlanFile, made: _Made) -> dict[str, Any]:
    """What belongs to no task and has no column: an export writes it again."""
    return {
        "project": kept.to_json(plan_file.project, kept.PROJECT),
        "calendars": {str(made.calendars[uid]): uid for uid in made.calendars},
        "resources": {
            str(made.resources[item.uid]): kept.to_json(item, kept.RESOURCE) for item in plan_file.resources
        },
        "custom_fields": [kept.to_json(item) for item in plan_file.custom_fields],
        "summary_task": kept.to_json(plan_file.summary_task) if plan_file.summary_task else None,
        "summary_assignments": [kept.to_json(item) for item in plan_file.summary_assignments],
    }


def first_admin(organization: Organization) -> User | None:
    """Who leads a project that a command made: the organization's first admin."""
    admins = User.objects.filter(memberships__organization=organization, memberships__role="admin")
    return cast("User | None", admins.filter(is_active=True).order_by("pk").first())
