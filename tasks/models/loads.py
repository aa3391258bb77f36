"""How much of whom the plans need: kept by deltas in the transaction that changes a plan (`tasks/allocation/loads.py`)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel, TenantPart


class AssignmentLoad(TenantPart):
    """What one assignment has put into `resource_loads`: minutes by day number since 1970-01-01.

    Kept to be taken out again exactly, whatever became of the task, the calendar or the assignment since; so
    `task_id` and `assignment_id` are no foreign keys: the row outlives both until the next delta.
    """

    project = TenantKey(Project, models.CASCADE, related_name="+", db_index=False)
    resource = TenantKey("resources.Resource", models.CASCADE, related_name="+")
    task_id = models.BigIntegerField()
    assignment_id = models.BigIntegerField(unique=True)
    days = ArrayField(models.IntegerField())
    minutes = ArrayField(models.IntegerField())

    class Meta:
        db_table = "assignment_loads"
        verbose_name = verbose_name_plural = _("割り当ての負荷")
        indexes = [
            models.Index(fields=["project", "task_id"], name="idx_assignment_loads_task"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}"


class ResourceLoad(TenantPart):
    """Planned minutes of a resource in one day, week (from Monday) or month: the sum over all plans that count.

    Only days carry a capacity, as it was when the row was last written; a day is over when planned exceeds it.
    """

    class Grain(models.TextChoices):
        DAY = "d", _("日")
        WEEK = "w", _("週")
        MONTH = "m", _("月")

    pk = models.CompositePrimaryKey("resource_id", "grain", "first_on")
    resource = TenantKey("resources.Resource", models.CASCADE, related_name="+", db_index=False)
    grain = models.CharField(max_length=1, choices=Grain.choices)
    first_on = models.DateField()
    planned_minutes = models.BigIntegerField(default=0)
    capacity_minutes = models.IntegerField(null=True)

    class Meta:
        db_table = "resource_loads"
        indexes = [
            models.Index(fields=["organization", "grain", "first_on"], name="idx_resource_loads_period"),
            models.Index(
                fields=["resource", "first_on"],
                name="idx_resource_loads_over",
                condition=Q(grain="d", planned_minutes__gt=F("capacity_minutes")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.grain} {self.first_on}"


class UtilizationCheck(TenantModel):
    """One nightly comparison of the kept loads with a rebuild from the plans, for operators to see."""

    checked_at = models.DateTimeField(auto_now_add=True)
    compared_count = models.PositiveIntegerField(_("比べた行"))
    difference_count = models.PositiveIntegerField(_("違っていた行"))
    #: The first of them: [resource, grain, first day, kept minutes, rebuilt minutes].
    differences = models.JSONField(default=list)

    class Meta:
        db_table = "utilization_checks"
        verbose_name = verbose_name_plural = _("稼働率の照合")

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d} {self.difference_count}"
