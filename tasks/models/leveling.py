"""What levelling a plan has found, until it is applied, found anew or out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel

if TYPE_CHECKING:
    from projects.models import User


class LevelingRunQuerySet(models.QuerySet["LevelingRun"]):
    """Runs, as a user may see them."""

    def visible_to(self, user: User) -> LevelingRunQuerySet:
        """Those of the projects this user sees."""
        return self.filter(project__deleted_at__isnull=True, project__in=Project.objects.visible_to(user))


class LevelingRun(TenantModel):
    """The last levelling of a plan: one of a project, whichever user asked for it, so that two planners look at the same."""

    class State(models.TextChoices):
        RUNNING = "running", _("実行中")
        DONE = "done", _("完了")
        FAILED = "failed", _("失敗")

    project = TenantKey(Project, models.CASCADE, related_name="+", db_index=False)
    asked_by = models.ForeignKey("projects.User", models.PROTECT, related_name="+", verbose_name=_("実行者"))
    asked_at = models.DateTimeField(_("実行した日時"))
    within_slack = models.BooleanField(_("余裕の範囲だけ"), default=False)
    #: Whether other orders were tried for an earlier finish.
    searches = models.BooleanField(_("早く終わる順を探す"), default=False, db_default=False)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.RUNNING)
    #: The job that levels, or has levelled.
    job_id = models.CharField(max_length=155)
    #: Why there is no result, as a sentence.
    problem = models.CharField(max_length=400, blank=True, default="")
    #: What was found, as `tasks/leveling/kept.py` writes it: ids and figures, no names.
    result = models.JSONField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: The revision that the plan had when this was applied.
    applied_revision = models.BigIntegerField(null=True, blank=True)

    #: What planners decided of single tasks, by id: None where a task stays where it is, else the delay that it keeps (minutes of the clock).
    decisions = models.JSONField(_("決めたタスク"), default=dict, db_default={}, blank=True)

    objects = LevelingRunQuerySet.as_manager()

    class Meta:
        db_table = "leveling_runs"
        verbose_name = verbose_name_plural = _("平準化")
        constraints = [models.UniqueConstraint(fields=["project"], name="one_leveling_of_a_project")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.asked_at:%Y-%m-%d}"
