"""What the installation remembers of its own running; it belongs to no organization."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OperationMark(models.Model):
    """When something of the running last went well, such as "backup" or "clock"; one row for each name.

    Outside of the row policies: it is about the installation, and holds nothing of any plan.
    """

    name = models.CharField(_("名前"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("日時"))
    details = models.JSONField(_("詳細"), default=dict, blank=True)

    class Meta:
        db_table = "operations_marks"
        verbose_name = verbose_name_plural = _("運用の記録")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
