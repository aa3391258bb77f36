"""要員計画: what a project needs of a role, by month, before it has names (`tasks/staffing`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel

if TYPE_CHECKING:
    from projects.models import User


class RoleDemandQuerySet(models.QuerySet["RoleDemand"]):
    """Roles that are needed, as a user may see them."""

    def visible_to(self, user: User) -> RoleDemandQuerySet:
        """Those of the projects this user sees."""
        return self.filter(project__deleted_at__isnull=True, project__in=Project.objects.visible_to(user))


class RoleDemand(TenantModel):
    """A role of a project, and how many minutes of work it needs in which months.

    A month is its number since the year 0 (`year * 12 + month - 1`); months ascend, each has more than 0 minutes.
    """

    project = TenantKey(Project, models.CASCADE, related_name="role_demands", db_index=False)
    name = models.CharField(_("役割"), max_length=80)
    #: What the people who could take it are good at, and where they belong: it is counted beside theirs.
    skill = TenantKey(
        "resources.Skill", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("スキル")
    )
    department = models.CharField(_("部署"), max_length=100, blank=True, default="")
    months = ArrayField(models.IntegerField(), verbose_name=_("月"), default=list)
    minutes = ArrayField(models.IntegerField(), verbose_name=_("工数"), default=list)
    #: Rises with every change: a form says which of them it was made from.
    version = models.BigIntegerField(default=0)

    objects = RoleDemandQuerySet.as_manager()

    class Meta:
        db_table = "role_demands"
        verbose_name = verbose_name_plural = _("要員計画")
        constraints = [
            models.CheckConstraint(
                name="role_demand_months_have_minutes", condition=Q(months__len=models.F("minutes__len"))
            ),
        ]
        indexes = [
            models.Index(fields=["project"], name="idx_role_demands_project"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def by_month(self) -> dict[int, int]:
        """Minutes by number of the month."""
        return dict(zip(self.months, self.minutes, strict=True))
