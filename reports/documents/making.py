"""A worker makes a report: what it reads, how it says how far it is, and how the report ends.

The lease, the heartbeat, the attempts and the end of the job are those of `projects/jobs`; the row of the report is what its maker sees. File,
state, message and the end of the job are one transaction, so that nothing is doubled by a worker that was killed, taken over or slow.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from projects.jobs import enqueue
from projects.jobs.declare import TRANSIENT
from projects.jobs.leases import StoppedError, TooLongError
from projects.jobs.running import MOST_DEATHS, STALE, is_alive, open_jobs
from projects.models import DeadJob, Project
from projects.notifications.notify import notify
from projects.permissions import rights_in_organization
from projects.rls import scope
from reports.documents.files import file_name, make_file
from reports.documents.kinds import Subject, report_kinds
from reports.documents.options import Options
from reports.documents.paper.typesetter import NoTypesetterError
from reports.documents.reading import read_at_one_moment
from reports.documents.services import OPEN, STEPS, expiry, sees_money, start, title_of
from reports.models import GeneratedReport, ReportFile, ReportState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from projects.jobs.leases import Lease
    from reports.documents.contents import Report

log = logging.getLogger(__name__)


class NotMadeError(Exception):
    """It cannot be made; the text is a sentence for the person."""


def make_report(lease: Lease, report_id: int, *, make: Callable[..., bytes] = make_file) -> None:
    """Make one report, unless another job does or it has ended. What passes by itself is raised: the job is tried again."""
    row = _begin(lease, report_id)
    if row is None:
        return
    with translation.override(row.options.get("language", "ja")):
        try:
            _make(lease, row, make)
        except StoppedError:
            log.info("report %s, run %s: left", report_id, lease.run)
        except TRANSIENT:
            raise
        except TooLongError:
            _fail(
                lease,
                row,
                _(
                    "作成に時間がかかりすぎたため打ち切りました。対象や期間を絞るか、Excel か CSV を選んでください。"
                ),
            )
        except (NotMadeError, NoTypesetterError) as problem:
            _fail(lease, row, str(problem))
        except Exception:
            log.exception("report %s could not be made", report_id)
            _fail(lease, row, _problem())


def _begin(lease: Lease, report_id: int) -> GeneratedReport | None:
    """The report, now in this job's hands; None when another job makes it, or it needs none any more."""
    with scope.every_organization():
        rows = GeneratedReport.objects.select_for_update(of=("self",)).exclude(
            state__in=[ReportState.DONE, ReportState.CANCELLED]
        )
        row = rows.select_related("organization", "project", "requested_by").filter(pk=report_id).first()
        if row is None:
            return None
        other = open_jobs({row.job_id} - {lease.job_id}).get(row.job_id)
        if other is not None and is_alive(other, timezone.now()):
            return None
        row.state, row.job_id, row.problem = ReportState.RUNNING, lease.job_id, ""
        row.attempt_count += 1
        row.save(update_fields=["state", "job_id", "problem", "attempt_count"])
    return row


def _make(lease: Lease, row: GeneratedReport, make: Callable[..., bytes]) -> None:
    def tell(step: str) -> None:
        lease.progress(step, STEPS[step][0])

    tell("read")
    made_at = timezone.now()
    options = Options.read(row.options)
    report = read_at_one_moment(row.organization_id, lambda: _read(row, options), is_known=lease.is_known)
    content = make(report, row.format, made_at=made_at, paper=options.paper, tell=tell)
    tell("store")
    _finish(lease, row, report, content)


def _read(row: GeneratedReport, options: Options) -> Report:
    """What its maker may see at this moment, which is less than when it was requested if a right was taken away."""
    user, project = row.requested_by, None
    kind = report_kinds()[row.kind]
    if kind.is_of_project:
        project = (
            Project.objects.visible_to(user)
            .select_related("organization")
            .filter(pk=row.project_id or 0)
            .first()
        )
        if project is None:
            raise NotMadeError(
                _("プロジェクトが削除されたか、参照する権限がなくなったため、作成できませんでした。")
            )
    user.__dict__.pop("_memberships", None)
    rights = rights_in_organization(user, row.organization_id)
    if kind.needs is not None and kind.needs not in rights:
        raise NotMadeError(str(kind.refusal))
    if options.money and not sees_money(user, row.organization, project):
        options = options.without_money()
    return kind.read(Subject(user, row.organization, options, project))


def _finish(lease: Lease, row: GeneratedReport, report: Report, content: bytes) -> None:
    """File, state, message and the end of the job at once: all of it once, or nothing."""
    with scope.scope([row.organization_id]), lease.ending():
        is_ended = _end(
            row, ReportState.DONE, revision=report.head.revision, file_name=file_name(report.head, row.format),
            byte_count=len(content), sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
        if not is_ended:
            raise StoppedError
        ReportFile.objects.create(organization_id=row.organization_id, report_id=row.pk, content=content)


def _fail(lease: Lease, row: GeneratedReport, problem: str) -> None:
    """Say why there is no report, and end the job."""
    with suppress(StoppedError), scope.scope([row.organization_id]), lease.ending():
        _end(row, ReportState.FAILED, problem=problem[:400])


def _end(row: GeneratedReport, state: ReportState, **values: Any) -> bool:
    """Write down how a report ended and tell its maker; False when it is not this attempt's any more."""
    now, own = (
        timezone.now(),
        GeneratedReport.objects.filter(pk=row.pk, attempt_count=row.attempt_count, state__in=OPEN),
    )
    if not own.update(state=state, finished_at=now, expires_at=expiry(now), **values):
        return False
    kind, reason = "report.scheduled" if row.schedule_id else "report.done", {}
    if "problem" in values:
        kind, reason = "report.failed", {"reason": values["problem"]}
    elif row.schedule_id:
        enqueue("mail_report", report_id=row.pk)
    # What comes by a schedule is the clock's act, no answer to what its user asked for.
    by = None if row.schedule_id else row.requested_by
    notify(
        row.requested_by, kind=kind, key=f"{kind}:{row.pk}:{now:%Y%m%d%H%M%S%f}", by=by,
        organization=row.organization, project=row.project, target_id=row.pk, facts={"title": title_of(row), **reason},
    )  # fmt: skip
    return True


def give_up(job_id: str, reason: str) -> None:
    """The job of a report has become a dead letter: say so to the report's maker."""
    with scope.every_organization():
        rows = GeneratedReport.objects.select_related("organization", "project", "requested_by")
        row = rows.filter(job_id=job_id, state__in=OPEN).first()
        if row is None:
            return
        with scope.scope([row.organization_id]), translation.override(row.options.get("language", "ja")):
            _end(
                row, ReportState.FAILED, problem=_killed() if reason == DeadJob.Reason.KILLED else _problem()
            )


def _problem() -> str:
    return _("作成中に問題が起きました。もう一度お試しください。続く場合は運用者に知らせてください。")


def _killed() -> str:
    return _("作成が %(count)s回続けて途中で止まりました。対象や期間を絞るか、別の形式を選んでください。") % {
        "count": MOST_DEATHS
    }


def resume_reports(*, now: dt.datetime) -> int:
    """Enqueue reports under way that have no job: of the release before, or of a database restored from the middle of the work."""
    rows = GeneratedReport.objects.filter(state__in=OPEN, requested_at__lt=now - STALE).order_by("pk")
    with scope.every_organization():
        waiting = list(rows)
    known = open_jobs([row.job_id for row in waiting])
    orphans = [row for row in waiting if row.job_id not in known]
    for row in orphans:
        with scope.scope([row.organization_id]):
            start(row)
    return len(orphans)
