"""What is done later or at night."""

from django.utils import timezone

from projects.jobs import Lease, Queue, job
from projects.models import Organization, Project
from projects.rls import scope
from reports.documents import making, unasked
from reports.documents import services as documents
from reports.documents.kinds import report_kinds
from reports.figures.days import record_days
from reports.figures.summary import refresh_project_summary as refresh
from reports.models import ReportFormat
from reports.performance.recording import record_earned
from reports.schedules.mailing import send_mail_of
from reports.schedules.sending import send_due


@job("refresh_project_summary", queue=Queue.SOON)
def refresh_project_summary() -> None:
    """Bring the summary of all projects up to date."""
    refresh()


@job("record_project_days", queue=Queue.NIGHT)
def record_project_days() -> None:
    """Keep the figures of the day that ends, one organization at a time."""
    now = timezone.now()
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        record_days(organization_id, now=now)


@job("record_project_earned", queue=Queue.NIGHT)
def record_project_earned() -> None:
    """Keep what projects have earned: each once a day, and again where its plan has changed since; every hour."""
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        record_earned(organization_id, on=timezone.localdate())


@job("generate_project_report", queue=Queue.REPORTS, seconds="REPORT_SECONDS", on_dead=making.give_up)
def generate_project_report(
    *,
    lease: Lease,
    project_id: int | None,
    format: str,  # noqa: A002  # operators and other programs call it by this name
    report_id: int | None = None,
    kind: str = "progress",
) -> None:
    """Make a report that was requested; without its id one of the project, for its leader."""
    if report_id is None:
        known = report_kinds().get(kind)
        if (
            project_id is None
            or format not in ReportFormat.values
            or known is None
            or not known.is_of_project
        ):
            raise ValueError(f"no report {kind} of project {project_id} as {format}")
        try:
            with scope.project_scope(project_id):
                row = unasked.report_for_leader(project_id, kind=kind, file_format=format)
        except Project.DoesNotExist:
            return  # purged meanwhile
        report_id = row.pk if row else None
    if report_id is not None:
        making.make_report(lease, report_id)


@job("send_scheduled_reports", queue=Queue.SOON)
def send_scheduled_reports() -> None:
    """Have the reports made whose day has come; each schedule in a transaction of its own."""
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        send_due(organization_id, today=timezone.localdate())


@job("mail_report", queue=Queue.SOON)
def mail_report(*, report_id: int) -> None:
    """Mail the user of a scheduled report where it lies."""
    send_mail_of(report_id, now=timezone.now())


@job("resume_reports", queue=Queue.NOW)
def resume_reports() -> None:
    """Enqueue reports under way that have no job."""
    making.resume_reports(now=timezone.now())


@job("discard_expired_reports", queue=Queue.NIGHT)
def discard_expired_reports() -> None:
    """Throw away reports that were kept long enough."""
    with scope.every_organization():
        documents.discard_expired(now=timezone.now())
