"""A worker makes a report. The row is the job: who claims it works, and the file and its state are one transaction.

A worker may be killed at any point. Nothing is doubled, since only the one whose attempt it is may finish; nothing is lost,
since `resume_reports` finds a row whose worker gives no sign any more; nobody waits for ever, since the fifth time is
the last.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from projects.jobs.heartbeat import heartbeat
from projects.models import Project
from projects.notifications.notify import notify
from projects.permissions import Right, rights_in_organization
from projects.rls import scope
from reports.documents.files import file_name, make_file
from reports.documents.options import OF_PROJECT, Options
from reports.documents.paper.typesetter import NoTypesetterError
from reports.documents.reading import read_at_one_moment, read_report
from reports.documents.services import OPEN, STEPS, expiry, sees_money, start, title_of
from reports.models import GeneratedReport, ReportFile, ReportKind, ReportState

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.documents.contents import Report

log = logging.getLogger(__name__)
#: Without a sign for so long, a worker is taken for gone.
STALE: Final = dt.timedelta(seconds=60)
MOST_ATTEMPTS: Final = 5


class StoppedError(Exception):
    """It is not this worker's any more: cancelled, deleted, or taken over."""


class NotMadeError(Exception):
    """It cannot be made; the text is a sentence for the person."""


@dataclass(slots=True)
class Work:
    """One attempt at one report."""

    report_id: int
    organization_id: int
    attempt: int
    ends_at: float = field(default_factory=lambda: time.monotonic() + settings.REPORT_SECONDS)

    def update(self, **values: Any) -> bool:
        """Change the row while it is this attempt's; its own short transaction."""
        with scope.scope([self.organization_id]):
            rows = GeneratedReport.objects.filter(
                pk=self.report_id, state=ReportState.RUNNING, attempt_count=self.attempt
            )
            return bool(rows.update(**values))

    def tell(self, step: str) -> None:
        """Say what is done now; raises StoppedError when nobody wants it any more."""
        if time.monotonic() > self.ends_at:
            raise NotMadeError(
                _(
                    "作成に時間がかかりすぎたため打ち切りました。対象や期間を絞るか、Excel か CSV を選んでください。"
                )
            )
        if not self.update(step=step, progress_percentage=STEPS[step][0], alive_at=timezone.now()):
            raise StoppedError

    def is_known(self) -> bool:
        """Whether the database that is read has heard of this attempt, and so of all that was there when it began."""
        rows = GeneratedReport.objects.filter(pk=self.report_id, attempt_count=self.attempt)
        return rows.filter(state=ReportState.RUNNING).exists()

    def beat(self) -> bool:
        """Called from a thread beside the work; False ends it. A worker that hangs falls silent in time."""
        return time.monotonic() < self.ends_at and self.update(alive_at=timezone.now())


def make_report(report_id: int, *, make: Callable[..., bytes] = make_file) -> None:
    """Make one report, unless somebody else does or it has ended."""
    work = claim(report_id)
    if work is None:
        return
    with scope.scope([work.organization_id]):
        rows = GeneratedReport.objects.select_related("organization", "project", "requested_by")
        row = rows.filter(pk=report_id).first()
    if row is None:
        return  # deleted meanwhile
    with translation.override(row.options.get("language", "ja")), heartbeat(work.beat):
        try:
            _make(work, row, make)
        except (StoppedError, OperationalError):
            # Without the database there is nothing to write to either: resume_reports will find the row.
            log.info("report %s, attempt %s: left", report_id, work.attempt)
        except (NotMadeError, NoTypesetterError) as problem:
            fail(work, row, str(problem))
        except Exception:
            log.exception("report %s could not be made", report_id)
            fail(
                work,
                row,
                _("作成中に問題が起きました。もう一度お試しください。続く場合は運用者に知らせてください。"),
            )


