"""What was agreed on: a plan as it was at a moment, to compare with what it has become.

Written once by `tasks/baselines/services.py`; the database refuses to change what a baseline says (see the migration), whatever the code does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel, TenantPart
from tasks.models.tasks import Task

if TYPE_CHECKING:
    from projects.models import User

#: Microsoft Project has eleven: Baseline, and Baseline 1 to 10.
LARGEST_NUMBER: Final = 10


class BaselineQuerySet(models.QuerySet["Baseline"]):
    """Baselines, as a user may see them."""

    def visible_to(self, user: User) -> BaselineQuerySet:
        """Those of the projects this user sees."""
        return self.filter(project__deleted_at__isnull=True, project__in=Project.objects.visible_to(user))


class Baseline(TenantModel):
    """One baseline of a plan. Moments are minutes of the plan's own clock, lengths minutes of work."""

    project = TenantKey(Project, models.CASCADE, related_name="baselines", db_index=False)
    name = models.CharField(_("名前"), max_length=100)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    taken_by = models.ForeignKey(
        "projects.User", models.PROTECT, related_name="+", verbose_name=_("設定した人")
    )
    taken_at = models.DateTimeField(_("設定した日時"))
    #: The one that sheet and chart compare with; one of a project at most.
    is_chosen = models.BooleanField(_("比較の基準"), default=False)
    #: Which of Microsoft Project's eleven it is, 0 to 10; none where it is more than that.
    number = models.PositiveSmallIntegerField(_("Microsoft Project の番号"), null=True, blank=True)
    #: The plan of which it was taken.
    revision = models.BigIntegerField()
    #: Whether it has all rows of the plan of then.
    is_whole = models.BooleanField(default=True)
    #: Whether its rows say what was critical; those of a file do not.
    knows_critical = models.BooleanField(default=True, db_default=True)
    task_count = models.PositiveIntegerField()
    start_minute = models.BigIntegerField()
    finish_minute = models.BigIntegerField()
    #: Of tasks without children.
    work_minutes = models.BigIntegerField()
    #: Costs by task, encrypted as one text: with the hours beside it, a cost tells a rate (`tasks/plan/agreed_costs.py`).
    cost_secret = models.TextField(blank=True, default="")

    objects = BaselineQuerySet.as_manager()

    class Meta:
        db_table = "baselines"
        verbose_name = verbose_name_plural = _("ベースライン")
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(is_chosen=True), name="one_baseline_is_chosen"
            ),
            models.UniqueConstraint(
                fields=["project", "number"],
                condition=Q(number__isnull=False),
                name="baseline_number_is_taken_once",
            ),
            models.CheckConstraint(
                name="baseline_number_is_of_eleven",
                condition=Q(number__isnull=True) | Q(number__lte=LARGEST_NUMBER),
            ),
            models.CheckConstraint(name="baseline_name_is_not_empty", condition=~Q(name="")),
        ]
        indexes = [models.Index(fields=["project", "-taken_at"], name="idx_baselines_project")]

    def __str__(self) -> str:
        return self.name


class BaselineTask(TenantPart):
    """One row of a plan as it was when its baseline was taken. It comes by the ten thousand, so it holds figures alone.

    The name stays with the task, which is kept when it is deleted; no key to it hangs on these rows, that would be checked for each.
    """

    pk = models.CompositePrimaryKey("baseline", "task")
    baseline = TenantKey(Baseline, models.DO_NOTHING, related_name="rows", db_index=False)
    task = TenantKey(Task, models.DO_NOTHING, related_name="+", db_index=False)
    start_minute = models.BigIntegerField()
    finish_minute = models.BigIntegerField()
    duration_minutes = models.BigIntegerField()
    work_minutes = models.BigIntegerField()
    row_number = models.PositiveIntegerField()
    is_elapsed = models.BooleanField()
    is_summary = models.BooleanField()
    is_milestone = models.BooleanField()
    is_critical = models.BooleanField()

    class Meta:
        db_table = "baseline_tasks"

    def __str__(self) -> str:
        return f"{self.baseline_id} {self.task_id}"
