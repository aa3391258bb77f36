"""定期配信: reports that are made by a rule of days, for the users who are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel
from reports.models.documents import ReportFormat, kind_choices

if TYPE_CHECKING:
    from projects.models import User

MOST_RECIPIENTS = 20


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    """Schedules, as a user may see them."""

    def visible_to(self, user: User) -> ReportScheduleQuerySet:
        """Those of the projects this user sees."""
        return self.filter(project__deleted_at__isnull=True, project__in=Project.objects.visible_to(user))


class ReportSchedule(TenantModel):
    """A report of one project, made again on the days of a rule; each user who gets it has one with their own rights."""

    project = TenantKey(Project, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(_("報告書"), max_length=12, choices=kind_choices)
    format = models.CharField(_("形式"), max_length=4, choices=ReportFormat.choices)
    paper = models.CharField(max_length=2, default="a4")
    rule = models.CharField(
        _("繰り返し"), max_length=300, help_text=_("RFC 5545 の RRULE。例：FREQ=MONTHLY;BYMONTHDAY=1")
    )
    first_on = models.DateField(_("最初の日"))
    #: Users; one who is gone or does not see the project any more is passed over.
    recipient_ids = ArrayField(models.BigIntegerField(), verbose_name=_("送り先"), default=list)
    #: The next day of the rule; none where it has ended.
    next_on = models.DateField(_("次の日"), null=True, blank=True)
    last_on = models.DateField(_("前回"), null=True, blank=True)
    added_by = models.ForeignKey("projects.User", models.PROTECT, related_name="+", verbose_name=_("登録者"))
    added_at = models.DateTimeField(_("登録日時"), auto_now_add=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        db_table = "report_schedules"
        verbose_name = verbose_name_plural = _("レポートの定期配信")
        constraints = [
            models.CheckConstraint(
                name="schedule_format_is_known", condition=Q(format__in=ReportFormat.values)
            ),
        ]
        indexes = [
            models.Index(fields=["project"], name="idx_report_schedules_project"),
            models.Index(
                fields=["next_on"], name="idx_report_schedules_next", condition=Q(next_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.format} {self.rule}"
