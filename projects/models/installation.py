"""The append-only record of what belongs to no organization."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class InstallationEntry(models.Model):
    """Who did what to the installation: its operators, their passwords and sign-ins, the making of users and organizations.

    One chain of hashes, as those of the organizations (`AuditEntry`); the roles of the site may insert and read, never change
    or remove. Operators of the whole installation read it.
    """

    sequence = models.BigIntegerField(unique=True)
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
    request_id = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    hash_version = models.PositiveSmallIntegerField()

    #: What an organization's entry has besides: part of what is hashed.
    organization_id: Final = None
    project_id: Final = None
    consequences: Final = None
    revision: Final = 0

    class Meta:
        db_table = "installation_entries"
        verbose_name = verbose_name_plural = _("システム全体の変更履歴")
        indexes = [
            models.Index(fields=["target_type", "target_id", "-sequence"], name="idx_installation_target"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"
