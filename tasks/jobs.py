"""What is done later or at night. Ids by keyword, one service call, safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from projects.jobs import Lease, Queue, enqueue_each, job
from projects.models import AskedJob, Organization, Project, ProjectStatus
from projects.rls import scope
from tasks.allocation.check import check_utilization, refresh_organization
from tasks.importing import running
from tasks.leveling import asking
from tasks.models import PlanImport
from tasks.notifications import hours
from tasks.notifications.late import tell_who_is_late
from tasks.plan.rescheduling import repair_plan
from tasks.progress.partitions import ensure_partitions as make_partitions
from tasks.recurring import making
from tasks.risk import asking as simulating
from tasks.undo.old import discard_old


@job("calculate_critical_path", queue=Queue.NOW)
def calculate_critical_path(*, project_id: int) -> None:
    """Compute all dates of a project again; writes only what differs, so a second run changes nothing."""
    try:
        with scope.project_scope(project_id):
            repair_plan(project=Project.objects.get(pk=project_id))
    except Project.DoesNotExist:
        return  # purged meanwhile


@job("repair_plans", queue=Queue.NIGHT)
def repair_plans() -> None:
    """Ask for every open plan to be computed again: holidays and absences may have changed without an edit."""
    with scope.every_organization():
        ids = list(
            Project.objects.alive()
            .filter(status__in=[ProjectStatus.PLANNING, ProjectStatus.ACTIVE], task_count__gt=0)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    enqueue_each("calculate_critical_path", [{"project_id": each} for each in ids], queue=Queue.NIGHT)


@job("check_late_tasks", queue=Queue.NIGHT)
def check_late_tasks() -> None:
    """Tell leaders which of their plans are late, and people which of their tasks; once a day."""
    today = timezone.localdate()
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        # Each organization is a transaction of its own: what was told stays told when a later one fails.
        with scope.scope([organization_id]):
            tell_who_is_late(organization_id=organization_id, today=today)


@job("remind_of_hours", queue=Queue.NIGHT)
def remind_of_hours() -> None:
    """Remind people of last week's hours, and leaders of weeks that wait for them; twice a week at most."""
    today = timezone.localdate()
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        with scope.scope([organization_id]):
            hours.remind_of_hours(organization_id=organization_id, today=today)


@job("import_plan_file", queue=Queue.REPORTS, seconds="IMPORT_SECONDS", on_dead=running.give_up)
def import_plan_file(*, lease: Lease, import_id: int) -> None:
    """Make the plan of an uploaded file: all of it, or nothing and the reason."""
    running.run_import(lease, import_id)


@job(
    "level_plan",
    queue=Queue.REPORTS,
    feature="RESOURCE_MANAGEMENT",
    seconds="LEVELING_SECONDS",
    on_dead=asking.give_up,
)
def level_plan(*, lease: Lease, run_id: int) -> None:
    """Level a plan and keep what was found; the plan itself is not changed."""
    asking.run_leveling(lease, run_id)


@job("simulate_plan", queue=Queue.REPORTS, seconds="LEVELING_SECONDS", on_dead=simulating.give_up)
def simulate_plan(*, lease: Lease, run_id: int) -> None:
    """Simulate a plan and keep what was found; the plan itself is not changed. It may take as long as levelling."""
    simulating.run_simulation(lease, run_id)


@job("discard_old_uploads", queue=Queue.NIGHT)
def discard_old_uploads() -> None:
    """Throw away uploaded files that were not imported within a day; those whose job is still to be done stay."""
    with scope.every_organization():
        old = PlanImport.objects.filter(created_at__lt=timezone.now() - timedelta(days=1))
        open_jobs = AskedJob.objects.filter(ended_at__isnull=True).values("pk")
        old.exclude(state=PlanImport.State.IMPORTED).exclude(job_id__in=open_jobs).delete()


@job("discard_old_steps", queue=Queue.NIGHT)
def discard_old_steps() -> None:
    """Throw away steps that no one has taken back for half a year, and looks at plans of two years ago."""
    discard_old(now=timezone.now())


@job("ensure_partitions", queue=Queue.NIGHT)
def ensure_partitions() -> None:
    """Make next years' partitions of the progress history ahead of time."""
    make_partitions()


@job("refresh_utilization", queue=Queue.SOON, feature="RESOURCE_MANAGEMENT")
def refresh_utilization(*, organization_id: int) -> None:
    """Count what plans need of people, and what there is of them, after calendars have changed."""
    refresh_organization(organization_id)


@job("update_resource_utilization", queue=Queue.NIGHT, feature="RESOURCE_MANAGEMENT")
def update_resource_utilization() -> None:
    """Compare the kept utilization of every company with its plans, and repair what differs."""
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        check_utilization(organization_id)


@job("make_recurring_projects", queue=Queue.NIGHT, feature="RECURRING_PROJECTS")
def make_recurring_projects() -> None:
    """Make the projects of recurring templates whose time has come; each period once, however often this runs."""
    making.make_recurring_projects(today=timezone.localdate())
