"""How a person looks at plans; nothing of it belongs to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel

if TYPE_CHECKING:
    from projects.models import User


class ChosenColumns(TenantModel):
    """Which columns one person sees in a view of plans, in which order, and how wide."""

    user = models.ForeignKey("projects.User", models.CASCADE, related_name="+")
    #: What `?view=` names: the number of a view that was saved, the name of one that is built in; or the sheet without one.
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


#: What an address may say of rows: `tasks/sheet/filtering/notation.py` and `tasks/sheet/sorting/notation.py` hold to it.
LONGEST_FILTER: Final = 1_000
LONGEST_SORT: Final = 200


class SheetViewQuerySet(models.QuerySet["SheetView"]):
    """Views, as a user may see them."""

    def offered_to(self, user: User, project: Project) -> SheetViewQuerySet:
        """Those that a user who sees this project may look at it by: their own, the project's, the organization's."""
        own = Q(owner=user) | Q(owner=None, project=None) | Q(owner=None, project=project)
        return self.filter(own, organization_id=project.organization_id)


class SheetView(TenantModel):
    """How a plan is looked at, under a name: a user's own, kept for a project, or for all plans of the organization."""

    name = models.CharField(_("名前"), max_length=60)
    #: Whose it is alone; it then serves them in all projects of the organization.
    owner = models.ForeignKey(
        "projects.User", models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("持ち主")
    )
    #: For whose plan it is kept; without owner and project it is the organization's.
    project = TenantKey(
        Project, models.CASCADE, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("プロジェクト"),
    )  # fmt: skip
    #: The page that it opens: "wbs", or "gantt" with the chart beside.
    face = models.CharField(_("画面"), max_length=10)
    #: [[name, width], …]; a width in characters, or null. None at all: those that everyone sees.
    columns = models.JSONField(_("列"), default=list)
    #: Pixels of the table that are seen beside the chart.
    pane_width = models.PositiveSmallIntegerField(null=True, blank=True)
    filter = models.CharField(_("フィルター"), max_length=LONGEST_FILTER, blank=True)
    sort = models.CharField(_("並べ替え"), max_length=LONGEST_SORT, blank=True)
    #: The chart's scale, and what it shows; empty where the view was saved without a chart.
    zoom = models.CharField(max_length=10, blank=True)
    show = models.CharField(max_length=120, blank=True)
    saved_by = models.ForeignKey(
        "projects.User", models.PROTECT, related_name="+", verbose_name=_("保存した人")
    )
    saved_at = models.DateTimeField(_("保存した日時"), auto_now=True)

    objects = SheetViewQuerySet.as_manager()

    class Meta:
        db_table = "sheet_views"
        verbose_name = verbose_name_plural = _("ビュー")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "project", "owner", "name"], name="a_view_has_a_name_of_its_own",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(project=None), name="a_view_is_kept_in_one_place"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["project"], condition=Q(project__isnull=False), name="views_of_a_project")
        ]

    def __str__(self) -> str:
        return self.name