def claim(report_id: int) -> Work | None:
    """Take a report that waits, or whose worker is gone; of several who try one succeeds."""
    now = timezone.now()
    with scope.every_organization(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE generated_reports
               SET state = 'running', attempt_count = attempt_count + 1, alive_at = %(now)s,
                   progress_percentage = 0, step = '', problem = ''
             WHERE id = %(id)s AND attempt_count < %(most)s
               AND (state = 'queued' OR (state = 'running' AND alive_at < %(stale)s))
            RETURNING organization_id, attempt_count
            """,
            {"id": report_id, "now": now, "stale": now - STALE, "most": MOST_ATTEMPTS},
        )
        found = cursor.fetchone()
    return Work(report_id, *found) if found else None


def _make(work: Work, row: GeneratedReport, make: Callable[..., bytes]) -> None:
    work.tell("read")
    made_at = timezone.now()
    options = Options.read(row.options)
    report = read_at_one_moment(work.organization_id, lambda: _read(row, options), is_known=work.is_known)
    content = make(report, row.format, made_at=made_at, paper=options.paper, tell=work.tell)
    work.tell("store")
    _finish(work, row, report, content)


def _read(row: GeneratedReport, options: Options) -> Report:
    """What its maker may see at this moment, which is less than when he asked if a right was taken away."""
    user, project = row.requested_by, None
    if row.kind in OF_PROJECT:
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
    if row.kind == ReportKind.UTILIZATION and Right.VIEW_RESOURCES not in rights:
        raise NotMadeError(_("リソースを参照する権限がなくなったため、作成できませんでした。"))
    if options.money and not sees_money(user, row.organization, project):
        options = options.without_money()
    return read_report(row.kind, user=user, organization=row.organization, project=project, options=options)


def _finish(work: Work, row: GeneratedReport, report: Report, content: bytes) -> None:
    """File, state and message at once: all of it once, or nothing."""
    now = timezone.now()
    with scope.scope([work.organization_id]):
        ended = work.update(
            state=ReportState.DONE, progress_percentage=100, step="", finished_at=now, expires_at=expiry(now),
            revision=report.head.revision, file_name=file_name(report.head, row.format),
            byte_count=len(content), sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
        if not ended:
            raise StoppedError
        ReportFile.objects.create(organization_id=work.organization_id, report_id=row.pk, content=content)
        _say("report.done", row, now)


def fail(work: Work, row: GeneratedReport, problem: str) -> None:
    """Say why there is no report."""
    now = timezone.now()
    with scope.scope([work.organization_id]):
        ended = work.update(
            state=ReportState.FAILED, step="", problem=problem[:400], finished_at=now, expires_at=expiry(now)
        )
        if ended:
            _say("report.failed", row, now, reason=problem)


def _say(kind: str, row: GeneratedReport, now: dt.datetime, **facts: str) -> None:
    notify(
        row.requested_by,
        kind=kind,
        key=f"{kind}:{row.pk}:{now:%Y%m%d%H%M%S%f}",
        organization=row.organization,
        project=row.project,
        target_id=row.pk,
        facts={"title": title_of(row), **facts},
    )


def resume_reports(*, now: dt.datetime) -> int:
    """Call workers again for reports that nobody works on; give up on those that killed five. In every organization.

    One that waits in a long queue is called again each minute; a worker who comes too late finds nothing to claim.
    """
    stale = now - STALE
    rows = GeneratedReport.objects.filter(state__in=OPEN).select_related(
        "organization", "project", "requested_by"
    )
    with scope.every_organization():
        silent = [
            row for row in rows.order_by("pk")
            if (row.alive_at or row.requested_at) < stale
        ]  # fmt: skip
    resumed = 0
    for row in silent:
        with scope.scope([row.organization_id]):
            if row.state == ReportState.RUNNING and row.attempt_count >= MOST_ATTEMPTS:
                _give_up(row)
                continue
            same = GeneratedReport.objects.filter(
                pk=row.pk, state=row.state, attempt_count=row.attempt_count, alive_at=row.alive_at
            )
            if same.update(state=ReportState.QUEUED, alive_at=now):
                start(row)
                resumed += 1
    return resumed


def _give_up(row: GeneratedReport) -> None:
    work = Work(row.pk, row.organization_id, row.attempt_count)
    with translation.override(row.options.get("language", "ja")):
        fail(
            work, row,
            _("作成が %(count)s回続けて途中で止まりました。対象や期間を絞るか、別の形式を選んでください。")
            % {"count": MOST_ATTEMPTS},
        )  # fmt: skip
