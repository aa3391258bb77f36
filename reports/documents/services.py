"""Requesting reports, and what their makers do with them.

A report is its maker's own and changes no plan, so its unit of work is the organization's, not the project's: who took
figures away is recorded, and the revision that is printed on them stays the plan's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from projects.changes import changing_organization
from projects.errors import RuleBrokenError
from projects.jobs import cancel, enqueue
from projects.jobs.running import open_jobs
from projects.jobs.showing import JobProgress, progress_of
from projects.permissions import Right, System, rights_in, rights_in_organization
from reports.documents.kinds import ReportKind, report_kinds
from reports.documents.options import Options, Written
from reports.models import GeneratedReport, ReportFile, ReportFormat, ReportState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import Promise

    from projects.models import Organization, Project, User

#: What the record calls this part of the site.
ACTOR: Final = "reports"
OPEN: Final = (ReportState.QUEUED, ReportState.RUNNING)
#: What a worker is doing, and how far that is.
STEPS: Final[dict[str, tuple[int, Promise]]] = {
    "read": (5, _("データを集計")),
    "write": (40, _("ファイルに書き出し")),
    "draw": (25, _("図と表を描画")),
    "typeset": (40, _("ページに組版")),
    "print": (70, _("フォントを埋め込み")),
    "store": (95, pgettext_lazy("report", "保存して通知")),
}
STEPS_OF: Final[dict[str, tuple[str, ...]]] = {
    ReportFormat.PDF: ("read", "draw", "typeset", "print", "store"),
    ReportFormat.XLSX: ("read", "write", "store"),
    ReportFormat.CSV: ("read", "write", "store"),
}


@dataclass(frozen=True, slots=True)
class ReportUnderWay:
    """One report under way, as a page shows it."""

    report: GeneratedReport
    title: str
    progress: JobProgress


def under_way(reports: Iterable[GeneratedReport]) -> list[ReportUnderWay]:
    """Where workers have got to with these; one query for the jobs of all."""
    reports, now = list(reports), timezone.now()
    jobs = open_jobs(report.job_id for report in reports)
    return [
        ReportUnderWay(
            report,
            title_of(report),
            progress_of(
                jobs.get(report.job_id),
                {name: STEPS[name][1] for name in STEPS_OF[report.format]},
                since=report.requested_at,
                now=now,
            ),
        )
        for report in reports
    ]


def title_of(report: GeneratedReport) -> str:
    """What a report is called in lists and messages."""
    subject = report.project.name if report.project else ""
    return " ".join(filter(None, (str(report_kinds()[report.kind].title), subject)))


class TooManyReportsError(RuleBrokenError):
    """A user has as many reports under way as one person may."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            _(
                "作成中のレポートが上限の %(count)s件あります。できあがるのを待つか、どれかを中止してください。"
            )
            % {"count": settings.REPORT_MOST_OPEN}
        )


def sees_money(user: User, organization: Organization, project: Project | None) -> bool:
    """Whether this person may see the money of what a report is about."""
    rights = rights_in(user, project) if project else rights_in_organization(user, organization)
    return Right.SEE_MONEY in rights


def ask_for_report(
    *,
    user: User,
    organization: Organization,
    project: Project | None,
    kind: str,
    file_format: str,
    options: Options,
) -> GeneratedReport:
    """Put a report into the queue; the same question twice is one report. Raises TooManyReportsError."""
    with transaction.atomic():
        one_at_a_time(user)
        waiting = GeneratedReport.objects.filter(requested_by=user, organization=organization, state__in=OPEN)
        same = waiting.filter(project=project, kind=kind, format=file_format, options=options.store())
        report = same.order_by("pk").first()
        if report is None:
            if waiting.count() >= settings.REPORT_MOST_OPEN:
                raise TooManyReportsError
            report = GeneratedReport.objects.create(
                organization=organization, project=project, kind=kind, format=file_format,
                options=options.store(), requested_by=user,
            )  # fmt: skip
            start(report)
            note(report, "report.requested")
        return report


