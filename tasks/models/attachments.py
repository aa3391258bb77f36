"""Files that hang on a task. The bytes lie outside of the database, under a name that no user chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel
from tasks.models.tasks import Task

if TYPE_CHECKING:
    from projects.models import User


class TaskAttachmentQuerySet(models.QuerySet["TaskAttachment"]):
    """Attachments, as a user may have them."""

    def visible_to(self, user: User) -> TaskAttachmentQuerySet:
        """Those on tasks that this user sees."""
        return self.filter(deleted_at__isnull=True, task__in=Task.objects.visible_to(user))


class TaskAttachment(TenantModel):
    """One file on a task; what is deleted keeps its row and its bytes until the project is purged."""

    project = TenantKey(Project, models.CASCADE, related_name="+", db_index=False)
    task = TenantKey(
        Task, models.CASCADE, related_name="attachments", db_index=False, verbose_name=_("タスク")
    )
    name = models.CharField(_("ファイル名"), max_length=200)
    #: What its first bytes say, not what the browser said.
    content_type = models.CharField(_("種類"), max_length=100)
    byte_count = models.PositiveBigIntegerField(_("サイズ"))
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=120, unique=True)
    uploaded_by = models.ForeignKey(
        "projects.User", models.PROTECT, related_name="+", verbose_name=_("追加した人")
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = TaskAttachmentQuerySet.as_manager()

    class Meta:
        db_table = "task_attachments"
        verbose_name = verbose_name_plural = _("添付ファイル")
        indexes = [
            models.Index(fields=["task", "uploaded_at"], name="idx_task_attachments_task"),
            models.Index(fields=["project"], name="idx_task_attachments_project"),
        ]

    def __str__(self) -> str:
        return self.name
