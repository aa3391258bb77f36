"""What ties tasks to each other, to people, and to how users look at them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel, TenantPart
from tasks.models.tasks import Task


class TaskLink(TenantPart):
    """One task waits for another."""

    class Type(models.TextChoices):
        FS = "FS", _("終了－開始（FS）")
        SS = "SS", _("開始－開始（SS）")
        FF = "FF", _("終了－終了（FF）")
        SF = "SF", _("開始－終了（SF）")

    class LagKind(models.TextChoices):
        WORKING = "working", _("稼働時間")
        ELAPSED = "elapsed", _("経過時間")
        PERCENT = "percent", _("先行タスクの期間の %")
        ELAPSED_PERCENT = "elapsed_percent", _("先行タスクの期間の %（経過時間）")

    project = TenantKey(Project, models.CASCADE, related_name="links")
    predecessor = TenantKey(
        Task, models.CASCADE, related_name="successor_links", db_index=False, verbose_name=_("先行タスク")
    )
    successor = TenantKey(
        Task, models.CASCADE, related_name="predecessor_links", verbose_name=_("後続タスク")
    )
    link_type = models.CharField(_("種類"), max_length=2, choices=Type.choices, default=Type.FS)
    lag_kind = models.CharField(max_length=16, choices=LagKind.choices, default=LagKind.WORKING)
    lag_minutes = models.BigIntegerField(_("ラグ"), default=0)
    lag_percent = models.FloatField(default=0)
    lag_unit = models.CharField(
        max_length=4, default="d", help_text=_("入力されたときの単位（d, h, m, w, %）")
    )

    class Meta:
        db_table = "task_links"
        verbose_name = verbose_name_plural = _("依存関係")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="tasks_are_linked_once"),
            models.CheckConstraint(
                name="task_does_not_wait_for_itself", condition=~Q(predecessor=F("successor"))
            ),
            models.CheckConstraint(
                name="link_type_is_known", condition=Q(link_type__in=["FS", "SS", "FF", "SF"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id} {self.link_type}"


class Assignment(TenantPart):
    """A person on a task."""

    project = TenantKey(Project, models.CASCADE, related_name="assignments")
    task = TenantKey(
        Task, models.CASCADE, related_name="assignments", db_index=False, verbose_name=_("タスク")
    )
    resource = TenantKey(
        "resources.Resource", models.CASCADE, related_name="assignments", verbose_name=_("リソース")
    )
    units_percentage = models.DecimalField(_("割当 %"), max_digits=9, decimal_places=2, default=100)
    work_minutes = models.BigIntegerField(_("工数"), null=True, blank=True)
    overtime_minutes = models.BigIntegerField(default=0)
    actual_work_minutes = models.BigIntegerField(default=0)
    remaining_work_minutes = models.BigIntegerField(null=True, blank=True)
    delay_minutes = models.BigIntegerField(default=0)
    is_contoured = models.BooleanField(default=False)

    class Meta:
        db_table = "task_assignments"
        verbose_name = verbose_name_plural = _("割り当て")
        constraints = [
            models.UniqueConstraint(fields=["task", "resource"], name="resource_is_on_a_task_once"),
            models.CheckConstraint(
                name="assignment_units_are_not_negative", condition=Q(units_percentage__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} on {self.task_id}"


class CollapsedTask(TenantModel):
    """A summary that one person has closed; its rows are hidden for that person alone."""

    user = models.ForeignKey("projects.User", models.CASCADE, related_name="+")
    project = TenantKey(Project, models.CASCADE, related_name="+")
    task = TenantKey(Task, models.CASCADE, related_name="+")

    class Meta:
        db_table = "collapsed_tasks"
        verbose_name = verbose_name_plural = _("閉じたサマリー")
        constraints = [models.UniqueConstraint(fields=["user", "task"], name="task_is_collapsed_once")]
        indexes = [models.Index(fields=["user", "project"], name="idx_collapsed_tasks_view")]

    def __str__(self) -> str:
        return f"{self.task_id}"


class TaskGram(TenantPart):
    """Two letters of a task's name: what search looks up, compared by equality.

    LIKE, trigrams and full text are not leakproof, so PostgreSQL may not use their indexes under a row policy.
    Triggers of the database keep the rows (see the migrations), and take them away with their task: nothing here writes them,
    and no key checks the forty of each five tasks once more.
    """

    pk = models.CompositePrimaryKey("organization_id", "gram", "task_id")
    gram = models.CharField(max_length=2)
    task = TenantKey(Task, models.DO_NOTHING, related_name="+")

    class Meta:
        db_table = "task_grams"

    def __str__(self) -> str:
        return self.gram
