"""What projects had earned, day by day: the figures of all of them together, without reading a plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel
from projects.models.money import MoneyField
from tasks.models import Baseline


class ProjectEarnedDay(TenantModel):
    """Earned value of one project beside the baseline that it is compared with, by the end of one day; the day's job writes it.

    Minutes are of work. Amounts are in yen, and nothing where the costs of the baseline cannot be read any more.
    """

    project = TenantKey(Project, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField(_("日"))
    baseline = TenantKey(Baseline, models.CASCADE, related_name="+")
    #: Of the plan that was read; another one is read again in the same day.
    revision = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    budget_minutes = models.BigIntegerField()
    planned_minutes = models.BigIntegerField()
    earned_minutes = models.BigIntegerField()
    actual_minutes = models.BigIntegerField()
    budget_cost = MoneyField(max_digits=18, decimal_places=0, null=True)
    planned_cost = MoneyField(max_digits=18, decimal_places=0, null=True)
    earned_cost = MoneyField(max_digits=18, decimal_places=0, null=True)
    actual_cost = MoneyField(max_digits=18, decimal_places=0, null=True)

    class Meta:
        db_table = "project_earned_days"
        verbose_name = verbose_name_plural = _("プロジェクトの出来高（日次）")
        constraints = [
            models.UniqueConstraint(fields=["project", "day"], name="project_has_earned_a_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.day}"