def last_written(user: User, project: Project | None) -> Written:
    """What this user wrote last for a report about the project; to begin with, their name and the usual boxes."""
    rows = GeneratedReport.objects.filter(requested_by=user, project=project, options__has_key="written")
    last = (
        rows.order_by("-requested_at", "-pk").values_list("options", flat=True).first() if project else None
    )
    if last is None:
        return Written(
            author=user.display_name,
            seals=(pgettext("seal", "承認"), pgettext("seal", "確認"), pgettext("seal", "作成")),
        )
    return Written.read(last["written"])


def to_be_written(user: User, project: Project | None) -> Written:
    """What the form of a new report begins with: addressee, author and boxes of the last one, and no texts."""
    return replace(last_written(user, project), summary="", issues="", measures="")


def note(report: GeneratedReport, action: str, *, actor: System | None = None) -> None:
    """A line in the organization's record, by the maker of the report unless said otherwise."""
    actor = actor or System(ACTOR, user=report.requested_by)
    with changing_organization(report.organization, actor=actor) as record:
        asked = {"kind": report.kind, "format": report.format, "project": report.project_id}
        record(action, target=report, after=asked)


def one_at_a_time(user: User) -> None:
    """Two clicks at once must not both find room for one more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('report'), %s)", [user.pk % 2**31])


def start(report: GeneratedReport) -> None:
    """Have it made once this is committed."""
    report.job_id = enqueue(
        "generate_project_report",
        project_id=report.project_id,
        format=report.format,
        report_id=report.pk,
    )
    report.save(update_fields=["job_id"])


def cancel_report(*, report: GeneratedReport) -> bool:
    """Stop it, wherever it is. False when it has ended meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        # The job first, as a worker does at the end: the two then don't wait for each other.
        cancel(report.job_id)
        changed = GeneratedReport.objects.filter(pk=report.pk, state__in=OPEN).update(
            state=ReportState.CANCELLED, finished_at=now, expires_at=expiry(now)
        )
        if changed:
            note(report, "report.cancelled")
    return bool(changed)


def retry_report(*, report: GeneratedReport) -> bool:
    """Make it again, with the figures and for the day of now. False when it is under way or done."""
    with transaction.atomic():
        one_at_a_time(report.requested_by)
        waiting = GeneratedReport.objects.filter(
            requested_by=report.requested_by_id, organization=report.organization_id, state__in=OPEN
        )
        if waiting.count() >= settings.REPORT_MOST_OPEN:
            raise TooManyReportsError
        changed = GeneratedReport.objects.filter(
            pk=report.pk, state__in=[ReportState.FAILED, ReportState.CANCELLED]
        ).update(
            state=ReportState.QUEUED, attempt_count=0, problem="", finished_at=None, expires_at=None, options=report.options | {"on": timezone.localdate().isoformat()},
        )  # fmt: skip
        if changed:
            start(report)
            note(report, "report.retried")
    return bool(changed)


def delete_report(*, report: GeneratedReport) -> None:
    """Take it out of the list, with its file; the work on one that is under way is stopped."""
    with transaction.atomic():
        cancel(report.job_id)
        note(report, "report.deleted")
        report.delete()


def may_download(user: User, report: GeneratedReport) -> bool:
    """Whether its maker may still have the file: the right to money may have been taken away since."""
    if not report.options.get("money"):
        return True
    return sees_money(user, report.organization, report.project)


def expiry(now: dt.datetime) -> dt.datetime:
    """Until when something that ended now is kept."""
    return now + dt.timedelta(days=settings.REPORT_KEEP_DAYS)


def discard_expired(*, now: dt.datetime) -> int:
    """Throw away what was kept long enough, files and all; the caller has set the scope."""
    old = GeneratedReport.objects.filter(expires_at__lt=now).exclude(state__in=OPEN)
    ReportFile.objects.filter(report__in=old).delete()
    count, _by_model = old.delete()
    return count


def kinds_for(user: User, organization: Organization) -> dict[str, ReportKind]:
    """What a user may request, by name: what this installation has and their rights let them read."""
    rights = rights_in_organization(user, organization)
    return {
        name: kind
        for name, kind in report_kinds().items()
        if kind.is_offered and (kind.needs is None or kind.needs in rights)
    }
