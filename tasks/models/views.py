"""How a person looks at plans; nothing of it belongs to a plan."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models.base import TenantModel


class ChosenColumns(TenantModel):
    """Which columns one person sees in a view of plans, in which order, and how wide."""

    user = models.ForeignKey("projects.User", models.CASCADE, related_name="+")
    #: The name of the view: that of the sheet, or later one that was saved.
    view = models.CharField(max_length=40)
    #: [[name, width], …]; a width in characters, or null.
    columns = models.JSONField(default=list)
    #: Pixels of the table that are seen beside the chart; without one as many as everyone sees.
    pane_width = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "chosen_columns"
        verbose_name = verbose_name_plural = _("選んだ列")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "view"], name="columns_are_chosen_once_for_a_view"
            )
        ]

    def __str__(self) -> str:
        return self.view
