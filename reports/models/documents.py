"""Reports that were asked for: what, by whom, how far, and the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from projects.models import User


def kind_choices() -> list[tuple[str, Promise | str]]:
    """What a report is about."""
    # The modules of the kinds read models themselves.
    from reports.documents.kinds import report_kinds  # noqa: PLC0415

    return [(kind.name, kind.label) for kind in report_kinds().values()]


class ReportFormat(models.TextChoices):
    """What file it becomes; the page of a report needs none."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"


class ReportState(models.TextChoices):
    """How far it is."""

    QUEUED = "queued", _("待機中")
    RUNNING = "running", _("作成中")
    DONE = "done", _("完成")
    FAILED = "failed", _("失敗")
    CANCELLED = "cancelled", _("中止")


class GeneratedReportQuerySet(models.QuerySet["GeneratedReport"]):
    """Reports, as a user may see them."""

    def visible_to(self, user: User) -> GeneratedReportQuerySet:
        """One's own, while one still sees the project; the money in a file is its maker's right alone."""
        seen = Q(project__isnull=True) | Q(project__in=Project.objects.visible_to(user))
        return self.filter(seen, requested_by=user, organization__memberships__user=user)


class GeneratedReport(TenantModel):
    """One report in one format, as its maker sees it; the work on it is a job (`projects/jobs`), and its file is written with its state."""

    project = TenantKey(
        Project, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("プロジェクト")
    )
    kind = models.CharField(_("報告書"), max_length=12, choices=kind_choices)
    format = models.CharField(_("形式"), max_length=4, choices=ReportFormat.choices)
    #: Paper, period, language, whether money is shown: everything besides the data that decides the bytes.
    options = models.JSONField(default=dict)
    requested_by = models.ForeignKey("projects.User", models.CASCADE, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("状態"), max_length=9, choices=ReportState.choices, default=ReportState.QUEUED)
    #: This, `step` and `alive_at` were written by the release before and go with the next one: they are the job's now.
    progress_percentage = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)
    #: Workers that have begun it: the result counts of the last one alone.
    attempt_count = models.PositiveSmallIntegerField(default=0)
    alive_at = models.DateTimeField(null=True, blank=True)
    #: The job that makes it, or made it.
    job_id = models.CharField(max_length=155, blank=True, default="", db_default="")
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    #: The revision of the project whose figures are in the file.
    revision = models.BigIntegerField(null=True, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    byte_count = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    #: The schedule that it was made for, which may be gone; none where a user asked for it.
    schedule_id = models.BigIntegerField(null=True, blank=True)
    #: When a scheduled one was mailed.
    mailed_at = models.DateTimeField(null=True, blank=True)
    #: The sentence for its maker when it failed, in their language.
    problem = models.CharField(max_length=400, blank=True)

    objects = GeneratedReportQuerySet.as_manager()

    class Meta:
        db_table = "generated_reports"
        verbose_name = verbose_name_plural = _("報告書")
        constraints = [
            models.CheckConstraint(name="report_state_is_known", condition=Q(state__in=ReportState.values)),
            models.CheckConstraint(
                name="report_progress_is_a_percentage", condition=Q(progress_percentage__lte=100)
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "requested_by", "-requested_at"], name="idx_generated_reports_person"
            ),
            models.Index(
                fields=["state", "alive_at"],
                name="idx_generated_reports_open",
                condition=Q(state__in=["queued", "running"]),
            ),
            models.Index(
                fields=["expires_at"],
                name="idx_generated_reports_expiry",
                condition=Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.format} {self.state}"


class ReportFile(TenantModel):
    """The bytes of a finished report; in the database, so that row policies, backups and transactions cover them."""

    report = TenantKey(GeneratedReport, models.CASCADE, related_name="files", db_index=False)
    content = models.BinaryField()

    class Meta:
        db_table = "report_files"
        verbose_name = verbose_name_plural = _("報告書のファイル")
        constraints = [models.UniqueConstraint(fields=["report"], name="report_has_one_file")]

    def __str__(self) -> str:
        return f"{self.report_id}"
