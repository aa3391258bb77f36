"""What happened to a task over time: progress as rows, and what people say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.web.markdown import as_line
from projects.models import Project
from projects.models.base import TenantKey, TenantModel
from tasks.models.tasks import Task

if TYPE_CHECKING:
    from projects.models import User


class TaskProgress(TenantModel):
    """Progress as it was reported. Partitioned by year: the table is made by hand in the migration.

    In the database the primary key is (id, recorded_on); Django knows `id` alone, since the admin
    cannot register a composite key.
    """

    project = TenantKey(Project, models.CASCADE, related_name="+")
    task = TenantKey(Task, models.CASCADE, related_name="progress_history", verbose_name=_("タスク"))
    recorded_on = models.DateField(_("基準日"))
    recorded_at = models.DateTimeField(_("記録日時"))
    recorded_by = models.ForeignKey(
        "projects.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("記録者")
    )
    progress_percentage = models.PositiveSmallIntegerField(_("進捗"))
    actual_work_minutes = models.BigIntegerField(_("実績工数"), default=0)
    remaining_minutes = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(_("メモ"), max_length=500, blank=True)

    class Meta:
        db_table = "task_progress"
        verbose_name = verbose_name_plural = _("進捗履歴")

    def __str__(self) -> str:
        return f"{self.task_id} {self.recorded_on} {self.progress_percentage}%"


class TaskCommentQuerySet(models.QuerySet["TaskComment"]):
    """Comments, as a user may read them."""

    def visible_to(self, user: User) -> TaskCommentQuerySet:
        """Those on tasks that this user sees."""
        return self.filter(deleted_at__isnull=True, task__in=Task.objects.visible_to(user))


class TaskComment(TenantModel):
    """Something said about a task."""

    project = TenantKey(Project, models.CASCADE, related_name="+")
    task = TenantKey(Task, models.CASCADE, related_name="comments", verbose_name=_("タスク"))
    author = models.ForeignKey("projects.User", models.PROTECT, related_name="+", verbose_name=_("投稿者"))
    body = models.TextField(_("コメント"), max_length=5000)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = TaskCommentQuerySet.as_manager()

    class Meta:
        db_table = "task_comments"
        verbose_name = verbose_name_plural = _("コメント")
        constraints = [models.CheckConstraint(name="comment_says_something", condition=~Q(body=""))]
        indexes = [models.Index(fields=["task", "created_at"], name="idx_task_comments_task")]

    def __str__(self) -> str:
        return as_line(self.body, 40)


class PlanImport(TenantModel):
    """A file that was read: kept between its preview and its import, and as a record of what it brought."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("確認待ち")
        RUNNING = "running", _("取り込み中")
        IMPORTED = "imported", _("取り込み済み")

    project = TenantKey(
        Project, models.CASCADE, null=True, blank=True, related_name="imports", verbose_name=_("プロジェクト")
    )
    uploaded_by = models.ForeignKey("projects.User", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(_("ファイル名"), max_length=255)
    content = models.BinaryField(null=True)  # gzip of the file, encrypted; emptied once imported
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    summary = models.JSONField(default=dict)
    #: What of the file is money or may hold some, encrypted (`tasks.importing.sealed`).
    money_secret = models.TextField(blank=True, default="", db_default="")
    #: What its owner chose when it was sent off: target, name and code, whose dates, and their language.
    chosen = models.JSONField(null=True, blank=True)
    #: Why the last run made nothing: the sentence, and the field of the form that it is about.
    problem = models.JSONField(null=True, blank=True)
    #: The job that makes the plan, or made it.
    job_id = models.CharField(max_length=155, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "plan_imports"
        verbose_name = verbose_name_plural = _("取り込み")
        indexes = [models.Index(fields=["project", "-created_at"], name="idx_plan_imports_project")]

    def __str__(self) -> str:
        return self.file_name
