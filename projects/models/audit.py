"""The append-only record of every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models.base import TenantKey, TenantModel
from projects.models.projects import Project

if TYPE_CHECKING:
    from projects.models.people import User


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Entries, as a user may read them."""

    def visible_to(self, user: User) -> AuditEntryQuerySet:
        """Those of the projects this user sees."""
        return self.filter(project__in=Project.objects.visible_to(user))


class AuditEntry(TenantModel):
    """Who did what, when, and what it was before and after.

    The app role may insert and read, never change or remove. Entries of a project (or, without one,
    of the organization) form a chain: each hash covers the one before, so that a changed or missing line shows.
    """

    project = TenantKey(Project, models.CASCADE, null=True, blank=True, related_name="audit_entries")
    sequence = models.BigIntegerField()
    happened_at = models.DateTimeField(_("日時"))
    actor = models.ForeignKey(
        "projects.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("操作者")
    )
    system_name = models.CharField(_("ジョブ"), max_length=100, blank=True)
    action = models.CharField(_("操作"), max_length=60)
    target_type = models.CharField(_("対象の種類"), max_length=40, blank=True)
    target_id = models.BigIntegerField(_("対象"), null=True, blank=True)
    before = models.JSONField(_("変更前"), null=True, blank=True)
    after = models.JSONField(_("変更後"), null=True, blank=True)
    consequences = models.JSONField(_("一緒に動いたもの"), null=True, blank=True)
    revision = models.BigIntegerField(_("版"), default=0)
    request_id = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    #: How it was made (`projects.changes.entry_hash`); a release before this field writes the first.
    hash_version = models.PositiveSmallIntegerField(default=1, db_default=1)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        db_table = "audit_entries"
        verbose_name = verbose_name_plural = _("変更履歴")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "project", "sequence"],
                name="audit_sequence_has_no_double",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-sequence"], name="idx_audit_entries_project"),
            models.Index(fields=["organization", "-happened_at"], name="idx_audit_entries_time"),
            models.Index(fields=["target_type", "target_id", "-sequence"], name="idx_audit_entries_target"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"
