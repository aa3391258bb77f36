"""課題・リスク: what stands in the way of a project, and what might."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel

if TYPE_CHECKING:
    from projects.models import User

#: Probability and impact are from 1 to this.
HIGHEST = 5
LONGEST_TEXT = 2_000


class Level(models.IntegerChoices):
    """How probable something is, or how much it would cost the project."""

    LOWEST = 1, _("1 ごく小さい")
    LOW = 2, _("2 小さい")
    MIDDLE = 3, _("3 中くらい")
    HIGH = 4, _("4 大きい")
    HIGHEST = 5, _("5 ごく大きい")


class ProjectIssueQuerySet(models.QuerySet["ProjectIssue"]):
    """Issues and risks, as a user may see them."""

    def visible_to(self, user: User) -> ProjectIssueQuerySet:
        """Those of the projects this user sees."""
        return self.filter(project__deleted_at__isnull=True, project__in=Project.objects.visible_to(user))

    def not_over(self) -> ProjectIssueQuerySet:
        """Those that are still to be looked after."""
        return self.filter(state__in=[ProjectIssue.State.OPEN, ProjectIssue.State.DOING])


class ProjectIssue(TenantModel):
    """An issue (it is there), or a risk (it may come), of one project."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("課題")
        RISK = "risk", _("リスク")

    class State(models.TextChoices):
        OPEN = "open", _("未対応")
        DOING = "doing", _("対応中")
        CLOSED = "closed", _("完了")
        DROPPED = "dropped", _("取り下げ")

    project = TenantKey(Project, models.CASCADE, related_name="issues", db_index=False)
    kind = models.CharField(_("種類"), max_length=5, choices=Kind.choices)
    title = models.CharField(_("件名"), max_length=200)
    detail = models.TextField(_("内容"), max_length=LONGEST_TEXT, blank=True, default="")
    #: Of a risk alone: an issue is there already.
    probability = models.PositiveSmallIntegerField(
        _("発生確率"), choices=Level.choices, null=True, blank=True
    )
    impact = models.PositiveSmallIntegerField(_("影響"), choices=Level.choices)
    owner = models.ForeignKey(
        "projects.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("対応者")
    )
    due_on = models.DateField(_("期限"), null=True, blank=True)
    measure = models.TextField(_("対策"), max_length=LONGEST_TEXT, blank=True, default="")
    state = models.CharField(_("状態"), max_length=7, choices=State.choices, default=State.OPEN)
    #: Tasks of the plan that it is about; one that is deleted is left out where they are shown.
    task_ids = ArrayField(models.BigIntegerField(), verbose_name=_("関連タスク"), default=list, blank=True)
    #: Rises with every change: a form says which of them it was made from.
    version = models.BigIntegerField(default=0)
    added_by = models.ForeignKey("projects.User", models.PROTECT, related_name="+", verbose_name=_("登録者"))
    added_at = models.DateTimeField(_("登録日時"), auto_now_add=True)

    objects = ProjectIssueQuerySet.as_manager()

    class Meta:
        db_table = "project_issues"
        verbose_name = verbose_name_plural = _("課題・リスク")
        constraints = [
            models.CheckConstraint(
                name="issue_levels_are_known",
                condition=Q(impact__range=(1, HIGHEST))
                & (Q(probability=None) | Q(probability__range=(1, HIGHEST))),
            ),
            models.CheckConstraint(
                name="risk_alone_has_a_probability",
                condition=Q(kind="risk", probability__isnull=False)
                | Q(kind="issue", probability__isnull=True),
            ),
            models.CheckConstraint(
                name="issue_state_is_known", condition=Q(state__in=["open", "doing", "closed", "dropped"])
            ),
        ]
        indexes = [
            models.Index(fields=["project", "state"], name="idx_project_issues_project"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return self.state in {self.State.CLOSED, self.State.DROPPED}

    @property
    def score(self) -> int:
        """Probability × impact, 1 to 25; what is there already is as probable as can be."""
        return (self.probability or HIGHEST) * self.impact

    def is_late(self, today: date) -> bool:
        """Whether it should be over by now."""
        return not self.is_over and self.due_on is not None and self.due_on < today
