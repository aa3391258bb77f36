"""What simulating a plan has found, until it is found anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel

if TYPE_CHECKING:
    from projects.models import User


class RiskRunQuerySet(models.QuerySet["RiskRun"]):
    """Runs, as a user may see them."""

    def visible_to(self, user: User) -> RiskRunQuerySet:
        """Those of the projects this user sees."""
        return self.filter(project__deleted_at__isnull=True, project__in=Project.objects.visible_to(user))


class RiskRun(TenantModel):
    """The last simulation of a plan: one of a project, whichever user asked for it, so that all look at the same figures."""

    class State(models.TextChoices):
        RUNNING = "running", _("実行中")
        DONE = "done", _("完了")
        FAILED = "failed", _("失敗")

    project = TenantKey(Project, models.CASCADE, related_name="+", db_index=False)
    asked_by = models.ForeignKey("projects.User", models.PROTECT, related_name="+", verbose_name=_("実行者"))
    asked_at = models.DateTimeField(_("実行した日時"))
    #: What was asked for: the fields of `tasks.risk.asked.Asked`.
    asked = models.JSONField(_("条件"))
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.RUNNING)
    #: The job that simulates, or has simulated.
    job_id = models.CharField(max_length=155)
    #: Why there is no result, as a sentence.
    problem = models.CharField(max_length=400, blank=True, default="")
    #: What was found, as `tasks/risk/kept.py` writes it: ids and figures, no names.
    result = models.JSONField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RiskRunQuerySet.as_manager()

    class Meta:
        db_table = "risk_runs"
        verbose_name = verbose_name_plural = _("リスク分析")
        constraints = [models.UniqueConstraint(fields=["project"], name="one_risk_run_of_a_project")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.asked_at:%Y-%m-%d}"
