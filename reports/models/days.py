"""What a project's figures were, day by day: the trend behind dashboards and reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel
from projects.models.money import MoneyField


class ProjectDay(TenantModel):
    """The figures of one project at the end of one day, written once by the night's job."""

    project = TenantKey(Project, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField(_("日"))
    revision = models.BigIntegerField()
    status = models.CharField(max_length=12)
    progress_percentage = models.PositiveSmallIntegerField()
    planned_percentage = models.PositiveSmallIntegerField()
    task_count = models.PositiveIntegerField()
    done_count = models.PositiveIntegerField()
    late_count = models.PositiveIntegerField()
    work_minutes = models.BigIntegerField()
    remaining_minutes = models.BigIntegerField()
    #: The plan's finish as it was then, and when the project would have been done if work had gone on as it did.
    finish_on = models.DateField(null=True)
    forecast_on = models.DateField(null=True)
    cost = MoneyField(max_digits=15, decimal_places=0, default=0)

    class Meta:
        db_table = "project_days"
        verbose_name = verbose_name_plural = _("プロジェクトの日次")
        constraints = [models.UniqueConstraint(fields=["project", "day"], name="project_has_a_day_once")]
        indexes = [models.Index(fields=["organization", "day"], name="idx_project_days_day")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.day}"
